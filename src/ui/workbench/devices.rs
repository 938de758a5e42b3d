//! All GPUs of the catalogue with today's run on each: in groups, smallest first, found by text; a press chooses one. It judges
//! nothing.

use crate::estimator::Gpu;
use crate::present::devices::{OfferGroup, gpu_table};
use crate::present::search::{Offer, matching};
use crate::ui::kit::controls::{button, text_of};
use crate::ui::kit::element::{El, el, memo};
use crate::ui::kit::icons::verdict_mark;
use crate::ui::second::texts::later_texts;
use crate::ui::state::State;
use crate::ui::workbench::pace::when_found;
use crate::ui::workbench::texts::workbench_texts;
use leptos::prelude::*;

/// The list, judged anew when the hand has rested; how many hold the run it says below its name.
pub fn device_list(state: State, said: RwSignal<String>) -> Vec<El> {
    let words = &workbench_texts(state).devices;
    let typed = RwSignal::new(String::new());
    let judged = RwSignal::new(None::<Vec<OfferGroup>>);
    when_found(state, move || {
        let (method, unit) = (state.selected(), state.unit());
        let (texts, later) = (state.texts(), later_texts(state));
        let (groups, text) = state.shown.inputs.with(|it| gpu_table(it, method, unit, texts, later, words));
        said.set(text);
        judged.set(Some(groups));
    });
    let chosen = memo(move || state.shown.device().map(|it| it.id));
    let filter = el("input")
        .attr("type", "search")
        .class("device-filter")
        .attr("aria-label", words.filter)
        .attr("placeholder", words.filter)
        .test_id("gpu-filter")
        .value_fn(move || typed.get())
        .on("input", move |event| typed.set(text_of(&event)));
    let groups = move || {
        let typed = typed.get();
        let Some(groups) = judged.get() else { return vec![] };
        let tables: Vec<_> = groups.iter().filter_map(|it| group_table(state, it, &typed, chosen.get())).collect();
        if tables.is_empty() {
            return vec![el("p").class("caption").attr("role", "status").text(later_texts(state).devices.nothing)];
        }
        tables
    };
    let head = el("p").class("device-head").child(filter).child(el("span").class("caption").text(words.note));
    vec![el("div").class("devices").test_id("all-gpus").child(head).child(el("div").children_fn(groups))]
}

/// The GPUs of a group that a text finds.
fn group_table(state: State, group: &OfferGroup, typed: &str, chosen: Option<&str>) -> Option<El> {
    let words = &workbench_texts(state).devices;
    // By memory, whatever matches best.
    let matches = matching(&group.offers, typed);
    let found: Vec<_> = (0..group.offers.len()).filter(|at| matches.iter().any(|it| it.at == *at)).collect();
    if found.is_empty() {
        return None;
    }
    let column = |text| el("th").attr("scope", "col").text(text);
    let rows = found.into_iter().map(|at| row(state, &group.offers[at], chosen));
    Some(
        el("table")
            .child(el("caption").text(&group.label))
            .child(
                el("thead")
                    .class("hidden")
                    .child(el("tr").children([words.gpu, words.memory, words.today, words.choose].map(column))),
            )
            .child(el("tbody").children(rows)),
    )
}

fn row(state: State, it: &Offer, chosen: Option<&str>) -> El {
    let words = &workbench_texts(state).devices;
    let value = it.value;
    let is_chosen = chosen == Some(value);
    let choose = button("btn quiet", move || {
        if let Some(gpu) = Gpu::named(value) {
            state.choose_gpu(gpu.place());
        }
    });
    let choose =
        choose.test_id(format!("choose-{value}")).attr("aria-label", (words.choose_one)(&it.name)).text(words.choose);
    el("tr")
        .class(if is_chosen { "fullest" } else { "" })
        .child(el("th").attr("scope", "row").text(&it.name))
        .child(el("td").class("rank-amount").text(&it.note))
        .child(el("td").children(it.verdict.as_ref().map(|(kind, text)| verdict_mark(*kind, text))))
        .child(el("td").children((!is_chosen).then_some(choose)))
}
