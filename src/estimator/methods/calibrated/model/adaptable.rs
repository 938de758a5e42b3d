//! Which adapters reach what they name in layers that are not those of every decoder. It knows no tensor of theirs.

use crate::estimator::architecture::{Fact, Layout};
use crate::estimator::methods::calibrated::model::ends::unquantized_parts;
use crate::estimator::methods::calibrated::model::mesh::Mesh;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::model::storage;
use crate::estimator::methods::calibrated::run::formats::{Formats, Trained};
use crate::estimator::methods::calibrated::tensors::dtype::HALF;
use crate::estimator::parameters::choices::{
    FinetuneMethod, FrozenInputs, LinearAttentionKernel, LoraTargets, LoraVariant, Optimizer, Precision,
};
use crate::estimator::parameters::spread::Trainer;
use crate::estimator::parameters::{ParameterId, UnquantizedParts};

/// Whether PEFT puts the run's adapters where formulas have them, in layers of latent or of linear attention.
pub fn takes_adapters(it: &Shape) -> bool {
    let is_linear = it.layout() == Layout::GatedDeltaHybrid;
    match it.reader.choice::<FinetuneMethod>(ParameterId::FinetuneMethod) {
        FinetuneMethod::Full => true,
        // They are keys and values of all heads, and neither latents nor states.
        FinetuneMethod::Prefix => false,
        FinetuneMethod::Lora | FinetuneMethod::Qlora => {
            match it.reader.choice::<LoraTargets>(ParameterId::LoraTargets) {
                // Compressed queries have no `q_proj`, and no latent attention has `v_proj`.
                LoraTargets::QueryValue => is_linear || !it.is(Fact::QLoraRank),
                LoraTargets::Attention => true,
                LoraTargets::AllLinear => !reaches_experts(it),
            }
        }
    }
}

/// Whether the run's adapters reach stacked experts and their router, too (peft 0.21.2, `_convert_peft_config_moe`):
/// beside each stack of weights a sum of it and the adapters' product is made and kept, for which there are no
/// formulas.
pub fn reaches_experts(it: &Shape) -> bool {
    let is_low_rank = match it.reader.choice::<FinetuneMethod>(ParameterId::FinetuneMethod) {
        FinetuneMethod::Full | FinetuneMethod::Prefix => false,
        FinetuneMethod::Lora | FinetuneMethod::Qlora => true,
    };
    let targets = it.reader.choice::<LoraTargets>(ParameterId::LoraTargets);
    is_low_rank && targets == LoraTargets::AllLinear && it.is(Fact::NumExperts)
}

/// Whether the kernels of Mamba2 can read the weights of a run that has chosen them: they multiply by that of the
/// projection outward themselves.
pub fn takes_kernels(it: &Shape) -> bool {
    let kernel: LinearAttentionKernel = it.reader.choice(ParameterId::LinearAttentionKernel);
    let is_fused = it.layout() == Layout::Mamba2Hybrid && kernel == LinearAttentionKernel::Fla;
    let method: FinetuneMethod = it.reader.choice(ParameterId::FinetuneMethod);
    let is_packed = unquantized_parts(it) & UnquantizedParts::LINEAR_ATTENTION == 0;
    !is_fused || method != FinetuneMethod::Qlora || !is_packed
}

/// Whether formulas know adapters with magnitudes beside the run's base: of quantized ones, 4-bit layers that return
/// the format they read.
pub fn takes_magnitudes(it: &Shape) -> bool {
    let has_magnitudes = match it.reader.choice::<LoraVariant>(ParameterId::LoraVariant) {
        LoraVariant::Lora | LoraVariant::Rslora => false,
        LoraVariant::Dora => true,
    };
    let method = it.reader.choice::<FinetuneMethod>(ParameterId::FinetuneMethod);
    if !has_magnitudes || method != FinetuneMethod::Qlora {
        return true;
    }
    let formats = Formats::of(&it.reader);
    storage::is_expanded(it) && (!formats.is_autocast || formats.adapter <= formats.inner)
}

/// Whether the rules of the run's optimizer were read for what it trains. Transformers hands GaLore the weights of
/// `nn.Linear` in attention and feed-forward blocks (`trainer_optimizer.py` of 5.23), which experts in stacks and
/// convolutions are not; adapters are, and the matrices that it decomposes there were not followed.
pub fn takes_optimizer(it: &Shape) -> bool {
    let is_plain = || it.layout() == Layout::Decoder && !it.is(Fact::NumExperts);
    it.reader.choice::<Optimizer>(ParameterId::Optimizer) != Optimizer::GaLoreAdamW
        || is_plain() && Formats::of(&it.reader).trained == Trained::Everything
}

/// Whether formulas know what adapters keep beside parts of a quantized base that are not: the same as beside 4-bit
/// layers, where neither side converts or keeps what it reads, nor computes in FP32.
pub fn takes_unquantized(it: &Shape) -> bool {
    let reader = &it.reader;
    if !reader.has_effect(ParameterId::Unquantized) || unquantized_parts(it) == UnquantizedParts::USUAL {
        return true;
    }
    let formats = Formats::of(reader);
    storage::is_expanded(it)
        && !(formats.is_autocast && formats.adapter != formats.inner)
        && !reader.is_on(ParameterId::KbitPreparation)
        && reader.choice::<FrozenInputs>(ParameterId::FrozenInputs) == FrozenInputs::Dropped
        && Mesh::of(reader).trainer() == Trainer::None
}

/// Whether formulas know what the frozen layers of the run keep: of 8-bit ones, and of 4-bit ones that write down what
/// they read where a loop holds the last step's graph, those of plain decoders of text.
pub fn takes_base(it: &Shape) -> bool {
    let method = it.reader.choice::<FinetuneMethod>(ParameterId::FinetuneMethod);
    let is_plain = it.layout() == Layout::Decoder
        && ![Fact::NumExperts, Fact::KvLoraRank, Fact::VisionNumLayers].iter().any(|fact| it.is(*fact));
    let holds =
        storage::is_eight_bit(it) || it.reader.is_on(ParameterId::ReturnOutputs) && storage::writes_inputs(it, false);
    method != FinetuneMethod::Qlora || !holds || is_plain
}

/// Whether formulas know what packed experts keep, if they are packed: beside 4-bit layers of a decoder in 16 bits
/// without shared experts, on one GPU.
pub fn takes_packed_experts(it: &Shape) -> bool {
    let reader = &it.reader;
    !reader.is_on(ParameterId::PackedExperts)
        || storage::is_expanded(it)
            && it.layout() == Layout::Decoder
            && reader.choice::<Precision>(ParameterId::Precision).bytes() == HALF
            && !it.is(Fact::SharedIntermediateSize)
            && Mesh::of(reader).trainer() == Trainer::None
}
