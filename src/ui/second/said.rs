//! What is said of values that were not taken, that have no effect or contradict each other, and of methods that do not
//! answer. It does not know where it stands.

use crate::estimator::parameters::{ParameterKind, ParameterUnit};
use crate::estimator::{MethodId, ParameterId, impossible};
use crate::link::{Link, Problem};
use crate::locale::RefusedText;
use crate::present::batch::unit_of;
use crate::present::numbers::with_unit;
use crate::present::problems::{conflict_said, said};
use crate::present::value_text::value_text;
use crate::present::ways::ways;
use crate::ui::kit::controls::anchor;
use crate::ui::kit::element::{El, el};
use crate::ui::second::texts::later_texts;
use crate::ui::state::State;
use leptos::prelude::*;

/// How many values stand behind the name of a closed group.
const VALUES_IN_HEADING: usize = 4;

/// A problem of the link, as a whole sentence.
pub fn problem(state: State, problem: &Problem) -> String {
    state.shown.inputs.with_untracked(|inputs| said(problem, inputs, later_texts(state)))
}

/// What the first rows of a group that have an effect are set to. A switch would say nothing without its name, nor
/// would a degree of one GPU.
pub fn set_to(state: State, ids: &[ParameterId]) -> String {
    let (texts, mode) = (state.texts(), state.shown.mode.get_untracked());
    state.shown.inputs.with(|inputs| {
        let is_one_gpu = |id: ParameterId| id.spec().unit == ParameterUnit::Gpus && inputs.value(id).number() == 1.0;
        // 0 GiB stands for what the GPUs have.
        let is_none = |id: ParameterId| id == ParameterId::GpuMemory && inputs.value(id).number() == 0.0;
        let is_told = |id: &&ParameterId| {
            let is_plain = matches!(id.spec().kind, ParameterKind::Toggle) || is_one_gpu(**id) || is_none(**id);
            inputs.has_effect(**id) && !is_plain
        };
        let text =
            |id: ParameterId| with_unit(&value_text(id, &inputs.value(id), mode, texts), &unit_of(id, inputs, texts));
        ids.iter().filter(is_told).take(VALUES_IN_HEADING).map(|id| text(*id)).collect::<Vec<_>>().join(" · ")
    })
}

/// What is to be said below a parameter's control: a refused value, one without effect, or a contradiction with another
/// parameter.
pub fn explanation(state: State, id: ParameterId) -> Option<String> {
    let texts = later_texts(state);
    let refused = || {
        let label = (state.texts().parameter_in_mode)(id, state.shown.mode.get_untracked());
        let it = state.refusals.with(|all| all.iter().find(|known| known.id == id).cloned())?;
        Some((texts.refused)(&RefusedText { id, label, typed: &it.typed, refusal: it.refusal, used: &it.used }))
    };
    let without_effect = || {
        let inputs = state.shown.inputs.get();
        // A default without effect says nothing that anybody asked for.
        let control = inputs.taken_away_by(id).filter(|_| !inputs.is_default(id))?;
        let lacked = impossible(&inputs, id).map(|it| (texts.impossible)(&it, state.texts()));
        Some(lacked.unwrap_or_else(|| (texts.has_no_effect)(control, inputs.mode())))
    };
    refused().or_else(without_effect).or_else(|| {
        let conflict = state.shown.conflicts.with(|all| all.iter().copied().find(|it| it.parameter() == id));
        conflict.map(|it| state.shown.inputs.with(|inputs| conflict_said(it, inputs, texts)))
    })
}

/// Why a method does not answer, with the way to a mode in which it does, or to the nearest choices with which it does.
pub fn unanswered(state: State, method: MethodId) -> Option<El> {
    let (reason, mode) = state.shown.unanswered(method)?;
    let texts = state.texts();
    let label = (texts.method)(method).label;
    let way = mode.map(|mode| {
        let go = move || state.go(&state.in_mode(&state.link(), mode));
        anchor(move || state.in_mode(&state.rested.get(), mode), go)
            .test_id("runs-in")
            .text((texts.controls.open_in)((texts.mode)(mode).label))
    });
    let ways = state.shown.inputs.with(|inputs| ways(inputs, texts, &later_texts(state).advice));
    let ways = ways.into_iter().enumerate().map(|(at, it)| {
        let link = Link { inputs: it.inputs.clone(), ..untrack(|| state.link()) };
        let go = move || state.go_to_inputs(it.inputs.clone(), method);
        el("span").text(" ").child(anchor(move || link.clone(), go).test_id(format!("way-{at}")).text(it.label))
    });
    let why = el("p").class("unanswered").attr("role", "status").test_id(format!("unanswered-{}", method.id()));
    let told = (texts.controls.no_answer)(label, &(later_texts(state).unsupported)(reason));
    // What stands between two sentences stands before the way out too.
    Some(why.text((texts.joints.sentences)(&[&told, ""])).maybe(way).children(ways))
}
