//! Calls of scripts that are known, by their names. It knows no argument.

use crate::import::launch::field::Tool;
use crate::import::launch::scripts::parsed::PythonCall;
use crate::import::launch::tools::scripts::{
    LLM_CLASS, SCRIPT_OF_GROUPS, SCRIPT_OF_PAIRS, SCRIPT_OF_SFT, SCRIPT_OF_TRAINER, SERVED_BY_TRANSFORMERS,
};
use crate::import::launch::tools::trl::{GROUPS, PREFERENCE, SFT};
use std::collections::BTreeMap;

/// What a script does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScriptKind {
    /// It trains by TRL's `SFTTrainer`.
    Sft,
    /// By its `DPOTrainer`.
    Pairs,
    /// By its `GRPOTrainer`.
    Groups,
    /// By Transformers' `Trainer`.
    Trainer,
    /// It runs a model by Transformers.
    Served,
    /// By vLLM's `LLM`.
    Llm,
}

impl ScriptKind {
    /// What its calls are told.
    pub const fn tool(self) -> &'static Tool {
        match self {
            Self::Sft => &SCRIPT_OF_SFT,
            Self::Pairs => &SCRIPT_OF_PAIRS,
            Self::Groups => &SCRIPT_OF_GROUPS,
            Self::Trainer => &SCRIPT_OF_TRAINER,
            Self::Served => &SERVED_BY_TRANSFORMERS,
            Self::Llm => &LLM_CLASS,
        }
    }

    /// What TRL's own parser takes of a command line.
    pub const fn parsed_by(self) -> &'static Tool {
        match self {
            Self::Pairs => &PREFERENCE,
            Self::Groups => &GROUPS,
            Self::Sft | Self::Trainer | Self::Served | Self::Llm => &SFT,
        }
    }

    /// Whether it trains by TRL.
    pub const fn is_of_trl(self) -> bool {
        matches!(self, Self::Sft | Self::Pairs | Self::Groups)
    }

    /// Whether it trains.
    pub const fn trains(self) -> bool {
        !matches!(self, Self::Served | Self::Llm)
    }
}

/// What a call is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallKind {
    /// Arguments of a trainer.
    Arguments(ScriptKind),
    /// A trainer, which is told of a model and may be told of more.
    Trainer(ScriptKind),
    /// `LoraConfig`.
    Adapter,
    /// Adapters that Unsloth makes.
    UnslothAdapter,
    /// `BitsAndBytesConfig`.
    Bits,
    /// A model that Transformers loads.
    Load,
    /// A model that Unsloth loads.
    UnslothLoad,
    /// Transformers' `pipeline`.
    Pipeline,
    /// PEFT's preparation of quantized weights.
    Prepare,
    /// `gradient_checkpointing_enable`.
    Checkpoint,
    /// vLLM's engine.
    Vllm,
    /// A backward pass that no trainer runs.
    Backward,
    /// A tokenizer at work.
    Tokenize,
    /// A model that Transformers runs at work.
    Generate,
    /// A trainer for which there are no formulas.
    Uncovered(&'static str),
    /// A part of a run for which there are none.
    Refused,
}

impl CallKind {
    /// Whether it names what is run.
    pub const fn is_load(self) -> bool {
        matches!(self, Self::Load | Self::UnslothLoad | Self::Pipeline | Self::Vllm)
    }

    /// Whether it alone says that a text is such a script.
    pub const fn begins(self) -> bool {
        !matches!(self, Self::Backward | Self::Tokenize | Self::Generate | Self::Checkpoint)
    }
}

/// Trainers for which there are no formulas, by how their names and those of their arguments begin.
const UNCOVERED: &[(&str, &str)] = &[
    ("KTO", "KTOTrainer"),
    ("ORPO", "ORPOTrainer"),
    ("CPO", "CPOTrainer"),
    ("PPO", "PPOTrainer"),
    ("RLOO", "RLOOTrainer"),
    ("Reward", "RewardTrainer"),
    ("OnlineDPO", "OnlineDPOTrainer"),
    ("GKD", "GKDTrainer"),
    ("NashMD", "NashMDTrainer"),
    ("XPO", "XPOTrainer"),
    ("BCO", "BCOTrainer"),
    ("PRM", "PRMTrainer"),
    ("SentenceTransformer", "SentenceTransformerTrainer"),
];

