//! Which parts of a model stay in 16 bits beside quantized weights, by the shapes of their matrices. It knows no
//! formula.

#[path = "common/catalog.rs"]
mod catalog;
#[path = "common/component.rs"]
mod component;

use catalog::CATALOG;
use component::bytes;
use vram_estimator::estimator::{Component, MomentId, ParameterId, Refusal, Unsupported, support};
use vram_estimator::link::decode;

/// Checkpoints that leave attention in 16 bits were taken as if they packed it: 20 % of one in NVFP4 were missing.
#[test]
fn parts_that_are_not_quantized_stay_in_16_bits() {
    let weights = |more: &str| {
        let link = format!("model=llama-3.1-8b&precision=BF16&engine=vllm&quantization=nvfp4{more}");
        bytes(&link, MomentId::Serving, Component::Weights)
    };
    let saved = 2.0 - 4.5 / 8.0;
    // Queries and outputs of 4096, keys and values of 1024, in 32 layers.
    let attention = 32.0 * 4096.0 * 2.0 * (4096.0 + 1024.0);
    assert_eq!(weights("&unquantized=attention_embedding_head") - weights(""), saved * attention);
    let head = 128_256.0 * 4096.0;
    assert_eq!(weights("") - weights("&unquantized=embedding"), saved * head);
    // What a model does not have may be named, in any order.
    assert_eq!(weights("&unquantized=head_vision_embedding_experts"), weights(""));
    // Where nothing is packed, and in files that have their own mix, it says nothing.
    for link in ["quantization=None", "engine=llamacpp&quantization=gguf-file-q4_k_m"] {
        let (_, problems) = decode(&format!("model=llama-3.1-8b&{link}&unquantized=head"), &CATALOG);
        assert_eq!(problems.len(), 1, "{problems:?}");
    }
}

/// The first and the last layers of a model, whatever stands in them: a hybrid's have a kind by their place, and a
/// mixture begins with dense ones.
#[test]
fn first_and_last_layers_stay_in_16_bits() {
    // What a layer in 16 bits weighs more than one of NVFP4, in elements.
    let kept = |model: &str, set: &str| {
        let weights = |parts: &str| {
            let link = format!("model={model}&engine=vllm&precision=BF16&quantization=nvfp4&unquantized={parts}");
            bytes(&link, MomentId::Serving, Component::Weights)
        };
        let usual = "embedding_head_router_vision";
        (weights(&format!("{usual}_{set}")) - weights(usual)) / (2.0 - 4.5 / 8.0)
    };
    let layer = 4096.0 * 2.0 * (4096.0 + 1024.0) + 3.0 * 4096.0 * 14_336.0;
    for (set, n_layers) in [
        ("first-1", 1.0),
        ("last-4", 4.0),
        ("first-2_last-3", 5.0),
        ("first-30_last-9", 32.0),
        ("first-1_first-2", 2.0),
        ("first-2_first-1", 2.0),
    ] {
        let elements = kept("llama-3.1-8b", set);
        assert!((elements / (n_layers * layer) - 1.0).abs() < 1e-9, "{set}: {elements}");
    }
    // DeepSeek-V3: compressed queries and keys and the output projection in each layer; the first three are dense, the
    // others have 256 experts and one for all.
    let attention =
        7168.0 * (1536.0 + 512.0 + 64.0) + 1536.0 * 128.0 * 192.0 + 512.0 * 128.0 * 256.0 + 128.0 * 128.0 * 7168.0;
    let (dense, expert) = (3.0 * 7168.0 * 18_432.0, 3.0 * 7168.0 * 2048.0);
    for (set, expected) in [
        ("first-3", 3.0 * (attention + dense)),
        ("first-4_last-1", 5.0 * attention + 3.0 * dense + 2.0 * 257.0 * expert),
    ] {
        let elements = kept("deepseek-v3", set);
        assert!((elements / expected - 1.0).abs() < 1e-9, "{set}: {elements} of {expected}");
    }
    // Each fourth layer of a hybrid attends to everything: the last does, the first three do not.
    let [first, last] = ["first-3", "last-1"].map(|set| kept("qwen3-next-80b-a3b-instruct", set));
    let experts = 3.0 * 2048.0 * 512.0 * 513.0 + 2048.0;
    // Queries with a gate, keys, values, and the output.
    let full = 2048.0 * (2.0 * 4096.0 + 2.0 * 512.0) + 4096.0 * 2048.0;
    assert!(((last - full) / experts - 1.0).abs() < 1e-5, "{last}");
    assert!(((first / 3.0 - experts) / (last - experts) - 1.0).abs() > 0.05, "{first} {last}");
}

