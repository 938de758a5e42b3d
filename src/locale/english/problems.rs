//! English sentences about values that could not be taken: the thing, the value, what is allowed.

use crate::estimator::expr::{exact, grouped};
use crate::estimator::parameters::gpu_kinds::SEVERAL_KINDS;
use crate::estimator::parameters::{Allowed, MOST_DEVICES, ParameterKind, ParameterUnit, Suffixes};
use crate::estimator::{Conflict, Control, Mode, NotSpread, ParameterId, Refusal, Unsupported};
use crate::link::{Accepted, MOST_PINS, PIN_KEY, PinFault, Problem, ProblemKind, TOLD_IN_FULL, meant_of, nearest};
use crate::locale::english::{facts, modes, parameters, spread};
use crate::locale::later::RefusedText;

pub(super) fn problem(problem: &Problem) -> String {
    let Problem { key, value, kind } = problem;
    // A key without a name still needs something to be called by.
    let given = if value.is_empty() && !key.is_empty() { key.clone() } else { format!("{key}={value}") };
    match kind {
        ProblemKind::UnknownKey => format!("{given} is not a known key and was ignored."),
        ProblemKind::Refused { refusal, allowed, used } => {
            let why = reason(*refusal);
            let meant = meant_of(allowed, value).map_or_else(String::new, |it| format!(" Did you mean {it}?"));
            format!("{given} {why}. {}{meant} Allowed: {}.", instead(used), accepted(allowed, value))
        }
        ProblemKind::Repeated { allowed, used } => {
            format!("{key} is given more than once ({value}). {} Allowed: {}.", instead(used), accepted(allowed, value))
        }
        ProblemKind::NoEffect(control, mode) => {
            // Whoever chose eight GPUs is told that the verdict is about one.
            let alone = if problem.is_count_alone() {
                " Nothing spreads the run: one GPU is estimated and judged. Choose a trainer."
            } else {
                ""
            };
            format!("{given} has no effect {} and was kept.{alone}", no_effect(*control, *mode))
        }
        ProblemKind::Unsupported(reason, mode) => {
            let why = unsupported(*reason);
            format!("{given}: Calibrated does not answer in the mode {}. {why}{}", mode_label(*mode), choose(*reason))
        }
        ProblemKind::LeftBehind(reason, mode) => {
            format!("{given} was left behind in the mode {}. {}", mode_label(*mode), unsupported(*reason))
        }
        ProblemKind::Pin(fault) => {
            let why = match fault {
                PinFault::TooMany => "is one too many and was ignored".to_owned(),
                PinFault::Inside { key, value } => format!("was ignored: {key}={value} cannot be taken in it"),
            };
            format!(
                "{given} {why}. Allowed: {PIN_KEY} up to {MOST_PINS} times, each with the query of a configuration: mode and \
                 parameters, without keys of the page."
            )
        }
        ProblemKind::Carried(mode) => format!("Kept from the mode {}: {value}.", mode_label(*mode)),
        ProblemKind::Conflict(it) => format!("{given}: {}", conflict(*it)),
        ProblemKind::More(n) => format!("{n} more keys of this link could not be used."),
    }
}

/// What would do in the words of a link, where the reason leaves it to whoever tells it.
fn choose(reason: Unsupported) -> String {
    match reason {
        Unsupported::Spread(NotSpread::Only(id, instead)) => format!(" Choose {}={instead}.", id.spec().key),
        _ => String::new(),
    }
}

/// What stands in place of a value that was not taken; nothing where a link without the key says nothing.
fn instead(used: &str) -> String {
    if used.is_empty() { "It was ignored.".to_owned() } else { format!("Using the default, {used}.") }
}

/// Under which choice a parameter has no effect.
pub(super) fn no_effect(control: Control, mode: Mode) -> String {
    match control {
        Control::Mode => format!("in the mode {}", mode_label(mode)),
        Control::Nothing => "on memory".to_owned(),
        Control::Task => "on this task".to_owned(),
        Control::Algorithm => "with this algorithm".to_owned(),
        Control::Rollout => "with this rollout".to_owned(),
        Control::Draft => "without a drafter".to_owned(),
        Control::Slots => "with one slot".to_owned(),
        Control::Windows => "on a model without layers of both kinds".to_owned(),
        Control::Method => "with this method".to_owned(),
        Control::Head => "with this head".to_owned(),
        Control::Engine => "with this engine".to_owned(),
        Control::Quantization => "while weights are not quantized".to_owned(),
        Control::Trainer => "with this trainer".to_owned(),
        Control::ZeroStage => "at this stage of ZeRO".to_owned(),
        Control::Optimizer => "with this optimizer".to_owned(),
        Control::Gpu => "beside GPUs of several kinds, each of which has its own".to_owned(),
        Control::Layout => "on a model of this layout".to_owned(),
        Control::Absent(fact) => {
            let name = fact.parameter().map_or_else(|| facts::name(fact), parameters::parameter);
            format!("while {name} is {}", fact.nothing())
        }
    }
}

