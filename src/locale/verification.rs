//! The shape of the Verification view's texts. It holds no text.

use crate::estimator::verification::{ResultKind, RowNote, Verdict};

/// The Verification view.
pub struct VerificationTexts {
    /// Heading and what stands below it.
    pub title: &'static str,
    /// How the figures come about.
    pub lede: &'static str,
    /// "rows match to the last printed digit", after the count.
    pub tally: &'static str,
    /// "9 of 9".
    pub tally_count: fn(usize, usize) -> String,
    /// Heading of the table.
    pub table: &'static str,
    /// What to know about the table.
    pub table_note: &'static str,
    /// Heading of the examples.
    pub examples: &'static str,
    /// What to know about the examples.
    pub examples_note: &'static str,
    /// Heads: mode, dragged, document, ours, documented, before, after, change, verdict.
    pub heads: [&'static str; 9],
    /// A row's note.
    pub note: fn(RowNote) -> String,
    /// What a row starts with beside the mode's defaults: `batchSize 4, …`; empty where nothing.
    pub start: fn(&str) -> String,
    /// A verdict on one figure.
    pub verdict: fn(Verdict) -> &'static str,
    /// A verdict, read out after the figure.
    pub verdict_aloud: fn(Verdict) -> String,
    /// A verdict, explained.
    pub verdict_why: fn(Verdict) -> &'static str,
    /// Example 3: the document says a direction only.
    pub direction: &'static str,
    /// An intermediate result.
    pub fact: fn(ResultKind) -> String,
    /// Unit of an intermediate result.
    pub fact_unit: fn(ResultKind) -> &'static str,
    /// Starts the drag.
    pub play: &'static str,
    /// Stops the drag.
    pub pause: &'static str,
    /// Loads the row into the Estimate view.
    pub open: &'static str,
    /// Accessible names of the two: what, row.
    pub for_row: fn(&str, &str) -> String,
    /// "step 7 of 14, no easing: what you read is what was computed".
    pub step: fn(usize, usize) -> String,
    /// The slider of a running drag.
    pub replay: fn(&str) -> String,
    /// Heading of the accuracy of `calibrated`.
    pub accuracy: &'static str,
    /// What is compared.
    pub accuracy_note: &'static str,
    /// Said when the file of cases cannot be had.
    pub accuracy_missing: &'static str,
    /// What the two axes are.
    pub accuracy_axes: &'static str,
    /// Heads: family, cases, median, 95 %, worst, signed mean, deepest under-estimate.
    pub accuracy_heads: [&'static str; 7],
    /// A family of cases by its name in the data; one that has no other name is called by it.
    pub accuracy_family: fn(&str) -> &str,
    /// A case: name, estimated, measured, signed error in per cent.
    pub accuracy_case: fn(&str, &str, &str, &str) -> String,
    /// Heading of the cases that are missed most.
    pub accuracy_worst: &'static str,
}
