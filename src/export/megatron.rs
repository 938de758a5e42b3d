//! Megatron-LM's arguments of a run. The reader of arguments (`import`) is asked whether they say the same; what it
//! does not hear back is lost.

use crate::estimator::{Inputs, Mode, ParameterId as Id, Trainer, Value};
use crate::export::exported::{ExportRefusal, Exported, Lost};
use crate::export::machines::Machines;
use crate::import::launch::{number_of, text_of};
use crate::import::of_megatron;
use serde_json::{Map, Value as Json};
use std::fmt::Write;

/// Numbers that arguments have too.
const NUMBERS: &[(&str, Id)] = &[
    ("num-layers", Id::NumLayers),
    ("hidden-size", Id::HiddenSize),
    ("ffn-hidden-size", Id::IntermediateSize),
    ("num-attention-heads", Id::NumAttentionHeads),
    ("kv-channels", Id::HeadDim),
    ("hidden-dropout", Id::ResidualDropout),
    ("attention-dropout", Id::AttentionDropout),
    ("seq-length", Id::SequenceLength),
    ("micro-batch-size", Id::BatchSize),
    ("tensor-model-parallel-size", Id::TensorParallel),
    ("pipeline-model-parallel-size", Id::PipelineParallel),
    ("context-parallel-size", Id::ContextParallel),
];

/// Arguments without a value, and what they mean.
const SWITCHES: &[(&str, Id, &str)] = &[
    ("swiglu", Id::GatedMlp, "true"),
    ("disable-bias-linear", Id::MlpBias, "false"),
    ("untie-embeddings-and-output-weights", Id::TieWordEmbeddings, "false"),
    ("sequence-parallel", Id::SequenceParallel, "true"),
    ("use-distributed-optimizer", Id::DistributedOptimizer, "true"),
    ("deterministic-mode", Id::Deterministic, "true"),
    ("qk-layernorm", Id::QkNorm, "per_head"),
];

/// Arguments with a word, and what it means.
const WORDS: &[(&str, &str, Id, &str)] = &[
    ("normalization", "RMSNorm", Id::Norm, "rms"),
    ("normalization", "LayerNorm", Id::Norm, "layer"),
    ("position-embedding-type", "rope", Id::Positions, "rotary"),
    ("position-embedding-type", "learned_absolute", Id::Positions, "learned"),
    ("position-embedding-type", "none", Id::Positions, "none"),
    ("attention-backend", "unfused", Id::Attention, "eager"),
    ("recompute-granularity", "selective", Id::Recompute, "selective"),
    ("recompute-granularity", "full", Id::Recompute, "full"),
];

/// What the program does not start without, and no parameter says (`training/arguments.py`, `validate_args`).
const REQUIRED: &[(&str, &str)] = &[("mock-data", "true"), ("train-iters", "100"), ("lr", "0.0001")];

