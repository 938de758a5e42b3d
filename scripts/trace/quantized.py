"""Weights as bitsandbytes quantizes them, on fake tensors: its own layers, with what its CUDA code allocates. It does not know what is
trained.

bitsandbytes describes each of its operations to fake tensors by its result alone. Those that are made of others in its CUDA source
(`backends/cuda/ops.py`) are put together here in the same way, so that what lives in between is seen: the product of a 4-bit weight for
more than 1536 rows (fewer run in one kernel), and that of 8-bit operands. No input has outliers, which only values could tell."""
from types import SimpleNamespace
import torch

FORMATS = {"nf4": dict(compress_statistics=False), "nf4-dq": dict(compress_statistics=True), "int8": {}}
FUSED_ROWS = 1536


def _expanded_product(a, b, shape, absmax, blocksize, kind, bias=None, absmax_8bit=None, absmax_code=None, absmax_offset=None):
    """`_dequant_linear_fallback`."""
    assert a.numel() // a.shape[-1] > FUSED_ROWS or a.numel() // a.shape[-1] <= 64, "one kernel makes this product, which is not modelled"
    if absmax_8bit is not None:
        absmax = torch.empty_like(absmax_8bit, dtype=torch.float32) + absmax_offset
    weight = torch.empty(shape, dtype=a.dtype, device=a.device)
    return torch.nn.functional.linear(a, weight, bias)


