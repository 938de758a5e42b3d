//! Multi-head latent attention (DeepSeek-V2, arXiv 2405.04434), with the indexer of sparse attention if there is one:
//! its weights, what it keeps for the backward pass by kernel, and what it caches in serving. It knows neither norms of
//! the residual stream nor the rest of a layer, and of the indexer no more than the weights and the key it caches.
//!
//! Queries and keys are assembled head by head from a part that is rotated and one that is not; values are a view of
//! what all heads make of the compressed keys and values.

use crate::estimator::architecture::{Fact, Part, Tower};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::attention::scores;
use crate::estimator::methods::calibrated::blocks::kernel::Kernel;
use crate::estimator::methods::calibrated::blocks::masks::is_masked;
use crate::estimator::methods::calibrated::blocks::norm;
use crate::estimator::methods::calibrated::blocks::site::Site;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::parts::counter::{Counter, Linear};
use crate::estimator::methods::calibrated::run::formats::Trained;
use crate::estimator::methods::calibrated::run::serving::ServingRun;
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::cached::{Cached, sum_of};
use crate::estimator::methods::calibrated::tensors::dtype::{self, BYTE, FP32, HALF, times};
use crate::estimator::methods::calibrated::tensors::list::{Tensor, Tensors};
use crate::estimator::methods::calibrated::tensors::width::Width;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::{Engine, GpuFamily, KvPrecision};
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{BytesPerElement, Count, Memory};

const ATTENTION: &str = "modeling_deepseek_v3.py, DeepseekV3Attention";
const EXPANDED: &str = "modeling_deepseek_v2.py, DeepseekV2Attention.expand_kv";
const NORMED: &str = "modeling_deepseek_v2.py, DeepseekV2RMSNorm.forward";
const LINEAR: &str = "derivatives.yaml, linear";
const FLASH: &str = "derivatives.yaml, _scaled_dot_product_flash_attention";
const PADDED: &str = "aten transformers/attention.cpp, pad_last_dim";
const EFFICIENT: &str = "derivatives.yaml, _scaled_dot_product_efficient_attention";
const EAGER: &str = "modeling_deepseek_v2.py, eager_attention_forward";
const INDEXER: &str = "DeepSeek-V3.2-Exp inference/model.py, Indexer";

/// Counts the attention of `layers` layers.
pub fn weights(counter: &mut Counter, layers: &Expr<Count>) {
    let (width, heads) = (counter.leaf(Fact::HiddenSize), counter.leaf(Fact::NumAttentionHeads));
    let (q_rank, kv_rank) = (counter.leaf(Fact::QLoraRank), counter.leaf(Fact::KvLoraRank));
    let (nope, rope) = (counter.leaf(Fact::QkNopeHeadDim), counter.leaf(Fact::QkRopeHeadDim));
    let value = counter.leaf(Fact::ValueHeadDim);
    let queries = heads.clone() * (nope.clone() + rope.clone());
    let mut add = |name, from: &Expr<Count>, to: &Expr<Count>, source| {
        counter.linear(Part::Attention, name, layers, Linear::new(from, to, false), source);
    };
    if q_rank.value() > 0.0 {
        add("q_a_proj", &width, &q_rank, ATTENTION);
        add("q_b_proj", &q_rank, &queries, ATTENTION);
    } else {
        add("q_proj", &width, &queries, ATTENTION);
    }
    add("kv_a_proj_with_mqa", &width, &(kv_rank.clone() + rope), ATTENTION);
    add("kv_b_proj", &kv_rank, &(heads.clone() * (nope + value.clone())), ATTENTION);
    let values = heads * value;
    counter.linear(Part::Attention, "o_proj", layers, Linear::new(&values, &width, false).outward(), ATTENTION);
    counter.count(Part::Norms, "q_a_layernorm", layers.clone() * q_rank.clone(), ATTENTION);
    counter.count(Part::Norms, "kv_a_layernorm", layers.clone() * kv_rank, ATTENTION);
    if counter.is(Fact::IndexerHeadDim) {
        indexer(counter, layers, &q_rank, &width);
    }
}

