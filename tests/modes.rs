//! From mode to mode: what was given stays, or comes back where it is known again. It knows no link and no page.

#[path = "common/catalog.rs"]
mod catalog;

use catalog::CATALOG;
use proptest::prelude::*;
use vram_estimator::estimator::{Inputs, Mode, ParameterId, Remembered, Value};
use vram_estimator::link::decode;

#[track_caller]
fn inputs(query: &str) -> Inputs {
    let (link, problems) = decode(query, &CATALOG);
    assert_eq!(problems, [], "{query}");
    link.inputs
}

/// Leaves a mode in which no hand chose anything that a link would not state.
fn leave(remembered: &mut Remembered, inputs: &Inputs) {
    remembered.note(inputs, &|_| None);
}

/// Opens modes one after the other, as their tabs do.
fn walk(start: &Inputs, modes: &[Mode]) -> Inputs {
    let mut remembered = Remembered::default();
    modes.iter().fold(start.clone(), |inputs, &mode| {
        leave(&mut remembered, &inputs);
        remembered.inputs(mode)
    })
}

#[track_caller]
fn check(start: &str, modes: &[Mode], expected: &str) {
    assert_eq!(walk(&inputs(start), modes), inputs(expected), "{start} through {modes:?}");
}

/// Passing through a mode lost method, length and model, which the next mode knew again.
#[test]
fn what_a_mode_does_not_know_comes_back() {
    use Mode::{Cnn, Inference, Nlp, Train};
    check("mode=nlp&method=QLoRA&batchSize=4", &[Cnn, Nlp], "mode=nlp&method=QLoRA&batchSize=4");
    check("mode=finetune&method=QLoRA", &[Inference, Nlp], "mode=nlp&method=QLoRA");
    check("mode=nlp&sequenceLength=4096", &[Inference, Cnn, Train], "mode=train&sequenceLength=4096");
    check("mode=train&otherOverhead=4", &[Inference, Train], "mode=train&otherOverhead=4");
}

/// A model that the next mode does not run makes room for none, and returns; one of each kind is kept.
#[test]
fn models_stay_where_they_run() {
    use Mode::{Cnn, Finetune, Inference, Nlp};
    check("mode=nlp&model=llama-2-7b-hf", &[Inference], "model=llama-2-7b-hf");
    check("mode=nlp&model=llama-2-7b-hf", &[Cnn], "mode=cnn");
    check(
        "mode=nlp&model=llama-2-7b-hf&numLayers=16",
        &[Cnn, Finetune],
        "mode=finetune&model=llama-2-7b-hf&numLayers=16",
    );
    let resnet = CATALOG.model("resnet152").cloned();
    assert!(resnet.is_some());
    let id = |mode, remembered: &Remembered| remembered.inputs(mode).model().map(|it| it.id.to_string());
    let mut remembered = Remembered::default();
    leave(&mut remembered, &inputs("mode=nlp&model=llama-2-7b-hf"));
    let network = remembered.inputs(Cnn).with(ParameterId::Model, Value::Model(resnet)).expect("a model");
    leave(&mut remembered, &network);
    assert_eq!(id(Nlp, &remembered).as_deref(), Some("llama-2-7b-hf"));
    assert_eq!(id(Cnn, &remembered).as_deref(), Some("resnet152"));
    // Given up where it runs, it is gone.
    leave(&mut remembered, &Inputs::defaults(Nlp));
    assert_eq!(id(Inference, &remembered), None);
    assert!(id(Cnn, &remembered).is_some());
}

