#!/usr/bin/env python3
"""The cases that are traced: `cases.py PART > CASES.json`, PART one of fsdp, ddp, tp, pp, inference, ep, zero, single, pairs, groups, chunked_groups, tuned."""
import json, sys

OUT = []


def case(family, model, **k):
    c = dict(mode="train", model=model, batchSize=1, sequenceLength=2048, precision="BF16", recipe="policy", optimizer="AdamW",
             optimizerKernel="fused", gradientCheckpointing=True, sharding="none", worldSize=1)
    if family == "inference":
        c = dict(mode="inference", model=model, batchSize=1, sequenceLength=2048, precision="BF16", recipe="pure", sharding="none", worldSize=1, logits="last", engine="transformers")
    c.update(k)
    part = [family, model]
    if c.get("method") == "LoRA":
        part.append(f"lora{c['loraRank']}-{c['loraTargets']}")
    part.append({"zero": "bf16", "policy": "mixed", "pure": "pure", "autocast": "autocast"}[c["recipe"]] + ("" if c["precision"] == "BF16" else "-" + c["precision"]))
    if c.get("reduceDtype"):
        part[-1] += "-reduce" + c["reduceDtype"]
    if c["mode"] != "inference":
        part.append(f"{c['optimizer']}-{c.get('optimizerKernel')}")
    sh = []
    if c["sharding"] != "none":
        sh.append(c["sharding"])
    for key, short in (("dataParallelReplicate", "replicate"), ("tensorParallel", "tp"), ("pipelineParallel", "pp"), ("expertParallel", "ep")):
        if c.get(key, 1) > 1:
            sh.append(f"{short}{c[key]}")
    sh.append(f"world{c['worldSize']}" + (f"-rank{c['rank']}" if c.get("rank") else ""))
    part.append("-".join(sh))
    kind = f"grpo-{c['rollout']}" if c.get("groups") else "dpo"
    fl = [c["loss"]] if c.get("loss") else []
    fl += [f"{kind}-{c['reference']}-c{c['completionLength']}"] if c.get("reference") else []
    if c.get("tensorParallel", 1) > 1:
        fl.append(c["tensorParallelPlan"])
    for key, short in (("sequenceParallel", "sp"), ("lossParallel", "lp"), ("cpuOffload", "offload"), ("cpuOffloadParameters", "params"), ("gradientAsBucketView", "view"), ("accumulateUnsharded", "nosync"),
                       ("returnOutputs", "outputs"), ("ignoreFirst", "x")):
        if c.get(key):
            fl.append(short)
    if c.get("wrapping") == "layers+tail":
        fl.append("tail")
    if c.get("zeroReduceBucket"):
        fl.append(f"bucket{c['zeroReduceBucket']}" + ("-overlap" if c.get("zeroOverlap") else ""))
    if c.get("bucketCapMb"):
        fl.append(f"cap{c['bucketCapMb']}")
    if c.get("gradientAccumulationSteps", 1) > 1:
        fl.append(f"accumulate{c['gradientAccumulationSteps']}")
    if c.get("schedule"):
        fl.append(f"{c['schedule']}-m{c['microbatches']}" + (f"-v{c['virtualStages']}" if c.get("virtualStages") else "") + f"-stage{c['stage']}")
    if c.get("logits") == "all":
        fl.append("all_logits")
    if fl:
        part.append("-".join(fl))
    part.append(f"b{c['batchSize']}s{c['sequenceLength']}" + ("/ckpt" if c.get("gradientCheckpointing") else ""))
    c = {"id": "/".join(part), "family": family, **c}
    assert c["id"] not in {o["id"] for o in OUT}, c["id"]
    OUT.append(c)


TITAN = dict(recipe="policy", reduceDtype="FP32", wrapping="layers+tail")                          # torchtitan; transformers' fsdp_mixed_precision
HF = dict(recipe="policy", reduceDtype="BF16", outputDtype="BF16", wrapping="layers+tail")         # accelerate 1.15, bf16
PLAIN = dict(recipe="policy", reduceDtype="FP32")                                                  # layers and root only
PURE = dict(recipe="pure")


