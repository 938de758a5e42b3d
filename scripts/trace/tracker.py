"""Memory of PyTorch code, followed op by op on fake CUDA tensors: every number is a sum of `untyped_storage().nbytes()` of
live storages. Importing this module sets up the environment: autograd without a device, an A100's choice of attention
kernel, and what reads tensor values in Hugging Face code."""
import contextlib, gc, math, os, weakref
if os.environ.get("TRACE_DEVICE", "fake") != "fake":
    raise ImportError("tracker.py imitates a GPU, and is not for a real one: take the names from backend.py")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TRANSFORMERS_DISABLE_TORCH_CHECK", "1")
os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
import warnings; warnings.filterwarnings("ignore")
import torch
torch.set_num_threads(1)
import fakecuda  # noqa: F401
import optimizers
from allocator import history, least_limit
from records import RECORDS
import torch.nn.functional as F
from torch.utils._python_dispatch import TorchDispatchMode
from torch._subclasses.fake_tensor import FakeTensorMode

# ---- the environment that a machine with an A100 would give
torch.cuda.amp.common.amp_definitely_not_available = lambda: False   # let autocast('cuda') be enabled
torch.cuda.is_bf16_supported = lambda *a, **k: True
torch.cuda.get_device_capability = lambda *a, **k: (8, 0)            # pretend A100 (HF MoE asks before grouped_mm)

_orig_sdpa = F.scaled_dot_product_attention
SDPA_LOG = {}

def _sdpa(query, key, value, attn_mask=None, dropout_p=0.0, is_causal=False, scale=None, enable_gqa=False):
    """Kernel choice of CUDA sm80 (A100): flash, then memory-efficient, then math, under the conditions of
    sdp_utils.cpp; without a device torch would always take math."""
    if query.device.type != "cuda":
        return _orig_sdpa(query, key, value, attn_mask, dropout_p, is_causal, scale=scale, enable_gqa=enable_gqa)
    if torch.is_autocast_enabled("cuda"):
        dt = torch.get_autocast_dtype("cuda")
        query, key, value = query.to(dt), key.to(dt), value.to(dt)
        if attn_mask is not None and attn_mask.is_floating_point():
            attn_mask = attn_mask.to(dt)
    D = query.shape[-1]
    half = query.dtype in (torch.float16, torch.bfloat16)
    same_heads = query.shape[1] == key.shape[1]
    if half and attn_mask is None and D <= 256 and (same_heads or enable_gqa) and value.shape[-1] == D:
        kind = "flash"
    elif same_heads and query.dtype in (torch.float16, torch.bfloat16, torch.float32):
        kind = "efficient"
    else:
        kind = "math"
    SDPA_LOG[kind] = SDPA_LOG.get(kind, 0) + 1
    if kind == "flash":
        sc = scale if scale is not None else 1.0 / math.sqrt(D)
        pad = (-D) % 8
        if pad:
            query, key, value = (F.pad(t, (0, pad)) for t in (query, key, value))
        o = torch.ops.aten._scaled_dot_product_flash_attention(query, key, value, dropout_p, is_causal, False, scale=sc)[0]
        return o[..., :D] if pad else o
    if kind == "efficient":
        if attn_mask is not None:
            if attn_mask.dtype == torch.bool:       # convert_boolean_attn_mask: a new float mask per call
                m = torch.zeros_like(attn_mask, dtype=query.dtype)
                m.masked_fill_(attn_mask.logical_not(), float("-inf"))
                attn_mask = m
            if attn_mask.shape[-1] % 16:            # pad_bias<16>: padded copy, sliced
                attn_mask = F.pad(attn_mask, (0, 16 - attn_mask.shape[-1] % 16))[..., : attn_mask.shape[-1]]
            attn_mask = attn_mask.expand(query.shape[0], query.shape[1], query.shape[2], key.shape[2])
        rg = torch.is_grad_enabled() and (query.requires_grad or key.requires_grad or value.requires_grad)
        return torch.ops.aten._scaled_dot_product_efficient_attention(
            query, key, value, attn_mask, rg, dropout_p, is_causal, scale=scale)[0]
    return _orig_sdpa(query, key, value, attn_mask, dropout_p, is_causal, scale=scale, enable_gqa=enable_gqa)

F.scaled_dot_product_attention = _sdpa
torch.nn.functional.scaled_dot_product_attention = _sdpa


def patch_hf():
    """Without an attention mask HF looks for packed sequences in the values of position_ids; under fake tensors it must
    assume that there are some, and builds a mask. Data that is neither padded nor packed gives None: is_causal, flash."""
    import transformers.masking_utils as mu
    mu.find_packed_sequence_indices = lambda position_ids: None


