//! Launch lines and configurations of other programs as inputs. A text is a script of a shell, a file of YAML or one of JSON; which, its first
//! words say. It runs nothing and reads no file that a text only names.

mod arguments;
mod field;
mod files;
mod flags;
mod names;
mod program;
pub(super) mod resolve;
pub(super) mod setting;
mod shell;
mod tools;
mod values;

use crate::estimator::Catalog;
use crate::import::imported::Imported;
use crate::import::megatron::ImportRefusal;
pub use field::{Field, FlagMeaning, FlagWord, Syntax, Tool, ToolDefault, is_same_name};
pub use names::{file_of, repository_of};
pub use resolve::carries;
pub use setting::{Setting, Unparsed, UnparsedAt};
pub use tools::axolotl::AXOLOTL;
pub use tools::deepspeed::{CONFIG, LAUNCH};
pub use tools::launchers::ACCELERATE;
pub use tools::llama_cpp::LLAMA_CPP;
pub use tools::llama_factory::LLAMA_FACTORY;
pub use tools::transformers::{FINE_TUNING, FROM_SCRATCH};
pub use tools::trl::{GROUPS, PREFERENCE, SFT};
pub use tools::vllm::VLLM;
pub use values::{is_whole_in_16_bits, number_of, text_of};

use files::{read_json, read_yaml};
use flags::read_flags;
use program::{Program, program_of};
use resolve::resolve;
use shell::{Script, read_script};

/// Bytes of a text; no launch line is longer.
const LONGEST: usize = 256 * 1024;

/// Why a launch means nothing here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LaunchRefusal {
    /// The text cannot be read.
    Unparsed(UnparsedAt),
    /// There are no formulas for the program.
    Uncovered(&'static str),
    /// Megatron's arguments were refused.
    Megatron(ImportRefusal),
}

impl From<UnparsedAt> for LaunchRefusal {
    fn from(it: UnparsedAt) -> Self {
        Self::Unparsed(it)
    }
}

/// What a launch line or a configuration means. Names of models are those of the catalogue.
///
/// # Errors
/// Says why, and where, a text is no launch that is known.
pub fn of_launch(text: &str, catalog: &Catalog) -> Result<Imported, LaunchRefusal> {
    if text.len() > LONGEST {
        return Err(Unparsed::TooLong.at(1).into());
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim_ascii_start().starts_with('{') {
        return Ok(resolve(&[&tools::deepspeed::CONFIG_ALONE], read_json(text, 1)?, catalog));
    }
    let script = read_script(text);
    if let Ok(script) = &script {
        let found = script.commands.iter().enumerate().find_map(|(at, words)| Some((at, program_of(words)?)));
        match found {
            Some((_, Program::Uncovered(name))) => return Err(LaunchRefusal::Uncovered(name)),
            Some((at, Program::Megatron(from))) => {
                return arguments::of_arguments(&script.commands[at], from).map_err(LaunchRefusal::Megatron);
            }
            Some((at, Program::Known(started))) => return of_command(script, at, started, catalog),
            None => {}
        }
    }
    let settings = match read_yaml(text, 1) {
        Ok(settings) => settings,
        // What is neither is told as the one that it looks like.
        Err(fault) if text.lines().any(|it| it.trim_ascii_end().ends_with(':') || it.contains(": ")) => {
            return Err(fault.into());
        }
        Err(_) => return Err(script.err().unwrap_or(Unparsed::NoProgram.at(1)).into()),
    };
    let is_told = |name: &str| settings.iter().any(|it| it.name == name);
    let tools: &[&Tool] = if is_told("base_model") {
        &[&AXOLOTL]
    } else if ["stage", "finetuning_type", "cutoff_len", "quantization_bit"].into_iter().any(is_told) {
        &[&LLAMA_FACTORY]
    } else if is_told("num_generations") || is_told("max_completion_length") {
        &[&GROUPS]
    } else if is_told("beta") && is_told("max_length") {
        &[&PREFERENCE]
    } else if is_told("model_name_or_path") {
        &[&SFT]
    } else if is_told("distributed_type") || is_told("num_processes") {
        &[&tools::launchers::ACCELERATE_ALONE]
    } else {
        return Err(Unparsed::NoProgram.at(1).into());
    };
    Ok(resolve(tools, settings, catalog))
}

fn of_command(
    script: &Script,
    at: usize,
    started: program::Started,
    catalog: &Catalog,
) -> Result<Imported, LaunchRefusal> {
    let mut tools = started.tools;
    let words = script.commands[at].get(started.from..).unwrap_or(&[]);
    let mut settings = Vec::new();
    for document in &script.documents {
        if document.text.trim_ascii_start().starts_with('{') {
            tools.push(&CONFIG);
            settings.extend(read_json(&document.text, document.line)?);
        } else if let Ok(more) = read_yaml(&document.text, document.line) {
            settings.extend(more);
        }
    }
    let all = tools.clone();
    let (flags, others) = read_flags(words, |name| all.iter().find_map(|it| it.field(name)));
    if let Some(model) = others.first().filter(|_| started.has_model_in_front) {
        settings.push(Setting { name: "model".to_owned(), value: model.text.clone(), line: model.line });
    }
    settings.extend(flags);
    Ok(resolve(&tools, settings, catalog))
}
