//! Reads command lines as a shell would: words, quotes, comments, lines that go on, variables that were set, and
//! documents within. It runs nothing, and knows neither what commands print that stand in others nor conditions: such
//! words stay as they stand.

use crate::import::launch::setting::{Unparsed, UnparsedAt};
use std::collections::BTreeMap;

/// A word of a command with the line on which it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpokenWord {
    /// The word without its quotes.
    pub text: String,
    /// Its line, from 1.
    pub line: usize,
    /// Whether quotes stand in it: a shell does not part what a variable makes of it.
    pub is_quoted: bool,
}

/// A text within the script that is written to a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HereDocument {
    /// Its text.
    pub text: String,
    /// Its first line, from 1.
    pub line: usize,
}

/// What a script says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Script {
    /// Its commands.
    pub commands: Vec<Vec<SpokenWord>>,
    /// Its documents.
    pub documents: Vec<HereDocument>,
    /// Variables that were set, also in front of a command.
    pub variables: BTreeMap<String, SpokenWord>,
    /// Lists of words that were set.
    pub arrays: BTreeMap<String, Vec<SpokenWord>>,
    /// Words that these and variables have made.
    pub n_made: usize,
    /// Characters that variables have made.
    pub n_letters: usize,
}

/// Characters that variables may make of a word.
const LONGEST_WORD: usize = 4096;

/// What stands for a variable may name another: so many within each other.
const DEEPEST_DEFAULT: usize = 8;

/// Words that all lists and variables of a script may make together.
const MOST_WORDS: usize = 65_536;

/// Characters that all variables of a script may make together.
const MOST_LETTERS: usize = 1024 * 1024;

/// What stands behind the name of a list that is set.
const OPENS_ARRAY: &str = "=(";

/// Reads a script.
pub fn read_script(text: &str) -> Result<Script, UnparsedAt> {
    let mut res = Script::default();
    let mut rest = text;
    let mut line = 1;
    while !rest.is_empty() {
        let (words, used, document) = read_command(rest, line)?;
        line += rest[..used].matches('\n').count();
        rest = &rest[used..];
        if let Some(end) = document {
            let mut kept = String::new();
            let first = line;
            while !rest.is_empty() {
                let one = rest.split_inclusive('\n').next().unwrap_or(rest);
                rest = &rest[one.len()..];
                line += 1;
                if one.trim_ascii() == end {
                    break;
                }
                kept.push_str(one);
            }
            res.documents.push(HereDocument { text: kept, line: first });
        }
        res.add(words);
    }
    Ok(res)
}

/// The words with those of a text that a shell among them is handed, in place of it.
pub fn unwrapped(words: Vec<SpokenWord>) -> Vec<SpokenWord> {
    let mut res: Vec<SpokenWord> = Vec::new();
    for word in words {
        let is_handed = res.last().is_some_and(|it| matches!(it.text.as_str(), "-c" | "-lc" | "-ec"))
            && res.iter().any(|it| it.text.ends_with("sh"));
        let own = is_handed.then(|| words_of_text(&word)).flatten();
        match own {
            Some(own) => res.extend(own),
            None => res.push(word),
        }
    }
    res
}

/// The words of a text within a word, on its line; `None` where it cannot be read.
fn words_of_text(word: &SpokenWord) -> Option<Vec<SpokenWord>> {
    let mut res = Vec::new();
    let mut rest = word.text.as_str();
    while !rest.is_empty() {
        let (words, used, _) = read_command(rest, word.line).ok()?;
        res.extend(words.into_iter().map(|it| SpokenWord { line: word.line, ..it }));
        rest = &rest[used..];
    }
    Some(res)
}

impl Script {
    fn add(&mut self, words: Vec<SpokenWord>) {
        let mut words: Vec<_> = words.into_iter().flat_map(|it| self.words_of(it)).collect();
        if let Some(name) = words.first().and_then(|it| it.text.strip_suffix(OPENS_ARRAY)) {
            let (name, is_more) = name.strip_suffix('+').map_or((name, false), |it| (it, true));
            let array = self.arrays.entry(name.to_owned()).or_default();
            if !is_more {
                array.clear();
            }
            array.extend(words.drain(1..));
            return;
        }
        let mut from = 0;
        while let Some(word) = words.get(from) {
            if let Some((name, value)) = word.text.split_once('=').filter(|it| is_variable(it.0)) {
                let value = SpokenWord { text: value.to_owned(), ..word.clone() };
                self.variables.insert(name.to_owned(), value);
            } else if !matches!(word.text.as_str(), "export" | "env" | "sudo" | "exec" | "time" | "nohup") {
                break;
            }
            from += 1;
        }
        words.drain(..from);
        let words = without_redirections(unwrapped(words));
        if !words.is_empty() {
            self.commands.push(words);
        }
    }

