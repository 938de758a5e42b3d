//! What stands on paper: marks, their places and inks. It draws nothing.

use crate::estimator::ComponentGroup;

/// What a mark is painted with; each theme has a colour for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// What all stands on.
    Ground,
    /// A line of the grid.
    Grid,
    /// The line on which bars stand.
    Axis,
    /// The line at which the device ends.
    Capacity,
    /// Headings and figures.
    Text,
    /// Names, ticks and captions.
    Faint,
    /// A part of a bar.
    Group(ComponentGroup),
}

/// Which end of a text its place is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// Its start.
    Start,
    /// Its middle.
    Middle,
    /// Its end.
    End,
}

/// A place on paper, from its left top corner, in CSS pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Area {
    /// Distance from the left edge.
    pub left: f64,
    /// Distance from the top edge.
    pub top: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

/// What is painted, in this order.
#[derive(Clone, Debug, PartialEq)]
pub enum Mark {
    /// A filled rectangle.
    Rectangle {
        /// Where.
        at: Area,
        /// With what.
        ink: Ink,
        /// Whether it stands back behind others.
        is_faded: bool,
    },
    /// A filled outline.
    Polygon {
        /// Its corners, from the left and from the top edge.
        corners: Vec<(f64, f64)>,
        /// With what.
        ink: Ink,
    },
    /// A line from point to point.
    Line {
        /// The points.
        points: Vec<(f64, f64)>,
        /// How thick it is.
        width: f64,
        /// With what.
        ink: Ink,
    },
    /// A line of text.
    Text {
        /// Which end is at `x`.
        anchor: Anchor,
        /// From the left edge.
        x: f64,
        /// The line on which letters stand, from the top edge.
        y: f64,
        /// The size of letters, in CSS pixels.
        size: f64,
        /// Whether it is bold.
        is_bold: bool,
        /// With what.
        ink: Ink,
        /// The text.
        text: String,
    },
}
