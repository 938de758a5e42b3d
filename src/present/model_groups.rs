//! The models of a catalogue in groups for a select: by family, and last those that a mode does not run. It knows no
//! model by name.

use crate::estimator::catalog::{ReleaseMonth, release};
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
    pub models: Vec<ListedModel<'a>>,
}

/// A model with its month.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ListedModel<'a> {
    /// The model.
    pub model: &'a Arc<Model>,
    /// When it was released, if that was read.
    pub released: Option<ReleaseMonth>,
    /// By which month it stands among others.
    newest: Option<ReleaseMonth>,
}

/// The groups, families by their names.
pub fn groups(catalog: &Catalog, mode: Mode) -> Vec<Group<'_>> {
    let mut sorting = Sorting::new(catalog, mode);
    sorting.go_on(usize::MAX);
    sorting.groups()
}

/// Models on their way into groups: whether a mode runs one takes as long as settling what its run needs, and all of
/// them longer than a picture waits.
pub struct Sorting<'a> {
    catalog: &'a Catalog,
    plain: Inputs,
    families: Vec<Group<'a>>,
    idle: Vec<Group<'a>>,
    /// The next of the catalogue, and family and month of the one before.
    at: usize,
    before: (&'a str, Option<ReleaseMonth>),
}

impl<'a> Sorting<'a> {
    /// None is sorted yet.
    pub fn new(catalog: &'a Catalog, mode: Mode) -> Self {
        let plain = Inputs::defaults(mode);
        Self { catalog, plain, families: Vec::new(), idle: Vec::new(), at: 0, before: ("", None) }
    }

    /// Sorts a few more; whether any are left.
    pub fn go_on(&mut self, n_models: usize) -> bool {
        for (at, model) in self.catalog.models().iter().enumerate().skip(self.at).take(n_models) {
            let family = family(&model.name);
            let released = release(self.catalog, at);
            // A month that nobody has read is that of the model before: the catalogue keeps together what belongs
            // together.
            let newest = released.or(self.before.1.filter(|_| self.before.0 == family));
            self.before = (family, newest);
            let runs = support(&self.plain.with_model(Some(model.clone()))).is_ok();
            let groups = if runs { &mut self.families } else { &mut self.idle };
            put(groups, family, ListedModel { model, released, newest });
            self.at = at + 1;
        }
        self.at < self.catalog.models().len()
    }

    /// The groups of those that are sorted.
    pub fn groups(self) -> Vec<Group<'a>> {
        let mut res = self.families;
        let mut others = Group { label: Label::Others, models: Vec::new() };
        for it in res.iter_mut().filter(|it| it.models.len() == 1) {
            others.models.append(&mut it.models);
        }
        res.push(others);
        res.push(Group { label: Label::NotRun, models: self.idle.into_iter().flat_map(|it| it.models).collect() });
        res.retain(|it| !it.models.is_empty());
        res
    }
}

/// Puts a model among those of its family.
fn put<'a>(groups: &mut Vec<Group<'a>>, family: &'a str, it: ListedModel<'a>) {
    let known = groups.iter().position(|it| it.label.is_family(family));
    let at = known.unwrap_or_else(|| {
        let comes_later = |it: &Group| matches!(it.label, Label::Family(name) if is_before(family, name));
        let at = groups.iter().position(comes_later).unwrap_or(groups.len());
        groups.insert(at, Group { label: Label::Family(family), models: Vec::new() });
        at
    });
    // Of one month the catalogue's order stays, which goes from small to large.
    let models = &mut groups[at].models;
    let is_older = |other: &ListedModel| other.newest < it.newest;
    models.insert(models.iter().position(is_older).unwrap_or(models.len()), it);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_the_family() {
        let of = ["Qwen2.5 7B", "GPT-2 124M", "DeepSeek-V3", "BLOOM 7.1B", "T5 Small"];
        assert_eq!(of.map(family), ["Qwen", "GPT", "DeepSeek", "BLOOM", "T5"]);
    }

    /// By the version in its name R1 stood as the oldest DeepSeek.
    #[test]
    fn the_newest_of_a_family_comes_first() {
        let catalog = Catalog::built_in();
        for group in groups(&catalog, Mode::Inference).iter().filter(|it| matches!(it.label, Label::Family(_))) {
            let months: Vec<_> = group.models.iter().filter_map(|it| it.released).collect();
            assert!(months.is_sorted_by(|a, b| a >= b), "{:?}: {months:?}", group.label);
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
                for ListedModel { model, .. } in &group.models {
                    let runs = support(&Inputs::defaults(mode).with_model(Some((*model).clone()))).is_ok();
                    assert_eq!(runs, group.label != Label::NotRun, "{mode:?} {}", model.id);
                }
            }
            let last = groups.last().map(|it| it.label);
            assert_eq!(last, Some(Label::NotRun), "{mode:?}");
        }
    }
}
