//! The vision tower of a training run and the projector behind it: what they keep for the backward pass, and what lives
//! inside it. It knows no moment of the run.
//!
//! Which operations there are is Transformers' modelling code (`modeling_clip.py`, `modeling_siglip.py`,
//! `modeling_qwen2_vl.py`, `modeling_qwen2_5_vl.py`, `modeling_qwen3_vl.py`, `modeling_pixtral.py`), what each keeps is
//! PyTorch's `derivatives.yaml`.

use crate::estimator::architecture::Fact;
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::vision_layer::{self as layer, PerPatch};
use crate::estimator::methods::calibrated::blocks::vision_tower::{Tower, is_inside, pixels, pixels_of_patch};
use crate::estimator::methods::calibrated::model::images;
use crate::estimator::methods::calibrated::tensors::dtype::{FP32, element};
use crate::estimator::units::{Count, Memory};

impl Tower<'_> {
    /// Layers whose output somebody reads.
    pub fn layers(&self) -> Expr<Count> {
        let all = self.shape.leaf::<Count>(Fact::VisionNumLayers);
        let all = match self.shape.is(Fact::VisionGlobalLayers) {
            true => all + self.shape.leaf(Fact::VisionGlobalLayers),
            false => all,
        };
        let n_idle = self.shape.number(Fact::VisionIdleLayers);
        if n_idle > 0.0 && n_idle < all.value() { all - self.shape.leaf(Fact::VisionIdleLayers) } else { all }
    }

    /// What tower and projector keep until the backward pass reaches them.
    pub fn kept(&self) -> Expr<Memory> {
        let layers = self.layers() * self.stored_layer();
        let tower = if self.learning.flows { layers + self.around_layers() } else { self.around_layers() };
        self.patches.clone() * tower.named("s_v") + self.features.clone() * self.projector() + self.shared_mask()
    }

    /// What the tower keeps beside its layers, and the projector, when the backward pass is inside a layer of the tower;
    /// inside the last one the others' still live.
    pub fn kept_inside(&self, is_last: bool) -> Expr<Memory> {
        let front = self.front().formula(self);
        let kept = if is_last {
            let others = if self.is_checkpointed { self.layers() } else { self.layers() - Expr::number(1.0) };
            others * self.stored_layer() + front
        } else {
            front
        };
        let shared = self.shared_mask();
        let deep = self.shape.number(Fact::DeepstackLayers);
        let of_tower = self.patches.clone() * (kept + self.layer().formula(self)) + shared;
        if is_last && deep > 0.0 { of_tower + self.features.clone() * self.projection(deep) } else { of_tower }
    }

    /// Gradients inside a layer's feed-forward block, less what the layer has let go of by then.
    pub fn gradients_inside(&self) -> Expr<Memory> {
        self.patches.clone() * (layer::in_backward(self)).formula(self)
    }

    /// The convolution's output where it is a leaf that asks for a gradient.
    pub fn leaf(&self) -> Option<Expr<Memory>> {
        let is_leaf = self.learning.flows && !self.learning.tower;
        is_leaf.then(|| self.patches.clone() * PerPatch::width(self.formats.compute).formula(self))
    }

    /// See [`pixels`].
    pub fn pixels(&self, of_pixels: Expr<Count>) -> Expr<Memory> {
        pixels(self.shape, of_pixels)
    }

    /// What one layer leaves for the backward pass: its tensors, or its input alone.
    fn stored_layer(&self) -> Expr<Memory> {
        if self.is_checkpointed {
            PerPatch::width(self.stream).formula(self)
        } else {
            self.layer().formula(self).named("s_v_layer")
        }
    }

    fn layer(&self) -> PerPatch {
        layer::saved(self)
    }

    fn around_layers(&self) -> Expr<Memory> {
        (self.front() + self.end()).formula(self)
    }

    /// Before the layers: pixels in the weights' format, the leaf, and the norm in front with its input.
    fn front(&self) -> PerPatch {
        let (formats, learning) = (&self.formats, &self.learning);
        if !learning.flows {
            return PerPatch::default();
        }
        let pixels = PerPatch::other(formats.compute * pixels_of_patch(self.shape)).only_if(learning.tower);
        let leaf = PerPatch::width(formats.compute).only_if(!learning.tower);
        let norm = layer::norm(self, formats.compute).only_if(self.has_front_norm());
        pixels + leaf + norm
    }

    /// Behind the layers: the last norm, and what pooling keeps.
    fn end(&self) -> PerPatch {
        let is_inside = is_inside(self.shape);
        let has_norm = self.learning.flows && (is_inside || self.has_end_norm());
        let norm = layer::norm(self, self.stream).only_if(has_norm);
        let is_pooled = self.shape.is(Fact::TokensPerImage) && self.merged_patches() == 1.0;
        // Autocast has made the norm's result, which is pooled, FP32.
        let is_wide = self.formats.is_autocast && has_norm && !self.is_root_mean_square();
        let pooled = PerPatch::width(if is_wide { FP32 } else { self.stream });
        let pooled = pooled.only_if(is_pooled && (self.learning.flows || self.learning.projector));
        norm + pooled
    }

    /// Bytes that the projector keeps for each feature; deep features have projectors of their own.
    fn projector(&self) -> Expr<Memory> {
        self.projection(1.0 + self.shape.number(Fact::DeepstackLayers))
    }

    fn projection(&self, n_projectors: f64) -> Expr<Memory> {
        let bytes_of = self.formats.compute;
        let widths = &self.shape.architecture().projector;
        let n_linear = widths.len().saturating_sub(1);
        let mut wide = PerPatch::default();
        let mut of_text = 0.0;
        for (at, &width) in widths.iter().take(n_linear).enumerate() {
            // Between two linear layers an activation keeps its input; each trained linear layer keeps its own.
            let has_activation = at > 0 && self.shape.is(Fact::ProjectorBiases) | (widths.len() > 2);
            let tensors = f64::from(u8::from(self.learning.projector)) + f64::from(u8::from(has_activation));
            let is_kept = self.learning.projector || self.learning.flows;
            let bytes = if is_kept { n_projectors * bytes_of * tensors } else { 0.0 };
            match width {
                0.0 => of_text += bytes,
                width => wide = wide + PerPatch::other(bytes * width),
            }
        }
        if is_inside(self.shape) && self.shape.is(Fact::DeepstackLayers) && self.learning.flows {
            // Deep features are normalized after they have been merged.
            let deep = n_projectors.min(self.shape.number(Fact::DeepstackLayers));
            let merged = self.merged_patches();
            wide = wide + PerPatch { width: deep * merged * self.stream, ..PerPatch::default() };
        }
        let own = wide.formula(self);
        if of_text > 0.0 { own + element(of_text) * self.shape.leaf::<Count>(Fact::HiddenSize) } else { own }
    }

    /// Images that run as one sequence are told apart by a mask over all pairs of patches, in the stream's format.
    fn shared_mask(&self) -> Expr<Memory> {
        if !self.learning.flows || !images::breaks_rows(self.shape) || self.converts_mask() {
            return Expr::number(0.0);
        }
        self.patches.clone() * self.patches.clone() * element(self.stream)
    }
}
