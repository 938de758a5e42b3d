//! Chinese sentences about values that could not be taken: the thing, the value, what is allowed.

use crate::estimator::expr::{exact, grouped};
use crate::estimator::parameters::gpu_kinds::SEVERAL_KINDS;
use crate::estimator::parameters::{Allowed, MOST_DEVICES, ParameterKind, ParameterUnit, Suffixes};
use crate::estimator::{Conflict, Control, Mode, NotSpread, ParameterId, Refusal, Unsupported};
use crate::link::{Accepted, MOST_PINS, PIN_KEY, PinFault, Problem, ProblemKind, TOLD_IN_FULL, meant_of, nearest};
use crate::locale::chinese::{facts, modes, parameters, spread};
use crate::locale::later::RefusedText;

pub(super) fn problem(problem: &Problem) -> String {
    let Problem { key, value, kind } = problem;
    // A key without a name still needs something to be called by.
    let given = if value.is_empty() && !key.is_empty() { key.clone() } else { format!("{key}={value}") };
    match kind {
        ProblemKind::UnknownKey => format!("{given} 不是已知的参数名，已忽略。"),
        ProblemKind::Refused { refusal, allowed, used } => {
            let why = reason(*refusal);
            let meant = meant_of(allowed, value).map_or_else(String::new, |it| format!("是否想写 {it}？"));
            format!("{given} {why}，{}。{meant}允许：{}。", instead(used), accepted(allowed, value))
        }
        ProblemKind::Repeated { allowed, used } => {
            format!("{key} 出现多次（{value}），{}。允许：{}。", instead(used), accepted(allowed, value))
        }
        ProblemKind::NoEffect(control, mode) => {
            // Whoever chose eight GPUs is told that the verdict is about one.
            let alone = if problem.is_count_alone() {
                "没有任何方式分摊这次运行：只估算并判断一块 GPU。请选择并行训练方式。"
            } else {
                ""
            };
            format!("{given} {}不起作用，已保留。{alone}", no_effect(*control, *mode))
        }
        ProblemKind::Unsupported(reason, mode) => {
            let why = unsupported(*reason);
            format!("{given}：实测校准在“{}”模式下不作估算。{why}{}", mode_label(*mode), choose(*reason))
        }
        ProblemKind::LeftBehind(reason, mode) => {
            format!("{given} 留在了“{}”模式。{}", mode_label(*mode), unsupported(*reason))
        }
        ProblemKind::Pin(fault) => {
            let why = match fault {
                PinFault::TooMany => "超出数量，已忽略".to_owned(),
                PinFault::Inside { key, value } => format!("已忽略：其中的 {key}={value} 无法使用"),
            };
            format!(
                "{given} {why}。允许：{PIN_KEY} 最多出现 {MOST_PINS} 次，每次为一个配置的查询串：模式与参数，不含页面自身的键。"
            )
        }
        ProblemKind::Carried(mode) => format!("沿用“{}”模式下的设置：{value}。", mode_label(*mode)),
        ProblemKind::Conflict(it) => format!("{given}：{}", conflict(*it)),
        ProblemKind::More(n) => format!("此链接中另有 {n} 个参数名无法使用。"),
    }
}

/// What would do in the words of a link, where the reason leaves it to whoever tells it.
fn choose(reason: Unsupported) -> String {
    match reason {
        Unsupported::Spread(NotSpread::Only(id, instead)) => format!("请选择 {}={instead}。", id.spec().key),
        _ => String::new(),
    }
}

/// What stands in place of a value that was not taken; nothing where a link without the key says nothing.
fn instead(used: &str) -> String {
    if used.is_empty() { "已忽略".to_owned() } else { format!("已用默认值 {used}") }
}

/// Under which choice a parameter has no effect.
pub(super) fn no_effect(control: Control, mode: Mode) -> String {
    match control {
        Control::Mode => format!("在“{}”模式下", mode_label(mode)),
        Control::Nothing => "对显存".to_owned(),
        Control::Task => "在此任务下".to_owned(),
        Control::Algorithm => "在此算法下".to_owned(),
        Control::Rollout => "在此采样方式下".to_owned(),
        Control::Draft => "在没有草稿模型时".to_owned(),
        Control::Slots => "在只有一个槽位时".to_owned(),
        Control::Windows => "对没有两种层的模型".to_owned(),
        Control::Method => "在此方法下".to_owned(),
        Control::Head => "在此输出头下".to_owned(),
        Control::Engine => "在此引擎下".to_owned(),
        Control::Quantization => "在权重未量化时".to_owned(),
        Control::Trainer => "在此并行训练方式下".to_owned(),
        Control::ZeroStage => "在 ZeRO 的这一阶段".to_owned(),
        Control::Optimizer => "在此优化器下".to_owned(),
        Control::Gpu => "在有几种 GPU 时（各有各的值）".to_owned(),
        Control::Layout => "对此布局的模型".to_owned(),
        Control::Absent(fact) => {
            let name = fact.parameter().map_or_else(|| facts::name(fact), parameters::parameter);
            format!("在“{name}”为 {} 时", fact.nothing())
        }
    }
}

