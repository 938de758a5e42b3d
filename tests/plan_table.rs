//! The table of ways to spread a run: they are those of the estimator, filtered and in order. It knows no browser.

#[path = "common/catalog.rs"]
mod catalog;

use catalog::CATALOG;
use std::cmp::Ordering;
use vram_estimator::estimator::plan::fit::{VerdictKind, verdict};
use vram_estimator::estimator::plan::spreads::{asks_for_cheapest, plans};
use vram_estimator::estimator::{DEFAULT_METHOD, Inputs, MemoryUnit, ParameterId, values_of};
use vram_estimator::link::decode;
use vram_estimator::locale::{CHINESE, CHINESE_LATER, CHINESE_WORKBENCH, ENGLISH, ENGLISH_LATER, ENGLISH_WORKBENCH};
use vram_estimator::present::answer::{Asked, answer_with};
use vram_estimator::present::plan_table::{
    Facet, PlanFilter, PlanOrder, PlanTable, PlanTold, cheapest_row, plan_table,
};

const EIGHT: &str = "mode=finetune&model=llama-3.1-8b&method=Full&trainer=fsdp2&recipe=policy&gpuCount=8&gpu=h100-80gb";

fn inputs(link: &str) -> Inputs {
    let (link, problems) = decode(link, &CATALOG);
    assert_eq!(problems, []);
    link.inputs
}

fn table(link: &str, order: PlanOrder) -> (Inputs, PlanTable) {
    filtered(link, order, &PlanFilter::default())
}

fn filtered(link: &str, order: PlanOrder, filter: &PlanFilter) -> (Inputs, PlanTable) {
    let today = inputs(link);
    let res = plan_table(&plans(DEFAULT_METHOD, &today), order, filter, &told(&today));
    (today, res)
}

fn told(today: &Inputs) -> PlanTold<'_> {
    PlanTold {
        today,
        method: DEFAULT_METHOD,
        unit: MemoryUnit::Gib,
        texts: &ENGLISH,
        later: &ENGLISH_LATER,
        words: &ENGLISH_WORKBENCH.plans,
    }
}

/// Every plan of the estimator is a row or among those that do not fit; today's is marked; each row's figure is its own
/// estimate.
#[test]
fn plans_are_those_of_the_estimator() {
    let (today, it) = table(EIGHT, PlanOrder::Spare);
    let all = plans(DEFAULT_METHOD, &today);
    assert_eq!(it.rows.len() + it.unfit.len(), all.plans.len());
    assert_eq!(it.rows.iter().filter(|it| it.is_now).count(), 1);
    assert!(it.columns.contains(&ParameterId::TensorParallel) && !it.columns.contains(&ParameterId::ExpertParallel));
    for row in it.rows.iter().chain(&it.unfit) {
        let estimate = values_of(DEFAULT_METHOD, &row.inputs).expect("an answer");
        assert_eq!(row.total, estimate.total());
        assert_eq!(row.degrees.len(), it.columns.len());
        assert!((0.0..=1.0).contains(&row.share) && row.end.is_some_and(|it| (0.0..=1.0).contains(&it)));
        let kind = verdict(&row.inputs, &estimate).kind;
        assert_eq!(row.judged.as_ref().map(|it| it.0), Some(kind));
    }
    let kinds: Vec<_> = it.unfit.iter().filter_map(|it| it.judged.as_ref()).map(|it| it.0).collect();
    assert!(!kinds.is_empty() && kinds.iter().all(|it| *it == VerdictKind::TooMuch), "{kinds:?}");
    assert!(it.rows.windows(2).all(|pair| pair[0].total <= pair[1].total), "what leaves most stands first");
    assert!(it.unfit.windows(2).all(|pair| pair[0].total <= pair[1].total), "what lacks least stands first");
    assert_eq!(it.refused.len(), all.refused.len());
    let (_, by_traffic) = table(EIGHT, PlanOrder::Traffic);
    assert_eq!(by_traffic.rows.len(), it.rows.len());
    assert_eq!(by_traffic.rows[0].traffic, "gradients", "what sends least stands first");
    assert!(it.rows[0].total < by_traffic.rows[0].total);
}

