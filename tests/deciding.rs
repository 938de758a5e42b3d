//! Which parameters decide what, as an opened row tells and as controls light up. It knows the parameter table as a
//! source of values, and no formula.

#[path = "common/catalog.rs"]
mod catalog;
#[path = "common/draw.rs"]
mod draw;

use catalog::CATALOG;
use draw::Draw;
use std::collections::BTreeMap;
use vram_estimator::estimator::plan::deciding::deciding;
use vram_estimator::estimator::plan::unread::unread;
use vram_estimator::estimator::{ComponentGroup, Estimate, Inputs, MethodId, Mode, ParameterId, estimate_values};
use vram_estimator::link::decode;

/// The groups whose bytes differ between two inputs, whichever method that answers for both says so.
fn moved(from: &Inputs, to: &Inputs) -> Vec<ComponentGroup> {
    let (from, to) = (estimate_values(from), estimate_values(to));
    let mut res = Vec::new();
    for (now, then) in from.iter().filter_map(|it| Some((it, to.iter().find(|to| to.method() == it.method())?))) {
        for &group in ComponentGroup::ALL {
            let bytes = |of: &Estimate| -> f64 {
                let lines = of.lines().iter().filter(|it| it.component.group() == group);
                lines.map(|it| it.formula.bytes().count()).sum()
            };
            if bytes(now) != bytes(then) {
                res.push(group);
            }
        }
    }
    res
}

/// Lists of what decides a formula were written by hand: of a model's facts they named eleven, so that `qkvBias` or
/// `norm` moved the weights and no row said so.
#[test]
fn what_moves_a_group_is_told() {
    let mut draw = Draw::new(20_261_128);
    let (mut n_moved, mut missed) = (0, BTreeMap::new());
    for start in 0..360 {
        let plain = Inputs::defaults(Mode::ALL[start % Mode::ALL.len()]);
        let inputs = match start {
            0..9 => plain,
            9..300 => plain.with_model(Some(draw.any(CATALOG.models()).clone())),
            _ => draw.inputs(CATALOG.models()),
        };
        let told = deciding(&inputs);
        for &id in ParameterId::ALL.iter().filter(|id| **id != ParameterId::Model) {
            let is_told = told.iter().any(|it| it.id == id);
            assert!(inputs.has_effect(id) || !is_told, "{id:?} has no effect in {inputs:?}");
            let Ok(changed) = inputs.clone().with(id, draw.value(id, CATALOG.models())) else { continue };
            if !moved(&inputs, &changed).is_empty() {
                n_moved += 1;
                if !is_told {
                    *missed.entry(id.spec().key).or_insert(0) += 1;
                }
            }
        }
    }
    assert!(n_moved > 5_000, "{n_moved}");
    // Far from a parameter's own value another moment may be the fullest, of which nothing near by tells.
    let n_missed: usize = missed.values().sum();
    assert!(1_000 * n_missed <= n_moved, "{missed:?} of {n_moved}");
}

/// What is told of a group is what moves it, and not what moves another.
#[test]
fn a_group_is_decided_by_what_moves_it() {
    let inputs = Inputs::defaults(Mode::Nlp);
    let told = deciding(&inputs);
    let groups = |id| told.iter().find(|it| it.id == id).map(|it| it.groups.clone()).unwrap_or_default();
    assert_eq!(groups(ParameterId::LoraRank), [ComponentGroup::Adapter]);
    assert_eq!(groups(ParameterId::RuntimeOverhead), [ComponentGroup::Overhead]);
    assert!(groups(ParameterId::QkvBias).contains(&ComponentGroup::Weights));
    assert!(!groups(ParameterId::BatchSize).contains(&ComponentGroup::Weights));
}

/// QLoRA of a training run was read by one method alone, and the page called the difference a disagreement.
#[test]
fn what_one_method_reads_alone_is_told() {
    let unread_by = |query: &str| {
        let (link, problems) = decode(query, &CATALOG);
        assert!(problems.is_empty(), "{query}: {problems:?}");
        unread(&link.inputs).into_iter().map(|it| (it.method, it.ids)).collect::<Vec<_>>()
    };
    let method = |id| vec![(MethodId::Documented, vec![id])];
    assert_eq!(unread_by("mode=train&method=QLoRA"), method(ParameterId::FinetuneMethod));
    assert_eq!(unread_by("mode=finetune&attention=eager"), method(ParameterId::Attention));
    assert_eq!(unread_by("mode=train&batchSize=8"), []);
    for mode in Mode::ALL {
        assert_eq!(unread(&Inputs::defaults(mode)), [], "{mode:?}");
    }
}
