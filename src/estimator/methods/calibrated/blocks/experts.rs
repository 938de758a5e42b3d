//! A mixture-of-experts block: its weights, the tensors that it keeps for its backward pass, and those that live inside
//! that pass. It knows neither attention nor how many layers there are.
//!
//! All experts' weights are stacked; tokens are gathered by expert, one row for each expert that a token visits, and
//! grouped matrix products run over the rows (Transformers 5, `grouped_mm_experts_forward`). No row is dropped or
//! padded: neither the routing nor a capacity factor changes a byte. Bytes are per token.

use crate::estimator::architecture::{Activation, Fact, Part, Router};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::activation::Function;
use crate::estimator::methods::calibrated::blocks::latent_experts;
use crate::estimator::methods::calibrated::blocks::norm::keeps_stream;
use crate::estimator::methods::calibrated::blocks::packed_experts::{gate_and_up, matrix};
use crate::estimator::methods::calibrated::blocks::router::{self, ROUTER, score_element};
use crate::estimator::methods::calibrated::model::mesh::Mesh;
use crate::estimator::methods::calibrated::parts::counter::{Counter, Linear};
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::dtype::{BYTE, FP32, HALF, INT64, times};
use crate::estimator::methods::calibrated::tensors::instant::{Instant, InstantSide};
use crate::estimator::methods::calibrated::tensors::list::{Tensor, Tensors};
use crate::estimator::methods::calibrated::tensors::width::Width;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::units::Count;

/// The code that gathers tokens by expert.
pub const EXPERTS: &str = "integrations/moe.py, grouped_mm_experts_forward";
/// The code of experts that every token visits.
pub const SHARED: &str = "modeling_qwen2_moe.py, Qwen2MoeSparseMoeBlock";
/// The code that sends rows to the ranks of their experts.
const EXCHANGE: &str = "transformers/distributed/expert_parallel.py, AllToAllEP";
const AUTOGRAD: &str = "autograd";

/// Counts the mixtures of `layers` layers.
pub fn weights(counter: &mut Counter, layers: &Expr<Count>) {
    let width = counter.leaf(Fact::HiddenSize);
    let (inner, shared) = (counter.leaf(Fact::MoeIntermediateSize), counter.leaf(Fact::SharedIntermediateSize));
    let has_bias = counter.is(Fact::ExpertBias);
    let inward = if counter.is(Fact::GatedMlp) { 2.0 } else { 1.0 };
    let held = counter.shape.held_experts();
    let all = layers.clone() * held.clone();
    let (read, gate_up) = (latent_experts::width_read(counter), times(inward) * inner.clone());
    let (into, out) = (Linear::new(&read, &gate_up, has_bias), Linear::new(&inner, &read, has_bias));
    counter.stacked(Part::Experts, "experts.gate_up_proj", &all, held.value(), into, EXPERTS);
    counter.stacked(Part::Experts, "experts.down_proj", &all, held.value(), out, EXPERTS);
    latent_experts::weights(counter, layers);
    router::weights(counter, layers);
    if counter.is(Fact::SharedIntermediateSize) {
        let (into, out) = (Linear::new(&width, &shared, false), Linear::new(&shared, &width, false));
        let inward = times(inward) * layers.clone();
        counter.linear(Part::SharedExperts, "shared_expert.gate_up_proj", &inward, into, SHARED);
        counter.linear(Part::SharedExperts, "shared_expert.down_proj", layers, out, SHARED);
    }
    if counter.is(Fact::SharedExpertGate) {
        counter.count(Part::SharedExperts, "shared_expert_gate", layers.clone() * width, SHARED);
    }
}

/// The experts of one layer.
#[derive(Clone, Copy, Debug)]
pub struct Experts {
    /// Of the stream that they read.
    element: f64,
    /// Of what the experts compute with: the format in which they are stored, as grouped products are no autocast
    /// operation. Preparation makes that of the stream FP32 with them, unless they are packed.
    product: f64,
    /// Of the scores by which outputs are weighted; the result has their format.
    score: f64,
    router: Router,
    activation: Activation,
    are_trained: bool,
    /// In 4 bits, and expanded when they are read.
    are_packed: bool,
    has_shared: bool,
    has_shared_gate: bool,
    /// Whether rows are sent to the ranks that have their experts.
    are_exchanged: bool,
    is_told: bool,
}

