//! The answer of `calibrated`: the ranks of the run that the inputs describe, each with its moments. It knows no
//! formula.

use crate::estimator::architecture::Layout;
use crate::estimator::component::Component;
use crate::estimator::estimate::{Estimate, Moment, Rank};
use crate::estimator::method::MethodId;
use crate::estimator::methods::calibrated::device;
use crate::estimator::methods::calibrated::model::mesh::Mesh;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::phases::{
    contrastive, dpo, encoder_decoder, fsdp, grpo, megatron, multimodal, network, pipeline, pipeline_shards, step,
};
use crate::estimator::methods::calibrated::serving::sequences;
use crate::estimator::methods::calibrated::starts::supports;
use crate::estimator::mode::Mode;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::Algorithm;
use crate::estimator::parameters::spread::Trainer;
use crate::estimator::rank::RankKind;
use crate::estimator::reader::Reader;

/// The largest moment of the run; nothing where there are no formulas for the model's layers.
pub fn estimate(reader: &Reader) -> Option<Estimate> {
    supports(reader).ok()?;
    let shape = Shape::new(*reader);
    let mesh = Mesh::of(reader);
    let runtime = device::overhead(&shape);
    let with_runtime = |mut moments: Vec<Moment>| {
        moments.iter_mut().for_each(|it| it.add(Component::Runtime, runtime.clone()));
        moments
    };
    if mesh.trainer() == Trainer::Megatron {
        return Estimate::of_ranks(MethodId::Calibrated, megatron::ranks(&shape, &mesh, with_runtime));
    }
    if mesh.is_pipelined() && mesh.trainer() == Trainer::Fsdp2 {
        return Estimate::of_ranks(MethodId::Calibrated, pipeline_shards::ranks(&shape, &mesh, with_runtime));
    }
    if mesh.is_pipelined() {
        return Estimate::of_ranks(MethodId::Calibrated, pipeline::ranks(&shape, &mesh, with_runtime));
    }
    if mesh.trainer() == Trainer::Fsdp2 {
        return Estimate::of_ranks(MethodId::Calibrated, fsdp::ranks(&shape, &mesh, with_runtime));
    }
    let moments = match reader.mode() {
        Mode::Inference => sequences::moments(&shape),
        Mode::Finetune | Mode::Train | Mode::Nlp if shape.layout() == Layout::EncoderDecoder => {
            encoder_decoder::moments(&shape)
        }
        Mode::Finetune | Mode::Train | Mode::Nlp | Mode::Moe => step::moments(&shape),
        Mode::Multimodal if shape.layout() == Layout::Speech => encoder_decoder::moments_of_speech(&shape),
        Mode::Vlm if shape.layout() == Layout::Contrastive => contrastive::moments(&shape),
        Mode::Multimodal | Mode::Vlm => multimodal::moments(&shape),
        Mode::Grpo => match shape.reader.choice(Id::Algorithm) {
            Algorithm::Grpo => grpo::moments(&shape),
            Algorithm::Dpo => dpo::moments(&shape),
        },
        Mode::Cnn => network::moments(&shape),
    };
    let kind = match mesh.trainer() {
        Trainer::None => RankKind::Only,
        Trainer::Ddp | Trainer::Fsdp2 | Trainer::Torch | Trainer::Megatron => RankKind::Replica,
    };
    Estimate::of_ranks(MethodId::Calibrated, vec![Rank::new(kind, mesh.count(), with_runtime(moments))?])
}
