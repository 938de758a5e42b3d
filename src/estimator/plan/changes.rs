//! What each strategy changes in some inputs, as parameters with their new values. Whether that saves anything the
//! estimate says. It knows no formula and no text.

use crate::estimator::architecture::Loss;
use crate::estimator::catalog::{Catalog, published_format};
use crate::estimator::inputs::Inputs;
use crate::estimator::mode::Mode;
use crate::estimator::parameters::choices::{
    AdapterPrecision, Attention, ChoiceValue, Engine, FinetuneMethod, FrozenInputs, KvPrecision, LinearAttentionKernel,
    LoraTargets, LoraVariant, ModulesToSave, Optimizer, OptimizerKernel, Precision, PromptLogits, Quantization, Recipe,
    ReferenceModel, Rollout, Sampler, TowerPlace,
};
use crate::estimator::parameters::engine_formats::EngineFormats;
use crate::estimator::parameters::spread::{
    GradientSync, OffloadPlace, OptimizerPlace, Recompute, Reshard, Trainer, ZeroStage,
};
use crate::estimator::parameters::{ParameterId as Id, Value, trains};
use crate::estimator::plan::fewest::SharedBy;
use crate::estimator::plan::strategy::Strategy;
use crate::estimator::plan::vllm_start::{lacks_bfloat16, precedes_bfloat16};

/// A parameter with the value that it is to take.
pub type Change = (Id, Value);

