//! One value changed (`Inputs::with`) against the same values collected anew: whoever sweeps, solves or advises takes the
//! first way, the page and a link the second. It knows no formula.

#[path = "common/catalog.rs"]
mod catalog;
#[path = "common/draw.rs"]
mod draw;

use catalog::CATALOG;
use draw::Draw;
use vram_estimator::estimator::{Inputs, ParameterId as Id, Value};
use vram_estimator::link::decode;

/// Whether whatever reads the inputs reads the same: every value, every effect and every fact.
#[track_caller]
fn check_same(changed: &Inputs, place: &str) {
    let anew = changed.without(|_| false);
    for &id in Id::ALL.iter() {
        assert_eq!(changed.given(id), anew.given(id), "{place}: given {id:?}");
        assert_eq!(changed.taken_away_by(id), anew.taken_away_by(id), "{place}: effect of {id:?}");
        assert_eq!(changed.values().number(id), anew.values().number(id), "{place}: {id:?}");
        assert_eq!(changed.default_of(id), anew.default_of(id), "{place}: default of {id:?}");
    }
    assert_eq!(changed.values().facts(), anew.values().facts(), "{place}: facts");
}

/// Every value that a choice, a toggle or a few draws of a number can take.
fn values_of(draw: &mut Draw, id: Id) -> Vec<Value> {
    (0..4).map(|_| draw.value(id, CATALOG.models())).collect()
}

#[test]
fn a_change_is_what_the_changed_link_says() {
    let mut draw = Draw::new(20_261_130);
    for _ in 0..60 {
        let inputs = draw.inputs(CATALOG.models());
        for &id in Id::ALL.iter() {
            for value in values_of(&mut draw, id) {
                let changed = inputs.clone().with(id, value.clone()).expect("a value of the parameter");
                check_same(&changed, &format!("{:?}, {id:?}={value:?}", inputs.mode()));
            }
        }
    }
}

/// A run whose recipe follows from what is offloaded, on one GPU.
#[test]
fn offloading_moves_the_recipe() {
    let link = "mode=finetune&trainer=deepspeed&gpuCount=1&precision=BF16&model=llama-3.2-1b";
    let inputs = decode(link, &CATALOG).0.inputs;
    let there = decode(&format!("{link}&offloadOptimizer=cpu"), &CATALOG).0.inputs;
    let cpu = there.given(Id::OffloadOptimizer).expect("a choice").clone();
    let changed = inputs.with(Id::OffloadOptimizer, cpu).expect("a choice");
    assert_eq!(changed.values().number(Id::Recipe), there.values().number(Id::Recipe));
    check_same(&changed, link);
}
