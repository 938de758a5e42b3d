//! The fullest instant inside the backward pass of a layer: of the last one, which the pass meets first, and of the
//! first. It knows no tensor: `layer` lists them.

use crate::estimator::architecture::{Fact, NormPlacement};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::norm::keeps_stream;
use crate::estimator::methods::calibrated::blocks::packed_experts::expanded_element;
use crate::estimator::methods::calibrated::model::storage;
use crate::estimator::methods::calibrated::model::widths::Widths;
use crate::estimator::methods::calibrated::phases::stack::Stack;
use crate::estimator::methods::calibrated::phases::sums::{Alike, Sums};
use crate::estimator::methods::calibrated::run::resident::{HeldGradients, Resident};
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::dtype::element;
use crate::estimator::methods::calibrated::tensors::instant::Instant;
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{BytesPerElement, Count, Memory};
use std::borrow::Cow;

/// What an instant inside a layer's backward pass has beside what every moment has.
#[derive(Clone)]
pub struct Inside {
    /// What layers keep.
    pub activations: Expr<Memory>,
    /// Gradients of activations, and operands.
    pub temporaries: Expr<Memory>,
    /// Autocast's copies of weights.
    pub copies: Option<Expr<Memory>>,
    /// Gradients of weights.
    pub gradients: Option<Expr<Memory>>,
}

impl Inside {
    fn total(&self) -> f64 {
        let optional = [&self.copies, &self.gradients].into_iter().flatten();
        self.activations.value() + self.temporaries.value() + optional.map(Expr::value).sum::<f64>()
    }
}

/// Where an instant is: its kind of layer, and its place among the instants of that kind.
type InstantPlace = (usize, usize);

/// The fullest instant so far.
type Found = Option<(InstantPlace, Inside)>;

/// What an instant is made of, whichever layer of its kind it is in.
struct InstantSums {
    /// What the layer kept and has not yet let go, for each token.
    kept: Expr<Memory>,
    /// Gradients of activations and operands.
    gradients: Expr<Memory>,
    /// Elements of the layer's weights whose gradients do not exist yet.
    left: Expr<Count>,
    /// Those of which autocast has copies then.
    copied: Expr<Count>,
    /// Elements of the layer's packed experts that are expanded.
    expanded: Option<Expr<Count>>,
}

/// Keeps the fuller of two instants; of equal ones the earlier.
fn keep_fuller(known: &mut Found, place: InstantPlace, inside: Inside) {
    if known.as_ref().is_none_or(|(_, fullest)| inside.total() > fullest.total()) {
        *known = Some((place, inside));
    }
}

/// Parameters that have their gradients when the pass meets a stack, and when it has left it.
pub struct Differentiated {
    /// Those of what stands behind the stack's last layer.
    pub before: Expr<Count>,
    /// All of the stack's.
    pub behind: Expr<Count>,
}

/// All that the instants inside layers are made of. The run says which tensors there are; every formula reads the
/// expressions beside it, so that the same code finds the fullest instant by values alone, and then tells that one.
pub struct LayerBackward<'a> {
    run: &'a TrainingRun<'a>,
    instants: &'a [Vec<Instant>],
    sums: Cow<'a, Sums>,
    widths: Cow<'a, Widths>,
    tokens: Expr<Count>,
    layers: Expr<Count>,
    /// Elements of the embedding's tables, whose gradients are the last of all.
    tables: Expr<Count>,
    /// Whether gradients of an earlier micro-batch are there.
    accumulates: bool,
    /// Parameters that have their gradients before the pass meets the last layer: those of the output projection.
    before: Expr<Count>,
    /// Trained parameters.
    trained: Expr<Count>,
    /// Bytes of the gradient of one.
    gradient: Expr<BytesPerElement>,
    /// The gradient of an output projection that is trained whole beside adapters, which is the first of all.
    of_saved_head: Option<Expr<Memory>>,
    /// All gradients where several micro-batches leave them.
    accumulated: Expr<Memory>,
    /// Where gradients are.
    held: HeldGradients,
    /// What autograd itself holds of gradients that are views.
    views_made: Option<Expr<Memory>>,
    /// What a quantized matrix takes that is expanded to 16 bits for its product.
    expanded: Option<Expr<Memory>>,
}

