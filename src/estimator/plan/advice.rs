//! What to change so that a run needs less, or fits: every strategy, pairs of them where no single one is enough, and
//! more at once where no pair is, each estimated again. It knows no formula and no text.

use crate::estimator::conflicts::{Conflict, conflicts};
use crate::estimator::estimate::{Estimate, Rank};
use crate::estimator::inputs::Inputs;
use crate::estimator::method::MethodId;
use crate::estimator::methods::values_of;
use crate::estimator::order::sorted;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::plan::changes::Change;
use crate::estimator::plan::fit::{FitVerdict, VerdictKind, verdict};
use crate::estimator::plan::strategies::Strategy;
use crate::estimator::rank::RankKind;

/// One change, or several at once, and what comes of them.
#[derive(Clone, Debug)]
pub struct Advice {
    /// What is changed, in the order in which it is made.
    pub strategies: Vec<Strategy>,
    /// The parameters that are given another value, in the table's order.
    pub changed: Vec<Change>,
    /// The inputs with the changes.
    pub inputs: Inputs,
    /// By how much the total falls, in bytes. A change may help without: of vLLM's share of the GPU more can be left
    /// for its pool.
    pub saved: f64,
    /// What all GPUs together then keep in the memory of their hosts, in bytes; 0 where that is no more than today.
    pub in_host: f64,
    /// The verdict then.
    pub verdict: FitVerdict,
}

/// The most pairs that are told: beyond these nobody reads.
const MOST_PAIRS: usize = 8;

/// The most of them in which the same change is.
const MOST_PAIRS_OF_ONE: usize = 3;

/// The most changes at once, each counted once however often it is made: beyond these it is another run.
const MOST_AT_ONCE: usize = 7;

/// As how many changes other GPUs count: whoever has none cannot make them at once.
const COST_OF_GPUS: usize = 2;

/// How often all strategies are tried after those that helped: beyond that sizes are a sixteenth of what was asked for.
const MOST_ROUNDS: usize = 4;

/// What helps, by a method: what makes the run fit first, and of that the cheapest before the others; then by bytes.
/// What saves nothing, what the mode has not, what leads to no answer, to a contradiction or to a worse verdict is not
/// there. Nothing where the method has no answer. Where nothing that fits comes to the same result, what does is looked
/// for among more changes at once.
pub fn advise(method: MethodId, inputs: &Inputs) -> Vec<Advice> {
    let Some(today) = Today::of(method, inputs) else { return Vec::new() };
    let mut res: Vec<Advice> = Vec::new();
    let is_told = |all: &[Advice], it: &Advice| {
        // The batch that is halved alone says no more than the one that keeps the global batch.
        let halves = |one: &Advice| it.strategies == [Strategy::HalveBatch] && one.strategies == [Strategy::Accumulate];
        all.iter().any(|one| one.inputs == it.inputs || halves(one))
    };
    for &strategy in Strategy::ALL {
        let advice = strategy.apply(inputs).and_then(|there| today.advice(&[strategy], there));
        let new = advice.filter(|it| !is_told(&res, it));
        res.extend(new);
    }
    let fits = |all: &[Advice]| all.iter().any(Advice::fits);
    if today.is_short() && !fits(&res) {
        let pairs = today.pairs(&res);
        res.extend(pairs);
    }
    // What fits on more GPUs is no answer for whoever has these: what fits on them is looked for as well.
    let fits_here = |all: &[Advice]| all.iter().any(|it| it.fits() && !it.needs_more_gpus());
    if today.is_short() && !fits_here(&res) {
        let here: Vec<_> = res.iter().filter(|it| !it.needs_more_gpus()).cloned().collect();
        let singles: Vec<_> = here.iter().filter(|it| it.strategies.len() == 1).cloned().collect();
        let mut more = today.pairs(&singles);
        if !fits_here(&more) {
            more.extend(today.several(&here, |it| !it.spreads()));
        }
        for it in more.into_iter().filter(Advice::fits) {
            if !is_told(&res, &it) {
                res.push(it);
            }
        }
    }
    let n_known = res.len();
    if today.is_short() && !res.iter().any(|it| it.fits() && it.keeps_result()) {
        let several = today.several(&res, Strategy::keeps_result);
        res.extend(several);
    }
    if today.is_short() && !fits(&res[..n_known]) {
        let several = today.several(&res[..n_known], |_| true);
        let new = several.filter(|it| !is_told(&res, it));
        res.extend(new);
    }
    let is_other = |it: &Advice| it.strategies.iter().any(|it| it.is_another_task(inputs.mode()));
    res = sorted(res, |a, b| {
        let by_verdict = rank(a.verdict.kind).cmp(&rank(b.verdict.kind));
        by_verdict.then(is_other(a).cmp(&is_other(b))).then(b.saved.total_cmp(&a.saved))
    });
    if today.is_short() {
        put_cheapest_first(&mut res);
    }
    res
}

