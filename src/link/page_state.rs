//! What a link says about the page itself: the view, the selected card, the unit, the language, and whether it stands inside
//! another page. It knows no parameter and no text.

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

/// A language of the page and of messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Simplified Chinese.
    Chinese,
}

impl Language {
    /// Every language, in the order of the select.
    pub const ALL: [Self; 2] = [Self::English, Self::Chinese];

    /// The language's name in links, test ids and storage: the first part of its BCP 47 tag.
    pub const fn id(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh",
        }
    }

    /// The language of a name, if there is one.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.id() == id)
    }

    /// The language of a BCP 47 tag such as `zh-Hans-CN`, whatever its region and script.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or(tag);
        Self::ALL.into_iter().find(|it| primary.eq_ignore_ascii_case(it.id()))
    }

    /// The first language that a reader asks for and the page has; the default if it has none of them.
    pub fn preferred(tags: impl IntoIterator<Item = String>) -> Self {
        tags.into_iter().find_map(|tag| Self::from_tag(&tag)).unwrap_or_default()
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
    /// In which language the page speaks.
    Lang,
    /// Whether the page stands inside another one.
    Embed,
}

impl PageKey {
    /// Every key, in the order of links.
    pub const ALL: [Self; 5] = [Self::View, Self::Selected, Self::Unit, Self::Lang, Self::Embed];

    /// The key in links.
    pub const fn key(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Selected => "selected",
            Self::Unit => "unit",
            Self::Lang => "lang",
            Self::Embed => "embed",
        }
    }

    /// The values that a link may give, in a fixed order.
    pub fn ids(self) -> Vec<&'static str> {
        match self {
            Self::View => View::ALL.map(View::id).to_vec(),
            Self::Selected => MethodId::ALL.map(MethodId::id).to_vec(),
            Self::Unit => MemoryUnit::ALL.map(MemoryUnit::id).to_vec(),
            Self::Lang => Language::ALL.map(Language::id).to_vec(),
            Self::Embed => EMBED_IDS.to_vec(),
        }
    }
}

/// The page on its own, and inside another one.
const EMBED_IDS: [&str; 2] = ["0", "1"];

/// How the page shows an estimate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageState {
    /// The open view.
    pub view: View,
    /// The method whose card is selected.
    pub selected: MethodId,
    /// The unit of memory.
    pub unit: MemoryUnit,
    /// The language, if the link names one; otherwise whoever shows the link chooses.
    pub language: Option<Language>,
    /// Whether it stands inside another page: what the estimate says, without the controls.
    pub is_embedded: bool,
}

impl Default for PageState {
    fn default() -> Self {
        Self {
            view: View::default(),
            selected: DEFAULT_METHOD,
            unit: MemoryUnit::default(),
            language: None,
            is_embedded: false,
        }
    }
}

impl PageState {
    /// The value of a key as links write it; empty where a link without the key says nothing.
    pub const fn id_of(&self, key: PageKey) -> &'static str {
        match key {
            PageKey::View => self.view.id(),
            PageKey::Selected => self.selected.id(),
            PageKey::Unit => self.unit.id(),
            PageKey::Lang => match self.language {
                Some(language) => language.id(),
                None => "",
            },
            PageKey::Embed => EMBED_IDS[self.is_embedded as usize],
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
            PageKey::Lang => put(&mut self.language, Language::from_id(id).map(Some)),
            PageKey::Embed => put(&mut self.is_embedded, EMBED_IDS.iter().position(|it| *it == id).map(|it| it == 1)),
        }
    }
}
