//! What the launch of a server says, line by line, so that it runs what a link does.

use vram_estimator::estimator::Catalog;
use vram_estimator::export::export;
use vram_estimator::link::decode;

/// A link, a program, and a line of its launch.
#[track_caller]
fn check_line(link: &str, tool: &str, line: &str) {
    let catalog = Catalog::built_in();
    let text = export(tool, &decode(link, &catalog).0.inputs).expect("a launch").text;
    assert!(text.lines().any(|it| it.trim().trim_end_matches(" \\") == line), "{tool} of {link}: {text}");
}

/// vLLM was told to quantize what it cannot, or nothing; llama.cpp to cache values as it does unless told.
#[test]
fn servers_are_told_what_makes_them_run_it() {
    let vllm = |more: &str| format!("model=qwen3-8b&engine=vllm&{more}");
    check_line(&vllm("quantization=awq-4bit-g64"), "vllm", "--model ./Qwen3-8B-awq-4bit-g64");
    check_line(&vllm("quantization=gguf-file-q4_k_m"), "vllm", "--model Qwen3-8B-Q4_K_M.gguf");
    check_line(&vllm("quantization=fp8-per-tensor"), "vllm", "--quantization fp8");
    check_line(&vllm("quantization=fp8-block128"), "vllm", "--quantization fp8_per_block");
    check_line(&vllm("kvPrecision=INT8"), "vllm", "--kv-cache-dtype int8_per_token_head");
    check_line(&vllm("draft=qwen3-0.6b"), "vllm", "--speculative-config.model Qwen/Qwen3-0.6B");
    check_line(&vllm("draft=qwen3-0.6b"), "vllm", "--speculative-config.num_speculative_tokens 3");
    check_line("model=qwen2.5-vl-7b-instruct&engine=vllm&vision=absent", "vllm", "--language-model-only");
    let file = |more: &str| format!("model=qwen3-8b&engine=llamacpp&quantization=gguf-file-q4_k_m&{more}");
    check_line(&file("kvPrecision=q8_0"), "llama-server", "--cache-type-v q8_0");
    let with_tower = "model=gemma-3-12b-it&engine=llamacpp&quantization=gguf-file-q4_k_m";
    check_line(with_tower, "llama-server", "--mmproj mmproj-gemma-3-12b-it-F16.gguf");
    check_line(&format!("{with_tower}&vision=cpu"), "llama-server", "--no-mmproj-offload");
    check_line(&file("ubatch=4096"), "llama-server", "--batch-size 4096");
    check_line(&file("draft=qwen3-0.6b"), "llama-server", "--model-draft Qwen3-0.6B-Q4_K_M.gguf");
    check_line("model=qwen3-8b&engine=llamacpp&precision=BF16", "llama-server", "--model Qwen3-8B-BF16.gguf");
}
