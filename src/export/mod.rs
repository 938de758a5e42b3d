//! Inputs as launch lines and configurations of other programs, by the table that `import::launch` reads. A program is told only of what it
//! can run; what it cannot be told is named.

mod exported;
mod megatron;
mod script;
mod told;

use crate::estimator::{Inputs, Mode, ParameterId, Trainer};
use crate::import::launch::{
    ACCELERATE, AXOLOTL, CONFIG, FROM_SCRATCH, GROUPS, LAUNCH, LLAMA_CPP, LLAMA_FACTORY, PREFERENCE, SFT, Tool, VLLM,
    repository_of, text_of,
};
pub use exported::{ExportRefusal, Exported, Lost};
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
    let Told { settings, lost } = tell(&tools, inputs);
    // What would train something else, or in another format, is no export of the run.
    let essential =
        [(ParameterId::FinetuneMethod, "LoRA"), (ParameterId::Precision, "BF16"), (ParameterId::Draft, "none")];
    for (id, value) in essential {
        if lost.iter().any(|it| it.id == id) {
            return Err(ExportRefusal::Wants { id, value: value.to_owned() });
        }
    }
    // vLLM loads such a checkpoint as it is published, whatever else the inputs say.
    let published = tools[0].own_defaults().find(|it| tool == "vllm" && it.id == ParameterId::Quantization);
    if let Some(value) = published.and_then(|it| (it.of)(inputs))
        && lost.iter().any(|it| it.id == ParameterId::Quantization)
    {
        return Err(ExportRefusal::Wants { id: ParameterId::Quantization, value });
    }
    let text = match shape {
        LaunchShape::Command => script::command(tools[0], &settings.concat(), &lost),
        LaunchShape::Launched => script::launched(&tools, &settings, &lost),
        LaunchShape::Configured => script::configured(&tools, &settings, &lost),
        LaunchShape::File => script::yaml(&settings.concat(), &lost),
    };
    let run_by = (shape == LaunchShape::File).then_some(tools[0].command);
    Ok(Exported { text, run_by, lost })
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
