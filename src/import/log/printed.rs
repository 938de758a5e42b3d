//! What Python prints of an object or of a dictionary, as names with values; names within others have dots between
//! them. It knows no program.

use crate::import::launch::setting::{MOST_LEVELS, MOST_SETTINGS};

/// Names with what is printed behind them, in order: `a=1, b=Some(c='x')`, or `{'a': 1, 'b': {'c': 'x'}}`. It ends
/// where something else stands.
pub fn names_in(text: &str) -> Vec<(String, String)> {
    let mut reader = PythonReader { rest: text, found: Vec::new() };
    let is_dictionary = reader.taken("{");
    reader.entries("", is_dictionary, 0);
    reader.found
}

struct PythonReader<'a> {
    rest: &'a str,
    found: Vec<(String, String)>,
}

impl<'a> PythonReader<'a> {
    /// Skips white space and a sign, where it stands there.
    fn taken(&mut self, sign: &str) -> bool {
        self.rest = self.rest.trim_ascii_start();
        let found = self.rest.strip_prefix(sign);
        self.rest = found.unwrap_or(self.rest);
        found.is_some()
    }

    /// A text in quotes, without them.
    fn quoted(&mut self) -> Option<String> {
        let quote = self.rest.chars().next().filter(|it| matches!(it, '\'' | '"'))?;
        let mut res = String::new();
        let mut is_escaped = false;
        for (at, it) in self.rest.char_indices().skip(1) {
            if is_escaped {
                res.push(it);
                is_escaped = false;
            } else if it == '\\' {
                is_escaped = true;
            } else if it == quote {
                self.rest = &self.rest[at + 1..];
                return Some(res);
            } else {
                res.push(it);
            }
        }
        None
    }

    /// What stands within the brackets that open next, whatever it is.
    fn within_brackets(&mut self) -> Option<&'a str> {
        let (mut n_open, mut quote) = (0_usize, None);
        for (at, it) in self.rest.char_indices() {
            match (quote, it) {
                (None, '[' | '(' | '{') => n_open += 1,
                (None, ']' | ')' | '}') => n_open = n_open.saturating_sub(1),
                (None, '\'' | '"') => quote = Some(it),
                (Some(open), _) if open == it => quote = None,
                _ => {}
            }
            if n_open == 0 {
                let inner = &self.rest[1..at];
                self.rest = &self.rest[at + it.len_utf8()..];
                return Some(inner);
            }
        }
        None
    }

    /// What stands in front of some signs.
    fn until(&mut self, signs: &[char]) -> &'a str {
        let end = self.rest.find(signs).unwrap_or(self.rest.len());
        let (front, rest) = self.rest.split_at(end);
        self.rest = rest;
        front.trim_ascii()
    }

    /// The entries of one level; whether they ended as they should.
    fn entries(&mut self, above: &str, is_dictionary: bool, level: usize) -> bool {
        while self.found.len() < MOST_SETTINGS && level < MOST_LEVELS {
            if self.taken("}") || self.taken(")") || self.rest.is_empty() {
                return true;
            }
            let name = match self.quoted() {
                Some(it) => it,
                None => self.until(&['=', ':', ',', ')', '}']).to_owned(),
            };
            if !self.taken(if is_dictionary { ":" } else { "=" }) {
                return false;
            }
            let name = if above.is_empty() { name } else { format!("{above}.{name}") };
            if !self.value(name, level) {
                return false;
            }
            self.taken(",");
        }
        false
    }

    /// A value behind its name.
    fn value(&mut self, name: String, level: usize) -> bool {
        if self.taken("{") {
            return self.entries(&name, true, level + 1);
        }
        if let Some(text) = self.quoted() {
            self.found.push((name, text));
            return true;
        }
        if self.rest.starts_with(['[', '(']) {
            let Some(inner) = self.within_brackets() else { return false };
            let entries: Vec<_> = inner.split(',').map(|it| it.trim_matches([' ', '\'', '"'])).collect();
            self.found.push((name, entries.join(" ").trim_ascii().to_owned()));
            return true;
        }
        // A member of an enumeration, with its number: `<CompilationMode.VLLM_COMPILE: 3>`.
        if self.taken("<") {
            let text = self.until(&['>']).to_owned();
            self.found.push((name, text));
            return self.taken(">");
        }
        let word = self.until(&[',', '(', ')', '}', ']']).to_owned();
        if self.taken("(") {
            return self.entries(&name, false, level + 1);
        }
        self.found.push((name, word));
        true
    }
}
