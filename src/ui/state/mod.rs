//! The page's state: the configuration that is shown, and beside it what belongs to the page: what is open, chosen,
//! refused and said. One `State` is created at the root. It places nothing.

mod configuration;
mod found;
mod inbox;
mod steps;

use crate::estimator::parameters::ParameterGroup;
use crate::estimator::verification::Target;
use crate::estimator::{
    Catalog, ComponentGroup, DEFAULT_METHOD, Inputs, MemoryUnit, MethodId, ParameterId, Refusal, Remembered, Telling,
    Value, answers, covers,
};
use crate::link::{Language, Link, PageState, Pins, Problem, Tab, View};
use crate::locale::Texts;
use crate::present::drawing::{Picture, PictureTexts};
use crate::ui::kit::element::memo;
use crate::ui::kit::ids::focus_parameter;
use crate::ui::kit::stages::Stages;
use crate::ui::spoken::{FetchTexts, Spoken};
use crate::ui::state::configuration::{Configuration, Estimates};
pub use crate::ui::state::found::FoundOut;
pub use crate::ui::state::inbox::Inbox;
use crate::web::frames::in_a_moment;
use crate::web::language;
use crate::web::theme::{self, Theme};
use leptos::prelude::*;
use std::sync::Arc;

/// A notice about the link.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// Tells notices apart.
    pub id: usize,
    /// The key that it is about.
    pub key: String,
    /// What it tells.
    pub problem: Problem,
}

/// A typed text that was not taken, and stays in its box.
#[derive(Clone, Debug, PartialEq)]
pub struct Refused {
    /// The parameter of the box.
    pub id: ParameterId,
    /// The text.
    pub typed: String,
    /// Why it was not taken.
    pub refusal: Refusal,
    /// The value that stands instead.
    pub used: String,
}

/// Makes a chart that is open below the page's own into a picture.
pub type MakePicture = Arc<dyn Fn(&PictureTexts) -> Picture + Send + Sync>;

/// Everything that the page remembers. A copy is a handle to the same signals.
#[derive(Clone, Copy)]
pub struct State {
    /// The configuration that is shown.
    pub shown: &'static Configuration,
    /// The models that have names.
    pub catalog: &'static Catalog,
    /// What the reader has brought.
    pub inbox: &'static Inbox,
    /// The parts of the view that are on the page already.
    pub stages: Stages,
    /// What was given in modes that were left.
    remembered: StoredValue<Remembered>,
    /// The query of the address bar as the page last read or wrote it.
    query: StoredValue<String>,
    page: RwSignal<PageState>,
    /// What today's configuration is held against.
    pub pinned: RwSignal<Pins>,
    /// What the methods answer to each of these: asked once, not with every move of the hand.
    pub pinned_estimates: Memo<Vec<Estimates>>,
    /// Whether the chart shows what is pinned in place of the methods.
    pub shows_pinned: RwSignal<bool>,
    /// The language where the link names none.
    of_reader: RwSignal<Language>,
    /// The language of the page: the link's, else the reader's.
    pub spoken: Spoken,
    /// The same, for whoever makes something anew when it changes.
    pub language: Memo<Language>,
    /// Whose colours the page wears.
    pub theme: RwSignal<Theme>,
    /// Whether the system asks for dark colours.
    pub system_is_dark: RwSignal<bool>,
    /// Where to drag, after a row of the document's table was opened; any other deliberate step forgets it.
    pub target: RwSignal<Option<Target>>,
    /// Whether the hand holds a slider, from the press to the release.
    pub is_held: RwSignal<bool>,
    /// Notices about the link that was opened.
    pub notices: RwSignal<Vec<Notice>>,
    /// Typed texts that were not taken.
    pub refusals: RwSignal<Vec<Refused>>,
    /// Whether the rest of the architecture is unfolded among the parameters.
    pub shape_is_open: RwSignal<bool>,
    /// The groups of parameters that are open where the page is too narrow for all.
    pub open_groups: RwSignal<Vec<ParameterGroup>>,
    /// The groups whose rows without effect are unfolded.
    pub whole_groups: RwSignal<Vec<ParameterGroup>>,
    /// The rows of the table that are open.
    pub open_rows: RwSignal<Vec<ComponentGroup>>,
    /// The row that the reader points at.
    pub pointed: RwSignal<Option<ComponentGroup>>,
    /// What was last found out about the run, which may be older than its totals.
    pub found: RwSignal<Option<Arc<FoundOut>>>,
    /// The sweep that is shown, as a picture to take away.
    pub sweep_picture: StoredValue<Option<MakePicture>>,
    /// The link as it was when the address last followed: for addresses that nobody reads while a slider moves.
    pub rested: RwSignal<Link>,
}

