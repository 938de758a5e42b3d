//! `calibrated`: what PyTorch, vLLM and llama.cpp really allocate, derived tensor by tensor. Every term names a
//! tensor or buffer, its shape, its format and the moment at which it lives; nothing is fitted to a case.

mod adapters;
mod attention;
mod convolution;
mod counts;
mod experts;
mod grpo;
mod head;
mod inference;
mod layer;
mod multimodal;
mod recipe;
mod run;
mod runtime;
mod shape;
mod tensors;
mod training;
mod vision;
mod weights;

pub use inference::{Capacity, capacity};

use crate::estimator::component::Component;
use crate::estimator::estimate::Estimate;
use crate::estimator::inputs::Inputs;
use crate::estimator::methods::MethodId;
use crate::estimator::mode::Mode;
use shape::Shape;

/// The largest moment of the run.
pub fn estimate(inputs: &Inputs) -> Option<Estimate> {
    let shape = Shape::new(inputs);
    let mut moments = match inputs.mode() {
        Mode::Inference => inference::moments(&shape),
        Mode::Finetune | Mode::Train | Mode::Nlp | Mode::Moe => training::moments(&shape),
        Mode::Multimodal | Mode::Vlm => multimodal::moments(&shape),
        Mode::Grpo => grpo::moments(&shape),
        Mode::Cnn => convolution::moments(&shape),
    };
    let runtime = runtime::overhead(&shape);
    for moment in &mut moments {
        moment.put(Component::Runtime, runtime.clone());
    }
    let mut moments = moments.into_iter();
    Some(Estimate::of_moments(MethodId::Calibrated, moments.next()?, moments.collect()))
}
