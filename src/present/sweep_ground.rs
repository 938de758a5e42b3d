//! What lies under and on the areas of a sweep: where the run does not fit, is tight or has no answer, where that
//! changes, and where another moment or stage becomes the fullest. It estimates nothing.

use crate::estimator::parameters::Scale;
use crate::estimator::plan::fit::VerdictKind;
use crate::estimator::plan::solve::SolvedKind;
use crate::estimator::plan::sweep::{Sweep, SweepEdge, SweepPoint};
use crate::estimator::{Bytes, ParameterId, Value};
use crate::present::numbers;
use crate::present::sweep_stop::{Stop, SweepTold, named, nearest, place_of, reason};

/// Where the run stops fitting, or starts to.
#[derive(Clone, Debug, PartialEq)]
pub struct Crossing {
    /// The last value that fits, or the first; an end of the plot where that lies outside.
    pub place: f64,
    /// How high the run is there.
    pub height: f64,
    /// Whether it lies outside of the plot; its words have an arrow then.
    pub is_outside: bool,
    /// It in words.
    pub words: String,
    /// Whether these have room beside those before them.
    pub has_room: bool,
}

/// What the run is found to be over a piece of the axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroundKind {
    /// It does not fit, or does not start.
    Short,
    /// It is tight.
    Tight,
    /// There is no answer.
    Unanswered,
}

/// A piece of the ground on which something is to be told; where the run fits there is none.
#[derive(Clone, Debug, PartialEq)]
pub struct Ground {
    /// Where it starts, from 0 to 1.
    pub from: f64,
    /// Where it ends.
    pub to: f64,
    /// What is to be told.
    pub kind: GroundKind,
}

/// The least distance between two crossings' words.
const ROOM: f64 = 0.3;

impl GroundKind {
    fn of(point: &SweepPoint) -> Option<Self> {
        match point.verdict() {
            None => Some(Self::Unanswered),
            Some(VerdictKind::TooMuch | VerdictKind::DoesNotStart) => Some(Self::Short),
            Some(VerdictKind::Tight) => Some(Self::Tight),
            Some(VerdictKind::Fits | VerdictKind::CannotSay | VerdictKind::NoDevice) => None,
        }
    }
}

/// The pieces of the ground, from the left: between two stops they part where the run stops fitting, else in the
/// middle.
pub(super) fn grounds(it: &Sweep, stops: &[Stop], scale: Scale) -> Vec<Ground> {
    let edges: Vec<f64> = it.edges.iter().filter_map(|it| place_of(stops, scale, &Value::Number(it.value))).collect();
    let n_stops = stops.len();
    let boundary = |at: usize| match at {
        0 => 0.0,
        _ if at == n_stops => 1.0,
        _ => {
            let (left, right) = (stops[at - 1].place, stops[at].place);
            edges.iter().copied().find(|it| (left..=right).contains(it)).unwrap_or((left + right) / 2.0)
        }
    };
    let mut res: Vec<Ground> = Vec::new();
    for (at, point) in it.points.iter().enumerate() {
        let Some(kind) = GroundKind::of(point) else { continue };
        let (from, to) = (boundary(at), boundary(at + 1));
        match res.last_mut() {
            Some(last) if last.kind == kind && last.to == from => last.to = to,
            _ => res.push(Ground { from, to, kind }),
        }
    }
    res
}

/// Every value at which the run stops or starts to fit, from the left; also the one that was searched for, where it
/// lies outside.
pub(super) fn crossings(it: &Sweep, stops: &[Stop], scale: Scale, told: &SweepTold) -> Vec<Crossing> {
    let crossing = |place: f64, is_outside: bool, words: String| Crossing {
        place,
        height: height_at(stops, place).unwrap_or(0.0),
        is_outside,
        words,
        has_room: true,
    };
    let mut res: Vec<Crossing> = Vec::new();
    for edge in &it.edges {
        let place = place_of(stops, scale, &Value::Number(edge.value));
        res.extend(place.map(|place| crossing(place, false, edge_words(it.id, edge, told))));
    }
    let ends = stops.first().zip(stops.last()).map(|(first, last)| (&first.value, &last.value));
    if let (Some(edge), Some((Value::Number(first), Value::Number(last)))) = (it.crossing.and_then(searched), ends) {
        let (value, words) = (edge.value, edge_words(it.id, &edge, told));
        if value < *first {
            res.insert(0, crossing(0.0, true, format!("← {words}")));
        } else if value > *last {
            res.push(crossing(1.0, true, format!("{words} →")));
        } else if it.edges.iter().all(|it| it.value != value) {
            // Beyond it there is no answer.
            if let Some(place) = place_of(stops, scale, &Value::Number(value)) {
                let at = res.iter().take_while(|it| it.place < place).count();
                res.insert(at, crossing(place, false, words));
            }
        }
    }
    let mut last = f64::NEG_INFINITY;
    for it in &mut res {
        it.has_room = it.place - last >= ROOM;
        if it.has_room {
            last = it.place;
        }
    }
    res
}

