//! What llama.cpp's log says of the run: the keys of its file, and its context. It knows no byte.

use crate::estimator::{Catalog, ParameterId as Id};
use crate::import::gguf::of_keys;
use crate::import::imported::{Imported, NotTaken};
use crate::import::log::told::{OF_PRINTED, ToldLines};
use serde_json::{Value as Json, json};

/// What the context prints, and the parameters that say the same.
const NAMES: &[(&str, Id)] = &[
    ("n_ctx", Id::SequenceLength),
    ("n_ubatch", Id::Ubatch),
    ("n_seq_max", Id::ParallelSlots),
    ("offloaded", Id::GpuLayers),
    ("flash_attn", Id::FlashAttention),
    ("kv_unified", Id::KvUnified),
    ("swa_full", Id::SwaFull),
    ("K", Id::KvPrecision),
    ("V", Id::KvPrecisionValues),
];

/// Where the context's lines begin.
const OF_CONTEXT: &[&str] = &["llama_context:", "llama_new_context_with_model:", "llama_init_from_model:"];

/// Reads a line, from 1.
pub fn read_line(at: usize, line: &str, lines: &mut ToldLines) {
    let words: Vec<&str> = line.split_whitespace().collect();
    let behind = |mark: &str| line.split_once(mark).map(|it| it.1.trim_ascii());
    // "- kv   3:   llama.block_count u32   = 32"
    if let Some(told) = behind("llama_model_loader: - kv ").and_then(|it| Some(it.split_once(':')?.1.trim_ascii())) {
        let (front, value) = told.split_once('=').unwrap_or((told, ""));
        let mut front = front.split_whitespace();
        if let (Some(key), Some(kind)) = (front.next(), front.next()) {
            let value = value_of(kind, value.trim_ascii());
            if lines.keys.len() < MOST_KEYS {
                lines.keys.insert(key.to_owned(), value);
            }
        }
    }
    for (name, _) in NAMES.iter().filter(|_| OF_CONTEXT.iter().any(|it| words.contains(it))) {
        let found = words.windows(3).find(|it| it[0] == *name && it[1] == "=");
        if let Some([.., value]) = found {
            ToldLines::set(&mut lines.context, name, value, at);
        }
    }
    if line.contains("using full-size SWA cache") {
        ToldLines::set(&mut lines.context, "swa_full", "true", at);
    }
    // "offloaded 33/33 layers to GPU": all of them is what is done anyway, and the output is one more than the layers.
    let offloaded = behind("offloaded ").and_then(|it| it.split_once("layers to GPU"));
    if let Some((there, _)) =
        offloaded.and_then(|it| it.0.trim_ascii().split_once('/')).filter(|(there, all)| there != all)
    {
        ToldLines::set(&mut lines.context, "offloaded", there, at);
    }
    // "K (f16): 256.00 MiB, V (f16): 256.00 MiB"
    if line.contains("kv_cache") || line.contains("KV self size") {
        for name in ["K", "V"] {
            if let Some(kind) = behind(&format!(" {name} (")).and_then(|it| it.split(')').next()) {
                ToldLines::set(&mut lines.context, name, kind, at);
            }
        }
    }
}

/// Keys of a file that are kept.
const MOST_KEYS: usize = 4096;

fn value_of(kind: &str, text: &str) -> Json {
    match kind {
        "str" => json!(text),
        "bool" => json!(text == "true"),
        // "arr[str,128256]": its length.
        _ if kind.starts_with("arr[") => {
            let n = kind.trim_end_matches("]").split(',').nth(1).and_then(|it| it.parse::<u64>().ok());
            n.map_or(Json::Null, |it| json!(it))
        }
        _ => serde_json::from_str(text).unwrap_or(Json::Null),
    }
}

/// The parameter's value for what is printed.
fn written(id: Id, value: &str) -> String {
    let value = match (id, value) {
        (Id::FlashAttention, "1" | "enabled" | "on") => "true",
        (Id::FlashAttention, "0" | "disabled" | "off") => "false",
        (Id::KvPrecision | Id::KvPrecisionValues, "f16") => "FP16",
        _ => value,
    };
    value.to_owned()
}

/// What the lines mean.
pub fn of_lines(lines: ToldLines, catalog: &Catalog) -> Imported {
    let mut res = Imported::of("llama.cpp");
    if !lines.keys.is_empty() {
        res.join(of_keys(lines.keys, catalog));
    } else if !lines.model.keys().is_empty() {
        res.join(of_keys(lines.model.keys(), catalog));
        match lines.model.format() {
            Some((name, Ok(format))) => res.take(Id::Quantization, format, name),
            Some((name, Err(text))) => res.leave(name, &text, NotTaken::NoFormula),
            None => {}
        }
    }
    res.assume(Id::Engine, "llamacpp", OF_PRINTED);
    for it in &lines.context {
        let Some((name, id)) = NAMES.iter().find(|row| row.0 == it.name) else { continue };
        // "auto" is what is done anyway.
        if it.value != "auto" {
            res.take_on(Some(it.line), *id, written(*id, &it.value), name);
        }
    }
    res
}
