#!/usr/bin/env python3
"""Turn the tracer's records into rows of the ground truth: {id, family, link, bytes, moment}.

  to_cases.py RECORDS... [--reserved | --device] [--without ROWS.json] [--keep ROWS.json] > ROWS.json

RECORDS are .jsonl parts or a merged .json array. `--without` leaves out ids of rows that exist already, `--keep` puts
existing rows first. `--check` compares each record's own `link` (and its row in `--without`, if any) with what is made here.
"""
import argparse, json, sys
from presets import preset

PRECISION = {  # precision of the tracer -> precision and recipe of the link
    "bf16": ("BF16", "pure"), "fp32": ("FP32", "pure"), "amp_bf16": ("BF16", "autocast"), "amp_fp16": ("FP16", "autocast"),
    "bf16_base+amp_bf16": ("BF16", "autocast"), "fp16": ("FP16", "pure"),
    "fp16_base+amp_fp16": ("FP16", "autocast"), "fp32_base+amp_bf16": ("FP32", "autocast"),
}
OPTIMIZER = {  # optimizer of the tracer -> optimizer and kernel of the link
    "adamw_fused": ("AdamW", "fused"), "adamw_foreach": ("AdamW", "foreach"), "adafactor": ("Adafactor", None),
    "sgd_momentum_foreach": ("SGD", "foreach"), "sgd_momentum_fused": ("SGD", "fused"), "adamw_loop": ("AdamW", "forloop"),
    "lion": ("Lion", None), "lion_foreach": ("Lion", "foreach"), "lion_bnb": ("BnbLion", None), "lion_8bit": ("Lion8bit", None),
    "adamw_8bit": ("AdamW8bit", None), "muon": ("Muon", "fused"),
}


# Models that read images, traced as what Transformers makes of their text alone.
TEXT_ALONE = ("qwen3.5-9b", "qwen3.5-27b")


def text(value):
    return str(value).lower() if isinstance(value, bool) else f"{value}"


def training(w):
    """Keys that every training mode shares, in their order."""
    precision, recipe = PRECISION[w["precision"]]
    # Beside packed weights FP32 says what is not packed, as PEFT's preparation leaves it.
    is_prepared = "base" in w and w["precision"] == "fp32_base+amp_bf16"
    if is_prepared:
        precision = "BF16"
    optimizer, kernel = OPTIMIZER[w["optimizer"]]
    return [("precision", precision), ("recipe", recipe), ("optimizer", optimizer), ("optimizerKernel", kernel),
            ("gradientCheckpointing", w["gradient_checkpointing"]), ("kbitPreparation", True if is_prepared or w.get("prepared") else None)]


def adapters(w):
    """Keys of LoRA; none for full fine-tuning."""
    if "lora_rank" not in w:
        return []
    return [("loraRank", w["lora_rank"]), ("loraTargets", w["lora_targets"].split()[0]), ("loraVariant", w.get("variant")),
            ("modulesToSave", w.get("whole")), ("adapterPrecision", w["lora_adapter_dtype"].upper()),
            ("quantization", {"int8": "INT8"}.get(w.get("base"), w.get("base"))), ("frozenInputs", "kept" if w.get("kept") else None),
            ("packedExperts", w.get("packed_experts") or None)]


