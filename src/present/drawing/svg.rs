//! Marks as an SVG file, in which nothing stands back: nobody points at anything there. Every text is escaped, wherever
//! it comes from.

use crate::present::drawing::mark::{Anchor, Ink, Mark};

/// Marks on a paper of some width and height, in colours and a face as style sheets name them.
pub fn svg(marks: &[Mark], size: (f64, f64), face: &str, colour: &dyn Fn(Ink) -> String) -> String {
    let (width, height) = size;
    let mut res = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" font-family=\"{}\">\n",
        escaped(face)
    );
    for mark in marks {
        let points = |all: &[(f64, f64)]| -> Vec<String> {
            all.iter().map(|it| format!("{},{}", length(it.0), length(it.1))).collect()
        };
        let (tag, x, y, ink, rest, text) = match mark {
            Mark::Rectangle { at, ink, .. } => {
                let (width, height) = (length(at.width), length(at.height));
                ("rect", at.left, at.top, *ink, format!("width=\"{width}\" height=\"{height}\""), "")
            }
            Mark::Polygon { corners, ink } => {
                res += &format!(
                    "<polygon fill=\"{}\" points=\"{}\"/>\n",
                    escaped(&colour(*ink)),
                    points(corners).join(" ")
                );
                continue;
            }
            Mark::Line { points: all, width, ink } => {
                let (ink, all) = (escaped(&colour(*ink)), points(all).join(" "));
                res +=
                    &format!("<polyline fill=\"none\" stroke=\"{ink}\" stroke-width=\"{width}\" points=\"{all}\"/>\n");
                continue;
            }
            Mark::Text { anchor, x, y, size, is_bold, ink, text } => {
                let anchor = match anchor {
                    Anchor::Start => "start",
                    Anchor::Middle => "middle",
                    Anchor::End => "end",
                };
                let weight = if *is_bold { 600 } else { 400 };
                let rest = format!("font-size=\"{size}\" font-weight=\"{weight}\" text-anchor=\"{anchor}\"");
                ("text", *x, *y, *ink, rest, text.as_str())
            }
        };
        let (x, y, fill, text) = (length(x), length(y), escaped(&colour(ink)), escaped(text));
        res += &format!("<{tag} x=\"{x}\" y=\"{y}\" fill=\"{fill}\" {rest}>{text}</{tag}>\n");
    }
    res + "</svg>\n"
}

/// A length without digits that nobody sees: a thousandth of a pixel.
fn length(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

/// A text inside of markup, in content or in double quotes. What XML has no way to write is a space.
pub fn escaped(text: &str) -> String {
    let mut res = String::new();
    for it in text.chars() {
        match it {
            '&' => res.push_str("&amp;"),
            '<' => res.push_str("&lt;"),
            '>' => res.push_str("&gt;"),
            '"' => res.push_str("&quot;"),
            ..' ' | '\u{7f}' | '\u{fffe}' | '\u{ffff}' => res.push(' '),
            it => res.push(it),
        }
    }
    res
}
