//! What holds for any architecture, from the catalogue, from parameters or from nobody: sound moments, none below what
//! the weights and states of the optimizer take, answers where the committed matrix has some, and more memory for more
//! layers, width, batch and length. It knows facts and parameters of shapes, and no formula.
//!
//! Cases are drawn from a fixed seed; `PROPTEST_RNG_SEED` draws others where a property is proved.

#[path = "common/catalog.rs"]
mod catalog;
#[path = "common/draw.rs"]
mod draw;
#[path = "common/refusals.rs"]
mod refusals;
#[path = "common/resident.rs"]
mod resident;
#[path = "common/sound.rs"]
mod sound;

use catalog::CATALOG;
use draw::Draw;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngSeed};
use refusals::is_of_inputs;
use resident::resident;
use sound::fault;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};
use vram_estimator::estimator::architecture::{Architecture, EITHER_OF_TEXT, ENTAILED, Fact, Layout, each_required};
use vram_estimator::estimator::parameters::ParameterKind;
use vram_estimator::estimator::parameters::choices::{LoraTargets, Optimizer, Precision, Task};
use vram_estimator::estimator::{
    ChoiceValue, Estimate, Inputs, MethodId, Mode, Model, ParameterId, Unsupported, Value, estimate_values, support,
    total,
};

fn cases(cases: u32) -> Config {
    let default = Config::default();
    let is_free = default.rng_seed == RngSeed::Random;
    let rng_seed = if is_free { RngSeed::Fixed(20_261_123) } else { default.rng_seed };
    Config { cases, rng_seed, failure_persistence: None, ..default }
}

/// Modes over text alone: those in which a shape can be counted from parameters.
const MODES: [Mode; 6] = [Mode::Inference, Mode::Finetune, Mode::Train, Mode::Grpo, Mode::Nlp, Mode::Moe];

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

const TOGGLES: [ParameterId; 4] =
    [ParameterId::GradientCheckpointing, ParameterId::Padding, ParameterId::TieWordEmbeddings, ParameterId::GatedMlp];

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

/// A model all of whose sizes are then set otherwise: its parameters are counted from the shape.
fn counted(mode: Mode) -> Value {
    let id = if mode == Mode::Moe { "mixtral-8x7b-instruct-v0.1" } else { "llama-2-7b-hf" };
    Value::Model(Some(CATALOG.model(id).expect("a model").clone()))
}

fn inputs(mode: Mode, it: &Shape, model: &Value) -> Inputs {
    let number = |number: u32| Some(Value::Number(f64::from(number)));
    Inputs::collect(mode, |id| match id {
        ParameterId::Model => Some(model.clone()),
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
            // Experts without a gate are refused, and adapters on them.
            let on_experts = id == ParameterId::LoraTargets && it.experts.0 > 0;
            let toggle = TOGGLES
                .iter()
                .position(|toggle| *toggle == id)
                .map(|at| it.toggles[at] || id == ParameterId::GatedMlp && it.experts.0 > 0);
            match id.spec().kind {
                ParameterKind::Choice { .. } if on_experts => Some(Value::Choice(LoraTargets::Attention as usize)),
                // The last recipe is one of several GPUs.
                ParameterKind::Choice { .. } if id == ParameterId::Recipe => choice.map(|at| Value::Choice(at % 3)),
                // Weights below 16 bits are trained by nothing that was read.
                ParameterKind::Choice { .. } if id == ParameterId::Precision && mode != Mode::Inference => {
                    let wide: Vec<usize> =
                        (0..Precision::ALL.len()).filter(|at| !Precision::ALL[*at].is_packed()).collect();
                    choice.map(|at| Value::Choice(wide[at % wide.len()]))
                }
                // GaLore is refused beside adapters and experts.
                ParameterKind::Choice { .. } if id == ParameterId::Optimizer => {
                    let read: Vec<usize> =
                        (0..Optimizer::ALL.len()).filter(|at| Optimizer::ALL[*at] != Optimizer::GaLoreAdamW).collect();
                    choice.map(|at| Value::Choice(read[at % read.len()]))
                }
                ParameterKind::Choice { ids } => choice.map(|at| Value::Choice(at % ids.all().len())),
                ParameterKind::Number { .. }
                | ParameterKind::Set { .. }
                | ParameterKind::Toggle
                | ParameterKind::Model
                | ParameterKind::List { .. } => toggle.map(Value::Toggle),
            }
        }
    })
}

