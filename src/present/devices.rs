//! The GPUs of the catalogue as rows to choose from, each with what today's run would find there; and all of them in
//! groups, smallest first. It judges nothing and knows no GPU by name.

use crate::estimator::catalog::devices::{Device, by_memory};
use crate::estimator::parameters::choice_ids::ChoiceIds;
use crate::estimator::plan::devices::{DeviceVerdict, chosen_gpus, judge_beside, judge_devices, smallest};
use crate::estimator::{Inputs, MemoryUnit, MethodId, ParameterId};
use crate::locale::{DeviceListTexts, LaterTexts, Texts};
use crate::present::gpu_groups::memory;
use crate::present::search::{Offer, Offers};
use crate::present::value_text::{gpus_by_name, so_many};
use crate::present::verdict::in_few_words;

/// How many GPUs that fit are proposed.
const PROPOSED: usize = 3;

/// GPUs under one heading.
#[derive(Clone, Debug, PartialEq)]
pub struct OfferGroup {
    /// The heading.
    pub label: String,
    /// Its rows, the least memory first.
    pub offers: Vec<Offer>,
}

/// All GPUs for a field that is searched in, with none of them as the first row.
pub fn gpu_offers(inputs: &Inputs, method: MethodId, unit: MemoryUnit, texts: &Texts, later: &LaterTexts) -> Offers {
    let all = judge_devices(method, inputs);
    let none =
        Offer { value: ChoiceIds::NO_DEVICE.to_owned(), name: texts.controls.no_gpu.to_owned(), ..Offer::default() };
    let proposed = smallest(&all, PROPOSED);
    // The first row is none of them.
    let place = |device: &Device| all.iter().position(|it| it.device.id == device.id).map(|at| at + 1);
    let beside = judge_beside(method, inputs).into_iter().map(|(gpus, it)| Offer {
        value: ParameterId::Gpu.spec().write(&gpus),
        name: format!("+ {}", it.device.name),
        heading: 1,
        ..offer(&it, unit, texts, later)
    });
    let chosen = gpus_by_name(&chosen_gpus(inputs), texts);
    let row = |it: &DeviceVerdict| {
        let res = offer(it, unit, texts, later);
        // As many of it as there are, whose number stays.
        Offer { note: so_many(it.verdict.map_or(1, |it| it.n_gpus), &res.note), ..res }
    };
    let alone = std::iter::once(none).chain(all.iter().map(row));
    Offers {
        proposed: proposed.into_iter().filter_map(place).collect(),
        rows: alone.chain(beside).collect(),
        headings: vec![String::new(), (later.devices.beside)(&chosen)],
        proposed_title: later.devices.proposed,
        nothing: later.devices.nothing,
        ..Offers::default()
    }
}

/// All GPUs in their groups, and how many of how many hold the run.
pub fn gpu_table(
    inputs: &Inputs,
    method: MethodId,
    unit: MemoryUnit,
    texts: &Texts,
    later: &LaterTexts,
    words: &DeviceListTexts,
) -> (Vec<OfferGroup>, String) {
    let all = judge_devices(method, inputs);
    let n_fit = all.iter().filter(|it| it.fits()).count();
    // That none holds a run of which nothing is known would be a verdict.
    let is_judged = all.iter().any(|it| it.verdict.is_some());
    let said = if is_judged { (words.summary)(n_fit, all.len()) } else { String::new() };
    let mut groups: Vec<OfferGroup> = Vec::new();
    // Groups in the catalogue's order, rows by memory.
    let labels: Vec<_> = all.iter().map(|it| (texts.controls.gpu_group)(it.device.vendor, it.device.form)).collect();
    for label in labels {
        if groups.iter().all(|it| it.label != label) {
            groups.push(OfferGroup { label, offers: Vec::new() });
        }
    }
    for device in by_memory(all.iter().map(|it| it.device)) {
        let Some(it) = all.iter().find(|it| it.device.id == device.id) else { continue };
        let label = (texts.controls.gpu_group)(it.device.vendor, it.device.form);
        if let Some(group) = groups.iter_mut().find(|group| group.label == label) {
            let mut row = offer(it, unit, texts, later);
            // A margin is that of as many as there are, beside how many would be enough.
            let n_gpus = it.verdict.map_or(1, |it| it.n_gpus);
            if let Some((_, said)) = row.verdict.as_mut().filter(|_| n_gpus > 1) {
                *said = (words.over)(n_gpus, said);
            }
            group.offers.push(row);
        }
    }
    (groups, said)
}

