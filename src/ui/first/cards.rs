//! The strip, always in sight: the verdict, one card per method, the unit, and beside them what runs on what.

use crate::estimator::plan::fit::VerdictKind;
use crate::estimator::{DEFAULT_METHOD, MemoryUnit, MethodId};
use crate::present::numbers;
use crate::present::verdict::VerdictSaid;
use crate::ui::first::lying_bar::lying_bar;
use crate::ui::first::order::PagePart;
use crate::ui::first::parameters::pickers;
use crate::ui::kit::element::{El, effect, el, memo};
use crate::ui::kit::icons::{glyph_of, icon};
use crate::ui::kit::ids::{CHANGES, HEADING};
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
    // The tab of the mode has its name; a page inside of another one has no tabs.
    let is_embedded = untrack(|| state.is_embedded());
    let heading = el("h1").class(if is_embedded { "" } else { "hidden" }).attr("id", HEADING).attr("tabindex", "-1");
    let heading = heading.text(text.label);
    let verdict = verdict_of(state);
    let is_judged = memo(move || verdict.with(Option::is_some));
    // A reason takes the verdict's place, and that the summary's, so that the strip does not grow.
    let below = move || match (unanswered(state), is_judged.get()) {
        (Some(reason), _) => vec![reason],
        (None, true) => vec![verdict_line(state, verdict)],
        (None, false) => vec![el("p").text(text.summary)],
    };
    let line = el("div").class("fit-line").child(heading).children_fn(below);
    let cards = el("fieldset")
        .class("cards")
        .child(el("legend").class("hidden").text(controls.method_choice))
        .children(untrack(|| state.shown.methods()).into_iter().map(|method| method_card(state, method, verdict)));
    // Rows are opened in the second program, so it is there.
    let target = move || match state.target.get() {
        Some(_) => Later::of_page().show_quietly(|it| (it.target_line)(state)),
        None => Vec::new(),
    };
    let pin = el("div")
        .class("pin")
        .child(cards)
        .child(lying_bar(state, "thin lying", None))
        .child(verdict_word(state, verdict))
        .children_fn(target);
    let picked = (!is_embedded).then(|| pickers(state));
    el("section")
        .class("strip")
        .attr("aria-label", controls.totals)
        .child(line)
        .child(pin)
        .child(results_link("btn quiet to-results", state.texts().chart.results))
        .child(unit_switch(state))
        .maybe(picked)
        .child(spoken_total(state, verdict))
}

/// Leads to the results. It moves the focus itself: a jump to a fragment would be a step in the history.
pub fn results_link(class: &str, text: &str) -> El {
    jump(class, "results").text(text)
}

fn jump(class: &str, to: &'static str) -> El {
    el("a").class(class).attr("href", format!("#{to}")).on("click", move |event| {
        event.prevent_default();
        focus(to);
    })
}

/// Why the selected method does not answer. The second program knows; until it is there, its card shows that it does
/// not.
fn unanswered(state: State) -> Option<El> {
    // Where it answers, nothing is made anew when the second program comes: the summary would be painted again, later.
    let method = state.selected();
    state.shown.unanswered(method)?;
    (Later::of_page().parts()?.unanswered)(state, method)
}

/// Whether the run fits its GPU, which the second program knows.
fn verdict_of(state: State) -> Memo<Option<VerdictSaid>> {
    memo(move || {
        // Nobody asks for the second program before the totals are seen.
        let is_asked = state.stages.has_come(PagePart::Timeline.turn());
        if is_asked { Later::of_page().parts().and_then(|it| (it.verdict)(state)) } else { None }
    })
}

/// The verdict in a line. It is there once and follows the hand: only its words change.
fn verdict_line(state: State, verdict: Memo<Option<VerdictSaid>>) -> El {
    let read =
        move |read: fn(&VerdictSaid) -> String| move || verdict.with(|it| it.as_ref().map(read).unwrap_or_default());
    let kind = memo(move || verdict.with(|it| it.as_ref().map(|it| it.kind)));
    coloured("fit", kind)
        .test_id("verdict")
        .attr_fn("data-verdict", move || kind.get().map(|it| it.id().to_owned()))
        .attr_fn("data-spare-bytes", move || verdict.with(|it| it.as_ref()?.spare.map(|it| it.to_string())))
        .child(
            el("span").class("fit-glyph").children_fn(move || kind.get().map(glyph_of).map(icon).into_iter().collect()),
        )
        .child(el("b").text_fn(read(|it| it.word.to_owned())))
        // Before the sentence, of which the end is cut where it is long.
        .child(el("span").class("enough").test_id("enough").text_fn(move || enough(state)))
        .child(el("span").text_fn(read(|it| it.sentence.clone())))
}

