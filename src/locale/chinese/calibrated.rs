//! What stands behind the calibrated figures, in Chinese: the source of each component, and why it differs from the
//! document's. It knows no number of the current estimate.

use crate::estimator::{Component, ComponentGroup, Mode};

/// Where a component of `calibrated` comes from: the tensors it adds up and the code that makes them.
pub(super) fn source(component: Component) -> Option<&'static str> {
    Some(match component {
        Component::AttentionScores => {
            "一层的注意力分数矩阵及其 softmax：仅当内核把它完整写出时存在（`eager_attention_forward`、`_scaled_dot_product_attention_math`）。"
        }
        Component::Weights => {
            "结构中的每个矩阵、向量和表各为一个张量，与 transformers 或 torchvision 的构建一致；参数量与公开的权重文件相符。"
        }
        Component::Experts => "全部专家堆叠在一起的权重：任何一个都可能被路由选中，所以都留在显存中。",
        Component::VisionEncoder => "视觉塔以及通往文本的投影器。",
        Component::Adapter => "PEFT：每个加了适配器的层有矩阵 A（秩 × 输入）和 B（输出 × 秩），除非另行指定都是 FP32。",
        Component::MasterWeights => "16 位权重的 FP32 副本，由 DeepSpeed 和 Megatron 的优化器更新。",
        Component::Optimizer => {
            "torch.optim 与 lion-pytorch：状态与所训练参数的格式相同；bitsandbytes：FP32 状态，或每份状态一字节，每 256 个一块另有一个 FP32 缩放系数。"
        }
        Component::Gradients => "反向传播已到达的每个可训练参数各有一个梯度，格式与参数相同。",
        Component::GradientBuckets => {
            "DDP 的 reducer：自构造起一直存在的桶，合起来每个梯度各存一份（`Reducer::initialize_buckets`）。"
        }
        Component::Activations => {
            "autograd 为反向传播保存的内容：矩阵乘法的操作数、归一化中的 FP32 副本、查询、键、值、注意力的结果及其对数。"
        }
        Component::VisionActivations => {
            "同上，但为视觉塔各层和投影器。vLLM：与其性能分析运行相同，先是视觉塔的一层处理一步所能编码的最大图像，之后其特征与文本并存；最大图像未查明的视觉塔不计。"
        }
        Component::FeatureMaps => "沿网络逐层计算：卷积的输入、归一化的输入和统计量、激活函数的结果、池化的索引。",
        Component::Logits => {
            "训练时，transformers 的损失：整个词表上的 16 位分数、其 FP32 副本、log-softmax，以及反向开始时它的梯度。推理时：所需位置的分数；在 vLLM 中还有其 FP32 副本和采样器排序所用的部分。"
        }
        Component::Contrastive => "训练图文双塔：批次中每段文本对每张图像的分数，以及交叉熵由此产生的张量。",
        Component::KvCache => "每个已缓存词元、每层、每个键值头的键和值，按引擎的存储方式计。",
        Component::GatheredParameters => {
            "FSDP2：轮到的那一组以及保持收集状态的各组的完整参数，以计算所用的格式（`_fsdp_param.py`）。ZeRO 3：已收集的参数，最多提前收集 1e9 个（`partitioned_param_coordinator.py`）。"
        }
        Component::PipelineBuffers => {
            "torch.distributed.pipelining：一步中的每个微批都有一个缓冲区接收前一阶段送来的激活，另有一个接收后一阶段送回的梯度；建立一次后一直保留（`_setup_forward_recv_info`、`_setup_backward_recv_info`）。Megatron：一步之后本卡仍未释放的收发内容，其自身测试中为每个阶段两份，另加一份。"
        }
        Component::CollectiveBuffers => {
            "FSDP2：all-gather 的输出，reduce-scatter 的输入和输出（`_fsdp_collectives.py`）。ZeRO：存放梯度的桶，以及规约时它的副本。"
        }
        Component::AutocastCopies => {
            "autocast 为用过的每个 FP32 权重保留一份 16 位副本，直到前向结束。打包的专家会展开，并为反向保留。"
        }
        Component::Temporaries => "只在这一时刻存在的张量：训练时是激活值的梯度，推理时是一层正在处理的内容。",
        Component::Inputs => "词元编号、标签、掩码、像素、位置；以及模型的滑动统计量和旋转位置表。",
        Component::Communicators => {
            "NCCL 为每个交换张量的 GPU 组（数据、张量、流水线、上下文、专家）建立的缓冲区，在 PyTorch 分配器之外：两张 GPU 时每张 342 MiB，更多时 392 MiB（aiconfigurator），16 通道的环为 192 MiB。它取决于 GPU 的连接方式；交换专家的词元时曾见到 4.34 GB（nccl issue 1685）。"
        }
        Component::Runtime => {
            "驱动上下文、cuBLAS 工作区以及分配器取整的部分；追踪案例中不含，由他人测得。各日志并不一致：上下文 254 至 616 MiB，CUDA 11 在 V100 上为 1343 MiB，分配器的预留最多比张量多出四分之一。如果您测量过，请直接填写。"
        }
        // Only the document tells these apart.
        Component::Embedding
        | Component::Attention
        | Component::FeedForward
        | Component::Convolutions
        | Component::FullyConnected
        | Component::BatchNormalization
        | Component::Fusion
        | Component::TextEncoder
        | Component::Router
        | Component::ActiveExperts
        | Component::ImageFeatures
        | Component::TextFeatures
        | Component::CrossModalAttention
        | Component::ModalAlignment
        | Component::RoutingProbabilities
        | Component::ExpertAssignment
        | Component::PositionEncoding
        | Component::ImagePreprocessing
        | Component::LoadBalance
        | Component::Overhead => return None,
    })
}

