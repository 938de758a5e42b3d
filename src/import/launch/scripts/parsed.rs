//! What a script of Python consists of: its tokens, calls, parts and bindings, and how they are found. It evaluates
//! nothing. Where a name has one value under a condition and another without it, nobody knows which counts.

use crate::import::launch::scripts::tokens::{PythonToken, TokenKind};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// A value that a name is bound to.
#[derive(Clone, Debug)]
pub struct Binding {
    /// The token behind which it counts.
    pub at: usize,
    /// Tokens of the value; `None` where it is one of many, or comes from outside.
    pub value: Option<Range<usize>>,
    /// Of an argument of a function that nothing gives a value to, whether a command line is made of it.
    pub launched: Option<bool>,
    /// The part of the script in which it counts.
    pub scope: usize,
    /// Whether it depends on something that is not known here.
    pub is_conditional: bool,
}

/// An argument of a call.
#[derive(Clone, Debug)]
pub struct Argument {
    /// Its name; `**` for a map of several; `None` where its place says which it is.
    pub name: Option<String>,
    /// Tokens of the value.
    pub value: Range<usize>,
}

/// A call.
#[derive(Clone, Debug)]
pub struct PythonCall {
    /// What is called, with dots.
    pub path: String,
    /// The token that opens its arguments.
    pub open: usize,
    /// Its line, from 1.
    pub line: usize,
    /// Its arguments.
    pub arguments: Vec<Argument>,
}

/// A part of the script with names of its own.
#[derive(Clone, Debug)]
pub struct Scope {
    /// What it holds.
    pub(super) tokens: Range<usize>,
    /// The part in which it stands.
    pub parent: usize,
    /// How far what opens it is set in.
    pub(super) indent: usize,
    /// Of a class its name, whose values others reach by it.
    pub(super) class: Option<String>,
}

/// The outline of a script.
#[derive(Debug, Default)]
pub struct PythonOutline {
    /// All tokens.
    pub tokens: Vec<PythonToken>,
    /// All calls.
    pub calls: Vec<PythonCall>,
    /// Of each token that opens a bracket the one that closes it.
    pub(super) closing: Vec<usize>,
    /// What names are bound to.
    pub bindings: BTreeMap<String, Vec<Binding>>,
    /// Its parts with names of their own.
    pub scopes: Vec<Scope>,
    /// What functions are called with.
    pub(super) given: GivenArguments,
    /// What objects are told after they were made.
    pub later: Vec<KeptLater>,
    /// Names that functions change which others bind, with the part of the script that does.
    pub changed: BTreeSet<(String, usize)>,
}

/// What an object is told after it was made.
#[derive(Clone, Debug)]
pub struct KeptLater {
    /// The object.
    pub owner: String,
    /// What it keeps.
    pub name: String,
    /// The statement.
    pub statement: Range<usize>,
    /// The value; `None` where it is a change of another, or depends on something that is not known.
    pub value: Option<Range<usize>>,
    /// The part of the script in which it stands.
    pub scope: usize,
}

/// What a name is called with.
#[derive(Debug, Default)]
pub(super) struct CalledWith {
    pub(super) n_places: usize,
    pub(super) names: BTreeSet<String>,
    /// Whether it is called in a way that cannot be matched.
    pub(super) is_open: bool,
}

/// What the functions of a script are called with.
#[derive(Debug, Default)]
pub struct GivenArguments {
    /// By names of functions; those of methods begin with a dot.
    pub(super) called: BTreeMap<String, CalledWith>,
    pub(super) launched: BTreeSet<String>,
    /// Whether everything that the script has may be launched.
    pub(super) is_all_launched: bool,
}

/// Tokens of values that are compared.
const LONGEST_VALUE: usize = 64;

impl PythonOutline {
    /// The token behind a bracket and what it holds.
    pub fn behind(&self, open: usize) -> usize {
        self.closing[open].saturating_add(1).min(self.tokens.len())
    }

