//! What a program is given around its command: variables, and the GPUs of its container. It reads `docker run`'s own
//! flags, and of files of Docker Compose and Kubernetes what sets variables; it knows no program but by its variables.

use crate::import::launch::field::{Tool, is_switch};
use crate::import::launch::files::{key_and_value, unquoted};
use crate::import::launch::implied::{gpus_of_shell, listed_gpus};
use crate::import::launch::reserved::{is_blank, map_around, named, set_in};
use crate::import::launch::setting::{MOST_SETTINGS, Setting};
use crate::import::launch::shell::SpokenWord;
use crate::import::launch::tools::llama_cpp::LLAMA_CPP;
use crate::import::launch::tools::ollama::OLLAMA;
use crate::import::launch::variables::{OF_LLAMA_CPP, OF_OLLAMA};
use std::collections::BTreeMap;

/// Programs that start a container with the flags of `docker run`.
const STARTING: &[&str] = &["docker", "podman", "nerdctl"];

/// What lists the GPUs that a container sees.
const VISIBLE_INSIDE: &str = "NVIDIA_VISIBLE_DEVICES";

/// Names of what sets variables in files of Docker Compose and Kubernetes.
const SETTING: &[&str] = &["environment", "env"];

/// Lines that may set variables of which so many are looked at, in a file that may hold nothing else.
const MOST_LINES: usize = 256;

/// What stands around a command.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// Variables that are set.
    pub variables: BTreeMap<String, SpokenWord>,
    /// What says how many GPUs a container is given.
    pub gpus: Option<Setting>,
    /// Whether the program runs in a container.
    pub is_contained: bool,
}

impl Surroundings {
    /// Takes what stands in front of the program: the flags of what starts its container.
    pub fn take_front(&mut self, front: &[SpokenWord]) {
        let is_started = front.first().is_some_and(|it| STARTING.contains(&it.text.as_str()));
        if !is_started {
            return;
        }
        self.is_contained = true;
        let mut words = front.iter().peekable();
        while let Some(word) = words.next() {
            let (name, mut value) = match word.text.split_once('=').filter(|it| it.0.starts_with("--")) {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (word.text.as_str(), None),
            };
            if !matches!(name, "-e" | "--env" | "--gpus") {
                continue;
            }
            if value.is_none() {
                value = words.next().map(|it| it.text.clone());
            }
            let value = value.unwrap_or_default();
            if name == "--gpus" {
                let value = value.trim_matches('"');
                let value = value.strip_prefix("count=").unwrap_or(value);
                let is_all = value.split(',').next() == Some("all");
                let setting = Setting { name: "gpus".to_owned(), value: value.to_owned(), line: word.line };
                self.gpus = Some(setting).filter(|_| !is_all);
            } else if let Some((name, value)) = value.split_once('=') {
                let set = SpokenWord { text: value.to_owned(), ..word.clone() };
                self.variables.insert(name.to_owned(), set);
            }
        }
    }

    /// What says on how many GPUs a program runs that is not told: the fewest that any of them leaves it.
    pub fn gpus_of(&self, program: &Tool) -> Option<Setting> {
        let inside = || listed_gpus(VISIBLE_INSIDE, &self.variables).filter(|_| self.is_contained);
        gpus_of_shell(program, &self.variables).or_else(|| self.gpus.clone()).or_else(inside)
    }

    /// What variables tell a program that its flags tell it as well.
    pub fn settings_of(&self, program: &Tool) -> Vec<Setting> {
        let said = self.variables.iter().filter(|it| is_told_by_variable(program, it.0));
        let setting = |(name, word): (&String, &SpokenWord)| {
            let is_on = program.field(name).is_some_and(is_switch);
            let value = if is_on { on_or_off(&word.text) } else { word.text.as_str() };
            Setting { name: name.clone(), value: value.to_owned(), line: word.line }
        };
        said.map(setting).collect()
    }
}

/// Whether a variable tells a program what a flag does.
pub fn is_told_by_variable(program: &Tool, name: &str) -> bool {
    program.id == LLAMA_CPP.id && name.starts_with(OF_LLAMA_CPP)
        || program.id == OLLAMA.id && name.starts_with(OF_OLLAMA)
}

/// What llama.cpp takes for on and off (`is_truthy` and `is_falsey` in `common/arg.cpp`).
fn on_or_off(value: &str) -> &str {
    match value {
        "on" | "enabled" | "true" | "1" => "true",
        "off" | "disabled" | "false" | "0" => "false",
        it => it,
    }
}

/// Variables that a file sets for the container whose first field stands on a line, from 0.
pub fn variables_of_container(lines: &[&str], container: usize) -> BTreeMap<String, SpokenWord> {
    let mut res = BTreeMap::new();
    let sets = |line: &&str| named(line).is_some_and(|it| it.value.is_empty() && SETTING.contains(&it.name));
    for at in (0..lines.len()).filter(|it| sets(&lines[*it])).take(MOST_LINES) {
        let Some(indent) = named(lines[at]).map(|it| it.indent) else { continue };
        if !map_around(lines, at, indent).contains(&container) {
            continue;
        }
        let goes_on = |line: &str| {
            let is_entry = line.trim_ascii_start().starts_with('-');
            is_blank(line) || set_in(line) > indent || set_in(line) == indent && is_entry
        };
        let mut name_of_entry = None;
        for (below, line) in lines.iter().enumerate().skip(at + 1).take_while(|it| goes_on(it.1)) {
            let content = line.trim_ascii();
            let entry = content.strip_prefix('-').map_or(content, str::trim_ascii_start);
            let plain = |it: &str| {
                let it = it.split(" #").next().unwrap_or(it).trim_ascii();
                unquoted(it, below + 1).unwrap_or_else(|_| it.to_owned())
            };
            let is_in_list = content.starts_with('-');
            let set = match key_and_value(entry) {
                // Of Kubernetes: a map of a name and its value.
                Some(("name", name)) if is_in_list => {
                    name_of_entry = Some(plain(name));
                    None
                }
                Some(("value", value)) => name_of_entry.take().map(|name| (name, plain(value))),
                Some((name, value)) if !is_in_list => Some((plain(name), plain(value))),
                _ => plain(entry).split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned())),
            };
            if let Some((name, text)) = set.filter(|_| res.len() < MOST_SETTINGS && !is_blank(line)) {
                res.insert(name, SpokenWord { text, line: below + 1, is_quoted: true });
            }
        }
    }
    res
}