    /// The words that one means: those of an array, or of a variable that holds flags, which a shell parts.
    fn words_of(&mut self, word: SpokenWord) -> Vec<SpokenWord> {
        let name = word.text.strip_prefix('$').map(|it| it.trim_start_matches('{').trim_end_matches('}'));
        let array = name.and_then(|it| it.strip_suffix("[@]").or_else(|| it.strip_suffix("[*]")));
        let room = MOST_WORDS - self.n_made;
        if let Some(words) = array.and_then(|it| self.arrays.get(it)).filter(|it| it.len() <= room) {
            self.n_made += words.len();
            return words.clone();
        }
        let is_bounded = self.n_letters < MOST_LETTERS;
        let text = if is_bounded { self.expanded(&word.text, DEEPEST_DEFAULT) } else { word.text.clone() };
        self.n_letters += if text == word.text { 0 } else { text.len() };
        let is_flags = name.is_some_and(is_variable) && text.trim_ascii_start().starts_with('-');
        // What is set keeps its white space.
        let is_set = word.text.split_once('=').is_some_and(|it| is_variable(it.0));
        let is_made = text != word.text && text.contains(char::is_whitespace);
        let is_parted = is_flags || !word.is_quoted && !is_set && is_made;
        let word = SpokenWord { text, ..word };
        let parted = if is_parted && room > 0 { words_of_text(&word).filter(|it| it.len() <= room) } else { None };
        self.n_made += parted.as_ref().map_or(0, Vec::len);
        parted.unwrap_or_else(|| vec![word])
    }

    /// The word with the variables that are known, and with what stands for others that say so, within each other to a
    /// depth.
    fn expanded(&self, text: &str, depth: usize) -> String {
        let mut res = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            res.push_str(&rest[..at]);
            let behind = &rest[at + 1..];
            let plain = behind.find(|it: char| !it.is_ascii_alphanumeric() && it != '_').unwrap_or(behind.len());
            let (name, after) = braced(behind).unwrap_or((&behind[..plain], &behind[plain..]));
            let (name, default) = with_default(name);
            let value = match (self.variables.get(name), default) {
                (Some(value), _) => Some(value.text.clone()),
                (None, Some(default)) if depth > 0 => Some(self.expanded(default, depth - 1)),
                (None, _) => None,
            };
            match value.filter(|it| res.len() + it.len() < LONGEST_WORD) {
                Some(value) => res.push_str(&value),
                None => res.push_str(&rest[at..rest.len() - after.len()]),
            }
            rest = after;
        }
        res + rest
    }
}

/// What stands between braces, which may stand within each other, and what follows them.
fn braced(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix('{')?;
    let end = closed(inner, ['{', '}'])?;
    Some((&inner[..end], &inner[end + 1..]))
}

/// A name with what stands for it where nobody has set it: `LEN:-4096`, `LEN-4096`, `LEN:=4096`.
fn with_default(text: &str) -> (&str, Option<&str>) {
    let end = text.find(|it: char| !it.is_ascii_alphanumeric() && it != '_').unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let default = [":-", ":=", "-", "="].iter().find_map(|it| rest.strip_prefix(it));
    if default.is_some() { (name, default) } else { (text, None) }
}

/// The words without those that say where a shell writes what is printed.
fn without_redirections(words: Vec<SpokenWord>) -> Vec<SpokenWord> {
    let mut res = Vec::new();
    let mut is_target = false;
    for word in words {
        let behind = word.text.trim_start_matches(|it: char| it.is_ascii_digit());
        let is_written = !word.is_quoted && behind.starts_with('>');
        if !is_written && !is_target {
            res.push(word);
            continue;
        }
        is_target = is_written && behind.trim_start_matches('>').is_empty();
    }
    res
}

fn is_variable(name: &str) -> bool {
    name.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_')
        && name.chars().all(|it| it.is_ascii_alphanumeric() || it == '_')
}

/// Whether a word begins with the letter of a drive, or in today's folder.
fn is_windows_path(word: &str) -> bool {
    let is_here = matches!(word.as_bytes(), b"." | b".." | [b'.', b'\\', ..] | [b'.', b'.', b'\\', ..]);
    is_here || matches!(word.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic())
}

/// Whether a list of words is set by what begins so.
fn opens_array(word: &str) -> bool {
    word.strip_suffix('=').is_some_and(|it| is_variable(it.strip_suffix('+').unwrap_or(it)))
}

fn add(word: &mut Option<SpokenWord>, it: char, line: usize) {
    word.get_or_insert_with(|| SpokenWord { text: String::new(), line, is_quoted: false }).text.push(it);
}

/// Where what was opened before a text is closed in it; others of the kind may stand within.
fn closed(inner: &str, [open, close]: [char; 2]) -> Option<usize> {
    let mut n_open = 1;
    for (at, it) in inner.char_indices().take(LONGEST_WORD) {
        if it == open {
            n_open += 1;
        } else if it == close {
            n_open -= 1;
        }
        if n_open == 0 {
            return Some(at);
        }
    }
    None
}

