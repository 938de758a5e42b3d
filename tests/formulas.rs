//! Formulas as they are read: every one can be laid out, says the same as the bare values, and opens to symbols that
//! mean something. It knows no formula.

#[path = "common/catalog.rs"]
mod catalog;
#[path = "common/draw.rs"]
mod draw;

use catalog::CATALOG;
use draw::Draw;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use vram_estimator::estimator::architecture::Fact;
use vram_estimator::estimator::expr::{Face, Typeset};
use vram_estimator::estimator::{
    ComponentGroup, Estimate, Inputs, Line, MethodId, Mode, ParameterId, Quantity, estimate_all, estimate_values,
};
use vram_estimator::link::Language;
use vram_estimator::locale::{later_texts, texts};
use vram_estimator::present::symbols::{Symbols, symbols as symbols_of};

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
                leaves.iter().any(|it| it.symbol == *symbol) || definitions.iter().any(|it| it.symbol() == *symbol)
            };
            let unexplained: Vec<_> = shown.iter().filter(|it| !is_explained(it)).collect();
            assert!(unexplained.is_empty(), "{unexplained:?} in {}", what());
        }
    }
}

/// A quantity that nobody explains is a riddle. Eight once stood in a list of excuses and two were in neither list nor
/// texts, because texts were found by symbol, and one that was missing was empty: now it does not compile, and none may
/// be empty.
#[test]
fn every_quantity_has_a_text() {
    for language in Language::ALL {
        for &it in Quantity::ALL {
            let text = (later_texts(language).quantity)(it);
            assert!(!text.trim().is_empty(), "{it:?} in {}", language.id());
        }
        for &it in Fact::ALL {
            let id = it.parameter().unwrap_or_else(|| panic!("{it:?} has no row that says what it is called"));
            for mode in Mode::ALL {
                assert!(
                    !(texts(language).parameter_in_mode)(id, mode).trim().is_empty(),
                    "{it:?} in {}",
                    language.id()
                );
            }
        }
    }
}

/// Two quantities of one symbol could not be told apart in a formula, and one that no formula names is a text for
/// nothing.
#[test]
fn quantities_have_symbols_of_their_own_and_are_named_somewhere() {
    let symbols: BTreeSet<_> = Quantity::ALL.iter().map(|it| it.symbol()).collect();
    assert_eq!(symbols.len(), Quantity::ALL.len());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/estimator/methods");
    let sources = text_below(&folder);
    let is_named = |it: &Quantity| {
        let name = format!("Quantity::{it:?}");
        sources.match_indices(&name).any(|(at, _)| !sources[at + name.len()..].starts_with(char::is_alphanumeric))
    };
    let idle: Vec<_> = Quantity::ALL.iter().filter(|it| !is_named(it)).collect();
    assert!(idle.is_empty(), "no formula names {idle:?}");
}

/// The text of every file below a folder.
fn text_below(folder: &Path) -> String {
    let entries = fs::read_dir(folder).expect("a folder").map(|it| it.expect("an entry").path());
    let text = |it: PathBuf| if it.is_dir() { text_below(&it) } else { fs::read_to_string(it).expect("UTF-8") };
    entries.map(text).collect()
}

/// What each symbol of a row stands for: a parameter, or a quantity with its formula and value.
fn meanings(estimates: &[Estimate], group: ComponentGroup) -> BTreeMap<&'static str, Vec<String>> {
    let Symbols { leaves, definitions, .. } = symbols_of(estimates, group);
    let mut res: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for it in leaves {
        res.entry(it.symbol).or_default().push(format!("{} = {:?}", it.id.spec().key, it.value));
    }
    for it in definitions {
        let formula = it.symbols.as_ref().map_or("counted".to_owned(), Typeset::to_string);
        res.entry(it.symbol()).or_default().push(format!("{formula} = {:?}", it.value));
    }
    res
}

/// `s_i` once stood for two things in one row, and the reader was shown one of them. Then `P` was the size on the
/// slider to the document's methods and what the shape counts to for `calibrated`, `S_total` and `b_q` likewise, in the
/// one list that the page makes of all methods: the test began anew for each method, and so could not see it.
#[test]
fn a_symbol_stands_for_one_thing_in_a_row() {
    let mut offenders: BTreeMap<&str, String> = BTreeMap::new();
    let mut n_symbols = 0;
    for inputs in drawn() {
        let all = estimate_all(&inputs);
        for &group in ComponentGroup::ALL {
            for (symbol, meanings) in meanings(&all, group) {
                n_symbols += 1;
                if meanings.len() > 1 {
                    offenders
                        .entry(symbol)
                        .or_insert_with(|| format!("{group:?}: {meanings:?} in {:?}", inputs.mode()));
                }
            }
        }
    }
    assert!(offenders.is_empty(), "two things under one symbol: {offenders:#?}");
    assert!(n_symbols > 50_000, "{n_symbols} symbols");
}

