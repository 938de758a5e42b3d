//! Ways to spread a run over its GPUs: each is held against the estimate of its link, and all of them against whatever
//! links can ask for. It knows no formula.

#[path = "common/catalog.rs"]
mod catalog;

use catalog::CATALOG;
use std::collections::BTreeSet;
use std::time::Instant;
use vram_estimator::estimator::plan::fit::{VerdictKind, verdict};
use vram_estimator::estimator::plan::spreads::{DECIDED, Plan, plans};
use vram_estimator::estimator::plan::traffic::{AllTraffic, Traffic};
use vram_estimator::estimator::{DEFAULT_METHOD, Inputs, ParameterId as Id, support, values_of};
use vram_estimator::link::{Link, Problem, ProblemKind, decode};
use vram_estimator::locale::ENGLISH_LATER;
use vram_estimator::present::answer::{Asked, answer_with};

const DENSE: &str = "mode=train&model=llama-3.2-1b&precision=BF16&batchSize=1&gpu=rtx-4090";
const MIXTURE: &str = "mode=moe&model=mixtral-8x7b-instruct-v0.1&precision=BF16&batchSize=1&gpu=h200&optimizer=AdamW";

fn inputs(link: &str) -> Inputs {
    decode(link, &CATALOG).0.inputs
}

fn link(inputs: &Inputs) -> String {
    Link { inputs: inputs.clone(), ..Link::default() }.encode()
}

/// What a plan decides in some inputs, with what has an effect only: two links that say the same are one.
fn decided(inputs: &Inputs) -> String {
    let shown = DECIDED.iter().filter(|it| inputs.has_effect(**it));
    shown.map(|it| format!("{}={} ", it.spec().key, it.spec().write(&inputs.value(*it)))).collect()
}

/// Whether a link is possible as it stands: nothing that was said beside `base` is without effect, nothing contradicts
/// another, and there are formulas.
fn is_possible(base: &str, link: &str) -> bool {
    let (_, problems) = decode(link, &CATALOG);
    let is_fault = |it: &Problem| match it.kind {
        ProblemKind::NoEffect(..) => !base.contains(&format!("&{}=", it.key)),
        ProblemKind::Conflict(_) | ProblemKind::Unsupported(..) => true,
        _ => false,
    };
    !problems.iter().any(is_fault)
}

/// Whatever a link can ask for of so many GPUs.
fn all_links(base: &str, n_gpus: usize, is_mixture: bool) -> BTreeSet<String> {
    const TRAINERS: [(&str, &[&str]); 6] = [
        ("ddp", &[""]),
        ("fsdp2", &["reshard=full", "reshard=none"]),
        ("deepspeed", &["zeroStage=0", "zeroStage=1", "zeroStage=2", "zeroStage=3"]),
        ("transformers", &[""]),
        ("torch", &[""]),
        ("megatron", &["distributedOptimizer=false", "distributedOptimizer=true"]),
    ];
    let mut res = BTreeSet::new();
    let mut tried = 0;
    let each = || 1..=n_gpus;
    let said = |key: &str, number: usize| if number > 1 { format!("&{key}={number}") } else { String::new() };
    for (trainer, shared) in TRAINERS {
        for (tensor, pipeline, context) in each().flat_map(|t| each().flat_map(move |p| each().map(move |c| (t, p, c))))
        {
            let of_replica = tensor * pipeline * context;
            if !n_gpus.is_multiple_of(of_replica) {
                continue;
            }
            let data = n_gpus / of_replica;
            for expert in each().filter(|it| *it == 1 || is_mixture) {
                // What one GPU holds alone is not shared out, and as many replicas as GPUs share out nothing.
                let shares = data * context > 1;
                for sharing in shared.iter().filter(|it| shares || *it == &shared[0]) {
                    for replicas in each().filter(|it| *it == 1 || *it < data && trainer == "fsdp2") {
                        let sharing = if shares { sharing } else { "" };
                        let text = format!(
                            "{base}&gpuCount={n_gpus}&trainer={trainer}&{sharing}{}{}{}{}{}",
                            said("tensorParallel", tensor),
                            said("pipelineParallel", pipeline),
                            said("contextParallel", context),
                            said("expertParallel", expert),
                            said("dataParallelReplicate", replicas),
                        );
                        tried += 1;
                        let divided = format!("{text}&sequenceParallel=true");
                        // It is turned on where the run is possible so alone.
                        if is_possible(base, &text) {
                            res.insert(decided(&inputs(&text)));
                        } else if tensor > 1 && is_possible(base, &divided) {
                            res.insert(decided(&inputs(&divided)));
                        }
                    }
                }
            }
        }
    }
    assert!(tried > res.len());
    res
}

