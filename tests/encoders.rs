//! Encoders that are served: what stands behind their layers, which engines and layers there are formulas for, and what
//! is said of keys that only a model which generates reads. Totals are held against traces by `tests/accuracy.rs`.

#[path = "common/catalog.rs"]
mod catalog;

use catalog::CATALOG;
use vram_estimator::estimator::{
    Component, Control, Estimate, Inputs, MethodId, ParameterId as Id, Unsupported, estimate_values, support,
};
use vram_estimator::link::decode;

const BERT: &str = "mode=inference&model=bert-base-uncased&precision=BF16&batchSize=32&sequenceLength=512";
const MODERN: &str = "mode=inference&model=modernbert-base&precision=BF16&batchSize=4&sequenceLength=4096";

fn inputs(link: &str) -> Inputs {
    let (link, problems) = decode(link, &CATALOG);
    assert!(problems.is_empty(), "{problems:?}");
    link.inputs
}

fn calibrated(link: &str) -> Estimate {
    let all = estimate_values(&inputs(link));
    all.into_iter().find(|it| it.method() == MethodId::Calibrated).expect("an answer")
}

/// Bytes of a component at the fullest of all moments.
fn most(link: &str, component: Component) -> f64 {
    let estimate = calibrated(link);
    let lines = estimate.moments().iter().flat_map(|it| it.lines());
    lines.filter(|it| it.component == component).map(|it| it.formula.bytes().count()).fold(0.0, f64::max)
}

/// BERT-base has 109,482,240 parameters with its pooler. For hidden tokens it has a dense layer, a norm and a bias of
/// the vocabulary in the pooler's place; a classifier adds a layer to it.
#[test]
fn weights_are_those_of_the_head() {
    let weights = |head: &str| most(&format!("{BERT}{head}"), Component::Weights) / 2.0;
    let (pooler, width) = (768.0 * 769.0, 768.0);
    assert_eq!(weights(""), 109_482_240.0);
    assert_eq!(weights("&head=none"), 109_482_240.0);
    assert_eq!(weights("&head=mlm"), 109_482_240.0 - pooler + 768.0 * 769.0 + 2.0 * width + 30_522.0);
    assert_eq!(weights("&head=classifier"), 109_482_240.0 + 2.0 * 769.0);
    assert_eq!(weights("&head=classifier&numLabels=5"), 109_482_240.0 + 5.0 * 769.0);
}

/// Nothing is generated: no key or value outlives its layer, and only who reads a vocabulary has logits of it.
#[test]
fn a_pass_has_no_cache_and_the_logits_of_its_head() {
    for link in [BERT, MODERN] {
        assert_eq!(most(link, Component::KvCache), 0.0, "{link}");
        assert_eq!(most(link, Component::Logits), 0.0, "{link}");
    }
    assert_eq!(most(&format!("{BERT}&head=mlm"), Component::Logits), 32.0 * 512.0 * 30_522.0 * 2.0);
    assert_eq!(most(&format!("{BERT}&head=classifier&numLabels=3"), Component::Logits), 32.0 * 3.0 * 2.0);
}

/// BERT's layer at the product of its feed-forward block has three streams and that block's input and result; a mask of
/// padding has a byte for each pair of positions, in ModernBERT one of each kind of layers.
#[test]
fn padding_takes_a_mask_of_each_kind_of_layers() {
    let temporaries = |link: &str, more: &str| most(&format!("{link}{more}"), Component::Temporaries);
    let tokens = 32.0 * 512.0;
    assert_eq!(temporaries(BERT, ""), tokens * 2.0 * (3.0 * 768.0 + 2.0 * 3072.0));
    assert_eq!(temporaries(BERT, "&padding=true") - temporaries(BERT, ""), tokens * 512.0);
    let tokens = 4.0 * 4096.0;
    assert_eq!(temporaries(MODERN, "&padding=true") - temporaries(MODERN, ""), tokens * 4096.0);
    // A sequence that no window cuts has none, if every token counts.
    let short = |length: u32| {
        temporaries("mode=inference&model=modernbert-base&batchSize=64", &format!("&sequenceLength={length}"))
    };
    let (cut, whole) = (short(64) / 64.0, short(63) / 63.0);
    assert!(cut - whole > 60.0, "{cut} {whole}");
}

#[test]
fn what_was_not_read_is_refused() {
    let check = |link: &str, expected| assert_eq!(support(&decode(link, &CATALOG).0.inputs), expected, "{link}");
    for engine in ["vllm", "llamacpp"] {
        check(&format!("{BERT}&engine={engine}"), Err(Unsupported::EncoderOfOtherEngine));
    }
    check(&format!("{BERT}&head=lm"), Err(Unsupported::OtherHead));
    for other in ["positions=relative", "positions=rotary", "normPlacement=around", "numKeyValueHeads=4", "qkNorm=full"]
    {
        check(&format!("{BERT}&{other}"), Err(Unsupported::OtherEncoder));
    }
    check(&format!("{BERT}&head=classifier"), Ok(()));
    check("mode=grpo&model=bert-base-uncased", Err(Unsupported::GeneratesNothing));
}

/// What only a cache or a next token reads has no effect, and is told; what only encoders read has none in others.
#[test]
fn keys_have_an_effect_where_they_are_read() {
    let by = |link: &str, id| decode(link, &CATALOG).0.inputs.taken_away_by(id);
    let decoder = "mode=inference&model=llama-3.1-8b";
    for id in [Id::Logits, Id::KvPrecision] {
        assert_eq!((by(BERT, id), by(decoder, id)), (Some(Control::Layout), None), "{id:?}");
    }
    for id in [Id::TaskHead, Id::Padding] {
        assert_eq!((by(BERT, id), by(decoder, id)), (None, Some(Control::Layout)), "{id:?}");
    }
    assert_eq!(by(BERT, Id::NumLabels), Some(Control::Head));
    assert_eq!(by(&format!("{BERT}&head=classifier"), Id::NumLabels), None);
    assert_eq!(by(&format!("{decoder}&engine=vllm"), Id::Logits), Some(Control::Engine));
}
