//! What mixes the tokens of a layer in training, by name: softmax attention, or one of the mixers that stand beside it
//! in hybrids. It knows no tensor, which [`super::mixer_tensors`] asks of each one's own block.

use crate::estimator::architecture::Layout;

/// What mixes the tokens of a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mixer {
    /// Softmax attention, with or without a window.
    Attention {
        /// Whether a window cuts what it sees.
        is_windowed: bool,
    },
    /// Gated delta-rule attention.
    GatedDelta,
    /// A gated short convolution.
    ShortConv,
    /// A Mamba2 state space.
    Mamba2,
}

impl Mixer {
    /// The one beside softmax attention in a layout; `None` where layers have no other that has formulas.
    pub const fn beside_attention(layout: Layout) -> Option<Self> {
        match layout {
            Layout::GatedDeltaHybrid => Some(Self::GatedDelta),
            Layout::ShortConvHybrid => Some(Self::ShortConv),
            Layout::Mamba2Hybrid => Some(Self::Mamba2),
            _ => None,
        }
    }

    /// Whether a window cuts what it sees.
    pub const fn is_windowed(self) -> bool {
        matches!(self, Self::Attention { is_windowed: true })
    }

    /// Whether it is another one than softmax attention.
    pub const fn is_linear(self) -> bool {
        !matches!(self, Self::Attention { .. })
    }
}
