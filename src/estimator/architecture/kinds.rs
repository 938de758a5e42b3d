//! Facts that are chosen from a list, and what each choice means for memory. It knows no model.

use crate::estimator::parameters::choices::ChoiceValue;

macro_rules! kinds {
    ($( $(#[$doc:meta])* $kind:ident { $( $(#[$value_doc:meta])* $value:ident = $id:literal ),* $(,)? } )*) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $kind { $( $(#[$value_doc])* $value ),* }

        impl $kind {
            /// The choice that a fact's number stands for; the first one for a number beyond the list.
            pub fn of(number: f64) -> Self {
                Self::ALL.get(number as usize).copied().unwrap_or(Self::ALL[0])
            }
        }

        impl ChoiceValue for $kind {
            const ALL: &'static [Self] = &[ $( Self::$value ),* ];
            const IDS: &'static [&'static str] = &[ $( $id ),* ];
        }
    )* };
}

kinds! {
    /// The structure of a model: which layers there are and how they follow each other.
    Layout {
        /// Not transcribed: nothing but the number of parameters is known.
        Unknown = "unknown",
        /// Decoder layers of self-attention and feed-forward or experts; a vision tower may stand before them.
        Decoder = "decoder",
        /// A decoder some of whose layers attend to the image instead of the text.
        CrossAttentionDecoder = "cross-attention-decoder",
        /// Layers of gated delta-rule linear attention, with gated full attention in between.
        GatedDeltaHybrid = "gated-delta-hybrid",
        /// Layers of lightning (linear) attention, with softmax attention in between.
        LightningHybrid = "lightning-hybrid",
        /// Layers of a Mamba2 state space, with softmax attention in between; each has a feed-forward block, too.
        Mamba2Hybrid = "mamba2-hybrid",
        /// Layers that are a Mamba2 state space, softmax attention, a feed-forward block or experts, and each one of
        /// them alone.
        SingleMixerHybrid = "single-mixer-hybrid",
        /// Layers that are a Mamba2 state space and softmax attention side by side, whose outputs are added; each has a
        /// feed-forward block, too.
        ParallelHybrid = "parallel-hybrid",
        /// Layers of gated short convolutions, with softmax attention in between; each has a feed-forward block, too.
        ShortConvHybrid = "short-conv-hybrid",
        /// Layers of a Mamba state space alone: no attention and no feed-forward block. The residual stream is FP32.
        Mamba = "mamba",
        /// The same of Mamba2.
        Mamba2 = "mamba2",
        /// A decoder whose full-attention layers have wider heads than the windowed ones, and keys for values.
        TwoHeadWidths = "two-head-widths",
        /// Encoder layers without a decoder.
        Encoder = "encoder",
        /// An encoder, and a decoder that attends to its output.
        EncoderDecoder = "encoder-decoder",
        /// An encoder of spectrograms behind two convolutions, and a decoder of text.
        Speech = "speech",
        /// A text and an image tower whose outputs meet in one space.
        Contrastive = "contrastive",
        /// An encoder of image patches with a classifier.
        VisionTransformer = "vision-transformer",
        /// Stages of residual blocks.
        ResNet = "resnet",
        /// Plain 3×3 convolutions and three fully connected layers.
        Vgg = "vgg",
        /// Blocks in which each layer reads all before it.
        DenseNet = "densenet",
        /// Stages of inverted bottlenecks with squeeze and excitation.
        EfficientNet = "efficientnet",
        /// Stages of residual blocks that do not narrow, of stated widths.
        RegNet = "regnet",
        /// Stages of inverted bottlenecks, of which the first fuse two convolutions.
        EfficientNetV2 = "efficientnet-v2",
        /// Inverted bottlenecks that a search has found layer by layer.
        MobileNet = "mobilenet-v3",
        /// Inverted bottlenecks that a search has found stage by stage.
        MnasNet = "mnasnet",
        /// Stages of attention inside windows of a map.
        Swin = "swin",
        /// Stages of inverted bottlenecks with attention inside windows and over a grid behind them.
        MaxVit = "maxvit",
        /// Stages of depthwise 7×7 convolutions and pointwise feed-forward blocks.
        ConvNext = "convnext",
    }
    /// The function inside a feed-forward block. Fused ones keep their input for the backward pass and nothing else;
    /// those written out in Python keep what each step needs.
    Activation {
        /// `x·σ(x)`, one operation.
        Silu = "silu",
        /// `x·Φ(x)`, one operation.
        Gelu = "gelu",
        /// The tanh approximation of GELU, one operation.
        GeluTanh = "gelu_tanh",
        /// The tanh approximation of GELU, written out: power, products, sum and tanh are operations of their own.
        GeluNew = "gelu_new",
        /// The same approximation with the cube factored out, written out.
        GeluFast = "gelu_fast",
        /// The tanh approximation of GELU as an autograd function of its own, which keeps its input.
        GeluCustom = "gelu_custom",
        /// `x·σ(1.702·x)`, written out.
        QuickGelu = "quick_gelu",
        /// `max(x, 0)`, one operation, which keeps its output.
        Relu = "relu",
        /// `max(x, 0)²`, written out.
        ReluSquared = "relu2",
        /// `(u + 1)·x·σ(1.702·x)` with both inputs clamped, written out.
        ClampedSwiglu = "clamped_swiglu",
    }
    /// How a layer normalizes, and which tensors that makes.
    Norm {
        /// Root mean square, in FP32; the result is converted and then scaled in the run's precision.
        Rms = "rms",
        /// Root mean square, in FP32; scaled in FP32 and then converted.
        RmsScaledWide = "rms_scaled_wide",
        /// Root mean square, in FP32; scaled by `1 + w` in FP32 and then converted.
        RmsPlusOne = "rms_plus_one",
        /// Mean and variance with scale and bias, one operation.
        Layer = "layer",
        /// Mean and variance with a scale only, one operation.
        LayerWithoutBias = "layer_without_bias",
        /// Mean and variance with scale `1 + w` and bias, one operation.
        LayerPlusOne = "layer_plus_one",
        /// Mean and variance with a scale only, in FP32, written out.
        LayerWide = "layer_wide",
        /// Mean and variance without weights, one operation in FP32.
        LayerWithoutWeights = "layer_without_weights",
    }
    /// Where the norms of a layer stand.
    NormPlacement {
        /// Before attention and before the feed-forward block.
        Before = "before",
        /// After each, before the result joins the residual stream.
        After = "after",
        /// Before and after each.
        Around = "around",
        /// After the result has joined the residual stream.
        AfterSum = "after_sum",
    }
    /// How a router computes the scores that weight its experts' outputs. An output times a wide score is wide itself.
    Router {
        /// A product in the run's precision; scores are FP32.
        Wide = "wide",
        /// The product is FP32 as well, so that its input is copied.
        WideProduct = "wide_product",
        /// A product in the run's precision; scores are converted back to it.
        Narrow = "narrow",
        /// Scores in the run's precision weight the input of every expert, and all experts compute all tokens.
        EveryExpert = "every_expert",
    }
    /// Norms of queries and keys.
    QkNorm {
        /// None.
        None = "none",
        /// One scale per element of a head, shared by the heads.
        PerHead = "per_head",
        /// One scale per element of all heads.
        Full = "full",
    }
    /// How attention and feed-forward join the residual stream.
    Residual {
        /// One after the other.
        Sequential = "sequential",
        /// Both read the layer's input, each through its own norm.
        Parallel = "parallel",
        /// Both read the layer's input through one norm.
        ParallelSharedNorm = "parallel_shared_norm",
    }
    /// How positions enter.
    Positions {
        /// Rotated into queries and keys.
        Rotary = "rotary",
        /// A learned vector is added to the embedding.
        Learned = "learned",
        /// A slope per head is added to the scores, so that attention needs a mask.
        Alibi = "alibi",
        /// A learned table of distances is added to the scores, so that attention needs a mask.
        Relative = "relative",
        /// In no way: other layers know the order of tokens.
        None = "none",
    }
    /// How the loss is computed from the vocabulary's logits.
    Loss {
        /// Logits are converted to FP32 (Transformers, `ForCausalLMLoss`, `ForMaskedLMLoss`).
        Fp32 = "fp32",
        /// In the format of the logits: the code of older models.
        Native = "native",
        /// One kernel that writes the gradient in place of the logits (Unsloth, Liger's cross entropy).
        Fused = "fused",
        /// Logits piece by piece, each computed again in the backward pass.
        Chunked = "chunked",
        /// Output projection and loss in one operation, which makes no more than a piece of the logits (Liger).
        Liger = "liger",
    }
    /// A block that predicts a further token.
    MultiTokenPrediction {
        /// None.
        None = "none",
        /// One mixture layer behind a projection of two streams, with an embedding and a head of its own.
        OwnEmbedding = "own_embedding",
        /// The same with the model's embedding and head.
        SharedEmbedding = "shared_embedding",
        /// One full-attention layer of a gated-delta hybrid, with the model's embedding and head.
        GatedAttention = "gated_attention",
        /// One dense layer, with the model's embedding and head.
        Dense = "dense",
    }
    /// The norm at a projector's entrance.
    ProjectorNorm {
        /// None.
        None = "none",
        /// Over a patch, with scale and bias.
        Layer = "layer",
        /// Over all patches that merge, with scale and bias.
        MergedLayer = "merged_layer",
        /// Root mean square over a patch, with a scale.
        Rms = "rms",
    }
}
