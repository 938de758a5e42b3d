//! Multi-head latent attention (DeepSeek-V2, arXiv 2405.04434), with the indexer of sparse attention if there is one: its
//! weights, and what it caches in serving. It knows no training, for which it has no formulas yet.

use crate::estimator::architecture::{Fact, Part};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::parts::counter::{Counter, Linear};
use crate::estimator::methods::calibrated::tensors::cached::{Cached, sum_of};
use crate::estimator::methods::calibrated::tensors::dtype::times;
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{BytesPerElement, Count, Memory};

const ATTENTION: &str = "modeling_deepseek_v3.py, DeepseekV3Attention";
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
    add("o_proj", &(heads * value), &width, ATTENTION);
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
    counter.linear(Part::Attention, "indexer.wq_b", layers, Linear::new(q_rank, &queries, false), INDEXER);
    counter.linear(Part::Attention, "indexer.wk", layers, Linear::new(width, &head, false), INDEXER);
    counter.linear(Part::Attention, "indexer.weights_proj", layers, Linear::new(width, &heads, false), INDEXER);
    counter.count(Part::Norms, "indexer.k_norm", layers.clone() * times(2.0) * head, INDEXER);
}

/// Bytes that one token leaves in the cache of a layer: compressed in every engine, also in Transformers, whose traced prompts
/// hold `r_kv + d_rope` elements a token and not the keys and values that all heads make of them.
pub fn cached(shape: &Shape, element: &Expr<BytesPerElement>) -> Expr<Memory> {
    let source = "modeling_deepseek_v2.py; vLLM layers/mla.py; llama.cpp llama_kv_cache";
    let tensor = |name, fact| Cached::new(name, shape.leaf(fact), element.clone(), source);
    sum_of(Quantity::CachedOfToken, &[tensor("kv_c", Fact::KvLoraRank), tensor("k_pe", Fact::QkRopeHeadDim)])
}
