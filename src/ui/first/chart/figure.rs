//! A chart of bars: a canvas for bars and grid, and DOM for every text. The scene says what stands where; this only
//! places it, and knows neither methods nor moments beyond their names.

use crate::present::chart::{BarName, Scene, Tick, bar_span};
use crate::present::numbers;
use crate::ui::first::chart::labels::Labels;
use crate::ui::first::chart::paint::paint;
use crate::ui::first::chart::palette::Palette;
use crate::ui::first::chart::told::tell_part;
use crate::ui::kit::colours::percent;
use crate::ui::kit::element::{El, ElementRef, effect, el, memo};
use crate::ui::later::Later;
use crate::ui::state::State;
use crate::web::canvas::{Frame, follow_frame};
use crate::web::frames::Once;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlCanvasElement, PointerEvent};

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

/// One of the page's two bar charts.
#[derive(Clone, Copy)]
pub struct Chart {
    /// The page's state.
    pub state: State,
    /// What stands where.
    pub scene: Memo<Scene>,
    /// The room that the plot has.
    pub frame: RwSignal<Frame>,
    /// The canvas' test id, and the prefix of the heading's.
    pub id: &'static str,
}

impl Chart {
    /// A chart of a scene.
    pub fn new(state: State, scene: Memo<Scene>, id: &'static str) -> Self {
        Self { state, scene, frame: RwSignal::new(Frame::default()), id }
    }
}

/// The chart below its head, in which [`heading`] stands.
pub fn figure(chart: Chart, head: El, legend: Option<El>) -> El {
    let Chart { state, scene, frame, id } = chart;
    let beyond = move || Later::of_page().show_quietly(|it| (it.beyond)(state, scene, frame));
    let is_whole = legend.is_some();
    let res = el("figure")
        .class(if is_whole { "chart" } else { "chart timeline" })
        .attr("aria-labelledby", heading_id(id))
        .child(head)
        .maybe(legend)
        .child(y_axis(chart))
        .child(plot(chart))
        .child(x_axis(chart));
    if is_whole { res.children_fn(beyond) } else { res }
}

/// The heading of a chart, which names it.
pub fn heading(id: &str, text: &str) -> El {
    el("h2").attr("id", heading_id(id)).text(text)
}

fn heading_id(id: &str) -> String {
    format!("{id}-title")
}

fn y_axis(Chart { state, scene, .. }: Chart) -> El {
    let tick = |it: Tick| el("span").class("y-tick").style_fn("bottom", move || percent(it.height)).text(it.label);
    // The axis stays while bars move below its end.
    let ticks = memo(move || scene.with(|it| it.ticks.clone()));
    let ticks = move || ticks.get().into_iter().map(tick).collect();
    el("div")
        .class("y-axis")
        .attr("aria-hidden", "true")
        .child(el("span").class("y-unit").text_fn(move || state.unit().id().to_owned()))
        .child(el("div").children_fn(ticks))
}

fn x_axis(Chart { state, scene, frame, .. }: Chart) -> El {
    // Names change with the mode and with what a run passes through, not with every figure.
    let names = memo(move || scene.with(|it| it.bars.iter().map(|bar| bar.name).collect::<Vec<_>>()));
    let labels = move || {
        let names = names.get();
        let n_bars = names.len();
        let label = |(bar, name): (usize, BarName)| {
            let span = move |at| bar_span(n_bars, at, frame.get().width);
            let place = move |at| span(at).0;
            let label = el("span")
                .class_fn("selected", move || match name {
                    BarName::Method(method) => state.selected() == method,
                    BarName::Moment { is_peak, .. } => is_peak,
                    BarName::Pinned(at) => at == 0,
                })
                .style_fn("left", move || px(place(bar)))
                .style_fn("max-width", move || px(place(bar + 1) - place(bar)))
                .style_fn("--bar", move || px(span(bar).1))
                .text(name.told(state.texts()));
            let BarName::Pinned(place) = name else { return label };
            let total = move || scene.with(|it| it.bars.get(bar).map(|bar| bar.total.count().to_string()));
            let words = move || Later::of_page().parts().map(|it| (it.pin_words)(state, place)).unwrap_or_default();
            label.test_id(format!("pinned-{place}")).attr_fn("data-bytes", total).child(el("small").text_fn(words))
        };
        names.into_iter().enumerate().map(label).collect()
    };
    el("div").class("x-axis").attr("aria-hidden", "true").children_fn(labels)
}

