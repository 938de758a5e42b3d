//! What trainings leave open.

use vram_estimator::estimator::{Catalog, ParameterId as Id};
use vram_estimator::import::launch::of_launch;
use vram_estimator::import::{OwnDefault, OwnSource, Whose};
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

/// A batch that could not be read stood at its default beside a problem, and no list of what was assumed said so.
#[test]
fn what_could_not_be_read_is_assumed_first() {
    let model = "model = AutoModelForCausalLM.from_pretrained(\"Qwen/Qwen3-8B\")\n";
    let check = |script: &str, expected: &[(Id, &str)]| {
        let text = format!("{model}{script}");
        let res = of_launch(&text, &Catalog::built_in()).unwrap_or_else(|it| panic!("{it:?} of {text}"));
        let not_read = Whose::ProgramsOwn(OwnSource::of(OwnDefault::NotRead));
        let is_unread = |it: &&vram_estimator::import::Assumed| it.whose == not_read;
        let told: Vec<_> = res.assumed.iter().take_while(is_unread).map(|it| (it.id, it.value.as_str())).collect();
        assert_eq!(told, expected, "{script}");
    };
    let batch = (Id::BatchSize, "8");
    let length = (Id::SequenceLength, "1024");
    check("SFTTrainer(model=model, args=SFTConfig(per_device_train_batch_size=pick(), max_length=512))", &[batch]);
    check("SFTTrainer(model=model, args=SFTConfig(per_device_train_batch_size=4, max_length=pick()))", &[length]);
    check("args = SFTConfig(max_length=512)\nt = SFTTrainer(model, args)\nt.args.max_length = 8", &[length]);
    check("SFTTrainer(model=model, args=made_elsewhere)", &[batch, length]);
    check("SFTTrainer(model=model, args=SFTConfig(per_device_train_batch_size=4))", &[]);
}
