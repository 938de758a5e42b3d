"""What is run and measured: training with or without adapters, prompts, GRPO steps, images. Each function takes one model and
several workloads, and writes one record for each."""
import contextlib, gc, json, os, time
import torch
import torch.nn.functional as F
from backend import RECORDS, SDPA_LOG, Session, make_opt, measured, next_part, reserved, start_log, train_step
from models import Ints, arch_of, build_lm, build_vlm, decoder_layers, is_state_space, set_ckpt, wrap_autocast
from presets import preset
from quantized import prepare, quantize, states_of

DTYPE = {"bf16": torch.bfloat16, "fp16": torch.float16, "fp32": torch.float32, "amp_bf16": torch.float32, "amp_fp16": torch.float32,
         "bf16_base+amp_bf16": torch.bfloat16, "fp16_base+amp_fp16": torch.float16, "fp32_base+amp_bf16": torch.float32}
MODELS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "data", "models.json")
GIB = 2**30


def expected(name):
    """The parameter count that data/models.json gives."""
    if "@" in name:
        return None
    return next((m["total_parameters"] for m in json.load(open(MODELS)) if m["id"] == preset(name)), None)


def announce(group, name, count, *what):
    want = expected(name)
    print(f"[{group}] {name}", *what, f"parameters {count}", "as expected" if count == want else f"DIFFER from {want}", flush=True)


def report(case, m, since):
    print(f"  {case} peak={m['peak_total'] / GIB:.2f}GiB {m['peak_phase']} {m['peak_op']} layer={m.get('saved_per_layer')} "
          f"{m['sdpa_kernels']} leak={m.get('leak_after_step')} {time.time() - since:.1f}s", flush=True)


def whole_numbers(S, *shape, low=0, high=1):
    """Classes or tokens of the batch, of values that a real device may look up."""
    x = torch.randint(low, high, shape, device=S.device) if S.has_values else torch.zeros(*shape, dtype=torch.long, device=S.device)
    S.tr.track(x, "inputs")
    return x


def tokens(S, b, s):
    """Token ids; real ones are common words in any vocabulary: below 10 are padding and ends of texts, above 1000 in places images."""
    return whole_numbers(S, b, s, low=10, high=1000)


def numbers(S, *shape, dtype=None):
    """Pixels and the like of the batch."""
    x = (torch.randn if S.has_values else torch.zeros)(*shape, device=S.device, dtype=dtype)
    S.tr.track(x, "inputs")
    return x


def padding_mask(S, ids):
    """A mask with padding in it, so that Transformers makes a full mask of it."""
    mask = torch.ones_like(ids)
    if S.has_values:
        mask[:, -1] = 0
    S.tr.track(mask, "inputs")
    return mask


def autocast(precision):
    return {"amp_bf16": torch.bfloat16, "amp_fp16": torch.float16}.get(precision.split("+")[-1])


def _name_in(model, module):
    return next(name for name, it in model.named_modules() if it is module).rpartition(".")[2]


def embedding_of(model):
    return _name_in(model, model.get_input_embeddings())


def head_of(model):
    return _name_in(model, model.get_output_embeddings())


def own_storage(model):
    """A copied fake parameter (`copy.deepcopy`) and its views have storages that do not know of each other: make it anew."""
    from peft.utils.other import ModulesToSaveWrapper
    for wrapper in model.modules():
        if isinstance(wrapper, ModulesToSaveWrapper):
            for copy in wrapper.modules_to_save.modules():
                for name, p in list(copy.named_parameters(recurse=False)):
                    setattr(copy, name, torch.nn.Parameter(torch.empty_like(p, requires_grad=False), requires_grad=p.requires_grad))


