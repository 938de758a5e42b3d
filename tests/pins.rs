//! Pinned configurations in links, the table that compares them, and lists of them under names: what is written is read
//! again, and what cannot be read is told, whatever it is. It knows no formula.

#[path = "common/catalog.rs"]
mod catalog;
#[path = "common/draw.rs"]
mod draw;

use catalog::CATALOG;
use draw::Draw;
use std::sync::Arc;
use std::time::{Duration, Instant};
use vram_estimator::estimator::{DEFAULT_METHOD, Inputs, MemoryUnit, values_of};
use vram_estimator::link::{
    Link, MOST_PINS, MOST_SAVED, NamedRun, PinFault, ProblemKind, SavedRefusal, configuration, decode, query_of_inputs,
    read_saved, save, write_saved,
};
use vram_estimator::locale::{CHINESE_LATER, ENGLISH, ENGLISH_LATER, ENGLISH_WORKBENCH};
use vram_estimator::present::answer::answer;
use vram_estimator::present::compare::{ComparedRun, compare, difference_in_words};

/// Names and queries.
type Lines<'a> = &'a [(&'a str, &'a str)];

/// What a text is read as: a list, with how much was left out.
type ReadAs<'a> = Result<(Lines<'a>, usize), SavedRefusal>;

/// What a link pins, with the keys in it that could not be taken.
fn pinned(link: &str) -> (Vec<String>, Vec<PinFault>) {
    let (link, problems) = decode(link, &CATALOG);
    let faults =
        problems.into_iter().filter_map(|it| if let ProblemKind::Pin(fault) = it.kind { Some(fault) } else { None });
    (link.pins.iter().map(query_of_inputs).collect(), faults.collect())
}

fn inside(key: &str, value: &str) -> PinFault {
    PinFault::Inside { key: key.to_owned(), value: value.to_owned() }
}

#[track_caller]
fn check(link: &str, pins: &[&str], faults: &[PinFault]) {
    let (found, told) = pinned(link);
    assert_eq!(found, pins, "{link}");
    assert_eq!(told, faults, "{link}");
}

#[test]
fn pins_are_read_in_their_order() {
    check("mode=nlp", &[], &[]);
    check("pin=", &[""], &[]);
    check("pin=mode%3Dtrain&pin=mode%3Dnlp%26batchSize%3D8", &["mode=train", "mode=nlp&batchSize=8"], &[]);
    // Twice the same is twice the same.
    check("pin=mode%3Dtrain&mode=nlp&pin=mode%3Dtrain", &["mode=train", "mode=train"], &[]);
    // Lists keep their commas through both writings.
    check("pin=mode%3Dcnn%26layout%3Dconvnext%26depths%3D3,3,27,3", &["mode=cnn&layout=convnext&depths=3,3,27,3"], &[]);
    // What has no effect is kept, as in a link.
    let idle = "mode=finetune&method=Full&loraRank=64";
    check(&format!("pin={}", idle.replace('&', "%26").replace('=', "%3D")), &[idle], &[]);
}

#[test]
fn what_cannot_be_pinned_is_told() {
    let five = "pin=mode%3Dtrain&".repeat(5);
    check(&five, &["mode=train"; MOST_PINS], &[PinFault::TooMany]);
    check("pin=mode%3Dnone", &[], &[inside("mode", "none")]);
    check("pin=batchSize%3Dx&pin=mode%3Dnlp", &["mode=nlp"], &[inside("batchSize", "x")]);
    check("pin=batchSize%3D4%26batchSize%3D8", &[], &[inside("batchSize", "4, 8")]);
    check("pin=colour%3Dred", &[], &[inside("colour", "red")]);
    // Keys of the page are none of a configuration, and nothing is pinned inside of a pin.
    check("pin=view%3Dguide", &[], &[inside("view", "guide")]);
    check("pin=pin%3Dmode%253Dnlp", &[], &[inside("pin", "mode=nlp")]);
    check("pin=https%3A%2F%2Fexample.org%2F%3Fmode%3Dnlp", &[], &[inside("https://example.org/?mode", "nlp")]);
    for texts in [&ENGLISH_LATER, &CHINESE_LATER] {
        let (_, problems) = decode("pin=colour%3Dred", &CATALOG);
        let told = (texts.problem)(&problems[0]);
        assert!(["pin=colour=red", "4"].iter().all(|it| told.contains(it)), "{told}");
    }
}

