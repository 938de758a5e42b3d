//! The component table: rows by group, parts below them, a column for each method. It knows no layout.

use crate::estimator::{Bytes, Component, ComponentGroup, Estimate, Line, MethodId, Moment};
use crate::locale::{Texts, name_alone};

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
    /// The component that stands in the group's own row, for each method that has only one of the group. By name, since
    /// a method that does not answer has a column too.
    pub own: Vec<(MethodId, Component)>,
    /// Whether what the methods count here is the same thing; where one counts another row's content too, it is not.
    pub is_alike: bool,
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
        (!components.is_empty()).then_some(Row { group, components, parts, own, is_alike: true })
    };
    let mut res: Vec<Row> = ComponentGroup::ALL.iter().filter_map(make).collect();
    let groups: Vec<_> = res.iter().map(|row| row.group).collect();
    for row in &mut res {
        let counting = estimates.iter().filter(|it| group_bytes(it, row.group).is_some());
        let is_here = |it: &Estimate, of: &ComponentGroup| home(it, *of) == row.group;
        let mut scopes =
            counting.map(|it| groups.iter().filter(|of| is_here(it, of)).fold(0u32, |all, of| all | 1 << *of as u32));
        let first = scopes.next();
        row.is_alike = scopes.all(|it| Some(it) == first);
    }
    res
}

/// The row in which a method counts a group: its own, or that of all weights, which hold encoders and experts where the
/// method does not tell them apart.
pub fn home(estimate: &Estimate, group: ComponentGroup) -> ComponentGroup {
    let is_weight = matches!(group, ComponentGroup::Vision | ComponentGroup::Text | ComponentGroup::Experts);
    let is_apart = |moment: &Moment| moment.lines().iter().any(|line| line.component.group() == group);
    if is_weight && estimate.line(Component::Weights).is_some() && !estimate.moments().iter().any(is_apart) {
        ComponentGroup::Weights
    } else {
        group
    }
}

/// What a bar shows of the fullest one's height at least: below it there is no line of pixels.
const THINNEST_SHARE: f64 = 1.0 / 400.0;

/// The groups that have a colour in a chart, in stacking order, with their components: those that are seen at the peak,
/// and those that are seen at any other moment of the run.
pub fn legend<'a>(estimates: impl Iterator<Item = &'a Estimate> + Clone) -> Vec<Row> {
    let fullest = estimates.clone().map(|it| it.total().count()).fold(0.0, f64::max);
    let is_seen = |line: &Line| line.formula.bytes().count() > THINNEST_SHARE * fullest;
    let lives = |it: &Component| {
        let moments = estimates.clone().flat_map(Estimate::moments);
        moments.filter_map(|moment| moment.line(*it)).any(is_seen)
    };
    let of_group = |group: ComponentGroup| {
        Component::ALL.iter().copied().filter(|it| it.group() == group && lives(it)).collect::<Vec<_>>()
    };
    let entry = |&group: &ComponentGroup| {
        let components = of_group(group);
        let is_there = !components.is_empty();
        is_there.then(|| Row { group, components, parts: Vec::new(), own: Vec::new(), is_alike: true })
    };
    ComponentGroup::ALL.iter().filter_map(entry).collect()
}

/// The component that a row consists of, where its name says more than the row's own does: "Activations" are "Feature
/// maps" in a network of convolutions. A row is called by its group everywhere, so that one thing has one name on a
/// screen.
pub fn only_part(components: &[Component], texts: &Texts) -> Option<&'static str> {
    let &[only] = components else { return None };
    Some(name_alone(only, texts.component, texts.component_group))
        .filter(|it| *it != (texts.component_group)(only.group()))
}

/// What an estimate counts for a group, or `None` where it has nothing of it.
pub fn group_bytes(estimate: &Estimate, group: ComponentGroup) -> Option<Bytes> {
    let mut lines = estimate.lines().iter().filter(|line| line.component.group() == group).peekable();
    lines.peek()?;
    Some(lines.map(|line| line.formula.bytes()).sum())
}

/// How far methods are apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Spread {
    /// A method does not count it, or there is one method only.
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
    // Two that agree say nothing where a third has nothing of it.
    if counts.len() < 2 || counts.len() < amounts.len() {
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

    /// Four kilobytes of fusion layers were held against all weights of the model: "3 417 969×".
    #[test]
    fn a_row_compares_like_with_like() {
        let check = |mode: Mode, group: ComponentGroup, is_alike: bool| {
            let rows = rows(&estimate_all(&Inputs::defaults(mode)));
            let row = rows.iter().find(|it| it.group == group).expect("a row");
            assert_eq!(row.is_alike, is_alike, "{mode:?} {group:?}");
        };
        check(Mode::Vlm, ComponentGroup::Weights, false);
        check(Mode::Vlm, ComponentGroup::Vision, true);
        check(Mode::Nlp, ComponentGroup::Weights, true);
        check(Mode::Moe, ComponentGroup::Experts, true);
        let all = estimate_all(&Inputs::defaults(Mode::Vlm));
        let calibrated = all.iter().find(|it| it.method() == MethodId::Calibrated).expect("an answer");
        assert_eq!(home(calibrated, ComponentGroup::Text), ComponentGroup::Weights);
        assert_eq!(home(&all[0], ComponentGroup::Text), ComponentGroup::Text);
    }

    /// The chart of moments had colours that no legend named, and the legend named colours that no bar showed: an
    /// adapter of a thousandth, buffers of half a megabyte.
    #[test]
    fn the_legend_names_every_colour_that_a_moment_shows() {
        for mode in Mode::ALL {
            let estimates = estimate_all(&Inputs::defaults(mode));
            let legend = legend(estimates.iter());
            let fullest = estimates.iter().map(|it| it.total().count()).fold(0.0, f64::max);
            for entry in &legend {
                let lines = estimates.iter().flat_map(Estimate::moments).flat_map(Moment::lines);
                let most =
                    lines.filter(|it| entry.components.contains(&it.component)).map(|it| it.formula.bytes().count());
                assert!(most.fold(0.0, f64::max) > fullest / 400.0, "{mode:?}: nobody sees {:?}", entry.group);
            }
            for moment in estimates.iter().flat_map(Estimate::moments) {
                for line in moment.lines().iter().filter(|it| it.formula.bytes().count() > fullest / 400.0) {
                    let entry = legend.iter().find(|it| it.group == line.component.group());
                    assert!(
                        entry.is_some_and(|it| it.components.contains(&line.component)),
                        "{mode:?} {:?}",
                        line.component
                    );
                }
            }
        }
    }

    #[test]
    fn spread_tells_equal_from_nothing() {
        let bytes = |it| Some(Bytes::new(it));
        assert_eq!(spread(&[bytes(4.0), None]), Spread::Single);
        assert_eq!(spread(&[bytes(4.0), bytes(4.0), None]), Spread::Single);
        assert_eq!(spread(&[bytes(4.0), bytes(4.0)]), Spread::Equal);
        assert_eq!(spread(&[bytes(4.0), bytes(1.0)]), Spread::Times(4.0));
        assert_eq!(spread(&[bytes(4.0), bytes(0.0)]), Spread::Unbounded);
        assert_eq!(spread(&[bytes(0.0), bytes(0.0)]), Spread::Equal);
    }
}
