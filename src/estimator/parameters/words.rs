//! The words of sets, and what a set of them is as a number: a bit for each word. It knows no parameter.

/// Parts of a model that stay in 16 bits beside quantized weights.
pub struct UnquantizedParts;

impl UnquantizedParts {
    /// Tables of tokens and positions.
    pub const EMBEDDING: usize = 1;
    /// The output projection.
    pub const HEAD: usize = 1 << 1;
    /// Attention to the text itself and to an image.
    pub const ATTENTION: usize = 1 << 2;
    /// Linear attention.
    pub const LINEAR_ATTENTION: usize = 1 << 3;
    /// Routers.
    pub const ROUTER: usize = 1 << 4;
    /// Experts that every token visits.
    pub const SHARED_EXPERTS: usize = 1 << 5;
    /// Feed-forward blocks of layers without experts.
    pub const FEED_FORWARD: usize = 1 << 6;
    /// Experts.
    pub const EXPERTS: usize = 1 << 7;
    /// The vision tower, and what leads from it to the text.
    pub const VISION: usize = 1 << 8;
    /// What formats leave unless their makers say otherwise.
    pub const USUAL: usize = Self::EMBEDDING | Self::HEAD | Self::ROUTER | Self::VISION;

    /// The names in links, in the order of the bits.
    pub const WORDS: &[&str] = &[
        "embedding",
        "head",
        "attention",
        "linear-attention",
        "router",
        "shared-experts",
        "feed-forward",
        "experts",
        "vision",
    ];
}

/// What stands between the words of a set.
pub(super) const BETWEEN: char = '_';

/// The words of a set as links write them.
pub(super) fn written(words: &[&str], set: usize) -> String {
    let chosen = words.iter().enumerate().filter(|(at, _)| set >> at & 1 == 1);
    chosen.map(|it| *it.1).collect::<Vec<_>>().join(&BETWEEN.to_string())
}
