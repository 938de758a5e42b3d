//! English texts about what other programs wrote or are told. Names of keys and flags are theirs.

use crate::import::launch::Unparsed;
use crate::import::{MeasuredFigure, NotTaken, Omitted, Whose};
use crate::locale::english::own_sources::own_source;
use crate::locale::english::problems::allowed;
use crate::locale::imports::{ImportTexts, SheetTexts, nearest_models};

/// What is said of imports.
pub static IMPORTS: ImportTexts = ImportTexts {
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
            Unparsed::Python => {
                return "No call in this Python script says what is trained or run: bring the command that starts it, or its arguments as a file."
                    .to_owned();
            }
            Unparsed::NoProgram => {
                return "No program that is known here is started, and no configuration of one is given.".to_owned();
            }
        };
        format!("Line {line} cannot be read: {why}.")
    },
    uncovered: |program| format!("There are no formulas for {program} yet."),
    figure,
    sheet: SHEET,
};

const SHEET: SheetTexts = SheetTexts {
    title: "Paste what you run",
    note: "A launch command or script, its YAML or JSON, a model's config.json, a GGUF or safetensors file, an out-of-memory message or a start-up log. A launch and its message can stand one below the other.",
    privacy: "Nothing leaves this browser. Of a model's file only the header is read.",
    text: "What you run",
    choose: "Choose files…",
    or_drop: "or drop them anywhere on the page",
    remove: |file| format!("Remove {file}"),
    apply: |n| match n {
        0 => "Apply".to_owned(),
        1 => "Apply 1 change".to_owned(),
        n => format!("Apply {n} changes"),
    },
    same: "Same as today",
    close: "Close",
    read: |tool, n_taken, n_assumed, n_ignored| {
        format!("Read as {tool}: {n_taken} taken, {n_assumed} assumed, {n_ignored} ignored.")
    },
    no_run: "Nothing can be applied.",
    taken: "Taken",
    assumed: "Assumed: not stated",
    ignored: "Ignored",
    measured: "Measured",
    problems: "Not taken",
    place: |name, line| line.map_or_else(|| name.to_owned(), |line| format!("{name}, line {line}")),
    gpu_stays: |gpu| format!("It names no GPU: {gpu} stays."),
    of_today: "It names no model: its figures stand beside today's run, which keeps all else.",
    of_rest: "It names no model: it is taken for today's run, of which all stays that it does not say.",
    of_another_engine: |engine| {
        format!(
            "There are no formulas for what {engine} reserves. What is true of any engine can be applied, as a run in Transformers: its total is not that of {engine}."
        )
    },
    no_less: "no less",
    by_name: |script, trainer| format!("{script} is taken for TRL's script of {trainer} by its name."),
    opens_mode: |mode| format!("Opens in {mode}."),
    heads: ["Figure", "Measured", "Estimate", "Difference"],
    too_long: |size, limit| {
        format!("The text has {size}, and up to {limit} are read of a paste. A file may be longer: choose it instead.")
    },
    too_large: |file, size, limit| format!("{file} has {size}; of a file of its kind up to {limit} are read."),
    unreadable: |file| format!("The browser could not read {file}."),
    beside: |names| format!("{names} beside it would tell more: choose all of them at once."),
};

const fn figure(figure: MeasuredFigure) -> &'static str {
    match figure {
        MeasuredFigure::Weights => "Weights",
        MeasuredFigure::WeightsOfType => "Weights of one type",
        MeasuredFigure::Elements => "Numbers in all tensors",
        MeasuredFigure::KvCache => "KV cache",
        MeasuredFigure::KvPool => "Room for the KV cache",
        MeasuredFigure::KvTokens => "Tokens with room in the cache",
        MeasuredFigure::KvBlocks => "Blocks with room in the cache",
        MeasuredFigure::Concurrency => "Sequences of full length with room in the cache",
        MeasuredFigure::RecurrentState => "Recurrent state",
        MeasuredFigure::Activations => "A forward pass",
        MeasuredFigure::Graphs => "Recorded graphs",
        MeasuredFigure::OutsideTorch => "Outside of PyTorch",
        MeasuredFigure::Outputs => "Buffers for logits",
        MeasuredFigure::OnHost => "In the host's memory",
        MeasuredFigure::Allocated => "Allocated by PyTorch",
        MeasuredFigure::Needed => "Needed at least, when it failed",
        MeasuredFigure::Reserved => "Held by the allocator",
        MeasuredFigure::ReservedUnused => "Held by the allocator, unused",
        MeasuredFigure::Process => "Held by the process",
        MeasuredFigure::Refused => "Allocation that failed",
        MeasuredFigure::Free => "Free",
        MeasuredFigure::Capacity => "Total memory of the GPU",
    }
}

