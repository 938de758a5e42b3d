//! A phone's width: nothing runs out at the side, and the totals stay in sight.

use super::page::{Page, in_browser};
use serde_json::json;
use vram_estimator::estimator::Mode;
use vram_estimator::link::Tab;

pub const WIDTH: u32 = 360;

/// Elements that reach beyond a side of the window, unless they scroll in a frame of their own or only a screen reader
/// meets them.
const BEYOND_THE_SIDE: &str = "
    const scrolls = it => it !== null && (/auto|scroll/.test(getComputedStyle(it).overflowX) || scrolls(it.parentElement));
    const is_hidden = it => it !== null && (getComputedStyle(it).clipPath !== 'none' || is_hidden(it.parentElement));
    const all = [...document.body.querySelectorAll('*')].filter(it => it.className !== 'skip' && !is_hidden(it));
    const beyond = all.filter(it => {
        const place = it.getBoundingClientRect();
        const is_seen = place.width > 1 && place.height > 1 && it.checkVisibility({ opacityProperty: true });
        const side = document.documentElement.clientWidth;
        return is_seen && (place.right > side + 1 || place.left < -1) && !scrolls(it.parentElement);
    });
    return beyond.map(it => `${it.tagName} ${it.getAttribute('class')}: ${it.textContent.slice(0, 40)}`)";

/// Whether every row that is to be open shows its formulas, which are fetched first.
const ALL_ARE_OPEN: &str =
    "const [rows, details] = ['.components .row-button[aria-expanded=true]', '[data-testid=detail]']
    .map(it => document.querySelectorAll(it).length); return rows > 0 && rows === details";

/// Whether what is open below the chart is all there.
const TAB_IS_OPEN: &str = "return document.querySelector('#workbench tbody tr') !== null";

/// Opens every group of parameters, and shows the rows without effect.
pub const OPEN_ALL: &str =
    "document.querySelectorAll('.opener[aria-expanded=false], .unfold[aria-expanded=false]').forEach(it => it.click())";

/// Nothing can be scrolled sideways, and nothing is cut off at the side.
#[track_caller]
pub fn check_width(page: &Page, query: &str, width: u32) {
    assert_eq!(page.number_of("return innerWidth", &[]), f64::from(width));
    let beyond = page.texts_of(BEYOND_THE_SIDE, &[]);
    assert_eq!(beyond, [""; 0], "{query}: beyond the side at {width}");
    let wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
    assert_eq!(page.number_of(wide, &[]), 0.0, "{query} can be scrolled sideways at {width}");
}

#[test]
fn nothing_runs_out_at_the_side() {
    in_browser(|page| {
        page.resize(WIDTH, 740, 2.0);
        for mode in Mode::ALL {
            for view in ["estimate", "verification", "guide"] {
                // The other views are the same for every mode but for the strategies' figures.
                if view != "estimate" && !matches!(mode, Mode::Inference | Mode::Nlp) {
                    continue;
                }
                let query = format!("mode={}&view={view}", mode.id());
                page.open(&query);
                check_width(page, &query, WIDTH);
            }
        }
        for mode in Mode::ALL {
            page.open(&format!("mode={}", mode.id()));
            page.script("document.querySelectorAll('.row-button, button.help').forEach(it => it.click())", &[]);
            page.until("all are open", ALL_ARE_OPEN, &[]);
            check_width(page, &format!("{} with every row and help text open", mode.id()), WIDTH);
        }
        // What some modes only have for some models: long lists of tensors, and a method that does not answer.
        for query in ["mode=train&model=llama-3.1-8b", "mode=finetune&model=minimax-text-01"] {
            page.open(query);
            page.script("document.querySelectorAll('.row-button').forEach(it => it.click())", &[]);
            page.until("all are open", ALL_ARE_OPEN, &[]);
            check_width(page, query, WIDTH);
        }
        // What is opened below the chart, at its widest.
        let run =
            "mode=finetune&model=llama-3.1-8b&method=Full&trainer=fsdp2&gpuCount=8&gpu=h100-80gb&pin=mode%3Dnlp&pin=";
        for tab in Tab::ALL {
            for lang in ["en", "zh"] {
                let query = format!("{run}&tab={}&lang={lang}", tab.id());
                page.open(&query);
                page.until("it is open", TAB_IS_OPEN, &[]);
                page.script("document.querySelectorAll('#workbench summary').forEach(it => it.click())", &[]);
                check_width(page, &query, WIDTH);
            }
        }
        // The largest numbers, opened formulas, notices and a replay are the widest things there are.
        page.open("mode=nlp&modelSize=1000000&batchSize=1000000&hiddenSize=1000000&numLayers=abc&colour=red");
        page.script("document.querySelectorAll('.row-button').forEach(it => it.click())", &[]);
        page.until("all are open", ALL_ARE_OPEN, &[]);
        check_width(page, "large numbers and opened rows", WIDTH);
        page.open("view=verification");
        page.click_on("play-7");
        page.until("the replay runs", "return $('replay-total') !== null", &[]);
        check_width(page, "a replay", WIDTH);
    });
}

