//! What is taken away from the page holds the estimate's numbers, to the byte, and is a valid file of its kind whatever
//! names stand in it. It knows no browser.

#[path = "common/catalog.rs"]
mod catalog;
#[path = "taken_away/elements.rs"]
mod elements;

use catalog::CATALOG;
use elements::{elements, number};
use serde_json::Value as Json;
use std::sync::Arc;
use vram_estimator::estimator::evidence::readings;
use vram_estimator::estimator::plan::fit::verdict;
use vram_estimator::estimator::{
    Component, DEFAULT_METHOD, Estimate, Inputs, MemoryUnit, MethodId, Mode, Moment, ParameterId, Value, device_memory,
    estimate_all,
};
use vram_estimator::link::{Language, decode};
use vram_estimator::locale::{ENGLISH, ENGLISH_LATER, later_texts, texts};
use vram_estimator::present::answer::answer;
use vram_estimator::present::chart::Scene;
use vram_estimator::present::drawing::{Area, Ink, Mark, Picture, PictureTexts, bars, svg};
use vram_estimator::present::readings::reading_rows;
use vram_estimator::present::shared::{ReportTexts, Shared, csv, file_name, frame_line, json, report, title};
use vram_estimator::present::verdict::said;

/// Every mode, several GPUs, an engine, and a method that does not answer.
const LINKS: &[&str] = &[
    "",
    "mode=nlp&modelSize=8.75",
    "mode=cnn",
    "mode=vlm",
    "mode=moe",
    "mode=multimodal",
    "mode=grpo",
    "mode=train&model=llama-3.2-1b&gpu=rtx-4090",
    "mode=finetune&model=qwen2.5-32b&method=QLoRA&quantization=nf4-dq&precision=BF16&batchSize=1&gpuMemory=24",
    "mode=inference&engine=vllm&model=meta-llama-3-8b&quantization=none",
    "mode=train&model=llama-3.1-8b&trainer=torch&pipelineParallel=4&microBatches=8&precision=BF16&recipe=pure",
];

fn opened(link: &str) -> (Inputs, Vec<Estimate>) {
    let inputs = decode(link, &CATALOG).0.inputs;
    let estimates = estimate_all(&inputs);
    (inputs, estimates)
}

/// Calls `check` with what each link says.
#[track_caller]
fn each(check: impl Fn(&str, &Shared)) {
    for link in LINKS {
        let (inputs, estimates) = opened(link);
        let selected = estimates.last().expect("an answer").method();
        check(
            link,
            &Shared {
                address: &format!("https://example.org/?{link}"),
                inputs: &inputs,
                estimates: &estimates,
                selected,
            },
        );
    }
}

/// What a table should have: rank, moment, component, method and bytes of each cell that is not empty.
type Cell = (String, String, String, MethodId, f64);

fn cells(rank: &str, name: &str, method: MethodId, moment: &Moment) -> Vec<Cell> {
    let cell = |component: &str, bytes: f64| (rank.to_owned(), name.to_owned(), component.to_owned(), method, bytes);
    let lines = moment.lines().iter().map(|it| cell(it.component.id(), it.formula.bytes().count()));
    lines.chain([cell("total", moment.total().count())]).collect()
}

