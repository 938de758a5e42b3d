//! The page in English. One file per part of the page; it decides nothing, it only says.

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
pub use workbench::ENGLISH_WORKBENCH;

use crate::estimator::{MethodId, ModeGroup};
use crate::link::View;
use crate::locale::later::LaterTexts;
use crate::locale::texts::{MethodText, Texts};

/// The English texts.
pub static ENGLISH: Texts = Texts {
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
    idle: |control, mode| format!("No effect {}", problems::no_effect(control, mode)),
    joints: ui::JOINTS,
    controls: ui::CONTROLS,
    chart: ui::CHART,
    share: ui::SHARE,
};

/// The English texts that come later.
pub static ENGLISH_LATER: LaterTexts = LaterTexts {
    constant: explanations::constant,
    quantity: quantities::quantity,
    document_size: |size| format!("The document's methods count no shape: they take the model size as {size}."),
    why_methods_differ: explanations::why_methods_differ,
    why_calibrated_differs: calibrated::why_calibrated_differs,
    source: calibrated::source,
    problem: problems::problem,
    refused: problems::refused,
    has_no_effect: |control, mode| {
        format!("No effect {}: kept in the link, read by no formula.", problems::no_effect(control, mode))
    },
    impossible: impossible::in_row,
    impossible_in_link: impossible::in_link,
    unsupported: problems::unsupported,
    unread: |method, names| format!("{method} ignores {}.", ui::join(names)),
    conflict: problems::conflict,
    nearest_divisors: |below, above| format!(" The nearest that divide: {below} and {above}."),
    box_accepts: problems::box_accepts,
    symbol: "symbol",
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
        ModeGroup::Basic => "Basic",
        ModeGroup::Advanced => "Advanced fine-tuning",
    }
}

fn view(view: View) -> &'static str {
    match view {
        View::Estimate => "Estimate",
        View::Verification => "Verification",
        View::Guide => "Guide",
    }
}

fn method(method: MethodId) -> MethodText {
    match method {
        MethodId::Documented => MethodText {
            label: "Documented",
            note: "the document's text",
            summary: "The formulas exactly as the formula document's text states them.",
        },
        MethodId::Verified => MethodText {
            label: "Verified",
            note: "the document's table",
            summary: "The application that produced the document's verification table, slips included.",
        },
        MethodId::Calibrated => MethodText {
            label: "Calibrated",
            note: "tested on real runs",
            summary: "Derived from what PyTorch, vLLM and llama.cpp allocate, tensor by tensor, and checked against traced and measured runs.",
        },
    }
}
