//! The operations that a vision tower is made of, as its files describe them: what each keeps, reads, makes and weighs.
//! It knows no layer.

use crate::estimator::architecture::Part;
use crate::estimator::methods::calibrated::blocks::vision_tensors::{VisionTensor, VisionWidth as W};
use crate::estimator::methods::calibrated::blocks::vision_tower::is_root_mean_square;
use crate::estimator::methods::calibrated::blocks::walk_names::Module;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::tensors::dtype::FP32;

/// Where the names of weights stand.
pub const SOURCE: &str = "transformers/models/*/modeling_*.py";

/// The weights of one operation.
#[derive(Clone, Copy, Debug)]
pub enum LayerWeights {
    /// None.
    None,
    /// So many vectors, each as wide as the tower.
    Vectors(f64),
    /// So many vectors, each as wide as one head.
    HeadVectors(f64),
    /// So many matrices between two widths, and biases as wide as their results.
    Matrices {
        /// How many.
        n: f64,
        /// What they read.
        from: W,
        /// What they make.
        to: W,
        /// Whether they have biases.
        has_bias: bool,
    },
}

/// One operation of a layer.
#[derive(Clone, Copy, Debug)]
pub struct LayerOperation<'a> {
    /// What its tensors are called.
    pub module: &'static Module,
    /// What its weights are counted as.
    pub part: Part,
    /// Its weights.
    pub weights: LayerWeights,
    /// What it keeps.
    pub kept: &'a [VisionTensor],
    /// Its operand: bytes for each element of a width.
    pub operand: (f64, W),
    /// Its result, likewise.
    pub result: (f64, W),
    /// Whether its result is added to the residual stream.
    pub is_summed: bool,
}

/// What a norm keeps of an input with elements of so many bytes: the input or an FP32 copy of it, its statistics, and
/// the normalized input where the gradient of the scale needs it.
pub fn norm(shape: &Shape, module: &Module, input: f64, (is_autocast, is_trained): (bool, bool)) -> [VisionTensor; 3] {
    let is_root_mean_square = is_root_mean_square(shape);
    let is_widened = is_root_mean_square || is_autocast;
    let n_statistics = if is_root_mean_square { 1.0 } else { 2.0 };
    [
        VisionTensor::new(module.input, if is_widened { FP32 } else { input }, W::Tower),
        VisionTensor::new(module.statistics, FP32, W::One).times(n_statistics),
        VisionTensor::new(module.output, input, W::Tower).only_if(is_root_mean_square && is_trained),
    ]
}
