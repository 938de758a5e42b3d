//! What fits and what to change, as rows ready to be placed. It estimates nothing itself and knows no strategy by name.

use crate::estimator::catalog::devices::UsableSource;
use crate::estimator::parameters::ParameterUnit;
use crate::estimator::plan::advice::{Advice, advise};
use crate::estimator::plan::changes::Change;
use crate::estimator::plan::fit::{VerdictKind, n_of, verdict};
use crate::estimator::plan::solve::{Solved, SolvedKind, solve};
use crate::estimator::plan::strategies::Strategy;
use crate::estimator::{Bytes, Followed, Inputs, MemoryUnit, MethodId, Mode, ParameterId, Value, values_of};
use crate::locale::{LaterTexts, Texts};
use crate::present::batch::unit_of;
use crate::present::numbers;
use crate::present::value_text::{so_many, value_text};

/// What fits and what to change.
#[derive(Clone, Debug, PartialEq)]
pub struct Decided {
    /// Whether something is to be made fit: then the changes come first.
    pub is_short: bool,
    /// Heading of the changes.
    pub title: &'static str,
    /// The changes, the best first.
    pub changes: Vec<ChangeRow>,
    /// The answers.
    pub answers: Vec<AnswerRow>,
    /// What they rest on.
    pub solved: Vec<Solved>,
    /// Where the run does not fit, the best verdict that these changes lead to and how many at once it takes: none
    /// where none of these lead to another.
    pub enough: Option<(VerdictKind, usize)>,
}

/// A change, or several at once.
#[derive(Clone, Debug, PartialEq)]
pub struct ChangeRow {
    /// What is done.
    pub label: String,
    /// What it costs, one sentence or more.
    pub cost: String,
    /// Whether it is several changes at once, whose costs are long to read.
    pub is_several: bool,
    /// What it saves, with a sign and a unit.
    pub saved: String,
    /// The verdict then.
    pub kind: VerdictKind,
    /// It in words, with what is left or missing; nothing without a device.
    pub left: Option<String>,
    /// The inputs with the change.
    pub inputs: Inputs,
}

/// An answer to an inverse question.
#[derive(Clone, Debug, PartialEq)]
pub struct AnswerRow {
    /// The parameter.
    pub id: ParameterId,
    /// The question.
    pub question: &'static str,
    /// The answer, with a unit.
    pub answer: String,
    /// The inputs with the answer in place of what they have, where there is something to apply.
    pub inputs: Option<Inputs>,
    /// Whether the answer is what the inputs have.
    pub is_now: bool,
}

/// The rows of some inputs by a method; `None` where that has no answer.
pub fn decided(
    inputs: &Inputs,
    method: MethodId,
    unit: MemoryUnit,
    texts: &Texts,
    later: &LaterTexts,
) -> Option<Decided> {
    let kind = verdict(inputs, &values_of(method, inputs)?).kind;
    let advice = &later.advice;
    let (is_short, title) = match kind {
        VerdictKind::Tight | VerdictKind::TooMuch => (true, advice.make_fit),
        VerdictKind::DoesNotStart => (true, advice.make_start),
        VerdictKind::Fits | VerdictKind::CannotSay | VerdictKind::NoDevice => (false, advice.get_more),
    };
    let advised = advise(method, inputs);
    // Of the row that stands first among them, to which the words lead.
    let fewest = |then| advised.iter().find(|it| it.verdict.kind == then).map(|it| (then, it.made().len()));
    let enough = matches!(kind, VerdictKind::TooMuch | VerdictKind::DoesNotStart)
        .then(|| fewest(VerdictKind::Fits).or_else(|| fewest(VerdictKind::Tight)).unwrap_or((kind, 0)));
    let changes = advised.into_iter().map(|it| change_row(it, inputs, unit, texts, later)).collect();
    let solved = solve(method, inputs);
    let answers = solved.iter().map(|it| answer_row(it, inputs, texts, later)).collect();
    Some(Decided { is_short, title, changes, answers, solved, enough })
}

/// The question after the cheapest sharding, to which the answer comes later: it takes many times as many estimates as
/// all others.
pub fn unanswered_sharding(later: &LaterTexts) -> AnswerRow {
    let id = ParameterId::Trainer;
    AnswerRow { id, question: (later.advice.question)(id), answer: "…".to_owned(), inputs: None, is_now: false }
}

