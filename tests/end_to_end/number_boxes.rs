//! Number boxes: what is typed counts as soon as it is a value, is left alone while it is typed, and is explained where
//! it stands when it cannot be taken.

use super::command_line;
use super::page::{ADDRESS_RESTS, Page, in_browser, number_box};
use fantoccini::key::Key;
use serde_json::json;
use vram_estimator::estimator::expr::grouped;
use vram_estimator::estimator::parameters::ParameterKind;
use vram_estimator::estimator::{Inputs, Mode, ParameterId};
use vram_estimator::locale::ENGLISH;
use vram_estimator::present::numbers;

/// What is said below the box of a parameter; empty where nothing is.
fn explanation(page: &Page, key: &str) -> String {
    page.text_of("const it = $(`refusal-${a}`); return it.hidden ? '' : it.innerText", &[json!(key)])
}

#[track_caller]
fn check_invalid(page: &Page, key: &str, is_invalid: bool) {
    let script = "return $(a).getAttribute('aria-invalid')";
    assert_eq!(page.text_of(script, &[json!(number_box(key))]), is_invalid.to_string(), "{key}");
}

/// What counts is what a link says, although the address has not followed yet.
#[track_caller]
fn check_counts(page: &Page, link: &str, typed: &str) {
    page.check_estimates(link);
    assert_eq!(page.box_text(link.rsplit(['&', '=']).nth(1).expect("a key")), typed, "the box is left alone");
}

/// The totals stood still until Enter, and `32k` and its like were refused.
#[test]
fn what_is_typed_counts_at_once() {
    in_browser(|page| {
        page.open("mode=nlp");
        page.select_box("modelSize");
        for (typed, counts) in [("1", "1"), ("1.", "1"), ("1.5", "1.5"), ("1.50", "1.5"), ("1.50T", "1500")] {
            page.type_text(&typed[typed.len() - 1..]);
            // Longer than any debounce that could come between.
            std::thread::sleep(ADDRESS_RESTS);
            check_counts(page, &format!("mode=nlp&modelSize={counts}"), typed);
            assert_eq!(explanation(page, "modelSize"), "");
        }
        page.press(&[Key::Enter]);
        page.check_link("mode=nlp&modelSize=1500");
        assert_eq!(page.box_text("modelSize"), "1500", "committed, the box shows the plain figure");
        for (key, typed, value) in [
            ("modelSize", "500M", "0.5"),
            ("sequenceLength", "32k", "32768"),
            ("sequenceLength", "4,096", "4096"),
            ("sequenceLength", "8 192", "8192"),
            ("batchSize", "１２", "12"),
            ("hiddenSize", "8_192", "8192"),
        ] {
            page.open("mode=nlp");
            page.select_box(key);
            page.type_text(typed);
            check_counts(page, &format!("mode=nlp&{key}={value}"), typed);
            page.press(&[Key::Tab]);
            page.check_link(&format!("mode=nlp&{key}={value}"));
            assert_eq!(plain_text(page, key), value);
        }
    });
}

/// A box's text without the spaces between its groups of digits.
fn plain_text(page: &Page, key: &str) -> String {
    page.box_text(key).replace('\u{202f}', "")
}

/// Escape restores what was given before the typing, whatever counted meanwhile.
#[test]
fn escape_restores_what_was_before_the_typing() {
    in_browser(|page| {
        for query in ["mode=nlp", "mode=nlp&sequenceLength=1000"] {
            page.open(query);
            let before = page.box_text("sequenceLength");
            page.select_box("sequenceLength");
            page.type_text("64kx");
            // Half of a text that was refused is nothing that anybody meant.
            page.check_estimates(query);
            assert!(explanation(page, "sequenceLength").contains(&before), "{}", explanation(page, "sequenceLength"));
            page.press(&[Key::Escape]);
            page.check_link(query);
            assert_eq!(page.box_text("sequenceLength"), before);
            assert_eq!(explanation(page, "sequenceLength"), "");
        }
    });
}

/// Leaving the box commits as Enter does.
#[test]
fn leaving_the_box_commits() {
    in_browser(|page| {
        page.open("mode=nlp");
        page.select_box("batchSize");
        page.type_text("4");
        page.press(&[Key::Tab]);
        page.check_link("mode=nlp&batchSize=4");
    });
}

#[test]
fn a_cleared_box_stays_empty_and_the_last_value_counts() {
    in_browser(|page| {
        page.open("mode=nlp&modelSize=13");
        let before = page.totals();
        page.select_box("modelSize");
        page.press(&[Key::Delete]);
        std::thread::sleep(ADDRESS_RESTS);
        assert_eq!((page.box_text("modelSize"), page.totals()), (String::new(), before.clone()), "not yet committed");
        page.press(&[Key::Tab]);
        std::thread::sleep(ADDRESS_RESTS);
        assert_eq!((page.box_text("modelSize"), page.totals()), (String::new(), before), "committed");
        page.check_link("mode=nlp&modelSize=13");
        let explanation = explanation(page, "modelSize");
        assert!(explanation.contains("is empty") && explanation.contains("13"), "{explanation}");
        check_invalid(page, "modelSize", true);
        // The next slider move puts a value in its place.
        page.focus("slider-modelSize");
        page.press(&[Key::Right]);
        page.check_link(&page.query_after("mode=nlp&modelSize=13"));
        assert_ne!(page.box_text("modelSize"), "");
        check_invalid(page, "modelSize", false);
    });
}

