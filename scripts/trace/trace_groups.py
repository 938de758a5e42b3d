"""The cases, in groups: `run.py GROUP ...` runs them. Groups up to `vlm` are those of data/ground_truth/traced.json; those after
it reach for what the first leave out."""
import torch
import torch.nn.functional as F
from encoders import encoder_group
from generation import generation_group
from preference import dpo_group
from towers import towers_group
from workloads import grpo_group, infer_group, lm_train_group, vision_group, vlm_group

GROUPS = {}


def group(f):
    GROUPS[f.__name__] = f
    return f


# ---- workload grids: (batch, seq, checkpointing)
G_SMALL = [(1, 512, 0), (4, 512, 0), (1, 2048, 0), (4, 2048, 0), (1, 8192, 0), (1, 2048, 1), (4, 2048, 1), (1, 8192, 1), (4, 8192, 1)]
G_7B = [(1, 512, 0), (4, 512, 0), (1, 2048, 0), (4, 2048, 0), (1, 4096, 1), (1, 8192, 0), (4, 2048, 1), (1, 8192, 1)]
G_MID = [(1, 512, 0), (4, 2048, 0), (1, 2048, 1), (4, 4096, 1)]
G_FEW = [(1, 2048, 0), (4, 2048, 1)]
G_GPT2 = [(1, 512, 0), (4, 512, 0), (8, 1024, 0), (1, 1024, 0), (8, 1024, 1), (32, 1024, 0), (32, 1024, 1)]

SMALL = ["Qwen2.5-0.5B", "Llama-3.2-1B", "Qwen2.5-1.5B"]
BIG = ["Llama-3.1-8B", "Llama-2-7B", "Mistral-7B-v0.1", "Qwen2.5-7B", "Qwen3-8B"]

@group
def full_bf16():
    lm_train_group("full_bf16", "gpt2", "bf16", "adamw_fused", G_GPT2)
    for n in SMALL:
        lm_train_group("full_bf16", n, "bf16", "adamw_fused", G_SMALL)
    for n in BIG:
        lm_train_group("full_bf16", n, "bf16", "adamw_fused", G_7B)
    lm_train_group("full_bf16", "Gemma-2-9B", "bf16", "adamw_fused", G_7B, attn="eager")

@group
def full_amp():
    lm_train_group("full_amp", "gpt2", "amp_bf16", "adamw_fused", G_GPT2)
    for n in SMALL:
        lm_train_group("full_amp", n, "amp_bf16", "adamw_fused", [(1, 512, 0), (1, 2048, 0), (4, 2048, 0), (1, 2048, 1), (4, 2048, 1), (1, 8192, 1)])
    for n in ("Llama-3.1-8B", "Llama-2-7B"):
        lm_train_group("full_amp", n, "amp_bf16", "adamw_fused", [(1, 512, 0), (1, 2048, 0), (4, 2048, 0), (4, 2048, 1)])
    for n in ("Mistral-7B-v0.1", "Qwen2.5-7B", "Qwen3-8B"):
        lm_train_group("full_amp", n, "amp_bf16", "adamw_fused", [(1, 2048, 0), (4, 2048, 1)])

@group
def full_opts():
    for n in ("gpt2", "Qwen2.5-0.5B", "Llama-3.2-1B", "Llama-3.1-8B"):
        g = [(1, 512, 0), (8, 1024, 0), (8, 1024, 1)] if n == "gpt2" else G_MID
        lm_train_group("full_opts", n, "bf16", "adamw_foreach", g)
        lm_train_group("full_opts", n, "bf16", "sgd_momentum_foreach", g)
    for n in ("gpt2", "Qwen2.5-0.5B", "Llama-3.2-1B"):
        g = [(1, 512, 0), (8, 1024, 0), (8, 1024, 1)] if n == "gpt2" else G_MID
        lm_train_group("full_opts", n, "fp32", "adamw_foreach", g)
        lm_train_group("full_opts", n, "amp_bf16", "adamw_foreach", g)
        lm_train_group("full_opts", n, "amp_fp16", "adamw_fused", g)
    lm_train_group("full_opts", "Llama-3.2-1B", "amp_bf16", "sgd_momentum_foreach", G_MID)

@group
def full_eager():
    lm_train_group("full_eager", "gpt2", "bf16", "adamw_fused", [(1, 512, 0), (8, 1024, 0), (8, 1024, 1)], attn="eager")
    for n in ("Qwen2.5-0.5B", "Llama-3.2-1B", "Llama-2-7B", "Llama-3.1-8B"):
        lm_train_group("full_eager", n, "bf16", "adamw_fused", [(1, 512, 0), (4, 512, 0), (1, 2048, 0), (4, 2048, 1)], attn="eager")
    lm_train_group("full_eager", "Llama-3.2-1B", "amp_bf16", "adamw_fused", [(1, 512, 0), (1, 2048, 0), (1, 2048, 1)], attn="eager")

@group
def full_70b():
    lm_train_group("full_70b", "Llama-3.1-70B", "bf16", "adamw_fused", [(1, 2048, 0), (1, 2048, 1), (4, 4096, 1)])

QV = ["q_proj", "v_proj"]
def lo(r, tag, **k):
    return dict(r=r, tag=tag, targets=QV if tag == "qv" else "all-linear", **k)
L_A = [(1, 512, 0), (1, 2048, 0), (4, 2048, 0), (1, 2048, 1), (4, 2048, 1), (1, 8192, 1)]
L_B = [(1, 2048, 0), (4, 2048, 1)]

@group
def lora():
    AMP = "bf16_base+amp_bf16"
    T = lm_train_group
    def run(n, prec, W, l, **k):
        T("lora", n, prec, "adamw_fused", W, lora=l, **k)
    for tag in ("qv", "all-linear"):
        run("Llama-3.1-8B", "bf16", L_A, lo(16, tag))
    run("Llama-3.1-8B", AMP, L_A, lo(16, "qv"))
    run("Llama-3.1-8B", AMP, [(1, 2048, 0), (4, 2048, 1)], lo(16, "all-linear"))
    for tag in ("qv", "all-linear"):
        run("Llama-3.2-1B", "bf16", L_A[1:5], lo(16, tag))
        run("Llama-3.2-1B", AMP, L_A[1:5], lo(16, tag))
    for r in (8, 64):
        run("Llama-3.2-1B", AMP, L_B, lo(r, "qv"))
        run("Llama-3.2-1B", AMP, L_B, lo(r, "all-linear"))
        run("Llama-3.2-1B", "bf16", L_B, lo(r, "all-linear"))
    run("Llama-3.2-1B", "bf16", L_B, lo(16, "all-linear", fp32_adapter=False))
    run("Llama-3.2-1B", AMP, L_B, lo(16, "all-linear", dropout=0.05), id_tag="-drop0.05")
    for n in ("Qwen2.5-7B", "Llama-2-7B", "Qwen2.5-1.5B", "Mistral-7B-v0.1"):
        run(n, AMP, L_B, lo(16, "all-linear"))
    run("Llama-3.1-8B", AMP, L_B, lo(64, "all-linear"))
    run("Qwen2.5-7B", "bf16", L_B, lo(8, "qv"))
    run("Qwen3-8B", AMP, L_B, lo(8, "qv"))

@group
def lora2():
    AMP = "bf16_base+amp_bf16"
    lm_train_group("lora", "Gemma-2-9B", AMP, "adamw_fused", L_B, lora=lo(16, "all-linear"), attn="eager")
    lm_train_group("lora", "Llama-3.1-70B", AMP, "adamw_fused", [(1, 2048, 1)], lora=lo(16, "qv"))

I_ALL = [(1, 1024, 0), (1, 1024, 1), (8, 1024, 0), (8, 1024, 1), (1, 8192, 0), (1, 8192, 1), (8, 8192, 0), (8, 8192, 1)]
@group
def infer():
    infer_group("infer", "gpt2", [(1, 1024, 0), (1, 1024, 1), (8, 1024, 0), (8, 1024, 1)])
    for n in SMALL + BIG + ["Llama-3.1-70B"]:
        infer_group("infer", n, I_ALL)
    infer_group("infer", "Gemma-2-9B", I_ALL, attn="eager")
    infer_group("infer", "Llama-3.1-8B", [(1, 1024, 1), (8, 1024, 1), (1, 8192, 1)], attn="eager")

