//! The moments of a training step, for full fine-tuning and adapters: which tensors live at each. Those
//! of layers, logits and the ends of the model are listed by `blocks`; its own are the gradients of weights, autocast's copies
//! and the gradient of the embedding's output. It knows no optimizer.
//!
//! The order is that of a Transformers run: forward, loss, backward, step, gradients dropped after the step.

use crate::estimator::architecture::Fact;
use crate::estimator::component::Component;
use crate::estimator::estimate::{Lines, Moment};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::norm::keeps_stream;
use crate::estimator::methods::calibrated::blocks::{head, logits, masks};
use crate::estimator::methods::calibrated::model::counts::Counts;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::model::storage;
use crate::estimator::methods::calibrated::model::widths::Widths;
use crate::estimator::methods::calibrated::phases::stack::{Alike, Stack};
use crate::estimator::methods::calibrated::run::resident::Resident;
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::dtype::{element, times};
use crate::estimator::methods::calibrated::tensors::instant::Instant;
use crate::estimator::methods::calibrated::tensors::list::Tensors;
use crate::estimator::moment::MomentId;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{Count, Memory};

/// The moments of a step on the batch that the inputs describe.
pub fn moments(shape: &Shape) -> Vec<Moment> {
    let run = TrainingRun::of(shape);
    let counts = Counts::of(shape);
    let losses = Losses::of(&run);
    let step = Step::of(&run, &counts);
    step.moments(losses)
}

/// Logits at the loss and at the beginning of the backward pass.
pub struct Losses {
    /// While the loss is computed.
    pub forward: Expr<Memory>,
    /// When its gradient is.
    pub backward: Expr<Memory>,
    /// What else the model returned and lives while the loss is computed.
    pub output: Tensors,
}

impl Losses {
    /// Cross entropy over all tokens.
    pub fn of(run: &TrainingRun) -> Self {
        Self { forward: logits::at_loss(run), backward: logits::at_backward(run), output: head::output(run) }
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
}

/// How tensors are told: by their sum, or by name too.
type Tell = fn(&Tensors, Quantity, &Widths) -> Expr<Memory>;

/// What an instant inside a layer's backward pass has beside what every moment has.
struct Inside {
    activations: Expr<Memory>,
    temporaries: Expr<Memory>,
    copies: Option<Expr<Memory>>,
    gradients: Option<Expr<Memory>>,
}

impl Inside {
    fn total(&self) -> f64 {
        let optional = [&self.copies, &self.gradients].into_iter().flatten();
        self.activations.value() + self.temporaries.value() + optional.map(Expr::value).sum::<f64>()
    }

    fn put(self, lines: &mut Lines) {
        lines.push((Component::Activations, self.activations));
        lines.push((Component::Temporaries, self.temporaries));
        lines.extend(self.copies.map(|it| (Component::AutocastCopies, it)));
        lines.extend(self.gradients.map(|it| (Component::Gradients, it)));
    }
}

impl<'a> Step<'a> {
    /// Prepares a step.
    pub fn of(run: &'a TrainingRun<'a>, counts: &Counts) -> Self {
        Self::with(run, counts, Resident::of(run, counts))
    }

    /// Prepares a step of a run that holds `resident` throughout.
    pub fn with(run: &'a TrainingRun<'a>, counts: &Counts, resident: Resident) -> Self {
        Self { run, resident, stack: Stack::of(run, counts), head: head::kept(run) }
    }

    /// The moments, in the order of the run.
    pub fn moments(&self, losses: Losses) -> Vec<Moment> {
        let loss = self.all_kept(losses.output, losses.forward, self.copies(true));
        let start = self.all_kept(Tensors::default(), losses.backward, self.copies(!self.run.is_checkpointed()));
        vec![
            Moment::new(MomentId::Loss, loss),
            Moment::new(MomentId::BackwardStart, start),
            Moment::new(MomentId::BackwardLastLayer, self.fullest_instant(true)),
            Moment::new(MomentId::BackwardLayer, self.fullest_instant(false)),
            Moment::new(MomentId::BackwardEnd, self.end()),
            Moment::new(MomentId::OptimizerStep, self.optimizer_step()),
        ]
    }

    /// What lives all the time, with room for what a moment adds.
    fn resident_lines(&self) -> Lines {
        let mut res = Vec::with_capacity(self.resident.lines.len() + 6);
        res.extend_from_slice(&self.resident.lines);
        res
    }

