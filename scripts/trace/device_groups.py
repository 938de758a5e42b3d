"""Cases that fit a card of 80 GB and take minutes there (`run.py --device cuda`). Their ids and links are those of fake tensors, so
that both can be set side by side. It does not know how they are measured."""
from towers import towers_group
from trace_groups import AMP, lo
from workloads import grpo_group, infer_group, lm_train_group, vision_group, vlm_group

GROUPS = {}


def group(f):
    GROUPS[f.__name__] = f
    return f


@group
def device_small():
    """Twelve families; the largest case has 33 GB of tensors at its peak."""
    train = lambda *a, **more: lm_train_group("device_small", *a, **more)
    prompts = lambda *a, **more: infer_group("device_small", *a, **more)
    towers = lambda *a, **more: towers_group("device_small", *a, **more)
    network = lambda *a: vision_group("device_small", *a)
    # Decoders as a whole: dtypes, autocast, checkpointing, attention, padding, accumulation.
    train("gpt2", "bf16", "adamw_fused", [(1, 1024, 0), (8, 1024, 1)])
    train("Llama-3.2-1B", "bf16", "adamw_fused", [(1, 512, 0), (4, 2048, 0), (4, 2048, 1)])
    train("Llama-3.2-1B", "amp_bf16", "adamw_fused", [(1, 2048, 0), (4, 2048, 1)])
    train("Qwen2.5-0.5B", "fp32", "adamw_foreach", [(1, 512, 0)])
    train("Qwen2.5-0.5B", "amp_fp16", "adamw_fused", [(1, 512, 0)])
    train("Llama-3.2-1B", "bf16", "adamw_fused", [(1, 2048, 0)], attn="eager")
    train("qwen3-0.6b", "bf16", "adamw_fused", [(2, 1000, 0)], id_tag="-padded", padded=True)
    train("Qwen2.5-0.5B", "bf16", "adamw_fused", [(4, 2048, 1)], id_tag="-accumulate2", micro_steps=2)
    # Optimizers, where states or the step decide.
    for optimizer in ("adamw_foreach", "adamw_loop", "adafactor", "lion", "lion_foreach", "adamw_8bit", "lion_8bit", "muon"):
        train("qwen3-0.6b", "bf16", optimizer, [(1, 512, 1)])
    # Adapters.
    train("Llama-3.2-1B", "bf16", "adamw_fused", [(4, 2048, 0)], lora=lo(16, "qv"))
    train("Llama-3.2-1B", AMP, "adamw_fused", [(1, 2048, 0), (4, 2048, 1)], lora=lo(16, "all-linear"))
    train("Llama-3.1-8B", AMP, "adamw_fused", [(4, 2048, 1)], lora=lo(16, "all-linear"))
    grpo_group("device_small", "Qwen2.5-0.5B", [(4, 256, 512, 0, 0), (8, 256, 512, 1, 1)], lo(64, "all-linear"))
    # Prompts.
    prompts("Llama-3.2-1B", [(1, 1024, 1), (8, 1024, 0), (8, 8192, 1)])
    prompts("Llama-3.1-8B", [(1, 8192, 1)])
    # Mixtures.
    more = dict(family="moe", experts="grouped_mm")
    train("granite-3.1-1b-a400m-instruct", "bf16", "adamw_fused", [(1, 512, 0), (2, 1024, 1)], **more)
    prompts("granite-3.1-1b-a400m-instruct", [(4, 2000, 1)], **more)
    # Images with text.
    vlm_group("device_small", "qwen2-vl-2b-instruct", "bf16", "full", [(1, 128, 36, 0)])
    vlm_group("device_small", "qwen2-vl-2b-instruct", AMP, "lora", [(4, 300, 24, 1)], lora=lo(16, "all-linear"))
    vlm_group("device_small", "LLaVA-1.5-7B", AMP, "lora", [(1, 256, 24, 0)], lora=lo(16, "all-linear"))
    # Networks of images.
    network("resnet50", "fp32", "sgd_momentum_foreach", [(64, 224), (32, 384)])
    network("resnet50", "amp_bf16", "adamw_fused", [(64, 224)])
    network("efficientnet_b0", "amp_fp16", "adamw_foreach", [(64, 224)])
    network("swin_t", "amp_bf16", "adamw_fused", [(64, 224)])
    network("vit_b_16", "amp_bf16", "adamw_fused", [(64, 224)])
    # Encoders, and models of two stacks.
    for precision in ("fp32", "amp_fp16"):
        train("bert-large-uncased", precision, "adamw_foreach", [(4, 512, 0)], attn="eager", family="encoder", classes=True)
    towers("t5-small", "bf16", "adamw_fused", [(8, 512, 256, 0)])
    towers("t5-base", "amp_bf16", "adamw_foreach", [(16, 256, 64, 0)])
    towers("whisper-tiny", "amp_bf16", "adamw_fused", [(8, 0, 128, 1)])
    towers("whisper-small", "bf16", "adamw_fused", [(2, 0, 200, 0)])
    for precision in ("bf16", "amp_bf16"):
        towers("clip-vit-base-patch32", precision, "adamw_fused", [(32, 77, 0, 0)])