@group
def grpo():
    for n, l in (("Qwen2.5-1.5B", lo(16, "all-linear")), ("Qwen2.5-7B", lo(16, "all-linear")), ("Llama-3.1-8B", lo(16, "qv")), ("Qwen2.5-0.5B", lo(64, "all-linear"))):
        grpo_group("grpo", n, [(4, 256, 512, 0, 0), (4, 256, 512, 1, 0), (8, 256, 512, 1, 0), (8, 256, 1024, 1, 0), (4, 512, 2048, 1, 0), (8, 256, 512, 1, 1)], l)
    grpo_group("grpo", "Qwen2.5-1.5B", [(4, 256, 512, 0, 0), (4, 256, 512, 1, 0), (8, 256, 1024, 1, 0)], lo(16, "all-linear"), precision="bf16")

@group
def vision():
    nets = ["resnet50", "resnet18", "vgg16", "vit_b_16", "densenet121", "efficientnet_b0", "convnext_tiny", "resnet152"]
    grid = [(b, im) for im in (224, 384, 512) for b in (32, 64, 256)]
    small = [(32, 224), (256, 224), (64, 384), (64, 512)]
    for n in nets:
        vision_group("vision", n, "fp32", "sgd_momentum_foreach", grid if n in ("resnet50", "resnet18", "vgg16", "vit_b_16") else small)
        vision_group("vision", n, "amp_bf16", "adamw_fused", [(64, 224), (256, 224), (64, 384)])
    for n in nets:
        vision_group("vision", n, "amp_fp16", "sgd_momentum_foreach", [(64, 224), (256, 224)])
        vision_group("vision", n, "fp32", "adamw_foreach", [(32, 224)])

@group
def padded():
    for n in ("Qwen2.5-0.5B", "Llama-3.2-1B", "Llama-3.1-8B"):
        lm_train_group("padded", n, "bf16", "adamw_fused", [(4, 512, 0), (4, 2048, 0), (4, 2048, 1)], id_tag="-padded", padded=True)
    lm_train_group("padded", "Llama-3.1-8B", "bf16_base+amp_bf16", "adamw_fused", [(4, 2048, 1)], lora=lo(16, "all-linear"), id_tag="-padded", padded=True)

def _balanced_eager(self, hidden_states, top_k_index, top_k_weights):
    """HF's eager expert loop, op for op, with the data-dependent routing replaced by a perfectly balanced one
    (every expert gets tokens*top_k/num_experts rows)."""
    T, k = top_k_index.shape
    E = self.num_experts
    n = T * k // E
    final = torch.zeros_like(hidden_states)
    with torch.no_grad():
        expert_mask = F.one_hot(top_k_index, num_classes=E + 1).permute(2, 1, 0)
    for e in range(E):
        token_idx = torch.zeros(n, dtype=torch.long, device="cuda"); top_k_pos = torch.zeros(n, dtype=torch.long, device="cuda")
        cur = hidden_states[token_idx]
        gate, up = F.linear(cur, self.gate_up_proj[e]).chunk(2, dim=-1)
        h = self.act_fn(gate) * up
        h = F.linear(h, self.down_proj[e])
        h = h * top_k_weights[token_idx, top_k_pos, None]
        final.index_add_(0, token_idx, h.to(final.dtype))
    return final

@group
def moe():
    for n in ("OLMoE-1B-7B", "Mixtral-8x7B", "Qwen3-30B-A3B"):
        lm_train_group("moe", n, "bf16", "adamw_fused", [(1, 512, 0), (1, 2048, 0), (1, 2048, 1), (4, 2048, 1)], family="moe", experts="grouped_mm", id_tag="-grouped_mm")
        infer_group("moe", n, [(1, 1024, 1), (8, 1024, 1), (1, 8192, 1)] if n != "OLMoE-1B-7B" else [(1, 1024, 1), (8, 1024, 1), (1, 4096, 1)], family="moe", experts="grouped_mm")
    AMP = "bf16_base+amp_bf16"
    for n in ("Mixtral-8x7B", "Qwen3-30B-A3B"):
        l = dict(r=16, tag="attn", targets=["q_proj", "k_proj", "v_proj", "o_proj"])
        lm_train_group("moe", n, AMP, "adamw_fused", [(1, 2048, 0), (1, 2048, 1)], family="moe", experts="grouped_mm", lora=l, id_tag="-grouped_mm")

@group
def moe_eager():
    import transformers.models.mixtral.modeling_mixtral as mixtral, transformers.models.olmoe.modeling_olmoe as olmoe
    classes = (mixtral.MixtralExperts, olmoe.OlmoeExperts)
    forwards = [it.forward for it in classes]
    for it in classes:
        it.forward = _balanced_eager
    for n in ("Mixtral-8x7B", "OLMoE-1B-7B"):
        lm_train_group("moe_eager", n, "bf16", "adamw_fused", [(1, 512, 0), (1, 2048, 0), (1, 2048, 1)], family="moe", id_tag="-eager_balanced")
    for it, forward in zip(classes, forwards):
        it.forward = forward


@group
def vlm():
    AMP = "bf16_base+amp_bf16"
    for n, W in (("LLaVA-1.5-7B", [(1, 64, 24, 0), (4, 256, 24, 0), (1, 512, 24, 1), (4, 256, 24, 1)]),
                 ("Qwen2-VL-7B", [(1, 256, 36, 0), (4, 256, 36, 0), (1, 256, 72, 1), (4, 256, 36, 1)])):
        vlm_group("vlm", n, "bf16", "full", W)
        vlm_group("vlm", n, "bf16", "frozen_vision", W)
        vlm_group("vlm", n, AMP, "lora", W, lora=dict(r=16, tag="all-linear"))
        vlm_group("vlm", n, "bf16", "lora", W[:2] + W[3:], lora=dict(r=16, tag="qv"))
    vlm_group("vlm", "LLaVA-1.5-7B", "amp_bf16", "full", [(1, 64, 24, 0), (4, 256, 24, 1)])

# ---- beyond the first table: other architectures, and what the first groups leave out
AMP = "bf16_base+amp_bf16"
ATTENTION = ["q_proj", "k_proj", "v_proj", "o_proj"]
NEW_LM = ["smollm2-135m", "qwen3-0.6b", "pythia-410m", "gemma-3-1b-it", "opt-1.3b", "olmo-1b-hf", "pythia-1.4b", "olmo-2-0425-1b", "stablelm-2-1-6b",
          "gpt2-medium", "gemma-2b", "gemma-2-2b", "phi-2", "starcoder2-3b", "llama-3.2-3b", "phi-3-mini-4k-instruct", "qwen3-4b", "qwen2.5-14b"]
# GPT-NeoX, OPT, Phi, OLMo 1 and GPT-2 have learned or short positions.
SHORT = {"pythia-410m", "opt-1.3b", "olmo-1b-hf", "pythia-1.4b", "phi-2", "gpt2-medium"}


def attention_of(name):
    return "eager" if name.startswith("gemma-2-") else "sdpa"


@group
def more_train():
    for n in NEW_LM:
        long = 1024 if n in SHORT else 3000
        lm_train_group("more_train", n, "bf16", "adamw_fused", [(1, 512, 0), (3, 1000, 0), (1, long, 1), (4, 1024, 1)], attn=attention_of(n))


@group
def more_amp():
    for n in NEW_LM[:-1]:
        lm_train_group("more_amp", n, "amp_bf16", "adamw_fused", [(2, 777, 0), (4, 1024, 1)], attn=attention_of(n))