fn mode_label(mode: Mode) -> &'static str {
    modes::mode(mode).label
}

/// Why `calibrated` does not answer.
pub(super) fn unsupported(reason: Unsupported) -> String {
    let why = match reason {
        Unsupported::LayersUnknown => "只知道该模型的参数量，不知道它的各层结构。",
        Unsupported::ReadsImagesOnly => "该模型对图像分类，没有文本可运行。",
        Unsupported::NoImageClassifier => "此模式训练图像分类网络，该模型不是图像分类网络。",
        Unsupported::NoExperts => "此模式训练混合专家模型，该模型是稠密的。",
        Unsupported::ReadsNoImages => "此模式运行带图像的序列，该模型不读图像。",
        Unsupported::ReadsImagesToo => {
            "该模型有视觉塔，只用文本训练的公式不含它：请把“视觉塔”设为“不加载”（vision=absent），即只加载文本模型。"
        }
        Unsupported::GeneratesNothing => "该模型是编码器，不生成文本。",
        Unsupported::EncoderOfOtherEngine => {
            "编码器（单独或带解码器）的推理目前只有 Transformers 的公式：其他引擎的代码尚未读过。"
        }
        Unsupported::MixersOfOtherEngine => {
            "短卷积层以及每层只含一种混合器的模型，目前只有 Transformers 与 vLLM 的公式：llama.cpp 的相应代码尚未读过。"
        }
        Unsupported::OtherEncoder => "编码器的一次前向目前只有 BERT 与 ModernBERT 两类层的公式，此类尚无。",
        Unsupported::EncoderDecoder => {
            "编码器-解码器模型只有 T5 类层用文本训练、以及在 Transformers 中推理时的公式，此处尚无公式。"
        }
        Unsupported::PartsOfTwoStacks => {
            "由两个堆叠组成的模型只有训练全部参数时的公式，适配器、前缀或冻结的塔尚无公式。"
        }
        Unsupported::Speech => {
            "语音模型只有在多模态模式中训练全部参数（task=training）以及层与 Whisper 相同时在推理模式中用 Transformers 的公式，此处尚无公式。"
        }
        Unsupported::PackedStacks => {
            "Transformers 中的编码器-解码器模型以及 Mamba 只有权重为 FP32、BF16 或 FP16 时的公式：请选择其一，不要量化。"
        }
        Unsupported::Contrastive => {
            "文本塔与图像塔成对的模型只有在 vlm 模式中、以 softmax 比较并使用 PyTorch 自带注意力训练全部参数时的公式，此处尚无公式。"
        }
        Unsupported::LinearAttention => {
            "训练闪电注意力层或纯状态空间模型尚无公式；门控 delta 规则有公式，但不含填充、图文混排和成对训练（DPO）；短卷积层或与 softmax 注意力混合的 Mamba2 层，公式只适用于无填充的稠密模型。"
        }
        Unsupported::LatentAttention => {
            "编码器中的、与图像一起训练的、带索引器（稀疏注意力）的潜在注意力，训练时尚无公式。"
        }
        Unsupported::CrossAttention => "对图像做交叉注意力的层尚无公式。",
        Unsupported::TwoHeadWidths => "训练两种头维度并存的层尚无公式。",
        Unsupported::ExpertsOfEncoder => "带专家的编码器尚无公式。",
        Unsupported::OtherExperts => "不带门控的专家，或使用这种激活函数的专家，尚无公式。",
        Unsupported::OtherTower => "使用这种激活函数的视觉塔尚无公式。",
        Unsupported::NoSuchFile => {
            "llama.cpp 无法为该模型生成此格式的文件：它属于其他引擎，或只能从检查点直接读取，或对不足整块的行没有后备格式。以 gguf 开头的格式属于 llama.cpp。"
        }
        Unsupported::FormatOfOtherEngine => {
            "这种格式的权重不能这样加载：llama.cpp 的 GGUF 和 compressed-tensors 的 INT4 会被 Transformers 展开成 16 位，EXL2 属于 ExLlama；适配器只能训练在 bitsandbytes、GPTQ、AWQ 或 HQQ 的基座上。"
        }
        Unsupported::PackedTraining => {
            "已读过的训练框架都不训练低于 16 位的权重：请选 FP32、BF16 或 FP16；要在量化基座上训练适配器，请用 method=QLoRA。"
        }
        Unsupported::WideExperts => {
            "有专家的模型不能在 autocast 下冻结 FP32 权重：PyTorch 2.14 的分组矩阵乘不接受 FP32 操作数。请选 BF16 或 FP16，权重即以此加载。"
        }
        Unsupported::NoSuchVersion => "此版本属于另一引擎：以 0. 开头的属于 vLLM，b9272 和 2025 属于 llama.cpp。",
        Unsupported::TowerOfOtherEngine => {
            "vLLM 不能把视觉塔留在主机内存：要么在 GPU 上（resident），要么不加载（absent，--language-model-only）。"
        }
        Unsupported::OtherLoss => {
            "Liger 不支持这种模型：它只修补使用 RMSNorm 的解码器（Llama、Qwen、Mistral、Gemma、Phi-3 等）。请选择 fp32 或 chunked。"
        }
        Unsupported::LossOfGroups => {
            "回答只查证了完整 logits（fp32；DPO 还有 native），以及 TRL 自 1.15 起的打分方式（chunked）。"
        }
        Unsupported::DrafterOfOtherEngine => {
            "草稿模型的公式仅有 vLLM 0.9 及以后版本的，以及 llama.cpp 在单张 GPU 上用独立模型起草的：其他引擎和更早版本为此保留的内容尚未查证。"
        }
        Unsupported::DraftModel => {
            "该模型不能为此模型起草：llama.cpp 拒绝词表相差超过 128 项的模型，vLLM 拒绝任何不同的词表；且公式只适用于该引擎能以同一格式加载的文本解码器。"
        }
        Unsupported::NoSuchDrafter => {
            "此模型没有这种草稿模型：mtp 是模型自带的多词元预测层，只有少数检查点含有；eagle 仅适用于各层相同、不带专家且不用潜在注意力的解码器。"
        }
        Unsupported::DrafterOfOtherFormat => {
            "此格式的检查点有的量化多词元预测层，有的保留为 16 位：仅未量化权重和 FP8 有公式。"
        }
        Unsupported::OffloadedCache => {
            "放在主机内存里的缓存目前只有单 GPU 上普通解码器、且注意力不产生分数矩阵时的公式：带窗口的层、潜在或线性注意力以及多 GPU 尚未追踪。请选择 offloadCache=false。"
        }
        Unsupported::NoSuchCache => {
            "按现在的设置，此引擎没有这种格式的缓存：q8_0 至 iq4_nl 属于 llama.cpp，且量化值需要启用 Flash Attention；vLLM 的整数缓存不支持 MLA。"
        }
        Unsupported::StageEmpty => "没有层的阶段不成其为阶段：每个 depth 至少为 1，VGG 的池化除外。",
        Unsupported::OtherHead => "此布局的模型不使用这种任务头：mlm 用于编码器，lm 用于其他模型。",
        Unsupported::NoAdapters => "没有可以关闭的适配器：此运行训练全部参数。请选择常驻的参考模型，或不用参考模型。",
        Unsupported::Spread(it) => return spread::reason(it),
        Unsupported::RolloutTooSmall => {
            "分给 vLLM 的那部分 GPU 显存放不下它的权重和 CUDA graph，无法启动。请多分一些，或换更大的 GPU。"
        }
        Unsupported::RolloutTooLarge => {
            "分给 vLLM 的那部分 GPU 显存并不空闲：驱动和训练器的权重占用后所剩不足，无法启动。请少分一些，或换更大的 GPU。"
        }
        Unsupported::KernelsOfPacked => "mamba-ssm 的内核读不了量化权重：请选择 torch，或改用 LoRA。",
        Unsupported::MagnitudesOfPacked => {
            "此基座上的 DoRA 尚无公式：autocast 下若适配器为 FP32，PEFT 会使 4 位层的输出变为 FP32；其他量化层未曾追踪。NF4 配合 adapterPrecision=BF16 有公式，16 位基座也有。"
        }
        Unsupported::EightBitBase => {
            "该模型的冻结层自行记下输入（LLM.int8()，或 frozenInputs=kept 加 returnOutputs）时，适配器训练尚无公式：这只在普通的文本解码器上追踪过。不用这两者的 NF4 有公式。"
        }
        Unsupported::PackedExperts => {
            "此处的打包专家尚无公式：只在单张 GPU 上、16 位权重配合 NF4、没有共享专家的普通解码器上追踪过。"
        }
        Unsupported::EndsUnknown => {
            "该模型的参数没有说明哪些层属于哪一种，因此无法计算 first-N 和 last-N 所含的权重。按部分命名的词可以。"
        }
        Unsupported::OptimizerOfModel => "GaLore 只有训练全部参数、不含专家的解码器的公式。请选用其他优化器。",
        Unsupported::WholePartsTrained => {
            "在量化基座之外保持 16 位的部分，只在以下情况有公式：bitsandbytes 的 4 位基座、单张 GPU、不做 k-bit 准备、冻结层不保留输入，且适配器与激活的格式相同（adapterPrecision=BF16）。"
        }
        Unsupported::OtherAdapters => {
            "此类层上的这种适配器尚无公式：PEFT 在该模型中找不到它们的位置，或还会把适配器加到堆叠的专家上。潜在注意力与线性注意力可用 loraTargets=attn，短卷积可用 loraTargets=all-linear。"
        }
        Unsupported::EveryLayerDense => "numDenseLayers 没有给专家留下任何层：混合专家模型的总层数多于稠密层数。",
        Unsupported::StagesDiffer => "各阶段的层数与宽度应一一对应，而这两列长度不同。",
        Unsupported::FactsMissing(missing) => {
            let keys: Vec<_> = missing.keys().collect();
            return format!("对该模型所知不足，缺少：{}。", keys.join("、"));
        }
    };
    why.to_owned()
}

