//! The sheet of launches: the programs that run what is shown, the text for one of them, and why others do not. It
//! writes none.

use crate::link::Link;
use crate::locale::{CommandTexts, ENGLISH_COMMANDS};
use crate::present::commands::{Command, Commands, RefusedProgram, commands};
use crate::ui::bring::dialog::Dialog;
use crate::ui::bring::rows::{part, values};
use crate::ui::bring::texts::import_texts;
use crate::ui::kit::controls::button;
use crate::ui::kit::element::{El, el};
use crate::ui::state::State;
use crate::web::clipboard;
use crate::web::download::save_text;
use crate::web::focus::focus;
use crate::web::frames::{Rest, in_a_moment};
use leptos::prelude::*;
use std::sync::Arc;
use std::time::Duration;

/// How long the sheet says what was done.
const SAY_FOR: Duration = Duration::from_secs(3);

/// The button that copies, to which the focus goes once there is something to copy.
const COPY: &str = "command-copy";

/// The sheet's handles.
#[derive(Clone, Copy)]
struct CommandSheet {
    state: State,
    told: &'static CommandTexts,
    found: Memo<Arc<Commands>>,
    /// The program that was chosen; where that does not run what is shown, it is the first that does.
    chosen: RwSignal<String>,
    said: RwSignal<String>,
    rest: Rest,
}

/// The sheet, open.
pub fn command_sheet(state: State) -> Vec<El> {
    let told = state.spoken.translated().map_or(&ENGLISH_COMMANDS, |it| it.commands);
    let close = import_texts(state).sheet.close;
    let found = Memo::new_with_compare(
        move |_| {
            let of = |it: &_| commands(it, told, state.texts(), state.catalog);
            Arc::new(state.shown.live_inputs.with(of))
        },
        |_, _| true,
    );
    let [chosen, said] = [(); 2].map(|()| RwSignal::new(String::new()));
    let sheet = CommandSheet { state, told, found, chosen, said, rest: Rest::new(SAY_FOR) };
    let parts = vec![
        el("p").class("caption").text(told.note),
        el("div")
            .class("command-tools")
            .attr("role", "group")
            .attr("aria-label", told.programs)
            .test_id("commands")
            .children_fn(move || found.with(|it| it.running.iter().map(|it| sheet.tool(it)).collect())),
        el("div").children_fn(move || sheet.shown().map_or_else(|| vec![sheet.none()], |it| sheet.command(&it))),
        el("div").class("commands").children_fn(move || found.with(|it| sheet.refused(&it.refused))),
    ];
    vec![Dialog::new(state.inbox.gives).sheet("commands", told.title, close, parts)]
}

impl CommandSheet {
    /// The launch that is shown.
    fn shown(self) -> Option<Command> {
        let chosen = self.chosen.get();
        self.found.with(|it| it.running.iter().find(|it| it.tool == chosen).or(it.running.first()).cloned())
    }

    /// The button of a program.
    fn tool(self, it: &Command) -> El {
        let tool = it.tool;
        let is_shown = move || self.shown().is_some_and(|it| it.tool == tool);
        button("btn", move || self.chosen.set(tool.to_owned()))
            .class_fn("on", is_shown)
            .attr_fn("aria-pressed", move || Some(is_shown().to_string()))
            .test_id(format!("command-{tool}"))
            .text(it.name)
    }

    fn none(self) -> El {
        el("p").test_id("command-none").text(self.told.none)
    }

    fn command(self, it: &Command) -> Vec<El> {
        let told = self.told;
        let (text, file) = (it.text.clone(), (it.file_name.clone(), it.text.clone()));
        let said = self.said;
        let foot = el("p")
            .class("sheet-foot")
            .child(button("btn on", move || self.copy(&text)).attr("id", COPY).test_id(COPY).text(told.copy))
            .child(button("btn", move || self.save(&file.0, &file.1)).test_id("command-save").text(told.save))
            .child(el("span").attr("role", "status").test_id("command-said").text_fn(move || said.get()));
        let mut res = vec![el("pre").attr("tabindex", "0").test_id("command-text").text(&it.text), foot];
        if !it.run_by.is_empty() {
            res.push(el("p").class("caption").test_id("command-run-by").text((told.run_by)(&it.run_by)));
        }
        if !it.machines.is_empty() {
            res.push(el("p").class("caption").test_id("command-machines").text(&it.machines));
        }
        res.push(el("p").class("caption").test_id("command-back").text(told.back));
        if let Some(lost) = values("command-lost", &(told.lost)(it.name), &it.lost) {
            res.push(lost.child(el("p").class("caption").text(told.lost_note)));
        }
        res
    }

    /// The programs that do not run it, each with what would bring it to.
    fn refused(self, all: &[RefusedProgram]) -> Vec<El> {
        let row = |it: &RefusedProgram| el("li").child(el("span").text(format!("{} ", it.why))).maybe(self.remedy(it));
        let list = || el("ul").children(all.iter().map(row));
        if all.is_empty() { vec![] } else { vec![part("command-refused", self.told.refused).child(list())] }
    }

    fn remedy(self, it: &RefusedProgram) -> Option<El> {
        let remedy = it.remedy.as_ref()?;
        let (tool, inputs) = (it.tool, remedy.inputs.clone());
        let link = Link { inputs: inputs.clone(), ..Link::default() }.encode();
        let take = move || {
            self.chosen.set(tool.to_owned());
            self.state.go(&Link { inputs: inputs.clone(), ..self.state.link() });
            // Its own row is gone then.
            in_a_moment(|| focus(COPY));
        };
        let take = button("btn quiet", take).attr("data-link", link);
        Some(take.test_id(format!("command-set-{tool}")).text((self.told.set)(&remedy.said)))
    }

    fn copy(self, text: &str) {
        let told = self.told;
        clipboard::copy(text, move |is_copied| self.say(if is_copied { told.copied } else { told.copy_failed }));
    }

    fn save(self, name: &str, text: &str) {
        save_text(name, "text/plain", text);
        self.say(&(self.state.texts().share.saved)(name));
    }

    /// Says what was done. The browser may answer when the sheet is closed already.
    fn say(self, what: &str) {
        if self.said.try_set(what.to_owned()).is_none() {
            self.rest.then(move || self.said.set(String::new()));
        }
    }
}
