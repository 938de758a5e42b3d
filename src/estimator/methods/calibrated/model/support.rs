//! Which models `calibrated` has formulas for, in which mode: where a layer has none there is no answer, and the reason
//! is told. It knows no formula.

use crate::estimator::architecture::{Activation, Fact, FactGroup, Layout, List, Loss, Norm};
use crate::estimator::inputs::Inputs;
use crate::estimator::methods::calibrated::blocks::activation::Function;
use crate::estimator::methods::calibrated::blocks::kernel::is_eager;
use crate::estimator::methods::calibrated::model::adaptable::{
    takes_base, takes_kernels, takes_magnitudes, takes_optimizer, takes_packed_experts, takes_unquantized,
};
use crate::estimator::methods::calibrated::model::complete::{has_empty_stage, missing};
use crate::estimator::methods::calibrated::model::ends::Ends;
use crate::estimator::methods::calibrated::model::mesh::Mesh;
use crate::estimator::methods::calibrated::model::runnable::runs;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::model::storage::chosen_format;
use crate::estimator::methods::calibrated::model::unsupported::{OtherMode, Unsupported};
use crate::estimator::methods::calibrated::run::formats::Formats;
use crate::estimator::methods::calibrated::serving::cache_formats::has_cache;
use crate::estimator::methods::calibrated::serving::draft_model;
use crate::estimator::methods::calibrated::serving::engine::EngineTraits;
use crate::estimator::methods::calibrated::serving::mixes::file;
use crate::estimator::methods::calibrated::serving::portions::gpus_with_layers;
use crate::estimator::mode::Mode;
use crate::estimator::parameters::choices::{Algorithm, Draft, Engine, Precision, TaskHead, TowerPlace};
use crate::estimator::parameters::engine_versions::VersionRules;
use crate::estimator::parameters::spread::Trainer;
use crate::estimator::parameters::{ParameterId, head_of, trains};
use crate::estimator::reader::{Reader, Telling};

/// A mode that runs the model of inputs that their own mode does not run, if there is one.
pub fn mode_that_runs(inputs: &Inputs) -> Option<Mode> {
    // Where such models usually run, then wherever this one does.
    let usual = match support(inputs).err()?.other_mode() {
        OtherMode::None => return None,
        OtherMode::Any => None,
        OtherMode::Usual(mode) => Some(mode),
    };
    let candidates = [usual, Some(Mode::Train), Some(Mode::Inference), Some(Mode::Vlm), Some(Mode::Cnn)];
    candidates.into_iter().flatten().find(|mode| support(&inputs.in_mode(*mode)).is_ok())
}

/// Whether there are formulas for the inputs' model in their mode.
///
/// # Errors
/// Says why not.
pub fn support(inputs: &Inputs) -> Result<(), Unsupported> {
    supports(&Reader::new(inputs, Telling::Values))
}

/// The same for whoever reads the inputs already. Of several reasons the first is told: that of the model, then those
/// of what is asked of it.
pub fn supports(reader: &Reader) -> Result<(), Unsupported> {
    let shape = &Shape::new(*reader);
    let trains = trains(reader.mode(), reader.choice(ParameterId::Task));
    runs(shape, trains)?;
    if let Some(it) = missing(shape) {
        return Err(Unsupported::FactsMissing(it));
    }
    conditions(shape, trains)?;
    drafts(shape)?;
    holds(has_file(shape), Unsupported::NoSuchFile)
}

