//! The convolutional networks of torchvision, walked layer by layer for an image of any size. It knows no batch.

use crate::estimator::architecture::{Architecture, Fact};
use crate::estimator::methods::calibrated::blocks::walk::{Convolution, Operation, Walk};
use crate::estimator::methods::calibrated::parts::convolutional::{INVERTED_STAGES, scaled_channels};
use crate::estimator::methods::calibrated::tensors::dtype::INT64;

/// Colour channels of an image.
const COLOURS: f64 = 3.0;
/// Width of the hidden fully connected layers of a plain network (arXiv 1409.1556).
const CLASSIFIER_WIDTH: f64 = 4096.0;
/// Edge of the map to which a plain network pools before its classifier.
const CLASSIFIER_EDGE: f64 = 7.0;

/// Edge of a map after a step of two with padding.
fn halved(edge: f64) -> f64 {
    ((edge - 1.0) / 2.0).floor() + 1.0
}

fn square(edge: f64) -> f64 {
    edge * edge
}

impl Walk {
    fn keeps_image(&self) -> bool {
        // The image itself is an input; autocast's copy of it is kept.
        self.formats.is_autocast
    }

    fn first_convolution(&mut self, to: f64, kernel: f64, edge: f64, result_edge: f64, has_bias: bool) {
        let keeps_operand = self.keeps_image();
        let shape = Convolution::between(COLOURS, square(edge), to, square(result_edge), kernel);
        self.convolution(Convolution { is_first: true, has_bias, keeps_operand, ..shape });
    }

    /// A pooling that keeps the places it has chosen.
    fn max_pooling(&mut self, channels: f64, area: f64, result_area: f64) {
        let compute = self.formats.compute;
        self.add(Operation {
            saved: INT64 * channels * result_area,
            outer: compute * channels * result_area,
            inner: compute * channels * area,
            ..Operation::default()
        });
    }

    /// The mean over the map, which keeps nothing but `saved`.
    fn mean(&mut self, channels: f64, area: f64, saved: f64) {
        let compute = self.formats.compute;
        let inner = compute * channels * area;
        self.add(Operation { saved, outer: compute * channels, inner, ..Operation::default() });
    }

    /// 7×7 convolution, norm, ReLU and pooling, which begin residual and densely connected networks; the last edge.
    fn stem(&mut self, channels: f64, edge: f64) -> f64 {
        self.stage();
        let map = halved(edge);
        self.first_convolution(channels, 7.0, edge, map, false);
        self.batch_norm(channels, square(map), 0.0);
        self.relu(channels, square(map), 0.0);
        let pooled = halved(map);
        self.max_pooling(channels, square(map), square(pooled));
        pooled
    }

