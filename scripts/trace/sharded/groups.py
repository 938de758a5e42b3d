"""Group relative policy optimization over GPUs: the passes of TRL's `GRPOTrainer` as `workloads.py` has them for one GPU (whole logits of
completions, as before TRL 1.15), on a model that is shared out. What another program sampled is scored by the trained model before the
step; the reference, if there is one, scores behind it. Models are prepared as in `pairs.py`. With `loss` `chunked` log-probabilities
come of a head that makes no logits, as since TRL 1.15, on one GPU too."""
import contextlib, os, sys
import torch
import torch.nn.functional as F
from torch.distributed.tensor import DTensor
import models
from pairs import Pairs
sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from fused_head import add_fused_lm_head

TEMPERATURE = 0.9


def of(tr, c, model, *more):
    """What trains on groups, or on pairs."""
    kind = (ChunkedGroups if c.get("loss") == "chunked" else Groups) if c.get("groups") else Pairs
    return kind(tr, c, model, *more)


class Groups(Pairs):
    """A model trained on groups of completions. `reference` as for pairs; `rollout`: `elsewhere` or `transformers`."""

    def __init__(self, tr, c, model, gather=None):
        self.tr, self.c, self.model, self.second = tr, c, model, None
        self.gather = gather or (lambda *_: contextlib.nullcontext())

    def reference(self, dtype):
        _, second = models.build(self.c["model"], dtype, "sdpa")
        return second.eval()

    def batch(self, b, p, c):
        """b sequences of p tokens of prompt and c of completion, and their advantages."""
        self.completion = c
        ids = torch.zeros(b, p + c, dtype=torch.long, device="cuda")
        advantages = torch.zeros(b, device="cuda")
        for it in (ids, advantages):
            self.tr.track(it, "inputs")
        return ids, advantages

    def logps(self, call, ids):
        n = self.completion
        logits = call(input_ids=ids, logits_to_keep=n + 1, use_cache=False).logits[:, :-1, :] / TEMPERATURE
        index = ids[:, -n:]
        if logits.dtype == torch.float32:
            chosen = torch.gather(logits, dim=-1, index=index.unsqueeze(-1)).squeeze(-1)
            return chosen - torch.stack([torch.logsumexp(it, dim=-1) for it in logits])
        rows = [F.log_softmax(it, dim=-1).gather(-1, at.unsqueeze(-1)).squeeze(-1) for it, at in zip(logits, index)]
        return torch.stack(rows)

    @contextlib.contextmanager
    def apart(self, phase):
        """A phase of its own within the forward pass."""
        self.tr.set_phase(phase, "act")
        with torch.no_grad(), self.without_checkpoints():
            yield
        self.tr.set_phase("forward", "act")

    def sent(self):
        """Weights on their way to a server: adapters merged (`VLLMGeneration._iter_named_params`), whole parameters packed into messages of
        a gibibyte, of which one is on its way while the next is put together (vLLM, `packed_nccl_broadcast_producer`)."""
        has_adapters = hasattr(self.model, "peft_config")
        if has_adapters:
            with self.gather(*self.model.parameters()):
                self.model.merge_adapter()
                self.packed(lambda name: self.model.prefix in name, lambda *_: contextlib.nullcontext())
                self.model.unmerge_adapter()
        else:
            self.packed(lambda _: False, self.gather)

    def packed(self, is_skipped, gather):
        waiting, size, on_its_way = [], 0, None
        for name, it in self.model.named_parameters():
            if is_skipped(name):
                continue
            with gather(it):
                it = it.full_tensor() if isinstance(it, DTensor) else it.data
                waiting.append(it.contiguous().view(torch.uint8).view(-1))
            size += waiting[-1].numel()
            if size > 2**30:
                message = torch.cat(waiting)
                waiting, size, on_its_way, message, it = [], 0, message, None, None
        if waiting:
            message = torch.cat(waiting)

    def loss(self, call, batch):
        ids, advantages = batch
        old = reference = None
        if self.c["rollout"] == "transformers":
            with self.apart("generation"), self.whole(call) as model:
                self.sample(model, ids)
        else:
            with self.apart("sync"):
                self.sent()
            with self.apart("scoring"):
                old = self.logps(call, ids)
        kind = self.c["reference"]
        if kind != "precomputed":
            with self.apart("reference"):
                if kind == "adapter-off":
                    with self.model.disable_adapter():
                        reference = self.logps(call, ids)
                else:
                    reference = self.logps(self.second, ids)
        policy = self.logps(call, ids)
        ratio = torch.exp(policy - (policy.detach() if old is None else old))
        loss = -torch.min(ratio * advantages[:, None], torch.clamp(ratio, 0.8, 1.2) * advantages[:, None])
        if reference is not None:
            loss = loss + 0.04 * (torch.exp(reference - policy) - (reference - policy) - 1)
        return loss.mean()

    @contextlib.contextmanager
    def whole(self, call):
        """The model that generates: under ZeRO 3 the plain one, all of it gathered (`unwrap_model_for_generation`)."""
        if self.c["sharding"] != "zero3":
            yield call
            return
        from trl.models.utils import add_hooks, remove_hooks
        with self.gather(*self.model.parameters()):
            remove_hooks(call)
            yield self.model
            add_hooks(call)

    def sample(self, call, ids):
        """The last token: all before it are in the cache; the next is drawn as `GenerationMixin._sample` does. What fills the cache here is no
        part of the run, whose prompts are shorter."""
        self.tr.set_phase("filling", "act")
        out = call(input_ids=ids[:, :-1], logits_to_keep=1, use_cache=True)
        cache = out.past_key_values
        for layer in cache.layers:
            for it in (layer.keys, layer.values):
                self.tr.track(it, "kv")
        layer = it = out = None
        self.tr.set_phase("decode", "act")
        out = call(input_ids=ids[:, -1:].clone(), past_key_values=cache, logits_to_keep=1, use_cache=True)
        scores = out.logits[:, -1, :].to(copy=True, dtype=torch.float32)
        F.softmax(scores, dim=-1)


