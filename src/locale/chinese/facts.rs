//! Chinese names and explanations of the facts of an architecture. It knows no range.

use crate::estimator::architecture::Fact;

/// What a fact is called; nothing for facts that have a parameter of their own.
pub(super) const fn name(fact: Fact) -> &'static str {
    match fact {
        Fact::Norm => "归一化",
        Fact::NormPlacement => "归一化位置",
        Fact::QkNorm => "查询与键的归一化",
        Fact::Residual => "残差连接",
        Fact::Positions => "位置编码",
        Fact::RotaryDim => "旋转宽度",
        Fact::RotaryWide => "FP32 旋转",
        Fact::QkvBias => "QKV 偏置",
        Fact::OutputBias => "输出偏置",
        Fact::MlpBias => "前馈偏置",
        Fact::LmHeadBias => "LM head 偏置",
        Fact::FusedQkv => "融合 QKV",
        Fact::FusedGateUp => "融合门控与上投影",
        Fact::NumSlidingLayers => "滑动窗口层数",
        Fact::NumFullAttentionLayers => "全注意力层数",
        Fact::EagerAttention => "仅 eager 注意力",
        Fact::AttentionSoftCap => "注意力软上限",
        Fact::FinalSoftCap => "logits 软上限",
        Fact::EmbeddingDropout => "嵌入层 dropout",
        Fact::ResidualDropout => "残差 dropout",
        Fact::AttentionDropout => "注意力 dropout",
        Fact::ScaledLogits => "缩放 logits",
        Fact::NarrowSoftmax => "窄 softmax",
        Fact::BroadcastKeys => "广播键",
        Fact::AttentionSinks => "注意力汇点",
        Fact::LearnedPositions => "可学习位置数",
        Fact::EmbeddingNorm => "嵌入归一化",
        Fact::ExtraEmbeddings => "额外嵌入行",
        Fact::SharedIntermediateSize => "共享专家宽度",
        Fact::NumDenseLayers => "稠密层数",
        Fact::SharedExpertGate => "共享专家门控",
        Fact::Router => "路由器",
        Fact::RouterBias => "路由器偏置",
        Fact::RouterCorrection => "路由器修正项",
        Fact::ExpertBias => "专家偏置",
        Fact::QLoraRank => "查询秩",
        Fact::KvLoraRank => "键值秩",
        Fact::QkNopeHeadDim => "未旋转头宽",
        Fact::QkRopeHeadDim => "旋转头宽",
        Fact::ValueHeadDim => "值头宽",
        Fact::IndexerHeads => "索引器头数",
        Fact::IndexerHeadDim => "索引器头宽",
        Fact::LinearConvKernel => "线性注意力卷积核",
        Fact::LinearKeyHeadDim => "线性键头宽",
        Fact::LinearValueHeadDim => "线性值头宽",
        Fact::LinearNumKeyHeads => "线性键头数",
        Fact::LinearNumValueHeads => "线性值头数",
        Fact::GlobalHeadDim => "全注意力头宽",
        Fact::GlobalNumKeyValueHeads => "全注意力键头数",
        Fact::NumCrossAttentionLayers => "交叉注意力层数",
        Fact::MultiTokenPrediction => "多词元预测",
        Fact::TokenTypes => "段类型数",
        Fact::Pooler => "池化层",
        Fact::FinalNorm => "末尾归一化",
        Fact::FirstNormIsIdentity => "省去首个归一化",
        Fact::NumDecoderLayers => "解码器层数",
        Fact::NumMelBins => "梅尔频带数",
        Fact::NumAudioPositions => "音频位置数",
        Fact::VisionNumLayers => "视觉层数",
        Fact::VisionNumHeads => "视觉头数",
        Fact::VisionIntermediateSize => "视觉前馈宽度",
        Fact::TemporalPatchSize => "图块帧数",
        Fact::SpatialMerge => "合并图块",
        Fact::TokensPerImage => "每图词元数",
        Fact::VisionActivation => "视觉激活函数",
        Fact::VisionGatedMlp => "视觉门控",
        Fact::VisionNorm => "视觉归一化",
        Fact::VisionNormPlacement => "视觉归一化位置",
        Fact::VisionQkNorm => "视觉查询键归一化",
        Fact::VisionIdleLayers => "闲置视觉层",
        Fact::VisionOuterNorms => "视觉外层归一化",
        Fact::VisionFusedQkv => "视觉融合 QKV",
        Fact::VisionAttentionBias => "视觉注意力偏置",
        Fact::VisionMlpBias => "视觉前馈偏置",
        Fact::PatchBias => "图块偏置",
        Fact::ClassTokens => "类别词元",
        Fact::VisionLayerScale => "视觉层缩放",
        Fact::VisionPositions => "视觉位置数",
        Fact::VisionRotary => "视觉旋转位置",
        Fact::VisionGlobalLayers => "全局视觉层",
        Fact::MaxTiles => "最多切片数",
        Fact::AspectRatios => "宽高比种类",
        Fact::ProjectorBiases => "投影器偏置层数",
        Fact::ProjectorNorm => "投影器归一化",
        Fact::ProjectorActivation => "投影器激活函数",
        Fact::DeepstackLayers => "深层特征数",
        Fact::BidirectionalImages => "图像双向可见",
        Fact::ImageNewline => "图像换行向量",
        Fact::ProjectionDim => "公共空间宽度",
        Fact::SigmoidPairs => "sigmoid 配对",
        Fact::NumClasses => "类别数",
        Fact::Bottleneck => "瓶颈倍数",
        Fact::Groups => "分组数",
        Fact::WidthPerGroup => "每组宽度",
        Fact::BatchNorm => "批归一化",
        Fact::GrowthRate => "增长率",
        Fact::StemWidth => "首层宽度",
        Fact::WidthMultiplier => "宽度倍数",
        Fact::DepthMultiplier => "深度倍数",
        Fact::HiddenSize
        | Fact::NumLayers
        | Fact::NumAttentionHeads
        | Fact::NumKeyValueHeads
        | Fact::HeadDim
        | Fact::IntermediateSize
        | Fact::VocabSize
        | Fact::TieWordEmbeddings
        | Fact::GatedMlp
        | Fact::Activation
        | Fact::SlidingWindow
        | Fact::NumExperts
        | Fact::NumActiveExperts
        | Fact::MoeIntermediateSize
        | Fact::VisionHiddenSize
        | Fact::PatchSize
        | Fact::ImageResolution
        | Fact::InputImageSize => "",
    }
}

