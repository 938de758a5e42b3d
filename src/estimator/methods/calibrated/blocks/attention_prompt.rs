//! Self-attention while a prompt runs: what lives inside it, engine by engine, besides the residual stream. It knows
//! neither weights nor training, which [`super::attention`] has.
//!
//! In Transformers a tensor lives as long as a local of a module's `forward` refers to it. The layer's own keys and
//! values are those of the cache, and counted there.

use crate::estimator::architecture::{Fact, Positions, QkNorm};
use crate::estimator::methods::calibrated::blocks::kernel::{Kernel, is_cut};
use crate::estimator::methods::calibrated::blocks::rotation;
use crate::estimator::methods::calibrated::run::serving::ServingRun;
use crate::estimator::methods::calibrated::tensors::alive::fullest;
use crate::estimator::methods::calibrated::tensors::cached::Cached;
use crate::estimator::methods::calibrated::tensors::dtype::{BYTE, FP32, HALF, element, times};
use crate::estimator::methods::calibrated::tensors::list::Tensor;
use crate::estimator::methods::calibrated::tensors::width::Width;

const GPT2: &str = "modeling_gpt2.py, GPT2Attention.forward";
const NORM: &str = "modeling_qwen3.py, Qwen3Attention.forward; LlamaRMSNorm.forward";
const SDPA: &str = "integrations/sdpa_attention.py, sdpa_attention_forward";
const MASK: &str = "aten transformers/attention.cpp, convert_boolean_attn_mask";
const EAGER: &str = "modeling_llama.py, eager_attention_forward";
const SINKS: &str = "modeling_gpt_oss.py, eager_attention_forward";
const MATH: &str = "aten transformers/attention.cpp, _scaled_dot_product_attention_math";
const GGML: &str = "llama-graph.cpp, llm_graph_context::build_attn_mha";

/// Self-attention of a prompt in Transformers.
pub struct AttentionPrompt<'a> {
    run: &'a ServingRun<'a>,
    /// What computes it.
    pub kernel: Kernel,
    /// Whether layers have a mask: a window cuts the sequences, or the model's code always makes one.
    pub is_masked: bool,
}

impl<'a> AttentionPrompt<'a> {
    /// That of a run's prompt.
    pub fn of(run: &'a ServingRun<'a>) -> Self {
        let is_masked = run.shape.is(Fact::AlwaysMasked) || is_cut(run.shape, run.sequence.value());
        Self::with(run, is_masked)
    }

    /// The same with a mask or without.
    pub fn with(run: &'a ServingRun<'a>, is_masked: bool) -> Self {
        Self { run, kernel: Kernel::of(run.shape, run.bytes(), is_masked), is_masked }
    }

    /// What lives at the fullest instant of a kernel that makes no scores: while queries or keys are rotated or
    /// normalized, or while a mask is made and the kernel runs.
    pub fn inside_fused(&self) -> [Tensor; 4] {
        match self.around_mask() {
            Some(masked) => fullest(&[&self.before_kernel(), &masked], &self.run.widths),
            None => self.before_kernel(),
        }
    }

    /// While queries or keys are rotated or normalized.
    pub fn before_kernel(&self) -> [Tensor; 4] {
        let res = self.projected();
        if QkNorm::of(self.run.shape.number(Fact::QkNorm)) == QkNorm::None || self.run.bytes() >= FP32 {
            return res;
        }
        fullest(&[&res, &self.queries_normed()], &self.run.widths)
    }

    /// While a mask is made and the kernel runs, where there is one.
    pub fn around_mask(&self) -> Option<[Tensor; 4]> {
        self.is_masked.then(|| fullest(&[&self.mask_made(), &self.mask_read()], &self.run.widths))
    }

    /// While queries or keys are rotated; where nothing is, when all three are projected.
    fn projected(&self) -> [Tensor; 4] {
        let run = self.run;
        let [first, second, third] = match rotation::positions(run.shape) {
            Positions::Rotary => fullest(&[&rotation::of_queries(run), &rotation::of_keys(run)], &run.widths),
            Positions::None => {
                let keys = run.tensor("keys, values", Width::Keys, SDPA).times(2.0);
                [run.tensor("queries", Width::Queries, SDPA), keys, Tensor::NONE]
            }
            Positions::Learned | Positions::Alibi | Positions::Relative => {
                let all = run.tensor("c_attn output: queries, keys and values", Width::Hidden, GPT2);
                [all.times(3.0), Tensor::NONE, Tensor::NONE]
            }
        };
        [first, second, third, Tensor::NONE]
    }

    /// While queries are normalized: the projection, and twice in FP32.
    fn queries_normed(&self) -> [Tensor; 4] {
        let run = self.run;
        let wide = Tensor::new("input of q_norm in FP32, and normalized", FP32, Width::Queries, NORM).times(2.0);
        let made = run.tensor("q_proj output", Width::Queries, NORM);
        [made, wide, Tensor::NONE, Tensor::NONE]
    }

    /// While the kernel's mask is made in the run's format from the Boolean one, by way of its negation.
    fn mask_made(&self) -> [Tensor; 4] {
        let negation = Tensor::new("attn_mask.logical_not()", BYTE, Width::Positions, MASK);
        self.masked(negation)
    }

    /// While the kernel reads it.
    fn mask_read(&self) -> [Tensor; 4] {
        self.masked(self.run.tensor("attention's output", Width::Queries, SDPA))
    }

    fn masked(&self, beside: Tensor) -> [Tensor; 4] {
        let run = self.run;
        let mask = run.tensor("attn_mask in the queries' format", Width::Positions, MASK);
        let queries = run.tensor("queries", Width::Queries, SDPA);
        [queries, self.repeated(), mask, beside]
    }

