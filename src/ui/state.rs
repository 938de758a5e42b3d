//! The page's state: one signal per parameter, created at the root, and what is derived from them. It
//! places nothing.
//!
//! Three paces, and what follows at which:
//! - *live*, in the event itself: a parameter's own row, `live_inputs`, `live_estimates`, and with them the totals;
//! - *drawn*, with the coming frame: the bars and their labels;
//! - *settled*, when the hand rests, or at once after a deliberate act: `inputs`, `estimates` and all that is derived from
//!   them. Whatever is not asked for while a slider moves reads these, and costs nothing meanwhile.

use crate::estimator::architecture::presets;
use crate::estimator::{
    Bytes, ComponentGroup, Conflict, Estimate, Inputs, METHODS, MemoryUnit, MethodId, Mode, ParameterId, Preset, Value,
    estimate_all,
};
use crate::link::{Link, PageState, Problem, ProblemKind, View, decode};
use crate::locale::{ENGLISH, Texts};
use crate::present::table::{Row, dependencies, rows};
use crate::ui::kit::element::{effect, memo};
use crate::ui::kit::stages::Stages;
use crate::web::address;
use crate::web::frames::{Once, Rest, in_a_moment};
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
    /// What it says.
    pub text: String,
}

/// The answers of all methods that cover the mode; handed on, never copied.
pub type Estimates = Arc<Vec<Estimate>>;

