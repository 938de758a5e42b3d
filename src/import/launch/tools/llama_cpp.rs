//! llama.cpp's server and its command line (`common/arg.cpp` of mid 2026). It does not know `--fit`, which may lower
//! what nobody gave, nor how many GPUs there are where neither they nor their parts are named.

use crate::estimator::{Inputs, Mode, ParameterId as Id};
use crate::import::launch::field::FlagMeaning::{
    Bound, Devices, DraftModel, Experts, Idle, List, Model, Number, NumberUnless, Projector, RepositoryFile, Switch,
    Unread,
};
use crate::import::launch::field::{Field, Syntax, Tool, ToolDefault, defaults, fields, words};
use crate::import::launch::values::{context_of, number_of, text_of};

/// Tokens of a batch where nobody says them (`common_params.n_batch` in `common/common.h`): a micro-batch has no more
/// (`llama_context::llama_context` cuts `n_ubatch` to `n_batch`).
const BATCH: f64 = 2048.0;

fn all_layers(inputs: &Inputs) -> f64 {
    number_of(inputs, Id::NumLayers)
}

const FIELDS: &[Field] = fields! {
    ["model", "m", "hf-repo", "hf", "hfr", "model-url", "mu"] => Model;
    ["hf-file", "hff"] => RepositoryFile;
    ["ctx-size", "c"] => NumberUnless(Id::SequenceLength, &["0"]);
    ["n-gpu-layers", "ngl", "gpu-layers"] => NumberUnless(Id::GpuLayers, &["-1", "-2", "auto", "all"]);
    ["parallel", "np"] => NumberUnless(Id::ParallelSlots, &["-1"]);
    ["kv-unified", "kvu"] => words! { "true" => [KvUnified = "true"], "false" => [] };
    ["no-kv-unified", "no-kvu"] => words! { "true" => [KvUnified = "false"], "false" => [] };
    ["swa-full"] => words! { "true" => [SwaFull = "true"], "false" => [] };
    ["ubatch-size", "ub"] => Number(Id::Ubatch);
    ["batch-size", "b"] => Bound(Id::Ubatch, BATCH);
    ["n-cpu-moe", "ncmoe"] => Number(Id::CpuExpertLayers);
    ["cpu-moe", "cmoe"] => Switch(Id::CpuExpertLayers, all_layers);
    ["cache-type-k", "ctk"] => words! {
        "f16" => [KvPrecision = "FP16"], "q8_0" => [KvPrecision = "q8_0"], "q5_1" => [KvPrecision = "q5_1"],
        "q5_0" => [KvPrecision = "q5_0"], "q4_1" => [KvPrecision = "q4_1"], "q4_0" => [KvPrecision = "q4_0"],
        "iq4_nl" => [KvPrecision = "iq4_nl"],
    };
    ["cache-type-v", "ctv"] => words! {
        "f16" => [KvPrecisionValues = "FP16"], "q8_0" => [KvPrecisionValues = "q8_0"],
        "q5_1" => [KvPrecisionValues = "q5_1"], "q5_0" => [KvPrecisionValues = "q5_0"],
        "q4_1" => [KvPrecisionValues = "q4_1"], "q4_0" => [KvPrecisionValues = "q4_0"],
        "iq4_nl" => [KvPrecisionValues = "iq4_nl"],
    };
    ["flash-attn", "fa"] => words! {
        "on" => [FlashAttention = "true"], "off" => [FlashAttention = "false"], "auto" => [],
        "true" => [FlashAttention = "true"], "false" => [FlashAttention = "false"],
    };
    ["split-mode", "sm"] => words! {
        "layer" => [], "none" => [SplitMode = "none"], "row" => [SplitMode = "row"], "tensor" => [SplitMode = "tensor"],
    };
    ["tensor-split", "ts"] => List(Id::TensorSplit);
    ["device", "dev"] => Devices(Id::GpuCount);
    ["override-tensor", "ot"] => Experts;
    ["mmproj", "mm", "mmproj-url", "mmu"] => Projector("resident");
    ["no-mmproj", "no-mmproj-auto"] => Projector("absent");
    ["no-mmproj-offload"] => Projector("cpu");
    ["model-draft", "md", "spec-draft-model", "hf-repo-draft", "hfrd", "hfd", "spec-draft-hf"] => DraftModel;
    ["draft-max", "draft", "draft-n", "spec-draft-n-max"] => Number(Id::DraftTokens);
    ["n-gpu-layers-draft", "ngld", "gpu-layers-draft", "spec-draft-ngl"] => Unread(&["-1", "auto", "all", "99", "999"]);
    ["cache-type-k-draft", "ctkd", "spec-draft-type-k"] => Unread(&["f16"]);
    ["cache-type-v-draft", "ctvd", "spec-draft-type-v"] => Unread(&["f16"]);
    ["draft-min", "draft-n-min", "spec-draft-n-min"] => Idle;
    ["draft-p-min", "spec-draft-p-min"] => Idle;
    ["no-kv-offload", "nkvo"] => Unread(&["false"]);
    ["lora"] => Unread(&[]);
    ["main-gpu", "mg"] => Idle;
    ["threads", "t"] => Idle;
    ["threads-batch", "tb"] => Idle;
    // It lowers what nobody gave where memory is short: layers on the GPU, and the context.
    ["fit"] => Unread(&["off"]);
    ["mlock"] => Idle;
    ["no_mmap"] => Idle;
    ["jinja"] => Idle;
    ["disable_cont_batching", "no-cont-batching"] => Idle;
    ["enable_cont_batching", "cont-batching", "cb"] => Idle;
    ["use_conversation", "conversation", "cnv"] => Idle;
    ["use_metrics", "metrics"] => Idle;
    ["host"] => Idle;
    ["port"] => Idle;
    ["api-key"] => Idle;
    ["alias", "a"] => Idle;
    ["prompt", "p"] => Idle;
    ["predict", "n"] => Idle;
    ["temp"] => Idle;
    ["top-k"] => Idle;
    ["top-p"] => Idle;
    ["min-p"] => Idle;
    ["seed", "s"] => Idle;
    ["chat-template"] => Idle;
    ["reasoning-format"] => Idle;
};

