//! Mamba2 in training where mamba-ssm and causal-conv1d are installed: one operation from the projection inward to the
//! one outward, which keeps what it reads and the scan's output, and makes everything else again in its backward pass
//! (mamba-ssm 2.3.2, `ssd_combined.py`). Read, and replayed on fake tensors by `scripts/trace/mamba_kernels.py`.
//!
//! It reads the projection outward as a plain weight: an adapter there is passed by, and one in 4 bits cannot be read.
//! What it makes for each of a GPU's multiprocessors, up to 35 MB, is less than what is here wherever a layer is the
//! fullest part of a step, and is left out.

use crate::estimator::architecture::Fact;
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::mamba2_prompt::CHUNK;
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::dtype::FP32;
use crate::estimator::methods::calibrated::tensors::instant::Instant;
use crate::estimator::methods::calibrated::tensors::list::{Tensor, Tensors};
use crate::estimator::methods::calibrated::tensors::width::Width;
use crate::estimator::units::Count;

const FORWARD: &str = "mamba_ssm ssd_combined.py, MambaSplitConv1dScanCombinedFn.forward";
const BACKWARD: &str = "mamba_ssm ssd_combined.py, MambaSplitConv1dScanCombinedFn.backward";
const SCAN: &str = "mamba_ssm ssd_combined.py, _mamba_chunk_scan_combined_bwd";

/// What is kept between the projections: nothing of the one outward, whose input is made again.
pub fn kept(run: &TrainingRun) -> Tensors {
    let of = |name, bytes, width| Tensor::new(name, bytes, width, FORWARD);
    let compute = run.formats.compute;
    let of_layer = 1.0 / run.tokens().value().max(1.0);
    // A trained `A_log` needs its exponential, too.
    let n_decays = if run.formats.trains_everything() { 2.0 } else { 1.0 };
    run.tensors(&[
        of("zxbcdt: gate", compute, Width::LinearValues),
        of("zxbcdt: x, B, C", compute, Width::Convolved),
        of("zxbcdt: dt", compute, Width::LinearHeads),
        of("out_x", compute, Width::LinearValues),
        of("rstd", FP32, Width::One).times(run.shape.number(Fact::LinearNumKeyHeads)),
        of("A", FP32, Width::LinearHeads).times(n_decays * of_layer),
    ])
}

/// Elements of the projection outward, whose gradient the same operation makes at its end.
fn output(run: &TrainingRun) -> Expr<Count> {
    run.widths.leaf(Width::LinearValues) * run.widths.leaf(Width::Hidden)
}

/// The instant inside the backward pass of a layer that has kept `before` until the mixer, when states and their
/// gradients are there in FP32 and are converted; `projected` are elements of what is differentiated after the mixer.
pub fn backward(run: &TrainingRun, before: &Tensors, projected: Expr<Count>) -> Instant {
    let sequence = run.sequence.value().max(1.0);
    let n_chunks = (sequence / CHUNK).ceil();
    // Numbers of all chunks' states for each token and head.
    let head = run.shape.number(Fact::LinearKeyHeadDim) * run.shape.number(Fact::LinearValueHeadDim);
    let (of_state, padded) = (head / sequence, n_chunks * CHUNK / sequence);
    let compute = run.formats.compute;
    let of = |name, bytes, width, count: f64| Tensor::new(name, bytes, width, BACKWARD).times(count);
    let in_scan = |name, bytes, width, count: f64| Tensor::new(name, bytes, width, SCAN).times(count);
    let made = run.tensors(&[
        of("out_recompute, and gradients of it and of out_x", compute, Width::LinearValues, 3.0),
        of("xBC_conv, dxBC", compute, Width::Convolved, 2.0),
        of("dzxbcdt: gate", compute, Width::LinearValues, 1.0),
        of("dzxbcdt: x, B, C", compute, Width::Convolved, 1.0),
        of("dzxbcdt: dt", compute, Width::LinearHeads, 1.0),
        in_scan("dt_in", compute, Width::LinearHeads, 1.0),
        in_scan("dt, dA_cumsum", FP32, Width::LinearHeads, 2.0 * padded),
        in_scan("CB", FP32, Width::One, run.shape.number(Fact::LinearNumKeyHeads) * CHUNK * padded),
        in_scan("states, dstates, and the last state", FP32, Width::LinearHeads, (2.0 * n_chunks + 1.0) * of_state),
        in_scan("the same, converted", compute, Width::LinearHeads, 2.0 * n_chunks * of_state),
    ]);
    // What the operation was handed stays until it ends; the stream's gradient goes past it.
    let is_apart = run.shape.is(Fact::ScaledStream) || run.formats.is_autocast;
    let handed = of("dout_og", compute, Width::Hidden, 1.0).only_if(is_apart);
    let stream = run.stream("gradient of the stream", "autograd");
    Instant {
        projected: Some(projected + output(run)),
        ..Instant::waiting(before.clone() + kept(run), made + run.tensors(&[handed]) + stream)
    }
}