impl<'a> LayerBackward<'a> {
    /// The backward pass of a run through a stack of layers.
    pub fn of(run: &'a TrainingRun, stack: &'a Stack, resident: &Resident) -> Self {
        let of_stack = Differentiated { before: run.output_projection(), behind: resident.trained.clone() };
        Self::among(run, stack, resident, of_stack)
    }

    /// The same of a stack that is one of two.
    pub fn among(run: &'a TrainingRun, stack: &'a Stack, resident: &Resident, of_stack: Differentiated) -> Self {
        let Differentiated { before, behind } = of_stack;
        Self {
            run,
            instants: &stack.instants,
            sums: Cow::Borrowed(&stack.sums),
            widths: Cow::Borrowed(&run.widths),
            tokens: run.tokens(),
            layers: run.layers(),
            tables: run.tables(),
            accumulates: run.accumulates(),
            before,
            trained: behind,
            gradient: resident.gradient.clone(),
            of_saved_head: run.saved.as_ref().filter(|it| it.head).map(|it| it.gradient_of_one(run.shape)),
            accumulated: resident.gradients(),
            held: resident.held,
            views_made: resident.views_made(run),
            expanded: if run.is_quantized() { storage::expanded_in_backward(run.shape) } else { None },
        }
    }

    /// The same of a stage of a pipeline, behind so many elements of tables, whose earlier micro-batches may have left
    /// gradients.
    pub fn of_stage(
        run: &'a TrainingRun,
        stack: &'a Stack,
        resident: &Resident,
        of_stack: Differentiated,
        tables: Expr<Count>,
        accumulates: bool,
    ) -> Self {
        Self { tables, accumulates, ..Self::among(run, stack, resident, of_stack) }
    }

    /// The same by values alone.
    fn untold(&self) -> Self {
        Self {
            run: self.run,
            instants: self.instants,
            sums: Cow::Owned(self.sums.untold()),
            widths: Cow::Owned(self.widths.untold()),
            tokens: self.tokens.without_tree(),
            layers: self.layers.without_tree(),
            tables: self.tables.without_tree(),
            accumulates: self.accumulates,
            before: self.before.without_tree(),
            trained: self.trained.without_tree(),
            gradient: self.gradient.without_tree(),
            of_saved_head: self.of_saved_head.as_ref().map(Expr::without_tree),
            accumulated: self.accumulated.without_tree(),
            held: self.held,
            views_made: self.views_made.as_ref().map(Expr::without_tree),
            expanded: self.expanded.as_ref().map(Expr::without_tree),
        }
    }

    /// The fullest instants inside the last layer and inside the first.
    pub fn fullest(&self) -> (Option<Inside>, Option<Inside>) {
        if !self.widths.are_told() {
            let (last, first) = self.find();
            return (last.map(|it| it.1), first.map(|it| it.1));
        }
        // Which is the fullest is known before anything is told of it.
        let (last, first) = self.untold().find();
        let tell =
            |it: Found, is_last| it.map(|(place, _)| self.inside(&self.sums_at(place), self.kind(place), is_last));
        (tell(last, true), tell(first, false))
    }

    fn find(&self) -> (Found, Found) {
        let (mut last, mut first) = (None, None);
        for place in self.places() {
            let (kind, sums) = (self.kind(place), self.sums_at(place));
            if !kind.is_leading {
                keep_fuller(&mut last, place, self.inside(&sums, kind, true));
            }
            keep_fuller(&mut first, place, self.inside(&sums, kind, false));
        }
        (last, first)
    }

    fn places(&self) -> impl Iterator<Item = InstantPlace> {
        let of_kind = |(kind, instants): (usize, &Vec<Instant>)| (0..instants.len()).map(move |at| (kind, at));
        self.instants.iter().enumerate().flat_map(of_kind)
    }

    fn kind(&self, (kind, _): InstantPlace) -> &Alike {
        &self.sums.kinds[kind]
    }

    /// What an instant is made of, whichever layer of its kind it is in.
    fn sums_at(&self, (kind, at): InstantPlace) -> InstantSums {
        let instant = &self.instants[kind][at];
        let left = instant.left(&self.sums.kinds[kind].linear);
        InstantSums {
            copied: instant.copied.clone().unwrap_or_else(|| left.clone()),
            kept: instant.kept.listed(Quantity::KeptInside, &self.widths),
            gradients: self.tokens.clone() * instant.gradients.listed(Quantity::GradientsInside, &self.widths),
            left,
            expanded: instant.expanded.clone(),
        }
    }

