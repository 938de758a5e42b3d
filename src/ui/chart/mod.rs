//! The chart: a canvas for bars and grid, and DOM for every text. The scene says what stands where; the
//! component only places it.

mod legend;
mod paint;

use super::bars::percent;
use super::dom::{El, ElementRef, effect, el, memo};
use super::state::State;
use crate::estimator::Bytes;
use crate::locale::Texts;
use crate::present::chart::{Scene, bar_span};
use crate::present::numbers;
use crate::web::canvas::{Frame, follow_frame};
use legend::legend;
use leptos::prelude::*;
use paint::{Palette, paint};
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlCanvasElement, PointerEvent};

/// Height of a label beside a bar, with its distance to the next, in CSS pixels.
const LABEL_HEIGHT: f64 = 12.0;

/// How near the pointer must come to a segment that is too thin to hit, in CSS pixels.
const POINTER_SLACK: f64 = 4.0;

/// What the pointer is on: the bar and the segment's place in it, with the pointer's place in the plot.
#[derive(Clone, Copy, PartialEq)]
struct Hovered {
    bar: usize,
    segment: usize,
    x: f64,
    y: f64,
}

/// The stacked bars of all methods.
pub fn chart(state: State) -> El {
    // What is drawn follows once a frame, however many events come between; the totals do not wait for it.
    let scene = memo(move || state.drawn.with(|all| Scene::new(all, state.unit())));
    let frame = RwSignal::new(Frame::default());
    el("figure")
        .class("chart")
        .attr("aria-labelledby", "chart-title")
        .child(el("h2").attr("id", "chart-title").class("hidden").text(state.texts.chart.title))
        .child(legend(state))
        .child(y_axis(state, scene))
        .child(plot(state, scene, frame))
        .child(x_axis(state, frame))
}

fn y_axis(state: State, scene: Memo<Scene>) -> El {
    let tick = |(height, label): (f64, String)| {
        el("span").class("y-tick").style_fn("bottom", move || percent(height)).text(label)
    };
    let ticks = move || scene.with(|it| it.ticks.iter().map(|it| tick((it.height, it.label.clone()))).collect());
    el("div")
        .class("y-axis")
        .attr("aria-hidden", "true")
        .child(el("span").class("y-unit").text_fn(move || state.unit().id().to_owned()))
        .child(el("div").children_fn(ticks))
}

fn x_axis(state: State, frame: RwSignal<Frame>) -> El {
    let methods = untrack(|| state.methods());
    let n_bars = methods.len();
    let label = |(at, method)| {
        el("span")
            .class_fn("selected", move || state.selected() == method)
            .style_fn("left", move || px(bar_span(n_bars, at, frame.get().width).0))
            .text((state.texts.method)(method).label)
    };
    el("div").class("x-axis").attr("aria-hidden", "true").children(methods.into_iter().enumerate().map(label))
}

/// The canvas with labels over it, and what the pointer is on.
fn plot(state: State, scene: Memo<Scene>, frame: RwSignal<Frame>) -> El {
    let handle = ElementRef::new();
    effect(move || {
        if let Some(element) = handle.get() {
            follow_frame(&element, frame);
        }
    });
    let hovered = RwSignal::new(None::<Hovered>);
    let point = move |event: Event| {
        let (Some(plot), Some(event)) = (handle.get_untracked(), event.dyn_ref::<PointerEvent>()) else { return };
        let place = plot.get_bounding_client_rect();
        let (x, y) = (f64::from(event.client_x()) - place.left(), f64::from(event.client_y()) - place.top());
        let hit = scene.with_untracked(|scene| {
            let bar = scene.bar_at(x, place.width())?;
            let segment = scene.hit_test(bar, 1.0 - y / place.height(), POINTER_SLACK / place.height())?;
            Some((Hovered { bar, segment, x, y }, scene.bars[bar].segments[segment].group()))
        });
        hovered.set(hit.map(|it| it.0));
        state.pointed.set(hit.map(|it| it.1));
    };
    el("div")
        .class("plot")
        .handle(handle)
        .on("pointermove", point)
        .on("pointerdown", point)
        .on("pointerleave", move |_| {
            hovered.set(None);
            state.pointed.set(None);
        })
        .child(chart_canvas(state, scene, frame))
        .child(bar_labels(state, scene, frame))
        .child(tip(state, scene, hovered))
}

