//! English help: what a parameter is and what it does to memory. It knows no range and no number of the current
//! estimate.

use crate::estimator::ParameterId;
use crate::estimator::architecture::Fact;
use crate::estimator::parameters::facts_only;
use crate::locale::english::facts;

pub(super) fn help(id: ParameterId) -> &'static str {
    match id {
        ParameterId::Task => {
            "What the run does: inference trains nothing, training every parameter, fine-tuning one per cent of them."
        }
        ParameterId::FinetuneMethod => {
            "Full trains every parameter. LoRA trains small matrices beside frozen weights, QLoRA the same beside quantized weights (published runs took more than Calibrated says: see Verification), Prefix virtual tokens before every layer (the document: one per cent of the parameters)."
        }
        ParameterId::ModelSize => {
            "All parameters of the model. Weights, gradients and optimizer states grow in proportion."
        }
        ParameterId::HiddenSize => "Width of the residual stream. Activations and KV cache grow in proportion.",
        ParameterId::IntermediateSize => {
            "Width of the feed-forward block. Its weights and what it keeps for the backward pass grow in proportion."
        }
        ParameterId::NumLayers => {
            "Transformer blocks. Whatever each layer keeps is multiplied by it: activations, KV cache."
        }
        ParameterId::NumAttentionHeads => {
            "Each head has its own matrix of attention scores, which eager attention keeps."
        }
        ParameterId::VocabSize => {
            "Entries of the token embedding. Logits take several copies of them for every token when the loss is computed."
        }
        ParameterId::NumExperts => {
            "Experts of the mixture. Documented and Verified count only those that a token visits; a real run keeps all of them in memory, as Calibrated does."
        }
        ParameterId::NumActiveExperts => {
            "Experts that one token visits. Weights, gradients and optimizer states of the active experts grow in proportion."
        }
        ParameterId::VisionFeatureDim => {
            "Width of the vision encoder. It counts where the encoder's own shape needs more than 30 % of the model."
        }
        ParameterId::CrossModalAlignmentWeight => {
            "Weight of the alignment between image and text. The document multiplies it by the hidden size: a few kilobytes."
        }
        ParameterId::KernelSize => {
            "Edge of the first convolution's kernel. The document adds that layer's filters to the weights."
        }
        ParameterId::LoraRank => "Inner width of the low-rank matrices. The trained parameters grow in proportion.",
        ParameterId::BatchSize => {
            "How many run together. Activations and KV cache grow in proportion: the first thing to lower when memory runs out."
        }
        ParameterId::SequenceLength => {
            "Tokens of each sequence. Activations and KV cache grow in proportion; in Verified, attention scores with its square."
        }
        ParameterId::NumGenerations => {
            "Completions that GRPO compares for one prompt. The document multiplies the activations by it."
        }
        ParameterId::Algorithm => {
            "GRPO samples a group of completions for each prompt; DPO trains on pairs of a data set, as TRL 1.16 does: the batch size counts pairs, both completions of which run in one pass, then the reference's pass while all activations live, and no whole logits (log-probabilities come tile by tile). Sequence length is prompt and completion together, padded; completion length is what is scored. Pairs differ in length: switch padding on. For GRPO TRL has the same head since 1.15, which is the loss in chunks here; the default computes the whole logits of earlier versions."
        }
        ParameterId::ReferenceModel => {
            "What scores the completions as the reference. Its default is TRL's: DPO switches adapters off, or keeps a second model on the GPU in full training; GRPO has none while beta is 0. None for DPO is precompute_ref_log_probs. On the CPU weights wait in the host's memory and come one matrix at a time (Accelerate): all of them cross the bus in every step, and TRL does not do that by itself."
        }
        ParameterId::Rollout => {
            "What samples completions: the trained model itself (TRL's default), vLLM in the same process on a share of the same GPU, or a server on other GPUs, to which weights are sent in two buffers of 1 GiB."
        }
        ParameterId::RolloutMemory => {
            "Share of the GPU that vLLM takes in all while it samples, its weights among it (vllm_gpu_memory_utilization; 0.3 in TRL, too). GPU memory says how large the GPU is."
        }
        ParameterId::RolloutSleep => {
            "Whether vLLM gives weights and cache back while the trainer trains (sleep level 2; its CUDA graphs stay). In TRL vllm_enable_sleep_mode is off by default: then all of its share stays."
        }
        ParameterId::BatchUnit => {
            "What the batch size counts: prompts, each with its group, or completions, as TRL does: there a batch of 8 is 1 prompt of 8 completions, and a batch smaller than a group a part of one."
        }
        ParameterId::GradientAccumulationSteps => {
            "Micro-batches before one optimizer step. With more than one, gradients are still held when the next micro-batch runs forward; beyond two nothing grows. Verified multiplies gradients by it and adds g/B to the optimizer states. Documented does not use it."
        }
        ParameterId::ImageResolution => "Edge of a square image. The number of patches grows with its square.",
        ParameterId::InputImageSize => "Edge of a square image. Feature maps grow with its square.",
        ParameterId::PatchSize => "Edge of one patch. Larger patches mean fewer tokens.",
        ParameterId::NumImages => "Images in each sequence; every one brings all its patches as tokens.",
        ParameterId::VideoFrames => {
            "Frames in each sequence. Each brings as many tokens as an image: where sequences explode."
        }
        ParameterId::AudioDuration => {
            "Audio in each sequence; one token stands for 80 ms. Models of speech hear 30 seconds, whatever lasts longer or shorter."
        }
        ParameterId::ExpertCapacityFactor => {
            "Slots that an expert keeps beyond its even share of tokens. Calibrated drops no token and needs none: it does not depend on it."
        }
        ParameterId::Precision => {
            "Number format of weights, gradients and activations. The document keeps optimizer states in FP32; in Calibrated the recipe decides."
        }
        ParameterId::Quantization => {
            "Number format of frozen weights. INT8 is a quarter and INT4 an eighth of FP32, whatever the precision."
        }
        ParameterId::Optimizer => {
            "SGD keeps one FP32 state per trained parameter, Adam and AdamW two. Lion is lion-pytorch's; BnbLion and the 8-bit and paged ones are those of bitsandbytes; Muon leaves to AdamW what is no matrix of a hidden layer. GaLoreAdamW is galore-torch's as Transformers runs it, over linear layers of attention and feed-forward blocks, at rank 128. Transformers' names (adamw_torch, lion_8bit, paged_adamw_32bit) are read too."
        }
        ParameterId::GradientCheckpointing => {
            "Recomputes activations in the backward pass. The document keeps 30 % of them, for about 20 % more time."
        }
        ParameterId::OtherOverhead => {
            "What the run needs beside the counted parts: CUDA context, buffers, fragmentation."
        }
        ParameterId::Model => {
            "Starts from a published model: its whole architecture becomes the default of the other parameters. Without one, the shape is Llama 2 7B's."
        }
        ParameterId::NumKeyValueHeads => {
            "Heads that have keys and values of their own. Groups of attention heads share them; the KV cache grows in proportion."
        }
        ParameterId::HeadDim => "Width of one attention head; commonly the hidden size divided by the heads.",
        ParameterId::TieWordEmbeddings => {
            "The output projection is the token embedding: one matrix less, and a copy more at the end of the backward pass."
        }
        ParameterId::GatedMlp => "A gate beside the up projection (SwiGLU, GeGLU): three matrices instead of two.",
        ParameterId::Activation => {
            "The function inside feed-forward blocks. One operation keeps its input for the backward pass; functions that a library writes out in Python (gelu_new, gelu_fast, quick_gelu) keep a tensor for each step."
        }
        ParameterId::SlidingWindow => {
            "Tokens that windowed layers look back; 0 for none. Beyond it PyTorch needs a mask, and the cache stops growing."
        }
        ParameterId::MoeIntermediateSize => {
            "Width of one expert's feed-forward block. Without a model it follows from the model size."
        }
        ParameterId::LoraTargets => {
            "Layers that carry adapters. All linear layers keep more activations than training every parameter. Beside experts by default attention's alone: PEFT would reach the stacked experts too, for which there are no formulas."
        }
        ParameterId::LoraVariant => {
            "lora, or dora: a trained magnitude for each output, for which PEFT makes the norm of the adapted weight anew at each pass and keeps two tensors of each output. rslora scales by another number and changes no byte."
        }
        ParameterId::ModulesToSave => {
            "Modules that PEFT copies and trains whole beside the adapters (modules_to_save). The frozen original stays; a tied embedding is copied for each place."
        }
        ParameterId::AdapterPrecision => {
            "Number format of the adapters. FP32, as PEFT makes them, also copies their inputs. TRL casts those of a quantized base to BF16: choose it for such a run."
        }
        ParameterId::LoraDropout => {
            "Share of an adapter's input that is cleared. Above 0, the masked input and its mask are kept for each adapter."
        }
        ParameterId::DecoderLength => {
            "Tokens that the decoder reads and predicts, beside those of the sequence that the encoder reads. By default as many."
        }
        ParameterId::CompletionLength => {
            "Tokens of the sequence that are completion; log-probabilities are made for those. By default the whole sequence."
        }
        ParameterId::Unquantized => {
            "Parts that stay in 16 bits beside quantized weights; checkpoints say so (modules_to_not_convert, ignore). first-N and last-N are whole layers, such as last-2. Norms always do; MXFP4 packs nothing of a mixture but its experts."
        }
        ParameterId::Trainer => {
            "What spreads the run over GPUs. none: one GPU. ddp: PyTorch's DistributedDataParallel, of which every GPU holds the whole model and buckets for its gradients. fsdp2: PyTorch's fully_shard, of which each holds a part. deepspeed: DeepSpeed's ZeRO. transformers: its own tensor-parallel plan. torch: PyTorch's own pipelines and plans of DTensor. megatron: Megatron-LM."
        }
        ParameterId::GpuCount => "GPUs of the run. Figures are those of one GPU, the fullest.",
        ParameterId::ExpertParallel => {
            "vLLM's --enable-expert-parallel: whole experts are shared out among all GPUs instead of parts of each. As many as all GPUs, or 1 for off. Megatron and FSDP2 (Transformers' all_to_all): GPUs that have different experts; each is taken to receive as many rows as it sends."
        }
        ParameterId::ExpertTensorParallel => {
            "GPUs that divide each expert (--expert-tensor-parallel-size). By default as many as divide the other matrices."
        }
        ParameterId::TokenDispatcher => {
            "How Megatron brings tokens to experts. allgather: every GPU gathers all tokens in a buffer that stays. alltoall: tokens are sent."
        }
        ParameterId::GroupedGemm => {
            "Megatron's --moe-grouped-gemm: one product for all experts, with a workspace for each of four streams."
        }
        ParameterId::DataParallel => {
            "GPUs that read sequences of their own; the batch size is that of each. By default all GPUs of the run, divided by pipeline and tensor parallel."
        }
        ParameterId::TensorParallel => {
            "GPUs that divide heads, inner widths, embedding and output projection among themselves; each computes the whole batch. Norms and routers are whole on each; in vLLM (--tensor-parallel-size) latent caches too, and heads of keys are copied where there are fewer than GPUs. Data parallel follows from what is left of the GPUs."
        }
        ParameterId::TensorParallelPlan => {
            "Whose plan divides layers beside FSDP2. torch: PyTorch's parallelize_module, as torchtitan uses it. transformers: its own tp_plan, for which there are no formulas beside FSDP2."
        }
        ParameterId::SequenceParallel => {
            "PyTorch's SequenceParallel: between blocks each GPU has its part of the sequence; what enters a block is gathered."
        }
        ParameterId::LossParallel => {
            "PyTorch's loss_parallel: each GPU computes the loss of its part of the vocabulary, and no logits are gathered."
        }
        ParameterId::DecodeContextParallel => {
            "vLLM's -dcp: so many of the GPUs that divide layers keep a part of each sequence's tokens instead of a copy of its keys and values. It divides tensorParallel and takes no further GPU; it is of use where tensorParallel exceeds the key heads, or with latent attention."
        }
        ParameterId::ContextParallel => {
            "GPUs of which each has a part of every sequence. They hold the same parameters, and share out the optimizer's states with those of data parallel."
        }
        ParameterId::DistributedOptimizer => {
            "Whether the optimizer's FP32 copy and states are shared out over the GPUs that hold the same parameters (--use-distributed-optimizer): 6 + 12/d bytes a parameter instead of 18."
        }
        ParameterId::Recompute => {
            "What Megatron recomputes in the backward pass. selective: the core of attention. full: whole layers, one at a time."
        }
        ParameterId::Deterministic => {
            "Megatron's --deterministic-mode, for which cuBLAS has a workspace of 32 MiB for each of two handles, also before Hopper."
        }
        ParameterId::PipelineParallel => {
            "GPUs among which the layers are shared out, in equal parts: torch.distributed.pipelining, with trainer=torch, or with FSDP2 inside the stages. The embedding is with the first, last norm and output projection with the last; the batch size is that of a micro-batch."
        }
        ParameterId::Schedule => {
            "In which order stages run micro-batches. 1f1b: one forward, one backward, once as many are on their way as stages follow. gpipe: all forward, then all backward. interleaved: as 1f1b, with several stages on each GPU. zero-bubble was not traced."
        }
        ParameterId::VirtualStages => {
            "Stages on each GPU that take turns, with schedule=interleaved. More of them wait less, and have more micro-batches on their way."
        }
        ParameterId::MicroBatches => {
            "Micro-batches of a step. Every stage has receive buffers for all of them; how many keep activations is the schedule's. By default as many as there are stages."
        }
        ParameterId::ReturnOutputs => {
            "Whether logits are kept for the caller. Of a pipeline: those of all micro-batches, as schedule.step does unless told otherwise; torchtitan tells it not to. On one GPU: the last step's until the next has made its own, as in a loop of outputs = model(**batch); Trainer drops them."
        }
        ParameterId::GradientAsBucketView => {
            "DDP's gradient_as_bucket_view: gradients are views of the buckets, and no second copy beside them."
        }
        ParameterId::BucketCapMb => {
            "DDP's bucket_cap_mb. It changes no byte: however the gradients are shared out, all buckets together are as large as they are."
        }
        ParameterId::Reshard => {
            "FSDP2's reshard_after_forward. full: gathered parameters are let go after their turn, as in ZeRO 3. none: they stay until the backward pass has used them, nearly as in ZeRO 2."
        }
        ParameterId::Wrapping => {
            "What FSDP2 gathers together. layers: each layer; the rest belongs to the root and stays gathered. layers_tail: the embedding, each layer, and last norm with output projection, as accelerate, Transformers and torchtitan do."
        }
        ParameterId::DataParallelReplicate => {
            "FSDP2's hybrid mesh (HSDP): so many groups of GPUs of which each holds everything, in parts."
        }
        ParameterId::ReduceDtype => {
            "Number format in which FSDP2 reduces gradients (MixedPrecisionPolicy.reduce_dtype). accelerate sets BF16, torchtitan and Transformers' own plan FP32."
        }
        ParameterId::OutputDtype => {
            "Number format of what the model returns under FSDP2 (output_dtype). It changes no byte that counts: only the loss outlives the forward pass."
        }
        ParameterId::GradientSync => {
            "FSDP2 with several micro-batches: gradients are reduced in each, or in the last alone (set_requires_gradient_sync); then every GPU keeps whole ones until then."
        }
        ParameterId::OffloadParameters => {
            "FSDP2's CPUOffloadPolicy: parts of parameters, gradients and states lie in the host's memory. DeepSpeed's offload_param, at stage 3: parts of parameters. What is gathered for its turn is on the GPU all the same."
        }
        ParameterId::OffloadOptimizer => {
            "DeepSpeed's offload_optimizer: master copy, states and the gradients that update them lie in the host's memory, or, at stage 3, on a disk. Below stage 3 the GPU keeps a buffer as large as the largest parameter, through which gradients leave it."
        }
        ParameterId::ZeroStage => {
            "What DeepSpeed's GPUs share out among themselves. 0: nothing. 1: master copy and states of the optimizer. 2: gradients too. 3: parameters too. By default 2, as in accelerate."
        }
        ParameterId::ZeroReduceBucket => {
            "reduce_bucket_size: elements of the buffer in which gradients are reduced, which is as large whatever the model. By default DeepSpeed's 500,000,000; the Trainer's \"auto\" is the hidden size squared."
        }
        ParameterId::ZeroOverlap => {
            "overlap_comm: gradients are reduced while the next are computed, which takes a second buffer. By default off; at stage 3, where it changes no byte, DeepSpeed has it on."
        }
        ParameterId::ZeroPrefetchBucket => {
            "stage3_prefetch_bucket_size: elements that are gathered ahead at once. By default DeepSpeed's 50,000,000."
        }
        ParameterId::ZeroPersistence => {
            "stage3_param_persistence_threshold: parameters of no more elements stay whole on every GPU. By default DeepSpeed's 100,000."
        }
        ParameterId::Recipe => {
            "pure: everything in the precision. autocast: FP32 parameters computed in 16 bits; with adapters frozen weights are in the precision, and those of FP32, as TRL loads them unless told otherwise, are converted for each product. master: 16-bit parameters and gradients with FP32 master copy and states (DeepSpeed, Megatron). policy: FSDP2's, FP32 parameters gathered and computed in the precision."
        }
        ParameterId::Loss => {
            "fp32: logits are converted first, as Transformers does. native: the loss in the logits' format (BERT, T5). fused: one kernel overwrites 16-bit logits with their gradient (Unsloth). chunked: piece by piece. liger: projection and loss in one; no logits."
        }
        ParameterId::KbitPreparation => {
            "PEFT's prepare_model_for_kbit_training: norms, embedding and output projection become FP32, and with them the residual stream. PEFT's and axolotl's recipes call it; Unsloth and TRL's trainers do not, but trl's command line loads a model to the same unless told --dtype bfloat16."
        }
        ParameterId::PackedExperts => {
            "Whether experts are packed in 4 bits, too (axolotl's quantize_moe_experts). load_in_4bit of Transformers 5 packs linear layers alone and leaves experts in 16 bits. A layer's experts are expanded when they are read: without gradient checkpointing all of them stay so."
        }
        ParameterId::LinearAttentionKernel => {
            "torch: PyTorch code of Transformers, which runs unless libraries are installed, and keeps everything in FP32. fla: kernels of flash-linear-attention (of mamba-ssm for Mamba2) with causal-conv1d, which keep a fraction of it."
        }
        ParameterId::FrozenInputs => {
            "Whether frozen 4-bit layers keep what they read: bitsandbytes up to 0.43.0 did; newer versions drop it."
        }
        ParameterId::TaskHead => {
            "What stands behind the layers. lm and mlm make a logit for each entry of the vocabulary; a classifier or an embedding model (none) does without."
        }
        ParameterId::NumLabels => "Classes between which the classifier decides.",
        ParameterId::OptimizerKernel => {
            "Of PyTorch's AdamW and Adam, of Muon's AdamW and of lion-pytorch. fused updates in place; foreach holds a temporary as large as the parameters; forloop two of the largest parameter."
        }
        ParameterId::Attention => {
            "sdpa keeps a logarithm per head and token; eager keeps the whole score matrix, which grows with the square of the length."
        }
        ParameterId::Padding => {
            "Sequences of different length in one batch need a mask, which rules out flash attention and repeats keys and values for every head."
        }
        ParameterId::FreezeVision => {
            "The vision encoder is not trained: no gradients, states or kept activations for it."
        }
        ParameterId::Engine => "What serves the model. Engines differ in what they keep: see the components.",
        ParameterId::EngineVersion => {
            "Which version's defaults and rules hold. vLLM since 0.20 takes 0.92 of the GPU in place of 0.9, with its CUDA graphs in it; up to 0.8 the driver's context was in it too. Tokens are counted for penalties since 0.25 in dense models and since 0.29 in all; since 0.26 windows hold two steps and hybrids keep states for other sequences, since 0.32 one more that is written out in the midst of a prompt. llama.cpp up to b9272 reserved logits for every token of a micro-batch, later builds for one of each sequence; up to the end of 2025 the output projection came to the GPU behind all layers (-ngl)."
        }
        ParameterId::Draft => {
            "vLLM's speculative decoding: mtp runs the block of the checkpoint that predicts a further token, eagle a layer like the model's behind a projection of embedding and last output (EAGLE 1). Both share the model's embedding and output projection, and bring weights, a layer of cache and buffers of their own. A model's id instead: a smaller model drafts, in 16 bits with vLLM, in a file of the same type and with an FP16 cache as long as the model's with llama.cpp (-md)."
        }
        ParameterId::DraftTokens => {
            "Tokens that the drafter proposes for each sequence and step: each is a row of logits to check, and of linear attention a further state."
        }
        ParameterId::Sampler => {
            "vLLM: what draws the next tokens. PyTorch sorts all logits, FlashInfer (if it is installed) masks them and sorts nothing."
        }
        ParameterId::Logits => {
            "Logits for the last position only, as generation makes them, or for every position of the prompt."
        }
        ParameterId::KvPrecision => {
            "Number format of keys and values; by default the run's precision. q8_0 to iq4_nl are llama.cpp's cache types (-ctk)."
        }
        ParameterId::KvPrecisionValues => "llama.cpp: number format of values (-ctv) where it is not that of keys.",
        ParameterId::Vision => {
            "Where the vision tower's weights are, with its projector: on the GPU, not loaded (vLLM's --language-model-only, a llama.cpp without --mmproj; in training on text: AutoModelForCausalLM), or on the CPU."
        }
        ParameterId::MaxBatchedTokens => {
            "vLLM: tokens of one step. Its activation peak follows this, not the context length."
        }
        ParameterId::MaxSequences => {
            "vLLM: sequences of one step; their logits are made in FP32 when it profiles memory."
        }
        ParameterId::Gpu => {
            "The device that the run is to fit. It sets what programs can use of its memory, which is less than what is sold, and the driver's context. A link may name several kinds with their numbers, rtx-3090*2_rtx-4090, in the order in which the run has them: llama.cpp deals layers by their memory, and Transformers evenly as far as each has room."
        }
        ParameterId::GpuMemory => {
            "Memory of one GPU that programs can use, as CUDA states it: about 79.2 GiB for a card sold as 80 GB, whose GB are GiB. The run is held against it; of vLLM it decides how many tokens fit, and how large batches are unless they are given. 0 for none."
        }
        ParameterId::GpuMemoryUtilization => {
            "vLLM: share of the GPU that it takes. What weights and activations leave becomes KV cache; the need of a workload does not change."
        }
        ParameterId::Ubatch => "llama.cpp: tokens computed at once (-ub). Its compute buffer grows in proportion.",
        ParameterId::ParallelSlots => "llama.cpp: sequences with a slot of their own (-np).",
        ParameterId::KvUnified => {
            "llama.cpp: slots share one cache (-kvu, and what -np without a number does); otherwise each has its part of the context, and a window of its own."
        }
        ParameterId::OffloadCache => {
            "Transformers' cache_implementation=\"offloaded\": keys and values are in the host's memory, but for the layer at work and the one that is fetched ahead; each token waits for the transfers."
        }
        ParameterId::SwaFull => "llama.cpp's --swa-full: layers with a window keep the whole context.",
        ParameterId::GpuLayers => {
            "llama.cpp's -ngl: the output projection comes to the GPU first, then the last layers, each with its keys and values. More than there are means all. Today's builds choose it themselves where it is not given (--fit), so that 1 GiB of each GPU stays free; here all are counted, and the answers below the verdict say how many fit."
        }
        ParameterId::CpuExpertLayers => {
            "llama.cpp's --n-cpu-moe: the experts of so many layers, from the first, stay in the host's memory. More than there are means all."
        }
        ParameterId::SplitMode => {
            "llama.cpp's -sm: whole layers to each GPU, which is its default, or everything on one."
        }
        ParameterId::TensorSplit => {
            "llama.cpp's -ts: the part of the layers that each GPU has, such as 3,1. Empty shares them out by the memory of each, which is evenly among GPUs that are alike."
        }
        ParameterId::FlashAttention => "llama.cpp: without it the compute buffer holds the attention scores.",
        ParameterId::GpuFamily => {
            "Decides the driver's context, which every process on the GPU pays, and with the GPU's memory how large vLLM's batches are: of 70 GiB and more, an A100's and a GB10's aside, they are larger. On Blackwell of data centres vLLM's attention has a workspace of 394 MiB."
        }
        ParameterId::EnforceEager => "vLLM's --enforce-eager: no CUDA graphs.",
        ParameterId::RuntimeOverhead => {
            "What drivers and libraries take, if you measured it; 0 uses the sourced estimate."
        }
        ParameterId::WeightDecay => "Shrinks weights a little each step. It needs no memory.",
        ParameterId::WarmupSteps => "Steps until the full learning rate. They need no memory.",
        ParameterId::GradientClipping => {
            "Largest norm that gradients may have. Clipping works in place and needs no memory."
        }
        ParameterId::DropoutRate => "Share of activations that is cleared. The rate does not change what is stored.",
        ParameterId::Layout => {
            "Which layers there are and how they follow each other. A model preset states it; choose it to describe an architecture of your own."
        }
        facts_only!() => Fact::of_parameter(id).map_or("", facts::explanation),
        ParameterId::Depths => {
            "Layers or blocks of each stage of a network, commas between them: 3,4,6,3. Of a plain network (VGG) the channels of each convolution, with 0 where a pooling stands: 64,0,128,0."
        }
        ParameterId::Widths => {
            "Channels of each stage of a network, commas between them, as many as there are stages: 96,192,384,768."
        }
        ParameterId::Projector => {
            "Widths along the projector from the vision tower to the text, commas between them, the first being its input. 0 stands for the text's hidden size: 1024,0,0 is two layers."
        }
    }
}
