#!/usr/bin/env python3
"""Hold closed formulas of what a decoder layer saves for backward against the traced records: `derive.py FOLDER`."""
import glob, json, os, sys



def records(folder):
    return [json.loads(line) for path in sorted(glob.glob(os.path.join(folder, "*.jsonl"))) for line in open(path)]



def dims(a):
    return dict(h=a["hidden_size"], q=a["num_heads"] * a["head_dim"], kv=a["num_kv_heads"] * a["head_dim"], a=a["num_heads"],
                ak=a["num_kv_heads"], I=a["intermediate_size"], V=a["vocab_size"], L=a["num_layers"], d=a["head_dim"])


def layer_formula(r):
    """Bytes saved for backward per token and layer: full fine-tuning, flash, no padding."""
    a, w = r["architecture"], r["workload"]
    D = dims(a); h, q, kv, I = D["h"], D["q"], D["kv"], D["I"]
    amp = w["precision"] in ("amp_bf16", "amp_fp16"); fp32 = w["precision"] == "fp32"
    if w["gradient_checkpointing"]:
        return (4 if (amp or fp32) else 2) * h
    mt = a["model_type"]
    if fp32 or w["attention"] != "sdpa" or w.get("padding_in_batch"):
        return None
    if mt == "gpt2":
        return (86 if amp else 58) * h + 4 * D["a"] + 16
    if mt in ("llama", "qwen2", "mistral", "qwen3"):
        x = (26 if amp else 16) * h + 4 * q + 4 * kv + 4 * D["a"] + 8 + 8 * I
        if mt == "qwen3":
            x += 6 * q + 6 * kv + 4 * (D["a"] + D["ak"])
        return x
    return None


def lora_formula(r):
    """The same with LoRA adapters in fp32."""
    a, w = r["architecture"], r["workload"]
    if "lora_rank" not in w:
        return None
    D = dims(a); h, q, kv, I, rk = D["h"], D["q"], D["kv"], D["I"], w["lora_rank"]
    if w["gradient_checkpointing"]:
        return 2 * h
    if a["model_type"] not in ("llama", "qwen2", "mistral", "qwen3") or w["lora_dropout"] or w.get("padding_in_batch") or w["attention"] != "sdpa":
        return None
    if w["lora_adapter_dtype"] != "fp32":
        return None
    if w["precision"] == "fp32":
        return None
    c = 2 if "amp" in w["precision"] else 4
    ins = {"qv": [h, h], "attn": [h, h, h, q], "all-linear": [h, h, h, q, h, h, I]}[w["lora_targets"]]
    x = 8 * h + 8 + 4 * q + 4 * kv + 4 * D["a"] + 6 * I + c * sum(i + rk for i in ins)
    if a["model_type"] == "qwen3":
        x += 4 * q + 4 * kv + 4 * (D["a"] + D["ak"])
    return x


def expected(r):
    """Bytes per token and layer by formula, or none where there is no formula."""
    if "saved_per_layer" not in r["measured_bytes"] or r["workload"].get("gradient_accumulation_steps"):
        return None
    if r["family"] == "dense-lora":
        return lora_formula(r)
    if r["family"] != "dense-full":
        return None
    mistral = r["architecture"]["model_type"] == "mistral" and r["workload"]["seq"] > 4096
    return None if mistral and r["workload"]["attention"] == "sdpa" else layer_formula(r)


def main():
    checked = differ = stray = 0
    for r in records(sys.argv[1]):
        m, w = r["measured_bytes"], r["workload"]
        if w["kind"] != "prefill":
            extra = set(m["phase_peak_breakdowns"]["optimizer"]) - {"params", "buffers", "inputs", "grads", "optimizer", "opt_tmp"}
            if extra or m["leak_after_step"]:
                stray += 1
        formula = expected(r)
        if formula is not None:
            checked += 1
            error = m["saved_per_layer"] - formula * w["batch"] * w["seq"]
            if abs(error) > 200:
                differ += 1
                print("differs", r["id"], m["saved_per_layer"] / w["batch"] / w["seq"], formula)
    print(f"{checked} checked, {differ} differ by more than 200 B; {stray} with something else alive during the step")


if __name__ == "__main__":
    main()
