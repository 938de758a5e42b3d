//! Inputs as launch lines and configurations of other programs, by the table that `import::launch` reads. A program is told only of what it
//! can run; what it cannot be told is named.

mod exported;
mod megatron;
mod script;
mod told;

use crate::estimator::{Inputs, Mode, ParameterId, Quantization, Trainer, Unsupported, support};
use crate::import::launch::{
    ACCELERATE, AXOLOTL, CONFIG, FROM_SCRATCH, GROUPS, LAUNCH, LLAMA_CPP, LLAMA_FACTORY, PREFERENCE, SFT, Tool, VLLM,
    repository_of, text_of,
};
pub use exported::{ExportRefusal, Exported, Lost};
use told::{Told, file_format, tell};

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
    if let Some(value) = other_format(tool, tools[0], inputs) {
        return Err(ExportRefusal::Wants { id: ParameterId::Quantization, value });
    }
    let Told { settings, lost } = tell(&tools, inputs);
    for it in &lost {
        if let Some(value) = essential(tool, inputs, it) {
            return Err(ExportRefusal::Wants { id: it.id, value: value.to_owned() });
        }
    }
    let text = match shape {
        LaunchShape::Command => script::command(tools[0], &settings.concat(), &lost),
        LaunchShape::Launched => script::launched(&tools, &settings, &lost),
        LaunchShape::Configured => script::configured(&tools, &settings, &lost),
        LaunchShape::File => script::yaml(&settings.concat(), &lost),
    };
    let run_by = (shape == LaunchShape::File).then_some(tools[0].command);
    let named = settings[0].iter().find(|it| it.0 == "model").map(|it| it.1.as_str());
    let text = match (named, repository_of(model)) {
        // Nobody publishes it by that name.
        (Some(named), Some(published)) if tool == "vllm" && named != published => {
            let format = text_of(inputs, ParameterId::Quantization);
            format!("# {named}: a checkpoint of {published} in {format}\n{text}")
        }
        _ => text,
    };
    Ok(Exported { text, run_by, lost })
}

/// The format that a server needs where it cannot load the one of the inputs.
fn other_format(tool: &str, program: &Tool, inputs: &Inputs) -> Option<String> {
    let format = text_of(inputs, ParameterId::Quantization);
    let is_narrow = matches!(inputs.choice(ParameterId::Quantization), Quantization::Int4);
    match tool {
        "llama-server" if file_format(inputs).is_none() => {
            Some(if is_narrow { "gguf-file-q4_k_m" } else { "gguf-file-q8_0" }.to_owned())
        }
        "vllm" => {
            // A checkpoint that is published in few bits is loaded as it is, whatever else the inputs say.
            let own = program.own_defaults().find(|it| it.id == ParameterId::Quantization);
            let published = own.and_then(|it| (it.of)(inputs)).filter(|it| *it != format);
            let is_of_width = matches!(inputs.choice(ParameterId::Quantization), Quantization::Int8);
            let is_other = support(inputs) == Err(Unsupported::FormatOfOtherEngine);
            published
                .or_else(|| is_narrow.then(|| "awq-4bit-g128".to_owned()))
                .or_else(|| (is_of_width || is_other).then(|| "fp8-per-tensor".to_owned()))
        }
        _ => None,
    }
}

/// What a parameter has to be where the program cannot be told of it and would run something else; `None` where that changes nothing.
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
            Some(match (is_file, lost.value.as_str()) {
                (true, "INT4") => "q4_0",
                (true, _) => "q8_0",
                (false, _) => "FP8",
            })
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
