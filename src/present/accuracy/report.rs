//! Judged cases as a report for people and as lines for the chart and the ratchet. It judges nothing.

use crate::estimator::Bytes;
use crate::estimator::evidence::Evidence;
use crate::present::accuracy::device::DeviceRun;
use crate::present::accuracy::families::{Family, families};
use crate::present::accuracy::goals::{GOAL_OF_MOVING, GOAL_OF_RESERVE, goal};
use crate::present::accuracy::judged::{Case, Judged};
use crate::present::accuracy::ratchet::{NO_ANSWER, whole};
use crate::present::accuracy::reserves::{ALL_OF_ONE, ALL_OF_SEVERAL};
use std::fmt::Write;

/// The families of judged cases; a case without answer has no error.
pub fn judged_families(all: &[Judged]) -> Vec<Family> {
    families(&all.iter().filter_map(|it| Some((it.case.family.as_str(), it.error()?))).collect::<Vec<_>>())
}

/// The cases, one a line: family, by how many bytes the estimate is over, measured bytes, name, link, parted by tabs.
/// Without an answer a mark stands for the first number, and the chart leaves the line out. The page fetches all of it,
/// and most differences are short.
pub fn points(all: &[Judged]) -> String {
    let mut out = String::new();
    for Judged { case, predicted, .. } in all {
        let Case { id, family, link, measured, .. } = case;
        let measured = whole(*measured);
        let over = predicted.map_or_else(|| NO_ANSWER.to_owned(), |it| (whole(it) - measured).to_string());
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{family}\t{over}\t{measured}\t{id}\t{link}");
    }
    out
}

/// Cases that the report names one by one.
const NAMED_CASES: usize = 10;

/// What the report tells of.
pub struct ReportParts<'a> {
    /// The cases.
    pub all: &'a [Judged],
    /// Errors of what the allocator is said to hold.
    pub reserved: &'a [Family],
    /// Runs on a real GPU, and what is said of their tensors, in bytes.
    pub device: &'a [(DeviceRun, Option<f64>)],
    /// What is no case: the reason, and the error where a link says the run all the same.
    pub left_out: &'a [(String, Option<f64>)],
    /// What [`accepted`](crate::present::accuracy::accepted) found in the former report.
    pub accepted: &'a str,
}

/// The report, in Markdown; at its end what [`accepted`](crate::present::accuracy::accepted) found in the former one.
pub fn report(it: &ReportParts) -> String {
    let ReportParts { all, reserved, device, left_out, accepted } = it;
    let mut out = String::from(
        "# Accuracy of `calibrated`\n\n\
         Written by `make accuracy` from `data/ground_truth`; do not edit. The error is (estimate − measured) / measured.\n\
         Traced cases are compared without the runtime's overhead, which the tracer does not see.\n\n",
    );
    out += &table(&judged_families(all), goal);
    out.push_str(
        "\n## Beside weights, states and gradients\n\n\
         The same of traced runs, as a share of what is neither weights nor adapters nor optimizer states nor gradients: a large model does \
         not hide its activations.\n\n",
    );
    let traced = all.iter().filter(|it| it.case.evidence == Evidence::Traced);
    let moving: Vec<_> = traced.filter_map(|it| Some((it.case.family.as_str(), it.error_of_moving()?))).collect();
    out += &table(&families(&moving), |_| Some(GOAL_OF_MOVING));
    out.push_str(
        "\n## What the allocator holds\n\n\
         Tensors and what PyTorch's caching allocator holds besides, by the rule of `data/reserve.tsv`, against the allocator simulated over\n\
         traced runs (`scripts/trace/allocator.py`). The rule's shares are the middle of these same runs.\n\n",
    );
    out += &table(reserved, |name| [ALL_OF_ONE, ALL_OF_SEVERAL].contains(&name).then_some(GOAL_OF_RESERVE));
    out += &on_devices(device);
    out += &left_out_by_reason(left_out);
    let mut worst: Vec<(f64, &Judged)> = all.iter().filter_map(|it| Some((it.error()?, it))).collect();
    worst.sort_by(|a, b| b.0.abs().total_cmp(&a.0.abs()));
    out.push_str(
        "\n## The worst ten\n\n| case | estimate, GiB | measured, GiB | error | why |\n|---|--:|--:|--:|---|\n",
    );
    for (error, it) in worst.into_iter().take(NAMED_CASES) {
        let _ = writeln!(
            out,
            "| `{}` `{}` | {} | {} | {} | {} |",
            it.case.id,
            it.case.link,
            it.predicted.map_or_else(String::new, gib),
            gib(it.case.measured),
            signed_percent(error),
            it.case.reason.as_deref().unwrap_or("")
        );
    }
    let unanswered: Vec<&Judged> = all.iter().filter(|it| it.predicted.is_none()).collect();
    if !unanswered.is_empty() {
        out.push_str("\n## Not answered\n\n`calibrated` has no formulas for these cases.\n\n");
        for Judged { case, .. } in unanswered {
            let _ = writeln!(out, "- `{}` `{}`", case.id, case.link);
        }
    }
    out + accepted
}

