//! The place of a parameter's help. What stands in it comes with other programs.

use crate::estimator::ParameterId;
use crate::ui::asked::GuideProgram;
use crate::ui::kit::element::{El, el};
use crate::ui::kit::ids::help_id;
use crate::ui::later::Later;
use crate::ui::state::State;
use leptos::prelude::*;

/// The place of the help; the key stands there at once.
pub fn help_place(state: State, id: ParameterId, is_open: RwSignal<bool>) -> El {
    let text =
        move || if is_open.get() { GuideProgram::of_page().show(state, |it| (it.help)(state, id)) } else { vec![] };
    let facts =
        move || if is_open.get() { Later::of_page().show_quietly(|it| (it.help_facts)(state, id)) } else { vec![] };
    let meta = el("p").class("param-meta").child(el("code").text(id.spec().key)).children_fn(facts);
    el("div")
        .class("param-help")
        .attr("id", help_id(id))
        .flag_fn("hidden", move || !is_open.get())
        .children_fn(text)
        .child(meta)
}
