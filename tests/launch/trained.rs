//! What trainings leave open.

use vram_estimator::estimator::{Catalog, ParameterId as Id};
use vram_estimator::import::launch::of_launch;
use vram_estimator::link::Language;
use vram_estimator::locale::import_texts;

/// What nobody says of the length and of adapters' modules is told, and a flag that counts is told once.
#[test]
fn what_a_training_leaves_open_is_told() {
    let catalog = Catalog::built_in();
    let of = |text: &str| of_launch(text, &catalog).unwrap_or_else(|it| panic!("{it:?} of {text}"));
    let assumed = |text: &str, id: Id| {
        let found = of(text).assumed.into_iter().find(|it| it.id == id);
        found
            .map(|it| (it.value, (import_texts(Language::English).whose)(&it.whose)))
            .unwrap_or_else(|| panic!("nothing of {id:?} in {text}"))
    };
    let (length, source) = assumed("python run_clm.py --model_name_or_path Qwen/Qwen3-8B", Id::SequenceLength);
    assert!(length == "1024" && source.contains("run_clm.py"), "{length}: {source}");
    let (length, source) = assumed("python train.py --model_name_or_path Qwen/Qwen3-8B", Id::SequenceLength);
    assert!(length == "2048" && source.contains("no argument"), "{length}: {source}");
    let factory = "model_name_or_path: Qwen/Qwen3-8B\nstage: sft\nfinetuning_type: lora\n";
    let (length, source) = assumed(factory, Id::SequenceLength);
    assert!(length == "2048" && source.ends_with("cutoff_len"), "{length}: {source}");
    let listed = "base_model: Qwen/Qwen3-8B\nadapter: lora\nlora_target_modules:\n  - q_proj\n  - down_proj\n";
    let (_, source) = assumed(listed, Id::LoraTargets);
    assert!(source.starts_with("the modules that are listed"), "{source}");
    let unlisted = "base_model: Qwen/Qwen3-8B\nadapter: lora\n";
    assert!(assumed(unlisted, Id::LoraTargets).1.starts_with("axolotl"), "{unlisted}");
    let res = of("trl sft --model_name_or_path Qwen/Qwen3-8B --use_peft --dtype bfloat16");
    let n_taken = res.taken.iter().filter(|it| it.name == "dtype").count();
    let n_left = res.left_out.iter().filter(|it| it.name == "dtype").count();
    assert_eq!((n_taken, n_left), (1, 0), "{:?} {:?}", res.taken, res.left_out);
}
