//! Makes of `data/` what the program carries: `presets.txt` and `devices.txt`, models and devices as packed text,
//! `releases.txt`, when models were released, `repositories.txt`, where they are published, `aliases.txt`, by which
//! other names they are known, `published.txt`, in which format of few bits, and the table of number formats,
//! `formats.rs`. It judges no fact; `tests/catalog.rs` does.

use serde_json::{Map, Value};
use std::path::{Path, PathBuf};
use std::{env, fs};

macro_rules! facts {
    ($( $(#[$doc:meta])* $id:ident = $key:literal, $symbol:literal $(of $kind:ident)?; )*) => {
        /// The key and the symbol of every fact.
        pub const FACTS: &[(&str, &str)] = &[ $( ($key, $symbol) ),* ];
    };
}

#[path = "src/estimator/architecture/facts.rs"]
mod table;

/// Facts that `data/models.json` states and no formula reads.
const UNREAD: [&str; 7] = [
    "scaledEmbedding",
    "scaledResidual",
    "indexerTopK",
    "visionWindow",
    "visionFullLayers",
    "headDropout",
    "stochasticDepth",
];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/estimator/architecture/facts.rs");
    let models = read("data/models.json");
    write("presets.txt", &models.iter().map(preset).collect::<String>());
    write("repositories.txt", &models.iter().filter_map(repository).collect::<String>());
    write("aliases.txt", &models.iter().map(aliases).collect::<String>());
    write("published.txt", &models.iter().filter_map(published).collect::<String>());
    write("releases.txt", &models.iter().map(release).collect::<String>());
    let formats: String = read("data/quantization.json").iter().filter_map(format_row).collect();
    write("formats.rs", &format!("&[\n{formats}]"));
    write("devices.txt", &read("data/gpus.json").iter().map(device).collect::<String>());
}

/// The rows of a file, which is an array of objects.
fn read(file: &str) -> Vec<Map<String, Value>> {
    println!("cargo::rerun-if-changed={file}");
    let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{file}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn write(file: &str, text: &str) {
    let folder = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    fs::write(Path::new(&folder).join(file), text).unwrap_or_else(|error| panic!("{file}: {error}"));
}

fn text<'a>(row: &'a Map<String, Value>, key: &str) -> &'a str {
    row.get(key).and_then(Value::as_str).unwrap_or_else(|| panic!("no {key} in {row:?}"))
}

/// A model's line: `id|name|layout|parameters|context|symbol=value;…`, with a bar behind it where the model is
/// published without a head. Most ids begin as the name does in small letters: of those the rest stands behind a plus.
fn preset(row: &Map<String, Value>) -> String {
    let id = text(row, "id");
    let mut packed = Vec::new();
    if let Some(facts) = row.get("facts").and_then(Value::as_object) {
        // In the table's order: lines that resemble each other compress well.
        packed.extend(table::FACTS.iter().filter_map(|(key, symbol)| Some((*symbol, scalar(facts.get(*key)?)))));
        let unread = facts.keys().filter(|key| UNREAD.contains(&key.as_str())).count();
        assert_eq!(packed.len() + unread, facts.len(), "{id} states what the table does not know");
    }
    for list in ["depths", "widths", "projector"] {
        if let Some(numbers) = row.get(list).and_then(Value::as_array) {
            packed.push((list, numbers.iter().map(scalar).collect::<Vec<_>>().join(",")));
        }
    }
    let packed: Vec<_> = packed.into_iter().map(|(symbol, value)| format!("{symbol}={value}")).collect();
    let context =
        row.get("context_length").map_or(0, |it| it.as_u64().unwrap_or_else(|| panic!("context of {id}: {it}")));
    let [name, layout] = ["name", "layout"].map(|key| text(row, key));
    let named: String = name.chars().map(|it| if it == ' ' { '-' } else { it.to_ascii_lowercase() }).collect();
    assert!(!id.starts_with('+'), "{id}");
    let id = id.strip_prefix(&named).map_or_else(|| id.to_owned(), |rest| format!("+{rest}"));
    let head = row.get("head").map_or("", |it| if it == "none" { "|" } else { panic!("head of {id}: {it}") });
    format!("{id}|{name}|{layout}|{}|{context}|{}{head}\n", row["total_parameters"], packed.join(";"))
}

