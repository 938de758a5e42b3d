//! Launch lines and configurations of other programs as inputs. A text is a script of a shell, a file of YAML or one of
//! JSON; which, its first words say. It runs nothing and reads no file that a text only names.

mod arguments;
mod asked;
mod commented;
mod concluded;
mod containers;
mod documents;
mod environment;
mod field;
mod files;
mod flags;
mod gathering;
mod hosts;
mod implied;
mod loaded;
mod modelfile;
mod modules;
mod names;
mod own_defaults;
mod own_files;
mod pattern;
mod postponed;
mod program;
mod published;
mod reserved;
pub(super) mod resolve;
mod scripted;
mod scripts;
pub(super) mod setting;
mod shell;
mod told_files;
mod tools;
mod values;
mod variables;
mod versions;

use crate::estimator::{Catalog, ParameterId};
use crate::import::imported::{Imported, NamedScript, NotTaken};
use crate::import::megatron::ImportRefusal;
pub use commented::{NOT_CARRIED, has_other_words, is_stated};
pub use documents::PARTED;
pub use field::{Field, FlagMeaning, FlagWord, Syntax, Tool, ToolDefault};
pub use loaded::{are_converted, are_prepared};
pub use modules::modules_of;
pub use names::{
    FOUR_BITS, checkpoint_of, file_format, file_of, is_file, projector_of, published_names, repository_of,
};
pub use own_defaults::carries;
pub use setting::{Setting, Unparsed, UnparsedAt, is_same_name};
pub use tools::axolotl::AXOLOTL;
pub use tools::deepspeed::{CONFIG, LAUNCH};
pub use tools::launchers::ACCELERATE;
pub use tools::llama_cpp::LLAMA_CPP;
pub use tools::llama_factory::LLAMA_FACTORY;
pub use tools::ollama::OLLAMA;
pub use tools::sglang::SGLANG;
pub use tools::transformers::{FINE_TUNING, FROM_SCRATCH};
pub use tools::trl::{GROUPS, PREFERENCE, SFT};
pub use tools::vllm::{MADE_WHILE_LOADING, VLLM};
pub use values::{has_adapters, is_whole_in_16_bits, number_of, text_of};
pub(super) use versions::take_version;

use asked::asked_gpus;
use commented::with_comments;
use concluded::concluded;
use containers::{commands_of, has_containers};
use documents::{Document, take_objects, take_yaml, yaml_documents};
use environment::{Surroundings, is_told_by_variable};
use field::NamedFile;
use files::{read_json, read_yaml};
use flags::read_flags;
use hosts::take_hosts;
use implied::leave_variables;
use modelfile::of_modelfile;
use program::{Program, Started, program_of};
use scripted::{is_script, of_python, settle_step};
use scripts::ScriptRefusal;
use shell::{HereDocument, Script, SpokenWord, read_script};
use told_files::{ToldFiles, with_files};
use tools::peft::{ADAPTER, KIND_OF_ADAPTER, said_in};

/// Bytes of a text; no launch line is longer.
const LONGEST: usize = 256 * 1024;

/// What the file of an adapter does not say of the run that has made it.
const OF_TRAINING: &[&str] = &["per_device_train_batch_size", "max_length"];

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

impl From<ScriptRefusal> for LaunchRefusal {
    fn from(it: ScriptRefusal) -> Self {
        match it {
            ScriptRefusal::Uncovered(name) => Self::Uncovered(name),
            ScriptRefusal::OwnLoop(line) => Self::Unparsed(Unparsed::Python.at(line)),
        }
    }
}

/// What a launch line or a configuration means. Names of models are those of the catalogue.
///
/// # Errors
/// Says why, and where, a text is no launch that is known.
pub fn of_launch(text: &str, catalog: &Catalog) -> Result<Imported, LaunchRefusal> {
    of_launch_beside(text, None, catalog)
}

