//! The stacked bar chart as geometry: heights in shares of the axis, and what lies under a pointer. It knows neither
//! pixels nor colours.

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
    /// How far one of the bars reaches beyond its total; `None` where nothing is known of that.
    pub reach: Option<DrawnReach>,
}

/// What is known of a total beside it: the ends of its error band, and what nvidia-smi will show.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reach {
    /// The lower end of the band.
    pub low: Bytes,
    /// Its upper end.
    pub high: Bytes,
    /// The total with what the allocator, or an engine, holds beyond it; the total itself where no rule is known, and
    /// where so much is held that bars on its axis would be too low to read.
    pub held: Bytes,
}

/// The same as heights, with the bar that has them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DrawnReach {
    /// The bar, by its place.
    pub bar: usize,
    /// The lower end of the band.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
    /// Where what is held ends.
    pub held: f64,
}

/// A mark at a bar or on it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Span {
    /// The bar, by its place.
    pub bar: usize,
    /// Where the mark starts.
    pub foot: f64,
    /// Where it ends.
    pub top: f64,
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
    /// The peaks of some estimates, side by side, and the line at which their device ends, if they have one. The reach
    /// is that of the last, which is `calibrated`'s where that answers: it is drawn of no other method.
    pub fn of_methods(estimates: &[Estimate], capacity: Option<Bytes>, reach: Option<Reach>, unit: MemoryUnit) -> Self {
        let bars = estimates.iter().map(|it| (BarName::Method(it.method()), it.total(), it.lines()));
        let bars: Vec<_> = bars.collect();
        let last = bars.len().saturating_sub(1);
        Self::lay_out(bars, largest(estimates), capacity, reach.map(|it| (last, it)), unit)
    }

    /// Today's estimate and those of pinned configurations, side by side, each under its place; those without an answer
    /// have no bar. The line is that of today's device, and the reach that of today's estimate, which answers then.
    pub fn of_pinned<'a>(
        estimates: impl Iterator<Item = Option<&'a Estimate>>,
        capacity: Option<Bytes>,
        reach: Option<Reach>,
        unit: MemoryUnit,
    ) -> Self {
        let bars = estimates.enumerate();
        let bars = bars.filter_map(|(at, it)| it.map(|it| (BarName::Pinned(at), it.total(), it.lines())));
        let bars: Vec<_> = bars.collect();
        let largest = bars.iter().map(|it| it.1.count()).fold(0.0, f64::max);
        Self::lay_out(bars, Bytes::new(largest), capacity, reach.map(|it| (0, it)), unit)
    }

    /// The moments of a method's estimate, in the order in which the run meets them; nothing where it has no estimate.
    /// The axis is that of [`Scene::of_methods`], so that the two charts can be held against each other; the reach,
    /// which is that of the peak alone, only has its room on it.
    pub fn of_moments(
        estimates: &[Estimate],
        method: MethodId,
        capacity: Option<Bytes>,
        reach: Option<Reach>,
        unit: MemoryUnit,
    ) -> Self {
        let Some(estimate) = estimates.iter().find(|it| it.method() == method) else { return Self::default() };
        let peak = estimate.peak().id();
        let name = |id| BarName::Moment { id, is_peak: id == peak };
        let bars = estimate.moments().iter().map(|it| (name(it.id()), it.total(), it.lines()));
        let it = Self::lay_out(bars.collect(), largest(estimates), capacity, reach.map(|it| (0, it)), unit);
        Self { reach: None, ..it }
    }

    /// Lays out bars on one axis, which has room for `largest`, for the reach of a bar and for the device, and ends at
    /// a round figure of the unit.
    fn lay_out(
        bars: Vec<(BarName, Bytes, &[Line])>,
        largest: Bytes,
        capacity: Option<Bytes>,
        reach: Option<(usize, Reach)>,
        unit: MemoryUnit,
    ) -> Self {
        let most = reach.map_or(0.0, |(_, it)| it.high.count().max(it.held.count())).max(largest.count());
        let capacity = capacity.filter(|it| is_near(*it, Bytes::new(most))).map(|it| unit.of(it));
        let (ticks, axis) = axis(unit.of(Bytes::new(most)).max(capacity.unwrap_or(0.0)));
        let height = |bytes| unit.of(bytes) / axis;
        let reach = reach.map(|(bar, it)| DrawnReach {
            bar,
            low: height(it.low),
            high: height(it.high),
            held: height(it.held),
        });
        let bars = bars.into_iter().map(|(name, total, lines)| {
            let mut bottom = 0.0;
            let segments = lines.iter().map(|line| {
                let bytes = line.formula.bytes();
                let top = bottom + height(bytes);
                let segment = Segment { component: line.component, bytes, bottom, top };
                bottom = top;
                segment
            });
            Bar { name, total, segments: segments.collect() }
        });
        Self { ticks, bars: bars.collect(), capacity: capacity.map(|it| it / axis), reach }
    }

    /// What is held beyond a bar's total, on the bar.
    pub fn held(&self) -> Option<Span> {
        let DrawnReach { bar, held, .. } = self.reach?;
        let foot = self.bars.get(bar)?.top();
        (held > foot).then_some(Span { bar, foot, top: held })
    }

    /// The error band, beside its bar.
    pub fn band(&self) -> Option<Span> {
        self.reach.map(|DrawnReach { bar, low, high, .. }| Span { bar, foot: low, top: high })
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
        'f' | 'r' | 't' => 0.43,
        'm' | 'w' | 'M' | 'W' => 1.0,
        'A'..='Z' => 0.76,
        _ if it.is_ascii() => 0.65,
        // Fonts for Chinese set some sizes a pixel wider than square.
        _ => 1.1,
    };
    text.chars().map(share).sum::<f64>() * font_size
}

/// Where a bar stands: its distance from the left edge and its width, in the unit of the plot's width.
/// Bars stand at the left of equal columns, and labels right of them: in a narrow column the bar makes room for the
/// longest name of a part that is often the largest one.
pub fn bar_span(n_bars: usize, bar: usize, plot_width: f64) -> (f64, f64) {
    const SHARE_OF_COLUMN: f64 = 0.32;
    const WIDEST: f64 = 80.0;
    const NARROWEST: f64 = 24.0;
    const LABELS: f64 = 90.0;
    const MARGIN: f64 = 0.04;
    let column = plot_width / n_bars.max(1) as f64;
    let width = (column * SHARE_OF_COLUMN).min(WIDEST).min((column - LABELS).max(NARROWEST));
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