def adapt(model, lora):
    """LoRA or a prefix, as peft puts it on."""
    from peft import LoraConfig, PrefixTuningConfig, get_peft_model
    if "virtual_tokens" in lora:
        model = get_peft_model(model, PrefixTuningConfig(task_type="CAUSAL_LM", num_virtual_tokens=lora["virtual_tokens"]))
    else:
        variant = {"dora": {"use_dora": True}, "rslora": {"use_rslora": True}, "lora": {}}[lora.get("variant", "lora")]
        # PEFT reads names of modules; here they are told by what they do.
        whole = {"embeddings": [embedding_of(model)], "head": [head_of(model)], "both": [embedding_of(model), head_of(model)], "none": None}
        model = get_peft_model(model, LoraConfig(r=lora["r"], lora_alpha=2 * lora["r"], target_modules=lora["targets"],
                                                 lora_dropout=lora.get("dropout", 0.0), task_type="CAUSAL_LM",
                                                 modules_to_save=whole[lora.get("whole", "none")], **variant),
                               autocast_adapter_dtype=lora.get("fp32_adapter", True))
        own_storage(model)
        if "base" in lora and not lora.get("fp32_adapter", True):
            # Beside packed weights PEFT leaves adapters in FP32; TRL casts them (`sft_trainer.py`, `SFTTrainer.__init__`).
            for name, p in model.named_parameters():
                if "lora_" in name:
                    p.data = p.data.bfloat16()
    model.train()
    return model


def first_step(S, fwd, opt):
    """The step before those that are measured: on fake tensors a tiny one, which allocates the optimizer's state."""
    S.first_step(fwd, opt)


def lm_train_group(group, name, precision, optname, workloads, attn="sdpa", lora=None, family=None, experts=None, id_tag="", padded=False, micro_steps=1,
                   classes=False, keep_grads=False, holds=False):
    """Train a language model on (batch, tokens, checkpointing). Precision: bf16 or fp32 throughout, amp_* (fp32 parameters under
    autocast, as HF Trainer does it), *_base+amp_* (adapters on a frozen base of that format under autocast). classes: with a head that classifies.
    holds: by a loop that lets go of what the model returned when the next step's forward pass has ended, as `outputs = model(**batch)` does."""
    fam = family or ("dense-lora" if lora else "dense-full")

    def case(b, s, ck):
        tag = ""
        if lora and "virtual_tokens" in lora:
            tag = f"-prefix{lora['virtual_tokens']}"
        elif lora:
            tag = f"-{lora.get('variant', 'lora')}_r{lora['r']}_{lora['tag']}_" + ("fp32ad" if lora.get("fp32_adapter", True) else "bf16ad")
            tag += f"_whole-{lora['whole']}" if "whole" in lora else ""
            tag += "_kept" if lora.get("kept") else ""
            of_base = "".join(f"-{it}" for it in ("packed_experts", "prepared") if lora.get(it))
            tag = (f"-{lora['base']}" if "base" in lora else "") + of_base + tag
        return f"{fam}/{name}/{precision}/{optname}/{attn}{tag}{id_tag}/b{b}s{s}" + ("/ckpt" if ck else "")
    done = RECORDS.done(group)
    todo = [w for w in workloads if case(*w) not in done]
    if not todo:
        return
    with Session() as S:
        cfg, model = build_lm(name, DTYPE[precision], attn, experts, classes=classes)
        arch = arch_of(cfg, model)
        announce(group, name, arch["num_parameters"], precision, optname)
        if lora and "base" in lora:
            quantize(model, lora["base"], lora.get("kept", False), lora.get("packed_experts", False))
            model = prepare(model) if lora.get("prepared") else model
        if lora:
            model = adapt(model, lora)
        if autocast(precision):
            wrap_autocast(model, autocast(precision), S.device)
        S.adopt(model, decoder_layers(model))
        for state in states_of(model) if lora and "base" in lora else ():
            S.tr.track(state, "params")
        opt = make_opt(optname, model.parameters(), model)

        def forward(ids):
            mask = None
            if padded:  # a 2-D mask with padding in it: HF builds (b, 1, s, s) of it
                mask = padding_mask(S, ids)
            if classes:
                labels = whole_numbers(S, ids.shape[0])
                return lambda: model(input_ids=ids, labels=labels).loss
            outputs = lambda: model(input_ids=ids, attention_mask=mask, labels=ids, use_cache=False)
            return outputs if holds else lambda: outputs().loss
        set_ckpt(model, False)
        small = forward(tokens(S, 1, 16))
        first_step(S, (lambda: small().loss) if holds else small, opt)
        for b, s, ck in todo:
            c, since = case(b, s, ck), time.time()
            try:
                ids = tokens(S, b, s)
                set_ckpt(model, ck)
                m = train_step(S, forward(ids), opt, cfg.vocab_size, (b * s, b * (s - 1)), micro_steps, keep_grads, holds)
                del ids
            except Exception as error:
                ids = None
                RECORDS.fail(group, c, error)
                opt.zero_grad(set_to_none=True)
                gc.collect()
                continue
            w = {"kind": "train", "batch": b, "seq": s, "precision": precision, "optimizer": optname,
                 "gradient_checkpointing": bool(ck), "attention": attn, "padding_in_batch": padded}
            if micro_steps > 1:
                w["gradient_accumulation_steps"] = micro_steps
            if lora and "virtual_tokens" in lora:
                w.update({"virtual_tokens": lora["virtual_tokens"], "trainable_parameters": S.ntrain})
            elif lora:
                w.update({"lora_rank": lora["r"], "lora_targets": lora["tag"], "lora_target_modules": lora["targets"],
                          "lora_adapter_dtype": "fp32" if lora.get("fp32_adapter", True) else "bf16",
                          "lora_dropout": lora.get("dropout", 0.0), "trainable_parameters": S.ntrain})
                w.update({key: lora[key] for key in ("variant", "whole", "base", "kept", "packed_experts", "prepared") if key in lora})
            if holds:
                w["holds_outputs"] = True
            if experts:
                w["experts_implementation"] = experts
            RECORDS.emit(group, {"id": c, "family": fam, "model": name, "architecture": arch, "workload": w, "measured_bytes": m})
            report(c, m, since)


