//! Which runs are known over several GPUs: those whose trainer was read and traced with such layers. It knows no
//! moment.

use crate::estimator::architecture::{Fact, FactGroup, Layout, Loss, Norm, NormPlacement, Residual, Router};
use crate::estimator::divide::{divides_evenly, rest};
use crate::estimator::methods::calibrated::blocks::masks;
use crate::estimator::methods::calibrated::model::mesh::{Mesh, nearest_degrees};
use crate::estimator::methods::calibrated::model::not_spread::{MOST_LAYERS, NotSpread};
use crate::estimator::methods::calibrated::model::pipeline::{Pipeline, nearest_stages};
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::model::spreadable_megatron::of_megatron;
use crate::estimator::methods::calibrated::model::spreadable_preferences::{of_preferences, trains_on_preferences};
use crate::estimator::methods::calibrated::model::storage::is_expanded;
use crate::estimator::methods::calibrated::model::unsupported::Unsupported;
use crate::estimator::methods::calibrated::run::shares;
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::mode::Mode;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::{
    Draft, FinetuneMethod, LoraVariant, ModulesToSave, Optimizer, OptimizerKernel, Precision, Quantization, Recipe,
    TaskHead,
};
use crate::estimator::parameters::spread::{
    GradientSync, OffloadPlace, OptimizerPlace, Reshard, Schedule, TensorPlan, Trainer, WireFormat, Wrapping, ZeroStage,
};

/// Whether there are formulas for a run over as many GPUs as there are.
///
/// # Errors
/// Says why not.
pub fn spreads(shape: &Shape) -> Result<(), Unsupported> {
    let is_step = match shape.reader.mode() {
        Mode::Finetune | Mode::Train | Mode::Nlp | Mode::Moe => !FactGroup::TwoStacks.is_of(shape.layout()),
        Mode::Inference | Mode::Grpo | Mode::Multimodal | Mode::Vlm | Mode::Cnn => false,
    };
    let mesh = Mesh::of(&shape.reader);
    let (trainer, recipe) = (mesh.trainer(), shape.reader.choice::<Recipe>(Id::Recipe));
    // In FP32 all recipes are one.
    let is_mixed = shape.reader.choice::<Precision>(Id::Precision) != Precision::Fp32;
    if is_mixed && recipe == Recipe::Policy && trainer != Trainer::Fsdp2 {
        return Err(Unsupported::Spread(NotSpread::Recipe));
    }
    // Megatron divides layers by rules of its own.
    if mesh.tensor() > 1.0 && !(trainer == Trainer::Megatron && is_step) {
        divides(shape, recipe, is_mixed)?;
    }
    match trainer {
        Trainer::None => Ok(()),
        // Replicas hold what one GPU does, and buckets; where gradients are views of these was followed in steps of one
        // stack alone.
        Trainer::Ddp if !mesh.is_pipelined() && (is_step || !shape.reader.is_on(Id::GradientAsBucketView)) => Ok(()),
        Trainer::Ddp if !is_step && !mesh.is_pipelined() => Err(Unsupported::Spread(NotSpread::Views)),
        Trainer::Fsdp2 if trains_on_preferences(shape) => {
            of_preferences(shape, &mesh).and_then(|()| shards(shape, recipe, is_mixed))
        }
        Trainer::DeepSpeed if trains_on_preferences(shape) => {
            of_preferences(shape, &mesh).and_then(|()| zero(shape, recipe, is_mixed))
        }
        _ if !is_step => Err(Unsupported::Spread(NotSpread::Run)),
        Trainer::Megatron => of_megatron(shape, recipe),
        // Both at once were not traced.
        _ if mesh.is_pipelined() && mesh.tensor() > 1.0 => Err(Unsupported::Spread(NotSpread::Layers)),
        _ if mesh.is_pipelined() => pipelines(shape, trainer, recipe, is_mixed),
        Trainer::Transformers | Trainer::Torch if mesh.tensor() > 1.0 && mesh.data() <= 1.0 => Ok(()),
        Trainer::Transformers | Trainer::Torch => Err(Unsupported::Spread(NotSpread::DataOfPlan)),
        Trainer::Ddp => Ok(()),
        Trainer::Fsdp2 => shards(shape, recipe, is_mixed),
        Trainer::DeepSpeed => zero(shape, recipe, is_mixed),
    }
}