/// Everything that the page remembers. A copy is a handle to the same signals.
#[derive(Clone, Copy)]
pub struct State {
    /// The mode.
    pub mode: RwSignal<Mode>,
    /// The mode, for what is made anew only when it really changes.
    pub shown_mode: Memo<Mode>,
    /// The parts of the view that are on the page already.
    pub stages: Stages,
    /// Whether the model presets have arrived.
    pub presets_are_here: RwSignal<bool>,
    given: &'static [RwSignal<Option<Value>>],
    /// The query of the address bar as the page last read or wrote it.
    query: StoredValue<String>,
    page: RwSignal<PageState>,
    /// Whose colours the page wears.
    pub theme: RwSignal<Theme>,
    /// Whether the system asks for dark colours.
    pub system_is_dark: RwSignal<bool>,
    /// Notices about the link that was opened.
    pub notices: RwSignal<Vec<Notice>>,
    /// Why typed values were not taken, by the parameter of the box.
    pub refusals: RwSignal<Vec<(ParameterId, String)>>,
    /// The rows of the table that are open.
    pub open_rows: RwSignal<Vec<ComponentGroup>>,
    /// The row that the reader points at.
    pub pointed: RwSignal<Option<ComponentGroup>>,
    /// What is estimated under the hand.
    live_inputs: Memo<Inputs>,
    /// What the methods answer to that.
    pub live_estimates: Memo<Estimates>,
    /// The same, taken over once a frame, for what is drawn.
    pub drawn: RwSignal<Estimates>,
    /// What was estimated when the hand last rested.
    pub inputs: RwSignal<Inputs>,
    /// What the methods answered then.
    pub estimates: RwSignal<Estimates>,
    /// The model that was chosen, if any.
    model: Memo<Option<&'static Preset>>,
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
    pub fn from_address(chosen: Theme) -> Self {
        let defaults = Link::default();
        let mode = RwSignal::new(defaults.inputs.mode());
        // Signals of the root live as long as the page, and so does their list.
        let signals: Vec<_> = ParameterId::ALL.iter().map(|_| RwSignal::new(None)).collect();
        let given: &'static [RwSignal<Option<Value>>] = Box::leak(signals.into_boxed_slice());
        let live_inputs = memo(move || Inputs::collect(mode.get(), |id| given[id as usize].get()));
        // Other inputs are another estimate; comparing the trees would cost more than showing them.
        let live_estimates = Memo::new_with_compare(move |_| Arc::new(live_inputs.with(estimate_all)), |_, _| true);
        let drawn = RwSignal::new(Estimates::default());
        let (inputs, estimates) = (RwSignal::new(defaults.inputs), RwSignal::new(Estimates::default()));
        let (pointed, open_rows) = (RwSignal::new(None), RwSignal::new(Vec::new()));
        let res = Self {
            mode,
            shown_mode: memo(move || mode.get()),
            stages: Stages::default(),
            presets_are_here: RwSignal::new(!presets().is_empty()),
            given,
            query: StoredValue::new(String::new()),
            page: RwSignal::new(defaults.page),
            theme: RwSignal::new(chosen),
            system_is_dark: theme::follow_system(),
            notices: RwSignal::new(Vec::new()),
            refusals: RwSignal::new(Vec::new()),
            open_rows,
            pointed,
            live_inputs,
            live_estimates,
            drawn,
            inputs,
            estimates,
            model: memo(move || inputs.with(Inputs::preset)),
            conflicts: memo(move || inputs.with(Inputs::conflicts)),
            rested: RwSignal::new(Link::default()),
            rows: memo(move || estimates.with(|all| rows(all))),
            fed: memo(move || {
                let groups: Vec<_> = open_rows.get().into_iter().chain(pointed.get()).collect();
                estimates.with(|all| dependencies(all, &groups))
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

    /// The texts of the page's language.
    pub fn texts(self) -> &'static Texts {
        &ENGLISH
    }

    /// Shows what the address bar says, with a notice for each problem.
    fn load_address(self) {
        let query = address::query();
        let (link, problems) = decode(&query);
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
        let notices = refused.into_iter().chain(unknown).enumerate().map(|(id, problem)| Notice {
            id,
            key: problem.key.clone(),
            text: (self.texts().problem)(problem),
        });
        self.notices.set(notices.collect());
    }

    /// Shows a link.
    fn load(self, link: &Link) {
        self.refusals.set(Vec::new());
        self.pointed.set(None);
        self.mode.set(link.inputs.mode());
        for (signal, &id) in self.given.iter().zip(ParameterId::ALL) {
            signal.set(link.inputs.given(id));
        }
        self.page.set(link.page);
        self.settle();
        self.rested.set(link.clone());
    }

    /// A deliberate step: the present link stays in the history, and Back returns to it.
    pub fn go(self, link: &Link) {
        self.rest();
        address::step_to(link);
        self.query.set_value(address::query());
        // Another view shows the same configuration, and what was wrong with its link.
        if link.inputs != self.inputs.get_untracked() {
            self.notices.set(Vec::new());
        }
        self.load(link);
    }

    /// A deliberate step to other inputs, seen in the Estimate view.
    pub fn go_to_inputs(self, inputs: Inputs, selected: MethodId) {
        let page = PageState { view: View::Estimate, selected, ..self.page.get_untracked() };
        self.go(&Link { inputs, page });
    }

    /// A deliberate step to a link from elsewhere.
    pub fn open_link(self, text: &str) {
        let (link, problems) = decode(text);
        self.go(&link);
        self.tell(&problems);
    }

    /// The link that restores what is shown.
    pub fn link(self) -> Link {
        Link { inputs: self.live_inputs.get(), page: self.page.get() }
    }

    /// The hand has rested for a while: the address bar and the addresses of the page's anchors follow too.
    pub fn rest(self) {
        self.settle();
        let link = untrack(|| self.link());
        address::follow(&link);
        self.query.set_value(address::query());
        self.rested.set(link);
    }

    /// A method's settled answer, as `read` reads it; `None` where the method does not cover the mode.
    pub fn with_estimate<T>(self, method: MethodId, read: impl FnOnce(&Estimate) -> T) -> Option<T> {
        self.estimates.with(|all| all.iter().find(|it| it.method() == method).map(read))
    }

    /// A method's settled total.
    pub fn total(self, method: MethodId) -> Bytes {
        self.with_estimate(method, Estimate::total).unwrap_or_default()
    }

    /// A method's total under the hand.
    pub fn live_total(self, method: MethodId) -> Bytes {
        let total = |all: &Estimates| all.iter().find(|it| it.method() == method).map(Estimate::total);
        self.live_estimates.with(total).unwrap_or_default()
    }

    /// The methods that cover the open mode, in their order.
    pub fn methods(self) -> Vec<MethodId> {
        let mode = self.mode.get();
        METHODS.iter().map(|method| method.id).filter(|method| method.covers(mode)).collect()
    }

    /// A link with the same workload in another mode.
    pub fn in_mode(link: &Link, mode: Mode) -> Link {
        let covers = link.page.selected.covers(mode);
        let selected = if covers { link.page.selected } else { PageState::default().selected };
        Link { inputs: link.inputs.in_mode(mode), page: PageState { view: View::Estimate, selected, ..link.page } }
    }

    /// A link to another view of the same configuration.
    pub fn to_view(link: &Link, view: View) -> Link {
        Link { page: PageState { view, ..link.page }, ..link.clone() }
    }

    /// A parameter's value.
    pub fn value(self, id: ParameterId) -> Value {
        self.given[id as usize].get().unwrap_or_else(|| self.default_of(id))
    }

    /// A parameter's default in the open mode with the chosen model.
    pub fn default_of(self, id: ParameterId) -> Value {
        let read = |inputs: &Inputs| inputs.default_of(id).unwrap_or_else(|| inputs.value(id));
        if id.follows_others() {
            return self.inputs.with(read);
        }
        // All others change with the model only, and with the mode, which makes the whole view anew.
        self.model.with(|_| ());
        self.inputs.with_untracked(read)
    }

    /// Whether a parameter stands at its default.
    pub fn is_default(self, id: ParameterId) -> bool {
        self.given[id as usize].get().is_none_or(|value| value == self.default_of(id))
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

    /// The method whose card is selected, among those that cover the mode.
    pub fn selected(self) -> MethodId {
        let selected = self.page.get().selected;
        if selected.covers(self.mode.get()) { selected } else { PageState::default().selected }
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

    /// Starts from a model; a deliberate step, which Back takes back. What the model states replaces what was set.
    pub fn choose_model(self, model: Option<&'static Preset>) {
        let inputs = self.live_inputs.get_untracked().with_model(model);
        self.go(&Link { inputs, page: self.page.get_untracked() });
    }

    /// Puts every parameter to the mode's default; a deliberate step, which Back takes back.
    pub fn reset_all(self) {
        let mode = self.mode.get_untracked();
        self.go(&Link { inputs: Inputs::defaults(mode), page: self.page.get_untracked() });
    }

    /// Selects a method's card.
    pub fn select(self, method: MethodId) {
        self.page.update(|page| page.selected = method);
    }

    /// Explains why a typed value was not taken.
    pub fn refuse(self, id: ParameterId, text: String) {
        self.refusals.update(|all| {
            all.retain(|(known, _)| *known != id);
            all.push((id, text));
        });
    }

    /// The typed value of a parameter is gone.
    pub fn clear_refusal(self, id: ParameterId) {
        if self.refusals.with_untracked(|all| all.iter().any(|(known, _)| *known == id)) {
            self.refusals.update(|all| all.retain(|(known, _)| *known != id));
        }
    }

    /// Opens or closes a row of the table.
    pub fn toggle_row(self, group: ComponentGroup) {
        self.open_rows.update(|open| match open.iter().position(|it| *it == group) {
            Some(at) => drop(open.remove(at)),
            None => open.push(group),
        });
    }
}
