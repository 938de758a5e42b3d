//! The document's verification table and worked examples, reproduced. It knows the printed figures, and
//! nothing of the formulas behind ours.

use vram_estimator::estimator::verification::{DocumentRow, EXAMPLES, Printed, ResultKind, TABLE, Verdict};
use vram_estimator::estimator::{Catalog, Component, Inputs, Mode, ParameterId, Value, estimate_all};
use vram_estimator::present::numbers;

fn row(id: &str) -> &'static DocumentRow {
    TABLE.iter().chain(&EXAMPLES).find(|row| row.id == id).expect("a row of the document")
}

/// Pins our totals before and after to two decimals, and the verdicts on before, after and change.
#[track_caller]
fn check(id: &str, ours: (f64, f64), verdicts: (Verdict, Verdict, Option<Verdict>)) {
    let checked = row(id).check();
    let cents = |value: f64| (value * 100.0).round() as i64;
    assert_eq!((cents(checked.ours.0), cents(checked.ours.1)), (cents(ours.0), cents(ours.1)), "row {id}");
    let (before, after) = checked.totals.expect("the document prints totals");
    let change = checked.change.map(|cell| cell.verdict);
    assert_eq!((before.verdict, after.verdict, change), verdicts, "row {id}");
    assert_eq!((before.ours, after.ours), checked.ours, "row {id}");
}

const EXACT: Verdict = Verdict::Reproduced;
const ROUNDED: Verdict = Verdict::ReproducedFromRounded;
const NEITHER: Verdict = Verdict::FollowsFromNeither;

#[test]
fn every_row_of_the_table_is_reproduced() {
    check("1", (320.53, 385.73), (EXACT, EXACT, Some(EXACT)));
    check("2", (254.89, 274.37), (EXACT, EXACT, Some(EXACT)));
    check("3", (320.53, 320.95), (EXACT, EXACT, Some(EXACT)));
    check("4", (320.95, 328.29), (EXACT, EXACT, Some(ROUNDED)));
    check("5", (106.66, 129.01), (EXACT, EXACT, Some(ROUNDED)));
    check("6", (24.35, 99.79), (EXACT, EXACT, Some(EXACT)));
    check("7", (99.79, 21.56), (EXACT, EXACT, Some(EXACT)));
    check("8", (2.04, 2.12), (EXACT, EXACT, None));
    check("9", (2.12, 2.19), (EXACT, EXACT, None));
    assert_eq!(TABLE.len(), 9);
    assert!(TABLE.iter().all(|row| row.check().is_reproduced()));
}

/// The document's examples 1 and 2 print a total after the drag that follows from neither method; the page
/// shows them as they are, so their verdicts are pinned rather than wished away.
#[test]
fn examples_have_the_verdicts_that_the_page_explains() {
    check("E1", (320.53, 581.30), (EXACT, NEITHER, Some(NEITHER)));
    check("E2", (106.66, 1075.24), (EXACT, NEITHER, Some(NEITHER)));
    let verdicts = EXAMPLES.map(|row| row.check().verdict());
    assert_eq!(verdicts, [NEITHER, NEITHER, EXACT]);
}

#[track_caller]
fn check_fact(id: &str, what: ResultKind, before: Option<(f64, Verdict)>, after: Option<(f64, Verdict)>) {
    let facts = row(id).check().facts;
    let (_, ours_before, ours_after) = facts.into_iter().find(|fact| fact.0 == what).expect("a fact of the example");
    for (ours, expected) in [(ours_before, before), (ours_after, after)] {
        let pair = ours.map(|cell| ((cell.ours * 1e6).round() / 1e6, cell.verdict));
        assert_eq!(pair, expected, "{id} {what:?}");
    }
}

#[test]
fn intermediate_results_of_the_examples_are_reproduced() {
    let both = |before, after| (Some((before, EXACT)), Some((after, EXACT)));
    let check_both = |id, what, (before, after)| check_fact(id, what, before, after);
    check_both("E1", ResultKind::Gigabytes(Component::Weights), both(14.0, 28.0));
    check_both("E1", ResultKind::Gigabytes(Component::Optimizer), both(56.0, 112.0));
    check_fact("E2", ResultKind::Billions(Component::VisionEncoder), None, Some((21.6, EXACT)));
    check_fact("E2", ResultKind::Billions(Component::TextEncoder), None, Some((36.0, EXACT)));
    check_both("E3", ResultKind::ExpertBillions, both(1.0, 0.25));
    check_both("E3", ResultKind::Billions(Component::ActiveExperts), both(2.0, 0.5));
}

#[test]
fn example_three_prints_no_total_and_falls() {
    let checked = row("E3").check();
    assert_eq!((checked.totals, checked.change), (None, None));
    assert!(checked.ours.1 < checked.ours.0);
    assert!(checked.documented.1 < checked.documented.0);
}

