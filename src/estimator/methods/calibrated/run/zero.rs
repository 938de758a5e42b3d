//! What a rank of DeepSpeed's ZeRO holds of a dense decoder: its share of states and master copy, whole parameters or
//! its parts of them, and the bucket in which gradients are reduced. It knows no moment.
//!
//! Read in deepspeed/runtime/zero/stage_1_and_2.py and stage3.py. Below stage 3 all trained parameters are one flat
//! tensor, of which each rank updates an equal slice; at stage 3 each parameter is sliced by itself.

use crate::estimator::architecture::Fact;
use crate::estimator::component::Component;
use crate::estimator::estimate::Lines;
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::model::counts::Counts;
use crate::estimator::methods::calibrated::model::mesh::Mesh;
use crate::estimator::methods::calibrated::run::resident::{HeldGradients, Resident};
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::run::zero_live::{FetchRule, KnownOrder, LiveParameters};
use crate::estimator::methods::calibrated::run::zero_order::OrderedTensors;
use crate::estimator::methods::calibrated::run::zero_reductions::{Reduction, first_full, reductions};
use crate::estimator::methods::calibrated::run::zero_shares::{SHARES_FROM, ZeroShares};
use crate::estimator::methods::calibrated::run::zero_touched::{FP64, Touched};
use crate::estimator::methods::calibrated::tensors::dtype::{FP32, HALF, element, times};
use crate::estimator::methods::calibrated::tensors::instant::InstantSide;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::{Optimizer, OptimizerKernel, Rollout};
use crate::estimator::parameters::spread::{OptimizerPlace, ZeroStage};
use crate::estimator::quantity::Quantity;
use crate::estimator::reader::Reader;
use crate::estimator::units::{Count, Memory};

/// What decides what is reduced at once.
const REDUCED_FROM: &[Id] = &[Id::Model, Id::LoraRank, Id::LoraTargets, Id::DataParallel, Id::ZeroReduceBucket];
/// What decides which parameters are gathered.
const LIVE_FROM: &[Id] = &[
    Id::Model,
    Id::LoraRank,
    Id::LoraTargets,
    Id::DataParallel,
    Id::ZeroPrefetchBucket,
    Id::ZeroPersistence,
    Id::GradientCheckpointing,
];
/// Slices of the flat tensor begin at a multiple of so many elements (`nccl_start_alignment_factor`).
const ALIGNED: f64 = 2.0;
/// `sub_group_size`: elements that stage 3 updates together (deepspeed/runtime/zero/config.py).
const SUB_GROUP: f64 = 1e9;

/// What a rank holds, and what it makes.
pub struct ZeroRun<'a> {
    reader: &'a Reader<'a>,
    /// What lives all the time.
    pub resident: Resident,
    /// What is kept in the host's memory.
    pub host: Lines,
    /// The stage.
    pub stage: ZeroStage,
    /// Whether gradients wait until the backward pass ends.
    pub reduces_late: bool,
    /// The bucket, and a second one.
    pub buckets: Expr<Memory>,
    /// What is reduced at once, in the order of the backward pass.
    pub reductions: Vec<Reduction>,
    /// The first of them where all is reduced when the pass ends, in the order of the forward pass.
    first_reduced: Reduction,
    /// Which parameters are whole; `None` where all are.
    pub live: Option<LiveParameters>,
    /// How they are fetched.
    pub fetch: FetchRule,
    share: Expr<Count>,
    touched: Touched,
    together: f64,
    /// Whether gradients go to the host, where states and master copy are.
    is_offloaded: bool,
}