@group
def more_lora():
    for n in NEW_LM:
        lm_train_group("more_lora", n, AMP, "adamw_fused", [(1, 1000, 0), (4, 1024, 1)], lora=lo(16, "all-linear"), attn=attention_of(n))
    for n in ("gpt2", "gpt2-medium"):
        lm_train_group("more_lora", n, "bf16", "adamw_fused", [(4, 512, 0), (8, 1024, 1)], lora=lo(8, "all-linear"))
    for n in ("llama-3.2-3b", "qwen3-4b"):
        lm_train_group("more_lora", n, "bf16", "adamw_foreach", [(2, 1000, 0), (4, 1024, 1)], lora=dict(r=32, tag="attn", targets=ATTENTION))
        lm_train_group("more_lora", n, "fp16_base+amp_fp16", "adamw_fused", [(2, 1000, 0)], lora=lo(16, "qv"))
        lm_train_group("more_lora", n, AMP, "adamw_fused", [(2, 1000, 0), (2, 1000, 1)], lora=lo(16, "all-linear"), attn="eager")
        lm_train_group("more_lora", n, AMP, "adamw_fused", [(2, 1000, 0)], lora=lo(16, "all-linear"), id_tag="-padded", padded=True)
        lm_train_group("more_lora", n, AMP, "adamw_fused", [(2, 1000, 0), (4, 1024, 1)], lora=lo(16, "all-linear", dropout=0.1), id_tag="-drop0.1")
        lm_train_group("more_lora", n, "fp32", "adamw_fused", [(1, 1000, 0)], lora=lo(16, "all-linear"))


@group
def more_infer():
    for n in NEW_LM:
        long = 1024 if n in SHORT else 6000
        infer_group("more_infer", n, [(1, 1000, 0), (8, 1000, 1), (2, long, 1)], attn=attention_of(n))
    for n in ("qwen3-0.6b", "llama-3.2-3b"):
        infer_group("more_infer", n, [(1, 1000, 0), (4, 2000, 1)], precision="fp32")
        infer_group("more_infer", n, [(4, 2000, 1)], precision="fp16")
        infer_group("more_infer", n, [(2, 2000, 1)], attn="eager")


@group
def accumulation():
    """Two micro-steps: the second forward meets the first's gradients."""
    more = dict(micro_steps=2, id_tag="-accumulate2")
    for n in ("Qwen2.5-0.5B", "Llama-3.2-1B", "llama-3.2-3b"):
        lm_train_group("accumulation", n, "bf16", "adamw_fused", [(1, 512, 0), (4, 2048, 0), (4, 2048, 1)], **more)
        lm_train_group("accumulation", n, "amp_bf16", "adamw_fused", [(1, 2048, 0), (4, 2048, 1)], **more)
        lm_train_group("accumulation", n, AMP, "adamw_fused", [(4, 2048, 1)], lora=lo(16, "all-linear"), **more)
    lm_train_group("accumulation", "gpt2", "fp32", "adamw_foreach", [(8, 1024, 0)], **more)


@group
def prefix():
    for n in ("gpt2", "Qwen2.5-0.5B", "Llama-3.2-1B", "llama-3.2-3b"):
        lm_train_group("prefix", n, "bf16", "adamw_fused", [(2, 512, 0), (4, 1000, 0)], lora=dict(virtual_tokens=20))
        lm_train_group("prefix", n, AMP, "adamw_fused", [(2, 512, 0), (4, 1000, 0)], lora=dict(virtual_tokens=20))


@group
def adafactor():
    for n in ("gpt2", "Qwen2.5-0.5B", "Llama-3.2-1B", "llama-3.2-3b", "Llama-3.1-8B"):
        lm_train_group("adafactor", n, "bf16", "adafactor", [(1, 512, 0), (4, 1024, 1)])
        lm_train_group("adafactor", n, "amp_bf16", "adafactor", [(1, 512, 0), (4, 1024, 1)])


@group
def more_optimizers():
    for n in ("qwen3-0.6b", "llama-3.2-3b"):
        lm_train_group("more_optimizers", n, "fp32", "adamw_fused", [(1, 1000, 0), (4, 1024, 1)])
        lm_train_group("more_optimizers", n, "bf16", "adamw_foreach", [(1, 512, 0), (4, 1024, 1)])
        lm_train_group("more_optimizers", n, "amp_bf16", "sgd_momentum_foreach", [(1, 512, 0), (4, 1024, 1)])
        lm_train_group("more_optimizers", n, "amp_fp16", "adamw_foreach", [(1, 512, 0), (4, 1024, 1)])


@group
def more_attention():
    for n in ("qwen3-0.6b", "llama-3.2-3b", "olmo-2-0425-1b", "pythia-410m"):
        lm_train_group("more_attention", n, "bf16", "adamw_fused", [(2, 1000, 0), (4, 1024, 1)], attn="eager")
        lm_train_group("more_attention", n, "amp_bf16", "adamw_fused", [(2, 1000, 0), (4, 1024, 1)], attn="eager")
        lm_train_group("more_attention", n, "bf16", "adamw_fused", [(2, 1000, 0), (4, 1024, 1)], id_tag="-padded", padded=True)
        lm_train_group("more_attention", n, "amp_bf16", "adamw_fused", [(2, 1000, 0), (4, 1024, 1)], id_tag="-padded", padded=True)


@group
def more_grpo():
    for n, l in (("qwen3-0.6b", lo(16, "all-linear")), ("llama-3.2-3b", lo(32, "qv")), ("gemma-3-1b-it", lo(16, "all-linear"))):
        grpo_group("more_grpo", n, [(6, 200, 300, 0, 0), (6, 200, 300, 1, 0), (6, 200, 300, 1, 1), (16, 512, 1024, 1, 0), (2, 1500, 250, 0, 0)], l)
    grpo_group("more_grpo", "llama-3.2-3b", [(6, 200, 300, 0, 0), (6, 200, 300, 1, 1)], lo(16, "all-linear"), precision="bf16")


@group
def more_moe():
    for n in ("granite-3.1-1b-a400m-instruct", "deepseek-v2-lite", "gpt-oss-20b"):
        attn = "eager" if n == "gpt-oss-20b" else "sdpa"  # its sinks have no kernel in scaled_dot_product_attention
        lm_train_group("more_moe", n, "bf16", "adamw_fused", [(1, 512, 0), (2, 1024, 0), (2, 1024, 1)], family="moe", experts="grouped_mm", attn=attn)
        infer_group("more_moe", n, [(1, 1000, 1), (4, 2000, 1), (1, 1000, 0)], family="moe", experts="grouped_mm", attn=attn)
    for n in ("granite-3.1-1b-a400m-instruct", "OLMoE-1B-7B"):
        lm_train_group("more_moe", n, AMP, "adamw_fused", [(1, 1024, 0), (4, 1024, 1)], family="moe", experts="grouped_mm",
                       lora=dict(r=16, tag="attn", targets=ATTENTION))


@group
def more_vision():
    nets = ["resnet34", "resnet101", "wide_resnet50_2", "vgg11", "vgg16_bn", "vgg19", "densenet169", "efficientnet_b3", "convnext_small", "vit_l_16", "vit_b_32"]
    for n in nets:
        square = 256 if n.startswith("vit") else 300
        vision_group("more_vision", n, "fp32", "sgd_momentum_foreach", [(8, 224), (64, 224), (16, square)])
        vision_group("more_vision", n, "amp_bf16", "adamw_fused", [(64, 224), (16, square)])
        vision_group("more_vision", n, "fp32", "adamw_fused", [(1, 224)])
    for n in ("resnet50", "vgg11", "convnext_small", "densenet121", "efficientnet_b0", "vit_b_16"):
        vision_group("more_vision", n, "bf16", "adamw_fused", [(64, 224)])
        vision_group("more_vision", n, "amp_fp16", "adamw_foreach", [(64, 224)])


def later_nets(group, nets):
    for n in nets:
        vision_group(group, n, "fp32", "sgd_momentum_foreach", [(64, 224), (16, 300)])
        vision_group(group, n, "amp_bf16", "adamw_fused", [(64, 224), (16, 300)])


@group
def regnet():
    later_nets("regnet", ["regnet_y_400mf", "regnet_y_1_6gf", "regnet_y_8gf", "regnet_y_16gf", "regnet_x_3_2gf"])


@group
def mobilenet():
    later_nets("mobilenet", ["mobilenet_v3_large", "mobilenet_v3_small"])


@group
def efficientnet_v2():
    later_nets("efficientnet_v2", ["efficientnet_v2_s", "efficientnet_v2_m", "efficientnet_v2_l"])


@group
def swin():
    later_nets("swin", ["swin_t", "swin_s", "swin_b"])


@group
def mnasnet():
    later_nets("mnasnet", ["mnasnet0_5", "mnasnet0_75", "mnasnet1_0", "mnasnet1_3"])


