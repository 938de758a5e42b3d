//! The component table: a row per group, its parts below it, a column per method; a row opens to its
//! formulas. And the sentence above it, which says how the methods differ.

use crate::estimator::plan::unread::{Unread, unread};
use crate::estimator::{Bytes, Component, ComponentGroup, Estimate, MethodId, ParameterId, told_value};
use crate::present::table::{Row, Spread, group_bytes, only_part, spread};
use crate::present::{difference, numbers};
use crate::ui::kit::colours::group_class;
use crate::ui::kit::controls::button;
use crate::ui::kit::element::{El, el, memo};
use crate::ui::kit::icons::{Glyph, icon};
use crate::ui::second::formula::detail;
use crate::ui::second::texts::later_texts;
use crate::ui::state::State;
use leptos::prelude::*;

/// Larger ratios are told as more than this: their digits say nothing, and have no room.
const MOST_TIMES: f64 = 1000.0;

/// How the methods differ, and what one of them does not read.
pub fn sentence(state: State) -> String {
    let texts = state.texts();
    let difference = state.shown.estimates.with(|all| difference::sentence(all, state.selected(), state.unit(), texts));
    let name = |id: &ParameterId| (texts.parameter_in_mode)(*id, state.shown.mode.get_untracked());
    let told = |it: Unread| {
        let names: Vec<_> = it.ids.iter().map(name).collect();
        (later_texts(state).unread)((texts.method)(it.method).label, &names)
    };
    let unread = state.shown.inputs.with(unread).into_iter().map(told);
    let sentences: Vec<_> =
        std::iter::once(difference).chain(document_size(state)).chain(unread).filter(|it| !it.is_empty()).collect();
    (texts.joints.sentences)(&sentences.iter().map(String::as_str).collect::<Vec<_>>())
}

/// Which size the document's methods take, where the typed shape counts to another.
fn document_size(state: State) -> Option<String> {
    let id = ParameterId::ModelSize;
    let (told, taken) = state.shown.inputs.with(|inputs| (told_value(inputs, id), inputs.value(id)));
    let unit = (state.texts().parameter_unit)(id.spec().unit);
    let size = (state.texts().joints.figure)(&numbers::parameter_value(id, &taken), unit);
    (told != taken).then(|| (later_texts(state).document_size)(&size))
}

/// The table.
pub fn component_table(state: State) -> El {
    let methods = untrack(|| state.shown.methods());
    let bodies = move || {
        let methods = untrack(|| state.shown.methods());
        let bodies = state.shown.rows.get().into_iter().map(|row| group_body(state, row, &methods));
        bodies.chain([total_body(state, &methods)]).collect()
    };
    el("table")
        .class(match methods.len() {
            0 | 1 => "components single",
            2 => "components",
            _ => "components many",
        })
        .test_id("components")
        .child(el("caption").class("hidden").text(state.texts().chart.table))
        .child(head(state, &methods))
        .children_fn(bodies)
}

fn head(state: State, methods: &[MethodId]) -> El {
    let texts = &state.texts().chart;
    let column = |&method: &MethodId| {
        let units = el("span")
            .class("units-of")
            .child(el("span").class("exact").text(texts.bytes))
            .child(el("span").class("round").text_fn(move || state.unit().id().to_owned()));
        el("th")
            .attr("scope", "col")
            .class("amount")
            .class_fn("selected", move || state.selected() == method)
            .text((state.texts().method)(method).label)
            .child(units)
    };
    let spread = if methods.len() > 1 { texts.spread } else { "" };
    let row = el("tr")
        .child(el("th").attr("scope", "col").text(texts.component))
        .children(methods.iter().map(column))
        .child(el("th").attr("scope", "col").class("spread").text(spread));
    el("thead").child(row)
}

