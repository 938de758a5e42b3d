//! What each kind of rank takes, as rows of bars on one axis. It knows neither colours nor what kinds of rank there
//! are.

use crate::estimator::catalog::devices::Device;
use crate::estimator::plan::piles::piles;
use crate::estimator::values::DEGREES;
use crate::estimator::{Bytes, ComponentGroup, Estimate, Inputs, MemoryUnit, MethodId, ParameterId, Rank, usable};
use crate::locale::{RankTexts, Texts};
use crate::present::numbers;

/// The ranks of an estimate that has several.
#[derive(Clone, Debug, PartialEq)]
pub struct RankChart {
    /// Whose estimate.
    pub method: MethodId,
    /// A row for each kind of rank, in the run's order.
    pub rows: Vec<RankRow>,
    /// What all GPUs take together, which none of them has to hold.
    pub sum: String,
}

/// Ranks that are alike.
#[derive(Clone, Debug, PartialEq)]
pub struct RankRow {
    /// Which they are.
    pub name: String,
    /// How many.
    pub count: usize,
    /// What one of them takes, with its unit.
    pub amount: String,
    /// The same in bytes.
    pub bytes: Bytes,
    /// Its parts, from the left: group and share of the axis.
    pub parts: Vec<(ComponentGroup, f64)>,
    /// The parts in words.
    pub told: String,
    /// What it has by who else has it, where that is known.
    pub piles: Option<String>,
    /// Where its device ends, as a share of the axis; `None` without a device, and where that is far beyond all bars.
    pub capacity: Option<f64>,
    /// Whether it is the one that has to fit.
    pub is_fullest: bool,
}

/// On what the ranks run.
#[derive(Clone, Copy, Debug)]
pub struct RankDevices<'a> {
    /// Memory of each device, where all are alike.
    pub capacity: Option<Bytes>,
    /// The device of each GPU, where they are of several kinds; else none.
    pub unlike: &'a [&'static Device],
}

/// How many times as much as the fullest rank a device may have for its end to be drawn.
const FARTHEST_CAPACITY: f64 = 2.0;

/// The ranks of an estimate; nothing where it has a single one.
pub fn rank_chart(
    inputs: &Inputs,
    estimate: &Estimate,
    devices: RankDevices,
    unit: MemoryUnit,
    texts: &Texts,
    words: &RankTexts,
) -> Option<RankChart> {
    let ranks = estimate.ranks();
    if ranks.iter().map(Rank::count).sum::<usize>() < 2 {
        return None;
    }
    // Of unlike GPUs the one with the least room left need not have the longest bar.
    let fullest = ranks.iter().map(|it| it.total().count()).fold(0.0, f64::max);
    let own = |it: &Rank| devices.unlike.get(it.kind().gpu()).copied();
    let capacity = |it: &Rank| {
        let memory = own(it).map(usable).or(devices.capacity).map(Bytes::count);
        memory.filter(|it| *it <= FARTHEST_CAPACITY * fullest)
    };
    let axis = ranks.iter().filter_map(capacity).fold(fullest, f64::max);
    let sum: f64 = ranks.iter().map(|it| it.count() as f64 * it.total().count()).sum();
    let row = |it: &Rank| {
        let (mut parts, mut told): (Vec<(ComponentGroup, f64)>, Vec<String>) = (Vec::new(), Vec::new());
        for line in it.peak().lines().iter().filter(|it| it.formula.bytes().count() > 0.0) {
            let bytes = line.formula.bytes();
            parts.push((line.component.group(), bytes.count() / axis));
            told.push((texts.joints.named)((texts.component)(line.component), &numbers::amount(bytes, unit)));
        }
        RankRow {
            name: match own(it) {
                Some(device) => (texts.joints.named)(&(words.kind)(it.kind()), device.name),
                None => (words.kind)(it.kind()),
            },
            count: it.count(),
            amount: numbers::total_amount(it.total(), unit),
            bytes: it.total(),
            parts,
            told: (texts.joints.names)(&told.iter().map(String::as_str).collect::<Vec<_>>()),
            piles: said_of_piles(inputs, it, unit, texts, words),
            capacity: capacity(it).map(|it| it / axis),
            is_fullest: std::ptr::eq(it, estimate.fullest()),
        }
    };
    Some(RankChart {
        method: estimate.method(),
        rows: ranks.iter().map(row).collect(),
        sum: (words.sum)(
            ranks.iter().map(Rank::count).sum(),
            &numbers::total_amount(Bytes::new(sum), unit),
            &numbers::total_amount(estimate.total(), unit),
        ),
    })
}

