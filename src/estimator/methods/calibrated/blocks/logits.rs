//! Logits, and what is made of them: by the scores of completions, and by whatever draws the next token. `loss` has
//! what cross entropy over all tokens makes of them. It knows no layer and no moment.

use crate::estimator::architecture::{Fact, Layout};
use crate::estimator::constants as c;
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::model::mesh::Mesh;
use crate::estimator::methods::calibrated::run::serving::ServingRun;
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::cached::{Cached, sum_of};
use crate::estimator::methods::calibrated::tensors::dtype::{FP32, INT32, INT64, element};
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::Sampler;
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{Count, Memory};

const GATHERED: &str = "torch/distributed/_functional_collectives.py, all_gather_tensor";
/// Where logits are bounded.
pub const SOFT_CAP: &str = "modeling_gemma2.py, Gemma2ForCausalLM.forward";
const TRL: &str = "grpo_trainer.py, _get_per_token_logps";
const SELECTIVE: &str = "trl/trainer/utils.py, selective_log_softmax";
const CAUSAL: &str = "modeling_llama.py, LlamaForCausalLM.forward";
const WIDENED: &str = "modeling_nemotron_h.py, NemotronHForCausalLM.forward";
const WIDENED_BEHIND_STATES: &str = "modeling_mamba.py, MambaForCausalLM.forward";
const VLLM_SAMPLER: &str = "vllm v1/sample/ops/topk_topp_sampler.py, apply_top_k_top_p";
const PENALTIES: &str = "vllm v1/worker/gpu/sample/penalties.py, PenaltiesState";
const PARTS: &str = "vllm v1/worker/gpu/spec_decode/rejection_sampler.py, _verify_in_chunks";
const REJECTION: &str = "vllm v1/sample/rejection_sampler.py, RejectionSampler.forward";
const FULL_SORT: &str = "aten cuda/SortStable.cu, segmented_sort_pairs_by_full_sort";
const RADIX_SORT: &str = "cub, DeviceRadixSort::SortPairs";
const FLASHINFER: &str = "flashinfer/sampling.py, top_k_top_p_sampling_from_logits";
const SAMPLING: &str = "generation/utils.py, GenerationMixin._sample";

/// A tensor as wide as the vocabulary: its name, bytes of an element, and the code that makes it.
pub type Named = (&'static str, f64, &'static str);

/// Bytes for each token of tensors as wide as the vocabulary, under a symbol that opens to them.
pub fn each(vocabulary: &Expr<Count>, quantity: Quantity, tensors: &[Named]) -> Expr<Memory> {
    if !vocabulary.is_told() {
        return Expr::untold(tensors.iter().map(|(_, bytes, _)| vocabulary.value() * bytes).sum());
    }
    let made = tensors.iter().filter(|(_, bytes, _)| *bytes > 0.0);
    let cached = |(name, bytes, source): &Named| Cached::new(name, vocabulary.clone(), element(*bytes), source);
    sum_of(quantity, &made.map(cached).collect::<Vec<_>>())
}

/// Logits from which the next token of every sequence is drawn: in the run's format, their FP32 copy and its softmax.
pub fn sampled(run: &TrainingRun) -> Expr<Memory> {
    let tensors =
        [("logits", run.formats.compute, SAMPLING), ("logits.float()", FP32, SAMPLING), ("softmax", FP32, SAMPLING)];
    run.batch.clone() * each(&run.shape.leaf(Fact::VocabSize), Quantity::SampledLogits, &tensors)
}

/// Logits in FP32, where the model's own code makes them so behind its output projection.
fn widened(run: &ServingRun) -> Named {
    let is_state_space = run.layout().is_state_space();
    let is_widened = (is_state_space || run.layout() == Layout::SingleMixerHybrid) && run.bytes() < FP32;
    let source = if is_state_space { WIDENED_BEHIND_STATES } else { WIDENED };
    ("logits.float()", if is_widened { FP32 } else { 0.0 }, source)
}

