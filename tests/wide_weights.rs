//! Adapters beside frozen FP32 weights, which autocast converts for each product: how TRL loads a model unless told
//! otherwise. The bytes themselves are held against traces (`tests/accuracy.rs`).

#[path = "common/catalog.rs"]
mod catalog;

use catalog::CATALOG;
use vram_estimator::estimator::{
    Component, Estimate, Inputs, MethodId, ParameterId as Id, Unsupported, estimate_values, support,
};
use vram_estimator::import::{Whose, import};
use vram_estimator::link::decode;

const LLAMA: &str = "mode=finetune&model=llama-3.1-8b&recipe=autocast";

fn inputs(text: &str) -> Inputs {
    decode(text, &CATALOG).0.inputs
}

fn calibrated(text: &str) -> Estimate {
    let all = estimate_values(&inputs(text));
    all.into_iter().find(|it| it.method() == MethodId::Calibrated).expect("an answer")
}

fn bytes_of(it: &Estimate, component: Component) -> f64 {
    it.lines().iter().filter(|it| it.component == component).map(|it| it.formula.value()).sum()
}

/// Weights take twice as much, and without checkpoints each of them lives once more in 16 bits, but for those that read
/// the first layer's input, which needs no gradient.
#[test]
fn frozen_weights_are_kept_twice() {
    let [narrow, wide] = ["BF16", "FP32"].map(|it| calibrated(&format!("{LLAMA}&precision={it}")));
    assert_eq!(bytes_of(&wide, Component::Weights), 2.0 * bytes_of(&narrow, Component::Weights));
    let of_adapters = bytes_of(&narrow, Component::AutocastCopies);
    let copies = bytes_of(&wide, Component::AutocastCopies) - of_adapters;
    // 32 layers of 4096·(4096 + 2·1024) + 4096² + 3·4096·14336, the output projection, less the first projections.
    let [projected, others] = [4096.0 * 6144.0, 4096.0 * 4096.0 + 3.0 * 4096.0 * 14336.0];
    assert_eq!(copies, 2.0 * (31.0 * projected + 32.0 * others + 4096.0 * 128_256.0));
}

/// Checkpoints free the copies of layers with the layers' other tensors.
#[test]
fn checkpoints_free_the_copies() {
    let all = calibrated(&format!("{LLAMA}&precision=FP32"));
    let checkpointed = calibrated(&format!("{LLAMA}&precision=FP32&gradientCheckpointing=true"));
    let [all, left] = [all, checkpointed].map(|it| bytes_of(&it, Component::AutocastCopies));
    assert!(left < all / 8.0, "{left} of {all}");
}

/// Nothing is converted where nothing says so: FP32 alone computes in FP32.
#[test]
fn fp32_alone_converts_nothing() {
    let plain = calibrated("mode=finetune&model=llama-3.1-8b&precision=FP32");
    assert_eq!(bytes_of(&plain, Component::AutocastCopies), 0.0);
    let whole = inputs("mode=finetune&model=llama-3.1-8b&method=Full&precision=FP32&recipe=autocast");
    let known = inputs("mode=finetune&model=llama-3.1-8b&method=Full&precision=FP32");
    let total = |it: &Inputs| estimate_values(it).iter().map(|it| it.total().count()).sum::<f64>();
    assert_eq!(total(&whole), total(&known), "where everything is trained FP32 says that nothing is converted");
}

/// A grouped product takes no FP32 operand.
#[test]
fn experts_are_refused() {
    let of = |precision| {
        support(&inputs(&format!(
            "mode=finetune&model=qwen3-30b-a3b&loraTargets=attn&recipe=autocast&precision={precision}"
        )))
    };
    assert_eq!([of("FP32"), of("BF16")], [Err(Unsupported::WideExperts), Ok(())]);
}

/// TRL's default, and the same said; FSDP2 and 8 bits have no formulas for it, and the run is told apart.
#[test]
fn trl_loads_weights_so() {
    let read = |text: &str| import(text.as_bytes(), &[], &CATALOG).expect("a launch");
    let by_default = read("trl sft --model_name_or_path Qwen/Qwen3-8B --use_peft");
    let told = by_default.assumed.iter().find(|it| it.id == Id::Precision).expect("assumed");
    assert!(matches!(told.whose, Whose::ProgramsOwn(it) if it.code.contains("dtype")), "{told:?}");
    let said = read("trl sft --model_name_or_path Qwen/Qwen3-8B --use_peft --bf16 true --dtype float32");
    let taken = |id| said.taken.iter().find(|it| it.id == id).map(|it| (it.name.as_str(), it.value.as_str()));
    assert_eq!(taken(Id::Precision), Some(("dtype", "FP32")));
    assert_eq!(taken(Id::Recipe), Some(("bf16", "autocast")), "what autocast computes in");
    for it in [&by_default, &said] {
        let inputs = it.inputs.as_ref().expect("inputs");
        let written = [Id::Precision, Id::Recipe].map(|id| id.spec().write(&inputs.value(id)));
        assert_eq!(written, ["FP32", "autocast"]);
        assert!(it.left_out.iter().all(|it| it.name != "dtype"), "{:?}", it.left_out);
    }
    // Beside 4 bits the same is what PEFT's preparation leaves.
    for (dtype, expected) in [("", "true"), ("--dtype float32", "true"), ("--dtype bfloat16", "false")] {
        let told = read(&format!("trl sft --model_name_or_path Qwen/Qwen3-8B --use_peft --load_in_4bit {dtype}"));
        let inputs = told.inputs.expect("inputs");
        assert_eq!(Id::KbitPreparation.spec().write(&inputs.value(Id::KbitPreparation)), expected, "{dtype}");
        assert!(told.left_out.iter().all(|it| it.name != "dtype" || dtype == "--dtype bfloat16"), "{dtype}");
    }
    // Without 16 bits there is nothing that converts.
    let plain = read("trl sft --model_name_or_path Qwen/Qwen3-8B --use_peft --bf16 false --dtype float32");
    let inputs = plain.inputs.expect("inputs");
    assert_eq!(Id::Recipe.spec().write(&inputs.value(Id::Recipe)), "pure");
    for other in ["--load_in_8bit", "--fsdp full_shard --fsdp_version 2"] {
        let told = read(&format!("trl sft --model_name_or_path Qwen/Qwen3-8B --use_peft {other}"));
        assert!(told.left_out.iter().any(|it| it.name == "dtype"), "{other}: {:?}", told.left_out);
    }
}
