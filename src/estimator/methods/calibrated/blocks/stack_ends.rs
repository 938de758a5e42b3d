//! The ends of an encoder and of a decoder that attends to it: what stands before and behind their layers, and what it
//! keeps for the backward pass. It knows no layer and no moment.

use crate::estimator::architecture::Fact;
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::stack_layer::{Side, hears, is_relative, norm_kept};
use crate::estimator::methods::calibrated::blocks::{cross_attention, embedding, relative_attention, spectrogram};
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::dtype::BYTE;
use crate::estimator::methods::calibrated::tensors::list::{Tensor, Tensors};
use crate::estimator::methods::calibrated::tensors::width::Width;
use crate::estimator::units::Memory;

const ENDS: &str = "modeling_t5.py, T5Stack.forward";
const MODEL: &str = "modeling_t5.py, T5ForConditionalGeneration.forward";

/// The mask of dropout behind the last norm.
fn dropped(run: &TrainingRun) -> Tensor {
    let mask = Tensor::new("mask of the last dropout", BYTE, Width::Hidden, ENDS);
    mask.only_if(is_relative(run) && run.shape.is(Fact::ResidualDropout))
}

/// What the ends of an encoder keep for its own gradients, and for the decoder.
pub fn of_encoder(run: &TrainingRun) -> Tensors {
    let formats = &run.formats;
    // Autocast's copies of the output are kept in its place, unless checkpoints hold it.
    let output = if run.is_checkpointed() { formats.stream } else { formats.compute };
    let is_kept = run.is_checkpointed() || !formats.is_autocast;
    let output = Tensor::new("encoder's output", output, Width::Hidden, MODEL).only_if(is_kept);
    norm_kept(run, "input of the encoder's last norm")
        + run.tensors(&[dropped(run), output])
        + embedding::kept_before_layers(run)
        + of_positions(run, Side::Encoder)
        + if hears(run) { spectrogram::kept(run) } else { Tensors::default() }
}

/// What the ends of a decoder keep.
pub fn of_decoder(run: &TrainingRun) -> Tensors {
    let input = Tensor::new("input of lm_head", run.formats.compute, Width::Hidden, "derivatives.yaml, linear");
    norm_kept(run, "input of the decoder's last norm")
        + run.tensors(&[dropped(run), input])
        + embedding::kept_before_layers(run)
        + of_positions(run, Side::Decoder)
}

/// What a stack's layers share of biases and masks.
fn of_positions(run: &TrainingRun, side: Side) -> Tensors {
    if !is_relative(run) {
        return Tensors::default();
    }
    let own = relative_attention::kept_of_stack(run) + relative_attention::mask_of_stack(run, side == Side::Decoder);
    match side {
        Side::Encoder => own,
        Side::Decoder => own + cross_attention::kept_of_stack(run, relative_attention::kernel(run)),
    }
}

/// What stays of the stack's beginning until the pass is through its first layer: the embedding's dropout and the bias.
pub fn beginning(run: &TrainingRun, side: Side, is_last: bool) -> Expr<Memory> {
    let of_bias = match (is_relative(run), is_last) {
        (false, _) => Tensors::default(),
        (true, true) => relative_attention::kept_of_stack(run),
        (true, false) => relative_attention::buckets(run),
    };
    let is_read = hears(run) && side == Side::Encoder;
    let of_sound = if is_read { spectrogram::kept(run) } else { Tensors::default() };
    let kept = run.tokens() * (embedding::kept_before_layers(run) + of_bias + of_sound).per_token(&run.widths);
    match spectrogram::copy(run).filter(|_| is_read) {
        Some(copy) => kept + copy,
        None => kept,
    }
}
