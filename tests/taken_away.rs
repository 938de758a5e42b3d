//! What is taken away from the page holds the estimate's numbers, to the byte, and is a valid file of its kind whatever
//! names stand in it. It knows no browser.

#[path = "common/catalog.rs"]
mod catalog;
#[path = "taken_away/elements.rs"]
mod elements;
#[path = "taken_away/pictures.rs"]
mod pictures;

use catalog::CATALOG;
use elements::elements;
use pictures::colour;
use serde_json::Value as Json;
use std::sync::Arc;
use vram_estimator::estimator::evidence::readings;
use vram_estimator::estimator::plan::fit::verdict;
use vram_estimator::estimator::{
    Component, DEFAULT_METHOD, Estimate, Inputs, MemoryUnit, MethodId, Mode, Moment, ParameterId, Value, estimate_all,
};
use vram_estimator::link::{Language, decode};
use vram_estimator::locale::{ENGLISH, ENGLISH_LATER, later_texts, texts};
use vram_estimator::present::answer::answer;
use vram_estimator::present::chart::Scene;
use vram_estimator::present::drawing::{Picture, PictureTexts, svg};
use vram_estimator::present::numbers;
use vram_estimator::present::readings::reading_rows;
use vram_estimator::present::shared::{
    PinnedAnswer, ReportTexts, Shared, csv, file_name, frame_line, json, report, title,
};
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
                pinned: Vec::new(),
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
            verdict: Some(said(shared.inputs, &judged, None, MemoryUnit::Gib, texts(language), later)),
            band: &|method| {
                let it = shared.estimates.iter().find(|it| it.method() == method)?;
                Some(readings(shared.inputs, it).high.count().to_string())
            },
            readings: reading_rows(shared.inputs, of_selected, MemoryUnit::Gib, texts(language), &later.readings),
            readings_title: later.readings.title,
            pinned_title: "Pinned".to_owned(),
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

/// The chart showed what was pinned, and neither table nor report did.
#[test]
fn what_is_pinned_is_taken_along() {
    let (inputs, estimates) = opened("mode=train&model=llama-3.2-1b&gpu=rtx-4090");
    let other = opened("mode=train&model=llama-3.2-1b&batchSize=1").1;
    let of_other = other.iter().find(|it| it.method() == DEFAULT_METHOD).expect("an answer");
    let pinned = |place, estimate| PinnedAnswer { place, words: format!("Batch size: {place}"), estimate };
    let shared = Shared {
        address: "https://example.org/",
        inputs: &inputs,
        estimates: &estimates,
        selected: DEFAULT_METHOD,
        pinned: vec![pinned(1, Some(of_other)), pinned(2, None)],
    };
    let table = csv(&shared);
    let rows: Vec<Vec<&str>> = table.lines().map(|it| it.split(',').collect()).collect();
    let at = rows[0].iter().position(|it| *it == "pinned-B").expect("a column");
    assert_eq!(rows[0][at + 1], "pinned-C");
    assert!(rows.iter().all(|it| it.len() == rows[0].len()));
    let told = rows[1..].iter().filter(|it| !it[at].is_empty());
    let told: Vec<_> = told.map(|it| (it[2].to_owned(), it[at].parse::<f64>().expect("bytes"))).collect();
    let lines = of_other.lines().iter().map(|it| (it.component.id().to_owned(), it.formula.bytes().count().ceil()));
    let total = ("total".to_owned(), of_other.total().count().ceil());
    assert_eq!(told, lines.chain([total]).collect::<Vec<_>>());
    assert!(rows[1..].iter().all(|it| it[at + 1].is_empty()), "what has no answer has no figure");
    let objects: Json = serde_json::from_str(&json(&shared)).expect("JSON");
    assert_eq!(objects["rows"].as_array().expect("rows").len(), rows.len() - 1);
    for language in [Language::English, Language::Chinese] {
        let text = reported(&shared, language);
        assert!(text.contains("Batch size: 1") && text.contains("Batch size: 2"), "{text}");
        let bytes = numbers::bytes(of_other.total());
        assert!(text.lines().any(|it| it.starts_with('|') && it.contains(&bytes)), "{bytes} in {text}");
    }
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
        pinned: Vec::new(),
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
        device: HOSTILE.to_owned(),
        capacity: HOSTILE.to_owned(),
        held: HOSTILE,
        band: HOSTILE,
        pinned: vec![HOSTILE.to_owned()],
        texts: &ENGLISH,
        unit: MemoryUnit::Gib,
        selected: DEFAULT_METHOD,
    };
    let scene = Scene::of_methods(&estimates, None, None, MemoryUnit::Gib);
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
