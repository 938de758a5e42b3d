"""Models with two stacks of layers: an encoder and a decoder of text (T5), an encoder of sound and a decoder of text (Whisper), a text
and an image tower (CLIP). Each function trains one model on several workloads, and writes one record for each."""
import gc, time
import torch
from backend import RECORDS, Session, make_opt, train_step
from models import set_ckpt, wrap_autocast
from workloads import DTYPE, announce, autocast, first_step, numbers, padding_mask, report, tokens


def t5(h, inter, layers, heads, kv=64, gated=False):
    import transformers as T
    return T.T5ForConditionalGeneration, T.T5Config(
        d_model=h, d_ff=inter, num_layers=layers, num_heads=heads, d_kv=kv, vocab_size=32128, decoder_start_token_id=0,
        feed_forward_proj="gated-gelu" if gated else "relu", tie_word_embeddings=not gated)


def whisper(h, layers, heads, decoder_layers=None, **more):
    import transformers as T
    return T.WhisperForConditionalGeneration, T.WhisperConfig(
        d_model=h, encoder_layers=layers, decoder_layers=decoder_layers or layers, encoder_attention_heads=heads, decoder_attention_heads=heads,
        encoder_ffn_dim=4 * h, decoder_ffn_dim=4 * h, **more)


def clip(patch, text=(512, 2048, 8), vision=(768, 3072, 12, 12), projection=512):
    import transformers as T
    names = ("hidden_size", "intermediate_size", "num_attention_heads", "num_hidden_layers")
    return T.CLIPModel, T.CLIPConfig(
        text_config=dict(zip(names, text), projection_dim=projection, eos_token_id=49407),
        vision_config=dict(zip(names, vision), patch_size=patch, projection_dim=projection), projection_dim=projection)


CONFIGS = {
    "t5-small": lambda: t5(512, 2048, 6, 8),
    "t5-base": lambda: t5(768, 3072, 12, 12),
    "t5-large": lambda: t5(1024, 4096, 24, 16),
    "flan-t5-base": lambda: t5(768, 2048, 12, 12, gated=True),
    "flan-t5-large": lambda: t5(1024, 2816, 24, 16, gated=True),
    "whisper-tiny": lambda: whisper(384, 4, 6),
    "whisper-small": lambda: whisper(768, 12, 12),
    "whisper-large-v3": lambda: whisper(1280, 32, 20, num_mel_bins=128, vocab_size=51866),
    "whisper-large-v3-turbo": lambda: whisper(1280, 32, 20, 4, num_mel_bins=128, vocab_size=51866),
    "clip-vit-base-patch32": lambda: clip(32),
    "clip-vit-base-patch16": lambda: clip(16),
}
# What an encoder reads, and the family of the records.
FAMILY = {"t5": "seq2seq", "whisper": "speech", "clip": "contrastive"}
FRAMES = 3000  # of a spectrogram of 30 seconds


def inputs(S, cfg, b, s, d, dtype, padded):
    """A batch: s is the text of the encoder (T5) or beside the image (CLIP), d the text of the decoder."""
    if cfg.model_type == "t5":
        mask = {"attention_mask": padding_mask(S, tokens(S, b, s))} if padded else {}
        return {"input_ids": tokens(S, b, s), "labels": tokens(S, b, d), "use_cache": False, **mask}
    if cfg.model_type == "whisper":
        return {"input_features": numbers(S, b, cfg.num_mel_bins, FRAMES, dtype=dtype), "labels": tokens(S, b, d), "use_cache": False}
    size = cfg.vision_config.image_size
    return {"pixel_values": numbers(S, b, 3, size, size), "input_ids": tokens(S, b, s), "return_loss": True}


def towers_group(group, name, precision, optname, workloads, attn="sdpa", padded=False, micro_steps=1, watch=None):
    """Train on (batch, text of the encoder, text of the decoder, checkpointing)."""
    kind, cfg = CONFIGS[name]()
    fam = FAMILY[cfg.model_type]

    def case(b, s, d, ck):
        size = f"b{b}" if fam == "contrastive" else f"b{b}s{s}d{d}"
        return f"{fam}/{name}/{precision}/{optname}/{attn}{'-padded' if padded else ''}/{size}" + (
            f"-accumulate{micro_steps}" if micro_steps > 1 else "") + ("/ckpt" if ck else "")
    done = RECORDS.done(group)
    todo = [w for w in workloads if case(*w) not in done]
    if not todo:
        return
    with Session() as S:
        model = kind._from_config(cfg, dtype=DTYPE[precision], attn_implementation=attn)
        if getattr(cfg, "scale_decoder_outputs", True) is False:
            # Checkpoints of version 1.1 have an output projection of their own, which Transformers therefore does not tie.
            model.lm_head.weight = torch.nn.Parameter(torch.empty_like(model.shared.weight))
        model.train()
        count = sum(p.numel() for p in {id(p): p for p in model.parameters()}.values())
        announce(group, name, count, precision)
        if autocast(precision):
            wrap_autocast(model, autocast(precision), S.device)
        S.adopt(model)
        opt = make_opt(optname, model.parameters())
        forward = lambda arguments: lambda: model(**arguments).loss
        text = 77 if fam == "contrastive" else 16
        set_ckpt(model, False)
        first_step(S, forward(inputs(S, cfg, 2, text, 16, DTYPE[precision], padded)), opt)
        vocab = getattr(cfg, "vocab_size", None)
        for b, s, d, ck in todo:
            c, since = case(b, s, d, ck), time.time()
            try:
                arguments = inputs(S, cfg, b, s, d, DTYPE[precision], padded)
                set_ckpt(model, ck)
                m = train_step(S, forward(arguments), opt, vocab, (b * d, b * (d - 1)), micro_steps)
                if watch:
                    watch(S, c, m)
            except Exception as error:
                RECORDS.fail(group, c, error)
                opt.zero_grad(set_to_none=True)
                gc.collect()
                continue
            finally:
                arguments = None
            w = {"kind": "train", "batch": b, "seq": s, "decoder_seq": d, "precision": precision, "optimizer": optname,
                 "gradient_checkpointing": bool(ck), "attention": attn, "padding_in_batch": padded}
            if micro_steps > 1:
                w["gradient_accumulation_steps"] = micro_steps
            RECORDS.emit(group, {"id": c, "family": fam, "model": name, "architecture": {"model_type": cfg.model_type, "num_parameters": count},
                                 "workload": w, "measured_bytes": m})
            report(c, m, since)
