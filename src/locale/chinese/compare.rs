//! Chinese: configurations held against each other, and those kept under names. It knows no figure.

use crate::link::SavedRefusal;
use crate::locale::compare::{CompareTexts, PinTexts};

pub(super) const PINS: PinTexts = PinTexts {
    summary: |n_pinned, n_fit| match n_fit {
        Some(n_fit) => format!("已固定 {n_pinned} 个，{n_fit} 个放得下"),
        None => format!("已固定 {n_pinned} 个"),
    },
    pin: "固定当前配置",
    is_pinned: "已固定",
    unpin_first: "请先取消一个",
    shows: "图中显示",
    methods: "各方法",
    pinned: |n| format!("已固定 {n}"),
};

pub(super) const COMPARE: CompareTexts = CompareTexts {
    title: "对比",
    hint: "在图上方固定当前配置，再改动参数，即可并排对照；最多四个，随链接保存。",
    open: "打开",
    unpin: "取消固定",
    parameter: "参数",
    mode: "模式",
    equal: |n| format!("其余 {n} 个参数相同"),
    its_gpu: "在各自的 GPU 上",
    saved: "已保存的配置",
    saved_note: "只存在此浏览器中。",
    name: "名称",
    save: "保存当前配置",
    delete: "删除",
    export: "导出",
    import: "导入",
    no_name: "请填写名称：1 至 60 个字符。",
    full: |most| format!("未保存：已有 {most} 个，达到上限。请先删除一个。"),
    not_kept: "浏览器现在无法保存（存储已满或被关闭）：关闭页面后列表会丢失，请导出。",
    read: |n, n_dropped| match n_dropped {
        0 => format!("已读取 {n} 个。"),
        _ => format!("已读取 {n} 个；{n_dropped} 个无法读取，已略去。"),
    },
    refused: |it| match it {
        SavedRefusal::NotAList => "未读取：这不是配置列表，列表应以“vram-estimator configurations 1”开头。".to_owned(),
        SavedRefusal::Version(it) => format!("未读取：列表版本为“{it}”；允许：1。"),
    },
    no_file: "未读取：无法按文本读取此文件，或超过 1 MB。",
};
