//! Squeeze and excitation (arXiv 1709.01507): a gate for each channel, made of the means of all, and the product with
//! it. It knows no network.

use crate::estimator::architecture::Part;
use crate::estimator::methods::calibrated::blocks::walk::{Operation, Walk};
use crate::estimator::methods::calibrated::blocks::walk_names::module;

/// A gate's shape, and what its functions keep (`SqueezeExcitation` of `torchvision/ops/misc.py`).
#[derive(Clone, Copy, Debug)]
pub struct Excitation {
    /// Channels that are gated.
    pub channels: f64,
    /// Channels to which their means are narrowed.
    pub squeezed: f64,
    /// Places of the map.
    pub area: f64,
    /// Whether the function between the convolutions works in place and keeps a copy of its operand: SiLU, not ReLU.
    pub copies_narrow: bool,
    /// Whether the gate's function keeps its operand beside its result, which the product keeps: a hard sigmoid.
    pub keeps_logits: bool,
    /// Whether nothing else keeps the map.
    pub keeps_operand: bool,
    /// Gradient of a parallel branch.
    pub waiting: f64,
}

impl Excitation {
    /// Walks through the gate and the product.
    pub fn walk(&self, walk: &mut Walk) {
        let Self { channels, squeezed, area, waiting, .. } = *self;
        let (narrow, wide) = (module!("block.fc1"), module!("block.fc2"));
        let compute = walk.formats.compute;
        let map = compute * channels * area;
        // The mean, two small convolutions with functions between and behind them: the gate. The gradient of the mean
        // is spread over the map while that of the product waits.
        let mut saved = walk.keep(narrow.input, compute, channels, 1.0)
            + walk.keep(wide.input, compute, squeezed, 1.0)
            + walk.keep(wide.output, compute, channels, 1.0);
        if self.copies_narrow {
            saved += walk.keep(narrow.output, compute, squeezed, 1.0);
        }
        if self.keeps_logits {
            saved += walk.keep(module!("block.scale_activation").output, compute, channels, 1.0);
        }
        let linear = walk.weigh_matrix(Part::Convolutions, narrow.weight, [squeezed, channels, 1.0])
            + walk.weigh_matrix(Part::Convolutions, wide.weight, [channels, squeezed, 1.0]);
        let biases = walk.weigh(Part::Convolutions, narrow.bias, [squeezed, 1.0, 1.0])
            + walk.weigh(Part::Convolutions, wide.bias, [channels, 1.0, 1.0]);
        walk.add(Operation {
            saved,
            parameters: linear + biases,
            linear,
            inner: map,
            waiting: waiting + map,
            ..Operation::default()
        });
        // The product with the gate, whose result the next convolution reads; each factor's gradient is as large as the
        // map before the gate's is added up.
        let saved = if self.keeps_operand { walk.keep(module!("block").input, compute, channels, area) } else { 0.0 };
        walk.add(Operation { saved, outer: map, inner: 2.0 * map, waiting, ..Operation::default() });
    }
}