/// The same of a text in which files that the launch names may stand, [`PARTED`] from it; `shape` is what other files
/// tell of the model.
///
/// # Errors
/// As [`of_launch`] has.
pub fn of_launch_beside(text: &str, shape: Option<&Imported>, catalog: &Catalog) -> Result<Imported, LaunchRefusal> {
    match of_text(text, shape, catalog) {
        Ok(read) => {
            let mut res = with_comments(read, text, catalog);
            settle_step(&mut res, catalog);
            take_version(text, &mut res, catalog);
            Ok(res)
        }
        Err(LaunchRefusal::Unparsed(at)) => {
            Err(line_of_python(text).map_or(at, |line| Unparsed::Python.at(line)).into())
        }
        Err(refusal) => Err(refusal),
    }
}

/// The line on which a script of Python takes a module in, from 1; `None` where none does.
fn line_of_python(text: &str) -> Option<usize> {
    let takes_in = |it: &str| it.starts_with("import ") || it.starts_with("from ") && it.contains(" import ");
    text.lines().position(takes_in).map(|at| at + 1)
}

fn of_text(text: &str, shape: Option<&Imported>, catalog: &Catalog) -> Result<Imported, LaunchRefusal> {
    if text.len() > LONGEST {
        return Err(Unparsed::TooLong.at(1).into());
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if let Some(read) = of_python(text, shape, catalog) {
        return read.map_err(LaunchRefusal::from);
    }
    let mut rest = text.to_owned();
    let mut documents = take_objects(&mut rest);
    if rest.trim_ascii().is_empty() && !documents.is_empty() {
        let said = documents.remove(0).settings;
        if said.iter().any(|it| it.is(KIND_OF_ADAPTER)) {
            let told = ToldFiles { said: said_in(said), unused: documents, ..ToldFiles::default() };
            let mut res = concluded(&[&ADAPTER], told, shape, catalog);
            OF_TRAINING.iter().for_each(|it| res.leave(it, "", NotTaken::Unsaid));
            return Ok(res);
        }
        let told = ToldFiles { said, unused: documents, ..ToldFiles::default() };
        return Ok(concluded(&[&tools::deepspeed::CONFIG_ALONE], told, shape, catalog));
    }
    if text.trim_ascii_start().starts_with('{') && documents.is_empty() {
        return Err(read_json(text, 1).err().unwrap_or(Unparsed::Json.at(1)).into());
    }
    if let Some(said) = of_modelfile(&rest) {
        let told = ToldFiles { said, unused: documents, ..ToldFiles::default() };
        return Ok(concluded(&[&OLLAMA], told, shape, catalog));
    }
    if has_containers(&rest) {
        let commands = commands_of(&rest, |words| program_of(words).is_some())?;
        let (commands, around) = commands.into_iter().map(|it| (it.words, it.around)).unzip();
        return of_script(Script { commands, ..Script::default() }, around, documents, shape, catalog);
    }
    let script = read_script(&rest);
    if matches!(&script, Ok(it) if it.commands.iter().any(|words| program_of(words).is_some())) {
        documents.extend(take_yaml(&mut rest));
        let script = read_script(&rest)?;
        let given = Surroundings { gpus: asked_gpus(&rest), ..Surroundings::default() };
        let around = vec![given; script.commands.len()];
        return of_script(script, around, documents, shape, catalog);
    }
    let mut found = None;
    for (part, line) in yaml_documents(&rest) {
        let settings = match read_yaml(&part, line) {
            Ok(settings) => settings,
            // What is neither is told as the one that it looks like.
            Err(fault) if rest.lines().any(|it| it.trim_ascii_end().ends_with(':') || it.contains(": ")) => {
                return Err(fault.into());
            }
            Err(_) => return Err(script.err().unwrap_or(Unparsed::NoProgram.at(1)).into()),
        };
        match tool_of(&settings) {
            Some(tool) if found.is_none() => found = Some((tool, settings)),
            _ => documents.push(Document::of(settings, line)),
        }
    }
    if let Some((tool, settings)) = found {
        let mut tools = vec![tool];
        let told = with_files(&mut tools, settings, documents);
        return Ok(concluded(&tools, told, shape, catalog));
    }
    let launcher = documents.iter().position(|it| it.kind == NamedFile::Accelerate);
    let Some(at) = launcher else { return Err(Unparsed::NoProgram.at(1).into()) };
    let mut tools = vec![&tools::launchers::ACCELERATE_ALONE];
    let settings = documents.remove(at).settings;
    let told = with_files(&mut tools, settings, documents);
    Ok(concluded(&tools, told, shape, catalog))
}

/// Whether a text launches something, or is the file of a program: what is brought beside it are files that it may
/// name.
pub fn is_launch(text: &str) -> bool {
    let text = text.trim_ascii_start();
    if text.starts_with('{') || text.len() > LONGEST {
        return false;
    }
    if of_modelfile(text).is_some() {
        return true;
    }
    let starts = |script: Script| script.commands.iter().any(|words| program_of(words).is_some());
    read_script(text).is_ok_and(starts) || read_yaml(text, 1).is_ok_and(|it| tool_of(&it).is_some()) || is_script(text)
}

/// The files that a launch names and that decide bytes, where they may lie beside it: none that a whole path names, or
/// that lies above.
pub fn files_named(text: &str) -> Vec<String> {
    let Ok(read) = of_launch(text, &Catalog::default()) else { return vec![] };
    let unbrought = read.left_out.into_iter().filter(|it| it.why == NotTaken::Unbrought).map(|it| it.value);
    unbrought.filter(|it| !it.starts_with(['/', '~', '$']) && !it.contains("..") && !it.contains([':', '\\'])).collect()
}

/// Names in a file of arguments that vLLM alone has.
const OF_VLLM: &[&str] = &["gpu-memory-utilization", "max-model-len", "max-num-seqs", "max-num-batched-tokens"];

/// The program whose file some settings are; `None` for those of a file that another launch names.
fn tool_of(settings: &[Setting]) -> Option<&'static Tool> {
    let is_told = |name: &str| settings.iter().any(|it| it.is(name));
    if is_told("base_model") {
        Some(&AXOLOTL)
    } else if is_told("model") && OF_VLLM.iter().any(|it| is_told(it)) {
        Some(&VLLM)
    } else if ["stage", "finetuning_type", "cutoff_len", "quantization_bit"].into_iter().any(is_told) {
        Some(&LLAMA_FACTORY)
    } else if is_told("num_generations") || is_told("max_completion_length") {
        Some(&GROUPS)
    } else if is_told("beta") && is_told("max_length") {
        Some(&PREFERENCE)
    } else if is_told("model_name_or_path") {
        Some(&SFT)
    } else {
        None
    }
}

