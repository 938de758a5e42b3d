//! English names and explanations of the facts of an architecture. It knows no range.

use crate::estimator::architecture::Fact;
use crate::estimator::parameters::facts_with_rows;

/// What a fact is called; nothing for facts that have a parameter of their own.
pub(super) const fn name(fact: Fact) -> &'static str {
    match fact {
        Fact::Norm => "Norm",
        Fact::NormPlacement => "Norm placement",
        Fact::QkNorm => "Query-key norm",
        Fact::Residual => "Residual",
        Fact::Positions => "Positions",
        Fact::RotaryDim => "Rotary width",
        Fact::RotaryWide => "FP32 rotation",
        Fact::RotaryJoined => "Rotation by concatenation",
        Fact::QkvBias => "QKV biases",
        Fact::OutputBias => "Output bias",
        Fact::MlpBias => "Feed-forward biases",
        Fact::LmHeadBias => "LM head bias",
        Fact::FusedQkv => "Fused QKV",
        Fact::FusedGateUp => "Fused gate and up",
        Fact::NumSlidingLayers => "Windowed layers",
        Fact::WindowedRotation => "Rotation of windows",
        Fact::NumFullAttentionLayers => "Full-attention layers",
        Fact::NumFeedForwardLayers => "Feed-forward layers",
        Fact::EagerAttention => "Eager attention only",
        Fact::AttentionSoftCap => "Attention soft cap",
        Fact::FinalSoftCap => "Logit soft cap",
        Fact::EmbeddingDropout => "Embedding dropout",
        Fact::UndroppedAttention => "Attention not dropped",
        Fact::ResidualDropout => "Residual dropout",
        Fact::AttentionDropout => "Attention dropout",
        Fact::ActivationDropout => "Activation dropout",
        Fact::ScaledLogits => "Scaled logits",
        Fact::NarrowSoftmax => "Narrow softmax",
        Fact::WideScores => "FP32 scores",
        Fact::AlwaysMasked => "Always masked",
        Fact::ExpandedKeys => "Expanded keys",
        Fact::BroadcastKeys => "Broadcast keys",
        Fact::AttentionSinks => "Attention sinks",
        Fact::LearnedPositions => "Learned positions",
        Fact::EmbeddingNorm => "Embedding norm",
        Fact::AttentionGate => "Attention gate",
        Fact::HeldAttentionOutput => "Attention output is held",
        Fact::HeldAttentionInput => "Attention input is held",
        Fact::HeldScores => "Scores are held",
        Fact::HeldLayerResult => "Layer result is held",
        Fact::ScaledStream => "Scaled stream",
        Fact::ExtraEmbeddings => "Extra embeddings",
        Fact::ExpertLatentSize => "Expert latent width",
        Fact::SharedIntermediateSize => "Shared expert width",
        Fact::NumDenseLayers => "Dense layers",
        Fact::SharedExpertGate => "Shared expert gate",
        Fact::Router => "Router",
        Fact::RouterBias => "Router bias",
        Fact::RouterCorrection => "Router correction",
        Fact::ExpertBias => "Expert biases",
        Fact::QLoraRank => "Query rank",
        Fact::KvLoraRank => "Key-value rank",
        Fact::QkNopeHeadDim => "Unrotated head width",
        Fact::QkRopeHeadDim => "Rotated head width",
        Fact::ValueHeadDim => "Value head width",
        Fact::IndexerHeads => "Indexer heads",
        Fact::IndexerHeadDim => "Indexer head width",
        Fact::NumIndexerLayers => "Layers with an indexer",
        Fact::LinearConvKernel => "Linear attention kernel",
        Fact::LinearKeyHeadDim => "Linear key width",
        Fact::LinearValueHeadDim => "Linear value width",
        Fact::LinearNumKeyHeads => "Linear key heads",
        Fact::LinearNumValueHeads => "Linear value heads",
        Fact::TimeStepRank => "Time step rank",
        Fact::GatedNorm => "Norm behind the gate",
        Fact::StateSpaceNorm => "State space norms",
        Fact::LinearFusedProjections => "Linear fused projections",
        Fact::GlobalHeadDim => "Full-attention head width",
        Fact::GlobalNumKeyValueHeads => "Full-attention key heads",
        Fact::NumCrossAttentionLayers => "Cross-attention layers",
        Fact::MultiTokenPrediction => "Multi-token prediction",
        Fact::TokenTypes => "Token types",
        Fact::Pooler => "Pooler",
        Fact::FinalNorm => "Final norm",
        Fact::FirstNormIsIdentity => "First norm left out",
        Fact::NumDecoderLayers => "Decoder layers",
        Fact::NumMelBins => "Mel bands",
        Fact::NumAudioPositions => "Audio positions",
        Fact::VisionNumLayers => "Vision layers",
        Fact::VisionNumHeads => "Vision heads",
        Fact::VisionIntermediateSize => "Vision feed-forward width",
        Fact::TemporalPatchSize => "Frames of a patch",
        Fact::SpatialMerge => "Merged patches",
        Fact::TokensPerImage => "Tokens of an image",
        Fact::VisionActivation => "Vision activation",
        Fact::VisionGatedMlp => "Vision gate",
        Fact::VisionNorm => "Vision norm",
        Fact::VisionNormPlacement => "Vision norm placement",
        Fact::VisionQkNorm => "Vision query-key norm",
        Fact::VisionIdleLayers => "Idle vision layers",
        Fact::VisionOuterNorms => "Outer vision norms",
        Fact::VisionFrontNorm => "Vision front norm",
        Fact::VisionFusedQkv => "Fused vision QKV",
        Fact::VisionAttentionBias => "Vision attention biases",
        Fact::VisionMlpBias => "Vision feed-forward biases",
        Fact::PatchBias => "Patch bias",
        Fact::ClassTokens => "Class tokens",
        Fact::VisionLayerScale => "Vision layer scale",
        Fact::VisionPositions => "Vision positions",
        Fact::VisionRotary => "Vision rotary",
        Fact::VisionGlobalLayers => "Global vision layers",
        Fact::MaxTiles => "Tiles at most",
        Fact::MinTiles => "Tiles at least",
        Fact::TileResolution => "Tile resolution",
        Fact::AspectRatios => "Aspect ratios",
        Fact::ProjectorBiases => "Projector biases",
        Fact::ProjectorNorm => "Projector norm",
        Fact::ProjectorActivation => "Projector activation",
        Fact::DeepstackLayers => "Deep features",
        Fact::BidirectionalImages => "Bidirectional images",
        Fact::ImageNewline => "Image newline",
        Fact::RowBreaks => "Row breaks",
        Fact::JoinedImages => "Joined images",
        Fact::PoolingKernel => "Pooling kernel",
        Fact::HiddenPatchEmbedding => "Patch embedding is not found",
        Fact::ProjectorInTower => "Projector in the tower",
        Fact::ProjectionDim => "Common width",
        Fact::SigmoidPairs => "Sigmoid pairs",
        Fact::NumClasses => "Classes",
        Fact::Bottleneck => "Bottleneck factor",
        Fact::Groups => "Groups",
        Fact::WidthPerGroup => "Width per group",
        Fact::SqueezeRatio => "Squeeze ratio",
        Fact::BatchNorm => "Batch normalization",
        Fact::GrowthRate => "Growth rate",
        Fact::StemWidth => "Stem width",
        Fact::WidthMultiplier => "Width multiplier",
        Fact::DepthMultiplier => "Depth multiplier",
        Fact::SmallNetwork => "Small network",
        facts_with_rows!() => "",
    }
}

