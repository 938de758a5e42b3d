//! What memory is spent on. Every method speaks these names, so charts and tables know no method.

macro_rules! component_groups {
    ($( $(#[$doc:meta])* $group:ident ),* $(,)?) => {
        /// A row of the chart and the table: components that share a colour, in stacking order from the
        /// bottom of a bar.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum ComponentGroup { $( $(#[$doc])* $group ),* }

        impl ComponentGroup {
            /// Every group, in stacking order from the bottom of a bar.
            pub const ALL: &[Self] = &[ $( Self::$group ),* ];
        }
    };
}

macro_rules! components {
    ($( $(#[$doc:meta])* $component:ident = $id:literal in $group:ident ),* $(,)?) => {
        /// A part of the total, named as in the command line's output.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Component { $( $(#[$doc])* $component ),* }

        impl Component {
            /// Every component, in stacking order from the bottom of a bar.
            pub const ALL: &[Self] = &[ $( Self::$component ),* ];

            /// The component's name in the command line's output and in the page's test ids.
            pub const fn id(self) -> &'static str {
                match self { $( Self::$component => $id ),* }
            }

            /// The row of chart and table to which the component belongs.
            pub const fn group(self) -> ComponentGroup {
                match self { $( Self::$component => ComponentGroup::$group ),* }
            }
        }
    };
}

component_groups! {
    /// Weights in general.
    Weights,
    /// The vision encoder.
    Vision,
    /// The text encoder.
    Text,
    /// Experts and their router.
    Experts,
    /// Adapters.
    Adapter,
    /// Optimizer states.
    Optimizer,
    /// Gradients.
    Gradients,
    /// Activations.
    Activations,
    /// Logits and the loss.
    Logits,
    /// KV cache.
    KvCache,
    /// Tensors of one moment.
    Temporaries,
    /// Small things that fit nowhere else.
    Other,
    /// Overhead.
    Overhead,
}

components! {
    /// All weights of the model.
    Weights = "weights" in Weights,
    /// Token embedding.
    Embedding = "embedding" in Weights,
    /// Attention projections.
    Attention = "attention" in Weights,
    /// Feed-forward blocks.
    FeedForward = "feed_forward" in Weights,
    /// Convolution weights.
    Convolutions = "convolutions" in Weights,
    /// Fully connected weights.
    FullyConnected = "fully_connected" in Weights,
    /// Scales, shifts and statistics of batch normalization.
    BatchNormalization = "batch_normalization" in Weights,
    /// Layers that join the encoders.
    Fusion = "fusion" in Weights,
    /// Weights of the vision encoder.
    VisionEncoder = "vision_encoder" in Vision,
    /// Weights of the text encoder.
    TextEncoder = "text_encoder" in Text,
    /// Weights of the router.
    Router = "router" in Experts,
    /// Weights of the experts that a token visits.
    ActiveExperts = "active_experts" in Experts,
    /// All experts of a mixture, whether a token visits them or not.
    Experts = "experts" in Experts,
    /// Weights of adapters.
    Adapter = "adapter" in Adapter,
    /// States of the optimizer.
    Optimizer = "optimizer" in Optimizer,
    /// FP32 copy of 16-bit weights that the optimizer updates.
    MasterWeights = "master_weights" in Optimizer,
    /// Gradients of the trained parameters.
    Gradients = "gradients" in Gradients,
    /// Buffers in which gradients are reduced over GPUs.
    GradientBuckets = "gradient_buckets" in Gradients,
    /// Tensors kept for the backward pass.
    Activations = "activations" in Activations,
    /// What a stage of a pipeline receives: activations of the stage before it, gradients of the one behind it.
    PipelineBuffers = "pipeline_buffers" in Activations,
    /// Attention score matrices.
    AttentionScores = "attention_scores" in Activations,
    /// Feature maps of convolutions.
    FeatureMaps = "feature_maps" in Activations,
    /// Output of the vision encoder.
    ImageFeatures = "image_features" in Activations,
    /// Output of the text encoder.
    TextFeatures = "text_features" in Activations,
    /// Scores between text and image tokens.
    CrossModalAttention = "cross_modal_attention" in Activations,
    /// Features projected to the common space.
    ModalAlignment = "modal_alignment" in Activations,
    /// Similarity matrix of contrastive learning.
    Contrastive = "contrastive" in Activations,
    /// Router probabilities.
    RoutingProbabilities = "routing_probabilities" in Activations,
    /// Which token goes to which expert.
    ExpertAssignment = "expert_assignment" in Activations,
    /// Tensors of the vision encoder kept for the backward pass.
    VisionActivations = "vision_activations" in Activations,
    /// Scores over the vocabulary, and what the loss makes of them.
    Logits = "logits" in Logits,
    /// Keys and values of past tokens.
    KvCache = "kv_cache" in KvCache,
    /// Parameters that are put together for their turn and held by each GPU until it is over.
    GatheredParameters = "gathered_parameters" in Temporaries,
    /// Buffers of collectives: what is gathered before it is parted, and gradients while they are reduced.
    CollectiveBuffers = "collective_buffers" in Temporaries,
    /// 16-bit copies of FP32 weights that autocast makes.
    AutocastCopies = "autocast_copies" in Temporaries,
    /// Tensors that live only at this moment: gradients of activations, operands of a kernel, results on their way.
    Temporaries = "temporaries" in Temporaries,
    /// Tokens, pixels, masks and positions that the run is fed with, and buffers of the model.
    Inputs = "inputs" in Other,
    /// Position encoding.
    PositionEncoding = "position_encoding" in Other,
    /// Pixels while they are prepared.
    ImagePreprocessing = "image_preprocessing" in Other,
    /// Load-balancing statistics.
    LoadBalance = "load_balance" in Other,
    /// Reserved by the runtime.
    Overhead = "overhead" in Overhead,
    /// What libraries take to exchange tensors among GPUs.
    Communicators = "communicators" in Overhead,
    /// What drivers, libraries and the allocator add: context, workspaces, rounding.
    Runtime = "runtime" in Overhead,
}

impl Component {
    /// Whether it lies outside of what PyTorch's allocator, or another engine's, has given out.
    pub const fn is_outside(self) -> bool {
        matches!(self, Self::Communicators | Self::Runtime)
    }

    /// Whether it is weights of the model, of whichever part; adapters are apart.
    pub const fn is_weights(self) -> bool {
        matches!(
            self.group(),
            ComponentGroup::Weights | ComponentGroup::Vision | ComponentGroup::Text | ComponentGroup::Experts
        )
    }

    /// Whether the component is what its group is called by, so that where it stands alone the group's name says all:
    /// the activations of layers are "activations", the moments of an optimizer its "states".
    pub const fn is_called_as_group(self) -> bool {
        matches!(self, Self::Activations | Self::Optimizer)
    }
}
