//! The page in Simplified Chinese. One file per part of the page; it decides nothing, it only says.

mod advice;
mod calibrated;
mod choices;
mod command_line;
mod commands;
mod compare;
mod comparison;
mod components;
mod devices;
mod explanations;
mod facts;
mod guide;
mod help;
mod imports;
mod impossible;
mod modes;
mod own_sources;
mod parameters;
mod problems;
mod quantities;
mod ranks;
mod readings;
mod spread;
mod ui;
mod verdict;
mod verification;
mod workbench;

pub use command_line::COMMAND_LINE;
pub use commands::COMMANDS;
pub use guide::GUIDE;
pub use imports::IMPORTS;
pub use ui::CRASH;
pub use workbench::CHINESE_WORKBENCH;

use crate::estimator::{MethodId, ModeGroup};
use crate::link::View;
use crate::locale::later::LaterTexts;
use crate::locale::texts::{MethodText, Texts};

/// The Chinese texts.
pub static CHINESE: Texts = Texts {
    mode: modes::mode,
    mode_group,
    view,
    method,
    parameter: parameters::parameter,
    parameter_in_mode: parameters::label_in_mode,
    parameter_unit: parameters::unit,
    batch_unit: parameters::batch_unit,
    parameter_group: parameters::group,
    choice: choices::choice,
    impact: parameters::impact,
    component: components::component,
    component_group: components::group,
    in_sentence: components::in_sentence,
    moment: components::moment,
    idle: |control, mode| format!("{}不起作用", problems::no_effect(control, mode)),
    joints: ui::JOINTS,
    controls: ui::CONTROLS,
    chart: ui::CHART,
    share: ui::SHARE,
};

/// The Chinese texts that come later.
pub static CHINESE_LATER: LaterTexts = LaterTexts {
    constant: explanations::constant,
    quantity: quantities::quantity,
    document_size: |size| format!("文档的两种方法不按结构计算参数量，而是把模型规模取为 {size}。"),
    why_methods_differ: explanations::why_methods_differ,
    why_calibrated_differs: calibrated::why_calibrated_differs,
    source: calibrated::source,
    problem: problems::problem,
    refused: problems::refused,
    has_no_effect: |control, mode| {
        format!("{}不起作用：保留在链接中，任何公式都不读取。", problems::no_effect(control, mode))
    },
    impossible: impossible::in_row,
    impossible_in_link: impossible::in_link,
    unsupported: problems::unsupported,
    unread: |method, names| format!("{method}不读取{}。", ui::join(names)),
    conflict: problems::conflict,
    nearest_divisors: |below, above| format!("最接近的可整除取值：{below} 和 {above}。"),
    box_accepts: problems::box_accepts,
    symbol: "符号",
    detail: explanations::DETAIL,
    readings: readings::READINGS,
    ranks: ranks::RANKS,
    devices: devices::DEVICES,
    models: devices::MODELS,
    verdict: verdict::VERDICT,
    pins: compare::PINS,
    tabs: ui::TABS,
    comparison: comparison::COMPARISON,
    target: verification::TARGET,
    advice: advice::ADVICE,
};

fn mode_group(group: ModeGroup) -> &'static str {
    match group {
        ModeGroup::Basic => "基础",
        ModeGroup::Advanced => "高级微调",
    }
}

fn view(view: View) -> &'static str {
    match view {
        View::Estimate => "估算",
        View::Verification => "验证",
        View::Guide => "指南",
    }
}

fn method(method: MethodId) -> MethodText {
    match method {
        MethodId::Documented => {
            MethodText {
                label: "文档公式", note: "文档原文", summary: "公式与公式文档的原文完全一致。"
            }
        }
        MethodId::Verified => {
            MethodText {
                label: "验证版", note: "文档的验证表", summary: "产生文档验证表的那个应用，连同其中的疏漏。"
            }
        }
        MethodId::Calibrated => MethodText {
            label: "实测校准",
            note: "与真实运行核对过",
            summary: "逐个张量推导 PyTorch、vLLM 和 llama.cpp 的实际分配，并用追踪和实测的运行检验。",
        },
    }
}