fn on_devices(runs: &[(DeviceRun, Option<f64>)]) -> String {
    let mut out = String::from("\n## Runs on a real GPU\n\n");
    if runs.is_empty() {
        out += "None yet: nobody has run them. `scripts/trace/run.py --device cuda` runs the groups of `device_groups.py` on one, and \
                `scripts/trace/README.md` says what to do with what it records.\n";
        return out;
    }
    out += "Tensors are `max_memory_allocated`, reserved is `max_memory_reserved`; in GiB.\n\n\
            | case | card, driver, PyTorch | tensors | estimate | error | reserved | process | context |\n\
            |---|---|--:|--:|--:|--:|--:|--:|\n";
    for (run, said) in runs {
        let told = |it: Option<f64>| it.map_or_else(|| "–".to_owned(), gib);
        let error = said.map_or_else(|| "–".to_owned(), |it| signed_percent(it / run.case.measured - 1.0));
        let DeviceRun { case, reserved, context, process, machine } = run;
        let (id, tensors, said) = (&case.id, gib(case.measured), told(*said));
        let [reserved, process, context] = [Some(*reserved), *process, *context].map(told);
        let _ =
            writeln!(out, "| `{id}` | {machine} | {tensors} | {said} | {error} | {reserved} | {process} | {context} |");
    }
    out
}

fn left_out_by_reason(left_out: &[(String, Option<f64>)]) -> String {
    let mut out = String::from(
        "\n## Left out\n\n\
         Published figures that are no cases, by reason: configurations that no link states, never errors. Where a link says the run as far as\n\
         it can, its error is told.\n\n\
         | reason | figures | with an error | errors |\n|---|--:|--:|---|\n",
    );
    let mut reasons: Vec<&str> = left_out.iter().map(|it| it.0.as_str()).collect();
    reasons.dedup();
    for reason in reasons {
        let errors: Vec<_> = left_out.iter().filter(|it| it.0 == reason).map(|it| it.1).collect();
        let known: Vec<f64> = errors.iter().flatten().copied().collect();
        let told = known.iter().map(|it| format!("{:+.0} %", 100.0 * it)).collect::<Vec<_>>().join(", ");
        let _ = writeln!(out, "| {reason} | {} | {} | {told} |", errors.len(), known.len());
    }
    out
}

/// A row for each family, with what is asked of it and whether that is missed.
fn table(families: &[Family], goal: impl Fn(&str) -> Option<(f64, f64)>) -> String {
    let mut out = String::from(
        "| family | cases | median | 95 % below | worst | signed mean | deepest under-estimate | goal |\n\
         |---|--:|--:|--:|--:|--:|--:|---|\n",
    );
    for it in families {
        let Family { name, n_cases, .. } = it;
        let [median, p95, worst] = [it.median, it.p95, it.worst].map(percent);
        let [mean, lowest] = [it.mean, it.lowest].map(signed_percent);
        let goal = goal(name).map_or_else(String::new, |(of_median, of_p95)| {
            let missed = if it.median > of_median || it.p95 > of_p95 { ": missed" } else { "" };
            format!("{}, {}{missed}", percent(of_median), percent(of_p95))
        });
        let _ = writeln!(out, "| {name} | {n_cases} | {median} | {p95} | {worst} | {mean} | {lowest} | {goal} |");
    }
    out
}

fn gib(bytes: f64) -> String {
    let gib = Bytes::new(bytes).gib();
    if gib < 0.01 { format!("{gib:.6}") } else { format!("{gib:.3}") }
}

fn percent(share: f64) -> String {
    format!("{:.3} %", 100.0 * share)
}

fn signed_percent(share: f64) -> String {
    format!("{:+.3} %", 100.0 * share)
}