/// Logits of a prompt in Transformers, for each token that has any; a bound or a scale makes them anew.
pub fn of_prompt(run: &ServingRun) -> Expr<Memory> {
    let is_scaled = run.shape.is(Fact::FinalSoftCap) || run.shape.is(Fact::ScaledLogits);
    let scaled = if is_scaled { run.bytes() } else { 0.0 };
    if let Some(gathered) = gathered(run) {
        return gathered;
    }
    each(
        &run.fact(Fact::VocabSize),
        Quantity::Logits,
        &[("logits", run.bytes(), CAUSAL), ("logits, scaled or bounded", scaled, SOFT_CAP), widened(run)],
    )
}

/// Logits of a decode step in Transformers, for each sequence.
pub fn of_step(run: &ServingRun) -> Expr<Memory> {
    if let Some(gathered) = gathered(run) {
        return gathered;
    }
    each(&run.fact(Fact::VocabSize), Quantity::Logits, &[("logits", run.bytes(), CAUSAL), widened(run)])
}

/// The same beside their copy in FP32, from which `generate` takes the next token.
pub fn copied(run: &ServingRun) -> Expr<Memory> {
    let tensors = [("logits", run.bytes(), CAUSAL), ("next_token_logits, in FP32", FP32, SAMPLING)];
    each(&run.fact(Fact::VocabSize), Quantity::Logits, &tensors)
}

/// The same while parts of several ranks are put together: a part, all of them, and what becomes of them.
fn gathered(run: &ServingRun) -> Option<Expr<Memory>> {
    let ranks = Mesh::of(&run.shape.reader).tensor();
    let parts = || {
        [("part of the logits", run.bytes() / ranks, GATHERED), ("all_gather, chunk, cat", 3.0 * run.bytes(), GATHERED)]
    };
    (ranks > 1.0).then(|| each(&run.fact(Fact::VocabSize), Quantity::Logits, &parts()))
}

/// A logit as vLLM's model makes it, and its copy in FP32, which is there only where the model's are narrower
/// (`Sampler.forward` asks for `logits.to(torch.float32)`, and PyTorch gives back what is in FP32 already).
fn made_in_vllm(run: &ServingRun) -> [Named; 2] {
    let copied = if run.bytes() == FP32 { 0.0 } else { FP32 };
    [("logits", run.bytes(), VLLM_SAMPLER), ("logits.to(float32)", copied, VLLM_SAMPLER)]
}

/// What vLLM's sampler makes of a logit where it sorts those of each row by itself.
const SORTED_BY_ROW: [Named; 5] = [
    ("logits_sort", FP32, VLLM_SAMPLER),
    ("logits_idx", INT64, VLLM_SAMPLER),
    ("reverse_indices", INT64, "aten cuda/SortStable.cu, segmented_sort_pairs"),
    ("alternate keys of CUB's radix sort", FP32, RADIX_SORT),
    ("alternate indices of CUB's radix sort", INT64, RADIX_SORT),
];

/// The same where all rows are few enough to be sorted at once.
const SORTED_AT_ONCE: [Named; 7] = [
    ("logits_sort", FP32, VLLM_SAMPLER),
    ("logits_idx", INT64, VLLM_SAMPLER),
    ("i_s_ptr, rows and indices", INT64, FULL_SORT),
    ("i_s_ptr, sorted", INT64, FULL_SORT),
    ("sorted keys", FP32, FULL_SORT),
    ("alternate keys of CUB's radix sort", FP32, RADIX_SORT),
    ("alternate lists of CUB's radix sort", INT64, RADIX_SORT),
];

/// A logit where FlashInfer draws: what is not among the largest is masked in a copy, of which softmax is taken.
const DRAWN_BY_FLASHINFER: [Named; 2] = [("top_k_mask_logits", FP32, FLASHINFER), ("softmax", FP32, FLASHINFER)];

