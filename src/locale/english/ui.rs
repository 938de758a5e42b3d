//! English labels of controls, chart and table, and the crash message.

use crate::estimator::catalog::devices::Form;
use crate::link::Tab;
use crate::locale::later::TabTexts;
use crate::locale::texts::{ChartTexts, ControlTexts, CrashTexts, Joints, NamedPart, ShareTexts};

pub(super) const JOINTS: Joints = Joints {
    named: |name, what| format!("{name}: {what}"),
    in_unit: |name, unit| format!("{name}, {unit}"),
    aside: |figure, told| if told.is_empty() { figure.to_owned() } else { format!("{figure} ({told})") },
    figure: |figure, unit| match (figure, unit) {
        (_, "") => figure.to_owned(),
        ("1", "GPUs") => "1 GPU".to_owned(),
        _ => format!("{figure} {unit}"),
    },
    names: |names| names.join(", "),
    sentences: |sentences| sentences.join(" "),
};

pub(super) const CONTROLS: ControlTexts = ControlTexts {
    product: "VRAM Estimator",
    skip_to_results: "Skip to results",
    views: "Views",
    modes: "Mode",
    description: "How much GPU memory an AI workload needs, what it is made of, and why: training, fine-tuning and inference, while you drag the sliders.",
    language: "Language",
    theme: "Theme",
    theme_system: "System",
    theme_light: "Light",
    theme_dark: "Dark",
    own_model: "own shape",
    other_models: "Other models",
    idle_models: "Not run in this mode",
    no_gpu: "none chosen",
    gpu_group: |vendor, form| {
        let vendor = vendor.name();
        match form {
            Form::Consumer => format!("{vendor}, consumer cards"),
            Form::Workstation => format!("{vendor}, workstation cards"),
            Form::DataCentre => format!("{vendor}, data centre"),
            Form::Laptop => format!("{vendor}, laptops"),
            Form::Apple => vendor.to_owned(),
            Form::Unified => "Memory shared with the system".to_owned(),
            Form::Accelerator => "Other accelerators".to_owned(),
        }
    },
    copy_link: "Copy link",
    link_copied: "Link copied",
    copy_failed: "Copying is not allowed here; the address bar has the link",
    totals: "Totals",
    method_choice: "Selected method",
    unit_choice: "Unit of memory",
    parameters: "Parameters",
    changed: |n_changed, n_all| format!("{n_changed} of {n_all} changed"),
    reset_all: "Reset all",
    switch: |is_on| if is_on { "on" } else { "off" },
    reset_one: |label, default| format!("Reset {label} to {default}"),
    help_for: |label| format!("Help: {label}"),
    effect_on_memory: "Effect on memory",
    notices: "Notices about this link",
    no_answer: |method, why| format!("{method} does not answer here. {why}"),
    no_start: "vLLM does not start",
    open_in: |mode| format!("Open in {mode}"),
    moved_by: |value, names| format!("{value}, because of {}", names.join(", ")),
    batch_of_groups: |sequences, k| format!("= {sequences} sequences; in TRL a batch of {k} is 1 prompt"),
    batch_of_pairs: |sequences| format!("= {sequences} sequences, a chosen and a rejected one of each pair"),
    pairs: "pairs",
    idle_rows: |n| match n {
        1 => "1 row without effect here".to_owned(),
        n => format!("{n} rows without effect here"),
    },
    architecture: |changed| match changed {
        0 => "All facts of this layout".to_owned(),
        1 => "All facts of this layout, 1 changed".to_owned(),
        n => format!("All facts of this layout, {n} changed"),
    },
    not_loaded: "This part could not be loaded.",
    load_again: "Try again",
    dismiss: "Dismiss notice",
    bring: "Paste what you run…",
};

pub(super) const CHART: ChartTexts = ChartTexts {
    results: "Results",
    title: "Where it goes",
    now: "Now",
    timeline_title: "One run, moment by moment (only Calibrated tells moments apart)",
    moment: "Moment",
    peak: |moment| format!("{moment} (peak)"),
    legend: "Legend",
    device: "GPU memory",
    segment: |part, amount, share, method| format!("{part}: {amount}, {share} of {method}"),
    gap: |larger, smaller, ratio, more, less| {
        let [more, less] = [more, less].map(|parts: &[NamedPart]| {
            join(&parts.iter().map(|it| format!("{} ({})", it.name, it.amount)).collect::<Vec<_>>())
        });
        let less = if less.is_empty() { less } else { format!("; less {less}") };
        format!("{larger} is {ratio} times {smaller} here: more {more}{less}.")
    },
    agree: |one, other, most| format!("The totals of {one} and {other} differ by at most {most} here."),
    table: "Components by method",
    toggle: |component| format!("Formula: {component}"),
    component: "Component",
    bytes: "bytes",
    spread: "max ÷ min",
    equal: "equal",
    total: "Total",
};

pub(super) const SHARE: ShareTexts = ShareTexts {
    share: "Share",
    commands: "Commands that run…",
    report: "Report",
    table: "Table",
    chart: "Chart",
    moments: "Moments",
    sweep: "Sweep",
    embed: "Embed",
    print: "Print",
    copied: "Copied",
    saved: |file| format!("Saved: {file}"),
    open_in_full: "Open in full",
    parameter: "Parameter",
    value: "Value",
    default: "Default",
};

pub(super) const TABS: TabTexts = TabTexts {
    title: "More answers",
    tab: |tab| match tab {
        Tab::Sweep => "Sweep",
        Tab::Plans => "Plans",
        Tab::Gpus => "All GPUs",
        Tab::Compare => "Compare",
    },
    on_opening: "worked out when opened",
};

pub const CRASH: CrashTexts = CrashTexts {
    title: "The page has stopped because of a defect.",
    advice: "Your link is kept below. Reload to go on; if it happens again, open the page without the link.",
    reload: "Reload",
};

/// `a, b and c`
pub(super) fn join<T: AsRef<str>>(parts: &[T]) -> String {
    let parts: Vec<&str> = parts.iter().map(AsRef::as_ref).collect();
    match &parts[..] {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
