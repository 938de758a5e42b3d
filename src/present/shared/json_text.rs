//! The component table as JSON. Fields are called as the command line calls them. The page carries no writer of JSON, and three
//! shapes need none.

use crate::estimator::{Estimate, Inputs, Line, Moment, ParameterId, Rank};
use crate::present::shared::Shared;

/// The link, what differs from the defaults (as in links), each method's components and ranks, and the moments of the selected
/// one.
pub fn json(shared: &Shared) -> String {
    let moments = shared.of_selected().map_or(&[][..], Estimate::moments);
    object(&[
        ("link", text(shared.address)),
        ("mode", text(shared.inputs.mode().id())),
        ("given", given(shared.inputs)),
        ("selected", text(shared.selected.id())),
        ("estimates", list(shared.estimates, estimate)),
        ("moments", list(moments, |it| object(&moment(("moment", text(it.id().id())), it)))),
    ]) + "\n"
}

fn given(inputs: &Inputs) -> String {
    let changed = ParameterId::ALL.iter().filter(|id| !inputs.is_default(**id));
    let pairs: Vec<_> = changed.map(|id| (id.spec().key, text(&id.spec().write(&inputs.value(*id))))).collect();
    object(&pairs)
}

fn estimate(it: &Estimate) -> String {
    let [method, total, components] = moment(("method", text(it.method().id())), it.peak());
    object(&[method, total, components, ("ranks", list(it.ranks(), rank))])
}

fn rank(it: &Rank) -> String {
    let [rank, total, components] = moment(("rank", text(&it.kind().to_string())), it.peak());
    object(&[rank, ("count", it.count().to_string()), total, components])
}

type Field = (&'static str, String);

/// What lives at a moment, with its name.
fn moment(name: Field, it: &Moment) -> [Field; 3] {
    let component = |it: &Line| {
        object(&[("component", text(it.component.id())), ("bytes", it.formula.bytes().count().to_string())])
    };
    [name, ("total_bytes", it.total().count().to_string()), ("components", list(it.lines(), component))]
}

fn object(fields: &[Field]) -> String {
    let fields: Vec<_> = fields.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
    format!("{{{}}}", fields.join(","))
}

fn list<T>(of: &[T], write: impl Fn(&T) -> String) -> String {
    format!("[{}]", of.iter().map(write).collect::<Vec<_>>().join(",\n"))
}

/// A text in quotes.
fn text(of: &str) -> String {
    let mut res = String::from("\"");
    for it in of.chars() {
        match it {
            '"' | '\\' => res.extend(['\\', it]),
            it if it < ' ' => res.push_str(&format!("\\u{:04x}", it as u32)),
            it => res.push(it),
        }
    }
    res + "\""
}
