//! Numbers as people type them into boxes: suffixes, separators, digits of other scripts. It knows no box.

#[path = "common/catalog.rs"]
mod catalog;

use catalog::CATALOG;
use proptest::prelude::*;
use vram_estimator::estimator::parameters::ParameterKind;
use vram_estimator::estimator::{Bytes, MemoryUnit, Mode, ParameterId, Refusal, Value};
use vram_estimator::present::numbers;

#[track_caller]
fn check(id: ParameterId, typed: &str, expected: f64) {
    assert_eq!(id.parse_typed(typed, &CATALOG), Ok(Value::Number(expected)), "{} {typed:?}", id.spec().key);
}

#[track_caller]
fn check_refused(id: ParameterId, typed: &str, why: Refusal) {
    assert_eq!(id.parse_typed(typed, &CATALOG), Err(why), "{} {typed:?}", id.spec().key);
}

/// Boxes refused all of these.
#[test]
fn suffixes_are_read_in_the_unit_of_the_parameter() {
    use ParameterId::{BatchSize, GpuMemory, HiddenSize, ModelSize, SequenceLength, VocabSize};
    check(ModelSize, "7", 7.0);
    check(ModelSize, "7B", 7.0);
    check(ModelSize, "7 b", 7.0);
    check(ModelSize, "8.75B", 8.75);
    check(ModelSize, "500M", 0.5);
    check(ModelSize, "0.1M", 0.0001);
    check(ModelSize, "1.5T", 1500.0);
    check(ModelSize, "7000000k", 7.0);
    check(SequenceLength, "32k", 32_768.0);
    check(SequenceLength, "32K", 32_768.0);
    check(SequenceLength, "1.5k", 1536.0);
    check(SequenceLength, "1M", 1_048_576.0);
    check(VocabSize, "32k", 32_000.0);
    check(HiddenSize, "4k", 4000.0);
    check(BatchSize, "1e3", 1000.0);
    check(BatchSize, "1e-1k", 100.0);
    check(GpuMemory, "80", 80.0);
    check(GpuMemory, "80GiB", 80.0);
    check(GpuMemory, "80 gib", 80.0);
    // Cards sold as 80 GB hold about 80 GiB: read as 74.5, a choice of the card was an eighth too small.
    check(GpuMemory, "80 GB", 80.0);
    check(ParameterId::RuntimeOverhead, "2 GB", 2e9 / Bytes::PER_GIB);
    check(GpuMemory, "81920 MiB", 80.0);
    check(GpuMemory, "24,576MiB", 24.0);
    check_refused(SequenceLength, "2.3k", Refusal::NotWhole);
    check_refused(SequenceLength, "32kB", Refusal::Suffix);
    check_refused(SequenceLength, "7B", Refusal::Suffix);
    // 80 · 2^30 or 80 · 10^9: who means it says it.
    check_refused(GpuMemory, "80G", Refusal::Suffix);
    check_refused(ModelSize, "7e", Refusal::Suffix);
    check_refused(ModelSize, "7 B B", Refusal::NotANumber);
}

#[test]
fn separators_part_groups_of_three() {
    let id = ParameterId::SequenceLength;
    for typed in ["4,096", "4 096", "4\u{202f}096", "4\u{2009}096", "4\u{a0}096", "4_096", "4'096", "4’096", "+4096"]
    {
        check(id, typed, 4096.0);
    }
    check(id, "1,048,576", 1_048_576.0);
    check(id, "1 024k", 1_048_576.0);
    check(ParameterId::ModelSize, "1,000.5", 1000.5);
    let ambiguous =
        ["1,5", "7 8", "4,0960", "40,96", "1,024 576", "0,125", ",024", "1,,024", "1,02,400", "1.024,5", "1.5,000"];
    for typed in ambiguous {
        check_refused(ParameterId::ModelSize, typed, Refusal::Separator);
    }
}

/// A Chinese input method types full-width forms until it is told not to.
#[test]
fn digits_of_other_scripts_are_digits() {
    check(ParameterId::BatchSize, "１２", 12.0);
    check(ParameterId::ModelSize, "７．５Ｂ", 7.5);
    check(ParameterId::ModelSize, "7。5", 7.5);
    check(ParameterId::SequenceLength, "４，０９６", 4096.0);
    check(ParameterId::SequenceLength, "３２　ｋ", 32_768.0);
    check(ParameterId::BatchSize, "٤٢", 42.0);
    check(ParameterId::BatchSize, "४२", 42.0);
    check_refused(ParameterId::BatchSize, "十二", Refusal::NotANumber);
}

#[test]
fn what_is_no_number_stays_none() {
    use Refusal::{Empty, NotANumber, TooLarge, TooSmall};
    for (typed, why) in [
        ("", Empty),
        (" \u{3000} ", Empty),
        ("abc", NotANumber),
        ("NaN", NotANumber),
        ("0x10", NotANumber),
        ("-", NotANumber),
        (".", NotANumber),
        ("1.2.3", NotANumber),
        ("--1", NotANumber),
        ("-1", TooSmall),
        ("−1", TooSmall),
        ("1e999999999999", TooLarge),
        ("1e-999999999999", TooSmall),
        ("9e999T", TooLarge),
    ] {
        check_refused(ParameterId::ModelSize, typed, why);
    }
}

