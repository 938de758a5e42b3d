//! What is opened below the chart as geometry and tables: areas sum to totals, the crossing stands where the estimate
//! says, nothing lies outside of its plot. It knows no browser.

#[path = "common/catalog.rs"]
mod catalog;

use catalog::CATALOG;
use vram_estimator::estimator::parameters::ParameterKind;
use vram_estimator::estimator::plan::fit::{VerdictKind, verdict};
use vram_estimator::estimator::plan::solve::SolvedKind;
use vram_estimator::estimator::plan::sweep::{Sweep, sweep};
use vram_estimator::estimator::plan::sweep_request::{SweepRequest, is_swept};
use vram_estimator::estimator::{Bytes, DEFAULT_METHOD, Inputs, MemoryUnit, MethodId, ParameterId, Value, values_of};
use vram_estimator::link::{PageKey, Tab, decode};
use vram_estimator::locale::{CHINESE, CHINESE_LATER, CHINESE_WORKBENCH, ENGLISH, ENGLISH_LATER, ENGLISH_WORKBENCH};
use vram_estimator::present::chart::text_width;
use vram_estimator::present::drawing::{Anchor, Area, Mark, PictureTexts, svg, sweep_marks, sweep_picture};
use vram_estimator::present::sweep_chart::{SweepScene, sweep_scene};
use vram_estimator::present::sweep_ground::GroundKind;
use vram_estimator::present::sweep_stop::SweepTold;
use vram_estimator::present::swept::{is_offered, swept as over};

const QLORA: &str = "mode=finetune&model=qwen2.5-32b&method=QLoRA&quantization=nf4-dq&precision=BF16&gradientCheckpointing=true\
                     &batchSize=1&gpu=rtx-4090";
const EIGHT: &str = "mode=finetune&model=llama-3.1-8b&method=Full&trainer=fsdp2&recipe=policy&gpuCount=8&gpu=h100-80gb";

fn inputs(link: &str) -> Inputs {
    let (link, problems) = decode(link, &CATALOG);
    assert_eq!(problems, []);
    link.inputs
}

fn told(inputs: &Inputs, is_english: bool) -> SweepTold<'_> {
    let (texts, later, words) = match is_english {
        true => (&ENGLISH, &ENGLISH_LATER, &ENGLISH_WORKBENCH.sweep),
        false => (&CHINESE, &CHINESE_LATER, &CHINESE_WORKBENCH.sweep),
    };
    SweepTold { inputs, unit: MemoryUnit::Gib, texts, later, words }
}

fn swept(inputs: &Inputs, id: ParameterId, is_around: bool) -> Option<(Sweep, SweepScene)> {
    let request = if is_around { SweepRequest::around_today(id, inputs, None) } else { SweepRequest::new(id) }
        .expect("a request");
    let it = sweep(DEFAULT_METHOD, inputs, &request).ok()?;
    let scene = sweep_scene(&it, request.scale(inputs), &told(inputs, true));
    Some((it, scene))
}

/// Every area ends where the next begins, the last at the total; nothing lies outside of the plot.
#[track_caller]
fn check_scene(it: &Sweep, scene: &SweepScene, name: &str) {
    let is_inside = |(x, y): &(f64, f64)| (-1e-9..=1.0 + 1e-9).contains(x) && (-1e-9..=1.0 + 1e-9).contains(y);
    for area in &scene.areas {
        assert!(area.outlines.iter().flatten().all(is_inside), "{name}: {:?}", area.group);
        assert!(area.end.iter().all(|it| (0.0..=1.0).contains(&it.0)), "{name}: {:?}", area.end);
    }
    assert!(scene.capacity.iter().flatten().all(is_inside), "{name}: {:?}", scene.capacity);
    assert!(scene.labels.iter().all(|it| (0.0..=1.0).contains(&it.0)), "{name}: {:?}", scene.labels);
    assert_eq!(scene.stops.len(), it.points.len());
    let ascends = |pair: &[f64]| pair[0] < pair[1];
    assert!(scene.stops.iter().map(|it| it.place).collect::<Vec<_>>().windows(2).all(ascends), "{name}");
    let heights: Vec<Option<f64>> = scene.stops.iter().map(|it| it.height).collect();
    for (at, height) in heights.iter().enumerate() {
        let Some(height) = height else { continue };
        // The sum of what each area takes there.
        let place = scene.stops[at].place;
        let of_area = |outline: &Vec<(f64, f64)>| {
            if scene.is_stepped {
                let is_here = outline[0].0 < place && place < outline[1].0;
                return if is_here { outline[0].1 - outline[2].1 } else { 0.0 };
            }
            let n = outline.len() / 2;
            let here = (0..n).find(|it| outline[*it].0 == place);
            here.map_or(0.0, |it| outline[it].1 - outline[outline.len() - 1 - it].1)
        };
        let sum: f64 = scene.areas.iter().flat_map(|it| &it.outlines).map(of_area).sum();
        assert!((sum - height).abs() < 1e-9, "{name}: {sum} and {height} at {}", scene.stops[at].name);
    }
}

