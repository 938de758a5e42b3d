//! In which order a rank of a pipeline runs micro-batches, and how many of them are on their way whenever one runs
//! backward. It knows no byte.
//!
//! Read in torch/distributed/pipelining/schedules.py: `ScheduleGPipe`, `Schedule1F1B` and `ScheduleInterleaved1F1B`
//! (`_calculate_single_rank_operations`). Each rank runs some micro-batches forward, then one forward and one backward
//! in turn, then the rest backward. The stages of a rank take turns after as many micro-batches as make a round.

use crate::estimator::methods::calibrated::model::not_spread::NotSpread;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::spread::Schedule;
use crate::estimator::reader::Reader;

/// How many stages there are, and what each runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pipeline {
    /// Ranks among which the stages are shared out.
    pub ranks: usize,
    /// Stages of each rank, which take turns: the first of rank r is r, the next r + `ranks`.
    pub stages_of_rank: usize,
    /// Micro-batches of a step.
    pub micro_batches: usize,
    /// The order.
    pub schedule: Schedule,
}

/// One micro-batch that runs backward.
pub struct Backward<'a> {
    /// In which of the rank's stages.
    pub stage: usize,
    /// Other micro-batches that went forward and not yet backward, by stage of the rank.
    pub others: &'a [usize],
    /// Whether stages of the rank have gradients of earlier micro-batches.
    pub done: &'a [bool],
    /// Micro-batches that have gone through the stage before it.
    pub before: usize,
}

impl Pipeline {
    /// That of some inputs.
    pub fn of(reader: &Reader) -> Self {
        let whole = |id| reader.number(id).max(1.0) as usize;
        Self {
            ranks: whole(Id::PipelineParallel),
            stages_of_rank: whole(Id::VirtualStages),
            micro_batches: whole(Id::MicroBatches),
            schedule: reader.choice(Id::Schedule),
        }
    }

    /// All stages.
    pub const fn stages(&self) -> usize {
        self.ranks * self.stages_of_rank
    }

    /// Where among all stages one of a rank's stands.
    pub const fn place(&self, rank: usize, stage: usize) -> usize {
        rank + stage * self.ranks
    }

    /// Rounds of micro-batches, after each of which the next stage of a rank has its turn.
    const fn rounds(&self) -> usize {
        let rounds = self.micro_batches / self.ranks;
        if rounds > 1 { rounds } else { 1 }
    }

    /// Whether each round has as many micro-batches, without which the interleaved schedule does not start.
    pub fn has_even_rounds(&self) -> bool {
        self.schedule != Schedule::Interleaved || self.micro_batches.is_multiple_of(self.rounds())
    }

    /// Pairs of a stage and a micro-batch that a rank runs.
    const fn pairs(&self) -> usize {
        self.micro_batches * self.stages_of_rank
    }

    /// How many pairs a rank runs forward before it alternates.
    fn ahead(&self, rank: usize) -> usize {
        let behind = self.ranks - 1 - rank.min(self.ranks - 1);
        match self.schedule {
            Schedule::Gpipe => self.pairs(),
            Schedule::OneForwardOneBackward | Schedule::ZeroBubble => behind.min(self.micro_batches),
            Schedule::Interleaved => {
                let of_round = self.micro_batches / self.rounds();
                ((self.stages_of_rank - 1) * of_round + 2 * behind).min(self.pairs())
            }
        }
    }

    /// Pairs of a stage and a micro-batch whose activations a rank has at once, at most.
    pub fn most_in_flight(&self, rank: usize) -> usize {
        (self.ahead(rank) + 1).min(self.pairs())
    }

