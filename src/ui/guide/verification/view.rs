//! The Verification view: the document's table and examples beside ours, and a drag that can be played.

use crate::estimator::verification::{Cell, Checked, DocumentRow, EXAMPLES, ResultKind, TABLE, Verdict};
use crate::estimator::{MethodId, ParameterId, Value};
use crate::link::{Link, PageState};
use crate::present::numbers;
use crate::ui::first::notices::notices;
use crate::ui::guide::texts::guide_texts;
use crate::ui::guide::verification::replay::{Playing, replay};
use crate::ui::guide::verification::scatter;
use crate::ui::kit::controls::{anchor, button};
use crate::ui::kit::element::{El, el, memo};
use crate::ui::kit::icons::{Glyph, icon};
use crate::ui::second::arrive::arrive;
use crate::ui::state::State;
use leptos::prelude::*;

/// The view.
pub fn verification_view(state: State) -> Vec<El> {
    let text = &guide_texts(state).verification;
    let playing = RwSignal::new(None::<Playing>);
    let rows = TABLE.map(|row| (row, row.check()));
    let n_matching = rows.iter().filter(|(_, checked)| checked.is_reproduced()).count();
    let class = if n_matching == rows.len() { "all" } else { "" };
    let tally = el("p")
        .class("tally")
        .test_id("tally")
        .child(el("b").class(class).text((text.tally_count)(n_matching, rows.len())))
        .text(text.tally);
    let head = el("div")
        .class("page-head")
        .child(el("h1").text(text.title))
        .child(el("p").class("lede").text(text.lede))
        .child(tally);
    let section = |title: &str, note: &str, rows: Vec<(DocumentRow, Checked)>| {
        el("section")
            .child(el("h2").text(title))
            .child(el("p").class("note").text(note))
            .child(table(state, rows, playing))
    };
    let main = el("main")
        .class("page")
        .attr("id", "results")
        .attr("tabindex", "-1")
        .child(head)
        .child(notices(state))
        .child(section(text.table, text.table_note, rows.to_vec()))
        .child(section(text.examples, text.examples_note, EXAMPLES.map(|row| (row, row.check())).to_vec()))
        .child(scatter::accuracy(state));
    vec![main]
}

fn table(state: State, rows: Vec<(DocumentRow, Checked)>, playing: RwSignal<Option<Playing>>) -> El {
    let [mode, dragged, document, ours, documented, before, after, change, verdict] =
        guide_texts(state).verification.heads;
    let spanning = |text: &str| el("th").attr("scope", "col").attr("rowspan", "2").text(text);
    let group = |class: &str, n_columns: &str, text: &str| {
        let class = format!("column-group {class}");
        el("th").attr("scope", "colgroup").attr("colspan", n_columns).class(&class).text(text)
    };
    let column = |class: &str, text: &str| el("th").attr("scope", "col").class(class).text(text);
    let groups = el("tr")
        .child(el("td").attr("rowspan", "2").class("row-id"))
        .child(spanning(mode))
        .child(spanning(dragged))
        .child(group("", "3", document))
        .child(group("edge", "3", ours))
        .child(group("edge extra", "2", documented))
        .child(spanning(verdict).class("edge"))
        .child(el("td").attr("rowspan", "2"));
    let columns = el("tr")
        .children([before, after, change].map(|text| column("amount", text)))
        .child(column("amount edge", before))
        .children([after, change].map(|text| column("amount", text)))
        .child(column("amount extra edge", before))
        .child(column("amount extra", after));
    el("table")
        .class("verification")
        .child(el("thead").child(groups).child(columns))
        .children(rows.into_iter().map(|(row, checked)| row_body(state, row, &checked, playing)))
}

/// The row, its intermediate results, and the drag while it is played.
fn row_body(state: State, row: DocumentRow, checked: &Checked, playing: RwSignal<Option<Playing>>) -> El {
    let is_playing = memo(move || playing.with(|it| it.is_some_and(|it| it.row == row.id)));
    let replay = move || if is_playing.get() { vec![replay(state, row, playing)] } else { vec![] };
    el("tbody")
        .class_fn("playing", move || is_playing.get())
        .test_id(format!("verification-{}", row.id))
        .child(main_row(state, row, checked, playing))
        .children(checked.facts.iter().map(|&(what, before, after)| fact_row(state, what, before, after)))
        .children_fn(replay)
}

