//! What a run holds at every moment at least, from counts of parameters and from number formats. It knows no moment and
//! no component, so that it can judge both.

use vram_estimator::estimator::architecture::{Fact, Layout};
use vram_estimator::estimator::parameters::choices::{
    Engine, FinetuneMethod, Optimizer, Precision, Quantization, Recipe, TaskHead, TowerPlace,
};
use vram_estimator::estimator::parameters::spread::Trainer;
use vram_estimator::estimator::parameters::trains;
use vram_estimator::estimator::{Inputs, ParameterId, Part, PartCount, Tower, parts, told_value};

/// Bytes of weights and of states of the optimizer that a run holds at every moment, at least, from the parameters that
/// are counted and the formats that the choices mean: it looks at no moment. What is packed by an engine's own rules
/// counts as its narrowest format, paged states as none, and a tower as frozen.
pub fn resident(inputs: &Inputs) -> f64 {
    let counted = |keep: fn(&PartCount) -> bool| {
        let parts = parts(inputs);
        let kept = parts.iter().filter(|it| it.tower != Tower::MultiTokenPrediction && keep(it));
        kept.map(|it| it.parameters).sum::<f64>()
    };
    let (all, of_text) = (counted(|_| true), counted(|it| it.tower != Tower::Vision));
    if all <= 0.0 {
        return 0.0;
    }
    // Of what is divided or shared out a rank holds its part, and of what lies on the host nothing: nothing is counted.
    let number = |id| inputs.values().number(id);
    let degrees = [ParameterId::TensorParallel, ParameterId::PipelineParallel, ParameterId::ContextParallel];
    let is_divided = degrees.iter().any(|it| inputs.has_effect(*it) && number(*it) > 1.0);
    let is_shared = number(ParameterId::DataParallel) > 1.0
        && matches!(inputs.choice(ParameterId::Trainer), Trainer::Fsdp2 | Trainer::DeepSpeed | Trainer::Megatron);
    let is_in_host = inputs.has_effect(ParameterId::GpuLayers)
        && (!inputs.is_default(ParameterId::GpuLayers) || number(ParameterId::CpuExpertLayers) > 0.0);
    // GPUs of Transformers and llama.cpp have whole layers each; those of vLLM copies.
    let has_layers = !trains(inputs.mode(), inputs.choice(ParameterId::Task))
        && inputs.choice::<Engine>(ParameterId::Engine) != Engine::Vllm
        && inputs.has_effect(ParameterId::GpuCount)
        && number(ParameterId::GpuCount) > 1.0;
    if is_divided || is_shared || is_in_host || has_layers {
        return 0.0;
    }
    // A model has the parameters that its shape counts to, unless a size was given.
    let is_counted = inputs.is_default(ParameterId::ModelSize) && inputs.model().is_some();
    let size = if is_counted { all } else { told_value(inputs, ParameterId::ModelSize).number() * 1e9 };
    // A head leaves out what it does not run; what it brings is not counted here.
    let idle = match inputs.choice::<TaskHead>(ParameterId::TaskHead) {
        TaskHead::Lm => 0.0,
        TaskHead::Mlm => counted(|it| it.part == Part::Head),
        TaskHead::Classifier | TaskHead::None => counted(|it| it.part == Part::LmHead),
    };
    // A tower that is not on the GPU takes nothing there.
    let is_seen = inputs.choice::<TowerPlace>(ParameterId::Vision) == TowerPlace::Resident;
    let idle = idle + if is_seen { 0.0 } else { all - of_text };
    let size = size * (all - idle) / all;
    let width = match inputs.choice::<Precision>(ParameterId::Precision) {
        Precision::Fp32 => 4.0,
        Precision::Fp16 | Precision::Bf16 => 2.0,
        Precision::Fp8 | Precision::Int8 => 1.0,
        Precision::Int4 => 0.5,
    };
    let quantized = inputs.choice::<Quantization>(ParameterId::Quantization).bytes().map_or(width, |it| it.min(2.0));
    if !trains(inputs.mode(), inputs.choice(ParameterId::Task)) {
        // Mixes of llama.cpp go below the format that they are named for.
        const NARROWEST: f64 = 0.13;
        let is_mixed = inputs.choice::<Engine>(ParameterId::Engine) == Engine::LlamaCpp;
        return size * if is_mixed { NARROWEST } else { quantized };
    }
    let recipe = inputs.choice::<Recipe>(ParameterId::Recipe);
    match inputs.choice::<FinetuneMethod>(ParameterId::FinetuneMethod) {
        FinetuneMethod::Qlora => size * quantized,
        FinetuneMethod::Lora | FinetuneMethod::Prefix => size * width,
        FinetuneMethod::Full => {
            let weight = if recipe == Recipe::Autocast { 4.0 } else { width };
            let master = if recipe == Recipe::Master && weight < 4.0 { 4.0 } else { 0.0 };
            let state = if master > 0.0 { master } else { weight.max(2.0) };
            let states = match inputs.choice::<Optimizer>(ParameterId::Optimizer) {
                Optimizer::Adam | Optimizer::AdamW => 2.0 * state,
                // Muon has more states of what is no matrix.
                Optimizer::Sgd | Optimizer::Lion | Optimizer::Muon => state,
                Optimizer::BnbLion => 4.0,
                Optimizer::AdamW8bit => 2.0,
                Optimizer::Lion8bit => 1.0,
                Optimizer::PagedAdamW
                | Optimizer::PagedAdamW8bit
                | Optimizer::PagedLion8bit
                | Optimizer::Adafactor
                | Optimizer::GaLoreAdamW => 0.0,
            };
            // The positions of a recording are sines, which nobody trains.
            let facts = inputs.values().facts();
            let fact = |it| facts.get(it).unwrap_or(0.0);
            let is_heard = inputs.choice::<Layout>(ParameterId::Layout) == Layout::Speech;
            let sines = if is_heard { fact(Fact::NumAudioPositions) * fact(Fact::HiddenSize) } else { 0.0 };
            let of_text = (of_text - sines).max(0.0);
            size * weight + size * (of_text / all) * (master + states)
        }
    }
}
