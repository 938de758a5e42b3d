//! How positions enter attention: which of a head's elements are rotated, and what that keeps and takes. One rule each,
//! for training and serving. It knows no kernel.

use crate::estimator::architecture::{Fact, Positions};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::run::serving::ServingRun;
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::cached::{Cached, sum_of};
use crate::estimator::methods::calibrated::tensors::dtype::{FP32, INT64, element, times};
use crate::estimator::methods::calibrated::tensors::list::Tensor;
use crate::estimator::methods::calibrated::tensors::width::Width;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{Count, Memory};

const ROTARY: &str = "modeling_llama.py, apply_rotary_pos_emb";
const PARTS: &str = "modeling_gptj.py, GPTJAttention.forward";
const FUSED: &str = "modeling_gpt_neox.py, GPTNeoXAttention.forward";
const INTERLEAVED: &str = "modeling_ernie4_5.py, apply_rotary_pos_emb";
const JOINED: &str = "modeling_bloom.py, BloomAttention.forward";

/// How positions enter a model's layers.
pub fn positions(shape: &Shape) -> Positions {
    Positions::of(shape.number(Fact::Positions))
}

/// Whether positions are rotated into queries and keys.
pub fn is_rotated(shape: &Shape) -> bool {
    positions(shape) == Positions::Rotary
}

/// Whether rotated and other elements of a head are joined by concatenation, which leaves queries, and with them
/// attention's output, in an order that the output projection cannot read.
pub fn is_concatenated(shape: &Shape) -> bool {
    is_rotated(shape) && (shape.is(Fact::RotaryDim) || shape.is(Fact::RotaryJoined))
}

/// What tells positions while a prompt runs: cosines and sines or learned vectors, the same for all sequences, or a
/// bias for each head of each.
pub fn table(run: &ServingRun) -> Option<Cached> {
    let (shape, bytes) = (run.shape, run.element.clone());
    let (name, width, source) = match positions(shape) {
        Positions::Rotary => {
            let rotated = rotated(shape);
            if is_wide(shape) {
                let width = times(2.0) * shape.leaf::<Count>(rotated);
                return Some(Cached::new("cos, sin", run.sequence.clone() * width, element(FP32), INTERLEAVED));
            }
            // Once for every kind of layer that has frequencies of its own.
            let n_tables = if shape.is(Fact::WindowedRotation) { 4.0 } else { 2.0 };
            let width = times(n_tables) * shape.leaf::<Count>(rotated);
            ("cos, sin", width, "modeling_llama.py, LlamaRotaryEmbedding.forward")
        }
        Positions::Learned => ("position_embeds", shape.leaf(Fact::HiddenSize), "modeling_gpt2.py, GPT2Model.forward"),
        Positions::Alibi | Positions::Relative => {
            let heads = run.leaf(Id::BatchSize) * shape.leaf::<Count>(Fact::NumAttentionHeads);
            ("biases of all heads", heads, "modeling_bloom.py, BloomModel.forward")
        }
        Positions::None => return None,
    };
    Some(Cached::new(name, run.sequence.clone() * width, bytes, source))
}

/// Which fact says how many elements of a head are rotated.
fn rotated(shape: &Shape) -> Fact {
    if shape.is(Fact::KvLoraRank) {
        Fact::QkRopeHeadDim
    } else if shape.is(Fact::RotaryDim) {
        Fact::RotaryDim
    } else {
        Fact::HeadDim
    }
}

/// What tells positions while a batch is trained, the same for all sequences: positions, and their cosines and sines
/// where they are rotated.
pub fn of_batch(run: &TrainingRun) -> Expr<Memory> {
    let (shape, source) = (run.shape, "modeling_llama.py, LlamaRotaryEmbedding.forward");
    let mut res = vec![Cached::new("position_ids", run.sequence.clone(), element(INT64), source)];
    if is_rotated(shape) {
        let n_tables = if shape.is(Fact::WindowedRotation) { 4.0 } else { 2.0 };
        let elements = times(n_tables) * run.sequence.clone() * shape.leaf::<Count>(rotated(shape));
        let bytes = if is_wide(shape) { FP32 } else { run.formats.stream };
        res.push(Cached::new("cos, sin", elements, element(bytes), source));
    }
    sum_of(Quantity::PositionTables, &res)
}