/// Why `calibrated` differs from the document in a row.
pub(super) fn why_calibrated_differs(mode: Mode, group: ComponentGroup) -> Option<&'static str> {
    Some(match (mode, group) {
        (Mode::Inference, ComponentGroup::Activations | ComponentGroup::Temporaries | ComponentGroup::Logits) => {
            "文档取训练激活值的十分之一；实际推理只保留一层的工作张量，以及所需位置的 logits。"
        }
        (Mode::Inference, ComponentGroup::KvCache) => {
            "文档为每个词元计宽度为 H 的一个键和一个值；分组头、窗口和缓存自己的格式使它更小。"
        }
        (Mode::Cnn, ComponentGroup::Activations) => {
            "文档把自定形状的 20 层相加；实测校准沿网络逐层计算，累加每层保留的内容。"
        }
        (
            Mode::Moe,
            ComponentGroup::Weights | ComponentGroup::Experts | ComponentGroup::Optimizer | ComponentGroup::Gradients,
        ) => "文档只计词元经过的专家；实际上全部专家连同其梯度和状态都在显存中。",
        (_, ComponentGroup::Weights) => {
            "文档对标称规模的每个参数按同样的字节数计：精度的，或量化格式的；实测校准对结构中的每个参数按其实际存放的格式计算。"
        }
        (_, ComponentGroup::Gradients) => {
            "文档为每个可训练参数计一个该精度的梯度；FP32 参数的梯度是 FP32，而且有些时刻并非全部存在。"
        }
        (_, ComponentGroup::Optimizer) => {
            "文档按 FP32 计状态；实际状态跟随可训练参数的格式，带主副本的 16 位方案每个参数还多 4 字节。"
        }
        (_, ComponentGroup::Activations) => {
            "文档为每个词元、每层计一个宽度为 H 的张量；PyTorch 保留反向传播要读的所有操作数，其中四个是前馈块的宽度，还有归一化中的 FP32 副本。"
        }
        (_, ComponentGroup::Logits) => "文档不计 logits：损失对每个词元最多同时持有整个词表分数的三份 FP32 副本。",
        (_, ComponentGroup::KvCache) => "训练不保留缓存；采样回答时才有。",
        (_, ComponentGroup::Temporaries) => "文档不计只在一次运算或一个时刻存在的内容。",
        (Mode::Inference | Mode::Finetune | Mode::Vlm | Mode::Moe | Mode::Cnn, ComponentGroup::Overhead) => {
            "文档原文在此不作预留；实测校准累加他人测得的上下文、工作区和取整。"
        }
        (_, ComponentGroup::Overhead) => "文档预留一个取整的数值；实测校准累加他人测得的上下文、工作区和取整。",
        (
            _,
            ComponentGroup::Vision
            | ComponentGroup::Text
            | ComponentGroup::Experts
            | ComponentGroup::Adapter
            | ComponentGroup::Other,
        ) => return None,
    })
}
