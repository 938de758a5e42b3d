//! Numbers as people type them: `32k`, `7B`, `1,024`, `80 GB`, full-width digits. Links know none of this: they stay
//! strict. It knows no box and no language.

use crate::estimator::parameters::refusal::Refusal;
use crate::estimator::units::Bytes;

/// What letters behind a number may mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suffixes {
    /// `k`, `M`, `G` or `B`, `T`: powers of 1,000 of what the number counts.
    Decimal,
    /// The same where the number counts billions: `7B` is 7, `500M` is 0.5.
    OfBillions,
    /// `k`, `M`, `G` of 1,024: context windows are named so.
    Binary,
    /// `MiB`, `GiB`, `TiB`, `MB`, `GB`, `TB`, where the number counts GiB.
    Memory,
    /// The same of a card, whose makers say GB for what drivers count as GiB: a card of "80 GB" holds about 80 GiB.
    Card,
}

/// What a suffix multiplies by: a power of ten that goes into the decimal number, so that it is rounded once, and then
/// a power of two, which is exact.
struct Scaled {
    tens: i32,
    factor: f64,
}

impl Suffixes {
    fn read(self, suffix: &str) -> Option<Scaled> {
        let suffix = suffix.to_ascii_lowercase();
        let decimal = |tens| Some(Scaled { tens, factor: 1.0 });
        let binary = |factor| Some(Scaled { tens: 0, factor });
        match (self, suffix.as_str()) {
            (_, "") => decimal(0),
            (Self::Decimal, "k") => decimal(3),
            (Self::Decimal, "m") => decimal(6),
            (Self::Decimal, "g" | "b") => decimal(9),
            (Self::Decimal, "t") => decimal(12),
            (Self::OfBillions, "k") => decimal(-6),
            (Self::OfBillions, "m") => decimal(-3),
            (Self::OfBillions, "g" | "b") => decimal(0),
            (Self::OfBillions, "t") => decimal(3),
            (Self::Binary, "k") => binary(1024.0),
            (Self::Binary, "m") => binary(1024.0 * 1024.0),
            (Self::Binary, "g") => binary(1024.0 * 1024.0 * 1024.0),
            (Self::Memory, "mib") | (Self::Card, "mib" | "mb") => binary(1.0 / 1024.0),
            (Self::Memory, "gib") | (Self::Card, "gib" | "gb") => binary(1.0),
            (Self::Memory, "tib") | (Self::Card, "tib" | "tb") => binary(1024.0),
            (Self::Memory, "mb") => Some(Scaled { tens: 6, factor: 1.0 / Bytes::PER_GIB }),
            (Self::Memory, "gb") => Some(Scaled { tens: 9, factor: 1.0 / Bytes::PER_GIB }),
            (Self::Memory, "tb") => Some(Scaled { tens: 12, factor: 1.0 / Bytes::PER_GIB }),
            (Self::Decimal | Self::OfBillions | Self::Binary | Self::Memory | Self::Card, _) => None,
        }
    }
}

/// Reads a number that somebody typed.
///
/// # Errors
/// Says what cannot be read; nothing is guessed where a separator could mean two things, as in `1,5`.
pub(super) fn parse_number(text: &str, suffixes: Suffixes) -> Result<f64, Refusal> {
    let text: String = text.chars().map(plain).collect();
    let text = text.trim();
    if text.is_empty() {
        return Err(Refusal::Empty);
    }
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let end = unsigned.find(|it| !(is_digit(it) || is_separator(it) || it == '.')).unwrap_or(unsigned.len());
    let (number, rest) = unsigned.split_at(end);
    let number = number.trim_end_matches(' ');
    let (exponent, suffix) = split_exponent(rest);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if whole.len() + fraction.len() == 0 || fraction.contains('.') {
        return Err(Refusal::NotANumber);
    }
    if !suffix.chars().all(|it| it.is_ascii_alphabetic()) {
        return Err(Refusal::NotANumber);
    }
    let Some(whole) = without_separators(whole) else { return Err(Refusal::Separator) };
    if fraction.contains(is_separator) {
        return Err(Refusal::Separator);
    }
    let Some(scaled) = suffixes.read(suffix) else {
        // `NaN` and `abc` are no number with a suffix.
        return Err(Refusal::Suffix);
    };
    let exponent = exponent.saturating_add(scaled.tens);
    let written = format!("{sign}{whole}.{fraction}e{exponent}");
    let number: f64 = written.parse().map_err(|_| Refusal::NotANumber)?;
    let is_zero = whole.chars().chain(fraction.chars()).all(|it| it == '0');
    // What vanished on the way is no zero that somebody typed.
    if number == 0.0 && !is_zero { Err(Refusal::TooSmall) } else { Ok(number * scaled.factor) }
}

