//! Launch lines and configurations: what they mean, that what is exported means the same when it is read again, and
//! that no text breaks the reader. It knows no formula.

#[path = "common/draw.rs"]
#[expect(dead_code, reason = "what draws whole configurations serves other tests")]
mod draw;
#[path = "launch/fixtures.rs"]
mod fixtures;
#[path = "launch/hostile.rs"]
mod hostile;
#[path = "launch/served.rs"]
mod served;
#[path = "launch/sources.rs"]
mod sources;
#[path = "launch/trained.rs"]
mod trained;

use draw::Draw;
use std::sync::Arc;
use vram_estimator::estimator::parameters::ParameterGroup;
use vram_estimator::estimator::{Catalog, Inputs, MethodId, Mode, Model, ParameterId, Value, values_of};
use vram_estimator::export::{ExportRefusal, Exported, export};
use vram_estimator::import::launch::{of_launch, repository_of};
use vram_estimator::link::{Link, decode};

/// Configurations that are drawn for each program.
const N_DRAWN: usize = 10_000;

fn read(text: &str, catalog: &Catalog) -> Inputs {
    let imported = of_launch(text, catalog).unwrap_or_else(|refusal| panic!("{refusal:?} of\n{text}"));
    imported.inputs.unwrap_or_else(|| panic!("no inputs of\n{text}"))
}

fn link_of(inputs: Inputs) -> String {
    Link { inputs, ..Link::default() }.encode()
}

/// Reading an export gives the link, to the key; where something is lost, all else that either says has the value of
/// the other.
#[track_caller]
fn assert_returns(tool: &str, inputs: &Inputs, exported: &Exported, catalog: &Catalog) {
    let back = read(&exported.text, catalog);
    let told = || format!("{tool}:\n{}\n{}\n{}", link_of(inputs.clone()), link_of(back.clone()), exported.text);
    if exported.lost.is_empty() {
        assert!(*inputs == back, "{}", told());
    }
    for &id in ParameterId::ALL {
        // No program is told of the device, which stands in a comment.
        let is_told = id.spec().group == ParameterGroup::Device;
        let is_lost = exported.lost.iter().any(|it| it.id == id) && !is_told;
        let is_said = inputs.given(id).is_some() || back.given(id).is_some();
        if is_said && !is_lost {
            assert_eq!(inputs.value(id), back.value(id), "{id:?}: {}", told());
        }
    }
}

/// Draws configurations of a mode in which some parameters have a value, and checks each; how many could be exported.
#[track_caller]
fn check_drawn(tool: &str, mode: Mode, always: &[(ParameterId, &str)], drawn: &[ParameterId]) -> usize {
    let catalog = Catalog::built_in();
    let published: Vec<Arc<Model>> =
        catalog.models().iter().filter(|it| repository_of(it).is_some() && it.is_known()).cloned().collect();
    let mut draw = Draw::new(7);
    let mut n_exported = 0;
    for _ in 0..N_DRAWN {
        let model = draw.any(&published).clone();
        let mut given: Vec<(ParameterId, Value)> = vec![(ParameterId::Model, Value::Model(Some(model)))];
        for (id, text) in always {
            given.push((*id, id.spec().parse(text, &catalog).expect("a value")));
        }
        for id in drawn {
            if draw.below(3) == 0 {
                given.push((*id, draw.value(*id, &published)));
            }
        }
        let inputs = Inputs::collect(mode, |id| given.iter().find(|it| it.0 == id).map(|it| it.1.clone()));
        match export(tool, &inputs) {
            Ok(exported) => {
                assert_returns(tool, &inputs, &exported, &catalog);
                n_exported += 1;
            }
            Err(ExportRefusal::Wants { .. } | ExportRefusal::Unpublished(_)) => {}
            Err(refusal) => panic!("{tool}: {refusal:?} of {}", link_of(inputs)),
        }
    }
    assert!(n_exported > N_DRAWN / 20, "{tool}: only {n_exported} could be exported");
    n_exported
}

use ParameterId as Id;