impl<'a> ZeroRun<'a> {
    /// What the ranks of a run hold: of shares that differ in whose gradients are kept, the fullest.
    pub fn of(run: &'a TrainingRun<'a>, counts: &Counts, mesh: &Mesh) -> Self {
        let reader = &run.shape.reader;
        let stage: ZeroStage = reader.choice(Id::ZeroStage);
        let is_sliced = stage == ZeroStage::Parameters;
        let ranks = mesh.sharded_over();
        let order = OrderedTensors::of(run, counts);
        let trained: Vec<(usize, f64)> = order.trained().collect();
        let arrivals = order.arrivals(run.shape.is(Fact::GatedMlp) && !run.shape.is(Fact::FusedGateUp));
        let elements: Vec<f64> = trained.iter().map(|it| it.1).collect();
        let sliced = |it: f64| (it / ranks).ceil();
        let share = if is_sliced {
            elements.iter().copied().map(sliced).sum()
        } else {
            ALIGNED * (elements.iter().sum::<f64>() / (ALIGNED * ranks)).ceil()
        };
        let touched = if is_sliced { Touched::default() } else { Touched::of(&elements, share) };
        let of_frozen = order.frozen().map(|it| if is_sliced { sliced(it) } else { it }).sum();
        let of_share = reader.counted::<Count>(Quantity::ZeroShare, share, SHARES_FROM);
        let is_offloaded = reader.choice::<OptimizerPlace>(Id::OffloadOptimizer) != OptimizerPlace::None;
        let overlaps = reader.is_on(Id::ZeroOverlap) && !is_sliced;
        let reduces_late = stage == ZeroStage::States && !overlaps;
        let bucket: Expr<Count> = reader.leaf(Id::ZeroReduceBucket);
        let bucket: Expr<Memory> = bucket * element(HALF);
        let buckets = if overlaps { times(2.0) * bucket } else { bucket };
        let capacity = reader.number(Id::ZeroReduceBucket);
        let gradient = run.format(Quantity::BytesOfGradient, HALF, run.formats_from());
        let shares = ZeroShares {
            run,
            is_sliced,
            own: of_share.clone(),
            padded: share * ranks,
            frozen: of_frozen,
            largest: elements.iter().copied().fold(0.0, f64::max),
            gradient: gradient.clone(),
            buckets: buckets.clone(),
        };
        let [lines, host] = shares.lines();
        let rule = FetchRule {
            prefetch: reader.number(Id::ZeroPrefetchBucket),
            persistent: reader.number(Id::ZeroPersistence),
            is_checkpointed: run.is_checkpointed(),
            ranks,
            calls_head: run.scored.is_none(),
            are_on_gpu: !shares.sends_parameters(),
        };
        let all = if run.formats.trains_everything() {
            counts.total()
        } else {
            run.adapters.parameters(run.shape, &run.widths)
        };
        Self {
            reader,
            resident: Resident {
                lines,
                trained: all,
                gradient,
                held: if reduces_late { HeldGradients::Own } else { HeldGradients::Views },
                paged: None,
                step: None,
                saved: None,
            },
            host,
            stage,
            reduces_late,
            buckets,
            reductions: if reduces_late {
                Vec::new()
            } else {
                reductions(&trained, &arrivals, capacity, share, is_sliced)
            },
            first_reduced: first_full(&elements, capacity, share),
            live: is_sliced.then(|| LiveParameters::of(&order, rule, known_order(run))),
            fetch: rule,
            share: of_share,
            touched,
            is_offloaded,
            together: sub_group(elements.iter().copied().map(sliced)),
        }
    }

    /// Whether the gradient of a tensor of so many elements is too large for the bucket, and is reduced where it is.
    pub fn is_beside_bucket(&self, elements: f64) -> bool {
        elements > self.reader.number(Id::ZeroReduceBucket)
    }

    /// What is reduced first where all is when the pass ends.
    pub fn reduced_first(&self) -> Expr<Memory> {
        self.reduced(self.first_reduced.copied)
    }

    /// So many elements of gradients that are reduced, or copied for it.
    fn reduced(&self, elements: f64) -> Expr<Memory> {
        self.reader.counted::<Count>(Quantity::ZeroReduced, elements, REDUCED_FROM) * self.resident.gradient.clone()
    }

    /// Bytes that a reduction makes, as a copy and then as a norm: once reduced, gradients go to the host below stage
    /// 3, and the norm of each is computed in FP64 before, on the rank that has most of it
    /// (`set_norm_for_param_grad_in_gpu`).
    fn bytes_made(&self, it: &Reduction) -> [f64; 2] {
        let leaves = self.is_offloaded && self.stage != ZeroStage::Parameters;
        [HALF * it.copied, if leaves { FP64 * it.leaving } else { 0.0 }]
    }

    /// All that a reduction inside a layer makes, with the gradient that waits for it.
    pub fn made_at_arrival(&self, it: &Reduction) -> Lines {
        let waiting = (it.own > 0.0).then(|| (Component::Gradients, self.reduced(it.own)));
        self.made_to_reduce(std::iter::once(it)).into_iter().chain(waiting).collect()
    }

    /// The same in bytes.
    pub fn bytes_at_arrival(&self, it: &Reduction) -> f64 {
        self.bytes_made(it).into_iter().fold(0.0, f64::max) + HALF * it.own
    }

