//! How many parameters the model that runs has, by part, and what becomes of a size that disagrees with the shape. It
//! knows no number format.

use crate::estimator::architecture::{Part, PartCount, TensorSums, Tower, is_of_shape};
use crate::estimator::expr::{Expr, LaterListing, Listing};
use crate::estimator::inputs::Inputs;
use crate::estimator::methods::calibrated::blocks::task_head;
use crate::estimator::methods::calibrated::model::mesh::Mesh;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::model::support::support;
use crate::estimator::methods::calibrated::parts::count::{count, parts, total};
use crate::estimator::methods::calibrated::parts::counter::{Counter, Weights};
use crate::estimator::methods::calibrated::parts::decoder::drafter;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::{TaskHead, TowerPlace};
use crate::estimator::quantity::Quantity;
use crate::estimator::reader::Reader;
use crate::estimator::units::Count;
use std::borrow::Cow;

/// The parameters of a model by part.
pub struct Counts<'a> {
    parts: Cow<'a, [PartCount]>,
    /// The weights by name, where somebody will read them.
    weights: Vec<Weights>,
    scale: f64,
    reader: Reader<'a>,
}

impl<'a> Counts<'a> {
    /// Counts a shape, and fits it to the size that the link states.
    pub fn of(shape: &Shape<'a>) -> Self {
        if shape.split().is_some() {
            return Self::of_rank(shape);
        }
        let weights = if shape.reader.is_telling() { count(shape).weights } else { Vec::new() };
        Self::with(shape, parts(shape.reader.inputs()), weights)
    }

    /// Counts what one of several GPUs holds, in proportion to the model's size where one is stated.
    fn of_rank(shape: &Shape<'a>) -> Self {
        let counter = count(shape);
        let scale = scale(shape, total(parts(shape.reader.inputs())));
        let mut res = Self { parts: counter.parts.into(), weights: counter.weights, scale, reader: shape.reader };
        res.leave_out_vision(shape);
        res
    }

    /// Fits what was counted of a shape to the size that the link states.
    pub fn with(shape: &Shape<'a>, parts: &'a [PartCount], weights: Vec<Weights>) -> Self {
        let reader = shape.reader;
        let counted = total(parts);
        if counted == 0.0 {
            // Nothing is known but the number: one matrix after the other.
            let parameters = stated_size(shape);
            let parts = vec![PartCount {
                tower: Tower::Main,
                part: Part::FeedForward,
                parameters,
                tensors: TensorSums::default(),
            }];
            return Self { parts: parts.into(), weights, scale: 1.0, reader };
        }
        let scale = scale(shape, counted);
        let mut res = Self { parts: parts.into(), weights, scale, reader };
        res.put_head(shape);
        res.leave_out_vision(shape);
        res.divide(Mesh::of(&reader).tensor());
        res
    }

    /// Leaves out a vision tower that is not on the GPU.
    fn leave_out_vision(&mut self, shape: &Shape) {
        if shape.reader.choice::<TowerPlace>(Id::Vision) != TowerPlace::Resident {
            self.parts.to_mut().retain(|it| !is_vision(it));
            self.weights.retain(|it| !is_vision(&it.part()));
        }
    }

    /// Those of a vision tower that lies in the host's memory; `None` where it lies elsewhere.
    pub fn of_tower_in_host(shape: &Shape<'a>) -> Option<Self> {
        let has_one =
            shape.reader.has_effect(Id::Vision) && shape.reader.choice::<TowerPlace>(Id::Vision) == TowerPlace::Cpu;
        has_one.then(|| {
            let Counter { mut parts, mut weights, .. } = count(shape);
            let scale = scale(shape, total(&parts));
            parts.retain(is_vision);
            weights.retain(|it| is_vision(&it.part()));
            Self { parts: parts.into(), weights, scale, reader: shape.reader }
        })
    }

    /// Those of the run's drafter, in proportion to the model's size where one is stated.
    pub fn of_drafter(shape: &'a Shape<'a>) -> Self {
        let mut counter = Counter::new(shape);
        drafter(&mut counter, shape.reader.choice(Id::Draft));
        let scale = scale(shape, total(parts(shape.reader.inputs())));
        Self { parts: counter.parts.into(), weights: counter.weights, scale, reader: shape.reader }
    }

    /// Leaves out what does not run under the run's head, and adds what that brings.
    fn put_head(&mut self, shape: &Shape) {
        let head = shape.head();
        if head == TaskHead::Lm {
            return;
        }
        let mut brought = Counter::new(shape);
        task_head::weights(&mut brought);
        let parts = self.parts.to_mut();
        parts.retain(|it| task_head::runs(head, *it));
        parts.append(&mut brought.parts);
        self.weights.retain(|it| task_head::runs(head, it.part()));
        self.weights.append(&mut brought.weights);
    }

    /// Leaves a rank its part of all but norms and routers, which every rank has whole.
    fn divide(&mut self, ranks: f64) {
        if ranks <= 1.0 {
            return;
        }
        let is_whole = |part: Part| matches!(part, Part::Norms | Part::Router);
        for it in self.parts.to_mut().iter_mut().filter(|it| !is_whole(it.part)) {
            it.parameters /= ranks;
            it.tensors.largest /= ranks;
            it.tensors.sides /= ranks;
            it.tensors.in_matrices /= ranks;
            it.tensors.projected = it.tensors.projected.times(1.0 / ranks);
        }
        for it in self.weights.iter_mut().filter(|it| !is_whole(it.part)) {
            it.elements = it.elements.clone() / self.reader.leaf::<Count>(Id::TensorParallel);
        }
    }

    /// By what the count of the shape was multiplied so that the model has the stated size.
    pub const fn scale(&self) -> f64 {
        self.scale
    }