    /// Residual blocks (arXiv 1512.03385), also grouped (arXiv 1611.05431) and wide (arXiv 1605.07146).
    pub fn residual(&mut self, it: &Architecture, image: f64) {
        let (ratio, groups) = (it.number(Fact::Bottleneck).max(1.0), it.number(Fact::Groups).max(1.0));
        let mut edge = self.stem(64.0, image);
        let (mut channels, mut planes, mut is_pooled) = (64.0, 64.0, true);
        let compute = self.formats.compute;
        for (stage, &n_blocks) in it.depths.iter().enumerate() {
            self.stage();
            for block in 0..n_blocks as usize {
                let steps = block == 0 && stage > 0;
                let to_edge = if steps { halved(edge) } else { edge };
                let (area, to_area) = (square(edge), square(to_edge));
                let width = (planes * it.number(Fact::WidthPerGroup) / 64.0).floor() * groups;
                let out = planes * ratio;
                let is_projected = steps || channels != out;
                // While the gradients of one branch are made, another gradient waits: the sum's, or what the projection,
                // which is later forward and so earlier backward, has made of it.
                let of_sum = compute * out * to_area;
                let waiting = if is_projected { compute * channels * area } else { of_sum };
                let keeps_operand = is_pooled;
                let between = |from, area, to, to_area, kernel| Convolution {
                    waiting,
                    ..Convolution::between(from, area, to, to_area, kernel)
                };
                if ratio > 1.0 {
                    self.convolution(Convolution { keeps_operand, ..between(channels, area, width, area, 1.0) });
                    self.batch_norm(width, area, waiting);
                    self.relu(width, area, waiting);
                    self.convolution(Convolution { groups, ..between(width, area, width, to_area, 3.0) });
                    self.batch_norm(width, to_area, waiting);
                    self.relu(width, to_area, waiting);
                    self.convolution(between(width, to_area, out, to_area, 1.0));
                } else {
                    self.convolution(Convolution { keeps_operand, ..between(channels, area, out, to_area, 3.0) });
                    self.batch_norm(out, to_area, waiting);
                    self.relu(out, to_area, waiting);
                    self.convolution(between(out, to_area, out, to_area, 3.0));
                }
                // The last norm of a branch reads the sum's gradient itself.
                self.batch_norm(out, to_area, if is_projected { waiting } else { 0.0 });
                if is_projected {
                    let shape = Convolution::between(channels, area, out, to_area, 1.0);
                    self.convolution(Convolution { waiting: of_sum, ..shape });
                    self.batch_norm(out, to_area, 0.0);
                }
                self.relu(out, to_area, 0.0);
                (channels, edge, is_pooled) = (out, to_edge, false);
            }
            planes *= 2.0;
        }
        self.stage();
        self.mean(channels, square(edge), 0.0);
        self.classifier(channels, it.number(Fact::NumClasses), true);
    }

    /// Plain 3×3 convolutions with poolings between them, and three fully connected layers (arXiv 1409.1556).
    pub fn plain(&mut self, it: &Architecture, image: f64) {
        let (mut edge, mut channels, mut is_pooled, mut is_first) = (image, COLOURS, false, true);
        self.stage();
        for &to in it.depths.iter() {
            if to == 0.0 {
                let pooled = (edge / 2.0).floor();
                self.max_pooling(channels, square(edge), square(pooled));
                (edge, is_pooled) = (pooled, true);
                self.stage();
                continue;
            }
            if is_first {
                self.first_convolution(to, 3.0, edge, edge, true);
            } else {
                let shape = Convolution::between(channels, square(edge), to, square(edge), 3.0);
                self.convolution(Convolution { has_bias: true, keeps_operand: is_pooled, ..shape });
            }
            if it.number(Fact::BatchNorm) != 0.0 {
                self.batch_norm(to, square(edge), 0.0);
            }
            self.relu(to, square(edge), 0.0);
            (channels, is_pooled, is_first) = (to, false, false);
        }
        let compute = self.formats.compute;
        let pooled = square(CLASSIFIER_EDGE);
        self.add(Operation {
            saved: compute * channels * square(edge),
            outer: compute * channels * pooled,
            inner: compute * channels * square(edge),
            ..Operation::default()
        });
        let mut width = channels * pooled;
        for _ in 0..2 {
            let shape = crate::estimator::methods::calibrated::blocks::walk::Linear {
                from: width,
                to: CLASSIFIER_WIDTH,
                area: 1.0,
                ..Default::default()
            };
            self.linear_layer(crate::estimator::methods::calibrated::blocks::walk::Linear {
                keeps_operand: true,
                ..shape
            });
            self.relu(CLASSIFIER_WIDTH, 1.0, 0.0);
            // Dropout keeps a mask of bytes.
            let tensor = compute * CLASSIFIER_WIDTH;
            self.add(Operation { saved: CLASSIFIER_WIDTH, outer: tensor, inner: tensor, ..Operation::default() });
            width = CLASSIFIER_WIDTH;
        }
        self.classifier(width, it.number(Fact::NumClasses), true);
    }