    /// What every moment before the optimizer's step has.
    fn base(&self, n_masks: f64) -> Lines {
        let mut res = self.resident_lines();
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

    fn all_kept(&self, output: Tensors, logits: Expr<Memory>, copies: Option<Expr<Memory>>) -> Lines {
        let run = self.run;
        let mut res = self.base(masks::number(run));
        let kept = self.stack.kept.clone() + self.head.listed(Quantity::KeptOfHead, &run.widths);
        let kept = if output.is_empty() { kept } else { kept + output.listed(Quantity::ModelOutput, &run.widths) };
        res.push((Component::Activations, self.decided(run.tokens() * kept)));
        res.push((Component::Logits, logits));
        res.extend(copies.map(|it| (Component::AutocastCopies, it)));
        if run.accumulates() {
            res.push((Component::Gradients, self.all_gradients()));
        }
        res
    }

    /// Notes the choices that decide which tensors a layer keeps.
    fn decided(&self, kept: Expr<Memory>) -> Expr<Memory> {
        let reader = self.run.shape.reader;
        if !reader.is_telling() {
            return kept;
        }
        let choices =
            [Id::GradientCheckpointing, Id::Activation, Id::Attention, Id::Padding, Id::SlidingWindow, Id::LoraDropout];
        choices.into_iter().filter(|id| reader.has_effect(*id)).fold(kept, Expr::chosen_by)
    }

    /// All gradients. With several micro-batches they live from one to the next.
    fn all_gradients(&self) -> Expr<Memory> {
        self.resident.gradients().chosen_by(Id::GradientAccumulationSteps)
    }

    /// 16-bit copies of linear layers' FP32 weights, which autocast makes once and keeps through the forward pass; later
    /// only the graph holds them, which checkpoints do without.
    fn copies(&self, of_layers: bool) -> Option<Expr<Memory>> {
        let run = self.run;
        let formats = &run.formats;
        let of_copy = || element(formats.compute);
        if !formats.is_autocast {
            return None;
        }
        if !formats.trains_everything() {
            return of_layers.then(|| self.resident.trained.clone() * of_copy());
        }
        let copied = if of_layers { run.embedding() + self.stack.converted.clone() } else { run.embedding() };
        Some((copied * of_copy()).chosen_by(Id::Recipe))
    }

    /// The fullest instant inside the last layer, which the backward pass meets first, or inside the first one.
    fn fullest_instant(&self, is_last: bool) -> Lines {
        let instants = || self.stack.kinds.iter().flat_map(|kind| kind.instants.iter().map(move |it| (kind, it)));
        let mut res: Option<(f64, Inside, (&Alike, &Instant))> = None;
        for (kind, instant) in instants().filter(|(kind, _)| !(is_last && kind.is_leading)) {
            // Which is the fullest is known before its tensors are told by name.
            let inside = self.inside(instant, kind, is_last, Tensors::named);
            let total = inside.total();
            if res.as_ref().is_none_or(|(largest, ..)| total > *largest) {
                res = Some((total, inside, (kind, instant)));
            }
        }
        let is_told = self.run.shape.reader.is_telling();
        let res = res.map(
            |(_, inside, (kind, instant))| {
                if is_told { self.inside(instant, kind, is_last, Tensors::listed) } else { inside }
            },
        );
        let mut lines = self.base(if is_last { masks::number(self.run) } else { 1.0 });
        if let Some(inside) = res {
            inside.put(&mut lines);
        }
        lines
    }

    /// An instant inside a layer of a kind.
    fn inside(&self, instant: &Instant, kind: &Alike, is_last: bool, tell: Tell) -> Inside {
        let run = self.run;
        let left = instant.left(&run.widths, &kind.linear);
        let gradients = run.tokens() * tell(&instant.gradients, Quantity::GradientsInside, &run.widths);
        // A quantized matrix is expanded to 16 bits for its product.
        let expanded = if run.is_quantized() { storage::expanded(run.shape) } else { None };
        Inside {
            activations: self.decided(run.tokens() * self.kept_inside(instant, kind, is_last, tell)),
            temporaries: match expanded {
                Some(expanded) => gradients + expanded,
                None => gradients,
            },
            copies: self.copies_inside(&left, kind, is_last),
            gradients: self.gradients(&left, kind, is_last),
        }
    }

    /// Bytes per token that are kept at an instant inside a layer of a kind.
    fn kept_inside(&self, instant: &Instant, kind: &Alike, is_last: bool, tell: Tell) -> Expr<Memory> {
        let run = self.run;
        // A layer that is recomputed starts from its stored input, which is a tensor of its own unless the norm keeps it.
        let is_own = run.is_checkpointed() && !keeps_stream(run);
        let kept = tell(&instant.kept, Quantity::KeptInside, &run.widths);
        let kept = if is_own { kept + self.stack.input.clone() } else { kept };
        let leading = self.leading(kind).filter(|_| !is_last);
        match (is_last, run.is_checkpointed()) {
            (false, is_checkpointed) => match leading {
                Some(it) if is_checkpointed => kept + it.count.clone() * self.stack.input.clone(),
                Some(it) => kept + it.count.clone() * it.kept.clone(),
                None => kept,
            },
            (true, true) => kept + (run.layers() - Expr::number(1.0)) * self.stack.input.clone(),
            (true, false) => kept + self.stack.kept.clone() - kind.kept.clone(),
        }
    }

    /// Autocast's copies of weights at an instant at which `left` elements of a layer's weights have no gradient yet.
    fn copies_inside(&self, left: &Expr<Count>, kind: &Alike, is_last: bool) -> Option<Expr<Memory>> {
        let run = self.run;
        if !(run.formats.is_autocast && run.formats.trains_everything()) {
            return None;
        }
        let of_layer = self.stack.converted.clone() / run.layers();
        let left = if kind.layer.has_experts() { of_layer.clone() } else { left.clone() };
        let is_of_all = is_last && !run.is_checkpointed();
        let copied = if is_of_all { self.stack.converted.clone() - of_layer + left } else { left };
        Some(copied * element(run.formats.compute))
    }

    /// The layers that stand before those of a kind.
    fn leading(&self, kind: &Alike) -> Option<&Alike> {
        self.stack.kinds.iter().find(|it| it.is_leading && !kind.is_leading)
    }

    /// Gradients that exist inside the last or the first layer of a kind, whose weights have `left` elements without one.
    fn gradients(&self, left: &Expr<Count>, kind: &Alike, is_last: bool) -> Option<Expr<Memory>> {
        let run = self.run;
        let done = || kind.linear.clone() - left.clone();
        if run.accumulates() && run.formats.trains_everything() && kind.layer.has_experts() {
            // A stacked gradient is added to the one before only when it is complete.
            return Some(self.all_gradients() + done() * self.resident.gradient.clone());
        }
        if run.accumulates() {
            return Some(self.all_gradients());
        }
        if !run.formats.trains_everything() {
            return (!is_last).then(|| self.resident.gradients());
        }
        let done = if is_last {
            run.embedding() + done()
        } else {
            // The embedding's is the last of all; a tied one has the output projection's share.
            let is_tied = run.shape.is(Fact::TieWordEmbeddings);
            let missing = if is_tied { left.clone() } else { left.clone() + run.embedding() };
            let missing = match self.leading(kind) {
                Some(it) => missing + it.count.clone() * it.linear.clone(),
                None => missing,
            };
            let all = self.resident.trained.clone();
            // A size that is overridden may leave the model smaller than its shape says.
            if missing.value() < all.value() { all - missing } else { Expr::number(0.0) }
        };
        Some(done * self.resident.gradient.clone())
    }

    /// The embedding's gradient is computed from that of its output.
    fn end(&self) -> Lines {
        let run = self.run;
        let mut res = self.resident_lines();
        res.push((Component::Inputs, self.run.ids()));
        res.push((Component::Gradients, self.all_gradients()));
        if !run.formats.trains_everything() {
            return res;
        }
        let stream = run.stream("gradient of the embedding's output", "derivatives.yaml, embedding");
        let stream = run.tokens() * stream.listed(Quantity::GradientsInside, &run.widths);
        let table = || run.embedding() * self.resident.gradient.clone();
        let is_tied = run.shape.is(Fact::TieWordEmbeddings);
        let temporaries = match (is_tied, run.formats.is_autocast) {
            (false, _) if run.accumulates() => table() + stream,
            (false, _) => stream,
            // Two gradients of one table. Autograd adds the second to the first in place where it holds the only reference
            // to it, as it does to one that autocast has just converted; otherwise their sum is a third.
            (true, true) => table() + stream,
            (true, false) => (table() + stream).max(times(2.0) * table()),
        };
        res.push((Component::Temporaries, temporaries));
        res
    }

    /// The gradient of the output projection's weight, which is the first of all; none if it is not trained.
    pub fn head_gradient(&self) -> Option<Expr<Memory>> {
        let is_trained = self.run.formats.trains_everything();
        is_trained.then(|| self.run.embedding() * self.resident.gradient.clone())
    }

    fn optimizer_step(&self) -> Lines {
        let mut res = self.resident_lines();
        res.push((Component::Inputs, self.run.ids()));
        res.push((Component::Gradients, self.all_gradients()));
        res.extend(self.resident.paged.clone().map(|it| (Component::Optimizer, it)));
        res.extend(self.resident.step.clone().map(|it| (Component::Temporaries, it)));
        res
    }
}
