//! The layers that all networks are made of, each with what it keeps, what its gradient needs and its weights:
//! convolution, norms, functions, pooling, fully connected layers. It knows no network.
//!
//! What each keeps is PyTorch's `derivatives.yaml`.

use crate::estimator::architecture::Part;
use crate::estimator::constants as c;
use crate::estimator::methods::calibrated::blocks::walk::{Operation, Walk};
use crate::estimator::methods::calibrated::blocks::walk_names::{Module, module};
use crate::estimator::methods::calibrated::tensors::dtype::{FP32, INT64};

/// Colour channels of an image.
pub const COLOURS: f64 = c::COLOUR_CHANNELS.value();

/// Edge of a map after a step of two with padding.
pub fn halved(edge: f64) -> f64 {
    ((edge - 1.0) / 2.0).floor() + 1.0
}

/// Places of a square map.
pub fn square(edge: f64) -> f64 {
    edge * edge
}

/// A convolution's shape; areas are places of a map.
#[derive(Clone, Copy, Debug)]
pub struct Convolution {
    /// Channels of the operand.
    pub from: f64,
    /// Channels of the result.
    pub to: f64,
    /// Edge of the kernel.
    pub kernel: f64,
    /// Groups of channels that do not see each other.
    pub groups: f64,
    /// Places of the operand.
    pub area: f64,
    /// Places of the result.
    pub result_area: f64,
    /// Whether it has biases.
    pub has_bias: bool,
    /// Whether nothing else keeps the operand.
    pub keeps_operand: bool,
    /// Whether the operand is the image.
    pub is_first: bool,
    /// Gradient of a parallel branch.
    pub waiting: f64,
}

impl Convolution {
    /// A convolution between two maps, whose operand is kept by what made it.
    pub const fn between(from: f64, area: f64, to: f64, result_area: f64, kernel: f64) -> Self {
        Self {
            from,
            to,
            kernel,
            groups: 1.0,
            area,
            result_area,
            has_bias: false,
            keeps_operand: false,
            is_first: false,
            waiting: 0.0,
        }
    }
}

/// A fully connected layer's shape.
#[derive(Clone, Copy, Debug)]
pub struct LinearLayer {
    /// What its weights are counted as.
    pub part: Part,
    /// Width of the operand.
    pub from: f64,
    /// Width of the result.
    pub to: f64,
    /// Places that it is applied to.
    pub area: f64,
    /// Whether it has biases.
    pub has_bias: bool,
    /// Whether nothing else keeps the operand.
    pub keeps_operand: bool,
    /// Whether the gradient of the result is the waiting one, because the result is added to it.
    pub is_summed: bool,
    /// Gradient of a parallel branch.
    pub waiting: f64,
}

impl LinearLayer {
    /// A layer of a classifier, which reads one vector.
    pub const fn of_head(from: f64, to: f64) -> Self {
        Self {
            part: Part::Head,
            from,
            to,
            area: 1.0,
            has_bias: true,
            keeps_operand: true,
            is_summed: false,
            waiting: 0.0,
        }
    }
}

impl Walk {
    /// A convolution: it keeps its operand, unless that is kept already.
    pub fn convolution(&mut self, module: &Module, it: Convolution) {
        let compute = self.formats.compute;
        let saved = if it.keeps_operand { self.keep(module.input, compute, it.from, it.area) } else { 0.0 };
        let weights =
            self.weigh_matrix(Part::Convolutions, module.weight, [it.to, it.from / it.groups.max(1.0), it.kernel]);
        let biases = if it.has_bias { self.weigh(Part::Convolutions, module.bias, [it.to, 1.0, 1.0]) } else { 0.0 };
        self.add(Operation {
            saved,
            parameters: weights + biases,
            linear: weights,
            outer: compute * it.to * it.result_area,
            // Nobody asks for the gradient of the pixels.
            inner: if it.is_first { 0.0 } else { compute * it.from * it.area },
            waiting: it.waiting,
            ..Operation::default()
        });
    }

    /// A convolution that reads the image. The image itself is an input; autocast's copy of it is kept.
    pub fn first_convolution(&mut self, module: &Module, it: Convolution) {
        self.convolution(module, Convolution { is_first: true, keeps_operand: self.formats.is_autocast, ..it });
    }

    /// Scales and shifts of a norm.
    fn scales(&mut self, module: &Module, channels: f64) -> f64 {
        self.weigh(Part::Norms, module.weight, [channels, 1.0, 1.0])
            + self.weigh(Part::Norms, module.bias, [channels, 1.0, 1.0])
    }

