//! The architecture of one model: its layout, its facts and its lists. It knows no model by name.

use crate::estimator::architecture::facts::Fact;
use crate::estimator::architecture::kinds::Layout;
use std::borrow::Cow;

/// What is known of an architecture in numbers, one place for each fact, so that nobody searches.
#[derive(Clone, Debug, PartialEq)]
pub struct Facts {
    numbers: [Option<f64>; Fact::ALL.len()],
}

impl Facts {
    /// No fact at all.
    pub const NONE: Self = Self { numbers: [None; Fact::ALL.len()] };

    /// Some facts. Of one that is listed twice the last counts.
    pub const fn of(listed: &[(Fact, f64)]) -> Self {
        let mut res = Self::NONE;
        let mut at = 0;
        // Loops over slices are not yet possible in constants.
        while at < listed.len() {
            res.numbers[listed[at].0 as usize] = Some(listed[at].1);
            at += 1;
        }
        res
    }

    /// A fact, if it is stated.
    pub const fn get(&self, fact: Fact) -> Option<f64> {
        self.numbers[fact as usize]
    }

    /// States a fact.
    pub fn set(&mut self, fact: Fact, number: f64) {
        self.numbers[fact as usize] = Some(number);
    }

    /// Forgets a fact.
    pub fn clear(&mut self, fact: Fact) {
        self.numbers[fact as usize] = None;
    }
}

/// A list of an architecture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum List {
    /// Layers or blocks of each stage, or convolutions one by one.
    Depths,
    /// Channels of each stage.
    Widths,
    /// Widths along the projector.
    Projector,
}

impl List {
    /// Every list, in the order of links.
    pub const ALL: [Self; 3] = [Self::Depths, Self::Widths, Self::Projector];
}

/// What a model is made of. Plain data; a link's parameters override facts, which is the reader's business.
#[derive(Clone, Debug, PartialEq)]
pub struct Architecture {
    /// Which layers there are and how they follow each other.
    pub layout: Layout,
    /// What is known in numbers. A fact that is not listed is 0, no, or the first of its list.
    pub facts: Facts,
    /// Layers or blocks of each stage of a convolutional network; of a plain one the channels of each convolution, with
    /// 0 where a pooling stands.
    pub depths: Cow<'static, [f64]>,
    /// Channels of each stage of a convolutional network, where they do not follow from its layout.
    pub widths: Cow<'static, [f64]>,
    /// Widths along the projector from the vision tower to the text, the first being its input. 0 stands for the text's
    /// hidden size.
    pub projector: Cow<'static, [f64]>,
}

impl Architecture {
    /// An architecture of which nothing is known but its layout.
    pub const fn of(layout: Layout) -> Self {
        Self {
            layout,
            facts: Facts::NONE,
            depths: Cow::Borrowed(&[]),
            widths: Cow::Borrowed(&[]),
            projector: Cow::Borrowed(&[]),
        }
    }

    /// A fact, if it is stated.
    pub const fn get(&self, fact: Fact) -> Option<f64> {
        self.facts.get(fact)
    }

    /// A fact, or 0.
    pub fn number(&self, fact: Fact) -> f64 {
        self.get(fact).unwrap_or(0.0)
    }

    /// Whether a fact is known and not 0.
    pub fn is(&self, fact: Fact) -> bool {
        self.number(fact) != 0.0
    }

    /// A list; empty where it is not known.
    pub fn list(&self, list: List) -> &[f64] {
        match list {
            List::Depths => &self.depths,
            List::Widths => &self.widths,
            List::Projector => &self.projector,
        }
    }
}
