//! A quantity that opens to a list of named things is their sum: kept tensors, instants, caches, parameters. It knows no
//! formula and no amount.

use vram_estimator::estimator::expr::Definition;
use vram_estimator::estimator::{Catalog, Inputs, MethodId, Mode, ParameterId, Value, estimate_all, support};

/// Choices that decide which tensors there are, by mode.
const CHOICES: &[(ParameterId, &[usize])] = &[
    (ParameterId::FinetuneMethod, &[0, 1, 2]),
    (ParameterId::Recipe, &[0, 1]),
    (ParameterId::Attention, &[0, 1]),
    (ParameterId::Engine, &[0, 1, 2]),
];

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
    for id in [ParameterId::GradientCheckpointing, ParameterId::Padding] {
        if id.use_in(inputs.mode()).is_some() {
            res.extend([false, true].into_iter().filter_map(|it| inputs.clone().with(id, Value::Toggle(it)).ok()));
        }
    }
    res
}

#[track_caller]
fn check_sum(inputs: &Inputs, it: &Definition) {
    let (Some(listing), Some(value)) = (&it.listing, it.value) else { return };
    let sum: f64 = listing.entries.iter().map(|entry| entry.amount).sum();
    assert!((sum - value).abs() <= 1e-9 * value.abs(), "{}: {sum} instead of {value} in {inputs:?}", it.symbol);
    assert!(listing.entries.iter().all(|entry| !entry.name.is_empty() && !entry.source.is_empty()), "{}", it.symbol);
}

/// Kept bytes and parameters opened to a number, and that number to nothing.
#[test]
fn lists_add_up_to_what_they_explain() {
    let catalog = Catalog::built_in();
    let mut n_lists = 0;
    for mode in Mode::ALL {
        let plain = Inputs::defaults(mode);
        let models = catalog.models().iter().map(|it| plain.with_model(Some(it.clone())));
        for inputs in models.chain([plain.clone()]).filter(|it| support(it).is_ok()) {
            for it in varied(&inputs) {
                let all = definitions(&it);
                all.iter().for_each(|definition| check_sum(&it, definition));
                n_lists += all.iter().filter(|definition| definition.listing.is_some()).count();
            }
        }
    }
    assert!(n_lists > 10_000, "{n_lists} lists");
}

/// The symbols that a training step of a text model shows open to tensors or weights by name.
#[test]
fn what_a_step_keeps_opens_to_its_tensors() {
    let catalog = Catalog::built_in();
    for (model, symbols) in [
        ("llama-3.1-8b", &["P", "P_linear", "s_layer", "s_head", "s_inside", "g_inside"][..]),
        ("qwen1.5-moe-a2.7b", &["P_experts", "P_rest", "P_mixture", "s_layer", "s_head", "s_inside"][..]),
        ("glm-4.5-air", &["s_dense", "P_dense"][..]),
    ] {
        let model = catalog.model(model).cloned();
        assert!(model.is_some());
        let all = definitions(&Inputs::defaults(Mode::Train).with_model(model));
        for symbol in symbols {
            let it = all.iter().find(|it| it.symbol == *symbol).unwrap_or_else(|| panic!("{symbol} is not shown"));
            assert!(
                it.listing.as_ref().is_some_and(|listing| !listing.entries.is_empty()),
                "{symbol} opens to nothing"
            );
        }
    }
}
