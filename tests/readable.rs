//! Formulas as plain text, read as a person reads them: the numbers of a formula give its result, and so do its symbols
//! with their values. It knows how formulas are written, and no formula.

use std::collections::HashMap;
use vram_estimator::estimator::{Catalog, Inputs, Line, Mode, estimate_all};

/// A reader of one text. A value is `None` where it cannot be known: a series breaks off, or a symbol has no value
/// here.
struct Reader<'a> {
    rest: &'a str,
    values: &'a HashMap<&'static str, f64>,
    /// Symbols that were read.
    symbols: Vec<&'a str>,
}

type Reading = Result<Option<f64>, String>;

/// What is no part of a symbol or number.
const SIGNS: &[char] = &[' ', '(', ')', '⌊', '⌋', '⌈', '⌉', ',', '·', '+', '−', '/', '²', '×', '[', ']', 'Σ'];

fn both(left: Option<f64>, right: Option<f64>, apply: impl Fn(f64, f64) -> f64) -> Option<f64> {
    Some(apply(left?, right?))
}

impl<'a> Reader<'a> {
    fn take(&mut self, sign: &str) -> bool {
        match self.rest.strip_prefix(sign) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn expect(&mut self, sign: &str) -> Result<(), String> {
        if self.take(sign) { Ok(()) } else { Err(format!("{sign:?} is missing before {:?}", self.rest)) }
    }

    fn word(&mut self) -> &'a str {
        let (word, rest) = self.rest.split_at(self.rest.find(SIGNS).unwrap_or(self.rest.len()));
        self.rest = rest;
        word
    }

    fn sum(&mut self) -> Reading {
        let mut res = self.product()?;
        loop {
            res = if self.take(" + ") {
                both(res, self.product()?, |a, b| a + b)
            } else if self.take(" − ") {
                both(res, self.product()?, |a, b| a - b)
            } else {
                return Ok(res);
            };
        }
    }

    fn product(&mut self) -> Reading {
        let mut res = self.factor()?;
        loop {
            res = if self.take(" · ") {
                both(res, self.factor()?, |a, b| a * b)
            } else if self.take(" / ") {
                both(res, self.factor()?, |a, b| a / b)
            } else {
                return Ok(res);
            };
        }
    }

    fn factor(&mut self) -> Reading {
        let res = self.atom()?;
        Ok(if self.take("²") { res.map(|it| it * it) } else { res })
    }

    fn enclosed(&mut self, end: &str, apply: impl Fn(f64) -> f64) -> Reading {
        let res = self.sum()?;
        self.expect(end)?;
        Ok(res.map(apply))
    }

    fn atom(&mut self) -> Reading {
        if self.take("(") {
            return self.enclosed(")", |it| it);
        }
        if self.take("⌊") {
            return self.enclosed("⌋", f64::floor);
        }
        if self.take("⌈") {
            return self.enclosed("⌉", f64::ceil);
        }
        if self.take("Σ[") {
            let (_, rest) = self.rest.split_once("] ").ok_or("a series without an end")?;
            self.rest = rest;
            self.product()?;
            return Ok(None);
        }
        match self.word() {
            "" => Err(format!("nothing stands before {:?}", self.rest)),
            "…" => Ok(None),
            "max" if self.take("(") => self.call(f64::max),
            "min" if self.take("(") => self.call(f64::min),
            word => match word.parse::<f64>() {
                Ok(number) if self.take("×") => {
                    let exponent = self.word().strip_prefix("10^").and_then(|it| it.parse().ok());
                    Ok(Some(number * 10f64.powi(exponent.ok_or(format!("{word} times what?"))?)))
                }
                Ok(number) => Ok(Some(number)),
                Err(_) => {
                    self.symbols.push(word);
                    Ok(self.values.get(word).copied())
                }
            },
        }
    }

    fn call(&mut self, apply: impl Fn(f64, f64) -> f64) -> Reading {
        let left = self.sum()?;
        self.expect(", ")?;
        let right = self.sum()?;
        self.expect(")")?;
        Ok(both(left, right, apply))
    }
}

