//! The labels of segments that have room for one. They follow the hand in every frame, so their elements are made once
//! and then only moved and rewritten, each where something differs. What stands where, the scene says.

use crate::estimator::MemoryUnit;
use crate::locale::Texts;
use crate::present::chart::{BarName, Scene, bar_span};
use crate::present::numbers;
use crate::web::canvas::Frame;
use crate::web::pieces::{Piece, Pieces};
use web_sys::Element;

/// Height of a label beside a bar, with its distance to the next, in CSS pixels.
const LABEL_HEIGHT: f64 = 12.0;

/// What of it lies above the middle.
const HALF: f64 = LABEL_HEIGHT / 2.0;

/// The least room beside a bar in which a figure does not run into the next bar, in CSS pixels.
const LEAST_ROOM: f64 = 44.0;

/// The labels that a place has now.
#[derive(Default)]
pub struct Labels {
    pieces: Pieces,
}

impl Labels {
    /// Labels the scene's bars in `place`, which lies over the plot.
    pub fn place(&mut self, place: &Element, scene: &Scene, frame: Frame, unit: MemoryUnit, texts: &Texts) {
        let Frame { width, height, .. } = frame;
        let mut labels = Vec::new();
        if width > 0.0 && height > 0.0 {
            let n_bars = scene.bars.len();
            // Moments are much alike, so that the fullest one's labels serve all of them.
            let is_labelled = |name| !matches!(name, BarName::Moment { is_peak: false, .. });
            for (at, bar) in scene.bars.iter().enumerate().filter(|(_, bar)| is_labelled(bar.name)) {
                let (left, bar_width) = bar_span(n_bars, at, width);
                let (start, end) = (left + bar_width, bar_span(n_bars, at + 1, width).0.min(width));
                if end - start < LEAST_ROOM {
                    continue;
                }
                labels.extend(bar.labelled(LABEL_HEIGHT / height).into_iter().map(|segment| Piece {
                    left: start,
                    top: (1.0 - segment.middle()) * height - HALF,
                    width: end - start,
                    name: (texts.component)(segment.component),
                    figure: numbers::card_figure(segment.bytes, unit),
                }));
            }
        }
        self.pieces.show(place, labels);
    }
}
