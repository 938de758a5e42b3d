//! Memory over the values of a parameter: which one, what is estimated and when, and its table. What stands where the
//! scene says, and `sweep_figure` draws it.

use crate::estimator::plan::solve::{SolvedKind, crossing};
use crate::estimator::plan::sweep::{Sweep, edges, point};
use crate::estimator::plan::sweep_request::SweepRequest;
use crate::estimator::{Inputs, Mode, ParameterId, Value};
use crate::present::drawing::{PictureTexts, sweep_picture};
use crate::present::numbers;
use crate::present::sweep_chart::{SweepScene, sweep_scene};
use crate::present::sweep_stop::{Stop, SweepTold};
use crate::present::swept::{is_offered, swept};
use crate::ui::kit::controls::select;
use crate::ui::kit::element::{El, effect, el, memo};
use crate::ui::second::texts::later_texts;
use crate::ui::state::{MakePicture, State};
use crate::ui::workbench::pace::when_found;
use crate::ui::workbench::sweep_figure::{ShownSweep, figure};
use crate::ui::workbench::texts::workbench_texts;
use crate::web::frames::in_a_moment;
use leptos::prelude::*;
use std::sync::Arc;
use std::vec::IntoIter;

/// The parameters over which memory can be shown in some inputs.
fn offered(inputs: &Inputs) -> Vec<ParameterId> {
    ParameterId::ALL.iter().copied().filter(|it| is_offered(inputs, *it)).collect()
}

/// The parameter over which memory is shown.
fn over(state: State) -> Option<ParameterId> {
    let chosen = state.over();
    state.shown.inputs.with(|inputs| swept(inputs, chosen))
}

/// What a chart was last made of: as long as today's value lies inside its range, the range stays.
#[derive(Clone, Copy)]
struct KeptRange {
    mode: Mode,
    request: SweepRequest,
}

/// The chart under the select of its parameter; where the run stops fitting it says below the tab's name.
pub fn sweep_view(state: State, said: RwSignal<String>) -> Vec<El> {
    let words = &workbench_texts(state).sweep;
    let scene: ShownSweep = RwSignal::new(None);
    let is_made = RwSignal::new(false);
    let kept = StoredValue::new(None::<KeptRange>);
    let rounds = StoredValue::new(0_usize);
    let show = move |made: Option<SweepScene>| {
        let made = made.map(Arc::new);
        said.set(made.as_ref().map(|it| it.summary.clone()).unwrap_or_default());
        // Made anew under the hand that has just moved its handle, it is mostly the same.
        if scene.with_untracked(|it| *it != made) {
            scene.set(made);
        }
        is_made.set(true);
    };
    when_found(state, move || {
        rounds.update_value(|it| *it += 1);
        match begun(state, kept) {
            Some(it) => go_on(state, it, rounds.get_value(), rounds, show),
            None => show(None),
        }
    });
    effect(move || {
        let picture = scene.get().map(|it| -> MakePicture {
            Arc::new(move |told: &PictureTexts| sweep_picture(&it, &untrack(|| state.shown.value(it.id)), told))
        });
        state.sweep_picture.set_value(picture);
    });
    on_cleanup(move || state.sweep_picture.set_value(None));
    let id = memo(move || over(state));
    let choose = move || {
        let Some(chosen) = id.get() else { return vec![] };
        let mode = state.shown.mode.get_untracked();
        let label = |id: ParameterId| (id.spec().key, (state.texts().parameter_in_mode)(id, mode).to_owned());
        let all = state.shown.inputs.with_untracked(offered).into_iter().map(label);
        let put = move |key: &str| {
            if let Some(id) = ParameterId::from_key(key) {
                state.show_over(id);
            }
        };
        let value = move || id.get().unwrap_or(chosen).spec().key.to_owned();
        vec![select(all, value, put).test_id("choice-over").attr("aria-label", words.over)]
    };
    // Only another list is another select: it keeps the focus of whoever chooses in it.
    let all = memo(move || state.shown.inputs.with(offered));
    let choose = move || {
        all.track();
        untrack(choose)
    };
    let head = el("p")
        .class("sweep-head")
        .child(el("b").text(words.over))
        .child(el("span").class("select").children_fn(choose))
        .child(el("span").class("caption").text(words.drag));
    // The handle stays the same element as long as it is the same slider.
    let kind = memo(move || scene.with(|it| it.as_ref().map(|it| (it.id, it.is_stepped))));
    let body = move || match kind.get() {
        Some((id, is_stepped)) => vec![figure(state, scene, id, is_stepped)],
        None if is_made.get() => vec![el("p").class("caption").text(words.no_chart)],
        None => vec![],
    };
    let notes = move || scene.with(|it| it.as_ref().map(|it| notes(state, it)).unwrap_or_default());
    let rows = move || scene.get().map(|it| table(state, &it)).into_iter().collect();
    let table = el("details")
        .class("sweep-values")
        .flag_fn("hidden", move || kind.get().is_none())
        .child(el("summary").text(words.table))
        .child(el("div").class("sweep-frame").children_fn(rows));
    vec![head, el("div").children_fn(body), el("div").test_id("sweep-notes").children_fn(notes), table]
}