/// The canvas with labels over it, and what the pointer is on.
fn plot(chart: Chart) -> El {
    let Chart { state, scene, frame, .. } = chart;
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
        .child(chart_canvas(chart))
        .child(bar_labels(chart))
        .child(capacity_label(chart))
        .child(tip(chart, hovered))
}

/// The canvas.
fn chart_canvas(Chart { state, scene, frame, id }: Chart) -> El {
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
    el("canvas").handle(handle).test_id(id).attr("aria-hidden", "true")
}

/// The totals on the bars, and the labels of segments that have room for one.
fn bar_labels(Chart { state, scene, frame, .. }: Chart) -> El {
    let handle = ElementRef::new();
    let labels = StoredValue::new_local(Labels::default());
    let moment = Once::in_a_moment();
    effect(move || {
        let Some(place) = handle.get() else { return };
        frame.track();
        state.unit();
        scene.with(|_| ());
        // Bars and totals do not wait for their labels, which come a frame later.
        moment.ask(move || {
            let (frame, unit) = (frame.get_untracked(), untrack(|| state.unit()));
            labels.update_value(|it| scene.with_untracked(|scene| it.place(&place, scene, frame, unit, state.texts())));
        });
    });
    el("div").class("bar-labels").attr("aria-hidden", "true").handle(handle)
}

/// What the line at which the device ends is called: right of the plot, where it covers nothing; at the top where the
/// device ends far beyond the bars.
fn capacity_label(Chart { state, scene, id, .. }: Chart) -> El {
    let height = move || scene.with(|it| it.capacity);
    let is_beyond = move || height().is_none();
    let amount = move || {
        let amount = state.shown.capacity().map(|it| numbers::total_amount(it, state.unit())).unwrap_or_default();
        if is_beyond() { format!("↑ {amount}") } else { amount }
    };
    let name = move || state.shown.device().map_or(state.texts().chart.device, |it| it.name).to_owned();
    el("span")
        .class("capacity")
        .attr("aria-hidden", "true")
        .test_id(format!("{id}-capacity"))
        .flag_fn("hidden", move || state.shown.capacity().is_none())
        .class_fn("beyond", is_beyond)
        .style_fn("bottom", move || percent(height().unwrap_or(1.0)))
        .child(el("b").text_fn(name))
        .child(el("span").text_fn(amount))
}

/// What the pointer is on: component, amount and share, beside the pointer.
fn tip(Chart { state, scene, id, .. }: Chart, hovered: RwSignal<Option<Hovered>>) -> El {
    let texts = state.texts();
    let text = move || {
        let hit = hovered.get()?;
        scene.with(|scene| {
            let bar = scene.bars.get(hit.bar)?;
            let segment = bar.segments.get(hit.segment)?;
            let part = bar.name_of(segment.component, texts);
            let method = bar.name.told(texts);
            Some(tell_part(state, part, segment.bytes, bar.total, method, texts))
        })
    };
    let place = move |read: fn(Hovered) -> f64| move || px(hovered.get().map_or(0.0, read));
    el("p")
        .class("tip")
        .test_id(if id == "chart" { "tip".to_owned() } else { format!("{id}-tip") })
        .flag_fn("hidden", move || text().is_none())
        .style_fn("--x", place(|it| it.x))
        .style_fn("top", place(|it| it.y))
        .text_fn(move || text().unwrap_or_default())
}

/// A length in CSS pixels.
fn px(length: f64) -> String {
    format!("{length:.1}px")
}
