//! What correspondences ask of inputs, and numbers as programs write them. It knows no flag.

use crate::estimator::{FinetuneMethod, Inputs, ParameterId, Trainer, Value};

/// A parameter's number in some inputs; 0 where it is none.
pub fn number_of(inputs: &Inputs, id: ParameterId) -> f64 {
    match inputs.value(id) {
        Value::Number(it) => it,
        Value::Choice(_) | Value::Toggle(_) | Value::Model(_) | Value::List(_) => 0.0,
    }
}

/// A parameter's value, as links write it.
pub fn text_of(inputs: &Inputs, id: ParameterId) -> String {
    id.spec().write(&inputs.value(id))
}

/// The context of the model, where it is known.
pub fn context_of(inputs: &Inputs) -> Option<String> {
    inputs.model().map(|it| it.context_length).filter(|it| *it >= 1.0).map(|it| it.to_string())
}

/// Whether adapters are trained.
pub fn has_adapters(inputs: &Inputs) -> bool {
    method_of(inputs) != "Full"
}

/// Whether adapters are trained beside quantized weights.
pub fn is_qlora(inputs: &Inputs) -> bool {
    method_of(inputs) == "QLoRA"
}

fn method_of(inputs: &Inputs) -> String {
    text_of(inputs, ParameterId::FinetuneMethod)
}

/// What spreads the run.
pub fn trainer_of(inputs: &Inputs) -> Trainer {
    inputs.choice(ParameterId::Trainer)
}

/// Whether everything is trained in 16 bits, where what the weights are loaded in decides the recipe: neither FSDP2 nor
/// DeepSpeed asks for it.
pub fn is_whole_in_16_bits(inputs: &Inputs) -> bool {
    let is_own = matches!(trainer_of(inputs), Trainer::Fsdp2 | Trainer::DeepSpeed | Trainer::Megatron);
    inputs.choice::<FinetuneMethod>(ParameterId::FinetuneMethod) == FinetuneMethod::Full
        && !is_own
        && text_of(inputs, ParameterId::Precision) != "FP32"
}

/// A number as programs take it: `1e5`, `1_000`, and `k`, `m`, `g` of 1,000 or in capitals of 1,024, as vLLM does.
pub fn read_number(text: &str) -> Option<f64> {
    let text = text.trim_ascii();
    let (digits, factor) = match text.chars().next_back()? {
        'k' => (&text[..text.len() - 1], 1e3),
        'm' => (&text[..text.len() - 1], 1e6),
        'g' => (&text[..text.len() - 1], 1e9),
        'K' => (&text[..text.len() - 1], 1024.0),
        'M' => (&text[..text.len() - 1], 1024.0 * 1024.0),
        'G' => (&text[..text.len() - 1], 1024.0 * 1024.0 * 1024.0),
        _ => (text, 1.0),
    };
    let is_number = digits.starts_with(|it: char| it.is_ascii_digit() || it == '.' || it == '-');
    let digits = digits.replace("_", "");
    digits.parse::<f64>().ok().filter(|it| is_number && it.is_finite()).map(|it| it * factor)
}

/// Digits behind the point of a part that are kept.
const MOST_DIGITS: usize = 6;

/// Parts between commas or strokes, in whole numbers of the same proportions; the text itself where it is none, or
/// where a part has more digits than a whole number can take.
pub fn in_whole_parts(text: &str) -> String {
    let parts: Vec<_> = text.split([',', '/']).map(str::trim_ascii).filter(|it| !it.is_empty()).collect();
    let behind_point = |it: &&str| it.split_once('.').map_or(0, |it| it.1.trim_end_matches('0').len());
    let digits = parts.iter().map(behind_point).max().unwrap_or(0);
    if digits > MOST_DIGITS {
        return text.to_owned();
    }
    let scale = 10_f64.powi(digits as i32);
    let whole: Option<Vec<_>> = parts
        .iter()
        .map(|it| it.parse::<f64>().ok().filter(|it| it.is_finite()).map(|it| (it * scale).round().to_string()))
        .collect();
    whole.filter(|it| !it.is_empty()).map_or_else(|| text.to_owned(), |it| it.join(","))
}

/// Whether a value is another: `1e9` is 1000000000.
pub fn is_same_scalar(theirs: &str, value: &str) -> bool {
    theirs.eq_ignore_ascii_case(value) || read_number(theirs).is_some_and(|it| read_number(value) == Some(it))
}

/// Whether a value is a word of the table: capitals, the order of a list and its brackets do not matter.
pub fn is_same_words(theirs: &str, value: &str) -> bool {
    let sorted = |text: &str| {
        let lower = text.to_ascii_lowercase();
        let signs = [' ', ',', '[', ']', '"', '\''];
        let mut all: Vec<_> = lower.split(signs).filter(|it| !it.is_empty()).map(str::to_owned).collect();
        all.sort();
        all.dedup();
        all
    };
    let value = match value.trim_ascii() {
        "1" | "yes" if theirs == "true" => "true",
        "0" | "no" if theirs == "false" => "false",
        it => it,
    };
    theirs.eq_ignore_ascii_case(value) || sorted(theirs) == sorted(value)
}

/// What one flag says alone, and another beside it says more closely: adapters beside 4 bits, vLLM elsewhere, 16 bits
/// of either kind, constants that are quantized too.
const CLOSER: &[(ParameterId, &str, &str)] = &[
    (ParameterId::FinetuneMethod, "LoRA", "QLoRA"),
    (ParameterId::Rollout, "vllm-colocated", "elsewhere"),
    (ParameterId::Precision, "FP32", "FP16"),
    (ParameterId::Precision, "FP32", "BF16"),
    (ParameterId::Quantization, "nf4", "nf4-dq"),
];

/// Whether a value says less closely what another says.
pub fn is_weaker(id: ParameterId, text: &str, than: &str) -> bool {
    CLOSER.contains(&(id, text, than))
}
