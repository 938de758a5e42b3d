//! Which runs are known over several GPUs: those whose trainer was read and traced with such layers. It knows no moment.

use crate::estimator::architecture::{Fact, FactGroup, Layout, Loss, Norm, NormPlacement, Residual, Router};
use crate::estimator::methods::calibrated::model::mesh::Mesh;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::model::unsupported::{NotSpread, Unsupported};
use crate::estimator::mode::Mode;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::{
    Draft, FinetuneMethod, LoraVariant, ModulesToSave, Optimizer, Precision, Quantization, Recipe, TaskHead,
};
use crate::estimator::parameters::spread::{TensorPlan, Trainer};

/// Whether there are formulas for a run over as many GPUs as there are.
///
/// # Errors
/// Says why not.
pub fn spreads(shape: &Shape) -> Result<(), Unsupported> {
    let is_step = match shape.reader.mode() {
        Mode::Finetune | Mode::Train | Mode::Nlp | Mode::Moe => !FactGroup::TwoStacks.is_of(shape.layout()),
        Mode::Inference | Mode::Grpo | Mode::Multimodal | Mode::Vlm | Mode::Cnn => false,
    };
    let (trainer, recipe) = (Mesh::of(&shape.reader).trainer(), shape.reader.choice::<Recipe>(Id::Recipe));
    // In FP32 all recipes are one.
    let is_mixed = shape.reader.choice::<Precision>(Id::Precision) != Precision::Fp32;
    if is_mixed && recipe == Recipe::Policy && trainer != Trainer::Fsdp2 {
        return Err(Unsupported::Spread(NotSpread::Recipe));
    }
    let ranks = Mesh::of(&shape.reader).tensor();
    if ranks > 1.0 {
        divides(shape, recipe, is_mixed)?;
    }
    match trainer {
        Trainer::None => Ok(()),
        Trainer::Transformers | Trainer::Torch if ranks > 1.0 && Mesh::of(&shape.reader).data() <= 1.0 => Ok(()),
        Trainer::Transformers | Trainer::Torch => Err(Unsupported::Spread(NotSpread::DataOfPlan)),
        _ if !is_step => Err(Unsupported::Spread(NotSpread::Run)),
        Trainer::Ddp => Ok(()),
        Trainer::Fsdp2 => shards(shape, recipe, is_mixed),
    }
}

/// What layers were divided of: dense decoders as Llama's, trained whole or served by Transformers.
fn divides(shape: &Shape, recipe: Recipe, is_mixed: bool) -> Result<(), Unsupported> {
    let others = [
        Fact::NumDenseLayers,
        Fact::SharedIntermediateSize,
        Fact::KvLoraRank,
        Fact::LearnedPositions,
        Fact::TokenTypes,
        Fact::EmbeddingNorm,
        Fact::EmbeddingDropout,
        Fact::ExtraEmbeddings,
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
        sides.iter().all(|it| shape.number(*it) % ranks == 0.0)
            && (!reader.is_on(Id::SequenceParallel) || reader.number(Id::SequenceLength) % ranks == 0.0)
    };
    if !divides(ranks) {
        let heads = shape.number(Fact::NumKeyValueHeads);
        let of = |it: u32| divides(f64::from(it)).then_some(it);
        let below = (1..(ranks.min(heads + 1.0) as u32)).rev().find_map(of).unwrap_or(1);
        let above = ((ranks as u32).saturating_add(1)..=heads as u32).find_map(of);
        return Err(Unsupported::Spread(NotSpread::Degree { below, above }));
    }
    if !trains {
        return Ok(());
    }
    if !matches!(reader.choice(Id::Optimizer), Optimizer::Sgd | Optimizer::Adam | Optimizer::AdamW) {
        return Err(Unsupported::Spread(NotSpread::Optimizer));
    }
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

/// What FSDP2 was traced with: dense decoders without learned positions, trained whole or by plain adapters of 16-bit weights.
fn shards(shape: &Shape, recipe: Recipe, is_mixed: bool) -> Result<(), Unsupported> {
    let others = [
        Fact::NumExperts,
        Fact::KvLoraRank,
        Fact::LearnedPositions,
        Fact::TokenTypes,
        Fact::EmbeddingNorm,
        Fact::EmbeddingDropout,
        Fact::ExtraEmbeddings,
    ];
    let loss: Loss = shape.reader.choice(Id::Loss);
    let is_known = shape.layout() == Layout::Decoder
        && shape.head() == TaskHead::Lm
        && others.iter().all(|it| !shape.is(*it))
        && matches!(loss, Loss::Fp32 | Loss::Native | Loss::Fused)
        && !shape.reader.choice::<Precision>(Id::Precision).is_packed();
    let method = shape.reader.choice::<FinetuneMethod>(Id::FinetuneMethod);
    let is_plain = shape.reader.choice::<ModulesToSave>(Id::ModulesToSave) == ModulesToSave::None
        && shape.reader.choice::<LoraVariant>(Id::LoraVariant) != LoraVariant::Dora;
    if !is_known || !is_plain || !matches!(method, FinetuneMethod::Full | FinetuneMethod::Lora) {
        return Err(Unsupported::Spread(NotSpread::Model));
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
    if !matches!(shape.reader.choice(Id::Optimizer), Optimizer::Sgd | Optimizer::Adam | Optimizer::AdamW) {
        return Err(Unsupported::Spread(NotSpread::Optimizer));
    }
    if Mesh::of(&shape.reader).is_even() { Ok(()) } else { Err(Unsupported::Spread(NotSpread::Replicas)) }
}
