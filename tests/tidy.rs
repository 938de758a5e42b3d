//! What the compiler does not see: purpose lines, lengths, which module may use which, and words that have no
//! place in a file. It reads sources as text and knows no Rust beyond identifiers and paths.

#[path = "tidy/circles.rs"]
mod circles;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Lines of a file; a longer one is split, unless it is a table.
const MOST_LINES: usize = 400;

/// Columns of the widest line.
const WIDEST: usize = 120;

/// Files that may be longer, with the reason.
const LONGER: &[(&str, &str)] = &[
    ("src/estimator/parameters/table.rs", "a table: one row a parameter"),
    ("src/estimator/quantity.rs", "a table: one row a quantity"),
    ("tests/languages/every_text.rs", "a list: every text once"),
    ("tests/languages/every_later_text.rs", "a list: every text once"),
];

/// What a module may use: `(module, other modules, foreign crates)`. The table of docs/architecture.md.
const BOUNDARIES: &[(&str, &[&str], &[&str])] = &[
    ("estimator", &[], &[]),
    ("export", &["estimator", "import"], &["serde_json"]),
    ("import", &["estimator"], &["serde_json"]),
    ("link", &["estimator"], &["form_urlencoded", "strsim"]),
    ("locale", &["estimator", "export", "import", "link"], &[]),
    ("present", &["estimator", "export", "import", "link", "locale"], &["serde_json"]),
    ("web", &["link"], WEB_CRATES),
    ("ui", &["estimator", "import", "link", "locale", "present", "web"], WEB_CRATES),
];

/// Uses beyond the table: `(file, what may follow `crate::`, why)`.
const EXCEPTIONS: &[(&str, &str, &str)] =
    &[("src/web/crash.rs", "locale::CrashTexts", "the notice after a panic cannot ask the page for its texts")];

/// Crates that need a browser.
const WEB_CRATES: &[&str] = &[
    "console_error_panic_hook",
    "js_sys",
    "leptos",
    "plotters",
    "plotters_canvas",
    "send_wrapper",
    "wasm_bindgen",
    "wasm_bindgen_futures",
    "web_sys",
];

/// Modules that work without a browser, a clock and files.
const PURE: &[&str] = &["estimator", "export", "import", "link", "locale", "present"];

