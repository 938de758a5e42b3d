"""Workloads on a real device: the names that tracker.py has for fake tensors, with what the allocator and the driver counted.
Nothing is patched here: kernels are chosen by torch, and tensors have values. It does not know what a workload is.

Each case has a process of its own (`run.py`), in the order of a real run: context, model moved to the device, five whole steps of
which the first makes the optimizer's state. Figures of phases are those of the last step; reserved memory is that of the process."""
import contextlib, gc, os, warnings
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
os.environ.setdefault("CUDA_DEVICE_ORDER", "PCI_BUS_ID")  # NVML's order of cards
warnings.filterwarnings("ignore")
import torch
import counters
from optimizers import make_opt  # noqa: F401
from records import RECORDS  # noqa: F401

STEPS = 5  # as the simulation of the allocator repeats them: the first, and four more
SDPA_LOG = {}  # torch does not tell which kernel it took
MEASURED = ("forward", "backward", "optimizer", "decode")


def counters_of(device):
    """The counters of a device; the check of this file has its own."""
    return {"cuda": counters.Cuda}[device]()


class Phases:
    """Figures by phase. Categories of single tensors, which a tracker of fake tensors has, are empty here."""
    log = vocab = None
    rows = ()

    def __init__(self, counted):
        self.counted = counted
        self.cat = {}
        self.phase = None
        self.figures = {}  # phase -> figures
        self.most = {"reserved": 0, "process": None, "card": 0}  # of the process's whole life

    @property
    def total(self):
        return self.counted.read()["allocated_now"]

    def track(self, tensor, category=None):
        """Nothing: the allocator counts."""

    def reset_peaks(self):
        """Forgets all phases."""
        self.figures, self.phase = {}, None
        self.counted.reset_peaks()

    def set_phase(self, phase, _category=None):
        self.read()
        self.phase = phase
        self.counted.reset_peaks()

    def read(self):
        """Brings the current phase's figures up to date. Of a phase that comes twice, the larger peaks; the driver's figures are those at
        its end, which are its largest, as the allocator gives nothing back unless memory runs out (`retries`)."""
        if self.phase is None:
            return
        self.counted.synchronize()
        now = self.counted.read()
        now["process"], now["card"] = self.counted.process()[0], self.counted.card()
        before = self.figures.get(self.phase, {})
        peaks = {name: max(now[name], before.get(name, 0)) for name in ("allocated", "requested", "reserved")}
        self.figures[self.phase] = {**now, **peaks}
        for name, most in self.most.items():
            self.most[name] = max((it for it in (now[name], most) if it is not None), default=None)

    @property
    def peaks(self):
        """phase -> (largest sum of blocks, nothing, nothing), as a tracker of fake tensors has them."""
        self.read()
        return {phase: (it["allocated"], {}, "") for phase, it in self.figures.items()}


class Session:
    """One model and its optimizer on a real device."""
    has_values = True
    prompt_repeats = STEPS
    first_optimizer = ()

    def __init__(self):
        self.device = os.environ["TRACE_DEVICE"]
        self.counted = counters_of(self.device)
        self.tr = Phases(self.counted)
        self.layer_delta = {}
        self.stack = contextlib.ExitStack()

    def __enter__(self):
        self.context, self.context_source = self.counted.begin()
        self.stack.enter_context(torch.device(self.device))
        torch.manual_seed(0)
        return self

    def __exit__(self, *a):
        self.stack.close()

    def adopt(self, model, layers=None):
        """Load the model as `model.to("cuda")` does. Its random weights were made on the device, which is faster; they go to the CPU first,
        so that what making them left reserved is gone."""
        self.model = model
        self.nparams = sum(p.numel() for p in model.parameters())
        self.ntrain = sum(p.numel() for p in model.parameters() if p.requires_grad)
        model.to("cpu")
        gc.collect()
        self.counted.empty_cache()
        self.tr.reset_peaks()
        self.tr.most.update(reserved=0, process=None, card=0)
        self.tr.set_phase("load")
        model.to(self.device)
        assert self.nparams == sum(p.numel() for p in model.parameters()), "weights that were one are two"
        self.tr.read()
        self.load = self.tr.figures["load"]

    def first_step(self, fwd, opt):
        """Nothing: a real run's first step is one of full size (`train_step`)."""

    def persistent(self):
        return {}

    def after_prompt(self):
        """Figures of a prompt, when its cache is gone."""
        return {**self.figures(), "left_beyond_tensors": self.counted.read()["requested_now"] - self.load["requested_now"]}

    def figures(self):
        """The figures that every record has."""
        tr = self.tr
        tr.read()
        phases = {"load": self.load, **{phase: it for phase, it in tr.figures.items() if phase in MEASURED}}
        apart = lambda it: None if it["process"] is None else it["process"] - it["reserved_now"]
        return {"phases": phases, "reserved_peak": tr.most["reserved"], "process_peak": tr.most["process"], "card_peak": tr.most["card"],
                "requested_peak": max(it["requested"] for it in phases.values()),
                "context_before_first_tensor": self.context, "context_source": self.context_source,
                "outside_allocator_at_end": apart(list(tr.figures.values())[-1]), "card_with_context": self.counted.card_with_context,
                "alloc_retries": self.counted.read()["retries"], "machine": self.counted.machine()}


def measured(S, end=None, more=None):
    """The figures of a record, of the phases since `reset_peaks`."""
    peaks = {phase: it for phase, it in S.tr.peaks.items() if phase in MEASURED}
    best = max(peaks, key=lambda phase: peaks[phase][0])
    return {"peak_total": peaks[best][0], "peak_phase": best, "peak_op": "", "sdpa_kernels": {}, **S.figures(), **(more or {})}


def states(opt, device):
    """Bytes of the optimizer's state on the device, each storage once."""
    storages = {}
    for state in opt.state.values():
        for value in state.values():
            if isinstance(value, torch.Tensor) and value.device.type == device:
                storages[value.untyped_storage().data_ptr()] = value.untyped_storage().nbytes()
    return sum(storages.values())


def train_step(S, fwd, opt, vocab=None, rows=(), micro_steps=1, keep_grads=False):
    """Whole steps, of which the last is recorded. keep_grads: gradients are set to zero and not to none."""
    tr = S.tr
    before = S.counted.read()["requested_now"]
    by_step, first = [S.load["reserved_now"]], None
    for _ in range(STEPS):
        gc.collect()
        tr.reset_peaks()
        for _ in range(micro_steps):
            tr.set_phase("forward")
            loss = fwd() if micro_steps == 1 else fwd() / micro_steps
            tr.set_phase("backward")
            loss.backward()
            loss = None
        tr.set_phase("optimizer")
        opt.step()
        tr.set_phase("after")
        opt.zero_grad(set_to_none=not keep_grads)
        by_step.append(S.counted.read()["reserved_now"])
        first = first or {phase: it for phase, it in tr.figures.items() if phase in MEASURED}
    gc.collect()
    kept = states(opt, S.device)
    if keep_grads:
        before += sum(p.grad.untyped_storage().nbytes() for p in S.model.parameters() if p.grad is not None)
    left = S.counted.read()["requested_now"] - before - kept
    return measured(S, more={"reserved_by_step": by_step, "first_step": first, "optimizer": kept, "left_beyond_tensors": left})


# ---- events for the simulation of the allocator, which a real one makes unnecessary
def start_log(S):
    return None


def next_part(S, parts, name):
    pass


def reserved(parts):
    return {}
