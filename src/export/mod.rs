//! Inputs as launch lines and configurations of other programs, by the table that `import::launch` reads. A program is
//! told only of what it can run; what it cannot be told is named.

mod carried;
mod exported;
mod machines;
mod megatron;
mod script;
mod told;

use crate::estimator::catalog::published_format;
use crate::estimator::divide::divides_evenly;
use crate::estimator::{
    Catalog, Engine, EngineFormats, Inputs, Mode, ParameterId, Quantization, Trainer, Unsupported, Value,
    is_refused_by_vllm, support,
};
use crate::import::launch::{
    ACCELERATE, AXOLOTL, CONFIG, FOUR_BITS, FROM_SCRATCH, GROUPS, LAUNCH, LLAMA_CPP, LLAMA_FACTORY, PREFERENCE, SFT,
    Tool, VLLM, file_format, has_adapters, number_of, repository_of, text_of,
};
pub use exported::{ExportRefusal, Exported, Lost};
pub use machines::Machines;
use told::{Told, tell};

/// The programs, by their names.
pub const TOOLS: &[&str] =
    &["vllm", "llama-server", "accelerate", "deepspeed", "trl", "axolotl", "llama-factory", "megatron"];

/// How a launch is put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LaunchShape {
    /// The program with its flags.
    Command,
    /// A launcher with its flags in front of a script with its own.
    Launched,
    /// The same behind a file for DeepSpeed.
    Configured,
    /// A file of YAML.
    File,
}

/// A launch of a program that does what the inputs say.
///
/// # Errors
/// Says why the program cannot.
pub fn export(tool: &str, inputs: &Inputs) -> Result<Exported, ExportRefusal> {
    let bare = launch_of(tool, inputs)?;
    Ok(Exported { text: carried::with_comments(&bare.text, &bare.lost, inputs), ..bare })
}

/// The launch without what it does not say.
fn launch_of(tool: &str, inputs: &Inputs) -> Result<Exported, ExportRefusal> {
    let counted = in_completions(inputs);
    let inputs = counted.as_ref().unwrap_or(inputs);
    let mode = inputs.mode();
    let trainer: Trainer = inputs.choice(ParameterId::Trainer);
    let is_own = |allowed: &[Trainer], named: &str| match allowed.contains(&trainer) {
        true => Ok(()),
        false => Err(ExportRefusal::Wants { id: ParameterId::Trainer, value: named.to_owned() }),
    };
    let launched = [Trainer::None, Trainer::Ddp, Trainer::Fsdp2, Trainer::DeepSpeed];
    let (tools, shape): (Vec<&Tool>, _) = match tool {
        "vllm" => (vec![&VLLM], LaunchShape::Command),
        "llama-server" => (vec![&LLAMA_CPP], LaunchShape::Command),
        "trl" => {
            let program = trained(inputs).filter(|it| it.mode != Mode::Train).ok_or(ExportRefusal::Mode(mode))?;
            is_own(&launched, "none")?;
            (vec![program, &ACCELERATE], LaunchShape::Command)
        }
        "accelerate" => {
            let program = trained(inputs).ok_or(ExportRefusal::Mode(mode))?;
            is_own(&launched, "fsdp2")?;
            (vec![program, &ACCELERATE], LaunchShape::Launched)
        }
        "deepspeed" => {
            let program = trained(inputs).ok_or(ExportRefusal::Mode(mode))?;
            is_own(&[Trainer::DeepSpeed], "deepspeed")?;
            (vec![program, &LAUNCH, &CONFIG], LaunchShape::Configured)
        }
        "axolotl" => {
            is_own(&[Trainer::None, Trainer::Fsdp2], "none")?;
            (vec![&AXOLOTL], LaunchShape::File)
        }
        "llama-factory" => {
            is_own(&[Trainer::None, Trainer::Ddp], "none")?;
            (vec![&LLAMA_FACTORY], LaunchShape::File)
        }
        "megatron" => return megatron::export(inputs),
        _ => return Err(ExportRefusal::NoTool(TOOLS)),
    };
    if tools[0].mode != mode {
        return Err(ExportRefusal::Mode(mode));
    }
    for (id, text) in tools.iter().flat_map(|it| it.fixed) {
        if text_of(inputs, *id) != *text {
            return Err(ExportRefusal::Wants { id: *id, value: (*text).to_owned() });
        }
    }
    let model = inputs.model().ok_or(ExportRefusal::NoModel)?;
    if repository_of(model).is_none() {
        return Err(ExportRefusal::Unpublished(model.id.clone().into_owned()));
    }
    if tools[0].id == GROUPS.id && mode == Mode::Grpo {
        groups_are_whole(inputs)?;
    }
    // Its experts stay in their own format in whatever file, of which no tensors but theirs are known.
    if tool == LLAMA_CPP.id && published_format(model).is_some_and(|it| it.format == FOUR_BITS) {
        return Err(ExportRefusal::Unpublished(model.id.clone().into_owned()));
    }
    if let Some(value) = other_format(tool, tools[0], inputs) {
        return Err(ExportRefusal::Wants { id: ParameterId::Quantization, value });
    }
    let Told { mut settings, lost } = tell(&tools, inputs);
    settings[0].extend(required(tools[0], inputs).into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())));
    // It starts a process on every GPU that it sees, unless it is told of one.
    let starts_on_all = trainer == Trainer::None && tools.get(1).is_some_and(|it| it.id == ACCELERATE.id);
    if starts_on_all && settings[1].iter().all(|it| it.0 != PROCESSES) {
        settings[1].push((PROCESSES.to_owned(), "1".to_owned()));
    }
    let machines = spread_over_machines(trainer, settings.get_mut(1));
    for it in &lost {
        if let Some(value) = essential(tool, inputs, it) {
            return Err(ExportRefusal::Wants { id: it.id, value: value.to_owned() });
        }
    }
    let text = match shape {
        LaunchShape::Command => script::command(tools[0], &settings.concat()),
        LaunchShape::Launched => script::launched(&tools, &settings),
        LaunchShape::Configured => {
            machines.map(Machines::hosts).unwrap_or_default() + &script::configured(&tools, &settings)
        }
        LaunchShape::File => script::yaml(&settings.concat()),
    };
    // Without it vLLM refuses.
    let text = if tool == "vllm" && is_refused_by_vllm(inputs) {
        text.replacen(tools[0].command, &format!("{ALLOW_LONG}=1 {}", tools[0].command), 1)
    } else {
        text
    };
    let is_file = shape == LaunchShape::File;
    let machines = machines.or_else(|| {
        let gpus = number_of(inputs, ParameterId::GpuCount);
        (is_file && trainer != Trainer::None).then(|| Machines::of(gpus)).flatten()
    });
    let run_by = is_file.then(|| match machines {
        None => tools[0].command.to_owned(),
        // What its own command starts is on one machine.
        Some(it) if tool == AXOLOTL.id => format!("{} -m axolotl.cli.train", it.of_torchrun()),
        Some(it) => format!("{} {}", it.of_llama_factory(), tools[0].command),
    });
    let named = settings[0].iter().find(|it| it.0 == "model").map(|it| it.1.as_str());
    let text = match (named, repository_of(model)) {
        // Nobody publishes it by that name.
        (Some(named), Some(published)) if tool == "vllm" && named != published => {
            let format = text_of(inputs, ParameterId::Quantization);
            format!("# {named}: a checkpoint of {published} in {format}\n{text}")
        }
        _ => text,
    };
    Ok(Exported { text, run_by, lost, machines })
}

