//! What the lists of parameters and the document's table say of each optimizer. It knows no state and no step:
//! `run/optimizer` does.

use crate::estimator::parameters::choices::Optimizer;

impl Optimizer {
    /// Whether a step of its kernels differs in what it holds: momentum is added in place by each, bitsandbytes has one
    /// for each optimizer, and Adafactor goes from parameter to parameter.
    pub const fn has_kernels(self) -> bool {
        match self {
            Self::Adam | Self::AdamW | Self::Lion | Self::Muon => true,
            Self::Sgd
            | Self::AdamW8bit
            | Self::PagedAdamW8bit
            | Self::Adafactor
            | Self::BnbLion
            | Self::Lion8bit
            | Self::PagedAdamW
            | Self::PagedLion8bit
            | Self::GaLoreAdamW => false,
        }
    }

    /// Whether its states lie in unified memory, of which the driver leaves in the host's what has no room on the GPU
    /// (bitsandbytes, `functional.get_paged`; documentation, "8-bit optimizers", "Paged optimizers").
    pub const fn is_paged(self) -> bool {
        matches!(self, Self::PagedAdamW | Self::PagedAdamW8bit | Self::PagedLion8bit)
    }

    /// The document's optimizer factor `f`: FP32 states per trained parameter.
    pub const fn factor(self) -> f64 {
        match self {
            Self::Sgd => 1.0,
            Self::Adam | Self::AdamW => 2.0,
            // The document stops at AdamW; these are the same states counted in FP32.
            Self::PagedAdamW => 2.0,
            Self::AdamW8bit | Self::PagedAdamW8bit => 0.5,
            // Muon has one for what is a matrix, which is most.
            Self::Lion | Self::BnbLion | Self::Muon => 1.0,
            Self::Lion8bit | Self::PagedLion8bit => 0.25,
            // Two moments of rank 128 in place of 4,096, the document's width.
            Self::GaLoreAdamW => 0.0625,
            Self::Adafactor => 0.0,
        }
    }
}
