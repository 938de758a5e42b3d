//! What is said to have no effect has none, in any method, to the bit; and what is said to have one moves something. It
//! knows no formula.

#[path = "common/catalog.rs"]
mod catalog;
#[path = "common/draw.rs"]
mod draw;

mod common;

use catalog::CATALOG;
use common::{declared, reached, with};
use draw::Draw;
use std::collections::HashSet;
use std::sync::Arc;
use vram_estimator::estimator::architecture::{Fact, is_of_shape};
use vram_estimator::estimator::parameters::ParameterGroup;
use vram_estimator::estimator::{
    Component, Control, Inputs, MethodId, Mode, Model, MomentId, ParameterId as Id, Value, capacity, device_memory,
    estimate_values, support,
};
use vram_estimator::link::{ProblemKind, decode};
use vram_estimator::locale::{CHINESE_LATER, ENGLISH_LATER};

/// Every component of every moment of every method, and what has room on the GPU, to the bit.
#[derive(Debug, PartialEq)]
struct Answer {
    lines: Vec<(MethodId, MomentId, Component, u64)>,
    room: Option<[u64; 3]>,
    /// What the run is held against.
    memory: Option<u64>,
}

fn answer(inputs: &Inputs) -> Answer {
    let mut lines = Vec::new();
    for estimate in estimate_values(inputs) {
        for moment in estimate.moments() {
            let bits = |formula: f64| formula.to_bits();
            let of_moment = moment.lines().iter().map(|it| (it.component, bits(it.formula.value())));
            lines.extend(of_moment.map(|(component, bits)| (estimate.method(), moment.id(), component, bits)));
        }
    }
    let room = capacity(inputs).map(|it| [it.pool.value(), it.tokens.value(), it.sequences.value()].map(f64::to_bits));
    let memory = device_memory(inputs).map(|it| it.count().to_bits());
    Answer { lines, room, memory }
}

/// The parameters that have no effect in some inputs.
fn idle(inputs: &Inputs) -> Vec<Id> {
    Id::ALL.iter().copied().filter(|id| inputs.taken_away_by(*id).is_some()).collect()
}

/// Guards against a parameter that is read where it is said to have no effect: all idle parameters together take other
/// values, and in every tenth case each of them alone as well.
#[test]
fn what_has_no_effect_changes_no_bit() {
    const CASES: usize = 20_000;
    let mut draw = Draw::new(20_261_127);
    let mut n_idle = 0;
    for case in 0..CASES {
        let inputs = draw.inputs(CATALOG.models());
        let before = answer(&inputs);
        let idle = idle(&inputs);
        n_idle += idle.len();
        let others: Vec<_> = idle.iter().map(|&id| (id, draw.value(id, CATALOG.models()))).collect();
        let all = others.iter().fold(inputs.clone(), |inputs, (id, value)| with(&inputs, *id, value.clone()));
        let is_same = answer(&all) == before;
        for (id, value) in others.iter().filter(|_| case % 10 == 0 || !is_same) {
            let changed = with(&inputs, *id, value.clone());
            assert_eq!(answer(&changed), before, "{} of case {case}: {value:?} in {inputs:?}", id.spec().key);
            assert_eq!(changed.taken_away_by(*id), inputs.taken_away_by(*id), "{}", id.spec().key);
        }
        assert!(is_same, "case {case}: together {others:?} change {inputs:?}");
    }
    assert!(n_idle > 10 * CASES, "only {n_idle} parameters were without effect");
}

/// A fine-tuning was 38.6 GiB, and 30.7 with an engine that "has no effect": the engine is a parameter of inference,
/// and was read in every mode.
#[test]
fn an_engine_changes_no_fine_tuning() {
    let at = |link: &str| answer(&decode(link, &CATALOG).0.inputs);
    let without = at("mode=finetune&method=QLoRA&model=llama-2-7b-hf");
    assert!(without.lines.iter().any(|it| it.0 == MethodId::Calibrated));
    assert_eq!(without, at("mode=finetune&method=QLoRA&model=llama-2-7b-hf&engine=vllm"));
    assert_eq!(without, at("mode=finetune&method=QLoRA&model=llama-2-7b-hf&engine=llamacpp&kvPrecision=INT4"));
}

