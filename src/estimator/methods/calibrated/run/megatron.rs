//! What a rank of Megatron-LM holds all the time: parameters of its layers and of the ends of the model, their FP32
//! gradients, and the optimizer's part. It knows no moment, and nothing of latent attention and of FP8; of experts
//! `megatron_experts` does.
//!
//! Read in `megatron/training/theoretical_memory_usage.py` (which parameters a rank has, and 18 or 6 + 12/d bytes for
//! each) and `docs/user-guide/features/dist_optimizer.md`. Held against peaks and after-step figures of Megatron's own
//! tests: what was left over there is the workspaces, by device and determinism, to 1 MiB in most of them.

use crate::estimator::architecture::{Fact, Norm, QkNorm};
use crate::estimator::component::Component;
use crate::estimator::constants as c;
use crate::estimator::estimate::{Lines, put_any};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::model::mesh::Mesh;
use crate::estimator::methods::calibrated::model::pipeline::Pipeline;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::run::megatron_experts::MegatronExperts;
use crate::estimator::methods::calibrated::tensors::dtype::{FP32, HALF, element, times};
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::GpuFamily;
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{Count, Memory};

/// Rows to a multiple of which each tensor-parallel rank's part of the vocabulary is filled up:
/// `--make-vocab-size-divisible-by`.
const VOCABULARY_MULTIPLE: f64 = 128.0;

/// Sides of the matrices of a layer, and which ranks there are.
pub struct MegatronRun<'a> {
    /// The model.
    pub shape: &'a Shape<'a>,
    /// The stages.
    pub pipeline: Pipeline,
    /// Width of the residual stream.
    pub hidden: Expr<Count>,
    /// Width of queries: `a·d`.
    pub queries: Expr<Count>,
    /// Width of keys and of values.
    pub keys: Expr<Count>,
    /// Inner width of the feed-forward block.
    pub inner: Expr<Count>,
    /// Projections into it: 2 where it is gated.
    pub n_inner: f64,
    /// The experts of a mixture.
    pub experts: Option<MegatronExperts<'a>>,
    /// Tensor-parallel ranks.
    pub tensor: Expr<Count>,
    /// Rows of embedding and output projection together on all tensor-parallel ranks.
    pub vocabulary: Expr<Count>,
}

impl<'a> MegatronRun<'a> {
    /// That of a shape.
    pub fn of(shape: &'a Shape<'a>, mesh: &Mesh) -> Self {
        let head: Expr<Count> = shape.leaf(Fact::HeadDim);
        let multiple = VOCABULARY_MULTIPLE * mesh.tensor();
        let padded = (shape.number(Fact::VocabSize) / multiple).ceil() * multiple;
        Self {
            shape,
            pipeline: Pipeline::of(&shape.reader),
            hidden: shape.leaf(Fact::HiddenSize),
            queries: (shape.leaf::<Count>(Fact::NumAttentionHeads) * head.clone()).named(Quantity::QueryWidth),
            keys: (shape.leaf::<Count>(Fact::NumKeyValueHeads) * head).named(Quantity::KeyWidth),
            inner: shape.leaf(Fact::IntermediateSize),
            n_inner: if shape.is(Fact::GatedMlp) { 2.0 } else { 1.0 },
            experts: MegatronExperts::of(shape),
            tensor: shape.reader.leaf(Id::TensorParallel),
            vocabulary: shape.reader.counted(Quantity::PaddedVocabulary, padded, &[Id::Model, Id::TensorParallel]),
        }
    }

    /// Elements of a norm: a scale, and a bias where it subtracts the mean.
    fn norm(&self) -> Expr<Count> {
        let vectors = match Norm::of(self.shape.number(Fact::Norm)) {
            Norm::Layer | Norm::LayerPlusOne => 2.0,
            _ => 1.0,
        };
        times(vectors) * self.hidden.clone()
    }

    /// Parameters of a layer on one rank, its experts apart: matrices divided by tensor parallelism, norms and the
    /// biases behind a sum over ranks whole.
    fn layer(&self) -> Expr<Count> {
        let shape = self.shape;
        let made = self.queries.clone() + times(2.0) * self.keys.clone();
        let mut divided = self.hidden.clone() * (made.clone() + self.queries.clone());
        let mut whole = times(2.0) * self.norm();
        match &self.experts {
            // The router and shared experts are told with their own divisor.
            Some(experts) => whole = whole + experts.beside(),
            None => divided = divided + times(self.n_inner + 1.0) * self.hidden.clone() * self.inner.clone(),
        }
        if shape.is(Fact::QkvBias) {
            divided = divided + made;
        }
        if shape.is(Fact::OutputBias) {
            whole = whole + self.hidden.clone();
        }
        if shape.is(Fact::MlpBias) {
            divided = divided + times(self.n_inner) * self.inner.clone();
            whole = whole + self.hidden.clone();
        }
        if QkNorm::of(shape.number(Fact::QkNorm)) != QkNorm::None {
            whole = whole + times(2.0) * shape.leaf::<Count>(Fact::HeadDim);
        }
        (divided / self.tensor.clone() + whole).named(Quantity::ParametersOfLayer)
    }

