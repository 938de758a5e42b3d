//! How far a total can be trusted, and what nvidia-smi will show, as rows of text. It knows no component and computes
//! nothing.

use crate::estimator::evidence::{Evidence, Readings, Reserved, readings};
use crate::estimator::plan::fit::verdict;
use crate::estimator::{
    Bytes, DEFAULT_METHOD, Estimate, Inputs, Line, MemoryUnit, MethodId, Mode, ParameterId, RankKind, RunKind,
};
use crate::locale::{CardScope, ReadingTexts, Texts};
use crate::present::chart::{Reach, is_near};
use crate::present::numbers;

/// A reading.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadingRow {
    /// Its name in test ids.
    pub id: &'static str,
    /// What it is called.
    pub label: &'static str,
    /// The middle, with its unit.
    pub amount: String,
    /// Its ends; empty where there is no range.
    pub range: String,
    /// Where that comes from, in whole sentences.
    pub notes: Vec<String>,
    /// The middle in bytes.
    pub bytes: Bytes,
}

/// An error above which a family is said to miss, as a share.
const MISSES: f64 = 0.05;

/// The readings of an estimate that was made from some inputs.
pub fn reading_rows(
    inputs: &Inputs,
    estimate: &Estimate,
    unit: MemoryUnit,
    names: &Texts,
    texts: &ReadingTexts,
) -> Vec<ReadingRow> {
    let mut res = rows(inputs, estimate, unit, texts);
    res.extend(on_host(estimate, unit, names, texts));
    res
}

/// What the fullest rank keeps in the host's memory, if it keeps anything there.
fn on_host(estimate: &Estimate, unit: MemoryUnit, names: &Texts, texts: &ReadingTexts) -> Option<ReadingRow> {
    let lines = estimate.fullest().host();
    // Layers of a file that no GPU has are there once, however many GPUs have the others.
    let is_each = !matches!(estimate.fullest().kind(), RankKind::Only | RankKind::Device { .. });
    let bytes: Bytes = lines.iter().map(|it| it.formula.bytes()).sum();
    let part = |it: &Line| {
        (names.joints.named)((names.component)(it.component), &numbers::total_amount(it.formula.bytes(), unit))
    };
    let parts: Vec<_> = lines.iter().filter(|it| it.formula.bytes() > Bytes::default()).map(part).collect();
    let parts: Vec<_> = parts.iter().map(String::as_str).collect();
    (!parts.is_empty()).then(|| ReadingRow {
        id: "host",
        label: texts.host,
        amount: numbers::total_amount(bytes, unit),
        range: String::new(),
        notes: vec![(texts.host_note)(&(names.joints.names)(&parts), is_each)],
        bytes,
    })
}

fn rows(inputs: &Inputs, estimate: &Estimate, unit: MemoryUnit, texts: &ReadingTexts) -> Vec<ReadingRow> {
    let it = readings(inputs, estimate);
    let amount = |bytes| numbers::total_amount(bytes, unit);
    let range = |low: Bytes, high: Bytes| {
        if low == high { String::new() } else { (texts.range)(&numbers::card_figure(low, unit), &amount(high)) }
    };
    // A band of a method of the document that is wider than the figure says nothing; of Calibrated it is always told.
    let is_told = estimate.method() == DEFAULT_METHOD || it.band.is_some_and(|band| band.p95 < 1.0);
    let mut res = vec![ReadingRow {
        id: "total",
        label: texts.total,
        amount: amount(estimate.total()),
        range: if is_told { range(it.low, it.high) } else { String::new() },
        notes: evidence(&it, estimate.method(), texts),
        bytes: estimate.total(),
    }];
    if estimate.method() != DEFAULT_METHOD {
        return res;
    }
    let Some(held) = it.reserved else {
        res[0].notes.push(texts.no_rule.to_owned());
        return res;
    };
    res.push(ReadingRow {
        id: "reserved",
        label: texts.reserved,
        amount: amount(held.middle),
        range: range(held.low, held.high),
        notes: vec![why_reserved(it.kind, &held, &amount(held.expandable), texts)],
        bytes: held.middle,
    });
    if held.simulated.is_some() {
        res.push(ReadingRow {
            id: "least",
            label: texts.least,
            amount: amount(held.least),
            range: String::new(),
            notes: vec![texts.least_note.to_owned()],
            bytes: held.least,
        });
    }
    res
}