@group
def maxvit():
    # Its edges are multiples of 224: whole windows in every stage.
    for b, size in [(2, 224), (32, 224), (4, 448)]:
        vision_group("maxvit", "maxvit_t", "fp32", "sgd_momentum_foreach", [(b, size)])
        vision_group("maxvit", "maxvit_t", "amp_bf16", "adamw_fused", [(b, size)])


@group
def more_vlm():
    vlm_group("more_vlm", "qwen2-vl-2b-instruct", "bf16", "full", [(1, 128, 36, 0), (4, 300, 24, 0), (4, 300, 24, 1)])
    vlm_group("more_vlm", "qwen2-vl-2b-instruct", "bf16", "frozen_vision", [(4, 300, 24, 0)])
    vlm_group("more_vlm", "qwen2-vl-2b-instruct", "amp_bf16", "full", [(2, 128, 36, 0), (4, 300, 24, 1)])
    vlm_group("more_vlm", "qwen2-vl-2b-instruct", AMP, "lora", [(2, 128, 36, 0), (4, 300, 24, 1)], lora=lo(16, "all-linear"))
    vlm_group("more_vlm", "llava-1.5-13b-hf", "bf16", "full", [(1, 64, 24, 0), (2, 256, 24, 1)])
    vlm_group("more_vlm", "llava-1.5-13b-hf", "bf16", "frozen_vision", [(2, 256, 24, 0)])
    vlm_group("more_vlm", "llava-1.5-13b-hf", AMP, "lora", [(2, 256, 24, 0), (4, 256, 24, 1)], lora=lo(16, "all-linear"))
    vlm_group("more_vlm", "llava-1.5-13b-hf", AMP, "lora", [(2, 256, 24, 0)], lora=lo(16, "qv"))


class _SoftmaxKeepingItsInput(torch.autograd.Function):
    """Until version 1.10 PyTorch's softmax kept its input for the backward pass too (issue 64000, pull request 65242)."""
    @staticmethod
    def forward(ctx, x):
        y = torch.ops.aten._softmax(x, -1, False)
        ctx.save_for_backward(x, y)
        return y

    @staticmethod
    def backward(ctx, grad):
        x, y = ctx.saved_tensors
        return torch.ops.aten._softmax_backward_data(grad, y, -1, x.dtype)


def _old_softmax(x, dim=-1, dtype=None, **_):
    x = x.float() if torch.is_autocast_enabled("cuda") else x
    return _SoftmaxKeepingItsInput.apply(x)


@group
def hf_docs():
    """The runs of Hugging Face's page on training on a single GPU (its gradient checkpointing comes with accumulation; without it
    too here), as current libraries do them, and as those of 2022 did: gradients set to zero (not to none), AdamW parameter by
    parameter, softmax keeping its input. These three were chosen knowing the readings that they should explain."""
    softmax = F.softmax
    for tag, optimizer, more in (("", "adamw_foreach", {}), ("-2022", "adamw_loop", dict(keep_grads=True))):
        F.softmax = _old_softmax if tag else softmax
        for precision, name, b, ck, n in (
                ("fp32", optimizer, 4, 0, 1), ("amp_fp16", optimizer, 4, 0, 1), ("fp32", "adafactor", 4, 0, 1), ("fp32", optimizer, 1, 0, 4),
                ("amp_fp16", optimizer, 1, 1, 1), ("amp_fp16", optimizer, 1, 1, 4), ("amp_fp16", "adafactor", 1, 1, 1), ("amp_fp16", "adafactor", 1, 1, 4)):
            lm_train_group("hf_docs", "bert-large-uncased", precision, name, [(b, 512, ck)], attn="eager", family="encoder",
                           id_tag=tag + (f"-accumulate{n}" if n > 1 else ""), micro_steps=n, classes=True, **more)
    F.softmax = softmax


@group
def lora_docs():
    """Llama 2 7B with rank 64 on all linear layers."""
    lm_train_group("lora_docs", "Llama-2-7B", "bf16", "adamw_fused", [(4, 2048, 1)], lora=lo(64, "all-linear", fp32_adapter=False))
    for precision in ("bf16", AMP):
        for name in ("adamw_fused", "adamw_foreach"):
            lm_train_group("lora_docs", "Llama-2-7B", precision, name, [(4, 2048, 1)], lora=lo(64, "all-linear"))


@group
def optimizers():
    """Where states or the optimizer's step decide: few tokens, recomputed layers."""
    for n in ("qwen3-0.6b", "Llama-3.2-1B"):
        for name in ("lion", "lion_foreach", "adafactor", "adamw_loop", "lion_bnb", "lion_8bit", "adamw_8bit", "muon"):
            for precision in ("bf16", "amp_bf16"):
                lm_train_group("optimizers", n, precision, name, [(1, 512, 1)])


@group
def optimizers_of_matrices():
    """Optimizers that ask which tensors there are: a mixture with stacked experts, adapters, a fused and an untied projection."""
    for name in ("adafactor", "lion", "adamw_loop", "muon"):
        lm_train_group("optimizers_of_matrices", "granite-3.1-1b-a400m-instruct", "bf16", name, [(1, 512, 1)], family="moe", experts="grouped_mm")
        lm_train_group("optimizers_of_matrices", "Llama-3.2-1B", AMP, name, [(1, 64, 1)], lora=lo(64, "all-linear"))
        lm_train_group("optimizers_of_matrices", "phi-3-mini-4k-instruct", "amp_bf16", name, [(1, 512, 1)])
        lm_train_group("optimizers_of_matrices", "gpt2", "fp32", name, [(1, 64, 0)])


@group
def rare_prompts():
    """Prompts of models whose attention is not like Llama's; NAME@4 has four layers."""
    for n in ("bloom-560m", "bloom-7b1@4", "gpt-j-6b@4", "falcon-7b@4", "ernie-4.5-0.3b-pt", "pythia-410m"):
        infer_group("rare_prompts", n, [(2, 700, 1), (3, 1000, 1)], attn="eager")
    for n in ("falcon-7b@4", "falcon-40b@2", "falcon-180b@2", "ernie-4.5-0.3b-pt", "gemma-3-270m", "gemma-3-1b-it", "gpt-neox-20b@4"):
        infer_group("rare_prompts", n, [(2, 700, 1), (3, 1000, 1), (1, 3000, 0)])
    for n in ("gpt-oss-20b", "gpt-oss-120b"):
        infer_group("rare_prompts", n, [(3, 1000, 1)], family="moe", experts="grouped_mm", attn="eager")


@group
def rare_training():
    """Training of the same."""
    train = lambda *a, **more: lm_train_group("rare_training", *a, **more)
    for n in ("bloom-560m", "bloom-7b1@4", "gpt-j-6b@4", "falcon-7b@4"):
        train(n, "bf16", "adamw_fused", [(2, 700, 0), (3, 1000, 1)], attn="eager")
        train(n, AMP, "adamw_fused", [(2, 700, 0), (3, 1000, 1)], attn="eager", lora=lo(16, "all-linear"))
    for n in ("falcon-7b@4", "falcon-40b@2", "ernie-4.5-0.3b-pt", "gpt-neox-20b@4", "nemotron-mini-4b-instruct@4", "granite-3.1-2b-instruct@4",
              "granite-3.1-8b-instruct@4"):
        train(n, "bf16", "adamw_fused", [(2, 700, 0), (3, 1000, 1)])
        train(n, "amp_bf16", "adamw_fused", [(2, 700, 0), (3, 1000, 1)])
        train(n, AMP, "adamw_fused", [(2, 700, 0), (3, 1000, 1)], lora=lo(16, "all-linear"))
    train("falcon-7b@4", "bf16", "adamw_fused", [(2, 700, 0)], id_tag="-padded", padded=True)
    for n in ("gpt-oss-20b@4", "gpt-oss-120b@2"):
        more = dict(family="moe", experts="grouped_mm", attn="eager")
        train(n, "bf16", "adamw_fused", [(2, 700, 0), (3, 1000, 1)], **more)
        train(n, AMP, "adamw_fused", [(2, 700, 0), (3, 1000, 1)], lora=dict(r=16, tag="attn", targets=ATTENTION), **more)


@group
def rare_prefix():
    """Prefixes, which make keys longer than queries."""
    for n in ("gpt2", "smollm3-3b@4", "llama-3.2-3b@4", "pythia-410m"):
        for precision in ("bf16", AMP):
            lm_train_group("rare_prefix", n, precision, "adamw_fused", [(2, 700, 0)], lora=dict(virtual_tokens=20))


