//! English names of components and moments.

use crate::estimator::{Component, ComponentGroup, MomentId};

pub(super) fn component(component: Component) -> &'static str {
    match component {
        Component::Weights => "Weights",
        Component::Embedding => "Embedding",
        Component::Attention => "Attention",
        Component::FeedForward => "Feed-forward",
        Component::Convolutions => "Convolutions",
        Component::FullyConnected => "Fully connected",
        Component::BatchNormalization => "Batch normalization",
        Component::Fusion => "Fusion layers",
        Component::VisionEncoder => "Vision encoder",
        Component::TextEncoder => "Text encoder",
        Component::Router => "Router",
        Component::ActiveExperts => "Active experts",
        Component::Experts => "All experts",
        Component::Adapter => "Adapter",
        Component::MasterWeights => "Master weights",
        Component::Optimizer => "Moments",
        Component::Gradients => "Gradients",
        Component::GradientBuckets => "Gradient buckets",
        Component::Activations => "Layer activations",
        Component::PipelineBuffers => "Pipeline buffers",
        Component::AttentionScores => "Attention scores",
        Component::FeatureMaps => "Feature maps",
        Component::ImageFeatures => "Image features",
        Component::TextFeatures => "Text features",
        Component::CrossModalAttention => "Cross-modal attention",
        Component::ModalAlignment => "Modal alignment",
        Component::Contrastive => "Contrastive matrix",
        Component::RoutingProbabilities => "Routing probabilities",
        Component::ExpertAssignment => "Expert assignment",
        Component::VisionActivations => "Vision activations",
        Component::Logits => "Logits and loss",
        Component::KvCache => "KV cache",
        Component::GatheredParameters => "Gathered parameters",
        Component::CollectiveBuffers => "Collective buffers",
        Component::AutocastCopies => "16-bit copies",
        Component::Temporaries => "Temporaries",
        Component::Inputs => "Inputs and buffers",
        Component::PositionEncoding => "Position encoding",
        Component::ImagePreprocessing => "Image preprocessing",
        Component::LoadBalance => "Load balance",
        Component::Overhead => "Overhead",
        Component::Communicators => "Communicators",
        Component::Runtime => "Runtime",
    }
}

pub(super) fn group(group: ComponentGroup) -> &'static str {
    match group {
        ComponentGroup::Weights => "Weights",
        ComponentGroup::Vision => "Vision encoder",
        ComponentGroup::Text => "Text encoder",
        ComponentGroup::Experts => "Experts",
        ComponentGroup::Adapter => "Adapter",
        ComponentGroup::Optimizer => "Optimizer states",
        ComponentGroup::Gradients => "Gradients",
        ComponentGroup::Activations => "Activations",
        ComponentGroup::Logits => "Logits and loss",
        ComponentGroup::KvCache => "KV cache",
        ComponentGroup::Temporaries => "Temporaries",
        ComponentGroup::Other => "Other",
        ComponentGroup::Overhead => "Overhead",
    }
}

/// Labels begin with a capital, parts of a sentence do not, and abbreviations such as "KV cache" stay.
pub(super) fn in_sentence(label: &str) -> String {
    let is_word = label.as_bytes().get(1).is_some_and(u8::is_ascii_lowercase);
    let in_sentence = |(at, it): (usize, char)| if at == 0 && is_word { it.to_ascii_lowercase() } else { it };
    label.chars().enumerate().map(in_sentence).collect()
}

pub(super) fn moment(moment: MomentId) -> &'static str {
    match moment {
        MomentId::Whole => "All at once",
        MomentId::WeightSync => "Weight sync",
        MomentId::Generation => "Generation",
        MomentId::LogProbabilities => "Log-probabilities",
        MomentId::ReferencePass => "Reference pass",
        MomentId::PrefillAttention => "Prefill, attention",
        MomentId::Prefill => "Prefill, feed-forward",
        MomentId::PrefillLogits => "Prefill, logits",
        MomentId::PrefillStateSpace => "Prefill, state space",
        MomentId::Decode => "Decode",
        MomentId::Serving => "Serving",
        MomentId::Sampling => "Sampling",
        MomentId::Encoder => "Encoder",
        MomentId::DecoderStart => "Decoder's first step",
        MomentId::HeadOutput => "Head's output",
        MomentId::ForwardGather => "Forward, gathering",
        MomentId::Loss => "Loss",
        MomentId::BackwardStart => "Backward begins",
        MomentId::BackwardHead => "Backward, output projection",
        MomentId::BackwardLastLayer => "Backward, in the last layer",
        MomentId::BackwardLayer => "Backward, in the first layer",
        MomentId::BackwardFullest => "Backward, at its fullest",
        MomentId::BackwardVision => "Backward, in the vision tower",
        MomentId::BackwardDecoderEnd => "Backward, at the decoder's embedding",
        MomentId::BackwardEncoderLastLayer => "Backward, in the encoder's last layer",
        MomentId::BackwardEncoderLayer => "Backward, in the encoder's first layer",
        MomentId::BackwardEnd => "Backward ends",
        MomentId::GradientsReduced => "Gradients reduced",
        MomentId::OutputsJoined => "Outputs joined",
        MomentId::OptimizerStep => "Optimizer step",
    }
}
