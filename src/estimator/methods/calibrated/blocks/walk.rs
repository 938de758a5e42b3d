//! A walk through the layers of a network, which adds up what each keeps for the backward pass, and a walk back, which
//! finds the operation at which most lives. It knows no network.
//!
//! Amounts are bytes of one image, but for parameters and their copies.

use crate::estimator::methods::calibrated::tensors::dtype::{FP32, INT64};

/// What one operation keeps, and what lives while its gradient is computed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Operation {
    /// Kept for the backward pass, and freed by this operation's gradient; of one image.
    pub saved: f64,
    /// The same that does not grow with the batch: statistics of norms.
    pub constant: f64,
    /// Parameters whose gradients this operation's gradient makes.
    pub parameters: f64,
    /// Those of them that a matrix product or a convolution reads, of which autocast keeps a 16-bit copy.
    pub linear: f64,
    /// Gradient of the result; of one image.
    pub outer: f64,
    /// Gradient of the operand; of one image.
    pub inner: f64,
    /// Gradient of a parallel branch, which waits; of one image.
    pub waiting: f64,
}

/// Bytes of an element of the tensors of a walk.
#[derive(Clone, Copy, Debug)]
pub struct WalkBytes {
    /// What convolutions and matrix products read and write.
    pub compute: f64,
    /// What layer norms and residual sums read and write: FP32 under autocast.
    pub wide: f64,
    /// Gradients of parameters.
    pub gradient: f64,
    /// Whether FP32 weights are copied to 16 bits.
    pub is_autocast: bool,
}

impl WalkBytes {
    /// Of a gradient of a parameter as the operation makes it, in the format of its operands.
    pub fn made(&self) -> f64 {
        if self.is_autocast { self.compute } else { self.gradient }
    }
}

/// The operations of a network in the order of its forward pass.
pub struct Walk {
    /// Bytes of an element.
    pub formats: WalkBytes,
    operations: Vec<Operation>,
    /// Where each stage begins.
    stages: Vec<usize>,
    /// Running statistics and counters, in bytes.
    pub buffers: f64,
}

/// The operation at whose gradient most lives.
#[derive(Clone, Copy, Debug, Default)]
pub struct Fullest {
    /// How many operations still keep what they saved.
    pub n_left: usize,
    /// Parameters that have their gradient.
    pub parameters: f64,
    /// Gradients of tensors; of one image.
    pub gradients: f64,
    /// Parameters whose gradients have just been made, in the format of the operation.
    pub made: f64,
}

impl Walk {
    /// A walk that has not begun.
    pub fn new(formats: WalkBytes) -> Self {
        Self { formats, operations: Vec::new(), stages: Vec::new(), buffers: 0.0 }
    }

    /// What comes from here on belongs to the next stage.
    pub fn stage(&mut self) {
        self.stages.push(self.operations.len());
    }

    /// How many stages there are.
    pub fn n_stages(&self) -> usize {
        self.stages.len()
    }

    /// Adds an operation.
    pub fn add(&mut self, operation: Operation) {
        self.operations.push(operation);
    }

    /// Kept by the operations of a stage; of one image.
    pub fn kept(&self, stage: usize) -> f64 {
        let end = self.stages.get(stage + 1).copied().unwrap_or(self.operations.len());
        let start = self.stages.get(stage).copied().unwrap_or(end);
        self.operations.iter().take(end).skip(start).map(|it| it.saved).sum()
    }

    /// What the first `n_left` operations keep, and their parameters, as if they were one.
    pub fn kept_before(&self, n_left: usize) -> Operation {
        self.operations.iter().take(n_left).fold(Operation::default(), |sum, it| Operation {
            saved: sum.saved + it.saved,
            constant: sum.constant + it.constant,
            linear: sum.linear + it.linear,
            ..sum
        })
    }

    /// All operations.
    pub fn len(&self) -> usize {
        self.operations.len()
    }

