//! English words for choices. Names that libraries use stay as they write them.

use crate::estimator::parameters::ParameterKind;
use crate::estimator::{ChoiceValue, Optimizer, ParameterId, Precision, Quantization, Value};
use crate::locale::names::{name, word_in};

/// The word of a choice, or its name in links, and what is to be said beside it.
pub(super) fn choice(id: ParameterId, at: usize) -> String {
    let ParameterKind::Choice { ids } = id.spec().kind else { return id.spec().write(&Value::Choice(at)) };
    let id_of_choice = ids.all().get(at).copied().unwrap_or_default();
    // A word of one parameter alone goes before that which all share.
    let own = || word_in(WORDS, &format!("{}={id_of_choice}", id.spec().key));
    let word = own().or_else(|| word_in(WORDS, id_of_choice)).or_else(|| name(id_of_choice)).unwrap_or(id_of_choice);
    let note = note(id, at);
    if note.is_empty() { word.to_owned() } else { format!("{word} · {note}") }
}

/// Words for names in links that are no words.
const WORDS: &str = "\
inference Inference\n\
training Training\n\
finetuning Fine-tuning\n\
grpo GRPO\n\
dpo DPO\n\
lora LoRA\n\
dora DoRA\n\
rslora rsLoRA\n\
adapter-off the model without its adapters\n\
vllm-colocated vLLM on the same GPU\n\
elsewhere a server elsewhere\n\
lm next token (lm)\n\
mlm hidden tokens (mlm)\n\
fp32 in FP32\n\
native in the logits' format\n\
chunked in chunks\n\
liger fused with the projection (Liger)\n\
splitMode=layer whole layers\n\
splitMode=none one GPU\n\
splitMode=row rows of matrices\n\
splitMode=tensor parts of layers\n\
all-linear all linear layers\n\
attn attention\n\
qv query and value\n\
torch PyTorch (torch)\n\
fla flash-linear-attention (fla)\n\
same as the run\n\
resident on the GPU\n\
absent not loaded\n\
cpu on the CPU\n\
nvme on a disk (NVMe)\n\
latest today's (vLLM 0.33, llama.cpp of mid 2026)\n\
0.31 vLLM 0.29 to 0.31\n\
0.28 vLLM 0.26 to 0.28\n\
0.25 vLLM 0.20 to 0.25\n\
0.20 vLLM up to 0.19\n\
0.8 vLLM up to 0.8\n\
b9272 llama.cpp up to b9272\n\
2025 llama.cpp up to the end of 2025\n\
last last position\n\
layers each layer\n\
layers_tail embedding, layers, end\n\
each each micro-batch\n\
1f1b one forward, one backward (1f1b)\n\
gpipe GPipe\n\
interleaved interleaved 1F1B\n\
zero-bubble zero bubble\n\
allgather all tokens gathered (allgather)\n\
alltoall tokens sent (alltoall)\n\
policy FSDP2's policy (policy)\n\
full after each turn (full)\n\
all all positions\n\
cross-attention-decoder cross-attention decoder\n\
gated-delta-hybrid gated delta hybrid\n\
lightning-hybrid lightning hybrid\n\
mamba2-hybrid Mamba2 hybrid\n\
single-mixer-hybrid single-mixer hybrid\n\
parallel-hybrid parallel hybrid\n\
short-conv-hybrid short-convolution hybrid\n\
mamba Mamba alone\n\
mamba2 Mamba2 alone\n\
two-head-widths two head widths\n\
vision-transformer vision transformer\n\
rms_scaled_wide RMS, scaled in FP32\n\
layer_without_bias LayerNorm, no bias\n\
layer_wide LayerNorm in FP32\n\
layer_without_weights LayerNorm, no weights\n\
after_sum after the sum\n\
wide FP32 scores\n\
wide_product FP32 product\n\
every_expert every expert\n\
per_head per head\n\
parallel_shared_norm parallel, one norm\n\
own_embedding own embedding\n\
shared_embedding shared embedding\n\
gated_attention gated attention\n\
merged_layer LayerNorm, merged\n\
";

fn note(id: ParameterId, at: usize) -> String {
    let bytes = |bytes: f64| if bytes == 1.0 { "1 byte".to_owned() } else { format!("{bytes} bytes") };
    match id {
        ParameterId::Precision => bytes(Precision::ALL[at].bytes()),
        // What a format is called by: blocks have scales besides, which some methods count.
        ParameterId::Quantization => Quantization::ALL[at]
            .bytes()
            .map_or(String::new(), |bytes| format!("{} bits", (800.0 * bytes).round() / 100.0)),
        ParameterId::Optimizer => match Optimizer::ALL[at].factor() {
            1.0 => "1 state".to_owned(),
            0.0 => "row and column sums".to_owned(),
            n => format!("{n} states"),
        },
        _ => String::new(),
    }
}
