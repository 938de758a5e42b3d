//! llama.cpp with all layers on the GPU: its buffers are made once, before the first token. It knows no file format.

use crate::estimator::architecture::Fact;
use crate::estimator::component::Component::Temporaries;
use crate::estimator::estimate::Moment;
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::model::widths::routed;
use crate::estimator::methods::calibrated::serving::cache::cells;
use crate::estimator::methods::calibrated::serving::files;
use crate::estimator::methods::calibrated::serving::mixes::file;
use crate::estimator::methods::calibrated::serving::moment::Held;
use crate::estimator::methods::calibrated::serving::run::ServingRun;
use crate::estimator::methods::calibrated::tensors::dtype::{FP32, HALF, element, times};
use crate::estimator::moment::MomentId;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::units::{Count, Memory};

/// Weights, cache and the compute buffer; nothing where llama.cpp makes no such file, for which there is no answer.
pub fn moments(run: &ServingRun) -> Vec<Moment> {
    let of_file = |it| {
        let held = Held::with_weights(run, files::weights(run, it));
        held.moment(MomentId::Serving, [(Temporaries, compute_buffer(run))])
    };
    file(run.shape).map(of_file).into_iter().collect()
}

/// The largest part of one micro-batch's graph: attention (mask, scores unless flash attention keeps them, queries, keys
/// and two tensors of the stream), the feed-forward block, or the logits.
fn compute_buffer(run: &ServingRun) -> Expr<Memory> {
    let ubatch = || run.leaf(Id::Ubatch);
    let tensor = |width: Expr<Count>| ubatch() * width * element(FP32);
    let hidden = |tensors: f64| times(tensors) * run.hidden.clone();
    let cells = cells(run);
    let is_flash = run.shape.reader.is_on(Id::FlashAttention);
    // Flash attention takes its mask in 16 bits.
    let mask = ubatch() * cells.clone() * element(if is_flash { HALF } else { FP32 });
    let attention = tensor(hidden(4.0));
    let attention = if is_flash { attention } else { attention + tensor(run.fact(Fact::NumAttentionHeads) * cells) };
    let inner = if run.shape.is(Fact::NumExperts) {
        routed(run.shape) * run.fact(Fact::MoeIntermediateSize)
    } else {
        run.fact(Fact::IntermediateSize)
    };
    let feed_forward = tensor(times(2.0) * inner + hidden(2.0));
    let logits = tensor(run.fact(Fact::VocabSize) + hidden(1.0));
    (mask + attention.max(feed_forward).chosen_by(Id::FlashAttention)).max(logits)
}
