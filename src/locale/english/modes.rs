//! English names of the modes. It knows no mode's parameters.

use crate::estimator::Mode;
use crate::locale::texts::ModeText;

/// A mode's tab, and what it estimates.
pub(super) fn mode(mode: Mode) -> ModeText {
    let (label, summary) = match mode {
        Mode::Inference => ("Inference", "Serving a language model: weights, KV cache and a little working memory."),
        Mode::Finetune => ("Fine-tuning", "Adapting a model: full, LoRA, QLoRA or Prefix."),
        Mode::Train => ("Training", "Training a model: weights, gradients, optimizer states, activations."),
        Mode::Grpo => ("GRPO", "Preference training with a group of completions per prompt."),
        Mode::Multimodal => ("Multimodal", "Text, images, video and audio in one sequence."),
        Mode::Nlp => ("NLP", "Advanced fine-tuning of a language model."),
        Mode::Vlm => ("Vision-language", "Advanced fine-tuning of a vision-language model."),
        Mode::Moe => ("MoE", "Advanced fine-tuning of a mixture of experts."),
        Mode::Cnn => ("CNN", "Advanced fine-tuning of a convolutional network."),
    };
    ModeText { label, summary }
}
