//! What is said of lists of named things: formats, several alike, a stated size. It knows no layer and no model.

use crate::estimator::digits::short;
use crate::estimator::expr::node::{Elements, Entry, Listing};
use crate::estimator::parameters::ParameterId;

impl Listing {
    /// The same of a model whose size was stated as `scale` times that of its weights: the difference is shared out
    /// among all of them alike.
    pub fn shared_out(mut self, scale: f64) -> Self {
        let named: f64 = self.entries.iter().map(|it| it.amount).sum();
        if scale != 1.0 && named != 0.0 {
            let key = ParameterId::ModelSize.spec().key;
            self.entries.push(Entry {
                name: key,
                stage: 0,
                elements: Elements::Numbers(format!("{}·Σ", short(scale - 1.0))),
                bytes_of_element: 0.0,
                amount: scale * named - named,
                source: key,
            });
        }
        self
    }
}

/// The number format of a tensor, as far as its bytes say it: BF16 and FP16 take the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ElementFormat {
    /// 64-bit integers: token ids, places that a pooling has chosen.
    Int64,
    /// IEEE 754 binary32.
    Fp32,
    /// BF16 or FP16.
    Half,
    /// Masks, and formats of 8 bits.
    Byte,
    /// Formats that share scales, so that an element has no whole number of bytes.
    Packed,
}

impl ElementFormat {
    /// Every format, the widest first.
    pub const ALL: [Self; 5] = [Self::Int64, Self::Fp32, Self::Half, Self::Byte, Self::Packed];
}

impl Entry {
    /// The format of an element; `None` for parameters.
    pub fn format(&self) -> Option<ElementFormat> {
        let bytes = self.bytes_of_element;
        match bytes {
            0.0 => None,
            8.0 => Some(ElementFormat::Int64),
            4.0 => Some(ElementFormat::Fp32),
            2.0 => Some(ElementFormat::Half),
            1.0 => Some(ElementFormat::Byte),
            _ => Some(ElementFormat::Packed),
        }
    }
}

/// How many elements several things of a width have, in symbols: `3·H`, `−H` for one that has been let go, `H` for one.
pub(super) fn several(count: f64, width: &str) -> String {
    let mut res = String::new();
    if count < 0.0 {
        res.push('−');
    }
    let size = count.abs();
    if size != 1.0 {
        res.push_str(&short(size));
        if width == "1" {
            return res;
        }
        res.push('·');
    }
    // A sum is multiplied, or taken away, as a whole.
    let is_whole = count != 1.0 && width.contains(['+', '-', '−']);
    if is_whole {
        res.push('(');
    }
    res.push_str(width);
    if is_whole {
        res.push(')');
    }
    res
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_things_of_a_width_are_counted() {
        for (count, width, told) in [
            (1.0, "H", "H"),
            (3.0, "H", "3·H"),
            (-1.0, "q + kv", "−(q + kv)"),
            (2.0, "q + kv", "2·(q + kv)"),
            (-2.0, "1", "−2"),
        ] {
            assert_eq!(several(count, width), told);
        }
    }
}