impl State {
    /// Reads the address bar and creates every signal. To be called once, at the root.
    pub fn from_address(chosen: Theme, fetch: FetchTexts) -> Self {
        // The catalogue lives as long as the page, like the signals of the root.
        let catalog: &'static Catalog = Box::leak(Box::new(Catalog::built_in()));
        let defaults = Link::default();
        let shown = Configuration::new(defaults.inputs);
        let (pointed, open_rows) = (RwSignal::new(None), RwSignal::new(Vec::new()));
        let (page, of_reader) = (RwSignal::new(defaults.page), RwSignal::new(language::of_reader()));
        let pinned = RwSignal::new(Pins::default());
        let pinned_estimates = Memo::new_with_compare(
            move |_| {
                let methods = shown.known.get();
                let answer = |it: &Inputs| Arc::new(answers(methods, it, Telling::Values));
                pinned.with(|all| all.iter().map(answer).collect::<Vec<_>>())
            },
            |_, _| true,
        );
        let spoken = Spoken::new(fetch, memo(move || page.get().language.unwrap_or_else(|| of_reader.get())));
        let res = Self {
            shown,
            catalog,
            inbox: Inbox::new(),
            stages: Stages::default(),
            remembered: StoredValue::new(Remembered::default()),
            query: StoredValue::new(String::new()),
            page,
            pinned,
            pinned_estimates,
            shows_pinned: RwSignal::new(false),
            of_reader,
            spoken,
            language: spoken.language,
            theme: RwSignal::new(chosen),
            system_is_dark: theme::follow_system(),
            target: RwSignal::new(None),
            is_held: RwSignal::new(false),
            notices: RwSignal::new(Vec::new()),
            refusals: RwSignal::new(Vec::new()),
            shape_is_open: RwSignal::new(false),
            open_groups: RwSignal::new(Vec::new()),
            whole_groups: RwSignal::new(Vec::new()),
            open_rows,
            pointed,
            found: RwSignal::new(None),
            sweep_picture: StoredValue::new(None),
            rested: RwSignal::new(Link::default()),
        };
        res.load_address();
        shown.follow_the_hand();
        res
    }

