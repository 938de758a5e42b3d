//! What holds for any architecture, from a preset or from nobody: sound moments, never below what the weights alone
//! take, and more memory for more layers, width, batch and length. It knows the parameters of shapes, and no formula.
//!
//! Cases are drawn from a fixed seed; `PROPTEST_RNG_SEED` draws others.

use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngSeed};
use vram_estimator::estimator::architecture::{preset, presets};
use vram_estimator::estimator::{
    ComponentGroup, DEFAULT_METHOD, Estimate, Inputs, Mode, ParameterId, Value, estimate_all,
};

fn cases(cases: u32) -> Config {
    let default = Config::default();
    let rng_seed = match default.rng_seed {
        RngSeed::Random => RngSeed::Fixed(20_261_123),
        given @ RngSeed::Fixed(_) => given,
    };
    Config { cases, rng_seed, failure_persistence: None, ..default }
}

/// Modes over transformers.
const MODES: [Mode; 8] =
    [Mode::Inference, Mode::Finetune, Mode::Train, Mode::Grpo, Mode::Multimodal, Mode::Nlp, Mode::Vlm, Mode::Moe];

/// A shape that somebody could build: heads that divide, groups that divide them.
#[derive(Clone, Debug)]
struct Shape {
    heads: u32,
    groups: u32,
    head_dim: u32,
    layers: u32,
    width: u32,
    vocabulary: u32,
    batch: u32,
    sequence: u32,
    experts: (u32, u32),
    choices: Vec<usize>,
    toggles: Vec<bool>,
}

/// Choices that decide which tensors a run keeps.
const CHOICES: [ParameterId; 8] = [
    ParameterId::FinetuneMethod,
    ParameterId::Recipe,
    ParameterId::Optimizer,
    ParameterId::OptimizerKernel,
    ParameterId::Attention,
    ParameterId::LoraTargets,
    ParameterId::Precision,
    ParameterId::Engine,
];

const TOGGLES: [ParameterId; 5] = [
    ParameterId::GradientCheckpointing,
    ParameterId::Padding,
    ParameterId::TieWordEmbeddings,
    ParameterId::GatedMlp,
    ParameterId::FreezeVision,
];

fn shape() -> impl Strategy<Value = Shape> {
    let numbers = (0_u32..6, 0_u32..3, 1_u32..33, 1_u32..97, 1_u32..257, 1_u32..2049, 1_u32..65, 1_u32..257);
    (
        numbers,
        (0_u32..6, 1_u32..9),
        prop::collection::vec(0_usize..100, CHOICES.len()),
        prop::collection::vec(any::<bool>(), TOGGLES.len()),
    )
        .prop_map(|(numbers, (experts, active), choices, toggles)| {
            let (heads, groups, head_dim, layers, width, vocabulary, batch, sequence) = numbers;
            Shape {
                heads: 1 << (heads + groups),
                groups: 1 << heads,
                head_dim: 8 * head_dim,
                layers,
                // Of whole blocks: llama.cpp stores other widths in a coarser format, which takes more.
                width: 256 * (width % 64 + 1),
                vocabulary: 128 * vocabulary,
                batch,
                sequence: 32 * sequence,
                experts: (1 << experts, active.min(1 << experts)),
                choices,
                toggles,
            }
        })
}

/// A model all of whose sizes are then set otherwise: its parameters are counted from the shape. Without one the size
/// counts, and a larger shape only shares it out otherwise.
fn counted(mode: Mode) -> Value {
    let id = if mode == Mode::Moe { "mixtral-8x7b-instruct-v0.1" } else { "llama-2-7b-hf" };
    Value::Model(Some(preset(id).expect("a preset")))
}

