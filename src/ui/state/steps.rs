//! Steps between configurations: the address bar read and written, other modes and views, models, and all defaults. It
//! derives nothing.

use crate::estimator::verification::Target;
use crate::estimator::{Inputs, MethodId, Mode, Model, ParameterId, Remembered, Value, covers};
use crate::link::{Language, Link, MOST_PINS, PageState, Problem, ProblemKind, View, decode};
use crate::ui::state::{Notice, State};
use crate::web::address;
use leptos::prelude::*;
use std::sync::Arc;

/// Problems of a link that are told one by one.
const MOST_NOTICES: usize = 10;

impl State {
    /// The method whose card is selected in a mode: one that covers it.
    pub fn selected_in(mode: Mode, selected: MethodId) -> MethodId {
        if covers(selected, mode) { selected } else { PageState::default().selected }
    }

    /// Shows what the address bar says, with a notice for each problem.
    pub(super) fn load_address(self) {
        let query = address::query();
        let (link, problems) = decode(&query, self.catalog);
        self.query.set_value(query);
        self.tell(&problems);
        self.load(&link);
    }

    /// Shows what the address bar says, unless it says what the page last wrote there: a jump inside the
    /// page changes nothing, and must not throw away what was just typed.
    pub fn follow_address(self) {
        if address::query() != self.query.get_value() {
            self.load_address();
        }
    }

    /// A notice for each problem of a link: values that could not be taken first, keys that mean nothing last.
    /// Contradictions are told beside their parameter, as long as they last.
    fn tell(self, problems: &[Problem]) {
        let is_unknown = |it: &&Problem| it.kind == ProblemKind::UnknownKey;
        let (unknown, refused): (Vec<_>, Vec<_>) = problems.iter().partition(is_unknown);
        let (mut notices, mut n_more) = (Vec::new(), 0);
        for problem in refused.into_iter().chain(unknown) {
            let id = notices.len();
            match problem.kind {
                // Nobody reads a hundred: the rest is counted, with what the link's reader has only counted.
                ProblemKind::More(n) => n_more += n,
                _ if id >= MOST_NOTICES => n_more += 1,
                _ => notices.push(Notice { id, key: problem.key.clone(), problem: problem.clone() }),
            }
        }
        if n_more > 0 {
            let problem = Problem { key: String::new(), value: String::new(), kind: ProblemKind::More(n_more) };
            notices.push(Notice { id: MOST_NOTICES, key: String::new(), problem });
        }
        self.notices.set(notices);
    }

    /// Shows a link.
    fn load(self, link: &Link) {
        self.remembered.update_value(|it| it.note(&self.shown.inputs.get_untracked(), &|id| self.shown.given(id)));
        self.refusals.set(Vec::new());
        self.pointed.set(None);
        self.target.set(None);
        self.page.set(link.page);
        if self.pinned.with_untracked(|it| *it != link.pins) {
            let is_more = link.pins.len() > self.pinned.with_untracked(|it| it.len());
            let is_shown = is_more || self.shows_pinned.get_untracked();
            self.shows_pinned.set(is_shown && !link.pins.is_empty());
            self.pinned.set(link.pins.clone());
        }
        self.shown.load(&link.inputs);
        self.rested.set(link.clone());
    }

    /// The language that the present link names.
    pub fn named_language(self) -> Option<Language> {
        self.page.get().language
    }

    /// A deliberate step: the present link stays in the history, and Back returns to it. It speaks the same language.
    pub fn go(self, link: &Link) {
        self.rest();
        let language = link.page.language.or_else(|| untrack(|| self.named_language()));
        let link = &Link { page: PageState { language, ..link.page }, ..link.clone() };
        address::step_to(link);
        self.query.set_value(address::query());
        // Another view shows the same configuration, and what was wrong with its link.
        if link.inputs != self.shown.inputs.get_untracked() {
            self.notices.set(Vec::new());
        }
        self.load(link);
    }

    /// A deliberate step to other inputs, seen in the Estimate view.
    pub fn go_to_inputs(self, inputs: Inputs, selected: MethodId) {
        let selected = Self::selected_in(inputs.mode(), selected);
        let page = PageState { view: View::Estimate, selected, ..self.page.get_untracked() };
        self.go(&Link { inputs, page, pins: self.pinned.get_untracked() });
    }

    /// A deliberate step to the start of a row of the document's table, from which its drag can be repeated.
    pub fn open_row(self, link: &Link, target: Target) {
        self.go(link);
        self.unfold(target.parameter);
        self.target.set(Some(target));
    }

