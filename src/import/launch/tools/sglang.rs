//! SGLang's server (SGLang 0.5.23, `srt/arg_groups/fields/`): what it is told that is true of any engine. What it
//! reserves beside weights has no formulas here, so that a launch is read and never estimated as another engine's.

use crate::estimator::{Mode, ParameterId as Id};
use crate::import::launch::field::FlagMeaning::{File, Idle, Model, Number, Refused, Unread};
use crate::import::launch::field::{Field, NamedFile, Syntax, Tool, ToolDefault, defaults, fields, words};
use crate::import::launch::tools::vllm::{own_format, own_whole};
use crate::import::launch::values::context_of;

const FIELDS: &[Field] = fields! {
    ["model-path", "model"] => Model;
    ["tp-size", "tp", "tensor-parallel-size"] => Number(Id::TensorParallel);
    ["pp-size", "pp", "pipeline-parallel-size"] => Number(Id::PipelineParallel);
    ["ep-size", "ep", "expert-parallel-size"] => Number(Id::ExpertParallel);
    ["context-length"] => Number(Id::SequenceLength);
    ["dtype"] => words! {
        "bfloat16" => [Precision = "BF16"], "float16" => [Precision = "FP16"], "float32" => [Precision = "FP32"],
        "half" => [Precision = "FP16"], "float" => [Precision = "FP32"], "auto" => [],
    };
    // Made while it loads, with a scale for each row (`Fp8LinearMethod`); others are of a checkpoint that has them.
    ["quantization"] => words! {
        "fp8" => [Quantization = "fp8-per-tensor"], "awq" => [Quantization = "awq-4bit-g128"],
        "awq_marlin" => [Quantization = "awq-4bit-g128"], "gptq" => [Quantization = "gptq-4bit-g128"],
        "gptq_marlin" => [Quantization = "gptq-4bit-g128"], "bitsandbytes" => [Quantization = "nf4"],
        "mxfp4" => [Quantization = "mxfp4"],
    };
    ["kv-cache-dtype"] => words! {
        "fp8_e5m2" => [KvPrecision = "FP8"], "fp8_e4m3" => [KvPrecision = "FP8"], "bf16" => [KvPrecision = "FP16"],
        "bfloat16" => [KvPrecision = "FP16"], "auto" => [],
    };
    ["language-model-only"] => words! { "true" => [Vision = "absent"], "false" => [] };
    ["config"] => File(NamedFile::Arguments);
    // Replicas, or groups among the ranks of one, as other flags say.
    ["dp-size", "dp", "data-parallel-size"] => Unread(&["1"]);
    ["attn-dp-size", "attention-data-parallel-size"] => Unread(&["1"]);
    ["attn-cp-size", "attention-context-parallel-size"] => Unread(&["1"]);
    ["moe-dp-size", "moe-data-parallel-size"] => Unread(&["1"]);
    ["dcp-size", "decode-context-parallel-size"] => Unread(&["1"]);
    ["enable-dp-attention"] => Unread(&["false"]);
    ["enable-dp-lm-head"] => Unread(&["false"]);
    ["mem-fraction-static"] => Unread(&[]);
    ["max-running-requests"] => Unread(&[]);
    ["max-total-tokens"] => Unread(&[]);
    ["chunked-prefill-size"] => Unread(&[]);
    ["max-prefill-tokens"] => Unread(&[]);
    ["page-size"] => Unread(&[]);
    ["attention-backend"] => Unread(&[]);
    ["disable-cuda-graph"] => Unread(&["false"]);
    ["cuda-graph-bs", "cuda-graph-bs-decode"] => Unread(&[]);
    ["cuda-graph-max-bs"] => Unread(&[]);
    ["cuda-graph-max-bs-decode"] => Unread(&[]);
    ["enable-torch-compile"] => Unread(&["false"]);
    ["cpu-offload-gb"] => Unread(&["0"]);
    ["enable-lora"] => Unread(&["false"]);
    ["lora-paths"] => Unread(&[]);
    ["speculative-algorithm"] => Unread(&[]);
    ["speculative-draft-model-path", "speculative-draft-model"] => Unread(&[]);
    ["speculative-num-steps"] => Unread(&[]);
    ["speculative-eagle-topk"] => Unread(&[]);
    ["speculative-num-draft-tokens"] => Unread(&[]);
    ["disaggregation-mode"] => Unread(&["null"]);
    // It answers with vectors, or has a part of the model alone.
    ["is-embedding"] => Refused(&["false"]);
    ["encoder-only"] => Refused(&["false"]);
    ["trust-remote-code"] => Idle;
    ["enable-metrics"] => Idle;
    ["enable-cache-report"] => Idle;
    ["disable-radix-cache"] => Idle;
    ["host"] => Idle;
    ["port"] => Idle;
    ["api-key"] => Idle;
    ["served-model-name"] => Idle;
    ["tokenizer-path"] => Idle;
    ["tokenizer-mode"] => Idle;
    ["chat-template"] => Idle;
    ["tool-call-parser"] => Idle;
    ["reasoning-parser"] => Idle;
    ["log-level"] => Idle;
    ["random-seed"] => Idle;
    ["revision"] => Idle;
    ["download-dir"] => Idle;
    ["load-format"] => Idle;
    ["schedule-policy"] => Idle;
    ["schedule-conservativeness"] => Idle;
    ["watchdog-timeout"] => Idle;
    ["decode-log-interval"] => Idle;
    ["dist-init-addr", "nccl-init-addr"] => Idle;
    // The ranks of all nodes are counted by the degrees.
    ["nnodes"] => Idle;
    ["node-rank"] => Idle;
};

const DEFAULTS: &[ToolDefault] = defaults! {
    Quantization = own_format, "SGLang 0.5.23, ModelConfig.quantization" FormatOfCheckpoint;
    Unquantized = own_whole, "" WholeOfCheckpoint;
    Precision = |_| Some("BF16".to_owned()), "SGLang 0.5.23, ModelConfig.dtype" TypeOfCheckpoint;
    SequenceLength = context_of, "SGLang 0.5.23, ModelConfig.context_len" ContextOfModel;
    Engine = |_| Some("transformers".to_owned()), "" OwnMemoryUnknown;
};

/// `python -m sglang.launch_server`.
pub const SGLANG: Tool = Tool {
    id: "sglang",
    command: "sglang serve",
    syntax: Syntax::Dashes,
    mode: Mode::Inference,
    fixed: &[],
    fields: &[FIELDS],
    told: &[],
    always: &[],
    defaults: &[DEFAULTS],
};