    /// How many parameters some parts have.
    pub fn number(&self, keep: impl Fn(&PartCount) -> bool) -> f64 {
        self.number_of(&keep)
    }

    // Compiled once for all that ask, and so below.
    fn number_of(&self, keep: &dyn Fn(&PartCount) -> bool) -> f64 {
        let kept = self.parts.iter().filter(|it| it.runs() && keep(it));
        kept.map(|it| it.parameters).sum::<f64>() * self.scale
    }

    /// What tensors some parts are in. A stated size adds to their number, not to the largest.
    pub fn tensors(&self, keep: impl Fn(&PartCount) -> bool) -> TensorSums {
        self.tensors_of(&keep)
    }

    fn tensors_of(&self, keep: &dyn Fn(&PartCount) -> bool) -> TensorSums {
        let kept = self.parts.iter().filter(|it| it.runs() && keep(it));
        let all = kept.fold(TensorSums::default(), |sum, it| sum.and(it.tensors));
        TensorSums {
            sides: self.scale * all.sides,
            in_matrices: self.scale * all.in_matrices,
            projected: all.projected.times(self.scale),
            ..all
        }
    }

    /// The same as a leaf of a formula, which opens to the weights by name; `locale` explains the symbol.
    pub fn leaf(&self, quantity: Quantity, keep: impl Fn(&PartCount) -> bool) -> Expr<Count> {
        self.shares(quantity, |it| if keep(it) { 1.0 } else { 0.0 })
    }

    /// The same of which each part has a share.
    pub fn shares(&self, quantity: Quantity, share: impl Fn(&PartCount) -> f64) -> Expr<Count> {
        self.shares_of(quantity, &share)
    }

    fn shares_of(&self, quantity: Quantity, share: &dyn Fn(&PartCount) -> f64) -> Expr<Count> {
        let running = self.parts.iter().filter(|it| it.runs());
        let number = running.map(|it| it.parameters * share(it)).sum::<f64>() * self.scale;
        self.reader.counted_from_list(quantity, number, || self.listing(number, share))
    }

    /// Some parts by name; nothing where the names do not add up to the whole.
    fn listing(&self, number: f64, share: &dyn Fn(&PartCount) -> f64) -> Option<LaterListing> {
        let of = |it: &Weights| match share(&it.part()) {
            1.0 => it.clone(),
            share => Weights { elements: it.elements.clone().times(Expr::number(share)), ..it.clone() },
        };
        let running = self.weights.iter().filter(|it| it.part().runs());
        let kept: Vec<Weights> = running.map(of).filter(|it| it.elements.value() != 0.0).collect();
        let named: f64 = kept.iter().map(|it| it.elements.value()).sum();
        let is_whole = (named * self.scale - number).abs() <= 1e-9 * number.abs();
        if !is_whole || kept.is_empty() {
            return None;
        }
        let scale = self.scale;
        Some(LaterListing::new(move || {
            Listing { entries: kept.iter().map(Weights::entry).collect() }.shared_out(scale)
        }))
    }

    /// All parameters: `P_counted`.
    pub fn total(&self) -> Expr<Count> {
        self.leaf(Quantity::CountedParameters, |_| true)
    }
}

fn stated_size(shape: &Shape) -> f64 {
    shape.reader.number(Id::ModelSize) * Id::ModelSize.spec().unit.factor()
}

/// By what every part is multiplied so that the model has the stated size.
///
/// - With a model its own size is the default: another size keeps the model's proportions.
/// - Without one the size counts, as in the document: the shape says how it is shared out among the parts, and what
///   each layer keeps.
/// - A shape that was typed without a size has the size that it counts to.
fn scale(shape: &Shape, counted: f64) -> f64 {
    let reader = shape.reader;
    let is_counted = reader.is_default(Id::ModelSize) && (reader.model().is_some() || is_resized(shape, counted));
    if counted <= 0.0 || is_counted { 1.0 } else { stated_size(shape) / counted }
}

/// Whether what was given of the shape changes how many parameters there are.
fn is_resized(shape: &Shape, counted: f64) -> bool {
    let inputs = shape.reader.inputs();
    inputs.states_shape() && raw_count(&inputs.without(is_of_shape)) != counted
}

/// Parameters that a shape counts to, whatever size is stated.
fn raw_count(inputs: &Inputs) -> f64 {
    total(parts(inputs))
}

/// The size that a shape counts to which was typed without one, and what of the shape was given that decides it; `None`
/// where the size is the model's, the mode's or the one that was given, and where nobody can count.
pub fn size_of_typed_shape(inputs: &Inputs) -> Option<(f64, Vec<Id>)> {
    if !inputs.is_default(Id::ModelSize) || !inputs.states_shape() || support(inputs).is_err() {
        return None;
    }
    let counted = raw_count(inputs);
    if counted <= 0.0 || raw_count(&inputs.without(is_of_shape)) == counted {
        return None;
    }
    // Those without which the count would be another; where each would do alone, all.
    let decides = |id: &Id| raw_count(&inputs.without(|it| it == *id)) != counted;
    let given: Vec<Id> = inputs.given_shape().collect();
    let deciding: Vec<Id> = given.iter().copied().filter(decides).collect();
    let because = if deciding.is_empty() { given } else { deciding };
    Some((counted / Id::ModelSize.spec().unit.factor(), because))
}

/// Whether a part is the experts of a mixture.
pub fn is_expert(it: &PartCount) -> bool {
    it.part == Part::Experts
}

/// Whether a part belongs to the vision tower or leads from it to the text.
pub fn is_vision(it: &PartCount) -> bool {
    it.tower == Tower::Vision
}
