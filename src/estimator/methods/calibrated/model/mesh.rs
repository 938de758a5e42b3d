//! How a run is spread over GPUs: the degrees, and which part of a weight a rank holds. It knows no tensor. Whoever
//! lists what a rank holds asks it, and whoever says whether there are formulas for the run at all.

use crate::estimator::divide::divides_evenly;
use crate::estimator::order::sorted;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::Engine;
use crate::estimator::parameters::spread::Trainer;
use crate::estimator::rank::RankKind;
use crate::estimator::reader::Reader;

/// The GPUs of a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mesh {
    trainer: Trainer,
    data: f64,
    pipeline: f64,
    tensor: f64,
    context: f64,
    replicas: f64,
    /// Ranks of FSDP2 that have different experts.
    experts: f64,
    /// Whether the trainer has something in the host's memory or on a disk, and so does something on one GPU as well.
    offloads: bool,
}

/// Ranks that hold the same share of each tensor, counted within a group that shards together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shards {
    /// The first.
    pub first: f64,
    /// The one behind the last.
    pub end: f64,
}

impl Mesh {
    /// That of some inputs.
    pub fn of(reader: &Reader) -> Self {
        let trainer: Trainer = reader.choice(Id::Trainer);
        Self {
            trainer,
            data: reader.number(Id::DataParallel),
            // A degree that the run has not is read as none.
            pipeline: reader.number(Id::PipelineParallel).max(1.0),
            // vLLM's ranks are narrower models: see `split`.
            tensor: match reader.choice(Id::Engine) {
                Engine::Vllm => 1.0,
                Engine::Transformers | Engine::LlamaCpp => reader.number(Id::TensorParallel).max(1.0),
            },
            context: reader.number(Id::ContextParallel).max(1.0),
            replicas: reader.number(Id::DataParallelReplicate),
            experts: if trainer == Trainer::Fsdp2 { reader.number(Id::ExpertParallel).max(1.0) } else { 1.0 },
            offloads: reader.inputs().values().offloads(),
        }
    }

    /// What spreads the run: nothing where there is one rank, of which accelerate wraps no model. DeepSpeed is run on
    /// one GPU to have something elsewhere.
    pub fn trainer(&self) -> Trainer {
        match self.trainer {
            _ if self.data * self.pipeline > 1.0 || self.offloads => self.trainer,
            // A mesh without ranks to shard over is PyTorch's plan alone.
            Trainer::Fsdp2 if self.tensor > 1.0 => Trainer::Torch,
            Trainer::Transformers | Trainer::Torch | Trainer::Megatron if self.tensor > 1.0 => self.trainer,
            Trainer::Megatron if self.context > 1.0 => self.trainer,
            _ => Trainer::None,
        }
    }

    /// Whether layers are shared out among ranks.
    pub fn is_pipelined(&self) -> bool {
        self.pipeline > 1.0 && self.trainer != Trainer::None
    }

    /// How many ranks there are.
    pub fn count(&self) -> usize {
        match self.trainer() {
            Trainer::None => self.tensor as usize,
            Trainer::Ddp | Trainer::Fsdp2 | Trainer::DeepSpeed | Trainer::Transformers | Trainer::Torch => {
                (self.data * self.pipeline * self.tensor) as usize
            }
            Trainer::Megatron => (self.data * self.pipeline * self.tensor * self.context) as usize,
        }
    }

    /// Ranks that have a part of each sequence.
    pub const fn context(&self) -> f64 {
        self.context
    }

    /// Ranks that divide the matrices of layers, the embedding and the output projection among themselves.
    pub const fn tensor(&self) -> f64 {
        self.tensor
    }

    /// Ranks that read different sequences.
    pub const fn data(&self) -> f64 {
        self.data
    }

    /// Which of the ranks are alike where no tensor is shared out over data.
    pub fn kind_of_all(&self) -> RankKind {
        if self.tensor > 1.0 {
            RankKind::Shards { first: 0, last: self.tensor as usize - 1 }
        } else if self.trainer() == Trainer::None {
            RankKind::Only
        } else {
            RankKind::Replica
        }
    }

    /// Ranks that share out each tensor among themselves.
    pub fn sharded_over(&self) -> f64 {
        match self.trainer() {
            Trainer::None | Trainer::Ddp | Trainer::Transformers | Trainer::Torch | Trainer::Megatron => 1.0,
            Trainer::Fsdp2 => (self.data / self.replicas).max(1.0),
            Trainer::DeepSpeed => self.data,
        }
    }

    /// Ranks of FSDP2 that have different experts; 1 where each has a share of all.
    pub const fn experts(&self) -> f64 {
        self.experts
    }

