//! The values that are chosen from a list and say how a run is spread over GPUs. It knows no parameter.

use crate::estimator::parameters::choices::{ChoiceValue, choices};

choices! {
    /// What spreads a training run over GPUs.
    Trainer {
        /// Nothing: a run on one GPU.
        None = "none",
        /// PyTorch's `DistributedDataParallel`: every GPU holds everything.
        Ddp = "ddp",
        /// PyTorch's `fully_shard`: every GPU holds a part of each tensor, and gathers a layer's when it is its turn.
        Fsdp2 = "fsdp2",
        /// DeepSpeed's engine: ZeRO shares out states, gradients and parameters, stage by stage.
        DeepSpeed = "deepspeed",
        /// Transformers' own plan of tensor parallelism, `tp_plan="auto"`.
        Transformers = "transformers",
        /// PyTorch's own: `parallelize_module`, whose tensors know how they are divided, and pipelines; parameters not
        /// sharded over data.
        Torch = "torch",
        /// Megatron-LM: layers divided over GPUs, in stages, with the optimizer's states shared out over data.
        Megatron = "megatron",
    }
    /// What Megatron recomputes in the backward pass.
    Recompute {
        /// Nothing.
        None = "none",
        /// The core of attention: scores and what softmax and dropout make of them.
        Selective = "selective",
        /// Whole layers, of which the input alone is kept (`recompute-method uniform`, one layer at a time).
        Full = "full",
    }
    /// How Megatron brings tokens to experts (`--moe-token-dispatcher-type`).
    TokenDispatcher {
        /// Every rank gathers all tokens and picks those of its experts.
        AllGather = "allgather",
        /// Tokens are sent to the ranks of their experts.
        AllToAll = "alltoall",
    }
    /// Whose plan says how tensor parallelism divides layers beside FSDP2.
    TensorPlan {
        /// PyTorch's `parallelize_module`, as torchtitan uses it.
        Torch = "torch",
        /// Transformers' own.
        Transformers = "transformers",
    }
    /// How llama.cpp shares a model out among several GPUs (`--split-mode`).
    SplitMode {
        /// Whole layers, each with its keys and values.
        Layer = "layer",
        /// One GPU has everything.
        None = "none",
        /// The rows of matrices; deprecated.
        Row = "row",
        /// Parts of each layer; experimental.
        Tensor = "tensor",
    }
    /// What DeepSpeed's ranks share out among themselves.
    ZeroStage {
        /// Nothing.
        Nothing = "0",
        /// States and master copy.
        States = "1",
        /// Gradients too.
        Gradients = "2",
        /// Parameters too, which are gathered when it is their turn.
        Parameters = "3",
    }
    /// What of FSDP2's gathered parameters is kept until the backward pass.
    Reshard {
        /// None but the last group's: as ZeRO 3.
        Full = "full",
        /// All: nearly as ZeRO 2.
        None = "none",
    }
    /// Which parameters FSDP2 gathers together.
    Wrapping {
        /// Those of each layer; embedding, last norm and output projection belong to the root, which stays gathered.
        Layers = "layers",
        /// Those of the embedding, of each layer, and of last norm and output projection, which stay gathered
        /// (accelerate, torchtitan).
        LayersTail = "layers_tail",
    }
    /// The format in which FSDP2 reduces gradients, or returns what the model puts out.
    WireFormat {
        /// That in which it computes.
        Same = "same",
        /// IEEE 754 binary32.
        Fp32 = "FP32",
        /// bfloat16.
        Bf16 = "BF16",
        /// IEEE 754 binary16.
        Fp16 = "FP16",
    }
    /// When gradients are reduced over GPUs.
    GradientSync {
        /// In each micro-batch.
        Each = "each",
        /// In the last before a step: until then every GPU keeps whole gradients.
        Last = "last",
    }
    /// In which order a pipeline's stages run micro-batches forward and backward
    /// (`torch.distributed.pipelining.schedules`).
    Schedule {
        /// One forward, one backward, once as many are on their way as stages follow.
        OneForwardOneBackward = "1f1b",
        /// All forward, then all backward.
        Gpipe = "gpipe",
        /// As the first, with several stages on each GPU that take turns.
        Interleaved = "interleaved",
        /// With the gradients of weights apart, where a GPU would wait.
        ZeroBubble = "zero-bubble",
    }
    /// Where parameters lie between their turns, with their gradients and states.
    OffloadPlace {
        /// On the GPU.
        None = "none",
        /// In the host's memory.
        Cpu = "cpu",
    }
    /// Where DeepSpeed has master copy, states and the gradients that update them.
    OptimizerPlace {
        /// On the GPU.
        None = "none",
        /// In the host's memory, where they are updated (ZeRO-Offload).
        Cpu = "cpu",
        /// On a disk, through buffers of the host (ZeRO-Infinity).
        Nvme = "nvme",
    }
}

impl Trainer {
    /// Whether it can divide the matrices of layers among GPUs.
    pub const fn divides_layers(self) -> bool {
        matches!(self, Self::Fsdp2 | Self::Transformers | Self::Torch | Self::Megatron)
    }

    /// Whether it has something in the host's memory or on a disk and so does something on one GPU as well: DeepSpeed's
    /// launcher starts its engine there, while accelerate shards nothing of one process (`AcceleratorState`,
    /// `distributed_type`).
    pub fn offloads(self, optimizer: OptimizerPlace, parameters: OffloadPlace) -> bool {
        self == Self::DeepSpeed && (optimizer != OptimizerPlace::None || parameters != OffloadPlace::None)
    }
}