/// Around the widths at which the layout changes.
#[test]
fn nothing_runs_out_between_phone_and_desk() {
    in_browser(|page| {
        for query in ["mode=nlp", "mode=grpo", "view=verification", "view=guide&mode=vlm"] {
            page.open(query);
            for width in [500, 719, 720, 859, 860, 1099, 1100, 1279, 1280, 2560] {
                page.resize(width, 740, 1.0);
                check_width(page, query, width);
            }
        }
    });
}

/// All of an element is in the window, and nothing lies over it.
#[track_caller]
fn check_in_sight(page: &Page, test_id: &str, when: &str) {
    let script = "const it = $(a).getBoundingClientRect();
        const top = document.elementFromPoint(it.left + it.width / 2, it.top + it.height / 2);
        return it.top >= 0 && it.bottom <= innerHeight && it.left >= 0 && it.right <= innerWidth
            && top?.closest('.card')?.contains($(a)) === true";
    assert_eq!(page.script(script, &[json!(test_id)]), true, "{test_id} {when}");
}

#[track_caller]
fn check_totals_stay(page: &Page, width: u32) {
    page.resize(width, 740, 1.0);
    for mode in Mode::ALL {
        page.open(&format!("mode={}", mode.id()));
        let methods = page.totals();
        for share in [0.25, 0.5, 0.75, 1.0] {
            page.script(
                "scrollTo({ top: a * (document.documentElement.scrollHeight - innerHeight), behavior: 'instant' })",
                &[json!(share)],
            );
            page.painted();
            for method in methods.keys() {
                check_in_sight(page, &format!("total-{method}"), &format!("in {} at {share}, {width} wide", mode.id()));
            }
        }
        assert!(page.number_of("return scrollY", &[]) > 100.0 || width > 1000, "{} was scrolled", mode.id());
    }
}

#[test]
fn totals_stay_in_sight_on_a_phone() {
    in_browser(|page| check_totals_stay(page, WIDTH));
}

#[test]
fn totals_stay_in_sight_on_a_desk() {
    in_browser(|page| check_totals_stay(page, 1280));
}

/// A slider works there as it does elsewhere, and the thin bar follows it.
#[test]
fn a_slider_works_on_a_phone() {
    in_browser(|page| {
        page.resize(WIDTH, 740, 2.0);
        page.open("mode=nlp");
        let widths = "return [...document.querySelectorAll('.thin i')].map(it => it.style.backgroundImage)";
        let before = page.texts_of(widths, &[]);
        page.until("all is there", "return $('number-sequenceLength') !== null", &[]);
        page.script(OPEN_ALL, &[]);
        page.until("it is open", "return $('number-sequenceLength').checkVisibility()", &[]);
        page.enter("sequenceLength", "4096");
        page.check_link("mode=nlp&sequenceLength=4096");
        check_in_sight(page, "total-documented", "after a change");
        assert_ne!(page.texts_of(widths, &[]), before);
    });
}

/// Changes every row as a hand does that leaves its default, and tells those whose height that has changed.
const GROWN_BY_A_CHANGE: &str = "
    const rows = [...document.querySelectorAll('.param')];
    const heights = () => rows.map(it => it.getBoundingClientRect().height);
    const before = heights();
    for (const row of rows) {
        row.classList.add('changed');
        row.querySelector('.reset').hidden = false;
    }
    const after = heights();
    return rows.map((row, at) => `${row.dataset.testid}: ${before[at]} and ${after[at]}`)
        .filter((_, at) => Math.abs(before[at] - after[at]) > 0.5)";

/// A label broke anew when its row became a changed one, and everything below moved under the hand.
#[test]
fn rows_keep_their_height_when_they_change() {
    in_browser(|page| {
        for width in [1280, 768, WIDTH] {
            page.resize(width, 900, 1.0);
            for mode in Mode::ALL {
                page.open(&format!("mode={}", mode.id()));
                assert_eq!(page.texts_of(GROWN_BY_A_CHANGE, &[]), [""; 0], "{} at {width}", mode.id());
            }
        }
    });
}

