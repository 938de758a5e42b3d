//! Self-attention: its weights, what it keeps for the backward pass by kernel, what lives inside that pass, and what it
//! caches in serving. It knows neither norms of the residual stream nor the rest of a layer.
//!
//! What a kernel keeps is in PyTorch's `derivatives.yaml`, and for the eager code in Transformers'
//! `eager_attention_forward`.

use crate::estimator::architecture::{Fact, Part, QkNorm};
use crate::estimator::constants as c;
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::kernel::Kernel;
use crate::estimator::methods::calibrated::blocks::masks::is_masked;
use crate::estimator::methods::calibrated::blocks::site::Site;
use crate::estimator::methods::calibrated::blocks::{norm, rotation};
use crate::estimator::methods::calibrated::parts::counter::{Counter, Linear};
use crate::estimator::methods::calibrated::run::formats::Trained;
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::cached::{Cached, sum_of};
use crate::estimator::methods::calibrated::tensors::dtype::{BYTE, FP32, INT64, times};
use crate::estimator::methods::calibrated::tensors::list::{Tensor, Tensors};
use crate::estimator::methods::calibrated::tensors::width::Width;
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{BytesPerElement, Count, Memory};

const LLAMA: &str = "modeling_llama.py, LlamaAttention";
const LINEAR: &str = "derivatives.yaml, linear";
const FLASH: &str = "derivatives.yaml, _scaled_dot_product_flash_attention";
const PADDED: &str = "aten transformers/attention.cpp, pad_last_dim";
pub const EFFICIENT: &str = "derivatives.yaml, _scaled_dot_product_efficient_attention";
const VIEWS: &str = "autograd, views";
const EAGER: &str = "modeling_llama.py, eager_attention_forward";
const GATED: &str = "modeling_qwen3_next.py, Qwen3NextAttention.forward";
const SINKS: &str = "modeling_gpt_oss.py, eager_attention_forward";
const MATH: &str = "aten transformers/attention.cpp, _scaled_dot_product_attention_math";

/// Counts the attention of `layers` layers: projections as a part, and what no product reads.
pub fn weights(counter: &mut Counter, part: Part, layers: &Expr<Count>) {
    projections(counter, part, layers);
    let head = || counter.leaf(Fact::HeadDim);
    let (heads, key_heads) = (counter.leaf(Fact::NumAttentionHeads), counter.leaf(Fact::NumKeyValueHeads));
    let (of_queries, of_keys) = match QkNorm::of(counter.n(Fact::QkNorm)) {
        QkNorm::None => (None, None),
        QkNorm::PerHead => (Some(head()), Some(head())),
        QkNorm::Full => (Some(heads.clone() * head()), Some(key_heads * head())),
    };
    let source = "modeling_qwen3.py, Qwen3Attention";
    for (name, width) in [("q_norm", of_queries), ("k_norm", of_keys)] {
        if let Some(width) = width {
            counter.count(Part::Norms, name, layers.clone() * width, source);
        }
    }
    if counter.is(Fact::AttentionSinks) {
        counter.count(Part::Norms, "sinks", layers.clone() * heads, "modeling_gpt_oss.py, GptOssAttention");
    }
}

/// Counts the projections alone.
pub fn projections(counter: &mut Counter, part: Part, layers: &Expr<Count>) {
    let (width, head) = (counter.leaf(Fact::HiddenSize), counter.leaf(Fact::HeadDim));
    let queries = counter.leaf(Fact::NumAttentionHeads) * head.clone();
    let keys = counter.leaf(Fact::NumKeyValueHeads) * head;
    // Gated attention projects its gate together with the queries.
    let has_bias = counter.is(Fact::QkvBias);
    let projected = if counter.is(Fact::AttentionGate) { times(2.0) * queries.clone() } else { queries.clone() };
    if counter.is(Fact::FusedQkv) {
        let all = projected + times(2.0) * keys;
        counter.linear(part, "qkv_proj", layers, Linear::new(&width, &all, has_bias), LLAMA);
    } else {
        counter.linear(part, "q_proj", layers, Linear::new(&width, &projected, has_bias), LLAMA);
        counter.linear(part, "k_proj", layers, Linear::new(&width, &keys, has_bias), LLAMA);
        counter.linear(part, "v_proj", layers, Linear::new(&width, &keys, has_bias), LLAMA);
    }
    counter.linear(part, "o_proj", layers, Linear::new(&queries, &width, counter.is(Fact::OutputBias)), LLAMA);
}