/// Reads a whole text: its value, and the symbols that stand in it.
fn read<'a>(text: &'a str, values: &'a HashMap<&'static str, f64>) -> Result<(Option<f64>, Vec<&'a str>), String> {
    let mut reader = Reader { rest: text, values, symbols: Vec::new() };
    let value = reader.sum()?;
    if reader.rest.is_empty() { Ok((value, reader.symbols)) } else { Err(format!("{:?} is left over", reader.rest)) }
}

/// Numbers and constants show six digits at least.
const SHOWN_DIGITS: f64 = 1e-5;

/// How many texts were read, and how many of them to a value.
#[derive(Debug, Default)]
struct Tally {
    texts: usize,
    values: usize,
}

/// Reads a text with the values of its symbols; a text that has numbers only is read with none.
#[track_caller]
fn check(
    what: &str,
    text: &str,
    values: Option<&HashMap<&'static str, f64>>,
    expected: Option<f64>,
    tally: &mut Tally,
) {
    let none = HashMap::new();
    let read = read(text, values.unwrap_or(&none));
    let (value, symbols) = read.unwrap_or_else(|fault| panic!("{what}: {fault}: {text}"));
    tally.texts += 1;
    assert!(values.is_some() || symbols.is_empty(), "{what}: {symbols:?} are no numbers: {text}");
    if let (Some(value), Some(expected)) = (value, expected) {
        tally.values += 1;
        let is_near = (value - expected).abs() <= SHOWN_DIGITS * expected.abs();
        assert!(is_near, "{what}: {text} is {value} and not {expected}");
    }
}

fn check_line(what: &str, line: &Line, tally: &mut Tally) {
    let formula = &line.formula;
    let definitions = formula.definitions();
    let leaves = formula.parameter_leaves().into_iter().map(|it| (it.symbol, it.value));
    let named = definitions.iter().filter_map(|it| Some((it.symbol(), it.value?)));
    let values: HashMap<_, _> = leaves.chain(named).collect();
    let bytes = Some(formula.bytes().count());
    check(what, &formula.substituted(), None, bytes, tally);
    check(what, &formula.symbolic(), Some(&values), bytes, tally);
    for it in &definitions {
        let what = format!("{what}, {}", it.symbol());
        // A bare count has no formula.
        if let (Some(numbers), Some(symbols)) = (&it.numbers, &it.symbols) {
            check(&what, &numbers.to_string(), None, it.value, tally);
            check(&what, &symbols.to_string(), Some(&values), it.value, tally);
        }
    }
}

/// The former test asked only that no text was empty: a wrong number in a formula, or brackets that nothing closed,
/// passed.
#[test]
fn every_formula_can_be_read() {
    let catalog = Catalog::built_in();
    let mut tally = Tally::default();
    for model in
        ["none", "llama-3.1-70b", "mixtral-8x7b-instruct-v0.1", "qwen2-vl-7b-instruct", "resnet152", "deepseek-r1"]
    {
        assert!(model == "none" || catalog.model(model).is_some(), "{model} is a model");
        for mode in Mode::ALL {
            for estimate in estimate_all(&Inputs::defaults(mode).with_model(catalog.model(model).cloned())) {
                for line in estimate.lines() {
                    let what = format!("{} {model} {} {}", mode.id(), estimate.method().id(), line.component.id());
                    check_line(&what, line, &mut tally);
                }
            }
        }
    }
    // Most texts say a value; a reader that gave up everywhere would find nothing.
    assert!(tally.texts > 2000 && 2 * tally.values > tally.texts, "{tally:?}");
}

#[test]
fn the_reader_reads_as_people_do() {
    let values = HashMap::from([("P", 7.0), ("B_i", 2.0)]);
    let value = |text: &str| read(text, &values).map(|it| it.0);
    assert_eq!(value("P · B_i + 3 · 2²"), Ok(Some(26.0)));
    assert_eq!(value("7×10^9 · (2 − 1) / 2"), Ok(Some(3.5e9)));
    assert_eq!(value("max(⌊5 / 2⌋, ⌈5 / 2⌉)"), Ok(Some(3.0)));
    assert_eq!(value("Q · 2"), Ok(None));
    for broken in ["", "P ·", "(P", "P)", "P B_i", "max(P)", "7×", "⌊P⌉"] {
        assert!(value(broken).is_err(), "{broken}");
    }
}
