//! Gated delta-rule attention (arXiv 2412.06464) in training: what a layer keeps for its backward pass with either code
//! that computes it, and the instants inside that pass at which it may need most. It knows neither norms of the
//! residual stream nor the rest of a layer; weights and states of serving are in `linear_attention`.
//!
//! Transformers' PyTorch code (`torch_chunk_gated_delta_rule`, 5.23) computes in FP32, chunk by chunk, and was traced.
//! The kernels of flash-linear-attention 0.6.0 were read, not traced: what their autograd functions save, and allocate.
//! That causal-conv1d's keeps its input alone was not read.

use crate::estimator::architecture::Fact;
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::norm;
use crate::estimator::methods::calibrated::blocks::short_conv::longer;
use crate::estimator::methods::calibrated::blocks::site::Site;
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::dtype::{FP32, times};
use crate::estimator::methods::calibrated::tensors::instant::Instant;
use crate::estimator::methods::calibrated::tensors::list::{Tensor, Tensors};
use crate::estimator::methods::calibrated::tensors::width::Width;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::LinearAttentionKernel;
use crate::estimator::units::Count;

const LAYER: &str = "modeling_qwen3_next.py, Qwen3NextGatedDeltaNet.forward";
const NORMED: &str = "modeling_qwen3_next.py, Qwen3NextRMSNormGated.forward";
const CONVOLUTION: &str = "modeling_qwen3_next.py, causal_conv1d_fn";
const CHUNKS: &str = "modeling_qwen3_next.py, torch_chunk_gated_delta_rule";
const LINEAR: &str = "derivatives.yaml, linear";
const KERNEL: &str = "fla ops/gated_delta_rule/chunk.py, ChunkGatedDeltaRuleFunction.forward";
const KERNEL_BACKWARD: &str = "fla ops/gated_delta_rule/chunk.py, chunk_gated_delta_rule_bwd";
const CONVOLVED: &str = "causal_conv1d_interface.py, CausalConv1dFn.forward";

/// Tokens of a chunk: the default of either code (`chunk_size`).
const CHUNK: f64 = 64.0;

/// Numbers that the tensors of a run are made of.
struct Sizes {
    /// Chunks of a sequence.
    n_chunks: f64,
    /// Tokens of all chunks for each token of the sequence, the last chunk being filled up.
    padded: f64,
    /// Tokens of one chunk for each token of the sequence.
    of_chunk: f64,
    /// Width of a key's head.
    key: f64,
    /// Numbers of a head's state for each token of the sequence, were there one state.
    state: f64,
}

impl Sizes {
    fn of(run: &TrainingRun) -> Self {
        let sequence = run.sequence.value().max(1.0);
        let n_chunks = (sequence / CHUNK).ceil();
        let key = run.shape.number(Fact::LinearKeyHeadDim);
        Self {
            n_chunks,
            padded: n_chunks * CHUNK / sequence,
            of_chunk: CHUNK / sequence,
            key,
            state: key * run.shape.number(Fact::LinearValueHeadDim) / sequence,
        }
    }
}

/// What computes the layers of a run.
fn kernel(run: &TrainingRun) -> LinearAttentionKernel {
    run.shape.reader.choice(Id::LinearAttentionKernel)
}

/// What the projections inward keep: their input, and adapters.
pub fn kept_by_projections(run: &TrainingRun) -> Tensors {
    let formats = &run.formats;
    // Autocast converts an FP32 input for each linear layer anew.
    let is_converted = formats.converts_inputs() && !norm::is_result_narrow(run);
    let n_layers = if run.shape.is(Fact::LinearFusedProjections) { 2.0 } else { 4.0 };
    let n_inputs = if is_converted { n_layers } else { 1.0 };
    let is_kept = formats.trains_everything() || run.adapters.keep_input(Site::LinearProjections);
    let input = Tensor::new("input of in_proj", formats.compute, Width::Hidden, LINEAR);
    run.tensors(&[input.times(n_inputs)]).only_if(is_kept) + run.adapters.kept(Site::LinearProjections)
}

