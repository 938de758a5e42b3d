//! Why a text is no value of a parameter. It knows no language: `locale` makes the sentence.

/// Why a value was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Nothing was given.
    Empty,
    /// The text is no number, or the number NaN.
    NotANumber,
    /// The number is below the smallest that is allowed.
    TooSmall,
    /// The number is above the largest that is allowed, infinity included.
    TooLarge,
    /// A fraction where only whole numbers make sense.
    NotWhole,
    /// A comma or another separator that does not part groups of three digits, so that it could mean two things.
    Separator,
    /// Letters behind the number that mean nothing in the parameter's unit.
    Suffix,
    /// The text is none of the names that are offered.
    NotOffered,
    /// An entry of a list, by its place from 1, and why it is none.
    Entry(usize, &'static Refusal),
    /// A list has more entries than are allowed.
    TooManyEntries,
    /// What may come once comes a second time.
    Twice,
    /// A number of GPUs behind a single kind, which has a parameter of its own.
    CountOfOne,
}

impl Refusal {
    /// The same refusal of an entry of a list, by its place from 1.
    pub(super) const fn of_entry(self, place: usize) -> Self {
        let why = match self {
            Self::Empty => &Self::Empty,
            Self::TooSmall => &Self::TooSmall,
            Self::TooLarge => &Self::TooLarge,
            Self::NotWhole => &Self::NotWhole,
            Self::NotANumber | Self::Separator | Self::Suffix | Self::NotOffered | Self::CountOfOne => {
                &Self::NotANumber
            }
            Self::Twice => &Self::Twice,
            Self::Entry(_, why) => why,
            Self::TooManyEntries => &Self::TooManyEntries,
        };
        Self::Entry(place, why)
    }
}

/// What a parameter accepts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Allowed {
    /// Numbers between two limits, both included.
    Numbers {
        /// The smallest.
        min: f64,
        /// The largest.
        max: f64,
        /// Whether only whole numbers.
        whole: bool,
    },
    /// One of some names.
    OneOf(&'static [&'static str]),
    /// One of some names but the first, several with their numbers, or the first, which is none.
    Devices(&'static [&'static str]),
    /// One of some names, or the id of a model preset.
    OneOfOrModel(&'static [&'static str]),
    /// Some of these words, with `_` between them.
    SomeOf(&'static [&'static str]),
    /// The id of a model preset.
    Model,
    /// Whole numbers between commas.
    Lists {
        /// How many at most; at least one.
        most: usize,
        /// The smallest.
        min: f64,
        /// The largest.
        max: f64,
    },
}
