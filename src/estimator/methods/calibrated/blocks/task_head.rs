//! What stands behind the layers of a model that is trained: which of its weights run, those that a task brings, and
//! what all that keeps for each token. It knows no layer, and no logits.

use crate::estimator::architecture::{Fact, Layout, Part, PartCount};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::{head, norm};
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::parts::counter::{Counter, Linear};
use crate::estimator::methods::calibrated::tensors::dtype::times;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::TaskHead;

const MLM: &str = "modeling_bert.py, BertLMPredictionHead";
const CLASSIFIER: &str = "modeling_roberta.py, RobertaClassificationHead";
const SCORE: &str = "modeling_llama.py, LlamaForSequenceClassification";

/// Whether the model is an encoder, whose heads read a token through a dense layer of their own.
fn is_encoder(shape: &Shape) -> bool {
    shape.layout() == Layout::Encoder
}

/// Whether weights that the model has run under a head: a masked model has no pooler, and who reads no vocabulary no
/// output projection.
pub fn runs(head: TaskHead, part: PartCount) -> bool {
    match head {
        TaskHead::Lm => true,
        TaskHead::Mlm => part.part != Part::Head,
        TaskHead::Classifier | TaskHead::None => part.part != Part::LmHead,
    }
}

/// Counts what the task brings beside the model's own weights.
pub fn weights(counter: &mut Counter) {
    let one = Expr::number(1.0);
    let width = counter.leaf(Fact::HiddenSize);
    match counter.shape.head() {
        TaskHead::Lm | TaskHead::None => {}
        TaskHead::Mlm => {
            let dense = Linear::new(&width, &width, counter.is(Fact::OutputBias));
            counter.linear(Part::LmHead, "transform.dense", &one, dense, MLM);
            norm::weights_of_one(counter, "transform.LayerNorm");
            counter.count(Part::LmHead, "decoder.bias", counter.leaf(Fact::VocabSize), MLM);
            if !counter.is(Fact::TieWordEmbeddings) {
                head::projection(counter, "decoder");
            }
        }
        TaskHead::Classifier => {
            let n_labels = counter.shape.reader.leaf(Id::NumLabels);
            let has_dense = is_encoder(counter.shape) && !counter.is(Fact::Pooler);
            if has_dense {
                let dense = Linear::new(&width, &width, counter.is(Fact::OutputBias));
                counter.linear(Part::Head, "classifier.dense", &one, dense, CLASSIFIER);
            }
            let (has_bias, source) = if is_encoder(counter.shape) { (true, CLASSIFIER) } else { (false, SCORE) };
            counter.linear(Part::Head, "classifier", &times(1.0), Linear::new(&width, &n_labels, has_bias), source);
        }
    }
}
