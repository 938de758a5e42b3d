//! A chart as a picture that stands alone: heading, what runs, axis, names, figures and legend around the bars. It
//! knows no theme.

use crate::estimator::{ComponentGroup, MemoryUnit, MethodId};
use crate::locale::Texts;
use crate::present::chart::{Bar, BarName, Scene, Segment, Tick, bar_span, text_width};
use crate::present::chart_labels::lines_of_label;
use crate::present::drawing::bars::bars;
use crate::present::drawing::beyond::{band, bracket, hatched, held};
use crate::present::drawing::mark::{Anchor, Area, Ink, Mark};
use crate::present::numbers;

/// Width of a picture, in CSS pixels.
pub(super) const WIDTH: f64 = 960.0;

/// Its margin, and what the axis takes at its left.
pub(super) const MARGIN: f64 = 24.0;
pub(super) const AXIS: f64 = 48.0;

/// Height of the plot.
pub(super) const PLOT: f64 = 340.0;

/// Sizes of letters: heading, captions, all that stands in the plot.
const HEADING: f64 = 18.0;
pub(super) const CAPTION: f64 = 13.0;
pub(super) const SMALL: f64 = 11.0;

/// From one line to the next, for letters of one pixel.
pub(super) const LEADING: f64 = 1.4;

/// What the name of the device's line takes at the right of the bars.
const TAG: f64 = 96.0;

/// A swatch of the legend, and the room between its entries.
const SWATCH: f64 = 10.0;
const BETWEEN: f64 = 20.0;

/// What a picture says beside its bars.
pub struct PictureTexts<'a> {
    /// Its heading.
    pub title: String,
    /// Whole lines below: what runs, and whether it fits.
    pub captions: Vec<String>,
    /// What the device is called whose end is a line.
    pub device: String,
    /// How much memory it has, in words.
    pub capacity: String,
    /// Who holds what is hatched.
    pub held: &'a str,
    /// What the bracket stands for.
    pub band: &'a str,
    /// In what each pinned configuration differs from today's, in their order.
    pub pinned: Vec<String>,
    /// The texts of the language.
    pub texts: &'a Texts,
    /// The unit of figures.
    pub unit: MemoryUnit,
    /// The method that is selected.
    pub selected: MethodId,
}

/// A picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// Width and height, in CSS pixels.
    pub size: (f64, f64),
    /// What is painted.
    pub marks: Vec<Mark>,
}

impl Picture {
    /// A scene with all that is needed to read it.
    pub fn of(scene: &Scene, told: &PictureTexts) -> Self {
        let mut page = Page::headed(told);
        let plot = page.plot(if scene.capacity.is_some() { MARGIN + TAG } else { MARGIN });
        let mut marks = bars(scene, plot, 1.0, None);
        let (held, band) = (held(scene, plot), band(scene, plot));
        marks.extend(held.map(hatched).into_iter().flatten());
        marks.extend(band.map(bracket));
        name_ticks(&mut marks, &scene.ticks, plot, told.unit);
        let deepest = scene.bars.iter().enumerate().map(|(at, bar)| label(&mut marks, scene, at, bar, plot, told));
        page.y += PLOT + deepest.fold(0.0, f64::max) + SMALL;
        if let Some(height) = scene.capacity {
            tag(&mut marks, plot, height, told);
        }
        page.marks.append(&mut marks);
        page.legend(groups(scene), told.texts);
        let beside = [held.map(|_| (Swatch::Held, told.held)), band.map(|_| (Swatch::Band, told.band))];
        page.entries(beside.into_iter().flatten());
        page.finish(told.texts)
    }
}

/// What stands before an entry of the legend.
enum Swatch {
    /// The colour of a group.
    Group(ComponentGroup),
    /// Hatching.
    Held,
    /// A bracket.
    Band,
}

/// A picture that grows downwards.
pub(super) struct Page {
    pub(super) marks: Vec<Mark>,
    pub(super) y: f64,
}

impl Page {
    /// One with its heading and captions.
    pub(super) fn headed(told: &PictureTexts) -> Self {
        let mut res = Self { marks: Vec::new(), y: MARGIN };
        res.lines(&told.title, HEADING, true);
        for caption in &told.captions {
            res.lines(caption, CAPTION, false);
        }
        res
    }

    /// The place of the plot, with room for something at its right.
    pub(super) fn plot(&mut self, right: f64) -> Area {
        // The total of a bar that reaches the top stands above the plot.
        self.y += 2.0 * CAPTION;
        let left = MARGIN + AXIS;
        Area { left, top: self.y, width: WIDTH - right - left, height: PLOT }
    }