#[test]
fn the_csv_has_every_byte_once() {
    each(|link, shared| {
        let text = csv(shared);
        let mut rows = text.split("\r\n").map(|row| row.split(',').collect::<Vec<_>>());
        let head = rows.next().expect("a head");
        assert_eq!(head[..3], ["rank", "moment", "component"]);
        let methods: Vec<_> = head[3..].iter().map(|id| MethodId::from_id(id).expect("a method")).collect();
        let rows: Vec<_> = rows.collect();
        assert_eq!(rows.last().map(Vec::as_slice), Some(&[""][..]), "{link}: the last row ends, too");
        let mut told: Vec<Cell> = Vec::new();
        for row in &rows[..rows.len() - 1] {
            assert_eq!(row.len(), head.len(), "{link}: {row:?}");
            for (method, cell) in methods.iter().zip(&row[3..]).filter(|it| !it.1.is_empty()) {
                let bytes: f64 = cell.parse().expect("a number");
                assert_eq!(bytes.fract(), 0.0, "{link}: {cell} is no number of bytes");
                told.push((row[0].to_owned(), row[1].to_owned(), row[2].to_owned(), *method, bytes));
            }
        }
        let mut expected: Vec<Cell> = Vec::new();
        for it in shared.estimates {
            expected.extend(cells("", "peak", it.method(), it.peak()));
        }
        let of_selected = shared.estimates.iter().find(|it| it.method() == shared.selected).expect("an answer");
        if of_selected.ranks().len() > 1 {
            for it in of_selected.ranks() {
                expected.extend(cells(&it.kind().to_string(), "peak", shared.selected, it.peak()));
            }
        }
        for it in of_selected.moments() {
            expected.extend(cells("", it.id().id(), shared.selected, it));
        }
        let name = |it: &Cell| (it.0.clone(), it.1.clone(), it.2.clone(), it.3.id());
        told.sort_by_key(name);
        expected.sort_by_key(name);
        let rounded = |mut it: Cell| {
            it.4 = it.4.round_ties_even();
            it
        };
        assert_eq!(told, expected.into_iter().map(rounded).collect::<Vec<_>>(), "{link}");
    });
}

#[test]
fn several_links_have_ranks_and_moments() {
    let (ranks, moments) = LINKS.iter().fold((0, 0), |(ranks, moments), link| {
        let estimates = opened(link).1;
        let it = estimates.iter().find(|it| it.method() == DEFAULT_METHOD).expect("an answer");
        (ranks + usize::from(it.ranks().len() > 1), moments + usize::from(it.moments().len() > 1))
    });
    assert!(ranks > 0 && moments > 0, "the tests above saw {ranks} runs with ranks and {moments} with moments");
}

/// The same table, in the other syntax.
#[test]
fn the_json_is_the_csv() {
    each(|link, shared| {
        let told: Json = serde_json::from_str(&json(shared)).unwrap_or_else(|error| panic!("{link}: {error}"));
        assert_eq!(told["link"], shared.address);
        let table = csv(shared);
        let mut lines = table.lines().map(|row| row.split(',').collect::<Vec<_>>());
        let head = lines.next().expect("a head");
        let rows = told["rows"].as_array().expect("a list");
        assert_eq!(rows.len(), lines.clone().count());
        for (row, line) in rows.iter().zip(lines) {
            assert_eq!(row.as_object().expect("an object").keys().collect::<Vec<_>>(), head, "{link}");
            for (at, (name, cell)) in head.iter().zip(line).enumerate() {
                match (at, cell) {
                    (0..3, cell) => assert_eq!(row[name], cell, "{link}"),
                    (_, "") => assert!(row[name].is_null(), "{link}: {row}"),
                    (_, cell) => {
                        let exact = row[name].as_f64().expect("a number");
                        assert_eq!(exact.round_ties_even().to_string(), cell, "{link}: {name}");
                    }
                }
            }
        }
    });
}

