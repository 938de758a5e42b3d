//! Presets that names of models mean, and the names under which presets are published. It knows no file, and nothing of
//! a model but its name.

use crate::estimator::catalog::tuned::{TUNED, bare_name};
use crate::estimator::{Catalog, Model};
use crate::import::launch::names::aliases::alias_of;
use crate::import::launch::names::formats::{HERE, NamedFormat, mixes, without_format};
use std::sync::Arc;

/// Where models are published: a line for each preset that is, `id|repository`.
const REPOSITORIES: &str = include_str!(concat!(env!("OUT_DIR"), "/repositories.txt"));

/// What a name says.
pub struct NamedModel {
    /// The preset; `None` where none is known by that name.
    pub model: Option<Arc<Model>>,
    /// Whether it was tuned further, or is what the preset was tuned from: they have the same shape.
    pub is_tuned: bool,
    /// Tokens that it is made for, where that is not what the preset is made for.
    pub context: Option<f64>,
    /// The format of the weights.
    pub format: Option<NamedFormat>,
}

/// How names of presets begin whose tuned ones are made for another context, the word by which these are known, and the
/// context (`max_position_embeddings` of Qwen2 and Qwen2.5 Instruct, and of Qwen3 Base).
const CONTEXTS: &[(&str, &str, f64)] =
    &[("qwen2-", "instruct", 32768.0), ("qwen2.5-", "instruct", 32768.0), ("qwen3-", "base", 32768.0)];

/// Whether a sign parts the folders of a path.
pub const fn is_separator(it: char) -> bool {
    matches!(it, '/' | '\\')
}

fn last_part(name: &str) -> &str {
    name.trim_end_matches("/").rsplit(is_separator).next().unwrap_or(name)
}

fn lines() -> impl Iterator<Item = (&'static str, &'static str)> {
    REPOSITORIES.lines().filter_map(|it| it.split_once('|'))
}

/// Names of all presets that are published, without their publishers.
pub fn published_names() -> Vec<&'static str> {
    lines().map(|it| last_part(it.1)).collect()
}

/// The repository that a path of Hugging Face's cache is of: its folder is `models--owner--name`.
fn of_cache(name: &str) -> Option<String> {
    let folder = name.split(is_separator).find_map(|it| it.strip_prefix("models--"))?;
    Some(folder.replacen("--", "/", 1))
}

/// Who publishes it, and its name: some publish others' models as `Owner_Name`.
fn owner_and_name(name: &str) -> (&str, &str) {
    let name = name.trim_end_matches(is_separator);
    let owner = name.rsplit(is_separator).nth(1).unwrap_or("");
    let last = last_part(name);
    let is_owner = |front: &str| {
        lines().any(|it| it.1.split_once('/').is_some_and(|(owner, _)| owner.eq_ignore_ascii_case(front)))
    };
    match last.split_once('_') {
        Some((front, behind)) if is_owner(front) => (owner, behind),
        _ => (owner, last),
    }
}

/// Words that say where a model is published, and not what was made of it.
const PUBLISHED: &[&str] = &["meta", "hf"];

/// The preset that has the same name but for words of a list.
fn preset(name: &str, dropped: &[&str], catalog: &Catalog) -> Option<Arc<Model>> {
    let own = bare_name(name, dropped);
    let is_it = |it: &str| bare_name(it, dropped) == own;
    let published = lines().find(|it| is_it(last_part(it.1))).and_then(|it| catalog.model(it.0));
    published.or_else(|| catalog.models().iter().find(|it| is_it(&it.id))).cloned()
}

/// The name without the month or the day at its end, by which later trainings of one model are told apart.
fn without_date(name: &str) -> Option<&str> {
    let (front, last) = name.rsplit_once('-')?;
    (last.len() == 4 && last.bytes().all(|it| it.is_ascii_digit())).then_some(front)
}

/// What a repository, a folder or a file names.
pub fn model_named(name: &str, catalog: &Catalog) -> NamedModel {
    let cached = of_cache(name);
    // Behind an address stands what its server is asked.
    let address = name.split_once('?').filter(|it| it.0.contains("://")).map_or(name, |it| it.0);
    let (owner, whole) = owner_and_name(cached.as_deref().unwrap_or(address.trim_ascii()));
    // Some presets are called by a format themselves.
    if let Some(model) = preset(whole, PUBLISHED, catalog) {
        return NamedModel { model: Some(model), is_tuned: false, context: None, format: None };
    }
    let (stem, format) = without_format(whole, owner);
    if let Some(model) = preset(stem, PUBLISHED, catalog) {
        return NamedModel { model: Some(model), is_tuned: false, context: None, format };
    }
    if let Some(it) = alias_of(stem)
        && let Some(model) = catalog.model(it.preset)
    {
        return NamedModel { model: Some(model.clone()), is_tuned: true, context: it.context, format };
    }
    let model = preset(stem, TUNED, catalog).or_else(|| preset(without_date(stem)?, TUNED, catalog));
    let lower = stem.to_ascii_lowercase();
    let own_context = |it: &&(&str, &str, f64)| lower.starts_with(it.0) && lower.split('-').any(|word| word == it.1);
    let context = CONTEXTS.iter().find(own_context).map(|it| it.2).filter(|it| {
        let of_preset = model.as_ref().map_or(0.0, |model| model.context_length);
        *it != of_preset
    });
    NamedModel { is_tuned: model.is_some(), model, context, format }
}

/// Where a preset is published.
pub fn repository_of(model: &Model) -> Option<&'static str> {
    lines().find(|it| it.0 == model.id).map(|it| it.1)
}

/// The name of a file of a preset in a format; `None` where it is not published, or llama.cpp has no such file.
pub fn file_of(model: &Model, format: &str) -> Option<String> {
    let mix = mixes().find(|it| it.1 == format)?.0;
    Some(format!("{}-{mix}.gguf", last_part(repository_of(model)?)))
}

/// The name of the file of a preset's tower, as llama.cpp's converter calls it; `None` where the preset is not
/// published.
pub fn projector_of(model: &Model) -> Option<String> {
    Some(format!("mmproj-{}-F16.gguf", last_part(repository_of(model)?)))
}

/// The name of a folder with a checkpoint of a preset that is quantized in a format, or of its file; `None` where it is
/// not published.
pub fn checkpoint_of(model: &Model, format: &str) -> Option<String> {
    file_of(model, format).or_else(|| Some(format!("{HERE}/{}-{format}", last_part(repository_of(model)?))))
}
