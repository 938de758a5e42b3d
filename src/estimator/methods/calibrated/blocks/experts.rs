//! A mixture-of-experts block: the tensors that it keeps for its backward pass, and those that live inside that pass. It
//! knows neither attention nor how many layers there are.
//!
//! All experts' weights are stacked; tokens are gathered by expert, one row for each expert that a token visits, and
//! grouped matrix products run over the rows (Transformers 5, `grouped_mm_experts_forward`). No row is dropped or padded,
//! so neither the routing nor a capacity factor changes a byte. Bytes are per token.

use crate::estimator::architecture::{Activation, Fact, Router};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::dtype::{FP32, times};
use crate::estimator::methods::calibrated::tensors::instant::Instant;
use crate::estimator::methods::calibrated::tensors::list::Tensors;
use crate::estimator::methods::calibrated::tensors::width::Width;
use crate::estimator::units::Count;

/// Bytes of routing that each row keeps: three 64-bit indices (its expert, its token, its place in the order of experts),
/// another that restores the order, the chosen score and the same divided by the sum of its token's.
const ROW_ROUTING: f64 = 40.0;

/// The experts of one layer.
#[derive(Clone, Copy, Debug)]
pub struct Experts {
    /// Of what the experts compute with: the format in which they are stored, as grouped products are no autocast
    /// operation.
    element: f64,
    /// Of the scores by which outputs are weighted; the result has their format.
    score: f64,
    router: Router,
    activation: Activation,
    are_trained: bool,
    has_shared: bool,
    has_shared_gate: bool,
}

impl Experts {
    /// The experts that the run's layers have, or `None`.
    pub fn of(run: &TrainingRun) -> Option<Self> {
        if !run.shape.is(Fact::NumExperts) {
            return None;
        }
        let element = run.formats.stream;
        let router = run.kind(Fact::Router);
        Some(Self {
            element,
            score: match router {
                Router::Wide | Router::WideProduct => FP32,
                Router::Narrow | Router::EveryExpert => element,
            },
            router,
            activation: run.kind(Fact::Activation),
            are_trained: run.formats.trains_everything(),
            has_shared: run.shape.is(Fact::SharedIntermediateSize),
            has_shared_gate: run.shape.is(Fact::SharedExpertGate),
        })
    }

    /// What the block keeps, its input apart.
    pub fn saved(&self) -> Tensors {
        let routing = Tensors::of(&[(FP32, Width::Experts), (ROW_ROUTING, Width::Visits)]);
        // The router's own copy of its input.
        let copy = Tensors::of(&[(FP32, Width::Hidden)]).only_if(self.copies_input());
        // The gathered rows are the operand of a gradient of weights; the outputs that of the scores' gradient.
        let gathered = self.rows(1.0).only_if(self.are_trained);
        routing + copy + gathered + self.inner(self.n_inner()) + self.rows(1.0) + self.saved_by_shared()
    }

    /// Linear layers that read the block's input.
    pub fn n_inputs(&self) -> f64 {
        if self.has_shared { 3.0 } else { 1.0 }
    }

    fn saved_by_shared(&self) -> Tensors {
        let inner = Tensors::of(&[(self.n_inner() * self.element, Width::Shared)]).only_if(self.has_shared);
        // The gate's product keeps their output.
        inner + self.stream(1.0).only_if(self.has_shared_gate)
    }