/// Queries from the compressed ones, one key, and a weight per head.
fn indexer(counter: &mut Counter, layers: &Expr<Count>, q_rank: &Expr<Count>, width: &Expr<Count>) {
    let (heads, head) = (counter.leaf(Fact::IndexerHeads), counter.leaf(Fact::IndexerHeadDim));
    let queries = heads.clone() * head.clone();
    // A layer that predicts a further token always has one.
    let has_some = counter.is(Fact::NumIndexerLayers) && counter.tower != Tower::MultiTokenPrediction;
    let layers = &if has_some { counter.leaf(Fact::NumIndexerLayers) } else { layers.clone() };
    counter.linear(Part::Attention, "indexer.wq_b", layers, Linear::new(q_rank, &queries, false), INDEXER);
    counter.linear(Part::Attention, "indexer.wk", layers, Linear::new(width, &head, false), INDEXER);
    counter.linear(Part::Attention, "indexer.weights_proj", layers, Linear::new(width, &heads, false), INDEXER);
    counter.count(Part::Norms, "indexer.k_norm", layers.clone() * times(2.0) * head, INDEXER);
}

const CACHED: &str = "modeling_deepseek_v2.py; vLLM layers/mla.py; llama.cpp llama_kv_cache";

/// Elements of FP8 that share an FP32 scale in vLLM's caches for sparse attention (`quant_block_size` of `Indexer`).
const SCALED: f64 = 128.0;

/// Bytes that one token leaves in the cache of a layer: compressed in every engine, also in Transformers, whose traced
/// prompts hold `r_kv + d_rope` elements a token and not the keys and values that all heads make of them. An indexer
/// keeps its key beside them, in vLLM always as FP8 with its scales (`DeepseekV32IndexerCache`).
///
/// In FP8 vLLM's kernels for sparse attention on Hopper read another form: compressed values with their scales, and the
/// rotated key in 16 bits, 656 bytes for DeepSeek-V3.2 (`fp8_ds_mla`, `flashmla_sparse.py`). On Blackwell's cards they
/// read no other, whatever was asked for (`_canonicalize_sparse_mla_kv_cache_dtype`, `FLASHINFER_MLA_SPARSE_SM120`).
/// Where only some layers have an indexer, their keys are told apart ([`cached_by_indexer`]).
pub fn cached(shape: &Shape, element: &Expr<BytesPerElement>) -> Expr<Memory> {
    let reader = &shape.reader;
    let is_indexed = shape.is(Fact::IndexerHeadDim);
    let is_scaled = is_indexed && is_scaled(shape);
    let is_narrow = || reader.choice::<KvPrecision>(Id::KvPrecision) == KvPrecision::Fp8;
    let is_packed = is_scaled
        && match reader.choice(Id::GpuFamily) {
            GpuFamily::Hopper => is_narrow(),
            GpuFamily::Blackwell => true,
            GpuFamily::Turing | GpuFamily::Ampere | GpuFamily::Ada | GpuFamily::BlackwellDataCentre => false,
        };
    let [of_values, of_key] =
        if is_packed { [scaled(), dtype::element(HALF)] } else { [(); 2].map(|()| element.clone()) };
    let mut rows = vec![
        Cached::new("kv_c", shape.leaf(Fact::KvLoraRank), of_values, CACHED),
        Cached::new("k_pe", shape.leaf(Fact::QkRopeHeadDim), of_key, CACHED),
    ];
    if is_indexed && !shape.is(Fact::NumIndexerLayers) {
        rows.push(key_of_indexer(shape, element));
    }
    sum_of(Quantity::CachedOfToken, &rows)
}

/// Whether the engine keeps what sparse attention reads in FP8 with scales.
fn is_scaled(shape: &Shape) -> bool {
    shape.reader.choice::<Engine>(Id::Engine) == Engine::Vllm
}

fn scaled() -> Expr<BytesPerElement> {
    dtype::element(BYTE + FP32 / SCALED)
}

fn key_of_indexer(shape: &Shape, element: &Expr<BytesPerElement>) -> Cached {
    let of_key = if is_scaled(shape) { scaled() } else { element.clone() };
    Cached::new("key of the indexer", shape.leaf(Fact::IndexerHeadDim), of_key, CACHED)
}

/// Bytes that one token leaves in a layer with an indexer where others have none; nothing where all or none have one.
pub fn cached_by_indexer(shape: &Shape, element: &Expr<BytesPerElement>) -> Option<Expr<Memory>> {
    let row = shape.is(Fact::NumIndexerLayers).then(|| key_of_indexer(shape, element))?;
    Some(sum_of(Quantity::CachedByIndexer, &[row]))
}

