//! The table of correspondences between what other programs are told and our parameters. Import and export read the
//! same rows, so that they cannot differ. It knows no text of a command line and no file.

use crate::estimator::{Inputs, Mode, ParameterId};
use crate::import::launch::setting::is_same_name;
use crate::import::launch::variables::flag_of;
use crate::import::own_source::OwnSource;

/// A word that a program takes, and what it says of our parameters.
#[derive(Clone, Copy, Debug)]
pub struct FlagWord {
    /// The program's word, in lower case.
    pub theirs: &'static str,
    /// Our parameters with their values, as links write them.
    pub pairs: &'static [(ParameterId, &'static str)],
}

/// What a file is that a flag or a field names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamedFile {
    /// DeepSpeed's configuration.
    DeepSpeed,
    /// Accelerate's.
    Accelerate,
    /// More arguments of the same program.
    Arguments,
    /// What Transformers' trainer is told of FSDP.
    Fsdp,
}

/// What a flag or a field means here.
#[derive(Clone, Copy, Debug)]
pub enum FlagMeaning {
    /// The model: a repository, a folder or a file.
    Model,
    /// The same number, in the same unit.
    Number(ParameterId),
    /// The same numbers, commas between them.
    List(ParameterId),
    /// Names of devices between commas, of which there are so many.
    Devices(ParameterId),
    /// The same number, or one of these words, which leave our default as it is.
    NumberUnless(ParameterId, &'static [&'static str]),
    /// The same number, or `auto`, which is made of the model's width.
    OfWidth(ParameterId, fn(f64) -> f64),
    /// Whether a run computes in BF16: its precision, unless frozen weights were loaded in another.
    Computes,
    /// One of a list of words.
    Words(&'static [FlagWord]),
    /// One of a list of words; another makes another run, of which there is no estimate.
    OneOf(&'static [FlagWord]),
    /// One of a list of words, which are read and never written: another row says the same.
    Heard(&'static [FlagWord]),
    /// A switch that sets a number which other parameters decide.
    Switch(ParameterId, fn(&Inputs) -> f64),
    /// Patterns of names of tensors with where these lie, as llama.cpp takes them: experts of some layers, or what has
    /// no formula.
    Experts,
    /// What says where the tower lies whose file stands beside that of a model, by the choice that it makes.
    Projector(&'static str),
    /// The file of a repository.
    RepositoryFile,
    /// Tokens of a prompt, which stand in front of those of a completion.
    PromptLength,
    /// What weights are loaded in. Where everything is trained it decides the recipe; beside adapters 16 bits are what
    /// we know.
    Loaded,
    /// The model that drafts.
    DraftModel,
    /// How many images or videos a prompt may have: where it may have neither, there is no tower.
    Modality,
    /// A number that another is no larger than, with what it is where nobody says it.
    Bound(ParameterId, f64),
    /// A factor of the number of GPUs: those of all such flags are multiplied.
    Gpus,
    /// The same, as DeepSpeed names them: `host:0,1@other:0`.
    Slots,
    /// GPUs among which one copy is shared out: all are so many for each copy, and for each part of a layer.
    Shards,
    /// The weight of the reference in the loss: none is kept where it is 0.
    ReferenceWeight,
    /// Names a file that says more, and decides bytes.
    File(NamedFile),
    /// Changes no byte of the GPU's memory, or what no estimate is of.
    Idle,
    /// Changes memory in a way that has no formula, unless it is one of these.
    Unread(&'static [&'static str]),
    /// Makes another run of it, of which there is no estimate, unless it is one of these.
    Refused(&'static [&'static str]),
}

impl FlagMeaning {
    /// The same words, read and never written.
    pub const fn heard(self) -> Self {
        match self {
            Self::Words(words) => Self::Heard(words),
            other => other,
        }
    }

    /// The same words, of which each other makes another run.
    pub const fn one_of(self) -> Self {
        match self {
            Self::Words(words) => Self::OneOf(words),
            other => other,
        }
    }

    /// Whether it names a file of a kind.
    pub fn is_file_of(self, kind: NamedFile) -> bool {
        matches!(self, Self::File(it) if it == kind)
    }
}

/// A flag or a field.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its names, without dashes in front; the first is written. Dashes and underscores are the same.
    pub names: &'static [&'static str],
    /// What it means.
    pub meaning: FlagMeaning,
}

