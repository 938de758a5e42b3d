//! What a rank holds at its fullest moment, as piles: what it has a share of, what every rank has alike, what is put
//! together for now, what collectives read and write, and the rest, which is of its own sequences. It knows no formula
//! and no text.
//!
//! The piles are those of `decide-facts` of the project: sharded, replicated, gathered for now, communicators' buffers.

use crate::estimator::component::{Component, ComponentGroup};
use crate::estimator::estimate::Rank;
use crate::estimator::inputs::Inputs;
use crate::estimator::mode::Mode;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::FinetuneMethod;
use crate::estimator::parameters::spread::{Trainer, ZeroStage};
use crate::estimator::rank::RankKind;
use crate::estimator::units::Bytes;
use Pile::{Communicators, Gathered, Own, Replicated, Sharded};

/// A pile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pile {
    /// Parameters and states of the optimizer of which no other rank of the replica has this share.
    Sharded,
    /// Parameters and states that every rank has alike.
    Replicated,
    /// Parameters that are put together from all ranks' shares, and are let go again; with DeepSpeed also those that
    /// are so small that they stay (`stage3_param_persistence_threshold`).
    Gathered,
    /// What collectives read and write, with the buffers of NCCL: those of all-gathers and reductions, DDP's buckets,
    /// what a stage sends and gets.
    Communicators,
    /// What is of the rank's own sequences, and no part of the model: gradients, on their way and as they are kept,
    /// activations, logits, what operations make, and what the driver takes.
    Own,
}

impl Pile {
    /// All, in reading order.
    pub const ALL: [Self; 5] = [Sharded, Replicated, Gathered, Communicators, Own];

    /// Its name in the command line's output.
    pub const fn id(self) -> &'static str {
        match self {
            Sharded => "sharded",
            Replicated => "replicated",
            Gathered => "gathered",
            Communicators => "communicators",
            Own => "own",
        }
    }
}

/// Where parameters and where the optimizer's states are.
#[derive(Clone, Copy)]
struct ModelPiles {
    parameters: Pile,
    states: Pile,
}

impl ModelPiles {
    /// Those of a run that is spread over data and stages alone; `None` of others, of which a tensor may be divided and
    /// the next one whole, of quantized weights, whose scales every rank has, and of runs with a second model.
    fn of(inputs: &Inputs) -> Option<Self> {
        let number = |id| if inputs.has_effect(id) { inputs.values().number(id) } else { 1.0 };
        let is_divided =
            [Id::TensorParallel, Id::ContextParallel, Id::ExpertParallel].iter().any(|it| number(*it) > 1.0);
        let is_plain = match inputs.mode() {
            Mode::Finetune | Mode::Train | Mode::Nlp | Mode::Moe => true,
            Mode::Inference | Mode::Grpo | Mode::Multimodal | Mode::Vlm | Mode::Cnn => false,
        };
        let is_quantized = inputs.choice::<FinetuneMethod>(Id::FinetuneMethod) == FinetuneMethod::Qlora;
        if is_divided || !is_plain || is_quantized {
            return None;
        }
        let all = |pile| Some(Self { parameters: pile, states: pile });
        // A stage has layers that no other has.
        let is_staged = number(Id::PipelineParallel) > 1.0;
        match inputs.choice::<Trainer>(Id::Trainer) {
            Trainer::Fsdp2 => all(Sharded),
            Trainer::Torch if is_staged => all(Sharded),
            Trainer::Ddp => all(Replicated),
            Trainer::DeepSpeed if !is_staged => {
                let stage = inputs.choice::<ZeroStage>(Id::ZeroStage);
                let is_shared = |from: ZeroStage| if stage as usize >= from as usize { Sharded } else { Replicated };
                Some(Self { parameters: is_shared(ZeroStage::Parameters), states: is_shared(ZeroStage::States) })
            }
            Trainer::None | Trainer::Torch | Trainer::DeepSpeed | Trainer::Transformers | Trainer::Megatron => None,
        }
    }

    fn of_component(self, it: Component) -> Pile {
        match it {
            Component::GatheredParameters => return Gathered,
            Component::CollectiveBuffers
            | Component::GradientBuckets
            | Component::PipelineBuffers
            | Component::Communicators => return Communicators,
            _ => {}
        }
        match it.group() {
            ComponentGroup::Weights
            | ComponentGroup::Vision
            | ComponentGroup::Text
            | ComponentGroup::Experts
            | ComponentGroup::Adapter => self.parameters,
            ComponentGroup::Optimizer => self.states,
            ComponentGroup::Gradients
            | ComponentGroup::Activations
            | ComponentGroup::Logits
            | ComponentGroup::KvCache
            | ComponentGroup::Temporaries
            | ComponentGroup::Other
            | ComponentGroup::Overhead => Own,
        }
    }
}

/// The piles of a rank at its fullest moment, which come to its total; `None` of a run on one GPU, and where nobody has
/// told what is shared out.
pub fn piles(inputs: &Inputs, rank: &Rank) -> Option<[(Pile, Bytes); 5]> {
    // A method that knows one GPU alone has the whole run on it.
    let model = ModelPiles::of(inputs).filter(|_| rank.kind() != RankKind::Only)?;
    let of = |pile| {
        let lines = rank.peak().lines().iter().filter(|it| model.of_component(it.component) == pile);
        (pile, Bytes::new(lines.map(|it| it.formula.bytes().count()).sum()))
    };
    Some(Pile::ALL.map(of))
}
