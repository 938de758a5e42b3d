//! Mamba2 (arXiv 2405.21060): the weights of its layers, and the states that stand in serving for keys and values. It
//! knows no training, for which it has no formulas yet, and no prompt, which [`super::mamba2_prompt`] has.
//!
//! Its facts are those of linear attention, which it is another form of: `C`, `B` and `x` are queries, keys and values,
//! a group has one head of keys, and the state of a head is as wide as a key (`mamba_n_groups`, `mamba_d_state`,
//! `mamba_n_heads`, `mamba_d_head`).

use crate::estimator::architecture::{Fact, Layout, Part};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::parts::counter::{Counter, Linear};
use crate::estimator::methods::calibrated::run::serving::ServingRun;
use crate::estimator::methods::calibrated::tensors::cached::{Cached, sum_of};
use crate::estimator::methods::calibrated::tensors::dtype::{FP32, element, times};
use crate::estimator::methods::calibrated::tensors::list::Tensor;
use crate::estimator::methods::calibrated::tensors::width::Width;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::Engine;
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{Count, Memory};

const LAYER: &str = "modeling_granitemoehybrid.py, GraniteMoeHybridMambaLayer";
const MIXER: &str = "modeling_mamba2.py, Mamba2Mixer.forward";
const UPDATE: &str = "modeling_mamba2.py, mamba2_selective_state_update";
const CACHE: &str = "cache_utils.py, LinearAttentionLayer; modeling_granitemoehybrid.py, mamba2_chunk_scan";
const LLAMA_CPP: &str = "llama-hparams.cpp, n_embd_r, n_embd_s; llama-memory-recurrent.cpp, GGML_TYPE_F32";
const MIXER_IN_VLLM: &str = "vllm mamba_mixer2.py, MambaMixer2.forward, conv_ssm_forward";
const WIDE_IN_VLLM: &str =
    "vllm models/config.py, NemotronHForCausalLMConfig.update_mamba_ssm_cache_dtype; configuration_nemotron_h.py";
const VLLM: &str = "vllm mamba_utils.py, MambaStateShapeCalculator.mamba2_state_shape, _mamba_state_dtype";

/// Layers of the state space: those that have neither softmax attention nor, where each layer has one mixer, a
/// feed-forward block.
pub fn layers(shape: &Shape) -> Expr<Count> {
    let others = shape.leaf::<Count>(Fact::NumLayers) - shape.leaf(Fact::NumFullAttentionLayers);
    if shape.layout() != Layout::SingleMixerHybrid {
        return others;
    }
    // Links may ask for more layers of the other kinds than there are.
    (others - shape.leaf(Fact::NumFeedForwardLayers)).max(Expr::number(0.0))
}

/// Counts the mixers of `layers` layers.
pub fn weights(counter: &mut Counter, layers: &Expr<Count>) {
    let (width, heads) = (counter.leaf(Fact::HiddenSize), counter.leaf(Fact::LinearNumValueHeads));
    let inner = heads.clone() * counter.leaf(Fact::LinearValueHeadDim);
    let keys = counter.leaf(Fact::LinearNumKeyHeads) * counter.leaf(Fact::LinearKeyHeadDim);
    let convolved = inner.clone() + times(2.0) * keys;
    let projected = inner.clone() + convolved.clone() + heads.clone();
    let part = Part::LinearAttention;
    counter.linear(part, "in_proj", layers, Linear::new(&width, &projected, false), LAYER);
    counter.linear(part, "out_proj", layers, Linear::new(&inner, &width, false), LAYER);
    let kernel = counter.leaf(Fact::LinearConvKernel);
    counter.count(part, "conv1d", layers.clone() * convolved.clone() * kernel, LAYER);
    counter.count(Part::Norms, "conv1d.bias", layers.clone() * convolved, LAYER);
    counter.count(Part::Norms, "dt_bias, A_log, D", layers.clone() * times(3.0) * heads, LAYER);
    if counter.shape.layout() != Layout::ParallelHybrid || counter.is(Fact::GatedNorm) {
        counter.count(Part::Norms, "norm", layers.clone() * inner, LAYER);
    }
}

/// Bytes that a sequence's state takes in a layer: one matrix for each head, and the inputs that its convolution still
/// needs.
///
/// Transformers keeps one input more than the convolution reads again, and the matrices as its scan puts them out, in
/// FP32. vLLM keeps both in the format of activations, but the matrices in FP32 where the model's configuration says
/// so: that of Nemotron-H does, by its class if not by its file (`mamba_ssm_cache_dtype` of `NemotronHConfig`).
/// llama.cpp keeps both in FP32.
pub fn state(run: &ServingRun) -> Expr<Memory> {
    let kernel: Expr<Count> = run.fact(Fact::LinearConvKernel);
    let wide = || element(FP32);
    let (inputs, of_input, of_state, source) = match run.shape.reader.choice(Id::Engine) {
        Engine::Transformers => (kernel, run.element.clone(), wide(), CACHE),
        Engine::Vllm if run.layout() == Layout::SingleMixerHybrid => {
            (kernel - times(1.0), run.element.clone(), wide(), WIDE_IN_VLLM)
        }
        Engine::Vllm => (kernel - times(1.0), run.element.clone(), run.element.clone(), VLLM),
        Engine::LlamaCpp => (kernel - times(1.0), wide(), wide(), LLAMA_CPP),
    };
    let states = run.widths.leaf(Width::LinearValues) * run.fact(Fact::LinearKeyHeadDim);
    sum_of(
        Quantity::CachedOfSequence,
        &[
            Cached::new("ssm_states", states, of_state, source),
            Cached::new("conv_states", inputs * run.widths.leaf(Width::Convolved), of_input, source),
        ],
    )
}