/// What has to hold of a run beside its layers, and the reason why there are no formulas where it does not: a row for
/// each, in the order in which they are asked. Rows and no list of functions, of which the page's first program would
/// carry each by itself.
fn conditions(shape: &Shape, trains: bool) -> Result<(), Unsupported> {
    holds(fits_head(shape), Unsupported::OtherHead)?;
    holds(takes_base(shape), Unsupported::EightBitBase)?;
    holds(takes_packed_experts(shape), Unsupported::PackedExperts)?;
    holds(knows_ends(shape), Unsupported::EndsUnknown)?;
    holds(!trains || takes_unquantized(shape), Unsupported::WholePartsTrained)?;
    holds(!trains || takes_optimizer(shape), Unsupported::OptimizerOfModel)?;
    holds(takes_magnitudes(shape), Unsupported::MagnitudesOfPacked)?;
    holds(takes_kernels(shape), Unsupported::KernelsOfPacked)?;
    holds(has_as_many_widths(shape), Unsupported::StagesDiffer)?;
    holds(!has_empty_stage(shape), Unsupported::StageEmpty)?;
    holds(has_mixed_layers(shape), Unsupported::EveryLayerDense)?;
    holds(knows_experts(shape), Unsupported::OtherExperts)?;
    holds(knows_tower(shape), Unsupported::OtherTower)?;
    holds(has_asked_cache(shape), Unsupported::NoSuchCache)?;
    holds(offloads_cache(shape), Unsupported::OffloadedCache)?;
    holds(has_version(shape), Unsupported::NoSuchVersion)?;
    holds(!trains || is_unpacked(shape), Unsupported::PackedTraining)?;
    holds(!trains || multiplies_experts(shape), Unsupported::WideExperts)?;
    holds(loads_format(shape), Unsupported::FormatOfOtherEngine)?;
    holds(takes_tower(shape), Unsupported::TowerOfOtherEngine)?;
    holds(scores_by_loss(shape), Unsupported::LossOfGroups)?;
    holds(takes_loss(shape), Unsupported::OtherLoss)?;
    Ok(())
}

const fn holds(holds: bool, reason: Unsupported) -> Result<(), Unsupported> {
    if holds { Ok(()) } else { Err(reason) }
}

/// Whether it is known of which kind the first and last layers are that stay in 16 bits, if any do.
fn knows_ends(shape: &Shape) -> bool {
    Ends::of(shape).is_none_or(|it| it.are_known())
}

/// Whether each stage of a network whose stages have widths of their own has one.
fn has_as_many_widths(shape: &Shape) -> bool {
    !FactGroup::WideStages.is_of(shape.layout()) || shape.list(List::Depths).len() == shape.list(List::Widths).len()
}

/// Whether some layer of a mixture has experts.
fn has_mixed_layers(shape: &Shape) -> bool {
    !shape.is(Fact::NumExperts) || shape.number(Fact::NumDenseLayers) < shape.number(Fact::NumLayers)
}

/// Whether experts are of the kind whose code was read: gated, with a function that is one operation, or clamped; where
/// each layer has one mixer, two matrices with the square of a rectified input between them. Megatron's are its own.
fn knows_experts(shape: &Shape) -> bool {
    let is_known = || {
        let activation = Activation::of(shape.number(Fact::Activation));
        match shape.layout() {
            Layout::SingleMixerHybrid => activation == Activation::ReluSquared && !shape.is(Fact::GatedMlp),
            _ => Function::of(activation).is_known_in_experts && shape.is(Fact::GatedMlp),
        }
    };
    !shape.is(Fact::NumExperts) || Mesh::of(&shape.reader).trainer() == Trainer::Megatron || is_known()
}

/// Whether the function of a vision tower that runs is one whose code was read.
fn knows_tower(shape: &Shape) -> bool {
    !runs_tower(shape) || Function::of(Activation::of(shape.number(Fact::VisionActivation))).is_known_in_towers
}

fn has_asked_cache(shape: &Shape) -> bool {
    !shape.reader.has_effect(ParameterId::KvPrecision) || has_cache(shape)
}

/// Whether a cache in the host's memory, if it is asked for, is of layers that were traced so: whole softmax attention
/// without scores, on one GPU.
fn offloads_cache(shape: &Shape) -> bool {
    let is_plain = shape.layout() == Layout::Decoder
        && !shape.is(Fact::SlidingWindow)
        && !shape.is(Fact::KvLoraRank)
        && !is_eager(shape)
        && shape.reader.number(ParameterId::GpuCount) == 1.0;
    is_plain || !shape.reader.is_on(ParameterId::OffloadCache)
}

