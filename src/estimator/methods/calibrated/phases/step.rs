//! The moments of a training step, for full fine-tuning and adapters: which tensors live at each. It knows no tensor by
//! itself; `layer` and `head` list them.
//!
//! The order is that of a Transformers run: forward, loss, backward, step, gradients dropped after the step.

use crate::estimator::architecture::{Fact, NormPlacement};
use crate::estimator::component::Component;
use crate::estimator::estimate::Moment;
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::adapters::Site;
use crate::estimator::methods::calibrated::blocks::attention;
use crate::estimator::methods::calibrated::blocks::experts::Experts;
use crate::estimator::methods::calibrated::blocks::head;
use crate::estimator::methods::calibrated::blocks::layer::{Layer, keeps_stream};
use crate::estimator::methods::calibrated::model::counts::{Counts, is_expert, is_vision};
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::model::weights;
use crate::estimator::methods::calibrated::parts::counter::Part;
use crate::estimator::methods::calibrated::run::resident::Resident;
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::dtype::{element, times};
use crate::estimator::methods::calibrated::tensors::instant::Instant;
use crate::estimator::methods::calibrated::tensors::list::Tensors;
use crate::estimator::methods::calibrated::tensors::width::Width;
use crate::estimator::moment::MomentId;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::units::{Count, Memory};

/// Components and what they take.
pub type Lines = Vec<(Component, Expr<Memory>)>;

/// The moments of a step on the batch that the inputs describe.
pub fn moments(shape: &Shape) -> Vec<Moment> {
    let run = TrainingRun::of(shape);
    let counts = Counts::of(shape);
    let losses = Losses::of(&run);
    let step = Step::of(&run, &counts);
    step.moments(losses).into_iter().map(|(id, lines)| Moment::new(id, lines)).collect()
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
        Self { forward: head::logits_at_loss(run), backward: head::logits_at_backward(run), output: head::output(run) }
    }
}

/// Layers that are alike.
struct Kind {
    /// How many there are.
    count: Expr<Count>,
    /// What one of them keeps for each token.
    saved: Expr<Memory>,
    /// Its tensors.
    layer: Layer,
    /// Elements of its linear layers.
    linear: Expr<Count>,
    /// Whether layers of this kind stand before those of others only.
    is_leading: bool,
}

/// A training step, prepared so that its moments share their formulas.
pub struct Step<'a> {
    run: &'a TrainingRun<'a>,
    /// What lives all the time.
    pub resident: Resident,
    layers: Vec<Kind>,
    /// What all layers together keep for each token: `s_layers`.
    kept: Expr<Memory>,
    /// Elements of the linear layers that autocast converts: grouped products of experts are none.
    converted: Expr<Count>,
    head: Tensors,
}

impl<'a> Step<'a> {
    /// Prepares a step.
    pub fn of(run: &'a TrainingRun<'a>, counts: &Counts) -> Self {
        Self::with(run, counts, Resident::of(run, counts))
    }

    /// Prepares a step of a run that holds `resident` throughout.
    pub fn with(run: &'a TrainingRun<'a>, counts: &Counts, resident: Resident) -> Self {
        let is_linear = |part| {
            matches!(
                part,
                Part::Attention
                    | Part::CrossAttention
                    | Part::LinearAttention
                    | Part::FeedForward
                    | Part::Experts
                    | Part::Router
                    | Part::SharedExperts
            )
        };
        let linear = counts.leaf("P_linear", |it| is_linear(it.part) && !is_vision(it));
        let layers = kinds(run, counts, &linear);
        let kept = kept(run, &layers);
        let converted = if layers.iter().any(|it| it.layer.has_experts()) {
            counts.leaf("P_converted", |it| is_linear(it.part) && !is_expert(it) && !is_vision(it))
        } else {
            linear
        };
        Self { run, resident, converted, layers, kept, head: head::saved(run) }
    }

    /// The lines of each moment, in the order of the run.
    pub fn moments(&self, losses: Losses) -> Vec<(MomentId, Lines)> {
        let loss = self.all_kept(losses.output, losses.forward, self.copies(true));
        let start = self.all_kept(Tensors::default(), losses.backward, self.copies(!self.run.is_checkpointed()));
        vec![
            (MomentId::Loss, loss),
            (MomentId::BackwardStart, start),
            (MomentId::BackwardLastLayer, self.fullest_instant(true)),
            (MomentId::BackwardLayer, self.fullest_instant(false)),
            (MomentId::BackwardEnd, self.end()),
            (MomentId::OptimizerStep, self.optimizer_step()),
        ]
    }

