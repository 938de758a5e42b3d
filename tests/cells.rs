//! Cells of llama.cpp's cache: who shares them, and which layers look back how far. It knows no file and no other
//! engine.

#[path = "common/catalog.rs"]
mod catalog;
#[path = "common/component.rs"]
mod component;

use catalog::CATALOG;
use component::bytes;
use vram_estimator::estimator::{Component, MomentId};
use vram_estimator::link::{ProblemKind, decode};
use vram_estimator::locale::ENGLISH_LATER;

const MIB: f64 = 1024.0 * 1024.0;

#[track_caller]
fn cache(link: &str) -> f64 {
    bytes(&format!("{link}&engine=llamacpp"), MomentId::Serving, Component::KvCache) / MIB
}

#[track_caller]
fn buffer(link: &str) -> f64 {
    bytes(&format!("{link}&engine=llamacpp"), MomentId::Serving, Component::Temporaries)
}

/// What llama.cpp prints of Gemma 3 12B in q8_0, by tests of Ollama (`fs/gguf/metadata_test.go` in ollama/ollama): 8
/// layers of the whole context and 40 with a window of 1,024, whose slots have cells of their own.
#[test]
fn windows_are_those_that_llama_cpp_prints() {
    let gemma = |more: &str| cache(&format!("model=gemma-3-12b-it&kvPrecision=q8_0{more}"));
    for (more, mebibytes) in [
        ("&sequenceLength=4096", 391.0),
        ("&sequenceLength=131072", 4607.0),
        ("&sequenceLength=1024", 204.0),
        ("&sequenceLength=4096&ubatch=2048", 646.0),
        ("&sequenceLength=4096&batchSize=2&kvUnified=false", 782.0),
        ("&sequenceLength=8192&parallelSlots=2&kvUnified=false", 782.0),
    ] {
        assert_eq!(gemma(more), mebibytes, "{more}");
    }
    // A shared cache has a window for each: 1,024 · 2 + 512 cells of 8,192.
    assert_eq!(gemma("&sequenceLength=8192&parallelSlots=2"), 272.0 + 2560.0 / 1536.0 * 255.0);
    // With --swa-full all 48 layers are alike, whoever shares them.
    for more in ["", "&parallelSlots=4", "&parallelSlots=4&kvUnified=false"] {
        assert_eq!(gemma(&format!("&sequenceLength=4096&swaFull=true{more}")), 136.0 * 6.0, "{more}");
    }
}

/// The window of models in which all layers have it was cut to its length, which llama.cpp never does: Mistral 7B v0.1
/// at 32,768 tokens had 576 MiB in place of 4,096.
#[test]
fn llama_cpp_knows_no_window_of_all_layers() {
    for model in ["mistral-7b-v0.1", "phi-3-mini-4k-instruct", "starcoder2-7b"] {
        let link = format!("model={model}&sequenceLength=32768");
        assert_eq!(cache(&link), cache(&format!("{link}&slidingWindow=0")), "{model}");
    }
    assert_eq!(cache("model=mistral-7b-v0.1&sequenceLength=32768"), 4096.0);
}

/// A token looks at its slot's cells alone where slots do not share them, which narrows masks and scores; what is
/// cached is as much, but for what each slot is filled up to.
#[test]
fn slots_of_their_own_narrow_the_mask() {
    let link = "model=llama-3.1-8b&sequenceLength=65536&parallelSlots=8&ubatch=512";
    let apart = format!("{link}&kvUnified=false");
    assert_eq!(cache(link), cache(&apart));
    // FP16 over 65,536 cells or an eighth of them.
    assert_eq!(buffer(link) - buffer(&apart), 512.0 * 2.0 * (65_536.0 - 8192.0));
    let one = "model=llama-3.1-8b&sequenceLength=65536";
    assert_eq!(buffer(one), buffer(&format!("{one}&kvUnified=false")), "one slot has all");
    let filled = |more: &str| cache(&format!("model=llama-3.1-8b&sequenceLength=100&batchSize=3{more}"));
    assert_eq!(filled("&kvUnified=false") / filled(""), 768.0 / 512.0);
}

/// Layers with a window have a mask of their own beside the others'.
#[test]
fn windows_have_a_mask_of_their_own() {
    let gemma = "model=gemma-3-12b-it&sequenceLength=32768";
    let of_window = buffer(gemma) - buffer(&format!("{gemma}&slidingWindow=0"));
    assert_eq!(of_window, 512.0 * 2.0 * 1536.0);
}

/// Flash attention copies a layer's keys and values to FP16 where the cache has other formats, in room that the graph
/// reserves; of a cache in FP16, of steps of two tokens, and in older builds there is none.
#[test]
fn a_quantized_cache_is_copied_layer_by_layer() {
    let of = |more: &str| buffer(&format!("model=llama-3.1-8b&sequenceLength=131072{more}"));
    let copy = 131_072.0 * 1024.0 * 2.0;
    let [plain, keys] = ["", "&kvPrecision=q8_0&kvPrecisionValues=FP16"].map(of);
    let both = of("&kvPrecision=q8_0&kvPrecisionValues=q4_0");
    assert_eq!(both - keys, copy);
    assert!(keys > plain && keys <= plain + copy, "{keys} {plain}");
    for same in ["&ubatch=2", "&engineVersion=b9272"] {
        assert_eq!(of(&format!("{same}&kvPrecision=q8_0")), of(same), "{same}");
    }
}

/// What changes nothing was kept without a word: a whole cache of windows where a model has none, or no other layers,
/// and whether one slot shares its cache with itself.
#[test]
fn what_has_no_effect_is_told() {
    let without = |link: &str| {
        let told = decode(&format!("mode=inference&engine=llamacpp&sequenceLength=8192&{link}"), &CATALOG).1;
        let told = told.into_iter().filter(|it| matches!(it.kind, ProblemKind::NoEffect(..)));
        told.map(|it| (ENGLISH_LATER.problem)(&it)).collect::<Vec<_>>()
    };
    for model in ["llama-3.1-8b", "mistral-7b-v0.1"] {
        let told = without(&format!("model={model}&swaFull=true"));
        assert_eq!(
            told,
            ["swaFull=true has no effect on a model without layers of both kinds and was kept."],
            "{model}"
        );
    }
    assert_eq!(without("model=gemma-3-12b-it&swaFull=true"), Vec::<String>::new());
    let told = without("model=llama-3.1-8b&kvUnified=false");
    assert_eq!(told, ["kvUnified=false has no effect with one slot and was kept."]);
    for slots in ["parallelSlots", "batchSize"] {
        assert_eq!(without(&format!("model=llama-3.1-8b&kvUnified=false&{slots}=2")), Vec::<String>::new(), "{slots}");
    }
}
