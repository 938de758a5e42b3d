//! A report for people, as Markdown: what runs, whether it fits, the totals, the table, what was changed, how sure that is, and the
//! formulas.

use crate::estimator::{
    Bytes, Component, Estimate, Inputs, MemoryUnit, MethodId, ParameterId, told_default, told_value,
};
use crate::locale::Texts;
use crate::present::numbers;
use crate::present::readings::ReadingRow;
use crate::present::shared::Shared;
use crate::present::shared::names::title;
use crate::present::value_text::value_text;
use crate::present::verdict::VerdictSaid;

/// What is said beside the figures.
pub struct Told<'a> {
    /// Whether the run fits, by the selected method.
    pub verdict: Option<VerdictSaid>,
    /// What the card of a method says below its total.
    pub band: &'a dyn Fn(MethodId) -> Option<String>,
    /// How far the total can be trusted.
    pub readings: Vec<ReadingRow>,
    /// Their heading.
    pub readings_title: &'static str,
    /// The unit of figures.
    pub unit: MemoryUnit,
    /// The texts of the language.
    pub texts: &'a Texts,
}

/// The report.
pub fn report(shared: &Shared, told: &Told) -> String {
    let (unit, texts) = (told.unit, told.texts);
    let (joints, chart) = (&texts.joints, &texts.chart);
    let mut res = format!("# {}\n\n<{}>\n", escaped(&title(shared.inputs, texts)), shared.address);
    if let Some(it) = &told.verdict {
        res += &format!("\n**{}** {}\n", escaped(it.word), escaped(&it.sentence));
    }
    heading(&mut res, texts.controls.totals);
    for it in shared.estimates {
        let named = (joints.named)((texts.method)(it.method()).label, &amount(it.total(), unit, texts));
        let parts = [Some(named), (told.band)(it.method())];
        let parts: Vec<_> = parts.iter().flatten().map(|it| escaped(it)).collect();
        res += &format!("- {}\n", parts.join("; "));
    }
    heading(&mut res, chart.table);
    row(&mut res, chart.component, shared.estimates.iter().map(|it| (texts.method)(it.method()).label.to_owned()));
    res += &format!("|---|{}\n", "--:|".repeat(shared.estimates.len()));
    let cell = |bytes: Option<Bytes>| bytes.map_or("–".to_owned(), |it| amount(it, unit, texts));
    let of = |it: &Estimate, component: Component| it.line(component).map(|it| it.formula.bytes());
    for &component in Component::ALL {
        let cells: Vec<_> = shared.estimates.iter().map(|it| of(it, component)).collect();
        if cells.iter().any(Option::is_some) {
            row(&mut res, (texts.component)(component), cells.into_iter().map(cell));
        }
    }
    row(&mut res, chart.total, shared.estimates.iter().map(|it| cell(Some(it.total()))));
    changed(&mut res, shared.inputs, texts);
    if !told.readings.is_empty() {
        heading(&mut res, told.readings_title);
    }
    for it in &told.readings {
        let named = (joints.named)(it.label, &format!("{} {}", it.amount, it.range));
        res += &format!("- {}\n", escaped(named.trim_end()));
        it.notes.iter().for_each(|note| res += &format!("  - {}\n", escaped(note)));
    }
    if let Some(it) = shared.of_selected() {
        heading(&mut res, &(chart.toggle)((texts.method)(it.method()).label));
        for line in it.lines() {
            let name = escaped((texts.component)(line.component));
            res += &format!("- {name}: `{}`\n", line.formula.symbolic());
        }
    }
    res
}

/// What was changed, with what would stand in its place.
fn changed(res: &mut String, inputs: &Inputs, texts: &Texts) {
    let mode = inputs.mode();
    let mut rows = ParameterId::ALL.iter().copied().filter(|id| !inputs.is_default(*id)).peekable();
    if rows.peek().is_none() {
        return;
    }
    heading(res, texts.controls.parameters);
    row(res, texts.share.parameter, [texts.share.value, texts.share.default].map(str::to_owned).into_iter());
    *res += "|---|---|---|\n";
    for id in rows {
        let told = |value| value_text(id, &value, mode, texts);
        let default = told_default(inputs, id).map(told).unwrap_or_default();
        let name = format!("{} ({})", (texts.parameter_in_mode)(id, mode), id.spec().key);
        row(res, &name, [told(told_value(inputs, id)), default].into_iter());
    }
}

/// `16.30 GiB (17 500 000 000 bytes)`
fn amount(bytes: Bytes, unit: MemoryUnit, texts: &Texts) -> String {
    format!("{} ({} {})", numbers::exact_amount(bytes, unit), numbers::bytes(bytes), texts.chart.bytes)
}

fn heading(res: &mut String, text: &str) {
    *res += &format!("\n## {}\n\n", escaped(text));
}

fn row(res: &mut String, name: &str, cells: impl Iterator<Item = String>) {
    *res += &format!("| {} |", escaped(name));
    cells.for_each(|it| *res += &format!(" {} |", escaped(&it)));
    res.push('\n');
}

/// A text that Markdown takes as it stands.
fn escaped(text: &str) -> String {
    let mut res = String::new();
    for it in text.chars() {
        match it {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '~' => res.extend(['\\', it]),
            it if it.is_control() => res.push(' '),
            it => res.push(it),
        }
    }
    res
}