def fsdp():
    f = lambda m, **k: case("fsdp", m, **{"sharding": "fsdp", **k})
    g = lambda m, shapes, **k: [f(m, batchSize=b, sequenceLength=s, gradientCheckpointing=bool(ck), **k) for b, s, ck in shapes]
    for w in (2, 4, 8, 16, 64):
        g("llama-3.2-1b", [(2, 1024, 0)], worldSize=w, **PLAIN)
    g("llama-3.2-1b", [(4, 2048, 1), (1, 512, 1)], worldSize=8, **PLAIN)
    g("llama-3.2-1b", [(4, 2048, 1)], worldSize=3, **HF)
    g("llama-3.1-8b", [(1, 2048, 1), (1, 2048, 0), (1, 8192, 1), (4, 1024, 1)], worldSize=8, **HF)
    g("llama-3.1-8b", [(1, 2048, 1), (1, 512, 1)], worldSize=64, **HF)
    g("llama-3.1-8b", [(1, 8192, 1), (1, 1024, 0)], worldSize=8, **TITAN)
    g("llama-3.1-8b", [(1, 2048, 1), (1, 512, 0)], worldSize=8, optimizerKernel="foreach", **PURE)
    g("llama-3.1-8b", [(1, 2048, 1), (1, 2048, 0)], worldSize=8, sharding="fsdp-keep", **PLAIN)
    g("llama-3.1-8b", [(1, 2048, 1)], worldSize=16, sharding="hsdp", dataParallelReplicate=2, **TITAN)
    g("llama-3.1-8b", [(1, 2048, 1)], worldSize=4, cpuOffload=True, optimizerKernel="foreach", **TITAN)
    g("qwen2.5-7b", [(4, 1024, 1), (1, 512, 1)], worldSize=4, **PURE)
    g("qwen2.5-7b", [(2, 4096, 1), (1, 512, 0)], worldSize=8, optimizerKernel="foreach", **HF)
    g("qwen3-0.6b", [(8, 512, 1), (1, 512, 0)], worldSize=2, **PLAIN)
    g("qwen3-0.6b", [(2, 1024, 1)], worldSize=6, **TITAN)
    g("qwen3-8b", [(1, 4096, 1), (1, 512, 0)], worldSize=16, optimizerKernel="foreach", **TITAN)
    g("mistral-7b-v0.1", [(2, 2048, 1), (1, 1024, 0)], worldSize=4, **HF)
    g("mixtral-8x7b-instruct-v0.1", [(1, 2048, 1)], worldSize=16, expertsImplementation="grouped_mm", **TITAN)
    g("mixtral-8x7b-instruct-v0.1", [(1, 2048, 1)], worldSize=8, expertsImplementation="grouped_mm", **PURE)
    g("llama-3.3-70b-instruct", [(1, 4096, 1)], worldSize=64, **TITAN)
    g("llama-3.3-70b-instruct", [(1, 2048, 1)], worldSize=16, **PURE)
    g("qwen3-30b-a3b", [(1, 2048, 1)], worldSize=16, expertsImplementation="grouped_mm", **HF)
    STACKED = dict(expertsImplementation="grouped_mm")
    g("olmoe-1b-7b-0924", [(1, 1024, 0)], worldSize=3, **STACKED, **HF)
    g("olmoe-1b-7b-0924", [(2, 2048, 1)], worldSize=8, optimizerKernel="foreach", **STACKED, **TITAN)
    g("mixtral-8x7b-instruct-v0.1", [(1, 1024, 0)], worldSize=4, optimizerKernel="foreach", **STACKED, **PLAIN)
    g("qwen3-30b-a3b", [(1, 512, 0)], worldSize=6, **STACKED, **PURE)
    lo = lambda r, t: dict(method="LoRA", loraRank=r, loraTargets=t, adapterPrecision="FP32", mode="finetune")
    g("llama-3.1-8b", [(2, 2048, 1), (1, 512, 0)], worldSize=4, **HF, **lo(16, "all-linear"))
    g("llama-3.3-70b-instruct", [(1, 4096, 1)], worldSize=8, **HF, **lo(16, "all-linear"))
    g("qwen2.5-7b", [(2, 1024, 1)], worldSize=2, **HF, **lo(8, "qv"))
    g("llama-3.2-1b", [(2, 1024, 1)], worldSize=4, gradientAccumulationSteps=2, **PLAIN)
    g("llama-3.2-1b", [(2, 1024, 1)], worldSize=4, gradientAccumulationSteps=2, accumulateUnsharded=True, **PLAIN)
    g("llama-3.2-1b", [(2, 1024, 1)], worldSize=4, optimizer="SGD", optimizerKernel="foreach", **PLAIN)


