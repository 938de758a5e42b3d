//! The moments of a training step, for full fine-tuning and adapters: which tensors live at each. Those of layers,
//! logits and the ends of the model are listed by `blocks`; its own are the gradients of weights, autocast's copies and
//! the gradient of the embedding's output. It knows no optimizer.
//!
//! The order is that of a Transformers run: forward, loss, backward, step, gradients dropped after the step.

use crate::estimator::architecture::Loss;
use crate::estimator::component::Component;
use crate::estimator::estimate::{Lines, Moment, put_any};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::packed_experts::expanded_element;
use crate::estimator::methods::calibrated::blocks::{embedding, head, loss, masks};
use crate::estimator::methods::calibrated::model::counts::Counts;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::phases::held;
use crate::estimator::methods::calibrated::phases::layer_backward::{Inside, LayerBackward};
use crate::estimator::methods::calibrated::phases::stack::Stack;
use crate::estimator::methods::calibrated::run::resident::Resident;
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::dtype::{element, times};
use crate::estimator::methods::calibrated::tensors::list::Tensors;
use crate::estimator::methods::calibrated::tensors::width::Width;
use crate::estimator::moment::MomentId;
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{Count, Memory};

/// The moments of a step on the batch that the inputs describe.
pub fn moments(shape: &Shape) -> Vec<Moment> {
    let run = TrainingRun::of(shape);
    let counts = Counts::of(shape);
    let losses = Losses::of(&run);
    let step = Step::of(&run, &counts);
    let mut res = step.moments(losses);
    held::put(&run, &mut res);
    res
}

/// Logits at the loss and at the beginning of the backward pass.
pub struct Losses {
    /// While the loss is computed; none where it reads no vocabulary.
    pub forward: Option<Expr<Memory>>,
    /// When its gradient is.
    pub backward: Option<Expr<Memory>>,
    /// What else the model returned and lives while the loss is computed.
    pub output: Tensors,
}

impl Losses {
    /// That of the run's head over all tokens.
    pub fn of(run: &TrainingRun) -> Self {
        Self { forward: loss::forward(run), backward: loss::backward(run), output: head::output(run) }
    }
}

/// A training step, prepared so that its moments share their formulas.
pub struct Step<'a> {
    run: &'a TrainingRun<'a>,
    /// What lives all the time.
    pub resident: Resident,
    stack: Stack,
    /// What the model's end keeps for each token.
    head: Tensors,
    /// What is kept before the layers for each token, until the pass ends.
    before: Option<Expr<Memory>>,
}

impl<'a> Step<'a> {
    /// Prepares a step.
    pub fn of(run: &'a TrainingRun<'a>, counts: &Counts) -> Self {
        Self::with(run, counts, Resident::of(run, counts))
    }

    /// Prepares a step of a run that holds `resident` throughout.
    pub fn with(run: &'a TrainingRun<'a>, counts: &Counts, resident: Resident) -> Self {
        let before = embedding::kept_before_layers(run);
        let before = (!before.is_empty()).then(|| before.listed(Quantity::KeptBeforeLayers, &run.widths));
        Self { run, resident, stack: Stack::of(run, counts), head: head::kept(run), before }
    }

    /// The moments, in the order of the run.
    pub fn moments(&self, losses: Losses) -> Vec<Moment> {
        let loss = self.all_kept(losses.output, losses.forward, self.copies(true));
        let start = self.all_kept(Tensors::default(), losses.backward, self.copies(!self.run.is_checkpointed()));
        let layers = LayerBackward::of(self.run, &self.stack, &self.resident);
        let (last, first) = layers.fullest();
        vec![
            Moment::new(MomentId::Loss, loss),
            Moment::new(MomentId::BackwardStart, start),
            Moment::new(MomentId::BackwardLastLayer, self.inside(masks::number(self.run), last)),
            Moment::new(MomentId::BackwardLayer, self.inside(1.0, first)),
            Moment::new(MomentId::BackwardEnd, self.end()),
            Moment::new(MomentId::OptimizerStep, self.optimizer_step()),
        ]
    }

    /// What every moment before the optimizer's step has.
    pub fn base(&self, n_masks: f64) -> Lines {
        let mut res = self.resident.lines_of_moment();
        // Checkpoints hold the masks for the recomputation, no graph does.
        let ids = self.run.ids();
        let mask = masks::mask(self.run).filter(|_| self.run.is_checkpointed());
        let inputs = match mask {
            Some(mask) if n_masks == 1.0 => ids + mask,
            Some(mask) => ids + times(n_masks) * mask,
            None => ids,
        };
        res.push((Component::Inputs, inputs));
        res
    }