fn mode_label(mode: Mode) -> &'static str {
    modes::mode(mode).label
}

/// Why `calibrated` does not answer.
pub(super) fn unsupported(reason: Unsupported) -> String {
    let why = match reason {
        Unsupported::LayersUnknown => "The layers of this model are not known, only how many parameters it has.",
        Unsupported::ReadsImagesOnly => "This model classifies images; it has no text to run.",
        Unsupported::NoImageClassifier => "This mode trains classifiers of images; this model is none.",
        Unsupported::NoExperts => "This mode trains mixtures of experts; this model is dense.",
        Unsupported::ReadsNoImages => "This mode runs sequences with images; this model reads none.",
        Unsupported::ReadsImagesToo => {
            "This model has a vision tower, and there are formulas for training on text alone only without it: set Vision tower to \"not loaded\" (vision=absent), which loads the text model alone."
        }
        Unsupported::GeneratesNothing => "This model is an encoder: it generates no text.",
        Unsupported::EncoderOfOtherEngine => {
            "There are formulas for serving an encoder, alone or with a decoder, in Transformers alone: what other engines hold of one was not read."
        }
        Unsupported::MixersOfOtherEngine => {
            "There are formulas for layers of short convolutions, and for layers of one mixer each, in Transformers and vLLM: what llama.cpp holds of them was not read."
        }
        Unsupported::OtherEncoder => {
            "There are formulas for a pass of encoders whose layers are BERT's or ModernBERT's, and none for this yet."
        }
        Unsupported::EncoderDecoder => {
            "There are formulas for training an encoder with a decoder on text and for serving it in Transformers, if its layers are T5's, and none for this yet."
        }
        Unsupported::PartsOfTwoStacks => {
            "There are formulas for training all parameters of a model with two stacks of layers, and none yet for adapters, prefixes or a frozen tower."
        }
        Unsupported::Speech => {
            "Of a model of speech there are formulas for training all parameters in the mode multimodal (task=training) and, if its layers are Whisper's, for Transformers in the mode inference, and none for this yet."
        }
        Unsupported::PackedStacks => {
            "An encoder with a decoder, in Transformers, and Mamba have formulas with weights in FP32, BF16 or FP16: choose one of these, and no quantization."
        }
        Unsupported::Contrastive => {
            "There are formulas for training all parameters of a pair of text and image tower that compares by softmax, in the mode vlm and with PyTorch's own attention, and none for this yet."
        }
        Unsupported::LinearAttention => {
            "There are no formulas yet for training layers of lightning attention, nor of a state space alone; of the gated delta rule there are, but none with padding, with images in between, or for pairs (DPO); of short convolutions or of Mamba2 beside softmax attention for dense models alone, without padding."
        }
        Unsupported::LatentAttention => {
            "There are no formulas yet for training latent attention in an encoder, beside images, or with an indexer that picks keys (sparse attention)."
        }
        Unsupported::CrossAttention => "There are no formulas yet for layers that attend to an image.",
        Unsupported::TwoHeadWidths => "There are no formulas yet for training layers with two widths of heads.",
        Unsupported::ExpertsOfEncoder => "There are no formulas yet for encoders with experts.",
        Unsupported::OtherExperts => {
            "There are no formulas yet for experts without a gate, or with such an activation."
        }
        Unsupported::OtherTower => "There are no formulas yet for vision towers with such an activation.",
        Unsupported::NoSuchFile => {
            "llama.cpp makes no file of this format for this model: it is another engine's, or read from checkpoints alone, or without a second format for rows that are no whole blocks. The formats that begin with gguf are its own."
        }
        Unsupported::FormatOfOtherEngine => {
            "No checkpoint of this format is loaded so: Transformers expands llama.cpp's GGUF and INT4 of compressed-tensors to 16 bits, EXL2 is ExLlama's, and adapters are trained on bases of bitsandbytes, GPTQ, AWQ or HQQ."
        }
        Unsupported::PackedTraining => {
            "No trainer that was read trains weights below 16 bits: choose FP32, BF16 or FP16, or for adapters on a quantized base method=QLoRA."
        }
        Unsupported::WideExperts => {
            "Beside experts frozen weights are not FP32 under autocast: grouped products of PyTorch 2.14 take no FP32 operand. Choose BF16 or FP16, which loads them so."
        }
        Unsupported::NoSuchVersion => {
            "This version is another engine's: those that begin with 0. are vLLM's, b9272 and 2025 are llama.cpp's."
        }
        Unsupported::TowerOfOtherEngine => {
            "vLLM keeps no vision tower in the host's memory: it is on the GPU (resident), or not loaded (absent, --language-model-only)."
        }
        Unsupported::OtherLoss => {
            "Liger has no such model: it patches decoders with RMSNorm (Llama, Qwen, Mistral, Gemma, Phi-3 and their like). Choose fp32, or chunked."
        }
        Unsupported::LossOfGroups => {
            "Completions were read with whole logits (fp32; of DPO also native), and as TRL scores since 1.15 (chunked)."
        }
        Unsupported::DrafterOfOtherEngine => {
            "There are formulas for drafters in vLLM from 0.9 on, and in llama.cpp on one GPU for a model that drafts: what other engines and older versions hold of one was not read."
        }
        Unsupported::DraftModel => {
            "This model cannot draft for that one: llama.cpp refuses vocabularies that differ by more than 128 entries and vLLM any that differ, and there are formulas for text decoders that the engine has in the same format."
        }
        Unsupported::NoSuchDrafter => {
            "This model has no such drafter: mtp is a block of the model's own, which few checkpoints have, and eagle is known for decoders whose layers are all alike, without experts and without latent attention."
        }
        Unsupported::DrafterOfOtherFormat => {
            "Some checkpoints of this format pack the block that predicts a further token, others leave it in 16 bits: it is known for unquantized weights and for FP8."
        }
        Unsupported::OffloadedCache => {
            "A cache in the host's memory has formulas for plain decoders on one GPU, with attention that makes no scores: layers with a window, latent or linear attention and several GPUs were not traced so. Choose offloadCache=false."
        }
        Unsupported::NoSuchCache => {
            "This engine has no cache of this format as it stands: q8_0 to iq4_nl are llama.cpp's, and there quantized values need flash attention, which is to be switched on; vLLM's integers are not for MLA."
        }
        Unsupported::StageEmpty => "A stage without layers is none: each depth is at least 1, a pooling of VGG aside.",
        Unsupported::OtherHead => {
            "Models of this layout do not run with such a head: mlm is for encoders, lm for all others."
        }
        Unsupported::NoAdapters => {
            "There are no adapters to switch off: this run trains all parameters. Choose a resident reference, or none."
        }
        Unsupported::Spread(it) => return spread::reason(it),
        Unsupported::RolloutTooSmall => {
            "vLLM's share of the GPU has no room for its weights and CUDA graphs, so that it does not start. Give it more of the GPU, or a larger one."
        }
        Unsupported::RolloutTooLarge => {
            "vLLM's share is not free: the driver and the trainer's weights leave less of the GPU, so that it does not start. Give it less of the GPU, or a larger one."
        }
        Unsupported::KernelsOfPacked => "Kernels of mamba-ssm cannot read quantized weights: choose torch, or LoRA.",
        Unsupported::MagnitudesOfPacked => {
            "There are no formulas for DoRA beside this base: with FP32 adapters under autocast PEFT makes what 4-bit layers put out FP32, and of other quantized layers nothing was traced. adapterPrecision=BF16 with NF4 has formulas, and so has a 16-bit base."
        }
        Unsupported::EightBitBase => {
            "There are no formulas for adapters of this model beside frozen layers that write down what they read, LLM.int8() or frozenInputs=kept with returnOutputs: that was traced for plain decoders of text alone. NF4 without these has formulas."
        }
        Unsupported::PackedExperts => {
            "There are no formulas for packed experts here: they were traced beside NF4 of 16-bit weights, in plain decoders without shared experts on one GPU."
        }
        Unsupported::EndsUnknown => {
            "The facts of this model do not tell which of its layers are of which kind, so that first-N and last-N cannot be counted. Words for parts can."
        }
        Unsupported::OptimizerOfModel => {
            "GaLore was read for decoders without experts that are trained whole. Choose another optimizer."
        }
        Unsupported::WholePartsTrained => {
            "Beside a quantized base, parts in 16 bits have formulas for 4-bit bases of bitsandbytes on one GPU, without k-bit preparation, inputs of frozen layers dropped, and adapters in the format of activations (adapterPrecision=BF16)."
        }
        Unsupported::OtherAdapters => {
            "There are no formulas for these adapters on layers of this kind: PEFT finds none of their places in this model, or puts some on stacked experts as well. For latent and linear attention loraTargets=attn has formulas, for short convolutions loraTargets=all-linear."
        }
        Unsupported::EveryLayerDense => {
            "numDenseLayers leaves no layer for the experts: a mixture has more layers than dense ones."
        }
        Unsupported::StagesDiffer => "The stages have as many depths as widths, and these lists differ in length.",
        Unsupported::FactsMissing(missing) => {
            let keys: Vec<_> = missing.keys().collect();
            return format!("Not enough is known of this model; what is missing: {}.", keys.join(", "));
        }
    };
    why.to_owned()
}

