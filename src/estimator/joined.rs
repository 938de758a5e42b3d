//! Parts of a text with a sign between them. It knows no language.

/// The parts one behind the other, with a sign between them.
pub fn joined(parts: impl Iterator<Item = String>, between: char) -> String {
    let mut res = String::new();
    for (at, part) in parts.enumerate() {
        if at > 0 {
            res.push(between);
        }
        res.push_str(&part);
    }
    res
}