    /// Walks back with a batch of images, and finds where most lives. `scale` multiplies the parameters.
    pub fn fullest(&self, batch: f64, scale: f64) -> Fullest {
        let WalkBytes { gradient, is_autocast, .. } = self.formats;
        let made = self.formats.made();
        let copies = if is_autocast { made } else { 0.0 };
        let own = |it: &Operation| it.saved * batch + it.constant + copies * scale * it.linear;
        let mut left: f64 = self.operations.iter().map(own).sum();
        let (mut done, mut most, mut res) = (0.0, -1.0, Fullest::default());
        let mut consider = |left: f64, it: Fullest| {
            let lives = left + gradient * it.parameters + made * it.made + batch * it.gradients;
            if lives > most {
                (most, res) = (lives, it);
            }
        };
        for (at, it) in self.operations.iter().enumerate().rev() {
            let own_parameters = scale * it.parameters;
            let gradients = it.outer + it.inner + it.waiting;
            consider(left, Fullest { n_left: at + 1, parameters: done, gradients, made: own_parameters });
            left -= own(it);
            done += own_parameters;
            if is_autocast {
                // The 16-bit gradients are converted to FP32 when what the operation had kept is gone.
                let gradients = it.inner + it.waiting;
                consider(left, Fullest { n_left: at, parameters: done, gradients, made: scale * it.linear });
            }
        }
        res
    }

    // Layers that networks are made of.

    /// A convolution: it keeps its operand, unless that is kept already.
    pub fn convolution(&mut self, it: Convolution) {
        let WalkBytes { compute, .. } = self.formats;
        let weights = it.from / it.groups.max(1.0) * it.to * it.kernel * it.kernel;
        self.add(Operation {
            saved: if it.keeps_operand { compute * it.from * it.area } else { 0.0 },
            parameters: weights + if it.has_bias { it.to } else { 0.0 },
            linear: weights,
            outer: compute * it.to * it.result_area,
            // Nobody asks for the gradient of the pixels.
            inner: if it.is_first { 0.0 } else { compute * it.from * it.area },
            waiting: it.waiting,
            ..Operation::default()
        });
    }

    /// Batch normalization: it keeps its operand, and mean and deviation of each channel in FP32.
    pub fn batch_norm(&mut self, channels: f64, area: f64, waiting: f64) {
        let tensor = self.formats.compute * channels * area;
        self.add(Operation {
            saved: tensor,
            constant: 2.0 * FP32 * channels,
            parameters: 2.0 * channels,
            outer: tensor,
            inner: tensor,
            waiting,
            ..Operation::default()
        });
        // Running mean and variance, and a counter.
        self.buffers += 2.0 * FP32 * channels + INT64;
    }

    /// A function that keeps its result, which is the operand of what follows: ReLU in place.
    pub fn relu(&mut self, channels: f64, area: f64, waiting: f64) {
        self.function(self.formats.compute * channels * area, waiting);
    }

    /// A function of one operand that keeps one tensor of its size.
    pub fn function(&mut self, tensor: f64, waiting: f64) {
        self.add(Operation { saved: tensor, outer: tensor, inner: tensor, waiting, ..Operation::default() });
    }

    /// Layer normalization over channels: it keeps its operand, and mean and deviation of each place.
    pub fn layer_norm(&mut self, channels: f64, area: f64, waiting: f64) {
        let tensor = self.formats.wide * channels * area;
        self.add(Operation {
            saved: tensor + 2.0 * FP32 * area,
            parameters: 2.0 * channels,
            outer: tensor,
            inner: tensor,
            waiting,
            ..Operation::default()
        });
    }

    /// A fully connected layer over `area` places: it keeps its operand.
    pub fn linear_layer(&mut self, it: Linear) {
        let WalkBytes { compute, .. } = self.formats;
        self.add(Operation {
            saved: if it.keeps_operand { compute * it.from * it.area } else { 0.0 },
            parameters: it.from * it.to + it.to,
            linear: it.from * it.to,
            outer: if it.is_summed { 0.0 } else { compute * it.to * it.area },
            inner: compute * it.from * it.area,
            waiting: it.waiting,
            ..Operation::default()
        });
    }

    /// The classifier and the loss: the log-softmax in FP32.
    pub fn classifier(&mut self, width: f64, n_classes: f64, keeps_operand: bool) {
        self.linear_layer(Linear { from: width, to: n_classes, area: 1.0, keeps_operand, ..Linear::default() });
        self.function(FP32 * n_classes, 0.0);
    }
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
    pub fn between(from: f64, area: f64, to: f64, result_area: f64, kernel: f64) -> Self {
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
#[derive(Clone, Copy, Debug, Default)]
pub struct Linear {
    /// Width of the operand.
    pub from: f64,
    /// Width of the result.
    pub to: f64,
    /// Places that it is applied to.
    pub area: f64,
    /// Whether nothing else keeps the operand.
    pub keeps_operand: bool,
    /// Whether the gradient of the result is the waiting one, because the result is added to it.
    pub is_summed: bool,
    /// Gradient of a parallel branch.
    pub waiting: f64,
}
