//! Mamba2 in training: what a layer keeps for its backward pass, and the instants inside that pass at which it may need
//! most. It knows neither norms of the residual stream nor the rest of a layer; weights and states of serving are in
//! `mamba2`.
//!
//! This is PyTorch's code (Transformers 5.23), which runs unless the library mamba-ssm is installed; it computes in
//! FP32, chunk by chunk. Traced. What runs where it is installed is in `mamba2_kernels`.

use crate::estimator::architecture::Fact;
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::mamba2_kernels;
use crate::estimator::methods::calibrated::blocks::mamba2_prompt::CHUNK;
use crate::estimator::methods::calibrated::blocks::short_conv::longer;
use crate::estimator::methods::calibrated::blocks::site::Site;
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::dtype::{BYTE, FP32};
use crate::estimator::methods::calibrated::tensors::instant::{Instant, InstantSide};
use crate::estimator::methods::calibrated::tensors::list::{Tensor, Tensors};
use crate::estimator::methods::calibrated::tensors::width::Width;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::LinearAttentionKernel;
use crate::estimator::units::Count;

const LAYER: &str = "modeling_granitemoehybrid.py, GraniteMoeHybridMambaLayer.forward";
const CONVOLUTION: &str = "modeling_granitemoehybrid.py, causal_conv1d_fn";
const SCAN: &str = "modeling_granitemoehybrid.py, mamba2_chunk_scan";
const NORMED: &str = "modeling_granitemoehybrid.py, GraniteMoeHybridRMSNormGated.forward";
const LINEAR: &str = "derivatives.yaml, linear";

/// Numbers that the tensors of a run are made of.
struct ScanSizes {
    /// Chunks of a sequence.
    n_chunks: f64,
    /// Tokens of all chunks for each token of the sequence, the last chunk being filled up.
    padded: f64,
    /// Width of a state.
    state: f64,
    /// Numbers of a head's state for each token of the sequence, were there one state.
    of_state: f64,
    /// The share of a token in what a layer has once.
    once: f64,
    /// The share of a token in what a sequence has once.
    of_sequence: f64,
    /// Bytes of what products make: autocast converts their operands.
    product: f64,
}

impl ScanSizes {
    fn of(run: &TrainingRun) -> Self {
        let sequence = run.sequence.value().max(1.0);
        let n_chunks = (sequence / CHUNK).ceil();
        let state = run.shape.number(Fact::LinearKeyHeadDim);
        Self {
            n_chunks,
            padded: n_chunks * CHUNK / sequence,
            state,
            of_state: state * run.shape.number(Fact::LinearValueHeadDim) / sequence,
            once: 1.0 / run.tokens().value().max(1.0),
            of_sequence: 1.0 / sequence,
            product: if run.formats.is_autocast { run.formats.compute } else { FP32 },
        }
    }

    fn of_heads(&self, name: &'static str, bytes: f64, count: f64) -> Tensor {
        Tensor::new(name, bytes, Width::LinearHeads, SCAN).times(count * self.padded)
    }

    fn of_keys(&self, name: &'static str, bytes: f64, count: f64) -> Tensor {
        self.of_heads(name, bytes, count * self.state)
    }

    fn of_pairs(&self, name: &'static str, bytes: f64, count: f64) -> Tensor {
        self.of_heads(name, bytes, count * CHUNK)
    }

    fn of_values(&self, name: &'static str, bytes: f64, count: f64) -> Tensor {
        Tensor::new(name, bytes, Width::LinearValues, SCAN).times(count * self.padded)
    }

    fn of_states(&self, name: &'static str, bytes: f64, count: f64) -> Tensor {
        Tensor::new(name, bytes, Width::LinearHeads, SCAN).times(count * self.of_state)
    }
}

/// What the projection inward keeps: its input, and adapters.
pub fn kept_by_projections(run: &TrainingRun) -> Tensors {
    let is_kept = run.formats.trains_everything() || run.adapters.keep_input(Site::LinearProjections);
    let input = Tensor::new("input of in_proj", run.formats.compute, Width::Hidden, LINEAR);
    run.tensors(&[input]).only_if(is_kept) + run.adapters.kept(Site::LinearProjections)
}

/// Whether mamba-ssm computes the mixer.
fn is_fused(run: &TrainingRun) -> bool {
    run.shape.reader.choice::<LinearAttentionKernel>(Id::LinearAttentionKernel) == LinearAttentionKernel::Fla
}

/// What the mixer keeps between its projections.
pub fn kept(run: &TrainingRun) -> Tensors {
    if is_fused(run) {
        return mamba2_kernels::kept(run);
    }
    let it = ScanSizes::of(run);
    until_products(run, &it) + products(run, &it) + scanned(run, &it) + gated(run) + in_norm(run) + output(run)
}