fn has_version(shape: &Shape) -> bool {
    let reader = &shape.reader;
    VersionRules::of(reader.choice(ParameterId::EngineVersion)).are_of(reader.choice(ParameterId::Engine))
}

/// Whether what is computed has 16 bits or more.
fn is_unpacked(shape: &Shape) -> bool {
    !shape.reader.choice::<Precision>(ParameterId::Precision).is_packed()
}

/// Whether the products of experts take the format of frozen weights.
fn multiplies_experts(shape: &Shape) -> bool {
    !shape.is(Fact::NumExperts) || !Formats::of(&shape.reader).converts_frozen
}

/// Whether llama.cpp makes a file of the chosen format, if it is to load one.
fn has_file(shape: &Shape) -> bool {
    !EngineTraits::of(shape.reader.choice(ParameterId::Engine)).loads_gguf || file(shape).is_some()
}

/// Whether there are formulas for the run's drafter, if it has one.
fn drafts(shape: &Shape) -> Result<(), Unsupported> {
    let reader = &shape.reader;
    let draft = reader.choice(ParameterId::Draft);
    if draft == Draft::None {
        return Ok(());
    }
    let version = VersionRules::of(reader.choice(ParameterId::EngineVersion)).vllm;
    let is_read = match reader.choice(ParameterId::Engine) {
        Engine::Vllm => version.is_some_and(|it| it.has_drafters),
        Engine::LlamaCpp => draft == Draft::Model && gpus_with_layers(reader) == 1.0,
        Engine::Transformers => false,
    };
    if !is_read {
        return Err(Unsupported::DrafterOfOtherEngine);
    }
    // A layer of a mixture or of latent attention is in no such drafter whose code was read.
    let is_like_eagle =
        || shape.layout() == Layout::Decoder && !shape.is(Fact::NumExperts) && !shape.is(Fact::KvLoraRank);
    match draft {
        Draft::None => Ok(()),
        Draft::Mtp if !shape.is(Fact::MultiTokenPrediction) || shape.layout() == Layout::SingleMixerHybrid => {
            Err(Unsupported::NoSuchDrafter)
        }
        Draft::Mtp if chosen_format(shape).is_some_and(|it| !it.is_fp8()) => Err(Unsupported::DrafterOfOtherFormat),
        Draft::Mtp => Ok(()),
        Draft::Eagle if is_like_eagle() => Ok(()),
        Draft::Eagle => Err(Unsupported::NoSuchDrafter),
        Draft::Model if takes_draft_model(shape) => Ok(()),
        Draft::Model => Err(Unsupported::DraftModel),
    }
}

/// Entries by which vocabularies may differ in llama.cpp (`SPEC_VOCAB_MAX_SIZE_DIFFERENCE` in
/// `common/speculative.cpp`).
const VOCABULARIES_DIFFER: f64 = 128.0;

/// Whether a decoder is to draft whose vocabulary is the model's: vLLM wants the same size
/// (`SpeculativeConfig.verify_equal_vocab_size_if_draft_model`).
fn takes_draft_model(shape: &Shape) -> bool {
    let Some(inputs) = draft_model::inputs_of(&shape.reader) else { return false };
    let is_of_vllm = shape.reader.choice::<Engine>(ParameterId::Engine) == Engine::Vllm;
    let drafting = Shape::new(Reader::new(&inputs, Telling::Values));
    let differ = (drafting.number(Fact::VocabSize) - shape.whole().number(Fact::VocabSize)).abs();
    let is_near = differ <= if is_of_vllm { 0.0 } else { VOCABULARIES_DIFFER };
    let are_decoders = [shape, &drafting].iter().all(|it| it.layout() == Layout::Decoder);
    is_near && are_decoders && !drafting.is(Fact::VisionNumLayers) && supports(&drafting.reader).is_ok()
}