#[test]
fn areas_sum_to_the_total_and_stay_inside() {
    let mut n_scenes = 0;
    for link in [QLORA, EIGHT, "mode=inference&model=llama-3.1-8b&gpu=rtx-4090", "mode=grpo", "mode=cnn", "mode=nlp"] {
        let inputs = inputs(link);
        for &id in ParameterId::ALL.iter().filter(|it| is_swept(**it) && it.use_in(inputs.mode()).is_some()) {
            for is_around in [true, false] {
                if let Some((it, scene)) = swept(&inputs, id, is_around) {
                    check_scene(&it, &scene, &format!("{link} over {}", id.spec().key));
                    n_scenes += 1;
                }
            }
        }
    }
    assert!(n_scenes > 200, "{n_scenes}");
}

/// The ring stands on the last value that fits, at the height of its total; one step more does not fit.
#[test]
fn the_crossing_is_the_solvers() {
    let run = inputs(&QLORA.replace("rtx-4090", "rtx-5090"));
    let id = ParameterId::SequenceLength;
    let (it, scene) = swept(&run, id, true).expect("a sweep");
    let Some(SolvedKind::Most(most)) = it.crossing else { panic!("{:?}", it.crossing) };
    let [crossing] = &scene.crossings[..] else { panic!("{:?}", scene.crossings) };
    assert_eq!(Some(crossing.place), scene.place(&Value::Number(most)));
    assert!(!crossing.is_outside && crossing.words.contains("fits to"), "{crossing:?}");
    assert_eq!(scene.summary, crossing.words);
    let judged = |value: f64| {
        let there = run.clone().with(id, Value::Number(value)).expect("a value");
        verdict(&there, &values_of(DEFAULT_METHOD, &there).expect("an answer")).kind
    };
    assert_eq!(judged(most), VerdictKind::Fits);
    assert_ne!(judged(most + 1.0), VerdictKind::Fits);
    let stop = &scene.stops[scene.nearest(crossing.place).expect("a stop")];
    assert!(stop.height.is_some_and(|it| (it - crossing.height).abs() < 0.01), "{crossing:?}");
    // Nothing fits there by the reserve; what is tight is told as that.
    let (_, scene) = swept(&inputs(QLORA), id, true).expect("a sweep");
    assert!(scene.crossings[0].words.contains("tight"), "{:?}", scene.crossings);
}

/// Whoever drags within the range keeps it, and the scene stays the same to the last figure.
#[test]
fn a_drag_inside_the_range_changes_nothing_of_the_chart() {
    let run = inputs(QLORA);
    let id = ParameterId::SequenceLength;
    let request = SweepRequest::around_today(id, &run, None).expect("a request");
    let of = |inputs: &Inputs| {
        let it = sweep(DEFAULT_METHOD, inputs, &request).expect("a sweep");
        sweep_scene(&it, request.scale(inputs), &told(inputs, true))
    };
    let moved = run.clone().with(id, Value::Number(3000.0)).expect("a value");
    assert!(request.holds(&run) && request.holds(&moved));
    assert_eq!(of(&run), of(&moved));
    let beyond = run.clone().with(id, Value::Number(100_000.0)).expect("a value");
    assert!(!request.holds(&beyond));
    let around = SweepRequest::around_today(id, &beyond, None).expect("a request");
    assert!(around.holds(&beyond) && around.values(&beyond).expect("values").len() <= 256);
}

/// Labels stand on round values.
#[test]
fn labels_are_round() {
    let (_, scene) = swept(&inputs(QLORA), ParameterId::SequenceLength, true).expect("a sweep");
    let labels: Vec<_> = scene.labels.iter().map(|it| it.1.as_str()).collect();
    assert_eq!(labels, ["512", "1024", "2048", "4096", "8192"]);
}

