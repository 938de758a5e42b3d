//! Which language the page speaks: English is part of the first program, the others are fetched when one of them is first
//! asked for. It knows no text.

use crate::link::Language;
use crate::locale::{ENGLISH, Texts};
use crate::ui::kit::element::{effect, memo};
use crate::ui::kit::fetched::Fetched;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The texts of a language.
pub type TextsOf = fn(Language) -> &'static Texts;

/// Fetches the texts of languages other than English.
pub type FetchTexts = fn() -> Fetched<TextsOf>;

/// The texts that are there.
#[derive(Clone, Copy)]
pub struct Spoken {
    others: RwSignal<Option<TextsOf>>,
    is_missing: RwSignal<bool>,
    /// The language that was asked for.
    wanted: Memo<Language>,
    /// The language that is spoken: English until the one that was asked for is there, and where it could not be fetched.
    pub language: Memo<Language>,
}

impl Spoken {
    /// Speaks the language that is asked for, now and later.
    pub fn new(fetch: FetchTexts, wanted: Memo<Language>) -> Self {
        let (others, is_missing) = (RwSignal::new(None), RwSignal::new(false));
        let language = memo(move || if others.get().is_some() { wanted.get() } else { Language::English });
        effect(move || {
            if wanted.get() != language.get() {
                spawn_local(async move {
                    match fetch().await {
                        Some(texts) => others.set(Some(texts)),
                        None => is_missing.set(true),
                    }
                });
            }
        });
        Self { others, is_missing, wanted, language }
    }

    /// Whether the page can speak as it was asked to, or never will: until then nothing is shown.
    pub fn is_decided(self) -> bool {
        self.is_missing.get() || self.wanted.get() == self.language.get()
    }

    /// The texts of the language that is spoken. Not tracked: all views are made anew when it changes.
    pub fn texts(self) -> &'static Texts {
        match (self.language.get_untracked(), self.others.get_untracked()) {
            (Language::English, _) | (_, None) => &ENGLISH,
            (language, Some(texts)) => texts(language),
        }
    }
}
