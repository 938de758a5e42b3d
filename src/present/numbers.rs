//! Numbers as people read them on the page. It knows no language: digits, points and units are the same
//! in all that are planned, and words stay in `locale`.

use crate::estimator::expr::{exact, grouped};
use crate::estimator::{Bytes, MemoryUnit, Mode, ParameterId, Value};

/// A total: `320.5 GiB`, in the page's unit however small it is, so that totals can be held against each other.
pub fn total_amount(bytes: Bytes, unit: MemoryUnit) -> String {
    format!("{} {}", card_figure(bytes, unit), unit.id())
}

/// An amount in a sentence or beside a name: `16.3 GiB`, `15.3 MiB`.
pub fn amount(bytes: Bytes, unit: MemoryUnit) -> String {
    let (value, unit) = readable(bytes, unit);
    format!("{} {unit}", figure(value, 1))
}

/// The same with two decimals: `16.30 GiB`, `15.29 MiB`.
pub fn exact_amount(bytes: Bytes, unit: MemoryUnit) -> String {
    let (value, unit) = readable(bytes, unit);
    format!("{} {unit}", figure(value, 2))
}

/// The same with a sign: `+65.2 GiB`, `−170.8 MiB`.
pub fn signed_amount(bytes: Bytes, unit: MemoryUnit) -> String {
    let (value, unit) = readable(bytes, unit);
    format!("{} {unit}", signed(value, 1))
}

/// An amount in the unit in which it is read: what is less than one is told in the unit below, and no smaller one.
fn readable(bytes: Bytes, unit: MemoryUnit) -> (f64, &'static str) {
    let value = unit.of(bytes);
    let is_small = value != 0.0 && value.abs() < 1.0;
    match (is_small, unit) {
        (false, _) => (value, unit.id()),
        (true, MemoryUnit::Gib) => (1024.0 * value, "MiB"),
        (true, MemoryUnit::Gb) => (1000.0 * value, "MB"),
    }
}

/// The figure of a total, or of a part on an axis with it, without its unit. Small ones keep two significant digits, so
/// that a slider that moves them is seen to.
pub fn card_figure(bytes: Bytes, unit: MemoryUnit) -> String {
    figure(unit.of(bytes), 1)
}

/// An amount for the table, without its unit: `16.30`.
pub fn table_figure(bytes: Bytes, unit: MemoryUnit) -> String {
    figure(unit.of(bytes), 2)
}

/// A figure with so many decimals, or with more where it would show fewer than two significant digits, up to
/// [`MOST_DECIMALS`].
pub fn figure(value: f64, decimals: usize) -> String {
    let size = value.abs();
    if size == 0.0 || size >= 10f64.powi(1 - decimals as i32) {
        return grouped(&format!("{value:.decimals$}"));
    }
    if size < SMALLEST_FIGURE {
        return format!("< {SMALLEST_FIGURE}");
    }
    let needed = (1 - size.log10().floor() as i32).max(0) as usize;
    let decimals = needed.clamp(decimals, MOST_DECIMALS);
    grouped(&format!("{value:.decimals$}"))
}

/// Decimals that a figure has at most: more are digits that nobody compares.
const MOST_DECIMALS: usize = 4;

/// Smaller amounts are told as less than this.
const SMALLEST_FIGURE: f64 = 0.001;

/// A figure with exactly so many decimals.
pub fn plain(value: f64, decimals: usize) -> String {
    grouped(&format!("{value:.decimals$}"))
}

/// The size of a file, in the unit in which it is read: `50.0 MiB`.
pub fn file_size(bytes: f64) -> String {
    amount(Bytes::new(bytes), MemoryUnit::Gib)
}

/// Whole bytes, wherever they are told: the document's formulas can give fractions of bytes, which no memory has, and
/// each figure is rounded to the nearest by itself.
pub fn whole_bytes(bytes: Bytes) -> String {
    format!("{:.0}", bytes.count())
}

/// The same with grouped digits: `17 500 000 000`.
pub fn bytes(bytes: Bytes) -> String {
    grouped(&whole_bytes(bytes))
}

