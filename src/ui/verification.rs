//! The Verification view: the document's table and examples beside ours, and a drag that can be played.

use super::icons::{Glyph, Icon};
use super::state::use_state;
use super::top_bar::step;
use crate::estimator::verification::{Cell, Checked, EXAMPLES, FactKind, Row, TABLE, Verdict};
use crate::estimator::{Inputs, MethodId, estimate_all};
use crate::link::{Link, PageState};
use crate::present::numbers;
use crate::web::address;
use leptos::leptos_dom::helpers::IntervalHandle;
use leptos::prelude::*;
use std::time::Duration;

/// How long a whole drag takes at least, so that the eye can follow one of few steps.
const SHORTEST_PLAY: Duration = Duration::from_millis(1600);

/// One value a frame is as fast as a drag gets.
const FRAME: Duration = Duration::from_millis(17);

/// The row that is being played, and how far.
#[derive(Clone, Copy, PartialEq)]
struct Playing {
    row: &'static str,
    step: usize,
}

/// The view.
#[component]
pub fn VerificationView() -> impl IntoView {
    let texts = use_state().texts;
    let text = &texts.verification;
    let playing = RwSignal::new(None::<Playing>);
    let rows = TABLE.map(|row| (row, row.check()));
    let n_matching = rows.iter().filter(|(_, checked)| checked.is_reproduced()).count();
    let n_rows = rows.len();
    let examples = EXAMPLES.map(|row| (row, row.check()));
    view! {
        <main class="page" id="results" tabindex="-1">
            <div class="page-head">
                <h1>{text.title}</h1>
                <p class="lede">{text.lede}</p>
                <p class="tally" data-testid="tally">
                    <b class:all=n_matching == n_rows>{(text.tally_count)(n_matching, n_rows)}</b>
                    " "{text.tally}
                </p>
            </div>
            <section>
                <h2>{text.table}</h2>
                <p class="note">{text.table_note}</p>
                <VerificationTable rows=rows.to_vec() playing />
            </section>
            <section>
                <h2>{text.examples}</h2>
                <p class="note">{text.examples_note}</p>
                <VerificationTable rows=examples.to_vec() playing />
            </section>
        </main>
    }
}

#[component]
fn VerificationTable(rows: Vec<(Row, Checked)>, playing: RwSignal<Option<Playing>>) -> impl IntoView {
    let texts = use_state().texts;
    let [mode, dragged, document, ours, documented, before, after, change, verdict] = texts.verification.heads;
    view! {
        <table class="verification">
            <thead>
                <tr>
                    <th scope="col" rowspan="2" class="row-id"></th>
                    <th scope="col" rowspan="2">{mode}</th>
                    <th scope="col" rowspan="2">{dragged}</th>
                    <th scope="colgroup" colspan="3" class="column-group">{document}</th>
                    <th scope="colgroup" colspan="3" class="column-group">{ours}</th>
                    <th scope="colgroup" colspan="2" class="column-group extra">{documented}</th>
                    <th scope="col" rowspan="2">{verdict}</th>
                    <td rowspan="2"></td>
                </tr>
                <tr>
                    {[before, after, change, before, after, change].map(|head| view! { <th scope="col" class="amount">{head}</th> }).collect_view()}
                    {[before, after].map(|head| view! { <th scope="col" class="amount extra">{head}</th> }).collect_view()}
                </tr>
            </thead>
            {rows.into_iter().map(|(row, checked)| view! { <VerificationRow row checked playing /> }).collect_view()}
        </table>
    }
}

#[component]
fn VerificationRow(row: Row, checked: Checked, playing: RwSignal<Option<Playing>>) -> impl IntoView {
    let texts = use_state().texts;
    let text = &texts.verification;
    let key = row.dragged.spec().key;
    let is_playing = Memo::new(move |_| playing.with(|it| it.is_some_and(|it| it.row == row.id)));
    let (from, to) = row.drag;
    let [before, after] = [checked.totals.map(|it| it.0), checked.totals.map(|it| it.1)];
    let verdict = overall(&checked);
    let facts = checked.facts.clone();
    view! {
        <tbody class:playing=is_playing data-testid=format!("verification-{}", row.id)>
            <tr>
                <td class="row-id">{row.id}</td>
                <th scope="row">{(texts.mode)(row.mode).label}</th>
                <td class="dragged">
                    <code>{key}</code>" "
                    <span class="from-to">{numbers::exact_count(from)}" → "{numbers::exact_count(to)}</span>
                    {row.note.map(|note| view! { <small>{(text.note)(note)}</small> })}
                </td>
                {match (before, after) {
                    (Some(before), Some(after)) => view! {
                        <PrintedCell cell=Some(before) head=text.heads[5] />
                        <PrintedCell cell=Some(after) head=text.heads[6] />
                        <PrintedCell cell=checked.change head=text.heads[7] signed=true />
                    }.into_any(),
                    _ => view! { <td class="amount printed wide" colspan="3">{text.direction}</td> }.into_any(),
                }}
                <td class="amount ours edge" data-testid="ours-before">{numbers::plain(checked.ours.0, 2)}</td>
                <td class="amount ours" data-testid="ours-after">{numbers::plain(checked.ours.1, 2)}</td>
                <td class="amount ours">{numbers::signed(checked.ours.1 - checked.ours.0, 2)}</td>
                <td class="amount extra edge">{numbers::plain(checked.documented.0, 2)}</td>
                <td class="amount extra">{numbers::plain(checked.documented.1, 2)}</td>
                <td class="verdict-place edge"><VerdictMark verdict /></td>
                <td class="actions"><PlayButton row playing /><OpenLink row /></td>
            </tr>
            {facts.into_iter().map(|(what, before, after)| view! { <FactRow what before after /> }).collect_view()}
            <Show when=move || is_playing.get()>
                <Replay row playing />
            </Show>
        </tbody>
    }
}

