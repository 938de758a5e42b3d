//! Which calls of a script are reached, and where a value that a call is given was made. It knows no library.

use crate::import::launch::scripts::capability::asks_for_capability;
use crate::import::launch::scripts::literals::{PythonValue, ValueReader};
use crate::import::launch::scripts::parsed::PythonOutline;
use crate::import::launch::scripts::tokens::{PythonToken, TokenKind};
use std::ops::Range;

/// Bindings that are followed to what a call is given, and conditions within conditions.
const MOST_BINDINGS: usize = 8;

/// A part of a script that stands under a condition which is not known to hold.
#[derive(Clone, Debug)]
struct CallBranch {
    condition: Range<usize>,
    /// Whether nobody knows; otherwise it does not hold.
    is_open: bool,
    /// How far what opens it is set in.
    indent: usize,
    /// The one around it.
    around: Option<usize>,
}

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValueOrigin {
    /// The call that opens there.
    Call(usize),
    /// It is none.
    Nothing,
    /// Anything else, or nobody knows.
    Elsewhere,
}

/// What is reached in a script.
pub struct ReachOfCalls<'a> {
    outline: &'a PythonOutline,
    reader: &'a ValueReader<'a>,
    branches: Vec<CallBranch>,
    /// The tokens from which on another branch is the innermost, in their order.
    places: Vec<(usize, Option<usize>)>,
}

impl<'a> ReachOfCalls<'a> {
    /// Walks through all statements.
    pub fn of(outline: &'a PythonOutline, reader: &'a ValueReader<'a>) -> Self {
        let mut res = Self { outline, reader, branches: Vec::new(), places: Vec::new() };
        // Of each depth whether a branch of what was asked last was taken; nothing where nothing was asked.
        let mut asked: Vec<(usize, Option<bool>)> = Vec::new();
        let mut innermost: Option<usize> = None;
        let tokens = &outline.tokens;
        let mut from = 0;
        while from < tokens.len() {
            let length = tokens[from..].iter().position(|it| it.kind == TokenKind::End);
            let end = length.map_or(tokens.len(), |it| from + it);
            if end > from {
                let indent = tokens[from].indent;
                while let Some(it) = innermost.filter(|it| res.branches[*it].indent >= indent) {
                    innermost = res.branches[it].around;
                }
                res.places.push((from, innermost));
                asked.retain(|it| it.0 <= indent);
                let colon = outline.colon(from..end).unwrap_or(end);
                let condition = (from + 1).min(colon)..colon;
                let before = asked.iter().find(|it| it.0 == indent).map(|it| it.1);
                let word = tokens[from].text.as_str();
                let holds = match (word, before) {
                    ("if", _) => res.truth(condition.clone(), 0),
                    ("elif" | "else", Some(Some(true))) => Some(false),
                    ("elif", before) => {
                        let own = res.truth(condition.clone(), 0);
                        if before == Some(None) { own.filter(|it| !it) } else { own }
                    }
                    ("else", Some(None)) | ("except" | "case", _) => None,
                    _ => Some(true),
                };
                match (word, before) {
                    ("elif", Some(before)) => {
                        asked.retain(|it| it.0 != indent);
                        let is_taken = if before == Some(false) { holds } else { before };
                        asked.push((indent, is_taken));
                    }
                    ("if", _) => {
                        asked.retain(|it| it.0 != indent);
                        asked.push((indent, holds));
                    }
                    _ => asked.retain(|it| it.0 != indent),
                }
                if holds != Some(true) {
                    let own = CallBranch { condition, is_open: holds.is_none(), indent, around: innermost };
                    innermost = Some(res.branches.len());
                    res.branches.push(own);
                    res.places.push((colon, innermost));
                }
            }
            from = end + 1;
        }
        res
    }

    /// The branches in which a token stands, from the innermost on.
    fn around(&self, at: usize) -> impl Iterator<Item = usize> {
        let behind = self.places.partition_point(|it| it.0 <= at);
        let first = behind.checked_sub(1).and_then(|it| self.places[it].1);
        std::iter::successors(first, |it| self.branches[*it].around)
    }

    /// Whether a token is never reached.
    pub fn is_unreached(&self, at: usize) -> bool {
        self.around(at).any(|it| !self.branches[it].is_open)
    }

    /// The condition of which it depends whether a token is reached where another is; nobody knows whether it holds.
    pub fn doubt(&self, at: usize, beside: Option<usize>) -> Option<String> {
        let beside: Vec<usize> = beside.map(|it| self.around(it).collect()).unwrap_or_default();
        let own = self.around(at).find(|it| self.branches[*it].is_open && !beside.contains(it))?;
        Some(self.reader.written(self.branches[own].condition.clone()))
    }

