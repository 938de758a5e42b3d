//! What formulas name opens to a list that adds up to it: the tensors of each stage of a network, of a vision tower, of its
//! layers and of the projector. It knows no layer.

use std::collections::BTreeSet;
use vram_estimator::estimator::expr::Definition;
use vram_estimator::estimator::{Catalog, DEFAULT_METHOD, Inputs, Mode, ParameterId, Value, estimate_all, support};

/// Every definition of every moment of the default method, of a mode's models in some settings.
fn definitions(mode: Mode, settings: &[(ParameterId, Value)]) -> Vec<(String, Definition)> {
    let catalog = Catalog::built_in();
    let plain = settings.iter().fold(Inputs::defaults(mode), |inputs, (id, value)| {
        inputs.with(*id, value.clone()).expect("a value that the parameter takes")
    });
    let models = catalog.models().iter().map(|model| (model.id.to_string(), plain.with_model(Some(model.clone()))));
    let mut res = Vec::new();
    for (model, inputs) in models.filter(|(_, inputs)| support(inputs).is_ok()) {
        let all = estimate_all(&inputs);
        let Some(estimate) = all.iter().find(|it| it.method() == DEFAULT_METHOD) else { continue };
        let lines = estimate.moments().iter().flat_map(|moment| moment.lines());
        res.extend(lines.flat_map(|line| line.formula.definitions()).map(|it| (model.clone(), it)));
    }
    res
}

/// The symbols that open to a list, each of whose lists must add up.
#[track_caller]
fn check(mode: Mode, settings: &[(ParameterId, Value)]) -> BTreeSet<&'static str> {
    let mut res = BTreeSet::new();
    for (model, it) in definitions(mode, settings) {
        let (Some(listing), Some(value)) = (&it.listing, it.value) else { continue };
        let sum: f64 = listing.entries.iter().map(|it| it.amount).sum();
        assert!((sum - value).abs() <= 1e-9 * value.abs(), "{model}: {} is {value}, its list {sum}", it.symbol);
        for entry in &listing.entries {
            let is_named = !entry.name.is_empty() && !entry.elements.is_empty() && !entry.source.is_empty();
            assert!(is_named && entry.amount != 0.0, "{model}: {} lists {entry:?}", it.symbol);
        }
        res.insert(it.symbol);
    }
    res
}

#[track_caller]
fn check_open(mode: Mode, settings: &[(ParameterId, Value)], symbols: &[&str]) {
    let opened = check(mode, settings);
    let closed: Vec<_> = symbols.iter().filter(|it| !opened.contains(**it)).collect();
    assert!(closed.is_empty(), "{closed:?} have no list; those that have one: {opened:?}");
}

/// A stage was a bare number that nobody could open.
#[test]
fn stages_of_networks_open_to_their_tensors() {
    check_open(Mode::Cnn, &[], &["s_1", "s_2", "s_3", "s_4", "s_5", "s_6", "s_7", "s_8", "s_9"]);
}

/// Every stage that keeps something tells what: a walk that forgot to name an operation's tensors would leave a list that
/// does not add up, or none.
#[test]
fn every_stage_has_a_list() {
    for (model, it) in definitions(Mode::Cnn, &[]) {
        let is_stage = it.symbol.strip_prefix("s_").is_some_and(|it| it.parse::<u32>().is_ok());
        if is_stage && it.value != Some(0.0) {
            assert!(it.listing.is_some_and(|it| !it.entries.is_empty()), "{model}: {}", it.symbol);
        }
    }
}

/// Of a vision tower's bytes only sums by width could be read.
#[test]
fn vision_towers_open_to_their_tensors() {
    let is_frozen = |it| (ParameterId::FreezeVision, Value::Toggle(it));
    let is_checkpointed = |it| (ParameterId::GradientCheckpointing, Value::Toggle(it));
    check_open(
        Mode::Vlm,
        &[is_frozen(false), is_checkpointed(false)],
        &["s_v", "s_v_layer", "s_v_gradients", "s_projector", "s_deep"],
    );
    check_open(Mode::Vlm, &[is_frozen(false), is_checkpointed(true)], &["s_v", "s_v_layer", "s_projector"]);
    check_open(Mode::Vlm, &[is_frozen(true), is_checkpointed(true)], &["s_v", "s_v_layer"]);
}
