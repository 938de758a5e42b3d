//! English sentences about values that could not be taken: the thing, the value, what is allowed.

use crate::estimator::expr::{exact, grouped};
use crate::estimator::parameters::{Allowed, ParameterKind, ParameterUnit, Suffixes};
use crate::estimator::{Conflict, Control, Mode, NotSpread, ParameterId, Refusal, Unsupported};
use crate::link::{Accepted, Problem, ProblemKind, TOLD_IN_FULL, nearest};
use crate::locale::english::{facts, parameters};
use crate::locale::later::RefusedText;

pub(super) fn problem(problem: &Problem) -> String {
    let Problem { key, value, kind } = problem;
    // A key without a name still needs something to be called by.
    let given = if value.is_empty() && !key.is_empty() { key.clone() } else { format!("{key}={value}") };
    match kind {
        ProblemKind::UnknownKey => format!("{given} is not a known key and was ignored."),
        ProblemKind::Refused { refusal, allowed, used } => {
            let why = reason(*refusal);
            format!("{given} {why}. {} Allowed: {}.", instead(used), accepted(allowed, value))
        }
        ProblemKind::Repeated { allowed, used } => {
            format!("{key} is given more than once ({value}). {} Allowed: {}.", instead(used), accepted(allowed, value))
        }
        ProblemKind::NoEffect(control, mode) => {
            format!("{given} has no effect {} and was kept.", no_effect(*control, *mode))
        }
        ProblemKind::Unsupported(reason, mode) => {
            format!("{given}: Calibrated does not answer in the mode {}. {}", mode_label(*mode), unsupported(*reason))
        }
        ProblemKind::LeftBehind(reason, mode) => {
            format!("{given} was left behind in the mode {}. {}", mode_label(*mode), unsupported(*reason))
        }
        ProblemKind::Carried(mode) => format!("Kept from the mode {}: {value}.", mode_label(*mode)),
        ProblemKind::Conflict(it) => format!("{given}: {}", conflict(*it)),
        ProblemKind::More(n) => format!("{n} more keys of this link could not be used."),
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
        Control::Method => "with this method".to_owned(),
        Control::Head => "with this head".to_owned(),
        Control::Engine => "with this engine".to_owned(),
        Control::Quantization => "while weights are not quantized".to_owned(),
        Control::Trainer => "with this trainer".to_owned(),
        Control::ZeroStage => "at this stage of ZeRO".to_owned(),
        Control::Optimizer => "with this optimizer".to_owned(),
        Control::Layout => "on a model of this layout".to_owned(),
        Control::Absent(fact) => {
            let name = fact.parameter().map_or_else(|| facts::name(fact), parameters::parameter);
            format!("while {name} is {}", fact.nothing())
        }
    }
}

