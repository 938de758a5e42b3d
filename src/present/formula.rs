//! Formulas as MathML, from the one layout that also gives the plain text. It knows no formula.

use crate::estimator::expr::{Typeset, grouped};
use std::fmt::Write;

/// A `<math>` element for a laid-out formula.
pub fn mathml(layout: &Typeset) -> String {
    let mut out = String::from("<math displaystyle=\"true\">");
    write(layout, &mut out);
    out.push_str("</math>");
    out
}

/// A `<math>` element for one symbol.
pub fn mathml_symbol(symbol: &'static str) -> String {
    mathml(&Typeset::Symbol(symbol))
}

/// A short product or sum in symbols, such as `2·a_kv·d`, as markup in which indices stand below.
pub fn with_indices(text: &str) -> String {
    let mut res = String::new();
    for piece in text.split_inclusive(|it: char| !it.is_ascii_alphanumeric() && it != '_') {
        let end = piece.trim_end_matches(|it: char| !it.is_ascii_alphanumeric() && it != '_').len();
        let (symbol, rest) = piece.split_at(end);
        match symbol.split_once('_') {
            Some((base, index)) => {
                // Writing to a string cannot fail.
                let _ = write!(res, "{base}<sub>{}</sub>", index.replace('_', " "));
            }
            None => res.push_str(symbol),
        }
        res.push_str(rest);
    }
    res
}

/// A laid-out formula as `<math>` elements between which a line may break: browsers break no line inside of one. A
/// narrow formula stays whole.
pub fn mathml_lines(layout: &Typeset) -> String {
    let pieces: Vec<_> = pieces(layout).iter().map(|it| format!("<math displaystyle=\"true\">{it}</math>")).collect();
    pieces.join("<wbr>")
}

/// Whether a formula in symbols and the same with numbers want a line each: side by side each would have half the room,
/// and a long sum becomes a tower.
pub fn is_long(symbols: &Typeset, numbers: &Typeset) -> bool {
    width(symbols) + width(numbers) > ONE_LINE
}

/// Characters that symbols and numbers may have together on one line of an opened row.
const ONE_LINE: usize = 56;

/// Characters that stay on one line, also on a phone.
const NARROW: usize = 16;

/// What may stand on lines of its own: the items of a long sum or product, each behind its sign, also inside brackets.
fn pieces(layout: &Typeset) -> Vec<String> {
    let is_wide = width(layout) > NARROW;
    match layout {
        Typeset::Chain { sign, items } if is_wide => {
            let mut res = Vec::new();
            for (at, item) in items.iter().enumerate() {
                let mut of_item = pieces(item);
                if let (Some(first), true) = (of_item.first_mut(), at > 0) {
                    // Said, because a sign that begins an element would be taken for that of a number.
                    *first = format!("<mo form=\"infix\">{sign}</mo>{first}");
                }
                res.append(&mut of_item);
            }
            res
        }
        Typeset::Bracket(inner) if is_wide => enclosed("", pieces(inner)),
        Typeset::Call(name, arguments) if is_wide => {
            let mut of_arguments: Vec<_> = arguments.iter().map(pieces).collect();
            let n_ended = of_arguments.len().saturating_sub(1);
            for last in of_arguments.iter_mut().take(n_ended).filter_map(|it| it.last_mut()) {
                last.push_str("<mo>,</mo>");
            }
            enclosed(&format!("<mi>{name}</mi>"), of_arguments.concat())
        }
        Typeset::Symbol(_)
        | Typeset::Number { .. }
        | Typeset::Chain { .. }
        | Typeset::Fraction(..)
        | Typeset::Square(_)
        | Typeset::Bracket(_)
        | Typeset::Floor(_)
        | Typeset::Ceil(_)
        | Typeset::Call(..)
        | Typeset::Series { .. } => {
            let mut whole = String::new();
            write(layout, &mut whole);
            vec![whole]
        }
    }
}

/// Pieces in brackets, with what stands before them. Brackets of their own line do not grow with what they hold.
fn enclosed(before: &str, mut pieces: Vec<String>) -> Vec<String> {
    if let Some(first) = pieces.first_mut() {
        *first = format!("{before}<mo stretchy=\"false\">(</mo>{first}");
    }
    if let Some(last) = pieces.last_mut() {
        last.push_str("<mo stretchy=\"false\">)</mo>");
    }
    pieces
}

/// Roughly how many characters a piece is wide.
fn width(layout: &Typeset) -> usize {
    let all = |items: &[Typeset]| items.iter().map(width).sum::<usize>() + 2 * items.len();
    match layout {
        Typeset::Symbol(symbol) => symbol.chars().count(),
        Typeset::Number { mantissa, exponent: 0 } => mantissa.len(),
        Typeset::Number { mantissa, .. } => mantissa.len() + "×10⁹".chars().count(),
        Typeset::Chain { items, .. } | Typeset::Call(_, items) => all(items),
        Typeset::Fraction(top, bottom) => width(top).max(width(bottom)),
        Typeset::Square(inner) | Typeset::Bracket(inner) | Typeset::Floor(inner) | Typeset::Ceil(inner) => {
            2 + width(inner)
        }
        Typeset::Series { term, .. } => 3 + width(term),
    }
}

