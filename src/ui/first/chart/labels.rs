//! The labels of segments that have room for one. They follow the hand in every frame, so their elements are made once
//! and then only moved and rewritten, each where something differs. What stands where, the scene says.

use crate::estimator::MemoryUnit;
use crate::locale::Texts;
use crate::present::chart::{BarName, Scene, bar_span, text_width};
use crate::present::numbers;
use crate::web::canvas::Frame;
use crate::web::pieces::{Piece, Pieces};
use crate::web::theme::custom_property;
use web_sys::Element;

/// Height of a label beside a bar, with its distance to the next, in CSS pixels.
const LABEL_HEIGHT: f64 = 12.0;

/// What of it lies above the middle.
const HALF: f64 = LABEL_HEIGHT / 2.0;

/// The widest a label gets, and the room at its sides and between name and figure, in the reader's text size.
const WIDEST: f64 = 11.5;
const SIDES: f64 = 1.0;
const GAP: f64 = 0.25;

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
        let mut labels = Vec::new();
        if width > 0.0 && height > 0.0 {
            let n_bars = scene.bars.len();
            // Moments are much alike, so that the fullest one's labels serve all of them.
            let is_labelled = |name| !matches!(name, BarName::Moment { is_peak: false, .. });
            for (at, bar) in scene.bars.iter().enumerate().filter(|(_, bar)| is_labelled(bar.name)) {
                let (left, bar_width) = bar_span(n_bars, at, width);
                let (start, end) = (left + bar_width, bar_span(n_bars, at + 1, width).0.min(width));
                let width = (end - start).min(WIDEST * size);
                labels.extend(bar.labelled(LABEL_HEIGHT / height).into_iter().filter_map(|segment| {
                    let figure = numbers::card_figure(segment.bytes, unit);
                    // What does not fit is left out, name first: the legend and the table have it.
                    let room = width - SIDES * size - needs(&figure);
                    let name = bar.name_of(segment.component, texts);
                    let name = if needs(name) + GAP * size <= room { name } else { "" };
                    let top = (1.0 - segment.middle()) * height - HALF;
                    (room >= 0.0).then_some(Piece { left: start, top, width, name, figure })
                }));
            }
        }
        self.pieces.show(place, labels);
    }
}