def infer_group(group, name, workloads, attn="sdpa", family="inference", experts=None, precision="bf16", decode=1):
    """Prompts of (batch, tokens, logits to keep: 0 for all) and one token more (`decode` tokens)."""
    case = lambda b, s, k: (f"{family}/{name}/{precision}/prefill/{attn}/b{b}s{s}/" + ("all_logits" if k == 0 else "last_logit")
                            + (f"/decode{decode}" if decode > 1 else ""))
    done = RECORDS.done(group)
    todo = [w for w in workloads if case(*w) not in done]
    if not todo:
        return
    with Session() as S:
        cfg, model = build_lm(name, DTYPE[precision], attn, experts)
        model.eval()
        arch = arch_of(cfg, model)
        announce(group, name, arch["num_parameters"], precision)
        S.adopt(model, decoder_layers(model))
        for b, s, keep in todo:
            c, since = case(b, s, keep), time.time()
            try:
                for _ in range(S.prompt_repeats):
                    m = prompt(S, model, b, s, keep, cfg.vocab_size, decode)
            except Exception as error:
                RECORDS.fail(group, c, error)
                gc.collect()
                continue
            RECORDS.emit(group, {"id": c, "family": family, "model": name, "architecture": arch,
                                 "workload": {"kind": "prefill", "batch": b, "seq": s, "precision": precision, "optimizer": None,
                                              "gradient_checkpointing": False, "attention": attn, "logits_to_keep": keep,
                                              **({"experts_implementation": experts} if experts else {})},
                                 "measured_bytes": m})
            report(c, m, since)


def ended(S, parts, m):
    """The record of a run without gradients, with what is left when it is over; the caller has let go of what it made."""
    S.tr.set_phase("after", "setup")
    gc.collect()
    next_part(S, parts, "step")
    S.tr.log = None
    m.update(reserved(parts and {**parts, "optimizer": [], "end": []}))
    m.update(S.after_prompt())
    return m


def cached(layer):
    """What a layer of the cache holds: keys and values, the states of linear attention, or nothing."""
    if hasattr(layer, "recurrent_states"):
        # A short convolution leaves nothing else.
        return [it for it in [*layer.conv_states.values(), *layer.recurrent_states.values()] if it is not None]
    return [] if getattr(layer, "keys", None) is None else [layer.keys, layer.values]


