//! What the arguments of one call say, as settings. It knows neither the script around it nor a parameter.

use crate::import::launch::documents::Document;
use crate::import::launch::field::NamedFile;
use crate::import::launch::scripts::known::{CLASSIFIES, CallKind, MASKS};
use crate::import::launch::scripts::literals::PythonValue;
use crate::import::launch::scripts::parsed::{Argument, PythonCall};
use crate::import::launch::setting::{MOST_SETTINGS, Setting};
use crate::import::launch::tools::scripts::MODEL_OF_SCRIPT;

/// What an argument is called; `None` where it has no name and its place says nothing of memory.
pub fn name_of(kind: CallKind, argument: &Argument, place: usize) -> Option<&str> {
    let names_model = kind.is_load() || matches!(kind, CallKind::Trainer(_));
    match argument.name.as_deref() {
        Some("pretrained_model_name_or_path") => Some(MODEL_OF_SCRIPT),
        Some("model" | "model_name") if names_model => Some(MODEL_OF_SCRIPT),
        Some(name) => Some(name),
        None if kind == CallKind::Pipeline => (place == 2).then_some(MODEL_OF_SCRIPT),
        // What stands first in others is a folder, a rank, a model that was loaded.
        None => (names_model && place == 1).then_some(MODEL_OF_SCRIPT),
    }
}

/// A setting on a line.
pub fn named(name: &str, value: &str, line: usize) -> Setting {
    Setting { name: name.to_owned(), value: value.to_owned(), line }
}

/// What the class of a model says of what stands behind its layers.
pub fn head_of(call: &PythonCall) -> Option<Setting> {
    let class = call.path.rsplit_once('.')?.0;
    let head = [CLASSIFIES, MASKS].into_iter().find(|it| class.ends_with(it))?;
    Some(named("AutoModel", head, call.line))
}

/// Takes out a file of DeepSpeed that stands in a script as a map.
pub fn inline_file(said: &mut Vec<Setting>) -> Option<Document> {
    const FIELD: &str = "deepspeed.";
    let own: Vec<Setting> = said.extract_if(.., |it| it.name.starts_with(FIELD)).collect();
    let line = own.first()?.line;
    let settings = own.into_iter().map(|it| named(&it.name[FIELD.len()..], &it.value, it.line)).collect();
    said.push(named("deepspeed", "{…}", line));
    Some(Document { kind: NamedFile::DeepSpeed, settings, line })
}

/// A value as settings; those of a map have names of their own, below `name`. What is not read is told as it is
/// written.
pub fn flatten(value: PythonValue, name: String, written: &Setting, out: &mut Vec<Setting>) {
    let told = |value: &str| Setting {
        name: if name.is_empty() { written.name.clone() } else { name.clone() },
        value: value.to_owned(),
        line: written.line,
    };
    if out.len() >= MOST_SETTINGS || name.len() > MOST_SETTINGS {
        return;
    }
    match value {
        // Nothing is what happens where nothing is said.
        PythonValue::Nothing => {}
        PythonValue::Map(all) => {
            for (key, value) in all {
                flatten(value, if name.is_empty() { key } else { format!("{name}.{key}") }, written, out);
            }
        }
        PythonValue::Many(all) => {
            let plain: Option<Vec<String>> = all.iter().map(as_text).collect();
            out.push(told(&plain.map_or_else(|| written.value.clone(), |it| it.join(" "))));
        }
        it => out.push(told(&as_text(&it).unwrap_or_else(|| written.value.clone()))),
    }
}

fn as_text(value: &PythonValue) -> Option<String> {
    match value {
        PythonValue::Text(it) => Some(it.clone()),
        PythonValue::Number(it) => Some(it.to_string()),
        PythonValue::Truth(it) => Some(it.to_string()),
        PythonValue::Nothing | PythonValue::Many(_) | PythonValue::Map(_) | PythonValue::Unread => None,
    }
}
