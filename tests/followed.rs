//! Defaults that other choices move: every rule of the table, and what is told of it. It knows what follows from what,
//! and none of the formulas behind it.

#[path = "common/catalog.rs"]
mod catalog;
mod common;

use catalog::CATALOG;
use vram_estimator::estimator::parameters::Follows;
use vram_estimator::estimator::{Inputs, Mode, ParameterId as Id};
use vram_estimator::link::decode;
use vram_estimator::locale::ENGLISH_LATER;
use vram_estimator::present::answer::answer;

/// A default that moved: parameter, value as links write it, and the parameters that moved it.
type Moved = (Id, &'static str, &'static [Id]);

/// A link, and what it moves.
type Row = (&'static str, &'static [Moved]);

/// Every rule, and what keeps it from moving anything.
const ROWS: &[Row] = &[
    // Adapters are trained under autocast; a run in FP32 is one in FP32. What a mode does on its own nobody has moved:
    // a bare mode claimed that its method had.
    ("mode=finetune", &[]),
    ("mode=finetune&precision=FP32", &[(Id::Recipe, "pure", &[Id::Precision])]),
    // Frozen weights of FP32 are converted where that is asked for.
    ("mode=finetune&precision=FP32&recipe=autocast", &[]),
    ("mode=finetune&method=Full", &[]),
    ("mode=finetune&method=Full&precision=FP32", &[(Id::Recipe, "pure", &[Id::FinetuneMethod, Id::Precision])]),
    ("mode=nlp&method=QLoRA", &[(Id::Recipe, "autocast", &[Id::FinetuneMethod])]),
    ("mode=nlp&method=QLoRA&precision=BF16", &[(Id::Recipe, "autocast", &[Id::FinetuneMethod])]),
    ("mode=nlp&method=QLoRA&recipe=master", &[]),
    ("mode=nlp&precision=FP32", &[(Id::Recipe, "pure", &[Id::Precision])]),
    ("mode=cnn", &[]),
    // All parameters are trained, whatever stands at the method, which has no effect there.
    ("mode=multimodal&task=training&method=LoRA", &[]),
    ("mode=multimodal&task=finetuning", &[(Id::Recipe, "autocast", &[Id::Task])]),
    ("mode=multimodal&task=finetuning&method=QLoRA", &[(Id::Recipe, "autocast", &[Id::Task, Id::FinetuneMethod])]),
    // Nothing is trained, so nothing is told of how.
    ("mode=multimodal&task=inference", &[]),
    // What leads from a tower to the text is as wide as the tower, unless it was typed.
    ("mode=vlm&visionFeatureDim=820", &[(Id::Projector, "820,0,0", &[Id::VisionFeatureDim])]),
    ("mode=vlm&visionFeatureDim=820&projector=1024,0", &[]),
    // Every GPU reads sequences of its own.
    ("mode=train&trainer=ddp&gpuCount=8", &[(Id::DataParallel, "8", &[Id::GpuCount])]),
    ("mode=train&trainer=ddp&gpuCount=8&dataParallel=4", &[]),
    // FSDP2 computes by a policy of its own, on more than one GPU.
    (
        "mode=train&trainer=fsdp2&gpuCount=8",
        &[(Id::DataParallel, "8", &[Id::GpuCount]), (Id::Recipe, "policy", &[Id::Trainer])],
    ),
    ("mode=train&trainer=fsdp2", &[]),
    // It has a GPU for each share of the experts, unless more are given.
    (
        "mode=train&model=qwen3-30b-a3b&trainer=fsdp2&expertParallel=8",
        &[(Id::DataParallel, "8", &[Id::ExpertParallel]), (Id::Recipe, "policy", &[Id::Trainer])],
    ),
    (
        "mode=train&model=qwen3-30b-a3b&trainer=fsdp2&expertParallel=8&gpuCount=32",
        &[(Id::DataParallel, "32", &[Id::GpuCount]), (Id::Recipe, "policy", &[Id::Trainer])],
    ),
    // A pipeline has one GPU for each stage, and as many micro-batches.
    ("mode=train&trainer=torch&gpuCount=8&pipelineParallel=8", &[(Id::MicroBatches, "8", &[Id::PipelineParallel])]),
    (
        "mode=train&trainer=fsdp2&gpuCount=8&pipelineParallel=2&precision=FP32",
        &[
            (Id::DataParallel, "4", &[Id::GpuCount, Id::PipelineParallel]),
            (Id::MicroBatches, "2", &[Id::PipelineParallel]),
            (Id::Recipe, "pure", &[Id::Trainer, Id::Precision]),
        ],
    ),
    (
        "mode=train&trainer=fsdp2&dataParallel=2&precision=FP32",
        &[(Id::Recipe, "pure", &[Id::Trainer, Id::DataParallel, Id::Precision])],
    ),
    // A sequence without a prompt.
    ("mode=grpo&sequenceLength=4096&method=Full", &[(Id::CompletionLength, "4096", &[Id::SequenceLength])]),
    ("mode=grpo&sequenceLength=4096&completionLength=1024&method=Full", &[]),
    ("mode=train&model=t5-small&sequenceLength=512", &[(Id::DecoderLength, "512", &[Id::SequenceLength])]),
    // Pairs have the reference that TRL gives them; a group has none unless asked for one.
    ("mode=grpo&method=Full", &[]),
    (
        "mode=grpo&algorithm=dpo",
        &[(Id::ReferenceModel, "adapter-off", &[Id::Algorithm]), (Id::Loss, "chunked", &[Id::Algorithm])],
    ),
    (
        "mode=grpo&algorithm=dpo&method=Full",
        &[
            (Id::ReferenceModel, "resident", &[Id::Algorithm, Id::FinetuneMethod]),
            (Id::Loss, "chunked", &[Id::Algorithm]),
        ],
    ),
    ("mode=grpo&algorithm=dpo&referenceModel=none&loss=fp32", &[]),
    // Every head has its own keys, and the heads share the width, which was told as moved by a width that nobody gave.
    (
        "numAttentionHeads=16",
        &[(Id::NumKeyValueHeads, "16", &[Id::NumAttentionHeads]), (Id::HeadDim, "256", &[Id::NumAttentionHeads])],
    ),
    ("hiddenSize=8192", &[(Id::HeadDim, "256", &[Id::HiddenSize])]),
    ("hiddenSize=8192&numAttentionHeads=64&numKeyValueHeads=8", &[]),
    (
        "hiddenSize=8192&numAttentionHeads=16&numKeyValueHeads=8",
        &[(Id::HeadDim, "512", &[Id::HiddenSize, Id::NumAttentionHeads])],
    ),
    ("hiddenSize=8192&headDim=64", &[]),
    // A rule may lead beyond the limits of its parameter, and is cut there.
    ("hiddenSize=8", &[(Id::HeadDim, "1", &[Id::HiddenSize])]),
    // The default of a mode whose own heads do not divide: nobody moved it.
    ("mode=vlm", &[]),
    // The experts share what attention and embeddings leave.
    ("mode=moe", &[]),
    ("mode=moe&numExperts=64", &[(Id::MoeIntermediateSize, "222", &[Id::NumExperts])]),
    ("mode=moe&modelSize=64&numExperts=16", &[(Id::MoeIntermediateSize, "9789", &[Id::ModelSize, Id::NumExperts])]),
    ("mode=moe&modelSize=64&numExperts=16&moeIntermediateSize=1000", &[]),
    // A model without experts has no width of one, but all that such a width follows from.
    ("mode=moe&model=llama-3.2-1b", &[(Id::MoeIntermediateSize, "5520", &[Id::Model])]),
    // Values are cached as keys are.
    ("engine=llamacpp&kvPrecision=q8_0", &[(Id::KvPrecisionValues, "q8_0", &[Id::KvPrecision])]),
    ("engine=llamacpp&kvPrecision=q8_0&kvPrecisionValues=same", &[]),
    // vLLM's batches are by the size of the GPU, its share by the version.
    (
        "engine=vllm&gpuFamily=hopper",
        &[
            (Id::GpuMemory, "80", &[Id::Engine]),
            (Id::MaxBatchedTokens, "8192", &[Id::GpuFamily]),
            (Id::MaxSequences, "1024", &[Id::GpuFamily]),
        ],
    ),
    (
        "engine=vllm&gpuMemory=180",
        &[(Id::MaxBatchedTokens, "16384", &[Id::GpuMemory]), (Id::MaxSequences, "1024", &[Id::GpuMemory])],
    ),
    (
        "engine=vllm&gpuMemory=180&engineVersion=0.20",
        &[
            (Id::GpuMemoryUtilization, "0.9", &[Id::EngineVersion]),
            (Id::MaxBatchedTokens, "8192", &[Id::EngineVersion, Id::GpuMemory]),
            (Id::MaxSequences, "1024", &[Id::EngineVersion, Id::GpuMemory]),
        ],
    ),
    ("engine=vllm&gpuMemory=24&gpuFamily=ada", &[]),
    (
        "engine=vllm&maxBatchedTokens=64",
        &[(Id::GpuMemory, "80", &[Id::Engine]), (Id::MaxSequences, "64", &[Id::MaxBatchedTokens])],
    ),
    // A device has the memory that programs can use of it, and the context of its generation.
    ("mode=train&gpu=rtx-3090", &[(Id::GpuMemory, "23.51953125", &[Id::Gpu])]),
    ("mode=cnn&gpu=h100-80gb", &[(Id::GpuMemory, "79.1796875", &[Id::Gpu]), (Id::GpuFamily, "hopper", &[Id::Gpu])]),
    ("mode=cnn&gpu=h100-80gb&gpuMemory=40&gpuFamily=ada", &[]),
    ("mode=grpo&rollout=vllm-colocated&method=Full", &[(Id::GpuMemory, "80", &[Id::Rollout])]),
    // Encoders are trained to predict hidden tokens.
    ("mode=train&model=llama-3.1-8b&layout=encoder", &[(Id::TaskHead, "mlm", &[Id::Layout])]),
    // PEFT's adapters of all linear layers reach stacked experts, too.
    (
        "mode=train&method=LoRA&numExperts=8&numActiveExperts=2&moeIntermediateSize=1024",
        &[(Id::LoraTargets, "attn", &[Id::NumExperts]), (Id::Recipe, "autocast", &[Id::FinetuneMethod])],
    ),
    // Layers of several kinds follow each other as in the model: fewer once were all of the kind of which it has many.
    // llama.cpp puts all layers on the GPU, and the output projection as one more.
    (
        "model=gemma-3-27b-it&engine=llamacpp&numLayers=8",
        &[(Id::GpuLayers, "9", &[Id::NumLayers]), (Id::NumSlidingLayers, "7", &[Id::NumLayers])],
    ),
    ("engine=llamacpp&numLayers=8&gpuLayers=4", &[]),
    // Kinds say how many GPUs there are.
    ("gpu=rtx-3090*2_rtx-4090", &[(Id::GpuCount, "3", &[Id::Gpu])]),
    // Megatron trains in BF16, and so does FSDP2 beside quantized weights; Transformers divides layers as it has loaded
    // them.
    (
        "mode=train&trainer=megatron&tensorParallel=2",
        &[
            (Id::ExpertTensorParallel, "2", &[Id::TensorParallel]),
            (Id::Precision, "BF16", &[Id::Trainer, Id::TensorParallel]),
        ],
    ),
    // On one GPU it does nothing, and moves nothing.
    ("mode=train&trainer=megatron", &[]),
    (
        "mode=finetune&method=QLoRA&trainer=fsdp2&gpuCount=2",
        &[
            (Id::DataParallel, "2", &[Id::GpuCount]),
            (Id::Precision, "BF16", &[Id::Trainer, Id::FinetuneMethod]),
            (Id::Recipe, "policy", &[Id::Trainer]),
        ],
    ),
    ("mode=train&trainer=transformers&tensorParallel=2", &[(Id::Recipe, "pure", &[Id::Trainer, Id::TensorParallel])]),
    // vLLM serves a checkpoint as it is published.
    (
        "model=gpt-oss-20b&engine=vllm",
        &[
            (Id::Quantization, "mxfp4", &[Id::Model, Id::Engine]),
            (Id::Unquantized, "embedding_head_attention_router_vision", &[Id::Model, Id::Engine]),
            (Id::GpuMemory, "80", &[Id::Engine]),
        ],
    ),
    ("model=gpt-oss-20b&engine=vllm&quantization=None&gpuMemory=79", &[]),
    ("model=gpt-oss-20b&engine=vllm&quantization=fp8-per-tensor&gpuMemory=79", &[]),
    ("model=gpt-oss-20b", &[]),
    ("mode=train&model=qwen3.5-9b&numLayers=8", &[(Id::NumFullAttentionLayers, "2", &[Id::NumLayers])]),
    ("mode=train&model=qwen3.5-9b&numLayers=8&numFullAttentionLayers=1", &[]),
    (
        "model=nemotron-h-8b-base-8k&numLayers=26",
        &[(Id::NumFullAttentionLayers, "2", &[Id::NumLayers]), (Id::NumFeedForwardLayers, "12", &[Id::NumLayers])],
    ),
    ("model=glm-5.2&numLayers=26", &[(Id::NumIndexerLayers, "7", &[Id::NumLayers])]),
    ("model=llama-3.2-11b-vision-instruct&numLayers=10", &[(Id::NumCrossAttentionLayers, "2", &[Id::NumLayers])]),
    // What the model states is told as the model, not one by one.
    ("model=llama-3.1-8b", &[]),
    ("mode=grpo&model=llama-3.1-8b&method=Full", &[]),
];