LATENT = ("deepseek-v2-lite@4", "glm-4.7-flash@4")


@group
def latent_prompts():
    """Prompts with latent attention."""
    for n in LATENT:
        infer_group("latent_prompts", n, [(2, 700, 1), (3, 3000, 1)], family="moe", experts="grouped_mm")


@group
def latent_training():
    """Training of the same; without compressed queries, and with them. Of attention's four names those models have one or two."""
    train = lambda *a, **more: lm_train_group("latent_training", *a, family="moe", experts="grouped_mm", **more)
    for n in LATENT:
        train(n, "bf16", "adamw_fused", [(2, 700, 0), (16, 1000, 0), (16, 2000, 1)])
        train(n, AMP, "adamw_fused", [(2, 700, 0), (8, 2000, 1)], lora=dict(r=16, tag="attn", targets=ATTENTION))
        train(n, "bf16", "adamw_fused", [(2, 700, 0)], attn="eager")


@group
def seq2seq():
    """Encoder-decoders of text: (batch, tokens of the encoder, tokens of the decoder, checkpointing)."""
    for precision, workloads in (("bf16", [(8, 512, 256, 0), (8, 512, 128, 1), (1, 64, 64, 0)]),
                                 ("amp_bf16", [(8, 512, 256, 0), (8, 512, 128, 1), (1, 64, 64, 0)]), ("fp32", [(4, 384, 96, 0), (2, 384, 96, 1)])):
        for n in ("t5-small", "flan-t5-base"):
            towers_group("seq2seq", n, precision, "adamw_fused", workloads)
    towers_group("seq2seq", "t5-base", "bf16", "adamw_fused", [(4, 1000, 100, 0), (4, 512, 128, 1)])
    towers_group("seq2seq", "t5-small", "fp16", "adamw_fused", [(8, 512, 256, 0), (8, 512, 128, 1)])
    towers_group("seq2seq", "t5-base", "amp_bf16", "adamw_foreach", [(16, 256, 64, 0), (1, 128, 32, 1)])
    towers_group("seq2seq", "t5-small", "amp_bf16", "adamw_fused", [(8, 512, 256, 0), (8, 512, 256, 1)], padded=True)
    towers_group("seq2seq", "t5-small", "bf16", "adamw_fused", [(8, 512, 256, 0)], padded=True)
    towers_group("seq2seq", "t5-small", "amp_bf16", "adamw_fused", [(8, 512, 256, 0), (8, 512, 256, 1)], attn="eager")
    towers_group("seq2seq", "t5-small", "bf16", "adamw_fused", [(8, 512, 256, 0)], attn="eager")
    for precision in ("bf16", "amp_bf16"):
        towers_group("seq2seq", "t5-small", precision, "adamw_fused", [(1, 64, 64, 0), (8, 512, 256, 0)], micro_steps=2)


@group
def speech():
    """Models of speech: every sample is 30 seconds long; (batch, none, tokens of the decoder, checkpointing)."""
    for precision, workloads in (("bf16", [(8, 0, 128, 0), (8, 0, 128, 1), (1, 0, 32, 1)]), ("amp_bf16", [(8, 0, 128, 0), (8, 0, 128, 1), (1, 0, 32, 1)]),
                                 ("fp32", [(2, 0, 64, 0)]), ("fp16", [(2, 0, 64, 0)])):
        towers_group("speech", "whisper-tiny", precision, "adamw_fused", workloads)
    towers_group("speech", "whisper-small", "bf16", "adamw_fused", [(2, 0, 200, 0)])
    towers_group("speech", "whisper-small", "amp_bf16", "adamw_foreach", [(2, 0, 200, 0), (1, 0, 64, 1)])
    towers_group("speech", "whisper-tiny", "bf16", "adamw_fused", [(2, 0, 64, 0)], attn="eager")
    towers_group("speech", "whisper-tiny", "amp_bf16", "adamw_fused", [(2, 0, 64, 0)], attn="eager", micro_steps=2)


@group
def contrastive():
    """Pairs of a text and an image tower: (batch, tokens, none, checkpointing)."""
    for n in ("clip-vit-base-patch32", "clip-vit-base-patch16"):
        for precision in ("bf16", "amp_bf16", "fp32"):
            towers_group("contrastive", n, precision, "adamw_fused", [(32, 77, 0, 0), (32, 77, 0, 1)])
    for precision in ("bf16", "amp_bf16"):
        towers_group("contrastive", "clip-vit-base-patch32", precision, "adamw_fused", [(2, 77, 0, 0), (512, 77, 0, 0)])


DELTA = ("qwen3.5-9b@4", "qwen3.5-27b@4")


@group
def linear_attention():
    """Gated delta-rule attention in Transformers' own code, without libraries of kernels: in dense models, and in a mixture. Lengths that
    fill chunks, and lengths that do not; with adapters on attention alone nothing before the first layer of softmax attention keeps anything."""
    train = lambda *a, **more: lm_train_group("linear_attention", *a, **more)
    for n in DELTA:
        train(n, "bf16", "adamw_fused", [(2, 700, 0), (4, 2048, 0), (3, 1000, 1), (8, 2048, 1)])
        train(n, "amp_bf16", "adamw_fused", [(2, 700, 0), (4, 2048, 0), (8, 2048, 1)])
        train(n, "bf16", "adamw_fused", [(2, 700, 0), (8, 1024, 1)], lora=lo(16, "all-linear"))
        train(n, AMP, "adamw_fused", [(2, 700, 0), (4, 2048, 0), (8, 2048, 1)], lora=lo(16, "all-linear"))
    for n in ("qwen3.5-9b@8", "qwen3-next-80b-a3b-instruct@8"):
        more = dict(family="moe", experts="grouped_mm") if "next" in n else {}
        train(n, AMP, "adamw_fused", [(2, 700, 0), (8, 2048, 1)], lora=dict(r=16, tag="attn", targets=ATTENTION), **more)
        train(n, "bf16", "adamw_fused", [(4, 1000, 0)], lora=lo(8, "qv"), **more)
    train("qwen3-next-80b-a3b-instruct@4", "bf16", "adamw_fused", [(2, 700, 0), (16, 2048, 0), (32, 2048, 1)], family="moe", experts="grouped_mm")
    train("qwen3.5-9b@4", "fp32", "adamw_fused", [(4, 1024, 0), (8, 1024, 1)])
    train("qwen3.5-9b@4", "bf16", "adamw_fused", [(4, 1024, 0)], micro_steps=2, id_tag="-accumulate2")


@group
def linear_attention_inside():
    """The same with a vocabulary so small that a layer's own backward pass is what takes most."""
    train = lambda *a, **more: lm_train_group("linear_attention_inside", *a, **more)
    for n in ("qwen3.5-9b@4v1000", "qwen3.5-27b@4v1000"):
        train(n, "bf16", "adamw_fused", [(8, 1024, 1), (16, 1000, 0)])
        train(n, "amp_bf16", "adamw_fused", [(8, 1024, 1), (16, 1000, 0)])
        train(n, AMP, "adamw_fused", [(2, 700, 1), (8, 1000, 1), (8, 1024, 0)], lora=lo(16, "all-linear"))
        train(n, "bf16", "adamw_fused", [(8, 1000, 1)], lora=lo(16, "all-linear"))
    train("qwen3-next-80b-a3b-instruct@4v1000", "bf16", "adamw_fused", [(32, 1024, 1)], family="moe", experts="grouped_mm")
    train("qwen3-next-80b-a3b-instruct@8v1000", AMP, "adamw_fused", [(8, 1024, 1)], lora=dict(r=16, tag="attn", targets=ATTENTION),
          family="moe", experts="grouped_mm")


@group
def linear_attention_grpo():
    """A step of GRPO on the same: chunks filled and not, with and without the reference's pass."""
    for n in ("qwen3.5-9b@4", "qwen3.5-9b@8", "qwen3.5-27b@4"):
        grpo_group("linear_attention_grpo", n, [(4, 256, 512, 0, 0), (6, 200, 300, 1, 0), (8, 256, 1024, 1, 0), (6, 200, 300, 1, 1)], lo(16, "all-linear"))
    grpo_group("linear_attention_grpo", "qwen3.5-9b@4", [(4, 256, 512, 0, 0), (8, 256, 1024, 1, 1)], lo(16, "all-linear"), precision="bf16")