/// The picture has all marks on its paper, and what is written in it is XML.
#[test]
fn a_picture_of_a_sweep_stays_on_its_paper() {
    for (link, id) in [
        (QLORA, ParameterId::SequenceLength),
        (QLORA, ParameterId::GradientCheckpointing),
        (EIGHT, ParameterId::BatchSize),
        ("mode=nlp", ParameterId::BatchSize),
    ] {
        let run = inputs(link);
        for is_english in [true, false] {
            let request = SweepRequest::around_today(id, &run, None).expect("a request");
            let it = sweep(DEFAULT_METHOD, &run, &request).or(sweep(MethodId::Documented, &run, &request));
            let told = told(&run, is_english);
            let scene = sweep_scene(&it.expect("a sweep"), request.scale(&run), &told);
            let texts = PictureTexts {
                title: "A <title> & more".to_owned(),
                captions: vec!["It fits".to_owned()],
                device: "RTX 4090".to_owned(),
                capacity: "23.5 GiB".to_owned(),
                held: "",
                band: "",
                pinned: Vec::new(),
                texts: told.texts,
                unit: told.unit,
                selected: DEFAULT_METHOD,
            };
            let picture = sweep_picture(&scene, &run.value(id), &texts);
            let is_on = |x: f64, y: f64| (0.0..=picture.size.0).contains(&x) && (0.0..=picture.size.1).contains(&y);
            for mark in &picture.marks {
                let is_inside = match mark {
                    Mark::Rectangle { at, .. } => {
                        is_on(at.left, at.top) && is_on(at.left + at.width, at.top + at.height)
                    }
                    Mark::Polygon { corners: all, .. } | Mark::Line { points: all, .. } => {
                        all.iter().all(|it| is_on(it.0, it.1))
                    }
                    Mark::Text { anchor, x, y, size, text, .. } => {
                        let long = text_width(text, *size);
                        let left = match anchor {
                            Anchor::Start => *x,
                            Anchor::Middle => x - long / 2.0,
                            Anchor::End => x - long,
                        };
                        is_on(left, *y) && is_on(left + long, *y)
                    }
                };
                assert!(is_inside, "{link}: {mark:?} on {:?}", picture.size);
            }
            let file = svg(&picture.marks, picture.size, "sans-serif", &|_| "#123456".to_owned());
            assert!(
                file.matches("<polygon").count() >= scene.areas.len() && file.contains("A &lt;title&gt; &amp; more")
            );
        }
    }
}

/// Painted on the page, the areas lie in their order without a gap.
#[test]
fn marks_of_a_sweep_stay_in_their_place() {
    let (_, scene) = swept(&inputs(QLORA), ParameterId::SequenceLength, true).expect("a sweep");
    let place = Area { left: 0.0, top: 0.0, width: 600.0, height: 224.0 };
    let marks = sweep_marks(&scene, place, 1.0);
    let corners: Vec<_> = marks
        .iter()
        .filter_map(|it| if let Mark::Polygon { corners, .. } = it { Some(corners) } else { None })
        .collect();
    assert_eq!(corners.len(), scene.areas.len());
    for (below, above) in corners.iter().zip(&corners[1..]) {
        let n = below.len() / 2;
        let foot: Vec<_> = above[n..].iter().rev().copied().collect();
        assert!(below[..n].iter().zip(&foot).all(|(a, b)| (a.0 - b.0).abs() < 1e-9 && (a.1 - b.1).abs() < 1e-9));
    }
    assert!(
        corners
            .iter()
            .flat_map(|it| it.iter())
            .all(|it| (0.0..=600.0).contains(&it.0) && (0.0..=224.0).contains(&it.1))
    );
}

/// Links without the new keys stay as they are; with them they come back, and what they cannot be is told.
#[test]
fn links_name_what_is_open() {
    for tab in Tab::ALL {
        let query = format!("mode=nlp&tab={}", tab.id());
        let (link, problems) = decode(&query, &CATALOG);
        assert_eq!((link.page.tab, problems), (Some(tab), vec![]));
        assert_eq!(link.encode(), query);
    }
    let (link, problems) = decode("mode=nlp&over=batchSize&tab=sweep", &CATALOG);
    assert_eq!((link.page.over, problems), (Some(ParameterId::BatchSize), vec![]));
    assert_eq!(link.encode(), "mode=nlp&tab=sweep&over=batchSize");
    for (query, key) in [("mode=nlp&tab=none", "tab"), ("mode=nlp&over=model", "over"), ("mode=nlp&over=%00", "over")] {
        let (link, problems) = decode(query, &CATALOG);
        assert_eq!(problems.iter().map(|it| it.key.as_str()).collect::<Vec<_>>(), [key]);
        assert_eq!(link.encode(), "mode=nlp");
        assert!((ENGLISH_LATER.problem)(&problems[0]).contains("Allowed"));
    }
    assert!(PageKey::Over.ids().contains(&"sequenceLength") && !PageKey::Over.ids().contains(&"model"));
}

