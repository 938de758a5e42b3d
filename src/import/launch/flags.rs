//! Makes settings of the words behind a program: `--flag value`, `--flag=value`, switches, lists. It asks the table
//! only whether a flag is a switch, and judges no value.

use crate::import::launch::field::{Field, is_switch};
use crate::import::launch::files::flatten;
use crate::import::launch::setting::{MOST_SETTINGS, Setting, is_same_name};
use crate::import::launch::shell::SpokenWord;

/// Flags behind which several values may stand.
const LISTS: &[&str] =
    &["lora_target_modules", "lora_modules_to_save", "report_to", "loss_type", "dataset_name", "reward_funcs"];

fn is_value(word: &str) -> bool {
    let rest = word.strip_prefix('-').unwrap_or("");
    !word.starts_with('-') || rest.starts_with(|it: char| it.is_ascii_digit() || it == '.')
}

fn says_on_or_off(word: &str) -> bool {
    ["true", "false", "1", "0", "on", "off", "auto", "yes", "no"].iter().any(|it| word.eq_ignore_ascii_case(it))
}

/// The settings of the words behind a program, and the words that belong to no flag.
pub fn read_flags(
    words: &[SpokenWord],
    field: impl Fn(&str) -> Option<&'static Field>,
) -> (Vec<Setting>, Vec<&SpokenWord>) {
    let (mut settings, mut others) = (Vec::new(), Vec::new());
    let mut at = 0;
    while let Some(word) = words.get(at).filter(|_| settings.len() < MOST_SETTINGS) {
        at += 1;
        if is_value(&word.text) {
            others.push(word);
            continue;
        }
        let name = word.text.trim_start_matches('-');
        let (name, mut value) = match name.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (name, None),
        };
        if value.is_none() {
            let follows = words.get(at).map(|it| it.text.as_str()).filter(|it| is_value(it));
            let takes = follows.filter(|it| !field(name).is_some_and(is_switch) || says_on_or_off(it));
            if let Some(one) = takes {
                let mut all = one.to_owned();
                at += 1;
                let is_list = LISTS.iter().any(|it| is_same_name(it, name));
                while let Some(more) = words.get(at).filter(|it| is_list && is_value(&it.text)) {
                    all = format!("{all} {}", more.text);
                    at += 1;
                }
                value = Some(all);
            }
        }
        let value = value.unwrap_or_else(|| "true".to_owned());
        // A flag may hold a map, whose entries are flags of their own.
        match serde_json::from_str(&value) {
            Ok(map @ serde_json::Value::Object(_)) => flatten(&map, name.to_owned(), word.line, &mut settings),
            _ => settings.push(Setting { name: name.to_owned(), value, line: word.line }),
        }
    }
    (settings, others)
}
