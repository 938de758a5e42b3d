//! Every slider of every mode, moved by a real key: the address, the total and the components follow as the command
//! line computes them. The list of sliders is the library's parameter table; the folded facts of an architecture have a
//! test of their own.

use super::page::{Page, in_browser, slider};
use fantoccini::key::Key;
use std::cmp::Reverse;
use vram_estimator::estimator::parameters::{ParameterGroup, ParameterKind};
use vram_estimator::estimator::{Inputs, Mode, ParameterId, Value, estimate_all};
use vram_estimator::link::Link;
use vram_estimator::present::numbers;

fn query(inputs: &Inputs) -> String {
    Link { inputs: inputs.clone(), ..Link::default() }.encode()
}

#[track_caller]
fn with(inputs: &Inputs, id: ParameterId, value: Value) -> Inputs {
    inputs.clone().with(id, value).expect("the value is accepted")
}

/// Presses one key on the slider of a parameter, at its right end to the left; gives the inputs that this makes.
fn move_slider(page: &Page, inputs: &Inputs, id: ParameterId) -> Inputs {
    let usage = id.use_in(inputs.mode()).expect("the mode uses it");
    let track = usage.slider.expect("a number has a slider");
    let stop = track.stop_of(inputs.value(id).number());
    let (key, stop) = if stop < track.last_stop() { (Key::Right, stop + 1) } else { (Key::Left, stop - 1) };
    page.focus(&slider(id.spec().key));
    page.press(&[key]);
    with(inputs, id, Value::Number(track.value_at(stop)))
}

/// Goes by keys to the nearest option that changes the total (FP16 and BF16 need the same), of two the later one:
/// QLoRA rather than Full, where the rank and the quantization would have no effect.
fn choose(page: &Page, inputs: &Inputs, id: ParameterId, n_options: usize) -> Inputs {
    let Value::Choice(from) = inputs.value(id) else { panic!("{} is a choice", id.spec().key) };
    let totals = |inputs: &Inputs| estimate_all(inputs).iter().map(|it| it.total().count()).collect::<Vec<_>>();
    let at = |to| with(inputs, id, Value::Choice(to));
    let others: Vec<usize> = (0..n_options).filter(|&to| to != from).collect();
    // A choice may change nothing here, as the optimizer's kernel does while the peak is elsewhere.
    let moving: Vec<usize> = others.iter().copied().filter(|&to| totals(&at(to)) != totals(inputs)).collect();
    let to = if moving.is_empty() { others } else { moving };
    let to = to.into_iter().min_by_key(|&to| (to.abs_diff(from), Reverse(to))).expect("two options");
    page.focus(&format!("choice-{}", id.spec().key));
    page.press(&vec![if to > from { Key::Down } else { Key::Up }; to.abs_diff(from)]);
    at(to)
}

/// Moves one control after the other, each from where the others were left.
fn check(mode: Mode) {
    in_browser(|page| {
        let mut inputs = Inputs::defaults(mode);
        page.open(&query(&inputs));
        page.unfold_rows();
        let stands_open = |id: &ParameterId| id.group_in(mode) != Some(ParameterGroup::Shape);
        for id in ParameterId::of_mode(mode).filter(stands_open) {
            let spec = id.spec();
            inputs = match spec.kind {
                // A choice of model replaces the view: tests of its own.
                ParameterKind::Model | ParameterKind::Set { .. } | ParameterKind::List { .. } => continue,
                ParameterKind::Number { .. } => move_slider(page, &inputs, id),
                ParameterKind::Choice { ids } => choose(page, &inputs, id, ids.all().len()),
                ParameterKind::Toggle => {
                    page.focus(&format!("toggle-{}", spec.key));
                    page.type_text(" ");
                    with(&inputs, id, Value::Toggle(inputs.value(id) != Value::Toggle(true)))
                }
            };
            page.check_link(&query(&inputs));
            if matches!(spec.kind, ParameterKind::Number { .. }) {
                assert_eq!(
                    page.box_text(spec.key),
                    numbers::box_text(id, &inputs.value(id), inputs.mode()),
                    "the box of {}",
                    spec.key
                );
            }
            // From where the other controls stand it need not change a total; what it shows must be what is computed.
            let computed =
                estimate_all(&inputs).into_iter().map(|it| (it.method().id().to_owned(), it.total().count()));
            assert_eq!(page.totals(), computed.collect(), "after {}", spec.key);
        }
    });
}

#[test]
fn every_control_of_inference() {
    check(Mode::Inference);
}

#[test]
fn every_control_of_finetune() {
    check(Mode::Finetune);
}

#[test]
fn every_control_of_train() {
    check(Mode::Train);
}

#[test]
fn every_control_of_grpo() {
    check(Mode::Grpo);
}

#[test]
fn every_control_of_multimodal() {
    check(Mode::Multimodal);
}

#[test]
fn every_control_of_nlp() {
    check(Mode::Nlp);
}

#[test]
fn every_control_of_vlm() {
    check(Mode::Vlm);
}

#[test]
fn every_control_of_moe() {
    check(Mode::Moe);
}

#[test]
fn every_control_of_cnn() {
    check(Mode::Cnn);
}