/// What a strategy changes, in the order in which it is to be done; nothing where it is in use. Whether the mode knows
/// a parameter whoever applies it asks.
pub fn changes(strategy: Strategy, inputs: &Inputs) -> Vec<Change> {
    let number = |id| inputs.values().number(id);
    let half = |id| vec![(id, Value::Number((number(id) / 2.0).floor()))];
    let to = |id, value| vec![(id, value)];
    let precision = inputs.choice::<Precision>(Id::Precision);
    let engine = if inputs.has_effect(Id::Engine) { inputs.choice(Id::Engine) } else { Engine::Transformers };
    let own = EngineFormats::of(engine);
    match strategy {
        Strategy::FusedKernel => to(Id::OptimizerKernel, at(OptimizerKernel::Fused)),
        Strategy::FlashAttention => {
            if engine == Engine::LlamaCpp {
                to(Id::FlashAttention, Value::Toggle(true))
            } else {
                to(Id::Attention, at(Attention::Sdpa))
            }
        }
        Strategy::LastLogits => to(Id::Logits, at(PromptLogits::Last)),
        Strategy::BucketViews => to(Id::GradientAsBucketView, Value::Toggle(true)),
        Strategy::DroppedInputs => to(Id::FrozenInputs, at(FrozenInputs::Dropped)),
        Strategy::LigerLoss => to(Id::Loss, at(Loss::Liger)),
        Strategy::LinearKernels => to(Id::LinearAttentionKernel, at(LinearAttentionKernel::Fla)),
        Strategy::FlashInfer => to(Id::Sampler, at(Sampler::FlashInfer)),
        Strategy::LargerShare => {
            let is_larger = number(Id::GpuMemoryUtilization) < LARGE_SHARE;
            if is_larger { to(Id::GpuMemoryUtilization, Value::Number(LARGE_SHARE)) } else { Vec::new() }
        }
        Strategy::Published if engine != Engine::LlamaCpp => published(inputs),
        // Its files others make.
        Strategy::Published => Vec::new(),
        Strategy::NoVision => to(Id::Vision, at(TowerPlace::Absent)),
        Strategy::ChunkedLoss => to(Id::Loss, at(Loss::Chunked)),
        Strategy::Reshard => to(Id::Reshard, at(Reshard::Full)),
        Strategy::ReduceEach => to(Id::GradientSync, at(GradientSync::Each)),
        Strategy::DistributedOptimizer => to(Id::DistributedOptimizer, Value::Toggle(true)),
        Strategy::SmallerBuffer => half(Id::Ubatch),
        Strategy::SmallerSteps => half(Id::MaxBatchedTokens),
        Strategy::FewerSequences => half(Id::MaxSequences),
        // Megatron has names of its own for it.
        Strategy::GradientCheckpointing if inputs.choice::<Trainer>(Id::Trainer) == Trainer::Megatron => {
            to(Id::Recompute, at(Recompute::Full))
        }
        Strategy::GradientCheckpointing => to(Id::GradientCheckpointing, Value::Toggle(true)),
        Strategy::Accumulate => accumulate(inputs, (number(Id::BatchSize) / 2.0).floor()),
        Strategy::OneByOne => accumulate(inputs, 1.0),
        Strategy::Sleep => to(Id::RolloutSleep, Value::Toggle(true)),
        Strategy::RolloutElsewhere => to(Id::Rollout, at(Rollout::Elsewhere)),
        Strategy::ReferenceInHost => match inputs.choice(Id::ReferenceModel) {
            ReferenceModel::Resident => to(Id::ReferenceModel, at(ReferenceModel::Cpu)),
            ReferenceModel::None | ReferenceModel::AdapterOff | ReferenceModel::Cpu => Vec::new(),
        },
        Strategy::PagedOptimizer => to(Id::Optimizer, at(Optimizer::PagedAdamW8bit)),
        Strategy::OffloadStates => offloaded(inputs, false),
        Strategy::Offload => offloaded(inputs, true),
        // All of them, as `--cpu-moe` does: how many are enough its slider tells.
        Strategy::HostExperts if number(Id::CpuExpertLayers) < number(Id::NumLayers) => {
            to(Id::CpuExpertLayers, Value::Number(number(Id::NumLayers)))
        }
        Strategy::HostExperts => Vec::new(),
        Strategy::FrozenVision => to(Id::FreezeVision, Value::Toggle(true)),
        Strategy::EightBitOptimizer => to(Id::Optimizer, at(Optimizer::AdamW8bit)),
        Strategy::Adafactor => to(Id::Optimizer, at(Optimizer::Adafactor)),
        Strategy::NativeLoss => to(Id::Loss, at(Loss::Native)),
        Strategy::EightBitCache => cache(inputs, Some(own.cache_8)),
        Strategy::FourBitCache => cache(inputs, own.cache_4),
        Strategy::DoubleQuantization => match inputs.choice(Id::FinetuneMethod) {
            // Whether it saves anything beside another format of four bits the estimate says.
            FinetuneMethod::Qlora => {
                of_id("nf4-dq").map_or_else(Vec::new, |it: Quantization| to(Id::Quantization, at(it)))
            }
            FinetuneMethod::Full | FinetuneMethod::Lora | FinetuneMethod::Prefix => Vec::new(),
        },
        Strategy::PackedExperts => to(Id::PackedExperts, Value::Toggle(true)),
        Strategy::NoPreparation => to(Id::KbitPreparation, Value::Toggle(false)),
        Strategy::NarrowAdapters => to(Id::AdapterPrecision, at(AdapterPrecision::Bf16)),
        Strategy::MixedPrecision if precision == Precision::Fp32 => {
            to(Id::Precision, at(if precedes_bfloat16(inputs) { Precision::Fp16 } else { Precision::Bf16 }))
        }
        Strategy::Float16 if engine == Engine::Vllm && lacks_bfloat16(inputs) => to(Id::Precision, at(Precision::Fp16)),
        Strategy::MixedPrecision | Strategy::Float16 => Vec::new(),
        Strategy::NoSavedModules => to(Id::ModulesToSave, at(ModulesToSave::None)),
        Strategy::PlainAdapters => match inputs.choice(Id::LoraVariant) {
            LoraVariant::Dora => to(Id::LoraVariant, at(LoraVariant::Lora)),
            LoraVariant::Lora | LoraVariant::Rslora => Vec::new(),
        },
        Strategy::Int8 => quantize(inputs, of_id(own.weights_8)),
        Strategy::Int4 => quantize(inputs, of_id(own.weights_4)),
        Strategy::AttentionAdapters => to(Id::LoraTargets, at(LoraTargets::QueryValue)),
        Strategy::HalveRank => half(Id::LoraRank),
        Strategy::PureRecipe => to(Id::Recipe, at(Recipe::Pure)),
        Strategy::Lora => match inputs.choice(Id::FinetuneMethod) {
            FinetuneMethod::Full => to(Id::FinetuneMethod, at(FinetuneMethod::Lora)),
            FinetuneMethod::Lora | FinetuneMethod::Qlora | FinetuneMethod::Prefix => Vec::new(),
        },
        Strategy::Qlora => to(Id::FinetuneMethod, at(FinetuneMethod::Qlora)),
        Strategy::TensorParallel => divided(inputs),
        // Parts that were given are those of so many GPUs.
        Strategy::LayersOverGpus
            if inputs.mode() == Mode::Inference && SharedBy::of(inputs) == Some(SharedBy::Count) =>
        {
            to(Id::GpuCount, Value::Number(2.0 * number(Id::GpuCount)))
        }
        Strategy::LayersOverGpus => Vec::new(),
        Strategy::Shard => match inputs.choice(Id::Trainer) {
            // Over those that there are, two at least.
            Trainer::None => {
                let there = inputs.given(Id::GpuCount).map_or(1.0, Value::number);
                let mut res = vec![(Id::Trainer, at(Trainer::Fsdp2)), (Id::GpuCount, Value::Number(there.max(2.0)))];
                // Sharded, a reference is on the GPUs.
                if inputs.choice::<ReferenceModel>(Id::ReferenceModel) == ReferenceModel::Cpu {
                    res.push((Id::ReferenceModel, at(ReferenceModel::Resident)));
                }
                res
            }
            Trainer::Ddp => to(Id::Trainer, at(Trainer::Fsdp2)),
            Trainer::DeepSpeed if number(Id::DataParallel) > 1.0 => to(Id::ZeroStage, at(ZeroStage::Parameters)),
            Trainer::DeepSpeed | Trainer::Fsdp2 | Trainer::Transformers | Trainer::Megatron | Trainer::Torch => {
                Vec::new()
            }
        },
        Strategy::MoreGpus => match inputs.choice(Id::Trainer) {
            Trainer::Fsdp2 | Trainer::DeepSpeed if inputs.is_default(Id::DataParallel) => {
                to(Id::GpuCount, Value::Number(2.0 * number(Id::GpuCount).max(number(Id::DataParallel))))
            }
            Trainer::None
            | Trainer::Ddp
            | Trainer::Fsdp2
            | Trainer::DeepSpeed
            | Trainer::Transformers
            | Trainer::Megatron
            | Trainer::Torch => Vec::new(),
        },
        Strategy::HalveGroup => half(Id::NumGenerations),
        Strategy::HalveCompletion => half(Id::CompletionLength),
        Strategy::FewerImages => half(Id::NumImages),
        Strategy::HalveBatch => half(Id::BatchSize),
        Strategy::HalveSequence => half(Id::SequenceLength),
    }
}

