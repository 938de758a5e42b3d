//! What has to be known of a layout, and of what a model may have beside it, before anything can be computed. Facts
//! that are missing are not 0: a layer of no width would be another model. It knows no number.

use crate::estimator::architecture::facts::Fact;
use crate::estimator::architecture::groups::FactGroup;
use crate::estimator::architecture::kinds::{Layout, Positions};
use crate::estimator::architecture::whole::List;

/// What a layout requires.
#[derive(Clone, Copy, Debug)]
pub struct Required {
    /// Facts that may not be 0.
    pub facts: &'static [Fact],
    /// Lists, which are those of the layout itself: another's say something else.
    pub lists: &'static [List],
}

/// What a fact requires where it is stated.
#[derive(Clone, Copy, Debug)]
pub struct Entailed {
    /// The layouts in which it does.
    pub group: FactGroup,
    /// The fact.
    pub by: Fact,
    /// The choice of the fact that requires something; any that is not 0 if `None`.
    pub choice: Option<usize>,
    /// Facts that may then not be 0.
    pub facts: &'static [Fact],
}

/// What every stack of text has.
const REQUIRED_OF_STACK: &[Fact] = &[Fact::HiddenSize, Fact::NumLayers, Fact::VocabSize];

/// What those have besides that attend.
const REQUIRED_OF_TEXT: &[Fact] = &[Fact::NumAttentionHeads, Fact::NumKeyValueHeads, Fact::HeadDim];

/// Their feed-forward blocks are of one kind or the other: one of these at least may not be 0.
pub const EITHER_OF_TEXT: (Fact, Fact) = (Fact::IntermediateSize, Fact::NumExperts);

const fn of(facts: &'static [Fact]) -> Required {
    Required { facts, lists: &[] }
}

impl Layout {
    /// What has to be known of a model of this layout, beside what every stack of text has.
    pub const fn required(self) -> Required {
        match self {
            Self::Unknown | Self::Decoder | Self::Encoder => of(&[]),
            Self::CrossAttentionDecoder => of(&[Fact::NumCrossAttentionLayers]),
            Self::Mamba => of(&[
                Fact::LinearConvKernel,
                Fact::LinearKeyHeadDim,
                Fact::LinearValueHeadDim,
                Fact::LinearNumKeyHeads,
                Fact::LinearNumValueHeads,
                Fact::TimeStepRank,
            ]),
            Self::Mamba2 | Self::ParallelHybrid => of(&[
                Fact::LinearConvKernel,
                Fact::LinearKeyHeadDim,
                Fact::LinearValueHeadDim,
                Fact::LinearNumKeyHeads,
                Fact::LinearNumValueHeads,
            ]),
            Self::GatedDeltaHybrid | Self::Mamba2Hybrid => of(&[
                Fact::NumFullAttentionLayers,
                Fact::LinearConvKernel,
                Fact::LinearKeyHeadDim,
                Fact::LinearValueHeadDim,
                Fact::LinearNumKeyHeads,
                Fact::LinearNumValueHeads,
            ]),
            Self::LightningHybrid => of(&[Fact::NumFullAttentionLayers]),
            Self::SingleMixerHybrid => of(&[
                Fact::NumFullAttentionLayers,
                Fact::NumFeedForwardLayers,
                Fact::LinearConvKernel,
                Fact::LinearKeyHeadDim,
                Fact::LinearValueHeadDim,
                Fact::LinearNumKeyHeads,
                Fact::LinearNumValueHeads,
            ]),
            Self::ShortConvHybrid => of(&[Fact::NumFullAttentionLayers, Fact::LinearConvKernel]),
            Self::TwoHeadWidths => of(&[
                Fact::NumFullAttentionLayers,
                Fact::GlobalHeadDim,
                Fact::GlobalNumKeyValueHeads,
                Fact::SlidingWindow,
                Fact::NumSlidingLayers,
            ]),
            Self::EncoderDecoder => of(&[Fact::NumDecoderLayers]),
            Self::Speech => of(&[Fact::NumDecoderLayers, Fact::NumMelBins, Fact::NumAudioPositions]),
            Self::Contrastive => of(&[Fact::ProjectionDim, Fact::VisionNumLayers]),
            Self::VisionTransformer => of(&[
                Fact::VisionNumLayers,
                Fact::VisionHiddenSize,
                Fact::VisionNumHeads,
                Fact::VisionIntermediateSize,
                Fact::PatchSize,
                Fact::NumClasses,
            ]),
            Self::ResNet => Required {
                facts: &[Fact::NumClasses, Fact::Bottleneck, Fact::Groups, Fact::WidthPerGroup],
                lists: &[List::Depths],
            },
            Self::Vgg => Required { facts: &[Fact::NumClasses], lists: &[List::Depths] },
            Self::DenseNet => {
                Required { facts: &[Fact::NumClasses, Fact::GrowthRate, Fact::StemWidth], lists: &[List::Depths] }
            }
            Self::EfficientNet => of(&[Fact::NumClasses, Fact::WidthMultiplier, Fact::DepthMultiplier]),
            Self::MobileNet | Self::MnasNet => of(&[Fact::NumClasses, Fact::WidthMultiplier]),
            Self::RegNet => {
                Required { facts: &[Fact::NumClasses, Fact::WidthPerGroup], lists: &[List::Depths, List::Widths] }
            }
            Self::MaxVit => {
                Required { facts: &[Fact::NumClasses, Fact::StemWidth], lists: &[List::Depths, List::Widths] }
            }
            Self::EfficientNetV2 | Self::Swin | Self::ConvNext => {
                Required { facts: &[Fact::NumClasses], lists: &[List::Depths, List::Widths] }
            }
        }
    }
}

