//! Whether all is known of a model that its layers are computed from. What is missing is not 0, and another layout's lists say
//! something else. It knows no formula and no mode.

use crate::estimator::architecture::{EITHER_OF_TEXT, ENTAILED, Fact, FactGroup, List, each_required};
use crate::estimator::methods::calibrated::model::shape::Shape;

/// Facts that may be missing together at most: more than all layouts and facts require together.
const MOST: usize = 48;

/// Facts that are missing.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Missing {
    facts: [Option<Fact>; MOST],
}

impl Missing {
    /// Some facts, each once.
    pub fn of(facts: &[Fact]) -> Self {
        let mut res = Self { facts: [None; MOST] };
        facts.iter().for_each(|it| res.add(*it));
        res
    }

    /// The facts, in the order in which they are required.
    pub fn facts(&self) -> impl Iterator<Item = Fact> + '_ {
        self.facts.iter().copied().flatten()
    }

    fn add(&mut self, fact: Fact) {
        if self.facts().all(|it| it != fact)
            && let Some(free) = self.facts.iter_mut().find(|it| it.is_none())
        {
            *free = Some(fact);
        }
    }
}

impl std::fmt::Debug for Missing {
    fn fmt(&self, out: &mut std::fmt::Formatter) -> std::fmt::Result {
        out.debug_list().entries(self.facts()).finish()
    }
}

/// The list that is missing, if one is: no link can state it, and a typed layout has none.
pub fn missing_list(it: &Shape) -> Option<List> {
    let (layout, architecture) = (it.layout(), it.architecture());
    let is_own = layout == architecture.layout;
    let is_missing = |list: &List| !is_own || architecture.list(*list).is_empty();
    if let Some(list) = layout.required().lists.iter().copied().find(is_missing) {
        return Some(list);
    }
    // A pair of towers meets in a space of its own; elsewhere the text reads what a projector makes of the tower.
    let has_tower = it.is(Fact::VisionNumLayers) && FactGroup::Vision.is_of(layout);
    let is_read = FactGroup::Text.is_of(layout) && !FactGroup::Contrastive.is_of(layout);
    let is_led = !architecture.projector.is_empty();
    (has_tower && is_read && !is_led).then_some(List::Projector)
}

/// The facts that are missing, if some are.
pub fn missing_facts(it: &Shape) -> Option<Missing> {
    let layout = it.layout();
    let mut res = Missing::of(&[]);
    let mut require = |fact: Fact| {
        if !it.is(fact) {
            res.add(fact);
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
    res.facts().next().is_some().then_some(res)
}