    /// The most that one of several reductions makes; nothing where all of them work in place.
    pub fn made_to_reduce<'r>(&self, of: impl Iterator<Item = &'r Reduction>) -> Option<(Component, Expr<Memory>)> {
        let most = |it: &Reduction| self.bytes_made(it).into_iter().fold(0.0, f64::max);
        let it = of.max_by(|one, other| most(one).total_cmp(&most(other))).filter(|it| most(it) > 0.0)?;
        let [copy, norm] = self.bytes_made(it);
        Some(if norm > copy {
            (Component::Temporaries, self.norm(it))
        } else {
            (Component::CollectiveBuffers, self.reduced(it.copied))
        })
    }

    fn norm(&self, it: &Reduction) -> Expr<Memory> {
        self.reader.counted::<Count>(Quantity::ZeroSlice, it.leaving, REDUCED_FROM) * element(FP64)
    }

    /// The norm of what is reduced first where all is when the pass ends; nothing where gradients stay.
    pub fn norm_of_first(&self) -> Option<Expr<Memory>> {
        self.is_offloaded.then(|| self.norm(&self.first_reduced))
    }

    /// The rank's part of a second model, all of which is as the trained one.
    pub fn part_of_reference(&self) -> Expr<Memory> {
        self.share.clone() * element(HALF)
    }

    /// So many elements of parameters that are whole.
    pub fn gathered(&self, elements: f64) -> Expr<Memory> {
        self.reader.counted::<Count>(Quantity::ZeroLive, elements, LIVE_FROM) * element(HALF)
    }

    /// Beside the gradients of this micro-batch, those of earlier ones may be kept: each is a quantity of its own.
    fn kept(&self, quantity: Quantity, elements: f64) -> Option<Expr<Memory>> {
        let kept = || self.reader.counted::<Count>(quantity, elements, SHARES_FROM);
        (elements > 0.0 && !self.is_offloaded).then(|| kept() * self.resident.gradient.clone())
    }

    /// Gradients that a rank keeps whole once they are reduced, below stage 3: of the rank that needs most for its
    /// step.
    pub fn kept_for_step(&self) -> Option<Expr<Memory>> {
        self.kept(Quantity::ZeroTouched, self.touched.most)
    }

    /// The same of the rank that keeps most when the backward pass is at a place, of those of whose share something was
    /// reduced.
    pub fn kept_at(&self, place: usize) -> Option<Expr<Memory>> {
        let here = self.reductions.iter().rev().find(|it| it.place == place);
        self.kept_before(here.or_else(|| self.reductions.iter().find(|it| it.place < place)))
    }

    /// The same at the fullest instant of a layer at that place, which the gradient of its last matrix has come before.
    pub fn kept_inside(&self, place: usize) -> Option<Expr<Memory>> {
        let is_to_come =
            |it: &&Reduction| it.place < place || it.place == place && it.side != InstantSide::ArrivalOfDown;
        self.kept_before(self.reductions.iter().find(is_to_come))
    }

    /// The same when a reduction begins; when the pass is over where there is none.
    pub fn kept_before(&self, it: Option<&Reduction>) -> Option<Expr<Memory>> {
        let left = it.map_or(0.0, |it| it.left);
        let reached = self.touched.ranks.iter().filter(|it| it[1] > left);
        self.kept(Quantity::ZeroKept, reached.map(|it| it[0]).fold(0.0, f64::max))
    }

    /// The same of the first rank, whose share is reduced first where all is when the pass ends.
    pub fn kept_of_first(&self) -> Option<Expr<Memory>> {
        self.kept(Quantity::ZeroKept, self.touched.ranks.first().map_or(0.0, |it| it[0]))
    }

    /// What the step makes beside what is kept: FP32 gradients of the share and the 16-bit tensor that they are
    /// converted from; the norm of a slice in FP64; or the FP32 gradients, and what the optimizer makes. Nothing where
    /// the host updates.
    pub fn step(&self, run: &TrainingRun) -> Option<Expr<Memory>> {
        (!self.is_offloaded).then(|| self.made_in_step(run))
    }

    fn made_in_step(&self, run: &TrainingRun) -> Expr<Memory> {
        let share = if self.stage == ZeroStage::Parameters {
            self.reader.counted(Quantity::ZeroTogether, self.together, SHARES_FROM)
        } else {
            self.share.clone()
        };
        let converted = || share.clone() * element(FP32 + HALF);
        if self.stage != ZeroStage::Parameters {
            let slice: Expr<Count> = self.reader.counted(Quantity::ZeroSlice, self.touched.slice, SHARES_FROM);
            let norm = slice * element(FP64);
            return match self.made(run) {
                // By then the gradients that were kept are gone.
                Some(made) if made > FP32 + 2.0 * HALF => share.clone() * element(FP32 + made),
                _ => converted().max(norm),
            };
        }
        match self.made(run) {
            Some(made) => share.clone() * element(FP32 + made),
            None => converted(),
        }
    }

    /// Bytes of each element that the optimizer makes for its step: the share is one tensor to it.
    fn made(&self, run: &TrainingRun) -> Option<f64> {
        match (run.optimizer(), self.reader.choice::<OptimizerKernel>(Id::OptimizerKernel)) {
            (Optimizer::Sgd, _) | (_, OptimizerKernel::Fused) => None,
            // `_foreach_sqrt`.
            (_, OptimizerKernel::Foreach) => Some(FP32),
            // `_single_tensor_adam`: the root of the second moment, and the same corrected.
            (_, OptimizerKernel::ForLoop) => Some(2.0 * FP32),
        }
    }
}

/// The largest of the groups that stage 3 updates one after the other (`_create_fp16_sub_groups`).
fn sub_group(shares: impl Iterator<Item = f64>) -> f64 {
    let (mut largest, mut sum) = (0.0f64, 0.0);
    for share in shares {
        sum += share;
        largest = largest.max(sum);
        if sum >= SUB_GROUP {
            sum = 0.0;
        }
    }
    largest
}

/// Of how much of a step the order of modules is known: groups are scored or sampled by the model before it.
fn known_order(run: &TrainingRun) -> KnownOrder {
    match run.shape.reader.choice(Id::Rollout) {
        _ if !run.has_groups() => KnownOrder::Whole,
        Rollout::Elsewhere => KnownOrder::Forward,
        Rollout::Transformers | Rollout::VllmColocated => KnownOrder::Nothing,
    }
}
