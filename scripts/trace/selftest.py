"""Holds the tracker against networks that can be computed by hand, and against PyTorch's own memory tracker."""
import gc
import torch
from torch import nn
from models import build_lm, decoder_layers, llama
from tracker import Session, make_opt, train_step
from workloads import tokens


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
    # 5. cross-check against torch.distributed._tools.mem_tracker on a small Llama
    try:
        crosscheck()
    except Exception as e:
        print("mem_tracker cross-check failed:", type(e).__name__, str(e)[:300])
    print("ALL OK" if ok else "SOME FAILED")

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