/// A share in per cent: `93 %`; small ones with a decimal, and none reads as 0 that is not.
pub fn percent(share: f64) -> String {
    let percent = share * 100.0;
    let text = if percent == 0.0 {
        "0".to_owned()
    } else if percent.abs() < 0.1 {
        "< 0.1".to_owned()
    } else if percent.abs() < 9.95 {
        format!("{percent:.1}")
    } else {
        format!("{percent:.0}")
    };
    format!("{text}\u{a0}%")
}

/// How many times one amount is the other: `3.7`; with up to three decimals, as many as it takes to show a difference.
pub fn ratio(larger: f64, smaller: f64) -> String {
    let ratio = larger / smaller;
    let excess = ratio - 1.0;
    if excess > 0.0 && excess < 0.05 {
        let decimals = (-excess.log10()).ceil().clamp(2.0, 3.0) as usize;
        return format!("{ratio:.decimals$}");
    }
    if ratio < 99.95 { format!("{ratio:.1}") } else { grouped(&format!("{ratio:.0}")) }
}

/// A change with its sign: `+65.2`, `−78.2`.
pub fn signed(value: f64, decimals: usize) -> String {
    let text = grouped(&format!("{:.decimals$}", value.abs()));
    let is_zero = text.chars().all(|c| matches!(c, '0' | '.'));
    match (is_zero, value < 0.0) {
        (true, _) => text,
        (false, true) => format!("−{text}"),
        (false, false) => format!("+{text}"),
    }
}

/// A count that may have a fraction, such as tokens: `2 624`, `110.25`.
pub fn count(value: f64) -> String {
    let rounded = (value * 100.0).round() / 100.0;
    grouped(&exact(rounded))
}

/// A number without loss and without rounding: `7.875`.
pub fn exact_count(value: f64) -> String {
    grouped(&exact(value))
}

/// A number with its unit, where it has one.
pub fn with_unit(number: &str, unit: &str) -> String {
    if unit.is_empty() { number.to_owned() } else { format!("{number}\u{a0}{unit}") }
}

/// A parameter's value for reading: `12 288`, `8.75`, `AdamW`.
pub fn parameter_value(id: ParameterId, value: &Value) -> String {
    match value {
        Value::Number(number) => exact_count(*number),
        Value::Choice(_) | Value::Toggle(_) | Value::Model(_) | Value::List(_) => id.spec().write(value),
    }
}

/// A number as its box shows it: grouped, and with no more decimals than its slider's steps have, or as many as three
/// digits that say something need. What follows from other parameters, or is counted, has many more.
pub fn box_text(id: ParameterId, value: &Value, mode: Mode) -> String {
    let Value::Number(number) = value else { return id.spec().write(value) };
    let step = id.use_in(mode).and_then(|it| it.slider).map_or(1.0, |it| it.step);
    let of_step = exact(step).split_once('.').map_or(0, |it| it.1.len() as i32);
    // Steps of a power of two have more decimals than anybody reads.
    let of_step = if of_step > 4 { 3 } else { of_step.max(2) };
    let of_number = if *number == 0.0 { 0 } else { 2 - number.abs().log10().floor() as i32 };
    let scale = 10f64.powi(of_step.max(of_number));
    grouped(&exact((number * scale).round() / scale))
}

