//! Which gradients DeepSpeed reduces at once, and while the backward pass is where. It knows no byte.

use crate::estimator::methods::calibrated::tensors::instant::InstantSide;

/// What is reduced at once while the backward pass is in a layer.
#[derive(Clone, Copy)]
pub struct Reduction {
    /// Where the pass is: 0 at the embedding, 1 in the first layer.
    pub place: usize,
    /// When in that layer.
    pub side: InstantSide,
    /// Elements of the tensor that has it begin: its gradient waits.
    pub own: f64,
    /// Elements of which a copy is made.
    pub copied: f64,
    /// The most elements of a parameter whose gradient goes to the host, of which a norm is computed first.
    pub leaving: f64,
    /// Elements before those that were reduced earlier, in the order of the forward pass.
    pub left: f64,
}

/// Gradients arrive from the last tensor to the first; the bucket is reduced when the next does not fit, and when all
/// are there. `arrivals` has the instants in a layer at which they do.
pub fn reductions(
    trained: &[(usize, f64)],
    arrivals: &[InstantSide],
    capacity: f64,
    share: f64,
    is_sliced: bool,
) -> Vec<Reduction> {
    let mut res = Vec::new();
    let mut begin: f64 = trained.iter().map(|it| it.1).sum();
    let (mut end, mut n_tensors) = (begin, 0);
    let copied = |[begin, end]: [f64; 2], n_tensors: usize| {
        // What is for one rank, or one tensor for all, is reduced where it is.
        let is_in_place =
            if is_sliced { n_tensors == 1 } else { (begin / share).floor() == ((end - 1.0) / share).floor() };
        if is_in_place { 0.0 } else { end - begin }
    };
    let (mut place, mut left, mut leaving, mut n_arrived) = (0, begin, 0.0f64, 0);
    for (at, elements) in trained.iter().rev() {
        (place, n_arrived) = (*at, if *at == place { n_arrived + 1 } else { 0 });
        if end - begin + elements > capacity && n_tensors > 0 {
            let side = arrivals.get(n_arrived).copied().unwrap_or(InstantSide::ArrivalOfOther);
            res.push(Reduction { place, side, own: *elements, copied: copied([begin, end], n_tensors), leaving, left });
            (end, left, n_tensors, leaving) = (begin, begin, 0, 0.0);
        }
        begin -= elements;
        n_tensors += 1;
        leaving = leaving.max(elements.min(share));
    }
    // The pass has left the layers by then.
    let side = InstantSide::ArrivalOfOther;
    res.push(Reduction { place: 0, side, own: 0.0, copied: copied([begin, end], n_tensors), leaving, left });
    res
}

/// What fills the bucket first, from the first tensor on.
pub fn first_full(tensors: &[f64], capacity: f64, share: f64) -> Reduction {
    let side = InstantSide::ArrivalOfOther;
    let mut res = Reduction { place: 0, side, own: 0.0, copied: 0.0, leaving: 0.0, left: 0.0 };
    for elements in tensors {
        if res.copied > 0.0 && res.copied + elements > capacity {
            break;
        }
        res.copied += elements;
        res.leaving = res.leaving.max(elements.min(share));
    }
    res
}
