//! The Verification view: the document's figures, which are written down here once more, beside what the page
//! computes; each row opened, and one replayed.

use super::page::{Page, in_browser};
use serde_json::json;
use std::time::Duration;
use vram_estimator::estimator::verification::TABLE;
use vram_estimator::estimator::{MethodId, estimate_all};
use vram_estimator::present::numbers;

/// The document's table: row, totals before and after, change; the CNN rows print no change.
const PRINTED: [(&str, &str, &str, &str); 9] = [
    ("1", "320.5", "385.7", "+65.2"),
    ("2", "254.9", "274.4", "+19.5"),
    ("3", "320.5", "320.9", "+0.4"),
    ("4", "320.9", "328.3", "+7.4"),
    ("5", "106.7", "129.0", "+22.3"),
    ("6", "24.4", "99.8", "+75.4"),
    ("7", "99.8", "21.6", "−78.2"),
    ("8", "2.0", "2.1", "–"),
    ("9", "2.1", "2.2", "–"),
];

/// The texts of the cells of a row that a selector finds; what only a screen reader says is left out.
#[track_caller]
fn cells(page: &Page, row: &str, selector: &str) -> Vec<String> {
    let script = "return [...$(`verification-${a}`).querySelectorAll(b)].map(it => {
        it = it.cloneNode(true); it.querySelectorAll('.hidden').forEach(it => it.remove()); return it.textContent.trim(); })";
    page.texts_of(script, &[json!(row), json!(selector)])
}

#[track_caller]
fn verdicts(page: &Page, row: &str) -> Vec<String> {
    let script = "return [...$(`verification-${a}`).querySelectorAll('[data-verdict]')].map(it => it.dataset.verdict)";
    page.texts_of(script, &[json!(row)])
}

#[track_caller]
fn figure(text: &str) -> f64 {
    let digits = text.replace('−', "-").replace(['\u{202f}', '+', '~'], "");
    digits.parse().unwrap_or_else(|_| panic!("{text} is no figure"))
}

#[test]
fn every_row_of_the_table_is_reproduced() {
    in_browser(|page| {
        page.open("view=verification");
        assert!(page.text("tally").starts_with("9 of 9"), "{}", page.text("tally"));
        for (row, before, after, change) in PRINTED {
            assert_eq!(cells(page, row, "tr:first-child .printed"), [before, after, change], "row {row}");
            let is_seen = "return [...$(`verification-${a}`).querySelectorAll('.printed')].every(it => it.getClientRects().length > 0)";
            assert_eq!(
                page.script(is_seen, &[json!(row)]),
                json!(true),
                "the document's figures of row {row} are seen"
            );
            let verdicts = verdicts(page, row);
            assert!(
                verdicts.len() >= 3 && verdicts.iter().all(|it| it == "reproduced" || it == "from-rounded"),
                "row {row}: {verdicts:?}"
            );
            let said = cells(page, row, ".verdict").join(" ");
            assert!(said.starts_with("matches"), "row {row}: {said}");
            // And the figures say so themselves.
            let ours = cells(page, row, "[data-testid^=ours-]");
            let rounded: Vec<_> = ours.iter().map(|it| format!("{:.1}", figure(it))).collect();
            assert_eq!(rounded, [before, after], "row {row}: {ours:?}");
        }
    });
}

/// "~450 GB" and "~800 GB" follow from neither method, and the page says it.
#[test]
fn what_follows_from_neither_is_said_so() {
    in_browser(|page| {
        page.open("view=verification");
        for (row, printed) in [("E1", ["~320", "~450"]), ("E2", ["~107", "~800"])] {
            assert_eq!(cells(page, row, "tr:first-child .printed")[..2], printed, "{row}");
            let mark = cells(page, row, "tr:first-child .verdict").concat();
            assert_eq!(mark, "follows from neither", "{row}");
            let of_totals = &verdicts(page, row)[..2];
            assert_eq!(of_totals, ["reproduced", "from-neither"], "{row}");
        }
        // Example 3 prints a direction only.
        assert_eq!(cells(page, "E3", ".printed.wide"), ["more experts, less memory"]);
        let ours = cells(page, "E3", "[data-testid^=ours-]");
        assert!(figure(&ours[1]) < figure(&ours[0]), "{ours:?}");
        assert!(!verdicts(page, "E3").iter().any(|it| it == "from-neither"));
    });
}

