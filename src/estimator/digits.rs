//! Numbers as texts, as formulas and links show them. It knows no unit and no language.

/// A number for reading inside a formula: whole numbers in full, `8 030 261 248`, so that what is shown multiplies out;
/// large round ones as `8.75×10⁹`, others with at most six significant digits.
pub fn short(value: f64) -> String {
    let (mantissa, exponent) = parts(value);
    let mantissa = grouped(&mantissa);
    if exponent == 0 { mantissa } else { format!("{mantissa}×10{}", superscript(exponent)) }
}

/// A number without loss: the shortest decimal that reads back as the same value.
pub fn exact(value: f64) -> String {
    // `-0` would read as a defect; it is 0.
    if value == 0.0 { "0".to_owned() } else { value.to_string() }
}

/// Between groups of three digits: a narrow space at which no line breaks.
const GROUP_SPACE: char = '\u{202f}';

/// A decimal number, as a text, with its digits in groups of three: `12 288`.
pub fn grouped(text: &str) -> String {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |rest| ("−", rest));
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(whole, rest)| (whole, Some(rest)));
    let mut res = sign.to_owned();
    for (i, digit) in whole.chars().enumerate() {
        // Four digits read well without a gap.
        if i > 0 && (whole.len() - i) % 3 == 0 && whole.len() > 4 {
            res.push(GROUP_SPACE);
        }
        res.push(digit);
    }
    if let Some(fraction) = fraction {
        res.push('.');
        res.push_str(fraction);
    }
    res
}

/// Whole numbers from here on are told by a power of ten whatever they are: they have more digits than anybody
/// compares.
const LARGEST_IN_FULL: f64 = 1e15;

/// Characters of the mantissa of a round number at most: `2.048`.
const ROUND_MANTISSA: usize = 5;

/// A mantissa and a power of ten; the power is 0 when the number is written plainly.
pub fn parts(value: f64) -> (String, i32) {
    let size = value.abs();
    if value == 0.0 {
        return ("0".to_owned(), 0);
    }
    if size < LARGEST_IN_FULL && value.fract() == 0.0 {
        // Written without loss: a round number has few digits.
        let lossless = format!("{size:e}");
        let is_round = size >= 1e6 && lossless.find('e').is_some_and(|end| end <= ROUND_MANTISSA);
        return if is_round { scientific(value) } else { (exact(value), 0) };
    }
    if (1e-3..1e6).contains(&size) {
        let decimals = (5 - size.log10().floor() as i32).clamp(0, 8) as usize;
        return (trim(&format!("{value:.decimals$}")), 0);
    }
    scientific(value)
}

/// A number as `d.dddddd` and a power of ten.
fn scientific(value: f64) -> (String, i32) {
    let text = format!("{value:.6e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    (trim(mantissa), exponent.parse().unwrap_or(0))
}

fn trim(decimal: &str) -> String {
    if decimal.contains('.') {
        decimal.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        decimal.to_owned()
    }
}

fn superscript(exponent: i32) -> String {
    exponent
        .to_string()
        .chars()
        .map(|digit| match digit {
            '-' => '⁻',
            '1' => '¹',
            '2' => '²',
            '3' => '³',
            '4' => '⁴',
            '5' => '⁵',
            '6' => '⁶',
            '7' => '⁷',
            '8' => '⁸',
            '9' => '⁹',
            _ => '⁰',
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Formulas showed `8.030261×10⁹ · 0.5 = 4 015 130 624`, which does not multiply out.
    #[test]
    fn whole_numbers_lose_nothing() {
        let told = [8_030_261_248.0, 7e9, 2.048e8, 2_048_000_001.0, 128_256.0, 1e15, 54_687_500.0].map(short);
        let expected = ["8 030 261 248", "7×10⁹", "2.048×10⁸", "2 048 000 001", "128 256", "10¹⁵", "54 687 500"];
        assert_eq!(told.map(|it| it.replace(GROUP_SPACE, " ").replace("1×10", "10")), expected);
    }

    /// Every number with seven significant digits is far enough from the next for both to read alike.
    #[test]
    fn scientific_agrees_with_the_standard_library() {
        for exponent in -27..=36 {
            for mantissa in [1.0, 1.000_000_4, 1.25, 1.999_999_9, 3.0, 7.654_321, 8.75, 9.999_999_4, 9.999_999_9] {
                let size = mantissa * 10f64.powi(exponent);
                let expected = format!("{size:.6e}");
                let (digits, power) = expected.split_once('e').expect("an exponent");
                assert_eq!(scientific(size), (trim(digits), power.parse().expect("a number")), "{size:e}");
            }
        }
    }
}
