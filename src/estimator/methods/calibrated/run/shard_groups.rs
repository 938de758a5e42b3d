//! What one call of FSDP2's `fully_shard` shares out, gathers and reduces together, and what a rank holds of all such
//! groups at all times. It knows no optimizer and no moment.

use crate::estimator::component::Component;
use crate::estimator::estimate::Lines;
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::model::counts::Counts;
use crate::estimator::methods::calibrated::model::mesh::Mesh;
use crate::estimator::methods::calibrated::model::storage::chosen_format;
use crate::estimator::methods::calibrated::model::weights;
use crate::estimator::methods::calibrated::run::shares::SharedElements;
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::dtype::{FP32, element};
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::Recipe;
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{BytesPerElement, Count, Memory, Unit};

/// What decides how large shares are.
pub const SHARES_FROM: &[Id] =
    &[Id::Model, Id::DataParallel, Id::DataParallelReplicate, Id::TensorParallel, Id::ExpertParallel];

/// The same of adapters.
const ADAPTERS_FROM: &[Id] = &[Id::Model, Id::LoraRank, Id::LoraTargets, Id::DataParallel, Id::DataParallelReplicate];

/// Bytes of a weight that is packed in 4 bits, without its scales.
const PACKED: f64 = 0.5;

/// Elements of a group that are shared out.
#[derive(Clone)]
pub struct ShardGroup {
    /// What each rank gives to be gathered: filled up to as many rows as the first rank has.
    pub exchanged: Expr<Count>,
    /// The same of weights that are packed in 4 bits.
    pub packed: Option<Expr<Memory>>,
    /// What each rank gets of reduced gradients, filled up likewise; `None` where nothing of the group is trained.
    pub reduced: Option<Expr<Count>>,
    /// What this rank holds of what is trained.
    pub trained: Option<Expr<Count>>,
    /// The ranks that share it out among themselves.
    pub ranks: Expr<Count>,
}

impl ShardGroup {
    /// Both.
    pub fn and(&self, other: &Self) -> Self {
        Self {
            exchanged: self.exchanged.clone() + other.exchanged.clone(),
            packed: sum(&self.packed, &other.packed),
            reduced: sum(&self.reduced, &other.reduced),
            trained: sum(&self.trained, &other.trained),
            ranks: self.ranks.clone(),
        }
    }
}

/// Both, where there are both.
pub fn sum<U: Unit>(one: &Option<Expr<U>>, other: &Option<Expr<U>>) -> Option<Expr<U>> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.clone() + other.clone()),
        (one, other) => one.clone().or_else(|| other.clone()),
    }
}

/// What a rank holds of the groups of a model.
pub struct HeldGroups {
    /// The embedding, a layer, and the end.
    pub groups: [ShardGroup; 3],
    /// A layer's experts, where they are a group of their own.
    pub experts: Option<ShardGroup>,
    /// What is trained of all groups.
    pub trained: Expr<Count>,
    /// Bytes of an element of that.
    pub stored: Expr<BytesPerElement>,
    /// Bytes of a parameter of the model as it is shared out.
    pub bytes_of_weight: f64,
    /// Weights and adapters.
    pub lines: Lines,
    /// Of a packed base, what is no part of its parameters and lies on the GPU wherever these do.
    pub scales: Option<Expr<Memory>>,
}

impl HeldGroups {
    /// Those of a run.
    pub fn of(run: &TrainingRun, counts: &Counts, mesh: &Mesh, elements: &SharedElements) -> Self {
        let share = |quantity, value: f64| run.shape.reader.counted::<Count>(quantity, value, SHARES_FROM);
        let exchanged = [
            share(Quantity::ExchangedOfEmbedding, elements.exchanged[0]),
            share(Quantity::ExchangedOfLayer, elements.exchanged[1]),
            share(Quantity::ExchangedOfEnd, elements.exchanged[2]),
        ];
        let held = [
            share(Quantity::HeldOfEmbedding, elements.held[0]),
            share(Quantity::HeldOfLayer, elements.held[1]),
            share(Quantity::HeldOfEnd, elements.held[2]),
        ];
        let experts = (mesh.experts() > 1.0).then(|| of_experts(run, elements));
        let of_layer = experts.iter().filter_map(|it| it.trained.clone()).fold(held[1].clone(), |sum, it| sum + it);
        let all = held[0].clone() + run.layers() * of_layer + held[2].clone();
        let ranks = sharding_ranks(run, mesh);
        let res = if run.formats.trains_everything() {
            Self::trained(run, [exchanged, held], all, &ranks)
        } else {
            Self::frozen(run, counts, elements, exchanged, all, &ranks)
        };
        Self { experts, ..res }
    }

