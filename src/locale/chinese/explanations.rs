//! Chinese explanations: constants of formulas, and why methods differ. It knows no
//! number of the current estimate.

use crate::estimator::expr::ElementFormat;
use crate::estimator::{ComponentGroup, ConstantId, Mode};
use crate::locale::later::{DetailTexts, ListingTexts};

pub(super) const DETAIL: DetailTexts = DetailTexts {
    symbols: "其中",
    why: "为何不同：",
    not_counted: |method| format!("{method}不计这一项。"),
    counted_under: |method, row| format!("{method}把它计入“{row}”。"),
    not_at_peak: |method, moment, amount| format!("{method}：峰值时它不占显存；最多时在另一时刻：{moment}，{amount}。"),
    go_to: |label| format!("转到滑块“{label}”"),
    decides: "还取决于",
    at_moment: |moment| format!("峰值时：{moment}"),
    source: "它是什么：",
    listing: ListingTexts {
        name: "名称",
        stage: |stage| format!("第 {stage} 阶段"),
        elements: "元素数",
        bytes_of_element: "格式 · 每元素字节数",
        format: |it, bytes| {
            let format = match it {
                ElementFormat::Int64 => "INT64",
                ElementFormat::Fp32 => "FP32",
                ElementFormat::Half => "16 位",
                ElementFormat::Byte => "8 位",
                ElementFormat::Packed => "打包",
            };
            format!("{format} · {bytes}")
        },
        bytes: "字节",
        parameters: "参数量",
        source: "出处",
    },
};

pub(super) fn constant(id: ConstantId) -> &'static str {
    match id {
        ConstantId::KeysAndValues => "键和值（文档，推理）",
        ConstantId::InferenceActivations => "推理保留激活值的 10 %（文档，推理）",
        ConstantId::CheckpointedActivations => "梯度检查点减少 70 %（文档，训练）",
        ConstantId::OptimizerState => "一份 FP32 状态的字节数（文档，训练）",
        ConstantId::GrpoWeight => "一个 INT4 权重的字节数，文档对 GRPO 的假设",
        ConstantId::PeftShare => "训练 1 % 的参数（文档，PEFT）",
        ConstantId::LoraMatrices => "矩阵 A 和 B（文档，LoRA）",
        ConstantId::DpoSequences => "一个被选（chosen）和一个被拒（rejected）的回答（文档，GRPO）",
        ConstantId::AudioToken => "毫秒音频对应一个词元（文档，多模态）",
        ConstantId::ColourChannels => "颜色通道数",
        ConstantId::Reserved => "预留 1 GiB（文档）",
        ConstantId::ReservedLarge => "预留 2 GiB（文档的应用）",
        ConstantId::VisionShare => "视觉至少占 30 %（文档）",
        ConstantId::TextShare => "文本至少占 50 %（文档）",
        ConstantId::EncoderLayers => "编码器层数（文档）",
        ConstantId::AttentionMatrices => "查询、键、值和输出",
        ConstantId::TextVocabulary => "文本编码器的词表大小（文档）",
        ConstantId::TextWidth => "文本编码器的宽度（文档）",
        ConstantId::ConvolutionShare => "参数的 80 %（文档，CNN）",
        ConstantId::FullyConnectedShare => "参数的 20 %（文档，CNN）",
        ConstantId::FirstFilters => "通道数（文档，CNN）",
        ConstantId::WidestChannels => "最多通道数（文档，CNN）",
        ConstantId::FeatureLayers => "层数（文档，CNN）",
        ConstantId::Fp32Element => "FP32 的字节数，应用据此换算",
        ConstantId::FeedForwardMatrices => "上投影和下投影（应用）",
        ConstantId::LayerTensors => "每层保留的张量数（应用）",
        ConstantId::AdaptedModules => "加适配器的模块数（应用）",
        ConstantId::AdapterSides => "适配器的输入侧和输出侧",
        ConstantId::OverheadShare => "所计权重的 10 %（应用）",
        ConstantId::ImageCopies => "每张图像的副本数（应用）",
        ConstantId::VlmAdapter => "适配器的参数量（应用）",
        ConstantId::FixedOptimizerStates => "每个参数的状态字节数，与优化器无关（应用）",
        ConstantId::NormalizationTensors => "缩放、偏移、均值和方差",
        ConstantId::ContextTuring => "254 MiB：延迟加载内核时的 CUDA 上下文（PyTorch pull request 86509；未说明 GPU）",
        ConstantId::ContextAmpere => "256 MiB：RTX 3090 的 CUDA 上下文，PyTorch 2.7.1（InvokeAI issue 9413）",
        ConstantId::ContextAda => "426 MiB：RTX 6000 Ada 的 CUDA 上下文，PyTorch 2.10（unsloth-zoo pull request 1053）",
        ConstantId::ContextHopper => "616 MiB：八 GPU 服务器上的 CUDA 上下文（LMCache issue 4019；未说明 GPU）",
        ConstantId::CublasWorkspace => "8.125 MiB：cuBLAS 工作区，PyTorch 的默认值 :4096:2:16:8",
        ConstantId::CublasWorkspaceFixed => "32 MiB：确定性模式要求的 :4096:8 之下的 cuBLAS 工作区",
        ConstantId::EngineWorkspace => "4 MiB：Hopper 之前 Transformer Engine 的 cuBLAS 工作区",
        ConstantId::EngineWorkspaceHopper => "32 MiB：Hopper 起 Transformer Engine 的 cuBLAS 工作区",
        ConstantId::CublasWorkspaceHopper => "32 MiB：Hopper 起的 cuBLAS 工作区，PyTorch 的默认值",
        ConstantId::AllocatorSlack => "22 MiB：每种各一个未填满的段，20 MiB 和 2 MiB（PyTorch 的缓存分配器）",
        ConstantId::VllmOutsideTorch => {
            "0.14 GiB：单 GPU 上 vLLM 的预演在 PyTorch 之外发现的部分（vLLM 0.11 在 H100 上的日志）"
        }
        ConstantId::NcclOfTwo => "342 MiB：两张 GPU 时每张上 NCCL 的缓冲区（aiconfigurator，nccl_mem）",
        ConstantId::NcclOfMore => "392 MiB：四张及以上 GPU 时每张上 NCCL 的缓冲区（aiconfigurator，nccl_mem）",
        ConstantId::FlashInferWorkspace => "394 MiB：FlashInfer 注意力的工作区（vLLM 的 envs.py）",
        ConstantId::CustomAllReduce => "24 MiB：vLLM 自己的 all-reduce 的三个缓冲区，各 8 MiB",
        ConstantId::OutsideTorchOfTwo => {
            "0.42 GiB：两张 GPU 时 vLLM 在每张上于 PyTorch 之外发现的部分，比单张多出的量（llm-d-planner，H100）"
        }
        ConstantId::GraphOfLayer => {
            "0.2 MiB：vLLM 的一个 CUDA graph 中的一层（日志：28 层 35 个 0.17 GiB，36 层 0.22 GiB）"
        }
        ConstantId::TileTokens => "TRL 分块损失反复填写的 logits 分块所含的词元数（TOKEN_CHUNK_SIZE）",
        ConstantId::PackedBuffer => {
            "vLLM 传送权重时每次打包的字节数（vllm/distributed/weight_transfer/packed_tensor.py）"
        }
        ConstantId::TileWidth => "该分块所含的词表项数（trl/trainer/utils.py 中的 _CHUNKED_LOGPROB_CHUNK_SIZE）",
        ConstantId::RowsSortedAtOnce => {
            "127 行：不超过这个行数时 PyTorch 一次排序全部行，每个 logit 占用更多（SortStable.cu）"
        }
        ConstantId::BlockwiseState => "一份 8 位状态，加上它在每 256 个共用一个的缩放系数中的份额（bitsandbytes）",
        ConstantId::PrefixTokens => "一个前缀的向量数（PEFT 的示例）",
    }
}