impl Experts {
    /// The experts that the run's layers have, or `None`.
    pub fn of(run: &TrainingRun) -> Option<Self> {
        if !run.shape.is(Fact::NumExperts) {
            return None;
        }
        let element = run.formats.stream;
        let are_packed = run.shape.reader.is_on(Id::PackedExperts);
        let product = if are_packed { HALF } else { element };
        Some(Self {
            element,
            product,
            score: score_element(run.shape, product),
            router: run.kind(Fact::Router),
            activation: run.kind(Fact::Activation),
            are_trained: run.formats.trains_everything(),
            are_packed,
            has_shared: run.shape.is(Fact::SharedIntermediateSize),
            has_shared_gate: run.shape.is(Fact::SharedExpertGate),
            are_exchanged: Mesh::of(&run.shape.reader).experts() > 1.0,
            is_told: run.shape.reader.is_telling(),
        })
    }

    /// What the block keeps, its input apart.
    pub fn kept(&self) -> Tensors {
        let row = |name, bytes| Tensor::new(name, bytes, Width::Visits, EXPERTS);
        let [gate_and_up, activated, product] = self.inner_tensors();
        if self.are_exchanged {
            let rows = [self.rows("selected_hidden_states"), gate_and_up, activated, product, self.outputs()];
            return self.kept_of_router() + self.tensors(&rows);
        }
        let own = self.tensors(&[
            // Probabilities of all experts; of each row its expert, its token and its place in the order of experts, an
            // index that restores the order, the chosen score, and the same divided by its token's sum.
            Tensor::new("router probabilities", FP32, Width::Experts, ROUTER),
            row("top_k_index, token_idx, perm, inv_perm", INT64).times(4.0),
            row("top_k_weights, before and after division", FP32).times(2.0),
            // The router's own copy of its input.
            Tensor::new("input of the router", FP32, Width::Hidden, ROUTER).only_if(self.copies_input()),
            // The gathered rows are the operand of a gradient of weights; the outputs that of the scores' gradient.
            self.rows("selected_hidden_states").only_if(self.are_trained),
            gate_and_up,
            activated,
            product,
            self.outputs(),
        ]);
        own + self.kept_by_shared()
    }

    /// What is kept of the router and of the order of rows, where they are sent: each rank gets as many as it sends.
    fn kept_of_router(&self) -> Tensors {
        let row = |name, bytes| Tensor::new(name, bytes, Width::Visits, EXCHANGE);
        self.tensors(&[
            Tensor::new("router probabilities", FP32, Width::Experts, ROUTER),
            row("top_k_index, order, token_idx; perm, inv_perm of received rows", INT64).times(5.0),
            row("top_k_weights", FP32),
            row("top_k_weights, unit weights of received rows", self.element).times(2.0),
            row("sentinel_mask", BYTE),
        ])
    }

