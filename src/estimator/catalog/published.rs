//! In which format of few bits some models are published: whoever downloads one of these has it so. It knows no engine.

use crate::estimator::catalog::model::Model;

/// The format of a published checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublishedFormat {
    /// Its id among number formats.
    pub format: &'static str,
    /// Which parts it leaves in 16 bits, as a link names them, where these are others than most leave.
    pub whole: Option<&'static str>,
}

/// Floats of 8 bits with a scale for each block of 128 × 128.
const FP8_BLOCKS: PublishedFormat = PublishedFormat { format: "fp8-block128", whole: None };

/// The same with one scale a matrix (`weight_block_size: null`).
const FP8: PublishedFormat = PublishedFormat { format: "fp8-per-tensor", whole: None };

/// MXFP4 of the experts alone (`modules_to_not_convert`).
const MXFP4: PublishedFormat =
    PublishedFormat { format: "mxfp4", whole: Some("embedding_head_attention_router_vision") };

/// Models by id, and the format that `quantization_config` of their `config.json` names.
const PUBLISHED_IN: &[(&str, PublishedFormat)] = &[
    ("devstral-2-123b-instruct-2512", FP8),
    ("deepseek-v3", FP8_BLOCKS),
    ("deepseek-r1", FP8_BLOCKS),
    ("deepseek-v3.2", FP8_BLOCKS),
    ("kimi-k2-instruct", FP8_BLOCKS),
    ("minimax-m2.5", FP8_BLOCKS),
    ("gpt-oss-20b", MXFP4),
    ("gpt-oss-120b", MXFP4),
];

/// The format in which a model is published; `None` where that has 16 bits or more, or nobody has looked.
pub fn published_format(model: &Model) -> Option<PublishedFormat> {
    PUBLISHED_IN.iter().find(|it| it.0 == model.id).map(|it| it.1)
}
