//! What a parameter is: the columns of the table that declares them all. It knows no row, no formula, and no text of
//! the page: labels and help belong to `locale`.

use crate::estimator::mode::Mode;
use crate::estimator::parameters::choice_ids::ChoiceIds;
use crate::estimator::parameters::follows::Follows;
use crate::estimator::parameters::refusal::Allowed;
use crate::estimator::parameters::rules::Only;
use crate::estimator::parameters::scale::Slider;
use crate::estimator::parameters::value::{TableValue, Value};
use crate::estimator::units::Bytes;
use std::borrow::Cow;

/// How much a parameter moves the total; the words of the document's tables.
///
/// Measured, they mean the ratio between the largest and the smallest total that the parameter's slider
/// reaches from a mode's defaults, in the method that it moves most: see [`Impact::of_ratio`]. A parameter
/// that applies only under a choice which is not the default, such as the quantization of QLoRA, is measured
/// with that choice made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Impact {
    /// Changes no byte in any method.
    None,
    /// Under a tenth.
    Low,
    /// From a tenth to a half.
    Medium,
    /// A half and more.
    High,
}

impl Impact {
    /// Every impact, strongest first.
    pub const ALL: [Self; 4] = [Self::High, Self::Medium, Self::Low, Self::None];

    /// The word for a largest total that is `ratio` times the smallest.
    pub fn of_ratio(ratio: f64) -> Self {
        if ratio >= 1.5 {
            Self::High
        } else if ratio >= 1.1 {
            Self::Medium
        } else if ratio > 1.0 {
            Self::Low
        } else {
            Self::None
        }
    }
}

/// The heading under which the page shows a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ParameterGroup {
    /// The model and its size.
    Model,
    /// What the run is to fit.
    Device,
    /// What the run feeds through it.
    Workload,
    /// Number formats, optimizer and what trades time for memory.
    Training,
    /// How the run is spread over GPUs.
    Parallelism,
    /// What runs the model, and on what.
    Engine,
    /// The rest of the model's shape, which a preset states.
    Architecture,
    /// What a model's structure says beside its sizes; a preset states it.
    Shape,
    /// Inputs that change no byte.
    WithoutEffect,
}

impl ParameterGroup {
    /// Every group, in the page's order.
    pub const ALL: [Self; 9] = [
        Self::Model,
        Self::Device,
        Self::Workload,
        Self::Training,
        Self::Parallelism,
        Self::Engine,
        Self::Architecture,
        Self::Shape,
        Self::WithoutEffect,
    ];
}

/// The unit in which people give a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ParameterUnit {
    /// No unit: a factor, a share, a name.
    None,
    /// 10^9 parameters.
    BillionParameters,
    /// Width of a layer.
    Dimensions,
    /// Layers.
    Layers,
    /// Attention heads.
    Heads,
    /// Tokens.
    Tokens,
    /// Sequences, samples or images of a batch.
    Sequences,
    /// Experts.
    Experts,
    /// Completions per prompt.
    Completions,
    /// Micro-batches or optimizer steps.
    Steps,
    /// Edge of an image, a patch or a kernel.
    Pixels,
    /// Images.
    Images,
    /// Video frames.
    Frames,
    /// Milliseconds.
    Milliseconds,
    /// GiB (2^30 bytes).
    Gibibytes,
    /// MiB (2^20 bytes).
    Mebibytes,
    /// GPUs.
    Gpus,
}

impl ParameterUnit {
    /// What one of the unit is in the formulas' units.
    pub const fn factor(self) -> f64 {
        match self {
            Self::BillionParameters => 1e9,
            Self::Gibibytes => Bytes::PER_GIB,
            Self::Mebibytes => Bytes::PER_GIB / 1024.0,
            Self::None
            | Self::Dimensions
            | Self::Layers
            | Self::Tokens
            | Self::Sequences
            | Self::Heads
            | Self::Experts
            | Self::Completions
            | Self::Steps
            | Self::Pixels
            | Self::Images
            | Self::Frames
            | Self::Gpus
            | Self::Milliseconds => 1.0,
        }
    }
}

/// What kind of value a parameter takes.
#[derive(Clone, Copy, Debug)]
pub enum ParameterKind {
    /// A number between hard limits; sliders cover less (see [`Slider`]).
    Number {
        /// Smallest value that means something physically.
        min: f64,
        /// Largest value accepted: far above any real run, and small enough that every total stays finite.
        max: f64,
        /// Whether only whole numbers make sense.
        whole: bool,
    },
    /// One of a list, by its name in links.
    Choice {
        /// The names.
        ids: ChoiceIds,
    },
    /// Some of a list, at least one, by their names in links.
    Set {
        /// The names; a bit for each.
        words: &'static [&'static str],
    },
    /// True or false.
    Toggle,
    /// A model preset by its id, or none.
    Model,
    /// Numbers between commas, each between hard limits.
    List {
        /// How many at most; at least one.
        most: usize,
        /// Smallest value of each that means something.
        min: f64,
        /// Largest value of each that is accepted.
        max: f64,
    },
}

