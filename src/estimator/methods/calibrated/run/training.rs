//! A training run: the shape, the tokens that run together, and the formats in which they do. It knows no formula of
//! its own but sizes that several files need.

use crate::estimator::architecture::{Fact, Loss};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::adapters::Adapters;
use crate::estimator::methods::calibrated::model::mesh::Mesh;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::model::widths::Widths;
use crate::estimator::methods::calibrated::run::formats::{Formats, Trained};
use crate::estimator::methods::calibrated::run::saved::Saved;
use crate::estimator::methods::calibrated::run::serving::ServingRun;
use crate::estimator::methods::calibrated::tensors::cached::{Cached, sum_of};
use crate::estimator::methods::calibrated::tensors::dtype::{FP32, INT64, element};
use crate::estimator::methods::calibrated::tensors::list::{Tensor, Tensors};
use crate::estimator::methods::calibrated::tensors::width::Width;
use crate::estimator::mode::Mode;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::{
    AdapterPrecision, Algorithm, ChoiceValue, FinetuneMethod, Optimizer, Precision, TaskHead,
};
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{BytesPerElement, Count, Memory};

/// What decides the formats.
const FORMATS_FROM: &[Id] = &[Id::Precision, Id::Recipe, Id::FinetuneMethod];

/// The same where everything is trained, whatever the link says.
const NETWORK_FORMATS_FROM: &[Id] = &[Id::Precision, Id::Recipe];

const COLLATOR: &str = "trl, DataCollatorForPreference, DataCollatorForLanguageModeling";
const GROUPS: &str = "grpo_trainer.py, GRPOTrainer._generate_and_score_completions, _compute_loss";

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
    /// What stands behind the layers.
    pub head: TaskHead,
    /// Which linear layers carry adapters; none where everything is trained.
    pub adapters: Adapters,
    /// Modules that are trained whole beside adapters.
    pub saved: Option<Saved>,
    /// Whether images are part of the sequences.
    pub has_images: bool,
    /// Tokens that a head scores without whole logits, as TRL's does; `None` where the loss reads all of them.
    pub scored: Option<Expr<Count>>,
}

impl<'a> TrainingRun<'a> {
    /// The run that batch size and sequence length describe.
    pub fn of(shape: &'a Shape<'a>) -> Self {
        let mut res = Self::with(shape, shape.reader.leaf(Id::BatchSize), shape.reader.leaf(Id::SequenceLength));
        if res.loss() == Some(Loss::Chunked) {
            // Nothing stands before the first token of a sequence (TRL 1.16, `add_fused_lm_head`, `labels[:, 1:]`).
            res.scored = Some(res.batch.clone() * (res.sequence.clone() - Expr::number(1.0)));
        }
        res
    }

    /// A run of so many sequences of so many tokens.
    pub fn with(shape: &'a Shape<'a>, batch: Expr<Count>, sequence: Expr<Count>) -> Self {
        let formats = Formats::of(&shape.reader);
        let widths = Widths::of(shape, &sequence);
        let tokens = (batch.clone() * sequence.clone()).named(Quantity::Tokens);
        let adapters = Adapters::of(shape, &formats, tokens.value());
        let is_quantized = is_quantized(shape, &formats);
        let saved = Saved::of(shape, &widths, &formats, is_quantized);
        let layers = shape.leaf(Fact::NumLayers);
        let table = shape.leaf::<Count>(Fact::VocabSize) * widths.leaf(Width::Hidden);
        let is_divided = Mesh::of(&shape.reader).tensor() > 1.0;
        let embedding = if is_divided { table / shape.reader.leaf::<Count>(Id::TensorParallel) } else { table };
        let head = shape.head();
        Self {
            shape,
            batch,
            sequence,
            tokens,
            layers,
            embedding,
            formats,
            widths,
            head,
            adapters,
            saved,
            has_images: false,
            scored: None,
        }
    }

    /// The same run, of which a head scores the completions' tokens alone. What no prompt stands before has no first
    /// one.
    pub fn scoring_completions(mut self) -> Self {
        let completion = self.shape.reader.leaf::<Count>(Id::CompletionLength);
        let of_sequence = completion.min(self.sequence.clone() - Expr::number(1.0));
        self.scored = Some((self.batch.clone() * of_sequence).named(Quantity::CompletionTokens));
        self
    }

    /// The run of a stage that has so many of the layers.
    pub fn of_stage(shape: &'a Shape<'a>, layers: Expr<Count>) -> Self {
        Self { layers, ..Self::of(shape) }
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

    /// The same sequences while nothing is kept for a backward pass, with activations of so many bytes.
    pub fn served(&self, bytes: f64) -> ServingRun<'a> {
        ServingRun {
            shape: self.shape,
            sequence: self.sequence.clone(),
            tokens: self.tokens(),
            hidden: self.widths.leaf(Width::Hidden),
            query: self.widths.leaf(Width::Queries),
            key: self.widths.leaf(Width::Keys),
            widths: self.widths.clone(),
            element: element(bytes),
            portion: None,
        }
    }

    /// Token ids of the whole batch; with what else TRL makes of it where its head scores tokens.
    pub fn ids(&self) -> Expr<Memory> {
        if self.scored.is_none() && !self.has_pairs() {
            return self.tokens() * element(INT64);
        }
        let (names, source) = if self.has_groups() {
            (["prompt_ids, completion_ids", "prompt_mask, completion_mask", "input_ids"], GROUPS)
        } else {
            (["input_ids", "attention_mask", "completion_mask or labels"], COLLATOR)
        };
        let all = names.map(|name| Cached::new(name, self.tokens(), element(INT64), source));
        sum_of(Quantity::InputTensors, &all)
    }

