//! Configurations side by side: in which parameters they differ, what each takes more or less than the first, and
//! whether it fits. It computes no memory.

use crate::estimator::architecture::is_of_shape;
use crate::estimator::plan::fit::{VerdictKind, verdict};
use crate::estimator::{Bytes, ComponentGroup, Estimate, Inputs, MemoryUnit, Mode, ParameterId, Value, told_value};
use crate::locale::{CompareTexts, LaterTexts, Texts};
use crate::present::batch::unit_of;
use crate::present::numbers;
use crate::present::table::group_bytes;
use crate::present::value_text::value_text;
use crate::present::verdict::in_few_words;

/// What is said in place of a value or an amount that is not there.
const NOTHING: &str = "–";

/// Differences that are named below a bar.
const FEW: usize = 2;

/// Inputs, and what a method answers to them.
#[derive(Clone, Copy)]
pub struct ComparedRun<'a> {
    /// The inputs.
    pub inputs: &'a Inputs,
    /// The answer; `None` where the method has none.
    pub estimate: Option<&'a Estimate>,
}

/// Some runs side by side. Every list of cells has one for each run, in their order.
#[derive(Clone, Debug, PartialEq)]
pub struct CompareTable {
    /// What differs: its name, and the values; `None` where a value is that of the first run.
    pub differing: Vec<(String, Vec<Option<String>>)>,
    /// How many other parameters are equal.
    pub n_equal: usize,
    /// What the groups of components take.
    pub groups: Vec<(ComponentGroup, Vec<AmountCell>)>,
    /// The totals.
    pub totals: Vec<AmountCell>,
    /// The device, where all runs have the same: "2 × RTX 4090".
    pub device: Option<String>,
    /// Whether each fits its own device, in a few words.
    pub verdicts: Vec<Option<(VerdictKind, String)>>,
}

/// An amount beside that of the first run.
#[derive(Clone, Debug, PartialEq)]
pub struct AmountCell {
    /// The amount; `None` where the run has nothing of it.
    pub bytes: Option<Bytes>,
    /// How far it is from the first run's, in bytes; nothing is 0 here.
    pub difference: f64,
}

impl AmountCell {
    /// The figure in a unit.
    pub fn figure(&self, unit: MemoryUnit) -> String {
        self.bytes.map_or(NOTHING.to_owned(), |it| numbers::card_figure(it, unit))
    }

    /// The difference with its sign; empty where none would be seen.
    pub fn change(&self, unit: MemoryUnit) -> String {
        const SEEN: f64 = 0.05;
        let value = unit.of(Bytes::new(self.difference));
        if value.abs() < SEEN { String::new() } else { numbers::signed(value, 1) }
    }
}

/// Compares some runs with the first of them.
pub fn compare(
    runs: &[ComparedRun],
    unit: MemoryUnit,
    texts: &Texts,
    later: &LaterTexts,
    words: &CompareTexts,
) -> CompareTable {
    let inputs: Vec<_> = runs.iter().map(|it| it.inputs).collect();
    let (ids, n_equal) = differing(&inputs);
    let mode = inputs.first().map_or(Mode::ALL[0], |it| it.mode());
    let cells = |text_of: &dyn Fn(&Inputs) -> String| {
        let all: Vec<_> = inputs.iter().map(|it| text_of(it)).collect();
        let first = all.first().cloned();
        let shown = all.into_iter().enumerate();
        shown.map(|(at, it)| (at == 0 || Some(&it) != first.as_ref()).then_some(it)).collect()
    };
    let mut rows = Vec::new();
    if inputs.iter().any(|it| it.mode() != mode) {
        let text = |it: &Inputs| (texts.mode)(it.mode()).label.to_owned();
        rows.push((words.mode.to_owned(), cells(&text)));
    }
    for id in ids {
        let text = |it: &Inputs| told(it, id).map_or(NOTHING.to_owned(), |value| in_words(id, &value, it, texts));
        rows.push(((texts.parameter_in_mode)(id, mode).to_owned(), cells(&text)));
    }
    let amounts = |read: &dyn Fn(&Estimate) -> Option<Bytes>| {
        let all: Vec<_> = runs.iter().map(|it| it.estimate.and_then(read)).collect();
        let first = all.first().copied().flatten().map_or(0.0, Bytes::count);
        let cell = |(bytes, run): (Option<Bytes>, &ComparedRun)| {
            // What has no answer is not less than what has one.
            let difference = if run.estimate.is_none() { 0.0 } else { bytes.map_or(0.0, Bytes::count) - first };
            AmountCell { bytes, difference }
        };
        all.into_iter().zip(runs).map(cell).collect::<Vec<_>>()
    };
    let group = |&group: &ComponentGroup| {
        let cells = amounts(&|it| group_bytes(it, group).filter(|it| it.count() > 0.0));
        cells.iter().any(|it| it.bytes.is_some()).then_some((group, cells))
    };
    let judged: Vec<_> = runs.iter().map(|it| it.estimate.map(|estimate| verdict(it.inputs, estimate))).collect();
    let devices = judged
        .iter()
        .flatten()
        .map(|it| it.device.filter(|_| it.rank.is_none()).map(|device| (it.n_gpus, device.name)));
    let mut devices: Vec<_> = devices.collect();
    devices.dedup();
    CompareTable {
        differing: rows,
        n_equal,
        groups: ComponentGroup::ALL.iter().filter_map(group).collect(),
        totals: amounts(&|it| Some(it.total())),
        device: if let [Some((n, name))] = devices[..] { Some(format!("{n} × {name}")) } else { None },
        verdicts: judged
            .into_iter()
            .map(|it| {
                let it = it.filter(|it| it.kind != VerdictKind::NoDevice)?;
                Some(in_few_words(&it, unit, later))
            })
            .collect(),
    }
}

