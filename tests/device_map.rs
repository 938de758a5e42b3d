//! Transformers over several GPUs by `device_map="auto"`: which layers each has, against what Transformers itself says,
//! and that all GPUs have together what one has. It knows no formula.

#[path = "common/catalog.rs"]
mod catalog;
#[path = "common/served.rs"]
mod served;

use served::{at_peak, calibrated, inputs};
use vram_estimator::estimator::plan::fewest::{SharedBy, fewest};
use vram_estimator::estimator::{
    Component, Estimate, MethodId, MomentId, NotSpread, ParameterId as Id, Rank, RankKind, Unsupported, support,
};

/// `_get_device_map` of Transformers 5.23 with models on the `meta` device and as much memory as it likes: layers of
/// each GPU that has anything, by its number. NF4 and INT8 with the sizes of weights and the room that bitsandbytes'
/// quantizers name.
#[test]
fn layers_are_where_transformers_puts_them() {
    #[track_caller]
    fn check(link: &str, expected: &[(usize, f64)]) {
        let estimate = calibrated(&format!("{link}&batchSize=1&sequenceLength=1024"));
        let of = |rank: &Rank| at_peak(rank, Component::KvCache);
        let all: f64 = estimate.ranks().iter().map(of).sum();
        let layers = inputs(link).values().number(Id::NumLayers);
        let number = |rank: &Rank| match rank.kind() {
            RankKind::Device { at } => (at, (of(rank) / all * layers).round()),
            other => panic!("{link}: {other}"),
        };
        assert_eq!(estimate.ranks().iter().map(number).collect::<Vec<_>>(), expected, "{link}");
    }
    #[track_caller]
    fn check_first(link: &str, expected: &[f64]) {
        check(link, &expected.iter().copied().enumerate().collect::<Vec<_>>());
    }
    let llama = "model=llama-3.1-8b";
    check_first(&format!("{llama}&gpuCount=2"), &[16.0, 16.0]);
    check_first(&format!("{llama}&gpuCount=4"), &[7.0, 12.0, 12.0, 1.0]);
    check_first(&format!("{llama}&gpuCount=8"), &[2.0, 7.0, 7.0, 7.0, 7.0, 2.0]);
    check_first(&format!("{llama}&gpuCount=16"), &[0.0, 5.0, 5.0, 5.0, 5.0, 5.0, 5.0, 2.0]);
    check_first(&format!("{llama}&gpuCount=3&quantization=nf4"), &[6.0, 26.0, 0.0]);
    // The embedding does not fit beside room for the projection, so that the first GPU stays empty.
    check(&format!("{llama}&gpuCount=8&quantization=nf4"), &[(1, 6.0), (2, 16.0), (3, 10.0), (4, 0.0)]);
    check_first(&format!("{llama}&gpuCount=4&quantization=llm-int8"), &[5.0, 14.0, 13.0, 0.0]);
    check_first("model=llama-3.3-70b-instruct&gpuCount=3", &[26.0, 29.0, 25.0]);
    check_first("model=llama-3.3-70b-instruct&gpuCount=4&quantization=nf4", &[15.0, 25.0, 25.0, 15.0]);
    // A tied projection is with the embedding; a model that is mostly embedding fits the first GPU whole.
    check_first("model=llama-3.2-1b&gpuCount=4", &[5.0, 10.0, 1.0]);
    check_first("model=qwen3-0.6b&gpuCount=2&quantization=nf4", &[28.0]);
    check_first("model=qwen3-30b-a3b&gpuCount=4", &[12.0, 13.0, 13.0, 10.0]);
    // Stacked experts stay in 16 bits.
    check_first("model=mixtral-8x7b-instruct-v0.1&gpuCount=4&quantization=nf4", &[7.0, 8.0, 8.0, 9.0]);
    check_first("model=gpt-oss-20b&gpuCount=3&quantization=None", &[8.0, 9.0, 7.0]);
    check_first("model=gemma-2-9b&gpuCount=4", &[11.0, 17.0, 14.0]);
    // Without its windows all its layers are alike.
    check_first("model=gemma-2-9b&slidingWindow=0&gpuCount=4", &[11.0, 17.0, 14.0]);
    // Dense layers come first, and are smaller.
    check_first("model=deepseek-v3&gpuCount=4", &[17.0, 15.0, 15.0, 14.0]);
    check_first("model=glm-4.5-air&gpuCount=3", &[16.0, 16.0, 14.0]);
}

/// Bytes of the parameters on each GPU, from the same models.
#[test]
fn weights_are_those_of_the_modules() {
    #[track_caller]
    fn check(link: &str, expected: &[f64]) {
        let estimate = calibrated(link);
        let found: Vec<_> = estimate.ranks().iter().map(|it| at_peak(it, Component::Weights)).collect();
        assert_eq!(found.len(), expected.len(), "{link}: {found:?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!((found / expected - 1.0).abs() < 1e-7, "{link}: {found} of {expected}");
        }
    }
    check("model=llama-3.1-8b&gpuCount=4", &[4_104_241_152.0, 5_234_688_000.0, 5_234_688_000.0, 1_486_905_344.0]);
    check("model=qwen3-next-80b-a3b-instruct&gpuCount=3", &[53_323_702_784.0, 55_998_436_224.0, 50_026_643_584.0]);
    check("model=deepseek-v3&gpuCount=2", &[672_776_847_360.0, 669_275_961_344.0]);
}