/// Choices that decide which others have an effect.
const CONTROLS: [Id; 3] = [Id::Task, Id::FinetuneMethod, Id::Engine];

/// A mode's defaults, and the same with each value of each choice that decides which others have an effect.
fn starts(mode: Mode) -> Vec<Inputs> {
    let defaults = Inputs::defaults(mode);
    let controls = CONTROLS.into_iter().filter(|id| defaults.has_effect(*id));
    let chosen = controls.flat_map(|id| reached(mode, id).into_iter().map(move |value| (id, value)));
    let mut res: Vec<_> = chosen.map(|(id, value)| with(&defaults, id, value)).collect();
    res.push(defaults);
    res
}

/// Parameters with an effect that moves nothing from some of those, with the reason.
const STILL: &[(&[Mode], Id, &str)] = &[
    (
        &[Mode::Inference, Mode::Multimodal],
        Id::Activation,
        "a gated block holds most at the product of gate and up projection, whatever the function; without a gate it counts",
    ),
    (
        &[Mode::Inference],
        Id::SlidingWindow,
        "one step of vLLM holds the whole sequence of the defaults, of which a window then saves nothing",
    ),
    (
        &[Mode::Finetune, Mode::Train, Mode::Grpo, Mode::Nlp, Mode::Vlm],
        Id::FrozenInputs,
        "under autocast adapters of all linear layers keep the same inputs; with fewer targets it counts",
    ),
    (
        &[Mode::Finetune, Mode::Train, Mode::Grpo, Mode::Nlp, Mode::Vlm, Mode::Moe],
        Id::SlidingWindow,
        "a prefix needs a mask in every layer anyway",
    ),
    (
        &[Mode::Finetune, Mode::Train, Mode::Nlp, Mode::Vlm, Mode::Moe],
        Id::Padding,
        "a prefix needs a mask in every layer anyway",
    ),
    (
        &[Mode::Finetune, Mode::Train, Mode::Grpo, Mode::Multimodal, Mode::Nlp, Mode::Vlm, Mode::Moe, Mode::Cnn],
        Id::Trainer,
        "on one GPU, the default, nothing is spread",
    ),
    (&[Mode::Inference], Id::GpuCount, "replicas of a dense model hold what one GPU does"),
    (&[Mode::Inference], Id::DataParallel, "replicas of a dense model hold what one GPU does"),
    (&[Mode::Inference], Id::ParallelSlots, "slots share all cells"),
    (&[Mode::Inference], Id::CpuExpertLayers, "the default model has no experts"),
    (&[Mode::Inference], Id::SplitMode, "one GPU has everything"),
    (&[Mode::Cnn], Id::Recipe, "in FP32, the default there, every recipe has the same formats"),
];

/// The other way round: what is said to have an effect must have one, or "has an effect" would be said of everything.
#[test]
fn what_has_an_effect_moves_something() {
    let mut still = Vec::new();
    for mode in Mode::ALL {
        for start in starts(mode) {
            let before = answer(&start);
            for id in declared(mode).filter(|id| start.has_effect(*id)) {
                if reached(mode, id).into_iter().all(|value| answer(&with(&start, id, value)) == before) {
                    still.push((mode, id));
                }
            }
        }
    }
    let is_listed = |it: &(Mode, Id)| STILL.iter().any(|row| row.1 == it.1 && row.0.contains(&it.0));
    let unlisted: Vec<_> = still.iter().filter(|it| !is_listed(it)).collect();
    assert!(unlisted.is_empty(), "{unlisted:?} move nothing");
    for (modes, id, _) in STILL {
        for mode in *modes {
            assert!(still.contains(&(*mode, *id)), "{} {} does move something", mode.id(), id.spec().key);
        }
    }
}

