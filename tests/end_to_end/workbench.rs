//! What is opened below the chart, as the reader finds it: tabs in the link, the sweep's handle under hand and keys,
//! plans that open, and a program that could not be fetched.

use super::command_line;
use super::page::{Page, in_browser, slider};
use super::steps::{apply, go_back, until_judged};
use fantoccini::actions::PointerAction;
use fantoccini::key::Key;
use serde_json::{Value as Json, json};

/// Tight up to some length, and over memory today.
const QLORA: &str = "mode=finetune&model=qwen2.5-32b&method=QLoRA&quantization=nf4-dq&precision=BF16&gradientCheckpointing=true\
                     &gpu=rtx-5090";
const EIGHT: &str = "mode=finetune&model=llama-3.1-8b&method=Full&trainer=fsdp2&recipe=policy&gpuCount=8&gpu=h100-80gb";
/// The program of what is opened below the chart.
const WORKBENCH: &str = "split_workbench.wasm";

/// A link as the page writes it, with a tab.
fn canonical(query: &str) -> String {
    vram_estimator::link::decode(query, &vram_estimator::estimator::Catalog::built_in()).0.encode()
}

fn n_fetched(page: &Page) -> f64 {
    let script = "return performance.getEntriesByType('resource').filter(it => it.name.endsWith(a)).length";
    page.number_of(script, &[json!(WORKBENCH)])
}

#[track_caller]
fn open_tab(page: &Page, tab: &str) {
    let id = format!("tab-{tab}");
    page.until("the tab is there", "return $(a) !== null", &[json!(id)]);
    page.click_on(&id);
    page.until("it is open", "return $(a).getAttribute('aria-expanded') === 'true'", &[json!(id)]);
}

#[track_caller]
fn until_swept(page: &Page) {
    page.until("the sweep is there", "return $('sweep-handle') !== null && $('sweep-table') !== null", &[]);
}

/// What a reader opens is in the link, and nothing is fetched before; what is pressed again closes.
#[test]
fn the_open_tab_is_in_the_link() {
    in_browser(|page| {
        page.open(QLORA);
        page.until("the tabs are there", "return $('tab-sweep') !== null", &[]);
        page.until("its answer stands there already", "return $('tab-sweep').innerText.includes('fits to')", &[]);
        assert_eq!(n_fetched(page), 0.0, "nothing is fetched before it is opened");
        open_tab(page, "sweep");
        until_swept(page);
        page.until_query(&canonical(&format!("{QLORA}&tab=sweep")));
        assert_eq!(n_fetched(page), 1.0);
        for (tab, part) in [("plans", "plans"), ("gpus", "all-gpus"), ("compare", "compare")] {
            open_tab(page, tab);
            page.until("its part is there", "return $(a) !== null", &[json!(part)]);
            assert_eq!(page.script("return $('sweep-handle')", &[]), json!(null), "one at a time");
            page.until_query(&canonical(&format!("{QLORA}&tab={tab}")));
            let label = "return document.querySelector('#workbench').getAttribute('aria-labelledby')";
            assert_eq!(page.text_of(label, &[]), format!("tab-{tab}"));
        }
        page.click_on("tab-compare");
        page.until("it is closed", "return $('compare') === null && document.querySelector('#workbench').hidden", &[]);
        page.check_link(&canonical(QLORA));
        assert_eq!(n_fetched(page), 1.0);
        // A link that names one opens it.
        page.open(&format!("{QLORA}&tab=sweep&over=loraRank"));
        until_swept(page);
        assert_eq!(page.text_of("return $('choice-over').value", &[]), "loraRank");
        page.check_link(&format!("{QLORA}&tab=sweep&over=loraRank"));
    });
}

