//! A parameter's help: what it is, its symbol, and what its box accepts. The texts come with the second program.

use crate::estimator::ParameterId;
use crate::estimator::parameters::{ParameterGroup, ParameterKind};
use crate::present::formula::mathml_symbol;
use crate::ui::dom::{El, el};
use crate::ui::later::later_texts;
use crate::ui::state::State;
use leptos::prelude::*;

/// The id of a parameter's help.
pub fn help_id(id: ParameterId) -> String {
    format!("help-{}", id.spec().key)
}

/// The place of the help; the key stands there at once.
pub fn help_place(state: State, id: ParameterId, is_open: RwSignal<bool>) -> El {
    let text = move || if is_open.get() { state.later.show(state, |it| (it.help_text)(id)) } else { vec![] };
    let facts = move || if is_open.get() { state.later.show_quietly(|it| (it.help_facts)(id)) } else { vec![] };
    let meta = el("p").class("param-meta").child(el("code").text(id.spec().key)).children_fn(facts);
    el("div")
        .class("param-help")
        .attr("id", help_id(id))
        .flag_fn("hidden", move || !is_open.get())
        .children_fn(text)
        .child(meta)
}

/// What the parameter is and does.
pub fn help_text(id: ParameterId) -> Vec<El> {
    vec![el("p").text((later_texts().help)(id))]
}

/// Its symbol, and what its box accepts. Formulas show the symbols of numbers; a parameter without effect stands in none.
pub fn help_facts(id: ParameterId) -> Vec<El> {
    let spec = id.spec();
    if !matches!(spec.kind, ParameterKind::Number { .. }) {
        return vec![];
    }
    let symbol = || {
        let symbol = el("span").class("math").markup(mathml_symbol(spec.symbol));
        el("span").text(format!("{} ", later_texts().symbol)).child(symbol)
    };
    let symbol = (spec.group != ParameterGroup::WithoutEffect).then(symbol);
    symbol.into_iter().chain([el("span").text((later_texts().box_accepts)(id))]).collect()
}
