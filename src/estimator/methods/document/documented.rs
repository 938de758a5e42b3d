//! `documented`: the formulas as the document's text states them, for all nine modes. It corrects nothing.

use crate::estimator::component::Component;
use crate::estimator::constants as c;
use crate::estimator::estimate::{Estimate, Lines};
use crate::estimator::expr::Expr;
use crate::estimator::method::MethodId;
use crate::estimator::methods::document::quantities::{
    RouterParts, activations, active_expert_parameters, b, convolution_parameters, dpo_activations, elements_for,
    feature_maps, fully_connected, grpo_activations, kv_cache, optimizer_states, parameters, patches, router_parts,
    square, text_parameters, total_sequence, trained_activations, vision_parameters,
};
use crate::estimator::mode::Mode;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::{Algorithm, FinetuneMethod, Quantization, Task};
use crate::estimator::quantity::Quantity;
use crate::estimator::reader::Reader;
use crate::estimator::units::{BytesPerElement, Count, Memory, Ratio};

/// The document's text for the mode.
pub fn estimate(reader: &Reader) -> Option<Estimate> {
    let lines = match reader.mode() {
        Mode::Inference => inference(reader),
        Mode::Finetune => finetune(reader),
        Mode::Train => train(reader),
        Mode::Grpo => grpo(reader),
        Mode::Multimodal => multimodal(reader),
        Mode::Nlp => nlp(reader),
        Mode::Vlm => vlm(reader),
        Mode::Moe => moe(reader),
        Mode::Cnn => cnn(reader),
    };
    Some(Estimate::new(MethodId::Documented, lines))
}

/// Weights in the precision of the run: `P·b`.
fn weights(reader: &Reader) -> Expr<Memory> {
    parameters(reader) * b(reader)
}

/// Weights in their quantized format, or in the run's precision where there is none.
fn quantized_weights(reader: &Reader) -> Expr<Memory> {
    let id = Id::Quantization;
    let bytes: Expr<BytesPerElement> = match reader.choice::<Quantization>(id).bytes() {
        Some(bytes) => reader.parameter(id, id.spec().symbol, bytes),
        None => b(reader),
    };
    parameters(reader) * bytes
}

/// Optimizer states and gradients of the trained parameters.
fn training_lines(reader: &Reader, trained: &Expr<Count>) -> Lines {
    vec![
        (Component::Optimizer, optimizer_states(reader, trained.clone())),
        (Component::Gradients, trained.clone() * b(reader)),
    ]
}

/// `otherOverhead`, given in GiB.
fn other_overhead(reader: &Reader) -> Expr<Memory> {
    reader.leaf(Id::OtherOverhead)
}

/// One per cent of the parameters: Prefix, GRPO and multimodal fine-tuning.
fn one_per_cent(reader: &Reader) -> Expr<Count> {
    (Expr::<Ratio>::from(c::PEFT_SHARE) * parameters(reader)).named(Quantity::TrainedParameters)
}

/// Document, "inference".
fn inference(reader: &Reader) -> Lines {
    vec![
        (Component::Weights, quantized_weights(reader)),
        (Component::KvCache, kv_cache(reader)),
        (Component::Activations, Expr::from(c::INFERENCE_ACTIVATIONS) * activations(reader)),
    ]
}

/// Document, "fine-tuning": full and PEFT.
fn finetune(reader: &Reader) -> Lines {
    let method = reader.choice::<FinetuneMethod>(Id::FinetuneMethod);
    let trained = match method {
        FinetuneMethod::Full => parameters(reader),
        FinetuneMethod::Lora | FinetuneMethod::Qlora => {
            let rank_share = reader.leaf::<Count>(Id::LoraRank).over(reader.leaf(Id::HiddenSize));
            (parameters(reader) * Expr::from(c::LORA_MATRICES) * rank_share).named(Quantity::TrainedParameters)
        }
        FinetuneMethod::Prefix => one_per_cent(reader),
    };
    let weights = match method {
        FinetuneMethod::Qlora => quantized_weights(reader),
        FinetuneMethod::Full | FinetuneMethod::Lora | FinetuneMethod::Prefix => weights(reader),
    };
    let mut lines = vec![(Component::Weights, weights), (Component::Activations, trained_activations(reader))];
    lines.extend(training_lines(reader, &trained));
    if matches!(method, FinetuneMethod::Lora | FinetuneMethod::Qlora) {
        lines.push((Component::Adapter, trained * b(reader)));
    }
    lines
}

