//! A parameter over its values: what each point says is held against the estimate of the same inputs, and where it
//! stops fitting against the verdict there. It knows no formula.

#[path = "common/catalog.rs"]
mod catalog;
#[path = "common/draw.rs"]
mod draw;

use catalog::CATALOG;
use draw::Draw;
use std::time::{Duration, Instant};
use vram_estimator::estimator::parameters::{ParameterKind, Scale};
use vram_estimator::estimator::plan::fit::{VerdictKind, verdict};
use vram_estimator::estimator::plan::solve::{SolvedKind, crossing, solve};
use vram_estimator::estimator::plan::sweep::{Sweep, Unanswered, sweep};
use vram_estimator::estimator::plan::sweep_request::{MOST_POINTS, SweepRefusal, SweepRequest};
use vram_estimator::estimator::{
    DEFAULT_METHOD, Inputs, MethodId, ParameterId as Id, Value, conflicts, covers, device_memory, support, values_of,
};
use vram_estimator::link::{Link, decode};
use vram_estimator::locale::ENGLISH_LATER;
use vram_estimator::present::answer::{Asked, answer_with};

fn inputs(link: &str) -> Inputs {
    decode(link, &CATALOG).0.inputs
}

fn request(text: &str) -> SweepRequest {
    SweepRequest::parse(text, &CATALOG).unwrap_or_else(|it| panic!("{text}: {it:?}"))
}

fn numbers(text: &str, link: &str) -> Vec<f64> {
    let values = request(text).values(&inputs(link)).expect("an effect");
    values.iter().map(Value::number).collect()
}

/// Any parameter of some inputs that has a sweep.
fn swept(draw: &mut Draw, inputs: &Inputs, is_wanted: impl Fn(Id) -> bool) -> SweepRequest {
    let all = Id::ALL.iter().filter(|it| inputs.has_effect(**it) && is_wanted(**it));
    let all: Vec<_> = all.filter_map(|it| SweepRequest::new(*it).ok()).collect();
    *draw.any(&all)
}

/// Inputs with a value, settled anew from all that was given, as a link's are: a sweep settles what may change.
fn anew(inputs: &Inputs, id: Id, value: &Value) -> Inputs {
    Inputs::collect(inputs.mode(), |it| if it == id { Some(value.clone()) } else { inputs.given(it).cloned() })
}

/// Holds every point against the estimate of the same inputs.
#[track_caller]
fn check_points(inputs: &Inputs, it: &Sweep) {
    assert!(!it.points.is_empty(), "{:?}", it.id);
    for point in &it.points {
        let there = anew(inputs, it.id, &point.value);
        let place = format!("{:?}={:?} by {:?}", it.id, point.value, it.method);
        assert_eq!(point.capacity, device_memory(&there), "{place}");
        let single = values_of(it.method, &there);
        match (&point.answer, &single) {
            (Ok(answer), Some(estimate)) => {
                assert_eq!(answer.total, estimate.total(), "{place}");
                let lines: Vec<_> = estimate.lines().iter().map(|it| (it.component, it.formula.bytes())).collect();
                assert_eq!(answer.components, lines, "{place}");
                let is_listed = |it: &_| answer.bytes(*it).is_some();
                assert_eq!(it.components().iter().filter(|it| is_listed(it)).count(), lines.len(), "{place}");
                assert_eq!((answer.rank, answer.moment), (estimate.fullest().kind(), estimate.peak().id()), "{place}");
                assert_eq!(answer.verdict, verdict(&there, estimate).kind, "{place}");
            }
            (Err(Unanswered::Run(reason)), None) => assert_eq!(support(&there), Err(*reason), "{place}"),
            (Err(Unanswered::Mode), None) => assert!(!covers(it.method, there.mode()), "{place}"),
            (answer, _) => panic!("{place}: {answer:?}, but the estimate has a total: {}", single.is_some()),
        }
    }
}

