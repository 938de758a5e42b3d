//! GPUs searched in a field and chosen from the list of all, and the ranks of a run over several, as the reader finds
//! them.

use super::page::{Page, in_browser};
use fantoccini::key::Key;
use serde_json::json;

const RUN: &str = "mode=train&model=llama-3.2-1b";
const IS_OPEN: &str = "return $('search-gpu').getAttribute('aria-expanded') === 'true'";
const ACTIVE: &str = "const id = $('search-gpu').getAttribute('aria-activedescendant') ?? ''; \
                      return document.getElementById(id)?.dataset.value ?? ''";

#[track_caller]
fn until_active(page: &Page, id: &str) {
    let is_active = "const id = $('search-gpu').getAttribute('aria-activedescendant') ?? ''; \
                     return document.getElementById(id)?.dataset.value === a";
    page.until("it is the one that Enter would choose", is_active, &[json!(id)]);
}

/// Nothing is chosen before Enter; Escape leaves all as it was.
#[test]
fn a_gpu_is_found_by_its_parts() {
    in_browser(|page| {
        page.open(RUN);
        page.until("the GPUs are there", "return $('choice-gpu').options.length > 200", &[]);
        page.focus("search-gpu");
        page.type_text("d 4090");
        until_active(page, "rtx-4090-d");
        let bold =
            "return [...document.querySelectorAll('[role=option][aria-selected=true] b')].map(it => it.textContent)";
        assert_eq!(page.texts_of(bold, &[]), ["4090", "D"]);
        assert_eq!(page.text_of("return $('choice-gpu').value", &[]), "none", "nothing is chosen yet");
        page.press(&[Key::Escape]);
        assert_eq!(page.script(IS_OPEN, &[]), false);
        assert_eq!(page.text_of("return $('search-gpu').value", &[]), "none chosen");
        page.type_text("h100 nvl");
        until_active(page, "h100-nvl-94gb");
        page.press(&[Key::Enter]);
        page.check_link(&format!("{RUN}&gpu=h100-nvl-94gb"));
        page.until("the select follows", "return $('choice-gpu').value === 'h100-nvl-94gb'", &[]);
        assert_eq!(page.script(IS_OPEN, &[]), false);
    });
}

/// Keys alone lead through the list; each row says what the run would find there.
#[test]
fn keys_lead_through_the_list() {
    in_browser(|page| {
        page.open(&format!("{RUN}&gpu=rtx-3090"));
        page.until("the GPUs are there", "return $('choice-gpu').options.length > 200", &[]);
        page.focus("search-gpu");
        page.press(&[Key::Down]);
        until_active(page, "rtx-3090");
        let verdict = "return document.querySelector('[role=option][data-value=rtx-3090] .judged').dataset.verdict";
        assert_eq!(page.text_of(verdict, &[]), "too_much");
        page.press(&[Key::Home]);
        let first = page.text_of(ACTIVE, &[]);
        let of_first = "return document.querySelector('[role=option][aria-selected=true] .judged').dataset.verdict";
        assert_eq!(page.text_of(of_first, &[]), "fits", "the smallest that fit stand first: {first}");
        page.press(&[Key::Down, Key::Up, Key::Enter]);
        page.until("it is chosen", "return $('choice-gpu').value === a", &[json!(first)]);
        page.until("it fits", "return $('verdict')?.dataset.verdict === 'fits'", &[]);
    });
}

/// GPUs of several kinds could be had by a link alone. What is chosen stands in the field, and is judged.
#[test]
fn another_kind_is_put_beside_a_gpu() {
    in_browser(|page| {
        let run = "model=qwen2.5-32b&quantization=gguf-file-q4_k_m&engine=llamacpp";
        page.open(&format!("{run}&gpu=rtx-3090&gpuCount=2"));
        page.until("the GPUs are there", "return $('choice-gpu').options.length > 200", &[]);
        page.focus("search-gpu");
        page.type_text("4090");
        page.press(&[Key::Down, Key::Up]);
        let headings = "return [...document.querySelectorAll('.combo-head')].map(it => it.textContent)";
        assert!(page.texts_of(headings, &[]).contains(&"Beside 2 × RTX 3090".to_owned()));
        for _ in 0..9 {
            if page.text_of(ACTIVE, &[]) == "rtx-3090*2_rtx-4090" {
                break;
            }
            page.press(&[Key::Down]);
        }
        page.press(&[Key::Enter]);
        page.check_link(&format!("{run}&gpu=rtx-3090*2_rtx-4090"));
        page.until("both are named", "return $('search-gpu').value === '2 × RTX 3090, RTX 4090'", &[]);
        page.until("it is judged", "return $('verdict')?.dataset.verdict === 'fits'", &[]);
    });
}

