//! What vLLM prints of its run before any figure: each argument is what the flag of the same name is.

use super::{left_out, link, read_text};
use vram_estimator::import::NotTaken;

const ARGUMENTS: &str = "(APIServer pid=1) INFO 11-29 10:00:00 [utils.py:233] non-default args: ";

/// Arguments that stood in no list vanished, and the line alone was read as a launch.
#[test]
fn arguments_go_the_way_of_their_flags() {
    let line = "{'model_tag': 'Qwen/Qwen3-30B-A3B', 'model': 'Qwen/Qwen3-30B-A3B', 'max_model_len': 4096, \
                'tensor_parallel_size': 2, 'enable_expert_parallel': True, 'enable_lora': True, 'cpu_offload_gb': 4.0, \
                'api_key': ['a', 'b'], 'port': 8001, 'warp_speed': 9, 'config': 'serve.yaml', \
                'compilation_config': {'level': None, 'mode': <CompilationMode.NONE: 0>, 'sizes': [[1, 2], 3]}}";
    let res = read_text(&format!("{ARGUMENTS}{line}\n"));
    assert_eq!(res.tool, "vllm");
    assert_eq!(
        link(&res),
        "model=qwen3-30b-a3b&sequenceLength=4096&expertParallel=2&tensorParallel=2&precision=BF16&engine=vllm"
    );
    let problems: Vec<_> = left_out(&res).into_iter().filter(|it| it.2.is_problem()).map(|it| (it.0, it.2)).collect();
    assert_eq!(
        problems,
        [
            ("enable-lora", NotTaken::Unread),
            ("cpu-offload-gb", NotTaken::Unread),
            ("warp-speed", NotTaken::Unknown),
            ("compilation-config.mode", NotTaken::Unknown),
            ("compilation-config.sizes", NotTaken::Unknown),
        ]
    );
    let drafted = "{'model': 'Qwen/Qwen3-Next-80B-A3B-Instruct', 'max_model_len': 4096, 'language_model_only': True, \
                   'speculative_config': {'method': 'qwen3_next_mtp', 'num_speculative_tokens': 2}}";
    let res = read_text(&format!("{ARGUMENTS}{drafted}\n"));
    assert!(link(&res).ends_with("&draft=mtp&draftTokens=2&vision=absent"), "{}", link(&res));
}

/// The engine prints all that it is told: what changes memory counts, and its own decisions do not.
#[test]
fn the_engine_says_what_changes_memory() {
    let engine = |more: &str| {
        format!(
            "(APIServer pid=1) INFO 11-29 10:00:00 [api_server.py:1839] vLLM API server version 0.19.0\n\
             INFO 11-29 10:00:01 [scheduler.py:216] Chunked prefill is enabled with max_num_batched_tokens=16384.\n\
             INFO 11-29 10:00:02 [core.py:93] Initializing a V1 LLM engine (v0.19.0) with config: \
             model='deepseek-ai/DeepSeek-V3', {more}tokenizer='deepseek-ai/DeepSeek-V3', skip_tokenizer_init=False, \
             revision=None, dtype=torch.bfloat16, max_seq_len=8192, load_format=auto, tensor_parallel_size=8, \
             pipeline_parallel_size=1, data_parallel_size=1, disable_custom_all_reduce=False, enforce_eager=False, \
             kv_cache_dtype=auto, device_config=cuda, \
             observability_config=ObservabilityConfig(show_hidden_metrics_for_version=None, otlp=None), seed=0, \
             compilation_config={{'mode': <CompilationMode.VLLM_COMPILE: 3>, 'cudagraph_mode': <Mode.A: (2, 1)>}}\n"
        )
    };
    let res = read_text(&engine(
        "speculative_config=SpeculativeConfig(method='mtp', model='deepseek-ai/DeepSeek-V3', num_spec_tokens=1), ",
    ));
    let said = link(&res);
    for part in ["sequenceLength=8192", "tensorParallel=8", "engineVersion=0.20", "maxBatchedTokens=16384", "draft=mtp"]
    {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(!left_out(&res).iter().any(|it| it.2.is_problem()), "{:?}", res.left_out);
    let res = read_text(&engine("decode_context_parallel_size=2, "));
    assert!(link(&res).contains("decodeContextParallel=2"), "{}", link(&res));
}

/// The first line of every log says which version it is, also where the engine's own line is not pasted.
#[test]
fn the_server_says_its_version() {
    let text = "INFO 11-29 10:00:00 [api_server.py:1839] vLLM API server version 0.8.5\n".to_owned()
        + ARGUMENTS
        + "{'model': 'Qwen/Qwen3-8B'}\n";
    assert!(link(&read_text(&text)).contains("engineVersion=0.8"), "{}", link(&read_text(&text)));
}