    /// Layers of a stage's rank: `L/p`.
    fn layers(&self) -> Expr<Count> {
        (self.shape.leaf::<Count>(Fact::NumLayers) / times(self.pipeline.ranks as f64)).named(Quantity::LayersOfStage)
    }

    /// Parameters of a rank in its place of the pipeline. Of a tied table the first stage and the last have a copy
    /// each.
    pub fn parameters(&self, rank: usize) -> Expr<Count> {
        let table = || self.vocabulary.clone() * self.hidden.clone() / self.tensor.clone();
        let (is_first, is_last) = (rank == 0, rank + 1 == self.pipeline.ranks);
        let mut res = self.layers() * self.layer();
        if is_first {
            res = res + table();
            if self.shape.is(Fact::LearnedPositions) {
                res = res + self.shape.leaf::<Count>(Fact::LearnedPositions) * self.hidden.clone();
            }
        }
        if is_last {
            res = res + self.norm();
            if !(is_first && self.shape.is(Fact::TieWordEmbeddings)) {
                res = res + table();
            }
        }
        res
    }

    /// What lives all the time on a rank.
    pub fn resident(&self, rank: usize) -> Lines {
        let reader = &self.shape.reader;
        let is_shared = reader.is_on(Id::DistributedOptimizer);
        let share = |held: Expr<Count>, replicas: Expr<Count>| if is_shared { held / replicas } else { held };
        let held = self.parameters(rank);
        let replicas = reader.leaf::<Count>(Id::DataParallel) * reader.leaf::<Count>(Id::ContextParallel);
        let updated = share(held.clone(), replicas);
        let (held, updated) = match &self.experts {
            Some(experts) => {
                let of_experts = self.layers() * experts.parameters();
                (held + of_experts.clone(), updated + share(of_experts, experts.replicas()))
            }
            None => (held, updated),
        };
        let mut res = vec![
            (Component::Weights, held.clone() * element(HALF)),
            (Component::Gradients, held * element(FP32)),
            (Component::MasterWeights, updated.clone() * element(FP32)),
            (Component::Optimizer, times(2.0) * updated * element(FP32)),
            (Component::Temporaries, self.workspaces()),
        ];
        let gathered = self.experts.as_ref().and_then(|it| it.gathered(&self.tokens()));
        put_any(&mut res, Component::CollectiveBuffers, gathered);
        if self.pipeline.ranks > 1 {
            // Left over in Megatron's own tests: 3 of 1F1B's runs, 7 with three stages a rank.
            let number = times(2.0 * self.pipeline.stages_of_rank as f64 + 1.0);
            res.push((Component::PipelineBuffers, number * self.tokens() * self.stream() * element(HALF)));
        }
        res
    }

    /// Tokens of a micro-batch on one rank, before sequence parallelism.
    pub fn tokens(&self) -> Expr<Count> {
        let reader = &self.shape.reader;
        let sequence = reader.leaf::<Count>(Id::SequenceLength) / reader.leaf::<Count>(Id::ContextParallel);
        (reader.leaf::<Count>(Id::BatchSize) * sequence).named(Quantity::Tokens)
    }

    /// The residual stream's part of a rank, for each token.
    pub fn stream(&self) -> Expr<Count> {
        let is_divided = self.shape.reader.is_on(Id::SequenceParallel);
        if is_divided { self.hidden.clone() / self.tensor.clone() } else { self.hidden.clone() }
    }

    /// Workspaces of cuBLAS for the threads that run forward and backward, and Transformer Engine's own: both within
    /// what PyTorch allocates. 68 MiB on A100 and 96 MiB since Hopper in Megatron's own tests.
    fn workspaces(&self) -> Expr<Memory> {
        let reader = &self.shape.reader;
        let is_wide = reader.choice::<GpuFamily>(Id::GpuFamily).is_since_hopper();
        let of_cublas: Expr<Memory> = reader.constant(match (is_wide, reader.is_on(Id::Deterministic)) {
            (true, _) => c::CUBLAS_WORKSPACE_HOPPER,
            (false, true) => c::CUBLAS_WORKSPACE_FIXED,
            (false, false) => c::CUBLAS_WORKSPACE,
        });
        let of_engine: Expr<Memory> =
            reader.constant(if is_wide { c::ENGINE_WORKSPACE_HOPPER } else { c::ENGINE_WORKSPACE });
        let all = Expr::<Count>::number(2.0) * of_cublas + of_engine;
        match self.experts.as_ref().and_then(MegatronExperts::workspaces) {
            Some(grouped) => all + grouped,
            None => all,
        }
    }
}
