//! The component table for programs, as comma-separated values and as JSON: a row a component, a column a method, and
//! one for each pinned configuration that the chart shows, in bytes. Names hold nothing that either would have to
//! escape. The page carries no writer of JSON, and one shape needs none.

use crate::estimator::{Bytes, Component, Estimate, MethodId, Moment};
use crate::present::chart::pin_letter;
use crate::present::numbers;
use crate::present::shared::answered::Shared;

/// A row: which rank and moment it is of, the component, and what each method counts.
type Cells = Vec<String>;

/// Columns of names, before those of methods.
const NAMES: [&str; 3] = ["rank", "moment", "component"];

/// The table as comma-separated values (RFC 4180), in whole bytes as people read them: each figure is rounded by
/// itself, so that a total may be some bytes more or less than what stands above it.
pub fn csv(shared: &Shared) -> String {
    rows(shared, &numbers::whole_bytes).into_iter().map(|row| row.join(",") + "\r\n").collect()
}

/// The table as a list of objects, beside the link that restores the run.
pub fn json(shared: &Shared) -> String {
    let mut rows = rows(shared, &|bytes| bytes.count().to_string()).into_iter();
    let head = rows.next().unwrap_or_default();
    let mut res = String::from("{\"link\":\"") + shared.address + "\",\n\"rows\":[";
    let mut before = "";
    for row in rows {
        res += before;
        before = ",";
        let mut open = "\n{\"";
        for (at, (name, cell)) in head.iter().zip(row).enumerate() {
            res = res + open + name + "\":";
            open = ",\"";
            if at < NAMES.len() {
                res = res + "\"" + &cell + "\"";
            } else {
                res += if cell.is_empty() { "null" } else { &cell };
            }
        }
        res.push('}');
    }
    res + "]}\n"
}

/// A head; the peaks of all methods, and of pinned configurations by the selected one; then of the selected one each
/// kind of rank, where it has several, and each moment. The component `total` is the sum of those above it.
fn rows(shared: &Shared, told: &dyn Fn(Bytes) -> String) -> Vec<Cells> {
    let methods = shared.estimates.iter().map(|it| it.method().id().to_owned());
    let pinned = shared.pinned.iter().map(|it| format!("pinned-{}", pin_letter(it.place)));
    let mut res = vec![NAMES.into_iter().map(str::to_owned).chain(methods).chain(pinned).collect()];
    let peaks: Vec<_> = shared.estimates.iter().map(|it| (it.method(), it.peak())).collect();
    let pinned: Vec<_> = shared.pinned.iter().map(|it| it.estimate.map(Estimate::peak)).collect();
    put(&mut res, shared, ["", "peak"], &peaks, &pinned, told);
    if let Some(it) = shared.of_selected() {
        let mut names_and_moments = Vec::new();
        if it.ranks().len() > 1 {
            names_and_moments.extend(it.ranks().iter().map(|it| (it.kind().to_string(), "peak", it.peak())));
        }
        names_and_moments.extend(it.moments().iter().map(|it| (String::new(), it.id().id(), it)));
        for (rank, name, moment) in names_and_moments {
            let pinned = vec![None; shared.pinned.len()];
            put(&mut res, shared, [&rank, name], &[(shared.selected, moment)], &pinned, told);
        }
    }
    res
}

/// A row for each component that lives at any of some moments, and one for the totals.
fn put(
    res: &mut Vec<Cells>,
    shared: &Shared,
    names: [&str; 2],
    moments: &[(MethodId, &Moment)],
    pinned: &[Option<&Moment>],
    told: &dyn Fn(Bytes) -> String,
) {
    for component in Component::ALL.iter().map(|it| Some(*it)).chain([None]) {
        let read = |it: &Moment| -> Option<Bytes> {
            component.map_or(Some(it.total()), |of| it.line(of).map(|it| it.formula.bytes()))
        };
        let of_pinned: Vec<_> = pinned.iter().map(|it| it.and_then(read)).collect();
        if moments.iter().all(|it| read(it.1).is_none()) && of_pinned.iter().all(Option::is_none) {
            continue;
        }
        let mut row: Cells = names.map(str::to_owned).to_vec();
        row.push(component.map_or("total", |it| it.id()).to_owned());
        for it in shared.estimates {
            let of_method = moments.iter().find(|of| of.0 == it.method());
            row.push(of_method.and_then(|it| read(it.1)).map_or(String::new(), told));
        }
        row.extend(of_pinned.into_iter().map(|it| it.map_or(String::new(), told)));
        res.push(row);
    }
}
