//! The ways to spread a run as a table: those that fit, those that do not, and why others have no answer. It estimates
//! nothing and rules out none.

use crate::estimator::evidence::{Band, Evidence};
use crate::estimator::order::sorted;
use crate::estimator::parameters::choices::Engine;
use crate::estimator::plan::fewest::MOST_GPUS;
use crate::estimator::plan::fit::VerdictKind;
use crate::estimator::plan::spreads::{DECIDED, Plan, Plans};
use crate::estimator::{Bytes, Inputs, MemoryUnit, MethodId, ParameterId as Id, RunKind, Value};
use crate::locale::{LaterTexts, PlanTexts, Texts};
use crate::present::decide::{AnswerRow, brought, set_to, unanswered_sharding};
use crate::present::numbers;
use crate::present::value_text::value_text;
use crate::present::verdict::in_few_words;
use std::cmp::Ordering;

/// The degrees, in the order of their columns.
pub const DEGREES: [Id; 5] =
    [Id::TensorParallel, Id::PipelineParallel, Id::DataParallel, Id::ExpertParallel, Id::ContextParallel];

/// By what ways are told apart in a filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Facet {
    /// A degree of [`DEGREES`].
    Degree(Id),
    /// What is shared out, in ZeRO's stages.
    Zero,
}

impl Facet {
    /// Every facet, in the order in which they stand.
    pub const ALL: [Self; 6] = [
        Self::Degree(DEGREES[0]),
        Self::Degree(DEGREES[1]),
        Self::Degree(DEGREES[2]),
        Self::Degree(DEGREES[3]),
        Self::Degree(DEGREES[4]),
        Self::Zero,
    ];

    /// What a way has of it.
    fn of(self, it: &Plan) -> usize {
        match self {
            Self::Degree(id) => it.degree(id),
            Self::Zero => it.zero_stage(),
        }
    }

    /// What there is of it among ways, the least first.
    pub fn values(self, all: &Plans) -> Vec<usize> {
        let mut res = Vec::new();
        for value in all.plans.iter().map(|it| self.of(it)) {
            // Of few values a sort would be the larger part of the program.
            let at = res.iter().take_while(|it| **it < value).count();
            if res.get(at) != Some(&value) {
                res.insert(at, value);
            }
        }
        res
    }
}

/// Which ways are shown: of each facet those with this value, or all.
pub type PlanFilter = [Option<usize>; Facet::ALL.len()];

/// What stands first among those that fit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PlanOrder {
    /// What leaves most of the fullest GPU.
    #[default]
    Spare,
    /// What sends least.
    Traffic,
}

/// The table.
#[derive(Clone, Debug)]
pub struct PlanTable {
    /// How many fit, for the tab.
    pub summary: String,
    /// What to choose, where there is nothing to spread; then nothing else is here.
    pub hint: Option<String>,
    /// How many of how many are shown, where a filter leaves some out.
    pub filtered: Option<String>,
    /// The degrees of which any row has more than one.
    pub columns: Vec<Id>,
    /// Those that fit, also tightly, and those of which nobody can say.
    pub rows: Vec<PlanRow>,
    /// Those that do not fit, the one that lacks least first.
    pub unfit: Vec<PlanRow>,
    /// How many these are, and what they take.
    pub unfit_said: String,
    /// Why others have no answer.
    pub refused: Vec<String>,
    /// How many these are.
    pub refused_said: String,
}

/// One way.
#[derive(Clone, Debug)]
pub struct PlanRow {
    /// The degrees, column by column.
    pub degrees: Vec<String>,
    /// What spreads the run, and what it shares out.
    pub way: String,
    /// The same with each degree by name, for who does not see the columns.
    pub named: String,
    /// What the fullest GPU takes.
    pub total: Bytes,
    /// The figure of that.
    pub figure: String,
    /// Whether it fits, and what is left of it or missing; `None` without a device.
    pub judged: Option<(VerdictKind, String)>,
    /// How much of a bar it takes, whose whole is the largest of its list.
    pub share: f64,
    /// Where the device ends; `None` without one.
    pub end: Option<f64>,
    /// What GPUs send each other.
    pub traffic: String,
    /// How it is known.
    pub evidence: &'static str,
    /// Whether it is how the run is spread now.
    pub is_now: bool,
    /// The inputs with it.
    pub inputs: Inputs,
}

