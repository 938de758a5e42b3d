//! Amounts as programs print them. It knows no program.

/// Units of bytes, the longest name first where one begins another.
const UNITS: &[(&str, f64)] = &[
    ("KiB", 1024.0),
    ("MiB", 1_048_576.0),
    ("GiB", 1_073_741_824.0),
    ("TiB", 1_099_511_627_776.0),
    ("bytes", 1.0),
    // vLLM's older versions print GB and divide by 2^30 (`worker.py`, `GiB_bytes`).
    ("GB", 1_073_741_824.0),
    ("MB", 1_048_576.0),
];

/// The number at the beginning of a text, commas between its digits left out, and what stands behind it.
pub fn number_before(text: &str) -> Option<(f64, &str)> {
    let text = text.trim_ascii_start();
    let end = text.find(|it: char| !it.is_ascii_digit() && it != '.' && it != ',').unwrap_or(text.len());
    // A full stop or a comma behind the number ends a sentence.
    let digits = text[..end].trim_end_matches(['.', ',']);
    let number = digits.replace(",", "").parse().ok()?;
    Some((number, &text[digits.len()..]))
}

/// The bytes at the beginning of a text.
pub fn bytes_before(text: &str) -> Option<f64> {
    let (number, rest) = number_before(text)?;
    Some(number * unit_of(rest)?.0)
}

/// The bytes at the end of a text.
pub fn bytes_at_end(text: &str) -> Option<f64> {
    let text = text.trim_ascii_end();
    let (name, factor) = UNITS.iter().find(|it| text.ends_with(it.0))?;
    let number = text[..text.len() - name.len()].trim_ascii_end();
    let begin = number
        .rfind(|it: char| !it.is_ascii_digit() && it != '.' && it != ',')
        .map_or(0, |at| at + number[at..].chars().next().map_or(1, char::len_utf8));
    let number: f64 = number[begin..].replace(",", "").parse().ok()?;
    Some(number * factor)
}

fn unit_of(text: &str) -> Option<(f64, &str)> {
    let text = text.trim_ascii_start();
    UNITS.iter().find_map(|(name, factor)| Some((*factor, text.strip_prefix(name)?)))
}