/// Broken before: a model that a mode was opened with, although there are no formulas for it there, was gone after a
/// visit elsewhere.
#[test]
fn a_model_is_there_again_where_it_was_chosen() {
    use Mode::{Inference, Moe, Vlm};
    let id = |inputs: &Inputs| inputs.model().map(|it| it.id.to_string());
    let start = decode("mode=moe&model=deepseek-v3&batchSize=2", &CATALOG).0.inputs;
    for (modes, model) in [
        (&[Vlm][..], None),
        (&[Vlm, Inference], Some("deepseek-v3")),
        (&[Vlm, Inference, Moe], Some("deepseek-v3")),
        (&[Vlm, Moe], Some("deepseek-v3")),
    ] {
        assert_eq!(id(&walk(&start, modes)).as_deref(), model, "{modes:?}");
    }
    assert_eq!(walk(&start, &[Vlm, Inference, Moe]), start);
    // Given up there, it stays away from there.
    let mut remembered = Remembered::default();
    leave(&mut remembered, &start);
    leave(&mut remembered, &Inputs::defaults(Moe));
    assert_eq!(id(&remembered.inputs(Moe)), None);
}

/// What was put back to the default of a mode that knows it is not remembered.
#[test]
fn what_was_reset_is_forgotten() {
    let mut remembered = Remembered::default();
    leave(&mut remembered, &inputs("mode=nlp&method=QLoRA&batchSize=4"));
    leave(&mut remembered, &inputs("mode=nlp&batchSize=4"));
    assert_eq!(remembered.inputs(Mode::Finetune), inputs("mode=finetune&batchSize=4"));
}

/// A value that happens to be the default of a mode in between is still what was given.
#[test]
fn a_default_in_between_is_not_a_reset() {
    let length = |mode: Mode| Inputs::defaults(mode).value(ParameterId::SequenceLength);
    let of_vlm = length(Mode::Vlm);
    assert_ne!(of_vlm, length(Mode::Nlp), "a default that the next mode does not have");
    let start = Inputs::defaults(Mode::Nlp).with(ParameterId::SequenceLength, of_vlm.clone()).expect("a length");
    assert_eq!(walk(&start, &[Mode::Vlm]).given(ParameterId::SequenceLength), None);
    assert_eq!(walk(&start, &[Mode::Vlm, Mode::Nlp]), start);
}

/// Broken before: what a hand chose was lost on the way to the next mode where it happened to be the default of the
/// mode that was left, and the choice before it came back or the next mode's own default.
#[test]
fn what_the_hand_chose_last_wins_also_where_it_is_a_default() {
    use Mode::{Finetune, Nlp, Vlm};
    let id = ParameterId::SequenceLength;
    let chosen = Inputs::defaults(Nlp).value(id);
    assert_ne!(chosen, Inputs::defaults(Vlm).value(id), "a default that the next mode does not have");
    let by_hand = |it: ParameterId| Some(chosen.clone()).filter(|_| it == id);
    let mut remembered = Remembered::default();
    leave(&mut remembered, &inputs("mode=finetune&sequenceLength=8192"));
    remembered.note(&Inputs::defaults(Nlp), &by_hand);
    assert_eq!(remembered.inputs(Vlm).value(id), chosen);
    assert_eq!(remembered.inputs(Finetune).value(id), chosen);
    // A link that states nothing opens as it stands, and takes the choice back.
    leave(&mut remembered, &Inputs::defaults(Vlm));
    assert_eq!(remembered.inputs(Finetune), Inputs::defaults(Finetune));
}

fn any_mode() -> impl Strategy<Value = Mode> {
    prop::sample::select(Mode::ALL.to_vec())
}

proptest! {
    /// Wherever the tabs lead, what was given is there again in the mode where it was given.
    #[test]
    fn every_walk_returns(
        mode in any_mode(),
        settings in prop::collection::vec((prop::sample::select(ParameterId::ALL.to_vec()), 0u32..1000), 0..6),
        way in prop::collection::vec(any_mode(), 0..6),
    ) {
        let mut start = Inputs::defaults(mode);
        for (id, stop) in settings {
            let slider = id.use_in(mode).and_then(|it| it.slider);
            let value = match slider {
                Some(slider) => Value::Number(slider.value_at(stop)),
                None => Value::Toggle(stop % 2 == 1),
            };
            if id.use_in(mode).is_some() {
                start = start.clone().with(id, value).unwrap_or(start);
            }
        }
        let way: Vec<Mode> = way.into_iter().chain([mode]).collect();
        prop_assert_eq!(walk(&start, &way), start);
    }
}