/// `inputs_at` would silently keep a default that it could not replace.
#[test]
fn rows_really_set_their_values() {
    for row in TABLE.iter().chain(&EXAMPLES) {
        for value in row.steps() {
            let inputs = row.inputs_at(value);
            assert_eq!(inputs.mode(), row.mode, "row {}", row.id);
            let wanted = row.changed.iter().copied().chain([(row.dragged, value)]);
            for (id, number) in wanted {
                assert_eq!(inputs.value(id), Value::Number(number), "row {} {id:?}", row.id);
                assert!(id.use_in(row.mode).is_some(), "row {} {id:?}", row.id);
            }
        }
    }
}

#[test]
fn drags_go_steadily_from_end_to_end() {
    for row in TABLE.iter().chain(&EXAMPLES) {
        let steps = row.steps();
        assert_eq!((steps.first(), steps.last()), (Some(&row.drag.0), Some(&row.drag.1)), "row {}", row.id);
        assert!(steps.len() >= 3, "row {} shows no step between its ends", row.id);
        assert!(steps.windows(2).all(|pair| pair[0] < pair[1]), "row {}: {steps:?}", row.id);
    }
}

/// A drag shows the total rising or falling at each step, as the document saw it. Heads that are no multiple of 8 wide
/// are left out: the flash kernel pads them and copies its output, which takes more than the next wider ones.
#[test]
fn totals_follow_the_drag_at_every_step() {
    for row in TABLE.iter().chain(&EXAMPLES) {
        let totals: Vec<_> = row
            .steps()
            .into_iter()
            .map(|value| row.inputs_at(value))
            .filter(|inputs| !matches!(inputs.value(ParameterId::HeadDim), Value::Number(head) if head % 8.0 != 0.0))
            .map(|inputs| estimate_all(&inputs).last().expect("a method").total())
            .collect();
        let falls = row.dragged == ParameterId::NumExperts;
        assert!(totals.windows(2).all(|pair| if falls { pair[0] > pair[1] } else { pair[0] < pair[1] }), "{}", row.id);
    }
}

/// `(document's figure, place of its last digit, ours, whether they agree)`
#[track_caller]
fn check_printed(value: f64, place: f64, ours: f64, agrees: bool) {
    assert_eq!(Printed { value, place, is_rough: false }.matches(ours), agrees, "{value} and {ours}");
}

#[test]
fn figures_agree_to_the_printed_digit() {
    check_printed(320.5, 0.1, 320.5337, true);
    check_printed(320.5, 0.1, 320.4501, true);
    check_printed(320.5, 0.1, 320.56, false);
    check_printed(320.0, 10.0, 320.53, true);
    check_printed(450.0, 10.0, 581.3, false);
    check_printed(-78.2, 0.1, -78.2289, true);
}

#[test]
fn the_table_covers_the_advanced_modes() {
    for mode in [Mode::Nlp, Mode::Vlm, Mode::Moe, Mode::Cnn] {
        assert!(TABLE.iter().any(|row| row.mode == mode), "{}", mode.id());
    }
}

/// The page named the dragged parameter only: whoever repeated row 1 by hand began with batch 1, and another total.
#[test]
fn rows_say_all_that_they_start_with() {
    for row in TABLE.iter().chain(&EXAMPLES) {
        let start = row.start().into_iter().chain([(row.dragged, Value::Number(row.drag.0))]);
        let by_hand =
            start.fold(Inputs::defaults(row.mode), |inputs, (id, value)| inputs.with(id, value).expect("a value"));
        assert_eq!(by_hand, row.inputs_at(row.drag.0), "row {}", row.id);
        assert!(row.start().iter().all(|(id, _)| *id != row.dragged), "row {}", row.id);
    }
    let batch = (ParameterId::BatchSize, Value::Number(4.0));
    assert!(row("1").start().contains(&batch));
    assert_eq!(row("5").start(), []);
}

/// Both ends of every drag can be reached with the slider's own thumb and keys, and typed into the box.
#[test]
fn both_ends_of_a_drag_are_stops() {
    let catalog = Catalog::built_in();
    for row in TABLE.iter().chain(&EXAMPLES) {
        let slider = row.dragged.use_in(row.mode).and_then(|it| it.slider).expect("a slider");
        for end in [row.drag.0, row.drag.1] {
            assert_eq!(slider.value_at(slider.stop_of(end)), end, "row {}", row.id);
            let typed = numbers::exact_count(end);
            assert_eq!(row.dragged.parse_typed(&typed, &catalog), Ok(Value::Number(end)), "row {} {typed}", row.id);
        }
        assert_eq!((row.target().parameter, row.target().value), (row.dragged, row.drag.1));
        assert_eq!(row.target().printed, row.totals.map(|it| it.1));
    }
}