/// What a run of a mode may be: its model one of the catalogue that the mode runs, a few facts of another, any choices.
fn run_of(draw: &mut Draw, mode: Mode, runs: &[Arc<Model>]) -> Inputs {
    let (model, drawn) = (draw.any(runs).clone(), draw.inputs(CATALOG.models()));
    let mut res = Inputs::collect(mode, |id| match id {
        Id::Model => Some(Value::Model(Some(model.clone()))),
        Id::ModelSize => None,
        _ => drawn.given(id).filter(|_| !is_of_shape(id)).cloned(),
    });
    for _ in 0..draw.below(4) {
        let id = *draw.any(Id::ALL);
        if id != Id::Layout && is_of_shape(id) {
            let other = with(&res, id, draw.value(id, CATALOG.models()));
            res = if support(&other).is_ok() { other } else { res };
        }
    }
    res
}

/// The other way round of the facts of an architecture: facts of absent experts, towers and compressed keys were said
/// to have an effect, and so were dropouts where nothing is trained. Of each fact some value has to move something in
/// some run of the mode in which it is said to have an effect.
#[test]
fn what_is_known_of_a_model_moves_something() {
    const RUNS: usize = 4000;
    const VALUES: usize = 6;
    let mut draw = Draw::new(20_261_201);
    let mut still = Vec::new();
    for mode in Mode::ALL {
        let runs = |it: &&Arc<Model>| support(&Inputs::defaults(mode).with_model(Some((*it).clone()))).is_ok();
        let runs: Vec<_> = CATALOG.models().iter().filter(runs).cloned().collect();
        let of_shape = Id::of_mode(mode).filter(|id| id.group_in(mode) == Some(ParameterGroup::Shape));
        let (mut unmoved, mut had_effect): (Vec<_>, HashSet<Id>) = (of_shape.collect(), HashSet::new());
        for _ in 0..RUNS {
            let inputs = run_of(&mut draw, mode, &runs);
            let before = answer(&inputs);
            unmoved.retain(|&id| {
                if !inputs.has_effect(id) {
                    return true;
                }
                had_effect.insert(id);
                (0..VALUES).all(|_| answer(&with(&inputs, id, draw.value(id, CATALOG.models()))) == before)
            });
        }
        still.extend(unmoved.into_iter().filter(|id| had_effect.contains(id)).map(|id| (mode, id)));
    }
    still.retain(|(_, id)| !RARE.contains(id));
    assert!(still.is_empty(), "{still:?} move nothing");
}

/// Facts that move a single instant inside a layer's pass, which runs that are drawn rarely make the fullest; traced
/// cases of models that have them hold them (`tests/accuracy.rs`). So with projections of linear attention, of which
/// autocast alone copies the inputs.
const RARE: [Id; 3] = [Id::HeldScores, Id::HeldLayerResult, Id::LinearFusedProjections];

