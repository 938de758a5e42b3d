//! Which runs are known under Megatron-LM, whose rules of dividing layers are its own. It knows no moment and no other
//! trainer.

use crate::estimator::architecture::{Fact, Layout, Loss, Norm, NormPlacement, Residual};
use crate::estimator::divide::divides_evenly;
use crate::estimator::methods::calibrated::model::mesh::{Mesh, nearest_degrees};
use crate::estimator::methods::calibrated::model::not_spread::NotSpread;
use crate::estimator::methods::calibrated::model::pipeline::{Pipeline, nearest_stages};
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::model::unsupported::Unsupported;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::{Attention, FinetuneMethod, Optimizer, Precision, Recipe, TaskHead};
use crate::estimator::parameters::spread::Schedule;

/// What Megatron's rules are known of: decoders in BF16, trained whole by Adam, layers in equal shares.
pub fn of_megatron(shape: &Shape, recipe: Recipe) -> Result<(), Unsupported> {
    let (reader, mesh, pipeline) = (shape.reader, Mesh::of(&shape.reader), Pipeline::of(&shape.reader));
    let refuse = |reason| Err(Unsupported::Spread(reason));
    let others = [
        Fact::KvLoraRank,
        Fact::TokenTypes,
        Fact::EmbeddingNorm,
        Fact::ExtraEmbeddings,
        Fact::AttentionSinks,
        Fact::AttentionGate,
        Fact::LmHeadBias,
    ];
    let is_eager = reader.choice::<Attention>(Id::Attention) == Attention::Eager;
    let is_known = shape.layout() == Layout::Decoder
        && shape.head() == TaskHead::Lm
        && others.iter().all(|it| !shape.is(*it))
        && matches!(
            Norm::of(shape.number(Fact::Norm)),
            Norm::Rms | Norm::RmsScaledWide | Norm::Layer | Norm::LayerPlusOne
        )
        && NormPlacement::of(shape.number(Fact::NormPlacement)) == NormPlacement::Before
        && Residual::of(shape.number(Fact::Residual)) == Residual::Sequential
        && reader.choice::<Loss>(Id::Loss) == Loss::Fp32
        && reader.choice::<FinetuneMethod>(Id::FinetuneMethod) == FinetuneMethod::Full
        && matches!(reader.choice(Id::Optimizer), Optimizer::Adam | Optimizer::AdamW)
        && !(is_eager && mesh.context() > 1.0);
    if !is_known {
        return refuse(NotSpread::Megatron);
    }
    if reader.choice::<Precision>(Id::Precision) != Precision::Bf16 || recipe != Recipe::Master {
        return refuse(NotSpread::MegatronFormat);
    }
    if reader.is_on(Id::GradientCheckpointing) {
        return refuse(NotSpread::MegatronCheckpoints);
    }
    if pipeline.schedule != Schedule::Interleaved && pipeline.stages_of_rank > 1 {
        return refuse(NotSpread::VirtualStages);
    }
    if !matches!(pipeline.schedule, Schedule::OneForwardOneBackward | Schedule::Interleaved) {
        return refuse(NotSpread::MegatronSchedule);
    }
    if !divides_evenly(pipeline.stages() as f64, shape.number(Fact::NumLayers)) {
        return refuse(nearest_stages(&pipeline, shape.number(Fact::NumLayers) as usize));
    }
    if shape.is(Fact::NumExperts) {
        experts_of_megatron(shape, &mesh)?;
    }
    let inner = if shape.is(Fact::NumExperts) { Fact::SharedIntermediateSize } else { Fact::IntermediateSize };
    let sides = [Fact::NumAttentionHeads, Fact::NumKeyValueHeads, inner];
    let (tensor, context) = (mesh.tensor(), mesh.context());
    let divides = |tensor: f64, context: f64| {
        sides.iter().all(|it| divides_evenly(tensor, shape.number(*it)))
            && divides_evenly(context * tensor, reader.number(Id::SequenceLength))
    };
    if divides(tensor, context) {
        return Ok(());
    }
    if let Some(nearest) = (1..context as u32).rev().find(|it| divides(tensor, f64::from(*it))) {
        return refuse(NotSpread::MegatronContext { nearest });
    }
    let (below, above) = nearest_degrees(tensor, shape.number(Fact::NumKeyValueHeads), &|it| divides(it, 1.0));
    refuse(NotSpread::MegatronDegree { below, above })
}

/// What is known of mixtures under Megatron: experts without biases in each layer, whole numbers of them and of what
/// divides them on each rank, and between blocks a part of each sequence where tensor parallelism divides layers.
fn experts_of_megatron(shape: &Shape, mesh: &Mesh) -> Result<(), Unsupported> {
    let reader = shape.reader;
    let others = [
        Fact::NumDenseLayers,
        Fact::SharedExpertGate,
        Fact::RouterBias,
        Fact::RouterCorrection,
        Fact::ExpertBias,
        Fact::MlpBias,
        Fact::MultiTokenPrediction,
    ];
    let is_known =
        others.iter().all(|it| !shape.is(*it)) && (mesh.tensor() <= 1.0 || reader.is_on(Id::SequenceParallel));
    if !is_known {
        return Err(Unsupported::Spread(NotSpread::Megatron));
    }
    let [among, within] = [Id::ExpertParallel, Id::ExpertTensorParallel].map(|it| reader.number(it).max(1.0));
    let of_stage = mesh.data() * mesh.context() * mesh.tensor();
    let is_even = divides_evenly(among, shape.number(Fact::NumExperts))
        && divides_evenly(within, shape.number(Fact::MoeIntermediateSize))
        && divides_evenly(among * within, of_stage);
    if is_even { Ok(()) } else { Err(Unsupported::Spread(NotSpread::MegatronExperts)) }
}
