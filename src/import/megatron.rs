//! Arguments of Megatron-LM's `pretrain_gpt.py` as inputs. Whatever changes memory and is not known here is refused by
//! its name, so that no figure is that of another run. It does not know latent attention, state spaces, FP8, FP16, and
//! other programs than that one; nothing in a BERT's arguments says that it is one, so that a `case` beside them that
//! names another program is refused.
//!
//! Defaults are those of `megatron/training/arguments.py` and `megatron/core/transformer/transformer_config.py`.

mod known;

use crate::estimator::{Catalog, Inputs, Mode, ParameterId};
use crate::import::imported::{Imported, NotTaken, Whose};
use crate::import::own_source::{OwnDefault, OwnSource};
use known::{KNOWN_AS, READ, SAID_BY, WITHOUT_POSITIONS, WITHOUT_TERM};
use serde_json::{Map, Value as Json};

/// The tokenizer's words where no `vocab-size` is given: GPT-2's, which `pretrain_gpt.py` is run with in Megatron's own
/// tests.
const GPT2_WORDS: f64 = 50_257.0;

/// The tokenizer that reads nothing, whose words are one more than it is told
/// (`core/tokenizers/text/libraries/null_tokenizer.py`).
const NULL_TOKENIZER: &str = "NullTokenizer";

/// Where nothing says how many words there are.
const WORDS_OF_GPT2: Whose = Whose::ProgramsOwn(OwnSource::of(OwnDefault::WordsOfGpt2));

/// How cases of other programs than `pretrain_gpt.py` begin.
const OTHER_PROGRAMS: &[&str] = &["bert/", "t5/", "retro/", "multimodal", "mimo/", "hybrid/", "nemotron/"];

/// Why arguments are no inputs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportRefusal {
    /// An argument, with its value, of which nobody read what it changes.
    Unread {
        /// Its name.
        key: String,
        /// What is given.
        value: String,
    },
    /// Several of those.
    Several(Vec<ImportRefusal>),
    /// An argument without which nothing is known.
    Missing(&'static str),
    /// No object of arguments.
    NotArguments,
}

/// The inputs that a JSON object of arguments means: names without dashes in front, `world-size` and, where it is
/// known, `gpu` (`a100`, `h100`, `gb200`) beside them. An object that has them under `args`, beside `world_size` and
/// `gpu`, is taken as well.
///
/// # Errors
/// Says which argument is missing, or changes what nobody read.
pub fn of_megatron(told: &Json) -> Result<Inputs, ImportRefusal> {
    arguments_of_megatron(told)?.inputs.ok_or(ImportRefusal::NotArguments)
}

/// The same as what is taken of the arguments.
///
/// # Errors
/// Says which argument is missing, or changes what nobody read.
pub fn arguments_of_megatron(told: &Json) -> Result<Imported, ImportRefusal> {
    let told = told.as_object().ok_or(ImportRefusal::NotArguments)?;
    let nested = told.get("args").and_then(Json::as_object);
    // A case of Megatron's own tests names the program in front of it.
    let case = told.get("case").and_then(Json::as_str);
    if let Some(case) = case.filter(|case| OTHER_PROGRAMS.iter().any(|it| case.starts_with(it))) {
        return Err(ImportRefusal::Unread { key: "case".to_owned(), value: case.to_owned() });
    }
    let mut arguments = nested.unwrap_or(told).clone();
    if nested.is_some() {
        for (key, own) in [("world-size", "world_size"), ("gpu", "gpu")] {
            if let Some(it) = told.get(own).filter(|it| !it.is_null()) {
                arguments.insert(key.to_owned(), it.clone());
            }
        }
    }
    let arguments = Arguments(arguments);
    arguments.check()?;
    let mut res = Imported::of("megatron");
    let is_assumed = arguments.text("vocab-size").is_none();
    for (key, value) in arguments.parameters()? {
        match ParameterId::from_key(key) {
            Some(ParameterId::VocabSize) if is_assumed => {
                res.assume(ParameterId::VocabSize, value, WORDS_OF_GPT2);
            }
            Some(id) => res.take(id, value, "pretrain_gpt.py"),
            None => {}
        }
    }
    let is_idle = |key: &str| WITHOUT_TERM.contains(&key) || key == WITHOUT_POSITIONS;
    let without_bytes = arguments.0.iter().filter(|it| is_idle(it.0));
    for (key, value) in without_bytes {
        res.leave(key, &value.to_string(), NotTaken::Idle);
    }
    Ok(res.conclude(Mode::Train, &Catalog::default()))
}

