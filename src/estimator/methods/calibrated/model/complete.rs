//! Whether all is known of a model that its layers are computed from. What is missing is not 0, and another layout's
//! lists say something else. It knows no formula and no mode.

use crate::estimator::architecture::{EITHER_OF_TEXT, ENTAILED, Fact, FactGroup, List, each_required};
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::parameters::ParameterId;

/// How many missing facts and lists are told in the order in which they are required.
const IN_ORDER: usize = 36;

/// Facts and lists that are missing, by the parameters that state them.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Missing {
    first: [Option<ParameterId>; IN_ORDER],
    /// A bit for each of all parameters that is missing beside them.
    rest: [u64; ParameterId::ALL.len().div_ceil(64)],
}

impl Missing {
    /// Some parameters, each once.
    pub fn of(parameters: &[ParameterId]) -> Self {
        let mut res = Self { first: [None; IN_ORDER], rest: Default::default() };
        parameters.iter().for_each(|it| res.add(*it));
        res
    }

    /// The parameters, in the order in which they are required; what is beyond the first in the table's.
    pub fn parameters(&self) -> impl Iterator<Item = ParameterId> + '_ {
        let rest = ParameterId::ALL.iter().filter(|it| self.rest[**it as usize / 64] & bit(**it) != 0);
        self.first.iter().flatten().chain(rest).copied()
    }

    /// Their keys in links, in the same order.
    pub fn keys(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.parameters().map(|it| it.spec().key)
    }

    fn add(&mut self, id: ParameterId) {
        if self.parameters().any(|it| it == id) {
            return;
        }
        match self.first.iter_mut().find(|it| it.is_none()) {
            Some(free) => *free = Some(id),
            None => self.rest[id as usize / 64] |= bit(id),
        }
    }
}

const fn bit(id: ParameterId) -> u64 {
    1 << (id as usize % 64)
}

impl std::fmt::Debug for Missing {
    fn fmt(&self, out: &mut std::fmt::Formatter) -> std::fmt::Result {
        out.debug_list().entries(self.parameters()).finish()
    }
}

/// The facts and lists that are missing, if some are.
pub fn missing(it: &Shape) -> Option<Missing> {
    let layout = it.layout();
    let mut res = Missing::of(&[]);
    // A pair of towers meets in a space of its own; elsewhere the text reads what a projector makes of the tower.
    let reads_projector = it.is(Fact::VisionNumLayers) && FactGroup::Projector.is_of(layout);
    let read = layout.required().lists.iter().copied().chain(reads_projector.then_some(List::Projector));
    for list in read.filter(|list| it.list(*list).is_empty()) {
        res.add(list.parameter());
    }
    let architecture = it.reader.architecture();
    let mut require = |fact: Fact| {
        // Every fact is a parameter. What the architecture states and nobody has overridden is known, if none of the
        // few layers that run are of the kind.
        let is_known = |id| it.is(fact) || architecture.is(fact) && it.reader.inputs().given(id).is_none();
        if let Some(id) = fact.parameter().filter(|id| !is_known(*id)) {
            res.add(id);
        }
    };
    each_required(layout, &mut require);
    if FactGroup::Text.is_of(layout) && !it.is(EITHER_OF_TEXT.1) {
        require(EITHER_OF_TEXT.0);
    }
    for entailed in ENTAILED.iter().filter(|entailed| entailed.group.is_of(layout)) {
        let stated = it.number(entailed.by);
        let asks = entailed.choice.map_or(stated != 0.0, |choice| stated == choice as f64);
        if asks {
            entailed.facts.iter().copied().for_each(&mut require);
        }
    }
    res.parameters().next().is_some().then_some(res)
}

/// Whether a network lacks what it is made of: in most layouts each stage has layers; in VGG's list of widths a 0 is a
/// pooling.
pub fn has_empty_stage(shape: &Shape) -> bool {
    let layout = shape.layout();
    if !FactGroup::Stages.is_of(layout) {
        return false;
    }
    let depths = shape.list(List::Depths);
    let is_empty = |it: &f64| *it == 0.0;
    if FactGroup::Vgg.is_of(layout) { depths.iter().all(is_empty) } else { depths.iter().any(is_empty) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What did not fit among 48 was left out without a word.
    #[test]
    fn everything_that_is_missing_is_told() {
        let all = Missing::of(ParameterId::ALL);
        assert_eq!(all.parameters().collect::<Vec<_>>(), ParameterId::ALL);
        assert_eq!(Missing::of(&[ParameterId::NumLayers; 2]).keys().collect::<Vec<_>>(), ["numLayers"]);
        assert_eq!(Missing::of(&[]).keys().count(), 0);
    }
}