/// The verdict on a row: the worst of its cells; a row that prints only a direction has that one.
fn overall(checked: &Checked) -> Verdict {
    let totals = checked.totals.into_iter().flat_map(|(before, after)| [before, after]);
    let verdicts: Vec<_> = totals.chain(checked.change).map(|cell| cell.verdict).collect();
    [Verdict::FollowsFromNeither, Verdict::ReproducedFromRounded]
        .into_iter()
        .find(|verdict| verdicts.contains(verdict))
        .unwrap_or(Verdict::Reproduced)
}

/// A figure of the document, marked when ours does not give it.
#[component]
fn PrintedCell(cell: Option<Cell>, head: &'static str, #[prop(optional)] signed: bool) -> impl IntoView {
    let texts = use_state().texts;
    let text = cell.map(|cell| {
        let printed = cell.printed;
        let figure = if signed {
            numbers::signed(printed.value, printed.decimals())
        } else {
            numbers::plain(printed.value, printed.decimals())
        };
        if printed.is_rough { format!("~{figure}") } else { figure }
    });
    let verdict = cell.map(|cell| cell.verdict);
    let mark = verdict.filter(|it| *it != Verdict::Reproduced).map(|verdict| {
        view! {
            <span class="hidden">", "{(texts.verification.verdict)(verdict)}</span>
        }
    });
    view! {
        <td
            class="amount printed"
            class:off=verdict == Some(Verdict::FollowsFromNeither)
            class:rounded=verdict == Some(Verdict::ReproducedFromRounded)
            data-head=head
            data-verdict=verdict.map(verdict_id)
            title=verdict.map(|it| (texts.verification.verdict_why)(it))
        >
            {text.unwrap_or_else(|| "–".to_owned())}{mark}
        </td>
    }
}

fn verdict_id(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Reproduced => "reproduced",
        Verdict::ReproducedFromRounded => "reproduced-from-rounded",
        Verdict::FollowsFromNeither => "follows-from-neither",
    }
}

#[component]
fn VerdictMark(verdict: Verdict) -> impl IntoView {
    let text = &use_state().texts.verification;
    let (class, glyph) = match verdict {
        Verdict::Reproduced | Verdict::ReproducedFromRounded => ("verdict fits", Glyph::Tick),
        Verdict::FollowsFromNeither => ("verdict tight", Glyph::Attention),
    };
    view! {
        <span class=class data-verdict=verdict_id(verdict) title=(text.verdict_why)(verdict)>
            <Icon glyph />
            {(text.verdict)(verdict)}
        </span>
    }
}

/// An intermediate result of a worked example.
#[component]
fn FactRow(what: FactKind, before: Option<Cell>, after: Option<Cell>) -> impl IntoView {
    let text = &use_state().texts.verification;
    let unit = (text.fact_unit)(what);
    let figure = |cell: Option<Cell>, pick: fn(Cell) -> f64, decimals: fn(Cell) -> usize| {
        cell.map(|it| format!("{} {unit}", numbers::plain(pick(it), decimals(it))))
    };
    let printed = |cell| figure(cell, |it| it.printed.value, |it| it.printed.decimals());
    let ours = |cell| figure(cell, |it| it.ours, |it| it.printed.decimals().max(2));
    let is_off = [before, after].into_iter().flatten().any(|it| it.verdict == Verdict::FollowsFromNeither);
    let verdict = if is_off { Verdict::FollowsFromNeither } else { Verdict::Reproduced };
    view! {
        <tr class="fact">
            <td class="row-id"></td>
            <td></td>
            <th scope="row" class="dragged">{(text.fact)(what)}</th>
            <td class="amount printed">{printed(before)}</td>
            <td class="amount printed">{printed(after)}</td>
            <td></td>
            <td class="amount ours edge">{ours(before)}</td>
            <td class="amount ours">{ours(after)}</td>
            <td></td>
            <td class="extra edge"></td>
            <td class="extra"></td>
            <td class="verdict-place edge"><VerdictMark verdict /></td>
            <td></td>
        </tr>
    }
}

