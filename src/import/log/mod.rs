//! What PyTorch, vLLM and llama.cpp print about memory, as figures, and what they print of the run, as values of parameters. It reads
//! line by line, and runs nothing. A launch that stands in front of a message, or behind it, is read as such.

mod amount;
mod figures;
mod llama_cpp;
mod told;
mod vllm;

use crate::estimator::{Catalog, Inputs, Mode, ParameterId as Id};
use crate::import::imported::{Imported, NotTaken, Omitted};
use crate::import::launch::of_launch_beside;
use crate::import::log::figures::{add_figures, sum_buffers};
use crate::import::log::told::ToldLines;

/// Bytes of a line that are read; progress bars make long ones.
const LONGEST_LINE: usize = 16 * 1024;

/// Words of which one at least is in each of these logs, and in no launch.
const OF_LOGS: &[&str] = &[
    "out of memory",
    "Tried to allocate",
    "LLM engine (v",
    "Model loading took",
    "model weights take",
    "KV cache size:",
    "KV cache memory:",
    "GPU blocks:",
    "llama_model_loader:",
    "llm_load_tensors:",
    "load_tensors:",
    "llama_context:",
    "llama_kv_cache",
    "buffer size =",
    "No available memory for the cache blocks",
    "that can be stored in KV cache",
    "KV cache is needed",
    "Free memory on device",
    "cudaMalloc failed",
    "alloc_buffer: allocating",
];

/// Words of refusals by which it is known who has printed one that says nothing of its run; PyTorch has any other.
const PRINTED_BY: &[(&str, &str)] = &[
    ("cudaMalloc failed", "llama.cpp"),
    ("alloc_buffer: allocating", "llama.cpp"),
    ("for the cache blocks", "vllm"),
    ("stored in KV cache", "vllm"),
    ("KV cache is needed", "vllm"),
    ("Free memory on device", "vllm"),
];

/// What a message says beside a model, and what it says of the device.
const OF_MESSAGE: &[Id] = &[Id::GpuMemory, Id::SequenceLength, Id::GpuMemoryUtilization];

/// Whether a log says nothing of its run, but how long its sequences are and on what.
pub fn says_no_run(log: &Imported) -> bool {
    log.inputs.is_some() && log.pairs().all(|it| OF_MESSAGE.contains(&it.0))
}

/// Whether a text is what a program has printed.
pub fn is_log(text: &str) -> bool {
    OF_LOGS.iter().any(|mark| text.contains(mark))
}

/// What a log tells. `shape` is what files tell of the model.
pub fn of_log(text: &str, shape: Option<&Imported>, catalog: &Catalog) -> Imported {
    let mut lines = ToldLines::default();
    for (at, line) in text.lines().enumerate() {
        let line = beginning(line);
        vllm::read_line(at + 1, line, &mut lines);
        llama_cpp::read_line(at + 1, line, &mut lines);
    }
    let mut res = if lines.is_of_llama_cpp() {
        llama_cpp::of_lines(lines, catalog)
    } else if lines.is_empty() {
        launch_beside(text, shape, catalog).unwrap_or_else(|| {
            let printed = PRINTED_BY.iter().find(|it| text.contains(it.0));
            let mut res = Imported::of(printed.map_or("pytorch", |it| it.1));
            text.lines().enumerate().for_each(|(at, line)| vllm::take_refusal(at + 1, beginning(line), &mut res));
            res
        })
    } else {
        vllm::of_lines(lines, catalog)
    };
    add_message(text, &mut res);
    let is_model_said = res.inputs.as_ref().is_some_and(|it| it.model().is_some() || it.states_shape());
    let names_model = |id: Id| matches!(id, Id::Model | Id::NumLayers);
    if !is_model_said && !res.is_refused() && !res.taken.iter().any(|it| names_model(it.id)) {
        res.leave("model", "", NotTaken::Unsaid);
    }
    if res.inputs.is_some() { res } else { res.conclude(Mode::Inference, catalog) }
}

/// Adds the figures of a log to what is known of its run, and the memory of the device.
pub fn add_message(text: &str, res: &mut Imported) {
    let mut figures = Imported::default();
    text.lines().enumerate().for_each(|(at, line)| add_figures(at + 1, beginning(line), &mut figures));
    sum_buffers(&mut figures);
    take_memory(&figures, res);
    res.join(figures);
}

/// As much of a line as is read.
fn beginning(line: &str) -> &str {
    let end = (0..=line.len().min(LONGEST_LINE)).rev().find(|it| line.is_char_boundary(*it)).unwrap_or(0);
    &line[..end]
}

/// The launch in front of what was printed, or behind it. Lines keep their numbers.
fn launch_beside(text: &str, shape: Option<&Imported>, catalog: &Catalog) -> Option<Imported> {
    let lines: Vec<_> = text.lines().collect();
    let is_printed = |it: &str| it.starts_with("Traceback (") || is_log(it);
    let first = lines.iter().position(|it| is_printed(it))?;
    let last = lines.iter().rposition(|it| is_printed(it))?;
    let only = |from: usize, to: usize| {
        let kept = lines.iter().enumerate().map(|(at, it)| if (from..to).contains(&at) { *it } else { "" });
        kept.collect::<Vec<_>>().join("\n")
    };
    let parts = [only(0, first), only(last + 1, lines.len())];
    // A line that only names a script, as warnings do, launches nothing that is known.
    let is_named = |it: &Omitted| matches!(it.why, NotTaken::Model | NotTaken::Unbrought);
    let says_something = |it: &Imported| !it.taken.is_empty() || it.left_out.iter().any(is_named);
    let mut launches = parts
        .iter()
        .filter(|it| !it.trim_ascii().is_empty())
        .filter_map(|it| of_launch_beside(it, shape, catalog).ok());
    launches.find(says_something)
}

/// The memory of the device, where the log says how much programs see of it.
fn take_memory(figures: &Imported, res: &mut Imported) {
    use crate::import::imported::MeasuredFigure::Capacity;
    let Some(found) = figures.measured.iter().find(|it| it.figure == Capacity) else { return };
    // Printed with two digits: no more of it is known.
    let gib = (found.amount / f64::from(1 << 30) * 100.0).round() / 100.0;
    res.take_on(found.line, Id::GpuMemory, gib.to_string(), &found.name);
    if let (Some(inputs), Some(taken)) = (res.inputs.take(), res.taken.last().filter(|it| it.id == Id::GpuMemory)) {
        let parsed = Id::GpuMemory.spec().parse(&taken.value, &Catalog::default());
        res.inputs = Some(match parsed {
            Ok(value) => {
                let given = |id| if id == Id::GpuMemory { Some(value.clone()) } else { inputs.given(id).cloned() };
                Inputs::collect(inputs.mode(), given)
            }
            Err(_) => inputs,
        });
    }
}
