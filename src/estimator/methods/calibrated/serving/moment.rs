//! What lives at every moment of a served run: the weights, and the keys and values of all layers. It knows no engine's
//! buffers.

use crate::estimator::architecture::{Fact, Layout, Part, Tower};
use crate::estimator::component::Component;
use crate::estimator::estimate::{Lines, Moment, put_any};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::latent_attention::expansions_in_vllm;
use crate::estimator::methods::calibrated::blocks::{mamba, mamba2};
use crate::estimator::methods::calibrated::model::counts::Counts;
use crate::estimator::methods::calibrated::model::storage::chosen_format;
use crate::estimator::methods::calibrated::model::weights;
use crate::estimator::methods::calibrated::run::serving::ServingRun;
use crate::estimator::methods::calibrated::serving::kinds::LayerKind;
use crate::estimator::methods::calibrated::serving::{cache, device_map};
use crate::estimator::moment::MomentId;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::Engine;
use crate::estimator::units::Memory;

/// Whether vLLM keeps copies of the expansions of latent attention, which it does where they are packed.
fn copies_expansions(run: &ServingRun) -> bool {
    let is_of_vllm = run.shape.reader.choice::<Engine>(Id::Engine) == Engine::Vllm;
    if !is_of_vllm || !run.shape.is(Fact::KvLoraRank) {
        return false;
    }
    chosen_format(run.shape).is_some_and(|it| {
        let is_packed = weights::packs(run.shape, it);
        Counts::of(run.shape).number(|it| it.part == Part::Attention && it.tower != Tower::Vision && is_packed(it))
            > 0.0
    })
}

/// What is there from a served run's first moment to its last.
#[derive(Clone)]
pub struct Held {
    weights: Expr<Memory>,
    cache: Option<Expr<Memory>>,
}

impl Held {
    /// The weights as a checkpoint has them, with a drafter's, and the keys and values of all layers; or of those on a
    /// GPU.
    pub fn of(run: &ServingRun) -> Self {
        let stored = weights::stored(run.shape);
        let weights = match run.portion {
            _ if run.drafts_by_layer() => stored + weights::of_drafter(run.shape),
            Some(portion) => stored.clone() - device_map::elsewhere(run.shape, &portion, stored.value()),
            None => stored,
        };
        let of_mixers =
            if run.layout() == Layout::Mamba { mamba::beside_weights(run) } else { mamba2::beside_weights(run) };
        if let Some(beside) = of_mixers {
            return Self::with_weights(run, weights + beside);
        }
        if copies_expansions(run) {
            let layers = match run.portion {
                Some(portion) => portion.layers(&run.shape.whole(), LayerKind::Any),
                None => run.leaf(Id::NumLayers),
            };
            return Self::with_weights(run, weights + expansions_in_vllm(run.shape, &run.element, layers));
        }
        Self::with_weights(run, weights)
    }

    /// The same with weights that are stored otherwise.
    pub fn with_weights(run: &ServingRun, weights: Expr<Memory>) -> Self {
        Self { weights, cache: cache::cache(run) }
    }

    /// The same before so much of the cache was there.
    pub fn before(&self, later: Expr<Memory>) -> Self {
        Self { weights: self.weights.clone(), cache: self.cache.clone().map(|it| it - later) }
    }

    /// A moment with what else lives then.
    pub fn moment(&self, id: MomentId, lines: Lines) -> Moment {
        let mut all = vec![(Component::Weights, self.weights.clone())];
        put_any(&mut all, Component::KvCache, self.cache.clone());
        all.extend(lines);
        Moment::new(id, all)
    }
}
