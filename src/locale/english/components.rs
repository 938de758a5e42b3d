//! English names of components.

use crate::estimator::{Component, ComponentGroup};

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
        Component::Adapter => "Adapter",
        Component::Optimizer => "Optimizer states",
        Component::Gradients => "Gradients",
        Component::Activations => "Layer activations",
        Component::AttentionScores => "Attention scores",
        Component::FeatureMaps => "Feature maps",
        Component::ImageFeatures => "Image features",
        Component::TextFeatures => "Text features",
        Component::CrossModalAttention => "Cross-modal attention",
        Component::ModalAlignment => "Modal alignment",
        Component::Contrastive => "Contrastive matrix",
        Component::RoutingProbabilities => "Routing probabilities",
        Component::ExpertAssignment => "Expert assignment",
        Component::KvCache => "KV cache",
        Component::PositionEncoding => "Position encoding",
        Component::ImagePreprocessing => "Image preprocessing",
        Component::LoadBalance => "Load balance",
        Component::Overhead => "Overhead",
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
        ComponentGroup::KvCache => "KV cache",
        ComponentGroup::Other => "Other",
        ComponentGroup::Overhead => "Overhead",
    }
}

/// Labels begin with a capital, parts of a sentence do not, and abbreviations such as "KV cache" stay.
/// ASCII is enough for English, and the tables of Unicode would weigh on the download.
pub(super) fn group_in_sentence(it: ComponentGroup) -> String {
    let label = group(it);
    let is_word = label.as_bytes().get(1).is_some_and(u8::is_ascii_lowercase);
    // Not by slices: their panics name characters, with tables of Unicode once more.
    let in_sentence = |(at, it): (usize, char)| if at == 0 && is_word { it.to_ascii_lowercase() } else { it };
    label.chars().enumerate().map(in_sentence).collect()
}
