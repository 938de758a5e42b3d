//! Formulas as they are read: every one can be laid out, says the same as the bare values, and opens to symbols that mean
//! something. It knows no formula.

#[path = "common/draw.rs"]
mod draw;

use draw::Draw;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;
use vram_estimator::estimator::expr::{Definition, Face, Typeset};
use vram_estimator::estimator::{
    Catalog, ComponentGroup, Estimate, Inputs, Line, MethodId, Mode, ParameterId, Value, estimate_all, estimate_values,
};
use vram_estimator::locale::ENGLISH_LATER;

/// The models whose names links may use.
static CATALOG: LazyLock<Catalog> = LazyLock::new(Catalog::built_in);

/// How many random inputs are read.
const CASES: usize = 2_000;

fn drawn() -> Vec<Inputs> {
    let mut draw = Draw::new(20_261_129);
    (0..CASES).map(|_| draw.inputs(CATALOG.models())).collect()
}

/// Every line of every moment of every method, with the method.
fn lines(estimates: &[Estimate]) -> impl Iterator<Item = (MethodId, &Line)> {
    estimates
        .iter()
        .flat_map(|it| it.moments().iter().flat_map(|moment| moment.lines()).map(|line| (it.method(), line)))
}

/// The symbols that a laid-out formula shows.
fn symbols(layout: &Typeset, out: &mut BTreeSet<&'static str>) {
    match layout {
        Typeset::Symbol(symbol) => {
            out.insert(symbol);
        }
        Typeset::Number { .. } => {}
        Typeset::Chain { items, .. } | Typeset::Call(_, items) => items.iter().for_each(|it| symbols(it, out)),
        Typeset::Fraction(top, bottom) => [top, bottom].into_iter().for_each(|it| symbols(it, out)),
        Typeset::Square(inner) | Typeset::Bracket(inner) | Typeset::Floor(inner) | Typeset::Ceil(inner) => {
            symbols(inner, out);
        }
        Typeset::Series { term, .. } => symbols(term, out),
    }
}

/// A formula or a number without a sense would be worse than none.
#[track_caller]
fn check_text(text: &str, what: &dyn Fn() -> String) {
    let is_sound = !text.trim().is_empty() && !text.contains("NaN") && !text.contains("inf");
    assert!(is_sound, "{text:?} in {}", what());
}

/// Every formula can be read in symbols and in numbers, and whatever symbol it shows is a parameter's or is defined.
#[test]
fn every_formula_opens_to_symbols_that_mean_something() {
    for inputs in drawn() {
        for (method, line) in lines(&estimate_all(&inputs)) {
            let formula = &line.formula;
            let what = || format!("{} {} of {inputs:?}", method.id(), line.component.id());
            check_text(&formula.symbolic(), &what);
            check_text(&formula.substituted(), &what);
            let definitions = formula.definitions();
            let mut shown = BTreeSet::new();
            symbols(&formula.layout(Face::Symbols), &mut shown);
            for it in &definitions {
                for face in [&it.symbols, &it.numbers].into_iter().flatten() {
                    check_text(&face.to_string(), &what);
                }
                if let Some(formula) = &it.symbols {
                    symbols(formula, &mut shown);
                }
            }
            let leaves = formula.parameter_leaves();
            let is_explained = |symbol: &&str| {
                leaves.iter().any(|it| it.symbol == *symbol) || definitions.iter().any(|it| it.symbol == *symbol)
            };
            let unexplained: Vec<_> = shown.iter().filter(|it| !is_explained(it)).collect();
            assert!(unexplained.is_empty(), "{unexplained:?} in {}", what());
        }
    }
}

/// Symbols of quantities without a text, with the reason.
const WITHOUT_TEXT: &[(&[&str], &str)] = &[
    (&["H", "I", "V"], "facts of a model that the mode has no parameter for: the texts name parameters only"),
    (&["b_down", "b_file", "b_in", "b_o", "b_out", "b_v"], "bytes of a weight by its place in a quantized file"),
    (&["2^i"], "the index of the document's series says it all"),
];

