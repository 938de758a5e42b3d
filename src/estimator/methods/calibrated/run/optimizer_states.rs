//! What each optimizer keeps of what it updates: one row an optimizer. It knows no number of parameters, and not what a
//! step makes.

use crate::estimator::parameters::choices::Optimizer;

/// What an optimizer keeps of each element, all the time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum OptimizerStates {
    /// So many numbers in the format of states, which is that of what is updated.
    Own(f64),
    /// So many in FP32, whatever is updated.
    Wide(f64),
    /// So many of 8 bits in blocks that share a scale.
    Packed(f64),
    /// In FP32 the sums of rows and of columns of each matrix.
    RowsAndColumns,
    /// A momentum of each matrix of a hidden layer, and AdamW's two moments beside them.
    Orthogonalized,
    /// Moments of what is left of a gradient when it is projected, with the projectors.
    Projected,
}

impl OptimizerStates {
    /// Those of an optimizer.
    pub const fn of(optimizer: Optimizer) -> Self {
        match optimizer {
            // `torch/optim/sgd.py`, `momentum_buffer`.
            Optimizer::Sgd => Self::Own(1.0),
            // `torch/optim/adam.py`, `exp_avg` and `exp_avg_sq`.
            Optimizer::Adam | Optimizer::AdamW => Self::Own(2.0),
            // lion-pytorch, `exp_avg`.
            Optimizer::Lion => Self::Own(1.0),
            // bitsandbytes, `Optimizer1State` and `Optimizer2State`; `Optimizer8bit.get_state_buffer` for the format.
            Optimizer::BnbLion => Self::Wide(1.0),
            Optimizer::PagedAdamW => Self::Wide(2.0),
            Optimizer::Lion8bit | Optimizer::PagedLion8bit => Self::Packed(1.0),
            Optimizer::AdamW8bit | Optimizer::PagedAdamW8bit => Self::Packed(2.0),
            // `transformers/optimization.py`, `exp_avg_sq_row` and `exp_avg_sq_col`.
            Optimizer::Adafactor => Self::RowsAndColumns,
            Optimizer::Muon => Self::Orthogonalized,
            Optimizer::GaLoreAdamW => Self::Projected,
        }
    }

    /// Numbers of an element of a table or an output projection, which are nobody's hidden layer, and of every element
    /// where all are treated alike; none where sums of rows and columns stand for them.
    pub const fn of_element(self) -> f64 {
        match self {
            Self::Own(n) | Self::Wide(n) | Self::Packed(n) => n,
            Self::RowsAndColumns => 0.0,
            Self::Orthogonalized | Self::Projected => Self::of(Optimizer::AdamW).of_element(),
        }
    }
}