/// Opened in the Estimate view, each row shows the document's first total; dragged there, its second.
#[test]
fn every_row_opens_in_the_estimate_view() {
    in_browser(|page| {
        page.open("view=verification");
        for (row, (id, before, after, _)) in TABLE.iter().zip(PRINTED) {
            assert_eq!(row.id, id);
            page.click_on(&format!("open-{id}"));
            page.until("the row is open", "return $('total-verified') !== null", &[]);
            page.check_estimates(&page.query());
            assert_eq!(page.text("total-verified"), format!("{before} GiB"), "row {id}");
            assert!(page.query().contains("selected=verified"), "row {id}: {}", page.query());
            page.enter(row.dragged.spec().key, &row.drag.1.to_string());
            assert_eq!(page.text("total-verified"), format!("{after} GiB"), "row {id}");
            page.browser().ask(|client| async move { client.back().await });
            page.until("the table is back", "return $('verification-1') !== null", &[]);
        }
    });
}

/// Every total that the replay shows is that of a step of the slider: none is left out, and none comes between.
#[test]
fn a_replay_shows_every_step() {
    in_browser(|page| {
        page.open("view=verification");
        page.script(
            "window.seen = []; new MutationObserver(() => {
                const [value, total] = ['replay-value', 'replay-total'].map(id => $(id)?.textContent);
                if (total && window.seen.at(-1) !== `${value}: ${total}`) window.seen.push(`${value}: ${total}`);
            }).observe($('verification-7'), { childList: true, subtree: true, characterData: true })",
            &[],
        );
        page.click_on("play-7");
        page.until("the replay is at its end", "return $('replay-value')?.textContent === a", &[json!("40")]);
        let seen = page.texts_of("return window.seen", &[]);
        let row = TABLE[6];
        let total = |value| {
            let estimates = estimate_all(&row.inputs_at(value));
            let verified = estimates.iter().find(|it| it.method() == MethodId::Verified).expect("an estimate");
            verified.total().gib()
        };
        let step = |&value: &f64| format!("{}: {} GiB", numbers::exact_count(value), numbers::plain(total(value), 2));
        assert_eq!(seen, row.steps().iter().map(step).collect::<Vec<_>>());
        assert_eq!(seen.len(), 33, "from 8 to 40");
        assert_eq!(format!("{:.1}", figure(page.text("replay-total").trim_end_matches(" GiB"))), "21.6");
        // Pressed again, it begins again; and pressed while it runs, it rests where it is.
        page.click_on("play-7");
        page.until("the replay runs again", "return $('replay-value').textContent !== a", &[json!("40")]);
        page.click_on("play-7");
        let rests_at = page.text("replay-value");
        std::thread::sleep(Duration::from_millis(300));
        assert_eq!(page.text("replay-value"), rests_at);
    });
}

/// The start was half told: batch 4 was missing, and whoever repeated row 1 by hand got another total.
#[test]
fn rows_say_what_they_start_with() {
    in_browser(|page| {
        page.open("view=verification");
        for row in TABLE {
            let said = cells(page, row.id, "tr:first-child .dragged").concat();
            for (id, value) in row.start() {
                let start = format!("{} {}", id.spec().key, numbers::parameter_value(id, &value));
                assert!(said.contains(&start), "row {}: {start} in {said}", row.id);
            }
        }
    });
}

/// Whether the control of a parameter is met where it is.
const IS_IN_SIGHT: &str = "const it = $(a), place = it.getBoundingClientRect();
    return document.elementFromPoint(place.left + place.width / 2, place.top + place.height / 2) === it";

