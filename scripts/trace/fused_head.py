"""The head of TRL 1.16 that makes no logits. `ChunkedLogProbFunction` is TRL's own, whose Triton kernels, which work in place, do nothing;
what is around it is written after `add_fused_lm_head`, because positions are chosen there by a mask that fake tensors cannot count."""
import contextlib, sys, types
import torch

CHUNK = 32768  # _CHUNKED_LOGPROB_CHUNK_SIZE of trl/trainer/utils.py
OUTPUTS = ("log_probs", "entropy", "mean_logits", "is_top1")  # of the policy; the reference makes the first alone


def chunked(gather):
    """TRL's function, without the rest of its package, which asks `gather` for a context in which the head's parameters are whole."""
    if "trl.trainer.utils" not in sys.modules:  # which needs more than is traced; of it the backward pass asks for one context
        folder = sys.modules.setdefault("trl.trainer", types.ModuleType("trl.trainer"))
        folder.utils = sys.modules["trl.trainer.utils"] = types.ModuleType("trl.trainer.utils")
    sys.modules["trl.trainer.utils"].maybe_gather_lm_head_ctx = gather
    import trl.kernels.chunked_logprob as module

    class Nothing:
        def __getitem__(self, grid):
            return lambda *a, **k: None
    module._forward_kernel = module._backward_kernel = Nothing()
    module._use_triton = lambda device: True
    return module.ChunkedLogProbFunction


class Chosen(torch.autograd.Function):
    """`x[mask]` of which it is known how many there are: `index` and its derivative keep the mask, and make its positions twice."""
    @staticmethod
    def forward(ctx, x, mask, n):
        ctx.save_for_backward(mask)
        ctx.shape, ctx.n = x.shape, n
        places = torch.empty(n, mask.dim(), dtype=torch.long, device=x.device)
        return x.new_empty(n, *x.shape[mask.dim():])

    @staticmethod
    def backward(ctx, grad):
        mask, = ctx.saved_tensors
        places = torch.empty(ctx.n, mask.dim(), dtype=torch.long, device=grad.device)
        return grad.new_zeros(ctx.shape), None, None


class Scattered(torch.autograd.Function):
    """`x.new_zeros(mask.shape).masked_scatter(mask, x)`, which keeps the mask."""
    @staticmethod
    def forward(ctx, x, mask):
        ctx.save_for_backward(mask)
        ctx.n = x.shape[0]
        return x.new_zeros(mask.shape).clone()

    @staticmethod
    def backward(ctx, grad):
        return grad.new_zeros(ctx.n), None


def add_fused_lm_head(model, n_scored, outputs, gather=lambda *_: contextlib.nullcontext()):
    """`model.forward` as TRL makes it: with labels. n_scored() says how many positions are scored."""
    function, original = chunked(gather), model.forward

    def forward(self, *args, labels=None, **kwargs):
        if labels is None:
            return original(*args, **kwargs)
        kwargs["use_cache"] = False
        hidden = self.base_model(*args, **kwargs).last_hidden_state[:, :-1]
        labels = labels[:, 1:]
        head = self.get_output_embeddings()
        mask = labels != -100
        n = n_scored()
        with gather(head.weight, head.bias):
            per_token = function.apply(Chosen.apply(hidden, mask, n), head.weight, head.bias, Chosen.apply(labels, mask, n), 1.0, CHUNK,
                                       getattr(self.config.get_text_config(), "final_logit_softcapping", None), 1.0, outputs)
        per_token = [None if x is None else Scattered.apply(x, mask) for x in per_token]
        loss = -per_token[0].sum() / mask.sum().clamp(min=1)
        return {"loss": loss, **dict(zip(("log_probs", "entropy", "log_sum_sq_probs", "mean_logits", "is_top1"), per_token)), "label_mask": mask}
    model.forward = types.MethodType(forward, model)
