//! The Share menu of the top bar: the link, files, the line for another page, print. A menu as the ARIA practices have it.

use crate::present::shared::{file_name, frame_line};
use crate::ui::first::share::charts::{Shown, as_canvas, as_svg, has_moments, picture};
use crate::ui::first::share::files::{TextFile, address_of};
use crate::ui::kit::controls::button;
use crate::ui::kit::element::{El, ElementRef, el};
use crate::ui::kit::icons::{Glyph, icon};
use crate::ui::state::State;
use crate::web::clipboard;
use crate::web::download::{save_canvas, save_text};
use crate::web::focus::{focus, is_within, step_focus};
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

/// What an entry does.
#[derive(Clone, Copy, PartialEq)]
enum Entry {
    Link,
    Text(TextFile),
    Png(Shown),
    Svg(Shown),
    Embed,
    Print,
}

/// The menu's handles.
#[derive(Clone, Copy)]
struct Menu {
    state: State,
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
    let menu = Menu { state, is_open, has_line, said, rest: Rest::new(SAY_FOR) };
    let toggle = move || if is_open.get() { menu.close() } else { menu.show(true) };
    let opener = button("btn", toggle)
        .attr("id", BUTTON)
        .test_id("share")
        .attr("aria-haspopup", "menu")
        .attr("aria-controls", MENU)
        .attr_fn("aria-expanded", move || Some(is_open.get().to_string()))
        .on("keydown", move |event| match key_of(&event).as_str() {
            key @ ("ArrowDown" | "ArrowUp") => {
                event.prevent_default();
                menu.show(key == "ArrowDown");
            }
            _ => {}
        })
        .child(icon(Glyph::Share))
        .child(el("span").text(state.texts().share.share));
    let answer = el("span")
        .class("said")
        .attr("role", "status")
        .class_fn("shown", move || !said.get().is_empty())
        .text_fn(move || said.get());
    let place = ElementRef::new();
    // A press or the focus anywhere else closes it.
    let leave = move |event: Event| {
        if place.get_untracked().is_some_and(|it| !is_within(&it, &event)) {
            menu.leave();
        }
    };
    for event in ["pointerdown", "focusin"] {
        let heard = window_event_listener_untyped(event, leave);
        on_cleanup(move || heard.remove());
    }
    el("div")
        .class("copy")
        .handle(place)
        .child(opener)
        .children_fn(move || if is_open.get() { vec![untrack(|| menu.entries())] } else { vec![] })
        .children_fn(move || if has_line.get() { vec![untrack(|| menu.line())] } else { vec![] })
        .child(answer)
}

impl Menu {
    /// Opens the menu, with the focus on its first or last entry once they are there.
    fn show(self, at_first: bool) {
        self.leave();
        self.is_open.set(true);
        in_a_moment(move || step_focus(MENU, if at_first { 0 } else { -1 }, false));
    }

    /// Closes what is open; the focus goes back to the button.
    fn close(self) {
        focus(BUTTON);
        self.leave();
    }

    /// Closes what is open. Elements that hear of it often are told of a change only.
    fn leave(self) {
        for it in [self.is_open, self.has_line] {
            if it.get_untracked() {
                it.set(false);
            }
        }
    }

    fn entries(self) -> El {
        let texts = &self.state.texts().share;
        let entry = |id: &str, name: &str, note: &str, entry: Entry| {
            button("item", move || self.choose(entry))
                .attr("role", "menuitem")
                .attr("tabindex", "-1")
                .test_id(id)
                .child(el("span").text(name))
                .child(el("small").text(note))
        };
        let rule = || el("hr").attr("role", "separator");
        let mut res = vec![
            entry("copy-link", self.state.texts().controls.copy_link, "", Entry::Link),
            rule(),
            entry("share-report", texts.report, "Markdown", Entry::Text(TextFile::Markdown)),
            entry("share-csv", texts.table, "CSV", Entry::Text(TextFile::Csv)),
            entry("share-json", texts.table, "JSON", Entry::Text(TextFile::Json)),
            entry("share-png", texts.chart, "PNG", Entry::Png(Shown::Methods)),
            entry("share-svg", texts.chart, "SVG", Entry::Svg(Shown::Methods)),
        ];
        if has_moments(self.state) {
            res.push(entry("share-moments-png", texts.moments, "PNG", Entry::Png(Shown::Moments)));
            res.push(entry("share-moments-svg", texts.moments, "SVG", Entry::Svg(Shown::Moments)));
        }
        res.push(rule());
        res.push(entry("share-embed", texts.embed, "<iframe>", Entry::Embed));
        res.push(entry("share-print", texts.print, "", Entry::Print));
        el("div")
            .class("menu")
            .attr("id", MENU)
            .attr("role", "menu")
            .attr("aria-labelledby", BUTTON)
            .on("keydown", move |event| self.press(&event))
            .children(res)
    }