    /// The same as `backward` where rows are sent: the sender weights what comes back, the experts' weights are 1.
    fn backward_of_exchange(&self, run: &TrainingRun, kept: Tensors, instants: &mut Vec<Instant>) {
        let one: Expr<Count> = run.widths.leaf(Width::Hidden) * run.shape.leaf::<Count>(Fact::MoeIntermediateSize);
        let held = run.widths.leaf(Width::Experts) / run.shape.reader.leaf::<Count>(Id::ExpertParallel);
        let matrices = |number| times(number) * (held.clone() * one.clone());
        let stream = || run.stream("gradient of the stream", AUTOGRAD);
        let rows = |name, number| self.tensors(&[self.rows(name).times(number)]);
        let inner = |name, number| self.tensors(&[self.inner(name).times(number)]);
        let streams =
            |number| self.tensors(&[self.stream("residual and normalized stream, output", EXCHANGE).times(number)]);
        let mut put = |side, it: Instant| instants.push(it.on(side));
        if run.is_checkpointed() {
            // Nothing is kept: outputs of gate and up before and behind the mask, then what comes back.
            let of_mask = inner("outputs of gate and up, masked", 4.0) + rows("received rows, selected", 2.0);
            put(InstantSide::Forward, Instant::waiting(Tensors::default(), streams(2.0) + of_mask));
            let of_return = rows("received rows, outputs, returned, in order, weighted", 5.0);
            put(InstantSide::Forward, Instant::waiting(Tensors::default(), streams(3.0) + of_return));
            put(InstantSide::Gather, Instant::waiting(Tensors::default(), stream()));
        } else {
            let of_return = rows("received rows, outputs, returned, weighted", 4.0);
            // The model's and the layer's code name `inputs_embeds` and `hidden_states`, too.
            put(InstantSide::Forward, Instant::waiting(kept.clone(), streams(4.0) + of_return));
            put(InstantSide::Gather, Instant::waiting(kept.clone(), stream()));
        }
        let mut add = |it: Instant| put(InstantSide::Experts, it);
        if run.is_checkpointed() {
            // Received rows, and outputs weighted by 1 and brought back into the order of rows, beside those that are
            // kept later.
            let made = rows("received rows, weighted outputs, and these in order", 3.0);
            let others = self.tensors(&[
                self.stream("residual stream", EXCHANGE),
                Tensor::new("router logits", self.element, Width::Experts, ROUTER),
            ]);
            add(Instant::waiting(kept.clone(), stream() + made + others));
        }
        // The gradient of what came back, times weights and times outputs.
        add(Instant::waiting(kept.clone(), stream() + rows("gradients of weighted rows", 2.0)));
        // The outputs' place has their gradient.
        add(Instant::new(kept.clone(), stream() + inner("gradient of the product", 1.0), matrices(1.0)));
        let kept = kept - self.tensors(&[self.outputs(), self.product()]);
        let gradients = stream() + inner("gradients of product, gate and up", 3.0);
        add(Instant::new(kept.clone(), gradients, matrices(1.0)));
        let [gate_and_up, activated, _] = self.inner_tensors();
        let kept = kept - self.tensors(&[gate_and_up, activated]);
        let of_inputs = inner("gradients of gate and up", 2.0) + rows("gradient of selected_hidden_states", 1.0);
        add(Instant::new(kept.clone(), stream() + of_inputs, matrices(3.0)));
        let kept = kept - rows("selected_hidden_states", 1.0);
        let of_rows = rows("gradient of selected_hidden_states, zeros, and both in order", 3.0);
        add(Instant::new(kept.clone(), stream() + of_rows, matrices(3.0)));
        let of_tokens = self.tensors(&[
            self.stream("gradient of hidden_states", EXCHANGE),
            Tensor::new("gradient of top_k_weights", self.element, Width::Visits, EXCHANGE),
        ]);
        put(InstantSide::Reduction, Instant::waiting(kept, stream() + of_tokens));
    }

    /// Elements of a layer's experts that are expanded when it has run, if they are packed.
    pub fn expanded(&self, run: &TrainingRun) -> Option<Expr<Count>> {
        self.are_packed.then(|| gate_and_up(run) + matrix(run))
    }

    /// Whether rows are sent to the ranks that have their experts.
    pub const fn are_exchanged(&self) -> bool {
        self.are_exchanged
    }

    /// Linear layers that read the block's input.
    pub fn n_inputs(&self) -> f64 {
        if self.has_shared { 3.0 } else { 1.0 }
    }

    /// Tensors of the inner width that experts keep: gate and up in one, the activation's, and the input of `down`.
    fn inner_tensors(&self) -> [Tensor; 3] {
        let [gate_and_up, activated] = self.of_width(Width::InnerRows);
        [gate_and_up, activated, self.product().only_if(self.are_trained)]
    }

    fn kept_by_shared(&self) -> Tensors {
        let product = Tensor::new("input of shared_expert.down_proj", self.element, Width::Shared, SHARED);
        let [gate_and_up, activated] = self.of_width(Width::Shared);
        self.tensors(&[
            gate_and_up.only_if(self.has_shared),
            activated.only_if(self.has_shared),
            product.only_if(self.has_shared && self.are_trained),
            // The gate's product keeps their output.
            self.stream("shared_expert output", SHARED).only_if(self.has_shared_gate),
        ])
    }

