//! The Share menu of the top bar: the link, files, the line for another page, print. A menu as the ARIA practices have
//! it.

use crate::present::shared::{file_name, frame_line};
use crate::ui::first::share::files::address_of;
use crate::ui::kit::controls::button;
use crate::ui::kit::element::{El, el};
use crate::ui::kit::icons::{Glyph, icon};
use crate::ui::later::{Later, LaterParts};
use crate::ui::state::State;
use crate::ui::taken::{SharedChart, TextFile};
use crate::web::clipboard;
use crate::web::download::{save_canvas, save_text};
use crate::web::focus::{focus, is_focused};
use crate::web::frames::{Rest, in_a_moment};
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlInputElement, KeyboardEvent};

/// How long the page says what was done.
const SAY_FOR: Duration = Duration::from_secs(3);

/// Ids of the button, the menu, and the box with the line for another page.
const BUTTON: &str = "share";
const MENU: &str = "share-menu";
const LINE: &str = "share-line";

/// What an entry does, in the order of the menu.
#[derive(Clone, Copy, PartialEq)]
enum ShareEntry {
    Link,
    Commands,
    Text(TextFile),
    Png(SharedChart),
    Svg(SharedChart),
    Embed,
    Print,
}

/// Every entry by its id; those of charts only where these are shown.
const ENTRIES: [(&str, ShareEntry); 13] = [
    ("copy-link", ShareEntry::Link),
    ("share-commands", ShareEntry::Commands),
    ("share-report", ShareEntry::Text(TextFile::Markdown)),
    ("share-csv", ShareEntry::Text(TextFile::Csv)),
    ("share-json", ShareEntry::Text(TextFile::Json)),
    ("share-png", ShareEntry::Png(SharedChart::Methods)),
    ("share-svg", ShareEntry::Svg(SharedChart::Methods)),
    ("share-moments-png", ShareEntry::Png(SharedChart::Moments)),
    ("share-moments-svg", ShareEntry::Svg(SharedChart::Moments)),
    ("share-sweep-png", ShareEntry::Png(SharedChart::Sweep)),
    ("share-sweep-svg", ShareEntry::Svg(SharedChart::Sweep)),
    ("share-embed", ShareEntry::Embed),
    ("share-print", ShareEntry::Print),
];

/// The menu's handles.
#[derive(Clone, Copy)]
struct Menu {
    state: State,
    gate: Later,
    /// Whether the menu is open below the button.
    is_open: RwSignal<bool>,
    /// Whether the line for another page stands there.
    has_line: RwSignal<bool>,
    said: RwSignal<String>,
    rest: Rest,
}

/// The button, the menu below it, and what was done last.
pub fn share_menu(state: State) -> El {
    let [is_open, has_line] = [false; 2].map(RwSignal::new);
    let said = RwSignal::new(String::new());
    let menu = Menu { state, gate: Later::of_page(), is_open, has_line, said, rest: Rest::new(SAY_FOR) };
    let opener = button("btn", move || menu.show(0))
        .attr("id", BUTTON)
        .test_id(BUTTON)
        .attr("aria-haspopup", "menu")
        .attr("aria-controls", MENU)
        .attr_fn("aria-expanded", move || Some(is_open.get().to_string()))
        .on("keydown", move |event| match key_of(&event).as_str() {
            "ArrowDown" => menu.show_by_key(&event, 0),
            "ArrowUp" => menu.show_by_key(&event, -1),
            _ => {}
        })
        .child(icon(Glyph::Share))
        .child(el("span").text(state.texts().share.share));
    let answer = el("span")
        .class("said")
        .attr("role", "status")
        .class_fn("shown", move || !said.get().is_empty())
        .text_fn(move || said.get());
    let below = move || {
        let shown = match (is_open.get(), has_line.get()) {
            (true, _) => menu.entries(),
            (false, true) => menu.line(),
            (false, false) => return vec![],
        };
        // A press anywhere else meets the veil, and closes what stands before it.
        vec![el("div").class("veil").on("click", move |_| menu.close()), shown]
    };
    el("div").class("copy").child(opener).children_fn(below).child(answer)
}

impl Menu {
    /// Opens the menu, with the focus on the entry at a place, once that is there.
    fn show(self, at: i32) {
        self.is_open.set(true);
        in_a_moment(move || self.focus_at(at));
    }

    fn show_by_key(self, event: &Event, at: i32) {
        event.prevent_default();
        self.show(at);
    }

    /// Closes what is open; the focus goes back to the button.
    fn close(self) {
        focus(BUTTON);
        self.is_open.set(false);
        self.has_line.set(false);
    }

    /// The ids of the entries that there are.
    fn ids(self) -> Vec<(&'static str, ShareEntry)> {
        let is_shown = |it: &(&str, ShareEntry)| match it.1 {
            ShareEntry::Png(chart) | ShareEntry::Svg(chart) => untrack(|| chart.is_shown(self.state)),
            _ => true,
        };
        ENTRIES.into_iter().filter(is_shown).collect()
    }

    /// Moves the focus to an entry; behind the last comes the first.
    fn focus_at(self, at: i32) {
        let ids = self.ids();
        focus(ids[at.rem_euclid(ids.len() as i32) as usize].0);
    }

