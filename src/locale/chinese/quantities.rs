//! What the quantities of formulas are, in Chinese. It knows no formula.

use crate::estimator::Quantity;

pub(super) const fn quantity(it: Quantity) -> &'static str {
    match it {
        Quantity::TrainedParameters => "可训练参数量",
        Quantity::ExpertParameters => "单个专家的参数量",
        Quantity::ActiveParameters => "激活专家的参数量",
        Quantity::VisionParameters => "视觉编码器的参数量",
        Quantity::TextParameters => "文本编码器的参数量",
        Quantity::FusionParameters => "融合层的参数量",
        Quantity::AllParameters => "编码器和融合层的参数量",
        Quantity::EmbeddingParameters => "词嵌入的参数量",
        Quantity::AttentionParameters => "注意力的参数量",
        Quantity::FeedForwardParameters => "前馈块的参数量",
        Quantity::PatchesOfImage => "一张图像的图块数",
        Quantity::TotalSequence => "整个序列的词元数",
        Quantity::BytesOfStates => "每个参数的状态字节数",
        Quantity::JointWidth => "两个编码器中较宽的宽度",
        Quantity::FeatureElements => "一张图像的特征图元素数",
        Quantity::FeatureMapEdge => "第 i 层特征图的边长",
        Quantity::FeatureMapChannels => "第 i 层的通道数",
        Quantity::Halvings => "第 i 层比图像缩小的倍数",
        Quantity::CountedParameters => "模型的参数量，由结构算出；若给定了规模，则为该规模",
        Quantity::UnquantizedParameters => "保持 16 位的参数：词嵌入、输出投影、归一化、路由（router）、视觉塔",
        Quantity::QuantizedParameters => "各层投影和专家的参数，它们被量化",
        Quantity::HeadParameters => "输出投影的参数，或兼作输出投影的词嵌入的参数",
        Quantity::LayerParameters => "各层投影的参数量",
        Quantity::WideParameters => "归一化和路由（router）的参数，它们保持 FP32",
        Quantity::TowerParameters => "视觉塔及其投影器的参数量",
        Quantity::Tokens => "所有序列的词元数",
        Quantity::QueryWidth => "一个词元的查询宽度",
        Quantity::KeyWidth => "一个词元的键的宽度，值的宽度与之相同",
        Quantity::InputTensors => "词元编号、位置编号和掩码",
        Quantity::SharedInPass => {
            "一次前向中不随每个词元增长的字节数：余弦和正弦、可学习的位置向量或所有位置的偏置，数值形式的掩码，展开的权重"
        }
        Quantity::InsidePass => {
            "无梯度的一次前向中最满的时刻一层内存在的字节数，按每个词元计：残差流，以及此刻注意力或前馈块所持有的部分"
        }
        Quantity::ScoresOfToken => "所有注意力头的分数及由其得出的内容的字节数，按每个词元计",
        Quantity::MadeAnew => "一个解码步在一层中先重新生成、然后才释放旧内容的字节数",
        Quantity::LinearParameters => "各层线性投影的参数量，包括专家",
        Quantity::ParametersBesideExperts => "模型除专家外的参数量",
        Quantity::ParametersOfExperts => "全部专家的参数量",
        Quantity::AdapterParameters => "适配器的参数：每个加适配器的投影的矩阵 A 和 B",
        Quantity::PrefixParameters => "前缀的参数：每层的键和值",
        Quantity::AdaptedWidthsOfFull => "一个 softmax 注意力层中带适配器的线性层的输入与输出宽度之和",
        Quantity::AdaptedWidthsOfLinear => "一个线性注意力层中带适配器的线性层的输入与输出宽度之和",
        Quantity::AdaptedWidths => "一层中加适配器的投影的输入与输出宽度之和",
        Quantity::OptimizerStates => "所有可训练参数的优化器状态",
        Quantity::LargestTensor => "最大的可训练张量的元素数；一层的全部专家是一个张量",
        Quantity::HiddenMatrices => {
            "隐藏层中可训练矩阵的元素数，由 Muon 更新；嵌入表、输出投影、向量和堆叠的专家由 AdamW 更新"
        }
        Quantity::LargestMatrix => "Muon 更新的最大矩阵的元素数",
        Quantity::ShorterSide => "Muon 更新的最大矩阵的短边",
        Quantity::RowAndColumnSums => "全部可训练矩阵的行和与列和的个数，加上向量的元素数",
        Quantity::BytesOfParameter => "一个参数的字节数",
        Quantity::ExchangedOfEmbedding => "每张 GPU 为收集嵌入而给出的元素数，补齐到与第一张的行数相同",
        Quantity::ExchangedOfLayer => "每张 GPU 为收集一层而给出的元素数，补齐到与第一张的行数相同",
        Quantity::ExchangedOfEnd => "每张 GPU 为收集最后的归一化和输出投影而给出的元素数，同样补齐",
        Quantity::HeldOfEmbedding => "GPU 所持有的嵌入的元素数",
        Quantity::HeldOfLayer => "GPU 所持有的一层的元素数",
        Quantity::HeldOfEnd => "GPU 所持有的最后归一化和输出投影的元素数",
        Quantity::ExchangedOfAdapters => "每张 GPU 为收集一层的适配器而给出的元素数，补齐到与第一张的行数相同",
        Quantity::HeldOfAdapters => "GPU 所持有的一层的适配器的元素数",
        Quantity::LargestShard => "一张 GPU 所持有的单个张量的最大一份的元素数",
        Quantity::ShardingRanks => "共同分摊每个张量的 GPU 数",
        Quantity::BytesOfGradient => "一个梯度的字节数",
        Quantity::BytesOfState => "一份状态的字节数，格式与优化器所更新的参数相同",
        Quantity::BytesOfAdapter => "适配器一个参数的字节数",
        Quantity::BytesOfStream => "残差流中一个元素的字节数",
        Quantity::KeptOfLayer => {
            "一层为反向传播保留的字节数，按每个词元计：线性层的输入、归一化的 FP32 输入、查询、键、值、注意力的结果，以及前馈块的内部张量"
        }
        Quantity::KeptOfWindowedLayer => "同上，但该层的窗口截断序列，注意力因此需要掩码",
        Quantity::KeptOfLinearLayer => "同上，但为线性注意力层",
        Quantity::KeptOfDenseLayer => "同上，但为混合专家模型中不含专家的层",
        Quantity::KeptOfHead => {
            "模型末端和词嵌入的 dropout 为反向传播保留的字节数，按每个词元计：最后的归一化和输出投影的输入"
        }
        Quantity::DecoderTokens => "解码器读取的所有序列的词元数",
        Quantity::DecoderLinearParameters => "解码器各层线性投影的参数量",
        Quantity::DecoderParameters => "解码器的参数量",
        Quantity::KeptOfDecoderLayer => {
            "解码器一层为反向传播保留的字节数，按解码器的每个词元计，包括由编码器输出得到的键和值"
        }
        Quantity::KeptOfDecoderEnds => {
            "解码器两端为反向传播保留的字节数，按其每个词元计：词嵌入、最后的归一化、输出投影的输入"
        }
        Quantity::KeptOfEncoderEnds => {
            "编码器两端为反向传播保留的字节数，按其每个词元计：词嵌入、最后的归一化、解码器读取的内容"
        }
        Quantity::EncoderOutput => "模型除 logits 外返回的编码器输出的字节数，按编码器的每个词元计",
        Quantity::KeptOfPair => "池化和投影到共同空间的部分为反向传播保留的字节数，按每对文本和图像计",
        Quantity::ScoreOfPair => "一个文本与一张图像的得分及由它得到的张量的字节数",
        Quantity::TextProjection => "把文本投影到共同空间的参数量",
        Quantity::TowerFront => "视觉塔各层之前的参数量：卷积、位置向量、类别向量",
        Quantity::Spectrogram => "频谱图的字节数，按编码器由它得到的每个位置计",
        Quantity::ConvolutionParameters => "读取频谱图的卷积的参数量",
        Quantity::TrainedOfTwoStacks => "可训练的参数：除固定的音频位置向量外的全部参数",
        Quantity::DecoderLayerInput => "解码器一层输入的字节数，按解码器的每个词元计：梯度检查点只保留该层的这一部分",
        Quantity::ModelOutput => "模型除 logits 外返回内容的字节数，按每个词元计",
        Quantity::KeptBeforeLayers => "第一层之前保留的字节数，按每个词元计：该层输入的来源张量",
        Quantity::LayerInput => "一层输入的字节数，按每个词元计：梯度检查点只保留该层的这一部分",
        Quantity::IdleOfFirstLayer => "首层不保留的字节数，按每个词元计，因为第一个适配器之前没有任何部分需要梯度",
        Quantity::KeptInside => "正在反向传播的层已保留而此时尚未释放的字节数，按每个词元计",
        Quantity::GradientsInside => "激活值的梯度以及此刻的运算所读内容的字节数，按每个词元计",
        Quantity::ChosenTensors => "输出头从所有词元中选出来打分的部分所占字节数",
        Quantity::ScoredStream => "残差流在最后的归一化前后的字节数，按每个词元计",
        Quantity::Logits => "logits 以及由其得到的内容的字节数，按每个有 logits 的词元计",
        Quantity::Scores => "同上，但按回答的每个词元计，其 logits 除以温度",
        Quantity::LogitGradients => "输出投影结果的梯度的字节数，按每个有 logits 的词元计",
        Quantity::LossTensors => "不生成完整 logits 的损失所用张量的字节数",
        Quantity::LossColumns => "损失一次计算 logits 的词表项数",
        Quantity::LossPiece => "损失一次计算 logits 的词元数",
        Quantity::SampledLogits => "为一个序列抽取下一个词元所用 logits 的字节数",
        Quantity::CachedOfToken => "一个词元在一层的缓存中留下的字节数",
        Quantity::CachedOfTokenInFull => "同上，但为不带窗口的层，其注意力头更宽",
        Quantity::CachedOfSequence => "一个序列在一层线性注意力中留下的字节数，与长度无关",
        Quantity::AttentionProjections => "注意力投影的参数量",
        Quantity::LinearAttentionProjections => "线性注意力的投影和卷积的参数量",
        Quantity::DenseParameters => "不含专家的层的前馈块的参数量",
        Quantity::MixtureParameters => "专家、路由（router）和共享专家的参数量",
        Quantity::ConvertedParameters => "autocast 转换的参数：专家按存储格式相乘",
        Quantity::Sequences => "一起运行的序列：所有提示的回答",
        Quantity::CompletionTokens => "所有序列的回答词元数",
        Quantity::WholeSequence => "一个序列的词元数，不论何种内容，按模型自己的处理器计",
        Quantity::LanguageParameters => "语言模型的参数量",
        Quantity::TowerWithGradients => "视觉塔中有梯度的参数；输出无人读取的层没有",
        Quantity::TowerLayerParameters => "视觉塔一层的参数量",
        Quantity::TowerLinearParameters => "视觉塔和投影器中线性层的参数量",
        Quantity::ProjectorParameters => "从视觉塔到文本的投影器的参数量",
        Quantity::TokensOfImage => "一张图像变成的文本词元数，按模型的处理器对方形图像的做法",
        Quantity::TokensOfFrames => "共用一个图块的视频帧变成的词元数",
        Quantity::TowerPatchesOfImage => "一张图像经过视觉塔的图块数，包括所有切片",
        Quantity::TowerPatchesOfFrames => "同上，但为共用一个图块的视频帧",
        Quantity::PixelPatchesOfImage => "一张图像中来自像素的图块数",
        Quantity::PixelPatchesOfFrames => "同上，但为共用一个图块的视频帧",
        Quantity::FeaturesOfImage => "投影器由一张图像得到的特征数",
        Quantity::FeaturesOfFrames => "同上，但为共用一个图块的视频帧",
        Quantity::PackedOfImage => "一张图像中打包给文本的特征数",
        Quantity::PackedOfFrames => "同上，但为共用一个图块的视频帧",
        Quantity::TowerPatches => "整个批次经过视觉塔的图块数",
        Quantity::PixelPatches => "整个批次来自像素的图块数，它们是 FP32 输入",
        Quantity::Features => "投影器由整个批次得到的特征数",
        Quantity::Packed => "整个批次打包给文本的特征数",
        Quantity::KeptOfTower => "视觉塔为反向传播保留的字节数，按每个图块计；有检查点时为每层的输入",
        Quantity::KeptOfTowerLayer => {
            "视觉塔一层保留的字节数，按每个图块计：归一化和线性层的输入、查询、键、值、注意力的结果，以及前馈块的内部张量"
        }
        Quantity::TowerGradients => "视觉塔一层内部梯度的字节数，按每个图块计，已减去该层此时释放的部分",
        Quantity::KeptOfProjectors => "从视觉塔到文本的投影器保留的字节数，按每个特征计",
        Quantity::KeptOfDeepProjectors => "同上，但仅为深层特征的投影器",
        Quantity::Graphs => "vLLM 录制 CUDA graph 的批次大小种数",
        Quantity::Cells => "llama.cpp 留出空间的词元数，每个槽位为 256 的倍数",
        Quantity::WindowedCells => "llama.cpp 中带窗口的层留有空间的词元数",
        Quantity::CacheOfRun => "本次运行的键和值",
        Quantity::BesidePool => "权重、最大的一步和驱动占用的部分",
        Quantity::Pool => "留给键和值的部分",
        Quantity::QuantizedWeight => {
            "每个量化权重的字节数，含其分块的缩放与偏移：4 位加上每 64 个权重一个 FP32 缩放，即 0.5625"
        }
        Quantity::FileWeight => "文件中多数张量所用格式下一个权重的字节数",
        Quantity::OutputWeight => "输出投影一个权重的字节数",
        Quantity::ValueWeight => "值投影一个权重的字节数；查询、键、值合为一个投影时即该投影的",
        Quantity::AttentionOutputWeight => "注意力输出投影一个权重的字节数",
        Quantity::KeyWeight => "键投影一个权重的字节数",
        Quantity::QueryWeight => "查询投影一个权重的字节数",
        Quantity::DownWeight => "下投影一个权重的字节数",
        Quantity::InwardWeight => "门控投影和上投影一个权重的字节数",
        Quantity::ImageBytes => "一张图像及其标签的字节数",
        Quantity::Stage1 => "网络第一阶段（首层）为反向传播保留一张图像的字节数",
        Quantity::Stage2 => "同上，第二阶段",
        Quantity::Stage3 => "同上，第三阶段",
        Quantity::Stage4 => "同上，第四阶段",
        Quantity::Stage5 => "同上，第五阶段",
        Quantity::Stage6 => "同上，第六阶段",
        Quantity::Stage7 => "同上，第七阶段",
        Quantity::Stage8 => "同上，第八阶段",
        Quantity::Stage9 => "同上，第九阶段及其后",
        Quantity::FreedThen => "占用最高时，其中已被反向传播释放的字节数",
        Quantity::FeatureGradients => "此时存在的特征图梯度的字节数，按一张图像计",
        Quantity::NormStatistics => "批次每个通道的均值和标准差，归一化以 FP32 保留",
        Quantity::NormStatisticsLeft => "此时其中尚未释放的部分",
        Quantity::RunningStatistics => "每个通道的滑动均值和方差，每个归一化另有一个计数器",
        Quantity::CopiedParameters => "卷积和矩阵乘法的权重，autocast 将其复制为 16 位",
        Quantity::CopiedParametersLeft => "此时其中副本尚未释放的部分",
        Quantity::ParametersDone => "此时已有梯度的参数量",
        Quantity::ParametersMade => "正在计算或转换梯度的参数量",
    }
}