/// Controls that a finger misses: lower or narrower than 40 px on a touch screen, with what belongs to them.
const TOO_SMALL: &str = "
    const all = [...document.querySelectorAll('button, select, input, a')].filter(it => it.checkVisibility());
    const small = all.filter(it => {
        if (it.className === 'skip') return false;
        const place = (it.closest('label') ?? it).getBoundingClientRect();
        const more = getComputedStyle(it, '::after');
        const more_height = more.content === 'none' || more.position !== 'absolute' ? 0 : parseFloat(more.height);
        return Math.max(place.height, more_height) < 39.9 || place.width < 30;
    });
    return small.map(it => `${it.tagName} ${it.className} ${it.dataset.testid ?? it.textContent}: ${it.clientHeight}`)";

/// Help, reset, legend and rows of the table were 24 to 32 px high, whatever pointed at them.
#[test]
fn fingers_meet_every_control() {
    in_browser(|page| {
        page.browser().devtools("Emulation.setTouchEmulationEnabled", json!({ "enabled": true }));
        for width in [WIDTH, 768] {
            page.browser().devtools(
                "Emulation.setDeviceMetricsOverride",
                json!({ "width": width, "height": 800, "deviceScaleFactor": 2, "mobile": true }),
            );
            for query in [
                "mode=nlp&modelSize=13&numLayers=abc",
                "mode=nlp&model=resnet50",
                "mode=nlp&tab=sweep",
                "mode=nlp&tab=compare&pin=",
                "mode=finetune&model=llama-3.1-8b&method=Full&trainer=fsdp2&gpuCount=2&tab=plans",
            ] {
                page.open(query);
                assert_eq!(page.texts_of(TOO_SMALL, &[]), [""; 0], "{query} at {width}");
            }
        }
    });
}

/// Colours that the reader chose replace grounds and shadows; what is current, on or changed must still be told.
#[test]
fn forced_colours_keep_what_is_current() {
    in_browser(|page| {
        let forced = json!({ "features": [{ "name": "forced-colors", "value": "active" }] });
        page.browser().devtools("Emulation.setEmulatedMedia", forced);
        page.open("mode=nlp&modelSize=13&unit=GB");
        assert_eq!(page.script("return matchMedia('(forced-colors: active)').matches", &[]), true);
        for (on, off) in [
            ("[data-testid='mode-nlp']", "[data-testid='mode-moe']"),
            (".units label:has([data-testid='unit-GB'])", ".units label:has([data-testid='unit-GiB'])"),
        ] {
            let outline =
                "const it = document.querySelector(a); const inner = it.querySelector(':checked + span') ?? it;
                return getComputedStyle(inner).outlineStyle";
            assert_eq!(page.text_of(outline, &[json!(on)]), "solid", "{on}");
            assert_eq!(page.text_of(outline, &[json!(off)]), "none", "{off}");
        }
        page.until("the row is changed", "return $('row-modelSize').classList.contains('changed')", &[]);
        for (what, part) in [("row-modelSize", "::before"), ("view-estimate", "::after")] {
            // Only what is exempt keeps a colour of its own; all other backgrounds are painted in that of the ground.
            let mark = "const it = getComputedStyle($(a), b);
                const ground = getComputedStyle(document.body).backgroundColor;
                return it.forcedColorAdjust === 'none' && it.backgroundColor !== ground && parseFloat(it.width) > 0";
            assert_eq!(page.script(mark, &[json!(what), json!(part)]), true, "{what} bears a mark");
        }
    });
}

/// A unit ran four pixels beyond its row, names of methods met in the head of the table, and at widths between a
/// tablet's and a desk's the figures of three methods lay over each other.
#[test]
fn units_and_heads_stay_in_their_places() {
    const OUTSIDE: &str =
        "return [...document.querySelectorAll('.components .amount, .param-line .unit')].filter(it => {
        const range = document.createRange();
        range.selectNodeContents(it);
        const [text, place] = [range, it].map(it => it.getBoundingClientRect());
        return text.width > 0 && (text.left < place.left - 0.5 || text.right > place.right + 0.5);
    }).map(it => it.innerText)";
    in_browser(|page| {
        for width in [WIDTH, 768, 1100, 1200, 1440] {
            page.resize(width, 900, 1.0);
            for lang in ["en", "zh"] {
                page.open(&format!("mode=nlp&lang={lang}"));
                assert_eq!(page.texts_of(OUTSIDE, &[]), [""; 0], "{lang} at {width}");
            }
        }
    });
}

/// Results are far below the parameters on a phone, and nothing led to them.
#[test]
fn a_link_leads_to_the_results_of_a_phone() {
    in_browser(|page| {
        page.resize(WIDTH, 740, 1.0);
        page.open("mode=nlp");
        page.click(".to-results");
        page.painted();
        let legend = "const it = document.querySelector('.legend').getBoundingClientRect();
            const pin = document.querySelector('.pin').getBoundingClientRect();
            return it.top >= pin.bottom && it.bottom <= innerHeight && document.activeElement.id === 'results'";
        page.until("the chart is in sight", legend, &[]);
        page.check_link("mode=nlp");
    });
}