    /// Blocks in which each layer reads a copy of all before it (arXiv 1608.06993).
    pub fn dense(&mut self, it: &Architecture, image: f64) {
        let (growth, mut channels) = (it.number(Fact::GrowthRate), it.number(Fact::StemWidth));
        let mut edge = self.stem(channels, image);
        let compute = self.formats.compute;
        for (block, &n_layers) in it.depths.iter().enumerate() {
            self.stage();
            for _ in 0..n_layers as usize {
                let area = square(edge);
                // The gradients of what later layers have read wait to be added up.
                let waiting = compute * channels * area;
                let between =
                    |from, to, kernel| Convolution { waiting, ..Convolution::between(from, area, to, area, kernel) };
                self.batch_norm(channels, area, waiting);
                self.relu(channels, area, waiting);
                self.convolution(between(channels, 4.0 * growth, 1.0));
                self.batch_norm(4.0 * growth, area, waiting);
                self.relu(4.0 * growth, area, waiting);
                self.convolution(between(4.0 * growth, growth, 3.0));
                channels += growth;
            }
            let area = square(edge);
            self.batch_norm(channels, area, 0.0);
            self.relu(channels, area, 0.0);
            if block + 1 < it.depths.len() {
                // Between blocks: a convolution to half the channels, and a mean of four, which keeps its operand.
                let half = (channels / 2.0).floor();
                self.convolution(Convolution::between(channels, area, half, area, 1.0));
                let pooled = (edge / 2.0).floor();
                self.add(Operation {
                    saved: compute * half * area,
                    outer: compute * half * square(pooled),
                    inner: compute * half * area,
                    ..Operation::default()
                });
                (channels, edge) = (half, pooled);
            }
        }
        self.stage();
        self.mean(channels, square(edge), 0.0);
        self.classifier(channels, it.number(Fact::NumClasses), true);
    }

    /// Convolution, norm and, unless the result is added to something, SiLU, which keeps a copy of its operand.
    fn gated_convolution(&mut self, it: Convolution, has_function: bool) {
        self.convolution(it);
        self.batch_norm(it.to, it.result_area, it.waiting);
        if has_function {
            self.function(self.formats.compute * it.to * it.result_area, it.waiting);
        }
    }

    /// Stages of inverted bottlenecks with squeeze and excitation (arXiv 1905.11946).
    pub fn inverted(&mut self, it: &Architecture, image: f64) {
        let (wide, deep) = (it.number(Fact::WidthMultiplier), it.number(Fact::DepthMultiplier));
        let compute = self.formats.compute;
        self.stage();
        let mut edge = halved(image);
        let mut channels = scaled_channels(INVERTED_STAGES[0].3 * wide);
        let keeps_operand = self.keeps_image();
        let shape = Convolution::between(COLOURS, square(image), channels, square(edge), 3.0);
        self.gated_convolution(Convolution { is_first: true, keeps_operand, ..shape }, true);
        for (expansion, kernel, step, _, to, n_layers) in INVERTED_STAGES {
            self.stage();
            let to = scaled_channels(to * wide);
            for layer in 0..(n_layers * deep).ceil() as usize {
                let steps = layer == 0 && step > 1.0;
                let to_edge = if steps { halved(edge) } else { edge };
                let (area, to_area) = (square(edge), square(to_edge));
                let is_summed = !steps && channels == to;
                let waiting = if is_summed { compute * to * to_area } else { 0.0 };
                let between = |from, area, to, to_area, kernel| Convolution {
                    waiting,
                    keeps_operand: true,
                    ..Convolution::between(from, area, to, to_area, kernel)
                };
                let inner = scaled_channels(channels * expansion);
                if inner != channels {
                    self.gated_convolution(between(channels, area, inner, area, 1.0), true);
                }
                let depthwise = between(inner, area, inner, to_area, kernel);
                self.gated_convolution(Convolution { groups: inner, ..depthwise }, true);
                let squeezed = (channels / 4.0).floor().max(1.0);
                let map = compute * inner * to_area;
                // The mean, two small convolutions with SiLU and sigmoid between and behind them: the gate. The gradient of
                // the mean is spread over the map while that of the product waits.
                self.add(Operation {
                    saved: compute * (2.0 * inner + 2.0 * squeezed),
                    parameters: 2.0 * inner * squeezed + inner + squeezed,
                    linear: 2.0 * inner * squeezed,
                    inner: map,
                    waiting: waiting + map,
                    ..Operation::default()
                });
                // The product with the gate, whose result the next convolution reads; each factor's gradient is as large as
                // the map before the gate's is added up.
                self.add(Operation { saved: map, outer: map, inner: 2.0 * map, waiting, ..Operation::default() });
                self.gated_convolution(between(inner, to_area, to, to_area, 1.0), false);
                (channels, edge) = (to, to_edge);
            }
        }
        self.stage();
        let area = square(edge);
        let shape = Convolution::between(channels, area, 4.0 * channels, area, 1.0);
        self.gated_convolution(Convolution { keeps_operand: true, ..shape }, true);
        channels *= 4.0;
        self.mean(channels, area, 0.0);
        // Dropout's mask, in bytes.
        self.add(Operation { saved: channels, ..Operation::default() });
        self.classifier(channels, it.number(Fact::NumClasses), true);
    }