/// Whether the convolution reads a copy: autocast converts FP32 operands, of which its weight is one.
fn is_converted(run: &TrainingRun) -> bool {
    run.formats.is_autocast && run.formats.parameter == FP32
}

/// What is kept until heads meet each other inside chunks: the convolution, time steps, and what a chunk's tokens make
/// of each other.
fn until_products(run: &TrainingRun, it: &ScanSizes) -> Tensors {
    let formats = &run.formats;
    let (is_converted, is_wide) = (is_converted(run), formats.is_autocast || formats.inner == FP32);
    let of = |name, bytes, width| Tensor::new(name, bytes, width, CONVOLUTION);
    let of_steps = |name, bytes, count| Tensor::new(name, bytes, Width::LinearHeads, LAYER).times(count);
    let is_full = formats.trains_everything();
    // Autocast keeps a copy of the convolution's input; else gate, input and time steps are parts of one tensor.
    run.tensors(&[
        of("input of conv1d, converted", formats.compute, Width::Convolved).only_if(is_converted),
        of("projected_states: x, B, C", formats.compute, Width::Convolved).only_if(!is_converted),
        of("projected_states: gate", formats.compute, Width::LinearValues).only_if(!is_converted),
        of("projected_states: dt", formats.compute, Width::LinearHeads).only_if(!is_converted),
        of("input of silu", formats.compute, Width::Convolved).times(longer(run.shape, &run.sequence)),
        // Without conversion it is what SiLU has written.
        of("hidden_states.float()", FP32, Width::LinearValues).only_if(formats.compute < FP32),
        of("output of silu", FP32, Width::Convolved).only_if(formats.compute == FP32),
        of_steps("dt and dt_bias, softplus, clamped", FP32, 3.0).only_if(is_wide),
        of_steps("dt and dt_bias, softplus", formats.compute, 2.0).only_if(!is_wide),
        of_steps("dt.float(), for x and for A", FP32, if is_full { 2.0 } else { 1.0 }).only_if(!is_wide),
        of_steps("A, and its exponential", FP32, if is_full { 2.0 } else { 1.0 } * it.once),
        Tensor::new("masks of chunks", BYTE, Width::One, SCAN).times(2.0 * CHUNK * CHUNK * it.once),
        // What a trained `D` is multiplied with.
        it.of_values("x, padded", FP32, 1.0).only_if(is_full),
        it.of_keys("operands of G", it.product, 2.0),
        it.of_pairs("L", FP32, 1.0),
        it.of_pairs("G", it.product, 1.0),
    ])
}

/// What the products behind that keep: of pairs and values, of keys and values, of queries and states.
fn products(run: &TrainingRun, it: &ScanSizes) -> Tensors {
    let n_states = it.n_chunks + 1.0;
    run.tensors(&[
        it.of_pairs("M", it.product, 1.0),
        it.of_values("operands of Y_diag and states", it.product, 2.0),
        it.of_keys("B, padded", FP32, 1.0),
        it.of_keys("operands of states and C_times_states", it.product, 2.0),
        it.of_values("C_times_states", it.product, 1.0),
        it.of_heads("decay_states, state_decay_out", FP32, 2.0),
        it.of_states("operands of new_states and C_times_states", it.product, n_states + it.n_chunks),
        Tensor::new("decay_chunk", FP32, Width::LinearHeads, SCAN).times(n_states * n_states * it.of_sequence),
        Tensor::new("masks of all chunks", BYTE, Width::One, SCAN).times(2.0 * n_states * n_states * it.once),
    ])
}

/// The scan's output, which the gate keeps.
fn scanned(run: &TrainingRun, it: &ScanSizes) -> Tensors {
    run.tensors(&[it.of_values("scan_output", FP32, 1.0)])
}

/// What the gate behind the scan keeps.
fn gated(run: &TrainingRun) -> Tensors {
    let of = |name, count| Tensor::new(name, FP32, Width::LinearValues, NORMED).times(count);
    let is_copied = run.formats.compute < FP32;
    run.tensors(&[of("gate in FP32", 1.0).only_if(is_copied), of("silu of the gate, gated output", 2.0)])
}

/// What the norm behind the gate keeps.
fn in_norm(run: &TrainingRun) -> Tensors {
    let normalized = Tensor::new("normalized output", FP32, Width::LinearValues, NORMED);
    run.tensors(&[
        normalized.only_if(run.formats.trains_everything()),
        Tensor::new("rsqrt(variance)", FP32, Width::One, NORMED).times(run.shape.number(Fact::LinearNumKeyHeads)),
    ])
}

/// What the projection outward keeps: its input, and adapters.
fn output(run: &TrainingRun) -> Tensors {
    let is_kept = run.formats.trains_everything() || run.adapters.keep_input(Site::LinearOutput);
    let input = Tensor::new("input of out_proj", run.formats.compute, Width::LinearValues, LINEAR);
    run.tensors(&[input]).only_if(is_kept) + run.adapters.kept(Site::LinearOutput)
}

