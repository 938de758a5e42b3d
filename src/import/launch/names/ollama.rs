//! Names of Ollama's library, and the presets that they mean. It knows no file.

use crate::estimator::{Catalog, Model};
use crate::import::launch::names::formats::{NamedFormat, of_mix};
use crate::import::launch::names::presets::{NamedModel, is_separator, model_named};
use std::sync::Arc;

/// A model of the library: sizes of its tags with presets, the first of which is `latest`, and how llama.cpp calls the
/// type of those tags that say none.
struct Shelf {
    name: &'static str,
    mix: &'static str,
    sizes: &'static [(&'static str, &'static str)],
}

macro_rules! shelves {
    ($( $name:literal $mix:literal $( $size:literal = $preset:literal ),+; )*) => {
        &[ $( Shelf { name: $name, mix: $mix, sizes: &[ $( ($size, $preset) ),+ ] } ),* ]
    };
}

/// What most tags are.
const USUAL: &str = "Q4_K_M";

/// Models of the library that have presets, with the types that https://ollama.com/library says of their tags.
const SHELVES: &[Shelf] = shelves! {
    "llama3.1" "Q4_K_M" "8b" = "llama-3.1-8b", "70b" = "llama-3.1-70b", "405b" = "llama-3.1-405b";
    "llama3.2" "Q4_K_M" "3b" = "llama-3.2-3b";
    "llama3.2" "Q8_0" "1b" = "llama-3.2-1b";
    "llama3.3" "Q4_K_M" "70b" = "llama-3.3-70b-instruct";
    "llama3" "Q4_0" "8b" = "meta-llama-3-8b", "70b" = "meta-llama-3-70b";
    "llama2" "Q4_0" "7b" = "llama-2-7b-hf", "13b" = "llama-2-13b-hf", "70b" = "llama-2-70b-hf";
    "llama3.2-vision" "Q4_K_M" "11b" = "llama-3.2-11b-vision-instruct", "90b" = "llama-3.2-90b-vision-instruct";
    "llama4" "Q4_K_M" "16x17b" = "llama-4-scout-17b-16e-instruct", "scout" = "llama-4-scout-17b-16e-instruct",
        "128x17b" = "llama-4-maverick-17b-128e-instruct", "maverick" = "llama-4-maverick-17b-128e-instruct";
    "codellama" "Q4_0" "7b" = "codellama-7b-hf", "13b" = "codellama-13b-hf", "34b" = "codellama-34b-hf",
        "70b" = "codellama-70b-hf";
    "qwen2.5" "Q4_K_M" "7b" = "qwen2.5-7b", "0.5b" = "qwen2.5-0.5b", "1.5b" = "qwen2.5-1.5b", "3b" = "qwen2.5-3b",
        "14b" = "qwen2.5-14b", "32b" = "qwen2.5-32b", "72b" = "qwen2.5-72b";
    "qwen2.5-coder" "Q4_K_M" "7b" = "qwen2.5-coder-7b-instruct", "0.5b" = "qwen2.5-coder-0.5b-instruct",
        "1.5b" = "qwen2.5-coder-1.5b-instruct", "3b" = "qwen2.5-coder-3b-instruct",
        "14b" = "qwen2.5-coder-14b-instruct", "32b" = "qwen2.5-coder-32b-instruct";
    "qwen2.5vl" "Q4_K_M" "7b" = "qwen2.5-vl-7b-instruct", "3b" = "qwen2.5-vl-3b-instruct",
        "32b" = "qwen2.5-vl-32b-instruct", "72b" = "qwen2.5-vl-72b-instruct";
    "qwen3" "Q4_K_M" "8b" = "qwen3-8b", "0.6b" = "qwen3-0.6b", "1.7b" = "qwen3-1.7b", "4b" = "qwen3-4b",
        "14b" = "qwen3-14b", "30b-a3b" = "qwen3-30b-a3b", "30b" = "qwen3-30b-a3b", "32b" = "qwen3-32b",
        "235b-a22b" = "qwen3-235b-a22b", "235b" = "qwen3-235b-a22b";
    "qwen3-coder" "Q4_K_M" "30b-a3b" = "qwen3-coder-30b-a3b-instruct", "30b" = "qwen3-coder-30b-a3b-instruct",
        "480b-a35b" = "qwen3-coder-480b-a35b-instruct", "480b" = "qwen3-coder-480b-a35b-instruct";
    "qwen3-vl" "Q4_K_M" "8b" = "qwen3-vl-8b-instruct", "2b" = "qwen3-vl-2b-instruct", "4b" = "qwen3-vl-4b-instruct",
        "30b" = "qwen3-vl-30b-a3b-instruct", "32b" = "qwen3-vl-32b-instruct", "235b" = "qwen3-vl-235b-a22b-instruct";
    "qwq" "Q4_K_M" "32b" = "qwq-32b";
    "deepseek-r1" "Q4_K_M" "8b" = "deepseek-r1-0528-qwen3-8b", "8b-llama-distill" = "deepseek-r1-distill-llama-8b",
        "1.5b" = "deepseek-r1-distill-qwen-1.5b", "7b" = "deepseek-r1-distill-qwen-7b",
        "14b" = "deepseek-r1-distill-qwen-14b", "32b" = "deepseek-r1-distill-qwen-32b",
        "70b" = "deepseek-r1-distill-llama-70b", "671b" = "deepseek-r1";
    "deepseek-v3" "Q4_K_M" "671b" = "deepseek-v3";
    "deepseek-coder-v2" "Q4_0" "16b" = "deepseek-coder-v2-lite-instruct", "236b" = "deepseek-coder-v2-instruct";
    "gemma3" "Q4_K_M" "4b" = "gemma-3-4b-it", "1b" = "gemma-3-1b-it", "12b" = "gemma-3-12b-it",
        "27b" = "gemma-3-27b-it";
    "gemma3" "Q8_0" "270m" = "gemma-3-270m";
    "gemma3n" "Q4_K_M" "e4b" = "gemma-3n-e4b-it", "e2b" = "gemma-3n-e2b-it";
    "gemma2" "Q4_0" "9b" = "gemma-2-9b", "2b" = "gemma-2-2b", "27b" = "gemma-2-27b";
    "mistral" "Q4_K_M" "7b" = "mistral-7b-instruct-v0.3";
    "mistral-nemo" "Q4_0" "12b" = "mistral-nemo-instruct-2407";
    "mistral-small" "Q4_K_M" "24b" = "mistral-small-24b-instruct-2501";
    "mistral-small3.1" "Q4_K_M" "24b" = "mistral-small-3.1-24b-instruct-2503";
    "mistral-small3.2" "Q4_K_M" "24b" = "mistral-small-3.2-24b-instruct-2506";
    "mixtral" "Q4_0" "8x7b" = "mixtral-8x7b-instruct-v0.1", "8x22b" = "mixtral-8x22b-instruct-v0.1";
    "phi4" "Q4_K_M" "14b" = "phi-4";
    "phi4-mini" "Q4_K_M" "3.8b" = "phi-4-mini-instruct";
    "phi3.5" "Q4_0" "3.8b" = "phi-3.5-mini-instruct";
    "gpt-oss" "MXFP4" "20b" = "gpt-oss-20b", "120b" = "gpt-oss-120b";
    "granite3.3" "Q4_K_M" "8b" = "granite-3.3-8b-instruct", "2b" = "granite-3.3-2b-instruct";
    "tinyllama" "Q4_0" "1.1b" = "tinyllama-1.1b-chat-v1.0";
};

