//! How positions enter attention: which of a head's elements are rotated, and what that keeps and takes. One rule each, for
//! training and serving. It knows no kernel.

use crate::estimator::architecture::{Fact, Positions};
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::run::serving::ServingRun;
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::cached::Cached;
use crate::estimator::methods::calibrated::tensors::dtype::{FP32, times};
use crate::estimator::methods::calibrated::tensors::list::{Tensor, Tensors};
use crate::estimator::methods::calibrated::tensors::width::Width;
use crate::estimator::units::Count;

const ROTARY: &str = "modeling_llama.py, apply_rotary_pos_emb";
const WIDE: &str = "modeling_gptj.py, apply_rotary_pos_emb";
const JOINED: &str = "modeling_bloom.py, BloomAttention.forward";

/// How positions enter a model's layers.
pub fn positions(shape: &Shape) -> Positions {
    Positions::of(shape.number(Fact::Positions))
}

/// Whether positions are rotated into queries and keys.
pub fn is_rotated(shape: &Shape) -> bool {
    positions(shape) == Positions::Rotary
}

/// Whether rotated and other elements of a head are joined by concatenation, which leaves queries, and with them attention's
/// output, in an order that the output projection cannot read.
pub fn is_concatenated(shape: &Shape) -> bool {
    is_rotated(shape) && (shape.is(Fact::RotaryDim) || shape.is(Fact::RotaryJoined))
}

/// What tells positions while a prompt runs, the same for all sequences: cosines and sines, learned vectors, or a bias for each
/// head.
pub fn table(run: &ServingRun) -> Cached {
    let (shape, element) = (run.shape, run.element.clone());
    let (name, width, source) = match positions(shape) {
        Positions::Rotary => {
            let rotated = if shape.is(Fact::RotaryDim) { Fact::RotaryDim } else { Fact::HeadDim };
            let width = times(2.0) * shape.leaf::<Count>(rotated);
            ("cos, sin", width, "modeling_llama.py, LlamaRotaryEmbedding.forward")
        }
        Positions::Learned => ("position_embeds", shape.leaf(Fact::HiddenSize), "modeling_gpt2.py, GPT2Model.forward"),
        Positions::Alibi | Positions::Relative => {
            ("biases of all heads", shape.leaf(Fact::NumAttentionHeads), "modeling_bloom.py, build_alibi_tensor")
        }
    };
    Cached::new(name, run.sequence.clone() * width, element, source)
}

/// Whether queries and keys are rotated in FP32, and stay so.
fn is_wide(shape: &Shape) -> bool {
    is_rotated(shape) && shape.is(Fact::RotaryWide)
}

/// Bytes of an element of queries and keys with positions in them, where activations have `bytes`.
pub fn rotated_element(shape: &Shape, bytes: f64) -> f64 {
    if is_wide(shape) { FP32 } else { bytes }
}

/// What rotation itself keeps: nothing where all layers share cosines and sines, else both, repeated for each pair of
/// elements, once for queries and once for keys.
pub fn kept(run: &TrainingRun) -> Tensors {
    let repeated = Tensor::new("sin, cos of d_rot elements, of queries and keys", FP32, Width::One, WIDE);
    let number = 4.0 * run.shape.number(Fact::RotaryDim);
    run.tensors(&[repeated.times(number)]).only_if(is_wide(run.shape))
}

/// While a prompt's queries are rotated: the projection, `q·cos`, the rotated half, and its product with sines.
pub fn of_queries(run: &ServingRun) -> [Tensor; 2] {
    let products = run.tensor("q·cos, rotate_half(q), rotate_half(q)·sin", Width::Queries, ROTARY);
    [run.tensor("q_proj output", Width::Queries, ROTARY), products.times(3.0)]
}

/// While its keys are: the same of the keys, beside queries before and after.
pub fn of_keys(run: &ServingRun) -> [Tensor; 2] {
    let products = run.tensor("k·cos, rotate_half(k), rotate_half(k)·sin", Width::Keys, ROTARY);
    [run.tensor("q_proj output, rotated queries", Width::Queries, ROTARY).times(2.0), products.times(3.0)]
}

/// Queries, and what rotation has made of them and not let go, while a prompt's scores live.
pub fn beside_scores(run: &ServingRun) -> [Tensor; 4] {
    if is_wide(run.shape) {
        // The rotated parts of both, and both whole before it, of which the other parts are views.
        let rotated = Tensor::new("rotated parts of queries and keys: d_rot a head, twice", FP32, Width::Heads, WIDE);
        return [
            Tensor::new("queries", FP32, Width::Queries, WIDE),
            run.tensor("q_proj output", Width::Queries, WIDE),
            run.tensor("k_proj output", Width::Keys, WIDE),
            rotated.times(2.0 * run.shape.number(Fact::RotaryDim)),
        ];
    }
    // Without rotation queries, keys and values are views of one projection.
    let queries = if is_rotated(run.shape) {
        run.tensor("queries", Width::Queries, ROTARY)
    } else {
        run.tensor("queries, keys and values of one projection", Width::Queries, JOINED).times(3.0)
    };
    [queries, Tensor::NONE, Tensor::NONE, Tensor::NONE]
}
