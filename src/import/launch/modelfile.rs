//! Modelfiles of Ollama (`docs/modelfile.mdx` in ollama/ollama) as settings, and how many requests it runs at once. It
//! knows no parameter's meaning.

use crate::estimator::ParameterId as Id;
use crate::import::imported::NotTaken;
use crate::import::launch::field::Tool;
use crate::import::launch::gathering::Gathering;
use crate::import::launch::setting::{MOST_SETTINGS, Setting};
use crate::import::launch::tools::ollama::{OLLAMA, ONE_AT_A_TIME};

/// Instructions that only a Modelfile has.
const OWN: &[&str] = &["PARAMETER", "SYSTEM", "TEMPLATE", "ADAPTER", "LICENSE", "MESSAGE", "DRAFT", "REQUIRES"];

/// What opens and closes a text of several lines.
const QUOTES: &str = "\"\"\"";

/// What a Modelfile says; `None` of any other text. A file of Docker begins as one, and has other instructions.
pub fn of_modelfile(text: &str) -> Option<Vec<Setting>> {
    let mut res = Vec::new();
    let mut is_own = false;
    let mut is_inside = false;
    for (at, line) in text.lines().enumerate() {
        let is_odd = line.matches(QUOTES).count() % 2 == 1;
        let was_inside = is_inside;
        is_inside = was_inside != is_odd;
        let content = line.trim_ascii();
        if was_inside || content.is_empty() || content.starts_with('#') {
            continue;
        }
        let (word, rest) = content.split_once(|it: char| it.is_ascii_whitespace()).unwrap_or((content, ""));
        let (word, rest) = (word.to_ascii_uppercase(), rest.trim_ascii());
        let unquoted = |it: &str| it.trim_ascii().trim_matches('"').to_owned();
        let mut say = |name: &str, value: &str| {
            res.push(Setting { name: name.to_owned(), value: unquoted(value), line: at + 1 });
        };
        match word.as_str() {
            "FROM" => say("model", rest),
            "PARAMETER" => {
                let (name, value) = rest.split_once(|it: char| it.is_ascii_whitespace())?;
                say(&name.to_ascii_lowercase(), value);
            }
            "ADAPTER" | "DRAFT" => say(&word.to_ascii_lowercase(), rest),
            _ if OWN.contains(&word.as_str()) => {}
            _ => return None,
        }
        is_own |= OWN.contains(&word.as_str());
        if res.first().is_none_or(|it| it.name != "model") || res.len() > MOST_SETTINGS {
            return None;
        }
    }
    let names_file = res.iter().any(|it| it.name == "model" && it.value.to_ascii_lowercase().ends_with(".gguf"));
    (is_own || names_file).then_some(res)
}

impl Gathering<'_> {
    /// Takes back how many requests run at once, of models that Ollama runs one at a time.
    pub fn take_requests(&mut self, program: &Tool, said: &[&Setting]) {
        let is_single = |it: &str| ONE_AT_A_TIME.iter().any(|front| it.starts_with(front));
        let model = self.model.as_ref().and_then(|it| it.1.model.clone());
        if program.id != OLLAMA.id || !model.is_some_and(|it| is_single(&it.id)) {
            return;
        }
        let names: Vec<_> =
            self.res.taken.iter().filter(|it| it.id == Id::BatchSize).map(|it| it.name.clone()).collect();
        self.remove(Id::BatchSize);
        said.iter().filter(|it| names.contains(&it.name)).for_each(|it| self.leave(it, NotTaken::Unused));
    }
}