    /// What every moment before the optimizer's step has.
    fn base(&self, n_masks: f64) -> Lines {
        let mut res = self.resident.lines.clone();
        // Token ids of 8 bytes; checkpoints hold the masks for the recomputation, no graph does.
        let ids = self.run.tokens() * element(8.0);
        let mask = attention::mask(self.run).filter(|_| self.run.is_checkpointed());
        let inputs = match mask {
            Some(mask) if n_masks == 1.0 => ids + mask,
            Some(mask) => ids + times(n_masks) * mask,
            None => ids,
        };
        res.push((Component::Inputs, inputs));
        res
    }

    /// Windowed and other layers have a mask each, unless the others leave it to the kernel.
    fn n_masks(&self) -> f64 {
        let run = self.run;
        let n_windowed = run.shape.number(Fact::NumSlidingLayers);
        let has_both = n_windowed > 0.0 && n_windowed < run.layers().value();
        if has_both && attention::needs_mask_everywhere(run) { 2.0 } else { 1.0 }
    }

    fn all_kept(&self, output: Tensors, logits: Expr<Memory>, copies: Option<Expr<Memory>>) -> Lines {
        let run = self.run;
        let mut res = self.base(self.n_masks());
        let kept = self.kept.clone() + (self.head + output).per_token(&run.widths);
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
        let copied = if of_layers { run.embedding() + self.converted.clone() } else { run.embedding() };
        Some((copied * of_copy()).chosen_by(Id::Recipe))
    }

    /// The fullest instant inside the last layer, which the backward pass meets first, or inside the first one.
    fn fullest_instant(&self, is_last: bool) -> Lines {
        let mut res: Option<(f64, Lines)> = None;
        for kind in self.layers.iter().filter(|it| !(is_last && it.is_leading)) {
            for instant in kind.layer.backward(self.run) {
                let lines = self.instant(&instant, kind, is_last);
                let total = lines.iter().map(|(_, formula)| formula.value()).sum();
                if res.as_ref().is_none_or(|(largest, _)| total > *largest) {
                    res = Some((total, lines));
                }
            }
        }
        res.map(|(_, lines)| lines).unwrap_or_default()
    }

    /// An instant inside a layer of a kind.
    fn instant(&self, instant: &Instant, kind: &Kind, is_last: bool) -> Lines {
        let run = self.run;
        let formats = &run.formats;
        let left = instant.left(&run.widths, &kind.linear);
        let mut res = self.base(if is_last { self.n_masks() } else { 1.0 });
        let stream = Tensors::of(&[(formats.stream, Width::Hidden)]);
        // A layer that is recomputed starts from its stored input, which is a tensor of its own unless the norm keeps it.
        let own = stream.only_if(run.is_checkpointed() && !keeps_stream(run));
        let kept = (instant.kept + own).per_token(&run.widths);
        let others = run.layers() - Expr::number(1.0);
        let leading = self.leading(kind).filter(|_| !is_last);
        let kept = match (is_last, run.is_checkpointed()) {
            (false, is_checkpointed) => match leading {
                Some(it) if is_checkpointed => kept + it.count.clone() * stream.per_token(&run.widths),
                Some(it) => kept + it.count.clone() * it.saved.clone(),
                None => kept,
            },
            (true, true) => kept + others * stream.per_token(&run.widths),
            (true, false) => kept + self.kept.clone() - kind.saved.clone(),
        };
        res.push((Component::Activations, self.decided(run.tokens() * kept)));
        let gradients = run.tokens() * instant.gradients.per_token(&run.widths);
        // A quantized matrix is expanded to 16 bits for its product.
        let expanded = if run.is_quantized() { weights::expanded(run.shape) } else { None };
        res.push((
            Component::Temporaries,
            match expanded {
                Some(expanded) => gradients + expanded,
                None => gradients,
            },
        ));
        if formats.is_autocast && formats.trains_everything() {
            let of_layer = self.converted.clone() / run.layers();
            let left = if kind.layer.has_experts() { of_layer.clone() } else { left.clone() };
            let copied =
                if is_last && !run.is_checkpointed() { self.converted.clone() - of_layer + left } else { left };
            res.push((Component::AutocastCopies, copied * element(formats.compute)));
        }
        if let Some(gradients) = self.gradients(&left, kind, is_last) {
            res.push((Component::Gradients, gradients));
        }
        res
    }

    /// The layers that stand before those of a kind.
    fn leading(&self, kind: &Kind) -> Option<&Kind> {
        self.layers.iter().find(|it| it.is_leading && !kind.is_leading)
    }

