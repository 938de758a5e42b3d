//! The rest of an architecture: folded at the foot of the parameters, and each of its facts a control and a key of the
//! link like any other. It takes the facts from the parameter table.

use super::page::{CATALOG, Page, in_browser};
use fantoccini::key::Key;
use serde_json::json;
use vram_estimator::estimator::parameters::ParameterGroup;
use vram_estimator::estimator::{Inputs, ParameterId};
use vram_estimator::link::decode;
use vram_estimator::locale::ENGLISH;

/// The rows of the facts that a reader of these inputs meets.
fn facts(inputs: &Inputs) -> Vec<String> {
    let mode = inputs.mode();
    let is_shown = |id: &ParameterId| {
        id.group_in(mode) == Some(ParameterGroup::Shape) && (inputs.has_effect(*id) || !inputs.is_default(*id))
    };
    ParameterId::of_mode(mode).filter(is_shown).map(|id| format!("row-{}", id.spec().key)).collect()
}

/// The facts that stand there.
fn shown(page: &Page) -> Vec<String> {
    page.texts_of("return [...document.querySelectorAll('.shape .param')].map(it => it.dataset.testid)", &[])
}

/// Those of a link come to stand there, and no others.
#[track_caller]
fn check_facts(page: &Page, query: &str) -> Vec<String> {
    let expected = facts(&decode(query, &CATALOG).0.inputs);
    assert!(expected.len() > 5, "{query} has facts: {expected:?}");
    let script = "const shown = [...document.querySelectorAll('.shape .param')].map(it => it.dataset.testid);
        return JSON.stringify(shown) === JSON.stringify(a)";
    page.until(&format!("the facts of {query} are there"), script, &[json!(expected)]);
    expected
}

/// Changed by its control, a fact counts and is written to the link.
#[test]
fn facts_unfold_and_count() {
    in_browser(|page| {
        page.open("mode=train");
        assert_eq!(shown(page), [""; 0], "they are made when they are unfolded");
        page.focus("shape");
        page.press(&[Key::Enter]);
        check_facts(page, "mode=train");
        let before = page.totals();
        // By keys in a list, from none to per head.
        page.focus("choice-qkNorm");
        page.press(&[Key::Down]);
        page.check_link("mode=train&qkNorm=per_head");
        let after = page.totals();
        assert!(after["calibrated"] > before["calibrated"], "{after:?} and before {before:?}");
        // By a box, which has no slider.
        page.enter("finalSoftCap", "30");
        page.check_link("mode=train&qkNorm=per_head&finalSoftCap=30");
        assert!(page.totals()["calibrated"] > after["calibrated"]);
        assert_eq!(page.text("shape"), (ENGLISH.controls.architecture)(2));
        page.click_on("reset-qkNorm");
        page.check_link("mode=train&finalSoftCap=30");
        // A fact that was changed is known also while it is folded.
        page.focus("shape");
        page.press(&[Key::Enter]);
        page.until("they are folded", "return document.querySelector('.shape .param') === null", &[]);
        assert_eq!(page.text("shape"), (ENGLISH.controls.architecture)(1));
        page.click_on("reset-all");
        page.check_link("mode=train");
        assert_eq!(page.totals(), before);
    });
}

/// Another layout has other facts, and the group follows while it is unfolded.
#[test]
fn facts_follow_the_layout() {
    in_browser(|page| {
        page.open("mode=train");
        page.focus("shape");
        page.press(&[Key::Enter]);
        let of_decoder = check_facts(page, "mode=train");
        page.focus("choice-layout");
        page.press(&[Key::Down; 3]);
        let query = page.query_after("mode=train");
        assert!(query.starts_with("mode=train&layout="), "{query}");
        page.check_link(&query);
        assert_ne!(check_facts(page, &query), of_decoder);
    });
}

/// Broken before: a number without a slider had a label that named nothing, and no place where a formula could lead.
#[test]
fn labels_of_facts_name_their_controls() {
    in_browser(|page| {
        page.open("mode=train");
        page.focus("shape");
        page.press(&[Key::Enter]);
        check_facts(page, "mode=train");
        let nameless = "return [...document.querySelectorAll('.param label')].filter(it => it.control === null)
            .map(it => it.textContent)";
        assert_eq!(page.texts_of(nameless, &[]), [""; 0]);
        let boxes = "return document.querySelectorAll('.shape input.number[id^=control-]').length";
        assert!(page.number_of(boxes, &[]) > 2.0, "numbers are among them");
    });
}
