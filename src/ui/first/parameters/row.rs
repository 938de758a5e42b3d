//! One parameter: impact, label, reset, help, and the control that its kind asks for.

use crate::estimator::parameters::{Control, ParameterKind};
use crate::estimator::{ParameterId, Value};
use crate::present::batch::batch_note;
use crate::present::chart::text_width;
use crate::present::value_text::value_text;
use crate::ui::fed::Fed;
use crate::ui::first::parameters::help::help_place;
use crate::ui::first::parameters::long_select::{gpu_select, model_select};
use crate::ui::first::parameters::number_box::number_box;
use crate::ui::first::parameters::slider::range_slider;
use crate::ui::kit::controls::{button, is_checked, select};
use crate::ui::kit::element::{El, el, memo};
use crate::ui::kit::icons::{Glyph, icon, impact_glyph};
use crate::ui::kit::ids::{control_id, focus_parameter, help_id, refusal_id};
use crate::ui::later::Later;
use crate::ui::state::State;
use crate::web::focus::is_focused;
use leptos::prelude::*;
use std::sync::Mutex;

/// How wide a default may be that has room in the reset button, in letters' size.
const SHORT_DEFAULT: f64 = 3.0;

/// The row of a parameter, in the modes that use it.
pub fn parameter_row(state: State, id: ParameterId) -> Option<El> {
    let spec = id.spec();
    let mode = state.shown.mode.get_untracked();
    let usage = id.use_in(mode)?;
    let label = (state.texts().parameter_in_mode)(id, mode);
    let impact = spec.impact_in(mode).map(|impact| {
        let word = (state.texts().impact)(impact);
        impact_glyph(impact, &(state.texts().joints.named)(state.texts().controls.effect_on_memory, word))
    });
    let is_changed = memo(move || !state.shown.is_default(id));
    let said = steady(state, id, move || explanation(state, id));
    let moved = steady(state, id, move || moved_by(state, id));
    let no_effect = steady(state, id, move || idle(state, id));
    let note = steady(state, id, move || state.shown.inputs.with(|it| batch_note(it, id, &state.texts().controls)));
    let below = move || {
        let moved_line = |text: String| el("p").class("moved").test_id(format!("moved-{}", spec.key)).text(text);
        let note_line = |text: String| el("p").class("moved").test_id(format!("note-{}", spec.key)).text(text);
        let said =
            moved.get().map(moved_line).or_else(|| no_effect.get().map(|text| el("p").class("why-idle").text(text)));
        said.or_else(|| note.get().map(note_line))
    };
    let is_idle = memo(move || state.shown.inputs.with(|inputs| !inputs.has_effect(id)));
    let has_notice = move || state.notices.with(|all| all.iter().any(|it| it.key == spec.key));
    let fed = Fed::of_page();
    let help_is_open = RwSignal::new(false);
    // Its place is made when it is first opened: most never are.
    let help_was_opened = RwSignal::new(false);
    let is_asked_for = memo(move || help_was_opened.get());
    let toggle_help = move || {
        help_was_opened.set(true);
        help_is_open.update(|it| *it = !*it);
    };
    let help = button("help", toggle_help)
        .attr_fn("aria-expanded", move || Some(help_is_open.get().to_string()))
        .attr_fn("aria-controls", move || help_was_opened.get().then(|| help_id(id)))
        .attr("aria-label", (state.texts().controls.help_for)(label))
        .text("?");
    let reset = reset_button(state, id, label).flag_fn("hidden", move || !is_changed.get());
    let line = el("div")
        .class("param-line")
        .child(impact.unwrap_or_else(|| el("span").class("impact")))
        .child(el("label").attr("for", control_id(id)).attr("title", spec.key).text(label))
        .child(el("span").class("reset-place").child(reset))
        .child(help)
        .children(control(state, id, label));
    Some(
        el("div")
            .class("param")
            .class_fn("changed", move || is_changed.get())
            .class_fn("idle", move || is_idle.get())
            .class_fn("flagged", move || said.with(Option::is_some) || has_notice())
            .class_fn("feeds", move || fed.contains(id))
            .test_id(format!("row-{}", spec.key))
            .child(line)
            .maybe(usage.slider.map(|slider| range_slider(state, id, slider, label)))
            .child(refusal(id, said))
            .children_fn(move || below().into_iter().collect())
            .children_fn(move || if is_asked_for.get() { vec![help_place(state, id, help_is_open)] } else { vec![] }),
    )
}

/// What `read` says, but not anew while the hand holds the slider of another row: that would be pushed away from under
/// it by a line that comes or goes above.
fn steady(
    state: State,
    id: ParameterId,
    read: impl Fn() -> Option<String> + Send + Sync + 'static,
) -> Memo<Option<String>> {
    let kept = Mutex::new(None);
    memo(move || {
        let is_another = state.is_held.get() && !is_focused(&control_id(id));
        // Nobody else holds it.
        let mut kept = kept.lock().ok()?;
        if !is_another {
            *kept = read();
        }
        kept.clone()
    })
}

