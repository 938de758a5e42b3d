//! Reads models from the packed text that the build script makes of `data/models.json`: one line per model,
//! `id|name|layout|parameters|context|symbol=value;…`, a value being a number, a choice's name, or numbers between
//! commas, with a bar behind it where the model has no head; of an id that begins as the name does, in small letters
//! and with hyphens for spaces, the rest stands behind a plus. It does not know where the text comes from.

use crate::estimator::architecture::{Architecture, Fact, Layout};
use crate::estimator::catalog::model::Model;
use crate::estimator::parameters::choices::ChoiceValue;
use std::borrow::Cow;

/// Why a line, or a part of one, says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// The line has too few fields. Its text.
    Incomplete(&'static str),
    /// There is no such layout.
    UnknownLayout(&'static str),
    /// There is no such fact.
    UnknownFact(&'static str),
    /// What follows a fact is no value of it.
    NoValue(&'static str),
}

/// Reads all models. What cannot be read is left out and reported.
pub fn parse(text: &'static str) -> (Vec<Model>, Vec<Unreadable>) {
    let mut faults = Vec::new();
    let presets = text.lines().filter_map(|line| parse_line(line, &mut faults)).collect();
    (presets, faults)
}

fn parse_line(line: &'static str, faults: &mut Vec<Unreadable>) -> Option<Model> {
    let mut fields = line.split('|');
    let mut next = || fields.next().unwrap_or("");
    let (id, name, layout, total, context, facts) = (next(), next(), next(), next(), next(), next());
    let (Some(total_parameters), Some(context_length)) = (number(total), number(context)) else {
        faults.push(Unreadable::Incomplete(line));
        return None;
    };
    let Some(at) = Layout::IDS.iter().position(|it| *it == layout) else {
        faults.push(Unreadable::UnknownLayout(layout));
        return None;
    };
    let mut architecture = Architecture::of(Layout::ALL[at]);
    for fact in facts.split(';').filter(|it| !it.is_empty()) {
        let (symbol, value) = fact.split_once('=').unwrap_or((fact, ""));
        let list = match symbol {
            "depths" => Some(&mut architecture.depths),
            "widths" => Some(&mut architecture.widths),
            "projector" => Some(&mut architecture.projector),
            _ => None,
        };
        if let Some(list) = list {
            match value.split(',').map(number).collect::<Option<Vec<_>>>() {
                Some(numbers) => *list = Cow::Owned(numbers),
                None => faults.push(Unreadable::NoValue(fact)),
            }
            continue;
        }
        let Some(&id) = Fact::ALL.iter().find(|it| it.symbol() == symbol) else {
            faults.push(Unreadable::UnknownFact(fact));
            continue;
        };
        let choice = || id.choices().iter().position(|it| *it == value).map(|at| at as f64);
        match number(value).or_else(choice) {
            Some(number) => architecture.facts.set(id, number),
            None => faults.push(Unreadable::NoValue(fact)),
        }
    }
    let (id, is_headless) = (whole_id(id, name), fields.next().is_some());
    Some(Model { id, name: Cow::Borrowed(name), total_parameters, context_length, is_headless, architecture })
}

/// An id from what stands for it.
fn whole_id(packed: &'static str, name: &str) -> Cow<'static, str> {
    let Some(rest) = packed.strip_prefix('+') else { return Cow::Borrowed(packed) };
    let named = name.chars().map(|it| if it == ' ' { '-' } else { it.to_ascii_lowercase() });
    Cow::Owned(named.chain(rest.chars()).collect())
}

/// A number of a model: none is below nothing.
fn number(text: &str) -> Option<f64> {
    text.parse().ok().filter(|it: &f64| it.is_finite() && *it >= 0.0)
}
