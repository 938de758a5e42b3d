//! The page's state: one signal per parameter, created at the root, and what is derived from them. It
//! places nothing.
//!
//! Three paces, and what follows at which:
//! - *live*, in the event itself: a parameter's own row, `live_inputs`, `live_estimates`, and with them the totals;
//! - *drawn*, with the coming frame: the bars and their labels;
//! - *settled*, when the hand rests, or at once after a deliberate act: `inputs`, `estimates` and all that is derived from
//!   them. Whatever is not asked for while a slider moves reads these, and costs nothing meanwhile.

mod steps;

use crate::estimator::parameters::{Follows, ParameterGroup};
use crate::estimator::verification::Target;
use crate::estimator::{
    Bytes, Catalog, ComponentGroup, Conflict, Estimate, Followed, Inputs, MemoryUnit, MethodId, Mode, ParameterId,
    Refusal, Remembered, Unsupported, Value, conflicts, covers, estimate_all, estimate_values, mode_that_runs, support,
    told_default, told_followed, total,
};
use crate::link::{Language, Link, PageState, Problem, View};
use crate::locale::{RefusedText, Texts};
use crate::present::table::{Row, dependencies, rows};
use crate::ui::kit::element::{effect, memo};
use crate::ui::kit::ids::focus_parameter;
use crate::ui::kit::stages::Stages;
use crate::ui::spoken::{FetchTexts, Spoken};
use crate::web::frames::{Once, Rest, in_a_moment};
use crate::web::language;
use crate::web::theme::{self, Theme};
use leptos::prelude::*;
use std::sync::Arc;
use std::time::Duration;

/// How long the hand is still before it rests: longer than between two moves of a drag or a held key.
const SETTLE_AFTER: Duration = Duration::from_millis(120);

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

/// The answers of all methods that cover the mode; handed on, never copied.
pub type Estimates = Arc<Vec<Estimate>>;

/// Everything that the page remembers. A copy is a handle to the same signals.
#[derive(Clone, Copy)]
pub struct State {
    /// The mode.
    pub mode: RwSignal<Mode>,
    /// The models that have names.
    pub catalog: &'static Catalog,
    /// The mode, for what is made anew only when it really changes.
    pub shown_mode: Memo<Mode>,
    /// The parts of the view that are on the page already.
    pub stages: Stages,
    given: &'static [RwSignal<Option<Value>>],
    /// What was given in modes that were left.
    remembered: StoredValue<Remembered>,
    /// The query of the address bar as the page last read or wrote it.
    query: StoredValue<String>,
    page: RwSignal<PageState>,
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
    /// Notices about the link that was opened.
    pub notices: RwSignal<Vec<Notice>>,
    /// Typed texts that were not taken.
    pub refusals: RwSignal<Vec<Refused>>,
    /// Whether the rest of the architecture is unfolded among the parameters.
    pub shape_is_open: RwSignal<bool>,
    /// The rows of the table that are open.
    pub open_rows: RwSignal<Vec<ComponentGroup>>,
    /// The row that the reader points at.
    pub pointed: RwSignal<Option<ComponentGroup>>,
    /// What is estimated under the hand.
    live_inputs: Memo<Inputs>,
    /// The methods that answer to that, in their order.
    answering: Memo<Vec<MethodId>>,
    /// What the methods answer to that.
    pub live_estimates: Memo<Estimates>,
    /// The same, taken over once a frame, for what is drawn.
    pub drawn: RwSignal<Estimates>,
    /// What was estimated when the hand last rested.
    pub inputs: RwSignal<Inputs>,
    /// What the methods answered then.
    pub estimates: RwSignal<Estimates>,
    /// The same with the formulas told: made only where somebody reads them.
    pub formulas: Memo<Estimates>,
    /// The model that was chosen, if any.
    model: Memo<Option<String>>,
    /// Defaults that other choices have moved.
    pub followed: Memo<Vec<Followed>>,
    /// Inputs that contradict each other.
    pub conflicts: Memo<Vec<Conflict>>,
    /// The link as it was when the address last followed: for addresses that nobody reads while a slider moves.
    pub rested: RwSignal<Link>,
    /// The parameters that feed a row which is open or pointed at.
    pub fed: Memo<Vec<ParameterId>>,
    /// The rows of the table, which are the entries of the legend too.
    pub rows: Memo<Vec<Row>>,
}

