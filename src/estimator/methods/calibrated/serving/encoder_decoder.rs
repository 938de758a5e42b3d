//! An encoder with a decoder in Hugging Face Transformers, as `generate` runs them with one beam: the encoder's pass,
//! the decoder's first step, which makes keys and values of what the encoder has seen, and its last, which finds those
//! of all tokens but one. It knows which tensors live at which moment, and lists none.

use crate::estimator::architecture::{Fact, Layout};
use crate::estimator::component::Component::{AttentionScores, Inputs, KvCache, Logits, Temporaries};
use crate::estimator::estimate::{Lines, Moment, fuller};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::{attention, logits, stack_pass, stream};
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::model::weights;
use crate::estimator::methods::calibrated::run::serving::ServingRun;
use crate::estimator::methods::calibrated::serving::moment::Held;
use crate::estimator::methods::calibrated::tensors::alive::listed;
use crate::estimator::methods::calibrated::tensors::cached::{Cached, sum_of};
use crate::estimator::methods::calibrated::tensors::list::Tensor;
use crate::estimator::moment::MomentId;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{Count, Memory};

/// The moments of a generation. Whatever lasts longer or shorter, a sample of sound is as long as all positions of the
/// encoder.
pub fn moments(shape: &Shape) -> Vec<Moment> {
    let hears = shape.layout() == Layout::Speech;
    let seen = if hears { shape.leaf(Fact::NumAudioPositions) } else { shape.reader.leaf(Id::SequenceLength) };
    let run = ServingRun::with(shape, seen);
    let asked: Expr<Count> = shape.reader.leaf(Id::DecoderLength);
    let is_bounded = shape.is(Fact::LearnedPositions);
    let generated = if is_bounded { asked.min(shape.leaf(Fact::LearnedPositions)) } else { asked };
    let stored = weights::stored(shape);
    let stored = match stack_pass::wide_weights(&run) {
        Some(more) => stored + more,
        None => stored,
    };
    let it = EncodedGeneration { held: Held::with_weights(&run, stored), run: &run, generated };
    vec![it.encoder(), it.first_step(), it.last_step()]
}

struct EncodedGeneration<'a> {
    run: &'a ServingRun<'a>,
    held: Held,
    /// Tokens of the decoder.
    generated: Expr<Count>,
}

impl EncodedGeneration<'_> {
    /// The encoder's pass at its fullest instant.
    fn encoder(&self) -> Moment {
        let run = self.run;
        let of = |tensors: &[Tensor], quantity| run.tokens.clone() * listed(&[tensors], quantity, &run.widths);
        let lines = stack_pass::of_encoder(run).into_iter().map(|(once, each, scores)| {
            let inside = sum_of(Quantity::SharedInPass, &once) + of(&each, Quantity::InsidePass);
            let scores = (!scores.is_empty()).then(|| (AttentionScores, of(&scores, Quantity::ScoresOfToken)));
            let lines = [Some((Inputs, stack_pass::given(run, false))), scores, Some((Temporaries, inside))];
            lines.into_iter().flatten().collect::<Lines>()
        });
        self.held.moment(MomentId::Encoder, lines.reduce(fuller).unwrap_or_default())
    }

    fn first_step(&self) -> Moment {
        self.step(MomentId::DecoderStart, &Expr::number(1.0), &stack_pass::first_step(self.run))
    }

    fn last_step(&self) -> Moment {
        self.step(MomentId::Decode, &self.generated, &stack_pass::last_step(self.run, self.generated.clone()))
    }

    /// A step after which the cache has so many tokens of the decoder: inside its last layer, or when its logits are
    /// copied.
    fn step(&self, id: MomentId, tokens: &Expr<Count>, inside: &[Cached]) -> Moment {
        let run = self.run;
        let of_token = attention::cached(
            Quantity::CachedOfToken,
            run.key.clone(),
            [run.element.clone(), run.element.clone()],
            None,
        );
        let positions = run.tokens.clone() + run.leaf(Id::BatchSize) * tokens.clone();
        let cache = run.fact(Fact::NumDecoderLayers) * positions * of_token;
        let output = run.tokens.clone() * listed(&[&[stream::last(run)]], Quantity::EncoderOutput, &run.widths);
        let lines = |inside, logits: Option<Expr<Memory>>| -> Lines {
            let logits = logits.map(|it| (Logits, it));
            let given = [(KvCache, cache.clone()), (Inputs, stack_pass::given(run, true)), (Temporaries, inside)];
            given.into_iter().chain(logits).collect()
        };
        let joining = lines(output.clone() + sum_of(Quantity::MadeAnew, inside), None);
        let predicted = run.leaf(Id::BatchSize) * logits::copied(run);
        self.held.moment(id, fuller(joining, lines(output, Some(predicted))))
    }
}