/// Nothing that a link can ask for is missing, and nothing is there twice or that no link can ask for.
#[track_caller]
fn check_complete(base: &str, n_gpus: usize, is_mixture: bool) {
    let all = plans(DEFAULT_METHOD, &inputs(&format!("{base}&gpuCount={n_gpus}")));
    assert_eq!(all.n_gpus, n_gpus);
    let ours: BTreeSet<_> = all.plans.iter().map(|it| decided(&it.inputs)).collect();
    assert_eq!(ours.len(), all.plans.len(), "{base} on {n_gpus}: one is there twice");
    assert_eq!(ours, all_links(base, n_gpus, is_mixture), "{base} on {n_gpus}");
    assert!(all.plans.iter().all(|it| it.verdict.n_gpus == n_gpus), "{base}: as many GPUs as were chosen");
}

#[test]
fn no_possible_plan_is_missing() {
    for n_gpus in [2, 3, 4, 6, 8] {
        check_complete(DENSE, n_gpus, false);
    }
    for n_gpus in [2, 4, 8] {
        check_complete(MIXTURE, n_gpus, true);
    }
    check_complete("mode=finetune&model=qwen2.5-0.5b&method=LoRA&precision=BF16", 4, false);
    check_complete("mode=train&model=llama-3.1-8b&precision=FP32&sequenceParallel=true", 4, false);
}

/// Servers: degrees of vLLM multiply to the GPUs; Transformers divides layers alone; llama.cpp has one GPU.
#[test]
fn servers_have_plans_too() {
    let degrees = |link: &str| {
        let all = plans(DEFAULT_METHOD, &inputs(link));
        let of = |it: &Plan| {
            let degrees = [Id::TensorParallel, Id::DataParallel, Id::ExpertParallel, Id::PipelineParallel];
            degrees.map(|id| it.inputs.values().number(id).max(1.0) as u32)
        };
        let mut res: Vec<_> = all.plans.iter().map(of).collect();
        res.sort_unstable();
        res
    };
    let served = "model=llama-3.1-8b&precision=BF16&gpu=h100-80gb&gpuCount=4";
    // With stages, which were no plans while they were told to have no effect.
    let all = [[1, 1, 1, 4], [1, 2, 1, 2], [1, 4, 1, 1], [2, 1, 1, 2], [2, 2, 1, 1], [4, 1, 1, 1]];
    assert_eq!(degrees(&format!("{served}&engine=vllm")), all);
    assert_eq!(degrees(&format!("{served}&engine=transformers")).len(), 1);
    assert!(degrees(&format!("{served}&engine=llamacpp")).is_empty());
    let mixture = "model=mixtral-8x7b-instruct-v0.1&precision=BF16&gpu=h100-80gb&gpuCount=4&engine=vllm";
    assert_eq!(degrees(mixture), [[1, 1, 1, 4], [2, 1, 1, 2], [2, 1, 2, 2], [4, 1, 1, 1], [4, 1, 4, 1]]);
}

/// What a plan says is what its link comes to.
#[track_caller]
fn check_plan(it: &Plan) {
    let (there, problems) = decode(&link(&it.inputs), &CATALOG);
    assert_eq!(there.inputs, it.inputs);
    assert!(problems.is_empty(), "{problems:?}");
    let estimate = values_of(DEFAULT_METHOD, &there.inputs).expect("an answer");
    assert_eq!((it.total, it.rank), (estimate.total(), estimate.fullest().kind()));
    assert_eq!(it.verdict, verdict(&there.inputs, &estimate));
    assert_eq!(it.traffic, AllTraffic::of(&there.inputs));
}

/// What fits stands first, then what sends less, then what leaves more; today's is told once.
#[test]
fn plans_are_their_links_estimates_in_order() {
    for base in [
        format!("{DENSE}&trainer=fsdp2&gpuCount=8"),
        format!("{DENSE}&trainer=megatron&gpuCount=4&tensorParallel=2"),
        format!("{DENSE}&trainer=deepspeed&dataParallel=4&zeroStage=3"),
        format!("{MIXTURE}&trainer=megatron&gpuCount=8&expertParallel=4&distributedOptimizer=true"),
        DENSE.to_owned(),
        "model=llama-3.1-8b&precision=BF16&engine=vllm&gpu=rtx-4090&gpuCount=4&tensorParallel=2".to_owned(),
    ] {
        let today = inputs(&base);
        let all = plans(DEFAULT_METHOD, &today).plans;
        assert!(!all.is_empty(), "{base}");
        all.iter().for_each(check_plan);
        assert_eq!(all.iter().filter(|it| it.is_of(&today)).count(), 1, "{base}");
        for pair in all.windows(2) {
            let [a, b] = pair else { continue };
            let key = |it: &Plan| VerdictKind::ALL.iter().position(|kind| *kind == it.verdict.kind);
            let traffic = a.traffic.compare(&b.traffic);
            assert!(key(a) < key(b) || key(a) == key(b) && traffic.is_le(), "{base}");
            let is_tie = key(a) == key(b) && traffic.is_eq();
            assert!(!is_tie || a.verdict.spare >= b.verdict.spare, "{base}");
        }
    }
}

