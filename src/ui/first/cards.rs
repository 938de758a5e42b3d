//! The strip of totals, always in sight: one card per method, the unit, and on a phone a thin bar.

use crate::estimator::{DEFAULT_METHOD, MemoryUnit, MethodId};
use crate::present::numbers;
use crate::ui::first::order::PagePart;
use crate::ui::first::thin_bar::thin_bar;
use crate::ui::kit::element::{El, effect, el, memo};
use crate::ui::kit::ids::HEADING;
use crate::ui::later::Later;
use crate::ui::state::State;
use crate::web::focus::focus;
use crate::web::frames::Rest;
use leptos::prelude::*;
use std::time::Duration;

/// Pause after the last change before the total is read out.
const SAY_AFTER: Duration = Duration::from_millis(800);

/// Characters of a figure that still fit a card in large digits, on a phone with three cards too.
const LONG_FIGURE: usize = 7;

/// Stands where a method does not answer.
const NO_FIGURE: &str = "–";

/// The strip.
pub fn totals_strip(state: State) -> El {
    let text = (state.texts().mode)(state.shown.mode.get_untracked());
    let controls = &state.texts().controls;
    let heading = el("h1").attr("id", HEADING).attr("tabindex", "-1").text(text.label);
    let methods = untrack(|| state.shown.methods());
    let no_start = cannot_start(state);
    // A reason takes the summary's place, so that the strip does not grow.
    let below = move || match (unanswered(state, &methods), no_start.get()) {
        (Some(reason), _) => vec![reason],
        (None, Some(why)) => {
            vec![el("p").class("unanswered").attr("role", "status").test_id("no-start").text(why)]
        }
        (None, None) => vec![el("p").text(text.summary)],
    };
    let subject = el("div").class("subject").child(heading).children_fn(below);
    let cards = el("fieldset")
        .class("cards")
        .child(el("legend").class("hidden").text(controls.method_choice))
        .children(untrack(|| state.shown.methods()).into_iter().map(|method| method_card(state, method, no_start)));
    // Rows are opened in the second program, so it is there.
    let target = move || match state.target.get() {
        Some(_) => Later::gate().show_quietly(|it| (it.target_line)(state)),
        None => Vec::new(),
    };
    el("section")
        .class("strip")
        .attr("aria-label", controls.totals)
        .child(subject)
        .child(el("div").class("pin").child(cards).child(thin_bar(state)).children_fn(target))
        .child(results_link("btn quiet to-results", state.texts().chart.results))
        .child(unit_switch(state))
        .child(spoken_total(state))
}

/// Leads to the results. It moves the focus itself: a jump to a fragment would be a step in the history.
pub fn results_link(class: &str, text: &str) -> El {
    el("a").class(class).attr("href", "#results").text(text).on("click", |event| {
        event.prevent_default();
        focus("results");
    })
}

/// Why a method does not answer. The second program knows; until it is there, its card shows that it does not.
fn unanswered(state: State, methods: &[MethodId]) -> Option<El> {
    // Where all answer, nothing is made anew when the second program comes: the summary would be painted again, later.
    let method = *methods.iter().find(|method| state.shown.unanswered(**method).is_some())?;
    (Later::gate().parts()?.unanswered)(state, method)
}

/// Why the engine does not start, which the second program knows.
fn cannot_start(state: State) -> Memo<Option<String>> {
    memo(move || {
        // Nobody asks for the second program before the totals are seen, or without need.
        let is_asked = state.stages.has_come(PagePart::Timeline.turn()) && state.shown.serves_with_vllm();
        if is_asked { Later::gate().parts().and_then(|it| (it.cannot_start)(state)) } else { None }
    })
}

fn method_card(state: State, method: MethodId, no_start: Memo<Option<String>>) -> El {
    let text = (state.texts().method)(method);
    let radio = el("input")
        .attr("type", "radio")
        .attr("name", "method")
        .attr("value", method.id())
        .test_id(format!("method-{}", method.id()))
        .checked_fn(move || state.selected() == method)
        .on("change", move |_| state.select(method));
    let figure = move || match state.shown.live_total(method) {
        Some(total) => numbers::card_figure(total, state.unit()),
        None => NO_FIGURE.to_owned(),
    };
    let unit = move || {
        if state.shown.live_total(method).is_some() { format!(" {}", state.unit().id()) } else { String::new() }
    };
    let amount = el("span")
        .class("card-total")
        .class_fn("long", move || figure().chars().count() > LONG_FIGURE)
        .test_id(format!("total-{}", method.id()))
        .attr_fn("data-bytes", move || state.shown.live_total(method).map(|it| it.count().to_string()))
        .text_fn(figure)
        .child(el("span").class("unit").text_fn(unit));
    let top = el("span").class("card-top").child(radio).child(el("span").class("card-name").text(text.label));
    let is_refused = move || method == DEFAULT_METHOD && no_start.with(Option::is_some);
    let told = move || {
        if is_refused() {
            return state.texts().controls.no_start.to_owned();
        }
        let band = Later::gate().parts().and_then(|it| (it.card_note)(state, method));
        band.unwrap_or_else(|| text.note.to_owned())
    };
    let note = el("span")
        .class("card-note")
        .class_fn("refused", is_refused)
        // The band belongs to the settled figure: it stands aside while another is shown.
        .class_fn("aside", move || state.shown.live_total(method) != state.shown.total(method))
        .test_id(format!("band-{}", method.id()))
        .text_fn(told);
    el("label").class("card").attr("title", text.summary).child(top).child(amount).child(note)
}

fn unit_switch(state: State) -> El {
    let choice = |unit: MemoryUnit| {
        let radio = el("input")
            .attr("type", "radio")
            .attr("name", "unit")
            .attr("value", unit.id())
            .test_id(format!("unit-{}", unit.id()))
            .checked_fn(move || state.unit() == unit)
            .on("change", move |_| state.set_unit(unit));
        el("label").child(radio).child(el("span").text(unit.id()))
    };
    el("fieldset")
        .class("units")
        .child(el("legend").class("hidden").text(state.texts().controls.unit_choice))
        .children(MemoryUnit::ALL.map(choice))
}

/// The selected total for those who do not see it, once the hand rests.
fn spoken_total(state: State) -> El {
    let spoken = RwSignal::new(String::new());
    let rest = Rest::new(SAY_AFTER);
    let say = move || {
        let method = untrack(|| state.selected());
        let Some(total) = untrack(|| state.shown.total(method)) else { return };
        let label = (state.texts().method)(method).label;
        let amount = numbers::total_amount(total, untrack(|| state.unit()));
        spoken.set((state.texts().joints.named)(label, &amount));
    };
    let is_first = StoredValue::new(true);
    effect(move || {
        state.shown.estimates.with(|_| ());
        // The first estimate is no change.
        if !is_first.get_value() {
            rest.then(say);
        }
        is_first.set_value(false);
    });
    el("output").class("hidden").attr("aria-live", "polite").text_fn(move || spoken.get())
}