    /// Keys and values repeated to all heads, for kernels that know no groups.
    fn repeated(&self) -> Tensor {
        let repeated = Tensor::new("keys and values repeated to all heads", self.scored(), Width::Queries, SDPA);
        repeated.times(2.0).only_if(self.kernel.repeats_keys(self.run.shape, self.is_masked))
    }

    /// What lives beside the scores of a kernel that makes them: queries, as rotation has left them, queries, keys and
    /// values as they are multiplied, repeated ones, and the queries that PyTorch's own kernel scales apart.
    pub fn beside_scores(&self) -> [Tensor; 8] {
        let [queries, whole, rotated, others] = rotation::beside_scores(self.run);
        let is_math = self.kernel == Kernel::Math;
        let is_converted = self.scored() != self.run.bytes();
        let converted = |name, width| Tensor::new(name, self.scored(), width, self.source());
        let keys = if is_math {
            converted("keys, values in FP32", Width::Keys).times(2.0)
        } else {
            converted("keys in FP32", Width::Keys)
        };
        let apart = Tensor::new("scaled queries", self.scored(), Width::Queries, MATH);
        [
            queries,
            whole,
            rotated,
            others,
            converted("queries in FP32", Width::Queries).only_if(is_converted),
            keys.only_if(is_converted),
            self.repeated(),
            apart.only_if(is_math),
        ]
    }

    /// The mask that PyTorch's own kernel writes as numbers: the causal one is the same for all sequences, one that it
    /// is given is not; other kernels' are inputs.
    pub fn mask_of_scores(&self) -> Option<Cached> {
        let run = self.run;
        let pairs = || run.sequence.clone() * run.sequence.clone();
        match self.kernel {
            Kernel::Math if self.is_masked => {
                let all = run.tokens.clone() * run.sequence.clone();
                Some(Cached::new("attn_mask as numbers", all, run.element.clone(), MASK))
            }
            Kernel::Math => Some(Cached::new("causal mask as numbers", pairs(), element(self.scored()), MATH)),
            Kernel::Flash | Kernel::Efficient | Kernel::Eager => None,
        }
    }

    /// Scores of every head: masked in the operands' format, converted to FP32, and their softmax, unless that stays in
    /// the operands' format or is FP32 already; the unmasked ones where the code has a name for them; and what the loop
    /// over layers still names. With sinks they have a column more, and each row's maximum is taken off before the
    /// softmax, which narrows.
    pub fn scores(&self) -> [Tensor; 7] {
        let made = self.scored();
        let has_sinks = self.run.shape.is(Fact::AttentionSinks);
        let is_narrow = has_sinks || self.kernel.narrows_softmax(self.run.shape);
        let is_converted = made < FP32 && !is_narrow;
        let tensor = |name, bytes| Tensor::new(name, bytes, Width::Scores, self.source());
        let is_held = self.kernel == Kernel::Eager && self.run.shape.is(Fact::HeldScores);
        [
            tensor("scores without a mask", made).only_if(is_held),
            tensor("masked scores", made),
            tensor("scores in FP32", FP32).only_if(is_converted),
            tensor("softmax of scores", if is_converted { FP32 } else { made }),
            tensor("scores before sinks", made).only_if(has_sinks),
            // The same column of two tensors, and of the maxima.
            Tensor::new("sinks, maxima", made, Width::Heads, SINKS).times(3.0).only_if(has_sinks),
            self.weights_before(),
        ]
    }

    /// Eager attention's weights of the layer before, where the loop over layers still names its result.
    fn weights_before(&self) -> Tensor {
        let is_held = self.run.shape.is(Fact::HeldLayerResult) && self.run.shape.number(Fact::NumLayers) > 1.0;
        let weights = self.run.tensor("attn_weights of the layer before", Width::Scores, EAGER);
        weights.only_if(is_held && self.kernel == Kernel::Eager)
    }

    const fn source(&self) -> &'static str {
        match self.kernel {
            Kernel::Math => MATH,
            Kernel::Flash | Kernel::Efficient | Kernel::Eager => EAGER,
        }
    }

    /// Eager attention's weights, which live until its layer is through: the layer's `forward` has not let go of them.
    pub fn weights(&self) -> Option<[Tensor; 2]> {
        let weights = self.run.tensor("attn_weights", Width::Scores, EAGER);
        (self.kernel == Kernel::Eager).then_some([weights, self.weights_before()])
    }

    /// Bytes of an element of the queries and keys that the kernel multiplies.
    fn scored(&self) -> f64 {
        self.kernel.scored(self.run.shape, self.run.bytes())
    }
}

/// Keys and values of all heads that one decode step repeats, where the model's own code computes attention over few.
pub fn repeated_in_decode(run: &ServingRun) -> Cached {
    let elements = times(2.0) * run.tokens.clone() * run.query.clone();
    Cached::new("keys and values repeated to all heads", elements, run.element.clone(), EAGER)
}

/// What llama.cpp's graph holds while it computes attention: queries and keys, and scores over all cells of the cache,
/// which flash attention does not write.
pub const fn in_llama_cpp(is_flash: bool) -> [Tensor; 2] {
    let scores = Tensor::new("kq", FP32, Width::Scores, GGML);
    [Tensor::new("Qcur, Kcur", FP32, Width::Hidden, GGML).times(2.0), if is_flash { Tensor::NONE } else { scores }]
}

/// The mask over all cells, which lives as long as the graph's layers run; flash attention takes it in 16 bits.
pub const fn mask_in_llama_cpp(is_flash: bool) -> Tensor {
    Tensor::new("KQ_mask", if is_flash { HALF } else { FP32 }, Width::Positions, "llama-graph.cpp, build_attn_inp_kv")
}