/// Whether a model of the layout runs with the run's head: a classifier or none only where their code was read.
fn fits_head(shape: &Shape) -> bool {
    let (layout, head) = (shape.layout(), shape.head());
    let fits = match head {
        TaskHead::Lm | TaskHead::Mlm => head == head_of(layout),
        TaskHead::Classifier => !FactGroup::TwoStacks.is_of(layout) && !FactGroup::Contrastive.is_of(layout),
        TaskHead::None => !FactGroup::TwoStacks.is_of(layout),
    };
    fits || !shape.reader.has_effect(ParameterId::TaskHead)
}

/// Whether whoever runs the model loads the format of its quantized weights. What llama.cpp loads `file` says.
fn loads_format(shape: &Shape) -> bool {
    let reader = &shape.reader;
    let Some(format) = chosen_format(shape).filter(|_| reader.has_effect(ParameterId::Quantization)) else {
        return true;
    };
    match reader.choice(ParameterId::Engine) {
        _ if trains(reader.mode(), reader.choice(ParameterId::Task)) => format.is_of_peft(),
        Engine::Transformers => format.is_of_transformers(),
        Engine::Vllm => format.is_of_vllm(),
        Engine::LlamaCpp => true,
    }
}

/// Whether the engine leaves the vision tower where it is to lie: vLLM has no switch that keeps one in the host's
/// memory.
fn takes_tower(shape: &Shape) -> bool {
    let reader = &shape.reader;
    let is_of_vllm =
        reader.has_effect(ParameterId::Engine) && reader.choice::<Engine>(ParameterId::Engine) == Engine::Vllm;
    let is_kept_out = reader.has_effect(ParameterId::Vision)
        && reader.choice::<TowerPlace>(ParameterId::Vision) == TowerPlace::Cpu
        && shape.is(Fact::VisionNumLayers);
    !(is_of_vllm && is_kept_out)
}

/// Whether the loss's library has code for such a model. Liger patches decoders with root mean square norms, and
/// neither BERT nor GPT-2 nor any other with a mean in its norms (`MODEL_TYPE_TO_APPLY_LIGER_FN` in
/// `liger_kernel/transformers/monkey_patch.py`).
fn takes_loss(shape: &Shape) -> bool {
    let is_of_liger =
        shape.reader.has_effect(ParameterId::Loss) && shape.reader.choice::<Loss>(ParameterId::Loss) == Loss::Liger;
    let is_patched = !FactGroup::TwoStacks.is_of(shape.layout())
        && shape.layout() != Layout::Encoder
        && matches!(Norm::of(shape.number(Fact::Norm)), Norm::Rms | Norm::RmsScaledWide | Norm::RmsPlusOne);
    !is_of_liger || is_patched
}

/// Whether completions are scored in a way in which TRL has scored them: from whole logits, of pairs also without
/// autocast, or in chunks.
fn scores_by_loss(shape: &Shape) -> bool {
    let reader = &shape.reader;
    let is_scored = reader.mode() == Mode::Grpo && reader.has_effect(ParameterId::Loss);
    match reader.choice(ParameterId::Loss) {
        Loss::Fp32 | Loss::Chunked => true,
        Loss::Native => !is_scored || reader.choice::<Algorithm>(ParameterId::Algorithm) == Algorithm::Dpo,
        Loss::Fused | Loss::Liger => !is_scored,
    }
}

/// Whether images run through layers of a vision transformer.
fn runs_tower(shape: &Shape) -> bool {
    match shape.reader.mode() {
        Mode::Multimodal | Mode::Vlm => shape.is(Fact::VisionNumLayers),
        Mode::Cnn => shape.layout() == Layout::VisionTransformer,
        Mode::Inference | Mode::Finetune | Mode::Train | Mode::Grpo | Mode::Nlp | Mode::Moe => false,
    }
}
