//! Chinese explanations: constants and quantities of formulas, and why methods differ. It knows no
//! number of the current estimate.

use crate::estimator::{ComponentGroup, ConstantId, Mode};
use crate::locale::later::{DetailTexts, ListingTexts};

pub(super) const DETAIL: DetailTexts = DetailTexts {
    symbols: "其中",
    why: "为何不同：",
    not_counted: |method| format!("{method}不计这一项。"),
    counted_under: |method, row| format!("{method}把它计入“{row}”。"),
    not_at_peak: |method, moment, amount| format!("{method}：峰值时它不占显存；最多时在另一时刻：{moment}，{amount}。"),
    go_to: |label| format!("转到滑块“{label}”"),
    decides: "决定所用公式",
    at_moment: |moment| format!("峰值时：{moment}"),
    source: "它是什么：",
    listing: ListingTexts {
        name: "名称",
        elements: "元素数",
        bytes_of_element: "每元素字节数",
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
        ConstantId::DpoSequences => "一个被选和一个被拒的回答（文档，GRPO）",
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
        ConstantId::CublasWorkspaceHopper => "32 MiB：Hopper 起的 cuBLAS 工作区，PyTorch 的默认值",
        ConstantId::AllocatorSlack => "22 MiB：每种各一个未填满的段，20 MiB 和 2 MiB（PyTorch 的缓存分配器）",
        ConstantId::VllmOutsideTorch => {
            "0.14 GiB：单 GPU 上 vLLM 的预演在 PyTorch 之外发现的部分（vLLM 0.11 在 H100 上的日志）"
        }
        ConstantId::GraphOfLayer => {
            "0.2 MiB：vLLM 的一张 CUDA 图中的一层（日志：28 层 35 张图 0.17 GiB，36 层 0.22 GiB）"
        }
        ConstantId::SampledLogit => {
            "vLLM 采样器中每个 logit 38 字节：16 位 2，FP32 4，排序后 4，索引 8，排序本身占 8 + 12（PyTorch，SortStable.cu）"
        }
        ConstantId::SampledLogitOfFew => {
            "排序少于 128 行时每个 logit 50 字节：2、4、4、8，以及这种排序占用的 16 + 4 + 12（PyTorch，SortStable.cu）"
        }
        ConstantId::BlockwiseState => "一份 8 位状态及其在每 256 个共用的缩放系数中所占份额（bitsandbytes）",
        ConstantId::PrefixTokens => "一个前缀的向量数（PEFT 的示例）",
    }
}