fn mode_label(mode: Mode) -> &'static str {
    crate::locale::english::mode(mode).label
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
            "There are formulas for a pass of an encoder in Transformers alone: what other engines hold of one was not read."
        }
        Unsupported::OtherEncoder => {
            "There are formulas for a pass of encoders whose layers are BERT's or ModernBERT's, and none for this yet."
        }
        Unsupported::EncoderDecoder => {
            "There are formulas for training an encoder with a decoder on text, and none for this yet."
        }
        Unsupported::PartsOfTwoStacks => {
            "There are formulas for training all parameters of a model with two stacks of layers, and none yet for adapters, prefixes or a frozen tower."
        }
        Unsupported::Speech => {
            "Of a model of speech there are formulas for training all parameters in the mode multimodal (task=training), and none for this yet."
        }
        Unsupported::Contrastive => {
            "There are formulas for training all parameters of a pair of text and image tower that compares by softmax, in the mode vlm and with PyTorch's own attention, and none for this yet."
        }
        Unsupported::LinearAttention => {
            "There are no formulas yet for training layers of linear attention or of state space."
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
        Unsupported::NoSuchVersion => {
            "This version is another engine's: 0.20 and 0.8 are vLLM's, b9272 and 2025 are llama.cpp's."
        }
        Unsupported::TowerOfOtherEngine => {
            "vLLM keeps no vision tower in the host's memory: it is on the GPU (resident), or not loaded (absent, --language-model-only)."
        }
        Unsupported::OtherLoss => {
            "Liger has no such model: it patches decoders with RMSNorm (Llama, Qwen, Mistral, Gemma, Phi-3 and their like). Choose fp32, or chunked."
        }
        Unsupported::DrafterOfOtherEngine => {
            "There are formulas for a drafter in vLLM from 0.9 on alone: what other engines and older versions hold of one was not read."
        }
        Unsupported::NoSuchDrafter => {
            "This model has no such drafter: mtp is a block of the model's own, which few checkpoints have, and eagle is known for decoders whose layers are all alike, without experts and without latent attention."
        }
        Unsupported::DrafterOfOtherFormat => {
            "Some checkpoints of this format pack the block that predicts a further token, others leave it in 16 bits: it is known for unquantized weights and for FP8."
        }
        Unsupported::NoSuchCache => {
            "This engine has no cache of this format as it stands: q8_0 to iq4_nl are llama.cpp's, and there quantized values need flash attention, which is to be switched on."
        }
        Unsupported::StageEmpty => "A stage without layers is none: each depth is at least 1, a pooling of VGG aside.",
        Unsupported::OtherHead => {
            "models of this layout do not run with such a head: mlm is for encoders, lm for all others."
        }
        Unsupported::NoAdapters => {
            "There are no adapters to switch off: this run trains all parameters. Choose a resident reference, or none."
        }
        Unsupported::Spread(NotSpread::Run) => {
            "There are no formulas yet for such a run over several GPUs: there are for training text models of one stack. Choose one GPU (trainer=none)."
        }
        Unsupported::Spread(NotSpread::Model) => {
            "There are no formulas yet for such a run under FSDP2 or ZeRO: there are for dense decoders without learned positions, trained whole, by LoRA of 16-bit weights, or, under FSDP2, by QLoRA in BF16 over nf4 or fp4 that is stored as BF16, on the GPU and without PEFT's preparation; with a loss of whole logits. Choose trainer=ddp or none."
        }
        Unsupported::Spread(NotSpread::Optimizer) => {
            "FSDP2 and ZeRO update parts of tensors, and there are formulas for SGD, Adam and AdamW doing so."
        }
        Unsupported::Spread(NotSpread::Recipe) => {
            "policy is FSDP2's recipe and needs several GPUs; FSDP2 runs policy, or pure where all parameters are trained: accelerate puts no autocast around it. DeepSpeed runs master."
        }
        Unsupported::Spread(NotSpread::Stage) => {
            "DeepSpeed without ZeRO (stage 0) was not traced. Choose another stage, or trainer=ddp."
        }
        Unsupported::Spread(NotSpread::Replicas) => {
            "The GPUs cannot be shared out evenly: dataParallel is to be a multiple of dataParallelReplicate."
        }
        Unsupported::Spread(NotSpread::PipelineTrainer) => {
            "Pipelines run with trainer=torch, or with trainer=fsdp2 inside the stages; torch alone shares out no data, so that its GPUs are those of one pipeline."
        }
        Unsupported::Spread(NotSpread::Megatron) => {
            "There are no formulas yet for such a run of Megatron: there are for dense decoders with a norm before each block, in BF16 with recipe=master and Adam, trained whole; recomputation is told by recompute, not by gradient checkpointing, and parts of sequences need fused attention."
        }
        Unsupported::Spread(NotSpread::MegatronSchedule) => {
            "Megatron was read with schedule=1f1b and schedule=interleaved."
        }
        Unsupported::Spread(NotSpread::MegatronDegree) => {
            "Heads, the feed-forward block's inner width or the sequence cannot be divided over so many GPUs: each has to be a multiple of tensor parallel, and the sequence of tensor times context parallel."
        }
        Unsupported::Spread(NotSpread::Pipeline) => {
            "There are no formulas yet for such a run in a pipeline: there are for dense decoders with an output projection of their own and layers of one kind, trained whole by recipe pure or master with SGD, Adam or AdamW, without padding, with transformers' loss."
        }
        Unsupported::Spread(NotSpread::PipelineShards) => {
            "Inside the stages of a pipeline FSDP2 has formulas with at least two GPUs for each, of which every tensor's rows are a multiple, with recipe=policy, reduceDtype=FP32, wrapping=layers, reshard=full, schedule=1f1b, a fused or foreach optimizer, without replicas, offloading and gradient accumulation."
        }
        Unsupported::Spread(NotSpread::Stages { layers, ranks, stages_of_rank }) => {
            return format!(
                "There are formulas for stages with as many layers each, and {layers} layers cannot be shared out so. The nearest that can: pipelineParallel={ranks} with virtualStages={stages_of_rank}."
            );
        }
        Unsupported::Spread(NotSpread::Schedule) => {
            "There are no formulas for zero-bubble schedules: none was traced. Choose 1f1b, gpipe or interleaved."
        }
        Unsupported::Spread(NotSpread::VirtualStages) => {
            "This schedule has one stage on each GPU: several need schedule=interleaved."
        }
        Unsupported::Spread(NotSpread::Rounds { nearest }) => {
            return format!(
                "The interleaved schedule does not start with so many micro-batches: it takes them in rounds of as many. The nearest number with which it does: microBatches={nearest}."
            );
        }
        Unsupported::Spread(NotSpread::PipelineGpus { nearest }) => {
            return format!(
                "The GPUs are no multiple of the stages: each pipeline has one for each. The nearest number that is: gpuCount={nearest}."
            );
        }
        Unsupported::Spread(NotSpread::Layers) => {
            "There are no formulas yet for such a run over layers that are divided: there are for dense decoders as Llama's, trained whole without accumulation and with a loss of whole logits, or served by Transformers in 16 or 32 bits. Choose tensorParallel=1."
        }
        Unsupported::Spread(NotSpread::Degree { below, above }) => return of_degree(below, above),
        Unsupported::Spread(NotSpread::DataOfPlan) => {
            "There are no formulas yet for such a plan beside GPUs that read other sequences. Choose dataParallel=1 with tensorParallel above 1, or trainer=fsdp2 for both."
        }
        Unsupported::Spread(NotSpread::Plan) => {
            "There are no formulas yet for Transformers' plan beside FSDP2. Choose tensorParallelPlan=torch."
        }
        Unsupported::Spread(NotSpread::RecipeOfPlan) => {
            "Without FSDP2 there are formulas for divided layers in one format only. Choose recipe=pure."
        }
        Unsupported::Spread(NotSpread::Served) => {
            "There are no formulas yet for such a model over several GPUs of vLLM: there are for decoders of softmax, latent or gated delta-rule attention, without a drafter and without a vision tower (vision=absent). Choose tensorParallel=1."
        }
        Unsupported::Spread(NotSpread::Heads { below, above }) => {
            let nearest = above.map_or_else(|| below.to_string(), |above| format!("{below} or {above}"));
            return format!(
                "Heads and widths of the model cannot be shared out evenly among so many GPUs. The nearest that can: {nearest}."
            );
        }
        Unsupported::Spread(NotSpread::ExpertRanks) => {
            "vLLM shares out whole experts among all GPUs or none, and among no more than there are experts: expertParallel is to be 1, or tensorParallel times dataParallel."
        }
        Unsupported::Spread(NotSpread::ReplicasOfMixture) => {
            "Replicas of a mixture exchange the tokens that its experts read, for which there are no formulas yet. Choose dataParallel=1."
        }
        Unsupported::Spread(NotSpread::PartOnGpu) => {
            "There are formulas for a part of the layers on the GPU where all layers are alike and the output projection is there too (gpuLayers of 2 or more)."
        }
        Unsupported::RolloutTooSmall => {
            "vLLM's share of the GPU has no room for its weights and CUDA graphs, so that it does not start. Give it more of the GPU, or a larger one."
        }
        Unsupported::RolloutTooLarge => {
            "vLLM's share is not free: the driver and the trainer's weights leave less of the GPU, so that it does not start. Give it less of the GPU, or a larger one."
        }
        Unsupported::MagnitudesOfPacked => {
            "There are no formulas for DoRA beside this base: with FP32 adapters under autocast PEFT makes what 4-bit layers put out FP32, and of other quantized layers nothing was traced. adapterPrecision=BF16 with NF4 has formulas, and so has a 16-bit base."
        }
        Unsupported::EightBitBase => {
            "There are no formulas for adapters beside an LLM.int8() base of this model: such layers keep what they read, also beside checkpoints, and that was traced for plain decoders of text alone. NF4 has formulas."
        }
        Unsupported::OtherAdapters => {
            "There are no formulas for these adapters on layers of this kind: PEFT finds none of their places in this model, or puts some on stacked experts as well. loraTargets=attn has formulas."
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
            "The image does not fill whole windows of attention in every stage, and torchvision makes no such network: with four stages take a multiple of 224. The formulas fill the windows up."
        }
        Conflict::HeadsDoNotDivide => {
            "The hidden size is not a multiple of the attention heads, and nothing states the width of a head. Calibrated shares the width evenly."
        }
        Conflict::KeyValueHeadsDoNotDivide => {
            "The attention heads are not a multiple of the key-value heads: groups of heads cannot share keys evenly. The formulas are computed as they stand."
        }
        Conflict::MoreKeyValueHeadsThanHeads => {
            "More key-value heads than attention heads: no such model exists. Calibrated counts as many key-value heads as there are heads."
        }
        Conflict::LongerThanPositions => {
            "The sequence is longer than the positions that the model has learned: such a run stops with an error. The formulas are computed as they stand."
        }
        Conflict::DecoderLongerThanPositions => {
            "The decoder has learned fewer positions than it is given tokens: such a run stops with an error. Calibrated cuts the sequence where the positions end."
        }
        Conflict::QloraUnquantized => {
            "QLoRA's base is quantized, and this format is not: choose nf4 or nf4-dq, or LoRA as the method. The formulas are computed as they stand."
        }
        Conflict::RecipeInFp32 => {
            "This recipe has no effect in FP32, whose runs have nothing of 16 bits: choose BF16 or FP16 beside it."
        }
        Conflict::GpusDiffer => {
            "The degrees of data and tensor parallel come to another number of GPUs. The degrees count, and not this number."
        }
        Conflict::SizeOfModel => {
            "The chosen model has another size. The stated one counts: Calibrated shares the difference out among the model's weights, whose layers and widths stay."
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
    let ParameterKind::Number { whole, max, .. } = spec.kind else { return "" };
    match (id.suffixes(), spec.unit) {
        // Shares and factors need neither letters nor groups.
        (Suffixes::Decimal, _) if max < 1000.0 => "",
        (Suffixes::Decimal, ParameterUnit::Tokens) => ", also written as 32k (k = 1,000), 32,000 or 32\u{a0}000",
        (Suffixes::Decimal, ParameterUnit::Dimensions) if whole => {
            ", also written as 4k (k = 1,000), 4,096 or 4\u{a0}096"
        }
        (Suffixes::Decimal, ParameterUnit::Dimensions) => ", also written as 85.5 or 4,096",
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

fn reason(refusal: Refusal) -> String {
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
    };
    why.to_owned()
}

fn accepted(it: &Accepted, given: &str) -> String {
    match it {
        Accepted::Parameter(it) => allowed(*it, given),
        Accepted::OneOf(names) => names.join(", "),
    }
}

fn allowed(it: Allowed, given: &str) -> String {
    match it {
        Allowed::Numbers { min, max, whole } => {
            let kind = if whole { "whole numbers" } else { "numbers" };
            format!("{kind} from {} to {}", grouped(&exact(min)), grouped(&exact(max)))
        }
        Allowed::OneOf(names) if names.len() > TOLD_IN_FULL => {
            let near = nearest(given, names);
            format!("{} and {} more", near.join(", "), names.len() - near.len())
        }
        Allowed::OneOf(names) => names.join(", "),
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

/// Which degrees of tensor parallelism divide the model.
fn of_degree(below: u32, above: Option<u32>) -> String {
    let nearest = match above {
        Some(above) => format!("{below} and {above} are the nearest that do"),
        None => format!("{below} is the largest that does"),
    };
    format!(
        "So many GPUs do not divide the heads, the key-value heads, the inner width, the vocabulary and, with sequenceParallel, the sequence: {nearest}."
    )
}
