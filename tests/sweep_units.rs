//! In which unit a batch is told. It knows no formula.

#[path = "common/catalog.rs"]
mod catalog;

use catalog::CATALOG;
use vram_estimator::estimator::plan::sweep::sweep;
use vram_estimator::estimator::plan::sweep_request::SweepRequest;
use vram_estimator::estimator::{DEFAULT_METHOD, MemoryUnit, Mode, ParameterId};
use vram_estimator::link::decode;
use vram_estimator::locale::{ENGLISH, ENGLISH_LATER, ENGLISH_WORKBENCH};
use vram_estimator::present::batch::batch_unit;
use vram_estimator::present::brought::shown;
use vram_estimator::present::compare::difference_in_words;
use vram_estimator::present::sweep_chart::sweep_scene;
use vram_estimator::present::sweep_stop::SweepTold;

/// Prompts of groups were called sequences below the chart.
#[test]
fn a_batch_is_named_in_its_own_unit() {
    let inputs = decode("mode=grpo&model=llama-3.2-1b&batchSize=2", &CATALOG).0.inputs;
    let batch = &batch_unit(&inputs, &ENGLISH);
    let request = SweepRequest::around_today(ParameterId::BatchSize, &inputs, None).expect("a request");
    let it = sweep(DEFAULT_METHOD, &inputs, &request).expect("a sweep");
    let words = &ENGLISH_WORKBENCH.sweep;
    let unit = MemoryUnit::Gib;
    let told = SweepTold { inputs: &inputs, unit, texts: &ENGLISH, later: &ENGLISH_LATER, words };
    let scene = sweep_scene(&it, request.scale(&inputs), &told);
    assert!(scene.stops.iter().all(|it| it.name.ends_with(batch.as_str())), "{:?}", scene.stops[0]);
    assert_ne!(batch, (ENGLISH.batch_unit)(Mode::Grpo));
}

/// Elsewhere they still were: held beside each other, images were sequences, and so were pairs that were brought.
#[test]
fn a_batch_has_its_own_unit_wherever_it_is_told() {
    let inputs = |link: &str| decode(link, &CATALOG).0.inputs;
    let [few, many] = ["mode=cnn&batchSize=32", "mode=cnn&batchSize=48"].map(inputs);
    let words = difference_in_words(&few, &many, &ENGLISH);
    assert!(words.contains("48\u{a0}images"), "{words}");
    let pairs = inputs("mode=grpo&algorithm=dpo&model=llama-3.2-1b");
    assert_eq!(shown(ParameterId::BatchSize, "2", &pairs, &ENGLISH, &CATALOG), "2 pairs");
    assert_eq!(shown(ParameterId::SequenceLength, "512", &pairs, &ENGLISH, &CATALOG), "512 tokens");
}