/// What a script starts: the first command whose program is told of a model, else the first that is told anything, else
/// the first. Others are told. Of containers there is what each command is given.
fn of_script(
    script: Script,
    around: Vec<Surroundings>,
    mut documents: Vec<Document>,
    shape: Option<&Imported>,
    catalog: &Catalog,
) -> Result<Imported, LaunchRefusal> {
    let all: Vec<_> = script.commands.iter().filter_map(|words| Some((words, program_of(words)?))).collect();
    let is_told = |it: &(&Vec<SpokenWord>, Program)| match &it.1 {
        Program::Known(started) => started.is_told(it.0),
        Program::Megatron(_) | Program::Uncovered(_) => true,
    };
    let is_of_model = |it: &(&Vec<SpokenWord>, Program)| match &it.1 {
        Program::Known(started) => started.is_told_of_model(it.0),
        Program::Megatron(_) | Program::Uncovered(_) => true,
    };
    let at = all.iter().position(is_of_model).or_else(|| all.iter().position(is_told)).unwrap_or(0);
    let others: Vec<_> =
        all.iter().enumerate().filter(|it| it.0 != at && is_told(it.1)).map(|it| it.1.0.clone()).collect();
    let own = all.get(at).and_then(|it| script.commands.iter().position(|words| words == it.0));
    // What stands around Ollama's server says how it runs a model.
    let serves = |it: &Program| matches!(it, Program::Known(it) if it.tools[0].id == OLLAMA.id);
    let is_served = all.get(at).is_some_and(|it| serves(&it.1));
    let servers = all.iter().filter(|it| is_served && serves(&it.1)).filter_map(|(words, _)| {
        let mut own = around.get(script.commands.iter().position(|it| it == *words)?)?.clone();
        own.take_front(words);
        Some(own)
    });
    let server = servers.reduce(|mut first, next| {
        first.variables.extend(next.variables);
        Surroundings { gpus: first.gpus.or(next.gpus), ..first }
    });
    let mut around = server.or_else(|| around.into_iter().nth(own?)).unwrap_or_default();
    let Some((words, program)) = all.into_iter().nth(at) else { return Err(Unparsed::NoProgram.at(1).into()) };
    let mut res = match program {
        Program::Uncovered(name) => return Err(LaunchRefusal::Uncovered(name)),
        Program::Megatron(from) => {
            let mut res = arguments::of_arguments(words, from).map_err(LaunchRefusal::Megatron)?;
            // Its launcher alone says how many processes there are.
            around.gpus.iter().for_each(|it| res.leave_setting(it, NotTaken::Unused));
            res
        }
        Program::Known(started) => {
            for it in &script.documents {
                documents.extend(read_yaml(&it.text, it.line).map(|settings| Document::of(settings, it.line)).ok());
            }
            around.variables.extend(script.variables.clone());
            around.take_front(words.get(..started.from).unwrap_or(&[]));
            let program = started.tools[0];
            let mut res = of_command(words, started, (documents, &script.documents), &around, shape, catalog);
            around.variables.retain(|name, _| !is_told_by_variable(program, name));
            leave_variables(&around.variables, &mut res);
            res
        }
    };
    for words in others {
        let text: Vec<_> = words.iter().map(|it| it.text.as_str()).collect();
        res.leave_on(words.first().map(|it| it.line), &text.join(" "), "", NotTaken::Another);
    }
    Ok(res)
}