/// As many GPUs as there are parts for, where nobody named them.
fn gpus_of_parts(inputs: &Inputs) -> Option<String> {
    let parts = inputs.entries(Id::TensorSplit).len();
    (parts > 1 && inputs.is_default(Id::GpuCount)).then(|| parts.to_string())
}

/// Values have a format of their own, which is not that of keys unless both are said.
fn own_values(inputs: &Inputs) -> Option<String> {
    let is_narrow = !matches!(text_of(inputs, Id::KvPrecision).as_str(), "same" | "FP16");
    (is_narrow && inputs.has_effect(Id::KvPrecision)).then(|| "FP16".to_owned())
}

/// The file of a model holds no tower.
fn without_tower(inputs: &Inputs) -> Option<String> {
    inputs.has_effect(Id::Vision).then(|| "absent".to_owned())
}

/// Slots of the server where nobody says how many (`llama_server` in `tools/server/server.cpp`).
const AUTOMATIC: f64 = 4.0;

/// Whether slots share a cache where nobody says so: those of a number that was said do not.
fn shared(inputs: &Inputs) -> Option<String> {
    let is_said = !inputs.is_default(Id::ParallelSlots) && number_of(inputs, Id::ParallelSlots) > 1.0;
    Some((!is_said).to_string())
}

/// The server's own number of slots; those that do not share a cache have been said.
fn slots(inputs: &Inputs) -> Option<String> {
    let is_said = !inputs.is_default(Id::ParallelSlots) && text_of(inputs, Id::KvUnified) == "false";
    Some(if is_said { String::new() } else { AUTOMATIC.to_string() })
}

const OF_SERVER: &[ToolDefault] = defaults! {
    KvUnified = shared, "llama.cpp" OneCache;
    ParallelSlots = slots, "llama.cpp" FourSlots;
};

const DEFAULTS: &[ToolDefault] = defaults! {
    Vision = without_tower, "llama.cpp, --mmproj" NoTowerInFile;
    KvPrecisionValues = own_values, "llama.cpp, common_params.cache_type_v" ValuesInF16;
    GpuCount = gpus_of_parts, "llama.cpp, --tensor-split" PartForEachGpu;
    SequenceLength = context_of, "llama.cpp, common_params.n_ctx" ContextByZero;
};

/// What is taken of a file whose name says no format.
pub const OF_FILES: &[ToolDefault] = defaults! {
    Quantization = |_| Some("gguf-file-f16".to_owned()), "" UnnamedFormat;
};

/// `llama-server`.
pub const LLAMA_CPP: Tool = Tool {
    id: "llama-server",
    command: "llama-server",
    syntax: Syntax::Dashes,
    mode: Mode::Inference,
    fixed: &[(Id::Engine, "llamacpp")],
    fields: &[FIELDS],
    told: &[],
    always: &[],
    defaults: &[OF_SERVER, DEFAULTS, OF_FILES],
};

/// `llama-cli`, which has one slot.
pub const LLAMA_CLI: Tool = Tool { command: "llama-cli", defaults: &[DEFAULTS, OF_FILES], ..LLAMA_CPP };
