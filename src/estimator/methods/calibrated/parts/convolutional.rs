//! Convolutional networks, walked layer by layer as torchvision builds them.

use crate::estimator::architecture::Fact;
use crate::estimator::methods::calibrated::parts::counter::{Counter, Part, linear};

/// Width of the two hidden fully connected layers of a plain network (VGG, arXiv 1409.1556).
const CLASSIFIER_WIDTH: f64 = 4096.0;
/// Edge of the feature map to which a plain network pools before its classifier.
const CLASSIFIER_EDGE: f64 = 7.0;

/// A stage of inverted bottlenecks: expansion, kernel, stride, channels in and out, layers (EfficientNet-B0, arXiv
/// 1905.11946, table 1).
pub type InvertedStage = (f64, f64, f64, f64, f64, f64);

/// The stages of the base network, to which width and depth multipliers apply.
pub const INVERTED_STAGES: [InvertedStage; 7] = [
    (1.0, 3.0, 1.0, 32.0, 16.0, 1.0),
    (6.0, 3.0, 2.0, 16.0, 24.0, 2.0),
    (6.0, 5.0, 2.0, 24.0, 40.0, 2.0),
    (6.0, 3.0, 2.0, 40.0, 80.0, 3.0),
    (6.0, 5.0, 1.0, 80.0, 112.0, 3.0),
    (6.0, 5.0, 2.0, 112.0, 192.0, 4.0),
    (6.0, 3.0, 1.0, 192.0, 320.0, 1.0),
];

/// Channels of a scaled network: a multiple of 8, at least 8, and not a tenth below what was asked for (torchvision,
/// `_make_divisible`).
pub fn scaled_channels(channels: f64) -> f64 {
    let rounded = ((channels + 4.0) / 8.0).floor().max(1.0) * 8.0;
    if rounded < 0.9 * channels { rounded + 8.0 } else { rounded }
}

impl Counter<'_> {
    fn convolution(&mut self, from: f64, to: f64, kernel: f64, has_bias: bool) {
        self.add(Part::Convolutions, linear(from * kernel * kernel, to, has_bias));
    }

    fn normalized_convolution(&mut self, from: f64, to: f64, kernel: f64) {
        self.convolution(from, to, kernel, false);
        self.add(Part::Norms, 2.0 * to);
    }

    fn classifier(&mut self, width: f64) {
        self.add(Part::Head, linear(width, self.n(Fact::NumClasses), true));
    }

    /// Residual blocks (arXiv 1512.03385), also grouped (arXiv 1611.05431) and wide (arXiv 1605.07146).
    pub fn resnet(&mut self) {
        let (ratio, groups) = (self.n(Fact::Bottleneck), self.n(Fact::Groups).max(1.0));
        self.normalized_convolution(3.0, 64.0, 7.0);
        let (mut channels, mut planes) = (64.0, 64.0);
        for &n_blocks in self.architecture().depths.iter() {
            let inner = planes / 64.0 * self.n(Fact::WidthPerGroup) * groups;
            let outer = planes * ratio;
            if channels != outer {
                self.normalized_convolution(channels, outer, 1.0);
            }
            for _ in 0..n_blocks as usize {
                if ratio > 1.0 {
                    self.normalized_convolution(channels, inner, 1.0);
                    self.normalized_convolution(inner / groups, inner, 3.0);
                    self.normalized_convolution(inner, outer, 1.0);
                } else {
                    self.normalized_convolution(channels, outer, 3.0);
                    self.normalized_convolution(outer, outer, 3.0);
                }
                channels = outer;
            }
            planes *= 2.0;
        }
        self.classifier(channels);
    }

    /// Plain convolutions with poolings between them, and three fully connected layers.
    pub fn vgg(&mut self) {
        let mut channels = 3.0;
        for &to in self.architecture().depths.iter().filter(|it| **it > 0.0) {
            self.convolution(channels, to, 3.0, true);
            if self.is(Fact::BatchNorm) {
                self.add(Part::Norms, 2.0 * to);
            }
            channels = to;
        }
        let hidden = linear(channels * CLASSIFIER_EDGE * CLASSIFIER_EDGE, CLASSIFIER_WIDTH, true);
        self.add(Part::Head, hidden + linear(CLASSIFIER_WIDTH, CLASSIFIER_WIDTH, true));
        self.classifier(CLASSIFIER_WIDTH);
    }

    /// Blocks in which each layer reads all before it (arXiv 1608.06993).
    pub fn densenet(&mut self) {
        let (growth, mut channels) = (self.n(Fact::GrowthRate), self.n(Fact::StemWidth));
        self.normalized_convolution(3.0, channels, 7.0);
        for (at, &n_layers) in self.architecture().depths.iter().enumerate() {
            if at > 0 {
                // Between blocks: norm, 1×1 convolution to half the channels, pooling.
                self.add(Part::Norms, 2.0 * channels);
                self.convolution(channels, channels / 2.0, 1.0, false);
                channels /= 2.0;
            }
            for _ in 0..n_layers as usize {
                self.add(Part::Norms, 2.0 * channels);
                self.normalized_convolution(channels, 4.0 * growth, 1.0);
                self.convolution(4.0 * growth, growth, 3.0, false);
                channels += growth;
            }
        }
        self.add(Part::Norms, 2.0 * channels);
        self.classifier(channels);
    }

    /// Stages of depthwise convolutions and pointwise feed-forward blocks (arXiv 2201.03545).
    pub fn convnext(&mut self) {
        let mut from = 3.0;
        for (at, (&width, &n_blocks)) in
            self.architecture().widths.iter().zip(self.architecture().depths.iter()).enumerate()
        {
            // The stem's norm follows its convolution, those between stages stand before theirs.
            self.convolution(from, width, if at == 0 { 4.0 } else { 2.0 }, true);
            self.add(Part::Norms, 2.0 * if at == 0 { width } else { from });
            self.add(Part::Convolutions, n_blocks * linear(49.0, width, true));
            self.add(
                Part::FeedForward,
                n_blocks * (linear(width, 4.0 * width, true) + linear(4.0 * width, width, true)),
            );
            // The norm, and a scale per channel on the block's output.
            self.add(Part::Norms, n_blocks * 3.0 * width);
            from = width;
        }
        self.add(Part::Norms, 2.0 * from);
        self.classifier(from);
    }

    /// Stages of inverted bottlenecks with squeeze and excitation.
    pub fn efficientnet(&mut self) {
        let (wide, deep) = (self.n(Fact::WidthMultiplier), self.n(Fact::DepthMultiplier));
        let mut channels = scaled_channels(INVERTED_STAGES[0].3 * wide);
        self.normalized_convolution(3.0, channels, 3.0);
        for (expansion, kernel, _, _, to, n_layers) in INVERTED_STAGES {
            let to = scaled_channels(to * wide);
            for _ in 0..(n_layers * deep).ceil() as usize {
                let inner = scaled_channels(channels * expansion);
                if inner != channels {
                    self.normalized_convolution(channels, inner, 1.0);
                }
                self.normalized_convolution(1.0, inner, kernel);
                let squeezed = (channels / 4.0).floor().max(1.0);
                self.convolution(inner, squeezed, 1.0, true);
                self.convolution(squeezed, inner, 1.0, true);
                self.normalized_convolution(inner, to, 1.0);
                channels = to;
            }
        }
        self.normalized_convolution(channels, 4.0 * channels, 1.0);
        self.classifier(4.0 * channels);
    }
}
