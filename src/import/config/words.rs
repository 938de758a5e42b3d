//! The words in which the tables of kinds of models say which key states which parameter. It knows no kind of model.
//!
//! | word | means |
//! |---|---|
//! | `fact` | the code has it |
//! | `fact=value` | the code has this value |
//! | `fact:key` | stated at the key, or at the first of several that `\|` parts; else the model has it not |
//! | `fact:key=value` | the same, and the class that reads the file has this default |
//! | `?key=value` | only with this value was the code read, or where the key is absent |

use crate::estimator::ParameterId as Id;
use crate::import::config::config_part::ConfigPart;
use crate::import::config::sheet::{Origin, Sheet};
use crate::import::imported::{NotTaken, Whose};
use serde_json::Value as Json;

/// What activation functions are called in configurations, and in links.
const ACTIVATIONS: &[(&str, &str)] = &[
    ("silu", "silu"),
    ("swish", "silu"),
    ("gelu", "gelu"),
    ("gelu_pytorch_tanh", "gelu_tanh"),
    ("gelu_new", "gelu_new"),
    ("gelu_fast", "gelu_fast"),
    ("quick_gelu", "quick_gelu"),
    ("relu", "relu"),
    ("relu2", "relu2"),
];

/// What a configuration's name of an activation function is called in links.
pub fn activation_of(name: &str) -> Option<&'static str> {
    ACTIVATIONS.iter().find(|it| it.0 == name).map(|it| it.1)
}

/// Reads all words.
pub fn read_words(words: &str, part: &ConfigPart, sheet: &mut Sheet) {
    words.split_whitespace().for_each(|word| read_word(word, part, sheet));
}

fn read_word(word: &str, part: &ConfigPart, sheet: &mut Sheet) {
    let (name, default) = word.split_once('=').map_or((word, None), |(name, value)| (name, Some(value)));
    if let Some(key) = name.strip_prefix('?') {
        return check(key, default.unwrap_or("true"), part, sheet);
    }
    let (fact, keys) = name.split_once(':').map_or((name, None), |(fact, keys)| (fact, Some(keys)));
    // A word that names no parameter is a table's fault: a test reads all of them.
    let Some(id) = Id::from_key(fact) else { return };
    let Some(keys) = keys else { return sheet.code(id, default.unwrap_or("true")) };
    match part.first(keys.split('|')) {
        Some((key, found)) => match text_of(id, found) {
            Some(value) => sheet.state(id, &value, &part.place(key)),
            None => {
                let is_word = found.is_string() || found.is_array();
                let kind = if is_word { NotTaken::NoFormula } else { NotTaken::WrongType };
                sheet.out.leave(&part.place(key), &found.to_string(), kind);
            }
        },
        // `null` is a word of its own: there is none.
        None => {
            if let Some(value) = default.filter(|_| !keys.split('|').any(|key| part.has(key))) {
                let key = keys.split('|').next().unwrap_or(keys);
                sheet.put(id, value, Origin::Whose(Whose::DefaultOf(part.place(key))));
            }
        }
    }
}

fn check(key: &str, known: &str, part: &ConfigPart, sheet: &mut Sheet) {
    let Some(found) = part.get(key) else { return };
    if plain(found).is_none_or(|it| it != known) {
        sheet.out.leave(&part.place(key), &found.to_string(), NotTaken::NoFormula);
    }
}

/// A scalar as links write it.
fn plain(found: &Json) -> Option<String> {
    match found {
        Json::Bool(it) => Some(it.to_string()),
        Json::Number(it) => Some(it.as_f64()?.to_string()),
        Json::String(it) => Some(it.clone()),
        Json::Array(entries) if !entries.is_empty() && entries.iter().all(|it| it == &entries[0]) => plain(&entries[0]),
        Json::Null | Json::Array(_) | Json::Object(_) => None,
    }
}

/// A value as links write that of a parameter.
fn text_of(id: Id, found: &Json) -> Option<String> {
    match id {
        Id::Activation | Id::VisionActivation | Id::ProjectorActivation => {
            found.as_str().and_then(activation_of).map(str::to_owned)
        }
        // Lists of which the code uses the length alone.
        Id::DeepstackLayers | Id::NumCrossAttentionLayers | Id::AspectRatios => {
            found.as_array().map(|it| it.len().to_string())
        }
        _ => plain(found),
    }
}
