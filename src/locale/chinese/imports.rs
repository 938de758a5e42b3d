//! Chinese texts about what other programs wrote or are told. Names of keys and flags are theirs.

use crate::import::launch::Unparsed;
use crate::import::{MeasuredFigure, NotTaken, Omitted, Whose};
use crate::locale::chinese::own_sources::own_source;
use crate::locale::chinese::problems::allowed;
use crate::locale::imports::{ImportTexts, SheetTexts, nearest_models};

/// What is said of imports.
pub static IMPORTS: ImportTexts = ImportTexts {
    unread_argument: |key, value| format!("Megatron 的 {key}={value} 尚无公式：未曾查明它改变什么。"),
    missing_argument: |key| format!("缺少 Megatron 的参数 {key}。"),
    not_arguments: "该文件不是由 Megatron 参数组成的 JSON 对象。",
    not_taken,
    whose,
    unparsed: |why, line| {
        let why = match why {
            Unparsed::TooLong => "内容过长，不像启动命令",
            Unparsed::OpenQuote => "引号没有闭合",
            Unparsed::Feature(what) => return format!("第 {line} 行无法读取：不支持 YAML 的这一部分：{what}。"),
            Unparsed::Line => "既不是字段，也不是列表项",
            Unparsed::TooDeep => "嵌套过深",
            Unparsed::Json => "不是 JSON 对象",
            Unparsed::Python => {
                return "此 Python 脚本中没有任何调用说明训练或运行的内容：请提供启动它的命令，或以文件提供其参数。"
                    .to_owned();
            }
            Unparsed::NoProgram => return "其中没有启动任何已知的程序，也不是已知程序的配置。".to_owned(),
        };
        format!("第 {line} 行无法读取：{why}。")
    },
    uncovered: |program| format!("{program} 尚无公式。"),
    figure,
    sheet: SHEET,
};

const SHEET: SheetTexts = SheetTexts {
    title: "粘贴正在运行的内容",
    note: "启动命令或脚本、YAML 或 JSON 配置、模型的 config.json、GGUF 或 safetensors 文件、显存不足的报错，或启动日志。启动命令和报错可以上下放在一起。",
    privacy: "内容不会离开本浏览器；模型文件只读取文件头。",
    text: "正在运行的内容",
    choose: "选择文件…",
    or_drop: "也可拖放到页面任意位置",
    remove: |file| format!("移除 {file}"),
    apply: |n| if n == 0 { "应用".to_owned() } else { format!("应用 {n} 项更改") },
    same: "与当前配置相同",
    close: "关闭",
    read: |tool, n_taken, n_assumed, n_ignored| {
        format!("按 {tool} 读取：采用 {n_taken} 项，假定 {n_assumed} 项，忽略 {n_ignored} 项。")
    },
    no_run: "没有可应用的内容。",
    taken: "采用",
    assumed: "假定（未给出）",
    ignored: "忽略",
    measured: "实测",
    problems: "未采用",
    place: |name, line| line.map_or_else(|| name.to_owned(), |line| format!("{name}，第 {line} 行")),
    gpu_stays: |gpu| format!("其中没有指定 GPU：保留 {gpu}。"),
    of_today: "其中没有指定模型：数字与当前配置对照，其余设置不变。",
    of_rest: "其中没有指定模型：视为当前配置所用，未写明的一切保持不变。",
    of_another_engine: |engine| {
        format!(
            "{engine} 自行预留的显存尚无公式。与引擎无关的设置可以应用，作为 Transformers 的运行：其总量不是 {engine} 的用量。"
        )
    },
    no_less: "不低于",
    by_name: |script, trainer| format!("由名称把 {script} 看作 TRL 的 {trainer} 脚本。"),
    opens_mode: |mode| format!("将切换到“{mode}”模式。"),
    heads: ["项目", "实测", "估算值", "相差"],
    too_long: |size, limit| format!("文本有 {size}，粘贴时最多读取 {limit}。文件可以更长：请改为选择文件。"),
    too_large: |file, size, limit| format!("{file} 有 {size}，这类文件最多读取 {limit}。"),
    unreadable: |file| format!("浏览器无法读取 {file}。"),
    beside: |names| format!("同目录下的 {names} 能提供更多信息：请一并选择。"),
};