@group
def linear_attention_prompts():
    """Prompts of the same, chunks filled and not; with one layer of softmax attention and with two."""
    for n in ("qwen3.5-9b@4", "qwen3.5-9b@8", "qwen3.5-27b@4"):
        infer_group("linear_attention_prompts", n, [(2, 700, 1), (4, 2048, 1), (1, 1024, 0)])
    infer_group("linear_attention_prompts", "qwen3-next-80b-a3b-instruct@4", [(2, 700, 1), (4, 2048, 1)], family="moe", experts="grouped_mm")


@group
def state_space_prompts():
    """Prompts of Mamba2 hybrids in Transformers' own code, chunks filled and not; a layer of either kind last."""
    for n, more in (("granite-4.0-h-small@8", dict(family="moe", experts="grouped_mm")), ("granite-4.0-h-micro@8", {})):
        infer_group("state_space_prompts", n, [(2, 700, 1), (4, 2048, 1), (1, 1024, 0)], **more)


@group
def state_spaces_alone():
    """Prompts of stacks of Mamba and Mamba2, without the libraries mamba-ssm and causal-conv1d."""
    for n in ("mamba-codestral-7b-v0.1@4", "mamba-codestral-7b-v0.1@3"):
        infer_group("state_spaces_alone", n, [(2, 700, 1), (4, 2048, 1), (1, 1024, 0)])
    for n in ("mamba-130m-hf@4", "falcon-mamba-7b@3"):
        infer_group("state_spaces_alone", n, [(2, 200, 1), (4, 512, 1), (1, 300, 0)])


@group
def mixers_side_by_side():
    """Prompts of layers of Mamba2 and softmax attention side by side, without the libraries mamba-ssm and causal-conv1d."""
    for n in ("falcon-h1-0.5b@4", "falcon-h1-0.5b@3", "falcon-h1-7b@3"):
        infer_group("mixers_side_by_side", n, [(2, 700, 1), (4, 2048, 1), (1, 1024, 0)])


@group
def state_space_training():
    """Steps of layers of Mamba2 beside softmax attention, without the libraries mamba-ssm and causal-conv1d; seven layers have one that
    attends."""
    for n in ("granite-4.0-h-micro@4v1000", "granite-4.0-h-micro@7v1000"):
        train = lambda *args, **more: lm_train_group("state_space_training", n, *args, **more)  # noqa: E731
        train("bf16", "adamw_fused", [(2, 700, 0), (2, 1024, 0), (4, 1024, 1), (1, 700, 1)])
        train("amp_bf16", "adamw_fused", [(2, 1024, 0), (1, 700, 0), (2, 1024, 1)])
        train("fp32", "adamw_fused", [(1, 700, 0)])
        train(AMP, "adamw_fused", [(2, 700, 0), (2, 1024, 1)], lora=lo(16, "all-linear"))
        train("bf16", "adamw_fused", [(2, 700, 0), (2, 1024, 1)], lora=lo(16, "all-linear"))


@group
def state_space_kernels():
    """The same where mamba-ssm computes them, as far as reading its code says what it allocates."""
    import mamba_kernels
    with mamba_kernels.Installed():
        for n in ("granite-4.0-h-micro@4v1000", "granite-4.0-h-micro@7v1000"):
            train = lambda *args, **more: lm_train_group("state_space_kernels", n, *args, **more)  # noqa: E731
            train("bf16", "adamw_fused", [(4, 1024, 0), (4, 1024, 1)])
            train("amp_bf16", "adamw_fused", [(4, 1024, 0), (4, 1024, 1)])
            train("fp32", "adamw_fused", [(2, 1024, 0)])
            train(AMP, "adamw_fused", [(4, 1024, 0)], lora=lo(16, "all-linear"))
            train("bf16", "adamw_fused", [(4, 1024, 0), (4, 1024, 1)], lora=lo(16, "all-linear"))


@group
def single_mixer_prompts():
    """Prompts of layers of one mixer each in Transformers' own code; a state space of 256 too, and experts of a latent width."""
    shapes = [(2, 700, 1), (4, 2048, 1), (1, 1024, 0)]
    for n in ("nemotron-h-8b-base-8k@12", "nvidia-nemotron-nano-9b-v2@17", "nemotron-h-56b-base-8k@12"):
        infer_group("single_mixer_prompts", n, shapes)
    for n in ("nvidia-nemotron-3-nano-30b-a3b@8", "nvidia-nemotron-3-super-120b-a12b@10"):
        infer_group("single_mixer_prompts", n, shapes, family="moe", experts="grouped_mm")


@group
def short_convolution_prompts():
    """Prompts of layers of short convolutions, of which some attend; a layer of either kind last, and experts behind two dense layers."""
    shapes = [(2, 700, 1), (4, 2048, 1), (1, 1024, 0)]
    for n in ("lfm2-1.2b", "lfm2-1.2b@6"):
        infer_group("short_convolution_prompts", n, shapes)
    for n in ("lfm2-8b-a1b@8", "lfm2-8b-a1b@7"):
        infer_group("short_convolution_prompts", n, shapes, family="moe", experts="grouped_mm")


@group
def short_convolutions():
    """Training of the same: whole, with adapters, checkpointed and not; with a small vocabulary, so that layers are the fullest."""
    for n in ("lfm2-1.2b@6", "lfm2-1.2b@10"):
        train = lambda *args, **more: lm_train_group("short_convolutions", n, *args, **more)  # noqa: E731
        train("bf16", "adamw_fused", [(2, 700, 0), (4, 1024, 1), (2, 700, 1)])
        train("amp_bf16", "adamw_fused", [(2, 700, 0), (4, 1024, 1)])
        train("fp32", "adamw_fused", [(2, 700, 0)])
        train(AMP, "adamw_fused", [(2, 700, 0), (4, 1024, 1)], lora=lo(16, "all-linear"))
    for n in ("lfm2-1.2b@6v1000", "lfm2-1.2b@10v1000"):
        train = lambda *args, **more: lm_train_group("short_convolutions", n, *args, **more)  # noqa: E731
        train("bf16", "adamw_fused", [(8, 700, 0), (8, 1024, 1)])
        train("amp_bf16", "adamw_fused", [(8, 700, 0), (8, 1024, 1)])
        train(AMP, "adamw_fused", [(8, 700, 0), (8, 1024, 1)], lora=lo(16, "all-linear"))


DPO_MODELS = ("Qwen2.5-0.5B", "Llama-3.2-1B", "llama-3.2-3b", "qwen3-0.6b")


@group
def dpo():
    """Pairs: (pairs, prompt tokens, completion tokens, checkpointing, padded)."""
    short, long = (1, 128, 128, 0, False), (2, 256, 768, 1, False)
    for n in DPO_MODELS:
        for precision in ("bf16", "amp_bf16"):
            dpo_group("dpo", n, precision, [short, (4, 256, 768, 0, False), long])
        for precision in ("bf16", AMP):
            dpo_group("dpo", n, precision, [short, (4, 256, 768, 0, False), long], lora=lo(16, "all-linear"))
    dpo_group("dpo", "Llama-3.2-1B", AMP, [(2, 256, 768, 0, True), (2, 256, 768, 1, True)], lora=lo(16, "qv"))
    dpo_group("dpo", "Llama-3.2-1B", "bf16", [(2, 256, 768, 0, False), (2, 256, 768, 1, False)], reference="precomputed")
    dpo_group("dpo", "gemma-2-2b", AMP, [(2, 256, 256, 0, False), (4, 256, 768, 1, False)], lora=lo(16, "all-linear"), attn="eager")