fn write(layout: &Typeset, out: &mut String) {
    match layout {
        Typeset::Symbol(symbol) => write_symbol(symbol, out),
        Typeset::Number { mantissa, exponent: 0 } => tag("mn", &grouped(mantissa), out),
        Typeset::Number { mantissa, exponent } => {
            out.push_str("<mrow>");
            // 1×10⁹ reads as 10⁹.
            if mantissa != "1" {
                tag("mn", mantissa, out);
                tag("mo", "×", out);
            }
            // Writing to a string cannot fail.
            let _ = write!(out, "<msup><mn>10</mn><mn>{exponent}</mn></msup></mrow>");
        }
        Typeset::Chain { sign, items } => {
            out.push_str("<mrow>");
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    tag("mo", sign.encode_utf8(&mut [0; 4]), out);
                }
                write(item, out);
            }
            out.push_str("</mrow>");
        }
        Typeset::Fraction(top, bottom) => {
            out.push_str("<mfrac>");
            row(top, out);
            row(bottom, out);
            out.push_str("</mfrac>");
        }
        Typeset::Square(base) => {
            out.push_str("<msup>");
            // A fraction has no bracket of its own, and an exponent beside it would seem to belong to its top.
            if matches!(**base, Typeset::Fraction(..)) {
                fenced("(", base, ")", out)
            } else {
                row(base, out)
            }
            out.push_str("<mn>2</mn></msup>");
        }
        Typeset::Bracket(inner) => fenced("(", inner, ")", out),
        Typeset::Floor(inner) => fenced("⌊", inner, "⌋", out),
        Typeset::Ceil(inner) => fenced("⌈", inner, "⌉", out),
        Typeset::Call(name, arguments) => {
            out.push_str("<mrow>");
            tag("mi", name, out);
            tag("mo", "(", out);
            for (i, argument) in arguments.iter().enumerate() {
                if i > 0 {
                    tag("mo", ",", out);
                }
                write(argument, out);
            }
            tag("mo", ")", out);
            out.push_str("</mrow>");
        }
        Typeset::Series { index, last, term } => {
            let _ = write!(
                out,
                "<mrow><munderover><mo>∑</mo><mrow><mi>{index}</mi><mo>=</mo><mn>0</mn></mrow><mn>{last}</mn></munderover>"
            );
            write(term, out);
            out.push_str("</mrow>");
        }
    }
}

fn row(layout: &Typeset, out: &mut String) {
    out.push_str("<mrow>");
    write(layout, out);
    out.push_str("</mrow>");
}

fn fenced(open: &str, inner: &Typeset, close: &str, out: &mut String) {
    out.push_str("<mrow>");
    tag("mo", open, out);
    write(inner, out);
    tag("mo", close, out);
    out.push_str("</mrow>");
}

/// `P_train` is P with the index "train", `2^i` is 2 to the power of i.
fn write_symbol(symbol: &str, out: &mut String) {
    if let Some((base, index)) = symbol.split_once('_') {
        out.push_str("<msub>");
        tag("mi", base, out);
        // `M_norms_left` has an index of two words.
        tag(if index.chars().count() > 1 { "mtext" } else { "mi" }, &index.replace('_', " "), out);
        out.push_str("</msub>");
    } else if let Some((base, exponent)) = symbol.split_once('^') {
        out.push_str("<msup>");
        tag("mn", base, out);
        tag("mi", exponent, out);
        out.push_str("</msup>");
    } else {
        tag("mi", symbol, out);
    }
}

/// An element with text; symbols and numbers are our own and hold nothing that needs escaping.
fn tag(name: &str, text: &str, out: &mut String) {
    let _ = write!(out, "<{name}>{text}</{name}>");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimator::expr::Face;
    use crate::estimator::{Component, Inputs, Mode, estimate_all};

    /// Underscores were shown as they are written: `M_norms_left`, `a_kv·d`.
    #[test]
    fn indices_stand_below_wherever_they_are() {
        assert_eq!(with_indices("2·a_kv·(d + s_v_layer)²"), "2·a<sub>kv</sub>·(d + s<sub>v layer</sub>)²");
        assert_eq!(with_indices("−H"), "−H");
        assert_eq!(mathml_symbol("M_norms_left").matches('_').count(), 0);
    }

    /// Side by side with its numbers, the sum of a ResNet's feature maps stood in a tower one symbol wide.
    #[test]
    fn a_long_sum_has_lines_of_its_own() {
        let mode = |mode: Mode, component: Component| {
            let estimates = estimate_all(&Inputs::defaults(mode));
            let formula = &estimates.last().unwrap().line(component).unwrap().formula;
            is_long(&formula.layout(Face::Symbols), &formula.layout(Face::Numbers))
        };
        assert!(mode(Mode::Cnn, Component::FeatureMaps));
        assert!(!mode(Mode::Cnn, Component::Gradients));
    }

    #[test]
    fn a_fraction_has_a_bar_and_an_index_stands_below() {
        let estimates = estimate_all(&Inputs::defaults(Mode::Finetune));
        let optimizer = &estimates[0].line(Component::Optimizer).unwrap().formula;
        let symbols = mathml(&optimizer.layout(Face::Symbols));
        assert!(symbols.contains("<msub><mi>P</mi><mtext>train</mtext></msub>"), "{symbols}");
        let definition = mathml(optimizer.definitions()[0].symbols.as_ref().expect("the quantity has a formula"));
        assert!(definition.contains("<mfrac><mrow><mi>r</mi></mrow><mrow><mi>H</mi></mrow></mfrac>"), "{definition}");
    }
}