/// Every point is what the link with that value says, by every method, also where that is no number.
#[test]
fn points_are_single_estimates() {
    let mut draw = Draw::new(20_261_129);
    let (mut n_points, mut n_refused) = (0, 0);
    for _ in 0..120 {
        let inputs = draw.inputs(CATALOG.models());
        let request = swept(&mut draw, &inputs, |_| true);
        for method in MethodId::ALL {
            let it = sweep(method, &inputs, &request).expect("an effect");
            check_points(&inputs, &it);
            n_points += it.points.len();
            n_refused += it.points.iter().filter(|it| it.answer.is_err()).count();
        }
    }
    println!("{n_points} points, {n_refused} without an answer");
    assert!(n_points > 10_000 && n_refused > 100 && 5 * n_refused < 3 * n_points, "both occur");
}

/// The values are the parameter's own, in order, each once, and no more than a chart tells apart.
#[test]
fn values_are_in_order_and_each_once() {
    let mut draw = Draw::new(20_261_201);
    for _ in 0..2_000 {
        let inputs = draw.inputs(CATALOG.models());
        let request = swept(&mut draw, &inputs, |_| true);
        let (id, values) = (request.id(), request.values(&inputs).expect("an effect"));
        assert!(values.iter().all(|it| id.spec().check(it.clone()).is_ok()), "{id:?}: {values:?}");
        if let ParameterKind::Number { .. } = id.spec().kind {
            let numbers: Vec<_> = values.iter().map(Value::number).collect();
            assert!(numbers.len() <= MOST_POINTS && numbers.is_sorted_by(|a, b| a < b), "{id:?}: {numbers:?}");
            // A fact that a model has not is 0 where nothing below 1 can be given.
            let own = numbers[0].max(inputs.values().number(id));
            assert!(own <= numbers[numbers.len() - 1], "{id:?}: {own} in {numbers:?}");
        }
    }
}

#[test]
fn a_range_is_kept_to_its_ends() {
    assert_eq!(numbers("batchSize=3..7", ""), [3.0, 4.0, 5.0, 6.0, 7.0]);
    assert_eq!(numbers("sequenceLength=1k..64k:7", ""), [1024.0, 2048.0, 4096.0, 8192.0, 16384.0, 32768.0, 65536.0]);
    assert_eq!(numbers("gpuMemoryUtilization=0.5..0.9:5", "engine=vllm"), [0.5, 0.6, 0.7, 0.8, 0.9]);
    assert_eq!(numbers("gpuMemory=0..80:5", "").len(), 5);
    // At the lower end there are fewer whole numbers than points.
    let all = numbers("batchSize=1..1000000", "");
    assert!(all.len() > 200 && all.len() < MOST_POINTS && all.ends_with(&[1e6]), "{all:?}");
    // A fact of a model has no slider.
    let positions = numbers("learnedPositions", "mode=train&model=gpt2");
    assert!(positions.starts_with(&[256.0]) && positions.ends_with(&[4096.0]), "{positions:?}");
    let scale = |text: &str| request(text).scale(&inputs(""));
    assert_eq!((scale("batchSize"), scale("gpuMemoryUtilization")), (Scale::Logarithmic, Scale::Linear));
}

/// Of a choice and a switch every value.
#[test]
fn choices_take_every_value() {
    let of = |text: &str, link: &str| request(text).values(&inputs(link)).expect("an effect").len();
    let ParameterKind::Choice { ids } = Id::Trainer.spec().kind else { panic!("a choice") };
    assert_eq!(of("trainer", "mode=train"), ids.all().len());
    assert_eq!(of("gradientCheckpointing", "mode=train"), 2);
    let it = sweep(DEFAULT_METHOD, &inputs("mode=train&model=llama-3.2-1b"), &request("trainer")).expect("an effect");
    assert_eq!(it.crossing, None);
}

