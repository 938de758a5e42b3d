//! A sweep as stacked areas: outlines in shares of the plot, labels with their places, and a table of a dozen of its
//! points; what lies under and on them `sweep_ground` says. It knows neither pixels nor colours, and estimates nothing.

use crate::estimator::parameters::Scale;
use crate::estimator::plan::sweep::{Sweep, SweepAnswer};
use crate::estimator::{Bytes, ComponentGroup, MemoryUnit, ParameterId, Value};
use crate::present::chart::{Tick, axis, is_near, tick_step};
use crate::present::numbers;
use crate::present::sweep_ground::{Crossing, Ground, capacity_moves, crossings, grounds, summary, turns, unanswered};
use crate::present::sweep_stop::{Stop, SweepTold, nearest, place, place_of, stops};
use crate::present::value_text::value_text;

/// Everything that the chart shows. Heights are from 0 (the axis) to 1 (the top), places from 0 (the left) to 1.
#[derive(Clone, Debug, PartialEq)]
pub struct SweepScene {
    /// The parameter.
    pub id: ParameterId,
    /// Lines of the grid, from the bottom.
    pub ticks: Vec<Tick>,
    /// Values below the axis, with their places.
    pub labels: Vec<(f64, String)>,
    /// What is stacked, from the bottom.
    pub areas: Vec<SweepArea>,
    /// The line at which the device ends, as pieces of places and heights; it moves where the parameter decides the
    /// device.
    pub capacity: Vec<Vec<(f64, f64)>>,
    /// What is said at that line where it moves; else it is the device's.
    pub capacity_moves: Option<String>,
    /// Where the run does not fit, is tight or has no answer.
    pub grounds: Vec<Ground>,
    /// Where it stops or starts to fit, from the left.
    pub crossings: Vec<Crossing>,
    /// All of that in a few words.
    pub summary: String,
    /// How many values have no answer, and why.
    pub unanswered: Option<String>,
    /// Where another moment or stage becomes the fullest.
    pub turns: Vec<f64>,
    /// These in words.
    pub turns_said: Option<String>,
    /// Every value, for whoever points at it or moves the handle.
    pub stops: Vec<Stop>,
    /// Whether values stand for themselves, as choices do, and nothing lies between them.
    pub is_stepped: bool,
    scale: Scale,
}

/// What a group of components takes.
#[derive(Clone, Debug, PartialEq)]
pub struct SweepArea {
    /// Which.
    pub group: ComponentGroup,
    /// Its outlines: one, unless there is no answer for some values.
    pub outlines: Vec<Vec<(f64, f64)>>,
    /// Its figure beside the right end and the height of its middle there, if it has room.
    pub end: Option<(f64, String)>,
}

/// The share of its column that a value which stands for itself takes.
const SHARE_OF_COLUMN: f64 = 0.6;

/// Ratios between labels below the axis that have room.
const N_LABELS: i32 = 6;

/// Rows of the table.
const N_ROWS: usize = 12;

/// The least height of an area's end beside which a figure has room.
const LABEL_HEIGHT: f64 = 0.075;

/// What the chart shows of a sweep whose values are spaced by `scale`.
pub fn sweep_scene(it: &Sweep, scale: Scale, told: &SweepTold) -> SweepScene {
    let unit = told.unit;
    let totals = it.points.iter().filter_map(|it| it.answer.as_ref().ok()).map(|it| it.total.count());
    let largest = Bytes::new(totals.fold(0.0, f64::max));
    let ends = it.points.iter().map(|it| it.capacity.filter(|it| is_near(*it, largest)).map(|it| unit.of(it)));
    let ends: Vec<Option<f64>> = ends.collect();
    let (ticks, top) = axis(ends.iter().flatten().fold(unit.of(largest), |most, it| most.max(*it)));
    let stops = stops(it, scale, top, told);
    let is_stepped = !matches!(it.points.first().map(|it| &it.value), Some(Value::Number(_)));
    let half = if is_stepped { SHARE_OF_COLUMN / 2.0 / it.points.len() as f64 } else { 0.0 };
    let crossings = crossings(it, &stops, scale, told);
    // Choices stand side by side, each with its own peak by its name.
    let (turns, turns_said) = if is_stepped { (Vec::new(), None) } else { turns(&stops, told) };
    SweepScene {
        id: it.id,
        ticks,
        labels: labels(&stops, is_stepped, scale, it.id, told),
        areas: areas(it, &stops, half, unit, top),
        capacity: capacity(&stops, &ends, is_stepped, top),
        capacity_moves: capacity_moves(it, told),
        grounds: grounds(it, &stops, scale),
        summary: summary(it, &crossings, told),
        crossings,
        unanswered: unanswered(it, told),
        turns,
        turns_said,
        stops,
        is_stepped,
        scale,
    }
}

impl SweepScene {
    /// Where a value stands; `None` beyond the ends.
    pub fn place(&self, value: &Value) -> Option<f64> {
        place_of(&self.stops, self.scale, value)
    }

    /// The stop that is nearest to a place, if there is any.
    pub fn nearest(&self, place: f64) -> Option<usize> {
        nearest(&self.stops, place)
    }

    /// A dozen of the values, from end to end.
    pub fn rows(&self) -> impl Iterator<Item = &Stop> {
        let last = self.stops.len().saturating_sub(1);
        let n_rows = N_ROWS.min(self.stops.len());
        (0..n_rows).filter_map(move |at| self.stops.get(at * last / (n_rows - 1).max(1)))
    }
}

