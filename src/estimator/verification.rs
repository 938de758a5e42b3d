//! The document's verification table and its three worked examples, as data, and whether an estimate
//! reproduces each printed figure. It knows no text of the page: notes are names.

use crate::estimator::component::Component;
use crate::estimator::inputs::Inputs;
use crate::estimator::method::MethodId;
use crate::estimator::methods::{estimate_all, expert_parameters, total};
use crate::estimator::mode::Mode;
use crate::estimator::parameters::{ParameterId as Id, Value};
use crate::estimator::reader::{Reader, Telling};
use crate::estimator::units::{Bytes, MemoryUnit};

/// A figure as the document prints it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Printed {
    /// The number.
    pub value: f64,
    /// The place value of its last digit: 0.1 for `320.5`, 10 for `~450`.
    pub place: f64,
    /// Whether the document writes `~` before it.
    pub is_rough: bool,
}

impl Printed {
    /// Whether `ours` rounds to the printed digits.
    pub fn matches(&self, ours: f64) -> bool {
        self.round(ours) == self.round(self.value)
    }

    /// Digits behind the decimal point.
    pub fn decimals(&self) -> usize {
        (-self.place.log10().round()).max(0.0) as usize
    }

    fn round(&self, value: f64) -> i64 {
        (value / self.place).round() as i64
    }
}

const fn exactly(value: f64) -> Printed {
    plain(value, 0.1)
}

const fn roughly(value: f64, place: f64) -> Printed {
    Printed { value, place, is_rough: true }
}

/// Why a figure is or is not reproduced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Ours rounds to the printed digits.
    Reproduced,
    /// The document subtracted its rounded figures; ours subtracted likewise gives the printed digits.
    ReproducedFromRounded,
    /// Neither method gives the figure.
    FollowsFromNeither,
}

/// What a row's note says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RowNote {
    /// The document prints another slider value: it was read while an animated number was running.
    ReadWhileAnimated {
        /// The value as printed.
        printed: &'static str,
    },
    /// Taken at modelSize 5, so that the counted parameters decide, as before the document's fix.
    BeforeTheFix,
    /// A step of a continuous drag.
    ContinuousDrag,
}

/// Where the drag of a row ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Target {
    /// The row's id.
    pub row: &'static str,
    /// What is dragged.
    pub parameter: Id,
    /// To which value.
    pub value: f64,
    /// The total that the document prints there, in GiB.
    pub printed: Option<Printed>,
}

/// A row of the table or a worked example: one slider dragged from one value to another.
#[derive(Clone, Copy, Debug)]
pub struct DocumentRow {
    /// `1` to `9` for the table, `E1` to `E3` for the examples.
    pub id: &'static str,
    /// The mode.
    pub mode: Mode,
    /// What was set before the drag.
    pub changed: &'static [(Id, f64)],
    /// The dragged parameter.
    pub dragged: Id,
    /// Its value before and after the drag.
    pub drag: (f64, f64),
    /// The totals that the document prints before and after, in GiB; example 3 prints none.
    pub totals: Option<(Printed, Printed)>,
    /// The change that the document prints; the CNN rows print none.
    pub change: Option<Printed>,
    /// What is to be said about it.
    pub note: Option<RowNote>,
    /// Intermediate results that a worked example prints.
    pub facts: &'static [PrintedResult],
}

/// An intermediate result that a worked example prints, before and after the drag.
#[derive(Clone, Copy, Debug)]
pub struct PrintedResult {
    /// What is counted.
    pub what: ResultKind,
    /// What the document prints before and after; `None` where it prints one side only.
    pub printed: (Option<Printed>, Option<Printed>),
}

/// What a [`PrintedResult`] counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ResultKind {
    /// Bytes of a component of `documented`, in GB (10^9 B).
    Gigabytes(Component),
    /// Elements of a component of `documented`, in billions: its bytes over the precision's.
    Billions(Component),
    /// Parameters of one expert, in billions.
    ExpertBillions,
}

