//! The answer of `calibrated`: the ranks of the run that the inputs describe, each with its moments. It knows no
//! formula.

use crate::estimator::architecture::Layout;
use crate::estimator::device::{unlike_devices, usable};
use crate::estimator::estimate::{Estimate, Moment, Rank};
use crate::estimator::method::MethodId;
use crate::estimator::methods::calibrated::device;
use crate::estimator::methods::calibrated::model::mesh::Mesh;
use crate::estimator::methods::calibrated::model::served::is_served_by_several;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::phases::{
    contrastive, dpo, encoder_decoder, fsdp, grpo, megatron, multimodal, network, pipeline, pipeline_shards, step, zero,
};
use crate::estimator::methods::calibrated::serving::sequences;
use crate::estimator::methods::calibrated::starts::supports;
use crate::estimator::mode::Mode;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::{Algorithm, GpuFamily};
use crate::estimator::parameters::spread::Trainer;
use crate::estimator::rank::RankKind;
use crate::estimator::reader::Reader;

/// The GPU that has everything where llama.cpp shares nothing out among several.
const MAIN_GPU: usize = 0;

/// The largest moment of the run; nothing where there are no formulas for the model's layers.
pub fn estimate(reader: &Reader) -> Option<Estimate> {
    supports(reader).ok()?;
    let shape = Shape::new(*reader);
    let mesh = Mesh::of(reader);
    let unlike = unlike_devices(reader.inputs());
    // Each kind of GPU has a driver's context of its own.
    let lines_of = |gpu: usize| unlike.get(gpu).map(|it| device::lines_on(&shape, GpuFamily::of_device(it)));
    let outside = lines_of(MAIN_GPU).unwrap_or_else(|| device::lines(&shape));
    let with_runtime =
        |moments: Vec<Moment>| -> Vec<Moment> { moments.into_iter().map(|it| it.with_more(outside.clone())).collect() };
    let ranks = match mesh.trainer() {
        Trainer::Megatron => Some(megatron::ranks(&shape, &mesh, with_runtime)),
        Trainer::Fsdp2 if mesh.is_pipelined() => Some(pipeline_shards::ranks(&shape, &mesh, with_runtime)),
        _ if mesh.is_pipelined() => Some(pipeline::ranks(&shape, &mesh, with_runtime)),
        Trainer::Fsdp2 => Some(fsdp::ranks(&shape, &mesh, with_runtime)),
        Trainer::DeepSpeed => Some(zero::ranks(&shape, &mesh, with_runtime)),
        Trainer::None | Trainer::Ddp | Trainer::Transformers | Trainer::Torch => None,
    };
    if let Some(ranks) = ranks {
        return Estimate::of_ranks(MethodId::Calibrated, ranks);
    }
    if reader.mode() == Mode::Inference && is_served_by_several(reader) {
        let on_gpu = |gpu: usize, moments: Vec<Moment>| -> Vec<Moment> {
            let own = lines_of(gpu);
            let more = own.as_ref().unwrap_or(&outside);
            moments.into_iter().map(|it| it.with_more(more.clone())).collect()
        };
        let ranks = sequences::ranks(reader, &on_gpu);
        let has: Vec<f64> = unlike.iter().map(|it| usable(it).count()).collect();
        return Estimate::of_unlike_ranks(MethodId::Calibrated, ranks, &has);
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
    // Of several kinds it has to be said which has everything.
    let kind = if unlike.is_empty() { mesh.kind_of_all() } else { RankKind::Device { at: MAIN_GPU } };
    let rank = Rank::new(kind, mesh.count(), with_runtime(moments))?;
    let host = if reader.mode() == Mode::Inference { sequences::host(&shape) } else { Vec::new() };
    Estimate::of_ranks(MethodId::Calibrated, vec![rank.with_host(host)])
}