/// No figure of a sweep is told in a unit that it has not.
#[test]
fn every_stop_is_told() {
    let (it, scene) = swept(&inputs(QLORA), ParameterId::SequenceLength, true).expect("a sweep");
    for (stop, point) in scene.stops.iter().zip(&it.points) {
        let total = point.answer.as_ref().map(|it| it.total).expect("an answer");
        assert_eq!(stop.total, Some(total));
        assert!(total > Bytes::new(0.0) && stop.told.contains("GiB") && stop.told.starts_with(&stop.name));
    }
}

const VLLM: &str = "mode=inference&model=llama-3.1-8b&gpu=rtx-4090&engine=vllm";

/// The words below the tab's name and the chart ask one rule which parameter it is: the chosen one if it counts.
#[test]
fn one_rule_says_which_parameter_is_swept() {
    let run = inputs(EIGHT);
    assert_eq!(over(&run, None), Some(ParameterId::SequenceLength));
    // Of these nobody has searched an end before the chart is opened; they are swept nevertheless.
    for id in [ParameterId::TensorParallel, ParameterId::GpuCount, ParameterId::GradientCheckpointing] {
        assert_eq!(over(&run, Some(id)), Some(id));
    }
    assert_eq!(over(&run, Some(ParameterId::LoraRank)), Some(ParameterId::SequenceLength), "without an effect");
    assert_eq!(over(&run, Some(ParameterId::Gpu)), Some(ParameterId::SequenceLength), "more than have room");
    assert_eq!(over(&inputs("mode=cnn"), None), Some(ParameterId::BatchSize));
}

/// Where the parameter moves the device's memory the line does, and what is said at it names both ends; else it is the
/// device's.
#[test]
fn the_line_of_the_device_follows_the_parameter() {
    let run = inputs(EIGHT);
    let (it, scene) = swept(&run, ParameterId::GpuMemory, false).expect("a sweep");
    let heights: Vec<f64> = scene.capacity.iter().flatten().map(|it| it.1).collect();
    assert!(heights.len() > 2 && heights.windows(2).all(|pair| pair[0] < pair[1]), "{heights:?}");
    let said = scene.capacity_moves.expect("it moves");
    let all: Vec<_> = it.points.iter().filter_map(|it| it.capacity).map(|it| MemoryUnit::Gib.of(it)).collect();
    for end in [all[0], all[all.len() - 1]] {
        assert!(said.contains(&format!("{end:.1}")), "{said}: {end}");
    }
    let (_, scene) = swept(&run, ParameterId::SequenceLength, true).expect("a sweep");
    assert_eq!(scene.capacity_moves, None);
}

/// What fits, stops fitting and starts again is told at each place, exactly.
#[test]
fn every_crossing_is_told() {
    let run = inputs(VLLM);
    let id = ParameterId::GpuMemoryUtilization;
    let (it, scene) = swept(&run, id, true).expect("a sweep");
    let of: Vec<_> = it.edges.iter().map(|it| (it.value, it.is_most)).collect();
    assert_eq!(of, [(0.69, false), (0.98, true)]);
    let judged = |value: f64| {
        let there = run.clone().with(id, Value::Number(value)).expect("a value");
        verdict(&there, &values_of(DEFAULT_METHOD, &there).expect("an answer")).kind
    };
    assert_eq!([0.68, 0.69, 0.98, 0.99].map(judged).map(|it| it == VerdictKind::Fits), [false, true, true, false]);
    assert_eq!(scene.summary, "fits from 0.69, fits to 0.98");
    assert_eq!(scene.grounds.iter().map(|it| it.kind).collect::<Vec<_>>(), [GroundKind::Short, GroundKind::Short]);
    assert_eq!(scene.grounds[0].to, scene.crossings[0].place);
    assert_eq!(scene.grounds[1].from, scene.crossings[1].place);
}

/// Each edge of a sweep is one: one step further in its direction is not what it is.
#[test]
fn edges_are_exact() {
    let mut n_edges = 0;
    for link in [QLORA, EIGHT, VLLM, "mode=grpo&gpu=h100-80gb", "mode=cnn&gpu=rtx-4090&batchSize=64"] {
        let run = inputs(link);
        for &id in ParameterId::ALL.iter().filter(|it| is_offered(&run, **it)) {
            let Some((it, _)) = swept(&run, id, true) else { continue };
            let ParameterKind::Number { whole: true, .. } = id.spec().kind else { continue };
            for edge in &it.edges {
                let judged = |value: f64| {
                    let there = run.clone().with(id, Value::Number(value)).ok()?;
                    Some(verdict(&there, &values_of(DEFAULT_METHOD, &there)?).kind)
                };
                let further = if edge.is_most { edge.value + 1.0 } else { edge.value - 1.0 };
                assert_eq!(judged(edge.value), Some(edge.kind), "{link} over {}: {edge:?}", id.spec().key);
                assert_ne!(judged(further), Some(edge.kind), "{link} over {}: {edge:?}", id.spec().key);
                n_edges += 1;
            }
        }
    }
    assert!(n_edges > 15, "{n_edges}");
}

