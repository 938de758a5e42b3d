//! The commands of containers in files of Docker Compose and Kubernetes, as words of a shell with their lines. It reads
//! of the file four fields, wherever they stand, and the GPUs that are kept for a container; it knows no program.

use crate::import::launch::environment::{Surroundings, variables_of_container};
use crate::import::launch::files::{key_and_value, unquoted};
use crate::import::launch::reserved::reserved_gpus;
use crate::import::launch::setting::{MOST_SETTINGS, UnparsedAt};
use crate::import::launch::shell::{SpokenWord, read_script, unwrapped};

/// What a container is told, in the order of the words that it starts.
const FIELDS: [&str; 4] = ["image", "entrypoint", "command", "args"];

/// What is read of a container.
#[derive(Default)]
struct Container {
    /// Words of each field.
    words: [Vec<SpokenWord>; FIELDS.len()],
    /// The line of its first field, from 0.
    line: usize,
}

/// What a container runs.
pub struct ContainerCommand {
    /// Its words.
    pub words: Vec<SpokenWord>,
    /// What it is given.
    pub around: Surroundings,
}

/// Whether a text is a file that says what containers run.
pub fn has_containers(text: &str) -> bool {
    let is_field = |line: &str, names: &[&str]| field(line).is_some_and(|it| names.contains(&FIELDS[it.at]));
    let has = |names: &[&str]| text.lines().any(|it| is_field(it, names));
    let is_file = |line: &str| {
        let line = line.trim_ascii_end();
        matches!(line, "services:" | "spec:")
            || line.starts_with("apiVersion:")
            || line.trim_ascii_start() == "containers:"
    };
    has(&["command", "args", "image"]) && text.lines().any(is_file)
}

/// The commands of all containers: the image in front where a container's own words start nothing.
pub fn commands_of(text: &str, starts: impl Fn(&[SpokenWord]) -> bool) -> Result<Vec<ContainerCommand>, UnparsedAt> {
    let lines: Vec<&str> = text.lines().collect();
    let mut all: Vec<Container> = vec![Container::default()];
    let mut at = 0;
    while at < lines.len() && all.len() < MOST_SETTINGS {
        let Some(found) = field(lines[at]) else {
            at += 1;
            continue;
        };
        let line = at;
        let (words, next) = words_of(&lines, at, &found)?;
        at = next;
        let last = all.len() - 1;
        if all[last].words[found.at].is_empty() {
            if all[last].words.iter().all(Vec::is_empty) {
                all[last].line = line;
            }
            all[last].words[found.at] = words;
        } else {
            let mut next = Container { line, ..Container::default() };
            next.words[found.at] = words;
            all.push(next);
        }
    }
    let gpus = reserved_gpus(&lines);
    let commands = all.into_iter().map(|Container { words: [image, entrypoint, command, args], line }| {
        let own = unwrapped([entrypoint, command, args].concat());
        let words = if starts(&own) { own } else { [image, own].concat() };
        let gpus = gpus.iter().find(|it| it.container.contains(&line)).map(|it| it.setting.clone());
        let around = Surroundings { variables: variables_of_container(&lines, line), gpus, is_contained: true };
        ContainerCommand { words, around }
    });
    Ok(commands.filter(|it| !it.words.is_empty()).collect())
}

/// A field of a container on a line.
struct ContainerField<'a> {
    /// Its place among the fields.
    at: usize,
    /// How far it is set in.
    indent: usize,
    /// What stands behind its name.
    value: &'a str,
}

fn field(line: &str) -> Option<ContainerField<'_>> {
    let content = line.trim_ascii_start();
    let entry = content.strip_prefix("- ").map_or(content, str::trim_ascii_start);
    let (name, value) = key_and_value(entry.trim_ascii_end())?;
    let at = FIELDS.iter().position(|it| *it == name)?;
    Some(ContainerField { at, indent: line.len() - entry.len(), value })
}

