//! Parameters that contradict each other although each is allowed by itself. It changes nothing: formulas are computed
//! as they stand.

use crate::estimator::architecture::{Fact, Layout, List};
use crate::estimator::divide::divides_evenly;
use crate::estimator::inputs::Inputs;
use crate::estimator::methods::fills_windows;
use crate::estimator::mode::Mode;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::{Engine, FinetuneMethod, Precision, Quantization, Recipe};
use crate::estimator::parameters::spread::Trainer;

/// Two parameters that contradict each other although each is allowed by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conflict {
    /// A token would visit more experts than there are.
    MoreActiveThanExperts,
    /// A patch would be larger than the image.
    PatchLargerThanImage,
    /// The image would leave windows of attention half empty, for which its network is not made.
    WindowsNotFilled,
    /// The width of the model is no multiple of its heads.
    HeadsDoNotDivide,
    /// The heads are no multiple of the key-value heads.
    KeyValueHeadsDoNotDivide,
    /// Keys and values would have more heads than queries.
    MoreKeyValueHeadsThanHeads,
    /// The completion would be longer than the sequence.
    CompletionLongerThanSequence,
    /// A size was stated beside a model, which has one.
    SizeOfModel,
    /// The sequence is longer than the positions that the model has learned.
    LongerThanPositions,
    /// The sequence is longer than the model's positions are made for, which vLLM refuses unless told otherwise.
    LongerThanModel,
    /// A decoder reads more tokens than the positions that it has learned.
    DecoderLongerThanPositions,
    /// QLoRA was chosen beside a base that is not quantized.
    QloraUnquantized,
    /// A recipe of 16 bits was chosen beside FP32, in which a run has nothing of 16 bits.
    RecipeInFp32,
    /// What spreads a run was chosen beside one GPU, on which it has nothing to do.
    OneGpu,
}

impl Conflict {
    /// The parameter beside which the page explains the conflict.
    pub const fn parameter(self) -> Id {
        match self {
            Self::MoreActiveThanExperts => Id::NumActiveExperts,
            Self::PatchLargerThanImage => Id::PatchSize,
            Self::WindowsNotFilled => Id::InputImageSize,
            Self::HeadsDoNotDivide => Id::NumAttentionHeads,
            Self::KeyValueHeadsDoNotDivide | Self::MoreKeyValueHeadsThanHeads => Id::NumKeyValueHeads,
            Self::CompletionLongerThanSequence => Id::CompletionLength,
            Self::SizeOfModel => Id::ModelSize,
            Self::LongerThanPositions | Self::LongerThanModel => Id::SequenceLength,
            Self::DecoderLongerThanPositions => Id::DecoderLength,
            Self::QloraUnquantized => Id::Quantization,
            Self::RecipeInFp32 => Id::Recipe,
            Self::OneGpu => Id::Trainer,
        }
    }
}

/// A length beyond the positions that the model has learned.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PositionsExceeded {
    /// Tokens of a sequence.
    pub length: f64,
    /// Positions.
    pub positions: f64,
    /// Whether it is the decoder's.
    pub is_of_decoder: bool,
}

/// The positions that the model has learned, beyond which it cannot read; `None` where it has learned none. Some keep
/// rows that stand for none: those that the model is made for are fewer.
pub fn learned_positions(inputs: &Inputs) -> Option<f64> {
    let rows = inputs.values().facts().get(Fact::LearnedPositions).filter(|it| *it > 0.0)?;
    let stated = inputs.model().map(|it| it.context_length).filter(|it| *it > 0.0);
    // What was typed is another model's.
    let stated = stated.filter(|_| inputs.is_default(Id::LearnedPositions));
    Some(stated.map_or(rows, |it| it.min(rows)))
}

/// A length beyond the positions that the model has learned, whichever of its stacks reads it.
pub fn positions_exceeded(inputs: &Inputs) -> Option<PositionsExceeded> {
    let positions = learned_positions(inputs)?;
    let longer = |id: Id, is_of_decoder: bool| {
        let length = inputs.values().number(id);
        let is_longer = inputs.has_effect(id) && length > positions;
        is_longer.then_some(PositionsExceeded { length, positions, is_of_decoder })
    };
    let of_text = || longer(Id::SequenceLength, false).filter(|_| inputs.has_effect(Id::LearnedPositions));
    of_text().or_else(|| longer(Id::DecoderLength, true))
}

/// Whether vLLM serves longer sequences than the model's positions are made for only if it is told to: memory is what
/// it is either way (`_get_and_verify_max_len` in `config/model.py`; `VLLM_ALLOW_LONG_MAX_MODEL_LEN`, or positions that
/// are scaled).
pub fn is_refused_by_vllm(inputs: &Inputs) -> bool {
    let positions = inputs.model().map_or(0.0, |it| it.context_length);
    let is_longer = positions > 0.0 && inputs.values().number(Id::SequenceLength) > positions;
    is_longer && serves_with_vllm(inputs) && positions_exceeded(inputs).is_none()
}