/// Every row of the table, and the words at the crossing, are the command line's.
#[test]
fn a_sweep_is_the_command_lines() {
    in_browser(|page| {
        page.open(&format!("{QLORA}&tab=sweep"));
        until_swept(page);
        let rows = "return [...$('sweep-table').querySelectorAll('tbody tr')].map(it => \
                    [it.cells[0].innerText, it.cells[1].dataset.bytes, it.cells[2].innerText])";
        page.script("document.querySelector('.sweep-values summary').click()", &[]);
        let Json::Array(rows) = page.script(rows, &[]) else { panic!("no rows") };
        assert_eq!(rows.len(), 12);
        for row in &rows {
            let length =
                row[0].as_str().and_then(|it| it.split_whitespace().next()).expect("a length").replace(',', "");
            let link = format!("{QLORA}&sequenceLength={length}");
            let bytes: f64 = row[1].as_str().and_then(|it| it.parse().ok()).expect("bytes");
            assert_eq!(bytes, command_line::totals(&link)["calibrated"], "{link}");
        }
        let answer = command_line::answer_with(&["--sweep", "sequenceLength"], QLORA);
        let most = answer["sweep"]["crossing"]["value"].as_f64().expect("a value");
        let words = page.text("crossing").replace(',', "");
        assert_eq!(words, format!("fits to {most} tokens"));
        // Another parameter, by the select.
        let choose =
            "const it = $('choice-over'); it.value = a; it.dispatchEvent(new Event('change', { bubbles: true }))";
        page.script(choose, &[json!("loraRank")]);
        page.until("it is of that", "return $('sweep-table').querySelector('th').innerText.includes('rank')", &[]);
        page.until_query(&canonical(&format!("{QLORA}&tab=sweep&over=loraRank")));
        // One whose values stand for themselves has no handle.
        page.script(choose, &[json!("gradientCheckpointing")]);
        page.until("two columns", "return document.querySelectorAll('.sweep.stepped .x-axis span').length === 2", &[]);
        assert_eq!(page.script("return $('sweep-handle')", &[]), json!(null));
    });
}

/// The handle is the slider: dragged by a real pointer both move, the total follows at once, the chart stays under the
/// hand.
#[test]
fn the_handle_is_dragged() {
    in_browser(|page| {
        page.open(&format!("{QLORA}&tab=sweep"));
        until_swept(page);
        page.script("document.querySelector('.sweep').scrollIntoView({ block: 'center', behavior: 'instant' })", &[]);
        let place = "const now = document.querySelector('.sweep-now').getBoundingClientRect();
            const plot = document.querySelector('.sweep .plot').getBoundingClientRect();
            return [now.x + 1, now.y + now.height / 2, plot.x, plot.width]";
        let Json::Array(at) = page.script(place, &[]) else { panic!("no place") };
        let [x, y, left, width] = [0, 1, 2, 3].map(|it| at[it].as_f64().expect("a number"));
        let total = page.totals()["calibrated"];
        page.script("window.kept = $('sweep-handle'); window.chart = $('sweep-chart')", &[]);
        let to = left + 0.8 * width;
        let step = |x: f64| PointerAction::MoveTo { duration: None, x, y };
        page.mouse(&[step(x), PointerAction::Down { button: 0 }, step((x + to) / 2.0), step(to)]);
        // Held still for longer than the hand takes to rest: the chart is not made anew under it.
        std::thread::sleep(std::time::Duration::from_millis(600));
        assert_eq!(page.script("return window.kept === $('sweep-handle')", &[]), true);
        assert!(page.totals()["calibrated"] > total, "the total follows the hand");
        let tip = page.text("sweep-tip");
        assert!(tip.contains("GiB") && tip.contains("tokens"), "{tip}");
        page.mouse(&[step(to - 4.0), PointerAction::Up { button: 0 }]);
        let query = page.query_after(&format!("{QLORA}&tab=sweep"));
        page.check_estimates(&query);
        let length = page.number_of("return Number($('number-sequenceLength').value.replace(/[^0-9]/g, ''))", &[]);
        assert!(query.contains(&format!("sequenceLength={length}")), "{query}: {length}");
        assert!(length > 2048.0, "{length}");
        let is_there = "const now = document.querySelector('.sweep-now').getBoundingClientRect();
            return Math.abs(now.x + 1 - a)";
        assert!(page.number_of(is_there, &[json!(to - 4.0)]) < 6.0, "the handle is where the hand left it");
        assert_eq!(
            page.script("return window.kept === $('sweep-handle') && window.chart === $('sweep-chart')", &[]),
            true
        );
        let slider_says = "return $(a).getAttribute('aria-valuetext') ?? $(a).value";
        assert_ne!(page.text_of(slider_says, &[json!(slider("sequenceLength"))]), "");
    });
}