@torch.no_grad()
def prompt(S, model, b, s, keep, vocab, decode=1):
    """The figures of one prompt and of decoding tokens after it."""
    tr = S.tr
    gc.collect()
    parts = start_log(S)
    ids = tokens(S, b, s)
    SDPA_LOG.clear()
    left = {k: v for k, v in tr.cat.items() if v and k not in ("params", "buffers", "inputs")}
    assert not left, left
    tr.vocab, tr.rows = vocab, ((b * s,) if keep == 0 else (b,))
    S.layer_delta = {}
    tr.reset_peaks()
    tr.set_phase("forward", "act")
    out = model(input_ids=ids, use_cache=True, logits_to_keep=keep)
    now = {k: v for k, v in tr.cat.items() if v}
    kv = 0
    cache = out.cache_params if is_state_space(model.config) else out.past_key_values
    for layer in cache.layers:
        for t in cached(layer):
            tr.track(t, "kv")
            kv += t.untyped_storage().nbytes()
    layer = t = None  # or they would keep the last layer's cache alive into the next case
    kinds = {k: now.get(k, 0) for k in ("act", "logits", "weight_cast")}
    end = {**S.persistent(), "inputs": now.get("inputs", 0), "act_parts": kinds, "act_total": sum(kinds.values()),
           "logits_end": kinds["logits"], "kv": kv}
    m = measured(S, end, {"sdpa_kernels": dict(SDPA_LOG)})
    m.pop("activations_end_of_forward_parts", None)
    m.pop("grads", None)
    m["activations_end_of_forward"] = None
    m["live_after_prefill"] = tr.total
    m["kv_layer_shape"] = list(cached(cache.layers[0])[0].shape)
    m["logits_shape"], m["logits_dtype"] = list(out.logits.shape), str(out.logits.dtype)
    held = {"cache_params" if is_state_space(model.config) else "past_key_values": cache}
    del out
    token = tokens(S, b, 1)
    gc.collect()
    tr.set_phase("decode", "act")
    try:
        for _ in range(decode):
            out = model(input_ids=token, use_cache=True, logits_to_keep=1, **held)
            del out
        m["decode_step_peak"] = tr.peaks["decode"][0]
    except Exception as error:
        m["decode_step_error"] = str(error)[:200]
    del token, cache, held, ids
    return ended(S, parts, m)


# ---- GRPO
def log_softmax_by_row(logits, index):
    """TRL's way for 16-bit logits: row by row log_softmax and gather."""
    rows = [F.log_softmax(logit, dim=-1).gather(-1, it.unsqueeze(-1)).squeeze(-1) for logit, it in zip(logits, index)]
    return torch.stack(rows)


def log_softmax_fp32(logits, index):
    """TRL's way for fp32 logits: gather, minus logsumexp row by row."""
    selected = torch.gather(logits, dim=-1, index=index.unsqueeze(-1)).squeeze(-1)
    return selected - torch.stack([torch.logsumexp(it, dim=-1) for it in logits])


def grpo_group(group, name, workloads, lora, precision="bf16_base+amp_bf16", optname="adamw_fused"):
    """A step on (sequences, prompt tokens, completion tokens, checkpointing, beta): the policy's forward, with beta a pass of the
    reference before it (adapter off, no gradients), backward, optimizer; all sequences in one micro-batch."""
    case = lambda k, p, c, ck, beta: (f"grpo/{name}/{precision}/lora_r{lora['r']}_{lora['tag']}/k{k}p{p}c{c}"
                                      + ("/ckpt" if ck else "") + ("/ref" if beta else ""))
    done = RECORDS.done(group)
    todo = [w for w in workloads if case(*w) not in done]
    if not todo:
        return
    with Session() as S:
        cfg, model = build_lm(name, DTYPE[precision])
        arch = arch_of(cfg, model)
        announce(group, name, arch["num_parameters"], precision)
        model = adapt(model, lora)
        if autocast(precision):
            wrap_autocast(model, autocast(precision), S.device)
        S.adopt(model, decoder_layers(model))
        opt = make_opt(optname, model.parameters())

        def logps(ids, completion):
            logits = model(input_ids=ids, logits_to_keep=completion.shape[1] + 1, use_cache=False).logits
            logits = logits[:, :-1, :]
            logits = logits / 0.9
            return (log_softmax_fp32 if logits.dtype == torch.float32 else log_softmax_by_row)(logits, completion)

        def step(ids, completion, advantages, beta):
            reference = None
            if beta:
                with torch.no_grad(), model.disable_adapter():
                    reference = logps(ids, completion)
            policy = logps(ids, completion)
            ratio = torch.exp(policy - policy.detach())
            loss = -torch.min(ratio * advantages[:, None], torch.clamp(ratio, 0.8, 1.2) * advantages[:, None])
            if reference is not None:
                loss = loss + 0.04 * (torch.exp(reference - policy) - (reference - policy) - 1)
            return loss.mean()
        set_ckpt(model, False)
        x = tokens(S, 1, 16)
        first_step(S, lambda: logps(x, x[:, 8:]).sum(), opt)
        del x
        for k, p, n, ck, beta in todo:
            c, since = case(k, p, n, ck, beta), time.time()
            try:
                ids = tokens(S, k, p + n)
                completion = ids[:, p:]
                advantages = numbers(S, k)
                set_ckpt(model, ck)
                m = train_step(S, lambda: step(ids, completion, advantages, beta), opt, cfg.vocab_size, (k * n, k * (n + 1), n))
                if beta:  # hooks fired in the reference's pass
                    m.pop("saved_per_layer", None)
                    m.pop("saved_first_layer", None)
            except Exception as error:
                RECORDS.fail(group, c, error)
                opt.zero_grad(set_to_none=True)
                gc.collect()
                continue
            finally:
                ids = completion = advantages = None
            RECORDS.emit(group, {"id": c, "family": "grpo", "model": name, "architecture": arch,
                                 "workload": {"kind": "grpo", "batch": k, "seq": p + n, "num_generations": k, "prompt_len": p, "completion_len": n,
                                              "precision": precision, "optimizer": optname, "gradient_checkpointing": bool(ck), "attention": "sdpa",
                                              "lora_rank": lora["r"], "lora_targets": lora["tag"], "lora_adapter_dtype": "fp32",
                                              "reference_pass_no_grad": bool(beta), "trainable_parameters": S.ntrain},
                                 "measured_bytes": m})
            report(c, m, since)


