//! A sweep as it is drawn and held: areas on a canvas, all text as elements over it, and a handle that is the
//! parameter's slider. It estimates nothing.

use crate::estimator::ParameterId;
use crate::present::chart::Tick;
use crate::present::drawing::{Area, sweep_marks};
use crate::present::numbers;
use crate::present::sweep_chart::{SweepArea, SweepScene};
use crate::present::sweep_ground::{Ground, GroundKind};
use crate::present::value_text::value_text;
use crate::ui::first::chart::Palette;
use crate::ui::kit::colours::{group_class, percent};
use crate::ui::kit::controls::text_of;
use crate::ui::kit::element::{El, ElementRef, effect, el};
use crate::ui::second::pictures::paint_marks;
use crate::ui::state::State;
use crate::ui::workbench::texts::workbench_texts;
use crate::web::canvas::{Frame, follow_frame};
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, Event, HtmlCanvasElement, KeyboardEvent, PointerEvent};

/// The sweep that is shown.
pub type ShownSweep = RwSignal<Option<Arc<SweepScene>>>;

/// Steps of the handle from end to end, between which no hand tells a difference.
const STEPS: f64 = 1000.0;

/// Stops that a page key moves it by.
const STOPS_OF_A_PAGE: i32 = 16;

/// The chart of a parameter. It is made once for each, and follows its scene.
pub fn figure(state: State, scene: ShownSweep, id: ParameterId, is_stepped: bool) -> El {
    let (texts, words) = (state.texts(), &workbench_texts(state).sweep);
    let read = move |make: &dyn Fn(&SweepScene) -> Vec<El>| {
        scene.with(|it| it.as_ref().map(|it| make(it))).unwrap_or_default()
    };
    let tick = |it: &Tick| {
        let height = it.height;
        el("span").class("y-tick").style_fn("bottom", move || percent(height)).text(&it.label)
    };
    let ticks = move || read(&|it| it.ticks.iter().map(tick).collect());
    let y_axis = el("div")
        .class("y-axis")
        .attr("aria-hidden", "true")
        .child(el("span").class("y-unit").text_fn(move || state.unit().id().to_owned()))
        .child(el("div").children_fn(ticks));
    let labels = move || {
        read(&|it| {
            let share = 1.0 / it.labels.len().max(1) as f64;
            let label = |(place, text): &(f64, String)| {
                let place = *place;
                let res = el("span").style_fn("--place", move || percent(place)).text(text);
                // Choices have their column.
                if is_stepped { res.style_fn("width", move || percent(share)) } else { res }
            };
            it.labels.iter().map(label).collect()
        })
    };
    let x_axis = el("div").class("x-axis").attr("aria-hidden", "true").children_fn(labels);
    let ends = move || read(&|it| ends(state, it));
    let legend = move || read(&|it| it.areas.iter().map(|it| named(state, it)).collect());
    let label = (texts.parameter_in_mode)(id, state.shown.mode.get_untracked());
    el("figure")
        .class(if is_stepped { "sweep stepped" } else { "sweep" })
        .attr("aria-label", (texts.joints.named)(words.over, label))
        .child(y_axis)
        .child(plot(state, scene, id, is_stepped))
        .child(el("div").class("sweep-ends").attr("aria-hidden", "true").children_fn(ends))
        .child(x_axis)
        .child(el("div").class("sweep-legend").attr("aria-hidden", "true").children_fn(legend))
}

/// An area's name with its colour.
fn named(state: State, it: &SweepArea) -> El {
    let mark = el("i").class(&format!("swatch {}", group_class(it.group)));
    el("span").child(mark).text((state.texts().component_group)(it.group))
}

/// What the areas are called at the right end, where they have room; on a narrow screen all of them below.
fn ends(state: State, scene: &SweepScene) -> Vec<El> {
    let area = |it: &SweepArea| {
        let (height, figure) = it.end.as_ref()?;
        let height = *height;
        Some(named(state, it).style_fn("bottom", move || percent(height)).child(el("b").text(figure)))
    };
    scene.areas.iter().filter_map(area).collect()
}

