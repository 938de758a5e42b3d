//! Which GPUs of a run are alike, by what they hold. It knows no method and no byte.

use std::fmt;

/// Ranks that hold the same at every moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RankKind {
    /// The only one: a run on one GPU.
    Only,
    /// Replicas, each of which holds everything.
    Replica,
    /// Those that hold the same share of each tensor: from the first to the last, counted within a group that shards
    /// together.
    Shards {
        /// The first.
        first: usize,
        /// The last.
        last: usize,
    },
    /// Those of a place in pipelines, which hold the same layers.
    Stage {
        /// The place, from 0: the rank of each pipeline.
        at: usize,
    },
    /// A GPU that has layers of its own, without a pipeline's schedule.
    Device {
        /// Which, from 0.
        at: usize,
    },
}

impl RankKind {
    /// The number of the GPU that they are, where GPUs are of several kinds.
    pub const fn gpu(self) -> usize {
        match self {
            Self::Device { at } => at,
            // Of which there is none among several kinds but a run on the first alone.
            Self::Only | Self::Replica | Self::Shards { .. } | Self::Stage { .. } => 0,
        }
    }
}

/// Its name for programs.
impl fmt::Display for RankKind {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Only => to.write_str("rank 0"),
            Self::Replica => to.write_str("replica"),
            Self::Shards { first, last } if first == last => write!(to, "shard {first}"),
            Self::Shards { first, last } => write!(to, "shards {first}-{last}"),
            Self::Stage { at } => write!(to, "stage {at}"),
            Self::Device { at } => write!(to, "gpu {at}"),
        }
    }
}