    /// Where the value of some tokens was made.
    pub fn origin(&self, range: Range<usize>) -> ValueOrigin {
        self.followed(range).unwrap_or(ValueOrigin::Elsewhere)
    }

    /// The tokens of a value behind the names that are bound to it.
    pub fn bound(&self, mut range: Range<usize>) -> Option<Range<usize>> {
        let tokens = &self.outline.tokens;
        for _ in 0..MOST_BINDINGS {
            let first = tokens.get(range.start).filter(|_| !range.is_empty())?;
            if let Some(at) = self.at_top(range.clone(), "if") {
                let other = self.at_top(at + 1..range.end, "else")?;
                let is_first = self.truth(at + 1..other, 0)?;
                range = if is_first { range.start..at } else { other + 1..range.end };
                continue;
            }
            if first.kind != TokenKind::Name {
                return Some(range);
            }
            let (path, end) = self.outline.path(range.start);
            if let Some(object) = self.outline.replaced(&path, end) {
                range = object;
                continue;
            }
            if end != range.end || path == "None" {
                return Some(range);
            }
            range = self.outline.binding(&path, range.start)?.value.clone()?;
        }
        None
    }

    fn followed(&self, range: Range<usize>) -> Option<ValueOrigin> {
        let range = self.bound(range)?;
        let first = self.outline.tokens.get(range.start).filter(|it| it.kind == TokenKind::Name)?;
        let (_, end) = self.outline.path(range.start);
        if end == range.end && first.is_name("None") {
            return Some(ValueOrigin::Nothing);
        }
        let is_call = end < range.end && self.outline.is_sign(end, "(") && self.outline.behind(end) <= range.end;
        is_call.then_some(ValueOrigin::Call(end))
    }

    /// The first such keyword of a range that no bracket holds.
    fn at_top(&self, range: Range<usize>, name: &str) -> Option<usize> {
        let mut at = range.start;
        while at < range.end {
            if self.outline.tokens[at].is_name(name) {
                return Some(at);
            }
            at = self.outline.behind(at).max(at + 1);
        }
        None
    }

    /// Whether a condition holds; nothing where nobody knows.
    fn truth(&self, range: Range<usize>, level: usize) -> Option<bool> {
        let first: &PythonToken =
            self.outline.tokens.get(range.start).filter(|_| level < MOST_BINDINGS && !range.is_empty())?;
        for (word, decides) in [("or", true), ("and", false)] {
            let Some(at) = self.at_top(range.clone(), word) else { continue };
            let both = [self.truth(range.start..at, level + 1), self.truth(at + 1..range.end, level + 1)];
            let is_known = both.iter().all(Option::is_some);
            return if both.contains(&Some(decides)) { Some(decides) } else { is_known.then_some(!decides) };
        }
        if first.is_name("not") {
            return self.truth(range.start + 1..range.end, level + 1).map(|it| !it);
        }
        if let Some(at) = self.at_top(range.clone(), "is") {
            let is_turned = self.outline.tokens.get(at + 1).is_some_and(|it| it.is_name("not"));
            let other = at + 1 + usize::from(is_turned);
            let is_of_nothing = other + 1 == range.end && self.outline.tokens[other].is_name("None");
            return match self.reader.value(range.start..at) {
                _ if !is_of_nothing => None,
                PythonValue::Unread => None,
                it => Some((it == PythonValue::Nothing) != is_turned),
            };
        }
        let (path, end) = self.outline.path(range.start);
        // A script is run, on a GPU.
        let is_on_gpu = path == "torch.cuda.is_available" && end < range.end && self.outline.behind(end) == range.end;
        if path == "__name__" || is_on_gpu || asks_for_capability(self.outline, range.clone()) {
            return Some(true);
        }
        match self.reader.value(range) {
            PythonValue::Truth(it) => Some(it),
            PythonValue::Number(it) => Some(it != 0.0),
            PythonValue::Nothing => Some(false),
            // What a command line says of a switch is text, and so are the names of its other values.
            PythonValue::Text(it) => (!it.eq_ignore_ascii_case("false") && it != "0").then_some(!it.is_empty()),
            PythonValue::Many(it) => Some(!it.is_empty()),
            PythonValue::Map(it) => Some(!it.is_empty()),
            PythonValue::Unread => None,
        }
    }
}