fn of_command(
    words: &[SpokenWord],
    started: Started,
    (mut documents, written): (Vec<Document>, &[HereDocument]),
    around: &Surroundings,
    shape: Option<&Imported>,
    catalog: &Catalog,
) -> Imported {
    let mut tools = started.tools;
    let behind = words.get(started.from..).unwrap_or(&[]);
    let all = tools.clone();
    let (flags, others) = read_flags(behind, |name| all.iter().find_map(|it| it.field(name)));
    let mut settings = around.settings_of(tools[0]);
    let gpus = around.gpus_of(tools[0]);
    let mut others = others.into_iter();
    if let Some(name) = started.front
        && let Some(word) = others.next()
    {
        settings.push(Setting { name: name.to_owned(), value: word.text.clone(), line: word.line });
    }
    // A launcher is told the script, which is known.
    let is_script = |it: &SpokenWord| it.text.ends_with(".py");
    let script = behind.iter().position(is_script);
    let stray: Vec<_> = others.filter(|it| script.is_none_or(|at| behind[at] != **it)).collect();
    settings.extend(flags);
    let is_deepspeed = all.iter().any(|it| it.id == LAUNCH.id);
    let hosts = is_deepspeed.then(|| take_hosts(&mut settings, written)).flatten();
    // Some scripts look for DeepSpeed's file by themselves.
    let is_named = |it: &Setting| {
        all.iter().find_map(|tool| tool.field(&it.name)).is_some_and(|it| it.meaning.is_file_of(NamedFile::DeepSpeed))
    };
    if is_deepspeed
        && !settings.iter().any(is_named)
        && let Some(at) = documents.iter().position(|it| it.kind == NamedFile::DeepSpeed)
    {
        tools.push(&CONFIG);
        settings.splice(0..0, documents.remove(at).settings);
    }
    let told = ToldFiles { gpus, ..with_files(&mut tools, settings, documents) };
    let mut res = concluded(&tools, told, shape, catalog);
    hosts.iter().for_each(|it| res.leave_setting(it, NotTaken::Unused));
    // Behind a model stands what Ollama is asked.
    let why = if tools[0].id == OLLAMA.id { NotTaken::Idle } else { NotTaken::Unknown };
    for it in stray {
        res.leave_on(Some(it.line), &it.text, "", why);
    }
    res.script = started.script.map(|name| NamedScript { name, trainer: trainer_of(tools[0]) });
    res
}

/// What TRL calls what a tool of its table trains by (`trl/scripts`).
fn trainer_of(tool: &Tool) -> &'static str {
    match tool.fixed.iter().find(|it| it.0 == ParameterId::Algorithm).map(|it| it.1) {
        Some("dpo") => "DPO",
        Some("grpo") => "GRPO",
        _ => "SFT",
    }
}
