//! How wide tensors are. It knows no number.

/// How many elements a tensor has for each token.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Width {
    /// Width of the residual stream: `H`.
    Hidden,
    /// Queries of all heads: `q = a·d`.
    Queries,
    /// Keys, or values, of all heads that have them: `kv = a_kv·d`.
    Keys,
    /// Width of the feed-forward block: `I`.
    Intermediate,
    /// One number per query head: `a`.
    Heads,
    /// One number per key head: `a_kv`.
    KeyHeads,
    /// Scores of all heads: `a·S`.
    Scores,
    /// One number per position: `S`.
    Positions,
    /// Rank of an adapter: `r`.
    Rank,
    /// One number per expert: `E`.
    Experts,
    /// One number per expert that a token visits: `k_active`.
    Visits,
    /// What experts read once for each visit: `k_active·H`, or `k_active·H_e`.
    Rows,
    /// What experts read, where that is no residual stream: `H_e`.
    ExpertLatent,
    /// The inner tensor of an expert once for each visit: `k_active·I_e`.
    InnerRows,
    /// Width of all shared experts together: `I_s`.
    Shared,
    /// Compressed queries of latent attention: `r_q`.
    CompressedQueries,
    /// Compressed keys and values of latent attention: `r_kv`.
    CompressedKeys,
    /// The rotated part of keys, which all heads of latent attention share: `d_rope`.
    RotatedKey,
    /// What all heads of latent attention make of the compressed keys and values: `a·(d_nope + d_v)`.
    Decompressed,
    /// Values of all heads of latent attention: `a·d_v`.
    HeadValues,
    /// Queries, keys and values of linear attention, which one convolution reads: `2·k_lin + v_lin`.
    Convolved,
    /// One number per value head of linear attention: `a_lin_v`.
    LinearHeads,
    /// Values of all heads of linear attention: `v_lin = a_lin_v·d_lin_v`.
    LinearValues,
    /// One number per head and position of a bias that the whole batch shares: `a·S/B`.
    SharedScores,
    /// One number per position of a square that the whole batch shares: `S/B`.
    SharedPositions,
    /// The encoder's output for each token of a decoder that attends to it: `H·S_enc/S`.
    SeenHidden,
    /// Keys, or values, that such a decoder makes of it: `kv·S_enc/S`.
    SeenKeys,
    /// Scores of all heads over the encoder's positions: `a·S_enc`.
    SeenScores,
    /// The encoder's positions: `S_enc`.
    SeenPositions,
    /// The same scores of a bias that the whole batch shares: `a·S_enc/B`.
    SharedSeenScores,
    /// One number.
    One,
}

/// How many widths there are.
pub const N_WIDTHS: usize = Width::One as usize + 1;

impl Width {
    /// All, in reading order.
    pub const ALL: [Self; N_WIDTHS] = [
        Self::Hidden,
        Self::Queries,
        Self::Keys,
        Self::Intermediate,
        Self::Heads,
        Self::KeyHeads,
        Self::Scores,
        Self::Positions,
        Self::Rank,
        Self::Experts,
        Self::Visits,
        Self::Rows,
        Self::ExpertLatent,
        Self::InnerRows,
        Self::Shared,
        Self::CompressedQueries,
        Self::CompressedKeys,
        Self::RotatedKey,
        Self::Decompressed,
        Self::HeadValues,
        Self::Convolved,
        Self::LinearHeads,
        Self::LinearValues,
        Self::SharedScores,
        Self::SharedPositions,
        Self::SeenHidden,
        Self::SeenKeys,
        Self::SeenScores,
        Self::SeenPositions,
        Self::SharedSeenScores,
        Self::One,
    ];
}

// Tables of widths have the place of each by its number.
const _: () = {
    let mut at = 0;
    while at < N_WIDTHS {
        assert!(Width::ALL[at] as usize == at);
        at += 1;
    }
};
