//! A method that does not answer: its card stays, says why in the place of the mode's summary, and another card is the
//! selected one. It takes reasons and ways from the library.

use super::page::{CATALOG, Page, in_browser};
use serde_json::json;
use vram_estimator::estimator::{MethodId, mode_that_runs, support};
use vram_estimator::link::decode;
use vram_estimator::locale::{ENGLISH, ENGLISH_LATER};

/// Links with a model for which `calibrated` has no formulas in the mode.
const LINKS: [&str; 2] = ["mode=finetune&model=minimax-text-01", "mode=nlp&model=resnet50"];

/// The card says nothing but a dash, and stays the selected one: no other method's figure stands in.
#[track_caller]
fn check_cards(page: &Page, link: &str) {
    page.check_estimates(link);
    assert_eq!(page.text("total-calibrated").trim(), "–", "{link}");
    let has_figure = "return $('total-calibrated').dataset.bytes !== undefined";
    assert_eq!(page.script(has_figure, &[]), false, "{link}");
    let selected = "return document.querySelector('input[name=method]:checked').value";
    assert_eq!(page.text_of(selected, &[]), MethodId::Calibrated.id(), "{link}");
}

#[test]
fn it_says_why_and_where_it_answers() {
    in_browser(|page| {
        for link in LINKS {
            let inputs = decode(link, &CATALOG).0.inputs;
            let reason = support(&inputs).expect_err("it has no formulas");
            let elsewhere = mode_that_runs(&inputs).expect("a mode that runs it");
            page.open(link);
            check_cards(page, link);
            let why = (ENGLISH.controls.no_answer)(
                (ENGLISH.method)(MethodId::Calibrated).label,
                &(ENGLISH_LATER.unsupported)(reason),
            );
            let told = page.text("unanswered-calibrated");
            let way = (ENGLISH.controls.open_in)((ENGLISH.mode)(elsewhere).label);
            assert_eq!(told, format!("{why} {way}"), "{link}");
            // Broken before: strip, notice and panel all said it.
            page.until("the panel is there", "return $('unjudged') !== null", &[]);
            let times = page.number_of(
                "return document.body.innerText.split(a).length - 1",
                &[json!((ENGLISH_LATER.unsupported)(reason))],
            );
            assert_eq!(times, 1.0, "{link}: {why}");
            // The link leads there, with the model.
            page.click_on("runs-in");
            let query = page.query_after(link);
            let model = link.split_once("model=").expect("a model").1;
            assert!(query.contains(&format!("model={model}")), "{query}");
            page.check_estimates(&query);
            assert!(page.totals().contains_key("calibrated"), "{query}");
            page.until("the reason is gone", "return $('unanswered-calibrated') === null", &[]);
            // Back leads to where it does not answer.
            page.browser().ask(|client| async move { client.back().await });
            page.until_query(link);
            check_cards(page, link);
        }
    });
}

/// Chosen by hand, the reason comes and goes with the choice.
#[test]
fn it_comes_and_goes_with_the_choice() {
    in_browser(|page| {
        page.open("mode=finetune");
        assert_eq!(page.script("return $('unanswered-calibrated') === null", &[]), true);
        page.until("models are there", "return $('choice-model').options.length > 1", &[]);
        let choose =
            "const it = $('choice-model'); it.value = a; it.dispatchEvent(new Event('change', { bubbles: true }))";
        page.script(choose, &[json!("minimax-text-01")]);
        page.until("the reason is told", "return $('unanswered-calibrated') !== null", &[]);
        check_cards(page, "mode=finetune&model=minimax-text-01");
        page.script(choose, &[json!("none")]);
        page.until("the reason is gone", "return $('unanswered-calibrated') === null", &[]);
        page.check_link("mode=finetune");
        let selected = "return document.querySelector('input[name=method]:checked').value";
        assert_eq!(page.text_of(selected, &[]), "calibrated");
    });
}

/// Broken before: where the default method has no answer, another one's figure, which is told to be far off, was judged
/// in green.
#[test]
fn nothing_is_judged_by_a_method_that_nobody_chose() {
    const JUDGED: &str = "return document.querySelectorAll(':not(.card *)[data-verdict], [data-testid^=advice-], [data-testid^=answer-]').length";
    in_browser(|page| {
        page.open("mode=finetune&model=minicpm3-4b&gpu=rtx-4090");
        page.until("it says so", "return $('unjudged') !== null", &[]);
        let told = page.text("unjudged");
        assert!(told.contains("Calibrated has no formula here") && told.contains("Select Documented"), "{told}");
        assert_eq!(page.number_of(JUDGED, &[]), 0.0);
        page.click_on("method-documented");
        page.until(
            "it is judged",
            "return $('unjudged') === null && document.querySelector('.fit-line [data-verdict]') !== null",
            &[],
        );
        page.until("and answered", "return document.querySelector('[data-testid^=answer-]') !== null", &[]);
    });
}

/// Broken before: figures of a method stood in the column of another one that did not answer, and a total was said to
/// agree with itself.
#[test]
fn figures_stay_in_their_columns() {
    in_browser(|page| {
        for link in LINKS {
            page.open(link);
            let cells = "return [...$('components').querySelectorAll('tr.group, tr.part, tr.total')].map(row =>
                [...row.children].map(it => it.className.split(' ')[0] || it.tagName.toLowerCase()).join(' '))";
            let rows = page.texts_of(cells, &[]);
            let n_methods = page.number_of("return document.querySelectorAll('.card').length", &[]) as usize;
            let expected = format!("th {}spread", "amount ".repeat(n_methods));
            assert!(rows.iter().all(|it| *it == expected), "{link}: {rows:?}");
            let last = page.texts_of(
                "return [...document.querySelectorAll('.components .amount:nth-last-child(2)[data-bytes]')].map(it => it.dataset.bytes)",
                &[],
            );
            assert_eq!(last, [""; 0], "{link}: the method that does not answer comes last and has no figures");
            // What is not judged is not compared either.
            assert_eq!(page.text("sentence"), "", "{link}");
        }
    });
}

/// Broken before: that vLLM does not start stood below the charts, while its card showed a total as if it did.
#[test]
fn a_card_says_that_vllm_does_not_start() {
    in_browser(|page| {
        page.open("engine=vllm&gpuMemory=8");
        page.until("the card says so", "return document.querySelector('.card-note.refused') !== null", &[]);
        let told = "return document.querySelector('.card-note.refused').textContent";
        assert_eq!(page.text_of(told, &[]), "vLLM does not start");
        assert!(page.text("verdict").contains("8.0 GiB"), "the reason names the GPU: {}", page.text("verdict"));
        page.open("engine=vllm");
        assert_eq!(page.script("return document.querySelector('.card-note.refused')", &[]), serde_json::Value::Null);
    });
}
