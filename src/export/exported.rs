//! The shape of an export, and why there is none. It knows no program.

use crate::estimator::{Mode, ParameterId};
use crate::export::machines::Machines;

/// A parameter of which a program cannot be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// The parameter.
    pub id: ParameterId,
    /// Its value here, as links write it.
    pub value: String,
}

/// A launch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exported {
    /// The command or the file.
    pub text: String,
    /// What runs the text as a file; `None` where it is a command.
    pub run_by: Option<String>,
    /// What it does not say.
    pub lost: Vec<Lost>,
    /// The machines that it is started on; `None` where one is enough.
    pub machines: Option<Machines>,
}

/// Why a program cannot run what the inputs say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExportRefusal {
    /// There is no such program. Those that there are.
    NoTool(&'static [&'static str]),
    /// It does something else than the mode.
    Mode(Mode),
    /// No model was chosen.
    NoModel,
    /// Its arguments do not describe such a model.
    Shape,
    /// The model is published nowhere that is known. Its id.
    Unpublished(String),
    /// It needs another value of a parameter.
    Wants {
        /// The parameter.
        id: ParameterId,
        /// What it needs, as links write it.
        value: String,
    },
}