/// How high the edge of the areas is at a place, which between two stops is a straight line; that of the nearest stop
/// where one of them has no answer.
fn height_at(stops: &[Stop], place: f64) -> Option<f64> {
    let after = stops.iter().position(|it| it.place >= place).filter(|at| *at > 0);
    let between = after.and_then(|at| {
        let (left, right) = (&stops[at - 1], &stops[at]);
        let share = (place - left.place) / (right.place - left.place);
        Some(left.height? + share * (right.height? - left.height?))
    });
    between.or_else(|| nearest(stops, place).and_then(|at| stops[at].height))
}

/// What was found of the whole parameter, in a few words.
pub(super) fn summary(it: &Sweep, crossings: &[Crossing], told: &SweepTold) -> String {
    let words: Vec<_> = crossings.iter().map(|it| it.words.as_str()).collect();
    if words.is_empty() {
        return it.crossing.map(|kind| crossing_words(it.id, kind, told)).unwrap_or_default();
    }
    (told.texts.joints.names)(&words)
}

/// What a search for where a run stops fitting found, in words.
pub fn crossing_words(id: ParameterId, kind: SolvedKind, told: &SweepTold) -> String {
    match kind {
        SolvedKind::Every(_) => told.later.advice.every.to_owned(),
        _ => searched(kind).map_or(told.later.advice.no_value.to_owned(), |it| edge_words(id, &it, told)),
    }
}

/// The edge that a search found.
fn searched(kind: SolvedKind) -> Option<SweepEdge> {
    let (value, is_most, kind) = match kind {
        SolvedKind::Most(value) => (value, true, VerdictKind::Fits),
        SolvedKind::Nothing { tight: Some(value) } => (value, true, VerdictKind::Tight),
        SolvedKind::Fewest(value) => (value, false, VerdictKind::Fits),
        _ => return None,
    };
    Some(SweepEdge { value, is_most, kind })
}

fn edge_words(id: ParameterId, edge: &SweepEdge, told: &SweepTold) -> String {
    let say = match (edge.kind, edge.is_most) {
        (VerdictKind::Tight, true) => told.later.advice.tight,
        (VerdictKind::Tight, false) => told.words.tight_from,
        (_, true) => told.later.advice.fits_to,
        (_, false) => told.words.fits_from,
    };
    say(&named(id, &Value::Number(edge.value), told))
}

/// How many values have no answer, and why the first of them has none; nothing where all have one.
pub(super) fn unanswered(it: &Sweep, told: &SweepTold) -> Option<String> {
    let reasons: Vec<_> = it.points.iter().filter_map(|it| it.answer.as_ref().err()).collect();
    Some((told.words.unanswered)(reasons.len(), &reason(reasons.first()?, told)))
}

/// Where another moment or stage becomes the fullest, and all of it in words; nothing where it is always the same.
pub(super) fn turns(stops: &[Stop], told: &SweepTold) -> (Vec<f64>, Option<String>) {
    /// Turns that are told in words; the table has the others.
    const MOST_TOLD: usize = 4;
    let stops: Vec<_> = stops.iter().filter_map(|it| Some((it, it.peak.as_deref()?))).collect();
    let turned: Vec<_> = stops.windows(2).filter(|it| it[0].1 != it[1].1).map(|it| it[1]).collect();
    let (Some((_, first)), false) = (stops.first(), turned.is_empty()) else { return (Vec::new(), None) };
    let turn = |(stop, peak): &(&Stop, &str)| (told.words.turn)(&stop.name, peak);
    let mut words = (told.words.first_peak)(first);
    words.extend(turned.iter().take(MOST_TOLD).map(turn));
    if turned.len() > MOST_TOLD {
        words.push('…');
    }
    (turned.iter().map(|it| it.0.place).collect(), Some(words))
}

/// What is said of the device's memory where the parameter moves it: from the least to the most.
pub(super) fn capacity_moves(it: &Sweep, told: &SweepTold) -> Option<String> {
    let all: Vec<f64> = it.points.iter().filter_map(|it| it.capacity.map(Bytes::count)).collect();
    let (least, most) = (all.iter().copied().reduce(f64::min)?, all.iter().copied().reduce(f64::max)?);
    let figure = numbers::figure(told.unit.of(Bytes::new(least)), 1);
    (least < most).then(|| (told.words.capacity_moves)(&figure, &numbers::total_amount(Bytes::new(most), told.unit)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Broken before: the ring of a crossing stood as high as the nearest stop, beside the edge that is drawn between
    /// two of them.
    #[test]
    fn a_crossing_lies_on_the_edge() {
        let stop = |place: f64, height: f64| Stop {
            place,
            value: Value::Number(place),
            name: String::new(),
            total: None,
            height: Some(height),
            verdict: None,
            peak: None,
            told: String::new(),
        };
        let stops = [stop(0.0, 0.2), stop(0.4, 0.4), stop(0.8, 0.9)];
        for (place, height) in [(0.0, 0.2), (0.1, 0.25), (0.4, 0.4), (0.6, 0.65), (0.8, 0.9), (1.0, 0.9)] {
            let it = height_at(&stops, place).expect("a height");
            assert!((it - height).abs() < 1e-9, "{place}: {it}");
        }
        let unanswered = Stop { height: None, ..stop(0.4, 0.0) };
        assert_eq!(height_at(&[stop(0.0, 0.2), unanswered], 0.1), Some(0.2));
    }
}
