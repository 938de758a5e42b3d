//! Each mode opens by its tab, with the numbers of the command line in cards, table and text.

use super::command_line;
use super::page::{Page, in_browser};
use serde_json::json;
use vram_estimator::estimator::parameters::ParameterGroup;
use vram_estimator::estimator::{Bytes, MemoryUnit, Mode, ParameterId};
use vram_estimator::locale::ENGLISH;
use vram_estimator::present::numbers;

/// The query of a mode at its defaults.
fn query(mode: Mode) -> String {
    if mode == Mode::Inference { String::new() } else { format!("mode={}", mode.id()) }
}

#[track_caller]
fn check(page: &Page, mode: Mode) {
    page.click_on(&format!("mode-{}", mode.id()));
    page.check_link(&query(mode));
    let current = page.texts_of(
        "return [...document.querySelectorAll('nav.modes [aria-current]')].map(it => it.dataset.testid)",
        &[],
    );
    assert_eq!(current, [format!("mode-{}", mode.id())]);
    let label = (ENGLISH.mode)(mode).label;
    assert!(page.text_of("return document.title", &[]).starts_with(label), "{label}");
    for (method, bytes) in command_line::totals(&query(mode)) {
        let text = page.text(&format!("total-{method}"));
        assert_eq!(text, numbers::total_amount(Bytes::new(bytes), MemoryUnit::Gib), "{method} in {label}");
    }
    // Every parameter of the mode has its control, and no other parameter has one; the facts of an architecture are
    // made when they are unfolded.
    let rows =
        page.texts_of("return [...document.querySelectorAll('[data-testid^=row-]')].map(it => it.dataset.testid)", &[]);
    let stands_open = |id: &ParameterId| id.group_in(mode) != Some(ParameterGroup::Shape);
    let mut expected: Vec<_> =
        ParameterId::of_mode(mode).filter(stands_open).map(|id| format!("row-{}", id.spec().key)).collect();
    let mut rows_by_name = rows.clone();
    expected.sort();
    rows_by_name.sort();
    assert_eq!(rows_by_name, expected, "{label}");
}

#[test]
fn every_mode_opens_by_its_tab() {
    in_browser(|page| {
        page.open("");
        page.check_link("");
        // The first mode is open already, and is come back to at the end.
        for mode in Mode::ALL.into_iter().skip(1).chain([Mode::Inference]) {
            check(page, mode);
        }
    });
}

#[test]
fn every_mode_opens_by_its_link() {
    in_browser(|page| {
        for mode in Mode::ALL {
            page.open(&query(mode));
            page.check_estimates(&query(mode));
        }
    });
}

/// What stays between modes: the workload that both know.
#[test]
fn another_mode_keeps_what_both_know() {
    in_browser(|page| {
        page.open("mode=train&modelSize=13&otherOverhead=4&unit=GB");
        page.click_on("mode-finetune");
        page.until("the mode is open", "return $('slider-loraRank') !== null", &[]);
        let query = page.query();
        assert!(
            query.contains("mode=finetune") && query.contains("modelSize=13") && query.contains("unit=GB"),
            "{query}"
        );
        page.check_estimates(&query);
        // It went along without a word.
        assert_eq!(page.notices(), ["Kept from the mode Training: modelSize=13."]);
        page.click_on("mode-train");
        // Before, what fine-tuning does not know was lost on the way.
        page.check_link("mode=train&modelSize=13&otherOverhead=4&unit=GB");
        // Back is exact all the same.
        page.browser().ask(|client| async move { client.back().await });
        page.check_link(&query);
    });
}

/// A model stays where it runs, waits where it does not, and the tab's address is where its click leads.
#[test]
fn a_model_returns_with_a_mode_that_runs_it() {
    in_browser(|page| {
        page.open("mode=nlp&model=llama-2-7b-hf&method=QLoRA");
        page.click_on("mode-cnn");
        page.check_link("mode=cnn");
        // It was dropped without a word.
        let notices = page.notices();
        assert!(
            notices.len() == 1 && notices[0].contains("llama-2-7b-hf") && notices[0].contains("NLP"),
            "{notices:?}"
        );
        let href = page.text_of("return $('mode-nlp').getAttribute('href')", &[]);
        page.click_on("mode-nlp");
        let query = page.query_after("mode=cnn");
        assert_eq!(href, format!("?{query}"));
        assert!(query.contains("model=llama-2-7b-hf") && query.contains("method=QLoRA"), "{query}");
        page.check_estimates(&query);
        // Put back to the defaults, nothing waits anywhere.
        page.click_on("reset-all");
        page.check_link("mode=nlp");
        page.click_on("mode-finetune");
        page.check_link("mode=finetune");
    });
}

/// One figure for all readers: the table's last row is the card's total, and its head names the methods.
#[test]
fn the_table_ends_with_the_totals() {
    in_browser(|page| {
        page.open("mode=nlp");
        let sums = page.texts_of(
            "return [...$('components').querySelectorAll('tr.total td[data-bytes]')].map(it => it.dataset.bytes)",
            &[],
        );
        let totals = page.texts_of(
            "return [...document.querySelectorAll('[data-testid^=total-]')].map(it => it.dataset.bytes)",
            &[],
        );
        assert_eq!(sums, totals);
        assert_eq!(totals.len(), command_line::totals("mode=nlp").len());
        let is_table = page.script(
            "const it = $(a); return it.tagName === 'TABLE' && it.caption.textContent !== ''",
            &[json!("components")],
        );
        assert_eq!(is_table, true);
    });
}
