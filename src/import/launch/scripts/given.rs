//! Which arguments of its functions a script gives values to, as far as its calls tell. Who is called it knows by name
//! alone: of methods by the last part of what is called, of other functions by the first.

use crate::import::launch::scripts::parsed::{GivenArguments, PythonOutline};
use crate::import::launch::scripts::tokens::TokenKind;
use std::collections::BTreeSet;

/// What makes a command line of a function, whose flags are its arguments.
const LAUNCHING: &[&str] = &["Fire", "fire.Fire", "typer.run", "CLI", "jsonargparse.CLI", "tyro.cli"];

/// What calls a function with one value.
const MAPPING: &[&str] = &["map", "filter"];

/// Arguments of those by which it is called with more.
const MAPPING_MORE: &[&str] = &["fn_kwargs", "input_columns", "with_indices", "with_rank", "**"];

/// A function of a script.
#[derive(Clone, Copy, Debug)]
pub struct PythonFunction<'a> {
    /// Its name.
    pub name: &'a str,
    /// The class whose method it is.
    pub class: Option<&'a str>,
}

impl GivenArguments {
    /// What the calls of a script give.
    pub fn of(outline: &PythonOutline) -> Self {
        let mut res = Self::default();
        let tokens = &outline.tokens;
        let is_defined = |at: &usize| *at > 0 && ["def", "class"].iter().any(|it| tokens[*at - 1].is_name(it));
        let defined: BTreeSet<&str> = (0..tokens.len()).filter(is_defined).map(|it| tokens[it].text.as_str()).collect();
        let mut followed: BTreeSet<usize> = BTreeSet::new();
        for call in &outline.calls {
            let parts = || call.path.split('.');
            let (first, last) = (parts().next().unwrap_or_default(), parts().next_back().unwrap_or_default());
            let is_launching = LAUNCHING.contains(&call.path.as_str());
            let says = |names: &[&str]| {
                call.arguments.iter().any(|it| it.name.as_deref().is_some_and(|it| names.contains(&it)))
            };
            let is_mapping = MAPPING.contains(&last) && !says(MAPPING_MORE);
            res.is_all_launched |= is_launching && call.arguments.is_empty();
            for argument in call.arguments.iter().filter(|_| is_launching || is_mapping) {
                let (path, end) = outline.path(argument.value.start);
                let at = end - 1;
                if end != argument.value.end || tokens[at].kind != TokenKind::Name {
                    continue;
                }
                followed.insert(at);
                if is_launching {
                    res.launched.insert(tokens[at].text.clone());
                } else {
                    let place = if path.contains('.') { format!(".{}", tokens[at].text) } else { path };
                    let own = res.called.entry(place).or_default();
                    own.n_places = own.n_places.max(1);
                }
            }
            let keys =
                [defined.contains(first).then(|| first.to_owned()), defined.contains(last).then(|| format!(".{last}"))];
            for key in keys.into_iter().flatten() {
                let own = res.called.entry(key).or_default();
                let places = call.arguments.iter().filter(|it| it.name.is_none());
                own.n_places = own.n_places.max(places.clone().count());
                own.names.extend(call.arguments.iter().filter_map(|it| it.name.clone()));
                own.is_open |=
                    own.names.contains("**") || places.clone().any(|it| outline.is_sign(it.value.start, "*"));
            }
        }
        // Where it is a value, anybody may call it with anything.
        let is_name = |at: &usize| tokens[*at].kind == TokenKind::Name && defined.contains(tokens[*at].text.as_str());
        for at in (0..tokens.len()).filter(|it| is_name(it) && !is_defined(it) && !followed.contains(it)) {
            if ["(", "=", "."].iter().any(|it| outline.is_sign(at + 1, it)) {
                continue;
            }
            let name = &tokens[at].text;
            let is_part = at > 0 && outline.is_sign(at - 1, ".");
            if !is_part {
                res.called.entry(name.clone()).or_default().is_open = true;
            }
            res.called.entry(format!(".{name}")).or_default().is_open = true;
        }
        res
    }

    /// Whether a call gives a value to an argument of a function, by its name and its place.
    pub fn is_given(&self, function: PythonFunction<'_>, name: &str, place: usize) -> bool {
        // An object stands in front of the arguments of its methods.
        let (key, place) = match function.class {
            Some(class) if function.name == "__init__" => (class.to_owned(), place.saturating_sub(1)),
            Some(_) => (format!(".{}", function.name), place.saturating_sub(1)),
            None => (function.name.to_owned(), place),
        };
        let is_in = |key: &str| {
            let own = self.called.get(key);
            own.is_some_and(|it| it.is_open || it.n_places > place || it.names.contains(name))
        };
        // A class is made by its own name, or by those that are built upon it.
        is_in(&key) || function.name == "__init__" && (is_in(&format!(".{key}")) || is_in(".__init__"))
    }

    /// Whether a command line is made of a function.
    pub fn is_launched(&self, function: PythonFunction<'_>) -> bool {
        let is_in = |name: &str| self.launched.contains(name);
        self.is_all_launched || is_in(function.name) || function.class.is_some_and(is_in)
    }
}