const NLP_START: &[(Id, f64)] = &[(Id::BatchSize, 4.0), (Id::GradientAccumulationSteps, 4.0)];

const fn row(id: &'static str, mode: Mode, dragged: Id, drag: (f64, f64)) -> DocumentRow {
    DocumentRow { id, mode, changed: &[], dragged, drag, totals: None, change: None, note: None, facts: &[] }
}

impl DocumentRow {
    const fn starting_at(mut self, changed: &'static [(Id, f64)]) -> Self {
        self.changed = changed;
        self
    }

    const fn printed(mut self, before: Printed, after: Printed) -> Self {
        self.totals = Some((before, after));
        self
    }

    const fn change(mut self, change: Printed) -> Self {
        self.change = Some(change);
        self
    }

    const fn note(mut self, note: RowNote) -> Self {
        self.note = Some(note);
        self
    }

    const fn facts(mut self, facts: &'static [PrintedResult]) -> Self {
        self.facts = facts;
        self
    }
}

/// The document's verification table ("公式验证结果").
pub const TABLE: [DocumentRow; 9] = [
    row("1", Mode::Nlp, Id::ModelSize, (7.0, 8.75))
        .starting_at(NLP_START)
        .printed(exactly(320.5), exactly(385.7))
        .change(exactly(65.2))
        .note(RowNote::ReadWhileAnimated { printed: "8.7" }),
    row("2", Mode::Nlp, Id::HiddenSize, (4096.0, 4352.0))
        .starting_at(&[(Id::BatchSize, 4.0), (Id::GradientAccumulationSteps, 4.0), (Id::ModelSize, 5.0)])
        .printed(exactly(254.9), exactly(274.4))
        .change(exactly(19.5))
        .note(RowNote::BeforeTheFix),
    row("3", Mode::Nlp, Id::IntermediateSize, (11008.0, 11776.0))
        .starting_at(NLP_START)
        .printed(exactly(320.5), exactly(320.9))
        .change(exactly(0.4)),
    row("4", Mode::Nlp, Id::NumLayers, (32.0, 36.0))
        .starting_at(&[(Id::BatchSize, 4.0), (Id::GradientAccumulationSteps, 4.0), (Id::IntermediateSize, 11776.0)])
        .printed(exactly(320.9), exactly(328.3))
        .change(exactly(7.4))
        .note(RowNote::ReadWhileAnimated { printed: "35.9" }),
    row("5", Mode::Vlm, Id::ModelSize, (7.0, 8.5)).printed(exactly(106.7), exactly(129.0)).change(exactly(22.3)),
    row("6", Mode::Moe, Id::ModelSize, (8.0, 35.0))
        .printed(exactly(24.4), exactly(99.8))
        .change(exactly(75.4))
        .note(RowNote::ReadWhileAnimated { printed: "34.3" }),
    row("7", Mode::Moe, Id::NumExperts, (8.0, 40.0))
        .starting_at(&[(Id::ModelSize, 35.0)])
        .printed(exactly(99.8), exactly(21.6))
        .change(exactly(-78.2))
        .note(RowNote::ReadWhileAnimated { printed: "39.2" }),
    row("8", Mode::Cnn, Id::ModelSize, (0.06, 0.065)).printed(exactly(2.0), exactly(2.1)).note(RowNote::ContinuousDrag),
    row("9", Mode::Cnn, Id::ModelSize, (0.065, 0.07)).printed(exactly(2.1), exactly(2.2)).note(RowNote::ContinuousDrag),
];

const fn plain(value: f64, place: f64) -> Printed {
    Printed { value, place, is_rough: false }
}

const fn both(what: ResultKind, before: f64, after: f64, place: f64) -> PrintedResult {
    PrintedResult { what, printed: (Some(plain(before, place)), Some(plain(after, place))) }
}

const fn after(what: ResultKind, value: f64, place: f64) -> PrintedResult {
    PrintedResult { what, printed: (None, Some(plain(value, place))) }
}