/// Counts the attention of layers whose heads are wider than others', and whose values are their keys.
pub fn wide_weights(counter: &mut Counter, layers: &Expr<Count>) {
    let (width, head) = (counter.leaf(Fact::HiddenSize), counter.leaf(Fact::GlobalHeadDim));
    let queries = counter.leaf(Fact::NumAttentionHeads) * head.clone();
    let keys = counter.leaf(Fact::GlobalNumKeyValueHeads) * head.clone();
    let source = "modeling_gemma4.py, Gemma4TextAttention";
    counter.linear(Part::Attention, "q_proj of full layers", layers, Linear::new(&width, &queries, false), source);
    counter.linear(Part::Attention, "k_proj of full layers", layers, Linear::new(&width, &keys, false), source);
    counter.linear(Part::Attention, "o_proj of full layers", layers, Linear::new(&queries, &width, false), source);
    counter.count(Part::Norms, "q_norm of full layers", layers.clone() * head.clone(), source);
    counter.count(Part::Norms, "k_norm of full layers", layers.clone() * head, source);
}

/// Bytes that one token leaves in the cache of a layer whose keys have a width and a format, and its values the same or
/// another one.
pub fn cached(
    quantity: Quantity,
    width: Expr<Count>,
    key: Expr<BytesPerElement>,
    value: Expr<BytesPerElement>,
) -> Expr<Memory> {
    let source = "cache_utils.py, DynamicLayer.update";
    if key.value() == value.value() {
        return sum_of(quantity, &[Cached::new("keys, values", times(2.0) * width, value, source)]);
    }
    let keys = Cached::new("keys", width.clone(), key, source);
    sum_of(quantity, &[keys, Cached::new("values", width, value, source)])
}

/// What the projections of queries, keys and values keep: their input, adapters, and norms of what they make.
pub fn kept_by_projections(run: &TrainingRun) -> Tensors {
    let is_kept = run.formats.trains_everything() || run.adapters.keep_input(Site::Projections);
    input_of_projections(run).only_if(is_kept) + run.adapters.kept(Site::Projections) + query_key_norms(run)
}

/// What the projections of queries, keys and values read: autocast converts an FP32 input for each linear layer anew.
pub fn input_of_projections(run: &TrainingRun) -> Tensors {
    let is_converted = run.formats.converts_inputs() && !norm::is_result_narrow(run);
    let n_inputs = if is_converted && !run.shape.is(Fact::FusedQkv) { 3.0 } else { 1.0 };
    let input = Tensor::new("input of q_proj, k_proj, v_proj", run.formats.compute, Width::Hidden, LINEAR);
    run.tensors(&[input.times(n_inputs)])
}

/// Norms of queries and keys, of the same kind as the layer's.
fn query_key_norms(run: &TrainingRun) -> Tensors {
    let deviation = |width| Tensor::new("rsqrt(variance) of q_norm, k_norm", FP32, width, "LlamaRMSNorm.forward");
    let [of_queries, of_keys] = match run.kind(Fact::QkNorm) {
        QkNorm::None => return Tensors::default(),
        QkNorm::PerHead => [deviation(Width::Heads), deviation(Width::KeyHeads)],
        QkNorm::Full => [deviation(Width::One).times(2.0), Tensor::NONE],
    };
    // In FP32 the norm makes no copy of its input, which is a view beside the gate.
    let beside = Tensor::new("gate beside queries", FP32, Width::Queries, GATED);
    let beside = beside.only_if(run.shape.is(Fact::AttentionGate) && run.formats.inner == FP32);
    let [queries, normalized_queries] = norm::tensors_of_heads(run, "input of q_norm", Width::Queries);
    let [keys, normalized_keys] = norm::tensors_of_heads(run, "input of k_norm", Width::Keys);
    run.tensors(&[beside, of_queries, of_keys, queries, normalized_queries, keys, normalized_keys])
}