def _quantized_rows(a, threshold=0.0):
    """`int8_vectorwise_quant` where nothing exceeds the threshold."""
    res = torch.empty(a.shape, dtype=torch.int8, device=a.device)
    rows = torch.empty(a.numel() // a.shape[-1], device=a.device)
    if threshold == 0.0:
        return res, rows, None
    outliers = a.abs() >= threshold
    del outliers
    return res, rows, torch.empty(0, dtype=torch.int64, device=a.device)


def _product_8bit(a, ca, cb, rows, columns, outliers=None, bias=None):
    """`int8_mixed_scaled_mm` without outliers: a product in 32-bit integers, then FP16, then the format of the input."""
    product = torch.empty((*ca.shape[:-1], cb.shape[0]), dtype=torch.int32, device=ca.device)
    res = torch.empty_like(product, dtype=torch.float16)
    if bias is not None and bias.dtype != torch.float16:
        res.add_(bias)
    return res.to(a.dtype), torch.empty(0, dtype=a.dtype, device=a.device)


class _Replaced:
    """torch, but for some of its names."""

    def __init__(self, **names):
        self.__dict__.update(names)

    def __getattr__(self, name):
        return getattr(torch, name)


def prepare_library():
    """Put those compositions in the place of the operations."""
    import bitsandbytes.autograd._functions as functions
    import bitsandbytes.functional as functional
    functional.int8_vectorwise_quant = _quantized_rows
    operations = SimpleNamespace(gemm_4bit=SimpleNamespace(default=_expanded_product), int8_mixed_scaled_mm=_product_8bit)
    functions.torch = _Replaced(ops=SimpleNamespace(bitsandbytes=operations))
    import bitsandbytes.nn.modules as modules
    import peft.tuners.lora.dora as dora
    modules.Params4bit = modules.Int8Params = lambda data, **_: _packed(data.detach())
    dora.dequantize_module_weight = _expanded_weight
    dora.deepcopy = lambda module: module  # of a whole layer, for the first norm alone
    tables = {True: torch.zeros(256), False: torch.zeros(256)}
    functional.create_dynamic_map = lambda signed=True, **_: tables[signed]


def _packed(values, **attributes):
    """A parameter with what bitsandbytes' own classes of parameters have, which fake tensors cannot be."""
    res = torch.nn.Parameter(values, requires_grad=False)
    for name, value in attributes.items():
        setattr(res, name, value)
    return res


def _expanded_weight(module):
    """PEFT's `dequantize_module_weight`, which asks for the class of the parameter."""
    import bitsandbytes.functional as functional
    state = getattr(module, "quant_state", None)
    return module.weight if state is None else functional.dequantize_4bit(module.weight.data, state)


def pack_experts(model, form):
    """Pack stacked experts, too, which are parameters of no linear layer: axolotl's `quantize_moe_experts` (`monkeypatch/moe_quant.py`)
    calls this function of bitsandbytes, which expands a parameter whenever it is read."""
    from bitsandbytes.nn import parametrize
    for module in list(model.modules()):
        for name, p in list(module.named_parameters(recurse=False)):
            if p.dim() == 3:
                parametrize.replace_parameter_4bit(module, name, quant_type="nf4", **FORMATS[form])


def keep_inputs():
    """4-bit layers write down what they read, as those of bitsandbytes up to 0.43.0 do (`ctx.tensors = (A, B)`)."""
    from bitsandbytes.autograd._functions import MatMul4Bit
    forward = MatMul4Bit.forward

    def keeping(ctx, a, *others):
        res = forward(ctx, a, *others)
        ctx.tensors = (a if any(ctx.needs_input_grad[:2]) else None, ctx.tensors[1])
        return res
    MatMul4Bit.forward = staticmethod(keeping)


def quantize(model, form, keeps=False, experts=False):
    """Put bitsandbytes' layers in the place of all linear layers but the output projection, as Transformers does."""
    import bitsandbytes as bnb
    prepare_library()
    if keeps:
        keep_inputs()
    head = model.get_output_embeddings()
    places = [(parent, name, layer) for parent in model.modules() for name, layer in parent.named_children()
              if isinstance(layer, torch.nn.Linear) and layer is not head]
    for parent, name, layer in places:
        shape = (layer.in_features, layer.out_features, layer.bias is not None)
        with torch.device("meta"):
            if form == "int8":
                new = bnb.nn.Linear8bitLt(*shape, has_fp16_weights=False, threshold=6.0)
            else:
                new = bnb.nn.Linear4bit(*shape, compute_dtype=layer.weight.dtype, quant_type="nf4", **FORMATS[form])
        new.bias = layer.bias
        weight = torch.empty_like(layer.weight, requires_grad=False)
        if form == "int8":
            values, scales, _ = bnb.functional.int8_vectorwise_quant(weight.half())
            new.weight = _packed(values, CB=values, SCB=scales, has_fp16_weights=False)
        else:
            values, state = bnb.functional.quantize_4bit(weight, blocksize=64, quant_type="nf4", **FORMATS[form])
            new.weight = _packed(values, quant_state=state, quant_type="nf4", quant_storage=torch.uint8, bnb_quantized=True, **FORMATS[form])
            new.quant_state = state
        setattr(parent, name, new)
    model.is_loaded_in_8bit, model.is_loaded_in_4bit = form == "int8", form != "int8"
    model.is_quantized = True
    if experts:
        pack_experts(model, form)
    return model


def prepare(model):
    """PEFT's preparation: what is not packed becomes FP32."""
    from peft import prepare_model_for_kbit_training
    return prepare_model_for_kbit_training(model, use_gradient_checkpointing=False)


def states_of(model):
    """What lies beside packed weights: scales of blocks or rows, and tables."""
    for layer in model.modules():
        # A parametrization of packed experts has its state itself, a linear layer that of its weight.
        state = getattr(layer, "quant_state", None) or getattr(getattr(layer, "weight", None), "quant_state", None)
        if state is not None:
            outer = [state.absmax, state.code, state.offset]
            yield from (it for it in outer + ([state.state2.absmax, state.state2.code] if state.state2 else []) if it is not None)
        else:
            yield from (it for it in (getattr(layer.state, "SCB", None) if hasattr(layer, "state") else None,
                                      getattr(getattr(layer, "weight", None), "SCB", None)) if it is not None)
