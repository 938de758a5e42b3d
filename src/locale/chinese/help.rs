//! Chinese help: what a parameter is and what it does to memory. It knows no range and no number of the current
//! estimate.

use crate::estimator::ParameterId;
use crate::estimator::architecture::Fact;
use crate::estimator::parameters::facts_only;
use crate::locale::chinese::facts;

pub(super) fn help(id: ParameterId) -> &'static str {
    match id {
        ParameterId::Task => "运行的任务：推理不训练参数，训练更新全部参数，微调更新其中百分之一。",
        ParameterId::FinetuneMethod => {
            "全量训练全部参数。LoRA 在冻结的权重旁训练小矩阵，QLoRA 则在量化的权重旁训练（已发表的运行比实测校准占用更多，见“验证”），Prefix 训练每层之前的虚拟词元（文档：参数的百分之一）。"
        }
        ParameterId::ModelSize => "模型的全部参数量。权重、梯度和优化器状态按比例增长。",
        ParameterId::HiddenSize => "残差流的宽度。激活值和 KV 缓存按比例增长。",
        ParameterId::IntermediateSize => "前馈块的宽度。它的权重和为反向传播保留的内容按比例增长。",
        ParameterId::NumLayers => "Transformer 层数。每层保留的内容都乘以它：激活值、KV 缓存。",
        ParameterId::NumAttentionHeads => "每个头有自己的注意力分数矩阵，eager 注意力会保留它。",
        ParameterId::VocabSize => "词嵌入的条目数。计算损失时，每个词元都要持有好几份这么长的 logits。",
        ParameterId::NumExperts => {
            "混合专家中的专家总数。文档公式和验证版只计词元经过的专家；真实运行把全部专家留在显存中，实测校准也是如此。"
        }
        ParameterId::NumActiveExperts => "一个词元经过的专家数。激活专家的权重、梯度和优化器状态按比例增长。",
        ParameterId::VisionFeatureDim => "视觉编码器的宽度。编码器自身结构超过模型的 30 % 时才起作用。",
        ParameterId::CrossModalAlignmentWeight => "图像与文本对齐的权重。文档用它乘以隐藏层维度：只有几千字节。",
        ParameterId::KernelSize => "首个卷积核的边长。文档把这一层的滤波器加到权重中。",
        ParameterId::LoraRank => "低秩矩阵的内部宽度。可训练参数按比例增长。",
        ParameterId::BatchSize => "同时运行的样本数。激活值和 KV 缓存按比例增长：显存不足时首先减小它。",
        ParameterId::SequenceLength => {
            "每个序列的词元数。激活值和 KV 缓存按比例增长；在验证版中，注意力分数随其平方增长。"
        }
        ParameterId::NumGenerations => "GRPO 对一条提示词比较的回答数。文档用激活值乘以它。",
        ParameterId::Algorithm => {
            "GRPO 为每条提示词采样一组回答；DPO 用数据集中的成对回答训练，方式同 TRL 1.16：批次大小按对计数，两个回答在一次前向中一起运行，随后在所有激活值都还保留时做参考模型的前向，且不生成完整的 logits（对数概率分块计算）。序列长度是提示词与回答之和（含填充），回答长度是打分的部分。成对回答长短不一，请打开填充。对 GRPO，TRL 自 1.15 起也用同样的输出头，即此处的分块损失；默认按更早的版本计算完整的 logits。"
        }
        ParameterId::ReferenceModel => {
            "作为参考给回答打分的模型。默认同 TRL：DPO 关闭适配器，全参数训练时则在 GPU 上另放一个模型；GRPO 在 beta 为 0 时没有参考模型。DPO 选“无”即 precompute_ref_log_probs。选 CPU 时权重放在主机内存，逐个矩阵调入（Accelerate）：每一步全部权重都要经过总线，TRL 本身不这样做。"
        }
        ParameterId::Rollout => {
            "由谁采样回答：被训练的模型自身（TRL 的默认），同一进程中占用同一 GPU 一部分的 vLLM，或其他 GPU 上的服务器；权重经两个 1 GiB 的缓冲区发送给服务器。"
        }
        ParameterId::RolloutMemory => {
            "vLLM 采样时占用 GPU 的总份额，包括它的权重（vllm_gpu_memory_utilization，TRL 中也是 0.3）。GPU 有多大由 GPU 显存给出。"
        }
        ParameterId::RolloutSleep => {
            "训练时 vLLM 是否交还权重和缓存（休眠级别 2；CUDA 图仍保留）。TRL 中 vllm_enable_sleep_mode 默认关闭，那时整个份额一直被占用。"
        }
        ParameterId::BatchUnit => {
            "批次大小按什么计数：提示词（每条带一组回答），或回答，与 TRL 相同：批次大小 8 是 1 条提示词的 8 个回答，小于一组的批是一组的一部分。"
        }
        ParameterId::GradientAccumulationSteps => {
            "一次优化器更新前的微批次数。多于一个时，下一个微批次前向时梯度仍在；超过两个不再增长。验证版将梯度乘以它，并给优化器状态加上 g/B；文档公式不使用它。"
        }
        ParameterId::ImageResolution => "方形图像的边长。图块数随其平方增长。",
        ParameterId::InputImageSize => "方形图像的边长。特征图随其平方增长。",
        ParameterId::PatchSize => "一个图块的边长。图块越大，词元越少。",
        ParameterId::NumImages => "每个序列的图像数；每张图像带来其全部图块作为词元。",
        ParameterId::VideoFrames => "每个序列的帧数。每帧的词元数与一张图像相同：序列往往因此变得极长。",
        ParameterId::AudioDuration => {
            "每个序列的音频时长；一个词元代表 80 ms。语音模型总是读取 30 秒，不论音频更长还是更短。"
        }
        ParameterId::ExpertCapacityFactor => {
            "每个专家为词元预留的容量与平均份额之比。实测校准不丢弃词元，也不需要它：结果与它无关。"
        }
        ParameterId::Precision => "权重、梯度和激活值的数值格式。文档中优化器状态保持 FP32；实测校准由训练方案决定。",
        ParameterId::Quantization => "冻结权重的数值格式。INT8 是 FP32 的四分之一，INT4 是八分之一，与精度无关。",
        ParameterId::Optimizer => {
            "SGD 为每个可训练参数保留一份 FP32 状态，Adam 和 AdamW 保留两份。Lion 指 lion-pytorch 的实现；BnbLion 及 8 位、分页的优化器是 bitsandbytes 的；Muon 只更新隐藏层的矩阵，其余由 AdamW 更新。GaLoreAdamW 指 Transformers 中的 galore-torch：作用于注意力和前馈块的线性层，秩为 128。也接受 Transformers 的名称（adamw_torch、lion_8bit、paged_adamw_32bit）。"
        }
        ParameterId::GradientCheckpointing => "在反向传播时重新计算激活值。文档保留其中 30 %，计算时间增加约 20 %。",
        ParameterId::OtherOverhead => "除所计部分外运行还需要的：CUDA 上下文、缓冲区、碎片。",
        ParameterId::Model => "以公开的模型为起点：它的整个结构成为其他参数的默认值。不选时采用 Llama 2 7B 的结构。",
        ParameterId::NumKeyValueHeads => "有自己键和值的头数。一组注意力头共用它们；KV 缓存按比例增长。",
        ParameterId::HeadDim => "一个注意力头的宽度；通常为隐藏层维度除以头数。",
        ParameterId::TieWordEmbeddings => "输出投影就是词嵌入：少一个矩阵，反向结束时多一份副本。",
        ParameterId::GatedMlp => "上投影之外再带一个门控投影（SwiGLU、GeGLU）：三个矩阵而不是两个。",
        ParameterId::Activation => {
            "前馈块内的函数。由单个算子实现时，只为反向传播保留其输入；在库中用 Python 写成的函数（gelu_new、gelu_fast、quick_gelu）每一步都保留一个张量。"
        }
        ParameterId::SlidingWindow => {
            "窗口层能看到的前文词元数；0 表示没有窗口。序列超过它时 PyTorch 需要掩码，缓存不再增长。"
        }
        ParameterId::MoeIntermediateSize => "一个专家的前馈块的宽度。未选模型时由模型规模得出。",
        ParameterId::LoraTargets => {
            "加适配器的层。若全部线性层都加，保留的激活值比全量训练还多。有专家时默认只加在注意力上：否则 PEFT 也会加到堆叠的专家上，那里尚无公式。"
        }
        ParameterId::LoraVariant => {
            "lora；dora：每个输出各有一个可训练的幅值，PEFT 每次前向都重新计算加适配器后权重的范数，并为每个输出保留两个张量。rslora 只改变缩放系数，不影响显存。"
        }
        ParameterId::ModulesToSave => {
            "PEFT 复制并随适配器一同完整训练的模块（modules_to_save）。冻结的原模块仍保留；共享的嵌入在每处各复制一份。"
        }
        ParameterId::AdapterPrecision => {
            "适配器的数值格式。PEFT 创建的 FP32 适配器还会复制其输入。TRL 会把量化基座上的适配器转成 BF16：这类运行请选 BF16。"
        }
        ParameterId::LoraDropout => "适配器输入被清零的比例。大于 0 时，每个适配器都要保留清零后的输入及其掩码。",
        ParameterId::DecoderLength => "解码器读取并预测的词元数，与编码器读取的序列无关。默认与序列一样长。",
        ParameterId::CompletionLength => "序列中属于回答的词元数；只为它们计算对数概率。默认为整个序列。",
        ParameterId::Unquantized => {
            "在量化权重之外保持 16 位的部分，检查点会写明（modules_to_not_convert、ignore）。first-N 和 last-N 指最前和最后的整层，例如 last-2。归一化始终如此；对混合专家模型，MXFP4 只量化专家。"
        }
        ParameterId::Trainer => {
            "由什么把训练分布到多张 GPU 上。none：单张 GPU。ddp：PyTorch 的 DistributedDataParallel，每张 GPU 都持有完整模型，并有存放梯度的桶。fsdp2：PyTorch 的 fully_shard，每张各持有一份。deepspeed：DeepSpeed 的 ZeRO。transformers：它自带的张量并行方案。torch：PyTorch 自带的流水线和 DTensor 方案。megatron：Megatron-LM。"
        }
        ParameterId::GpuCount => "运行所用的 GPU 数量。所示数字是其中最满的一张的。",
        ParameterId::DataParallel => {
            "各自读取不同序列的 GPU 数；批次大小是每张 GPU 的。默认为运行的全部 GPU 除以流水线和张量并行数。"
        }
        ParameterId::TensorParallel => {
            "由这么多张 GPU 分担注意力头、前馈层的内部宽度、嵌入和输出投影；每张都计算整个批次。归一化和路由器每张各有一份；在 vLLM 中（--tensor-parallel-size）潜在缓存也是，键的头少于 GPU 时会复制。数据并行由余下的 GPU 得出。"
        }
        ParameterId::TensorParallelPlan => {
            "与 FSDP2 同用时按谁的方案切分各层。torch：PyTorch 的 parallelize_module，torchtitan 即如此。transformers：它自带的 tp_plan，与 FSDP2 同用时尚无公式。"
        }
        ParameterId::SequenceParallel => {
            "PyTorch 的 SequenceParallel：在块与块之间，每张 GPU 只有序列的一段；进入块之前再收集完整。"
        }
        ParameterId::LossParallel => "PyTorch 的 loss_parallel：每张 GPU 只计算自己那部分词表的损失，不收集 logits。",
        ParameterId::DecodeContextParallel => {
            "vLLM 的 -dcp：切分各层的 GPU 中，由这么多张各存每个序列的一部分词元，而不是各存一份键值副本。它须整除 tensorParallel，不另占 GPU；在 tensorParallel 超过键头数或使用潜在注意力时有用。"
        }
        ParameterId::ContextParallel => {
            "由这么多张 GPU 各持有每个序列的一段。它们的参数相同，并与数据并行的 GPU 一起分摊优化器状态。"
        }
        ParameterId::DistributedOptimizer => {
            "优化器的 FP32 副本和状态是否由参数相同的 GPU 分摊（--use-distributed-optimizer）：每个参数 6 + 12/d 字节，而不是 18。"
        }
        ParameterId::Recompute => "Megatron 在反向传播中重新计算什么。selective：注意力核心。full：整层，逐层进行。",
        ParameterId::Deterministic => {
            "Megatron 的 --deterministic-mode：两个句柄各有 32 MiB 的 cuBLAS 工作区，Hopper 之前也是如此。"
        }
        ParameterId::PipelineParallel => {
            "由这么多张 GPU 平分各层：torch.distributed.pipelining，用 trainer=torch，或在各阶段内使用 FSDP2。嵌入在第一阶段，最后的归一化和输出投影在最后一阶段；批次大小是一个微批的。"
        }
        ParameterId::Schedule => {
            "各阶段以何种次序运行微批。1f1b：在途的微批达到其后的阶段数之后，一次前向、一次反向交替进行。gpipe：先全部前向，再全部反向。interleaved：同 1f1b，但每张 GPU 上有多个阶段。zero-bubble 未曾追踪。"
        }
        ParameterId::VirtualStages => {
            "schedule=interleaved 时每张 GPU 上轮流运行的阶段数。阶段越多等待越少，但在途的微批越多。"
        }
        ParameterId::MicroBatches => {
            "一步中的微批数。每个阶段都为全部微批备有接收缓冲区；有多少个微批保留激活则取决于调度方式。默认与阶段数相同。"
        }
        ParameterId::ReturnOutputs => {
            "是否为调用者保留 logits。流水线：保留全部微批的，schedule.step 默认如此，torchtitan 则否。单 GPU：上一步的保留到下一步算出自己的为止，如 outputs = model(**batch) 的循环；Trainer 则丢弃。"
        }
        ParameterId::ExpertParallel => {
            "vLLM 的 --enable-expert-parallel：把整个专家分给各张 GPU，而不是每个专家各切一份。取全部 GPU 的数量；1 表示关闭。Megatron 和 FSDP2（Transformers 的 all_to_all）：各持有不同专家的 GPU 数；假定每张 GPU 收到的行数与发出的相同。"
        }
        ParameterId::ExpertTensorParallel => {
            "由这么多张 GPU 切分每个专家（--expert-tensor-parallel-size）。默认与切分其他矩阵的数量相同。"
        }
        ParameterId::TokenDispatcher => {
            "Megatron 如何把 token 送到专家。allgather：每张 GPU 把全部 token 收集到常驻的缓冲区。alltoall：逐个发送。"
        }
        ParameterId::GroupedGemm => "Megatron 的 --moe-grouped-gemm：所有专家共用一次矩阵乘，四个流各有一块工作区。",
        ParameterId::GradientAsBucketView => "DDP 的 gradient_as_bucket_view：梯度是桶的视图，不再另存一份。",
        ParameterId::BucketCapMb => {
            "DDP 的 bucket_cap_mb。不改变任何字节：无论梯度如何分桶，所有桶合计与全部梯度一样大。"
        }
        ParameterId::Reshard => {
            "FSDP2 的 reshard_after_forward。full：收集来的参数用完即释放，如 ZeRO 3。none：保留到反向传播用过为止，近似 ZeRO 2。"
        }
        ParameterId::Wrapping => {
            "FSDP2 把哪些参数一起收集。layers：每层一组，其余属于根模块并一直保持收集状态。layers_tail：嵌入、每层、最后的归一化与输出投影各为一组，accelerate、Transformers 和 torchtitan 即如此。"
        }
        ParameterId::DataParallelReplicate => "FSDP2 的混合网格（HSDP）：这么多组 GPU，每组合起来持有全部参数。",
        ParameterId::ReduceDtype => {
            "FSDP2 规约梯度所用的数值格式（MixedPrecisionPolicy.reduce_dtype）。accelerate 设为 BF16，torchtitan 和 Transformers 自带的方案设为 FP32。"
        }
        ParameterId::OutputDtype => {
            "FSDP2 下模型返回值的数值格式（output_dtype）。不改变任何值得计入的字节：前向结束后只留下损失。"
        }
        ParameterId::GradientSync => {
            "FSDP2 使用多个微批时：每个微批都规约梯度，或只在最后一个规约（set_requires_gradient_sync），此前每张 GPU 都保留完整的梯度。"
        }
        ParameterId::OffloadParameters => {
            "FSDP2 的 CPUOffloadPolicy：参数、梯度和状态的各份放在主机内存中。DeepSpeed 的 offload_param（阶段 3）：参数的各份放在主机内存中。轮到时收集来的参数仍在 GPU 上。"
        }
        ParameterId::OffloadOptimizer => {
            "DeepSpeed 的 offload_optimizer：主权重、优化器状态和用于更新的梯度放在主机内存中，阶段 3 还可放在磁盘上。阶段 3 以下，GPU 上留有一个与最大参数同样大的缓冲区，梯度经它移出。"
        }
        ParameterId::ZeroStage => {
            "DeepSpeed 的各张 GPU 之间分摊什么。0：不分摊。1：主权重和优化器状态。2：还有梯度。3：还有参数。默认为 2，与 accelerate 相同。"
        }
        ParameterId::ZeroReduceBucket => {
            "reduce_bucket_size：规约梯度所用缓冲区的元素数，与模型大小无关。默认为 DeepSpeed 的 500,000,000；Trainer 的 \"auto\" 为隐藏维度的平方。"
        }
        ParameterId::ZeroOverlap => {
            "overlap_comm：在计算后续梯度的同时规约梯度，需要第二个缓冲区。默认关闭；在阶段 3 它不改变任何字节，DeepSpeed 默认开启。"
        }
        ParameterId::ZeroPrefetchBucket => {
            "stage3_prefetch_bucket_size：一次提前收集的元素数。默认为 DeepSpeed 的 50,000,000。"
        }
        ParameterId::ZeroPersistence => {
            "stage3_param_persistence_threshold：元素数不超过它的参数在每张 GPU 上都保持完整。默认为 DeepSpeed 的 100,000。"
        }
        ParameterId::Recipe => {
            "单一精度：全部用所选精度。autocast：FP32 参数以 16 位计算；有适配器时冻结的权重用所选精度，若为 FP32（TRL 默认如此加载），则每次矩阵乘时转换。带主权重：16 位参数和梯度，另有 FP32 主权重和状态（DeepSpeed、Megatron）。policy：FSDP2 的策略，FP32 参数以所选精度收集和计算。"
        }
        ParameterId::Loss => {
            "fp32：先转换 logits（Transformers 的做法）。native：以 logits 自身的格式计算（BERT、T5）。fused：一个内核用梯度原地覆盖 16 位 logits（Unsloth）。chunked：分块计算。liger：输出投影与损失合为一步，不产生完整 logits。"
        }
        ParameterId::KbitPreparation => {
            "PEFT 的 prepare_model_for_kbit_training：归一化、嵌入和输出投影转为 FP32，残差流也随之变为 FP32。PEFT 和 axolotl 的示例会调用；Unsloth 和 TRL 的训练器不会，但 trl 命令行若未指定 --dtype bfloat16，加载结果与此相同。"
        }
        ParameterId::PackedExperts => {
            "专家是否也打包为 4 位（axolotl 的 quantize_moe_experts）。Transformers 5 的 load_in_4bit 只打包线性层，专家保留 16 位。一层的专家在读取时展开：不用梯度检查点时，各层都会一直保持展开。"
        }
        ParameterId::LinearAttentionKernel => {
            "torch：Transformers 自带的 PyTorch 代码，未安装相应库时使用，中间结果都以 FP32 保留。fla：flash-linear-attention（Mamba2 则是 mamba-ssm）与 causal-conv1d 的内核，只保留其中一小部分。"
        }
        ParameterId::FrozenInputs => {
            "冻结的 4 位层是否保留其输入：bitsandbytes 0.43.0 及以前保留，之后的版本不再保留。"
        }
        ParameterId::TaskHead => {
            "模型各层之后的部分。lm 和 mlm 为词表的每一项计算 logit；分类器（classifier）和嵌入模型（none）则没有。"
        }
        ParameterId::NumLabels => "分类器区分的类别数。",
        ParameterId::OptimizerKernel => {
            "对 PyTorch 的 AdamW 与 Adam、Muon 中的 AdamW 和 lion-pytorch 有效。融合（fused）就地更新；多张量（foreach）另需一份与参数一样大的临时张量；逐个（forloop）另需两份最大参数的临时张量。"
        }
        ParameterId::Attention => "sdpa 为每个头和词元保留一个对数；eager 保留整个分数矩阵，随长度的平方增长。",
        ParameterId::Padding => "一个批次中序列长度不一时需要掩码，因此不能用 Flash 注意力，并要为每个头复制键和值。",
        ParameterId::FreezeVision => "不训练视觉编码器：它没有梯度、状态和保留的激活值。",
        ParameterId::Engine => "为模型提供服务的引擎。各引擎保留的内容不同，见各组成。",
        ParameterId::EngineVersion => {
            "采用哪个版本的默认值和规则。vLLM 自 0.20 起占用 GPU 的 0.92 而非 0.9，CUDA graph 计入其中；0.8 及以前驱动上下文也计入其中。自 0.25 起为惩罚项统计稠密模型的词元，自 0.29 起统计所有模型的；自 0.26 起窗口容纳在途的两步，混合模型为其他序列保留状态，自 0.32 起再多保留一份在提示词中途写出的状态。llama.cpp 到 b9272 为止为微批的每个词元预留 logits，之后只为每个序列预留一份；到 2025 年底为止，输出投影排在所有层之后才放上 GPU（-ngl）。"
        }
        ParameterId::Draft => {
            "vLLM 的投机解码：mtp 运行检查点自带的多词元预测层，eagle 运行一个与模型各层相同的层，其前有一个合并词嵌入与末层输出的投影（EAGLE 1）。两者共用模型的词嵌入和输出投影，另有自己的权重、一层缓存和缓冲区。也可填模型的 id，由较小的模型起草：vLLM 以 16 位加载；llama.cpp（-md）用同类型的文件，FP16 缓存与模型的一样长。"
        }
        ParameterId::DraftTokens => {
            "草稿模型每步为每个序列提出的词元数：每个都要有一行 logits 供验证，线性注意力还要多保留一份状态。"
        }
        ParameterId::Sampler => {
            "vLLM：由什么抽取下一个词元。PyTorch 对全部 logits 排序；FlashInfer（若已安装）只做掩码，不排序。"
        }
        ParameterId::Logits => {
            "“最后位置”只为最后一个位置计算 logits，与生成时相同；“全部位置”为提示词的每个位置计算。"
        }
        ParameterId::KvPrecision => {
            "键和值的数值格式；默认与运行精度相同。q8_0 至 iq4_nl 是 llama.cpp 的缓存类型（-ctk）。"
        }
        ParameterId::KvPrecisionValues => "llama.cpp：值的数值格式（-ctv），与键不同时填写。",
        ParameterId::Vision => {
            "视觉塔及其投影器的权重在何处：GPU 上，不加载（vLLM 的 --language-model-only，不带 --mmproj 的 llama.cpp；只用文本训练时为 AutoModelForCausalLM），或 CPU 上。"
        }
        ParameterId::MaxBatchedTokens => "vLLM：一步的词元数。激活值的峰值由它决定，而不是上下文长度。",
        ParameterId::MaxSequences => "vLLM：一步的序列数；预演显存时它们的 logits 以 FP32 计算。",
        ParameterId::Gpu => {
            "运行要放进的设备。由它决定程序能用的显存（少于标称容量）和驱动的上下文。链接可列出几种卡及其数量，如 rtx-3090*2_rtx-4090，顺序与运行时相同：llama.cpp 按显存分配各层，Transformers 在放得下的范围内平均分配。"
        }
        ParameterId::GpuMemory => {
            "一张 GPU 上程序能用的显存，按 CUDA 所报：标作 80 GB 的卡约为 79.2 GiB，其 GB 即 GiB。用它判断放不放得下；对 vLLM 还决定能放多少词元，以及未填写时批次的大小。0 表示没有。"
        }
        ParameterId::GpuMemoryUtilization => {
            "vLLM：占用 GPU 的比例。权重和激活值之外剩下的成为 KV 缓存；负载的需求不变。"
        }
        ParameterId::Ubatch => "llama.cpp：一次计算的词元数（-ub）。计算缓冲区按比例增长。",
        ParameterId::ParallelSlots => "llama.cpp：各有自己槽位的序列数（-np）。",
        ParameterId::KvUnified => {
            "llama.cpp：各槽位共用一个缓存（-kvu，也是 -np 不带数字时的做法）；否则各占上下文的一份，窗口也各有一个。"
        }
        ParameterId::OffloadCache => {
            "Transformers 的 cache_implementation=\"offloaded\"：键和值放在主机内存里，正在计算的层和预取的下一层除外；每个词元都要等待传输。"
        }
        ParameterId::SwaFull => "llama.cpp 的 --swa-full：带窗口的层保留整个上下文。",
        ParameterId::GpuLayers => {
            "llama.cpp 的 -ngl：先把输出投影放上 GPU，再从最后一层往前放，每层连同自己的键值。超过总层数即为全部。不给出时，今天的版本会自行选择（--fit），让每张 GPU 留出 1 GiB；这里按全部计算，判断下方的答案给出能放多少层。"
        }
        ParameterId::CpuExpertLayers => {
            "llama.cpp 的 --n-cpu-moe：从第一层起，这么多层的专家留在主机内存里。超过总层数即为全部。"
        }
        ParameterId::SplitMode => "llama.cpp 的 -sm：每张 GPU 放若干整层（默认），或全部放在一张上。",
        ParameterId::TensorSplit => {
            "llama.cpp 的 -ts：每张 GPU 所占层数的份额，例如 3,1。留空则按各卡的显存分配，卡相同时即平均分配。"
        }
        ParameterId::FlashAttention => "llama.cpp：不用它时，计算缓冲区要容纳注意力分数。",
        ParameterId::GpuFamily => {
            "决定驱动上下文的大小，GPU 上的每个进程都要占用；并与显存一起决定 vLLM 的批次：70 GiB 及以上（A100 和 GB10 除外）批次更大。在数据中心的 Blackwell 上，vLLM 的注意力另有 394 MiB 工作区。"
        }
        ParameterId::EnforceEager => "vLLM 的 --enforce-eager：不录制 CUDA 图。",
        ParameterId::RuntimeOverhead => "驱动和库占用的部分，如果您测量过；0 表示用有出处的估计。",
        ParameterId::WeightDecay => "每步使权重略微缩小。不占显存。",
        ParameterId::WarmupSteps => "达到完整学习率之前的步数。不占显存。",
        ParameterId::GradientClipping => "梯度允许的最大范数。裁剪就地进行，不占显存。",
        ParameterId::DropoutRate => "激活值被清零的比例。比例不改变所存的内容。",
        ParameterId::Layout => "有哪些层以及它们如何相接。模型预设会给出；也可自选，以描述自己的结构。",
        facts_only!() => Fact::of_parameter(id).map_or("", facts::explanation),
        ParameterId::Depths => {
            "网络每个阶段的层数或块数，以逗号分隔：3,4,6,3。对普通网络（VGG）则为每个卷积的通道数，池化处写 0：64,0,128,0。"
        }
        ParameterId::Widths => "网络每个阶段的通道数，以逗号分隔，与阶段一样多：96,192,384,768。",
        ParameterId::Projector => {
            "从视觉塔到文本的投影器沿途的宽度，以逗号分隔，第一个为其输入；0 表示文本的隐藏层维度：1024,0,0 为两层。"
        }
    }
}
