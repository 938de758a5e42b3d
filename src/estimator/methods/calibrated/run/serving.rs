//! Inference: what a run is made of whatever serves it. It knows no engine.

use crate::estimator::architecture::{Fact, Layout};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::model::storage;
use crate::estimator::methods::calibrated::model::widths::Widths;
use crate::estimator::methods::calibrated::serving::portions::Portion;
use crate::estimator::methods::calibrated::tensors::list::Tensor;
use crate::estimator::methods::calibrated::tensors::width::Width;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::Draft;
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{BytesPerElement, Count};

/// Sizes that all engines share.
pub struct ServingRun<'a> {
    /// The model.
    pub shape: &'a Shape<'a>,
    /// Tokens of one sequence.
    pub sequence: Expr<Count>,
    /// Tokens of all sequences: `t = B·S`.
    pub tokens: Expr<Count>,
    /// Width of the residual stream.
    pub hidden: Expr<Count>,
    /// Width of all queries of a token: `q = a·d`.
    pub query: Expr<Count>,
    /// Width of all keys of a token: `kv = a_kv·d`.
    pub key: Expr<Count>,
    /// All widths of the model, as the blocks read them.
    pub widths: Widths,
    /// Bytes of an activation.
    pub element: Expr<BytesPerElement>,
    /// What one of several GPUs has of the layers, where each has its own.
    pub portion: Option<Portion>,
}

impl<'a> ServingRun<'a> {
    /// A run on sequences of so many tokens.
    pub fn with(shape: &'a Shape<'a>, sequence: Expr<Count>) -> Self {
        let widths = Widths::of(shape, &sequence);
        let reader = shape.reader;
        Self {
            shape,
            tokens: (reader.leaf::<Count>(Id::BatchSize) * sequence.clone()).named(Quantity::Tokens),
            sequence,
            hidden: widths.leaf(Width::Hidden),
            query: widths.leaf(Width::Queries),
            key: widths.leaf(Width::Keys),
            widths,
            element: storage::unquantized(shape),
            portion: None,
        }
    }

    /// The same as one of several GPUs has it.
    pub fn on(self, portion: Portion) -> Self {
        Self { portion: Some(portion), ..self }
    }

    /// Whether the run's inputs come to this GPU, as they do to the only one.
    pub const fn is_first(&self) -> bool {
        match self.portion {
            Some(portion) => portion.is_first,
            None => true,
        }
    }

    /// Whether the output projection is on this GPU, as it is on the only one.
    pub const fn has_output(&self) -> bool {
        match self.portion {
            Some(portion) => portion.has_output,
            None => true,
        }
    }

    /// Bytes of an activation, for lists of tensors.
    pub const fn bytes(&self) -> f64 {
        self.element.value()
    }

    /// One tensor in the format of activations.
    pub const fn tensor(&self, name: &'static str, width: Width, source: &'static str) -> Tensor {
        Tensor::new(name, self.bytes(), width, source)
    }

    /// A parameter as a leaf.
    pub fn leaf(&self, id: Id) -> Expr<Count> {
        self.shape.reader.leaf(id)
    }

    /// Tokens that a drafter proposes for a sequence and step, if there is one.
    pub fn drafted(&self) -> Option<Expr<Count>> {
        let drafts = self.shape.reader.choice::<Draft>(Id::Draft) != Draft::None;
        drafts.then(|| self.leaf(Id::DraftTokens))
    }

    /// Whether the drafter is a layer behind those of the model, which reads its embedding and its last output.
    pub fn drafts_by_layer(&self) -> bool {
        matches!(self.shape.reader.choice(Id::Draft), Draft::Mtp | Draft::Eagle)
    }

    /// A fact as a leaf.
    pub fn fact(&self, fact: Fact) -> Expr<Count> {
        self.shape.leaf(fact)
    }

    /// The model's layout.
    pub fn layout(&self) -> Layout {
        self.shape.layout()
    }
}