/// The command line's figures are those of the link without pins, and its canonical link has them.
#[test]
fn pins_change_no_estimate() {
    let link =
        "mode=finetune&model=qwen2.5-32b&method=QLoRA&pin=mode%3Dfinetune%26model%3Dqwen2.5-14b%26method%3DQLoRA";
    let told = |text: &str| {
        let (link, problems) = decode(text, &CATALOG);
        answer(&link, &problems, &ENGLISH_LATER)
    };
    let (with, without) = (told(link), told(link.split("&pin").next().expect("a link")));
    assert_eq!(with["estimates"], without["estimates"]);
    assert_eq!(with["fits"], without["fits"]);
    assert_eq!(with["problems"], without["problems"]);
    assert_eq!(with["link"], link);
}

#[test]
fn random_pins_are_written_and_read() {
    let mut draw = Draw::new(41);
    for _ in 0..3_000 {
        let pins: Vec<_> = (0..draw.below(MOST_PINS + 1)).map(|_| draw.inputs(CATALOG.models())).collect();
        let link = Link { inputs: draw.inputs(CATALOG.models()), pins: Arc::new(pins), ..Link::default() };
        let text = link.encode();
        let (again, problems) = decode(&text, &CATALOG);
        assert_eq!(again, link, "{text}");
        assert_eq!(again.encode(), text);
        assert!(!problems.iter().any(|it| matches!(it.kind, ProblemKind::Pin(_))), "{text}: {problems:?}");
    }
}

/// Nested a thousand deep, a million of them, ten megabytes in one: answered at once, and told in a few sentences.
#[test]
fn hostile_pins_take_no_time() {
    let mut nested = "mode=nlp".to_owned();
    for _ in 0..1_000 {
        nested = format!("pin={}", nested.replace('%', "%25").replace('=', "%3D"));
        nested.truncate(2_000_000);
    }
    let links = [
        nested,
        "pin=mode%3Dnlp&".repeat(700_000),
        format!("pin={}", "batchSize%3D4%26".repeat(600_000)),
        format!("pin={}", "%25".repeat(3_000_000)),
        format!("pin={}", "x".repeat(10_000_000)),
        "pin&".repeat(2_500_000),
    ];
    for link in links {
        let start = Instant::now();
        let (found, problems) = decode(&link, &CATALOG);
        assert!(found.pins.len() <= MOST_PINS);
        assert!(problems.len() <= 101, "{}", problems.len());
        assert!(problems.iter().map(|it| (ENGLISH_LATER.problem)(it).len()).sum::<usize>() < 100_000);
        assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    }
}

