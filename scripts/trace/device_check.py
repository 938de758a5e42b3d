"""Checks of device.py without a device, in a process of its own (`selftest.py` starts it): its bookkeeping on counters that follow
a script, the rows that come of it, and each case of device_groups.py on the CPU, small, with real tensors. What it cannot show is
what a card would count. `device_check.py CASES` runs only the cases whose id has that in it."""
import os
os.environ["TRACE_DEVICE"] = "cpu"
import sys, tempfile, types
import torch
torch.set_num_threads(1)
import counters
import device

OK = True


def check(name, got, want):
    global OK
    OK &= got == want
    print(("ok   " if got == want else "FAIL ") + f"device: {name}: got {got} want {want}")


class Counted:
    """An allocator of which one says what happens, of a process with a context of 100: blocks of 512, segments of 2048."""
    card_with_context = 150

    def __init__(self):
        self.requested = self.allocated = self.segments = 0
        self.resets = 0
        self.reset_peaks()

    def begin(self):
        return 100, "a script"

    def change(self, n):
        """n bytes more, or less."""
        self.requested += n
        self.allocated += (1 if n > 0 else -1) * -(-abs(n) // 512) * 512
        self.segments = max(self.segments, -(-self.allocated // 2048) * 2048)
        self.most = [max(a, b) for a, b in zip(self.most, (self.allocated, self.requested, self.segments))]

    def reset_peaks(self):
        self.most = [self.allocated, self.requested, self.segments]

    def read(self):
        return {"allocated": self.most[0], "allocated_now": self.allocated, "requested": self.most[1], "requested_now": self.requested,
                "reserved": self.most[2], "reserved_now": self.segments, "retries": 0}

    def process(self):
        return 100 + self.segments + 7 * (self.segments > 0), "a script"  # 7: a kernel that is loaded when it is needed

    def card(self):
        return 50 + self.process()[0]

    def empty_cache(self):
        self.segments = -(-self.allocated // 2048) * 2048

    def synchronize(self):
        pass

    def machine(self):
        return {"card": "a script", "driver": "1", "cuda": "2", "versions": {"torch": "3"}}


class Model:
    """Stands for a model of 1000 bytes whose making left 4000 more reserved."""
    def __init__(self, counted):
        self.counted, self.moves = counted, 0

    def parameters(self):
        return [torch.nn.Parameter(torch.empty(0))]

    def to(self, where):
        """Away from the device, and back."""
        self.moves += 1
        if self.moves == 1:
            self.counted.change(5000), self.counted.change(-5000)
        else:
            self.counted.change(1000)


class Optimizer:
    """Makes 600 bytes of state once, and needs 100 in each step."""
    def __init__(self, counted):
        self.counted, self.state = counted, {}

    def step(self):
        if not self.state:
            self.state = {0: {"exp_avg": torch.zeros(150), "step": 1, "same": None}}
            self.state[0]["same"] = self.state[0]["exp_avg"][:10]  # of the same storage
            self.counted.change(600)
        self.counted.change(100), self.counted.change(-100)

    def zero_grad(self, set_to_none):
        self.counted.change(-1000)


def bookkeeping():
    counted = Counted()
    device.counters_of = lambda name: counted
    with device.Session() as S:
        S.adopt(Model(counted))
        opt = Optimizer(counted)
        counted.change(200)  # the batch
        first = []

        class Loss:
            def backward(self):
                counted.change(1000), counted.change(300), counted.change(-300), counted.change(-2000)

        def forward():
            if not first:  # a workspace, which stays
                first.append(counted.change(64))
            counted.change(2000), counted.change(1100), counted.change(-1100)
            return Loss()
        m = device.train_step(S, forward, opt)
    phases = m["phases"]
    check("load: what making the model reserved is gone", [phases["load"][it] for it in ("requested", "allocated", "reserved", "process")], [1000, 1024, 2048, 2155])
    check("phases", sorted(phases), ["backward", "forward", "load", "optimizer"])
    # Model 1000, batch 200, workspace 64, state 600.
    check("forward, requested", phases["forward"]["requested"], 1864 + 3100)
    check("backward, requested: from its own start", phases["backward"]["requested"], 1864 + 2000 + 1300)
    check("optimizer, requested", phases["optimizer"]["requested"], 1864 + 1000 + 100)
    # In blocks: 1024 + 512 + 512 + 1024, and 2048 + 1536; 2048 + 1024 + 512; 1024 + 512.
    check("allocated in blocks", [phases[it]["allocated"] for it in ("forward", "backward", "optimizer")], [6656, 6656, 4608])
    check("first step: no state before its end", m["first_step"]["forward"]["requested"], 1264 + 3100)
    check("peak", (m["peak_total"], m["peak_phase"], m["requested_peak"]), (6656, "forward", 5164))
    check("reserved by step", m["reserved_by_step"], [2048, 6144, 8192, 8192, 8192, 8192])
    check("reserved, process, card", [m[it] for it in ("reserved_peak", "process_peak", "card_peak")], [8192, 8299, 8349])
    check("context, and what is outside of the allocator at the end", (m["context_before_first_tensor"], m["outside_allocator_at_end"]), (100, 107))
    check("state of the optimizer, a storage once", m["optimizer"], 600)
    check("a workspace is left beyond tensors", m["left_beyond_tensors"], 64)

    record = {"id": "dense-full/gpt2/x", "family": "dense-full", "model": "gpt2", "measured_bytes": m, "workload": {
        "kind": "train", "batch": 1, "seq": 8, "precision": "bf16", "optimizer": "adamw_fused", "gradient_checkpointing": False, "attention": "sdpa"}}
    from to_cases import on_device
    row = on_device(record)
    check("row", {it: row[it] for it in ("bytes", "figure", "moment", "requested", "reserved", "process", "context", "outside", "workspaces", "card", "driver", "cuda")},
          {"bytes": 6656, "figure": "tensors", "moment": "forward", "requested": 5164, "reserved": 8192, "process": 8299, "context": 100, "outside": 107,
           "workspaces": 64, "card": "a script", "driver": "1", "cuda": "2"})
    check("row: a phase", row["phases"]["optimizer"], {"allocated": 4608, "requested": 2964, "reserved": 8192, "process": 8299})
    check("row: link", row["link"].split("&")[:2], ["mode=train", "model=gpt2"])


class Nvml:
    """A driver of which one says what it lists: (process, bytes or None), and how much of the card is used."""
    def __init__(self, listed, used):
        self.listed, self.used = listed, used

    def nvmlInit(self):
        pass

    def nvmlDeviceGetHandleByIndex(self, index):
        return index

    def nvmlDeviceGetComputeRunningProcesses(self, handle):
        return [types.SimpleNamespace(pid=pid, usedGpuMemory=n) for pid, n in self.listed]

    def nvmlDeviceGetMemoryInfo(self, handle):
        return types.SimpleNamespace(used=self.used)


def driver():
    """Each way to know the memory of the process."""
    def told(before, after, used):
        sys.modules["pynvml"] = it = Nvml(before, 10)
        found = counters.Driver()
        it.listed, it.used = after, used
        return found.process()
    own = os.getpid()
    check("driver: by its number", told([(1, 5)], [(1, 5), (own, 400)], 500)[0], 400)
    check("driver: by being new, as in a container", told([(1, 5)], [(1, 5), (2, 400)], 500)[0], 400)
    check("driver: by the card's growth", told([], [(own, None)], 500)[0], 490)
    check("driver: unknown beside others", told([(1, 5)], [(1, 5), (own, None)], 500)[0], None)
    sys.modules["pynvml"] = None  # not installed
    check("driver: no NVML", counters.Driver().process()[0], None)


# ---- every case on the CPU
class Nothing(Counted):
    """Counts nothing of what runs on the CPU."""
    def process(self):
        return None, "no driver"

    def card(self):
        return 0


def shrink(cfg):
    """The same architecture with two layers and narrow ones."""
    for part in (getattr(cfg, name, None) for name in ("text_config", "vision_config")):
        if part is not None:
            shrink(part)
    has = lambda name: getattr(cfg, name, None) is not None
    kv = 4 if has("num_key_value_heads") and cfg.num_key_value_heads == cfg.num_attention_heads else 2
    for value, names in {2: "num_hidden_layers num_layers num_decoder_layers encoder_layers decoder_layers depth num_experts_per_tok",
                         4: "num_attention_heads num_heads encoder_attention_heads decoder_attention_heads num_local_experts",
                         16: "head_dim d_kv", 64: "hidden_size embed_dim d_model",
                         128: "intermediate_size d_ff encoder_ffn_dim decoder_ffn_dim"}.items():
        for name in filter(has, names.split()):
            setattr(cfg, name, value)
    if has("num_key_value_heads"):
        cfg.num_key_value_heads = kv
    if cfg.model_type in ("llama", "qwen2", "qwen3") and cfg.vocab_size > 100000:  # where no place of an image is in the vocabulary
        cfg.vocab_size = 1200
    if has("layer_types"):
        cfg.layer_types = cfg.layer_types[:2]
    if "mrope_section" in (getattr(cfg, "rope_parameters", None) or {}):
        cfg.rope_parameters["mrope_section"] = [2, 3, 3]
    return cfg


def on_cpu(chosen):
    """Each case as `run.py` runs it, but in this process."""
    import device_groups, run, to_cases, towers, workloads
    from records import AllBut, RECORDS
    from transformers import PreTrainedModel
    device.counters_of = lambda name: Nothing()
    device.STEPS = device.Session.prompt_repeats = 2
    workloads.announce = towers.announce = lambda *a: None
    whole = PreTrainedModel._from_config.__func__
    PreTrainedModel._from_config = classmethod(lambda cls, config, **more: whole(cls, shrink(config), **more))
    small = lambda n: min(n, 2) if n <= 64 else 32

    def smaller(function):
        return lambda *a, **more: function(*([tuple(map(small, it)) for it in part] if isinstance(part, list) else part for part in a), **more)
    for name in ("grpo_group", "infer_group", "lm_train_group", "towers_group", "vision_group", "vlm_group"):
        setattr(device_groups, name, smaller(getattr(device_groups, name)))

    def in_this_process(command, **_):
        RECORDS.only = AllBut(command[command.index("--only") + 1])
        try:
            if all(it in RECORDS.only.case for it in chosen):
                device_groups.GROUPS[command[-1]]()
        finally:
            RECORDS.only = None
    run.subprocess.run = in_this_process
    for name, group in device_groups.GROUPS.items():
        with tempfile.TemporaryDirectory() as folder:
            RECORDS.open(folder)
            missing = run.each_in_its_process(name, group, RECORDS, types.SimpleNamespace(device="cpu", out=folder))
            found = list(to_cases.records([os.path.join(folder, name + ".jsonl")]))
        if chosen:
            continue
        check(f"{name}: cases without a record", missing, 0)
        rows = [to_cases.on_device(it) for it in found]
        check(f"{name}: rows, families", (len({it["link"] for it in rows}) >= 30, len({it["family"] for it in rows}) >= 10), (True, True))
        phases = {it["id"]: set(it["phases"]) for it in rows}
        want = lambda case: {"load", "forward", "decode"} if "/prefill/" in case else {"load", "forward", "backward", "optimizer"}
        check(f"{name}: cases with other phases", [case for case, found in phases.items() if found != want(case)], [])
        check(f"{name}: nothing imitates a GPU", "tracker" in sys.modules or "fakecuda" in sys.modules, False)


if __name__ == "__main__":
    bookkeeping()
    driver()
    on_cpu(sys.argv[1:])
    print("DEVICE OK" if OK else "DEVICE FAILED")
    sys.exit(not OK)