fn main_row(state: State, row: DocumentRow, checked: &Checked, playing: RwSignal<Option<Playing>>) -> El {
    let text = &guide_texts(state).verification;
    let [_, _, document, ours, ..] = text.heads;
    let (from, to) = row.drag;
    let dragged = el("td")
        .class("dragged")
        .child(el("code").text(row.dragged.spec().key))
        .child(el("span").class("from-to").text(format!("{} → {}", exact(from), exact(to))))
        .child(el("small").text((text.start)(&start(state, row))))
        .maybe(row.note.map(|note| el("small").text((text.note)(note))));
    let printed = match checked.totals {
        Some((before, after)) => vec![
            printed_cell(state, Some(before), "first", false).attr("data-label", document),
            printed_cell(state, Some(after), "second", false),
            printed_cell(state, checked.change, "third", true),
        ],
        None => {
            let cell = el("td").class("amount printed wide").attr("colspan", "3").attr("data-label", document);
            vec![cell.text(text.direction)]
        }
    };
    let figure = |class: &str, text: String| el("td").class(&format!("amount {class}")).text(text);
    let (before, after) = checked.ours;
    el("tr")
        .child(el("td").class("row-id").text(row.id))
        .child(el("th").attr("scope", "row").text((state.texts().mode)(row.mode).label))
        .child(dragged)
        .children(printed)
        .child(figure("ours first edge", numbers::plain(before, 2)).test_id("ours-before").attr("data-label", ours))
        .child(figure("ours second", numbers::plain(after, 2)).test_id("ours-after"))
        .child(figure("ours third", numbers::signed(after - before, 2)))
        .child(figure("extra edge", numbers::plain(checked.documented.0, 2)))
        .child(figure("extra", numbers::plain(checked.documented.1, 2)))
        .child(el("td").class("verdict-place edge").child(verdict_mark(state, checked.verdict())))
        .child(el("td").class("actions").child(play_button(state, row, playing)).child(open_link(state, row)))
}

/// "batchSize 4, gradientAccumulationSteps 4"
fn start(state: State, row: DocumentRow) -> String {
    let one = |(id, value): (ParameterId, Value)| format!("{} {}", id.spec().key, numbers::parameter_value(id, &value));
    let all: Vec<_> = row.start().into_iter().map(one).collect();
    (state.texts().joints.names)(&all.iter().map(String::as_str).collect::<Vec<_>>())
}

fn exact(value: f64) -> String {
    numbers::exact_count(value)
}

/// A figure of the document, marked when ours does not give it digit by digit.
fn printed_cell(state: State, cell: Option<Cell>, column: &str, is_change: bool) -> El {
    let text = &guide_texts(state).verification;
    let place = format!("amount printed {column}");
    let Some(Cell { printed, verdict, .. }) = cell else { return el("td").class(&place).text("–") };
    let figure = if is_change {
        numbers::signed(printed.value, printed.decimals())
    } else {
        numbers::plain(printed.value, printed.decimals())
    };
    let mark = (verdict != Verdict::Reproduced).then(|| el("span").class("hidden").text((text.verdict_aloud)(verdict)));
    el("td")
        .class(&format!("{place} {}", verdict_id(verdict)))
        .attr("data-verdict", verdict_id(verdict))
        .attr("title", (text.verdict_why)(verdict))
        .text(if printed.is_rough { format!("~{figure}") } else { figure })
        .maybe(mark)
}

fn verdict_id(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Reproduced => "reproduced",
        Verdict::ReproducedFromRounded => "from-rounded",
        Verdict::FollowsFromNeither => "from-neither",
    }
}

fn verdict_mark(state: State, verdict: Verdict) -> El {
    let text = &guide_texts(state).verification;
    let (class, glyph) = match verdict {
        Verdict::Reproduced | Verdict::ReproducedFromRounded => ("verdict fits", Glyph::Tick),
        Verdict::FollowsFromNeither => ("verdict tight", Glyph::Attention),
    };
    el("span")
        .class(class)
        .attr("data-verdict", verdict_id(verdict))
        .attr("title", (text.verdict_why)(verdict))
        .child(icon(glyph))
        .text((text.verdict)(verdict))
}