fn evidence(it: &Readings, method: MethodId, texts: &ReadingTexts) -> Vec<String> {
    let kind = (texts.kind)(it.kind);
    let Some(band) = it.band else {
        return vec![if method == DEFAULT_METHOD { (texts.no_case)(kind) } else { texts.few_cases.to_owned() }];
    };
    let n_cases = numbers::count(band.n_cases as f64);
    // Rounded up to a tenth of a per cent, since errors are said to be below.
    let rounded_up = |share: f64| numbers::percent((share * 1000.0).ceil().max(1.0) / 1000.0);
    let [median, p95] = [band.median, band.p95].map(rounded_up);
    let mut res = vec![(texts.evidence)(band.evidence, &n_cases, kind, &median, &p95)];
    if band.evidence == Evidence::Measured && band.high > MISSES && method == DEFAULT_METHOD {
        res.push((texts.took_more)(&numbers::percent(band.high)));
    }
    res
}

fn why_reserved(kind: RunKind, held: &Reserved, expandable: &str, texts: &ReadingTexts) -> String {
    match held.simulated {
        Some(it) => (texts.allocator)(&numbers::count(it.n_runs as f64), (texts.kind)(it.kind), expandable),
        None if kind == RunKind::Vllm => texts.fills_share.to_owned(),
        None => texts.exact_buffers.to_owned(),
    }
}

/// What a method of the document takes for granted of a run that is another; `None` where it knows such runs.
fn scope(inputs: &Inputs, estimate: &Estimate) -> Option<CardScope> {
    if verdict(inputs, estimate).counts_one_gpu {
        return Some(CardScope::OneGpu);
    }
    let has_typed_shape =
        inputs.model().is_none() && inputs.states_shape() && inputs.is_default(ParameterId::ModelSize);
    match inputs.mode() {
        Mode::Grpo => Some(CardScope::Groups),
        Mode::Cnn => Some(CardScope::Network),
        // The document counts no shape: parameters are as many as the size says.
        Mode::Inference | Mode::Finetune | Mode::Train | Mode::Multimodal | Mode::Nlp | Mode::Vlm | Mode::Moe => {
            has_typed_shape.then_some(CardScope::StatedSize)
        }
    }
}

/// What a card says below its total: the ends of the band; of the document's methods what they take for granted of
/// another run, or how far they are off in the middle, where that is known.
pub fn card_note(inputs: &Inputs, estimate: &Estimate, unit: MemoryUnit, texts: &ReadingTexts) -> Option<String> {
    let it = readings(inputs, estimate);
    if estimate.method() != DEFAULT_METHOD {
        if let Some(scope) = scope(inputs, estimate) {
            return Some((texts.scope)(scope).to_owned());
        }
        return it.band.map(|band| (texts.median_error)(&numbers::percent(band.median)));
    }
    let [low, high] = [it.low, it.high].map(|end| numbers::card_figure(end, unit));
    let range = (texts.range)(&low, &high);
    Some(match it.reserved {
        Some(held) => (texts.card_with_reserved)(&range, &numbers::card_figure(held.middle, unit)),
        None => range,
    })
}

/// The same as marks in the chart: the ends of the band, and what is held, all in bytes. vLLM on a large GPU holds many
/// times what a small model needs: as a device that ends there, that is not drawn.
pub fn reach(inputs: &Inputs, estimate: &Estimate) -> Reach {
    let it = readings(inputs, estimate);
    let total = estimate.total();
    let held = it.reserved.map(|held| held.middle).filter(|held| is_near(*held, total));
    Reach { low: it.low, high: it.high, held: held.unwrap_or(total) }
}

