//! Configurations that the reader keeps under names in the browser: kept, opened, deleted, taken away as a file and
//! read from one. What their text looks like `link` knows.

use crate::link::{MOST_SAVED, NamedRun, configuration, read_saved, save, write_saved};
use crate::ui::kit::controls::{button, text_of};
use crate::ui::kit::element::{El, el};
use crate::ui::state::State;
use crate::ui::workbench::texts::workbench_texts;
use crate::web::focus::focus;
use crate::web::{storage, text_file};
use leptos::prelude::*;

/// Where the browser keeps them.
const STORAGE_KEY: &str = "vram-estimator.saved";

/// The name of the file that is taken away.
const FILE: &str = "vram-estimator.txt";

/// The field for a name, to which the focus goes when a row was deleted.
const NAME: &str = "saved-name";

/// The list with what was last said of it.
#[derive(Clone, Copy)]
struct SavedList {
    state: State,
    /// As it is kept; the page has signals of texts anyway, and reading it takes no time.
    text: RwSignal<String>,
    said: RwSignal<String>,
}

/// The configurations kept under names.
pub fn saved_list(state: State) -> El {
    let words = &workbench_texts(state).compare;
    let kept = SavedList { state, text: RwSignal::new(String::new()), said: RwSignal::new(String::new()) };
    kept.read_storage();
    let name = RwSignal::new(String::new());
    let press = move || match NamedRun::new(&name.get(), &state.shown.live_inputs.get()) {
        Some(it) => {
            kept.said.set(String::new());
            kept.add(it);
        }
        None => kept.said.set(words.no_name.to_owned()),
    };
    let field = el("input")
        .attr("id", NAME)
        .attr("aria-label", words.name)
        .attr("placeholder", words.name)
        .test_id(NAME)
        .value_fn(move || name.get())
        .on("input", move |event| name.set(text_of(&event)));
    let form = el("form")
        .class("saved-tools")
        .on("submit", move |event| {
            event.prevent_default();
            untrack(press);
        })
        .child(field)
        .child(el("button").class("btn").test_id("save").text(words.save))
        .child(import_field(kept))
        .child(
            el("a")
                .class("btn quiet")
                .attr("download", FILE)
                .attr_fn("href", move || Some(text_file::address_of(&kept.text.get())))
                .test_id("export-saved")
                .flag_fn("hidden", move || kept.list().is_empty())
                .text(words.export),
        );
    let rows = move || kept.list().iter().map(|it| row(kept, it)).collect();
    el("section")
        .class("compare saved")
        .test_id("saved")
        .child(el("h2").text(words.saved))
        .child(el("p").class("caption").text(words.saved_note))
        .child(form)
        .child(el("p").class("caption").attr("role", "status").test_id("saved-said").text_fn(move || kept.said.get()))
        .child(el("ul").children_fn(rows))
}

/// Reads a file that was taken away earlier.
fn import_field(kept: SavedList) -> El {
    let words = &workbench_texts(kept.state).compare;
    let read = move |text: Option<String>| match text {
        Some(text) => kept.take_over(&text),
        None => kept.said.set(words.no_file.to_owned()),
    };
    let field = el("input").attr("type", "file").attr("accept", ".txt,text/plain").test_id("import-saved");
    let field = field.on("change", move |event| text_file::read_chosen(&event, read));
    el("label").class("btn quiet").text(words.import).child(field)
}

fn row(kept: SavedList, it: &NamedRun) -> El {
    let state = kept.state;
    let words = &workbench_texts(state).compare;
    let (query, name) = (it.query.clone(), it.name.clone());
    let open = move || {
        if let Ok(inputs) = configuration(&query, state.catalog) {
            state.go_to_inputs(inputs, state.chosen());
        }
    };
    let delete = move || {
        let mut list = kept.list();
        list.retain(|it| it.name != name);
        kept.said.set(String::new());
        kept.show(&list);
        kept.write_storage();
        focus(NAME);
    };
    let named = |label: &str| (state.texts().joints.named)(label, &it.name);
    el("li")
        .child(el("span").text(&it.name))
        .child(button("btn quiet", open).attr("aria-label", named(words.open)).text(words.open))
        .child(button("btn quiet", delete).attr("aria-label", named(words.delete)).text(words.delete))
}

impl SavedList {
    /// What was kept on earlier visits. What cannot be read of it is told and left out from now on; a list of a later
    /// version stays as it is until something is saved.
    fn read_storage(self) {
        let words = &workbench_texts(self.state).compare;
        match storage::kept(STORAGE_KEY) {
            Ok(None) => {}
            Ok(Some(text)) => match read_saved(&text, self.state.catalog) {
                Ok((list, n_dropped)) => {
                    let n = list.len();
                    self.show(&list);
                    if n_dropped > 0 {
                        self.said.set((words.read)(n, n_dropped));
                        self.write_storage();
                    }
                }
                Err(refusal) => self.said.set((words.refused)(&refusal)),
            },
            Err(_) => self.said.set(words.not_kept.to_owned()),
        }
    }

    /// The list; nothing while there is none.
    fn list(self) -> Vec<NamedRun> {
        self.text.with(|it| read_saved(it, self.state.catalog)).map(|it| it.0).unwrap_or_default()
    }

    fn show(self, list: &[NamedRun]) {
        self.text.set(write_saved(list));
    }

    fn write_storage(self) {
        if !storage::keep(STORAGE_KEY, &self.text.get_untracked()) {
            self.said.set(workbench_texts(self.state).compare.not_kept.to_owned());
        }
    }

    /// Adds one, in place of what has its name; says so where there is no room.
    fn add(self, it: NamedRun) -> bool {
        let mut list = untrack(|| self.list());
        let is_added = save(&mut list, it);
        if is_added {
            self.show(&list);
            self.write_storage();
        } else {
            self.said.set((workbench_texts(self.state).compare.full)(MOST_SAVED));
        }
        is_added
    }

    /// Adds what a file holds, and says how much of it.
    fn take_over(self, text: &str) {
        let words = &workbench_texts(self.state).compare;
        match read_saved(text, self.state.catalog) {
            Ok((read, n_dropped)) => {
                self.said.set((words.read)(read.len(), n_dropped));
                let _ = read.into_iter().all(|it| self.add(it));
            }
            Err(refusal) => self.said.set((words.refused)(&refusal)),
        }
    }
}
