//! Values of a script of Python: literals, names that are bound to them, sums and products. What else a value may be is
//! not read. It knows no call's meaning, and runs nothing.

use crate::import::launch::scripts::capability::CAPABILITIES;
use crate::import::launch::scripts::parsed::PythonOutline;
use crate::import::launch::scripts::tokens::TokenKind;
use crate::import::launch::setting::Setting;
use std::cell::Cell;
use std::mem::discriminant;
use std::ops::Range;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum PythonValue {
    /// A text.
    Text(String),
    /// A number.
    Number(f64),
    /// Yes or no.
    Truth(bool),
    /// `None`.
    Nothing,
    /// A list or the like.
    Many(Vec<PythonValue>),
    /// Names with values.
    Map(Vec<(String, PythonValue)>),
    /// Anything else.
    Unread,
}

/// Values within values.
const MOST_LEVELS: usize = 16;

/// Steps that the values of one script may take.
const MOST_STEPS: usize = 1_000_000;

/// Letters of a value that is told as it is written.
const LONGEST_TOLD: usize = 60;

/// What reads values.
pub struct ValueReader<'a> {
    /// What stands where.
    pub outline: &'a PythonOutline,
    text: &'a str,
    /// What the script is launched with.
    pub told: &'a [Setting],
    steps: Cell<usize>,
}

impl<'a> ValueReader<'a> {
    /// A reader of a script and of its outline; `told` is what the script is launched with.
    pub const fn new(outline: &'a PythonOutline, text: &'a str, told: &'a [Setting]) -> Self {
        Self { outline, text, told, steps: Cell::new(0) }
    }

    /// The value of some tokens.
    pub fn value(&self, range: Range<usize>) -> PythonValue {
        self.value_at(range, 0)
    }

    /// Some tokens as they are written, in brackets, so that they are no value.
    pub fn written(&self, range: Range<usize>) -> String {
        let (from, to) = match (self.outline.tokens.get(range.start), self.outline.tokens[..range.end].last()) {
            (Some(first), Some(last)) if first.from < last.to => (first.from, last.to),
            _ => return String::new(),
        };
        let own = self.text[from..to].split_ascii_whitespace().collect::<Vec<_>>().join(" ");
        let is_long = own.chars().count() > LONGEST_TOLD;
        let cut: String = own.chars().take(LONGEST_TOLD).collect();
        format!("({cut}{})", if is_long { "…" } else { "" })
    }

    fn value_at(&self, range: Range<usize>, level: usize) -> PythonValue {
        if level > MOST_LEVELS || range.is_empty() {
            return PythonValue::Unread;
        }
        // `n := 8` is the 8.
        let at = range.start + if self.outline.is_sign(range.start + 1, ":=") { 2 } else { 0 };
        let mut part = ValuePart { reader: self, at, end: range.end, level };
        let res = part.choice();
        if part.at == range.end { res } else { PythonValue::Unread }
    }

    /// Counts a step; whether there are any left.
    pub fn steps(&self, n: usize) -> bool {
        self.steps.set(self.steps.get().saturating_add(n));
        self.steps.get() < MOST_STEPS
    }
}

/// Where a value is being read.
pub struct ValuePart<'a> {
    /// Who reads it.
    pub reader: &'a ValueReader<'a>,
    at: usize,
    end: usize,
    level: usize,
}

