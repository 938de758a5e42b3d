//! What PyTorch, vLLM and llama.cpp print about memory, as figures, and what they print of the run, as values of
//! parameters. It reads line by line, and runs nothing. A launch that stands in front of a message, or behind it, is
//! read as such.

mod amount;
mod beside;
mod figures;
mod llama_cpp;
mod print_info;
mod printed;
mod told;
mod vllm;

use crate::estimator::catalog::devices::{DEVICES, Device, UsableSource};
use crate::estimator::parameters::gpu_kinds::written;
use crate::estimator::{Catalog, Inputs, Mode, ParameterId as Id};
use crate::import::devices::devices_named;
use crate::import::imported::{Imported, NotTaken, Omitted, Taken};
use crate::import::launch::{of_launch_beside, take_version};
use crate::import::log::beside::merged;
use crate::import::log::figures::{add_figures, add_needed, sum_buffers};
use crate::import::log::told::{OF_PRINTED, ToldLines};

/// Bytes of a line that are read; progress bars make long ones.
const LONGEST_LINE: usize = 16 * 1024;

/// Words of which one at least is in each of these logs, and in no launch.
const OF_LOGS: &[&str] = &[
    "Tried to allocate",
    "LLM engine (v",
    vllm::ARGUMENTS,
    "Model loading took",
    "model weights take",
    "KV cache size:",
    "KV cache memory:",
    "GPU blocks:",
    "llama_model_loader:",
    "llm_load_tensors:",
    "print_info:",
    "llm_load_print_meta:",
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
    "failed to allocate ",
    "unable to allocate ",
];

/// Words of refusals by which it is known who has printed one that says nothing of its run; PyTorch has any other.
const PRINTED_BY: &[(&str, &str)] = &[
    ("cudaMalloc failed", "llama.cpp"),
    ("alloc_buffer: allocating", "llama.cpp"),
    ("for the cache blocks", "vllm"),
    ("stored in KV cache", "vllm"),
    ("KV cache is needed", "vllm"),
    ("Free memory on device", "vllm"),
    // Its own processes put their names in front, also of what PyTorch says.
    ("EngineCore", "vllm"),
    ("VllmWorker", "vllm"),
    ("-packages/vllm/", "vllm"),
    ("ggml_", "llama.cpp"),
    ("llama_model_load", "llama.cpp"),
    ("failed to allocate CUDA", "llama.cpp"),
    ("unable to allocate CUDA", "llama.cpp"),
    ("warming up sampler", "vllm"),
];

/// The engine of what has printed a log, where that serves.
const ENGINES: &[(&str, &str)] = &[("vllm", "vllm"), ("llama.cpp", "llamacpp")];

/// The same of words that comments of launches may have, too.
const OUT_OF_MEMORY: &[&str] =
    &["CUDA out of memory", "HIP out of memory", "error: out of memory", "(out of memory)", "ErrorOutOfDeviceMemory"];

/// Whether a text is what a program has printed.
pub fn is_log(text: &str) -> bool {
    let is_said = |line: &str| {
        let said = if line.trim_ascii_start().starts_with('#') { "" } else { line };
        let said = said.split(" #").next().unwrap_or(said);
        OUT_OF_MEMORY.iter().any(|mark| said.contains(mark))
    };
    OF_LOGS.iter().any(|mark| text.contains(mark)) || text.lines().any(is_said)
}

/// What a log tells. `shape` is what files tell of the model.
pub fn of_log(text: &str, shape: Option<&Imported>, catalog: &Catalog) -> Imported {
    let mut lines = ToldLines::default();
    for (at, line) in text.lines().enumerate() {
        let line = beginning(line);
        vllm::read_line(at + 1, line, &mut lines);
        llama_cpp::read_line(at + 1, line, &mut lines);
        lines.model.read_line(line);
    }
    let launch = launch_beside(text, shape, catalog);
    let printed = if lines.is_of_llama_cpp() {
        Some(llama_cpp::of_lines(lines, catalog))
    } else if !lines.is_empty() {
        Some(vllm::of_lines(lines, catalog))
    } else {
        None
    };
    let mut res = match (printed, launch) {
        (Some(printed), Some(launch)) => merged(printed, launch, catalog),
        (Some(printed), None) => printed,
        (None, Some(mut launch)) => {
            add_message(text, &mut launch);
            return launch;
        }
        (None, None) => {
            // A trainer may have vLLM within it, and is what runs.
            let printed = PRINTED_BY.iter().find(|it| text.contains(it.0) && !text.contains("/trl/"));
            let mut res = Imported::of(printed.map_or("pytorch", |it| it.1));
            text.lines().enumerate().for_each(|(at, line)| vllm::take_refusal(at + 1, beginning(line), &mut res));
            res
        }
    };
    add_message(text, &mut res);
    let is_model_said = res.inputs.as_ref().is_some_and(|it| it.model().is_some() || it.states_shape());
    let names_model = |id: Id| matches!(id, Id::Model | Id::NumLayers);
    if !is_model_said && !res.is_refused() && !res.pairs().any(|it| names_model(it.0)) {
        let engine = ENGINES.iter().find(|it| it.0 == res.tool);
        if let Some((_, engine)) = engine.filter(|_| !res.pairs().any(|it| it.0 == Id::Engine)) {
            res.assume(Id::Engine, *engine, OF_PRINTED);
        }
        // An estimate of another model would answer nothing.
        res.leave("model", "", NotTaken::NoModel);
        res.inputs = None;
    }
    if res.inputs.is_some() { res } else { res.conclude(Mode::Inference, catalog) }
}

