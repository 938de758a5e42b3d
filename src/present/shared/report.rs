//! A report for people, as Markdown: what runs, whether it fits, the totals, the table, what was changed, how sure that
//! is, and the formulas.

use crate::estimator::{
    Bytes, Component, Estimate, Inputs, MemoryUnit, MethodId, ParameterId, told_default, told_value,
};
use crate::locale::Texts;
use crate::present::chart::pin_letter;
use crate::present::numbers;
use crate::present::readings::ReadingRow;
use crate::present::shared::answered::{PinnedAnswer, Shared};
use crate::present::shared::names::title;
use crate::present::value_text::value_text;
use crate::present::verdict::VerdictSaid;

/// What is said beside the figures.
pub struct ReportTexts<'a> {
    /// Whether the run fits, by the selected method.
    pub verdict: Option<VerdictSaid>,
    /// What the card of a method says below its total.
    pub band: &'a dyn Fn(MethodId) -> Option<String>,
    /// How far the total can be trusted.
    pub readings: Vec<ReadingRow>,
    /// Their heading.
    pub readings_title: &'static str,
    /// The heading of what is pinned.
    pub pinned_title: String,
    /// The unit of figures.
    pub unit: MemoryUnit,
    /// The texts of the language.
    pub texts: &'a Texts,
}

/// The report.
pub fn report(shared: &Shared, told: &ReportTexts) -> String {
    let (texts, chart) = (told.texts, &told.texts.chart);
    let amount = |bytes: Option<Bytes>| match bytes {
        Some(it) => {
            let bytes = format!("{} {}", numbers::bytes(it), chart.bytes);
            (texts.joints.aside)(&numbers::exact_amount(it, told.unit), &bytes)
        }
        None => "–".to_owned(),
    };
    let mut res = format!("# {}\n\n<{}>\n", escaped(&title(shared.inputs, texts)), shared.address);
    if let Some(it) = &told.verdict {
        res += &format!("\n{}\n", (texts.joints.named)(&format!("**{}**", it.word), &escaped(&it.sentence)));
    }
    heading(&mut res, texts.controls.totals);
    for it in shared.estimates {
        let method = it.method();
        let named = (texts.joints.named)((texts.method)(method).label, &amount(Some(it.total())));
        item(&mut res, &[named, (told.band)(method).unwrap_or_default()].join(" · "));
    }
    heading(&mut res, chart.table);
    let methods: Vec<_> = shared.estimates.iter().map(|it| (texts.method)(it.method()).label.to_owned()).collect();
    table(&mut res, &methods, &shared.estimates.iter().map(Some).collect::<Vec<_>>(), &amount, texts);
    if !shared.pinned.is_empty() {
        heading(&mut res, &told.pinned_title);
        let named = |it: &PinnedAnswer| (texts.joints.named)(pin_letter(it.place), &it.words);
        shared.pinned.iter().for_each(|it| item(&mut res, &named(it)));
        res.push('\n');
        let letters = shared.pinned.iter().map(|it| pin_letter(it.place).to_owned());
        let names: Vec<_> = std::iter::once(chart.now.to_owned()).chain(letters).collect();
        let all = std::iter::once(shared.of_selected()).chain(shared.pinned.iter().map(|it| it.estimate));
        table(&mut res, &names, &all.collect::<Vec<_>>(), &amount, texts);
    }
    changed(&mut res, shared.inputs, texts);
    heading(&mut res, told.readings_title);
    for it in &told.readings {
        item(&mut res, &(texts.joints.named)(it.label, &(texts.joints.aside)(&it.amount, &it.range)));
        it.notes.iter().for_each(|note| item(&mut res, note));
    }
    if let Some(it) = shared.of_selected() {
        heading(&mut res, &(chart.toggle)((texts.method)(it.method()).label));
        for line in it.lines() {
            let formula = format!("`{}`", line.formula.symbolic());
            res += &format!("- {}\n", (texts.joints.named)(&escaped((texts.component)(line.component)), &formula));
        }
    }
    res
}

/// A row for each component that any of some estimates has, and one for the totals; a column an estimate, by name.
fn table(
    res: &mut String,
    names: &[String],
    estimates: &[Option<&Estimate>],
    amount: &dyn Fn(Option<Bytes>) -> String,
    texts: &Texts,
) {
    head(res, texts.chart.component, names);
    for component in Component::ALL.iter().map(|it| Some(*it)).chain([None]) {
        let bytes = |it: &Estimate| match component {
            Some(of) => it.line(of).map(|it| it.formula.bytes()),
            None => Some(it.total()),
        };
        let all: Vec<_> = estimates.iter().map(|it| it.and_then(bytes)).collect();
        if all.iter().any(Option::is_some) {
            let cells: Vec<_> = all.into_iter().map(amount).collect();
            row(res, component.map_or(texts.chart.total, texts.component), &cells);
        }
    }
}

/// What was changed, with what would stand in its place.
fn changed(res: &mut String, inputs: &Inputs, texts: &Texts) {
    let mode = inputs.mode();
    let mut is_first = true;
    for &id in ParameterId::ALL.iter().filter(|id| !inputs.is_default(**id)) {
        if is_first {
            heading(res, texts.controls.parameters);
            head(res, texts.share.parameter, &[texts.share.value.to_owned(), texts.share.default.to_owned()]);
            is_first = false;
        }
        let values = [Some(told_value(inputs, id)), told_default(inputs, id)];
        let told = values.map(|it| it.map_or(String::new(), |it| value_text(id, &it, mode, texts)));
        row(res, &(texts.joints.aside)((texts.parameter_in_mode)(id, mode), id.spec().key), &told);
    }
}

fn heading(res: &mut String, text: &str) {
    *res = std::mem::take(res) + "\n## " + text + "\n\n";
}

fn item(res: &mut String, text: &str) {
    *res = std::mem::take(res) + "- " + &escaped(text) + "\n";
}

fn row(res: &mut String, name: &str, cells: &[String]) {
    *res = std::mem::take(res) + "| " + &escaped(name);
    for it in cells {
        *res = std::mem::take(res) + " | " + &escaped(it);
    }
    res.push_str(" |\n");
}

/// The first row of a table, over columns of figures.
fn head(res: &mut String, name: &str, cells: &[String]) {
    row(res, name, cells);
    *res = std::mem::take(res) + "|---" + &"|--:".repeat(cells.len()) + "|\n";
}

/// A text that Markdown takes as it stands.
fn escaped(text: &str) -> String {
    let mut res = String::new();
    for it in text.chars() {
        if "\\`*_[]<>|#~".contains(it) {
            res.push('\\');
        }
        res.push(if it < ' ' { ' ' } else { it });
    }
    res
}
