//! What kind of file something is, by its first bytes and, for JSON, by the keys it has. It reads no value.

use serde_json::Value as Json;

/// A kind of file that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A file of llama.cpp's: its header.
    Gguf,
    /// A file of safetensors: its header.
    Safetensors,
    /// The list of the files in which a model's tensors stand.
    SafetensorsIndex,
    /// Transformers' configuration of a model.
    Config,
    /// ModelOpt's own file about quantized weights, beside a configuration.
    QuantizationConfig,
    /// Arguments of Megatron-LM.
    Megatron,
    /// Any other text: what programs have printed.
    Log,
}

/// The first bytes of a GGUF file.
pub const GGUF_MAGIC: &[u8] = b"GGUF";

impl FileKind {
    /// The kind of something that is no JSON.
    pub fn of_bytes(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(GGUF_MAGIC) {
            return Some(Self::Gguf);
        }
        // Eight bytes of length, and an object.
        if bytes.len() > 8
            && bytes[8] == b'{'
            && bytes[..8].iter().any(|it| !matches!(it, b' '..=b'~' | b'\n' | b'\r' | b'\t'))
        {
            return Some(Self::Safetensors);
        }
        (!is_json(bytes)).then_some(Self::Log)
    }

    /// The kind of an object, by the keys that one kind alone has.
    pub fn of_json(told: &Json) -> Option<Self> {
        let has = |key: &str| told.get(key).is_some();
        let words = told.get("args").unwrap_or(told);
        if has("weight_map") {
            Some(Self::SafetensorsIndex)
        } else if has("producer") && has("quantization") {
            Some(Self::QuantizationConfig)
        } else if has("model_type") || has("architectures") {
            Some(Self::Config)
        } else if words.get("num-layers").is_some() || words.get("micro-batch-size").is_some() {
            Some(Self::Megatron)
        } else {
            None
        }
    }
}

/// Whether the first byte that is no white space begins an object or a list.
fn is_json(bytes: &[u8]) -> bool {
    matches!(bytes.iter().find(|it| !it.is_ascii_whitespace()), Some(b'{' | b'['))
}
