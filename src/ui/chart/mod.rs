//! The chart: a canvas for bars and grid, and DOM for every text. The scene says what stands where; the
//! component only places it.

mod paint;

use super::bars::group_class;
use super::state::use_state;
use crate::estimator::{Bytes, ComponentGroup, Estimate};
use crate::present::chart::{Scene, bar_span};
use crate::present::{numbers, table};
use crate::web::canvas::CanvasSize;
use crate::web::frames::OncePerFrame;
use crate::web::theme::Theme;
use leptos::ev::PointerEvent;
use leptos::html;
use leptos::prelude::*;
use leptos_use::{UseElementSizeReturn, use_device_pixel_ratio, use_element_size, use_preferred_dark};
use paint::{Palette, paint};

/// Height of a label beside a bar, with its distance to the next, in CSS pixels.
const LABEL_HEIGHT: f64 = 15.0;

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
#[component]
pub fn Chart() -> impl IntoView {
    let state = use_state();
    let texts = state.texts;
    let scene = Memo::new(move |_| state.estimates.with(|all| Scene::new(all, state.unit.get())));
    let plot = NodeRef::<html::Div>::new();
    let UseElementSizeReturn { width, height } = use_element_size(plot);
    let hovered = RwSignal::new(None::<Hovered>);

    let point = move |event: PointerEvent| {
        let Some(plot) = plot.get_untracked() else { return };
        let frame = plot.get_bounding_client_rect();
        let (x, y) = (f64::from(event.client_x()) - frame.left(), f64::from(event.client_y()) - frame.top());
        hovered.set(scene.with_untracked(|scene| {
            let bar = scene.bar_at(x, frame.width())?;
            let segment = scene.hit_test(bar, 1.0 - y / frame.height(), POINTER_SLACK / frame.height())?;
            Some(Hovered { bar, segment, x, y })
        }));
    };
    let pointed_group = move || {
        let hit = hovered.get()?;
        scene.with(|scene| scene.bars.get(hit.bar)?.segments.get(hit.segment).map(|it| it.group()))
    };
    Effect::new(move |_| state.pointed.set(pointed_group()));

    view! {
        <figure class="chart" aria-labelledby="chart-title">
            <h2 id="chart-title" class="hidden">{texts.chart.title}</h2>
            <Legend scene />
            <div class="y-axis" aria-hidden="true">
                <For each=move || scene.get().ticks key=|tick| (tick.label.clone(), tick.height.to_bits()) let(tick)>
                    <span class="y-tick" style:bottom=at(tick.height)>{tick.label}</span>
                </For>
                <span class="y-unit">{move || state.unit.get().id()}</span>
            </div>
            <div class="plot" node_ref=plot on:pointermove=point on:pointerdown=point on:pointerleave=move |_| hovered.set(None)>
                <ChartCanvas scene width height />
                <BarLabels scene width height />
                <Tip scene hovered />
            </div>
            <div class="x-axis" aria-hidden="true">
                {move || scene.with(|scene| scene.bars.iter().enumerate().map(|(at, bar)| {
                    let method = bar.method;
                    let n_bars = scene.bars.len();
                    view! {
                        <span
                            class:selected=move || state.selected_method.get() == method
                            style:left=move || px(bar_span(n_bars, at, width.get()).0)
                        >
                            {(texts.method)(method).label}
                        </span>
                    }
                }).collect_view())}
            </div>
        </figure>
    }
}

/// The legend in stacking order; an entry tells each method's amount when it is pointed at or focused.
#[component]
fn Legend(scene: Memo<Scene>) -> impl IntoView {
    let state = use_state();
    let texts = state.texts;
    let groups = Memo::new(move |_| scene.with(Scene::groups));
    let tell = move |group: ComponentGroup| {
        state.estimates.with(|all| {
            let tell = |estimate: &Estimate| table::group_bytes(estimate, group).map(|bytes| describe(bytes, estimate, state.unit.get(), texts, group));
            all.iter().filter_map(tell).collect::<Vec<_>>().join("\n")
        })
    };
    let pointed = move || state.pointed.get();
    view! {
        <div class="legend-place">
            <ul class="legend" aria-label=texts.chart.legend>
                <For each=move || groups.get().into_iter().rev() key=|group| *group let(group)>
                    <li>
                        <button
                            type="button"
                            class:pointed=move || pointed() == Some(group)
                            on:pointerenter=move |_| state.pointed.set(Some(group))
                            on:pointerleave=move |_| state.pointed.set(None)
                            on:focus=move |_| state.pointed.set(Some(group))
                            on:blur=move |_| state.pointed.set(None)
                        >
                            <i class=format!("swatch {}", group_class(group))></i>
                            {(texts.component_group)(group)}
                        </button>
                    </li>
                </For>
            </ul>
            <p class="legend-tells" role="status">{move || pointed().map(tell)}</p>
        </div>
    }
}

