//! Megatron's arguments on a command line, handed to their own reader. It knows no argument but those of the launcher.

use crate::import::imported::{Imported, NotTaken};
use crate::import::launch::flags::read_flags;
use crate::import::launch::shell::SpokenWord;
use crate::import::launch::tools::launchers::TORCHRUN;
use crate::import::megatron::{ImportRefusal, arguments_of_megatron, is_said};
use serde_json::{Map, Value as Json};

/// What a command line with Megatron's program means; its own arguments begin at a word.
pub fn of_arguments(words: &[SpokenWord], from: usize) -> Result<Imported, ImportRefusal> {
    let (front, own) = words.split_at(from.min(words.len()));
    let (launch, before) = read_flags(front, |name| TORCHRUN.field(name));
    let gpus = launch.iter().filter(|it| it.is_any(&["nproc_per_node", "nnodes"]));
    // A variable that nobody has set may say it.
    if before.iter().any(|it| it.text.starts_with('$')) {
        return Err(ImportRefusal::Missing("world-size"));
    }
    let counts: Option<Vec<f64>> = gpus.map(|it| it.value.parse().ok()).collect();
    // One that is no number leaves open how many there are.
    let gpus: f64 = counts.ok_or(ImportRefusal::Missing("world-size"))?.iter().product();
    let (arguments, stray) = read_flags(own, |_| None);
    let mut all: Map<String, Json> =
        arguments.iter().map(|it| (it.name.clone(), Json::String(it.value.clone()))).collect();
    if !all.contains_key("world-size") {
        all.insert("world-size".to_owned(), Json::String(gpus.to_string()));
    }
    let first = own.first().or(words.first()).map(|it| it.line);
    let said: Vec<String> = all.keys().cloned().collect();
    let mut res = arguments_of_megatron(&Json::Object(all))?;
    // What no argument says stands on no line.
    res.taken.iter_mut().filter(|it| is_said(it.id, &said)).for_each(|it| it.line = first);
    for it in stray {
        res.leave_on(Some(it.line), &it.text, "", NotTaken::Unknown);
    }
    Ok(res)
}
