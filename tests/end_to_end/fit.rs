//! Whether the run fits its GPU, as the reader finds it: a GPU chosen, the verdict that follows the hand, the line in
//! the chart. The command line says what the verdict is.

use super::page::{Page, in_browser, slider};
use fantoccini::key::Key;
use serde_json::json;

const VERDICT: &str = "return $('verdict')?.dataset.verdict ?? ''";

#[track_caller]
fn until_judged(page: &Page, verdict: &str) {
    page.until("the verdict is there", "return $('verdict')?.dataset.verdict === a", &[json!(verdict)]);
}

/// Chosen by typing in the list, as people do.
#[test]
fn a_gpu_is_chosen_and_judged() {
    in_browser(|page| {
        page.open("mode=train&model=llama-3.2-1b");
        until_judged(page, "no_device");
        assert!(page.text("verdict").contains("RTX"), "a GPU that fits is named: {}", page.text("verdict"));
        page.until("the GPUs are there", "return $('choice-gpu').options.length > 200", &[]);
        page.focus("choice-gpu");
        page.type_text("RTX 3090");
        until_judged(page, "too_much");
        page.check_link("mode=train&model=llama-3.2-1b&gpu=rtx-3090");
        let text = page.text("verdict");
        assert!(["RTX 3090", "too much", "RTX A6000"].iter().all(|it| text.contains(it)), "{text}");
        assert_eq!(page.box_text("gpuMemory"), "23.52", "what programs see of it");
        let missing = page.text_of("return $('verdict').dataset.spareBytes", &[]);
        assert!(missing.parse::<f64>().is_ok_and(|it| it < 0.0), "{missing}");
    });
}

/// The verdict follows the hand, not only its rest, and is read out with the total when the hand rests.
#[test]
fn the_verdict_follows_the_hand() {
    in_browser(|page| {
        page.open("mode=train&model=llama-3.2-1b&gpu=rtx-4090&recipe=pure&precision=BF16&batchSize=1");
        until_judged(page, "fits");
        page.focus(&slider("batchSize"));
        page.press(&[Key::PageUp; 12]);
        until_judged(page, "too_much");
        let said =
            "return [...document.querySelectorAll('output')].some(it => it.textContent.includes('Does not fit'))";
        page.until("it is read out", said, &[]);
        page.press(&[Key::Home]);
        until_judged(page, "fits");
    });
}

/// The line stands where the axis has the GPU's memory, in both charts; far above the bars its figure alone stands at
/// the top.
#[test]
fn the_line_stands_where_the_gpu_ends() {
    in_browser(|page| {
        page.open("mode=train&model=llama-3.2-1b&gpu=rtx-4090");
        let height = "const it = $(a); return it.hidden ? '' : it.style.bottom";
        for id in ["chart-capacity", "timeline-capacity"] {
            let bottom = page.until("the line is there", height, &[json!(id)]);
            let share: f64 = bottom.as_str().and_then(|it| it.trim_end_matches('%').parse().ok()).expect("a share");
            let top = page.text_of("return [...document.querySelectorAll('.y-tick')].at(-1).textContent", &[]);
            let top: f64 = top.parse().expect("a figure");
            assert!((share / 100.0 * top - 23.519_531_25).abs() < 0.1, "{id}: {share} % of {top}");
            assert_eq!(page.text(id).split_whitespace().collect::<Vec<_>>().join(" "), "RTX 4090 23.5 GiB");
        }
        page.open("mode=train&model=llama-3.2-1b&gpu=h200");
        until_judged(page, "fits");
        let far = "const it = $('chart-capacity'); return it.hidden ? '' : `${it.style.bottom} ${it.innerText}`";
        let far = page.text_of(far, &[]);
        assert!(far.starts_with("100%") && far.contains("H200") && far.contains("↑ 139.7"), "{far}");
        page.open("mode=train&model=llama-3.2-1b");
        page.painted();
        assert_eq!(page.script("return $('chart-capacity').hidden", &[]), true);
    });
}

/// Without a method that answers, the reason stands in place of a verdict.
#[test]
fn no_verdict_stands_beside_a_reason() {
    in_browser(|page| {
        page.open("mode=train&model=gemma-3n-e2b-it&gpu=rtx-4090");
        page.until("the reason is told", "return $('unanswered-calibrated') !== null", &[]);
        assert_eq!(page.text_of(VERDICT, &[]), "");
    });
}
