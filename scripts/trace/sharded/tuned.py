"""Supervised fine-tuning as TRL 1.16 runs it: the loss of `SFTTrainer.compute_loss`, whose head makes no logits, of every token but the first."""
import contextlib, os, sys
import torch
sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from fused_head import add_fused_lm_head

OUTPUTS = ("log_probs", "entropy", "is_top1")  # of `SFTTrainer.__init__`


class Tuned:
    """A model whose loss is made in chunks."""

    def __init__(self, tr, c, model, gather=lambda *_: contextlib.nullcontext()):
        self.tr, self.scored = tr, 0
        base = model.get_base_model() if hasattr(model, "peft_config") else model
        add_fused_lm_head(base, lambda: self.scored, OUTPUTS, gather)

    def batch(self, b, s):
        """Token ids, their mask, which hides nothing, and labels (`DataCollatorForLanguageModeling`)."""
        self.scored = b * (s - 1)
        res = [torch.zeros(b, s, dtype=torch.long, device="cuda") for _ in range(3)]
        for x in res:
            self.tr.track(x, "inputs")
        return res

    def loss(self, call, batch):
        """`SFTTrainer.compute_loss`; its locals live as long as there."""
        outputs = call(input_ids=batch[0], labels=batch[2])
        per_token_loss = -outputs["log_probs"]
        num_tokens = outputs["label_mask"].sum()
        loss = per_token_loss.sum() / torch.as_tensor(num_tokens).clamp(min=1)
        outputs["label_mask"].sum(), outputs["entropy"].detach().sum(), outputs["is_top1"].sum()     # for its metrics
        return loss
