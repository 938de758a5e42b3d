//! Chinese: what is opened below the chart. It knows no figure.

use crate::estimator::ParameterId;
use crate::estimator::evidence::Evidence;
use crate::estimator::plan::traffic::Traffic;
use crate::locale::chinese::compare::COMPARE;
use crate::locale::chinese::ui::spaced;
use crate::locale::workbench::{DeviceListTexts, PlanTexts, SweepTexts, WorkbenchTexts};

/// What is opened below the chart.
pub static CHINESE_WORKBENCH: WorkbenchTexts =
    WorkbenchTexts { sweep: SWEEP, plans: PLANS, devices: DEVICES, compare: COMPARE };

const SWEEP: SweepTexts = SweepTexts {
    over: "显存随此项变化：",
    drag: "拖动手柄或按方向键，整页随之变化。",
    handle: |label| format!("{label}（图上）"),
    today: |value, amount| format!("当前 {value}：{amount}"),
    fits_from: |value| spaced(&["从", value, "起放得下"]),
    tight_from: |value| format!("没有；从 {value} 起为勉强"),
    capacity_moves: |least, most| format!("GPU 显存随此项变化：{least} 至 {most}"),
    unanswered: |n, reason| match n {
        1 => format!("斜纹：1 个取值没有结果。{reason}"),
        _ => format!("斜纹：{n} 个取值没有结果。其中第一个：{reason}"),
    },
    first_peak: |peak| format!("起初：{peak}"),
    turn: |value, peak| format!("；从 {value} 起：{peak}"),
    marks: "最满之处（轴下短线）",
    at: |value, amount, verdict| format!("{value}：{amount}，{verdict}"),
    no_answer: "无结果",
    no_chart: "所选方法对此项没有结果。",
    table: "列成表格",
    peak: "峰值时刻",
    fits: "结论",
};

const PLANS: PlanTexts = PlanTexts {
    note: "各种方式均按其余设置重新估算；批次大小与累积步数按每张 GPU 计。打开其一，后退即可返回。",
    one_gpu: "只有一张 GPU，无从切分。把 GPU 数量设为 2 或更多，这里便会列出所有切分方式。",
    nothing: "当前模式无法把任务分到多张 GPU：语言模型的训练与微调（并行训练方式）以及 vLLM 推理可以。",
    too_many: |n, most| format!("{n} 张 GPU 超出尝试范围：最多 {most} 张。"),
    ranked: "排序",
    by_spare: "余量最多",
    by_traffic: "通信最少",
    zero: "ZeRO 阶段",
    any: "全部",
    filter: "只显示",
    filtered: |n, all| format!("显示 {all} 种中的 {n} 种"),
    summary: |n_fit, n_tight, n_all| match n_tight {
        0 => format!("{n_all} 种中 {n_fit} 种放得下"),
        _ => format!("{n_all} 种中 {n_fit} 种放得下，{n_tight} 种勉强"),
    },
    count: |n| format!("{n} 种；未选 GPU"),
    degree: |id| match id {
        ParameterId::TensorParallel => "TP",
        ParameterId::PipelineParallel => "PP",
        ParameterId::ContextParallel => "CP",
        ParameterId::ExpertParallel => "EP",
        _ => "DP",
    },
    way: "方式与切分",
    fullest: "最满的 GPU",
    spare: "余量",
    traffic: "GPU 间传输",
    evidence: "依据",
    traffic_of: |it| match it {
        Traffic::Gradients => "梯度",
        Traffic::Parameters => "参数",
        Traffic::Stages => "级间激活",
        Traffic::Sequence => "键和值",
        Traffic::Experts => "发往专家的词元",
        Traffic::Layers => "逐层求和",
        Traffic::LayersBetweenServers => "跨服务器逐层求和",
    },
    no_traffic: "无",
    evidence_of: |it| match it {
        Evidence::Traced => "追踪",
        Evidence::Measured => "实测",
        Evidence::Rule => "仅规则",
    },
    now: "当前",
    open: "打开",
    more: |n| format!("显示全部 {n} 种"),
    unfit: |n, least, most| match n {
        1 => format!("1 种放不下：{most}"),
        _ => format!("{n} 种放不下：{least} 至 {most}"),
    },
    refused: |n| format!("{n} 种没有结果"),
    reason: |name, n, reason| match n {
        1 => format!("{name}：1 种。{reason}"),
        _ => format!("{name}：{n} 种。其中第一种：{reason}"),
    },
};

const DEVICES: DeviceListTexts = DeviceListTexts {
    filter: "筛选：48、ada、amd",
    only_fitting: "只列放得下的",
    summary: |n_fit, n_all| format!("{n_all} 款中 {n_fit} 款放得下"),
    note: "显存指程序在每款 GPU 上可用的部分。各款按自己那一代的上下文计算。",
    shared: "选用时一并设置所需的张数和切分方式。",
    gpu: "GPU 型号",
    memory: "显存",
    today: "当前任务",
    needed: |count| format!("{count} 张放得下"),
    over: |count, said| format!("{count} 张：{said}"),
    choose: "选用",
    choose_one: |name| format!("选用 {name}"),
};