/// The list is made when its tab is opened; a press in it chooses.
#[test]
fn a_gpu_is_chosen_from_the_list_of_all() {
    in_browser(|page| {
        page.open(RUN);
        page.until("the tab is there", "return $('tab-gpus') !== null", &[]);
        assert_eq!(page.script("return $('all-gpus')", &[]), json!(null), "nothing is there before it is opened");
        page.click_on("tab-gpus");
        page.until("all are there", "return document.querySelectorAll('.devices tbody tr').length > 200", &[]);
        page.until("its name tells how many", "return /fits \\d+ of \\d+/.test($('tab-gpus').innerText)", &[]);
        page.focus("gpu-filter");
        page.type_text("rtx 6000");
        let all =
            "return [...document.querySelectorAll('.devices tbody th')].every(it => it.textContent.includes('6000'))";
        page.until("others are left out", all, &[]);
        page.click_on("gpus-fitting");
        let fitting = "const all = [...document.querySelectorAll('.devices tbody tr')];
            return all.length > 0 && all.every(it => it.querySelector('[data-verdict=fits], [data-gpus]') !== null)";
        page.until("what does not hold it is left out", fitting, &[]);
        page.click_on("gpus-fitting");
        page.until("it is back", "return $('choose-rtx-6000-ada') !== null", &[]);
        page.script("$('choose-rtx-6000-ada').click()", &[]);
        page.check_link(&format!("{RUN}&gpu=rtx-6000-ada&tab=gpus"));
    });
}

/// Where one GPU is not enough the list says how many are, and the run over as many fits.
#[test]
fn the_list_says_how_many_gpus_are_enough() {
    in_browser(|page| {
        let run = "model=llama-3.3-70b-instruct&quantization=gguf-file-q4_k_m&engine=llamacpp";
        page.open(&format!("{run}&gpu=rtx-3090&tab=gpus"));
        page.until("they are counted", "return $('needed-rtx-3090') !== null", &[]);
        let count = page.text_of("return $('needed-rtx-3090').dataset.gpus", &[]);
        assert!(count.parse::<u32>().is_ok_and(|it| it > 1), "{count}");
        for (gpus, kind) in
            [(count.parse::<u32>().expect("a number") - 1, "too_much"), (count.parse().expect("a number"), "fits")]
        {
            page.open(&format!("{run}&gpu=rtx-3090&gpuCount={gpus}"));
            page.until("it is judged", "return $('verdict')?.dataset.verdict === a", &[json!(kind)]);
        }
        page.until("a bar for each", "return $('rank-calibrated-1') !== null", &[]);
        // Choosing sets as many, and whatever was typed of another GPU is gone.
        page.open(&format!("{run}&gpuMemory=3&tab=gpus"));
        page.until("they are counted", "return $('needed-rtx-3090') !== null", &[]);
        page.script("$('choose-rtx-3090').click()", &[]);
        page.check_link(&format!("model=llama-3.3-70b-instruct&gpuCount={count}&quantization=gguf-file-q4_k_m&engine=llamacpp&gpu=rtx-3090&tab=gpus"));
    });
}

/// Each kind of rank has its bytes, and the fullest is the total.
#[test]
fn ranks_are_told_apart() {
    in_browser(|page| {
        page.open("mode=finetune&model=llama-3.1-8b&method=Full&trainer=fsdp2&recipe=policy&gpuCount=7&gpu=h100-80gb");
        page.until("the ranks are there", "return $('rank-calibrated-0') !== null", &[]);
        let most = "const all = [...document.querySelectorAll('[data-testid^=rank-calibrated-]')]; \
                    return String(Math.max(...all.map(it => Number(it.dataset.bytes))))";
        let total = "return String(Number($('total-calibrated').dataset.bytes))";
        assert_eq!(page.text_of(most, &[]), page.text_of(total, &[]));
        assert!(page.text("ranks").contains("All 7 GPUs together"), "{}", page.text("ranks"));
        assert!(page.text("verdict").contains("on the fullest GPU"), "{}", page.text("verdict"));
        page.open("mode=finetune&method=Full&gpu=h100-80gb");
        page.until("the rest is there", "return $('tab-gpus') !== null", &[]);
        assert_eq!(page.script("return $('ranks')", &[]), json!(null));
    });
}
