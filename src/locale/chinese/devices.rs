//! Chinese: the run on each GPU of the catalogue, and the models to choose from. It knows no figure.

use crate::estimator::plan::fit::VerdictKind;
use crate::locale::decide::{DeviceTexts, ModelTexts};

pub(super) const DEVICES: DeviceTexts = DeviceTexts {
    verdict,
    proposed: "放得下的最小几款",
    nothing: "没有匹配的 GPU",
    title: "全部 GPU",
    filter: "筛选：48、ada、amd",
    summary: |n_fit, n_all| format!("{n_all} 款中有 {n_fit} 款放得下当前任务"),
    note: "GiB 是程序在每款 GPU 上可用的显存。各款按自己那一代的上下文计算；选用不改变其他设置。",
    gpu: "GPU 型号",
    memory: "GiB",
    today: "当前任务",
    choose: "选用",
    choose_one: |name| format!("选用 {name}"),
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

fn verdict(kind: VerdictKind, spare: &str) -> String {
    match kind {
        VerdictKind::Fits => format!("余 {spare}"),
        VerdictKind::Tight => format!("勉强，余 {spare}"),
        VerdictKind::TooMuch => format!("超出 {spare}"),
        VerdictKind::DoesNotStart => "起不来".to_owned(),
        VerdictKind::CannotSay => "无法判断".to_owned(),
        VerdictKind::NoDevice => String::new(),
    }
}
