//! Chinese texts of the command line. Names of fields and options are contracts and the same in all languages.

use crate::estimator::ParameterId;
use crate::estimator::plan::sweep_request::{MOST_POINTS, SweepRefusal, swept_keys};
use crate::link::nearest;
use crate::locale::chinese::problems::{allowed, no_effect, reason};
use crate::locale::texts::CommandLineTexts;

/// What the command line says.
pub static COMMAND_LINE: CommandLineTexts = CommandLineTexts {
    help: HELP,
    unknown_option: |option| format!("estimate：未知选项 {option}，见 estimate --help"),
    no_file: |option| format!("estimate：{option} 之后须给出文件，见 estimate --help"),
    no_argument: |option| format!("estimate：{option} 之后须给出取值，见 estimate --help"),
    no_sweep,
    not_covered: "该方法没有此模式的公式。",
    too_many_gpus: |key, value, most| format!("{key}={value} 过多：最多为 {most} 张 GPU 列出方案。"),
    failed: |error| format!("estimate 出错：{error}"),
};

fn no_sweep(refusal: &SweepRefusal) -> String {
    let accepts = |id: &ParameterId| allowed(id.spec().allowed(), "");
    match refusal {
        SweepRefusal::UnknownKey(key) => {
            let keys = swept_keys();
            let near = nearest(key, &keys);
            format!("{key} 不是参数的键。可选：{} 及另外 {} 个。", near.join("、"), keys.len() - near.len())
        }
        SweepRefusal::NoValues(id) => format!("{} 无法扫描。可选：数字、选项或开关类的参数。", id.spec().key),
        SweepRefusal::NoRange(id) => {
            format!("{} 会扫描其全部取值，不接受范围：{}。", id.spec().key, accepts(id))
        }
        SweepRefusal::Unreadable(id, text) => {
            format!("{}={text} 不是范围。格式：FROM..TO 或 FROM..TO:POINTS。", id.spec().key)
        }
        SweepRefusal::End(id, text, refusal) => {
            format!("{}：范围的端点 {text} {}。可选：{}。", id.spec().key, reason(*refusal), accepts(id))
        }
        SweepRefusal::Backwards(id, text) => {
            format!("{}={text} 不是范围：前一个端点须小于后一个。", id.spec().key)
        }
        SweepRefusal::Points(id, text) => {
            format!("{}：{text} 不是点数。可选：2 至 {MOST_POINTS}。", id.spec().key)
        }
        SweepRefusal::NoEffect(id, control, mode) => {
            format!("{} {}不起作用，无法扫描。", id.spec().key, no_effect(*control, *mode))
        }
    }
}

const HELP: &str = "\
估算 AI 任务所需的 GPU 显存。

用法：estimate [--strict] [--solve] [--advise] [--sweep KEY[=FROM..TO[:POINTS]]] [--plan] [--devices] [LINK...]

LINK 是本页面的链接：完整的 URL、`?query` 或 `query`，例如
`mode=nlp&modelSize=8.75&batchSize=4`。不给 LINK 时，标准输入的每一行是一个链接。

