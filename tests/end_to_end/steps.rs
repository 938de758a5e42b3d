//! The steps of which stories are made, each done as a reader does it and waited for, and what holds wherever a story
//! ends. It expects nothing of a single story.

use super::command_line;
use super::page::{CATALOG, Page};
use fantoccini::key::Key;
use serde_json::json;
use vram_estimator::estimator::{Component, Estimate, MethodId, values_of};
use vram_estimator::link::{ProblemKind, decode};

/// The verdict, or an empty text.
const VERDICT: &str = "return $('verdict')?.dataset.verdict ?? ''";

/// Searches in a field, and takes what Enter would choose, which must be this.
#[track_caller]
pub fn search(page: &Page, key: &str, typed: &str, value: &str) {
    let field = format!("search-{key}");
    page.until("the field is there", "return $(a) !== null", &[json!(field)]);
    page.focus(&field);
    page.type_text(typed);
    let is_active = "const id = $(a).getAttribute('aria-activedescendant') ?? ''; \
                     return document.getElementById(id)?.dataset.value === b";
    page.until("it is the one that Enter would choose", is_active, &[json!(field), json!(value)]);
    page.press(&[Key::Enter]);
    page.until("it is chosen", "return $(a)?.value === b", &[json!(format!("choice-{key}")), json!(value)]);
}

/// Chooses in a native select.
#[track_caller]
pub fn choose(page: &Page, key: &str, value: &str) {
    let select = format!("choice-{key}");
    page.until("the select is there", "return $(a) !== null", &[json!(select)]);
    let script = "const it = $(a); it.value = b; it.dispatchEvent(new Event('change', { bubbles: true })); \
                  return it.value === b";
    assert_eq!(page.script(script, &[json!(select), json!(value)]), true, "{key} has {value}");
}

/// Types a number into a box as soon as that is there.
#[track_caller]
pub fn enter(page: &Page, key: &str, text: &str) {
    page.until("the box is there", "return $(a) !== null", &[json!(format!("number-{key}"))]);
    page.enter(key, text);
}

/// Turns a switch on that is off.
#[track_caller]
pub fn turn_on(page: &Page, key: &str) {
    let switch = [json!(format!("toggle-{key}"))];
    page.until("the switch is there and off", "return $(a) !== null && !$(a).checked", &switch);
    page.script("$(a).click()", &switch);
}

/// Presses a button that takes something over; the page comes to show the button's link.
#[track_caller]
pub fn apply(page: &Page, button: &str) -> String {
    let is_there = "const it = $(a); return it !== null && it.closest('.older') === null && it.dataset.link";
    let link = page.until("it can be applied", is_there, &[json!(button)]);
    let link = link.as_str().expect("a link").to_owned();
    page.script("$(a).click()", &[json!(button)]);
    page.check_link(&link);
    link
}

/// Back, which leads to a link and its verdict.
#[track_caller]
pub fn go_back(page: &Page, link: &str, verdict: &str) {
    page.script("history.back()", &[]);
    page.check_link(link);
    until_judged(page, verdict);
}

/// What the page says now.
#[track_caller]
pub fn verdict(page: &Page) -> String {
    page.text_of(VERDICT, &[])
}

/// Waits for a verdict.
#[track_caller]
pub fn until_judged(page: &Page, verdict: &str) {
    page.until("it is judged", "return $('verdict')?.dataset.verdict === a", &[json!(verdict)]);
}

/// Waits until the card of `calibrated` tells why it has no answer, and gives that.
#[track_caller]
pub fn reason(page: &Page) -> String {
    page.until("the reason is told", "return $('unanswered-calibrated') !== null", &[]);
    page.text("unanswered-calibrated")
}

/// The verdict of the command line on a link.
#[track_caller]
pub fn verdict_of(link: &str) -> String {
    command_line::answer(link)["fits"]["verdict"].as_str().expect("a verdict").to_owned()
}

/// The estimator's own answer to a link, by `calibrated`.
#[track_caller]
pub fn estimate(link: &str) -> Estimate {
    let (read, problems) = decode(link, &CATALOG);
    // What a change takes the effect of is kept.
    let faults: Vec<_> = problems.iter().filter(|it| !matches!(it.kind, ProblemKind::NoEffect(..))).collect();
    assert!(faults.is_empty(), "{link}: {faults:?}");
    values_of(MethodId::Calibrated, &read.inputs).expect("an answer")
}

/// The bytes of a component on the fullest GPU.
#[track_caller]
pub fn bytes_of(estimate: &Estimate, component: Component) -> f64 {
    estimate.line(component).unwrap_or_else(|| panic!("no {}", component.id())).formula.bytes().count()
}

/// The component that takes most on the fullest GPU.
pub fn largest(estimate: &Estimate) -> Component {
    let all = estimate.lines().iter();
    all.max_by(|a, b| a.formula.bytes().count().total_cmp(&b.formula.bytes().count())).expect("a line").component
}

/// Where a story rests: the address bar's link is what was done; total, components and ranks are the estimator's to the
/// byte, and the verdict and every other method are the command line's; the capacity stands in the chart where there is
/// a GPU. The link opened anew gives the same bytes. Gives the link.
#[track_caller]
pub fn check_rest(page: &Page, verdict: &str) -> String {
    until_judged(page, verdict);
    let link = page.query();
    page.check_estimates(&link);
    assert_eq!(verdict_of(&link), verdict, "{link}");
    check_bytes(page, &estimate(&link));
    let totals = page.totals();
    page.open(&link);
    until_judged(page, verdict);
    assert_eq!(page.totals(), totals, "{link}");
    check_bytes(page, &estimate(&link));
    let is_named = "const end = $('chart-capacity'); \
                    return end !== null && !end.hidden && end.innerText.includes($('search-gpu')?.value ?? '?')";
    page.until("the capacity stands in the chart", is_named, &[]);
    assert_eq!(page.query(), link);
    link
}

/// What the page shows of `calibrated` is this, to the byte.
#[track_caller]
fn check_bytes(page: &Page, ours: &Estimate) {
    assert_eq!(page.totals()["calibrated"], ours.total().count());
    let shown = page.components();
    for line in ours.lines() {
        let name = format!("calibrated-{}", line.component.id());
        assert_eq!(shown[&name], line.formula.bytes().count(), "{name}");
    }
    let is_spread = ours.ranks().iter().map(|it| it.count()).sum::<usize>() > 1;
    let ranks = if is_spread { ours.ranks() } else { &[] };
    let rows = "return [...document.querySelectorAll('[data-testid^=rank-calibrated-]')].map(it => it.dataset.bytes)";
    let bytes: Vec<_> = ranks.iter().map(|it| it.total().count().to_string()).collect();
    let n_rows = "return document.querySelectorAll('[data-testid^=rank-calibrated-]').length === a";
    page.until("all ranks are there", n_rows, &[json!(bytes.len())]);
    assert_eq!(page.texts_of(rows, &[]), bytes);
}

/// The rows of the ranks as they are read: name, with the mark of the fullest, and how many GPUs.
#[track_caller]
pub fn rank_rows(page: &Page) -> Vec<String> {
    let rows = "return [...$('ranks').querySelectorAll('tbody tr')].map(it => \
                [it.cells[0].firstChild.textContent, it.querySelector('.rank-mark')?.textContent, it.cells[1].innerText] \
                .filter(it => it).join(' '))";
    page.texts_of(rows, &[])
}
