//! A field that is searched in: a text finds rows below it, and nothing is chosen before Enter or a click. The pattern
//! is that of ARIA's combobox with a list. The native select that it stands over keeps the value. It knows neither what
//! the rows are nor the state.

use crate::present::search::{FoundOffer, Offer, Offers, find};
use crate::ui::kit::controls::text_of;
use crate::ui::kit::element::{El, ElementRef, effect, el};
use crate::ui::kit::icons::verdict_mark;
use crate::web::focus::bring_near;
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlInputElement, KeyboardEvent};

/// What a combobox is about.
#[derive(Clone)]
pub struct ComboSource {
    /// The id of the field; the list's begins with it.
    pub id: String,
    /// The test id of the field.
    pub test_id: String,
    /// What the field is called.
    pub label: String,
    /// The name of what is chosen.
    pub shown: Arc<dyn Fn() -> String + Send + Sync>,
    /// The name in links of what is chosen.
    pub chosen: Arc<dyn Fn() -> String + Send + Sync>,
    /// The rows, asked for whenever the list is opened.
    pub offers: Arc<dyn Fn() -> Offers + Send + Sync>,
    /// Takes over a row by its name in links.
    pub choose: Arc<dyn Fn(&str) + Send + Sync>,
}

/// The rows, and which of them the text finds: one signal for both, since each kind of signal is code of its own.
#[derive(Default)]
struct ComboList {
    offers: Arc<Offers>,
    found: Vec<FoundOffer>,
}

/// A combobox while it is on the page.
#[derive(Clone, Copy)]
struct Combo {
    source: StoredValue<ComboSource>,
    handle: ElementRef,
    is_open: RwSignal<bool>,
    /// What was typed, if anything was since the field last stood for its value.
    typed: RwSignal<String>,
    is_typed: RwSignal<bool>,
    list: RwSignal<Arc<ComboList>>,
    /// The row that Enter would choose, by its place among those that were found, or [`NOWHERE`].
    active: RwSignal<usize>,
}

/// The place of no row, before the first.
const NOWHERE: usize = usize::MAX;

/// The field with its list, over a select that keeps the value.
pub fn combobox(source: ComboSource) -> Vec<El> {
    let ComboSource { id, test_id, label, shown, .. } = source.clone();
    let it = Combo {
        source: StoredValue::new(source),
        handle: ElementRef::new(),
        is_open: RwSignal::new(false),
        typed: RwSignal::new(String::new()),
        is_typed: RwSignal::new(false),
        list: RwSignal::new(Arc::default()),
        active: RwSignal::new(0),
    };
    effect(move || {
        if it.is_open.get() {
            let offers = it.source.with_value(|source| source.offers.clone());
            it.search(Arc::new(untrack(|| offers())));
            it.start();
        }
    });
    let list = list_id(&id);
    let active_id = {
        let id = id.clone();
        move || {
            let is_there = it.is_open.get() && it.list.with(|all| it.active.get() < all.found.len());
            is_there.then(|| option_id(&id, it.active.get()))
        }
    };
    let input = el("input")
        .attr("type", "text")
        .attr("role", "combobox")
        .attr("id", &id)
        .attr("aria-autocomplete", "list")
        .attr("aria-controls", &list)
        .attr("autocomplete", "off")
        .attr("spellcheck", "false")
        .attr_fn("aria-expanded", move || Some(it.is_open.get().to_string()))
        .attr_fn("aria-activedescendant", active_id)
        .test_id(test_id)
        .attr_fn("title", {
            let shown = shown.clone();
            move || Some(shown())
        })
        .value_fn(move || if it.is_typed.get() { it.typed.get() } else { shown() })
        .handle(it.handle)
        .on("input", move |event| it.follow(text_of(&event)))
        .on("focus", move |_| it.select_text())
        .on("click", move |_| it.begin())
        .on("keydown", move |event| it.on_key(&event))
        .on("blur", move |_| it.close());
    let rows = el("div")
        .class("combo-list")
        .attr("role", "listbox")
        .attr("id", list)
        .attr("aria-label", label)
        .flag_fn("hidden", move || !it.is_open.get())
        // The field keeps the focus.
        .on("pointerdown", |event| event.prevent_default())
        .on("mousedown", |event| event.prevent_default())
        .on("click", move |event| {
            if let Some(at) = place_of(&event) {
                it.take(at);
            }
        })
        .children_fn(move || if it.is_open.get() { options(it, &id) } else { vec![] });
    vec![input, rows]
}

fn list_id(id: &str) -> String {
    format!("{id}-list")
}

fn option_id(id: &str, at: usize) -> String {
    format!("{id}-option-{at}")
}

/// The place that the option under an event bears.
fn place_of(event: &Event) -> Option<usize> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    target.closest("[data-at]").ok()??.get_attribute("data-at")?.parse().ok()
}

/// The rows that were found, under their headings.
fn options(it: Combo, id: &str) -> Vec<El> {
    let list = it.list.get();
    let (offers, all) = (&list.offers, &list.found);
    let mut res = Vec::new();
    if !offers.rows.is_empty() && all.iter().all(|row| row.is_proposed) {
        res.push(el("div").class("combo-head").attr("role", "status").text(offers.nothing));
    }
    let heading = |row: &FoundOffer| {
        let own = || offers.headings.get(offers.rows[row.at].heading).map_or("", |it| it);
        if row.is_proposed { offers.proposed_title } else { own() }
    };
    let mut at = 0;
    for rows in all.chunk_by(|a, b| heading(a) == heading(b)) {
        let options = rows.iter().zip(at..).map(|(row, at)| option(it, id, at, row, &offers.rows[row.at]));
        at += rows.len();
        let heading = heading(&rows[0]);
        if heading.is_empty() {
            res.extend(options);
            continue;
        }
        let head = el("div").class("combo-head").attr("aria-hidden", "true").text(heading);
        res.push(el("div").attr("role", "group").attr("aria-label", heading).child(head).children(options));
    }
    res
}

