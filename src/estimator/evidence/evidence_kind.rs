//! What an estimate can be held against. It knows no case.

/// What an estimate can be held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// Runs of the libraries' own code, followed tensor by tensor.
    Traced,
    /// Published measurements of real runs.
    Measured,
    /// No run of the kind: only the rules from which the estimate is derived.
    Rule,
}

impl Evidence {
    /// Every kind of evidence.
    pub const ALL: [Self; 3] = [Self::Traced, Self::Measured, Self::Rule];

    /// Its name in the command line's output and in files.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Traced => "traced",
            Self::Measured => "measured",
            Self::Rule => "rule",
        }
    }
}