/// A layer in 16 bits of a base that is trained with adapters beside it, and what of it nobody has read.
#[test]
fn bases_with_layers_in_16_bits_are_trained() {
    let link = "mode=finetune&method=QLoRA&model=llama-3.1-8b&precision=BF16&quantization=nf4&recipe=pure&adapterPrecision=BF16";
    let of = |more: &str, component| bytes(&format!("{link}{more}"), MomentId::OptimizerStep, component);
    let usual = "&unquantized=embedding_head_router_vision";
    let layer = 4096.0 * 2.0 * (4096.0 + 1024.0) + 3.0 * 4096.0 * 14_336.0;
    let more = of(&format!("{usual}_first-2_last-1"), Component::Weights) - of("", Component::Weights);
    assert!((more / (3.0 * layer * (2.0 - 4.5 / 8.0)) - 1.0).abs() < 1e-9, "{more}");
    for component in [Component::Adapter, Component::Optimizer] {
        assert_eq!(of(&format!("{usual}_first-2"), component), of("", component));
    }
    let reason = |more: &str| support(&decode(&format!("{link}{usual}{more}"), &CATALOG).0.inputs).err();
    for (more, expected) in [
        ("_first-2", None),
        ("&kbitPreparation=true", None),
        ("_first-2&kbitPreparation=true", Some(Unsupported::WholePartsTrained)),
        ("_first-2&frozenInputs=kept", Some(Unsupported::WholePartsTrained)),
        ("_attention&recipe=autocast&adapterPrecision=FP32", Some(Unsupported::WholePartsTrained)),
    ] {
        assert_eq!(reason(more), expected, "{more}");
    }
    let in_8_bits = format!("{}{usual}_last-2", link.replace("nf4", "llm-int8"));
    assert_eq!(support(&decode(&in_8_bits, &CATALOG).0.inputs), Err(Unsupported::WholePartsTrained));
    // Two widths of attention in an order that only their code knows, and layers of a mixture that alternate.
    for model in ["gemma-4-31b-it", "llama-4-maverick-17b-128e-instruct"] {
        let link = format!("model={model}&engine=vllm&quantization=nvfp4&unquantized=last-2");
        assert_eq!(support(&decode(&link, &CATALOG).0.inputs), Err(Unsupported::EndsUnknown), "{model}");
    }
}

/// A bad word is refused with its place and all that are allowed.
#[test]
fn words_that_name_no_part_are_refused() {
    let read = |text: &str| ParameterId::Unquantized.parse_typed(text, &CATALOG);
    assert_eq!(read("head_atention"), Err(Refusal::Entry(2, &Refusal::NotOffered)));
    assert_eq!(read(""), Err(Refusal::Empty));
    assert_eq!(read("vision, head"), read("head_vision"));
    let written = read("vision_head").map(|it| ParameterId::Unquantized.spec().write(&it));
    assert_eq!(written.as_deref(), Ok("head_vision"));
    let written = read("last-12, first-3, head").map(|it| ParameterId::Unquantized.spec().write(&it));
    assert_eq!(written.as_deref(), Ok("head_first-3_last-12"));
    for (text, why) in [
        ("first-0", &Refusal::TooSmall),
        ("last-1.5", &Refusal::NotWhole),
        ("last-2048", &Refusal::TooLarge),
        ("first-N", &Refusal::NotOffered),
        ("first-", &Refusal::NotOffered),
        ("first--1", &Refusal::TooSmall),
        ("first", &Refusal::NotOffered),
    ] {
        assert_eq!(read(&format!("head_{text}")), Err(Refusal::Entry(2, why)), "{text}");
    }
}