/// Words of tags that change no shape.
const TUNED: &[&str] = &["instruct", "it", "chat", "text", "base", "thinking", "distill"];

/// Which of Ollama's words for types are not llama.cpp's.
const TYPES: &[(&str, &str)] = &[("fp16", "F16"), ("fp32", "F32")];

/// What stands in front of a name of Hugging Face.
const HUBS: &[&str] = &["hf.co/", "huggingface.co/"];

/// What stands in front of a name of the library, where it is said.
const LIBRARIES: &[&str] = &["registry.ollama.ai/library/", "library/"];

fn without<'a>(name: &'a str, fronts: &[&str]) -> Option<&'a str> {
    fronts.iter().find_map(|it| name.strip_prefix(it))
}

/// Whether a name is one of the library, and of no file or other publisher.
pub fn is_of_library(name: &str) -> bool {
    let name = without(name, LIBRARIES).unwrap_or(name);
    !name.contains(is_separator) && !name.to_ascii_lowercase().ends_with(".gguf")
}

/// What Ollama runs by a name: a tag of its library, a repository of Hugging Face, or a file.
pub fn of_ollama(name: &str, catalog: &Catalog) -> NamedModel {
    let name = name.trim_ascii();
    if !is_of_library(name) {
        return model_named(without(name, HUBS).unwrap_or(name), catalog);
    }
    let name = without(name, LIBRARIES).unwrap_or(name).to_ascii_lowercase();
    let (name, tag) = name.split_once(':').unwrap_or((&name, "latest"));
    let found = shelved(name, tag).filter(|it| it.2.is_some());
    let (model, format): (Option<Arc<Model>>, _) = match found {
        Some((preset, mix, said)) => {
            (catalog.model(preset).cloned(), said.flatten().or_else(|| (mix != USUAL).then(|| of_mix(mix))))
        }
        None => (None, None),
    };
    NamedModel { model, is_tuned: false, context: None, format }
}

/// The preset of a tag, the type of tags that say none, and what this one says; of the last `None` where it says
/// something else that is not known.
fn shelved(name: &str, tag: &str) -> Option<(&'static str, &'static str, Option<Option<NamedFormat>>)> {
    let mut shelves = SHELVES.iter().filter(|it| it.name == name);
    if tag == "latest" {
        let shelf = shelves.next()?;
        return Some((shelf.sizes.first()?.1, shelf.mix, Some(None)));
    }
    let behind = |size: &str| tag.strip_prefix(size).filter(|it| it.is_empty() || it.starts_with('-'));
    let sizes = shelves.flat_map(|shelf| shelf.sizes.iter().map(move |it| (shelf, it)));
    let fitting = sizes.filter_map(|(shelf, (size, preset))| Some((size.len(), preset, shelf.mix, behind(size)?)));
    let (_, preset, mix, rest) = fitting.max_by_key(|it| it.0)?;
    let mut words = rest.split('-').filter(|it| !it.is_empty() && !TUNED.contains(it));
    let said = match (words.next(), words.next()) {
        (None, _) => Some(None),
        (Some(word), None) if is_type(word) => {
            let mix = TYPES.iter().find(|it| it.0 == word).map_or(word, |it| it.1);
            Some(Some(of_mix(mix)))
        }
        _ => None,
    };
    Some((preset, mix, said))
}

/// Whether a word is one of those that say a type of tensors.
fn is_type(word: &str) -> bool {
    let digits = word.strip_prefix("iq").or_else(|| word.strip_prefix('q')).or_else(|| word.strip_prefix("bf"));
    digits.or_else(|| word.strip_prefix("fp")).is_some_and(|it| it.starts_with(|it: char| it.is_ascii_digit()))
}
