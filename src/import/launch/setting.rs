//! What a launch line or a file says: names with values and where they stand. It knows no program.

/// A name with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The name, without dashes in front; in a file with dots between its levels.
    pub name: String,
    /// What is given; `true` for a switch that stands alone.
    pub value: String,
    /// The line on which it stands, from 1; 0 where nobody has said it.
    pub line: usize,
}

impl Setting {
    /// Whether it is called so, by [`is_same_name`].
    pub fn is(&self, name: &str) -> bool {
        is_same_name(name, &self.name)
    }

    /// Whether it is called by one of some names.
    pub fn is_any(&self, names: &[&str]) -> bool {
        names.iter().any(|it| self.is(it))
    }

    /// Whether its name begins so.
    pub fn begins(&self, front: &str) -> bool {
        self.name.get(..front.len()).is_some_and(|it| is_same_name(front, it))
    }
}

/// Whether two names are one: dashes and underscores are, and capitals are not told apart in longer names.
pub fn is_same_name(ours: &str, theirs: &str) -> bool {
    let is_short = ours.len() < 4;
    let plain = |it: u8| {
        if it == b'-' {
            b'_'
        } else if is_short {
            it
        } else {
            it.to_ascii_lowercase()
        }
    };
    ours.len() == theirs.len() && ours.bytes().zip(theirs.bytes()).all(|(a, b)| plain(a) == plain(b))
}

/// Why a text cannot be read at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unparsed {
    /// It is longer than any launch line.
    TooLong,
    /// A quote is opened and not closed.
    OpenQuote,
    /// A part of YAML that is not read: anchors, tags, and others. What it is.
    Feature(&'static str),
    /// A line of YAML that says nothing.
    Line,
    /// It is nested deeper than any configuration.
    TooDeep,
    /// It is no JSON.
    Json,
    /// It is a script of Python.
    Python,
    /// No program that is known is started.
    NoProgram,
}

/// Why, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnparsedAt {
    /// Why.
    pub why: Unparsed,
    /// The line, from 1.
    pub line: usize,
}

impl Unparsed {
    /// The same with its place.
    pub const fn at(self, line: usize) -> UnparsedAt {
        UnparsedAt { why: self, line }
    }
}

/// Levels of a configuration.
pub const MOST_LEVELS: usize = 16;
/// Settings of a configuration.
pub const MOST_SETTINGS: usize = 4096;
