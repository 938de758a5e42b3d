//! What stands behind the layers in training, and the loss over the vocabulary: which go together, and what they take.
//! Totals are held against traces by `tests/accuracy.rs`.

#[path = "common/catalog.rs"]
mod catalog;

use catalog::CATALOG;
use vram_estimator::estimator::{
    Component, Conflict, Control, Estimate, Inputs, MethodId, NotSpread, ParameterId as Id, TaskHead, Unsupported,
    estimate_values, support,
};
use vram_estimator::link::{ProblemKind, decode};

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

/// Liger patches decoders with RMSNorm alone; before, it was computed for GPT-2 and BERT as well.
#[test]
fn a_loss_is_refused_where_its_library_has_no_such_model() {
    let check = |link: &str, expected| {
        assert_eq!(
            support(&decode(&format!("mode=train&loss=liger&model={link}"), &CATALOG).0.inputs),
            expected,
            "{link}"
        );
    };
    for model in ["gpt2-xl", "bert-base-uncased", "pythia-6.9b"] {
        check(model, Err(Unsupported::OtherLoss));
    }
    for model in ["llama-3.1-8b", "gemma-2-2b", "qwen3-30b-a3b"] {
        check(model, Ok(()));
    }
}

#[test]
fn a_head_fits_the_layout_or_is_refused() {
    // A refusal is told as a problem of the link, too.
    let check = |link: &str, expected| assert_eq!(support(&decode(link, &CATALOG).0.inputs), expected, "{link}");
    check("mode=train&model=bert-base-uncased&head=lm", Err(Unsupported::OtherHead));
    check("mode=train&model=llama-2-7b-hf&head=mlm", Err(Unsupported::OtherHead));
    for head in ["mlm", "classifier", "none"] {
        check(&format!("mode=train&model=bert-base-uncased&head={head}"), Ok(()));
    }
    for head in ["lm", "classifier", "none"] {
        check(&format!("mode=train&model=llama-2-7b-hf&head={head}"), Ok(()));
    }
}

/// Embedding models are published without a projection onto the vocabulary; trained further they were charged for
/// logits of one, of BERT's head for hidden tokens or a decoder's for the next.
#[test]
fn who_is_published_without_a_head_is_trained_without_one() {
    let head = |link: &str| inputs(link).choice::<TaskHead>(Id::TaskHead);
    for model in ["bge-m3", "all-minilm-l6-v2", "bge-large-en-v1.5", "qwen3-embedding-0.6b", "e5-mistral-7b-instruct"] {
        let link = format!("mode=train&model={model}");
        assert_eq!(head(&link), TaskHead::None, "{link}");
        assert_eq!(most(&link, Component::Logits), 0.0, "{link}");
        assert_eq!(inputs(&link).taken_away_by(Id::Loss), Some(Control::Head), "{link}");
    }
    assert_eq!(head("mode=train&model=bert-base-uncased"), TaskHead::Mlm);
    assert_eq!(head("mode=train&model=qwen3-0.6b"), TaskHead::Lm);
    assert!(most("mode=train&model=qwen3-embedding-0.6b&head=lm", Component::Logits) > 0.0);
    let sharded = decode("mode=train&model=qwen3-embedding-4b&trainer=fsdp2&gpuCount=8", &CATALOG).0.inputs;
    assert_eq!(support(&sharded), Err(Unsupported::Spread(NotSpread::Only(Id::TaskHead, "lm"))));
}

/// A classifier paid for the logits of a vocabulary that it does not read: three times what it takes.
#[test]
fn who_reads_no_vocabulary_pays_for_none() {
    for model in ["bert-base-uncased", "llama-3.2-1b"] {
        for head in ["classifier", "none"] {
            let link = format!("mode=train&model={model}&head={head}");
            assert_eq!(most(&link, Component::Logits), 0.0, "{link}");
            let given = inputs(&link);
            assert_eq!(given.taken_away_by(Id::Loss), Some(Control::Head), "{link}");
            assert_eq!(given.taken_away_by(Id::NumLabels).is_none(), head == "classifier", "{link}");
        }
        assert!(most(&format!("mode=train&model={model}"), Component::Logits) > 0.0, "{model}");
    }
}

/// Tokens, entries of the vocabulary and width of the runs below.
const T: f64 = 4096.0;
const V: f64 = 128_256.0;
const H: f64 = 2048.0;

#[test]
fn each_loss_takes_what_its_code_makes() {
    let logits = |loss: &str, more: &str| {
        let link = format!(
            "mode=train&model=llama-3.2-1b&precision=BF16&recipe=pure&batchSize=4&sequenceLength=1024&loss={loss}{more}"
        );
        most(&link, Component::Logits)
    };
    assert_eq!(logits("fp32", ""), 12.0 * V * T);
    assert_eq!(logits("native", ""), 6.0 * V * T);
    assert_eq!(logits("fused", ""), 2.0 * V * T);
    // V/H is 62.6, so that a piece of the tokens is the next power of two of 4096/63.
    assert_eq!(logits("liger", ""), 128.0 * V * 2.0 + T * H * 2.0 + V * H * 2.0);
    // FP32 sums and what they become, beside the tile, of all tokens but the first of each sequence.
    let predicted = T - 4.0;
    let hidden = predicted * 32_768.0 * 2.0 + predicted * (H * 6.0 + 4.0);
    assert_eq!(logits("chunked", ""), hidden + V * H * 6.0);
    let frozen = "&method=LoRA";
    assert_eq!(logits("liger", frozen), 128.0 * V * 2.0 + T * H * 2.0);
    assert_eq!(logits("chunked", frozen), hidden);
}

/// What PEFT's preparation makes FP32 was counted in 16 bits: a fifth of a fine-tuning was missing.
#[test]
fn preparation_makes_the_rest_of_a_quantized_model_fp32() {
    let link = "mode=finetune&model=llama-3.1-8b&method=QLoRA&quantization=nf4&precision=BF16";
    let weights = |more: &str| most(&format!("{link}{more}"), Component::Weights);
    let kept = 2.0 * 128_256.0 * 4096.0 + 65.0 * 4096.0;
    assert_eq!(weights("&kbitPreparation=true") - weights(""), 2.0 * kept);
    let full = inputs("mode=train&model=llama-3.1-8b");
    assert_eq!(full.taken_away_by(Id::KbitPreparation), Some(Control::Method));
}

/// Whisper's decoder has learned 448 positions. What was longer was cut there without a word.
#[test]
fn a_decoder_longer_than_its_positions_is_told() {
    for (keys, is_told) in [
        ("mode=multimodal&task=training&model=whisper-tiny", false),
        ("mode=multimodal&task=training&model=whisper-tiny&decoderLength=448", false),
        ("mode=multimodal&task=training&model=whisper-tiny&decoderLength=449", true),
        ("mode=train&model=t5-small&decoderLength=4096", false),
    ] {
        let (_, problems) = decode(keys, &CATALOG);
        let told = problems.iter().filter(|it| it.kind == ProblemKind::Conflict(Conflict::DecoderLongerThanPositions));
        assert_eq!(told.count(), usize::from(is_told), "{keys}: {problems:?}");
    }
}