/// What there is once while a prompt or a token runs in Transformers, whatever its length.
pub fn once(run: &ServingRun) -> Cached {
    Cached::new("A", run.widths.leaf(Width::LinearHeads), element(FP32), MIXER)
}

/// What lives inside the layer at its fullest instant while one token of each sequence runs in Transformers: when its
/// state is added up. Keys of a group were repeated for each of its heads. Traced.
pub fn inside_step(run: &ServingRun) -> [Tensor; 7] {
    let state = run.shape.number(Fact::LinearKeyHeadDim);
    [
        run.tensor("projected_states: gate", Width::LinearValues, MIXER),
        run.tensor("projected_states: x, B, C; the same behind the convolution", Width::Convolved, MIXER).times(2.0),
        run.tensor("projected_states: dt", Width::LinearHeads, MIXER),
        run.tensor("dt behind softplus", Width::LinearValues, UPDATE),
        run.tensor("B of each head", Width::LinearHeads, UPDATE).times(state),
        run.tensor("dB, dBx", Width::LinearValues, UPDATE).times(2.0 * state),
        Tensor::new("dA, state * dA, and the sum", FP32, Width::LinearValues, UPDATE).times(3.0 * state),
    ]
}

/// What all layers hold in Transformers beside their parameters where the mixer stands beside attention: a factor for
/// each element of the projection inward, which is a buffer and in no checkpoint (`mup_vector` of `FalconH1Mixer`).
pub fn beside_weights(run: &ServingRun) -> Option<Expr<Memory>> {
    let has_factors =
        run.layout() == Layout::ParallelHybrid && run.shape.reader.choice::<Engine>(Id::Engine) == Engine::Transformers;
    let factors = || {
        let [values, convolved, heads] = [Width::LinearValues, Width::Convolved, Width::LinearHeads];
        run.widths.leaf(values) + run.widths.leaf(convolved) + run.widths.leaf(heads)
    };
    has_factors.then(|| run.leaf(Id::NumLayers) * factors() * run.element.clone())
}

/// In vLLM: what the projection makes, the mixer's output, and as its profile run sees it two copies of what the
/// convolution reads, one of them transposed.
pub fn in_vllm(run: &ServingRun) -> [Tensor; 5] {
    [
        run.tensor("projected_states: gate", Width::LinearValues, MIXER_IN_VLLM),
        run.tensor("projected_states: x, B, C", Width::Convolved, MIXER_IN_VLLM),
        run.tensor("projected_states: dt", Width::LinearHeads, MIXER_IN_VLLM),
        run.tensor("ssm_output", Width::LinearValues, MIXER_IN_VLLM),
        run.tensor("hidden_states_B_C, transposed and contiguous", Width::Convolved, MIXER_IN_VLLM).times(2.0),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimator::catalog::Catalog;
    use crate::estimator::inputs::Inputs;
    use crate::estimator::methods::calibrated::model::shape::Shape;
    use crate::estimator::mode::Mode;
    use crate::estimator::parameters::Value;
    use crate::estimator::parameters::choices::Precision;
    use crate::estimator::reader::{Reader, Telling};

    /// Bytes of a state of a model in an engine, at 16 bits.
    fn state_in(model: &str, engine: Engine) -> f64 {
        let given = [
            (Id::Model, Value::Model(Catalog::built_in().model(model).cloned())),
            (Id::Engine, Value::Choice(engine as usize)),
            (Id::Precision, Value::Choice(Precision::Bf16 as usize)),
        ];
        let inputs = given.into_iter().fold(Inputs::defaults(Mode::Inference), |inputs, (id, value)| {
            inputs.with(id, value).expect("the value is accepted")
        });
        let shape = Shape::new(Reader::new(&inputs, Telling::Formulas));
        let sequence = shape.reader.leaf(Id::SequenceLength);
        state(&ServingRun::with(&shape, sequence)).value()
    }

    /// Transformers': traced (`saved_per_layer` of prompts, both states of the second layer). The others': the shapes
    /// of their code.
    #[test]
    fn states_are_those_of_each_engine() {
        assert_eq!(state_in("granite-4.0-h-small", Engine::Transformers), 4_261_888.0);
        assert_eq!(state_in("granite-4.0-h-micro", Engine::Transformers), 2_131_968.0);
        assert_eq!(state_in("nemotron-h-8b-base-8k", Engine::Transformers), 4_276_224.0);
        let [matrices, convolved] = [128.0 * 64.0 * 128.0, 8192.0 + 2.0 * 8.0 * 128.0];
        assert_eq!(state_in("nemotron-h-8b-base-8k", Engine::Vllm), 4.0 * matrices + 2.0 * 3.0 * convolved);
        let (matrices, convolved) = (128.0 * 64.0 * 128.0, 8192.0 + 2.0 * 128.0);
        assert_eq!(state_in("granite-4.0-h-small", Engine::Vllm), 2.0 * (matrices + 3.0 * convolved));
        assert_eq!(state_in("granite-4.0-h-small", Engine::LlamaCpp), 4.0 * (matrices + 3.0 * convolved));
    }
}