/// What a way's button opens was said by its degrees as bare numbers, glued behind what spreads the run: "FSDP2, …
/// 4 × 2".
#[test]
fn a_way_is_named_by_its_degrees() {
    let today = inputs(EIGHT);
    let english = told(&today);
    let chinese = PlanTold { texts: &CHINESE, later: &CHINESE_LATER, words: &CHINESE_WORKBENCH.plans, ..english };
    for (told, joint) in [(english, ", "), (chinese, "、")] {
        let all = plan_table(&plans(DEFAULT_METHOD, told.today), PlanOrder::Spare, &PlanFilter::default(), &told);
        for row in &all.rows {
            let degrees = all.columns.iter().zip(&row.degrees).filter(|it| *it.1 != "1");
            let parts = degrees.map(|(id, n)| format!("{joint}{}\u{a0}{n}", (told.words.degree)(*id)));
            let rest = row.named.strip_prefix(&row.way).unwrap_or_else(|| panic!("{} of {}", row.named, row.way));
            assert!(parts.clone().all(|it| rest.contains(&it)), "{}", row.named);
            assert_eq!(parts.map(|it| it.len()).sum::<usize>(), rest.len(), "{}", row.named);
        }
    }
}

/// A filter shows the ways with a degree and no other; the tab's answer goes on counting all.
#[test]
fn plans_are_filtered_by_degree_and_by_what_is_shared() {
    let mixture = "mode=finetune&model=qwen3-30b-a3b&method=Full&trainer=megatron&precision=BF16&gpuCount=8&gpu=h200";
    for link in [EIGHT, mixture] {
        let all = plans(DEFAULT_METHOD, &inputs(link));
        let (_, whole) = table(link, PlanOrder::Spare);
        assert_eq!(whole.filtered, None);
        for (at, facet) in Facet::ALL.into_iter().enumerate() {
            let values = facet.values(&all);
            assert!(values.is_sorted());
            let mut n_shown = 0;
            for &value in &values {
                let mut filter = PlanFilter::default();
                filter[at] = Some(value);
                let (_, it) = filtered(link, PlanOrder::Spare, &filter);
                assert_eq!((&it.summary, &it.refused_said), (&whole.summary, &whole.refused_said));
                let n_rows = it.rows.len() + it.unfit.len();
                assert!(n_rows > 0);
                if values.len() > 1 {
                    assert!(it.filtered.expect("it is said").starts_with(&format!("{n_rows} of {}", all.plans.len())));
                }
                if let Facet::Degree(id) = facet {
                    let degree = |of: &Inputs| if of.has_effect(id) { of.values().number(id).max(1.0) } else { 1.0 };
                    assert!(it.rows.iter().chain(&it.unfit).all(|it| degree(&it.inputs) == value as f64));
                }
                n_shown += n_rows;
            }
            assert_eq!(n_shown, all.plans.len(), "each way has one value of each");
        }
    }
    let stage = |link: &str| {
        let run = inputs(link);
        let all = plans(DEFAULT_METHOD, &run);
        all.plans.iter().find(|it| it.is_of(&run)).expect("today's").zero_stage()
    };
    assert_eq!(stage(EIGHT), 3);
    assert_eq!(stage(&format!("{EIGHT}&reshard=none")), 2);
    let deepspeed = EIGHT.replace("fsdp2&recipe=policy", "deepspeed");
    for n in [1, 2, 3] {
        assert_eq!(stage(&format!("{deepspeed}&zeroStage={n}")), n);
    }
    assert_eq!(stage(&EIGHT.replace("fsdp2&recipe=policy", "ddp")), 0);
}

#[test]
fn what_to_choose_is_said_where_there_is_nothing_to_spread() {
    let check = |link: &str, words: &str| {
        let (_, it) = table(link, PlanOrder::Spare);
        let hint = it.hint.unwrap_or_default();
        assert!(hint.contains(words), "{link}: {hint}");
        assert!(it.rows.is_empty() && it.unfit.is_empty());
    };
    check("mode=finetune&model=llama-3.1-8b", "One GPU");
    check("mode=cnn", "One GPU");
    check("mode=finetune&model=llama-3.1-8b&trainer=fsdp2&gpuCount=5000", "up to 1024");
    let (_, it) =
        table("mode=inference&engine=vllm&model=llama-3.1-8b&tensorParallel=2&gpu=rtx-4090", PlanOrder::Spare);
    assert!(it.hint.is_none() && !it.rows.is_empty(), "{it:?}");
}