/// What stands in the table is what the command line answers.
#[test]
fn the_table_is_the_command_lines() {
    each(|link, shared| {
        let told: Json = serde_json::from_str(&json(shared)).expect("JSON");
        let (decoded, problems) = decode(link, &CATALOG);
        let answer = answer(&decoded, &problems, &ENGLISH_LATER);
        let rows = told["rows"].as_array().expect("a list");
        for estimate in answer["estimates"].as_array().expect("a list") {
            let method = estimate["method"].as_str().expect("a name");
            let of = |rank: &str, component: &str| {
                let is_it =
                    |row: &&Json| row["rank"] == rank && row["moment"] == "peak" && row["component"] == component;
                let row = rows.iter().find(is_it).unwrap_or_else(|| panic!("{link}: {rank} {component}"));
                row[method].as_f64().expect("a number")
            };
            // The reader of JSON rounds the last digit; that the table has every bit is the test of the CSV above.
            let same = |ours: f64, theirs: &Json| {
                (ours - theirs.as_f64().expect("a number")).abs() <= 1e-15 * ours.abs() * 4.0
            };
            let check = |rank: &str, of_rank: &Json| {
                assert!(same(of(rank, "total"), &of_rank["total_bytes"]), "{link}");
                for it in of_rank["components"].as_array().expect("a list") {
                    assert!(same(of(rank, it["component"].as_str().expect("a name")), &it["bytes"]), "{link}: {it}");
                }
            };
            check("", estimate);
            let ranks = estimate["ranks"].as_array().expect("a list");
            for it in ranks.iter().filter(|_| ranks.len() > 1 && method == shared.selected.id()) {
                check(it["rank"].as_str().expect("a name"), it);
            }
        }
    });
}

fn reported(shared: &Shared, language: Language) -> String {
    let later = later_texts(language);
    let of_selected = shared.estimates.iter().find(|it| it.method() == shared.selected).expect("an answer");
    let judged = verdict(shared.inputs, of_selected);
    report(
        shared,
        &ReportTexts {
            verdict: Some(said(shared.inputs, &judged, None, MemoryUnit::Gib, later)),
            band: &|method| {
                let it = shared.estimates.iter().find(|it| it.method() == method)?;
                Some(readings(shared.inputs, it).high.count().to_string())
            },
            readings: reading_rows(shared.inputs, of_selected, MemoryUnit::Gib, texts(language), &later.readings),
            readings_title: later.readings.title,
            unit: MemoryUnit::Gib,
            texts: texts(language),
        },
    )
}

#[test]
fn the_report_names_each_component_each_total_and_what_was_changed() {
    each(|link, shared| {
        for language in Language::ALL {
            // Chinese has brackets of its own.
            let plain = |it: &str| it.replace('（', "(").replace('）', ")");
            let text = plain(&reported(shared, language));
            let names = texts(language);
            let rows: Vec<_> = text.lines().filter(|it| it.starts_with("| ")).collect();
            for &component in Component::ALL {
                let cells = shared.estimates.iter().map(|it| it.line(component));
                let name = plain((names.component)(component));
                let row = rows.iter().find(|row| row.starts_with(&format!("| {name} |")));
                let is_there = cells.clone().any(|it| it.is_some());
                assert_eq!(row.is_some(), is_there, "{link}: {name} in\n{text}");
                for line in cells.flatten() {
                    let bytes = format!("{:.0}", line.formula.bytes().count());
                    let digits = row.expect("a row").replace('\u{202f}', "");
                    assert!(digits.contains(&format!("({bytes} ")), "{link}: {bytes} in {digits}");
                }
            }
            for it in shared.estimates {
                let total = format!("({:.0} ", it.total().count());
                assert!(text.replace('\u{202f}', "").contains(&total), "{link}: {total}");
            }
            let is_component = |row: &str| {
                let is_named = |it: &&Component| row.starts_with(&format!("| {} |", plain((names.component)(**it))));
                Component::ALL.iter().any(|it| is_named(&it))
            };
            let of_parameters: Vec<_> = rows.iter().filter(|it| !is_component(it)).collect();
            for &id in ParameterId::ALL {
                let is_told = of_parameters.iter().any(|it| it.contains(&format!("({})", id.spec().key)));
                assert_eq!(is_told, !shared.inputs.is_default(id), "{link}: {}", id.spec().key);
            }
            assert!(text.contains(shared.address), "{link}");
            let formulas = text.lines().filter(|it| it.starts_with("- ") && it.ends_with('`')).count();
            let of_selected = shared.estimates.iter().find(|it| it.method() == shared.selected).expect("an answer");
            assert_eq!(formulas, of_selected.lines().len(), "{link}: a formula for each component");
        }
    });
}

