//! What a script changes after it was made: maps, lists, and what an object of arguments keeps. It evaluates nothing.

use crate::import::launch::scripts::parsed::{Argument, Binding, KeptLater, PythonCall, PythonOutline, Scope};
use crate::import::launch::scripts::tokens::TokenKind;
use std::collections::BTreeMap;
use std::ops::Range;

/// What changes a list or a map.
const CHANGING: &[&str] =
    &["append", "clear", "extend", "insert", "pop", "popitem", "remove", "reverse", "setdefault", "sort", "update"];

/// How calls end that make arguments of others.
const MAKING: &[&str] = &["Arguments", "Args", "Config"];

/// What makes another object of one, of which some is changed.
const REPLACING: &[&str] = &["replace", "dataclasses.replace", "copy.replace"];

/// What sets by a name what an object keeps.
const SETTING: &str = "setattr";

/// What a trainer keeps its arguments as.
const OF_TRAINER: &str = ".args";

/// What stands behind the value of a name that is bound within another value.
const ENDING: &[&str] = &[",", ")", "]", "}", ":", ":="];

/// The part of a script in which nothing stands: whether a change counts is not known there.
const NOWHERE: usize = usize::MAX;

/// Objects that are followed to the call that makes them.
const MOST_OBJECTS: usize = 4;