/// What the marks say, in words: crossings that have no room on the chart, values without an answer, other moments and
/// stages.
fn notes(state: State, scene: &SweepScene) -> Vec<El> {
    let words = &workbench_texts(state).sweep;
    let note = |it: &str| el("p").class("caption").text(it);
    let mut res = Vec::new();
    if scene.crossings.iter().any(|it| !it.has_room) {
        res.push(note(&scene.summary));
    }
    if let Some(it) = &scene.unanswered {
        res.push(note(it));
    }
    if let Some(it) = &scene.turns_said {
        res.push(note(&(state.texts().joints.named)(words.marks, it)));
    }
    res
}

/// A sweep on its way.
struct BegunSweep {
    inputs: Inputs,
    request: SweepRequest,
    values: IntoIter<Value>,
    sweep: Sweep,
}

/// The sweep of what is shown now, of which nothing is estimated yet; `None` where there is none.
fn begun(state: State, kept: StoredValue<Option<KeptRange>>) -> Option<BegunSweep> {
    let id = over(state)?;
    let method = state.selected();
    let inputs = state.shown.inputs.get();
    let found = state.found.with(|it| it.as_ref()?.of_parameter(id));
    let crossing = found.or_else(|| crossing(method, &inputs, id));
    let mode = inputs.mode();
    let still = kept.get_value().filter(|it| it.mode == mode && it.request.id() == id && it.request.holds(&inputs));
    let request = match still {
        Some(it) => it.request,
        None => {
            let most = crossing.and_then(|it| if let SolvedKind::Most(value) = it { Some(value) } else { None });
            SweepRequest::around_today(id, &inputs, most).ok()?
        }
    };
    kept.set_value(Some(KeptRange { mode, request }));
    let values = request.values(&inputs).ok()?.into_iter();
    Some(BegunSweep {
        inputs,
        request,
        values,
        sweep: Sweep { id, method, points: Vec::new(), crossing, edges: Vec::new() },
    })
}

/// Estimates some of the values, and the others in tasks of their own, so that no hand waits for more than these;
/// nothing more once another round has begun or a slider is held, after which there will be another.
fn go_on(
    state: State,
    mut it: BegunSweep,
    round: usize,
    rounds: StoredValue<usize>,
    show: impl Fn(Option<SweepScene>) + Copy + 'static,
) {
    /// Values of a task: a few milliseconds on a slow machine.
    const AT_ONCE: usize = 16;
    let (method, id) = (it.sweep.method, it.sweep.id);
    let points = it.values.by_ref().take(AT_ONCE).filter_map(|value| point(method, &it.inputs, id, value));
    it.sweep.points.extend(points);
    if it.values.len() > 0 {
        in_a_moment(move || {
            let is_wanted = rounds.try_get_value() == Some(round) && !state.is_held.get_untracked();
            if is_wanted {
                untrack(|| go_on(state, it, round, rounds, show));
            }
        });
        return;
    }
    it.sweep.edges = edges(method, &it.inputs, &it.request, &it.sweep.points);
    let (texts, later, words) = (state.texts(), later_texts(state), &workbench_texts(state).sweep);
    let told = SweepTold { inputs: &it.inputs, unit: state.unit(), texts, later, words };
    let has_answer = it.sweep.points.iter().any(|it| it.answer.is_ok());
    show(has_answer.then(|| sweep_scene(&it.sweep, it.request.scale(&it.inputs), &told)));
}

/// A dozen of the values in words.
fn table(state: State, scene: &SweepScene) -> El {
    let (texts, later, words) = (state.texts(), later_texts(state), &workbench_texts(state).sweep);
    let (unit, mode) = untrack(|| (state.unit(), state.shown.mode.get()));
    let column = |text: &str| el("th").attr("scope", "col").text(text);
    let heads = [(texts.parameter_in_mode)(scene.id, mode), texts.chart.total, words.fits, words.peak];
    let row = |it: &Stop| {
        let total = el("td").text(it.total.map_or(words.no_answer.to_owned(), |it| numbers::amount(it, unit)));
        let total = it.total.into_iter().fold(total, |cell, it| cell.attr("data-bytes", it.count().to_string()));
        el("tr")
            .child(el("th").attr("scope", "row").text(&it.name))
            .child(total)
            .child(el("td").text(it.verdict.map_or("–", later.verdict.word)))
            .child(el("td").text(it.peak.as_deref().unwrap_or("–")))
    };
    el("table")
        .test_id("sweep-table")
        .child(el("caption").class("hidden").text(words.over))
        .child(el("thead").child(el("tr").children(heads.map(column))))
        .child(el("tbody").children(scene.rows().map(row)))
}
