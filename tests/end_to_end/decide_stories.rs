//! Three stories, told with the page's own controls from an empty page: what is recommended, applied, gives the figure
//! of the command line, and the link opened anew gives the same bytes.

use super::command_line::imported;
use super::page::in_browser;
use super::steps::{apply, check_rest, choose, enter, go_back, search, turn_on, until_judged, verdict, verdict_of};
use serde_json::json;

#[test]
fn llama_70b_is_served_at_32k_on_two_cards_of_48_gb() {
    in_browser(|page| {
        page.open("");
        page.click_on("mode-inference");
        search(page, "model", "llama 3.3", "llama-3.3-70b-instruct");
        search(page, "gpu", "6000 ada", "rtx-6000-ada");
        choose(page, "engine", "vllm");
        enter(page, "gpuCount", "2");
        enter(page, "sequenceLength", "32768");
        let copies = "model=llama-3.3-70b-instruct&sequenceLength=32768&gpuCount=2&engine=vllm&gpu=rtx-6000-ada";
        page.check_link(copies);
        until_judged(page, "does_not_start");
        let mut steps = vec![copies.to_owned()];
        while verdict(page) != "fits" {
            steps.push(apply(page, "apply-advice-0"));
            assert!(steps.len() < 5, "{steps:?}");
        }
        let advised = steps.pop().expect("a step");
        go_back(page, steps.last().expect("a step"), "does_not_start");
        apply(page, "apply-advice-0");
        assert_eq!(check_rest(page, "fits"), advised);
        let told = ["llama-3.3-70b-instruct", "rtx-6000-ada", "gpuCount=2", "sequenceLength=32768"];
        assert!(told.iter().all(|it| advised.contains(it)), "{advised}");
    });
}

/// The launch and the message of a run that died are pasted, one below the other, into a page that knows the card.
#[test]
fn qlora_of_32b_is_made_to_fit_one_rtx_4090() {
    let died = include_str!("../fixtures/logs/pytorch-beside-launch.txt");
    in_browser(|page| {
        page.open("");
        page.click_on("bring");
        page.until("the sheet is open", "return $('bring-sheet')?.open", &[]);
        let put = "const it = $('bring-text'); it.value = a; it.dispatchEvent(new Event('input', { bubbles: true }))";
        page.script(put, &[json!(died)]);
        page.until("it is read", "return $('bring-measured') !== null", &[]);
        assert!(page.text("bring-taken").contains("Qwen2.5 32B"), "{}", page.text("bring-taken"));
        let link = apply(page, "apply-bring");
        assert_eq!(link, imported(died)["link"]);
        let said = ["model=qwen2.5-32b", "method=QLoRA", "sequenceLength=4096", "loraRank=32", "gpuMemory=23.52"];
        assert!(said.iter().all(|it| link.contains(it)), "{link}");
        until_judged(page, "too_much");
        // The message says how much memory there is, and not of which card.
        search(page, "gpu", "4090", "rtx-4090");
        until_judged(page, "too_much");
        let mut n_applied = 0;
        while verdict(page) != "fits" {
            apply(page, "apply-advice-0");
            n_applied += 1;
            assert!(n_applied < 8, "{}", page.query());
        }
        let fits = check_rest(page, "fits");
        // On the card that there is.
        assert!(fits.contains("gpu=rtx-4090") && !fits.contains("gpuCount"), "{fits}");
        assert!(fits.contains("model=qwen2.5-32b"), "{fits}");
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
        enter(page, "gpuCount", "8");
        turn_on(page, "gradientCheckpointing");
        page.until("the question is answered", "return $('answer-batchSize') !== null", &[]);
        let link = apply(page, "apply-batchSize");
        let batch: f64 = page.box_text("batchSize").parse().expect("a number");
        assert_eq!(check_rest(page, "fits"), link);
        let more = link.replace(&format!("batchSize={batch}"), &format!("batchSize={}", batch + 1.0));
        assert_ne!(verdict_of(&more), "fits", "one more does not: {more}");
    });
}
