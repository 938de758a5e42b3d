//! How positions enter attention: which of a head's elements are rotated, and what that keeps and takes. One rule each, for
//! training and serving. It knows no kernel.

use crate::estimator::architecture::{Fact, Positions};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::dtype::{FP32, element, times};
use crate::estimator::methods::calibrated::tensors::list::{Tensor, Tensors};
use crate::estimator::methods::calibrated::tensors::width::Width;
use crate::estimator::units::{BytesPerElement, Count, Memory};

/// How positions enter a model's layers.
pub fn positions(shape: &Shape) -> Positions {
    Positions::of(shape.number(Fact::Positions))
}

/// Whether positions are rotated into queries and keys.
pub fn is_rotated(shape: &Shape) -> bool {
    positions(shape) == Positions::Rotary
}

/// Whether rotated and other elements of a head are joined by concatenation, which leaves queries, and with them attention's
/// output, in an order that the output projection cannot read.
pub fn is_concatenated(shape: &Shape) -> bool {
    shape.is(Fact::RotaryDim) || shape.is(Fact::RotaryJoined) && is_rotated(shape)
}

/// Elements that tell one position, the same for all sequences: its cosines and sines, its learned vector, or a bias for
/// each head.
pub fn table_width(shape: &Shape) -> Expr<Count> {
    match positions(shape) {
        Positions::Rotary => {
            let rotated = if shape.is(Fact::RotaryDim) { Fact::RotaryDim } else { Fact::HeadDim };
            times(2.0) * shape.leaf::<Count>(rotated)
        }
        Positions::Learned => shape.leaf(Fact::HiddenSize),
        Positions::Alibi | Positions::Relative => shape.leaf(Fact::NumAttentionHeads),
    }
}

/// Bytes of an element of queries and keys with positions in them, where activations have `bytes`.
pub fn rotated_element(shape: &Shape, bytes: f64) -> f64 {
    if shape.is(Fact::RotaryWide) { FP32 } else { bytes }
}

/// What rotation itself keeps: nothing where all layers share cosines and sines, else both, repeated for each pair of
/// elements, once for queries and once for keys.
pub fn kept(run: &TrainingRun) -> Tensors {
    let source = "modeling_gptj.py, apply_rotary_pos_emb";
    let repeated = Tensor::new("sin, cos of d_rot elements, of queries and keys", FP32, Width::One, source);
    let number = 4.0 * run.shape.number(Fact::RotaryDim);
    run.tensors(&[repeated.times(number)]).only_if(run.shape.is(Fact::RotaryWide))
}

/// Bytes per token of queries, and of what rotation has made of them and not let go, while a prompt's scores live.
pub fn beside_scores(
    shape: &Shape,
    queries: &Expr<Count>,
    keys: &Expr<Count>,
    activation: &Expr<BytesPerElement>,
) -> Expr<Memory> {
    if shape.is(Fact::RotaryWide) {
        // The rotated parts of both, and both whole before it, of which the other parts are views.
        let rotated = shape.leaf::<Count>(Fact::NumAttentionHeads) * shape.leaf::<Count>(Fact::RotaryDim);
        let before = (queries.clone() + keys.clone()) * activation.clone();
        return queries.clone() * element(FP32) + before + times(2.0) * rotated * element(FP32);
    }
    // Without rotation queries, keys and values are views of one projection.
    let tensors = if is_rotated(shape) { 1.0 } else { 3.0 };
    times(tensors) * queries.clone() * activation.clone()
}
