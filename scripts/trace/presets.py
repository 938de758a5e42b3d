"""Which model of data/models.json a name of the tracer stands for."""

PRESET = {
    "Llama-2-7B": "llama-2-7b-hf", "LLaVA-1.5-7B": "llava-1.5-7b-hf", "Mixtral-8x7B": "mixtral-8x7b-instruct-v0.1",
    "OLMoE-1B-7B": "olmoe-1b-7b-0924", "Qwen2-VL-7B": "qwen2-vl-7b-instruct", "vit_b_16": "vit-base-patch16-224",
    "vit_b_32": "vit-base-patch32-224", "vit_l_16": "vit-large-patch16-224", "vit_l_32": "vit-large-patch32-224",
}


def preset(name):
    """The id of data/models.json."""
    return PRESET.get(name) or name.lower()
