//! What settings mean together with what of them is missing. It knows no text.

use crate::estimator::{Catalog, ParameterId};
use crate::import::imported::{Assumed, Imported, MODEL, NotTaken, Whose};
use crate::import::launch::field::{FlagMeaning, Tool};
use crate::import::launch::implied::{imply, is_version};
use crate::import::launch::resolve::resolve_beside;
use crate::import::launch::setting::Setting;
use crate::import::launch::told_files::ToldFiles;
use crate::import::launch::tools::axolotl::{AXOLOTL_PAIRS, RL_OF_PAIRS};
use crate::import::launch::tools::deepspeed::CONFIG;
use crate::import::launch::tools::sglang::SGLANG;
use crate::import::own_source::{OwnDefault, OwnSource};

/// The batch of a GPU in a file of DeepSpeed. Without it the file says that of all GPUs, of which it says nothing.
const BATCH_OF_FILE: &str = "train_micro_batch_size_per_gpu";
/// That of all GPUs.
const BATCH_OF_ALL: &str = "train_batch_size";

/// What is said of a value cannot be read.
const NOT_READ: OwnSource = OwnSource::of(OwnDefault::NotRead);

/// Tells first that batch or length stand at their defaults where what is said of them is not read; of all of them
/// where what holds both `is_unread`.
pub fn tell_unread(res: &mut Imported, is_unread: bool) {
    let Some(inputs) = res.inputs.clone() else { return };
    for id in [ParameterId::SequenceLength, ParameterId::BatchSize] {
        let is_refused = res.left_out.iter().any(|it| it.refused_by == Some(id));
        if (is_refused || is_unread) && !res.taken.iter().any(|it| it.id == id) {
            let value = id.spec().write(&inputs.value(id));
            res.assumed.retain(|it| it.id != id);
            res.assumed.insert(0, Assumed { id, value, whose: Whose::ProgramsOwn(NOT_READ) });
        }
    }
}

/// What settings mean with the files that they name, and what of them is missing.
pub fn concluded(tools: &[&Tool], mut told: ToldFiles, shape: Option<&Imported>, catalog: &Catalog) -> Imported {
    let rl = told.said.iter().rfind(|it| it.is("rl")).map(|it| it.value.to_ascii_lowercase());
    let mut all: Vec<&Tool> = tools.to_vec();
    if tools[0].id == AXOLOTL_PAIRS.id && rl.is_some_and(|it| RL_OF_PAIRS.contains(&it.as_str())) {
        all[0] = &AXOLOTL_PAIRS;
    }
    let tools = all.as_slice();
    let unused: Vec<_> =
        told.unused.iter().filter_map(|it| Some((it.line, it.settings.first()?.name.clone()))).collect();
    let model = tools[0].rows().find(|it| matches!(it.meaning, FlagMeaning::Model));
    let is_model = |it: &Setting| {
        tools.iter().filter_map(|tool| tool.field(&it.name)).any(|it| matches!(it.meaning, FlagMeaning::Model))
    };
    let without_use = imply(tools, &mut told.said);
    let is_sized = tools[0].command != CONFIG.command || told.said.iter().any(|it| it.is(BATCH_OF_FILE));
    let is_old = |it: &&Setting| is_version(it) && it.value.trim_ascii() == "1";
    let old_sharding = told.published.iter().map(|it| &it.0).chain(&told.said).rfind(is_old).cloned();
    let is_named = told.said.iter().any(is_model) || !told.unbrought.is_empty();
    let mut res = resolve_beside(tools, told, shape, catalog);
    if let Some(setting) = old_sharding.filter(|_| res.pairs().any(|it| it == (ParameterId::Trainer, "fsdp2"))) {
        res.leave_setting(&setting, NotTaken::OldSharding);
    }
    if !is_sized {
        res.leave(BATCH_OF_FILE, "", NotTaken::Unsaid);
        // It decides that of a GPU, then.
        res.left_out.iter_mut().filter(|it| it.name == BATCH_OF_ALL).for_each(|it| it.why = NotTaken::Unread);
    }
    if tools[0].id == SGLANG.id {
        res.leave(SGLANG.id, "", NotTaken::Engine);
        res.inputs = None;
    }
    without_use.iter().for_each(|it| res.leave_setting(it, NotTaken::Unused));
    for (line, name) in unused {
        res.leave_on(Some(line), &name, "", NotTaken::Unused);
    }
    res.tell_uncounted_size();
    tell_unread(&mut res, false);
    match model {
        _ if is_named => {}
        Some(row) => {
            res.leave(row.names[0], "", NotTaken::Missing);
            res.inputs = None;
        }
        None => res.leave(MODEL, "", NotTaken::Unsaid),
    }
    res
}
