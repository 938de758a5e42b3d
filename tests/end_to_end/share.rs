//! What is taken away: the menu by keyboard and mouse, each file as the browser keeps it, the page inside of another
//! one, and the page on paper. It knows no formula.

use super::command_line;
use super::page::{Page, in_browser};
use fantoccini::actions::PointerAction;
use fantoccini::key::Key;
use serde_json::{Value as Json, json};
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use vram_estimator::locale::ENGLISH;

/// A run with moments, a GPU, a verdict, and changed parameters.
const RUN: &str = "mode=train&model=llama-3.2-1b&batchSize=2&gpuMemory=24";

/// How long the browser may take to put a file where it belongs.
const PATIENCE: Duration = Duration::from_secs(10);

fn focused(page: &Page) -> String {
    page.text_of("return document.activeElement.dataset.testid ?? document.activeElement.tagName", &[])
}

#[track_caller]
fn until_focus(page: &Page, test_id: &str) {
    page.until(&format!("{test_id} has the focus"), "return document.activeElement === $(a)", &[json!(test_id)]);
}

fn is_open(page: &Page) -> bool {
    let is_told = page.text_of("return $('share').getAttribute('aria-expanded')", &[]) == "true";
    let is_there = page.script("return document.querySelector('[role=menu]') !== null", &[]) == true;
    assert_eq!(is_told, is_there, "what is told is what is there");
    is_there
}

#[test]
fn the_menu_opens_moves_and_closes_by_keyboard() {
    in_browser(|page| {
        page.open(RUN);
        let role = "return $('share').getAttribute('aria-haspopup')";
        assert_eq!(page.text_of(role, &[]), "menu");
        assert!(!is_open(page));
        for (key, first) in [(Key::Enter, "copy-link"), (Key::Down, "copy-link"), (Key::Up, "share-print")] {
            page.focus("share");
            page.press(&[key]);
            until_focus(page, first);
            assert!(is_open(page));
            page.press(&[Key::Escape]);
            until_focus(page, "share");
            page.until("the menu is closed", "return document.querySelector('[role=menu]') === null", &[]);
            assert!(!is_open(page));
        }
        page.type_text(" ");
        until_focus(page, "copy-link");
        page.press(&[Key::Down]);
        assert_eq!(focused(page), "share-commands");
        page.press(&[Key::Up, Key::Up]);
        assert_eq!(focused(page), "share-print", "above the first is the last");
        page.press(&[Key::Down]);
        assert_eq!(focused(page), "copy-link", "below the last is the first");
        page.press(&[Key::End]);
        assert_eq!(focused(page), "share-print");
        page.press(&[Key::Home]);
        assert_eq!(focused(page), "copy-link");
        // Tab goes on to what comes next, and closes the menu behind it.
        page.press(&[Key::Tab]);
        page.until("the menu is closed", "return document.querySelector('[role=menu]') === null", &[]);
        assert_ne!(focused(page), "BODY");
        assert!(!is_open(page));
    });
}

#[test]
fn a_press_elsewhere_closes_the_menu() {
    in_browser(|page| {
        page.open(RUN);
        page.click_on("share");
        assert!(is_open(page));
        // Wherever the press meets the page, also on the button.
        let place = page.script("const it = $('share').getBoundingClientRect(); return [it.x + 5, it.y + 5]", &[]);
        for (x, y) in [(place[0].as_f64().expect("x"), place[1].as_f64().expect("y")), (300.0, 500.0)] {
            page.mouse(&[
                PointerAction::MoveTo { duration: None, x, y },
                PointerAction::Down { button: 0 },
                PointerAction::Up { button: 0 },
            ]);
            page.until("the menu is closed", "return document.querySelector('[role=menu]') === null", &[]);
            until_focus(page, "share");
            page.press(&[Key::Enter]);
            until_focus(page, "copy-link");
        }
        page.press(&[Key::Escape]);
        page.until("the menu is closed", "return document.querySelector('[role=menu]') === null", &[]);
    });
}