每行输出一个 JSON 对象，此外不输出任何内容：
  link       规范形式的链接；其中固定的配置（`pin`）予以保留，对以下各项没有影响
  mode       模式
  inputs     该模式的每项输入及其生效的值
  followed   被其他选择改动的默认值：key、value、because（原因的键），
             以及 method（仅该方法采用时）
  problems   未能照原样采用的部分：key、value、message
  estimates  每种方法的 total_bytes 和各组成的字节数，取最满的一张 GPU；ranks 为运行中每类 GPU 的
             同样数字及其数量；low_bytes 至 high_bytes 是同类运行的误差范围，
             evidence 是其依据（traced 追踪、measured 实测、rule 规则）；实测校准还有 reserved_bytes，
             即 nvidia-smi 会显示的值，以及 least_bytes，即能跑完的最小显存；
             host 和 host_bytes 是最满的一张 GPU 对应留在主机内存里的部分，不计入任何总量
  fits       放不放得下（gpu，或以 GiB 计的 gpuMemory）：verdict（fits 放得下、tight 勉强、too_much 放不下、
             does_not_start 无法启动、cannot_say 无法判断、no_device 未选 GPU）、reason、spare_bytes，以及 smallest，即放得下的
             最小一款 GPU；fullest，即有多类 GPU 时最满的一类，largest，即其中最大的组成部分；vLLM 还有缓存池可放的词元数和序列数
  answers    仅在 --solve 时：其他不变，按链接所选的方法，GPU 上最多放得下多少：key、value、
             kind（most 再多一个就放不下、fewest 再少一个就放不下、smallest 最小、every 任何值都放得下、
             none 没有放得下的值，若有勉强的值则给出 tight_value），以及 link，即取该值的链接
  sharding   仅在 --solve 时，且有 answers、运行可切分到多张 GPU：plan 中放得下的（没有则取勉强放得下的，见 verdict）各行里，
             通信种类最轻的一行；没有则为 null
  advice     仅在 --advise 时：能省显存的改动，每项都重新估算：changes（key、value）、saves_bytes、
             host_bytes（所占主机内存）、verdict、link；放得下的在前，其余按字节数；没有单独一项足够时给出成对的改动，
             仍不够时，或没有别的改动既放得下又保持结果不变时，给出至多七项一起的改动
  ways       仅在 --advise 时：链接所选方法没有结果时，最接近且有结果的选择：changes（key、value）、link
  sweep      仅在 --sweep 时：其他不变，按链接所选的方法，一个参数取各个值时的显存：parameter、values，以及每个值
             对应一项的各列：components（component、bytes）、total_bytes、ranks（最满的一类）、moments、verdicts、
             capacity_bytes；无法估算处为 null，原因见 refused（value、message）；crossing 同 answers，是不再
             放得下的位置，不限于所扫描的范围，越多越省时为 fewest；edges 是各个值之间的
             所有这种位置（value、is_most、verdict）；参数不起作用时给出 problems
  plan       仅在 --plan 时：把运行分到所选 GPU（gpuCount）上的每种方式，逐一估算：set（训练器、各并行度、分片）、
             verdict、最满一张 GPU 的 total_bytes、rank、spare_bytes、traffic（GPU 之间传输的内容，由轻到重：
             gradients 梯度、parameters 参数、stages 流水线级、sequence 序列、experts 专家、layers 层内、
             layers_between_servers 跨服务器的层内）、is_now 和 link；放得下的在前，其次传输少的，再按余量。
             批次大小和梯度累积是每张 GPU 的。not_planned 列出被拒绝的：trainer、count，以及第一个的 message
  devices    仅在 --devices 时：目录里的每款 GPU，显存最小的在前：device、按现有数量（count）的 verdict、capacity_bytes、
             spare_bytes，以及 fewest，即要多少张才放得下；多少都不够时为 null

选项：
  --import FILE  像回答链接那样回答其他程序的一次启动或其文件（- 表示标准输入）：vllm serve、llama-server、ollama、trl、
             accelerate launch、torchrun、deepspeed、Megatron-LM 的 pretrain_gpt.py 或使用 TrainingArguments 的脚本的
             命令行，也可写在 Docker Compose 或 Kubernetes 的文件里，所指的文件在同一目录时一并读取；
             调用 Transformers、PEFT、TRL、Unsloth 或 vLLM 的 Python 脚本或笔记本；Ollama 的 Modelfile；
             axolotl、LLaMA-Factory、TRL 或 Accelerate 的 YAML 文件；DeepSpeed 的 JSON；由 Megatron 参数组成的
             JSON 对象，并含 world-size 和 gpu（a100、h100、gb200）；模型的 config.json 或 hf_quant_config.json，另一个
             在同一目录时一并读取；*.safetensors 文件的文件头，model.safetensors.index.json 及其所列文件的文件头，
             GGUF 文件（含其余分卷）的文件头；PyTorch 的显存不足信息，vLLM 或 llama.cpp 的日志。imported 给出 tool、
             taken（采用的：key、value、name、line）、assumed（程序自身的默认值：key、value、source）、ignored（未采用的：
             name、value、line、message）和 measured（figure、bytes 或 number、name、line、device；估算有
             同类数字时另有 estimated_bytes 及其 components，或 estimated_number）。不可缺少而没有给出的列为问题，
             此时没有估算
  --export TOOL  不输出估算，而是输出与每个链接相同的启动命令或配置：vllm、llama-server、accelerate、deepspeed、
             trl、axolotl、llama-factory、megatron。TOOL 无法表达的写在注释里；完全不能运行时，标准错误说明原因，
             退出码为 2
  --strict   任一链接有问题时退出码为 2（否则为 0）
  --solve    另给出最多放得下多少
  --advise   另给出可以怎样改
  --sweep KEY[=FROM..TO[:POINTS]]
             另给出一个参数取各个值时的显存：数字从一端到另一端（不给范围则取滑块的范围），最多 256 个点，
             与滑块一样按等差或等比；选项则取全部；给出多次时以最后一次为准
  --plan     另给出把运行分到各张 GPU 上的每种方式
  --devices  另给出放得下的 GPU，各要多少张
  --help     显示本帮助
  --         选项结束：其后都是链接

链接中有七个键属于页面，不改变任何字节数：view、selected（answers、advice、sweep 和 plan 所按的方法）、unit、
tab 与 over（图表下方打开的内容）、lang，以及 embed（1：供 iframe 嵌入的页面）。
链接带 `lang=zh` 时消息为中文，否则为英文；帮助也是如此：
`estimate --help lang=zh`。
";
