//! vLLM's paged cache: how many tokens a block takes, how many blocks a sequence may hold in a layer of each kind, and
//! how layers stand in groups. It knows not what a token leaves in a layer, which `cache` says.

use crate::estimator::architecture::{Fact, Layout};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::run::serving::ServingRun;
use crate::estimator::methods::calibrated::serving::cells::padded;
use crate::estimator::methods::calibrated::tensors::dtype::times;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::{Draft, GpuFamily};
use crate::estimator::parameters::engine_versions::{SecondRunner, VllmVersion};
use crate::estimator::units::{Count, Memory};

/// Tokens of a block (`block_size`).
pub const BLOCK: f64 = 16.0;
/// Tokens between two of which FlashInfer's kernels for the gated delta rule write a state out
/// (`FLASHINFER_GDN_CHECKPOINT_ALIGNMENT`).
const CHECKPOINT: f64 = 64.0;

/// The version that runs.
pub fn version(run: &ServingRun) -> VllmVersion {
    VllmVersion::of(run.shape.reader.choice(Id::EngineVersion))
}

/// Whether the second runner runs the model.
pub fn runs_second(run: &ServingRun) -> bool {
    match version(run).second_runner {
        SecondRunner::Never => false,
        SecondRunner::Dense => {
            let has_states = run.layout().is_state_space()
                || matches!(
                    run.layout(),
                    Layout::Mamba2Hybrid | Layout::GatedDeltaHybrid | Layout::ShortConvHybrid | Layout::ParallelHybrid
                );
            let drafts_by_model = run.shape.reader.choice::<Draft>(Id::Draft) == Draft::Model;
            !run.shape.is(Fact::NumExperts) && !has_states && !drafts_by_model
        }
        SecondRunner::Always => true,
    }
}

/// Tokens for which a layer without a window has room.
pub fn whole(run: &ServingRun) -> Expr<Count> {
    run.leaf(Id::BatchSize) * padded(of_rank(run), BLOCK)
}

/// Tokens of a sequence that a rank keeps: every so many (`FullAttentionSpec.max_memory_usage_bytes`).
fn of_rank(run: &ServingRun) -> Expr<Count> {
    let sequence = run.sequence.clone();
    let is_shared = run.shape.reader.number(Id::DecodeContextParallel) > 1.0;
    if is_shared { sequence / run.leaf(Id::DecodeContextParallel) } else { sequence }
}

/// Tokens for which a layer with a window has room: the window, what steps in flight bring, and one block more, because
/// a window begins inside one (`SlidingWindowSpec.max_admission_blocks_per_request`).
pub fn windowed(run: &ServingRun) -> Expr<Count> {
    let kept = run.fact(Fact::SlidingWindow) - times(1.0) + in_flight(run);
    run.leaf(Id::BatchSize) * (padded(run.sequence.clone().min(kept), BLOCK) + times(BLOCK))
}

/// Tokens of the steps that are scheduled before the first of them has ended: of one for each stage, and where the
/// version schedules ahead of one more, which the first runner does only without stages
/// (`VllmConfig.max_concurrent_batches`).
fn in_flight(run: &ServingRun) -> Expr<Count> {
    let of_step = run.leaf(Id::MaxBatchedTokens);
    if !version(run).schedules_ahead {
        return of_step;
    }
    let has_stages = run.shape.reader.number(Id::PipelineParallel) > 1.0;
    let stages = if has_stages { run.leaf(Id::PipelineParallel) } else { times(1.0) };
    let ahead = if has_stages && !runs_second(run) { 0.0 } else { 1.0 };
    (stages + times(ahead)) * of_step
}

/// Tokens of a block where states share the pool: as many as keys and values need to take what a state does, which is
/// then filled up to that (`Platform._align_hybrid_block_size`, `mamba_page_size_padded`). That is done for every model
/// that has both (`is_hybrid`): 1,056 tokens for Qwen3.5 (vllm-project/vllm issue 54458), and with checkpoints a
/// multiple of their distance.
pub fn unified_block(run: &ServingRun, state: &Expr<Memory>, of_token: Expr<Memory>) -> Expr<Count> {
    let is_aligned = has_checkpoint(run) && run.layout() == Layout::GatedDeltaHybrid;
    let step = || times(if is_aligned { CHECKPOINT } else { BLOCK });
    // A state of nothing takes a block, too.
    (state.clone() / (step() * of_token)).ceil().max(Expr::number(1.0)) * step()
}

/// Such blocks of a sequence in a layer that keeps keys and values.
pub fn blocks(run: &ServingRun, block: &Expr<Count>) -> Expr<Count> {
    (of_rank(run) / block.clone()).ceil()
}

/// Such blocks of a sequence in a layer with a state: one, and one for each token that may have to be taken back. Where
/// beginnings of sequences are kept for others, which since then is so unless vLLM is told not to, one more for the
/// state that is kept, and one where it is written out in the midst of a prompt (`MambaSpec.max_memory_usage_bytes`).
pub fn states(run: &ServingRun) -> Expr<Count> {
    let kept = f64::from(version(run).keeps_states) + f64::from(has_checkpoint(run));
    let own = times(1.0 + kept);
    match run.drafted() {
        Some(drafted) => own + drafted,
        None => own,
    }
}

/// Heads of keys on which FlashInfer's kernels for the gated delta rule run on Blackwell, with CUDA 13, which vLLM is
/// built with (`_resolve_gdn_prefill_backend`).
const BLACKWELL_HEAD: f64 = 128.0;

/// Whether a state is written out in the midst of a prompt: always by Mamba 2 (`MambaMixer2.get_kv_cache_spec`), and
/// for the gated delta rule by FlashInfer's kernels, which run on Hopper and on Blackwell.
fn has_checkpoint(run: &ServingRun) -> bool {
    let is_written = match run.layout() {
        Layout::Mamba2Hybrid | Layout::SingleMixerHybrid | Layout::ParallelHybrid => true,
        Layout::GatedDeltaHybrid => match run.shape.reader.choice(Id::GpuFamily) {
            GpuFamily::Hopper => true,
            GpuFamily::Blackwell | GpuFamily::BlackwellDataCentre => {
                run.shape.number(Fact::LinearKeyHeadDim) == BLACKWELL_HEAD
            }
            GpuFamily::Turing | GpuFamily::Ampere | GpuFamily::Ada => false,
        },
        _ => false,
    };
    is_written && version(run).writes_states_midway
}

/// Layers of two kinds on a GPU as groups of the same size hold them: the last group of a kind is filled up with layers
/// that nobody has. A group is as large as the rarer kind, or as the other where that has not half as many again
/// (`_get_kv_cache_groups_uniform_page_size`). A stage has its part of each group, and the largest part decides what a
/// block takes there (`_project_kv_cache_groups_to_worker`).
pub fn grouped(run: &ServingRun, here: [Expr<Count>; 2], all: [Expr<Count>; 2]) -> [Expr<Count>; 2] {
    let [first, second] = [all[0].value(), all[1].value()];
    if !version(run).has_groups || first < 1.0 || second < 1.0 {
        return here;
    }
    let [least, most] = if first <= second { [0, 1] } else { [1, 0] };
    let is_near = all[most].value() < 1.5 * all[least].value();
    let size = all[if is_near { most } else { least }].clone();
    let groups = all.map(|it| (it / size.clone()).ceil());
    let [in_first, in_second] = here;
    let of_group = (in_first / groups[0].clone()).ceil().max((in_second / groups[1].clone()).ceil());
    groups.map(|it| it * of_group.clone())
}
