//! What inputs share that were changed one value at a time: nothing of an earlier model is left in them. It knows the
//! parameter table as a source of values, and no formula.

#[path = "common/catalog.rs"]
mod catalog;
#[path = "common/draw.rs"]
mod draw;

use catalog::CATALOG;
use draw::Draw;
use vram_estimator::estimator::{Inputs, Mode, ParameterId, Value, estimate_values, parts};

/// Parameters are counted once for all inputs that share a model's facts. A change of any parameter, after the count
/// before it was asked for, answers as if all had been given at once.
#[test]
fn a_changed_value_forgets_what_was_counted_before() {
    const RUNS: usize = 350;
    const CHANGES: usize = 12;
    let mut draw = Draw::new(20_261_128);
    let mut n_recounted = 0;
    for _ in 0..RUNS {
        let mut inputs = draw.inputs(CATALOG.models());
        for _ in 0..CHANGES {
            let before = parts(&inputs).to_vec();
            estimate_values(&inputs);
            let id = *draw.any(ParameterId::ALL);
            let value = draw.value(id, CATALOG.models());
            let Ok(changed) = inputs.clone().with(id, value) else { continue };
            inputs = changed;
            let anew = Inputs::collect(inputs.mode(), |id| inputs.given(id).cloned());
            assert_eq!(parts(&inputs), parts(&anew), "{id:?} of {inputs:?}");
            assert_eq!(estimate_values(&inputs), estimate_values(&anew), "{id:?} of {inputs:?}");
            for &other in ParameterId::ALL {
                let told = |it: &Inputs| (it.taken_away_by(other), it.value(other), it.default_of(other));
                assert_eq!(told(&inputs), told(&anew), "{other:?} after {id:?} of {inputs:?}");
            }
            n_recounted += usize::from(parts(&inputs) != before);
        }
    }
    assert!(n_recounted > 200, "{n_recounted} changes of {} counted anew", RUNS * CHANGES);
}

/// Points of a sweep share one count: it is the same list in memory.
#[test]
fn a_batch_shares_the_count() {
    let inputs = Inputs::defaults(Mode::Train);
    let other = inputs.clone().with(ParameterId::BatchSize, Value::Number(3.0)).expect("a batch");
    assert!(std::ptr::eq(parts(&inputs), parts(&other)));
    let larger = inputs.clone().with(ParameterId::NumLayers, Value::Number(3.0)).expect("layers");
    assert!(!std::ptr::eq(parts(&inputs), parts(&larger)));
}
