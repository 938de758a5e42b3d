//! Launches of what is shown, by program: the text, what it cannot say, why there is none, and what would have to be
//! changed. It writes no launch itself.

use crate::estimator::parameters::ParameterGroup;
use crate::estimator::{Catalog, Inputs, Mode, ParameterId};
use crate::export::{ExportRefusal, Lost, Machines, TOOLS, export};
use crate::locale::{CommandTexts, Texts};
use crate::present::brought::{BroughtRow, shown};
use crate::present::shared::file_name;

/// Values that a program may need at most before it is said to need another run.
const MOST_CHANGES: usize = 4;

/// What is started on one machine for all.
const DEEPSPEED: &str = "deepspeed";

/// A program that runs the inputs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// The program, by its id.
    pub tool: &'static str,
    /// Its name.
    pub name: &'static str,
    /// The command or the file.
    pub text: String,
    /// What the text is called as a file.
    pub file_name: String,
    /// The line that runs that file; empty where the text is a command.
    pub run_by: String,
    /// On which machines it is started, and how; empty where one is enough.
    pub machines: String,
    /// What the program cannot be told.
    pub lost: Vec<BroughtRow>,
}

/// A program that does not.
#[derive(Clone, Debug, PartialEq)]
pub struct RefusedProgram {
    /// The program, by its id.
    pub tool: &'static str,
    /// Why, in a sentence.
    pub why: String,
    /// What would have to be changed.
    pub remedy: Option<Remedy>,
}

/// Values with which a program runs the inputs.
#[derive(Clone, Debug, PartialEq)]
pub struct Remedy {
    /// The values by their names.
    pub said: String,
    /// The inputs with them.
    pub inputs: Inputs,
}

/// All programs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Commands {
    /// Those that run the inputs.
    pub running: Vec<Command>,
    /// Those that do not: those first that a change would bring to it.
    pub refused: Vec<RefusedProgram>,
}

/// The launches of some inputs.
pub fn commands(inputs: &Inputs, told: &CommandTexts, texts: &Texts, catalog: &Catalog) -> Commands {
    let mode = inputs.mode();
    let name_of_mode = |it: Mode| (texts.mode)(it).label.to_owned();
    let label = |id: ParameterId| (texts.parameter_in_mode)(id, mode);
    let named =
        |id: ParameterId, value: &str| (texts.joints.named)(label(id), &shown(id, value, inputs, texts, catalog));
    let mut res = Commands::default();
    for &tool in TOOLS {
        match export(tool, inputs) {
            Ok(it) => {
                let ending = if it.run_by.is_some() { "yaml" } else { "sh" };
                let file_name = file_name(inputs, &format!(".{tool}.{ending}"));
                let row = |it: &Lost| BroughtRow {
                    name: label(it.id),
                    value: shown(it.id, &it.value, inputs, texts, catalog),
                    why: String::new(),
                };
                res.running.push(Command {
                    tool,
                    name: name_of(tool),
                    machines: it.machines.map(|it| started(tool, it, told)).unwrap_or_default(),
                    run_by: it.run_by.map(|program| format!("{program} {file_name}")).unwrap_or_default(),
                    lost: it.lost.iter().map(row).collect(),
                    file_name,
                    text: it.text,
                });
            }
            Err(refusal) => res.refused.push(RefusedProgram {
                tool,
                why: why_not(name_of(tool), &refusal, told, (&name_of_mode, &named)),
                remedy: remedy(tool, inputs, refusal, catalog).map(|(values, inputs)| {
                    let values: Vec<_> = values.iter().map(|(id, value)| named(*id, value)).collect();
                    let values: Vec<_> = values.iter().map(String::as_str).collect();
                    Remedy { said: (texts.joints.names)(&values), inputs }
                }),
            }),
        }
    }
    res.refused.sort_by_key(|it| it.remedy.is_none());
    res
}

/// How a launch is started on several machines: DeepSpeed's launcher reaches the others itself.
fn started(tool: &str, it: Machines, told: &CommandTexts) -> String {
    let said = if tool == DEEPSPEED { told.on_one } else { told.on_each };
    said(it.number, it.each)
}

/// Why a program does not run some inputs, with keys and values as links write them.
pub fn why_not_by_key(tool: &str, refusal: &ExportRefusal, told: &CommandTexts) -> String {
    let mode = |it: Mode| it.id().to_owned();
    why_not(tool, refusal, told, (&mode, &|id, value| format!("{}={value}", id.spec().key)))
}

/// How modes, and parameters with their values, are called.
type LaunchNames<'a> = (&'a dyn Fn(Mode) -> String, &'a dyn Fn(ParameterId, &str) -> String);

fn why_not(tool: &str, refusal: &ExportRefusal, told: &CommandTexts, (mode, value): LaunchNames) -> String {
    match refusal {
        ExportRefusal::NoTool(tools) => (told.no_tool)(tool, tools),
        ExportRefusal::Mode(it) => (told.other_mode)(tool, &mode(*it)),
        ExportRefusal::NoModel => (told.no_model)(tool),
        ExportRefusal::Shape => (told.no_shape)(tool),
        ExportRefusal::Unpublished(model) => (told.unpublished)(tool, model),
        ExportRefusal::Wants { id, value: it } => (told.wants)(tool, &value(*id, it)),
    }
}

/// What a program needs until it runs the inputs: nothing of the model, which would be another run.
fn remedy(
    tool: &str,
    inputs: &Inputs,
    mut refusal: ExportRefusal,
    catalog: &Catalog,
) -> Option<(Vec<(ParameterId, String)>, Inputs)> {
    let mut values = Vec::new();
    let mut next = inputs.clone();
    while values.len() < MOST_CHANGES {
        let ExportRefusal::Wants { id, value } = refusal else { return None };
        if matches!(id.spec().group, ParameterGroup::Model | ParameterGroup::Architecture | ParameterGroup::Shape) {
            return None;
        }
        next = next.with(id, id.spec().parse(&value, catalog).ok()?).ok()?;
        values.push((id, value));
        match export(tool, &next) {
            Ok(_) => return Some((values, next)),
            Err(it) => refusal = it,
        }
    }
    None
}

/// What a program calls itself.
fn name_of(tool: &'static str) -> &'static str {
    match tool {
        "vllm" => "vLLM",
        "llama-server" => "llama.cpp",
        "accelerate" => "Accelerate",
        "deepspeed" => "DeepSpeed",
        "trl" => "TRL",
        "llama-factory" => "LLaMA-Factory",
        "megatron" => "Megatron-LM",
        _ => tool,
    }
}