impl ValuePart<'_> {
    fn is_sign(&self, text: &str) -> bool {
        self.at < self.end && self.reader.outline.is_sign(self.at, text)
    }

    fn is_name(&self, text: &str) -> bool {
        self.at < self.end && self.reader.outline.tokens[self.at].is_name(text)
    }

    /// The value of some tokens within those that are read.
    pub fn within(&self, range: Range<usize>) -> PythonValue {
        self.reader.value_at(range, self.level + 1)
    }

    /// `a == b`, where both are known.
    fn compared(&mut self) -> PythonValue {
        let first = self.sum();
        let is_same = self.is_sign("==");
        if !is_same && !self.is_sign("!=") {
            return first;
        }
        self.at += 1;
        match (first, self.sum()) {
            // Of two kinds nobody knows what the script makes of them.
            (PythonValue::Unread, _) | (_, PythonValue::Unread) => PythonValue::Unread,
            (first, second) if !is_one_kind(&first, &second) => PythonValue::Unread,
            (first, second) => PythonValue::Truth((first == second) == is_same),
        }
    }

    /// `a if b else c`.
    fn choice(&mut self) -> PythonValue {
        let first = self.compared();
        if !self.is_name("if") {
            return first;
        }
        let from = self.at + 1;
        let Some(other) = (from..self.end).find(|it| self.reader.outline.tokens[*it].is_name("else")) else {
            return PythonValue::Unread;
        };
        let condition = self.within(from..other);
        let second = self.within(other + 1..self.end);
        self.at = self.end;
        match condition {
            PythonValue::Truth(true) => first,
            PythonValue::Truth(false) => second,
            _ if first == second => first,
            _ => PythonValue::Unread,
        }
    }

    fn sum(&mut self) -> PythonValue {
        let mut res = self.product();
        while self.is_sign("+") || self.is_sign("-") {
            let is_plus = self.is_sign("+");
            self.at += 1;
            res = match (res, self.product()) {
                (PythonValue::Number(a), PythonValue::Number(b)) => finite(if is_plus { a + b } else { a - b }),
                (PythonValue::Many(mut all), PythonValue::Many(more)) if is_plus => {
                    let is_room = self.reader.steps(all.len() + more.len());
                    all.extend(more.into_iter().filter(|_| is_room));
                    PythonValue::Many(all)
                }
                _ => PythonValue::Unread,
            };
        }
        res
    }

    fn product(&mut self) -> PythonValue {
        let mut res = self.power();
        while let Some(sign) = ["*", "//", "/"].into_iter().find(|it| self.is_sign(it)) {
            self.at += 1;
            res = match (res, self.power()) {
                (PythonValue::Number(a), PythonValue::Number(b)) => finite(match sign {
                    "*" => a * b,
                    "//" => (a / b).floor(),
                    _ => a / b,
                }),
                _ => PythonValue::Unread,
            };
        }
        res
    }

    /// Powers, the last of which counts first; what stands in front of one turns it as a whole.
    fn power(&mut self) -> PythonValue {
        let mut all = vec![self.turned()];
        while self.is_sign("**") {
            self.at += 1;
            all.push(self.turned());
        }
        let mut exponent = None;
        for (own, is_negative, is_turned) in all.into_iter().rev() {
            let own = match (own, exponent) {
                (own, None) => own,
                (PythonValue::Number(a), Some(PythonValue::Number(b))) => finite(a.powf(b)),
                _ => PythonValue::Unread,
            };
            exponent = Some(match own {
                PythonValue::Number(it) if is_negative && !is_turned => PythonValue::Number(-it),
                PythonValue::Truth(it) if is_turned && !is_negative => PythonValue::Truth(!it),
                it if !is_negative && !is_turned => it,
                _ => PythonValue::Unread,
            });
        }
        exponent.unwrap_or(PythonValue::Unread)
    }

    /// A value, whether a minus stands in front of it, and whether `not` does.
    fn turned(&mut self) -> (PythonValue, bool, bool) {
        let (mut is_negative, mut is_turned) = (false, false);
        while self.is_sign("-") || self.is_name("not") {
            is_negative ^= self.is_sign("-");
            is_turned ^= self.is_name("not");
            self.at += 1;
        }
        (self.followed(), is_negative, is_turned)
    }

    /// A value, and what is taken of it.
    fn followed(&mut self) -> PythonValue {
        let mut res = self.plain();
        while self.is_sign("[") || self.is_sign(".") || self.is_sign("(") {
            if self.is_sign(".") {
                self.at = (self.at + 2).min(self.end);
                res = PythonValue::Unread;
                continue;
            }
            let is_key = self.is_sign("[");
            let inside = self.reader.outline.inside(self.at);
            self.at = self.reader.outline.behind(self.at).min(self.end);
            let key = if is_key { self.within(inside) } else { PythonValue::Unread };
            res = match (res, key) {
                (PythonValue::Map(all), PythonValue::Text(key)) => taken(all, &key),
                _ => PythonValue::Unread,
            };
        }
        res
    }

    fn plain(&mut self) -> PythonValue {
        let outline = self.reader.outline;
        let Some(token) = outline.tokens.get(self.at).filter(|_| self.at < self.end && self.reader.steps(1)) else {
            return PythonValue::Unread;
        };
        match token.kind {
            TokenKind::Number => {
                self.at += 1;
                token.text.parse().map_or(PythonValue::Unread, finite)
            }
            TokenKind::Text => {
                let mut res = String::new();
                while let Some(it) = outline.tokens.get(self.at).filter(|it| it.kind == TokenKind::Text) {
                    if self.at >= self.end {
                        break;
                    }
                    res.push_str(&it.text);
                    self.at += 1;
                }
                let is_part = outline.tokens.get(self.at).is_some_and(|it| it.kind == TokenKind::Template);
                if is_part { PythonValue::Unread } else { PythonValue::Text(res) }
            }
            TokenKind::Name => self.named(),
            TokenKind::Sign if matches!(token.text.as_str(), "(" | "[" | "{") => self.bracketed(),
            TokenKind::Template | TokenKind::Sign | TokenKind::End => {
                self.at += 1;
                PythonValue::Unread
            }
        }
    }

    fn bracketed(&mut self) -> PythonValue {
        let outline = self.reader.outline;
        let open = self.at;
        self.at = outline.behind(open).min(self.end);
        let inside = outline.inside(open);
        let parts = outline.parts(inside.clone());
        if !self.reader.steps(parts.len()) {
            return PythonValue::Unread;
        }
        let is_one = parts.len() == 1 && !outline.is_sign(inside.end - 1, ",");
        if outline.is_sign(open, "(") && is_one {
            return self.within(inside);
        }
        let colon = |part: &Range<usize>| outline.colon(part.clone());
        if outline.is_sign(open, "{") && parts.iter().all(|it| colon(it).is_some() || outline.is_sign(it.start, "**")) {
            let mut all = Vec::new();
            for part in parts {
                let Some(colon) = colon(&part) else {
                    match self.within(part.start + 1..part.end) {
                        PythonValue::Map(own) => all.extend(own),
                        _ => return PythonValue::Unread,
                    }
                    continue;
                };
                let key = match self.within(part.start..colon) {
                    PythonValue::Text(it) => it,
                    PythonValue::Number(it) => it.to_string(),
                    _ => return PythonValue::Unread,
                };
                all.push((key, self.within(colon + 1..part.end)));
            }
            return PythonValue::Map(all);
        }
        PythonValue::Many(parts.into_iter().map(|it| self.within(it)).collect())
    }

    /// A keyword, a name that is bound, or what a module calls a value.
    fn named(&mut self) -> PythonValue {
        let outline = self.reader.outline;
        let (path, end) = outline.path(self.at);
        let (begin, last) = (self.at, path.rsplit('.').next().unwrap_or_default());
        self.at = end.min(self.end);
        match path.as_str() {
            "True" => return PythonValue::Truth(true),
            "False" => return PythonValue::Truth(false),
            "None" => return PythonValue::Nothing,
            _ => {}
        }
        if self.is_sign("(") {
            let open = self.at;
            self.at = outline.behind(open).min(self.end);
            if CAPABILITIES.contains(&last) && last != "get_device_capability" {
                return PythonValue::Truth(true);
            }
            return match path.as_str() {
                "dict" => self.made(open),
                // A class of arguments, which a command line may tell otherwise.
                "field" | "Field" | "dataclasses.field" => self.default_of(open),
                _ => PythonValue::Unread,
            };
        }
        if path.starts_with("torch.") && path.matches('.').count() == 1 {
            return PythonValue::Text(last.to_owned());
        }
        if !self.reader.steps(outline.cost(&path)) {
            return PythonValue::Unread;
        }
        let Some(bound) = outline.binding(&path, begin) else {
            // Of several values nobody knows which counts.
            return if outline.is_bound(&path) { PythonValue::Unread } else { self.kept(&path, begin) };
        };
        let told = bound.launched.and_then(|it| Some((it, self.reader.told.iter().rfind(|it| it.is(&path))?)));
        let own = || bound.value.clone().map_or(PythonValue::Unread, |it| self.within(it));
        match told {
            None => own(),
            Some((true, told)) => literal_of(&told.value, &own()),
            // The flag may be meant for it, or for something else.
            Some((false, _)) => PythonValue::Unread,
        }
    }
}