/// Whether some arguments, by their names, say what a parameter is.
pub fn is_said(id: ParameterId, arguments: &[String]) -> bool {
    let named = |names: &[&str]| names.iter().any(|name| arguments.iter().any(|it| it == name));
    SAID_BY.iter().any(|it| it.0 == id && named(it.1))
}

struct Arguments(Map<String, Json>);

impl Arguments {
    fn text(&self, key: &str) -> Option<String> {
        match self.0.get(key)? {
            Json::Null => None,
            Json::String(it) => Some(it.clone()),
            it => Some(it.to_string()),
        }
    }

    fn number(&self, key: &str) -> Option<f64> {
        self.text(key)?.parse().ok()
    }

    fn required(&self, key: &'static str) -> Result<f64, ImportRefusal> {
        self.number(key).filter(|it| *it >= 1.0).ok_or(ImportRefusal::Missing(key))
    }

    fn is_on(&self, key: &str) -> bool {
        self.text(key).is_some_and(|it| it != "false")
    }

    /// What positions are said to be: an older argument than the type counts (`validate_args`).
    fn positions_said(&self) -> Option<String> {
        let is_rotary = self.is_on("use-rotary-position-embeddings");
        is_rotary.then(|| "rope".to_owned()).or_else(|| self.text("position-embedding-type"))
    }

    /// Whether nothing is told that changes memory and is not read.
    fn check(&self) -> Result<(), ImportRefusal> {
        let mut unread = Vec::new();
        for key in self.0.keys() {
            let value = self.text(key).unwrap_or_default();
            let known_as = KNOWN_AS.iter().find(|it| it.0 == key);
            let is_known = known_as.map_or_else(
                || {
                    let key = key.as_str();
                    READ.contains(&key)
                        || WITHOUT_TERM.contains(&key)
                        || key == WITHOUT_POSITIONS && self.positions_said().as_deref() == Some("rope")
                },
                |it| it.1 == value,
            );
            if !is_known && value != "false" {
                unread.push(ImportRefusal::Unread { key: key.clone(), value });
            }
        }
        if unread.len() > 1 {
            return Err(ImportRefusal::Several(unread));
        }
        if let Some(one) = unread.pop() {
            return Err(one);
        }
        if self.is_on("bf16") { Ok(()) } else { Err(ImportRefusal::Missing("bf16")) }
    }

