//! Chinese texts of the Guide view: the document's tables, practices and references, told again.

use crate::estimator::Mode;
use crate::estimator::plan::strategies::{Obstacle, Strategy};
use crate::locale::chinese::advice;
use crate::locale::chinese::help::help;
use crate::locale::chinese::verification::VERIFICATION;
use crate::locale::guide::{Guide, GuideList, GuideStrategy, GuideTable, Reference};

pub static GUIDE: Guide = Guide {
    help,
    verification: VERIFICATION,
    title: "指南",
    lede: "公式文档的要点：精度、公式、参数和建议。每种策略都可以在“估算”视图中打开的配置上试用。",
    contents: "本页内容",
    precision: GuideTable {
        title: "精度和量化",
        note: "每个数占用的字节数。量化权重按自己的格式计，与运行精度无关。",
        heads: &["精度类型", "字节数", "相对 FP32 的压缩比", "使用场景"],
    },
    precision_use: |id| match id {
        "FP32" => "训练的基准格式，优化器状态",
        "FP16" => "混合精度训练，推理",
        "BF16" => "混合精度训练，数值范围同 FP32",
        "FP8" => "新一代 GPU 上的训练和推理",
        "INT8" => "量化推理",
        "INT4" => "极端量化，QLoRA",
        _ => "",
    },
    formulas: GuideTable {
        title: "九种模式",
        note: "总显存 = 模型权重 + 优化器状态 + 梯度 + 激活值 + 其他开销。不同模式的主要区别在于可训练参数。",
        heads: &["模式", "文档公式在默认值下的组成", "可训练参数"],
    },
    trained: |mode| match mode {
        Mode::Inference => "无",
        Mode::Finetune => "全量：全部。LoRA、QLoRA：全部的 2·秩/隐藏层维度。Prefix：1 %",
        Mode::Train | Mode::Nlp | Mode::Cnn => "全部",
        Mode::Grpo => "1 %",
        Mode::Multimodal => "推理：无。训练：全部。微调：1 %",
        Mode::Vlm => "两个编码器",
        Mode::Moe => "激活专家",
    },
    parameters: GuideTable {
        title: "高级模式的参数",
        note: "每种模式一列，列出默认值；各模式不同的范围或影响也列在其中。范围指滑块的范围；输入框接受的更多。文档把 CNN 的规模印作“0.005M - 0.5M”，但它自己的公式乘以 10⁹，因此实为 5 M 至 500 M 参数。",
        heads: &["参数", "描述", "对显存的影响", "范围"],
    },
    n_parameters: |n| format!("{n} 项参数"),
    n_choices: |n| format!("{n} 个选项"),
    strategies_title: "显存优化策略",
    strategies_note: |mode, method, total| format!("按当前配置计算：{mode}，{method} {total}。"),
    strategy: |strategy| {
        let text = match strategy {
            Strategy::GradientCheckpointing => {
                "在反向传播时重新计算激活值，对大模型必不可少。文档按保留 30 % 计，计算时间增加约 20 %；所选方法在此算出的结果见下。"
            }
            Strategy::MixedPrecision => "16 位的权重、梯度和激活值使这些部分减半；优化器状态保持 FP32。",
            Strategy::Int8 => "每个权重为 FP32 的四分之一，精度损失最小。",
            Strategy::Int4 => "每个权重为 FP32 的八分之一，有一些精度损失；最适合推理。",
            Strategy::HalveBatch => "首先尝试：随批次增长的部分全部减半。",
            Strategy::HalveSequence => "激活值和 KV 缓存随序列增长。",
            Strategy::Qlora => "冻结并量化权重，只训练旁边的低秩小矩阵。",
            // The document says nothing of the others.
            other => advice::cost(other),
        };
        GuideStrategy { label: advice::strategy(strategy), text }
    },
    try_it: "试用",
    saves: |amount, share| format!("节省 {amount}（{share}）"),
    costs: |amount, share| format!("多需 {amount}（{share}）"),
    saves_nothing: "此处没有变化",
    obstacle: |strategy, obstacle| match (strategy, obstacle) {
        (Strategy::Int8 | Strategy::Int4, Obstacle::InUse) => "权重已是此格式或更小的格式",
        (Strategy::Int8 | Strategy::Int4, Obstacle::NotOfMode) => "只有不训练的权重才能量化：推理，或 QLoRA 微调",
        (_, Obstacle::InUse) => "已在使用",
        (_, Obstacle::NotOfMode) => "此模式没有这一项",
        (_, Obstacle::AtItsLeast) => "已到最小，无法再减半",
    },
    out_of_memory: GuideList {
        title: "显存不足（OOM）：依次尝试",
        is_ordered: true,
        items: &[
            "首先减小批次大小：激活值按比例下降，权重、梯度和优化器状态不变。",
            "启用梯度检查点。",
            "使用混合精度训练。",
            "超大模型考虑模型并行，切分到多张 GPU 上。",
        ],
    },
    lists_title: "最佳实践",
    lists: &[
        GuideList {
            title: "训练时",
            is_ordered: false,
            items: &[
                "从较小的模型和批次开始，先确认能够运行。",
                "逐步增加序列长度，以找到显存上限。",
                "使用混合精度（FP16 或 BF16）。",
            ],
        },
        GuideList {
            title: "推理时",
            is_ordered: false,
            items: &[
                "生产部署使用量化（INT8 或 INT4）。",
                "用批次大小平衡吞吐量与延迟。",
                "留意 KV 缓存：序列很长时它会超过权重。",
            ],
        },
        GuideList {
            title: "训练缓慢",
            is_ordered: true,
            items: &[
                "显存允许时增大批次。",
                "按任务选择合适的序列长度。",
                "使用梯度累积，而不是更大的批次。",
                "考虑在多张 GPU 上分布式训练。",
            ],
        },
        GuideList {
            title: "不影响显存的参数",
            is_ordered: false,
            items: &[
                "权重衰减、预热步数、梯度裁剪、Dropout 率影响训练动态，而不是显存需求。高级模式列出了它们；改动它们不会使任何方法变化一个字节。LoRA dropout 率不同：它的掩码会保留。",
            ],
        },
    ],
    tools_title: "更多结论",
    tools: &[
        GuideList {
            title: "扫描",
            is_ordered: false,
            items: &[
                "显存随一个参数的变化：拖动手柄或按方向键。圆圈标出从何处起放得下或放不下。红底：放不下；黄底：勉强；斜纹：没有结果。轴下短线：最满的时刻或流水级在此改变。",
            ],
        },
        GuideList {
            title: "切分方案",
            is_ordered: false,
            items: &["把任务分到各张 GPU 的所有方式，按余量或通信量排序。下拉框只看某些并行度；打开之后可以后退。"],
        },
        GuideList {
            title: "全部 GPU",
            is_ordered: false,
            items: &["当前任务在目录中每款 GPU 上的结论。可按名称、架构、厂商或显存查找。"],
        },
        GuideList {
            title: "对比",
            is_ordered: false,
            items: &["至多四个固定的配置与当前配置并列，随链接保存；命名的配置留在本浏览器或文件中。"],
        },
        GuideList {
            title: "粘贴运行命令或配置",
            is_ordered: false,
            items: &[
                "命令行、配置、config.json、safetensors 与 GGUF 文件头、显存不足的报错、日志。先列出采用、假定和忽略的内容，再一步应用。任何内容都不离开浏览器。",
            ],
        },
    ],
    references_title: "参考文献",
    references: &[
        Reference {
            title: "Attention Is All You Need",
            note: "Transformer 架构基础",
            url: "https://arxiv.org/abs/1706.03762",
        },
        Reference {
            title: "Mixed Precision Training",
            note: "16 位训练，FP32 状态",
            url: "https://arxiv.org/abs/1710.03740",
        },
        Reference {
            title: "LoRA: Low-Rank Adaptation of Large Language Models",
            note: "参数高效微调",
            url: "https://arxiv.org/abs/2106.09685",
        },
        Reference { title: "Switch Transformers", note: "混合专家架构", url: "https://arxiv.org/abs/2101.03961" },
        Reference {
            title: "Visual Instruction Tuning (LLaVA: Large Language and Vision Assistant)",
            note: "多模态模型架构",
            url: "https://arxiv.org/abs/2304.08485",
        },
    ],
};