/// "Weights: 16.3 GiB, 12 % of Documented"
fn describe(
    bytes: Bytes,
    estimate: &Estimate,
    unit: crate::estimator::MemoryUnit,
    texts: &'static crate::locale::Texts,
    group: ComponentGroup,
) -> String {
    tell_part((texts.component_group)(group), bytes, estimate.total(), unit, (texts.method)(estimate.method()).label, texts)
}

fn tell_part(
    part: &str,
    bytes: Bytes,
    total: Bytes,
    unit: crate::estimator::MemoryUnit,
    method: &str,
    texts: &'static crate::locale::Texts,
) -> String {
    let share = numbers::percent(bytes.count() / total.count().max(1.0));
    (texts.chart.segment)(part, &numbers::card_amount(bytes, unit), &share, method)
}

/// The canvas; it is redrawn at most once a frame, whatever changes.
#[component]
fn ChartCanvas(scene: Memo<Scene>, width: Signal<f64>, height: Signal<f64>) -> impl IntoView {
    let state = use_state();
    let canvas = NodeRef::<html::Canvas>::new();
    let scale = use_device_pixel_ratio();
    let theme = expect_context::<RwSignal<Theme>>();
    let is_dark = use_preferred_dark();
    let frame = OncePerFrame::new();
    // Read again whenever the theme may have changed, and only then: computed styles are slow to ask for.
    let palette = StoredValue::new(None::<Palette>);
    Effect::new(move |_| {
        theme.track();
        is_dark.track();
        palette.set_value(None);
    });
    Effect::new(move |_| {
        scene.track();
        theme.track();
        is_dark.track();
        state.pointed.track();
        let size = CanvasSize::new(width.get(), height.get(), scale.get());
        frame.ask(move || {
            let Some(canvas) = canvas.get_untracked() else { return };
            if palette.with_value(Option::is_none) {
                palette.set_value(Some(Palette::read()));
            }
            size.apply(&canvas);
            scene.with_untracked(|scene| {
                palette.with_value(|palette| {
                    if let Some(palette) = palette {
                        paint(&canvas, scene, size, palette, state.pointed.get_untracked());
                    }
                });
            });
        });
    });
    view! { <canvas node_ref=canvas data-testid="chart" aria-hidden="true"></canvas> }
}

/// The labels of segments that have room for one.
#[component]
fn BarLabels(scene: Memo<Scene>, width: Signal<f64>, height: Signal<f64>) -> impl IntoView {
    let state = use_state();
    let texts = state.texts;
    let labels = move || {
        let (width, height) = (width.get(), height.get());
        if width <= 0.0 || height <= 0.0 {
            return Vec::new();
        }
        scene.with(|scene| {
            let n_bars = scene.bars.len();
            let labels = scene.bars.iter().enumerate().flat_map(|(at, bar)| {
                let (left, bar_width) = bar_span(n_bars, at, width);
                let place = left + bar_width;
                bar.labelled(LABEL_HEIGHT / height).into_iter().map(move |segment| {
                    (place, width / n_bars as f64 - bar_width - left + width / n_bars as f64 * at as f64, segment.middle(), segment.component, segment.bytes)
                })
            });
            labels.collect()
        })
    };
    view! {
        <div aria-hidden="true">
            {move || labels().into_iter().map(|(left, room, middle, component, bytes)| view! {
                <span class="bar-label" style:left=px(left) style:bottom=at(middle) style:width=px(room)>
                    <span>{(texts.component)(component)}</span>
                    <b>{numbers::card_figure(bytes, state.unit.get())}</b>
                </span>
            }).collect_view()}
        </div>
    }
}

/// What the pointer is on: component, amount and share, beside the pointer.
#[component]
fn Tip(scene: Memo<Scene>, hovered: RwSignal<Option<Hovered>>) -> impl IntoView {
    let state = use_state();
    let texts = state.texts;
    let text = move || {
        let hit = hovered.get()?;
        scene.with(|scene| {
            let bar = scene.bars.get(hit.bar)?;
            let segment = bar.segments.get(hit.segment)?;
            let part = (texts.component)(segment.component);
            Some(tell_part(part, segment.bytes, bar.total, state.unit.get(), (texts.method)(bar.method).label, texts))
        })
    };
    view! {
        <p
            class="tip"
            data-testid="tip"
            hidden=move || text().is_none()
            style:left=move || hovered.get().map(|it| px(it.x))
            style:top=move || hovered.get().map(|it| px(it.y))
        >
            {text}
        </p>
    }
}

fn at(height: f64) -> String {
    format!("{:.3}%", 100.0 * height)
}

fn px(length: f64) -> String {
    format!("{length:.1}px")
}