/// What DeepSpeed was traced with: the same models as FSDP2, in 16 bits beside an FP32 copy.
fn zero(shape: &Shape, recipe: Recipe, is_mixed: bool) -> Result<(), Unsupported> {
    let stage: ZeroStage = shape.reader.choice(Id::ZeroStage);
    if shape.number(Fact::NumLayers) > MOST_LAYERS {
        return Err(Unsupported::Spread(NotSpread::ModulesFollowed));
    }
    if shape.is(Fact::NumExperts) {
        return Err(Unsupported::Spread(NotSpread::Model));
    }
    models(shape, |method| matches!(method, FinetuneMethod::Full | FinetuneMethod::Lora))?;
    if !is_mixed || recipe != Recipe::Master {
        return Err(Unsupported::Spread(NotSpread::Recipe));
    }
    optimizers(shape)?;
    let place: OptimizerPlace = shape.reader.choice(Id::OffloadOptimizer);
    if place == OptimizerPlace::Nvme && stage != ZeroStage::Parameters {
        return Err(Unsupported::Spread(NotSpread::NvmeStage));
    }
    // Beside adapters a loss without logits leaves the layers fullest, in which `run/zero_live.rs` says too much is
    // whole, unless a pass before the step has DeepSpeed forget its order.
    let is_beside_adapters = stage == ZeroStage::Parameters
        && !trains_on_preferences(shape)
        && shape.reader.choice::<Loss>(Id::Loss) == Loss::Chunked
        && shape.reader.choice::<FinetuneMethod>(Id::FinetuneMethod) != FinetuneMethod::Full;
    // Without ZeRO another class runs (`FP16_UnfusedOptimizer`).
    if stage == ZeroStage::Nothing || is_beside_adapters { Err(Unsupported::Spread(NotSpread::Stage)) } else { Ok(()) }
}

/// Decoders, trained in one of the ways that were traced, adapters being plain.
fn models(shape: &Shape, is_read: fn(FinetuneMethod) -> bool) -> Result<(), Unsupported> {
    let is_plain = shape.reader.choice::<ModulesToSave>(Id::ModulesToSave) == ModulesToSave::None
        && shape.reader.choice::<LoraVariant>(Id::LoraVariant) != LoraVariant::Dora;
    let is_model = is_dense(shape) || is_mixture_of_stacks(shape);
    let is_known = is_model && is_plain && is_read(shape.reader.choice(Id::FinetuneMethod));
    if shape.layout() == Layout::Decoder && shape.head() != TaskHead::Lm {
        return Err(Unsupported::Spread(NotSpread::Only(Id::TaskHead, "lm")));
    }
    if is_known { Ok(()) } else { Err(Unsupported::Spread(NotSpread::Model)) }
}

/// Optimizers that update parts of tensors.
fn optimizers(shape: &Shape) -> Result<(), Unsupported> {
    if is_elementwise(shape) { Ok(()) } else { Err(Unsupported::Spread(NotSpread::Optimizer)) }
}

