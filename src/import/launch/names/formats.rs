//! Formats of weights that the names of files and repositories end with. It knows no model.

use crate::estimator::catalog::formats::FORMATS;
use crate::estimator::{Inputs, ParameterId, Precision, Quantization};

/// What the end of a name says of the weights' format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NamedFormat {
    /// The name says which, by its id in links.
    Said(&'static str),
    /// The name says the kind, of which this is the usual one.
    Usual(&'static str),
    /// 16 bits and more, in whatever kind of file: llama.cpp's format of that width.
    Wide(&'static str),
    /// One whose size is not known here.
    Unknown(String),
}

/// Ends of names of repositories in lower case, the longest of a kind first, and the format that is usual by that name:
/// what `config.json` says there of most that are published under it. Those of weights of so many bits beside
/// activations are compressed-tensors' schemes of that name (`PRESET_SCHEMES` in `quant_scheme.py`): symmetric, W4A16
/// in groups of 128, W8A8 and W8A16 with a scale for each channel. Of those without one the size is in no name:
/// layers are left in 16 bits, or the format itself is not known here.
const ENDS: &[(&str, &str)] = &[
    ("-unsloth-bnb-4bit", ""),
    ("-bnb-4bit", "nf4-dq"),
    ("-bnb-8bit", "llm-int8"),
    ("-awq-int4", "awq-4bit-g128"),
    ("-awq-4bit", "awq-4bit-g128"),
    ("-int4-awq", "awq-4bit-g128"),
    ("-awq", "awq-4bit-g128"),
    ("-gptq-int8", "gptq-8bit-g128"),
    ("-gptq-8bit", "gptq-8bit-g128"),
    ("-gptq-int4", "gptq-4bit-g128"),
    ("-gptq-4bit", "gptq-4bit-g128"),
    ("-gptq", "gptq-4bit-g128"),
    ("-fp8-block", "fp8-block128"),
    ("-fp8-dynamic", "fp8-per-tensor"),
    ("-fp8-kv", "fp8-per-tensor"),
    ("-fp8", "fp8-per-tensor"),
    ("-nvfp4a16", "nvfp4"),
    ("-nvfp4", "nvfp4"),
    ("-fp4", "nvfp4"),
    ("-mxfp4", ""),
    ("-quantized.w8a8", "int8-plain"),
    ("-quantized.w8a16", "int8-plain"),
    ("-quantized.w4a16", "int4-g128"),
    ("-w8a8", "int8-plain"),
    ("-w8a16", "int8-plain"),
    ("-w4a16-g128", "int4-g128"),
    ("-w4a16", "int4-g128"),
    ("-mlx-4bit", ""),
    ("-mlx-8bit", ""),
    ("-int4", ""),
    ("-int8", ""),
    ("-4bit", ""),
    ("-8bit", ""),
    ("-exl2", ""),
    ("-exl3", ""),
    ("-hqq", ""),
];

/// Publishers whose `-FP8` has a scale for each block of 128 × 128 (`weight_block_size` in their `config.json`).
const IN_BLOCKS: &[&str] = &["qwen", "deepseek-ai", "minimaxai", "moonshotai"];

/// The format of GPT-OSS, of whose files of llama.cpp no tensors but the experts' are known here.
pub const FOUR_BITS: &str = "mxfp4";

/// Formats that come nearest to those whose size is in no name, by what stands at the end of the name of each.
const NEAREST: &[(&str, &str)] = &[
    ("unsloth-bnb-4bit", "bnb-4bit"),
    ("Q2_K_XL", "Q2_K"),
    ("Q4_K_XL", "Q4_K_M"),
    ("Q5_K_XL", "Q5_K_M"),
    ("Q4_0", "Q4_K_S"),
    ("Q5_0", "Q5_K_S"),
];

/// The formats that come nearest to one whose size is not known here, as names say them.
pub fn nearest_formats(unknown: &str) -> Vec<&'static str> {
    NEAREST.iter().filter(|it| trimmed(unknown, it.0).len() < unknown.len()).map(|it| it.1).take(1).collect()
}

/// The folder in which somebody has checkpoints of their own, whose names may end with a format's in links.
pub const HERE: &str = ".";

/// Signs that part a name from its format.
const PARTS: [char; 4] = ['-', '.', ':', '_'];

/// The name without what some text at its end says, where a sign parts both; capitals do not matter.
fn without_end<'a>(name: &'a str, end: &str) -> Option<&'a str> {
    let at = name.len().checked_sub(end.len()).filter(|at| name.is_char_boundary(*at))?;
    let front = name[at..].eq_ignore_ascii_case(end).then(|| &name[..at])?;
    front.strip_suffix(PARTS)
}

/// The name without some text at its end.
fn trimmed<'a>(name: &'a str, end: &str) -> &'a str {
    let at = name.len().checked_sub(end.len()).filter(|at| name.is_char_boundary(*at));
    at.filter(|at| name[*at..].eq_ignore_ascii_case(end)).map_or(name, |at| &name[..at])
}