/// What a program does when nothing is said, where that differs from our defaults.
#[derive(Clone, Copy, Debug)]
pub struct ToolDefault {
    /// Our parameter.
    pub id: ParameterId,
    /// Its value, as links write it, given all that was said; `None` where our default is the program's too.
    pub of: fn(&Inputs) -> Option<String>,
    /// Where that was read.
    pub source: OwnSource,
}

/// How a program is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// Flags, written with dashes between words.
    Dashes,
    /// Flags, written with underscores.
    Underscores,
    /// A file of YAML.
    Yaml,
    /// A file of JSON.
    Json,
}

/// A program that can be told of a run, or a part of one.
#[derive(Clone, Copy, Debug)]
pub struct Tool {
    /// Its name for people and in `--export`.
    pub id: &'static str,
    /// What its command begins with.
    pub command: &'static str,
    /// How it is told.
    pub syntax: Syntax,
    /// Our mode.
    pub mode: Mode,
    /// What it means to run this program.
    pub fixed: &'static [(ParameterId, &'static str)],
    /// Its flags or fields.
    pub fields: &'static [&'static [Field]],
    /// Parameters of which an export says what they are, also where the program would do the same by itself.
    pub told: &'static [ParameterId],
    /// What an export says besides.
    pub always: &'static [(&'static str, &'static str)],
    /// Its own defaults, in the order in which one may depend on another.
    pub defaults: &'static [&'static [ToolDefault]],
}

impl Tool {
    /// The row of a name, also of a variable that says what a flag says.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        let called = |name: &str| self.rows().find(|field| field.names.iter().any(|it| is_same_name(it, name)));
        called(name).or_else(|| called(&flag_of(name)?))
    }

    /// All rows.
    pub fn rows(&self) -> impl Iterator<Item = &'static Field> {
        self.fields.iter().flat_map(|it| it.iter())
    }

    /// All own defaults.
    pub fn own_defaults(&self) -> impl Iterator<Item = &'static ToolDefault> {
        self.defaults.iter().flat_map(|it| it.iter())
    }
}

/// Whether a row is a switch, which no value need follow.
pub fn is_switch(field: &Field) -> bool {
    match field.meaning {
        FlagMeaning::Switch(..) | FlagMeaning::Computes => true,
        FlagMeaning::Projector(place) => place != "resident",
        FlagMeaning::Words(words) | FlagMeaning::OneOf(words) => {
            words.iter().all(|it| matches!(it.theirs, "true" | "false" | "on" | "off" | "auto"))
        }
        FlagMeaning::Idle => {
            let name = field.names[0];
            ["enable", "disable", "no_", "trust", "use_", "overwrite", "do_", "jinja", "mlock"]
                .iter()
                .any(|it| name.starts_with(it))
        }
        FlagMeaning::Model
        | FlagMeaning::Number(_)
        | FlagMeaning::List(_)
        | FlagMeaning::Devices(_)
        | FlagMeaning::NumberUnless(..)
        | FlagMeaning::OfWidth(..)
        | FlagMeaning::Loaded
        | FlagMeaning::Bound(..)
        | FlagMeaning::DraftModel
        | FlagMeaning::Modality
        | FlagMeaning::Gpus
        | FlagMeaning::Slots
        | FlagMeaning::Shards
        | FlagMeaning::PromptLength
        | FlagMeaning::Experts
        | FlagMeaning::RepositoryFile
        | FlagMeaning::ReferenceWeight
        | FlagMeaning::Heard(_)
        | FlagMeaning::File(_)
        | FlagMeaning::Unread(_)
        | FlagMeaning::Refused(_) => false,
    }
}

macro_rules! fields {
    ($( [$($name:literal),+] => $meaning:expr; )*) => {
        &[ $( $crate::import::launch::field::Field { names: &[$($name),+], meaning: $meaning } ),* ]
    };
}
macro_rules! words {
    ($( $theirs:literal => [$( $id:ident = $ours:literal ),*] ),* $(,)?) => {
        $crate::import::launch::field::FlagMeaning::Words(&[ $( $crate::import::launch::field::FlagWord {
            theirs: $theirs,
            pairs: &[$( ($crate::estimator::ParameterId::$id, $ours) ),*],
        } ),* ])
    };
}
macro_rules! defaults {
    ($( $id:ident = $of:expr, $code:literal $($does:ident)?; )*) => {
        &[ $( $crate::import::launch::field::ToolDefault {
            id: $crate::estimator::ParameterId::$id,
            of: $of,
            source: $crate::import::own_source::OwnSource::at($code)
                $( .doing($crate::import::own_source::OwnDefault::$does) )?,
        } ),* ]
    };
}
pub(super) use {defaults, fields, words};
