//! The sheet: a text, files, what was found in them, and one step that takes it over. Nothing changes before that, and
//! what was brought stays when the sheet is closed.

use crate::link::{Link, PageState, View};
use crate::present::brought::Brought;
use crate::present::numbers;
use crate::ui::bring::arrival::{MOST_TEXT, add_files, remove_file, set_text, take_up};
use crate::ui::bring::dialog::Dialog;
use crate::ui::bring::files::read_files;
use crate::ui::bring::reading::read;
use crate::ui::bring::rows::rows;
use crate::ui::bring::texts::import_texts;
use crate::ui::kit::controls::button;
use crate::ui::kit::element::{El, effect, el};
use crate::ui::kit::ids::HEADING;
use crate::ui::state::{Inbox, State};
use crate::web::carried::{carried_length, list};
use crate::web::focus::focus;
use crate::web::frames::in_a_moment;
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::{Event, File, HtmlInputElement};

/// The sheet, open.
pub fn bring_sheet(state: State) -> Vec<El> {
    let inbox = state.inbox;
    let told = import_texts(state);
    let words = &told.sheet;
    let dialog = Dialog::new(inbox.is_open);
    // Not below what was brought.
    inbox.gives.set(false);
    take_up(inbox, true);
    effect(move || {
        inbox.changed.get();
        take_up(inbox, false);
    });
    let files = read_files(inbox);
    let found: Memo<Arc<Brought>> = Memo::new_with_compare(
        move |_| {
            let mut res = files.with(|files| inbox.text.with(|text| read(state, text, files, told)));
            if inbox.too_long.get() > 0 {
                let [size, limit] = [inbox.too_long.get(), MOST_TEXT].map(|it| numbers::file_size(it as f64));
                res.problems.insert(0, (words.too_long)(&size, &limit));
            }
            Arc::new(res)
        },
        |_, _| true,
    );
    let apply = move || {
        let Some(inputs) = found.with(|it| it.inputs.clone()) else { return };
        dialog.close();
        let (page, pins) = (state.link().page, state.pinned.get());
        let selected = State::selected_in(inputs.mode(), state.chosen());
        state.go(&Link { inputs, page: PageState { view: View::Estimate, selected, ..page }, pins });
        in_a_moment(|| focus(HEADING));
    };
    let link = move || found.with(|it| Some(Link { inputs: it.inputs.clone()?, ..Link::default() }.encode()));
    let apply = button("btn on", apply)
        .test_id("apply-bring")
        .attr_fn("data-link", link)
        .flag_fn("disabled", move || found.with(|it| it.n_changes == 0))
        .text_fn(move || {
            found.with(|it| match it.inputs {
                Some(_) if it.n_changes == 0 => words.same.to_owned(),
                _ => (words.apply)(it.n_changes),
            })
        });
    let field = el("input").attr("type", "file").attr("multiple", "").test_id("bring-files");
    let field = field.on("change", move |event| choose(inbox, &event));
    let foot = el("p")
        .class("sheet-foot")
        .child(apply)
        .child(el("label").class("btn").text(words.choose).child(field))
        .child(el("span").class("caption").text(words.or_drop));
    let parts = vec![
        el("p").class("caption").text(words.note),
        el("p").class("caption").text(words.privacy),
        text_area(inbox, words.text),
        el("ul").class("sheet-files").children_fn(move || chosen(inbox, words.remove)),
        el("div").attr("role", "status").test_id("brought").children_fn(move || found.with(|it| rows(it, words))),
        foot,
    ];
    vec![dialog.sheet("bring", words.title, words.close, parts)]
}

fn text_area(inbox: &'static Inbox, label: &str) -> El {
    el("textarea")
        .attr("aria-label", label)
        .attr("rows", "7")
        .attr("spellcheck", "false")
        .test_id("bring-text")
        .value_fn(move || inbox.text.get())
        // The browser would be busy for a while with a text of a hundred million characters.
        .on("paste", move |event| {
            let length = carried_length(&event);
            if length > MOST_TEXT {
                event.prevent_default();
                inbox.too_long.set(length);
            }
        })
        .on("input", move |event| {
            // Text areas have the property by the same name.
            let text = event.target().map(|it| it.unchecked_into::<HtmlInputElement>().value()).unwrap_or_default();
            set_text(inbox, text);
        })
}

/// Adds the files that were chosen. The same can be chosen again then.
fn choose(inbox: &'static Inbox, event: &Event) {
    let Some(field) = event.target().and_then(|it| it.dyn_into::<HtmlInputElement>().ok()) else { return };
    if let Some(files) = field.files() {
        add_files(inbox, list(&files));
    }
    field.set_value("");
}

/// The files that were brought, each with a button that takes it away again.
fn chosen(inbox: &'static Inbox, remove: fn(&str) -> String) -> Vec<El> {
    let file = |(at, name): (usize, String)| {
        let button = button("btn quiet", move || remove_file(inbox, at)).attr("aria-label", remove(&name)).text("×");
        el("li").child(el("span").text(name)).child(button)
    };
    inbox.changed.get();
    let names: Vec<_> = inbox.files.borrow().iter().map(File::name).collect();
    names.into_iter().enumerate().map(file).collect()
}
