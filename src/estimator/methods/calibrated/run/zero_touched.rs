//! Which tensors the ranks of ZeRO update some of, below stage 3, where all trained parameters are one flat tensor of
//! equal slices. It knows no moment.

use crate::estimator::methods::calibrated::tensors::dtype::{FP32, HALF};

/// Bytes of an element in which norms of gradients are computed (`get_norm_dtype`).
pub const FP64: f64 = 8.0;

/// Of the ranks that update slices of a flat tensor: elements of all parameters of which a rank updates some.
#[derive(Default)]
pub struct Touched {
    /// Of the rank that needs most for its step.
    pub most: f64,
    /// The largest slice of one of them there.
    pub slice: f64,
    /// Of each rank: the sum, and where its share ends among all.
    pub ranks: Vec<[f64; 2]>,
}

impl Touched {
    /// Each tensor stands in the shares of some ranks; of those that have a part of it alone, one stands for all.
    pub fn of(tensors: &[f64], share: f64) -> Self {
        let (mut res, mut fullest) = (Self::default(), 0.0);
        let (mut begin, mut seen) = (0.0, -1.0);
        for (at, elements) in tensors.iter().enumerate() {
            let end = begin + elements;
            let (first, last) = ((begin / share).floor(), ((end - 1.0) / share).floor().max(0.0));
            for rank in [first, (first + 1.0).min(last), last] {
                if rank <= seen {
                    continue;
                }
                seen = rank;
                let (sum, slice) = Self::of_rank(&tensors[at..], begin, [rank * share, (rank + 1.0) * share]);
                let needed = HALF * sum + (FP64 * slice).max((FP32 + HALF) * share);
                if needed > fullest {
                    fullest = needed;
                    (res.most, res.slice) = (sum, slice);
                }
                res.ranks.push([sum, (rank + 1.0) * share]);
            }
            begin = end;
        }
        res
    }

    /// The sum of all tensors of which some stands between two places, and the largest slice.
    fn of_rank(tensors: &[f64], mut begin: f64, [from, to]: [f64; 2]) -> (f64, f64) {
        let (mut sum, mut slice) = (0.0, 0.0f64);
        for elements in tensors {
            if begin >= to {
                break;
            }
            sum += elements;
            slice = slice.max((begin + elements).min(to) - begin.max(from));
            begin += elements;
        }
        (sum, slice)
    }
}