/// Arrows go from value to value, page keys further, Home and End to the ends; beyond the end the chart follows.
#[test]
fn the_handle_is_moved_by_keys() {
    let length = "return Number($('number-sequenceLength').value.replace(/[^0-9]/g, ''))";
    in_browser(|page| {
        page.open(&format!("{QLORA}&tab=sweep"));
        until_swept(page);
        page.focus("sweep-handle");
        let told = "return $('sweep-handle').getAttribute('aria-valuetext')";
        let before = page.number_of(length, &[]);
        page.press(&[Key::Right]);
        let right = page.number_of(length, &[]);
        assert!(right > before, "{before} and {right}");
        page.press(&[Key::Left, Key::Left]);
        assert!(page.number_of(length, &[]) < right);
        let near = page.number_of(length, &[]);
        page.press(&[Key::PageUp]);
        let far = page.number_of(length, &[]);
        assert!(far > 1.1 * near, "{near} and {far}");
        page.press(&[Key::PageDown]);
        assert!((page.number_of(length, &[]) - near).abs() < 0.05 * near);
        assert!(page.text_of(told, &[]).contains("GiB"));
        let label = page.text_of("return $('sweep-handle').getAttribute('aria-label')", &[]);
        assert_eq!(label, "Sequence length, on the chart");
        page.press(&[Key::End]);
        let end = page.number_of(length, &[]);
        let more =
            "return $('sweep-table')?.querySelector('tbody tr:last-child th').textContent.replace(/[^0-9]/g, '') > a";
        page.until("the chart goes on beyond it", more, &[json!(end)]);
        let has_focus = "return document.activeElement === $('sweep-handle')";
        assert_eq!(page.script(has_focus, &[]), true, "the focus stays on it");
        page.press(&[Key::Right]);
        let beyond = page.number_of(length, &[]);
        assert!(beyond > end);
        page.until("the link follows", "return location.search.includes(`sequenceLength=${a}&`)", &[json!(beyond)]);
        let query = page.query();
        page.check_estimates(&query);
    });
}

/// A plan opens as the command line names it, and Back undoes; the order is switched, the rest is folded.
#[test]
fn plans_are_the_command_lines_and_open() {
    in_browser(|page| {
        let query = canonical(&format!("{EIGHT}&tab=plans"));
        page.open(&query);
        page.until("the plans are there", "return $('plan-0') !== null", &[]);
        let answer = command_line::answer_with(&["--plan"], &query);
        let mut links: Vec<_> = answer["plan"].as_array().expect("plans").iter().collect();
        let is_now = |it: &&Json| it["is_now"] == true;
        assert_eq!(links.iter().filter(|it| is_now(it)).count(), 1);
        links.retain(|it| !is_now(it));
        let mut links: Vec<_> = links.iter().map(|it| it["link"].as_str().expect("a link").to_owned()).collect();
        // The first thirty stand there, and a button for all.
        page.click_on("all-plans");
        page.until("all are there", "return $('all-plans') === null", &[]);
        let script = "return [...document.querySelectorAll('[data-testid^=open-plan], [data-testid^=open-unfit]')].map(it => it.dataset.link)";
        let mut ours = page.texts_of(script, &[]);
        links.sort();
        ours.sort();
        assert_eq!(ours, links);
        page.until("its name says how many", "return /\\d+ of \\d+ fit/.test($('tab-plans').innerText)", &[]);
        let n_now = "return document.querySelectorAll('.plans tr.fullest').length";
        assert_eq!(page.number_of(n_now, &[]), 1.0);
        let first = "return $('plan-0').querySelector('[data-bytes]').dataset.bytes";
        let by_spare = page.text_of(first, &[]);
        // Not under the strip, where the list of all has scrolled it.
        page.script("window.scrollTo(0, 0)", &[]);
        page.click_on("plans-by-traffic");
        page.until("what sends least is first", "return $('plan-0').innerText.includes('gradients')", &[]);
        assert_ne!(page.text_of(first, &[]), by_spare);
        page.click_on("plans-by-spare");
        page.until(
            "back in order",
            "return $('plan-0').querySelector('[data-bytes]').dataset.bytes === a",
            &[json!(by_spare)],
        );
        for (id, words) in [("plans-unfit", "do not fit"), ("plans-refused", "cannot be answered")] {
            let said = page.text_of("return $(a).querySelector('summary').innerText", &[json!(id)]);
            assert!(said.contains(words), "{said}");
            assert_eq!(page.script("return $(a).open", &[json!(id)]), false, "{id} is folded");
        }
        until_judged(page, "fits");
        let link = apply(page, "open-plan-0");
        assert_ne!(link, query);
        page.until("it is marked", "return $('plan-0').classList.contains('fullest')", &[]);
        go_back(page, &query, "fits");
    });
}

