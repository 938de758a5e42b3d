//! Which layouts have which facts. It knows no number.

use crate::estimator::architecture::kinds::Layout;

/// Facts that the same layouts have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactGroup {
    /// Of stacks of text.
    Text,
    /// Of stacks in which some layers attend to the whole sequence, and the others have another mixer.
    SomeAttention,
    /// Of those whose other layers are of linear attention or of state space.
    Hybrid,
    /// Of those whose linear attention follows the gated delta rule.
    GatedDelta,
    /// Of stacks each of whose layers has one mixer.
    SingleMixer,
    /// Of decoders whose full-attention layers have wider heads.
    TwoHeadWidths,
    /// Of decoders some of whose layers attend to an image.
    CrossAttention,
    /// Of encoders without a decoder.
    Encoder,
    /// Of encoders with a decoder.
    TwoStacks,
    /// Of encoders of text, alone or before a decoder.
    EncodedText,
    /// Of encoders of sound.
    Speech,
    /// Of vision towers, alone or before a text.
    Vision,
    /// Of pairs of towers.
    Contrastive,
    /// Of whatever ends in a classifier of images.
    Classifier,
    /// Of residual networks.
    ResNet,
    /// Of residual networks of stated widths.
    RegNet,
    /// Of either of these two.
    Grouped,
    /// Of plain networks.
    Vgg,
    /// Of densely connected networks.
    DenseNet,
    /// Of networks that state the channels of their stem.
    Stemmed,
    /// Of networks of inverted bottlenecks.
    EfficientNet,
    /// Of networks whose base has other sizes.
    Scaled,
    /// Of networks that a search has found.
    MobileNet,
    /// Of networks that are a list of stages, or of convolutions.
    Stages,
    /// Of networks that state the channels of each stage.
    WideStages,
    /// Of decoders that read what a projector makes of a tower.
    Projector,
}

impl FactGroup {
    /// Whether models of a layout have such facts.
    pub const fn is_of(self, layout: Layout) -> bool {
        match layout {
            Layout::Unknown => false,
            Layout::Decoder => matches!(self, Self::Text | Self::Vision | Self::Projector),
            Layout::CrossAttentionDecoder => {
                matches!(self, Self::Text | Self::Vision | Self::Projector | Self::CrossAttention)
            }
            Layout::GatedDeltaHybrid => {
                matches!(
                    self,
                    Self::Text | Self::Vision | Self::Projector | Self::SomeAttention | Self::Hybrid | Self::GatedDelta
                )
            }
            Layout::LightningHybrid => {
                matches!(self, Self::Text | Self::Vision | Self::Projector | Self::SomeAttention | Self::Hybrid)
            }
            Layout::Mamba2Hybrid => matches!(self, Self::Text | Self::SomeAttention | Self::Hybrid),
            Layout::SingleMixerHybrid => {
                matches!(self, Self::Text | Self::SomeAttention | Self::Hybrid | Self::SingleMixer)
            }
            Layout::ShortConvHybrid => matches!(self, Self::Text | Self::SomeAttention),
            Layout::TwoHeadWidths => {
                matches!(
                    self,
                    Self::Text
                        | Self::Vision
                        | Self::Projector
                        | Self::TwoHeadWidths
                        | Self::SomeAttention
                        | Self::Hybrid
                )
            }
            Layout::Encoder => matches!(self, Self::Text | Self::Encoder | Self::EncodedText),
            Layout::EncoderDecoder => matches!(self, Self::Text | Self::TwoStacks | Self::EncodedText),
            Layout::Speech => matches!(self, Self::Text | Self::TwoStacks | Self::Speech),
            Layout::Contrastive => matches!(self, Self::Text | Self::Vision | Self::Contrastive),
            Layout::VisionTransformer => matches!(self, Self::Vision | Self::Classifier),
            Layout::ResNet => matches!(self, Self::ResNet | Self::Grouped | Self::Stages | Self::Classifier),
            Layout::RegNet => {
                matches!(self, Self::RegNet | Self::Grouped | Self::Stages | Self::WideStages | Self::Classifier)
            }
            Layout::Vgg => matches!(self, Self::Vgg | Self::Stages | Self::Classifier),
            Layout::DenseNet => matches!(self, Self::DenseNet | Self::Stemmed | Self::Stages | Self::Classifier),
            Layout::EfficientNet => matches!(self, Self::EfficientNet | Self::Scaled | Self::Classifier),
            Layout::MobileNet => matches!(self, Self::MobileNet | Self::Scaled | Self::Classifier),
            Layout::MnasNet => matches!(self, Self::Scaled | Self::Classifier),
            Layout::MaxVit => matches!(self, Self::Stemmed | Self::Stages | Self::WideStages | Self::Classifier),
            Layout::EfficientNetV2 | Layout::Swin | Layout::ConvNext => {
                matches!(self, Self::Stages | Self::WideStages | Self::Classifier)
            }
        }
    }
}