pub(super) fn refused(it: &RefusedText) -> String {
    let RefusedText { id, label, refusal, used, .. } = *it;
    let typed = it.typed.trim();
    let given = if typed.is_empty() { format!("“{label}”") } else { format!("{label}“{typed}”") };
    format!("{given}{}，仍用 {used}。允许：{}{}。", reason(refusal), allowed(id.spec().allowed(), typed), forms(id))
}

pub(super) fn conflict(conflict: Conflict) -> &'static str {
    match conflict {
        Conflict::MoreActiveThanExperts => {
            "激活专家多于专家总数，任何路由都无法做到。实测校准把每个词元送给现有的全部专家。"
        }
        Conflict::PatchLargerThanImage => "图块比图像还大，一张图不足一个词元。公式仍照此计算。",
        Conflict::WindowsNotFilled => {
            "图像不能在每个阶段都填满注意力窗口，torchvision 不会构建这样的网络：四个阶段时请取 224 的倍数。公式把窗口补满来计算。"
        }
        Conflict::HeadsDoNotDivide => "隐藏层维度不是注意力头数的整数倍，且没有给出头维度：实测校准按头均分宽度。",
        Conflict::KeyValueHeadsDoNotDivide => "注意力头数不是键值头数的整数倍，各组头无法均分键。公式仍照此计算。",
        Conflict::MoreKeyValueHeadsThanHeads => "键值头多于注意力头，没有这样的模型。实测校准按注意力头数计算键值头。",
        Conflict::LongerThanPositions => "序列比模型学到的位置还长，这样的运行会报错停止。公式仍照此计算。",
        Conflict::LongerThanModel => {
            "超过模型位置编码所支持的长度。显存即如此；vLLM 须缩放位置（YaRN，--hf-overrides）或设置 VLLM_ALLOW_LONG_MAX_MODEL_LEN=1 才会这样启动，“分享”中的命令已带上。"
        }
        Conflict::DecoderLongerThanPositions => {
            "解码器的词元多于它学到的位置，这样的运行会报错停止。实测校准在位置用尽处截断序列。"
        }
        Conflict::QloraUnquantized => {
            "QLoRA 的基座是量化的，而此格式并未量化：请选择 nf4 或 nf4-dq，或改用 LoRA。公式仍照此计算。"
        }
        Conflict::RecipeInFp32 => "此训练方案在 FP32 下不起作用：请同时选择 BF16 或 FP16。",
        Conflict::OneGpu => "只有一块 GPU：没有可分摊的，与此相关的选择都不起作用。单卡上只有 DeepSpeed 的卸载有意义。",
        Conflict::SizeOfModel => {
            "所选模型的参数量并非如此。按填写的参数量计算：实测校准把差额分摊到模型的各个权重上，层数与宽度不变。"
        }
        Conflict::CompletionLongerThanSequence => "回答比容纳它的序列还长。实测校准把整个序列当作回答。",
    }
}

