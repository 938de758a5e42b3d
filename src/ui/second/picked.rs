//! What stands beside the chosen GPU: how many of it, and what programs can use of its memory.

use crate::estimator::plan::fit::gpus_of_run;
use crate::estimator::{ParameterId, Value};
use crate::present::gpu_groups::memory;
use crate::ui::kit::controls::button;
use crate::ui::kit::element::{El, el, memo};
use crate::ui::second::texts::later_texts;
use crate::ui::state::State;
use leptos::prelude::*;

/// One GPU more or less, and what programs can use of each.
pub fn picked(state: State) -> Vec<El> {
    let texts = &later_texts(state).devices;
    let usable = move || {
        let device = state.shown.device();
        device.map(|it| (texts.usable)(&memory(it, state.unit()), it.sold_gib)).unwrap_or_default()
    };
    let note = el("span").class("caption usable").test_id("usable").text_fn(usable);
    stepper(state).into_iter().chain([note]).collect()
}

/// One GPU more or less; the row of their number has the slider. Where a link names unlike GPUs, their number is that
/// of the names.
fn stepper(state: State) -> Option<El> {
    let (id, texts, mode) = (ParameterId::GpuCount, &later_texts(state).devices, state.shown.mode.get_untracked());
    id.use_in(mode)?;
    let now = memo(move || gpus_of_run(&state.shown.inputs.get()));
    let step = |by: f64, text: &str, name: &str| {
        // No step leads where the degrees leave the number as it is.
        let there = move || {
            let value = id.spec().parse(&(now.get() as f64 + by).to_string(), state.catalog).ok()?;
            let inputs = state.shown.inputs.get().with(id, value.clone()).ok()?;
            (gpus_of_run(&inputs) != now.get()).then_some(value)
        };
        let go = move || there().into_iter().for_each(|it| state.commit(id, it));
        button("btn", go).attr("aria-label", name).flag_fn("disabled", move || there().is_none()).text(text)
    };
    Some(
        el("span")
            .class("stepper")
            .attr("role", "group")
            .attr("aria-label", (state.texts().parameter_in_mode)(id, mode))
            .flag_fn("hidden", move || matches!(state.shown.value(ParameterId::Gpu), Value::List(_)))
            .child(step(-1.0, "−", texts.one_fewer).test_id("gpus-fewer"))
            .child(el("output").test_id("gpus").text_fn(move || now.get().to_string()))
            .child(step(1.0, "+", texts.one_more).test_id("gpus-more")),
    )
}
