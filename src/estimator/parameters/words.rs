//! The words of sets, and what a set of them is as a number: a bit for each word, and behind those the numbers of words
//! that end in one. It knows no parameter.

use crate::estimator::joined::joined;
use crate::estimator::parameters::refusal::Refusal;

/// Parts of a model that stay in 16 bits beside quantized weights.
pub struct UnquantizedParts;

impl UnquantizedParts {
    /// Tables of tokens and positions.
    pub const EMBEDDING: usize = 1;
    /// The output projection.
    pub const HEAD: usize = 1 << 1;
    /// Attention to the text itself and to an image.
    pub const ATTENTION: usize = 1 << 2;
    /// Linear attention.
    pub const LINEAR_ATTENTION: usize = 1 << 3;
    /// Routers.
    pub const ROUTER: usize = 1 << 4;
    /// Experts that every token visits.
    pub const SHARED_EXPERTS: usize = 1 << 5;
    /// Feed-forward blocks of layers without experts.
    pub const FEED_FORWARD: usize = 1 << 6;
    /// Experts.
    pub const EXPERTS: usize = 1 << 7;
    /// The vision tower, and what leads from it to the text.
    pub const VISION: usize = 1 << 8;
    /// What formats leave unless their makers say otherwise.
    pub const USUAL: usize = Self::EMBEDDING | Self::HEAD | Self::ROUTER | Self::VISION;

    /// The names in links, in the order of the bits.
    pub const WORDS: &[&str] = &[
        "embedding",
        "head",
        "attention",
        "linear-attention",
        "router",
        "shared-experts",
        "feed-forward",
        "experts",
        "vision",
        "first-N",
        "last-N",
    ];

    /// How many of the first layers of a set stay whole, and how many of the last.
    pub fn ends(set: usize) -> [usize; 2] {
        let plain = Self::WORDS.len() - 2;
        [0, 1].map(|nth| set >> (plain + nth * BITS) & MOST)
    }

    /// The set with so many of the first and of the last layers; more than any model has are as many as can be written.
    pub fn with_ends(set: usize, ends: [usize; 2]) -> usize {
        let plain = Self::WORDS.len() - 2;
        ends.iter().zip([plain, plain + BITS]).fold(set, |set, (number, at)| set | number.min(&MOST) << at)
    }
}

/// What a word ends in that stands for a number.
const NUMBER: &str = "-N";

/// Bits of such a number: all layers of any model, and two of them beside the other words in 32 bits.
const BITS: usize = 11;

/// The largest such number.
const MOST: usize = (1 << BITS) - 1;

/// The bits of each word: where they begin, and how many they are.
fn places<'a>(words: &'a [&'a str]) -> impl Iterator<Item = (&'a str, usize, usize)> {
    words.iter().scan(0, |at, word| {
        let (begin, bits) = (*at, if word.ends_with(NUMBER) { BITS } else { 1 });
        *at += bits;
        Some((*word, begin, bits))
    })
}

/// Whether a set has no more than a list's words.
pub(super) fn is_of(words: &[&str], set: usize) -> bool {
    set >> places(words).map(|it| it.2).sum::<usize>() == 0
}

/// What stands between the words of a set.
pub(super) const BETWEEN: char = '_';

/// The words of a set as links write them.
pub(super) fn written(words: &[&str], set: usize) -> String {
    let chosen = places(words).filter_map(|(word, begin, bits)| {
        let number = set >> begin & ((1 << bits) - 1);
        let is_number = bits > 1;
        let text = || if is_number { format!("{}{number}", word.trim_end_matches('N')) } else { word.to_owned() };
        (number > 0).then(text)
    });
    joined(chosen, BETWEEN)
}

/// Finds the place of a word in a list, by any name that it has.
type PlaceOf = fn(&[&str], &str) -> Option<usize>;

/// Reads some of a list's words, of numbers of the same word the largest; a word that it lacks is refused with its
/// place.
pub(super) fn read(words: &[&str], text: &str, meant: PlaceOf) -> Result<usize, Refusal> {
    text.split(BETWEEN).zip(1..).try_fold(0, |set, (word, place)| {
        let (begin, number, most) = one(words, word.trim(), meant).map_err(|it| Refusal::Entry(place, it))?;
        let larger = number.max(set >> begin & most);
        Ok(set & !(most << begin) | larger << begin)
    })
}

/// Where the bits of one word begin, its number, and the largest that it may have.
fn one(words: &[&str], given: &str, meant: PlaceOf) -> Result<(usize, usize, usize), &'static Refusal> {
    let numbered = places(words).filter(|it| it.2 > 1).find_map(|(word, begin, _)| {
        let number = given.strip_prefix(word.strip_suffix('N')?)?;
        Some((number.parse::<f64>().ok()?, begin))
    });
    match numbered {
        Some((number, _)) if number.fract() != 0.0 => Err(&Refusal::NotWhole),
        Some((number, _)) if number < 1.0 => Err(&Refusal::TooSmall),
        Some((number, _)) if number > MOST as f64 => Err(&Refusal::TooLarge),
        Some((number, begin)) => Ok((begin, number as usize, MOST)),
        None => match meant(words, given).filter(|at| !words[*at].ends_with(NUMBER)) {
            Some(at) => Ok((at, 1, 1)),
            None => Err(&Refusal::NotOffered),
        },
    }
}
