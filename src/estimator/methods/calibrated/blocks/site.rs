//! The places in a layer at which linear layers read one tensor. It knows no tensor.

/// A place in a layer at which linear layers read one tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Site {
    /// Query, key and value projections.
    Projections,
    /// What makes queries, keys and values of all heads from compressed ones.
    Expansions,
    /// The output projection of attention.
    Output,
    /// Gate and up projection.
    FeedForward,
    /// The down projection.
    Down,
    /// Projections of linear attention inward.
    LinearProjections,
    /// The output projection of linear attention.
    LinearOutput,
}
