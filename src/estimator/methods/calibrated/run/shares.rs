//! Which shares of a decoder's tensors a rank of FSDP2 holds, and gives to be gathered. It knows no format and no
//! moment.

use crate::estimator::architecture::{Fact, Part, PartCount, TensorSums};
use crate::estimator::methods::calibrated::model::counts::Counts;
use crate::estimator::methods::calibrated::model::mesh::{Mesh, Shards};
use crate::estimator::methods::calibrated::model::storage::chosen_format;
use crate::estimator::methods::calibrated::model::weights;
use crate::estimator::methods::calibrated::parts::count::count;
use crate::estimator::methods::calibrated::parts::counter::{Counter, Rows};
use crate::estimator::methods::calibrated::run::training::TrainingRun;

/// Weights in an element of what such weights are stored in: FSDP2 shares out floating-point tensors alone, so that a
/// base is packed into BF16 (`bnb_4bit_quant_storage`; accelerate/utils/fsdp_utils.py, `fsdp2_prepare_model`).
const IN_ONE: f64 = 4.0;

/// Elements of embedding, a layer and the model's end, of adapters of a layer, and of the largest share.
pub struct SharedElements {
    /// What each rank gives to be gathered.
    pub exchanged: [f64; 3],
    /// What this rank holds.
    pub held: [f64; 3],
    /// Exchanged and held.
    pub adapters: [f64; 2],
    /// Exchanged and held of what a layer's weights are packed in.
    pub packed: [f64; 2],
    /// Exchanged and held of a layer's experts that are a group of their own.
    pub experts: [f64; 2],
    /// What the largest share has.
    pub largest: f64,
}

impl SharedElements {
    /// Those of ranks that hold the same.
    pub fn of(run: &TrainingRun, counts: &Counts, mesh: &Mesh, shards: Shards) -> Self {
        let counter = count(run.shape);
        let layers = run.layers().value();
        let [of_norms, of_last] = norms(&counter, layers);
        // Experts that are shared out among other ranks are another group.
        let (of_experts, has_experts) = (mesh.of_experts(), mesh.experts() > 1.0);
        let is_apart = |it: &&Rows| has_experts && it.part == Part::Experts;
        let of_layer = |it: &&Rows| !matches!(it.part, Part::Embedding | Part::LmHead) && !is_apart(it);
        let (exchanged, held) = (|it: [f64; 2]| mesh.exchanged(it), |it: [f64; 2]| mesh.held(shards, it));
        let scale = counts.scale();
        let packs = chosen_format(run.shape).filter(|_| run.is_quantized()).map(|it| weights::packs(run.shape, it));
        // Vectors that are added have rows of one element, and are packed by none.
        let is_packed = |it: &Rows| {
            let part = PartCount { tower: it.tower, part: it.part, parameters: 0.0, tensors: TensorSums::default() };
            it.of_row > 1.0 && packs.as_ref().is_some_and(|packs| packs(&part))
        };
        let packed = |share: &dyn Fn([f64; 2]) -> f64| {
            let all = counter.rows.iter().filter(|it| is_packed(it));
            let sum: f64 = all.map(|it| it.number * share([it.rows * it.of_row / IN_ONE, IN_ONE])).sum();
            scale * sum / layers
        };
        let sums = |share: &dyn Fn([f64; 2]) -> f64| {
            let of = |keep: &dyn Fn(&&Rows) -> bool| {
                counter
                    .rows
                    .iter()
                    .filter(|it| !is_packed(it))
                    .filter(keep)
                    .map(|it| it.number * share(of_rank(it, mesh)))
                    .sum::<f64>()
            };
            let layer = of(&of_layer) / layers + share([of_norms, 1.0]);
            let end = of(&|it| it.part == Part::LmHead) + share([of_last, 1.0]);
            [of(&|it| it.part == Part::Embedding), layer, end].map(|it| scale * it)
        };
        let of_adapters =
            |share: &dyn Fn([f64; 2]) -> f64| run.adapters.rows(&run.widths).into_iter().map(share).sum::<f64>();
        let experts = |share: &dyn Fn([f64; 2]) -> f64| {
            let all = counter.rows.iter().filter(is_apart);
            scale * all.map(|it| it.number * share(of_rank(it, mesh))).sum::<f64>() / layers
        };
        let exchanged_of_experts = |it: [f64; 2]| of_experts.exchanged(it);
        let held_of_experts = |it: [f64; 2]| of_experts.held(mesh.among_experts(shards), it);
        let of_tensor = |it: &Rows| {
            let share = of_rank(it, mesh);
            if is_apart(&it) { of_experts.exchanged(share) } else { mesh.exchanged(share) }
        };
        let largest = counter.rows.iter().map(of_tensor).fold(0.0, f64::max);
        Self {
            exchanged: sums(&exchanged),
            held: sums(&held),
            adapters: [of_adapters(&exchanged), of_adapters(&held)],
            packed: [packed(&exchanged), packed(&held)],
            experts: [experts(&exchanged_of_experts), experts(&held_of_experts)],
            largest,
        }
    }
}

/// The rows of a matrix, and their length, of which a rank's group shares out what there is.
pub fn of_rank(it: &Rows, mesh: &Mesh) -> [f64; 2] {
    let among = if it.part == Part::Experts { mesh.experts() } else { 1.0 };
    mesh.divided([it.rows / among, it.of_row], it.reads_divided)
}

/// The ranks that hold the same of every tensor.
pub fn shards(run: &TrainingRun, mesh: &Mesh) -> Vec<Shards> {
    let counter = count(run.shape);
    let of_adapters = run.adapters.rows(&run.widths).into_iter().map(|it| it[0]);
    let norms = norms(&counter, run.layers().value());
    let is_expert = |it: &&Rows| it.part == Part::Experts;
    let of_matrices = counter.rows.iter().filter(|it| !is_expert(it)).map(|it| of_rank(it, mesh)[0]);
    let of_all = of_matrices.chain(norms).chain(of_adapters).flat_map(|it| mesh.ends(it));
    let of_experts = counter.rows.iter().filter(is_expert).flat_map(|it| mesh.of_experts().ends(of_rank(it, mesh)[0]));
    mesh.shards(of_all.chain(of_experts.map(|it| it * mesh.experts())))
}

/// Elements of the norms of a layer, and of the last: vectors, whose rows they are. Those of a layer are shared out as
/// one.
pub fn norms(counter: &Counter, layers: f64) -> [f64; 2] {
    let of_last = counter.vectors_of_norm(Fact::Norm) * counter.n(Fact::HiddenSize);
    let all: f64 = counter.parts.iter().filter(|it| it.part == Part::Norms).map(|it| it.parameters).sum();
    [((all - of_last) / layers).max(0.0), of_last]
}
