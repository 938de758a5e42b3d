//! Predicted against measured: every traced and measured case as a point, and the errors of each family. The file
//! with the cases is fetched when the view opens. It computes no error.

use crate::estimator::MemoryUnit;
use crate::present::accuracy::Family;
use crate::present::numbers;
use crate::present::scatter::{Point, Scatter};
use crate::ui::guide::texts::guide_texts;
use crate::ui::kit::colours::percent;
use crate::ui::kit::controls::button;
use crate::ui::kit::element::{El, ElementRef, effect, el};
use crate::ui::second::arrive::arrive;
use crate::ui::state::State;
use crate::web::canvas::{Frame, follow_frame};
use crate::web::fetch;
use crate::web::theme::custom_property;
use leptos::prelude::*;
use leptos::task::spawn_local;
use plotters::prelude::{Circle, IntoDrawingArea, Rectangle};
use plotters::style::Color;
use plotters_canvas::CanvasBackend;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlCanvasElement, PointerEvent};

/// Where the cases lie, beside the page.
const FILE: &str = "scatter.tsv";

/// How near the pointer must come to a point, in CSS pixels.
const POINTER_SLACK: f64 = 9.0;

/// Radius of a point, in CSS pixels.
const RADIUS: f64 = 3.0;

/// Cases that the page names.
const NAMED_CASES: usize = 10;

/// The colours of the families, in their order: those of the components, which stay apart for every eye.
const COLOURS: [&str; 13] = [
    "--c-weights",
    "--c-optimizer",
    "--c-activations",
    "--c-kv",
    "--c-gradients",
    "--c-text",
    "--c-adapter",
    "--c-vision",
    "--c-temporaries",
    "--c-experts",
    "--c-overhead",
    "--c-logits",
    "--c-other",
];

/// The section with the chart, the table of families and the worst cases.
pub fn accuracy(state: State) -> El {
    let text = &guide_texts(state).verification;
    let scatter = RwSignal::new(None::<Scatter>);
    let failed = RwSignal::new(false);
    let load = move || {
        failed.set(false);
        spawn_local(async move {
            // The view may be closed before the file is there; then nobody is left to be told.
            match fetch::text(FILE).await {
                Some(text) => drop(scatter.try_set(Some(Scatter::read(&text)))),
                None => drop(failed.try_set(true)),
            }
        });
    };
    load();
    let again = move || button("btn", load).test_id("cases-again").text(state.texts().controls.load_again);
    let body = move || match scatter.get() {
        Some(it) => vec![plot(state, &it), families(state, &it), worst(state, &it)],
        None if failed.get() => vec![el("p").class("note").attr("role", "alert").text(text.accuracy_missing), again()],
        None => Vec::new(),
    };
    el("section")
        .class("accuracy")
        .test_id("accuracy")
        .child(el("h2").text(text.accuracy))
        .child(el("p").class("note").text(text.accuracy_note))
        .child(el("div").class("accuracy-body").children_fn(body))
}

fn colour(family: usize) -> &'static str {
    COLOURS[family % COLOURS.len()]
}

fn plot(state: State, scatter: &Scatter) -> El {
    let text = &guide_texts(state).verification;
    let scatter = StoredValue::new(scatter.clone());
    let frame = RwSignal::new(Frame::default());
    let hovered = RwSignal::new(None::<Point>);
    let (area, canvas) = (ElementRef::new(), ElementRef::new());
    effect(move || {
        if let Some(element) = area.get() {
            follow_frame(&element, frame);
        }
    });
    effect(move || {
        state.theme.track();
        state.system_is_dark.track();
        let frame = frame.get();
        if let Some(canvas) = canvas.get().and_then(|it| it.dyn_into::<HtmlCanvasElement>().ok()) {
            scatter.with_value(|it| paint(&canvas, it, frame));
        }
    });
    let point = move |event: Event| {
        let (Some(area), Some(event)) = (area.get_untracked(), event.dyn_ref::<PointerEvent>()) else { return };
        let place = area.get_bounding_client_rect();
        let x = (f64::from(event.client_x()) - place.left()) / place.width();
        let y = 1.0 - (f64::from(event.client_y()) - place.top()) / place.height();
        let hit = |it: &Scatter| it.hit_test(x, y, place.width(), place.height(), POINTER_SLACK).cloned();
        hovered.set(scatter.with_value(hit));
    };
    let open = move |_| {
        if let Some(point) = hovered.get_untracked().filter(|it| !it.link.is_empty()) {
            state.open_link(&point.link);
            arrive(None);
        }
    };
    let tick = |class: &'static str, side: &'static str, (place, label): (f64, String)| {
        el("span").class(class).style_fn(side, move || percent(place)).text(label)
    };
    let ticks = scatter.with_value(|it| it.ticks.clone());
    let family = move |it: &Point| scatter.with_value(|all| all.families[it.family].clone());
    let tip = move || hovered.get().map(|it| tell(state, &it, &family(&it)));
    el("figure")
        .class("scatter")
        .attr("aria-label", text.accuracy)
        .child(
            el("div")
                .class("y-axis")
                .attr("aria-hidden", "true")
                .child(el("span").class("y-unit").text(MemoryUnit::Gib.id()))
                .children(ticks.clone().into_iter().map(|it| tick("y-tick", "bottom", it))),
        )
        .child(
            el("div")
                .class("scatter-area")
                .class_fn("pointing", move || hovered.with(|it| it.as_ref().is_some_and(|it| !it.link.is_empty())))
                .handle(area)
                .on("pointermove", point)
                .on("pointerdown", point)
                .on("pointerleave", move |_| hovered.set(None))
                .on("click", open)
                .child(el("canvas").handle(canvas).test_id("scatter").attr("aria-hidden", "true"))
                .child(
                    el("p")
                        .class("tip")
                        .test_id("scatter-tip")
                        .flag_fn("hidden", move || hovered.with(Option::is_none))
                        .style_fn("left", move || percent(hovered.get().map_or(0.0, |it| it.x)))
                        .style_fn("top", move || percent(1.0 - hovered.get().map_or(0.0, |it| it.y)))
                        .text_fn(move || tip().unwrap_or_default()),
                ),
        )
        .child(
            el("div")
                .class("x-axis")
                .attr("aria-hidden", "true")
                .children(ticks.into_iter().map(|it| tick("x-tick", "left", it))),
        )
        .child(el("figcaption").class("caption").text(text.accuracy_axes))
}