/// Document, "training".
fn train(reader: &Reader) -> Lines {
    let mut lines = vec![
        (Component::Weights, weights(reader)),
        (Component::Activations, trained_activations(reader)),
        (Component::Overhead, other_overhead(reader)),
    ];
    lines.extend(training_lines(reader, &parameters(reader)));
    lines
}

/// Document, "GRPO": INT4 weights, one per cent trained, activations of k completions.
fn grpo(reader: &Reader) -> Lines {
    let mut lines = vec![
        (Component::Weights, parameters(reader) * Expr::from(c::GRPO_WEIGHT)),
        (
            Component::Activations,
            match reader.choice(Id::Algorithm) {
                Algorithm::Grpo => grpo_activations(reader),
                Algorithm::Dpo => dpo_activations(reader),
            },
        ),
        (Component::Overhead, other_overhead(reader)),
    ];
    lines.extend(training_lines(reader, &one_per_cent(reader)));
    lines
}

/// Document, "multimodal": the total sequence decides the activations.
fn multimodal(reader: &Reader) -> Lines {
    let trained = match reader.choice::<Task>(Id::Task) {
        Task::Inference => Expr::<Count>::number(0.0).named(Quantity::TrainedParameters),
        Task::Training => parameters(reader),
        Task::Finetuning => one_per_cent(reader),
    };
    let mut lines = vec![
        (Component::Weights, weights(reader)),
        (Component::Activations, elements_for(reader, total_sequence(reader)) * b(reader)),
        (Component::Overhead, other_overhead(reader)),
    ];
    lines.extend(training_lines(reader, &trained));
    lines
}

/// Document, "NLP".
fn nlp(reader: &Reader) -> Lines {
    let mut lines = vec![
        (Component::Weights, weights(reader)),
        (Component::Activations, activations(reader)),
        (Component::KvCache, kv_cache(reader)),
        (Component::Overhead, Expr::from(c::RESERVED)),
    ];
    lines.extend(training_lines(reader, &parameters(reader)));
    lines
}

/// Document, "vision-language".
fn vlm(reader: &Reader) -> Lines {
    let encoders = (vision_parameters(reader) + text_parameters(reader)).named(Quantity::TrainedParameters);
    let alignment = reader.leaf::<Ratio>(Id::CrossModalAlignmentWeight) * reader.leaf::<Count>(Id::HiddenSize);
    let sequence = (reader.leaf::<Count>(Id::SequenceLength) + patches(reader)).named(Quantity::TotalSequence);
    let mut lines = vec![
        (Component::VisionEncoder, vision_parameters(reader) * b(reader)),
        (Component::TextEncoder, text_parameters(reader) * b(reader)),
        (Component::Fusion, alignment * b(reader)),
        (Component::Activations, elements_for(reader, sequence) * b(reader)),
    ];
    lines.extend(training_lines(reader, &encoders));
    lines
}

/// Document, "MoE".
fn moe(reader: &Reader) -> Lines {
    let active = active_expert_parameters(reader);
    let RouterParts { router, probabilities, assigned, load_balance } = router_parts(reader);
    let capacity = reader.leaf::<Ratio>(Id::ExpertCapacityFactor);
    let mut lines = vec![
        (Component::Router, router),
        (Component::ActiveExperts, active.clone() * b(reader)),
        (Component::RoutingProbabilities, probabilities),
        (Component::ExpertAssignment, assigned * capacity * b(reader)),
        (Component::LoadBalance, load_balance),
    ];
    lines.extend(training_lines(reader, &active));
    lines
}

/// Document, "CNN".
fn cnn(reader: &Reader) -> Lines {
    let filters = || Expr::<Count>::from(c::FIRST_FILTERS);
    let first_layer =
        square(reader.leaf(Id::KernelSize)) * Expr::<Count>::from(c::COLOUR_CHANNELS) * filters() + filters();
    let mut lines = vec![
        (Component::Convolutions, (convolution_parameters(reader) + first_layer) * b(reader)),
        (Component::FullyConnected, fully_connected(reader)),
        (Component::FeatureMaps, feature_maps(reader)),
    ];
    lines.extend(training_lines(reader, &parameters(reader)));
    lines
}
