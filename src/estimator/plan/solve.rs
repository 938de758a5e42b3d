//! The inverse question: how much fits the device. Each answer is searched on the real estimate, by the verdict of
//! `fit`. It knows no formula and no text.

use crate::estimator::catalog::devices::Device;
use crate::estimator::conflicts::{learned_positions, serves_with_vllm};
use crate::estimator::device::elsewhere;
use crate::estimator::inputs::Inputs;
use crate::estimator::method::MethodId;
use crate::estimator::parameters::gpu::Gpu;
use crate::estimator::parameters::{ParameterId as Id, ParameterKind, Value};
use crate::estimator::plan::fewest::{SharedBy, fewest, over};
use crate::estimator::plan::fit::{VerdictKind, judge, smallest_that_fits};

/// The parameters of which one asks how much fits: those that a run can have more of. With vLLM the batch is what runs
/// at once, by its pool.
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
    /// No number of GPUs fits that is tried.
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

    /// The inputs with the answer in place of what they have; `None` where there is nothing to set, and where it stands
    /// there already.
    pub fn apply(&self, inputs: &Inputs) -> Option<Inputs> {
        let value = self.value()?;
        // What was typed of another device says nothing of this one.
        let there = match (self.id, self.kind) {
            (Id::Gpu, _) => elsewhere(inputs).with(self.id, value).ok(),
            (id, SolvedKind::Fewest(count)) => over(inputs, id, count),
            (id, _) => inputs.clone().with(id, value).ok(),
        };
        there.filter(|it| it != inputs)
    }
}

/// The answers of a method, in the order in which they are asked. Nothing where the method has no answer, or where
/// nobody can say whether the run fits.
pub fn solve(method: MethodId, inputs: &Inputs) -> Vec<Solved> {
    let now = match kind_of(method, inputs) {
        Some(VerdictKind::CannotSay) | None => return Vec::new(),
        Some(it) => it,
    };
    let mut res = Vec::new();
    if now != VerdictKind::NoDevice {
        let of = |&id: &Id| most_of(method, inputs, id, now).map(|kind| Solved { id, kind });
        res.extend(ASKED.iter().filter_map(of));
        res.extend(beside_host(method, inputs, now));
        res.extend(fewest_gpus(method, inputs));
    }
    let smallest = smallest_that_fits(method, inputs).map_or(SolvedKind::NoDevice, SolvedKind::Smallest);
    res.push(Solved { id: Id::Gpu, kind: smallest });
    res
}

/// The most layers that llama.cpp can put on the GPU, and the fewest whose experts it has to leave in the host's
/// memory, where not all fit or fewer are there than fit: what today's builds look for themselves where nobody says how
/// many, with 1024 MiB to spare on each GPU (`--fit`, `common/fit.cpp`).
fn beside_host(method: MethodId, inputs: &Inputs, now: VerdictKind) -> Vec<Solved> {
    let own = inputs.values().number(Id::GpuLayers);
    let are_all = |it: &SolvedKind| matches!(it, SolvedKind::Every(most) if own >= *most);
    let layers = most_of(method, inputs, Id::GpuLayers, now).filter(|it| !are_all(it));
    let answers = [(Id::GpuLayers, layers), (Id::CpuExpertLayers, fewest_experts(method, inputs, now))];
    answers.into_iter().filter_map(|(id, kind)| Some(Solved { id, kind: kind? })).collect()
}

/// The fewest layers whose experts are in the host's memory, if there are any and that helps.
fn fewest_experts(method: MethodId, inputs: &Inputs, now: VerdictKind) -> Option<SolvedKind> {
    let id = Id::CpuExpertLayers;
    let asked = Question::of(method, inputs, id, now).filter(|_| inputs.has_effect(Id::NumExperts))?;
    match asked.edge(End::Least, &[VerdictKind::Fits]) {
        Edge::At(it) => Some(SolvedKind::Fewest(it)),
        Edge::Beyond if inputs.values().number(id) > 0.0 => Some(SolvedKind::Fewest(0.0)),
        Edge::Beyond | Edge::Nowhere => None,
    }
}

