//! The quantities that formulas name, each with its symbol. It knows no formula: `locale` says what each is, and a
//! quantity without a text does not compile.

macro_rules! quantities {
    ($( $(#[$doc:meta])* $quantity:ident = $symbol:literal; )*) => {
        /// A quantity with a symbol of its own.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Quantity { $( $(#[$doc])* $quantity ),* }

        impl Quantity {
            /// Every quantity, those of the document first.
            pub const ALL: &[Self] = &[ $( Self::$quantity ),* ];

            /// Its symbol; `P_train` reads as P with the index "train".
            pub const fn symbol(self) -> &'static str {
                match self { $( Self::$quantity => $symbol ),* }
            }
        }
    };
}

quantities! {
    /// Trained parameters.
    TrainedParameters = "P_train";
    /// Parameters of one expert.
    ExpertParameters = "P_expert";
    /// Parameters of the active experts.
    ActiveParameters = "P_active";
    /// Parameters of the vision encoder.
    VisionParameters = "P_vision";
    /// Parameters of the text encoder.
    TextParameters = "P_text";
    /// Parameters of the fusion layers.
    FusionParameters = "P_fusion";
    /// Parameters of encoders and fusion.
    AllParameters = "P_all";
    /// Parameters of the embedding.
    EmbeddingParameters = "P_emb";
    /// Parameters of attention.
    AttentionParameters = "P_att";
    /// Parameters of the feed-forward blocks.
    FeedForwardParameters = "P_ffn";
    /// Patches of one image.
    PatchesOfImage = "n_patches";
    /// Tokens of the whole sequence.
    TotalSequence = "S_total";
    /// Bytes of state per parameter.
    BytesOfStates = "s";
    /// The wider of both encoders.
    JointWidth = "m";
    /// Elements of one image's feature maps.
    FeatureElements = "E";
    /// Edge of the feature map of layer i.
    FeatureMapEdge = "s_i";
    /// Channels of layer i.
    FeatureMapChannels = "c_i";
    /// By how much layer i is smaller than the image.
    Halvings = "2^i";
    /// Parameters of the model, counted from its shape; where a size was stated, that size.
    CountedParameters = "P_counted";
    /// Elements of matrices of hidden layers once their gradients are projected to a low rank.
    ProjectedElements = "P_low";
    /// Elements of what projects them.
    Projectors = "P_proj";
    /// Parameters that stay in 16 bits: token embedding, output projection, norms, routers, vision tower.
    UnquantizedParameters = "P_16";
    /// Parameters of the layers' projections and of experts, which are quantized.
    QuantizedParameters = "P_q";
    /// Parameters of a drafter that stay in 16 bits.
    DrafterParameters = "P_draft";
    /// Parameters of a drafter that are quantized.
    QuantizedDrafterParameters = "P_draft_q";
    /// Weights of a model that drafts.
    DraftModelWeights = "M_draft";
    /// Keys and values of a model that drafts.
    DraftModelCache = "M_draft_kv";
    /// Buffers of a model that drafts.
    DraftModelBuffers = "M_draft_buffers";
    /// The largest step of a model that drafts, beside the last output of the model itself.
    DraftModelStep = "M_draft_step";
    /// Bytes of the buffers that a drafter keeps for each token of the largest step.
    DrafterBuffers = "m_draft";
    /// Bytes for each token of the workspaces that experts of all layers share.
    ExpertWorkspaces = "m_moe";
    /// Parameters of the output projection, or of the token embedding that serves as one.
    HeadParameters = "P_head";
    /// Parameters of the layers' projections.
    LayerParameters = "P_layers";
    /// Parameters of norms and routers, which stay in FP32.
    WideParameters = "P_32";
    /// Parameters of the vision tower and its projector.
    TowerParameters = "P_tower";
    /// Tokens of all sequences.
    Tokens = "t";
    /// Width of a token's queries.
    QueryWidth = "q";
    /// Width of a token's keys, and of its values.
    KeyWidth = "kv";
    /// Token ids, position ids and masks.
    InputTensors = "M_ids";
    /// Bytes of what does not grow with every token of a pass: cosines and sines, learned positions or biases of all
    /// positions, a mask of numbers, a weight that was expanded.
    SharedInPass = "M_shared";
    /// Bytes per token that live inside a layer at the fullest instant of a pass without gradients: residual stream,
    /// and what attention or the feed-forward block holds then.
    InsidePass = "s_pass";
    /// Bytes per token of attention's scores of all heads, and of what is made of them.
    ScoresOfToken = "s_attention";
    /// Bytes that a decode step makes anew in a layer before it lets go of the old ones.
    MadeAnew = "M_anew";
    /// Parameters of the layers' linear projections, experts included.
    LinearParameters = "P_linear";
    /// Parameters of the model without its experts.
    ParametersBesideExperts = "P_rest";
    /// Parameters of all experts.
    ParametersOfExperts = "P_experts";
    /// Parameters of the adapters: matrices A and B of every adapted projection.
    AdapterParameters = "P_a";
    /// Parameters of modules that are trained whole beside adapters, as copies.
    SavedParameters = "P_saved";
    /// Bytes of one of them, and of its gradient.
    BytesOfSaved = "b_saved";
    /// Bytes per token that frozen 8-bit layers of one layer hold beside checkpoints: what its linear layers read.
    HeldByFrozen = "s_held";
    /// Magnitudes of adapted outputs, one for each output of each adapted projection.
    Magnitudes = "n_magnitudes";
    /// Parameters of the prefixes: keys and values for every layer.
    PrefixParameters = "P_prefix";
    /// Input and output widths of the adapted projections of one layer, added up.
    AdaptedWidths = "n_io";
    /// The same of what layers with softmax attention have alone, where others have linear attention.
    AdaptedWidthsOfFull = "w_full";
    /// The same of what layers with linear attention have alone.
    AdaptedWidthsOfLinear = "w_lin";
    /// States of the optimizer for all trained parameters.
    OptimizerStates = "n_states";
    /// Elements of the largest trained tensor.
    LargestTensor = "P_max";
    /// Elements of the trained matrices of hidden layers.
    HiddenMatrices = "P_matrices";
    /// Elements of the largest of them.
    LargestMatrix = "P_matrix";
    /// Its shorter side.
    ShorterSide = "n_short";
    /// Row and column sums of all trained tensors.
    RowAndColumnSums = "n_sums";
    /// Bytes of a parameter.
    BytesOfParameter = "b_p";
    /// Elements of the embedding that each rank gives to be gathered.
    ExchangedOfEmbedding = "n_emb";
    /// The same of a layer.
    ExchangedOfLayer = "n_layer";
    /// The same of the last norm and the output projection.
    ExchangedOfEnd = "n_end";
    /// Elements of the embedding that a rank holds.
    HeldOfEmbedding = "p_emb";
    /// The same of a layer.
    HeldOfLayer = "p_layer";
    /// The same of the last norm and the output projection.
    HeldOfEnd = "p_end";
    /// Elements of a layer's adapters that each rank gives to be gathered.
    ExchangedOfAdapters = "n_adapter";
    /// Elements of a layer's adapters that a rank holds.
    HeldOfAdapters = "p_adapter";
    /// Weights of a layer, packed in 4 bits, that each rank gives to be gathered.
    ExchangedPacked = "n_packed";
    /// Weights of a layer, packed in 4 bits, that a rank holds.
    HeldPacked = "p_packed";
    /// Elements of a layer's experts that each rank gives to be gathered.
    ExchangedOfExperts = "n_expert";
    /// Elements of a layer's experts that a rank holds.
    HeldOfExperts = "p_expert";
    /// Elements of the largest part of a tensor that a rank holds.
    LargestShard = "n_largest";
    /// Ranks that share out each tensor.
    ShardingRanks = "W_shard";
    /// Layers of a stage of a pipeline.
    LayersOfStage = "L_stage";
    /// Positions of a batch, with their cosines and sines.
    PositionTables = "rope";
    /// What a stage keeps of a micro-batch.
    KeptOfStage = "A_stage";
    /// The same of the first.
    KeptOfFirstStage = "A_first";
    /// The same of the last.
    KeptOfLastStage = "A_last";
    /// Micro-batches of a stage that are on their way beside the one that runs.
    InFlight = "m_flight";
    /// Buffers of one micro-batch into which a rank of a pipeline receives.
    ReceiveBuffers = "n_recv";
    /// What the last stage keeps of a micro-batch's logits until it runs backward.
    LogitsOnWay = "logits_flight";
    /// What a rank of a pipeline has put out and keeps for the caller: micro-batches.
    ReturnedOutputs = "m_out";
    /// Rows of the embedding that Megatron fills up to a multiple.
    PaddedVocabulary = "V_pad";
    /// Parameters of a layer on a rank of Megatron.
    ParametersOfLayer = "P_layer";
    /// What a layer of Megatron keeps of a micro-batch.
    KeptOfMegatronLayer = "A_layer";
    /// What unfused attention keeps in Megatron.
    ScoresKept = "A_scores";
    /// Layers times micro-batches whose activations a rank of Megatron has at once.
    LayersInFlight = "n_flight";
    /// Trained elements of which a rank of ZeRO updates the master copy.
    ZeroShare = "P_share";
    /// All trained elements, filled up so that the ranks of ZeRO share them out evenly.
    ZeroPadded = "P_pad";
    /// Elements of frozen parameters that a rank of ZeRO holds.
    ZeroFrozen = "P_frozen";
    /// Elements of all parameters of which some belong to a rank's share.
    ZeroTouched = "P_touched";
    /// The same of those of which something was reduced so far, on the rank that has most of them.
    ZeroKept = "P_kept";
    /// Elements of the largest slice of a parameter in a rank's share.
    ZeroSlice = "n_slice";
    /// Elements of the largest trained parameter, through a buffer of whose size gradients go to the host.
    ZeroLeaving = "n_leaving";
    /// Elements of weights that are put together and packed to be sent to what samples.
    Sent = "P_sent";
    /// Elements of the shares that are updated together.
    ZeroTogether = "P_step";
    /// Elements of gradients that are reduced at once.
    ZeroReduced = "n_reduced";
    /// Elements of parameters that are gathered.
    ZeroLive = "P_live";
    /// Bytes of a gradient.
    BytesOfGradient = "b_g";
    /// Bytes of a state, which has the format of what the optimizer updates.
    BytesOfState = "b_s";
    /// Bytes of an adapter's parameter.
    BytesOfAdapter = "b_a";
    /// Bytes of an element of the residual stream.
    BytesOfStream = "b_r";
    /// Bytes that one layer keeps for the backward pass, per token: inputs of linear layers, FP32 inputs of norms,
    /// queries, keys, values, attention's result, and the feed-forward block's inner tensors.
    KeptOfLayer = "s_layer";
    /// The same for a layer whose window cuts the sequence, so that attention needs a mask.
    KeptOfWindowedLayer = "s_window";
    /// The same for a layer of linear attention.
    KeptOfLinearLayer = "s_lin";
    /// The same for a layer without experts in a mixture.
    KeptOfDenseLayer = "s_dense";
    /// Bytes that the model's end and the embedding's dropout keep for the backward pass, per token: the last norm and
    /// the output projection's input.
    KeptOfHead = "s_head";
    /// Tokens of all sequences that the decoder of an encoder-decoder reads.
    DecoderTokens = "t_dec";
    /// Parameters of the linear projections of a decoder's layers that attend to an encoder.
    DecoderLinearParameters = "P_dec_linear";
    /// Parameters of such a decoder.
    DecoderParameters = "P_dec";
    /// Bytes that one layer of such a decoder keeps for the backward pass, per token of the decoder, with the keys and
    /// values that it makes of the encoder's output.
    KeptOfDecoderLayer = "s_dec_layer";
    /// Bytes that the ends of the decoder keep for the backward pass, per token of it: embedding, last norm, the output
    /// projection's input.
    KeptOfDecoderEnds = "s_dec_ends";
    /// Bytes that the ends of the encoder keep for the backward pass, per token of it: embedding, last norm, what the
    /// decoder reads.
    KeptOfEncoderEnds = "s_enc_ends";
    /// Bytes of what lives beside logits while the loss is computed and no gradient needs, per token of the encoder.
    EncoderOutput = "s_enc_output";
    /// Bytes that poolings and projections into a common space keep for the backward pass, per pair of text and image.
    KeptOfPair = "s_pair";
    /// Bytes of the score of one text and one image, and of what is made of it.
    ScoreOfPair = "s_score";
    /// Parameters that project texts into a common space.
    TextProjection = "P_t_head";
    /// Parameters in front of a vision tower's layers.
    TowerFront = "P_v_front";
    /// Bytes of a spectrogram, per position that an encoder makes of it.
    Spectrogram = "s_mel";
    /// Parameters of the convolutions that read a spectrogram.
    ConvolutionParameters = "P_conv";
    /// Parameters of an encoder-decoder that are trained: all but positions of sound, which are fixed.
    TrainedOfTwoStacks = "P_trained";
    /// Bytes of a decoder layer's input, per token: all that checkpointing keeps of the layer.
    DecoderLayerInput = "s_dec_input";
    /// Bytes of what the model returns beside logits, per token.
    ModelOutput = "s_output";
    /// Bytes of a layer's input, per token: all that checkpointing keeps of the layer.
    LayerInput = "s_input";
    /// What is kept before the first layer, per token, beside that layer's input.
    KeptBeforeLayers = "s_emb";
    /// Bytes per token that the first layer does not keep, because nothing before the first adapter needs a gradient.
    IdleOfFirstLayer = "s_idle";
    /// Bytes per token that the layer whose backward pass runs has kept and not let go by then.
    KeptInside = "s_inside";
    /// Bytes per token of the gradients of activations, and of what that instant's operation reads.
    GradientsInside = "g_inside";
    /// Bytes per token of the residual stream before and after its last norm.
    ScoredStream = "s_scored";
    /// Bytes of what a head chooses of all tokens to score.
    ChosenTensors = "M_chosen";
    /// Bytes of the logits and of what is made of them, for each token that has any.
    Logits = "s_logits";
    /// The same of the logits that a loop still names.
    ReturnedLogits = "s_returned";
    /// The same for each token of a completion, whose logits are divided by the temperature.
    Scores = "s_scores";
    /// Bytes of the gradients of the output projection's result, for each token that has logits.
    LogitGradients = "s_result";
    /// Bytes of the logits from which a sequence's next token is drawn.
    SampledLogits = "s_sampled";
    /// Bytes of the logits by which a drafted token is checked.
    VerifiedLogits = "s_verified";
    /// Bytes of the logits of the token behind the drafted ones, for each sequence.
    BonusLogits = "s_bonus";
    /// Bytes of one row of the logits that are verified at once, in FP32.
    VerifiedPart = "s_part";
    /// Bytes of what a sampler keeps of a sequence's tokens for penalties.
    CountedTokens = "s_counted";
    /// Tensors of a loss that makes no whole logits.
    LossTensors = "M_loss";
    /// Tokens whose logits such a loss makes at once.
    LossPiece = "t_piece";
    /// Entries of the vocabulary whose logits it makes at once.
    LossColumns = "V_piece";
    /// Bytes that one token leaves in the cache of one layer.
    CachedOfToken = "s_kv";
    /// The same in a layer without a window, whose heads are wider.
    CachedOfTokenInFull = "s_kv_full";
    /// Bytes that one token leaves in the cache of a layer with an indexer of its own, beside the others'.
    CachedByIndexer = "s_idx";
    /// Bytes that one sequence leaves in a layer of linear attention, whatever its length.
    CachedOfSequence = "s_state";
    /// Parameters of attention's projections.
    AttentionProjections = "P_attention";
    /// Parameters of the projections and convolutions of linear attention.
    LinearAttentionProjections = "P_lin";
    /// Parameters of the feed-forward blocks of layers without experts.
    DenseParameters = "P_dense";
    /// Parameters of experts, routers and shared experts.
    MixtureParameters = "P_mixture";
    /// Parameters that autocast converts: experts are multiplied in the format in which they are stored.
    ConvertedParameters = "P_converted";
    /// Sequences that run together: completions of all prompts.
    Sequences = "n_seq";
    /// Completion tokens of all sequences.
    CompletionTokens = "T_c";
    /// Tokens of one sequence of whatever kind, as the model's own processor makes them.
    WholeSequence = "S_whole";
    /// Parameters of the language model.
    LanguageParameters = "P_lm";
    /// Parameters of the vision tower that get gradients; layers whose output nobody reads get none.
    TowerWithGradients = "P_v";
    /// Parameters of one layer of the vision tower.
    TowerLayerParameters = "P_v_layer";
    /// Parameters of the linear layers of vision tower and projector.
    TowerLinearParameters = "P_v_linear";
    /// Parameters of the projector from the vision tower to the text.
    ProjectorParameters = "P_projector";
    /// Tokens of the text that one image becomes, as the model's processor makes them of a square image.
    TokensOfImage = "t_image";
    /// Tokens that the video frames become which share a patch.
    TokensOfFrames = "t_frame";
    /// Patches of one image that run through the vision tower, in all its tiles.
    TowerPatchesOfImage = "p_image";
    /// The same of video frames that share a patch.
    TowerPatchesOfFrames = "p_frame";
    /// Patches of one image that come of pixels.
    PixelPatchesOfImage = "px_image";
    /// The same of video frames that share a patch.
    PixelPatchesOfFrames = "px_frame";
    /// Features that the projector makes of one image.
    FeaturesOfImage = "f_image";
    /// The same of video frames that share a patch.
    FeaturesOfFrames = "f_frame";
    /// Features of one image that are packed for the text.
    PackedOfImage = "k_image";
    /// The same of video frames that share a patch.
    PackedOfFrames = "k_frame";
    /// Patches of the whole batch that run through the vision tower.
    TowerPatches = "n_v";
    /// Patches of the whole batch that come of pixels, which are inputs in FP32.
    PixelPatches = "n_px";
    /// Features of the whole batch that the projector makes.
    Features = "n_f";
    /// Features of the whole batch that are packed for the text.
    Packed = "n_p";
    /// Bytes that the vision tower keeps for the backward pass, per patch; with checkpointing each layer's input.
    KeptOfTower = "s_v";
    /// Bytes that one layer of the vision tower keeps, per patch: inputs of norms and linear layers, queries, keys,
    /// values, attention's result, and the feed-forward block's inner tensors.
    KeptOfTowerLayer = "s_v_layer";
    /// Bytes of the gradients inside a layer of the vision tower, per patch, less what the layer has let go of by then.
    TowerGradients = "s_v_gradients";
    /// Bytes that the projectors from the vision tower to the text keep, per feature.
    KeptOfProjectors = "s_projector";
    /// The same of the projectors of deep features alone.
    KeptOfDeepProjectors = "s_deep";
    /// Batch sizes for which vLLM records CUDA graphs.
    Graphs = "n_graphs";
    /// Weights that llama.cpp leaves in the host's memory.
    HostWeights = "M_host";
    /// Weights of a file that are not on a GPU: on others, or in the host's memory.
    ElsewhereWeights = "M_elsewhere";
    /// Layers that are on a GPU.
    LayersOfGpu = "L_GPU";
    /// Those of them that attend to the whole sequence, where others do not.
    FullLayersOfGpu = "L_GPU,full";
    /// The largest of them that the GPU computes with a copy of.
    BorrowedWeight = "M_copy";
    /// Tokens for which llama.cpp makes room, a multiple of 256 for each slot.
    Cells = "n_cells";
    /// Tokens for which a layer with a window has room in llama.cpp.
    WindowedCells = "n_cells_W";
    /// Keys and values of this run.
    CacheOfRun = "M_KV";
    /// What weights, the largest step and the driver take.
    BesidePool = "M_rest";
    /// What is left for keys and values.
    Pool = "M_pool";
    /// Bytes of a quantized weight, with its share of what its block has besides.
    QuantizedWeight = "b_w";
    /// Bytes of a weight in the format that most of the file has.
    FileWeight = "b_file";
    /// Bytes of a weight of the output projection.
    OutputWeight = "b_out";
    /// Bytes of a weight of the value projections, or of query, key and value where they are one.
    ValueWeight = "b_v";
    /// Bytes of a weight of attention's output projections.
    AttentionOutputWeight = "b_o";
    /// Bytes of a weight of the key projections.
    KeyWeight = "b_k";
    /// Bytes of a weight of the query projections.
    QueryWeight = "b_query";
    /// Bytes of a weight of the down projections.
    DownWeight = "b_down";
    /// Bytes of a weight of the gate and up projections.
    InwardWeight = "b_in";
    /// Bytes of one image and its label.
    ImageBytes = "s_image";
    /// Bytes that the first stage of the network, its stem, keeps of one image for the backward pass.
    Stage1 = "s_1";
    /// The same for the second stage.
    Stage2 = "s_2";
    /// The same for the third stage.
    Stage3 = "s_3";
    /// The same for the fourth stage.
    Stage4 = "s_4";
    /// The same for the fifth stage.
    Stage5 = "s_5";
    /// The same for the sixth stage.
    Stage6 = "s_6";
    /// The same for the seventh stage.
    Stage7 = "s_7";
    /// The same for the eighth stage.
    Stage8 = "s_8";
    /// The same for the ninth stage.
    Stage9 = "s_9";
    /// Bytes of them that the backward pass has freed when most memory is in use.
    FreedThen = "s_freed";
    /// Bytes of the gradients of feature maps that live then, for one image.
    FeatureGradients = "s_gradients";
    /// Mean and deviation of each channel of the batch, which normalizations keep in FP32.
    NormStatistics = "M_norms";
    /// Those of them that have not been freed then.
    NormStatisticsLeft = "M_norms_left";
    /// Running mean and variance of each channel, and a counter for each normalization.
    RunningStatistics = "M_statistics";
    /// Weights of convolutions and matrix products, which autocast copies to 16 bits.
    CopiedParameters = "P_copied";
    /// Those of them whose copies have not been freed then.
    CopiedParametersLeft = "P_copied_left";
    /// Parameters that have their gradient then.
    ParametersDone = "P_done";
    /// Parameters whose gradients are just being made or converted.
    ParametersMade = "P_made";
}