fn labels(stops: &[Stop], is_stepped: bool, scale: Scale, id: ParameterId, told: &SweepTold) -> Vec<(f64, String)> {
    if is_stepped {
        return stops.iter().map(|it| (it.place, value_text(id, &it.value, told.inputs.mode(), told.texts))).collect();
    }
    let Some((first, last)) = stops.first().zip(stops.last()).map(|it| (it.0.value.number(), it.1.value.number()))
    else {
        return Vec::new();
    };
    let label = |value: f64| {
        let text = numbers::box_text(id, &Value::Number(value), told.inputs.mode());
        (place(value, first, last, scale), text)
    };
    let mut round = round_values(first, last, scale);
    if round.len() < 2 {
        round = vec![first, last];
    }
    round.into_iter().map(label).collect()
}

/// Round values between two, as many as have room: by ratios of 2 where the scale is one of ratios.
fn round_values(first: f64, last: f64, scale: Scale) -> Vec<f64> {
    if scale == Scale::Logarithmic && first > 0.0 {
        let (low, high) = (first.log2().ceil() as i32, last.log2().floor() as i32);
        let stride = 1 + (high - low).max(0) / N_LABELS;
        return (low..=high).step_by(stride as usize).map(|it| 2f64.powi(it)).collect();
    }
    let step = tick_step(last - first);
    let (low, high) = ((first / step).ceil(), (last / step).floor());
    (0..=(high - low).max(0.0) as usize).map(|it| (low + it as f64) * step).collect()
}

/// The line at which the device ends; where nothing lies between values, a piece across each column.
fn capacity(stops: &[Stop], ends: &[Option<f64>], is_stepped: bool, top: f64) -> Vec<Vec<(f64, f64)>> {
    let half = if is_stepped { 0.5 / stops.len() as f64 } else { 0.0 };
    let mut res = pieces(stops.iter().zip(ends).map(|(at, end)| Some((at.place - half, (*end)? / top))), is_stepped);
    if is_stepped {
        res.iter_mut().for_each(|it| it.extend(it.first().map(|(left, height)| (left + 2.0 * half, *height))));
    }
    res
}

fn areas(it: &Sweep, stops: &[Stop], half: f64, unit: MemoryUnit, top: f64) -> Vec<SweepArea> {
    let of = |answer: &SweepAnswer, is_asked: &dyn Fn(ComponentGroup) -> bool| -> f64 {
        let all = answer.components.iter().filter(|it| is_asked(it.0.group())).map(|it| unit.of(it.1));
        all.sum::<f64>() / top
    };
    let groups = it.components();
    let mut groups: Vec<ComponentGroup> = groups.iter().map(|it| it.group()).collect();
    groups.dedup();
    let area = |(at, &group): (usize, &ComponentGroup)| {
        let below = &groups[..at];
        let heights = it.points.iter().zip(stops).map(|(point, stop)| {
            let answer = point.answer.as_ref().ok()?;
            let bottom = of(answer, &|it| below.contains(&it));
            Some((stop.place, (bottom, bottom + of(answer, &|it| it == group))))
        });
        let pieces = pieces(heights, half > 0.0);
        let outline = |piece: &Vec<(f64, (f64, f64))>| -> Vec<(f64, f64)> {
            if half > 0.0 {
                let [(place, (bottom, top)), ..] = piece[..] else { return Vec::new() };
                let (left, right) = (place - half, place + half);
                return vec![(left, top), (right, top), (right, bottom), (left, bottom)];
            }
            let piece = &widened(piece, stops);
            let tops = piece.iter().map(|it| (it.0, it.1.1));
            tops.chain(piece.iter().rev().map(|it| (it.0, it.1.0))).collect()
        };
        let last = it.points.last().and_then(|it| it.answer.as_ref().ok()).filter(|_| half == 0.0);
        let end = last.and_then(|answer| {
            let (bottom, own) = (of(answer, &|it| below.contains(&it)), of(answer, &|it| it == group));
            (own >= LABEL_HEIGHT).then(|| (bottom + own / 2.0, numbers::figure(own * top, 1)))
        });
        SweepArea { group, outlines: pieces.iter().map(outline).collect(), end }
    };
    groups.iter().enumerate().map(area).collect()
}

/// A value between two without an answer as a slim column, so that it can be seen.
fn widened<T: Copy>(piece: &[(f64, T)], stops: &[Stop]) -> Vec<(f64, T)> {
    let [(place, it)] = piece else { return piece.to_vec() };
    let half = SHARE_OF_COLUMN / 4.0 / stops.len() as f64;
    vec![((place - half).max(0.0), *it), (*place, *it), ((place + half).min(1.0), *it)]
}

/// What hangs together, where some values have nothing; each alone where nothing lies between values.
fn pieces<T>(all: impl Iterator<Item = Option<(f64, T)>>, is_stepped: bool) -> Vec<Vec<(f64, T)>> {
    let mut res: Vec<Vec<(f64, T)>> = Vec::new();
    let mut is_open = false;
    for it in all {
        let Some(it) = it else {
            is_open = false;
            continue;
        };
        match res.last_mut() {
            Some(piece) if is_open => piece.push(it),
            _ => res.push(vec![it]),
        }
        is_open = !is_stepped;
    }
    res
}
