//! What leads from a vision tower to the text: its weights, what it keeps for the backward pass, and what the text's
//! layers find of it. It knows no layer.

use crate::estimator::architecture::{Fact, List, Part, ProjectorNorm};
use crate::estimator::expr::{Entry, Expr, Listing};
use crate::estimator::methods::calibrated::blocks::vision_operations::SOURCE;
use crate::estimator::methods::calibrated::blocks::vision_tower::{VisionTower, is_inside};
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::parts::counter::Counter;
use crate::estimator::methods::calibrated::tensors::dtype::{element, times};
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{BytesPerElement, Count, Memory};

/// A width along the projector; 0 stands for the text's.
fn width(shape: &Shape, it: f64) -> Expr<Count> {
    if it == 0.0 { shape.leaf(Fact::HiddenSize) } else { times(it) }
}

/// Counts the projectors, that of the features and those of deep ones.
pub fn count(counter: &mut Counter) {
    let shape = counter.shape;
    let widths = shape.list(List::Projector);
    let [first, ..] = *widths else { return };
    let n_biased = shape.number(Fact::ProjectorBiases) as usize;
    let n_deep = shape.number(Fact::DeepstackLayers);
    let all = |elements: Expr<Count>| if n_deep > 0.0 { times(1.0 + n_deep) * elements } else { elements };
    for (at, pair) in widths.windows(2).enumerate() {
        let (from, to) = (width(shape, pair[0]), width(shape, pair[1]));
        counter.count(Part::Projector, "linear.weight", all(from * to.clone()), SOURCE);
        if at < n_biased {
            counter.count(Part::Projector, "linear.bias", all(to), SOURCE);
        }
    }
    let of_tower = || shape.leaf::<Count>(Fact::VisionHiddenSize);
    let scales = match ProjectorNorm::of(shape.number(Fact::ProjectorNorm)) {
        ProjectorNorm::None => times(0.0),
        ProjectorNorm::Layer => times(2.0) * of_tower(),
        ProjectorNorm::MergedLayer => times(2.0 * first),
        ProjectorNorm::Rms => of_tower(),
    };
    counter.count(Part::Norms, "norm.weight", scales, SOURCE);
    counter.count(Part::Norms, "deepstack norms", times(n_deep * 2.0 * first), SOURCE);
    if shape.is(Fact::ImageNewline) {
        counter.count(Part::Embedding, "image_newline", shape.leaf(Fact::HiddenSize), SOURCE);
    }
}

/// Bytes that all projectors keep for each feature; deep features have projectors of their own.
pub fn kept(tower: &VisionTower) -> Expr<Memory> {
    listed(tower, Quantity::KeptOfProjectors, 1.0 + tower.shape.number(Fact::DeepstackLayers))
}

/// Bytes that the projectors of deep features alone keep for each of them.
pub fn kept_of_deep(tower: &VisionTower) -> Expr<Memory> {
    listed(tower, Quantity::KeptOfDeepProjectors, tower.shape.number(Fact::DeepstackLayers))
}

/// A tensor of the projectors: name, bytes of an element, how many, and width.
struct ProjectorTensor {
    name: &'static str,
    bytes_of_element: f64,
    count: f64,
    width: f64,
}

/// Visits what so many projectors keep.
fn each(tower: &VisionTower, n_projectors: f64, visit: &mut dyn FnMut(ProjectorTensor)) {
    let shape = tower.shape;
    let (learning, bytes_of_element) = (&tower.learning, tower.formats.compute);
    let widths = shape.list(List::Projector);
    let is_kept = learning.projector || learning.flows;
    for (at, &width) in widths.iter().take(widths.len().saturating_sub(1)).enumerate() {
        // Between two linear layers an activation keeps its input; each trained linear layer keeps its own.
        let has_activation = at > 0 && (shape.is(Fact::ProjectorBiases) || widths.len() > 2);
        if is_kept && learning.projector {
            visit(ProjectorTensor { name: "linear.input", bytes_of_element, count: n_projectors, width });
        }
        if is_kept && has_activation {
            visit(ProjectorTensor { name: "act.input", bytes_of_element, count: n_projectors, width });
        }
    }
    if is_inside(shape) && shape.is(Fact::DeepstackLayers) && learning.flows {
        // Deep features are normalized after they have been merged.
        let count = n_projectors.min(shape.number(Fact::DeepstackLayers));
        let width = tower.merged_patches() * shape.number(Fact::VisionHiddenSize);
        visit(ProjectorTensor { name: "norm.input", bytes_of_element: tower.stream, count, width });
    }
}

/// What so many projectors keep for each feature, with a symbol that opens to their tensors.
fn listed(tower: &VisionTower, quantity: Quantity, n_projectors: f64) -> Expr<Memory> {
    let shape = tower.shape;
    let (mut own, mut of_text) = (0.0, 0.0);
    each(tower, n_projectors, &mut |it| match it.width {
        0.0 => of_text += it.count * it.bytes_of_element,
        width => own += it.count * it.bytes_of_element * width,
    });
    let listing = || {
        let mut entries = Vec::new();
        each(tower, n_projectors, &mut |it| {
            let width = width(shape, it.width);
            let amount = it.count * it.bytes_of_element * width.value();
            let (name, bytes_of_element) = (it.name, it.bytes_of_element);
            let elements = width.several(it.count);
            entries.push(Entry { name, stage: 0, elements, bytes_of_element, amount, source: tower.source() });
        });
        Listing { entries }
    };
    match (own != 0.0, of_text != 0.0) {
        (false, false) => Expr::number(0.0),
        // Widths on the tower's side are numbers of the model, which no symbol stands for.
        (true, false) => shape.reader.counted_from_list(quantity, own, || Some(listing().into())),
        (has_own, true) => {
            let of_text = element(of_text) * shape.leaf::<Count>(Fact::HiddenSize);
            let sum = if has_own { Expr::number(own) + of_text } else { of_text };
            sum.listed(quantity, listing)
        }
    }
}

/// Features of all images joined, as the text's layers find them.
pub fn joined(shape: &Shape, of: &Expr<BytesPerElement>, packed: Expr<Count>) -> Expr<Memory> {
    packed * shape.leaf::<Count>(Fact::HiddenSize) * of.clone()
}
