//! `documented`: the formulas as the document's text states them, for all nine modes. It corrects nothing.

use crate::estimator::choices::{FinetuneMethod, Quantization, Task};
use crate::estimator::component::Component;
use crate::estimator::constants as c;
use crate::estimator::estimate::Estimate;
use crate::estimator::expr::Expr;
use crate::estimator::inputs::Inputs;
use crate::estimator::methods::MethodId;
use crate::estimator::methods::quantities::{
    RouterParts, activations, active_expert_parameters, b, convolution_parameters, elements_for, feature_maps,
    fully_connected, grpo_activations, kv_cache, optimizer_states, parameters, patches, router_parts, square,
    text_parameters, total_sequence, trained_activations, vision_parameters,
};
use crate::estimator::mode::Mode;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::units::{BytesPerElement, Count, Memory, Ratio};

type Lines = Vec<(Component, Expr<Memory>)>;

/// The document's text for the inputs' mode.
pub fn estimate(inputs: &Inputs) -> Option<Estimate> {
    let lines = match inputs.mode() {
        Mode::Inference => inference(inputs),
        Mode::Finetune => finetune(inputs),
        Mode::Train => train(inputs),
        Mode::Grpo => grpo(inputs),
        Mode::Multimodal => multimodal(inputs),
        Mode::Nlp => nlp(inputs),
        Mode::Vlm => vlm(inputs),
        Mode::Moe => moe(inputs),
        Mode::Cnn => cnn(inputs),
    };
    Some(Estimate::new(MethodId::Documented, lines))
}

/// Weights in the precision of the run: `P·b`.
fn weights(inputs: &Inputs) -> Expr<Memory> {
    parameters(inputs) * b(inputs)
}

/// Weights in their quantized format, or in the run's precision where there is none.
fn quantized_weights(inputs: &Inputs) -> Expr<Memory> {
    let id = Id::Quantization;
    let bytes: Expr<BytesPerElement> = match inputs.choice::<Quantization>(id).bytes() {
        Some(bytes) => Expr::parameter(id, id.spec().symbol, bytes),
        None => b(inputs).chosen_by(id),
    };
    parameters(inputs) * bytes
}

/// Optimizer states and gradients of the trained parameters.
fn training_lines(inputs: &Inputs, trained: &Expr<Count>) -> Lines {
    vec![
        (Component::Optimizer, optimizer_states(inputs, trained.clone())),
        (Component::Gradients, trained.clone() * b(inputs)),
    ]
}

/// `otherOverhead`, given in GiB.
fn other_overhead(inputs: &Inputs) -> Expr<Memory> {
    inputs.leaf(Id::OtherOverhead)
}

/// One per cent of the parameters: Prefix, GRPO and multimodal fine-tuning.
fn one_per_cent(inputs: &Inputs) -> Expr<Count> {
    (Expr::<Ratio>::from(c::PEFT_SHARE) * parameters(inputs)).named("P_train")
}

/// Document, "inference".
fn inference(inputs: &Inputs) -> Lines {
    vec![
        (Component::Weights, quantized_weights(inputs)),
        (Component::KvCache, kv_cache(inputs)),
        (Component::Activations, Expr::from(c::INFERENCE_ACTIVATIONS) * activations(inputs)),
    ]
}

/// Document, "fine-tuning": full and PEFT.
fn finetune(inputs: &Inputs) -> Lines {
    let method = inputs.choice::<FinetuneMethod>(Id::FinetuneMethod);
    let trained = match method {
        FinetuneMethod::Full => parameters(inputs),
        FinetuneMethod::Lora | FinetuneMethod::Qlora => {
            let rank_share = inputs.leaf::<Count>(Id::LoraRank).over(inputs.leaf(Id::HiddenSize));
            (parameters(inputs) * Expr::from(c::LORA_MATRICES) * rank_share).named("P_train")
        }
        FinetuneMethod::Prefix => one_per_cent(inputs),
    }
    .chosen_by(Id::FinetuneMethod);
    let weights = match method {
        FinetuneMethod::Qlora => quantized_weights(inputs),
        FinetuneMethod::Full | FinetuneMethod::Lora | FinetuneMethod::Prefix => weights(inputs),
    };
    let mut lines = vec![
        (Component::Weights, weights.chosen_by(Id::FinetuneMethod)),
        (Component::Activations, trained_activations(inputs)),
    ];
    lines.extend(training_lines(inputs, &trained));
    if matches!(method, FinetuneMethod::Lora | FinetuneMethod::Qlora) {
        lines.push((Component::Adapter, trained * b(inputs)));
    }
    lines
}