    /// Whether there is a sign.
    pub fn is_sign(&self, at: usize, text: &str) -> bool {
        self.tokens.get(at).is_some_and(|it| it.is_sign(text))
    }

    /// The parts of a range between commas; brackets hold others together.
    pub fn parts(&self, range: Range<usize>) -> Vec<Range<usize>> {
        let (mut res, mut from, mut at) = (Vec::new(), range.start, range.start);
        while at < range.end {
            if self.is_sign(at, ",") {
                res.push(from..at);
                from = at + 1;
            }
            at = if self.closing[at] > at { self.behind(at) } else { at + 1 };
        }
        res.push(from..range.end.max(from));
        res.retain(|it| !it.is_empty());
        res
    }

    /// What stands between a bracket and the one that closes it.
    pub fn inside(&self, open: usize) -> Range<usize> {
        open + 1..self.closing[open].max(open + 1).min(self.tokens.len())
    }

    /// The value of a name at a place; `None` where nobody knows which it is.
    pub fn binding(&self, name: &str, at: usize) -> Option<&Binding> {
        let all = self.bindings.get(name)?;
        let own = self.scope_at(at);
        let mut scope = own;
        loop {
            let here = || all.iter().filter(|it| it.scope == scope);
            let before = here().rfind(|it| it.at <= at);
            // What stands outside a function has its value when that is called.
            if let Some(found) = before.or_else(|| here().next_back().filter(|_| scope != own)) {
                let is_another =
                    |it: &Binding| it.at != found.at && it.at <= at.max(found.at) && !self.is_same(it, found);
                // What an object keeps it may have kept before.
                let is_kept = name.contains('.') && !name.starts_with("self.");
                return Some(found).filter(|_| !found.is_conditional || !is_kept && !here().any(is_another));
            }
            if scope == 0 {
                return None;
            }
            scope = self.scopes[scope].parent;
        }
    }

    /// The names of classes that the script defines.
    pub fn classes(&self) -> impl Iterator<Item = &str> {
        self.scopes.iter().filter_map(|it| it.class.as_deref())
    }

    /// Of each class that is made of another the last name of that.
    pub fn bases(&self) -> BTreeMap<&str, &str> {
        let of = |it: &Scope| {
            let opened = it.tokens.start + 2;
            let first = opened + 1;
            (it.class.is_some() && self.is_sign(opened, "(") && first < self.tokens.len())
                .then(|| (self.tokens[opened - 1].text.as_str(), self.tokens[self.path(first).1 - 1].text.as_str()))
        };
        self.scopes.iter().filter_map(of).collect()
    }

    /// What looking for a name takes, in steps.
    pub fn cost(&self, name: &str) -> usize {
        self.scopes.len() + self.bindings.get(name).map_or(0, Vec::len)
    }

    /// Whether two values are written alike; long ones are not.
    fn is_same(&self, one: &Binding, other: &Binding) -> bool {
        let (Some(one), Some(other)) = (one.value.clone(), other.value.clone()) else { return false };
        let text = |it: Range<usize>| self.tokens[it].iter().map(|it| &it.text);
        one.len() == other.len() && one.len() <= LONGEST_VALUE && text(one).eq(text(other))
    }

    /// The names and dots from a token on, and the first token behind them.
    pub fn path(&self, at: usize) -> (String, usize) {
        let mut res = self.tokens[at].text.clone();
        let mut end = at + 1;
        while self.is_sign(end, ".") && self.tokens.get(end + 1).is_some_and(|it| it.kind == TokenKind::Name) {
            res.push('.');
            res.push_str(&self.tokens[end + 1].text);
            end += 2;
        }
        (res, end)
    }

    /// The innermost part of the script in which a token stands.
    pub fn scope_at(&self, at: usize) -> usize {
        (0..self.scopes.len()).rfind(|it| self.scopes[*it].tokens.contains(&at)).unwrap_or(0)
    }
}
