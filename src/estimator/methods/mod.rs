//! The methods, side by side as entries of one list. It knows no formula; the files never import each
//! other, and share quantities only through `quantities`.

mod calibrated;
mod documented;
mod quantities;
mod verified;

pub use calibrated::{Capacity, capacity};
pub use quantities::{SequenceParts, expert_parameters, sequence_parts};

use crate::estimator::constants;
use crate::estimator::estimate::Estimate;
use crate::estimator::expr::Expr;
use crate::estimator::inputs::Inputs;
use crate::estimator::mode::Mode;
use crate::estimator::units::{Bytes, Memory};

/// The name of a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MethodId {
    /// The formulas as the document's text states them.
    Documented,
    /// The application that produced the document's verification table.
    Verified,
    /// What PyTorch, vLLM and llama.cpp really allocate.
    Calibrated,
}

/// The method whose total counts unless another is selected.
pub const DEFAULT_METHOD: MethodId = MethodId::Calibrated;

impl MethodId {
    /// The method's name in links, test ids and the command line's output.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::Verified => "verified",
            Self::Calibrated => "calibrated",
        }
    }

    /// The method that a link names, or `None`.
    pub fn from_id(id: &str) -> Option<Self> {
        METHODS.iter().map(|method| method.id).find(|method| method.id() == id)
    }

    /// The method's total alone; nothing where it has no formulas for the mode.
    pub fn total(self, inputs: &Inputs) -> Bytes {
        let method = METHODS.iter().find(|method| method.id == self);
        method.and_then(|it| (it.estimate)(inputs)).map(|it| it.total()).unwrap_or_default()
    }

    /// Whether the method has formulas for a mode.
    pub fn covers(self, mode: Mode) -> bool {
        METHODS.iter().any(|method| method.id == self && method.modes.contains(&mode))
    }
}

/// A way to estimate.
pub struct Method {
    /// Its name.
    pub id: MethodId,
    /// The modes for which it has formulas.
    pub modes: &'static [Mode],
    /// The formulas; for a mode outside `modes` there is no answer.
    pub estimate: fn(&Inputs) -> Option<Estimate>,
}

/// Every method, in the order in which the page shows them.
pub const METHODS: &[Method] = &[
    Method { id: MethodId::Documented, modes: &Mode::ALL, estimate: documented::estimate },
    Method {
        id: MethodId::Verified,
        modes: &[Mode::Nlp, Mode::Vlm, Mode::Moe, Mode::Cnn],
        estimate: verified::estimate,
    },
    Method { id: MethodId::Calibrated, modes: &Mode::ALL, estimate: calibrated::estimate },
];

/// The answers of all methods that cover the mode, in the order of [`METHODS`]; never empty, because
/// `documented` covers every mode.
pub fn estimate_all(inputs: &Inputs) -> Vec<Estimate> {
    METHODS.iter().filter_map(|method| (method.estimate)(inputs)).collect()
}

/// The activations that the document compares for preference training: SFT 1×, DPO 2×, GRPO k×.
pub struct ActivationComparison {
    /// Supervised fine-tuning: one sequence.
    pub sft: Expr<Memory>,
    /// Direct Preference Optimization: a chosen and a rejected sequence.
    pub dpo: Expr<Memory>,
    /// Group Relative Policy Optimization: k completions.
    pub grpo: Expr<Memory>,
}

/// The comparison that the document draws beside GRPO.
pub fn activation_comparison(inputs: &Inputs) -> ActivationComparison {
    let one_sequence = || quantities::trained_activations(inputs);
    ActivationComparison {
        sft: one_sequence(),
        dpo: Expr::from(constants::DPO_SEQUENCES) * one_sequence(),
        grpo: quantities::grpo_activations(inputs),
    }
}
