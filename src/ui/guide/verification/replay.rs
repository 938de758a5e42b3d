//! The document's own test: a slider goes from stop to stop, and each total is computed anew. Nothing is
//! eased between two stops: what is read is what was computed.

use crate::estimator::verification::DocumentRow;
use crate::estimator::{MethodId, total as total_of};
use crate::present::numbers;
use crate::ui::guide::texts::guide_texts;
use crate::ui::kit::controls::text_of;
use crate::ui::kit::element::{El, el};
use crate::ui::kit::track::track;
use crate::ui::state::State;
use leptos::prelude::*;
use std::time::Duration;

/// How long a whole drag takes at least, so that the eye can follow one of few steps.
const SHORTEST_PLAY: Duration = Duration::from_millis(1600);

/// One value a frame is as fast as a drag gets.
const FRAME: Duration = Duration::from_millis(17);

/// The row that is being played, and how far.
#[derive(Clone, Copy, PartialEq)]
pub struct Playing {
    /// The row's id.
    pub row: &'static str,
    /// The stop, from 0.
    pub step: usize,
    /// Whether the drag goes on by itself; otherwise it rests at its stop.
    pub is_running: bool,
}

/// The line below a row while it is played.
pub fn replay(state: State, row: DocumentRow, playing: RwSignal<Option<Playing>>) -> El {
    let text = &guide_texts(state).verification;
    let steps = StoredValue::new(row.steps());
    let last = steps.with_value(Vec::len).saturating_sub(1);
    let at = move || playing.get().map_or(0, |it| it.step.min(last));
    let value = move || steps.with_value(|it| it.get(at()).copied().unwrap_or(row.drag.1));
    let total = move || total_of(MethodId::Verified, &row.inputs_at(value())).unwrap_or_default();
    let advance = move || {
        let running = playing.get_untracked().filter(|it| it.row == row.id && it.is_running);
        if let Some(it) = running {
            let step = (it.step + 1).min(last);
            playing.set(Some(Playing { step, is_running: step < last, ..it }));
        }
    };
    let pace = (SHORTEST_PLAY / last.max(1) as u32).max(FRAME);
    let timer = set_interval_with_handle(advance, pace).ok();
    on_cleanup(move || {
        if let Some(timer) = timer {
            timer.clear();
        }
    });
    let drag = move |text: String| {
        if let Ok(step) = text.parse() {
            // From here on the hand leads.
            playing.set(Some(Playing { row: row.id, step, is_running: false }));
        }
    };
    let key = row.dragged.spec().key;
    let input = el("input")
        .attr("type", "range")
        .attr("min", "0")
        .attr("max", last.to_string())
        .attr("aria-label", (text.replay)(key))
        .attr_fn("aria-valuetext", move || Some(numbers::exact_count(value())))
        .value_fn(move || at().to_string())
        .on("input", move |event| drag(text_of(&event)));
    let share = move || format!("{:.5}", at() as f64 / last.max(1) as f64);
    let end = |value: f64| el("span").class("range-end").text(numbers::exact_count(value));
    let figure = |class: &str, id: &str| el("b").class(class).test_id(id);
    let line = el("div")
        .class("replay-line")
        .child(el("code").text(key))
        .child(end(row.drag.0))
        .child(track(share, || "0".to_owned(), input))
        .child(end(row.drag.1))
        .child(figure("replay-value", "replay-value").text_fn(move || numbers::exact_count(value())))
        .child(
            figure("replay-total", "replay-total").text_fn(move || format!("{} GiB", numbers::plain(total().gib(), 2))),
        )
        .child(el("small").text_fn(move || (text.step)(at(), last)));
    el("tr").class("replay").child(el("td").attr("colspan", "13").child(line))
}
