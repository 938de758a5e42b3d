//! Every way to spread a run over its GPUs: all combinations of degrees and of what is shared out, each estimated.
//! Which of them there are the parameter table says, and which are possible the estimator: nothing here rules out any.
//! It knows no formula and no text.

use crate::estimator::architecture::Fact;
use crate::estimator::device::device_memory;
use crate::estimator::inputs::Inputs;
use crate::estimator::method::MethodId;
use crate::estimator::methods::{Unsupported, support, values_of};
use crate::estimator::order::sorted;
use crate::estimator::parameters::choices::ChoiceValue;
use crate::estimator::parameters::spread::{Reshard, Trainer, ZeroStage};
use crate::estimator::parameters::{ParameterId as Id, ParameterKind, Value};
use crate::estimator::plan::fewest::MOST_GPUS;
use crate::estimator::plan::fit::{FitVerdict, VerdictKind, verdict};
use crate::estimator::plan::traffic::AllTraffic;
use crate::estimator::rank::RankKind;
use crate::estimator::units::Bytes;
use std::cmp::Ordering;

/// What a plan decides. All else of a run stays: batch and accumulation are those of each GPU, micro-batches follow a
/// pipeline's stages, and experts are divided as other layers are, each unless it was given.
pub const DECIDED: [Id; 11] = [
    Id::Trainer,
    Id::TensorParallel,
    Id::PipelineParallel,
    Id::DataParallel,
    Id::ContextParallel,
    Id::ExpertParallel,
    Id::DataParallelReplicate,
    Id::ZeroStage,
    Id::Reshard,
    Id::DistributedOptimizer,
    Id::SequenceParallel,
];

/// A way to spread the run.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The inputs with it.
    pub inputs: Inputs,
    /// What the fullest GPU takes.
    pub total: Bytes,
    /// Which that is.
    pub rank: RankKind,
    /// Whether it fits.
    pub verdict: FitVerdict,
    /// What the GPUs send each other.
    pub traffic: AllTraffic,
}

impl Plan {
    /// Whether it is how the run of some inputs is spread, however they say so.
    pub fn is_of(&self, inputs: &Inputs) -> bool {
        let decided = |of: &Inputs| DECIDED.map(|id| of.has_effect(id).then(|| of.values().number(id)));
        decided(&self.inputs) == decided(inputs)
    }

    /// How many ranks a degree has; 1 where the run does not divide it.
    pub fn degree(&self, id: Id) -> usize {
        if self.inputs.has_effect(id) { self.inputs.values().number(id).max(1.0) as usize } else { 1 }
    }

    /// What ranks that hold the same share out, in ZeRO's stages (Rajbhandari et al. 2020): from 0, nothing, to 3,
    /// parameters too. FSDP2 is counted as its choices say ([`Reshard`]), Megatron's distributed optimizer, which
    /// shares out states, as 1.
    pub fn zero_stage(&self) -> usize {
        let inputs = &self.inputs;
        let is_on = |id| inputs.has_effect(id) && inputs.values().number(id) != 0.0;
        match inputs.choice::<Trainer>(Id::Trainer) {
            _ if self.degree(Id::DataParallel) * self.degree(Id::ContextParallel) == 1 => 0,
            Trainer::DeepSpeed if inputs.has_effect(Id::ZeroStage) => {
                inputs.choice::<ZeroStage>(Id::ZeroStage) as usize
            }
            Trainer::Fsdp2 if inputs.choice::<Reshard>(Id::Reshard) == Reshard::Full => 3,
            Trainer::Fsdp2 => 2,
            Trainer::Megatron => usize::from(is_on(Id::DistributedOptimizer)),
            Trainer::None | Trainer::Ddp | Trainer::DeepSpeed | Trainer::Transformers | Trainer::Torch => 0,
        }
    }
}

/// Combinations that are not possible, or of which nobody knows what they take.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RefusedPlans {
    /// The trainer; `None` of a server.
    pub trainer: Option<Trainer>,
    /// Why, of the first of them.
    pub reason: Unsupported,
    /// How many.
    pub count: usize,
}

