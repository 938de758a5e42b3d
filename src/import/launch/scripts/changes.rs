//! What a script changes after it was made: maps, lists, and what an object of arguments keeps. It evaluates nothing.

use crate::import::launch::scripts::parsed::{Argument, Binding, PythonOutline};
use std::collections::BTreeMap;
use std::ops::Range;

/// What changes a list or a map.
const CHANGING: &[&str] =
    &["append", "clear", "extend", "insert", "pop", "popitem", "remove", "reverse", "setdefault", "sort", "update"];

/// How calls end that make arguments of others.
const MAKING: &[&str] = &["Arguments", "Args", "Config"];

/// Arguments of calls that are looked through.
const MOST_STEPS: usize = 1_000_000;

impl PythonOutline {
    /// The name whose list or map a statement changes.
    pub fn changed_name(&self, range: Range<usize>) -> Option<String> {
        let is_removed = self.tokens[range.start].is_name("del");
        let from = range.start + usize::from(is_removed);
        let (path, end) = (from < range.end).then(|| self.path(from))?;
        if end < range.end && self.is_sign(end, "[") {
            // The call that makes a format says itself what it holds.
            let is_format = self.tokens.get(end + 1).is_some_and(|it| it.text == "quantization_config");
            return Some(path).filter(|_| !is_format);
        }
        if end < range.end && self.is_sign(end, "(") {
            let (owner, name) = path.rsplit_once('.')?;
            return CHANGING.contains(&name).then(|| owner.to_owned());
        }
        is_removed.then_some(path)
    }

    /// Leaves open what a name is bound to once a statement changes it.
    pub fn change(&mut self, name: String, at: usize, scope: usize, is_conditional: bool) {
        // What an object keeps is reached from all of its functions, whenever those are called.
        let is_kept = name.starts_with("self.");
        let is_own = self.bindings.get(&name).is_some_and(|it| it.iter().rev().any(|it| it.scope == scope));
        if is_own && !is_kept {
            self.add(name, Binding { at, value: None, launched: None, scope, is_conditional });
        } else {
            self.changed.insert((name, if is_kept { 0 } else { scope }));
        }
    }

    /// Leaves open what names are bound to that functions change, whenever those are called.
    pub fn forget_changed(&mut self) {
        for (name, mut scope) in std::mem::take(&mut self.changed) {
            let Some(all) = self.bindings.get_mut(&name) else { continue };
            while scope != 0 && !all.iter().any(|it| it.scope == scope) {
                scope = self.scopes[scope].parent;
            }
            all.iter_mut().filter(|it| it.scope == scope).for_each(|it| it.value = None);
        }
    }

    /// Gives calls that make arguments what the objects that they make are told later.
    pub fn tell_calls(&mut self) {
        let later = std::mem::take(&mut self.later);
        let by_open: BTreeMap<usize, usize> = self.calls.iter().enumerate().map(|it| (it.1.open, it.0)).collect();
        let mut owners: BTreeMap<&str, Vec<(usize, usize)>> = BTreeMap::new();
        let mut n_steps = 0;
        for it in &later {
            let made = owners.entry(&it.owner).or_insert_with(|| self.made_of(&it.owner, &by_open));
            for (scope, call) in made.iter() {
                let is_sure = made.len() == 1 && *scope == it.scope;
                let value = it.value.clone().filter(|_| is_sure).unwrap_or_else(|| it.statement.clone());
                let own = &mut self.calls[*call].arguments;
                n_steps += own.len();
                if n_steps > MOST_STEPS {
                    return;
                }
                own.retain(|own| own.name.as_deref() != Some(&it.name));
                own.push(Argument { name: Some(it.name.clone()), value });
            }
        }
    }

    /// The calls that make what a name is bound to, with the part of the script in which it is.
    fn made_of(&self, name: &str, by_open: &BTreeMap<usize, usize>) -> Vec<(usize, usize)> {
        let all = self.bindings.get(name).into_iter().flatten();
        let made = all.filter_map(|it| {
            let value = it.value.clone()?;
            let (path, open) = self.path(value.start);
            let is_made = MAKING.iter().any(|it| path.ends_with(it)) && self.is_sign(open, "(");
            let call = by_open.get(&open).filter(|_| is_made && self.behind(open) == value.end)?;
            Some((it.scope, *call))
        });
        made.collect()
    }

    /// Whether a name is bound anywhere.
    pub fn is_bound(&self, name: &str) -> bool {
        self.bindings.contains_key(name)
    }
}
