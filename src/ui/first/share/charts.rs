//! The page's charts as pictures. The marks are those of the chart on the page; it computes no place.

use crate::estimator::DEFAULT_METHOD;
use crate::present::chart::Scene;
use crate::present::drawing::{Anchor, Ink, Mark, Picture, PictureTexts, svg};
use crate::present::numbers;
use crate::present::shared::title;
use crate::ui::first::chart::Palette;
use crate::ui::later::Later;
use crate::ui::state::State;
use crate::web::theme::custom_property;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

/// Pixels of a picture for each of the page's.
const SHARPNESS: f64 = 2.0;

/// One of the page's bar charts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SharedChart {
    /// The methods side by side.
    Methods,
    /// The moments of one run.
    Moments,
}

/// Whether the run has several moments to show.
pub fn has_moments(state: State) -> bool {
    state.shown.with_estimate(DEFAULT_METHOD, |it| it.moments().len() > 1).unwrap_or(false)
}

/// A chart of what is shown, with all that is needed to read it. The gate is handed in: whoever hears an event has no owner to ask.
pub fn picture(state: State, gate: Later, shown: SharedChart) -> Picture {
    let (texts, unit, capacity) = (state.texts(), state.unit(), state.shown.capacity());
    let scene = state.shown.estimates.with(|all| match shown {
        SharedChart::Methods => Scene::of_methods(all, capacity, unit),
        SharedChart::Moments => Scene::of_moments(all, DEFAULT_METHOD, capacity, unit),
    });
    let name = state.shown.device().map_or(texts.chart.device, |it| it.name);
    let capacity = capacity.map(|it| (texts.joints.named)(name, &numbers::total_amount(it, unit)));
    let verdict = gate.parts().and_then(|it| (it.verdict)(state));
    let verdict = verdict.map(|it| (texts.joints.sentences)(&[it.word, &it.sentence]));
    let heading = match shown {
        SharedChart::Methods => texts.chart.title,
        SharedChart::Moments => texts.chart.timeline_title,
    };
    Picture::of(
        &scene,
        &PictureTexts {
            title: state.shown.inputs.with(|it| title(it, texts)),
            captions: verdict.into_iter().chain([heading.to_owned()]).collect(),
            capacity: capacity.unwrap_or_default(),
            texts,
            unit,
            selected: state.selected(),
        },
    )
}

/// A picture as an SVG file, in the colours that the page has now.
pub fn as_svg(picture: &Picture) -> String {
    let palette = Palette::read();
    svg(&picture.marks, picture.size, &face(), &|ink: Ink| palette.of(ink).to_owned())
}

/// A picture in pixels, in the same colours; `None` where the browser has no canvas to spare.
pub fn as_canvas(picture: &Picture) -> Option<HtmlCanvasElement> {
    let canvas: HtmlCanvasElement = document().create_element("canvas").ok()?.dyn_into().ok()?;
    canvas.set_width((SHARPNESS * picture.size.0) as u32);
    canvas.set_height((SHARPNESS * picture.size.1) as u32);
    let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    context.scale(SHARPNESS, SHARPNESS).ok()?;
    let (palette, face) = (Palette::read(), face());
    for mark in &picture.marks {
        match mark {
            Mark::Rectangle { at, ink, .. } => {
                context.set_fill_style_str(palette.of(*ink));
                context.fill_rect(at.left, at.top, at.width, at.height);
            }
            Mark::Text { anchor, x, y, size, is_bold, ink, text } => {
                context.set_fill_style_str(palette.of(*ink));
                context.set_font(&format!("{}{size}px {face}", if *is_bold { "600 " } else { "" }));
                context.set_text_align(match anchor {
                    Anchor::Start => "left",
                    Anchor::Middle => "center",
                    Anchor::End => "right",
                });
                // A text that cannot be painted is in the table.
                let _ = context.fill_text(text, *x, *y);
            }
        }
    }
    Some(canvas)
}

/// The typefaces of the page.
fn face() -> String {
    custom_property("--font")
}
