//! Inference: what a run is made of whatever serves it. It knows no engine's buffers.

mod cache;
mod capacity;
mod gguf;
mod llama_cpp;
mod transformers;
mod vllm;

pub use capacity::{Capacity, capacity};

use crate::estimator::architecture::{Fact, Layout};
use crate::estimator::choices::Engine;
use crate::estimator::component::Component;
use crate::estimator::estimate::Moment;
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::shape::Shape;
use crate::estimator::methods::calibrated::weights;
use crate::estimator::moment::MomentId;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::units::{BytesPerElement, Count, Memory};

/// The moments of a run with the engine that was chosen.
pub fn moments(shape: &Shape) -> Vec<Moment> {
    let run = Run::with(shape, shape.inputs.leaf(Id::SequenceLength));
    match shape.inputs.choice::<Engine>(Id::Engine) {
        _ if run.is_convolutional() => vec![run.moment(MomentId::Whole, [])],
        Engine::Transformers => transformers::moments(&run),
        Engine::Vllm => vllm::moments(&run),
        Engine::LlamaCpp => vec![llama_cpp::moment(&run)],
    }
}

/// The moments of a run of Transformers on sequences of so many tokens.
pub fn of_sequences(shape: &Shape, sequence: Expr<Count>) -> Vec<Moment> {
    transformers::moments(&Run::with(shape, sequence))
}

/// A bare number of tensors.
fn n(it: f64) -> Expr<Count> {
    Expr::number(it)
}

/// Sizes that all engines share.
struct Run<'a> {
    shape: &'a Shape<'a>,
    /// Tokens of one sequence.
    sequence: Expr<Count>,
    /// Tokens of all sequences: `t = B·S`.
    tokens: Expr<Count>,
    /// Width of the residual stream.
    hidden: Expr<Count>,
    /// Width of all queries of a token: `q = a·d`.
    query: Expr<Count>,
    /// Width of all keys of a token: `kv = a_kv·d`.
    key: Expr<Count>,
    /// Bytes of an activation.
    element: Expr<BytesPerElement>,
}

impl<'a> Run<'a> {
    fn with(shape: &'a Shape<'a>, sequence: Expr<Count>) -> Self {
        let fact = |it| shape.leaf::<Count>(it);
        let inputs = shape.inputs;
        Self {
            shape,
            tokens: (inputs.leaf::<Count>(Id::BatchSize) * sequence.clone()).named("t"),
            sequence,
            hidden: fact(Fact::HiddenSize),
            query: (fact(Fact::NumAttentionHeads) * fact(Fact::HeadDim)).named("q"),
            key: (fact(Fact::NumKeyValueHeads) * fact(Fact::HeadDim)).named("kv"),
            element: weights::element(shape),
        }
    }

    fn leaf(&self, id: Id) -> Expr<Count> {
        self.shape.inputs.leaf(id)
    }

    fn fact(&self, fact: Fact) -> Expr<Count> {
        self.shape.leaf(fact)
    }

    fn layout(&self) -> Layout {
        self.shape.architecture().layout
    }

    /// Whether the network has no sequence to speak of.
    fn is_convolutional(&self) -> bool {
        matches!(
            self.layout(),
            Layout::ResNet | Layout::Vgg | Layout::DenseNet | Layout::EfficientNet | Layout::ConvNext
        )
    }

    /// A window that is shorter than the sequences.
    fn is_windowed(&self) -> bool {
        let window = self.shape.number(Fact::SlidingWindow);
        window > 0.0 && self.sequence.value() > window
    }

    /// Whether several heads share keys and values.
    fn shares_keys(&self) -> bool {
        self.key.value() < self.query.value()
    }

    /// A moment with the weights, the keys and values of all layers, and what else lives.
    fn moment(&self, id: MomentId, lines: impl IntoIterator<Item = (Component, Expr<Memory>)>) -> Moment {
        let weights = match self.shape.inputs.choice::<Engine>(Id::Engine) {
            Engine::LlamaCpp if !self.is_convolutional() => gguf::weights(self),
            _ => weights::stored(self.shape),
        };
        let cache = cache::cache(self).map(|it| (Component::KvCache, it));
        Moment::new(id, [(Component::Weights, weights)].into_iter().chain(cache).chain(lines))
    }
}