class ChunkedGroups(Groups):
    """The same through TRL's head that makes no logits (TRL 1.16, `GRPOTrainer.__init__`, `_get_per_token_logps_and_entropies` and
    `_compute_loss`, with the loss that is its default)."""
    OUTPUTS = ("log_probs", "entropy")

    def __init__(self, tr, c, model, gather=None):
        super().__init__(tr, c, model, gather)
        self.scored, self.turn = 0, 0
        if c["sharding"] == "zero3":
            import trl.models.utils  # noqa: F401    which asks for more of what `fused_head` makes small
        add_fused_lm_head(model.get_base_model() if hasattr(model, "peft_config") else model, lambda: self.scored, self.OUTPUTS, self.gather)

    def reference(self, dtype):
        second = super().reference(dtype)
        add_fused_lm_head(second, lambda: self.scored, self.OUTPUTS[:1], self.gather)
        return second

    def batch(self, b, p, c):
        """Prompts and completions of b sequences with their masks, which hide nothing, and advantages."""
        self.scored, self.turn = b * c, 0
        res = {key: torch.zeros(b, n, dtype=torch.long, device="cuda")
               for key, n in (("prompt_ids", p), ("prompt_mask", p), ("completion_ids", c), ("completion_mask", c))}
        res["advantages"] = torch.zeros(b, device="cuda")
        for it in res.values():
            self.tr.track(it, "inputs")
        return res

    def logps(self, call, input_ids, attention_mask, n, with_entropy=False):
        labels = input_ids.masked_fill(attention_mask == 0, -100)
        labels[:, :-n] = -100
        with self.autocast():
            outputs = call(input_ids=input_ids, labels=labels)
        all_logps, all_entropies = [outputs["log_probs"][:, -n:]], []
        if with_entropy:
            all_entropies.append(outputs["entropy"][:, -n:])
        return torch.cat(all_logps, dim=0), torch.cat(all_entropies, dim=0) if with_entropy else None

    def autocast(self):
        """`accelerator.autocast()`, which DeepSpeed and FSDP2 leave alone."""
        return torch.autocast("cuda", dtype=torch.bfloat16) if self.c["recipe"] == "autocast" else contextlib.nullcontext()

    def scores_before(self, call, inputs):
        """`_generate_and_score_completions`."""
        ids = torch.cat([inputs["prompt_ids"], inputs["completion_ids"]], dim=1)
        mask = torch.cat([inputs["prompt_mask"], inputs["completion_mask"]], dim=1)
        n = inputs["completion_ids"].shape[1]
        res = dict(inputs)
        if self.c["rollout"] == "transformers":
            with self.apart("generation"), self.whole(call) as model:
                self.sample(model, ids)
        else:
            with self.apart("sync"):
                self.sent()
            with self.apart("scoring"):
                res["old_per_token_logps"], _ = self.logps(call, ids, mask, n)
        if self.c["reference"] != "precomputed":
            with self.apart("reference"), self.model.disable_adapter() if self.c["reference"] == "adapter-off" else contextlib.nullcontext():
                res["ref_per_token_logps"], _ = self.logps(call if self.second is None else self.second, ids, mask, n)
        return res

    def loss(self, call, inputs):
        """Of each micro-batch. What is scored before is so at the first, for all of them (`_prepare_inputs`)."""
        if self.turn == 0:
            self.scored_inputs = self.scores_before(call, inputs)
        self.turn = (self.turn + 1) % self.c.get("gradientAccumulationSteps", 1)
        inputs = self.scored_inputs
        if self.turn == 0:
            self.scored_inputs = None
        return self.loss_of(call, inputs)

    def loss_of(self, call, inputs):
        """`_compute_loss`; its locals live as long as there."""
        input_ids = torch.cat([inputs["prompt_ids"], inputs["completion_ids"]], dim=1)
        attention_mask = torch.cat([inputs["prompt_mask"], inputs["completion_mask"]], dim=1)
        mask = inputs["completion_mask"]
        per_token_logps, entropies = self.logps(call, input_ids, attention_mask, mask.shape[1], True)
        advantages = inputs["advantages"].unsqueeze(1)
        old_per_token_logps = inputs.get("old_per_token_logps")
        old_per_token_logps = per_token_logps.detach() if old_per_token_logps is None else old_per_token_logps
        log_ratio = per_token_logps - old_per_token_logps
        coef_1 = torch.exp(log_ratio)
        if "ref_per_token_logps" in inputs:
            ref_per_token_logps = inputs["ref_per_token_logps"]
            per_token_kl = torch.exp(ref_per_token_logps - per_token_logps) - (ref_per_token_logps - per_token_logps) - 1
        coef_2 = torch.clamp(coef_1, 0.8, 1.2)
        per_token_loss1 = coef_1 * advantages
        per_token_loss2 = coef_2 * advantages
        per_token_loss = -torch.min(per_token_loss1, per_token_loss2)
        if "ref_per_token_logps" in inputs:
            per_token_loss = per_token_loss + 0.04 * per_token_kl
        loss = (per_token_loss * mask).sum() / mask.sum().clamp(min=1.0)
        (entropies * mask).sum()                                        # for its metrics
        return loss