/// Folders that are built or installed, and not part of the project.
const NOT_OURS: &[&str] = &["target", "dist", "node_modules", ".git"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below a folder, with its path from the root.
fn files(folder: &str) -> Vec<(String, PathBuf)> {
    fn collect(folder: &Path, out: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("a folder").map(|it| it.expect("an entry")) {
            let is_ours = !NOT_OURS.iter().any(|name| entry.file_name() == *name);
            match entry.file_type().expect("a type") {
                kind if kind.is_dir() && is_ours => collect(&entry.path(), out),
                kind if kind.is_file() => out.push(entry.path()),
                _ => {}
            }
        }
    }
    let mut paths = Vec::new();
    collect(&root().join(folder), &mut paths);
    paths.sort();
    let name = |path: &Path| path.strip_prefix(root()).expect("below the root").to_string_lossy().replace('\\', "/");
    paths.into_iter().map(|path| (name(&path), path)).collect()
}

/// Every Rust file of the project with its text.
fn sources() -> Vec<(String, String)> {
    let all = ["src", "tests", "benches"].into_iter().flat_map(files).filter(|(name, _)| name.ends_with(".rs"));
    all.map(|(name, path)| (name, fs::read_to_string(path).expect("UTF-8"))).collect()
}

/// The sources of a module of the library, without comments.
fn module(name: &str) -> Vec<(String, String)> {
    let folder = format!("src/{name}/");
    sources()
        .into_iter()
        .filter(|(file, _)| file.starts_with(&folder))
        .map(|(file, text)| (file, code(&text)))
        .collect()
}

/// The text without comments. A `//` inside a string ends the line too, which hides nothing that is looked for.
fn code(text: &str) -> String {
    text.lines().map(|line| line.split("//").next().unwrap_or("")).collect::<Vec<_>>().join("\n")
}

fn is_part_of_name(it: char) -> bool {
    it.is_alphanumeric() || it == '_'
}

/// The places at which a name stands in full, as what follows it.
fn after<'a>(text: &'a str, name: &'a str) -> impl Iterator<Item = &'a str> {
    text.match_indices(name).filter_map(move |(at, _)| {
        let (before, rest) = (&text[..at], &text[at + name.len()..]);
        let is_whole = !before.ends_with(is_part_of_name) && !rest.starts_with(is_part_of_name);
        is_whole.then_some(rest)
    })
}

/// What stands behind every `crate::`.
fn crate_paths(text: &str) -> Vec<&str> {
    let paths = after(text, "crate").filter_map(|rest| rest.strip_prefix("::"));
    paths.map(|rest| &rest[..rest.find(|it| !is_part_of_name(it) && it != ':').unwrap_or(rest.len())]).collect()
}

fn is_excepted(file: &str, path: &str) -> bool {
    EXCEPTIONS.iter().any(|it| it.0 == file && path.starts_with(it.1))
}

#[test]
fn modules_use_what_they_may() {
    for (name, others, _) in BOUNDARIES {
        let sources = module(name);
        assert!(!sources.is_empty(), "there is no module {name}");
        for (file, text) in sources {
            for path in crate_paths(&text) {
                let used = path.split("::").next().unwrap_or("");
                let may = used == *name || others.contains(&used) || is_excepted(&file, path);
                assert!(may, "{file} uses crate::{path}");
            }
        }
    }
}

/// Files import each other in no loop, anywhere, not even inside one module: what a file needs can be read below it.
#[test]
fn no_files_import_each_other_in_a_circle() {
    let all: Vec<_> = sources().into_iter().map(|(file, text)| (file, code(&text))).collect();
    let house = circles::House::of(&all);
    assert!(house.n_arrows() > 300, "{} arrows are too few to have read the house", house.n_arrows());
    let circles = house.circles();
    assert!(circles.is_empty(), "{} circles: {circles:#?}", circles.len());
}

/// A `mod.rs` passes names on to those outside of its folder. The document said that no file inside imports it, and
/// that this was proved here, when nothing proved it.
#[test]
fn no_file_imports_the_facade_of_its_own_folder() {
    let all: Vec<_> = sources().into_iter().map(|(file, text)| (file, code(&text))).collect();
    let mut found = circles::House::of(&all).through_own_facades();
    // What a macro says is read where the macro is used, which is outside of the folder.
    let of_macro = ("src/estimator/parameters/table.rs".to_owned(), "estimator::ParameterId".to_owned());
    assert!(found.contains(&of_macro), "the macro of facts has another path now");
    found.retain(|it| *it != of_macro);
    assert!(found.is_empty(), "{} names through the own facade: {found:#?}", found.len());
}

/// The types of `src` by name, with the files that define them; types that belong to a trait are none.
fn types() -> BTreeMap<String, Vec<String>> {
    let mut res: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (file, text) in sources().into_iter().filter(|(file, _)| file.starts_with("src/")) {
        for line in code(&text).lines() {
            let line = line.trim_start();
            let rest =
                ["pub ", "pub(crate) ", "pub(super) "].iter().find_map(|it| line.strip_prefix(it)).unwrap_or(line);
            let rest = ["struct ", "enum ", "trait ", "type ", "union "].iter().find_map(|it| rest.strip_prefix(it));
            let Some(rest) = rest else { continue };
            let name: String = rest.chars().take_while(|it| is_part_of_name(*it)).collect();
            if !name.is_empty() && name != "Output" {
                res.entry(name).or_default().push(file.clone());
            }
        }
    }
    res
}

/// Names that would hide one of Rust's own wherever they are imported.
const RUSTS_OWN: &[&str] =
    &["Default", "Result", "Option", "Iterator", "String", "Vec", "Box", "From", "Into", "Clone"];

/// `Fact`, `Row`, `Part`, `Tower`, `Linear` and `Verdict` were two things each, by the place from which they were
/// imported, `Tensor` three, and `Default` hid that of Rust.
#[test]
fn a_type_has_a_name_of_its_own() {
    let types = types();
    assert!(types.len() > 150, "{} types are too few to have read the sources", types.len());
    let twice: Vec<_> = types.iter().filter(|(_, files)| files.len() > 1).collect();
    assert!(twice.is_empty(), "{} names mean two things: {twice:#?}", twice.len());
    let hiding: Vec<_> = types.keys().filter(|it| RUSTS_OWN.contains(&it.as_str())).collect();
    assert!(hiding.is_empty(), "{hiding:?} hide names of Rust");
}

#[test]
fn every_exception_is_still_needed() {
    for (file, path, why) in EXCEPTIONS {
        let text = fs::read_to_string(root().join(file)).expect("the file of an exception");
        assert!(crate_paths(&text).iter().any(|it| it.starts_with(path)), "{file} uses {path} no more ({why})");
    }
}

/// `super` must not lead out of a top-level module, where the table above would not see it.
#[test]
fn no_path_climbs_out_of_its_module() {
    for (name, ..) in BOUNDARIES {
        for (file, text) in module(name) {
            let depth = file.matches('/').count() - usize::from(file.ends_with("/mod.rs"));
            // As many steps as the file lies deep lead to the root; `super::*` is what tests at its end say.
            let steps = "super::".repeat(depth);
            let climbs = text.match_indices(&steps).filter(|(at, _)| !text[at + steps.len()..].starts_with('*'));
            assert_eq!(climbs.count(), 0, "{file}");
        }
    }
}

/// The crates of `[dependencies]`, as Rust names them.
fn dependencies() -> Vec<String> {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).expect("Cargo.toml");
    let (_, rest) = manifest.split_once("[dependencies]").expect("a list of dependencies");
    let lines = rest.lines().take_while(|line| !line.starts_with('['));
    let names = lines.filter_map(|line| line.split_once('=')).map(|(name, _)| name.trim().replace('-', "_"));
    names.chain(["web_sys".to_owned()]).collect()
}

