//! Stacked experts that are packed in 4 bits: what their tensors come to when they are expanded. It knows no layer.
//!
//! `replace_parameter_4bit` of bitsandbytes 0.50 (`nn/parametrize.py`) expands a whole parameter whenever it is read,
//! and remembers the result until the experts' forward pass ends. The grouped product that reads it keeps it for the
//! backward pass. axolotl 0.19 calls it for `quantize_moe_experts` (`monkeypatch/moe_quant.py`).

use crate::estimator::architecture::Fact;
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::dtype::{HALF, element, times};
use crate::estimator::methods::calibrated::tensors::width::Width;
use crate::estimator::units::{BytesPerElement, Count};

/// Bytes of an element of an expanded tensor: the format in which the checkpoint has it.
pub fn expanded_element() -> Expr<BytesPerElement> {
    element(HALF)
}

/// Elements of one of gate, up and down, of all experts of a layer.
pub fn matrix(run: &TrainingRun) -> Expr<Count> {
    let one: Expr<Count> = run.widths.leaf(Width::Hidden) * run.shape.leaf::<Count>(Fact::MoeIntermediateSize);
    run.widths.leaf(Width::Experts) * one
}

/// Elements of the tensor that holds gate and up of all experts of a layer.
pub fn gate_and_up(run: &TrainingRun) -> Expr<Count> {
    if run.shape.is(Fact::GatedMlp) { times(2.0) * matrix(run) } else { matrix(run) }
}
