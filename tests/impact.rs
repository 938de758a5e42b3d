//! Every declared impact is true: measured by moving the control, or the document's own word, pinned beside what
//! is measured. It knows the document's words, and no formula.

mod common;
#[path = "common/sweep.rs"]
mod sweep;

use common::{declared, reached, with};
use sweep::sweep;
use vram_estimator::estimator::ParameterId as Id;
use vram_estimator::estimator::parameters::{ParameterGroup, ParameterKind};
use vram_estimator::estimator::{Draft, Engine, Impact, Inputs, MethodId, Mode, Precision, Recipe, Task, Value, total};

use Impact::{High, Low, Medium, None as Nothing};
use Mode::{Cnn, Moe, Nlp, Vlm};

/// What is measured instead of the document's word, and why.
type Difference = Option<(Impact, &'static str)>;

/// The document's words (section "参数规格说明").
const DOCUMENT: &[(Mode, Id, Impact, Difference)] = &[
    (Nlp, Id::ModelSize, High, None),
    (Nlp, Id::HiddenSize, High, None),
    (
        Nlp,
        Id::IntermediateSize,
        Medium,
        Some((High, "`verified` counts the feed-forward blocks over the whole slider")),
    ),
    (Nlp, Id::NumLayers, High, None),
    (Nlp, Id::NumAttentionHeads, Low, Some((High, "`verified` keeps a score matrix for every head"))),
    (Nlp, Id::BatchSize, High, None),
    (Nlp, Id::SequenceLength, High, None),
    (Vlm, Id::ModelSize, High, None),
    (Vlm, Id::ImageResolution, High, None),
    (Vlm, Id::PatchSize, Medium, None),
    (Vlm, Id::BatchSize, High, None),
    (Vlm, Id::SequenceLength, Medium, Some((High, "`calibrated` keeps activations for every token"))),
    (Moe, Id::ModelSize, High, None),
    (Moe, Id::NumExperts, Medium, Some((High, "it divides what each expert holds, and the slider spans 2 to 64"))),
    (Moe, Id::NumActiveExperts, High, None),
    (Moe, Id::ExpertCapacityFactor, Low, None),
    (Cnn, Id::ModelSize, High, None),
    (
        Cnn,
        Id::InputImageSize,
        Medium,
        Some((High, "`calibrated` keeps every feature map, and they are most of the total")),
    ),
    (Cnn, Id::BatchSize, High, None),
    (Cnn, Id::KernelSize, Low, None),
];

/// Where an impact is measured from: the mode's defaults or, for a parameter that changes nothing there because it
/// applies only under a choice, the first choice that makes it count; also in the smallest run, whose peak is another,
/// in the smallest of the largest model, in a multimodal fine-tuning, and where tokens are drafted.
fn start(mode: Mode, id: Id) -> Inputs {
    let defaults = Inputs::defaults(mode);
    if ratio(&defaults, id) > 1.0 || id.spec().group == ParameterGroup::WithoutEffect {
        return defaults;
    }
    if id.spec().group == ParameterGroup::Parallelism {
        return spread(mode, id);
    }
    let smallest =
        [Id::BatchSize, Id::SequenceLength].iter().filter(|it| it.use_in(mode).is_some_and(|it| it.slider.is_some()));
    let smallest = smallest.fold(defaults.clone(), |inputs, it| with(&inputs, *it, reached(mode, *it)[0].clone()));
    let tuning = with(&defaults, Id::Task, Value::Choice(Task::Finetuning as usize));
    let is_choice = |other: &Id| *other != id && !matches!(other.spec().kind, ParameterKind::Number { .. });
    let choices: Vec<_> =
        declared(mode).filter(is_choice).flat_map(|it| reached(mode, it).into_iter().map(move |to| (it, to))).collect();
    // What follows the model's size is outweighed by what follows the batch unless the model is large.
    let largest = reached(mode, Id::ModelSize).pop().map_or(smallest.clone(), |it| with(&smallest, Id::ModelSize, it));
    let eagle = Value::Choice(Draft::Eagle as usize);
    let drafting = with(&with(&defaults, Id::Engine, Value::Choice(Engine::Vllm as usize)), Id::Draft, eagle);
    let mixture = with(&defaults, Id::NumExperts, Value::Number(8.0));
    let bases = [defaults.clone(), tuning, smallest, largest, drafting, mixture];
    let mut starts = bases.iter().flat_map(|base| choices.iter().map(|(it, to)| with(base, *it, to.clone())));
    starts.find(|it| ratio(it, id) > 1.0).unwrap_or(defaults)
}

/// The same of what spreads a run, which does nothing on one GPU: the first trainer with which it counts on eight, of
/// all parameters where the mode trains them so, in several micro-batches too, and at other stages of ZeRO than the
/// usual.
fn spread(mode: Mode, id: Id) -> Inputs {
    if mode == Mode::Inference {
        let served = with(&Inputs::defaults(mode), Id::Engine, Value::Choice(Engine::Vllm as usize));
        let mixture = with(&with(&served, Id::NumExperts, Value::Number(8.0)), Id::TensorParallel, Value::Number(4.0));
        let files = with(&served, Id::Engine, Value::Choice(Engine::LlamaCpp as usize));
        return [served.clone(), mixture, files].into_iter().find(|it| ratio(it, id) > 1.0).unwrap_or(served);
    }
    // A number of GPUs that is given leaves the degrees no freedom.
    let (gpus, eight) = (Inputs::defaults(mode), Value::Number(8.0));
    let eight = if id == Id::DataParallel { gpus } else { with(&gpus, Id::GpuCount, eight) };
    let whole = with(&eight, Id::FinetuneMethod, Value::Choice(0));
    let [parts, states] = [3, 1].map(|it| with(&whole, Id::ZeroStage, Value::Choice(it)));
    let several = with(&whole, Id::GradientAccumulationSteps, Value::Number(8.0));
    let unsynced = with(&several, Id::GradientSync, Value::Choice(1));
    // Four stages of a pipeline, in each order.
    let pipeline = with(&Inputs::defaults(mode), Id::FinetuneMethod, Value::Choice(0));
    let pipeline = with(&pipeline, Id::PipelineParallel, Value::Number(4.0));
    let pipeline = with(&pipeline, Id::MicroBatches, Value::Number(16.0));
    let [all_forward, interleaved] = [1, 2].map(|it| with(&pipeline, Id::Schedule, Value::Choice(it)));
    // What the last one makes is most where layers keep little.
    let checkpoints = with(&pipeline, Id::GradientCheckpointing, Value::Toggle(true));
    // Layers divided over four GPUs, by plans of one format and by Megatron, which trains in BF16.
    let wide = with(
        &with(&whole, Id::Precision, Value::Choice(Precision::Bf16 as usize)),
        Id::GradientAccumulationSteps,
        Value::Number(1.0),
    );
    let divided = with(&with(&wide, Id::GpuCount, Value::Number(4.0)), Id::TensorParallel, Value::Number(4.0));
    let pure = with(&divided, Id::Recipe, Value::Choice(Recipe::Pure as usize));
    let bases = [
        eight.clone(),
        whole,
        several,
        unsynced,
        parts,
        states,
        pipeline,
        all_forward,
        interleaved,
        checkpoints,
        wide,
        divided,
        pure,
    ];
    let trainers = reached(mode, Id::Trainer);
    let mut starts = bases.iter().flat_map(|base| trainers.iter().map(|it| with(base, Id::Trainer, it.clone())));
    starts.find(|it| ratio(it, id) > 1.0).unwrap_or(eight)
}

/// The largest total over the smallest, in the method that the parameter moves most.
fn ratio(start: &Inputs, id: Id) -> f64 {
    let of_method = |totals: &[f64]| {
        let (least, most) =
            totals.iter().fold((f64::INFINITY, 0.0_f64), |(least, most), &it| (least.min(it), most.max(it)));
        most / least
    };
    sweep(start, id).iter().map(|(_, totals)| of_method(totals)).fold(1.0, f64::max)
}

/// What is wrong with the word that is declared, if it is.
fn fault(mode: Mode, id: Id) -> Option<String> {
    // What a fact of an architecture moves depends on the other facts; nothing is declared there.
    let declared = id.spec().impact_in(mode)?;
    // A value that leads to no answer, as experts without a gate do, is left out of the sweep; a single one compares
    // with nothing.
    let defaults = Inputs::defaults(mode);
    let is_answered = |value: &Value| total(MethodId::Calibrated, &with(&defaults, id, value.clone())).is_some();
    if reached(mode, id).iter().filter(|it| is_answered(it)).count() < 2 {
        return None;
    }
    let ratio = ratio(&start(mode, id), id);
    let measured = Impact::of_ratio(ratio);
    let what = format!("{} {}: declared {declared:?}, measured {measured:?} ({ratio})", mode.id(), id.spec().key);
    match DOCUMENT.iter().find(|it| (it.0, it.1) == (mode, id)) {
        Some(&(.., word, difference)) => {
            assert_eq!(declared, word, "{what}: the document's word");
            assert_eq!(measured, difference.map_or(word, |it| it.0), "{what}: what was measured");
        }
        None if declared != measured => return Some(what),
        None => {}
    }
    None
}

#[test]
fn every_declared_impact_is_true() {
    let wrong: Vec<_> =
        Mode::ALL.into_iter().flat_map(|mode| declared(mode).filter_map(move |id| fault(mode, id))).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn differences_from_the_document_have_a_reason() {
    for (mode, id, word, difference) in DOCUMENT {
        let Some((measured, reason)) = difference else { continue };
        assert_ne!(word, measured, "{} {}", mode.id(), id.spec().key);
        assert!(!reason.is_empty());
    }
}

/// "These affect the training dynamics, not the memory" (document): no byte, in no method, from no setting.
#[test]
fn weight_decay_warm_up_clipping_and_dropout_change_no_byte() {
    for mode in [Nlp, Vlm, Moe, Cnn] {
        for precision in 0..6 {
            let start = with(&Inputs::defaults(mode), Id::Precision, Value::Choice(precision));
            for id in [Id::WeightDecay, Id::WarmupSteps, Id::GradientClipping, Id::DropoutRate] {
                assert_eq!(ratio(&start, id), 1.0, "{} {}", mode.id(), id.spec().key);
                assert_eq!(id.spec().impact_in(mode), Some(Nothing));
            }
        }
    }
}

/// A ratio and its word.
#[track_caller]
fn check_word(ratio: f64, word: Impact) {
    assert_eq!(Impact::of_ratio(ratio), word, "{ratio}");
}

#[test]
fn words_have_fixed_bounds() {
    check_word(1.0, Nothing);
    check_word(1.000_000_1, Low);
    check_word(1.099, Low);
    check_word(1.1, Medium);
    check_word(1.499, Medium);
    check_word(1.5, High);
    check_word(3000.0, High);
}
