//! Launch lines and configurations: what they mean, that what is exported means the same when it is read again, and
//! that no text breaks the reader. It knows no formula.

#[path = "common/draw.rs"]
#[expect(dead_code, reason = "what draws whole configurations serves other tests")]
mod draw;
#[path = "launch/drawn.rs"]
mod drawn;
#[path = "launch/fixtures.rs"]
mod fixtures;
#[path = "launch/hostile.rs"]
mod hostile;
#[path = "launch/returned.rs"]
mod returned;
#[path = "launch/served.rs"]
mod served;
#[path = "launch/sources.rs"]
mod sources;
#[path = "launch/trained.rs"]
mod trained;

use vram_estimator::estimator::{Catalog, Inputs, Mode, ParameterId as Id};
use vram_estimator::export::{ExportRefusal, Exported, export};
use vram_estimator::import::NotTaken;
use vram_estimator::import::launch::of_launch;
use vram_estimator::link::{Link, decode};

fn read(text: &str, catalog: &Catalog) -> Inputs {
    let imported = of_launch(text, catalog).unwrap_or_else(|refusal| panic!("{refusal:?} of\n{text}"));
    imported.inputs.unwrap_or_else(|| panic!("no inputs of\n{text}"))
}

fn link_of(inputs: Inputs) -> String {
    Link { inputs, ..Link::default() }.encode()
}

/// Reading an export gives the link, to the key, whatever its program cannot be told.
#[track_caller]
fn assert_returns(tool: &str, inputs: &Inputs, exported: &Exported, catalog: &Catalog) {
    let imported = of_launch(&exported.text, catalog).unwrap_or_else(|it| panic!("{it:?} of\n{}", exported.text));
    let contradicted: Vec<_> = imported.left_out.iter().filter(|it| it.why == NotTaken::Contradicted).collect();
    assert!(contradicted.is_empty(), "{tool}: {contradicted:?} in\n{}", exported.text);
    let back = imported.inputs.unwrap_or_else(|| panic!("no inputs of\n{}", exported.text));
    let differing = || inputs.differing_from(&back).map(|it| it.spec().key).collect::<Vec<_>>();
    let told = || format!("{tool}:\n{}\n{}\n{}", link_of(inputs.clone()), link_of(back.clone()), exported.text);
    assert!(*inputs == back, "{:?} of {}", differing(), told());
}

/// What is told whatever it is, because the program does not start without it, or does something else.
#[test]
fn an_export_says_what_its_program_needs() {
    #[track_caller]
    fn check(tool: &str, link: &str, parts: &[&str]) {
        let catalog = Catalog::built_in();
        let inputs = decode(link, &catalog).0.inputs;
        let text = export(tool, &inputs).unwrap_or_else(|it| panic!("{it:?} of {link}")).text;
        for part in parts {
            assert!(text.contains(part), "{tool} of {link} lacks {part}:\n{text}");
        }
    }
    let spread = "mode=finetune&model=qwen3-8b&method=Full&precision=BF16&gpuCount=4&batchSize=1";
    // It was `{}` at stage 2, which is stage 0 to DeepSpeed.
    for stage in ["0", "1", "2", "3"] {
        let parts = [
            &format!("\"zero_optimization\": {{\"stage\": {stage}}}"),
            "\"bf16\": {\"enabled\": true}",
            "\"train_micro_batch_size_per_gpu\": 1",
            "\"gradient_accumulation_steps\": 1",
        ];
        check("deepspeed", &format!("{spread}&trainer=deepspeed&zeroStage={stage}"), &parts);
    }
    let each = "--accelerator_config '{\"gradient_accumulation_kwargs\": {\"sync_each_batch\": true}}'";
    check("accelerate", &format!("{spread}&trainer=fsdp2&gradientAccumulationSteps=2&gradientSync=each"), &[each]);
    let fsdp = ["--use_fsdp", "--fsdp_version 2", "--fsdp_auto_wrap_policy TRANSFORMER_BASED_WRAP", "--dataset_name"];
    check("accelerate", &format!("{spread}&trainer=fsdp2"), &fsdp);
    let file = [
        "fsdp_version: 2",
        "fsdp_config:\n  reshard_after_forward: true",
        "dp_shard_size: 4",
        "micro_batch_size: 1",
        "learning_rate:",
        "datasets:",
    ];
    check("axolotl", &format!("{spread}&trainer=fsdp2"), &file);
    let adapters = ["lora_r: 16", "lora_alpha:", "lora_target_linear: true", "bf16: true"];
    check("axolotl", "mode=finetune&model=qwen3-8b&precision=BF16", &adapters);
    check(
        "trl",
        "mode=grpo&model=qwen3-8b",
        &["--num_processes 1", "--per_device_train_batch_size 32", "--reward_funcs", "--dataset_name"],
    );
    check("trl", "mode=grpo&model=qwen3-8b&referenceModel=adapter-off", &["--beta 0.04"]);
    check("trl", "mode=grpo&model=qwen3-8b&method=Full&referenceModel=resident", &["--beta 0.04"]);
    let started =
        ["--num-attention-heads 32", "--seq-length 2048", "--max-position-embeddings 2048", "--micro-batch-size 4"];
    let of_data = ["--tokenizer-type NullTokenizer", "--vocab-size 128255", "--mock-data", "--train-iters", "--lr "];
    let megatron = "mode=train&model=llama-3.1-8b&precision=BF16&trainer=megatron&gpuCount=8&tensorParallel=8";
    check("megatron", megatron, &[&started[..], &of_data[..]].concat());
}

