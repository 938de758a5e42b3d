//! What a row of the table may say its default follows from. It evaluates nothing: `defaults` knows the formulas.

/// What a parameter's default follows from where neither the link nor the model states the parameter; `defaults` has
/// the rule of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Follows {
    /// Nothing: the default is the mode's.
    Nothing,
    /// What a typed shape counts to. Counting takes the layers of a model, which only the methods know: their rule is
    /// `methods::size`, and what this table's own rules say is the mode's default.
    CountedShape,
    /// Without groups every head has its own keys.
    Heads,
    /// The heads share the width of the model.
    HeadsShareWidth,
    /// The experts share what attention and embeddings leave of the model.
    ExpertsShareModel,
    /// Models of a layout are trained with the same head, unless they are published with another.
    Layout,
    /// Values are cached as keys are.
    Keys,
    /// The memory of the chosen device that programs can use; where none was chosen, what is assumed for a pool that
    /// fills it.
    Device,
    /// The generation of the chosen device.
    DeviceGeneration,
    /// As many GPUs as were chosen, where that says how many.
    Devices,
    /// vLLM's share of the GPU, which a version raised.
    EngineVersion,
    /// Tokens of a step of vLLM's server, by the size of the GPU.
    BatchedTokens,
    /// Sequences of such a step, of which each has a token at least.
    BatchedSequences,
    /// A sequence without a prompt: the largest that the completion can be.
    WholeSequence,
    /// Every GPU reads sequences of its own, or every pipeline or group of GPUs that share out tensors among
    /// themselves.
    Gpus,
    /// Experts are divided as the other matrices of layers are (`--expert-tensor-parallel-size`).
    Tensor,
    /// As many as a pipeline has stages, so that each has something to do.
    Stages,
    /// All layers, and the output projection as one more.
    LayersAndOutput,
    /// Megatron trains in BF16, and so does FSDP2 beside quantized weights: for no other format are there formulas.
    TrainersFormat,
    /// A model that is published in few bits alone is served so by vLLM, which loads a checkpoint as it is.
    Published,
    /// FSDP2 trains by its own policy, adapters are trained under autocast, FP32 runs in FP32.
    TrainedParameters,
    /// As TRL scores the reference: its trainer of pairs switches adapters off, or keeps a second model without them;
    /// its trainer of groups has no reference unless asked for one.
    Reference,
    /// Pairs are scored in chunks, as TRL has them.
    LossOfPairs,
    /// What leads from a vision tower to the text is as wide as the tower, or as the patches that merge: the
    /// architecture's list, grown with them.
    Tower,
    /// Adapters sit on attention alone where there are experts: there are no formulas for those on stacked experts.
    Experts,
    /// Layers of one kind among others follow each other as in the architecture, however many layers run.
    Layers,
}