/// Where a model is published, unless nobody has said: `id|repository`. A file of its own, which the page's first view
/// need not have.
fn repository(row: &Map<String, Value>) -> Option<String> {
    let repository = row.get("huggingface_id")?.as_str().filter(|it| !it.is_empty())?;
    Some(format!("{}|{repository}\n", text(row, "id")))
}

/// Other names of a model of which somebody has looked up the context: `id|name`, without the publisher, and a third
/// field where that is not the model's own.
fn aliases(row: &Map<String, Value>) -> String {
    let line = |(name, context): (&String, &Value)| {
        let name = name.rsplit('/').next().unwrap_or(name);
        let own = if row.get("context_length") == Some(context) { String::new() } else { format!("|{context}") };
        format!("{}|{name}{own}\n", text(row, "id"))
    };
    row.get("contexts").and_then(Value::as_object).into_iter().flatten().map(line).collect()
}

/// In which format a model is published, and what that leaves in 16 bits: `id|format|parts`, the last where others than
/// most leave. None for 16 bits and more, for several formats in one checkpoint, and where nobody has looked.
fn published(row: &Map<String, Value>) -> Option<String> {
    let format =
        row.get("published_in")?.as_str().filter(|it| !matches!(*it, "bf16" | "fp16" | "fp32") && !it.contains('+'))?;
    let whole = row.get("published_whole").map_or_else(String::new, |_| format!("|{}", text(row, "published_whole")));
    Some(format!("{}|{format}{whole}\n", text(row, "id")))
}

/// When a model was released, in two letters: years from 2012, and months, from `a`. Two dots where nobody has read it.
fn release(row: &Map<String, Value>) -> String {
    let Some(release) = row.get("release").and_then(Value::as_str) else { return "..".to_owned() };
    let number = |text: Option<&str>| text.and_then(|it| it.parse::<u8>().ok());
    let year = release.get(..4).and_then(|it| it.parse::<u16>().ok()).and_then(|it| u8::try_from(it - 2012).ok());
    let (Some(year), Some(month)) = (year, number(release.get(5..7))) else { panic!("release {release}") };
    assert!(year < 26 && (1..=12).contains(&month), "release {release}");
    [year, month - 1].map(|it| char::from(b'a' + it)).iter().collect()
}

fn scalar(value: &Value) -> String {
    match value {
        Value::Bool(it) => u8::from(*it).to_string(),
        Value::String(it) => it.clone(),
        other => other.to_string(),
    }
}

/// A number format's row, unless nobody has seen its size.
fn format_row(row: &Map<String, Value>) -> Option<String> {
    let bits = row["bits_per_weight"].as_f64()?;
    let [id, name, family] = ["id", "name", "family"].map(|key| text(row, key));
    // "Q4_K_M (file mix)": the first word is what llama.cpp calls it.
    let mix = if family.starts_with("gguf") { name.split(' ').next().unwrap_or_default() } else { "" };
    Some(format!("    Format {{ id: {id:?}, mix: {mix:?}, bits_per_weight: {bits:?} }},\n"))
}

/// A device's line, as `catalog::devices` reads it. A row of Rust for each would be a struct with pointers, which
/// weighs three times as much in the download.
fn device(row: &Map<String, Value>) -> String {
    let [id, name, vendor, form] = ["id", "name", "vendor", "form"].map(|key| text(row, key));
    let generation = row.get("family").map_or("", |_| text(row, "family"));
    let number = |key: &str| row.get(key).map_or(0, |it| it.as_u64().unwrap_or_else(|| panic!("{key} of {id}: {it}")));
    let [sold, driver, visible] = ["memory_gib", "nvidia_smi_mib", "cuda_visible_mib"].map(number);
    let altered = if row.get("altered") == Some(&Value::Bool(true)) { "|altered" } else { "" };
    format!("{id}|{name}|{vendor}|{form}|{generation}|{sold}|{driver}|{visible}{altered}\n")
}
