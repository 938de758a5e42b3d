//! How near the estimates are meant to come, family by family. It judges nothing.

/// Median, and the error that 95 of 100 cases stay below, as shares; of families that are not listed nothing is asked.
const GOALS: &[(&str, f64, f64)] = &[
    ("dense-full", 0.0001, 0.005),
    ("dense-lora", 0.0001, 0.005),
    ("inference", 0.0001, 0.005),
    ("grpo", 0.0001, 0.005),
    ("moe", 0.0001, 0.005),
    ("vlm", 0.0001, 0.005),
    ("vit", 0.0001, 0.005),
    ("cnn", 0.0001, 0.005),
    ("typed shapes", 0.0001, 0.005),
    ("dpo", 0.001, 0.02),
    ("encoders", 0.001, 0.02),
    ("encoder passes", 0.001, 0.02),
    ("generation with an encoder", 0.001, 0.02),
    ("seq2seq", 0.001, 0.02),
    ("speech", 0.001, 0.02),
    ("contrastive", 0.001, 0.02),
    ("quantized fine-tunes", 0.001, 0.02),
    ("DDP", 0.001, 0.02),
    ("FSDP2", 0.001, 0.02),
    ("tensor parallel", 0.001, 0.02),
    ("pipelines", 0.001, 0.02),
    ("ZeRO", 0.001, 0.02),
    ("pairs on several GPUs", 0.001, 0.02),
    ("groups on several GPUs", 0.001, 0.02),
    ("loss in chunks on several GPUs", 0.001, 0.02),
    ("optimizers", 0.001, 0.02),
    ("KV per token in logs", 0.001, 0.005),
    ("KV cache in logs", 0.001, 0.005),
    ("weights in logs", 0.003, 0.03),
    ("KV pool in logs", 0.02, 0.06),
    ("published serving runs", 0.02, 0.06),
    ("published training runs", 0.04, 0.12),
    ("published runs on several GPUs", 0.06, 0.15),
    ("vLLM weights on several GPUs", 0.005, 0.02),
    ("vLLM KV per token on several GPUs", 0.005, 0.02),
    ("llama.cpp's own fit", 0.005, 0.02),
    ("Megatron static, A100", 0.01, 0.03),
    ("Megatron static of mixtures, A100", 0.02, 0.06),
    ("Megatron peak, A100", 0.04, 0.1),
    ("Megatron peak of mixtures, A100", 0.06, 0.15),
    ("Megatron static, H100", 0.01, 0.03),
    ("Megatron static of mixtures, H100", 0.02, 0.06),
    ("Megatron peak, H100", 0.04, 0.1),
    ("Megatron peak of mixtures, H100", 0.06, 0.15),
    ("Megatron static, GB200", 0.01, 0.03),
    ("Megatron static of mixtures, GB200", 0.02, 0.06),
    ("Megatron peak, GB200", 0.04, 0.1),
    ("Megatron peak of mixtures, GB200", 0.06, 0.15),
];

/// The goal of what the allocator holds, over all simulated runs on one GPU, and over those on several.
pub const GOAL_OF_RESERVE: (f64, f64) = (0.04, 0.12);

/// The goal of what is neither weights nor states nor gradients, in each family of traced runs.
pub const GOAL_OF_MOVING: (f64, f64) = (0.0005, 0.03);

/// The goal of a family: its median, and the error that 95 of 100 stay below.
pub fn goal(family: &str) -> Option<(f64, f64)> {
    GOALS.iter().find(|it| it.0 == family).map(|it| (it.1, it.2))
}