/// Logits of up to `rows` sequences from which vLLM draws their next tokens. PyTorch sorts a few rows at once and more
/// of them each by itself: a step with a few may need more than one with all.
pub fn sampled_in_vllm(run: &ServingRun, rows: &Expr<Count>) -> Expr<Memory> {
    let vocabulary = run.shape.leaf_of_all(Fact::VocabSize);
    let made = made_in_vllm(run);
    let each = |drawn: &[Named]| each(&vocabulary, Quantity::SampledLogits, &[&made, drawn].concat());
    match run.shape.reader.choice(Id::Sampler) {
        Sampler::FlashInfer => return rows.clone() * each(&DRAWN_BY_FLASHINFER),
        Sampler::PyTorch => {}
    }
    let many = rows.clone() * each(&SORTED_BY_ROW);
    let few = rows.clone().min(Expr::from(c::ROWS_SORTED_AT_ONCE)) * each(&SORTED_AT_ONCE);
    if many.value() >= few.value() { many } else { few }
}

/// A logit by which a drafted token is checked, where what is not among the largest is masked in place
/// (`apply_top_k_top_p_triton`).
fn verified(run: &ServingRun) -> [Named; 4] {
    [
        ("logits", run.bytes(), REJECTION),
        // Picked from all logits: a copy also where these are in FP32.
        ("raw_target_logits", FP32, REJECTION),
        ("target_logits, a copy", FP32, REJECTION),
        ("target_probs", FP32, REJECTION),
    ]
}

/// Logits of up to so many sequences, by each of which `drafted` tokens are checked and one more is drawn. Where
/// PyTorch sorts them, the copy that is not sorted stays beside.
pub fn verified_in_vllm(run: &ServingRun, sequences: &Expr<Count>, drafted: &Expr<Count>) -> Expr<Memory> {
    let vocabulary = run.shape.leaf_of_all(Fact::VocabSize);
    let rows = sequences.clone() * drafted.clone();
    let tensors = verified(run);
    let verified = |tensors: &[Named]| rows.clone() * each(&vocabulary, Quantity::VerifiedLogits, tensors);
    let checked = match run.shape.reader.choice(Id::Sampler) {
        Sampler::FlashInfer => verified(&tensors),
        Sampler::PyTorch => sampled_in_vllm(run, &rows) + verified(&tensors[1..2]),
    };
    // Of the token behind the drafted ones, which was drawn before they are checked.
    let bonus = [("logits", run.bytes(), REJECTION), ("logits of the bonus token", FP32, REJECTION)];
    checked + sequences.clone() * each(&vocabulary, Quantity::BonusLogits, &bonus)
}

/// FP32 logits of one part of those that are verified: 1 GiB (`MAX_CHUNK_BYTES` in vLLM's rejection sampler).
const LOGITS_OF_PART: f64 = (1u64 << 28) as f64;

/// The same in versions that verify in parts: all logits as the model makes them, and a part of them in FP32, where
/// what is not among the largest is masked in place.
pub fn verified_in_parts(run: &ServingRun, sequences: &Expr<Count>, drafted: &Expr<Count>) -> Expr<Memory> {
    let vocabulary = run.shape.leaf_of_all(Fact::VocabSize);
    let rows = sequences.clone() * (Expr::number(1.0) + drafted.clone());
    let of_part = (Expr::<Count>::number(LOGITS_OF_PART) / vocabulary.clone()).floor().max(Expr::number(1.0));
    let part = rows.clone().min(of_part);
    rows * each(&vocabulary, Quantity::VerifiedLogits, &[("logits", run.bytes(), PARTS)])
        + part * each(&vocabulary, Quantity::VerifiedPart, &[("a part of the logits, in FP32", FP32, PARTS)])
}

/// What the sampler of vLLM's second runner keeps for all sequences that it may have: how often each token was made,
/// and whether the prompt has it.
pub fn counted_in_vllm(run: &ServingRun) -> Expr<Memory> {
    let tensors = [("output_bin_counts", INT32, PENALTIES), ("prompt_bin_mask", 1.0 / 8.0, PENALTIES)];
    run.leaf(Id::MaxSequences) * each(&run.shape.leaf_of_all(Fact::VocabSize), Quantity::CountedTokens, &tensors)
}

