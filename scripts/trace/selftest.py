"""Holds the tracker against networks that can be computed by hand, and against PyTorch's own memory tracker."""
import gc, os, subprocess, sys
import torch
from allocator import MIB, Allocator, OutOfMemory, Run, history, least_limit
from torch import nn
from models import build_lm, decoder_layers, llama
from tracker import RECORDS, Session, make_opt, next_part, start_log, train_step
from workloads import first_step, tokens


def selftest():
    ok = True
    def check(name, got, want):
        nonlocal ok
        good = got == want
        ok &= good
        print(("ok   " if good else "FAIL ") + f"{name}: got {got} want {want}")
    B, I, H, O = 64, 128, 512, 256
    # 1. fp32 MLP, AdamW: everything by hand
    for optname, tmpl in (("adamw_fused", 0), ("adamw_foreach", 1), ("sgd_momentum_foreach", 0)):
        with Session() as S:
            net = nn.Sequential(nn.Linear(I, H), nn.ReLU(), nn.Linear(H, O))
            S.adopt(net)
            opt = make_opt(optname, net.parameters())
            x = torch.zeros(B, I, device="cuda"); S.tr.track(x, "inputs")
            def fwd():
                return net(x).sum()
            fwd().backward(); opt.step(); S.opt_mark(opt); opt.zero_grad(set_to_none=True); gc.collect()
            m = train_step(S, fwd, opt)
        P = 4 * (I * H + H + H * O + O)
        nst = {"adamw_fused": 2, "adamw_foreach": 2, "sgd_momentum_foreach": 1}[optname]
        steps = 4 * 4 if optname == "adamw_fused" else 0    # 4 params, fp32 step counters on device
        check(optname + " params", m["params"], P)
        check(optname + " grads", m["grads"], P)
        check(optname + " optimizer", m["optimizer"], nst * P + steps)
        # saved: relu output (B,H) [input of 2nd linear and relu result share one tensor]; + scalar loss
        check(optname + " activations", m["activations_end_of_forward"], 4 * B * H + 4)
        # forward peak: x, lin1 out, relu out -> lin1 out freed -> out(B,O) + loss scalar
        base = P + nst * P + steps + 4 * B * I
        check(optname + " forward peak", m["phase_peaks"]["forward"], base + max(2 * 4 * B * H, 4 * B * H + 4 * B * O + 4))
        check(optname + " optimizer peak", m["phase_peaks"]["optimizer"], base + P + tmpl * P)
        check(optname + " leak", m["leak_after_step"], 0)
    # 2. bf16 autocast over fp32 weights: weight copies live in the graph at the end of forward
    with Session() as S:
        net = nn.Sequential(nn.Linear(I, H, bias=False), nn.ReLU(), nn.Linear(H, O, bias=False))
        S.adopt(net)
        opt = make_opt("adamw_fused", net.parameters())
        x = torch.zeros(B, I, device="cuda"); S.tr.track(x, "inputs")
        def fwd():
            with torch.autocast("cuda", dtype=torch.bfloat16):
                y = net(x)
            return y.float().sum()
        fwd().backward(); opt.step(); S.opt_mark(opt); opt.zero_grad(set_to_none=True); gc.collect()
        m = train_step(S, fwd, opt)
    # saved: bf16 x (B,I), bf16 relu out (B,H), bf16 copy of W2 (for dgrad); W1's copy is saved only if x needs grad (no)
    check("autocast weight_cast end of fwd", m["activations_end_of_forward_parts"]["weight_cast"], 2 * H * O)
    check("autocast act end of fwd", m["activations_end_of_forward_parts"]["act"], 2 * B * I + 2 * B * H + 4)
    # 3. conv + BN + ReLU(inplace) fp32
    with Session() as S:
        net = nn.Sequential(nn.Conv2d(3, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16), nn.ReLU(inplace=True))
        S.adopt(net)
        opt = make_opt("sgd_momentum_foreach", net.parameters())
        x = torch.zeros(8, 3, 32, 32, device="cuda"); S.tr.track(x, "inputs")
        def fwd():
            return net(x).sum()
        fwd().backward(); opt.step(); S.opt_mark(opt); opt.zero_grad(set_to_none=True); gc.collect()
        m = train_step(S, fwd, opt)
    A = 4 * 8 * 16 * 32 * 32
    print("conv-bn-relu activations", m["activations_end_of_forward"], "expected 2 maps =", 2 * A, "+ save_mean/invstd 2*16*4 + loss 4 =", 2 * A + 128 + 4)
    check("conv-bn-relu", m["activations_end_of_forward"], 2 * A + 132)
    # 4. flash attention saves q,k,v,out + fp32 logsumexp; no s^2
    with Session() as S:
        b, h, s, d = 2, 4, 256, 64
        class At(nn.Module):
            def __init__(self):
                super().__init__(); self.w = nn.Linear(h * d, 3 * h * d, bias=False, dtype=torch.bfloat16)
            def forward(self, x):
                q, k, v = self.w(x).view(b, s, 3, h, d).permute(2, 0, 3, 1, 4)
                return torch.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        net = At(); S.adopt(net); opt = make_opt("sgd_foreach", net.parameters())
        x = torch.zeros(b, s, h * d, device="cuda", dtype=torch.bfloat16); S.tr.track(x, "inputs")
        def fwd():
            return net(x).sum()
        fwd().backward(); opt.zero_grad(set_to_none=True); gc.collect()
        m = train_step(S, fwd, opt)
    T = b * s * h * d * 2
    rng = 16   # philox seed (2 x uint64), on device
    got = m["activations_end_of_forward"]
    print("flash saved", got, "q,k,v,out =", 4 * T, "lse =", 4 * b * h * s, "rest =", got - 4 * T - 4 * b * h * s, m["sdpa_kernels"])
    allocator_by_hand(check)
    allocator_from_tracker(check)
    # 5. cross-check against torch.distributed._tools.mem_tracker on a small Llama
    try:
        crosscheck()
    except Exception as e:
        print("mem_tracker cross-check failed:", type(e).__name__, str(e)[:300])
    # 6. the same workloads on a real device, in a process that imitates no GPU
    sys.stdout.flush()
    check("device.py (see above)", subprocess.run([sys.executable, os.path.join(os.path.dirname(os.path.abspath(__file__)), "device_check.py")]).returncode, 0)
    print("ALL OK" if ok else "SOME FAILED")

