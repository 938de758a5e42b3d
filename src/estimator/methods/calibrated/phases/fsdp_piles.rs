//! What a rank of FSDP2 holds at a moment for the sake of sharding: gathered parameters, buffers, gradients that wait.
//! It knows no activation.

use crate::estimator::component::Component;
use crate::estimator::estimate::Lines;
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::phases::dpo::PassWithoutGradients;
use crate::estimator::methods::calibrated::phases::reference;
use crate::estimator::methods::calibrated::run::shard_groups::ShardGroup;
use crate::estimator::methods::calibrated::run::sharded::ShardedRun;
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::dtype::times;
use crate::estimator::methods::calibrated::tensors::instant::InstantSide;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::units::{Count, Memory};

/// The groups in which a rank gathers parameters, and which of them stay gathered.
pub struct GatheredGroups<'a> {
    /// What a rank holds of each.
    pub sharded: &'a ShardedRun,
    /// What is gathered before the first layer and stays until the pass ends: the root, or the last group where the
    /// embedding is in it.
    pub root: Option<ShardGroup>,
    /// The last group, where the output projection is apart from the embedding.
    pub tail: Option<ShardGroup>,
    /// Whether gathered parameters are kept for the backward pass.
    pub keeps: bool,
    /// Layers.
    pub layers: f64,
}

impl GatheredGroups<'_> {
    /// What groups that are kept hold once `n_layers` have run forward, or before the backward pass has left them.
    pub fn kept(&self, n_layers: f64, held: &mut HeldForSharding) {
        let sharded = self.sharded;
        held.gathered.extend(self.root.as_ref().map(|it| sharded.gathered(it)));
        if self.keeps {
            held.gathered.extend(several(n_layers, sharded.gathered(&sharded.layer)));
            held.gathered.extend(self.tail.as_ref().map(|_| sharded.gathered(&sharded.embedding)));
        }
    }

    /// What stays of the last group once it was gathered.
    pub fn kept_tail(&self) -> Option<Expr<Memory>> {
        self.tail.as_ref().map(|it| self.sharded.gathered(it))
    }

    /// The whole second model, which is one group of all its parameters (TRL, `prepare_fsdp`), whose all-gather's
    /// output lives until its pass ends.
    pub fn second_model(&self, run: &TrainingRun) -> HeldForSharding {
        let sharded = self.sharded;
        let [embedding, layer, end] = [&sharded.embedding, &sharded.layer, &sharded.end].map(|it| sharded.gathered(it));
        let all = embedding + run.layers() * layer + end;
        HeldForSharding { gathered: vec![all.clone()], buffers: vec![all], ..HeldForSharding::default() }
    }

    /// What a pass of the reference gathers beside what the trained model has kept, at the places where it may be
    /// fullest. The model without its adapters gathers its groups again, unless it keeps them.
    pub fn of_reference(&self, run: &TrainingRun) -> Vec<(PassWithoutGradients, HeldForSharding)> {
        use PassWithoutGradients::{Between, Inside, Scores};
        let held = |gathered: Option<Expr<Memory>>, buffers: Vec<Expr<Memory>>| HeldForSharding {
            gathered: gathered.into_iter().collect(),
            buffers,
            gradients: Vec::new(),
        };
        if reference::is_second_model(run) {
            return [Inside, Scores].map(|at| (at, self.second_model(run))).into();
        }
        if self.keeps {
            return [Inside, Scores].map(|at| (at, held(None, Vec::new()))).into();
        }
        let sharded = self.sharded;
        let (layer, embedding) = (sharded.gathered(&sharded.layer), sharded.gathered(&sharded.embedding));
        let before = if self.root.is_some() { layer.clone() } else { embedding.clone() };
        let mut res = vec![
            (Between, held(Some(layer.clone()), vec![before, layer.clone()])),
            (Inside, held(Some(layer.clone()), vec![layer.clone()])),
            (Scores, held(None, vec![layer])),
        ];
        res.extend(self.tail.as_ref().map(|_| (Between, held(Some(embedding.clone()), vec![embedding]))));
        res
    }
}

/// So many layers, as a factor.
pub fn several(number: f64, of: Expr<Memory>) -> Option<Expr<Memory>> {
    match number {
        1.0 => Some(of),
        _ if number > 0.0 => Some(times(number) * of),
        _ => None,
    }
}

/// What is there for the sake of sharding at a moment.
#[derive(Default)]
pub struct HeldForSharding {
    /// Parameters that are put together.
    pub gathered: Vec<Expr<Memory>>,
    /// Inputs and outputs of collectives.
    pub buffers: Vec<Expr<Memory>>,
    /// Gradients that wait, for their reduction or for the optimizer.
    pub gradients: Vec<Expr<Memory>>,
}

impl HeldForSharding {
    /// The same as lines of a moment.
    pub fn lines(self) -> Lines {
        let piles = [
            (Component::GatheredParameters, self.gathered),
            (Component::CollectiveBuffers, self.buffers),
            (Component::Gradients, self.gradients),
        ];
        piles.into_iter().filter_map(|(pile, all)| Some((pile, all.into_iter().reduce(|sum, it| sum + it)?))).collect()
    }

    /// Adds what there is on a side of the experts, of which `elements` of a layer are, where they are a group of their
    /// own; `before` is the group that the backward pass was in before the layer.
    pub fn on_side(
        &mut self,
        side: InstantSide,
        run: &TrainingRun,
        sharded: &ShardedRun,
        before: Option<&ShardGroup>,
        elements: Option<&Expr<Count>>,
    ) {
        let scattered = |it: Option<&ShardGroup>| it.and_then(|it| sharded.scattered(it));
        let (Some(experts), Some(elements)) = (&sharded.experts, elements) else {
            return self.buffers.extend(scattered(before));
        };
        match side {
            // DeepSpeed's alone.
            InstantSide::ArrivalOfDown | InstantSide::ArrivalOfUp | InstantSide::ArrivalOfOther => {}
            // `starts` lets no adapters beside experts pass.
            InstantSide::FirstPass | InstantSide::Forward | InstantSide::Gather => {
                self.gathered.push(sharded.gathered(experts));
                self.buffers.extend(sharded.copied_out());
                self.buffers.extend(scattered(before));
            }
            InstantSide::Experts => {
                self.gathered.push(sharded.gathered(experts));
                self.buffers.extend(scattered(before));
            }
            // The input of the experts' reduce-scatter takes the place of that before, and lives until the layer's own.
            InstantSide::Reduction => {
                let of_rank = elements.clone() / run.shape.reader.leaf::<Count>(Id::ExpertParallel);
                // Gate and up are one tensor, twice as large as the last.
                let last = of_rank.clone() / Expr::number(3.0);
                if let Some([buffers, gradients]) = sharded.reducing_experts(experts, of_rank, last) {
                    self.buffers.extend(buffers);
                    self.gradients.extend(gradients);
                }
            }
            InstantSide::Behind => {
                self.buffers.extend(scattered(Some(experts)));
                self.gradients.extend(sharded.kept(experts).filter(|_| !run.accumulates()));
            }
        }
    }
}
