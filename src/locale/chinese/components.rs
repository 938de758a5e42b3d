//! Chinese names of components and moments.

use crate::estimator::{Component, ComponentGroup, MomentId};

pub(super) fn component(component: Component) -> &'static str {
    match component {
        Component::Weights => "权重",
        Component::Embedding => "词嵌入",
        Component::Attention => "注意力",
        Component::FeedForward => "前馈层",
        Component::Convolutions => "卷积层",
        Component::FullyConnected => "全连接层",
        Component::BatchNormalization => "批归一化",
        Component::Fusion => "融合层",
        Component::VisionEncoder => "视觉编码器",
        Component::TextEncoder => "文本编码器",
        Component::Router => "路由（router）",
        Component::ActiveExperts => "激活专家",
        Component::Experts => "全部专家",
        Component::Adapter => "适配器",
        Component::MasterWeights => "主权重",
        Component::Optimizer => "动量与二阶矩",
        Component::Gradients => "梯度",
        Component::GradientBuckets => "梯度桶",
        Component::Activations => "层激活值",
        Component::PipelineBuffers => "流水线接收缓冲区",
        Component::AttentionScores => "注意力分数",
        Component::FeatureMaps => "特征图",
        Component::ImageFeatures => "图像特征",
        Component::TextFeatures => "文本特征",
        Component::CrossModalAttention => "跨模态注意力",
        Component::ModalAlignment => "模态对齐",
        Component::Contrastive => "对比矩阵",
        Component::RoutingProbabilities => "路由概率",
        Component::ExpertAssignment => "专家分配",
        Component::VisionActivations => "视觉激活值",
        Component::Logits => "Logits 与损失",
        Component::KvCache => "KV 缓存",
        Component::GatheredParameters => "收集的参数",
        Component::CollectiveBuffers => "集合通信缓冲区",
        Component::AutocastCopies => "16 位副本",
        Component::Temporaries => "临时张量",
        Component::Inputs => "输入与缓冲区",
        Component::PositionEncoding => "位置编码",
        Component::ImagePreprocessing => "图像预处理",
        Component::LoadBalance => "负载均衡",
        Component::Overhead => "开销",
        Component::Communicators => "通信器",
        Component::Runtime => "运行时",
    }
}

pub(super) fn group(group: ComponentGroup) -> &'static str {
    match group {
        ComponentGroup::Weights => "权重",
        ComponentGroup::Vision => "视觉编码器",
        ComponentGroup::Text => "文本编码器",
        ComponentGroup::Experts => "专家",
        ComponentGroup::Adapter => "适配器",
        ComponentGroup::Optimizer => "优化器状态",
        ComponentGroup::Gradients => "梯度",
        ComponentGroup::Activations => "激活值",
        ComponentGroup::Logits => "Logits 与损失",
        ComponentGroup::KvCache => "KV 缓存",
        ComponentGroup::Temporaries => "临时张量",
        ComponentGroup::Other => "其他",
        ComponentGroup::Overhead => "开销",
    }
}

/// Chinese writes a name in a sentence as it stands alone.
pub(super) fn in_sentence(label: &str) -> String {
    label.to_owned()
}

pub(super) fn moment(moment: MomentId) -> &'static str {
    match moment {
        MomentId::Whole => "同时存在",
        MomentId::WeightSync => "权重同步",
        MomentId::Generation => "生成",
        MomentId::LogProbabilities => "对数概率",
        MomentId::ReferencePass => "参考模型前向",
        MomentId::PrefillAttention => "预填充，注意力",
        MomentId::Prefill => "预填充，前馈层",
        MomentId::PrefillLogits => "预填充，logits",
        MomentId::PrefillStateSpace => "预填充，状态空间",
        MomentId::Decode => "解码",
        MomentId::Serving => "服务中",
        MomentId::Sampling => "采样",
        MomentId::Encoder => "编码器",
        MomentId::DecoderStart => "解码器第一步",
        MomentId::HeadOutput => "任务头输出",
        MomentId::ForwardGather => "前向收集参数",
        MomentId::Loss => "损失",
        MomentId::BackwardStart => "反向开始",
        MomentId::BackwardHead => "反向离开输出投影",
        MomentId::BackwardLastLayer => "反向，最后一层",
        MomentId::BackwardLayer => "反向，第一层",
        MomentId::BackwardFullest => "反向，占用最高时",
        MomentId::BackwardVision => "反向，视觉塔",
        MomentId::BackwardDecoderEnd => "反向，解码器的词嵌入",
        MomentId::BackwardEncoderLastLayer => "反向，编码器最后一层",
        MomentId::BackwardEncoderLayer => "反向，编码器第一层",
        MomentId::BackwardEnd => "反向结束",
        MomentId::GradientsReduced => "规约梯度",
        MomentId::OutputsJoined => "合并输出",
        MomentId::OptimizerStep => "优化器更新",
    }
}
