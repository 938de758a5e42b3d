//! The architecture that a run has: the facts of the model that runs, as values and as leaves of formulas. It knows no
//! formula.

use crate::estimator::architecture::{Fact, Layout, List};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::model::split::RankShare;
use crate::estimator::parameters::ParameterId;
use crate::estimator::parameters::choices::{ChoiceValue, TaskHead};
use crate::estimator::reader::Reader;
use crate::estimator::units::{Count, Unit};
use std::borrow::Cow;

/// The facts of the model that runs, read through the inputs; one place for each, so that nobody searches.
#[derive(Clone, Copy)]
pub struct Shape<'a> {
    /// The inputs, for all that is no fact of the model.
    pub reader: Reader<'a>,
    /// What one of several GPUs holds of each width, where they share out matrices among themselves.
    split: Option<RankShare>,
}

impl<'a> Shape<'a> {
    /// The shape of the inputs' model, or of the mode's defaults.
    pub const fn new(reader: Reader<'a>) -> Self {
        Self { reader, split: None }
    }

    /// The same as one GPU holds it: a model of its own, as wide as its part.
    pub const fn of_rank(reader: Reader<'a>, split: Option<RankShare>) -> Self {
        Self { reader, split }
    }

    /// The whole model.
    pub const fn whole(&self) -> Self {
        Self::new(self.reader)
    }

    /// What the GPU holds of the model's widths, where it is not the only one.
    pub const fn split(&self) -> Option<RankShare> {
        self.split
    }

    /// Experts of a layer that the GPU holds.
    pub fn held_experts(&self) -> Expr<Count> {
        let all = self.leaf(Fact::NumExperts);
        match self.split {
            Some(split) => split.experts(&self.reader, all),
            None => all,
        }
    }

    /// A list of the model that runs; none of its entries are known where it is empty.
    pub fn list(&self, list: List) -> Cow<'a, [f64]> {
        self.reader.inputs().list(list)
    }

    /// Which layers there are and how they follow each other.
    pub fn layout(&self) -> Layout {
        self.reader.choice(ParameterId::Layout)
    }

    /// What stands behind the layers; where the mode has no such choice, what the model has.
    pub fn head(&self) -> TaskHead {
        self.reader.choice(ParameterId::TaskHead)
    }

    /// A fact: the parameter of the mode that states it, else the model's.
    pub fn get(&self, fact: Fact) -> Option<f64> {
        let all = self.reader.fact(fact)?;
        Some(self.split.map_or(all, |split| split.of::<Count>(&self.reader.untold(), fact, Expr::untold(all)).value()))
    }

    /// A fact that is 0 where nothing is known of it.
    pub fn number(&self, fact: Fact) -> f64 {
        self.get(fact).unwrap_or(0.0)
    }

    /// Whether a fact is known and not 0.
    pub fn is(&self, fact: Fact) -> bool {
        self.number(fact) != 0.0
    }

    /// A fact that is chosen from a list.
    pub fn kind<T: ChoiceValue>(&self, fact: Fact) -> T {
        let at = self.number(fact).max(0.0) as usize;
        T::ALL.get(at).copied().unwrap_or(T::ALL[0])
    }

    /// A fact as a leaf of a formula: a parameter of the mode, or a number of the model. What a model lacks it has not,
    /// whatever stands at the parameter's default: the same number as [`Shape::number`] says.
    pub fn leaf<U: Unit>(&self, fact: Fact) -> Expr<U> {
        match self.split {
            Some(split) => split.of(&self.reader, fact, self.whole().leaf_of_all(fact)),
            None => self.leaf_of_all(fact),
        }
    }

    /// The same of the whole model, whatever the GPU holds.
    pub fn leaf_of_all<U: Unit>(&self, fact: Fact) -> Expr<U> {
        if self.split.is_some() {
            return self.whole().leaf_of_all(fact);
        }
        let reader = self.reader;
        if !reader.is_telling() {
            return Expr::untold(self.number(fact));
        }
        match (self.get(fact), fact.parameter().filter(|id| reader.has_effect(*id))) {
            (Some(number), Some(id)) => reader.parameter(id, id.spec().symbol, number),
            (Some(number), None) => reader.fact_leaf(fact, number),
            (None, _) => reader.bare(0.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A fact is read as the number that its parameter has: a parameter in thousands would be another number.
    #[test]
    fn parameters_of_facts_are_in_the_units_of_facts() {
        for id in Fact::ALL.iter().filter_map(|it| it.parameter()) {
            assert_eq!(id.spec().unit.factor(), 1.0, "{}", id.spec().key);
        }
    }
}