impl ParameterKind {
    /// A number as a value of this kind: of a choice its place in the list, of a set its bits, of a toggle 0 or 1. No
    /// number is a list.
    pub const fn value(self, number: f64) -> Value {
        match self {
            Self::Number { .. } => Value::Number(number),
            Self::Choice { .. } | Self::Set { .. } => Value::Choice(number as usize),
            Self::Toggle => Value::Toggle(number != 0.0),
            Self::Model => Value::Model(None),
            Self::List { .. } => Value::List(Cow::Borrowed(&[])),
        }
    }

    /// The place of a choice in the list, or the bits of a set; a model stands behind the words of a list that takes
    /// one, and GPUs of several kinds behind all devices.
    pub const fn place_of(self, value: &Value) -> Option<usize> {
        match (self, value) {
            (_, Value::Choice(at)) => Some(*at),
            (Self::Choice { ids: ChoiceIds::Devices }, Value::List(gpus)) => {
                Some(ChoiceIds::place_of_several(match gpus {
                    Cow::Borrowed(it) => it.len(),
                    Cow::Owned(it) => it.len(),
                }))
            }
            (Self::Choice { ids: ChoiceIds::OrModel(words) }, Value::Model(Some(_))) => Some(words.len()),
            _ => None,
        }
    }

    /// What the table names as a value of this kind. What an architecture states is here what it states of nothing: 0,
    /// no, the first of the list, or no entry.
    pub const fn table_value(self, it: TableValue) -> Value {
        match it {
            TableValue::Number(number) => Value::Number(number),
            TableValue::Choice(at) => Value::Choice(at),
            TableValue::Toggle(is_on) => Value::Toggle(is_on),
            TableValue::NoModel => Value::Model(None),
            TableValue::Stated => self.value(0.0),
        }
    }
}

/// How one or more modes use a parameter.
#[derive(Clone, Copy, Debug)]
pub struct ParameterUse {
    /// The modes.
    pub modes: &'static [Mode],
    /// The value when a link says nothing.
    pub default: TableValue,
    /// The slider, for numbers.
    pub slider: Option<Slider>,
    /// When the parameter has an effect in these modes.
    pub only: Only,
}

impl ParameterUse {
    /// The same use with an effect under some choices only.
    pub const fn only(self, only: Only) -> Self {
        Self { only, ..self }
    }
}

/// A parameter, declared once: from its row come the slider, the number box, the link, validation and
/// its messages, `docs/parameters.md`, the command line's inputs and the property tests' generators.
#[derive(Clone, Copy, Debug)]
pub struct ParameterSpec {
    /// Its name in the document and in links.
    pub key: &'static str,
    /// Its symbol in formulas.
    pub symbol: &'static str,
    /// The unit in which people give it.
    pub unit: ParameterUnit,
    /// The heading under which the page shows it.
    pub group: ParameterGroup,
    /// What values it takes.
    pub kind: ParameterKind,
    /// How much it moves the total in each mode, in the order of [`Mode::ALL`]: `h`igh, `m`edium, `l`ow, `0` not at
    /// all, `-` not used, `.` as the rest of the architecture says.
    pub impacts: &'static [u8; Mode::ALL.len()],
    /// What its default follows from, unless the model states the parameter.
    pub follows: Follows,
    /// How the modes use it; a mode occurs at most once.
    pub uses: &'static [ParameterUse],
}

impl ParameterSpec {
    /// How much the parameter moves the total in a mode; not at all where the mode does not use it, and `None` where
    /// that depends on the rest of the architecture.
    pub fn impact_in(&self, mode: Mode) -> Option<Impact> {
        let is_fact = |it: &&ParameterUse| matches!(it.default, TableValue::Stated);
        if self.uses.iter().filter(is_fact).any(|it| it.modes.contains(&mode)) {
            return None;
        }
        match self.impacts[mode as usize] {
            b'h' => Some(Impact::High),
            b'm' => Some(Impact::Medium),
            b'l' => Some(Impact::Low),
            b'.' => None,
            // `0` and `-`: a test knows all letters.
            _ => Some(Impact::None),
        }
    }

    /// What the parameter accepts.
    pub fn allowed(&self) -> Allowed {
        match self.kind {
            ParameterKind::Number { min, max, whole } => Allowed::Numbers { min, max, whole },
            ParameterKind::Choice { ids: ChoiceIds::OrModel(ids) } => Allowed::OneOfOrModel(ids),
            ParameterKind::Choice { ids: ids @ ChoiceIds::Devices } => Allowed::Devices(ids.all()),
            ParameterKind::Choice { ids } => Allowed::OneOf(ids.all()),
            ParameterKind::Set { words } => Allowed::SomeOf(words),
            ParameterKind::Toggle => Allowed::OneOf(Value::TOGGLE_IDS),
            ParameterKind::Model => Allowed::Model,
            ParameterKind::List { most, min, max } => Allowed::Lists { most, min, max },
        }
    }
}