    /// An instant inside the last or the first layer of a kind.
    fn inside(&self, sums: &InstantSums, kind: &Alike, is_last: bool) -> Inside {
        Inside {
            activations: self.tokens.clone() * self.kept_inside(&sums.kept, kind, is_last),
            // A layer needs most inside its experts where it has any, which are no linear layers.
            temporaries: match &self.expanded {
                Some(expanded) if !kind.has_experts => sums.gradients.clone() + expanded.clone(),
                Some(_) | None => sums.gradients.clone(),
            },
            copies: self.copies_inside(sums, kind, is_last),
            gradients: self.gradients(&sums.left, kind, is_last),
        }
    }

    /// Bytes per token that are kept at an instant inside a layer of a kind.
    fn kept_inside(&self, kept: &Expr<Memory>, kind: &Alike, is_last: bool) -> Expr<Memory> {
        let (run, input) = (self.run, &self.sums.input);
        // A layer that is recomputed starts from its stored input, which is a tensor of its own unless the norm keeps
        // it. A norm behind the sum keeps that, not the input.
        let is_summed = run.kind::<NormPlacement>(Fact::NormPlacement) == NormPlacement::AfterSum;
        let is_own = run.is_checkpointed() && (is_summed || !keeps_stream(run));
        let kept = if is_own { kept.clone() + input.clone() } else { kept.clone() };
        let kept = match &self.sums.held {
            Some(held) if is_last => kept + self.layers.clone() * held.clone(),
            Some(held) => kept + held.clone(),
            None => kept,
        };
        let before = self.sums.before(kind).filter(|_| !is_last);
        let behind = self.sums.behind(kind).filter(|_| is_last);
        match (is_last, run.is_checkpointed()) {
            (false, is_checkpointed) => match before {
                Some((_, n_before)) if is_checkpointed => kept + n_before * input.clone(),
                // Nothing before the first adapter keeps anything.
                Some(_) if kind.is_first_trained() => kept,
                Some((it, n_before)) => kept + n_before * it.kept.clone(),
                None => kept,
            },
            (true, true) => {
                let n_done = if behind.is_some() { 2.0 } else { 1.0 };
                kept + (self.layers.clone() - Expr::number(n_done)) * input.clone()
            }
            (true, false) if behind.is_some_and(|it| self.sums.kept.value() < kind.kept.value() + it.kept.value()) => {
                kept
            }
            // An only layer keeps less than others of its kind, which the sum says and its instants do not.
            (true, false) if self.sums.kept.value() < kind.kept.value() => kept,
            (true, false) => {
                let others = kept + self.sums.kept.clone() - kind.kept.clone();
                match behind {
                    // It is done by then.
                    Some(it) => others - it.kept.clone(),
                    None => others,
                }
            }
        }
    }

    /// Copies of weights in 16 bits at an instant inside a layer: autocast's, and expanded experts.
    fn copies_inside(&self, sums: &InstantSums, kind: &Alike, is_last: bool) -> Option<Expr<Memory>> {
        let is_of_all = is_last && !self.run.is_checkpointed();
        let expanded = self.expanded_inside(sums.expanded.as_ref(), kind, is_of_all);
        Expr::sum_of_any(self.autocast_inside(&sums.copied, kind, is_of_all), expanded)
    }

    /// Packed experts that are expanded at such an instant, of one layer or of all.
    fn expanded_inside(&self, here: Option<&Expr<Count>>, kind: &Alike, is_of_all: bool) -> Option<Expr<Memory>> {
        let others = || {
            let others = self.sums.expanded()? - kind.expanded.clone()?;
            // A layer behind is done by then.
            Some(match self.sums.behind(kind).and_then(|it| it.expanded.clone()) {
                Some(behind) => others - behind,
                None => others,
            })
        };
        let others = if is_of_all { others() } else { None };
        Expr::sum_of_any(others, here.cloned()).map(|it| it * expanded_element())
    }