/// What attention keeps between its projections.
pub fn kept(run: &TrainingRun) -> Tensors {
    until_norm(run) + in_norm(run) + output(run)
}

/// What is kept until the rule's output is there.
fn until_norm(run: &TrainingRun) -> Tensors {
    let rule = match kernel(run) {
        LinearAttentionKernel::Torch => convolution(run) + chunks(run),
        LinearAttentionKernel::Fla => fused(run),
    };
    decay(run) + rule
}

/// Write strengths and decays.
fn decay(run: &TrainingRun) -> Tensors {
    let of_heads = |name, bytes| Tensor::new(name, bytes, Width::LinearHeads, LAYER);
    // Of a frozen `A_log` no gradient needs it.
    let factor = of_heads("softplus of decay", FP32).only_if(run.formats.trains_everything());
    run.tensors(&[of_heads("beta", run.formats.inner), of_heads("decay and dt_bias", FP32), factor])
}

/// PyTorch's convolution keeps what it reads; SiLU, what it has written, which is longer by the padding.
fn convolution(run: &TrainingRun) -> Tensors {
    let longer = longer(run.shape, &run.sequence);
    let of = |name| Tensor::new(name, run.formats.compute, Width::Convolved, CONVOLUTION);
    run.tensors(&[of("input of conv1d"), of("input of silu").times(longer)])
}

/// The rule in PyTorch: FP32 copies of queries, keys and values of all value heads, and what is made of them chunk by
/// chunk.
fn chunks(run: &TrainingRun) -> Tensors {
    let it = Sizes::of(run);
    let of_keys = |name, count: f64| Tensor::new(name, FP32, Width::LinearHeads, CHUNKS).times(count * it.key);
    let of_values = |name, count| Tensor::new(name, FP32, Width::LinearValues, CHUNKS).times(count);
    let of_heads = |name, count| Tensor::new(name, FP32, Width::LinearHeads, CHUNKS).times(count);
    let of_pairs = |name, count: f64| of_heads(name, count * CHUNK * it.padded);
    // Whatever code multiplies them.
    let all = run.tensors(&[
        of_keys("queries, keys of all value heads", 2.0),
        of_heads("rsqrt of squares of queries, keys", 2.0),
        of_keys("queries, keys, padded", 2.0 * it.padded),
        of_values("values, padded", it.padded),
        of_heads("beta, padded", it.padded),
        of_keys("k_beta", it.padded),
        of_pairs("pairwise_decay", 1.0),
        of_pairs("ut_system", 1.0),
        of_heads("exponentials of cum_decay", 3.0 * it.padded),
        of_heads("chunk_decay", it.padded / CHUNK),
        of_values("new_values", it.padded),
        of_keys("k_cumdecay", it.padded),
    ]);
    all + if run.formats.is_autocast { converted_products(run, &it) } else { plain_products(run, &it) }
}

/// What the products of FP32 operands keep beside. Of an FP32 run whose chunks are full, nothing has put queries and
/// keys in the order of heads (neither a conversion nor the filling up), so that products read copies that are.
fn plain_products(run: &TrainingRun, it: &Sizes) -> Tensors {
    let of_heads = |name, count| Tensor::new(name, FP32, Width::LinearHeads, CHUNKS).times(count);
    let is_reordered = run.formats.inner == FP32 && it.padded == 1.0;
    let decayed = if is_reordered { (it.n_chunks - 1.0) * it.of_chunk } else { it.padded };
    run.tensors(&[
        of_heads("operands of products of queries, keys, reordered", 4.0 * it.key).only_if(is_reordered),
        of_heads("products of queries, keys", 2.0 * CHUNK * it.padded),
        of_heads("intra_chunk_attn", CHUNK * it.padded),
        of_heads("decayed queries, keys", 2.0 * it.key * decayed),
        Tensor::new("v_new", FP32, Width::LinearValues, CHUNKS).times(it.padded),
        of_heads("states before each chunk", it.n_chunks * it.state),
    ])
}