    fn press(self, event: &Event) {
        let (to, is_step) = match key_of(event).as_str() {
            "ArrowDown" => (1, true),
            "ArrowUp" => (-1, true),
            "Home" => (0, false),
            "End" => (-1, false),
            // From the button the browser goes on to what comes next.
            "Tab" => return self.close(),
            "Escape" => {
                event.prevent_default();
                return self.close();
            }
            _ => return,
        };
        event.prevent_default();
        step_focus(MENU, to, is_step);
    }

    fn choose(self, entry: Entry) {
        let Self { state, .. } = self;
        let name = |ending| file_name(&state.shown.inputs.get_untracked(), ending);
        // What was typed a moment ago is part of what is taken away.
        state.rest();
        self.close();
        match entry {
            Entry::Link => self.copy(&address_of(state, false), state.texts().controls.link_copied),
            Entry::Text(file) => {
                let (ending, media_type) = file.kind();
                match file.text(state) {
                    Some(text) => {
                        save_text(&name(ending), media_type, &text);
                        self.saved(&name(ending));
                    }
                    None => self.say(state.texts().controls.not_loaded),
                }
            }
            Entry::Svg(shown) => {
                let name = name(of_chart(shown, ".svg", "-moments.svg"));
                save_text(&name, "image/svg+xml", &as_svg(&picture(state, shown)));
                self.saved(&name);
            }
            Entry::Png(shown) => {
                let name = name(of_chart(shown, ".png", "-moments.png"));
                if let Some(canvas) = as_canvas(&picture(state, shown)) {
                    save_canvas(name.clone(), &canvas);
                    self.saved(&name);
                }
            }
            Entry::Embed => {
                self.has_line.set(true);
                in_a_moment(|| focus(LINE));
                self.copy(&self.frame_line(), state.texts().share.copied);
            }
            // The menu is gone from the page before that is put on paper.
            Entry::Print => in_a_moment(|| drop(window().print())),
        }
    }

    fn frame_line(self) -> String {
        frame_line(&address_of(self.state, true), self.state.texts().controls.product)
    }

    /// The line for another page, to be seen and copied by hand.
    fn line(self) -> El {
        let line = el("textarea")
            .class("line")
            .attr("id", LINE)
            .test_id("share-line")
            .attr("rows", "5")
            .attr("readonly", "")
            .attr("spellcheck", "false")
            .attr("aria-label", self.state.texts().share.embed)
            .text(&self.frame_line())
            // Text areas are selected as inputs are.
            .on("focus", |event| {
                if let Some(area) = event.target() {
                    area.unchecked_into::<HtmlInputElement>().select();
                }
            });
        el("div").class("menu").child(line).on("keydown", move |event| {
            if key_of(&event) == "Escape" {
                self.close();
            }
        })
    }

    fn copy(self, text: &str, done: &'static str) {
        let failed = self.state.texts().controls.copy_failed;
        clipboard::copy(text, move |is_copied| self.say(if is_copied { done } else { failed }));
    }

    fn saved(self, name: &str) {
        self.say(&(self.state.texts().share.saved)(name));
    }

    fn say(self, what: &str) {
        let said = self.said;
        said.set(what.to_owned());
        self.rest.then(move || said.set(String::new()));
    }
}

const fn of_chart(shown: Shown, methods: &'static str, moments: &'static str) -> &'static str {
    match shown {
        Shown::Methods => methods,
        Shown::Moments => moments,
    }
}

fn key_of(event: &Event) -> String {
    event.dyn_ref::<KeyboardEvent>().map(KeyboardEvent::key).unwrap_or_default()
}
