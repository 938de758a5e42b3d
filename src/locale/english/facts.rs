//! English names and explanations of the facts of an architecture. It knows no range.

use crate::estimator::architecture::Fact;

/// What a fact is called and what it is; nothing for facts that have a parameter of their own.
pub(super) fn fact(fact: Fact) -> Option<(&'static str, &'static str)> {
    Some(match fact {
        Fact::Norm => ("Norm", "How layers normalize, which decides the FP32 copies that each norm keeps."),
        Fact::NormPlacement => ("Norm placement", "Where the norms of a layer stand."),
        Fact::QkNorm => ("Query-key norm", "Norms of the heads' queries and keys."),
        Fact::Residual => ("Residual", "How attention and feed-forward join the residual stream."),
        Fact::Positions => ("Positions", "How positions enter: rotated, learned, or as biases of the scores."),
        Fact::RotaryDim => ("Rotary width", "Elements of a head that are rotated, where not all are; 0 for all."),
        Fact::RotaryWide => (
            "FP32 rotation",
            "Whether rotation leaves queries and keys in FP32, which attention then reads and a cache holds.",
        ),
        Fact::QkvBias => ("QKV biases", "Whether query, key and value projections have biases."),
        Fact::OutputBias => ("Output bias", "Whether the output projection of attention has biases."),
        Fact::MlpBias => ("Feed-forward biases", "Whether the projections of the feed-forward block have biases."),
        Fact::LmHeadBias => ("LM head bias", "Whether the output projection to the vocabulary has biases."),
        Fact::FusedQkv => ("Fused QKV", "Whether queries, keys and values are one projection."),
        Fact::FusedGateUp => ("Fused gate and up", "Whether gate and up projection are one."),
        Fact::NumSlidingLayers => ("Windowed layers", "Layers with a window."),
        Fact::NumFullAttentionLayers => (
            "Full-attention layers",
            "Layers whose keys and values grow with the whole sequence, where others hold a constant state or a window.",
        ),
        Fact::EagerAttention => (
            "Eager attention only",
            "Whether attention is always computed with its whole score matrix, because the implementation has no fused form.",
        ),
        Fact::AttentionSoftCap => ("Attention soft cap", "Bound of attention scores; 0 for none."),
        Fact::FinalSoftCap => ("Logit soft cap", "Bound of logits; 0 for none."),
        Fact::EmbeddingDropout => {
            ("Embedding dropout", "Share of the embedding's output that dropout clears in training.")
        }
        Fact::ResidualDropout => ("Residual dropout", "Share of each block's output that dropout clears in training."),
        Fact::AttentionDropout => {
            ("Attention dropout", "Share of attention's weights that dropout clears in training.")
        }
        Fact::ScaledLogits => {
            ("Scaled logits", "Whether logits are multiplied or divided, which makes a second tensor of them.")
        }
        Fact::NarrowSoftmax => {
            ("Narrow softmax", "Whether the softmax of scores runs in the run's precision instead of FP32.")
        }
        Fact::BroadcastKeys => (
            "Broadcast keys",
            "Whether the keys of a single head are left to broadcasting, which no fused kernel of attention takes.",
        ),
        Fact::AttentionSinks => ("Attention sinks", "Whether each head has a score that takes attention to nothing."),
        Fact::LearnedPositions => ("Learned positions", "Positions with a learned vector."),
        Fact::EmbeddingNorm => ("Embedding norm", "Whether the embedding's output is normalized."),
        Fact::ExtraEmbeddings => ("Extra embeddings", "Rows of the token embedding beyond the vocabulary."),
        Fact::SharedIntermediateSize => {
            ("Shared expert width", "Width of all shared experts of a layer together; 0 for none.")
        }
        Fact::NumDenseLayers => ("Dense layers", "Layers without experts in a mixture."),
        Fact::SharedExpertGate => ("Shared expert gate", "Whether a learned gate scales the shared experts."),
        Fact::Router => {
            ("Router", "How the router's scores are computed, which decides the format of what experts put out.")
        }
        Fact::RouterBias => ("Router bias", "Whether the router has biases."),
        Fact::RouterCorrection => {
            ("Router correction", "Whether the router has a correction per expert that balances the load.")
        }
        Fact::ExpertBias => ("Expert biases", "Whether the projections of experts have biases."),
        Fact::QLoraRank => (
            "Query rank",
            "Width of the compressed queries of latent attention; 0 if only keys and values are compressed.",
        ),
        Fact::KvLoraRank => (
            "Key-value rank",
            "Width of the compressed keys and values of latent attention; 0 without latent attention.",
        ),
        Fact::QkNopeHeadDim => ("Unrotated head width", "Elements of a head of latent attention that are not rotated."),
        Fact::QkRopeHeadDim => (
            "Rotated head width",
            "Elements of a head of latent attention that are rotated; keys share them between heads.",
        ),
        Fact::ValueHeadDim => ("Value head width", "Width of a value head of latent attention."),
        Fact::IndexerHeads => ("Indexer heads", "Heads of the indexer that selects tokens for sparse attention."),
        Fact::IndexerHeadDim => ("Indexer head width", "Width of a head of the indexer."),
        Fact::LinearConvKernel => {
            ("Linear attention kernel", "Tokens that the convolution before linear attention covers.")
        }
        Fact::LinearKeyHeadDim => ("Linear key width", "Width of a key head of linear attention."),
        Fact::LinearValueHeadDim => ("Linear value width", "Width of a value head of linear attention."),
        Fact::LinearNumKeyHeads => ("Linear key heads", "Key heads of linear attention."),
        Fact::LinearNumValueHeads => ("Linear value heads", "Value heads of linear attention."),
        Fact::GlobalHeadDim => (
            "Full-attention head width",
            "Width of a head in full-attention layers, where it is not that of windowed ones.",
        ),
        Fact::GlobalNumKeyValueHeads => (
            "Full-attention key heads",
            "Key heads in full-attention layers, where they are not those of windowed ones.",
        ),
        Fact::NumCrossAttentionLayers => {
            ("Cross-attention layers", "Layers that attend to the image instead of the text.")
        }
        Fact::MultiTokenPrediction => (
            "Multi-token prediction",
            "The block that predicts a further token, which the checkpoint stores beside the model.",
        ),
        Fact::TokenTypes => ("Token types", "Kinds of segments that have a vector."),
        Fact::Pooler => ("Pooler", "Whether the first token's output goes through a dense layer."),
        Fact::FinalNorm => ("Final norm", "Whether an encoder ends with a norm."),
        Fact::FirstNormIsIdentity => (
            "First norm left out",
            "Whether the first layer's attention goes without a norm, because the embedding's stands before it.",
        ),
        Fact::NumDecoderLayers => ("Decoder layers", "Layers of the decoder behind an encoder."),
        Fact::NumMelBins => ("Mel bands", "Bands of the spectrogram."),
        Fact::NumAudioPositions => ("Audio positions", "Positions of the encoder of sound that have a vector."),
        Fact::VisionNumLayers => ("Vision layers", "Layers of the vision tower; 0 for a model that reads no images."),
        Fact::VisionNumHeads => ("Vision heads", "Attention heads of the vision tower."),
        Fact::VisionIntermediateSize => {
            ("Vision feed-forward width", "Width of the vision tower's feed-forward block.")
        }
        Fact::TemporalPatchSize => {
            ("Frames of a patch", "Frames that a patch covers; an image is repeated to fill them.")
        }
        Fact::SpatialMerge => ("Merged patches", "Edge of the square of patches that becomes one token of the text."),
        Fact::TokensPerImage => {
            ("Tokens of an image", "Tokens of the text that one image becomes, where their number is fixed.")
        }
        Fact::VisionActivation => {
            ("Vision activation", "Function between the projections of the vision tower's feed-forward block.")
        }
        Fact::VisionGatedMlp => ("Vision gate", "Whether the vision tower's feed-forward blocks have a gate."),
        Fact::VisionNorm => ("Vision norm", "How the vision tower normalizes."),
        Fact::VisionNormPlacement => ("Vision norm placement", "Where the norms of the vision tower's layers stand."),
        Fact::VisionQkNorm => ("Vision query-key norm", "Norms of the vision tower's queries and keys."),
        Fact::VisionIdleLayers => ("Idle vision layers", "Last layers of the vision tower whose output nobody reads."),
        Fact::VisionOuterNorms => ("Outer vision norms", "Norms before and after the vision tower's layers."),
        Fact::VisionFusedQkv => {
            ("Fused vision QKV", "Whether the vision tower's queries, keys and values are one projection.")
        }
        Fact::VisionAttentionBias => {
            ("Vision attention biases", "Whether the vision tower's attention projections have biases.")
        }
        Fact::VisionMlpBias => {
            ("Vision feed-forward biases", "Whether the vision tower's feed-forward projections have biases.")
        }
        Fact::PatchBias => ("Patch bias", "Whether the convolution over patches has biases."),
        Fact::ClassTokens => ("Class tokens", "Vectors that stand for the whole image beside its patches."),
        Fact::VisionLayerScale => {
            ("Vision layer scale", "Whether the vision tower scales each element of what its blocks add.")
        }
        Fact::VisionPositions => ("Vision positions", "Positions of the vision tower that have a learned vector."),
        Fact::VisionRotary => {
            ("Vision rotary", "Whether the vision tower's positions are rotated into queries and keys.")
        }
        Fact::VisionGlobalLayers => {
            ("Global vision layers", "Layers of the vision tower that run over all tiles of an image after the others.")
        }
        Fact::MaxTiles => ("Tiles at most", "Tiles of an image at most."),
        Fact::AspectRatios => ("Aspect ratios", "Arrangements of tiles that have vectors of their own."),
        Fact::ProjectorBiases => {
            ("Projector biases", "Layers of the projector that have biases, counted from the first.")
        }
        Fact::ProjectorNorm => ("Projector norm", "Norm at the projector's entrance."),
        Fact::ProjectorActivation => ("Projector activation", "Function between the layers of the projector."),
        Fact::DeepstackLayers => (
            "Deep features",
            "Layers of the vision tower whose features reach the text through a projector of their own.",
        ),
        Fact::BidirectionalImages => {
            ("Bidirectional images", "Whether the tokens of an image see each other in both directions.")
        }
        Fact::ImageNewline => ("Image newline", "Whether a learned vector ends each row of patches."),
        Fact::ProjectionDim => ("Common width", "Width of the space in which text and image meet."),
        Fact::SigmoidPairs => ("Sigmoid pairs", "Whether every pair of text and image is judged for itself."),
        Fact::NumClasses => ("Classes", "Classes of the classifier."),
        Fact::Bottleneck => (
            "Bottleneck factor",
            "Channels of a residual block's end over those inside; 1 for blocks of two 3×3 convolutions.",
        ),
        Fact::Groups => ("Groups", "Groups of the 3×3 convolution."),
        Fact::WidthPerGroup => ("Width per group", "Channels of a group at a stage of 64 planes."),
        Fact::BatchNorm => (
            "Batch normalization",
            "Whether convolutions are followed by batch normalization where the plain network has none.",
        ),
        Fact::GrowthRate => ("Growth rate", "Channels that each layer of a dense block adds."),
        Fact::StemWidth => ("Stem width", "Channels of the first convolution."),
        Fact::WidthMultiplier => ("Width multiplier", "Factor on the channels of the base network."),
        Fact::DepthMultiplier => ("Depth multiplier", "Factor on the layers of the base network."),
        Fact::HiddenSize
        | Fact::NumLayers
        | Fact::NumAttentionHeads
        | Fact::NumKeyValueHeads
        | Fact::HeadDim
        | Fact::IntermediateSize
        | Fact::VocabSize
        | Fact::TieWordEmbeddings
        | Fact::GatedMlp
        | Fact::Activation
        | Fact::SlidingWindow
        | Fact::NumExperts
        | Fact::NumActiveExperts
        | Fact::MoeIntermediateSize
        | Fact::VisionHiddenSize
        | Fact::PatchSize
        | Fact::ImageResolution
        | Fact::InputImageSize => return None,
    })
}
