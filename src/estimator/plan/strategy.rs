//! Ways to need less memory, by name: one list for the Guide, for advice and for the command line. It knows no
//! parameter and no text.

macro_rules! strategies {
    ($( $(#[$doc:meta])* $name:ident = $id:literal, )*) => {
        /// A way to need less memory. They stand in the order of what they cost whoever runs it: nothing, time, a
        /// little of the result, more of it, other hardware, less work done.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Strategy { $( $(#[$doc])* $name, )* }

        impl Strategy {
            /// Every strategy, the one that costs least first.
            pub const ALL: &[Self] = &[ $( Self::$name, )* ];

            /// The strategy's name in test ids.
            pub const fn id(self) -> &'static str {
                match self { $( Self::$name => $id, )* }
            }
        }
    };
}

strategies! {
    /// One kernel for the optimizer's step, without temporaries.
    FusedKernel = "fused-kernel",
    /// Attention without the whole matrix of scores.
    FlashAttention = "flash-attention",
    /// Logits for the last position of the prompt alone.
    LastLogits = "last-logits",
    /// Gradients that are views of the buckets in which they are reduced.
    BucketViews = "bucket-views",
    /// A bitsandbytes whose frozen layers keep nothing of what they read.
    DroppedInputs = "dropped-inputs",
    /// Output projection and loss in one operation.
    LigerLoss = "liger-loss",
    /// Kernels for layers of linear attention.
    LinearKernels = "linear-kernels",
    /// A sampler that sorts nothing.
    FlashInfer = "flashinfer",
    /// A larger share of the GPU for vLLM.
    LargerShare = "larger-share",
    /// The checkpoint in the few bits in which it is published.
    Published = "published",
    /// No vision tower, for text alone.
    NoVision = "no-vision",
    /// Logits piece by piece.
    ChunkedLoss = "chunked-loss",
    /// Gathered layers are let go between forward and backward pass.
    Reshard = "reshard",
    /// Gradients reduced in each micro-batch.
    ReduceEach = "reduce-each",
    /// States of Megatron's optimizer shared out among GPUs that read other sequences.
    DistributedOptimizer = "distributed-optimizer",
    /// Half as many tokens in one step of llama.cpp.
    SmallerBuffer = "smaller-buffer",
    /// Half as many tokens in one step of vLLM.
    SmallerSteps = "smaller-steps",
    /// Half as many sequences in one step of vLLM.
    FewerSequences = "fewer-sequences",
    /// Recompute activations in the backward pass.
    GradientCheckpointing = "gradient-checkpointing",
    /// Half the batch, accumulated over twice as many steps: the global batch stays.
    Accumulate = "accumulate",
    /// One sequence at a time, accumulated to the same global batch.
    OneByOne = "one-by-one",
    /// vLLM gives its share back while the model is trained.
    Sleep = "sleep",
    /// Completions sampled by a server on other GPUs.
    RolloutElsewhere = "rollout-elsewhere",
    /// The reference in the host's memory.
    ReferenceInHost = "reference-in-host",
    /// 8-bit states in unified memory.
    PagedOptimizer = "paged-optimizer",
    /// States of the optimizer in the host's memory, which updates parameters there.
    OffloadStates = "offload-states",
    /// Parts of parameters, gradients and states in the host's memory.
    Offload = "offload",
    /// Experts of a mixture in the host's memory.
    HostExperts = "host-experts",
    /// The vision tower is not trained.
    FrozenVision = "frozen-vision",
    /// 8-bit states of the optimizer.
    EightBitOptimizer = "8bit-optimizer",
    /// Sums of rows and columns in place of second moments.
    Adafactor = "adafactor",
    /// The loss in the format of the logits.
    NativeLoss = "native-loss",
    /// Keys and values in 8 bits.
    EightBitCache = "8bit-cache",
    /// Scales of the quantized base quantized too.
    DoubleQuantization = "double-quantization",
    /// Experts of a quantized base packed, too.
    PackedExperts = "packed-experts",
    /// A quantized base whose norms, embedding and head stay in 16 bits.
    NoPreparation = "no-preparation",
    /// Adapters in 16 bits.
    NarrowAdapters = "narrow-adapters",
    /// 16-bit weights and activations instead of FP32.
    MixedPrecision = "mixed-precision",
    /// The other format of 16 bits, where the GPU computes no bfloat16.
    Float16 = "float16",
    /// Nothing trained whole beside adapters.
    NoSavedModules = "no-saved-modules",
    /// Adapters without magnitudes.
    PlainAdapters = "plain-adapters",
    /// 8-bit weights.
    Int8 = "int8",
    /// Adapters on query and value projections alone.
    AttentionAdapters = "attention-adapters",
    /// Half the rank of adapters.
    HalveRank = "halve-rank",
    /// Parameters, gradients and states in 16 bits alone.
    PureRecipe = "pure-recipe",
    /// Keys and values in 4 bits.
    FourBitCache = "4bit-cache",
    /// 4-bit weights.
    Int4 = "int4",
    /// Train adapters beside frozen weights.
    Lora = "lora",
    /// Train adapters beside quantized weights.
    Qlora = "qlora",
    /// Each layer divided among twice as many GPUs.
    TensorParallel = "tensor-parallel",
    /// Layers of a file shared out among twice as many GPUs.
    LayersOverGpus = "layers-over-gpus",
    /// Parts of the model on each GPU in place of copies.
    Shard = "shard",
    /// Twice as many GPUs.
    MoreGpus = "more-gpus",
    /// Half the completions of a prompt.
    HalveGroup = "halve-group",
    /// Half the length of completions.
    HalveCompletion = "halve-completion",
    /// Half the images.
    FewerImages = "fewer-images",
    /// Half the batch.
    HalveBatch = "halve-batch",
    /// Half the sequence.
    HalveSequence = "halve-sequence",
}
