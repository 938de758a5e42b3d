//! Group Relative Policy Optimization: completions are sampled for each prompt, scored under the old and the reference
//! policy, and trained on (Shao et al. 2024, arXiv 2402.03300; TRL's `GRPOTrainer`). It knows no layer.
//!
//! All completions of all prompts run as one batch of `B·k` sequences. The reference policy is the model without its
//! adapters; full fine-tuning would need a second model only with a KL term, whose weight is 0 unless asked for (`beta` of
//! TRL). In the same terms, supervised fine-tuning runs `B` sequences with 12 bytes for each logit of all tokens, and
//! direct preference optimization `2·B`, whose chosen and rejected tokens are all scored as completions are here.

use crate::estimator::architecture::Fact;
use crate::estimator::component::Component;
use crate::estimator::estimate::{Lines, Moment};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::logits::{self, CompletionLogits};
use crate::estimator::methods::calibrated::blocks::{attention, latent_attention};
use crate::estimator::methods::calibrated::model::counts::Counts;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::phases::step::{Losses, Step};
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::dtype::element;
use crate::estimator::methods::calibrated::tensors::list::{Tensor, Tensors};
use crate::estimator::methods::calibrated::tensors::width::Width;
use crate::estimator::methods::prompts::prompts;
use crate::estimator::moment::MomentId;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::quantity::Quantity;
use crate::estimator::units::Count;

/// The moments of sampling, scoring and a training step.
pub fn moments(shape: &Shape) -> Vec<Moment> {
    let inputs = shape.reader;
    let sequences: Expr<Count> = prompts(&inputs) * inputs.leaf::<Count>(Id::NumGenerations);
    let run = TrainingRun::with(shape, sequences.named(Quantity::Sequences), inputs.leaf(Id::SequenceLength));
    let step = Step::of(&run, &Counts::of(shape));
    let logits = CompletionLogits::of(&run);
    let losses = Losses {
        forward: Some(logits.scored()),
        backward: Some(logits.differentiated(step.head_gradient())),
        output: Tensors::default(),
    };
    let before = [
        (MomentId::Generation, generation(&run, &step)),
        (MomentId::ReferencePass, reference_pass(&run, &step, &logits)),
    ];
    let before = before.into_iter().map(|(id, lines)| Moment::new(id, lines));
    before.chain(step.moments(losses)).collect()
}

/// The last token of every completion is sampled: keys and values of all sequences, those of one layer concatenated anew,
/// and for each sequence the token's logits with their FP32 copy and its softmax.
fn generation(run: &TrainingRun, step: &Step) -> Lines {
    // Unlike in serving's decode step no window cuts a layer, and no keys are repeated for eager attention: no traced run had
    // either.
    let bytes = run.formats.compute;
    let is_latent = run.shape.is(Fact::KvLoraRank);
    let keys = if is_latent {
        Width::CompressedKeys
    } else if run.shape.is(Fact::ExpandedKeys) {
        Width::Queries
    } else {
        Width::Keys
    };
    let of_layer = run.tokens() * run.widths.leaf(keys) * element(bytes);
    let cached = if is_latent {
        latent_attention::cached(run.shape, &element(bytes))
    } else {
        attention::cached(Quantity::CachedOfToken, run.widths.leaf(keys), element(bytes), element(bytes))
    };
    let mut res = step.resident.lines_of_moment();
    res.push((Component::KvCache, run.layers() * run.tokens() * cached));
    res.push((Component::Temporaries, of_layer));
    res.push((Component::Logits, logits::sampled(run)));
    res.push((Component::Inputs, run.ids()));
    res
}

/// Completions are scored without gradients: the residual stream before and after its last norm, and the logits.
fn reference_pass(run: &TrainingRun, step: &Step, logits: &CompletionLogits) -> Lines {
    let stream = Tensor::new("stream before and after the last norm", run.formats.stream, Width::Hidden, "model.norm");
    let stream = run.tensors(&[stream.times(2.0)]);
    let mut res = step.resident.lines_of_moment();
    res.push((Component::Activations, run.tokens() * stream.listed(Quantity::ScoredStream, &run.widths)));
    res.push((Component::Logits, logits.scored()));
    res.push((Component::Inputs, run.ids()));
    res
}