/// Autocast converts each operand of each product, and keeps the copies.
fn converted_products(run: &TrainingRun, it: &Sizes) -> Tensors {
    let compute = run.formats.compute;
    let of_heads = |name, count| Tensor::new(name, compute, Width::LinearHeads, CHUNKS).times(count);
    // The first chunk meets no state, and nobody reads what the last one would leave.
    let others = it.n_chunks - 1.0;
    run.tensors(&[
        of_heads("operands of products of queries, keys, converted", 4.0 * it.key * it.padded),
        of_heads("products of queries, keys", 2.0 * CHUNK * it.padded),
        of_heads("intra_chunk_attn, converted", CHUNK * it.padded),
        of_heads("decayed queries, keys, k_cumdecay, converted", 3.0 * it.key * others * it.of_chunk),
        Tensor::new("v_new, converted for each product", compute, Width::LinearValues, CHUNKS)
            .times((it.n_chunks + others) * it.of_chunk),
        of_heads("states before each chunk, converted for each product", 2.0 * it.n_chunks * it.state),
        Tensor::new("states before each chunk", FP32, Width::LinearHeads, CHUNKS).times(others.max(1.0) * it.state),
    ])
}

/// The rule in flash-linear-attention behind the convolution of causal-conv1d, which computes again what it does not
/// keep. Key heads are shared inside the kernels.
fn fused(run: &TrainingRun) -> Tensors {
    let compute = run.formats.compute;
    let key_heads = run.shape.number(Fact::LinearNumKeyHeads) / run.shape.number(Fact::LinearNumValueHeads).max(1.0);
    run.tensors(&[
        Tensor::new("input of conv1d", compute, Width::Convolved, CONVOLVED),
        // Queries, keys and values are as wide as what is convolved.
        Tensor::new("queries, keys, normalized; values", compute, Width::Convolved, KERNEL),
        Tensor::new("q_rstd, k_rstd", FP32, Width::LinearHeads, KERNEL).times(2.0 * key_heads),
        Tensor::new("cumulative decay", FP32, Width::LinearHeads, KERNEL),
        Tensor::new("A", compute, Width::LinearHeads, KERNEL).times(CHUNK),
    ])
}

/// What the gated norm behind the rule keeps. Its scale has the format of parameters, which decides that of the
/// product.
fn in_norm(run: &TrainingRun) -> Tensors {
    let formats = &run.formats;
    let of = |name, bytes| Tensor::new(name, bytes, Width::LinearValues, NORMED);
    let is_full = formats.trains_everything();
    let scale = if is_full { formats.parameter } else { formats.inner };
    run.tensors(&[
        of("output of the rule", FP32),
        Tensor::new("rsqrt(variance)", FP32, Width::LinearHeads, NORMED),
        of("normalized output", formats.inner).only_if(is_full),
        of("scaled output", scale.max(formats.inner)),
        of("gate, and its silu", FP32).times(2.0),
    ])
}

/// What the output projection keeps: its input, and adapters.
fn output(run: &TrainingRun) -> Tensors {
    let is_kept = run.formats.trains_everything() || run.adapters.keep_input(Site::LinearOutput);
    let input = Tensor::new("input of out_proj", run.formats.inner, Width::LinearValues, LINEAR);
    run.tensors(&[input]).only_if(is_kept) + run.adapters.kept(Site::LinearOutput)
}

/// Elements of what is differentiated after the rule: projections inward, and the convolution.
pub fn projected(run: &TrainingRun) -> Expr<Count> {
    let width = |it| run.widths.leaf(it);
    let projections = width(Width::Convolved) + width(Width::LinearValues) + times(2.0) * width(Width::LinearHeads);
    width(Width::Hidden) * projections + width(Width::Convolved) * run.shape.leaf::<Count>(Fact::LinearConvKernel)
}

