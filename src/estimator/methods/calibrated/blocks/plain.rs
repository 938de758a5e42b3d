//! Plain 3×3 convolutions with poolings between them, and three fully connected layers (VGG, arXiv 1409.1556), for an
//! image of any size. It knows no batch.

use crate::estimator::architecture::{Fact, List};
use crate::estimator::methods::calibrated::blocks::primitives::{COLOURS, Convolution, LinearLayer, square};
use crate::estimator::methods::calibrated::blocks::walk::{Operation, Walk};
use crate::estimator::methods::calibrated::blocks::walk_names::module;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::tensors::dtype::BYTE;

/// The code that is walked.
pub const SOURCE: &str = "torchvision/models/vgg.py";

/// Width of the hidden fully connected layers.
const CLASSIFIER_WIDTH: f64 = 4096.0;
/// Edge of the map to which the network pools before its classifier.
const CLASSIFIER_EDGE: f64 = 7.0;

/// Walks through the convolutions between poolings, which make a stage each.
pub fn walk(walk: &mut Walk, it: &Shape, image: f64) {
    let (mut edge, mut channels, mut is_pooled, mut is_first) = (image, COLOURS, false, true);
    walk.stage();
    for &to in it.list(List::Depths).iter() {
        let area = square(edge);
        if to == 0.0 {
            let pooled = (edge / 2.0).floor();
            walk.max_pooling(module!("maxpool"), channels, area, square(pooled));
            (edge, is_pooled) = (pooled, true);
            walk.stage();
            continue;
        }
        let shape = Convolution { has_bias: true, ..Convolution::between(channels, area, to, area, 3.0) };
        if is_first {
            walk.first_convolution(module!("conv", matrix), shape);
        } else {
            walk.convolution(module!("conv", matrix), Convolution { keeps_operand: is_pooled, ..shape });
        }
        if it.is(Fact::BatchNorm) {
            walk.batch_norm(module!("bn", batch_norm), to, area, 0.0);
        }
        walk.relu(module!("relu"), to, area, 0.0);
        (channels, is_pooled, is_first) = (to, false, false);
    }
    let pooled = square(CLASSIFIER_EDGE);
    walk.mean_pooling(module!("avgpool"), channels, square(edge), pooled);
    let hidden = [
        (module!("classifier.0"), module!("classifier.1"), module!("classifier.2"), channels * pooled),
        (module!("classifier.3"), module!("classifier.4"), module!("classifier.5"), CLASSIFIER_WIDTH),
    ];
    for (linear, relu, dropout, width) in hidden {
        walk.linear(linear, LinearLayer::of_head(width, CLASSIFIER_WIDTH));
        walk.relu(relu, CLASSIFIER_WIDTH, 1.0, 0.0);
        // Dropout keeps a mask.
        let saved = walk.keep(dropout.statistics, BYTE, CLASSIFIER_WIDTH, 1.0);
        let tensor = walk.formats.compute * CLASSIFIER_WIDTH;
        walk.add(Operation { saved, outer: tensor, inner: tensor, ..Operation::default() });
    }
    walk.classifier(
        module!("classifier.6", matrix),
        LinearLayer::of_head(CLASSIFIER_WIDTH, it.number(Fact::NumClasses)),
    );
}