    /// Autocast's copies of weights at an instant at which `left` elements of a layer's weights have no gradient yet.
    fn autocast_inside(&self, left: &Expr<Count>, kind: &Alike, is_of_all: bool) -> Option<Expr<Memory>> {
        let run = self.run;
        if !run.formats.is_autocast {
            return None;
        }
        let formats = &run.formats;
        let of_adapters = (!formats.trains_everything() && formats.adapter > formats.compute).then(|| {
            let all = self.trained.clone();
            if is_of_all { all } else { all / self.layers.clone() }
        });
        let of_weights = formats.converts_weights().then(|| self.converted_inside(left, kind, is_of_all));
        Expr::sum_of_any(of_weights, of_adapters).map(|it| it * element(formats.compute))
    }

    /// Elements of linear layers' weights of which copies live at such an instant, of one layer or of all.
    fn converted_inside(&self, left: &Expr<Count>, kind: &Alike, is_of_all: bool) -> Expr<Count> {
        let of_layer = match kind.turn {
            Some(_) if !kind.has_experts => kind.linear.clone(),
            Some(_) | None => self.sums.converted.clone() / self.layers.clone(),
        };
        let left = if kind.has_experts { of_layer.clone() } else { left.clone() };
        if is_of_all {
            let others = self.sums.held_copies() - of_layer + left;
            match self.sums.behind(kind) {
                Some(it) if !it.has_experts => others - it.linear.clone(),
                Some(_) | None => others,
            }
        } else {
            left
        }
    }

    /// Gradients that exist inside the last or the first layer of a kind, whose weights have `left` elements without
    /// one.
    fn gradients(&self, left: &Expr<Count>, kind: &Alike, is_last: bool) -> Option<Expr<Memory>> {
        let run = self.run;
        let done = || kind.linear.clone() - left.clone();
        // With several micro-batches they live from one to the next.
        let all = || self.trained.clone() * self.gradient.clone();
        if self.held == HeldGradients::OfLayer {
            let of_adapters = || self.trained.clone() / self.layers.clone();
            let of_layer = if run.formats.trains_everything() { done() } else { of_adapters() };
            return Some(of_layer * self.gradient.clone());
        }
        if self.held == HeldGradients::Views {
            // A stacked gradient is copied into its bucket only when it is complete.
            let stacked = (run.formats.trains_everything() && kind.has_experts).then(|| done() * self.gradient.clone());
            return match (self.views_made.clone(), stacked) {
                (Some(waiting), Some(stacked)) => Some(waiting + stacked),
                (waiting, stacked) => waiting.or(stacked),
            };
        }
        if self.accumulates && run.formats.trains_everything() && kind.has_experts {
            // A stacked gradient is added to the one before only when it is complete.
            return Some(all() + done() * self.gradient.clone());
        }
        if self.accumulates {
            return Some(if run.saved.is_some() { self.accumulated.clone() } else { all() });
        }
        if !run.formats.trains_everything() {
            // Those of the layer's adapters come with its own. Beside magnitudes as much as all of them was traced.
            let is_told_apart = !run.adapters.has_magnitudes() && kind.linear.value() > 0.0;
            // Their share first: where all are missing it is 1, and nothing less than nothing is left.
            let missing = || self.trained.clone() / self.layers.clone() * (left.clone() / kind.linear.clone());
            let all = || if is_told_apart { self.trained.clone() - missing() } else { self.trained.clone() };
            let of_adapters = (!is_last).then(|| all() * self.gradient.clone());
            return Expr::sum_of_any(of_adapters, self.of_saved_head.clone());
        }
        let done = if is_last {
            match self.sums.behind(kind) {
                Some(it) => self.before.clone() + it.linear.clone() + done(),
                None => self.before.clone() + done(),
            }
        } else {
            // Those of the embedding are the last of all; a tied one has the output projection's share.
            let is_tied = run.is_tied();
            let missing = if is_tied { left.clone() } else { left.clone() + self.tables.clone() };
            let missing = match self.sums.before(kind) {
                Some((it, n_before)) => missing + n_before * it.linear.clone(),
                None => missing,
            };
            let all = self.trained.clone();
            // A size that is overridden may leave the model smaller than its shape says.
            if missing.value() < all.value() { all - missing } else { Expr::number(0.0) }
        };
        Some(done * self.gradient.clone())
    }
}
