//! What of a model stands in its first and in its last layers, which may stay in 16 bits beside quantized ones. It
//! knows no format.

use crate::estimator::architecture::{Fact, Layout, Part, PartCount, Tower, layers_of_kind};
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::parameters::{ParameterId as Id, UnquantizedParts};

/// The parts that stay in 16 bits, as a set of words.
pub fn unquantized_parts(shape: &Shape) -> usize {
    let id = Id::Unquantized;
    if shape.reader.has_effect(id) { shape.reader.number(id) as usize } else { UnquantizedParts::USUAL }
}

/// The first and the last layers of a model.
#[derive(Clone, Copy)]
pub struct Ends<'a> {
    shape: &'a Shape<'a>,
    layers: f64,
    first: f64,
    /// The first of the last layers; all layers where the ends meet.
    last_from: f64,
}

impl<'a> Ends<'a> {
    /// Those that the run leaves in 16 bits, if any.
    pub fn of(shape: &'a Shape<'a>) -> Option<Self> {
        let layers = shape.number(Fact::NumLayers);
        let [first, last] = UnquantizedParts::ends(unquantized_parts(shape)).map(|it| it as f64);
        let (first, last_from) = (first.min(layers), (layers - last).max(0.0));
        (first > 0.0 || last_from < layers).then_some(Self { shape, layers, first, last_from: last_from.max(first) })
    }

    /// Whether they are all layers that there are.
    pub fn are_all(&self) -> bool {
        self.first >= self.last_from
    }

    /// Whether the model's facts tell which of its layers are of which kind: not where attention has two widths, where
    /// stacks of several kinds follow each other, or where layers with and without experts alternate, as they do where
    /// half have none.
    pub fn are_known(&self) -> bool {
        let dense = self.shape.number(Fact::NumDenseLayers);
        let follow_each_other = match self.shape.layout() {
            Layout::Decoder | Layout::Encoder => true,
            Layout::GatedDeltaHybrid | Layout::LightningHybrid | Layout::Mamba2Hybrid => {
                self.rarer(Fact::NumFullAttentionLayers, self.layers).is_some()
            }
            Layout::CrossAttentionDecoder => self.rarer(Fact::NumCrossAttentionLayers, self.layers).is_some(),
            _ => false,
        };
        follow_each_other && 2.0 * dense < self.layers
    }

    /// The share of a part that stands in them: nothing of what stands in no layer.
    pub fn share_of(&self, it: &PartCount) -> f64 {
        if it.tower != Tower::Main {
            return 0.0;
        }
        let among = |layers: f64| self.among_first(it.part, layers).unwrap_or(0.0);
        let all = among(self.layers);
        if all > 0.0 { (among(self.first) + all - among(self.last_from)) / all } else { 0.0 }
    }

    /// How many of the first layers have the part; `None` where no layer has it.
    fn among_first(&self, part: Part, layers: f64) -> Option<f64> {
        let number = |fact| self.shape.number(fact);
        let full = || self.rarer(Fact::NumFullAttentionLayers, layers);
        let crossing = || self.rarer(Fact::NumCrossAttentionLayers, layers);
        let dense = number(Fact::NumDenseLayers).min(layers);
        match part {
            Part::Attention if self.shape.layout() == Layout::CrossAttentionDecoder => Some(layers - crossing()?),
            Part::Attention if self.shape.is(Fact::NumFullAttentionLayers) => full(),
            Part::Attention => Some(layers),
            Part::CrossAttention => crossing(),
            Part::LinearAttention => Some(layers - full()?),
            Part::FeedForward if self.shape.is(Fact::NumExperts) => Some(dense),
            Part::FeedForward => Some(layers),
            Part::Experts | Part::Router | Part::SharedExperts => Some(layers - dense),
            Part::Embedding | Part::Convolutions | Part::Norms | Part::Projector | Part::LmHead | Part::Head => None,
        }
    }

    /// Layers of the rarer kind among the first of the model that runs; `None` where that is not the pattern of its
    /// architecture.
    fn rarer(&self, fact: Fact, layers: f64) -> Option<f64> {
        let of = |layers| layers_of_kind(self.shape.reader.architecture(), fact, layers);
        (of(self.layers)? == self.shape.number(fact)).then(|| of(layers)).flatten()
    }
}