/// Elements of what is differentiated after the scan: the projection inward, and the convolution.
pub fn projected(run: &TrainingRun) -> Expr<Count> {
    let width = |it| run.widths.leaf(it);
    let projections = width(Width::Convolved) + width(Width::LinearValues) + width(Width::LinearHeads);
    width(Width::Hidden) * projections + width(Width::Convolved) * run.shape.leaf::<Count>(Fact::LinearConvKernel)
}

/// Instants inside a layer that has kept `before` until the mixer, whatever computes that.
pub fn backward(run: &TrainingRun, before: &Tensors) -> Vec<Instant> {
    if is_fused(run) {
        vec![mamba2_kernels::backward(run, before, projected(run))]
    } else {
        in_torch(run, before).into()
    }
}

/// Instants of PyTorch's code: inside its backward pass while the variance and while pairs of a chunk's tokens get
/// their gradients, and while it runs, for the first time or again, when its outputs within and between chunks have
/// been added up and are copied into the order of tokens.
fn in_torch(run: &TrainingRun, before: &Tensors) -> [Instant; 3] {
    let (it, formats) = (ScanSizes::of(run), &run.formats);
    let stream = |name| run.stream(name, "autograd");
    let gradients = run.tensors(&[
        it.of_pairs("gradients of M, G, L", FP32, 3.0),
        // A layer that is computed again lets go of what it made as soon as it is read.
        it.of_pairs("gradient of G, converted", it.product, 1.0).only_if(formats.is_autocast && !run.is_checkpointed()),
        it.of_keys("gradients of B, C", FP32, 2.0),
        it.of_values("gradients of x and of the output", FP32, 2.0),
        it.of_heads("gradient of A_cumsum", FP32, 1.0),
        Tensor::new("gradient of the gate", formats.inner, Width::LinearValues, NORMED),
    ]);
    let in_pairs = Instant {
        projected: Some(projected(run)),
        ..Instant::waiting(before.clone() + until_products(run, &it), gradients + stream("gradient of the stream"))
    };
    let temporaries = run.tensors(&[
        Tensor::new("output of silu", formats.compute, Width::Convolved, CONVOLUTION).only_if(formats.compute < FP32),
        Tensor::new("projected_states: x, B, C", formats.compute, Width::Convolved, LAYER).only_if(is_converted(run)),
        Tensor::new("projected_states: gate", formats.compute, Width::LinearValues, LAYER).only_if(is_converted(run)),
        Tensor::new("dt, clamped", formats.compute, Width::LinearHeads, LAYER).only_if(formats.compute < FP32),
        it.of_heads("A, A_cumsum", FP32, 2.0),
        it.of_values("x, padded", FP32, 1.0).only_if(!formats.trains_everything()),
        it.of_pairs("M", FP32, 1.0).only_if(formats.is_autocast),
        it.of_keys("C, padded, and B_decay", FP32, 2.0),
        it.of_values("Y_diag", it.product, 1.0),
        it.of_values("D_residual, Y_off, their sum, and its copy", FP32, 4.0),
        it.of_states("new_states, and a first state", it.product, it.n_chunks + 2.0),
    ]);
    let is_normed_kept = formats.trains_everything() || run.adapters.keep_input(Site::LinearProjections);
    let input = stream("normed input").only_if(!is_normed_kept);
    let (side, waiting) = if run.is_checkpointed() {
        // A multiplier has met the gradient before anything is computed again.
        let is_scaled = run.shape.is(Fact::ScaledStream);
        let scaled = Tensor::new("the same, scaled", formats.compute, Width::Hidden, "autograd").only_if(is_scaled);
        let name = "gradient of down_proj's result, scaled";
        let of_adapter = Tensor::new(name, run.adapters.bytes(), Width::Hidden, "autograd");
        let of_adapter = of_adapter.only_if(run.adapters.is_at(Site::Down));
        (InstantSide::Behind, stream("gradient of the layer's output") + run.tensors(&[scaled, of_adapter]))
    } else {
        let held = stream("inputs_embeds") + stream("hidden_states, the layer's input");
        (InstantSide::FirstPass, held)
    };
    let run_again = before.clone() + until_products(run, &it) + products(run, &it);
    // While the variance gets its gradient.
    let normed = before.clone() + until_products(run, &it) + products(run, &it) + scanned(run, &it) + gated(run);
    let of_variance = Tensor::new("gradients of the variance and both factors", FP32, Width::LinearValues, NORMED);
    let in_norm = Instant {
        projected: Some(projected(run)),
        ..Instant::waiting(normed, run.tensors(&[of_variance.times(5.0)]) + stream("gradient of the stream"))
    };
    let running = Instant {
        copied: run.is_checkpointed().then(|| projected(run)),
        ..Instant::waiting(run_again, temporaries + input + waiting).on(side)
    };
    [in_norm, in_pairs, running]
}
