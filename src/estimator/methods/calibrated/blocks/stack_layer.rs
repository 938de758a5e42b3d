//! A layer of an encoder, or of a decoder that attends to one: which blocks it has, what they keep for the backward
//! pass, and the instants inside that pass at which it may need most. Norms stand before blocks. It knows no moment of
//! the run.

use crate::estimator::architecture::{Fact, Layout, Positions};
use crate::estimator::methods::calibrated::blocks::feed_forward::FeedForward;
use crate::estimator::methods::calibrated::blocks::kernel::Kernel;
use crate::estimator::methods::calibrated::blocks::{
    attention, cross_attention, feed_forward, masks, norm, relative_attention,
};
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::dtype::{BYTE, FP32};
use crate::estimator::methods::calibrated::tensors::instant::Instant;
use crate::estimator::methods::calibrated::tensors::list::{Tensor, Tensors};
use crate::estimator::methods::calibrated::tensors::width::Width;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::Precision;

const NORM: &str = "modeling_t5.py, T5LayerNorm.forward";
const CLAMP: &str = "modeling_t5.py, T5Block.forward";
const DROPOUT: &str = "derivatives.yaml, native_dropout";

/// Which stack a layer is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Its tokens see each other.
    Encoder,
    /// Its tokens see those before them, and the encoder's output.
    Decoder,
}

/// What one layer keeps.
pub struct StackLayer {
    /// Norm, projections and attention between tokens of the stack.
    own: Tensors,
    /// The part of it that is kept before attention.
    before_attention: Tensors,
    /// The same of attention to the encoder; nothing in an encoder.
    cross: Tensors,
    /// The norm before the feed-forward block, and inputs of the projections inward.
    inputs: Tensors,
    inner: FeedForward,
    /// Dropout and bounds behind the feed-forward block.
    behind: Tensors,
    kernel: Kernel,
    side: Side,
}

impl StackLayer {
    /// A layer of a run's stack.
    pub fn of(run: &TrainingRun, side: Side) -> Self {
        let (kernel, own) = own_attention(run, side);
        let before_attention =
            norm_kept(run, "input of the norm before attention") + attention::kept_by_projections(run);
        let cross = match side {
            Side::Encoder => Tensors::default(),
            Side::Decoder => {
                norm_kept(run, "input of the norm before attention to the encoder")
                    + cross_attention::kept_by_projections(run)
                    + cross_attention::kept(run, kernel)
                    + behind_block(run, is_relative(run))
            }
        };
        Self {
            own: before_attention.clone() + own + behind_block(run, is_relative(run)),
            before_attention,
            cross,
            inputs: norm_kept(run, "input of the norm before the feed-forward block")
                + feed_forward::inputs(run, false),
            inner: FeedForward::of(run),
            behind: behind_block(run, is_relative(run) || side == Side::Encoder),
            kernel,
            side,
        }
    }

    /// All that the layer keeps.
    pub fn kept(&self) -> Tensors {
        self.before_product().into_iter().chain([&self.inner.product, &self.behind]).sum()
    }

    fn until_product(&self) -> Tensors {
        self.before_product().into_iter().sum()
    }

    fn before_product(&self) -> [&Tensors; 4] {
        [&self.own, &self.cross, &self.inputs, &self.inner.kept]
    }

    /// Instants inside the layer's backward pass at which it may need most.
    pub fn backward(&self, run: &TrainingRun) -> Vec<Instant> {
        // A checkpoint is the stream itself, which is counted with the checkpoints.
        let checkpoint = run.tensors(&[first_input(run).only_if(run.is_checkpointed())]);
        let waiting = || {
            let of_decoder = cross_attention::gradient(run).only_if(self.side == Side::Decoder);
            run.stream("gradient of the stream", "autograd") + of_bias(run) + of_decoder
        };
        let behind = Tensor::new("gradient of the block's output", run.formats.compute, Width::Hidden, DROPOUT);
        let is_behind = run.shape.is(Fact::ResidualDropout) && !run.shape.is(Fact::GatedMlp);
        let mut res = vec![Instant::new(
            self.until_product() - &checkpoint,
            self.inner.gradients.clone() + waiting() + run.tensors(&[behind.only_if(is_behind)]),
            run.widths.leaf(Width::Hidden) * run.widths.leaf(Width::Intermediate),
        )];
        if self.kernel.makes_scores() {
            let kept = self.before_attention.clone() + attention::operands_in_backward(run, self.kernel) - &checkpoint;
            let gradients = attention::gradients_in_backward(run, self.kernel) + waiting();
            res.push(Instant {
                projected: Some(attention::projected_elements(run)),
                ..Instant::waiting(kept, gradients)
            });
        }
        res
    }
}

/// Whether positions are a bias of scores.
pub fn is_relative(run: &TrainingRun) -> bool {
    run.kind::<Positions>(Fact::Positions) == Positions::Relative
}

/// Whether the encoder reads sound, and the embedding is the decoder's alone: by the layout, since a model of text may
/// state bands that nothing reads.
pub fn hears(run: &TrainingRun) -> bool {
    run.shape.layout() == Layout::Speech
}

/// What attention between tokens of the stack keeps, and what computes it.
fn own_attention(run: &TrainingRun, side: Side) -> (Kernel, Tensors) {
    if is_relative(run) {
        return (relative_attention::kernel(run), relative_attention::kept(run, side == Side::Decoder));
    }
    if !hears(run) {
        let kernel = masks::kernel(run, false);
        return (kernel, attention::kept(run, kernel, false));
    }
    // Labels that are padded are no mask, and every sample of sound is as long as another.
    let kernel = Kernel::of(run.shape, run.formats.compute, false);
    if kernel.makes_scores() {
        return (kernel, attention::kept(run, kernel, false));
    }
    let kept = attention::projected(run, attention::EFFICIENT) + attention::result(run, attention::EFFICIENT);
    (kernel, kept + cross_attention::reordered(run, kernel))
}

fn of_bias(run: &TrainingRun) -> Tensors {
    if is_relative(run) { relative_attention::gradient(run) } else { Tensors::default() }
}

/// What a norm of the stream keeps. Where the inverse root multiplies the narrow stream itself and not its FP32 copy,
/// that too.
pub fn norm_kept(run: &TrainingRun, name: &'static str) -> Tensors {
    norm::kept(run, name, run.formats.stream) + run.tensors(&[first_input(run)])
}

fn first_input(run: &TrainingRun) -> Tensor {
    let stream = Tensor::new("stream, which rsqrt(variance) multiplies", run.formats.stream, Width::Hidden, NORM);
    stream.only_if(is_relative(run) && run.formats.stream < FP32)
}

/// What is kept behind a block: the mask of dropout and, where the stream `is_bounded` there and FP16, the input of its
/// bounds. T5 has them behind every block, Whisper behind an encoder's layer.
fn behind_block(run: &TrainingRun, is_bounded: bool) -> Tensors {
    let mask = Tensor::new("mask of the block's dropout", BYTE, Width::Hidden, DROPOUT);
    let input = Tensor::new("input of clamp", run.formats.stream, Width::Hidden, CLAMP);
    let is_narrow = run.formats.stream < FP32 && run.shape.reader.choice::<Precision>(Id::Precision) == Precision::Fp16;
    run.tensors(&[mask.only_if(run.shape.is(Fact::ResidualDropout)), input.only_if(is_narrow && is_bounded)])
}