/// The canvas, and over it where today's value and the crossing stand, the handle, and what the pointer is on.
fn plot(state: State, scene: ShownSweep, id: ParameterId, is_stepped: bool) -> El {
    let words = &workbench_texts(state).sweep;
    let pointed = RwSignal::new(None::<(f64, f64)>);
    let handle = ElementRef::new();
    let point = move |event: Event| {
        let (Some(plot), Some(event)) = (handle.get_untracked(), event.dyn_ref::<PointerEvent>()) else { return };
        let place = plot.get_bounding_client_rect();
        let x = (f64::from(event.client_x()) - place.left()) / place.width();
        let y = (f64::from(event.client_y()) - place.top()) / place.height();
        pointed.set((0.0..=1.0).contains(&x).then_some((x, y.clamp(0.0, 1.0))));
    };
    let of_scene = move |it: &dyn Fn(&SweepScene) -> Option<f64>| scene.with(|scene| it(scene.as_ref()?));
    // Read anew by each: a memo of this type would be one of the first program's, and larger there.
    let today = move || {
        let value = state.shown.value(id);
        of_scene(&|it| it.place(&value))
    };
    let today_text = move || {
        let total = state.shown.live_total(state.selected());
        let amount = total.map(|it| numbers::total_amount(it, state.unit())).unwrap_or_default();
        let name = value_text(id, &state.shown.value(id), state.shown.mode.get_untracked(), state.texts());
        (words.today)(&name, &amount)
    };
    let tip = move || {
        let (x, _) = pointed.get()?;
        scene.with(|it| it.as_ref().and_then(|it| it.stops.get(it.nearest(x)?)).map(|it| it.told.clone()))
    };
    let tip = el("p")
        .class("tip sweep-tip")
        .test_id("sweep-tip")
        .attr("aria-hidden", "true")
        .flag_fn("hidden", move || tip().is_none())
        .style_fn("--place", move || percent(pointed.get().map_or(0.0, |it| it.0)))
        .style_fn("top", move || percent(pointed.get().map_or(0.0, |it| it.1)))
        .text_fn(move || tip().unwrap_or_default());
    let mark = el("span")
        .class("sweep-now")
        .flag_fn("hidden", move || today().is_none())
        .style_fn("left", move || percent(today().unwrap_or(0.0)));
    let name = el("b")
        .class("sweep-today")
        .test_id("sweep-now")
        .attr("aria-hidden", "true")
        .flag_fn("hidden", move || today().is_none())
        .style_fn("--place", move || percent(today().unwrap_or(0.0)))
        .text_fn(today_text);
    let grounds =
        move || scene.with(|it| it.as_ref().map(|it| it.grounds.iter().map(ground).collect()).unwrap_or_default());
    let over = move || scene.with(|it| it.as_ref().map(|it| over(state, it)).unwrap_or_default());
    el("div")
        .class("plot")
        .handle(handle)
        .on("pointermove", point)
        .on("pointerdown", point)
        .on("pointerleave", move |_| pointed.set(None))
        .child(el("div").attr("aria-hidden", "true").children_fn(grounds))
        .child(canvas(state, scene))
        .child(el("div").attr("aria-hidden", "true").children_fn(over))
        .child(mark)
        .child(name)
        .maybe((!is_stepped).then(|| slider(state, scene, id, today)))
        .child(tip)
}

/// What the device's line is called, where the run stops fitting, and where another moment or stage becomes the
/// fullest.
fn over(state: State, scene: &SweepScene) -> Vec<El> {
    let mut res = Vec::new();
    if let Some((end, height)) = scene.capacity.last().and_then(|it| it.last()) {
        let height = *height;
        // At the end where no words stand, and where there is a line.
        let is_left = *end < 0.5 || scene.crossings.iter().any(|it| it.place > 0.5);
        let line = el("span").class(if is_left { "sweep-capacity left" } else { "sweep-capacity" });
        let line = line.style_fn("bottom", move || percent(height));
        res.push(if let Some(it) = &scene.capacity_moves {
            line.text(it)
        } else {
            let name = state.shown.device().map_or(state.texts().chart.device, |it| it.name);
            let amount = state.shown.capacity().map(|it| numbers::total_amount(it, state.unit())).unwrap_or_default();
            line.child(el("b").text(amount)).text(format!(" {name}"))
        });
    }
    for &place in &scene.turns {
        res.push(el("i").class("sweep-turn").style_fn("--place", move || percent(place)));
    }
    for it in &scene.crossings {
        let (place, height) = (it.place, it.height);
        let at = |it: El| it.style_fn("--place", move || percent(place)).style_fn("bottom", move || percent(height));
        if !it.is_outside {
            res.push(at(el("i").class("sweep-ring")));
        }
        if it.has_room {
            res.push(at(el("span").class("sweep-words")).test_id("crossing").text(&it.words));
        }
    }
    res
}

