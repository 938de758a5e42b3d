//! What an estimate costs: values alone over a sweep, formula trees of all methods, their texts, and links. It measures
//! and judges nothing; the targets are 2 ms for a sweep of 256 points with every component of `calibrated` for the
//! heaviest model of each mode, 60 µs for all methods of a mode with their trees, and 16 ms for all plans of a server.

use divan::{Bencher, black_box};
use vram_estimator::estimator::plan::deciding::deciding;
use vram_estimator::estimator::plan::spreads::plans;
use vram_estimator::estimator::plan::sweep;
use vram_estimator::estimator::plan::sweep_request::SweepRequest;
use vram_estimator::estimator::{
    Bytes, Catalog, Component, Inputs, MethodId, Mode, ParameterId, Value, estimate_all, estimate_values, support,
    values_of,
};
use vram_estimator::link::decode;

fn main() {
    divan::main();
}

/// Modes by name, so that the report reads like a table.
const MODES: [&str; 9] = ["inference", "finetune", "train", "grpo", "multimodal", "nlp", "vlm", "moe", "cnn"];

/// Points of a sweep.
const POINTS: usize = 256;

fn defaults(mode: &str) -> Inputs {
    Inputs::defaults(Mode::from_id(mode).expect("a mode's name"))
}

/// The inputs of the mode and model that take longest to estimate, and their name: found by trying all, once.
fn heaviest(mode: &str) -> (String, Inputs) {
    let catalog = Catalog::built_in();
    let plain = defaults(mode);
    let all = catalog.models().iter().map(|model| (model.id.to_string(), plain.with_model(Some(model.clone()))));
    let answered = all.filter(|(_, inputs)| support(inputs).is_ok());
    let cost = |inputs: &Inputs| {
        let started = std::time::Instant::now();
        for _ in 0..200 {
            black_box(values_of(MethodId::Calibrated, black_box(inputs)));
        }
        started.elapsed()
    };
    answered.max_by_key(|(_, inputs)| cost(inputs)).expect("a mode runs some model")
}

/// A sweep over a parameter, at each of 256 points.
fn sweep_with<T>(bencher: Bencher, mode: &str, swept: ParameterId, estimate: impl Fn(&Inputs) -> T + Sync) {
    let (name, inputs) = heaviest(mode);
    println!("{mode}: {name}");
    bencher.bench(|| {
        let at = |n: usize| inputs.clone().with(swept, Value::Number(n as f64)).expect("within its limits");
        (1..=POINTS).map(|n| estimate(black_box(&at(n)))).collect::<Vec<_>>()
    });
}

/// Every component of `calibrated` at its peak.
fn components_of_calibrated(inputs: &Inputs) -> Option<Vec<(Component, Bytes)>> {
    let estimate = values_of(MethodId::Calibrated, inputs)?;
    Some(estimate.lines().iter().map(|it| (it.component, it.formula.bytes())).collect())
}

/// Every component of `calibrated` at its peak, without formulas: what a chart over a parameter shows.
#[divan::bench(args = MODES)]
fn sweep(bencher: Bencher, mode: &str) {
    sweep_with(bencher, mode, ParameterId::BatchSize, components_of_calibrated);
}

/// The same over a fact of the model, whose parameters are counted anew at each point.
#[divan::bench(args = MODES)]
fn sweep_of_a_fact(bencher: Bencher, mode: &str) {
    let fact = if mode == "cnn" { ParameterId::NumClasses } else { ParameterId::NumLayers };
    sweep_with(bencher, mode, fact, components_of_calibrated);
}

/// Every component of every method, without formulas.
#[divan::bench(args = MODES)]
fn sweep_of_all_methods(bencher: Bencher, mode: &str) {
    sweep_with(bencher, mode, ParameterId::BatchSize, estimate_values);
}

/// The same with the verdict at each point, and where it stops fitting: all that a chart over a parameter shows.
#[divan::bench(args = MODES)]
fn sweep_with_crossing(bencher: Bencher, mode: &str) {
    let (name, inputs) = heaviest(mode);
    println!("{mode}: {name}");
    let inputs = inputs.with(ParameterId::GpuMemory, Value::Number(80.0)).expect("a size");
    let request = SweepRequest::parse("batchSize=1..256", &Catalog::default()).expect("a sweep");
    bencher.bench(|| sweep::sweep(MethodId::Calibrated, black_box(&inputs), &request));
}

/// Every way to spread a run over the GPUs of a server: of a dense model, and of a mixture, which has expert parallel
/// besides.
#[divan::bench(args = ["llama-3.1-8b", "mixtral-8x7b-instruct-v0.1"])]
fn plans_of_a_server(bencher: Bencher, model: &str) {
    let link = format!("mode=train&model={model}&precision=BF16&optimizer=AdamW&gpu=h100-80gb&gpuCount=8");
    let inputs = decode(&link, &Catalog::built_in()).0.inputs;
    bencher.bench(|| plans(MethodId::Calibrated, black_box(&inputs)));
}

/// Every method of a mode with its formula trees: what an opened row asks for.
#[divan::bench(args = MODES)]
fn with_trees(bencher: Bencher, mode: &str) {
    let inputs = defaults(mode);
    bencher.bench(|| estimate_all(black_box(&inputs)));
}

/// The same for the heaviest model of the mode.
#[divan::bench(args = MODES)]
fn with_trees_heaviest(bencher: Bencher, mode: &str) {
    let (_, inputs) = heaviest(mode);
    bencher.bench(|| estimate_all(black_box(&inputs)));
}

/// The same, and then every text of every formula: more than the page ever shows at once.
#[divan::bench(args = MODES)]
fn with_trees_and_texts(bencher: Bencher, mode: &str) {
    let inputs = defaults(mode);
    bencher.bench(|| {
        let estimates = estimate_all(black_box(&inputs));
        let formulas = estimates.iter().flat_map(|estimate| estimate.lines()).map(|line| &line.formula);
        formulas
            .map(|it| (it.symbolic(), it.substituted(), it.definitions(), it.parameter_leaves()))
            .collect::<Vec<_>>()
    });
}

/// Which parameters decide which rows, found by changing each alone: what an opened row asks for.
#[divan::bench(args = MODES)]
fn deciding_of_heaviest(bencher: Bencher, mode: &str) {
    let (_, inputs) = heaviest(mode);
    bencher.bench(|| deciding(black_box(&inputs)));
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
    let catalog = Catalog::built_in();
    let link = LINKS.into_iter().find(|it| it.0 == name).map_or("", |it| it.1);
    bencher.bench(|| decode(black_box(link), &catalog).0.encode());
}