/// Megatron is told of shapes and of no model by name: links that say a shape.
#[test]
fn what_megatron_is_told_means_the_same_when_it_is_read() {
    let catalog = Catalog::built_in();
    let of = |text: &str| decode(text, &catalog).0.inputs;
    let shapes = [
        "numLayers=16&hiddenSize=2048&intermediateSize=5504&numAttentionHeads=16&vocabSize=32000",
        "model=llama-3.1-8b",
    ];
    let degrees = [
        "tensorParallel=2&sequenceParallel=true&gpuCount=2",
        "pipelineParallel=2&distributedOptimizer=true&gpuCount=4",
        "recompute=full",
    ];
    for shape in shapes {
        for degree in degrees {
            let text = format!("mode=train&trainer=megatron&precision=BF16&{shape}&{degree}");
            let inputs = of(&text);
            let exported = export("megatron", &inputs).unwrap_or_else(|it| panic!("{it:?} of {text}"));
            assert_returns("megatron", &inputs, &exported, &catalog);
        }
    }
}

/// A link, a program, and why it cannot run that.
#[track_caller]
fn check_refusal(link: &str, tool: &str, expected: &ExportRefusal) {
    let catalog = Catalog::built_in();
    assert_eq!(export(tool, &decode(link, &catalog).0.inputs).as_ref(), Err(expected), "{tool} of {link}");
}

#[test]
fn a_program_that_cannot_run_it_says_why() {
    let wants = |id, value: &str| ExportRefusal::Wants { id, value: value.to_owned() };
    check_refusal("mode=train", "vllm", &ExportRefusal::Mode(Mode::Train));
    check_refusal("model=llama-3.1-8b", "vllm", &wants(Id::Engine, "vllm"));
    check_refusal("engine=vllm", "vllm", &ExportRefusal::NoModel);
    // Another format was exported as 16 bits, as F16 or as 4 bits of bitsandbytes, with a comment.
    let of_llama_cpp = |more: &str| format!("model=llama-3.1-8b&engine=llamacpp&{more}");
    check_refusal(&of_llama_cpp("quantization=INT8"), "llama-server", &wants(Id::Quantization, "gguf-file-q8_0"));
    check_refusal(&of_llama_cpp("kvPrecision=INT4"), "llama-server", &wants(Id::KvPrecision, "q4_0"));
    check_refusal(
        "model=llama-3.1-8b&engine=vllm&quantization=INT4",
        "vllm",
        &wants(Id::Quantization, "awq-4bit-g128"),
    );
    check_refusal(
        "model=llama-3.1-8b&engine=vllm&quantization=exl2-4.0",
        "vllm",
        &wants(Id::Quantization, "fp8-per-tensor"),
    );
    check_refusal("model=deepseek-v3&engine=vllm&quantization=nf4", "vllm", &wants(Id::Quantization, "fp8-block128"));
    check_refusal("model=llama-3.1-8b&engine=vllm&kvPrecision=q8_0", "vllm", &wants(Id::KvPrecision, "FP8"));
    let other = "mode=finetune&model=llama-3.1-8b&method=QLoRA&quantization=INT8";
    check_refusal(other, "trl", &wants(Id::Quantization, "nf4"));
    check_refusal("mode=cnn", "trl", &ExportRefusal::Mode(Mode::Cnn));
    let uneven = "mode=grpo&model=llama-3.1-8b&batchUnit=completions&batchSize=12";
    check_refusal(uneven, "trl", &wants(Id::BatchSize, "16"));
    check_refusal("mode=grpo&model=llama-3.1-8b&numGenerations=1", "trl", &wants(Id::NumGenerations, "2"));
    check_refusal("mode=finetune&trainer=megatron&model=llama-3.1-8b", "accelerate", &wants(Id::Trainer, "fsdp2"));
    check_refusal("mode=finetune&model=llama-3.1-8b", "deepspeed", &wants(Id::Trainer, "deepspeed"));
    check_refusal("mode=train&model=llama-3.1-8b", "megatron", &wants(Id::Trainer, "megatron"));
    let alone = "mode=train&model=llama-3.1-8b&precision=BF16&trainer=megatron&tensorParallel=2";
    check_refusal(alone, "megatron", &wants(Id::GpuCount, "2"));
}