/// A launch of `pretrain_gpt.py`.
pub fn export(inputs: &Inputs) -> Result<Exported, ExportRefusal> {
    let mode = inputs.mode();
    if mode != Mode::Train {
        return Err(ExportRefusal::Mode(mode));
    }
    let wants = |id: Id, value: &str| ExportRefusal::Wants { id, value: value.to_owned() };
    if inputs.choice::<Trainer>(Id::Trainer) != Trainer::Megatron {
        return Err(wants(Id::Trainer, "megatron"));
    }
    for (id, value) in
        [(Id::Precision, "BF16"), (Id::Optimizer, "AdamW"), (Id::FinetuneMethod, "Full"), (Id::Layout, "decoder")]
    {
        if text_of(inputs, id) != value {
            return Err(wants(id, value));
        }
    }
    if number_of(inputs, Id::NumExperts) > 1.0 {
        return Err(wants(Id::NumExperts, "1"));
    }
    let mut all: Vec<(&str, String)> = NUMBERS.iter().map(|(name, id)| (*name, text_of(inputs, *id))).collect();
    let mut add = |name: &'static str, value: String| all.push((name, value));
    let (heads, keys) = (number_of(inputs, Id::NumAttentionHeads), number_of(inputs, Id::NumKeyValueHeads));
    if heads != keys {
        add("group-query-attention", "true".to_owned());
        add("num-query-groups", keys.to_string());
    }
    // The program switches it off itself where no layer is shared out (`validate_args`).
    let is_off = |id: Id| id == Id::SequenceParallel && number_of(inputs, Id::TensorParallel) <= 1.0;
    for (name, id, text) in SWITCHES {
        if !is_off(*id) && inputs.has_effect(*id) && text_of(inputs, *id) == *text {
            add(name, "true".to_owned());
        }
    }
    for (name, word, id, text) in WORDS {
        if inputs.has_effect(*id) && text_of(inputs, *id) == *text {
            add(name, (*word).to_owned());
        }
    }
    if text_of(inputs, Id::Recompute) == "full" {
        add("recompute-method", "uniform".to_owned());
        add("recompute-num-layers", "1".to_owned());
    }
    let is_learned = text_of(inputs, Id::Positions) == "learned";
    let positions = if is_learned { Id::LearnedPositions } else { Id::SequenceLength };
    add("max-position-embeddings", text_of(inputs, positions));
    // The tokenizer that reads nothing has one word more than it is told.
    add("tokenizer-type", "NullTokenizer".to_owned());
    add("vocab-size", (number_of(inputs, Id::VocabSize) - 1.0).to_string());
    for (name, value) in REQUIRED {
        add(name, (*value).to_owned());
    }
    let stages = number_of(inputs, Id::VirtualStages);
    if stages > 1.0 {
        add("num-virtual-stages-per-pipeline-rank", stages.to_string());
    }
    let degrees = [Id::TensorParallel, Id::PipelineParallel, Id::ContextParallel].map(|id| number_of(inputs, id));
    let data = number_of(inputs, Id::DataParallel);
    let gpus = degrees.iter().product::<f64>() * data;
    // Degrees that are no shares of the GPUs would be of others.
    if gpus != number_of(inputs, Id::GpuCount) {
        return Err(wants(Id::GpuCount, &gpus.to_string()));
    }
    let global = number_of(inputs, Id::MicroBatches) * number_of(inputs, Id::BatchSize) * data;
    add("global-batch-size", global.to_string());
    add("bf16", "true".to_owned());
    let mut asked: Map<String, Json> =
        all.iter().map(|(name, value)| ((*name).to_owned(), Json::String(value.clone()))).collect();
    asked.insert("world-size".to_owned(), Json::String(gpus.to_string()));
    let lost = match of_megatron(&Json::Object(asked)) {
        Ok(heard) => lost(inputs, &heard),
        Err(_) => return Err(ExportRefusal::Shape),
    };
    let mut text = String::new();
    let machines = Machines::of(gpus);
    text += &machines.map_or_else(|| format!("torchrun --nproc_per_node {gpus}"), Machines::of_torchrun);
    text += " pretrain_gpt.py";
    for (name, value) in &all {
        // Writing to a text cannot fail.
        let _ = write!(text, " \\\n  --{name}");
        if value != "true" {
            let _ = write!(text, " {value}");
        }
    }
    text.push('\n');
    Ok(Exported { text, run_by: None, lost, machines })
}

/// What the arguments do not say: a model by name, whose shape they say, is not lost as long as its facts are heard.
fn lost(inputs: &Inputs, heard: &Inputs) -> Vec<Lost> {
    let differs = |id: &&Id| {
        let is_counted = matches!(**id, Id::Model | Id::ModelSize | Id::Layout);
        let is_unread = inputs.has_effect(**id) || inputs.given(**id).is_some();
        !is_counted && is_unread && inputs.value(**id) != heard.value(**id)
    };
    let used = Id::ALL.iter().filter(|id| id.use_in(Mode::Train).is_some());
    let all = used.filter(differs).map(|id| Lost { id: *id, value: text_of(inputs, *id) });
    all.filter(|it| !matches!(inputs.value(it.id), Value::List(_))).collect()
}
