//! What vLLM's log says of the run: the engine's configuration, as flags that mean the same, whose table says what they
//! mean. It knows no parameter but those of a refusal.

use crate::estimator::{Catalog, ParameterId as Id};
use crate::import::imported::Imported;
use crate::import::launch::resolve::resolve;
use crate::import::launch::{FlagMeaning, VLLM};
use crate::import::log::amount::number_before;
use crate::import::log::printed::names_in;
use crate::import::log::told::ToldLines;

/// What stands in front of what the server was told.
pub const ARGUMENTS: &str = "non-default args: ";

/// What the engine's configuration and its arguments call otherwise than the flag that says the same.
const RENAMED: &[(&str, &str)] = &[
    ("model_tag", "model"),
    ("max_seq_len", "max-model-len"),
    ("speculative_config.num_spec_tokens", "speculative-config.num_speculative_tokens"),
];

/// Arguments whose file was read before they were printed.
const READ_BEFORE: &[&str] = &["config"];

/// What the engine prints whatever it is told, and of which it prints its own decisions.
const DECIDED: &[&str] = &["compilation_config", "task", "runner"];

/// In front of how many tokens it takes at a time, where nobody told it.
const BATCHED: &str = "Chunked prefill is enabled with max_num_batched_tokens=";

/// Reads a line, from 1.
pub fn read_line(at: usize, line: &str, lines: &mut ToldLines) {
    let behind = |mark: &str| line.split_once(mark).map(|it| it.1);
    let is_engine = line.contains("LLM engine (v");
    let of_engine = behind("with config: ").filter(|_| is_engine);
    let told = of_engine.or_else(|| behind(ARGUMENTS)).map(names_in).unwrap_or_default();
    for (name, value) in &told {
        // Among arguments stands only what was told; the engine prints all there is.
        let is_said = match of_engine {
            Some(_) => !is_nothing(value) && is_of_engine(name, &told),
            None => !matches!(value.as_str(), "" | "None") && !READ_BEFORE.contains(&name.as_str()),
        };
        if is_said {
            let renamed = RENAMED.iter().find(|it| it.0 == name).map(|it| it.1.to_owned());
            let flag = renamed.unwrap_or_else(|| name.replace('_', "-"));
            let value = match value.as_str() {
                "True" => "true",
                "False" => "false",
                it => it.trim_start_matches("torch."),
            };
            ToldLines::set(&mut lines.settings, &flag, value, at);
        }
    }
    if let Some(value) = behind("gpu_memory_utilization (").and_then(|it| it.split(')').next()) {
        ToldLines::set(&mut lines.settings, "gpu-memory-utilization", value, at);
    }
    if let Some((number, _)) = behind(BATCHED).and_then(number_before) {
        ToldLines::set(&mut lines.settings, "max-num-batched-tokens", &number.to_string(), at);
    }
}

/// Whether what the engine prints under a name changes memory and is not its own decision.
fn is_of_engine(name: &str, told: &[(String, String)]) -> bool {
    if DECIDED.iter().any(|it| name.split('.').next() == Some(it)) {
        return false;
    }
    // Of layers that draft it names the model itself.
    let of = |name: &str| told.iter().find(|it| it.0 == name).map(|it| it.1.as_str());
    if name == "speculative_config.model" && of(name) == of("model") {
        return false;
    }
    let is_renamed = RENAMED.iter().any(|it| it.0 == name);
    is_renamed || VLLM.field(name).is_some_and(|it| !matches!(it.meaning, FlagMeaning::Idle))
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

/// What the lines mean.
pub fn of_lines(lines: ToldLines, catalog: &Catalog) -> Imported {
    resolve(&[&VLLM], lines.settings, catalog)
}