impl State {
    /// Reads the address bar and creates every signal. To be called once, at the root.
    pub fn from_address(chosen: Theme, fetch: FetchTexts) -> Self {
        // The catalogue lives as long as the page, like the signals of the root.
        let catalog: &'static Catalog = Box::leak(Box::new(Catalog::built_in()));
        let defaults = Link::default();
        let mode = RwSignal::new(defaults.inputs.mode());
        // Signals of the root live as long as the page, and so does their list.
        let signals: Vec<_> = ParameterId::ALL.iter().map(|_| RwSignal::new(None)).collect();
        let given: &'static [RwSignal<Option<Value>>] = Box::leak(signals.into_boxed_slice());
        let live_inputs = memo(move || Inputs::collect(mode.get(), |id| given[id as usize].get()));
        // Other inputs are another estimate; comparing two would cost more than showing one.
        let memo_of = |make: fn(&Inputs) -> Vec<Estimate>, of: Signal<Inputs>| {
            Memo::new_with_compare(move |_| Arc::new(of.with(make)), |_, _| true)
        };
        let live_estimates = memo_of(estimate_values, live_inputs.into());
        let drawn = RwSignal::new(Estimates::default());
        let (inputs, estimates) = (RwSignal::new(defaults.inputs), RwSignal::new(Estimates::default()));
        let formulas = memo_of(estimate_all, inputs.into());
        let (pointed, open_rows) = (RwSignal::new(None), RwSignal::new(Vec::new()));
        let (page, of_reader) = (RwSignal::new(defaults.page), RwSignal::new(language::of_reader()));
        let spoken = Spoken::new(fetch, memo(move || page.get().language.unwrap_or_else(|| of_reader.get())));
        let res = Self {
            mode,
            catalog,
            shown_mode: memo(move || mode.get()),
            stages: Stages::default(),
            given,
            remembered: StoredValue::new(Remembered::default()),
            query: StoredValue::new(String::new()),
            page,
            of_reader,
            spoken,
            language: spoken.language,
            theme: RwSignal::new(chosen),
            system_is_dark: theme::follow_system(),
            target: RwSignal::new(None),
            notices: RwSignal::new(Vec::new()),
            refusals: RwSignal::new(Vec::new()),
            shape_is_open: RwSignal::new(false),
            open_rows,
            pointed,
            live_inputs,
            answering: memo(move || live_estimates.with(|all| all.iter().map(Estimate::method).collect())),
            live_estimates,
            drawn,
            inputs,
            estimates,
            formulas,
            model: memo(move || inputs.with(|it| it.model().map(|model| model.id.to_string()))),
            followed: memo(move || inputs.with(told_followed)),
            conflicts: memo(move || inputs.with(conflicts)),
            rested: RwSignal::new(Link::default()),
            rows: memo(move || estimates.with(|all| rows(all))),
            fed: memo(move || {
                let groups: Vec<_> = open_rows.get().into_iter().chain(pointed.get()).collect();
                // Nothing asks for formulas while no row is open or pointed at.
                if groups.is_empty() { Vec::new() } else { formulas.with(|all| dependencies(all, &groups)) }
            }),
        };
        res.load_address();
        res.follow_the_hand();
        res
    }

    /// What is drawn follows with the coming frame, all else when the hand rests.
    fn follow_the_hand(self) {
        let (once, rest) = (Once::per_frame(), Rest::new(SETTLE_AFTER));
        effect(move || {
            // Read, not only tracked: a memo that nobody has read knows no sources.
            self.live_estimates.with(|_| ());
            once.ask(move || self.drawn.set(self.live_estimates.get_untracked()));
            rest.then(move || self.settle_by_and_by());
        });
    }

    /// The hand rests, and may move again any moment: first the rows follow, then what the methods answer, each in a task of
    /// its own.
    fn settle_by_and_by(self) {
        self.settle_inputs();
        in_a_moment(move || self.settle());
    }

    fn settle_inputs(self) {
        let inputs = self.live_inputs.get_untracked();
        if self.inputs.with_untracked(|settled| *settled != inputs) {
            self.inputs.set(inputs);
        }
    }