const fn figure(figure: MeasuredFigure) -> &'static str {
    match figure {
        MeasuredFigure::Weights => "模型权重",
        MeasuredFigure::WeightsOfType => "某一类型的权重",
        MeasuredFigure::Elements => "全部张量的元素数",
        MeasuredFigure::KvCache => "KV 缓存占用",
        MeasuredFigure::KvPool => "可用于 KV 缓存",
        MeasuredFigure::KvTokens => "缓存可放的词元数",
        MeasuredFigure::KvBlocks => "缓存可放的块数",
        MeasuredFigure::Concurrency => "缓存可放的全长序列数",
        MeasuredFigure::RecurrentState => "循环状态",
        MeasuredFigure::Activations => "一次前向",
        MeasuredFigure::Graphs => "录制的计算图",
        MeasuredFigure::OutsideTorch => "PyTorch 之外",
        MeasuredFigure::Outputs => "logits 缓冲区",
        MeasuredFigure::OnHost => "主机内存",
        MeasuredFigure::Allocated => "PyTorch 已分配",
        MeasuredFigure::Needed => "失败时至少需要",
        MeasuredFigure::Reserved => "分配器持有",
        MeasuredFigure::ReservedUnused => "分配器持有而未用",
        MeasuredFigure::Process => "进程占用",
        MeasuredFigure::Refused => "申请失败",
        MeasuredFigure::Free => "空闲",
        MeasuredFigure::Capacity => "GPU 可见显存",
    }
}

fn not_taken(Omitted { name, value, line, why, known, refused_by }: &Omitted) -> String {
    let why_not = why;
    let why = match why {
        NotTaken::Idle => "不改变任何一个字节",
        NotTaken::AsByDefault => "与默认行为相同",
        NotTaken::SaidAgain => "后面再次出现，以最后一次为准",
        NotTaken::Unread => "会改变显存，但尚无公式，未计入",
        NotTaken::Unknown => "不在已知范围内：未曾查明它是否改变显存",
        NotTaken::Value => "的值不在已知范围内，仍取默认值",
        NotTaken::Model => "所指的模型不在预设之列",
        NotTaken::UnreadDefault => "是未另行指定时程序的默认做法：它会改变显存，但尚无公式，未计入",
        NotTaken::Unbrought => "所指的文件决定显存用量，但没有提供：请添加该文件，或把其内容粘贴在下面",
        NotTaken::Brought => "已从所提供的内容中读取",
        NotTaken::Another => "是另一条启动命令，未读取：请单独提供",
        NotTaken::NoModel => "未在其中给出：请一并提供启动命令或 config.json，或另行指定模型",
        NotTaken::Engine => "是一种引擎，其缓存池和工作区尚无公式，因此没有估算",
        NotTaken::Unsaid => "没有给出，仍取默认值",
        NotTaken::OldSharding => "是 FSDP1，此处没有其公式：估算的是 FSDP2，在两者都测量过的地方其峰值约低 7 %",
        NotTaken::Contradicted => "与别处的内容矛盾，以别处的为准",
        NotTaken::Unused => "在其余设置之下不会被用到",
        NotTaken::Unlooked => "不在已知范围内；这类文件的多数内容与显存无关",
        NotTaken::NoFormula if name == "rl" => "尚无公式：TRL 1.9 中只查证了 dpo 和 ipo，其 grpo 为求熵复制全部 logits",
        NotTaken::NoFormula if name == "stage" => {
            "尚无公式：其 dpo 以 FP32 生成全部词元的 logits 和 log_softmax，尚未追踪"
        }
        NotTaken::NoFormula => "尚无公式",
        NotTaken::Missing => "不可缺少，却没有给出",
        NotTaken::WrongType => "不是所需的类型（数字、文字、列表或对象）",
        NotTaken::Refused => "的值不能用于估算",
        NotTaken::Contradicts => "与文件中其他内容矛盾",
        NotTaken::UnknownFile => "不是任何已知类型的文件",
        NotTaken::NotJson => "不是 JSON",
        NotTaken::TooDeep => "嵌套过深",
        NotTaken::TooLarge => "超出读取的上限",
        NotTaken::Truncated => "不完整，未到其声明之处就已结束",
        NotTaken::Adapter => "属于适配器而不是模型：请提供它的 adapter_config.json",
        NotTaken::Malformed => "不符合该格式的规定",
    };
    let place = line.map_or_else(String::new, |line| format!("第 {line} 行："));
    let known = match (why_not, refused_by) {
        (NotTaken::Model, _) => match nearest_models(value)[..] {
            [] => "可提供它的 config.json。".to_owned(),
            ref nearest => format!("最接近的有：{}。也可提供它的 config.json。", nearest.join("、")),
        },
        (_, Some(id)) => format!("允许：{}。", allowed(id.spec().allowed(), value)),
        _ if known.is_empty() => String::new(),
        _ => format!("已知的值：{}。", known.join("、")),
    };
    match (name.as_str(), value.as_str()) {
        ("", "") => format!("{place}该文件{why}。"),
        (name, "") => format!("{place}{name} {why}。{known}"),
        (name, value) => format!("{place}{name}（{value}）{why}。{known}"),
    }
}

fn whose(whose: &Whose) -> String {
    match whose {
        Whose::ProgramsOwn(source) => own_source(*source),
        Whose::DefaultOf(key) => format!("文件中没有 {key}，取读取它的类的默认值"),
        Whose::CodeOf(kind) => format!("{kind} 的代码如此"),
        Whose::FollowsFrom(names) => format!("由 {names} 得出"),
    }
}
