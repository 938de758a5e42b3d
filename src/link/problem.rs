//! What was wrong with a link. It knows no language: `locale` makes the sentences.

use crate::estimator::parameters::Allowed;
use crate::estimator::{Conflict, Control, Mode, Model, ParameterId, Refusal, Unsupported};
use crate::link::nearest::meant;
use std::sync::Arc;

/// Something in a link that could not be taken as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// The key, as the link had it; long ones are cut.
    pub key: String,
    /// The value, as the link had it; long ones are cut.
    pub value: String,
    /// What was wrong.
    pub kind: ProblemKind,
}

impl Problem {
    /// Whether GPUs were counted over which nothing spreads the run.
    pub fn is_count_alone(&self) -> bool {
        self.key == ParameterId::GpuCount.spec().key && matches!(self.kind, ProblemKind::NoEffect(Control::Trainer, _))
    }
}

/// What was wrong with a key or a value.
#[derive(Clone, Debug, PartialEq)]
pub enum ProblemKind {
    /// No parameter has this key; it was ignored.
    UnknownKey,
    /// The value was refused; the default stands.
    Refused {
        /// Why.
        refusal: Refusal,
        /// What the key accepts.
        allowed: Accepted,
        /// The default that stands.
        used: String,
    },
    /// The key stood there more than once; the default stands.
    Repeated {
        /// What the key accepts.
        allowed: Accepted,
        /// The default that stands.
        used: String,
    },
    /// A choice takes the effect of the key away; it is kept, and never read. Whether that cannot be had at all
    /// `impossible` of the estimator says.
    NoEffect(Control, Mode),
    /// `calibrated` has no formulas for the model in the mode.
    Unsupported(Unsupported, Mode),
    /// The model that was chosen in this mode, left there because another mode does not run it. No link has this.
    LeftBehind(Unsupported, Mode),
    /// What was given in this mode and counts in the one that was opened from it. No link has this.
    Carried(Mode),
    /// The value contradicts another; both are kept.
    Conflict(Conflict),
    /// A configuration that could not be pinned; it was ignored.
    Pin(PinFault),
    /// So many more problems were found that they are only counted.
    More(usize),
}

/// Why a configuration could not be pinned.
#[derive(Clone, Debug, PartialEq)]
pub enum PinFault {
    /// As many as a link can hold stand before it.
    TooMany,
    /// Something in it is no parameter or has no such value.
    Inside {
        /// The key in it, as the link had it; long ones are cut.
        key: String,
        /// Its value, likewise.
        value: String,
    },
}

/// The name that was given in other letters, of those that a key accepts.
pub fn meant_of<'a>(accepted: &'a Accepted, given: &str) -> Option<&'a str> {
    match accepted {
        Accepted::Parameter(Allowed::OneOf(names) | Allowed::OneOfOrModel(names) | Allowed::Devices(names)) => {
            meant(given, names)
        }
        Accepted::OneOf(names) => meant(given, names),
        Accepted::Model(known) => meant(given, &known.iter().map(|it| it.id.as_ref()).collect::<Vec<_>>()),
        Accepted::Parameter(_) => None,
    }
}

/// What a key of a link accepts.
#[derive(Clone, Debug, PartialEq)]
pub enum Accepted {
    /// What a parameter accepts.
    Parameter(Allowed),
    /// The id of one of these presets.
    Model(Vec<Arc<Model>>),
    /// One of some names, for keys that are no parameter.
    OneOf(Vec<&'static str>),
}
