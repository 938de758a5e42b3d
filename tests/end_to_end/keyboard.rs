//! Keyboard only: Tab reaches everything, in reading order and in sight, and Enter and the arrows work it.

use super::page::{Page, in_browser};
use fantoccini::key::Key;
use serde_json::json;

/// Far more stops than any view has.
const MOST_STOPS: usize = 250;

/// What has the focus: its test id, or else its class and text. Said before it: whether something lies over it, and
/// whether it bears no outline. A slider's mark is on its thumb, which no style tells; see the test of its picture.
const FOCUSED: &str = "const it = document.activeElement;
    if (it === document.body) return 'body';
    const name = it.dataset.testid ?? `${it.className || it.parentElement.parentElement.className}: ${it.innerText}`;
    const place = it.getBoundingClientRect();
    const met = document.elementFromPoint(place.left + place.width / 2, place.top + place.height / 2);
    const label = it.closest('label');
    const is_met = met !== null && (it.contains(met) || label?.contains(met) === true);
    const has_outline = it => it !== null && getComputedStyle(it).outlineStyle !== 'none';
    const is_marked = it.type === 'range' || has_outline(it) || has_outline(label);
    return (is_met ? '' : 'covered ') + (is_marked ? '' : 'unmarked ') + name";

/// Where Tab leads from the top of the page until it leaves it.
#[track_caller]
fn tab_stops(page: &Page) -> Vec<String> {
    let mut res = Vec::new();
    for _ in 0..MOST_STOPS {
        page.press(&[Key::Tab]);
        let focused = page.text_of(FOCUSED, &[]);
        if focused == "body" || res.first() == Some(&focused) {
            return res;
        }
        res.push(focused);
    }
    panic!("Tab does not come to an end: {res:?}");
}

/// The names stand in this order among the stops.
#[track_caller]
fn check_order(stops: &[String], names: &[&str]) {
    let mut rest = stops.iter();
    for name in names {
        assert!(rest.any(|it| it == name), "{name} in its place among {stops:#?}");
    }
}

#[test]
fn tab_reaches_everything() {
    in_browser(|page| {
        page.open("mode=nlp");
        let stops = tab_stops(page);
        check_order(
            &stops,
            &[
                "skip: Skip to results",
                "view-estimate",
                "view-verification",
                "view-guide",
                "choice-language",
                "theme",
                "share",
                "mode-inference",
                "mode-nlp",
                "mode-cnn",
                "method-calibrated",
                "unit-GiB",
                "number-modelSize",
                "slider-modelSize",
                "number-batchSize",
                "slider-batchSize",
                "choice-precision",
                "choice-optimizer",
            ],
        );
        for row in page
            .texts_of("return [...document.querySelectorAll('[data-testid^=open-]')].map(it => it.dataset.testid)", &[])
        {
            assert!(stops.contains(&row), "{row} among {stops:#?}");
        }
        let n_legend = page.number_of("return document.querySelectorAll('.legend button').length", &[]);
        let reached = stops.iter().filter(|it| it.starts_with("pointed: ")).count();
        assert_eq!(reached as f64, n_legend, "entries of the legend among {stops:#?}");
        // The select under a field that is searched in keeps the value, and is no stop of its own.
        let controls = "return [...document.querySelectorAll('.param input, .param select:not([tabindex=\"-1\"])')]
            .filter(it => it.checkVisibility()).length";
        let n_controls = page.number_of(controls, &[]);
        let reached = stops
            .iter()
            // The language is a choice of the reader's, and no parameter.
            .filter(|it| *it != "choice-language")
            .filter(|it| {
                ["number-", "slider-", "choice-", "toggle-", "search-"].iter().any(|kind| it.starts_with(kind))
            })
            .count();
        assert_eq!(reached as f64, n_controls, "controls among {stops:#?}");
        assert!(n_controls > 20.0, "{n_controls}");
        assert!(stops.iter().any(|it| it.starts_with("idle-")), "rows without effect among {stops:#?}");
        assert!(stops.iter().any(|it| it == "shape"), "the rest of the architecture among {stops:#?}");
        let hidden: Vec<_> =
            stops.iter().filter(|it| it.starts_with("covered") || it.starts_with("unmarked")).collect();
        assert!(hidden.is_empty(), "the focus cannot be seen at {hidden:#?}");
    });
}