def ddp():
    d = lambda m, **k: case("ddp", m, **{"sharding": "ddp", **k})
    g = lambda m, shapes, **k: [d(m, batchSize=b, sequenceLength=s, gradientCheckpointing=bool(ck), **k) for b, s, ck in shapes]
    A, P = dict(recipe="autocast"), dict(recipe="pure")
    lo = lambda r, t: dict(method="LoRA", loraRank=r, loraTargets=t, adapterPrecision="FP32", mode="finetune")
    g("llama-3.2-1b", [(2, 1024, 0), (4, 2048, 1), (1, 512, 1)], worldSize=8, **A)
    g("llama-3.2-1b", [(2, 1024, 0), (4, 2048, 1), (1, 512, 1)], worldSize=8, gradientAsBucketView=True, **A)
    g("llama-3.2-1b", [(2, 1024, 0), (1, 512, 1)], worldSize=2, **P)
    g("qwen3-0.6b", [(4, 1024, 1), (1, 512, 0)], worldSize=4, optimizerKernel="foreach", **A)
    g("qwen3-0.6b", [(2, 512, 1)], worldSize=4, bucketCapMb=100, **P)
    g("qwen2.5-7b", [(1, 1024, 1)], worldSize=8, **P)
    g("llama-3.1-8b", [(2, 2048, 1)], worldSize=4, **A, **lo(16, "all-linear"))
    g("llama-3.2-1b", [(2, 512, 1)], worldSize=8, gradientAccumulationSteps=2, **A)


def tp():
    t = lambda m, **k: case("tp", m, **{"recipe": "pure", "tensorParallelPlan": "torch", **k})
    g = lambda m, n, shapes, **k: [t(m, tensorParallel=n, worldSize=n, batchSize=b, sequenceLength=s, gradientCheckpointing=bool(ck), **k) for b, s, ck in shapes]
    H, SP, SL = dict(tensorParallelPlan="transformers"), dict(sequenceParallel=True), dict(sequenceParallel=True, lossParallel=True)
    g("llama-3.1-8b", 2, [(1, 2048, 0), (2, 2048, 1)], **H)
    g("llama-3.1-8b", 8, [(1, 2048, 0), (1, 8192, 1)], **H)
    g("llama-3.1-8b", 4, [(1, 2048, 0), (2, 2048, 1)])
    g("llama-3.1-8b", 4, [(1, 2048, 0), (2, 2048, 1)], **SP)
    g("llama-3.1-8b", 4, [(1, 2048, 0), (2, 2048, 1), (1, 8192, 1)], **SL)
    g("qwen2.5-7b", 4, [(1, 1024, 0), (2, 2048, 1)], **H)
    g("llama-3.3-70b-instruct", 8, [(1, 2048, 1)], **SL)
    g("llama-3.2-1b", 2, [(4, 1024, 0)], recipe="pure", precision="FP32", **H)
    g("mistral-7b-v0.1", 8, [(1, 4096, 1)], optimizerKernel="foreach", **SL)
    # 2D
    u = lambda m, n, w, shapes, **k: [case("fsdp+tp", m, **{**TITAN, **SL, "sharding": "fsdp", "tensorParallel": n, "worldSize": w, "tensorParallelPlan": "torch",
                                                            "batchSize": b, "sequenceLength": s, "gradientCheckpointing": bool(ck), **k}) for b, s, ck in shapes]
    u("llama-3.1-8b", 2, 8, [(1, 2048, 1), (1, 1024, 0)])
    u("llama-3.1-8b", 4, 16, [(2, 4096, 1)])
    u("llama-3.3-70b-instruct", 8, 64, [(1, 4096, 1)])
    u("mistral-7b-v0.1", 2, 4, [(1, 2048, 1)], recipe="pure", reduceDtype=None)