/// Whether values are compared as what they are.
fn is_one_kind(one: &PythonValue, other: &PythonValue) -> bool {
    let is_nothing = |it: &PythonValue| *it == PythonValue::Nothing;
    match (one, other) {
        // A list may hold what is not read.
        (PythonValue::Many(_) | PythonValue::Map(_), it) | (it, PythonValue::Many(_) | PythonValue::Map(_)) => {
            is_nothing(it)
        }
        _ => is_nothing(one) || is_nothing(other) || discriminant(one) == discriminant(other),
    }
}

fn finite(number: f64) -> PythonValue {
    if number.is_finite() { PythonValue::Number(number) } else { PythonValue::Unread }
}

/// What a map keeps under a name.
pub fn taken(all: Vec<(String, PythonValue)>, key: &str) -> PythonValue {
    all.into_iter().rfind(|it| it.0 == key).map_or(PythonValue::Unread, |it| it.1)
}

/// What a command line tells, where a script has a value of its own: a text stays one.
pub fn literal_of(told: &str, own: &PythonValue) -> PythonValue {
    let number = told.parse().ok().filter(|it: &f64| it.is_finite());
    match (own, told, number) {
        (PythonValue::Text(_), ..) => PythonValue::Text(told.to_owned()),
        (_, "true" | "True", _) => PythonValue::Truth(true),
        (_, "false" | "False", _) => PythonValue::Truth(false),
        (.., Some(it)) => PythonValue::Number(it),
        _ => PythonValue::Text(told.to_owned()),
    }
}
