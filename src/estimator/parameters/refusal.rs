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
    /// The id of a model preset.
    Model,
}