/// Copies in 16 bits that vLLM makes of a packed expansion of keys and values and keeps beside it, in so many layers:
/// decode steps multiply by its two halves (`split_kv_b_proj` and `MLAAttention.process_weights_after_loading` in
/// `layers/attention/mla_attention.py`). Of one that is not packed they are views.
pub fn expansions_in_vllm(shape: &Shape, element: &Expr<BytesPerElement>, layers: Expr<Count>) -> Expr<Memory> {
    let of_head = shape.leaf::<Count>(Fact::QkNopeHeadDim) + shape.leaf(Fact::ValueHeadDim);
    let elements = shape.leaf::<Count>(Fact::KvLoraRank) * shape.leaf::<Count>(Fact::NumAttentionHeads) * of_head;
    layers * elements * element.clone()
}

/// What vLLM has of the context before a part of a prompt, which it reads part by part.
pub struct ContextOfPrompt {
    /// Keys and values of all heads of one part, while attention runs.
    pub expanded: Expr<Memory>,
    /// What was compressed of it, gathered from the cache: room that is kept.
    pub kept: Expr<Memory>,
}

/// Tokens of the context that vLLM reads at once: eight sequences, or four blocks of `block` tokens of each sequence
/// that it may have, up to 65,536 (`MLACommonMetadataBuilder.determine_chunked_prefill_workspace_size`). Its profile
/// run makes keys and values of all of them (`MLAAttention.forward_impl`). Sparse attention has another builder.
pub fn context_of_prompt(run: &ServingRun, block: f64) -> Option<ContextOfPrompt> {
    if !run.shape.is(Fact::KvLoraRank) || run.shape.is(Fact::IndexerHeadDim) {
        return None;
    }
    let blocks = times(4.0 * block) * run.leaf(Id::MaxSequences);
    let tokens = (times(8.0) * run.sequence.clone()).max(blocks).min(times(65_536.0));
    let heads = run.fact(Fact::NumAttentionHeads);
    let of_head = run.fact(Fact::QkNopeHeadDim) + run.fact(Fact::ValueHeadDim);
    let compressed = run.fact(Fact::KvLoraRank) + run.fact(Fact::QkRopeHeadDim);
    Some(ContextOfPrompt {
        expanded: tokens.clone() * heads * of_head * run.element.clone(),
        kept: tokens * compressed * run.element.clone(),
    })
}

/// What the projections to queries, keys and values keep: their inputs, adapters, and norms of what is compressed.
pub fn kept_by_projections(run: &TrainingRun) -> Tensors {
    let formats = &run.formats;
    let input = |name, width| Tensor::new(name, formats.compute, width, LINEAR);
    // Autocast converts an FP32 input for each linear layer anew.
    let is_converted = formats.converts_inputs() && !norm::is_result_narrow(run);
    let n_inputs = if is_converted { 2.0 } else { 1.0 };
    let keeps = |site| formats.trains_everything() || run.adapters.keep_input(site);
    let first = input("input of the projections of queries, and of keys and values", Width::Hidden).times(n_inputs);
    let of_queries = input("input of q_b_proj", Width::CompressedQueries).only_if(run.shape.is(Fact::QLoraRank));
    let second = [of_queries, input("input of kv_b_proj", Width::CompressedKeys)];
    run.tensors(&[first]).only_if(keeps(Site::Projections))
        + run.adapters.kept(Site::Projections)
        + norm_of_queries(run)
        + norm_of_keys(run)
        + run.tensors(&second).only_if(keeps(Site::Expansions))
        + run.adapters.kept(Site::Expansions)
}

/// The norm of compressed queries, which is of the layer's kind.
fn norm_of_queries(run: &TrainingRun) -> Tensors {
    let deviation = Tensor::new("rsqrt(variance) of q_a_layernorm", FP32, Width::One, NORMED);
    let normed = norm::kept_of_heads(run, "input of q_a_layernorm", Width::CompressedQueries);
    (run.tensors(&[deviation]) + normed).only_if(run.shape.is(Fact::QLoraRank))
}

