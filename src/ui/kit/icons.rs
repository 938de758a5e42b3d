//! The few glyphs of the page, drawn as lines on a grid of 12. They carry no meaning alone: a word stands
//! beside each.

use crate::estimator::Impact;
use crate::estimator::plan::fit::VerdictKind;
use crate::ui::kit::element::{El, el};

/// A glyph.
#[derive(Clone, Copy)]
pub enum Glyph {
    /// An arrow that leaves a box.
    Share,
    /// An arrow that turns back.
    Reset,
    /// A cross.
    Close,
    /// A mark of attention.
    Attention,
    /// A tick.
    Tick,
    /// An angle that points to the right.
    Chevron,
    /// A triangle.
    Play,
    /// A pin.
    Pin,
    /// Two bars.
    Pause,
}

impl Glyph {
    const fn path(self) -> &'static str {
        match self {
            Self::Share => "M6 7.4V1.7M3.8 3.7 6 1.5l2.2 2.2M2.2 6.2v4h7.6v-4",
            Self::Reset => "M2.4 5a4 4 0 1 1 .5 3.3M2.2 1.9v3.2h3.2",
            Self::Close => "M3 3l6 6M9 3l-6 6",
            Self::Attention => "M6 2v5M6 9.6v.2",
            Self::Tick => "M2 6.6l2.7 2.6L10 3.2",
            Self::Chevron => "M4.2 2.6 7.8 6 4.2 9.4",
            Self::Play => "M3.5 2.2 9.8 6 3.5 9.8z",
            Self::Pin => "M4.2 1.6h3.6M4.9 1.6v3.2L3 7h6L7.1 4.8V1.6M6 7v3.6",
            Self::Pause => "M4 2.5v7M8 2.5v7",
        }
    }
}

/// Draws a glyph; assistive technology reads the word beside it instead.
pub fn icon(glyph: Glyph) -> El {
    let markup = format!("<svg viewBox=\"0 0 12 12\" aria-hidden=\"true\"><path d=\"{}\"/></svg>", glyph.path());
    el("span").class("icon").markup(markup)
}

/// Three steps, as many filled as the impact is strong; `label` says it to those who do not see it.
pub fn impact_glyph(impact: Impact, label: &str) -> El {
    let step = |i| el("i").class(if i < impact as usize { "on" } else { "" });
    el("span")
        .class("impact")
        .attr("role", "img")
        .attr("aria-label", label)
        .attr("title", label)
        .children((0..3).map(step))
}

/// The glyph of a verdict.
pub const fn glyph_of(kind: VerdictKind) -> Glyph {
    match kind {
        VerdictKind::Fits => Glyph::Tick,
        VerdictKind::Tight | VerdictKind::CannotSay | VerdictKind::NoDevice => Glyph::Attention,
        VerdictKind::TooMuch | VerdictKind::DoesNotStart => Glyph::Close,
    }
}

/// A verdict in a few words, with its glyph and in its colour.
pub fn verdict_mark(kind: VerdictKind, text: &str) -> El {
    let class = match kind {
        VerdictKind::Fits => "judged fits",
        VerdictKind::Tight | VerdictKind::CannotSay | VerdictKind::NoDevice => "judged tight",
        VerdictKind::TooMuch | VerdictKind::DoesNotStart => "judged nofit",
    };
    el("span").class(class).attr("data-verdict", kind.id()).child(icon(glyph_of(kind))).child(el("span").text(text))
}