/// The text of a list as links write it: with the commas and digits of ASCII, whatever an input method has typed.
pub(super) fn with_plain_commas(text: &str) -> String {
    text.chars().map(|it| if it == '、' { ',' } else { plain(it) }).collect()
}

/// A power of ten such as `e-3`, and what is left. An `e` without digits is a letter like any other.
fn split_exponent(text: &str) -> (i32, &str) {
    let Some(rest) = text.strip_prefix(['e', 'E']) else { return (0, text) };
    let (is_negative, digits) = match rest.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, rest.strip_prefix('+').unwrap_or(rest)),
    };
    let end = digits.find(|it| !is_digit(it)).unwrap_or(digits.len());
    if end == 0 {
        return (0, text);
    }
    // Far beyond every limit, and far from where adding to it could overflow.
    const HUGE: i32 = 1_000_000;
    let size = digits[..end].parse().unwrap_or(HUGE).min(HUGE);
    (if is_negative { -size } else { size }, digits[end..].trim_start_matches(' '))
}

/// Digits whose separators, all of one kind, part groups of three, without them.
fn without_separators(digits: &str) -> Option<String> {
    let Some(separator) = digits.chars().find(|it| is_separator(*it)) else { return Some(digits.to_owned()) };
    let groups: Vec<&str> = digits.split(separator).collect();
    let (first, others) = groups.split_first()?;
    let is_group = |it: &str| it.len() == 3 && it.chars().all(is_digit);
    // Who writes `0,125` means an eighth, and not a hundred and twenty-five.
    let is_first = (1..=3).contains(&first.len()) && first.chars().all(is_digit) && !first.starts_with('0');
    (is_first && others.iter().all(|it| is_group(it))).then(|| groups.concat())
}

fn is_digit(it: char) -> bool {
    it.is_ascii_digit()
}

fn is_separator(it: char) -> bool {
    matches!(it, ',' | ' ' | '\'' | '_')
}

/// First digits of the scripts that have digits of their own; nine more follow each.
const ZEROS: [char; 36] = [
    '\u{660}', '\u{6f0}', '\u{7c0}', '\u{966}', '\u{9e6}', '\u{a66}', '\u{ae6}', '\u{b66}', '\u{be6}', '\u{c66}',
    '\u{ce6}', '\u{d66}', '\u{de6}', '\u{e50}', '\u{ed0}', '\u{f20}', '\u{1040}', '\u{1090}', '\u{17e0}', '\u{1810}',
    '\u{1946}', '\u{19d0}', '\u{1a80}', '\u{1a90}', '\u{1b50}', '\u{1bb0}', '\u{1c40}', '\u{1c50}', '\u{a620}',
    '\u{a8d0}', '\u{a900}', '\u{a9d0}', '\u{a9f0}', '\u{aa50}', '\u{abf0}', '\u{ff10}',
];

/// What a character means among ASCII's: digits of other scripts, full-width forms as a Chinese input method types
/// them, minus signs, spaces that do not break.
fn plain(it: char) -> char {
    match it {
        _ if it.is_ascii() => {
            if it.is_ascii_whitespace() {
                ' '
            } else {
                it
            }
        }
        '−' | '－' => '-',
        '’' | '＇' => '\'',
        '，' | '٬' => ',',
        '。' | '．' | '٫' => '.',
        _ if it.is_whitespace() => ' ',
        _ => {
            let digit = ZEROS.iter().find_map(|zero| {
                let n = u32::from(it).checked_sub(u32::from(*zero))?;
                char::from_digit(n, 10)
            });
            let full_width = || {
                let code = u32::from(it).checked_sub(u32::from('！') - u32::from('!'))?;
                char::from_u32(code).filter(|it| it.is_ascii_graphic())
            };
            digit.or_else(full_width).unwrap_or(it)
        }
    }
}