    /// The layers.
    pub const fn stack(&self) -> &Stack {
        &self.stack
    }

    /// The same with an instant at which all gradients of a layer's weights are there, inside the backward pass of its
    /// first norm: on one GPU they stay, and others are fuller.
    pub fn with_ends_of_layers(mut self) -> Self {
        self.stack.put_ends(self.run);
        self
    }

    /// How many masks there are before the backward pass.
    pub fn masks(&self) -> f64 {
        masks::number(self.run)
    }

    /// What one layer keeps of the whole batch.
    pub fn kept_of_one_layer(&self) -> Expr<Memory> {
        self.run.tokens() / self.run.layers() * self.stack.sums.kept.clone()
    }

    /// What lives once so many layers have run forward.
    pub fn kept_of_layers(&self, number: f64) -> Lines {
        let run = self.run;
        let mut res = self.base(masks::number(run));
        let of_layers = self.stack.sums.kept.clone();
        let is_all = number >= run.layers().value();
        let kept = if is_all { of_layers } else { times(number) / run.layers() * of_layers };
        let kept = match self.before.clone() {
            Some(before) => kept + before,
            None => kept,
        };
        res.push((Component::Activations, run.tokens() * kept));
        res
    }

    /// What lives once so many layers have run forward, and their output was not read yet.
    pub fn behind_layers(&self, number: f64) -> Lines {
        let run = self.run;
        let mut res = self.kept_of_layers(number);
        let stream = run.stream("output of a layer", "modeling_llama.py, LlamaDecoderLayer.forward");
        res.push((Component::Temporaries, run.tokens() * stream.listed(Quantity::LayerInput, &run.widths)));
        res
    }

    /// Elements of weights that autocast converts in a pass through the layers.
    pub fn converted(&self) -> Expr<Count> {
        self.stack.sums.converted.clone()
    }

    /// What lives when all that the backward pass needs is kept, with what else there is then.
    pub fn all_kept(&self, output: Tensors, logits: Option<Expr<Memory>>, copies: Option<Expr<Memory>>) -> Lines {
        let run = self.run;
        let mut res = self.base(masks::number(run));
        let of_layers = self.stack.sums.kept.clone();
        let kept = match self.before.clone() {
            Some(before) => of_layers + before,
            None => of_layers,
        };
        let kept = kept + self.head.listed(Quantity::KeptOfHead, &run.widths);
        let kept = if output.is_empty() { kept } else { kept + output.listed(Quantity::ModelOutput, &run.widths) };
        res.push((Component::Activations, run.tokens() * kept));
        put_any(&mut res, Component::Logits, logits);
        put_any(&mut res, Component::AutocastCopies, copies);
        if run.accumulates() {
            put_any(&mut res, Component::Gradients, self.resident.kept_gradients());
        }
        res
    }

    /// 16-bit copies of weights: autocast's of FP32 ones, and packed experts, which are expanded when they are read.
    /// What reads them holds them for the backward pass, which checkpoints do without.
    pub fn copies(&self, of_layers: bool) -> Option<Expr<Memory>> {
        let expanded = self.stack.sums.expanded().filter(|_| !self.run.is_checkpointed());
        Expr::sum_of_any(self.autocast_copies(of_layers), expanded.map(|it| it * expanded_element()))
    }

    /// Copies of linear layers' FP32 weights, which autocast makes once and keeps through the forward pass; later only
    /// the graph holds them. Those of frozen weights the graph alone ever holds.
    fn autocast_copies(&self, of_layers: bool) -> Option<Expr<Memory>> {
        let run = self.run;
        let formats = &run.formats;
        let of_copy = || element(formats.compute);
        if !formats.is_autocast {
            return None;
        }
        let converted = || self.stack.sums.held_copies();
        // Adapters of 16 bits need none.
        let of_adapters = || (formats.adapter > formats.compute).then(|| self.resident.trained.clone());
        let of_stack = if formats.trains_everything() {
            of_layers.then(converted)
        } else {
            let of_frozen = (formats.converts_frozen && !run.is_checkpointed()).then(converted);
            Expr::sum_of_any(of_frozen, of_adapters().filter(|_| of_layers))
        };
        // The frozen output projection needs a copy where it is FP32.
        let is_wide = formats.converts_weights() || run.is_prepared();
        let of_head = (is_wide && loss::keeps_copy(run)).then(|| run.output_projection());
        Expr::sum_of_any(of_head, of_stack).map(|it| it * of_copy())
    }

