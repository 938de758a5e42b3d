//! Numbers as a formula shows them. It knows no unit and no language.

/// A number for reading inside a formula: whole numbers below a million in full, larger ones as
/// `8.75×10⁹`, others with at most six significant digits.
pub fn short(value: f64) -> String {
    let (mantissa, exponent) = parts(value);
    if exponent == 0 { mantissa } else { format!("{mantissa}×10{}", superscript(exponent)) }
}

/// A number without loss: the shortest decimal that reads back as the same value.
pub fn exact(value: f64) -> String {
    // `-0` would read as a defect; it is 0.
    if value == 0.0 { "0".to_owned() } else { value.to_string() }
}

/// A mantissa and a power of ten; the power is 0 when the number is written plainly.
pub(super) fn parts(value: f64) -> (String, i32) {
    let size = value.abs();
    if value == 0.0 {
        return ("0".to_owned(), 0);
    }
    if size < 1e6 && value.fract() == 0.0 {
        return (exact(value), 0);
    }
    if (1e-3..1e6).contains(&size) {
        let decimals = (5 - size.log10().floor() as i32).clamp(0, 8) as usize;
        return (trim(&format!("{value:.decimals$}")), 0);
    }
    // `{:e}` normalises the mantissa, so rounding 9.9999999 to 10 moves the exponent too.
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
