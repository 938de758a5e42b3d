//! The small charts of some modes, which come with the second program: preference training compared, the make-up of a
//! multimodal sequence, what has room on a GPU.

use crate::estimator::{ComponentGroup, Mode};
use crate::present::comparison::{self, Strip};
use crate::ui::kit::colours::{group_class, percent};
use crate::ui::kit::element::{El, el};
use crate::ui::second::texts::later_texts;
use crate::ui::state::State;
use leptos::prelude::*;
use std::sync::Arc;

/// The charts of the open mode.
pub fn comparison_view(state: State) -> Vec<El> {
    match state.shown.mode.get_untracked() {
        Mode::Grpo => preference_charts(state),
        Mode::Multimodal => vec![sequence_chart(state)],
        Mode::Inference => vec![capacity_list(state)],
        _ => Vec::new(),
    }
}

/// SFT, DPO and GRPO side by side, by the document and calibrated.
fn preference_charts(state: State) -> Vec<El> {
    let texts = &later_texts(state).comparison;
    let document = move || state.shown.inputs.with(|inputs| comparison::preference(inputs, state.unit(), texts));
    let calibrated =
        move || state.shown.inputs.with(|inputs| comparison::calibrated_preference(inputs, state.unit(), texts));
    vec![
        strip_chart(
            texts.calibrated_title,
            || texts.calibrated_note.to_owned(),
            "preference-calibrated",
            "",
            calibrated,
        ),
        strip_chart(
            texts.preference_title,
            || texts.preference_note.to_owned(),
            "preference",
            group_class(ComponentGroup::Activations),
            document,
        ),
    ]
}

/// Where the tokens of a multimodal sequence come from.
fn sequence_chart(state: State) -> El {
    let texts = &later_texts(state).comparison;
    let strips = move || state.shown.inputs.with(|inputs| comparison::sequence(inputs, texts).0);
    let note = move || {
        let total = state.shown.inputs.with(|inputs| comparison::sequence(inputs, texts).1);
        (texts.sequence_note)(&total)
    };
    strip_chart(texts.sequence_title, note, "sequence", "", strips)
}

/// What has room on the GPU under vLLM, and the formula of the pool.
fn capacity_list(state: State) -> El {
    let texts = &later_texts(state).comparison;
    let fits = move || {
        let Some(it) = state.shown.inputs.with(|inputs| comparison::fits(inputs, state.unit(), texts)) else {
            return vec![];
        };
        let row = |(name, amount): (String, String)| {
            el("div").class("fits-row").child(el("dt").text(name)).child(el("dd").text(amount))
        };
        vec![
            el("p").class("caption").text(it.note),
            el("dl").children(it.rows.into_iter().map(row)),
            el("p").class("caption").text(texts.capacity_formula).child(el("span").class("math").markup(it.formula)),
        ]
    };
    el("section")
        .class("strips")
        .test_id("capacity")
        .child(el("h2").text(texts.capacity_title))
        .child(el("div").children_fn(fits))
}

/// A small chart of horizontal bars with a caption. Bars of a single part wear its `colour`; others wear none, since a
/// colour means a part.
pub fn strip_chart(
    title: &'static str,
    note: impl Fn() -> String + Send + 'static,
    test_id: &'static str,
    colour: &'static str,
    strips: impl Fn() -> Vec<Strip> + Send + Sync + 'static,
) -> El {
    let n_strips = untrack(&strips).len();
    let strips: Arc<dyn Fn() -> Vec<Strip> + Send + Sync> = Arc::new(strips);
    let strip = move |at: usize| {
        let strips = strips.clone();
        move || strips().into_iter().nth(at)
    };
    let row = |at| {
        let (label, share, amount) = (strip(at), strip(at), strip(at));
        let bar = el("i").class(colour).style_fn("width", move || percent(share().map_or(0.0, |it| it.share)));
        let amount = el("span").class("strip-amount").text_fn(move || amount().map(|it| it.amount).unwrap_or_default());
        let track = el("span").class("strip-track").attr("aria-hidden", "true").child(bar);
        el("div")
            .class("strip-row")
            .child(el("dt").text_fn(move || label().map(|it| it.label).unwrap_or_default()))
            .child(el("dd").child(track).child(amount))
    };
    el("section")
        .class("strips")
        .test_id(test_id)
        .child(el("h2").text(title))
        .child(el("p").class("caption").text_fn(note))
        .child(el("dl").children((0..n_strips).map(row)))
}