fn pictures(link: &str) -> Vec<(Scene, Picture)> {
    let (inputs, estimates) = opened(link);
    let capacity = device_memory(&inputs);
    let scenes = [
        Scene::of_methods(&estimates, capacity, MemoryUnit::Gib),
        Scene::of_moments(&estimates, DEFAULT_METHOD, capacity, MemoryUnit::Gib),
    ];
    let draw = |scene: Scene| {
        let told = PictureTexts {
            title: title(&inputs, &ENGLISH),
            captions: vec!["Fits".to_owned()],
            capacity: "GPU: 24 GiB".to_owned(),
            texts: &ENGLISH,
            unit: MemoryUnit::Gib,
            selected: DEFAULT_METHOD,
        };
        let picture = Picture::of(&scene, &told);
        (scene, picture)
    };
    scenes.map(draw).into_iter().collect()
}

fn colour(ink: Ink) -> String {
    match ink {
        Ink::Group(group) => format!("#{:06x}", 0x10_0000 + group as usize),
        other => format!("#{:06x}", other_place(other)),
    }
}

fn other_place(ink: Ink) -> usize {
    [Ink::Ground, Ink::Grid, Ink::Axis, Ink::Capacity, Ink::Text, Ink::Faint]
        .iter()
        .position(|it| *it == ink)
        .expect("an ink")
}

#[test]
fn heights_in_the_drawing_are_in_proportion_to_bytes() {
    for link in LINKS {
        for (scene, picture) in pictures(link) {
            let drawn = elements(&svg(&picture.marks, picture.size, "sans-serif", &colour));
            let fill = |it: &[(String, String)]| it.iter().find(|it| it.0 == "fill").expect("a fill").1.clone();
            let mut parts = drawn.iter().filter(|it| it.0 == "rect" && fill(&it.1).starts_with("#10"));
            let segments: Vec<_> = scene.bars.iter().flat_map(|bar| &bar.segments).collect();
            let Some(largest) = segments.iter().map(|it| it.bytes.count()).reduce(f64::max) else { continue };
            let heights: Vec<_> = segments.iter().map(|_| number(&parts.next().expect("a part").1, "height")).collect();
            let tallest = heights.iter().copied().fold(0.0, f64::max);
            assert!(tallest > 20.0, "{link}: {tallest}");
            for (segment, height) in segments.iter().zip(heights) {
                let expected = segment.bytes.count() / largest * tallest;
                assert!((height - expected).abs() <= 0.002, "{link}: {height} for {expected}");
            }
        }
    }
}

#[test]
fn a_picture_stands_alone_and_inside_its_frame() {
    for link in LINKS {
        for (scene, picture) in pictures(link).into_iter().filter(|it| !it.0.bars.is_empty()) {
            let file = svg(&picture.marks, picture.size, "sans-serif", &colour);
            let drawn = elements(&file);
            let said: Vec<_> = drawn.iter().filter(|it| it.0 == "text").map(|it| it.2.as_str()).collect();
            let whole = said.join(" ");
            for bar in &scene.bars {
                // A name may take several lines.
                let mut words = bar.name.told(&ENGLISH).split(' ');
                assert!(words.all(|it| whole.contains(it)), "{link}: {:?} in {said:?}", bar.name);
            }
            assert!(said.contains(&"VRAM Estimator") && said.contains(&"GiB"), "{link}: {said:?}");
            assert_eq!(scene.capacity.is_some(), said.contains(&"GPU: 24 GiB"), "{link}");
            for (name, attributes, text) in &drawn {
                let (x, y) = (number(attributes, "x"), number(attributes, "y"));
                assert!(
                    (0.0..=picture.size.0).contains(&x) && (0.0..=picture.size.1).contains(&y),
                    "{link}: {name} {text}"
                );
            }
        }
    }
}

