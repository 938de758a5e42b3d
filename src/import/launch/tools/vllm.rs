//! vLLM's server: `vllm serve` (vLLM 0.33, `engine/arg_utils.py`, `config/`). It does not know its other commands.

use crate::estimator::catalog::published_format;
use crate::estimator::{Inputs, Mode, ParameterId as Id};
use crate::import::launch::field::FlagMeaning::{
    DraftModel, File, Heard, Idle, Modality, Model, Number, NumberUnless, Refused, Switch, Unread,
};
use crate::import::launch::field::{Field, FlagWord, NamedFile, Syntax, Tool, ToolDefault, defaults, fields, words};
use crate::import::launch::values::{context_of, number_of, text_of};

/// All ranks share out experts, or none does (`FusedMoEParallelConfig.make`).
fn all_ranks(inputs: &Inputs) -> f64 {
    number_of(inputs, Id::TensorParallel) * number_of(inputs, Id::DataParallel)
}

/// A degree that does nothing.
const ALONE: [FlagWord; 1] = [FlagWord { theirs: "1", pairs: &[] }];

const FIELDS: &[Field] = fields! {
    ["model"] => Model;
    ["tensor-parallel-size", "tp"] => Number(Id::TensorParallel);
    ["data-parallel-size", "dp"] => Number(Id::DataParallel);
    ["enable-expert-parallel"] => Switch(Id::ExpertParallel, all_ranks);
    ["max-model-len"] => NumberUnless(Id::SequenceLength, &["auto", "-1"]);
    ["max-num-seqs"] => Number(Id::MaxSequences);
    ["max-num-batched-tokens"] => Number(Id::MaxBatchedTokens);
    ["gpu-memory-utilization"] => Number(Id::GpuMemoryUtilization);
    ["dtype"] => words! {
        "bfloat16" => [Precision = "BF16"], "float16" => [Precision = "FP16"], "float32" => [Precision = "FP32"],
        "half" => [Precision = "FP16"], "float" => [Precision = "FP32"], "auto" => [],
    };
    ["quantization", "q"] => words! {
        "fp8" => [Quantization = "fp8-per-tensor"], "awq" => [Quantization = "awq-4bit-g128"],
        "gptq" => [Quantization = "gptq-4bit-g128"], "bitsandbytes" => [Quantization = "nf4"],
        "mxfp4" => [Quantization = "mxfp4"], "awq_marlin" => [Quantization = "awq-4bit-g128"],
        "gptq_marlin" => [Quantization = "gptq-4bit-g128"], "fp8_per_tensor" => [Quantization = "fp8-per-tensor"],
        "fp8_per_channel" => [Quantization = "fp8-per-tensor"], "fp8_per_block" => [Quantization = "fp8-block128"],
    };
    ["kv-cache-dtype"] => words! {
        "fp8" => [KvPrecision = "FP8"], "fp8_e4m3" => [KvPrecision = "FP8"], "fp8_e5m2" => [KvPrecision = "FP8"],
        "float16" => [KvPrecision = "FP16"], "bfloat16" => [KvPrecision = "FP16"], "auto" => [],
        "int8_per_token_head" => [KvPrecision = "INT8"], "int4_per_token_head" => [KvPrecision = "INT4"],
    };
    // Its names of layers that draft, one for each kind of model (`MTPModelTypes` in `config/speculative.py`).
    ["speculative-config.method"] => words! {
        "mtp" => [Draft = "mtp"], "eagle" => [Draft = "eagle"], "draft_model" => [],
        "deepseek_mtp" => [Draft = "mtp"], "dots3_note_mtp" => [Draft = "mtp"], "mimo_mtp" => [Draft = "mtp"],
        "mimo_v2_mtp" => [Draft = "mtp"], "glm4_moe_mtp" => [Draft = "mtp"], "glm4_moe_lite_mtp" => [Draft = "mtp"],
        "glm_ocr_mtp" => [Draft = "mtp"], "ernie_mtp" => [Draft = "mtp"], "nemotron_h_mtp" => [Draft = "mtp"],
        "exaone_moe_mtp" => [Draft = "mtp"], "exaone4_5_mtp" => [Draft = "mtp"], "qwen3_next_mtp" => [Draft = "mtp"],
        "qwen3_5_mtp" => [Draft = "mtp"], "longcat_flash_mtp" => [Draft = "mtp"], "minimax_m3_mtp" => [Draft = "mtp"],
        "bailing_hybrid_mtp" => [Draft = "mtp"], "kimi_k3_mtp" => [Draft = "mtp"], "pangu_ultra_moe_mtp" => [Draft = "mtp"],
        "step3p5_mtp" => [Draft = "mtp"], "hy_v3_mtp" => [Draft = "mtp"], "gemma4_mtp" => [Draft = "mtp"],
        "inkling_mtp" => [Draft = "mtp"],
    };
    ["speculative-config.num_speculative_tokens"] => Number(Id::DraftTokens);
    ["config"] => File(NamedFile::Arguments);
    ["pipeline-parallel-size", "pp"] => Number(Id::PipelineParallel);
    ["decode-context-parallel-size", "dcp"] => Number(Id::DecodeContextParallel);
    // Ranks that share out a prompt among themselves: no part of one is computed.
    ["prefill-context-parallel-size", "pcp"] => Heard(&ALONE);
    ["cpu-offload-gb"] => Unread(&["0"]);
    ["kv-cache-memory-bytes"] => Unread(&[]);
    ["num-gpu-blocks-override"] => Unread(&[]);
    ["enable-lora"] => Unread(&["false"]);
    ["enforce-eager"] => words! { "true" => [EnforceEager = "true"], "false" => [] };
    ["disable-custom-all-reduce"] => Unread(&["false"]);
    ["compilation-config", "O"] => Unread(&[]);
    ["compilation-config.cudagraph_mode"] => Unread(&[]);
    ["compilation-config.cudagraph_capture_sizes", "cudagraph-capture-sizes", "cuda-graph-sizes"] => Unread(&[]);
    ["compilation-config.max_cudagraph_capture_size", "max-cudagraph-capture-size"] => Unread(&[]);
    // It answers with vectors or scores.
    ["task"] => Refused(&["auto", "generate"]);
    ["runner"] => Refused(&["auto", "generate"]);
    ["speculative-config.model", "speculative-model"] => DraftModel;
    ["limit-mm-per-prompt"] => Modality;
    ["limit-mm-per-prompt.image"] => Modality;
    ["limit-mm-per-prompt.video"] => Modality;
    ["language-model-only"] => words! { "true" => [Vision = "absent"], "false" => [] };
    ["enable-chunked-prefill"] => Idle;
    ["enable-prefix-caching"] => Idle;
    ["no-enable-prefix-caching"] => Idle;
    ["enable-auto-tool-choice"] => Idle;
    ["disable-log-requests"] => Idle;
    ["disable-log-stats"] => Idle;
    ["trust-remote-code"] => Idle;
    ["block-size"] => Idle;
    ["swap-space"] => Idle;
    ["host"] => Idle;
    ["port"] => Idle;
    ["api-key"] => Idle;
    ["served-model-name"] => Idle;
    ["tokenizer"] => Idle;
    ["tokenizer-mode"] => Idle;
    ["chat-template"] => Idle;
    ["tool-call-parser"] => Idle;
    ["reasoning-parser"] => Idle;
    ["enable-reasoning"] => Idle;
    ["stream-interval"] => Idle;
    ["generation-config"] => Idle;
    ["distributed-executor-backend"] => Idle;
    ["download-dir"] => Idle;
    ["load-format"] => Idle;
    ["revision"] => Idle;
    ["uvicorn-log-level"] => Idle;
    ["ssl-keyfile", "ssl-certfile", "ssl-ca-certs", "ssl-cert-reqs"] => Idle;
    ["allowed-origins", "allowed-methods", "allowed-headers", "allow-credentials", "root-path"] => Idle;
    // Numbers of a token that are answered, and the order in which requests wait.
    ["max-logprobs", "scheduling-policy"] => Idle;
    ["guided-decoding-backend", "structured-outputs-config.backend"] => Idle;
    // Positions that are scaled change no byte: what is cached of a token is as large.
    ["rope-scaling", "rope-theta", "hf-overrides.rope_theta"] => Idle;
    ["rope-scaling.rope_type", "rope-scaling.type", "rope-scaling.factor", "rope-scaling.original_max_position_embeddings", "rope-scaling.attention_factor", "rope-scaling.beta_fast", "rope-scaling.beta_slow", "rope-scaling.low_freq_factor", "rope-scaling.high_freq_factor", "rope-scaling.rope_theta"] => Idle;
    ["hf-overrides.rope_scaling.rope_type", "hf-overrides.rope_scaling.type", "hf-overrides.rope_scaling.factor", "hf-overrides.rope_scaling.original_max_position_embeddings", "hf-overrides.rope_scaling.attention_factor", "hf-overrides.rope_scaling.beta_fast", "hf-overrides.rope_scaling.beta_slow", "hf-overrides.rope_scaling.low_freq_factor", "hf-overrides.rope_scaling.high_freq_factor", "hf-overrides.rope_scaling.rope_theta"] => Idle;
    ["hf-overrides.rope_parameters.rope_type", "hf-overrides.rope_parameters.type", "hf-overrides.rope_parameters.factor", "hf-overrides.rope_parameters.original_max_position_embeddings", "hf-overrides.rope_parameters.attention_factor", "hf-overrides.rope_parameters.beta_fast", "hf-overrides.rope_parameters.beta_slow", "hf-overrides.rope_parameters.low_freq_factor", "hf-overrides.rope_parameters.high_freq_factor", "hf-overrides.rope_parameters.rope_theta"] => Idle;
    ["seed"] => Idle;
};

