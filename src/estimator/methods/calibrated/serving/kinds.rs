//! How many layers of each kind stand between two layers of a served model: where whole layers are somewhere, whose
//! layers they are. It knows no tensor and no engine.

use crate::estimator::architecture::{Fact, Layout, Part, Pattern, Router, full_layers};
use crate::estimator::methods::calibrated::blocks::kernel::windowed_layers;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::parameters::ParameterId as Id;

/// Layers that take the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LayerKind {
    /// All.
    Any,
    /// Those of softmax attention over the whole sequence.
    Full,
    /// Those of a window or a state.
    Other,
    /// Those without experts in a mixture.
    Dense,
    /// Those with experts beside such.
    Mixed,
}

impl LayerKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::Any, Self::Full, Self::Other, Self::Dense, Self::Mixed];
}

/// In which order a model's layers of several kinds stand.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LayerKinds {
    layers: f64,
    /// The first ones, without experts.
    dense: f64,
    /// Where those of full attention stand; nothing where there are none.
    full: Option<Pattern>,
    has_states: bool,
}

impl LayerKinds {
    /// Those of the model that runs; `None` where nobody has read their order, or layers of one kind differ.
    pub fn of(shape: &Shape) -> Option<Self> {
        let reader = &shape.reader;
        let (layers, layout) = (reader.number(Id::NumLayers), shape.layout());
        let dense = if shape.is(Fact::NumExperts) { shape.number(Fact::NumDenseLayers) } else { 0.0 };
        // Dense layers stand first (`first_k_dense_replace`), but in Llama 4 between the others
        // (`interleave_moe_layer_step`).
        let is_between = dense > 0.0 && Router::of(shape.number(Fact::Router)) == Router::EveryExpert;
        let (full, decided) = match layout {
            Layout::Decoder if shape.is(Fact::SlidingWindow) => {
                (layers - windowed_layers(shape, layers), Id::NumSlidingLayers)
            }
            Layout::Decoder => (layers, Id::NumSlidingLayers),
            Layout::GatedDeltaHybrid | Layout::LightningHybrid => {
                (shape.number(Fact::NumFullAttentionLayers), Id::NumFullAttentionLayers)
            }
            _ => return None,
        };
        // A model with fewer layers than it has keeps its own order, unless its windows were taken away.
        let of = reader.architecture();
        let own = of.get(Fact::NumLayers).zip(full_layers(of)).filter(|_| of.layout == layout && full < layers);
        let (of_own, of_full) = own.filter(|it| reader.is_default(decided) && it.1 > 0.0).unwrap_or((layers, full));
        let pattern = Pattern::of(layout, of_own, of_full).filter(|it| it.rare(layers) == full);
        let is_known = !is_between && (full == 0.0 || pattern.is_some());
        let full = pattern.filter(|_| full > 0.0);
        is_known.then_some(Self { layers, dense, full, has_states: layout != Layout::Decoder })
    }

    /// So many layers of which none is told from another.
    pub const fn alike(layers: f64) -> Self {
        Self { layers, dense: 0.0, full: None, has_states: false }
    }

    /// All layers.
    pub const fn all(&self) -> [f64; 2] {
        [0.0, self.layers]
    }

    /// How many of a kind there are from one layer to before another.
    pub fn number(&self, kind: LayerKind, [first, end]: [f64; 2]) -> f64 {
        let full = |before: f64| self.full.map_or(0.0, |it| it.rare(before));
        let before = |at: f64| match kind {
            LayerKind::Any => at,
            LayerKind::Full => full(at),
            LayerKind::Other => at - full(at),
            LayerKind::Dense => at.min(self.dense),
            LayerKind::Mixed => (at - self.dense).max(0.0),
        };
        before(end) - before(first)
    }

    /// Whether the last layer before one attends to the whole sequence, and one before it from `first` on does not.
    pub fn ends_in_full(&self, [first, end]: [f64; 2]) -> bool {
        end > first
            && self.number(LayerKind::Full, [end - 1.0, end]) > 0.0
            && self.number(LayerKind::Other, [first, end]) > 0.0
    }

    /// Which layers have a part of the model's weights.
    pub fn of_part(&self, part: Part) -> LayerKind {
        match part {
            Part::Attention if self.has_states => LayerKind::Full,
            Part::LinearAttention => LayerKind::Other,
            Part::FeedForward if self.dense > 0.0 => LayerKind::Dense,
            Part::Experts | Part::SharedExperts | Part::Router if self.dense > 0.0 => LayerKind::Mixed,
            _ => LayerKind::Any,
        }
    }

    /// The share of what all layers of a kind have that is in some layers.
    pub fn share(&self, kind: LayerKind, range: [f64; 2]) -> f64 {
        let all = self.number(kind, self.all());
        if all > 0.0 { self.number(kind, range) / all } else { 0.0 }
    }
}

/// Whether any of a model's layers takes as much as any other, formats of a file apart: then some of them may be
/// elsewhere.
pub fn are_alike(shape: &Shape) -> bool {
    let layers = shape.reader.number(Id::NumLayers);
    shape.layout() == Layout::Decoder
        && !shape.is(Fact::NumDenseLayers)
        && !(shape.is(Fact::SlidingWindow) && windowed_layers(shape, layers) < layers)
}
