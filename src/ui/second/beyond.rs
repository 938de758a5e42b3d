//! What is known of the total of `calibrated` beside it: a bracket at its bar for the error band, a hatched part on the
//! bar for what an allocator or an engine holds, and both explained below the chart. The readings say it in words.

use crate::estimator::{DEFAULT_METHOD, Estimate};
use crate::present::chart::{Reach, Scene, Span, bar_span};
use crate::present::readings::{held_by, reach as reach_of};
use crate::ui::kit::colours::percent;
use crate::ui::kit::element::{El, el};
use crate::ui::second::texts::later_texts;
use crate::ui::state::State;
use crate::web::canvas::Frame;
use leptos::prelude::*;

/// What is lower is no mark, in CSS pixels.
const LOWEST: f64 = 3.0;

/// What is known of `calibrated` among some answers; of the inputs under the hand, as the verdict is.
pub fn reach(state: State, all: &[Estimate]) -> Option<Reach> {
    let estimate = all.iter().find(|it| it.method() == DEFAULT_METHOD)?;
    Some(state.shown.live_inputs.with_untracked(|inputs| reach_of(inputs, estimate)))
}

/// A mark, as the scene has it.
#[derive(Clone, Copy)]
struct BeyondMark {
    scene: Memo<Scene>,
    frame: RwSignal<Frame>,
    read: fn(&Scene) -> Option<Span>,
}

impl BeyondMark {
    /// Where it stands, if it can be seen.
    fn span(self) -> Option<Span> {
        let span = self.scene.with(self.read)?;
        ((span.top - span.foot) * self.frame.get().height >= LOWEST).then_some(span)
    }

    /// It over the canvas.
    fn over_canvas(self, class: &str) -> El {
        let span = move || self.span().unwrap_or_default();
        let of_bar = move |read: fn((f64, f64)) -> f64| {
            let n_bars = self.scene.with(|it| it.bars.len());
            let length = read(bar_span(n_bars, span().bar, self.frame.get().width));
            format!("{:.0}px", length)
        };
        el("i")
            .class(class)
            .test_id(class)
            .flag_fn("hidden", move || self.span().is_none())
            .style_fn("left", move || of_bar(|it| it.0))
            .style_fn("width", move || of_bar(|it| it.1))
            .style_fn("bottom", move || percent(span().foot))
            .style_fn("height", move || percent(span().top - span().foot))
    }

    /// What it stands for.
    fn named(self, class: &str, words: impl Fn() -> String + 'static) -> El {
        el("span")
            .flag_fn("hidden", move || self.span().is_none())
            .child(el("i").class(class))
            .child(el("span").text_fn(words))
    }
}

/// The marks over a chart's canvas, and what they stand for below it.
pub fn beyond(state: State, scene: Memo<Scene>, frame: RwSignal<Frame>) -> Vec<El> {
    let texts = &later_texts(state).readings;
    let held = BeyondMark { scene, frame, read: Scene::held };
    let band = BeyondMark { scene, frame, read: Scene::band };
    let held_words = move || state.shown.inputs.with(|inputs| held_by(inputs, texts).to_owned());
    let over_canvas = el("div").class("reach").child(held.over_canvas("held")).child(band.over_canvas("band"));
    let key = el("p")
        .class("beyond-key")
        .test_id("beyond-key")
        .child(held.named("held", held_words))
        .child(band.named("band", || texts.band_mark.to_owned()));
    [over_canvas, key].into_iter().map(|it| it.attr("aria-hidden", "true")).collect()
}
