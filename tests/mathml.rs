//! Formulas as MathML: well formed, and the same whether whole or in pieces. It reads markup with a stack, and knows no
//! formula.

use vram_estimator::estimator::expr::{Face, Typeset};
use vram_estimator::estimator::{Catalog, Inputs, Line, Mode, estimate_all};
use vram_estimator::present::formula::{mathml, mathml_lines, mathml_symbol};

/// Elements that we write: `Some` with the number of children that each must have, `None` where any number may stand.
fn n_children(tag: &str) -> Result<Option<usize>, String> {
    match tag {
        "math" | "mrow" => Ok(None),
        "mfrac" | "msup" | "msub" => Ok(Some(2)),
        "munderover" => Ok(Some(3)),
        "mi" | "mn" | "mo" | "mtext" | "wbr" => Ok(Some(0)),
        other => Err(format!("{other} is no element that we write")),
    }
}

fn holds_text(tag: &str) -> bool {
    matches!(tag, "mi" | "mn" | "mo" | "mtext")
}

/// Reads markup: each element is closed where it must be and holds the children that it must have, and text stands
/// only where text belongs. Says what all text is.
fn read(markup: &str) -> Result<String, String> {
    let (mut open, mut text, mut rest) = (Vec::<(&str, usize, usize)>::new(), String::new(), markup);
    while !rest.is_empty() {
        let Some(inner) = rest.strip_prefix('<') else {
            let (said, after) = rest.split_at(rest.find('<').ok_or("text stands at the end")?);
            let parent = open.last_mut().ok_or("text stands outside")?;
            if !holds_text(parent.0) || said.trim().is_empty() || said.contains(['>', '&', '"']) {
                return Err(format!("{said:?} stands in {}", parent.0));
            }
            parent.2 += said.len();
            text.push_str(said);
            rest = after;
            continue;
        };
        let (tag, after) = inner.split_once('>').ok_or("a tag has no end")?;
        rest = after;
        if let Some(name) = tag.strip_prefix('/') {
            let (opened, children, letters) = open.pop().ok_or(format!("{name} was not opened"))?;
            if opened != name {
                return Err(format!("{name} closes {opened}"));
            }
            if n_children(name)?.is_some_and(|wanted| wanted != children) || holds_text(name) && letters == 0 {
                return Err(format!("{name} has {children} children and {letters} bytes of text"));
            }
            continue;
        }
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        n_children(name)?;
        let is_attribute =
            |it: &str| it.split_once("=\"").is_some_and(|it| it.1.ends_with('"') && it.1.matches('"').count() == 1);
        if !attributes.split(' ').filter(|it| !it.is_empty()).all(is_attribute) {
            return Err(format!("{name} has the attributes {attributes}"));
        }
        match open.last_mut() {
            Some(parent) => parent.1 += 1,
            None if matches!(name, "math" | "wbr") => {}
            None => return Err(format!("{name} stands outside")),
        }
        // The one element without an end.
        if name != "wbr" {
            open.push((name, 0, 0));
        }
    }
    if open.is_empty() { Ok(text) } else { Err(format!("{open:?} stay open")) }
}

/// Every formula of every mode, at the defaults and with a model of each kind, in both faces, with its definitions.
fn layouts() -> Vec<Typeset> {
    let catalog = Catalog::built_in();
    let models =
        ["none", "llama-3.1-70b", "mixtral-8x7b-instruct-v0.1", "qwen2-vl-7b-instruct", "resnet152", "deepseek-r1"];
    let inputs = models.into_iter().flat_map(|id| {
        assert!(id == "none" || catalog.model(id).is_some(), "{id} is a model");
        Mode::ALL.map(|mode| Inputs::defaults(mode).with_model(catalog.model(id).cloned()))
    });
    let lines = inputs.flat_map(|it| estimate_all(&it)).flat_map(|it| it.lines().to_vec());
    let faces = |line: Line| {
        let definitions = line.formula.definitions().into_iter().flat_map(|it| [it.symbols, it.numbers]).flatten();
        let own = [Face::Symbols, Face::Numbers].map(|face| line.formula.layout(face));
        own.into_iter().chain(definitions).collect::<Vec<_>>()
    };
    lines.flat_map(faces).collect()
}

/// The former test counted brackets: a `</mrow>` in the place of a `</mfrac>` passed, and a fraction without its
/// bottom.
#[test]
fn every_element_is_closed() {
    let all = layouts();
    assert!(all.len() > 1000, "{} layouts", all.len());
    for layout in all {
        let whole = mathml(&layout);
        let text = read(&whole).unwrap_or_else(|fault| panic!("{fault}: {whole}"));
        assert!(!text.is_empty(), "{layout}");
        let lines = mathml_lines(&layout);
        assert_eq!(read(&lines).as_deref(), Ok(text.as_str()), "in pieces it says the same: {lines}");
    }
    for symbol in ["P", "P_train", "2^i", "N_ℓ"] {
        assert!(read(&mathml_symbol(symbol)).is_ok_and(|it| !it.is_empty()), "{symbol}");
    }
}

/// Browsers break no line inside of `<math>`, and the numbers of a long formula ran out of sight.
#[test]
fn a_long_formula_may_break_between_its_pieces() {
    let sum = |n: usize| Typeset::Chain { sign: '+', items: vec![Typeset::Symbol("P"); n] };
    let n_pieces = |it: &Typeset| mathml_lines(it).matches("<math ").count();
    assert_eq!((n_pieces(&sum(3)), n_pieces(&sum(9))), (1, 9));
    assert_eq!(n_pieces(&Typeset::Call("max", vec![sum(3), sum(9)])), 10);
    let product = Typeset::Chain { sign: '·', items: vec![Typeset::Symbol("L"), Typeset::Bracket(Box::new(sum(9)))] };
    assert_eq!(n_pieces(&product), 10);
    assert_eq!(read(&mathml_lines(&product)).as_deref(), Ok("L·(P+P+P+P+P+P+P+P+P)"));
}

/// A reader that finds nothing would let everything pass.
#[test]
fn the_reader_finds_faults() {
    for broken in [
        "<math><mfrac><mi>a</mi></mfrac></math>",
        "<math><mrow><mi>a</mi></math></mrow>",
        "<math><mi>a</mi>",
        "<math><mi></mi></math>",
        "<math>a</math>",
        "<mi>a</mi>",
        "<math><mo form=infix>+</mo></math>",
        "<math><b>a</b></math>",
    ] {
        assert!(read(broken).is_err(), "{broken}");
    }
}
