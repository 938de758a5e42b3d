//! The facts of an architecture, one row each: key, symbol and, for facts that are chosen from a list, the list.
//! It knows no model.
//!
//! The key is the name in `data/models.json`, and that of the parameter in links where there is one. The symbol stands
//! in formulas and in the packed presets; the build script reads this same table to pack them. What a model lacks is
//! not stated and reads as 0, as no, or as the first of the list.

facts! {
    /// Width of the residual stream, in elements.
    HiddenSize = "hiddenSize", "H";
    /// Layers; of an encoder-decoder those of the encoder, of a contrastive pair those of the text tower.
    NumLayers = "numLayers", "L";
    /// Query heads of a layer.
    NumAttentionHeads = "numAttentionHeads", "a";
    /// Heads that keys and values have.
    NumKeyValueHeads = "numKeyValueHeads", "a_kv";
    /// Width of one head, in elements.
    HeadDim = "headDim", "d";
    /// Width of the feed-forward block, of dense layers where others hold experts, in elements.
    IntermediateSize = "intermediateSize", "I";
    /// Entries of the vocabulary.
    VocabSize = "vocabSize", "V";
    /// Whether the output projection is the token embedding.
    TieWordEmbeddings = "tieWordEmbeddings", "tied";
    /// Whether feed-forward blocks have a gate beside the up projection.
    GatedMlp = "gatedMlp", "gated";
    /// Function between the projections of the feed-forward block.
    Activation = "activation", "act" of Activation;
    /// How layers normalize.
    Norm = "norm", "norm" of Norm;
    /// Where the norms of a layer stand.
    NormPlacement = "normPlacement", "placement" of NormPlacement;
    /// Norms of the heads' queries and keys.
    QkNorm = "qkNorm", "qk" of QkNorm;
    /// How attention and feed-forward join the residual stream.
    Residual = "residual", "res" of Residual;
    /// How positions enter.
    Positions = "positions", "pos" of Positions;
    /// Elements of a head that are rotated, where not all are.
    RotaryDim = "rotaryDim", "d_rot";
    /// Whether queries and keys are rotated in FP32 and converted back.
    RotaryWide = "rotaryWide", "rot_wide";
    /// Whether whole heads are rotated and still put together by concatenation, as those are of which a part is
    /// rotated.
    RotaryJoined = "rotaryJoined", "rot_joined";
    /// Whether query, key and value projections have biases.
    QkvBias = "qkvBias", "b_qkv";
    /// Whether the output projection of attention has biases.
    OutputBias = "outputBias", "b_o";
    /// Whether the projections of the feed-forward block have biases.
    MlpBias = "mlpBias", "b_mlp";
    /// Whether the output projection to the vocabulary has biases.
    LmHeadBias = "lmHeadBias", "b_head";
    /// Whether queries, keys and values are one projection.
    FusedQkv = "fusedQkv", "fused_qkv";
    /// Whether gate and up projection are one.
    FusedGateUp = "fusedGateUp", "fused_gate";
    /// Tokens that windowed layers look back.
    SlidingWindow = "slidingWindow", "W";
    /// Layers with a window.
    NumSlidingLayers = "numSlidingLayers", "L_W";
    /// Whether layers with a window rotate by frequencies of their own.
    WindowedRotation = "windowedRotation", "rot_W";
    /// Layers whose keys and values grow with the whole sequence, where others hold a constant state or a window.
    NumFullAttentionLayers = "numFullAttentionLayers", "L_full";
    /// Layers that are a feed-forward block, or a mixture of experts, and nothing else, where each layer has one mixer.
    NumFeedForwardLayers = "numFeedForwardLayers", "L_ff";
    /// Whether attention is always computed with its whole score matrix, because the implementation has no fused form.
    EagerAttention = "eagerAttention", "eager";
    /// Bound of attention scores, `c·tanh(x/c)`.
    AttentionSoftCap = "attentionSoftCap", "cap_a";
    /// Bound of logits, `c·tanh(x/c)`.
    FinalSoftCap = "finalSoftCap", "cap_V";
    /// Share of the embedding's output that dropout clears in training, as configured by default.
    EmbeddingDropout = "embeddingDropout", "p_emb";
    /// Share of each block's output that dropout clears in training, as configured by default.
    ResidualDropout = "residualDropout", "p_res";
    /// Whether dropout clears a share of the feed-forward block's output alone, and nothing of attention's.
    UndroppedAttention = "undroppedAttention", "p_res_att";
    /// Share of attention's weights that dropout clears in training, as configured by default.
    AttentionDropout = "attentionDropout", "p_att";
    /// How the model's own code computes the loss.
    Loss = "loss", "loss" of Loss;
    /// Share of the feed-forward blocks' inner tensor that dropout clears in training, as configured by default.
    ActivationDropout = "activationDropout", "p_act";
    /// Whether logits are multiplied or divided.
    ScaledLogits = "scaledLogits", "x_V";
    /// Whether the softmax of scores runs in the run's precision instead of FP32.
    NarrowSoftmax = "narrowSoftmax", "softmax";
    /// Whether the model's own attention multiplies FP32 copies of queries and keys, so that scores are FP32.
    WideScores = "wideScores", "scores_wide";
    /// Whether the model's code always makes a mask of attention, which the flash kernel does not take.
    AlwaysMasked = "alwaysMasked", "masked";
    /// Whether keys and values are repeated to all heads before they are rotated, so that a cache holds them so.
    ExpandedKeys = "expandedKeys", "expanded";
    /// Whether the keys of a single head are left to broadcasting, which no fused kernel of attention takes.
    BroadcastKeys = "broadcastKeys", "broadcast";
    /// Whether each head has a score that takes attention to nothing.
    AttentionSinks = "attentionSinks", "sinks";
    /// Positions with a learned vector.
    LearnedPositions = "learnedPositions", "S_pos";
    /// Whether the embedding's output is normalized.
    EmbeddingNorm = "embeddingNorm", "norm_emb";
    /// Whether queries are projected together with a gate, which scales attention's output.
    AttentionGate = "attentionGate", "gate_att";
    /// Whether the layers' code keeps a name for attention's output while the feed-forward block runs.
    HeldAttentionOutput = "heldAttentionOutput", "o_held";
    /// Whether the layers' code keeps a name for attention's normed input while the feed-forward block runs.
    HeldAttentionInput = "heldAttentionInput", "i_held";
    /// Whether the model's own attention keeps a name for its scores beside the masked ones.
    HeldScores = "heldScores", "scores_held";
    /// Whether the model's loop keeps a name for all that a layer returned, attention's weights among it, while the
    /// next runs.
    HeldLayerResult = "heldLayerResult", "r_held";
    /// Whether the model's code multiplies what its embedding has put out: a module of its own would put out the
    /// product.
    ScaledStream = "scaledStream", "x_emb";
    /// Rows of the token embedding beyond the vocabulary.
    ExtraEmbeddings = "extraEmbeddings", "V_extra";

    /// Experts of a layer.
    NumExperts = "numExperts", "E";
    /// Experts that a token visits, beside shared ones. Not `k`: that is the number of completions in a run of GRPO.
    NumActiveExperts = "numActiveExperts", "k_active";
    /// Width of one expert, in elements.
    MoeIntermediateSize = "moeIntermediateSize", "I_e";
    /// Width of what experts read and write, in elements, where two more projections of a layer lead to it and back; 0
    /// where they read the residual stream.
    ExpertLatentSize = "expertLatentSize", "H_e";
    /// Width of all shared experts of a layer together, in elements.
    SharedIntermediateSize = "sharedIntermediateSize", "I_s";
    /// Layers without experts in a mixture.
    NumDenseLayers = "numDenseLayers", "L_dense";
    /// Whether a learned gate scales the shared experts.
    SharedExpertGate = "sharedExpertGate", "gate_s";
    /// How the router's scores are computed.
    Router = "router", "router" of Router;
    /// Whether the router has biases.
    RouterBias = "routerBias", "b_router";
    /// Whether the router has a correction per expert that balances the load.
    RouterCorrection = "routerCorrection", "c_router";
    /// Whether the projections of experts have biases.
    ExpertBias = "expertBias", "b_expert";

    /// Width of the compressed queries of latent attention; 0 if only keys and values are compressed.
    QLoraRank = "qLoraRank", "r_q";
    /// Width of the compressed keys and values of latent attention: what its cache holds, beside the rotated keys.
    KvLoraRank = "kvLoraRank", "r_kv";
    /// Elements of a head of latent attention that are not rotated.
    QkNopeHeadDim = "qkNopeHeadDim", "d_nope";
    /// Elements of a head of latent attention that are rotated; keys share them between heads.
    QkRopeHeadDim = "qkRopeHeadDim", "d_rope";
    /// Width of a value head of latent attention.
    ValueHeadDim = "valueHeadDim", "d_v";
    /// Heads of the indexer that selects tokens for sparse attention.
    IndexerHeads = "indexerHeads", "a_idx";
    /// Width of a head of the indexer.
    IndexerHeadDim = "indexerHeadDim", "d_idx";
    /// Layers with an indexer of their own: the others take the tokens that the one before them chose.
    NumIndexerLayers = "numIndexerLayers", "L_idx";

    /// Tokens that the convolution before linear attention covers.
    LinearConvKernel = "linearConvKernel", "K_lin";
    /// Width of a key head of linear attention.
    LinearKeyHeadDim = "linearKeyHeadDim", "d_lin_k";
    /// Width of a value head of linear attention.
    LinearValueHeadDim = "linearValueHeadDim", "d_lin_v";
    /// Key heads of linear attention.
    LinearNumKeyHeads = "linearNumKeyHeads", "a_lin_k";
    /// Value heads of linear attention.
    LinearNumValueHeads = "linearNumValueHeads", "a_lin_v";
    /// Elements of what Mamba makes its time steps of.
    TimeStepRank = "timeStepRank", "r_dt";
    /// Whether a norm stands behind the gate of a state space beside attention, which has none otherwise.
    GatedNorm = "gatedNorm", "norm_gated";
    /// Whether a norm without weights stands before Mamba's time steps, `B` and `C`.
    StateSpaceNorm = "stateSpaceNorm", "norm_ssm";
    /// Whether one linear layer makes queries, keys, values and gate of linear attention, and one its write strengths
    /// and decays, of which the convolution's input is then joined.
    LinearFusedProjections = "linearFusedProjections", "fused_lin";
    /// Width of a head in full-attention layers, where it is not that of windowed ones.
    GlobalHeadDim = "globalHeadDim", "d_full";
    /// Key heads in full-attention layers, where they are not those of windowed ones; values are their keys.
    GlobalNumKeyValueHeads = "globalNumKeyValueHeads", "a_kv_full";
    /// Layers that attend to the image instead of the text.
    NumCrossAttentionLayers = "numCrossAttentionLayers", "L_cross";
    /// The block that predicts a further token, which the checkpoint stores beside the model.
    MultiTokenPrediction = "multiTokenPrediction", "mtp" of MultiTokenPrediction;

    /// Kinds of segments that have a vector.
    TokenTypes = "tokenTypes", "n_types";
    /// Whether the first token's output goes through a dense layer.
    Pooler = "pooler", "pooler";
    /// Whether an encoder ends with a norm.
    FinalNorm = "finalNorm", "norm_end";
    /// Whether the first layer's attention goes without a norm, because the embedding's stands before it.
    FirstNormIsIdentity = "firstNormIsIdentity", "norm_id";
    /// Layers of the decoder.
    NumDecoderLayers = "numDecoderLayers", "L_dec";
    /// Bands of the spectrogram.
    NumMelBins = "numMelBins", "n_mel";
    /// Positions of the encoder that have a vector, after the second convolution.
    NumAudioPositions = "numAudioPositions", "S_audio";

    /// Width of the vision tower, in elements.
    VisionHiddenSize = "visionFeatureDim", "D";
    /// Layers of the vision tower.
    VisionNumLayers = "visionNumLayers", "L_v";
    /// Attention heads of the vision tower.
    VisionNumHeads = "visionNumHeads", "a_v";
    /// Width of the vision tower's feed-forward block, in elements.
    VisionIntermediateSize = "visionIntermediateSize", "I_v";
    /// Edge of a patch, in pixels.
    PatchSize = "patchSize", "p";
    /// Edge of the images that the vision tower was made for, in pixels.
    ImageResolution = "imageResolution", "R";
    /// Frames that a patch covers; an image is repeated to fill them.
    TemporalPatchSize = "temporalPatchSize", "p_t";
    /// Edge of the square of patches that becomes one token of the text.
    SpatialMerge = "spatialMerge", "m";
    /// Tokens of the text that one image becomes, where their number is fixed.
    TokensPerImage = "tokensPerImage", "n_image";
    /// Function between the projections of the vision tower's feed-forward block.
    VisionActivation = "visionActivation", "act_v" of Activation;
    /// Whether the vision tower's feed-forward blocks have a gate.
    VisionGatedMlp = "visionGatedMlp", "gated_v";
    /// How the vision tower normalizes.
    VisionNorm = "visionNorm", "norm_v" of Norm;
    /// Where the norms of the vision tower's layers stand.
    VisionNormPlacement = "visionNormPlacement", "placement_v" of NormPlacement;
    /// Norms of the vision tower's queries and keys.
    VisionQkNorm = "visionQkNorm", "qk_v" of QkNorm;
    /// Last layers of the vision tower whose output nobody reads.
    VisionIdleLayers = "visionIdleLayers", "L_v_idle";
    /// Norms before and after the vision tower's layers.
    VisionOuterNorms = "visionOuterNorms", "n_norm_v";
    /// Whether a single outer norm stands before the vision tower's layers, and not behind them.
    VisionFrontNorm = "visionFrontNorm", "front_v";
    /// Whether the vision tower's queries, keys and values are one projection.
    VisionFusedQkv = "visionFusedQkv", "fused_qkv_v";
    /// Whether the vision tower's attention projections have biases.
    VisionAttentionBias = "visionAttentionBias", "b_att_v";
    /// Whether the vision tower's feed-forward projections have biases.
    VisionMlpBias = "visionMlpBias", "b_mlp_v";
    /// Whether the convolution over patches has biases.
    PatchBias = "patchBias", "b_patch";
    /// Vectors that stand for the whole image beside its patches.
    ClassTokens = "classTokens", "n_cls";
    /// Whether the vision tower scales each element of what its blocks add.
    VisionLayerScale = "visionLayerScale", "scale_v";
    /// Positions of the vision tower that have a learned vector, except in a vision transformer, where they follow from
    /// the edges of image and patch.
    VisionPositions = "visionPositions", "n_pos_v";
    /// Whether the vision tower's positions are rotated into queries and keys.
    VisionRotary = "visionRotary", "rot_v";
    /// Layers of the vision tower that run over all tiles of an image after the others.
    VisionGlobalLayers = "visionGlobalLayers", "L_v_global";
    /// Tiles of an image at most, the whole one among them where it is one more.
    MaxTiles = "maxTiles", "n_tiles";
    /// Tiles of an image at least, the whole one among them, where even a small one is cut.
    MinTiles = "minTiles", "n_tiles_min";
    /// Edge of a tile, in pixels, where it is not that of the images that the vision tower was made for: links state
    /// the images that run.
    TileResolution = "tileResolution", "R_tile";
    /// Arrangements of tiles that have vectors of their own.
    AspectRatios = "aspectRatios", "n_ratios";
    /// Layers of the projector that have biases, counted from the first.
    ProjectorBiases = "projectorBiases", "b_proj";
    /// Norm at the projector's entrance.
    ProjectorNorm = "projectorNorm", "norm_proj" of ProjectorNorm;
    /// Function between the layers of the projector.
    ProjectorActivation = "projectorActivation", "act_proj" of Activation;
    /// Layers of the vision tower whose features reach the text through a projector of their own.
    DeepstackLayers = "deepstackLayers", "L_deep";
    /// Whether the tokens of an image see each other in both directions.
    BidirectionalImages = "bidirectionalImages", "both_ways";
    /// Whether a learned vector ends each row of patches.
    ImageNewline = "imageNewline", "newline";
    /// Whether a token of the text ends each row of an image's patches.
    RowBreaks = "rowBreaks", "breaks";
    /// Whether the vision tower runs over all images of a batch as one sequence, in which a mask tells them apart.
    JoinedImages = "joinedImages", "joined";
    /// Edge of the square of patches that is pooled to one token, where the tokens of an image are fixed and its
    /// patches follow from them.
    PoolingKernel = "poolingKernel", "K_pool";
    /// Whether the projector is a module of the vision tower, so that both freeze together.
    ProjectorInTower = "projectorInTower", "inside";
    /// Whether Transformers does not find the tower's embedding of patches, and so lets it ask for no gradient.
    HiddenPatchEmbedding = "hiddenPatchEmbedding", "hidden_v";
    /// Width of the space in which text and image meet.
    ProjectionDim = "projectionDim", "D_proj";
    /// Whether every pair of text and image is judged for itself (a sigmoid): the image is then pooled by attention,
    /// and the similarity has a bias beside its scale.
    SigmoidPairs = "sigmoidPairs", "sigmoid";

    /// Classes of the classifier.
    NumClasses = "numClasses", "n_classes";
    /// Edge of the images that the network was made for, in pixels.
    InputImageSize = "inputImageSize", "R_in";
    /// Channels of a residual block's end over those inside; 1 for blocks of two 3×3 convolutions.
    Bottleneck = "bottleneck", "x_block";
    /// Groups of the 3×3 convolution.
    Groups = "groups", "n_groups";
    /// Channels of a group; of residual networks whose widths double, at a stage of 64 planes.
    WidthPerGroup = "widthPerGroup", "w_group";
    /// Share of a residual block's channels to which its gate narrows their means; 0 without gates.
    SqueezeRatio = "squeezeRatio", "x_squeeze";
    /// Whether convolutions are followed by batch normalization where the plain network has none.
    BatchNorm = "batchNorm", "bn";
    /// Channels that each layer of a dense block adds.
    GrowthRate = "growthRate", "g";
    /// Channels of the first convolution.
    StemWidth = "stemWidth", "w_stem";
    /// Factor on the channels of the base network.
    WidthMultiplier = "widthMultiplier", "x_width";
    /// Factor on the layers of the base network.
    DepthMultiplier = "depthMultiplier", "x_depth";
    /// Whether the base network is the small one of the two that the search has found.
    SmallNetwork = "smallNetwork", "small";
}
