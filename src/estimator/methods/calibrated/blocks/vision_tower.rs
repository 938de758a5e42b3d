//! How the vision tower of a training run works: what of it is trained, in which formats. It knows no layer.

use crate::estimator::architecture::{Fact, List, Norm};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::run::formats::Formats;
use crate::estimator::methods::calibrated::tensors::dtype::FP32;
use crate::estimator::units::Count;

/// What of the tower is trained, and whether the backward pass runs through it at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Learning {
    /// Whether the tower's weights are trained.
    pub tower: bool,
    /// Whether the projector's are.
    pub projector: bool,
    /// Whether gradients flow through the tower. Checkpointing makes them, frozen or not: Transformers lets the output
    /// of every submodel's first embedding ask for one (`enable_input_require_grads`), the patches' convolution too if
    /// it finds it.
    pub flows: bool,
}

/// How the tower of a run works.
pub struct VisionTower<'a> {
    /// The model.
    pub shape: &'a Shape<'a>,
    /// Number formats.
    pub formats: Formats,
    /// What is trained.
    pub learning: Learning,
    /// Whether the layers are recomputed.
    pub is_checkpointed: bool,
    /// Bytes of an element of the tower's residual stream.
    pub stream: f64,
    /// Patches of all images of the batch: `n_v`.
    pub patches: Expr<Count>,
    /// Features that the projector makes of them: `n_f`.
    pub features: Expr<Count>,
}

impl<'a> VisionTower<'a> {
    /// The tower of a run with so many patches.
    pub fn of(
        shape: &'a Shape<'a>,
        formats: Formats,
        (is_frozen, is_checkpointed): (bool, bool),
        (patches, features): (Expr<Count>, Expr<Count>),
    ) -> Self {
        let is_frozen = is_frozen || !formats.trains_everything();
        let learning = Learning {
            tower: !is_frozen,
            projector: !is_frozen || formats.trains_everything() && !is_inside(shape),
            flows: !is_frozen || is_checkpointed && !shape.is(Fact::HiddenPatchEmbedding),
        };
        let mut res = Self { shape, formats, learning, is_checkpointed, stream: formats.compute, patches, features };
        // Autocast runs a norm of mean and variance in FP32: where one stands in front of the layers the stream stays
        // that wide. A convolution's result is 16 bits wide, to which FP32 positions may be added.
        let is_widened = res.has_front_norm() && !res.is_root_mean_square()
            || formats.parameter >= FP32 && !shape.is(Fact::TemporalPatchSize);
        if formats.is_autocast && is_widened {
            res.stream = FP32;
        }
        res
    }

    /// The same by values alone, of the same shape by values alone.
    pub fn untold<'b>(&self, shape: &'b Shape<'b>) -> VisionTower<'b> {
        let (patches, features) = (self.patches.without_tree(), self.features.without_tree());
        VisionTower { shape, patches, features, ..*self }
    }

    /// Whether somebody will read what tensors are called.
    pub fn is_told(&self) -> bool {
        self.shape.reader.is_telling()
    }

    /// The code that its tensors are called after.
    pub fn source(&self) -> &'static str {
        let shape = self.shape;
        match (shape.is(Fact::VisionFusedQkv), shape.is(Fact::ClassTokens)) {
            (true, _) => "transformers modeling_qwen2_5_vl.py, modeling_qwen3_vl.py",
            (false, _) if shape.is(Fact::JoinedImages) => "transformers modeling_pixtral.py",
            (false, true) => "transformers modeling_clip.py",
            (false, false) => "transformers modeling_siglip.py",
        }
    }

    /// Whether autocast makes a 16-bit copy of that mask in every layer.
    pub fn converts_mask(&self) -> bool {
        self.shape.is(Fact::JoinedImages) && self.formats.is_autocast && self.stream == FP32
    }

    /// Patches that one feature is made of.
    pub fn merged_patches(&self) -> f64 {
        let first = self.shape.list(List::Projector).first().copied().unwrap_or(0.0);
        (first / self.shape.number(Fact::VisionHiddenSize).max(1.0)).max(1.0)
    }

    /// Whether its norms are root mean squares.
    pub fn is_root_mean_square(&self) -> bool {
        is_root_mean_square(self.shape)
    }

    /// Whether a norm stands in front of the layers; a single outer norm stands there or behind them.
    pub fn has_front_norm(&self) -> bool {
        let n_outer = self.shape.number(Fact::VisionOuterNorms);
        n_outer > 1.0 || n_outer == 1.0 && self.shape.is(Fact::VisionFrontNorm)
    }

    /// Whether a norm stands behind the layers that are read.
    pub fn has_end_norm(&self) -> bool {
        let n_outer = self.shape.number(Fact::VisionOuterNorms);
        let is_read = !self.shape.is(Fact::VisionIdleLayers);
        is_read && (n_outer > 1.0 || n_outer == 1.0 && !self.shape.is(Fact::VisionFrontNorm))
    }
}

/// Whether the norms of a tower are root mean squares.
pub fn is_root_mean_square(shape: &Shape) -> bool {
    matches!(Norm::of(shape.number(Fact::VisionNorm)), Norm::Rms | Norm::RmsScaledWide | Norm::RmsPlusOne)
}

/// Whether the projector is a module of the tower, so that both freeze together (Qwen's merger).
pub fn is_inside(shape: &Shape) -> bool {
    shape.is(Fact::ProjectorInTower)
}