/// Elements of the projections to queries, keys and values.
pub fn projected_elements(run: &TrainingRun) -> Expr<Count> {
    let width = |it| run.widths.leaf(it);
    let gate_and_queries =
        if run.shape.is(Fact::AttentionGate) { times(2.0) * width(Width::Queries) } else { width(Width::Queries) };
    width(Width::Hidden) * (gate_and_queries + times(2.0) * width(Width::Keys))
}

/// What attention keeps between its projections.
pub fn kept(run: &TrainingRun, kernel: Kernel, is_windowed: bool) -> Tensors {
    let formats = &run.formats;
    let bytes = formats.compute;
    let is_output_read = formats.trains_everything() || run.adapters.keep_input(Site::Output);
    // A gate multiplies the result, and so keeps it too.
    let keeps_input_of_output = is_output_read || run.shape.is(Fact::AttentionGate);
    let gated = gate(run, is_output_read);
    let kept = match (kernel, kernel.padded_head(run.shape)) {
        (Kernel::Flash, Some(head)) => {
            let of = |name, width| Tensor::new(name, bytes, width, PADDED).times(head);
            // Their slices are what the output projection reads.
            let sliced = Tensor::new("input of o_proj, sliced", bytes, Width::Queries, LINEAR);
            run.tensors(&[
                of("queries, padded", Width::Heads),
                of("keys, values, padded", Width::KeyHeads).times(2.0 * head),
                of("output, padded", Width::Heads),
                Tensor::new("logsumexp", FP32, Width::Heads, FLASH),
                sliced.only_if(keeps_input_of_output),
            ])
        }
        (Kernel::Flash, None) => {
            let reordered = Tensor::new("input of o_proj, reordered", bytes, Width::Queries, LINEAR);
            let is_reordered = rotation::is_concatenated(run.shape) && keeps_input_of_output;
            let [output, sums] = of_fused_kernel(run, FLASH);
            projected(run, FLASH) + run.tensors(&[output, sums, reordered.only_if(is_reordered)])
        }
        (Kernel::Efficient, _) => {
            let is_masked = is_masked(run, is_windowed);
            let longer = keys_for_each_query(run);
            let repeated = [
                Tensor::new("queries", bytes, Width::Queries, EFFICIENT),
                Tensor::new("repeated keys", bytes, Width::Queries, EFFICIENT).times(longer),
                Tensor::new("repeated values", bytes, Width::Queries, EFFICIENT).times(longer),
            ];
            let inputs = if kernel.repeats_keys(run.shape, is_masked) {
                run.tensors(&repeated)
            } else {
                projected(run, EFFICIENT) + converted_for_heads(run, is_masked)
            };
            // A mask of its own in every layer: the kernel wants it in the queries' format.
            let mask = Tensor::new("attn_mask", bytes, Width::Positions, EFFICIENT).times(longer);
            let [output, sums] = of_fused_kernel(run, EFFICIENT);
            inputs + run.tensors(&[output, sums, mask.only_if(is_masked)])
        }
        (Kernel::Math | Kernel::Eager, _) => {
            let result = Tensor::new("input of o_proj", bytes, Width::Queries, LINEAR);
            operands(run, kernel) + run.tensors(&[result.only_if(keeps_input_of_output)]) + scores(run, kernel)
        }
    };
    kept + gated
}

/// What a gate of attention's result keeps: its sigmoid, and its product for the output projection.
fn gate(run: &TrainingRun, is_product_read: bool) -> Tensors {
    let of = |name| Tensor::new(name, run.formats.inner, Width::Queries, GATED);
    let tensors = run.tensors(&[of("sigmoid of the gate"), of("input of o_proj, gated").only_if(is_product_read)]);
    tensors.only_if(run.shape.is(Fact::AttentionGate))
}

/// What autocast makes of one head's keys that are named for all heads beside a mask: where rotation made them FP32, a
/// copy of their own for each (`Tensor.to` of an expanded view is dense).
fn converted_for_heads(run: &TrainingRun, is_masked: bool) -> Tensors {
    let is_named = is_masked && run.shape.number(Fact::NumKeyValueHeads) == 1.0 && !run.shape.is(Fact::ExpandedKeys);
    if !is_named || !run.formats.converts_weights() || !rotation::is_rotated(run.shape) {
        return Tensors::default();
    }
    let keys =
        |width| run.tensors(&[Tensor::new("keys of all heads, converted", run.formats.compute, width, EFFICIENT)]);
    keys(Width::Queries) - keys(Width::Keys)
}

