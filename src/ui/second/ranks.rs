//! The kinds of rank of a run over several GPUs: a bar each, with the fullest marked, which has to fit. It computes
//! nothing.

use crate::estimator::{Estimate, unlike_devices};
use crate::present::ranks::{RankChart, RankDevices, RankRow, mesh, rank_chart};
use crate::ui::kit::colours::{group_class, percent};
use crate::ui::kit::element::{El, el};
use crate::ui::second::texts::later_texts;
use crate::ui::state::State;
use leptos::prelude::*;

/// The ranks of all methods that know several, once the hand rests; nothing where none does.
pub fn ranks_view(state: State) -> Vec<El> {
    let words = &later_texts(state).ranks;
    let (capacity, unit) = (state.shown.capacity(), state.unit());
    let unlike = state.shown.inputs.with(unlike_devices);
    let devices = RankDevices { capacity, unlike: &unlike };
    let inputs = state.shown.inputs.get();
    let chart = |it: &Estimate| rank_chart(&inputs, it, devices, unit, state.texts(), words);
    let charts: Vec<_> = state.shown.estimates.with(|all| all.iter().filter_map(chart).collect());
    charts.into_iter().map(|it| table(state, &it)).collect()
}

/// To which degrees the GPUs come, in a line.
pub fn mesh_line(state: State) -> String {
    let words = &later_texts(state).ranks;
    state.shown.inputs.with(|inputs| mesh(inputs, state.texts(), words)).unwrap_or_default()
}

fn table(state: State, it: &RankChart) -> El {
    let words = &later_texts(state).ranks;
    let method = (state.texts().method)(it.method).label;
    let title = (state.texts().joints.named)(words.title, method);
    let column = |text| el("th").attr("scope", "col").text(text);
    let columns = [words.rank, words.gpus, words.parts, words.each].map(column);
    let rows = it.rows.iter().enumerate().map(|(at, row)| rank_row(state, it, at, row));
    let table = el("table")
        .class("ranks")
        .child(el("caption").child(el("h2").text(title)))
        .child(el("thead").child(el("tr").children(columns)))
        .child(el("tbody").children(rows));
    el("section").class("strips").test_id("ranks").child(table).child(el("p").class("caption").text(&it.sum))
}

fn rank_row(state: State, chart: &RankChart, at: usize, it: &RankRow) -> El {
    let words = &later_texts(state).ranks;
    let part = |(group, share): &(_, f64)| {
        let width = percent(*share);
        el("i").class(group_class(*group)).style_fn("width", move || width.clone())
    };
    let end = it.capacity.map(|share| {
        let place = percent(share);
        el("b").class("rank-end").style_fn("left", move || place.clone())
    });
    let bar = el("span")
        .class("rank-bar")
        .attr("role", "img")
        .attr("aria-label", &it.told)
        .attr("title", &it.told)
        .children(it.parts.iter().map(part))
        .maybe(end);
    let place = format!("piles-{}-{at}", chart.method.id());
    let piles = it.piles.as_ref().map(|it| el("span").class("rank-piles").test_id(place).text(it));
    let mark = it.is_fullest.then(|| el("span").class("rank-mark").text(words.fullest));
    el("tr")
        .class(if it.is_fullest { "fullest" } else { "" })
        .child(el("th").attr("scope", "row").text(&it.name).maybe(mark))
        .child(el("td").class("rank-count").text((words.times)(it.count)))
        .child(el("td").child(bar).maybe(piles))
        .child(
            el("td")
                .class("rank-amount")
                .test_id(format!("rank-{}-{at}", chart.method.id()))
                .attr("data-bytes", it.bytes.count().to_string())
                .text(&it.amount),
        )
}