const SERVED: &[Id] = &[
    Id::TensorParallel,
    Id::PipelineParallel,
    Id::DataParallel,
    Id::ExpertParallel,
    Id::SequenceLength,
    Id::MaxSequences,
    Id::MaxBatchedTokens,
    Id::GpuMemoryUtilization,
    Id::EnforceEager,
    Id::Precision,
    Id::Quantization,
    Id::KvPrecision,
    Id::Draft,
    Id::DraftTokens,
    Id::BatchSize,
    Id::Gpu,
    Id::GpuCount,
];
const SERVED_FROM_FILE: &[Id] = &[
    Id::SequenceLength,
    Id::GpuLayers,
    Id::ParallelSlots,
    Id::KvUnified,
    Id::SwaFull,
    Id::Ubatch,
    Id::CpuExpertLayers,
    Id::SplitMode,
    Id::TensorSplit,
    Id::GpuCount,
    Id::KvPrecision,
    Id::KvPrecisionValues,
    Id::FlashAttention,
    Id::Quantization,
    Id::Gpu,
    Id::BatchSize,
];
const TRAINED: &[Id] = &[
    Id::FinetuneMethod,
    Id::LoraRank,
    Id::LoraTargets,
    Id::LoraVariant,
    Id::LoraDropout,
    Id::ModulesToSave,
    Id::BatchSize,
    Id::SequenceLength,
    Id::GradientAccumulationSteps,
    Id::GradientCheckpointing,
    Id::Precision,
    Id::Quantization,
    Id::Recipe,
    Id::Optimizer,
    Id::OptimizerKernel,
    Id::Attention,
    Id::Loss,
    Id::Gpu,
    Id::KbitPreparation,
    Id::AdapterPrecision,
];
const SPREAD: &[Id] = &[
    Id::FinetuneMethod,
    Id::LoraRank,
    Id::BatchSize,
    Id::SequenceLength,
    Id::GradientAccumulationSteps,
    Id::Precision,
    Id::Recipe,
    Id::Trainer,
    Id::GpuCount,
    Id::TensorParallel,
    Id::Reshard,
    Id::OffloadParameters,
    Id::Wrapping,
    Id::GradientSync,
    Id::DataParallelReplicate,
    Id::ZeroStage,
    Id::OffloadOptimizer,
    Id::ZeroOverlap,
    Id::ZeroReduceBucket,
    Id::Optimizer,
    Id::Gpu,
    Id::GpuMemory,
];
const PREFERRED: &[Id] = &[
    Id::FinetuneMethod,
    Id::LoraRank,
    Id::BatchSize,
    Id::SequenceLength,
    Id::NumGenerations,
    Id::CompletionLength,
    Id::Rollout,
    Id::RolloutMemory,
    Id::RolloutSleep,
    Id::ReferenceModel,
    Id::Precision,
    Id::Quantization,
    Id::Recipe,
    Id::GradientCheckpointing,
    Id::Optimizer,
    Id::GradientAccumulationSteps,
    Id::GpuFamily,
];

#[test]
fn what_vllm_is_told_means_the_same_when_it_is_read() {
    check_drawn("vllm", Mode::Inference, &[(Id::Engine, "vllm")], SERVED);
}

#[test]
fn what_llama_cpp_is_told_means_the_same_when_it_is_read() {
    check_drawn("llama-server", Mode::Inference, &[(Id::Engine, "llamacpp")], SERVED_FROM_FILE);
}

#[test]
fn what_trl_is_told_means_the_same_when_it_is_read() {
    check_drawn("trl", Mode::Finetune, &[], TRAINED);
    check_drawn("trl", Mode::Grpo, &[(Id::Algorithm, "dpo")], PREFERRED);
    check_drawn("trl", Mode::Grpo, &[(Id::BatchUnit, "completions")], PREFERRED);
}

#[test]
fn what_launchers_are_told_means_the_same_when_it_is_read() {
    check_drawn("accelerate", Mode::Finetune, &[], SPREAD);
    check_drawn("accelerate", Mode::Train, &[], SPREAD);
    check_drawn("deepspeed", Mode::Finetune, &[(Id::Trainer, "deepspeed")], SPREAD);
    check_drawn("deepspeed", Mode::Train, &[(Id::Trainer, "deepspeed")], SPREAD);
}

#[test]
fn what_files_say_means_the_same_when_it_is_read() {
    check_drawn("axolotl", Mode::Finetune, &[], TRAINED);
    check_drawn("axolotl", Mode::Finetune, &[(Id::Trainer, "fsdp2")], SPREAD);
    check_drawn("llama-factory", Mode::Finetune, &[], TRAINED);
}

/// TRL counts completions: a batch of prompts is told as all completions of them, and takes the same memory when it is
/// read.
#[test]
fn a_batch_of_prompts_is_told_in_completions() {
    let catalog = Catalog::built_in();
    let total = |inputs: &Inputs| values_of(MethodId::Calibrated, inputs).map(|it| it.total().count());
    for rest in [
        "",
        "&precision=BF16&batchSize=2&numGenerations=6",
        "&referenceModel=adapter-off",
        "&method=Full&precision=BF16&recipe=autocast",
    ] {
        let link = format!("mode=grpo&model=qwen3-1.7b&loss=chunked{rest}");
        let inputs = decode(&link, &catalog).0.inputs;
        let exported = export("accelerate", &inputs).unwrap_or_else(|it| panic!("{it:?} of {link}"));
        let back = read(&exported.text, &catalog);
        assert!(total(&inputs).is_some() && total(&inputs) == total(&back), "{link}: {}", exported.text);
    }
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
        "tensorParallel=2&sequenceParallel=true",
        "pipelineParallel=2&distributedOptimizer=true&gpuCount=4",
        "recompute=full",
    ];
    for shape in shapes {
        for degree in degrees {
            let text = format!("mode=train&trainer=megatron&precision=BF16&{shape}&{degree}");
            let inputs = of(&text);
            let exported = export("megatron", &inputs).unwrap_or_else(|it| panic!("{it:?} of {text}"));
            let back = read(&exported.text, &catalog);
            for id in
                [Id::NumLayers, Id::HiddenSize, Id::TensorParallel, Id::PipelineParallel, Id::Recompute, Id::BatchSize]
            {
                assert_eq!(back.value(id), inputs.value(id), "{id:?} of {text}: {}", exported.text);
            }
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
}