/// The document's worked examples ("公式验证示例").
pub const EXAMPLES: [DocumentRow; 3] = [
    row("E1", Mode::Nlp, Id::ModelSize, (7.0, 14.0))
        .starting_at(NLP_START)
        .printed(roughly(320.0, 10.0), roughly(450.0, 10.0))
        .change(plain(130.0, 10.0))
        .facts(&[
            both(ResultKind::Gigabytes(Component::Weights), 14.0, 28.0, 1.0),
            both(ResultKind::Gigabytes(Component::Optimizer), 56.0, 112.0, 1.0),
        ]),
    row("E2", Mode::Vlm, Id::ModelSize, (7.0, 72.0))
        .printed(roughly(107.0, 1.0), roughly(800.0, 100.0))
        .change(plain(693.0, 1.0))
        .facts(&[
            after(ResultKind::Billions(Component::VisionEncoder), 21.6, 0.1),
            after(ResultKind::Billions(Component::TextEncoder), 36.0, 1.0),
        ]),
    row("E3", Mode::Moe, Id::NumExperts, (8.0, 32.0)).facts(&[
        both(ResultKind::ExpertBillions, 1.0, 0.25, 0.01),
        both(ResultKind::Billions(Component::ActiveExperts), 2.0, 0.5, 0.1),
    ]),
];

/// One printed figure beside ours.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell {
    /// The document's figure.
    pub printed: Printed,
    /// Ours, in the same unit.
    pub ours: f64,
    /// Whether they agree.
    pub verdict: Verdict,
}

impl Cell {
    /// `others` are what further methods give: a figure follows from neither only if none of them gives it.
    fn new(printed: Printed, ours: f64, others: &[f64]) -> Self {
        let is_reproduced = printed.matches(ours) || others.iter().any(|it| printed.matches(*it));
        let verdict = if is_reproduced { Verdict::Reproduced } else { Verdict::FollowsFromNeither };
        Self { printed, ours, verdict }
    }
}

/// The printed figures of a row beside ours.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    /// `verified` totals before and after, in GiB.
    pub ours: (f64, f64),
    /// `documented` totals before and after, in GiB.
    pub documented: (f64, f64),
    /// The totals before and after.
    pub totals: Option<(Cell, Cell)>,
    /// The change.
    pub change: Option<Cell>,
    /// The intermediate results, before and after.
    pub facts: Vec<(ResultKind, Option<Cell>, Option<Cell>)>,
}

impl Checked {
    /// Whether every printed figure is reproduced, and the total falls where the document says so.
    pub fn is_reproduced(&self) -> bool {
        self.cells().all(|cell| cell.verdict != Verdict::FollowsFromNeither)
            && self.verdict() != Verdict::FollowsFromNeither
    }

    /// The verdict on the row as a whole: the worst of its totals and its change.
    pub fn verdict(&self) -> Verdict {
        // Without figures the document says "more experts, less memory".
        if self.totals.is_none() && self.ours.1 >= self.ours.0 {
            return Verdict::FollowsFromNeither;
        }
        let totals = self.totals.into_iter().flat_map(|(before, after)| [before, after]);
        let verdicts: Vec<_> = totals.chain(self.change).map(|cell| cell.verdict).collect();
        [Verdict::FollowsFromNeither, Verdict::ReproducedFromRounded]
            .into_iter()
            .find(|verdict| verdicts.contains(verdict))
            .unwrap_or(Verdict::Reproduced)
    }

    fn cells(&self) -> impl Iterator<Item = Cell> {
        let totals = self.totals.into_iter().flat_map(|(before, after)| [before, after]);
        let facts = self.facts.iter().flat_map(|&(_, before, after)| [before, after]).flatten();
        totals.chain(self.change).chain(facts)
    }
}