/// A share of the GPU that leaves a little for other programs, as vLLM's own default does; more may be refused at its
/// start.
const LARGE_SHARE: f64 = 0.95;

/// What a trainer moves to the host's memory: states alone, which DeepSpeed does, also on one GPU, or parameters too.
fn offloaded(inputs: &Inputs, parameters_too: bool) -> Vec<Change> {
    let optimizer = (Id::OffloadOptimizer, at(OptimizerPlace::Cpu));
    let parameters = (Id::OffloadParameters, at(OffloadPlace::Cpu));
    let all = [(Id::ZeroStage, at(ZeroStage::Parameters)), optimizer.clone(), parameters.clone()];
    let is_offloaded = inputs.choice::<OptimizerPlace>(Id::OffloadOptimizer) != OptimizerPlace::None;
    let by_deepspeed = || (Id::Trainer, at(Trainer::DeepSpeed));
    match (inputs.choice(Id::Trainer), parameters_too) {
        (Trainer::None, false) => vec![by_deepspeed(), optimizer],
        (Trainer::None, true) => [by_deepspeed()].into_iter().chain(all).collect(),
        (Trainer::DeepSpeed, false) if !is_offloaded => vec![optimizer],
        (Trainer::DeepSpeed, true) => all.to_vec(),
        (Trainer::Fsdp2, true) => vec![parameters],
        _ => Vec::new(),
    }
}

