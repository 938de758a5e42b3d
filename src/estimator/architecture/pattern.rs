//! How layers of several kinds follow each other in a model, and so how many of a kind there are when it runs with
//! fewer or more layers than it has. It knows no parameter, and not what a layer does.
//!
//! Transformers writes the same as lists of its configurations (`layer_types`): of each so many layers one is of the
//! rarer kind.

use crate::estimator::architecture::facts::Fact;
use crate::estimator::architecture::kinds::Layout;
use crate::estimator::architecture::whole::Architecture;

/// Where in each group of so many layers the one of the rarer kind stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pattern {
    /// At the end, as in Gemma, gpt-oss, Llama 4 and hybrids of linear attention.
    Ends(f64),
    /// At the end, and the last layer of all is of that kind wherever it stands (`Gemma4TextConfig.__post_init__`).
    EndsAndIsLast(f64),
    /// One before the end (`MllamaTextConfig.cross_attention_layers`: 3, 8, 13 and so on).
    BeforeEnd(f64),
    /// At the beginning, as in ModernBERT.
    Begins(f64),
}

impl Pattern {
    /// Of a model's layout, layers, and layers of the rarer kind; `None` where these do not stand in even groups, or
    /// are none.
    pub fn of(layout: Layout, layers: f64, rare: f64) -> Option<Self> {
        if rare < 1.0 || rare > layers {
            return None;
        }
        let (ending, beginning) = ((layers / rare).floor(), (layers / rare).ceil());
        let res = match layout {
            Layout::CrossAttentionDecoder => Self::BeforeEnd(ending),
            Layout::TwoHeadWidths => Self::EndsAndIsLast(ending),
            _ if (layers / ending).floor() == rare => Self::Ends(ending),
            _ => Self::Begins(beginning),
        };
        (res.rare(layers) == rare).then_some(res)
    }

    /// How many of so many layers are of the rarer kind.
    pub fn rare(self, layers: f64) -> f64 {
        match self {
            Self::Ends(group) => (layers / group).floor(),
            Self::BeforeEnd(group) => ((layers + 1.0) / group).floor(),
            Self::EndsAndIsLast(group) | Self::Begins(group) => (layers / group).ceil(),
        }
    }

    /// Whether the last of so many layers is of the rarer kind.
    fn is_last(self, layers: f64) -> bool {
        match self {
            Self::EndsAndIsLast(_) => true,
            Self::Ends(_) | Self::BeforeEnd(_) | Self::Begins(_) => self.rare(layers) > self.rare(layers - 1.0),
        }
    }
}

/// Layers of softmax attention over the whole sequence in a model, beside which others have a window or a state.
pub fn full_layers(of: &Architecture) -> Option<f64> {
    let windowed = || Some(of.get(Fact::NumLayers)? - of.get(Fact::NumSlidingLayers)?);
    of.get(Fact::NumFullAttentionLayers).or_else(windowed)
}

/// How many layers of the kind that a fact counts there are when an architecture runs with so many layers; `None` where
/// it states none, or they follow no pattern that its facts tell.
pub fn layers_of_kind(of: &Architecture, fact: Fact, layers: f64) -> Option<f64> {
    of.get(fact)?;
    let own = of.get(Fact::NumLayers)?;
    let rare = |of_own: f64| Pattern::of(of.layout, own, of_own).map(|it| it.rare(layers));
    match fact {
        Fact::NumFullAttentionLayers => rare(full_layers(of)?),
        // Where all have a window, all have.
        Fact::NumSlidingLayers if full_layers(of)? == 0.0 => Some(layers),
        Fact::NumSlidingLayers => Some(layers - rare(full_layers(of)?)?),
        Fact::NumCrossAttentionLayers => rare(of.get(fact)?),
        // The first of each group has one (`GlmMoeDsaConfig.indexer_types`).
        Fact::NumIndexerLayers => Some((layers * of.get(fact)? / own).ceil()),
        // As large a part of those without attention as the model has: no rule of its code says where they stand.
        Fact::NumFeedForwardLayers => {
            let full = of.get(Fact::NumFullAttentionLayers)?;
            let others = layers - rare(full)?.min(layers);
            Some((others * of.get(fact)? / (own - full).max(1.0)).floor())
        }
        _ => None,
    }
}

/// Whether the last of so many layers attends to the whole sequence; `None` where the facts tell no pattern.
pub fn ends_in_full_layer(of: &Architecture, layers: f64) -> Option<bool> {
    Pattern::of(of.layout, of.get(Fact::NumLayers)?, full_layers(of)?).map(|it| it.is_last(layers))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(layout: Layout, [own, rare]: [f64; 2], of_fewer: &[(f64, f64)]) {
        let pattern = Pattern::of(layout, own, rare).expect("a pattern");
        for &(layers, expected) in of_fewer {
            assert_eq!(pattern.rare(layers), expected, "{pattern:?} {layers}");
        }
        assert_eq!(pattern.rare(own), rare);
    }

    #[test]
    fn layers_follow_each_other_as_in_the_configurations_of_transformers() {
        // Gemma 3 27B, whose last two layers are no whole group; gpt-oss; ModernBERT; Gemma 4; Llama 3.2 Vision.
        check(Layout::Decoder, [62.0, 10.0], &[(5.0, 0.0), (6.0, 1.0), (8.0, 1.0), (12.0, 2.0)]);
        check(Layout::Decoder, [24.0, 12.0], &[(1.0, 0.0), (3.0, 1.0), (6.0, 3.0)]);
        check(Layout::Encoder, [22.0, 8.0], &[(1.0, 1.0), (3.0, 1.0), (4.0, 2.0)]);
        check(Layout::TwoHeadWidths, [60.0, 10.0], &[(6.0, 1.0), (8.0, 2.0), (12.0, 2.0)]);
        check(Layout::CrossAttentionDecoder, [40.0, 8.0], &[(3.0, 0.0), (4.0, 1.0), (8.0, 1.0), (9.0, 2.0)]);
        assert_eq!(Pattern::of(Layout::Decoder, 32.0, 0.0), None);
        assert_eq!(Pattern::of(Layout::Decoder, 10.0, 7.0), None);
    }

    #[test]
    fn the_last_layer_is_full_where_a_group_ends() {
        let pattern = Pattern::of(Layout::Decoder, 62.0, 10.0).expect("a pattern");
        assert!(pattern.is_last(12.0) && !pattern.is_last(8.0) && !pattern.is_last(62.0));
        assert!(Pattern::of(Layout::TwoHeadWidths, 60.0, 10.0).is_some_and(|it| it.is_last(8.0)));
    }
}
