//! A catalogue of models: a value, handed to whoever reads names. It knows no formula.

use crate::estimator::catalog::model::Model;
use crate::estimator::catalog::packed::parse;
use std::sync::Arc;

/// Models whose names mean something.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    models: Vec<Arc<Model>>,
    /// Places in the list, by id.
    sorted: Vec<usize>,
}

/// The packed text of the models of `data/models.json`.
const PACKED: &str = include_str!(concat!(env!("OUT_DIR"), "/presets.txt"));

impl Catalog {
    /// The models of `data/models.json`, in its order.
    pub fn built_in() -> Self {
        // A line that cannot be read is a model less; a test of the catalogue would tell.
        Self::of(parse(PACKED).0)
    }

    /// Some models. Of two with one id the first is found.
    pub fn of(models: Vec<Model>) -> Self {
        let models: Vec<_> = models.into_iter().map(Arc::new).collect();
        let mut sorted: Vec<usize> = (0..models.len()).collect();
        sorted.sort_by(|a, b| models[*a].id.cmp(&models[*b].id));
        Self { models, sorted }
    }

    /// Every model, in the catalogue's order.
    pub fn models(&self) -> &[Arc<Model>] {
        &self.models
    }

    /// The model with a name in links.
    pub fn model(&self, id: &str) -> Option<&Arc<Model>> {
        let at = self.sorted.binary_search_by(|at| self.models[*at].id.as_ref().cmp(id)).ok()?;
        self.models.get(self.sorted[at])
    }
}
