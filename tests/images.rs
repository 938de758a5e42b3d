//! How many tokens of the text an image, a video and a recording become, read off the keys and values of a prompt. It
//! knows no formula.
//!
//! What is expected are the rules of the models' processors in Transformers: LLaVA resizes to 336 pixels and drops the
//! class token, Qwen merges 2 × 2 patches, Gemma 3 pools to 256, Pixtral ends each row with a token.

#[path = "common/catalog.rs"]
mod catalog;

use catalog::CATALOG;
use vram_estimator::estimator::{Component, DEFAULT_METHOD, MomentId, Unsupported, estimate_values, support};
use vram_estimator::link::decode;

/// Tokens of one prompt without its text: keys and values in 16 bits over those of one token.
fn tokens(model: &str, of_token: f64, keys: &str) -> f64 {
    let link = format!("mode=multimodal&model={model}&batchSize=1&sequenceLength=128&precision=BF16&{keys}");
    let (link, _) = decode(&link, &CATALOG);
    let estimates = estimate_values(&link.inputs);
    let estimate = estimates.iter().find(|it| it.method() == DEFAULT_METHOD).expect("it covers the mode");
    let prefill = estimate.moments().iter().find(|it| it.id() == MomentId::Prefill).expect("a prompt");
    let cache = prefill.line(Component::KvCache).expect("keys and values").formula.bytes().count();
    cache / of_token - 128.0
}

#[track_caller]
fn check(model: &str, (n_layers, width): (f64, f64), rows: &[(&str, f64)]) {
    for (keys, expected) in rows {
        assert_eq!(tokens(model, 4.0 * n_layers * width, keys), *expected, "{model} {keys}");
    }
}

#[test]
fn images_become_as_many_tokens_as_their_processor_makes() {
    let image = |edge: u32| format!("numImages=1&imageResolution={edge}");
    let (small, middle, large) = (image(336), image(504), image(1008));
    check("llava-1.5-7b-hf", (32.0, 4096.0), &[(&small, 576.0), (&large, 576.0)]);
    check("llava-v1.6-vicuna-7b-hf", (32.0, 4096.0), &[(&small, 1176.0), (&large, 2928.0)]);
    check("qwen2-vl-7b-instruct", (28.0, 512.0), &[(&small, 144.0), (&middle, 324.0), (&large, 1296.0)]);
    check("qwen3-vl-8b-instruct", (36.0, 1024.0), &[(&image(512), 256.0), (&image(1024), 1024.0)]);
    check("gemma-3-4b-it", (34.0, 1024.0), &[(&small, 256.0), (&large, 256.0)]);
    check("paligemma-3b-pt-224", (18.0, 256.0), &[(&small, 256.0)]);
    check("pixtral-12b-2409", (40.0, 1024.0), &[(&image(512), 32.0 * 32.0 + 32.0)]);
    check("mistral-small-3.1-24b-instruct-2503", (40.0, 1024.0), &[(&middle, 18.0 * 18.0 + 18.0)]);
    check("internvl3-8b", (28.0, 512.0), &[(&image(448), 256.0), (&image(896), 5.0 * 256.0)]);
    check("llama-4-scout-17b-16e-instruct", (48.0, 1024.0), &[(&small, 144.0), (&image(672), 5.0 * 144.0)]);
}

/// Without a model the tower is what the link says: its patches are of the link's size.
#[test]
fn without_a_model_patches_have_the_links_size() {
    let patches = |edge: u32| format!("numImages=1&imageResolution=336&patchSize={edge}");
    check("none", (32.0, 4096.0), &[(&patches(14), 576.0), (&patches(28), 144.0)]);
}

/// A model that reads no images once was given a token for every pixel, and later patches of the link's size; now
/// nobody pretends that it reads any.
#[test]
fn a_model_without_a_tower_is_given_no_images() {
    let (link, _) = decode("mode=multimodal&model=llama-2-7b-hf&numImages=1", &CATALOG);
    assert_eq!(support(&link.inputs), Err(Unsupported::ReadsNoImages));
    assert!(estimate_values(&link.inputs).iter().all(|it| it.method() != DEFAULT_METHOD));
}

#[test]
fn frames_share_patches_where_patches_span_time() {
    let video = "numImages=0&imageResolution=504&videoFrames=9";
    check("qwen2-vl-7b-instruct", (28.0, 512.0), &[(video, 5.0 * 324.0)]);
    check("llava-v1.6-vicuna-7b-hf", (32.0, 4096.0), &[(video, 9.0 * 576.0)]);
}

/// No preset hears, so the document's 80 ms of sound for a token stand.
#[test]
fn sound_has_a_token_for_each_80_ms() {
    check("llava-1.5-7b-hf", (32.0, 4096.0), &[("numImages=0&audioDuration=8000", 100.0)]);
}

/// Whose code a tower runs was guessed from facts that happened to go together: whoever typed a rotated tower without
/// learned positions was given Pixtral's breaks, and tiles and pooling were those of one model. Each is a fact of its
/// own now.
#[test]
fn what_a_processor_does_is_said_and_not_guessed() {
    let image = "numImages=1&imageResolution=512";
    let of = |more: &str| format!("{image}&{more}");
    check("pixtral-12b-2409", (40.0, 1024.0), &[(&of("rowBreaks=false"), 32.0 * 32.0)]);
    check("qwen3-vl-8b-instruct", (36.0, 1024.0), &[(&of("rowBreaks=true"), 256.0 + 16.0)]);
    check("qwen3-vl-8b-instruct", (36.0, 1024.0), &[(&of("visionFusedQkv=false"), 256.0)]);
    check("pixtral-12b-2409", (40.0, 1024.0), &[(&of("visionFusedQkv=true"), 32.0 * 32.0 + 32.0)]);
    // Three tiles of 24 x 24 patches feed the tower where the model cuts into three, two where a link says so.
    let tower = |keys: &str| {
        let link = format!("mode=vlm&model=llava-v1.6-vicuna-7b-hf&freezeVision=false&imageResolution=336&{keys}");
        let estimates = estimate_values(&decode(&link, &CATALOG).0.inputs);
        let estimate = estimates.iter().find(|it| it.method() == DEFAULT_METHOD).expect("it covers the mode");
        let kept = estimate.moments().iter().filter_map(|it| it.line(Component::VisionActivations));
        kept.map(|it| it.formula.bytes().count()).fold(0.0, f64::max)
    };
    let ratio = tower("minTiles=2") / tower("");
    assert!((ratio - 2.0 / 3.0).abs() < 0.01, "{ratio}");
    // What an attention's output is gated by is no matter of the layout.
    let weights = |keys: &str| {
        let estimates =
            estimate_values(&decode(&format!("model=qwen3-next-80b-a3b-instruct&{keys}"), &CATALOG).0.inputs);
        let estimate = estimates.iter().find(|it| it.method() == DEFAULT_METHOD).expect("it covers the mode");
        estimate.line(Component::Weights).expect("weights").formula.bytes().count()
    };
    // 12 layers of full attention, 16 heads of 256 elements, 2048 wide, in 16 bits.
    assert_eq!(weights("") - weights("attentionGate=false"), 12.0 * 16.0 * 256.0 * 2048.0 * 2.0);
}
