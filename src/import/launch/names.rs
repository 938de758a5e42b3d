//! Names of models in launch lines, and the presets that they mean. It knows no file, and nothing of a model but its name.

use crate::estimator::catalog::formats::FORMATS;
use crate::estimator::{Catalog, Model};
use std::sync::Arc;

/// Where models are published: a line for each preset that is, `id|repository`.
const REPOSITORIES: &str = include_str!(concat!(env!("OUT_DIR"), "/repositories.txt"));

/// A model that a name means.
pub struct NamedModel {
    /// The preset.
    pub model: Arc<Model>,
    /// Whether it was tuned further: the preset is what it was made of, whose shape it has.
    pub is_tuned: bool,
    /// The format that the name of a file says, by its id in links.
    pub format: Option<&'static str>,
}

/// What tuned models append to the name of what they were made of.
const TUNED: &[&str] = &["-instruct", "-chat", "-it", "-base"];

/// Whether a sign parts the folders of a path.
pub const fn is_separator(it: char) -> bool {
    matches!(it, '/' | '\\')
}

fn last_part(name: &str) -> &str {
    name.trim_end_matches("/").rsplit(is_separator).next().unwrap_or(name)
}

/// The name without the end of a file, and without the format of its weights, which is told.
fn without_format(name: &str) -> (&str, Option<&'static str>) {
    let lower = name.to_ascii_lowercase();
    let stem = &name[..name.len() - if lower.ends_with(".gguf") { 5 } else { 0 }];
    let mixes = FORMATS.iter().filter(|it| it.id.starts_with("gguf-file-") && !it.mix.is_empty());
    let longest = mixes
        .filter(|it| {
            let rest = stem.len().checked_sub(it.mix.len()).filter(|at| stem.is_char_boundary(*at));
            rest.is_some_and(|at| stem[at..].eq_ignore_ascii_case(it.mix) && stem[..at].ends_with(['-', '.', ':', '_']))
        })
        .max_by_key(|it| it.mix.len());
    match longest {
        Some(format) => (&stem[..stem.len() - format.mix.len() - 1], Some(format.id)),
        None => (stem, None),
    }
}

fn preset(name: &str, catalog: &Catalog) -> Option<Arc<Model>> {
    let lines = || REPOSITORIES.lines().filter_map(|it| it.split_once('|'));
    let whole = || lines().find(|it| it.1.eq_ignore_ascii_case(name));
    let by_end = || lines().find(|it| last_part(it.1).eq_ignore_ascii_case(last_part(name)));
    let id = whole().or_else(by_end).map_or_else(|| last_part(name).to_ascii_lowercase(), |it| it.0.to_owned());
    catalog.model(&id).cloned()
}

/// The model that a repository, a folder or a file names; `None` where no preset is known by that name.
pub fn model_named(name: &str, catalog: &Catalog) -> Option<NamedModel> {
    let (stem, format) = without_format(name.trim_ascii());
    let lower = stem.to_ascii_lowercase();
    let stem = if lower.ends_with("-gguf") { &stem[..stem.len() - 5] } else { stem };
    if let Some(model) = preset(stem, catalog) {
        return Some(NamedModel { model, is_tuned: false, format });
    }
    let lower = stem.to_ascii_lowercase();
    let end = TUNED.iter().find(|it| lower.ends_with(**it))?;
    let model = preset(&stem[..stem.len() - end.len()], catalog)?;
    Some(NamedModel { model, is_tuned: true, format })
}

/// Where a preset is published.
pub fn repository_of(model: &Model) -> Option<&'static str> {
    REPOSITORIES.lines().filter_map(|it| it.split_once('|')).find(|it| it.0 == model.id).map(|it| it.1)
}

/// The name of a file of a preset in a format; `None` where it is not published, or llama.cpp has no such file.
pub fn file_of(model: &Model, format: &str) -> Option<String> {
    let mix = FORMATS.iter().find(|it| it.id == format && it.id.starts_with("gguf-file-")).map(|it| it.mix)?;
    Some(format!("{}-{mix}.gguf", last_part(repository_of(model)?)))
}
