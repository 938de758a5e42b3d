"""What mamba-ssm allocates where it computes a layer of Mamba2, without its kernels, which need a GPU: the tensors of
`MambaSplitConv1dScanCombinedFn` (mamba-ssm 2.3.2, `ssd_combined.py` and what it calls), in their order and with their
lifetimes, and no values. A reading replayed, not a trace of the library."""
import math

import torch
import torch.nn.functional as F

MULTIPROCESSORS = 132  # H100


def sizes(packed, conv_weight, D, chunk, head, groups):
    batch, sequence, _ = packed.shape
    heads = D.shape[0]
    state = (conv_weight.shape[0] - heads * head) // groups // 2
    return batch, sequence, heads, heads * head, state, math.ceil(sequence / chunk)


class Mixer(torch.autograd.Function):
    @staticmethod
    def forward(ctx, packed, conv_weight, conv_bias, dt_bias, A, D, chunk, norm_weight, out_weight, head, groups):
        batch, sequence, heads, dim, state, chunks = sizes(packed, conv_weight, D, chunk, head, groups)
        make = lambda *shape, dtype=packed.dtype: torch.empty(*shape, dtype=dtype, device=packed.device)  # noqa: E731
        wide = torch.float32
        convolved = make(batch, sequence, dim + 2 * groups * state)  # noqa: F841
        dA_cumsum, dt = (make(batch, heads, chunks, chunk, dtype=wide) for _ in range(2))  # noqa: F841
        states = make(batch, chunks, heads, head, state, dtype=wide)
        passed = make(batch, chunks, heads, head * state)
        last = make(batch, heads, head * state, dtype=wide)  # noqa: F841
        states = passed  # noqa: F841
        CB = make(batch, chunks, groups, chunk, chunk, dtype=wide)
        scanned = make(batch, sequence, heads, head)
        del CB
        normed, rstd = make(batch * sequence, dim), make(groups * batch * sequence, dtype=wide)
        normed = normed.view(batch, sequence, dim)
        if torch.is_autocast_enabled():
            dtype = torch.get_autocast_gpu_dtype()
            normed, out_weight = normed.to(dtype), out_weight.to(dtype)
        ctx.save_for_backward(packed, conv_weight, conv_bias, scanned, A, D, dt_bias, norm_weight, rstd, out_weight)
        ctx.numbers = chunk, head, groups
        return F.linear(normed, out_weight)

    @staticmethod
    def backward(ctx, given):
        packed, conv_weight, conv_bias, scanned, A, D, dt_bias, norm_weight, rstd, out_weight = ctx.saved_tensors
        chunk, head, groups = ctx.numbers
        batch, sequence, heads, dim, state, chunks = sizes(packed, conv_weight, D, chunk, head, groups)
        make = lambda *shape, dtype=packed.dtype: torch.empty(*shape, dtype=dtype, device=packed.device)  # noqa: E731
        wide, width = torch.float32, dim + 2 * groups * state
        again, convolved = make(batch, sequence, dim), make(batch, sequence, width)  # noqa: F841
        of_packed, of_convolved = torch.empty_like(packed), make(batch, sequence, width)  # noqa: F841
        of_normed = F.linear(given, out_weight.t())  # noqa: F841
        of_scanned = make(batch * sequence, dim)  # noqa: F841
        of_norm = make(MULTIPROCESSORS, dim, dtype=wide).sum(0)

        def scan():
            dt_in = make(batch, sequence, heads)  # noqa: F841
            dA_cumsum, dt = (make(batch, heads, chunks, chunk, dtype=wide) for _ in range(2))  # noqa: F841
            CB = make(batch, chunks, groups, chunk, chunk, dtype=wide)  # noqa: F841
            states = make(batch, chunks, heads, head, state, dtype=wide)
            passed, last = torch.empty_like(states), make(batch, heads, head * state, dtype=wide)  # noqa: F841
            states = passed
            del passed
            of_states = make(batch, chunks, heads, head, state, dtype=wide)
            narrow = [torch.empty_like(it, dtype=packed.dtype) for it in (states, of_states)]  # noqa: F841
            del states, of_states
            kept = [torch.empty_like(dt)]
            per_program = max(min(math.ceil(batch * chunks * heads / MULTIPROCESSORS), heads // groups), 1)
            splits = math.ceil(heads // groups / per_program)
            for _ in "BC":
                parts = make(batch, sequence, splits, groups, state, dtype=wide)
                kept += [torch.empty_like(dt), parts.sum(2)]
                del parts
            make(batch, chunks, splits, groups, chunk, chunk, dtype=wide).sum(2)
            kept.append(torch.empty_like(dt))

        scan()
        of_weight = torch.einsum("bso,bsd->od", given, again)
        small = [torch.empty_like(it) for it in (conv_weight, conv_bias, dt_bias, A, D)]
        return of_packed, *small, None, of_norm, of_weight, None, None


def mixer(zxbcdt, conv1d_weight, conv1d_bias, dt_bias, A, D, chunk_size, rmsnorm_weight=None, outproj_weight=None,
          headdim=None, ngroups=1, **_):
    return Mixer.apply(zxbcdt, conv1d_weight, conv1d_bias, dt_bias, A, D, chunk_size, rmsnorm_weight, outproj_weight,
                       headdim, ngroups)


class Installed:
    """Has Transformers take it while the block runs."""

    def __enter__(self):
        from transformers.models.granitemoehybrid import modeling_granitemoehybrid as module
        self.module, self.was = module, module.mamba2_split_conv1d_scan_combined
        module.mamba2_split_conv1d_scan_combined = mixer

    def __exit__(self, *_):
        self.module.mamba2_split_conv1d_scan_combined = self.was
