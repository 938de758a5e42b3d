//! English: what each kind of rank takes. It knows no figure.

use crate::estimator::RankKind;
use crate::estimator::plan::piles::Pile;
use crate::locale::decide::RankTexts;

pub(super) const RANKS: RankTexts = RankTexts {
    title: "By rank",
    rank: "Rank",
    gpus: "GPUs",
    parts: "What it holds",
    each: "On one GPU",
    fullest: "fullest",
    kind,
    times: |count| format!("× {count}"),
    pile: |pile| match pile {
        Pile::Sharded => "a share of the model",
        Pile::Replicated => "alike on every rank",
        Pile::Gathered => "gathered for now",
        Pile::Communicators => "communicators",
        Pile::Own => "its own sequences and driver",
    },
    sum: |n_gpus, sum, fullest| {
        format!(
            "All {n_gpus} GPUs together: {sum}. What has to fit is the fullest one, {fullest}. Each stands at its own fullest moment."
        )
    },
    mesh: |n_gpus, degrees| {
        let degrees: Vec<_> = degrees.iter().map(|(name, degree)| format!("{name} {degree}")).collect();
        format!("{n_gpus} GPUs = {}", degrees.join(" × "))
    },
};

fn kind(it: RankKind) -> String {
    match it {
        RankKind::Only => "GPU 0".to_owned(),
        RankKind::Replica => "Replicas".to_owned(),
        RankKind::Shards { first, last } if first == last => format!("Shard {first}"),
        RankKind::Shards { first, last } => format!("Shards {first}–{last}"),
        RankKind::Stage { at } => format!("Stage {at}"),
        RankKind::Device { at } => format!("GPU {at}"),
    }
}