/// Served layers divided among twice as many GPUs: those that there are, or twice as many.
fn divided(inputs: &Inputs) -> Vec<Change> {
    let ranks = 2.0 * inputs.values().number(Id::TensorParallel);
    let gpus = ranks * inputs.values().number(Id::PipelineParallel).max(1.0);
    let mut res = vec![(Id::TensorParallel, Value::Number(ranks))];
    if inputs.values().number(Id::GpuCount) < gpus {
        res.insert(0, (Id::GpuCount, Value::Number(gpus)));
    }
    if inputs.has_effect(Id::Engine) && inputs.has_effect(Id::TensorParallel) { res } else { Vec::new() }
}

/// A smaller batch, accumulated to the same global batch; nothing where that does not come out.
fn accumulate(inputs: &Inputs, batch: f64) -> Vec<Change> {
    let number = |id| inputs.values().number(id);
    let more = number(Id::BatchSize) / batch;
    if batch < 1.0 || more <= 1.0 || more.fract() != 0.0 {
        return Vec::new();
    }
    let steps = number(Id::GradientAccumulationSteps) * more;
    vec![(Id::BatchSize, Value::Number(batch)), (Id::GradientAccumulationSteps, Value::Number(steps))]
}

/// A narrower cache; nothing where it is as narrow, or the engine has no such.
fn cache(inputs: &Inputs, format: Option<&str>) -> Vec<Change> {
    let Some(format) = format.and_then(of_id) else { return Vec::new() };
    let is_wide = match inputs.choice(Id::KvPrecision) {
        KvPrecision::Same | KvPrecision::Fp16 => true,
        KvPrecision::Int8 | KvPrecision::Fp8 | KvPrecision::Q8 => matches!(format, KvPrecision::Int4 | KvPrecision::Q4),
        KvPrecision::Int4
        | KvPrecision::Q51
        | KvPrecision::Q50
        | KvPrecision::Q41
        | KvPrecision::Q4
        | KvPrecision::Iq4Nl => false,
    };
    if is_wide { vec![(Id::KvPrecision, at(format))] } else { Vec::new() }
}

fn of_id<T: ChoiceValue>(id: &str) -> Option<T> {
    let at = T::IDS.iter().position(|it| *it == id)?;
    T::ALL.get(at).copied()
}

/// The format in which the model is published, and what that leaves in 16 bits.
fn published(inputs: &Inputs) -> Vec<Change> {
    // What is rounded otherwise today would be another model.
    let is_served =
        inputs.mode() == Mode::Inference && inputs.choice::<Quantization>(Id::Quantization) == Quantization::None;
    let Some(it) = inputs.model().filter(|_| is_served).and_then(published_format) else { return Vec::new() };
    let whole = it.whole.and_then(|it| Id::Unquantized.spec().parse(it, &Catalog::default()).ok());
    let mut res = quantize(inputs, of_id(it.format));
    if !res.is_empty() {
        res.extend(whole.map(|it| (Id::Unquantized, it)));
    }
    res
}

/// Quantization concerns weights that are not trained: inference, and QLoRA's frozen base. One that is as wide as
/// today's weights, or wider, would save nothing.
fn quantize(inputs: &Inputs, format: Option<Quantization>) -> Vec<Change> {
    let today = inputs.choice::<Quantization>(Id::Quantization).bytes();
    let today = today.unwrap_or_else(|| inputs.choice::<Precision>(Id::Precision).bytes());
    let narrower = format.filter(|it| it.bytes().is_some_and(|it| it < today));
    // What is served without formats of its own has the width of its weights in the precision, integers last.
    let width = |it: Quantization| {
        let is_served = !trains(inputs.mode(), inputs.choice(Id::Task)) && !inputs.has_effect(Id::Quantization);
        let of_width = |one: &&Precision| Some(one.bytes()) == it.bytes();
        if is_served { Precision::ALL.iter().rev().find(of_width).map(|one| (Id::Precision, at(*one))) } else { None }
    };
    narrower.map(|it| width(it).unwrap_or((Id::Quantization, at(it)))).into_iter().collect()
}

fn at<T: ChoiceValue>(value: T) -> Value {
    Value::Choice(T::ALL.iter().position(|it| *it == value).unwrap_or(0))
}