patch_hf()
torch.nn.init.trunc_normal_ = lambda t, *a, **k: t  # it reads values (mask.any()), which do not matter here

_orig_apply = torch.nn.Module._apply
def _apply_fake(self, fn, recurse=True):
    """Module.to()/float() on fake parameters: torch wants swap_tensors, which refuses tensors with weakrefs; replace the
    Parameter objects instead (only peft's adapter set-up needs it here)."""
    if recurse:
        for ch in self.children():
            ch._apply(fn)
    for k, p in self._parameters.items():
        if p is not None:
            with torch.no_grad():
                q = fn(p)
            if q is not p:
                self._parameters[k] = torch.nn.Parameter(q, p.requires_grad)
    for k, b in self._buffers.items():
        if b is not None:
            self._buffers[k] = fn(b)
    return self
torch.nn.Module._apply = _apply_fake



# ---- the tracker
class Tracker(TorchDispatchMode):
    """Live bytes by category, and the largest total of each phase."""

    def __init__(self):
        super().__init__()
        self.live = {}  # storage -> [bytes, category, number]
        self.log = None  # events for allocator.py: (number, bytes) or (number, None); none if not asked for
        self.number = 0
        self.refs = {}
        self.cat = {}
        self.total = 0
        self.phase = "setup"
        self.default = "setup"
        self.vocab = None; self.rows = ()
        self.reset_peaks()

    def reset_peaks(self):
        self.peaks = {}  # phase -> (bytes, breakdown, op)

    def set_phase(self, phase, default):
        self.phase, self.default = phase, default
        self._peak("(phase start)")

    def _peak(self, op):
        p = self.peaks.get(self.phase)
        if p is None or self.total > p[0]:
            self.peaks[self.phase] = (self.total, {k: v for k, v in self.cat.items() if v}, op)

    def _freed(self, key):
        e = self.live.pop(key, None)
        self.refs.pop(key, None)
        if e:
            self.total -= e[0]; self.cat[e[1]] -= e[0]
            if self.log is not None:
                self.log.append((e[2], None))

    def track(self, t, cat=None, op=""):
        """Count the storage of a tensor, or move it to another category."""
        if t.device.type != "cuda":
            return
        st = t.untyped_storage()
        key = st._cdata
        e = self.live.get(key)
        if e is None:
            n = st.nbytes()
            if cat is None:
                cat = self.default
                if self.vocab and t.dim() and t.shape[-1] == self.vocab and (t.numel() // self.vocab) in self.rows:
                    cat = "logits"
            self.number += 1
            self.live[key] = [n, cat, self.number]
            if self.log is not None:
                self.log.append((self.number, n))
            self.refs[key] = weakref.ref(st, lambda _, k=key, s=self: s._freed(k))
            self.total += n
            self.cat[cat] = self.cat.get(cat, 0) + n
            p = self.peaks.get(self.phase)
            if p is None or self.total > p[0]:
                self._peak(op)
        elif cat is not None and e[1] != cat:
            self.cat[e[1]] -= e[0]
            self.cat[cat] = self.cat.get(cat, 0) + e[0]
            e[1] = cat

    def category_of(self, t):
        e = self.live.get(t.untyped_storage()._cdata)
        return e[1] if e else None

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        if (self.phase == "backward" and func is torch.ops.aten.add.Tensor and not torch.is_grad_enabled() and not kwargs
                and len(args) == 2 and isinstance(args[1], torch.Tensor) and args[0].shape == args[1].shape
                and args[0].dtype == args[1].dtype and torch._C._storage_Use_Count(args[0].untyped_storage()._cdata) == 2):
            # the autograd engine accumulates into the first gradient in place when it holds the only reference; any
            # dispatch mode switches that off (isTensorSubclassLike), so redo it here.  2 = engine's buffer + this wrapper.
            # Counts of in-place / out-of-place adds equal those of a real CPU run under torch.profiler (check_inplace_real.py).
            self.inplace_acc = getattr(self, "inplace_acc", 0) + 1
            return args[0]
        out = func(*args, **(kwargs or {}))
        cat = None
        if func is torch.ops.aten._to_copy.default and self.category_of(args[0]) == "params" and out.dtype != args[0].dtype:
            cat = "weight_cast"
        if isinstance(out, torch.Tensor):
            self.track(out, cat, func)
        elif isinstance(out, (tuple, list)):
            for o in out:
                if isinstance(o, torch.Tensor):
                    self.track(o, None, func)
                elif isinstance(o, (tuple, list)):
                    for x in o:
                        if isinstance(x, torch.Tensor):
                            self.track(x, None, func)
        return out

class Session:
    """One model and its optimizer in one FakeTensorMode; measures many workloads. `device.py` has the same for a real device."""
    device = "cuda"
    has_values = False  # inputs need a shape only
    prompt_repeats = 1

    def __init__(self):
        self.fm = FakeTensorMode(allow_non_fake_inputs=True)
        self.tr = Tracker()
        self.stack = contextlib.ExitStack()
        self.layer_modules = []
        self.layer_delta = {}
        self.load, self.first_optimizer = [], []  # events for allocator.py

    def __enter__(self):
        self.stack.enter_context(self.fm); self.stack.enter_context(self.tr)
        self.stack.enter_context(torch.device("cuda"))
        return self

    def __exit__(self, *a):
        self.stack.close()

    def adopt(self, model, layers=None):
        """Mark parameters, gradients and buffers as such, and watch the first decoder layers."""
        self.model = model
        for p in model.parameters():
            self.tr.track(p, "params")
            if p.requires_grad:
                p.register_post_accumulate_grad_hook(lambda q: self.tr.track(q.grad, "grads"))
        for b in model.buffers():
            self.tr.track(b, "buffers")
        self.param_bytes = sum(p.numel() * p.element_size() for p in {id(p): p for p in model.parameters()}.values())
        self.nparams = sum(p.numel() for p in model.parameters())
        self.ntrain = sum(p.numel() for p in model.parameters() if p.requires_grad)
        # live bytes when layers 0, 1 and 2 are entered: the difference is what one layer leaves for backward
        if layers is not None and len(layers) > 2:
            for i in (0, 1, 2):
                layers[i].register_forward_pre_hook(lambda m, a, i=i: self._pre(i))
        gc.collect()
        self.load = list(dict.fromkeys((e[2], e[0]) for e in map(self.entry, in_order_of_loading(model)) if e))

    def entry(self, t):
        return self.tr.live.get(t.untyped_storage()._cdata)

    def _pre(self, i):
        if self.tr.phase == "forward" and i not in self.layer_delta:
            c = self.tr.cat
            self.layer_delta[i] = self.tr.total - c.get("weight_cast", 0) - c.get("grads", 0)

    def first_step(self, fwd, opt):
        """A tiny step that allocates the optimizer's state."""
        fwd().backward()
        self.tr.log = [] if RECORDS.allocator else None
        opt.step()
        self.first_optimizer, self.tr.log = self.tr.log or [], None
        self.opt_mark(opt)
        opt.zero_grad(set_to_none=True)
        gc.collect()

    def after_prompt(self):
        """Figures that a real device adds; none here."""
        return {}

    def opt_mark(self, opt):
        for st in opt.state.values():
            for v in st.values():
                if isinstance(v, torch.Tensor):
                    self.tr.track(v, "optimizer")

    def persistent(self):
        c = self.tr.cat
        return {k: c.get(k, 0) for k in ("params", "buffers", "optimizer")}


def in_order_of_loading(module):
    """Parameters and buffers as `model.to("cuda")` moves them: children first."""
    for child in module.children():
        yield from in_order_of_loading(child)
    yield from (t for t in [*module._parameters.values(), *module._buffers.values()] if t is not None)


def make_opt(name, params, model=None):
    """The optimizer of a record's name; the kernels of bitsandbytes, which read and write each element in place, do nothing."""
    if name in optimizers.BITSANDBYTES:
        import bitsandbytes.functional as functional
        import bitsandbytes.optim.optimizer as module
        functional.optimizer_update_32bit = functional.optimizer_update_8bit_blockwise = lambda *a, **k: None
        module.sync_gpu = lambda *a: None
        maps = {True: torch.zeros(256), False: torch.zeros(256)}
        functional.create_dynamic_map = lambda signed=True, **_: maps[signed]
    return optimizers.make_opt(name, params, model)


def measured(S, end, out_extra=None):
    """The figures of a record."""
    tr = S.tr
    pk = {ph: v for ph, v in tr.peaks.items() if ph in ("forward", "backward", "optimizer")}
    best = max(pk, key=lambda k: pk[k][0])
    res = {
        "params": end["params"], "buffers": end["buffers"], "optimizer": end["optimizer"],
        "grads": end.get("grads"), "inputs": end["inputs"],
        "activations_end_of_forward": end["act_total"],
        "activations_end_of_forward_parts": end["act_parts"],
        "logits_related": end["logits_end"],
        "kv_cache": end.get("kv"),
        "peak_total": pk[best][0], "peak_phase": best, "peak_op": str(pk[best][2]),
        "peak_breakdown": pk[best][1],
        "phase_peaks": {k: v[0] for k, v in pk.items()},
        "phase_peak_breakdowns": {k: v[1] for k, v in pk.items()},
        "phase_peak_ops": {k: str(v[2]) for k, v in pk.items()},
        "logits_at_peak": pk[best][1].get("logits", 0),
    }
    if 2 in S.layer_delta:
        res["saved_per_layer"] = S.layer_delta[2] - S.layer_delta[1]
        res["saved_first_layer"] = S.layer_delta[1] - S.layer_delta[0]
    res.update(out_extra or {})
    return res


def train_step(S, fwd, opt, vocab=None, rows=(), micro_steps=1, keep_grads=False, holds=False):
    """One steady-state step, measured. fwd() gives the loss; other outputs are dropped before backward, as HF Trainer
    does. Of several micro-steps all but the first meet the gradients of those before. keep_grads: gradients are set to
    zero and not to none, as PyTorch did by default before version 2. holds: fwd() gives the outputs, and those of the step
    before live until it has; what is measured is the second step."""
    tr = S.tr
    first, outputs = None, None
    if keep_grads:  # the step that makes the gradients
        first = start_log(S)
        for micro_step in range(micro_steps):
            (fwd() / micro_steps).backward()
        next_part(S, first, "first_step")
        opt.zero_grad(set_to_none=False)
    gc.collect(); SDPA_LOG.clear()
    tr.vocab, tr.rows = vocab, rows
    base = dict(tr.cat)
    if holds:
        outputs = fwd()
        outputs.loss.backward()
        opt.zero_grad(set_to_none=True)
    tr.reset_peaks()
    parts = start_log(S)
    if first:
        parts = {**first, **{k: v for k, v in parts.items() if k != "load"}}
    for micro_step in range(micro_steps):
        S.layer_delta = {}
        tr.set_phase("forward", "act")
        if holds:
            outputs = fwd()
            loss = outputs.loss
        else:
            loss = fwd() if micro_steps == 1 else fwd() / micro_steps
        tr.track(loss, "act")
        now = {k: v for k, v in tr.cat.items() if v}
        pers = S.persistent()
        end = dict(pers); end["inputs"] = now.get("inputs", 0)
        kinds = {k: now.get(k, 0) for k in ("act", "logits", "weight_cast")}
        end["act_parts"] = kinds; end["act_total"] = sum(kinds.values()); end["logits_end"] = kinds["logits"]
        other = sum(now.values()) - end["act_total"] - sum(pers.values()) - end["inputs"] - now.get("grads", 0)
        tr.set_phase("backward", "bwd_tmp")
        loss.backward()
        loss = None
    end["grads"] = tr.cat.get("grads", 0)
    after_bwd = tr.total
    next_part(S, parts, "step")
    tr.set_phase("optimizer", "opt_tmp")
    opt.step()
    next_part(S, parts, "optimizer")
    tr.set_phase("after", "setup")
    opt.zero_grad(set_to_none=not keep_grads)
    outputs = None
    gc.collect()
    next_part(S, parts, "end")
    leak = tr.total - sum(base.values())
    m = measured(S, end, {"after_backward": after_bwd, "sdpa_kernels": dict(SDPA_LOG), "untyped_other": other, "leak_after_step": leak})
    m.update(reserved(parts))
    return m


# ---- events for the simulation of the allocator
def start_log(S):
    """Begin to log; what is alive and neither model nor optimizer is the batch, or was there from the start."""
    if not RECORDS.allocator:
        return None
    known = {key for key, n in S.load + S.first_optimizer if n is not None}
    rest = sorted((e[2], e[0], e[1]) for e in S.tr.live.values() if e[2] not in known)
    S.tr.log = []
    return {"load": S.load + [(k, n) for k, n, cat in rest if cat != "inputs"], "inputs": [(k, n) for k, n, cat in rest if cat == "inputs"],
            "first_optimizer": S.first_optimizer}


def next_part(S, parts, name):
    if parts is not None:
        parts[name], S.tr.log = S.tr.log, []
        if name == "end":
            S.tr.log = None


def reserved(parts):
    """The simulation's fields of a record."""
    if parts is None:
        return {}
    RECORDS.events = parts
    return {**history(parts), "reserved_expandable": history(parts, expandable=True)["reserved_peak"], "least_limit": least_limit(parts)}
