//! Whether files of `src` import each other in a circle, read from their paths: `use` declarations and paths in the
//! code. A name that a module only passes on (`pub use`) counts as that of the file which defines it. It knows no Rust
//! beyond paths; what stands in tests and documentation at a file's end does not count.

use std::collections::{BTreeMap, BTreeSet};

/// The modules of the library by path, such as `estimator::expr::node`, with their texts.
pub struct House {
    modules: BTreeMap<String, Module>,
}

struct Module {
    file: String,
    /// Paths that the file names, each absolute and without `crate`.
    paths: Vec<String>,
    /// What the file passes on: a name, and the path behind it. `*` stands for all names.
    passes_on: Vec<(String, String)>,
}

impl House {
    /// Reads files, given by name below the root and text without comments.
    pub fn of(sources: &[(String, String)]) -> Self {
        let names: BTreeMap<String, &(String, String)> =
            sources.iter().filter_map(|it| Some((module_path(&it.0)?, it))).collect();
        let modules = names.iter().map(|(path, (file, text))| {
            let text = text.split("#[cfg(test)]\nmod tests").next().unwrap_or("");
            let children = |name: &str| names.contains_key(&joined(path, name));
            let mut module = Module { file: file.clone(), paths: Vec::new(), passes_on: Vec::new() };
            let (uses, rest) = declarations(text);
            for (is_public, tree) in uses {
                for (full, name) in expand(&tree) {
                    let Some(full) = absolute(&full, path, &children) else { continue };
                    if is_public {
                        module.passes_on.push((name, full.clone()));
                    }
                    module.paths.push(full);
                }
            }
            module.paths.extend(inline_paths(&rest, path));
            (path.clone(), module)
        });
        Self { modules: modules.collect() }
    }

    /// Every circle as the files in it; none where the house stands.
    pub fn circles(&self) -> Vec<Vec<String>> {
        let arrows: BTreeMap<&str, BTreeSet<String>> =
            self.modules.iter().map(|(path, module)| (path.as_str(), self.uses(path, module))).collect();
        // What each file reaches; the house is small enough to ask for all.
        let reach = |start: &str| {
            let (mut seen, mut next) = (BTreeSet::new(), vec![start.to_owned()]);
            while let Some(at) = next.pop() {
                for to in arrows.get(at.as_str()).into_iter().flatten() {
                    if seen.insert(to.clone()) {
                        next.push(to.clone());
                    }
                }
            }
            seen
        };
        let reached: BTreeMap<&str, BTreeSet<String>> = arrows.keys().map(|it| (*it, reach(it))).collect();
        let mut circles: BTreeSet<Vec<String>> = BTreeSet::new();
        for (path, all) in &reached {
            if all.contains(*path) {
                let is_in = |other: &&String| reached.get(other.as_str()).is_some_and(|it| it.contains(*path));
                circles.insert(all.iter().filter(is_in).map(|it| self.modules[it].file.clone()).collect());
            }
        }
        circles.into_iter().collect()
    }

    /// How many files import how many others, so that a test can tell whether anything was read at all.
    pub fn n_arrows(&self) -> usize {
        self.modules.iter().map(|(path, module)| self.uses(path, module).len()).sum()
    }

    /// Files that import a name from the facade of a folder in which they lie: file and path.
    pub fn through_own_facades(&self) -> Vec<(String, String)> {
        let mut res = Vec::new();
        for (own, module) in &self.modules {
            for path in &module.paths {
                let Some((facade, name)) = self.behind(path) else { continue };
                let facade_module = &self.modules[&facade];
                let is_of_folder = own.strip_prefix(&facade).is_some_and(|rest| rest.starts_with("::"));
                let is_passed_on = facade_module.passes_on.iter().any(|it| it.0 == name);
                if is_of_folder && is_passed_on && facade_module.file.ends_with("/mod.rs") {
                    res.push((module.file.clone(), path.clone()));
                }
            }
        }
        res
    }

    /// The module in which a path ends, and the name behind it.
    fn behind(&self, path: &str) -> Option<(String, String)> {
        let segments: Vec<&str> = path.split("::").collect();
        let n_known = (1..segments.len()).rev().find(|n| self.modules.contains_key(&segments[..*n].join("::")))?;
        Some((segments[..n_known].join("::"), segments[n_known].to_owned()))
    }

    fn uses(&self, own: &str, module: &Module) -> BTreeSet<String> {
        let targets = module.paths.iter().filter_map(|path| self.defining(path, 0));
        targets.filter(|it| it != own).collect()
    }

    /// The module that defines what a path names.
    fn defining(&self, path: &str, depth: usize) -> Option<String> {
        let segments: Vec<&str> = path.split("::").collect();
        let known =
            (1..=segments.len()).rev().map(|n| segments[..n].join("::")).find(|it| self.modules.contains_key(it))?;
        let Some(name) = segments.get(known.split("::").count()) else { return Some(known) };
        let behind = self.modules[&known].passes_on.iter().find(|it| it.0 == *name);
        match behind {
            Some((_, behind)) if depth < 8 => self.defining(behind, depth + 1),
            _ => Some(known),
        }
    }
}

/// `src/a/b.rs` and `src/a/b/mod.rs` are `a::b`; binaries and the root are no modules.
fn module_path(file: &str) -> Option<String> {
    let path = file.strip_prefix("src/")?.strip_suffix(".rs")?;
    let path = path.strip_suffix("/mod").unwrap_or(path);
    (!path.starts_with("bin/") && path != "lib" && path != "main").then(|| path.replace('/', "::"))
}