/// What is given of a thing that the model lacks is kept, told with the fact that takes its effect away, and never
/// read: a gate of shared experts was asked for their width in a model without experts, and a tower without layers had
/// norms.
#[test]
fn what_is_given_of_an_absent_thing_is_told() {
    #[track_caller]
    fn check(start: &str, pairs: &str, control: Fact, english: &str, chinese: &str) {
        let (link, problems) = decode(&format!("{start}&{pairs}"), &CATALOG);
        assert_eq!(answer(&link.inputs), answer(&decode(start, &CATALOG).0.inputs), "{pairs}");
        assert_eq!(problems.len(), pairs.split('&').count(), "{problems:?}");
        for problem in problems {
            assert!(
                matches!(problem.kind, ProblemKind::NoEffect(Control::Absent(it), _) if it == control),
                "{problem:?}"
            );
            let told = [&ENGLISH_LATER, &CHINESE_LATER].map(|it| (it.problem)(&problem));
            assert!(told[0].contains(english) && told[1].contains(chinese), "{told:?}");
        }
    }
    let experts = ("has no effect while Experts is 0 and was kept", "在“专家总数”为 0 时不起作用");
    check(
        "mode=train",
        "moeIntermediateSize=64&sharedExpertGate=true&router=narrow",
        Fact::NumExperts,
        experts.0,
        experts.1,
    );
    check("mode=nlp", "numDenseLayers=3&expertBias=true", Fact::NumExperts, experts.0, experts.1);
    check(
        "model=llama-3.1-8b",
        "qLoraRank=64&indexerHeadDim=8",
        Fact::KvLoraRank,
        "while Key-value rank is 0",
        "在“键值秩”为 0 时",
    );
    let tower = ("while Vision layers is 0", "在“视觉层数”为 0 时");
    check(
        "mode=inference",
        "visionOuterNorms=2&visionFeatureDim=64&projector=64,0",
        Fact::VisionNumLayers,
        tower.0,
        tower.1,
    );
    check("mode=inference", "vision=absent", Fact::VisionNumLayers, tower.0, tower.1);
    check("mode=vlm", "minTiles=4", Fact::ImageNewline, "while Image newline is false", "在“图像换行向量”为 false 时");
    // What no formula reads at all is told too.
    let (_, problems) = decode("mode=train&multiTokenPrediction=dense", &CATALOG);
    assert!(matches!(problems[0].kind, ProblemKind::NoEffect(Control::Nothing, _)), "{problems:?}");
    // Beside what they say something of they count.
    let inputs = decode("mode=train&numExperts=8&moeIntermediateSize=64&numActiveExperts=2", &CATALOG).0.inputs;
    assert!(inputs.has_effect(Id::MoeIntermediateSize) && support(&inputs).is_ok());
    assert_ne!(answer(&inputs), answer(&with(&inputs, Id::MoeIntermediateSize, Value::Number(128.0))));
}

