//! Chinese texts about launches that are taken away. Names of programs and flags are theirs.

use crate::locale::chinese::ui::spaced;
use crate::locale::commands::CommandTexts;

/// What is said of launches.
pub static COMMANDS: CommandTexts = CommandTexts {
    no_tool: |tool, tools| format!("无法生成 {tool} 的命令，只支持 {}。", tools.join("、")),
    other_mode: |tool, mode| spaced(&[tool, "不能运行", mode, "模式的任务。"]),
    no_model: |tool| format!("{tool} 需要指定模型，而目前没有选择。"),
    no_shape: |tool| format!("{tool} 没有描述这种模型结构的参数。"),
    unpublished: |tool, model| format!("不知道模型 {model} 的仓库名，{tool} 无从加载。"),
    wants: |tool, what| spaced(&[tool, "只有在", what, "时才能这样运行。"]),
    title: "可运行的命令",
    note: "当前配置对应的启动命令。",
    on_each: |machines, gpus| {
        format!(
            "需要 {machines} 台机器，每台 {gpus} 张 GPU：在每台机器上各启动一次，NODE_RANK 为从 0 开始的机器编号，MASTER_ADDR 为第一台机器的地址。"
        )
    },
    on_one: |machines, gpus| {
        format!("需要 {machines} 台机器，每台 {gpus} 张 GPU：把机器名填入 hostfile，在其中一台上启动即可。")
    },
    back: "通过“粘贴运行命令或配置”贴回，即可还原。",
    programs: "程序",
    copy: "复制",
    copied: "已复制",
    copy_failed: "此处不允许复制，请选中文本",
    save: "存为文件",
    run_by: |line| format!("运行方式：{line}"),
    lost: |tool| format!("无法告知 {tool} 的设置"),
    lost_note: "以程序自身的值和实际的 GPU 为准；这些设置在文本中以注释列出。",
    none: "没有已知的程序能照此运行。",
    refused: "尚不能照此运行",
    set: |what| spaced(&["改为", what]),
};
