"""Architectures, built from published hyper-parameters without weights. Names in lower case are ids of data/models.json;
the others are older names of the same, which presets.py maps."""
import torch
from types import MethodType

# ---- configurations of language models
def config(kind, h, inter, layers, heads, kv, vocab, tie=False, pos=131072, **more):
    import transformers
    return getattr(transformers, kind + "Config")(
        hidden_size=h, intermediate_size=inter, num_hidden_layers=layers, num_attention_heads=heads, num_key_value_heads=kv,
        vocab_size=vocab, tie_word_embeddings=tie, max_position_embeddings=pos, **more)


def llama(h, inter, layers, heads, kv, vocab, tie=False, head_dim=None, pos=131072, **more):
    return config("Llama", h, inter, layers, heads, kv, vocab, tie, pos, head_dim=head_dim or h // heads, **more)


def gpt2(h, layers, heads):
    import transformers
    return transformers.GPT2Config(n_embd=h, n_layer=layers, n_head=heads)


def bert(h, layers, heads):
    import transformers
    return transformers.BertConfig(hidden_size=h, num_hidden_layers=layers, num_attention_heads=heads, intermediate_size=4 * h)


def distilbert():
    import transformers
    return transformers.DistilBertConfig()


def roberta(kind, h, layers, heads, vocab):
    import transformers
    return getattr(transformers, kind + "Config")(hidden_size=h, num_hidden_layers=layers, num_attention_heads=heads, intermediate_size=4 * h,
                                                  vocab_size=vocab, max_position_embeddings=514, type_vocab_size=1)


def modernbert(h, inter, layers, heads):
    import transformers
    return transformers.ModernBertConfig(hidden_size=h, intermediate_size=inter, num_hidden_layers=layers, num_attention_heads=heads)


def gpt_neox(h, inter, layers, heads, vocab, rotary, **more):
    import transformers
    return transformers.GPTNeoXConfig(hidden_size=h, intermediate_size=inter, num_hidden_layers=layers, num_attention_heads=heads, vocab_size=vocab,
                                      rope_parameters={"rope_type": "default", "rope_theta": 10000.0, "partial_rotary_factor": rotary}, **more)


def opt(h, layers, heads):
    import transformers
    return transformers.OPTConfig(hidden_size=h, ffn_dim=4 * h, num_hidden_layers=layers, num_attention_heads=heads, word_embed_proj_dim=h)


def gemma2(*sizes, scalar):
    return config("Gemma2", *sizes, tie=True, pos=8192, head_dim=256, sliding_window=4096, query_pre_attn_scalar=scalar,
                  attn_logit_softcapping=50.0, final_logit_softcapping=30.0)


def gemma3(*sizes):
    return config("Gemma3Text", *sizes, tie=True, pos=32768, head_dim=256, sliding_window=512)


def bloom(h, layers, heads):
    import transformers
    return transformers.BloomConfig(vocab_size=250880, hidden_size=h, n_layer=layers, n_head=heads)


def falcon(h, layers, heads, **more):
    import transformers
    return transformers.FalconConfig(vocab_size=65024, hidden_size=h, num_hidden_layers=layers, num_attention_heads=heads, alibi=False, bias=False, **more)


def gptj(h, layers, heads, rotary):
    import transformers
    return transformers.GPTJConfig(vocab_size=50400, n_embd=h, n_layer=layers, n_head=heads, rotary_dim=rotary)


def partial(rotary):
    return {"rope_parameters": {"rope_type": "default", "rope_theta": 10000.0, "partial_rotary_factor": rotary}}


def qwen35(h, inter, layers, heads, kv, values):
    import transformers as T
    return T.Qwen3_5TextConfig(hidden_size=h, intermediate_size=inter, num_hidden_layers=layers, num_attention_heads=heads, num_key_value_heads=kv,
                               head_dim=256, vocab_size=248320, tie_word_embeddings=False, linear_num_value_heads=values)


def granite_hybrid(h, inter, layers, heads, kv, shared, state_heads, **more):
    """One layer in ten attends, the sixth of each ten; the others are Mamba2."""
    types = ["full_attention" if at % 10 == 5 else "linear_attention" for at in range(layers)]
    return config("GraniteMoeHybrid", h, inter, layers, heads, kv, 100352, True, shared_intermediate_size=shared, layer_types=types,
                  mamba_n_heads=state_heads, mamba_d_head=64, mamba_d_state=128, mamba_n_groups=1, mamba_chunk_size=256, **more)


def nemotron_h(h, inter, heads, kv, pattern, state_heads, state_head, state=128, **more):
    """Each letter of the pattern is a layer: M a Mamba2 state space, * attention, - a feed-forward block, E experts."""
    names = {"M": "linear_attention", "*": "full_attention", "-": "mlp", "E": "moe"}
    return config("NemotronH", h, inter, len(pattern), heads, kv, 131072, head_dim=128, layers_block_type=[names[it] for it in pattern], n_groups=8,
                  mamba_num_heads=state_heads, mamba_head_dim=state_head, ssm_state_size=state, chunk_size=128, **more)


def lfm2(kind, h, inter, full, layers, **more):
    """Layers of short convolutions, and at these places of attention."""
    types = ["full_attention" if at in full else "conv" for at in range(layers)]
    return config(kind, h, inter, layers, 32, 8, 65536, True, 128000, layer_types=types, **more)


def is_state_space(cfg):
    """Whether nothing attends: such classes take no fused attention, derive their layers and call their cache otherwise."""
    return cfg.model_type in ("mamba", "mamba2", "falcon_mamba")


def state_space(kind, h, layers, vocab, **more):
    """Mixers of a state space alone: no attention, no feed-forward blocks."""
    import transformers
    return getattr(transformers, kind + "Config")(hidden_size=h, num_hidden_layers=layers, vocab_size=vocab, **more)


def falcon_h1(h, inter, layers, heads, kv, ssm_heads, ssm_width, state, groups, vocab, normed):
    import transformers
    return transformers.FalconH1Config(hidden_size=h, intermediate_size=inter, num_hidden_layers=layers, num_attention_heads=heads,
                                       num_key_value_heads=kv, head_dim=64 if h == 1024 else 128, vocab_size=vocab,
                                       mamba_d_ssm=ssm_heads * ssm_width, mamba_n_heads=ssm_heads, mamba_d_head=ssm_width,
                                       mamba_d_state=state, mamba_n_groups=groups, mamba_rms_norm=normed)


CONFIGS = {
    "falcon-h1-0.5b": lambda: falcon_h1(1024, 2048, 36, 8, 2, 24, 64, 128, 1, 32784, False),
    "falcon-h1-7b": lambda: falcon_h1(3072, 12288, 44, 12, 2, 24, 128, 256, 1, 130048, True),
    "mamba-130m-hf": lambda: state_space("Mamba", 768, 24, 50280),
    "falcon-mamba-7b": lambda: state_space("FalconMamba", 4096, 64, 65024, tie_word_embeddings=False),
    "mamba-codestral-7b-v0.1": lambda: state_space("Mamba2", 4096, 64, 32768),
    # Traced first, as they are in data/ground_truth/traced.json.
    "gpt2": lambda: gpt2(768, 12, 12),
    "Qwen2.5-0.5B": lambda: config("Qwen2", 896, 4864, 24, 14, 2, 151936, True, 32768),
    "Qwen2.5-1.5B": lambda: config("Qwen2", 1536, 8960, 28, 12, 2, 151936, True),
    "Qwen2.5-7B": lambda: config("Qwen2", 3584, 18944, 28, 28, 4, 152064),
    "Llama-3.2-1B": lambda: llama(2048, 8192, 16, 32, 8, 128256, True),
    "Llama-2-7B": lambda: llama(4096, 11008, 32, 32, 32, 32000, pos=4096),
    "Llama-3.1-8B": lambda: llama(4096, 14336, 32, 32, 8, 128256),
    "Llama-3.1-70B": lambda: llama(8192, 28672, 80, 64, 8, 128256),
    "Mistral-7B-v0.1": lambda: config("Mistral", 4096, 14336, 32, 32, 8, 32000, pos=32768, head_dim=128, sliding_window=4096),
    "Gemma-2-9B": lambda: gemma2(3584, 14336, 42, 16, 8, 256000, scalar=256),
    "Qwen3-8B": lambda: config("Qwen3", 4096, 12288, 36, 32, 8, 151936, pos=40960, head_dim=128),
    "Mixtral-8x7B": lambda: config("Mixtral", 4096, 14336, 32, 32, 8, 32000, pos=32768, num_local_experts=8, num_experts_per_tok=2, sliding_window=None),
    "Qwen3-30B-A3B": lambda: config("Qwen3Moe", 2048, 6144, 48, 32, 4, 151936, pos=40960, moe_intermediate_size=768, head_dim=128, num_experts=128,
                                    num_experts_per_tok=8, norm_topk_prob=True, decoder_sparse_step=1, mlp_only_layers=[]),
    "OLMoE-1B-7B": lambda: config("Olmoe", 2048, 1024, 16, 16, 16, 50304, pos=4096, num_experts=64, num_experts_per_tok=8),
    # Added since.
    "llama-3.2-3b": lambda: llama(3072, 8192, 28, 24, 8, 128256, True, head_dim=128),
    "qwen2.5-14b": lambda: config("Qwen2", 5120, 13824, 48, 40, 8, 152064),
    "qwen3-0.6b": lambda: config("Qwen3", 1024, 3072, 28, 16, 8, 151936, True, 40960, head_dim=128),
    "qwen3-4b": lambda: config("Qwen3", 2560, 9728, 36, 32, 8, 151936, True, 40960, head_dim=128),
    "phi-3-mini-4k-instruct": lambda: config("Phi3", 3072, 8192, 32, 32, 32, 32064, pos=4096, sliding_window=2047),
    "gemma-2b": lambda: config("Gemma", 2048, 16384, 18, 8, 1, 256000, True, 8192, head_dim=256),
    "gemma-2-2b": lambda: gemma2(2304, 9216, 26, 8, 4, 256000, scalar=256),
    "gemma-3-1b-it": lambda: gemma3(1152, 6912, 26, 4, 1, 262144),
    "olmo-2-0425-1b": lambda: config("Olmo2", 2048, 8192, 16, 16, 16, 100352, pos=4096),
    "starcoder2-3b": lambda: config("Starcoder2", 3072, 12288, 30, 24, 2, 49152, True, 16384, sliding_window=4096),
    "pythia-410m": lambda: gpt_neox(1024, 4096, 24, 16, 50304, 0.25),
    "pythia-1.4b": lambda: gpt_neox(2048, 8192, 24, 16, 50304, 0.25),
    "phi-2": lambda: config("Phi", 2560, 10240, 32, 32, 32, 51200, pos=2048, resid_pdrop=0.1, **partial(0.4)),
    "opt-1.3b": lambda: opt(2048, 24, 32),
    "bert-base-uncased": lambda: bert(768, 12, 12),
    "bert-large-uncased": lambda: bert(1024, 24, 16),
    "distilbert-base-uncased": distilbert,
    "bge-small-en-v1.5": lambda: bert(384, 12, 12),
    "roberta-base": lambda: roberta("Roberta", 768, 12, 12, 50265),
    "multilingual-e5-large": lambda: roberta("XLMRoberta", 1024, 24, 16, 250002),
    "modernbert-base": lambda: modernbert(768, 1152, 22, 12),
    "modernbert-large": lambda: modernbert(1024, 2624, 28, 16),
    "gpt2-medium": lambda: gpt2(1024, 24, 16),
    "smollm2-135m": lambda: llama(576, 1536, 30, 9, 3, 49152, True, pos=8192),
    "stablelm-2-1-6b": lambda: config("StableLm", 2048, 5632, 24, 32, 32, 100352, pos=4096, use_qkv_bias=True, **partial(0.25)),
    "olmo-1b-hf": lambda: config("Olmo", 2048, 8192, 16, 16, 16, 50304, True, 2048),
    "deepseek-v2-lite": lambda: config(
        "DeepseekV2", 2048, 10944, 27, 16, 16, 102400, pos=163840, moe_intermediate_size=1408, n_routed_experts=64, n_shared_experts=2,
        num_experts_per_tok=6, first_k_dense_replace=1, kv_lora_rank=512, q_lora_rank=None, qk_nope_head_dim=128, qk_rope_head_dim=64,
        v_head_dim=128, topk_method="greedy", n_group=1, topk_group=1),
    "glm-4.7-flash": lambda: config(
        "Glm4MoeLite", 2048, 10240, 47, 20, 20, 154880, pos=202752, moe_intermediate_size=1536, n_routed_experts=64, n_shared_experts=1,
        num_experts_per_tok=4, mlp_layer_types=["dense"] + ["sparse"] * 46, kv_lora_rank=512, q_lora_rank=768, qk_nope_head_dim=192, qk_rope_head_dim=64,
        v_head_dim=256, n_group=1, topk_group=1),
    "gpt-oss-20b": lambda: config("GptOss", 2880, 2880, 24, 64, 8, 201088, head_dim=64, num_local_experts=32, num_experts_per_tok=4, sliding_window=128),
    "gpt-oss-120b": lambda: config("GptOss", 2880, 2880, 36, 64, 8, 201088, head_dim=64, num_local_experts=128, num_experts_per_tok=4, sliding_window=128),
    "bloom-560m": lambda: bloom(1024, 24, 16),
    "bloom-7b1": lambda: bloom(4096, 30, 32),
    "falcon-7b": lambda: falcon(4544, 32, 71, multi_query=True, new_decoder_architecture=False, parallel_attn=True),
    "falcon-40b": lambda: falcon(8192, 60, 128, num_kv_heads=8, new_decoder_architecture=True),
    "falcon-180b": lambda: falcon(14848, 80, 232, num_kv_heads=8, new_decoder_architecture=True),
    "gpt-j-6b": lambda: gptj(4096, 28, 16, 64),
    "gpt-neox-20b": lambda: gpt_neox(6144, 24576, 44, 64, 50432, 0.25, hidden_act="gelu_fast"),
    "ernie-4.5-0.3b-pt": lambda: config("Ernie4_5", 1024, 3072, 18, 16, 2, 103424, True, head_dim=128),
    "gemma-3-270m": lambda: gemma3(640, 2048, 18, 4, 1, 262144),
    "smollm3-3b": lambda: config("SmolLM3", 2048, 11008, 36, 16, 4, 128256, True, 65536),
    "granite-3.1-2b-instruct": lambda: config("Granite", 2048, 8192, 40, 32, 8, 49155, True),
    "granite-3.1-8b-instruct": lambda: config("Granite", 4096, 12800, 40, 32, 8, 49155, True),
    "nemotron-mini-4b-instruct": lambda: config("Nemotron", 3072, 9216, 32, 24, 8, 256000, pos=4096, head_dim=128),
    "qwen3.5-9b": lambda: qwen35(4096, 12288, 32, 16, 4, 32),
    "qwen3.5-27b": lambda: qwen35(5120, 17408, 64, 24, 4, 48),
    "qwen3-next-80b-a3b-instruct": lambda: config("Qwen3Next", 2048, 5120, 48, 16, 2, 151936, pos=262144, head_dim=256),
    "granite-4.0-h-small": lambda: granite_hybrid(4096, 768, 40, 32, 8, 1536, 128, num_local_experts=72, num_experts_per_tok=10),
    "granite-4.0-h-micro": lambda: granite_hybrid(2048, 8192, 40, 32, 8, 8192, 64, num_local_experts=0, num_experts_per_tok=0),
    "lfm2-1.2b": lambda: lfm2("Lfm2", 2048, 8192, (2, 5, 8, 10, 12, 14), 16, block_auto_adjust_ff_dim=False),
    "lfm2-8b-a1b": lambda: lfm2("Lfm2Moe", 2048, 7168, (2, 6, 10, 14, 18, 21), 24),
    "nemotron-h-8b-base-8k": lambda: nemotron_h(4096, 21504, 32, 8, "M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M-", 128, 64),
    "nemotron-h-56b-base-8k": lambda: nemotron_h(8192, 32768, 64, 8, 
        "M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M-", 256, 64, 256),
    "nvidia-nemotron-nano-9b-v2": lambda: nemotron_h(4480, 15680, 40, 8, "M-M-M-MM-M-M-M*-M-M-M*-M-M-M-M*-M-M-M-M*-M-MM-M-M-M-M-M-", 128, 80),
    "nvidia-nemotron-3-nano-30b-a3b": lambda: nemotron_h(2688, 1856, 32, 2, "MEMEM*EMEMEM*EMEMEM*EMEMEM*EMEMEM*EMEMEMEM*EMEMEMEME", 64, 64,
        n_routed_experts=128, num_experts_per_tok=6, moe_intermediate_size=1856, moe_shared_expert_intermediate_size=3712),
    "nvidia-nemotron-3-super-120b-a12b": lambda: nemotron_h(4096, 2688, 32, 2,
        "MEMEMEM*EMEMEMEM*EMEMEMEM*EMEMEMEMEM*EMEMEMEMEM*EMEMEMEMEM*EMEMEMEMEM*EMEMEMEM*EMEMEMEME", 128, 64, n_routed_experts=512, num_experts_per_tok=22,
        moe_intermediate_size=2688, moe_shared_expert_intermediate_size=5376, moe_latent_size=1024),
    "granite-3.1-1b-a400m-instruct": lambda: config("GraniteMoe", 1024, 512, 24, 16, 8, 49155, True, num_local_experts=32, num_experts_per_tok=8),
}


def arch_of(cfg, model):
    """What a record says of the architecture."""
    g = lambda *names: next((getattr(cfg, x) for x in names if getattr(cfg, x, None) is not None), None)
    a = {"model_type": cfg.model_type, "hidden_size": g("hidden_size", "n_embd"), "num_layers": g("num_hidden_layers", "n_layer"),
         "num_heads": g("num_attention_heads", "n_head"), "num_kv_heads": g("num_key_value_heads", "num_attention_heads", "n_head"),
         "intermediate_size": g("intermediate_size", "n_inner", "ffn_dim"), "vocab_size": cfg.vocab_size,
         "tie_word_embeddings": bool(getattr(cfg, "tie_word_embeddings", True)),
         "sliding_window": getattr(cfg, "sliding_window", None)}
    if a["intermediate_size"] is None:
        a["intermediate_size"] = 4 * a["hidden_size"]
    a["head_dim"] = g("head_dim") or a["hidden_size"] // (a["num_heads"] or 1)
    a["mlp_gated"] = cfg.model_type not in ("gpt2", "gpt_neox", "opt", "phi", "starcoder2")
    a["activation"] = g("hidden_act", "hidden_activation", "activation_function")
    for k in ("num_local_experts", "num_experts", "num_experts_per_tok", "moe_intermediate_size"):
        if getattr(cfg, k, None) is not None:
            a[k] = getattr(cfg, k)
    if "num_local_experts" in a:
        a["num_experts"] = a.pop("num_local_experts")
    if {"linear_attention", "conv"} & set(getattr(cfg, "layer_types", None) or []):
        a["num_full_attention_layers"] = cfg.layer_types.count("full_attention")
        if "mlp" in cfg.layer_types or "moe" in cfg.layer_types:
            a["num_feed_forward_layers"] = sum(it in ("mlp", "moe") for it in cfg.layer_types)
    a["num_parameters"] = a["param_count_tied_once"] = sum(p.numel() for p in model.parameters())
    return a


def configured(name):
    """The configuration of a name; NAME@8 is the same with eight layers, NAME@8v1000 that with a vocabulary of 1000."""
    name, _, layers = name.partition("@")
    cfg = CONFIGS[name]()
    layers, _, vocabulary = layers.partition("v")
    if vocabulary:
        cfg.vocab_size = int(vocabulary)
    if layers:
        cfg.num_hidden_layers = int(layers)
        if getattr(cfg, "layer_types", None) and not is_state_space(cfg) and cfg.model_type != "falcon_h1":
            cfg.layer_types = cfg.layer_types[:int(layers)]
    return cfg


def build_lm(name, dtype, attn="sdpa", experts=None, cfg=None, classes=False):
    from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification
    cfg = cfg or configured(name)
    if experts:
        cfg._experts_implementation = experts
    model = (AutoModelForSequenceClassification if classes else AutoModelForCausalLM).from_config(cfg, dtype=dtype, attn_implementation="eager" if is_state_space(cfg) else attn)
    model.train()
    return cfg, model


def decoder_layers(model):
    """The list of decoder layers, wherever the class (and an adapter around it) keeps it."""
    for path in ("backbone.layers", "base_model.model.model.layers", "model.layers", "transformer.h", "model.language_model.layers",
                 "base_model.model.model.language_model.layers", "language_model.model.layers", "gpt_neox.layers", "model.decoder.layers"):
        at = model
        try:
            for part in path.split("."):
                at = getattr(at, part)
            return at
        except AttributeError:
            continue
    return None


def wrap_autocast(model, dtype, device="cuda"):
    """What accelerate.prepare_model does for native mixed precision (HF Trainer with bf16=True or fp16=True)."""
    from accelerate.utils.operations import convert_outputs_to_fp32
    model.forward = MethodType(torch.autocast(device, dtype=dtype)(model.forward.__func__), model)
    model.forward = MethodType(convert_outputs_to_fp32(model.forward.__func__), model)


def set_ckpt(model, on):
    if on:
        model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
    else:
        model.gradient_checkpointing_disable()


# ---- vision-language models
class Ints:
    """Stands for a small integer tensor whose values the model code reads (cu_seqlens, grid_thw)."""
    def __init__(self, v): self.v = v
    def __getitem__(self, s): return Ints(self.v[s])
    def __sub__(self, o): return Ints([a - b for a, b in zip(self.v, o.v)])
    def __floordiv__(self, k): return Ints([a // k for a in self.v])
    def prod(self, dim): return Ints([a * b * c for a, b, c in self.v])
    def tolist(self): return self.v
    def to(self, *a, **k): return self


LLAVA_TEXT = {"LLaVA-1.5-7B": (4096, 11008, 32, 32, 32, 32064), "llava-1.5-13b-hf": (5120, 13824, 40, 40, 40, 32064)}


def build_vlm(name, dtype, has_values=False):
    """(configuration, model, vision tower, text configuration, facts of the tower). has_values: the grids of images are tensors that
    can be read."""
    import transformers as T
    if name in LLAVA_TEXT:
        cfg = T.LlavaConfig(vision_config=T.CLIPVisionConfig(hidden_size=1024, intermediate_size=4096, num_hidden_layers=24, num_attention_heads=16,
                                                             patch_size=14, image_size=336, projection_dim=768, vocab_size=32000),
                            text_config=llama(*LLAVA_TEXT[name], pos=4096), vision_feature_layer=-2,
                            vision_feature_select_strategy="default", image_seq_length=576, image_token_id=32000)
        model = T.LlavaForConditionalGeneration._from_config(cfg, dtype=dtype, attn_implementation="sdpa")
        tower = {"hidden_size": 1024, "intermediate_size": 4096, "num_layers": 24, "num_heads": 16, "patch_size": 14, "image_size": 336,
                 "feature_layer": -2, "note": "HF runs all 24 CLIP layers and keeps hidden_states of every layer"}
        return cfg, model, model.model.vision_tower, cfg.text_config, tower
    import transformers.models.qwen2_vl.modeling_qwen2_vl as qm
    text = {"Qwen2-VL-7B": (3584, 18944, 28, 28, 4, 152064, False), "qwen2-vl-2b-instruct": (1536, 8960, 28, 12, 2, 151936, True)}[name]
    tie = text[-1]
    cfg = T.Qwen2VLConfig(text_config=dict(zip(("hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads",
                                                "vocab_size", "tie_word_embeddings"), text),
                                           rope_parameters={"rope_type": "default", "rope_theta": 1e6, "mrope_section": [16, 24, 24]}),
                          vision_config=dict(depth=32, embed_dim=1280, hidden_size=text[0], num_heads=16, mlp_ratio=4, patch_size=14,
                                             spatial_merge_size=2, temporal_patch_size=2, in_channels=3),
                          tie_word_embeddings=tie)
    model = T.Qwen2VLForConditionalGeneration._from_config(cfg, dtype=dtype, attn_implementation="sdpa")
    tower = {"hidden_size": 1280, "intermediate_size": 5120, "num_layers": 32, "num_heads": 16, "patch_size": 14, "spatial_merge_size": 2}
    if has_values:
        return cfg, model, model.model.visual, cfg.text_config, tower
    qm.get_vision_position_ids = lambda grid, m, kwargs=None: torch.zeros(sum(a * b * c for a, b, c in grid.v), 2, dtype=torch.long, device="cuda")

    def seqlens(grid, config, kwargs=None):
        out = [0]
        for a, b, c in grid.v:
            for _ in range(a):
                out.append(out[-1] + b * c)
        return Ints(out), max(b * c for a, b, c in grid.v)
    qm.get_vision_attention_seqlens = seqlens
    return cfg, model, model.model.visual, cfg.text_config, tower