def pp():
    def p(m, pp, sched, mb, stages, w=None, **k):
        for st in stages:
            case("pp", m, **{"recipe": "pure", "pipelineParallel": pp, "worldSize": w or pp, "schedule": sched, "microbatches": mb, "stage": st, **k})
    p("llama-3.1-8b", 4, "gpipe", 8, (0, 3), batchSize=1, sequenceLength=2048, gradientCheckpointing=True)
    p("llama-3.1-8b", 4, "1f1b", 8, (0, 1, 3), batchSize=1, sequenceLength=2048, gradientCheckpointing=True)
    p("llama-3.1-8b", 4, "1f1b", 8, (0, 3), batchSize=1, sequenceLength=1024, gradientCheckpointing=False)
    p("llama-3.1-8b", 4, "interleaved", 8, (0, 3), batchSize=1, sequenceLength=2048, gradientCheckpointing=True, virtualStages=2)
    p("llama-3.1-8b", 4, "interleaved", 8, (0,), batchSize=1, sequenceLength=1024, gradientCheckpointing=False, virtualStages=2)
    p("mistral-7b-v0.1", 2, "1f1b", 4, (0, 1), batchSize=2, sequenceLength=1024, gradientCheckpointing=False)
    p("mistral-7b-v0.1", 2, "1f1b", 4, (1,), batchSize=2, sequenceLength=1024, gradientCheckpointing=False, returnOutputs=True)
    p("llama-3.1-8b", 2, "1f1b", 4, (0, 1), w=8, batchSize=1, sequenceLength=2048, gradientCheckpointing=True, recipe="policy", reduceDtype="FP32", sharding="fsdp")


def inference():
    i = lambda m, n, shapes, **k: [case("inference", m, tensorParallel=n, worldSize=n, tensorParallelPlan="transformers", batchSize=b, sequenceLength=s, **k) for b, s in shapes]
    i("llama-3.1-8b", 2, [(1, 2048), (8, 4096)])
    i("llama-3.1-8b", 8, [(8, 2048)])
    i("llama-3.1-8b", 4, [(2, 1024)], logits="all")
    i("llama-3.3-70b-instruct", 8, [(1, 8192), (8, 2048)])
    i("qwen2.5-7b", 4, [(4, 2048)])
    i("mixtral-8x7b-instruct-v0.1", 8, [(1, 2048)], expertsImplementation="grouped_mm")
    i("qwen3-8b", 4, [(2, 4096)])


def ep():
    e = lambda m, n, w, shapes, **k: [case("ep", m, **{**TITAN, "sharding": "fsdp", "expertParallel": n, "worldSize": w, "expertsImplementation": "grouped_mm",
                                                       "batchSize": b, "sequenceLength": s, "gradientCheckpointing": bool(ck), **k}) for b, s, ck in shapes]
    e("qwen3-30b-a3b", 8, 8, [(1, 2048, 1)])
    e("qwen3-30b-a3b", 8, 32, [(1, 4096, 1)])
    for world in (4, 8):
        e("olmoe-1b-7b-0924", 4, world, [(1, 512, 0), (2, 1024, 1)])
    e("olmoe-1b-7b-0924", 8, 64, [(1, 1024, 1)])
    e("mixtral-8x7b-instruct-v0.1", 4, 8, [(1, 512, 1)])
    e("mixtral-8x7b-instruct-v0.1", 8, 8, [(1, 512, 0)])
    e("mixtral-8x7b-instruct-v0.1", 2, 16, [(1, 2048, 1)])


def single():
    """One GPU, to compare activations with; not part of the tables."""
    for m, b, s, ck in (("llama-3.2-1b", 2, 1024, 0), ("llama-3.2-1b", 4, 2048, 1), ("llama-3.1-8b", 1, 2048, 0), ("llama-3.1-8b", 1, 2048, 1), ("qwen3-8b", 1, 512, 0), ("mistral-7b-v0.1", 2, 2048, 1)):
        case("single", m, recipe="pure", batchSize=b, sequenceLength=s, gradientCheckpointing=bool(ck))