    /// Instants inside the block's backward pass at which a layer that kept `kept` may need most.
    pub fn backward(&self, run: &TrainingRun, kept: Tensors) -> Vec<Instant> {
        let is_recomputed = run.is_checkpointed();
        // One of gate, up and down, of all experts.
        let one: Expr<Count> = run.widths.leaf(Width::Hidden) * run.shape.leaf::<Count>(Fact::MoeIntermediateSize);
        let matrix = || run.widths.leaf(Width::Experts) * one.clone();
        let (kept, gradients, done) = self.around(run, kept);
        // The gradient of each row, zeros, and both in the order of experts; then as much for the products with scores
        // and outputs, whose result is converted while the graph still holds the outputs.
        let converted = self.rows(1.0).only_if(self.score > self.element && !is_recomputed);
        let mut res = vec![Instant::new(kept, gradients + self.scores(3.0) + converted, done.clone())];
        // Outputs are gone. The gradients of product, gate and up: three tensors, and a product that was kept is gone.
        let activated = Instant::new(
            kept - self.rows(1.0) - self.inner(1.0).only_if(self.are_trained),
            gradients + self.inner(3.0),
            if self.are_trained { done.clone() + matrix() } else { done.clone() },
        );
        res.push(activated);
        if self.are_trained {
            // Gradients of stacked weights are single tensors: that of `down`, then that of gate and up. The outputs'
            // place has their gradient; later that of gate and up, as wide as both, takes the place of all inner ones.
            res.push(Instant::new(kept, gradients + self.inner(1.0), done.clone() + matrix()));
            let gate_and_up = kept - self.rows(1.0) - self.inner(self.n_inner());
            let of_inputs = self.inner(2.0) + self.rows(1.0);
            res.push(Instant::new(gate_and_up, gradients + of_inputs, done + times(3.0) * matrix()));
        } else if is_recomputed {
            // The layer is recomputed when the gradient of each row exists already. What it does not keep is still there:
            // gathered and weighted rows, the residual stream and the norm's output.
            let forward = self.rows(1.0) + self.scores(2.0) + self.stream(2.0);
            res.push(Instant::new(kept, gradients + forward, done));
        }
        res
    }

    /// What the shared experts change for the others: what of `kept` is left, which gradients wait, and how many elements
    /// of weights have theirs.
    fn around(&self, run: &TrainingRun, kept: Tensors) -> (Tensors, Tensors, Expr<Count>) {
        let stream = Tensors::of(&[(run.formats.stream, Width::Hidden)]);
        if !self.has_shared {
            return (kept, stream, Expr::number(0.0));
        }
        let waiting = stream + self.stream(1.0);
        if self.has_shared_gate {
            // They ran first: the gradient of their output waits.
            return (kept, waiting, Expr::number(0.0));
        }
        // They ran last: their tensors are gone, and so is the block's input if the router has a copy of its own.
        let input = self.stream(1.0).only_if(self.copies_input());
        let weights = times(3.0) * run.widths.leaf(Width::Hidden) * run.widths.leaf(Width::Shared);
        (kept - self.saved_by_shared() - input, waiting, weights)
    }

    fn copies_input(&self) -> bool {
        self.are_trained && self.router == Router::WideProduct
    }

    /// Tensors of the inner width that an expert keeps: gate and up, which are one tensor of twice the width, those of the
    /// activation, and the product for the gradient of `down`.
    fn n_inner(&self) -> f64 {
        let of_activation = match self.activation {
            // Both inputs clamped, the sigmoid, `u + 1` and its factor.
            Activation::ClampedSwiglu => 4.0,
            _ => 1.0,
        };
        2.0 + of_activation + if self.are_trained { 1.0 } else { 0.0 }
    }

    /// Tensors as large as the residual stream.
    fn stream(&self, count: f64) -> Tensors {
        Tensors::of(&[(count * self.element, Width::Hidden)])
    }

    /// Rows of the residual stream's width.
    fn rows(&self, count: f64) -> Tensors {
        Tensors::of(&[(count * self.element, Width::Rows)])
    }

    /// The same in the format of scores.
    fn scores(&self, count: f64) -> Tensors {
        Tensors::of(&[(count * self.score, Width::Rows)])
    }

    /// Rows of an expert's inner width.
    fn inner(&self, count: f64) -> Tensors {
        Tensors::of(&[(count * self.element, Width::InnerRows)])
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
        let shape = Shape::new(Reader::new(&inputs, Telling::Values));
        let run = TrainingRun::of(&shape);
        let saved = Experts::of(&run).expect("a mixture").saved().per_token(&run.widths).value();
        assert!((saved / traced - 1.0).abs() < 1e-3, "{model}: {saved} instead of {traced}");
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
