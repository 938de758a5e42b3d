//! The values of a sweep with their places and what is said of each. It estimates nothing.

use crate::estimator::parameters::Scale;
use crate::estimator::plan::fit::VerdictKind;
use crate::estimator::plan::sweep::{Sweep, SweepAnswer, SweepPoint, Unanswered};
use crate::estimator::{Bytes, Inputs, MemoryUnit, ParameterId, RankKind, Value};
use crate::locale::{LaterTexts, SweepTexts, Texts};
use crate::present::batch::unit_of;
use crate::present::numbers;
use crate::present::value_text::value_text;

/// In which words and figures a sweep is told.
#[derive(Clone, Copy)]
pub struct SweepTold<'a> {
    /// The run whose parameter is swept.
    pub inputs: &'a Inputs,
    /// The unit of memory.
    pub unit: MemoryUnit,
    /// The texts of the language.
    pub texts: &'a Texts,
    /// Those that come later.
    pub later: &'a LaterTexts,
    /// Those of sweeps.
    pub words: &'a SweepTexts,
}

/// One of the values.
#[derive(Clone, Debug, PartialEq)]
pub struct Stop {
    /// Where it stands.
    pub place: f64,
    /// The value.
    pub value: Value,
    /// It in words, with its unit.
    pub name: String,
    /// What the run comes to there; `None` where there is no answer.
    pub total: Option<Bytes>,
    /// How high that is.
    pub height: Option<f64>,
    /// Whether it fits.
    pub verdict: Option<VerdictKind>,
    /// When memory peaks, and where that differs of which stage.
    pub peak: Option<String>,
    /// It all in words.
    pub told: String,
}

/// A value with its unit.
pub(super) fn named(id: ParameterId, value: &Value, told: &SweepTold) -> String {
    let (mode, texts) = (told.inputs.mode(), told.texts);
    let Value::Number(_) = value else { return value_text(id, value, mode, texts) };
    (texts.joints.figure)(&numbers::box_text(id, value, mode), &unit_of(id, told.inputs, texts))
}

/// A place from 0 to 1 between two ends.
pub(super) fn place(value: f64, first: f64, last: f64, scale: Scale) -> f64 {
    if last <= first {
        return 0.5;
    }
    match scale {
        Scale::Logarithmic if first > 0.0 => (value / first).ln() / (last / first).ln(),
        Scale::Logarithmic | Scale::Linear => (value - first) / (last - first),
    }
}

/// Where a value stands; `None` beyond the ends.
pub(super) fn place_of(stops: &[Stop], scale: Scale, value: &Value) -> Option<f64> {
    let Value::Number(value) = value else {
        return stops.iter().find(|it| it.value == *value).map(|it| it.place);
    };
    let (first, last) = (stops.first()?.value.number(), stops.last()?.value.number());
    (first..=last).contains(value).then(|| place(*value, first, last, scale))
}

/// The stop that is nearest to a place, if there is any.
pub(super) fn nearest(stops: &[Stop], place: f64) -> Option<usize> {
    let distance = |at: &usize| (stops[*at].place - place).abs();
    (0..stops.len()).min_by(|a, b| distance(a).total_cmp(&distance(b)))
}

/// All values, told; heights are shares of the axis' `top`, in the unit.
pub(super) fn stops(it: &Sweep, scale: Scale, top: f64, told: &SweepTold) -> Vec<Stop> {
    let (texts, unit) = (told.texts, told.unit);
    let ends = it.points.first().zip(it.points.last()).map(|(first, last)| (&first.value, &last.value));
    let at = |nth: usize, value: &Value| match (value, ends) {
        (Value::Number(value), Some((Value::Number(first), Value::Number(last)))) => {
            place(*value, *first, *last, scale)
        }
        _ => (nth as f64 + 0.5) / it.points.len() as f64,
    };
    let stop = |(nth, point): (usize, &SweepPoint)| {
        let name = named(it.id, &point.value, told);
        let answer = point.answer.as_ref().ok();
        let words = match &point.answer {
            Err(it) => (texts.joints.named)(&name, &reason(it, told)),
            Ok(it) => {
                let amount = numbers::total_amount(it.total, unit);
                let word = (told.later.verdict.word)(it.verdict);
                (told.words.at)(&name, &amount, word)
            }
        };
        Stop {
            place: at(nth, &point.value),
            value: point.value.clone(),
            name,
            total: answer.map(|it| it.total),
            height: answer.map(|it| unit.of(it.total) / top),
            verdict: answer.map(|it| it.verdict),
            peak: answer.map(|answer| peak(it, answer, told)),
            told: words,
        }
    };
    it.points.iter().enumerate().map(stop).collect()
}

/// Why there is no answer.
pub(super) fn reason(it: &Unanswered, told: &SweepTold) -> String {
    match it {
        Unanswered::Run(reason) => (told.later.unsupported)(*reason),
        Unanswered::Mode => told.words.no_answer.to_owned(),
    }
}

/// What is the fullest, in words: a moment, and of which stage where the sweep knows several. Which shards are has no
/// meaning of its own: rows that do not come out even decide it.
fn peak(it: &Sweep, answer: &SweepAnswer, told: &SweepTold) -> String {
    let moment = (told.texts.moment)(answer.moment);
    let is_other = |it: &SweepPoint| it.answer.as_ref().is_ok_and(|it| it.rank != answer.rank);
    if matches!(answer.rank, RankKind::Stage { .. }) && it.points.iter().any(is_other) {
        (told.texts.joints.named)(&(told.later.ranks.kind)(answer.rank), moment)
    } else {
        moment.to_owned()
    }
}
