//! Files that a launch names: what they say stands in front of what the launch says itself. Of one that was not brought
//! nothing is known, unless its name is that of a published one.

use crate::import::launch::documents::Document;
use crate::import::launch::field::{FlagMeaning, NamedFile, Tool};
use crate::import::launch::published::published_file;
use crate::import::launch::setting::{MOST_LEVELS, Setting};
use crate::import::launch::tools::deepspeed::CONFIG;
use crate::import::own_source::OwnSource;

/// What a launch says with the files that it names.
#[derive(Debug, Default)]
pub struct ToldFiles {
    /// What published files say, or programs by themselves, and where that was read.
    pub published: Vec<(Setting, OwnSource)>,
    /// What is said, the files first.
    pub said: Vec<Setting>,
    /// What names a file that was not brought.
    pub unbrought: Vec<Setting>,
    /// What says how many GPUs are kept for the container that is launched.
    pub gpus: Option<Setting>,
    /// Files that nothing names.
    pub unused: Vec<Document>,
}

/// What nobody names a file with.
fn is_switch(value: &str) -> bool {
    matches!(value, "" | "true" | "false" | "True" | "False")
}

/// The launch's settings with those of the files that they name; what reads a file is added to the programs.
pub fn with_files(tools: &mut Vec<&'static Tool>, said: Vec<Setting>, documents: Vec<Document>) -> ToldFiles {
    let mut res = ToldFiles { said, unused: documents, ..ToldFiles::default() };
    let mut pending = res.said.clone();
    let mut read: Vec<(NamedFile, String)> = Vec::new();
    for _ in 0..MOST_LEVELS {
        let file_of = |setting: &Setting| match tools.iter().find_map(|it| it.field(&setting.name))?.meaning {
            FlagMeaning::File(kind) if !is_switch(&setting.value) => Some(kind),
            _ => None,
        };
        let named: Vec<_> = pending.iter().filter_map(|it| Some((it.clone(), file_of(it)?))).collect();
        pending.clear();
        for (setting, kind) in named {
            let is_it = |it: &Document| match kind {
                NamedFile::Fsdp => it.kind == NamedFile::Arguments,
                kind => it.kind == kind,
            };
            let named = (kind, setting.value.clone());
            if read.contains(&named) {
                // A script and its launch may both name it.
                continue;
            }
            if let Some(at) = res.unused.iter().position(is_it) {
                read.push(named);
                let mut settings = res.unused.remove(at).settings;
                if kind == NamedFile::Fsdp {
                    settings
                        .iter_mut()
                        .for_each(|it| it.name = format!("{}.{}", setting.name, it.name.trim_start_matches("fsdp_")));
                }
                pending.extend(settings.iter().cloned());
                res.said.splice(0..0, settings);
            } else if let Some((settings, source)) = published_file(kind, &setting) {
                res.published = settings.into_iter().map(|it| (it, source)).collect();
            } else {
                res.unbrought.push(setting);
                continue;
            }
            if kind == NamedFile::DeepSpeed {
                tools.push(&CONFIG);
            }
        }
        if pending.is_empty() {
            break;
        }
    }
    res
}
