//! What a row of the tables of kinds of models says. It knows no kind.

use crate::estimator::architecture::Layout;

/// What has to be computed from several keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quirk {
    /// All layers have the window that `sliding_window` states, unless it is as long as the context.
    WindowInAll,
    /// Layers from `max_window_layers` on have it, with `use_sliding_window`.
    WindowIfUsed,
    /// One of so many layers has none, the last of its group: `layer_types`, or else a pattern of this many.
    WindowBut(u8),
    /// The same where the layer without one is the first of its group.
    WindowButFirst(u8),
    /// A share of each head is rotated; the number is the class' default, in hundredths.
    PartlyRotated(u8),
    /// Layers of experts, all as wide as `moe_intermediate_size`, behind `first_k_dense_replace` dense ones.
    Experts,
    /// Layers of experts as wide as `intermediate_size`.
    WideExperts,
    /// Layers of experts beside a shared one between wider dense ones, and layers that attend to their own chunk alone.
    Interleaved,
    /// Latent attention.
    Latent,
    /// Layers of which some take the tokens that an indexer before them chose.
    SharedIndexers,
    /// Heads of which two switches say how many hold keys.
    Falcon,
    /// Layers of linear attention but one of so many.
    LinearBut(u8),
    /// Layers of a state space beside softmax attention, with shared feed-forward blocks.
    StateSpace,
    /// Layers of a state space whose channels are so many times the width, and make their time steps of a share of it.
    Channels,
    /// Layers of a state space side by side with softmax attention, as wide as is stated, or a multiple of the width.
    SideBySide,
    /// Layers of short convolutions beside softmax attention, by a list of the ones or of the others.
    ShortConvs,
    /// Layers of one mixer each, of which a pattern or a list says which.
    SingleMixers,
    /// The first of the stated positions are none of a token's.
    PositionsBehindPadding,
    /// Two positions more than are stated.
    TwoMorePositions,
    /// A projection of which `feed_forward_proj` says how it is gated, by default so.
    T5(&'static str),
    /// Layers without a window whose heads are wider, fewer hold keys, and whose values are their keys; experts stand
    /// beside the feed-forward block.
    TwoHeadWidths,
    /// Layers for which there are no formulas: the keys that tell of them, parted by spaces, the first of which is
    /// named where all are left to the class.
    NoFormula(&'static str),
    /// Encoder and decoder have to be alike.
    TwoStacks,
    /// A feed-forward block four times as wide as the stream, where nothing is stated.
    FourTimes,
    /// A window written in `local_attention`.
    LocalAttention,
    /// A block that predicts a further token, of this kind, where one is stated.
    Predicts(&'static str),
    /// Norms of queries and keys of this kind, with `use_qk_norm`.
    NormsIfUsed(&'static str),
}

/// A kind of model.
#[derive(Debug)]
pub struct ModelKind {
    /// Its names in `model_type`, parted by spaces.
    pub types: &'static str,
    /// Its layers.
    pub layout: Layout,
    /// See [`read_words`](crate::import::config::words::read_words).
    pub words: &'static str,
    /// The sizes of the class, which a configuration inside another one leaves out: keys with numbers.
    pub defaults: &'static str,
    /// What is computed.
    pub quirks: &'static [Quirk],
}

pub(super) const fn family(types: &'static str, words: &'static str, quirks: &'static [Quirk]) -> ModelKind {
    ModelKind { types, layout: Layout::Decoder, words, defaults: "", quirks }
}

impl ModelKind {
    pub(super) const fn with(mut self, layout: Layout) -> Self {
        self.layout = layout;
        self
    }

    /// Whether there are no formulas for its layers.
    pub fn is_without_formulas(&self) -> bool {
        self.quirks.iter().any(|it| matches!(it, Quirk::NoFormula(_)))
    }

    pub(super) const fn or(mut self, defaults: &'static str) -> Self {
        self.defaults = defaults;
        self
    }
}