/// Loads the row into the Estimate view, where the drag can be repeated by hand.
#[component]
fn OpenLink(row: Row) -> impl IntoView {
    let state = use_state();
    let text = &state.texts.verification;
    let inputs = move || row.inputs_at(row.drag.0);
    let link = move || Link {
        inputs: inputs(),
        page: PageState { selected: MethodId::Verified, unit: state.unit.get(), ..PageState::default() },
    };
    view! {
        <a
            class="btn"
            href=move || address::href(&link())
            data-testid=format!("open-{}", row.id)
            aria-label=(text.for_row)(text.open, row.id)
            on:click=move |event| step(&event, || {
                state.go_to_inputs(inputs(), MethodId::Verified);
            })
        >
            {text.open}
        </a>
    }
}

#[component]
fn PlayButton(row: Row, playing: RwSignal<Option<Playing>>) -> impl IntoView {
    let text = &use_state().texts.verification;
    let is_playing = Memo::new(move |_| playing.with(|it| it.is_some_and(|it| it.row == row.id)));
    let label = move || if is_playing.get() { text.pause } else { text.play };
    view! {
        <button
            type="button"
            class="btn play"
            class:on=is_playing
            data-testid=format!("play-{}", row.id)
            aria-label=move || (text.for_row)(label(), row.id)
            on:click=move |_| playing.update(|it| {
                *it = if it.is_some_and(|it| it.row == row.id) { None } else { Some(Playing { row: row.id, step: 0 }) };
            })
        >
            {move || if is_playing.get() { view! { <Icon glyph=Glyph::Pause /> } } else { view! { <Icon glyph=Glyph::Play /> } }}
            {label}
        </button>
    }
}

/// The document's own test: the slider goes from stop to stop, and each total is computed anew.
#[component]
fn Replay(row: Row, playing: RwSignal<Option<Playing>>) -> impl IntoView {
    let state = use_state();
    let texts = state.texts;
    let steps = StoredValue::new(row.steps());
    let last = steps.with_value(Vec::len) - 1;
    let pace = (SHORTEST_PLAY / last.max(1) as u32).max(FRAME);
    let at = Memo::new(move |_| playing.get().map_or(0, |it| it.step.min(last)));
    let value = move || steps.with_value(|it| it[at.get()]);
    let total = move || {
        let inputs: Inputs = row.inputs_at(value());
        let estimates = estimate_all(&inputs);
        estimates.iter().find(|it| it.method() == MethodId::Verified).map(|it| it.total()).unwrap_or_default()
    };
    let advance = move || {
        playing.update(|it| {
            if let Some(it) = it.as_mut().filter(|it| it.row == row.id && it.step < last) {
                it.step += 1;
            }
        });
    };
    let timer: Option<IntervalHandle> = set_interval_with_handle(advance, pace).ok();
    on_cleanup(move || {
        if let Some(timer) = timer {
            timer.clear();
        }
    });
    let key = row.dragged.spec().key;
    let drag = move |text: String| {
        if let Ok(step) = text.parse::<usize>() {
            // By hand it goes on from where the hand lets go: the timer would fight it.
            if let Some(timer) = timer {
                timer.clear();
            }
            playing.set(Some(Playing { row: row.id, step }));
        }
    };
    let share = move || at.get() as f64 / last.max(1) as f64;
    view! {
        <tr class="replay">
            <td colspan="13">
                <div class="replay-line">
                    <code>{key}</code>
                    <span class="range-end">{numbers::exact_count(row.drag.0)}</span>
                    <span class="track" style:--share=move || format!("{:.5}", share()) style:--default="0">
                        <input
                            type="range"
                            min="0"
                            max=last.to_string()
                            prop:value=move || at.get().to_string()
                            aria-label=(texts.verification.replay)(key)
                            aria-valuetext=move || numbers::exact_count(value())
                            on:input:target=move |event| drag(event.target().value())
                        />
                    </span>
                    <span class="range-end">{numbers::exact_count(row.drag.1)}</span>
                    <b class="replay-value" data-testid="replay-value">{move || numbers::exact_count(value())}</b>
                    <b class="replay-total" data-testid="replay-total">{move || numbers::plain(total().gib(), 2)}" GiB"</b>
                    <small>{move || (texts.verification.step)(at.get(), last)}</small>
                </div>
            </td>
        </tr>
    }
}
