//! Configurations that a reader keeps under names, as text for the browser's storage and for files: a head with a
//! version, then a line for each, with its name, a tab, and its query. Any text is read in bounded time; what cannot be
//! read is counted.

use crate::estimator::{Catalog, Inputs};
use crate::link::decode::configuration;
use crate::link::whole::query_of_inputs;

/// Configurations that a list holds.
pub const MOST_SAVED: usize = 100;

/// Characters of a name; further ones are cut.
const MOST_CHARACTERS: usize = 60;

/// What a list begins with, before its version.
const HEAD: &str = "vram-estimator configurations ";

/// The version that is written, and the only one there has been.
const VERSION: &str = "1";

/// A configuration under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedRun {
    /// Its name, on one line and never empty.
    pub name: String,
    /// Its canonical query.
    pub query: String,
}

/// Why a text is no list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SavedRefusal {
    /// It does not begin as a list does.
    NotAList,
    /// It is of a version that is not known; long ones are cut.
    Version(String),
}

impl NamedRun {
    /// Inputs under a name; `None` where nothing is left of the name.
    pub fn new(name: &str, inputs: &Inputs) -> Option<Self> {
        let clean: String = name.chars().map(|it| if it.is_control() { ' ' } else { it }).collect();
        let name: String = clean.trim().chars().take(MOST_CHARACTERS).collect();
        let name = name.trim_end().to_owned();
        (!name.is_empty()).then(|| Self { name, query: query_of_inputs(inputs) })
    }
}

/// Puts one into a list, in place of what has the same name; false where the list is full.
pub fn save(list: &mut Vec<NamedRun>, it: NamedRun) -> bool {
    if let Some(same) = list.iter_mut().find(|known| known.name == it.name) {
        *same = it;
    } else if list.len() < MOST_SAVED {
        list.push(it);
    } else {
        return false;
    }
    true
}

/// The text of a list.
pub fn write_saved(list: &[NamedRun]) -> String {
    let lines = list.iter().map(|it| format!("{}\t{}\n", it.name, it.query));
    format!("{HEAD}{VERSION}\n") + &lines.collect::<String>()
}

/// Reads a list, and counts the lines that are none of it: without a name, with a query that cannot be taken, or beyond
/// [`MOST_SAVED`] lines.
///
/// # Errors
///
/// Says so where the text is no list, or one of another version.
pub fn read_saved(text: &str, catalog: &Catalog) -> Result<(Vec<NamedRun>, usize), SavedRefusal> {
    let mut lines = text.lines();
    let head = lines.next().unwrap_or_default().trim_start_matches('\u{feff}');
    let version = head.strip_prefix(HEAD).ok_or(SavedRefusal::NotAList)?.trim();
    if version != VERSION {
        return Err(SavedRefusal::Version(version.chars().take(MOST_CHARACTERS).collect()));
    }
    let (mut res, mut n_dropped) = (Vec::new(), 0);
    for (at, line) in lines.filter(|it| !it.trim().is_empty()).enumerate() {
        let one = || {
            let (name, query) = line.split_once('\t')?;
            NamedRun::new(name, &configuration(query.trim(), catalog).ok()?)
        };
        // What stands beyond is not even looked at.
        let read = if at < MOST_SAVED { one() } else { None };
        if !read.is_some_and(|it| save(&mut res, it)) {
            n_dropped += 1;
        }
    }
    Ok((res, n_dropped))
}