def allocator_by_hand(check):
    def after(name, allocated, reserved):
        check("allocator: " + name, (a.allocated, a.reserved), (allocated, reserved))
    a = Allocator()
    a.malloc(0)
    after("nothing", 0, 0)
    a.malloc(1)
    after("one byte is a block of 512 in a segment of 2 MiB", 512, 2 * MIB)
    a.malloc(MIB)
    after("1 MiB is still small", 512 + MIB, 2 * MIB)
    a.malloc(MIB)
    after("the rest of 1 MiB - 512 does not hold 1 MiB", 512 + 2 * MIB, 4 * MIB)
    a = Allocator()
    for _ in range(19):
        a.malloc(MIB + 1)
    after("19 of 1 MiB + 1 fill 20 MiB, as less than 1 MiB is left to the last", 20 * MIB, 20 * MIB)
    a.malloc(MIB + 1)
    after("the 20th does not fit", 21 * MIB + 512, 40 * MIB)
    a = Allocator()
    for _ in range(2):
        a.malloc(19 * MIB // 2)
    after("the rest of 1 MiB stays with the second block of 9.5 MiB", 20 * MIB, 20 * MIB)
    a = Allocator()
    a.malloc(10 * MIB)
    after("10 MiB has a segment of its own", 10 * MIB, 10 * MIB)
    a.malloc(11 * MIB)
    after("a rest of 1 MiB is not split off", 22 * MIB, 22 * MIB)
    a.malloc(21 * MIB // 2)
    after("a rest of 1.5 MiB is", 65 * MIB // 2, 34 * MIB)
    a.malloc(5 * MIB // 4)
    after("1.25 MiB takes all of that rest", 34 * MIB, 34 * MIB)
    a = Allocator()
    x, y, z = (a.malloc(4 * MIB) for _ in range(3))
    a.free(x)
    a.free(z)  # joins the rest: 4 free, 4 in use, 12 free
    check("allocator: neighbours join", a.pools[False], [(4 * MIB, 0), (12 * MIB, 8 * MIB)])
    check("allocator: best fit", (a.malloc(5 * MIB).address, a.malloc(3 * MIB).address), (8 * MIB, 0))
    a = Allocator()
    blocks = [a.malloc(n * MIB) for n in (10, 10)]
    for it in blocks:
        a.free(it)
    a.malloc(20 * MIB)
    after("free segments do not join", 20 * MIB, 40 * MIB)
    check("allocator: largest sum of blocks", a.allocated_peak, 20 * MIB)
    a = Allocator(34 * MIB)
    x, y = a.malloc(10 * MIB), a.malloc(8 * MIB)
    a.free(x)
    a.malloc(13 * MIB)  # needs 14; the free 10 go, the 12 beside the 8 stay
    after("at the limit a free segment is given back", 22 * MIB, 34 * MIB)
    try:
        a.malloc(14 * MIB)
        check("allocator: out of memory", False, True)
    except OutOfMemory:
        after("a segment in use is not", 22 * MIB, 34 * MIB)
    # The first step leaves its 30 MiB free and the state of 12 MiB is cut out of them; the second step cannot use what is left.
    parts = {"load": [(1, 12 * MIB)], "inputs": [(2, 8)], "step": [(3, 30 * MIB), (3, None)], "first_optimizer": [(4, 12 * MIB)], "optimizer": [], "end": []}
    check("allocator: history", history(parts, 2)["reserved_by_step"], [12 * MIB, 44 * MIB, 74 * MIB, 74 * MIB])
    # A segment that the state sits in cannot be given back; one that is free as a whole can.
    check("allocator: no limit below what is reserved", least_limit(parts), 74 * MIB)
    parts["first_optimizer"] = []
    parts["step"] = [(3, 28 * MIB), (3, None), (5, 30 * MIB), (5, None)]
    check("allocator: reserved, and least limit", (history(parts)["reserved_peak"], least_limit(parts) // MIB), (72 * MIB, 44))


def allocator_from_tracker(check):
    """History is put together from one step; here all steps of a process are logged instead."""
    RECORDS.allocator = True
    for whole in (False, True):
        with Session() as S:
            c, model = build_lm("x", torch.bfloat16, cfg=llama(512, 1408, 4, 8, 4, 32000))
            S.adopt(model)
            opt = make_opt("adamw_foreach", model.parameters())
            ids = tokens(S, 2, 256)
            fwd = lambda: model(input_ids=ids, labels=ids, use_cache=False).loss
            if not whole:
                first_step(S, fwd, opt)
                got = train_step(S, fwd, opt)
                continue
            run = Run()
            parts = start_log(S)
            run.feed(parts["load"])
            run.feed(parts["inputs"])
            by_step = [run.allocator.reserved]
            for _ in range(5):
                fwd().backward()
                opt.step()
                opt.zero_grad(set_to_none=True)
                next_part(S, parts, "step")
                run.feed(parts["step"])
                by_step.append(run.allocator.reserved)
    RECORDS.allocator = False
    check("allocator: history of steps logged one by one", got["reserved_by_step"], by_step)
    check("allocator: its blocks hold what is counted", 0 <= run.allocator.allocated_peak / got["peak_total"] - 1 < 0.01, True)


def crosscheck():
    from torch.distributed._tools.mem_tracker import MemTracker
    from torch._subclasses.fake_tensor import FakeTensorMode
    from transformers import AutoModelForCausalLM
    cfg = lambda: llama(512, 1408, 4, 8, 4, 32000)
    with Session() as S:
        c, model = build_lm("x", torch.bfloat16, cfg=cfg()); S.adopt(model, decoder_layers(model))
        opt = make_opt("adamw_foreach", model.parameters())
        ids = tokens(S, 2, 256)
        def fwd():
            return model(input_ids=ids, labels=ids, use_cache=False).loss
        fwd().backward(); opt.step(); S.opt_mark(opt); opt.zero_grad(set_to_none=True); gc.collect()
        m = train_step(S, fwd, opt, 32000, (512, 510))
    print("own tracker: peak", m["peak_total"], m["phase_peaks"])
    with FakeTensorMode(allow_non_fake_inputs=True), torch.device("cuda"):
        model = AutoModelForCausalLM.from_config(cfg(), dtype=torch.bfloat16, attn_implementation="sdpa"); model.train()
        opt = make_opt("adamw_foreach", model.parameters())
        ids = torch.zeros(2, 256, dtype=torch.long)
        mt = MemTracker(); mt.track_external(model, opt, ids)
        with mt:
            for i in range(2):
                loss = model(input_ids=ids, labels=ids, use_cache=False).loss
                loss.backward(); del loss
                opt.step(); opt.zero_grad(set_to_none=True)
                if i == 0:
                    mt.reset_mod_stats()
        pk = mt.get_tracker_snapshot("peak")
        for dev, v in pk.items():
            print("MemTracker peak", dev, {str(k): x for k, x in v.items()})


if __name__ == "__main__":
    selftest()
