//! What is said of a GPU that nobody names. It knows no figure of one.

use crate::read;
use serde_json::Value as Json;
use vram_estimator::estimator::Catalog;
use vram_estimator::link::Language;
use vram_estimator::locale::import_texts;
use vram_estimator::present::answer::Asked;
use vram_estimator::present::imported::answer_imported;

/// What a server has room for on a GPU that nobody names is that of a GPU that is assumed, and stands beside no figure
/// of a run.
#[test]
fn an_assumed_gpu_is_told_and_compared_with_nothing() {
    let log = "vllm serve Qwen/Qwen3-8B --max-model-len 8192\n\
               INFO 11-29 10:00:00 [utils.py:233] non-default args: {'model': 'Qwen/Qwen3-8B', 'max_model_len': 8192}\n\
               INFO 11-29 10:01:00 [gpu_worker.py:298] Available KV cache memory: 4.20 GiB\n\
               INFO 11-29 10:01:01 [kv_cache_utils.py:1291] GPU KV cache size: 30,576 tokens\n";
    let catalog = Catalog::built_in();
    let answer = |text: &str| {
        answer_imported(&read(&[text.as_bytes()]), Asked::default(), import_texts(Language::English), &catalog)
    };
    let told = |answer: &Json| {
        let assumed = answer["imported"]["assumed"].as_array().expect("a list").clone();
        assumed.iter().find(|it| it["key"] == "gpuMemory").map(|it| it["value"].clone())
    };
    let has_estimates = |answer: &Json| {
        let all = answer["imported"]["measured"].as_array().expect("a list").clone();
        assert!(all.len() >= 2, "{all:?}");
        all.iter().any(|it| it.get("estimated_bytes").is_some() || it.get("estimated_number").is_some())
    };
    let open = answer(log);
    assert_eq!(told(&open), Some(Json::from("80")));
    assert!(!has_estimates(&open), "{open}");
    let named = answer(&format!("{log}total_gpu_memory (23.52GiB)\n"));
    assert_eq!(told(&named), None);
    assert!(has_estimates(&named), "{named}");
}