    /// Gradients that exist inside the last or the first layer of a kind, whose weights have `left` elements without one.
    fn gradients(&self, left: &Expr<Count>, kind: &Kind, is_last: bool) -> Option<Expr<Memory>> {
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
        let mut res = self.resident.lines.clone();
        res.push((Component::Inputs, run.tokens() * element(8.0)));
        res.push((Component::Gradients, self.all_gradients()));
        if !run.formats.trains_everything() {
            return res;
        }
        let stream = run.tokens() * Tensors::of(&[(run.formats.stream, Width::Hidden)]).per_token(&run.widths);
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
        let mut res = self.resident.lines.clone();
        res.push((Component::Inputs, self.run.tokens() * element(8.0)));
        res.push((Component::Gradients, self.all_gradients()));
        res.extend(self.resident.paged.clone().map(|it| (Component::Optimizer, it)));
        res.extend(self.resident.step.clone().map(|it| (Component::Temporaries, it)));
        res
    }
}

/// Layers with and without a window where sequences reach beyond it, else layers that are all alike; in a mixture, layers
/// without experts stand before the others.
fn kinds(run: &TrainingRun, counts: &Counts, linear: &Expr<Count>) -> Vec<Kind> {
    let layers = run.layers();
    let n_layers = layers.value();
    let experts = Experts::of(run);
    // A mixture has one layer with experts at least.
    let n_dense = if experts.is_some() { run.shape.number(Fact::NumDenseLayers).min(n_layers - 1.0) } else { 0.0 };
    let mut res = Vec::new();
    let (mut rest, mut of_layer) = (layers.clone(), linear.clone() / layers.clone());
    if experts.is_some() {
        let is_common = |part| matches!(part, Part::Attention | Part::CrossAttention | Part::LinearAttention);
        let is_of_mixture = |part| matches!(part, Part::Experts | Part::Router | Part::SharedExperts);
        let common = counts.leaf("P_attention", |it| is_common(it.part) && !is_vision(it)) / layers.clone();
        if n_dense > 0.0 {
            let dense = run.shape.leaf::<Count>(Fact::NumDenseLayers).min(layers.clone() - Expr::number(1.0));
            rest = layers.clone() - dense.clone();
            let blocks = counts.leaf("P_dense", |it| it.part == Part::FeedForward && !is_vision(it));
            let layer = Layer::of(run, false, None);
            let saved = layer.saved().per_token(&run.widths).named("s_dense");
            let linear = common.clone() + blocks / dense.clone();
            res.push(Kind { count: dense, saved, layer, linear, is_leading: true });
        }
        of_layer = common + counts.leaf("P_mixture", |it| is_of_mixture(it.part) && !is_vision(it)) / rest.clone();
    }
    let mut add = |is_windowed, symbol, count| {
        let layer = Layer::of(run, is_windowed, experts);
        let saved = layer.saved().per_token(&run.widths).named(symbol);
        res.push(Kind { count, saved, layer, linear: of_layer.clone(), is_leading: false });
    };
    let n_windowed = run.shape.number(Fact::NumSlidingLayers).min(rest.value());
    let is_of_all = n_windowed == 0.0 || n_windowed == rest.value();
    match (attention::is_cut(run), is_of_all) {
        (false, _) => add(false, "s_layer", rest),
        (true, true) => add(true, "s_window", rest),
        (true, false) => {
            let windowed: Expr<Count> = run.shape.leaf(Fact::NumSlidingLayers);
            add(true, "s_window", windowed.clone());
            add(false, "s_layer", rest - windowed);
        }
    }
    res
}

/// What all layers together keep for each token.
fn kept(run: &TrainingRun, layers: &[Kind]) -> Expr<Memory> {
    if run.is_checkpointed() {
        // The input of each layer alone.
        return run.layers() * Tensors::of(&[(run.formats.stream, Width::Hidden)]).per_token(&run.widths);
    }
    let mut res: Option<Expr<Memory>> = None;
    for kind in layers {
        let of_kind = kind.count.clone() * kind.saved.clone();
        res = Some(match res {
            Some(sum) => sum + of_kind,
            None => of_kind,
        });
    }
    let all = res.unwrap_or_else(|| Expr::number(0.0));
    if run.formats.trains_everything() {
        return all;
    }
    // Nothing before the first adapter needs a gradient, so the first layer's norm and dropout keep nothing.
    let is_before = !matches!(run.kind(Fact::NormPlacement), NormPlacement::After | NormPlacement::AfterSum);
    let idle = layers[0].layer.attention_norm.only_if(is_before) + run.adapters.masks(Site::Projections);
    all - idle.per_token(&run.widths)
}
