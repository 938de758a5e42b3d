//! What a launch says, or leaves open, of the format in which weights are loaded. It knows no program's flags.

use crate::estimator::{Inputs, ParameterId, Trainer};
use crate::import::imported::NotTaken;
use crate::import::launch::field::Tool;
use crate::import::launch::gathering::Gathering;
use crate::import::launch::setting::Setting;
use crate::import::launch::values::{has_adapters, is_qlora, is_whole_in_16_bits, text_of, trainer_of};
use crate::import::own_source::OwnSource;

/// What weights are loaded in that nothing makes narrower.
const WIDE: &str = "FP32";

/// The recipe that converts them.
const AUTOCAST: &str = "autocast";

/// 8-bit formats, beside which nothing was traced in FP32.
const EIGHT_BITS: &[&str] = &["INT8", "llm-int8"];

/// Whether weights that are loaded in FP32 stay so, and autocast is what runs beside them.
fn stay_wide(inputs: &Inputs) -> bool {
    has_adapters(inputs) && !is_qlora(inputs) && is_alone(inputs)
}

/// Neither sharded nor cast.
fn is_alone(inputs: &Inputs) -> bool {
    matches!(trainer_of(inputs), Trainer::None | Trainer::Ddp)
}

/// Whether what stands beside 4-bit weights, loaded in FP32, makes the run that of weights which PEFT prepared: norms,
/// embedding and output projection are FP32 either way, and so is what 4-bit layers put out. TRL makes them compute in
/// what was loaded, too (`get_quantization_config`): what they expand for a product is then twice as large, which no
/// traced run with a vocabulary of usual size had at its fullest.
fn prepares(inputs: &Inputs) -> bool {
    is_qlora(inputs)
        && is_alone(inputs)
        && inputs.has_effect(ParameterId::KbitPreparation)
        && text_of(inputs, ParameterId::Precision) != WIDE
        && !EIGHT_BITS.contains(&text_of(inputs, ParameterId::Quantization).as_str())
}

/// Whether weights beside 4-bit ones are such.
pub fn are_prepared(inputs: &Inputs) -> bool {
    prepares(inputs)
        && text_of(inputs, ParameterId::KbitPreparation) == "true"
        && text_of(inputs, ParameterId::Recipe) == AUTOCAST
}

/// Whether a run in 16 bits would read such weights.
fn loads_wide(inputs: &Inputs) -> bool {
    stay_wide(inputs) && text_of(inputs, ParameterId::Precision) != WIDE
}

/// Whether autocast converts frozen weights, which were loaded in FP32.
pub fn are_converted(inputs: &Inputs) -> bool {
    stay_wide(inputs)
        && text_of(inputs, ParameterId::Precision) == WIDE
        && text_of(inputs, ParameterId::Recipe) == AUTOCAST
}

/// Whether the run converts all weights before it begins (DeepSpeed, `DeepSpeedEngine._configure_distributed_model`).
fn is_cast(inputs: &Inputs) -> bool {
    trainer_of(inputs) == Trainer::DeepSpeed
}

impl Gathering<'_> {
    /// Takes what weights are loaded in.
    pub fn take_loaded(&mut self, setting: &Setting, program: &Tool) {
        let precision = match setting.value.to_ascii_lowercase().trim_start_matches("torch.") {
            "float32" | "fp32" => None,
            "bfloat16" | "bf16" => Some("BF16"),
            "float16" | "fp16" | "half" => Some("FP16"),
            "auto" => Some(""),
            _ => return self.leave(setting, NotTaken::Value),
        };
        // Without autocast a run computes in what its weights are loaded in.
        let is_assumed =
            self.res.assumed.iter().any(|it| it.id == ParameterId::Precision) || !self.is_given(ParameterId::Precision);
        if let Some(own) = precision.filter(|it| is_assumed && !it.is_empty()) {
            self.given.retain(|it| it.0 != ParameterId::Precision);
            self.res.assumed.retain(|it| it.id != ParameterId::Precision);
            self.put(ParameterId::Precision, own, setting);
        }
        let inputs = self.inputs(program);
        if is_whole_in_16_bits(&inputs) {
            let recipe = if precision.is_none() { "autocast" } else { "pure" };
            self.put(ParameterId::Recipe, recipe, setting);
        } else if precision.is_none() && loads_wide(&inputs) {
            self.give_wide();
            self.put(ParameterId::Precision, WIDE, setting);
        } else if precision.is_none() && prepares(&inputs) {
            self.put(ParameterId::KbitPreparation, "true", setting);
        } else if precision.is_none() && has_adapters(&inputs) && !is_cast(&inputs) {
            self.leave(setting, NotTaken::Unread);
        } else if !self.res.taken.iter().any(|it| it.name == setting.name && it.line == Some(setting.line)) {
            self.leave(setting, NotTaken::AsByDefault);
        }
    }

    /// Takes what a program loads weights in that nothing says, if that is FP32.
    pub fn take_wide(&mut self, program: &Tool, source: OwnSource) {
        let inputs = self.inputs(program);
        if loads_wide(&inputs) {
            self.give_wide();
            self.give(ParameterId::Precision, WIDE);
            self.assume(ParameterId::Precision, WIDE, source);
        } else if prepares(&inputs) {
            self.give(ParameterId::KbitPreparation, "true");
            self.assume(ParameterId::KbitPreparation, "true", source);
        } else if has_adapters(&inputs) && !is_cast(&inputs) {
            self.res.leave("dtype", "float32", NotTaken::UnreadDefault);
        }
    }

    /// Frozen weights are FP32: what said 16 bits said in what autocast computes.
    fn give_wide(&mut self) {
        let id = ParameterId::Recipe;
        self.give(id, AUTOCAST);
        self.given.retain(|it| it.0 != ParameterId::Precision);
        for it in self.res.taken.iter_mut().filter(|it| it.id == ParameterId::Precision) {
            (it.id, it.value) = (id, AUTOCAST.to_owned());
        }
        for it in self.res.assumed.iter_mut().filter(|it| it.id == ParameterId::Precision) {
            (it.id, it.value) = (id, AUTOCAST.to_owned());
        }
    }
}