/// Each kind of control takes the effect of something away somewhere, and gives it back where the choice is another.
#[test]
fn every_control_is_told_where_it_applies() {
    #[track_caller]
    fn check(link: &str, id: Id, control: Option<Control>) {
        assert_eq!(decode(link, &CATALOG).0.inputs.taken_away_by(id), control, "{link}");
    }
    check("mode=finetune", Id::Engine, Some(Control::Mode));
    check("mode=nlp", Id::WeightDecay, Some(Control::Nothing));
    check("mode=multimodal&task=inference", Id::Optimizer, Some(Control::Task));
    check("mode=multimodal&task=training", Id::Optimizer, None);
    check("mode=multimodal&task=training", Id::FinetuneMethod, Some(Control::Task));
    check("mode=multimodal&task=finetuning", Id::FinetuneMethod, None);
    // A run that trains everything has no adapters, whatever stands at the method, which says nothing there: their rank
    // was once said to have an effect.
    check("mode=multimodal&task=training", Id::LoraRank, Some(Control::Task));
    check("mode=multimodal&task=training&method=QLoRA", Id::Quantization, Some(Control::Task));
    check("mode=multimodal&task=finetuning", Id::LoraRank, None);
    // Beside adapters all towers are frozen, whatever is said of one.
    check("mode=multimodal&task=training", Id::FreezeVision, None);
    check("mode=multimodal&task=finetuning&method=Full", Id::FreezeVision, None);
    check("mode=multimodal&task=finetuning&method=LoRA", Id::FreezeVision, Some(Control::Method));
    check("mode=multimodal&task=inference", Id::FreezeVision, Some(Control::Task));
    check("mode=vlm&method=Full", Id::FreezeVision, None);
    check("mode=vlm&method=Prefix", Id::FreezeVision, Some(Control::Method));
    check("mode=finetune&method=Full", Id::LoraRank, Some(Control::Method));
    check("mode=finetune&method=LoRA", Id::LoraRank, None);
    check("mode=train&optimizer=Adafactor", Id::OptimizerKernel, Some(Control::Optimizer));
    check("mode=train&optimizer=Muon", Id::OptimizerKernel, None);
    check("mode=multimodal&task=inference&optimizer=SGD", Id::OptimizerKernel, Some(Control::Task));
    check("mode=train&gpuCount=8", Id::GpuCount, Some(Control::Trainer));
    check("mode=train&trainer=ddp", Id::GpuCount, None);
    check("mode=multimodal&task=inference&trainer=ddp", Id::DataParallel, Some(Control::Task));
    check("mode=inference&trainer=ddp", Id::DataParallel, Some(Control::Engine));
    check("engine=vllm", Id::DataParallel, None);
    check("engine=vllm", Id::GpuLayers, Some(Control::Engine));
    check("engine=llamacpp", Id::GpuLayers, None);
    check("engine=llamacpp", Id::TensorParallel, Some(Control::Engine));
    check("mode=train", Id::GradientAsBucketView, Some(Control::Trainer));
    check("mode=train&trainer=ddp", Id::GradientAsBucketView, None);
    check("mode=train&trainer=ddp", Id::Reshard, Some(Control::Trainer));
    check("mode=train&trainer=fsdp2", Id::Reshard, None);
    check("mode=train&trainer=fsdp2", Id::GradientAsBucketView, Some(Control::Trainer));
    check("mode=train&trainer=fsdp2", Id::OutputDtype, Some(Control::Nothing));
    check("mode=train&trainer=ddp", Id::BucketCapMb, Some(Control::Nothing));
    check("quantization=nf4", Id::Unquantized, None);
    check("precision=FP16", Id::Unquantized, Some(Control::Quantization));
    check("engine=llamacpp&precision=INT8", Id::Unquantized, Some(Control::Engine));
    check("engine=transformers", Id::EngineVersion, Some(Control::Engine));
    check("engine=llamacpp", Id::EngineVersion, None);
    check("engine=llamacpp", Id::Sampler, Some(Control::Engine));
    check("engine=vllm", Id::Sampler, None);
    check("engine=vllm", Id::DraftTokens, Some(Control::Draft));
    check("engine=vllm&draft=mtp", Id::DraftTokens, None);
    check("engine=vllm", Id::Ubatch, Some(Control::Engine));
    check("engine=llamacpp", Id::Ubatch, None);
    check("mode=cnn", Id::Widths, Some(Control::Layout));
    check("mode=inference", Id::EmbeddingDropout, Some(Control::Mode));
    check("mode=multimodal&task=inference", Id::EmbeddingDropout, Some(Control::Task));
    check("mode=multimodal&task=training", Id::EmbeddingDropout, None);
    check("engine=vllm", Id::EagerAttention, Some(Control::Engine));
    check("engine=transformers", Id::EagerAttention, None);
    check("mode=finetune", Id::ExpertBias, Some(Control::Absent(Fact::NumExperts)));
    check("mode=finetune&model=mixtral-8x7b-instruct-v0.1", Id::ExpertBias, None);
}

/// What is kept without effect stands in the link, is told, and counts again as soon as the choice allows it.
#[test]
fn a_value_without_effect_is_kept() {
    let (link, problems) = decode("mode=finetune&method=Full&loraRank=64", &CATALOG);
    assert_eq!((link.encode().as_str(), problems.len()), ("mode=finetune&method=Full&loraRank=64", 1));
    let adapted = with(&link.inputs, Id::FinetuneMethod, reached(Mode::Finetune, Id::FinetuneMethod)[1].clone());
    assert_eq!(adapted.values().number(Id::LoraRank), 64.0);
    assert_ne!(answer(&adapted), answer(&with(&adapted, Id::LoraRank, Value::Number(16.0))));
}
