"""DeepSpeed's own engine on fake tensors (needs `pip install deepspeed`, built without operators: DS_BUILD_OPS=0)."""
import contextlib, gc, os
os.environ.setdefault("DS_ACCELERATOR", "cuda")
os.environ.setdefault("MASTER_ADDR", "127.0.0.1"); os.environ.setdefault("MASTER_PORT", "29500")
import torch
import fakegpu
from fakegpu import cuda
from torch._subclasses.fake_tensor import FakeTensor
cuda.mem_get_info = lambda *a: (2**40, 2**40)
cuda.memory_allocated = cuda.max_memory_allocated = cuda.memory_reserved = cuda.max_memory_reserved = lambda *a, **k: 0
cuda.reset_peak_memory_stats = lambda *a: None
cuda.memory_stats = lambda *a: {}
cuda.manual_seed = cuda.manual_seed_all = lambda *a: None
cuda.get_device_name = lambda *a: "fake"
class _Props: total_memory = 2**40; name = "fake"; major, minor = 8, 0; multi_processor_count = 108
cuda.get_device_properties = lambda *a: _Props()
FakeTensor.data_ptr = lambda self: 0
import deepspeed
from deepspeed.accelerator import get_accelerator
acc = get_accelerator()
cuda.is_available = lambda: False         # FakeTensorMode asks: no device is to be touched
acc.is_available = lambda: True
acc.available_memory = lambda *a: 2**40
acc.total_memory = lambda *a: 2**40
acc.pin_memory = lambda tensor, *a, **k: tensor        # the host's memory is not followed
import logging
logging.getLogger("DeepSpeed").setLevel(logging.ERROR)


import parallel
torch.nn.Module._apply = parallel._apply_fake

import deepspeed.runtime.zero.partitioned_param_coordinator as ppc
import deepspeed.runtime.zero.utils as zu
ppc.assert_ints_same_as_other_ranks = lambda *a, **k: None       # compares with what other ranks send
zu.assert_ints_same_as_other_ranks = lambda *a, **k: None

import models


def start(c):
    rank = c.get("rank", 0)
    os.environ.update(RANK=str(rank), WORLD_SIZE=str(c["worldSize"]), LOCAL_RANK="0")
    fakegpu.world(c["worldSize"], rank)
    deepspeed.init_distributed(dist_backend="nccl", auto_mpi_discovery=False)


def config(c):
    z = {"stage": int(c["sharding"][-1])}
    for key, name in (("zeroReduceBucket", "reduce_bucket_size"), ("zeroAllgatherBucket", "allgather_bucket_size"), ("zeroOverlap", "overlap_comm"),
                      ("zeroPrefetchBucket", "stage3_prefetch_bucket_size"), ("zeroPersistence", "stage3_param_persistence_threshold"),
                      ("zeroContiguous", "contiguous_gradients"), ("zeroMaxLive", "stage3_max_live_parameters")):
        if c.get(key) is not None:
            z[name] = c[key]
    if c.get("cpuOffload"):
        z["offload_optimizer"] = {"device": "cpu", "pin_memory": False}
    if c.get("cpuOffloadParameters"):
        z["offload_param"] = {"device": "cpu", "pin_memory": False}
    conf = {"train_micro_batch_size_per_gpu": c["batchSize"], "gradient_accumulation_steps": c.get("gradientAccumulationSteps", 1),
            "bf16": {"enabled": True}, "zero_optimization": z, "gradient_clipping": c.get("gradientClipping", 1.0)}
    if c.get("cpuOffload"):
        conf["zero_force_ds_cpu_optimizer"] = False
    return conf


def on_host(owner, name):
    """A function that makes tensors on PyTorch's default device, which is the host for DeepSpeed and the GPU here."""
    made = getattr(owner, name)
    if not hasattr(made, "is_on_host"):
        def wrapped(*a, **k):
            with torch.device("cpu"):
                return made(*a, **k)
        wrapped.is_on_host = True
        setattr(owner, name, wrapped)


def gathering(*params):
    """`maybe_gather_lm_head_ctx` of trl/trainer/utils.py under ZeRO 3."""
    from deepspeed.runtime.zero.partition_parameters import ZeroParamStatus
    needed = {id(p): p for p in params if p is not None and p.ds_status != ZeroParamStatus.AVAILABLE}
    return deepspeed.zero.GatheredParameters(list(needed.values())) if needed else contextlib.nullcontext()