/// Weights and keys are on one GPU each.
#[test]
fn gpus_have_together_what_one_has() {
    // Inside linear attention the keys behind it are not there yet.
    let most = |rank: &Rank, component| {
        let lines = rank.moments().iter().filter_map(|it| it.line(component));
        lines.map(|it| it.formula.value()).fold(0.0, f64::max)
    };
    let sum = |it: &Estimate, component| it.ranks().iter().map(|rank| most(rank, component)).sum::<f64>();
    for model in [
        "model=llama-3.1-8b",
        "model=llama-3.2-1b&quantization=nf4",
        "model=qwen3-30b-a3b&quantization=llm-int8",
        "model=gemma-2-9b&numLayers=7",
        "model=gpt-oss-20b",
        "model=deepseek-v3&modelSize=600",
        "model=qwen3-next-80b-a3b-instruct",
        "model=gpt2",
        "model=falcon-7b",
    ] {
        for rest in ["gpuCount=2", "gpuCount=3", "gpuCount=7", "gpuCount=16", "gpuCount=5&padding=true&attention=eager"]
        {
            let link = format!("{model}&{rest}&sequenceLength=3000");
            let (one, many) = (
                calibrated(&format!("{model}&{}&sequenceLength=3000", rest.split_once('&').map_or("", |it| it.1))),
                calibrated(&link),
            );
            for component in [Component::Weights, Component::KvCache] {
                let (one, many) = (sum(&one, component), sum(&many, component));
                assert!((many / one - 1.0).abs() < 1e-9, "{link} {component:?}: {many} of {one}");
            }
            assert!(many.fullest().total() <= one.fullest().total(), "{link}");
        }
    }
}

/// Where inputs come in they stay, and logits come back there; what is between has neither.
#[test]
fn inputs_and_logits_are_at_the_ends() {
    let estimate = calibrated("model=llama-3.1-8b&gpuCount=3&sequenceLength=2048&batchSize=2&precision=BF16");
    let logits = |rank: &Rank| {
        let at = |it: &&vram_estimator::estimator::Moment| it.id() == MomentId::PrefillLogits;
        let moment = rank.moments().iter().find(at).expect("a moment");
        moment.line(Component::Logits).map_or(0.0, |it| it.formula.value())
    };
    let rows = 2.0 * 128_256.0 * 2.0;
    assert_eq!(estimate.ranks().iter().map(logits).collect::<Vec<_>>(), [rows, 0.0, rows]);
    let inside = |at: usize| at_peak(&estimate.ranks()[at], Component::Temporaries);
    // `inputs_embeds`, which the model's `forward` holds.
    assert_eq!(inside(0) - inside(1), 2.0 * 2048.0 * 4096.0 * 2.0);
    assert_eq!(inside(1), inside(2));
}

#[test]
fn divided_layers_go_by_their_own_number() {
    let divided = "model=llama-3.1-8b&tensorParallel=2";
    assert_eq!(calibrated(divided), calibrated(&format!("{divided}&gpuCount=2")));
    assert_eq!(SharedBy::of(&inputs(divided)), Some(SharedBy::Degree));
    let on = |device: &str| inputs(&format!("model=llama-3.3-70b-instruct&gpu={device}"));
    assert_eq!(SharedBy::of(&on("rtx-4090")), Some(SharedBy::Count));
    // Two are tight by the error band of runs that nobody has traced.
    assert_eq!(fewest(MethodId::Calibrated, &on("h100-80gb")), Ok(Some(3.0)));
}

#[test]
fn what_nobody_has_read_is_refused() {
    for link in [
        "model=gemma-3-27b-it",
        "model=llama-3.1-8b&quantization=nf4&unquantized=embedding_head_first-2",
        "model=bert-base-uncased",
        "model=t5-large",
        "model=llama-4-maverick-17b-128e-instruct&vision=absent",
        "model=granite-4.0-h-small",
    ] {
        let inputs = inputs(&format!("{link}&gpuCount=2"));
        let reason = NotSpread::UnlikeLayers;
        assert_eq!(support(&inputs), Err(Unsupported::Spread(reason)), "{link}");
        assert_eq!((reason.parameter(&inputs), reason.nearest()), (Id::GpuCount, vec![1]), "{link}");
    }
    assert_eq!(support(&inputs("model=gemma-3-27b-it&gpuCount=2&vision=absent")), Ok(()));
    let refused = |link: &str| support(&inputs(link)).expect_err(link);
    assert_eq!(refused("model=llama-3.1-8b&gpuCount=17"), Unsupported::Spread(NotSpread::Devices { most: 16 }));
    let long = "model=llama-3.1-8b&gpuCount=2&numLayers=5000";
    assert_eq!(refused(long), Unsupported::Spread(NotSpread::ModulesFollowed));
}