    /// Stages of depthwise convolutions and pointwise feed-forward blocks (arXiv 2201.03545).
    pub fn pointwise(&mut self, it: &Architecture, image: f64) {
        let crate::estimator::methods::calibrated::blocks::walk::WalkBytes { compute, wide, .. } = self.formats;
        let mut edge = (image / 4.0).floor();
        let mut channels = it.widths.first().copied().unwrap_or(1.0);
        self.stage();
        self.first_convolution(channels, 4.0, image, edge, true);
        self.layer_norm(channels, square(edge), 0.0);
        for (stage, (&width, &n_blocks)) in it.widths.iter().zip(it.depths.iter()).enumerate() {
            self.stage();
            if stage > 0 {
                self.layer_norm(channels, square(edge), 0.0);
                let to_edge = (edge / 2.0).floor();
                let shape = Convolution::between(channels, square(edge), width, square(to_edge), 2.0);
                self.convolution(Convolution { has_bias: true, keeps_operand: true, ..shape });
                (channels, edge) = (width, to_edge);
            }
            let area = square(edge);
            let waiting = wide * channels * area;
            let shape = Convolution::between(channels, area, channels, area, 7.0);
            let depthwise = Convolution { groups: channels, has_bias: true, keeps_operand: true, waiting, ..shape };
            for _ in 0..n_blocks as usize {
                self.convolution(depthwise);
                self.layer_norm(channels, area, waiting);
                let linear = |from, to| crate::estimator::methods::calibrated::blocks::walk::Linear {
                    from,
                    to,
                    area,
                    keeps_operand: true,
                    is_summed: false,
                    waiting,
                };
                self.linear_layer(linear(channels, 4.0 * channels));
                self.function(compute * 4.0 * channels * area, waiting);
                self.linear_layer(linear(4.0 * channels, channels));
                // A scale per channel keeps the block's result. Stochastic depth makes a gradient of its own, and each
                // factor's is as large as the map before the scale's is added up.
                self.add(Operation {
                    saved: compute * channels * area,
                    parameters: channels,
                    outer: waiting,
                    inner: 2.0 * waiting,
                    waiting,
                    ..Operation::default()
                });
            }
        }
        self.stage();
        let inner = wide * channels * square(edge);
        self.add(Operation { outer: compute * channels, inner, ..Operation::default() });
        self.layer_norm(channels, 1.0, 0.0);
        self.classifier(channels, it.number(Fact::NumClasses), true);
    }
}