/// Where a parameter stops fitting, or starts to, whichever it is: the most that fits, else the least. `None` where
/// nobody can say, where the parameter is no number or has no effect, and where it has no end of its own. What
/// [`solve`] asks for too, it answers alike.
pub fn crossing(method: MethodId, inputs: &Inputs, id: Id) -> Option<SolvedKind> {
    let now = kind_of(method, inputs).filter(|it| !matches!(it, VerdictKind::CannotSay | VerdictKind::NoDevice))?;
    if id == Id::GpuCount || SharedBy::of(inputs).is_some_and(|it| it.parameter() == id) {
        return fewest_gpus(method, inputs).filter(|it| it.id == id).map(|it| it.kind);
    }
    if let Some(it) = fewest_experts(method, inputs, now).filter(|_| id == Id::CpuExpertLayers) {
        return Some(it);
    }
    match most_of(method, inputs, id, now)? {
        // More of what divides the work, or of what it is to fit, needs less.
        most @ (SolvedKind::Every(_) | SolvedKind::Nothing { .. }) if !ASKED.contains(&id) && id != Id::GpuLayers => {
            let asked = Question::of(method, inputs, id, now)?;
            Some(match asked.edge(End::Least, &[VerdictKind::Fits]) {
                Edge::At(it) => SolvedKind::Fewest(it),
                Edge::Beyond | Edge::Nowhere => most,
            })
        }
        it => Some(it),
    }
}

/// The verdict on some inputs by a method; `None` where it has no answer.
fn kind_of(method: MethodId, inputs: &Inputs) -> Option<VerdictKind> {
    judge(method, inputs).map(|it| it.kind)
}

/// The most of a parameter that fits; `None` where the parameter says nothing.
fn most_of(method: MethodId, inputs: &Inputs, id: Id, now: VerdictKind) -> Option<SolvedKind> {
    let asked = Question::of(method, inputs, id, now)?;
    Some(match asked.edge(End::Most, &[VerdictKind::Fits]) {
        Edge::At(it) => SolvedKind::Most(it),
        // It is the whole sequence, and has no end of its own.
        Edge::Beyond if id == Id::CompletionLength && inputs.is_default(id) => return None,
        Edge::Beyond => SolvedKind::Every(asked.value(asked.most)),
        Edge::Nowhere => {
            let tight = match asked.edge(End::Most, &[VerdictKind::Fits, VerdictKind::Tight]) {
                Edge::At(it) => Some(it),
                Edge::Beyond => Some(asked.value(asked.most)),
                Edge::Nowhere => None,
            };
            SolvedKind::Nothing { tight }
        }
    })
}

/// How much of a parameter fits, all else held fixed: its values are counted in steps, of 1 where it is whole.
struct Question<'a> {
    method: MethodId,
    inputs: &'a Inputs,
    id: Id,
    now: VerdictKind,
    step: f64,
    least: f64,
    most: f64,
}

/// Which end of what fits is looked for.
#[derive(Clone, Copy, PartialEq)]
enum End {
    Least,
    Most,
}

impl<'a> Question<'a> {
    /// Nothing where the parameter is no number, has no steps, or has no effect.
    fn of(method: MethodId, inputs: &'a Inputs, id: Id, now: VerdictKind) -> Option<Self> {
        let usage = id.use_in(inputs.mode())?;
        let ParameterKind::Number { whole, .. } = id.spec().kind else { return None };
        let step = if whole { 1.0 } else { usage.slider?.step };
        let (least, most) = range(inputs, id).filter(|_| inputs.has_effect(id))?;
        Some(Self { method, inputs, id, now, step, least: (least / step).ceil(), most: (most / step).floor() })
    }

    /// So many steps. The rounding takes back the noise of decimal ones: 24 × 0.0025 is 0.06.
    fn value(&self, steps: f64) -> f64 {
        const DIGITS: f64 = 1e9;
        if self.step.fract() == 0.0 { steps * self.step } else { (steps * self.step * DIGITS).round() / DIGITS }
    }

    /// The last value, towards an end, at which the verdict is one of some.
    fn edge(&self, end: End, of: &[VerdictKind]) -> Edge {
        let own = self.inputs.values().number(self.id);
        let holds = |steps: f64| {
            let value = self.value(steps);
            let there = self.inputs.clone().with(self.id, Value::Number(value)).ok();
            // As it stands the verdict is known. A size that was counted is another once it is given.
            let is_now = |it: &Inputs| value == own && it == self.inputs;
            let verdict = there.and_then(|it| if is_now(&it) { Some(self.now) } else { kind_of(self.method, &it) });
            verdict.is_some_and(|it| of.contains(&it))
        };
        let start = (own / self.step).floor().clamp(self.least, self.most);
        let (near, far) = if end == End::Most { (self.least, self.most) } else { (self.most, self.least) };
        match edge(near, start, far, holds) {
            Edge::At(steps) => Edge::At(self.value(steps)),
            it => it,
        }
    }
}