/// All ways.
#[derive(Clone, Debug)]
pub struct Plans {
    /// GPUs of each.
    pub n_gpus: usize,
    /// Those that there are, the best first; none where there are more than [`MOST_GPUS`].
    pub plans: Vec<Plan>,
    /// Those that are refused, trainer by trainer.
    pub refused: Vec<RefusedPlans>,
}

impl Plans {
    /// The way of the lightest traffic ([`AllTraffic::compare`], which ranks kinds of traffic and counts no bytes): of
    /// those that fit, else of those that are tight. `None` where none is either.
    pub fn cheapest(&self) -> Option<&Plan> {
        self.plans.first().filter(|it| matches!(it.verdict.kind, VerdictKind::Fits | VerdictKind::Tight))
    }
}

/// Whether one asks for the cheapest way: there is something to spread, not more than is tried, and a device that it is
/// to fit.
pub fn asks_for_cheapest(inputs: &Inputs) -> bool {
    let n_gpus = gpus_to_spread_over(inputs);
    n_gpus > 1 && n_gpus as f64 <= MOST_GPUS && device_memory(inputs).is_some()
}

/// Every way to spread the run of some inputs over as many GPUs as were chosen, by a method: what fits first, then what
/// sends less, then what leaves more.
pub fn plans(method: MethodId, inputs: &Inputs) -> Plans {
    let n_gpus = gpus_to_spread_over(inputs);
    let mut res = Plans { n_gpus, plans: Vec::new(), refused: Vec::new() };
    if n_gpus as f64 > MOST_GPUS {
        return res;
    }
    for trainer in trainers(inputs, n_gpus) {
        for there in spreads(inputs, trainer, n_gpus) {
            match support(&there) {
                Ok(()) => res.plans.extend(plan(method, there)),
                Err(reason) => match res.refused.iter_mut().find(|it| it.trainer == trainer) {
                    Some(it) => it.count += 1,
                    None => res.refused.push(RefusedPlans { trainer, reason, count: 1 }),
                },
            }
        }
    }
    res.plans = sorted(res.plans, order);
    res
}

/// GPUs over which the run can be spread: the number that was given, also where nothing spreads the run yet and it has
/// no effect, or else what the degrees come to.
fn gpus_to_spread_over(inputs: &Inputs) -> usize {
    let given = inputs.given(Id::GpuCount).map(Value::number);
    given.unwrap_or_else(|| inputs.values().gpus_of_degrees()) as usize
}

/// What may spread the run; of one GPU what stands there, since all are one.
fn trainers(inputs: &Inputs, n_gpus: usize) -> Vec<Option<Trainer>> {
    if !inputs.has_effect(Id::Trainer) {
        vec![None]
    } else if n_gpus == 1 {
        vec![Some(inputs.choice(Id::Trainer))]
    } else {
        Trainer::ALL.iter().copied().filter(|it| *it != Trainer::None).map(Some).collect()
    }
}

/// The run over so many GPUs, in every combination.
fn spreads(inputs: &Inputs, trainer: Option<Trainer>, n_gpus: usize) -> Vec<Inputs> {
    let mut plain: Vec<(Id, Value)> = Vec::new();
    plain.extend(trainer.map(|it| (Id::Trainer, Value::Choice(it as usize))));
    if n_gpus > 1 && with(inputs, &plain).has_effect(Id::GpuCount) {
        plain.push((Id::GpuCount, Value::Number(n_gpus as f64)));
    }
    let base = with(inputs, &plain);
    let has_experts = base.values().facts().get(Fact::NumExperts).is_some_and(|it| it != 0.0);
    // A degree that the trainer has not is 1.
    let degrees = |id: Id, of: usize| if base.has_effect(id) { divisors(of) } else { vec![1] };
    let mut res = Vec::new();
    for tensor in degrees(Id::TensorParallel, n_gpus) {
        for pipeline in degrees(Id::PipelineParallel, n_gpus / tensor) {
            for context in degrees(Id::ContextParallel, n_gpus / tensor / pipeline) {
                let data = n_gpus / tensor / pipeline / context;
                // What is left reads other sequences, where that can be.
                if data > 1 && !base.has_effect(Id::DataParallel) {
                    continue;
                }
                let of_stage = n_gpus / pipeline;
                let experts = if has_experts { degrees(Id::ExpertParallel, of_stage) } else { vec![1] };
                for expert in experts {
                    let degrees = [
                        (Id::TensorParallel, tensor),
                        (Id::PipelineParallel, pipeline),
                        (Id::ContextParallel, context),
                        (Id::ExpertParallel, expert),
                    ];
                    let mut set = plain.clone();
                    set.extend(degrees.into_iter().filter(|it| it.1 > 1).map(numbered));
                    for more in shared(&base, data, context) {
                        let all = [&set[..], &more[..]].concat();
                        res.push(possible(inputs, with(inputs, &all)));
                    }
                }
            }
        }
    }
    res
}

