//! Small bar charts beside two modes: SFT against DPO against GRPO, and the make-up of a multimodal sequence. Shares
//! are of the longest bar or of the whole.

use crate::estimator::expr::Face;
use crate::estimator::plan::vllm_start::{self, StartRefusal};
use crate::estimator::{
    Algorithm, BatchUnit, Bytes, DEFAULT_METHOD, Inputs, MemoryUnit, Mode, ParameterId, Value, activation_comparison,
    capacity, number_of_prompts, sequence_parts, total as total_of,
};
use crate::locale::ComparisonTexts;
use crate::present::formula::mathml;
use crate::present::numbers;

/// One bar.
#[derive(Clone, Debug, PartialEq)]
pub struct Strip {
    /// What it stands for.
    pub label: String,
    /// Its amount with its unit.
    pub amount: String,
    /// Its length, from 0 to 1.
    pub share: f64,
}

/// The activations of SFT, DPO and GRPO as the document compares them.
pub fn preference(inputs: &Inputs, unit: MemoryUnit, texts: &ComparisonTexts) -> Vec<Strip> {
    let it = activation_comparison(inputs);
    strips(inputs, [it.sft, it.dpo, it.grpo].map(|formula| Some(formula.bytes())), unit, texts)
}

/// The peaks of SFT, DPO and GRPO: the same model, formats and lengths with one sequence a prompt, two, and a group.
/// Each of the latter two has the reference that its trainer has, unless another was chosen.
pub fn calibrated_preference(inputs: &Inputs, unit: MemoryUnit, texts: &ComparisonTexts) -> Vec<Strip> {
    let prompts = number_of_prompts(inputs);
    let peak = |inputs: Inputs| total_of(DEFAULT_METHOD, &inputs);
    let with = |id, value| move |it: Inputs| it.with(id, value).ok();
    let of_prompts = || with(ParameterId::BatchSize, Value::Number(prompts));
    let trained_by = |algorithm: Algorithm| {
        let unit = with(ParameterId::BatchUnit, Value::Choice(BatchUnit::Prompts as usize));
        let res = with(ParameterId::Algorithm, Value::Choice(algorithm as usize))(inputs.clone());
        res.and_then(unit).and_then(of_prompts()).and_then(peak)
    };
    let tuned = of_prompts()(inputs.seen_as(Mode::Finetune)).and_then(peak);
    strips(inputs, [tuned, trained_by(Algorithm::Dpo), trained_by(Algorithm::Grpo)], unit, texts)
}

fn strips(inputs: &Inputs, amounts: [Option<Bytes>; 3], unit: MemoryUnit, texts: &ComparisonTexts) -> Vec<Strip> {
    let longest = amounts.iter().flatten().map(|bytes| bytes.count()).fold(f64::MIN_POSITIVE, f64::max);
    let k = numbers::count(inputs.value(ParameterId::NumGenerations).number());
    // What has no answer has no bar, and is not nothing.
    let strip = |(label, bytes): (String, Option<Bytes>)| Strip {
        label,
        amount: bytes.map_or("–".to_owned(), |it| numbers::amount(it, unit)),
        share: bytes.map_or(0.0, |it| it.count() / longest),
    };
    (texts.preference_bars)(&k).into_iter().zip(amounts).map(strip).collect()
}

/// What has room on the GPU under vLLM.
pub struct Fits {
    /// How that comes about.
    pub note: String,
    /// Names and amounts: what vLLM may take, what the rest takes, what is left, tokens, sequences.
    pub rows: Vec<(String, String)>,
    /// The formula of the pool in symbols, as MathML.
    pub formula: String,
}

/// That not all sequences have room in vLLM's pool at once, as a sentence; `None` where they have, and for other
/// engines.
pub fn waiting(inputs: &Inputs, texts: &ComparisonTexts) -> Option<String> {
    let (fitting, asked) = (capacity(inputs)?.sequences.value().floor(), inputs.value(ParameterId::BatchSize).number());
    (fitting < asked).then(|| (texts.capacity_waits)(&numbers::count(fitting), &numbers::count(asked)))
}

