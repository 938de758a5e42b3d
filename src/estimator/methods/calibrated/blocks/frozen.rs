//! What frozen layers of a plain decoder hold although checkpoints are made, or a pass is over: `MatMul8bitLt.forward`
//! writes its input down in its context (`ctx.tensors`), of which checkpoints that are not re-entrant know nothing, and
//! so did `MatMul4Bit.forward`. It knows no adapter.

use crate::estimator::architecture::{Fact, Residual};
use crate::estimator::methods::calibrated::model::storage;
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::dtype::{BYTE, HALF};
use crate::estimator::methods::calibrated::tensors::list::{Tensor, Tensors};
use crate::estimator::methods::calibrated::tensors::width::Width;

const OUTLIERS: &str = "bitsandbytes backends/cuda/ops.py, int8_vectorwise_quant";
const SOURCE: &str = "bitsandbytes autograd/_functions.py, MatMul8bitLt.forward";

/// What an 8-bit `down_proj` makes of its input while outliers are looked for (`backends/cuda/ops.py`,
/// `int8_vectorwise_quant`): half precision, absolute values, a byte for each that says whether it is large, and the
/// packed ones. `None` for other layers.
pub fn seeking_outliers(run: &TrainingRun) -> Option<Tensors> {
    let is_frozen = run.is_quantized() && storage::is_eight_bit(run.shape);
    let inner = |name, bytes| Tensor::new(name, bytes, Width::Intermediate, OUTLIERS);
    let tensors = [
        inner("A.to(torch.float16)", HALF).only_if(!run.is_half()),
        inner("A.abs()", HALF),
        inner("outliers", BYTE),
        inner("CA", BYTE),
    ];
    is_frozen.then(|| run.tensors(&tensors) + run.stream("residual", OUTLIERS))
}

/// The inputs of a layer's linear layers, which live until its backward pass; `None` where checkpoints free them, or
/// are not made.
pub fn held(run: &TrainingRun) -> Option<Tensors> {
    (run.is_checkpointed() && run.is_quantized() && storage::is_eight_bit(run.shape)).then(|| inputs(run))
}

/// What layers wrote down in their contexts, which live as long as the graph: the same inputs. 4-bit layers that do so
/// are of a time when checkpoints were re-entrant, and ran without a graph.
pub fn written(run: &TrainingRun) -> Option<Tensors> {
    (run.is_quantized() && storage::writes_inputs(run.shape, run.is_checkpointed())).then(|| inputs(run))
}

fn inputs(run: &TrainingRun) -> Tensors {
    let is_shared = run.kind::<Residual>(Fact::Residual) == Residual::ParallelSharedNorm;
    let formats = &run.formats;
    run.tensors(&[
        Tensor::new("input of q_proj, k_proj and v_proj", formats.inner, Width::Hidden, SOURCE),
        Tensor::new("input of o_proj", formats.compute, Width::Queries, SOURCE),
        Tensor::new("input of up_proj", formats.inner, Width::Hidden, SOURCE).only_if(!is_shared),
        Tensor::new("input of down_proj", formats.inner, Width::Intermediate, SOURCE),
    ])
}
