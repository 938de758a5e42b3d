//! English: configurations held against each other, and those kept under names. It knows no figure.

use crate::link::SavedRefusal;
use crate::locale::compare::{CompareTexts, PinTexts};

pub(super) const PINS: PinTexts = PinTexts {
    summary: |n_pinned, n_fit| match n_fit {
        Some(n_fit) => format!("{n_pinned} pinned, {n_fit} fit"),
        None => format!("{n_pinned} pinned"),
    },
    pin: "Pin this",
    is_pinned: "Pinned",
    unpin_first: "Unpin one first",
    shows: "Chart shows",
    methods: "Methods",
    pinned: |n| format!("Pinned {n}"),
};

pub(super) const COMPARE: CompareTexts = CompareTexts {
    title: "Compare",
    hint: "Pin this run above the chart, then change something: both stand side by side, up to four, and in the link.",
    open: "Open",
    unpin: "Unpin",
    parameter: "Parameter",
    mode: "Mode",
    equal: |n| {
        if n == 1 { "1 other parameter is equal".to_owned() } else { format!("{n} other parameters are equal") }
    },
    its_gpu: "On its GPU",
    saved: "Saved configurations",
    saved_note: "Kept in this browser only.",
    name: "Name",
    save: "Save this",
    delete: "Delete",
    export: "Export",
    import: "Import",
    no_name: "A name is needed: 1 to 60 characters.",
    full: |most| format!("Not saved: there are {most} already, and no more are kept. Delete one first."),
    not_kept: "This browser keeps nothing now (storage is full or switched off): the list is lost with the page. Export it.",
    read: |n, n_dropped| match n_dropped {
        0 => format!("{n} read."),
        _ => format!("{n} read; {n_dropped} could not be read and left out."),
    },
    refused: |it| match it {
        SavedRefusal::NotAList => {
            "Not read: this is no list of configurations, which begins with “vram-estimator configurations 1”."
                .to_owned()
        }
        SavedRefusal::Version(it) => format!("Not read: version “{it}” of the list; allowed: 1."),
    },
    no_file: "Not read: the file cannot be read as text, or has more than 1 MB.",
};
