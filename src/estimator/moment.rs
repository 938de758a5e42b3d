//! The moments of a run at which memory may peak. It knows their names and order, and no formula.

macro_rules! moments {
    ($( $(#[$doc:meta])* $moment:ident = $id:literal ),* $(,)?) => {
        /// A moment of a run. Memory peaks at one of them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum MomentId { $( $(#[$doc])* $moment ),* }

        impl MomentId {
            /// Every moment, in the order in which a run meets them.
            pub const ALL: &[Self] = &[ $( Self::$moment ),* ];

            /// The moment's name in the command line's output and in the page's test ids.
            pub const fn id(self) -> &'static str {
                match self { $( Self::$moment => $id ),* }
            }
        }
    };
}

moments! {
    /// The method tells no moments apart: everything it counts lives at once.
    Whole = "whole",
    /// Trained weights are handed to what samples completions (GRPO).
    WeightSync = "weight_sync",
    /// Completions are sampled with a KV cache (GRPO).
    Generation = "generation",
    /// Log-probabilities of completions that another program sampled, by the trained model, without gradients (GRPO).
    LogProbabilities = "log_probabilities",
    /// Log-probabilities of the reference model, without gradients.
    ReferencePass = "reference_pass",
    /// The prompt is inside the last layer's attention.
    PrefillAttention = "prefill_attention",
    /// The prompt is inside the last layer's feed-forward block.
    Prefill = "prefill",
    /// The prompt's logits are made.
    PrefillLogits = "prefill_logits",
    /// The prompt's pass through a stack of state spaces, inside its last layer.
    PrefillStateSpace = "prefill_state_space",
    /// One token more for every sequence.
    Decode = "decode",
    /// An engine serves its largest batch.
    Serving = "serving",
    /// An engine chooses the next token of its largest batch.
    Sampling = "sampling",
    /// The encoder of text, images or sound runs.
    Encoder = "encoder",
    /// The first step of a decoder that attends to an encoder: keys and values of all that the encoder has read are
    /// made.
    DecoderStart = "decoder_start",
    /// What stands behind the layers of an encoder makes its output.
    HeadOutput = "head_output",
    /// The forward pass gathers parameters while those before them are still there.
    ForwardGather = "forward_gather",
    /// The loss is computed from the logits.
    Loss = "loss",
    /// The backward pass begins: all activations live, no gradients yet.
    BackwardStart = "backward_start",
    /// The backward pass has left the output projection, whose gradient is reduced.
    BackwardHead = "backward_head",
    /// The backward pass is inside the last layer, which it meets first: most activations live, few gradients.
    BackwardLastLayer = "backward_last_layer",
    /// The backward pass is inside the first layer, which it meets last: most gradients live.
    BackwardLayer = "backward_layer",
    /// The backward pass of a network is at the layer where most lives.
    BackwardFullest = "backward_fullest",
    /// The backward pass is inside the vision tower, after the text.
    BackwardVision = "backward_vision",
    /// The backward pass has left a decoder, whose gradient of the embedding is made, and the encoder is still to come.
    BackwardDecoderEnd = "backward_decoder_end",
    /// The backward pass is inside the last layer of an encoder, after its decoder.
    BackwardEncoderLastLayer = "backward_encoder_last_layer",
    /// The backward pass is inside the first layer of an encoder, which it meets last.
    BackwardEncoderLayer = "backward_encoder_layer",
    /// The backward pass ends: nearly all gradients live, and the embedding's are added.
    BackwardEnd = "backward_end",
    /// The gradients of a stage are reduced, once its last micro-batch is done.
    GradientsReduced = "gradients_reduced",
    /// The last stage of a pipeline joins what it has put out for the caller.
    OutputsJoined = "outputs_joined",
    /// The optimizer updates the parameters.
    OptimizerStep = "optimizer_step",
}