/// The piles of a rank in words, without those of which it has nothing.
fn said_of_piles(inputs: &Inputs, it: &Rank, unit: MemoryUnit, texts: &Texts, words: &RankTexts) -> Option<String> {
    let piles = piles(inputs, it)?.into_iter().filter(|(_, bytes)| bytes.count() > 0.0);
    let said: Vec<_> =
        piles.map(|(pile, bytes)| (texts.joints.named)((words.pile)(pile), &numbers::amount(bytes, unit))).collect();
    Some((texts.joints.names)(&said.iter().map(String::as_str).collect::<Vec<_>>()))
}

/// To which degrees the GPUs of a run come; nothing where it is on one, and where they do not come to their number, as
/// where layers are shared out.
pub fn mesh(inputs: &Inputs, texts: &Texts, words: &RankTexts) -> Option<String> {
    let values = inputs.values();
    let n_gpus = values.number(ParameterId::GpuCount);
    if n_gpus < 2.0 || values.gpus_of_degrees() != n_gpus {
        return None;
    }
    let degree = |id: &ParameterId| {
        let degree = values.number(*id);
        (degree > 1.0).then(|| ((texts.parameter)(*id), degree as usize))
    };
    Some((words.mesh)(n_gpus as usize, &DEGREES.iter().filter_map(degree).collect::<Vec<_>>()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimator::{Catalog, DEFAULT_METHOD, estimate_all};
    use crate::link::decode;
    use crate::locale::{ENGLISH, ENGLISH_LATER};

    fn chart(link: &str, capacity: Option<f64>) -> Option<RankChart> {
        let inputs: Inputs = decode(link, &Catalog::built_in()).0.inputs;
        let all = estimate_all(&inputs);
        let estimate = all.iter().find(|it| it.method() == DEFAULT_METHOD).expect("an answer");
        let capacity = capacity.map(|gib| Bytes::new(gib * Bytes::PER_GIB));
        let devices = RankDevices { capacity, unlike: &[] };
        rank_chart(&inputs, estimate, devices, MemoryUnit::Gib, &ENGLISH, &ENGLISH_LATER.ranks)
    }

    const SPREAD: &str = "mode=finetune&model=llama-3.1-8b-instruct&method=Full&trainer=fsdp2&recipe=policy&gpuCount=8";

    #[test]
    fn bars_end_where_the_ranks_do() {
        let it = chart(SPREAD, Some(24.0)).expect("ranks");
        assert_eq!(it.rows.iter().map(|it| it.count).sum::<usize>(), 8);
        assert_eq!(it.rows.iter().filter(|it| it.is_fullest).count(), 1);
        let most = it.rows.iter().map(|it| it.bytes.count()).fold(0.0, f64::max);
        let axis = most.max(24.0 * Bytes::PER_GIB);
        for row in &it.rows {
            let length: f64 = row.parts.iter().map(|it| it.1).sum();
            assert!((length - row.bytes.count() / axis).abs() < 1e-9, "{row:?}");
            assert_eq!(row.is_fullest, row.bytes.count() == most, "{row:?}");
        }
        assert!(it.rows.iter().all(|it| it.capacity.is_some_and(|it| it <= 1.0)));
        assert_eq!(chart(SPREAD, Some(1000.0)).expect("ranks").rows[0].capacity, None, "far beyond all bars");
    }

    #[test]
    fn degrees_come_to_the_number_of_gpus() {
        let told = |link: &str| {
            let inputs = decode(link, &Catalog::built_in()).0.inputs;
            mesh(&inputs, &ENGLISH, &ENGLISH_LATER.ranks)
        };
        assert_eq!(told(SPREAD), Some("8 GPUs = Data parallel 8".to_owned()));
        let stages = "mode=train&model=llama-3.1-8b&trainer=megatron&gpuCount=16&pipelineParallel=4&tensorParallel=2";
        assert_eq!(
            told(stages),
            Some("16 GPUs = Data parallel 2 × Pipeline parallel 4 × Tensor parallel 2".to_owned())
        );
        assert_eq!(told("mode=train&model=llama-3.1-8b"), None);
        assert_eq!(told("model=llama-3.1-8b&engine=llamacpp&quantization=gguf-file-q4_k_m&gpuCount=2"), None);
    }

    #[test]
    fn a_run_on_one_gpu_has_none() {
        assert_eq!(chart("mode=finetune&model=llama-3.1-8b-instruct&method=Full", Some(80.0)), None);
    }
}