pub(super) fn why_methods_differ(mode: Mode, group: ComponentGroup) -> Option<&'static str> {
    Some(match (mode, group) {
        (Mode::Nlp, ComponentGroup::Weights) => {
            "文档公式按模型规模计；验证版按结构累加词嵌入、注意力和前馈层，在此忽略模型规模。"
        }
        (Mode::Nlp, ComponentGroup::Adapter) => "只有验证版另加 LoRA 适配器，尽管全部参数也在训练。",
        (Mode::Nlp | Mode::Vlm, ComponentGroup::Optimizer) => {
            "验证版对已是 FP32 的 4 字节状态再乘 4/b；在 NLP 中还乘 1 + g/B。于是 16 位运行至少是文档原文的两倍。"
        }
        (Mode::Nlp, ComponentGroup::Gradients) => "验证版把梯度乘以累积步数；实际上梯度就地累加，只保留一份。",
        (Mode::Nlp, ComponentGroup::Activations) => {
            "文档公式每层计一个宽度为 H 的张量；验证版计六个，另加每个头的注意力分数。"
        }
        (Mode::Nlp, ComponentGroup::Overhead) => "验证版在预留的 1 GiB 之外再加所计权重的十分之一。",
        (Mode::Nlp, ComponentGroup::Other) => "只有验证版计位置编码。",
        (Mode::Vlm, ComponentGroup::Weights) => {
            "文档公式用对齐权重乘以隐藏层维度，只有几千字节；验证版计真正的投影矩阵。"
        }
        (Mode::Vlm, ComponentGroup::Gradients) => "验证版还训练融合层。",
        (Mode::Vlm, ComponentGroup::Activations) => {
            "文档公式每层为所有词元保留一个张量；验证版保留编码器的输出和一层跨模态分数。"
        }
        (Mode::Vlm, ComponentGroup::Adapter) => "只有验证版另加一个百万参数的适配器。",
        (Mode::Vlm | Mode::Cnn, ComponentGroup::Other) => "只有验证版计预处理中的图像。",
        (Mode::Vlm | Mode::Moe | Mode::Cnn, ComponentGroup::Overhead) => {
            "验证版在此预留一个取整的数值；文档公式不预留。"
        }
        (Mode::Moe, ComponentGroup::Activations) => "只有文档公式把专家分配乘以容量因子。",
        (Mode::Moe | Mode::Cnn, ComponentGroup::Optimizer) => {
            "验证版对任何优化器都按每参数 8 字节计；文档公式按每份状态 4 字节计，因此用 SGD 时两者不同。"
        }
        (Mode::Cnn, ComponentGroup::Weights) => "文档公式另加首个卷积的滤波器；验证版另加批归一化。",
        _ => return None,
    })
}