/// One that lies beyond an end of the chart is told at that end, with an arrow.
#[test]
fn a_crossing_beyond_the_chart_does_not_vanish() {
    let run = inputs(&QLORA.replace("rtx-4090", "rtx-5090"));
    let id = ParameterId::SequenceLength;
    for (value, arrow, place) in [(300.0, "→", 1.0), (300_000.0, "←", 0.0)] {
        let there = run.clone().with(id, Value::Number(value)).expect("a value");
        let (it, scene) = swept(&there, id, true).expect("a sweep");
        let [crossing] = &scene.crossings[..] else { panic!("{:?}: {:?}", it.crossing, scene.crossings) };
        assert!(crossing.is_outside && crossing.place == place && crossing.words.contains(arrow), "{crossing:?}");
        assert!(scene.summary.contains("fits to") && scene.summary.contains(arrow), "{}", scene.summary);
    }
}

/// What is refused is no place where the run does not fit: it is hatched, and the reason is told for all and for each.
#[test]
fn what_has_no_answer_is_told_apart() {
    let run = inputs(EIGHT);
    for (id, reason) in [(ParameterId::TensorParallel, "do not divide"), (ParameterId::Recipe, "recipe")] {
        let (it, scene) = swept(&run, id, true).expect("a sweep");
        let is_answered = |place: f64| {
            let at = scene.nearest(place).expect("a stop");
            it.points[at].answer.is_ok()
        };
        let hatched: Vec<_> = scene.grounds.iter().filter(|it| it.kind == GroundKind::Unanswered).collect();
        assert!(!hatched.is_empty());
        for ground in &scene.grounds {
            let is_hatched = ground.kind == GroundKind::Unanswered;
            assert_eq!(is_answered((ground.from + ground.to) / 2.0), !is_hatched, "{ground:?}");
        }
        let said = scene.unanswered.expect("reasons");
        let n_refused = it.points.iter().filter(|it| it.answer.is_err()).count();
        assert!(said.contains(reason) && said.contains(&n_refused.to_string()), "{said}");
        let refused = scene.stops.iter().find(|it| it.total.is_none()).expect("a refused value");
        assert!(refused.told.len() > refused.name.len() + 20 && refused.peak.is_none(), "{}", refused.told);
    }
    let (_, scene) = swept(&run, ParameterId::SequenceLength, true).expect("a sweep");
    assert_eq!(scene.unanswered, None);
}

/// Where another moment or stage becomes the fullest there is a mark, with words; the table names each value's.
#[test]
fn where_the_fullest_is_another_is_told() {
    let (it, scene) = swept(&inputs(QLORA), ParameterId::LoraRank, true).expect("a sweep");
    let moments: Vec<_> = it.points.iter().map(|it| it.answer.as_ref().expect("an answer").moment).collect();
    let turned: Vec<_> = (1..moments.len()).filter(|at| moments[*at] != moments[at - 1]).collect();
    assert!(turned.len() > 1);
    assert_eq!(scene.turns, turned.iter().map(|at| scene.stops[*at].place).collect::<Vec<_>>());
    let said = scene.turns_said.expect("words");
    for at in turned {
        let stop = &scene.stops[at];
        let words = format!("from {}: {}", stop.name, stop.peak.as_ref().expect("a peak"));
        assert!(said.contains(&words), "{said}: {words}");
    }
    let pipeline =
        "mode=finetune&model=llama-3.1-8b&method=Full&trainer=torch&pipelineParallel=4&gpu=rtx-4090&gpuCount=4";
    let (_, scene) = swept(&inputs(pipeline), ParameterId::VocabSize, true).expect("a sweep");
    let said = scene.turns_said.expect("words");
    assert!(said.starts_with("at first: Stage 0") && said.contains("Stage 3"), "{said}");
    // Which shard has a row more is no other place.
    let (_, scene) = swept(&inputs(EIGHT), ParameterId::HiddenSize, true).expect("a sweep");
    assert!(scene.turns.is_empty(), "{:?}", scene.turns_said);
}