fn change_row(it: Advice, today: &Inputs, unit: MemoryUnit, texts: &Texts, later: &LaterTexts) -> ChangeRow {
    let made = it.made();
    let label = |(strategy, n): &(Strategy, usize)| {
        let once = (later.advice.strategy)(*strategy);
        // Of more there is no telling how many: what is set says so.
        let is_half = !strategy.spreads() && *n > 1;
        if is_half { format!("{once} ({n}×)") } else { once.to_owned() }
    };
    let labels: Vec<_> = made.iter().map(label).collect();
    let mut costs: Vec<_> = made.iter().map(|it| (later.advice.cost)(it.0).to_owned()).collect();
    if made.iter().any(|it| it.0.is_another_task(today.mode())) {
        costs.push(later.advice.another_task.to_owned());
    }
    let is_by_number = made.iter().any(|it| it.0.spreads());
    if it.changed.len() > 1 || is_by_number {
        costs.push((later.advice.sets)(&set_to(&it.changed, it.inputs.mode(), texts)));
    }
    let brought = brought(&it.inputs, today);
    if !brought.is_empty() {
        costs.push((later.advice.brings)(&set_to(&brought, it.inputs.mode(), texts)));
    }
    if it.in_host > 0.0 {
        costs.push((later.advice.in_host)(&numbers::total_amount(Bytes::new(it.in_host), unit)));
    }
    let left = it.verdict.spare.map(|spare| {
        let amount = numbers::total_amount(Bytes::new(spare.abs()), unit);
        (later.advice.left)((later.verdict.word)(it.verdict.kind), &amount, spare < 0.0)
    });
    ChangeRow {
        label: labels.join(" + "),
        cost: (texts.joints.sentences)(&costs.iter().map(String::as_str).collect::<Vec<_>>()),
        saved: numbers::signed_amount(Bytes::new(-it.saved), unit),
        is_several: labels.len() > 1,
        kind: it.verdict.kind,
        left,
        inputs: it.inputs,
    }
}

/// Formats of numbers that follow from a change: they may save more than the change itself.
pub(super) fn brought(there: &Inputs, today: &Inputs) -> Vec<Change> {
    let is_format =
        |it: &Followed| matches!(it.id, ParameterId::Precision | ParameterId::Quantization | ParameterId::Recipe);
    let followed = there.followed().into_iter().filter(|it| is_format(it) && it.value != today.value(it.id));
    followed.map(|it| (it.id, it.value)).collect()
}

/// Parameters with their values.
pub(super) fn set_to(changed: &[Change], mode: Mode, texts: &Texts) -> String {
    let choice = |(id, value): &Change| {
        (texts.joints.named)((texts.parameter_in_mode)(*id, mode), &value_text(*id, value, mode, texts))
    };
    let choices: Vec<_> = changed.iter().map(choice).collect();
    (texts.joints.names)(&choices.iter().map(String::as_str).collect::<Vec<_>>())
}

fn answer_row(it: &Solved, inputs: &Inputs, texts: &Texts, later: &LaterTexts) -> AnswerRow {
    let number = |value: f64| {
        let text = numbers::box_text(it.id, &Value::Number(value), inputs.mode());
        match it.id.spec().unit {
            // The question names them.
            ParameterUnit::Gpus => text,
            _ => numbers::with_unit(&text, &unit_of(it.id, inputs, texts)),
        }
    };
    let advice = &later.advice;
    let answer = match it.kind {
        SolvedKind::Most(value) | SolvedKind::Fewest(value) => number(value),
        SolvedKind::Every(_) => advice.every.to_owned(),
        SolvedKind::Nothing { tight: Some(value) } => (advice.tight)(&number(value)),
        SolvedKind::Nothing { tight: None } | SolvedKind::NoNumber | SolvedKind::NoDevice => advice.none.to_owned(),
        // As a capacity that nobody has read is marked.
        SolvedKind::Smallest(device) => {
            let about = if device.usable().1 == UsableSource::FromSold { "≈ " } else { "" };
            format!("{about}{}", so_many(n_of(inputs, device), device.name))
        }
    };
    let there = it.apply(inputs);
    let is_now = there.is_none() && it.value().is_some();
    AnswerRow { id: it.id, question: (advice.question)(it.id), answer, inputs: there, is_now }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimator::{Catalog, DEFAULT_METHOD};
    use crate::link::decode;
    use crate::locale::{ENGLISH, ENGLISH_LATER};

    #[track_caller]
    fn check(link: &str, enough: Option<(VerdictKind, usize)>) {
        let inputs = decode(link, &Catalog::built_in()).0.inputs;
        let it = decided(&inputs, DEFAULT_METHOD, MemoryUnit::Gib, &ENGLISH, &ENGLISH_LATER).expect("an answer");
        assert_eq!(it.enough, enough, "{link}");
    }

    #[test]
    fn how_many_changes_are_enough_is_said_where_it_does_not_fit() {
        check("mode=train&model=llama-3.2-1b&gpu=h200", None);
        let fits = |n| Some((VerdictKind::Fits, n));
        check("mode=train&model=llama-3.2-1b&gpu=rtx-4090&recipe=pure&precision=BF16&batchSize=64", fits(1));
        check("mode=train&model=llama-3.2-1b&gpu=rtx-4090", fits(2));
        let qlora = "mode=finetune&model=qwen2.5-32b&method=QLoRA";
        check(&format!("{qlora}&gpu=rtx-5090"), fits(2));
        check(&format!("{qlora}&gpu=rtx-4090"), fits(4));
        // What is halved again is one change.
        check("mode=train&model=llama-3.1-405b&gpu=rtx-3060-12gb", fits(5));
        check("mode=train&model=llama-3.1-405b&gpuMemory=1", Some((VerdictKind::TooMuch, 0)));
    }
}
