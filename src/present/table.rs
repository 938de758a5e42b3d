//! The component table: rows by group, parts below them, a column for each method. It knows no layout.

use crate::estimator::{Bytes, Component, ComponentGroup, Estimate, MethodId, ParameterId};
use crate::locale::Texts;

/// A row of the table; rows change only when components appear or vanish, so that open ones stay.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Row {
    /// The group.
    pub group: ComponentGroup,
    /// Its components, in stacking order.
    pub components: Vec<Component>,
    /// Those that stand below the row one by one, because a method has several of the group. A method's
    /// only component of a group stands in the group's own row.
    pub parts: Vec<Component>,
    /// The component that stands in the group's own row, for each method that has only one of the group. By name, since a
    /// method that does not answer has a column too.
    pub own: Vec<(MethodId, Component)>,
}

impl Row {
    /// What of a method stands in the group's own row.
    pub fn own(&self, method: MethodId) -> Option<Component> {
        self.own.iter().find(|it| it.0 == method).map(|it| it.1)
    }
}

/// The rows for some estimates, in stacking order.
pub fn rows(estimates: &[Estimate]) -> Vec<Row> {
    let make = |&group: &ComponentGroup| {
        let used_by = |estimate: &Estimate| -> Vec<Component> {
            estimate.lines().iter().map(|line| line.component).filter(|it| it.group() == group).collect()
        };
        let used: Vec<_> = estimates.iter().map(used_by).collect();
        let ordered = |is_wanted: &dyn Fn(&Vec<Component>) -> bool| -> Vec<Component> {
            let wanted: Vec<_> = used.iter().filter(|it| is_wanted(it)).flatten().collect();
            Component::ALL.iter().copied().filter(|it| wanted.contains(&it)).collect()
        };
        let components = ordered(&|_| true);
        let parts = ordered(&|of_method| of_method.len() > 1);
        let own = estimates.iter().zip(&used);
        let own =
            own.filter_map(|(it, used)| if let [only] = used[..] { Some((it.method(), only)) } else { None }).collect();
        (!components.is_empty()).then_some(Row { group, components, parts, own })
    };
    ComponentGroup::ALL.iter().filter_map(make).collect()
}

/// A row with a single component is named by it: "Feature maps" says more than "Activations". The layers'
/// own activations are what the group's name says already.
pub fn row_name(group: ComponentGroup, components: &[Component], texts: &Texts) -> &'static str {
    match components {
        [only] if *only != Component::Activations => (texts.component)(*only),
        _ => (texts.component_group)(group),
    }
}

/// What an estimate counts for a group, or `None` where it has nothing of it.
pub fn group_bytes(estimate: &Estimate, group: ComponentGroup) -> Option<Bytes> {
    let mut lines = estimate.lines().iter().filter(|line| line.component.group() == group).peekable();
    lines.peek()?;
    Some(lines.map(|line| line.formula.bytes()).sum())
}

/// The parameters that the formulas of some groups depend on.
pub fn dependencies(estimates: &[Estimate], groups: &[ComponentGroup]) -> Vec<ParameterId> {
    let lines = estimates.iter().flat_map(Estimate::lines).filter(|line| groups.contains(&line.component.group()));
    lines.flat_map(|line| line.formula.dependencies()).collect()
}

/// How far methods are apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Spread {
    /// Fewer than two methods count it.
    Single,
    /// All amounts are equal.
    Equal,
    /// The largest is so many times the smallest.
    Times(f64),
    /// The smallest is nothing.
    Unbounded,
}

/// How far some amounts are apart; amounts within a part in a billion are equal.
pub fn spread(amounts: &[Option<Bytes>]) -> Spread {
    let counts: Vec<_> = amounts.iter().flatten().map(|bytes| bytes.count()).collect();
    if counts.len() < 2 {
        return Spread::Single;
    }
    let largest = counts.iter().copied().fold(f64::MIN, f64::max);
    let smallest = counts.iter().copied().fold(f64::MAX, f64::min);
    if largest - smallest <= 1e-9 * largest {
        Spread::Equal
    } else if smallest <= 0.0 {
        Spread::Unbounded
    } else {
        Spread::Times(largest / smallest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimator::{Inputs, Mode, estimate_all};

    #[test]
    fn every_component_stands_in_exactly_one_row() {
        for mode in Mode::ALL {
            let estimates = estimate_all(&Inputs::defaults(mode));
            let rows = rows(&estimates);
            for estimate in &estimates {
                for line in estimate.lines() {
                    let n_rows = rows.iter().filter(|row| row.components.contains(&line.component)).count();
                    assert_eq!(n_rows, 1, "{mode:?} {:?}", line.component);
                    let is_own = rows.iter().any(|row| row.own(estimate.method()) == Some(line.component));
                    let is_part = rows.iter().any(|row| row.parts.contains(&line.component));
                    assert!(is_own || is_part, "{mode:?} {:?} stands nowhere", line.component);
                }
                let total: Bytes = rows.iter().filter_map(|row| group_bytes(estimate, row.group)).sum();
                assert!((total.count() - estimate.total().count()).abs() <= 1e-9 * total.count());
            }
        }
    }

    /// Broken before: figures moved into the column of a method that did not answer.
    #[test]
    fn what_stands_in_a_row_is_known_by_its_method() {
        let mut estimates = estimate_all(&Inputs::defaults(Mode::Nlp));
        estimates.remove(0);
        for row in rows(&estimates) {
            assert_eq!(row.own(MethodId::Documented), None, "{:?}", row.group);
            for estimate in &estimates {
                let only = row.own(estimate.method());
                let n_lines = estimate.lines().iter().filter(|it| it.component.group() == row.group).count();
                assert_eq!(only.is_some(), n_lines == 1, "{:?} of {:?}", row.group, estimate.method());
                assert!(only.is_none_or(|it| estimate.line(it).is_some()));
            }
        }
    }

    #[test]
    fn spread_tells_equal_from_nothing() {
        let bytes = |it| Some(Bytes::new(it));
        assert_eq!(spread(&[bytes(4.0), None]), Spread::Single);
        assert_eq!(spread(&[bytes(4.0), bytes(4.0)]), Spread::Equal);
        assert_eq!(spread(&[bytes(4.0), bytes(1.0)]), Spread::Times(4.0));
        assert_eq!(spread(&[bytes(4.0), bytes(0.0)]), Spread::Unbounded);
        assert_eq!(spread(&[bytes(0.0), bytes(0.0)]), Spread::Equal);
    }
}
