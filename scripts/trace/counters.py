"""What PyTorch's allocator and the driver tell of a process on a real GPU, in bytes. It does not know what runs."""
import importlib.metadata, os, platform
import torch

PACKAGES = ("torch", "torchvision", "transformers", "peft", "accelerate", "bitsandbytes", "lion-pytorch")


def versions():
    """Versions of the libraries; those that are not installed are left out."""
    found = {}
    for name in PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return {"python": platform.python_version(), **found}


class Driver:
    """NVML's view of the card, from before the process has a context. In a container the driver may not tell the process's own number
    or its memory; then the card's use beyond what it was before is taken, which is right as long as nothing else uses the card."""

    def __init__(self):
        self.nvml = self.handle = None
        try:
            import pynvml
            pynvml.nvmlInit()
            self.nvml, self.handle = pynvml, self._visible(pynvml)
            self.others = {it.pid for it in self._processes()}
            self.used_before = self._used()
        except Exception as error:  # no library, no driver, or no permission: the record says so
            self.nvml, self.why = None, f"{type(error).__name__}: {error}"

    @staticmethod
    def _visible(nvml):
        """The first card that CUDA will see; asked for by CUDA's own order of cards, which is NVML's under PCI_BUS_ID."""
        first = os.environ.get("CUDA_VISIBLE_DEVICES", "0").split(",")[0].strip() or "0"
        return nvml.nvmlDeviceGetHandleByIndex(int(first)) if first.isdigit() else nvml.nvmlDeviceGetHandleByUUID(first)

    def _processes(self):
        return self.nvml.nvmlDeviceGetComputeRunningProcesses(self.handle)

    def _used(self):
        return self.nvml.nvmlDeviceGetMemoryInfo(self.handle).used

    def process(self):
        """(bytes of this process, how they are known), or (None, why not)."""
        if self.nvml is None:
            return None, self.why
        running = self._processes()
        own = [it for it in running if it.pid == os.getpid()] or [it for it in running if it.pid not in self.others]
        if len(own) == 1 and own[0].usedGpuMemory:
            return own[0].usedGpuMemory, "NVML, of the process"
        if not self.others:
            return self._used() - self.used_before, "NVML, growth of the card's use"
        return None, "the driver names no memory of the process, and others use the card"

    def facts(self):
        if self.nvml is None:
            return {}
        text = lambda it: it.decode() if isinstance(it, bytes) else it
        version = self.nvml.nvmlSystemGetCudaDriverVersion()
        return {"driver": text(self.nvml.nvmlSystemGetDriverVersion()), "driver_cuda": f"{version // 1000}.{version % 1000 // 10}"}


class Cuda:
    """Counters of the first visible GPU."""

    def begin(self):
        """Makes the context, and gives the memory of the process with it and without any tensor, and how that is known."""
        self.driver = Driver()
        torch.cuda.init()
        torch.cuda.synchronize()  # the first call that needs a context
        assert torch.cuda.memory_reserved() == 0
        self.card_with_context = self.card()
        return self.process()

    def process(self):
        return self.driver.process()

    def card(self):
        """What the driver counts as in use on the whole card, whoever uses it."""
        free, total = torch.cuda.mem_get_info()
        return total - free

    def synchronize(self):
        torch.cuda.synchronize()

    def reset_peaks(self):
        torch.cuda.reset_peak_memory_stats()

    def empty_cache(self):
        torch.cuda.empty_cache()

    def read(self):
        """The allocator's counters: tensors in blocks, as they were asked for (without rounding to blocks), and segments; each now and
        at its largest since the last reset."""
        stats = torch.cuda.memory_stats()
        value = lambda name: stats.get(name, 0)
        return {"allocated": torch.cuda.max_memory_allocated(), "allocated_now": torch.cuda.memory_allocated(),
                "requested": value("requested_bytes.all.peak"), "requested_now": value("requested_bytes.all.current"),
                "reserved": torch.cuda.max_memory_reserved(), "reserved_now": torch.cuda.memory_reserved(),
                "retries": value("num_alloc_retries")}

    def machine(self):
        """Card, driver and versions."""
        card = torch.cuda.get_device_properties(0)
        return {"card": card.name, "card_bytes": card.total_memory, "compute_capability": f"{card.major}.{card.minor}", **self.driver.facts(),
                "cuda": torch.version.cuda, "cudnn": torch.backends.cudnn.version(),
                "allocator_settings": os.environ.get("PYTORCH_ALLOC_CONF") or os.environ.get("PYTORCH_CUDA_ALLOC_CONF") or "",
                "versions": versions()}
