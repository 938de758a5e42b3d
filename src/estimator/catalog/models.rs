//! A catalogue of models: a value, handed to whoever reads names. It knows no formula.

use crate::estimator::catalog::model::Model;
use crate::estimator::catalog::packed::parse;
use crate::estimator::catalog::tuned::{TUNED, bare_name};
use crate::estimator::order::order;
use std::sync::{Arc, OnceLock};

/// Models whose names mean something.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    /// Read when the first name is asked for: most configurations name no model, and need not wait for hundreds.
    listed: OnceLock<Listed>,
    /// What is read then.
    packed: &'static str,
}

#[derive(Clone, Debug)]
struct Listed {
    models: Vec<Arc<Model>>,
    /// Places in the list, by id.
    sorted: Vec<usize>,
}

/// The packed text of the models of `data/models.json`.
const PACKED: &str = include_str!(concat!(env!("OUT_DIR"), "/presets.txt"));

impl Catalog {
    /// The models of `data/models.json`, in its order.
    pub fn built_in() -> Self {
        Self { listed: OnceLock::new(), packed: PACKED }
    }

    /// Some models. Of two with one id the first is found.
    pub fn of(models: Vec<Model>) -> Self {
        Self { listed: OnceLock::from(Listed::of(models)), packed: "" }
    }

    fn listed(&self) -> &Listed {
        // A line that cannot be read is a model less; a test of the catalogue would tell.
        self.listed.get_or_init(|| Listed::of(parse(self.packed).0))
    }

    /// Every model, in the catalogue's order.
    pub fn models(&self) -> &[Arc<Model>] {
        &self.listed().models
    }

    /// Whether its models are those of `data/models.json`.
    pub fn is_built_in(&self) -> bool {
        !self.packed.is_empty()
    }

    /// The model with a name in links.
    pub fn model(&self, id: &str) -> Option<&Arc<Model>> {
        let Listed { models, sorted } = self.listed();
        let at = sorted.binary_search_by(|at| models[*at].id.as_ref().cmp(id)).ok()?;
        models.get(sorted[at])
    }

    /// The model of a name in links, or of its repository (`meta-llama/Llama-3.1-8B-Instruct`), after which most are
    /// named: one that was tuned further has the shape of what it was made of.
    pub fn model_meant(&self, name: &str) -> Option<&Arc<Model>> {
        let of_repository = || {
            let last = name.rsplit('/').next().unwrap_or(name);
            let own = bare_name(last, TUNED);
            let is_meant = |it: &&Arc<Model>| bare_name(&it.id, TUNED) == own;
            self.models()
                .iter()
                .find(|it| it.id.eq_ignore_ascii_case(last))
                .or_else(|| self.models().iter().find(is_meant))
        };
        self.model(name).or_else(of_repository)
    }
}

impl Listed {
    fn of(models: Vec<Model>) -> Self {
        let models: Vec<_> = models.into_iter().map(Arc::new).collect();
        let sorted = order(models.len(), &|a, b| models[a].id.cmp(&models[b].id));
        Self { models, sorted }
    }
}