/// In which words plans are told, and of which run.
#[derive(Clone, Copy)]
pub struct PlanTold<'a> {
    /// The run as it is now.
    pub today: &'a Inputs,
    /// The method that was asked.
    pub method: MethodId,
    /// The unit of memory.
    pub unit: MemoryUnit,
    /// The texts of the language.
    pub texts: &'a Texts,
    /// Those that come later.
    pub later: &'a LaterTexts,
    /// Those of plans.
    pub words: &'a PlanTexts,
}

/// What to choose, where there is nothing to spread.
pub fn plan_hint(all: &Plans, words: &PlanTexts) -> Option<String> {
    if all.n_gpus as f64 > MOST_GPUS {
        Some((words.too_many)(all.n_gpus, MOST_GPUS as usize))
    } else if all.n_gpus < 2 {
        Some(words.one_gpu.to_owned())
    } else {
        let is_spread = |it: &Plan| DEGREES.iter().any(|id| it.degree(*id) > 1);
        (!all.plans.iter().any(is_spread) && all.refused.is_empty()).then(|| words.nothing.to_owned())
    }
}

/// The table of the ways that a filter lets through, in an order; what is said of all of them counts all.
pub fn plan_table(all: &Plans, order: PlanOrder, filter: &PlanFilter, told: &PlanTold) -> PlanTable {
    let words = told.words;
    let hint = plan_hint(all, words);
    if hint.is_some() {
        return PlanTable { hint, ..empty() };
    }
    let is_shown = |it: &&Plan| (0..filter.len()).all(|at| filter[at].is_none_or(|of| Facet::ALL[at].of(it) == of));
    let shown: Vec<&Plan> = all.plans.iter().filter(is_shown).collect();
    let filtered = (shown.len() < all.plans.len()).then(|| (words.filtered)(shown.len(), all.plans.len()));
    let is_short = |it: &&Plan| matches!(it.verdict.kind, VerdictKind::TooMuch | VerdictKind::DoesNotStart);
    let (unfit, fit): (Vec<&Plan>, Vec<&Plan>) = shown.into_iter().partition(is_short);
    let unfit = sorted(unfit, |a, b| a.total.count().total_cmp(&b.total.count()));
    let fit = sorted(fit, |a, b| compare(a, b, order));
    let has_more = |id: &Id| all.plans.iter().any(|it| it.degree(*id) > 1);
    let columns: Vec<Id> = DEGREES.into_iter().filter(has_more).collect();
    let count = |kind| all.plans.iter().filter(|it| it.verdict.kind == kind).count();
    let summary = if all.plans.iter().all(|it| it.verdict.kind == VerdictKind::NoDevice) {
        (words.count)(all.plans.len())
    } else {
        (words.summary)(count(VerdictKind::Fits), count(VerdictKind::Tight), all.plans.len())
    };
    let rows = |of: &[&Plan]| {
        let end = |it: &&Plan| it.total.count().max(it.verdict.capacity.unwrap_or_default().count());
        let largest = of.iter().map(end).fold(0.0, f64::max);
        of.iter().map(|it| row(it, &columns, largest, told)).collect()
    };
    let figure = |it: Option<&&Plan>| it.map_or(String::new(), |it| numbers::total_amount(it.total, told.unit));
    let n_refused = all.refused.iter().map(|it| it.count).sum();
    let refused = all.refused.iter().map(|it| {
        let name = it.trainer.map(|it| (told.texts.choice)(Id::Trainer, it as usize));
        let name = name.unwrap_or_else(|| engine_of(told.today, told));
        (words.reason)(&name, it.count, &(told.later.unsupported)(it.reason))
    });
    PlanTable {
        summary,
        rows: rows(&fit),
        unfit_said: (words.unfit)(unfit.len(), &figure(unfit.first()), &figure(unfit.last())),
        unfit: rows(&unfit),
        refused: refused.collect(),
        refused_said: (words.refused)(n_refused),
        columns,
        filtered,
        hint: None,
    }
}

/// The cheapest way that fits, as one more answer beside those of [`decided`](crate::present::decide::decided).
pub fn cheapest_row(all: &Plans, told: &PlanTold) -> AnswerRow {
    let unanswered = unanswered_sharding(told.later);
    let Some(it) = all.cheapest() else {
        return AnswerRow { answer: told.later.advice.none.to_owned(), ..unanswered };
    };
    let is_now = it.is_of(told.today);
    let way = named(it, told);
    let is_tight = it.verdict.kind == VerdictKind::Tight;
    AnswerRow {
        answer: if is_tight { (told.later.advice.tight_way)(&way) } else { way },
        inputs: (!is_now).then(|| it.inputs.clone()),
        is_now,
        ..unanswered
    }
}

