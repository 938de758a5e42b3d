//! Three stories, told with the page's own controls from an empty page: what is recommended, applied, gives the figure of the command
//! line, and the link opened anew gives the same bytes.

use super::command_line;
use super::page::{Page, in_browser};
use fantoccini::key::Key;
use serde_json::json;

const VERDICT: &str = "return $('verdict')?.dataset.verdict ?? ''";

/// Searches in a field, and takes what Enter would choose, which must be this.
#[track_caller]
fn search(page: &Page, key: &str, typed: &str, value: &str) {
    let field = format!("search-{key}");
    page.until("the field is there", "return $(a) !== null", &[json!(field)]);
    page.focus(&field);
    page.type_text(typed);
    let is_active = "const id = $(a).getAttribute('aria-activedescendant') ?? ''; \
                     return document.getElementById(id)?.dataset.value === b";
    page.until("it is the one that Enter would choose", is_active, &[json!(field), json!(value)]);
    page.press(&[Key::Enter]);
    page.until("it is chosen", "return $(a)?.value === b", &[json!(format!("choice-{key}")), json!(value)]);
}

/// Chooses in a native select.
#[track_caller]
fn choose(page: &Page, key: &str, value: &str) {
    let select = format!("choice-{key}");
    page.until("the select is there", "return $(a) !== null", &[json!(select)]);
    let script = "const it = $(a); it.value = b; it.dispatchEvent(new Event('change', { bubbles: true })); \
                  return it.value === b";
    assert_eq!(page.script(script, &[json!(select), json!(value)]), true, "{key} has {value}");
}

/// Presses a button that takes something over; the page comes to show the button's link.
#[track_caller]
fn apply(page: &Page, button: &str) -> String {
    let is_there = "const it = $(a); return it !== null && it.closest('.older') === null && it.dataset.link";
    let link = page.until("it can be applied", is_there, &[json!(button)]);
    let link = link.as_str().expect("a link").to_owned();
    page.script("$(a).click()", &[json!(button)]);
    page.check_link(&link);
    link
}

/// The page's bytes are the command line's for its link, and those of the link opened anew; the verdict is the same, too.
#[track_caller]
fn check_end(page: &Page, verdict: &str) -> String {
    page.until("it is judged", "return $('verdict')?.dataset.verdict === a", &[json!(verdict)]);
    let link = page.query();
    page.check_estimates(&link);
    assert_eq!(command_line::answer(&link)["fits"]["verdict"], verdict, "{link}");
    let totals = page.totals();
    page.open(&link);
    page.until("it is judged anew", "return $('verdict')?.dataset.verdict === a", &[json!(verdict)]);
    assert_eq!(page.totals(), totals, "{link}");
    assert_eq!(page.query(), link);
    link
}

#[test]
fn llama_70b_is_served_at_32k_on_two_cards_of_48_gb() {
    in_browser(|page| {
        page.open("");
        page.click_on("mode-inference");
        search(page, "model", "llama 3.3", "llama-3.3-70b-instruct");
        search(page, "gpu", "6000 ada", "rtx-6000-ada");
        choose(page, "engine", "vllm");
        page.enter("tensorParallel", "2");
        page.enter("sequenceLength", "32768");
        page.until(
            "it does not fit",
            "return $('verdict')?.dataset.verdict === 'too_much' || $('verdict')?.dataset.verdict === 'does_not_start'",
            &[],
        );
        for _ in 0..3 {
            apply(page, "apply-advice-0");
            if page.text_of(VERDICT, &[]) == "fits" {
                break;
            }
        }
        let link = check_end(page, "fits");
        let told = ["llama-3.3-70b-instruct", "rtx-6000-ada", "tensorParallel=2", "sequenceLength=32768"];
        assert!(told.iter().all(|it| link.contains(it)), "{link}");
    });
}

#[test]
fn qlora_of_32b_is_made_to_fit_one_rtx_4090() {
    in_browser(|page| {
        page.open("");
        page.click_on("mode-finetune");
        search(page, "model", "qwen2.5 32", "qwen2.5-32b");
        search(page, "gpu", "4090", "rtx-4090");
        choose(page, "method", "QLoRA");
        choose(page, "quantization", "nf4-dq");
        page.until("it does not fit", "return $('verdict')?.dataset.verdict === 'too_much'", &[]);
        let mut n_applied = 0;
        while page.text_of(VERDICT, &[]) != "fits" {
            apply(page, "apply-advice-0");
            n_applied += 1;
            assert!(n_applied < 8, "{}", page.query());
        }
        check_end(page, "fits");
    });
}

#[test]
fn a_7b_is_trained_on_eight_h100_with_the_largest_batch() {
    in_browser(|page| {
        page.open("");
        page.click_on("mode-train");
        search(page, "model", "qwen2.5 7", "qwen2.5-7b");
        search(page, "gpu", "h100 sxm", "h100-80gb");
        choose(page, "trainer", "fsdp2");
        page.enter("gpuCount", "8");
        page.script("const it = $('toggle-gradientCheckpointing'); if (!it.checked) it.click()", &[]);
        page.until("the question is answered", "return $('answer-batchSize') !== null", &[]);
        let link = apply(page, "apply-batchSize");
        let batch: f64 = page.box_text("batchSize").parse().expect("a number");
        assert_eq!(check_end(page, "fits"), link);
        let more = link.replace(&format!("batchSize={batch}"), &format!("batchSize={}", batch + 1.0));
        assert_ne!(command_line::answer(&more)["fits"]["verdict"], "fits", "one more does not: {more}");
    });
}
