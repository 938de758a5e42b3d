//! The moments of a training step of an encoder with a decoder that attends to its output: which of both lives at each.
//! Layers are listed by `blocks`; its own are the ends of the stacks and how their gradients meet. It knows no
//! optimizer.
//!
//! The backward pass meets the decoder first. The token embedding, which both stacks read, gets its gradient from both,
//! so that the decoder's waits for the encoder's; where the output projection is the same table, its gradient waits
//! with it.

use crate::estimator::architecture::{Fact, Part, PartCount, Tower};
use crate::estimator::component::Component;
use crate::estimator::estimate::{Lines, Moment, fuller, put_any};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::stack_layer::{Side, StackLayer, hears, is_relative};
use crate::estimator::methods::calibrated::blocks::{
    cross_attention, own_loss, relative_attention, spectrogram, stack_ends,
};
use crate::estimator::methods::calibrated::model::counts::Counts;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::phases::layer_backward::{Differentiated, Inside, LayerBackward};
use crate::estimator::methods::calibrated::phases::stack::Stack;
use crate::estimator::methods::calibrated::phases::step::shared_table;
use crate::estimator::methods::calibrated::phases::sums::{Alike, Sums};
use crate::estimator::methods::calibrated::run::resident::Resident;
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::dtype::{INT64, element, times};
use crate::estimator::methods::calibrated::tensors::list::Tensors;
use crate::estimator::moment::MomentId;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{Count, Memory};

const MODEL: &str = "modeling_t5.py, T5ForConditionalGeneration.forward";

/// The moments of a step on the batch that the inputs describe.
pub fn moments(shape: &Shape) -> Vec<Moment> {
    let (batch, seen) = (shape.reader.leaf::<Count>(Id::BatchSize), shape.reader.leaf::<Count>(Id::SequenceLength));
    let encoder = TrainingRun::of_encoder(shape, batch.clone(), seen.clone());
    let decoder = TrainingRun::of_decoder(shape, batch, shape.reader.leaf(Id::DecoderLength), &seen);
    let counts = Counts::of(shape);
    EncoderDecoder::of(&encoder, &decoder, &counts).moments()
}

/// The moments of a step on samples of sound. Whisper's processor pads or cuts every sample to 30 seconds, which all
/// positions of the encoder stand for, whatever lasts longer or shorter.
pub fn moments_of_speech(shape: &Shape) -> Vec<Moment> {
    let (batch, seen) = (shape.reader.leaf::<Count>(Id::BatchSize), shape.leaf::<Count>(Fact::NumAudioPositions));
    let encoder = TrainingRun::of_encoder(shape, batch.clone(), seen.clone());
    let decoder = TrainingRun::of_decoder(shape, batch, within_positions(shape, Id::DecoderLength), &seen);
    let counts = Counts::of(shape);
    EncoderDecoder::of(&encoder, &decoder, &counts).moments()
}

/// Tokens of a sequence that has to be cut where the model's learned positions end.
pub fn within_positions(shape: &Shape, length: Id) -> Expr<Count> {
    let tokens = shape.reader.leaf::<Count>(length);
    if shape.is(Fact::LearnedPositions) { tokens.min(shape.leaf(Fact::LearnedPositions)) } else { tokens }
}

/// A training step through both stacks.
struct EncoderDecoder<'a> {
    encoder: &'a TrainingRun<'a>,
    decoder: &'a TrainingRun<'a>,
    resident: Resident,
    encoding: Stack,
    decoding: Stack,
    /// What the ends of the encoder keep for each of its tokens, and of the decoder for its.
    ends: (Tensors, Tensors),
    /// Parameters of the decoder, the token embedding apart.
    of_decoder: Expr<Count>,
    /// Parameters of convolutions before the encoder; none where it reads text.
    convolutions: Option<Expr<Count>>,
}

impl<'a> EncoderDecoder<'a> {
    fn of(encoder: &'a TrainingRun<'a>, decoder: &'a TrainingRun<'a>, counts: &Counts) -> Self {
        let of_decoder = counts.leaf(Quantity::DecoderParameters, |it| it.tower == Tower::Decoder);
        Self {
            encoder,
            decoder,
            resident: resident(encoder, counts),
            encoding: stack(encoder, counts, Side::Encoder),
            decoding: stack(decoder, counts, Side::Decoder),
            ends: (stack_ends::of_encoder(encoder), stack_ends::of_decoder(decoder)),
            of_decoder: if hears(encoder) { less(of_decoder, decoder.embedding()) } else { of_decoder },
            convolutions: hears(encoder)
                .then(|| counts.leaf(Quantity::ConvolutionParameters, spectrogram::is_convolution)),
        }
    }

