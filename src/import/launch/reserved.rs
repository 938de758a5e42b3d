//! GPUs that files of Docker Compose and Kubernetes keep for a container, and the lines of that container. It reads
//! `deploy.resources.reservations.devices`, `gpus` and `resources.limits`, and nothing else.

use crate::import::launch::files::{key_and_value, unquoted};
use crate::import::launch::setting::Setting;
use std::ops::Range;

/// Ancestors of what says it in Docker Compose, the nearest first.
const OF_COMPOSE: &[&str] = &["devices", "reservations", "resources", "deploy"];
/// Ancestors of what says it in Kubernetes, the nearest first.
const OF_KUBERNETES: &[&str] = &["limits", "resources"];

/// The same in Docker Compose's short form.
const OF_GPUS: &[&str] = &["gpus"];

/// Lines that may say it of which so many are looked at: each asks for its ancestors, and a hostile file may hold
/// nothing else.
const MOST_LINES: usize = 256;

/// GPUs that are kept for a container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReservedGpus {
    /// What says how many.
    pub setting: Setting,
    /// The lines of the container, from 0.
    pub container: Range<usize>,
}

/// A name with its value on a line.
pub struct NamedLine<'a> {
    /// The name, without quotes.
    pub name: &'a str,
    /// What stands behind it.
    pub value: &'a str,
    /// How far the name is set in, behind the sign of an entry.
    pub indent: usize,
}

/// How far a line is set in.
pub fn set_in(line: &str) -> usize {
    line.len() - line.trim_ascii_start().len()
}

/// Whether a line says nothing.
pub fn is_blank(line: &str) -> bool {
    line.trim_ascii().is_empty() || line.trim_ascii_start().starts_with('#')
}

/// The name on a line, also of an entry's first.
pub fn named(line: &str) -> Option<NamedLine<'_>> {
    let content = line.trim_ascii_start();
    let entry = content.strip_prefix("- ").map_or(content, str::trim_ascii_start);
    let (name, value) = key_and_value(entry.split(" #").next().unwrap_or(entry).trim_ascii_end())?;
    Some(NamedLine { name: name.trim_matches(['"', '\'']), value, indent: line.len() - entry.len() })
}

/// The lines that stand beside a name: those of the map that holds it. A line that is set in less ends it, and counts
/// where it is the entry of a list whose first name stands as far in.
pub fn map_around(lines: &[&str], at: usize, indent: usize) -> Range<usize> {
    let is_outside = |it: &&str| !is_blank(it) && set_in(it) < indent;
    let end = lines[at + 1..].iter().position(is_outside).map_or(lines.len(), |it| at + 1 + it);
    let begins = |it: &str| named(it).is_some_and(|it| it.indent == indent);
    if is_outside(&lines[at]) {
        return at..end;
    }
    let from = match lines[..at].iter().rposition(is_outside) {
        Some(it) if begins(lines[it]) => it,
        Some(it) => it + 1,
        None => 0,
    };
    from..end
}

/// The line of the outermost of some ancestors, the nearest first; `None` where a line has others.
fn outermost(lines: &[&str], at: usize, mut indent: usize, names: &[&str]) -> Option<usize> {
    let mut found = at;
    for expected in names {
        // A list may stand as far out as the name in front of it.
        let is_above = |it: &str| {
            named(it).is_some_and(|own| own.indent < indent && (own.value.is_empty() || own.name == *expected))
        };
        found = lines[..found].iter().rposition(|it| is_above(it))?;
        let own = named(lines[found])?;
        if own.name != *expected {
            return None;
        }
        indent = own.indent;
    }
    Some(found)
}

/// The entries of a list on its line, or on those below it.
fn entries(lines: &[&str], at: usize, own: &NamedLine) -> usize {
    match own.value.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
        Some(inner) => inner.split(',').filter(|it| !it.trim_ascii().is_empty()).count(),
        None => {
            let below = lines[at + 1..].iter().take_while(|it| is_blank(it) || it.trim_ascii_start().starts_with("- "));
            below.filter(|it| !is_blank(it) && set_in(it) >= own.indent && named(it).is_none()).count()
        }
    }
}

/// How many GPUs a map on one line keeps.
fn inline(map: &str) -> Option<&str> {
    let behind = map.split_once("nvidia.com/gpu")?.1.trim_start_matches(['"', '\'']).trim_ascii_start();
    let value = behind.strip_prefix(':')?.split([',', '}']).next()?;
    Some(value.trim_ascii())
}

/// What a text keeps of GPUs for each container.
pub fn reserved_gpus(lines: &[&str]) -> Vec<ReservedGpus> {
    let mut res = Vec::new();
    let may_say = |line: &str| {
        let is_it =
            |name: &str| matches!(name, "nvidia.com/gpu" | "count" | "device_ids" | "gpus" | "limits" | "resources");
        named(line).is_some_and(|it| is_it(it.name))
    };
    for (at, line) in lines.iter().enumerate().filter(|it| may_say(it.1)).take(MOST_LINES) {
        let Some(own) = named(line).filter(|_| !is_blank(line)) else { continue };
        let (name, value, ancestors) = match own.name {
            "nvidia.com/gpu" => ("nvidia.com/gpu", own.value.to_owned(), OF_KUBERNETES),
            "count" => ("devices.count", own.value.to_owned(), OF_COMPOSE),
            "device_ids" => ("devices.device_ids", entries(lines, at, &own).to_string(), OF_COMPOSE),
            "gpus" if !own.value.is_empty() && !own.value.starts_with('[') => ("gpus", own.value.to_owned(), &[][..]),
            // Maps on one line.
            "limits" => match inline(own.value) {
                Some(value) => ("nvidia.com/gpu", value.to_owned(), &OF_KUBERNETES[1..]),
                None => continue,
            },
            "resources" => match own.value.split_once("limits").and_then(|it| inline(it.1)) {
                Some(value) => ("nvidia.com/gpu", value.to_owned(), &[][..]),
                None => continue,
            },
            _ => continue,
        };
        let top = outermost(lines, at, own.indent, ancestors).or_else(|| {
            let is_of_devices = ancestors == OF_COMPOSE;
            outermost(lines, at, own.indent, OF_GPUS).filter(|_| is_of_devices)
        });
        let Some(top) = top else { continue };
        let mut beside = lines[map_around(lines, at, own.indent)].iter().filter_map(|it| named(it));
        let is_other = beside.any(|it| it.name == "driver" && it.value.trim_matches(['"', '\'']) != "nvidia");
        let Some(indent) = named(lines[top]).map(|it| it.indent).filter(|_| !is_other) else { continue };
        let value = unquoted(&value, at + 1).unwrap_or(value);
        let setting = Setting { name: name.to_owned(), value, line: at + 1 };
        res.push(ReservedGpus { setting, container: map_around(lines, top, indent) });
    }
    res
}
