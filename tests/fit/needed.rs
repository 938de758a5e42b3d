//! What a verdict says is needed, and of how many cards. It knows no formula.

use crate::catalog::CATALOG;
use crate::{inputs, judged};
use vram_estimator::estimator::plan::fit::VerdictKind;
use vram_estimator::link::decode;
use vram_estimator::locale::ENGLISH_LATER;
use vram_estimator::present::answer::answer;

/// Above what there is it was the estimate and below it the least to get through in, so that 17 sequences were said to
/// take less than 16.
#[test]
fn more_sequences_never_need_less() {
    let run =
        "mode=finetune&model=qwen2.5-7b&method=Full&trainer=fsdp2&gpuCount=8&gpu=h100-80gb&gradientCheckpointing=true";
    let of = |batch: usize| judged(&inputs(&format!("{run}&batchSize={batch}")));
    let all: Vec<_> = (13..19).map(of).collect();
    assert!(all.windows(2).all(|it| it[0].needed < it[1].needed), "{all:?}");
    assert!(all.windows(2).all(|it| it[0].spare > it[1].spare), "{all:?}");
    assert!(all.iter().all(|it| it.is_least == (it.kind == VerdictKind::TooMuch)), "{all:?}");
    assert!(all[0].kind == VerdictKind::Tight && all[2].kind == VerdictKind::TooMuch, "{all:?}");
}

/// A card that fits as the second of two was named as if one were enough.
#[test]
fn as_many_cards_are_named_as_stay() {
    let run =
        "model=qwen2.5-32b&engine=llamacpp&quantization=gguf-file-q4_k_m&sequenceLength=32768&batchSize=8&gpu=rtx-3090";
    for (n_gpus, named) in [("1", "NVIDIA card that fits: "), ("2", ": 2 × RTX A6000.")] {
        let (link, problems) = decode(&format!("{run}&gpuCount={n_gpus}"), &CATALOG);
        let said = answer(&link, &problems, &ENGLISH_LATER)["fits"]["reason"].clone();
        assert!(said.as_str().is_some_and(|it| it.contains(named) && (n_gpus != "1" || !it.contains('×'))), "{said}");
    }
}
