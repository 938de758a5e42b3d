//! Grid, bars and the line of the device, as rectangles. It knows no text.

use crate::estimator::ComponentGroup;
use crate::present::chart::{Scene, Tick, bar_span};
use crate::present::drawing::mark::{Area, Ink, Mark};

/// A scene in a place, with lines of some thickness; the group that the reader points at stands out.
pub fn bars(scene: &Scene, place: Area, line: f64, pointed: Option<ComponentGroup>) -> Vec<Mark> {
    let y = |share: f64| height_in(place, line, share);
    let mut res = vec![Mark::Rectangle { at: place, ink: Ink::Ground, is_faded: false }];
    res.extend(grid(&scene.ticks, place, line));
    for (at, bar) in scene.bars.iter().enumerate() {
        let (left, width) = bar_span(scene.bars.len(), at, place.width);
        for segment in &bar.segments {
            let (top, bottom) = (y(segment.top), y(segment.bottom));
            let at = Area { left: place.left + left, top, width, height: bottom - top };
            let is_faded = pointed.is_some_and(|group| group != segment.group());
            res.push(Mark::Rectangle { at, ink: Ink::Group(segment.group()), is_faded });
            // Segments are parted by a line of the ground, unless that would swallow them.
            if at.height > 2.0 * line {
                let at = Area { height: line, ..at };
                res.push(Mark::Rectangle { at, ink: Ink::Ground, is_faded: false });
            }
        }
    }
    res.extend(scene.capacity.map(|height| {
        let at = Area { top: y(height), height: 2.0 * line, ..place };
        Mark::Rectangle { at, ink: Ink::Capacity, is_faded: false }
    }));
    res
}

/// How far from the top edge a height is: the top line of the grid must stay inside the place.
pub(super) fn height_in(place: Area, line: f64, share: f64) -> f64 {
    place.top + (1.0 - share) * (place.height - line)
}

/// The lines of the grid.
pub(super) fn grid(ticks: &[Tick], place: Area, line: f64) -> Vec<Mark> {
    let line_of = |tick: &Tick| {
        let ink = if tick.height == 0.0 { Ink::Axis } else { Ink::Grid };
        let at = Area { top: height_in(place, line, tick.height), height: line, ..place };
        Mark::Rectangle { at, ink, is_faded: false }
    };
    ticks.iter().map(line_of).collect()
}