/// An intermediate result of a worked example.
fn fact_row(state: State, what: ResultKind, before: Option<Cell>, after: Option<Cell>) -> El {
    let text = &guide_texts(state).verification;
    let unit = (text.fact_unit)(what);
    let printed = |column: &str, cell: Option<Cell>| {
        let figure = cell.map(|it| format!("{} {unit}", numbers::plain(it.printed.value, it.printed.decimals())));
        el("td").class(&format!("amount printed {column}")).text(figure.unwrap_or_default())
    };
    let ours = |class: &str, cell: Option<Cell>| {
        let figure = cell.map(|it| format!("{} {unit}", numbers::plain(it.ours, it.printed.decimals().max(2))));
        el("td").class(class).child(el("span").text(figure.unwrap_or_default()))
    };
    // What the document computes by its own text stands in that method's columns. Those are left out where there is no
    // room for them, and then the figures stand where ours do.
    let is_documented = matches!(what, ResultKind::Gigabytes(_));
    let place = |class: &str| if is_documented { format!("{class} narrow") } else { class.to_owned() };
    let in_text = |class: &str, cell| if is_documented { ours(class, cell) } else { el("td").class(class) };
    let label = text.heads[if is_documented { 4 } else { 3 }];
    let is_off = [before, after].into_iter().flatten().any(|it| it.verdict == Verdict::FollowsFromNeither);
    let verdict = if is_off { Verdict::FollowsFromNeither } else { Verdict::Reproduced };
    el("tr")
        .class("fact")
        .child(el("td").class("row-id"))
        .child(el("td").class("gap"))
        .child(el("th").attr("scope", "row").class("dragged").text((text.fact)(what)))
        .child(printed("first", before).attr("data-label", text.heads[2]))
        .child(printed("second", after))
        .child(el("td").class("gap"))
        .child(ours(&place("amount ours first edge"), before).attr("data-label", label))
        .child(ours(&place("amount ours second"), after))
        .child(el("td").class("gap"))
        .child(in_text("amount extra edge", before))
        .child(in_text("amount extra", after))
        .child(el("td").class("verdict-place edge").child(verdict_mark(state, verdict)))
        .child(el("td").class("gap"))
}

/// Loads the row into the Estimate view, where the drag can be repeated by hand.
fn open_link(state: State, row: DocumentRow) -> El {
    let text = &guide_texts(state).verification;
    let link = move || Link {
        inputs: row.inputs_at(row.drag.0),
        page: PageState {
            selected: MethodId::Verified,
            unit: state.unit(),
            language: state.named_language(),
            ..PageState::default()
        },
        pins: state.pinned.get(),
    };
    let open = move || {
        state.open_row(&link(), row.target());
        arrive(Some(row.dragged));
    };
    anchor(link, open)
        .class("btn")
        .test_id(format!("open-{}", row.id))
        .attr("aria-label", (text.for_row)(text.open, row.id))
        .text(text.open)
}

fn play_button(state: State, row: DocumentRow, playing: RwSignal<Option<Playing>>) -> El {
    let text = &guide_texts(state).verification;
    let last = row.steps().len() - 1;
    let mine = move || playing.get().filter(|it| it.row == row.id);
    let is_running = move || mine().is_some_and(|it| it.is_running);
    let label = move || if is_running() { text.pause } else { text.play };
    // A paused drag goes on where it stopped; a finished one begins again.
    let toggle = move || {
        let step = mine().map_or(0, |it| if it.step < last { it.step } else { 0 });
        playing.set(Some(Playing { row: row.id, step, is_running: !is_running() }));
    };
    let glyph = move || vec![icon(if is_running() { Glyph::Pause } else { Glyph::Play })];
    button("btn play", toggle)
        .class_fn("on", is_running)
        .test_id(format!("play-{}", row.id))
        .attr_fn("aria-label", move || Some((text.for_row)(label(), row.id)))
        .children_fn(glyph)
        .text_fn(move || label().to_owned())
}