fn not_taken(Omitted { name, value, line, why, known, refused_by }: &Omitted) -> String {
    let why_not = why;
    let why = match why {
        NotTaken::Idle => "changes no byte",
        NotTaken::AsByDefault => "is what happens anyway",
        NotTaken::SaidAgain => "stands again behind it, and the last counts",
        NotTaken::Unread => "changes memory in a way that has no formula here, and is not counted",
        NotTaken::Unknown => "is not known here: whether it changes memory was not looked at",
        NotTaken::Value => "has a value that is not known here, and stays at its default",
        NotTaken::Model => "names a model that is none of the presets",
        NotTaken::UnreadDefault => {
            "is what the program does where nothing else is said: that changes memory in a way that has no formula here, and is not counted"
        }
        NotTaken::Unbrought => {
            "names a file that decides how much memory is needed, and was not brought: add it, or paste its text below"
        }
        NotTaken::Brought => "is read from what was brought",
        NotTaken::Another => "is another launch, and was not read: bring it alone",
        NotTaken::NoModel => {
            "is not named, so that there is no estimate: bring the launch or its config.json beside it"
        }
        NotTaken::Engine => {
            "is an engine whose pool and workspaces have no formulas here, so that there is no estimate of it"
        }
        NotTaken::Unsaid => "is not said, and stays at its default",
        NotTaken::OldSharding => {
            "is FSDP1, which has no formulas here: the estimate is of FSDP2, whose peak is about 7 % lower where both were measured"
        }
        NotTaken::Contradicted => "contradicts what stands elsewhere, which counts",
        NotTaken::Unused => "is not used beside what else is stated",
        NotTaken::Unlooked => "is not known here; most of such a file says nothing of memory",
        NotTaken::NoFormula if name == "rl" => {
            "has no formulas: of TRL 1.9's trainers the one of dpo and ipo alone was read, and its grpo copies all logits for entropies"
        }
        NotTaken::NoFormula if name == "stage" => {
            "has no formulas: its dpo makes logits and their log_softmax of all tokens in FP32, and none of its steps was traced"
        }
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
        NotTaken::Adapter => "is of an adapter, not of a model: bring its adapter_config.json",
        NotTaken::Malformed => "is nothing that the format allows there",
    };
    let place = line.map_or_else(String::new, |line| format!("Line {line}: "));
    let known = match (why_not, refused_by) {
        (NotTaken::Model, _) => match nearest_models(value)[..] {
            [] => " Bring its config.json.".to_owned(),
            ref nearest => format!(" The nearest: {}. Or bring its config.json.", nearest.join(", ")),
        },
        (_, Some(id)) => format!(" Allowed: {}.", allowed(id.spec().allowed(), value)),
        _ if known.is_empty() => String::new(),
        _ => format!(" Known: {}.", known.join(", ")),
    };
    match (name.as_str(), value.as_str()) {
        ("", "") => format!("{place}The file {why}."),
        (name, "") => format!("{place}{name} {why}.{known}"),
        (name, value) => format!("{place}{name} ({value}) {why}.{known}"),
    }
}

fn whose(whose: &Whose) -> String {
    match whose {
        Whose::ProgramsOwn(source) => own_source(*source),
        Whose::DefaultOf(key) => format!("the default of the class that reads the file, which has no {key}"),
        Whose::CodeOf(kind) => format!("the code of {kind}"),
        Whose::FollowsFrom(names) => format!("follows from {names}"),
    }
}
