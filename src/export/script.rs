//! Writes launches: commands with a flag on each line, files of YAML and JSON within them. It knows no parameter.

use crate::import::launch::{Syntax, Tool};
use serde_json::{Map, Value as Json};
use std::fmt::Write;

type Settings = [(String, String)];

fn flags(tool: &Tool, settings: &Settings) -> String {
    let mut res = String::new();
    for (name, value) in settings {
        let plain = if tool.syntax == Syntax::Dashes { name.clone() } else { name.replace('-', "_") };
        // What stands in a map is told as a map.
        if let Some((first, inner)) = plain.split_once('.').filter(|_| tool.syntax == Syntax::Underscores) {
            let mut map = String::new();
            write_json(&nested(&[(inner.to_owned(), value.clone())]), &mut map);
            let _ = write!(res, " \\\n  --{first} '{map}'");
            continue;
        }
        let dashes = if plain.len() < 3 { "-" } else { "--" };
        let _ = write!(res, " \\\n  {dashes}{plain}");
        let is_switch = match tool.syntax {
            Syntax::Dashes => name != "flash-attn",
            // Of Accelerate's flags (`commands/launch.py`), which its own parser takes without a value.
            _ => matches!(plain.as_str(), "use_fsdp" | "use_deepspeed" | "multi_gpu"),
        };
        let is_bare = value == "true" && is_switch;
        if !is_bare {
            let _ = write!(res, " {}", quoted(value, name.as_str()));
        }
    }
    res
}

/// Lists stay several words; whatever a shell would read otherwise is quoted.
fn quoted(value: &str, name: &str) -> String {
    let is_list = name.starts_with("lora_target") || name.starts_with("lora_modules");
    let is_plain = |it: char| it.is_ascii_alphanumeric() || "-_./:,".contains(it) || is_list && it == ' ';
    // A variable that whoever starts it sets.
    let bare = value.strip_prefix('$').unwrap_or(value);
    if !bare.is_empty() && bare.chars().all(is_plain) { value.to_owned() } else { format!("'{value}'") }
}

/// A program with its flags.
pub fn command(tool: &Tool, settings: &Settings) -> String {
    format!("{}{}\n", tool.command, flags(tool, settings))
}

/// The script of a program.
fn script_of(tool: &Tool) -> String {
    match tool.command.split_once(' ') {
        Some(("trl", name)) => format!("{name}.py"),
        Some((_, name)) => name.to_owned(),
        None => tool.command.to_owned(),
    }
}

/// A launcher with its flags in front of a script with its own.
pub fn launched(tools: &[&Tool], settings: &[Vec<(String, String)>]) -> String {
    let (program, launcher) = (tools[0], tools[1]);
    let front = flags(launcher, &settings[1]);
    format!("{}{front} \\\n  {}{}\n", launcher.command, script_of(program), flags(program, &settings[0]))
}

/// The same behind a file for DeepSpeed, which the script is told of.
pub fn configured(tools: &[&Tool], settings: &[Vec<(String, String)>]) -> String {
    let mut config = String::new();
    write_json(&nested(&settings[2]), &mut config);
    let document = format!("cat > ds_config.json <<'EOF'\n{config}\nEOF\n");
    let mut own = settings[0].clone();
    own.push(("deepspeed".to_owned(), "ds_config.json".to_owned()));
    document + &launched(&tools[..2], &[own, settings[1].clone()])
}

/// Values as they stand, where they are numbers or switches: a number goes through no other that could round it.
fn write_json(map: &Map<String, Json>, out: &mut String) {
    let mut between = "{";
    for (key, value) in map {
        let _ = write!(out, "{between}\"{key}\": ");
        between = ", ";
        match value {
            Json::Object(map) => write_json(map, out),
            Json::String(text) if text == "true" || text == "false" || text.parse::<f64>().is_ok() => {
                out.push_str(text)
            }
            value => {
                let _ = write!(out, "{value}");
            }
        }
    }
    out.push_str(if map.is_empty() { "{}" } else { "}" });
}

fn nested(settings: &Settings) -> Map<String, Json> {
    let mut res = Map::new();
    for (name, value) in settings {
        let mut at = &mut res;
        let mut parts = name.split('.').peekable();
        while let Some(part) = parts.next() {
            if parts.peek().is_none() {
                at.insert(part.to_owned(), Json::String(value.clone()));
                break;
            }
            let below = at.entry(part).or_insert_with(|| Json::Object(Map::new()));
            match below {
                Json::Object(map) => at = map,
                // No name of a table is a value and a map.
                _ => break,
            }
        }
    }
    res
}

/// A file of YAML.
pub fn yaml(settings: &Settings) -> String {
    fn write_map(map: &Map<String, Json>, indent: usize, out: &mut String) {
        for (key, value) in map {
            let blank = " ".repeat(indent);
            match value {
                Json::Object(map) => {
                    let _ = writeln!(out, "{blank}{key}:");
                    write_map(map, indent + 2, out);
                }
                Json::String(text) if text.contains(' ') && !text.starts_with('[') => {
                    let entries: Vec<_> = text.split(' ').collect();
                    let _ = writeln!(out, "{blank}{key}: [{}]", entries.join(", "));
                }
                Json::String(text) => {
                    let _ = writeln!(out, "{blank}{key}: {text}");
                }
                value => {
                    let _ = writeln!(out, "{blank}{key}: {value}");
                }
            }
        }
    }
    let mut res = String::new();
    write_map(&nested(settings), 0, &mut res);
    res
}
