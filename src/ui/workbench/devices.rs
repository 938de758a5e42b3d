//! All GPUs of the catalogue with today's run on each: in groups, smallest first, found by text; a press chooses one.
//! It judges nothing.

use crate::estimator::catalog::devices::Device;
use crate::estimator::plan::devices::{alike, fewest_of_alike, on_several};
use crate::estimator::plan::fewest::SharedBy;
use crate::estimator::plan::fit::VerdictKind;
use crate::estimator::{Gpu, Inputs, MethodId, Value};
use crate::present::devices::{OfferGroup, gpu_table};
use crate::present::numbers;
use crate::present::search::{Offer, matching};
use crate::ui::kit::controls::{button, is_checked, text_of};
use crate::ui::kit::element::{El, el, memo};
use crate::ui::kit::icons::verdict_mark;
use crate::ui::second::texts::later_texts;
use crate::ui::state::State;
use crate::ui::workbench::pace::when_found;
use crate::ui::workbench::texts::workbench_texts;
use crate::web::focus::focus;
use crate::web::frames::in_a_moment;
use leptos::prelude::*;
use std::vec::IntoIter;

/// The list, to which the focus goes when one of its buttons was pressed and is made anew.
const LIST: &str = "device-list";

/// The list, judged anew when the hand has rested; how many hold the run it says below its name. How many of each are
/// needed where one is not enough follows once that is found.
pub fn device_list(state: State, said: RwSignal<String>) -> Vec<El> {
    let words = &workbench_texts(state).devices;
    let typed = RwSignal::new(String::new());
    let judged = RwSignal::new(None::<Vec<OfferGroup>>);
    let needed = RwSignal::new(Vec::new());
    let rounds = StoredValue::new(0_usize);
    when_found(state, move || {
        rounds.update_value(|it| *it += 1);
        let (method, unit) = (state.selected(), state.unit());
        let (texts, later) = (state.texts(), later_texts(state));
        let inputs = state.shown.inputs.get();
        let (groups, text) = gpu_table(&inputs, method, unit, texts, later, words);
        said.set(text);
        needed.set(Vec::new());
        judged.set(Some(groups));
        if SharedBy::of(&inputs).is_some() {
            let asked = AskedDevices { inputs, method, groups: alike().into_iter(), found: Vec::new() };
            in_a_moment(move || count(state, asked, rounds.get_value(), rounds, needed));
        }
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
    let only_fitting = RwSignal::new(false);
    let switch = el("input")
        .attr("type", "checkbox")
        .test_id("gpus-fitting")
        .checked_fn(move || only_fitting.get())
        .on("change", move |event| only_fitting.set(is_checked(&event)));
    let switch = el("label").class("device-switch").child(switch).text(words.only_fitting);
    let groups = move || {
        let Some(groups) = judged.get() else { return vec![] };
        let shown = ShownDevices {
            typed: typed.get(),
            only_fitting: only_fitting.get(),
            chosen: chosen.get(),
            needed: needed.get(),
        };
        let tables: Vec<_> = groups.iter().filter_map(|it| group_table(state, it, &shown)).collect();
        if tables.is_empty() {
            return vec![el("p").class("caption").attr("role", "status").text(later_texts(state).devices.nothing)];
        }
        tables
    };
    let is_shared = memo(move || SharedBy::of(&state.shown.inputs.get()).is_some());
    let shared = el("span").text(words.shared).flag_fn("hidden", move || !is_shared.get());
    let note = el("span").class("caption").text(words.note).text(" ").child(shared);
    let head = el("p").class("device-head").child(filter).child(switch).child(note);
    vec![
        el("div")
            .class("devices")
            .attr("id", LIST)
            .attr("tabindex", "-1")
            .test_id("all-gpus")
            .child(head)
            .child(el("div").children_fn(groups)),
    ]
}

/// How many of a GPU a run needs, by the GPU's name in links.
type NeededGpus = (&'static str, f64);

/// A search for how many of each GPU a run needs.
struct AskedDevices {
    inputs: Inputs,
    method: MethodId,
    groups: IntoIter<Vec<&'static Device>>,
    found: Vec<NeededGpus>,
}

/// Asks of one GPU after another, each in a task of its own, so that no hand waits for more than that; nothing more
/// once another round has begun or a slider is held, after which there will be another.
fn count(
    state: State,
    mut it: AskedDevices,
    round: usize,
    rounds: StoredValue<usize>,
    needed: RwSignal<Vec<NeededGpus>>,
) {
    if rounds.try_get_value() != Some(round) || state.is_held.get_untracked() {
        return;
    }
    let Some(group) = it.groups.next() else { return needed.set(it.found) };
    it.found.extend(fewest_of_alike(it.method, &it.inputs, &group));
    in_a_moment(move || count(state, it, round, rounds, needed));
}

/// Which GPUs are listed, and what is told of them.
struct ShownDevices {
    /// The text that finds them.
    typed: String,
    /// Whether only those that hold the run, alone or as several.
    only_fitting: bool,
    /// The one that is chosen.
    chosen: Option<&'static str>,
    /// How many of each are needed, once that is known.
    needed: Vec<NeededGpus>,
}

impl ShownDevices {
    fn needed(&self, value: &str) -> Option<f64> {
        self.needed.iter().find(|it| it.0 == value).map(|it| it.1)
    }

    fn lists(&self, it: &Offer) -> bool {
        let fits = || it.verdict.as_ref().is_some_and(|it| it.0 == VerdictKind::Fits);
        !self.only_fitting || fits() || self.needed(&it.value).is_some()
    }
}

/// The GPUs of a group that are listed.
fn group_table(state: State, group: &OfferGroup, shown: &ShownDevices) -> Option<El> {
    let words = &workbench_texts(state).devices;
    // By memory, whatever matches best.
    let matches = matching(&group.offers, &shown.typed);
    let is_found = |at: &usize| matches.iter().any(|it| it.at == *at) && shown.lists(&group.offers[*at]);
    let found: Vec<_> = (0..group.offers.len()).filter(is_found).collect();
    if found.is_empty() {
        return None;
    }
    let column = |text| el("th").attr("scope", "col").text(text);
    let rows = found.into_iter().map(|at| row(state, &group.offers[at], shown));
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

/// Chooses a GPU and, where that is known, as many of it as the run needs, as one step.
fn choose_gpu(state: State, value: &str, count: Option<f64>) {
    let Some(gpu) = Gpu::named(value) else { return };
    let several = gpu.device().zip(count);
    let there = several
        .and_then(|(device, count)| state.shown.inputs.with_untracked(|inputs| on_several(inputs, device, count)));
    match there {
        Some(there) => state.go_to_inputs(there, state.chosen()),
        None => state.choose_gpu(Value::Choice(gpu.place())),
    }
    in_a_moment(|| focus(LIST));
}

fn row(state: State, it: &Offer, shown: &ShownDevices) -> El {
    let words = &workbench_texts(state).devices;
    let (value, needed) = (it.value.clone(), shown.needed(&it.value));
    let is_chosen = shown.chosen == Some(value.as_str());
    let needed_id = format!("needed-{value}");
    let choose_id = format!("choose-{value}");
    let choose = button("btn quiet", move || choose_gpu(state, &value, needed));
    let choose = choose.test_id(choose_id).attr("aria-label", (words.choose_one)(&it.name)).text(words.choose);
    let told = needed.filter(|it| *it > 1.0).map(|it| {
        let words = (words.needed)(&numbers::exact_count(it));
        el("p").class("caption").test_id(needed_id).attr("data-gpus", it.to_string()).text(words)
    });
    el("tr")
        .class(if is_chosen { "fullest" } else { "" })
        .child(el("th").attr("scope", "row").text(&it.name))
        .child(el("td").class("rank-amount").text(&it.note))
        .child(el("td").children(it.verdict.as_ref().map(|(kind, text)| verdict_mark(*kind, text))).children(told))
        .child(el("td").children((!is_chosen).then_some(choose)))
}