    /// A deliberate step to a link from elsewhere.
    pub fn open_link(self, text: &str) {
        let (mut link, problems) = decode(text, self.catalog);
        // What the reader has pinned is held against whatever comes next.
        if link.pins.is_empty() {
            link.pins = self.pinned.get_untracked();
        }
        self.go(&link);
        self.tell(&problems);
    }

    /// The link that restores what is shown.
    pub fn link(self) -> Link {
        Link { inputs: self.shown.live_inputs.get(), page: self.page.get(), pins: self.pinned.get() }
    }

    /// The address bar and the addresses of the page's anchors follow: once the hand has rested for a while, and at
    /// once where something deliberate is done, or the page is left.
    pub fn rest(self) {
        self.shown.settle();
        let link = untrack(|| self.link());
        // An address that means the same already stays as it was written by hand.
        if decode(&address::query(), self.catalog).0 != link {
            address::follow(&link);
        }
        self.query.set_value(address::query());
        self.rested.set(link);
    }

    /// A link with the same workload in another mode, and with what was given there earlier.
    pub fn in_mode(self, link: &Link, mode: Mode) -> Link {
        let selected = Self::selected_in(mode, link.page.selected);
        let mut remembered = self.remembered.get_value();
        remembered.note(&link.inputs, &|id| self.shown.given(id));
        let page = PageState { view: View::Estimate, selected, ..link.page };
        Link { inputs: remembered.inputs(mode), page, pins: link.pins.clone() }
    }

    /// A deliberate step to another mode, with another model if one is given. `told` finds what is to be said of it.
    pub fn switch(self, mode: Mode, model: Option<Arc<Model>>, told: impl FnOnce(&Inputs, &Inputs) -> Vec<Problem>) {
        let before = self.link();
        let mut link = self.in_mode(&before, mode);
        if model.is_some() {
            link.inputs = link.inputs.with_model(model);
        }
        self.go(&link);
        self.tell(&told(&before.inputs, &link.inputs));
    }

    /// A link to another view of the same configuration.
    pub fn to_view(link: &Link, view: View) -> Link {
        Link { page: PageState { view, ..link.page }, ..link.clone() }
    }

    /// Starts from a model; a deliberate step, which Back takes back. What the model states replaces what was set.
    pub fn choose_model(self, model: Option<Arc<Model>>) {
        let inputs = self.shown.live_inputs.get_untracked().with_model(model);
        self.go(&Link { inputs, ..untrack(|| self.link()) });
    }

    /// Chooses a GPU, or several kinds, which say themselves how many they are. What was typed of another one is no
    /// figure of it.
    pub fn choose_gpu(self, gpu: Value) {
        if matches!(gpu, Value::List(_)) {
            self.shown.give(ParameterId::GpuCount, None);
        }
        self.shown.give(ParameterId::GpuMemory, None);
        self.shown.give(ParameterId::GpuFamily, None);
        self.commit(ParameterId::Gpu, gpu);
    }

    /// Pins what is shown; a deliberate step. Where as many are pinned as a link can hold, nothing happens.
    pub fn pin(self) {
        let link = untrack(|| self.link());
        if link.pins.len() < MOST_PINS {
            let pins = link.pins.iter().chain([&link.inputs]).cloned().collect();
            self.go(&Link { pins: Arc::new(pins), ..link });
        }
    }

    /// Takes a pinned configuration away, by its place; a deliberate step.
    pub fn unpin(self, at: usize) {
        let link = untrack(|| self.link());
        let mut pins = (*link.pins).clone();
        if at < pins.len() {
            pins.remove(at);
            self.go(&Link { pins: Arc::new(pins), ..link });
        }
    }

    /// Shows a pinned configuration, by its place, and pins what is shown in its stead; a deliberate step.
    pub fn swap_with_pinned(self, at: usize) {
        let link = untrack(|| self.link());
        let mut pins = (*link.pins).clone();
        let Some(pin) = pins.get_mut(at) else { return };
        let inputs = std::mem::replace(pin, link.inputs.clone());
        let selected = Self::selected_in(inputs.mode(), link.page.selected);
        self.go(&Link { inputs, page: PageState { selected, ..link.page }, pins: Arc::new(pins) });
    }

    /// Puts every parameter to the mode's default; a deliberate step, which Back takes back.
    pub fn reset_all(self) {
        let mode = self.shown.mode.get_untracked();
        self.go(&Link { inputs: Inputs::defaults(mode), ..untrack(|| self.link()) });
        self.remembered.set_value(Remembered::default());
    }
}