/// How many keys there are for each query: a prefix has no queries.
fn keys_for_each_query(run: &TrainingRun) -> f64 {
    let sequence = run.sequence.value();
    let is_longer = run.formats.trained == Trained::Prefixes && sequence > 0.0;
    if is_longer { 1.0 + Expr::<Count>::from(c::PREFIX_TOKENS).value() / sequence } else { 1.0 }
}

/// Queries, keys and values as the projections make them.
///
/// Values, and queries and keys that are not rotated, are views of a fused projection, which they keep whole.
pub fn projected(run: &TrainingRun, source: &'static str) -> Tensors {
    let bytes = run.formats.compute;
    let queries = Tensor::new("queries", bytes, Width::Queries, source);
    let longer = keys_for_each_query(run);
    let is_expanded = run.shape.is(Fact::ExpandedKeys);
    let width = if is_expanded { Width::Queries } else { Width::Keys };
    let keys = Tensor::new("keys", bytes, width, source).times(longer);
    let values = Tensor::new("values", bytes, width, source).times(longer);
    // A prefix is put before keys and values, so that these are tensors of their own.
    let has_prefix = run.formats.trained == Trained::Prefixes;
    let of_queries = Tensor::new("queries inside the fused projection", bytes, Width::Queries, VIEWS);
    let of_keys = Tensor::new("keys inside the fused projection", bytes, Width::Keys, VIEWS);
    let of_values = Tensor::new("values inside the fused projection", bytes, Width::Keys, VIEWS);
    let is_inside = run.shape.is(Fact::FusedQkv) && !is_expanded;
    let is_rotated = rotation::is_rotated(run.shape);
    run.tensors(&[
        queries,
        keys,
        values,
        of_queries.only_if(is_inside && is_rotated && !has_prefix),
        of_keys.only_if(is_inside && is_rotated != has_prefix),
        of_values.only_if(is_inside && !is_rotated && has_prefix),
        rotation::kept(run),
    ])
}

/// What a fused kernel makes: its result, and the logarithm of each row's sum of exponentials.
pub fn result(run: &TrainingRun, source: &'static str) -> Tensors {
    run.tensors(&of_fused_kernel(run, source))
}

fn of_fused_kernel(run: &TrainingRun, source: &'static str) -> [Tensor; 2] {
    [
        Tensor::new("output", run.formats.compute, Width::Queries, source),
        Tensor::new("logsumexp", FP32, Width::Heads, source),
    ]
}

/// What both products of a kernel that makes scores read.
///
/// Keys and values that are left to broadcasting become such tensors in the products.
fn operands(run: &TrainingRun, kernel: Kernel) -> Tensors {
    let (bytes, rotated) = (kernel.operand(run.formats.compute), rotated_element(run, kernel));
    let source = source_of_scores(kernel);
    run.tensors(&[
        rotation::kept(run),
        Tensor::new("queries", rotated, Width::Queries, source),
        Tensor::new("keys of all heads", rotated, Width::Queries, source),
        Tensor::new("values of all heads", bytes, Width::Queries, source),
    ])
}

/// Bytes of an element of the queries and keys that a kernel multiplies: autocast converts them.
fn rotated_element(run: &TrainingRun, kernel: Kernel) -> f64 {
    let bytes = run.formats.compute;
    if run.formats.is_autocast { kernel.operand(bytes) } else { kernel.scored(run.shape, bytes) }
}

/// Score matrices that are kept.
pub fn scores(run: &TrainingRun, kernel: Kernel) -> Tensors {
    let source = source_of_scores(kernel);
    let (element, softmax) = (kernel.operand(run.formats.compute), softmax_bytes(run, kernel));
    let tensor = |name, bytes| Tensor::new(name, bytes, Width::Scores, source);
    if run.shape.is(Fact::AttentionSinks) {
        // One column more, without which the weights are a view; and where each row's maximum is.
        let sinks = Tensor::new("softmax of sinks", softmax, Width::Heads, SINKS);
        let places = Tensor::new("places of maxima", INT64, Width::Heads, SINKS);
        return run.tensors(&[tensor("softmax of scores", softmax), sinks, places]);
    }
    let is_dropped = run.shape.is(Fact::AttentionDropout) && kernel == Kernel::Eager;
    run.tensors(&[
        tensor("softmax of scores", softmax),
        // The dropped scores go into the product, their mask into the backward pass.
        tensor("dropped weights", element).only_if(is_dropped),
        tensor("mask of dropout", BYTE).only_if(is_dropped),
        tensor("converted weights", element).only_if(!is_dropped && softmax != element),
        // The hyperbolic tangent keeps its result.
        tensor("tanh of scores", element).only_if(run.shape.is(Fact::AttentionSoftCap)),
    ])
}

