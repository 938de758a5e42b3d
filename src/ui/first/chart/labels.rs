//! The totals on bars, and the labels of segments that have room for one. They follow the hand in every frame, so their
//! elements are made once and then only moved and rewritten, each where something differs. What stands where, the scene
//! says.

use crate::estimator::MemoryUnit;
use crate::locale::Texts;
use crate::present::chart::{BarName, Scene, Segment, bar_span, text_width};
use crate::present::chart_labels::lines_of_label;
use crate::present::numbers;
use crate::web::canvas::Frame;
use crate::web::pieces::{Piece, Pieces};
use crate::web::theme::custom_property;
use web_sys::Element;

/// Height of a line of a label, with its distance to the next, in the reader's text size.
const LINE: f64 = 0.75;

/// The widest a label gets, and the room at its sides and between name and figure, in the reader's text size.
const WIDEST: f64 = 11.5;
const SIDES: f64 = 0.625;
const GAP: f64 = 0.5;

/// The size of a label's letters, in the reader's text size.
const LETTERS: f64 = 0.6875;

/// The labels that a place has now.
#[derive(Default)]
pub struct Labels {
    pieces: Pieces,
    /// The reader's text size in CSS pixels, once it was asked for.
    text_size: Option<f64>,
}

impl Labels {
    /// Labels the scene's bars in `place`, which lies over the plot.
    pub fn place(&mut self, place: &Element, scene: &Scene, frame: Frame, unit: MemoryUnit, texts: &Texts) {
        let Frame { width, height, .. } = frame;
        let size = *self
            .text_size
            .get_or_insert_with(|| custom_property("font-size").trim_end_matches(['p', 'x']).parse().unwrap_or(16.0));
        let needs = |text: &str| text_width(text, LETTERS * size);
        let line = LINE * size;
        let mut labels = Vec::new();
        if width > 0.0 && height > 0.0 {
            let n_bars = scene.bars.len();
            for (at, bar) in scene.bars.iter().enumerate() {
                let (left, bar_width) = bar_span(n_bars, at, width);
                let top = (1.0 - scene.foot_of_total(at, line / height)) * height - line;
                let figure = numbers::card_figure(bar.total, unit);
                // In the middle above the bar, which may be narrower than the figure.
                let room = needs(&figure).max(bar_width);
                let middle = left + (bar_width - room) / 2.0;
                let class = "bar-label bar-total";
                labels.push(Piece { left: middle, top, width: room, name: "", figure, class });
                // Moments are much alike, so that the fullest one's labels serve all of them.
                if matches!(bar.name, BarName::Moment { is_peak: false, .. }) {
                    continue;
                }
                let (start, end) = (left + bar_width, bar_span(n_bars, at + 1, width).0.min(width));
                let width = (end - start).min(WIDEST * size);
                let told = |it: &Segment| (bar.name_of(it.component, texts), numbers::card_figure(it.bytes, unit));
                // What does not fit is left out. The table has it.
                let lines = |it: &Segment| {
                    let (name, figure) = told(it);
                    lines_of_label(needs(name), needs(&figure), GAP * size, width - SIDES * size)
                };
                labels.extend(bar.labelled(line / height, scene.capacity, &lines).into_iter().map(|it| {
                    let (name, figure) = told(it.segment);
                    let top = (1.0 - it.middle) * height - it.lines as f64 * line / 2.0;
                    let class = if it.lines > 1 { "bar-label in-lines" } else { "bar-label" };
                    Piece { left: start, top, width, name, figure, class }
                }));
            }
        }
        self.pieces.show(place, labels);
    }
}