    /// What is not shown while the hand moves follows now.
    fn settle(self) {
        let estimates = self.live_estimates.get_untracked();
        if !self.estimates.with_untracked(|settled| Arc::ptr_eq(settled, &estimates)) {
            self.settle_inputs();
            self.estimates.set(estimates);
        }
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

    /// A method's settled answer, as `read` reads it; `None` where the method does not cover the mode.
    pub fn with_estimate<T>(self, method: MethodId, read: impl FnOnce(&Estimate) -> T) -> Option<T> {
        self.estimates.with(|all| all.iter().find(|it| it.method() == method).map(read))
    }

    /// A method's settled total; `None` where it does not answer.
    pub fn total(self, method: MethodId) -> Option<Bytes> {
        self.with_estimate(method, Estimate::total)
    }

    /// A method's total under the hand; `None` where it does not answer.
    pub fn live_total(self, method: MethodId) -> Option<Bytes> {
        self.live_estimates.with(|all| all.iter().find(|it| it.method() == method).map(Estimate::total))
    }

    /// Why a method that covers the mode does not answer, and a mode in which it would; `None` where it answers.
    pub fn unanswered(self, method: MethodId) -> Option<(Unsupported, Option<Mode>)> {
        self.inputs.with(|inputs| {
            let reason = support(inputs).err().filter(|_| total(method, inputs).is_none())?;
            Some((reason, mode_that_runs(inputs)))
        })
    }

    /// The methods that cover the open mode, in their order.
    pub fn methods(self) -> Vec<MethodId> {
        let mode = self.mode.get();
        MethodId::ALL.into_iter().filter(|method| covers(*method, mode)).collect()
    }

    /// A parameter's value.
    pub fn value(self, id: ParameterId) -> Value {
        self.given[id as usize].get().unwrap_or_else(|| self.default_of(id))
    }

    /// A parameter's default in the open mode with the chosen model.
    pub fn default_of(self, id: ParameterId) -> Value {
        let read = |inputs: &Inputs| told_default(inputs, id).unwrap_or_else(|| inputs.value(id));
        if id.spec().follows != Follows::Nothing {
            return self.inputs.with(read);
        }
        // All others change with the model only, and with the mode, which makes the whole view anew.
        self.model.with(|_| ());
        self.inputs.with_untracked(read)
    }

    /// What was given for a parameter in place of its default, untracked.
    pub fn given(self, id: ParameterId) -> Option<Value> {
        self.given[id as usize].get_untracked()
    }

    /// Puts a parameter to what [`State::given`] said earlier.
    pub fn restore(self, id: ParameterId, given: Option<Value>) {
        self.given[id as usize].set(given);
        self.rest();
    }

    /// Whether a parameter stands at its default. A size beside a typed shape does not, whatever it is.
    pub fn is_default(self, id: ParameterId) -> bool {
        let is_left = |value| value == self.default_of(id) && self.inputs.with(|inputs| inputs.is_default(id));
        self.given[id as usize].get().is_none_or(is_left)
    }

    /// The open view.
    pub fn view(self) -> View {
        self.page.get().view
    }

    /// The unit of memory.
    pub fn unit(self) -> MemoryUnit {
        self.page.get().unit
    }

    /// Shows memory in another unit.
    pub fn set_unit(self, unit: MemoryUnit) {
        self.page.update(|page| page.unit = unit);
    }

    /// The method whose card is selected, if it answers; else the one that counts in its place.
    pub fn selected(self) -> MethodId {
        let selected = self.page.get().selected;
        let answering = self.answering.get();
        if answering.contains(&selected) { selected } else { MethodId::that_counts(&answering).unwrap_or(selected) }
    }

    /// Sets a parameter; what was said about its former value no longer holds.
    pub fn set(self, id: ParameterId, value: Value) {
        self.clear_refusal(id);
        let is_about = |notice: &Notice| notice.key == id.spec().key;
        if self.notices.with_untracked(|all| all.iter().any(is_about)) {
            self.notices.update(|all| all.retain(|notice| !is_about(notice)));
        }
        self.given[id as usize].set(Some(value));
    }

    /// Sets a parameter for good, as a committed text or a choice does: the address follows at once.
    pub fn commit(self, id: ParameterId, value: Value) {
        self.set(id, value);
        self.rest();
    }

    /// Puts a parameter to the mode's default.
    pub fn reset(self, id: ParameterId) {
        self.clear_refusal(id);
        self.given[id as usize].set(None);
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

    /// Why the typed text of a parameter was not taken, if that is so.
    pub fn refusal(self, id: ParameterId) -> Option<String> {
        let told = |it: &Refused| {
            let label = (self.texts().parameter_in_mode)(id, self.mode.get_untracked());
            (self.texts().refused)(&RefusedText { id, label, typed: &it.typed, refusal: it.refusal, used: &it.used })
        };
        self.refusals.with(|all| all.iter().find(|known| known.id == id).map(told))
    }

    /// The typed value of a parameter is gone.
    pub fn clear_refusal(self, id: ParameterId) {
        if self.refusals.with_untracked(|all| all.iter().any(|known| known.id == id)) {
            self.refusals.update(|all| all.retain(|known| known.id != id));
        }
    }

    /// Moves the focus to a parameter's control, and unfolds what hides it.
    pub fn reveal(self, id: ParameterId) {
        if id.group_in(self.mode.get_untracked()) == Some(ParameterGroup::Shape) {
            self.shape_is_open.set(true);
        }
        // What was just unfolded is there after the effects of this task.
        in_a_moment(move || focus_parameter(id));
    }

    /// Opens or closes a row of the table.
    pub fn toggle_row(self, group: ComponentGroup) {
        self.open_rows.update(|open| match open.iter().position(|it| *it == group) {
            Some(at) => drop(open.remove(at)),
            None => open.push(group),
        });
    }
}