def case(r, c):
    """Set up, two steps of full size (the first makes the optimizer's state, both let ZeRO-3 record the order of modules), one measured."""
    import deepspeed.runtime.zero.partitioned_param_coordinator as ppc
    from tracker import tag
    from run import PHASES
    tr = r.tr
    tr.scalars = True
    r.cfg, model = models.build(c["model"], parallel.DT[c["precision"]], "sdpa", c.get("expertsImplementation"))
    if c.get("method") == "LoRA":
        model = parallel.adapt(model, dict(c, adapterPrecision=c.get("adapterPrecision", "BF16")))
    r.model = model
    pairs = tuned = None
    gather = gathering if c["sharding"] == "zero3" else lambda *_: contextlib.nullcontext()
    if c.get("reference"):
        import groups
        pairs = groups.of(tr, c, model, gather)
    elif c.get("loss") == "chunked":
        from tuned import Tuned
        tuned = Tuned(tr, c, model, gather)
        r.tokens = tuned.batch
    for p in model.parameters():
        tr.track(p, "params")
    P = sum(p.numel() for p in model.parameters())
    trainable = [p for p in model.parameters() if p.requires_grad]
    if c["gradientCheckpointing"]:
        model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": bool(c.get("reentrant"))})
    conf = config(c)
    bucket = int(conf["zero_optimization"].get("reduce_bucket_size", 5e8))
    tr.sizes = {bucket * 2: "reduce"}
    tag(tr, ppc.PartitionedParameterCoordinator, "fetch_sub_module", "gathered")
    from deepspeed.runtime.zero.stage3 import DeepSpeedZeroOptimizer_Stage3 as Z3
    from deepspeed.runtime.zero.stage_1_and_2 import DeepSpeedZeroOptimizer as Z12
    tag(tr, Z12, "setup_buckets", "reduce")
    tag(tr, Z3, "_post_step", "gathered")            # what is never divided is gathered again
    on_host(Z3, "_create_param_groups_fp16_flat_cpu_memory")
    opt = torch.optim.AdamW(trainable, lr=1e-4, weight_decay=0.01, fused=c["optimizerKernel"] == "fused", foreach=c["optimizerKernel"] == "foreach" or None)
    tr.default = "engine"
    eng, opt, _, _ = deepspeed.initialize(model=model, optimizer=opt, config=conf, dist_init_required=False)
    tr.sizes = {}                                    # stage 3 makes its bucket here
    if c.get("reference") == "second":
        second = pairs.reference(parallel.DT[c["precision"]])
        zero_of = dict(conf["zero_optimization"])
        zero_of.pop("offload_optimizer", None)
        if zero_of["stage"] != 3:
            zero_of["stage"] = 0
        pairs.second, *_ = deepspeed.initialize(model=second, config={**conf, "zero_optimization": zero_of}, dist_init_required=False)
        for p in second.parameters():
            tr.track(getattr(p, "ds_tensor", p), "params")
        for b in second.buffers():
            tr.track(b, "buffers")
        del second
    gc.collect()
    layers = models.layers_of(model)
    r.mark_layers(layers)
    stage = conf["zero_optimization"]["stage"]
    def mark():
        if stage < 3:
            for t in opt.bit16_groups_flat:
                tr.track(t, "params")
            for t in opt.single_partition_of_fp32_groups:
                tr.track(t, "master")
        else:
            if getattr(opt, "lp_param_buffer", None) is not None:
                tr.track(opt.lp_param_buffer, "params")
            for p in model.parameters():
                tr.track(p.ds_tensor, "params")
            for t in opt.fp32_partitioned_groups_flat:
                tr.track(t, "master")
            if getattr(opt, "grad_partitions_flat_buffer", None) is not None:
                tr.track(opt.grad_partitions_flat_buffer, "grads")
        for st in opt.optimizer.state.values():
            for v in st.values():
                if isinstance(v, torch.Tensor):
                    tr.track(v, "optimizer")
        for b in model.buffers():
            tr.track(b, "buffers")
    mark()
    b, s = c["batchSize"], c["sequenceLength"]
    v = r.cfg.vocab_size
    rows_of = r.rows_of_logits
    res = {}
    for i in range(3):
        ids = pairs.batch(b, s - c["completionLength"], c["completionLength"]) if pairs else r.tokens(b, s)
        tr.vocab, tr.rows = {v}, (b * s, b * (s - 1), *rows_of(c))
        gc.collect()
        base = dict(tr.cat)
        tr.reset_peaks()
        fakegpu.KERNELS.clear()
        tr.where = ""
        for micro in range(c.get("gradientAccumulationSteps", 1)):
            tr.set_phase("forward", "act")
            loss = (pairs or tuned).loss(eng, ids) if pairs or tuned else eng(input_ids=ids, labels=ids, use_cache=False).loss
            res["end_of_forward"] = {k: x for k, x in tr.cat.items() if x}
            tr.where = "loss"
            tr.set_phase("backward", "bwd_tmp")
            eng.backward(loss)
            loss = None
            gc.collect()
            if stage < 3:
                for t in [getattr(opt, "grads_in_partition", None), *[t for ts in opt.averaged_gradients.values() if ts for t in ts]]:
                    if isinstance(t, torch.Tensor):
                        tr.track(t, "grads")
                t = None                                 # or it would live on
            res["end_of_backward"] = {k: x for k, x in tr.cat.items() if x}
            tr.where = ""
            tr.set_phase("optimizer", "opt_tmp")
            eng.step()
        pk = {k: x for k, x in tr.peaks.items() if k in PHASES}
        mark()
        tr.set_phase("after", "setup")
        del ids
        gc.collect()
        if i == 0:
            res["first_step_peak"] = max(x[0] for x in pk.values())
        res["end_of_step"] = {k: x for k, x in tr.cat.items() if x}
    best = max(pk, key=lambda k: pk[k][0])
    res.update(bytes=pk[best][0], phase=best, op=pk[best][2], where=pk[best][3], breakdown=pk[best][1], kernels=dict(fakegpu.KERNELS),
               phases={k: {"bytes": x[0], "op": x[2], "where": x[3], "breakdown": x[1]} for k, x in pk.items()},
               leak=sum(tr.cat.values()) - sum(base.values()) + base.get("inputs", 0), params=P, trainable=sum(getattr(p, "ds_numel", p.numel()) for p in trainable), local_params=None)
    return res
