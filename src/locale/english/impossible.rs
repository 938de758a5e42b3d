//! English sentences about what is asked of a choice that has no such thing.

use crate::estimator::{Feature, Impossible, Instead, ParameterId, Value};
use crate::locale::english::modes;
use crate::locale::texts::Texts;

/// In the words of a link: what was given, why it cannot be, as what it counts, and where it would be possible.
pub(super) fn in_link(given: &str, it: &Impossible) -> String {
    let (key, nothing) = (it.id.spec().key, it.nothing());
    let subject = it.lacking().map(|(id, at)| format!("{}={}", id.spec().key, id_of(id, at)));
    let instead = match it.instead() {
        Instead::Choices(_, places) if places.is_empty() => String::new(),
        Instead::Choices(id, places) => {
            format!(" Possible with {}={}.", id.spec().key, any_of(places.into_iter().map(|at| id_of(id, at))))
        }
        Instead::Modes(_) => in_modes(it),
    };
    format!("{given} is impossible: {}. It was kept, and counts as {key}={nothing}.{instead}", has_none(subject, it))
}

/// The same beside the parameter's control.
pub(super) fn in_row(it: &Impossible, texts: &Texts) -> String {
    let subject =
        it.lacking().map(|(id, at)| format!("{} {}", (texts.parameter_in_mode)(id, it.mode()), (texts.choice)(id, at)));
    let nothing = match it.nothing().as_str() {
        "false" => "off".to_owned(),
        number if number.parse::<f64>().is_ok() => number.to_owned(),
        _ => (texts.choice)(it.id, 0),
    };
    let instead = match it.instead() {
        Instead::Choices(_, places) if places.is_empty() => String::new(),
        Instead::Choices(id, places) => {
            let labels = any_of(places.into_iter().map(|at| (texts.choice)(id, at)));
            format!(" Possible with {}: {labels}.", (texts.parameter_in_mode)(id, it.mode()))
        }
        Instead::Modes(_) => in_modes(it),
    };
    format!("Impossible: {}. Kept in the link, counts as {nothing}.{instead}", has_none(subject, it))
}

fn id_of(id: ParameterId, at: usize) -> String {
    id.spec().write(&Value::Choice(at))
}

fn has_none(subject: Option<String>, it: &Impossible) -> String {
    let subject = subject.unwrap_or_else(|| format!("the mode {}", modes::mode(it.mode()).label));
    format!("{subject} has no {} here", feature(it.feature))
}

fn in_modes(it: &Impossible) -> String {
    let Instead::Modes(all) = it.instead() else { return String::new() };
    let which = if all.len() == 1 { "mode" } else { "modes" };
    format!(" Possible in the {which} {}.", any_of(all.into_iter().map(|it| modes::mode(it).label.to_owned())))
}

fn any_of(names: impl Iterator<Item = String>) -> String {
    let names: Vec<_> = names.collect();
    match &names[..] {
        [first @ .., last] if !first.is_empty() => format!("{} or {last}", first.join(", ")),
        _ => names.concat(),
    }
}

fn feature(it: Feature) -> &'static str {
    match it {
        Feature::DividedLayers => "tensor parallelism",
        Feature::Stages => "pipeline stages",
        Feature::VirtualStages => "stages that take turns on a GPU",
        Feature::DividedSequences => "context parallelism",
        Feature::SequenceParallel => "sequence parallelism",
        Feature::DividedLoss => "loss over parts of the vocabulary",
        Feature::SharedExperts => "expert parallelism",
        Feature::DividedExperts => "tensor parallelism of experts",
        Feature::Replicas => "data-parallel replicas",
        Feature::ReplicasOfShards => "replicas of shards",
        Feature::DistributedOptimizer => "distributed optimizer",
        Feature::Recomputation => "recomputation as Megatron's",
        Feature::BucketViews => "gradient buckets",
        Feature::Zero => "ZeRO",
        Feature::OffloadedParameters => "offloading of parameters",
        Feature::OffloadedOptimizer => "offloading of the optimizer alone",
        Feature::ExpertsInHost => "experts in the host's memory",
        Feature::Drafter => "drafter",
        Feature::VocabularyLoss => "loss over a vocabulary",
        Feature::QuantizedBase => "quantized base",
        Feature::PreparedBase => "quantized base to prepare",
        Feature::Sampling => "sampling of completions",
    }
}
