//! The page's charts as pictures. The marks are those of the charts on the page; it computes no place.

use crate::estimator::{DEFAULT_METHOD, Estimate};
use crate::present::chart::Scene;
use crate::present::drawing::{Anchor, Ink, Mark, Picture, PictureTexts, svg};
use crate::present::numbers;
use crate::present::readings::held_by;
use crate::present::shared::title;
use crate::ui::first::chart::{Palette, scene_of};
use crate::ui::second::beyond::reach;
use crate::ui::second::pins::pin_words;
use crate::ui::second::texts::later_texts;
use crate::ui::second::verdict::verdict;
use crate::ui::state::State;
use crate::ui::taken::SharedChart;
use crate::web::theme::custom_property;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

/// Pixels of a picture for each of the page's.
const SHARPNESS: f64 = 2.0;

/// A chart of what is shown, with all that is needed to read it; `None` where it is not shown.
fn picture(state: State, shown: SharedChart) -> Option<Picture> {
    let (texts, unit, capacity) = (state.texts(), state.unit(), state.shown.capacity());
    let name = state.shown.device().map_or(texts.chart.device, |it| it.name);
    let readings = &later_texts(state).readings;
    let verdict = verdict(state).map(|it| (texts.joints.named)(it.word, &it.sentence));
    let heading = match shown {
        SharedChart::Methods => texts.chart.title,
        SharedChart::Moments => texts.chart.timeline_title,
        SharedChart::Sweep => texts.share.sweep,
    };
    let told = PictureTexts {
        title: state.shown.inputs.with(|it| title(it, texts)),
        captions: verdict.into_iter().chain([heading.to_owned()]).collect(),
        device: name.to_owned(),
        capacity: capacity.map(|it| numbers::total_amount(it, unit)).unwrap_or_default(),
        held: state.shown.inputs.with(|it| held_by(it, readings)),
        band: readings.band_mark,
        pinned: (1..=state.pinned.with(|it| it.len())).map(|place| pin_words(state, place)).collect(),
        texts,
        unit,
        selected: state.selected(),
    };
    let of_scene =
        |scene: &dyn Fn(&[Estimate]) -> Scene| Picture::of(&state.shown.estimates.with(|all| scene(all)), &told);
    match shown {
        SharedChart::Methods => Some(of_scene(&|all| scene_of(state, all, reach(state, all)))),
        SharedChart::Moments => {
            Some(of_scene(&|all| Scene::of_moments(all, DEFAULT_METHOD, capacity, reach(state, all), unit)))
        }
        SharedChart::Sweep => state.sweep_picture.get_value().map(|it| it(&told)),
    }
}

/// A chart as an SVG file, in the colours that the page has now; `None` where it is not shown.
pub fn chart_svg(state: State, shown: SharedChart) -> Option<String> {
    let (picture, palette) = (picture(state, shown)?, Palette::read());
    Some(svg(&picture.marks, picture.size, &face(), &|ink: Ink| palette.of(ink).to_owned()))
}

/// A chart in pixels, in the same colours; `None` where it is not shown, or the browser has no canvas to spare.
pub fn chart_canvas(state: State, shown: SharedChart) -> Option<HtmlCanvasElement> {
    let picture = picture(state, shown)?;
    let canvas: HtmlCanvasElement = document().create_element("canvas").ok()?.dyn_into().ok()?;
    canvas.set_width((SHARPNESS * picture.size.0) as u32);
    canvas.set_height((SHARPNESS * picture.size.1) as u32);
    let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    context.scale(SHARPNESS, SHARPNESS).ok()?;
    paint_marks(&context, &picture.marks, &Palette::read());
    Some(canvas)
}

/// Paints marks as they are, whatever their size.
pub fn paint_marks(context: &CanvasRenderingContext2d, marks: &[Mark], palette: &Palette) {
    let face = face();
    let trace = |points: &[(f64, f64)]| {
        context.begin_path();
        points.iter().for_each(|it| context.line_to(it.0, it.1));
    };
    for mark in marks {
        match mark {
            Mark::Rectangle { at, ink, .. } => {
                context.set_fill_style_str(palette.of(*ink));
                context.fill_rect(at.left, at.top, at.width, at.height);
            }
            Mark::Polygon { corners, ink } => {
                context.set_fill_style_str(palette.of(*ink));
                trace(corners);
                context.fill();
            }
            Mark::Line { points, width, ink } => {
                context.set_stroke_style_str(palette.of(*ink));
                context.set_line_width(*width);
                trace(points);
                context.stroke();
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
}

/// The typefaces of the page.
fn face() -> String {
    custom_property("--font")
}