def pairs():
    """DPO, whose batches are of pairs."""
    ACC = dict(recipe="policy", reduceDtype="BF16", wrapping="layers+tail", mode="grpo", completionLength=512)
    LORA = dict(method="LoRA", loraRank=8, loraTargets="all-linear")
    for reference in ("precomputed", "second"):
        for ck in (True, False):
            case("dpo", "llama-3.2-1b", **{**ACC, "sharding": "fsdp", "worldSize": 4, "batchSize": 2, "sequenceLength": 1024, "gradientCheckpointing": ck, "reference": reference})
        case("dpo", "llama-3.1-8b", **{**ACC, "sharding": "fsdp", "worldSize": 8, "batchSize": 1, "sequenceLength": 1024, "reference": reference})
    for reference in ("precomputed", "adapter-off"):
        for model, w in (("llama-3.2-1b", 4), ("llama-3.1-8b", 8)):
            case("dpo", model, **{**ACC, **LORA, "adapterPrecision": "FP32", "sharding": "fsdp", "worldSize": w, "batchSize": 2, "sequenceLength": 1024, "reference": reference})
    for stage in (2, 3):
        Z = dict(recipe="zero", mode="grpo", completionLength=512, sharding=f"zero{stage}", batchSize=2, sequenceLength=1024)
        for model, w in (("llama-3.2-1b", 4), ("mistral-7b-v0.1", 8)):
            for reference in ("precomputed", "second"):
                case("dpo", model, **{**Z, "worldSize": w, "reference": reference})
            for reference in ("precomputed", "adapter-off"):
                case("dpo", model, **{**Z, **LORA, "adapterPrecision": "BF16", "worldSize": w, "reference": reference})


def groups():
    """GRPO; a batch is of completions."""
    G = dict(mode="grpo", groups=True, completionLength=512, batchSize=4, sequenceLength=768)
    ACC = dict(recipe="policy", reduceDtype="BF16", outputDtype="BF16", wrapping="layers+tail", sharding="fsdp", **G)
    LORA = dict(method="LoRA", loraRank=16, loraTargets="all-linear")
    for rollout in ("elsewhere", "transformers"):
        for model, w in (("llama-3.2-1b", 4), ("mistral-7b-v0.1", 8)):
            for reference in ("precomputed", "second"):
                case("grpo", model, **{**ACC, "worldSize": w, "rollout": rollout, "reference": reference})
            case("grpo", model, **{**ACC, **LORA, "adapterPrecision": "FP32", "worldSize": w, "rollout": rollout, "reference": "adapter-off"})
        case("grpo", "qwen2.5-7b", **{**ACC, **LORA, "adapterPrecision": "FP32", "worldSize": 2, "rollout": rollout, "reference": "precomputed", "gradientCheckpointing": False})
        for stage in (1, 2):
            Z = dict(recipe="zero", sharding=f"zero{stage}", rollout=rollout, **G)
            case("grpo", "llama-3.2-1b", **{**Z, "worldSize": 4, "reference": "second", **(dict(rank=3) if stage == 2 else {})})
            case("grpo", "mistral-7b-v0.1", **{**Z, "worldSize": 8, "reference": "precomputed"})
            case("grpo", "qwen2.5-7b", **{**Z, **LORA, "adapterPrecision": "BF16", "worldSize": 2, "reference": "adapter-off"})
        Z = dict(recipe="zero", sharding="zero3", rollout=rollout, **G)
        for model, w in (("llama-3.2-1b", 4), ("qwen2.5-7b", 2)):
            for reference in ("precomputed", "second"):
                case("grpo", model, **{**Z, "worldSize": w, "reference": reference})
            case("grpo", model, **{**Z, **LORA, "adapterPrecision": "BF16", "worldSize": w, "reference": "precomputed"})


