//! The moments of one run as a chart with its totals, and as a table for those who do not see it. It follows when the
//! hand rests.

use crate::estimator::{Bytes, DEFAULT_METHOD};
use crate::present::chart::{Bar, BarName, Scene};
use crate::present::numbers;
use crate::ui::first::chart::figure::{Chart, figure, heading};
use crate::ui::first::chart::methods::reach;
use crate::ui::kit::element::{El, el, memo};
use crate::ui::state::State;
use leptos::prelude::*;

/// The moments of one run, in their order, with the peak marked; nothing is seen where there is only one.
pub fn timeline(state: State) -> El {
    let scene = memo(move || {
        let (capacity, unit) = (state.shown.capacity(), state.unit());
        state.shown.estimates.with(|all| Scene::of_moments(all, DEFAULT_METHOD, capacity, reach(state, all), unit))
    });
    let chart = Chart::new(state, scene, "timeline");
    let head = heading("timeline", state.texts().chart.timeline_title);
    let has_moments = memo(move || scene.with(|it| it.bars.len() > 1));
    figure(chart, head, None)
        .flag_fn("hidden", move || !has_moments.get())
        .child(el("div").class("hidden").children_fn(move || vec![scene.with(|it| table(state, it))]))
}

/// The same amounts in words: a row a moment, a column a component.
fn table(state: State, scene: &Scene) -> El {
    let texts = state.texts();
    let unit = state.unit();
    let components = scene.components();
    let head = |text: &str| el("th").attr("scope", "col").text(text);
    let amount = |bytes: Option<Bytes>| {
        let text = bytes.map_or("–".to_owned(), |it| numbers::amount(it, unit));
        let cell = el("td").text(text);
        bytes.into_iter().fold(cell, |cell, it| cell.attr("data-bytes", it.count().to_string()))
    };
    let row = |bar: &Bar| {
        let name = bar.name.told(texts);
        let is_peak = matches!(bar.name, BarName::Moment { is_peak: true, .. });
        let name = if is_peak { (texts.chart.peak)(name) } else { name.to_owned() };
        el("tr")
            .child(el("th").attr("scope", "row").text(name))
            .child(amount(Some(bar.total)))
            .children(components.iter().map(|it| amount(bar.bytes_of(*it))))
    };
    let heads = el("tr")
        .child(head(texts.chart.moment))
        .child(head(texts.chart.total))
        .children(components.iter().map(|it| head((texts.component)(*it))));
    el("table")
        .test_id("timeline-table")
        .child(el("caption").text(texts.chart.timeline_title))
        .child(el("thead").child(heads))
        .child(el("tbody").children(scene.bars.iter().map(row)))
}