/// Logits in llama.cpp, for each token of a micro-batch.
pub fn in_llama_cpp(run: &ServingRun) -> Expr<Memory> {
    each(&run.fact(Fact::VocabSize), Quantity::Logits, &[("result_output", FP32, "llama.cpp, llm_build_llama")])
}

/// The logits of completions.
pub struct CompletionLogits {
    vocabulary: Expr<Count>,
    /// Tokens that are scored: those of all completions.
    scored: Expr<Count>,
    /// Positions that have logits: one more for each sequence, because a position predicts the next token.
    made: Expr<Count>,
    /// Bytes of one: autocast's outputs are converted to FP32 (Accelerate, `convert_outputs_to_fp32`).
    element: f64,
    /// Of the output projection's result and its gradient.
    compute: f64,
}

impl CompletionLogits {
    /// Those of a run's completions.
    pub fn of(run: &TrainingRun) -> Self {
        // Links may ask for more completion than sequence.
        let completion: Expr<Count> = run.shape.reader.leaf::<Count>(Id::CompletionLength).min(run.sequence.clone());
        let positions = (completion.clone() + Expr::number(1.0)).min(run.sequence.clone());
        Self {
            vocabulary: run.shape.leaf(Fact::VocabSize),
            scored: (run.batch.clone() * completion).named(Quantity::CompletionTokens),
            made: run.batch.clone() * positions,
            element: if run.formats.is_autocast { FP32 } else { run.formats.compute },
            compute: run.formats.compute,
        }
    }

    /// In the forward pass: as the model makes them, and divided by the temperature.
    pub fn scored(&self) -> Expr<Memory> {
        self.both("logits", "logits / temperature")
    }

    /// While the output projection runs: as the model makes them.
    pub fn of_model(&self) -> Expr<Memory> {
        self.made.clone() * self.one(Quantity::Logits, "logits")
    }

    /// When the backward pass begins; `of_head` is the gradient of the output projection's weight, if that is trained.
    ///
    /// FP32 scores are a logit less the logarithm of the sum of exponentials (TRL, `selective_log_softmax`): the
    /// divided logits, the sum's gradient, zeros for the logit's, and the same with its gradient scattered into them.
    /// Narrower ones go through softmax row by row: the gradient of the division, and padded by the position that was
    /// cut off.
    pub fn differentiated(&self, of_head: Option<Expr<Memory>>) -> Expr<Memory> {
        let of_scores = if self.element == FP32 {
            let tensors = [
                ("logits / temperature", FP32, TRL),
                ("gradient of logsumexp", FP32, SELECTIVE),
                ("zeros for the gradient of gather", FP32, SELECTIVE),
                ("gradient of gather", FP32, SELECTIVE),
            ];
            self.scored.clone() * each(&self.vocabulary, Quantity::Scores, &tensors)
        } else {
            self.both("gradient of logits[:, :-1]", "gradient of logits / temperature")
        };
        let Some(of_head) = of_head else { return of_scores };
        // A little later: the gradients of the output projection's result and of its weight.
        let result = [("gradient of lm_head's output", self.compute, TRL)];
        of_scores.max(self.made.clone() * each(&self.vocabulary, Quantity::LogitGradients, &result) + of_head)
    }

    /// A tensor for each position that has logits, and one for each token that is scored.
    fn both(&self, of_made: &'static str, of_scored: &'static str) -> Expr<Memory> {
        self.made.clone() * self.one(Quantity::Logits, of_made)
            + self.scored.clone() * self.one(Quantity::Scores, of_scored)
    }

    fn one(&self, quantity: Quantity, name: &'static str) -> Expr<Memory> {
        each(&self.vocabulary, quantity, &[(name, self.element, TRL)])
    }
}
