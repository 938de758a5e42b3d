//! Bad links: each problem has its notice, the defaults count, and no reader ever sees a NaN.

use super::page::{CATALOG, Page, in_browser};
use serde_json::json;
use vram_estimator::link::{Language, decode};
use vram_estimator::locale::{CrashTexts, ENGLISH_LATER, crash_texts};

/// What a link says, and what its notices must name: the key, the value and what is allowed.
const BAD: [(&str, &[&[&str]]); 17] = [
    ("mode=nlp&batchSize=abc", &[&["batchSize", "abc", "16", "whole numbers from 1 to"]]),
    ("mode=nlp&batchSize=-1", &[&["batchSize", "-1", "16", "whole numbers from 1 to"]]),
    ("mode=nlp&batchSize=1e999", &[&["batchSize", "1e999", "16"]]),
    ("mode=nlp&batchSize=", &[&["batchSize", "empty", "16"]]),
    ("mode=nlp&batchSize", &[&["batchSize", "empty", "16"]]),
    ("mode=nlp&batchSize=4&batchSize=8", &[&["batchSize", "more than once", "16"]]),
    ("mode=nlp&batchSize=%zz", &[&["batchSize", "%zz", "16"]]),
    ("mode=nlp&batchSize=%ff%fe", &[&["batchSize", "16"]]),
    ("mode=nlp&batchSize=NaN&modelSize=Infinity", &[&["batchSize", "NaN"], &["modelSize", "Infinity"]]),
    ("mode=nlp&batchSize=2.5", &[&["batchSize", "2.5", "whole number"]]),
    ("mode=nlp&precision=FP7", &[&["precision", "FP7", "FP32", "INT4"]]),
    ("mode=train&gradientCheckpointing=maybe", &[&["gradientCheckpointing", "maybe", "true", "false"]]),
    ("mode=cooking", &[&["mode", "cooking", "inference", "cnn"]]),
    ("mode=nlp&colour=red", &[&["colour", "red"]]),
    ("mode=nlp&view=moon&unit=PiB&selected=nobody", &[&["view", "moon"], &["unit", "PiB"], &["selected", "nobody"]]),
    ("mode=nlp&kernelSize=5", &[&["kernelSize", "5", "NLP"]]),
    ("mode=nlp&=5&%00=%00&<script>alert(1)</script>=1", &[&["5"], &[], &["<script>"]]),
];

/// What the page says outside its notices, which quote the link.
fn own_words(page: &Page) -> String {
    page.text_of(
        "const it = document.body.cloneNode(true); it.querySelectorAll('.notices').forEach(it => it.remove());
        const spoken = [...it.querySelectorAll('*')].flatMap(it => [...it.attributes].map(it => it.value));
        return document.title + it.textContent + spoken.join(' ')",
        &[],
    )
}

#[track_caller]
fn check_sound(page: &Page, query: &str) {
    page.check_estimates(&format!("?{query}"));
    let words = own_words(page);
    for bad in ["NaN", "Infinity", "undefined", "∞", "[object"] {
        assert!(!words.contains(bad), "{query}: {bad} on the page");
    }
    assert!(page.script("return $('crash') === null", &[]) == true, "{query}");
}

#[track_caller]
fn check(page: &Page, query: &str, parts: &[&[&str]]) {
    page.open(query);
    check_sound(page, query);
    let notices = page.notices();
    // What the address bar says is what was decoded: the browser may write some characters in its own way.
    let (_, problems) = decode(&format!("?{}", page.query()), &CATALOG);
    let expected: Vec<_> = problems.iter().map(|it| squeezed(&(ENGLISH_LATER.problem)(it))).collect();
    assert_eq!(notices.iter().map(|it| squeezed(it)).collect::<Vec<_>>(), expected, "{query}");
    assert_eq!(notices.len(), parts.len(), "{query}: {notices:?}");
    for (notice, parts) in notices.iter().zip(parts) {
        for part in *parts {
            assert!(notice.contains(part), "{query}: {part} in {notice}");
        }
    }
    // Each can be dismissed, from the last to the first, and then nothing of them is left.
    for n_left in (0..notices.len()).rev() {
        page.click("[data-testid='notice']:last-of-type button");
        assert_eq!(page.notices(), notices[..n_left], "{query}");
    }
    assert_eq!(page.script("return document.querySelector('.notices').hidden", &[]), true, "{query}");
}