/// What layers were divided of: dense decoders as Llama's, trained whole or served by Transformers.
fn divides(shape: &Shape, recipe: Recipe, is_mixed: bool) -> Result<(), Unsupported> {
    let others = [
        Fact::NumDenseLayers,
        Fact::SharedIntermediateSize,
        Fact::FusedQkv,
        Fact::FusedGateUp,
        Fact::OutputBias,
        Fact::MlpBias,
        Fact::LmHeadBias,
        Fact::AttentionGate,
        Fact::AttentionSoftCap,
        Fact::FinalSoftCap,
        Fact::AttentionSinks,
        Fact::ScaledLogits,
        Fact::ScaledStream,
        Fact::VisionNumLayers,
    ];
    let reader = &shape.reader;
    let trains = reader.mode() != Mode::Inference;
    let is_known = matches!(reader.mode(), Mode::Inference | Mode::Finetune | Mode::Train | Mode::Nlp)
        && shape.layout() == Layout::Decoder
        && shape.head() == TaskHead::Lm
        && Norm::of(shape.number(Fact::Norm)) == Norm::Rms
        && NormPlacement::of(shape.number(Fact::NormPlacement)) == NormPlacement::Before
        && Residual::of(shape.number(Fact::Residual)) == Residual::Sequential
        && shape.is(Fact::GatedMlp)
        && has_plain_front(shape)
        && others.iter().all(|it| !shape.is(*it))
        && !reader.choice::<Precision>(Id::Precision).is_packed();
    let is_run = if trains {
        // The plans of models with norms of heads were not traced in training, nor sums of whole gradients.
        !shape.is(Fact::QkNorm)
            && !shape.is(Fact::NumExperts)
            && reader.choice::<FinetuneMethod>(Id::FinetuneMethod) == FinetuneMethod::Full
            && reader.choice::<Loss>(Id::Loss) == Loss::Fp32
            && reader.number(Id::GradientAccumulationSteps) <= 1.0
    } else {
        // Of mixtures Mixtral's was traced.
        let is_mixture = shape.is(Fact::NumExperts);
        (!is_mixture || Router::of(shape.number(Fact::Router)) == Router::Wide && !shape.is(Fact::QkNorm))
            && reader.choice::<Quantization>(Id::Quantization) == Quantization::None
            && reader.choice::<Draft>(Id::Draft) == Draft::None
    };
    if !is_known || !is_run {
        return Err(Unsupported::Spread(NotSpread::Layers));
    }
    let ranks = Mesh::of(reader).tensor();
    let divides = |ranks: f64| {
        let inner = if shape.is(Fact::NumExperts) { Fact::MoeIntermediateSize } else { Fact::IntermediateSize };
        let sides = [Fact::NumAttentionHeads, Fact::NumKeyValueHeads, inner, Fact::VocabSize];
        sides.iter().all(|it| divides_evenly(ranks, shape.number(*it)))
            && (!reader.is_on(Id::SequenceParallel) || divides_evenly(ranks, reader.number(Id::SequenceLength)))
    };
    if !divides(ranks) {
        let (below, above) = nearest_degrees(ranks, shape.number(Fact::NumKeyValueHeads), &divides);
        return Err(Unsupported::Spread(NotSpread::Degree { below, above }));
    }
    if !trains {
        return Ok(());
    }
    optimizers(shape)?;
    match Mesh::of(reader).trainer() {
        Trainer::Fsdp2 if reader.choice::<TensorPlan>(Id::TensorParallelPlan) == TensorPlan::Transformers => {
            Err(Unsupported::Spread(NotSpread::Plan))
        }
        // The sum of a whole gradient and a divided one was not traced in groups.
        Trainer::Fsdp2 if shape.is(Fact::TieWordEmbeddings) => Err(Unsupported::Spread(NotSpread::Layers)),
        Trainer::Fsdp2 => Ok(()),
        _ if is_mixed && recipe != Recipe::Pure => Err(Unsupported::Spread(NotSpread::RecipeOfPlan)),
        _ => Ok(()),
    }
}

/// Whether tokens alone enter the layers, and attention is not latent.
fn has_plain_front(shape: &Shape) -> bool {
    let others = [
        Fact::KvLoraRank,
        Fact::LearnedPositions,
        Fact::TokenTypes,
        Fact::EmbeddingNorm,
        Fact::EmbeddingDropout,
        Fact::ExtraEmbeddings,
    ];
    others.iter().all(|it| !shape.is(*it))
}

/// Whether the model is a dense decoder without anything beside tokens in front of its layers.
fn is_dense(shape: &Shape) -> bool {
    !shape.is(Fact::NumExperts) && is_plain_decoder(shape)
}

/// Whether the model is such a decoder, with a mixture in each layer whose experts are stacked in one tensor, and is
/// trained whole: what a router or a gate has beside matrices was not traced.
fn is_mixture_of_stacks(shape: &Shape) -> bool {
    let others = [
        Fact::NumDenseLayers,
        Fact::RouterCorrection,
        Fact::SharedExpertGate,
        Fact::MultiTokenPrediction,
        Fact::VisionNumLayers,
    ];
    shape.is(Fact::NumExperts)
        && is_plain_decoder(shape)
        && others.iter().all(|it| !shape.is(*it))
        && shape.reader.choice::<FinetuneMethod>(Id::FinetuneMethod) == FinetuneMethod::Full
}

fn is_plain_decoder(shape: &Shape) -> bool {
    let loss: Loss = shape.reader.choice(Id::Loss);
    shape.layout() == Layout::Decoder
        && shape.head() == TaskHead::Lm
        && has_plain_front(shape)
        && loss != Loss::Liger
        && !shape.reader.choice::<Precision>(Id::Precision).is_packed()
}

