//! Chinese sentences about why a run has no answer over several GPUs. It knows no other reason.

use crate::estimator::NotSpread;

/// Why a run has no answer over as many GPUs.
pub(super) fn reason(it: NotSpread) -> String {
    let why = match it {
        NotSpread::Run => {
            "这样的运行在多张 GPU 上尚无公式：现有公式用于训练只有一个堆叠的文本模型，其他模型只能各卡一份副本。请选择 trainer=ddp 或单张 GPU（trainer=none）。"
        }
        NotSpread::Only(..) => "这在多张 GPU 上的此类运行中尚无公式。",
        NotSpread::Views => {
            "这样的运行中梯度作为 DDP 桶的视图时尚无公式：现有公式用于训练只有一个堆叠的文本模型。请选择 gradientAsBucketView=false。"
        }
        NotSpread::Model => {
            "这样的运行在 FSDP2 或 ZeRO 下尚无公式：现有公式用于没有学习式位置的解码器，稠密模型训练全部参数，在 16 位权重上训练 LoRA，或（仅 FSDP2）训练 QLoRA，损失可为 Liger 以外的任何一种；FSDP2 下（偏好训练除外）还用于每层都有堆叠专家的混合专家模型，训练全部参数，且没有共享专家的门控和路由器的校正项。请选择 trainer=ddp 或 none。"
        }
        NotSpread::Optimizer => "FSDP2 和 ZeRO 更新的是张量的各份，现有公式只涵盖 SGD、Adam 和 AdamW。",
        NotSpread::Recipe => {
            "policy 是 FSDP2 的训练方案，需要多张 GPU；FSDP2 使用 policy，或在训练全部参数时使用 pure：accelerate 不在它外面加 autocast。DeepSpeed 使用带主权重的方案（master）。"
        }
        NotSpread::NvmeStage => "DeepSpeed 只在阶段 3 把状态放到磁盘上。请选择 zeroStage=3 或 offloadOptimizer=cpu。",
        NotSpread::Stage => "ZeRO 的这一阶段在这样的运行中尚无公式。请选择其他阶段，或 trainer=ddp。",
        NotSpread::Replicas => "GPU 无法均分：dataParallel 应是 dataParallelReplicate 的整数倍。",
        NotSpread::PipelineTrainer => {
            "流水线须用 trainer=torch 或 trainer=megatron，或用 trainer=fsdp2 在各阶段内切分；torch 自身不分摊数据，其全部 GPU 属于同一条流水线。"
        }
        NotSpread::PipelineOfZero => {
            "DeepSpeed 的流水线拒绝 ZeRO 2 和 3，而阶段 0 和 1 尚无公式。请选择 pipelineParallel=1，或 trainer=torch、fsdp2、megatron。"
        }
        NotSpread::Megatron => {
            "这样的 Megatron 运行尚无公式：现有公式用于每块之前归一化的解码器，可为稠密模型，也可每层都有不带偏置的混合专家（与张量并行同用时须 sequenceParallel=true），以 Adam 训练全部参数；切分序列须用融合注意力。"
        }
        NotSpread::MegatronFormat => "Megatron 的公式只用于 precision=BF16 与 recipe=master。",
        NotSpread::MegatronCheckpoints => {
            "Megatron 的重计算由 recompute=full 或 recompute=selective 指定，而非梯度检查点。"
        }
        NotSpread::PackedPrecision => "FSDP2 下 QLoRA 的公式只用于 precision=BF16。",
        NotSpread::PackedAdapters => {
            "FSDP2 下 QLoRA 的公式用于 nf4、nf4-dq 或 fp4-bnb 底座，且不做 PEFT 预处理（kbitPreparation=false）。"
        }
        NotSpread::MegatronSchedule => "Megatron 的公式用于 schedule=1f1b 和 schedule=interleaved。",
        NotSpread::MegatronDegree { below, above } => {
            let nearest = above.map_or_else(|| below.to_string(), |above| format!("{below} 或 {above}"));
            return format!(
                "注意力头、前馈层内部宽度或序列无法由这么多张 GPU 均分：前两者须为张量并行数的整数倍，序列须为张量并行数与上下文并行数之积的整数倍。最接近的可行取值：tensorParallel={nearest}。"
            );
        }
        NotSpread::MegatronContext { nearest } => {
            return format!(
                "序列须为张量并行数与上下文并行数之积的整数倍。最接近的可行取值：contextParallel={nearest}。"
            );
        }
        NotSpread::MegatronExperts => {
            "专家无法如此分摊：专家数须是专家并行数的整数倍，专家宽度须是专家张量并行数的整数倍，一个阶段的 GPU 数须是两者之积的整数倍。"
        }
        NotSpread::Pipeline => {
            "这样的运行在流水线中尚无公式：现有公式用于输出投影独立、各层相同的稠密解码器，以 pure 或 master 方案训练全部参数，优化器为 SGD、Adam 或 AdamW，无填充，使用 transformers 的损失。"
        }
        NotSpread::PipelineShards => {
            "在流水线的阶段内，FSDP2 的公式要求每个阶段至少两张 GPU 且能整除每个张量的行数，并使用 recipe=policy、reduceDtype=FP32、wrapping=layers、reshard=full、schedule=1f1b 和 fused 或 foreach 优化器内核，不用副本、卸载和梯度累积。"
        }
        NotSpread::Stages { layers, ranks, stages_of_rank } => {
            return format!(
                "现有公式要求各阶段层数相同，而 {layers} 层无法如此均分。最接近的可行取值：pipelineParallel={ranks}，virtualStages={stages_of_rank}。"
            );
        }
        NotSpread::Schedule => "零气泡调度尚无公式：未曾追踪。请选择 1f1b、gpipe 或 interleaved。",
        NotSpread::VirtualStages => "此调度方式下每张 GPU 只有一个阶段：多个阶段须用 schedule=interleaved。",
        NotSpread::Rounds { nearest } => {
            return format!(
                "交错调度把微批分成大小相同的若干轮，这么多微批无法开始。最接近的可行取值：microBatches={nearest}。"
            );
        }
        NotSpread::Gpus { nearest } => {
            return format!(
                "数据、张量、流水线与上下文并行数之积不等于此 GPU 数量。最接近的可行取值：gpuCount={nearest}。"
            );
        }
        NotSpread::Layers => {
            "这样的运行在切分各层时尚无公式：现有公式用于 Llama 一类的稠密解码器，训练全部参数、不累积梯度且损失使用完整的 logits，或由 Transformers 以 16 位或 32 位推理。请选择 tensorParallel=1。"
        }
        NotSpread::Degree { below, above } => return of_degree(below, above),
        NotSpread::DataOfPlan => {
            "这种方案与读取其他序列的 GPU（数据并行）同用时尚无公式。请选择 dataParallel=1 且 tensorParallel 大于 1；若两者都要，请选择 trainer=fsdp2。"
        }
        NotSpread::Plan => "Transformers 自带的方案与 FSDP2 同用时尚无公式。请选择 tensorParallelPlan=torch。",
        NotSpread::RecipeOfPlan => "不用 FSDP2 时，切分各层只有单一格式的公式。请选择 recipe=pure。",
        NotSpread::ModulesFollowed => "模块是逐个跟踪的，最多 4,096 层。",
        NotSpread::Served => {
            "这样的模型用 vLLM 跑在多张 GPU 上尚无公式：现有公式用于 softmax、潜在或门控 delta 规则注意力的解码器，且没有草稿模型，也不加载视觉塔（vision=absent）。请选择 tensorParallel=1。"
        }
        NotSpread::ServedStages { nearest } => {
            return format!(
                "vLLM 的这种流水线尚无公式：现有公式用于每个阶段至少有一层的解码器，没有草稿模型，不加载视觉塔（vision=absent），首尾层不保留 16 位，专家不用 MXFP4 且能整除。最接近的数：pipelineParallel={nearest}。"
            );
        }
        NotSpread::Heads { below, above } => {
            let nearest = above.map_or_else(|| below.to_string(), |above| format!("{below} 或 {above}"));
            return format!("模型的注意力头和宽度无法由这么多张 GPU 均分。最接近的可行数量：{nearest}。");
        }
        NotSpread::CacheRanks => {
            "vLLM 能分摊完整注意力或潜在注意力解码器的缓存，今天的版本也可与线性注意力层并存；带窗口或索引器的层不行，0.8 也不行。请选 decodeContextParallel=1。"
        }
        NotSpread::CacheDegree { below, above } => {
            let nearest = above.map_or_else(|| below.to_string(), |above| format!("{below} 或 {above}"));
            return format!(
                "vLLM 在持有同一键头副本的 GPU 之间分摊缓存，最多为 tensorParallel 除以键头数：应整除 tensorParallel 和每个键头的查询头数。最近的可用值：decodeContextParallel={nearest}。"
            );
        }
        NotSpread::ExpertRanks => {
            "vLLM 要么把整个专家分给全部 GPU，要么不分，且 GPU 不能多于专家：expertParallel 应为 1，或等于 tensorParallel 乘以 dataParallel。"
        }
        NotSpread::ExpertsOfShards => {
            "FSDP2 下把整个专家放在部分 GPU 上的这种运行还没有公式：已有的是 Mixtral、OLMoE、Qwen3 那样的混合专家模型，BF16，recipe=policy，reshard=full，参数在 GPU 上，没有副本、被切分的层或流水线阶段。请选 expertParallel=1。"
        }
        NotSpread::ExpertDegree { below, above } => {
            let nearest = above.map_or_else(|| below.to_string(), |above| format!("{below} 或 {above}"));
            return format!("这么多 GPU 不能平分专家。最近的可用值：{nearest}。");
        }
        NotSpread::ExpertReplicas { below, above } => {
            let nearest = below.map_or_else(|| above.to_string(), |below| format!("{below} 或 {above}"));
            return format!("dataParallel 应为 expertParallel 的倍数。最近的可用值：{nearest}。");
        }
        NotSpread::ReplicasOfMixture => "混合专家模型的各副本会交换专家要读的词元，尚无公式。请选择 dataParallel=1。",
        NotSpread::PartsOfLayers => {
            "llama.cpp 用多张 GPU 时，现有公式针对按整层分配的情形，也是它的默认。请选 splitMode=layer。"
        }
        NotSpread::UnlikeLayers => {
            "按整层分给多张 GPU 时，现有公式只针对层的排列已查明的解码器，Transformers 还要求不带视觉塔（vision=absent）。请选 gpuCount=1。"
        }
        NotSpread::Devices { most } => return format!("按整层最多分给 {most} 张 GPU。"),
        NotSpread::UnlikeGpus => {
            "几种 GPU 可以一起部署按整层分配的模型：engine=llamacpp，或 engine=transformers 且 tensorParallel=1。vLLM 和训练框架平均切分，它们在不同的卡上如何分配没有读过。请只选一种。"
        }
        NotSpread::GpusApart => {
            "几种 GPU 应是同一厂商、能装进一台机器的卡：Mac、共享内存的系统和专用加速器只能单独使用。请只选一种。"
        }
        NotSpread::NumberOfGpus { named } => {
            return format!("所列 GPU 共 {named} 张，与 gpuCount 不符。请去掉它，或选 gpuCount={named}。");
        }
        NotSpread::PartOnGpu => {
            "只把一部分层放上 GPU 时，现有公式要求各种层的排列已查明，文件在各层之后没有附加块，且至少有一层在 GPU 上（gpuLayers 至少为 2）。"
        }
    };
    why.to_owned()
}

/// 哪些张量并行数能整除该模型。
fn of_degree(below: u32, above: Option<u32>) -> String {
    let nearest = match above {
        Some(above) => format!("最接近的可用值是 {below} 和 {above}"),
        None => format!("可用的最大值是 {below}"),
    };
    format!(
        "这么多 GPU 无法整除注意力头、键值头、前馈层内部宽度、词表，以及启用 sequenceParallel 时的序列长度：{nearest}。"
    )
}
