//! Encoders with a decoder that Transformers serves: which runs there are formulas for, what their keys and values
//! take, and what is said of keys that nothing reads there. Totals are held against traces by `tests/accuracy.rs`.

#[path = "common/catalog.rs"]
mod catalog;

use catalog::CATALOG;
use vram_estimator::estimator::{
    Component, Control, Inputs, MethodId, ParameterId as Id, Unsupported, estimate_values, support,
};
use vram_estimator::link::decode;

const T5: &str = "mode=inference&model=t5-small&precision=BF16&batchSize=8&sequenceLength=512&decoderLength=128";
const WHISPER: &str = "mode=inference&model=whisper-tiny&precision=BF16&batchSize=8&sequenceLength=100";

fn inputs(link: &str) -> Inputs {
    let (link, problems) = decode(link, &CATALOG);
    assert!(problems.is_empty(), "{problems:?}");
    link.inputs
}

/// Bytes of a component at the fullest of all moments.
fn most(link: &str, component: Component) -> f64 {
    let all = estimate_values(&inputs(link));
    let estimate = all.iter().find(|it| it.method() == MethodId::Calibrated).expect("an answer");
    let lines = estimate.moments().iter().flat_map(|it| it.lines());
    lines.filter(|it| it.component == component).map(|it| it.formula.bytes().count()).fold(0.0, f64::max)
}

/// Keys and values of six layers, 512 wide and in 16 bits, for what the encoder has read and what the decoder has
/// written; of sound the encoder reads 1500 positions, and the decoder writes 448 tokens at most.
#[test]
fn the_cache_holds_both_stacks_tokens() {
    let of_token = 2.0 * 6.0 * 512.0 * 2.0;
    assert_eq!(most(T5, Component::KvCache), 8.0 * (512.0 + 128.0) * of_token);
    let of_token = 2.0 * 4.0 * 384.0 * 2.0;
    assert_eq!(most(WHISPER, Component::KvCache), 8.0 * (1500.0 + 100.0) * of_token);
    let longest = format!("{WHISPER}&decoderLength=448");
    assert_eq!(most(&longest, Component::KvCache), 8.0 * (1500.0 + 448.0) * of_token);
}

/// Of T5 in FP16 twelve projections out of feed-forward blocks, 2048 by 512, are FP32; of Whisper none is.
#[test]
fn projections_that_overflow_stay_wide() {
    let weights = |link: &str| most(link, Component::Weights);
    let narrow = |link: &str| link.replace("BF16", "FP16");
    assert_eq!(weights(&narrow(T5)) - weights(T5), 12.0 * 2048.0 * 512.0 * 2.0);
    assert_eq!(weights(&narrow(WHISPER)), weights(WHISPER));
}

#[test]
fn what_was_not_read_is_refused() {
    for link in [T5, WHISPER] {
        let check = |more: &str, expected| {
            assert_eq!(support(&decode(&format!("{link}{more}"), &CATALOG).0.inputs), expected, "{link}{more}");
        };
        check("", Ok(()));
        for engine in ["vllm", "llamacpp"] {
            check(&format!("&engine={engine}"), Err(Unsupported::EncoderOfOtherEngine));
        }
        check("&quantization=nf4", Err(Unsupported::PackedStacks));
    }
    let packed = T5.replace("BF16", "INT8");
    assert_eq!(support(&decode(&packed, &CATALOG).0.inputs), Err(Unsupported::PackedStacks));
    assert_eq!(
        support(&decode(&format!("{T5}&positions=rotary"), &CATALOG).0.inputs),
        Err(Unsupported::EncoderDecoder)
    );
}

#[test]
fn keys_have_an_effect_where_they_are_read() {
    let by = |link: &str, id| decode(link, &CATALOG).0.inputs.taken_away_by(id);
    for id in [Id::Logits, Id::KvPrecision] {
        assert_eq!((by(T5, id), by(WHISPER, id)), (Some(Control::Layout), Some(Control::Layout)), "{id:?}");
    }
    assert_eq!((by(T5, Id::Padding), by(WHISPER, Id::Padding)), (None, Some(Control::Layout)));
    assert_eq!((by(T5, Id::DecoderLength), by(WHISPER, Id::DecoderLength)), (None, None));
    assert_eq!(by("mode=inference&model=llama-3.1-8b", Id::DecoderLength), Some(Control::Layout));
}
