//! All GPUs of the catalogue with today's run on each: in groups, smallest first, found by text; a press chooses one. It judges
//! nothing.

use crate::estimator::Gpu;
use crate::present::devices::{OfferGroup, gpu_offers, gpu_table};
use crate::present::search::{Offer, Offers, matching};
use crate::ui::kit::controls::{button, text_of};
use crate::ui::kit::element::{El, el, memo};
use crate::ui::kit::icons::{Glyph, icon, verdict_mark};
use crate::ui::second::texts::later_texts;
use crate::ui::state::State;
use leptos::prelude::*;

/// The GPUs to choose from, as they are when the list is opened.
pub fn gpu_rows(state: State) -> Offers {
    untrack(|| {
        let inputs = state.shown.live_inputs.get();
        gpu_offers(&inputs, state.selected(), state.unit(), state.texts(), later_texts(state))
    })
}

/// The list of all GPUs, which is made when it is first unfolded.
pub fn device_list(state: State) -> Vec<El> {
    let words = &later_texts(state).devices;
    let is_open = RwSignal::new(false);
    let typed = RwSignal::new(String::new());
    // Judged anew once the hand rests, and only where somebody looks.
    let judged = memo(move || {
        let selected = state.selected();
        let read = |inputs: &_| gpu_table(inputs, selected, state.unit(), state.texts(), later_texts(state));
        if is_open.get() { state.shown.inputs.with(read) } else { (Vec::new(), String::new()) }
    });
    let chosen = memo(move || state.shown.device().map(|it| it.id));
    let toggle = button("device-toggle", move || is_open.update(|it| *it = !*it))
        .test_id("all-gpus")
        .attr_fn("aria-expanded", move || Some(is_open.get().to_string()))
        .attr("aria-controls", "all-gpus-list")
        .child(icon(Glyph::Chevron))
        .text(words.title);
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
        let groups = judged.with(|it| it.0.clone());
        let tables: Vec<_> = groups.iter().filter_map(|it| group_table(state, it, &typed, chosen.get())).collect();
        if tables.is_empty() && is_open.get() {
            return vec![el("p").class("caption").attr("role", "status").text(words.nothing)];
        }
        tables
    };
    let body = el("div")
        .attr("id", "all-gpus-list")
        .flag_fn("hidden", move || !is_open.get())
        .child(
            el("p")
                .class("device-head")
                .child(filter)
                .child(el("span").class("caption").text_fn(move || judged.with(|it| it.1.clone()))),
        )
        .child(el("p").class("caption").text(words.note))
        .child(el("div").children_fn(groups));
    vec![el("section").class("strips devices").child(el("h2").child(toggle)).child(body)]
}

/// The GPUs of a group that a text finds.
fn group_table(state: State, group: &OfferGroup, typed: &str, chosen: Option<&str>) -> Option<El> {
    let words = &later_texts(state).devices;
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
    let words = &later_texts(state).devices;
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
