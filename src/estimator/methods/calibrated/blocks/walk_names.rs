//! What the tensors and weights of a network are called, stage by stage, for whoever opens a formula. It knows no
//! layer.

use crate::estimator::architecture::{Part, Tower};
use crate::estimator::digits::exact;
use crate::estimator::expr::{Elements, Entry, Expr, Listing};
use crate::estimator::methods::calibrated::parts::counter::Weights;
use crate::estimator::units::Count;
use std::fmt::Write;

/// What the tensors of one layer are called in the code that makes them.
#[derive(Clone, Copy, Debug)]
pub struct Module {
    /// Its matrix, filters or scale.
    pub weight: &'static str,
    /// What it adds.
    pub bias: &'static str,
    /// What it reads.
    pub input: &'static str,
    /// What it makes.
    pub output: &'static str,
    /// What it knows of its input: means and deviations, logarithms, places.
    pub statistics: &'static str,
    /// Means and variances that it adds up over steps; empty where it is no batch norm.
    pub running: &'static str,
    /// How many steps it has seen; empty where it is none.
    pub counter: &'static str,
}

impl Module {
    /// One without any tensor.
    pub const NAMELESS: Self =
        Self { weight: "", bias: "", input: "", output: "", statistics: "", running: "", counter: "" };
}

/// The names of a layer's tensors: of all that most layers have; of a matrix or filters, of which nothing but the
/// operand is kept; or of a batch norm, which alone adds something up over steps. Names that a layer does not need are
/// a part of what a reader downloads.
macro_rules! module {
    ($name:literal) => { module!(@ $name weight bias input output statistics) };
    ($name:literal, matrix) => { module!(@ $name weight bias input) };
    ($name:literal, batch_norm) => {
        const {
            &$crate::estimator::methods::calibrated::blocks::walk_names::Module {
                running: concat!($name, ".running_mean, running_var"),
                counter: concat!($name, ".num_batches_tracked"),
                ..*module!($name)
            }
        }
    };
    (@ $name:literal $($used:ident)+) => {
        const {
            use $crate::estimator::methods::calibrated::blocks::walk_names::Module;
            &Module { $($used: concat!($name, ".", stringify!($used)),)+ ..Module::NAMELESS }
        }
    };
}
pub(crate) use module;

/// What is noted of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noted {
    /// A tensor that is kept for the backward pass.
    Kept,
    /// The same of a batch as a whole: means and deviations of channels.
    Statistics,
    /// What a norm adds up from step to step, beside its weights.
    Buffer,
    /// A weight that no matrix product reads.
    Vector(Part),
    /// A weight that a matrix product or a convolution reads, of which autocast makes a copy.
    Matrix(Part),
}

/// A tensor or a weight of one operation, in blocks that are alike.
#[derive(Clone, Copy, Debug)]
pub struct Note {
    /// What it is.
    pub what: Noted,
    /// The operation to which it belongs, by its place in the forward pass.
    pub operation: usize,
    /// The stage of the operation, from 1.
    pub stage: usize,
    /// What it is called.
    pub name: &'static str,
    /// Bytes of an element; 0 for weights.
    pub bytes_of_element: f64,
    /// In how many blocks it occurs.
    pub n_blocks: f64,
    /// Channels and places of a tensor; of a weight what it makes, reads, and the edge of its kernel.
    pub factors: [f64; 3],
}

/// The names of a walk, in the order of the forward pass.
pub struct Names {
    source: &'static str,
    notes: Vec<Note>,
}

/// Tensors of one name in one stage, alike in places and format.
struct NamedTensor {
    stage: usize,
    name: &'static str,
    bytes_of_element: f64,
    n_blocks: f64,
    channels: f64,
    places: f64,
}

/// Weights of one name in one stage.
struct Weight {
    stage: usize,
    part: Part,
    name: &'static str,
    n_blocks: f64,
    factors: [f64; 3],
}