/// A quantity that nobody explains is a riddle.
#[test]
fn every_quantity_has_a_text() {
    let mut missing = BTreeSet::new();
    for inputs in drawn() {
        for (_, line) in lines(&estimate_all(&inputs)) {
            for it in line.formula.definitions() {
                if (ENGLISH_LATER.quantity)(it.symbol).trim().is_empty() {
                    missing.insert(it.symbol);
                }
            }
        }
    }
    let unlisted: Vec<_> = missing.iter().filter(|it| WITHOUT_TEXT.iter().all(|row| !row.0.contains(it))).collect();
    assert!(unlisted.is_empty(), "without a text: {unlisted:?}");
    let listed = WITHOUT_TEXT.iter().flat_map(|row| row.0);
    let needless: Vec<_> = listed.filter(|it| !missing.contains(*it)).collect();
    assert!(needless.is_empty(), "have a text now, or are shown nowhere: {needless:?}");
}

/// What a symbol stands for: a parameter, or a quantity with its formula and value.
fn meaning(it: &Definition) -> String {
    let formula = it.symbols.as_ref().map_or("counted".to_owned(), Typeset::to_string);
    format!("{formula} = {:?}", it.value)
}

/// `s_i` once stood for two things in one row, and the reader was shown one of them: inside one row a symbol means one.
#[test]
fn a_symbol_stands_for_one_thing_in_a_row() {
    let mut offenders: BTreeMap<&str, String> = BTreeMap::new();
    for inputs in drawn() {
        for estimate in estimate_all(&inputs) {
            let mut known: BTreeMap<(ComponentGroup, &str), String> = BTreeMap::new();
            for line in estimate.lines() {
                let group = line.component.group();
                let leaves = line.formula.parameter_leaves();
                let leaves =
                    leaves.iter().map(|it| (it.symbol, format!("{} = {:?}", it.id.spec().key, Some(it.value))));
                let definitions = line.formula.definitions();
                for (symbol, meaning) in leaves.chain(definitions.iter().map(|it| (it.symbol, meaning(it)))) {
                    let first = known.entry((group, symbol)).or_insert_with(|| meaning.clone());
                    if *first != meaning {
                        let told = || format!("{} {group:?}: {first} and {meaning}", estimate.method().id());
                        offenders.entry(symbol).or_insert_with(told);
                    }
                }
            }
        }
    }
    assert!(offenders.is_empty(), "two things under one symbol: {offenders:#?}");
}

/// Every line's method, moment, component and value.
fn values(estimates: &[Estimate]) -> Vec<(MethodId, usize, usize, u64)> {
    let mut res = Vec::new();
    for it in estimates {
        for (at, moment) in it.moments().iter().enumerate() {
            let of_line = |line: &Line| (it.method(), at, line.component as usize, line.formula.value().to_bits());
            res.extend(moment.lines().iter().map(of_line));
        }
    }
    res
}

/// The page shows formulas, the command line and sweeps values: they come from one place, and agree to the bit.
#[test]
fn values_are_those_of_the_formulas() {
    for inputs in drawn() {
        assert_eq!(values(&estimate_values(&inputs)), values(&estimate_all(&inputs)), "{inputs:?}");
    }
}

/// A sweep asks hundreds of times and looks at no formula: none is made. Two bare numbers once made a tree whoever asked,
/// because no leaf among them said that nobody would look.
#[test]
fn values_come_without_trees() {
    let mut told = BTreeSet::new();
    for inputs in drawn() {
        for (method, line) in lines(&estimate_values(&inputs)) {
            let formula = &line.formula;
            if formula.is_told() || !formula.dependencies().is_empty() || !formula.definitions().is_empty() {
                told.insert((method.id(), inputs.mode().id(), line.component.id(), formula.symbolic()));
            }
        }
    }
    assert!(told.is_empty(), "{told:#?}");
    let told = estimate_all(&Inputs::defaults(Mode::Train));
    assert!(lines(&told).any(|it| it.1.formula.is_told()), "formulas are told to whoever asks for them");
}

/// Nothing is kept from one question to the next: a sweep there and back says what each point says alone.
#[test]
fn a_sweep_says_what_its_points_say_alone() {
    for mode in Mode::ALL {
        let start = Inputs::defaults(mode);
        let at = |stop: u32| {
            start.clone().with(ParameterId::BatchSize, Value::Number(f64::from(stop))).expect("a batch is accepted")
        };
        let there: Vec<_> = (1..=64).map(|stop| values(&estimate_values(&at(stop)))).collect();
        let mut back: Vec<_> = (1..=64).rev().map(|stop| values(&estimate_values(&at(stop)))).collect();
        back.reverse();
        assert_eq!(there, back, "{}", mode.id());
        assert!(there.windows(2).any(|pair| pair[0] != pair[1]), "{} knows no batch", mode.id());
    }
}