def link(record):
    """The link that describes the traced workload."""
    w, family = record["workload"], record["family"]
    name, _, layers = record["model"].partition("@")
    layers, _, vocabulary = layers.partition("v")
    model = ("model", preset(name) + (f"&numLayers={layers}" if layers else ""))
    if vocabulary:
        model = ("model", f"{model[1]}&vocabSize={vocabulary}")
    full = record["architecture"].get("num_full_attention_layers")
    if full and layers:
        alone = record["architecture"].get("num_feed_forward_layers")
        model = ("model", f"{model[1]}&numFullAttentionLayers={full}" + (f"&numFeedForwardLayers={alone}" if alone else ""))
    if name in TEXT_ALONE:
        model = ("model", f"{model[1]}&vision=absent")
    if w["kind"] == "prefill":
        keys = [("mode", "inference"), model, ("engine", "transformers"), ("precision", PRECISION[w["precision"]][0]),
                ("batchSize", w["batch"]), ("sequenceLength", w["seq"]), ("attention", w["attention"]),
                ("logits", "last" if w["logits_to_keep"] else "all")]
    elif w["kind"] == "encode":
        keys = [("mode", "inference"), model, ("engine", "transformers"), ("precision", PRECISION[w["precision"]][0]), ("head", w["head"]),
                ("batchSize", w["batch"]), ("sequenceLength", w["seq"]), ("attention", w["attention"]), ("padding", w["padding_in_batch"] or None)]
    elif w["kind"] == "generate":
        # The encoder of sound reads all its positions; what follows the sequence's length is the decoder's.
        lengths = [("sequenceLength", w["decoder_seq"])] if w["hears"] else [("sequenceLength", w["seq"]), ("decoderLength", w["decoder_seq"])]
        keys = [("mode", "inference"), model, ("engine", "transformers"), ("precision", PRECISION[w["precision"]][0]), ("batchSize", w["batch"]),
                *lengths, ("attention", w["attention"]), ("padding", w["padding_in_batch"] or None)]
    elif family in ("cnn", "vit"):
        keys = [("mode", "cnn"), model, ("batchSize", w["batch"]), ("inputImageSize", w["image_size"]), *training(w)]
    elif w["kind"] == "grpo":
        keys = [("mode", "grpo"), model, ("method", "LoRA"), ("batchSize", w["batch"] // w["num_generations"]),
                ("numGenerations", w["num_generations"]), ("sequenceLength", w["seq"]), ("completionLength", w["completion_len"]),
                *training(w), *adapters(w), ("attention", w["attention"])]
    elif w["kind"] == "dpo":
        reference = {"default": None, "precomputed": "none"}[w["reference"]]
        # Whole logits are converted where Accelerate runs the model, whatever its weights are.
        loss = ("fp32" if "amp" in w["precision"] else "native") if w.get("whole_logits") else None
        if w.get("whole_logits") and w["precision"] == "bf16_base+amp_bf16" and "lora_rank" not in w:
            w = {**w, "precision": "bf16"}
        keys = [("mode", "grpo"), model, ("algorithm", "dpo"), ("method", "LoRA" if "lora_rank" in w else "Full"), ("batchSize", w["batch"]),
                ("sequenceLength", w["seq"]), ("completionLength", w["completion_len"]), ("referenceModel", reference), *training(w), ("loss", loss), *adapters(w),
                ("attention", w["attention"]), ("padding", w["padding_in_batch"] or None)]
    elif family == "seq2seq":
        keys = [("mode", "train"), model, ("batchSize", w["batch"]), ("sequenceLength", w["seq"]), ("decoderLength", w["decoder_seq"]),
                *training(w), ("attention", w["attention"]), ("padding", w["padding_in_batch"] or None),
                ("gradientAccumulationSteps", w.get("gradient_accumulation_steps"))]
    elif family == "speech":
        keys = [("mode", "multimodal"), model, ("task", "training"), ("numImages", 0), ("audioDuration", 30000), ("batchSize", w["batch"]),
                ("sequenceLength", w["decoder_seq"]), *training(w), ("attention", w["attention"]),
                ("gradientAccumulationSteps", w.get("gradient_accumulation_steps"))]
    elif family == "contrastive":
        keys = [("mode", "vlm"), model, ("method", "Full"), ("freezeVision", False), ("batchSize", w["batch"]), ("sequenceLength", w["seq"]),
                ("numImages", 1), ("imageResolution", 224), *training(w), ("attention", w["attention"])]
    elif family == "vlm":
        method = "LoRA" if "lora_rank" in w else "Full"
        frozen = [] if method == "LoRA" else [("freezeVision", w["mode"] == "frozen_vision")]
        keys = [("mode", "vlm"), model, ("method", method), *frozen, ("batchSize", w["batch"]), ("sequenceLength", w["text_tokens"]),
                ("numImages", w["images_per_sample"]), ("imageResolution", w["image_size"]), *training(w), *adapters(w),
                ("attention", w["attention"])]
    else:
        method = "Prefix" if "virtual_tokens" in w else "QLoRA" if "base" in w else "LoRA" if "lora_rank" in w else None
        keys = [("mode", "finetune" if method else "train"), model, ("method", method), ("batchSize", w["batch"]),
                ("sequenceLength", w["seq"]), *training(w), *adapters(w), ("loraDropout", w.get("lora_dropout") or None), ("attention", w["attention"]), ("padding", w.get("padding_in_batch") or None),
                ("gradientAccumulationSteps", w.get("gradient_accumulation_steps")), ("returnOutputs", w.get("holds_outputs"))]
    return "&".join(f"{key}={text(value)}" for key, value in keys if value is not None)


def row(record):
    m = record["measured_bytes"]
    return {"id": record["id"], "family": record["family"], "link": link(record),
            "bytes": max(m["peak_total"], m.get("decode_step_peak") or 0), "moment": f"{m['peak_phase']} {m['peak_op']}".strip()}


def held(record):
    """A row of what the caching allocator holds (`run.py --allocator`)."""
    m = record["measured_bytes"]
    return {"id": record["id"], "link": link(record), "peak": max(m["peak_total"], m.get("decode_step_peak") or 0),
            "reserved": m["reserved_peak"], "expandable": m["reserved_expandable"], "least": m["least_limit"]}


def on_device(record):
    """A row of a real run (`run.py --device cuda`): what the allocator counted as tensors, in `bytes`, and what it and the driver said
    besides, by phase; bytes, or none where the driver does not tell."""
    m = record["measured_bytes"]
    machine = m["machine"]
    phases = {phase: {it: figures[it] for it in ("allocated", "requested", "reserved", "process")} for phase, figures in m["phases"].items()}
    best = max((it for it in phases if it != "load"), key=lambda it: phases[it]["allocated"])
    return {"id": record["id"], "family": record["family"], "link": link(record), "figure": "tensors", "bytes": phases[best]["allocated"],
            "moment": best, "source": f"{machine['card']}, driver {machine.get('driver', 'unknown')}, PyTorch {machine['versions']['torch']}",
            "requested": m["requested_peak"], "reserved": m["reserved_peak"], "reserved_by_step": m.get("reserved_by_step"),
            "process": m["process_peak"], "process_source": m["context_source"], "context": m["context_before_first_tensor"],
            "outside": m["outside_allocator_at_end"], "workspaces": m["left_beyond_tensors"], "retries": m["alloc_retries"], "phases": phases,
            **machine}


def records(paths):
    """Records of all files, the first of each id."""
    seen = set()
    for path in paths:
        with open(path) as file:
            found = json.load(file) if path.endswith(".json") else [json.loads(line) for line in file]
        for record in found:
            if record["id"] not in seen:
                seen.add(record["id"])
                yield record


def write(rows, file):
    file.write("[\n" + ",\n".join(json.dumps(it) for it in rows) + "\n]\n")


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("records", nargs="+")
    arguments.add_argument("--keep", help="rows to put first")
    arguments.add_argument("--without", help="rows whose ids are left out")
    arguments.add_argument("--reserved", action="store_true", help="rows of data/ground_truth/reserved.json instead")
    arguments.add_argument("--device", action="store_true", help="rows of runs on a real device instead")
    arguments.add_argument("--check", help="rows to compare with, instead of writing")
    options = arguments.parse_args()
    load = lambda path: json.load(open(path)) if path else []
    kind = on_device if options.device else held if options.reserved else row
    rows = [kind(record) for record in records(options.records)]
    if options.check:
        want = {it["id"]: it for it in load(options.check)}
        wrong = [it for it in rows if it["id"] in want and want[it["id"]] != it]
        for it in wrong:
            print(it, want[it["id"]], sep="\n  ")
        print(f"{sum(it['id'] in want for it in rows)} of {len(rows)} rows are in {options.check}, {len(wrong)} differ")
        sys.exit(bool(wrong))
    known = load(options.keep)
    skip = {it["id"] for it in known + load(options.without)}
    write(known + [it for it in rows if it["id"] not in skip], sys.stdout)


if __name__ == "__main__":
    main()