/// One group: its row, its parts, and its formulas when it is open.
fn group_body(state: State, row: Row, methods: &[MethodId]) -> El {
    let group = row.group;
    let is_open = memo(move || state.open_rows.with(|open| open.contains(&group)));
    let sum = move |method| state.shown.with_estimate(method, |it| group_bytes(it, group)).flatten();
    let cells = methods.iter().map(|&method| amount(state, method, row.own(method), "–", move || sum(method)));
    let compared = if row.is_alike { methods.to_vec() } else { Vec::new() };
    let is_compared = methods.len() > 1;
    let main = el("tr")
        .class("group")
        .class_fn("pointed", move || state.pointed.get() == Some(group))
        .child(el("th").attr("scope", "row").child(row_button(state, group, &row.components, is_open)))
        .children(cells)
        .child(spread_cell(state, is_compared, move || compared.iter().map(|method| sum(*method)).collect()));
    let part = |component: Component| {
        let cells = methods.iter().map(|&method| {
            // What stands in the group's own row is not said again below it.
            let is_own = row.own(method).is_some();
            let shown = move |estimate: &Estimate| estimate.line(component).map(|line| line.formula.bytes());
            let bytes = move || if is_own { None } else { state.shown.with_estimate(method, shown).flatten() };
            let test_id = untrack(bytes).map(|_| component);
            amount(state, method, test_id, "", bytes)
        });
        el("tr")
            .class("part")
            .child(el("th").attr("scope", "row").text((state.texts().component)(component)))
            .children(cells)
            .child(el("td").class("spread"))
    };
    let n_columns = methods.len() + 2;
    let opened = move || {
        if !is_open.get() {
            return vec![];
        }
        let cell = el("td").attr("colspan", n_columns.to_string()).children_fn(move || detail(state, group));
        vec![el("tr").class("detail-row").attr("id", detail_id(group)).child(cell)]
    };
    el("tbody").child(main).children(row.parts.iter().copied().map(part)).children_fn(opened)
}

fn detail_id(group: ComponentGroup) -> String {
    format!("detail-{}", group_class(group))
}

fn row_button(state: State, group: ComponentGroup, components: &[Component], is_open: Memo<bool>) -> El {
    let name = (state.texts().component_group)(group);
    let only = only_part(components, state.texts()).map(|it| el("span").class("only-part").text(it));
    button("row-button", move || state.toggle_row(group))
        .test_id(format!("open-{}", components[0].id()))
        .attr("title", (state.texts().chart.toggle)(name))
        .attr_fn("aria-expanded", move || Some(is_open.get().to_string()))
        .attr_fn("aria-controls", move || is_open.get().then(|| detail_id(group)))
        .child(icon(Glyph::Chevron))
        .child(el("i").class(&format!("swatch {}", group_class(group))))
        .text(name)
        .maybe(only)
}

fn total_body(state: State, methods: &[MethodId]) -> El {
    let cells = methods.iter().map(|&method| amount(state, method, None, "–", move || state.shown.total(method)));
    let compared = methods.to_vec();
    let row = el("tr")
        .class("total")
        .child(el("th").attr("scope", "row").text(state.texts().chart.total))
        .children(cells)
        .child(spread_cell(state, methods.len() > 1, move || {
            compared.iter().map(|method| state.shown.total(*method)).collect()
        }));
    el("tbody").child(row)
}

/// A method's cell: exact bytes and the figure in the page's unit. It bears the test id of a component
/// where it shows a single one; `missing` stands where there is nothing.
fn amount(
    state: State,
    method: MethodId,
    component: Option<Component>,
    missing: &'static str,
    bytes: impl Fn() -> Option<Bytes> + Send + Sync + 'static,
) -> El {
    // Derived once for the three that show it, and told only where it has changed.
    let bytes = memo(bytes);
    let round = move || match bytes.get() {
        Some(bytes) => numbers::table_figure(bytes, state.unit()),
        None => missing.to_owned(),
    };
    let cell = el("td")
        .class("amount")
        .class_fn("selected", move || state.selected() == method)
        .attr_fn("data-bytes", move || bytes.get().map(|bytes| bytes.count().to_string()))
        .child(el("span").class("exact").text_fn(move || bytes.get().map(numbers::bytes).unwrap_or_default()))
        .child(el("span").class("round").text_fn(round));
    match component {
        Some(component) => cell.test_id(format!("component-{}-{}", method.id(), component.id())),
        None => cell,
    }
}

/// How far the methods are apart, if there are several; nothing where their amounts are not of the same thing.
fn spread_cell(state: State, is_compared: bool, amounts: impl Fn() -> Vec<Option<Bytes>> + Send + 'static) -> El {
    let text = move || {
        let amounts = amounts();
        match spread(&amounts) {
            _ if !is_compared => String::new(),
            Spread::Single | Spread::Unbounded => "–".to_owned(),
            Spread::Equal => state.texts().chart.equal.to_owned(),
            Spread::Times(times) if times > MOST_TIMES => format!("> {}×", numbers::plain(MOST_TIMES, 0)),
            Spread::Times(times) => format!("{}×", numbers::ratio(times, 1.0)),
        }
    };
    el("td").class("spread").text_fn(text)
}