    fn moments(&self) -> Vec<Moment> {
        let logits = own_loss::at_backward(self.decoder, self.table_gradient());
        let start = self.all_kept(logits, self.copies(!self.decoder.is_checkpointed()));
        let table = || self.decoder.embedding();
        // The decoder's share of the table included.
        let of_stack = Differentiated { before: table(), behind: self.of_decoder.clone() + table() };
        let of_decoder = LayerBackward::among(self.decoder, &self.decoding, &self.resident, of_stack);
        let (decoder_last, decoder_first) = of_decoder.fullest();
        // Convolutions stand before the encoder's layers, and come last.
        let trained = match &self.convolutions {
            Some(convolutions) => less(self.resident.trained.clone(), convolutions.clone()),
            None => self.resident.trained.clone(),
        };
        let of_stack = Differentiated { before: table(), behind: trained };
        let of_encoder = LayerBackward::among(self.encoder, &self.encoding, &self.resident, of_stack);
        let (encoder_last, encoder_first) = of_encoder.fullest();
        vec![
            Moment::new(MomentId::Loss, self.loss()),
            Moment::new(MomentId::BackwardStart, start),
            Moment::new(MomentId::BackwardLastLayer, self.inside_decoder(decoder_last, true)),
            Moment::new(MomentId::BackwardLayer, self.inside_decoder(decoder_first, false)),
            Moment::new(MomentId::BackwardDecoderEnd, self.between()),
            Moment::new(MomentId::BackwardEncoderLastLayer, self.inside_encoder(encoder_last, true)),
            Moment::new(MomentId::BackwardEncoderLayer, self.inside_encoder(encoder_first, false)),
            Moment::new(MomentId::BackwardEnd, self.end()),
            Moment::new(MomentId::OptimizerStep, self.resident.at_step(self.base())),
        ]
    }

    /// What both stacks read, and what every moment has.
    fn base(&self) -> Lines {
        let mut res = self.resident.lines_of_moment();
        if hears(self.encoder) {
            let ids = times(2.0) * self.decoder.tokens() * element(INT64);
            res.push((Component::Inputs, spectrogram::input(self.encoder) + ids));
            return res;
        }
        let masks = if is_relative(self.encoder) && relative_attention::is_padded(self.encoder) { 2.0 } else { 1.0 };
        // Token ids, their mask, and the decoder's as labels and as what it reads.
        let ids = times(masks) * self.encoder.tokens() + times(2.0) * self.decoder.tokens();
        res.push((Component::Inputs, ids * element(INT64)));
        res
    }

    /// What the encoder keeps: for its own gradients, and for the decoder.
    fn kept_of_encoder(&self) -> Expr<Memory> {
        let ends = self.ends.0.listed(Quantity::KeptOfEncoderEnds, &self.encoder.widths);
        let kept = self.encoder.tokens() * (self.encoding.sums.kept.clone() + ends);
        match spectrogram::copy(self.encoder).filter(|_| hears(self.encoder)) {
            Some(copy) => kept + copy,
            None => kept,
        }
    }

    fn all_kept(&self, logits: Expr<Memory>, copies: Option<Expr<Memory>>) -> Lines {
        let mut res = self.base();
        let ends = self.ends.1.listed(Quantity::KeptOfDecoderEnds, &self.decoder.widths);
        let of_decoder = self.decoder.tokens() * (self.decoding.sums.kept.clone() + ends);
        res.push((Component::Activations, self.kept_of_encoder() + of_decoder));
        res.push((Component::Logits, logits));
        put_any(&mut res, Component::AutocastCopies, copies);
        if self.encoder.accumulates() {
            res.push((Component::Gradients, self.resident.gradients()));
        }
        res
    }

    /// While the loss is computed, or, under autocast, when the model has returned: whichever takes more.
    fn loss(&self) -> Lines {
        let mut computed = self.all_kept(own_loss::at_loss(self.decoder), self.copies(true));
        computed.push((Component::Temporaries, self.output()));
        if !self.decoder.formats.is_autocast {
            return computed;
        }
        let copies = self.copies(!self.decoder.is_checkpointed());
        let mut returned = self.all_kept(own_loss::returned(self.decoder), copies);
        returned.push((Component::Temporaries, self.output()));
        fuller(returned, computed)
    }

