//! Layers of a GGUF file whose tensors of one name have two formats: which layers have which, and what a weight takes
//! over some of them. It knows no file.

use crate::estimator::divide::{divides_evenly, rest};
use crate::estimator::methods::calibrated::serving::gguf_types::Type;
use crate::estimator::methods::calibrated::serving::kinds::{LayerKind, LayerKinds};

/// Which layers have the special format of two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The first.
    First,
    /// The first eighth, the last eighth, and every third between (`use_more_bits`).
    MoreBits,
    /// Those between the first and the last eighth.
    Middle,
}

/// Where of so many layers the first eighth ends, and where the last begins.
pub fn eighths(layers: f64) -> [f64; 2] {
    [(layers / 8.0).floor(), (7.0 * layers / 8.0).floor()]
}

/// Whether a layer of so many is of the first eighth, of the last, or every third between (`use_more_bits`).
fn has_more_bits(layers: f64, at: f64) -> bool {
    let [first, last] = eighths(layers);
    at < first || at >= last || rest(at - first, 3.0) == 2.0
}

/// How many of the layers these are.
pub fn n_more_bits(layers: f64) -> f64 {
    let [first, last] = eighths(layers);
    first + (layers - last) + ((last - first) / 3.0).floor()
}

/// Layers and the format of their tensors, in two groups.
#[derive(Clone, Copy)]
pub struct Split {
    n_special: f64,
    standing: Standing,
    special: Type,
    rest: Type,
}

impl Split {
    /// So many layers, the first, and the others.
    pub const fn of(n_special: f64, special: Type, rest: Type) -> Self {
        Self { n_special, standing: Standing::First, special, rest }
    }

    /// All layers alike.
    pub const fn all(it: Type) -> Self {
        Self { n_special: 0.0, standing: Standing::First, special: it, rest: it }
    }

    /// The same of other layers.
    pub fn standing(self, standing: Standing) -> Self {
        Self { standing, ..self }
    }

    /// The same with other formats.
    pub fn map(self, change: impl Fn(Type) -> Type) -> Self {
        Self { special: change(self.special), rest: change(self.rest), ..self }
    }

    /// The share of layers of a kind that have the special format, from one layer to before another.
    pub fn share(self, kinds: &LayerKinds, kind: LayerKind, [from, to]: [f64; 2]) -> f64 {
        let layers = kinds.all()[1];
        let [first, last] = eighths(layers);
        let is_special = |at: f64| match self.standing {
            Standing::First => at < self.n_special,
            Standing::MoreBits => has_more_bits(layers, at),
            Standing::Middle => at >= first && at < last,
        };
        let special = (from as usize..to as usize).map(|at| at as f64).filter(|at| is_special(*at));
        let n_special: f64 = special.map(|at| kinds.number(kind, [at, at + 1.0])).sum();
        n_special / kinds.number(kind, [from, to]).max(1.0)
    }

    /// Bytes of a weight in the wider of its formats.
    pub fn most(self, row: f64) -> f64 {
        if self.n_special > 0.0 { f64::max(self.bytes(row, 0.0), self.bytes(row, 1.0)) } else { self.bytes(row, 0.0) }
    }

    /// Bytes of a weight where so large a share has the special format, for rows of a length.
    pub fn bytes(self, row: f64, share: f64) -> f64 {
        let of = |it: Type| if divides_evenly(256.0, row) { it.bytes() } else { it.fallback().bytes() };
        share * of(self.special) + (1.0 - share) * of(self.rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The number stood in one file, and which layers they are in another.
    #[test]
    fn as_many_layers_have_more_bits_as_are_counted() {
        for layers in (0..200).map(f64::from) {
            let counted = (0..layers as usize).filter(|at| has_more_bits(layers, *at as f64)).count();
            assert_eq!(n_more_bits(layers), counted as f64, "{layers}");
        }
    }
}
