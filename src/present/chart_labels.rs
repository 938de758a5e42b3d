//! Where labels of the stacked bars stand: totals above, names and figures beside them, and none on the line at which
//! the device ends. It knows neither pixels nor colours.

use crate::present::chart::{Bar, Scene, Segment};

/// A label beside a bar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SegmentLabel<'a> {
    /// What it names.
    pub segment: &'a Segment,
    /// The height of its middle.
    pub middle: f64,
    /// How many lines it takes: name and figure in one, or one below the other.
    pub lines: usize,
}

/// How far a label keeps from the line at which the device ends, in lines of text.
const CLEARANCE: f64 = 0.25;

/// How far above its bar a total may stand, in heights of it.
const FARTHEST_TOTAL: f64 = 2.5;

impl Bar {
    /// The labels that have room beside the bar: each within its segment, none on another one and none on the device's
    /// line. `line` is how tall a line of text is, and `lines` how many a label takes; 0 where it has no room.
    pub fn labelled(
        &self,
        line: f64,
        capacity: Option<f64>,
        lines: &dyn Fn(&Segment) -> usize,
    ) -> Vec<SegmentLabel<'_>> {
        let mut res: Vec<SegmentLabel> = Vec::new();
        let mut free = 0.0;
        for segment in &self.segments {
            let lines = lines(segment);
            let half = lines as f64 * line / 2.0;
            if lines == 0 || segment.height() < 2.0 * half {
                continue;
            }
            let is_inside = |it: &f64| it - half >= segment.bottom && it + half <= segment.top;
            let middle = segment.middle();
            let away = half + CLEARANCE * line;
            let middle = match capacity {
                Some(end) if (middle - end).abs() < away => {
                    let [above, below] = [end + away, end - away];
                    let nearest = if middle < end { [below, above] } else { [above, below] };
                    nearest.into_iter().find(is_inside)
                }
                _ => Some(middle),
            };
            if let Some(middle) = middle.filter(|it| it - half >= free) {
                free = middle + half;
                res.push(SegmentLabel { segment, middle, lines });
            }
        }
        res
    }
}

impl Scene {
    /// The height on which a bar's total stands, which is `tall`: above what is held beyond the bar, and above the
    /// device's line where it would lie on that.
    pub fn foot_of_total(&self, bar: usize, tall: f64) -> f64 {
        let top = self.bars.get(bar).map_or(0.0, Bar::top);
        // Where much is held, a total above it would be read as all of that.
        let foot = match self.reach {
            Some(it) if it.bar == bar && it.held < top + FARTHEST_TOTAL * tall => it.held.max(top),
            _ => top,
        };
        let end = self.capacity.filter(|it| (foot..foot + tall).contains(it));
        end.map_or(foot, |it| it + CLEARANCE * tall)
    }
}

/// How many lines a label takes in some room, by the widths of its name, its figure and the gap between them; 0 where
/// it has no room: a figure without its name says nothing.
pub fn lines_of_label(name: f64, figure: f64, gap: f64, room: f64) -> usize {
    if name + gap + figure <= room {
        1
    } else if name.max(figure) <= room {
        2
    } else {
        0
    }
}
