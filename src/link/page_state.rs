//! What a link says about the page itself: the view, the selected card, the unit. It knows no parameter.

use crate::estimator::{DEFAULT_METHOD, MemoryUnit, MethodId};

/// A view of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum View {
    /// Sliders, totals, chart and table.
    #[default]
    Estimate,
    /// The document's verification table, computed now.
    Verification,
    /// The document's tables, practices and references.
    Guide,
}

impl View {
    /// Every view, in the order of the top bar.
    pub const ALL: [Self; 3] = [Self::Estimate, Self::Verification, Self::Guide];

    /// The view's name in links and test ids.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Estimate => "estimate",
            Self::Verification => "verification",
            Self::Guide => "guide",
        }
    }
}

/// The page's own keys of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageKey {
    /// Which view is open.
    View,
    /// Which method's card is selected.
    Selected,
    /// In which unit memory is shown.
    Unit,
}

impl PageKey {
    /// Every key, in the order of links.
    pub const ALL: [Self; 3] = [Self::View, Self::Selected, Self::Unit];

    /// The key in links.
    pub const fn key(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Selected => "selected",
            Self::Unit => "unit",
        }
    }

    /// The values that a link may give, in a fixed order.
    pub fn ids(self) -> Vec<&'static str> {
        match self {
            Self::View => View::ALL.map(View::id).to_vec(),
            Self::Selected => MethodId::ALL.map(MethodId::id).to_vec(),
            Self::Unit => MemoryUnit::ALL.map(MemoryUnit::id).to_vec(),
        }
    }
}

/// How the page shows an estimate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageState {
    /// The open view.
    pub view: View,
    /// The method whose card is selected.
    pub selected: MethodId,
    /// The unit of memory.
    pub unit: MemoryUnit,
}

impl Default for PageState {
    fn default() -> Self {
        Self { view: View::default(), selected: DEFAULT_METHOD, unit: MemoryUnit::default() }
    }
}

impl PageState {
    /// The value of a key as links write it.
    pub const fn id_of(&self, key: PageKey) -> &'static str {
        match key {
            PageKey::View => self.view.id(),
            PageKey::Selected => self.selected.id(),
            PageKey::Unit => self.unit.id(),
        }
    }

    /// Sets a key from a link's value; false when the value is none of [`PageKey::ids`].
    pub(super) fn set(&mut self, key: PageKey, id: &str) -> bool {
        fn put<T>(slot: &mut T, found: Option<T>) -> bool {
            let known = found.is_some();
            if let Some(value) = found {
                *slot = value;
            }
            known
        }
        match key {
            PageKey::View => put(&mut self.view, View::ALL.into_iter().find(|it| it.id() == id)),
            PageKey::Selected => put(&mut self.selected, MethodId::from_id(id)),
            PageKey::Unit => put(&mut self.unit, MemoryUnit::ALL.into_iter().find(|it| it.id() == id)),
        }
    }
}