    /// Of a run that trains everything.
    fn trained(
        run: &TrainingRun,
        [exchanged, held]: [[Expr<Count>; 3]; 2],
        all: Expr<Count>,
        ranks: &Expr<Count>,
    ) -> Self {
        let bytes_of_weight = if is_policy(run) { FP32 } else { run.formats.parameter };
        let stored = run.format(Quantity::BytesOfParameter, bytes_of_weight, run.formats_from());
        let [of_embedding, of_layer, of_end] = held;
        let [embedding, layer, end] = exchanged;
        let group = |exchanged: Expr<Count>, held: Expr<Count>| ShardGroup {
            reduced: Some(exchanged.clone()),
            exchanged,
            packed: None,
            trained: Some(held),
            ranks: ranks.clone(),
        };
        Self {
            groups: [group(embedding, of_embedding), group(layer, of_layer), group(end, of_end)],
            experts: None,
            lines: vec![(Component::Weights, all.clone() * stored.clone())],
            trained: all,
            stored,
            bytes_of_weight,
            scales: None,
        }
    }

    /// Of a run that trains adapters beside frozen weights, which may be packed.
    fn frozen(
        run: &TrainingRun,
        counts: &Counts,
        elements: &SharedElements,
        [embedding, layer, end]: [Expr<Count>; 3],
        all: Expr<Count>,
        ranks: &Expr<Count>,
    ) -> Self {
        let reader = run.shape.reader;
        let share = |quantity, value: f64| reader.counted::<Count>(quantity, value, SHARES_FROM);
        let adapters = |quantity, value: f64| reader.counted::<Count>(quantity, value, ADAPTERS_FROM);
        let exchanged = adapters(Quantity::ExchangedOfAdapters, elements.adapters[0]);
        let held = adapters(Quantity::HeldOfAdapters, elements.adapters[1]);
        let frozen =
            |exchanged| ShardGroup { exchanged, packed: None, reduced: None, trained: None, ranks: ranks.clone() };
        let packed = chosen_format(run.shape).filter(|_| run.is_quantized()).map(|format| {
            let [exchanged, held] = elements.packed;
            let held: Expr<Memory> = share(Quantity::HeldPacked, held) * element(PACKED);
            // The scales are attributes of the parameter and no part of it (`Params4bit.quant_state`): whole on each
            // rank, and on the GPU wherever the parameter lies, since they went there with the whole parameter before
            // it was shared out (`Params4bit.to`, called by `_move_states_to_device`).
            let scales = counts.leaf(Quantity::QuantizedParameters, weights::packs(run.shape, format))
                * (weights::of_packed_weight(format) - element(PACKED));
            (share(Quantity::ExchangedPacked, exchanged) * element(PACKED), run.layers() * held, scales)
        });
        let layer = ShardGroup {
            exchanged: layer + exchanged.clone(),
            packed: packed.as_ref().map(|it| it.0.clone()),
            reduced: Some(exchanged),
            trained: Some(held.clone()),
            ranks: ranks.clone(),
        };
        let stored = run.format(Quantity::BytesOfAdapter, run.adapter_bytes(), &[Id::AdapterPrecision]);
        let trained = run.layers() * held;
        let unpacked: Expr<Memory> = all * element(run.formats.parameter);
        let (weights, scales) = match packed {
            Some((_, held, scales)) => (unpacked + held, Some(scales)),
            None => (unpacked, None),
        };
        Self {
            groups: [frozen(embedding), layer, frozen(end)],
            experts: None,
            lines: vec![(Component::Weights, weights), (Component::Adapter, trained.clone() * stored.clone())],
            trained,
            stored,
            bytes_of_weight: run.formats.parameter,
            scales,
        }
    }
}

/// A layer's experts, of which a rank has some, whole or shared out among those that have the same.
fn of_experts(run: &TrainingRun, elements: &SharedElements) -> ShardGroup {
    let reader = run.shape.reader;
    let share = |quantity, value: f64| reader.counted::<Count>(quantity, value, SHARES_FROM);
    let [exchanged, held] = elements.experts;
    let exchanged = share(Quantity::ExchangedOfExperts, exchanged);
    ShardGroup {
        reduced: Some(exchanged.clone()),
        exchanged,
        packed: None,
        trained: Some(share(Quantity::HeldOfExperts, held)),
        ranks: reader.leaf::<Count>(Id::DataParallel) / reader.leaf::<Count>(Id::ExpertParallel),
    }
}

/// Ranks that share out each group among themselves.
pub fn sharding_ranks(run: &TrainingRun, mesh: &Mesh) -> Expr<Count> {
    let decided_by = &[Id::DataParallel, Id::DataParallelReplicate];
    run.shape.reader.counted(Quantity::ShardingRanks, mesh.sharded_over(), decided_by)
}

/// Whether trained parameters are FP32 and computed in the run's precision: FSDP2's policy.
fn is_policy(run: &TrainingRun) -> bool {
    run.shape.reader.choice::<Recipe>(Id::Recipe) == Recipe::Policy
}