pub(super) fn quantity(symbol: &str) -> &'static str {
    match symbol {
        "P_train" => "可训练参数量",
        "P_expert" => "单个专家的参数量",
        "P_active" => "激活专家的参数量",
        "P_vision" => "视觉编码器的参数量",
        "P_text" => "文本编码器的参数量",
        "P_fusion" => "融合层的参数量",
        "P_all" => "编码器和融合层的参数量",
        "P_emb" => "词嵌入的参数量",
        "P_att" => "注意力的参数量",
        "P_ffn" => "前馈块的参数量",
        "n_patches" => "一张图像的图块数",
        "S_total" => "整个序列的词元数",
        "s" => "每个参数的状态字节数",
        "m" => "两个编码器中较宽的宽度",
        "E" => "一张图像的特征图元素数",
        "s_i" => "第 i 层特征图的边长",
        "c_i" => "第 i 层的通道数",
        "P" => "模型的参数量，由结构算出",
        "P_16" => "保持 16 位的参数：词嵌入、输出投影、归一化、路由器、视觉塔",
        "P_q" => "各层投影和专家的参数，它们被量化",
        "P_head" => "输出投影的参数，或兼作输出投影的词嵌入的参数",
        "P_layers" => "各层投影的参数量",
        "P_32" => "归一化和路由器的参数，它们保持 FP32",
        "P_tower" => "视觉塔及其投影器的参数量",
        "t" => "所有序列的词元数",
        "q" => "一个词元的查询宽度",
        "kv" => "一个词元的键的宽度，值的宽度与之相同",
        "s_pos" => "所有位置的余弦和正弦，或可学习的位置向量",
        "P_linear" => "各层线性投影的参数量，包括专家",
        "P_rest" => "模型除专家外的参数量",
        "P_experts" => "全部专家的参数量",
        "P_a" => "适配器的参数：每个加适配器的投影的矩阵 A 和 B",
        "P_prefix" => "前缀的参数：每层的键和值",
        "n_io" => "一层中加适配器的投影的输入与输出宽度之和",
        "n_states" => "优化器状态：每个可训练参数两份",
        "b_p" => "一个参数的字节数",
        "b_g" => "一个梯度的字节数",
        "b_s" => "一份状态的字节数，格式与优化器所更新的参数相同",
        "b_a" => "适配器一个参数的字节数",
        "b_r" => "残差流中一个元素的字节数",
        "s_layer" => {
            "一层为反向传播保留的字节数，按每个词元计：线性层的输入、归一化的 FP32 输入、查询、键、值、注意力的结果，以及前馈块的内部张量"
        }
        "s_window" => "同上，但该层的窗口截断序列，注意力因此需要掩码",
        "s_dense" => "同上，但为混合专家模型中不含专家的层",
        "s_head" => "模型末端和词嵌入的 dropout 为反向传播保留的字节数，按每个词元计：最后的归一化和输出投影的输入",
        "s_output" => "模型除 logits 外返回内容的字节数，按每个词元计",
        "s_input" => "一层输入的字节数，按每个词元计：梯度检查点只保留该层的这一部分",
        "s_idle" => "首层不保留的字节数，按每个词元计，因为第一个适配器之前没有任何部分需要梯度",
        "s_inside" => "正在反向传播的层已保留而此时尚未释放的字节数，按每个词元计",
        "g_inside" => "激活值的梯度以及此刻的运算所读内容的字节数，按每个词元计",
        "s_scored" => "残差流在最后的归一化前后的字节数，按每个词元计",
        "s_kv" => "一个词元在一层的缓存中留下的字节数",
        "s_kv_full" => "同上，但为不带窗口的层，其注意力头更宽",
        "s_state" => "一个序列在一层线性注意力中留下的字节数，与长度无关",
        "P_attention" => "注意力投影的参数量",
        "P_dense" => "不含专家的层的前馈块的参数量",
        "P_mixture" => "专家、路由器和共享专家的参数量",
        "P_converted" => "autocast 转换的参数：专家按存储格式相乘",
        "n_seq" => "一起运行的序列：所有提示的回答",
        "T_c" => "所有序列的回答词元数",
        "P_lm" => "语言模型的参数量",
        "P_v" => "视觉塔中有梯度的参数；输出无人读取的层没有",
        "P_v_layer" => "视觉塔一层的参数量",
        "P_v_linear" => "视觉塔和投影器中线性层的参数量",
        "P_projector" => "从视觉塔到文本的投影器的参数量",
        "t_image" => "一张图像变成的文本词元数，按模型的处理器对方形图像的做法",
        "t_frame" => "共用一个图块的视频帧变成的词元数",
        "p_image" => "一张图像经过视觉塔的图块数，包括所有切片",
        "p_frame" => "同上，但为共用一个图块的视频帧",
        "px_image" => "一张图像中来自像素的图块数",
        "px_frame" => "同上，但为共用一个图块的视频帧",
        "f_image" => "投影器由一张图像得到的特征数",
        "f_frame" => "同上，但为共用一个图块的视频帧",
        "k_image" => "一张图像中打包给文本的特征数",
        "k_frame" => "同上，但为共用一个图块的视频帧",
        "n_windows" => "30 秒声音窗口数",
        "n_v" => "整个批次经过视觉塔的图块数",
        "n_px" => "整个批次来自像素的图块数，它们是 FP32 输入",
        "n_f" => "投影器由整个批次得到的特征数",
        "n_p" => "整个批次打包给文本的特征数",
        "s_v" => "视觉塔为反向传播保留的字节数，按每个图块计；有检查点时为每层的输入",
        "s_v_layer" => {
            "视觉塔一层保留的字节数，按每个图块计：归一化和线性层的输入、查询、键、值、注意力的结果，以及前馈块的内部张量"
        }
        "s_v_gradients" => "视觉塔一层内部梯度的字节数，按每个图块计，已减去该层此时释放的部分",
        "s_projector" => "从视觉塔到文本的投影器保留的字节数，按每个特征计",
        "s_deep" => "同上，但仅为深层特征的投影器",
        "n_graphs" => "vLLM 录制 CUDA 图的批次大小种数",
        "n_cells" => "llama.cpp 留出空间的词元数，每个槽位为 256 的倍数",
        "s_image" => "一张图像及其标签的字节数",
        "s_1" => "网络第一阶段（首层）为反向传播保留一张图像的字节数",
        "s_2" => "同上，第二阶段",
        "s_3" => "同上，第三阶段",
        "s_4" => "同上，第四阶段",
        "s_5" => "同上，第五阶段",
        "s_6" => "同上，第六阶段",
        "s_7" => "同上，第七阶段",
        "s_8" => "同上，第八阶段",
        "s_9" => "同上，第九阶段",
        "s_freed" => "占用最高时，其中已被反向传播释放的字节数",
        "s_gradients" => "此时存在的特征图梯度的字节数，按一张图像计",
        "M_norms" => "批次每个通道的均值和标准差，归一化以 FP32 保留",
        "M_norms_left" => "此时其中尚未释放的部分",
        "M_statistics" => "每个通道的滑动均值和方差，每个归一化另有一个计数器",
        "P_copied" => "卷积和矩阵乘法的权重，autocast 将其复制为 16 位",
        "P_copied_left" => "此时其中副本尚未释放的部分",
        "P_done" => "此时已有梯度的参数量",
        "P_made" => "正在计算或转换梯度的参数量",
        "n_cells_W" => "llama.cpp 中带窗口的层留有空间的词元数",
        _ => "",
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