/// Whether vLLM serves the model.
pub fn serves_with_vllm(inputs: &Inputs) -> bool {
    inputs.mode() == Mode::Inference && inputs.choice::<Engine>(Id::Engine) == Engine::Vllm
}

/// The contradictions of some inputs.
pub fn conflicts(inputs: &Inputs) -> Vec<Conflict> {
    let number = |id| inputs.values().number(id);
    let uses = |id: Id| inputs.has_effect(id);
    let mut res = Vec::new();
    if uses(Id::NumExperts) && uses(Id::NumActiveExperts) && number(Id::NumActiveExperts) > number(Id::NumExperts) {
        res.push(Conflict::MoreActiveThanExperts);
    }
    // A classifier's images have a size of their own; elsewhere an image that no model and nobody states has the size
    // 0.
    let image = if uses(Id::InputImageSize) { Id::InputImageSize } else { Id::ImageResolution };
    let has_image = uses(image) && number(image) > 0.0;
    if uses(Id::PatchSize) && has_image && number(Id::PatchSize) > number(image) {
        res.push(Conflict::PatchLargerThanImage);
    }
    let has_windows = uses(Id::InputImageSize) && inputs.choice::<Layout>(Id::Layout) == Layout::MaxVit;
    if has_windows && !fills_windows(number(Id::InputImageSize), inputs.list(List::Widths).len()) {
        res.push(Conflict::WindowsNotFilled);
    }
    if uses(Id::NumKeyValueHeads) {
        let (heads, key_heads) = (number(Id::NumAttentionHeads), number(Id::NumKeyValueHeads));
        // The document's own defaults of `vlm` do not divide; only what somebody chose is refused.
        let is_chosen = !inputs.is_default(Id::NumAttentionHeads)
            || inputs.mode() != Mode::Vlm && !inputs.is_default(Id::HiddenSize);
        // Models with heads of a width of their own need not divide, and many do not.
        let shared = (number(Id::HiddenSize) / heads).floor();
        let shares_width = inputs.is_default(Id::HeadDim) && number(Id::HeadDim) == shared;
        if is_chosen && shares_width && !divides_evenly(heads, number(Id::HiddenSize)) {
            res.push(Conflict::HeadsDoNotDivide);
        }
        if key_heads > heads {
            res.push(Conflict::MoreKeyValueHeadsThanHeads);
        } else if !divides_evenly(key_heads, heads) {
            res.push(Conflict::KeyValueHeadsDoNotDivide);
        }
    }
    if uses(Id::CompletionLength) && number(Id::CompletionLength) > number(Id::SequenceLength) {
        res.push(Conflict::CompletionLongerThanSequence);
    }
    match positions_exceeded(inputs) {
        Some(PositionsExceeded { is_of_decoder: true, .. }) => res.push(Conflict::DecoderLongerThanPositions),
        Some(PositionsExceeded { is_of_decoder: false, .. }) => res.push(Conflict::LongerThanPositions),
        None if is_refused_by_vllm(inputs) => res.push(Conflict::LongerThanModel),
        None => {}
    }
    let tunes_quantized = uses(Id::FinetuneMethod)
        && inputs.choice::<FinetuneMethod>(Id::FinetuneMethod) == FinetuneMethod::Qlora
        && uses(Id::Quantization);
    if tunes_quantized
        && !inputs.choice::<Precision>(Id::Precision).is_packed()
        && !inputs.choice::<Quantization>(Id::Quantization).is_packed()
    {
        res.push(Conflict::QloraUnquantized);
    }
    // Beside a shape that was typed the size is the typed model's own.
    if inputs.model().is_some() && uses(Id::ModelSize) && !inputs.is_default(Id::ModelSize) && !inputs.states_shape() {
        res.push(Conflict::SizeOfModel);
    }
    let is_mixed =
        uses(Id::Recipe) && !inputs.is_default(Id::Recipe) && inputs.choice::<Recipe>(Id::Recipe) != Recipe::Pure;
    // Beside adapters FP32 is the precision of the frozen weights.
    let tunes_adapters = uses(Id::FinetuneMethod)
        && inputs.choice::<FinetuneMethod>(Id::FinetuneMethod) == FinetuneMethod::Lora
        && inputs.choice::<Recipe>(Id::Recipe) == Recipe::Autocast;
    if is_mixed && !tunes_adapters && inputs.choice::<Precision>(Id::Precision) == Precision::Fp32 {
        res.push(Conflict::RecipeInFp32);
    }
    let is_spread = uses(Id::Trainer) && inputs.choice::<Trainer>(Id::Trainer) != Trainer::None;
    if is_spread && inputs.values().gpus_of_degrees() == 1.0 && !inputs.values().offloads() {
        res.push(Conflict::OneGpu);
    }
    res
}