fn inputs(mode: Mode, it: &Shape, model: Value) -> Inputs {
    let number = |number: u32| Some(Value::Number(f64::from(number)));
    Inputs::collect(mode, |id| match id {
        ParameterId::Model => Some(model),
        ParameterId::NumAttentionHeads => number(it.heads),
        ParameterId::HeadDim => number(it.head_dim),
        ParameterId::NumKeyValueHeads => number(it.groups),
        ParameterId::HiddenSize => number(it.heads * it.head_dim),
        ParameterId::NumLayers => number(it.layers),
        ParameterId::IntermediateSize | ParameterId::MoeIntermediateSize => number(it.width),
        ParameterId::VocabSize => number(it.vocabulary),
        ParameterId::BatchSize => number(it.batch),
        ParameterId::SequenceLength => number(it.sequence),
        ParameterId::NumExperts => number(it.experts.0),
        ParameterId::NumActiveExperts => number(it.experts.1),
        _ => {
            let choice = CHOICES.iter().position(|choice| *choice == id).map(|at| it.choices[at]);
            let toggle = TOGGLES.iter().position(|toggle| *toggle == id).map(|at| it.toggles[at]);
            match id.spec().kind {
                vram_estimator::estimator::parameters::ParameterKind::Choice { ids } => {
                    choice.map(|at| Value::Choice(at % ids.len()))
                }
                _ => toggle.map(Value::Toggle),
            }
        }
    })
}

fn calibrated(inputs: &Inputs) -> Estimate {
    let all = estimate_all(inputs);
    all.into_iter().find(|it| it.method() == DEFAULT_METHOD).expect("it covers every mode")
}

/// What stays in memory through a whole run: weights and states.
fn is_static(group: ComponentGroup) -> bool {
    matches!(
        group,
        ComponentGroup::Weights
            | ComponentGroup::Vision
            | ComponentGroup::Text
            | ComponentGroup::Experts
            | ComponentGroup::Adapter
            | ComponentGroup::Optimizer
    )
}

#[track_caller]
fn check(inputs: &Inputs) {
    let estimate = calibrated(inputs);
    let total = estimate.total().count();
    for moment in estimate.moments() {
        let sum: f64 = moment.lines().iter().map(|line| line.formula.bytes().count()).sum();
        assert!((sum - moment.total().count()).abs() <= 1e-12 * sum, "{:?} of {inputs:?}", moment.id());
        for line in moment.lines() {
            let bytes = line.formula.bytes().count();
            assert!(bytes.is_finite() && bytes >= 0.0, "{:?} {:?}: {bytes} of {inputs:?}", moment.id(), line.component);
        }
        let held = moment.lines().iter().filter(|line| is_static(line.component.group()));
        let held: f64 = held.map(|line| line.formula.bytes().count()).sum();
        assert!(held > 0.0 && held <= total, "{:?} holds {held} of {total}: {inputs:?}", moment.id());
    }
}

proptest! {
    #![proptest_config(cases(4_000))]

    #[test]
    fn any_architecture_gives_sound_moments(mode in select(MODES.to_vec()), it in shape(), is_counted in any::<bool>()) {
        let model = if is_counted { counted(mode) } else { Value::Model(None) };
        check(&inputs(mode, &it, model));
    }

    #[test]
    fn more_of_anything_never_needs_less(mode in select(MODES.to_vec()), it in shape()) {
        let before = calibrated(&inputs(mode, &it, counted(mode))).total().count();
        let grown = [
            Shape { layers: it.layers + 1, ..it.clone() },
            Shape { batch: it.batch + 1, ..it.clone() },
            Shape { sequence: it.sequence + 32, ..it.clone() },
            Shape { width: it.width + 256, ..it.clone() },
            Shape { vocabulary: it.vocabulary + 128, ..it.clone() },
        ];
        for more in grown {
            let after = calibrated(&inputs(mode, &more, counted(mode))).total().count();
            prop_assert!(after >= before * (1.0 - 1e-12), "{before} to {after}: {mode:?} {it:?} to {more:?}");
        }
    }
}

#[test]
fn every_preset_is_estimated_in_every_mode() {
    for preset in presets() {
        for mode in Mode::ALL {
            check(&Inputs::defaults(mode).with_model(Some(preset)));
        }
    }
}