/// What is no sweep is refused with what was wrong.
#[test]
fn what_is_no_sweep_is_refused() {
    let check = |text: &str, is_it: fn(&SweepRefusal) -> bool| {
        let refusal = SweepRequest::parse(text, &CATALOG).expect_err(text);
        assert!(is_it(&refusal), "{text}: {refusal:?}");
    };
    check("", |it| matches!(it, SweepRefusal::UnknownKey(_)));
    check("batchsize", |it| matches!(it, SweepRefusal::UnknownKey(_)));
    check("=1..2", |it| matches!(it, SweepRefusal::UnknownKey(_)));
    check("model", |it| matches!(it, SweepRefusal::NoValues(Id::Model)));
    check("depths=1..2", |it| matches!(it, SweepRefusal::NoValues(_)));
    check("trainer=ddp..fsdp2", |it| matches!(it, SweepRefusal::NoRange(Id::Trainer)));
    check("batchSize=", |it| matches!(it, SweepRefusal::Unreadable(..)));
    check("batchSize=4", |it| matches!(it, SweepRefusal::Unreadable(..)));
    check("batchSize=..", |it| matches!(it, SweepRefusal::End(..)));
    check("batchSize=1..2..3", |it| matches!(it, SweepRefusal::End(..)));
    check("batchSize=1..1e999", |it| matches!(it, SweepRefusal::End(..)));
    check("batchSize=0..4", |it| matches!(it, SweepRefusal::End(..)));
    check("batchSize=NaN..4", |it| matches!(it, SweepRefusal::End(..)));
    check("batchSize=4..4", |it| matches!(it, SweepRefusal::Backwards(..)));
    check("batchSize=1..4:", |it| matches!(it, SweepRefusal::Points(..)));
    check("batchSize=1..4:1", |it| matches!(it, SweepRefusal::Points(..)));
    check("batchSize=1..4:257", |it| matches!(it, SweepRefusal::Points(..)));
    check("batchSize=1..4:-2", |it| matches!(it, SweepRefusal::Points(..)));
    let refusal = sweep(DEFAULT_METHOD, &inputs("engine=vllm"), &request("trainer"));
    assert!(matches!(refusal, Err(SweepRefusal::NoEffect(Id::Trainer, ..))), "{refusal:?}");
}

/// Whatever is written there is read or refused, and what is read has values.
#[test]
fn any_text_is_read_or_refused() {
    const PIECES: [&str; 16] = [
        "batchSize",
        "gpuMemory",
        "loraDropout",
        "trainer",
        "=",
        "..",
        ":",
        "1",
        "1e300",
        "-",
        "0.5",
        "NaN",
        "😀",
        " ",
        "k",
        "9",
    ];
    let mut draw = Draw::new(20_261_202);
    let mut n_read = 0;
    for n in 0..100_000 {
        // Every other is nearly right.
        let start = if n % 2 == 0 { "batchSize=" } else { "" };
        let pieces = (0..draw.below(8)).map(|_| *draw.any(&PIECES)).collect::<String>();
        if let Ok(it) = SweepRequest::parse(&format!("{start}{pieces}"), &CATALOG) {
            n_read += 1;
            assert!(
                it.values(&Inputs::defaults(vram_estimator::estimator::Mode::Finetune)).is_ok_and(|it| !it.is_empty())
            );
        }
    }
    assert!(n_read > 100, "{n_read} were read");
}

fn link(inputs: &Inputs) -> String {
    Link { inputs: inputs.clone(), ..Link::default() }.encode()
}

/// The nearest values of a number on both sides.
fn neighbours(inputs: &Inputs, id: Id, value: f64) -> (f64, f64) {
    let ParameterKind::Number { whole, .. } = id.spec().kind else { panic!("a number") };
    let slider = id.use_in(inputs.mode()).and_then(|it| it.slider);
    let step = if whole { 1.0 } else { slider.expect("a step").step };
    (value - step, value + step)
}

