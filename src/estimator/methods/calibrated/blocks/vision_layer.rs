//! A layer of a vision tower, operation by operation: its weights, what each operation keeps for the backward pass,
//! what lives inside, and what a prompt needs of it. It knows neither the tower's ends nor the text.
//!
//! Transformers and torchvision build the same layer; where they differ the difference is a field of [`VisionLayer`].

use crate::estimator::architecture::{Activation, Fact, NormPlacement, Part, QkNorm};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::activation::Function;
use crate::estimator::methods::calibrated::blocks::vision_operations::{LayerOperation, LayerWeights, SOURCE, norm};
use crate::estimator::methods::calibrated::blocks::vision_tensors::{PerPatch, VisionTensor, VisionWidth as W};
use crate::estimator::methods::calibrated::blocks::vision_tower::VisionTower;
use crate::estimator::methods::calibrated::blocks::walk_names::{Module, module};
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::parts::counter::Counter;
use crate::estimator::methods::calibrated::tensors::dtype::{FP32, element, times};
use crate::estimator::units::{BytesPerElement, Count, Memory};

/// How a layer works: what the model's facts say, and what the code and the run make of them.
#[derive(Clone, Copy)]
pub struct VisionLayer<'a> {
    /// The model.
    pub shape: &'a Shape<'a>,
    /// Whether queries, keys and values are one projection; torchvision's are, always.
    pub is_fused: bool,
    /// Whether values stay a view of the fused projection beside rotated queries and keys, so that it is kept whole.
    /// Images of any size attend one by one there, and the output projection reads their results joined.
    pub is_rotated: bool,
    /// Whether the output projection reads a copy of attention's result. Torchvision's layer does where the kernel, in
    /// FP32, is not the flash kernel, whose result has the order that the projection reads.
    pub copies_result: bool,
    /// Whether autocast makes a 16-bit copy of a mask over all pairs of patches.
    pub converts_mask: bool,
    /// Whether its weights are trained.
    pub is_trained: bool,
    /// Whether matrix products convert their operands to 16 bits as they go.
    pub is_autocast: bool,
    /// Bytes of what a matrix product reads and writes.
    pub compute: f64,
    /// Bytes of the residual stream.
    pub stream: f64,
}

impl<'a> VisionLayer<'a> {
    /// A layer of which the weights alone are asked.
    pub fn of(shape: &'a Shape<'a>) -> Self {
        Self {
            shape,
            is_fused: shape.is(Fact::VisionFusedQkv),
            is_rotated: shape.is(Fact::VisionRotary),
            copies_result: false,
            converts_mask: false,
            is_trained: true,
            is_autocast: false,
            compute: FP32,
            stream: FP32,
        }
    }

    /// A layer of a tower, as Transformers builds it.
    pub fn of_tower(tower: &VisionTower<'a>) -> Self {
        let own = Self::of(tower.shape);
        Self {
            copies_result: own.is_fused && own.is_rotated,
            converts_mask: tower.converts_mask(),
            is_trained: tower.learning.tower,
            is_autocast: tower.formats.is_autocast,
            compute: tower.formats.compute,
            stream: tower.stream,
            ..own
        }
    }