fn refusal(id: ParameterId, said: Memo<Option<String>>) -> El {
    // What no longer holds stays in place unseen while the hand is on the row, which would else grow and shrink with
    // every other step of a drag.
    let kept = Mutex::new(String::new());
    let told = move || {
        // Nobody else holds it.
        let Ok(mut kept) = kept.lock() else { return String::new() };
        if let Some(text) = said.get() {
            *kept = text;
        }
        kept.clone()
    };
    el("p")
        .class("refusal")
        .attr("id", refusal_id(id))
        .attr("role", "status")
        .test_id(refusal_id(id))
        .flag_fn("hidden", move || said.with(Option::is_none))
        .text_fn(told)
}

/// What is to be said below the control, once the second program is there, which knows.
fn explanation(state: State, id: ParameterId) -> Option<String> {
    Later::of_page().parts().and_then(|it| (it.explanation)(state, id))
}

/// What moved the parameter's default, if other choices did.
fn moved_by(state: State, id: ParameterId) -> Option<String> {
    let texts = state.texts();
    let it = state.shown.followed.with(|all| all.iter().find(|it| it.id == id).cloned())?;
    let (value, mode) = (shown(state, id, &it.value), state.shown.mode.get_untracked());
    let names: Vec<_> = it.because.iter().map(|because| (texts.parameter_in_mode)(*because, mode)).collect();
    Some((texts.controls.moved_by)(&value, &names))
}

/// Why a parameter that stands at its default is not read. Those that never are stand under a heading that says so.
fn idle(state: State, id: ParameterId) -> Option<String> {
    let control = state.shown.inputs.with(|it| it.taken_away_by(id).filter(|_| it.is_default(id)))?;
    let text = (state.texts().idle)(control, state.shown.mode.get_untracked());
    (control != Control::Nothing).then_some(text)
}

/// A value as its control shows it.
fn shown(state: State, id: ParameterId, value: &Value) -> String {
    value_text(id, value, state.shown.mode.get_untracked(), state.texts())
}

fn reset_button(state: State, id: ParameterId, label: &'static str) -> El {
    let default = move || shown(state, id, &state.shown.default_of(id));
    let name = move || (state.texts().controls.reset_one)(label, &default());
    // A default that is too long for its place would be cut; the name has it.
    let short = move || Some(default()).filter(|it| text_width(it, 1.0) <= SHORT_DEFAULT).unwrap_or_default();
    // The button goes away with its reason; the focus goes to what it reset.
    let reset = move || {
        state.reset(id);
        focus_parameter(id);
    };
    button("reset", reset)
        .test_id(format!("reset-{}", id.spec().key))
        .attr_fn("aria-label", move || Some(name()))
        .child(icon(Glyph::Reset))
        .attr_fn("title", move || Some(name()))
        .child(el("span").text_fn(short))
}

/// The control beside the label: a number box with its unit, a select or a switch.
fn control(state: State, id: ParameterId, label: &'static str) -> Vec<El> {
    match id.spec().kind {
        ParameterKind::Number { .. } | ParameterKind::Set { .. } | ParameterKind::List { .. } => {
            number_box(state, id, label)
        }
        ParameterKind::Choice { .. } if id == ParameterId::Gpu => vec![gpu_select(state, label)],
        ParameterKind::Choice { ids } => vec![choice(state, id, ids.all())],
        ParameterKind::Toggle => vec![toggle(state, id)],
        ParameterKind::Model => vec![model_select(state, label)],
    }
}

fn choice(state: State, id: ParameterId, ids: &'static [&'static str]) -> El {
    let options = ids.iter().enumerate().map(|(at, name)| (*name, (state.texts().choice)(id, at)));
    let choose = move |text: &str| {
        if let Ok(value) = id.spec().parse(text, state.catalog) {
            state.commit(id, value);
        }
    };
    // A model that a link names among words has an option while it is chosen.
    let model = move || Some(state.shown.value(id)).filter(|it| matches!(it, Value::Model(Some(_))));
    let of_model = move || {
        let option = |it: Value| {
            el("option").attr("value", id.spec().write(&it)).attr("selected", "").text(shown(state, id, &it))
        };
        model().map(option).into_iter().collect()
    };
    let select = select(options, move || id.spec().write(&state.shown.value(id)), choose)
        .children_fn(of_model)
        .attr("id", control_id(id))
        .test_id(format!("choice-{}", id.spec().key));
    el("span").class("select wide").child(select)
}

fn toggle(state: State, id: ParameterId) -> El {
    let input = el("input")
        .attr("type", "checkbox")
        .attr("role", "switch")
        .attr("id", control_id(id))
        .test_id(format!("toggle-{}", id.spec().key))
        .checked_fn(move || state.shown.value(id) == Value::Toggle(true))
        .on("change", move |event| state.commit(id, Value::Toggle(is_checked(&event))));
    el("span").class("switch").child(input)
}
