//! Texts that stand outside of `locale`, where they must not be. It reads sources as text.

use std::fs;
use std::path::{Path, PathBuf};

/// Files that make documents for those who read the repository, in English only.
const DOCUMENTS: &[&str] = &["src/present/parameters_page.rs", "src/present/accuracy/", "src/bin/accuracy.rs"];

/// Modules from which a reader could be told something.
const TELLING: &[&str] = &["src/ui/", "src/web/", "src/present/", "src/link/", "src/bin/", "src/main.rs"];

fn sources() -> Vec<(String, String)> {
    fn collect(folder: &Path, out: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("a folder").map(|it| it.expect("an entry")) {
            let path = entry.path();
            if path.is_dir() { collect(&path, out) } else { out.push(path) }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    collect(&root.join("src"), &mut paths);
    let name = |path: &Path| path.strip_prefix(root).expect("below the root").to_string_lossy().replace('\\', "/");
    let all = paths.iter().map(|path| (name(path), fs::read_to_string(path).expect("UTF-8")));
    all.filter(|it| !it.0.starts_with("src/locale/")).collect()
}

/// The literals of a source.
fn literals(text: &str) -> Vec<String> {
    let code = code(text).replace("\\\"", "'");
    code.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

/// A source without comments, attributes and tests.
fn code(text: &str) -> String {
    let code = text.split("#[cfg(test)]").next().unwrap_or(text);
    let is_code = |line: &&str| !line.trim_start().starts_with("//") && !line.trim_start().starts_with('#');
    code.lines().filter(is_code).collect::<Vec<_>>().join("\n")
}

/// Whether a literal reads as words for people: some that begin with a capital, or at least five.
fn is_sentence(text: &str) -> bool {
    let is_word = |it: &&str| it.len() > 1 && it.chars().all(|it| it.is_ascii_alphabetic() || matches!(it, ',' | '.'));
    let words: Vec<_> = text.split(' ').filter(is_word).collect();
    let begins = text.starts_with(|it: char| it.is_ascii_uppercase());
    begins && words.len() >= 2 || words.len() >= 5
}

#[test]
fn every_text_stands_in_locale() {
    let mut n_literals = 0;
    for (file, text) in sources() {
        // Comments may quote the document, which is Chinese.
        assert!(!code(&text).contains(|it: char| ('\u{4e00}'..='\u{9fff}').contains(&it)), "{file} has Chinese");
        let is_told = TELLING.iter().any(|it| file.starts_with(it)) && !DOCUMENTS.iter().any(|it| file.starts_with(it));
        for literal in literals(&text).into_iter().filter(|_| is_told) {
            n_literals += 1;
            assert!(!is_sentence(&literal), "{file} says {literal:?}");
        }
    }
    assert!(n_literals > 500, "{n_literals} literals are too few to have read the sources");
}

/// A test that finds nothing could be blind.
#[test]
fn a_text_that_stands_elsewhere_is_found() {
    let found = literals("let it = el(\"p\").class(\"btn quiet\").text(\"Copy the link\"); // \"no text\"");
    assert_eq!(found.iter().map(|it| is_sentence(it)).collect::<Vec<_>>(), [false, false, true, false]);
}