    fn function(&self) -> &'static Function {
        function(self.shape)
    }

    fn is_gated(&self) -> bool {
        self.shape.is(Fact::VisionGatedMlp)
    }

    /// Visits the operations of a forward pass in their order.
    pub fn each(&self, mut visit: impl FnMut(LayerOperation)) {
        self.visit(&mut visit);
    }

    // Compiled once for all that visit.
    fn visit(&self, visit: &mut dyn FnMut(LayerOperation)) {
        let is_around = NormPlacement::of(self.shape.number(Fact::VisionNormPlacement)) == NormPlacement::Around;
        self.norm(module!("norm1"), self.stream, visit);
        self.attention(visit);
        if is_around {
            self.norm(module!("post_norm1"), self.compute, visit);
        }
        self.norm(module!("norm2"), self.stream, visit);
        self.feed_forward(visit);
        if is_around {
            self.norm(module!("post_norm2"), self.compute, visit);
        }
        if self.shape.is(Fact::VisionLayerScale) {
            // Each block's output is scaled: the product keeps both factors.
            let scaled = VisionTensor::new("layer_scale.input", self.compute, W::Tower).times(2.0);
            visit(LayerOperation {
                module: module!("layer_scale"),
                part: Part::Norms,
                weights: LayerWeights::Vectors(2.0),
                kept: &[scaled.only_if(self.is_trained)],
                operand: (self.compute, W::Tower),
                result: (self.compute, W::Tower),
                is_summed: false,
            });
        }
    }

    /// A norm of an input with elements of so many bytes.
    fn norm(&self, module: &'static Module, input: f64, visit: &mut dyn FnMut(LayerOperation)) {
        visit(LayerOperation {
            module,
            part: Part::Norms,
            weights: LayerWeights::Vectors(Counter::new(self.shape).norm(Fact::VisionNorm, 1.0)),
            kept: &norm(self.shape, module, input, (self.is_autocast, self.is_trained)),
            operand: (input, W::Tower),
            result: (input, W::Tower),
            is_summed: false,
        });
    }

    fn attention(&self, visit: &mut dyn FnMut(LayerOperation)) {
        let bytes = self.compute;
        let has_bias = self.shape.is(Fact::VisionAttentionBias);
        let linear = |n, module: &'static Module, kept: &[VisionTensor], visit: &mut dyn FnMut(LayerOperation)| {
            visit(LayerOperation {
                module,
                part: Part::Attention,
                weights: LayerWeights::Matrices { n, from: W::Tower, to: W::Tower, has_bias },
                kept,
                operand: (bytes, W::Tower),
                result: (n * bytes, W::Tower),
                is_summed: n == 1.0,
            });
        };
        // Autocast converts the input for each linear layer anew.
        let n_inputs = if self.is_autocast && !self.is_fused { 3.0 } else { 1.0 };
        let inputs = VisionTensor::new("qkv.input", bytes, W::Tower).times(n_inputs).only_if(self.is_trained);
        linear(3.0, module!("qkv"), &[inputs], visit);
        self.head_norms(visit);
        let is_kept_whole = self.is_fused && self.is_rotated;
        let kept = [
            VisionTensor::new("queries, keys and values", bytes, W::Tower).times(3.0),
            VisionTensor::new("rotated queries and keys", bytes, W::Tower).times(2.0).only_if(is_kept_whole),
            VisionTensor::new("attention.output", bytes, W::Tower),
            VisionTensor::new("attention.logsumexp", FP32, W::Heads),
            VisionTensor::new("attention_mask", bytes, W::Patches).only_if(self.converts_mask),
        ];
        visit(LayerOperation {
            module: module!("attention"),
            part: Part::Attention,
            weights: LayerWeights::None,
            kept: &kept,
            operand: (3.0 * bytes, W::Tower),
            result: (bytes, W::Tower),
            is_summed: false,
        });
        let joined = VisionTensor::new("proj.input", bytes, W::Tower);
        linear(1.0, module!("proj"), &[joined.only_if(self.copies_result && self.is_trained)], visit);
    }

    /// Norms of queries and keys, in FP32.
    fn head_norms(&self, visit: &mut dyn FnMut(LayerOperation)) {
        let n_vectors = match QkNorm::of(self.shape.number(Fact::VisionQkNorm)) {
            QkNorm::None => return,
            QkNorm::PerHead => 2.0,
            QkNorm::Full => 0.0,
        };
        let kept = [
            VisionTensor::new("q_norm.input, k_norm.input", FP32, W::Tower).times(2.0),
            VisionTensor::new("normalized queries and keys", self.compute, W::Tower)
                .times(2.0)
                .only_if(self.is_trained),
            VisionTensor::new("q_norm.statistics, k_norm.statistics", FP32, W::Heads).times(2.0),
        ];
        visit(LayerOperation {
            module: module!("qk_norm"),
            part: Part::Norms,
            weights: LayerWeights::HeadVectors(n_vectors),
            kept: &kept,
            operand: (2.0 * FP32, W::Tower),
            result: (2.0 * self.compute, W::Tower),
            is_summed: false,
        });
    }

    fn feed_forward(&self, visit: &mut dyn FnMut(LayerOperation)) {
        let bytes = self.compute;
        let has_bias = self.shape.is(Fact::VisionMlpBias);
        let (n_inward, n_copies) = if self.is_gated() { (2.0, 2.0) } else { (1.0, 1.0) };
        let n_inputs = if self.is_autocast { n_copies } else { 1.0 };
        let inputs = VisionTensor::new("fc1.input", bytes, W::Tower).times(n_inputs);
        visit(LayerOperation {
            module: module!("fc1"),
            part: Part::FeedForward,
            weights: LayerWeights::Matrices { n: n_inward, from: W::Tower, to: W::Inner, has_bias },
            kept: &[inputs.only_if(self.is_trained)],
            operand: (bytes, W::Tower),
            result: (n_inward * bytes, W::Inner),
            is_summed: false,
        });
        let mut function = |module: &'static Module, tensor: VisionTensor| {
            visit(LayerOperation {
                module,
                part: Part::FeedForward,
                weights: LayerWeights::None,
                kept: &[tensor],
                operand: (bytes, W::Inner),
                result: (bytes, W::Inner),
                is_summed: false,
            });
        };
        if self.is_gated() {
            // Gate, its activation, and the other factor.
            function(module!("act_fn"), VisionTensor::new("gate, its activation, up", bytes, W::Inner).times(3.0));
        } else {
            function(module!("act_fn"), VisionTensor::new("act_fn.input", bytes, W::Inner));
            if self.function().has_sigmoid_in_tower {
                // Kept beside the operand.
                function(module!("sigmoid"), VisionTensor::new("sigmoid.output", bytes, W::Inner));
            }
        }
        visit(LayerOperation {
            module: module!("fc2"),
            part: Part::FeedForward,
            weights: LayerWeights::Matrices { n: 1.0, from: W::Inner, to: W::Tower, has_bias },
            kept: &[self.product()],
            operand: (bytes, W::Inner),
            result: (bytes, W::Tower),
            is_summed: true,
        });
    }

    /// The last projection's input.
    fn product(&self) -> VisionTensor {
        VisionTensor::new("fc2.input", self.compute, W::Inner).only_if(self.is_trained)
    }
}