    fn of_width(&self, width: Width) -> [Tensor; 2] {
        let is_shared = width == Width::Shared;
        let (source, element) = if is_shared { (SHARED, self.element) } else { (EXPERTS, self.product) };
        let (name, count) = Function::of(self.activation).in_experts;
        let activated = Tensor::new(name, element, width, source).times(count);
        [Tensor::new("gate_up_proj output", element, width, source).times(2.0), activated]
    }

    /// Adds the instants inside the block's backward pass at which a layer that kept `kept` may need most.
    pub fn backward(&self, run: &TrainingRun, kept: Tensors, instants: &mut Vec<Instant>) {
        if self.are_exchanged {
            return self.backward_of_exchange(run, kept, instants);
        }
        let is_recomputed = run.is_checkpointed();
        let (kept, gradients, done) = self.around(run, kept);
        let outputs = || self.tensors(&[self.outputs()]);
        let inner = |name: &'static str, number| self.tensors(&[self.inner(name).times(number)]);
        // The gradient of each row, zeros, and both in the order of experts; then as much for the products with scores
        // and outputs, whose result is converted while the graph still holds the outputs.
        let weighted = self.tensors(&[self.scores("gradients of weighted rows").times(3.0)]);
        let converted = Tensor::new("converted gradient of the outputs", self.product, Width::Rows, EXPERTS);
        let converted = self.tensors(&[converted.only_if(self.score > self.product && !is_recomputed)]);
        let all = self.expanded(run);
        let weighted = gradients.clone() + weighted + converted;
        instants.push(Instant::new(kept.clone(), weighted, done.clone()).expanding(all.clone()));
        // Outputs are gone. The gradients of product, gate and up: three tensors, and a product that was kept is gone.
        let product = self.tensors(&[self.product()]).only_if(self.are_trained);
        let activated = Instant::new(
            kept.clone() - outputs() - product,
            gradients.clone() + inner("gradients of product, gate and up", 3.0),
            if self.are_trained { done.clone() + matrix(run) } else { done.clone() },
        );
        let of_inward = self.are_packed.then(|| gate_and_up(run));
        instants.push(activated.expanding(of_inward.clone()));
        if self.are_trained || self.are_packed {
            // Gradients of stacked weights are single tensors: that of `down`, then that of gate and up. The outputs'
            // place has their gradient; later that of gate and up, as wide as both, takes the place of all inner ones.
            let done =
                |number| if self.are_trained { done.clone() + times(number) * matrix(run) } else { done.clone() };
            let of_down = gradients.clone() + inner("gradient of the product", 1.0);
            instants.push(Instant::new(kept.clone(), of_down, done(1.0)).expanding(all.clone()));
            let left = kept.clone() - outputs() - self.tensors(&self.inner_tensors());
            let rows = self.tensors(&[self.rows("gradient of selected_hidden_states")]);
            let of_inputs = inner("gradients of gate and up", 2.0) + rows;
            instants.push(Instant::new(left, gradients.clone() + of_inputs, done(3.0)).expanding(of_inward));
        }
        if is_recomputed && !self.are_trained {
            // The layer is recomputed when the gradient of each row exists already. What it does not keep is still
            // there: gathered rows, the residual stream unless the norm keeps it, and the norm's output; while `down`
            // runs also what it reads, and then the weighted rows.
            let n_streams = if keeps_stream(run) { 1.0 } else { 2.0 };
            let made = |scores, products| {
                self.tensors(&[
                    self.rows("selected_hidden_states"),
                    self.scores("weighted rows and their gradient").times(scores),
                    self.inner("input of down_proj").times(products),
                    self.stream("residual and normalized stream", EXPERTS).times(n_streams),
                ])
            };
            for made in [made(1.0, 1.0), made(2.0, 0.0)].map(|it| gradients.clone() + it) {
                instants.push(Instant::new(kept.clone(), made, done.clone()).expanding(all.clone()));
            }
        }
    }

