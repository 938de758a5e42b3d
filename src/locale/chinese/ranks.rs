//! Chinese: what each kind of rank takes. It knows no figure.

use crate::estimator::RankKind;
use crate::estimator::plan::piles::Pile;
use crate::locale::decide::RankTexts;

pub(super) const RANKS: RankTexts = RankTexts {
    title: "各卡占用",
    rank: "哪些卡",
    gpus: "GPU 数",
    parts: "装了什么",
    each: "每张 GPU",
    fullest: "最满",
    kind,
    times: |count| format!("× {count}"),
    pile: |pile| match pile {
        Pile::Sharded => "分得的模型份额",
        Pile::Replicated => "各 rank 相同",
        Pile::Gathered => "暂时汇聚",
        Pile::Communicators => "通信缓冲",
        Pile::Own => "自身序列与驱动",
    },
    sum: |n_gpus, sum, fullest| {
        format!("{n_gpus} 张 GPU 合计 {sum}。要放得下的是最满的一张，{fullest}。各卡都取自身最满的时刻。")
    },
    mesh: |n_gpus, degrees| {
        let degrees: Vec<_> = degrees.iter().map(|(name, degree)| format!("{name} {degree}")).collect();
        format!("{n_gpus} 张 GPU = {}", degrees.join(" × "))
    },
};

fn kind(it: RankKind) -> String {
    match it {
        RankKind::Only => "0 号 GPU".to_owned(),
        RankKind::Replica => "各副本".to_owned(),
        RankKind::Shards { first, last } if first == last => format!("分片 {first}"),
        RankKind::Shards { first, last } => format!("分片 {first}–{last}"),
        RankKind::Stage { at } => format!("阶段 {at}"),
        RankKind::Device { at } => format!("{at} 号 GPU"),
    }
}
