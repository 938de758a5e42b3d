//! English texts of the Verification view. It knows no figure.

use crate::estimator::Component;
use crate::estimator::verification::{ResultKind, RowNote, Verdict};
use crate::locale::english::components::{component, group};
use crate::locale::later::TargetTexts;
use crate::locale::names::name_alone;
use crate::locale::verification::VerificationTexts;

pub(super) const TARGET: TargetTexts = TargetTexts {
    asked: |row, parameter, value, document| {
        let then = match document {
            Some(total) => format!("the document then prints {total}"),
            None => "the document prints no total for it, only a direction".to_owned(),
        };
        format!("Row {row}: drag {parameter} to {value}; {then}.")
    },
    reached: |row, ours, document| match document {
        Some(total) => format!("Row {row}, dragged: Verified gives {ours}, the document prints {total}."),
        None => format!("Row {row}, dragged: Verified gives {ours}, the document prints no total."),
    },
};

pub(super) const VERIFICATION: VerificationTexts = VerificationTexts {
    title: "Verification",
    lede: "Every figure below is computed now, in this page, by the same estimator that the Estimate view uses.",
    tally: " rows give the printed digits",
    tally_count: |n_matching, n_all| format!("{n_matching} of {n_all}"),
    table: "The document's verification table",
    table_note: "Totals in GiB; the document writes GB for the same unit. “Ours” is the method Verified. Where the document prints 8.7, 34.3, 35.9 and 39.2, its sliders stood at 8.75, 35, 36 and 40: the readings were taken while an animated number was still running. “Matches, rounded”: the document subtracted its rounded totals, and ours subtracted likewise give its digits.",
    examples: "The document's worked examples",
    examples_note: "Totals in GiB; the intermediate results of the examples are in GB (10⁹ bytes), as the document computes them there. Its “~450 GB” and “~800 GB” follow from neither of its computations and are shown as they are.",
    heads: ["Mode", "Dragged", "Document says", "Ours, Verified", "Documented", "before", "after", "change", "Verdict"],
    note: |note| match note {
        RowNote::ReadWhileAnimated { printed } => format!("document prints {printed}"),
        RowNote::BeforeTheFix => "with modelSize 5, as before the fix".to_owned(),
        RowNote::ContinuousDrag => "a step of a continuous drag".to_owned(),
    },
    start: |changed| match changed {
        "" => "from the defaults".to_owned(),
        _ => format!("from {changed}"),
    },
    verdict,
    verdict_aloud: |it| format!(", {}", verdict(it)),
    verdict_why: |verdict| match verdict {
        Verdict::Reproduced => "Ours rounds to the printed digits.",
        Verdict::ReproducedFromRounded => {
            "The document subtracts its rounded totals; ours subtracted likewise gives the printed digits."
        }
        Verdict::FollowsFromNeither => {
            "Neither the document's text nor the application behind its table gives this figure."
        }
    },
    direction: "more experts, less memory",
    fact: |fact| match fact {
        ResultKind::Gigabytes(it) => {
            format!("{}, Documented", name_alone(it, component, group))
        }
        ResultKind::Billions(Component::ActiveExperts) => "Active experts' parameters".to_owned(),
        ResultKind::Billions(it) => {
            format!("{} parameters", name_alone(it, component, group))
        }
        ResultKind::ExpertBillions => "Parameters of one expert".to_owned(),
    },
    fact_unit: |fact| match fact {
        ResultKind::Gigabytes(_) => "GB",
        ResultKind::Billions(_) | ResultKind::ExpertBillions => "B",
    },
    play: "Play",
    pause: "Pause",
    open: "Open",
    for_row: |what, row| format!("{what} row {row}"),
    step: |at, n| format!("step {at} of {n}, no easing: what you read is what was computed"),
    replay: |key| format!("Replay: {key}"),
    accuracy: "Calibrated against real runs",
    accuracy_note: "Runs traced tensor by tensor, and published measurements. Compared is what was measured: all tensors of a traced run, without the runtime's overhead; of a published one tensors, weights, cache, or all. The estimate that a case opens shows everything, so it can be more.",
    accuracy_missing: "The file of cases could not be loaded.",
    accuracy_axes: "Estimated (up) against measured (right), GiB; on the line both are equal. A click opens the case.",
    accuracy_heads: [
        "family",
        "cases",
        "median error, %",
        "95 % below",
        "worst, %",
        "signed mean, %",
        "deepest under-estimate, %",
    ],
    accuracy_family: |name| match name {
        "cnn" => "CNN",
        "dense-full" => "dense, full",
        "dense-lora" => "dense, LoRA",
        "grpo" => "GRPO",
        "dpo" => "DPO",
        "moe" => "MoE",
        "seq2seq" => "encoder-decoder",
        "vit" => "ViT",
        "vlm" => "vision-language",
        other => other,
    },
    accuracy_case: |name, predicted, measured, error| {
        format!("{name}: {predicted} estimated, {measured} measured, {error} %")
    },
    accuracy_worst: "The ten largest errors",
};

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Reproduced => "matches",
        Verdict::ReproducedFromRounded => "matches, rounded",
        Verdict::FollowsFromNeither => "follows from neither",
    }
}
