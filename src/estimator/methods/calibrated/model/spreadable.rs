//! Which runs are known over several GPUs: those whose trainer was read and traced with such layers. It knows no moment.

use crate::estimator::architecture::{Fact, FactGroup, Layout, Loss};
use crate::estimator::methods::calibrated::model::mesh::Mesh;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::model::unsupported::{NotSpread, Unsupported};
use crate::estimator::mode::Mode;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::{
    FinetuneMethod, LoraVariant, ModulesToSave, Optimizer, Precision, Recipe, TaskHead,
};
use crate::estimator::parameters::spread::{Trainer, ZeroStage};

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
    match trainer {
        Trainer::None => Ok(()),
        _ if !is_step => Err(Unsupported::Spread(NotSpread::Run)),
        Trainer::Ddp => Ok(()),
        Trainer::Fsdp2 => shards(shape, recipe, is_mixed),
        Trainer::DeepSpeed => zero(shape, recipe, is_mixed),
    }
}

/// What DeepSpeed was traced with: the same models as FSDP2, in 16 bits beside an FP32 copy.
fn zero(shape: &Shape, recipe: Recipe, is_mixed: bool) -> Result<(), Unsupported> {
    let stage: ZeroStage = shape.reader.choice(Id::ZeroStage);
    models(shape)?;
    if !is_mixed || recipe != Recipe::Master {
        return Err(Unsupported::Spread(NotSpread::Recipe));
    }
    optimizers(shape)?;
    // Without ZeRO another class runs (`FP16_UnfusedOptimizer`).
    if stage == ZeroStage::Nothing { Err(Unsupported::Spread(NotSpread::Stage)) } else { Ok(()) }
}

/// Dense decoders without learned positions, trained whole or by plain adapters of 16-bit weights.
fn models(shape: &Shape) -> Result<(), Unsupported> {
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
    let is_known = is_known && is_plain && matches!(method, FinetuneMethod::Full | FinetuneMethod::Lora);
    if is_known { Ok(()) } else { Err(Unsupported::Spread(NotSpread::Model)) }
}

/// Those that update parts of tensors.
fn optimizers(shape: &Shape) -> Result<(), Unsupported> {
    let is_known = matches!(shape.reader.choice(Id::Optimizer), Optimizer::Sgd | Optimizer::Adam | Optimizer::AdamW);
    if is_known { Ok(()) } else { Err(Unsupported::Spread(NotSpread::Optimizer)) }
}

/// What FSDP2 was traced with.
fn shards(shape: &Shape, recipe: Recipe, is_mixed: bool) -> Result<(), Unsupported> {
    models(shape)?;
    let method = shape.reader.choice::<FinetuneMethod>(Id::FinetuneMethod);
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
    if Mesh::of(&shape.reader).is_even() { Ok(()) } else { Err(Unsupported::Spread(NotSpread::Replicas)) }
}
