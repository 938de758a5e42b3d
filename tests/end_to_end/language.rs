//! The language of the page: who decides it, what follows it, and what a change leaves alone. It reads what the page
//! says and takes the texts from `locale`.

use super::page::{Page, in_browser};
use serde_json::json;
use vram_estimator::estimator::{Mode, ParameterId};
use vram_estimator::link::Language;
use vram_estimator::locale::{later_texts, tag, texts};

/// What of the page shows its language.
#[track_caller]
fn check(page: &Page, language: Language, mode: Mode) {
    let texts = texts(language);
    page.until("the language", "return document.documentElement.lang === a", &[json!(tag(language))]);
    let title = format!("{} · {}", (texts.mode)(mode).label, texts.controls.product);
    page.until("the title", "return document.title === a", &[json!(title)]);
    let description = "return document.querySelector('meta[name=description]').content";
    assert_eq!(page.text_of(description, &[]), texts.controls.description);
    let label = "return document.querySelector(`label[for='control-batchSize']`).textContent";
    assert_eq!(page.text_of(label, &[]), (texts.parameter)(ParameterId::BatchSize));
    assert_eq!(page.text_of("return $('choice-language').value", &[]), language.id());
}

fn choose(page: &Page, language: Language) {
    page.focus("choice-language");
    page.click(&format!("[data-testid='choice-language'] option[value='{}']", language.id()));
}

/// A choice holds on this and later visits, and takes nothing away: not the configuration, not what is open, not the
/// place of the keyboard, not what was typed and not taken.
#[test]
fn a_choice_is_remembered_and_takes_nothing_away() {
    in_browser(|page| {
        page.open("mode=nlp&modelSize=8.75");
        check(page, Language::English, Mode::Nlp);
        page.enter("batchSize", "some");
        page.click_on("open-weights");
        page.until("a row is open", "return $('detail') !== null", &[]);
        let totals = page.totals();
        choose(page, Language::Chinese);
        check(page, Language::Chinese, Mode::Nlp);
        page.until("the keyboard stays", "return document.activeElement === $('choice-language')", &[]);
        assert_eq!(page.totals(), totals);
        assert_eq!(page.box_text("batchSize"), "some");
        let refusal = page.text("refusal-batchSize");
        assert!(refusal.contains("some") && refusal.contains("不是数字"), "{refusal}");
        page.until("the row stays open", "return $('detail') !== null", &[]);
        assert!(page.text("detail").contains(later_texts(Language::Chinese).detail.why));
        // The link says nothing of it: whoever gets it reads it in a language of their own.
        page.until_query("mode=nlp&modelSize=8.75");
        page.open("mode=train");
        check(page, Language::Chinese, Mode::Train);
        choose(page, Language::English);
        check(page, Language::English, Mode::Train);
    });
}

#[test]
fn a_link_that_names_a_language_wins_and_keeps_it() {
    in_browser(|page| {
        page.open("lang=zh&mode=nlp&batchSize=abc");
        check(page, Language::Chinese, Mode::Nlp);
        let notices = page.notices();
        assert!(notices.len() == 1 && notices[0].contains("不是数字"), "{notices:?}");
        page.enter("modelSize", "8.75");
        page.until_query("mode=nlp&modelSize=8.75&lang=zh");
        page.click_on("view-guide");
        page.until_query("mode=nlp&modelSize=8.75&view=guide&lang=zh");
        page.until("the guide", "return document.querySelector('h1')?.textContent === a", &[json!("指南")]);
        // A choice is what the link names then, or the reload would take it back.
        choose(page, Language::English);
        page.until_query("mode=nlp&modelSize=8.75&view=guide&lang=en");
        page.until("the guide", "return document.querySelector('h1')?.textContent === a", &[json!("Guide")]);
    });
}

#[test]
fn a_reader_who_has_chosen_nothing_is_spoken_to_as_the_browser_is() {
    in_browser(|page| {
        let agent = page.text_of("return navigator.userAgent", &[]);
        let parameters = json!({ "userAgent": agent, "acceptLanguage": "fr-FR,zh-TW,en" });
        page.browser().devtools("Emulation.setUserAgentOverride", parameters);
        page.open("mode=cnn");
        check(page, Language::Chinese, Mode::Cnn);
        page.open("mode=cnn&lang=en");
        check(page, Language::English, Mode::Cnn);
    });
}