/// Labels of bars that are cut.
const CUT: &str = "
    const all = [...document.querySelectorAll('.bar-label')].filter(it => it.checkVisibility());
    return all.filter(it => it.scrollWidth > it.clientWidth || [...it.children].some(it => it.scrollWidth > it.clientWidth))
        .map(it => it.textContent)";

/// Labels were cut to stumps, such as `Lay…` and `W 13.0`.
#[test]
fn labels_of_bars_are_whole_or_left_out() {
    in_browser(|page| {
        for width in [1440, 1024, 768, WIDTH] {
            page.resize(width, 900, 1.0);
            for lang in ["en", "zh"] {
                for mode in Mode::ALL {
                    page.open(&format!("mode={}&lang={lang}", mode.id()));
                    page.painted();
                    assert_eq!(page.texts_of(CUT, &[]), [""; 0], "{} in {lang} at {width}", mode.id());
                }
            }
        }
    });
}

/// Names of moments stood upright below their bars: Chinese lay on its side, and a hundred pixels were empty.
#[test]
fn moments_are_named_in_lines_of_text() {
    let heights = "return [...document.querySelectorAll('.timeline .x-axis span')]
        .map(it => it.getBoundingClientRect()).filter(it => it.height > 40 || it.width < it.height).length";
    let numbers = "return [...document.querySelectorAll('.timeline .x-axis span')]
        .map(it => parseFloat(getComputedStyle(it, '::after').left))";
    in_browser(|page| {
        for width in [768, WIDTH] {
            page.resize(width, 900, 1.0);
            for lang in ["en", "zh"] {
                page.open(&format!("mode=grpo&lang={lang}"));
                page.painted();
                assert_eq!(page.number_of(heights, &[]), 0.0, "{lang} at {width}");
                let script = format!(
                    "const it = (() => {{ {numbers} }})();
                    return it.length > 1 && it.every((left, at) => at === 0 || left > it[at - 1])"
                );
                assert_eq!(page.script(&script, &[]), true, "numbers stand below their bars, {lang} at {width}");
            }
        }
    });
}

/// Nine names of moments ran into each other below their bars.
#[test]
fn names_of_many_moments_do_not_meet() {
    let overlaps = "const all = [...document.querySelectorAll('.timeline .x-axis span')].map(it => {
            const range = document.createRange(); range.selectNodeContents(it); return range.getBoundingClientRect(); });
        return all.filter((a, at) => all.some((b, other) => other > at && a.left < b.right - 1 && b.left < a.right - 1
            && a.top < b.bottom - 1 && b.top < a.bottom - 1)).length";
    in_browser(|page| {
        for (width, lang) in [(1440, "en"), (1440, "zh"), (1024, "en")] {
            page.resize(width, 900, 1.0);
            page.open(&format!("mode=grpo&model=qwen2.5-7b&rollout=vllm-colocated&gpu=h100-80gb&lang={lang}"));
            page.painted();
            let names = "return document.querySelectorAll('.timeline .x-axis span').length";
            assert_eq!(page.number_of(names, &[]), 9.0);
            assert_eq!(page.number_of(overlaps, &[]), 0.0, "{lang} at {width}");
        }
    });
}

/// A phone had no choice of colours.
#[test]
fn a_phone_can_choose_its_theme() {
    in_browser(|page| {
        page.resize(WIDTH, 740, 1.0);
        page.open("");
        assert_eq!(page.script("return $('theme').checkVisibility()", &[]), true);
        let is_inside = "const it = document.documentElement; return it.scrollWidth <= it.clientWidth";
        assert_eq!(page.script(is_inside, &[]), true, "nothing runs over");
    });
}

/// Broken before: what makes a run fit stood two screens down, and nothing led there.
#[test]
fn the_verdict_leads_to_the_changes() {
    in_browser(|page| {
        page.resize(WIDTH, 780, 2.0);
        page.open("mode=train&model=llama-3.2-1b&gpu=rtx-4090");
        page.until("changes are enough", "return $('to-changes').textContent !== ''", &[]);
        let place = "return $('to-changes').getBoundingClientRect().bottom <= innerHeight";
        assert_eq!(page.script(place, &[]), true, "in sight at once");
        page.click_on("to-changes");
        let is_there = "const at = $('decide').getBoundingClientRect().top; return at > 0 && at < innerHeight / 2";
        page.until("the changes are in sight", is_there, &[]);
        page.open("mode=train&model=llama-3.2-1b&gpu=h200");
        page.painted();
        assert_eq!(page.text("to-changes"), "");
    });
}
