"""Direct preference optimization as TRL 1.16 runs it: pairs in one forward pass through a head that makes no logits, the reference's pass
behind it, backward, optimizer; written after `DPOTrainer._compute_loss`."""
import contextlib, gc, time
import torch
import torch.nn.functional as F
from fused_head import OUTPUTS, add_fused_lm_head
from models import arch_of, build_lm, decoder_layers, set_ckpt, wrap_autocast
from backend import RECORDS, Session, make_opt, train_step
from workloads import DTYPE, adapt, announce, autocast, first_step, report, tokens

def dpo_group(group, name, precision, workloads, lora=None, reference="default", optname="adamw_fused", attn="sdpa"):
    """A step on (pairs, prompt tokens, completion tokens, checkpointing, padded). The reference is what TRL makes it: the model without
    its adapters, else a second one; `precomputed`: none during training."""
    has_second = reference == "default" and not lora
    tag = f"lora_r{lora['r']}_{lora['tag']}" if lora else "full"
    tag += "" if reference == "default" else f"-{reference}"
    case = lambda b, p, c, ck, padded: (f"dpo/{name}/{precision}/{optname}/{attn}/{tag}/b{b}p{p}c{c}" + ("-padded" if padded else "")
                                        + ("/ckpt" if ck else ""))
    done = RECORDS.done(group)
    todo = [w for w in workloads if case(*w) not in done]
    if not todo:
        return
    with Session() as S:
        cfg, model = build_lm(name, DTYPE[precision], attn)
        arch = arch_of(cfg, model)
        announce(group, name, arch["num_parameters"], precision, tag)
        scored = [0]
        of = lambda: scored[0]
        if lora:
            model = adapt(model, lora)
        add_fused_lm_head(model.get_base_model() if lora else model, of, OUTPUTS)
        second = None
        if has_second:
            _, second = build_lm(name, DTYPE[precision], attn)
            add_fused_lm_head(second, of, OUTPUTS[:1])
            for kind, all_of in (("params", second.parameters()), ("buffers", second.buffers())):
                for it in all_of:
                    S.tr.track(it, kind)
        for it in (model, second):
            if it is not None and autocast(precision):
                wrap_autocast(it, autocast(precision), S.device)
        S.adopt(model, decoder_layers(model))
        opt = make_opt(optname, model.parameters())

        @contextlib.contextmanager
        def without_checkpoints():
            was_on = model.is_gradient_checkpointing
            set_ckpt(model, False)
            try:
                yield
            finally:
                set_ckpt(model, was_on)

        def loss_of(inputs):
            """`DPOTrainer._compute_loss` with its usual loss; its locals live as long as there."""
            mask = inputs["completion_mask"]
            shift_completion_mask = mask[..., 1:]
            kwargs = {"input_ids": inputs["input_ids"], "attention_mask": inputs["attention_mask"] if inputs["padded"] else None}
            labels = inputs["input_ids"].masked_fill(mask == 0, -100)
            outputs = model(**kwargs, labels=labels)
            per_token_logps = outputs["log_probs"]
            logps = per_token_logps.sum(dim=1)
            chosen_logps, rejected_logps = logps.chunk(2, dim=0)
            if reference == "precomputed":
                ref_chosen_logps, ref_rejected_logps = inputs["reference"]
            else:
                with torch.no_grad(), without_checkpoints():
                    if second is None:
                        with model.disable_adapter():
                            ref_outputs = model(**kwargs, labels=labels)
                    else:
                        ref_outputs = second(**kwargs, labels=labels)
                ref_per_token_logps = ref_outputs["log_probs"]
                ref_logps = ref_per_token_logps.sum(dim=1)
                ref_chosen_logps, ref_rejected_logps = ref_logps.chunk(2, dim=0)
            delta = (chosen_logps - ref_chosen_logps) - (rejected_logps - ref_rejected_logps)
            return -F.logsigmoid(0.1 * delta).mean()

        def batch(b, p, c, padded):
            scored[0] = 2 * b * (c if p else c - 1)
            res = {key: tokens(S, 2 * b, p + c) for key in ("input_ids", "attention_mask", "completion_mask")}
            return {**res, "padded": padded, "reference": (torch.zeros(b, device=S.device), torch.zeros(b, device=S.device))}
        set_ckpt(model, False)
        first_step(S, lambda it=batch(1, 8, 8, False): loss_of(it), opt)
        for b, p, c, ck, padded in todo:
            name_of, since = case(b, p, c, ck, padded), time.time()
            try:
                inputs = batch(b, p, c, padded)
                for it in inputs["reference"]:
                    S.tr.track(it, "inputs")
                set_ckpt(model, ck)
                m = train_step(S, lambda: loss_of(inputs), opt, cfg.vocab_size)
                for key in ("saved_per_layer", "saved_first_layer"):  # hooks fired in the reference's pass
                    m.pop(key, None)
            except Exception as error:
                RECORDS.fail(group, name_of, error)
                opt.zero_grad(set_to_none=True)
                gc.collect()
                continue
            finally:
                inputs = None
            w = {"kind": "dpo", "batch": b, "seq": p + c, "completion_len": c, "precision": precision, "optimizer": optname,
                 "gradient_checkpointing": bool(ck), "attention": attn, "padding_in_batch": padded, "reference": reference,
                 "trainable_parameters": S.ntrain}
            if lora:
                w.update({"lora_rank": lora["r"], "lora_targets": lora["tag"], "lora_adapter_dtype": "fp32"})
            RECORDS.emit(group, {"id": name_of, "family": "dpo", "model": name, "architecture": arch, "workload": w, "measured_bytes": m})
            report(name_of, m, since)