/// Key, what is typed, and why it cannot be taken.
const REFUSED: [(&str, &str, &str); 14] = [
    ("sequenceLength", "2^15", "is not a number"),
    ("batchSize", "2x80", "is not a number"),
    ("modelSize", "abc", "is not a number"),
    ("modelSize", "7,5", "could mean two things"),
    ("modelSize", "7 8", "could mean two things"),
    ("modelSize", "0x10", "is not a number"),
    ("modelSize", "NaN", "is not a number"),
    ("modelSize", "-1", "is too small"),
    ("modelSize", "0", "is too small"),
    ("modelSize", "1e999", "is too large"),
    ("batchSize", "2.5", "is not a whole number"),
    ("batchSize", "0", "is too small"),
    ("batchSize", "1000001", "is too large"),
    ("dropoutRate", "1.1", "is too large"),
];

#[track_caller]
fn check_refused(page: &Page, key: &str, typed: &str, why: &str) {
    let id = ParameterId::from_key(key).expect("a key");
    let spec = id.spec();
    // What was a value on the way there, such as the 2 of `2^15`, counted on: now what was before the typing does.
    let used = numbers::box_text(id, &Inputs::defaults(Mode::Nlp).value(id), Mode::Nlp);
    let ParameterKind::Number { min, max, .. } = spec.kind else { panic!("{key} is a number") };
    page.enter(key, typed);
    assert_eq!(page.box_text(key), typed, "what was typed stays");
    let told = explanation(page, key);
    for part in [
        (ENGLISH.parameter_in_mode)(id, Mode::Nlp),
        typed,
        why,
        &used,
        &grouped(&min.to_string()),
        &grouped(&max.to_string()),
    ] {
        assert!(told.contains(part), "{part} in {told}");
    }
    check_invalid(page, key, true);
    page.check_link("mode=nlp");
    page.press(&[Key::Escape]);
    assert_eq!(page.box_text(key), used, "Escape restores what was before the typing");
    assert_eq!(explanation(page, key), "", "{key} {typed}");
    check_invalid(page, key, false);
    page.check_link("mode=nlp");
}

#[test]
fn what_cannot_be_taken_is_explained_in_place() {
    in_browser(|page| {
        page.open("mode=nlp");
        page.unfold_rows();
        for (key, typed, why) in REFUSED {
            check_refused(page, key, typed, why);
        }
        page.check_link("mode=nlp");
    });
}

/// A box takes more than its slider, up to the physical limits.
#[test]
fn a_box_takes_more_than_its_slider() {
    in_browser(|page| {
        page.open("mode=nlp");
        let mut query = "mode=nlp".to_owned();
        for (key, typed) in [("modelSize", "405"), ("batchSize", "1000"), ("sequenceLength", "131072")] {
            page.enter(key, typed);
            query += &format!("&{key}={typed}");
            page.check_link(&query);
            assert_eq!(plain_text(page, key), typed);
            let at_end = page.script("const it = $(a); return it.value === it.max", &[json!(format!("slider-{key}"))]);
            assert_eq!(at_end, true, "the slider of {key} stands at its end");
        }
    });
}

#[track_caller]
fn check_key(page: &Page, key: &str, pressed: Key, value: &str) {
    page.press(&[pressed]);
    assert_eq!(page.box_text(key), value, "{pressed:?}");
    page.check_link(&format!("mode=nlp&{key}={value}"));
}

#[test]
fn arrows_step_and_pages_step_big() {
    in_browser(|page| {
        page.open("mode=nlp&batchSize=20");
        page.focus(&number_box("batchSize"));
        check_key(page, "batchSize", Key::Up, "21");
        check_key(page, "batchSize", Key::Down, "20");
        check_key(page, "batchSize", Key::PageUp, "30");
        check_key(page, "batchSize", Key::PageDown, "20");
        // The step is the slider's own, and goes on from what is typed and not yet committed.
        page.open("mode=nlp&hiddenSize=4000");
        page.focus(&number_box("hiddenSize"));
        check_key(page, "hiddenSize", Key::Up, "4032");
        page.select_box("hiddenSize");
        page.type_text("8192");
        check_key(page, "hiddenSize", Key::Up, "8256");
        // At the physical limit they stop.
        page.open("mode=nlp&batchSize=3");
        page.focus(&number_box("batchSize"));
        check_key(page, "batchSize", Key::PageDown, "1");
        check_key(page, "batchSize", Key::Down, "1");
    });
}

/// Contradictions are explained, and computed as they stand.
#[test]
fn a_contradiction_is_explained_and_computed() {
    in_browser(|page| {
        page.open("mode=moe");
        page.enter("numActiveExperts", "9");
        page.check_link("mode=moe&numActiveExperts=9");
        let explanation = explanation(page, "numActiveExperts");
        assert!(explanation.contains("More active experts than experts"), "{explanation}");
        page.enter("numExperts", "9");
        page.check_link("mode=moe&numExperts=9&numActiveExperts=9");
        assert_eq!(self::explanation(page, "numActiveExperts"), "");
        assert_eq!(page.totals().len(), command_line::totals("mode=moe").len());
    });
}
