//! What kind of file something is, by its first bytes and, for JSON, by the keys it has. It reads no value.

use crate::import::imported::{NotTaken, Omitted};
use serde_json::{Value as Json, error::Category};

/// A kind of file that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// Transformers' configuration of a model.
    Config,
    /// ModelOpt's own file about quantized weights, beside a configuration.
    QuantizationConfig,
    /// Arguments of Megatron-LM.
    Megatron,
    /// Any other text: a launch.
    Text,
}

/// Keys of which a configuration of a model has one at least.
const OF_CONFIGS: &[&str] = &["model_type", "architectures", "hidden_size", "num_hidden_layers", "n_embd", "d_model"];

/// Keys of which an object of Megatron's arguments has one at least.
const OF_MEGATRON: &[&str] = &["args", "num-layers", "hidden-size", "world-size"];

impl FileKind {
    /// The kind of some bytes, and what they are as JSON; else what is wrong with them.
    pub fn of(bytes: &[u8]) -> Result<(Self, Json), Omitted> {
        let start = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
        if !matches!(start.iter().find(|it| !it.is_ascii_whitespace()), Some(b'{' | b'[')) {
            return Ok((Self::Text, Json::Null));
        }
        let told = serde_json::from_slice::<Json>(start).map_err(|error| {
            let why = match error.classify() {
                Category::Eof => NotTaken::Truncated,
                // No kind of error of its own: the crate stops at 128 levels.
                _ if error.to_string().starts_with("recursion limit") => NotTaken::TooDeep,
                _ => NotTaken::NotJson,
            };
            Omitted::whole(format!("{}:{}", error.line(), error.column()), why)
        })?;
        match Self::of_json(&told) {
            Some(kind) => Ok((kind, told)),
            None => Err(Omitted::whole(String::new(), NotTaken::UnknownFile)),
        }
    }

    /// The kind of an object, by the keys that one kind alone has.
    fn of_json(told: &Json) -> Option<Self> {
        let has_any = |keys: &[&str]| keys.iter().any(|key| told.get(key).is_some());
        if has_any(&["producer"]) && has_any(&["quantization"]) {
            Some(Self::QuantizationConfig)
        } else if has_any(OF_CONFIGS) {
            Some(Self::Config)
        } else if has_any(OF_MEGATRON) {
            Some(Self::Megatron)
        } else {
            // A configuration of DeepSpeed, whose reader tells what it does not know.
            told.as_object().is_some_and(|it| !it.is_empty()).then_some(Self::Text)
        }
    }
}