    /// Visits the backward passes of a rank in their order: all of them, or as many as there are before they repeat.
    pub fn visit(&self, rank: usize, is_whole: bool, mut visit: impl FnMut(&Backward)) {
        let of_round = if self.stages_of_rank == 1 { 1 } else { self.micro_batches / self.rounds() };
        let turn = |step: usize| step / of_round % self.stages_of_rank;
        let mut on_way = vec![0; self.stages_of_rank];
        let mut done = vec![false; self.stages_of_rank];
        let mut n_done = vec![0; self.stages_of_rank];
        let (n_pairs, mut n_forward) = (self.pairs(), self.ahead(rank));
        if self.stages_of_rank == 1 {
            on_way[0] = n_forward;
        } else {
            (0..n_forward).for_each(|step| on_way[turn(step)] += 1);
        }
        // In the second round of each stage as much is on its way as in any later.
        let n_visited = if is_whole { n_pairs } else { n_pairs.min(2 * of_round * self.stages_of_rank + 1) };
        for step in 0..n_visited {
            if n_forward < n_pairs {
                on_way[turn(n_forward)] += 1;
                n_forward += 1;
            }
            let stage = self.stages_of_rank - 1 - turn(step);
            on_way[stage] -= 1;
            visit(&Backward { stage, others: &on_way, done: &done, before: n_done[stage] });
            done[stage] = true;
            n_done[stage] += 1;
        }
    }
}

/// The number of ranks nearest to that of a pipeline with which stages have as many layers each; with one stage a rank
/// where the layers cannot be shared out in another way.
pub fn nearest_stages(pipeline: &Pipeline, layers: usize) -> NotSpread {
    let ranks = |stages_of_rank: usize| {
        let divides = |ranks: &usize| layers.is_multiple_of(ranks * stages_of_rank);
        (2..=layers).filter(divides).min_by_key(|it| it.abs_diff(pipeline.ranks)).map(|it| (it, stages_of_rank))
    };
    let (ranks, stages_of_rank) = ranks(pipeline.stages_of_rank).or_else(|| ranks(1)).unwrap_or((1, 1));
    NotSpread::Stages { layers: layers as u32, ranks: ranks as u32, stages_of_rank: stages_of_rank as u32 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Micro-batches in flight at most, counted as the schedule runs, and by the rule of each schedule: M on every
    /// rank; min(M, p − s); min(M·v, (v−1)·p + 2·(p−1−s) + 1) where rounds are of as many micro-batches as there are
    /// ranks.
    #[test]
    fn micro_batches_in_flight_follow_the_rule_of_each_schedule() {
        #[track_caller]
        fn check(schedule: Schedule, of_rank: impl Fn(usize, usize, usize, usize) -> usize) {
            let stages = if schedule == Schedule::Interleaved { 1..4 } else { 1..2 };
            for (ranks, stages_of_rank) in (2..9).flat_map(|p| stages.clone().map(move |v| (p, v))) {
                for micro_batches in [1, 2, 3, 4, 5].map(|it| it * ranks) {
                    let it = Pipeline { ranks, stages_of_rank, micro_batches, schedule };
                    for rank in 0..ranks {
                        let mut most = 0;
                        it.visit(rank, true, |it| most = most.max(it.others.iter().sum::<usize>() + 1));
                        let mut seen = 0;
                        it.visit(rank, false, |it| seen = seen.max(it.others.iter().sum::<usize>() + 1));
                        let rule = of_rank(micro_batches, ranks, rank, stages_of_rank);
                        assert_eq!((most, seen), (rule, rule), "{it:?} {rank}");
                    }
                }
            }
        }
        check(Schedule::Gpipe, |micro_batches, _, _, _| micro_batches);
        check(Schedule::OneForwardOneBackward, |micro_batches, p, s, _| micro_batches.min(p - s));
        check(Schedule::Interleaved, |micro_batches, p, s, v| {
            (micro_batches * v).min((v - 1) * p + 2 * (p - 1 - s) + 1)
        });
    }

    /// Every micro-batch goes through every stage once, and nothing is on its way in the end.
    #[test]
    fn every_micro_batch_returns() {
        for schedule in [Schedule::Gpipe, Schedule::OneForwardOneBackward, Schedule::Interleaved] {
            for micro_batches in 1..20 {
                let stages_of_rank = if schedule == Schedule::Interleaved { 2 } else { 1 };
                let it = Pipeline { ranks: 4, stages_of_rank, micro_batches, schedule };
                for rank in (0..4).filter(|_| it.has_even_rounds()) {
                    let (mut n_visited, mut left) = (0, 0);
                    it.visit(rank, true, |it| (n_visited, left) = (n_visited + 1, it.others.iter().sum()));
                    assert_eq!((n_visited, left), (micro_batches * stages_of_rank, 0), "{it:?} {rank}");
                }
            }
        }
    }
}