    /// The ranks that have the same experts, which share these out among themselves (`efsdp` in Transformers); all
    /// ranks where none has experts of its own.
    pub fn of_experts(&self) -> Self {
        Self { data: self.data / self.experts, experts: 1.0, ..*self }
    }

    /// Some ranks as those that have the same experts count them: ranks beside each other have different ones.
    pub fn among_experts(&self, it: Shards) -> Shards {
        let of = |it: f64| (it / self.experts).floor();
        Shards { first: of(it.first), end: of(it.end) }
    }

    /// Whether every replica of the shards has as many ranks.
    pub fn is_even(&self) -> bool {
        self.trainer() != Trainer::Fsdp2 || divides_evenly(self.replicas, self.data)
    }

    /// Whether shards are held by more than one replica.
    pub fn is_replicated(&self) -> bool {
        self.replicas > 1.0
    }

    /// What a rank has of a matrix before it is shared out over data: some of its rows, or a part of each.
    pub fn divided(&self, [rows, of_row]: [f64; 2], by_columns: bool) -> [f64; 2] {
        if by_columns { [rows, (of_row / self.tensor).ceil()] } else { [(rows / self.tensor).ceil(), of_row] }
    }

    /// Elements that each rank exchanges of a tensor with so many rows: `torch.chunk` gives each as many rows as the
    /// first, which what is gathered and reduced is filled up to.
    pub fn exchanged(&self, [rows, of_row]: [f64; 2]) -> f64 {
        (rows / self.sharded_over()).ceil() * of_row
    }

    /// Elements that the first of some ranks holds of it.
    pub fn held(&self, it: Shards, [rows, of_row]: [f64; 2]) -> f64 {
        let of_rank = (rows / self.sharded_over()).ceil();
        (rows - it.first * of_rank).clamp(0.0, of_rank) * of_row
    }

    /// Where of tensors with so many rows each the share of a rank differs from that before it: the ranks behind the
    /// last full share, and behind what is left.
    pub fn ends(&self, rows: f64) -> impl Iterator<Item = f64> + use<> {
        let n = self.sharded_over();
        let of_rank = (rows / n).ceil();
        [(rows / of_rank).floor(), (rows / of_rank).ceil()].into_iter().filter(move |it| *it > 0.0 && *it < n)
    }

    /// The ranks that hold the same, of which some end there, the first first.
    pub fn shards(&self, ends: impl Iterator<Item = f64>) -> Vec<Shards> {
        let ends = ends.chain([self.sharded_over()]).collect();
        let mut ends = sorted(ends, f64::total_cmp);
        ends.dedup();
        let firsts = std::iter::once(0.0).chain(ends.clone());
        firsts.zip(ends.clone()).map(|(first, end)| Shards { first, end }).collect()
    }

    /// Which ranks of the run those are, and how many.
    pub fn kind(&self, it: Shards) -> (RankKind, usize) {
        let kind = RankKind::Shards { first: it.first as usize, last: it.end as usize - 1 };
        (kind, ((it.end - it.first) * self.replicas * self.tensor) as usize)
    }
}

/// The number of GPUs nearest to the one that was given to which the degrees come; `None` where they come to that. Data
/// parallel follows the number unless it was given too. Without a degree Transformers shares layers out among as many
/// GPUs as there are.
pub fn other_gpus(reader: &Reader) -> Option<u32> {
    let (data, of_replica) = (reader.number(Id::DataParallel), reader.inputs().values().gpus_of_replica());
    let has_degrees = reader.has_effect(Id::DataParallel) || of_replica > 1.0;
    let gpus = reader.number(Id::GpuCount);
    let is_told = reader.has_effect(Id::GpuCount) && !reader.is_default(Id::GpuCount);
    if !is_told || !has_degrees || gpus == data * of_replica {
        return None;
    }
    let follows = reader.has_effect(Id::DataParallel) && reader.is_default(Id::DataParallel);
    // Of two that are as near the smaller.
    let replicas = if follows { (gpus / of_replica - 0.5).ceil().max(1.0) } else { data };
    Some((replicas * of_replica) as u32)
}

/// The numbers of ranks nearest to one that does not divide a model: the largest below that does, which one rank always
/// does, and the smallest above that is not more than its heads.
pub fn nearest_degrees(ranks: f64, heads: f64, divides: &dyn Fn(f64) -> bool) -> (u32, Option<u32>) {
    let does = |it: &u32| divides(f64::from(*it));
    let below = (1..=heads.min(ranks - 1.0) as u32).rev().find(does).unwrap_or(1);
    let above = ((ranks as u32).saturating_add(1)..=heads as u32).find(does);
    (below, above)
}
