//! Whether a model of the catalogue has all that was found out of another. It knows no key of a configuration.

use crate::estimator::architecture::{Architecture, Fact, FactGroup, List, is_of_shape};
use crate::estimator::{Catalog, Mode, Model};
use std::sync::Arc;

/// Facts that change no byte of the model, whatever stands there.
fn is_told(fact: Fact, of: &Architecture) -> bool {
    let Some(id) = fact.parameter() else { return false };
    if !is_of_shape(id) || fact == Fact::ProjectorActivation {
        return false;
    }
    // Without dense layers the width of a dense block is nobody's.
    if fact == Fact::IntermediateSize && of.is(Fact::NumExperts) && !of.is(Fact::NumDenseLayers) {
        return false;
    }
    // What neither serving nor training reads in this layout.
    let modes = [Mode::Inference, Mode::Train, Mode::Multimodal];
    let groups = modes.iter().filter_map(|mode| id.use_in(*mode)?.only.group());
    let mut groups = groups.peekable();
    groups.peek().is_none() || groups.any(|group: FactGroup| group.is_of(of.layout))
}

/// Whether two architectures are one.
pub fn is_same(one: &Architecture, other: &Architecture) -> bool {
    one.layout == other.layout
        && Fact::ALL.iter().all(|fact| one.number(*fact) == other.number(*fact) || !is_told(*fact, one))
        && one.list(List::Projector) == other.list(List::Projector)
}

/// The model that is the same, by preference the one of that name, or else one that is made for as long a context; else
/// the first of the catalogue.
pub fn same_model(found: &Architecture, name: Option<&str>, context: f64, catalog: &Catalog) -> Option<Arc<Model>> {
    let same = || catalog.models().iter().filter(|it| it.is_known() && is_same(found, &it.architecture));
    let own_name = name.map(|it| it.rsplit("/").next().unwrap_or(it).to_ascii_lowercase());
    let is_named = |it: &&Arc<Model>| own_name.as_deref().is_some_and(|name| it.id == name);
    let is_as_long = |it: &&Arc<Model>| it.context_length == context;
    same().find(is_named).or_else(|| same().find(is_as_long)).or_else(|| same().next()).cloned()
}