/// All that a layer of a tower keeps.
pub fn saved(tower: &VisionTower) -> PerPatch {
    let mut res = PerPatch::default();
    let is_told = tower.is_told();
    VisionLayer::of_tower(tower).each(|it| res.add_all(it.kept, is_told));
    res
}

/// Gradients while the activation is differentiated, beside the stream's, less the product, which is let go by then.
pub fn in_backward(tower: &VisionTower) -> PerPatch {
    let layer = VisionLayer::of_tower(tower);
    let gradients = [
        VisionTensor::new("gradients of fc2.input and its factors", layer.compute, W::Inner)
            .times(n_inner_at_once(tower.shape)),
        VisionTensor::new("gradient of the residual stream", layer.stream, W::Tower),
        layer.product().times(-1.0),
    ];
    PerPatch::of(&gradients, tower.is_told())
}

/// Inner tensors that live while the activation is computed, or differentiated: the product and its factors, one of
/// which is an activation's result.
fn n_inner_at_once(shape: &Shape) -> f64 {
    if function(shape).has_sigmoid_in_tower || shape.is(Fact::VisionGatedMlp) { 3.0 } else { 2.0 }
}

/// The activation function of a tower's layers.
fn function(shape: &Shape) -> &'static Function {
    Function::of(Activation::of(shape.number(Fact::VisionActivation)))
}