/// What was given, and what the model states.
fn told(inputs: &Inputs) -> String {
    let given = ParameterId::ALL.iter().filter(|id| **id != ParameterId::Model);
    let given: Vec<_> = given.filter_map(|id| Some((id.spec().key, id.spec().write(inputs.given(*id)?)))).collect();
    let facts: Vec<_> = inputs.model().map_or(Vec::new(), |model| {
        let facts = Fact::ALL.iter().filter_map(|fact| Some((fact.key(), model.architecture.get(*fact)?)));
        facts.collect()
    });
    let lists = inputs.model().map(|it| (&it.architecture.layout, &it.architecture.depths, &it.architecture.widths));
    format!("{} {given:?}\n{lists:?} {facts:?}", inputs.mode().id())
}

/// The committed table of what is answered.
const MATRIX: &str = include_str!("matrix.tsv");

/// What decides the answer in a column of the matrix: the layout, and whether there is latent attention, a tower,
/// experts.
type Sort = (usize, [bool; 3]);

fn sort(layout: usize, is: impl Fn(Fact) -> bool) -> Sort {
    (layout, [Fact::KvLoraRank, Fact::VisionNumLayers, Fact::NumExperts].map(is))
}

/// For each column of the matrix and each sort of model in the catalogue: whether some are answered, and whether all
/// are.
static ANSWERED: LazyLock<HashMap<(String, Sort), (bool, bool)>> = LazyLock::new(|| {
    let mut lines = MATRIX.lines();
    let heads: Vec<_> = lines.next().expect("a head").split('\t').skip(2).collect();
    let mut res = HashMap::new();
    for line in lines {
        let mut cells = line.split('\t');
        let Some(model) = cells.next().and_then(|id| CATALOG.model(id)) else { continue };
        let it = &model.architecture;
        for (head, word) in heads.iter().zip(cells.skip(1)) {
            let of_sort = res.entry(((*head).to_owned(), sort(it.layout as usize, |fact| it.is(fact))));
            let known: &mut (bool, bool) = of_sort.or_insert((false, true));
            // Adapters are a choice: other ones may have formulas.
            let may_be = word == "yes" || word == "other-adapters";
            *known = (known.0 || may_be, known.1 && word == "yes");
        }
    }
    res
});

/// Every answer is sound, and `calibrated` answers what is answered for models of the catalogue that are of the same
/// sort, as the committed matrix has it. Once the function that gates the answer was asked whether it gates it.
#[track_caller]
fn check(inputs: &Inputs) {
    let answers = estimate_values(inputs);
    let calibrated = |it: &&Estimate| it.method() == MethodId::Calibrated;
    for it in &answers {
        let resident = if calibrated(&it) { resident(inputs) } else { 0.0 };
        if let Some(fault) = fault(it, resident) {
            panic!("{}: {fault}\nof {}", it.method().id(), told(inputs));
        }
    }
    let facts = inputs.values().facts();
    let layout = inputs.choice::<Layout>(ParameterId::Layout);
    let sort = sort(layout as usize, |fact| facts.get(fact).is_some_and(|it| it != 0.0));
    let task = Task::IDS[inputs.choice::<Task>(ParameterId::Task) as usize];
    let mode = inputs.mode();
    let head = if mode == Mode::Multimodal { format!("{}:{task}", mode.id()) } else { mode.id().to_owned() };
    // Of a sort that no model of the catalogue is of, the matrix says nothing.
    let Some((are_some, are_all)) = ANSWERED.get(&(head, sort)).copied() else { return };
    let is_answered = answers.iter().any(|it| calibrated(&it));
    // The table is of the modes' own methods and of whole models: others, and models of text, may have formulas where
    // it has none.
    let is_own = inputs.is_default(ParameterId::FinetuneMethod) && inputs.is_default(ParameterId::Vision);
    assert!(are_some || !is_answered || !is_own, "{layout:?} is answered: {}", told(inputs));
    assert!(!are_all || is_answered || is_of_inputs(inputs), "{layout:?} is not answered: {}", told(inputs));
}

