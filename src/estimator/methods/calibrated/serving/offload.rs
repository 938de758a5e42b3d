//! Which layers of llama.cpp are on the GPU, and whose experts stay in the host's memory. It knows no format and no
//! tensor.
//!
//! Read in `llama_model::load_tensors` (`i_gpu_start`, `dev_output`) and, of experts, `llm_ffn_exps_block_regex` in
//! `common/common.h`.

use crate::estimator::architecture::{Fact, MultiTokenPrediction};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::serving::kinds::{LayerKinds, are_alike};
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::Engine;
use crate::estimator::parameters::engine_versions::VersionRules;
use crate::estimator::reader::Reader;
use crate::estimator::units::{Count, Ratio};

/// Where the layers of a model are of which not everything is on the GPU.
#[derive(Clone, Debug)]
pub struct Offload {
    /// Layers.
    pub layers: Expr<Count>,
    /// The first layers, which are in the host's memory with their keys and values.
    pub in_host: Expr<Count>,
    /// Layers behind them, from the first that has any, whose experts are in the host's memory.
    pub experts_in_host: Expr<Count>,
    /// The first layer on the GPU that has experts.
    first_with_experts: f64,
    /// Whether the output projection is on the GPU.
    pub has_output: bool,
}

impl Offload {
    /// Of a run of llama.cpp; `None` where everything is on the GPU, and of other engines.
    pub fn of(shape: &Shape) -> Option<Self> {
        let reader = &shape.reader;
        if reader.choice::<Engine>(Id::Engine) != Engine::LlamaCpp {
            return None;
        }
        let leaf = |id| reader.leaf::<Count>(id);
        let (layers, on_gpu) = (leaf(Id::NumLayers), leaf(Id::GpuLayers));
        let all = layers.clone() + Expr::number(1.0);
        let is_output_first = puts_output_first(reader);
        let has_output = if is_output_first { on_gpu.value() >= 1.0 } else { on_gpu.value() >= all.value() };
        let none = || Expr::<Count>::number(0.0);
        let slots = if is_output_first { all.clone() } else { layers.clone() };
        let in_host = (slots - on_gpu.clone()).max(none()).min(layers.clone());
        let has_experts = shape.is(Fact::NumExperts);
        let dense = shape.leaf::<Count>(Fact::NumDenseLayers);
        let first = in_host.clone().max(dense);
        let first_with_experts = first.value();
        let experts_in_host = if has_experts {
            (leaf(Id::CpuExpertLayers).min(layers.clone()) - first).max(none())
        } else {
            reader.bare(0.0)
        };
        let is_everything = has_output && in_host.value() == 0.0 && experts_in_host.value() == 0.0;
        (!is_everything).then_some(Self { layers, in_host, experts_in_host, first_with_experts, has_output })
    }

    /// From which layer to before which the experts alone are in the host's memory.
    pub fn experts(&self) -> [f64; 2] {
        let first = self.first_with_experts;
        [first, first + self.experts_in_host.value()]
    }

    /// The share of layers that is in the host's memory, if there are any.
    pub fn share_in_host(&self) -> Option<Expr<Ratio>> {
        (self.in_host.value() > 0.0).then(|| self.in_host.clone().over(self.layers.clone()))
    }

    /// Whether formulas know what there is of it: some layers have to be on the GPU, and of those in the host's memory
    /// it has to be known of which kind they are. A file that has a block behind its layers counts that among them.
    pub fn is_known(&self, shape: &Shape) -> bool {
        let is_read = || are_alike(shape) || LayerKinds::of(shape).is_some() && further_layers(shape) == 0.0;
        self.in_host.value() < self.layers.value() && (self.in_host.value() == 0.0 || is_read())
    }
}

/// Layers of a file behind the model's, which are counted with them and take nothing: the block of GLM 4.5 that
/// predicts a further token (`LLM_ARCH_GLM4_MOE` in `llama_model::load_hparams`, whose `n_layer` counts it). Of
/// DeepSeek and Qwen files without theirs are meant.
pub fn further_layers(shape: &Shape) -> f64 {
    let block = MultiTokenPrediction::of(shape.number(Fact::MultiTokenPrediction));
    f64::from(block == MultiTokenPrediction::OwnEmbedding && !shape.is(Fact::KvLoraRank))
}

/// Whether the output projection comes to GPUs before any layer. `support` refuses a version of another engine before
/// anybody asks.
pub fn puts_output_first(reader: &Reader) -> bool {
    VersionRules::of(reader.choice(Id::EngineVersion)).llama_cpp.is_none_or(|it| it.puts_output_first)
}
