//! A quantity that opens to a list of named things is their sum: kept tensors, instants, logits, caches, parameters,
//! and the tensors of each stage of a network, of a vision tower and of the projector. It knows no formula and no
//! amount.

#[path = "common/catalog.rs"]
mod catalog;

use catalog::CATALOG;
use std::collections::{BTreeMap, BTreeSet};
use vram_estimator::estimator::expr::{Definition, ElementFormat};
use vram_estimator::estimator::{
    ChoiceValue, Inputs, MethodId, Mode, ParameterId, Precision, Quantity, Quantity as Q, Value, estimate_all, support,
};

/// Choices that decide which tensors there are, by mode.
const CHOICES: &[(ParameterId, &[usize])] = &[
    (ParameterId::FinetuneMethod, &[0, 1, 2]),
    (ParameterId::Recipe, &[0, 1]),
    (ParameterId::Attention, &[0, 1]),
    (ParameterId::Engine, &[0, 1, 2]),
];

/// Switches that do.
const SWITCHES: &[ParameterId] = &[ParameterId::GradientCheckpointing, ParameterId::Padding, ParameterId::FreezeVision];

/// Every quantity with a name that the formulas of `calibrated` show at any moment.
fn definitions(inputs: &Inputs) -> Vec<Definition> {
    let estimates = estimate_all(inputs);
    let calibrated = estimates.iter().filter(|it| it.method() == MethodId::Calibrated);
    let lines = calibrated.flat_map(|it| it.moments()).flat_map(|it| it.lines());
    lines.flat_map(|line| line.formula.definitions()).collect()
}

/// The inputs with each choice that their mode has.
fn varied(inputs: &Inputs) -> Vec<Inputs> {
    let mut res = vec![inputs.clone()];
    for (id, choices) in CHOICES.iter().filter(|(id, _)| id.use_in(inputs.mode()).is_some()) {
        let with = |at: &usize| inputs.clone().with(*id, Value::Choice(*at)).ok();
        res.extend(choices.iter().filter_map(with));
    }
    for &id in SWITCHES.iter().filter(|id| id.use_in(inputs.mode()).is_some()) {
        res.extend([false, true].into_iter().filter_map(|it| inputs.clone().with(id, Value::Toggle(it)).ok()));
    }
    res
}

/// The inputs of a mode with each model that it runs, and with none.
fn of_models(mode: Mode) -> impl Iterator<Item = Inputs> {
    let plain = Inputs::defaults(mode);
    let with = plain.clone();
    let models = CATALOG.models().iter().map(move |it| with.with_model(Some(it.clone())));
    models.chain([plain]).filter(|it| support(it).is_ok())
}

#[track_caller]
fn check_sum(inputs: &Inputs, it: &Definition) {
    let (Some(listing), Some(value)) = (&it.listing, it.value) else { return };
    let sum: f64 = listing.entries.iter().map(|entry| entry.amount).sum();
    let told = || format!("{} of {:?} in {}", it.symbol(), inputs.model().map(|it| &it.id), inputs.mode().id());
    assert!((sum - value).abs() <= 1e-9 * value.abs(), "{}: {sum} instead of {value} in {inputs:?}", told());
    for entry in &listing.entries {
        let is_named = !entry.name.is_empty() && !entry.elements_told().is_empty() && !entry.source.is_empty();
        assert!(is_named && entry.amount != 0.0, "{} lists {entry:?}", told());
    }
}

/// Kept bytes and parameters opened to a number, and that number to nothing.
#[test]
fn lists_add_up_to_what_they_explain() {
    let mut n_lists = 0;
    for mode in Mode::ALL {
        for it in of_models(mode).flat_map(|inputs| varied(&inputs)) {
            let all = definitions(&it);
            all.iter().for_each(|definition| check_sum(&it, definition));
            n_lists += all.iter().filter(|definition| definition.listing.is_some()).count();
        }
    }
    assert!(n_lists > 10_000, "{n_lists} lists");
}

/// The quantities that open to a list which is not empty, in any of some inputs.
fn opened<'a>(inputs: impl IntoIterator<Item = &'a Inputs>) -> BTreeSet<&'static str> {
    let all = inputs.into_iter().flat_map(definitions);
    let is_open = |it: &Definition| it.listing.as_ref().is_some_and(|listing| !listing.entries.is_empty());
    all.filter(is_open).map(|it| it.symbol()).collect()
}

