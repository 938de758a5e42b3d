//! The stacked bar chart as geometry: heights in shares of the axis, labels with their places, and what
//! lies under a pointer. It knows neither pixels nor colours.

use crate::estimator::expr::short;
use crate::estimator::{Bytes, Component, ComponentGroup, Estimate, Line, MemoryUnit, MethodId, MomentId};
use crate::locale::Texts;

/// Everything that the chart shows, with heights from 0 (the axis) to 1 (the top).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scene {
    /// Lines of the grid, from the bottom.
    pub ticks: Vec<Tick>,
    /// One bar for each method in the methods' order, or for each moment in the run's.
    pub bars: Vec<Bar>,
    /// The height of the line at which the device ends; `None` without a device, and where it ends far above all bars.
    pub capacity: Option<f64>,
}

/// A line of the grid.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// Its height.
    pub height: f64,
    /// Its figure, in the scene's unit.
    pub label: String,
}

/// What a bar stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BarName {
    /// The peak of a method's estimate.
    Method(MethodId),
    /// A moment of a run.
    Moment {
        /// Which moment.
        id: MomentId,
        /// Whether it is the one at which memory peaks.
        is_peak: bool,
    },
    /// Today's configuration, and those that are pinned behind it, by their places.
    Pinned(usize),
}

impl BarName {
    /// It in words.
    pub fn told(self, texts: &Texts) -> &'static str {
        match self {
            Self::Method(method) => (texts.method)(method).label,
            Self::Moment { id, .. } => (texts.moment)(id),
            Self::Pinned(0) => texts.chart.now,
            Self::Pinned(at) => pin_letter(at),
        }
    }
}

/// The bar of a method or of a moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// What it stands for.
    pub name: BarName,
    /// The whole.
    pub total: Bytes,
    /// Its parts, from the bottom.
    pub segments: Vec<Segment>,
}

/// A part of a bar.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    /// What it stands for.
    pub component: Component,
    /// How much.
    pub bytes: Bytes,
    /// Where it starts.
    pub bottom: f64,
    /// Where it ends.
    pub top: f64,
}

impl Segment {
    /// The colour and legend entry.
    pub fn group(&self) -> ComponentGroup {
        self.component.group()
    }

    /// The segment's height.
    pub fn height(&self) -> f64 {
        self.top - self.bottom
    }

    /// The middle, where a label stands.
    pub fn middle(&self) -> f64 {
        (self.top + self.bottom) / 2.0
    }
}

/// How many times as much as the largest bar a device may have for its end to be drawn: beyond that the bars would be
/// too low to read, and whether they fit is no question.
const FARTHEST_CAPACITY: f64 = 2.0;

/// Grid lines that a chart has at most, the axis not counted.
const MOST_TICKS: f64 = 6.0;

impl Scene {
    /// The peaks of some estimates, side by side, and the line at which their device ends, if they have one.
    pub fn of_methods(estimates: &[Estimate], capacity: Option<Bytes>, unit: MemoryUnit) -> Self {
        let bars = estimates.iter().map(|it| (BarName::Method(it.method()), it.total(), it.lines()));
        Self::lay_out(bars.collect(), largest(estimates), capacity, unit)
    }

