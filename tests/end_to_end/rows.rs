//! The column of parameters where there is little room: labels, and groups that are closed. It knows no parameter's
//! meaning.

use super::narrow::{OPEN_ALL, WIDTH, check_width};
use super::page::in_browser;
use serde_json::json;
use vram_estimator::estimator::Mode;

/// Labels of parameters with a word that is cut in two by the end of a line.
const CUT_WORDS: &str = r"
    const all = [...document.querySelectorAll('.param-line label')].filter(it => it.checkVisibility());
    return all.filter(it => [...it.textContent.matchAll(/[A-Za-z0-9]+/g)].some(word => {
        const place = document.createRange();
        place.setStart(it.firstChild, word.index);
        place.setEnd(it.firstChild, word.index + word[0].length);
        return new Set([...place.getClientRects()].map(it => Math.round(it.top))).size > 1;
    })).map(it => it.textContent)";

/// Words of labels were broken between letters on a touch screen of 768 px, and on the narrowest phones.
#[test]
fn labels_break_between_words_only() {
    in_browser(|page| {
        page.browser().devtools("Emulation.setTouchEmulationEnabled", json!({ "enabled": true }));
        for width in [320, 768, 1024] {
            page.resize(width, 900, 1.0);
            for lang in ["en", "zh"] {
                for mode in Mode::ALL {
                    let query = format!("mode={}&lang={lang}", mode.id());
                    page.open(&query);
                    // A group whose rows lose their effect a moment later folds them then: opened as often as one is
                    // closed.
                    let seen = format!(
                        "{OPEN_ALL}; return document.querySelector('.opener[aria-expanded=false], .unfold[aria-expanded=false]') === null"
                    );
                    page.until("all rows are seen", &seen, &[]);
                    assert_eq!(page.texts_of(CUT_WORDS, &[]), [""; 0], "{query} at {width}");
                    check_width(page, &query, width);
                }
            }
        }
    });
}

/// The chart stood below 5,000 pixels of parameters. A closed group says what it is set to.
#[test]
fn groups_of_parameters_are_closed_on_a_phone() {
    in_browser(|page| {
        page.resize(WIDTH, 740, 1.0);
        page.open("mode=inference&sequenceLength=3000");
        page.until("all is there", "return $('row-dataParallel') !== null && $('chart') !== null", &[]);
        let top = page.number_of("return $('chart').getBoundingClientRect().top", &[]);
        assert!(top < 1500.0, "the chart is at {top}");
        let seen = "return $('number-sequenceLength').checkVisibility()";
        assert_eq!(page.script(seen, &[]), false);
        let opener = "[...document.querySelectorAll('.opener')].find(it => it.innerText.includes('Workload'))";
        page.until("it says what it is set to", &format!("return /3.?000.tokens/.test({opener}.innerText)"), &[]);
        page.script(&format!("{opener}.click()"), &[]);
        page.until("it is open", seen, &[]);
        page.script(&format!("{opener}.click()"), &[]);
        page.until("it is closed", "return !$('number-sequenceLength').checkVisibility()", &[]);
        page.resize(1440, 900, 1.0);
        page.until("all are open where there is room", seen, &[]);
    });
}
