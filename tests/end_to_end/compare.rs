//! Configurations pinned and held against each other, and kept under names, as the reader finds them.

use super::command_line;
use super::page::{Page, in_browser};
use serde_json::json;
use vram_estimator::link::{MOST_PINS, query_of_inputs};

const RUN: &str = "mode=finetune&model=qwen2.5-32b&method=QLoRA&gpu=rtx-4090";
const STORED: &str = "vram-estimator.saved";

/// Bars and columns stand for these links, the first being what is shown.
#[track_caller]
fn check_pinned(page: &Page, links: &[&str]) {
    for (at, link) in links.iter().enumerate() {
        let total = command_line::totals(link)["calibrated"];
        let script = "const it = $(a); return it !== null && Math.abs(Number(it.dataset.bytes) - b) <= 1e-9 * b";
        for id in [format!("pinned-{at}"), format!("compare-{at}-total")] {
            page.until(&format!("{id} is that of {link}"), script, &[json!(id), json!(total)]);
        }
        let parts: f64 = command_line::components(link)
            .iter()
            .filter(|it| it.0.starts_with("calibrated-") && it.0.contains("weights"))
            .map(|it| it.1)
            .sum();
        page.until("weights too", script, &[json!(format!("compare-{at}-c-weights")), json!(parts)]);
    }
    let n_columns =
        page.number_of("return document.querySelectorAll('[data-testid$=-total][data-testid^=compare-]').length", &[]);
    assert_eq!(n_columns, links.len() as f64);
}

fn pins_of(page: &Page) -> Vec<String> {
    let (link, problems) = vram_estimator::link::decode(&page.query(), &vram_estimator::estimator::Catalog::built_in());
    assert!(problems.is_empty(), "{problems:?}");
    link.pins.iter().map(query_of_inputs).collect()
}

/// Opens a link, and the tab by a press on its name.
#[track_caller]
fn open(page: &Page, query: &str) {
    page.open(query);
    page.until("the tab can be opened", "return $('tab-compare') !== null", &[]);
    page.script("if ($('tab-compare').getAttribute('aria-expanded') === 'false') $('tab-compare').click()", &[]);
    page.until("it is open", "return $('compare') !== null && $('saved-name') !== null", &[]);
}

#[test]
fn a_run_is_pinned_and_held_against_another() {
    let other = format!("{RUN}&sequenceLength=512");
    // In the order of the parameter table, as links are written.
    let other = vram_estimator::link::decode(&other, &vram_estimator::estimator::Catalog::built_in()).0.encode();
    in_browser(|page| {
        open(page, RUN);
        page.until("the tools are there", "return $('pin') !== null", &[]);
        assert_eq!(page.script("return $('show-pinned').checkVisibility()", &[]), false);
        page.click_on("pin");
        page.until("it is pinned", "return $('compare-1-total') !== null", &[]);
        assert_eq!(pins_of(page), [RUN]);
        let focused = "return document.activeElement.dataset.testid === 'show-pinned'";
        page.until("the focus goes on, since nothing more is to be pinned", focused, &[]);
        page.until("its name says so", "return $('tab-compare').innerText.includes('1 pinned, 0 fit')", &[]);
        page.enter("sequenceLength", "512");
        check_pinned(page, &[&other, RUN]);
        let differs = "return [...document.querySelectorAll('.compare tr:has(.differs) th')].map(it => it.innerText)";
        assert_eq!(page.texts_of(differs, &[]), ["Sequence length"]);
        page.until("the bar says so", "return $('pinned-1').innerText.includes('tokens')", &[]);

        // A reload keeps it, and shows it at once.
        let query = page.query();
        page.open(&query);
        check_pinned(page, &[&other, RUN]);

        page.script("$('open-pin-1').click()", &[]);
        check_pinned(page, &[RUN, &other]);
        page.check_estimates(RUN);
        page.script("history.back()", &[]);
        check_pinned(page, &[&other, RUN]);
        page.script("$('show-methods').click()", &[]);
        page.until("the methods are back", "return $('pinned-0') === null", &[]);
        page.script("$('unpin-1').click()", &[]);
        page.until("nothing is pinned", "return $('compare-0-total') === null", &[]);
        assert!(pins_of(page).is_empty());
        page.until("its name says nothing", "return $('tab-compare').innerText.trim() === 'Compare'", &[]);
        // With the tab closed its name tells what is pinned.
        page.click_on("tab-compare");
        page.until("it is closed", "return $('compare') === null", &[]);
        page.script("$('pin').click()", &[]);
        page.until("its name says so", "return $('tab-compare').innerText.includes('1 pinned')", &[]);
        assert_eq!(page.script("return $('compare')", &[]), json!(null));
    });
}

