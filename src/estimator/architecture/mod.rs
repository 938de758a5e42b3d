//! What a model is made of, as data: its structure, its facts, its parameters by part. It knows no model by name and
//! no workload; presets come from `data/models.json`.

macro_rules! facts {
    ($( $(#[$doc:meta])* $id:ident = $key:literal, $symbol:literal $(of $kind:ident)?; )*) => {
        /// A number that describes an architecture.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Fact { $( $(#[$doc])* $id ),* }

        impl Fact {
            /// Every fact, in the table's order.
            pub const ALL: &[Self] = &[ $( Self::$id ),* ];

            /// Its symbol in formulas and in packed presets.
            pub const fn symbol(self) -> &'static str {
                SYMBOLS[self as usize]
            }

            /// Its name in `data/models.json`, and in links where a parameter states it.
            pub const fn key(self) -> &'static str {
                KEYS[self as usize]
            }

            /// The list that it is chosen from; empty for plain numbers.
            pub const fn choices(self) -> &'static [&'static str] {
                match self {
                    $( $( Self::$id => <crate::estimator::architecture::kinds::$kind as crate::estimator::choices::ChoiceValue>::IDS, )? )*
                    _ => &[],
                }
            }
        }

        static SYMBOLS: &[&str] = &[ $( $symbol ),* ];
        const KEYS: &[&str] = &[ $( $key ),* ];
    };
}

mod table;

mod fact;
mod kinds;
mod packed;
mod parts;
mod presets;

pub use kinds::{
    Activation, Layout, MultiTokenPrediction, Norm, NormPlacement, Positions, ProjectorNorm, QkNorm, Residual, Router,
};
pub use packed::{Fault, parse};
pub use parts::{INVERTED_STAGES, InvertedStage, Part, PartCount, Tower, active, parts, scaled_channels, total};
pub use presets::{PACKED, Preset, preset, presets};
pub use table::Fact;

/// What a model is made of. Plain data; a link's parameters override facts, which is the reader's business.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Architecture {
    /// Which layers there are and how they follow each other.
    pub layout: Layout,
    /// What is known in numbers. A fact that is not listed is 0, no, or the first of its list.
    pub facts: &'static [(Fact, f64)],
    /// Layers or blocks of each stage of a convolutional network; of a plain one the channels of each convolution, with 0
    /// where a pooling stands.
    pub depths: &'static [f64],
    /// Channels of each stage of a convolutional network, where they do not follow from its layout.
    pub widths: &'static [f64],
    /// Widths along the projector from the vision tower to the text, the first being its input. 0 stands for the text's
    /// hidden size.
    pub projector: &'static [f64],
}

impl Architecture {
    /// An architecture of which nothing is known but its layout.
    pub const fn of(layout: Layout) -> Self {
        Self { layout, facts: &[], depths: &[], widths: &[], projector: &[] }
    }

    /// A fact, if it is stated.
    pub fn get(&self, fact: Fact) -> Option<f64> {
        self.facts.iter().find(|it| it.0 == fact).map(|it| it.1)
    }

    /// A fact, or 0.
    pub fn number(&self, fact: Fact) -> f64 {
        self.get(fact).unwrap_or(0.0)
    }

    /// Whether images reach the text through a vision tower and a projector.
    pub fn has_projector(&self) -> bool {
        !self.projector.is_empty()
    }
}