pub(super) fn box_accepts(id: ParameterId) -> String {
    format!("输入框接受 {}{}", allowed(id.spec().allowed(), ""), forms(id))
}

/// How a number may be written in a box, beyond plain digits, with examples of a size that the parameter has.
fn forms(id: ParameterId) -> &'static str {
    let spec = id.spec();
    let ParameterKind::Number { max, .. } = spec.kind else { return "" };
    match (id.suffixes(), spec.unit) {
        // Shares and factors need neither letters nor groups.
        (Suffixes::Decimal, _) if max < 1000.0 => "",
        (Suffixes::Decimal, ParameterUnit::Tokens) => "，也可写作 32k（k = 1,000）、32,000 或 32\u{a0}000",
        (Suffixes::Decimal, ParameterUnit::Dimensions) => "，也可写作 4k（k = 1,000）、4,096 或 4\u{a0}096",
        (Suffixes::Decimal, ParameterUnit::Sequences | ParameterUnit::Milliseconds) => {
            "，也可写作 1k（k = 1,000）、1,024 或 1\u{a0}024"
        }
        // Nobody has thousands of layers, heads, experts or pixels at an edge.
        (Suffixes::Decimal, _) => "",
        (Suffixes::OfBillions, _) => "，也可写作 7B、500M 或 1.5T",
        (Suffixes::Binary, _) => "，也可写作 32k（k = 1,024）、1,024 或 4\u{a0}096",
        (Suffixes::Memory, _) => "，也可写作 1.5 GiB、2 GB（自动换算）或 1,536 MiB",
        (Suffixes::Card, _) => "，也可写作 80 GB（显卡所标，按 GiB 计）或 81,920 MiB",
    }
}

