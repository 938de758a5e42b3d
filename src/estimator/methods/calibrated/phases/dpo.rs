//! Direct Preference Optimization: a step on pairs, as TRL's `DPOTrainer` takes it (Rafailov et al. 2023, arXiv
//! 2305.18290; TRL 1.16, `dpo_trainer.py`). It knows no layer.
//!
//! Both completions of all pairs run as one batch of `2·B` sequences. The trained model's pass comes first and keeps
//! what its backward pass needs; while all of that lives the reference scores the same batch without gradients. Of
//! neither are there whole logits where the head is TRL's `add_fused_lm_head`, which projects the completions' tokens
//! tile by tile; of older versions, whose loss is said to be another, `pair_logits` has the logits.

use crate::estimator::architecture::Loss;
use crate::estimator::component::Component;
use crate::estimator::estimate::{Lines, Moment, fuller};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::head;
use crate::estimator::methods::calibrated::blocks::pair_logits::PairLogits;
use crate::estimator::methods::calibrated::model::counts::Counts;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::phases::reference;
use crate::estimator::methods::calibrated::phases::scoring::Scoring;
use crate::estimator::methods::calibrated::phases::step::{Losses, Step};
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::list::Tensors;
use crate::estimator::methods::prompts::sequences;
use crate::estimator::moment::MomentId;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{Count, Memory};

/// The moments of a step on pairs.
pub fn moments(shape: &Shape) -> Vec<Moment> {
    let run = pairs(shape);
    let counts = Counts::of(shape);
    let step = Step::with(&run, &counts, reference::resident(&run, &counts));
    let whole = PairLogits::of(&run);
    let mut res =
        whole.as_ref().map_or_else(|| step.moments(Losses::of(&run)), |it| with_whole_logits(&run, &step, it));
    if reference::scores(&run) {
        // Behind the trained model's own pass.
        res.insert(1, reference_pass(&run, &step, whole.as_ref()));
    }
    res
}

/// The run of a step on pairs.
pub fn pairs<'a>(shape: &'a Shape<'a>) -> TrainingRun<'a> {
    let inputs = shape.reader;
    let batch: Expr<Count> = sequences(&inputs).named(Quantity::Sequences);
    let run = TrainingRun::with(shape, batch, inputs.leaf(Id::SequenceLength));
    if run.loss() == Some(Loss::Chunked) { run.scoring_completions() } else { run }
}

/// The moments of a step whose model returns whole logits. Metrics are computed of them once all passes are through.
fn with_whole_logits(run: &TrainingRun, step: &Step, logits: &PairLogits) -> Vec<Moment> {
    let at_metrics = || Some(logits.at_metrics(reference::scores(run)));
    let backward = Some(logits.differentiated(step.head_gradient()));
    let mut res = step.moments(Losses { forward: at_metrics(), backward, output: Tensors::default() });
    let lines = step.all_kept(Tensors::default(), at_metrics(), step.copies(!run.is_checkpointed()));
    res[0] = Moment::new(MomentId::Loss, lines);
    res
}

/// Where a pass of the reference without gradients is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum PassWithoutGradients {
    /// The embedding has run, or a layer is entered: nothing is inside.
    Between,
    /// At the fullest instant inside a layer.
    Inside,
    /// The head scores.
    Scores,
}

/// What lives at a place of the reference's pass, whose weights no autocast converts, beside all that the trained
/// model's pass has kept.
pub fn at_reference(run: &TrainingRun, step: &Step, at: PassWithoutGradients) -> Lines {
    let scoring = Scoring::of(run);
    let logits = (at == PassWithoutGradients::Scores).then(|| scoring.scores());
    let mut res = step.all_kept(head::scores(run), logits, None);
    res.push((
        Component::Temporaries,
        match at {
            PassWithoutGradients::Between => {
                let stream = run.stream("output of the embedding", "torch.nn.Embedding");
                run.tokens() * stream.listed(Quantity::LayerInput, &run.widths)
            }
            PassWithoutGradients::Inside => scoring.layers(),
            PassWithoutGradients::Scores => scoring.head(),
        },
    ));
    res
}

/// The reference is inside a layer, or scores: whichever holds more.
fn reference_pass(run: &TrainingRun, step: &Step, whole: Option<&PairLogits>) -> Moment {
    let scoring = Scoring::of(run);
    let trained = step.copies(!run.is_checkpointed());
    let copies = |of_reference: Option<Expr<Memory>>| Expr::sum_of_any(trained.clone(), of_reference);
    let converted = |left| reference::is_second_model(run).then(|| scoring.copies(step, left)).flatten();
    let outputs = || if whole.is_some() { Tensors::default() } else { head::scores(run) };
    let still = Some(scoring.still_to_convert());
    let mut inside = step.all_kept(outputs(), whole.map(PairLogits::scored), copies(converted(still)));
    inside.push((Component::Temporaries, scoring.layers()));
    let logits = whole.map_or_else(|| scoring.scores(), PairLogits::at_reference);
    let mut scores = step.all_kept(outputs(), Some(logits), copies(converted(None)));
    scores.push((Component::Temporaries, if whole.is_some() { scoring.last() } else { scoring.head() }));
    reference::moment(run, Moment::new(MomentId::ReferencePass, fuller(scores, inside)))
}