# ---- images
def _read_values(function):
    """The same function outside of fake tensors: RegNet finds its stages by looking into tensors."""
    def res(*args, **more):
        with torch.utils._python_dispatch._disable_current_modes(), torch.device("cpu"):
            return function(*args, **more)
    return res


def vision_group(group, name, precision, optname, workloads):
    """Train a torchvision network on (batch, image size)."""
    import torchvision
    from torchvision.models.regnet import BlockParams
    if not hasattr(BlockParams, "reads_values"):
        BlockParams.from_init_params, BlockParams.reads_values = _read_values(BlockParams.from_init_params), True
    of_one_size = name.startswith(("vit", "maxvit"))
    fam = "vit" if of_one_size or name.startswith("swin") else "cnn"
    case = lambda b, size: f"{fam}/{name}/{precision}/{optname}/b{b}i{size}"
    done = RECORDS.done(group)
    by_model = {}  # a vision transformer is built for one size, and so are MaxViT's grids
    for b, size in workloads:
        if case(b, size) not in done:
            by_model.setdefault(size if of_one_size else 0, []).append((b, size))
    for built_for, todo in by_model.items():
        with Session() as S:
            more = {"image_size": built_for} if built_for else {}
            size_of = {"input_size": (built_for, built_for)} if name.startswith("maxvit") else more
            model = getattr(torchvision.models, name)(weights=None, **size_of)
            model.train()
            model.to(DTYPE[precision])
            announce(group, name, sum(p.numel() for p in model.parameters()), precision, optname, *more.items())
            S.adopt(model)
            opt = make_opt(optname, model.parameters())

            def batch(b, size):
                return numbers(S, b, 3, size, size, dtype=DTYPE[precision]), whole_numbers(S, b, high=1000)

            def forward(x, y):
                def fwd():
                    with torch.autocast(S.device, dtype=autocast(precision)) if autocast(precision) else contextlib.nullcontext():
                        return F.cross_entropy(model(x), y)
                return fwd
            first_step(S, forward(*batch(2, built_for or 224)), opt)
            for b, size in todo:
                c, since = case(b, size), time.time()
                try:
                    m = train_step(S, forward(*batch(b, size)), opt)
                except Exception as error:
                    RECORDS.fail(group, c, error)
                    opt.zero_grad(set_to_none=True)
                    gc.collect()
                    continue
                RECORDS.emit(group, {"id": c, "family": fam, "model": name, "architecture": {"torchvision": name, "num_parameters": S.nparams, **more},
                                     "workload": {"kind": "train", "batch": b, "image_size": size, "precision": precision, "optimizer": optname,
                                                  "gradient_checkpointing": False, "attention": "sdpa" if name.startswith("vit") else None,
                                                  "memory_format": "contiguous"},
                                     "measured_bytes": m})
                report(c, m, since)


