//! What an out-of-memory message is held against, and on which card. It knows no figure.

use crate::{TODAY, fixture, link, read, show};
use vram_estimator::present::brought::Brought;

/// The chosen card was dropped without a word, because its memory is not the catalogue's to two digits.
#[test]
fn the_card_stays_whose_memory_is_about_that_of_the_message() {
    let of = |it: &Brought| link(it.inputs.as_ref().expect("inputs"));
    let died = read(&[&fixture("logs/pytorch-beside-launch.txt")]);
    assert!(of(&show(&died, TODAY)).contains("gpu=rtx-4090"), "{}", of(&show(&died, TODAY)));
    assert!(!of(&show(&died, "mode=train&gpu=rtx-5090")).contains("gpu="), "another card");
    // Boards and drivers leave a little more or less of one card.
    let other_driver = read(&[
        b"base_model: Qwen/Qwen2.5-32B\nadapter: qlora\nload_in_4bit: true\n",
        &fixture("logs/pytorch-2.9.txt"),
    ]);
    let kept = show(&other_driver, TODAY);
    assert!(of(&kept).contains("gpu=rtx-4090&gpuMemory=23.64"), "{}", of(&kept));
    assert!(kept.notes.iter().any(|it| it.contains("RTX 4090")), "{:?}", kept.notes);
}

/// Of a message alone the figures stood beside those of the page's default, of which nobody had spoken.
#[test]
fn a_message_is_held_against_no_run_that_nobody_named() {
    let message = read(&[&fixture("logs/pytorch-2.9.txt")]);
    let is_compared = |it: &Brought| it.measured.iter().any(|it| !it.estimated.is_empty());
    let lacks_model = |it: &Brought| it.problems.iter().any(|it| it.contains("no estimate"));
    let alone = show(&message, "mode=train");
    assert!(!is_compared(&alone) && lacks_model(&alone) && !alone.measured.is_empty(), "{alone:?}");
    assert!(alone.notes.iter().all(|it| !it.contains("today's run")), "{:?}", alone.notes);
    let beside = show(&message, TODAY);
    assert!(is_compared(&beside) && !lacks_model(&beside), "{beside:?}");
    assert!(beside.notes.iter().any(|it| it.contains("today's run")), "{:?}", beside.notes);
}
