//! What vLLM's log says of the run: the engine's configuration, as flags that mean the same, whose table says what they
//! mean. It knows no parameter but those of a refusal.

use crate::estimator::{Catalog, ParameterId as Id};
use crate::import::imported::Imported;
use crate::import::launch::VLLM;
use crate::import::launch::resolve::resolve;
use crate::import::log::amount::number_before;
use crate::import::log::told::ToldLines;

/// Names in the engine's configuration and among its arguments, and the flags that say the same.
const NAMES: &[(&str, &str)] = &[
    ("model", "model"),
    ("model_tag", "model"),
    ("dtype", "dtype"),
    ("max_seq_len", "max-model-len"),
    ("max_model_len", "max-model-len"),
    ("tensor_parallel_size", "tensor-parallel-size"),
    ("data_parallel_size", "data-parallel-size"),
    ("pipeline_parallel_size", "pipeline-parallel-size"),
    ("quantization", "quantization"),
    ("kv_cache_dtype", "kv-cache-dtype"),
    ("enforce_eager", "enforce-eager"),
    ("gpu_memory_utilization", "gpu-memory-utilization"),
    ("max_num_seqs", "max-num-seqs"),
    ("max_num_batched_tokens", "max-num-batched-tokens"),
];

/// Reads a line, from 1.
pub fn read_line(at: usize, line: &str, lines: &mut ToldLines) {
    let behind = |mark: &str| line.split_once(mark).map(|it| it.1);
    let is_engine = line.contains("LLM engine (v");
    let told = behind("with config: ").filter(|_| is_engine).or_else(|| behind("non-default args: "));
    for (name, flag) in NAMES.iter().filter(|_| told.is_some()) {
        if let Some(value) = told.and_then(|it| value_of(name, it)).filter(|it| !is_nothing(it)) {
            ToldLines::set(&mut lines.settings, flag, value.trim_start_matches("torch."), at);
        }
    }
    if let Some(value) = behind("gpu_memory_utilization (").and_then(|it| it.split(')').next()) {
        ToldLines::set(&mut lines.settings, "gpu-memory-utilization", value, at);
    }
}

/// What a refusal to start says of the run, by the words in front of a number.
const REFUSALS: &[(&str, Id)] = &[
    ("max seq len (", Id::SequenceLength),
    ("desired GPU memory utilization (", Id::GpuMemoryUtilization),
    // As many as it serves at once (`GPUModelRunner._dummy_sampler_run`).
    ("warming up sampler with ", Id::MaxSequences),
];

/// Takes what a refusal on a line says of the run.
pub fn take_refusal(at: usize, line: &str, out: &mut Imported) {
    for (words, id) in REFUSALS {
        let behind = line.split_once(words).and_then(|it| number_before(it.1));
        if let Some((number, _)) = behind.filter(|_| !out.taken.iter().any(|it| it.id == *id)) {
            out.take_on(Some(at), *id, number.to_string(), words.trim_end_matches([' ', '(']));
        }
    }
}

/// What says nothing: Python's nothing, and switches that are off.
fn is_nothing(value: &str) -> bool {
    matches!(value, "" | "None" | "False")
}

/// The value of a name in what Python prints of an object or of a dictionary.
fn value_of<'a>(name: &str, text: &'a str) -> Option<&'a str> {
    let behind = |pattern: &str| {
        let at = text.match_indices(pattern).map(|it| it.0).find(|at| {
            // Not the end of a longer name.
            text[..*at].chars().next_back().is_none_or(|it| !it.is_alphanumeric() && it != '_')
        })?;
        Some(&text[at + pattern.len()..])
    };
    let found = behind(&format!("{name}=")).or_else(|| behind(&format!("'{name}': ")))?;
    match found.strip_prefix(['\'', '"']) {
        Some(quoted) => quoted.split(['\'', '"']).next(),
        None => found.split([',', '}', ')', ' ']).next(),
    }
}

/// What the lines mean.
pub fn of_lines(lines: ToldLines, catalog: &Catalog) -> Imported {
    resolve(&[&VLLM], lines.settings, catalog)
}