    /// Batch normalization: it keeps its operand, and mean and deviation of each channel in FP32.
    pub fn batch_norm(&mut self, module: &Module, channels: f64, area: f64, waiting: f64) {
        let tensor = self.keep(module.input, self.formats.compute, channels, area);
        let parameters = self.scales(module, channels);
        let constant = self.keep_statistics(module.statistics, channels);
        self.add(Operation {
            saved: tensor,
            constant,
            parameters,
            outer: tensor,
            inner: tensor,
            waiting,
            ..Operation::default()
        });
        self.buffer(module, channels);
    }

    /// Layer normalization over channels: it keeps its operand, and mean and deviation of each place.
    pub fn layer_norm(&mut self, module: &Module, channels: f64, area: f64, waiting: f64) {
        let tensor = self.keep(module.input, self.formats.wide, channels, area);
        let statistics = self.keep(module.statistics, FP32, 2.0, area);
        let parameters = self.scales(module, channels);
        self.add(Operation {
            saved: tensor + statistics,
            parameters,
            outer: tensor,
            inner: tensor,
            waiting,
            ..Operation::default()
        });
    }

    /// ReLU in place: it keeps its result, which is the operand of what follows.
    pub fn relu(&mut self, module: &Module, channels: f64, area: f64, waiting: f64) {
        self.function(module.output, channels, area, waiting);
    }

    /// A function of one operand that keeps one tensor of its size.
    pub fn function(&mut self, kept: &'static str, channels: f64, area: f64, waiting: f64) {
        let tensor = self.keep(kept, self.formats.compute, channels, area);
        self.add(Operation { saved: tensor, outer: tensor, inner: tensor, waiting, ..Operation::default() });
    }

    /// A pooling that keeps the places it has chosen.
    pub fn max_pooling(&mut self, module: &Module, channels: f64, area: f64, result_area: f64) {
        let compute = self.formats.compute;
        let saved = self.keep(module.statistics, INT64, channels, result_area);
        let (outer, inner) = (compute * channels * result_area, compute * channels * area);
        self.add(Operation { saved, outer, inner, ..Operation::default() });
    }

    /// Means of several places, which keep their operand.
    pub fn mean_pooling(&mut self, module: &Module, channels: f64, area: f64, result_area: f64) {
        let compute = self.formats.compute;
        let saved = self.keep(module.input, compute, channels, area);
        let (outer, inner) = (compute * channels * result_area, compute * channels * area);
        self.add(Operation { saved, outer, inner, ..Operation::default() });
    }

    /// The mean over the whole map, in elements of so many bytes; it keeps nothing.
    pub fn mean(&mut self, channels: f64, area: f64, bytes_of_element: f64) {
        let (outer, inner) = (self.formats.compute * channels, bytes_of_element * channels * area);
        self.add(Operation { outer, inner, ..Operation::default() });
    }

    /// A fully connected layer over `area` places: it keeps its operand.
    pub fn linear(&mut self, module: &Module, it: LinearLayer) {
        let compute = self.formats.compute;
        let saved = if it.keeps_operand { self.keep(module.input, compute, it.from, it.area) } else { 0.0 };
        let weights = self.weigh_matrix(it.part, module.weight, [it.to, it.from, 1.0]);
        let biases = if it.has_bias { self.weigh(it.part, module.bias, [it.to, 1.0, 1.0]) } else { 0.0 };
        self.add(Operation {
            saved,
            parameters: weights + biases,
            linear: weights,
            outer: if it.is_summed { 0.0 } else { compute * it.to * it.area },
            inner: compute * it.from * it.area,
            waiting: it.waiting,
            ..Operation::default()
        });
    }

    /// The classifier and the loss: the log-softmax in FP32.
    pub fn classifier(&mut self, module: &Module, it: LinearLayer) {
        self.linear(module, it);
        let tensor = self.keep(module!("log_softmax").output, FP32, it.to, 1.0);
        self.add(Operation { saved: tensor, outer: tensor, inner: tensor, ..Operation::default() });
    }

    /// 7×7 convolution, norm, ReLU and pooling, which begin residual and densely connected networks; the last edge.
    pub fn stem(&mut self, channels: f64, edge: f64) -> f64 {
        self.stage();
        let map = halved(edge);
        let area = square(map);
        self.first_convolution(
            module!("conv1", matrix),
            Convolution::between(COLOURS, square(edge), channels, area, 7.0),
        );
        self.batch_norm(module!("bn1", batch_norm), channels, area, 0.0);
        self.relu(module!("relu"), channels, area, 0.0);
        let pooled = halved(map);
        self.max_pooling(module!("maxpool"), channels, area, square(pooled));
        pooled
    }
}
