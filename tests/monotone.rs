//! More work and larger models need more memory: totals along every slider of batch, sequence and model. It knows
//! which way the formulas go, and no formula.

mod common;
#[path = "common/sweep.rs"]
mod sweep;

use common::{declared, reached, with};
use sweep::sweep;
use vram_estimator::estimator::ParameterId as Id;
use vram_estimator::estimator::{Inputs, Mode, Value, estimate_all};

/// How totals go while a parameter grows.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Course {
    /// Each step adds bytes.
    Rises,
    /// Some steps add bytes, none takes any away.
    NeverFalls,
    /// Each step takes bytes away.
    Falls,
    /// No step changes a byte.
    Stays,
    /// Falls first and rises then.
    Dips,
}

use Course::{Dips, Falls, NeverFalls, Rises, Stays};

fn course(totals: &[f64]) -> Option<Course> {
    let steps: Vec<_> = totals.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let lowest = totals.iter().enumerate().min_by(|left, right| left.1.total_cmp(right.1)).map_or(0, |it| it.0);
    if steps.iter().all(|step| *step == 0.0) {
        Some(Stays)
    } else if steps.iter().all(|step| *step > 0.0) {
        Some(Rises)
    } else if steps.iter().all(|step| *step >= 0.0) {
        Some(NeverFalls)
    } else if steps.iter().all(|step| *step < 0.0) {
        Some(Falls)
    } else {
        let dips = steps[..lowest].iter().all(|step| *step < 0.0) && steps[lowest..].iter().all(|step| *step > 0.0);
        dips.then_some(Dips)
    }
}

/// Courses other than [`Course::Rises`], with the reason.
const EXCEPTIONS: &[(Mode, Id, &str, Course, &str)] = &[
    (Mode::Nlp, Id::ModelSize, "verified", NeverFalls, "below the counted parameters, max(counted, P) hides modelSize"),
    (Mode::Nlp, Id::BatchSize, "verified", Dips, "the optimizer's factor 1 + g/B falls while the activations rise"),
];

/// The same for the other numbers whose course the formulas fix.
const OTHERS: &[(Mode, Id, &str, Course, &str)] = &[
    (Mode::Inference, Id::NumLayers, "documented", Rises, "activations and KV cache"),
    (Mode::Inference, Id::HiddenSize, "documented", Rises, "activations and KV cache"),
    (Mode::Finetune, Id::LoraRank, "documented", Rises, "P_train = P·2·rank/H"),
    (Mode::Finetune, Id::HiddenSize, "documented", Dips, "P_train falls with H while the activations rise"),
    (Mode::Train, Id::OtherOverhead, "documented", Rises, "it is added"),
    (Mode::Grpo, Id::NumGenerations, "documented", Rises, "activations of k completions"),
    (Mode::Multimodal, Id::PatchSize, "documented", Falls, "larger patches are fewer"),
    (Mode::Multimodal, Id::NumImages, "documented", Rises, "tokens"),
    (Mode::Multimodal, Id::VideoFrames, "documented", Rises, "tokens"),
    (Mode::Multimodal, Id::AudioDuration, "documented", Rises, "tokens"),
    (Mode::Nlp, Id::GradientAccumulationSteps, "documented", Stays, "the text does not count it"),
    (Mode::Nlp, Id::GradientAccumulationSteps, "verified", Rises, "optimizer and gradients"),
    (Mode::Nlp, Id::NumAttentionHeads, "documented", Stays, "the text does not count it"),
    (Mode::Nlp, Id::NumAttentionHeads, "verified", Rises, "attention scores"),
    (Mode::Nlp, Id::IntermediateSize, "verified", Rises, "feed-forward weights"),
    (Mode::Vlm, Id::PatchSize, "documented", Falls, "larger patches are fewer"),
    (Mode::Vlm, Id::ImageResolution, "documented", Rises, "patches"),
    (Mode::Vlm, Id::ImageResolution, "verified", Rises, "patches and pixels"),
    (Mode::Moe, Id::NumExperts, "documented", Falls, "each expert holds less"),
    (Mode::Moe, Id::NumExperts, "verified", Falls, "each expert holds less"),
    (Mode::Moe, Id::NumActiveExperts, "documented", Rises, "active parameters"),
    (Mode::Moe, Id::NumActiveExperts, "verified", Rises, "active parameters"),
    (Mode::Moe, Id::ExpertCapacityFactor, "verified", Stays, "the application does not count it"),
    (Mode::Cnn, Id::InputImageSize, "documented", Rises, "feature maps"),
    (Mode::Cnn, Id::KernelSize, "documented", Rises, "filters of the first layer"),
    (Mode::Cnn, Id::KernelSize, "verified", Stays, "the application does not count it"),
];

#[track_caller]
fn check(start: &Inputs, id: Id, method: &str, expected: Course) {
    let sweep = sweep(start, id);
    let (_, totals) = sweep.iter().find(|it| it.0 == method).expect("the method covers the mode");
    assert_eq!(course(totals), Some(expected), "{} {} {method}", start.mode().id(), id.spec().key);
}

#[test]
fn batch_sequence_and_model_size_need_memory() {
    for mode in Mode::ALL {
        let start = Inputs::defaults(mode);
        for id in [Id::BatchSize, Id::SequenceLength, Id::ModelSize] {
            if id.use_in(mode).is_none() {
                continue;
            }
            for estimate in estimate_all(&start) {
                let method = estimate.method().id();
                let exception = EXCEPTIONS.iter().find(|it| (it.0, it.1, it.2) == (mode, id, method));
                check(&start, id, method, exception.map_or(Rises, |it| it.3));
            }
        }
    }
}

#[test]
fn other_parameters_move_totals_as_the_formulas_say() {
    for &(mode, id, method, expected, _) in OTHERS {
        check(&Inputs::defaults(mode), id, method, expected);
    }
}

/// The rule holds under every choice of a mode, not only under the defaults.
#[test]
fn no_choice_turns_the_course_around() {
    let choices =
        [Id::Task, Id::FinetuneMethod, Id::Precision, Id::Quantization, Id::Optimizer, Id::GradientCheckpointing];
    for mode in Mode::ALL {
        for choice in declared(mode).filter(|id| choices.contains(id)) {
            for value in reached(mode, choice) {
                let start = with(&Inputs::defaults(mode), choice, value.clone());
                for id in declared(mode).filter(|id| [Id::BatchSize, Id::SequenceLength, Id::ModelSize].contains(id)) {
                    for (method, totals) in sweep(&start, id) {
                        if EXCEPTIONS.iter().any(|it| (it.0, it.1, it.2) == (mode, id, method)) {
                            continue;
                        }
                        assert_eq!(
                            course(&totals),
                            Some(Rises),
                            "{} {method} {} at {value:?}",
                            mode.id(),
                            id.spec().key
                        );
                    }
                }
            }
        }
    }
}

/// The dip of `nlp`'s batch is the optimizer's alone: everything else rises with the batch.
#[test]
fn only_the_optimizer_falls_with_the_batch() {
    let at = |batch| estimate_all(&with(&Inputs::defaults(Mode::Nlp), Id::BatchSize, Value::Number(batch)));
    let (small, large) = (at(1.0), at(2.0));
    let falling: Vec<_> = small
        .iter()
        .zip(&large)
        .flat_map(|(small, large)| small.lines().iter().zip(large.lines()))
        .filter(|(small, large)| large.formula.bytes() < small.formula.bytes())
        .map(|(small, _)| small.component.id())
        .collect();
    assert_eq!(falling, ["optimizer"]);
}
