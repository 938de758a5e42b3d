//! A model searched in its field, and where a slider stops fitting, as the reader finds them.

use super::page::{Page, in_browser};
use fantoccini::key::Key;
use serde_json::json;

#[track_caller]
fn until_active(page: &Page, id: &str) {
    let is_active = "const id = $('search-model').getAttribute('aria-activedescendant') ?? ''; \
                     return document.getElementById(id)?.dataset.value === a";
    page.until("it is the one that Enter would choose", is_active, &[json!(id)]);
}

/// Nothing is chosen before Enter; Escape leaves all as it was. The native select follows.
#[test]
fn a_model_is_found_by_its_parts() {
    in_browser(|page| {
        page.open("mode=train");
        page.until("the field is there", "return $('search-model') !== null", &[]);
        page.focus("search-model");
        page.type_text("r1 distill 32");
        until_active(page, "deepseek-r1-distill-qwen-32b");
        page.press(&[Key::Escape]);
        assert_eq!(page.text_of("return $('search-model').value", &[]), "own shape");
        page.type_text("qwen 7");
        until_active(page, "qwen2.5-7b");
        let bold =
            "return [...document.querySelectorAll('[role=option][aria-selected=true] b')].map(it => it.textContent)";
        assert_eq!(page.texts_of(bold, &[]), ["Qwen", "7"]);
        let note = "return document.querySelector('[role=option][aria-selected=true] .combo-note').textContent";
        assert_eq!(page.text_of(note, &[]), "7.6\u{a0}B · 2024-09");
        page.press(&[Key::Enter]);
        page.check_link("mode=train&model=qwen2.5-7b");
        page.until("the select follows", "return $('choice-model').value === 'qwen2.5-7b'", &[]);
    });
}

/// Keys that come before the next frame met a name that was not selected yet, and joined it.
#[test]
fn what_is_typed_replaces_the_name_at_once() {
    in_browser(|page| {
        page.open("mode=train&model=llama-3.1-8b");
        page.until("the field is there", "return $('search-model') !== null", &[]);
        let typed = "const it = $('search-model'); it.focus(); document.execCommand('insertText', false, 'q'); \
                     return it.value";
        assert_eq!(page.text_of(typed, &[]), "q");
        let given_up = "const it = $('search-model'); \
                        it.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true })); \
                        document.execCommand('insertText', false, 'l'); return it.value";
        assert_eq!(page.text_of(given_up, &[]), "l");
    });
}

/// A model that only another mode runs leads there in one step, which Back undoes.
#[test]
fn a_model_of_another_mode_leads_there() {
    in_browser(|page| {
        page.open("mode=cnn");
        page.until("the field is there", "return $('search-model') !== null", &[]);
        page.focus("search-model");
        page.type_text("llama 3.1 8b");
        until_active(page, "llama-3.1-8b");
        let away = "return document.querySelector('[role=option][aria-selected=true] .combo-away').textContent";
        assert_eq!(page.text_of(away, &[]), "runs in Training");
        page.press(&[Key::Enter]);
        page.check_link("mode=train&model=llama-3.1-8b");
        page.script("history.back()", &[]);
        page.check_link("mode=cnn");
    });
}

/// What the slider says is what the command line says; a press on it applies it.
#[test]
fn a_slider_says_where_it_stops_fitting() {
    in_browser(|page| {
        let link = "mode=train&model=llama-3.2-1b&batchSize=1&precision=BF16&recipe=pure&gpu=rtx-4090";
        page.open(link);
        let height = "return String($('row-batchSize').offsetHeight)";
        let before = page.text_of(height, &[]);
        page.until("it is told", "return $('stop-batchSize') !== null", &[]);
        assert_eq!(page.text_of(height, &[]), before, "its line was kept free");
        let said = page.text("stop-batchSize");
        let spoken = page.text_of("return $('slider-batchSize').getAttribute('aria-description')", &[]);
        assert_eq!(said, spoken);
        let most: f64 = said.trim_start_matches("fits to ").parse().expect("a number");
        page.script("$('stop-batchSize').click()", &[]);
        page.check_link(&link.replace("batchSize=1", &format!("batchSize={most}")));
        page.until("it fits", "return $('verdict')?.dataset.verdict === 'fits'", &[]);
        page.focus("slider-batchSize");
        page.press(&[Key::Up]);
        page.until("one more does not", "return $('verdict')?.dataset.verdict !== 'fits'", &[]);
    });
}

/// Behind the verdict, how many changes are enough.
#[test]
fn the_verdict_says_how_many_changes_are_enough() {
    in_browser(|page| {
        page.open("mode=train&model=llama-3.2-1b&gpu=rtx-4090");
        page.until("it is said", "return $('enough')?.textContent === 'Two changes are enough.'", &[]);
        page.open("mode=train&model=llama-3.2-1b&gpu=h200");
        page.until("it fits", "return $('verdict')?.dataset.verdict === 'fits'", &[]);
        assert_eq!(page.text("enough"), "");
    });
}
