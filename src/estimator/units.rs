//! Units as types: a formula that adds a count to bytes does not compile. It knows no formula.

use std::iter::Sum;
use std::ops::Add;

/// An amount of memory in bytes. The only place that knows 1 GiB = 2^30 B, 1 MiB = 2^20 B and 1 GB = 10^9 B.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Bytes(f64);

impl Bytes {
    /// Bytes in one GiB (IEC 80000-13).
    pub const PER_GIB: f64 = 1_073_741_824.0;
    /// Bytes in one MiB (IEC 80000-13).
    pub const PER_MIB: f64 = 1_048_576.0;
    /// Bytes in one GB (SI).
    pub const PER_GB: f64 = 1e9;

    /// Wraps a number of bytes.
    pub const fn new(bytes: f64) -> Self {
        Self(bytes)
    }

    /// The number of bytes; fractions occur because the document's formulas have them.
    pub const fn count(self) -> f64 {
        self.0
    }

    /// The amount in GiB (2^30 B).
    pub fn gib(self) -> f64 {
        self.0 / Self::PER_GIB
    }

    /// The amount in GB (10^9 B).
    pub fn gb(self) -> f64 {
        self.0 / Self::PER_GB
    }
}

impl Add for Bytes {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sum for Bytes {
    fn sum<I: Iterator<Item = Self>>(it: I) -> Self {
        // Not `f64::sum`: that starts at -0.0, and an empty estimate should read 0.
        it.fold(Self(0.0), |sum, bytes| sum + bytes)
    }
}

/// The unit in which people read memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum MemoryUnit {
    /// 2^30 bytes.
    #[default]
    Gib,
    /// 10^9 bytes.
    Gb,
}

impl MemoryUnit {
    /// Both units.
    pub const ALL: [Self; 2] = [Self::Gib, Self::Gb];

    /// The unit's name in links and beside figures.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Gib => "GiB",
            Self::Gb => "GB",
        }
    }

    /// An amount of memory in this unit.
    pub fn of(self, bytes: Bytes) -> f64 {
        match self {
            Self::Gib => bytes.gib(),
            Self::Gb => bytes.gb(),
        }
    }
}

/// What a formula counts. Implemented by marker types only.
pub trait Unit: 'static {}

macro_rules! units {
    ($($(#[$doc:meta])* $unit:ident),* $(,)?) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub enum $unit {}
        impl Unit for $unit {}
    )* };
}

units! {
    /// A number of things: parameters, tokens, layers, pixels, elements of a tensor.
    Count,
    /// Bytes that one element takes.
    BytesPerElement,
    /// Memory in bytes.
    Memory,
    /// A share or a factor without dimension.
    Ratio,
    /// A time in milliseconds.
    Milliseconds,
    /// Milliseconds of audio that one token stands for.
    MillisecondsPerToken,
}