/// Formats of whole files by what llama.cpp calls them.
pub fn mixes() -> impl Iterator<Item = (&'static str, &'static str)> {
    FORMATS.iter().filter(|it| is_file(it.id)).map(|it| (it.mix, it.id))
}

/// Whether a format is one of whole files of llama.cpp.
pub fn is_file(id: &str) -> bool {
    id.starts_with("gguf-file-") || matches!(id, "gguf-bf16" | "gguf-f32")
}

/// Whether a word is one of those with which llama.cpp names formats.
fn is_like_mix(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    let digits = word.strip_prefix("iq").or_else(|| word.strip_prefix("tq")).or_else(|| word.strip_prefix('q'));
    digits.is_some_and(|it| it.starts_with(|it: char| it.is_ascii_digit())) || word.starts_with("mxfp4")
}

/// What a mix by itself says; those that Unsloth calls `UD` have other layers in other formats.
pub fn of_mix(word: &str) -> NamedFormat {
    match mixes().find(|it| it.0.eq_ignore_ascii_case(word)) {
        Some((_, id)) => NamedFormat::Said(id),
        None => NamedFormat::Unknown(word.to_owned()),
    }
}

/// The name without `-00001-of-00003`.
fn without_part(name: &str) -> &str {
    let is_number = |it: &str| it.len() == 5 && it.bytes().all(|it| it.is_ascii_digit());
    let parts: Vec<&str> = name.rsplitn(4, '-').collect();
    match parts[..] {
        [last, "of", first, front] if is_number(last) && is_number(first) => front,
        _ => name,
    }
}

/// The name without the end of a file, and without the format of its weights, which is told. `owner` publishes it.
pub fn without_format<'a>(name: &'a str, owner: &str) -> (&'a str, Option<NamedFormat>) {
    let (name, tag) = match name.rsplit_once(':') {
        Some((front, tag)) if !tag.is_empty() => (front, Some(tag)),
        _ => (name, None),
    };
    let file = trimmed(name, ".gguf");
    let is_file = file.len() < name.len();
    let repository = trimmed(without_part(file), "-gguf");
    // Another's scheme of quantizing, by which mradermacher calls repositories and files.
    let stem = trimmed(repository, "-i1");
    if let Some(tag) = tag {
        return (stem, Some(of_mix(tag)));
    }
    let by_id = FORMATS.iter().filter_map(|it| Some((without_end(stem, it.id)?, it.id))).max_by_key(|it| it.1.len());
    if let Some((front, id)) = by_id.filter(|_| owner == HERE) {
        return (front, Some(NamedFormat::Said(id)));
    }
    let longest = mixes().filter_map(|(mix, id)| Some((without_end(stem, mix)?, mix, id))).max_by_key(|it| it.1.len());
    if let Some((front, mix, id)) = longest {
        // Of a repository of whole checkpoints it is the type of their tensors.
        let is_of_llama_cpp = is_file || repository.len() < file.len();
        let is_wide = matches!(mix, "F32" | "F16" | "BF16");
        return match without_end(front, "ud") {
            None if is_wide && !is_of_llama_cpp => (front, Some(NamedFormat::Wide(id))),
            Some(front) => (front, Some(NamedFormat::Unknown(format!("UD-{mix}")))),
            None => (trimmed(front, ".i1"), Some(NamedFormat::Said(id))),
        };
    }
    let is_of_llama_cpp = is_file || repository.len() < file.len();
    if is_of_llama_cpp && let Some((front, last)) = stem.rsplit_once(['-', '.']).filter(|it| is_like_mix(it.1)) {
        let front = ["ud", "qat"].iter().find_map(|it| without_end(front, it)).unwrap_or(front);
        return (front, Some(NamedFormat::Unknown(last.to_owned())));
    }
    let found = ENDS.iter().find(|it| trimmed(stem, it.0).len() < stem.len());
    let Some((end, id)) = found else { return (stem, None) };
    let is_in_blocks = *end == "-fp8" && IN_BLOCKS.iter().any(|it| it.eq_ignore_ascii_case(owner));
    let format = match *id {
        "" => NamedFormat::Unknown(stem[stem.len() - end.len() + 1..].to_owned()),
        _ if is_in_blocks => NamedFormat::Usual("fp8-block128"),
        id => NamedFormat::Usual(id),
    };
    (trimmed(stem, end), Some(format))
}

/// The format of llama.cpp's file that holds the weights as they are; `None` where there is none.
pub fn file_format(inputs: &Inputs) -> Option<&'static str> {
    match (inputs.choice(ParameterId::Quantization), inputs.choice(ParameterId::Precision)) {
        (Quantization::Format(it), _) if is_file(it.id) => Some(it.id),
        (Quantization::None, Precision::Fp32) => Some("gguf-f32"),
        (Quantization::None, Precision::Fp16) => Some("gguf-file-f16"),
        (Quantization::None, Precision::Bf16) => Some("gguf-bf16"),
        _ => None,
    }
}
