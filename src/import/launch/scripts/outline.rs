//! What stands where in a script of Python: which values names are bound to, and which calls there are. It evaluates
//! nothing. Where a name has one value under a condition and another without it, nobody knows which counts.

use crate::import::launch::scripts::tokens::{PythonToken, TokenKind, tokens_of};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// A value that a name is bound to.
#[derive(Clone, Debug)]
pub struct Binding {
    /// The token behind which it counts.
    pub at: usize,
    /// Tokens of the value; `None` where it is one of many, or comes from outside.
    pub value: Option<Range<usize>>,
    /// The part of the script in which it counts.
    scope: usize,
    /// Whether it depends on something that is not known here.
    is_conditional: bool,
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
struct Scope {
    tokens: Range<usize>,
    parent: usize,
    /// How far what opens it is set in.
    indent: usize,
    /// Of a class its name, whose values others reach by it.
    class: Option<String>,
}

/// The outline of a script.
#[derive(Debug, Default)]
pub struct PythonOutline {
    /// All tokens.
    pub tokens: Vec<PythonToken>,
    /// All calls.
    pub calls: Vec<PythonCall>,
    /// Of each token that opens a bracket the one that closes it.
    closing: Vec<usize>,
    bindings: BTreeMap<String, Vec<Binding>>,
    scopes: Vec<Scope>,
    /// What is called with arguments.
    given: BTreeSet<String>,
}

/// Keywords behind which a statement may stand on the same line, or that something depends on.
const CONDITIONS: &[&str] =
    &["if", "elif", "else", "for", "while", "try", "except", "finally", "with", "match", "case"];

/// Tokens of values that are compared.
const LONGEST_VALUE: usize = 64;

/// What is asked whether a GPU computes in BF16: the GPUs that an estimate is of do.
pub const CAPABILITIES: &[&str] =
    &["is_bf16_supported", "is_bfloat16_supported", "get_device_capability", "is_torch_bf16_gpu_available"];

impl PythonOutline {
    /// The outline of a text.
    pub fn of(text: &str) -> Self {
        let tokens = tokens_of(text);
        let closing = closing_of(&tokens);
        let module = Scope { tokens: 0..tokens.len(), parent: 0, indent: 0, class: None };
        let mut res = Self { tokens, closing, scopes: vec![module], ..Self::default() };
        res.calls = res.all_calls();
        res.given = res.calls.iter().filter(|it| !it.arguments.is_empty()).map(|it| it.path.clone()).collect();
        res.bind_all();
        res
    }

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
                return Some(found).filter(|_| !found.is_conditional || !here().any(is_another));
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

