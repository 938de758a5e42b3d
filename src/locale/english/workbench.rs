//! English: what is opened below the chart. It knows no figure.

use crate::estimator::ParameterId;
use crate::estimator::evidence::Evidence;
use crate::estimator::plan::traffic::Traffic;
use crate::locale::english::compare::COMPARE;
use crate::locale::workbench::{DeviceListTexts, PlanTexts, SweepTexts, WorkbenchTexts};

/// What is opened below the chart.
pub static ENGLISH_WORKBENCH: WorkbenchTexts =
    WorkbenchTexts { sweep: SWEEP, plans: PLANS, devices: DEVICES, compare: COMPARE };

const SWEEP: SweepTexts = SweepTexts {
    over: "Memory over",
    drag: "Drag the handle or press the arrow keys; the page follows.",
    handle: |label| format!("{label}, on the chart"),
    today: |value, amount| format!("now {value}: {amount}"),
    fits_from: |value| format!("fits from {value}"),
    tight_from: |value| format!("none; tight from {value}"),
    capacity_moves: |least, most| format!("the GPU's memory moves with it: {least} to {most}"),
    unanswered: |n, reason| match n {
        1 => format!("Hatched: 1 value has no answer. {reason}"),
        _ => format!("Hatched: {n} values have no answer. The first of them: {reason}"),
    },
    first_peak: |peak| format!("at first: {peak}"),
    turn: |value, peak| format!("; from {value}: {peak}"),
    marks: "Fullest (ticks below the axis)",
    at: |value, amount, verdict| format!("{value}: {amount}, {}", verdict.to_ascii_lowercase()),
    no_answer: "no answer",
    no_chart: "The selected method has no answer over this parameter.",
    table: "As a table",
    peak: "Peak",
    fits: "Verdict",
};

const PLANS: PlanTexts = PlanTexts {
    note: "Each is estimated with your other settings; batch and accumulation are those of each GPU. Open one; Back returns.",
    one_gpu: "One GPU leaves nothing to spread. Set GPUs to 2 or more: every way to spread the run over them stands here.",
    nothing: "Nothing here spreads a run over several GPUs: of the modes, training and fine-tuning of language models (Trainer) and serving with vLLM do.",
    too_many: |n, most| format!("{n} GPUs are more than are tried: up to {most}."),
    ranked: "Order",
    by_spare: "Most spare",
    by_traffic: "Least traffic",
    zero: "ZeRO",
    any: "all",
    filter: "Show only",
    filtered: |n, all| format!("{n} of {all} ways shown"),
    summary: |n_fit, n_tight, n_all| match n_tight {
        0 => format!("{n_fit} of {n_all} fit"),
        _ => format!("{n_fit} of {n_all} fit, {n_tight} tight"),
    },
    count: |n| if n == 1 { "1 way; no GPU chosen".to_owned() } else { format!("{n} ways; no GPU chosen") },
    degree: |id| match id {
        ParameterId::TensorParallel => "TP",
        ParameterId::PipelineParallel => "PP",
        ParameterId::ContextParallel => "CP",
        ParameterId::ExpertParallel => "EP",
        _ => "DP",
    },
    way: "Trainer, sharding",
    fullest: "Fullest GPU",
    spare: "Left",
    traffic: "What GPUs send",
    evidence: "Evidence",
    traffic_of: |it| match it {
        Traffic::Gradients => "gradients",
        Traffic::Parameters => "parameters",
        Traffic::Stages => "stage to stage",
        Traffic::Sequence => "keys and values",
        Traffic::Experts => "tokens to experts",
        Traffic::Layers => "sums in each layer",
        Traffic::LayersBetweenServers => "sums in each layer, between servers",
    },
    no_traffic: "nothing",
    evidence_of: |it| match it {
        Evidence::Traced => "traced",
        Evidence::Measured => "measured",
        Evidence::Rule => "rules alone",
    },
    now: "now",
    open: "Open",
    more: |n| format!("Show all {n}"),
    unfit: |n, least, most| match n {
        1 => format!("1 does not fit: {most}"),
        _ => format!("{n} do not fit: {least} to {most}"),
    },
    refused: |n| if n == 1 { "1 cannot be answered".to_owned() } else { format!("{n} cannot be answered") },
    reason: |name, n, reason| match n {
        1 => format!("{name}: 1. {reason}"),
        _ => format!("{name}: {n}. The first of them: {reason}"),
    },
};

const DEVICES: DeviceListTexts = DeviceListTexts {
    filter: "Filter: 48, ada, amd",
    only_fitting: "Only those it fits",
    summary: |n_fit, n_all| format!("fits {n_fit} of {n_all}"),
    note: "Memory is what programs can use of each GPU. Each is judged with its own generation's context.",
    shared: "Choosing one also sets how many are needed and how they share the run.",
    gpu: "GPU",
    memory: "Memory",
    today: "This run",
    needed: |count| format!("fits on {count}"),
    over: |count, said| format!("on {count}: {said}"),
    choose: "Choose",
    choose_one: |name| format!("Choose {name}"),
};