/// Who holds more than a run of these inputs needs, for the legend.
pub fn held_by(inputs: &Inputs, texts: &ReadingTexts) -> &'static str {
    if RunKind::of(inputs) == RunKind::Vllm { texts.held_by_vllm } else { texts.held_by_allocator }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimator::{Catalog, estimate_all};
    use crate::link::decode;
    use crate::locale::{ENGLISH, ENGLISH_LATER};

    fn rows(link: &str) -> Vec<ReadingRow> {
        let inputs = decode(link, &Catalog::built_in()).0.inputs;
        let all = estimate_all(&inputs);
        let estimate = all.iter().find(|it| it.method() == DEFAULT_METHOD).expect("an answer");
        reading_rows(&inputs, estimate, MemoryUnit::Gib, &ENGLISH, &ENGLISH_LATER.readings)
    }

    /// What is marked in the chart is what the list says, unless that is far beyond all bars.
    #[test]
    fn marks_have_the_figures_of_the_list() {
        let marks = |link: &str| {
            let inputs = decode(link, &Catalog::built_in()).0.inputs;
            let all = estimate_all(&inputs);
            let estimate = all.iter().find(|it| it.method() == DEFAULT_METHOD).expect("an answer");
            (reach(&inputs, estimate), held_by(&inputs, &ENGLISH_LATER.readings))
        };
        for (link, words) in [
            ("mode=train&model=llama-3.2-1b&precision=BF16&recipe=pure", "allocator"),
            ("mode=inference&engine=vllm&model=llama-3.1-8b&gpu=rtx-4090", "vLLM"),
        ] {
            let (marks, held_by) = marks(link);
            let rows = rows(link);
            assert_eq!(marks.held, rows[1].bytes, "{link}");
            assert!(marks.held > rows[0].bytes && held_by.contains(words), "{link}: {held_by}");
            assert!(marks.low <= rows[0].bytes && rows[0].bytes <= marks.high, "{link}");
        }
        let far = "mode=inference&engine=vllm&model=llama-3.2-1b&gpu=h200";
        assert!(marks(far).0.held == rows(far)[0].bytes && rows(far)[1].bytes > rows(far)[0].bytes);
    }

    /// The page said that most published QLoRA runs took more, and by how much, in a sentence that no table stood
    /// behind.
    #[test]
    fn a_family_that_misses_says_so() {
        let of_qlora = rows("mode=finetune&method=QLoRA&quantization=nf4&model=llama-2-7b-hf&precision=BF16");
        assert!(of_qlora[0].notes.iter().any(|it| it.contains("took up to")), "{of_qlora:?}");
        let of_full = rows("mode=train&model=llama-3.2-1b&precision=BF16&recipe=pure");
        assert!(!of_full[0].notes.iter().any(|it| it.contains("took up to")), "{of_full:?}");
    }

    /// The document's cards gave a bare figure beside runs that their formulas know nothing of.
    #[test]
    fn a_card_says_what_its_method_takes_for_granted() {
        let note = |link: &str| {
            let inputs = decode(link, &Catalog::built_in()).0.inputs;
            let all = estimate_all(&inputs);
            let estimate = all.iter().find(|it| it.method() == MethodId::Documented).expect("an answer");
            card_note(&inputs, estimate, MemoryUnit::Gib, &ENGLISH_LATER.readings).unwrap_or_default()
        };
        let over_gpus = note("mode=train&model=llama-3.1-8b&trainer=fsdp2&gpuCount=8");
        assert_eq!(over_gpus, "one GPU, no sharding");
        assert_eq!(note("model=llama-3.1-8b&engine=vllm&tensorParallel=2"), over_gpus);
        assert!(note("mode=grpo&model=llama-3.1-8b").contains("INT4"));
        assert!(note("mode=cnn&model=resnet50").contains("20"));
        assert!(!note("mode=train&model=llama-3.1-8b").contains("GPU"));
        assert!(note("mode=train&hiddenSize=8192&numLayers=80").contains("not of the shape"));
        assert!(!note("mode=train&hiddenSize=8192&numLayers=80&modelSize=70").contains("shape"));
    }

    #[test]
    fn readings_stand_in_their_order() {
        let it = rows("mode=train&model=llama-3.2-1b&precision=BF16&recipe=pure");
        let [total, reserved, least] = &it[..] else { panic!("{it:?}") };
        assert!(total.bytes < least.bytes && least.bytes < reserved.bytes, "{it:?}");
        let of_engine = rows("mode=inference&engine=llamacpp&quantization=gguf-q4_0&model=meta-llama-3-8b");
        assert_eq!(of_engine[0].bytes, of_engine[1].bytes, "{of_engine:?}");
    }
}