/// What all ranks keep in the memory of their hosts. Devices of one process are told one by one, and keep it once.
fn in_host(estimate: &Estimate) -> f64 {
    let of_one = |it: &Rank| it.host().iter().map(|it| it.formula.value()).sum::<f64>();
    let ranks = estimate.ranks();
    if matches!(estimate.fullest().kind(), RankKind::Device { .. }) {
        return ranks.iter().map(of_one).fold(0.0, f64::max);
    }
    ranks.iter().map(|it| of_one(it) * it.count() as f64).sum()
}

/// The place of a verdict among the others, the best first.
fn rank(kind: VerdictKind) -> usize {
    VerdictKind::ALL.iter().position(|it| *it == kind).unwrap_or(VerdictKind::ALL.len())
}

/// Of what fits, what costs least comes first.
fn put_cheapest_first(all: &mut [Advice]) {
    let n_fitting = all.iter().take_while(|it| it.fits()).count();
    let cheapest = (0..n_fitting).min_by_key(|at| all[*at].cost());
    if let Some(at) = cheapest {
        all[..=at].rotate_right(1);
    }
}

impl Advice {
    /// The changes, each once, with how often it is made: a half may be halved again.
    pub fn made(&self) -> Vec<(Strategy, usize)> {
        let mut res: Vec<(Strategy, usize)> = Vec::new();
        for &strategy in &self.strategies {
            match res.iter_mut().find(|it| it.0 == strategy) {
                Some((_, n)) => *n += 1,
                None => res.push((strategy, 1)),
            }
        }
        res
    }

    /// Fewer changes cost less than more, each counted as often as it is made (twice as many GPUs twice over are four
    /// times as many), and then the sum of their places in the order of cost; GPUs that there are cost nothing, others
    /// as much as a few changes.
    fn cost(&self) -> (usize, usize) {
        let needs_more = self.needs_more_gpus();
        let place = |it: &Strategy| if *it == Strategy::Shard && !needs_more { 0 } else { *it as usize };
        let gpus = if needs_more { COST_OF_GPUS } else { 0 };
        (self.strategies.len() + gpus, self.strategies.iter().map(place).sum())
    }

    /// Whether it takes more GPUs than there are.
    fn needs_more_gpus(&self) -> bool {
        self.changed.iter().any(|it| it.0 == Id::GpuCount)
    }

    /// Whether the run comes to the same result.
    fn keeps_result(&self) -> bool {
        self.strategies.iter().all(|it| it.keeps_result())
    }

    fn fits(&self) -> bool {
        self.verdict.kind == VerdictKind::Fits
    }

    /// Whether two change different parameters.
    fn is_apart_from(&self, other: &Self) -> bool {
        !self.changed.iter().any(|(id, _)| other.changed.iter().any(|(it, _)| it == id))
    }
}

/// What the inputs come to as they are.
struct Today<'a> {
    method: MethodId,
    inputs: &'a Inputs,
    total: f64,
    in_host: f64,
    kind: VerdictKind,
    conflicts: Vec<Conflict>,
}

impl<'a> Today<'a> {
    fn of(method: MethodId, inputs: &'a Inputs) -> Option<Self> {
        let estimate = values_of(method, inputs)?;
        let kind = verdict(inputs, &estimate).kind;
        let [total, in_host] = [estimate.total().count(), in_host(&estimate)];
        Some(Self { method, inputs, total, in_host, kind, conflicts: conflicts(inputs) })
    }

    /// Whether something is to be made fit.
    fn is_short(&self) -> bool {
        matches!(self.kind, VerdictKind::Tight | VerdictKind::TooMuch | VerdictKind::DoesNotStart)
    }

    /// What some changes come to, if they help.
    fn advice(&self, strategies: &[Strategy], there: Inputs) -> Option<Advice> {
        let estimate = values_of(self.method, &there)?;
        let verdict = verdict(&there, &estimate);
        let saved = self.total - estimate.total().count();
        let (then, now) = (rank(verdict.kind), rank(self.kind));
        let helps = then < now || then == now && saved > 0.0;
        if !helps || conflicts(&there).iter().any(|it| !self.conflicts.contains(it)) {
            return None;
        }
        // What is given anew and comes to the same changes nothing.
        let is_other = |it: &Change| it.1 != self.inputs.value(it.0);
        let changed = there.differing_from(self.inputs).map(|id| (id, there.value(id))).filter(is_other).collect();
        let in_host = Some(in_host(&estimate)).filter(|it| *it > self.in_host).unwrap_or(0.0);
        Some(Advice { strategies: strategies.to_vec(), changed, inputs: there, saved, in_host, verdict })
    }

