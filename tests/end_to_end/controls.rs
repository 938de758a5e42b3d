//! What stands around the sliders: unit, cards, reset, the copied link, the small comparisons, and what the guide
//! lets one try.

use super::command_line;
use super::page::{Page, in_browser};
use fantoccini::key::Key;
use serde_json::{Value as Json, json};
use vram_estimator::estimator::{Bytes, MemoryUnit};
use vram_estimator::locale::ENGLISH;
use vram_estimator::present::numbers;

#[test]
fn the_unit_changes_texts_and_link_and_no_byte() {
    in_browser(|page| {
        page.open("mode=nlp");
        let bytes = page.totals();
        for unit in [MemoryUnit::Gb, MemoryUnit::Gib] {
            page.click(&format!("label:has([data-testid='unit-{}'])", unit.id()));
            page.check_link(if unit == MemoryUnit::Gb { "mode=nlp&unit=GB" } else { "mode=nlp" });
            assert_eq!(page.totals(), bytes);
            for (method, bytes) in &bytes {
                let text = page.text(&format!("total-{method}"));
                assert_eq!(text, numbers::total_amount(Bytes::new(*bytes), unit));
            }
            let heads = page.texts_of(
                "return [...$('components').querySelectorAll('thead .round')].map(it => it.textContent)",
                &[],
            );
            assert!(heads.len() == bytes.len() && heads.iter().all(|it| it == unit.id()), "{heads:?}");
            let axis = page.text_of("return document.querySelector('.y-unit').textContent", &[]);
            assert_eq!(axis, unit.id());
        }
    });
}

#[test]
fn a_card_is_selected_by_a_click_and_by_keys() {
    in_browser(|page| {
        page.open("mode=nlp");
        page.click("label.card:has([data-testid='method-verified'])");
        page.check_link("mode=nlp&selected=verified");
        page.press(&[Key::Left]);
        page.check_link("mode=nlp&selected=documented");
        assert_eq!(page.script("return $('method-documented').checked", &[]), true);
        page.press(&[Key::Right, Key::Right]);
        page.check_link("mode=nlp");
        assert_eq!(page.script("return $('method-calibrated').checked", &[]), true);
    });
}

#[test]
fn reset_restores_defaults() {
    in_browser(|page| {
        page.open("mode=nlp&modelSize=13&batchSize=4&precision=FP32&unit=GB");
        let is_off = "return $('reset-all').disabled";
        assert_eq!(page.script(is_off, &[]), false);
        page.click_on("reset-batchSize");
        page.check_link("mode=nlp&modelSize=13&precision=FP32&unit=GB");
        assert_eq!(
            page.script("return $('reset-batchSize')?.checkVisibility() ?? false", &[]),
            false,
            "nothing is left to reset there"
        );
        page.click_on("reset-all");
        // The unit is the reader's, and no parameter.
        page.check_link("mode=nlp&unit=GB");
        assert_eq!(page.box_text("modelSize"), "7");
        assert_eq!(page.text_of("return $('choice-precision').value", &[]), "FP16");
        assert_eq!(page.script(is_off, &[]), true);
    });
}

/// A refused text is something to reset as well.
#[test]
fn reset_takes_a_refused_text_away() {
    in_browser(|page| {
        page.open("mode=nlp");
        page.enter("modelSize", "abc");
        page.click_on("reset-all");
        assert_eq!(page.box_text("modelSize"), "7");
        assert_eq!(page.script("return $('refusal-modelSize').hidden", &[]), true);
    });
}

/// What the page says beside its button.
fn said(page: &Page) -> String {
    let answer = page.until("something is said", "return document.querySelector('.said.shown')?.innerText ?? ''", &[]);
    answer.as_str().expect("a text").to_owned()
}

#[test]
fn the_link_is_copied_and_the_page_says_so() {
    in_browser(|page| {
        let permissions = json!({ "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"] });
        page.browser().devtools("Browser.grantPermissions", permissions);
        page.open("mode=nlp");
        page.enter("batchSize", "4");
        // At once: the copied link is that of what is shown, though the address bar has not followed yet.
        page.click_on("share");
        page.click_on("copy-link");
        assert_eq!(said(page), ENGLISH.controls.link_copied);
        let script = "const done = arguments[0]; navigator.clipboard.readText().then(done, it => done(`${it}`))";
        let copied = page.browser().ask(|client| async move { client.execute_async(script, vec![]).await });
        page.check_link("mode=nlp&batchSize=4");
        assert_eq!(copied, page.text_of("return location.href", &[]));
    });
}

#[test]
fn a_refused_copy_is_said_too() {
    in_browser(|page| {
        page.open("mode=nlp");
        page.script("navigator.clipboard.writeText = () => Promise.reject(new Error('not allowed'))", &[]);
        page.click_on("share");
        page.click_on("copy-link");
        assert_eq!(said(page), ENGLISH.controls.copy_failed);
        // Outside https and localhost there is no clipboard at all.
        page.open("mode=nlp");
        page.script("Object.defineProperty(navigator, 'clipboard', { value: undefined })", &[]);
        page.click_on("share");
        page.click_on("copy-link");
        assert_eq!(said(page), ENGLISH.controls.copy_failed);
    });
}

/// The bars of a small chart: label, amount, and length as a share of its track.
#[track_caller]
fn strips(page: &Page, test_id: &str) -> Vec<(String, String, f64)> {
    let script = "return [...$(a).querySelectorAll('.strip-row')].map(it => {
        const [bar, track] = ['.strip-track i', '.strip-track'].map(name => it.querySelector(name).getBoundingClientRect());
        return [it.querySelector('dt').innerText, it.querySelector('.strip-amount').innerText, bar.width / track.width];
    })";
    let Json::Array(rows) = page.script(script, &[json!(test_id)]) else { panic!("no {test_id}") };
    let text = |it: &Json| it.as_str().expect("a text").to_owned();
    rows.iter().map(|it| (text(&it[0]), text(&it[1]), it[2].as_f64().expect("a length"))).collect()
}

