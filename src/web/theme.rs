//! Light and dark: what the reader chose, kept in the browser, and the colours that follow from it. It
//! knows no component's colour, only custom properties by name.

use leptos::prelude::{RwSignal, Set, document, window};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// Whose colours the page wears.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Those that the system asks for.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// Where the browser keeps the choice.
const STORAGE_KEY: &str = "vram-estimator.theme";

impl Theme {
    /// Every theme.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The theme's name in storage and in the style sheets.
    pub const fn id(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme of a name; anything else is the system's.
    pub fn from_id(id: &str) -> Self {
        Self::ALL.into_iter().find(|theme| theme.id() == id).unwrap_or_default()
    }

    /// The theme that the reader chose on an earlier visit.
    pub fn stored() -> Self {
        let storage = window().local_storage().ok().flatten();
        let id = storage.and_then(|it| it.get_item(STORAGE_KEY).ok().flatten());
        Self::from_id(&id.unwrap_or_default())
    }

    /// Wears the theme.
    pub fn wear(self) {
        if let Some(root) = document().document_element() {
            // Setting an attribute on the root cannot fail in a way that a reader could mend.
            let _ = match self {
                Self::System => root.remove_attribute("data-theme"),
                Self::Light | Self::Dark => root.set_attribute("data-theme", self.id()),
            };
        }
    }

    /// Keeps the theme for later visits, where the browser lets us.
    pub fn keep(self) {
        if let Ok(Some(storage)) = window().local_storage() {
            let _ = storage.set_item(STORAGE_KEY, self.id());
        }
    }
}

/// Reads something as it is in light colours, whatever the page wears; nothing is painted meanwhile.
pub fn in_light<T>(worn: Theme, read: impl FnOnce() -> T) -> T {
    Theme::Light.wear();
    let res = read();
    worn.wear();
    res
}

/// Whether the system asks for dark colours, now and whenever that changes. To be called once.
pub fn follow_system() -> RwSignal<bool> {
    let res = RwSignal::new(false);
    let Ok(Some(query)) = window().match_media("(prefers-color-scheme: dark)") else { return res };
    res.set(query.matches());
    let asked = query.clone();
    let note = Closure::<dyn FnMut()>::new(move || res.set(asked.matches()));
    // A browser that does not tell changes keeps the colours it began with.
    let _ = query.add_event_listener_with_callback("change", note.as_ref().unchecked_ref());
    // The page's root never goes away, and neither must this.
    note.forget();
    res
}

/// The present value of a custom property such as `--c-weights`, or an empty text.
pub fn custom_property(name: &str) -> String {
    let style = document().document_element().and_then(|root| window().get_computed_style(&root).ok().flatten());
    style.and_then(|it| it.get_property_value(name).ok()).unwrap_or_default().trim().to_owned()
}