/// "dense-full/…: 27.21 GiB estimated, 27.20 GiB measured, +0.02 %"
fn tell(state: State, point: &Point, family: &str) -> String {
    let unit = state.unit();
    let amount = |bytes| numbers::amount(bytes, unit);
    let error = numbers::signed(100.0 * point.error(), 2);
    (guide_texts(state).verification.accuracy_case)(
        point.title().unwrap_or((guide_texts(state).verification.accuracy_family)(family)),
        &amount(point.predicted),
        &amount(point.measured),
        &error,
    )
}

/// Paints the points, a grid at the powers of ten, and the line on which both amounts are equal.
fn paint(canvas: &HtmlCanvasElement, scatter: &Scatter, frame: Frame) {
    let (width, height) = frame.apply(canvas);
    let Some(backend) = CanvasBackend::with_canvas_object(canvas.clone()) else { return };
    let area = backend.into_drawing_area();
    let colour = |name: &str| crate::ui::kit::colours::parse_colour(&custom_property(name));
    let at = |share: f64, whole: u32| (share * f64::from(whole)).round() as i32;
    let line = frame.scale.round().max(1.0) as i32;
    // A canvas that cannot be drawn on shows nothing; the table below has the same errors.
    let _ = area.fill(&colour("--surface-1"));
    let grid = colour("--grid").filled();
    for (place, _) in &scatter.ticks {
        let (x, y) = (at(*place, width), at(1.0 - place, height));
        let _ = area.draw(&Rectangle::new([(x, 0), (x + line, height as i32)], grid));
        let _ = area.draw(&Rectangle::new([(0, y), (width as i32, y + line)], grid));
    }
    let diagonal = colour("--line-control").filled();
    for step in 0..width.min(height) {
        let share = f64::from(step) / f64::from(width.min(height));
        let (x, y) = (at(share, width), at(1.0 - share, height));
        let _ = area.draw(&Rectangle::new([(x, y), (x + line, y + line)], diagonal));
    }
    for point in scatter.shown() {
        let place = (at(point.x, width), at(1.0 - point.y, height));
        let radius = (RADIUS * frame.scale).round() as i32;
        let _ = area.draw(&Circle::new(place, radius, colour(self::colour(point.family)).mix(0.8).filled()));
    }
    let _ = area.present();
}

/// The errors of each family, which is the chart's legend too.
fn families(state: State, scatter: &Scatter) -> El {
    let text = &guide_texts(state).verification;
    let row = |(at, it): (usize, Family)| {
        let share = |value: f64| numbers::plain(100.0 * value, 2);
        let swatch = el("i").class("swatch").style_fn("background", move || format!("var({})", colour(at)));
        let figures = [
            it.n_cases.to_string(),
            share(it.median),
            share(it.p95),
            share(it.worst),
            numbers::signed(100.0 * it.mean, 2),
            numbers::signed(100.0 * it.lowest, 2),
        ];
        let cells = figures.into_iter().zip(text.accuracy_heads.iter().skip(1));
        el("tr")
            .child(el("th").attr("scope", "row").child(swatch).text((text.accuracy_family)(&it.name)))
            .children(cells.map(|(figure, head)| el("td").class("amount").attr("data-label", *head).text(figure)))
    };
    let heads = text
        .accuracy_heads
        .iter()
        .enumerate()
        .map(|(at, head)| el("th").attr("scope", "col").class(if at == 0 { "" } else { "amount" }).text(*head));
    el("table")
        .class("plain families")
        .test_id("families")
        .child(el("thead").child(el("tr").children(heads)))
        .child(el("tbody").children(scatter.errors().into_iter().enumerate().map(row)))
}

/// The cases that are missed most, each a link into the Estimate view.
fn worst(state: State, scatter: &Scatter) -> El {
    let item = |point: &Point| {
        let link = point.link.clone();
        let name = el("a")
            .attr("href", format!("?{link}"))
            .text(tell(state, point, &scatter.families[point.family]))
            .on("click", move |event| {
                event.prevent_default();
                state.open_link(&link);
                arrive(None);
            });
        el("li").child(name)
    };
    el("div")
        .child(el("h3").text(guide_texts(state).verification.accuracy_worst))
        .child(el("ol").class("worst").children(scatter.worst(NAMED_CASES).into_iter().map(item)))
}