impl DocumentRow {
    /// The row's inputs with the dragged parameter at a value.
    pub fn inputs_at(&self, value: f64) -> Inputs {
        self.changed.iter().chain([&(self.dragged, value)]).fold(Inputs::defaults(self.mode), |inputs, &(id, value)| {
            // The rows are constants inside the limits (a test says so); a refusal would leave the default.
            inputs.clone().with(id, Value::Number(value)).unwrap_or(inputs)
        })
    }

    /// Everything that differs from the mode's defaults before the drag, but for what is dragged.
    pub fn start(&self) -> Vec<(Id, Value)> {
        let inputs = self.inputs_at(self.drag.0);
        let others = Id::ALL.iter().filter(|id| **id != self.dragged);
        others.filter_map(|&id| Some((id, inputs.given(id)?.clone()))).collect()
    }

    /// Where the drag ends.
    pub fn target(&self) -> Target {
        let printed = self.totals.map(|(_, after)| after);
        Target { row: self.id, parameter: self.dragged, value: self.drag.1, printed }
    }

    /// The values through which the drag goes: the slider's own stops, the row's ends included.
    pub fn steps(&self) -> Vec<f64> {
        let (from, to) = self.drag;
        let Some(slider) = self.dragged.use_in(self.mode).and_then(|it| it.slider) else {
            return vec![from, to];
        };
        let inner = (slider.stop_of(from) + 1)..slider.stop_of(to);
        std::iter::once(from).chain(inner.map(|stop| slider.value_at(stop))).chain([to]).collect()
    }

    /// Computes the row and compares each printed figure.
    pub fn check(&self) -> Checked {
        let (before, after) = (self.inputs_at(self.drag.0), self.inputs_at(self.drag.1));
        let ours = (total_gib(&before, MethodId::Verified), total_gib(&after, MethodId::Verified));
        let documented = (total_gib(&before, MethodId::Documented), total_gib(&after, MethodId::Documented));
        let totals = self
            .totals
            .map(|(start, end)| (Cell::new(start, ours.0, &[documented.0]), Cell::new(end, ours.1, &[documented.1])));
        let change = self.change.map(|printed| {
            let mut cell = Cell::new(printed, ours.1 - ours.0, &[documented.1 - documented.0]);
            let rounded = self.totals.map(|(start, end)| end.value - start.value);
            let totals_agree = totals
                .is_some_and(|(start, end)| start.verdict == Verdict::Reproduced && end.verdict == Verdict::Reproduced);
            if cell.verdict != Verdict::Reproduced && totals_agree && rounded.is_some_and(|it| printed.matches(it)) {
                cell.verdict = Verdict::ReproducedFromRounded;
            }
            cell
        });
        let facts = self.facts.iter().map(|fact| {
            let cell =
                |printed: Option<Printed>, inputs| printed.map(|it| Cell::new(it, fact.what.compute(inputs), &[]));
            (fact.what, cell(fact.printed.0, &before), cell(fact.printed.1, &after))
        });
        Checked { ours, documented, totals, change, facts: facts.collect() }
    }
}

impl ResultKind {
    fn compute(self, inputs: &Inputs) -> f64 {
        let bytes = |component| {
            // The figures are the document's.
            let estimates = estimate_all(inputs);
            let documented = estimates.iter().find(|it| it.method() == MethodId::Documented);
            let line = documented.and_then(|it| it.line(component));
            line.map_or(Bytes::default(), |line| line.formula.bytes())
        };
        match self {
            Self::Gigabytes(component) => bytes(component).gb(),
            Self::Billions(component) => {
                bytes(component).count() / Reader::new(inputs, Telling::Values).element_bytes().value() / 1e9
            }
            Self::ExpertBillions => expert_parameters(&Reader::new(inputs, Telling::Values)).value() / 1e9,
        }
    }
}

/// A method's total in GiB, the unit that the document's table calls GB; 0 where it has no formulas.
fn total_gib(inputs: &Inputs, method: MethodId) -> f64 {
    MemoryUnit::Gib.of(total(method, inputs).unwrap_or_default())
}