/// In what inputs differ from others, in a few words: what was given first, then what follows from it.
pub fn difference_in_words(first: &Inputs, other: &Inputs, texts: &Texts) -> String {
    let (ids, _) = differing(&[first, other]);
    let is_given = |id: &ParameterId| !first.is_default(*id) || !other.is_default(*id);
    let (given, followed): (Vec<_>, Vec<_>) = ids.into_iter().partition(is_given);
    let mode = (first.mode() != other.mode()).then(|| (texts.mode)(other.mode()).label.to_owned());
    let of = |id: ParameterId| {
        let value = told(other, id)?;
        let words = in_words(id, &value, other, texts);
        let label = (texts.parameter_in_mode)(id, other.mode());
        Some(if let Value::Toggle(_) = value { (texts.joints.named)(label, &words) } else { words })
    };
    let mut words: Vec<_> = mode.into_iter().chain(given.into_iter().chain(followed).filter_map(of)).collect();
    let n_more = words.len().saturating_sub(FEW);
    words.truncate(FEW);
    if n_more > 0 {
        words.push(format!("+{n_more}"));
    }
    (texts.joints.names)(&words.iter().map(String::as_str).collect::<Vec<_>>())
}

/// The parameters in which some inputs differ from the first, in the table's order, and how many others have the same
/// value in all.
fn differing(all: &[&Inputs]) -> (Vec<ParameterId>, usize) {
    let (mut ids, mut n_equal) = (Vec::new(), 0);
    for &id in ParameterId::ALL {
        let values: Vec<_> = all.iter().map(|it| told(it, id)).collect();
        let is_given = all.iter().any(|it| !it.is_default(id));
        // What one of them has no use for, and none was given, tells nothing.
        let shown: Vec<_> =
            if is_given { values.iter().collect() } else { values.iter().filter(|it| it.is_some()).collect() };
        if shown.windows(2).any(|pair| pair[0] != pair[1]) {
            ids.push(id);
        } else if values.iter().all(Option::is_some) {
            n_equal += 1;
        }
    }
    (ids, n_equal)
}

/// A parameter's value where it has an effect; of a model's facts those that were typed, since its name tells the
/// others.
fn told(inputs: &Inputs, id: ParameterId) -> Option<Value> {
    id.use_in(inputs.mode())?;
    let is_of_model = is_of_shape(id) || id == ParameterId::ModelSize;
    let is_told = inputs.has_effect(id) && !(is_of_model && inputs.is_default(id));
    is_told.then(|| told_value(inputs, id))
}

fn in_words(id: ParameterId, value: &Value, inputs: &Inputs, texts: &Texts) -> String {
    let text = value_text(id, value, inputs.mode(), texts);
    if matches!(value, Value::Number(_)) { numbers::with_unit(&text, &unit_of(id, inputs, texts)) } else { text }
}