    /// The least costly changes of some that lead further than what is known of such: in the order of their cost each
    /// that helps after those before it, in rounds, since some help only after dearer ones and a half may be halved
    /// again, until the run fits; then without each that the others make needless, the dearest first, or, where too
    /// many are left, the cheapest.
    fn several(&self, known: &[Advice], are_of: impl Fn(Strategy) -> bool) -> Option<Advice> {
        let best = self.best(known.iter().filter(|it| it.strategies.iter().all(|it| are_of(*it))));
        let mut reached: Option<Advice> = None;
        // The first that leads further, in case that what fits takes too many.
        let mut further: Option<Advice> = None;
        for _ in 0..MOST_ROUNDS {
            let saved = |it: &Option<Advice>| it.as_ref().map_or(0.0, |it| it.saved);
            let before = saved(&reached);
            for &strategy in Strategy::ALL.iter().filter(|it| are_of(**it)) {
                if reached.as_ref().is_some_and(Advice::fits) {
                    break;
                }
                let more = self.one_more(strategy, reached.as_ref()).filter(|it| it.saved > saved(&reached));
                reached = more.or(reached);
                further = further.or_else(|| reached.clone().filter(|it| rank(it.verdict.kind) < best));
            }
            if reached.as_ref().is_none_or(|it| it.fits() || it.saved <= before) {
                break;
            }
        }
        let plain = |it: Advice| {
            let n = it.strategies.len();
            let without = [self.without_needless(&it, (0..n).rev()), self.without_needless(&it, 0..n)];
            without.into_iter().find(|it| it.made().len() <= MOST_AT_ONCE)
        };
        let goals = [reached, further].into_iter().flatten().filter(|it| rank(it.verdict.kind) < best);
        goals.filter_map(plain).next()
    }

    /// What some changes and one more come to. What changes the same parameter once more takes the place of what
    /// changed it first, unless it is the same again; where all together lead to no answer, it takes the place of that
    /// without which most is saved.
    fn one_more(&self, strategy: Strategy, reached: Option<&Advice>) -> Option<Advice> {
        let before = reached.map_or(self.inputs, |it| &it.inputs);
        let changed: Vec<Id> = strategy.apply(before)?.differing_from(before).collect();
        let stays = |it: &Strategy| *it == strategy || !self.changed_by(*it).iter().any(|id| changed.contains(id));
        let chosen = reached.map_or(&[][..], |it| &it.strategies);
        let tried: Vec<Strategy> = chosen.iter().copied().filter(stays).chain([strategy]).collect();
        let without = |at: usize| {
            let left: Vec<Strategy> = tried[..at].iter().chain(&tried[at + 1..]).copied().collect();
            self.after(&left)
        };
        self.after(&tried).or_else(|| {
            let others = (0..tried.len() - 1).filter_map(without);
            others.max_by(|one, other| one.saved.total_cmp(&other.saved))
        })
    }

    /// Some changes without each that can be left out, tried in an order of their places.
    fn without_needless(&self, all: &Advice, order: impl Iterator<Item = usize>) -> Advice {
        let goal = rank(all.verdict.kind);
        let mut needless = Vec::new();
        let mut res = all.clone();
        for at in order {
            let without = |place: &usize| *place != at && !needless.contains(place);
            let left: Vec<Strategy> = (0..all.strategies.len()).filter(without).map(|it| all.strategies[it]).collect();
            if let Some(it) = self.after(&left).filter(|it| rank(it.verdict.kind) <= goal) {
                needless.push(at);
                res = it;
            }
        }
        res
    }

    /// The parameters that a strategy changes today.
    fn changed_by(&self, strategy: Strategy) -> Vec<Id> {
        strategy.apply(self.inputs).map_or_else(Vec::new, |there| there.differing_from(self.inputs).collect())
    }

    /// What some changes one after the other come to, if all can be made and help.
    fn after(&self, strategies: &[Strategy]) -> Option<Advice> {
        let there = strategies.iter().try_fold(self.inputs.clone(), |there, it| it.apply(&there))?;
        self.advice(strategies, there)
    }

    /// The place of the best verdict that is known, today's among them.
    fn best<'k>(&self, known: impl Iterator<Item = &'k Advice>) -> usize {
        known.map(|it| rank(it.verdict.kind)).fold(rank(self.kind), usize::min)
    }

    /// Pairs of changes that lead further than any of them alone, the best first.
    fn pairs(&self, singles: &[Advice]) -> Vec<Advice> {
        let best = self.best(singles.iter());
        let mut res = Vec::new();
        for (at, first) in singles.iter().enumerate() {
            for second in singles[at + 1..].iter().filter(|it| first.is_apart_from(it)) {
                let both = self.after(&[first.strategies[0], second.strategies[0]]);
                res.extend(both.filter(|it| rank(it.verdict.kind) < best));
            }
        }
        let key = |it: &Advice| (rank(it.verdict.kind), it.cost());
        let mut told: Vec<Advice> = Vec::new();
        for it in sorted(res, |a, b| key(a).cmp(&key(b))) {
            let of_one = |one: &Strategy| told.iter().filter(|it| it.strategies.contains(one)).count();
            let is_new = it.strategies.iter().all(|one| of_one(one) < MOST_PAIRS_OF_ONE);
            if is_new && told.len() < MOST_PAIRS {
                told.push(it);
            }
        }
        told
    }
}
