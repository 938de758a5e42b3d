//! The inverse question: how much fits the device. Each answer is searched on the real estimate, by the verdict of `fit`. It knows no
//! formula and no text.

use crate::estimator::architecture::Fact;
use crate::estimator::catalog::devices::Device;
use crate::estimator::inputs::Inputs;
use crate::estimator::method::MethodId;
use crate::estimator::methods::values_of;
use crate::estimator::parameters::gpu::Gpu;
use crate::estimator::parameters::spread::Trainer;
use crate::estimator::parameters::{ParameterId as Id, ParameterKind, Value};
use crate::estimator::plan::fit::{VerdictKind, elsewhere, smallest_that_fits, verdict};

/// The parameters of which one asks how much fits: those that a run can have more of. With vLLM the batch is what runs at once, by
/// its pool.
pub const ASKED: [Id; 6] =
    [Id::BatchSize, Id::SequenceLength, Id::LoraRank, Id::NumGenerations, Id::CompletionLength, Id::ParallelSlots];

/// What the answer to one question is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SolvedKind {
    /// This much fits, and one more does not.
    Most(f64),
    /// All that the parameter can be fits, up to this.
    Every(f64),
    /// Nothing fits; so much is tight, where something is.
    Nothing {
        /// The most that is tight, with one more that is not.
        tight: Option<f64>,
    },
    /// So many fit, and one less does not.
    Fewest(f64),
    /// No number of GPUs up to [`MOST_GPUS`] fits.
    NoNumber,
    /// This device is the smallest that fits.
    Smallest(&'static Device),
    /// No device of the catalogue fits.
    NoDevice,
}

impl SolvedKind {
    /// Its name for programs.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Most(_) => "most",
            Self::Every(_) => "every",
            Self::Nothing { .. } | Self::NoNumber | Self::NoDevice => "none",
            Self::Fewest(_) => "fewest",
            Self::Smallest(_) => "smallest",
        }
    }
}

/// A question about a parameter with its answer, all else held fixed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Solved {
    /// The parameter.
    pub id: Id,
    /// The answer.
    pub kind: SolvedKind,
}

impl Solved {
    /// What the answer makes of the parameter; `None` where there is nothing to set, as where everything fits.
    pub fn value(&self) -> Option<Value> {
        match self.kind {
            SolvedKind::Most(it) | SolvedKind::Fewest(it) => Some(Value::Number(it)),
            SolvedKind::Smallest(it) => Gpu::named(it.id).map(|it| Value::Choice(it.place())),
            SolvedKind::Every(_) | SolvedKind::Nothing { .. } | SolvedKind::NoNumber | SolvedKind::NoDevice => None,
        }
    }

    /// The inputs with the answer in place of what they have; `None` where there is nothing to set, and where it stands there already.
    pub fn apply(&self, inputs: &Inputs) -> Option<Inputs> {
        let value = self.value()?;
        // What was typed of another device says nothing of this one.
        let base = if self.id == Id::Gpu { elsewhere(inputs) } else { inputs.clone() };
        base.with(self.id, value).ok().filter(|it| it != inputs)
    }
}

/// The most GPUs that are tried.
pub const MOST_GPUS: f64 = 1024.0;

/// The answers of a method, in the order in which they are asked. Nothing where the method has no answer, or where nobody can say whether
/// the run fits.
pub fn solve(method: MethodId, inputs: &Inputs) -> Vec<Solved> {
    let now = match judge(method, inputs) {
        Some(VerdictKind::CannotSay) | None => return Vec::new(),
        Some(it) => it,
    };
    let mut res = Vec::new();
    if now != VerdictKind::NoDevice {
        let of = |&id: &Id| most_of(method, inputs, id, now).map(|kind| Solved { id, kind });
        res.extend(ASKED.iter().filter_map(of));
        res.extend(fewest(method, inputs).map(|kind| Solved { id: Id::GpuCount, kind }));
    }
    let smallest = smallest_that_fits(method, inputs).map_or(SolvedKind::NoDevice, SolvedKind::Smallest);
    res.push(Solved { id: Id::Gpu, kind: smallest });
    res
}

/// The verdict on some inputs by a method; `None` where it has no answer.
fn judge(method: MethodId, inputs: &Inputs) -> Option<VerdictKind> {
    Some(verdict(inputs, &values_of(method, inputs)?).kind)
}

/// The most of a parameter that fits; `None` where the parameter says nothing.
fn most_of(method: MethodId, inputs: &Inputs, id: Id, now: VerdictKind) -> Option<SolvedKind> {
    id.use_in(inputs.mode())?;
    let (least, most) = range(inputs, id).filter(|_| inputs.has_effect(id))?;
    let own = inputs.values().number(id).clamp(least, most);
    let at = |value: f64| {
        // At its own value the verdict is known.
        if value == inputs.values().number(id) {
            return Some(now);
        }
        judge(method, &inputs.clone().with(id, Value::Number(value)).ok()?)
    };
    let fits = |value: f64| at(value) == Some(VerdictKind::Fits);
    Some(match edge(least, own, most, fits) {
        Edge::At(it) => SolvedKind::Most(it),
        // It is the whole sequence, and has no end of its own.
        Edge::Beyond if id == Id::CompletionLength && inputs.is_default(id) => return None,
        Edge::Beyond => SolvedKind::Every(most),
        Edge::Nowhere => {
            let is_close = |value: f64| matches!(at(value), Some(VerdictKind::Fits | VerdictKind::Tight));
            let tight = match edge(least, own, most, is_close) {
                Edge::At(it) => Some(it),
                Edge::Beyond => Some(most),
                Edge::Nowhere => None,
            };
            SolvedKind::Nothing { tight }
        }
    })
}