/// Instants inside the backward pass of a layer that has kept `before` until attention: inside the gated norm, and
/// inside the rule.
pub fn backward(run: &TrainingRun, before: Tensors) -> [Instant; 2] {
    let stream = || run.stream("gradient of the stream", "autograd");
    let of_values = |name, count| Tensor::new(name, FP32, Width::LinearValues, NORMED).times(count);
    let in_norm = Instant {
        projected: Some(projected(run)),
        ..Instant::waiting(
            before.clone() + until_norm(run) + in_norm(run),
            run.tensors(&[of_values("gradients of the output, of both factors", 3.0)]) + stream(),
        )
    };
    let gradients = match kernel(run) {
        LinearAttentionKernel::Torch => gradients_of_chunks(run),
        LinearAttentionKernel::Fla => gradients_of_kernel(run),
    };
    // The gradient of the gate waits.
    let gate = run.tensors(&[Tensor::new("gradient of the gate", run.formats.inner, Width::LinearValues, NORMED)]);
    let in_rule = Instant {
        projected: Some(projected(run)),
        ..Instant::waiting(before + until_norm(run), gradients + gate + stream())
    };
    [in_norm, in_rule]
}

/// While the last chunk is differentiated: what is read chunk by chunk gets gradients of full size from the first, and
/// the output's is copied whenever a chunk's share is cut out of it.
fn gradients_of_chunks(run: &TrainingRun) -> Tensors {
    let it = Sizes::of(run);
    let of_values = |name, count: f64| Tensor::new(name, FP32, Width::LinearValues, CHUNKS).times(count);
    let of_heads = |name, count: f64| Tensor::new(name, FP32, Width::LinearHeads, CHUNKS).times(count);
    run.tensors(&[
        of_values("gradient of the output, and a copy", 2.0 * it.padded),
        of_values("gradient of new_values", it.padded),
        of_heads("gradients of k_cumdecay, queries, keys", 3.0 * it.key * it.padded),
        of_heads("gradient of intra_chunk_attn", CHUNK * it.padded),
        of_values("gradients of the chunk's output and v_new", 2.0 * it.of_chunk),
    ])
}