@group
def dpo_whole():
    """The same with whole logits, as TRL 1.9 makes them."""
    short, more, long = (1, 128, 128, 0, False), (4, 256, 768, 0, False), (2, 256, 768, 1, False)
    for n in DPO_MODELS[:2]:
        for precision in ("bf16", "amp_bf16", AMP):
            dpo_group("dpo_whole", n, precision, [short, more, long], whole=True)
        for precision in ("bf16", AMP):
            dpo_group("dpo_whole", n, precision, [short, more, long], lora=lo(16, "all-linear"), whole=True)
    dpo_group("dpo_whole", "Llama-3.2-1B", AMP, [(2, 256, 768, 0, True), (2, 256, 768, 1, True)], lora=lo(16, "qv"), whole=True)
    for precision in ("bf16", AMP):
        dpo_group("dpo_whole", "Llama-3.2-1B", precision, [(2, 256, 768, 0, False), (2, 256, 768, 1, False)], reference="precomputed", whole=True)
    dpo_group("dpo_whole", "gemma-2-2b", AMP, [(2, 256, 256, 0, False)], lora=lo(16, "all-linear"), attn="eager", whole=True)


ADAPTED = ("Llama-3.2-1B", "Llama-3.1-8B@4", "qwen3-4b@4")


@group
def lora_variants():
    """DoRA and rank-stabilized LoRA: magnitudes, and the norm of the adapted weight, which PEFT makes anew at each pass."""
    for n in ADAPTED:
        for precision, fp32 in (("bf16", True), ("bf16", False), (AMP, True), (AMP, False)):
            lm_train_group("lora_variants", n, precision, "adamw_fused", [(2, 1024, 0), (4, 2048, 1)],
                           lora=dict(lo(16, "all-linear", fp32_adapter=fp32), variant="dora"))
        lm_train_group("lora_variants", n, AMP, "adamw_fused", [(2, 1024, 0), (4, 2048, 1)], lora=dict(lo(16, "qv"), variant="dora"))
    for n in ADAPTED[:2]:
        lm_train_group("lora_variants", n, AMP, "adamw_fused", [(2, 1024, 0), (4, 2048, 1)], lora=dict(lo(16, "all-linear"), variant="rslora"))


@group
def whole_modules():
    """Embedding and output projection trained whole beside adapters (`modules_to_save`), tied and not."""
    for n in ("Llama-3.2-1B", "Llama-3.1-8B@4", "Mistral-7B-v0.1@4", "qwen3-4b@4"):
        for whole in ("embeddings", "head", "both"):
            for precision, fp32 in ((AMP, True), ("bf16", True), ("bf16", False)):
                lm_train_group("whole_modules", n, precision, "adamw_fused", [(2, 1024, 0), (4, 2048, 1)],
                               lora=dict(lo(16, "all-linear", fp32_adapter=fp32), whole=whole))


@group
def quantized_variants():
    """The same two on a 4-bit base."""
    for n in ("Llama-3.1-8B@4", "qwen3-4b@4"):
        for precision, fp32 in ((AMP, True), ("bf16", True), ("bf16", False)):
            lm_train_group("quantized_variants", n, precision, "adamw_fused", [(2, 1024, 0), (4, 2048, 1)], family="quantized fine-tunes",
                           lora=dict(lo(16, "all-linear", fp32_adapter=fp32), base="nf4-dq"))
            lm_train_group("quantized_variants", n, precision, "adamw_fused", [(2, 1024, 0), (4, 2048, 1)], family="quantized fine-tunes",
                           lora=dict(lo(16, "all-linear", fp32_adapter=fp32), base="nf4-dq", whole="both"))
            lm_train_group("quantized_variants", n, precision, "adamw_fused", [(2, 1024, 0), (4, 2048, 1)], family="quantized fine-tunes",
                           lora=dict(lo(16, "all-linear", fp32_adapter=fp32), base="nf4-dq", variant="dora"))


@group
def eight_bits():
    """Adapters beside LLM.int8() layers."""
    for n in ("Llama-3.1-8B@4", "qwen3-4b@4", "Llama-3.2-1B"):
        for precision, fp32 in ((AMP, True), ("bf16", True), ("bf16", False)):
            lm_train_group("eight_bits", n, precision, "adamw_fused", [(2, 1024, 0), (4, 2048, 1)], family="quantized fine-tunes",
                           lora=dict(lo(16, "all-linear", fp32_adapter=fp32), base="int8"))
        lm_train_group("eight_bits", n, AMP, "adamw_fused", [(2, 1024, 0), (4, 2048, 1)], family="quantized fine-tunes",
                       lora=dict(lo(16, "qv"), base="int8"))
    for n in ("Llama-3.1-8B@4v1000", "qwen3-4b@4v1000"):
        for precision, fp32 in ((AMP, True), ("bf16", False)):
            lm_train_group("eight_bits", n, precision, "adamw_fused", [(2, 2048, 0), (4, 2048, 1)], family="quantized fine-tunes",
                           lora=dict(lo(16, "all-linear", fp32_adapter=fp32), base="int8"))


@group
def outputs_held():
    """A loop that still has the last step's outputs while the next step runs; beside layers that write down what they read."""
    def run(n, precision, workloads, lora=None, holds=True, **more):
        lm_train_group("outputs_held", n, precision, "adamw_fused", workloads, lora=lora, holds=holds, id_tag="-held" if holds else "",
                       attn=attention_of(n), family="quantized fine-tunes" if lora and "base" in lora else None, **more)
    short, both = [(2, 1024, 0)], [(2, 1024, 0), (4, 2048, 1)]
    run("Llama-3.2-1B", "bf16", both)
    for n in ("qwen3-4b@4", "gemma-2-2b@4"):
        for precision in ("bf16", "amp_bf16"):
            run(n, precision, short)
        run(n, "bf16", both, lo(16, "qv", fp32_adapter=False))
    for n in ("Llama-3.1-8B@4v1000", "qwen3-4b@4"):
        run(n, AMP, both, dict(lo(16, "qv"), base="int8"))
        run(n, "bf16", short, dict(lo(16, "all-linear", fp32_adapter=False), base="int8"))
        for holds in (True, False):  # bitsandbytes up to 0.43.0
            run(n, AMP, short, dict(lo(16, "all-linear"), base="nf4", kept=True), holds)
            run(n, "bf16", short, dict(lo(32, "qv", fp32_adapter=False), base="nf4", kept=True, dropout=0.05), holds)


@group
def lora_variants_inside():
    """DoRA with a vocabulary so small that a layer's own passes are what takes most, the norms of weights among them; and adapters in BF16
    under autocast, which need no conversion."""
    for n in ("Llama-3.1-8B@4v1000", "qwen3-4b@4v1000"):
        for precision, fp32 in (("bf16", True), ("bf16", False), (AMP, True), (AMP, False)):
            lm_train_group("lora_variants_inside", n, precision, "adamw_fused", [(1, 512, 0), (2, 2048, 0), (1, 512, 1), (4, 2048, 1)],
                           lora=dict(lo(16, "all-linear", fp32_adapter=fp32), variant="dora"))
        lm_train_group("lora_variants_inside", n, AMP, "adamw_fused", [(2, 2048, 0), (4, 2048, 1)], lora=dict(lo(16, "qv"), variant="dora"))
    for n in ("Llama-3.1-8B@4", "qwen3-4b@4"):
        lm_train_group("lora_variants_inside", n, AMP, "adamw_fused", [(2, 1024, 0), (4, 2048, 1)], lora=lo(16, "all-linear", fp32_adapter=False))


@group
def lora_wide():
    """Frozen weights in FP32 under autocast, as TRL and Transformers 4 load a model that is named and nothing else."""
    wide = "fp32_base+amp_bf16"

    def run(n, workloads, lora, **more):
        lm_train_group("lora_wide", n, wide, "adamw_fused", workloads, lora=lora, attn=attention_of(n), **more)
    for n in ("Llama-3.2-1B", "Llama-3.1-8B"):
        run(n, L_A[1:5], lo(16, "all-linear"))
        run(n, L_A[1:5], lo(8, "qv"))
    for n in ("Qwen2.5-0.5B", "Qwen2.5-7B", "Mistral-7B-v0.1", "qwen3-4b", "gemma-2-2b", "gemma-3-1b-it", "phi-3-mini-4k-instruct", "smollm2-135m"):
        run(n, L_B, lo(16, "all-linear"))
    for n in ("gpt2", "pythia-410m", "opt-1.3b", "phi-2", "olmo-1b-hf", "starcoder2-3b", "stablelm-2-1-6b"):
        run(n, [(2, 1000, 0), (4, 1024, 1)], lo(16, "all-linear"))
    run("Llama-3.2-1B", L_B, lo(16, "all-linear", dropout=0.1), id_tag="-drop0.1")
    run("qwen3-4b", [(2, 1000, 0), (4, 1024, 1)], lo(16, "all-linear"), id_tag="-padded", padded=True)
    run("Llama-3.2-1B", L_B, lo(16, "all-linear"), id_tag="-accumulate2", micro_steps=2)
    for whole in ("embeddings", "head"):
        run("Llama-3.2-1B", L_B, dict(lo(16, "all-linear"), whole=whole))
    for variant in ("dora", "rslora"):
        run("Llama-3.2-1B", [(1, 512, 0), (4, 2048, 1)], dict(lo(16, "all-linear"), variant=variant))