/// What it is; the page fetches this later than the names.
pub(super) const fn explanation(fact: Fact) -> &'static str {
    match fact {
        Fact::Norm => "各层的归一化方式，决定每个归一化保留哪些 FP32 副本。",
        Fact::NormPlacement => "一层中归一化所在的位置。",
        Fact::QkNorm => "对各头的查询和键所做的归一化。",
        Fact::Residual => "注意力与前馈如何并入残差流。",
        Fact::Positions => "位置信息如何进入：旋转、可学习，或作为分数的偏置。",
        Fact::RotaryDim => "一个头中参与旋转的元素数；0 表示全部。",
        Fact::RotaryWide => "旋转后的查询和键是否保持 FP32；注意力随后读取它们，缓存也保存它们。",
        Fact::QkvBias => "查询、键、值投影是否带偏置。",
        Fact::OutputBias => "注意力的输出投影是否带偏置。",
        Fact::MlpBias => "前馈块的投影是否带偏置。",
        Fact::LmHeadBias => "到词表的输出投影是否带偏置。",
        Fact::FusedQkv => "查询、键、值是否为同一个投影。",
        Fact::FusedGateUp => "门控投影与上投影是否合为一个。",
        Fact::NumSlidingLayers => "带滑动窗口的层数。",
        Fact::NumFullAttentionLayers => "键和值随整个序列增长的层数，其余层只保持固定状态或窗口。",
        Fact::EagerAttention => "实现没有融合形式，注意力总以完整的分数矩阵计算。",
        Fact::AttentionSoftCap => "注意力分数的上限；0 表示没有。",
        Fact::FinalSoftCap => "logits 的上限；0 表示没有。",
        Fact::EmbeddingDropout => "训练时嵌入输出被 dropout 清零的比例。",
        Fact::ResidualDropout => "训练时每个块的输出被 dropout 清零的比例。",
        Fact::AttentionDropout => "训练时注意力权重被 dropout 清零的比例。",
        Fact::ScaledLogits => "logits 是否再乘除一次，从而多出一个同样大小的张量。",
        Fact::NarrowSoftmax => "分数的 softmax 是否以运行精度而非 FP32 计算。",
        Fact::BroadcastKeys => "单头的键是否靠广播，融合注意力内核都不接受。",
        Fact::AttentionSinks => "每个头是否有一个把注意力引向空处的分数。",
        Fact::LearnedPositions => "带可学习向量的位置数。",
        Fact::EmbeddingNorm => "嵌入输出是否归一化。",
        Fact::ExtraEmbeddings => "词嵌入表中超出词表的行数。",
        Fact::SharedIntermediateSize => "一层中所有共享专家的总宽度；0 表示没有。",
        Fact::NumDenseLayers => "混合专家模型中不含专家的层数。",
        Fact::SharedExpertGate => "是否有可学习的门控缩放共享专家。",
        Fact::Router => "路由分数的计算方式，决定专家输出的格式。",
        Fact::RouterBias => "路由器是否带偏置。",
        Fact::RouterCorrection => "路由器是否对每个专家有用于均衡负载的修正项。",
        Fact::ExpertBias => "专家的投影是否带偏置。",
        Fact::QLoraRank => "潜在注意力中压缩查询的宽度；只压缩键和值时为 0。",
        Fact::KvLoraRank => "潜在注意力中压缩键值的宽度；没有潜在注意力时为 0。",
        Fact::QkNopeHeadDim => "潜在注意力的头中不旋转的元素数。",
        Fact::QkRopeHeadDim => "潜在注意力的头中旋转的元素数；键在各头间共享。",
        Fact::ValueHeadDim => "潜在注意力中值头的宽度。",
        Fact::IndexerHeads => "为稀疏注意力挑选词元的索引器头数。",
        Fact::IndexerHeadDim => "索引器一个头的宽度。",
        Fact::LinearConvKernel => "线性注意力前的卷积覆盖的词元数。",
        Fact::LinearKeyHeadDim => "线性注意力键头的宽度。",
        Fact::LinearValueHeadDim => "线性注意力值头的宽度。",
        Fact::LinearNumKeyHeads => "线性注意力的键头数。",
        Fact::LinearNumValueHeads => "线性注意力的值头数。",
        Fact::GlobalHeadDim => "全注意力层的头宽，仅在与窗口层不同时填写。",
        Fact::GlobalNumKeyValueHeads => "全注意力层的键头数，仅在与窗口层不同时填写。",
        Fact::NumCrossAttentionLayers => "关注图像而非文本的层数。",
        Fact::MultiTokenPrediction => "预测更远一个词元的块，权重文件把它与模型一起保存。",
        Fact::TokenTypes => "带向量的段类型数。",
        Fact::Pooler => "首个词元的输出是否经过一个全连接层。",
        Fact::FinalNorm => "编码器是否以归一化结尾。",
        Fact::FirstNormIsIdentity => "首层注意力前没有归一化，因为嵌入之后已有一个。",
        Fact::NumDecoderLayers => "编码器之后的解码器层数。",
        Fact::NumMelBins => "频谱图的频带数。",
        Fact::NumAudioPositions => "声音编码器中带向量的位置数。",
        Fact::VisionNumLayers => "视觉塔的层数；不读图像的模型为 0。",
        Fact::VisionNumHeads => "视觉塔的注意力头数。",
        Fact::VisionIntermediateSize => "视觉塔前馈块的宽度。",
        Fact::TemporalPatchSize => "一个图块覆盖的帧数；图像会重复以填满。",
        Fact::SpatialMerge => "合并为一个文本词元的图块方阵的边长。",
        Fact::TokensPerImage => "一张图变成的文本词元数（固定时）。",
        Fact::VisionActivation => "视觉塔前馈块投影之间的函数。",
        Fact::VisionGatedMlp => "视觉塔的前馈块是否带门控。",
        Fact::VisionNorm => "视觉塔的归一化方式。",
        Fact::VisionNormPlacement => "视觉塔各层归一化的位置。",
        Fact::VisionQkNorm => "视觉塔查询和键的归一化。",
        Fact::VisionIdleLayers => "视觉塔末尾输出无人读取的层数。",
        Fact::VisionOuterNorms => "视觉塔各层之前和之后的归一化数。",
        Fact::VisionFusedQkv => "视觉塔的查询、键、值是否为一个投影。",
        Fact::VisionAttentionBias => "视觉塔的注意力投影是否带偏置。",
        Fact::VisionMlpBias => "视觉塔的前馈投影是否带偏置。",
        Fact::PatchBias => "图块卷积是否带偏置。",
        Fact::ClassTokens => "除图块外代表整张图的向量数。",
        Fact::VisionLayerScale => "视觉塔是否逐元素缩放各块的输出。",
        Fact::VisionPositions => "视觉塔中带可学习向量的位置数。",
        Fact::VisionRotary => "视觉塔的位置是否旋转进查询和键。",
        Fact::VisionGlobalLayers => "在其余层之后对整图所有切片运行的视觉层数。",
        Fact::MaxTiles => "一张图最多的切片数。",
        Fact::AspectRatios => "带有自身向量的切片排列数。",
        Fact::ProjectorBiases => "投影器中带偏置的层数，从第一层数起。",
        Fact::ProjectorNorm => "投影器入口处的归一化。",
        Fact::ProjectorActivation => "投影器各层之间的函数。",
        Fact::DeepstackLayers => "其特征经各自投影器进入文本的视觉层数。",
        Fact::BidirectionalImages => "同一图像的词元是否双向可见。",
        Fact::ImageNewline => "每行图块是否以一个可学习向量结尾。",
        Fact::ProjectionDim => "文本与图像相遇的空间宽度。",
        Fact::SigmoidPairs => "每对图文是否各自独立判断。",
        Fact::NumClasses => "分类器的类别数。",
        Fact::Bottleneck => "残差块末端通道与内部通道之比；两个 3×3 卷积的块为 1。",
        Fact::Groups => "3×3 卷积的分组数。",
        Fact::WidthPerGroup => "64 平面阶段中每组的通道数。",
        Fact::BatchNorm => "原始网络没有批归一化时，卷积后是否接批归一化。",
        Fact::GrowthRate => "密集块中每层增加的通道数。",
        Fact::StemWidth => "首个卷积的通道数。",
        Fact::WidthMultiplier => "基础网络通道数的倍数。",
        Fact::DepthMultiplier => "基础网络层数的倍数。",
        Fact::HiddenSize
        | Fact::NumLayers
        | Fact::NumAttentionHeads
        | Fact::NumKeyValueHeads
        | Fact::HeadDim
        | Fact::IntermediateSize
        | Fact::VocabSize
        | Fact::TieWordEmbeddings
        | Fact::GatedMlp
        | Fact::Activation
        | Fact::SlidingWindow
        | Fact::NumExperts
        | Fact::NumActiveExperts
        | Fact::MoeIntermediateSize
        | Fact::VisionHiddenSize
        | Fact::PatchSize
        | Fact::ImageResolution
        | Fact::InputImageSize => "",
    }
}