fn followed(inputs: &Inputs) -> Vec<(Id, String, Vec<Id>)> {
    inputs.followed().into_iter().map(|it| (it.id, it.id.spec().write(&it.value), it.because)).collect()
}

#[test]
fn choices_move_the_defaults_that_the_table_says() {
    for (text, expected) in ROWS {
        let (link, problems) = decode(text, &CATALOG);
        let expected: Vec<_> =
            expected.iter().map(|(id, value, because)| (*id, (*value).to_owned(), because.to_vec())).collect();
        assert_eq!(followed(&link.inputs), expected, "{text}: {problems:?}");
        for (id, value, _) in &expected {
            assert_eq!(id.spec().write(&link.inputs.value(*id)), *value, "{text}: what is told is what is used");
        }
    }
}

/// The command line tells the same: key, value, and because of which keys; and of a shape the size that it counts to.
#[test]
fn the_command_line_tells_what_followed() {
    for (text, expected) in ROWS {
        let (link, problems) = decode(text, &CATALOG);
        let json = answer(&link, &problems, &ENGLISH_LATER);
        let told = json["followed"].as_array().expect("a list");
        let told: Vec<_> = told.iter().filter(|it| it["key"] != Id::ModelSize.spec().key).collect();
        assert_eq!(told.len(), expected.len(), "{text}: {told:?}");
        for (it, (id, _, because)) in told.into_iter().zip(*expected) {
            assert_eq!(it["key"], id.spec().key, "{text}");
            let keys: Vec<_> = because.iter().map(|id| id.spec().key).collect();
            assert_eq!(it["because"], keys.join(", "), "{text}");
            assert_eq!(it["value"], json["inputs"][id.spec().key], "{text}");
            assert_eq!(it.as_object().map(|it| it.len()), Some(3), "{it}");
        }
    }
}

