//! Drawn configurations of every program, that come back to the key when their launch is read.

use crate::draw::Draw;
use crate::{assert_returns, link_of};
use std::sync::Arc;
use vram_estimator::estimator::{Catalog, Inputs, Mode, Model, ParameterId as Id, ParameterId, Value};
use vram_estimator::export::{ExportRefusal, export};
use vram_estimator::import::launch::repository_of;

/// Configurations that are drawn for each program.
const N_DRAWN: usize = 10_000;

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
            Err(ExportRefusal::Wants { .. } | ExportRefusal::Unpublished(_) | ExportRefusal::Shape) => {}
            Err(refusal) => panic!("{tool}: {refusal:?} of {}", link_of(inputs)),
        }
    }
    assert!(n_exported > N_DRAWN / 20, "{tool}: only {n_exported} could be exported");
    n_exported
}

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

const MEGATRON: &[(Id, &str)] = &[(Id::Trainer, "megatron"), (Id::Precision, "BF16")];
const OF_MEGATRON: &[Id] = &[
    Id::BatchSize,
    Id::SequenceLength,
    Id::GpuCount,
    Id::TensorParallel,
    Id::SequenceParallel,
    Id::PipelineParallel,
    Id::ContextParallel,
    Id::DistributedOptimizer,
    Id::VirtualStages,
    Id::MicroBatches,
    Id::Recompute,
    Id::Attention,
    Id::Deterministic,
    Id::ResidualDropout,
    Id::AttentionDropout,
    Id::NumLayers,
    Id::Gpu,
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

#[test]
fn what_other_modes_and_trainers_are_told_means_the_same_when_it_is_read() {
    check_drawn("accelerate", Mode::Grpo, &[(Id::Algorithm, "grpo")], PREFERRED);
    check_drawn("trl", Mode::Grpo, &[(Id::Algorithm, "grpo")], PREFERRED);
    check_drawn("deepspeed", Mode::Grpo, &[(Id::Trainer, "deepspeed")], SPREAD);
    check_drawn("accelerate", Mode::Finetune, &[(Id::Trainer, "ddp")], TRAINED);
    check_drawn("megatron", Mode::Train, MEGATRON, OF_MEGATRON);
}