/// What vLLM's pool has room for, as a sentence; `None` for other engines.
pub fn room(inputs: &Inputs, texts: &ComparisonTexts) -> Option<String> {
    let it = capacity(inputs)?;
    let (tokens, sequences) = (numbers::count(it.tokens.value().floor()), numbers::count(it.sequences.value().floor()));
    Some((texts.capacity_room)(&tokens, &sequences, &length(inputs)))
}

/// Why a run does not start, as a sentence.
pub fn cannot_start(inputs: &Inputs, refusal: StartRefusal, unit: MemoryUnit, texts: &ComparisonTexts) -> String {
    let (gpu, used) = gpu_and_share(inputs, unit);
    match refusal {
        StartRefusal::LongerThanPositions(it) => {
            (texts.capacity_beyond)(&numbers::count(it.length), &numbers::count(it.positions))
        }
        StartRefusal::NoBfloat16 => texts.capacity_bfloat16.to_owned(),
        StartRefusal::FormatBeyondGpu { format, from } => (texts.capacity_format)(format, from.name()),
        StartRefusal::ShortStep { tokens, sequences } => {
            (texts.capacity_step)(&numbers::count(tokens), &numbers::count(sequences))
        }
        StartRefusal::ShareNotFree { free } => (texts.capacity_taken)(&gpu, &used, &numbers::amount(free, unit)),
        StartRefusal::NoPool => (texts.capacity_none)(&gpu, &used),
        StartRefusal::ShortPool => {
            let tokens = capacity(inputs).map_or(0.0, |it| it.tokens.value().floor());
            (texts.capacity_short)(&numbers::count(tokens), &length(inputs))
        }
    }
}

fn gpu_and_share(inputs: &Inputs, unit: MemoryUnit) -> (String, String) {
    let gpu = inputs.value(ParameterId::GpuMemory).number() * ParameterId::GpuMemory.spec().unit.factor();
    let used = numbers::percent(inputs.value(ParameterId::GpuMemoryUtilization).number());
    (numbers::amount(Bytes::new(gpu), unit), used)
}

fn length(inputs: &Inputs) -> String {
    numbers::count(inputs.value(ParameterId::SequenceLength).number())
}

/// What has room on the GPU; nothing where the engine makes no pool.
pub fn fits(inputs: &Inputs, unit: MemoryUnit, texts: &ComparisonTexts) -> Option<Fits> {
    let it = capacity(inputs)?;
    let amounts = [
        numbers::amount(it.taken.bytes(), unit),
        numbers::amount(it.rest.bytes(), unit),
        numbers::amount(it.pool.bytes(), unit),
        numbers::count(it.tokens.value().floor()),
        numbers::plain(it.sequences.value(), 1),
    ];
    let refusal = vllm_start::refusal(inputs, &it);
    let note = refusal.map(|it| cannot_start(inputs, it, unit, texts)).unwrap_or_else(|| {
        let (gpu, used) = gpu_and_share(inputs, unit);
        let note = (texts.capacity_note)(&gpu, &used, inputs.choice(ParameterId::EngineVersion));
        note + &waiting(inputs, texts).unwrap_or_default()
    });
    let rows = (texts.capacity_rows)(&length(inputs)).into_iter().zip(amounts);
    Some(Fits { note, rows: rows.collect(), formula: mathml(&it.pool.layout(Face::Symbols)) })
}

/// The tokens of text, images, video and audio, and their sum.
pub fn sequence(inputs: &Inputs, texts: &ComparisonTexts) -> (Vec<Strip>, String) {
    let it = sequence_parts(inputs);
    let tokens = [it.text, it.images, it.video, it.audio].map(|formula| formula.value());
    let total: f64 = tokens.iter().sum();
    let strip = |(label, tokens): (&str, f64)| Strip {
        label: label.to_owned(),
        amount: numbers::count(tokens),
        share: tokens / total,
    };
    (texts.sequence_parts.into_iter().zip(tokens).map(strip).collect(), numbers::count(total))
}
