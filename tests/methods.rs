//! Every method against computed examples, and the three texts of its formulas. It knows links, components
//! and bytes, and nothing of how a formula is built.

#[path = "common/catalog.rs"]
mod catalog;

use catalog::CATALOG;
use serde_json::{Map, Value as Json};
use vram_estimator::estimator::expr::Typeset;
use vram_estimator::estimator::{Component, Estimate, Line, MethodId, Mode, estimate_all};
use vram_estimator::link::{ProblemKind, decode};

/// The examples: a link and, for each method, the bytes of every component.
const VECTORS: &str = include_str!("vectors/methods.json");

/// The largest relative difference that rounding in another order may cause.
const TOLERANCE: f64 = 1e-9;

#[track_caller]
fn check_close(what: &str, ours: f64, expected: f64) {
    let difference = (ours - expected).abs();
    assert!(difference <= TOLERANCE * expected.abs(), "{what}: {ours} instead of {expected}");
}

#[track_caller]
fn check_vector(case: &Json) {
    let query = case["query"].as_str().expect("a query");
    let (link, problems) = decode(query, &CATALOG);
    // Some examples state the quantization of a run that has none; anything but that would make the example another
    // one.
    assert!(problems.iter().all(|it| matches!(it.kind, ProblemKind::NoEffect(..))), "{query}: {problems:?}");
    // The document's vectors know nothing of our own method.
    let estimates: Vec<_> =
        estimate_all(&link.inputs).into_iter().filter(|it| it.method() != MethodId::Calibrated).collect();
    let methods: Vec<_> = estimates.iter().map(|estimate| estimate.method().id()).collect();
    let expected: Vec<_> = case.as_object().expect("a case").keys().filter(|key| *key != "query").collect();
    assert_eq!(methods, expected, "{query}");
    for estimate in &estimates {
        let method = estimate.method().id();
        check_components(&format!("{query} {method}"), estimate, case[method].as_object().expect("components"));
    }
}

#[track_caller]
fn check_components(what: &str, estimate: &Estimate, expected: &Map<String, Json>) {
    let mut ours: Vec<_> = estimate.lines().iter().map(|line| line.component.id()).collect();
    let mut named: Vec<_> = expected.keys().map(String::as_str).collect();
    ours.sort_unstable();
    named.sort_unstable();
    assert_eq!(ours, named, "{what}");
    let mut sum = 0.0;
    for line in estimate.lines() {
        let bytes = expected[line.component.id()].as_f64().expect("bytes");
        check_close(&format!("{what} {}", line.component.id()), line.formula.bytes().count(), bytes);
        sum += bytes;
    }
    check_close(&format!("{what} total"), estimate.total().count(), sum);
}

#[test]
fn computed_examples_match_in_every_component() {
    let cases: Vec<Json> = serde_json::from_str(VECTORS).expect("the examples are JSON");
    assert_eq!(cases.len(), 99);
    cases.iter().for_each(check_vector);
}

#[test]
fn every_mode_has_examples() {
    let cases: Vec<Json> = serde_json::from_str(VECTORS).expect("the examples are JSON");
    for mode in Mode::ALL {
        let is_of_mode = |case: &&Json| decode(case["query"].as_str().unwrap_or(""), &CATALOG).0.inputs.mode() == mode;
        assert!(cases.iter().filter(is_of_mode).count() >= 9, "{}", mode.id());
    }
}

/// The line of a component in a method's answer to a link.
#[track_caller]
fn line_of(query: &str, method: &str, component: Component) -> Line {
    let (link, problems) = decode(query, &CATALOG);
    assert_eq!(problems, [], "{query}");
    let estimates = estimate_all(&link.inputs);
    let estimate = estimates.iter().find(|it| it.method().id() == method).expect("the method covers the mode");
    estimate.line(component).expect("the method counts the component").clone()
}

/// Pins `(symbols, numbers, bytes)` of one formula.
#[track_caller]
fn check_texts(query: &str, method: &str, component: Component, expected: (&str, &str, f64)) {
    let formula = line_of(query, method, component).formula;
    let (symbols, numbers) = (formula.symbolic(), formula.substituted());
    assert_eq!((symbols.as_str(), numbers.as_str()), (expected.0, expected.1), "{query} {method}");
    check_close(query, formula.bytes().count(), expected.2);
}

/// Pins `(symbols, numbers, value)` of a quantity that a formula names.
#[track_caller]
fn check_definition(
    query: &str,
    method: &str,
    component: Component,
    symbol: &str,
    expected: (&str, &str, Option<f64>),
) {
    let definitions = line_of(query, method, component).formula.definitions();
    let it = definitions.iter().find(|it| it.symbol() == symbol).expect("the formula names the quantity");
    let text = |it: &Option<Typeset>| it.as_ref().expect("it is no bare count").to_string();
    let (symbols, numbers) = (text(&it.symbols), text(&it.numbers));
    assert_eq!((symbols.as_str(), numbers.as_str(), it.value), expected, "{query} {method} {symbol}");
}