    /// Today's estimate and those of pinned configurations, side by side, each under its place; those without an answer
    /// have no bar. The line is that of today's device.
    pub fn of_pinned<'a>(
        estimates: impl Iterator<Item = Option<&'a Estimate>>,
        capacity: Option<Bytes>,
        unit: MemoryUnit,
    ) -> Self {
        let bars = estimates.enumerate();
        let bars = bars.filter_map(|(at, it)| it.map(|it| (BarName::Pinned(at), it.total(), it.lines())));
        let bars: Vec<_> = bars.collect();
        let largest = bars.iter().map(|it| it.1.count()).fold(0.0, f64::max);
        Self::lay_out(bars, Bytes::new(largest), capacity, unit)
    }

    /// The moments of a method's estimate, in the order in which the run meets them; nothing where it has no estimate.
    /// The axis is that of [`Scene::of_methods`], so that the two charts can be held against each other.
    pub fn of_moments(estimates: &[Estimate], method: MethodId, capacity: Option<Bytes>, unit: MemoryUnit) -> Self {
        let Some(estimate) = estimates.iter().find(|it| it.method() == method) else { return Self::default() };
        let peak = estimate.peak().id();
        let name = |id| BarName::Moment { id, is_peak: id == peak };
        let bars = estimate.moments().iter().map(|it| (name(it.id()), it.total(), it.lines()));
        Self::lay_out(bars.collect(), largest(estimates), capacity, unit)
    }

    /// Lays out bars on one axis, which has room for `largest` and for the device, and ends at a round figure of the
    /// unit.
    fn lay_out(
        bars: Vec<(BarName, Bytes, &[Line])>,
        largest: Bytes,
        capacity: Option<Bytes>,
        unit: MemoryUnit,
    ) -> Self {
        let capacity = capacity.filter(|it| is_near(*it, largest)).map(|it| unit.of(it));
        let (ticks, axis) = axis(unit.of(largest).max(capacity.unwrap_or(0.0)));
        let bars = bars.into_iter().map(|(name, total, lines)| {
            let mut bottom = 0.0;
            let segments = lines.iter().map(|line| {
                let bytes = line.formula.bytes();
                let top = bottom + unit.of(bytes) / axis;
                let segment = Segment { component: line.component, bytes, bottom, top };
                bottom = top;
                segment
            });
            Bar { name, total, segments: segments.collect() }
        });
        Self { ticks, bars: bars.collect(), capacity: capacity.map(|it| it / axis) }
    }

    /// The components that any bar has, in stacking order.
    pub fn components(&self) -> Vec<Component> {
        let has = |it: &Component| self.bars.iter().any(|bar| bar.bytes_of(*it).is_some());
        Component::ALL.iter().copied().filter(has).collect()
    }

    /// The bar at a distance from the left edge of a plot of some width.
    pub fn bar_at(&self, x: f64, plot_width: f64) -> Option<usize> {
        (0..self.bars.len()).find(|&at| {
            let (left, width) = bar_span(self.bars.len(), at, plot_width);
            (left..=left + width).contains(&x)
        })
    }

    /// The place in its bar of the segment at a height; a segment too thin to hit can be reached within
    /// `slack`.
    pub fn hit_test(&self, bar: usize, height: f64, slack: f64) -> Option<usize> {
        let distance = |segment: &Segment| (segment.bottom - height).max(height - segment.top).max(0.0);
        let visible = self.bars.get(bar)?.segments.iter().enumerate().filter(|(_, it)| it.bytes.count() > 0.0);
        let near = visible.map(|(at, segment)| (at, distance(segment))).filter(|(_, distance)| *distance <= slack);
        near.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(at, _)| at)
    }
}

/// What a pinned configuration is called in chart and table, by its place behind today's.
pub const fn pin_letter(place: usize) -> &'static str {
    match place {
        1 => "B",
        2 => "C",
        3 => "D",
        _ => "E",
    }
}

/// Roughly how wide a text is in a font of some size: never less than it is, since who asks wants to know whether it
/// fits.
pub fn text_width(text: &str, font_size: f64) -> f64 {
    let share = |it: char| match it {
        ' ' | 'i' | 'j' | 'l' | '.' | ',' | '\'' => 0.35,
        'm' | 'w' | 'M' | 'W' => 1.0,
        'A'..='Z' => 0.76,
        _ if it.is_ascii() => 0.65,
        // Fonts for Chinese set some sizes a pixel wider than square.
        _ => 1.1,
    };
    text.chars().map(share).sum::<f64>() * font_size
}

/// Where a bar stands: its distance from the left edge and its width, in the unit of the plot's width.
/// Bars stand at the left of equal columns, and labels right of them.
pub fn bar_span(n_bars: usize, bar: usize, plot_width: f64) -> (f64, f64) {
    const SHARE_OF_COLUMN: f64 = 0.36;
    const WIDEST: f64 = 80.0;
    const MARGIN: f64 = 0.04;
    let column = plot_width / n_bars.max(1) as f64;
    let width = (column * SHARE_OF_COLUMN).min(WIDEST);
    ((bar as f64 + MARGIN) * column, width)
}

fn largest(estimates: &[Estimate]) -> Bytes {
    Bytes::new(estimates.iter().map(|it| it.total().count()).fold(0.0, f64::max))
}

impl Bar {
    /// Where the bar ends.
    pub fn top(&self) -> f64 {
        self.segments.last().map_or(0.0, |it| it.top)
    }

    /// What a part of it is called: as legend and table call it, unless several parts share that name.
    pub fn name_of(&self, component: Component, texts: &Texts) -> &'static str {
        let group = component.group();
        match self.segments.iter().filter(|it| it.group() == group).count() {
            0 | 1 => (texts.component_group)(group),
            _ => (texts.component)(component),
        }
    }

    /// What it counts for a component, or `None` where nothing of it lives.
    pub fn bytes_of(&self, component: Component) -> Option<Bytes> {
        self.segments.iter().find(|it| it.component == component).map(|it| it.bytes)
    }

    /// The segments whose label has room beside the bar, when a label is `label_height` tall.
    pub fn labelled(&self, label_height: f64) -> Vec<&Segment> {
        let mut res: Vec<&Segment> = Vec::new();
        for segment in &self.segments {
            let has_room = res.last().is_none_or(|below| segment.middle() - below.middle() >= label_height);
            if segment.height() >= label_height && has_room {
                res.push(segment);
            }
        }
        res
    }
}

/// Whether a device ends near enough to what a run takes that the line is drawn.
pub(super) fn is_near(capacity: Bytes, largest: Bytes) -> bool {
    capacity.count() <= FARTHEST_CAPACITY * largest.count()
}