/// What a parameter can be beside the others, at least and at most: its hard limits, and what its meaning adds to them
/// (`conflicts`).
fn range(inputs: &Inputs, id: Id) -> Option<(f64, f64)> {
    let ParameterKind::Number { min, max, .. } = id.spec().kind else { return None };
    let number = |id| inputs.values().number(id);
    Some(match id {
        Id::SequenceLength => {
            // A completion that was given is a part of the sequence; one that was not is as long as that.
            let is_given = inputs.has_effect(Id::CompletionLength) && !inputs.is_default(Id::CompletionLength);
            let completion = if is_given { number(Id::CompletionLength) } else { min };
            let reads = inputs.has_effect(Id::LearnedPositions);
            let most = learned_positions(inputs).filter(|_| reads).map_or(max, |it| it.min(max));
            // Further vLLM goes where somebody went already.
            let made_for =
                inputs.model().map(|it| it.context_length).filter(|it| *it > 0.0 && serves_with_vllm(inputs));
            let most = made_for.map_or(most, |it| most.min(it.max(number(id))));
            (completion.min(most), most)
        }
        Id::CompletionLength => (min, number(Id::SequenceLength)),
        // More than there are are all, and the output projection is one more.
        Id::GpuLayers => (min, number(Id::NumLayers) + 1.0),
        Id::CpuExpertLayers => (min, number(Id::NumLayers)),
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

/// The last whole number on the way from one end of a range to the other at which something holds, from where the
/// parameter stands: by doubling or halving, then by bisection.
///
/// Memory hardly ever falls when there is more to do, but may: kernels, pieces and buckets have sizes of their own.
/// What is found holds and one further does not, whatever lies between: both ends of every bisection were tried. Where
/// it holds today the edge that is found is one beyond today; where it does not, one before, from the first of half, a
/// quarter, … of today's value at which it holds (of double, four times, … on the way down). There may then be another
/// edge beyond, which is not told. That it holds nowhere is said when it does so at none of these, and not at the near
/// end.
fn edge(near: f64, own: f64, far: f64, holds: impl Fn(f64) -> bool) -> Edge {
    // Twice nothing is nothing.
    let up = |it: f64| (2.0 * it).max(it + 1.0).min(near.max(far));
    let down = |it: f64| (it / 2.0).floor().max(near.min(far));
    let is_up = near <= far;
    let further = |it: f64| if is_up { up(it) } else { down(it) };
    let (mut inside, mut outside) = (own, own);
    if holds(own) {
        while inside != far {
            outside = further(inside);
            if !holds(outside) {
                break;
            }
            inside = outside;
        }
        if inside == far {
            return Edge::Beyond;
        }
    } else {
        loop {
            if inside == near {
                return Edge::Nowhere;
            }
            outside = inside;
            inside = if is_up { down(inside) } else { up(inside) };
            if holds(inside) {
                break;
            }
        }
    }
    while (outside - inside).abs() > 1.0 {
        let middle = ((inside + outside) / 2.0).floor();
        if holds(middle) {
            inside = middle;
        } else {
            outside = middle;
        }
    }
    Edge::At(inside)
}

/// The fewest GPUs; `None` where more GPUs take nothing from each.
fn fewest_gpus(method: MethodId, inputs: &Inputs) -> Option<Solved> {
    let kind = fewest(method, inputs).ok()?.map_or(SolvedKind::NoNumber, SolvedKind::Fewest);
    Some(Solved { id: SharedBy::of(inputs)?.parameter(), kind })
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

    /// Towards the lower end the same is found by halving; nothing is lost where half of one, or twice nothing, is no
    /// step.
    #[test]
    fn the_lower_edge_is_found_too() {
        for own in [0.0, 1.0, 24.0, 56.0, 57.0, 80.0, 1e6] {
            assert_eq!(edge(1e6, own, 0.0, |it| it >= 57.0), Edge::At(57.0), "{own}");
            assert_eq!(edge(1e6, own, 0.0, |_| true), Edge::Beyond, "{own}");
            assert_eq!(edge(1e6, own, 0.0, |_| false), Edge::Nowhere, "{own}");
        }
        assert_eq!(edge(0.0, 0.0, 8.0, |it| it <= 5.0), Edge::At(5.0));
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