/// As a browser shows text: control characters have no width, and spaces run together.
fn squeezed(text: &str) -> String {
    text.replace(|it: char| it.is_control(), "").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn bad_links_show_notices_that_can_be_dismissed() {
    in_browser(|page| {
        for (query, parts) in BAD {
            check(page, query, parts);
        }
    });
}

#[test]
fn good_links_show_none() {
    in_browser(|page| {
        for query in ["", "mode=nlp&modelSize=8.75&batchSize=4", "mode=grpo&gradientCheckpointing=false&unit=GB"] {
            page.open(query);
            check_sound(page, query);
            assert_eq!(page.notices(), [""; 0], "{query}");
        }
    });
}

/// What cannot be had is refused in its notice and beside its row, with what would do; it was said to have no effect.
#[test]
fn what_cannot_be_had_is_refused_in_place() {
    in_browser(|page| {
        let query = "mode=train&trainer=ddp&gpuCount=2&tensorParallel=2";
        page.open(query);
        check_sound(page, query);
        let notices = page.notices();
        assert!(notices.iter().any(|it| it.starts_with("tensorParallel=2 is impossible: trainer=ddp ")), "{notices:?}");
        page.unfold_rows();
        page.until(
            "the row says so",
            "return $('refusal-tensorParallel')?.textContent.startsWith(a)",
            &[json!("Impossible: Trainer DDP has no tensor parallelism here.")],
        );
    });
}

/// A notice is about the link: once its key is set by hand, it goes.
#[test]
fn setting_the_key_takes_its_notice_away() {
    in_browser(|page| {
        page.open("mode=nlp&batchSize=abc&modelSize=-3");
        assert_eq!(page.notices().len(), 2);
        page.enter("batchSize", "8");
        page.check_link("mode=nlp&batchSize=8");
        let notices = page.notices();
        assert!(notices.len() == 1 && notices[0].contains("modelSize"), "{notices:?}");
    });
}

/// As large and as small as values may be: totals stay numbers that can be read.
#[test]
fn values_at_their_limits_give_numbers() {
    let large: String = ["modelSize", "hiddenSize", "numLayers", "batchSize", "gradientAccumulationSteps"]
        .map(|key| format!("&{key}=1000000"))
        .concat();
    let small = "&modelSize=0.000001&hiddenSize=1&intermediateSize=1&numLayers=1&numAttentionHeads=1&vocabSize=1";
    in_browser(|page| {
        for values in [large.as_str(), small] {
            for view in ["estimate", "verification", "guide"] {
                let query = format!("mode=nlp{values}&view={view}");
                page.open(&query);
                if view == "estimate" {
                    check_sound(page, &query);
                } else {
                    let words = own_words(page);
                    assert!(["NaN", "Infinity", "undefined"].iter().all(|bad| !words.contains(bad)), "{query}");
                }
                assert!(page.notices().is_empty(), "{query}");
            }
        }
    });
}

/// More wrong keys than anyone reads: the notices end, and the page still answers.
#[test]
fn a_long_bad_link_opens() {
    let query: String = (0..2000).map(|i| format!("key{i}=value&")).collect::<String>() + "mode=nlp&batchSize=4";
    in_browser(|page| {
        page.open(&query);
        check_sound(page, &query);
        let notices = page.notices();
        assert_eq!(notices.len(), 11, "ten, and one that counts the others");
        assert!(notices.iter().any(|it| it.contains("1990 more")), "{notices:#?}");
        // They take no more room than a few of them do: the sliders stay within reach.
        let script = "return $('number-modelSize').getBoundingClientRect().bottom <= innerHeight";
        assert_eq!(page.script(script, &[]), true);
        assert_eq!(page.box_text("batchSize"), "4");
    });
}

/// A panic stops the program where it happens, and the browser tells of it like of any error that nobody caught.
#[test]
fn a_crash_is_told() {
    in_browser(|page| {
        page.open("lang=zh");
        let throw = "const [event, field, whose] = arguments;
            const error = whose === 'ours' ? new WebAssembly.RuntimeError('unreachable') : new Error('an extension');
            window.dispatchEvent(Object.assign(new Event(event), { [field]: error }));
            return document.querySelectorAll('.crash').length";
        let events = [("error", "error"), ("unhandledrejection", "reason")];
        for (event, field) in events {
            let count = page.script(throw, &[event.into(), field.into(), "theirs".into()]);
            assert!(count == 0, "{event}: that of an extension is none of ours");
        }
        for (event, field) in events {
            let count = page.script(throw, &[event.into(), field.into(), "ours".into()]);
            assert!(count == 1, "{event}: told, and once");
        }
        let told = page.text("crash");
        let CrashTexts { title, advice, reload } = crash_texts(Language::Chinese);
        for it in [title, advice, reload, "lang=zh"] {
            assert!(told.contains(it), "{told}");
        }
    });
}

/// A link that is not taken as it stands says so inside of another page too.
#[test]
fn an_embedded_page_tells_problems() {
    in_browser(|page| {
        page.open("mode=nlp&batchSize=abc&embed=1");
        page.until("the chart's tools are there", "return document.querySelector('.chart-switch') !== null", &[]);
        let notices = page.notices();
        assert!(notices.len() == 1 && notices[0].contains("abc"), "{notices:?}");
        assert!(page.script("return $('pin') === null", &[]) == true, "nothing is pinned there");
    });
}