/// The lines of an axis with room for `largest`, and the round figure at which it ends.
pub(super) fn axis(largest: f64) -> (Vec<Tick>, f64) {
    let step = tick_step(largest);
    let n_ticks = (largest / step).ceil().max(1.0);
    let axis = n_ticks * step;
    let ticks = (0..=n_ticks as u32).map(|i| {
        let value = f64::from(i) * step;
        Tick { height: value / axis, label: tick_label(value, step) }
    });
    (ticks.collect(), axis)
}

/// The smallest of 1, 2, 2.5, 5 × 10^n that needs no more than [`MOST_TICKS`] steps up to `largest`.
pub(super) fn tick_step(largest: f64) -> f64 {
    if largest <= 0.0 {
        return 1.0;
    }
    let least = largest / MOST_TICKS;
    let decade = 10f64.powi(least.log10().floor() as i32);
    [1.0, 2.0, 2.5, 5.0, 10.0].map(|digit| digit * decade).into_iter().find(|step| *step >= least).unwrap_or(least)
}

/// From here on a label in full would not fit beside the axis.
const LONG_LABEL: f64 = 1e6;

fn tick_label(value: f64, step: f64) -> String {
    if value >= LONG_LABEL {
        return short(value);
    }
    let decimals = (0..=9).find(|&n| ((step * 10f64.powi(n)).fract()).abs() < 1e-6).unwrap_or(9) as usize;
    crate::present::numbers::plain(value, decimals)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimator::{Inputs, Mode, estimate_all};

    fn scene(mode: Mode) -> Scene {
        Scene::of_methods(&estimate_all(&Inputs::defaults(mode)), None, MemoryUnit::Gib)
    }

    #[test]
    fn bars_stand_on_the_axis_and_end_below_the_top() {
        for mode in Mode::ALL {
            let scene = scene(mode);
            for bar in &scene.bars {
                assert_eq!(bar.segments[0].bottom, 0.0);
                assert!(bar.segments.windows(2).all(|pair| pair[0].top == pair[1].bottom));
                assert!(bar.segments.iter().all(|it| it.top <= 1.0 + 1e-12), "{mode:?}");
            }
            assert!((2..=8).contains(&scene.ticks.len()), "{mode:?}: {:?}", scene.ticks);
        }
    }

    #[test]
    fn axis_ends_at_a_round_figure() {
        let labels: Vec<_> = scene(Mode::Nlp).ticks.iter().map(|tick| tick.label.clone()).collect();
        assert_eq!(labels, ["0", "100", "200", "300", "400"]);
    }

    /// The moments had an axis of their own, and the same height meant another amount than in the chart above.
    #[test]
    fn moments_stand_on_the_axis_of_the_methods() {
        for mode in Mode::ALL {
            let estimates = estimate_all(&Inputs::defaults(mode));
            let methods = Scene::of_methods(&estimates, None, MemoryUnit::Gib);
            for (bar, estimate) in methods.bars.iter().zip(&estimates) {
                let moments = Scene::of_moments(&estimates, estimate.method(), None, MemoryUnit::Gib);
                assert_eq!(moments.ticks, methods.ticks, "{mode:?}");
                let fullest = moments.bars.iter().map(Bar::top).fold(0.0, f64::max);
                assert!((fullest - bar.top()).abs() < 1e-12, "{mode:?}: {fullest} and {}", bar.top());
                for bar in &moments.bars {
                    let sum: Bytes = moments.components().into_iter().filter_map(|it| bar.bytes_of(it)).sum();
                    assert!((sum.count() - bar.total.count()).abs() <= 1e-9 * sum.count(), "{mode:?}");
                }
            }
        }
    }

    #[test]
    fn a_pointer_finds_the_segment_under_it_and_thin_ones_nearby() {
        let scene = scene(Mode::Nlp);
        let verified = &scene.bars[1];
        for segment in verified.segments.iter().filter(|it| it.height() > 0.001) {
            let hit = scene.hit_test(1, segment.middle(), 0.0).map(|at| verified.segments[at].component);
            assert_eq!(hit, Some(segment.component));
        }
        let adapter = verified.segments.iter().position(|it| it.component == Component::Adapter).unwrap();
        let middle = verified.segments[adapter].middle();
        assert!(verified.segments[adapter].height() < 0.001);
        assert_eq!(scene.hit_test(1, middle, 0.01), Some(adapter));
        assert_eq!(scene.bar_at(bar_span(3, 1, 600.0).0 + 1.0, 600.0), Some(1));
        assert_eq!(scene.bar_at(599.0, 600.0), None);
        assert_eq!(scene.hit_test(1, 0.999, 0.0), None, "above the bar");
        assert_eq!(scene.hit_test(7, 0.1, 0.0), None, "no such bar");
    }

    #[test]
    fn labels_do_not_overlap() {
        for mode in Mode::ALL {
            for bar in scene(mode).bars {
                let labelled = bar.labelled(0.05);
                assert!(labelled.windows(2).all(|pair| pair[1].middle() - pair[0].middle() >= 0.05), "{mode:?}");
            }
        }
    }
}