/// Document, "training".
fn train(inputs: &Inputs) -> Lines {
    let mut lines = vec![
        (Component::Weights, weights(inputs)),
        (Component::Activations, trained_activations(inputs)),
        (Component::Overhead, other_overhead(inputs)),
    ];
    lines.extend(training_lines(inputs, &parameters(inputs)));
    lines
}

/// Document, "GRPO": INT4 weights, one per cent trained, activations of k completions.
fn grpo(inputs: &Inputs) -> Lines {
    let mut lines = vec![
        (Component::Weights, parameters(inputs) * Expr::from(c::GRPO_WEIGHT)),
        (Component::Activations, grpo_activations(inputs)),
        (Component::Overhead, other_overhead(inputs)),
    ];
    lines.extend(training_lines(inputs, &one_per_cent(inputs)));
    lines
}

/// Document, "multimodal": the total sequence decides the activations.
fn multimodal(inputs: &Inputs) -> Lines {
    let trained = match inputs.choice::<Task>(Id::Task) {
        Task::Inference => Expr::<Count>::number(0.0).named("P_train"),
        Task::Training => parameters(inputs),
        Task::Finetuning => one_per_cent(inputs),
    }
    .chosen_by(Id::Task);
    let mut lines = vec![
        (Component::Weights, weights(inputs)),
        (Component::Activations, elements_for(inputs, total_sequence(inputs)) * b(inputs)),
        (Component::Overhead, other_overhead(inputs)),
    ];
    lines.extend(training_lines(inputs, &trained));
    lines
}

/// Document, "NLP".
fn nlp(inputs: &Inputs) -> Lines {
    let mut lines = vec![
        (Component::Weights, weights(inputs)),
        (Component::Activations, activations(inputs)),
        (Component::KvCache, kv_cache(inputs)),
        (Component::Overhead, Expr::from(c::RESERVED)),
    ];
    lines.extend(training_lines(inputs, &parameters(inputs)));
    lines
}

/// Document, "vision-language".
fn vlm(inputs: &Inputs) -> Lines {
    let encoders = (vision_parameters(inputs) + text_parameters(inputs)).named("P_train");
    let alignment = inputs.leaf::<Ratio>(Id::CrossModalAlignmentWeight) * inputs.leaf::<Count>(Id::HiddenSize);
    let sequence = (inputs.leaf::<Count>(Id::SequenceLength) + patches(inputs)).named("S_total");
    let mut lines = vec![
        (Component::VisionEncoder, vision_parameters(inputs) * b(inputs)),
        (Component::TextEncoder, text_parameters(inputs) * b(inputs)),
        (Component::Fusion, alignment * b(inputs)),
        (Component::Activations, elements_for(inputs, sequence) * b(inputs)),
    ];
    lines.extend(training_lines(inputs, &encoders));
    lines
}

/// Document, "MoE".
fn moe(inputs: &Inputs) -> Lines {
    let active = active_expert_parameters(inputs);
    let RouterParts { router, probabilities, assigned, load_balance } = router_parts(inputs);
    let capacity = inputs.leaf::<Ratio>(Id::ExpertCapacityFactor);
    let mut lines = vec![
        (Component::Router, router),
        (Component::ActiveExperts, active.clone() * b(inputs)),
        (Component::RoutingProbabilities, probabilities),
        (Component::ExpertAssignment, assigned * capacity * b(inputs)),
        (Component::LoadBalance, load_balance),
    ];
    lines.extend(training_lines(inputs, &active));
    lines
}

/// Document, "CNN".
fn cnn(inputs: &Inputs) -> Lines {
    let filters = || Expr::<Count>::from(c::FIRST_FILTERS);
    let first_layer =
        square(inputs.leaf(Id::KernelSize)) * Expr::<Count>::from(c::COLOUR_CHANNELS) * filters() + filters();
    let mut lines = vec![
        (Component::Convolutions, (convolution_parameters(inputs) + first_layer) * b(inputs)),
        (Component::FullyConnected, fully_connected(inputs)),
        (Component::FeatureMaps, feature_maps(inputs)),
    ];
    lines.extend(training_lines(inputs, &parameters(inputs)));
    lines
}