def chunked_groups():
    """GRPO by a head that makes no logits, on one GPU and on several."""
    LORA = dict(method="LoRA", loraRank=16, loraTargets="all-linear")
    def g(sharding, m, w, shapes, **k):
        for b, s, n, ck in shapes:
            case("grpo", m, **{"mode": "grpo", "groups": True, "loss": "chunked", "sharding": sharding, "worldSize": w, "batchSize": b, "sequenceLength": s,
                               "completionLength": n, "gradientCheckpointing": bool(ck), "reference": "precomputed", "rollout": "elsewhere", **k})
    SHORT, LONG = (4, 768, 512, 0), (8, 1280, 1024, 1)
    AMP, FULL = dict(recipe="autocast", adapterPrecision="FP32", **LORA), dict(recipe="pure")
    TRANSFORMERS, OFF, SECOND = dict(rollout="transformers"), dict(reference="adapter-off"), dict(reference="second")
    g("none", "llama-3.2-1b", 1, [SHORT, LONG], **FULL)
    g("none", "llama-3.2-1b", 1, [(4, 768, 512, 1)], **FULL, **SECOND, **TRANSFORMERS)
    g("none", "llama-3.2-1b", 1, [(4, 768, 512, 1)], recipe="autocast", **SECOND)
    g("none", "qwen3-0.6b", 1, [SHORT, (2, 2304, 2048, 1)], recipe="autocast")
    g("none", "llama-3.2-1b", 1, [SHORT, LONG], **AMP, **OFF)
    g("none", "qwen2.5-1.5b", 1, [(6, 500, 300, 0), (6, 500, 300, 1)], **AMP, **TRANSFORMERS)
    g("none", "qwen2.5-7b", 1, [(16, 1536, 1024, 1), (2, 512, 256, 1)], **AMP, **OFF, **TRANSFORMERS)
    g("none", "qwen3-8b", 1, [(8, 1280, 1024, 1)], **AMP)
    g("none", "qwen2.5-1.5b", 1, [(4, 768, 512, 0)], recipe="pure", adapterPrecision="BF16", **LORA)
    g("none", "mistral-7b-v0.1", 1, [(2, 1024, 512, 1)], **FULL, **TRANSFORMERS)
    g("none", "llama-3.2-1b", 1, [(4, 768, 512, 1)], gradientAccumulationSteps=2, **FULL)
    ACC = dict(recipe="policy", reduceDtype="BF16", outputDtype="BF16", wrapping="layers+tail")
    ONE = (4, 768, 512, 1)
    g("fsdp", "llama-3.2-1b", 4, [ONE, LONG], **ACC)
    g("fsdp", "mistral-7b-v0.1", 8, [ONE], **ACC, **SECOND)
    g("fsdp", "qwen2.5-7b", 2, [ONE], **ACC, **TRANSFORMERS)
    g("fsdp", "llama-3.2-1b", 4, [ONE], adapterPrecision="FP32", **ACC, **LORA, **OFF)
    g("fsdp", "qwen2.5-7b", 2, [SHORT, LONG], adapterPrecision="FP32", **ACC, **LORA)
    g("fsdp", "llama-3.2-1b", 4, [ONE], gradientAccumulationSteps=2, **ACC)
    for stage in (1, 2):
        Z = dict(recipe="zero")
        last = lambda ranks: dict(rank=ranks - 1) if stage == 2 else {}
        g(f"zero{stage}", "llama-3.2-1b", 4, [LONG], **Z, **SECOND)
        g(f"zero{stage}", "llama-3.2-1b", 4, [ONE], **Z, **SECOND, **last(4))
        g(f"zero{stage}", "mistral-7b-v0.1", 8, [ONE], **Z, **TRANSFORMERS, **last(8))
        g(f"zero{stage}", "qwen2.5-7b", 2, [ONE], adapterPrecision="BF16", **Z, **LORA, **OFF)
    Z = dict(recipe="zero")
    g("zero3", "llama-3.2-1b", 4, [ONE, SHORT], **Z)
    g("zero3", "llama-3.2-1b", 4, [ONE], **Z, **SECOND, **TRANSFORMERS)
    g("zero3", "qwen2.5-7b", 2, [ONE], **Z, **SECOND)
    g("zero3", "mistral-7b-v0.1", 8, [LONG], **Z, **TRANSFORMERS)
    g("zero3", "llama-3.2-1b", 4, [ONE], adapterPrecision="BF16", **Z, **LORA)
    g("zero3", "qwen2.5-7b", 2, [ONE], adapterPrecision="BF16", **Z, **LORA, **TRANSFORMERS)