/// What a tower of vision has.
const TOWER: &[Fact] = &[Fact::VisionHiddenSize, Fact::VisionNumHeads, Fact::VisionIntermediateSize, Fact::PatchSize];

const fn entailed(group: FactGroup, by: Fact, facts: &'static [Fact]) -> Entailed {
    Entailed { group, by, choice: None, facts }
}

/// What facts require of others.
pub const ENTAILED: &[Entailed] = &[
    entailed(FactGroup::Text, Fact::NumExperts, &[Fact::NumActiveExperts, Fact::MoeIntermediateSize]),
    entailed(FactGroup::Text, Fact::NumDenseLayers, &[Fact::IntermediateSize]),
    entailed(FactGroup::Text, Fact::SharedExpertGate, &[Fact::SharedIntermediateSize]),
    entailed(FactGroup::Text, Fact::KvLoraRank, &[Fact::QkNopeHeadDim, Fact::QkRopeHeadDim, Fact::ValueHeadDim]),
    entailed(FactGroup::Text, Fact::IndexerHeadDim, &[Fact::IndexerHeads, Fact::QLoraRank]),
    entailed(FactGroup::Text, Fact::WideScores, &[Fact::RotaryDim]),
    Entailed {
        group: FactGroup::Text,
        by: Fact::Positions,
        choice: Some(Positions::Learned as usize),
        facts: &[Fact::LearnedPositions],
    },
    entailed(FactGroup::Vision, Fact::VisionNumLayers, TOWER),
    entailed(FactGroup::Vision, Fact::ImageNewline, &[Fact::MinTiles, Fact::MaxTiles]),
    entailed(FactGroup::Vision, Fact::AspectRatios, &[Fact::MaxTiles, Fact::VisionPositions]),
];

/// Visits the facts that a layout requires, those of its text among them.
pub fn each_required(layout: Layout, mut visit: impl FnMut(Fact)) {
    if FactGroup::Stack.is_of(layout) {
        REQUIRED_OF_STACK.iter().copied().for_each(&mut visit);
    }
    if FactGroup::Text.is_of(layout) {
        REQUIRED_OF_TEXT.iter().copied().for_each(&mut visit);
    }
    layout.required().facts.iter().copied().for_each(&mut visit);
}