    /// What the model returns beside logits and no gradient needs: the encoder's output where autocast's copies of it
    /// are kept in its place.
    fn output(&self) -> Expr<Memory> {
        let run = self.encoder;
        let is_kept = !run.formats.is_autocast || run.is_checkpointed();
        let of_encoder = run.stream("encoder_last_hidden_state", MODEL).only_if(!is_kept);
        if run.formats.is_autocast {
            return run.tokens() * of_encoder.listed(Quantity::EncoderOutput, &run.widths);
        }
        // A tied output projection reads another tensor, which is scaled.
        let is_scaled = is_relative(run) && run.shape.is(Fact::TieWordEmbeddings);
        let last = self.decoder.stream("last_hidden_state of the decoder", MODEL).only_if(is_scaled);
        self.decoder.tokens() * last.listed(Quantity::ModelOutput, &self.decoder.widths)
    }

    /// Autocast's copies of linear layers' weights: of the output projection, and of both stacks.
    fn copies(&self, of_layers: bool) -> Option<Expr<Memory>> {
        let of_copy = element(self.encoder.formats.compute);
        if !self.encoder.formats.is_autocast {
            return None;
        }
        let table = self.with_convolutions(self.decoder.embedding());
        let linear = self.encoding.sums.converted.clone() + self.decoding.sums.converted.clone();
        Some(if of_layers { (table + linear) * of_copy } else { table * of_copy })
    }

    /// Weights with those of the convolutions, whose copies the graph holds to its end.
    fn with_convolutions(&self, weights: Expr<Count>) -> Expr<Count> {
        match &self.convolutions {
            Some(convolutions) => weights + convolutions.clone(),
            None => weights,
        }
    }

    /// The gradient of the table that waits for its other uses while another, of micro-batches before, lives.
    fn accumulated(&self, is_waiting: bool, temporaries: Expr<Memory>) -> Expr<Memory> {
        if is_waiting && self.encoder.accumulates() { temporaries + self.table_gradient() } else { temporaries }
    }

    /// Autocast's copies that the encoder holds while the pass is in the decoder, and those of the layer that it is in.
    fn copies_of_encoder(&self, of_layer: Option<Expr<Memory>>) -> Expr<Memory> {
        let run = self.encoder;
        // Checkpoints make those of the layers anew.
        let of_layers = (!run.is_checkpointed()).then(|| self.encoding.sums.converted.clone());
        let held = Expr::sum_of_any(of_layers, self.convolutions.clone());
        let held = held.map(|it| it * element(run.formats.compute));
        let all = Expr::sum_of_any(held, of_layer);
        all.unwrap_or_else(|| Expr::number(0.0))
    }

    fn inside_decoder(&self, inside: Option<Inside>, is_last: bool) -> Lines {
        let mut res = self.base();
        let run = self.encoder;
        let Some(inside) = inside else { return res };
        let kept = inside.activations + stack_ends::beginning(self.decoder, Side::Decoder, is_last);
        res.push((Component::Activations, self.kept_of_encoder() + kept));
        let waiting = run.tokens() * run.stream("gradient of the encoder's output", "autograd").per_token(&run.widths);
        let temporaries = if is_last { inside.temporaries } else { inside.temporaries + waiting };
        let is_tied = run.shape.is(Fact::TieWordEmbeddings);
        res.push((Component::Temporaries, self.accumulated(is_tied, temporaries)));
        if let Some(copies) = inside.copies {
            res.push((Component::AutocastCopies, self.copies_of_encoder(Some(copies))));
        }
        put_any(&mut res, Component::Gradients, inside.gradients);
        res
    }

    /// Zeros in the place of a bias, and their gradient, which live to the end of the pass where checkpoints ask for
    /// it.
    fn zeros(&self) -> Expr<Memory> {
        let run = self.decoder;
        let zeros = if run.is_checkpointed() && is_relative(run) {
            cross_attention::kept_of_stack(run, relative_attention::kernel(run)) + cross_attention::gradient(run)
        } else {
            Tensors::default()
        };
        run.tokens() * zeros.per_token(&run.widths)
    }

    fn inside_encoder(&self, inside: Option<Inside>, is_last: bool) -> Lines {
        let mut res = self.base();
        let Some(inside) = inside else { return res };
        res.push((
            Component::Activations,
            inside.activations + stack_ends::beginning(self.encoder, Side::Encoder, is_last),
        ));
        let waits = !hears(self.encoder);
        res.push((Component::Temporaries, self.accumulated(waits, inside.temporaries + self.zeros())));
        let of_convolutions = self.convolutions.clone().map(|it| it * element(self.encoder.formats.compute));
        res.extend(inside.copies.map(|it| match of_convolutions {
            Some(held) => (Component::AutocastCopies, it + held),
            None => (Component::AutocastCopies, it),
        }));
        let Some(gradients) = inside.gradients else { return res };
        let is_tied = self.encoder.shape.is(Fact::TieWordEmbeddings);
        let gradients = match (self.encoder.accumulates(), is_last) {
            (true, _) => gradients,
            // The embedding is the decoder's alone, and done.
            (false, false) if hears(self.encoder) => gradients,
            (false, true) => gradients + self.of_decoder.clone() * self.resident.gradient.clone(),
            (false, false) if is_tied => gradients,
            // The decoder's gradient of the embedding waits for the encoder's.
            (false, false) => gradients + self.table_gradient(),
        };
        res.push((Component::Gradients, gradients));
        res
    }

