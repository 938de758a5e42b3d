//! Ways to need less memory, by name: one list for the Guide, for advice and for the command line. What each changes `changes` says. It
//! knows no text.

use crate::estimator::inputs::Inputs;
use crate::estimator::parameters::{ParameterId as Id, trains};
use crate::estimator::plan::changes::changes;

macro_rules! strategies {
    ($( $(#[$doc:meta])* $name:ident = $id:literal, )*) => {
        /// A way to need less memory. They stand in the order of what they cost whoever runs it: nothing, time, a little of the result,
        /// more of it, other hardware, less work done.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Strategy { $( $(#[$doc])* $name, )* }

        impl Strategy {
            /// Every strategy, the one that costs least first.
            pub const ALL: &[Self] = &[ $( Self::$name, )* ];

            /// The strategy's name in test ids.
            pub const fn id(self) -> &'static str {
                match self { $( Self::$name => $id, )* }
            }
        }
    };
}

strategies! {
    /// One kernel for the optimizer's step, without temporaries.
    FusedKernel = "fused-kernel",
    /// Attention without the whole matrix of scores.
    FlashAttention = "flash-attention",
    /// Logits for the last position of the prompt alone.
    LastLogits = "last-logits",
    /// Gradients that are views of the buckets in which they are reduced.
    BucketViews = "bucket-views",
    /// A bitsandbytes whose frozen layers keep nothing of what they read.
    DroppedInputs = "dropped-inputs",
    /// Output projection and loss in one operation.
    LigerLoss = "liger-loss",
    /// Kernels for layers of linear attention.
    LinearKernels = "linear-kernels",
    /// A sampler that sorts nothing.
    FlashInfer = "flashinfer",
    /// A larger share of the GPU for vLLM.
    LargerShare = "larger-share",
    /// No vision tower, for text alone.
    NoVision = "no-vision",
    /// Logits piece by piece.
    ChunkedLoss = "chunked-loss",
    /// Gathered layers are let go between forward and backward pass.
    Reshard = "reshard",
    /// Gradients reduced in each micro-batch.
    ReduceEach = "reduce-each",
    /// Half as many tokens in one step of llama.cpp.
    SmallerBuffer = "smaller-buffer",
    /// Half as many tokens in one step of vLLM.
    SmallerSteps = "smaller-steps",
    /// Half as many sequences in one step of vLLM.
    FewerSequences = "fewer-sequences",
    /// Recompute activations in the backward pass.
    GradientCheckpointing = "gradient-checkpointing",
    /// Half the batch, accumulated over twice as many steps: the global batch stays.
    Accumulate = "accumulate",
    /// One sequence at a time, accumulated to the same global batch.
    OneByOne = "one-by-one",
    /// vLLM gives its share back while the model is trained.
    Sleep = "sleep",
    /// Completions sampled by a server on other GPUs.
    RolloutElsewhere = "rollout-elsewhere",
    /// The reference in the host's memory.
    ReferenceInHost = "reference-in-host",
    /// 8-bit states in unified memory.
    PagedOptimizer = "paged-optimizer",
    /// Parts of parameters, gradients and states in the host's memory.
    Offload = "offload",
    /// The vision tower is not trained.
    FrozenVision = "frozen-vision",
    /// 8-bit states of the optimizer.
    EightBitOptimizer = "8bit-optimizer",
    /// Sums of rows and columns in place of second moments.
    Adafactor = "adafactor",
    /// The loss in the format of the logits.
    NativeLoss = "native-loss",
    /// Keys and values in 8 bits.
    EightBitCache = "8bit-cache",
    /// Scales of the quantized base quantized too.
    DoubleQuantization = "double-quantization",
    /// Adapters in 16 bits.
    NarrowAdapters = "narrow-adapters",
    /// 16-bit weights and activations instead of FP32.
    MixedPrecision = "mixed-precision",
    /// Nothing trained whole beside adapters.
    NoSavedModules = "no-saved-modules",
    /// Adapters without magnitudes.
    PlainAdapters = "plain-adapters",
    /// 8-bit weights.
    Int8 = "int8",
    /// Adapters on query and value projections alone.
    AttentionAdapters = "attention-adapters",
    /// Half the rank of adapters.
    HalveRank = "halve-rank",
    /// Parameters, gradients and states in 16 bits alone.
    PureRecipe = "pure-recipe",
    /// Keys and values in 4 bits.
    FourBitCache = "4bit-cache",
    /// 4-bit weights.
    Int4 = "int4",
    /// Train adapters beside frozen weights.
    Lora = "lora",
    /// Train adapters beside quantized weights.
    Qlora = "qlora",
    /// Parts of the model on each GPU in place of copies.
    Shard = "shard",
    /// Twice as many GPUs.
    MoreGpus = "more-gpus",
    /// Half the completions of a prompt.
    HalveGroup = "halve-group",
    /// Half the length of completions.
    HalveCompletion = "halve-completion",
    /// Half the images.
    FewerImages = "fewer-images",
    /// Half the batch.
    HalveBatch = "halve-batch",
    /// Half the sequence.
    HalveSequence = "halve-sequence",
}

/// Why a strategy cannot be applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Obstacle {
    /// It is in use, or weights are as narrow already.
    InUse,
    /// The mode does not know it.
    NotOfMode,
    /// There is nothing left to halve.
    AtItsLeast,
}

