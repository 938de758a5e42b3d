//! What the tabs below the chart say, and what their marks and selects do, as the reader finds it.

use super::command_line;
use super::page::{Page, in_browser};
use serde_json::{Value as Json, json};

const EIGHT: &str = "mode=finetune&model=llama-3.1-8b&method=Full&trainer=fsdp2&recipe=policy&gpuCount=8&gpu=h100-80gb";

#[track_caller]
fn open_tab(page: &Page, tab: &str) {
    let id = format!("tab-{tab}");
    page.until("the tab is there", "return $(a) !== null", &[json!(id)]);
    page.click_on(&id);
}

/// What stands below a tab's name.
fn answer(page: &Page, tab: &str) -> String {
    page.text_of("return $(a).querySelector('span').innerText", &[json!(format!("tab-{tab}"))])
}

#[track_caller]
fn until_answer(page: &Page, tab: &str, words: &str) {
    let says = "return $(a).querySelector('span').innerText.includes(b)";
    page.until(&format!("{tab} says {words}"), says, &[json!(format!("tab-{tab}")), json!(words)]);
}

/// The words below the name were of the sequence while the chart was of another parameter.
#[test]
fn a_tab_and_its_chart_are_of_one_parameter() {
    in_browser(|page| {
        page.open(&format!("{EIGHT}&over=tensorParallel"));
        until_answer(page, "sweep", "when opened");
        assert!(page.text_of("return $('stop-sequenceLength').innerText", &[]).contains("fits to 3101"));
        open_tab(page, "sweep");
        until_answer(page, "sweep", "fits to 4 GPUs");
        assert_eq!(page.text("crossing"), "fits to 4 GPUs");
        // Closed again it still says so.
        page.click_on("tab-sweep");
        page.until("it is closed", "return $('choice-over') === null", &[]);
        until_answer(page, "sweep", "fits to 4 GPUs");
        page.open(&format!("{EIGHT}&over=sequenceLength"));
        until_answer(page, "sweep", "fits to 3101");
    });
}

/// Before anything was opened tabs say that they are worked out then; later all of them answer, and again after a
/// change.
#[test]
fn closed_tabs_answer_too() {
    in_browser(|page| {
        page.open(EIGHT);
        for tab in ["plans", "gpus"] {
            until_answer(page, tab, "when opened");
        }
        open_tab(page, "compare");
        let said = |query: &str| {
            let answer = command_line::answer_with(&["--plan"], query);
            let all = answer["plan"].as_array().expect("plans").len();
            let of = |kind: &str| {
                let is_of = |it: &&Json| it["verdict"] == kind;
                answer["plan"].as_array().expect("plans").iter().filter(is_of).count()
            };
            let (fit, tight) = (of("fits"), of("tight"));
            if tight == 0 { format!("{fit} of {all} fit") } else { format!("{fit} of {all} fit, {tight} tight") }
        };
        until_answer(page, "plans", &said(EIGHT));
        until_answer(page, "gpus", "of 258");
        until_answer(page, "sweep", "fits to 3101");
        let before = answer(page, "gpus");
        page.enter("sequenceLength", "4096");
        let query = page.query_after(&format!("{EIGHT}&tab=compare"));
        assert_ne!(said(&query), said(EIGHT), "{query}");
        until_answer(page, "plans", &said(&query));
        until_answer(page, "gpus", "of 258");
        let after = answer(page, "gpus");
        assert_ne!(before, after);
        open_tab(page, "gpus");
        page.until("its part is there", "return $('all-gpus')?.querySelector('tbody') !== null", &[]);
        until_answer(page, "gpus", &after);
    });
}

/// What is refused is hatched, and its reason told; a line that moves says so; names stand below on a narrow screen.
#[test]
fn marks_of_a_sweep_are_told() {
    in_browser(|page| {
        page.open(&format!("{EIGHT}&tab=sweep&over=tensorParallel"));
        page.until("it is hatched", "return document.querySelector('[data-kind=unanswered]') !== null", &[]);
        let notes = page.text("sweep-notes");
        assert!(notes.contains("13 values have no answer") && notes.contains("do not divide"), "{notes}");
        let line = "return document.querySelector('.sweep-capacity')?.innerText.includes(a)";
        page.until("the line is the device's", line, &[json!("79.2 GiB")]);
        let names = "return getComputedStyle(document.querySelector('.sweep-legend')).display";
        assert_eq!(page.text_of(names, &[]), "none");
        page.open(&format!("{EIGHT}&tab=sweep&over=gpuMemory"));
        page.until("the line follows", line, &[json!("8.0 to 288.0 GiB")]);
        page.open(
            "mode=finetune&model=qwen2.5-32b&method=QLoRA&quantization=nf4-dq&precision=BF16&gradientCheckpointing=true\
                     &batchSize=1&gpu=rtx-4090&tab=sweep&over=loraRank",
        );
        page.until("other moments are marked", "return document.querySelectorAll('.sweep-turn').length > 1", &[]);
        assert!(page.text("sweep-notes").contains("at first: "), "{}", page.text("sweep-notes"));
        page.resize(360, 740, 1.0);
        page.until(
            "names stand below",
            "return getComputedStyle(document.querySelector('.sweep-legend')).display === 'flex'",
            &[],
        );
        let n_names = "return document.querySelectorAll('.sweep-legend span').length";
        assert!(page.number_of(n_names, &[]) > 3.0);
    });
}

/// A select leaves the rows with its value; it stays under the keyboard, and the tab's answer counts all.
#[test]
fn plans_are_filtered() {
    in_browser(|page| {
        page.open(&format!("{EIGHT}&tab=plans"));
        page.until("the plans are there", "return $('plan-0') !== null", &[]);
        let before = answer(page, "plans");
        page.click_on("all-plans");
        page.until("all are there", "return $('all-plans') === null", &[]);
        let n_rows = "return document.querySelectorAll('.plans tbody tr').length";
        let all = page.number_of(n_rows, &[]);
        page.focus("filter-0");
        let choose = "const it = $('filter-0'); it.value = a; it.dispatchEvent(new Event('change', { bubbles: true }))";
        page.script(choose, &[json!("4")]);
        let degrees = "return [...document.querySelectorAll('.plans tbody [data-label=TP]')].map(it => it.innerText)";
        page.until(
            "fewer stand there",
            "return document.querySelectorAll('.plans tbody tr').length < a",
            &[json!(all)],
        );
        let shown = page.texts_of(degrees, &[]);
        assert!(!shown.is_empty() && shown.iter().all(|it| it == "4"), "{shown:?}");
        assert_eq!(page.script("return document.activeElement === $('filter-0')", &[]), true);
        let said = page.text_of("return document.querySelector('.plans [role=status]').innerText", &[]);
        assert_eq!(said, format!("{} of {all} ways shown", shown.len()));
        assert_eq!(answer(page, "plans"), before);
        page.script(choose, &[json!("")]);
        page.until("all are back", "return document.querySelectorAll('.plans tbody tr').length === a", &[json!(all)]);
        // On a phone each row stands below itself, with names beside its figures.
        page.resize(360, 740, 1.0);
        let is_wide = "const it = document.querySelector('.plans-frame'); return it.scrollWidth > it.clientWidth";
        assert_eq!(page.script(is_wide, &[]), false);
    });
}
