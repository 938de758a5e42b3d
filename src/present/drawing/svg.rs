//! Marks as an SVG file. Every text is escaped, wherever it comes from.

use crate::present::drawing::{Anchor, Ink, Mark};
use std::fmt::Write;

/// How far what stands back fades towards the ground.
const FADED: &str = " fill-opacity=\".35\"";

/// Marks on a paper of some width and height, in colours and a face as style sheets name them.
pub fn svg(marks: &[Mark], size: (f64, f64), face: &str, colour: &dyn Fn(Ink) -> String) -> String {
    let (width, height) = size;
    let face = escaped(face);
    let mut res = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" font-family=\"{face}\">\n"
    );
    for mark in marks {
        // Writing to a string cannot fail.
        let _ = match mark {
            Mark::Rectangle { at, ink, is_faded } => writeln!(
                res,
                "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{}\"{}/>",
                length(at.left),
                length(at.top),
                length(at.width),
                length(at.height),
                escaped(&colour(*ink)),
                if *is_faded { FADED } else { "" },
            ),
            Mark::Text { anchor, x, y, size, is_bold, ink, text } => writeln!(
                res,
                "<text x=\"{}\" y=\"{}\" font-size=\"{size}\"{}{} fill=\"{}\">{}</text>",
                length(*x),
                length(*y),
                if *is_bold { " font-weight=\"600\"" } else { "" },
                match anchor {
                    Anchor::Start => "",
                    Anchor::Middle => " text-anchor=\"middle\"",
                    Anchor::End => " text-anchor=\"end\"",
                },
                escaped(&colour(*ink)),
                escaped(text),
            ),
        };
    }
    res + "</svg>\n"
}

/// A length without digits that nobody sees: a thousandth of a pixel.
fn length(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

/// A text inside of markup, in content or in double quotes. What XML has no way to write is left out.
pub fn escaped(text: &str) -> String {
    let mut res = String::new();
    for it in text.chars() {
        match it {
            '&' => res.push_str("&amp;"),
            '<' => res.push_str("&lt;"),
            '>' => res.push_str("&gt;"),
            '"' => res.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => {}
            it if it.is_control() => res.push(' '),
            it => res.push(it),
        }
    }
    res
}
