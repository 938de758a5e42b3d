//! One configuration: a mode, what was given for each parameter, and what follows from them. It knows neither the page
//! nor the address bar, so that the page may one day hold several side by side.
//!
//! Three paces, and what follows at which:
//! - *live*, in the event itself: a parameter's own row, `live_inputs`, `live_estimates`, and with them the totals;
//! - *drawn*, with the coming frame: the bars and their labels;
//! - *settled*, when the hand rests, or at once after a deliberate act: `inputs`, `estimates` and all that is derived
//!   from them. Whatever is not asked for while a slider moves reads these, and costs nothing meanwhile.

use crate::estimator::catalog::devices::Device;
use crate::estimator::parameters::Follows;
use crate::estimator::{
    Bytes, Conflict, DEFAULT_METHOD, Engine, Estimate, FIRST_METHODS, Followed, Inputs, Method, MethodId, Mode,
    ParameterId, Telling, Unsupported, Value, answers, conflicts, covers, device_memory, memory_of_fullest,
    mode_that_runs, named_device, support, told_default, told_followed,
};
use crate::present::table::{Row, rows};
use crate::ui::kit::element::{effect, memo};
use crate::web::frames::{Once, Rest, in_a_moment};
use leptos::prelude::*;
use std::sync::Arc;
use std::time::Duration;

/// How long the hand is still before it rests: longer than between two moves of a drag or a held key.
const SETTLE_AFTER: Duration = Duration::from_millis(120);

/// The answers of all methods that cover the mode; handed on, never copied.
pub type Estimates = Arc<Vec<Estimate>>;

/// A configuration. Its signals live as long as the page, and so does it: whoever needs it keeps a reference.
pub struct Configuration {
    /// The mode.
    pub mode: RwSignal<Mode>,
    /// The mode, for what is made anew only when it really changes.
    pub shown_mode: Memo<Mode>,
    given: &'static [RwSignal<Option<Value>>],
    /// What is estimated under the hand.
    pub live_inputs: Memo<Inputs>,
    /// The methods whose formulas are here.
    pub known: RwSignal<&'static [Method]>,
    /// The methods that answer to that, in their order.
    pub answering: Memo<Vec<MethodId>>,
    /// What the methods answer to that.
    pub live_estimates: Memo<Estimates>,
    /// The same, taken over once a frame, for what is drawn.
    pub drawn: RwSignal<Estimates>,
    /// What was estimated when the hand last rested.
    pub inputs: RwSignal<Inputs>,
    /// What the methods answered then.
    pub estimates: RwSignal<Estimates>,
    /// The settled answers with the formulas told: made only where somebody reads them.
    pub formulas: Memo<Estimates>,
    /// The model that was chosen, if any.
    model: Memo<Option<String>>,
    /// Defaults that other choices have moved.
    pub followed: Memo<Vec<Followed>>,
    /// Inputs that contradict each other.
    pub conflicts: Memo<Vec<Conflict>>,
    /// The rows of the table, which are the entries of the legend too.
    pub rows: Memo<Vec<Row>>,
}

