//! The nine kinds of workload. It knows their names and order, and nothing of their parameters.

/// A kind of workload; each has its own parameters, defaults and formulas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Serving a language model.
    Inference,
    /// Fine-tuning: full, LoRA, QLoRA or Prefix.
    Finetune,
    /// Training every parameter from scratch.
    Train,
    /// Group Relative Policy Optimization.
    Grpo,
    /// A model over text, images, video and audio.
    Multimodal,
    /// Advanced fine-tuning of a language model.
    Nlp,
    /// Advanced fine-tuning of a vision-language model.
    Vlm,
    /// Advanced fine-tuning of a mixture of experts.
    Moe,
    /// Advanced fine-tuning of a convolutional network.
    Cnn,
}

/// The two groups in which the document presents the modes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ModeGroup {
    /// The document's basic formulas.
    Basic,
    /// The document's advanced fine-tuning formulas.
    Advanced,
}

impl ModeGroup {
    /// Both groups, in the document's order.
    pub const ALL: [Self; 2] = [Self::Basic, Self::Advanced];

    /// The modes of this group, in the document's order.
    pub fn modes(self) -> impl Iterator<Item = Mode> {
        Mode::ALL.into_iter().filter(move |mode| mode.group() == self)
    }
}

impl Mode {
    /// Every mode, in the document's order; the first is the one a bare link opens.
    pub const ALL: [Self; 9] = [
        Self::Inference,
        Self::Finetune,
        Self::Train,
        Self::Grpo,
        Self::Multimodal,
        Self::Nlp,
        Self::Vlm,
        Self::Moe,
        Self::Cnn,
    ];

    /// The mode's name in links and in the command line's output.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Inference => "inference",
            Self::Finetune => "finetune",
            Self::Train => "train",
            Self::Grpo => "grpo",
            Self::Multimodal => "multimodal",
            Self::Nlp => "nlp",
            Self::Vlm => "vlm",
            Self::Moe => "moe",
            Self::Cnn => "cnn",
        }
    }

    /// The mode that a link names, or `None`.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.id() == id)
    }

    /// The group under which the document describes the mode.
    pub const fn group(self) -> ModeGroup {
        match self {
            Self::Inference | Self::Finetune | Self::Train | Self::Grpo | Self::Multimodal => ModeGroup::Basic,
            Self::Nlp | Self::Vlm | Self::Moe | Self::Cnn => ModeGroup::Advanced,
        }
    }
}
