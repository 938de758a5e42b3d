//! Chinese: GPUs and models to choose from. It knows no figure.

use crate::estimator::plan::fit::VerdictKind;
use crate::locale::decide::{DeviceTexts, ModelTexts};

pub(super) const DEVICES: DeviceTexts = DeviceTexts {
    verdict,
    proposed: "放得下的最小几款，每种容量一款",
    beside: |gpus| format!("与 {gpus} 并用"),
    nothing: "没有匹配的 GPU",
    usable: |usable, sold| format!("标称 {sold} GB，可用 {usable}"),
    one_fewer: "减少一张 GPU",
    one_more: "增加一张 GPU",
};

pub(super) const MODELS: ModelTexts = ModelTexts {
    nothing: "没有匹配的模型",
    runs_in: |mode| format!("在“{mode}”中运行"),
    runs_nowhere: "仅知规模",
    altered: |name, n| match name {
        Some(name) => format!("自定义：{name}，改了 {n} 项"),
        None => format!("自定义结构，填了 {n} 项"),
    },
};

fn verdict(kind: VerdictKind, spare: &str, is_missing: bool) -> String {
    match kind {
        VerdictKind::Fits => format!("余 {spare}"),
        // Of vLLM, that sequences wait for room in its pool.
        VerdictKind::Tight if is_missing => format!("勉强，同时运行超出 {spare}"),
        VerdictKind::Tight => format!("勉强，余 {spare}"),
        VerdictKind::TooMuch => format!("超出 {spare}"),
        VerdictKind::DoesNotStart => "无法运行".to_owned(),
        VerdictKind::CannotSay => "无法判断".to_owned(),
        VerdictKind::NoDevice => String::new(),
    }
}
