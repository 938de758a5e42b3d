//! Names of models that differ in what changes no shape. It knows no model.

/// Words in names of models that change no shape: how a model was trained further, and who publishes it.
pub const TUNED: &[&str] =
    &["meta", "instruct", "chat", "it", "base", "pt", "hf", "think", "thinking", "reasoning", "deduped", "abliterated"];

/// Of encoders and the like it is a size, of models whose size is a number a stage of training.
const SIZE_TOO: &str = "base";

/// A name without words of a list, in lower case and without the signs between words, unless these part two numbers: a
/// name of Ollama's (`llama3.1:8b`) is the same as that of a repository.
pub fn bare_name(name: &str, dropped: &[&str]) -> String {
    let is_digit = |it: char| it.is_ascii_digit();
    let words = || name.split(['-', '_', ':']);
    let is_sized = words().any(|it| it.starts_with(is_digit));
    let is_dropped = |word: &&str| {
        dropped.iter().any(|it| it.eq_ignore_ascii_case(word)) && (is_sized || !word.eq_ignore_ascii_case(SIZE_TOO))
    };
    let mut res = String::new();
    for word in words().filter(|it| !is_dropped(it)) {
        if res.ends_with(is_digit) && word.starts_with(is_digit) {
            res.push('-');
        }
        res.push_str(word);
    }
    res.make_ascii_lowercase();
    res
}
