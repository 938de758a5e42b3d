//! A quantity that opens to a list of named things is their sum: kept tensors, instants, caches, parameters. It knows no
//! formula and no amount.

use std::collections::BTreeMap;
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

/// What a product of numbers and symbols comes to; `None` for sums, and for symbols that stand for nothing here.
fn product_of(elements: &str, values: &BTreeMap<&str, f64>) -> Option<f64> {
    let (sign, factors) = elements.strip_prefix('−').map_or((1.0, elements), |rest| (-1.0, rest));
    let factor = |it: &str| it.parse().ok().or_else(|| values.get(it).copied());
    let factors = factors.split('·').map(|it| factor(it.trim()));
    factors.collect::<Option<Vec<f64>>>().map(|it| sign * it.iter().product::<f64>())
}

/// Three inputs of `q_proj, k_proj, v_proj` were told as `H` elements of two bytes, and their bytes as three times that.
#[test]
fn entries_multiply_out() {
    let catalog = Catalog::built_in();
    let mut n_checked = 0;
    for (mode, model, method) in [
        (Mode::Finetune, Some("llama-3.1-8b"), 2),
        (Mode::Train, Some("gemma-2-9b"), 0),
        (Mode::Vlm, Some("qwen2-vl-7b-instruct"), 0),
        (Mode::Nlp, None, 0),
    ] {
        let model = model.and_then(|it| catalog.model(it).cloned());
        let inputs = Inputs::defaults(mode).with_model(model);
        let inputs = inputs.with(ParameterId::FinetuneMethod, Value::Choice(method)).expect("a method");
        let estimates = estimate_all(&inputs);
        let lines = || estimates.iter().flat_map(|it| it.moments()).flat_map(|it| it.lines());
        let mut values = BTreeMap::new();
        values.extend(lines().flat_map(|it| it.formula.parameter_leaves()).map(|it| (it.symbol, it.value)));
        let all = definitions(&inputs);
        values.extend(all.iter().filter_map(|it| Some((it.symbol, it.value?))));
        for entry in all.iter().filter_map(|it| it.listing.as_ref()).flat_map(|it| &it.entries) {
            let Some(elements) = product_of(&entry.elements, &values) else { continue };
            let each = if entry.bytes_of_element == 0.0 { 1.0 } else { entry.bytes_of_element };
            let told = elements * each;
            assert!((told - entry.amount).abs() <= 1e-4 * told.abs(), "{mode:?}: {entry:?} comes to {told}");
            n_checked += 1;
        }
    }
    assert!(n_checked > 100, "{n_checked} entries");
}