/// Bytes; `None` for experts beside frozen FP32 weights.
fn calibrated(inputs: &Inputs) -> Option<f64> {
    let is_refused = support(inputs) == Err(Unsupported::WideExperts);
    (!is_refused).then(|| total(MethodId::Calibrated, inputs).expect("the mode runs a decoder of text").count())
}

proptest! {
    #![proptest_config(cases(4_000))]

    #[test]
    fn any_shape_of_a_decoder_gives_sound_moments(mode in select(Mode::ALL.to_vec()), it in shape(), is_counted: bool) {
        check(&inputs(mode, &it, &if is_counted { counted(mode) } else { Value::Model(None) }));
    }

    #[test]
    fn more_of_anything_never_needs_less(mode in select(MODES.to_vec()), it in shape()) {
        let before = calibrated(&inputs(mode, &it, &counted(mode)));
        let grown = [
            Shape { layers: it.layers + 1, ..it.clone() },
            Shape { batch: it.batch + 1, ..it.clone() },
            Shape { sequence: it.sequence + 32, ..it.clone() },
            Shape { width: it.width + 256, ..it.clone() },
            Shape { vocabulary: it.vocabulary + 128, ..it.clone() },
        ];
        for more in grown {
            let Some((before, after)) = before.zip(calibrated(&inputs(mode, &more, &counted(mode)))) else { continue };
            prop_assert!(after >= before * (1.0 - 1e-12), "{before} to {after}: {mode:?} {it:?} to {more:?}");
        }
    }
}

/// The largest number that an absurd fact takes, as parameters of its kind do.
const ABSURD: f64 = 1e6;

/// Blocks of a stage of a network, or convolutions, at most: a network is walked block by block.
const MOST_BLOCKS: f64 = 64.0;

/// Whether a fact is a share, a factor or a bound; all others count something, and are whole.
fn is_fraction(fact: Fact) -> bool {
    [
        Fact::EmbeddingDropout,
        Fact::ResidualDropout,
        Fact::AttentionDropout,
        Fact::ActivationDropout,
        Fact::AttentionSoftCap,
        Fact::FinalSoftCap,
        Fact::WidthMultiplier,
        Fact::DepthMultiplier,
    ]
    .contains(&fact)
}

/// A fact as some model of the catalogue states it, or an absurd one.
fn fact(draw: &mut Draw, fact: Fact, is_absurd: bool) -> Option<f64> {
    if is_absurd && draw.below(4) == 0 {
        return Some(match fact.choices().len() {
            0 => draw.number(0.0, ABSURD, !is_fraction(fact)),
            // Also places beyond the end of the list.
            n_choices => draw.below(n_choices + 1) as f64,
        });
    }
    let stated = draw.any(CATALOG.models()).architecture.get(fact);
    stated.or_else(|| draw.any(CATALOG.models()).architecture.get(fact))
}

/// What models of the catalogue state of each fact, 0 apart.
static STATED: LazyLock<Vec<Vec<f64>>> = LazyLock::new(|| {
    let of_fact = |fact: &Fact| {
        let stated = CATALOG.models().iter().filter_map(|it| it.architecture.get(*fact));
        stated.filter(|number| *number != 0.0).collect()
    };
    Fact::ALL.iter().map(of_fact).collect()
});

/// States what a layout requires, and what facts may require of others: without it hardly any drawn model has an
/// answer.
fn complete(draw: &mut Draw, architecture: &mut Architecture) {
    let mut required = vec![EITHER_OF_TEXT.0];
    each_required(architecture.layout, |fact| required.push(fact));
    required.extend(ENTAILED.iter().flat_map(|it| it.facts));
    for fact in required {
        if !architecture.is(fact) {
            let number = *draw.any(&STATED[fact as usize]);
            architecture.facts.set(fact, number);
        }
    }
}

