//! What an encoder's head makes of the layers' last output in a pass that keeps nothing: scores of a vocabulary or of
//! classes. It knows no layer and no weights, which [`super::task_head`] has.

use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::{logits, stream};
use crate::estimator::methods::calibrated::run::serving::ServingRun;
use crate::estimator::methods::calibrated::tensors::cached::{Cached, sum_of};
use crate::estimator::methods::calibrated::tensors::list::Tensor;
use crate::estimator::methods::calibrated::tensors::width::Width;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::TaskHead;
use crate::estimator::quantity::Quantity;
use crate::estimator::units::Memory;

const MLM: &str = "modeling_bert.py, BertLMPredictionHead.forward";
const CLASSIFIER: &str = "modeling_bert.py, BertForSequenceClassification.forward";

/// The layers' last output, and what the head of a masked model makes of it for each token.
pub fn outputs(run: &ServingRun) -> [Tensor; 2] {
    let transformed = run.tensor("output of transform", Width::Hidden, MLM);
    [stream::last(run), transformed.only_if(run.shape.head() == TaskHead::Mlm)]
}

/// Scores, where the head makes any: of the vocabulary for each token, of classes for each sequence.
pub fn scores(run: &ServingRun) -> Option<Expr<Memory>> {
    match run.shape.head() {
        TaskHead::Mlm => Some(run.tokens.clone() * logits::of_step(run)),
        TaskHead::Classifier => {
            let elements = run.leaf(Id::BatchSize) * run.leaf(Id::NumLabels);
            Some(sum_of(Quantity::Logits, &[Cached::new("logits", elements, run.element.clone(), CLASSIFIER)]))
        }
        TaskHead::Lm | TaskHead::None => None,
    }
}
