//! Finds what stands where in a script of Python: which values names are bound to, and which calls there are.

use crate::import::launch::scripts::capability::asks_for_capability;
use crate::import::launch::scripts::given::PythonFunction;
use crate::import::launch::scripts::parsed::{
    Argument, Binding, GivenArguments, KeptLater, PythonCall, PythonOutline, Scope,
};
use crate::import::launch::scripts::tokens::{TokenKind, closing_of, tokens_of};
use std::ops::Range;

/// Keywords behind which a statement may stand on the same line, or that something depends on.
const CONDITIONS: &[&str] =
    &["if", "elif", "else", "for", "while", "try", "except", "finally", "with", "match", "case"];

/// What changes a value.
const CHANGES: &[&str] = &["+=", "-=", "*=", "/=", "//=", "**=", "|=", "%=", "&=", "^=", "@=", "<<=", ">>="];

/// What makes a command line of the function below it.
const DECORATING: &[&str] = &["command", "option", "argument", "local_entrypoint"];

impl PythonOutline {
    /// The outline of a text.
    pub fn of(text: &str) -> Self {
        let tokens = tokens_of(text);
        let closing = closing_of(&tokens);
        let module = Scope { tokens: 0..tokens.len(), parent: 0, indent: 0, class: None };
        let mut res = Self { tokens, closing, scopes: vec![module], ..Self::default() };
        res.calls = res.all_calls();
        res.given = GivenArguments::of(&res);
        res.bind_all();
        res.forget_changed();
        res.tell_calls();
        res
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

    /// Walks through all statements.
    fn bind_all(&mut self) {
        let mut open: Vec<usize> = vec![0];
        // Conditions that are open, by how far they are set in, and whether what they hold is left out.
        let mut conditions: Vec<(usize, bool)> = Vec::new();
        // How far conditions are set in that hold on every GPU that an estimate is of.
        let mut capable: Vec<usize> = Vec::new();
        // Whether what stands above makes a command line of a function.
        let mut is_launched = false;
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
                if !matches!(word.as_str(), "else" | "elif") {
                    capable.retain(|it| *it < indent);
                }
                let mut begin = from;
                if CONDITIONS.contains(&word.as_str()) {
                    begin = self.colon(from..end).map_or(end, |it| it + 1);
                    let is_left_out = matches!(word.as_str(), "else" | "elif") && capable.contains(&indent);
                    if word == "if" {
                        let is_capable = asks_for_capability(self, from + 1..begin.saturating_sub(1).max(from + 1));
                        capable.extend(is_capable.then_some(indent));
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
                if !is_left_out {
                    self.bind_inside(from..end, scope, !conditions.is_empty());
                }
                let is_async = self.tokens[from].is_name("async");
                let opener = from + usize::from(is_async);
                if self.tokens[opener].is_name("def") || self.tokens[opener].is_name("class") {
                    let opened = self.open_scope(opener, indent, scope, is_launched);
                    open.push(opened);
                } else if !is_left_out && !own.is_empty() {
                    self.bind(own, scope, !conditions.is_empty());
                }
                is_launched &= word == "@";
                is_launched |=
                    word == "@" && self.tokens[from..end].iter().any(|it| DECORATING.contains(&it.text.as_str()));
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
    fn open_scope(&mut self, opener: usize, indent: usize, parent: usize, is_launched: bool) -> usize {
        let name = self.tokens.get(opener + 1).map_or_else(String::new, |it| it.text.clone());
        let is_class = self.tokens[opener].is_name("class");
        let scope = self.scopes.len();
        let tokens = opener..self.tokens.len();
        self.scopes.push(Scope { tokens, parent, indent, class: is_class.then(|| name.clone()) });
        if !is_class && self.is_sign(opener + 2, "(") {
            let class = self.scopes[parent].class.clone();
            let function = PythonFunction { name: &name, class: class.as_deref() };
            let is_launched = is_launched || self.given.is_launched(function);
            for (place, part) in self.parts(self.inside(opener + 2)).into_iter().enumerate() {
                let equals = (part.clone()).find(|it| self.is_sign(*it, "="));
                let named = self.tokens[part.start].text.clone();
                // Where nothing gives it a value, it has its default, or what a command line tells.
                let is_given = self.given.is_given(function, &named, place);
                let value = equals.filter(|_| !is_given).map(|it| it + 1..part.end);
                let launched = (!is_given).then_some(is_launched);
                self.add(named, Binding { at: opener, value, launched, scope, is_conditional: false });
            }
        }
        scope
    }

    /// Binds a name.
    pub fn add(&mut self, name: String, binding: Binding) {
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
                self.add(name, Binding { at, value: None, launched: None, scope, is_conditional: false });
            }
        }
    }

    /// Binds what a statement says, if it says a value.
    fn bind(&mut self, range: Range<usize>, scope: usize, is_conditional: bool) {
        if self.tokens[range.start].kind != TokenKind::Name {
            return;
        }
        self.keep_by_call(range.clone(), range.clone(), scope, is_conditional);
        if let Some(name) = self.changed_name(range.clone()) {
            return self.change(name, range.end, scope, is_conditional);
        }
        let (name, mut at) = self.path(range.start);
        if self.is_sign(at, ",") {
            // Several names at once.
            if let Some(equals) = range.clone().find(|it| self.is_sign(*it, "=")) {
                let (names, values) = (self.parts(range.start..equals), self.parts(equals + 1..range.end));
                for (at, own) in names.iter().enumerate().filter(|it| it.1.len() == 1) {
                    let value = values.get(at).filter(|_| values.len() == names.len()).cloned();
                    let text = self.tokens[own.start].text.clone();
                    self.add(text, Binding { at: range.end, value, launched: None, scope, is_conditional });
                }
            }
            return;
        }
        if self.is_sign(at, ":") {
            // What kind of value it is stands in front of it.
            at = (at..range.end).find(|it| self.is_sign(*it, "=")).unwrap_or(range.end);
        }
        let is_changed = CHANGES.iter().any(|it| self.is_sign(at, it));
        if at >= range.end || !is_changed && !self.is_sign(at, "=") {
            return;
        }
        let value = (!is_changed && at + 1 < range.end).then_some(at + 1..range.end);
        if let Some(value) = value.clone() {
            self.keep_by_call(range.clone(), value, scope, is_conditional);
        }
        if let Some((owner, name)) = name.rsplit_once('.') {
            let scope = if owner.starts_with("self.") { 0 } else { scope };
            let (owner, name, value) = (owner.to_owned(), name.to_owned(), value.clone().filter(|_| !is_conditional));
            self.later.push(KeptLater { owner, name, statement: range.clone(), value, scope });
        }
        // What an object keeps is reached from all of its functions.
        let scope = if name.starts_with("self.") { 0 } else { scope };
        let binding = Binding { at: range.end, value, launched: None, scope, is_conditional };
        if let Some(class) = self.scopes[scope].class.clone() {
            let parent = self.scopes[scope].parent;
            self.add(format!("{class}.{name}"), Binding { scope: parent, ..binding.clone() });
        }
        self.add(name, binding);
    }
}