/// Adds the figures of a log to what is known of its run, and the memory of the device.
fn add_message(text: &str, res: &mut Imported) {
    let mut figures = Imported::default();
    text.lines().enumerate().for_each(|(at, line)| add_figures(at + 1, beginning(line), &mut figures));
    sum_buffers(&mut figures);
    add_needed(&mut figures);
    take_device(text, &figures, res);
    take_version(text, res, &Catalog::default());
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

/// The device, where the log names it, or says how much programs see of it: by name where one kind alone has so much,
/// else by its memory.
fn take_device(text: &str, figures: &Imported, res: &mut Imported) {
    use crate::import::measured::MeasuredFigure::Capacity;
    let n_before = res.taken.len();
    let named = devices_named(text);
    if let Some(it) = &named {
        match it.kinds[..] {
            [(device, n_used)] => {
                res.take_on(Some(it.line), Id::Gpu, device.id, &it.name);
                if n_used > 1 {
                    res.take_on(Some(it.line), Id::GpuCount, n_used.to_string(), "using device");
                }
            }
            // Which says how many there are.
            _ => {
                res.take_on(Some(it.line), Id::Gpu, written(it.kinds.iter().map(|it| (it.0.id, it.1))), "using device")
            }
        }
    }
    let is_alike = named.as_ref().is_none_or(|it| it.kinds.len() == 1);
    if let Some(found) = figures.measured.iter().find(|it| it.figure == Capacity).filter(|_| is_alike) {
        // Printed with two digits: no more of it is known.
        let gib = (found.amount / f64::from(1 << 30) * 100.0).round() / 100.0;
        let device = named.as_ref().map(|it| it.kinds[0].0).or_else(|| device_of(gib));
        if let Some(device) = device.filter(|_| named.is_none()) {
            res.take_on(found.line, Id::Gpu, device.id, &found.name);
        }
        if device.is_none_or(|it| (it.usable_gib() - gib).abs() >= 0.01) {
            res.take_on(found.line, Id::GpuMemory, gib.to_string(), &found.name);
        }
    }
    let Some(inputs) = res.inputs.take() else { return };
    let parse = |it: &Taken| Some((it.id, it.id.spec().parse(&it.value, &Catalog::default()).ok()?));
    let read: Vec<_> = res.taken[n_before..].iter().filter_map(parse).collect();
    let said = |id| read.iter().find(|it| it.0 == id).map(|it| it.1.clone());
    res.inputs = Some(Inputs::collect(inputs.mode(), |id| said(id).or_else(|| inputs.given(id).cloned())));
}

/// Drivers and systems differ in what programs see of one device by so much, in GiB and by its size: 23.52 to 23.69 of
/// an RTX 4090,
/// 94.97 to 95.22 of an RTX PRO 6000, 191.69 to 191.98 of an MI300X.
const SEEN_WITHIN: (f64, f64) = (0.2, 0.003);

/// The device of which programs see so much, in GiB; `None` where there are several kinds, or none that anybody has
/// read.
fn device_of(gib: f64) -> Option<&'static Device> {
    let within = SEEN_WITHIN.0.max(gib * SEEN_WITHIN.1);
    let is_like = |it: &&Device| (it.usable_gib() - gib).abs() <= within;
    let is_by = |source| move |it: &&'static Device| it.usable().1 == source;
    let like = || DEVICES.iter().filter(is_like);
    let mut measured = like().filter(is_by(UsableSource::Measured));
    let res = measured.next()?;
    // Of which only the driver's figure is known: one of the same generation is a variant that few have.
    let is_other = |it: &'static Device| it.generation != res.generation || it.form != res.form;
    let is_alone = measured.next().is_none() && !like().filter(is_by(UsableSource::FromDriver)).any(is_other);
    is_alone.then_some(res)
}