/// A rule that no row exercises would be one that nobody has tried.
#[test]
fn every_rule_of_the_table_is_exercised() {
    for &id in Id::ALL {
        // `tests/size.rs` tries the rule that takes counting.
        if id.spec().follows == Follows::CountedShape {
            continue;
        }
        let is_moved = ROWS.iter().any(|(_, expected)| expected.iter().any(|it| it.0 == id));
        assert_eq!(id.spec().follows != Follows::Nothing, is_moved, "{}", id.spec().key);
    }
}

/// Where nothing was given nothing has followed. Six defaults were told as moved by choices that nobody had made.
#[test]
fn a_mode_at_its_defaults_claims_no_move() {
    for mode in Mode::ALL {
        assert_eq!(followed(&Inputs::defaults(mode)), [], "{mode:?}");
    }
}

/// What is told as a reason is what was given, and nothing else.
#[test]
fn every_reason_was_given() {
    let mut n_told = 0;
    for mode in Mode::ALL {
        let all =
            common::declared(mode).flat_map(|id| common::reached(mode, id).into_iter().map(move |value| (id, value)));
        for (given, value) in all {
            let inputs = common::with(&Inputs::defaults(mode), given, value);
            for (moved, value, because) in followed(&inputs) {
                assert_eq!(because, [given], "{mode:?}: {moved:?} {value}");
                n_told += 1;
            }
        }
    }
    assert!(n_told > 100, "{n_told}");
}