/// The lighter traffic stands before the heavier, each kind by its own degree.
#[test]
fn traffic_is_compared_by_its_heaviest_kind() {
    let of = |link: &str| AllTraffic::of(&inputs(&format!("{DENSE}&gpuCount=16&{link}")));
    let lighter_first = [
        "trainer=none",
        "trainer=ddp",
        "trainer=deepspeed&zeroStage=3",
        "trainer=megatron&pipelineParallel=2",
        "trainer=megatron&contextParallel=4",
        "trainer=megatron&tensorParallel=2",
        "trainer=megatron&tensorParallel=8&pipelineParallel=2",
        "trainer=megatron&tensorParallel=16",
    ];
    let all = lighter_first.map(of);
    assert!(all.windows(2).all(|it| it[0].compare(&it[1]).is_lt()), "{all:?}");
    assert_eq!(of("trainer=fsdp2&reshard=none").kinds().collect::<Vec<_>>(), [Traffic::Gradients]);
    assert_eq!(of("trainer=fsdp2").kinds().collect::<Vec<_>>(), [Traffic::Gradients, Traffic::Parameters]);
    let served = AllTraffic::of(&inputs("model=llama-3.1-8b&engine=vllm&gpuCount=4"));
    assert_eq!(served.kinds().count(), 0, "servers send each other nothing");
    assert!(Traffic::ALL.map(Traffic::id).is_sorted_by(|a, b| a != b), "names differ");
}

/// What is refused is told, trainer by trainer; more GPUs than anybody plans for are no work.
#[test]
fn what_is_refused_is_told() {
    let all = plans(DEFAULT_METHOD, &inputs(&format!("{DENSE}&gpuCount=4&recipe=autocast")));
    assert!(all.plans.iter().all(|it| support(&it.inputs).is_ok()));
    assert!(all.refused.iter().filter(|it| it.count > 0).count() >= 3, "{:?}", all.refused);
    let all = plans(DEFAULT_METHOD, &inputs(&format!("{DENSE}&gpuCount=720720")));
    assert!(all.plans.is_empty() && all.refused.is_empty() && all.n_gpus == 720_720);
}

#[test]
fn the_command_line_tells_plans() {
    let ask = |text: &str| {
        let (link, problems) = decode(text, &CATALOG);
        answer_with(&link, &problems, &ENGLISH_LATER, Asked { plans: true, ..Asked::default() })
    };
    let told = ask(&format!("{DENSE}&trainer=fsdp2&gpuCount=4"));
    let all = told["plan"].as_array().expect("plans");
    assert!(all.len() > 10 && all.iter().filter(|it| it["is_now"] == true).count() == 1);
    let of_today = all.iter().find(|it| it["is_now"] == true).expect("today's");
    let calibrated = told["estimates"].as_array().expect("estimates").iter().find(|it| it["method"] == "calibrated");
    assert_eq!(Some(&of_today["total_bytes"]), calibrated.map(|it| &it["total_bytes"]));
    assert_eq!(of_today["spare_bytes"], told["fits"]["spare_bytes"]);
    assert_eq!((&of_today["set"]["trainer"], &of_today["set"]["dataParallel"]), (&"fsdp2".into(), &4.into()));
    assert!(all.iter().all(|it| it["link"].as_str().is_some_and(|it| it.contains("gpuCount=4"))));
    let refused = told["not_planned"].as_array().expect("what is not there");
    assert!(refused.iter().all(|it| it["message"].is_string() && it["count"].is_u64()), "{refused:?}");
    let message = ask("mode=train&gpuCount=720720&trainer=ddp")["not_planned"][0]["message"].clone();
    assert!(message.as_str().is_some_and(|it| it.contains("gpuCount=720720") && it.contains("1024")), "{message}");
}

/// All plans for a server within a frame.
#[test]
fn plans_come_within_a_frame() {
    for link in [format!("{DENSE}&gpuCount=8"), format!("{MIXTURE}&gpuCount=8")] {
        let inputs = inputs(&link);
        // The best of some: a machine that does something else meanwhile says nothing.
        let once = || {
            let start = Instant::now();
            drop(plans(DEFAULT_METHOD, &inputs));
            start.elapsed()
        };
        let best = (0..7).map(|_| once()).min().unwrap_or_default();
        println!("{link}: planned in {best:?}");
        // Tests are compiled with few optimizations.
        assert!(best.as_millis() < 64, "{link}: planned in {best:?}");
    }
}
