//! Reads decimal numbers, correctly rounded, in the range that parameters have. It knows no parameter.
//!
//! Why not `str::parse`: the standard parser carries a table of powers of five for exponents up to ±308,
//! ten kilobytes that do not compress, a fifteenth of the whole page's download. A test compares the two.

/// Why a text gave no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoDecimal {
    /// It is not written as a number: digits, an optional point, an optional sign and exponent.
    NotANumber,
    /// It is nearer to zero than 10^-27, yet not zero.
    TooNearZero,
}

/// Powers of ten that fit where they are used: 10^27 < 2^90.
const MOST_DECIMALS: i32 = 27;

/// Digits that are read exactly: ten to this power is below 2^64.
const EXACT_DIGITS: u32 = 19;

/// Reads a number; one above 10^38 is infinite. Digits beyond the nineteenth significant one are cut off,
/// which changes the result by less than one part in 10^18.
pub fn parse_decimal(text: &str) -> Result<f64, NoDecimal> {
    let (is_negative, digits) = match text.as_bytes() {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        all => (false, all),
    };
    let at_exponent = digits.iter().position(|it| matches!(it, b'e' | b'E'));
    let (digits, written) = match at_exponent {
        Some(at) => (&digits[..at], parse_exponent(&digits[at + 1..])?),
        None => (digits, 0),
    };
    let (mantissa, shift) = parse_mantissa(digits)?;
    let size = scale(mantissa, written.saturating_add(shift))?;
    Ok(if is_negative { -size } else { size })
}

/// The significant digits as a whole number, and the power of ten by which they are to be multiplied.
fn parse_mantissa(text: &[u8]) -> Result<(u64, i32), NoDecimal> {
    let (mut mantissa, mut n_digits, mut shift) = (0_u64, 0, 0_i32);
    let (mut has_digit, mut after_point) = (false, false);
    for &byte in text {
        match byte {
            b'.' if !after_point => after_point = true,
            b'0'..=b'9' => {
                has_digit = true;
                let is_read = n_digits < EXACT_DIGITS;
                if is_read {
                    mantissa = 10 * mantissa + u64::from(byte - b'0');
                    // Leading zeros are no significant digits.
                    n_digits += u32::from(mantissa > 0);
                }
                shift = shift.saturating_add(match (after_point, is_read) {
                    (true, true) => -1,
                    (false, false) => 1,
                    (true, false) | (false, true) => 0,
                });
            }
            _ => return Err(NoDecimal::NotANumber),
        }
    }
    if has_digit { Ok((mantissa, shift)) } else { Err(NoDecimal::NotANumber) }
}

fn parse_exponent(text: &[u8]) -> Result<i32, NoDecimal> {
    let (sign, digits) = match text {
        [b'-', rest @ ..] => (-1, rest),
        [b'+', rest @ ..] => (1, rest),
        all => (1, all),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Err(NoDecimal::NotANumber);
    }
    // Far beyond every limit, so that adding the mantissa's shift still cannot overflow.
    const HUGE: i32 = 1_000_000_000;
    let size = digits
        .iter()
        .fold(0_i32, |size, digit| size.saturating_mul(10).saturating_add(i32::from(digit - b'0')).min(HUGE));
    Ok(sign * size)
}

/// `mantissa · 10^exponent`, rounded once.
fn scale(mantissa: u64, exponent: i32) -> Result<f64, NoDecimal> {
    if mantissa == 0 {
        return Ok(0.0);
    }
    if exponent >= 0 {
        // Below 2^128 the product is exact, and the conversion rounds it once.
        let exact = 10_u128.checked_pow(exponent as u32).and_then(|power| power.checked_mul(mantissa.into()));
        return Ok(exact.map_or(f64::INFINITY, |exact| exact as f64));
    }
    if exponent < -MOST_DECIMALS {
        // `1.000…` with many digits behind the point is an ordinary number; its zeros need not be carried.
        return if mantissa.is_multiple_of(10) {
            scale(mantissa / 10, exponent + 1)
        } else {
            Err(NoDecimal::TooNearZero)
        };
    }
    // The quotient needs 64 bits for one correct rounding; a large divisor leaves fewer, so a second step of
    // long division adds some. What is left over only matters as "a little more", which the last bit keeps.
    const STEP: u32 = 36;
    let divisor = 10_u128.pow(exponent.unsigned_abs());
    let shift = u128::from(mantissa).leading_zeros();
    let dividend = u128::from(mantissa) << shift;
    let (quotient, rest) = (dividend / divisor, dividend % divisor);
    let (quotient, rest, shift) = if quotient >> u64::BITS > 0 {
        (quotient, rest, shift)
    } else {
        ((quotient << STEP) | ((rest << STEP) / divisor), (rest << STEP) % divisor, shift + STEP)
    };
    // A power of two, so the product is exact.
    Ok((quotient | u128::from(rest > 0)) as f64 * (-f64::from(shift)).exp2())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str) {
        let expected: f64 = text.parse().unwrap();
        assert_eq!(parse_decimal(text).map(f64::to_bits), Ok(expected.to_bits()), "{text}");
    }

    #[test]
    fn agrees_with_the_standard_parser() {
        for text in ["0", "-0", "7", "+7", "8.75", ".5", "7.", "1.50", "1e3", "1E-3", "2.5e+2", "0.1", "0.3", "1e9"] {
            check(text);
        }
        for text in
            ["0.000001", "9007199254740993", "12345678901234567", "0.12345678901234567", "1e38", "99999999.99999999"]
        {
            check(text);
        }
        // A pseudo-random walk over mantissas and exponents, seeded so that a failure repeats.
        let mut state = 0x9E37_79B9_7F4A_7C15_u64;
        for _ in 0..200_000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let value = f64::from_bits((state >> 12) | 0x3ff0_0000_0000_0000) - 1.0;
            let exponent = (state % 27) as i32 - 9;
            let scaled = value * 10f64.powi(exponent);
            if scaled > 1e-9 {
                check(&scaled.to_string());
                check(&format!("{:e}", scaled));
            }
        }
    }

    #[test]
    fn refuses_what_is_no_number() {
        for text in [
            "", "+", "-", ".", "e5", "1e", "1e+", "1.2.3", "1_000", "7,5", "0x10", "inf", "NaN", "１２", "٣", "--1",
            "1 2",
        ] {
            assert_eq!(parse_decimal(text), Err(NoDecimal::NotANumber), "{text}");
        }
    }

    #[test]
    fn ends_of_the_range_are_told() {
        assert_eq!(parse_decimal("1e999"), Ok(f64::INFINITY));
        assert_eq!(parse_decimal(&"9".repeat(400)), Ok(f64::INFINITY));
        assert_eq!(parse_decimal("-1e999999999999"), Ok(f64::NEG_INFINITY));
        assert_eq!(parse_decimal("1e-320"), Err(NoDecimal::TooNearZero));
        assert_eq!(parse_decimal("0e-320"), Ok(0.0));
        assert_eq!(parse_decimal(&format!("1.{}", "0".repeat(300))), Ok(1.0));
    }
}