def tuned():
    """Steps whose loss is made in chunks."""
    LORA = dict(method="LoRA", loraRank=8, loraTargets="all-linear", mode="finetune")
    def t(sharding, m, w, shapes, **k):
        for b, s, ck in shapes:
            case("sft", m, **{"loss": "chunked", "sharding": sharding, "worldSize": w, "batchSize": b, "sequenceLength": s, "gradientCheckpointing": bool(ck), **k})
    ACC = dict(reduceDtype="BF16", wrapping="layers+tail")
    t("fsdp", "llama-3.2-1b", 4, [(2, 1024, 1), (2, 1024, 0), (8, 2048, 1)], **ACC)
    t("fsdp", "llama-3.1-8b", 8, [(1, 2048, 1), (1, 1024, 0), (4, 2048, 1)], **ACC)
    t("fsdp", "qwen2.5-7b", 2, [(2, 1024, 1)], **ACC)
    t("fsdp", "llama-3.2-1b", 4, [(2, 1024, 1), (2, 1024, 0)], adapterPrecision="FP32", **ACC, **LORA)
    t("fsdp", "llama-3.1-8b", 8, [(2, 2048, 1), (1, 1024, 0)], adapterPrecision="FP32", **ACC, **LORA)
    t("fsdp", "llama-3.2-1b", 2, [(2, 1024, 1), (2, 1024, 0)], **PLAIN)
    t("fsdp", "llama-3.1-8b", 8, [(2, 2048, 1), (1, 1024, 0)], **PLAIN)
    t("fsdp", "llama-3.2-1b", 4, [(2, 1024, 1)], gradientAccumulationSteps=2, accumulateUnsharded=True, **ACC)
    t("fsdp", "qwen2.5-7b", 4, [(2, 1024, 1)], gradientAccumulationSteps=2, accumulateUnsharded=True, **ACC)
    ONE = ("llama-3.2-1b", 4, [(2, 1024, 1)])
    t("fsdp-keep", *ONE, **ACC)
    t("hsdp", *ONE, dataParallelReplicate=2, **ACC)
    t("fsdp", *ONE, cpuOffload=True, optimizerKernel="foreach", **ACC)
    t("fsdp", *ONE, **PURE)
    t("fsdp", "olmoe-1b-7b-0924", 4, [(1, 1024, 0), (2, 1024, 1)], expertsImplementation="grouped_mm", **ACC)
    t("zero2", *ONE, recipe="zero", cpuOffload=True)
    for stage in (2, 3):
        Z = dict(recipe="zero")
        t(f"zero{stage}", "llama-3.2-1b", 4, [(2, 1024, 1), (2, 1024, 0), (8, 2048, 1)], **Z)
        if stage == 2:     # gradients that are kept whole are most on the last rank
            t("zero2", "llama-3.2-1b", 4, [(2, 1024, 1), (8, 2048, 1)], rank=3, **Z)
            t("zero2", "llama-3.2-1b", 4, [(2, 1024, 1)], rank=3, gradientAccumulationSteps=2, **Z)
        if stage == 2:
            t("zero2", "mistral-7b-v0.1", 8, [(2, 2048, 1)], **Z)
        t(f"zero{stage}", "qwen2.5-7b", 2, [(1, 1024, 0)], **Z)
        t(f"zero{stage}", "llama-3.2-1b", 4, [(2, 1024, 1)], adapterPrecision="BF16", **Z, **LORA)
        t(f"zero{stage}", "qwen2.5-7b", 4, [(2, 2048, 1)], adapterPrecision="BF16", **Z, **LORA)
        t(f"zero{stage}", "llama-3.2-1b", 4, [(2, 1024, 1)], gradientAccumulationSteps=2, **Z)
    t("zero1", "llama-3.2-1b", 2, [(2, 1024, 1)], recipe="zero")
    t("none", "llama-3.2-1b", 1, [(2, 1024, 1), (2, 1024, 0)], recipe="pure")
    t("none", "qwen2.5-7b", 1, [(2, 2048, 1)], recipe="pure")