/// When the last kernel has written: what is computed again, and gradients. Those of keys are of all value heads before
/// they are summed up.
fn gradients_of_kernel(run: &TrainingRun) -> Tensors {
    let (it, compute) = (Sizes::of(run), run.formats.compute);
    let of = |name, width, count: f64| Tensor::new(name, compute, width, KERNEL_BACKWARD).times(count);
    let key_heads = run.shape.number(Fact::LinearNumKeyHeads);
    let shares = key_heads < run.shape.number(Fact::LinearNumValueHeads);
    let of_key = it.key * key_heads / run.shape.number(Fact::LinearNumValueHeads).max(1.0);
    let n_sums = if shares { 3.0 } else { 2.0 };
    run.tensors(&[
        of("w, dw, dk of all value heads", Width::LinearHeads, 3.0 * it.key),
        of("u, v_new, do, dv before and after", Width::LinearValues, 5.0),
        of("h, dh", Width::LinearHeads, 2.0 * it.n_chunks * it.state),
        of("dq, dk", Width::LinearHeads, n_sums * of_key),
        Tensor::new("dg, twice", FP32, Width::LinearHeads, KERNEL_BACKWARD).times(2.0),
        of("db", Width::LinearHeads, 1.0),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimator::catalog::Catalog;
    use crate::estimator::inputs::Inputs;
    use crate::estimator::methods::calibrated::blocks::layer::Layer;
    use crate::estimator::methods::calibrated::blocks::mixer::Mixer;
    use crate::estimator::methods::calibrated::model::shape::Shape;
    use crate::estimator::mode::Mode;
    use crate::estimator::parameters::choices::{FinetuneMethod, Precision, Recipe, TowerPlace};
    use crate::estimator::parameters::{ParameterId, Value};
    use crate::estimator::reader::{Reader, Telling};

    /// Bytes that a token makes a whole layer of linear attention keep in sequences of so many tokens.
    fn kept_of_layer(model: &str, sequence: f64, choices: &[(ParameterId, usize)]) -> f64 {
        let model = Value::Model(Catalog::built_in().model(model).cloned());
        let given = [
            (ParameterId::Model, model),
            (ParameterId::SequenceLength, Value::Number(sequence)),
            (ParameterId::Vision, Value::Choice(TowerPlace::Absent as usize)),
        ];
        let chosen = choices.iter().map(|(id, at)| (*id, Value::Choice(*at)));
        let inputs = given.into_iter().chain(chosen).fold(Inputs::defaults(Mode::Train), |inputs, (id, value)| {
            inputs.with(id, value).expect("the value is accepted")
        });
        let shape = Shape::new(Reader::new(&inputs, Telling::Formulas));
        let run = TrainingRun::of(&shape);
        Layer::of(&run, Mixer::GatedDelta, None).kept().per_token(&run.widths).value()
    }

    const PURE: (ParameterId, usize) = (ParameterId::Recipe, Recipe::Pure as usize);
    const AUTOCAST: (ParameterId, usize) = (ParameterId::Recipe, Recipe::Autocast as usize);
    const LORA: (ParameterId, usize) = (ParameterId::FinetuneMethod, FinetuneMethod::Lora as usize);
    const FP32_RUN: (ParameterId, usize) = (ParameterId::Precision, Precision::Fp32 as usize);

    /// The traced bytes of the second layer (`saved_per_layer`), chunks filled up (700) and full (2048, 1024).
    #[test]
    fn layers_keep_what_was_traced() {
        for (model, sequence, choices, traced) in [
            ("qwen3.5-9b", 700.0, &[PURE][..], 543_261.6),
            ("qwen3.5-9b", 2048.0, &[PURE], 541_926.5),
            ("qwen3.5-9b", 700.0, &[AUTOCAST], 623_543.2),
            ("qwen3.5-9b", 2048.0, &[AUTOCAST], 625_894.5),
            ("qwen3.5-9b", 1024.0, &[PURE, FP32_RUN], 777_587.1),
            ("qwen3.5-9b", 700.0, &[PURE, LORA], 617_373.5),
            ("qwen3.5-9b", 2048.0, &[AUTOCAST, LORA], 576_870.5),
            ("qwen3.5-27b", 700.0, &[PURE], 777_999.5),
            ("qwen3.5-27b", 2048.0, &[AUTOCAST], 893_774.5),
            ("qwen3.5-27b", 2048.0, &[AUTOCAST, LORA], 828_302.5),
        ] {
            let kept = kept_of_layer(model, sequence, choices);
            assert!((kept / traced - 1.0).abs() < 2e-4, "{model}, {sequence}: {kept} instead of {traced}");
        }
    }

    /// Of the rule the kernels keep what they convolve and what they multiply, both in 16 bits, `A`, and FP32 numbers
    /// of heads; the rest of a layer is as with PyTorch's code.
    #[test]
    fn kernels_keep_no_wide_tensors() {
        let fla = (ParameterId::LinearAttentionKernel, LinearAttentionKernel::Fla as usize);
        let (hidden, inner, heads, values, convolved) = (4096.0, 12_288.0, 32.0, 4096.0, 8192.0);
        let norms_of_stream = 2.0 * (8.0 * hidden + 4.0);
        let inputs_of_linear_layers = 2.0 * hidden + 2.0 * values + 2.0 * hidden;
        let decay = 10.0 * heads;
        let rule = 4.0 * convolved + 2.0 * 64.0 * heads + 4.0 * heads + 4.0 * 2.0 * 16.0;
        let gated_norm = 4.0 * values + 4.0 * heads + 4.0 * values + 8.0 * values;
        let whole = norms_of_stream + inputs_of_linear_layers + decay + rule + gated_norm + 8.0 * inner;
        assert_eq!(kept_of_layer("qwen3.5-9b", 2048.0, &[PURE, fla]), whole);
    }
}