/// A model of any layout, put together from what the models of the catalogue state, or from anything.
fn model(draw: &mut Draw) -> Model {
    let is_absurd = draw.below(2) == 0;
    let like = draw.any(CATALOG.models()).clone();
    let layout = *draw.any(Layout::ALL);
    let list = |draw: &mut Draw, of: fn(&Architecture) -> &[f64], most: f64| -> Cow<'static, [f64]> {
        let lists: Vec<_> =
            CATALOG.models().iter().map(|it| of(&it.architecture)).filter(|it| !it.is_empty()).collect();
        Cow::Owned(match draw.below(if is_absurd { 3 } else { 2 }) {
            0 => draw.any(&lists).to_vec(),
            1 => of(&like.architecture).to_vec(),
            _ => (0..draw.below(9)).map(|_| draw.number(0.0, most, true)).collect(),
        })
    };
    let mut architecture = Architecture {
        depths: list(draw, |it| &it.depths, MOST_BLOCKS),
        widths: list(draw, |it| &it.widths, ABSURD),
        projector: list(draw, |it| &it.projector, ABSURD),
        ..Architecture::of(layout)
    };
    for &it in Fact::ALL {
        let known = if draw.below(3) > 0 { like.architecture.get(it) } else { fact(draw, it, is_absurd) };
        if let Some(number) = known {
            architecture.facts.set(it, number);
        }
    }
    if draw.below(12) > 0 {
        complete(draw, &mut architecture);
    }
    Model {
        id: Cow::Borrowed("drawn"),
        name: Cow::Borrowed("Drawn"),
        total_parameters: draw.number(1e3, 1e13, true),
        context_length: draw.number(0.0, 1e6, true),
        is_headless: false,
        architecture,
    }
}

/// What spreads a run over GPUs, or leaves a part of it on the host.
const SPREAD: &[ParameterId] = &[
    ParameterId::Trainer,
    ParameterId::TensorParallel,
    ParameterId::ExpertParallel,
    ParameterId::DataParallel,
    ParameterId::GpuCount,
    ParameterId::GpuLayers,
    ParameterId::CpuExpertLayers,
    ParameterId::SplitMode,
    ParameterId::TensorSplit,
];

/// What says in which formats weights and caches are.
const FORMATS: &[ParameterId] = &[ParameterId::Precision, ParameterId::Quantization, ParameterId::KvPrecision];

/// A model need not come from the catalogue, and whoever hands one in may have read it anywhere. A network of 10^16
/// weights, more than a float counts one by one, had less than no copies left at the end of its backward pass.
#[test]
fn any_architecture_gives_sound_answers_or_none() {
    const CASES: usize = 100_000;
    let mut draw = Draw::new(20_261_128);
    let mut n_answered = 0;
    for _ in 0..CASES {
        let model = Arc::new(model(&mut draw));
        let inputs = draw.inputs(std::slice::from_ref(&model));
        // A typed layout lacks most of what it needs, and is refused.
        let layout = Value::Choice(model.architecture.layout as usize);
        let is_own = draw.below(4) > 0;
        let inputs =
            if is_own { inputs.with(ParameterId::Layout, layout).expect("a layout is accepted") } else { inputs };
        let inputs = inputs.with(ParameterId::Model, Value::Model(Some(model))).expect("a model is accepted");
        // Of most degrees few shapes are a multiple.
        let inputs = if draw.below(4) > 0 { inputs.without(|id| SPREAD.contains(&id)) } else { inputs };
        // Most formats are another engine's.
        let inputs = if draw.below(4) > 0 { inputs.without(|id| FORMATS.contains(&id)) } else { inputs };
        check(&inputs);
        n_answered += usize::from(support(&inputs).is_ok());
    }
    assert!(n_answered > CASES / 20, "only {n_answered} of {CASES} had formulas");
}
