//! The models of a catalogue in groups for a select: by family, and last those that a mode does not run. It knows no model
//! by name.

use crate::estimator::{Catalog, Inputs, Mode, Model, support};
use std::sync::Arc;

/// What a group is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label<'a> {
    /// By the family.
    Family(&'a str),
    /// Models whose family has no other.
    Others,
    /// Models that the mode does not run.
    NotRun,
}

/// Models under one heading.
#[derive(Clone, Debug, PartialEq)]
pub struct Group<'a> {
    /// The heading.
    pub label: Label<'a>,
    /// The models, in each family the newest first.
    pub models: Vec<&'a Arc<Model>>,
}

/// The groups, families by their names. Each model is put where it belongs: that is less code than a sort, which the first
/// view would carry.
pub fn groups(catalog: &Catalog, mode: Mode) -> Vec<Group<'_>> {
    let plain = Inputs::defaults(mode);
    let mut res: Vec<Group> = Vec::new();
    let mut idle = Group { label: Label::NotRun, models: Vec::new() };
    for model in catalog.models() {
        if support(&plain.with_model(Some(model.clone()))).is_err() {
            idle.models.push(model);
            continue;
        }
        let family = family(&model.name);
        let known = res.iter().position(|it| it.label.is_family(family));
        let at = known.unwrap_or_else(|| {
            let comes_later = |it: &Group| matches!(it.label, Label::Family(name) if is_before(family, name));
            let at = res.iter().position(comes_later).unwrap_or(res.len());
            res.insert(at, Group { label: Label::Family(family), models: Vec::new() });
            at
        });
        // Of one version the catalogue's order stays, which goes from small to large.
        let models = &mut res[at].models;
        let is_older = |it: &&Arc<Model>| version(&it.name) < version(&model.name);
        models.insert(models.iter().position(is_older).unwrap_or(models.len()), model);
    }
    let mut others = Group { label: Label::Others, models: Vec::new() };
    for it in res.iter_mut().filter(|it| it.models.len() == 1) {
        others.models.append(&mut it.models);
    }
    res.push(others);
    res.push(idle);
    res.retain(|it| !it.models.is_empty());
    res
}

impl Label<'_> {
    fn is_family(&self, family: &str) -> bool {
        matches!(self, Self::Family(name) if name.eq_ignore_ascii_case(family))
    }
}

/// Whether a name comes before another, whatever the case of its letters.
fn is_before(one: &str, other: &str) -> bool {
    one.bytes().map(|it| it.to_ascii_lowercase()).lt(other.bytes().map(|it| it.to_ascii_lowercase()))
}

/// The letters with which a name begins: `Qwen` of `Qwen2.5 7B`; of a single one the whole word, `T5`.
fn family(name: &str) -> &str {
    let n_letters = name.bytes().take_while(u8::is_ascii_alphabetic).count();
    let end = if n_letters > 1 { Some(n_letters) } else { name.bytes().position(|it| matches!(it, b' ' | b'-')) };
    end.and_then(|end| name.get(..end)).unwrap_or(name)
}

/// The number behind the family, in tenths, which is its version: 25 of `Qwen2.5 7B`. A size is none: `Gemma 7B` is the
/// first Gemma.
fn version(name: &str) -> u32 {
    let rest = name.as_bytes().get(family(name).len()..).unwrap_or_default();
    let rest = if let [b' ' | b'-', rest @ ..] = rest { rest } else { rest };
    // A letter may stand before it: DeepSeek-V3, Kimi K2.
    let rest = if let [letter, rest @ ..] = rest
        && letter.is_ascii_alphabetic()
    {
        rest
    } else {
        rest
    };
    let (mut tenths, mut worth) = (0u32, 10);
    for byte in rest {
        match byte {
            b'0'..=b'9' if worth == 10 => {
                tenths = tenths.saturating_mul(10).saturating_add(10 * u32::from(byte - b'0'));
            }
            b'0'..=b'9' => {
                tenths += worth * u32::from(byte - b'0');
                worth = 0;
            }
            b'.' => worth = 1,
            b'B' | b'M' | b'b' | b'm' => return 0,
            _ => break,
        }
    }
    tenths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_family_and_version() {
        for (name, told) in [
            ("Qwen2.5 7B", ("Qwen", 25)),
            ("Llama 3.1 70B", ("Llama", 31)),
            ("Gemma 7B", ("Gemma", 0)),
            ("GPT-2 124M", ("GPT", 20)),
            ("DeepSeek-V3", ("DeepSeek", 30)),
            ("DeepSeek LLM 7B", ("DeepSeek", 0)),
            ("Command R7B", ("Command", 0)),
            ("BLOOM 7.1B", ("BLOOM", 0)),
            ("T5 Small", ("T5", 0)),
        ] {
            assert_eq!((family(name), version(name)), told, "{name}");
        }
    }

    /// Hundreds of models stood there unsorted, those that the mode does not run among them.
    #[test]
    fn every_model_stands_in_one_group() {
        let catalog = Catalog::built_in();
        for mode in Mode::ALL {
            let groups = groups(&catalog, mode);
            let n_models: usize = groups.iter().map(|it| it.models.len()).sum();
            assert_eq!(n_models, catalog.models().len(), "{mode:?}");
            for group in &groups {
                for model in &group.models {
                    let runs = support(&Inputs::defaults(mode).with_model(Some((*model).clone()))).is_ok();
                    assert_eq!(runs, group.label != Label::NotRun, "{mode:?} {}", model.id);
                }
            }
            let last = groups.last().map(|it| it.label);
            assert_eq!(last, Some(Label::NotRun), "{mode:?}");
        }
    }
}