def vlm_group(group, name, precision, mode, workloads, optname="adamw_fused", lora=None):
    """Train a vision-language model on (batch, text tokens, patches per side, checkpointing), one image a sample. Mode: full,
    frozen_vision, lora."""
    case = lambda b, t, g, ck: (f"vlm/{name}/{precision}/{optname}/{mode}" + (f"_r{lora['r']}_{lora['tag']}" if lora else "")
                                + f"/b{b}t{t}g{g}" + ("/ckpt" if ck else ""))
    done = RECORDS.done(group)
    todo = [w for w in workloads if case(*w) not in done]
    if not todo:
        return
    with Session() as S:
        cfg, model, tower, text, tower_facts = build_vlm(name, DTYPE[precision], S.has_values)
        model.train()
        count, of_tower = (sum(p.numel() for p in it.parameters()) for it in (model, tower))
        announce(group, name, count, precision, mode)
        arch = {"model_type": cfg.model_type, "hidden_size": text.hidden_size, "num_layers": text.num_hidden_layers, "num_heads": text.num_attention_heads,
                "num_kv_heads": text.num_key_value_heads, "head_dim": text.hidden_size // text.num_attention_heads,
                "intermediate_size": text.intermediate_size, "vocab_size": text.vocab_size, "tie_word_embeddings": bool(cfg.tie_word_embeddings),
                "num_parameters": count, "vision_parameters": of_tower, "vision": tower_facts}
        if mode == "frozen_vision":
            tower.requires_grad_(False)
        if lora:
            names = "q_proj|v_proj" if lora["tag"] == "qv" else "q_proj|k_proj|v_proj|o_proj|gate_proj|up_proj|down_proj"
            model = adapt(model, {**lora, "targets": rf".*language_model.*\.({names})"})
        if autocast(precision):
            wrap_autocast(model, autocast(precision), S.device)
        S.adopt(model, decoder_layers(model))
        opt = make_opt(optname, model.parameters())

        def inputs(b, t, g):
            if "llava" in name.lower():
                image_tokens, size = 576, 336
                more = {"pixel_values": numbers(S, b, 3, size, size)}
            else:
                image_tokens, size = g * g // 4, g * 14
                grid = [(1, g, g)] * b
                more = {"pixel_values": numbers(S, b * g * g, 3 * 2 * 14 * 14),
                        "image_grid_thw": torch.tensor(grid, device=S.device) if S.has_values else Ints(grid),
                        "position_ids": whole_numbers(S, 3, b, image_tokens + t)}
            ids = tokens(S, b, image_tokens + t)
            if S.has_values:
                ids[:, :image_tokens] = cfg.image_token_id
            return {"input_ids": ids, "labels": ids, "use_cache": False, **more}, image_tokens + t, image_tokens, size
        forward = lambda arguments: lambda: model(**arguments).loss
        set_ckpt(model, False)
        first_step(S, forward(inputs(1, 16, 8)[0]), opt)
        for b, t, g, ck in todo:
            c, since = case(b, t, g, ck), time.time()
            try:
                arguments, s, image_tokens, size = inputs(b, t, g)
                set_ckpt(model, ck)
                m = train_step(S, forward(arguments), opt, text.vocab_size, (b * s, b * (s - 1)))
            except Exception as error:
                RECORDS.fail(group, c, error)
                opt.zero_grad(set_to_none=True)
                gc.collect()
                continue
            finally:
                arguments = None
            w = {"kind": "train", "batch": b, "seq": s, "text_tokens": t, "image_tokens_per_sample": image_tokens, "images_per_sample": 1,
                 "image_size": size, "precision": precision, "optimizer": optname, "mode": mode,
                 "gradient_checkpointing": bool(ck), "attention": "sdpa", "trainable_parameters": S.ntrain}
            if lora:
                w.update({"lora_rank": lora["r"], "lora_targets": lora["tag"] + " (language model only)", "lora_adapter_dtype": "fp32"})
            RECORDS.emit(group, {"id": c, "family": "vlm", "model": name, "architecture": arch, "workload": w, "measured_bytes": m})
            report(c, m, since)