/// The cheapest sharding fits, and none that fits has lighter traffic; it is told alike on the command line and as a
/// row; applied, it is today's.
#[test]
fn the_cheapest_sharding_fits_and_none_that_fits_has_lighter_traffic() {
    let links = [
        EIGHT,
        "mode=train&model=llama-3.1-8b&precision=BF16&trainer=megatron&gpuCount=8&gpu=h100-80gb",
        "mode=inference&model=llama-3.3-70b-instruct&engine=vllm&tensorParallel=4&gpu=l40s&sequenceLength=32768",
    ];
    for link in links {
        let today = inputs(link);
        assert!(asks_for_cheapest(&today), "{link}");
        let all = plans(DEFAULT_METHOD, &today);
        let it = all.cheapest().unwrap_or_else(|| panic!("{link}: nothing fits"));
        let kind = |of: &Inputs| values_of(DEFAULT_METHOD, of).map(|it| verdict(of, &it).kind);
        assert_eq!(kind(&it.inputs), Some(VerdictKind::Fits), "{link}");
        let fitting = all.plans.iter().filter(|it| kind(&it.inputs) == Some(VerdictKind::Fits));
        assert!(fitting.clone().count() > 1, "{link}: there is a choice");
        for other in fitting {
            assert_ne!(other.traffic.compare(&it.traffic), Ordering::Less, "{link}: {:?}", other.traffic);
        }
        let row = cheapest_row(&all, &told(&today));
        let asked = Asked { solves: true, ..Asked::default() };
        let answer = answer_with(&decode(link, &CATALOG).0, &[], &ENGLISH_LATER, asked);
        assert_eq!(answer["sharding"]["is_now"], row.is_now, "{link}");
        if let Some(there) = row.inputs {
            assert!(it.is_of(&there), "{link}");
            let again = cheapest_row(&plans(DEFAULT_METHOD, &there), &told(&there));
            assert!(again.is_now && again.inputs.is_none(), "{link}: {again:?}");
            assert_eq!(again.answer, row.answer, "{link}");
        }
    }
    // What is tight is told where nothing fits, and said to be.
    let tight = "mode=finetune&method=Full&model=qwen2.5-7b&precision=BF16&trainer=fsdp2&gpuCount=4&gpuMemory=29";
    let today = inputs(tight);
    let all = plans(DEFAULT_METHOD, &today);
    assert_eq!(all.cheapest().map(|it| it.verdict.kind), Some(VerdictKind::Tight));
    assert!(cheapest_row(&all, &told(&today)).answer.starts_with("none; tight: "), "it is no answer");
    let asked = Asked { solves: true, ..Asked::default() };
    let of = |link: &str| answer_with(&decode(link, &CATALOG).0, &[], &ENGLISH_LATER, asked)["sharding"].clone();
    assert_eq!(of(tight)["verdict"], "tight");
    // Where nobody can say what fits, nothing is said.
    assert!(of(&format!("{tight}&selected=documented")).is_null());
    // Of one GPU, and without a device, nobody asks; of what fits nowhere there is none.
    for link in ["mode=train&model=llama-3.1-8b&gpu=h100-80gb", "mode=train&model=llama-3.1-8b&trainer=ddp&gpuCount=8"]
    {
        assert!(!asks_for_cheapest(&inputs(link)), "{link}");
    }
    let short = inputs("mode=train&model=llama-3.1-70b&trainer=fsdp2&gpuCount=2&gpu=rtx-3060-12gb");
    let row = cheapest_row(&plans(DEFAULT_METHOD, &short), &told(&short));
    assert!(row.answer == "none" && row.inputs.is_none() && !row.is_now, "{row:?}");
}
