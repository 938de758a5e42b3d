//! What a link says about the page itself: the view, the selected card, the unit, what is open below the chart, the
//! language, and whether it stands inside another page. It knows no text.

use crate::estimator::plan::sweep_request::{is_swept, swept_keys};
use crate::estimator::{DEFAULT_METHOD, MemoryUnit, MethodId, ParameterId};

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

/// What can be opened below the chart, one at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tab {
    /// Memory over the values of a parameter.
    Sweep,
    /// Every way to spread the run over its GPUs.
    Plans,
    /// The run on every GPU of the catalogue.
    Gpus,
    /// What is pinned, and what is kept under names.
    Compare,
}

impl Tab {
    /// Every tab, in the order in which they stand.
    pub const ALL: [Self; 4] = [Self::Sweep, Self::Plans, Self::Gpus, Self::Compare];

    /// The tab's name in links and test ids.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Sweep => "sweep",
            Self::Plans => "plans",
            Self::Gpus => "gpus",
            Self::Compare => "compare",
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
    /// Which tab below the chart is open.
    Tab,
    /// Over which parameter memory is shown there.
    Over,
    /// In which language the page speaks.
    Lang,
    /// Whether the page stands inside another one.
    Embed,
}

impl PageKey {
    /// Every key, in the order of links.
    pub const ALL: [Self; 7] = [Self::View, Self::Selected, Self::Unit, Self::Tab, Self::Over, Self::Lang, Self::Embed];

    /// The key in links.
    pub const fn key(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Selected => "selected",
            Self::Unit => "unit",
            Self::Tab => "tab",
            Self::Over => "over",
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
            Self::Tab => Tab::ALL.map(Tab::id).to_vec(),
            Self::Over => swept_keys(),
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
    /// What is open below the chart, if anything is.
    pub tab: Option<Tab>,
    /// The parameter over which memory is shown there, if the link names one; otherwise the page chooses.
    pub over: Option<ParameterId>,
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
            tab: None,
            over: None,
            language: None,
            is_embedded: false,
        }
    }
}

impl PageState {
    /// The value of a key as links write it; empty where a link without the key says nothing.
    pub fn id_of(&self, key: PageKey) -> &'static str {
        match key {
            PageKey::View => self.view.id(),
            PageKey::Selected => self.selected.id(),
            PageKey::Unit => self.unit.id(),
            PageKey::Tab => self.tab.map_or("", Tab::id),
            PageKey::Over => self.over.map_or("", |it| it.spec().key),
            PageKey::Lang => self.language.map_or("", Language::id),
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
            PageKey::Tab => put(&mut self.tab, Tab::ALL.into_iter().find(|it| it.id() == id).map(Some)),
            PageKey::Over => put(&mut self.over, ParameterId::from_key(id).filter(|it| is_swept(*it)).map(Some)),
            PageKey::Lang => put(&mut self.language, Language::from_id(id).map(Some)),
            PageKey::Embed => put(&mut self.is_embedded, EMBED_IDS.iter().position(|it| *it == id).map(|it| it == 1)),
        }
    }
}
