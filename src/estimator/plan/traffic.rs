//! What the GPUs of a run send each other, by kind, in the order of how much that is. It counts no byte: how long one
//! takes depends on links between GPUs that no link of ours tells. It knows no text.

use crate::estimator::inputs::Inputs;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::spread::{Reshard, Trainer, ZeroStage};
use std::cmp::Ordering;

/// A kind of traffic between GPUs, the lightest first.
///
/// Sources: NVIDIA's table of strategies (Megatron Bridge, "MoE Training Optimization", phase 1), whose column "Comm"
/// says low of data parallel, medium of pipeline, context and expert parallel, and high of tensor parallel; of sharded
/// parameters half as much again as of gradients (ZeRO, arXiv 1910.02054, section 7.2); and that tensor parallel
/// belongs inside a server (Narayanan et al. 2021, arXiv 2104.04473, takeaway 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Traffic {
    /// Gradients are reduced, or what was updated of parameters is gathered: data parallel, ZeRO 1 and 2.
    Gradients,
    /// Parameters are gathered in the forward pass and again in the backward pass besides: ZeRO 3.
    Parameters,
    /// Activations and their gradients, from stage to stage.
    Stages,
    /// Keys and values of other parts of a sequence, in each layer.
    Sequence,
    /// Tokens to their experts and back, in each layer.
    Experts,
    /// Sums over all ranks, several in each layer.
    Layers,
    /// The same over more GPUs than a server has.
    LayersBetweenServers,
}

/// GPUs of a server: eight in NVIDIA's HGX and DGX.
const SERVER: f64 = 8.0;

impl Traffic {
    /// Every kind, the lightest first.
    pub const ALL: [Self; 7] = [
        Self::Gradients,
        Self::Parameters,
        Self::Stages,
        Self::Sequence,
        Self::Experts,
        Self::Layers,
        Self::LayersBetweenServers,
    ];

    /// Its name for programs.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Gradients => "gradients",
            Self::Parameters => "parameters",
            Self::Stages => "stages",
            Self::Sequence => "sequence",
            Self::Experts => "experts",
            Self::Layers => "layers",
            Self::LayersBetweenServers => "layers_between_servers",
        }
    }

    /// How heavy it is; the source tells no difference between kinds of one weight.
    const fn weight(self) -> usize {
        match self {
            Self::Gradients => 1,
            Self::Parameters => 2,
            Self::Stages | Self::Sequence | Self::Experts => 3,
            Self::Layers => 4,
            Self::LayersBetweenServers => 5,
        }
    }
}

/// The traffic of a run: each kind with the ranks that take part in it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AllTraffic(Vec<(Traffic, f64)>);

impl AllTraffic {
    /// That of some inputs.
    pub fn of(inputs: &Inputs) -> Self {
        let number = |id| if inputs.has_effect(id) { inputs.values().number(id).max(1.0) } else { 1.0 };
        let [data, context] = [Id::DataParallel, Id::ContextParallel].map(number);
        let is_trained = inputs.has_effect(Id::Trainer);
        let gathered = match inputs.choice::<Trainer>(Id::Trainer) {
            Trainer::Fsdp2 if inputs.choice::<Reshard>(Id::Reshard) == Reshard::Full => {
                data / number(Id::DataParallelReplicate)
            }
            Trainer::DeepSpeed if inputs.choice::<ZeroStage>(Id::ZeroStage) == ZeroStage::Parameters => data,
            Trainer::None
            | Trainer::Ddp
            | Trainer::Fsdp2
            | Trainer::DeepSpeed
            | Trainer::Transformers
            | Trainer::Torch
            | Trainer::Megatron => 1.0,
        };
        let tensor = number(Id::TensorParallel);
        let layers = if tensor > SERVER { Traffic::LayersBetweenServers } else { Traffic::Layers };
        let all = [
            // Servers read other sequences, and send each other nothing.
            (Traffic::Gradients, if is_trained { data * context } else { 1.0 }),
            (Traffic::Parameters, if is_trained { gathered } else { 1.0 }),
            (Traffic::Stages, number(Id::PipelineParallel)),
            (Traffic::Sequence, context),
            (Traffic::Experts, number(Id::ExpertParallel)),
            (layers, tensor),
        ];
        Self(all.into_iter().filter(|it| it.1 > 1.0).collect())
    }

    /// The kinds, the lightest first; none where no GPU sends another anything.
    pub fn kinds(&self) -> impl Iterator<Item = Traffic> {
        self.0.iter().map(|it| it.0)
    }

    /// Which of two is the lighter: by the heaviest kind, then by the ranks that take part in it.
    pub fn compare(&self, other: &Self) -> Ordering {
        let ((weight, ranks), (other, of_other)) = (self.heaviest(), other.heaviest());
        weight.cmp(&other).then(ranks.total_cmp(&of_other))
    }

    fn heaviest(&self) -> (usize, f64) {
        let weight = self.kinds().map(Traffic::weight).max().unwrap_or(0);
        let ranks = self.0.iter().filter(|it| it.0.weight() == weight).map(|it| it.1).product();
        (weight, ranks)
    }
}
