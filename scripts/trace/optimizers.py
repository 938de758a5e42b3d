"""Optimizers by the names of the records. It does not know whether they run on fake tensors or on a device."""
import torch


class Both:
    """Two optimizers that share a model's parameters."""

    def __init__(self, *optimizers):
        self.optimizers = optimizers

    @property
    def state(self):
        return {p: state for it in self.optimizers for p, state in it.state.items()}

    def step(self):
        for it in self.optimizers:
            it.step()

    def zero_grad(self, set_to_none=True):
        for it in self.optimizers:
            it.zero_grad(set_to_none=set_to_none)


def make_opt(name, params, model=None):
    """The optimizer of a record's name. model: tells which parameters are tables or the output projection."""
    params = [p for p in params if p.requires_grad]
    if name == "muon":  # AdamW has what is no matrix of a hidden layer
        apart = {id(it) for it in tables(model)} | {id(model.get_output_embeddings().weight)}
        hidden = [p for p in params if p.ndim == 2 and id(p) not in apart]
        known = {id(p) for p in hidden}
        others = [p for p in params if id(p) not in known]
        muon = torch.optim.Muon(hidden, lr=1e-3)
        return Both(muon, make_opt("adamw_fused", others)) if others else muon
    if name == "adamw_fused":
        return torch.optim.AdamW(params, lr=1e-4, weight_decay=0.01, fused=True)
    if name == "adamw_foreach":
        return torch.optim.AdamW(params, lr=1e-4, weight_decay=0.01, foreach=True)
    if name == "adamw_loop":
        return torch.optim.AdamW(params, lr=1e-4, weight_decay=0.01, foreach=False)
    if name == "sgd_momentum_foreach":
        return torch.optim.SGD(params, lr=1e-2, momentum=0.9, foreach=True)
    if name == "sgd_foreach":
        return torch.optim.SGD(params, lr=1e-2, foreach=True)
    if name == "adafactor":  # with the arguments that HF Trainer gives it
        from transformers.optimization import Adafactor
        return Adafactor(params, lr=1e-4, scale_parameter=False, relative_step=False)
    if name == "lion":  # lion-pytorch, parameter by parameter
        from lion_pytorch import Lion
        return Lion(params, lr=1e-4, weight_decay=0.01)
    if name == "lion_foreach":
        from lion_pytorch.foreach import Lion
        return Lion(params, lr=1e-4, weight_decay=0.01)
    if name in BITSANDBYTES:
        return bitsandbytes_optimizer(params, tables(model) if model else [], **BITSANDBYTES[name])
    raise KeyError(name)


# The optimizers of bitsandbytes: states of each parameter, bits of one.
BITSANDBYTES = {"lion_bnb": dict(n=1, bits=32), "lion_8bit": dict(n=1, bits=8), "adamw_bnb": dict(n=2, bits=32), "adamw_8bit": dict(n=2, bits=8)}


def tables(model):
    """Weights that are looked up."""
    return [it.weight for it in model.modules() if isinstance(it, torch.nn.Embedding)]


def bitsandbytes_optimizer(params, apart, n, bits):
    """apart: what keeps FP32 states, as HF Trainer asks for all tables (`register_module_override`)."""
    import bitsandbytes as bnb
    bnb.optim.GlobalOptimManager.get_instance().pid2config = {id(it): {"optim_bits": 32} for it in apart} if bits == 8 else {}
    kind = bnb.optim.AdamW if n == 2 else bnb.optim.Lion
    return kind(params, lr=1e-4, weight_decay=0.01, optim_bits=bits)