/// An opened row kept the scroll position and told nothing: now it shows its top, its slider with the target, and what
/// the document prints there.
#[test]
fn an_opened_row_says_what_to_drag() {
    in_browser(|page| {
        for (width, height) in [(1280, 900), (360, 740)] {
            page.resize(width, height, 1.0);
            for row in TABLE {
                page.open("view=verification");
                page.click_on(&format!("open-{}", row.id));
                // The keyboard stands on what is to be dragged.
                let key = row.dragged.spec().key;
                let has_focus = "return document.activeElement?.dataset.testid === a";
                page.until("the slider has the focus", has_focus, &[json!(format!("slider-{key}"))]);
                page.painted();
                let slider = json!(format!("slider-{key}"));
                assert_eq!(page.script(IS_IN_SIGHT, std::slice::from_ref(&slider)), true, "row {} at {width}", row.id);
                // Where it is in sight from the top, the top is what is seen.
                let is_near = page.number_of("return $(a).getBoundingClientRect().bottom + scrollY", &[slider])
                    < f64::from(height);
                assert!(!is_near || page.number_of("return scrollY", &[]) == 0.0, "row {} at {width}", row.id);
                let (value, printed) = (numbers::exact_count(row.drag.1), row.target().printed.expect("a total").value);
                let said = page.text("target");
                assert!(
                    said.contains(&format!("to {value};")) && said.contains(&format!("{printed:.1} GiB")),
                    "{said}"
                );
                let marked = page.texts_of("return [...document.querySelectorAll('.target-tick')].map(it => it.closest('[data-testid^=row-]').dataset.testid)", &[]);
                assert_eq!(marked, [format!("row-{key}")]);
                // There, the thumb stands at the mark, and the line says both totals.
                let mark = page.number_of("return document.querySelector('.target-tick').offsetLeft", &[]);
                page.enter(key, &row.drag.1.to_string());
                let share = "const it = $(a); return it.value / it.max * (it.clientWidth - b) + b / 2";
                let thumb = page.number_of(
                    "return parseFloat(getComputedStyle(document.documentElement).getPropertyValue('--thumb-w')) * 16",
                    &[],
                );
                let stands_at = page.number_of(share, &[json!(format!("slider-{key}")), json!(thumb)]);
                assert!((stands_at - mark).abs() < 2.0, "row {}: {stands_at} and {mark}", row.id);
                let said = page.text("target");
                assert!(said.contains("Verified gives") && said.contains(&format!("{printed:.1} GiB")), "{said}");
            }
            // Any other step forgets it.
            page.script("$('mode-train').click()", &[]);
            page.until(
                "another mode is open",
                "return $('target') === null && $('slider-otherOverhead') !== null",
                &[],
            );
            assert_eq!(page.number_of("return document.querySelectorAll('.target-tick').length", &[]), 0.0);
        }
    });
}

/// The links to the largest errors were a line of small text high.
#[test]
fn the_largest_errors_can_be_hit() {
    in_browser(|page| {
        let least = "return Math.min(...[...document.querySelectorAll('.worst a')].map(it => it.getBoundingClientRect().height))";
        page.open("view=verification");
        page.until("the errors are there", "return document.querySelectorAll('.worst a').length", &[]);
        assert!(page.number_of(least, &[]) >= 24.0, "{}", page.number_of(least, &[]));
        page.browser().devtools("Emulation.setTouchEmulationEnabled", json!({ "enabled": true }));
        assert_eq!(page.script("return matchMedia('(pointer: coarse)').matches", &[]), true);
        assert!(page.number_of(least, &[]) >= 40.0, "{}", page.number_of(least, &[]));
        // And they lead to the top of their estimate.
        page.script("document.querySelector('.worst a').click()", &[]);
        page.until("the heading has the focus", "return document.activeElement.id === 'heading' && scrollY === 0", &[]);
    });
}
