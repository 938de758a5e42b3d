//! Every number in the formulas that is not a parameter, with its source. It knows no formula.

use crate::estimator::parameters::choices::Precision;
use crate::estimator::units::{Bytes, BytesPerElement, Count, Memory, MillisecondsPerToken, Ratio, Unit};
use std::marker::PhantomData;

/// A number with a unit and a name by which the page tells where it comes from.
pub struct Constant<U> {
    id: ConstantId,
    value: f64,
    unit: PhantomData<U>,
}

impl<U: Unit> Constant<U> {
    const fn new(id: ConstantId, value: f64) -> Self {
        Self { id, value, unit: PhantomData }
    }

    /// The name of the constant.
    pub const fn id(&self) -> ConstantId {
        self.id
    }

    /// The number, in the unit of the type.
    pub const fn value(&self) -> f64 {
        self.value
    }
}

macro_rules! constants {
    ($( $(#[$doc:meta])* $name:ident = $id:ident: $unit:ty = $value:expr; )*) => {
        /// The name of a constant; `locale` says what it is and where it comes from.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ConstantId { $( $(#[$doc])* $id ),* }

        impl ConstantId {
            /// Every constant, in the order of the declarations.
            pub const ALL: &[Self] = &[ $( Self::$id ),* ];
        }

        $( $(#[$doc])* pub const $name: Constant<$unit> = Constant::new(ConstantId::$id, $value); )*
    };
}

/// Bytes of a MiB.
const MIB: f64 = Bytes::PER_GIB / 1024.0;

constants! {
    /// Keys and values, one tensor each (document, inference).
    KEYS_AND_VALUES = KeysAndValues: Count = 2.0;
    /// Activations of inference: "10 % of training activations" (document, inference).
    INFERENCE_ACTIVATIONS = InferenceActivations: Ratio = 0.1;
    /// Activations left by gradient checkpointing: "reduces by 70 %" (document, training).
    CHECKPOINTED_ACTIVATIONS = CheckpointedActivations: Ratio = 0.3;
    /// Bytes of one optimizer state: FP32 (document, training).
    OPTIMIZER_STATE = OptimizerState: BytesPerElement = Precision::Fp32.bytes();
    /// Bytes of an INT4 weight, the quantization that the document assumes for GRPO.
    GRPO_WEIGHT = GrpoWeight: BytesPerElement = Precision::Int4.bytes();
    /// Share of parameters that Prefix, GRPO and multimodal fine-tuning train: "1 %" (document, PEFT).
    PEFT_SHARE = PeftShare: Ratio = 0.01;
    /// The two low-rank matrices A and B of an adapter (document, LoRA).
    LORA_MATRICES = LoraMatrices: Count = 2.0;
    /// A chosen and a rejected completion per prompt: "DPO ≈ 2×" (document, GRPO).
    DPO_SEQUENCES = DpoSequences: Count = 2.0;
    /// Audio that one token covers (document, multimodal).
    AUDIO_TOKEN = AudioToken: MillisecondsPerToken = 80.0;
    /// Colour channels of an image.
    COLOUR_CHANNELS = ColourChannels: Count = 3.0;
    /// Reserved memory of `nlp` and `cnn`: 1 GiB (document; application).
    RESERVED = Reserved: Memory = Bytes::PER_GIB;
    /// Reserved memory of `vlm` and `moe` in the application: 2 GiB.
    RESERVED_LARGE = ReservedLarge: Memory = 2.0 * Bytes::PER_GIB;
    /// Share of the vision encoder in a vision-language model: at least 30 % (document).
    VISION_SHARE = VisionShare: Ratio = 0.3;
    /// Share of the text encoder in a vision-language model: at least 50 % (document).
    TEXT_SHARE = TextShare: Ratio = 0.5;
    /// Layers of either encoder of a vision-language model (document).
    ENCODER_LAYERS = EncoderLayers: Count = 12.0;
    /// Square matrices of an attention block: query, key, value and output.
    ATTENTION_MATRICES = AttentionMatrices: Count = 4.0;
    /// Vocabulary of the text encoder (document, vision-language).
    TEXT_VOCABULARY = TextVocabulary: Count = 50_000.0;
    /// Width of the text encoder (document, vision-language).
    TEXT_WIDTH = TextWidth: Count = 768.0;
    /// Share of parameters in convolutions: 80 % (document, CNN).
    CONVOLUTION_SHARE = ConvolutionShare: Ratio = 0.8;
    /// Share of parameters in fully connected layers: 20 % (document, CNN).
    FULLY_CONNECTED_SHARE = FullyConnectedShare: Ratio = 0.2;
    /// Filters of the first convolution, and its biases (document, CNN).
    FIRST_FILTERS = FirstFilters: Count = 256.0;
    /// Widest feature map (document, CNN).
    WIDEST_CHANNELS = WidestChannels: Count = 2048.0;
    /// Layers over which feature maps are summed (document, CNN).
    FEATURE_LAYERS = FeatureLayers: Count = 20.0;
    /// FP32 bytes by which the application converts states to the training precision.
    FP32_ELEMENT = Fp32Element: BytesPerElement = Precision::Fp32.bytes();
    /// Up and down projection of a feed-forward block (application, NLP).
    FEED_FORWARD_MATRICES = FeedForwardMatrices: Count = 2.0;
    /// Activation tensors of width H that the application keeps per layer.
    LAYER_TENSORS = LayerTensors: Count = 6.0;
    /// Modules with an adapter in the application (query and value).
    ADAPTED_MODULES = AdaptedModules: Count = 2.0;
    /// Input and output side of an adapter: its matrices have 2·H·rank elements together.
    ADAPTER_SIDES = AdapterSides: Count = 2.0;
    /// Part of the layers' bytes that the application adds as overhead: 10 %.
    OVERHEAD_SHARE = OverheadShare: Ratio = 0.1;
    /// Copies of the images that preprocessing holds (application).
    IMAGE_COPIES = ImageCopies: Count = 2.0;
    /// Parameters of the vision-language adapter (application).
    VLM_ADAPTER = VlmAdapter: Count = 1e6;
    /// Bytes of optimizer state per parameter in `moe` and `cnn` of the application, whatever the optimizer.
    FIXED_OPTIMIZER_STATES = FixedOptimizerStates: BytesPerElement = 8.0;
    /// Statistics and parameters that a batch normalization keeps per channel (application, CNN).
    NORMALIZATION_TENSORS = NormalizationTensors: Count = 4.0;
    /// CUDA context of Volta and Turing: 287,047,680 bytes less the 20 MiB segment of the tensor that was made
    /// (PyTorch pull request 86509; the GPU is not named).
    CONTEXT_TURING = ContextTuring: Memory = 254.0 * MIB;
    /// CUDA context of an RTX 3090 with PyTorch 2.7.1 (InvokeAI issue 9413).
    CONTEXT_AMPERE = ContextAmpere: Memory = 256.0 * MIB;
    /// CUDA context of an RTX 6000 Ada with PyTorch 2.10 (unsloth-zoo pull request 1053).
    CONTEXT_ADA = ContextAda: Memory = 426.0 * MIB;
    /// CUDA context of a server's GPU (LMCache issue 4019; the GPU is not named). Blackwell is taken for the same.
    CONTEXT_HOPPER = ContextHopper: Memory = 616.0 * MIB;
    /// Workspace of a cuBLAS handle: PyTorch's `:4096:2:16:8`, 2 × 4096 KiB and 8 × 16 KiB.
    CUBLAS_WORKSPACE = CublasWorkspace: Memory = 8_519_680.0;
    /// The same since Hopper; Qwen3's memory tables on H20 show it.
    CUBLAS_WORKSPACE_HOPPER = CublasWorkspaceHopper: Memory = 32.0 * MIB;
    /// The same in deterministic mode: `CUBLAS_WORKSPACE_CONFIG=:4096:8`, which Megatron's `--deterministic-mode` asks
    /// for.
    CUBLAS_WORKSPACE_FIXED = CublasWorkspaceFixed: Memory = 32.0 * MIB;
    /// Workspace of Transformer Engine's matrix products before Hopper (`get_cublas_workspace_size_bytes`).
    ENGINE_WORKSPACE = EngineWorkspace: Memory = 4.0 * MIB;
    /// The same since Hopper.
    ENGINE_WORKSPACE_HOPPER = EngineWorkspaceHopper: Memory = 32.0 * MIB;
    /// One part-filled segment of each kind in PyTorch's caching allocator: `kLargeBuffer` and `kSmallBuffer`.
    ALLOCATOR_SLACK = AllocatorSlack: Memory = 22.0 * MIB;
    /// What vLLM finds outside PyTorch on one GPU: 0.13, 0.14 and 0.16 GiB in logs of 0.11 and 0.6.
    VLLM_OUTSIDE_TORCH = VllmOutsideTorch: Memory = 0.14 * Bytes::PER_GIB;
    /// FlashInfer's workspace (`VLLM_FLASHINFER_WORKSPACE_BUFFER_SIZE` in vLLM's `envs.py`).
    FLASHINFER_WORKSPACE = FlashInferWorkspace: Memory = 394.0 * MIB;
    /// What NCCL takes on each of two GPUs of a node (aiconfigurator, `nccl_mem` of `systems/*.yaml`).
    NCCL_OF_TWO = NcclOfTwo: Memory = 342.0 * MIB;
    /// The same of four and more.
    NCCL_OF_MORE = NcclOfMore: Memory = 392.0 * MIB;
    /// Buffers of vLLM's own all-reduce: what is exchanged, room for results and addresses, 8 MiB each
    /// (`CustomAllreduce.__init__` in `distributed/device_communicators/custom_all_reduce.py`).
    CUSTOM_ALL_REDUCE = CustomAllReduce: Memory = 24.0 * MIB;
    /// What vLLM finds outside PyTorch on each of two GPUs beyond what it finds on one: 0.55 GiB less 0.13
    /// (llm-d-planner, `docs/empirical-vllm-memory-results.md`).
    OUTSIDE_TORCH_OF_TWO = OutsideTorchOfTwo: Memory = 0.42 * Bytes::PER_GIB;
    /// A layer in one CUDA graph of vLLM (logs of 0.7.2 and of pull request 57047).
    GRAPH_OF_LAYER = GraphOfLayer: Memory = 0.2 * MIB;
    /// Tokens of the tile of logits that TRL's chunked loss fills (trl kernels/chunked_logprob.py, `TOKEN_CHUNK_SIZE`).
    TILE_TOKENS = TileTokens: Count = 4096.0;
    /// Entries of the vocabulary in it.
    TILE_WIDTH = TileWidth: Count = 32_768.0;
    /// Weights that vLLM packs into one message to its servers (vllm distributed/weight_transfer/packed_tensor.py,
    /// `DEFAULT_PACKED_BUFFER_SIZE_BYTES`).
    PACKED_BUFFER = PackedBuffer: Memory = Bytes::PER_GIB;
    /// Rows up to which PyTorch sorts all of a tensor at once instead of each by itself (`SortStable.cu`: fewer than
    /// 128).
    ROWS_SORTED_AT_ONCE = RowsSortedAtOnce: Count = 127.0;
    /// Bytes of a state in 8 bits: one, and an FP32 scale for each block of 256 (bitsandbytes 0.45, `Optimizer2State`).
    BLOCKWISE_STATE = BlockwiseState: BytesPerElement = 1.0 + 4.0 / 256.0;
    /// Vectors of a prefix: as many as in PEFT's example of prefix tuning (`num_virtual_tokens=20`).
    PREFIX_TOKENS = PrefixTokens: Count = 20.0;
}