#[test]
fn modules_use_the_crates_they_may() {
    let dependencies = dependencies();
    assert!(dependencies.len() >= 5, "{dependencies:?}");
    for (name, _, crates) in BOUNDARIES {
        for (file, text) in module(name) {
            for foreign in dependencies.iter().filter(|it| !crates.contains(&it.as_str())) {
                assert_eq!(after(&text, foreign).count(), 0, "{file} uses {foreign}");
            }
        }
    }
}

#[test]
fn browsers_are_known_only_where_they_must_be() {
    for (file, text) in sources().into_iter().filter(|(file, _)| file.starts_with("src/")) {
        if ["src/web/", "src/ui/", "src/main.rs"].iter().any(|it| file.starts_with(it)) {
            continue;
        }
        for foreign in WEB_CRATES {
            assert_eq!(after(&code(&text), foreign).count(), 0, "{file} uses {foreign}");
        }
    }
}

#[test]
fn pure_modules_know_no_world() {
    for (file, text) in PURE.iter().flat_map(|name| module(name)) {
        for world in ["io", "fs", "net", "time", "env", "process", "thread"] {
            assert!(
                !after(&text, "std").any(|rest| rest.starts_with(&format!("::{world}"))),
                "{file} uses std::{world}"
            );
        }
    }
}

#[test]
fn every_file_says_its_purpose() {
    for (file, text) in sources() {
        assert!(text.starts_with("//! "), "{file} does not start with its purpose");
    }
}

#[test]
fn no_file_is_too_long() {
    for (file, text) in sources() {
        let n_lines = text.lines().count();
        let reason = LONGER.iter().find(|it| it.0 == file).map(|it| it.1);
        assert_eq!(n_lines > MOST_LINES, reason.is_some(), "{file} has {n_lines} lines ({reason:?})");
    }
}

/// Code is no wider (`max_width` of `rustfmt.toml`), and the formatter leaves comments as they are.
#[test]
fn no_comment_is_wider_than_code() {
    let all = ["src", "tests", "benches", "examples"].into_iter().flat_map(files);
    let mut wide = Vec::new();
    for (file, path) in all.filter(|it| it.0.ends_with(".rs")) {
        let text = fs::read_to_string(path).expect("a file");
        let is_wide = |line: &&str| line.trim_start().starts_with("//") && line.chars().count() > WIDEST;
        wide.extend(text.lines().filter(is_wide).map(|line| format!("{file}: {line}")));
    }
    assert!(wide.is_empty(), "{wide:#?}");
}

#[test]
fn nothing_is_left_undone() {
    let words = [
        concat!("#[", "ignore"),
        concat!("#[", "should_panic"),
        concat!("to", "do!"),
        concat!("unimpl", "emented!"),
        concat!("db", "g!("),
    ];
    for (file, text) in sources() {
        for word in words {
            assert!(!text.contains(word), "{file} has {word}");
        }
    }
}

/// A path or a host of whoever built it would be wrong everywhere else.
#[test]
fn no_file_names_a_machine() {
    let words = [concat!("/ro", "ot/"), concat!("/ho", "me/"), concat!("/Us", "ers/"), concat!("artif", "actory")];
    let all = files("");
    assert!(all.iter().any(|(name, _)| name == "Cargo.toml"));
    for (name, path) in all {
        // Pictures and the like are no text.
        let Ok(text) = fs::read_to_string(path) else { continue };
        for word in words {
            assert!(!text.contains(word), "{name} has {word}");
        }
    }
}
