//! What a log says of the run, before it is known what that means. It knows no program.

use crate::import::imported::Whose;
use crate::import::launch::setting::{MOST_SETTINGS, Setting};
use crate::import::log::print_info::PrintedModel;
use crate::import::own_source::{OwnDefault, OwnSource};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// What has printed a log is what runs.
pub const OF_PRINTED: Whose = Whose::ProgramsOwn(OwnSource::of(OwnDefault::OfWhatPrinted));

/// What the lines of a log say.
#[derive(Debug, Default)]
pub struct ToldLines {
    /// What vLLM's configuration says, under the names of its flags.
    pub settings: Vec<Setting>,
    /// The keys of a GGUF file, as llama.cpp prints them.
    pub keys: BTreeMap<String, Json>,
    /// What llama.cpp prints of the model.
    pub model: PrintedModel,
    /// What llama.cpp's context says, under the names that it prints.
    pub context: Vec<Setting>,
}

impl ToldLines {
    /// Whether llama.cpp has printed it.
    pub fn is_of_llama_cpp(&self) -> bool {
        !self.keys.is_empty() || !self.context.is_empty() || !self.model.keys().is_empty()
    }

    /// Whether nothing is said of the run.
    pub fn is_empty(&self) -> bool {
        self.settings.is_empty() && !self.is_of_llama_cpp()
    }

    /// Adds a setting; the last of a name counts.
    pub fn set(list: &mut Vec<Setting>, name: &str, value: &str, line: usize) {
        list.retain(|it| it.name != name);
        if list.len() < MOST_SETTINGS {
            list.push(Setting { name: name.to_owned(), value: value.to_owned(), line });
        }
    }
}
