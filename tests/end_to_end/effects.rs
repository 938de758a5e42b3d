//! What parameters do to each other: one takes the effect of another away, or moves its default, and the page says so
//! where it happens. It takes who does what to whom from the library.

use super::page::{CATALOG, Page, in_browser};
use fantoccini::key::Key;
use serde_json::json;
use vram_estimator::estimator::{Inputs, ParameterId, Value, told_followed};
use vram_estimator::link::decode;
use vram_estimator::locale::{ENGLISH, ENGLISH_LATER};
use vram_estimator::present::numbers;

fn inputs(query: &str) -> Inputs {
    decode(query, &CATALOG).0.inputs
}

/// The keys of the rows that stand back.
fn idle(page: &Page) -> Vec<String> {
    page.texts_of("return [...document.querySelectorAll('.param.idle')].map(it => it.dataset.testid.slice(4))", &[])
}

/// Rows stand back where the library says so; those that were changed tell what takes their effect away, and no others.
#[track_caller]
fn check_idle(page: &Page, query: &str) {
    page.check_link(query);
    let inputs = inputs(query);
    let rows =
        page.texts_of("return [...document.querySelectorAll('.param')].map(it => it.dataset.testid.slice(4))", &[]);
    let ids: Vec<_> =
        ParameterId::of_mode(inputs.mode()).filter(|id| rows.iter().any(|it| it == id.spec().key)).collect();
    assert_eq!(ids.len(), rows.len());
    let mut expected: Vec<_> = ids.iter().filter(|id| !inputs.has_effect(**id)).map(|id| id.spec().key).collect();
    let mut ours = idle(page);
    expected.sort_unstable();
    ours.sort_unstable();
    assert_eq!(ours, expected, "{query}");
    for id in ids {
        let control = inputs.taken_away_by(id).filter(|_| !inputs.is_default(id));
        let expected = control.map(|it| (ENGLISH_LATER.has_no_effect)(it, inputs.mode())).unwrap_or_default();
        let script = "const it = $(a); return it.hidden ? '' : it.textContent";
        let told = page.text_of(script, &[json!(format!("refusal-{}", id.spec().key))]);
        assert_eq!(told, expected, "{query}: {}", id.spec().key);
    }
}

#[test]
fn what_has_no_effect_stands_back_and_says_why() {
    in_browser(|page| {
        page.open("mode=finetune");
        check_idle(page, "mode=finetune");
        page.enter("loraRank", "64");
        check_idle(page, "mode=finetune&loraRank=64");
        assert!(!idle(page).iter().any(|it| it == "loraRank"));
        let before = page.totals();
        // From LoRA to full fine-tuning, which has no rank.
        page.focus("choice-method");
        page.press(&[Key::Up]);
        check_idle(page, "mode=finetune&method=Full&loraRank=64");
        assert!(idle(page).iter().any(|it| it == "loraRank"));
        assert!(!page.text("refusal-loraRank").is_empty(), "it says why");
        assert_ne!(page.totals(), before);
        // It is kept, can be changed, and changes nothing.
        let full = page.totals();
        page.enter("loraRank", "32");
        check_idle(page, "mode=finetune&method=Full&loraRank=32");
        assert_eq!(page.totals(), full);
        // Put back to its default it says nothing that anybody asked for.
        page.click_on("reset-loraRank");
        check_idle(page, "mode=finetune&method=Full");
        assert_eq!(page.script("return $('refusal-loraRank').hidden", &[]), true);
    });
}

