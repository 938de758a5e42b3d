//! What training keeps and makes in the mixers that stand beside softmax attention: it only asks their blocks. It
//! knows neither norms of the residual stream nor feed-forward blocks, nor softmax attention's own tensors.

use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::mixer::Mixer;
use crate::estimator::methods::calibrated::blocks::{gated_delta, mamba2_training, short_conv};
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::instant::Instant;
use crate::estimator::methods::calibrated::tensors::list::Tensors;
use crate::estimator::units::Count;

impl Mixer {
    /// What its projections inward keep, and what is kept from there on to the one outward; nothing of softmax
    /// attention.
    pub fn kept(self, run: &TrainingRun) -> Option<(Tensors, Tensors)> {
        match self {
            Self::Attention { .. } => None,
            Self::GatedDelta => Some((gated_delta::kept_by_projections(run), gated_delta::kept(run))),
            Self::ShortConv => Some((short_conv::kept_by_projections(run), short_conv::kept(run))),
            Self::Mamba2 => Some((mamba2_training::kept_by_projections(run), mamba2_training::kept(run))),
        }
    }

    /// Instants inside the backward pass of a layer that has kept `before` until it; none of softmax attention.
    pub fn backward(self, run: &TrainingRun, before: Tensors) -> Vec<Instant> {
        match self {
            Self::Attention { .. } => Vec::new(),
            Self::GatedDelta => gated_delta::backward(run, before).into(),
            Self::ShortConv => vec![short_conv::backward(run, before)],
            Self::Mamba2 => mamba2_training::backward(run, &before),
        }
    }

    /// Elements of what reads the layer's normed input, and of the convolution behind it; nothing of softmax attention.
    pub fn projected(self, run: &TrainingRun) -> Option<Expr<Count>> {
        match self {
            Self::Attention { .. } => None,
            Self::GatedDelta => Some(gated_delta::projected(run)),
            Self::ShortConv => Some(short_conv::projected(run)),
            Self::Mamba2 => Some(mamba2_training::projected(run)),
        }
    }
}
