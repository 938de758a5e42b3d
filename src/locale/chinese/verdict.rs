//! Chinese: whether the run fits its device. It knows no figure.

use crate::estimator::plan::fit::VerdictKind;
use crate::locale::decide::{VerdictText, VerdictTexts};

pub(super) const VERDICT: VerdictTexts = VerdictTexts {
    word,
    assumed: |memory| format!("未选 GPU，假定 {memory}"),
    deciding: |rank, device| format!("由 {rank}（{device}）决定"),
    by_sold: |name| format!("{name}（可用显存为估计值）"),
    sentence,
};

fn word(kind: VerdictKind) -> &'static str {
    match kind {
        VerdictKind::Fits => "放得下",
        VerdictKind::Tight => "勉强",
        VerdictKind::TooMuch => "放不下",
        VerdictKind::DoesNotStart => "无法启动",
        VerdictKind::CannotSay => "无法判断",
        VerdictKind::NoDevice => "未选 GPU",
    }
}

fn sentence(it: &VerdictText) -> String {
    let VerdictText { device, needed, capacity, spare, n_gpus, .. } = it;
    let times = if *n_gpus > 1 { format!("{n_gpus} × ") } else { String::new() };
    let on = if device.is_empty() { String::new() } else { format!("{times}{device}：") };
    let fullest = match it.fullest {
        Some(rank) => format!("最满的 GPU（{rank}）上，"),
        None if *n_gpus > 1 => "最满的 GPU 上，".to_owned(),
        None => String::new(),
    };
    let largest = it.largest.map_or_else(String::new, |it| format!("最多的是：{it}。"));
    let smallest = match it.smallest {
        Some(Some(name)) => format!("放得下的最小一款 NVIDIA 卡：{name}。"),
        Some(None) => "此处列出的 NVIDIA 卡都放不下。".to_owned(),
        None => String::new(),
    };
    let driver =
        if it.has_other_driver { "按 CUDA 的上下文计算；此驱动占用多少尚不清楚。" } else { "" };
    match it.kind {
        VerdictKind::Fits | VerdictKind::Tight if it.reason.is_some() => {
            format!("{on}{}", it.reason.unwrap_or_default())
        }
        VerdictKind::Fits => {
            let decides = it
                .decides
                .map_or_else(String::new, |(most, left)| format!("；判断计入误差范围和分配器：{most}，余 {left}"));
            format!("{on}{fullest}{capacity} 中用 {needed}，余 {spare}{decides}。{driver}")
        }
        VerdictKind::Tight => format!("{on}{fullest}{capacity} 中用 {needed}，余 {spare}；{}{largest}", why_tight(it)),
        VerdictKind::TooMuch => {
            let least = if it.is_least { "连同分配器无法归还的部分" } else { "" };
            format!("{on}{fullest}{least}需要 {needed}，只有 {capacity}，超出 {spare}。{driver}{smallest}{largest}")
        }
        VerdictKind::DoesNotStart => format!("{on}{}{smallest}", it.reason.unwrap_or_default()),
        VerdictKind::CannotSay if it.counts_one_gpu => format!("{on}此方法只计算单张 GPU，整个运行需要 {needed}。"),
        VerdictKind::CannotSay => format!("{on}没有读过框架在此如何分配显存。在 CUDA 的 GPU 上占用 {needed}。"),
        VerdictKind::NoDevice => format!("{fullest}需要 {needed}。{smallest}"),
    }
}

fn why_tight(it: &VerdictText) -> String {
    if let Some(paged) = it.paged {
        return format!("分页优化器的状态有 {paged} 留在主机内存，更新一步更慢。");
    }
    match it.shown {
        Some(shown) => format!("加上分配器占住的共 {shown}，超过现有显存。"),
        None => "误差范围的上端超过现有显存。".to_owned(),
    }
}