/// Bytes of an element of the softmax: FP32 in most models' code, and under autocast unless the code names a format, as
/// that of sinks does.
fn softmax_bytes(run: &TrainingRun, kernel: Kernel) -> f64 {
    let is_named = run.shape.is(Fact::AttentionSinks);
    let is_narrow = is_named || kernel.narrows_softmax(run.shape) && !run.formats.is_autocast;
    if is_narrow { run.formats.compute } else { FP32 }
}

const fn source_of_scores(kernel: Kernel) -> &'static str {
    match kernel {
        Kernel::Math => MATH,
        Kernel::Flash | Kernel::Efficient | Kernel::Eager => EAGER,
    }
}

/// What a kernel that makes scores still reads while the softmax's gradient is computed: queries and repeated keys.
pub fn operands_in_backward(run: &TrainingRun, kernel: Kernel) -> Tensors {
    let bytes = rotated_element(run, kernel);
    let source = source_of_scores(kernel);
    run.tensors(&[
        Tensor::new("queries", bytes, Width::Queries, source),
        Tensor::new("repeated keys", bytes, Width::Queries, source),
    ])
}

/// What lives while a forward pass that keeps nothing makes scores, in a model whose loop still names those of the
/// layer before: more than the backward pass holds of them.
pub fn making_scores(run: &TrainingRun, kernel: Kernel) -> Tensors {
    let (element, softmax) = (run.formats.compute, softmax_bytes(run, kernel));
    let tensor = |name, bytes| Tensor::new(name, bytes, Width::Scores, EAGER);
    let is_converted = softmax != element;
    let weights = if kernel.narrows_softmax(run.shape) { softmax } else { element };
    let of_queries = |name| Tensor::new(name, element, Width::Queries, EAGER);
    let of_keys = Tensor::new("keys, values", element, Width::Keys, EAGER).times(2.0);
    run.tensors(&[
        tensor("scores without a mask", element).only_if(run.shape.is(Fact::HeldScores)),
        tensor("masked scores", element),
        tensor("scores in FP32", softmax).only_if(is_converted),
        tensor("softmax of scores", softmax),
        tensor("attn_weights of the layer before", weights),
        of_queries("projected queries"),
        of_queries("queries"),
        of_keys,
    ])
}

/// Gradients that live then: the softmax, the gradient of its result, and that of its input; of bounded scores the
/// tangent too; and the gradient of the repeated values.
pub fn gradients_in_backward(run: &TrainingRun, kernel: Kernel) -> Tensors {
    let source = source_of_scores(kernel);
    let softmax =
        Tensor::new("softmax, gradients of its result and input", softmax_bytes(run, kernel), Width::Scores, source);
    let bounded = Tensor::new("tanh of scores", run.formats.compute, Width::Scores, source);
    let has_sinks = run.shape.is(Fact::AttentionSinks);
    let sinks = Tensor::new("softmax of sinks, and gradients", softmax_bytes(run, kernel), Width::Heads, SINKS);
    let maxima = Tensor::new("places of maxima", INT64, Width::Heads, SINKS);
    // Of values that were left to broadcasting it is summed up before it is read.
    let width = if run.shape.is(Fact::KvLoraRank) {
        Width::HeadValues
    } else if run.shape.is(Fact::BroadcastKeys) {
        Width::Keys
    } else {
        Width::Queries
    };
    let values = Tensor::new("gradient of the repeated values", kernel.operand(run.formats.compute), width, source);
    run.tensors(&[
        softmax.times(3.0),
        bounded.only_if(run.shape.is(Fact::AttentionSoftCap)),
        sinks.times(3.0).only_if(has_sinks),
        maxima.only_if(has_sinks),
        values,
    ])
}