/// Tells a launcher of the machines that have its GPUs, where one machine has not so many.
fn spread_over_machines(trainer: Trainer, told: Option<&mut Vec<(String, String)>>) -> Option<Machines> {
    let told = told?;
    let at = told.iter().position(|it| it.0 == PROCESSES || it.0 == GPUS_OF_MACHINE)?;
    let res = Machines::of(told[at].1.parse().ok()?)?;
    if told[at].0 == GPUS_OF_MACHINE {
        told.splice(at..=at, res.of_deepspeed());
        return Some(res);
    }
    told.extend(res.of_accelerate());
    if trainer == Trainer::DeepSpeed {
        // Its own launcher would look for a list of hosts (Accelerate 1.15, `commands/launch.py`).
        told.push(("deepspeed_multinode_launcher".to_owned(), "standard".to_owned()));
    }
    Some(res)
}

/// The format that a server needs where it cannot load the one of the inputs.
fn other_format(tool: &str, program: &Tool, inputs: &Inputs) -> Option<String> {
    let format = text_of(inputs, ParameterId::Quantization);
    let is_narrow = matches!(inputs.choice(ParameterId::Quantization), Quantization::Int4);
    match tool {
        "llama-server" if file_format(inputs).is_none() => {
            let own = EngineFormats::of(Engine::LlamaCpp);
            Some(if is_narrow { own.weights_4 } else { own.weights_8 }.to_owned())
        }
        "vllm" => {
            // A checkpoint that is published in few bits is loaded as it is, whatever else the inputs say.
            let formats = EngineFormats::of(Engine::Vllm);
            let own = program.own_defaults().find(|it| it.id == ParameterId::Quantization);
            let published = own.and_then(|it| (it.of)(inputs)).filter(|it| *it != format);
            let is_of_width = matches!(inputs.choice(ParameterId::Quantization), Quantization::Int8);
            let is_other = support(inputs) == Err(Unsupported::FormatOfOtherEngine);
            published
                .or_else(|| is_narrow.then(|| formats.weights_4.to_owned()))
                .or_else(|| (is_of_width || is_other).then(|| formats.weights_8.to_owned()))
        }
        _ => None,
    }
}

