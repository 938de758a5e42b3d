//! The sections of the Guide: their order, their ids, the list that leads to them, and what all of them look like. It
//! knows no section's content.

use crate::locale::{Guide, GuideTable};
use crate::ui::guide::texts::guide_texts;
use crate::ui::kit::element::{El, el};
use crate::ui::state::State;
use crate::web::focus::focus_at_top;

/// A section of the Guide.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// What to do when memory runs out.
    OutOfMemory,
    /// Strategies, tried on the open configuration.
    Strategies,
    /// Other advice.
    Lists,
    /// What the page answers beside the totals.
    Tools,
    /// Precisions.
    Precision,
    /// The nine modes.
    Modes,
    /// Parameters of the advanced modes.
    Parameters,
    /// References.
    References,
}

impl Section {
    /// Every section, in the page's order.
    const ALL: [Self; 8] = [
        Self::OutOfMemory,
        Self::Strategies,
        Self::Lists,
        Self::Tools,
        Self::Precision,
        Self::Modes,
        Self::Parameters,
        Self::References,
    ];

    const fn id(self) -> &'static str {
        match self {
            Self::OutOfMemory => "guide-out-of-memory",
            Self::Strategies => "guide-strategies",
            Self::Lists => "guide-practice",
            Self::Tools => "guide-answers",
            Self::Precision => "guide-precision",
            Self::Modes => "guide-modes",
            Self::Parameters => "guide-parameters",
            Self::References => "guide-references",
        }
    }

    const fn title(self, guide: &Guide) -> &'static str {
        match self {
            Self::OutOfMemory => guide.out_of_memory.title,
            Self::Strategies => guide.strategies_title,
            Self::Lists => guide.lists_title,
            Self::Tools => guide.tools_title,
            Self::Precision => guide.precision.title,
            Self::Modes => guide.formulas.title,
            Self::Parameters => guide.parameters.title,
            Self::References => guide.references_title,
        }
    }
}

/// The section with its heading.
pub fn section(state: State, which: Section) -> El {
    let heading = el("h2").attr("id", which.id()).attr("tabindex", "-1").text(which.title(guide_texts(state)));
    el("section").attr("aria-labelledby", which.id()).child(heading)
}

/// What to know about a section.
pub fn note(text: &str) -> El {
    el("p").class("note").text(text)
}

/// The list of sections. It moves the focus itself: a jump to a fragment would be a step in the history.
pub fn contents(state: State) -> El {
    let guide = guide_texts(state);
    let item = |which: Section| {
        let id = which.id();
        let anchor = el("a").attr("href", format!("#{id}")).text(which.title(guide)).on("click", move |event| {
            event.prevent_default();
            focus_at_top(id);
        });
        el("li").child(anchor)
    };
    el("nav")
        .class("contents")
        .attr("aria-label", guide.contents)
        .test_id("contents")
        .child(el("p").class("contents-title").attr("aria-hidden", "true").text(guide.contents))
        .child(el("ul").children(Section::ALL.map(item)))
}

/// A table; a narrow screen shows each cell with the head of its column.
pub fn plain_table<const N: usize>(table: &GuideTable, rows: impl IntoIterator<Item = (El, [String; N])>) -> El {
    let row = |(name, cells): (El, [String; N])| {
        let heads = table.heads.iter().skip(1);
        let cells = cells.into_iter().zip(heads).map(|(cell, head)| el("td").attr("data-label", *head).text(cell));
        el("tr").child(el("th").attr("scope", "row").child(name)).children(cells)
    };
    let heads = table.heads.iter().map(|head| el("th").attr("scope", "col").text(*head));
    el("table")
        .class("plain")
        .child(el("thead").child(el("tr").children(heads)))
        .child(el("tbody").children(rows.into_iter().map(row)))
}