/// What a parameter can be beside the others, at least and at most: its hard limits, and what its meaning adds to them (`conflicts`).
fn range(inputs: &Inputs, id: Id) -> Option<(f64, f64)> {
    let ParameterKind::Number { min, max, whole: true } = id.spec().kind else { return None };
    let number = |id| inputs.values().number(id);
    let learned = inputs.values().facts().get(Fact::LearnedPositions).filter(|it| *it > 0.0);
    Some(match id {
        Id::SequenceLength => {
            // A completion that was given is a part of the sequence; one that was not is as long as that.
            let is_given = inputs.has_effect(Id::CompletionLength) && !inputs.is_default(Id::CompletionLength);
            let completion = if is_given { number(Id::CompletionLength) } else { min };
            let reads = inputs.has_effect(Id::LearnedPositions);
            let most = learned.filter(|_| reads).map_or(max, |it| it.min(max));
            (completion.min(most), most)
        }
        Id::CompletionLength => (min, number(Id::SequenceLength)),
        _ => (min, max),
    })
}

/// Where something stops to hold.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Edge {
    /// It holds here, and does not one further.
    At(f64),
    /// It holds at the end of the range, and wherever it was tried.
    Beyond,
    /// It holds nowhere that was tried.
    Nowhere,
}

/// The last whole number of a range at which something holds, from where the parameter stands: by doubling, then by bisection.
///
/// Memory hardly ever falls when there is more to do, but may: kernels, pieces and buckets have sizes of their own. What is found holds and
/// one further does not, whatever lies between: both ends of every bisection were tried. Where it holds today the edge that is found is
/// one above today; where it does not, one below, from the largest half, quarter, … of today's value at which it holds. There may
/// then be another edge beyond, which is not told. That it holds nowhere is said when it does so at none of these, and not at the least.
fn edge(least: f64, own: f64, most: f64, holds: impl Fn(f64) -> bool) -> Edge {
    let (mut below, mut above) = (own, own);
    if holds(own) {
        while below < most {
            above = (2.0 * below).min(most);
            if !holds(above) {
                break;
            }
            below = above;
        }
        if below >= most {
            return Edge::Beyond;
        }
    } else {
        loop {
            if below <= least {
                return Edge::Nowhere;
            }
            above = below;
            below = (below / 2.0).floor().max(least);
            if holds(below) {
                break;
            }
        }
    }
    while above - below > 1.0 {
        let middle = ((below + above) / 2.0).floor();
        if holds(middle) {
            below = middle;
        } else {
            above = middle;
        }
    }
    Edge::At(below)
}

/// The fewest GPUs over which the run fits each of them, where the trainer shards it; `None` where more GPUs take nothing from each.
/// Batch and accumulation are those of each GPU, and stay.
///
/// From one GPU by doubling, then by bisection: what is found fits, and one less does not. Where memory should rise with one GPU more, as
/// parts that do not come out even are filled up, a smaller number may fit as well that lies below one that does not.
fn fewest(method: MethodId, inputs: &Inputs) -> Option<SolvedKind> {
    let shards = match inputs.choice::<Trainer>(Id::Trainer) {
        Trainer::None | Trainer::Ddp | Trainer::Transformers | Trainer::Torch | Trainer::Megatron => false,
        Trainer::Fsdp2 | Trainer::DeepSpeed => true,
    };
    // Ways of spreading that were given multiply to a number of GPUs, and leave none to choose.
    let is_free = inputs.has_effect(Id::GpuCount)
        && inputs.is_default(Id::DataParallel)
        && inputs.is_default(Id::DataParallelReplicate)
        && inputs.is_default(Id::ExpertParallel);
    if !shards || !is_free {
        return None;
    }
    let fits = |count: f64| {
        let there = inputs.clone().with(Id::GpuCount, Value::Number(count)).ok();
        there.and_then(|it| judge(method, &it)) == Some(VerdictKind::Fits)
    };
    let mut enough = 1.0;
    while !fits(enough) {
        enough *= 2.0;
        if enough > MOST_GPUS {
            return Some(SolvedKind::NoNumber);
        }
    }
    let mut too_few = (enough / 2.0).floor();
    while enough - too_few > 1.0 {
        let middle = ((enough + too_few) / 2.0).floor();
        if fits(middle) {
            enough = middle;
        } else {
            too_few = middle;
        }
    }
    Some(SolvedKind::Fewest(enough))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(own: f64, holds: impl Fn(f64) -> bool, expected: Edge) {
        let res = edge(1.0, own, 1e6, &holds);
        assert_eq!(res, expected);
        if let Edge::At(it) = res {
            assert!(holds(it) && !holds(it + 1.0), "{it}");
        }
    }

    #[test]
    fn an_edge_is_found_from_both_sides() {
        for own in [1.0, 2.0, 1575.0, 1576.0, 1577.0, 4096.0, 1e6] {
            check(own, |it| it <= 1576.0, Edge::At(1576.0));
            check(own, |_| true, Edge::Beyond);
            check(own, |_| false, Edge::Nowhere);
        }
        check(7.0, |it| it <= 1.0, Edge::At(1.0));
        check(7.0, |it| it < 1e6, Edge::At(999_999.0));
    }

    /// Where it holds, stops and holds again, the nearest edge above today is told.
    #[test]
    fn the_edge_nearest_to_today_is_told() {
        let holds = |it: f64| it <= 10.0 || (20.0..=30.0).contains(&it);
        check(3.0, holds, Edge::At(10.0));
        check(25.0, holds, Edge::At(30.0));
        check(40.0, holds, Edge::At(30.0));
    }
}