pub(super) fn refused(it: &RefusedText) -> String {
    let RefusedText { id, label, refusal, used, .. } = *it;
    let typed = it.typed.trim();
    let given = if typed.is_empty() { label.to_owned() } else { format!("{label} {typed}") };
    format!(
        "{given} {}. Still using {used}. Allowed: {}{}.",
        reason(refusal),
        allowed(id.spec().allowed(), typed),
        forms(id)
    )
}

pub(super) fn conflict(conflict: Conflict) -> &'static str {
    match conflict {
        Conflict::MoreActiveThanExperts => {
            "More active experts than experts: no router can do that. Calibrated sends each token to all there are."
        }
        Conflict::PatchLargerThanImage => {
            "The patch is larger than the image, so an image is less than one token. The formulas are computed as they stand."
        }
        Conflict::WindowsNotFilled => {
            "The image does not fill whole windows in every stage: with four stages take a multiple of 224. The formulas fill them up."
        }
        Conflict::HeadsDoNotDivide => {
            "The hidden size is not a multiple of the attention heads. Calibrated shares the width evenly."
        }
        Conflict::KeyValueHeadsDoNotDivide => {
            "The attention heads are not a multiple of the key-value heads, which cannot be shared evenly. The formulas are computed as they stand."
        }
        Conflict::MoreKeyValueHeadsThanHeads => {
            "More key-value heads than attention heads: no such model exists. Calibrated counts as many key-value heads as there are heads."
        }
        Conflict::LongerThanPositions => {
            "The sequence is longer than the positions that the model has learned: such a run stops with an error. The formulas are computed as they stand."
        }
        Conflict::LongerThanModel => {
            "Longer than the model's positions are made for. The memory is this; vLLM starts so only with scaled positions (YaRN, --hf-overrides) or VLLM_ALLOW_LONG_MAX_MODEL_LEN=1, as the command of Share has it."
        }
        Conflict::DecoderLongerThanPositions => {
            "The sequence is longer than the positions that the decoder has learned: such a run stops with an error. Calibrated cuts it there."
        }
        Conflict::QloraUnquantized => {
            "QLoRA's base is quantized, and this format is not: choose nf4 or nf4-dq, or LoRA as the method. The formulas are computed as they stand."
        }
        Conflict::RecipeInFp32 => "This recipe has no effect in FP32: choose BF16 or FP16 beside it.",
        Conflict::OneGpu => "On one GPU this does nothing, and nor do its choices: only DeepSpeed's offload does.",
        Conflict::SizeOfModel => {
            "The chosen model has another size. The stated one counts: Calibrated shares the difference out among the weights."
        }
        Conflict::CompletionLongerThanSequence => {
            "The completion is longer than the sequence that holds it. Calibrated takes the whole sequence as completion."
        }
    }
}