@group
def lora_learned():
    """Adapters where learned positions are added to the embedding, and where some layers have a window."""
    for n in ("gpt2", "opt-1.3b", "gemma-3-1b-it"):
        for precision in (AMP, "bf16"):
            lm_train_group("lora_learned", n, precision, "adamw_fused", [(2, 1000, 0), (4, 1024, 1)], lora=lo(16, "all-linear"))


@group
def packed_wide():
    """4-bit weights beside FP32 ones, which compute in FP32: as TRL loads them unless told otherwise."""
    for n in ("Llama-3.1-8B@4", "qwen3-4b@4", "Llama-3.2-1B"):
        for fp32 in (False, True):
            lm_train_group("packed_wide", n, "fp32_base+amp_bf16", "adamw_fused", [(2, 1024, 0), (4, 2048, 1)], family="quantized fine-tunes",
                           lora=dict(lo(16, "all-linear", fp32_adapter=fp32), base="nf4"))


@group
def packed_experts():
    """Adapters on the attention of mixtures with 4-bit layers: experts in 16 bits, as Transformers 5 leaves them, and packed; the latter also with
    a vocabulary so small that a layer's own passes are what takes most, and prepared by PEFT, as axolotl does."""
    def run(n, packed, precision, fp32=True, **more):
        lora = dict(r=16, tag="attn", targets=ATTENTION, fp32_adapter=fp32, base="nf4", packed_experts=packed, **more)
        lm_train_group("packed_experts", n, precision, "adamw_fused", [(2, 1024, 0), (4, 2048, 1)], family="quantized fine-tunes",
                       lora=lora, experts="grouped_mm")
    for n in ("OLMoE-1B-7B@4", "Mixtral-8x7B@4", "Qwen3-30B-A3B@4"):
        for packed in (False, True):
            run(n, packed, AMP)
            run(n, packed, "bf16", fp32=False)
    for n in ("OLMoE-1B-7B@4v1000", "Mixtral-8x7B@4v1000", "Qwen3-30B-A3B@4v1000"):
        run(n, True, AMP)
        run(n, True, "bf16", fp32=False)
        run(n, True, AMP, prepared=True)


@group
def lora_wide_inside():
    """The same with a vocabulary so small that a layer's own passes are what takes most."""
    for n in ("Llama-3.1-8B", "qwen3-4b", "gemma-2-2b", "phi-2", "opt-1.3b", "starcoder2-3b"):
        lm_train_group("lora_wide_inside", n + "@4v1000", "fp32_base+amp_bf16", "adamw_fused", [(2, 1024, 0), (8, 1024, 1)], lora=lo(16, "all-linear"),
                       attn=attention_of(n))
    lm_train_group("lora_wide_inside", "Llama-3.1-8B@4v1000", "fp32_base+amp_bf16", "adamw_fused", [(2, 1024, 0), (8, 1024, 1)], lora=lo(16, "qv"))


@group
def lora_wide_elsewhere():
    """The same in preference training, beside images, and with linear or latent attention. Mixtures do not run so: a grouped product takes no
    FP32 operand."""
    wide = "fp32_base+amp_bf16"
    for n in ("Qwen2.5-0.5B", "Llama-3.2-1B"):
        grpo_group("lora_wide_elsewhere", n, [(4, 256, 512, 0, 0), (8, 256, 1024, 1, 0), (6, 200, 300, 1, 1)], lo(16, "all-linear"), precision=wide)
        dpo_group("lora_wide_elsewhere", n, wide, [(2, 256, 768, 0, False), (4, 256, 768, 1, False)], lora=lo(16, "all-linear"))
    vlm_group("lora_wide_elsewhere", "Qwen2-VL-7B", wide, "lora", [(1, 256, 36, 0), (4, 256, 36, 1)], lora=dict(r=16, tag="all-linear"))
    vlm_group("lora_wide_elsewhere", "LLaVA-1.5-7B", wide, "lora", [(1, 64, 24, 0), (4, 256, 24, 1)], lora=dict(r=16, tag="all-linear"))
    for n in ("bloom-560m", "falcon-7b@4", "olmo-2-0425-1b", "gpt-j-6b@4"):
        attn = "eager" if n.startswith(("bloom", "gpt-j")) else "sdpa"
        lm_train_group("lora_wide_elsewhere", n, wide, "adamw_fused", [(2, 1000, 0), (4, 1024, 1)], lora=lo(16, "all-linear"), attn=attn)
    for n in ("qwen3.5-9b@4", "qwen3.5-9b@4v1000"):
        lm_train_group("lora_wide_elsewhere", n, wide, "adamw_fused", [(1, 2048, 0), (4, 2048, 1)], lora=lo(16, "all-linear"))


ENCODED = [(1, 512, False), (32, 512, False), (32, 512, True), (8, 100, True)]


@group
def encoders():
    """Encoders as they are served: embeddings, classifiers, masked tokens; every token counts, or some are padding."""
    for n in ("bert-base-uncased", "bge-small-en-v1.5", "multilingual-e5-large"):
        encoder_group("encoders", n, "none", ENCODED)
    for n in ("bert-base-uncased", "distilbert-base-uncased", "roberta-base"):
        encoder_group("encoders", n, "classifier", ENCODED)
        encoder_group("encoders", n, "mlm", ENCODED)
    for n in ("modernbert-base", "modernbert-large"):
        for head in ("none", "mlm", "classifier"):
            encoder_group("encoders", n, head, [(1, 8192, False), (1, 8192, True), (16, 1024, False), (16, 1024, True), (4, 4096, True), (32, 100, False)])
    for n, head in (("bert-large-uncased", "none"), ("modernbert-base", "none"), ("roberta-base", "classifier")):
        encoder_group("encoders", n, head, [(8, 512, False), (8, 512, True)], attn="eager")
    for n in ("bert-base-uncased", "modernbert-base"):
        encoder_group("encoders", n, "none", [(16, 512, False), (16, 512, True)], precision="fp32")


@group
def generation():
    """Encoder-decoders as they generate: (batch, tokens of the encoder, tokens of the decoder, padded)."""
    run = lambda *a, **more: generation_group("generation", *a, **more)
    run("t5-small", [(1, 512, 128, False), (16, 512, 128, True), (8, 100, 500, False)])
    run("flan-t5-base", [(8, 512, 512, False), (4, 1024, 128, True)])
    run("t5-large", [(4, 512, 200, False), (64, 128, 128, False)])
    run("flan-t5-large", [(2, 1000, 64, False)])
    run("t5-base", [(8, 512, 128, False), (8, 512, 64, True)], precision="fp32")
    run("t5-base", [(8, 512, 128, False), (1, 512, 512, True)], precision="fp16")
    run("flan-t5-large", [(8, 256, 64, False), (64, 128, 256, False)], precision="fp16")
    run("t5-small", [(4, 300, 64, False)], attn="eager", precision="fp16")
    for n in ("t5-small", "flan-t5-base"):
        run(n, [(4, 512, 128, False), (4, 500, 128, True)], attn="eager")
    run("flan-t5-base", [(4, 512, 100, False)], attn="eager", precision="fp32")
    run("whisper-tiny", [(1, 0, 448, False), (16, 0, 100, False)])
    run("whisper-small", [(4, 0, 448, False)], precision="fp16")
    run("whisper-large-v3", [(1, 0, 200, False), (16, 0, 448, False)])
    run("whisper-large-v3-turbo", [(64, 0, 224, False)], precision="fp16")
    run("whisper-small", [(2, 0, 128, False)], precision="fp32")
    for precision in ("bf16", "fp32", "fp16"):
        run("whisper-tiny", [(8, 0, 100, False)], attn="eager", precision=precision)
