//! What kind of file something is, by its first bytes and, for JSON, by the keys it has. It reads no value.

use crate::import::imported::{NotTaken, Omitted};
use serde_json::{Value as Json, error::Category};

/// A kind of file that is read, with what it is as JSON.
#[derive(Clone, Debug, PartialEq)]
pub enum FileKind {
    /// A file of llama.cpp's: its header.
    Gguf,
    /// A file of safetensors: its header.
    Safetensors,
    /// The list of the files in which a model's tensors stand.
    SafetensorsIndex(Json),
    /// Transformers' configuration of a model.
    Config(Json),
    /// ModelOpt's own file about quantized weights, beside a configuration.
    QuantizationConfig(Json),
    /// Arguments of Megatron-LM.
    Megatron(Json),
    /// A notebook of Jupyter: the code of its cells.
    Notebook(String),
    /// Any other text: a launch, or what a program has printed.
    Text,
}

/// The first bytes of a GGUF file.
pub const GGUF_MAGIC: &[u8] = b"GGUF";

/// Keys of which a configuration of a model has one at least.
const OF_CONFIGS: &[&str] =
    &["model_type", "architectures", "text_config", "hidden_size", "num_hidden_layers", "n_embd", "d_model"];

/// How keys begin of which a configuration of DeepSpeed, of Accelerate, of an adapter, or arguments of a trainer have
/// one at least (`deepspeed/runtime/config.py`, `runtime/constants.py`).
const OF_LAUNCHES: &[&str] = &[
    "zero_",
    "train_",
    "fp16",
    "bf16",
    "optimizer",
    "scheduler",
    "gradient_",
    "activation_checkpointing",
    "steps_per_print",
    "wall_clock_breakdown",
    "communication_data_type",
    "comms_",
    "prescale_gradients",
    "torch_autocast",
    "data_types",
    "aio",
    "distributed_type",
    "compute_environment",
    "peft_type",
    "model_name_or_path",
    "per_device_",
    "base_model",
];

/// Keys of which an object of Megatron's arguments has one at least.
const OF_MEGATRON: &[&str] = &["args", "num-layers", "hidden-size", "world-size"];

impl FileKind {
    /// The kind of some bytes; else what is wrong with them.
    pub fn of(bytes: &[u8]) -> Result<Self, Omitted> {
        if bytes.starts_with(GGUF_MAGIC) {
            return Ok(Self::Gguf);
        }
        if is_safetensors(bytes) {
            return Ok(Self::Safetensors);
        }
        let start = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
        let begins = |with: u8| start.iter().find(|it| !it.is_ascii_whitespace()) == Some(&with);
        if !begins(b'{') && !begins(b'[') {
            let is_binary = start.iter().take(LOOKED_AT).any(|it| NOT_IN_TEXTS.contains(it));
            return if is_binary { Err(Omitted::whole(String::new(), NotTaken::UnknownFile)) } else { Ok(Self::Text) };
        }
        let plain = serde_json::from_slice::<Json>(start);
        let told =
            plain.or_else(|error| without_infinities(start).map_or(Err(error), |it| serde_json::from_slice(&it)));
        match told {
            Ok(told) => Self::of_json(told).ok_or_else(|| Omitted::whole(String::new(), NotTaken::UnknownFile)),
            // What a program has printed may begin with a time in brackets.
            Err(_) if begins(b'[') => Ok(Self::Text),
            Err(error) => {
                let why = match error.classify() {
                    Category::Eof => NotTaken::Truncated,
                    // No kind of error of its own: the crate stops at 128 levels.
                    _ if error.to_string().starts_with("recursion limit") => NotTaken::TooDeep,
                    _ => NotTaken::NotJson,
                };
                Err(Omitted::whole(format!("{}:{}", error.line(), error.column()), why))
            }
        }
    }

    /// The kind of an object, by the keys that one kind alone has.
    fn of_json(told: Json) -> Option<Self> {
        let has_any = |keys: &[&str]| keys.iter().any(|key| told.get(key).is_some());
        if let Some(code) = code_of_notebook(&told) {
            Some(Self::Notebook(code))
        } else if has_any(&["weight_map"]) {
            Some(Self::SafetensorsIndex(told))
        } else if has_any(&["producer"]) && has_any(&["quantization"]) {
            Some(Self::QuantizationConfig(told))
        } else if has_any(OF_CONFIGS) {
            Some(Self::Config(told))
        } else if has_any(OF_MEGATRON) {
            Some(Self::Megatron(told))
        } else {
            // Whose reader tells what it does not know.
            let is_of_launch = |key: &String| OF_LAUNCHES.iter().any(|it| key.starts_with(it));
            told.as_object().is_some_and(|it| it.keys().any(is_of_launch)).then_some(Self::Text)
        }
    }
}

/// The code of a notebook's cells, one behind the other; `None` where it is none (`nbformat` 4: a cell has its text in
/// lines, or as a whole).
fn code_of_notebook(told: &Json) -> Option<String> {
    told.get("nbformat")?;
    let is_code = |it: &&Json| it.get("cell_type").and_then(Json::as_str) == Some("code");
    let mut res = String::new();
    for cell in told.get("cells")?.as_array()?.iter().filter(is_code) {
        match cell.get("source") {
            Some(Json::Array(lines)) => lines.iter().filter_map(Json::as_str).for_each(|it| res.push_str(it)),
            Some(Json::String(whole)) => res.push_str(whole),
            _ => {}
        }
        res.push('\n');
    }
    Some(res)
}

/// What Python writes for numbers that JSON has not (`json.dumps`): Mamba's files have `Infinity` in `time_step_limit`.
const NO_NUMBERS: [&[u8]; 3] = [b"-Infinity", b"Infinity", b"NaN"];

/// The same with `null` in place of such numbers, which say no size; nothing where there are none.
fn without_infinities(bytes: &[u8]) -> Option<Vec<u8>> {
    let (mut res, mut at) = (Vec::with_capacity(bytes.len()), 0);
    let (mut is_quoted, mut has_any) = (false, false);
    while let Some(&byte) = bytes.get(at) {
        if !is_quoted && let Some(found) = NO_NUMBERS.iter().find(|it| bytes[at..].starts_with(it)) {
            (at, has_any) = (at + found.len(), true);
            res.extend_from_slice(b"null");
            continue;
        }
        is_quoted ^= byte == b'"';
        res.push(byte);
        // What is escaped ends no text.
        if is_quoted && byte == b'\\' {
            res.extend(bytes.get(at + 1));
            at += 1;
        }
        at += 1;
    }
    has_any.then_some(res)
}

/// Bytes of a text that are looked at for those that stand in none.
const LOOKED_AT: usize = 4096;

/// Bytes that no text has, which may have tabs, ends of lines and colours.
const NOT_IN_TEXTS: std::ops::RangeInclusive<u8> = 0..=6;

/// Whether some bytes begin with a length, which no text is that has a 0 in it, and an object.
pub fn is_safetensors(bytes: &[u8]) -> bool {
    bytes.get(8) == Some(&b'{') && bytes[..8].contains(&0)
}
