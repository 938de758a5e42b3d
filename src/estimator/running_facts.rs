//! The facts of the model that runs: what its architecture states, overridden by parameters. It knows no formula.

use crate::estimator::architecture::{
    Architecture, BESIDE, EITHER_OF_TEXT, ENTAILED, Fact, Facts, Layout, each_required, layers_of_kind,
};
use crate::estimator::given::Given;
use crate::estimator::mode::Mode;
use crate::estimator::parameters::{Control, ParameterId, TableValue};
use crate::estimator::values::Values;

/// Facts that count some of the layers.
const SHARES_OF_LAYERS: [Fact; 6] = [
    Fact::NumDenseLayers,
    Fact::NumSlidingLayers,
    Fact::NumFullAttentionLayers,
    Fact::NumFeedForwardLayers,
    Fact::NumCrossAttentionLayers,
    Fact::NumIndexerLayers,
];

/// The facts that come of an architecture and of the parameters that a mode has beside it. Of a `known` architecture
/// what it does not state is known to be absent.
pub fn running_facts(mode: Mode, architecture: &Architecture, is_known: bool, given: &Given, values: &Values) -> Facts {
    let mut res = architecture.facts.clone();
    for &fact in Fact::ALL {
        let Some(id) = fact.parameter().filter(|id| values.taken_away_by(*id).is_none()) else { continue };
        // What an architecture lacks it has not, whatever stands at the parameter's default.
        let is_left = given.get(id).is_none()
            && (is_known && architecture.get(fact).is_none() || is_stated_by_architecture(id, mode));
        if !is_left {
            res.set(fact, values.number(id));
        }
    }
    state_entailed(mode, given, values, &mut res);
    // Links may ask for more key heads than heads: no model has them, and no kernel takes them.
    if let (Some(heads), Some(key_heads)) = (res.get(Fact::NumAttentionHeads), res.get(Fact::NumKeyValueHeads))
        && key_heads > heads
    {
        res.set(Fact::NumKeyValueHeads, heads);
    }
    let layers = res.get(Fact::NumLayers).unwrap_or(0.0);
    let is_given =
        |fact: Fact| fact.parameter().is_some_and(|id| values.taken_away_by(id).is_none() && given.get(id).is_some());
    for fact in SHARES_OF_LAYERS.into_iter().filter(|fact| !is_given(*fact)) {
        if let (Some(_), Some(of_kind)) = (res.get(fact), layers_of_kind(architecture, fact, layers)) {
            res.set(fact, of_kind);
        }
    }
    // Without a layer that has it there is no window: no number of windowed layers says that all have one.
    if res.get(Fact::NumSlidingLayers) == Some(0.0) && architecture.is(Fact::NumSlidingLayers) {
        res.clear(Fact::SlidingWindow);
    }
    for fact in SHARES_OF_LAYERS {
        // A link may ask for fewer layers than the model has of one kind.
        if let Some(of_kind) = res.get(fact).filter(|of_kind| *of_kind > layers) {
            res.set(fact, of_kind.min(layers));
        }
    }
    res
}

/// A typed layout, and a typed fact that entails others, ask for facts that the model lacks: they stand where the page
/// shows them, at the mode's own defaults, if it has some.
fn state_entailed(mode: Mode, given: &Given, values: &Values, facts: &mut Facts) {
    let has_effect = |id: &ParameterId| values.taken_away_by(*id).is_none();
    let is_given = |id| has_effect(&id) && given.get(id).is_some();
    let is_mixture = facts.get(EITHER_OF_TEXT.1).is_some_and(|n_experts| n_experts != 0.0);
    if is_given(ParameterId::Layout) {
        forget_others(mode, values.choice(ParameterId::Layout), facts);
    }
    let mut state = |fact: Fact| {
        let parameter = fact.parameter().filter(has_effect);
        let shown = parameter.filter(|id| !is_stated_by_architecture(*id, mode));
        if let (Some(id), None | Some(0.0)) = (shown, facts.get(fact)) {
            facts.set(fact, values.number(id));
        }
    };
    if is_given(ParameterId::Layout) {
        each_required(values.choice(ParameterId::Layout), &mut state);
        if !is_mixture {
            state(EITHER_OF_TEXT.0);
        }
    }
    for entailed in ENTAILED.iter().filter(|it| it.by.parameter().is_some_and(is_given)) {
        entailed.facts.iter().copied().for_each(&mut state);
    }
}

/// What the model's own layout has and the typed one has not is no fact of the model that runs.
fn forget_others(mode: Mode, layout: Layout, facts: &mut Facts) {
    for &fact in Fact::ALL {
        let usage = fact.parameter().and_then(|id| id.use_in(mode));
        if usage.and_then(|it| it.only.group()).is_some_and(|group| !group.is_of(layout)) {
            facts.clear(fact);
        }
    }
}

/// Takes the effect of what says nothing in the model that runs, since that lacks what it would say something of: there
/// stands again what the architecture states, whatever was given.
pub fn take_away_absent(mode: Mode, architecture: &Architecture, facts: &mut Facts, values: &mut Values) {
    for it in BESIDE {
        if facts.get(it.control).is_some_and(|number| number != 0.0) {
            continue;
        }
        for &id in it.dependents {
            if values.taken_away_by(id).is_some() || has_own_number(id, mode) {
                continue;
            }
            values.take_away(id, Control::Absent(it.control));
            match Fact::of_parameter(id).map(|fact| (fact, architecture.get(fact))) {
                Some((fact, Some(number))) => facts.set(fact, number),
                Some((fact, None)) => facts.clear(fact),
                // A list is no fact: `Inputs::list` reads none that has no effect.
                None => {}
            }
        }
    }
}

/// Whether the architecture alone says what a parameter's default is.
fn is_stated_by_architecture(id: ParameterId, mode: Mode) -> bool {
    id.use_in(mode).is_some_and(|it| it.default == TableValue::Stated)
}

/// Whether a mode has a number of its own for a parameter, or does not know it.
fn has_own_number(id: ParameterId, mode: Mode) -> bool {
    id.use_in(mode).is_none_or(|it| matches!(it.default, TableValue::Number(_)))
}