/// The norm of compressed keys and values. In FP32 it makes no copy of its input, which is a view beside the key to be
/// rotated.
fn norm_of_keys(run: &TrainingRun) -> Tensors {
    let deviation = Tensor::new("rsqrt(variance) of kv_a_layernorm", FP32, Width::One, NORMED);
    let beside = Tensor::new("key of all heads, before rotation", FP32, Width::RotatedKey, ATTENTION);
    let normed = norm::kept_of_heads(run, "input of kv_a_layernorm", Width::CompressedKeys);
    run.tensors(&[deviation, beside.only_if(run.formats.compute == FP32)]) + normed
}

/// What attention keeps between its projections: `inside`, and what the output projection reads or the kernel has
/// written for it.
struct Between {
    inside: Tensors,
    output: Tensors,
}

fn between(run: &TrainingRun, kernel: Kernel, is_windowed: bool) -> Between {
    let bytes = run.formats.compute;
    let reads_output = run.formats.trains_everything() || run.adapters.keep_input(Site::Output);
    let tensor = |name, width, source| Tensor::new(name, bytes, width, source);
    let operands = |source| {
        run.tensors(&[
            tensor("queries, joined", Width::Queries, ATTENTION),
            tensor("keys, joined", Width::Queries, EXPANDED),
            tensor("kv_b_proj output, of which values are a view", Width::Decompressed, EXPANDED),
            Tensor::new("logsumexp", FP32, Width::Heads, source),
        ])
    };
    let output = |name, source| run.tensors(&[tensor(name, Width::HeadValues, source)]);
    match kernel {
        Kernel::Flash => {
            let inside = match kernel.padded_head(run.shape) {
                Some(head) => run.tensors(&[
                    tensor("queries, keys, values, output, padded", Width::Heads, PADDED).times(4.0 * head),
                    Tensor::new("logsumexp", FP32, Width::Heads, FLASH),
                ]),
                None => operands(FLASH) + output("output", FLASH),
            };
            // Queries are joined head by head, and so is the output, which the output projection cannot read.
            Between { inside, output: output("input of o_proj, reordered", LINEAR).only_if(reads_output) }
        }
        Kernel::Efficient => {
            // A mask of its own in every layer: the kernel wants it in the queries' format.
            let mask = run.tensors(&[tensor("attn_mask", Width::Positions, EFFICIENT)]);
            let inside = operands(EFFICIENT) + mask.only_if(is_masked(run, is_windowed));
            Between { inside, output: output("output", EFFICIENT) }
        }
        Kernel::Math | Kernel::Eager => {
            let read = run.tensors(&[
                tensor("queries, joined", Width::Queries, EAGER),
                tensor("keys, joined", Width::Queries, EAGER),
                tensor("values, head by head", Width::HeadValues, EAGER),
            ]);
            let inside = read + scores(run, kernel);
            Between { inside, output: output("input of o_proj", LINEAR).only_if(reads_output) }
        }
    }
}

/// What attention keeps between its projections.
pub fn kept(run: &TrainingRun, kernel: Kernel, is_windowed: bool) -> Tensors {
    let Between { inside, output } = between(run, kernel, is_windowed);
    inside + output
}

/// What of all that needs no gradient in the first layer of a run with adapters: what stands before the first of them.
pub fn idle_of_first(run: &TrainingRun, kernel: Kernel, is_windowed: bool) -> Tensors {
    if run.formats.trained != Trained::Adapters || run.adapters.is_at(Site::Expansions) {
        return Tensors::default();
    }
    if run.adapters.is_at(Site::Projections) {
        return norm_of_keys(run);
    }
    let Between { inside, output } = between(run, kernel, is_windowed);
    let is_idle = kernel == Kernel::Efficient && !run.adapters.keep_input(Site::Output);
    kept_by_projections(run) + inside + output.only_if(is_idle)
}

/// Elements of the projections to queries, keys and values.
pub fn projected(run: &TrainingRun) -> Expr<Count> {
    let width = |it| run.widths.leaf(it);
    let keys = width(Width::CompressedKeys) + width(Width::RotatedKey);
    let of_keys = width(Width::Hidden) * keys + width(Width::CompressedKeys) * width(Width::Decompressed);
    if run.shape.is(Fact::QLoraRank) {
        width(Width::CompressedQueries) * (width(Width::Hidden) + width(Width::Queries)) + of_keys
    } else {
        width(Width::Hidden) * width(Width::Queries) + of_keys
    }
}