    /// What the shared experts change for the others: what of `kept` is left, which gradients wait, and how many
    /// elements of weights have theirs.
    fn around(&self, run: &TrainingRun, kept: Tensors) -> (Tensors, Tensors, Expr<Count>) {
        let stream = run.stream("gradient of the stream", AUTOGRAD);
        if !self.has_shared {
            return (kept, stream, Expr::number(0.0));
        }
        let waiting = stream + self.tensors(&[self.stream("gradient of the block's output", AUTOGRAD)]);
        if self.has_shared_gate {
            // They ran first: the gradient of their output waits.
            return (kept, waiting, Expr::number(0.0));
        }
        // They ran last: their tensors are gone, and so is the block's input if the router has a copy of its own.
        let input = self.tensors(&[self.stream("input of the block", SHARED)]).only_if(self.copies_input());
        let weights = times(3.0) * run.widths.leaf(Width::Hidden) * run.widths.leaf(Width::Shared);
        (kept - self.kept_by_shared() - input, waiting, weights)
    }

    fn copies_input(&self) -> bool {
        self.are_trained && self.router == Router::WideProduct
    }

    fn tensors(&self, tensors: &[Tensor]) -> Tensors {
        Tensors::of(tensors, self.is_told)
    }

    /// What the experts make of each row.
    const fn outputs(&self) -> Tensor {
        Tensor::new("down_proj output", self.product, Width::Rows, EXPERTS)
    }

    /// What `down` reads.
    const fn product(&self) -> Tensor {
        self.inner("input of down_proj")
    }

    /// A tensor as large as the residual stream.
    const fn stream(&self, name: &'static str, source: &'static str) -> Tensor {
        Tensor::new(name, self.element, Width::Hidden, source)
    }

    /// Rows of the residual stream's width.
    const fn rows(&self, name: &'static str) -> Tensor {
        Tensor::new(name, self.element, Width::Rows, EXPERTS)
    }

    /// The same in the format of scores.
    const fn scores(&self, name: &'static str) -> Tensor {
        Tensor::new(name, self.score, Width::Rows, EXPERTS)
    }

    /// Rows of an expert's inner width.
    const fn inner(&self, name: &'static str) -> Tensor {
        Tensor::new(name, self.product, Width::InnerRows, EXPERTS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimator::catalog::Catalog;
    use crate::estimator::inputs::Inputs;
    use crate::estimator::methods::calibrated::model::shape::Shape;
    use crate::estimator::mode::Mode;
    use crate::estimator::parameters::choices::{FinetuneMethod, Precision, Recipe};
    use crate::estimator::parameters::{ParameterId, Value};
    use crate::estimator::reader::{Reader, Telling};

    /// Compares what one token makes a block keep with traced bytes.
    #[track_caller]
    fn check(model: &str, method: FinetuneMethod, traced: f64) {
        let choices = [
            (ParameterId::Model, Value::Model(Catalog::built_in().model(model).cloned())),
            (ParameterId::FinetuneMethod, Value::Choice(method as usize)),
            (ParameterId::Precision, Value::Choice(Precision::Bf16 as usize)),
            (ParameterId::Recipe, Value::Choice(Recipe::Pure as usize)),
        ];
        let inputs = choices.into_iter().fold(Inputs::defaults(Mode::Train), |inputs, (id, value)| {
            inputs.with(id, value).expect("the value is accepted")
        });
        let shape = Shape::new(Reader::new(&inputs, Telling::Formulas));
        let run = TrainingRun::of(&shape);
        let kept = Experts::of(&run).expect("a mixture").kept().per_token(&run.widths).value();
        assert!((kept / traced - 1.0).abs() < 1e-3, "{model}: {kept} instead of {traced}");
    }

    /// The traced bytes are those of a whole layer less what attention and the norms keep.
    #[test]
    fn blocks_keep_what_was_traced() {
        let (full, lora) = (FinetuneMethod::Full, FinetuneMethod::Lora);
        check("mixtral-8x7b-instruct-v0.1", full, 348_412.0 - 86_152.0);
        check("mixtral-8x7b-instruct-v0.1", lora, 274_812.0 - 86_280.0);
        check("olmoe-1b-7b-0924", full, 205_408.0 - 73_808.0);
        check("qwen3-30b-a3b", full, 194_636.0 - 79_128.0);
        // Shared experts behind a gate.
        check("qwen1.5-moe-a2.7b", full, 176_578.0 - 49_224.0);
        // Shared experts without one, and a router whose product is FP32.
        check("moonlight-16b-a3b", full, 209_472.0 - 61_516.0);
    }
}