/// Whether the optimizer updates each element by itself, and was traced doing so with parts of a model.
fn is_elementwise(shape: &Shape) -> bool {
    matches!(shape.reader.choice(Id::Optimizer), Optimizer::Sgd | Optimizer::Adam | Optimizer::AdamW)
}

/// What PyTorch's pipelines were traced with: dense decoders with layers of one kind and no mask, trained whole, in
/// equal shares.
fn pipelines(shape: &Shape, trainer: Trainer, recipe: Recipe, is_mixed: bool) -> Result<(), Unsupported> {
    let (reader, mesh, pipeline) = (shape.reader, Mesh::of(&shape.reader), Pipeline::of(&shape.reader));
    let refuse = |reason| Err(Unsupported::Spread(reason));
    let is_sharded = trainer == Trainer::Fsdp2;
    // `PipelineEngine.__init__` in `deepspeed/runtime/pipe/engine.py` stops at stages 2 and 3.
    if trainer == Trainer::DeepSpeed {
        return refuse(NotSpread::PipelineOfZero);
    }
    if !is_sharded && (trainer != Trainer::Torch || mesh.data() > 1.0) {
        return refuse(NotSpread::PipelineTrainer);
    }
    if pipeline.schedule == Schedule::ZeroBubble {
        return refuse(NotSpread::Schedule);
    }
    if pipeline.schedule != Schedule::Interleaved && pipeline.stages_of_rank > 1 {
        return refuse(NotSpread::VirtualStages);
    }
    if !pipeline.has_even_rounds() {
        let others = |distance| [pipeline.micro_batches - distance, pipeline.micro_batches + distance];
        let starts = |it: &usize| Pipeline { micro_batches: *it, ..pipeline }.has_even_rounds();
        // A multiple of the ranks does.
        let nearest = (1..pipeline.ranks).flat_map(others).find(starts).unwrap_or(pipeline.ranks);
        return refuse(NotSpread::Rounds { nearest: nearest as u32 });
    }
    let layers = shape.number(Fact::NumLayers);
    if !divides_evenly(pipeline.stages() as f64, layers) {
        return refuse(nearest_stages(&pipeline, layers as usize));
    }
    let others = [Fact::TieWordEmbeddings, Fact::FinalSoftCap, Fact::FirstNormIsIdentity];
    let is_whole = reader.choice::<FinetuneMethod>(Id::FinetuneMethod) == FinetuneMethod::Full;
    let is_own = match recipe {
        Recipe::Policy => is_sharded || !is_mixed,
        Recipe::Pure => !is_sharded || !is_mixed,
        Recipe::Master | Recipe::Autocast if is_sharded => !is_mixed,
        Recipe::Master => true,
        Recipe::Autocast => !is_mixed,
    };
    let has_masks = || masks::mask(&TrainingRun::of(shape)).is_some();
    let is_known = is_dense(shape)
        && others.iter().all(|it| !shape.is(*it))
        && reader.choice::<Loss>(Id::Loss) == Loss::Fp32
        && is_whole
        && is_own
        && is_elementwise(shape)
        && !has_masks();
    if !is_known {
        return refuse(NotSpread::Pipeline);
    }
    if is_sharded && !shards_in_stages(shape, &mesh, &pipeline) {
        return refuse(NotSpread::PipelineShards);
    }
    Ok(())
}

/// Whether FSDP2 was traced so inside the stages of a pipeline.
fn shards_in_stages(shape: &Shape, mesh: &Mesh, pipeline: &Pipeline) -> bool {
    let reader = shape.reader;
    let is_even = || shares::shards(&TrainingRun::of(shape), mesh).len() == 1;
    mesh.data() > 1.0
        && !mesh.is_replicated()
        && pipeline.schedule == Schedule::OneForwardOneBackward
        && reader.choice::<Wrapping>(Id::Wrapping) == Wrapping::Layers
        && reader.choice::<Reshard>(Id::Reshard) == Reshard::Full
        && reader.choice::<OffloadPlace>(Id::OffloadParameters) == OffloadPlace::None
        && reader.number(Id::GradientAccumulationSteps) == 1.0
        && reader.choice::<WireFormat>(Id::ReduceDtype) == WireFormat::Fp32
        && reader.choice::<OptimizerKernel>(Id::OptimizerKernel) != OptimizerKernel::ForLoop
        && is_even()
}

