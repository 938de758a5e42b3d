"""A real run on the CPU, without any tracing: how many of backward's additions of gradients are made in place? The tracker
follows the rule that it shows, because a dispatch mode switches it off in the engine."""
import collections
import torch
from torch.profiler import profile
from transformers import AutoModelForCausalLM, LlamaConfig

torch.set_num_threads(1)
config = LlamaConfig(hidden_size=64, intermediate_size=128, num_hidden_layers=3, num_attention_heads=4, num_key_value_heads=2,
                     vocab_size=512, tie_word_embeddings=True, head_dim=16)
model = AutoModelForCausalLM.from_config(config, dtype=torch.bfloat16, attn_implementation="sdpa")
model.train()
ids = torch.zeros(2, 16, dtype=torch.long)
for checkpointing in (False, True):
    if checkpointing:
        model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
    loss = model(input_ids=ids, labels=ids, use_cache=False).loss
    with profile(record_shapes=True) as run:
        loss.backward()
    count = collections.Counter((e.name, str(e.input_shapes[:2])) for e in run.events() if e.name in ("aten::add", "aten::add_"))
    print("checkpointing" if checkpointing else "plain")
    for what, times in count.items():
        print("  ", what, times)
    model.zero_grad(set_to_none=True)