/// Calls that make an object, behind the part of the script in which each is bound.
type MakingCalls = Vec<(usize, usize)>;

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

    /// Binds names that a statement binds within its values.
    pub fn bind_inside(&mut self, range: Range<usize>, scope: usize, is_conditional: bool) {
        for sign in range.clone().skip(1).filter(|it| self.is_sign(*it, ":=")).collect::<Vec<_>>() {
            let mut end = sign + 1;
            while end < range.end && !ENDING.iter().any(|it| self.is_sign(end, it)) {
                end = self.behind(end).max(end + 1);
            }
            let (name, value) = (self.tokens[sign - 1].text.clone(), Some(sign + 1..end));
            self.add(name, Binding { at: end, value, launched: None, scope, is_conditional });
        }
    }

    /// Notes what a statement changes by a call of what an object keeps: `setattr(…)`, or `… = replace(…)`, which
    /// stands in `value`.
    pub fn keep_by_call(&mut self, statement: Range<usize>, value: Range<usize>, scope: usize, is_conditional: bool) {
        let (path, open) = self.path(value.start);
        if !self.is_sign(open, "(") {
            return;
        }
        let parts = self.parts(self.inside(open));
        let owner = parts.first().and_then(|it| self.whole_path(it.clone()));
        let Some(owner) = owner else { return };
        let kept = |name: String, value: Option<Range<usize>>| {
            let (owner, statement, value) = (owner.clone(), statement.clone(), value.filter(|_| !is_conditional));
            KeptLater { owner, name, statement, value, scope }
        };
        if path == SETTING {
            let [_, name, value] = parts.as_slice() else { return };
            let token = &self.tokens[name.start];
            if token.kind != TokenKind::Text || name.len() > 1 {
                return self.later.push(kept(SETTING.to_owned(), None));
            }
            let (name, at) = (token.text.clone(), statement.end);
            self.later.push(kept(name.clone(), Some(value.clone())));
            let value = Some(value.clone());
            self.add(format!("{owner}.{name}"), Binding { at, value, launched: None, scope, is_conditional });
        } else if REPLACING.contains(&path.as_str()) {
            let is_own = self.path(statement.start).0 == owner;
            let Some(call) = self.call_at(open) else { return };
            let named = self.calls[call].arguments.iter().filter_map(|it| Some((it.name.clone()?, it.value.clone())));
            let named: Vec<_> = named.map(|(name, value)| kept(name, Some(value).filter(|_| is_own))).collect();
            self.later.extend(named);
        }
    }

    /// The object of which the call that opens there makes another.
    pub fn replaced(&self, path: &str, open: usize) -> Option<Range<usize>> {
        let is_it = REPLACING.contains(&path) && self.is_sign(open, "(");
        is_it.then(|| self.parts(self.inside(open)).into_iter().next()).flatten()
    }

    /// Names and dots where a range has nothing else.
    fn whole_path(&self, range: Range<usize>) -> Option<String> {
        let (path, end) = self.path(range.start);
        (end == range.end && self.tokens[range.start].kind == TokenKind::Name).then_some(path)
    }

    /// Gives calls that make arguments what the objects that they make are told later.
    pub fn tell_calls(&mut self) {
        let later = std::mem::take(&mut self.later);
        let mut owners: BTreeMap<&str, (MakingCalls, usize)> = BTreeMap::new();
        let mut n_steps = 0;
        for it in &later {
            let (made, read) = owners.entry(&it.owner).or_insert_with(|| {
                (self.made_of(&it.owner, 0, &mut n_steps), self.first_reader(&it.owner, &mut n_steps))
            });
            for (scope, call) in made.iter() {
                let is_sure = made.len() == 1 && *scope == it.scope && it.statement.start < *read;
                let value = it.value.clone().filter(|_| is_sure).unwrap_or_else(|| it.statement.clone());
                let own = &mut self.calls[*call].arguments;
                n_steps += own.len();
                if n_steps > MOST_STEPS {
                    return;
                }
                own.retain(|own| it.name == "**" || own.name.as_deref() != Some(&it.name));
                own.push(Argument { name: Some(it.name.clone()), value });
            }
        }
    }

    /// Where an object is first given to a trainer or copied, which may have read what is changed behind.
    fn first_reader(&self, object: &str, n_steps: &mut usize) -> usize {
        *n_steps += self.calls.len();
        let reads = |call: &&PythonCall| {
            let begin = call.open.saturating_sub(2 * call.path.matches('.').count() + 1);
            let copied = self.replaced(&call.path, call.open).filter(|it| {
                // Not where it is bound to the same name: `args = replace(args, …)`.
                begin < 2 || !self.is_sign(begin - 1, "=") || self.tokens[begin - 2].text != self.tokens[it.start].text
            });
            let read = arguments_given(call).map(|it| it.value.clone()).or(copied);
            read.and_then(|it| self.whole_path(it)).is_some_and(|it| it == object)
        };
        let is_room = *n_steps <= MOST_STEPS;
        self.calls.iter().find(|it| is_room && reads(it)).map_or(usize::MAX, |it| it.open)
    }

    /// The calls that make what a name is bound to, with the part of the script in which it is.
    fn made_of(&self, name: &str, level: usize, n_steps: &mut usize) -> MakingCalls {
        let mut res = Vec::new();
        let trainer = name.strip_suffix(OF_TRAINER);
        let makes = |call: usize| MAKING.iter().any(|it| self.calls[call].path.ends_with(it));
        let all = self.bindings.get(name).into_iter().chain(trainer.and_then(|it| self.bindings.get(it)));
        for it in all.flatten().filter(|_| level < MOST_OBJECTS) {
            *n_steps += 1;
            let Some(value) = it.value.clone().filter(|_| *n_steps <= MOST_STEPS) else { continue };
            let (path, open) = self.path(value.start);
            let Some(call) = self.call_at(open).filter(|_| self.behind(open) == value.end) else { continue };
            if makes(call) {
                res.push((it.scope, call));
                continue;
            }
            // Of another object, or of what a trainer or a function has, it is not known whether the change counts.
            let given = arguments_given(&self.calls[call]).map(|it| it.value.clone());
            let Some(from) = self.replaced(&path, open).or(given) else {
                *n_steps += self.calls.len() + self.scopes.len();
                let held = self.function(&path);
                let made = (0..self.calls.len()).filter(|it| held.contains(&self.calls[*it].open) && makes(*it));
                res.extend(made.map(|it| (NOWHERE, it)));
                continue;
            };
            let (path, open) = self.path(from.start);
            match self.call_at(open).filter(|it| makes(*it)) {
                Some(call) => res.push((NOWHERE, call)),
                None if path == name => {}
                None => {
                    let made = self.made_of(&path, level + 1, n_steps);
                    res.extend(made.into_iter().map(|it| (NOWHERE, it.1)));
                }
            }
        }
        res
    }

    /// The call that opens there.
    pub fn call_at(&self, open: usize) -> Option<usize> {
        self.calls.binary_search_by_key(&open, |it| it.open).ok()
    }

    /// What a function of the script holds.
    fn function(&self, name: &str) -> Range<usize> {
        let is_it = |it: &&Scope| {
            let own = it.tokens.start;
            self.tokens[own].is_name("def") && self.tokens.get(own + 1).is_some_and(|it| it.is_name(name))
        };
        self.scopes.iter().find(is_it).map_or(0..0, |it| it.tokens.clone())
    }

    /// Whether a name is bound anywhere.
    pub fn is_bound(&self, name: &str) -> bool {
        self.bindings.contains_key(name)
    }
}

/// What a trainer is given as its arguments.
fn arguments_given(call: &PythonCall) -> Option<&Argument> {
    let own = &call.arguments;
    let in_place = || own.get(1).filter(|it| it.name.is_none());
    let given = own.iter().find(|it| it.name.as_deref() == Some("args")).or_else(in_place);
    given.filter(|_| call.path.ends_with("Trainer"))
}