/// How many changes are enough where the run does not fit.
fn enough(state: State) -> String {
    Later::of_page().parts().map(|it| (it.enough)(state)).unwrap_or_default()
}

/// The verdict's word alone, for narrow screens, where the sentence scrolls away; and how many changes are enough,
/// which leads to them.
fn verdict_word(state: State, verdict: Memo<Option<VerdictSaid>>) -> El {
    let kind = memo(move || verdict.with(|it| it.as_ref().map(|it| it.kind)));
    let word = move || verdict.with(|it| it.as_ref().map(|it| it.word.to_owned()).unwrap_or_default());
    let jump = jump("to-changes", CHANGES).test_id("to-changes").text_fn(move || enough(state));
    coloured("fit fit-short", kind).child(el("b").attr("aria-hidden", "true").text_fn(word)).child(jump)
}

/// A line that wears its verdict's colour.
fn coloured(class: &str, kind: Memo<Option<VerdictKind>>) -> El {
    el("p")
        .class(class)
        .class_fn("fits", move || kind.get() == Some(VerdictKind::Fits))
        .class_fn("tight", move || matches!(kind.get(), Some(VerdictKind::Tight | VerdictKind::CannotSay)))
        .class_fn("nofit", move || matches!(kind.get(), Some(VerdictKind::TooMuch | VerdictKind::DoesNotStart)))
}

fn method_card(state: State, method: MethodId, verdict: Memo<Option<VerdictSaid>>) -> El {
    let text = (state.texts().method)(method);
    // What belongs to the settled figure stands aside while another is shown.
    let is_aside = move || state.shown.live_total(method) != state.shown.total(method);
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
    // Beside its name, once the second program is there, for which nobody asks before the totals are seen.
    let is_asked = memo(move || state.stages.has_come(PagePart::Timeline.turn()));
    let judged = move || {
        if is_asked.get() { Later::of_page().show_quietly(|it| (it.card_verdict)(state, method)) } else { vec![] }
    };
    let judged = el("span").class("card-verdict").class_fn("aside", is_aside).children_fn(judged);
    let name = el("span").class("card-name").text(text.label);
    let top = el("span").class("card-top").child(radio).child(name).child(judged);
    let is_kept_from_starting = |it: &VerdictSaid| it.kind == VerdictKind::DoesNotStart;
    let is_refused =
        move || method == DEFAULT_METHOD && verdict.with(|it| it.as_ref().is_some_and(is_kept_from_starting));
    let told = move || {
        if is_refused() {
            return state.texts().controls.no_start.to_owned();
        }
        let band = Later::of_page().parts().and_then(|it| (it.card_note)(state, method));
        band.unwrap_or_else(|| text.note.to_owned())
    };
    let note = el("span")
        .class("card-note")
        .class_fn("refused", is_refused)
        .class_fn("aside", is_aside)
        .test_id(format!("band-{}", method.id()))
        .attr_fn("title", move || Some(told()))
        .text_fn(told);
    let bar = lying_bar(state, "lying", Some(method));
    el("label").class("card").attr("title", text.summary).child(top).child(amount).child(note).child(bar)
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

/// The selected total and the verdict for those who do not see them, once the hand rests.
fn spoken_total(state: State, verdict: Memo<Option<VerdictSaid>>) -> El {
    let spoken = RwSignal::new(String::new());
    let rest = Rest::new(SAY_AFTER);
    let say = move || {
        let method = untrack(|| state.selected());
        // What was said of another run is not said of one without an answer.
        let Some(total) = untrack(|| state.shown.total(method)) else { return spoken.set(String::new()) };
        let label = (state.texts().method)(method).label;
        let amount = numbers::total_amount(total, untrack(|| state.unit()));
        let joints = &state.texts().joints;
        let total = (joints.named)(label, &amount);
        let judged = |it: &VerdictSaid| (joints.sentences)(&[&total, it.word, &it.sentence]);
        spoken.set(verdict.with_untracked(|it| it.as_ref().map(judged)).unwrap_or(total));
    };
    let is_first = StoredValue::new(true);
    effect(move || {
        state.shown.estimates.with(|_| ());
        state.unit();
        // The first estimate is no change.
        if !is_first.get_value() {
            rest.then(say);
        }
        is_first.set_value(false);
    });
    el("output").class("hidden").attr("aria-live", "polite").text_fn(move || spoken.get())
}
