//! Which language the page speaks: English is part of each program, the others are fetched when one of them is first
//! asked for, first those of the first view. It knows no text.

use crate::link::Language;
use crate::locale::{ENGLISH, Texts, Translated};
use crate::ui::kit::element::{effect, memo};
use crate::ui::kit::fetched::Fetched;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The texts of a language.
pub type TextsOf = fn(Language) -> &'static Texts;

/// Those of what comes after the first view, if they are not English.
pub type TranslatedOf = fn(Language) -> Option<Translated>;

/// Fetches the texts of languages other than English.
#[derive(Clone, Copy)]
pub struct FetchTexts {
    /// Those of the first view.
    pub first: fn() -> Fetched<TextsOf>,
    /// Those of what comes after it.
    pub later: fn() -> Fetched<TranslatedOf>,
}

/// What is there of the other languages. One signal for both: another kind of signal would be two thousand bytes of the
/// first program.
#[derive(Clone, Copy)]
struct Others {
    first: TextsOf,
    later: Option<TranslatedOf>,
}

/// The texts that are there.
#[derive(Clone, Copy)]
pub struct Spoken {
    fetch: FetchTexts,
    others: RwSignal<Option<Others>>,
    is_missing: RwSignal<bool>,
    /// The language that was asked for.
    wanted: Memo<Language>,
    /// The language that is spoken: English until the one that was asked for is there, and where it could not be
    /// fetched.
    pub language: Memo<Language>,
}

impl Spoken {
    /// Speaks the language that is asked for, now and later.
    pub fn new(fetch: FetchTexts, wanted: Memo<Language>) -> Self {
        let (others, is_missing) = (RwSignal::new(None::<Others>), RwSignal::new(false));
        let language = memo(move || if others.get().is_some() { wanted.get() } else { Language::English });
        let is_start = StoredValue::new(true);
        effect(move || {
            // The first view does not wait for the texts of what comes after it: whoever fetches that asks for them
            // too.
            let is_start = is_start.try_update_value(|it| std::mem::replace(it, false)).unwrap_or(false);
            if wanted.get() == language.get() {
                return;
            }
            spawn_local(async move {
                let first = (fetch.first)().await;
                // Whoever has gone back to English meanwhile waits for nothing: all is fetched for another change.
                let is_apart = is_start && wanted.get_untracked() != Language::English;
                let later = if is_apart { None } else { (fetch.later)().await };
                match first.filter(|_| is_apart || later.is_some()) {
                    Some(first) => others.set(Some(Others { first, later })),
                    None => is_missing.set(true),
                }
            });
        });
        Self { fetch, others, is_missing, wanted, language }
    }

    /// Fetches what is missing of the texts of what comes after the first view; whether they are there. Where another
    /// language was spoken also for English: whoever goes back to that language finds what is there by then in it.
    pub async fn complete(self) -> bool {
        // Those of the first view may be on their way still: without them nobody would know that others are missing.
        if self.others.get_untracked().is_none() && self.wanted.get_untracked() != Language::English {
            let first = (self.fetch.first)().await;
            // Whoever waits for the same may have taken them.
            if let Some(first) = first.filter(|_| self.others.get_untracked().is_none()) {
                self.others.set(Some(Others { first, later: None }));
            }
        }
        let is_whole = move || self.others.get_untracked().is_none_or(|it| it.later.is_some());
        if !is_whole() {
            let later = (self.fetch.later)().await;
            // Nobody has read them yet: whatever would waits for this.
            self.others.update_untracked(|it| {
                if let Some(it) = it {
                    it.later = it.later.or(later);
                }
            });
        }
        is_whole()
    }

    /// Whether the page can speak as it was asked to, or never will: until then nothing is shown.
    pub fn is_decided(self) -> bool {
        self.is_missing.get() || self.wanted.get() == self.language.get()
    }

    /// The texts of the language that is spoken. Not tracked: all views are made anew when it changes.
    pub fn texts(self) -> &'static Texts {
        match (self.language.get_untracked(), self.others.get_untracked()) {
            (Language::English, _) | (_, None) => &ENGLISH,
            (language, Some(of)) => (of.first)(language),
        }
    }

    /// Those of what comes after the first view, if they are not English. Not tracked either.
    pub fn translated(self) -> Option<Translated> {
        self.others.get_untracked()?.later?(self.language.get_untracked())
    }
}
