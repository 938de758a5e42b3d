//! The component table as comma-separated values, for spreadsheets: a row a component, a column a method, in bytes. Names hold
//! neither commas nor quotes, and need none around them.

use crate::estimator::{Bytes, Component, Estimate, MethodId, Moment};
use crate::present::shared::Shared;
use std::fmt::Write;

/// The peaks of all methods; then of the selected one each kind of rank, where it has several, and each moment. The row `total` is
/// the sum of the rows above it.
pub fn csv(shared: &Shared) -> String {
    let mut res = String::from("rank,moment,component");
    for it in shared.estimates {
        cell(&mut res, it.method().id());
    }
    let peaks: Vec<_> = shared.estimates.iter().map(|it| (it.method(), it.peak())).collect();
    rows(&mut res, shared, "", "peak", &peaks);
    if let Some(of_selected) = shared.of_selected() {
        let mut alone = |rank: &str, name: &str, moment: &Moment| {
            rows(&mut res, shared, rank, name, &[(shared.selected, moment)]);
        };
        let ranks = of_selected.ranks();
        for it in ranks.iter().filter(|_| ranks.len() > 1) {
            alone(&it.kind().to_string(), "peak", it.peak());
        }
        for it in of_selected.moments() {
            alone("", it.id().id(), it);
        }
    }
    res + END
}

/// What ends a row, as RFC 4180 has it.
const END: &str = "\r\n";

/// A row for each component that lives at any of some moments, and one for the totals.
fn rows(res: &mut String, shared: &Shared, rank: &str, name: &str, moments: &[(MethodId, &Moment)]) {
    let mut row = |component: &str, read: &dyn Fn(&Moment) -> Option<Bytes>| {
        let mut line = format!("{END}{rank},{name},{component}");
        let of = |it: &Estimate| moments.iter().find(|of| of.0 == it.method()).and_then(|of| read(of.1));
        for it in shared.estimates {
            cell(&mut line, &of(it).map_or(String::new(), |it| it.count().to_string()));
        }
        res.push_str(&line);
    };
    for component in Component::ALL {
        let read = |it: &Moment| it.line(*component).map(|it| it.formula.bytes());
        if moments.iter().any(|it| read(it.1).is_some()) {
            row(component.id(), &read);
        }
    }
    row("total", &|it| Some(it.total()));
}

/// One more cell.
fn cell(line: &mut String, text: &str) {
    // Writing to a string cannot fail.
    let _ = write!(line, ",{text}");
}