/// In each row stands what the links say, and the differences are those of two estimates.
#[test]
fn the_table_tells_what_differs() {
    let inputs = |query: &str| configuration(query, &CATALOG).expect("a configuration");
    let now = inputs("mode=finetune&model=qwen2.5-32b&method=QLoRA&sequenceLength=2048&gpu=rtx-4090");
    let pins = [
        inputs("mode=finetune&model=qwen2.5-32b&method=QLoRA&sequenceLength=1024&gpu=rtx-4090"),
        inputs("mode=finetune&model=qwen2.5-14b&method=QLoRA&sequenceLength=2048&gpu=rtx-4090"),
    ];
    let all: Vec<&Inputs> = std::iter::once(&now).chain(&pins).collect();
    let estimates: Vec<_> = all.iter().map(|it| values_of(DEFAULT_METHOD, it)).collect();
    let runs: Vec<_> =
        all.iter().zip(&estimates).map(|(inputs, it)| ComparedRun { inputs, estimate: it.as_ref() }).collect();
    let table = compare(&runs, MemoryUnit::Gib, &ENGLISH, &ENGLISH_LATER, &ENGLISH_WORKBENCH.compare);
    let row = |name: &str| table.differing.iter().find(|it| it.0 == name).map(|it| it.1.clone());
    let some = |it: &str| Some(it.to_owned());
    assert_eq!(row("Sequence length"), Some(vec![some("2048\u{a0}tokens"), some("1024\u{a0}tokens"), None]));
    let models = row("Model preset").or_else(|| row("Model")).expect("a row of models");
    assert_eq!((models[1].clone(), models[2].is_some()), (None, true));
    assert!(row("Batch size").is_none() && table.n_equal > 10, "{}", table.n_equal);
    assert_eq!(table.device.as_deref(), Some("1 × RTX 4090"));
    for (cell, estimate) in table.totals.iter().zip(&estimates) {
        let [total, first] = [estimate, &estimates[0]].map(|it| it.as_ref().expect("an answer").total());
        assert_eq!(cell.bytes, Some(total));
        assert_eq!(cell.difference, total.count() - first.count());
    }
    for at in 0..all.len() {
        let sum: f64 = table.groups.iter().filter_map(|it| it.1[at].bytes).map(|it| it.count()).sum();
        let total = table.totals[at].bytes.expect("an amount").count();
        assert!((sum - total).abs() <= 1e-9 * total, "{sum} and {total}");
    }
    assert_eq!(difference_in_words(&now, &pins[0], &ENGLISH), "1024\u{a0}tokens");
    assert_eq!(difference_in_words(&now, &now, &ENGLISH), "");
}

/// Whatever is held against whatever, no value is missing and none is said twice.
#[test]
fn any_runs_can_be_compared() {
    let mut draw = Draw::new(7);
    for _ in 0..300 {
        let all: Vec<_> = (0..2 + draw.below(MOST_PINS)).map(|_| draw.inputs(CATALOG.models())).collect();
        let estimates: Vec<_> = all.iter().map(|it| values_of(DEFAULT_METHOD, it)).collect();
        let runs: Vec<_> =
            all.iter().zip(&estimates).map(|(inputs, it)| ComparedRun { inputs, estimate: it.as_ref() }).collect();
        let table = compare(&runs, MemoryUnit::Gb, &ENGLISH, &ENGLISH_LATER, &ENGLISH_WORKBENCH.compare);
        for (name, values) in &table.differing {
            assert_eq!(values.len(), all.len());
            assert!(values[0].is_some() && values[1..].iter().any(Option::is_some), "{name}: {values:?}");
        }
        assert!(table.groups.iter().all(|it| it.1.len() == all.len()));
        assert_eq!((table.totals.len(), table.verdicts.len()), (all.len(), all.len()));
        let _ = difference_in_words(&all[0], &all[1], &ENGLISH);
    }
}

#[test]
fn a_list_is_written_and_read() {
    let mut draw = Draw::new(3);
    let mut list = Vec::new();
    for at in 0..MOST_SAVED {
        let inputs = draw.inputs(CATALOG.models());
        let it = NamedRun::new(&format!(" run\t{at}\n<b>配置</b> "), &inputs).expect("a name");
        assert_eq!(it.name, format!("run {at} <b>配置</b>"));
        assert!(save(&mut list, it));
    }
    assert_eq!(read_saved(&write_saved(&list), &CATALOG), Ok((list.clone(), 0)));
    let inputs = Inputs::defaults(vram_estimator::estimator::Mode::Nlp);
    assert!(!save(&mut list, NamedRun::new("one more", &inputs).expect("a name")), "the list is full");
    let same = NamedRun::new(&list[5].name.clone(), &inputs).expect("a name");
    assert!(save(&mut list, same.clone()));
    assert_eq!((list.len(), &list[5]), (MOST_SAVED, &same));
    assert_eq!(NamedRun::new(" \t\n", &inputs), None);
    assert_eq!(NamedRun::new(&"長".repeat(500), &inputs).map(|it| it.name.chars().count()), Some(60));
}

