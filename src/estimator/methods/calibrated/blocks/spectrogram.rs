//! Two convolutions that make positions of a spectrogram (Whisper, arXiv 2212.04356): what they read, and what they
//! keep for the backward pass. It knows no layer.
//!
//! A position is made of two frames: the first convolution makes one column for each frame, the second one for each
//! position. Bytes are per position. What operations keep is PyTorch's `derivatives.yaml`.

use crate::estimator::architecture::{Fact, Part, PartCount, Tower};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::cached::{Cached, sum_of};
use crate::estimator::methods::calibrated::tensors::dtype::{element, times};
use crate::estimator::methods::calibrated::tensors::list::{Tensor, Tensors};
use crate::estimator::methods::calibrated::tensors::width::Width;
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{Count, Memory};

const CODE: &str = "modeling_whisper.py, WhisperEncoder.forward";

/// Frames of a position.
const FRAMES: f64 = 2.0;

/// The spectrograms of a batch, in the format of the model's parameters.
pub fn input(run: &TrainingRun) -> Expr<Memory> {
    spectrogram(run, "input_features", run.formats.parameter)
}

/// Autocast's copies of them, which the first convolution keeps.
pub fn copy(run: &TrainingRun) -> Option<Expr<Memory>> {
    run.formats.is_autocast.then(|| spectrogram(run, "input_features in 16 bits", run.formats.compute))
}

fn spectrogram(run: &TrainingRun, name: &'static str, bytes: f64) -> Expr<Memory> {
    let of_position = times(FRAMES) * run.shape.leaf::<Count>(Fact::NumMelBins);
    run.tokens() * sum_of(Quantity::Spectrogram, &[Cached::new(name, of_position, element(bytes), CODE)])
}

/// What the convolutions keep: their results, which the function behind each reads, and what the second reads.
pub fn kept(run: &TrainingRun) -> Tensors {
    first(run) + run.tensors(&[tensor(run, "conv2 output")])
}

fn first(run: &TrainingRun) -> Tensors {
    run.tensors(&[tensor(run, "conv1 output").times(FRAMES), tensor(run, "input of conv2").times(FRAMES)])
}

/// What lives while the gradient of the second convolution's input is computed.
pub fn in_backward(run: &TrainingRun) -> Tensors {
    first(run)
        + run.tensors(&[
            tensor(run, "gradient of conv2's output"),
            tensor(run, "gradient of conv2's input").times(FRAMES),
        ])
}

fn tensor(run: &TrainingRun, name: &'static str) -> Tensor {
    Tensor::new(name, run.formats.compute, Width::Hidden, CODE)
}

/// Whether a part is these convolutions.
pub fn is_convolution(it: &PartCount) -> bool {
    it.tower == Tower::Main && it.part == Part::Convolutions
}