impl Configuration {
    /// The signals of one configuration, at the defaults of a mode.
    pub fn new(start: Inputs) -> &'static Self {
        let mode = RwSignal::new(start.mode());
        let signals: Vec<_> = ParameterId::ALL.iter().map(|_| RwSignal::new(None)).collect();
        let given: &'static [RwSignal<Option<Value>>] = Box::leak(signals.into_boxed_slice());
        let live_inputs = memo(move || Inputs::collect(mode.get(), |id| given[id as usize].get()));
        // The formulas of `calibrated` are the larger part of the estimator, and come with the second program.
        let known = RwSignal::new(FIRST_METHODS);
        // Other inputs are another estimate; comparing two would cost more than showing one.
        let memo_of = |telling: Telling, of: Signal<Inputs>| {
            let make = move |inputs: &Inputs| answers(known.get(), inputs, telling);
            Memo::new_with_compare(move |_| Arc::new(of.with(make)), |_, _| true)
        };
        let live_estimates = memo_of(Telling::Values, live_inputs.into());
        let (inputs, estimates) = (RwSignal::new(start), RwSignal::new(Estimates::default()));
        Box::leak(Box::new(Self {
            mode,
            shown_mode: memo(move || mode.get()),
            given,
            live_inputs,
            answering: memo(move || live_estimates.with(|all| all.iter().map(Estimate::method).collect())),
            live_estimates,
            drawn: RwSignal::new(Estimates::default()),
            inputs,
            estimates,
            formulas: memo_of(Telling::Formulas, inputs.into()),
            known,
            model: memo(move || inputs.with(|it| it.model().map(|model| model.id.to_string()))),
            followed: memo(move || inputs.with(told_followed)),
            conflicts: memo(move || inputs.with(conflicts)),
            rows: memo(move || estimates.with(|all| rows(all))),
        }))
    }

    /// What is drawn follows with the coming frame, all else when the hand rests. To be called once.
    pub fn follow_the_hand(&'static self) {
        let (once, rest) = (Once::per_frame(), Rest::new(SETTLE_AFTER));
        effect(move || {
            // Read, not only tracked: a memo that nobody has read knows no sources.
            self.live_estimates.with(|_| ());
            once.ask(move || self.drawn.set(self.live_estimates.get_untracked()));
            rest.then(move || self.settle_by_and_by());
        });
    }

    /// The hand rests, and may move again any moment: first the rows follow, then what the methods answer, each in a
    /// task of its own.
    fn settle_by_and_by(&'static self) {
        self.settle_inputs();
        in_a_moment(move || self.settle());
    }

    /// Takes over the formulas of all methods, and what they answer.
    pub fn learn(&'static self, methods: &'static [Method]) {
        self.known.set(methods);
        self.settle();
    }

    fn settle_inputs(&'static self) {
        let inputs = self.live_inputs.get_untracked();
        if self.inputs.with_untracked(|settled| *settled != inputs) {
            self.inputs.set(inputs);
        }
    }

    /// What is not shown while the hand moves follows now.
    pub fn settle(&'static self) {
        let estimates = self.live_estimates.get_untracked();
        if !self.estimates.with_untracked(|settled| Arc::ptr_eq(settled, &estimates)) {
            self.settle_inputs();
            self.estimates.set(estimates);
        }
    }

    /// Takes over other inputs, and settles.
    pub fn load(&'static self, inputs: &Inputs) {
        self.mode.set(inputs.mode());
        for (signal, &id) in self.given.iter().zip(ParameterId::ALL) {
            signal.set(inputs.given(id).cloned());
        }
        self.settle();
    }

    /// A method's settled answer, as `read` reads it; `None` where the method does not cover the mode.
    pub fn with_estimate<T>(&'static self, method: MethodId, read: impl FnOnce(&Estimate) -> T) -> Option<T> {
        self.estimates.with(|all| all.iter().find(|it| it.method() == method).map(read))
    }

    /// A method's settled total; `None` where it does not answer.
    pub fn total(&'static self, method: MethodId) -> Option<Bytes> {
        self.with_estimate(method, Estimate::total)
    }

    /// A method's total under the hand; `None` where it does not answer.
    pub fn live_total(&'static self, method: MethodId) -> Option<Bytes> {
        self.live_estimates.with(|all| all.iter().find(|it| it.method() == method).map(Estimate::total))
    }

    /// Why a method that covers the mode does not answer, and a mode in which it would; `None` where it answers.
    pub fn unanswered(&'static self, method: MethodId) -> Option<(Unsupported, Option<Mode>)> {
        self.inputs.with(|inputs| {
            let has_answer = self.with_estimate(method, |_| ()).is_some();
            let reason = support(inputs).err().filter(|_| !has_answer)?;
            Some((reason, mode_that_runs(inputs)))
        })
    }

    /// The methods that cover the open mode, in their order.
    pub fn methods(&'static self) -> Vec<MethodId> {
        let mode = self.mode.get();
        MethodId::ALL.into_iter().filter(|method| covers(*method, mode)).collect()
    }

    /// Whether vLLM serves the model, which takes a share of the GPU and may not start.
    pub fn serves_with_vllm(&'static self) -> bool {
        self.mode.get() == Mode::Inference && self.value(ParameterId::Engine) == Value::Choice(Engine::Vllm as usize)
    }

    /// Memory of the device that programs can use, if there is one.
    pub fn capacity(&'static self) -> Option<Bytes> {
        self.inputs.with(|inputs| {
            let of_fullest = || self.with_estimate(DEFAULT_METHOD, |it| memory_of_fullest(inputs, it)).flatten();
            device_memory(inputs).or_else(of_fullest)
        })
    }

    /// What the device is called, if it was chosen by name and its memory was not typed.
    pub fn device(&'static self) -> Option<&'static Device> {
        self.inputs.with(named_device)
    }

    /// A parameter's value.
    pub fn value(&'static self, id: ParameterId) -> Value {
        self.given[id as usize].get().unwrap_or_else(|| self.default_of(id))
    }

    /// A parameter's default in the open mode with the chosen model.
    pub fn default_of(&'static self, id: ParameterId) -> Value {
        let read = |inputs: &Inputs| told_default(inputs, id).unwrap_or_else(|| inputs.value(id));
        if id.spec().follows != Follows::Nothing {
            return self.inputs.with(read);
        }
        // All others change with the model only, and with the mode, which makes the whole view anew.
        self.model.with(|_| ());
        self.inputs.with_untracked(read)
    }

    /// What was given for a parameter in place of its default, untracked; also what then turned out to be the default.
    pub fn given(&'static self, id: ParameterId) -> Option<Value> {
        self.given[id as usize].get_untracked()
    }

    /// Gives a parameter a value, or its default.
    pub fn give(&'static self, id: ParameterId, value: Option<Value>) {
        self.given[id as usize].set(value);
    }

    /// Whether a parameter stands at its default. A size beside a typed shape does not, whatever it is.
    pub fn is_default(&'static self, id: ParameterId) -> bool {
        let is_left = |value| value == self.default_of(id) && self.inputs.with(|inputs| inputs.is_default(id));
        self.given[id as usize].get().is_none_or(is_left)
    }
}
