//! Chinese labels of controls, chart and table, and the crash message.

use crate::estimator::catalog::devices::Form;
use crate::link::Tab;
use crate::locale::later::TabTexts;
use crate::locale::texts::{ChartTexts, ControlTexts, CrashTexts, Joints, NamedPart, ShareTexts};

pub(super) const JOINTS: Joints = Joints {
    named: |name, what| format!("{name}：{what}"),
    in_unit: |name, unit| format!("{name}，{unit}"),
    aside: |figure, told| if told.is_empty() { figure.to_owned() } else { format!("{figure}（{told}）") },
    figure: |figure, unit| if unit.is_empty() { figure.to_owned() } else { format!("{figure} {unit}") },
    names: |names| names.join("、"),
    // A full stop of Chinese brings its own space.
    sentences: |sentences| sentences.concat(),
};

pub(super) const CONTROLS: ControlTexts = ControlTexts {
    product: "VRAM Estimator",
    skip_to_results: "跳到结果",
    views: "视图",
    modes: "模式",
    description: "AI 任务需要多少 GPU 显存、由什么组成、为什么：训练、微调和推理，拖动滑块即时计算。",
    language: "语言",
    theme: "主题",
    theme_system: "跟随系统",
    theme_light: "浅色",
    theme_dark: "深色",
    own_model: "自定义结构",
    other_models: "其他模型",
    idle_models: "此模式不运行",
    no_gpu: "未选择",
    gpu_group: |vendor, form| {
        let vendor = vendor.name();
        match form {
            Form::Consumer => format!("{vendor} 消费级显卡"),
            Form::Workstation => format!("{vendor} 工作站显卡"),
            Form::DataCentre => format!("{vendor} 数据中心"),
            Form::Laptop => format!("{vendor} 笔记本"),
            Form::Apple => vendor.to_owned(),
            Form::Unified => "与系统共享内存".to_owned(),
            Form::Accelerator => "其他加速器".to_owned(),
        }
    },
    copy_link: "复制链接",
    link_copied: "链接已复制",
    copy_failed: "此处不允许复制；链接就在地址栏中",
    totals: "总计",
    method_choice: "所选方法",
    unit_choice: "显存单位",
    parameters: "参数",
    changed: |n_changed, n_all| format!("{n_all} 项中改动 {n_changed} 项"),
    reset_all: "全部恢复",
    switch: |is_on| if is_on { "开" } else { "关" },
    reset_one: |label, default| format!("将“{label}”恢复为 {default}"),
    help_for: |label| format!("帮助：{label}"),
    effect_on_memory: "对显存的影响",
    notices: "关于此链接的提示",
    no_answer: |method, why| format!("{method}在此不作估算。{why}"),
    no_start: "vLLM 无法启动",
    open_in: |mode| format!("在“{mode}”模式中打开"),
    moved_by: |value, names| {
        let names: Vec<_> = names.iter().map(|name| format!("“{name}”")).collect();
        format!("因{}而为 {value}", names.join("、"))
    },
    batch_of_groups: |sequences, k| format!("= {sequences} 条序列；在 TRL 中批次大小 {k} 是 1 条提示词"),
    batch_of_pairs: |sequences| format!("= {sequences} 条序列，每对有一条被选、一条被拒"),
    pairs: "对",
    idle_rows: |n| format!("{n} 项在此不起作用"),
    architecture: |changed| match changed {
        0 => "此结构的全部参数".to_owned(),
        n => format!("此结构的全部参数，已改 {n} 项"),
    },
    not_loaded: "这一部分未能加载。",
    load_again: "重试",
    dismiss: "关闭提示",
    bring: "粘贴运行命令或配置…",
};

pub(super) const CHART: ChartTexts = ChartTexts {
    results: "结果",
    title: "显存去向",
    now: "当前",
    timeline_title: "一次运行的各个时刻（仅“实测校准”区分时刻）",
    moment: "时刻",
    peak: |moment| format!("{moment}（峰值）"),
    legend: "图例",
    device: "GPU 显存",
    segment: |part, amount, share, method| format!("{part}：{amount}，占{method}的 {share}"),
    gap: |larger, smaller, ratio, more, less| {
        let [more, less] = [more, less].map(|parts: &[NamedPart]| {
            join(&parts.iter().map(|it| format!("{}（{}）", it.name, it.amount)).collect::<Vec<_>>())
        });
        let less = if less.is_empty() { less } else { format!("；较少的是{less}") };
        format!("此处{larger}是{smaller}的 {ratio} 倍：较多的是{more}{less}。")
    },
    agree: |one, other, most| format!("此处{one}与{other}的总计相差不超过 {most}。"),
    table: "各方法的组成",
    toggle: |component| format!("公式：{component}"),
    component: "组成",
    bytes: "字节",
    spread: "最大 ÷ 最小",
    equal: "一致",
    total: "总计",
};

pub(super) const SHARE: ShareTexts = ShareTexts {
    share: "分享",
    commands: "可运行的命令…",
    report: "报告",
    table: "表格",
    chart: "图表",
    moments: "各时刻",
    sweep: "扫描",
    embed: "嵌入",
    print: "打印",
    copied: "已复制",
    saved: |file| format!("已保存：{file}"),
    open_in_full: "打开完整页面",
    parameter: "参数",
    value: "值",
    default: "默认值",
};

pub(super) const TABS: TabTexts = TabTexts {
    title: "更多结论",
    tab: |tab| match tab {
        Tab::Sweep => "扫描",
        Tab::Plans => "切分方案",
        Tab::Gpus => "全部 GPU",
        Tab::Compare => "对比",
    },
    on_opening: "打开时计算",
};

pub const CRASH: CrashTexts = CrashTexts {
    title: "页面因缺陷而停止运行。",
    advice: "您的链接保留在下方。重新加载即可继续；若再次发生，请不带链接打开页面。",
    reload: "重新加载",
};

/// `甲、乙和丙`
pub(super) fn join<T: AsRef<str>>(parts: &[T]) -> String {
    let parts: Vec<&str> = parts.iter().map(AsRef::as_ref).collect();
    match &parts[..] {
        [] => String::new(),
        [one] => after_han(one),
        [first @ .., last] => format!("{}和{}", after_han(&first.join("、")), after_han(last)),
    }
}

/// A name as it stands behind Han: one of the alphabet, such as `KV 缓存`, with a space before it.
fn after_han(name: &str) -> String {
    let space = if name.starts_with(|it: char| it.is_ascii_alphanumeric()) { " " } else { "" };
    format!("{space}{name}")
}

/// Parts one after another, with a space where Han and the alphabet or digits meet.
pub(super) fn spaced(parts: &[&str]) -> String {
    let mut res = String::new();
    for it in parts {
        let ends = [res.chars().next_back(), it.chars().next()].map(|it| it.filter(|it| it.is_alphanumeric()));
        if let [Some(before), Some(after)] = ends
            && before.is_ascii() != after.is_ascii()
        {
            res.push(' ');
        }
        res += it;
    }
    res
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_space_stands_where_han_and_the_alphabet_meet() {
        assert_eq!(spaced(&["将设置", "GPU 数量：2", "。"]), "将设置 GPU 数量：2。");
        assert_eq!(spaced(&["vLLM", "不能运行", "训练", "模式的任务。"]), "vLLM 不能运行训练模式的任务。");
        assert_eq!(spaced(&["至", "5772 词元", "放得下"]), "至 5772 词元放得下");
        assert_eq!(spaced(&["无；", "3 张", "以内勉强放得下"]), "无；3 张以内勉强放得下");
    }
}