#[test]
fn no_more_than_four_are_pinned() {
    in_browser(|page| {
        open(page, RUN);
        page.until("the tools are there", "return $('pin') !== null", &[]);
        for at in 1..=MOST_PINS {
            page.enter("sequenceLength", &format!("{}", 256 * at));
            page.until("it is another", "return !$('pin').disabled", &[]);
            page.click_on("pin");
            page.until("it is pinned", "return $(a) !== null", &[json!(format!("compare-{at}-total"))]);
            page.until("once is enough", "return $('pin').disabled && $('pin').innerText.trim() === 'Pinned'", &[]);
        }
        page.enter("sequenceLength", "128");
        page.until("there is no room", "return $('pin').innerText.trim() === 'Unpin one first'", &[]);
        assert_eq!(page.script("return $('pin').disabled", &[]), true);
        page.click_on("unpin-2");
        page.until("there is room", "return !$('pin').disabled", &[]);
        assert_eq!(pins_of(page).len(), MOST_PINS - 1);
        page.open(&format!("{RUN}&pin=mode%3Dnone"));
        let notices = page.notices();
        assert!(notices.iter().any(|it| it.contains("mode=none") && it.contains("up to 4")), "{notices:?}");
    });
}

#[test]
fn what_is_saved_survives() {
    in_browser(|page| {
        open(page, RUN);
        page.until("the list is there", "return $('saved-name') !== null", &[]);
        page.click_on("save");
        page.until("a name is asked for", "return $('saved-said').innerText.includes('name')", &[]);
        page.focus("saved-name");
        page.type_text("Mine <b>");
        page.click_on("save");
        let names = "return [...document.querySelectorAll('.saved li > span')].map(it => it.textContent)";
        page.until("it is there", "return document.querySelector('.saved li') !== null", &[]);
        assert_eq!(page.texts_of(names, &[]), ["Mine <b>"]);
        let text = "return decodeURIComponent($('export-saved').href.split(',').slice(1).join(','))";
        assert_eq!(page.text_of(text, &[]), format!("vram-estimator configurations 1\nMine <b>\t{RUN}\n"));

        open(page, "mode=nlp");
        page.until("it was kept", "return document.querySelector('.saved li button') !== null", &[]);
        page.click(".saved li button");
        page.check_link(&format!("{RUN}&tab=compare"));

        // What something else wrote there is left out, and told.
        page.script("localStorage.setItem(a, localStorage.getItem(a) + 'broken\\nX\\tmode=none\\n')", &[json!(STORED)]);
        open(page, RUN);
        page.until("it is told", "return $('saved-said')?.innerText.includes('2 could not be read')", &[]);
        assert_eq!(page.texts_of(names, &[]), ["Mine <b>"]);
        let stored = "return localStorage.getItem(a)";
        assert_eq!(
            page.text_of(stored, &[json!(STORED)]),
            format!("vram-estimator configurations 1\nMine <b>\t{RUN}\n")
        );
        page.script("localStorage.setItem(a, '{}')", &[json!(STORED)]);
        open(page, RUN);
        page.until("it is refused", "return $('saved-said')?.innerText.includes('no list')", &[]);

        // A file is read like what is stored; one that is none is refused.
        let choose = "const files = new DataTransfer(); files.items.add(new File([b], 'list.txt')); \
                      $('import-saved').files = files.files; \
                      $('import-saved').dispatchEvent(new Event('change', { bubbles: true }))";
        let file = "vram-estimator configurations 1\nfrom a file\tmode=nlp\n";
        page.script(choose, &[json!(""), json!(file)]);
        page.until("it is read", "return $('saved-said').innerText.startsWith('1 read')", &[]);
        assert_eq!(page.texts_of(names, &[]), ["from a file"]);
        page.script(choose, &[json!(""), json!("mode=nlp")]);
        page.until("it is refused", "return $('saved-said').innerText.includes('no list')", &[]);

        // A browser that keeps nothing is told of.
        page.script("Storage.prototype.setItem = () => { throw new Error('full') }", &[]);
        page.focus("saved-name");
        page.type_text("Lost");
        page.click_on("save");
        page.until("it is told", "return $('saved-said').innerText.includes('keeps nothing')", &[]);
        assert_eq!(page.texts_of(names, &[]), ["from a file", "Lost"]);
    });
}