/// Where it stops fitting, it fits and one step further does not: of any number, in ten thousand configurations; and
/// `solve` says the same.
#[test]
fn crossings_are_exact() {
    let mut draw = Draw::new(20_261_203);
    let (mut n_asked, mut n_most, mut n_fewest, mut n_solved) = (0, 0, 0, 0);
    while n_asked < 10_000 {
        let drawn = draw.inputs(CATALOG.models());
        let Some(estimate) = values_of(DEFAULT_METHOD, &drawn) else { continue };
        let size = estimate.total().gib() * draw.number(0.5, 2.0, false);
        let Ok(inputs) = drawn.with(Id::GpuMemory, Value::Number(size)) else { continue };
        let id = swept(&mut draw, &inputs, |it| matches!(it.spec().kind, ParameterKind::Number { .. })).id();
        n_asked += 1;
        let fits = |value: f64| {
            let there = inputs.clone().with(id, Value::Number(value)).ok();
            let judged = there.and_then(|it| Some(verdict(&it, &values_of(DEFAULT_METHOD, &it)?).kind));
            judged == Some(VerdictKind::Fits)
        };
        match crossing(DEFAULT_METHOD, &inputs, id) {
            Some(SolvedKind::Most(value)) => {
                n_most += 1;
                let next = neighbours(&inputs, id, value).1;
                assert!(
                    fits(value) && !fits(next),
                    "{id:?}: {value} is not the most, {next} {} {}",
                    fits(value),
                    link(&inputs)
                );
            }
            Some(SolvedKind::Fewest(value)) => {
                n_fewest += 1;
                assert!(
                    fits(value) && !fits(neighbours(&inputs, id, value).0),
                    "{id:?}: {value} is not the least: {}",
                    link(&inputs)
                );
            }
            Some(SolvedKind::Every(value)) => assert!(fits(value), "{id:?}: {value}"),
            Some(SolvedKind::Nothing { .. }) => {
                // Of a fraction today's may lie between two steps, and what contradicts itself is no answer.
                let own = inputs.values().number(id);
                assert!(
                    own.fract() != 0.0 || !conflicts(&inputs).is_empty() || !fits(own),
                    "{id:?}: today's fits: {}",
                    link(&inputs)
                );
            }
            Some(SolvedKind::NoNumber) | None => {}
            Some(other) => panic!("{id:?}: {other:?}"),
        }
        if n_asked % 20 == 0 {
            for it in solve(DEFAULT_METHOD, &inputs).iter().filter(|it| it.id != Id::Gpu) {
                n_solved += 1;
                assert_eq!(crossing(DEFAULT_METHOD, &inputs, it.id), Some(it.kind), "{:?}", it.id);
            }
        }
    }
    println!("most {n_most}, fewest {n_fewest}, solved {n_solved}");
    assert!(n_most > 1000 && n_fewest > 100 && n_solved > 500, "every kind occurs");
}

#[track_caller]
fn check_crossing(link: &str, id: Id, is_it: impl Fn(SolvedKind) -> bool) {
    let res = crossing(DEFAULT_METHOD, &inputs(link), id);
    assert!(res.is_some_and(is_it), "{link}: {res:?}");
}

/// What divides the work stops fitting towards less of it, a fraction at a step of its slider; without a device nothing
/// does.
#[test]
fn crossings_are_told_from_either_side() {
    let link = "mode=train&model=llama-3.2-1b&gpu=h200&batchSize=1";
    check_crossing(link, Id::BatchSize, |it| matches!(it, SolvedKind::Most(_)));
    check_crossing(link, Id::GpuMemory, |it| matches!(it, SolvedKind::Fewest(_)));
    check_crossing(
        "gpu=rtx-4090&precision=BF16",
        Id::ModelSize,
        |it| matches!(it, SolvedKind::Most(size) if size > 7.0 && size < 13.0),
    );
    let spread = "mode=train&model=llama-3.1-8b&gpu=h200&batchSize=1&trainer=fsdp2&gpuCount=8";
    check_crossing(spread, Id::GpuCount, |it| matches!(it, SolvedKind::Fewest(_)));
    assert_eq!(crossing(DEFAULT_METHOD, &inputs("mode=train"), Id::BatchSize), None);
}