fn option(it: Combo, id: &str, at: usize, found: &FoundOffer, offer: &Offer) -> El {
    let mut name = el("span").class("combo-name");
    let mut end = 0;
    for (from, to) in &found.matched {
        name = name.text(&offer.name[end..*from]).child(el("b").text(&offer.name[*from..*to]));
        end = *to;
    }
    let name = name.text(&offer.name[end..]);
    let verdict = offer.verdict.as_ref().map(|(kind, text)| verdict_mark(*kind, text));
    let class = match (&offer.elsewhere, &offer.verdict) {
        (Some(_), _) => "combo-option away",
        (None, Some(_)) => "combo-option",
        (None, None) => "combo-option short",
    };
    el("div")
        .class(class)
        .attr("role", "option")
        .attr("id", option_id(id, at))
        .attr("data-at", at.to_string())
        .attr("data-value", &offer.value)
        .attr_fn("aria-selected", move || Some((it.active.get() == at).to_string()))
        .child(name)
        .child(el("span").class("combo-note").text(&offer.note))
        .children(offer.elsewhere.iter().map(|it| el("span").class("combo-away").text(it)))
        .maybe(verdict)
}

impl Combo {
    /// A click into the field: its text is selected, so that typing replaces it.
    fn begin(self) {
        self.select_text();
        self.is_open.set(true);
    }

    /// Selects the name of what is chosen: what is typed next replaces it. At once, for whoever types before the next
    /// frame; and in the next frame, for a name that comes in between.
    fn select_text(self) {
        self.select_name();
        // Selecting takes the focus back from whoever has gone on by then.
        request_animation_frame(move || {
            if self.input().is_some_and(|it| it.matches(":focus").unwrap_or_default()) {
                self.select_name();
            }
        });
    }

    fn input(self) -> Option<HtmlInputElement> {
        self.handle.get_untracked()?.dyn_into().ok()
    }

    fn select_name(self) {
        if let Some(input) = self.input().filter(|_| !self.is_typed.get_untracked()) {
            // What was typed and given up may still stand there; the same name once more leaves a selection as it is.
            let shown = self.source.with_value(|it| it.shown.clone());
            input.set_value(&untrack(|| shown()));
            input.select();
        }
    }

    /// What was typed counts at once.
    fn follow(self, text: String) {
        self.typed.set(text);
        self.is_typed.set(true);
        self.is_open.set(true);
        self.search(self.list.get_untracked().offers.clone());
        // What is proposed instead of what was typed nobody asked for: Enter takes it once an arrow has gone there.
        let is_found = self.list.with_untracked(|it| it.found.first().is_some_and(|row| !row.is_proposed));
        self.go(if is_found || self.typed.with_untracked(|it| it.trim().is_empty()) { 0 } else { NOWHERE });
    }

    /// Finds what is typed among the rows.
    fn search(self, offers: Arc<Offers>) {
        let is_typed = self.is_typed.get_untracked();
        let found = self.typed.with_untracked(|text| find(&offers, if is_typed { text } else { "" }));
        self.list.set(Arc::new(ComboList { offers, found }));
    }

    /// The value of a row, by its place among those that were found.
    fn value_at(self, at: usize) -> Option<String> {
        let list = self.list.get_untracked();
        list.found.get(at).map(|it| list.offers.rows[it.at].value.clone())
    }

    /// Without a text the list opens at what is chosen.
    fn start(self) {
        if !self.is_typed.get_untracked() {
            let chosen = self.source.with_value(|it| it.chosen.clone())();
            let n = self.list.get_untracked().found.len();
            let at = (0..n).find(|at| self.value_at(*at).as_ref() == Some(&chosen));
            self.go(at.unwrap_or(0));
        }
    }

    fn close(self) {
        self.is_open.set(false);
        self.is_typed.set(false);
    }

    fn go(self, at: usize) {
        self.active.set(at);
        let id = option_id(&self.source.with_value(|it| it.id.clone()), at);
        // Where the list is made anew it stands there in the next task.
        request_animation_frame(move || bring_near(&id));
    }

    fn take(self, at: usize) {
        let value = self.value_at(at);
        self.close();
        if let Some(value) = value {
            self.source.with_value(|it| it.choose.clone())(&value);
        }
        self.select_text();
    }

    fn on_key(self, event: &Event) {
        let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
        if event.is_composing() || event.alt_key() || event.ctrl_key() || event.meta_key() {
            return;
        }
        let (n, at) = (self.list.get_untracked().found.len(), self.active.get_untracked());
        let is_open = self.is_open.get_untracked();
        match event.key().as_str() {
            "ArrowDown" | "ArrowUp" if !is_open => self.is_open.set(true),
            "ArrowDown" if n > 0 => self.go(at.wrapping_add(1) % n),
            "ArrowUp" if n > 0 => self.go((at.min(n) + n - 1) % n),
            "Home" if is_open => self.go(0),
            "End" if is_open => self.go(n.saturating_sub(1)),
            "Enter" if is_open && at == NOWHERE => {}
            "Enter" if is_open => self.take(at),
            "Escape" if is_open => {
                self.close();
                self.select_text();
            }
            _ => return,
        }
        event.prevent_default();
    }
}