/// Where the browser keeps files of a test, which is empty now.
fn folder(page: &Page, name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("taken-{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    let behaviour = json!({ "behavior": "allow", "downloadPath": folder.to_str().expect("UTF-8") });
    page.browser().devtools("Browser.setDownloadBehavior", behaviour);
    folder
}

/// Chooses an entry of the menu and reads the file that the browser keeps.
#[track_caller]
fn taken(page: &Page, folder: &std::path::Path, entry: &str, name: &str) -> Vec<u8> {
    page.click_on("share");
    page.click_on(entry);
    until_focus(page, "share");
    let end = Instant::now() + PATIENCE;
    loop {
        match fs::read(folder.join(name)) {
            Ok(file) if !file.is_empty() => break file,
            _ => assert!(
                Instant::now() < end,
                "{entry}: no file {name} in {:?}",
                fs::read_dir(folder).map(Vec::from_iter)
            ),
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn text(file: Vec<u8>) -> String {
    String::from_utf8(file).expect("UTF-8")
}

#[test]
fn each_file_has_the_pages_and_the_command_lines_numbers() {
    in_browser(|page| {
        let folder = folder(page, "files");
        page.open(RUN);
        let components = command_line::components(RUN);
        let totals = command_line::totals(RUN);

        let csv = text(taken(page, &folder, "share-csv", "vram-train-llama-3.2-1b.csv"));
        let said = page.until("it is said", "return document.querySelector('.said.shown')?.innerText ?? ''", &[]);
        assert_eq!(said, (ENGLISH.share.saved)("vram-train-llama-3.2-1b.csv"));
        let mut rows = csv.lines().map(|it| it.split(',').collect::<Vec<_>>());
        let methods = rows.next().expect("a head")[3..].to_vec();
        let mut n_cells = 0;
        for row in rows.filter(|it| it[0].is_empty() && it[1] == "peak") {
            for (method, cell) in methods.iter().zip(&row[3..]).filter(|it| !it.1.is_empty()) {
                let bytes: f64 = cell.parse().expect("a number");
                let expected = match row[2] {
                    "total" => totals[*method],
                    component => components[&format!("{method}-{component}")],
                };
                assert_eq!(bytes, expected, "{method} {}", row[2]);
                n_cells += 1;
            }
        }
        assert_eq!(n_cells, components.len() + totals.len());

        let told: Json =
            serde_json::from_str(&text(taken(page, &folder, "share-json", "vram-train-llama-3.2-1b.json")))
                .expect("JSON");
        let rows = told["rows"].as_array().expect("a list");
        assert_eq!(rows.len(), csv.lines().count() - 1);
        let total = rows.iter().find(|it| it["component"] == "total").expect("a total");
        totals.iter().for_each(|(method, bytes)| assert_eq!(total[method].as_f64(), Some(*bytes)));
        assert!(rows.iter().any(|it| it["moment"] == "backward_start"), "moments of the selected method");

        let report = text(taken(page, &folder, "share-report", "vram-train-llama-3.2-1b.md"));
        assert!(report.contains(&page.text_of("return `<${location.href}>`", &[])), "{report}");
        let verdict = page.text_of("return $('verdict').querySelector('b').innerText", &[]);
        assert!(report.contains(&format!("**{verdict}**")), "{report}");
        let band = page.text("band-calibrated");
        assert!(report.contains(&band), "{band} in {report}");
        assert!(report.contains("(batchSize)") && report.contains("`"), "{report}");

        let svg = text(taken(page, &folder, "share-svg", "vram-train-llama-3.2-1b.svg"));
        let parsed = "const it = new DOMParser().parseFromString(a, 'image/svg+xml');
            return it.querySelector('parsererror') ? 'no XML' : [...it.querySelectorAll('text')].map(it => it.textContent).join('|')";
        let said = page.text_of(parsed, &[json!(svg)]);
        let title = format!("{} · {}", (ENGLISH.mode)(vram_estimator::estimator::Mode::Train).label, "Llama 3.2 1B");
        assert!(said.contains(&title) && said.contains("VRAM Estimator") && said.contains("24.0 GiB"), "{said}");
        let moments = text(taken(page, &folder, "share-moments-svg", "vram-train-llama-3.2-1b-moments.svg"));
        assert!(moments.matches("<rect").count() > svg.matches("<rect").count(), "more bars than methods");

        for (entry, name) in
            [("share-png", "vram-train-llama-3.2-1b.png"), ("share-moments-png", "vram-train-llama-3.2-1b-moments.png")]
        {
            let png = taken(page, &folder, entry, name);
            assert_eq!(png[..8], *b"\x89PNG\r\n\x1a\n");
            let side = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().expect("four bytes"));
            assert_eq!(side(16), 1920, "{entry}: twice the page's pixels");
            assert!(side(20) > 800 && png.len() > 10_000, "{entry}: {} high, {} bytes", side(20), png.len());
        }
        fs::remove_dir_all(folder).expect("the folder goes");
    });
}

/// The sweep is offered where it is shown, and only there.
#[test]
fn a_sweep_is_taken_away_as_it_is_shown() {
    in_browser(|page| {
        let folder = folder(page, "sweep");
        page.open(RUN);
        page.click_on("share");
        assert_eq!(page.script("return $('share-sweep-svg')", &[]), json!(null));
        page.press(&[Key::Escape]);
        page.open(&format!("{RUN}&tab=sweep"));
        page.until("the sweep is there", "return $('sweep-handle') !== null", &[]);
        let svg = text(taken(page, &folder, "share-sweep-svg", "vram-train-llama-3.2-1b-sweep.svg"));
        let parsed = "const it = new DOMParser().parseFromString(a, 'image/svg+xml');
            return it.querySelector('parsererror') ? 'no XML' : [...it.querySelectorAll('text')].map(it => it.textContent).join('|')";
        let said = page.text_of(parsed, &[json!(svg)]);
        let crossing = page.text("crossing");
        for words in ["Sequence length", "24.0 GiB", "Now", &crossing] {
            assert!(said.contains(words), "{words} in {said}");
        }
        let n_areas = "return document.querySelectorAll('.sweep-ends span').length";
        assert!(svg.matches("<polygon").count() as f64 > page.number_of(n_areas, &[]));
        let png = taken(page, &folder, "share-sweep-png", "vram-train-llama-3.2-1b-sweep.png");
        let side = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().expect("four bytes"));
        assert!(side(16) == 1920 && side(20) > 800 && png.len() > 10_000, "{} high, {} bytes", side(20), png.len());
        page.script("dispatchEvent(new Event('beforeprint'))", &[]);
        assert_eq!(page.number_of("return document.querySelectorAll('.on-paper svg').length", &[]), 3.0);
        page.click_on("tab-sweep");
        page.until("it is closed", "return $('sweep-handle') === null", &[]);
        page.click_on("share");
        assert_eq!(page.script("return $('share-sweep-png')", &[]), json!(null), "what is not shown is not offered");
        page.press(&[Key::Escape]);
        fs::remove_dir_all(folder).expect("the folder goes");
    });
}

/// A Content-Security-Policy says nothing of files that a page offers: `policy.rs` holds that it was not loosened, and
/// no file is refused by it.
#[test]
fn a_file_breaks_no_policy() {
    in_browser(|page| {
        let folder = folder(page, "policy");
        page.open("mode=nlp");
        page.script(
            "window.violations = []; addEventListener('securitypolicyviolation', it => violations.push(it.blockedURI))",
            &[],
        );
        taken(page, &folder, "share-csv", "vram-nlp.csv");
        taken(page, &folder, "share-png", "vram-nlp.png");
        page.script("dispatchEvent(new Event('beforeprint'))", &[]);
        assert_eq!(page.texts_of("return window.violations", &[]), [""; 0]);
        fs::remove_dir_all(folder).expect("the folder goes");
    });
}

#[test]
fn the_line_for_another_page_shows_this_one_inside() {
    in_browser(|page| {
        page.open(RUN);
        page.click_on("share");
        page.click_on("share-embed");
        until_focus(page, "share-line");
        let line = page.text_of("return $('share-line').value", &[]);
        let selected = page.text_of(
            "return $('share-line').value.slice($('share-line').selectionStart, $('share-line').selectionEnd)",
            &[],
        );
        assert_eq!(selected, line, "all of it is selected");
        page.press(&[Key::Escape]);
        until_focus(page, "share");
        // As another page would read it.
        let address =
            "const it = new DOMParser().parseFromString(a, 'text/html').querySelector('iframe'); return it.src";
        let address = page.text_of(address, &[json!(line)]);
        let whole = page.text_of("return location.href", &[]);
        assert_eq!(address, format!("{whole}&embed=1"));
        let query = address.split_once('?').expect("a query").1.to_owned();
        page.open(&query);
        let ours = page.totals();
        assert_eq!(ours, command_line::totals(RUN));
        page.until("the verdict is there", "return $('verdict')?.innerText ?? ''", &[]);
        for (what, selector) in [("chart", "canvas"), ("open in full", "[data-testid=open-in-full]")] {
            assert_eq!(page.script("return document.querySelector(a) !== null", &[json!(selector)]), true, "{what}");
        }
        for selector in [".top", ".modes", ".params", ".table", ".decide"] {
            assert_eq!(
                page.script("return document.querySelector(a) === null", &[json!(selector)]),
                true,
                "{selector}"
            );
        }
        let link = "const it = $('open-in-full'); return [it.href, it.target, it.rel]";
        assert_eq!(page.texts_of(link, &[]), [whole.as_str(), "_blank", "noopener"]);
        assert_eq!(page.query(), query, "the address stays as it was");
    });
}

#[test]
fn the_page_inside_of_another_one_fits_narrow_frames() {
    in_browser(|page| {
        for width in [320, 360, 600, 1100] {
            page.resize(width, 640, 1.0);
            page.open(&format!("{RUN}&embed=1"));
            let wide = page.number_of("return document.documentElement.scrollWidth", &[]);
            assert!(wide <= f64::from(width), "{wide} in {width}");
        }
    });
}

#[test]
fn paper_has_no_controls_and_the_whole_table() {
    in_browser(|page| {
        page.open(RUN);
        page.click_on("open-activations");
        page.until("the row is open", "return $('detail') !== null", &[]);
        page.script("window.print = () => window.printed = true", &[]);
        page.click_on("share");
        page.click_on("share-print");
        page.until("the browser is asked", "return window.printed === true", &[]);
        page.script("dispatchEvent(new Event('beforeprint'))", &[]);
        page.browser().devtools("Emulation.setEmulatedMedia", json!({ "media": "print" }));
        let is_seen = |selector: &str| {
            let script = "const it = document.querySelector(a); return it !== null && it.getClientRects().length > 0";
            page.script(script, &[json!(selector)]) == true
        };
        for selector in [".top", ".modes", ".params", ".units", ".plot canvas", ".btn"] {
            assert!(!is_seen(selector), "{selector} on paper");
        }
        for selector in [".on-paper svg", "h1", "[data-testid=verdict]", ".components", "[data-testid=detail]"] {
            assert!(is_seen(selector), "no {selector} on paper");
        }
        assert_eq!(page.number_of("return document.querySelectorAll('.on-paper svg').length", &[]), 2.0);
        let colours =
            "return [...document.querySelectorAll('h1, .components td, .components th, .card-total, .reading-row dd')]
            .map(it => getComputedStyle(it).color).filter(it => it !== 'rgb(0, 0, 0)')";
        assert_eq!(page.texts_of(colours, &[]), [""; 0], "all text is black");
        assert_eq!(page.text_of("return getComputedStyle(document.querySelector('.strip')).position", &[]), "static");
        page.browser().devtools("Emulation.setEmulatedMedia", json!({ "media": "" }));
    });
}
