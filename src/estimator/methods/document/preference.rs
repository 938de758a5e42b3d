//! The document's comparison of preference training. It knows no other quantity.

use crate::estimator::expr::Expr;
use crate::estimator::inputs::Inputs;
use crate::estimator::methods::document::quantities::{dpo_activations, grpo_activations, trained_activations};
use crate::estimator::reader::{Reader, Telling};
use crate::estimator::units::Memory;

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
    let reader = Reader::new(inputs, Telling::Formulas);
    ActivationComparison {
        sft: trained_activations(&reader),
        dpo: dpo_activations(&reader),
        grpo: grpo_activations(&reader),
    }
}