/// What is shared out over ranks that hold the same, in every way that the trainer has.
fn shared(base: &Inputs, data: usize, context: usize) -> Vec<Vec<(Id, Value)>> {
    let mut res = vec![Vec::new()];
    if data * context == 1 {
        return res;
    }
    for id in [Id::ZeroStage, Id::Reshard, Id::DistributedOptimizer, Id::DataParallelReplicate] {
        let values: Vec<Value> = match id.spec().kind {
            _ if !base.has_effect(id) => continue,
            ParameterKind::Choice { ids } => (0..ids.all().len()).map(Value::Choice).collect(),
            ParameterKind::Toggle => [false, true].map(Value::Toggle).to_vec(),
            // As many replicas as ranks would share out nothing.
            ParameterKind::Number { .. } => {
                divisors(data).into_iter().filter(|it| *it < data).map(|it| Value::Number(it as f64)).collect()
            }
            ParameterKind::Set { .. } | ParameterKind::Model | ParameterKind::List { .. } => continue,
        };
        let mut next = Vec::new();
        for so_far in &res {
            for value in &values {
                let mut more: Vec<(Id, Value)> = so_far.clone();
                more.push((id, value.clone()));
                next.push(more);
            }
        }
        res = next;
    }
    res
}

/// The same, with parts of each sequence between divided layers where it is possible so alone, and nobody said how.
fn possible(inputs: &Inputs, there: Inputs) -> Inputs {
    let is_open = inputs.is_default(Id::SequenceParallel)
        && there.has_effect(Id::SequenceParallel)
        && there.values().number(Id::TensorParallel) > 1.0;
    if !is_open || support(&there).is_ok() {
        return there;
    }
    let divided = there.clone().with(Id::SequenceParallel, Value::Toggle(true));
    divided.ok().filter(|it| support(it).is_ok()).unwrap_or(there)
}

fn plan(method: MethodId, inputs: Inputs) -> Option<Plan> {
    let estimate = values_of(method, &inputs)?;
    Some(Plan {
        total: estimate.total(),
        rank: estimate.fullest().kind(),
        verdict: verdict(&inputs, &estimate),
        traffic: AllTraffic::of(&inputs),
        inputs,
    })
}

/// What fits before what does not, then by traffic, then by what is left.
fn order(a: &Plan, b: &Plan) -> Ordering {
    let left = |it: &Plan| it.verdict.spare.unwrap_or(-it.total.count());
    let kinds = (a.verdict.kind as usize).cmp(&(b.verdict.kind as usize));
    kinds.then_with(|| a.traffic.compare(&b.traffic)).then_with(|| left(b).total_cmp(&left(a)))
}

/// The inputs with some values, and otherwise without what plans decide.
fn with(inputs: &Inputs, set: &[(Id, Value)]) -> Inputs {
    let is_decided = |id: Id| id == Id::GpuCount || id != Id::SequenceParallel && DECIDED.contains(&id);
    Inputs::collect(inputs.mode(), |id| {
        let own = || inputs.given(id).filter(|_| !is_decided(id));
        set.iter().find(|it| it.0 == id).map(|it| &it.1).or_else(own).cloned()
    })
}

fn numbered((id, number): (Id, usize)) -> (Id, Value) {
    (id, Value::Number(number as f64))
}

/// The numbers that divide one, the smallest first.
fn divisors(of: usize) -> Vec<usize> {
    (1..=of).filter(|it| of.is_multiple_of(*it)).collect()
}
