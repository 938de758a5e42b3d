//! The architecture that a run has: the model's facts, overridden by parameters. It knows no formula.

use crate::estimator::architecture::{Architecture, EITHER_OF_TEXT, ENTAILED, Fact, Facts, Layout, each_required};
use crate::estimator::expr::Expr;
use crate::estimator::parameters::{Only, ParameterId, TableValue};
use crate::estimator::reader::Reader;
use crate::estimator::units::Unit;

/// The facts of the model that runs, read through the inputs; one place for each, so that nobody searches.
#[derive(Clone)]
pub struct Shape<'a> {
    /// The inputs, for all that is no fact of the model.
    pub reader: Reader<'a>,
    architecture: &'a Architecture,
    facts: Facts,
}

impl<'a> Shape<'a> {
    /// The shape of the inputs' model, or of the mode's defaults.
    pub fn new(reader: Reader<'a>) -> Self {
        let architecture = reader.architecture();
        let is_known = reader.model().is_some_and(|it| it.is_known());
        let mut facts = architecture.facts.clone();
        for &fact in Fact::ALL {
            let Some(id) = parameter_of(fact, reader) else { continue };
            // What an architecture lacks it has not, whatever stands at the parameter's default.
            let is_left =
                reader.is_default(id) && (is_known && architecture.get(fact).is_none() || is_stated(id, reader));
            if !is_left {
                facts.set(fact, reader.number(id));
            }
        }
        state_entailed(reader, &mut facts);
        let layers = facts.get(Fact::NumLayers).unwrap_or(0.0);
        for fact in SHARES_OF_LAYERS {
            // A link may ask for fewer layers than the model has of one kind.
            if let Some(of_kind) = facts.get(fact).filter(|of_kind| *of_kind > layers) {
                facts.set(fact, of_kind.min(layers));
            }
        }
        Self { reader, architecture, facts }
    }

    /// The model's architecture, or the one that the mode assumes.
    pub const fn architecture(&self) -> &'a Architecture {
        self.architecture
    }

    /// Which layers there are and how they follow each other.
    pub fn layout(&self) -> Layout {
        self.reader.choice(ParameterId::Layout)
    }

    /// A fact: the parameter of the mode that states it, else the model's.
    pub const fn get(&self, fact: Fact) -> Option<f64> {
        self.facts.get(fact)
    }

    /// A fact that is 0 where nothing is known of it.
    pub fn number(&self, fact: Fact) -> f64 {
        self.get(fact).unwrap_or(0.0)
    }

    /// Whether a fact is known and not 0.
    pub fn is(&self, fact: Fact) -> bool {
        self.number(fact) != 0.0
    }

    /// A fact as a leaf of a formula: a parameter of the mode, or a number of the model.
    pub fn leaf<U: Unit>(&self, fact: Fact) -> Expr<U> {
        match parameter_of(fact, self.reader) {
            Some(id) => self.reader.leaf(id),
            None => self.reader.counted(fact.symbol(), self.number(fact), &[ParameterId::Model]),
        }
    }
}

/// A typed layout, and a typed fact that entails others, ask for facts that the model lacks: they stand where the page shows
/// them, at the mode's own defaults, if it has some.
fn state_entailed(reader: Reader, facts: &mut Facts) {
    let is_given = |id| reader.has_effect(id) && !reader.is_default(id);
    let is_mixture = facts.get(EITHER_OF_TEXT.1).is_some_and(|n_experts| n_experts != 0.0);
    if is_given(ParameterId::Layout) {
        forget_others(reader, facts);
    }
    let mut state = |fact: Fact| {
        let shown = parameter_of(fact, reader).filter(|id| !is_stated(*id, reader));
        if let (Some(id), None | Some(0.0)) = (shown, facts.get(fact)) {
            facts.set(fact, reader.number(id));
        }
    };
    if is_given(ParameterId::Layout) {
        each_required(reader.choice(ParameterId::Layout), &mut state);
        if !is_mixture {
            state(EITHER_OF_TEXT.0);
        }
    }
    for entailed in ENTAILED.iter().filter(|it| it.by.parameter().is_some_and(is_given)) {
        entailed.facts.iter().copied().for_each(&mut state);
    }
}

/// What the model's own layout has and the typed one has not is no fact of the model that runs.
fn forget_others(reader: Reader, facts: &mut Facts) {
    let layout = reader.choice(ParameterId::Layout);
    for &fact in Fact::ALL {
        let usage = fact.parameter().and_then(|id| id.use_in(reader.mode()));
        if let Some(Only::Layouts(group)) = usage.map(|it| it.only)
            && !group.is_of(layout)
        {
            facts.clear(fact);
        }
    }
}

fn parameter_of(fact: Fact, reader: Reader) -> Option<ParameterId> {
    fact.parameter().filter(|id| reader.has_effect(*id))
}

/// Whether the architecture alone says what a parameter's default is.
fn is_stated(id: ParameterId, reader: Reader) -> bool {
    id.use_in(reader.mode()).is_some_and(|it| it.default == TableValue::Stated)
}

/// Facts that count some of the layers.
const SHARES_OF_LAYERS: [Fact; 4] =
    [Fact::NumDenseLayers, Fact::NumSlidingLayers, Fact::NumFullAttentionLayers, Fact::NumCrossAttentionLayers];