    /// Whether a condition holds on every GPU that an estimate is of.
    pub fn asks_for_capability(&self, range: Range<usize>) -> bool {
        let condition = &self.tokens[range];
        let is_turned = |it: &PythonToken| it.is_name("not") || it.is_sign("<") || it.is_sign("<=");
        condition.iter().any(|it| CAPABILITIES.contains(&it.text.as_str())) && !condition.iter().any(is_turned)
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

    fn all_calls(&self) -> Vec<PythonCall> {
        let mut res = Vec::new();
        let mut at = 0;
        while at < self.tokens.len() {
            if self.tokens[at].kind != TokenKind::Name {
                at += 1;
                continue;
            }
            let (path, end) = self.path(at);
            let is_made = at > 0 && ["def", "class"].iter().any(|it| self.tokens[at - 1].is_name(it));
            if self.is_sign(end, "(") && !is_made {
                let arguments = self.parts(self.inside(end)).into_iter().map(|it| self.argument(it)).collect();
                res.push(PythonCall { path, open: end, line: self.tokens[at].line, arguments });
            }
            at = end;
        }
        res
    }

    fn argument(&self, part: Range<usize>) -> Argument {
        let first = &self.tokens[part.start];
        if first.is_sign("**") {
            return Argument { name: Some("**".to_owned()), value: part.start + 1..part.end };
        }
        if first.kind == TokenKind::Name && self.is_sign(part.start + 1, "=") && part.len() > 2 {
            return Argument { name: Some(first.text.clone()), value: part.start + 2..part.end };
        }
        Argument { name: None, value: part }
    }

    /// The innermost part of the script in which a token stands.
    fn scope_at(&self, at: usize) -> usize {
        (0..self.scopes.len()).rfind(|it| self.scopes[*it].tokens.contains(&at)).unwrap_or(0)
    }

    /// Walks through all statements.
    fn bind_all(&mut self) {
        let mut open: Vec<usize> = vec![0];
        // Conditions that are open, by how far they are set in, and whether what they hold is left out.
        let mut conditions: Vec<(usize, bool)> = Vec::new();
        // How far conditions are set in that hold on every GPU that an estimate is of.
        let mut capable: Vec<usize> = Vec::new();
        let mut from = 0;
        while from < self.tokens.len() {
            let length = self.tokens[from..].iter().position(|it| it.kind == TokenKind::End);
            let end = length.map_or(self.tokens.len(), |it| from + it);
            if end > from {
                let indent = self.tokens[from].indent;
                let word = self.tokens[from].text.clone();
                while open.len() > 1 && open.last().is_some_and(|it| self.scopes[*it].indent >= indent) {
                    let closed = open.pop().unwrap_or(0);
                    self.scopes[closed].tokens.end = from;
                }
                conditions.retain(|it| it.0 < indent);
                let mut begin = from;
                if CONDITIONS.contains(&word.as_str()) {
                    begin = self.colon(from..end).map_or(end, |it| it + 1);
                    let is_left_out = matches!(word.as_str(), "else" | "elif") && capable.contains(&indent);
                    if word == "if" {
                        capable.retain(|it| *it < indent);
                        capable.extend(self.asks_for_capability(from..begin).then_some(indent));
                    }
                    let is_certain = word == "with" || word == "if" && capable.contains(&indent);
                    if !is_certain || is_left_out {
                        conditions.push((indent, is_left_out));
                    }
                    if word == "for" {
                        self.bind_unknown(from + 1..begin, open.last().copied().unwrap_or(0));
                    }
                }
                let is_left_out = conditions.iter().any(|it| it.1);
                let own = begin..end;
                let scope = open.last().copied().unwrap_or(0);
                let is_async = self.tokens[from].is_name("async");
                let opener = from + usize::from(is_async);
                if self.tokens[opener].is_name("def") || self.tokens[opener].is_name("class") {
                    let opened = self.open_scope(opener, indent, scope);
                    open.push(opened);
                } else if !is_left_out && !own.is_empty() {
                    self.bind(own, scope, !conditions.is_empty());
                }
            }
            from = end + 1;
        }
    }

    /// The colon that ends what a line begins with.
    pub fn colon(&self, range: Range<usize>) -> Option<usize> {
        let mut at = range.start;
        while at < range.end {
            if self.is_sign(at, ":") {
                return Some(at);
            }
            at = if self.closing[at] > at { self.behind(at) } else { at + 1 };
        }
        None
    }

    /// Opens what a function or a class holds; names of a function's arguments are bound to what it is called with.
    fn open_scope(&mut self, opener: usize, indent: usize, parent: usize) -> usize {
        let name = self.tokens.get(opener + 1).map_or_else(String::new, |it| it.text.clone());
        let is_class = self.tokens[opener].is_name("class");
        let scope = self.scopes.len();
        let tokens = opener..self.tokens.len();
        self.scopes.push(Scope { tokens, parent, indent, class: is_class.then(|| name.clone()) });
        if !is_class && self.is_sign(opener + 2, "(") {
            // Where nothing calls it with arguments, or a command line does, it has its defaults.
            let is_given = self.given.contains(&name);
            for part in self.parts(self.inside(opener + 2)) {
                let equals = (part.clone()).find(|it| self.is_sign(*it, "="));
                let value = equals.filter(|_| !is_given).map(|it| it + 1..part.end);
                let named = self.tokens[part.start].text.clone();
                self.add(named, Binding { at: opener, value, scope, is_conditional: false });
            }
        }
        scope
    }

    fn add(&mut self, name: String, binding: Binding) {
        self.bindings.entry(name).or_default().push(binding);
    }

    /// Binds all names of a range to what nobody knows.
    fn bind_unknown(&mut self, range: Range<usize>, scope: usize) {
        for at in range {
            if self.tokens[at].is_name("in") {
                break;
            }
            if self.tokens[at].kind == TokenKind::Name {
                let name = self.tokens[at].text.clone();
                self.add(name, Binding { at, value: None, scope, is_conditional: false });
            }
        }
    }

    /// Binds what a statement says, if it says a value.
    fn bind(&mut self, range: Range<usize>, scope: usize, is_conditional: bool) {
        if self.tokens[range.start].kind != TokenKind::Name {
            return;
        }
        let (name, mut at) = self.path(range.start);
        if self.is_sign(at, ",") {
            // Several names at once.
            if let Some(equals) = range.clone().find(|it| self.is_sign(*it, "=")) {
                let (names, values) = (self.parts(range.start..equals), self.parts(equals + 1..range.end));
                for (at, own) in names.iter().enumerate().filter(|it| it.1.len() == 1) {
                    let value = values.get(at).filter(|_| values.len() == names.len()).cloned();
                    let text = self.tokens[own.start].text.clone();
                    self.add(text, Binding { at: range.end, value, scope, is_conditional });
                }
            }
            return;
        }
        if self.is_sign(at, ":") {
            // What kind of value it is stands in front of it.
            at = (at..range.end).find(|it| self.is_sign(*it, "=")).unwrap_or(range.end);
        }
        let is_changed = ["+=", "-=", "*=", "/=", "//=", "**=", "|="].iter().any(|it| self.is_sign(at, it));
        if at >= range.end || !is_changed && !self.is_sign(at, "=") {
            return;
        }
        let value = (!is_changed && at + 1 < range.end).then_some(at + 1..range.end);
        // What an object keeps is reached from all of its functions.
        let scope = if name.starts_with("self.") { 0 } else { scope };
        let binding = Binding { at: range.end, value, scope, is_conditional };
        if let Some(class) = self.scopes[scope].class.clone() {
            let parent = self.scopes[scope].parent;
            self.add(format!("{class}.{name}"), Binding { scope: parent, ..binding.clone() });
        }
        self.add(name, binding);
    }
}

/// Of each token that opens a bracket the one that closes it, of others their own places.
fn closing_of(tokens: &[PythonToken]) -> Vec<usize> {
    let mut res: Vec<usize> = (0..tokens.len()).collect();
    let mut open: Vec<usize> = Vec::new();
    for (at, it) in tokens.iter().enumerate().filter(|it| it.1.kind == TokenKind::Sign) {
        match it.text.as_str() {
            "(" | "[" | "{" => open.push(at),
            ")" | "]" | "}" => {
                if let Some(own) = open.pop() {
                    res[own] = at;
                }
            }
            _ => {}
        }
    }
    open.into_iter().for_each(|it| res[it] = tokens.len());
    res
}
