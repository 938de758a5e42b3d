//! Files that stand in the same text as a launch, or were brought with it: objects of JSON, documents of a script, and
//! YAML behind a launch. It knows what kind of file one is by its names, and takes nothing of it.

use crate::import::launch::field::NamedFile;
use crate::import::launch::files::{flatten, key_and_value, read_yaml};
use crate::import::launch::setting::Setting;
use serde_json::Value as Json;
use std::ops::Range;

/// What parts texts that were brought together.
pub const PARTED: &str = "---";

/// Lines that name something, of which a text has so many at least if it is YAML.
const FEWEST_NAMES: usize = 2;

/// How names begin that stand in DeepSpeed's configuration alone.
const OF_DEEPSPEED: &[&str] =
    &["zero_", "train_micro_batch_size_per_gpu", "train_batch_size", "bf16.", "fp16.", "optimizer.", "scheduler."];

/// A file by what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// What it is.
    pub kind: NamedFile,
    /// What it says.
    pub settings: Vec<Setting>,
    /// Its first line, from 1.
    pub line: usize,
}

impl Document {
    /// What a file is; one that says nothing at all can be DeepSpeed's, which may leave all to its defaults.
    pub fn of(settings: Vec<Setting>, line: usize) -> Self {
        let has = |name: &str| settings.iter().any(|it| it.is(name));
        let has_any = |names: &[&str]| names.iter().any(|it| has(it));
        let begins = |names: &[&str]| settings.iter().any(|it| names.iter().any(|name| it.begins(name)));
        let kind = if settings.is_empty() || begins(OF_DEEPSPEED) {
            NamedFile::DeepSpeed
        } else if has_any(&["distributed_type", "compute_environment"]) {
            NamedFile::Accelerate
        } else {
            NamedFile::Arguments
        };
        Self { kind, settings, line }
    }
}

/// The text without lines of some ranges, which stand in order; the places of others stay.
fn without_lines(text: &str, ranges: &[Range<usize>]) -> String {
    let mut ranges = ranges.iter().peekable();
    let kept = text.lines().enumerate().map(|(at, it)| {
        while ranges.next_if(|range| range.end <= at).is_some() {}
        if ranges.peek().is_some_and(|range| range.contains(&at)) { "" } else { it }
    });
    kept.collect::<Vec<_>>().join("\n")
}

/// Takes the objects of JSON out of a text that begin a line and end one.
pub fn take_objects(text: &mut String) -> Vec<Document> {
    let mut res = Vec::new();
    let mut ranges: Vec<Range<usize>> = Vec::new();
    let mut begin = 0;
    for (line, raw) in text.split_inclusive('\n').enumerate() {
        let at = begin + raw.len() - raw.trim_ascii_start().len();
        begin += raw.len();
        let is_inside = ranges.last().is_some_and(|it| line < it.end);
        // An empty line in front of an object is none of its lines.
        if is_inside || raw.trim_ascii().is_empty() || !text[at..].starts_with('{') {
            continue;
        }
        let mut objects = serde_json::Deserializer::from_str(&text[at..]).into_iter::<Json>();
        let Some(Ok(object)) = objects.next() else { continue };
        let end = at + objects.byte_offset();
        if !text[end..].lines().next().unwrap_or("").trim_ascii().is_empty() {
            continue;
        }
        let mut settings = Vec::new();
        flatten(&object, String::new(), line + 1, &mut settings);
        res.push(Document::of(settings, line + 1));
        ranges.push(line..line + text[at..end].matches('\n').count() + 1);
    }
    *text = without_lines(text, &ranges);
    res
}

/// Takes out of texts that were brought together those that are YAML and nothing else.
fn take_whole_yaml(text: &mut String) -> Vec<Document> {
    let (mut res, mut ranges) = (Vec::new(), Vec::new());
    for (part, line) in yaml_documents(text) {
        let mut lines = part.lines().filter(|it| !it.trim_ascii().is_empty() && !it.starts_with('#'));
        let is_of_names =
            lines.next().is_some_and(is_named) && part.lines().filter(|it| is_named(it)).count() >= FEWEST_NAMES;
        if let Some(settings) = is_of_names.then(|| read_yaml(&part, line).ok()).flatten() {
            res.push(Document::of(settings, line));
            ranges.push(line - 1..line - 1 + part.lines().count());
        }
    }
    *text = without_lines(text, &ranges);
    res
}

/// Takes out of a script what is YAML in it: lines that follow each other, of which each is a name with its value, or
/// an entry.
pub fn take_yaml(text: &mut String) -> Vec<Document> {
    let mut res = take_whole_yaml(text);
    let mut ranges = Vec::new();
    let mut from = None;
    let lines: Vec<String> = text.lines().map(str::to_owned).chain([String::from(PARTED)]).collect();
    for (at, line) in lines.iter().enumerate() {
        let is_open = from.is_some();
        if is_named(line) {
            from.get_or_insert(at);
        } else if is_open
            && (line.trim_ascii().is_empty() || line.trim_ascii_start().starts_with(['#', '-']))
            && line != PARTED
        {
            // Goes on.
        } else if let Some(first) = from.take() {
            let own = &lines[first..at];
            let n_names = own.iter().filter(|it| is_named(it)).count();
            let read = read_yaml(&own.join("\n"), first + 1);
            if let Some(settings) = read.ok().filter(|_| n_names >= FEWEST_NAMES) {
                res.push(Document::of(settings, first + 1));
                ranges.push(first..at);
            }
        }
    }
    *text = without_lines(text, &ranges);
    res
}

/// Whether a line is a name with a value, or with more below it.
fn is_named(line: &str) -> bool {
    let is_plain = |it: &str| !it.is_empty() && it.chars().all(|it| it.is_ascii_alphanumeric() || "_-.".contains(it));
    key_and_value(line.trim_ascii()).is_some_and(|(key, value)| {
        // What goes on in the next line is a command's.
        is_plain(key) && !key.starts_with('-') && !value.ends_with('\\')
    })
}

/// The documents of YAML in a text that is nothing else, with their first lines.
pub fn yaml_documents(text: &str) -> Vec<(String, usize)> {
    let mut res: Vec<(String, usize)> = vec![(String::new(), 1)];
    for (at, line) in text.lines().enumerate() {
        match res.last_mut() {
            Some(last) if line.trim_ascii() != PARTED => {
                last.0.push_str(line);
                last.0.push('\n');
            }
            _ => res.push((String::new(), at + 2)),
        }
    }
    res.retain(|it| !it.0.trim_ascii().is_empty());
    res
}
