//! Which layouts have which facts. It knows no number.

use crate::estimator::architecture::kinds::Layout;

/// Facts that the same layouts have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactGroup {
    /// Of stacks of text, whatever their layers are.
    Stack,
    /// Of stacks of text with attention and feed-forward blocks.
    Text,
    /// Of the same, and of models of which nobody knows what they have.
    Attending,
    /// Of stacks in which some layers attend to the whole sequence, and the others have another mixer.
    SomeAttention,
    /// Of stacks with layers in which a convolution runs along the sequence.
    Convolved,
    /// Of stacks with layers whose state has heads: of linear attention, or of a state space.
    HeadedState,
    /// Of stacks of Mamba alone.
    Mamba,
    /// Of stacks whose layers have two mixers side by side.
    ParallelMixers,
    /// Of those whose linear attention follows the gated delta rule.
    GatedDelta,
    /// Of those whose mixers beside attention have kernels of other libraries in training.
    FusedMixers,
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
        match self {
            Self::Stack => Self::Text.is_of(layout) || layout.is_state_space(),
            Self::Attending => Self::Text.is_of(layout) || matches!(layout, Layout::Unknown),
            _ => self.is_listed(layout),
        }
    }

    const fn is_listed(self, layout: Layout) -> bool {
        match layout {
            Layout::Unknown => false,
            Layout::Decoder => matches!(self, Self::Text | Self::Vision | Self::Projector),
            Layout::CrossAttentionDecoder => {
                matches!(self, Self::Text | Self::Vision | Self::Projector | Self::CrossAttention)
            }
            Layout::GatedDeltaHybrid => matches!(
                self,
                Self::Text
                    | Self::Vision
                    | Self::Projector
                    | Self::SomeAttention
                    | Self::Convolved
                    | Self::HeadedState
                    | Self::GatedDelta
                    | Self::FusedMixers
            ),
            Layout::LightningHybrid => {
                matches!(self, Self::Text | Self::Vision | Self::Projector | Self::SomeAttention)
            }
            Layout::Mamba2Hybrid => {
                matches!(
                    self,
                    Self::Text | Self::SomeAttention | Self::Convolved | Self::HeadedState | Self::FusedMixers
                )
            }
            Layout::SingleMixerHybrid => matches!(
                self,
                Self::Text | Self::SomeAttention | Self::Convolved | Self::HeadedState | Self::SingleMixer
            ),
            Layout::ParallelHybrid => {
                matches!(self, Self::Text | Self::Convolved | Self::HeadedState | Self::ParallelMixers)
            }
            Layout::ShortConvHybrid => matches!(self, Self::Text | Self::SomeAttention | Self::Convolved),
            Layout::Mamba => matches!(self, Self::Convolved | Self::HeadedState | Self::Mamba),
            Layout::Mamba2 => matches!(self, Self::Convolved | Self::HeadedState),
            Layout::TwoHeadWidths => {
                matches!(self, Self::Text | Self::Vision | Self::Projector | Self::TwoHeadWidths | Self::SomeAttention)
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

impl Layout {
    /// Whether its layers are of a state space and nothing else.
    pub const fn is_state_space(self) -> bool {
        matches!(self, Self::Mamba | Self::Mamba2)
    }
}