/// How many bytes a command takes that stands for what it prints, where a text begins with one that ends: `$(…)`, or
/// one between backticks on a line.
fn substitution(text: &str) -> Option<usize> {
    if let Some(inner) = text.strip_prefix('`') {
        let end = inner.find(['`', '\n', '\r']).filter(|it| inner[*it..].starts_with('`'))?;
        return Some(end + 2);
    }
    closed(text.strip_prefix("$(")?, ['(', ')']).map(|it| it + "$()".len())
}

/// The words of the first command, how many bytes it takes with its end, and the word that ends a document behind it.
fn read_command(text: &str, first: usize) -> Result<(Vec<SpokenWord>, usize, Option<String>), UnparsedAt> {
    let mut words: Vec<SpokenWord> = Vec::new();
    let mut word: Option<SpokenWord> = None;
    let mut line = first;
    let mut document = None;
    let mut is_array = false;
    let mut all = text.char_indices().peekable();
    while let Some((at, it)) = all.next() {
        match it {
            '(' if words.is_empty() && word.as_ref().is_some_and(|it| opens_array(&it.text)) => {
                is_array = true;
                add(&mut word, it, line);
                words.extend(word.take());
            }
            ')' if is_array => {
                is_array = false;
                words.extend(word.take());
            }
            '\n' if is_array => {
                line += 1;
                words.extend(word.take());
            }
            '\'' | '"' => {
                let opened = line;
                let mut is_closed = false;
                word.get_or_insert_with(|| SpokenWord { text: String::new(), line, is_quoted: true }).is_quoted = true;
                let mut until = 0;
                while let Some((at, inner)) = all.next() {
                    line += usize::from(inner == '\n');
                    if it == '"' && inner == '$' && at >= until {
                        until = at + substitution(&text[at..]).unwrap_or(0);
                    }
                    if inner == it && at >= until {
                        is_closed = true;
                        break;
                    }
                    let escaped = all.peek().map(|next| next.1);
                    let kept = match (inner, escaped) {
                        ('\\', Some(next @ ('"' | '\\' | '$'))) if it == '"' => {
                            all.next();
                            next
                        }
                        _ => inner,
                    };
                    if let Some(word) = &mut word {
                        word.text.push(kept);
                    }
                }
                if !is_closed {
                    return Err(Unparsed::OpenQuote.at(opened));
                }
            }
            // What another command prints is not known: it is one word, and what follows is read.
            '$' | '`' if let Some(end) = substitution(&text[at..]) => {
                for inner in text[at..at + end].chars() {
                    line += usize::from(inner == '\n');
                    add(&mut word, inner, line);
                }
                if let Some(word) = &mut word {
                    word.is_quoted = true;
                }
                while all.next_if(|next| next.0 < at + end).is_some() {}
            }
            // A line that goes on; `^` and a backtick do so on Windows.
            '\\' | '^' | '`' if matches!(all.peek(), Some((_, '\n' | '\r'))) => {
                if let Some((_, '\r')) = all.next() {
                    all.next_if(|next| next.1 == '\n');
                }
                line += 1;
                words.extend(word.take());
            }
            // A path of Windows, whose shells know no such escape.
            '\\' if word.as_ref().is_some_and(|it| is_windows_path(&it.text)) => add(&mut word, it, line),
            // Many leave white space behind it.
            '\\' => match all.next() {
                Some((_, ' ' | '\t')) if text[at + 1..].lines().next().is_some_and(|it| it.trim_ascii().is_empty()) => {
                    for (_, it) in all.by_ref() {
                        if it == '\n' {
                            break;
                        }
                    }
                    line += 1;
                    words.extend(word.take());
                }
                Some((_, next)) => add(&mut word, next, line),
                None => {}
            },
            '#' if word.is_none() => {
                while all.peek().is_some_and(|next| next.1 != '\n') {
                    all.next();
                }
            }
            '<' if text[at..].starts_with("<<") => {
                all.next();
                let name = text[at + 2..].lines().next().unwrap_or("");
                let end: String = name
                    .trim_start_matches('-')
                    .trim_ascii()
                    .chars()
                    .take_while(|it| !it.is_whitespace() && *it != '>')
                    .collect();
                document = Some(end.trim_matches(['\'', '"']).to_owned());
            }
            ';' | '|' | '&' | '\n' => {
                words.extend(word.take());
                let ends = it == '\n' || document.is_none();
                if ends {
                    let used = all.peek().map_or(text.len(), |next| next.0);
                    return Ok((words, used, document));
                }
            }
            _ if it.is_whitespace() => words.extend(word.take()),
            _ => add(&mut word, it, line),
        }
    }
    words.extend(word);
    Ok((words, text.len(), document))
}