pub(super) fn box_accepts(id: ParameterId) -> String {
    format!("the box accepts {}{}", allowed(id.spec().allowed(), ""), forms(id))
}

/// How a number may be written in a box, beyond plain digits, with examples of a size that the parameter has.
fn forms(id: ParameterId) -> &'static str {
    let spec = id.spec();
    let ParameterKind::Number { max, .. } = spec.kind else { return "" };
    match (id.suffixes(), spec.unit) {
        // Shares and factors need neither letters nor groups.
        (Suffixes::Decimal, _) if max < 1000.0 => "",
        (Suffixes::Decimal, ParameterUnit::Tokens) => ", also written as 32k (k = 1,000), 32,000 or 32\u{a0}000",
        (Suffixes::Decimal, ParameterUnit::Dimensions) => ", also written as 4k (k = 1,000), 4,096 or 4\u{a0}096",
        (Suffixes::Decimal, ParameterUnit::Sequences | ParameterUnit::Milliseconds) => {
            ", also written as 1k (k = 1,000), 1,024 or 1\u{a0}024"
        }
        // Nobody has thousands of layers, heads, experts or pixels at an edge.
        (Suffixes::Decimal, _) => "",
        (Suffixes::OfBillions, _) => ", also written as 7B, 500M or 1.5T",
        (Suffixes::Binary, _) => ", also written as 32k (k = 1,024), 1,024 or 4\u{a0}096",
        (Suffixes::Memory, _) => ", also written as 1.5 GiB, 2 GB (converted) or 1,536 MiB",
        (Suffixes::Card, _) => ", also written as 80 GB (of a card, which counts as GiB) or 81,920 MiB",
    }
}