#[test]
fn the_picture_has_the_pages_bars() {
    let (_, estimates) = opened("mode=nlp");
    let scene = Scene::of_methods(&estimates, None, MemoryUnit::Gib);
    let place = Area { left: 0.0, top: 0.0, width: 600.0, height: 300.0 };
    let marks = bars(&scene, place, 1.0, Some(scene.bars[0].segments[0].group()));
    let is_group = |it: &&Mark| matches!(it, Mark::Rectangle { ink: Ink::Group(_), .. });
    assert_eq!(marks.iter().filter(is_group).count(), scene.bars.iter().map(|it| it.segments.len()).sum::<usize>());
    let faded = marks.iter().filter(|it| matches!(it, Mark::Rectangle { is_faded: true, .. })).count();
    let of_others =
        scene.bars.iter().flat_map(|it| &it.segments).filter(|it| it.group() != scene.bars[0].segments[0].group());
    assert_eq!(faded, of_others.count(), "what is not pointed at stands back");
}

/// A model may have any name.
#[test]
fn hostile_names_stay_text() {
    const HOSTILE: &str = "<script>alert(1)</script>&\"'`|*_[x](javascript:y)\u{0}\n#";
    let (inputs, _) = opened("mode=train&model=llama-3.2-1b");
    let mut model = inputs.model().expect("a model").clone();
    model.name = HOSTILE.into();
    let given = |id: ParameterId| match id {
        ParameterId::Model => Some(Value::Model(Some(Arc::new(model.clone())))),
        _ => None,
    };
    let inputs = Inputs::collect(Mode::Train, given);
    let estimates = estimate_all(&inputs);
    let shared = Shared {
        address: "https://example.org/?mode=train",
        inputs: &inputs,
        estimates: &estimates,
        selected: DEFAULT_METHOD,
    };
    let text = reported(&shared, Language::English).replacen(shared.address, "", 1);
    assert!(text.contains("\\<script\\>"), "{text}");
    let bare = |mark: char| {
        text.match_indices(mark).any(|(at, _)| !text[..at].ends_with('\\') && text[at..].starts_with("<s"))
    };
    assert!(!bare('<'), "{text}");
    assert!(!text.contains('\u{0}') && !text.contains("[x]("), "{text}");
    let heading = text.lines().next().expect("a heading");
    assert!(heading.starts_with("# ") && heading.ends_with("\\#"), "a name is one line: {heading}");
    let told = PictureTexts {
        title: title(&inputs, &ENGLISH),
        captions: vec![HOSTILE.to_owned()],
        capacity: HOSTILE.to_owned(),
        texts: &ENGLISH,
        unit: MemoryUnit::Gib,
        selected: DEFAULT_METHOD,
    };
    let scene = Scene::of_methods(&estimates, None, MemoryUnit::Gib);
    let picture = Picture::of(&scene, &told);
    let file = svg(&picture.marks, picture.size, "\"a\"<b>, sans-serif", &colour);
    assert!(elements(&file).iter().any(|it| it.2.contains("&lt;script&gt;")), "{file}");
    assert_eq!(
        frame_line("https://example.org/?a=1&embed=1", "a \"b\" <c>"),
        "<iframe src=\"https://example.org/?a=1&amp;embed=1\" title=\"a &quot;b&quot; &lt;c&gt;\" width=\"100%\" height=\"640\" \
         loading=\"lazy\"></iframe>"
    );
}

#[test]
fn files_are_called_after_mode_and_model() {
    assert_eq!(file_name(&opened("mode=nlp").0, ".csv"), "vram-nlp.csv");
    assert_eq!(file_name(&opened("mode=train&model=llama-3.2-1b").0, ".md"), "vram-train-llama-3.2-1b.md");
}