/// The ground where the run does not fit, is tight, or has no answer.
fn ground(it: &Ground) -> El {
    let (from, width) = (it.from, it.to - it.from);
    let kind = match it.kind {
        GroundKind::Short => "short",
        GroundKind::Tight => "tight",
        GroundKind::Unanswered => "unanswered",
    };
    let res = el("i").class("sweep-ground").attr("data-kind", kind);
    res.style_fn("left", move || percent(from)).style_fn("width", move || percent(width))
}

/// The handle: a native range input over the plot, which goes from value to value of the chart.
fn slider(
    state: State,
    scene: ShownSweep,
    id: ParameterId,
    today: impl Fn() -> Option<f64> + Copy + Send + Sync + 'static,
) -> El {
    let label = (state.texts().parameter_in_mode)(id, state.shown.mode.get_untracked());
    let stop_now = move |it: &SweepScene| it.nearest(today().unwrap_or(0.0));
    let told =
        move || scene.with(|it| it.as_ref().and_then(|it| it.stops.get(stop_now(it)?)).map(|it| it.told.clone()));
    let go_to = move |find: &dyn Fn(&SweepScene) -> Option<usize>| {
        let value = scene.with(|it| it.as_ref().and_then(|it| it.stops.get(find(it)?)).map(|it| it.value.clone()));
        if let Some(value) = value {
            state.set(id, value);
        }
    };
    let press = move |event: Event| {
        let step = match event.dyn_ref::<KeyboardEvent>().map(KeyboardEvent::key).as_deref() {
            Some("ArrowRight" | "ArrowUp") => 1,
            Some("ArrowLeft" | "ArrowDown") => -1,
            Some("PageUp") => STOPS_OF_A_PAGE,
            Some("PageDown") => -STOPS_OF_A_PAGE,
            Some("Home") => i32::MIN,
            Some("End") => i32::MAX,
            _ => return,
        };
        event.prevent_default();
        untrack(|| {
            go_to(&|it| {
                let last = it.stops.len() as i32 - 1;
                Some((stop_now(it)? as i32).saturating_add(step).clamp(0, last) as usize)
            });
        });
    };
    el("input")
        .attr("type", "range")
        .class("sweep-handle")
        .test_id("sweep-handle")
        .attr("min", "0")
        .attr("max", STEPS.to_string())
        .attr("step", "any")
        .attr("aria-label", (workbench_texts(state).sweep.handle)(label))
        .attr_fn("aria-valuetext", told)
        .value_fn(move || (today().unwrap_or(0.0) * STEPS).to_string())
        .on("pointerdown", move |_| state.is_held.set(true))
        .on("keydown", press)
        .on("input", move |event| {
            let Ok(at) = text_of(&event).parse::<f64>() else { return };
            untrack(|| go_to(&|it| it.nearest(at / STEPS)));
        })
}

fn canvas(state: State, scene: ShownSweep) -> El {
    let (handle, frame) = (ElementRef::new(), RwSignal::new(Frame::default()));
    effect(move || {
        if let Some(element) = handle.get() {
            follow_frame(&element, frame);
        }
    });
    effect(move || {
        state.theme.track();
        state.system_is_dark.track();
        let frame = frame.get();
        let Some(canvas) = handle.get().and_then(|it| it.dyn_into::<HtmlCanvasElement>().ok()) else { return };
        frame.apply(&canvas);
        // A canvas that cannot be drawn on shows nothing; the table below it has the same numbers.
        let Some(context) = canvas.get_context("2d").ok().flatten().and_then(|it| it.dyn_into().ok()) else { return };
        scene.with(|it| {
            if let Some(it) = it {
                draw(&context, it, frame);
            }
        });
    });
    el("canvas").handle(handle).test_id("sweep-chart").attr("aria-hidden", "true")
}

fn draw(context: &CanvasRenderingContext2d, scene: &SweepScene, frame: Frame) {
    let scale = frame.scale;
    // A line of the grid is a whole number of device pixels.
    let line = scale.round().max(1.0) / scale;
    let place = Area { width: frame.width, height: frame.height, ..Area::default() };
    if context.set_transform(scale, 0.0, 0.0, scale, 0.0, 0.0).is_ok() {
        context.clear_rect(0.0, 0.0, frame.width, frame.height);
        paint_marks(context, &sweep_marks(scene, place, line), &Palette::read());
    }
}