    /// Keys of links with their values.
    fn parameters(&self) -> Result<Vec<(&'static str, String)>, ImportRefusal> {
        let or = |key, default: f64| self.number(key).unwrap_or(default);
        let unread =
            |key: &str| ImportRefusal::Unread { key: key.to_owned(), value: self.text(key).unwrap_or_default() };
        let (layers, hidden) = (self.required("num-layers")?, self.required("hidden-size")?);
        let (heads, sequence) = (self.required("num-attention-heads")?, self.required("seq-length")?);
        let (world, batch) = (self.required("world-size")?, self.required("micro-batch-size")?);
        let degree = |key| or(key, 1.0).max(1.0);
        let tensor = degree("tensor-model-parallel-size");
        let (pipeline, context) = (degree("pipeline-model-parallel-size"), degree("context-parallel-size"));
        let data = world / (tensor * pipeline * context);
        if data < 1.0 || data.fract() != 0.0 {
            return Err(unread("world-size"));
        }
        let is_gated = self.is_on("swiglu");
        // `4·h`, of which SwiGLU has two thirds, rounded down to 64.
        let inner = if is_gated { (4.0 * hidden * 2.0 / 3.0 / 64.0).floor() * 64.0 } else { 4.0 * hidden };
        let keys = if self.is_on("group-query-attention") { or("num-query-groups", 1.0) } else { heads };
        let stages = match self.number("num-layers-per-virtual-pipeline-stage") {
            Some(of_stage) => layers / pipeline / of_stage,
            None => degree("num-virtual-stages-per-pipeline-rank"),
        };
        if stages.fract() != 0.0 {
            return Err(unread("num-layers-per-virtual-pipeline-stage"));
        }
        let micro_batches = (or("global-batch-size", batch * data) / (batch * data)).max(1.0);
        let norm = match self.text("normalization").as_deref() {
            None | Some("LayerNorm") => "layer",
            Some("RMSNorm") => "rms",
            Some(_) => return Err(unread("normalization")),
        };
        let positions = match self.positions_said().as_deref() {
            None | Some("learned_absolute") => "learned",
            Some("rope") => "rotary",
            Some("none") => "none",
            Some(_) => return Err(unread("position-embedding-type")),
        };
        let attention = match self.text("attention-backend").as_deref() {
            None | Some("auto" | "flash" | "fused") => "sdpa",
            Some("unfused") if !self.is_on("use-flash-attn") => "eager",
            Some(_) => return Err(unread("attention-backend")),
        };
        // Where both are said it is this that counts (`validate_args`).
        let is_selective = self.is_on("recompute-activations").then(|| "selective".to_owned());
        let recompute = match is_selective.or_else(|| self.text("recompute-granularity")).as_deref() {
            None => "none",
            Some("selective") => "selective",
            Some("full") => "full",
            Some(_) => return Err(unread("recompute-granularity")),
        };
        let dispatcher = match self.text("moe-token-dispatcher-type").as_deref() {
            None | Some("allgather") => "allgather",
            Some("alltoall") => "alltoall",
            Some(_) => return Err(unread("moe-token-dispatcher-type")),
        };
        let tokenizer = self.text("tokenizer-type");
        let words = match (self.number("vocab-size"), tokenizer.as_deref()) {
            (Some(words), Some(NULL_TOKENIZER)) => words + 1.0,
            (Some(words), _) => words,
            (None, None | Some("GPT2BPETokenizer")) => GPT2_WORDS,
            (None, Some(_)) => return Err(ImportRefusal::Missing("vocab-size")),
        };
        let has_bias = (!self.is_on("disable-bias-linear")).to_string();
        let mut res = vec![
            ("numLayers", layers.to_string()),
            ("hiddenSize", hidden.to_string()),
            ("intermediateSize", or("ffn-hidden-size", inner).to_string()),
            ("numAttentionHeads", heads.to_string()),
            ("numKeyValueHeads", keys.to_string()),
            ("headDim", or("kv-channels", (hidden / heads).floor()).to_string()),
            ("vocabSize", words.to_string()),
            ("tieWordEmbeddings", (!self.is_on("untie-embeddings-and-output-weights")).to_string()),
            ("gatedMlp", is_gated.to_string()),
            ("norm", norm.to_owned()),
            ("positions", positions.to_owned()),
            ("qkvBias", has_bias.clone()),
            ("outputBias", has_bias.clone()),
            ("mlpBias", has_bias),
            ("residualDropout", or("hidden-dropout", 0.1).to_string()),
            ("attentionDropout", or("attention-dropout", 0.1).to_string()),
            ("attention", attention.to_owned()),
            ("precision", "BF16".to_owned()),
            ("optimizer", "AdamW".to_owned()),
            ("recipe", "master".to_owned()),
            ("sequenceLength", sequence.to_string()),
            ("batchSize", batch.to_string()),
            ("trainer", "megatron".to_owned()),
            ("gpuCount", world.to_string()),
            ("tensorParallel", tensor.to_string()),
            ("sequenceParallel", (self.is_on("sequence-parallel") && tensor > 1.0).to_string()),
            ("pipelineParallel", pipeline.to_string()),
            ("contextParallel", context.to_string()),
            ("distributedOptimizer", self.is_on("use-distributed-optimizer").to_string()),
            ("recompute", recompute.to_owned()),
            ("deterministic", self.is_on("deterministic-mode").to_string()),
            ("virtualStages", stages.to_string()),
            ("schedule", if stages > 1.0 { "interleaved" } else { "1f1b" }.to_owned()),
            ("microBatches", micro_batches.to_string()),
        ];
        if let Some(experts) = self.number("num-experts") {
            let inner = or("ffn-hidden-size", inner);
            res.extend([
                ("numExperts", experts.to_string()),
                ("numActiveExperts", or("moe-router-topk", 2.0).to_string()),
                ("moeIntermediateSize", or("moe-ffn-hidden-size", inner).to_string()),
                ("sharedIntermediateSize", or("moe-shared-expert-intermediate-size", 0.0).to_string()),
                ("activation", if is_gated { "silu" } else { "gelu" }.to_owned()),
                ("expertParallel", degree("expert-model-parallel-size").to_string()),
                ("expertTensorParallel", or("expert-tensor-parallel-size", tensor).to_string()),
                ("tokenDispatcher", dispatcher.to_owned()),
                ("groupedGemm", self.is_on("moe-grouped-gemm").to_string()),
            ]);
        }
        if positions == "learned" {
            res.push(("learnedPositions", or("max-position-embeddings", sequence).to_string()));
        }
        if self.is_on("qk-layernorm") {
            res.push(("qkNorm", "per_head".to_owned()));
        }
        match self.text("gpu").as_deref() {
            Some("a100") => res.push(("gpuFamily", "ampere".to_owned())),
            Some("h100" | "h200") => res.push(("gpuFamily", "hopper".to_owned())),
            Some("b200" | "gb200") => res.push(("gpuFamily", "blackwell-dc".to_owned())),
            None => {}
            Some(_) => return Err(unread("gpu")),
        }
        Ok(res)
    }
}
