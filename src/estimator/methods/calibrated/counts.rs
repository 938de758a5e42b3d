//! How many parameters the model that runs has, by part, and what becomes of a size that disagrees with the shape. It
//! knows no number format.

use crate::estimator::architecture::{Part, PartCount, Tower, parts};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::shape::Shape;
use crate::estimator::mode::Mode;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::units::Count;

/// The parameters of the link that decide a count.
const COUNTED_FROM: &[Id] = &[
    Id::Model,
    Id::ModelSize,
    Id::HiddenSize,
    Id::NumLayers,
    Id::IntermediateSize,
    Id::NumAttentionHeads,
    Id::NumKeyValueHeads,
    Id::HeadDim,
    Id::VocabSize,
    Id::TieWordEmbeddings,
    Id::GatedMlp,
];

/// The same where the feed-forward blocks are experts.
const MIXTURE_COUNTED_FROM: &[Id] = &[
    Id::Model,
    Id::ModelSize,
    Id::HiddenSize,
    Id::NumLayers,
    Id::NumAttentionHeads,
    Id::NumKeyValueHeads,
    Id::HeadDim,
    Id::VocabSize,
    Id::TieWordEmbeddings,
    Id::GatedMlp,
    Id::NumExperts,
    Id::MoeIntermediateSize,
];

/// The same for networks, whose shape no parameter states.
const NETWORK_COUNTED_FROM: &[Id] = &[Id::Model, Id::ModelSize];

const fn counted_from(mode: Mode) -> &'static [Id] {
    match mode {
        Mode::Moe => MIXTURE_COUNTED_FROM,
        Mode::Cnn => NETWORK_COUNTED_FROM,
        _ => COUNTED_FROM,
    }
}

/// The parameters of a model by part.
pub struct Counts {
    parts: Vec<PartCount>,
    scale: f64,
    from: &'static [Id],
}

impl Counts {
    /// Counts a shape, and fits it to the size that the link states.
    pub fn of(shape: &Shape) -> Self {
        let mut parts = parts(shape.architecture(), &|fact| shape.number(fact));
        parts.retain(|it| it.tower != Tower::MultiTokenPrediction);
        let counted: f64 = parts.iter().map(|it| it.parameters).sum();
        let scale = scale(shape, counted);
        let from = counted_from(shape.inputs.mode());
        if parts.is_empty() {
            // Nothing is known but the number: one matrix after the other.
            let parameters = stated_size(shape);
            return Self {
                parts: vec![PartCount { tower: Tower::Main, part: Part::FeedForward, parameters }],
                scale: 1.0,
                from,
            };
        }
        Self { parts, scale, from }
    }

    /// By what the count of the shape was multiplied so that the model has the stated size.
    pub const fn scale(&self) -> f64 {
        self.scale
    }

    /// How many parameters some parts have.
    pub fn number(&self, keep: impl Fn(&PartCount) -> bool) -> f64 {
        let kept = self.parts.iter().filter(|it| keep(it));
        kept.map(|it| it.parameters).sum::<f64>() * self.scale
    }

    /// The same as a leaf of a formula; `locale` explains the symbol.
    pub fn leaf(&self, symbol: &'static str, keep: impl Fn(&PartCount) -> bool) -> Expr<Count> {
        Expr::counted(symbol, self.number(keep), self.from)
    }

    /// All parameters: `P`.
    pub fn total(&self) -> Expr<Count> {
        self.leaf("P", |_| true)
    }
}

fn stated_size(shape: &Shape) -> f64 {
    shape.inputs.value(Id::ModelSize).number() * Id::ModelSize.spec().unit.factor()
}

/// By what every part is multiplied so that the model has the stated size.
///
/// - With a preset its own size is the default: another size keeps the preset's proportions.
/// - Without one the size counts, as in the document: the shape says how it is shared out among the parts, and what each
///   layer keeps. So nothing jumps where a slider meets its default.
fn scale(shape: &Shape, counted: f64) -> f64 {
    let inputs = shape.inputs;
    let is_sized = Id::ModelSize.spec().use_in(inputs.mode()).is_some();
    let is_own = inputs.preset().is_some() && inputs.is_default(Id::ModelSize);
    if counted <= 0.0 || !is_sized || is_own { 1.0 } else { stated_size(shape) / counted }
}

/// Whether a part is the experts of a mixture.
pub fn is_expert(it: &PartCount) -> bool {
    it.part == Part::Experts
}

/// Whether a part belongs to the vision tower or leads from it to the text.
pub fn is_vision(it: &PartCount) -> bool {
    it.tower == Tower::Vision
}
