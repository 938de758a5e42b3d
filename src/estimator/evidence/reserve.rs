//! What PyTorch's caching allocator holds beyond the tensors at the fullest moment: segments that are taken and not
//! full. It is a rule, with a range. It knows no allocator: `scripts/trace/allocator.py` simulates it over traced runs,
//! and `data/reserve.tsv`, which `make accuracy` writes, has what these come to.
//!
//! What is held so is told as a share of what comes and goes ([`ground`]): a block that is freed serves a later request
//! only if it is large enough, and what is cut off it serves smaller ones.

use crate::estimator::component::{Component, ComponentGroup};
use crate::estimator::estimate::Estimate;
use crate::estimator::inputs::Inputs;
use crate::estimator::methods::{RunKind, largest_feature_map};
use crate::estimator::parameters::ParameterId;
use crate::estimator::parameters::choices::{FinetuneMethod, Optimizer};
use crate::estimator::parameters::spread::Trainer;
use crate::estimator::units::Bytes;
use std::sync::OnceLock;

/// Shares of the ground, or bytes: the central 95 of 100 simulated runs, and the middle one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HeldRange {
    /// Nearly all runs hold more.
    pub low: f64,
    /// Half of the runs hold more.
    pub middle: f64,
    /// Nearly all hold less.
    pub high: f64,
}

impl HeldRange {
    fn times(self, ground: f64) -> Self {
        Self { low: self.low * ground, middle: self.middle * ground, high: self.high * ground }
    }
}

/// Which of the allocator's figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AllocatorFigure {
    /// With its default settings, as in a run that never comes near running out.
    Segments,
    /// With `expandable_segments:True`.
    Expandable,
    /// In the least memory that the run still gets through in: whole free segments are given back when there is no
    /// more.
    Least,
}

impl AllocatorFigure {
    /// Every figure, in the order of the file.
    pub const ALL: [Self; 3] = [Self::Segments, Self::Expandable, Self::Least];
}

/// What the allocator holds beyond the tensors, for the runs of a kind.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reserve {
    /// The kind of run.
    pub kind: RunKind,
    /// Whether layers are computed again in the backward pass.
    pub is_checkpointed: bool,
    /// How many runs were simulated.
    pub n_runs: usize,
    /// Shares of the ground, in the order of [`AllocatorFigure::ALL`].
    pub held: [HeldRange; 3],
}

impl Reserve {
    /// The shares for the run of some inputs; `None` where no such run was simulated, or nothing is allocated through
    /// PyTorch.
    ///
    /// Adapters on a quantized base have the shares of those on a 16-bit one, on one GPU and in FSDP2: the same tensors
    /// come and go.
    pub fn of(inputs: &Inputs, kind: RunKind) -> Option<Self> {
        static ALL: OnceLock<Vec<Reserve>> = OnceLock::new();
        let all =
            ALL.get_or_init(|| include_str!("../../../data/reserve.tsv").lines().filter_map(Self::read).collect());
        let simulated = simulated_as(inputs, kind);
        all.iter().find(|it| it.is_of(inputs, simulated)).copied()
    }

    /// Whether the shares are those of the run of some inputs.
    pub fn is_of(&self, inputs: &Inputs, kind: RunKind) -> bool {
        self.kind == kind && self.is_checkpointed == is_checkpointed(inputs)
    }

    /// What is held, in bytes, of a run with so much ground.
    pub fn bytes(&self, which: AllocatorFigure, ground: Bytes) -> HeldRange {
        self.held[which as usize].times(ground.count())
    }

    /// The shares as a line of the file: kind, whether checkpointed, runs, and nine shares, parted by tabs.
    pub fn line(&self) -> String {
        let checkpointed = if self.is_checkpointed { "checkpointed" } else { "kept" };
        let mut res = format!("{}\t{checkpointed}\t{}", self.kind.id(), self.n_runs);
        for HeldRange { low, middle, high } in self.held {
            res += &format!("\t{low:.4}\t{middle:.4}\t{high:.4}");
        }
        res + "\n"
    }

    fn read(line: &str) -> Option<Self> {
        let fields: Vec<&str> = line.split('\t').collect();
        let [kind, checkpointed, n_runs, shares @ ..] = &fields[..] else { return None };
        let shares: Vec<f64> = shares.iter().map(|it| it.parse().ok()).collect::<Option<_>>()?;
        let held = |at: usize| {
            Some(HeldRange { low: *shares.get(at)?, middle: *shares.get(at + 1)?, high: *shares.get(at + 2)? })
        };
        Some(Self {
            kind: RunKind::from_id(kind)?,
            is_checkpointed: *checkpointed == "checkpointed",
            n_runs: n_runs.parse().ok()?,
            held: [held(0)?, held(3)?, held(6)?],
        })
    }
}

/// The kind of the runs that were simulated in which the same tensors come and go.
fn simulated_as(inputs: &Inputs, kind: RunKind) -> RunKind {
    match kind {
        RunKind::QuantizedAdapters => RunKind::Adapters,
        RunKind::Derived if shards_quantized(inputs) => RunKind::Sharded,
        _ => kind,
    }
}

/// Whether FSDP2 trains adapters on a quantized base.
fn shards_quantized(inputs: &Inputs) -> bool {
    inputs.has_effect(ParameterId::Trainer)
        && inputs.choice::<Trainer>(ParameterId::Trainer) == Trainer::Fsdp2
        && inputs.choice::<FinetuneMethod>(ParameterId::FinetuneMethod) == FinetuneMethod::Qlora
}

/// Whether layers are computed again in the backward pass; nothing is read where that has no effect.
pub fn is_checkpointed(inputs: &Inputs) -> bool {
    inputs.values().is_on(ParameterId::GradientCheckpointing)
}

/// Whether the run's optimizer keeps its states in memory that the GPU shares with the host.
pub fn is_paged(inputs: &Inputs) -> bool {
    inputs.has_effect(ParameterId::Optimizer) && inputs.choice::<Optimizer>(ParameterId::Optimizer).is_paged()
}

/// What comes and goes in a run. Of networks for images the largest feature map of the batch: their backward pass comes
/// to ever larger gradients, for which no freed block is large enough. Of others all at the fullest moment that is no
/// weight; in FSDP2 with the most that is ever gathered and that its buffers ever are: these belong to streams of their
/// own, whose freed blocks serve no other.
pub fn ground(inputs: &Inputs, kind: RunKind, estimate: &Estimate) -> Bytes {
    if kind == RunKind::Networks {
        return largest_feature_map(inputs);
    }
    // What lies in unified memory PyTorch's allocator has nothing of.
    let is_elsewhere = |it: Component| it == Component::Optimizer && is_paged(inputs);
    let stays = |it: Component| {
        it.is_weights() || is_elsewhere(it) || it == Component::Adapter || it.group() == ComponentGroup::Overhead
    };
    let goes = estimate.lines().iter().filter(|line| !stays(line.component)).map(|line| line.formula.bytes()).sum();
    if simulated_as(inputs, kind) != RunKind::Sharded {
        return goes;
    }
    let of_moments = |component| estimate.moments().iter().filter_map(move |it| it.line(component));
    let most = |component| of_moments(component).map(|it| it.formula.bytes().count()).fold(0.0, f64::max);
    goes + Bytes::new(most(Component::GatheredParameters) + most(Component::CollectiveBuffers))
}