    /// The whole picture, with whose it is.
    pub(super) fn finish(mut self, texts: &Texts) -> Picture {
        self.marks.push(text(texts.controls.product, WIDTH - MARGIN, self.y, Anchor::End, false));
        let size = (WIDTH, (self.y + MARGIN).ceil());
        // What all stands on is as large as it turned out to be.
        self.marks.insert(0, filled(0.0, 0.0, size.0, size.1, Ink::Ground));
        Picture { size, marks: self.marks }
    }

    /// A text in as many lines as it takes.
    fn lines(&mut self, whole: &str, size: f64, is_bold: bool) {
        let ink = if is_bold { Ink::Text } else { Ink::Faint };
        for line in wrapped(whole, WIDTH - 2.0 * MARGIN, size) {
            self.y += size * LEADING;
            self.marks.push(Mark::Text { anchor: Anchor::Start, x: MARGIN, y: self.y, size, is_bold, ink, text: line });
        }
    }

    /// What the colours stand for, in stacking order.
    pub(super) fn legend(&mut self, groups: Vec<ComponentGroup>, texts: &Texts) {
        self.y += CAPTION * LEADING;
        self.entries(groups.into_iter().map(|it| (Swatch::Group(it), (texts.component_group)(it))));
    }

    /// Some entries of a legend, in as many lines as they take.
    fn entries<'a>(&mut self, entries: impl Iterator<Item = (Swatch, &'a str)>) {
        let mut x = MARGIN;
        for (swatch, name) in entries {
            let width = 1.6 * SWATCH + text_width(name, SMALL) + BETWEEN;
            if x > MARGIN && x + width > WIDTH {
                (x, self.y) = (MARGIN, self.y + 1.2 * LEADING * SMALL);
            }
            let at = Area { left: x, top: self.y - SWATCH + 1.0, width: SWATCH, height: SWATCH };
            match swatch {
                Swatch::Group(it) => self.marks.push(filled(at.left, at.top, SWATCH, SWATCH, Ink::Group(it))),
                Swatch::Held => self.marks.extend(hatched(at)),
                Swatch::Band => self.marks.push(bracket(Area { width: SWATCH / 2.0, ..at })),
            }
            self.marks.push(text(name, x + 1.6 * SWATCH, self.y, Anchor::Start, false));
            x += width;
        }
        if x > MARGIN {
            self.y += CAPTION * LEADING;
        }
    }
}

/// The groups that are seen in any bar.
fn groups(scene: &Scene) -> Vec<ComponentGroup> {
    let is_seen = |group: &ComponentGroup| {
        scene.bars.iter().flat_map(|bar| &bar.segments).any(|it| it.group() == *group && it.height() * PLOT > 0.5)
    };
    ComponentGroup::ALL.iter().copied().filter(is_seen).collect()
}

/// A text of the plot's size. Out of line, or every call would carry a copy of it.
#[inline(never)]
pub(super) fn text(text: &str, x: f64, y: f64, anchor: Anchor, is_bold: bool) -> Mark {
    let ink = if is_bold { Ink::Text } else { Ink::Faint };
    Mark::Text { anchor, x, y, size: SMALL, is_bold, ink, text: text.to_owned() }
}

/// A filled place, out of line as well.
#[inline(never)]
pub(super) fn filled(left: f64, top: f64, width: f64, height: f64, ink: Ink) -> Mark {
    Mark::Rectangle { at: Area { left, top, width, height }, ink, is_faded: false }
}

/// The figures of the grid, and their unit above them.
pub(super) fn name_ticks(marks: &mut Vec<Mark>, ticks: &[Tick], plot: Area, unit: MemoryUnit) {
    let right = plot.left - 8.0;
    for tick in ticks {
        let y = plot.top + (1.0 - tick.height) * PLOT + 0.35 * SMALL;
        marks.push(text(&tick.label, right, y, Anchor::End, false));
    }
    marks.push(text(unit.id(), right, plot.top - 1.5 * SMALL, Anchor::End, false));
}