    /// What lives at an instant inside a layer's backward pass.
    pub fn inside(&self, n_masks: f64, inside: Option<Inside>) -> Lines {
        let mut res = self.base(n_masks);
        if let Some(inside) = inside {
            let activations = match self.before.clone() {
                Some(before) => inside.activations + self.run.tokens() * before,
                None => inside.activations,
            };
            res.push((Component::Activations, activations));
            res.push((Component::Temporaries, inside.temporaries));
            put_any(&mut res, Component::AutocastCopies, inside.copies);
            put_any(&mut res, Component::Gradients, inside.gradients);
        }
        res
    }

    /// The embedding's gradient is computed from that of its output.
    pub fn end(&self) -> Lines {
        let run = self.run;
        let mut res = self.resident.lines_of_moment();
        res.push((Component::Inputs, self.run.ids()));
        let views = self.resident.views_made(run);
        put_any(&mut res, Component::Gradients, self.resident.kept_gradients().or(views));
        if !run.trains_embedding() {
            return res;
        }
        let stream = run.stream("gradient of the embedding's output", "derivatives.yaml, embedding");
        let stream = run.tokens() * stream.listed(Quantity::GradientsInside, &run.widths);
        if let Some(saved) = &run.saved {
            // A copy is tied to nothing. What is added to it is made first.
            let added = run.accumulates().then(|| saved.gradient_of_one(run.shape));
            res.push((Component::Temporaries, added.into_iter().fold(stream, |sum, it| sum + it)));
            return res;
        }
        let table = || run.embedding() * self.resident.gradient.clone();
        if let Some(rest) = self.rest_of_table() {
            let whole = if run.is_tied() { rest + table() } else { rest };
            res.push((Component::Temporaries, whole + stream));
            return res;
        }
        // A loss in chunks hands over its gradient of the table, to which the embedding's is then added in place.
        let is_tied = run.is_tied() && run.loss() != Some(Loss::Chunked);
        let temporaries = match (is_tied, run.accumulates()) {
            (false, true) => table() + stream,
            (false, _) if run.is_tied() => table() + stream,
            (false, _) => stream,
            (true, _) => shared_table(run, true, table(), stream),
        };
        res.push((Component::Temporaries, temporaries));
        res
    }

    /// The gradient of the output projection's weight, which is the first of all; none if it is not trained.
    pub fn head_gradient(&self) -> Option<Expr<Memory>> {
        let is_trained = self.run.formats.trains_everything();
        is_trained.then(|| self.run.embedding() * self.resident.gradient.clone())
    }

    /// What the gradient of a divided embedding has beside the rank's own part: it is made whole on each rank
    /// (DTensor's rule for `embedding_dense_backward`).
    fn rest_of_table(&self) -> Option<Expr<Memory>> {
        let ranks = self.run.tensor_ranks();
        (ranks > 1.0).then(|| times(ranks - 1.0) * (self.run.embedding() * self.resident.gradient.clone()))
    }

    fn optimizer_step(&self) -> Lines {
        let run = self.run;
        let mut res = self.resident.lines_of_moment();
        res.push((Component::Inputs, run.ids()));
        // The other gradient of a table that is both is divided, and so is their sum.
        let Some(rest) = self.rest_of_table().filter(|_| !run.is_tied()) else {
            return self.resident.at_step(res);
        };
        res.extend(self.resident.kept_gradients().map(|it| (Component::Gradients, it + rest)));
        // The part that the step reads, cut out; and of norms over parts of a sequence their reduced gradients, one
        // twice.
        let cut = run.embedding() * self.resident.gradient.clone();
        let cut = if run.is_sequence_divided() {
            let norms = times(2.0) * (run.layers() + Expr::number(1.0)) * run.widths.leaf(Width::Hidden);
            cut + norms * self.resident.gradient.clone()
        } else {
            cut
        };
        let made = match self.resident.step.clone() {
            Some(step) => step.max(cut),
            None => cut,
        };
        res.push((Component::Temporaries, made));
        res
    }
}

/// What is made when the second gradient of one table meets the first, of the output projection where that `is_tied`.
///
/// Autograd adds the second to the first in place where it holds the only reference to it, as it does to one that
/// autocast has just converted, or that an embedding has made; otherwise their sum is a third.
pub fn shared_table(run: &TrainingRun, is_tied: bool, table: Expr<Memory>, stream: Expr<Memory>) -> Expr<Memory> {
    let sum = table.clone() + stream;
    if is_tied && !run.formats.is_autocast { sum.max(times(2.0) * table) } else { sum }
}