/// Whoever tabs on faster than frames are drawn stays where they are.
#[test]
fn a_field_does_not_take_the_focus_back() {
    in_browser(|page| {
        page.open("mode=nlp");
        page.script("$('search-gpu').focus(); $('number-modelSize').focus()", &[]);
        page.painted();
        page.painted();
        assert_eq!(page.text_of("return document.activeElement.dataset.testid", &[]), "number-modelSize");
    });
}

/// The thumb of a slider that has the focus is drawn otherwise.
#[test]
fn a_slider_with_focus_is_marked() {
    in_browser(|page| {
        page.open("mode=nlp");
        let without = page.picture_of("[data-testid='row-modelSize'] .track");
        tab_to(page, "slider-modelSize");
        let with = page.picture_of("[data-testid='row-modelSize'] .track");
        assert!(without != with, "the slider looks the same");
        page.script("document.activeElement.blur()", &[]);
        assert!(page.picture_of("[data-testid='row-modelSize'] .track") == without, "it is the focus that was seen");
    });
}

#[test]
fn the_other_views_are_reached_too() {
    in_browser(|page| {
        page.open("view=verification");
        let stops = tab_stops(page);
        for row in ["1", "9", "E1", "E3"] {
            check_order(&stops, &[&format!("play-{row}"), &format!("open-{row}")]);
        }
        page.open("view=guide&mode=train");
        let stops = tab_stops(page);
        assert!(stops.iter().any(|it| it == "btn: Try it"), "{stops:#?}");
    });
}

#[track_caller]
fn tab_to(page: &Page, test_id: &str) {
    for _ in 0..MOST_STOPS {
        page.press(&[Key::Tab]);
        if page.script("return document.activeElement.dataset.testid === a", &[json!(test_id)]) == true {
            return;
        }
    }
    panic!("Tab does not lead to {test_id}");
}

/// From opening the page to a formula, a shared link and another view, without a mouse.
#[test]
fn a_whole_visit_without_a_mouse() {
    in_browser(|page| {
        page.open("");
        tab_to(page, "mode-nlp");
        page.press(&[Key::Enter]);
        page.check_link("mode=nlp");
        tab_to(page, "method-calibrated");
        page.press(&[Key::Left]);
        page.check_link("mode=nlp&selected=verified");
        tab_to(page, "slider-modelSize");
        page.press(&[Key::Right; 4]);
        let query = page.query_after("mode=nlp&selected=verified");
        assert!(query.starts_with("mode=nlp&modelSize="), "{query}");
        page.check_link(&query);
        tab_to(page, "number-batchSize");
        page.press(&[Key::Down; 2]);
        page.check_link(&query.replace("&selected", "&batchSize=14&selected"));
        tab_to(page, "open-optimizer");
        page.press(&[Key::Enter]);
        page.until("the row is open", "return $('detail') !== null", &[]);
        page.type_text(" ");
        page.until("the row is closed", "return $('detail') === null", &[]);
        tab_to(page, "view-guide");
        page.press(&[Key::Enter]);
        page.until("the guide is open", "return document.querySelector('main.guide') !== null", &[]);
    });
}

#[test]
fn the_skip_link_leads_to_the_results() {
    in_browser(|page| {
        for query in ["mode=nlp", "view=verification", "view=guide"] {
            page.open(query);
            page.press(&[Key::Tab]);
            let script = "const it = document.activeElement.getBoundingClientRect();
                return document.activeElement.className === 'skip' && it.top >= 0 && it.left >= 0 && it.width > 20";
            assert_eq!(page.script(script, &[]), true, "{query}: it is seen once it has the focus");
            page.press(&[Key::Enter]);
            page.until("the results have the focus", "return document.activeElement.id === 'results'", &[]);
            // It is a place in the page, and changes nothing of the link.
            assert_eq!(page.query(), query);
            page.press(&[Key::Tab]);
            let inside = "return document.getElementById('results').contains(document.activeElement)";
            assert_eq!(page.script(inside, &[]), true, "{query}: Tab goes on from there");
        }
    });
}

/// A help text opens and closes by its button, and says so.
#[test]
fn help_opens_by_key() {
    in_browser(|page| {
        page.open("mode=nlp");
        page.script("$('row-modelSize').querySelector('button.help').focus()", &[]);
        for is_open in [true, false] {
            page.press(&[Key::Enter]);
            let told = page.script(
                "const it = document.activeElement; const help = document.getElementById(it.getAttribute('aria-controls'));
                return [it.getAttribute('aria-expanded'), help.hidden, help.textContent.includes('modelSize')]",
                &[],
            );
            assert_eq!(told, json!([is_open.to_string(), !is_open, true]));
        }
    });
}
