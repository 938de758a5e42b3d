//! Figures that other programs tell of a run or of a file, and which components of an estimate stand beside each. It
//! compares nothing.

use crate::estimator::ComponentGroup;

/// A figure of a run that took place, or of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// What it is a figure of.
    pub figure: MeasuredFigure,
    /// The device, where the text names one.
    pub device: Option<String>,
    /// How much: bytes, or as many as the figure counts.
    pub amount: f64,
    /// Where it stands: a key, the words in front of it.
    pub name: String,
    /// Its line, from 1; `None` where nobody counts lines.
    pub line: Option<usize>,
}

macro_rules! figures {
    ($( $(#[$doc:meta])* $id:ident = $name:literal, $in_bytes:literal $(, $group:ident)*; )*) => {
        /// What a figure is one of.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum MeasuredFigure { $( $(#[$doc])* $id ),* }

        impl MeasuredFigure {
            /// Every figure.
            pub const ALL: &[Self] = &[ $( Self::$id ),* ];

            /// Its name for other programs.
            pub const fn id(self) -> &'static str {
                match self { $( Self::$id => $name ),* }
            }

            /// The rows of an estimate that hold the same bytes; none where no row is of that kind.
            pub const fn groups(self) -> &'static [ComponentGroup] {
                match self { $( Self::$id => &[$( ComponentGroup::$group ),*] ),* }
            }

            /// Whether what an estimate says of the same must be as much at least, and may be more.
            pub const fn is_least(self) -> bool {
                matches!(self, Self::Needed)
            }

            /// Whether it is one of bytes.
            pub const fn is_bytes(self) -> bool {
                match self { $( Self::$id => $in_bytes ),* }
            }
        }
    };
}

figures! {
    /// Bytes of all tensors of a file, or that a program has loaded.
    Weights = "weights", true, Weights, Vision, Text, Experts;
    /// Those of them that have one type.
    WeightsOfType = "weights-of-type", true;
    /// Numbers in all tensors.
    Elements = "elements", false;
    /// The key-value cache.
    KvCache = "kv-cache", true, KvCache;
    /// What is kept free for it.
    KvPool = "kv-pool", true;
    /// Tokens for which the cache has room.
    KvTokens = "kv-tokens", false;
    /// Blocks of tokens for which the cache has room.
    KvBlocks = "kv-blocks", false;
    /// Sequences of full length for which the cache has room.
    Concurrency = "concurrency", false;
    /// States of layers that cache no keys.
    RecurrentState = "recurrent-state", true;
    /// What a forward pass holds.
    Activations = "activations", true, Activations, Logits, Temporaries;
    /// Recorded graphs.
    Graphs = "graphs", true;
    /// What is allocated beside PyTorch.
    OutsideTorch = "outside-torch", true, Overhead;
    /// Buffers for the logits that a program hands out.
    Outputs = "outputs", true;
    /// What lies in the host's memory.
    OnHost = "on-host", true;
    /// What PyTorch had allocated when it failed: the run had not come to its peak.
    Allocated = "allocated", true;
    /// That and what was then asked for: what the run needs of PyTorch at least.
    Needed = "needed", true, Weights, Vision, Text, Experts, Adapter, Optimizer, Gradients, Activations, Logits, KvCache, Temporaries,
        Other;
    /// What PyTorch's allocator held, with that.
    Reserved = "reserved", true;
    /// What PyTorch's allocator held beyond that.
    ReservedUnused = "reserved-unused", true;
    /// What one process held of the device.
    Process = "process", true;
    /// What was asked for in vain.
    Refused = "refused", true;
    /// What was free.
    Free = "free", true;
    /// What programs or the driver see of the device in all.
    Capacity = "capacity", true;
}
