//! Reads configurations in files: JSON, and of YAML what configurations have: maps, lists, scalars, quotes, comments.
//! Anchors, tags, blocks of text and maps within lists of maps that nobody asks for are refused by name, or kept as
//! they stand.

use crate::import::launch::setting::{MOST_LEVELS, MOST_SETTINGS, Setting, Unparsed, UnparsedAt};
use serde_json::Value as Json;

/// The settings of a text of JSON.
pub fn read_json(text: &str, line: usize) -> Result<Vec<Setting>, UnparsedAt> {
    let all: Json = serde_json::from_str(text).map_err(|it| Unparsed::Json.at(line + it.line().saturating_sub(1)))?;
    let mut res = Vec::new();
    flatten(&all, String::new(), line, &mut res);
    if all.is_object() { Ok(res) } else { Err(Unparsed::Json.at(line)) }
}

/// The settings of a value, below a name.
pub fn flatten(value: &Json, name: String, line: usize, out: &mut Vec<Setting>) {
    match value {
        Json::Object(all) => {
            for (key, value) in all {
                let name = if name.is_empty() { key.clone() } else { format!("{name}.{key}") };
                // The reader of JSON has a limit of its own for levels.
                if out.len() < MOST_SETTINGS && name.len() < MOST_SETTINGS {
                    flatten(value, name, line, out);
                }
            }
        }
        Json::Array(all) => {
            let entries: Vec<_> = all.iter().map(scalar).collect();
            out.push(Setting { name, value: entries.join(" "), line });
        }
        _ => out.push(Setting { name, value: scalar(value), line }),
    }
}

fn scalar(value: &Json) -> String {
    match value {
        Json::String(it) => it.clone(),
        Json::Null => String::new(),
        it => it.to_string(),
    }
}

/// An open map of YAML: how far it is set in, and its name.
struct Level {
    indent: usize,
    name: String,
}

/// The settings of a text of YAML. Lists are joined with spaces, and of lists of maps nothing is kept.
pub fn read_yaml(text: &str, first: usize) -> Result<Vec<Setting>, UnparsedAt> {
    let mut res: Vec<Setting> = Vec::new();
    let mut open: Vec<Level> = Vec::new();
    // Within the entries of a list of maps, which are no settings.
    let mut inside_list: Option<usize> = None;
    for (at, raw) in text.lines().enumerate() {
        let line = first + at;
        let plain = without_comment(raw);
        let content = plain.trim_ascii();
        if content.is_empty() || content == "---" || content == "..." {
            continue;
        }
        let blank = &plain[..plain.len() - plain.trim_ascii_start().len()];
        if blank.contains('\t') {
            return Err(Unparsed::Feature("tab").at(line));
        }
        let indent = blank.len();
        if inside_list.is_some_and(|it| indent > it) {
            continue;
        }
        inside_list = None;
        if let Some(entry) = content.strip_prefix('-').filter(|it| it.is_empty() || it.starts_with(' ')) {
            let entry = entry.trim_ascii();
            refuse_features(entry, line)?;
            let is_map = entry.is_empty() || key_and_value(entry).is_some();
            let Some(list) = res.last_mut().filter(|it| !open.is_empty() || !it.name.is_empty()) else {
                return Err(Unparsed::Line.at(line));
            };
            if is_map {
                inside_list = Some(indent);
            } else {
                let entry = unquoted(entry, line)?;
                list.value = [list.value.as_str(), entry.as_str()].join(" ").trim_ascii().to_owned();
            }
            continue;
        }
        let Some((key, value)) = key_and_value(content) else { return Err(Unparsed::Line.at(line)) };
        refuse_features(value, line)?;
        while open.last().is_some_and(|it| it.indent >= indent) {
            open.pop();
        }
        if open.len() >= MOST_LEVELS {
            return Err(Unparsed::TooDeep.at(line));
        }
        let key = unquoted(key, line)?;
        let name = open.last().map_or_else(|| key.clone(), |it| format!("{}.{key}", it.name));
        if res.len() >= MOST_SETTINGS || name.len() > MOST_SETTINGS {
            return Err(Unparsed::TooLong.at(line));
        }
        if value.is_empty() {
            open.push(Level { indent, name: name.clone() });
        }
        let value = if let Some(inner) = value.strip_prefix('[') {
            let Some(inner) = inner.strip_suffix(']') else { return Err(Unparsed::Feature("list").at(line)) };
            let entries = inner.split(',').map(|it| unquoted(it.trim_ascii(), line)).collect::<Result<Vec<_>, _>>()?;
            entries.join(" ")
        } else if value.starts_with('{') && value != "{}" {
            return Err(Unparsed::Feature("map").at(line));
        } else {
            unquoted(value, line)?
        };
        let value = if matches!(value.as_str(), "null" | "~" | "{}") { String::new() } else { value };
        res.push(Setting { name, value, line });
    }
    // What only opened a map, or says nothing, is no setting.
    res.retain(|it| !it.value.is_empty());
    Ok(res)
}

fn refuse_features(value: &str, line: usize) -> Result<(), UnparsedAt> {
    let feature = match value.chars().next() {
        Some('&') => "anchor",
        Some('*') => "alias",
        Some('!') => "tag",
        Some('|' | '>') => "block",
        Some('%' | '@' | '`') => "directive",
        _ if value.starts_with("<<") => "merge",
        _ => return Ok(()),
    };
    Err(Unparsed::Feature(feature).at(line))
}

/// The name and the value of a line.
pub fn key_and_value(content: &str) -> Option<(&str, &str)> {
    let at = content.find(": ").or_else(|| content.ends_with(':').then(|| content.len() - 1))?;
    (at > 0).then(|| (content[..at].trim_ascii(), content[at + 1..].trim_ascii()))
}

fn without_comment(line: &str) -> &str {
    let mut quote = None;
    let mut before = ' ';
    for (at, it) in line.char_indices() {
        match quote {
            None if it == '#' && before.is_whitespace() => return &line[..at],
            None if (it == '\'' || it == '"') && !before.is_alphanumeric() => quote = Some(it),
            Some(open) if it == open => quote = None,
            _ => {}
        }
        before = it;
    }
    line
}

/// The text without quotes around it.
pub fn unquoted(text: &str, line: usize) -> Result<String, UnparsedAt> {
    for quote in ['\'', '"'] {
        if let Some(inner) = text.strip_prefix(quote) {
            return inner.strip_suffix(quote).map(str::to_owned).ok_or(Unparsed::OpenQuote.at(line));
        }
    }
    Ok(text.to_owned())
}