/// Lists spoke in symbols that their rows explained nowhere: `V·H` of an embedding, `d_rope` of latent attention.
#[test]
fn a_row_explains_the_symbols_of_its_lists() {
    let mut offenders = BTreeMap::new();
    let mut n_symbols = 0;
    for inputs in drawn() {
        let all = estimate_all(&inputs);
        for &group in ComponentGroup::ALL {
            let told = symbols_of(&all, group);
            let known: BTreeSet<_> = told.leaves.iter().map(|it| it.symbol).collect();
            let known: BTreeSet<_> = known.into_iter().chain(told.definitions.iter().map(|it| it.symbol())).collect();
            let lists = told.definitions.iter().filter_map(|it| it.listing.as_ref());
            for entry in lists.flat_map(|it| &it.entries) {
                let is_symbol = |it: &&str| it.starts_with(|it: char| it.is_ascii_alphabetic());
                for symbol in
                    entry.elements_told().split(['·', '+', '−', '-', '(', ')', ' ', '²', '/', ',']).filter(is_symbol)
                {
                    n_symbols += 1;
                    if !known.contains(symbol) {
                        offenders.insert(
                            symbol.to_owned(),
                            format!("{group:?}: {} in {:?}", entry.elements_told(), inputs.mode()),
                        );
                    }
                }
            }
        }
    }
    // Functions of the notation are no quantities.
    offenders.retain(|symbol, _| !matches!(symbol.as_str(), "max" | "min"));
    assert!(offenders.is_empty(), "{offenders:#?}");
    assert!(n_symbols > 20_000, "{n_symbols} symbols");
}

/// Scores of attention were in an answer and had no text that says where they come from.
#[test]
fn every_component_of_calibrated_says_where_it_comes_from() {
    let mut told = BTreeSet::new();
    for inputs in drawn() {
        for estimate in estimate_all(&inputs).iter().filter(|it| it.method() == MethodId::Calibrated) {
            let lines = estimate.moments().iter().flat_map(|it| it.lines());
            told.extend(lines.map(|it| it.component.id()));
            for line in estimate.moments().iter().flat_map(|it| it.lines()) {
                for language in Language::ALL {
                    let source = (later_texts(language).source)(line.component);
                    assert!(source.is_some(), "{:?} in {}", line.component, language.id());
                }
            }
        }
    }
    assert!(told.len() > 12, "{told:?}");
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

/// A sweep asks hundreds of times and looks at no formula: none is made. Two bare numbers once made a tree whoever
/// asked, because no leaf among them said that nobody would look.
#[test]
fn values_come_without_trees() {
    let mut told = BTreeSet::new();
    for inputs in drawn() {
        for (method, line) in lines(&estimate_values(&inputs)) {
            let formula = &line.formula;
            if formula.is_told() || !formula.parameter_leaves().is_empty() || !formula.definitions().is_empty() {
                told.insert((method.id(), inputs.mode().id(), line.component.id(), formula.symbolic()));
            }
        }
    }
    assert!(told.is_empty(), "{told:#?}");
    let told = estimate_all(&Inputs::defaults(Mode::Train));
    assert!(lines(&told).any(|it| it.1.formula.is_told()), "formulas are told to whoever asks for them");
}

/// Nothing is kept from one question to the next: what a long walk through values of parameters arrives at, each
/// changed from where the last one led, is what the same values say when they are all given at once. It was asked of
/// the batch alone, and of inputs that were all made anew, which could hardly differ.
#[test]
fn a_sweep_says_what_its_points_say_alone() {
    const STEPS: usize = 1800;
    let mut draw = Draw::new(20_261_202);
    for mode in Mode::ALL {
        let used: Vec<_> = ParameterId::of_mode(mode).collect();
        let mut inputs = Inputs::defaults(mode);
        let (mut n_moved, mut before) = (0, Vec::new());
        for _ in 0..STEPS {
            let id = *draw.any(&used);
            inputs = inputs.with(id, draw.value(id, CATALOG.models())).expect("a value is accepted");
            let alone = Inputs::collect(mode, |id| inputs.given(id).cloned());
            assert_eq!(inputs, alone, "{}: {id:?}", mode.id());
            for &it in &used {
                assert_eq!(inputs.taken_away_by(it), alone.taken_away_by(it), "{it:?} after {id:?}: {inputs:?}");
            }
            let there = values(&estimate_values(&inputs));
            assert_eq!(there, values(&estimate_values(&alone)), "{}: {id:?} in {inputs:?}", mode.id());
            n_moved += usize::from(there != before);
            before = there;
        }
        // Degrees of parallelism lead a walk to where there is no answer, and only back by themselves.
        assert!(n_moved > STEPS / 40, "{}: {n_moved} steps moved something", mode.id());
    }
}
