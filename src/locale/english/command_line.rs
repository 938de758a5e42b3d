//! English texts of the command line. Names of fields and options are contracts and the same in all languages.

use crate::export::ExportRefusal;
use crate::import::launch::Unparsed;
use crate::import::{NotTaken, Omitted, Whose};
use crate::locale::texts::CommandLineTexts;

/// What the command line says.
pub static COMMAND_LINE: CommandLineTexts = CommandLineTexts {
    help: HELP,
    unknown_option: |option| format!("estimate: unknown option {option}; see estimate --help"),
    no_file: |option| format!("estimate: {option} needs a file; see estimate --help"),
    unread_argument: |key, value| {
        format!("There are no formulas yet for Megatron's {key}={value}: what it changes was not read.")
    },
    missing_argument: |key| format!("Megatron's {key} is needed, and not given."),
    not_arguments: "The file is no JSON object of Megatron's arguments.",
    not_taken,
    whose,
    unparsed: |why, line| {
        let why = match why {
            Unparsed::TooLong => "it is too long for a launch",
            Unparsed::OpenQuote => "a quote is opened and not closed",
            Unparsed::Feature(what) => {
                return format!("Line {line} cannot be read: this part of YAML is not known here: {what}.");
            }
            Unparsed::Line => "it says neither a field nor an entry of a list",
            Unparsed::TooDeep => "it is nested too deep",
            Unparsed::Json => "it is no object of JSON",
            Unparsed::NoProgram => {
                return "No program that is known here is started, and no configuration of one is given.".to_owned();
            }
        };
        format!("Line {line} cannot be read: {why}.")
    },
    uncovered: |program| format!("There are no formulas for {program} yet."),
    no_export,
    failed: |error| format!("estimate: {error}"),
};

fn not_taken(Omitted { name, value, line, why }: &Omitted) -> String {
    let why = match why {
        NotTaken::Idle => "changes no byte",
        NotTaken::AsByDefault => "is what happens anyway",
        NotTaken::SaidAgain => "stands again behind it, and the last counts",
        NotTaken::Unread => "changes memory in a way that has no formula here: the estimate is of the run without it",
        NotTaken::Unknown => "is not known here: whether it changes memory was not looked at",
        NotTaken::Value => "has a value that is not known here, and stays at its default",
        NotTaken::Model => "names a model that is none of the presets",
        NotTaken::Unsaid => "is not said: the estimate is of the default",
        NotTaken::Contradicted => "contradicts what stands in front of it, which counts",
        NotTaken::Unused => "is not used beside what else is stated",
        NotTaken::Unlooked => "is not known here; most of such a file says nothing of memory",
        NotTaken::NoFormula => "is something for which there are no formulas yet",
        NotTaken::Missing => "is needed, and not there",
        NotTaken::WrongType => "is not of the kind that is needed there: a number, a text, a list, an object",
        NotTaken::Refused => "is a value that no estimate takes",
        NotTaken::Contradicts => "contradicts what stands elsewhere in the file",
        NotTaken::UnknownFile => "is of no kind that is known here",
        NotTaken::NotJson => "is no JSON",
        NotTaken::TooDeep => "is nested too deeply",
        NotTaken::TooLarge => "is more than is read",
        NotTaken::Truncated => "ends before what it announces",
        NotTaken::Malformed => "is nothing that the format allows there",
    };
    let place = line.map_or_else(String::new, |line| format!("Line {line}: "));
    match (name.as_str(), value.as_str()) {
        ("", "") => format!("{place}The file {why}."),
        (name, "") => format!("{place}{name} {why}."),
        (name, value) => format!("{place}{name} ({value}) {why}."),
    }
}

fn whose(whose: &Whose) -> String {
    match whose {
        Whose::ProgramsOwn(source) => (*source).to_owned(),
        Whose::DefaultOf(key) => format!("the default of the class that reads the file, which has no {key}"),
        Whose::CodeOf(kind) => format!("the code of {kind}"),
        Whose::FollowsFrom(names) => format!("follows from {names}"),
    }
}