fn empty() -> PlanTable {
    PlanTable {
        summary: String::new(),
        hint: None,
        filtered: None,
        columns: Vec::new(),
        rows: Vec::new(),
        unfit: Vec::new(),
        unfit_said: String::new(),
        refused: Vec::new(),
        refused_said: String::new(),
    }
}

/// What leaves more, or what sends less, with the other where these are equal.
fn compare(a: &Plan, b: &Plan, order: PlanOrder) -> Ordering {
    let left = |it: &Plan| it.verdict.spare.unwrap_or(-it.total.count());
    let spare = left(b).total_cmp(&left(a));
    let traffic = a.traffic.compare(&b.traffic);
    match order {
        PlanOrder::Spare => spare.then(traffic),
        PlanOrder::Traffic => traffic.then(spare),
    }
}

fn row(it: &Plan, columns: &[Id], largest: f64, told: &PlanTold) -> PlanRow {
    let share = |bytes: f64| if largest > 0.0 { bytes / largest } else { 0.0 };
    let is_judged = it.verdict.kind != VerdictKind::NoDevice;
    let judged = is_judged.then(|| in_few_words(&it.verdict, told.unit, told.later));
    let traffic: Vec<_> = it.traffic.kinds().map(|it| (told.words.traffic_of)(it)).collect();
    let evidence = Band::of(told.method, RunKind::of(&it.inputs)).map_or(Evidence::Rule, |it| it.evidence);
    PlanRow {
        degrees: columns.iter().map(|id| it.degree(*id).to_string()).collect(),
        way: way(&it.inputs, told),
        named: named(it, told),
        total: it.total,
        figure: numbers::card_figure(it.total, told.unit),
        judged,
        share: share(it.total.count()),
        end: it.verdict.capacity.map(|it| share(it.count())),
        traffic: if traffic.is_empty() {
            told.words.no_traffic.to_owned()
        } else {
            (told.texts.joints.names)(&traffic)
        },
        evidence: (told.words.evidence_of)(evidence),
        is_now: it.is_of(told.today),
        inputs: it.inputs.clone(),
    }
}

/// What serves a run, which has no trainer.
fn engine_of(inputs: &Inputs, told: &PlanTold) -> String {
    (told.texts.choice)(Id::Engine, inputs.choice::<Engine>(Id::Engine) as usize)
}

/// What spreads a run, with the degrees of which there is more than one.
fn named(it: &Plan, told: &PlanTold) -> String {
    let degree = |id: Id| (it.degree(id) > 1).then(|| format!("{}\u{a0}{}", (told.words.degree)(id), it.degree(id)));
    let mut parts = vec![way(&it.inputs, told)];
    parts.extend(DEGREES.into_iter().filter_map(degree));
    (told.texts.joints.names)(&parts.iter().map(String::as_str).collect::<Vec<_>>())
}

/// What spreads a run, and what of that has an effect beside degrees.
fn way(inputs: &Inputs, told: &PlanTold) -> String {
    let of = |&id: &Id| {
        if DEGREES.contains(&id) || !inputs.has_effect(id) {
            return None;
        }
        let value = inputs.value(id);
        let name = (told.texts.parameter)(id);
        let text = value_text(id, &value, inputs.mode(), told.texts);
        match value {
            Value::Toggle(is_on) => is_on.then(|| name.to_owned()),
            Value::Number(n) => (n > 1.0).then(|| (told.texts.joints.named)(name, &text)),
            // A trainer is a name; of all else a value alone says too little.
            _ if id == Id::Trainer => Some(text),
            _ => Some((told.texts.joints.named)(name, &text)),
        }
    };
    // Formats that follow from it take part in what it saves.
    let formats = brought(inputs, told.today);
    let formats = formats.into_iter().map(|it| set_to(&[it], inputs.mode(), told.texts));
    let parts: Vec<_> = DECIDED.iter().filter_map(of).chain(formats).collect();
    let parts: Vec<_> = parts.iter().map(String::as_str).collect();
    if parts.is_empty() { engine_of(inputs, told) } else { (told.texts.joints.names)(&parts) }
}