/// One GPU has nothing to spread: the page says what to choose.
#[test]
fn plans_say_what_to_choose() {
    in_browser(|page| {
        page.open("mode=finetune&model=llama-3.1-8b&tab=plans");
        page.until("it is said", "return $('plans-hint')?.innerText.includes('GPUs')", &[]);
        page.open("mode=cnn&tab=plans");
        page.until("it is said", "return $('plans-hint') !== null", &[]);
    });
}

/// A program that could not be fetched is told of where it should stand, and asked for again.
#[test]
fn without_its_program_a_tab_says_so_and_tries_again() {
    in_browser(|page| {
        page.browser().devtools("Network.enable", json!({}));
        page.browser().devtools("Network.setBlockedURLs", json!({ "urls": ["*workbench.wasm"] }));
        page.open(QLORA);
        open_tab(page, "sweep");
        page.until(
            "the failure is told",
            "return document.querySelector('#workbench [data-testid=not-loaded]') !== null",
            &[],
        );
        page.check_estimates(QLORA);
        page.browser().devtools("Network.setBlockedURLs", json!({ "urls": [] }));
        page.click("#workbench [data-testid=not-loaded] button");
        until_swept(page);
        let told = page.browser().console();
        assert!(told.iter().any(|it| it["message"].to_string().contains("Failed to fetch")), "{told:?}");
    });
}

/// Nothing below the chart is estimated while a hand moves a slider: what stands there follows when it rests.
#[test]
fn a_drag_does_not_wait_for_it() {
    in_browser(|page| {
        page.open(&format!("{EIGHT}&tab=plans"));
        page.until("the plans are there", "return $('plan-0') !== null", &[]);
        let id = slider("batchSize");
        page.script("$(a).scrollIntoView({ block: 'center', behavior: 'instant' })", &[json!(id)]);
        let place = page.script(
            "const it = $(a).getBoundingClientRect(); return [it.x, it.y + it.height / 2, it.width]",
            &[json!(id)],
        );
        let [x, y, width] = [0, 1, 2].map(|it| place[it].as_f64().expect("a number"));
        page.script("window.first = $('plan-0')", &[]);
        let step = |share: f64| PointerAction::MoveTo { duration: None, x: x + share * width, y };
        page.mouse(&[step(0.06), PointerAction::Down { button: 0 }, step(0.02)]);
        std::thread::sleep(std::time::Duration::from_millis(600));
        assert_eq!(page.script("return window.first === $('plan-0')", &[]), true, "held, nothing is made anew");
        page.mouse(&[step(0.02), PointerAction::Up { button: 0 }]);
        page.until("released, it follows", "return $('plan-0') !== null && window.first !== $('plan-0')", &[]);
        let query = page.query_after(&format!("{EIGHT}&tab=plans"));
        let now = "return Number(document.querySelector('.plans tr.fullest [data-bytes]').dataset.bytes) === a";
        page.until("its figures are today's", now, &[json!(command_line::totals(&query)["calibrated"])]);
    });
}
