//! Chinese texts of the command line. Names of fields and options are contracts and the same in all languages.

use crate::locale::texts::CommandLineTexts;

/// What the command line says.
pub static COMMAND_LINE: CommandLineTexts = CommandLineTexts {
    help: HELP,
    unknown_option: |option| format!("estimate：未知选项 {option}，见 estimate --help"),
    no_file: |option| format!("estimate：{option} 之后须给出文件，见 estimate --help"),
    unread_argument: |key, value| format!("Megatron 的 {key}={value} 尚无公式：未曾查明它改变什么。"),
    assumed_argument: |key, value| format!("未给出 Megatron 的 {key}：按 GPT-2 的分词器取 {value}。"),
    missing_argument: |key| format!("缺少 Megatron 的参数 {key}。"),
    not_arguments: "该文件不是由 Megatron 参数组成的 JSON 对象。",
    failed: |error| format!("estimate 出错：{error}"),
};

const HELP: &str = "\
估算 AI 任务所需的 GPU 显存。

用法：estimate [--strict] [--solve] [--advise] [LINK...]

LINK 是本页面的链接：完整的 URL、`?query` 或 `query`，例如
`mode=nlp&modelSize=8.75&batchSize=4`。不给 LINK 时，标准输入的每一行是一个链接。

每行输出一个 JSON 对象，此外不输出任何内容：
  link       规范形式的链接
  mode       模式
  inputs     该模式的每项输入及其生效的值
  followed   被其他选择改动的默认值：key、value、because（原因的键），
             以及 method（仅该方法采用时）
  problems   未能照原样采用的部分：key、value、message
  estimates  每种方法的 total_bytes 和各组成的字节数，取最满的一张 GPU；ranks 为运行中每类 GPU 的
             同样数字及其数量；low_bytes 至 high_bytes 是同类运行的误差范围，
             evidence 是其依据（traced 追踪、measured 实测、rule 规则）；实测校准还有 reserved_bytes，
             即 nvidia-smi 会显示的值，以及 least_bytes，即能跑完的最小显存
  fits       放不放得下（gpu，或以 GiB 计的 gpuMemory）：verdict（fits 放得下、tight 勉强、too_much 放不下、
             does_not_start 起不来、cannot_say 无法判断、no_device 未选 GPU）、reason、spare_bytes，以及 smallest，即放得下的
             最小一款 GPU；vLLM 还有缓存池可放的词元数和序列数
  answers    仅在 --solve 时：其他不变，按链接所选的方法，GPU 上最多放得下多少：key、value、
             kind（most 再多一个就放不下、fewest 再少一个就放不下、smallest 最小、every 任何值都放得下、
             none 没有放得下的值，若有勉强的值则给出 tight_value），以及 link，即取该值的链接
  advice     仅在 --advise 时：能省显存的改动，每项都重新估算：changes（key、value）、saves_bytes、verdict、link；
             放得下的在前，其余按字节数；没有单独一项足够时给出成对的改动

选项：
  --import FILE  像回答链接那样回答一次 Megatron-LM 运行：文件是由其参数组成的 JSON 对象，
             名称前不带短横线，并含 world-size 和 gpu（a100、h100、gb200）
  --strict   任一链接有问题时退出码为 2（否则为 0）
  --solve    另给出最多放得下多少
  --advise   另给出可以怎样改
  --help     显示本帮助
  --         选项结束：其后都是链接

链接带 `lang=zh` 时消息为中文，否则为英文；帮助也是如此：
`estimate --help lang=zh`。
";
