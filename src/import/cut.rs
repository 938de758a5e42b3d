//! Shortens what is repeated of a text that may be long. It knows no text.

/// Characters of a place or value that are repeated.
const TOLD_CHARACTERS: usize = 120;

/// The beginning of a text that may be long.
pub fn cut(text: &str) -> String {
    let mut characters = text.chars();
    let mut res: String = characters.by_ref().take(TOLD_CHARACTERS).collect();
    if characters.next().is_some() {
        res.push('…');
    }
    res
}
