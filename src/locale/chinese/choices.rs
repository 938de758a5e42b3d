//! Chinese words for choices. Names that libraries use stay as they write them.

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

/// Words for names in links that are no names of code or products.
const WORDS: &str = "\
inference 推理\n\
training 训练\n\
finetuning 微调\n\
Full 全量\n\
None 不量化\n\
qv 查询和值\n\
torch PyTorch 代码（torch）\n\
fla flash-linear-attention 内核（fla）\n\
attn 注意力\n\
splitMode=layer 按整层\n\
splitMode=none 只用一张 GPU\n\
splitMode=row 按矩阵的行\n\
splitMode=tensor 按层的部分\n\
all-linear 全部线性层\n\
lora LoRA\n\
dora 幅值分解（DoRA）\n\
rslora 秩稳定（rsLoRA）\n\
embeddings 词嵌入\n\
head 输出投影\n\
both 两者\n\
grpo GRPO\n\
dpo DPO\n\
adapter-off 关闭适配器的模型自身\n\
vllm-colocated 同一 GPU 上的 vLLM\n\
elsewhere 其他服务器\n\
lm 下一词元（lm）\n\
mlm 遮盖词元（mlm）\n\
classifier 分类器\n\
fp32 以 FP32 计算\n\
native 以 logits 的格式计算\n\
chunked 分块计算\n\
liger 与输出投影融合（Liger）\n\
dropped 不保留\n\
kept 保留\n\
none 无\n\
policy FSDP2 策略（policy）\n\
same 同运行精度\n\
prompts 条提示词\n\
completions 条回答\n\
resident 在 GPU 上\n\
absent 不加载\n\
cpu 在 CPU 上\n\
nvme 在磁盘上（NVMe）\n\
latest 最新（vLLM 0.33，2026 年中的 llama.cpp）\n\
0.31 vLLM 0.29 至 0.31\n\
0.28 vLLM 0.26 至 0.28\n\
0.25 vLLM 0.20 至 0.25\n\
0.20 vLLM 0.19 及以前\n\
0.8 vLLM 0.8 及以前\n\
b9272 llama.cpp b9272 及以前\n\
2025 llama.cpp 2025 年底及以前\n\
last 最后位置\n\
layers 每层一组\n\
layers_tail 嵌入、每层、末尾\n\
each 每个微批\n\
1f1b 一前一后（1f1b）\n\
gpipe GPipe\n\
allgather 收集全部 token（allgather）\n\
alltoall 发送 token（alltoall）\n\
interleaved 交错 1F1B（interleaved）\n\
zero-bubble 零气泡（zero-bubble）\n\
full 用完即释放（full）\n\
all 全部位置\n\
pure 单一精度\n\
master 带主权重\n\
fused 融合（fused）\n\
foreach 多张量（foreach）\n\
forloop 逐个（forloop）\n\
unknown 未知\n\
decoder 解码器\n\
cross-attention-decoder 交叉注意力解码器\n\
gated-delta-hybrid 门控 delta 混合\n\
lightning-hybrid lightning 混合\n\
mamba2-hybrid Mamba2 混合\n\
single-mixer-hybrid 单混合器混合\n\
parallel-hybrid 并联混合\n\
short-conv-hybrid 短卷积混合\n\
mamba 纯 Mamba\n\
mamba2 纯 Mamba2\n\
two-head-widths 两种头维度\n\
encoder 编码器\n\
encoder-decoder 编码器-解码器\n\
speech 语音\n\
contrastive 对比学习\n\
vision-transformer 视觉 transformer\n\
rms_scaled_wide RMS，以 FP32 缩放\n\
layer_without_bias LayerNorm，无偏置\n\
layer_wide 以 FP32 计算的 LayerNorm\n\
layer_without_weights LayerNorm，无权重\n\
before 之前\n\
after 之后\n\
around 前后\n\
after_sum 相加之后\n\
wide FP32 分数\n\
wide_product FP32 乘积\n\
narrow 运行精度\n\
every_expert 全部专家\n\
per_head 每头\n\
full 全部头\n\
sequential 依次\n\
parallel 并行\n\
parallel_shared_norm 并行，共用归一化\n\
rotary 旋转\n\
learned 可学习\n\
relative 相对\n\
own_embedding 自带词嵌入\n\
shared_embedding 共享词嵌入\n\
gated_attention 门控注意力\n\
dense 稠密\n\
merged_layer LayerNorm，合并后\n\
";

fn note(id: ParameterId, at: usize) -> String {
    let bytes = |bytes: f64| format!("{bytes} 字节");
    match id {
        ParameterId::Precision => bytes(Precision::ALL[at].bytes()),
        // What a format is called by: blocks have scales besides, which some methods count.
        ParameterId::Quantization => Quantization::ALL[at]
            .bytes()
            .map_or(String::new(), |bytes| format!("{} 位", (800.0 * bytes).round() / 100.0)),
        ParameterId::Optimizer => match Optimizer::ALL[at].factor() {
            0.0 => "行和与列和".to_owned(),
            n => format!("{n} 份状态"),
        },
        _ => String::new(),
    }
}
