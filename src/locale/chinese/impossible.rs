//! Chinese sentences about what is asked of a choice that has no such thing.

use crate::estimator::{Feature, Impossible, Instead, ParameterId, Value};
use crate::locale::chinese::modes;
use crate::locale::texts::Texts;

/// In the words of a link: what was given, why it cannot be, as what it counts, and where it would be possible.
pub(super) fn in_link(given: &str, it: &Impossible) -> String {
    let (key, nothing) = (it.id.spec().key, it.nothing());
    let subject = it.lacking().map(|(id, at)| format!(" {}={} ", id.spec().key, id_of(id, at)));
    let instead = match it.instead() {
        Instead::Choices(_, places) if places.is_empty() => String::new(),
        Instead::Choices(id, places) => {
            let ids: Vec<_> = places.into_iter().map(|at| id_of(id, at)).collect();
            format!("可行的选择：{}={}。", id.spec().key, ids.join("、"))
        }
        Instead::Modes(_) => in_modes(it),
    };
    format!("{given} 不可行：{}。已保留，按 {key}={nothing} 计算。{instead}", has_none(subject, it))
}

/// The same beside the parameter's control.
pub(super) fn in_row(it: &Impossible, texts: &Texts) -> String {
    let subject = it
        .lacking()
        .map(|(id, at)| format!("“{}”为“{}”时", (texts.parameter_in_mode)(id, it.mode()), (texts.choice)(id, at)));
    let nothing = match it.nothing().as_str() {
        "false" => "“关”".to_owned(),
        number if number.parse::<f64>().is_ok() => format!(" {number} "),
        _ => format!("“{}”", (texts.choice)(it.id, 0)),
    };
    let instead = match it.instead() {
        Instead::Choices(_, places) if places.is_empty() => String::new(),
        Instead::Choices(id, places) => {
            let labels: Vec<_> = places.into_iter().map(|at| (texts.choice)(id, at)).collect();
            format!("可行的选择（{}）：{}。", (texts.parameter_in_mode)(id, it.mode()), labels.join("、"))
        }
        Instead::Modes(_) => in_modes(it),
    };
    format!("不可行：{}。已保留在链接中，按{nothing}计算。{instead}", has_none(subject, it))
}

fn id_of(id: ParameterId, at: usize) -> String {
    id.spec().write(&Value::Choice(at))
}

fn has_none(subject: Option<String>, it: &Impossible) -> String {
    let subject = subject.unwrap_or_else(|| format!("“{}”模式", modes::mode(it.mode()).label));
    format!("此处{subject}没有{}", feature(it.feature))
}

fn in_modes(it: &Impossible) -> String {
    let Instead::Modes(all) = it.instead() else { return String::new() };
    let labels: Vec<_> = all.into_iter().map(|it| format!("“{}”", modes::mode(it).label)).collect();
    format!("可行的模式：{}。", labels.join("、"))
}

fn feature(it: Feature) -> &'static str {
    match it {
        Feature::DividedLayers => "张量并行",
        Feature::Stages => "流水线阶段",
        Feature::VirtualStages => "一张 GPU 上轮流运行的多个阶段",
        Feature::DividedSequences => "上下文并行",
        Feature::SequenceParallel => "序列并行",
        Feature::DividedLoss => "按词表切分的损失",
        Feature::SharedExperts => "专家并行",
        Feature::DividedExperts => "专家的张量并行",
        Feature::Replicas => "数据并行的副本",
        Feature::ReplicasOfShards => "分片的副本",
        Feature::DistributedOptimizer => "分布式优化器",
        Feature::Recomputation => " Megatron 式的重计算",
        Feature::BucketViews => "梯度桶",
        Feature::Zero => " ZeRO",
        Feature::OffloadedParameters => "参数卸载",
        Feature::OffloadedOptimizer => "单独的优化器卸载",
        Feature::ExpertsInHost => "放在主机内存中的专家",
        Feature::Drafter => "草稿模型",
        Feature::VocabularyLoss => "词表上的损失",
        Feature::QuantizedBase => "量化基座",
        Feature::PreparedBase => "可做准备的量化基座",
        Feature::Sampling => "回答采样",
    }
}
