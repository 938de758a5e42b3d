//! What is known of a total beside it, on paper: hatching for what is held beyond the bar, and a bracket for the error
//! band. It knows no text.

use crate::present::chart::{Scene, Span, bar_span};
use crate::present::drawing::mark::{Area, Ink, Mark};

/// From one line of hatching to the next.
const HATCH: f64 = 5.0;

/// How wide a bracket is, and how far from its bar.
const BRACKET: f64 = 5.0;
const BESIDE: f64 = 2.0;

/// What is lower is no mark.
const LOWEST: f64 = 3.0;

/// What is held beyond a bar of a plot, where that is seen.
pub(super) fn held(scene: &Scene, plot: Area) -> Option<Area> {
    area(scene, plot, scene.held()?)
}

/// The place of the bracket at a bar of a plot, where the band is seen.
pub(super) fn band(scene: &Scene, plot: Area) -> Option<Area> {
    let at = area(scene, plot, scene.band()?)?;
    Some(Area { left: at.left - BESIDE - BRACKET, width: BRACKET, ..at })
}

fn area(scene: &Scene, plot: Area, span: Span) -> Option<Area> {
    let (left, width) = bar_span(scene.bars.len(), span.bar, plot.width);
    let height = (span.top - span.foot) * plot.height;
    let top = plot.top + (1.0 - span.top) * plot.height;
    (height >= LOWEST).then_some(Area { left: plot.left + left, top, width, height })
}

/// Diagonal lines in a place, which end at its edges, and these.
pub(super) fn hatched(at: Area) -> Vec<Mark> {
    let (right, bottom) = (at.left + at.width, at.top + at.height);
    let line = |points| Mark::Line { points, width: 1.0, ink: Ink::Faint };
    let mut res =
        vec![line(vec![(at.left, at.top), (right, at.top), (right, bottom), (at.left, bottom), (at.left, at.top)])];
    let mut foot = at.left - at.height;
    while foot < right {
        let (from, to) = (foot.max(at.left), (foot + at.height).min(right));
        if to > from {
            res.push(line(vec![(from, bottom - (from - foot)), (to, bottom - (to - foot))]));
        }
        foot += HATCH;
    }
    res
}

/// A bracket as tall as a place.
pub(super) fn bracket(at: Area) -> Mark {
    let (right, bottom) = (at.left + at.width, at.top + at.height);
    let points = vec![(right, at.top), (at.left, at.top), (at.left, bottom), (right, bottom)];
    Mark::Line { points, width: 1.0, ink: Ink::Text }
}