/// What a parameter has to be where the program cannot be told of it and would run something else; `None` where that
/// changes nothing.
fn essential(tool: &str, inputs: &Inputs, lost: &Lost) -> Option<&'static str> {
    let is_file = tool == "llama-server";
    match lost.id {
        ParameterId::FinetuneMethod => Some("LoRA"),
        // A file has its own.
        ParameterId::Precision if !is_file => Some("BF16"),
        ParameterId::Draft => Some("none"),
        ParameterId::Quantization if tool != "vllm" && !is_file && inputs.has_effect(lost.id) => Some("nf4"),
        ParameterId::KvPrecision | ParameterId::KvPrecisionValues
            if lost.value != "same" && inputs.has_effect(lost.id) =>
        {
            let own = EngineFormats::of(if is_file { Engine::LlamaCpp } else { Engine::Vllm });
            let narrow = own.cache_4.filter(|_| lost.value == "INT4");
            Some(narrow.unwrap_or(own.cache_8))
        }
        _ => None,
    }
}

/// The program that trains as a mode does.
fn trained(inputs: &Inputs) -> Option<&'static Tool> {
    match inputs.mode() {
        Mode::Finetune => Some(&SFT),
        Mode::Train => Some(&FROM_SCRATCH),
        Mode::Grpo if text_of(inputs, ParameterId::Algorithm) == "dpo" => Some(&PREFERENCE),
        Mode::Grpo => Some(&GROUPS),
        Mode::Inference | Mode::Multimodal | Mode::Nlp | Mode::Vlm | Mode::Moe | Mode::Cnn => None,
    }
}

/// The inputs with a batch of completions, which is all that TRL knows; `None` where it is one already.
fn in_completions(inputs: &Inputs) -> Option<Inputs> {
    let is_sampled = inputs.mode() == Mode::Grpo && inputs.has_effect(ParameterId::BatchUnit);
    if !is_sampled || text_of(inputs, ParameterId::BatchUnit) == "completions" {
        return None;
    }
    let completions = number_of(inputs, ParameterId::BatchSize) * number_of(inputs, ParameterId::NumGenerations);
    let unit = ParameterId::BatchUnit.spec().parse("completions", &Catalog::default()).ok()?;
    inputs
        .clone()
        .with(ParameterId::BatchUnit, unit)
        .ok()?
        .with(ParameterId::BatchSize, Value::Number(completions))
        .ok()
}

/// TRL starts no run whose batches hold parts of a group, or groups of one (TRL 1.16, `GRPOConfig.__post_init__`).
fn groups_are_whole(inputs: &Inputs) -> Result<(), ExportRefusal> {
    let wants = |id, value: f64| Err(ExportRefusal::Wants { id, value: value.to_string() });
    let (batch, group) = (number_of(inputs, ParameterId::BatchSize), number_of(inputs, ParameterId::NumGenerations));
    if !inputs.has_effect(ParameterId::NumGenerations) {
        return Ok(());
    }
    if group < 2.0 {
        return wants(ParameterId::NumGenerations, 2.0);
    }
    let processes = number_of(inputs, ParameterId::GpuCount).max(1.0);
    let steps = number_of(inputs, ParameterId::GradientAccumulationSteps).max(1.0);
    if !divides_evenly(group, batch * processes * steps) {
        return wants(ParameterId::BatchSize, (batch / group).ceil() * group);
    }
    Ok(())
}

/// How many processes Accelerate starts.
const PROCESSES: &str = "num_processes";

/// How many DeepSpeed's launcher starts on each machine.
const GPUS_OF_MACHINE: &str = "num_gpus";

/// What has vLLM serve longer sequences than a model's positions are made for.
const ALLOW_LONG: &str = "VLLM_ALLOW_LONG_MAX_MODEL_LEN";

/// Data that nobody has named yet.
const DATA: &str = "DATASET";

/// What a program does not start without, and no parameter says: data, the rate at which it learns, where adapters are
/// scaled by what.
fn required(tool: &Tool, inputs: &Inputs) -> Vec<(&'static str, &'static str)> {
    let is_of = |it: &Tool| tool.id == it.id && tool.command == it.command;
    if is_of(&GROUPS) {
        return vec![("dataset_name", DATA), ("reward_funcs", "accuracy_reward")];
    }
    if is_of(&SFT) || is_of(&PREFERENCE) {
        return vec![("dataset_name", DATA)];
    }
    if is_of(&FROM_SCRATCH) {
        let model = inputs.model().and_then(repository_of).unwrap_or_default();
        return vec![("tokenizer_name", model), ("dataset_name", DATA), ("do_train", "true"), ("output_dir", "out")];
    }
    if is_of(&LLAMA_FACTORY) {
        return vec![("dataset", DATA), ("template", "default"), ("output_dir", "out")];
    }
    if is_of(&AXOLOTL) {
        let mut res =
            vec![("datasets", "[{path: DATASET, type: alpaca}]"), ("learning_rate", "0.0002"), ("output_dir", "out")];
        if has_adapters(inputs) {
            res.push(("lora_alpha", "32"));
        }
        return res;
    }
    Vec::new()
}
