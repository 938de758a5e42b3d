//! What experts of Megatron-LM add on a rank: their parameters, which fewer ranks hold alike than other parameters, the
//! rows that tokens make on the ranks of their experts, and what dispatches them. It knows no attention and no moment.
//!
//! Read in `megatron/training/theoretical_memory_usage.py` (experts are divided by ETP·EP, and shared out over
//! world/(ETP·EP·PP)), `megatron/core/transformer/moe/` and Transformer Engine's `multi_streams.h`. Routing is taken
//! for even.

use crate::estimator::architecture::{Activation, Fact};
use crate::estimator::constants as c;
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::tensors::cached::Cached;
use crate::estimator::methods::calibrated::tensors::dtype::{HALF, element, times};
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::GpuFamily;
use crate::estimator::parameters::spread::TokenDispatcher;
use crate::estimator::units::{Count, Memory};

const EXPERTS: &str = "megatron/core/transformer/moe/experts.py";
const SHARED: &str = "megatron/core/transformer/moe/shared_experts.py";

/// The experts of a layer as the ranks share them out.
pub struct MegatronExperts<'a> {
    shape: &'a Shape<'a>,
    /// Ranks that have different experts.
    among: Expr<Count>,
    /// Ranks that divide an expert.
    within: Expr<Count>,
    /// Ranks that divide other matrices, and the tokens between blocks.
    tensor: Expr<Count>,
    /// Projections into an expert: 2 where it is gated.
    n_inner: f64,
}

impl<'a> MegatronExperts<'a> {
    /// Those of a mixture.
    pub fn of(shape: &'a Shape<'a>) -> Option<Self> {
        shape.is(Fact::NumExperts).then(|| Self {
            shape,
            among: shape.reader.leaf(Id::ExpertParallel),
            within: shape.reader.leaf(Id::ExpertTensorParallel),
            tensor: shape.reader.leaf(Id::TensorParallel),
            n_inner: if shape.is(Fact::GatedMlp) { 2.0 } else { 1.0 },
        })
    }

    fn matrices(&self, inner: Fact) -> Expr<Count> {
        times(self.n_inner + 1.0) * self.shape.leaf::<Count>(Fact::HiddenSize) * self.shape.leaf::<Count>(inner)
    }

    /// Parameters of a layer's experts on one rank.
    pub fn parameters(&self) -> Expr<Count> {
        let all = self.shape.leaf::<Count>(Fact::NumExperts) * self.matrices(Fact::MoeIntermediateSize);
        all / (self.among.clone() * self.within.clone())
    }

    /// Parameters beside them that stand in the place of a dense block: the router, whole on each rank, and shared
    /// experts, which tensor parallelism divides.
    pub fn beside(&self) -> Expr<Count> {
        let router = self.shape.leaf::<Count>(Fact::HiddenSize) * self.shape.leaf::<Count>(Fact::NumExperts);
        if self.shape.is(Fact::SharedIntermediateSize) {
            router + self.matrices(Fact::SharedIntermediateSize) / self.tensor.clone()
        } else {
            router
        }
    }

    /// Ranks that hold the same experts: world/(ETP·EP·PP).
    pub fn replicas(&self) -> Expr<Count> {
        let reader = &self.shape.reader;
        let of_stage =
            reader.leaf::<Count>(Id::DataParallel) * reader.leaf::<Count>(Id::ContextParallel) * self.tensor.clone();
        of_stage / (self.among.clone() * self.within.clone())
    }

    /// What experts keep of so many tokens of a micro-batch.
    pub fn kept(&self, tokens: &Expr<Count>) -> Vec<Cached> {
        let shape = self.shape;
        let visits = tokens.clone() * shape.leaf::<Count>(Fact::NumActiveExperts);
        let rows = visits * self.within.clone() / self.tensor.clone();
        let inner = || rows.clone() * shape.leaf::<Count>(Fact::MoeIntermediateSize) / self.within.clone();
        let of = |name, elements, source| Cached::new(name, elements, element(HALF), source);
        let hidden = rows.clone() * shape.leaf::<Count>(Fact::HiddenSize);
        let mut res = vec![
            of("permuted_local_hidden_states", hidden, EXPERTS),
            of("output of experts' linear_fc1", times(self.n_inner) * inner(), EXPERTS),
            of("input of experts' linear_fc2", inner(), EXPERTS),
        ];
        // One kernel activates and weights SwiGLU's rows (`weighted_bias_swiglu_impl`); another function's result is
        // weighted apart.
        let is_fused = shape.is(Fact::GatedMlp) && Activation::of(shape.number(Fact::Activation)) == Activation::Silu;
        if !is_fused {
            res.push(of("activated rows before they are weighted", inner(), EXPERTS));
        }
        if shape.is(Fact::SharedIntermediateSize) {
            let width = times(self.n_inner + 1.0) * shape.leaf::<Count>(Fact::SharedIntermediateSize);
            res.push(of("inner tensors of shared experts", tokens.clone() * width / self.tensor.clone(), SHARED));
        }
        res
    }

    /// The buffer into which the tokens of all ranks are gathered (`use_global_buffer`), made once; none where they are
    /// sent.
    pub fn gathered(&self, tokens: &Expr<Count>) -> Option<Expr<Memory>> {
        let is_gathered =
            self.shape.reader.choice::<TokenDispatcher>(Id::TokenDispatcher) == TokenDispatcher::AllGather;
        let ranks = self.among.clone() * self.within.clone();
        let exchanges = ranks.value() > 1.0;
        (is_gathered && exchanges).then(|| {
            tokens.clone() / self.tensor.clone() * ranks * self.shape.leaf::<Count>(Fact::HiddenSize) * element(HALF)
        })
    }

    /// Workspaces of grouped matrix products: one for each of Transformer Engine's four streams.
    pub fn workspaces(&self) -> Option<Expr<Memory>> {
        let reader = &self.shape.reader;
        let is_wide = reader.choice::<GpuFamily>(Id::GpuFamily).is_since_hopper();
        reader.is_on(Id::GroupedGemm).then(|| {
            let of_stream = if is_wide { c::ENGINE_WORKSPACE_HOPPER } else { c::ENGINE_WORKSPACE };
            times(4.0) * reader.constant::<Memory>(of_stream)
        })
    }
}
