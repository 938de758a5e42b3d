"""Direct preference optimization as TRL 1.16 runs it: pairs in one forward pass through a head that makes no logits, the reference's pass
behind it, backward, optimizer; written after `DPOTrainer._compute_loss`. `whole`: as TRL 1.9 runs it, whose model returns whole logits."""
import contextlib, gc, time
import torch
import torch.nn.functional as F
from fused_head import OUTPUTS, add_fused_lm_head
from models import arch_of, build_lm, decoder_layers, set_ckpt, wrap_autocast
from backend import RECORDS, Session, make_opt, train_step
from workloads import DTYPE, adapt, announce, autocast, first_step, log_softmax_by_row, log_softmax_fp32, report, tokens


def entropy_of(logits, rows=128):
    """Entropies of tokens, some rows at once: of logits without their last position all are copied first."""
    res = []
    for some in logits.reshape(-1, logits.shape[-1]).split(rows, dim=0):
        logps = F.log_softmax(some, dim=-1)
        res.append(-(torch.exp(logps) * logps).sum(-1))
    return torch.cat(res, dim=0)


def mean_of_completions(logits, n):
    """`logits[mask.bool()].mean(-1).sum()` of so many last tokens of each sequence, whose number fake tensors do not know."""
    rows, places = (torch.zeros(logits.shape[0] * n, dtype=torch.int64, device=logits.device) for _ in range(2))
    return logits[rows, places].mean(-1).sum()


def dpo_group(group, name, precision, workloads, lora=None, reference="default", optname="adamw_fused", attn="sdpa",
              whole=False):
    """A step on (pairs, prompt tokens, completion tokens, checkpointing, padded). The reference is what TRL makes it: the model without
    its adapters, else a second one; `precomputed`: none during training."""
    has_second = reference == "default" and not lora
    tag = f"lora_r{lora['r']}_{lora['tag']}" if lora else "full"
    tag += "" if reference == "default" else f"-{reference}"
    case = lambda b, p, c, ck, padded: (f"dpo{'-whole' if whole else ''}/{name}/{precision}/{optname}/{attn}/{tag}/b{b}p{p}c{c}" + ("-padded" if padded else "")
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
        if not whole:
            add_fused_lm_head(model.get_base_model() if lora else model, of, OUTPUTS)
        second = None
        if has_second:
            _, second = build_lm(name, DTYPE[precision], attn)
            if not whole:
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

        def scores(logits, labels, mask):
            per_token_logps = (log_softmax_fp32 if logits.dtype == torch.float32 else log_softmax_by_row)(logits, labels)
            per_token_logps[mask == 0] = 0.0
            return per_token_logps.sum(dim=1)

        def loss_of_whole(inputs):
            """The same of TRL 1.9, with what it logs: logits live until it returns."""
            mask = inputs["completion_mask"][..., 1:]
            kwargs = {"input_ids": inputs["input_ids"], "attention_mask": inputs["attention_mask"] if inputs["padded"] else None, "use_cache": False}
            outputs = model(**kwargs)
            shift_logits, shift_labels = outputs.logits[..., :-1, :], inputs["input_ids"][..., 1:]
            chosen_logps, rejected_logps = scores(shift_logits, shift_labels, mask).chunk(2, dim=0)
            if reference == "precomputed":
                ref_chosen_logps, ref_rejected_logps = inputs["reference"]
            else:
                with torch.no_grad(), without_checkpoints():
                    if second is None:
                        with model.disable_adapter():
                            ref_outputs = model(**kwargs)
                    else:
                        ref_outputs = second(**kwargs)
                ref_shift_logits = ref_outputs.logits[..., :-1, :]
                ref_chosen_logps, ref_rejected_logps = scores(ref_shift_logits, shift_labels, mask).chunk(2, dim=0)
            delta = (chosen_logps - ref_chosen_logps) - (rejected_logps - ref_rejected_logps)
            loss = -F.logsigmoid(0.1 * delta).mean()
            (entropy_of(shift_logits.detach()) * mask.reshape(-1)).sum()
            chosen_logits, rejected_logits = shift_logits.detach().chunk(2, dim=0)
            mean_of_completions(chosen_logits, inputs["scored"])
            mean_of_completions(rejected_logits, inputs["scored"])
            chosen_logits.argmax(dim=-1)
            return loss
        step_of = loss_of_whole if whole else loss_of

        def batch(b, p, c, padded):
            scored[0] = 2 * b * (c if p else c - 1)
            res = {key: tokens(S, 2 * b, p + c) for key in ("input_ids", "attention_mask", "completion_mask")}
            return {**res, "padded": padded, "scored": c if p else c - 1, "reference": (torch.zeros(b, device=S.device), torch.zeros(b, device=S.device))}
        set_ckpt(model, False)
        first_step(S, lambda it=batch(1, 8, 8, False): step_of(it), opt)
        for b, p, c, ck, padded in todo:
            name_of, since = case(b, p, c, ck, padded), time.time()
            try:
                inputs = batch(b, p, c, padded)
                for it in inputs["reference"]:
                    S.tr.track(it, "inputs")
                set_ckpt(model, ck)
                m = train_step(S, lambda: step_of(inputs), opt, cfg.vocab_size)
                for key in ("saved_per_layer", "saved_first_layer"):  # hooks fired in the reference's pass
                    m.pop(key, None)
            except Exception as error:
                RECORDS.fail(group, name_of, error)
                opt.zero_grad(set_to_none=True)
                gc.collect()
                continue
            finally:
                inputs = None
            w = {"kind": "dpo", "whole_logits": whole, "batch": b, "seq": p + c, "completion_len": c, "precision": precision, "optimizer": optname,
                 "gradient_checkpointing": bool(ck), "attention": attn, "padding_in_batch": padded, "reference": reference,
                 "trainable_parameters": S.ntrain}
            if lora:
                w.update({"lora_rank": lora["r"], "lora_targets": lora["tag"], "lora_adapter_dtype": "fp32"})
            RECORDS.emit(group, {"id": name_of, "family": "dpo", "model": name, "architecture": arch, "workload": w, "measured_bytes": m})
            report(name_of, m, since)
