//! Defaults that other choices move: every rule of the table, and what is told of it. It knows what follows from what, and
//! none of the formulas behind it.

#[path = "common/catalog.rs"]
mod catalog;

use catalog::CATALOG;
use vram_estimator::estimator::parameters::Follows;
use vram_estimator::estimator::{Inputs, Mode, ParameterId as Id};
use vram_estimator::link::decode;
use vram_estimator::locale::ENGLISH;
use vram_estimator::present::answer::answer;

/// A link, and what it moves: parameter, value as links write it, and the parameter that moved it.
type Row = (&'static str, &'static [(Id, &'static str, Id)]);

/// Every rule, and what keeps it from moving anything.
const ROWS: &[Row] = &[
    // Adapters are trained under autocast; a run in FP32 is one in FP32.
    ("mode=finetune", &[(Id::Recipe, "autocast", Id::FinetuneMethod)]),
    ("mode=finetune&method=Full", &[]),
    ("mode=finetune&method=Full&precision=FP32", &[(Id::Recipe, "pure", Id::Precision)]),
    ("mode=nlp&method=QLoRA", &[(Id::Recipe, "autocast", Id::FinetuneMethod)]),
    ("mode=nlp&method=QLoRA&recipe=master", &[]),
    ("mode=cnn", &[(Id::Recipe, "pure", Id::Precision)]),
    // All parameters are trained, whatever stands at the method, which has no effect there.
    ("mode=multimodal&task=training&method=LoRA", &[]),
    ("mode=multimodal&task=finetuning", &[(Id::Recipe, "autocast", Id::FinetuneMethod)]),
    // Nothing is trained, so nothing is told of how.
    ("mode=multimodal&task=inference", &[]),
    // A sequence without a prompt.
    ("mode=grpo&sequenceLength=4096&method=Full", &[(Id::CompletionLength, "4096", Id::SequenceLength)]),
    ("mode=grpo&sequenceLength=4096&completionLength=1024&method=Full", &[]),
    // Every head has its own keys, and the heads share the width.
    (
        "numAttentionHeads=16",
        &[(Id::NumKeyValueHeads, "16", Id::NumAttentionHeads), (Id::HeadDim, "256", Id::HiddenSize)],
    ),
    ("hiddenSize=8192", &[(Id::HeadDim, "256", Id::HiddenSize)]),
    ("hiddenSize=8192&headDim=64", &[]),
    // A rule may lead beyond the limits of its parameter, and is cut there.
    ("hiddenSize=8", &[(Id::HeadDim, "1", Id::HiddenSize)]),
    // The experts share what attention and embeddings leave.
    ("mode=moe&modelSize=64&numExperts=16", &[(Id::MoeIntermediateSize, "9789", Id::ModelSize)]),
    ("mode=moe&modelSize=64&numExperts=16&moeIntermediateSize=1000", &[]),
    // What the model states is told as the model, not one by one.
    ("model=llama-3.1-8b", &[]),
    ("mode=grpo&model=llama-3.1-8b&method=Full", &[]),
];

fn followed(inputs: &Inputs) -> Vec<(Id, String, Id)> {
    inputs.followed().into_iter().map(|it| (it.id, it.id.spec().write(&it.value), it.because)).collect()
}

#[test]
fn choices_move_the_defaults_that_the_table_says() {
    for (text, expected) in ROWS {
        let (link, problems) = decode(text, &CATALOG);
        let expected: Vec<_> =
            expected.iter().map(|(id, value, because)| (*id, (*value).to_owned(), *because)).collect();
        assert_eq!(followed(&link.inputs), expected, "{text}: {problems:?}");
        for (id, value, _) in &expected {
            assert_eq!(id.spec().write(&link.inputs.value(*id)), *value, "{text}: what is told is what is used");
        }
    }
}

/// The command line tells the same: key, value, and because of which key.
#[test]
fn the_command_line_tells_what_followed() {
    for (text, expected) in ROWS {
        let (link, problems) = decode(text, &CATALOG);
        let json = answer(&link, &problems, &ENGLISH);
        let told = json["followed"].as_array().expect("a list");
        assert_eq!(told.len(), expected.len(), "{text}: {told:?}");
        for (it, (id, _, because)) in told.iter().zip(*expected) {
            assert_eq!(it["key"], id.spec().key, "{text}");
            assert_eq!(it["because"], because.spec().key, "{text}");
            assert_eq!(it["value"], json["inputs"][id.spec().key], "{text}");
            assert_eq!(it.as_object().map(|it| it.len()), Some(3), "{it}");
        }
    }
}

/// A rule that no row exercises would be one that nobody has tried.
#[test]
fn every_rule_of_the_table_is_exercised() {
    for &id in Id::ALL {
        let is_moved = ROWS.iter().any(|(_, expected)| expected.iter().any(|it| it.0 == id));
        assert_eq!(id.spec().follows != Follows::Nothing, is_moved, "{}", id.spec().key);
    }
}

/// At a mode's defaults only the rules that hold there move something; anything else would be a wrong default in the table.
#[test]
fn what_the_defaults_of_a_mode_move_is_known() {
    let moved: Vec<_> = Mode::ALL
        .into_iter()
        .flat_map(|mode| followed(&Inputs::defaults(mode)).into_iter().map(move |it| (mode, it.0, it.2)))
        .collect();
    let expected = [
        (Mode::Finetune, Id::Recipe, Id::FinetuneMethod),
        (Mode::Grpo, Id::Recipe, Id::FinetuneMethod),
        (Mode::Vlm, Id::NumKeyValueHeads, Id::NumAttentionHeads),
        (Mode::Vlm, Id::HeadDim, Id::HiddenSize),
        (Mode::Moe, Id::MoeIntermediateSize, Id::ModelSize),
        (Mode::Cnn, Id::Recipe, Id::Precision),
    ];
    assert_eq!(moved, expected);
}