/// What is told of moved defaults is what the library says, and stands below the parameter that was moved.
#[track_caller]
fn check_moved(page: &Page, query: &str) -> usize {
    page.check_link(query);
    let inputs = inputs(query);
    let expected: Vec<_> = told_followed(&inputs)
        .into_iter()
        .map(|it| {
            let value = match it.value {
                Value::Choice(at) => (ENGLISH.choice)(it.id, at),
                Value::Number(_) | Value::Toggle(_) | Value::Model(_) | Value::List(_) => {
                    numbers::box_text(it.id, &it.value, inputs.mode())
                }
            };
            let because: Vec<_> = it.because.iter().map(|id| (ENGLISH.parameter_in_mode)(*id, inputs.mode())).collect();
            let key = it.id.spec().key;
            format!("row-{key} moved-{key} {}", (ENGLISH.controls.moved_by)(&value, &because))
        })
        .collect();
    let script = "return [...document.querySelectorAll('.moved')]
        .map(it => `${it.closest('.param').dataset.testid} ${it.dataset.testid} ${it.textContent}`)";
    let mut ours = page.texts_of(script, &[]);
    let mut sorted = expected.clone();
    ours.sort();
    sorted.sort();
    assert_eq!(ours, sorted, "{query}");
    expected.len()
}

#[test]
fn a_moved_default_says_what_moved_it() {
    in_browser(|page| {
        page.open("mode=train");
        assert_eq!(check_moved(page, "mode=train"), 0);
        // Heads share the width.
        page.enter("hiddenSize", "8192");
        assert_eq!(check_moved(page, "mode=train&hiddenSize=8192"), 2, "the width of heads, and the size");
        assert_eq!(page.box_text("headDim"), "256");
        page.enter("numAttentionHeads", "64");
        assert!(check_moved(page, "mode=train&hiddenSize=8192&numAttentionHeads=64") > 0);
        // What is set by hand was moved by nobody.
        page.click_on("reset-numAttentionHeads");
        page.enter("headDim", "64");
        assert_eq!(check_moved(page, "mode=train&hiddenSize=8192&headDim=64"), 1, "the size alone");
        page.click_on("reset-headDim");
        assert_eq!(check_moved(page, "mode=train&hiddenSize=8192"), 2, "the width of heads, and the size");
        page.click_on("reset-hiddenSize");
        assert_eq!(check_moved(page, "mode=train"), 0);
        // A choice is told by its word.
        page.open("mode=finetune&method=QLoRA");
        assert!(check_moved(page, "mode=finetune&method=QLoRA") > 0);
        // Nobody has moved what a mode does on its own.
        page.open("mode=finetune");
        assert_eq!(check_moved(page, "mode=finetune"), 0);
    });
}

/// Half of the rows of a mode may be of no use to a run, and stood between those that are.
#[test]
fn rows_without_effect_are_folded() {
    in_browser(|page| {
        let unseen = "return [...document.querySelectorAll('.rows > .param.idle:not(.changed, [data-testid=row-gpuCount])')].filter(it => !it.checkVisibility()).length";
        let idle =
            "return document.querySelectorAll('.rows > .param.idle:not(.changed, [data-testid=row-gpuCount])').length";
        page.open("mode=finetune&method=Full&loraRank=64");
        page.until("all rows are there", "return document.querySelectorAll('.rows > .param.idle').length > 9", &[]);
        assert_eq!(page.number_of(unseen, &[]), page.number_of(idle, &[]));
        let seen = "return $('row-loraRank').checkVisibility()";
        assert_eq!(page.script(seen, &[]), true, "what was changed is seen");
        assert_eq!(page.script("return $('row-gpuCount').checkVisibility()", &[]), true, "one looks for GPUs first");
        let told = "return [...document.querySelectorAll('.unfold:not([hidden])')].reduce((n, it) => n + parseInt(it.innerText), 0)";
        assert_eq!(page.number_of(told, &[]), page.number_of(idle, &[]), "as many are told");
        page.script("document.querySelectorAll('.unfold:not([hidden])').forEach(it => it.click())", &[]);
        page.until("they are seen", &format!("{unseen} === 0"), &[]);
        // What comes to have an effect is no longer among them.
        page.open("mode=finetune&method=Full");
        page.until("it is folded", "return $('row-loraRank')?.checkVisibility() === false", &[]);
        page.focus("choice-method");
        page.press(&[Key::Down]);
        page.until("it is seen", seen, &[]);
    });
}