/// What FSDP2 was traced with: decoders without learned positions, dense or mixtures, trained whole or by plain
/// adapters of 16-bit weights or of a packed base.
fn shards(shape: &Shape, recipe: Recipe, is_mixed: bool) -> Result<(), Unsupported> {
    let method = shape.reader.choice::<FinetuneMethod>(Id::FinetuneMethod);
    models(shape, |method| match method {
        FinetuneMethod::Full | FinetuneMethod::Lora | FinetuneMethod::Qlora => true,
        FinetuneMethod::Prefix => false,
    })?;
    if method == FinetuneMethod::Qlora {
        takes_packed(shape)?;
    }
    // accelerate runs no autocast around FSDP2, and the policy makes adapters and weights of one format.
    let is_own = match recipe {
        Recipe::Policy => true,
        Recipe::Pure => method == FinetuneMethod::Full,
        Recipe::Autocast | Recipe::Master => !is_mixed && method == FinetuneMethod::Full,
    };
    if !is_own {
        return Err(Unsupported::Spread(NotSpread::Recipe));
    }
    optimizers(shape)?;
    if !Mesh::of(&shape.reader).is_even() {
        return Err(Unsupported::Spread(NotSpread::Replicas));
    }
    shards_experts(shape, recipe, is_mixed)
}

/// What FSDP2 was traced with beside ranks that have different experts (transformers/distributed/expert_parallel.py,
/// `AllToAllEP`): mixtures as Mixtral's, OLMoE's and Qwen3's, in BF16 by the policy.
fn shards_experts(shape: &Shape, recipe: Recipe, is_mixed: bool) -> Result<(), Unsupported> {
    let (reader, mesh) = (&shape.reader, Mesh::of(&shape.reader));
    let (among, data) = (mesh.experts(), mesh.data());
    if among <= 1.0 {
        return Ok(());
    }
    let others = [Fact::SharedIntermediateSize, Fact::ExpertBias, Fact::RouterBias];
    let is_known = shape.is(Fact::NumExperts)
        && others.iter().all(|it| !shape.is(*it))
        && matches!(Router::of(shape.number(Fact::Router)), Router::Wide | Router::Narrow)
        && NormPlacement::of(shape.number(Fact::NormPlacement)) == NormPlacement::Before
        && Residual::of(shape.number(Fact::Residual)) == Residual::Sequential
        && is_mixed
        && recipe == Recipe::Policy
        && reader.choice::<Loss>(Id::Loss) != Loss::Chunked
        && reader.choice::<Precision>(Id::Precision) == Precision::Bf16
        && reader.choice::<Reshard>(Id::Reshard) == Reshard::Full
        && reader.choice::<GradientSync>(Id::GradientSync) == GradientSync::Each
        && reader.choice::<OffloadPlace>(Id::OffloadParameters) == OffloadPlace::None
        && !mesh.is_replicated()
        && !mesh.is_pipelined()
        && mesh.tensor() <= 1.0;
    let refuse = |reason| Err(Unsupported::Spread(reason));
    if !is_known {
        return refuse(NotSpread::ExpertsOfShards);
    }
    let experts = shape.number(Fact::NumExperts);
    if !divides_evenly(among, experts) {
        let (below, above) = nearest_degrees(among, experts, &|it| divides_evenly(it, experts));
        return refuse(NotSpread::ExpertDegree { below, above });
    }
    let rest = rest(data, among);
    if rest != 0.0 {
        let below = data - rest;
        let above = (below + among) as u32;
        return refuse(NotSpread::ExpertReplicas { below: (below > 0.0).then_some(below as u32), above });
    }
    Ok(())
}

/// Whether FSDP2 shares out the packed base: in 4 bits of bitsandbytes, stored as BF16, which it would cast to another
/// format of the run; PEFT's preparation, after which norms are FP32, gives a group two formats.
fn takes_packed(shape: &Shape) -> Result<(), Unsupported> {
    let reader = &shape.reader;
    if reader.choice::<Precision>(Id::Precision) != Precision::Bf16 {
        return Err(Unsupported::Spread(NotSpread::PackedPrecision));
    }
    let is_read = is_expanded(shape) && !reader.is_on(Id::KbitPreparation);
    if is_read { Ok(()) } else { Err(Unsupported::Spread(NotSpread::PackedAdapters)) }
}