fn offer(it: &DeviceVerdict, unit: MemoryUnit, texts: &Texts, later: &LaterTexts) -> Offer {
    let DeviceVerdict { device, verdict } = it;
    let generation = device.generation.map(|it| format!("{it:?}")).unwrap_or_default();
    let (group, size) = ((texts.controls.gpu_group)(device.vendor, device.form), device.sold_gib);
    Offer {
        value: device.id.to_owned(),
        name: device.name.to_owned(),
        // Written together, too: whoever types it so means any card of the size.
        words: format!("{} {generation} {} {group} {size} gb {size}gb", device.id, device.vendor.name()),
        note: memory(device, unit),
        verdict: verdict.map(|it| in_few_words(&it, unit, later)),
        ..Offer::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimator::plan::fit::VerdictKind;
    use crate::estimator::{Catalog, DEFAULT_METHOD};
    use crate::link::decode;
    use crate::locale::{ENGLISH, ENGLISH_LATER, ENGLISH_WORKBENCH};
    use crate::present::search::find;

    fn inputs() -> Inputs {
        decode("mode=train&model=llama-3.2-1b&gpu=rtx-3090", &Catalog::built_in()).0.inputs
    }

    #[test]
    fn every_gpu_is_a_row_with_its_verdict() {
        let it = gpu_offers(&inputs(), DEFAULT_METHOD, MemoryUnit::Gib, &ENGLISH, &ENGLISH_LATER);
        assert_eq!(it.rows.len(), ChoiceIds::Devices.all().len(), "a trainer takes no second kind");
        let of = |id| it.rows.iter().find(|it| it.value == id).and_then(|it| it.verdict.clone()).expect("a verdict");
        assert_eq!(of("rtx-3090").0, VerdictKind::TooMuch);
        assert_eq!(of("h200").0, VerdictKind::Fits);
        assert_eq!(of("m1-8gb").0, VerdictKind::CannotSay);
        let proposed: Vec<_> = it.proposed.iter().map(|at| it.rows[*at].verdict.clone().map(|it| it.0)).collect();
        assert_eq!(proposed, [Some(VerdictKind::Fits); PROPOSED]);
    }

    /// Written together it found those alone that have it in their names, and none of the usual cards.
    #[test]
    fn cards_are_found_by_their_size() {
        let it = gpu_offers(&inputs(), DEFAULT_METHOD, MemoryUnit::Gib, &ENGLISH, &ENGLISH_LATER);
        for typed in ["24gb", "24 GB", "24GB"] {
            let found: Vec<_> = find(&it, typed).iter().map(|found| it.rows[found.at].value.as_str()).collect();
            assert!(["rtx-4090", "rtx-3090", "l4"].iter().all(|id| found.contains(id)), "{typed}: {found:?}");
        }
    }

    /// Several kinds at once could be had by a link alone.
    #[test]
    fn another_kind_is_offered_where_the_engine_takes_it() {
        let offers = |link: &str| {
            let inputs = decode(link, &Catalog::built_in()).0.inputs;
            gpu_offers(&inputs, DEFAULT_METHOD, MemoryUnit::Gib, &ENGLISH, &ENGLISH_LATER)
        };
        let of = |offers: &Offers, name: &str| offers.rows.iter().find(|it| it.name == name).cloned();
        let llama_cpp = "model=qwen2.5-32b&quantization=gguf-file-q4_k_m&engine=llamacpp";
        let it = offers(&format!("{llama_cpp}&gpu=rtx-3090&gpuCount=2"));
        let row = of(&it, "+ RTX 4090").expect("a row");
        assert_eq!(row.value, "rtx-3090*2_rtx-4090");
        assert_eq!(row.verdict.as_ref().map(|it| it.0), Some(VerdictKind::Fits));
        assert_eq!(it.headings[row.heading], "Beside 2 × RTX 3090");
        assert_eq!(of(&it, "+ RTX 3090"), None, "it is one more of the same");
        assert_eq!(of(&it, "+ M1 8 GB"), None, "no machine has both");
        assert!(find(&it, "4090").iter().any(|found| it.rows[found.at] == row), "it is found as the card is");
        assert!(find(&it, "").iter().any(|found| it.rows[found.at].heading == row.heading), "it is seen at once");
        let it = offers(&format!("{llama_cpp}&gpu=rtx-3090_rtx-4090"));
        assert_eq!(of(&it, "+ RTX 3090").map(|it| it.value), Some("rtx-3090*2_rtx-4090".to_owned()));
        for link in ["model=qwen2.5-32b&engine=vllm&gpu=rtx-3090", llama_cpp, "mode=train&model=llama-3.2-1b&gpu=l4"] {
            assert!(offers(link).rows.iter().all(|it| it.heading == 0), "{link}");
        }
    }

    #[test]
    fn the_list_has_the_least_memory_first() {
        let words = &ENGLISH_WORKBENCH.devices;
        let (groups, said) = gpu_table(&inputs(), DEFAULT_METHOD, MemoryUnit::Gib, &ENGLISH, &ENGLISH_LATER, words);
        assert_eq!(groups.iter().map(|it| it.offers.len()).sum::<usize>(), ChoiceIds::Devices.all().len() - 1);
        let first = &groups[0].offers[0];
        assert_eq!(first.verdict.as_ref().map(|it| it.0), Some(VerdictKind::CannotSay), "{first:?}: before Volta");
        assert!(said.contains("258"), "{said}");
    }

    /// Broken before: a run of which the method knows nothing was said to fit none of all GPUs.
    #[test]
    fn nothing_is_said_of_a_run_without_an_answer() {
        let inputs = decode("mode=finetune&model=minicpm3-4b", &Catalog::built_in()).0.inputs;
        let words = &ENGLISH_WORKBENCH.devices;
        let (groups, said) = gpu_table(&inputs, DEFAULT_METHOD, MemoryUnit::Gib, &ENGLISH, &ENGLISH_LATER, words);
        assert_eq!(said, "");
        assert!(groups.iter().flat_map(|it| &it.offers).all(|it| it.verdict.is_none()));
    }
}