#[track_caller]
fn check_open(inputs: &[Inputs], quantities: &[Quantity]) {
    let opened = opened(inputs);
    let closed: Vec<_> = quantities.iter().map(|it| it.symbol()).filter(|it| !opened.contains(it)).collect();
    assert!(closed.is_empty(), "{closed:?} have no list; those that have one: {opened:?}");
}

fn with_model(mode: Mode, model: &str) -> Inputs {
    let model = CATALOG.model(model).cloned();
    assert!(model.is_some());
    Inputs::defaults(mode).with_model(model)
}

/// What a training step of a text model shows opens to tensors or weights by name. Logits were 10 bytes without a word
/// of which tensors those are.
#[test]
fn what_a_step_keeps_opens_to_its_tensors() {
    let of_layers = [Q::LinearParameters, Q::KeptOfLayer, Q::KeptOfHead, Q::KeptInside, Q::GradientsInside];
    let llama = with_model(Mode::Train, "llama-3.1-8b");
    check_open(std::slice::from_ref(&llama), &[&of_layers[..], &[Q::CountedParameters, Q::Logits]].concat());
    let mixture = [Q::ParametersOfExperts, Q::ParametersBesideExperts, Q::MixtureParameters, Q::KeptOfLayer];
    check_open(&[with_model(Mode::Train, "qwen1.5-moe-a2.7b")], &mixture);
    check_open(&[with_model(Mode::Train, "glm-4.5-air")], &[Q::KeptOfDenseLayer, Q::DenseParameters]);
    let scored = [Q::Logits, Q::Scores, Q::SampledLogits];
    check_open(&varied(&with_model(Mode::Grpo, "llama-3.1-8b")), &scored);
    let full = Inputs::defaults(Mode::Grpo).with(ParameterId::FinetuneMethod, Value::Choice(0));
    check_open(&[full.expect("a method")], &[Q::LogitGradients]);
}

/// What a network keeps, has let go of and has made of gradients by its fullest moment were bare numbers that nobody
/// could open: stages first, then statistics, copies and gradients.
#[test]
fn networks_open_to_their_tensors() {
    let half = Precision::ALL.iter().position(|it| *it == Precision::Fp16).expect("a format");
    let in_half = |it: &Inputs| it.clone().with(ParameterId::Precision, Value::Choice(half)).expect("a format");
    let stated = |it: &Inputs| it.clone().with(ParameterId::ModelSize, Value::Number(0.5)).expect("a size");
    let formats = |it: Inputs| [in_half(&it), stated(&in_half(&it)), it];
    let all: Vec<_> = of_models(Mode::Cnn).flat_map(formats).flat_map(|it| varied(&it)).collect();
    for inputs in &all {
        definitions(inputs).iter().for_each(|it| check_sum(inputs, it));
    }
    let stages = [Q::Stage1, Q::Stage2, Q::Stage3, Q::Stage4, Q::Stage5, Q::Stage6, Q::Stage7, Q::Stage8, Q::Stage9];
    check_open(&all, &stages);
    let beside = [
        Q::NormStatistics,
        Q::NormStatisticsLeft,
        Q::RunningStatistics,
        Q::CopiedParameters,
        Q::CopiedParametersLeft,
        Q::FreedThen,
        Q::ParametersDone,
        Q::ParametersMade,
    ];
    check_open(&all, &beside);
    // Whatever such a number is, unless it is nothing, it has its list: a walk that forgot to name an operation's
    // tensors would leave a list that does not add up, or none.
    for inputs in &all {
        for it in definitions(inputs).iter().filter(|it| it.value != Some(0.0)) {
            let is_counted = stages.iter().chain(&beside).any(|quantity| quantity.symbol() == it.symbol());
            let is_open = it.listing.as_ref().is_some_and(|it| !it.entries.is_empty());
            assert!(is_open || !is_counted, "{:?}: {}", inputs.model().map(|it| &it.id), it.symbol());
        }
    }
}