pub(super) fn reason(refusal: Refusal) -> String {
    let why = match refusal {
        Refusal::Empty => "is empty",
        Refusal::NotANumber => "is not a number",
        Refusal::TooSmall => "is too small",
        Refusal::TooLarge => "is too large",
        Refusal::NotWhole => "is not a whole number",
        Refusal::Separator => {
            "has a separator that could mean two things: a point parts decimals (1.5), a comma or space groups of three digits (1,024)"
        }
        Refusal::Suffix => "ends in letters that have no meaning here",
        Refusal::NotOffered => "is not one of the choices",
        Refusal::Entry(place, why) => return format!("has at place {place} an entry that {}", reason(*why)),
        Refusal::TooManyEntries => "has too many entries",
        Refusal::Twice => "is there twice",
        Refusal::CountOfOne => "has a number behind a single kind of GPU: gpuCount says how many",
    };
    why.to_owned()
}

fn accepted(it: &Accepted, given: &str) -> String {
    match it {
        Accepted::Parameter(it) => allowed(*it, given),
        Accepted::Model(known) => {
            let ids: Vec<_> = known.iter().map(|it| it.id.as_ref()).collect();
            format!(
                "{}, such as {}",
                allowed(Allowed::Model, given),
                nearest(given.rsplit('/').next().unwrap_or(given), &ids).join(", ")
            )
        }
        Accepted::OneOf(names) => names.join(", "),
    }
}

pub(super) fn allowed(it: Allowed, given: &str) -> String {
    match it {
        Allowed::Numbers { min, max, whole } => {
            let kind = if whole { "whole numbers" } else { "numbers" };
            format!("{kind} from {} to {}", grouped(&exact(min)), grouped(&exact(max)))
        }
        Allowed::OneOf(names) if names.len() > TOLD_IN_FULL => {
            let near = nearest(given, names);
            format!("{} and {} more", near.join(", "), names.len() - near.len())
        }
        Allowed::Devices(ids) => {
            // Of several kinds the last, which is the one that is being typed.
            let kind = given.rsplit('_').next().unwrap_or(given);
            let one = allowed(Allowed::OneOf(ids), kind.split('*').next().unwrap_or(kind));
            format!("{one}; or up to {MOST_DEVICES} of several kinds, with their numbers: {SEVERAL_KINDS}")
        }
        Allowed::OneOf(names) => names.join(", "),
        Allowed::OneOfOrModel(names) => format!("{}, or the id of a model preset", names.join(", ")),
        Allowed::SomeOf(words) => format!("any of {}, with _ between them", words.join(", ")),
        Allowed::Model => "none, or the id of a model preset".to_owned(),
        Allowed::Lists { most, min, max } => {
            format!(
                "up to {most} whole numbers from {} to {}, commas between them",
                grouped(&exact(min)),
                grouped(&exact(max))
            )
        }
    }
}
