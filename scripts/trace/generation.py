"""An encoder with a decoder as `generate` runs them: the encoder's pass, the decoder's first step, and its last, which finds a cache of
all tokens but one. No gradients, one beam."""
import gc, time
import torch
from backend import RECORDS, SDPA_LOG, Session, measured, start_log
from encoders import tell_padding
from towers import CONFIGS, FRAMES
from workloads import DTYPE, announce, ended, numbers, padding_mask, report, tokens, whole_numbers


def keep_wide(model, dtype):
    """What `from_pretrained` keeps in FP32 where FP16 was asked for (`_keep_in_fp32_modules`); here no checkpoint is loaded."""
    for name, module in model.named_modules():
        if dtype == torch.float16 and name.rpartition(".")[2] in (model._keep_in_fp32_modules or ()):
            module.float()


def given(S, cfg, b, s, dtype, padded):
    """What a processor hands over."""
    if cfg.model_type == "whisper":
        return {"input_features": numbers(S, b, cfg.num_mel_bins, FRAMES, dtype=dtype)}
    ids = tokens(S, b, s)
    return {"input_ids": ids, "attention_mask": padding_mask(S, ids) if padded else whole_numbers(S, b, s, low=1, high=2)}


def step(model, token, **more):
    """A step of `GenerationMixin._sample`: the last logits are copied to FP32 while the outputs are there."""
    out = model(decoder_input_ids=token, use_cache=True, **more)
    out.logits[:, -1, :].to(copy=True, dtype=torch.float32)


@torch.no_grad()
def generate(S, model, cfg, b, s, d, dtype, padded):
    """The figures of one generation of d tokens for each sequence."""
    from transformers import DynamicCache, EncoderDecoderCache
    tr = S.tr
    gc.collect()
    parts = start_log(S)
    if not S.has_values:
        tell_padding(padded)
    arguments = given(S, cfg, b, s, dtype, padded)
    SDPA_LOG.clear()
    tr.vocab, tr.rows = cfg.vocab_size, (b,)
    S.layer_delta = {}
    tr.reset_peaks()
    tr.set_phase("forward", "act")
    encoded = model.get_encoder()(**arguments)
    now = {k: v for k, v in tr.cat.items() if v}
    kinds = {k: now.get(k, 0) for k in ("act", "logits", "weight_cast")}
    end = {**S.persistent(), "inputs": now.get("inputs", 0), "act_parts": kinds, "act_total": sum(kinds.values()), "logits_end": kinds["logits"]}
    m = measured(S, end, {"sdpa_kernels": dict(SDPA_LOG)})
    m.pop("activations_end_of_forward_parts", None)
    m.pop("grads", None)
    mask = {k: v for k, v in arguments.items() if k == "attention_mask"}
    cache = EncoderDecoderCache(DynamicCache(), DynamicCache())
    more = {"encoder_outputs": encoded, "past_key_values": cache, **mask}
    token = tokens(S, b, 1)
    tr.set_phase("first_step", "act")
    step(model, token, **more)
    tr.set_phase("between", "act")
    for layer in cache.cross_attention_cache.layers:
        tr.track(layer.keys, "kv"), tr.track(layer.values, "kv")
    for layer in cache.self_attention_cache.layers:
        if d > 1:
            _, heads, _, width = layer.keys.shape
            layer.keys, layer.values = (torch.zeros(b, heads, d - 1, width, dtype=layer.keys.dtype, device=S.device) for _ in "kv")
        tr.track(layer.keys, "kv"), tr.track(layer.values, "kv")
    layer = None
    tr.set_phase("decode", "act")
    if d > 1:
        step(model, token, **more)
    m["first_step_peak"], m["first_step_op"] = tr.peaks["first_step"][0], str(tr.peaks["first_step"][2])
    last = max(("first_step", "decode"), key=lambda it: tr.peaks[it][0])
    m["decode_step_peak"], m["decode_step_phase"], m["decode_step_op"] = tr.peaks[last][0], last, str(tr.peaks[last][2])
    del encoded, arguments, mask, cache, more, token
    return ended(S, parts, m)


def generation_group(group, name, workloads, attn="sdpa", precision="bf16"):
    """Generations of (batch, tokens of the encoder, tokens of the decoder, padded); speech is always as long as the encoder's positions."""
    kind, cfg = CONFIGS[name]()
    is_speech = cfg.model_type == "whisper"
    case = lambda b, s, d, padded: f"generate/{name}/{precision}/{attn}/b{b}s{s}d{d}" + ("-padded" if padded else "")
    done = RECORDS.done(group)
    todo = [w for w in workloads if case(*w) not in done]
    if not todo:
        return
    with Session() as S:
        model = kind._from_config(cfg, dtype=DTYPE[precision], attn_implementation=attn).eval()
        if getattr(cfg, "scale_decoder_outputs", True) is False:
            # Checkpoints of version 1.1 have an output projection of their own, which Transformers therefore does not tie.
            model.lm_head.weight = torch.nn.Parameter(torch.empty_like(model.shared.weight))
        keep_wide(model, DTYPE[precision])
        count = sum(p.numel() for p in {id(p): p for p in model.parameters()}.values())
        announce(group, name, count, precision)
        S.adopt(model)
        for b, s, d, padded in todo:
            c, since = case(b, s, d, padded), time.time()
            try:
                for _ in range(S.prompt_repeats):
                    m = generate(S, model, cfg, b, s, d, DTYPE[precision], padded)
            except Exception as error:
                RECORDS.fail(group, c, error)
                gc.collect()
                continue
            RECORDS.emit(group, {"id": c, "family": "generation with an encoder", "model": name,
                                 "architecture": {"model_type": cfg.model_type, "num_parameters": count},
                                 "workload": {"kind": "generate", "batch": b, "seq": s, "decoder_seq": d, "precision": precision, "optimizer": None,
                                              "hears": is_speech, "gradient_checkpointing": False, "attention": attn, "padding_in_batch": padded},
                                 "measured_bytes": m})
            report(c, m, since)