/// A bar's name, its total, and its parts beside it where there is room; how far its name reaches below the plot.
fn label(marks: &mut Vec<Mark>, scene: &Scene, at: usize, bar: &Bar, plot: Area, told: &PictureTexts) -> f64 {
    let n_bars = scene.bars.len();
    let (left, width) = bar_span(n_bars, at, plot.width);
    let (left, end) = (plot.left + left, plot.left + bar_span(n_bars, at + 1, plot.width).0.min(plot.width));
    let y = |height: f64| plot.top + (1.0 - height) * PLOT;
    let figure = numbers::card_figure(bar.total, told.unit);
    let foot = y(scene.foot_of_total(at, SMALL * LEADING / PLOT));
    marks.push(text(&figure, left + width / 2.0, foot - 5.0, Anchor::Middle, true));
    let is_bold = match bar.name {
        BarName::Method(method) => method == told.selected,
        BarName::Moment { is_peak, .. } => is_peak,
        BarName::Pinned(at) => at == 0,
    };
    // Moments are much alike, so that the fullest one's labels serve all of them.
    if !matches!(bar.name, BarName::Moment { is_peak: false, .. }) {
        let of = |it: &Segment| (bar.name_of(it.component, told.texts), numbers::card_figure(it.bytes, told.unit));
        let gap = 0.5 * SMALL;
        let start = left + width + 0.6 * SMALL;
        let lines = |it: &Segment| {
            let (name, figure) = of(it);
            lines_of_label(text_width(name, SMALL), text_width(&figure, SMALL), gap, end - start - 0.4 * SMALL)
        };
        for it in bar.labelled(SMALL * LEADING / PLOT, scene.capacity, &lines) {
            let (name, figure) = of(it.segment);
            let y = y(it.middle) + 0.35 * SMALL;
            if it.lines > 1 {
                marks.push(text(name, start, y - SMALL * LEADING / 2.0, Anchor::Start, false));
                marks.push(text(&figure, start, y + SMALL * LEADING / 2.0, Anchor::Start, true));
            } else {
                marks.push(text(&figure, start, y, Anchor::Start, true));
                marks.push(text(name, start + text_width(&figure, SMALL) + gap, y, Anchor::Start, false));
            }
        }
    }
    let mut below = 0.0;
    for line in wrapped(bar.name.told(told.texts), end - left - 4.0, SMALL) {
        below += SMALL * LEADING;
        marks.push(text(&line, left, plot.top + PLOT + below + 2.0, Anchor::Start, is_bold));
    }
    if let BarName::Pinned(place) = bar.name {
        let words = place.checked_sub(1).and_then(|at| told.pinned.get(at));
        for line in words.into_iter().flat_map(|it| wrapped(it, end - left - 4.0, SMALL)) {
            below += SMALL * LEADING;
            marks.push(text(&line, left, plot.top + PLOT + below + 2.0, Anchor::Start, false));
        }
    }
    below
}

/// The device's name and memory right of the plot, where they cover nothing, at the end of its line.
fn tag(marks: &mut Vec<Mark>, plot: Area, height: f64, told: &PictureTexts) {
    let (left, beside) = (plot.left + plot.width, 0.5 * SMALL);
    let mut lines = wrapped(&told.device, TAG - 2.0 * beside, SMALL);
    lines.push(told.capacity.clone());
    let tall = lines.len() as f64 * SMALL * LEADING + beside;
    let middle = plot.top + (1.0 - height) * PLOT + 1.0;
    // The device may end at the lower or upper edge of the plot.
    let top = (middle - tall / 2.0).clamp(plot.top - CAPTION, plot.top + PLOT - tall + CAPTION);
    marks.push(filled(left, top, TAG, tall, Ink::Capacity));
    for (at, line) in (1..).zip(lines) {
        let y = top + f64::from(at) * SMALL * LEADING;
        let (x, size, is_bold) = (left + beside, SMALL, at == 1);
        marks.push(Mark::Text { anchor: Anchor::Start, x, y, size, is_bold, ink: Ink::Ground, text: line });
    }
}

/// The name of the line at which the device ends, on its right end; its ground is the plot's, so that it is read over
/// bars.
pub(super) fn name_capacity(marks: &mut Vec<Mark>, plot: Area, height: f64, name: &str) {
    let (width, tall) = (text_width(name, SMALL) + SMALL, SMALL * LEADING);
    let (right, bottom) = (plot.left + plot.width, plot.top + (1.0 - height) * (PLOT - 1.0));
    marks.push(filled(right - width, bottom - tall, width, tall, Ink::Ground));
    marks.push(text(name, right - 0.5 * SMALL, bottom - 0.3 * tall, Anchor::End, true));
}

/// A text in lines of some width: broken at spaces, and inside of a word that is wider, or of a language without
/// spaces.
fn wrapped(text: &str, width: f64, size: f64) -> Vec<String> {
    let mut lines = Vec::new();
    let (mut line, mut at_space) = (String::new(), 0);
    for it in text.chars() {
        if it == ' ' {
            at_space = line.len() + 1;
        } else if !line.is_empty() && text_width(&line, size) + text_width(it.encode_utf8(&mut [0; 4]), size) > width {
            let rest = line.split_off(if at_space > 0 { at_space } else { line.len() });
            lines.push(std::mem::replace(&mut line, rest));
            at_space = 0;
        }
        line.push(it);
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_no_wider_than_their_place_and_lose_nothing() {
        for text in ["", "one", "a few words that take lines", "verylongwordwithoutanyspace", "一次运行的各个时刻"]
        {
            let lines = wrapped(text, 60.0, SMALL);
            assert!(lines.iter().all(|it| text_width(it.trim_end(), SMALL) <= 60.0), "{lines:?}");
            let told = |it: &str| it.replace(' ', "");
            assert_eq!(told(&lines.concat()), told(text));
        }
    }
}
