//! What the tensors and weights of a network are called, stage by stage, for whoever opens a formula. It knows no layer.

use crate::estimator::digits::exact;
use crate::estimator::expr::{Entry, Expr, LaterListing, Listing};
use crate::estimator::methods::calibrated::parts::counter::{Part, Tower, Weights};
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
}

/// The names of a layer's tensors.
macro_rules! module {
    ($name:literal) => {
        &$crate::estimator::methods::calibrated::blocks::walk_names::Module {
            weight: concat!($name, ".weight"),
            bias: concat!($name, ".bias"),
            input: concat!($name, ".input"),
            output: concat!($name, ".output"),
            statistics: concat!($name, ".statistics"),
        }
    };
}
pub(crate) use module;

/// The names of a walk.
pub struct Names {
    source: &'static str,
    kept: Vec<Tensor>,
    weights: Vec<Weight>,
}

/// Tensors of one name in one stage, alike in places and format.
#[derive(Clone, Debug)]
struct Tensor {
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
    /// Adds the same weight of more blocks, if both can be told as one product: widths that differ from block to block are
    /// told as a sum.
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
}

impl Names {
    /// No name yet. `source` is the code that gives them.
    pub const fn new(source: &'static str) -> Self {
        Self { source, kept: Vec::new(), weights: Vec::new() }
    }

    /// Notes a tensor that is kept in so many blocks. Values alone are asked for far more often.
    #[cold]
    pub fn keep(
        &mut self,
        stage: usize,
        name: &'static str,
        bytes_of_element: f64,
        [n_blocks, channels, places]: [f64; 3],
    ) {
        let of_stage = self.kept.iter_mut().rev().take_while(|it| it.stage == stage);
        let mut alike =
            of_stage.filter(|it| it.name == name && it.places == places && it.bytes_of_element == bytes_of_element);
        match alike.next() {
            Some(it) if it.channels == channels => it.n_blocks += n_blocks,
            Some(it) => {
                // Channels that grow from block to block are told as a sum.
                it.channels = it.n_blocks * it.channels + n_blocks * channels;
                it.n_blocks = 1.0;
            }
            None => self.kept.push(Tensor { stage, name, bytes_of_element, n_blocks, channels, places }),
        }
    }

    /// Notes a weight of so many blocks.
    #[cold]
    pub fn weigh(&mut self, stage: usize, part: Part, name: &'static str, [n_blocks, to, from, kernel]: [f64; 4]) {
        let factors = [to, from, kernel];
        let of_stage = self.weights.iter_mut().rev().take_while(|it| it.stage == stage);
        let added = of_stage.filter(|it| it.name == name).any(|it| it.add(n_blocks, factors));
        if !added {
            self.weights.push(Weight { stage, part, name, n_blocks, factors });
        }
    }

    /// The tensors of a stage.
    pub fn listing(&self, stage: usize) -> LaterListing {
        let source = self.source;
        let kept: Vec<_> = self.kept.iter().filter(|it| it.stage == stage).cloned().collect();
        let entry = move |it: &Tensor| Entry {
            name: it.name,
            elements: product(&[it.n_blocks, it.channels], it.places.sqrt()),
            bytes_of_element: it.bytes_of_element,
            amount: it.bytes_of_element * it.n_blocks * it.channels * it.places,
            source,
        };
        LaterListing::new(move || Listing { entries: kept.iter().map(entry).collect() })
    }

    /// The weights of all stages.
    pub fn weights(&self, tower: Tower) -> impl Iterator<Item = Weights> {
        self.weights.iter().map(move |it| {
            let [to, from, kernel] = it.factors;
            let area = Expr::<Count>::number(kernel) * Expr::<Count>::number(kernel);
            let factors = [it.n_blocks, to, from].map(Expr::number).into_iter().chain([area]);
            let product = factors.filter(|it| it.value() != 1.0).reduce(|product, it| product * it);
            let elements = product.unwrap_or(Expr::number(1.0));
            Weights { tower, part: it.part, name: it.name, elements, source: self.source }
        })
    }
}

/// Factors as formulas have them, `3 · 64 · 56²`, those of 1 left out; an edge that is no whole number is told as the number of places.
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

    /// Each of hundreds of layers had an entry of its own, and was looked for among all others.
    #[test]
    fn weights_of_one_name_are_told_together() {
        let mut names = Names::new("source");
        names.weigh(1, Part::Norms, "norm1.weight", [1.0, 64.0, 1.0, 1.0]);
        names.weigh(1, Part::Norms, "norm1.weight", [1.0, 96.0, 1.0, 1.0]);
        names.weigh(1, Part::Convolutions, "conv1.weight", [2.0, 128.0, 64.0, 3.0]);
        names.weigh(1, Part::Convolutions, "conv1.weight", [1.0, 128.0, 96.0, 3.0]);
        names.weigh(1, Part::Convolutions, "conv1.weight", [1.0, 32.0, 48.0, 3.0]);
        let told: Vec<_> = names.weights(Tower::Main).map(|it| (it.entry().elements, it.entry().amount)).collect();
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
        names.keep(1, "conv1.input", 4.0, [1.0, 64.0, 9.0]);
        names.keep(1, "conv1.input", 4.0, [2.0, 64.0, 9.0]);
        names.keep(2, "conv1.input", 4.0, [1.0, 64.0, 9.0]);
        names.keep(2, "conv1.input", 4.0, [1.0, 96.0, 9.0]);
        let told = |stage| {
            let all = names.listing(stage).listing().entries;
            all.into_iter().map(|it| (it.elements, it.amount)).collect::<Vec<_>>()
        };
        assert_eq!(told(1), [("3 · 64 · 3²".to_owned(), 4.0 * 3.0 * 64.0 * 9.0)]);
        assert_eq!(told(2), [("160 · 3²".to_owned(), 4.0 * 160.0 * 9.0)]);
    }
}