impl Weight {
    /// Adds the same weight of more blocks, if both can be told as one product: widths that differ from block to block
    /// are told as a sum.
    fn add(&mut self, n_blocks: f64, [to, from, kernel]: [f64; 3]) -> bool {
        let [own_to, own_from, own_kernel] = self.factors;
        if own_kernel != kernel || own_to != to && own_from != from {
            return false;
        }
        if own_to == to && own_from == from {
            self.n_blocks += n_blocks;
            return true;
        }
        let sum = |own: f64, more: f64| if own == more { own } else { self.n_blocks * own + n_blocks * more };
        self.factors = [sum(own_to, to), sum(own_from, from), kernel];
        self.n_blocks = 1.0;
        true
    }

    fn elements(&self) -> Expr<Count> {
        let [to, from, kernel] = self.factors;
        let area = Expr::<Count>::number(kernel) * Expr::<Count>::number(kernel);
        let factors = [self.n_blocks, to, from].map(Expr::number).into_iter().chain([area]);
        let product = factors.filter(|it| it.value() != 1.0).reduce(|product, it| product * it);
        product.unwrap_or(Expr::number(1.0))
    }

    fn named(&self, tower: Tower, source: &'static str) -> Weights {
        Weights { tower, part: self.part, name: self.name, stage: self.stage, elements: self.elements(), source }
    }
}

impl Names {
    /// No name yet. `source` is the code that gives them.
    pub const fn new(source: &'static str) -> Self {
        Self { source, notes: Vec::new() }
    }

    /// Notes what an operation has. Values alone are asked for far more often.
    #[cold]
    pub fn note(&mut self, it: Note) {
        self.notes.push(it);
    }

    /// The tensors for which `times` says that they are meant, and of how many blocks: as entries of a list.
    pub fn tensors(&self, times: impl Fn(&Note) -> f64) -> Listing {
        let mut all: Vec<NamedTensor> = Vec::new();
        for (note, n_blocks) in self.meant(times) {
            let Note { stage, name, bytes_of_element, factors: [channels, places, _], .. } = *note;
            let is_alike = |it: &&mut NamedTensor| {
                it.name == name && it.places == places && it.bytes_of_element == bytes_of_element
            };
            match all.iter_mut().rev().take_while(|it| it.stage == stage).find(is_alike) {
                Some(it) if it.channels == channels => it.n_blocks += n_blocks,
                Some(it) => {
                    // Channels that grow from block to block are told as a sum.
                    it.channels = it.n_blocks * it.channels + n_blocks * channels;
                    it.n_blocks = 1.0;
                }
                None => all.push(NamedTensor { stage, name, bytes_of_element, n_blocks, channels, places }),
            }
        }
        let entry = |it: &NamedTensor| Entry {
            name: it.name,
            // A kept list is that of one stage.
            stage: 0,
            elements: Elements::Numbers(product(&[it.n_blocks, it.channels], it.places.sqrt())),
            bytes_of_element: it.bytes_of_element,
            amount: it.bytes_of_element * it.n_blocks * it.channels * it.places,
            source: self.source,
        };
        Listing { entries: all.iter().map(entry).collect() }
    }

    /// The weights for which `times` says that they are meant, and of how many blocks.
    pub fn weights(&self, tower: Tower, times: impl Fn(&Note) -> f64) -> impl Iterator<Item = Weights> {
        let mut all: Vec<Weight> = Vec::new();
        for (note, n_blocks) in self.meant(times) {
            let Note { stage, name, factors, .. } = *note;
            let (Noted::Vector(part) | Noted::Matrix(part)) = note.what else { continue };
            let of_stage = all.iter_mut().rev().take_while(|it| it.stage == stage);
            let added = of_stage.filter(|it| it.name == name).any(|it| it.add(n_blocks, factors));
            if !added {
                all.push(Weight { stage, part, name, n_blocks, factors });
            }
        }
        let source = self.source;
        all.into_iter().map(move |it| it.named(tower, source))
    }

    fn meant(&self, times: impl Fn(&Note) -> f64) -> impl Iterator<Item = (&Note, f64)> {
        self.notes.iter().map(move |it| (it, times(it))).filter(|(_, n_blocks)| *n_blocks > 0.0)
    }
}