#[test]
fn what_is_no_list_is_refused_and_what_is_broken_left_out() {
    let check = |text: &str, expected: ReadAs| {
        let found = read_saved(text, &CATALOG);
        let found = found.map(|(list, n)| (list.into_iter().map(|it| (it.name, it.query)).collect::<Vec<_>>(), n));
        let strings = |(list, n): (Lines, usize)| {
            (list.iter().map(|it| (it.0.to_owned(), it.1.to_owned())).collect::<Vec<_>>(), n)
        };
        assert_eq!(found, expected.map(strings), "{text:?}");
    };
    const HEAD: &str = "vram-estimator configurations 1\n";
    check("", Err(SavedRefusal::NotAList));
    check("{\"version\": 1}", Err(SavedRefusal::NotAList));
    check("vram-estimator configurations 2\na\tmode=nlp", Err(SavedRefusal::Version("2".to_owned())));
    check(HEAD, Ok((&[], 0)));
    check("\u{feff}vram-estimator configurations 1\r\na\tmode=nlp\r\n", Ok((&[("a", "mode=nlp")], 0)));
    check(
        &format!("{HEAD}a\tmode=nlp\nno tab\n\tmode=nlp\nb\tmode=none\nc\t\n"),
        Ok((&[("a", "mode=nlp"), ("c", "")], 3)),
    );
    check(&format!("{HEAD}a\tmode=nlp\na\tmode=train\n"), Ok((&[("a", "mode=train")], 0)));
    check(&format!("{HEAD}a\tmode=nlp&view=guide\nb\tpin=mode%3Dnlp\n"), Ok((&[], 2)));
    let many: String = (0..150).map(|at| format!("{at}\tmode=nlp\n")).collect();
    let (list, n_dropped) = read_saved(&format!("{HEAD}{many}"), &CATALOG).expect("a list");
    assert_eq!((list.len(), n_dropped), (MOST_SAVED, 50));
}

/// A hundred thousand texts that something else has written over: none panics, and whatever is read can be written and
/// read again.
#[test]
fn hostile_lists_are_read() {
    const PIECES: [&str; 24] = [
        "vram-estimator configurations 1\n",
        "vram-estimator configurations ",
        "1",
        "\n",
        "\r\n",
        "\t",
        "\0",
        "mode=nlp",
        "mode=train&batchSize=4",
        "&pin=mode%3Dnlp",
        "%",
        "%25%25",
        "<script>alert(1)</script>",
        "{\"a\":[[[[",
        "名称",
        "\u{202e}",
        "\u{1F600}",
        "batchSize=1e999",
        "model=qwen2.5-32b",
        "&&&",
        "===",
        "null",
        "undefined",
        "\u{feff}",
    ];
    let mut draw = Draw::new(99);
    let (mut n_read, mut n_refused) = (0, 0);
    for _ in 0..100_000 {
        let mut text = if draw.below(3) > 0 { PIECES[0].to_owned() } else { String::new() };
        for _ in 0..draw.below(12) {
            text.push_str(draw.any::<&str>(&PIECES));
        }
        match read_saved(&text, &CATALOG) {
            Ok((list, _)) => {
                n_read += list.len();
                assert_eq!(read_saved(&write_saved(&list), &CATALOG), Ok((list, 0)), "{text:?}");
            }
            Err(_) => n_refused += 1,
        }
    }
    assert!(n_read > 1_000 && n_refused > 10_000, "{n_read} read, {n_refused} refused");
    let start = Instant::now();
    let huge = format!("{}{}", PIECES[0], "name\tmode=nlp\n".repeat(700_000));
    assert_eq!(read_saved(&huge, &CATALOG).map(|it| it.0.len()), Ok(1));
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
}
