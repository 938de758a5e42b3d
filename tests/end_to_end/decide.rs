//! What fits and what to change, as the reader finds it: rows that are applied with a press, and taken back with Back.
//! The command line says the same.

use super::page::in_browser;
use serde_json::json;
use vram_estimator::estimator::Catalog;
use vram_estimator::link::decode;
use vram_estimator::locale::ENGLISH_LATER;
use vram_estimator::present::answer::{Asked, answer_with};

const LINK: &str = "mode=train&model=llama-3.2-1b&gpu=rtx-4090";

/// Every row leads where the command line says.
#[test]
fn rows_say_what_the_command_line_says() {
    in_browser(|page| {
        page.open(LINK);
        page.until("the advice is there", "return $('advice-0') !== null", &[]);
        let (link, problems) = decode(LINK, &Catalog::built_in());
        let told =
            answer_with(&link, &problems, &ENGLISH_LATER, Asked { solves: true, advises: true, ..Asked::default() });
        let links = |of: &str| -> Vec<String> {
            let all = told[of].as_array().expect("a list").iter();
            all.filter_map(|it| it["link"].as_str().map(str::to_owned)).collect()
        };
        let shown = |rows: &str| {
            page.texts_of("return [...document.querySelectorAll(a)].map(it => it.dataset.link)", &[json!(rows)])
        };
        assert_eq!(shown(".decide li[data-testid^='advice-']"), links("advice"));
        assert_eq!(shown(".decide li[data-testid^='answer-'][data-link]"), links("answers"));
    });
}

/// A change is applied as a step in the history, and the keyboard stays on the list.
#[test]
fn a_change_is_applied_and_taken_back() {
    in_browser(|page| {
        page.open(LINK);
        page.until("the advice is there", "return $('apply-advice-0') !== null", &[]);
        page.script("$('apply-advice-0').click()", &[]);
        page.until("it fits", "return $('verdict').dataset.verdict === 'fits'", &[]);
        page.until("what fits comes first", "return $('answer-batchSize')?.dataset.link !== undefined", &[]);
        assert_eq!(page.script("return document.activeElement.dataset.testid", &[]), "decide");
        page.script("history.back()", &[]);
        page.until("it is taken back", "return $('verdict').dataset.verdict === 'too_much'", &[]);
    });
}

/// What a change saves and where it leads stand beside each other in wide and narrow windows: long sentences break, and
/// cover nothing.
#[test]
fn figures_and_verdicts_stand_apart() {
    const PARTS: &str = "return [...document.querySelectorAll(\".decide li[data-testid^='advice-']\")].flatMap(row => {
        const parts = [...row.querySelectorAll('.decide-figure, .judged')].map(it => {
            const text = document.createRange();
            text.selectNodeContents(it);
            return text.getBoundingClientRect();
        });
        return parts.length === 2 && parts[0].width > 0 ? [parts] : [];
    })";
    in_browser(|page| {
        page.open(
            "model=llama-3.3-70b-instruct&sequenceLength=32768&gpuCount=2&tensorParallel=2&engine=vllm&gpu=rtx-a6000",
        );
        page.until("the advice is there", "return $('advice-4') !== null", &[]);
        for width in [1440, 1280, 360] {
            page.resize(width, 900, 1.0);
            let rows = page.script(PARTS, &[]);
            let rows = rows.as_array().expect("rows");
            assert!(rows.len() >= 5, "{rows:?}");
            for row in rows {
                let (end, start) = (row[0]["right"].as_f64(), row[1]["left"].as_f64());
                assert!(end.expect("an end") <= start.expect("a start"), "{width} px: {row}");
            }
        }
    });
}

/// The cheapest sharding is one more answer where there is something to spread; the program that finds it comes for it.
#[test]
fn the_cheapest_sharding_is_that_of_the_command_line() {
    let run = "mode=train&model=llama-3.1-8b&trainer=fsdp2&gpuCount=8&gpu=h100-80gb&gradientCheckpointing=true";
    in_browser(|page| {
        page.open(run);
        page.until("it is found", "return ($('answer-trainer')?.innerText ?? '…').includes('…') === false", &[]);
        let (link, problems) = decode(run, &Catalog::built_in());
        let told = answer_with(&link, &problems, &ENGLISH_LATER, Asked { solves: true, ..Asked::default() });
        let there = told["sharding"]["link"].as_str().expect("a link").to_owned();
        assert_eq!(page.text_of("return $('answer-trainer').dataset.link", &[]), there);
        page.script("$('apply-trainer').click()", &[]);
        page.until_query(&there);
        page.until("it is today's", "return $('answer-trainer')?.querySelector('.decide-now') !== null", &[]);
        page.open(LINK);
        page.until("the answers are there", "return $('answer-batchSize') !== null", &[]);
        assert_eq!(page.script("return $('answer-trainer') === null", &[]), true, "one GPU has nothing to spread");
    });
}

/// The program that finds it cannot be fetched: that is told where the answer should stand, and it can be asked for
/// again.
#[test]
fn the_cheapest_sharding_is_asked_for_again() {
    in_browser(|page| {
        page.browser().devtools("Network.enable", json!({}));
        page.browser().devtools("Network.setBlockedURLs", json!({ "urls": ["*workbench.wasm"] }));
        page.open("mode=train&model=llama-3.1-8b&trainer=fsdp2&gpuCount=8&gpu=h100-80gb");
        page.until(
            "the failure is told",
            "return document.querySelector('.answers [data-testid=not-loaded]') !== null",
            &[],
        );
        page.browser().devtools("Network.setBlockedURLs", json!({ "urls": [] }));
        page.click(".answers [data-testid=not-loaded] button");
        page.until("it is found", "return ($('answer-trainer')?.innerText ?? '…').includes('…') === false", &[]);
        // The console has told of what was missing.
        page.browser().console();
    });
}