/// Other ways to make adapters, and other formats, without formulas.
const REFUSED: &[&str] = &[
    "AdaLoraConfig",
    "IA3Config",
    "LoHaConfig",
    "LoKrConfig",
    "VeraConfig",
    "OFTConfig",
    "BOFTConfig",
    "PrefixTuningConfig",
    "PromptTuningConfig",
    "PromptEncoderConfig",
    "GPTQConfig",
    "AwqConfig",
    "HqqConfig",
    "QuantoConfig",
    "TorchAoConfig",
    "EetqConfig",
    "Mxfp4Config",
    "FbgemmFp8Config",
    "FineGrainedFP8Config",
    "AutoModelForTokenClassification.from_pretrained",
    "AutoModelForQuestionAnswering.from_pretrained",
];

/// How classes end that load a model with a head of their own.
pub const CLASSIFIES: &str = "ForSequenceClassification";
/// The same for hidden words.
pub const MASKS: &str = "ForMaskedLM";

/// How classes end that load a model.
const LOADING: &[&str] = &[
    "ForCausalLM",
    "ForConditionalGeneration",
    "ForImageTextToText",
    "ForVision2Seq",
    "ForSeq2SeqLM",
    "ForMultimodalLM",
    CLASSIFIES,
    MASKS,
    "AutoModel",
];

/// Classes that are made of others, which are followed.
const MOST_BASES: usize = 4;

/// What a call is of a class that a script makes of others, too.
pub fn kind_in(call: &PythonCall, bases: &BTreeMap<&str, &str>) -> Option<CallKind> {
    let mut name = call.path.as_str();
    let mut own = call.clone();
    for _ in 0..MOST_BASES {
        match (kind_of(&own), bases.get(name)) {
            (None, Some(base)) => {
                name = base;
                own.path = (*base).to_owned();
            }
            (it, _) => return it,
        }
    }
    None
}

/// What a call is; `None` where it says nothing of memory, or nobody looked.
fn kind_of(call: &PythonCall) -> Option<CallKind> {
    let (owner, name) = call.path.rsplit_once('.').unwrap_or(("", &call.path));
    let class = owner.rsplit('.').next().unwrap_or_default();
    let is_unsloth = class.starts_with("Fast") && class.ends_with("Model");
    Some(match name {
        "SFTConfig" | "UnslothTrainingArguments" => CallKind::Arguments(ScriptKind::Sft),
        "DPOConfig" => CallKind::Arguments(ScriptKind::Pairs),
        "GRPOConfig" => CallKind::Arguments(ScriptKind::Groups),
        "TrainingArguments" | "Seq2SeqTrainingArguments" => CallKind::Arguments(ScriptKind::Trainer),
        "SFTTrainer" | "UnslothTrainer" => CallKind::Trainer(ScriptKind::Sft),
        "DPOTrainer" => CallKind::Trainer(ScriptKind::Pairs),
        "GRPOTrainer" => CallKind::Trainer(ScriptKind::Groups),
        "Trainer" | "Seq2SeqTrainer" => CallKind::Trainer(ScriptKind::Trainer),
        "LoraConfig" => CallKind::Adapter,
        "get_peft_model" if is_unsloth => CallKind::UnslothAdapter,
        "BitsAndBytesConfig" => CallKind::Bits,
        "from_pretrained" if is_unsloth => CallKind::UnslothLoad,
        "from_pretrained" if class.ends_with("WithValueHead") => CallKind::Uncovered("PPOTrainer"),
        "from_pretrained" if class.starts_with("AutoPeft") => return None,
        "from_pretrained" if LOADING.iter().any(|it| class.ends_with(it)) => CallKind::Load,
        "pipeline" if owner.is_empty() || owner == "transformers" => CallKind::Pipeline,
        "prepare_model_for_kbit_training" => CallKind::Prepare,
        "gradient_checkpointing_enable" => CallKind::Checkpoint,
        "LLM" | "EngineArgs" | "AsyncEngineArgs" => CallKind::Vllm,
        "backward" => CallKind::Backward,
        "tokenizer" => CallKind::Tokenize,
        "generate" => CallKind::Generate,
        _ if REFUSED.contains(&name) || REFUSED.contains(&call.path.as_str()) => CallKind::Refused,
        _ => {
            let own = name.strip_suffix("Config").or_else(|| name.strip_suffix("Trainer"))?;
            CallKind::Uncovered(UNCOVERED.iter().find(|it| it.0 == own)?.1)
        }
    })
}

/// Whether a tokenizer cuts what a model is to say, which is no part of what it reads.
pub fn is_of_labels(call: &PythonCall) -> bool {
    call.arguments.iter().any(|it| it.name.as_deref() == Some("text_target"))
}