pub(super) fn reason(refusal: Refusal) -> String {
    let why = match refusal {
        Refusal::Empty => "为空",
        Refusal::NotANumber => "不是数字",
        Refusal::TooSmall => "太小",
        Refusal::TooLarge => "太大",
        Refusal::NotWhole => "不是整数",
        Refusal::Separator => "的分隔符有歧义：小数用点（1.5），三位一组用逗号或空格（1,024）",
        Refusal::Suffix => "末尾的字母在此没有含义",
        Refusal::NotOffered => "不在可选项之中",
        Refusal::Entry(place, why) => return format!("的第 {place} 项{}", reason(*why)),
        Refusal::TooManyEntries => "的项数过多",
        Refusal::Twice => "重复出现",
        Refusal::CountOfOne => "只有一种 GPU 却带数量：数量由 gpuCount 给出",
    };
    why.to_owned()
}

fn accepted(it: &Accepted, given: &str) -> String {
    match it {
        Accepted::Parameter(it) => allowed(*it, given),
        Accepted::Model(known) => {
            let ids: Vec<_> = known.iter().map(|it| it.id.as_ref()).collect();
            format!(
                "{}，例如 {}",
                allowed(Allowed::Model, given),
                nearest(given.rsplit('/').next().unwrap_or(given), &ids).join("、")
            )
        }
        Accepted::OneOf(names) => names.join("、"),
    }
}

pub(super) fn allowed(it: Allowed, given: &str) -> String {
    match it {
        Allowed::Numbers { min, max, whole } => {
            let kind = if whole { "整数" } else { "数字" };
            format!("{} 至 {} 的{kind}", grouped(&exact(min)), grouped(&exact(max)))
        }
        Allowed::OneOf(names) if names.len() > TOLD_IN_FULL => {
            let near = nearest(given, names);
            format!("{} 及另外 {} 种", near.join("、"), names.len() - near.len())
        }
        Allowed::Devices(ids) => {
            let kind = given.rsplit('_').next().unwrap_or(given);
            let one = allowed(Allowed::OneOf(ids), kind.split('*').next().unwrap_or(kind));
            format!("{one}；或几种卡带上数量，共至多 {MOST_DEVICES} 张：{SEVERAL_KINDS}")
        }
        Allowed::OneOf(names) => names.join("、"),
        Allowed::OneOfOrModel(names) => format!("{}，或模型预设的 id", names.join("、")),
        Allowed::SomeOf(words) => format!("{} 中的任意几个，以 _ 分隔", words.join("、")),
        Allowed::Model => "none 或模型预设的 id".to_owned(),
        Allowed::Lists { most, min, max } => {
            format!("最多 {most} 个 {} 至 {} 的整数，以逗号分隔", grouped(&exact(min)), grouped(&exact(max)))
        }
    }
}
