//! Has what was brought read, and what it leads to estimated. It places nothing.

use crate::estimator::{Estimate, Inputs, MethodId, Telling, answers};
use crate::import::{beside, import};
use crate::locale::ImportTexts;
use crate::present::brought::{BesideIt, Brought, brought, not_brought, proposed};
use crate::present::numbers;
use crate::ui::bring::files::{FileFault, ReadFile};
use crate::ui::later::Later;
use crate::ui::state::State;
use leptos::prelude::*;

/// Names of files that are told.
const MOST_NAMES: usize = 3;

/// What a text and files say together.
pub fn read(state: State, text: &str, files: &[ReadFile], told: &ImportTexts) -> Brought {
    let of_files = files.iter().filter_map(|it| it.start.as_deref().ok());
    let text = Some(text.as_bytes()).filter(|it| !it.trim_ascii().is_empty());
    let sources: Vec<&[u8]> = text.into_iter().chain(of_files).collect();
    let mut res = match sources.split_first() {
        None => Brought::default(),
        Some((first, others)) => match import(first, others, state.catalog) {
            Err(refusal) => not_brought(&refusal, told, state.texts()),
            Ok(imported) => untrack(|| {
                let today = state.shown.live_inputs.get();
                let proposed = proposed(&imported, &today, state.catalog);
                let estimates = proposed.inputs.as_ref().map(|it| estimate(state, it)).unwrap_or_default();
                let estimated = estimates.iter().find(|it| it.method() == MethodId::Calibrated);
                let later = Later::of_page().parts();
                let room = proposed.inputs.as_ref().and_then(|it| (later?.room)(it));
                let beside = BesideIt { estimated, room: room.as_ref(), unit: state.unit() };
                brought(&imported, (proposed, &today), beside, (told, state.texts()), state.catalog)
            }),
        },
    };
    res.problems.splice(0..0, files.iter().filter_map(|it| fault(it, told)));
    res.notes.extend(more(files, state, told));
    res
}

fn estimate(state: State, inputs: &Inputs) -> Vec<Estimate> {
    answers(state.shown.known.get(), inputs, Telling::Values)
}

/// Why nothing is known of a file.
fn fault(it: &ReadFile, told: &ImportTexts) -> Option<String> {
    match it.start.as_ref().err()? {
        FileFault::Unreadable => Some((told.sheet.unreadable)(&it.name)),
        FileFault::TooLarge(size, limit) => {
            Some((told.sheet.too_large)(&it.name, &numbers::file_size(*size), &numbers::file_size(*limit)))
        }
    }
}

/// Which files would tell more beside a single one.
fn more(files: &[ReadFile], state: State, told: &ImportTexts) -> Option<String> {
    let [ReadFile { name, start: Ok(bytes) }] = files else { return None };
    // Few models have the second.
    let names: Vec<_> = beside(name, bytes).into_iter().filter(|it| it != "hf_quant_config.json").collect();
    let shown: Vec<_> = names.iter().take(MOST_NAMES).map(String::as_str).collect();
    let more = if names.len() > MOST_NAMES { "…" } else { "" };
    (!names.is_empty()).then(|| (told.sheet.beside)(&format!("{}{more}", (state.texts().joints.names)(&shown))))
}
