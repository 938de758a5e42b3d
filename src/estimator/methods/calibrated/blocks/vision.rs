//! The vision tower of a training run and the projector behind it: what they keep for the backward pass, and what lives
//! inside it. It knows no moment of the run, and the tensors of neither layers nor patches nor projectors.
//!
//! Which operations there are is Transformers' modelling code (`modeling_clip.py`, `modeling_siglip.py`,
//! `modeling_qwen2_vl.py`, `modeling_qwen2_5_vl.py`, `modeling_qwen3_vl.py`, `modeling_pixtral.py`), what each keeps is
//! PyTorch's `derivatives.yaml`.

use crate::estimator::architecture::Fact;
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::vision_tensors::{PerPatch, VisionTensor, VisionWidth, later};
use crate::estimator::methods::calibrated::blocks::vision_tower::VisionTower;
use crate::estimator::methods::calibrated::blocks::{projector, vision_layer, vision_patches};
use crate::estimator::methods::calibrated::tensors::dtype::{element, times};
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{Count, Memory};

impl VisionTower<'_> {
    /// Layers whose output somebody reads.
    pub fn layers(&self) -> Expr<Count> {
        let all = vision_layer::all_layers(self.shape);
        let n_idle = self.shape.number(Fact::VisionIdleLayers);
        if n_idle > 0.0 && n_idle < all.value() { all - self.shape.leaf(Fact::VisionIdleLayers) } else { all }
    }

    /// What tower and projector keep until the backward pass reaches them.
    pub fn kept(&self) -> Expr<Memory> {
        self.kept_alone() + self.features.clone() * projector::kept(self) + self.shared_mask()
    }

    /// What a tower keeps that no projector follows.
    pub fn kept_alone(&self) -> Expr<Memory> {
        let (stored, ends) = (self.stored(), vision_patches::before_layers(self) + vision_patches::behind_layers(self));
        let around = ends.formula(self);
        let of_tower = if self.learning.flows { self.layers() * self.of_layer(&stored) + around } else { around };
        let listing = || {
            let layers = self.layers();
            let mut tensors = if self.learning.flows { stored.in_layers(self, &layers) } else { Vec::new() };
            tensors.extend(ends.in_layers(self, &times(1.0)));
            later(tensors)
        };
        self.patches.clone() * of_tower.listed_later(Quantity::KeptOfTower, listing)
    }

    /// What the tower keeps beside its layers, and the projector, when the backward pass is inside a layer of the
    /// tower; inside the last one the others' still live.
    pub fn kept_inside(&self, is_last: bool) -> Expr<Memory> {
        let front = vision_patches::before_layers(self).formula(self);
        let layer = vision_layer::saved(self).listed(LAYER, self);
        let kept = match (is_last, self.is_checkpointed) {
            (true, true) => self.layers() * self.of_layer(&self.stored()) + front,
            (true, false) => (self.layers() - Expr::number(1.0)) * layer.clone() + front,
            (false, _) => front,
        };
        let of_tower = self.patches.clone() * (kept + layer) + self.shared_mask();
        if is_last && self.shape.is(Fact::DeepstackLayers) {
            of_tower + self.features.clone() * projector::kept_of_deep(self)
        } else {
            of_tower
        }
    }

    /// Gradients inside a layer's feed-forward block, less what the layer has let go of by then.
    pub fn gradients_inside(&self) -> Expr<Memory> {
        self.patches.clone() * vision_layer::in_backward(self).listed(Quantity::TowerGradients, self)
    }

    /// The convolution's output where it is a leaf that asks for a gradient.
    pub fn leaf(&self) -> Option<Expr<Memory>> {
        let is_leaf = self.learning.flows && !self.learning.tower;
        let leaf = || PerPatch::of(&[vision_patches::leaf(self)], self.is_told());
        is_leaf.then(|| self.patches.clone() * leaf().formula(self))
    }

    /// What one layer leaves for the backward pass: its tensors, or its input alone.
    fn stored(&self) -> PerPatch {
        if self.is_checkpointed {
            let input = VisionTensor::new("hidden_states", self.stream, VisionWidth::Tower);
            PerPatch::of(&[input], self.is_told())
        } else {
            vision_layer::saved(self)
        }
    }

    fn of_layer(&self, stored: &PerPatch) -> Expr<Memory> {
        if self.is_checkpointed { stored.formula(self) } else { stored.listed(LAYER, self) }
    }

    /// Images that run as one sequence are told apart by a mask over all pairs of patches, in the stream's format.
    fn shared_mask(&self) -> Expr<Memory> {
        if !self.learning.flows || !self.shape.is(Fact::JoinedImages) || self.converts_mask() {
            return Expr::number(0.0);
        }
        self.patches.clone() * self.patches.clone() * element(self.stream)
    }
}

/// What one layer keeps.
const LAYER: Quantity = Quantity::KeptOfTowerLayer;