/// The canvas.
fn chart_canvas(state: State, scene: Memo<Scene>, frame: RwSignal<Frame>) -> El {
    let handle = ElementRef::new();
    // Computed styles are slow to ask for while a frame is being made; they change with the theme only.
    let palette = StoredValue::new(None::<Palette>);
    effect(move || {
        state.theme.track();
        state.system_is_dark.track();
        palette.set_value(None);
    });
    effect(move || {
        state.theme.track();
        state.system_is_dark.track();
        let (frame, pointed) = (frame.get(), state.pointed.get());
        let canvas = handle.get().and_then(|it| it.dyn_into::<HtmlCanvasElement>().ok());
        if let Some(canvas) = canvas {
            palette.update_value(|palette| {
                let palette = palette.get_or_insert_with(Palette::read);
                scene.with(|scene| paint(&canvas, scene, frame, palette, pointed));
            });
        }
    });
    el("canvas").handle(handle).test_id("chart").attr("aria-hidden", "true")
}

/// The labels of segments that have room for one.
fn bar_labels(state: State, scene: Memo<Scene>, frame: RwSignal<Frame>) -> El {
    let label = move |left: f64, room: f64, middle: f64, name: &str, figure: String| {
        el("span")
            .class("bar-label")
            .style_fn("left", move || px(left))
            .style_fn("width", move || px(room))
            .style_fn("bottom", move || percent(middle))
            .child(el("span").text(name))
            .child(el("b").text(figure))
    };
    let labels = move || {
        let Frame { width, height, .. } = frame.get();
        let mut res = Vec::new();
        if width <= 0.0 || height <= 0.0 {
            return res;
        }
        let unit = state.unit();
        scene.with(|scene| {
            let n_bars = scene.bars.len();
            for (at, bar) in scene.bars.iter().enumerate() {
                let (left, bar_width) = bar_span(n_bars, at, width);
                let (start, end) = (left + bar_width, bar_span(n_bars, at + 1, width).0);
                for segment in bar.labelled(LABEL_HEIGHT / height) {
                    let name = (state.texts.component)(segment.component);
                    let figure = numbers::card_figure(segment.bytes, unit);
                    res.push(label(start, end - start, segment.middle(), name, figure));
                }
            }
        });
        res
    };
    el("div").attr("aria-hidden", "true").children_fn(labels)
}

/// What the pointer is on: component, amount and share, beside the pointer.
fn tip(state: State, scene: Memo<Scene>, hovered: RwSignal<Option<Hovered>>) -> El {
    let texts = state.texts;
    let text = move || {
        let hit = hovered.get()?;
        scene.with(|scene| {
            let bar = scene.bars.get(hit.bar)?;
            let segment = bar.segments.get(hit.segment)?;
            let part = (texts.component)(segment.component);
            let method = (texts.method)(bar.method).label;
            Some(tell_part(state, part, segment.bytes, bar.total, method, texts))
        })
    };
    let place = move |read: fn(Hovered) -> f64| move || px(hovered.get().map_or(0.0, read));
    el("p")
        .class("tip")
        .test_id("tip")
        .flag_fn("hidden", move || text().is_none())
        .style_fn("left", place(|it| it.x))
        .style_fn("top", place(|it| it.y))
        .text_fn(move || text().unwrap_or_default())
}

/// "Weights: 16.3 GiB, 12 % of Documented"
fn tell_part(state: State, part: &str, bytes: Bytes, total: Bytes, method: &str, texts: &Texts) -> String {
    let share = numbers::percent(bytes.count() / total.count().max(1.0));
    (texts.chart.segment)(part, &numbers::card_amount(bytes, state.unit()), &share, method)
}

fn px(length: f64) -> String {
    format!("{length:.1}px")
}