/// Links stay strict: what was not a value there is none now.
#[test]
fn links_know_none_of_this() {
    for (id, text) in [
        (ParameterId::ModelSize, "7B"),
        (ParameterId::SequenceLength, "32k"),
        (ParameterId::SequenceLength, "4,096"),
        (ParameterId::SequenceLength, "4 096"),
        (ParameterId::BatchSize, "１２"),
    ] {
        assert_eq!(id.spec().parse(text, &CATALOG), Err(Refusal::NotANumber), "{text}");
    }
}

/// No float is as small as 1e-400: links took it for a 0 that boxes refused.
#[test]
fn what_vanishes_is_no_zero() {
    let id = ParameterId::NumImages;
    for text in ["1e-400", "0.5E-999"] {
        assert_eq!(id.spec().parse(text, &CATALOG), Err(Refusal::TooSmall), "{text}");
        assert_eq!(id.parse_typed(text, &CATALOG), Err(Refusal::TooSmall), "{text}");
    }
    for text in ["0e-400", "0", "0.00"] {
        assert_eq!(id.spec().parse(text, &CATALOG), Ok(Value::Number(0.0)), "{text}");
    }
}

/// Digits as they stand in a figure, read by the standard library.
fn digits(figure: &str) -> f64 {
    let plain: String = figure.chars().map(|it| if it == '−' { '-' } else { it }).collect();
    plain.replace(['\u{202f}', '+'], "").parse().expect("a figure")
}

/// Whether a figure says only what an amount is less than: that is no value of a parameter.
fn is_bound(figure: &str) -> bool {
    figure.starts_with('<')
}

fn numbers_of_the_table() -> impl Strategy<Value = ParameterId> {
    let is_number = |id: &ParameterId| matches!(id.spec().kind, ParameterKind::Number { .. });
    prop::sample::select(ParameterId::ALL.iter().copied().filter(is_number).collect::<Vec<_>>())
}

/// Text near what is a number, and any text.
fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[-+−]?[0-9０-９٠-٩,._' \u{202f}]{0,12}([eE][-+]?[0-9]{0,20})?[ ]?[a-zA-ZｋＢ]{0,4}",
        prop::collection::vec(any::<char>(), 0..8).prop_map(|it| it.into_iter().collect()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    /// Whatever is typed gives a value that the parameter accepts, or a reason.
    #[test]
    fn any_text_is_a_value_or_explained(typed in texts()) {
        for id in ParameterId::ALL {
            if let Ok(value) = id.parse_typed(&typed, &CATALOG) {
                prop_assert_eq!(id.spec().check(value.clone()), Ok(value), "{} {:?}", id.spec().key, typed);
            }
        }
    }

    /// What links take, boxes take as the same value.
    #[test]
    fn boxes_take_what_links_take(id in numbers_of_the_table(), number in any::<f64>(), typed in texts()) {
        for text in [typed, number.to_string(), format!("{number:e}")] {
            if let Ok(value) = id.spec().parse(&text, &CATALOG) {
                prop_assert_eq!(id.parse_typed(&text, &CATALOG), Ok(value), "{} {:?}", id.spec().key, text);
            }
        }
    }

    /// Every figure that the page prints can be typed or pasted into a box, and means what it says; "less than" is
    /// refused.
    #[test]
    fn printed_figures_are_read_back(size in -6..9i32, digits_of in 1.0..10.0f64, decimals in 0..4usize) {
        let number = digits_of * 10f64.powi(size);
        let id = ParameterId::ModelSize;
        let read = |text: &str| id.parse_typed(text, &CATALOG);
        let check = |text: String, value: f64| {
            let expected = id.spec().check(Value::Number(value));
            prop_assert_eq!(read(&text), expected, "{:?}", text);
            Ok(())
        };
        check(numbers::exact_count(number), number)?;
        check(numbers::parameter_value(id, &Value::Number(number)), number)?;
        for figure in [
            numbers::figure(number, decimals),
            numbers::plain(number, decimals),
            numbers::count(number),
            numbers::signed(number, decimals),
            numbers::signed(-number, decimals),
            numbers::bytes(Bytes::new(number)),
        ] {
            if is_bound(&figure) {
                prop_assert_eq!(read(&figure), Err(Refusal::NotANumber), "{:?}", figure);
                continue;
            }
            let value = digits(&figure);
            check(figure, value)?;
        }
        // The ends of the slider, some in millions.
        for mode in [Mode::Nlp, Mode::Cnn] {
            let end = numbers::range_end(id, number, mode);
            let value = end.strip_suffix("\u{a0}M").map_or_else(|| digits(&end), |it| digits(&format!("{}e-3", digits(it))));
            check(end, value)?;
        }
        // Amounts of memory with their unit, where a box counts GiB.
        for unit in MemoryUnit::ALL {
            let bytes = Bytes::new(number * Bytes::PER_GIB);
            if is_bound(&numbers::card_figure(bytes, unit)) {
                continue;
            }
            let value = digits(&numbers::card_figure(bytes, unit)) * unit.of(Bytes::new(Bytes::PER_GIB)).recip();
            let (id, spec) = (ParameterId::OtherOverhead, ParameterId::OtherOverhead.spec());
            let read = id.parse_typed(&numbers::total_amount(bytes, unit), &CATALOG);
            let near = |it: &Value| (it.number() - value).abs() <= 1e-15 * value;
            prop_assert!(read.as_ref().is_ok_and(near) || spec.check(Value::Number(value)).is_err(), "{read:?} {value}");
        }
    }
}
