//! Blocks in which each layer reads a copy of all before it (DenseNet, arXiv 1608.06993), for an image of any size. It
//! knows no batch.

use crate::estimator::architecture::{Fact, List};
use crate::estimator::methods::calibrated::blocks::primitives::{Convolution, LinearLayer, square};
use crate::estimator::methods::calibrated::blocks::walk::Walk;
use crate::estimator::methods::calibrated::blocks::walk_names::module;
use crate::estimator::methods::calibrated::model::shape::Shape;

/// The code that is walked.
pub const SOURCE: &str = "torchvision/models/densenet.py";

/// How many times the channels that a layer adds its inner convolution has (`bn_size`).
const INNER: f64 = 4.0;

/// Operations of a layer; of what stands between two blocks; before the first and behind the last.
const OPERATIONS: (f64, f64, f64) = (6.0, 4.0, 7.0);

/// Walks through the blocks.
pub fn walk(walk: &mut Walk, it: &Shape, image: f64) {
    let (growth, mut channels) = (it.number(Fact::GrowthRate), it.number(Fact::StemWidth));
    let mut edge = walk.stem(channels, image);
    let depths = it.list(List::Depths);
    let n_layers: f64 = depths.iter().sum();
    let (of_layer, of_transition, of_ends) = OPERATIONS;
    walk.expect(of_layer * n_layers + of_transition * depths.len() as f64 + of_ends);
    for (block, &n_layers) in depths.iter().enumerate() {
        walk.stage();
        let area = square(edge);
        for _ in 0..n_layers as usize {
            layer(walk, channels, growth, area);
            channels += growth;
        }
        let is_last = block + 1 == depths.len();
        let (norm, relu) = if is_last {
            (module!("norm5", batch_norm), module!("relu5"))
        } else {
            (module!("transition.norm", batch_norm), module!("transition.relu"))
        };
        walk.batch_norm(norm, channels, area, 0.0);
        walk.relu(relu, channels, area, 0.0);
        if !is_last {
            // Between blocks: a convolution to half the channels, and a mean of four, which keeps its operand.
            let half = (channels / 2.0).floor();
            walk.convolution(module!("transition.conv", matrix), Convolution::between(channels, area, half, area, 1.0));
            let pooled = (edge / 2.0).floor();
            walk.mean_pooling(module!("transition.pool"), half, area, square(pooled));
            (channels, edge) = (half, pooled);
        }
    }
    walk.stage();
    let compute = walk.formats.compute;
    walk.mean(channels, square(edge), compute);
    walk.classifier(module!("classifier", matrix), LinearLayer::of_head(channels, it.number(Fact::NumClasses)));
}

/// A layer that adds some channels to those it reads.
fn layer(walk: &mut Walk, channels: f64, growth: f64, area: f64) {
    // The gradients of what later layers have read wait to be added up.
    let waiting = walk.formats.compute * channels * area;
    let inner = INNER * growth;
    let between = |from, to, kernel| Convolution { waiting, ..Convolution::between(from, area, to, area, kernel) };
    walk.batch_norm(module!("norm1", batch_norm), channels, area, waiting);
    walk.relu(module!("relu1"), channels, area, waiting);
    walk.convolution(module!("conv1", matrix), between(channels, inner, 1.0));
    walk.batch_norm(module!("norm2", batch_norm), inner, area, waiting);
    walk.relu(module!("relu2"), inner, area, waiting);
    walk.convolution(module!("conv2", matrix), between(inner, growth, 3.0));
}
