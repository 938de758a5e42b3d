//! Chinese names of the modes. It knows no mode's parameters.

use crate::estimator::Mode;
use crate::locale::texts::ModeText;

/// A mode's tab, and what it estimates.
pub(super) fn mode(mode: Mode) -> ModeText {
    let (label, summary) = match mode {
        Mode::Inference => ("推理", "部署语言模型对外服务：权重、KV 缓存和少量工作显存。"),
        Mode::Finetune => ("微调", "让模型适应新任务：全量、LoRA、QLoRA 或 Prefix。"),
        Mode::Train => ("训练", "训练模型：权重、梯度、优化器状态、激活值。"),
        Mode::Grpo => ("GRPO", "偏好训练，为每条提示词生成一组回答。"),
        Mode::Multimodal => ("多模态", "文本、图像、视频和音频组成一个序列。"),
        Mode::Nlp => ("NLP", "语言模型的高级微调。"),
        Mode::Vlm => ("视觉语言", "视觉语言模型的高级微调。"),
        Mode::Moe => ("MoE", "混合专家模型的高级微调。"),
        Mode::Cnn => ("CNN", "卷积网络的高级微调。"),
    };
    ModeText { label, summary }
}
