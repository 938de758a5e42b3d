//! Which adapters reach what they name in layers that are not those of every decoder. It knows no tensor of theirs.

use crate::estimator::architecture::{Fact, Layout};
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::parameters::ParameterId;
use crate::estimator::parameters::choices::{FinetuneMethod, LoraTargets};

/// Whether PEFT puts the run's adapters where formulas have them, in layers of latent or of linear attention.
pub fn takes_adapters(it: &Shape) -> bool {
    let has_experts = it.is(Fact::NumExperts);
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
                // These reach stacked experts, too (Transformers 5, `_convert_peft_config_moe`).
                LoraTargets::AllLinear => !has_experts,
            }
        }
    }
}
