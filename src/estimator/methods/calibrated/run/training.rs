//! A training run: the shape, the tokens that run together, and the formats in which they do. It knows no formula of its
//! own but sizes that several files need.

use crate::estimator::architecture::Fact;
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::adapters::Adapters;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::model::widths::Widths;
use crate::estimator::methods::calibrated::run::formats::{Formats, Trained};
use crate::estimator::methods::calibrated::tensors::dtype::{INT64, element};
use crate::estimator::methods::calibrated::tensors::list::{Tensor, Tensors};
use crate::estimator::methods::calibrated::tensors::width::Width;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::{ChoiceValue, FinetuneMethod, Optimizer};
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{BytesPerElement, Count, Memory};

/// Everything that formulas of training read.
pub struct TrainingRun<'a> {
    /// The model.
    pub shape: &'a Shape<'a>,
    /// Sequences that run together.
    pub batch: Expr<Count>,
    /// Tokens of one of them.
    pub sequence: Expr<Count>,
    // Read by nearly every formula, and therefore made once.
    tokens: Expr<Count>,
    layers: Expr<Count>,
    embedding: Expr<Count>,
    /// Number formats.
    pub formats: Formats,
    /// Widths of tensors.
    pub widths: Widths,
    /// Which linear layers carry adapters; none where everything is trained.
    pub adapters: Adapters,
    /// Whether images are part of the sequences.
    pub has_images: bool,
}

impl<'a> TrainingRun<'a> {
    /// The run that batch size and sequence length describe.
    pub fn of(shape: &'a Shape<'a>) -> Self {
        Self::with(shape, shape.reader.leaf(Id::BatchSize), shape.reader.leaf(Id::SequenceLength))
    }

    /// A run of so many sequences of so many tokens.
    pub fn with(shape: &'a Shape<'a>, batch: Expr<Count>, sequence: Expr<Count>) -> Self {
        let formats = Formats::of(&shape.reader);
        let widths = Widths::of(shape, &sequence);
        let adapters = Adapters::of(shape, &formats);
        let tokens = (batch.clone() * sequence.clone()).named(Quantity::Tokens);
        let layers = shape.leaf(Fact::NumLayers);
        let embedding = shape.leaf::<Count>(Fact::VocabSize) * widths.leaf(Width::Hidden);
        Self { shape, batch, sequence, tokens, layers, embedding, formats, widths, adapters, has_images: false }
    }

    /// The run of an encoder beside a decoder.
    pub fn of_encoder(shape: &'a Shape<'a>, batch: Expr<Count>, sequence: Expr<Count>) -> Self {
        let mut res = Self::with(shape, batch, sequence);
        res.widths = res.widths.of_stack(&res.batch, &res.sequence, None);
        res
    }

    /// The run of a decoder that attends to what an encoder makes of `seen` tokens of each sequence.
    pub fn of_decoder(shape: &'a Shape<'a>, batch: Expr<Count>, sequence: Expr<Count>, seen: &Expr<Count>) -> Self {
        let mut res = Self::with(shape, batch, sequence);
        res.tokens = (res.batch.clone() * res.sequence.clone()).named(Quantity::DecoderTokens);
        res.layers = shape.leaf(Fact::NumDecoderLayers);
        res.widths = res.widths.of_stack(&res.batch, &res.sequence, Some(seen));
        res
    }

    /// Tokens of the whole batch: `t = B·S`.
    pub fn tokens(&self) -> Expr<Count> {
        self.tokens.clone()
    }

    /// Token ids of the whole batch.
    pub fn ids(&self) -> Expr<Memory> {
        self.tokens() * element(INT64)
    }

    /// Layers.
    pub fn layers(&self) -> Expr<Count> {
        self.layers.clone()
    }

    /// Elements of the token embedding: `V·H`.
    pub fn embedding(&self) -> Expr<Count> {
        self.embedding.clone()
    }

    /// Elements of the largest matrix of the model.
    pub fn largest_matrix(&self) -> Expr<Count> {
        self.embedding().max(self.widths.leaf(Width::Intermediate) * self.widths.leaf(Width::Hidden))
    }

    /// The optimizer.
    pub fn optimizer(&self) -> Optimizer {
        self.shape.reader.choice(Id::Optimizer)
    }

    /// Whether the frozen weights are quantized.
    pub fn is_quantized(&self) -> bool {
        let method = self.shape.reader.choice::<FinetuneMethod>(Id::FinetuneMethod);
        self.formats.trained == Trained::Adapters && method == FinetuneMethod::Qlora
    }

    /// Whether activations are recomputed layer by layer.
    pub fn is_checkpointed(&self) -> bool {
        self.shape.reader.is_on(Id::GradientCheckpointing)
    }

    /// Whether gradients of earlier micro-batches live while a further one runs.
    pub fn accumulates(&self) -> bool {
        let id = Id::GradientAccumulationSteps;
        self.shape.reader.number(id) > 1.0
    }

    /// Bytes of an element of a format that parameters decide.
    pub fn format(&self, quantity: Quantity, bytes: f64, from: &'static [Id]) -> Expr<BytesPerElement> {
        self.shape.reader.counted(quantity, bytes, from)
    }

    /// A list of tensors, which keeps their names where formulas are told.
    pub fn tensors(&self, tensors: &[Tensor]) -> Tensors {
        Tensors::of(tensors, self.shape.reader.is_telling())
    }

    /// One tensor as wide as the residual stream, and of its format.
    pub fn stream(&self, name: &'static str, source: &'static str) -> Tensors {
        self.tensors(&[Tensor::new(name, self.formats.stream, Width::Hidden, source)])
    }

    /// A fact that is chosen from a list.
    pub fn kind<T: ChoiceValue>(&self, fact: Fact) -> T {
        let at = self.shape.number(fact).max(0.0) as usize;
        T::ALL.get(at).copied().unwrap_or(T::ALL[0])
    }
}
