//! What the quantities of formulas are, in English. It knows no formula.

use crate::estimator::Quantity;

pub(super) const fn quantity(it: Quantity) -> &'static str {
    match it {
        Quantity::TrainedParameters => "trained parameters",
        Quantity::ExpertParameters => "parameters of one expert",
        Quantity::ActiveParameters => "parameters of the active experts",
        Quantity::VisionParameters => "parameters of the vision encoder",
        Quantity::TextParameters => "parameters of the text encoder",
        Quantity::FusionParameters => "parameters of the fusion layers",
        Quantity::AllParameters => "parameters of encoders and fusion",
        Quantity::EmbeddingParameters => "parameters of the embedding",
        Quantity::AttentionParameters => "parameters of attention",
        Quantity::FeedForwardParameters => "parameters of the feed-forward blocks",
        Quantity::PatchesOfImage => "patches of one image",
        Quantity::TotalSequence => "tokens of the whole sequence",
        Quantity::BytesOfStates => "bytes of state per parameter",
        Quantity::JointWidth => "the wider of both encoders",
        Quantity::FeatureElements => "elements of one image's feature maps",
        Quantity::FeatureMapEdge => "edge of the feature map of layer i",
        Quantity::FeatureMapChannels => "channels of layer i",
        Quantity::Halvings => "by how much layer i is smaller than the image",
        Quantity::CountedParameters => {
            "parameters of the model, counted from its shape; where a size was stated, that size"
        }
        Quantity::UnquantizedParameters => {
            "parameters that stay in 16 bits: token embedding, output projection, norms, routers, vision tower"
        }
        Quantity::QuantizedParameters => "parameters of the layers' projections and of experts, which are quantized",
        Quantity::HeadParameters => "parameters of the output projection, or of the token embedding that serves as one",
        Quantity::LayerParameters => "parameters of the layers' projections",
        Quantity::WideParameters => "parameters of norms and routers, which stay in FP32",
        Quantity::TowerParameters => "parameters of the vision tower and its projector",
        Quantity::Tokens => "tokens of all sequences",
        Quantity::QueryWidth => "width of a token's queries",
        Quantity::KeyWidth => "width of a token's keys, and of its values",
        Quantity::InputTensors => "token ids, position ids and masks",
        Quantity::SharedInPass => {
            "bytes of what does not grow with every token of a pass: cosines and sines, learned positions or biases of all positions, a mask of numbers, a weight that was expanded"
        }
        Quantity::InsidePass => {
            "bytes per token that live inside a layer at the fullest instant of a pass without gradients: residual stream, and what attention or the feed-forward block holds then"
        }
        Quantity::ScoresOfToken => "bytes per token of attention's scores of all heads, and of what is made of them",
        Quantity::MadeAnew => "bytes that a decode step makes anew in a layer before it lets go of the old ones",
        Quantity::LinearParameters => "parameters of the layers' linear projections, experts included",
        Quantity::ParametersBesideExperts => "parameters of the model without its experts",
        Quantity::ParametersOfExperts => "parameters of all experts",
        Quantity::AdapterParameters => "parameters of the adapters: matrices A and B of every adapted projection",
        Quantity::SavedParameters => {
            "parameters of modules that are trained whole beside adapters, as copies of the frozen ones"
        }
        Quantity::BytesOfSaved => "bytes of one of them, and of its gradient",
        Quantity::Magnitudes => "magnitudes of adapted outputs, one for each output of every adapted projection",
        Quantity::HeldByFrozen => {
            "bytes per token that frozen layers of one layer hold on their own: what its linear layers read"
        }
        Quantity::PrefixParameters => "parameters of the prefixes: keys and values for every layer",
        Quantity::AdaptedWidthsOfFull => {
            "widths, into and out of, the adapted linear layers of a layer with softmax attention"
        }
        Quantity::AdaptedWidthsOfLinear => {
            "widths, into and out of, the adapted linear layers of a layer with linear attention"
        }
        Quantity::AdaptedWidths => "input and output widths of the adapted projections of one layer, added up",
        Quantity::OptimizerStates => "states of the optimizer for all trained parameters",
        Quantity::LargestTensor => "elements of the largest trained tensor; the experts of a layer are one",
        Quantity::HiddenMatrices => {
            "elements of the trained matrices of hidden layers, which Muon updates; AdamW has tables, the output projection, vectors and stacked experts"
        }
        Quantity::ProjectedElements => {
            "elements of the projections of hidden layers' matrices, of which GaLore keeps moments"
        }
        Quantity::Projectors => "elements of what GaLore projects the gradients of these matrices with",
        Quantity::LargestMatrix => "elements of the largest matrix of a hidden layer",
        Quantity::ShorterSide => "shorter side of the largest matrix of a hidden layer",
        Quantity::RowAndColumnSums => "sums of rows and of columns of all trained matrices, and elements of vectors",
        Quantity::BytesOfParameter => "bytes of a parameter",
        Quantity::ExchangedOfEmbedding => {
            "elements of the embedding that each GPU gives to be gathered, filled up to as many rows as the first has"
        }
        Quantity::ExchangedOfLayer => {
            "elements of a layer that each GPU gives to be gathered, filled up to as many rows as the first has"
        }
        Quantity::ExchangedOfEnd => {
            "elements of the last norm and the output projection that each GPU gives to be gathered, filled up likewise"
        }
        Quantity::HeldOfEmbedding => "elements of the embedding that the GPU holds",
        Quantity::HeldOfLayer => "elements of a layer that the GPU holds",
        Quantity::HeldOfEnd => "elements of the last norm and the output projection that the GPU holds",
        Quantity::ExchangedOfAdapters => {
            "elements of a layer's adapters that each GPU gives to be gathered, filled up to as many rows as the first has"
        }
        Quantity::HeldOfAdapters => "elements of a layer's adapters that the GPU holds",
        Quantity::ExchangedPacked => {
            "4-bit weights of a layer that each GPU gives to be gathered, filled up to whole 16-bit elements of four"
        }
        Quantity::HeldPacked => "4-bit weights of a layer that the GPU holds",
        Quantity::ExchangedOfExperts => {
            "elements of a layer's experts that each GPU with the same ones gives to be gathered, filled up likewise"
        }
        Quantity::HeldOfExperts => "elements of a layer's experts that the GPU holds",
        Quantity::LargestShard => "elements of the largest part of a tensor that a GPU holds",
        Quantity::ShardingRanks => "GPUs that share out each tensor among themselves",
        Quantity::LayersOfStage => "layers of a stage of the pipeline",
        Quantity::KeptOfStage => "what a stage keeps of a micro-batch for its backward pass",
        Quantity::KeptOfFirstStage => "what the first stage keeps of a micro-batch for its backward pass",
        Quantity::KeptOfLastStage => "what the last stage keeps of a micro-batch for its backward pass, logits apart",
        Quantity::PaddedVocabulary => {
            "rows of the embedding, filled up to a multiple of 128 for each tensor-parallel rank"
        }
        Quantity::ParametersOfLayer => "parameters of a layer on this rank",
        Quantity::KeptOfMegatronLayer => "what a layer keeps of a micro-batch for its backward pass",
        Quantity::ScoresKept => "scores that unfused attention keeps of a micro-batch",
        Quantity::LayersInFlight => "layers times micro-batches whose activations live at once",
        Quantity::InFlight => "micro-batches of the stage that are on their way beside the one that runs",
        Quantity::ReceiveBuffers => {
            "receive buffers of one micro-batch: one from each neighbour of each of the GPU's stages"
        }
        Quantity::PositionTables => "positions of a batch, the same for all sequences, with their cosines and sines",
        Quantity::LogitsOnWay => "what the last stage keeps of a micro-batch's logits until it runs backward",
        Quantity::ReturnedOutputs => "micro-batches whose output the last stage keeps for the caller",
        Quantity::ZeroShare => "trained elements of which the GPU updates the master copy",
        Quantity::ZeroPadded => "all trained elements, filled up so that the GPUs share them out evenly",
        Quantity::ZeroFrozen => "elements of frozen parameters that the GPU holds",
        Quantity::ZeroTouched => {
            "elements of all parameters of which some belong to the GPU's share: their gradients are kept whole"
        }
        Quantity::ZeroKept => {
            "the same of those of which something was reduced so far, on the GPU that has most of them"
        }
        Quantity::ZeroLeaving => {
            "elements of the largest trained parameter: gradients go to the host through a buffer of its size"
        }
        Quantity::ZeroSlice => {
            "elements of the largest slice of a parameter in the GPU's share, whose norm is computed in FP64"
        }
        Quantity::Sent => "elements of weights that are gathered and packed to be sent",
        Quantity::ZeroTogether => "elements of the GPU's share that are updated together",
        Quantity::ZeroReduced => "elements of gradients that are reduced at once",
        Quantity::ZeroLive => "elements of parameters that are gathered: in use, fetched ahead, or soon used again",
        Quantity::BytesOfGradient => "bytes of a gradient",
        Quantity::BytesOfState => "bytes of a state, which has the format of what the optimizer updates",
        Quantity::BytesOfAdapter => "bytes of an adapter's parameter",
        Quantity::BytesOfStream => "bytes of an element of the residual stream",
        Quantity::KeptOfLayer => {
            "bytes that one layer keeps for the backward pass, per token: inputs of linear layers, FP32 inputs of norms, queries, keys, values, attention's result, and the feed-forward block's inner tensors"
        }
        Quantity::KeptOfWindowedLayer => {
            "the same for a layer whose window cuts the sequence, so that attention needs a mask"
        }
        Quantity::KeptOfLinearLayer => "the same for a layer of linear attention",
        Quantity::KeptOfDenseLayer => "the same for a layer without experts in a mixture",
        Quantity::KeptOfHead => {
            "bytes that the model's end and the embedding's dropout keep for the backward pass, per token: the last norm and the output projection's input"
        }
        Quantity::DecoderTokens => "tokens of all sequences that the decoder reads",
        Quantity::DecoderLinearParameters => "parameters of the linear projections of the decoder's layers",
        Quantity::DecoderParameters => "parameters of the decoder",
        Quantity::KeptOfDecoderLayer => {
            "bytes that one layer of the decoder keeps for the backward pass, per token of the decoder, with the keys and values that it makes of the encoder's output"
        }
        Quantity::KeptOfDecoderEnds => {
            "bytes that the decoder's ends keep for the backward pass, per token of it: embedding, last norm, the output projection's input"
        }
        Quantity::KeptOfEncoderEnds => {
            "bytes that the encoder's ends keep for the backward pass, per token of it: embedding, last norm, what the decoder reads"
        }
        Quantity::EncoderOutput => {
            "bytes of the encoder's output that the model returns beside logits, per token of the encoder"
        }
        Quantity::KeptOfPair => {
            "bytes that pooling and the projections into the common space keep for the backward pass, per pair of text and image"
        }
        Quantity::ScoreOfPair => "bytes of the score of one text and one image, and of what is made of it",
        Quantity::TextProjection => "parameters that project texts into the common space",
        Quantity::TowerFront => {
            "parameters in front of the vision tower's layers: convolution, positions, class vector"
        }
        Quantity::Spectrogram => "bytes of a spectrogram, per position that the encoder makes of it",
        Quantity::ConvolutionParameters => "parameters of the convolutions that read the spectrogram",
        Quantity::TrainedOfTwoStacks => "parameters that are trained: all but the fixed positions of sound",
        Quantity::DecoderLayerInput => {
            "bytes of a decoder layer's input, per token of the decoder: all that checkpointing keeps of the layer"
        }
        Quantity::ModelOutput => "bytes of what the model returns beside logits, per token",
        Quantity::KeptBeforeLayers => "bytes kept before the first layer, per token: what its input was made of",
        Quantity::LayerInput => "bytes of a layer's input, per token: all that checkpointing keeps of the layer",
        Quantity::IdleOfFirstLayer => {
            "bytes per token that the first layer does not keep, because nothing before the first adapter needs a gradient"
        }
        Quantity::KeptInside => {
            "bytes per token that the layer whose backward pass runs has kept and not let go by then"
        }
        Quantity::GradientsInside => {
            "bytes per token of the gradients of activations, and of what that instant's operation reads"
        }
        Quantity::ChosenTensors => "bytes of what a head chooses of all tokens to score",
        Quantity::ScoredStream => "bytes per token of the residual stream before and after its last norm",
        Quantity::Logits => "bytes of the logits and of what is made of them, for each token that has any",
        Quantity::ReturnedLogits => "bytes of the logits that a loop still names, for each token",
        Quantity::Scores => "the same for each token of a completion, whose logits are divided by the temperature",
        Quantity::LogitGradients => {
            "bytes of the gradients of the output projection's result, for each token that has logits"
        }
        Quantity::LossTensors => "bytes of the tensors of a loss that makes no whole logits",
        Quantity::LossColumns => "entries of the vocabulary whose logits the loss makes at once",
        Quantity::LossPiece => "tokens whose logits the loss makes at once",
        Quantity::SampledLogits => "bytes of the logits from which a sequence's next token is drawn",
        Quantity::VerifiedLogits => "bytes of the logits by which a drafted token is checked",
        Quantity::VerifiedPart => "bytes of a row of the logits that are verified at once",
        Quantity::CountedTokens => "bytes of a sequence's token counts, kept for penalties",
        Quantity::BonusLogits => "bytes of the logits from which the token behind the drafted ones is drawn",
        Quantity::DrafterParameters => "parameters of the drafter, as far as they stay in 16 bits",
        Quantity::QuantizedDrafterParameters => "parameters of the drafter that are quantized",
        Quantity::DraftModelWeights => "weights of the model that drafts",
        Quantity::DraftModelCache => "keys and values of the model that drafts, at their largest",
        Quantity::DraftModelBuffers => "buffers of the model that drafts",
        Quantity::DraftModelStep => "the largest step of the model that drafts, beside the last output of the model",
        Quantity::ExpertWorkspaces => {
            "bytes of the workspaces that experts of all layers share, for each token of the largest step"
        }
        Quantity::DrafterBuffers => "bytes of the buffers that the drafter keeps for each token of the largest step",
        Quantity::CachedOfToken => "bytes that one token leaves in the cache of one layer",
        Quantity::CachedOfTokenInFull => "the same in a layer without a window, whose heads are wider",
        Quantity::CachedByIndexer => "what it leaves beside that in a layer with an indexer",
        Quantity::CachedOfSequence => {
            "bytes that one sequence leaves in a layer of linear attention, whatever its length"
        }
        Quantity::AttentionProjections => "parameters of attention's projections",
        Quantity::LinearAttentionProjections => "parameters of the projections and convolutions of linear attention",
        Quantity::DenseParameters => "parameters of the feed-forward blocks of layers without experts",
        Quantity::MixtureParameters => "parameters of experts, routers and shared experts",
        Quantity::ConvertedParameters => {
            "parameters that autocast converts: experts are multiplied in the format in which they are stored"
        }
        Quantity::Sequences => "sequences that run together: completions of all prompts",
        Quantity::CompletionTokens => "completion tokens of all sequences",
        Quantity::WholeSequence => "tokens of one sequence of whatever kind, as the model's own processor makes them",
        Quantity::LanguageParameters => "parameters of the language model",
        Quantity::TowerWithGradients => {
            "parameters of the vision tower that get gradients; layers whose output nobody reads get none"
        }
        Quantity::TowerLayerParameters => "parameters of one layer of the vision tower",
        Quantity::TowerLinearParameters => "parameters of the linear layers of vision tower and projector",
        Quantity::ProjectorParameters => "parameters of the projector from the vision tower to the text",
        Quantity::TokensOfImage => {
            "tokens of the text that one image becomes, as the model's processor makes them of a square image"
        }
        Quantity::TokensOfFrames => "tokens that the video frames become which share a patch",
        Quantity::TowerPatchesOfImage => "patches of one image that run through the vision tower, in all its tiles",
        Quantity::TowerPatchesOfFrames => "the same of video frames that share a patch",
        Quantity::PixelPatchesOfImage => "patches of one image that come of pixels",
        Quantity::PixelPatchesOfFrames => "the same of video frames that share a patch",
        Quantity::FeaturesOfImage => "features that the projector makes of one image",
        Quantity::FeaturesOfFrames => "the same of video frames that share a patch",
        Quantity::PackedOfImage => "features of one image that are packed for the text",
        Quantity::PackedOfFrames => "the same of video frames that share a patch",
        Quantity::TowerPatches => "patches of the whole batch that run through the vision tower",
        Quantity::PixelPatches => "patches of the whole batch that come of pixels, which are inputs in FP32",
        Quantity::Features => "features of the whole batch that the projector makes",
        Quantity::Packed => "features of the whole batch that are packed for the text",
        Quantity::KeptOfTower => {
            "bytes that the vision tower keeps for the backward pass, per patch; with checkpointing each layer's input"
        }
        Quantity::KeptOfTowerLayer => {
            "bytes that one layer of the vision tower keeps, per patch: inputs of norms and linear layers, queries, keys, values, attention's result, and the feed-forward block's inner tensors"
        }
        Quantity::TowerGradients => {
            "bytes of the gradients inside a layer of the vision tower, per patch, less what the layer has let go of by then"
        }
        Quantity::KeptOfProjectors => "bytes that the projectors from the vision tower to the text keep, per feature",
        Quantity::KeptOfDeepProjectors => "the same of the projectors of deep features alone",
        Quantity::HostWeights => "weights that llama.cpp leaves in the host's memory: layers, or experts",
        Quantity::ElsewhereWeights => "weights that are not on this GPU: on the others, or in the host's memory",
        Quantity::LayersOfGpu => "layers on this GPU",
        Quantity::FullLayersOfGpu => "layers on this GPU that attend to the whole sequence",
        Quantity::BorrowedWeight => {
            "the largest weight in the host's memory: the GPU computes a batch with a copy of it"
        }
        Quantity::Graphs => "batch sizes for which vLLM records CUDA graphs",
        Quantity::Cells => "tokens for which llama.cpp makes room, a multiple of 256 for each slot",
        Quantity::WindowedCells => "tokens for which a layer with a window has room in llama.cpp",
        Quantity::CacheOfRun => "keys and values of this run",
        Quantity::BesidePool => "what weights, the largest step and the driver take",
        Quantity::Pool => "what is left for keys and values",
        Quantity::QuantizedWeight => {
            "bytes of a quantized weight, with its share of its block's scale and offset: 4 bits and an FP32 scale for every 64 weights come to 0.5625"
        }
        Quantity::FileWeight => "bytes of a weight in the format that most of the file has",
        Quantity::OutputWeight => "bytes of a weight of the output projection",
        Quantity::ValueWeight => {
            "bytes of a weight of the value projections, or of query, key and value where they are one"
        }
        Quantity::AttentionOutputWeight => "bytes of a weight of attention's output projections",
        Quantity::KeyWeight => "bytes of a weight of the key projections",
        Quantity::QueryWeight => "bytes of a weight of the query projections",
        Quantity::DownWeight => "bytes of a weight of the down projections",
        Quantity::InwardWeight => "bytes of a weight of the gate and up projections",
        Quantity::ImageBytes => "bytes of one image and its label",
        Quantity::Stage1 => {
            "bytes that the first stage of the network, its stem, keeps of one image for the backward pass"
        }
        Quantity::Stage2 => "the same for the second stage",
        Quantity::Stage3 => "the same for the third stage",
        Quantity::Stage4 => "the same for the fourth stage",
        Quantity::Stage5 => "the same for the fifth stage",
        Quantity::Stage6 => "the same for the sixth stage",
        Quantity::Stage7 => "the same for the seventh stage",
        Quantity::Stage8 => "the same for the eighth stage",
        Quantity::Stage9 => "the same for the ninth stage and those behind it",
        Quantity::FreedThen => "bytes of them that the backward pass has freed when most memory is in use",
        Quantity::FeatureGradients => "bytes of the gradients of feature maps that live then, for one image",
        Quantity::NormStatistics => {
            "mean and deviation of each channel of the batch, which normalizations keep in FP32"
        }
        Quantity::NormStatisticsLeft => "those of them that have not been freed then",
        Quantity::RunningStatistics => {
            "running mean and variance of each channel, and a counter for each normalization"
        }
        Quantity::CopiedParameters => "weights of convolutions and matrix products, which autocast copies to 16 bits",
        Quantity::CopiedParametersLeft => "those of them whose copies have not been freed then",
        Quantity::ParametersDone => "parameters that have their gradient then",
        Quantity::ParametersMade => "parameters whose gradients are just being made or converted",
    }
}
