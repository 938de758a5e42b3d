//! Which of many names somebody may have meant. It knows neither keys nor languages.

use crate::estimator::order::sorted;

/// Names that are told in full; of more nobody reads the list.
pub const TOLD_IN_FULL: usize = 12;

/// Names that are proposed.
const PROPOSED: usize = 3;

/// The names that come nearest to what was written, the nearest first.
pub fn nearest<'a>(written: &str, names: &[&'a str]) -> Vec<&'a str> {
    // Names in links are in ASCII; tables of all letters would weigh 5 KB in the download.
    let written = written.trim().to_ascii_lowercase();
    let all: Vec<_> = names.iter().map(|name| (likeness(&written, &name.to_ascii_lowercase()), *name)).collect();
    let mut all = sorted(all, |a, b| b.0.total_cmp(&a.0));
    all.truncate(PROPOSED);
    all.into_iter().map(|it| it.1).collect()
}

/// The name that was written in other letters, if it is one of some, behind that of a publisher or not: links take
/// names as they stand.
pub fn meant<'a>(written: &str, names: &[&'a str]) -> Option<&'a str> {
    let written = written.trim();
    let name = written.rsplit('/').next().unwrap_or(written);
    let plain = |it: u8| if it == b'_' { b'-' } else { it.to_ascii_lowercase() };
    names.iter().find(|it| it.bytes().map(plain).eq(name.bytes().map(plain))).copied()
}

/// How alike two words are, by Jaro and Winkler, of which one may be a slip for the other.
const SLIP: f64 = 0.9;

/// Whether a word may be a slip of the hand for another; capitals do not matter.
pub fn is_slip(written: &str, word: &str) -> bool {
    strsim::jaro_winkler(&written.to_ascii_lowercase(), &word.to_ascii_lowercase()) >= SLIP
}

/// How alike two names are: the more, the less stands around the one in the other, as in `gguf-q4_k` for `q4_k`; else
/// by Jaro and Winkler, which forgive slips of the hand.
fn likeness(written: &str, name: &str) -> f64 {
    if !written.is_empty() && name.contains(written) {
        1.0 + written.len() as f64 / name.len() as f64
    } else {
        strsim::jaro_winkler(written, name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimator::ParameterId;
    use crate::estimator::parameters::ParameterKind;

    /// A slip in one format of numbers was answered with the list of all 83.
    #[test]
    fn a_slip_finds_what_was_meant() {
        let ParameterKind::Choice { ids } = ParameterId::Quantization.spec().kind else { panic!("a choice") };
        let ids = ids.all();
        assert!(ids.len() > TOLD_IN_FULL);
        for (written, meant) in [
            ("INT5", "INT4"),
            ("q4_k", "gguf-q4_k"),
            ("Q4_K_M", "gguf-file-q4_k_m"),
            ("nf-4", "nf4"),
            ("awq", "awq-4bit-g64"),
        ] {
            assert!(nearest(written, ids).contains(&meant), "{written}: {:?}", nearest(written, ids));
        }
        assert_eq!(nearest("", ids).len(), PROPOSED);
    }
}