/// What rotation makes of cosines and sines for itself, where it runs in FP32.
pub fn interleaved(run: &ServingRun) -> Option<Cached> {
    let width = times(2.0) * run.shape.leaf::<Count>(Fact::HeadDim);
    let made = || Cached::new("cos, sin, interleaved", run.sequence.clone() * width, element(FP32), INTERLEAVED);
    is_wide(run.shape).then(made)
}

/// Whether queries and keys are rotated in FP32, and converted back.
fn is_wide(shape: &Shape) -> bool {
    is_rotated(shape) && shape.is(Fact::RotaryWide)
}

/// One tensor of rotation, which may run in FP32.
fn rotating(run: &ServingRun, name: &'static str, width: Width) -> Tensor {
    let bytes = if is_wide(run.shape) { FP32 } else { run.bytes() };
    Tensor::new(name, bytes, width, ROTARY)
}

/// What rotation itself keeps: nothing where all layers share cosines and sines; else those of its own, the same for
/// all sequences, once for queries and keys.
pub fn kept(run: &TrainingRun) -> Tensor {
    let number = 2.0 * run.shape.number(Fact::HeadDim) / run.batch.value();
    let interleaved = Tensor::new("cos, sin of all sequences, interleaved", FP32, Width::One, INTERLEAVED);
    interleaved.times(number).only_if(is_wide(run.shape))
}

/// While a prompt's queries are rotated: the projection, `q·cos`, the rotated half, and its product with sines.
pub fn of_queries(run: &ServingRun) -> [Tensor; 3] {
    let products = rotating(run, "q·cos, rotate_half(q), rotate_half(q)·sin", Width::Queries);
    [run.tensor("q_proj output", Width::Queries, ROTARY), products.times(3.0), Tensor::NONE]
}

/// While its keys are: the same of the keys, beside queries before and after.
pub fn of_keys(run: &ServingRun) -> [Tensor; 3] {
    let products = rotating(run, "k·cos, rotate_half(k), rotate_half(k)·sin", Width::Keys);
    let queries = run.tensor("q_proj output", Width::Queries, ROTARY);
    [queries, rotating(run, "rotated queries", Width::Queries), products.times(3.0)]
}

/// Queries, and what rotation has made of them and not let go, while a prompt's scores live.
pub fn beside_scores(run: &ServingRun) -> [Tensor; 4] {
    if is_rotated(run.shape) && run.shape.is(Fact::WideScores) {
        // The rotated parts of both, and both whole before it, of which the other parts are views.
        let rotated = run.tensor("rotated parts of queries and keys: d_rot a head, twice", Width::Heads, PARTS);
        return [
            run.tensor("q_proj output, queries", Width::Queries, PARTS).times(2.0),
            run.tensor("k_proj output", Width::Keys, PARTS),
            rotated.times(2.0 * run.shape.number(Fact::RotaryDim)),
            Tensor::NONE,
        ];
    }
    if is_rotated(run.shape) {
        // The code of a fused projection names it, and values are views of it.
        let is_fused = run.shape.is(Fact::FusedQkv);
        return [
            run.tensor("queries", Width::Queries, ROTARY),
            run.tensor("queries inside the fused projection", Width::Queries, FUSED).only_if(is_fused),
            run.tensor("keys, values inside the fused projection", Width::Keys, FUSED).times(2.0).only_if(is_fused),
            Tensor::NONE,
        ];
    }
    // Without rotation queries, keys and values are views of one projection; biased scores read queries in an order of
    // their own.
    let is_biased = positions(run.shape) == Positions::Alibi;
    [
        run.tensor("queries, keys and values of one projection", Width::Queries, JOINED).times(3.0),
        run.tensor("queries, head by head", Width::Queries, JOINED).only_if(is_biased),
        Tensor::NONE,
        Tensor::NONE,
    ]
}