#[test]
fn formulas_show_symbols_numbers_and_result() {
    use Component as C;
    let documented = |query, component, expected| check_texts(query, "documented", component, expected);
    let verified = |query, component, expected| check_texts(query, "verified", component, expected);
    documented("", C::Weights, ("P · b", "7×10^9 · 2", 14e9));
    documented("quantization=INT4", C::Weights, ("P · b_q", "7×10^9 · 0.5", 3.5e9));
    documented("", C::KvCache, ("2 · B · S · H · L · b", "2 · 1 · 2048 · 4096 · 32 · 2", 1_073_741_824.0));
    documented("", C::Activations, ("0.1 · B · S · H · L · b", "0.1 · 1 · 2048 · 4096 · 32 · 2", 53_687_091.2));
    documented("mode=finetune", C::Optimizer, ("P_train · 4 · f", "54687500 · 4 · 2", 437_500_000.0));
    documented("mode=finetune&method=Full", C::Optimizer, ("P · 4 · f", "7×10^9 · 4 · 2", 56e9));
    documented("mode=train", C::Overhead, ("M_other", "1610612736", 1_610_612_736.0));
    documented(
        "mode=grpo",
        C::Activations,
        ("k · 0.3 · B · S · H · L · b", "8 · 0.3 · 4 · 2048 · 4096 · 32 · 2", 5_153_960_755.2),
    );
    documented(
        "mode=multimodal",
        C::Activations,
        ("B · S_total · H · L · b", "2 · 2624 · 4096 · 32 · 2", 1_375_731_712.0),
    );
    documented(
        "mode=cnn",
        C::Convolutions,
        ("(0.8 · P + K² · 3 · 256 + 256) · b", "(0.8 · 5×10^7 + 3² · 3 · 256 + 256) · 4", 160_028_672.0),
    );
    documented("mode=cnn", C::FeatureMaps, ("B · E · b", "64 · 321248 · 4", 82_239_488.0));
    verified("mode=nlp", C::Optimizer, ("P_train · s · (1 + g / B)", "7×10^9 · 16 · (1 + 4 / 16)", 140e9));
    verified(
        "mode=nlp",
        C::Overhead,
        (
            "1073741824 + 0.1 · (P_emb + P_att + P_ffn) · b",
            "1073741824 + 0.1 · (2.048×10^8 + 2147483648 + 2885681152) · 2",
            2_121_334_784.0,
        ),
    );
    verified("mode=nlp", C::AttentionScores, ("B · a · S² · L · b", "16 · 32 · 2048² · 32 · 2", 137_438_953_472.0));
    verified("mode=vlm", C::Contrastive, ("B² · b", "8² · 2", 128.0));
    verified("mode=moe", C::Optimizer, ("P_active · 8", "2×10^9 · 8", 16e9));
}

#[test]
fn named_quantities_show_their_own_formula() {
    use Component as C;
    check_definition(
        "mode=finetune",
        "documented",
        C::Optimizer,
        "P_train",
        ("P · 2 · r / H", "7×10^9 · 2 · 16 / 4096", Some(54_687_500.0)),
    );
    check_definition(
        "mode=finetune&method=Prefix",
        "documented",
        C::Gradients,
        "P_train",
        ("0.01 · P", "0.01 · 7×10^9", Some(7e7)),
    );
    check_definition(
        "mode=multimodal&numImages=2",
        "documented",
        C::Activations,
        "S_total",
        (
            "S + n_patches · n_images + n_frames · n_patches + t_audio / 80",
            "2048 + 576 · 2 + 0 · 576 + 0 / 80",
            Some(3200.0),
        ),
    );
    check_definition("mode=vlm", "verified", C::ImageFeatures, "n_patches", ("(R / p)²", "(336 / 14)²", Some(576.0)));
    check_definition("mode=nlp", "verified", C::Optimizer, "s", ("4 · f · 4 / b", "4 · 2 · 4 / 2", Some(16.0)));
    check_definition("mode=moe", "documented", C::ActiveExperts, "P_expert", ("P / E", "(8×10^9) / 8", Some(1e9)));
    // A series shows its general term in symbols and its first terms in numbers; a quantity of the general
    // term has one value for each index, so it has none of its own.
    check_definition(
        "mode=cnn",
        "documented",
        C::FeatureMaps,
        "E",
        ("Σ[i=0…19] s_i² · c_i", "224² · 3 + 112² · 6 + …", Some(321_248.0)),
    );
    check_definition("mode=cnn", "documented", C::FeatureMaps, "s_i", ("max(1, ⌊R / 2^i⌋)", "max(1, ⌊224 / 1⌋)", None));
}