impl Obstacle {
    /// Every obstacle.
    pub const ALL: [Self; 3] = [Self::InUse, Self::NotOfMode, Self::AtItsLeast];
}

impl Strategy {
    /// Those of the document's "memory strategies" and of its OOM checklist, in its order.
    pub const OF_DOCUMENT: [Self; 7] = [
        Self::GradientCheckpointing,
        Self::MixedPrecision,
        Self::Int8,
        Self::Int4,
        Self::HalveBatch,
        Self::HalveSequence,
        Self::Qlora,
    ];

    /// Why [`Self::apply`] gives nothing, where it does: of a strategy of the document.
    pub fn obstacle(self, inputs: &Inputs) -> Obstacle {
        let (is_known, then) = match self {
            Self::MixedPrecision => (trains(inputs.mode(), inputs.choice(Id::Task)), Obstacle::InUse),
            Self::Int8 | Self::Int4 => (inputs.has_effect(Id::Quantization), Obstacle::InUse),
            Self::HalveBatch => (inputs.has_effect(Id::BatchSize), Obstacle::AtItsLeast),
            Self::HalveSequence => (inputs.has_effect(Id::SequenceLength), Obstacle::AtItsLeast),
            Self::Qlora => (inputs.has_effect(Id::FinetuneMethod), Obstacle::InUse),
            // Of the others the Guide shows none.
            _ => (inputs.has_effect(Id::GradientCheckpointing), Obstacle::InUse),
        };
        if is_known { then } else { Obstacle::NotOfMode }
    }

    /// The inputs with the strategy applied, or `None` where the mode does not know it or it is in use.
    pub fn apply(self, inputs: &Inputs) -> Option<Inputs> {
        let changes = changes(self, inputs);
        let mut res = inputs.clone();
        for (id, value) in changes {
            // What one choice brings along has an effect only once that is made.
            res = res.has_effect(id).then(|| res.with(id, value).ok())??;
        }
        (res != *inputs).then_some(res)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimator::mode::Mode;
    use crate::estimator::parameters::Value;

    /// "In use already, or not part of this mode" left the reader to find out which.
    #[test]
    fn what_stands_in_the_way_is_known() {
        let check = |strategy: Strategy, inputs: &Inputs, obstacle: Obstacle| {
            assert_eq!((strategy.apply(inputs), strategy.obstacle(inputs)), (None, obstacle), "{strategy:?}");
        };
        let with = |mode, id, value| Inputs::defaults(mode).with(id, value).expect("a value");
        let checkpointed = with(Mode::Train, Id::GradientCheckpointing, Value::Toggle(true));
        check(Strategy::GradientCheckpointing, &checkpointed, Obstacle::InUse);
        check(Strategy::GradientCheckpointing, &Inputs::defaults(Mode::Inference), Obstacle::NotOfMode);
        check(Strategy::Int8, &Inputs::defaults(Mode::Train), Obstacle::NotOfMode);
        check(Strategy::HalveBatch, &Inputs::defaults(Mode::Inference), Obstacle::AtItsLeast);
        check(Strategy::HalveSequence, &Inputs::defaults(Mode::Cnn), Obstacle::NotOfMode);
        check(Strategy::Qlora, &Inputs::defaults(Mode::Inference), Obstacle::NotOfMode);
        check(Strategy::MixedPrecision, &Inputs::defaults(Mode::Inference), Obstacle::NotOfMode);
        check(Strategy::MixedPrecision, &Inputs::defaults(Mode::Train), Obstacle::InUse);
    }
}