/// Inside a layer while a prompt runs, for each patch: its residual streams and normed input, and what rotation or the
/// activation need.
///
/// Rotation runs in FP32: queries and keys converted, two products, the rotated half, and the sum that queries have
/// become.
pub fn in_prompt(shape: &Shape, of: &Expr<BytesPerElement>) -> Expr<Memory> {
    let width = || shape.leaf::<Count>(Fact::VisionHiddenSize);
    let inner = times(n_inner_at_once(shape)) * shape.leaf::<Count>(Fact::VisionIntermediateSize);
    let feed_forward: Expr<Memory> = (times(4.0) * width() + inner) * of.clone();
    let is_rotated_wide = shape.is(Fact::VisionRotary) && shape.is(Fact::VisionFusedQkv);
    if !is_rotated_wide {
        return feed_forward;
    }
    let rotation = times(5.0) * width() * of.clone() + width() * element(6.0 * FP32);
    feed_forward.max(rotation)
}

/// The same in vLLM.
///
/// There are the stream, the normed input and what a block gives back; beside them queries, keys and values in one
/// tensor, attention's result, and where they are rotated a copy of queries and keys and what becomes of it
/// (`Qwen2_5_VisionAttention.forward`, `SiglipEncoderLayer.forward`). While the feed-forward block runs the layer's own
/// input is there, too (`Qwen3_VisionTransformer.forward`), but of a gated one with the norm that works in place.
pub fn in_vllm(shape: &Shape, of: &Expr<BytesPerElement>) -> Expr<Memory> {
    let width = |n| times(n) * shape.leaf::<Count>(Fact::VisionHiddenSize);
    let attention = width(if shape.is(Fact::VisionRotary) { 11.0 } else { 7.0 });
    let inner = times(n_inner_at_once(shape)) * shape.leaf::<Count>(Fact::VisionIntermediateSize);
    (width(3.0) + inner).max(attention) * of.clone()
}

/// All layers of a tower: those over one tile, and those over all tiles.
pub fn all_layers(shape: &Shape) -> Expr<Count> {
    let own = shape.leaf::<Count>(Fact::VisionNumLayers);
    let has_global = shape.is(Fact::VisionGlobalLayers);
    if has_global { own + shape.leaf(Fact::VisionGlobalLayers) } else { own }
}

/// Counts the weights of all layers.
pub fn count(counter: &mut Counter) {
    let shape = counter.shape;
    let layers = all_layers(shape);
    let (tower, inner): (Expr<Count>, Expr<Count>) =
        (shape.leaf(Fact::VisionHiddenSize), shape.leaf(Fact::VisionIntermediateSize));
    let heads = shape.number(Fact::VisionNumHeads).max(1.0);
    let leaf = |it: W| match it {
        W::Tower => tower.clone(),
        W::Inner => inner.clone(),
        W::Heads => times(heads),
        W::One | W::Patches => times(1.0),
    };
    VisionLayer::of(shape).each(|it| {
        let mut add = |name, n: f64, elements: Expr<Count>| {
            if n != 0.0 {
                let layers = if n == 1.0 { layers.clone() } else { layers.clone() * times(n) };
                counter.count(it.part, name, layers * elements, SOURCE);
            }
        };
        match it.weights {
            LayerWeights::None => {}
            LayerWeights::Vectors(n) => {
                add(it.module.weight, n.min(1.0), leaf(W::Tower));
                add(it.module.bias, n - n.min(1.0), leaf(W::Tower));
            }
            LayerWeights::HeadVectors(n) => add(it.module.weight, n, leaf(W::Tower) / leaf(W::Heads)),
            LayerWeights::Matrices { n, from, to, has_bias } => {
                add(it.module.weight, n, leaf(to) * leaf(from));
                add(it.module.bias, if has_bias { n } else { 0.0 }, leaf(to));
            }
        }
    });
    // Layers over all tiles scale what attention and feed-forward add.
    if shape.is(Fact::VisionGlobalLayers) {
        let gates = times(2.0) * shape.leaf::<Count>(Fact::VisionGlobalLayers);
        counter.count(Part::Norms, "gate_attn, gate_ffn", gates, SOURCE);
    }
}