    /// The texts of the page's language. Not tracked: all views are made anew when the language changes.
    pub fn texts(self) -> &'static Texts {
        self.spoken.texts()
    }

    /// Speaks another language from now on, also on later visits. A link that names one names the new one.
    pub fn speak(self, language: Language) {
        language::keep(language);
        self.of_reader.set(language);
        if self.page.get_untracked().language.is_some() {
            self.page.update(|page| page.language = Some(language));
        }
    }

    /// Puts a parameter to what [`Configuration::given`] said earlier.
    pub fn restore(self, id: ParameterId, given: Option<Value>) {
        self.shown.give(id, given);
        self.rest();
    }

    /// The open view.
    pub fn view(self) -> View {
        self.page.get().view
    }

    /// Whether the page stands inside another one.
    pub fn is_embedded(self) -> bool {
        self.page.get().is_embedded
    }

    /// The unit of memory.
    pub fn unit(self) -> MemoryUnit {
        self.page.get().unit
    }

    /// Shows memory in another unit.
    pub fn set_unit(self, unit: MemoryUnit) {
        self.page.update(|page| page.unit = unit);
    }

    /// What is open below the chart.
    pub fn tab(self) -> Option<Tab> {
        self.page.get().tab
    }

    /// Opens a tab below the chart, or closes it where it is open.
    pub fn toggle_tab(self, tab: Tab) {
        self.page.update(|page| page.tab = (page.tab != Some(tab)).then_some(tab));
    }

    /// The parameter over which memory is shown, if one was chosen.
    pub fn over(self) -> Option<ParameterId> {
        self.page.get().over
    }

    /// Shows memory over another.
    pub fn show_over(self, id: ParameterId) {
        self.page.update(|page| page.over = Some(id));
    }

    /// The method that was chosen, whether it answers here or not: what leads to other inputs keeps it.
    pub fn chosen(self) -> MethodId {
        self.page.get_untracked().selected
    }

    /// The method whose card is selected: the chosen one where the mode has it, else the default. Where it has no
    /// answer none stands in: no verdict beats one by another method, which nobody chose. Only until its formulas are
    /// here does another count.
    pub fn selected(self) -> MethodId {
        let chosen = self.page.get().selected;
        let selected = if covers(chosen, self.shown.mode.get()) { chosen } else { DEFAULT_METHOD };
        let is_known = self.shown.known.get().iter().any(|it| it.id == selected);
        if is_known { selected } else { self.shown.answering.with(|it| MethodId::that_counts(it)).unwrap_or(selected) }
    }

    /// Whether what was found out is older than what is drawn.
    pub fn is_found_older(self) -> bool {
        let drawn = self.shown.drawn.get();
        self.found.with(|it| !it.as_ref().is_some_and(|it| Arc::ptr_eq(&it.of, &drawn)))
    }

    /// Sets a parameter.
    pub fn set(self, id: ParameterId, value: Value) {
        self.clear_refusal(id);
        // A notice that goes pulls the rows below it up, from under the hand that holds one of them.
        if !self.is_held.get_untracked() {
            self.forget_notices(id);
        }
        self.shown.give(id, Some(value));
    }

    /// What was said about a parameter's former value no longer holds.
    pub fn forget_notices(self, id: ParameterId) {
        let is_about = |notice: &Notice| notice.key == id.spec().key;
        if self.notices.with_untracked(|all| all.iter().any(is_about)) {
            self.notices.update(|all| all.retain(|notice| !is_about(notice)));
        }
    }

    /// Sets a parameter for good, as a committed text or a choice does: the address follows at once.
    pub fn commit(self, id: ParameterId, value: Value) {
        self.set(id, value);
        self.rest();
    }

    /// Puts a parameter to the mode's default.
    pub fn reset(self, id: ParameterId) {
        self.clear_refusal(id);
        self.shown.give(id, None);
        self.rest();
    }

    /// Selects a method's card.
    pub fn select(self, method: MethodId) {
        self.page.update(|page| page.selected = method);
    }

    /// Keeps a typed text that was not taken, to be explained.
    pub fn refuse(self, refused: Refused) {
        self.refusals.update(|all| {
            all.retain(|known| known.id != refused.id);
            all.push(refused);
        });
    }

    /// The typed value of a parameter is gone.
    pub fn clear_refusal(self, id: ParameterId) {
        if self.refusals.with_untracked(|all| all.iter().any(|known| known.id == id)) {
            self.refusals.update(|all| all.retain(|known| known.id != id));
        }
    }

    /// Unfolds what hides a parameter's row.
    pub fn unfold(self, id: ParameterId) {
        match id.group_in(self.shown.mode.get_untracked()) {
            Some(ParameterGroup::Shape) => self.shape_is_open.set(true),
            Some(group) => [self.open_groups, self.whole_groups].iter().for_each(|all| all.update(|it| it.push(group))),
            None => {}
        }
    }

    /// Moves the focus to a parameter's control, and unfolds what hides it.
    pub fn reveal(self, id: ParameterId) {
        self.unfold(id);
        // What was just unfolded is there after the effects of this task.
        in_a_moment(move || focus_parameter(id));
    }

    /// Opens or closes a row of the table.
    pub fn toggle_row(self, group: ComponentGroup) {
        toggle(self.open_rows, group);
    }
}

/// Takes what is in a list out of it, and puts what is not into it.
pub fn toggle<T: PartialEq + Send + Sync + 'static>(all: RwSignal<Vec<T>>, one: T) {
    all.update(|all| {
        let n_before = all.len();
        all.retain(|it| *it != one);
        if all.len() == n_before {
            all.push(one);
        }
    });
}