#[track_caller]
fn check_strips(page: &Page, test_id: &str, expected: &[(&str, &str, f64)]) {
    let ours = strips(page, test_id);
    let texts: Vec<_> = ours.iter().map(|it| (it.0.as_str(), it.1.as_str())).collect();
    assert_eq!(texts, expected.iter().map(|it| (it.0, it.1)).collect::<Vec<_>>());
    for (ours, expected) in ours.iter().zip(expected) {
        assert!((ours.2 - expected.2).abs() < 0.01, "the bar of {} is {} long, not {}", ours.0, ours.2, expected.2);
    }
}

/// One sequence of SFT has B·S·H·L·b = 4·2048·4096·32·2 B = 2 GiB, a group of k completions k times that; with
/// checkpointing, the document's 30 % of it.
#[test]
fn grpo_draws_its_comparison() {
    in_browser(|page| {
        page.open("mode=grpo&gradientCheckpointing=false");
        check_strips(
            page,
            "preference",
            &[("SFT 1×", "2.0 GiB", 0.125), ("DPO 2×", "4.0 GiB", 0.25), ("GRPO 8×", "16.0 GiB", 1.0)],
        );
        let activations = command_line::components("mode=grpo&gradientCheckpointing=false")["documented-activations"];
        assert_eq!(activations, 16.0 * Bytes::PER_GIB, "the last bar is what the estimate counts");
        page.enter("numGenerations", "4");
        check_strips(
            page,
            "preference",
            &[("SFT 1×", "2.0 GiB", 0.25), ("DPO 2×", "4.0 GiB", 0.5), ("GRPO 4×", "8.0 GiB", 1.0)],
        );
        page.focus("toggle-gradientCheckpointing");
        page.type_text(" ");
        check_strips(
            page,
            "preference",
            &[("SFT 1×", "614.4 MiB", 0.25), ("DPO 2×", "1.2 GiB", 0.5), ("GRPO 4×", "2.4 GiB", 1.0)],
        );
    });
}

/// An image of 336 pixels in patches of 14 has 24² = 576 tokens, and 80 ms of audio have one.
#[test]
fn multimodal_draws_the_make_up_of_its_sequence() {
    in_browser(|page| {
        page.open("mode=multimodal");
        let total = 2048.0 + 576.0;
        let expected = [
            ("Text", "2048", 2048.0 / total),
            ("Images", "576", 576.0 / total),
            ("Video", "0", 0.0),
            ("Audio", "0", 0.0),
        ];
        check_strips(page, "sequence", &expected);
        assert!(page.text("sequence").contains("2624 tokens"), "{}", page.text("sequence"));
        page.enter("numImages", "2");
        page.enter("videoFrames", "4");
        page.enter("audioDuration", "40000");
        let total = 2048.0 + 1152.0 + 2304.0 + 500.0;
        let parts = [("Text", "2048"), ("Images", "1152"), ("Video", "2304"), ("Audio", "500")];
        let expected = parts.map(|(part, tokens)| (part, tokens, tokens.parse::<f64>().expect("a number") / total));
        check_strips(page, "sequence", &expected);
        assert!(page.text("sequence").contains("6004 tokens"), "{}", page.text("sequence"));
        page.check_link("mode=multimodal&numImages=2&videoFrames=4&audioDuration=40000");
    });
}

#[test]
fn the_guide_lets_one_try_gradient_checkpointing() {
    in_browser(|page| {
        page.open("mode=train");
        let before = page.totals()["calibrated"];
        page.click_on("view-guide");
        page.until("the guide is open", "return $('strategy-gradient-checkpointing') !== null", &[]);
        let saved = before - command_line::totals("mode=train&gradientCheckpointing=true")["calibrated"];
        let told = page.text("strategy-gradient-checkpointing");
        assert!(told.contains(&numbers::amount(Bytes::new(saved), MemoryUnit::Gib)), "{told}");
        page.click("[data-testid='strategy-gradient-checkpointing'] button");
        page.check_link("mode=train&gradientCheckpointing=true");
        let after = page.totals()["calibrated"];
        assert!(after < before, "{after} and before {before}");
        assert_eq!(page.script("return $('toggle-gradientCheckpointing').checked", &[]), true);
        // It was a deliberate step: Back leads to the guide, where the strategy can be tried again.
        page.browser().ask(|client| async move { client.back().await });
        page.until("the guide is back", "return $('strategy-gradient-checkpointing') !== null", &[]);
        let can_be_tried = "return $(a).querySelector('button').disabled === false";
        assert_eq!(page.script(can_be_tried, &[json!("strategy-gradient-checkpointing")]), true);
        // What does not apply cannot be tried: training keeps its weights wide.
        assert_eq!(page.script(can_be_tried, &[json!("strategy-int4")]), false);
    });
}

/// Who does not see the totals was left with GiB after the switch to GB.
#[test]
fn the_total_is_read_out_in_the_chosen_unit() {
    in_browser(|page| {
        page.open("mode=train&model=llama-3.2-1b");
        for unit in MemoryUnit::ALL.into_iter().rev() {
            page.click(&format!("label:has([data-testid='unit-{}'])", unit.id()));
            let script = "const it = document.querySelector('output[aria-live]').textContent;
                return it.includes(' ' + a) || it.includes('\\u00a0' + a)";
            page.until("the unit is read out", script, &[json!(unit.id())]);
        }
    });
}