/// The format in which the model is published, where that has fewer bits than 16.
pub fn own_format(inputs: &Inputs) -> Option<String> {
    Some(published_format(inputs.model()?)?.format.to_owned())
}

/// What the published checkpoint leaves in 16 bits, beside what all do.
pub fn own_whole(inputs: &Inputs) -> Option<String> {
    let published = published_format(inputs.model()?).filter(|it| text_of(inputs, Id::Quantization) == it.format)?;
    published.whole.map(str::to_owned)
}

/// What has no default is always said, where it says anything; nothing is assumed of it.
fn never(inputs: &Inputs) -> Option<String> {
    inputs.has_effect(Id::DraftTokens).then(String::new)
}

const DEFAULTS: &[ToolDefault] = defaults! {
    DraftTokens = never, "vLLM 0.33, SpeculativeConfig.num_speculative_tokens" HasToBeSaid;
    Quantization = own_format, "vLLM 0.33, ModelConfig.quantization" FormatOfCheckpoint;
    Unquantized = own_whole, "" WholeOfCheckpoint;
    Precision = |_| Some("BF16".to_owned()), "vLLM 0.33, ModelConfig.dtype" TypeOfCheckpoint;
    SequenceLength = context_of, "vLLM 0.33, ModelConfig.max_model_len" ContextOfModel;
    DataParallel = |_| Some("1".to_owned()), "vLLM 0.33, ParallelConfig.data_parallel_size";
};

/// What says of a checkpoint that it is quantized, and not how: its `quantization_config` does (`ModelConfig`,
/// `_verify_quantization`).
pub const AS_CHECKPOINT: &[&str] = &["compressed-tensors", "modelopt", "modelopt_fp4", "fbgemm_fp8"];

/// Formats that it makes of a checkpoint in 16 bits while it loads it (`_ONLINE_SHORTHANDS` in
/// `config/quantization.py`, and `BitsAndBytesModelLoader._unquantized_generator`): of any other the checkpoint has to
/// be in the format already.
pub const MADE_WHILE_LOADING: &[&str] = &["fp8-per-tensor", "fp8-block128", "nf4"];

/// `vllm serve`.
pub const VLLM: Tool = Tool {
    id: "vllm",
    command: "vllm serve",
    syntax: Syntax::Dashes,
    mode: Mode::Inference,
    fixed: &[(Id::Engine, "vllm")],
    fields: &[FIELDS],
    told: &[],
    always: &[],
    defaults: &[DEFAULTS],
};
