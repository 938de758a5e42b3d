//! The parameters of some modes in one table: what is the same in all modes once, the rest for each mode. It knows no
//! text.

use crate::estimator::parameters::{ParameterGroup, ParameterKind, ParameterUse, TableValue};
use crate::estimator::{Impact, Inputs, Mode, ParameterId, Value};
use crate::present::numbers;

/// What a control offers.
#[derive(Clone, Debug, PartialEq)]
pub enum Offered {
    /// Between two ends, as figures.
    Between(String, String),
    /// One of some names.
    OneOf(&'static [&'static str]),
    /// One of the model presets.
    Models,
}

/// A parameter in one mode.
#[derive(Clone, Debug, PartialEq)]
pub struct InMode {
    /// The default, as a figure or name.
    pub default: String,
    /// What is offered, where that is not the same in all modes.
    pub offered: Option<Offered>,
    /// The effect, where that is not the same in all modes.
    pub impact: Option<Impact>,
}

/// A parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct ParameterRow {
    /// Which.
    pub id: ParameterId,
    /// What is offered, where that is the same in all modes that use it.
    pub offered: Option<Offered>,
    /// The effect, where that is the same in all modes that use it.
    pub impact: Option<Impact>,
    /// What is particular to each of the table's modes; `None` where the mode does not use it.
    pub modes: Vec<Option<InMode>>,
}

/// The rows of a group, in the table's order.
pub fn rows(group: ParameterGroup, modes: &[Mode]) -> Vec<ParameterRow> {
    let of_group = ParameterId::ALL.iter().copied().filter(|id| id.spec().group == group);
    of_group.filter_map(|id| row(id, modes)).collect()
}

fn row(id: ParameterId, modes: &[Mode]) -> Option<ParameterRow> {
    let spec = id.spec();
    let uses: Vec<_> = modes.iter().map(|&mode| use_of_group(id, mode)).collect();
    let used: Vec<_> = uses.iter().copied().flatten().collect();
    if used.is_empty() {
        return None;
    }
    let offered = same(used.iter().map(|&(mode, usage)| offered(id, usage, mode)));
    let impact = same(used.iter().map(|&(mode, _)| spec.impact_in(mode))).flatten();
    let in_mode = |(mode, usage): (Mode, &ParameterUse)| InMode {
        default: default(id, usage, mode),
        offered: if offered.is_none() { Some(self::offered(id, usage, mode)) } else { None },
        impact: if impact.is_none() { spec.impact_in(mode) } else { None },
    };
    let modes = uses.into_iter().map(|it| it.map(in_mode)).collect();
    Some(ParameterRow { id, offered, impact, modes })
}

/// How a mode uses the parameter in its own group: as one fact of an architecture among many it stands nowhere else.
fn use_of_group(id: ParameterId, mode: Mode) -> Option<(Mode, &'static ParameterUse)> {
    (id.group_in(mode)? == id.spec().group).then_some((mode, id.use_in(mode)?))
}

fn offered(id: ParameterId, usage: &ParameterUse, mode: Mode) -> Offered {
    match (id.spec().kind, usage.slider) {
        (ParameterKind::Number { .. }, Some(slider)) => {
            Offered::Between(numbers::range_end(id, slider.min, mode), numbers::range_end(id, slider.max, mode))
        }
        (ParameterKind::Number { min, max, .. }, None) => {
            Offered::Between(numbers::exact_count(min), numbers::exact_count(max))
        }
        (ParameterKind::Choice { ids }, _) => Offered::OneOf(ids.all()),
        (ParameterKind::Set { words }, _) => Offered::OneOf(words),
        (ParameterKind::Toggle, _) => Offered::OneOf(Value::TOGGLE_IDS),
        (ParameterKind::Model, _) => Offered::Models,
        // Of each entry.
        (ParameterKind::List { min, max, .. }, _) => {
            Offered::Between(numbers::exact_count(min), numbers::exact_count(max))
        }
    }
}

/// As the range's ends are written, so that both can be compared.
fn default(id: ParameterId, usage: &ParameterUse, mode: Mode) -> String {
    // What only a model states has no default of its own.
    if matches!(usage.default, TableValue::Stated) {
        return "–".to_owned();
    }
    // As the page shows it: what follows from other parameters follows from them here too.
    match Inputs::defaults(mode).value(id) {
        Value::Number(number) if id == ParameterId::ModelSize => numbers::range_end(id, number, mode),
        value @ Value::Number(_) => numbers::box_text(id, &value, mode),
        value @ (Value::Choice(_) | Value::Toggle(_) | Value::Model(_) | Value::List(_)) => {
            numbers::parameter_value(id, &value)
        }
    }
}

/// What all are, if they are the same.
fn same<T: PartialEq>(mut all: impl Iterator<Item = T>) -> Option<T> {
    let first = all.next()?;
    all.all(|it| it == first).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimator::ModeGroup;

    /// Nothing of the four tables that were merged is lost, and nothing stands there twice.
    #[test]
    fn every_parameter_of_every_mode_is_told() {
        let modes: Vec<_> = ModeGroup::Advanced.modes().collect();
        let all: Vec<_> = ParameterGroup::ALL.into_iter().flat_map(|group| rows(group, &modes)).collect();
        for (at, &mode) in modes.iter().enumerate() {
            for &id in ParameterId::ALL {
                let of_id: Vec<_> = all.iter().filter(|it| it.id == id).collect();
                let Some((_, usage)) = use_of_group(id, mode) else {
                    assert!(of_id.iter().all(|it| it.modes[at].is_none()), "{id:?}");
                    continue;
                };
                let [row] = of_id[..] else { panic!("{id:?} stands there {} times", of_id.len()) };
                let here = row.modes[at].as_ref().expect("the mode uses it");
                assert_eq!(here.default, default(id, usage, mode));
                let told = row.offered.clone().or_else(|| here.offered.clone());
                assert_eq!(told, Some(offered(id, usage, mode)), "{id:?}");
                assert_eq!(row.impact.or(here.impact), id.spec().impact_in(mode), "{id:?}");
                assert!(row.offered.is_none() || here.offered.is_none(), "{id:?} says it twice");
            }
        }
    }

    /// The Guide said 128 and 32 where the page has a third of the width and 12.
    #[test]
    fn defaults_that_follow_from_others_are_those_of_the_page() {
        let all = rows(ParameterGroup::Architecture, &[Mode::Vlm]);
        let default = |id| {
            let row = all.iter().find(|it| it.id == id).expect("a row");
            row.modes[0].as_ref().map(|it| it.default.clone()).unwrap_or_default()
        };
        assert_eq!(default(ParameterId::HeadDim), "341");
        assert_eq!(default(ParameterId::NumKeyValueHeads), "12");
    }

    #[test]
    fn what_differs_stands_in_its_mode() {
        let modes = [Mode::Nlp, Mode::Cnn];
        let all = rows(ParameterGroup::Model, &modes);
        let size = all.iter().find(|it| it.id == ParameterId::ModelSize).expect("a row");
        assert_eq!(size.offered, None);
        let ends = |at: usize| size.modes[at].as_ref().and_then(|it| it.offered.clone());
        assert_eq!(ends(0), Some(Offered::Between("0.125".to_owned(), "175".to_owned())));
        let defaults = size.modes.iter().flatten().map(|it| it.default.as_str()).collect::<Vec<_>>();
        assert_eq!(defaults, ["7", "50\u{a0}M"]);
        assert_eq!(ends(1), Some(Offered::Between("5\u{a0}M".to_owned(), "500\u{a0}M".to_owned())));
    }
}
