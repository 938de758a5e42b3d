"""One pass of an encoder as it is served: inputs as a tokenizer makes them, no gradients, the head's output."""
import gc, time
import torch
from backend import RECORDS, SDPA_LOG, Session, measured, start_log
from models import arch_of, configured
from workloads import DTYPE, announce, ended, padding_mask, report, tokens, whole_numbers


def encoder(name, head, dtype, attn):
    """(configuration, model) with what stands behind the layers: none, mlm or classifier."""
    import transformers as T
    kind = {"none": T.AutoModel, "mlm": T.AutoModelForMaskedLM, "classifier": T.AutoModelForSequenceClassification}[head]
    cfg = configured(name)
    return cfg, kind.from_config(cfg, dtype=dtype, attn_implementation=attn).eval()


def tell_padding(padded):
    """Transformers leaves a mask out where every token counts, for which it reads the mask: fake tensors have no values."""
    import transformers.masking_utils as mu

    def ignores(padding_mask, kv_length, local_attention_size=None):
        return not padded and (local_attention_size is None or kv_length < local_attention_size)
    mu._ignore_bidirectional_mask_sdpa = ignores


@torch.no_grad()
def encode(S, model, cfg, b, s, padded):
    """The figures of one pass."""
    tr = S.tr
    gc.collect()
    parts = start_log(S)
    if not S.has_values:
        tell_padding(padded)
    ids = tokens(S, b, s)
    mask = padding_mask(S, ids) if padded else whole_numbers(S, b, s, low=1, high=2)
    # The tokenizer of BERT makes segments, others do not.
    segments = {"token_type_ids": whole_numbers(S, b, s)} if cfg.model_type == "bert" else {}
    SDPA_LOG.clear()
    tr.vocab, tr.rows = cfg.vocab_size, (b * s,)
    S.layer_delta = {}
    tr.reset_peaks()
    tr.set_phase("forward", "act")
    out = model(input_ids=ids, attention_mask=mask, **segments)
    now = {k: v for k, v in tr.cat.items() if v}
    kinds = {k: now.get(k, 0) for k in ("act", "logits", "weight_cast")}
    end = {**S.persistent(), "inputs": now.get("inputs", 0), "act_parts": kinds, "act_total": sum(kinds.values()), "logits_end": kinds["logits"]}
    m = measured(S, end, {"sdpa_kernels": dict(SDPA_LOG)})
    m.pop("activations_end_of_forward_parts", None)
    m.pop("grads", None)
    del out, ids, mask, segments
    return ended(S, parts, m)


def encoder_group(group, name, head, workloads, attn="sdpa", precision="bf16"):
    """Passes of (batch, tokens, padded)."""
    case = lambda b, s, padded: f"encode/{name}/{head}/{precision}/{attn}/b{b}s{s}" + ("-padded" if padded else "")
    done = RECORDS.done(group)
    todo = [w for w in workloads if case(*w) not in done]
    if not todo:
        return
    with Session() as S:
        cfg, model = encoder(name, head, DTYPE[precision], attn)
        arch = arch_of(cfg, model)
        announce(group, name, arch["num_parameters"], precision, head)
        S.adopt(model)
        for b, s, padded in todo:
            c, since = case(b, s, padded), time.time()
            try:
                for _ in range(S.prompt_repeats):
                    m = encode(S, model, cfg, b, s, padded)
            except Exception as error:
                RECORDS.fail(group, c, error)
                gc.collect()
                continue
            RECORDS.emit(group, {"id": c, "family": "encoder passes", "model": name, "architecture": arch,
                                 "workload": {"kind": "encode", "batch": b, "seq": s, "precision": precision, "optimizer": None, "head": head,
                                              "gradient_checkpointing": False, "attention": attn, "padding_in_batch": padded},
                                 "measured_bytes": m})
            report(c, m, since)
