//! Number formats of quantized weights, from `data/quantization.json`. It knows no model and no engine.

/// How weights are stored.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Format {
    /// Its name in links.
    pub id: &'static str,
    /// What llama.cpp calls it; empty for formats of other engines.
    pub mix: &'static str,
    /// Bits that a weight takes with its share of scales and zero points.
    pub bits_per_weight: f64,
}

/// Every format whose size is known.
pub static FORMATS: &[Format] = include!(concat!(env!("OUT_DIR"), "/formats.rs"));

/// The format with a name in links.
pub fn format(id: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|it| it.id == id)
}
