//! What one GPU of vLLM holds of each width of a model whose matrices several share out: the rank's part is a model of
//! its own, with fewer heads, a narrower feed-forward block and a part of the vocabulary. It knows no tensor and no
//! byte.
//!
//! Whatever is as wide as the residual stream stays whole: norms, routers, the projections of latent attention that
//! compress.

use crate::estimator::architecture::Fact;
use crate::estimator::divide::rest;
use crate::estimator::expr::Expr;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::reader::Reader;
use crate::estimator::units::{Count, Unit};

/// Entries to a multiple of which vLLM pads the vocabulary before it is shared out (`DEFAULT_VOCAB_PADDING_SIZE` in
/// `model_executor/layers/vocab_parallel_embedding.py`).
const PADDED_TO: f64 = 64.0;

/// How a rank's part follows from the whole.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rule {
    /// Every rank has all.
    Whole,
    /// Every rank has as much as any other.
    Even,
    /// The same, and one at least: heads of keys are copied where there are more ranks than heads
    /// (`ModelConfig.get_num_kv_heads` in `config/model.py`).
    OneAtLeast,
    /// The same of what was padded.
    Padded,
    /// The same unless experts stay whole (`FusedMoEParallelConfig.make` in `fused_moe/config.py`).
    OfExpert,
}

const fn rule(fact: Fact) -> Rule {
    match fact {
        Fact::NumAttentionHeads
        | Fact::IntermediateSize
        | Fact::SharedIntermediateSize
        | Fact::LinearNumKeyHeads
        | Fact::LinearNumValueHeads => Rule::Even,
        Fact::NumKeyValueHeads => Rule::OneAtLeast,
        Fact::VocabSize => Rule::Padded,
        Fact::MoeIntermediateSize => Rule::OfExpert,
        _ => Rule::Whole,
    }
}

/// Which of the ranks that share out whole experts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpertShare {
    /// The first, which have one more where experts do not divide.
    More,
    /// The others.
    Fewer,
}

/// The part of one rank.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RankShare {
    /// Whether experts stay whole, and how many of them the rank has.
    experts: Option<ExpertShare>,
}

impl RankShare {
    /// The part of the first rank, if there are several that share out matrices.
    pub fn of_first(reader: &Reader) -> Option<Self> {
        let keeps_experts = reader.number(Id::ExpertParallel) > 1.0;
        let experts = keeps_experts.then_some(ExpertShare::More);
        (reader.number(Id::TensorParallel) > 1.0).then_some(Self { experts })
    }

    /// That of the last ranks, where these have fewer experts, and how many have more.
    pub fn of_last(reader: &Reader) -> Option<(Self, f64)> {
        let first = Self::of_first(reader)?;
        first.experts?;
        let more = rest(reader.fact(Fact::NumExperts)?, reader.number(Id::ExpertParallel));
        (more > 0.0).then_some((Self { experts: Some(ExpertShare::Fewer) }, more))
    }

    /// What the rank has of a width of the whole model.
    pub fn of<U: Unit>(self, reader: &Reader, fact: Fact, all: Expr<U>) -> Expr<U> {
        let ranks = || reader.leaf::<Count>(Id::TensorParallel);
        match rule(fact) {
            Rule::Whole => all,
            Rule::OfExpert if self.experts.is_some() => all,
            Rule::Even | Rule::OfExpert => all.shared_among(ranks()),
            Rule::OneAtLeast if all.value() == 0.0 => all,
            Rule::OneAtLeast => all.shared_among(ranks()).max(Expr::number(1.0)),
            Rule::Padded => {
                let to = || Expr::number(PADDED_TO);
                all.shared_among(to()).ceil().times(to()).shared_among(ranks())
            }
        }
    }

    /// Experts that the rank has of all of a layer.
    pub fn experts(self, reader: &Reader, all: Expr<Count>) -> Expr<Count> {
        let shared = |all: Expr<Count>| all / reader.leaf(Id::ExpertParallel);
        match self.experts {
            None => all,
            Some(ExpertShare::More) => shared(all).ceil(),
            Some(ExpertShare::Fewer) => shared(all).floor(),
        }
    }
}
