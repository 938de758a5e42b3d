//! What an estimate costs: formula trees of all methods, their texts, and links. It measures and judges
//! nothing; the target is 60 µs for all methods of the heaviest mode.

use divan::{Bencher, black_box};
use vram_estimator::estimator::{Inputs, Mode, estimate_all};
use vram_estimator::link::decode;

fn main() {
    divan::main();
}

/// Modes by name, so that the report reads like a table.
const MODES: [&str; 9] = ["inference", "finetune", "train", "grpo", "multimodal", "nlp", "vlm", "moe", "cnn"];

fn defaults(mode: &str) -> Inputs {
    Inputs::defaults(Mode::from_id(mode).expect("a mode's name"))
}

/// Every method of a mode with its formula trees: what each move of a slider computes.
#[divan::bench(args = MODES)]
fn all_methods(bencher: Bencher, mode: &str) {
    let inputs = defaults(mode);
    bencher.bench(|| estimate_all(black_box(&inputs)));
}

/// The same, and then every text of every formula: more than the page ever shows at once.
#[divan::bench(args = MODES)]
fn all_methods_and_texts(bencher: Bencher, mode: &str) {
    let inputs = defaults(mode);
    bencher.bench(|| {
        let estimates = estimate_all(black_box(&inputs));
        let formulas = estimates.iter().flat_map(|estimate| estimate.lines()).map(|line| &line.formula);
        formulas.map(|it| (it.symbolic(), it.substituted(), it.definitions(), it.dependencies())).collect::<Vec<_>>()
    });
}

/// Links by how much they say.
const LINKS: [(&str, &str); 3] = [
    ("nothing", ""),
    ("a few keys", "mode=nlp&modelSize=8.75&batchSize=4"),
    ("a whole URL", "https://example.org/?mode=multimodal&task=training&modelSize=13&imageResolution=448&unit=GB#top"),
];

/// Reading a link and writing it canonically: what each change of the address costs.
#[divan::bench(args = LINKS.map(|(name, _)| name))]
fn link_read_and_written(bencher: Bencher, name: &str) {
    let link = LINKS.into_iter().find(|it| it.0 == name).map_or("", |it| it.1);
    bencher.bench(|| decode(black_box(link)).0.encode());
}