fn joined(path: &str, name: &str) -> String {
    format!("{path}::{name}")
}

/// The `use` declarations of a text, each with whether it passes on, and the text without them.
fn declarations(text: &str) -> (Vec<(bool, String)>, String) {
    let (mut uses, mut rest) = (Vec::new(), String::new());
    for statement in text.split_inclusive(';') {
        let at = statement.rfind("use ").filter(|at| {
            let before = statement[..*at].trim_end();
            before.is_empty()
                || before.ends_with(['}', ';', ']', '{'])
                || before.ends_with("pub")
                || before.ends_with(')')
        });
        match at {
            Some(at) => {
                let is_public = statement[..at].trim_end().ends_with("pub");
                uses.push((is_public, squeezed(&statement[at + 4..])));
                rest.push_str(&statement[..at]);
            }
            None => rest.push_str(statement),
        }
    }
    (uses, rest)
}

/// A `use` tree without white space and without the names that `as` gives.
fn squeezed(tree: &str) -> String {
    let mut words = tree.trim_end_matches(';').split_whitespace();
    let mut res = String::new();
    while let Some(word) = words.next() {
        if word == "as" {
            // What the name is followed by stays.
            let alias = words.next().unwrap_or("");
            res.push_str(alias.trim_start_matches(|it: char| it.is_alphanumeric() || it == '_'));
        } else {
            res.push_str(word);
        }
    }
    res
}

/// The paths of a tree such as `a::{b, c::D}`, each with the name under which it is known.
fn expand(tree: &str) -> Vec<(String, String)> {
    let Some(open) = tree.find('{') else {
        let last = tree.rsplit("::").next().unwrap_or(tree);
        return vec![(tree.to_owned(), last.to_owned())];
    };
    let (prefix, inner) = (&tree[..open], &tree[open + 1..tree.rfind('}').unwrap_or(tree.len())]);
    let (mut parts, mut depth, mut start) = (Vec::new(), 0, 0);
    for (at, it) in inner.char_indices() {
        match it {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&inner[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&inner[start..]);
    let parts = parts.into_iter().filter(|it| !it.is_empty());
    parts
        .flat_map(|part| {
            expand(part).into_iter().map(|(path, name)| (format!("{prefix}{path}"), name)).collect::<Vec<_>>()
        })
        .map(
            |(path, name)| {
                if let Some(own) = path.strip_suffix("::self") { (own.to_owned(), name) } else { (path, name) }
            },
        )
        .collect()
}

/// A path without `crate`, `self` and `super`; `None` for paths that lead out of the library.
fn absolute(path: &str, own: &str, is_child: &dyn Fn(&str) -> bool) -> Option<String> {
    if let Some(rest) = path.strip_prefix("crate::") {
        return Some(rest.to_owned());
    }
    let (mut base, mut rest) = (own.to_owned(), path);
    while let Some(after) = rest.strip_prefix("super::") {
        base = base.rsplit_once("::").map_or(String::new(), |(before, _)| before.to_owned());
        rest = after;
    }
    if rest.len() != path.len() {
        return Some(joined(&base, rest));
    }
    let rest = rest.strip_prefix("self::").unwrap_or(rest);
    let first = rest.split("::").next().unwrap_or("");
    is_child(first).then(|| joined(own, rest))
}

/// Paths in the code that begin at the root or climb.
fn inline_paths(text: &str, own: &str) -> Vec<String> {
    let mut res = Vec::new();
    for start in ["crate::", "super::"] {
        for (at, _) in text.match_indices(start) {
            let is_part = text[..at].ends_with(|it: char| it.is_alphanumeric() || it == '_' || it == ':');
            let end = text[at..]
                .find(|it: char| !(it.is_alphanumeric() || it == '_' || it == ':'))
                .unwrap_or(text.len() - at);
            let path = text[at..at + end].trim_end_matches(':');
            if !is_part {
                res.extend(absolute(path, own, &|_| false));
            }
        }
    }
    res
}

/// A facade is for those outside: whoever lies in its folder says where a name is defined.
#[test]
fn a_name_through_the_own_facade_is_seen() {
    let file = |name: &str, text: &str| (format!("src/{name}.rs"), text.to_owned());
    let own = "use crate::a::{C, b::B};\npub struct D(C, B);\n";
    let house = House::of(&[
        file("a/mod", "mod b;\nmod c;\nmod d;\npub use c::C;\n"),
        file("a/b", "pub struct B;\n"),
        file("a/c", "pub struct C;\n"),
        file("a/d", own),
        file("e", "use crate::a::C;\npub struct E(C);\n"),
    ]);
    assert_eq!(house.through_own_facades(), [("src/a/d.rs".to_owned(), "a::C".to_owned())]);
}

/// The reader itself, on a house of three rooms.
#[test]
fn a_circle_is_seen_through_a_module_that_passes_names_on() {
    let file = |name: &str, text: &str| (format!("src/{name}.rs"), text.to_owned());
    let straight = [
        file("a/mod", "mod b;\nmod c;\npub use b::B;\npub use c::{C, D};\n"),
        file("a/b", "use crate::a::C;\npub struct B(C);\n"),
        file("a/c", "pub struct C;\npub struct D;\n"),
    ];
    assert_eq!(House::of(&straight).circles(), Vec::<Vec<String>>::new());
    let mut bent = straight;
    bent[2].1 = "pub struct C(Option<Box<crate::a::B>>);\n".to_owned();
    assert_eq!(House::of(&bent).circles(), [["src/a/b.rs", "src/a/c.rs"]]);
}
