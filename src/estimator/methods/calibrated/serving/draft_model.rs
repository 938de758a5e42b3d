//! A smaller model that drafts beside the one that is served: a run of its own, with the same sequences. It knows
//! neither engines' buffers nor layers: whoever knows the engines hands it what the drafting run holds.

use crate::estimator::architecture::Fact;
use crate::estimator::component::Component::{KvCache, Temporaries, Weights};
use crate::estimator::estimate::Moment;
use crate::estimator::expr::Expr;
use crate::estimator::inputs::Inputs;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::model::storage::unquantized;
use crate::estimator::moment::MomentId;
use crate::estimator::parameters::choices::{Draft, Engine, Precision};
use crate::estimator::parameters::{ParameterId as Id, Value};
use crate::estimator::quantity::Quantity;
use crate::estimator::reader::Reader;
use crate::estimator::units::Memory;

/// What does not hold for the model that drafts: it has no drafter, and all of it is on the GPU (`-ngld` unless told
/// otherwise).
const OWN: &[Id] = &[Id::Draft, Id::DraftTokens, Id::ModelSize, Id::GpuLayers, Id::CpuExpertLayers, Id::Unquantized];

/// The same in vLLM, which takes for it the format of its own checkpoint: it is taken to be in 16 bits
/// (`VllmConfig.quant_config` of the draft's `ModelConfig`); its cache has the format of the model's.
const OWN_IN_VLLM: &[Id] = &[Id::Quantization];

/// The same in llama.cpp, where its cache has types of its own (`--cache-type-k-draft`, F16); its file is taken to be
/// of the same type.
const OWN_IN_LLAMA_CPP: &[Id] = &[Id::KvPrecision, Id::KvPrecisionValues];

/// The run of the model that drafts, if one does.
pub fn inputs_of(reader: &Reader) -> Option<Inputs> {
    let Some(Value::Model(Some(model))) = reader.inputs().given(Id::Draft).filter(|_| reader.has_effect(Id::Draft))
    else {
        return None;
    };
    let is_of_llama_cpp = reader.choice::<Engine>(Id::Engine) == Engine::LlamaCpp;
    let own = if is_of_llama_cpp { OWN_IN_LLAMA_CPP } else { OWN_IN_VLLM };
    let is_packed = !is_of_llama_cpp && reader.choice::<Precision>(Id::Precision).is_packed();
    let is_own = |id: Id| OWN.contains(&id) || own.contains(&id) || is_packed && id == Id::Precision;
    Some(reader.inputs().without(is_own).with_model(Some(model.clone())))
}

/// Layers of what drafts: of a model all, else the one behind the model's; none where nothing does.
pub fn layers(reader: &Reader) -> f64 {
    match reader.choice(Id::Draft) {
        Draft::None => 0.0,
        Draft::Mtp | Draft::Eagle => 1.0,
        Draft::Model => inputs_of(reader).map_or(0.0, |it| it.values().number(Id::NumLayers)),
    }
}

/// What a run holds beside the model that is served.
pub struct Drafting<'a> {
    reader: Reader<'a>,
    /// Bytes of weights, of keys and values, and of what the fullest step makes.
    held: [f64; 3],
    /// Bytes that vLLM's proposer keeps for each token of the largest step: what goes in, and what comes out
    /// (`SpecDecodeBaseProposer.__init__`).
    of_token: f64,
}

impl<'a> Drafting<'a> {
    /// Of a run of the model that drafts, whose moments are these.
    pub fn of(reader: Reader<'a>, drafting: &Shape, moments: &[Moment]) -> Option<Self> {
        let serving = moments.iter().find(|it| it.id() == MomentId::Serving)?;
        let line = |component| serving.lines().iter().find(|it| it.component == component);
        let held = [Weights, KvCache, Temporaries].map(|it| line(it).map_or(0.0, |it| it.formula.value()));
        let is_of_vllm = reader.choice::<Engine>(Id::Engine) == Engine::Vllm;
        let width = if is_of_vllm { drafting.number(Fact::HiddenSize) } else { 0.0 };
        Some(Self { reader, held, of_token: 2.0 * width * unquantized(drafting).value() })
    }

    fn leaf(&self, quantity: Quantity, bytes: f64) -> Expr<Memory> {
        self.reader.counted(quantity, bytes, &[Id::Draft])
    }

    /// Its keys and values.
    pub fn cache(&self) -> Expr<Memory> {
        self.leaf(Quantity::DraftModelCache, self.held[1])
    }

    /// A moment of the served model with what is there of the other. llama.cpp has a buffer for each context from its
    /// start (`common_speculative_init`). In vLLM one runs after the other, while the last output of the first, of so
    /// many bytes, is there.
    pub fn in_moment(&self, moment: Moment, last_output: f64) -> Moment {
        let [weights, _, step] = self.held;
        let moment =
            moment.with_more(vec![(Weights, self.leaf(Quantity::DraftModelWeights, weights)), (KvCache, self.cache())]);
        if self.reader.choice::<Engine>(Id::Engine) == Engine::LlamaCpp {
            return moment.with_more(vec![(Temporaries, self.leaf(Quantity::DraftModelBuffers, step))]);
        }
        let moment = if moment.id() == MomentId::Serving {
            let step = self.leaf(Quantity::DraftModelStep, step + last_output);
            moment.map(Temporaries, |own| own.max(step))
        } else {
            moment
        };
        let tokens = self.reader.number(Id::MaxBatchedTokens);
        moment.with_more(vec![(Temporaries, self.leaf(Quantity::DraftModelBuffers, tokens * self.of_token))])
    }
}