    /// Whether sequences come in pairs, of which the completions are scored.
    pub fn has_pairs(&self) -> bool {
        self.trains_by(Algorithm::Dpo)
    }

    /// Whether sequences come in groups of completions, which the trained model has sampled or scored before the step.
    pub fn has_groups(&self) -> bool {
        self.trains_by(Algorithm::Grpo)
    }

    /// Whether such completions are scored outside of the model, which returns whole logits.
    pub fn has_whole_logits(&self) -> bool {
        self.has_groups() && self.scored.is_none()
    }

    fn trains_by(&self, algorithm: Algorithm) -> bool {
        self.shape.reader.mode() == Mode::Grpo && self.shape.reader.choice::<Algorithm>(Id::Algorithm) == algorithm
    }

    /// Tokens whose next token is scored.
    pub fn scored(&self) -> Expr<Count> {
        self.scored.clone().unwrap_or_else(|| self.tokens())
    }

    /// Layers.
    pub fn layers(&self) -> Expr<Count> {
        self.layers.clone()
    }

    /// Ranks that divide layers among themselves.
    pub fn tensor_ranks(&self) -> f64 {
        Mesh::of(&self.shape.reader).tensor()
    }

    /// Whether each rank computes the loss of its part of the vocabulary.
    pub fn is_loss_divided(&self) -> bool {
        self.tensor_ranks() > 1.0 && self.shape.reader.is_on(Id::LossParallel)
    }

    /// Whether ranks that divide layers divide norms and the stream between blocks along the sequence, too.
    pub fn is_sequence_divided(&self) -> bool {
        self.tensor_ranks() > 1.0 && self.shape.reader.is_on(Id::SequenceParallel)
    }

    /// The share of the stream between blocks that a rank has.
    pub fn share_of_stream(&self) -> f64 {
        if self.is_sequence_divided() { 1.0 / self.tensor_ranks() } else { 1.0 }
    }

    /// Elements of the token embedding on a rank: `V·H`, or its part of them.
    pub fn embedding(&self) -> Expr<Count> {
        self.embedding.clone()
    }

    /// Elements of all tables that the layers stand behind: of tokens, learned positions and segments.
    pub fn tables(&self) -> Expr<Count> {
        let learned = [Fact::LearnedPositions, Fact::TokenTypes].into_iter().filter(|it| self.shape.is(*it));
        learned.fold(self.embedding(), |sum, it| sum + self.shape.leaf::<Count>(it) * self.widths.leaf(Width::Hidden))
    }

    /// How the loss over the vocabulary is computed; `None` where the head reads no vocabulary.
    pub fn loss(&self) -> Option<Loss> {
        let of_run = || if self.scored.is_some() { Loss::Chunked } else { self.shape.reader.choice(Id::Loss) };
        self.head.reads_vocabulary().then(of_run)
    }

    /// Elements of the projection to the vocabulary that a loss reads; 0 without one.
    pub fn output_projection(&self) -> Expr<Count> {
        if self.head.reads_vocabulary() { self.embedding() } else { Expr::number(0.0) }
    }

    /// Whether token embedding and output projection are one matrix, and both run.
    pub fn is_tied(&self) -> bool {
        self.head.reads_vocabulary() && self.shape.is(Fact::TieWordEmbeddings)
    }

    /// Bytes of an element of an adapter as it is stored.
    pub fn adapter_bytes(&self) -> f64 {
        match self.shape.reader.choice(Id::AdapterPrecision) {
            AdapterPrecision::Fp32 => Precision::Fp32.bytes(),
            AdapterPrecision::Bf16 => Precision::Bf16.bytes(),
        }
    }

    /// Whether PEFT prepared the quantized weights, so that all others are FP32.
    pub fn is_prepared(&self) -> bool {
        self.shape.reader.is_on(Id::KbitPreparation)
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
        is_quantized(self.shape, &self.formats)
    }

    /// Whether the token embedding is trained.
    pub fn trains_embedding(&self) -> bool {
        self.formats.trains_everything() || self.saved.as_ref().is_some_and(|it| it.embedding)
    }

    /// Whether the output projection is trained.
    pub fn trains_head(&self) -> bool {
        self.formats.trains_everything() || self.saved.as_ref().is_some_and(|it| it.head)
    }

    /// Bytes of a parameter of the output projection that runs.
    pub fn bytes_of_head(&self) -> f64 {
        self.saved.as_ref().filter(|it| it.head).map_or(self.formats.parameter, |it| it.bytes)
    }

    /// Whether activations are in IEEE's half precision.
    pub fn is_half(&self) -> bool {
        self.shape.reader.choice::<Precision>(Id::Precision) == Precision::Fp16 && self.formats.inner < FP32
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

    /// The parameters that decide the formats.
    pub fn formats_from(&self) -> &'static [Id] {
        let has_methods = self.shape.reader.has_effect(Id::FinetuneMethod);
        if has_methods { FORMATS_FROM } else { NETWORK_FORMATS_FROM }
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
        self.shape.kind(fact)
    }
}

/// Whether a run's frozen weights are quantized.
fn is_quantized(shape: &Shape, formats: &Formats) -> bool {
    let method = shape.reader.choice::<FinetuneMethod>(Id::FinetuneMethod);
    formats.trained == Trained::Adapters && method == FinetuneMethod::Qlora
}
