//! What was wrong with a link, and what contradicts itself, as sentences with the nearest that would do. It judges
//! nothing.

use crate::estimator::{Conflict, Inputs, ParameterId, impossible};
use crate::link::{Problem, ProblemKind};
use crate::locale::LaterTexts;

/// A problem of the link with some inputs, as whole sentences: of what has no effect also whether it cannot be had, and
/// where it could.
pub fn said(problem: &Problem, inputs: &Inputs, texts: &LaterTexts) -> String {
    let told = (texts.problem)(problem);
    match problem.kind {
        ProblemKind::NoEffect(..) => {
            let lacked = ParameterId::from_key(&problem.key).and_then(|id| impossible(inputs, id));
            let given = || format!("{}={}", problem.key, problem.value);
            lacked.map_or(told, |it| (texts.impossible_in_link)(&given(), &it))
        }
        ProblemKind::Conflict(it) => told + &nearest(it, inputs, texts),
        _ => told,
    }
}

/// What contradicts itself in some inputs, as whole sentences.
pub fn conflict_said(it: Conflict, inputs: &Inputs, texts: &LaterTexts) -> String {
    (texts.conflict)(it).to_owned() + &nearest(it, inputs, texts)
}

/// The nearest numbers that divide what has to be shared out evenly.
fn nearest(it: Conflict, inputs: &Inputs, texts: &LaterTexts) -> String {
    let shared = match it {
        Conflict::HeadsDoNotDivide => ParameterId::HiddenSize,
        Conflict::KeyValueHeadsDoNotDivide => ParameterId::NumAttentionHeads,
        _ => return String::new(),
    };
    let [among, shared] = [it.parameter(), shared].map(|id| inputs.values().number(id) as u32);
    let divides = |it: &u32| shared % it == 0;
    let below = (1..among.min(shared)).rev().find(divides).unwrap_or(1);
    let above = (among.saturating_add(1)..=shared).find(divides).unwrap_or(below);
    (texts.nearest_divisors)(below, above)
}