/// What it is; the page fetches this later than the names.
pub(super) const fn explanation(fact: Fact) -> &'static str {
    match fact {
        Fact::Norm => "How layers normalize, which decides the FP32 copies that each norm keeps.",
        Fact::NormPlacement => "Where the norms of a layer stand.",
        Fact::QkNorm => "Norms of the heads' queries and keys.",
        Fact::Residual => "How attention and feed-forward join the residual stream.",
        Fact::Positions => "How positions enter: rotated, learned, or as biases of the scores.",
        Fact::RotaryDim => "Elements of a head that are rotated, where not all are; 0 for all.",
        Fact::RotaryWide => "Whether queries and keys are rotated in FP32 and converted back.",
        Fact::RotaryJoined => {
            "Whether whole heads are rotated and still put together by concatenation, as those are of which a part is rotated."
        }
        Fact::QkvBias => "Whether query, key and value projections have biases.",
        Fact::OutputBias => "Whether the output projection of attention has biases.",
        Fact::MlpBias => "Whether the projections of the feed-forward block have biases.",
        Fact::LmHeadBias => "Whether the output projection to the vocabulary has biases.",
        Fact::FusedQkv => "Whether queries, keys and values are one projection.",
        Fact::FusedGateUp => "Whether gate and up projection are one.",
        Fact::NumSlidingLayers => "Layers with a window.",
        Fact::WindowedRotation => "Whether layers with a window rotate by frequencies of their own.",
        Fact::NumFullAttentionLayers => {
            "Layers whose keys and values grow with the whole sequence, where others hold a constant state or a window."
        }
        Fact::NumFeedForwardLayers => {
            "Layers that are a feed-forward block, or a mixture of experts, and nothing else, where each layer has one mixer (Nemotron-H)."
        }
        Fact::EagerAttention => {
            "Whether attention is always computed with its whole score matrix, because the implementation has no fused form."
        }
        Fact::AttentionSoftCap => "Bound of attention scores; 0 for none.",
        Fact::FinalSoftCap => "Bound of logits; 0 for none.",
        Fact::EmbeddingDropout => "Share of the embedding's output that dropout clears in training.",
        Fact::UndroppedAttention => {
            "Whether dropout clears a share of the feed-forward block's output alone, and nothing of attention's."
        }
        Fact::ResidualDropout => "Share of each block's output that dropout clears in training.",
        Fact::AttentionDropout => "Share of attention's weights that dropout clears in training.",
        Fact::ActivationDropout => "Share of the feed-forward blocks' inner tensor that dropout clears in training.",
        Fact::ScaledLogits => "Whether logits are multiplied or divided, which makes a second tensor of them.",
        Fact::NarrowSoftmax => "Whether the softmax of scores runs in the run's precision instead of FP32.",
        Fact::WideScores => {
            "Whether the model's own attention multiplies FP32 copies of queries and keys, so that scores are FP32."
        }
        Fact::AlwaysMasked => {
            "Whether the model's code always makes a mask of attention, which the flash kernel does not take."
        }
        Fact::ExpandedKeys => {
            "Whether keys and values are repeated to all heads before they are rotated, so that a cache holds them so."
        }
        Fact::BroadcastKeys => {
            "Whether the keys of a single head are left to broadcasting, which no fused kernel of attention takes."
        }
        Fact::AttentionSinks => "Whether each head has a score that takes attention to nothing.",
        Fact::LearnedPositions => "Positions with a learned vector.",
        Fact::EmbeddingNorm => "Whether the embedding's output is normalized.",
        Fact::AttentionGate => "Whether queries are projected together with a gate, which scales attention's output.",
        Fact::HeldAttentionOutput => {
            "Whether the layers' code keeps a name for attention's output while the feed-forward block runs."
        }
        Fact::HeldAttentionInput => {
            "Whether the layers' code keeps a name for attention's normed input while the feed-forward block runs."
        }
        Fact::HeldScores => "Whether the model's own attention keeps a name for its scores beside the masked ones.",
        Fact::HeldLayerResult => {
            "Whether the model's loop keeps attention's weights of a layer while the next layer runs."
        }
        Fact::ScaledStream => {
            "Whether the model's code multiplies what its embedding has put out, which makes a second tensor of it."
        }
        Fact::ExtraEmbeddings => "Rows of the token embedding beyond the vocabulary.",
        Fact::ExpertLatentSize => {
            "Width of what experts read and write, where two more projections lead to it and back (moe_latent_size); 0: they read the residual stream."
        }
        Fact::SharedIntermediateSize => "Width of all shared experts of a layer together; 0 for none.",
        Fact::NumDenseLayers => "Layers without experts in a mixture.",
        Fact::SharedExpertGate => "Whether a learned gate scales the shared experts.",
        Fact::Router => "How the router's scores are computed, which decides the format of what experts put out.",
        Fact::RouterBias => "Whether the router has biases.",
        Fact::RouterCorrection => "Whether the router has a correction per expert that balances the load.",
        Fact::ExpertBias => "Whether the projections of experts have biases.",
        Fact::QLoraRank => {
            "Width of the compressed queries of latent attention; 0 if only keys and values are compressed."
        }
        Fact::KvLoraRank => "Width of the compressed keys and values of latent attention; 0 without latent attention.",
        Fact::QkNopeHeadDim => "Elements of a head of latent attention that are not rotated.",
        Fact::QkRopeHeadDim => {
            "Elements of a head of latent attention that are rotated; keys share them between heads."
        }
        Fact::ValueHeadDim => "Width of a value head of latent attention.",
        Fact::IndexerHeads => "Heads of the indexer that selects tokens for sparse attention.",
        Fact::IndexerHeadDim => "Width of a head of the indexer.",
        Fact::NumIndexerLayers => {
            "Layers that choose tokens themselves; the others take those of the layer before. 0: all."
        }
        Fact::LinearConvKernel => {
            "Tokens that the convolution before linear attention or a state space covers, or a short convolution in its place."
        }
        Fact::LinearKeyHeadDim => {
            "Width of a key head of linear attention; of a state space the size of the state (mamba_d_state, state_size)."
        }
        Fact::LinearValueHeadDim => {
            "Width of a value head of linear attention; of Mamba2 that of a head (mamba_d_head), of Mamba 1."
        }
        Fact::LinearNumKeyHeads => "Key heads of linear attention; groups of Mamba2 (mamba_n_groups), of Mamba 1.",
        Fact::LinearNumValueHeads => {
            "Value heads of linear attention; heads of Mamba2 (mamba_n_heads), channels of Mamba."
        }
        Fact::TimeStepRank => "Elements of a token that Mamba makes its time steps of (time_step_rank).",
        Fact::GatedNorm => "Whether a norm stands behind the gate of a state space beside attention (mamba_rms_norm).",
        Fact::StateSpaceNorm => {
            "Whether norms without weights stand before Mamba's time steps, B and C (Falcon Mamba)."
        }
        Fact::LinearFusedProjections => {
            "Whether queries, keys, values and gate of linear attention are made by one linear layer (Qwen3-Next), not by layers apart (Qwen3.5)."
        }
        Fact::GlobalHeadDim => "Width of a head in full-attention layers, where it is not that of windowed ones.",
        Fact::GlobalNumKeyValueHeads => {
            "Key heads in full-attention layers, where they are not those of windowed ones."
        }
        Fact::NumCrossAttentionLayers => "Layers that attend to the image instead of the text.",
        Fact::MultiTokenPrediction => {
            "The block that predicts a further token, which the checkpoint stores beside the model."
        }
        Fact::TokenTypes => "Kinds of segments that have a vector.",
        Fact::Pooler => "Whether the first token's output goes through a dense layer.",
        Fact::FinalNorm => "Whether an encoder ends with a norm.",
        Fact::FirstNormIsIdentity => {
            "Whether the first layer's attention goes without a norm, because the embedding's stands before it."
        }
        Fact::NumDecoderLayers => "Layers of the decoder behind an encoder.",
        Fact::NumMelBins => "Bands of the spectrogram.",
        Fact::NumAudioPositions => "Positions of the encoder of sound that have a vector.",
        Fact::VisionNumLayers => "Layers of the vision tower; 0 for a model that reads no images.",
        Fact::VisionNumHeads => "Attention heads of the vision tower.",
        Fact::VisionIntermediateSize => "Width of the vision tower's feed-forward block.",
        Fact::TemporalPatchSize => "Frames that a patch covers; an image is repeated to fill them.",
        Fact::SpatialMerge => "Edge of the square of patches that becomes one token of the text.",
        Fact::TokensPerImage => "Tokens of the text that one image becomes, where their number is fixed.",
        Fact::VisionActivation => "Function between the projections of the vision tower's feed-forward block.",
        Fact::VisionGatedMlp => "Whether the vision tower's feed-forward blocks have a gate.",
        Fact::VisionNorm => "How the vision tower normalizes.",
        Fact::VisionNormPlacement => "Where the norms of the vision tower's layers stand.",
        Fact::VisionQkNorm => "Norms of the vision tower's queries and keys.",
        Fact::VisionIdleLayers => "Last layers of the vision tower whose output nobody reads.",
        Fact::VisionOuterNorms => "Norms before and after the vision tower's layers.",
        Fact::VisionFrontNorm => {
            "Whether a single outer norm stands before the vision tower's layers, and not behind them."
        }
        Fact::VisionFusedQkv => "Whether the vision tower's queries, keys and values are one projection.",
        Fact::VisionAttentionBias => "Whether the vision tower's attention projections have biases.",
        Fact::VisionMlpBias => "Whether the vision tower's feed-forward projections have biases.",
        Fact::PatchBias => "Whether the convolution over patches has biases.",
        Fact::ClassTokens => "Vectors that stand for the whole image beside its patches.",
        Fact::VisionLayerScale => "Whether the vision tower scales each element of what its blocks add.",
        Fact::VisionPositions => "Positions of the vision tower that have a learned vector.",
        Fact::VisionRotary => "Whether the vision tower's positions are rotated into queries and keys.",
        Fact::VisionGlobalLayers => "Layers of the vision tower that run over all tiles of an image after the others.",
        Fact::MaxTiles => "Tiles of an image at most.",
        Fact::MinTiles => "Tiles of an image at least, the whole one among them, where even a small one is cut.",
        Fact::TileResolution => {
            "Edge of a tile, in pixels; 0 for that of the images that the model's vision tower was made for."
        }
        Fact::AspectRatios => "Arrangements of tiles that have vectors of their own.",
        Fact::ProjectorBiases => "Layers of the projector that have biases, counted from the first.",
        Fact::ProjectorNorm => "Norm at the projector's entrance.",
        Fact::ProjectorActivation => "Function between the layers of the projector.",
        Fact::DeepstackLayers => {
            "Layers of the vision tower whose features reach the text through a projector of their own."
        }
        Fact::BidirectionalImages => "Whether the tokens of an image see each other in both directions.",
        Fact::ImageNewline => "Whether a learned vector ends each row of patches.",
        Fact::RowBreaks => "Whether a token of the text ends each row of an image's patches.",
        Fact::JoinedImages => {
            "Whether the vision tower runs over all images of a batch as one sequence, in which a mask tells them apart."
        }
        Fact::PoolingKernel => {
            "Edge of the square of patches that is pooled to one token, where the tokens of an image are fixed and its patches follow from them."
        }
        Fact::HiddenPatchEmbedding => {
            "Whether Transformers does not find the tower's embedding of patches: checkpointing then lets no gradient run through a frozen tower."
        }
        Fact::ProjectorInTower => {
            "Whether the projector is a module of the vision tower, so that both freeze together."
        }
        Fact::ProjectionDim => "Width of the space in which text and image meet.",
        Fact::SigmoidPairs => "Whether every pair of text and image is judged for itself.",
        Fact::NumClasses => "Classes of the classifier.",
        Fact::Bottleneck => {
            "Channels of a residual block's end over those inside; 1 for blocks of two 3×3 convolutions."
        }
        Fact::Groups => "Groups of the 3×3 convolution.",
        Fact::WidthPerGroup => "Channels of a group; in a ResNet those at a stage of 64 planes.",
        Fact::SqueezeRatio => {
            "Share of a residual block's input channels to which its gate narrows their means; 0 without gates."
        }
        Fact::BatchNorm => "Whether convolutions are followed by batch normalization where the plain network has none.",
        Fact::GrowthRate => "Channels that each layer of a dense block adds.",
        Fact::StemWidth => "Channels of the first convolution.",
        Fact::WidthMultiplier => "Factor on the channels of the base network.",
        Fact::DepthMultiplier => "Factor on the layers of the base network.",
        Fact::SmallNetwork => "Whether the base network is the small one of the two.",
        facts_with_rows!() => "",
    }
}
