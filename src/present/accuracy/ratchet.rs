//! What has become worse since the lines of [`points`](crate::present::accuracy::points) were last written, to the
//! byte, and the list of what was accepted all the same. It writes no file.

use crate::present::accuracy::judged::Judged;
use std::collections::{HashMap, HashSet};
use std::fmt::{self, Display, Formatter, Write};

/// What stands in a line in place of bytes that nothing estimates.
pub(super) const NO_ANSWER: &str = "-";

/// Heading of what was accepted; everything from it to the end of the report is kept when the report is written anew.
const ACCEPTED: &str = "\n## Accepted although worse\n";

/// How a case has become worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetbackKind {
    /// The estimate is farther from what was measured: bytes that it missed by before, and now.
    Farther {
        /// Before.
        before: u64,
        /// Now.
        now: u64,
    },
    /// There was an estimate, and there is none.
    NoAnswer,
    /// There was a case, and there is none.
    Vanished,
    /// More than one case has the name now, so that one of them is compared with nothing.
    NameIsTaken,
}

/// A case that has become worse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setback {
    /// The case's name.
    pub id: String,
    /// How.
    pub kind: SetbackKind,
}

impl Display for Setback {
    fn fmt(&self, out: &mut Formatter) -> fmt::Result {
        let Self { id, kind } = self;
        match kind {
            SetbackKind::Farther { before, now } => write!(out, "`{id}`: missed by {now} B, before by {before} B"),
            SetbackKind::NoAnswer => write!(out, "`{id}`: no longer answered"),
            SetbackKind::Vanished => write!(out, "`{id}`: no longer among the cases"),
            SetbackKind::NameIsTaken => write!(out, "`{id}`: the name of more than one case"),
        }
    }
}

/// Whole bytes, as lines hold them.
pub(super) fn whole(bytes: f64) -> i64 {
    bytes.round_ties_even() as i64
}

/// A line of the former cases.
struct Former {
    /// By how many bytes the estimate missed; `None` where there was none.
    missed_by: Option<u64>,
    /// Measured bytes.
    measured: u64,
}

/// The cases that are worse than in the former lines, in the order of the cases and then of the lines. What is new is
/// never worse.
///
/// # Errors
/// Names a line that cannot be read: compared with nothing, any figure would pass.
pub fn setbacks(former_lines: &str, all: &[Judged]) -> Result<Vec<Setback>, String> {
    let mut former = HashMap::new();
    let mut order = Vec::new();
    for (at, line) in former_lines.lines().enumerate() {
        let (id, it) = read(line).ok_or_else(|| format!("line {} cannot be read: {line}", at + 1))?;
        order.push(id);
        if former.insert(id, it).is_some() {
            return Err(format!("line {}: {id} stands there twice", at + 1));
        }
    }
    let mut seen = HashSet::new();
    let mut res = Vec::new();
    for judged in all {
        let id = judged.case.id.as_str();
        let kind = if seen.insert(id) {
            former.get(id).and_then(|it| compare(it, judged))
        } else {
            Some(SetbackKind::NameIsTaken)
        };
        res.extend(kind.map(|kind| Setback { id: id.to_owned(), kind }));
    }
    let vanished = order.into_iter().filter(|id| !seen.contains(id));
    res.extend(vanished.map(|id| Setback { id: id.to_owned(), kind: SetbackKind::Vanished }));
    Ok(res)
}

fn read(line: &str) -> Option<(&str, Former)> {
    let fields: Vec<&str> = line.split('\t').collect();
    let [_, over, measured, id, _] = fields[..] else { return None };
    let missed_by = if over == NO_ANSWER { None } else { Some(over.parse::<i64>().ok()?.unsigned_abs()) };
    Some((id, Former { missed_by, measured: measured.parse().ok()? }))
}

fn compare(former: &Former, judged: &Judged) -> Option<SetbackKind> {
    // What had no answer cannot become worse.
    let before = former.missed_by?;
    let Some(now) = judged.predicted.map(whole) else { return Some(SetbackKind::NoAnswer) };
    let measured = whole(judged.case.measured);
    let now = now.abs_diff(measured);
    // Shares of what was measured, multiplied out: exact, and the bytes themselves where that has stayed the same.
    let is_farther =
        u128::from(now) * u128::from(former.measured) > u128::from(before) * u128::from(measured.unsigned_abs());
    is_farther.then_some(SetbackKind::Farther { before, now })
}

/// The part of a report that lists what was accepted, to stand at the end of the next one; empty where nothing was.
pub fn accepted(report: &str) -> &str {
    report.find(ACCEPTED).map_or("", |at| &report[at..])
}

/// The same list with one entry more: the reason, and the cases.
///
/// # Errors
/// A reason that says nothing, or that has more than one line, is none.
pub fn accept(accepted: &str, reason: &str, setbacks: &[Setback]) -> Result<String, String> {
    let reason = reason.trim();
    if !reason.chars().any(char::is_alphanumeric) {
        return Err("the reason says nothing".to_owned());
    }
    if reason.chars().any(char::is_control) {
        return Err("the reason must be one line of text".to_owned());
    }
    let mut out = accepted.to_owned();
    if out.is_empty() {
        out.push_str(ACCEPTED);
    }
    // Writing to a string cannot fail.
    let _ = write!(out, "\n### {reason}\n\n");
    for it in setbacks {
        let _ = writeln!(out, "- {it}");
    }
    Ok(out)
}
