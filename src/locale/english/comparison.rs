//! English: the small charts of some modes. It knows no component.

use crate::estimator::EngineVersion;
use crate::locale::later::ComparisonTexts;

pub(super) const COMPARISON: ComparisonTexts = ComparisonTexts {
    preference_title: "Activations of preference training",
    preference_note: "The document's comparison: the activations of one sequence, a pair, and a group of k completions.",
    calibrated_title: "The whole run, calibrated",
    calibrated_note: "The peak of the same model, adapters and formats when each prompt brings one sequence, a chosen and a rejected one, or a group of k; GRPO also samples and scores its completions. TRL's trainer of pairs makes no whole logits, so DPO can take less than SFT.",
    preference_bars: |k| ["SFT 1×".to_owned(), "DPO 2×".to_owned(), format!("GRPO {k}×")],
    sequence_title: "Make-up of the sequence",
    sequence_note: |tokens| format!("{tokens} tokens in each sequence; activations grow in proportion."),
    sequence_parts: ["Text", "Images", "Video", "Audio"],
    capacity_title: "What fits on the GPU",
    capacity_note: |gpu, used, version| {
        let rules = match version {
            EngineVersion::Latest | EngineVersion::LlamaCppB9272 | EngineVersion::LlamaCpp2025 => {
                "These are the defaults and rules of vLLM 0.33, whose share holds its CUDA graphs too."
            }
            EngineVersion::Vllm031 => {
                "These are the defaults and rules of vLLM 0.31, whose share holds its CUDA graphs too."
            }
            EngineVersion::Vllm028 => {
                "These are the defaults and rules of vLLM 0.28, whose share holds its CUDA graphs too."
            }
            EngineVersion::Vllm025 => {
                "These are the defaults and rules of vLLM 0.25, whose share holds its CUDA graphs too."
            }
            EngineVersion::Vllm020 => "These are the defaults and rules of vLLM 0.19: CUDA graphs come on top.",
            EngineVersion::Vllm08 => {
                "These are the defaults and rules of vLLM 0.8: its share holds the driver's context, and CUDA graphs come on top."
            }
        };
        format!(
            "vLLM fills {used} of {gpu} whatever the workload: what weights, the largest step and libraries leave becomes a pool for keys and values. {rules}"
        )
    },
    capacity_format: |format, from| {
        format!(
            "This GPU is too old for weights in {format}, which vLLM reads from {from} on: choose another format or GPU. vLLM does not start."
        )
    },
    capacity_bfloat16: "This GPU computes no bfloat16, which vLLM asks for from Ampere on: choose FP16. vLLM does not start.",
    capacity_step: |tokens, sequences| {
        format!("A step has {tokens} tokens for {sequences} sequences, fewer than one each: vLLM does not start.")
    },
    capacity_none: |gpu, used| {
        format!("Weights, the largest step and the driver take more than {used} of {gpu}: vLLM does not start.")
    },
    capacity_short: |pool, length| {
        format!("The pool holds {pool} tokens, less than one sequence of {length}: vLLM does not start.")
    },
    capacity_beyond: |length, positions| {
        format!(
            "Sequences of {length} tokens are longer than the {positions} positions that the model has learned: such a run stops with an error."
        )
    },
    capacity_taken: |gpu, used, free| {
        format!(
            "{used} of {gpu} is more than the {free} that are free when vLLM starts: it refuses. Take a smaller share."
        )
    },
    capacity_room: |tokens, sequences, length| {
        format!("the pool holds {tokens} tokens; sequences of {length}: {sequences}.")
    },
    capacity_waits: |fitting, asked| {
        format!(" Of the batch's {asked} sequences {fitting} fit at once; the others wait.")
    },
    capacity_formula: "The pool is ",
    capacity_rows: |length| {
        [
            "vLLM may take".to_owned(),
            "Weights, largest step, driver".to_owned(),
            "Pool for keys and values".to_owned(),
            "Tokens in the pool".to_owned(),
            format!("Sequences of {length} tokens"),
        ]
    },
};
