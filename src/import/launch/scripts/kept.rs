//! What maps, objects and a command line keep under names that a script reads. It reads no value.

use crate::import::launch::scripts::literals::{PythonValue, ValuePart, literal_of, taken};
use crate::import::launch::scripts::parsed::PythonCall;
use crate::import::launch::setting::is_same_name;

impl ValuePart<'_> {
    /// What a map or an object keeps under a name: one that was made of a class of the script has that one's values.
    pub fn kept(&self, path: &str, at: usize) -> PythonValue {
        let outline = self.reader.outline;
        let Some((owner, name)) = path.rsplit_once('.') else { return PythonValue::Unread };
        let made = outline.binding(owner, at).and_then(|it| it.value.clone());
        if !self.reader.steps(outline.cost(owner)) {
            return PythonValue::Unread;
        }
        let Some(made) = made else { return self.told_outside(name, at) };
        let (class, end) = outline.path(made.start);
        if class.contains("parse_") || class.ends_with("ArgumentParser") {
            return self.told_outside(name, at);
        }
        if !outline.is_sign(end, "(") || outline.behind(end) != made.end {
            return PythonValue::Unread;
        }
        match self.made(end) {
            PythonValue::Map(all) if all.iter().any(|it| it.0 == name) => taken(all, name),
            PythonValue::Map(_) => {
                match outline.binding(&format!("{class}.{name}"), at).and_then(|it| it.value.clone()) {
                    Some(value) => self.within(value),
                    None => PythonValue::Unread,
                }
            }
            _ => PythonValue::Unread,
        }
    }

    /// What a script itself has of an argument that whoever launches it may tell otherwise: a field of its only class
    /// that has one, or the default of `add_argument`.
    fn told_outside(&self, name: &str, at: usize) -> PythonValue {
        let outline = self.reader.outline;
        if !self.reader.steps(outline.calls.len() + outline.classes().count()) {
            return PythonValue::Unread;
        }
        let told = |names: &[&str]| self.reader.told.iter().rfind(|it| it.is_any(names));
        let is_parsed =
            outline.calls.iter().any(|it| it.path.contains("parse_") || it.path.ends_with("ArgumentParser"));
        let plain = |it: &PythonValue| match it {
            PythonValue::Text(it) => Some(it.trim_start_matches('-').to_owned()),
            _ => None,
        };
        let names_of = |it: &PythonCall| -> Vec<String> {
            it.arguments.iter().filter_map(|it| plain(&self.within(it.value.clone()))).collect()
        };
        let added = outline.calls.iter().filter(|it| it.path.ends_with(".add_argument"));
        let mut added = added.map(|it| (it, names_of(it))).filter(|it| it.1.iter().any(|it| is_same_name(name, it)));
        if let Some((call, names)) = added.next() {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            return told(&names).map_or_else(|| self.default_of(call.open), |it| self.told_to(call, &it.value));
        }
        let fields = outline.classes().filter_map(|it| outline.binding(&format!("{it}.{name}"), at)?.value.clone());
        let mut fields = fields.filter(|_| is_parsed);
        match (fields.next(), fields.next()) {
            (Some(value), None) => {
                let own = self.within(value);
                told(&[name]).map_or_else(|| own.clone(), |it| literal_of(&it.value, &own))
            }
            _ => PythonValue::Unread,
        }
    }

    /// What a parser makes of what an argument is told.
    fn told_to(&self, call: &PythonCall, told: &str) -> PythonValue {
        let said = |name: &str| {
            let own = call.arguments.iter().find(|it| it.name.as_deref() == Some(name))?;
            Some(self.reader.outline.tokens[own.value.clone()].iter().map(|it| it.text.as_str()).collect::<String>())
        };
        match (said("action").as_deref(), said("type").as_deref()) {
            (Some("store_true"), _) => PythonValue::Truth(true),
            (Some("store" | "BooleanOptionalAction" | "argparse.BooleanOptionalAction") | None, it) => match it {
                Some("str") | None if said("action").is_none() => PythonValue::Text(told.to_owned()),
                // Any text at all is true to it.
                Some("bool") => PythonValue::Unread,
                _ => literal_of(told, &PythonValue::Unread),
            },
            _ => PythonValue::Unread,
        }
    }

    /// The argument `default` of a call.
    pub fn default_of(&self, open: usize) -> PythonValue {
        let outline = self.reader.outline;
        let call = outline.call_at(open).map(|it| &outline.calls[it]);
        let own = call.and_then(|it| it.arguments.iter().find(|it| it.name.as_deref() == Some("default")));
        own.map_or(PythonValue::Unread, |it| self.within(it.value.clone()))
    }

    /// The arguments of a call as a map, where all are named.
    pub fn made(&self, open: usize) -> PythonValue {
        let outline = self.reader.outline;
        let Some(call) = outline.call_at(open).map(|it| &outline.calls[it]) else { return PythonValue::Unread };
        let named = call.arguments.iter().map(|it| Some((it.name.clone()?, self.within(it.value.clone()))));
        let all: Option<Vec<_>> = named.collect();
        if !self.reader.steps(outline.calls.len()) {
            return PythonValue::Unread;
        }
        all.filter(|it| it.iter().all(|it| it.0 != "**")).map_or(PythonValue::Unread, PythonValue::Map)
    }
}