    fn table_gradient(&self) -> Expr<Memory> {
        self.encoder.embedding() * self.resident.gradient.clone()
    }

    /// Between the stacks: the decoder's gradient of the embedding is made, and meets that of a tied output projection.
    fn between(&self) -> Lines {
        let (run, mut res) = (self.encoder, self.base());
        res.push((Component::Activations, self.kept_of_encoder()));
        let is_tied = run.shape.is(Fact::TieWordEmbeddings);
        let stream = run.tokens() * run.stream("gradient of the encoder's output", "autograd").per_token(&run.widths);
        let made = shared_table(run, is_tied, self.table_gradient(), stream);
        res.push((Component::Temporaries, self.accumulated(is_tied, made + self.zeros())));
        if run.formats.is_autocast {
            res.push((Component::AutocastCopies, self.copies_of_encoder(None)));
        }
        let done = self.of_decoder.clone() * self.resident.gradient.clone();
        let done = if is_tied { done + self.table_gradient() } else { done };
        res.push((Component::Gradients, if run.accumulates() { self.resident.gradients() } else { done }));
        res
    }

    /// The encoder's gradient of the embedding meets the decoder's.
    fn end(&self) -> Lines {
        let run = self.encoder;
        let mut res = self.base();
        res.push((Component::Gradients, self.resident.gradients()));
        if hears(run) {
            let inside = spectrogram::in_backward(run).listed(Quantity::GradientsInside, &run.widths);
            res.push((Component::Temporaries, run.tokens() * inside));
            return res;
        }
        let stream = run.stream("gradient of the embedding's output", "derivatives.yaml, embedding");
        let stream = run.tokens() * stream.listed(Quantity::GradientsInside, &run.widths);
        res.push((Component::Temporaries, self.accumulated(true, self.table_gradient() + stream)));
        res
    }
}

/// What lives all the time. Positions of sound are fixed.
fn resident(run: &TrainingRun, counts: &Counts) -> Resident {
    if !hears(run) {
        return Resident::of(run, counts);
    }
    let is_fixed = |it: &PartCount| it.tower == Tower::Main && it.part == Part::Embedding;
    Resident::training(run, counts, counts.leaf(Quantity::TrainedOfTwoStacks, |it| !is_fixed(it)))
}

/// The layers of one side, which are all alike.
pub fn stack(run: &TrainingRun, counts: &Counts, side: Side) -> Stack {
    let layer = StackLayer::of(run, side);
    let (tower, of_linear, of_layer, of_input) = match side {
        Side::Encoder => (Tower::Main, Quantity::LinearParameters, Quantity::KeptOfLayer, Quantity::LayerInput),
        Side::Decoder => (
            Tower::Decoder,
            Quantity::DecoderLinearParameters,
            Quantity::KeptOfDecoderLayer,
            Quantity::DecoderLayerInput,
        ),
    };
    let is_linear = |part| matches!(part, Part::Attention | Part::CrossAttention | Part::FeedForward);
    let linear = counts.leaf(of_linear, |it| it.tower == tower && is_linear(it.part));
    let input = run.stream("input of a layer", "torch.utils.checkpoint").listed(of_input, &run.widths);
    let kind = Alike {
        expanded: None,
        count: run.layers(),
        kept: layer.kept().listed(of_layer, &run.widths),
        linear: linear.clone() / run.layers(),
        is_leading: false,
        has_experts: false,
        turn: None,
    };
    let kept = run.layers() * if run.is_checkpointed() { input.clone() } else { kind.kept.clone() };
    let sums = Sums { kinds: vec![kind], kept, input, held: None, converted: linear, passed: None };
    Stack { sums, instants: vec![layer.backward(run)] }
}

/// What is left of a count; nothing where a size that is overridden leaves the model smaller than its shape says.
fn less(all: Expr<Count>, some: Expr<Count>) -> Expr<Count> {
    if some.value() < all.value() { all - some } else { Expr::number(0.0) }
}