def zero():
    def z(m, shapes, stage, w, **k):
        for b, s, ck in shapes:
            case("zero", m, **{"recipe": "zero", "sharding": f"zero{stage}", "worldSize": w, "batchSize": b, "sequenceLength": s, "gradientCheckpointing": bool(ck), **k})
    LORA = dict(mode="finetune", method="LoRA", loraRank=8, loraTargets="all-linear", adapterPrecision="BF16")
    AUTO = lambda h: dict(zeroReduceBucket=h * h, zeroPrefetchBucket=int(0.9 * h * h), zeroPersistence=10 * h, zeroOverlap=True)
    z("llama-3.2-1b", [(2, 1024, 1)], 1, 8)
    z("llama-3.2-1b", [(2, 1024, 1), (2, 1024, 0)], 2, 8)
    z("llama-3.2-1b", [(2, 1024, 1)], 3, 8)
    z("llama-3.1-8b", [(1, 2048, 1)], 2, 8, **AUTO(4096))
    z("llama-3.1-8b", [(1, 2048, 1)], 3, 8, **AUTO(4096))
    z("qwen2.5-7b", [(1, 2048, 1)], 3, 4)
    z("qwen2.5-7b", [(1, 2048, 1)], 3, 2, **LORA)
    z("qwen2.5-0.5b", [(1, 512, 1)], 2, 2, zeroOverlap=True)
    for stage in (1, 2, 3):
        z("qwen2.5-0.5b", [(1, 512, 0)], stage, 2, gradientAccumulationSteps=2)
    for stage in (2, 3):
        z("mistral-7b-v0.1", [(1, 2048, 0)], stage, 4, **(dict(rank=3) if stage == 2 else {}))     # the last rank keeps gradients first
    z("mistral-7b-v0.1", [(2, 2048, 1)], 3, 4, **{**LORA, "loraRank": 16, "loraTargets": "qv"})
    z("mistral-7b-v0.1", [(2, 2048, 1)], 2, 4, **{**LORA, "loraRank": 16})
    # states on the host, and at stage 3 also parameters
    OPT, ALL = dict(cpuOffload=True), dict(cpuOffload=True, cpuOffloadParameters=True)
    z("llama-3.2-1b", [(2, 1024, 1)], 1, 8, **OPT)
    for stage in (2, 3):
        z("llama-3.2-1b", [(2, 1024, 1), (2, 512, 0)], stage, 8, **OPT)
    # below stage 3 the last rank has the output projection's gradient, whose norm is computed beside all that is kept
    z("llama-3.1-8b", [(1, 2048, 1)], 2, 8, rank=7, **OPT, **AUTO(4096))
    z("llama-3.1-8b", [(1, 2048, 1)], 3, 8, **OPT, **AUTO(4096))
    z("llama-3.2-1b", [(2, 1024, 1)], 2, 2, **OPT)
    z("llama-3.2-1b", [(2, 1024, 1)], 3, 4, gradientAccumulationSteps=4, **OPT)
    z("qwen2.5-7b", [(1, 2048, 1)], 3, 4, **OPT)
    z("qwen2.5-7b", [(1, 512, 1)], 2, 4, rank=3, gradientAccumulationSteps=4, **OPT)
    z("qwen2.5-7b", [(1, 2048, 1)], 3, 2, **OPT, **LORA)
    z("llama-3.2-1b", [(2, 1024, 0), (2, 1024, 1)], 3, 8, **ALL)
    z("llama-3.2-1b", [(2, 1024, 1)], 3, 8, cpuOffloadParameters=True)
    z("llama-3.1-8b", [(1, 2048, 1), (1, 8192, 1)], 3, 8, **ALL, **AUTO(4096))
    z("llama-3.1-8b", [(1, 2048, 1)], 3, 2, gradientAccumulationSteps=4, **ALL, **AUTO(4096))
    z("qwen2.5-7b", [(1, 2048, 1)], 3, 4, **ALL)
    z("qwen2.5-7b", [(1, 2048, 1)], 3, 2, **ALL, **LORA)
    # one GPU, which has DeepSpeed only to offload
    z("llama-3.2-1b", [(2, 1024, 1)], 1, 1, **OPT)
    for stage in (2, 3):
        z("llama-3.2-1b", [(2, 1024, 1), (2, 512, 0)], stage, 1, **OPT)
    z("llama-3.2-1b", [(2, 1024, 1)], 3, 1, **ALL)
    z("llama-3.1-8b", [(1, 2048, 1)], 2, 1, **OPT)
    z("qwen2.5-7b", [(1, 2048, 1)], 3, 1, **ALL)
    z("qwen2.5-7b", [(1, 512, 1)], 2, 1, gradientAccumulationSteps=4, **OPT)
    z("qwen2.5-0.5b", [(1, 512, 0)], 3, 1, gradientAccumulationSteps=2, **ALL)
    z("qwen2.5-7b", [(1, 2048, 1)], 3, 1, **OPT, **LORA)
    z("mistral-7b-v0.1", [(1, 2048, 1)], 2, 1, **OPT, **LORA)


def main():
    for part in sys.argv[1:]:
        globals()[part]()
    print("[\n" + ",\n".join(json.dumps(c) for c in OUT) + "\n]")


if __name__ == "__main__":
    main()
