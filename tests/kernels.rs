//! What computes attention is one rule for training and serving: each case was answered differently by the two. It
//! knows no formula.

use vram_estimator::estimator::{
    Catalog, Component, Estimate, Inputs, MethodId, Mode, ParameterId, Value, estimate_values,
};

/// A prompt through a model of the catalogue with some numbers of the link.
fn prompt(model: &str, numbers: &[(ParameterId, f64)]) -> Estimate {
    let model = Catalog::built_in().model(model).cloned();
    assert!(model.is_some());
    let plain = Inputs::defaults(Mode::Inference).with_model(model);
    let inputs = numbers
        .iter()
        .fold(plain, |inputs, (id, value)| inputs.with(*id, Value::Number(*value)).expect("the value is accepted"));
    let all = estimate_values(&inputs);
    all.into_iter().find(|it| it.method() == MethodId::Calibrated).expect("an answer")
}

/// Bytes of a component at the moment that has most of it.
fn most(estimate: &Estimate, component: Component) -> f64 {
    let lines = estimate.moments().iter().filter_map(|it| it.line(component));
    lines.map(|line| line.formula.bytes().count()).fold(0.0, f64::max)
}

#[track_caller]
fn check_scores(model: &str, sequence: f64, bytes: f64) {
    let estimate = prompt(model, &[(ParameterId::BatchSize, 1.0), (ParameterId::SequenceLength, sequence)]);
    assert_eq!(most(&estimate, Component::AttentionScores), bytes, "{model}");
}

/// Prompts of models with sinks, ALiBi or one broadcast key head were computed as flash attention: BLOOM's and Falcon's
/// missed half of what was traced.
#[test]
fn scores_are_written_where_no_fused_kernel_can_run() {
    let square = 1500.0 * 1500.0;
    // With their biases and masked in 16 bits, converted to FP32, the softmax, and the weights of the layer before.
    check_scores("bloom-560m", 1500.0, 16.0 * square * 14.0);
    // Masked, with sinks, and less their maxima: 16 bits.
    check_scores("gpt-oss-20b", 1500.0, 64.0 * 1500.0 * (1500.0 * 6.0 + 6.0));
    // Keys of one head that are broadcast: PyTorch's own kernel, all in FP32.
    check_scores("falcon-7b", 1500.0, 71.0 * square * 8.0);
    // Queries and keys in FP32: the product, and the same divided, beside the weights of the layer before.
    check_scores("gpt-j-6b", 1500.0, 16.0 * square * 10.0);
    check_scores("llama-3.1-8b", 1500.0, 0.0);
}

/// A window as long as the sequence had no mask in serving, but one in training: Transformers makes it from that length
/// on.
#[test]
fn a_window_cuts_from_its_own_length_on() {
    let inputs = |sequence| {
        let numbers = [(ParameterId::SequenceLength, sequence), (ParameterId::BatchSize, 1.0)];
        most(&prompt("phi-3-mini-4k-instruct", &numbers), Component::Inputs)
    };
    // Token ids and positions of 8 bytes; from the window's length on a byte for each pair.
    assert_eq!(inputs(2047.0), 2.0 * 2047.0 * 8.0);
    assert_eq!(inputs(2048.0), 2.0 * 2048.0 * 8.0 + 2048.0 * 2048.0);
}

/// Transformers repeats keys of heads wider than flash takes; they were computed with the whole score matrix in
/// training.
#[test]
fn wide_heads_run_the_memory_efficient_kernel() {
    let numbers = [
        (ParameterId::NumAttentionHeads, 8.0),
        (ParameterId::NumKeyValueHeads, 2.0),
        (ParameterId::HeadDim, 320.0),
        (ParameterId::SequenceLength, 900.0),
    ];
    let plain = numbers.iter().fold(Inputs::defaults(Mode::Train), |inputs, (id, value)| {
        inputs.with(*id, Value::Number(*value)).expect("the value is accepted")
    });
    let kept = |sequence: f64| {
        let inputs = plain.clone().with(ParameterId::SequenceLength, Value::Number(sequence)).expect("accepted");
        let all = estimate_values(&inputs);
        most(all.iter().find(|it| it.method() == MethodId::Calibrated).expect("an answer"), Component::Activations)
    };
    // Without scores what is kept grows in proportion to the sequence, not with its square.
    assert!((kept(1800.0) / kept(900.0) - 2.0).abs() < 1e-9);
}

/// Keys and values that the model's code repeats to all heads before the cache are cached so, by Transformers alone;
/// scores in FP32 widen no cache.
#[test]
fn keys_are_cached_as_the_code_makes_them() {
    let numbers = [(ParameterId::BatchSize, 1.0), (ParameterId::SequenceLength, 1000.0)];
    let cache = |model| most(&prompt(model, &numbers), Component::KvCache);
    assert_eq!(cache("falcon-40b"), 60.0 * 1000.0 * 128.0 * 64.0 * (2.0 + 2.0));
    assert_eq!(cache("falcon-7b"), 32.0 * 1000.0 * 64.0 * (2.0 + 2.0));
    assert_eq!(cache("gpt-j-6b"), 28.0 * 1000.0 * 4096.0 * (2.0 + 2.0));
}