/// Factors as formulas have them, `3 · 64 · 56²`, those of 1 left out; an edge that is no whole number is told as the
/// number of places.
fn product(factors: &[f64], edge: f64) -> String {
    let mut res = String::with_capacity(24);
    for &it in factors.iter().filter(|it| **it != 1.0) {
        push(&mut res, it);
    }
    if edge != 1.0 {
        if edge.fract() == 0.0 {
            push(&mut res, edge);
            res.push('²');
        } else {
            push(&mut res, (edge * edge).round());
        }
    }
    if res.is_empty() {
        res.push('1');
    }
    res
}

/// One more factor.
fn push(res: &mut String, factor: f64) {
    if !res.is_empty() {
        res.push_str(" · ");
    }
    // Nearly all are small and whole, and a network has hundreds: those are written without a text of their own.
    if factor.fract() == 0.0 && (0.0..1e15).contains(&factor) {
        // Writing to a text does not fail.
        let _ = write!(res, "{}", factor as u64);
    } else {
        res.push_str(&exact(factor));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_told_as_products() {
        assert_eq!(product(&[3.0, 64.0], 56.0), "3 · 64 · 56²");
        assert_eq!(product(&[1.0, 768.0], 197f64.sqrt()), "768 · 197");
        assert_eq!(product(&[1.0, 1.0], 1.0), "1");
    }

    fn note(what: Noted, stage: usize, name: &'static str, n_blocks: f64, factors: [f64; 3]) -> Note {
        let bytes_of_element = if what == Noted::Kept { 4.0 } else { 0.0 };
        Note { what, operation: 0, stage, name, bytes_of_element, n_blocks, factors }
    }

    /// Each of hundreds of layers had an entry of its own, and was looked for among all others.
    #[test]
    fn weights_of_one_name_are_told_together() {
        let mut names = Names::new("source");
        let filters = Noted::Matrix(Part::Convolutions);
        names.note(note(Noted::Vector(Part::Norms), 1, "norm1.weight", 1.0, [64.0, 1.0, 1.0]));
        names.note(note(Noted::Vector(Part::Norms), 1, "norm1.weight", 1.0, [96.0, 1.0, 1.0]));
        names.note(note(filters, 1, "conv1.weight", 2.0, [128.0, 64.0, 3.0]));
        names.note(note(filters, 1, "conv1.weight", 1.0, [128.0, 96.0, 3.0]));
        names.note(note(filters, 1, "conv1.weight", 1.0, [32.0, 48.0, 3.0]));
        let told: Vec<_> = names.weights(Tower::Main, |it| it.n_blocks).map(|it| it.entry()).collect();
        let told: Vec<_> = told.into_iter().map(|it| (it.elements_told(), it.amount)).collect();
        let expected = [
            ("160".to_owned(), 160.0),
            ("128 · 224 · 3²".to_owned(), 128.0 * 224.0 * 9.0),
            ("32 · 48 · 3²".to_owned(), 32.0 * 48.0 * 9.0),
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn tensors_of_one_name_are_told_together() {
        let mut names = Names::new("source");
        names.note(note(Noted::Kept, 1, "conv1.input", 1.0, [64.0, 9.0, 1.0]));
        names.note(note(Noted::Kept, 1, "conv1.input", 2.0, [64.0, 9.0, 1.0]));
        names.note(note(Noted::Kept, 2, "conv1.input", 1.0, [64.0, 9.0, 1.0]));
        names.note(note(Noted::Kept, 2, "conv1.input", 1.0, [96.0, 9.0, 1.0]));
        let told = |stage| {
            let all = names.tensors(|it| if it.stage == stage { it.n_blocks } else { 0.0 }).entries;
            all.into_iter().map(|it| (it.elements_told(), it.amount)).collect::<Vec<_>>()
        };
        assert_eq!(told(1), [("3 · 64 · 3²".to_owned(), 4.0 * 3.0 * 64.0 * 9.0)]);
        assert_eq!(told(2), [("160 · 3²".to_owned(), 4.0 * 160.0 * 9.0)]);
    }
}