/// The words of a field that begins on a line, and the line behind it.
fn words_of(lines: &[&str], at: usize, field: &ContainerField) -> Result<(Vec<SpokenWord>, usize), UnparsedAt> {
    let indent = |line: &str| line.len() - line.trim_ascii_start().len();
    let is_blank = |line: &str| line.trim_ascii().is_empty();
    // A list may stand as far out as the name in front of it.
    let goes_on = |line: &str| {
        is_blank(line)
            || indent(line) > field.indent
            || indent(line) == field.indent && is_entry(line) && field.value.is_empty()
    };
    let end = lines[at + 1..].iter().position(|it| !goes_on(it)).map_or(lines.len(), |it| at + 1 + it);
    let block = || {
        (at + 1..end).map(|it| (lines[it].trim_ascii(), it + 1)).filter(|it| !it.0.is_empty() && !it.0.starts_with('#'))
    };
    if field.value.starts_with('[') {
        let mut text = field.value.to_owned();
        let mut last = at;
        while !text.trim_ascii_end().ends_with(']') && last + 1 < end {
            last += 1;
            text.push(' ');
            text.push_str(lines[last].trim_ascii());
        }
        let inner = text.trim_ascii().trim_start_matches('[').trim_end_matches(']');
        let entries = entries_of(inner);
        return Ok((words_of_entries(entries.iter().map(|it| (it.as_str(), at + 1)))?, end));
    }
    if field.value.is_empty() && block().next().is_some_and(|it| is_entry(it.0)) {
        return Ok((words_of_entries(entries_of_block(block()).iter().map(|it| (it.0.as_str(), it.1)))?, end));
    }
    // One text over lines, with or without a sign that it goes on.
    let sign = field.value.starts_with(['>', '|']);
    let first = if sign { "" } else { field.value };
    let mut res = words_of_text(&unquoted(first, at + 1).unwrap_or_else(|_| first.to_owned()), at + 1)?;
    for (text, line) in block() {
        res.extend(words_of_text(text.trim_end_matches('\\'), line)?);
    }
    Ok((res, end))
}

fn is_entry(line: &str) -> bool {
    let line = line.trim_ascii();
    line == "-" || line.starts_with("- ")
}

/// The entries of a list over lines: what is set in further belongs to the one in front of it.
fn entries_of_block<'a>(lines: impl Iterator<Item = (&'a str, usize)>) -> Vec<(String, usize)> {
    let mut res: Vec<(String, usize)> = Vec::new();
    for (text, line) in lines {
        match text.strip_prefix('-').filter(|_| is_entry(text)) {
            Some(entry) => {
                let entry = entry.trim_ascii();
                let sign = entry.starts_with(['>', '|']);
                res.push((if sign { String::new() } else { entry.to_owned() }, line));
            }
            None => {
                if let Some(last) = res.last_mut() {
                    last.0 = format!("{} {}", last.0, text.trim_end_matches('\\')).trim_ascii().to_owned();
                }
            }
        }
    }
    res
}

/// The entries of a list on one line: a comma in quotes parts none.
fn entries_of(text: &str) -> Vec<String> {
    let mut res = vec![String::new()];
    let mut quote = None;
    for it in text.chars() {
        match (quote, it) {
            (None, ',') => {
                res.push(String::new());
                continue;
            }
            (None, '\'' | '"') => quote = Some(it),
            (Some(open), _) if open == it => quote = None,
            _ => {}
        }
        if let Some(last) = res.last_mut() {
            last.push(it);
        }
    }
    res.iter().map(|it| it.trim_ascii().to_owned()).filter(|it| !it.is_empty()).collect()
}

/// A word of each entry.
fn words_of_entries<'a>(entries: impl Iterator<Item = (&'a str, usize)>) -> Result<Vec<SpokenWord>, UnparsedAt> {
    let mut res: Vec<SpokenWord> = Vec::new();
    for (entry, line) in entries {
        let plain = unquoted(entry.split(" #").next().unwrap_or(entry).trim_ascii(), line)?;
        res.push(SpokenWord { text: plain, line, is_quoted: true });
    }
    Ok(res)
}

/// The words of a text that a shell would read.
fn words_of_text(text: &str, line: usize) -> Result<Vec<SpokenWord>, UnparsedAt> {
    let script = read_script(text).map_err(|it| it.why.at(line))?;
    let words = script.commands.into_iter().flatten();
    Ok(words.map(|it| SpokenWord { line, ..it }).collect())
}