    fn entries(self) -> El {
        let texts = self.state.texts();
        let entry = |(id, entry): (&'static str, ShareEntry)| {
            let (name, note) = match entry {
                ShareEntry::Link => (texts.controls.copy_link, ""),
                ShareEntry::Commands => (texts.share.commands, ""),
                ShareEntry::Text(TextFile::Markdown) => (texts.share.report, "Markdown"),
                ShareEntry::Text(TextFile::Csv) => (texts.share.table, "CSV"),
                ShareEntry::Text(TextFile::Json) => (texts.share.table, "JSON"),
                ShareEntry::Png(chart) => (chart.name(texts), "PNG"),
                ShareEntry::Svg(chart) => (chart.name(texts), "SVG"),
                ShareEntry::Embed => (texts.share.embed, "<iframe>"),
                ShareEntry::Print => (texts.share.print, ""),
            };
            button("item", move || self.choose(entry))
                .attr("role", "menuitem")
                .attr("tabindex", "-1")
                .attr("id", id)
                .test_id(id)
                .child(el("span").text(name))
                .child(el("small").text(note))
        };
        el("div")
            .class("menu")
            .attr("id", MENU)
            .attr("role", "menu")
            .attr("aria-labelledby", BUTTON)
            .on("keydown", move |event| self.press(&event))
            .children(self.ids().into_iter().map(entry))
    }

    fn press(self, event: &Event) {
        let now = self.ids().iter().position(|it| is_focused(it.0)).map_or(0, |at| at as i32);
        let at = match key_of(event).as_str() {
            "ArrowDown" => now + 1,
            "ArrowUp" => now - 1,
            "Home" => 0,
            "End" => -1,
            // From the button the browser goes on to what comes next.
            "Tab" | "Escape" => return self.close(),
            _ => return,
        };
        event.prevent_default();
        self.focus_at(at);
    }

    fn choose(self, entry: ShareEntry) {
        let state = self.state;
        let texts = state.texts();
        // What was typed a moment ago is part of what is taken away.
        state.rest();
        self.close();
        match entry {
            ShareEntry::Link => self.copy(&address_of(state, false), texts.controls.link_copied),
            // Asked for again, a message that the sheet could not be fetched goes away.
            ShareEntry::Commands => state.inbox.gives.set(!state.inbox.gives.get_untracked()),
            ShareEntry::Text(_) | ShareEntry::Svg(_) | ShareEntry::Png(_) => match self.gate.parts() {
                Some(parts) => self.make(parts, entry),
                None => self.say(texts.controls.not_loaded.to_owned()),
            },
            ShareEntry::Embed => {
                self.has_line.set(true);
                in_a_moment(|| focus(LINE));
                self.copy(&self.frame_line(), texts.share.copied);
            }
            // The menu is gone from the page before that is put on paper.
            ShareEntry::Print => in_a_moment(|| drop(window().print())),
        }
    }

    fn file_name(self, ending: &str) -> String {
        self.state.shown.inputs.with_untracked(|it| file_name(it, ending))
    }

    /// Makes the file of an entry and offers it.
    fn make(self, parts: &LaterParts, entry: ShareEntry) {
        let state = self.state;
        let name = match entry {
            ShareEntry::Text(file) => {
                let (ending, media_type) = file.kind();
                let name = self.file_name(ending);
                save_text(&name, media_type, &(parts.text_file)(state, file, &address_of(state, false)));
                name
            }
            ShareEntry::Svg(shown) => {
                let name = self.file_name(&format!("{}.svg", shown.part_of_name()));
                let Some(drawn) = (parts.chart_svg)(state, shown) else { return };
                save_text(&name, "image/svg+xml", &drawn);
                name
            }
            ShareEntry::Png(shown) => {
                let name = self.file_name(&format!("{}.png", shown.part_of_name()));
                let Some(canvas) = (parts.chart_canvas)(state, shown) else { return };
                save_canvas(name.clone(), &canvas);
                name
            }
            ShareEntry::Link | ShareEntry::Commands | ShareEntry::Embed | ShareEntry::Print => return,
        };
        self.say((state.texts().share.saved)(&name));
    }

    fn frame_line(self) -> String {
        frame_line(&address_of(self.state, true), self.state.texts().controls.product)
    }

    /// The line for another page, to be seen and copied by hand.
    fn line(self) -> El {
        el("textarea")
            .class("menu line")
            .attr("id", LINE)
            .test_id(LINE)
            .attr("rows", "6")
            .attr("readonly", "")
            .attr("aria-label", self.state.texts().share.embed)
            .text(untrack(|| self.frame_line()))
            .on("focus", |event| {
                // Text areas are selected as inputs are.
                if let Some(area) = event.target() {
                    area.unchecked_into::<HtmlInputElement>().select();
                }
            })
            .on("keydown", move |event| {
                if matches!(key_of(&event).as_str(), "Escape" | "Tab") {
                    self.close();
                }
            })
    }

    fn copy(self, text: &str, done: &'static str) {
        let failed = self.state.texts().controls.copy_failed;
        clipboard::copy(text, move |is_copied| self.say(if is_copied { done } else { failed }.to_owned()));
    }

    fn say(self, what: String) {
        let said = self.said;
        said.set(what);
        self.rest.then(move || said.set(String::new()));
    }
}

fn key_of(event: &Event) -> String {
    event.dyn_ref::<KeyboardEvent>().map(KeyboardEvent::key).unwrap_or_default()
}
