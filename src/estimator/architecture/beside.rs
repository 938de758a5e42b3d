//! What says something only beside another fact: a router where there are experts, a patch where there is a tower. A
//! model without the other fact has no such thing, whatever is given of it. It knows no number.

use crate::estimator::architecture::facts::Fact;
use crate::estimator::parameters::ParameterId as Id;

/// A fact, and what says nothing in a model that has 0 of it, or has it not.
#[derive(Clone, Copy, Debug)]
pub struct Beside {
    /// The fact.
    pub control: Fact,
    /// Parameters that then have no effect where a mode has no number of its own for them.
    pub dependents: &'static [Id],
}

/// All of them. What depends on a fact that itself depends on another stands behind that one.
pub const BESIDE: &[Beside] = &[
    Beside {
        control: Fact::NumExperts,
        dependents: &[
            Id::NumActiveExperts,
            Id::MoeIntermediateSize,
            Id::ExpertLatentSize,
            Id::SharedIntermediateSize,
            Id::NumDenseLayers,
            Id::SharedExpertGate,
            Id::Router,
            Id::RouterBias,
            Id::RouterCorrection,
            Id::ExpertBias,
            Id::PackedExperts,
        ],
    },
    Beside {
        control: Fact::KvLoraRank,
        dependents: &[Id::QLoraRank, Id::QkNopeHeadDim, Id::QkRopeHeadDim, Id::ValueHeadDim, Id::IndexerHeadDim],
    },
    Beside { control: Fact::IndexerHeadDim, dependents: &[Id::IndexerHeads, Id::NumIndexerLayers] },
    Beside {
        control: Fact::VisionNumLayers,
        dependents: &[
            Id::Vision,
            Id::VisionFeatureDim,
            Id::PatchSize,
            Id::VisionNumHeads,
            Id::VisionIntermediateSize,
            Id::TemporalPatchSize,
            Id::SpatialMerge,
            Id::TokensPerImage,
            Id::VisionActivation,
            Id::VisionGatedMlp,
            Id::VisionNorm,
            Id::VisionNormPlacement,
            Id::VisionQkNorm,
            Id::VisionIdleLayers,
            Id::VisionOuterNorms,
            Id::VisionFrontNorm,
            Id::VisionFusedQkv,
            Id::VisionAttentionBias,
            Id::VisionMlpBias,
            Id::PatchBias,
            Id::ClassTokens,
            Id::VisionLayerScale,
            Id::VisionPositions,
            Id::VisionRotary,
            Id::VisionGlobalLayers,
            Id::MaxTiles,
            Id::MinTiles,
            Id::TileResolution,
            Id::AspectRatios,
            Id::ProjectorBiases,
            Id::ProjectorNorm,
            Id::DeepstackLayers,
            Id::BidirectionalImages,
            Id::ImageNewline,
            Id::RowBreaks,
            Id::JoinedImages,
            Id::PoolingKernel,
            Id::ProjectorInTower,
            Id::Projector,
        ],
    },
    Beside { control: Fact::ResidualDropout, dependents: &[Id::UndroppedAttention] },
    Beside { control: Fact::GatedMlp, dependents: &[Id::FusedGateUp] },
    Beside { control: Fact::VisionOuterNorms, dependents: &[Id::VisionFrontNorm] },
    Beside { control: Fact::TokensPerImage, dependents: &[Id::PoolingKernel] },
    Beside { control: Fact::MaxTiles, dependents: &[Id::TileResolution] },
    Beside { control: Fact::ImageNewline, dependents: &[Id::MinTiles] },
];