/// The end of a slider. Sizes of convolutional networks, which the document gives in billions, read as
/// millions: `5 M`.
pub fn range_end(id: ParameterId, value: f64, mode: Mode) -> String {
    if id == ParameterId::ModelSize && mode == Mode::Cnn {
        format!("{}\u{a0}M", grouped(&exact((value * 1e6).round() / 1e3)))
    } else {
        exact_count(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Figures had up to seven decimals: `0.0000037 GiB`.
    #[test]
    fn figures_keep_two_significant_digits() {
        let figures = [320.5321, 0.0, 7.0, 0.0374, 0.00374, 0.000_000_001].map(|value| figure(value, 1));
        assert_eq!(figures, ["320.5", "0.0", "7.0", "0.037", "0.0037", "< 0.001"]);
        assert_eq!(figure(13_969_838.6, 1), "13\u{202f}969\u{202f}838.6");
        assert_eq!([12.0, 0.1, 0.012].map(|value| super::figure(value, 2)), ["12.00", "0.10", "0.012"]);
    }

    /// What is less than a GiB was told as 0.0256 GiB.
    #[test]
    fn small_amounts_are_told_in_the_unit_below() {
        let told = |bytes: f64| MemoryUnit::ALL.map(|unit| amount(Bytes::new(bytes), unit));
        assert_eq!(told(16_034_726.0), ["15.3 MiB", "16.0 MB"]);
        assert_eq!(told(1_073_741_824.0), ["1.0 GiB", "1.1 GB"]);
        assert_eq!(told(1_000_000_000.0), ["953.7 MiB", "1.0 GB"]);
        assert_eq!(told(4096.0), ["0.0039 MiB", "0.0041 MB"], "and in no smaller one");
        assert_eq!(told(0.0), ["0.0 GiB", "0.0 GB"]);
        assert_eq!(signed_amount(Bytes::new(-16_034_726.0), MemoryUnit::Gib), "−15.3 MiB");
        assert_eq!(total_amount(Bytes::new(27_487_790.0), MemoryUnit::Gib), "0.026 GiB", "totals are of one unit");
    }

    /// Bytes had fractions: `14 000 000 000.0`.
    #[test]
    fn bytes_are_whole() {
        let texts = [14e9 + 1e-6, 14e9, 0.4].map(|it| bytes(Bytes::new(it)));
        assert_eq!(texts, ["14\u{202f}000\u{202f}000\u{202f}000", "14\u{202f}000\u{202f}000\u{202f}000", "0"]);
    }

    #[test]
    fn shares_never_hide_a_part() {
        assert_eq!([0.0, 0.00001, 0.0312, 0.93].map(percent), ["0\u{a0}%", "< 0.1\u{a0}%", "3.1\u{a0}%", "93\u{a0}%"]);
    }

    /// What was 2 % more read as "1.0 times".
    #[test]
    fn no_difference_reads_as_none() {
        let ratios = [3.71, 1.0, 1.021, 1.0031, 1.051].map(|it| ratio(it, 1.0));
        assert_eq!(ratios, ["3.7", "1.0", "1.02", "1.003", "1.1"]);
    }

    /// Boxes showed `341.3333333333333`, `70.553706496`, and digits without groups beside range ends that had them.
    #[test]
    fn boxes_show_what_their_steps_allow() {
        let check = |id: ParameterId, mode, number: f64, shown: &str| {
            assert_eq!(box_text(id, &Value::Number(number), mode), shown);
        };
        check(ParameterId::HeadDim, Mode::Vlm, 4096.0 / 12.0, "341.33");
        check(ParameterId::ModelSize, Mode::Finetune, 8.030_261_248, "8.03");
        check(ParameterId::ModelSize, Mode::Finetune, 70.553_706_496, "70.554");
        check(ParameterId::ModelSize, Mode::Cnn, 0.025_557_032, "0.0256");
        check(ParameterId::ModelSize, Mode::Cnn, 0.0525, "0.0525");
        check(ParameterId::ModelSize, Mode::Nlp, 1e-6, "0.000001");
        check(ParameterId::ModelSize, Mode::Nlp, 8.75, "8.75");
        check(ParameterId::LoraDropout, Mode::Train, 0.05, "0.05");
        check(ParameterId::LoraDropout, Mode::Train, 0.0, "0");
        check(ParameterId::SequenceLength, Mode::Train, 131_072.0, "131\u{202f}072");
        check(ParameterId::BatchSize, Mode::Train, 4096.0, "4096");
    }

    #[test]
    fn changes_carry_their_sign() {
        assert_eq!([65.2, -78.23, 0.001].map(|it| signed(it, 1)), ["+65.2", "−78.2", "0.0"]);
    }
}
