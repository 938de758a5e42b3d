//! The names of the methods. It knows no formula: `methods` does.

/// The name of a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MethodId {
    /// The formulas as the document's text states them.
    Documented,
    /// The application that produced the document's verification table.
    Verified,
    /// What PyTorch, vLLM and llama.cpp really allocate.
    Calibrated,
}

/// The method whose total counts unless another is selected.
pub const DEFAULT_METHOD: MethodId = MethodId::Calibrated;

impl MethodId {
    /// Every method, in the order in which the page shows them.
    pub const ALL: [Self; 3] = [Self::Documented, Self::Verified, Self::Calibrated];

    /// The method's name in links, test ids and the command line's output.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::Verified => "verified",
            Self::Calibrated => "calibrated",
        }
    }

    /// Which of some methods counts where none was selected, or the formulas of the selected one are still to come: the
    /// last in the order of all, in which each is nearer to what runs allocate than those before it.
    pub fn that_counts(answering: &[Self]) -> Option<Self> {
        Self::ALL.into_iter().rev().find(|it| answering.contains(it))
    }

    /// The method that a link names, or `None`.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.id() == id)
    }
}