/// Of a vision tower's bytes only sums by width could be read.
#[test]
fn vision_towers_open_to_their_tensors() {
    let settings = |is_frozen, is_checkpointed| -> Vec<Inputs> {
        let with = |inputs: Inputs, id, it| inputs.with(id, Value::Toggle(it)).expect("a switch");
        let set = |inputs| {
            let inputs = with(inputs, ParameterId::FreezeVision, is_frozen);
            with(inputs, ParameterId::GradientCheckpointing, is_checkpointed)
        };
        of_models(Mode::Vlm).map(set).collect()
    };
    let tower = [Q::KeptOfTower, Q::KeptOfTowerLayer];
    let all = [&tower[..], &[Q::TowerGradients, Q::KeptOfProjectors, Q::KeptOfDeepProjectors]].concat();
    check_open(&settings(false, false), &all);
    check_open(&settings(false, true), &[&tower[..], &[Q::KeptOfProjectors]].concat());
    check_open(&settings(true, true), &tower);
}

/// Lists told bytes of an element and not in which format it is: BF16 and FP16 take the same, all else can be told
/// apart.
#[test]
fn tensors_say_their_format() {
    let formats = |inputs: &Inputs| -> Vec<ElementFormat> {
        let all = definitions(inputs);
        let entries = all.iter().filter_map(|it| it.listing.as_ref()).flat_map(|it| &it.entries);
        entries.filter_map(|it| it.format()).collect()
    };
    let step = formats(&with_model(Mode::Train, "llama-3.1-8b"));
    assert!(step.contains(&ElementFormat::Fp32) && step.contains(&ElementFormat::Half), "{step:?}");
    let network = formats(&with_model(Mode::Cnn, "resnet50"));
    assert!(network.contains(&ElementFormat::Int64), "places of a pooling, counters of norms: {network:?}");
    let dropped = formats(&with_model(Mode::Train, "gpt2"));
    assert!(dropped.contains(&ElementFormat::Byte), "masks of dropout: {dropped:?}");
}

/// What a product of numbers and symbols comes to; `None` for sums, and for symbols that stand for nothing here.
fn product_of(elements: &str, values: &BTreeMap<&str, f64>) -> Option<f64> {
    let (sign, factors) = elements.strip_prefix('−').map_or((1.0, elements), |rest| (-1.0, rest));
    let factor = |it: &str| it.parse().ok().or_else(|| values.get(it).copied());
    let factors = factors.split('·').map(|it| factor(it.trim()));
    factors.collect::<Option<Vec<f64>>>().map(|it| sign * it.iter().product::<f64>())
}

/// Three inputs of `q_proj, k_proj, v_proj` were told as `H` elements of two bytes, and their bytes as three times
/// that.
#[test]
fn entries_multiply_out() {
    let mut n_checked = 0;
    for (mode, model, method) in [
        (Mode::Finetune, Some("llama-3.1-8b"), 2),
        (Mode::Train, Some("gemma-2-9b"), 0),
        (Mode::Vlm, Some("qwen2-vl-7b-instruct"), 0),
        (Mode::Nlp, None, 0),
    ] {
        let model = model.and_then(|it| CATALOG.model(it).cloned());
        let inputs = Inputs::defaults(mode).with_model(model);
        let inputs = inputs.with(ParameterId::FinetuneMethod, Value::Choice(method)).expect("a method");
        let estimates = estimate_all(&inputs);
        let lines = || estimates.iter().flat_map(|it| it.moments()).flat_map(|it| it.lines());
        let mut values = BTreeMap::new();
        values.extend(lines().flat_map(|it| it.formula.parameter_leaves()).map(|it| (it.symbol, it.value)));
        let all = definitions(&inputs);
        values.extend(all.iter().filter_map(|it| Some((it.meaning.symbol(), it.value?))));
        for entry in all.iter().filter_map(|it| it.listing.as_ref()).flat_map(|it| &it.entries) {
            let Some(elements) = product_of(&entry.elements_told(), &values) else { continue };
            let each = if entry.bytes_of_element == 0.0 { 1.0 } else { entry.bytes_of_element };
            let told = elements * each;
            assert!((told - entry.amount).abs() <= 1e-4 * told.abs(), "{mode:?}: {entry:?} comes to {told}");
            n_checked += 1;
        }
    }
    assert!(n_checked > 100, "{n_checked} entries");
}