/// A whole sweep within a frame, with verdicts and where it stops fitting.
#[test]
fn sweeps_come_within_a_frame() {
    for link in [
        "mode=train&model=llama-3.1-70b&trainer=fsdp2&gpuCount=8&gpu=h100-80gb",
        "mode=grpo&model=llama-3.1-8b&gpu=h100-80gb",
        "model=llama-3.1-8b&precision=BF16&engine=vllm&gpu=rtx-4090",
        "mode=moe&model=mixtral-8x7b-instruct-v0.1&gpu=h200",
        "mode=cnn&model=resnet50&gpu=rtx-4090",
    ] {
        let (inputs, request) = (inputs(link), request("batchSize=1..256"));
        // The best of some: a machine that does something else meanwhile says nothing.
        let once = || {
            let start = Instant::now();
            assert!(sweep(DEFAULT_METHOD, &inputs, &request).is_ok_and(|it| it.points.len() == 256));
            start.elapsed()
        };
        let best = (0..7).map(|_| once()).min().unwrap_or_default();
        println!("{link}: swept in {best:?}");
        // Tests are compiled with few optimizations.
        assert!(best < Duration::from_millis(64), "{link}: swept in {best:?}");
    }
}

/// The command line's columns have an entry for each value, and null where there is no answer.
#[test]
fn the_command_line_tells_columns() {
    let ask = |link: &str, text: &str| {
        let (link, problems) = decode(link, &CATALOG);
        let asked = Asked { sweeps: Some(request(text)), ..Asked::default() };
        answer_with(&link, &problems, &ENGLISH_LATER, asked)
    };
    let link = "mode=train&model=llama-3.1-8b&gpu=h200&gpuCount=4&trainer=torch&precision=BF16&batchSize=1";
    let told = ask(link, "pipelineParallel=1..8");
    let sweep = &told["sweep"];
    let column = |it: &serde_json::Value| it.as_array().expect("a column").clone();
    assert_eq!(column(&sweep["values"]).len(), 8);
    for name in ["total_bytes", "ranks", "moments", "verdicts", "capacity_bytes"] {
        assert_eq!(column(&sweep[name]).len(), 8, "{name}");
    }
    let totals = column(&sweep["total_bytes"]);
    let refused = column(&sweep["refused"]);
    assert_eq!(totals.iter().filter(|it| it.is_null()).count(), refused.len());
    assert!(!refused.is_empty() && refused.len() < 8, "{refused:?}");
    assert!(refused.iter().all(|it| it["message"].as_str().is_some_and(|it| it.len() > 20)), "{refused:?}");
    for (at, total) in totals.iter().enumerate().filter(|it| !it.1.is_null()) {
        let parts = column(&sweep["components"]);
        let sum: f64 = parts.iter().map(|it| it["bytes"][at].as_f64().expect("a number")).sum();
        let total = total.as_f64().expect("a number");
        assert!((sum - total).abs() <= 1e-9 * total, "{sum} and {total}");
    }
    let crossing = &ask("mode=train&model=llama-3.2-1b&gpu=h200", "batchSize")["sweep"]["crossing"];
    assert_eq!((&crossing["key"], &crossing["kind"]), (&"batchSize".into(), &"most".into()));
    let there = decode(crossing["link"].as_str().expect("a link"), &CATALOG).0.inputs;
    assert_eq!(Some(there.values().number(Id::BatchSize)), crossing["value"].as_f64());
    // There may be several.
    let edges = &ask("engine=vllm&model=llama-3.1-8b&gpu=rtx-4090", "gpuMemoryUtilization")["sweep"]["edges"];
    let of = |at: usize| (edges[at]["value"].as_f64(), edges[at]["is_most"].as_bool(), edges[at]["verdict"].as_str());
    assert_eq!([of(0), of(1)], [(Some(0.69), Some(false), Some("fits")), (Some(0.98), Some(true), Some("fits"))]);
    let idle = ask("engine=vllm", "trainer");
    assert!(idle["sweep"]["problems"][0]["message"].as_str().is_some_and(|it| it.contains("trainer")), "{idle}");
    assert!(ask("mode=grpo&selected=verified", "batchSize")["sweep"]["refused"][0]["message"].is_string());
}