fn no_export(tool: &str, refusal: &ExportRefusal) -> String {
    match refusal {
        ExportRefusal::NoTool(tools) => {
            format!("estimate: there is no export for {tool}, only for {}", tools.join(", "))
        }
        ExportRefusal::Mode(mode) => format!("estimate: {tool} does not do what the mode {} is of", mode.id()),
        ExportRefusal::NoModel => format!("estimate: {tool} needs a model, and the link has none"),
        ExportRefusal::Unpublished(model) => {
            format!("estimate: no repository of the model {model} is known for {tool}")
        }
        ExportRefusal::Wants { id, value } => {
            format!("estimate: {tool} can do this with {}={value} only", id.spec().key)
        }
    }
}

const HELP: &str = "\
Estimates the GPU memory of AI workloads.

Usage: estimate [--strict] [--solve] [--advise] [LINK...]

LINK is a link of the page: a whole URL, `?query`, or `query`, such as
`mode=nlp&modelSize=8.75&batchSize=4`. Without any LINK, every line of standard
input is one.

Prints one JSON object a line and nothing else:
  link       the canonical link
  mode       the mode
  inputs     every input of the mode with its effective value
  followed   defaults that other choices have moved: key, value, because (the keys that moved it),
             and method where one method alone takes it
  problems   what could not be taken as it stands: key, value, message
  estimates  for each method: total_bytes and the bytes of each component, of the fullest GPU; ranks, the same
             of each kind of GPU of the run, with how many there are; low_bytes to high_bytes, the error
             band of runs of its kind, and the evidence for it (traced, measured, rule); of calibrated also
             reserved_bytes, what nvidia-smi will show, and least_bytes, the least to get through in
  fits       whether the run fits its GPU (gpu, or gpuMemory in GiB): verdict (fits, tight, too_much,
             does_not_start, cannot_say, no_device), reason, spare_bytes, and smallest, the smallest GPU that it fits;
             with vLLM also the tokens and sequences that its pool has room for
  answers    with --solve, how much fits the GPU while all else stands, by the method that the link selects: key, value
             and kind (most: one more does not fit; fewest: one less does not; smallest; every: all values fit; none: no
             value fits, with tight_value where one is tight), and link, the link with that value
  advice     with --advise, changes that need less, each estimated again: changes (key, value), saves_bytes, verdict, link;
             what fits first, then by bytes; pairs of changes where no single one is enough

Options:
  --import FILE  answer to what another program is told or wrote as to a link (- for standard input): a command line or
             script of vllm serve, llama-server, trl, accelerate launch, torchrun, deepspeed, Megatron-LM's
             pretrain_gpt.py or a script with TrainingArguments; a YAML file of axolotl, LLaMA-Factory, TRL or
             Accelerate; DeepSpeed's JSON; a JSON object of Megatron's arguments, with world-size and gpu
             (a100, h100, gb200); a model's config.json or hf_quant_config.json, each with the other where it lies
             beside it; the header of a *.safetensors file, model.safetensors.index.json with the headers of the files
             that it names, the header of a GGUF file with its other parts; an out-of-memory message of PyTorch, a log
             of vLLM or llama.cpp. imported then tells tool, taken (key, value, name, line), assumed (the program's own
             defaults: key, value, source), ignored (name, value, line, message) and measured (figure, bytes or
             number, name, line, device; estimated_bytes of which components, or estimated_number, where the estimate
             has the like). What is needed and not there is a problem, and then there are no estimates
  --export TOOL  print no estimate, but a launch that does what each link says: vllm, llama-server, accelerate,
             deepspeed, trl, axolotl, llama-factory, megatron. What TOOL cannot be told stands in comments; where
             it cannot run the link at all, standard error says why, and the exit status is 2
  --strict   exit status 2 if any link had problems (otherwise 0)
  --solve    also tell how much fits
  --advise   also tell what to change
  --help     print this help
  --         end of options: all that follows are links

Messages are English, or Chinese where a link has `lang=zh`; so is this help, for
`estimate --help lang=zh`.
";
