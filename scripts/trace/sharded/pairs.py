"""Direct preference optimization over GPUs, as TRL 1.16 runs it: the loss of `DPOTrainer._compute_loss`, and the reference as
`trl/models/utils.py` prepares it: under FSDP2 one group of all its parameters (`prepare_fsdp`), under ZeRO 3 an engine of its own
without an optimizer, below stage 3 one that shares out nothing (`prepare_deepspeed`)."""
import contextlib, os, sys
import torch
import torch.nn.functional as F
import models
sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from fused_head import OUTPUTS, add_fused_lm_head


class Pairs:
    """A model trained on pairs. `reference`: `second` (a second model), `adapter-off`, `precomputed`."""

    def __init__(self, tr, c, model, gather=lambda *_: contextlib.nullcontext()):
        self.tr, self.c, self.model, self.scored, self.second = tr, c, model, 0, None
        self.gather = gather
        base = model.get_base_model() if hasattr(model, "peft_config") else model
        add_fused_lm_head(base, lambda: self.scored, OUTPUTS, gather)

    def reference(self, dtype):
        """The second model, before anybody prepares it."""
        _, second = models.build(self.c["model"], dtype, "sdpa")
        add_fused_lm_head(second, lambda: self.scored, OUTPUTS[:1], self.gather)
        second.eval()
        return second

    def batch(self, b, p, c):
        """b pairs of p tokens of prompt and c of completion; their masks."""
        self.scored = 2 * b * c
        res = []
        for _ in range(3):
            x = torch.zeros(2 * b, p + c, dtype=torch.long, device="cuda")
            self.tr.track(x, "inputs")
            res.append(x)
        for _ in range(2):
            x = torch.zeros(b, device="cuda")
            self.tr.track(x, "inputs")
            res.append(x)
        return res

    @contextlib.contextmanager
    def without_checkpoints(self):
        was_on = self.c["gradientCheckpointing"] and self.is_checkpointed
        models.checkpointing(self.model, False)
        try:
            yield
        finally:
            models.checkpointing(self.model, was_on)

    is_checkpointed = True

    def loss(self, call, batch):
        """`DPOTrainer._compute_loss` with its usual loss; its locals live as long as there."""
        input_ids, attention_mask, completion_mask = batch[:3]
        shift_completion_mask = completion_mask[..., 1:]
        labels = input_ids.masked_fill(completion_mask == 0, -100)
        outputs = call(input_ids=input_ids, labels=labels)
        per_token_logps = outputs["log_probs"]
        logps = per_token_logps.sum(dim=1)
        chosen_logps, rejected_logps = logps.chunk(2, dim=0)
        kind = self.c["reference"]
        if kind == "precomputed":
            ref_chosen_logps, ref_rejected_logps = batch[3:]
        else:
            with torch.no_grad(), self.without_checkpoints():
                if kind == "adapter-off":
                    with self.model.disable_adapter():
                        ref_outputs = call(input_ids=input_ids, labels=labels)
                else:
                    ref_outputs = self.second(input_ids=input_ids, labels=labels)
            ref_per_token_logps = ref_outputs["log_probs"]
            ref_logps = ref_per_token_logps.sum(dim=1)
            ref_chosen_logps, ref_rejected_logps = ref_logps.chunk(2, dim=0)
        delta = (chosen_logps - ref_chosen_logps) - (rejected_logps - ref_rejected_logps)
        return -F.logsigmoid(0.1 * delta).mean()
