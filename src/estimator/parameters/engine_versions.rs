//! What each version of an engine changed: its defaults and its rules, each figure with its source, declared once. It
//! knows no formula.

use crate::estimator::catalog::devices::Generation;
use crate::estimator::parameters::choices::{ChoiceValue, Engine, choices};

choices! {
    /// Whose defaults and rules an engine follows. All but the first are the last before a change.
    EngineVersion {
        /// Today's: vLLM 0.33, llama.cpp of mid 2026.
        Latest = "latest",
        /// vLLM 0.29 to 0.31.
        Vllm031 = "0.31",
        /// vLLM 0.26 to 0.28.
        Vllm028 = "0.28",
        /// vLLM 0.20 to 0.25.
        Vllm025 = "0.25",
        /// vLLM 0.9 to 0.19. Links have called it so since before 0.20 was read, which has the rules of the one above.
        Vllm020 = "0.20",
        /// vLLM up to 0.8.
        Vllm08 = "0.8",
        /// llama.cpp up to b9272.
        LlamaCppB9272 = "b9272",
        /// llama.cpp up to the end of 2025.
        LlamaCpp2025 = "2025",
    }
}

/// What a choice of version means in each engine that has such a version.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VersionRules {
    /// As a version of vLLM.
    pub vllm: Option<VllmVersion>,
    /// As a version of llama.cpp.
    pub llama_cpp: Option<LlamaCppVersion>,
}

/// A version of vLLM.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VllmVersion {
    /// Share of the GPU that it takes unless told otherwise (`CacheConfig.gpu_memory_utilization`).
    pub utilization: f64,
    /// Whether that share has to hold the driver's context.
    pub share_holds_context: bool,
    /// Whether that share has to hold CUDA graphs.
    pub share_holds_graphs: bool,
    /// From 256 sequences on it records a CUDA graph for every so manieth number of them.
    pub graph_step_from_256: f64,
    /// The largest number of sequences for which it records a graph on Blackwell of data centres, elsewhere 512
    /// (`default_max_graph_size`, since 0.28).
    pub largest_graph_of_data_centre: f64,
    /// Whether a GB10 has the steps of a small GPU, for all its memory (`is_gb10`, since 0.33).
    pub knows_gb10: bool,
    /// Whether its code for drafters is the one that was read: `SpecDecodeBaseProposer` in `v1/spec_decode`, and
    /// `RejectionSampler`.
    pub has_drafters: bool,
    /// Whether it has caches of integers with a scale for each head (`CacheDType` in `config/cache.py`); version 0.9
    /// had 8-bit floats alone.
    pub has_integer_caches: bool,
    /// Whether ranks can share out a sequence's cache among themselves (`decode_context_parallel_size`), and whether
    /// they can where other layers have states, of which each keeps its own.
    pub divides_cache: [bool; 2],
    /// Whether it schedules a step before the one before it has ended, so that tokens of both are in flight
    /// (`VllmConfig.max_concurrent_batches`, since 0.26).
    pub schedules_ahead: bool,
    /// Whether beginnings of sequences are kept for others by default where layers have states
    /// (`ModelConfig.is_prefix_caching_supported`, since 0.26).
    pub keeps_states: bool,
    /// Whether such a state is written out in the midst of a prompt (`MambaSpec.num_prefill_checkpoint_blocks`: of
    /// `MambaMixer2` since 0.32, of the gated delta rule since 0.33).
    pub writes_states_midway: bool,
    /// Whether layers of two kinds stand in groups that are filled up to the same size.
    pub has_groups: bool,
    /// Whether experts of all layers take their room from workspaces that stay (`WorkspaceManager` in
    /// `v1/worker/workspace.py`); earlier versions are taken to have made it anew.
    pub keeps_workspaces: bool,
    /// Which models its second runner runs, which holds counts of each token for penalties (`PenaltiesState`).
    pub second_runner: SecondRunner,
    /// Whether that runner verifies drafted tokens in parts of bounded size (`RejectionSampler._verify_in_chunks`,
    /// since 0.27).
    pub verifies_in_parts: bool,
    /// From which generation on its Marlin kernels run, which read packed weights that the GPU itself computes nothing
    /// in.
    pub marlin_from: Generation,
    /// Largest step of its server on GPUs of the usual size.
    pub usual: Batch,
    /// The same on GPUs from [`LARGE_GPU`] on, A100 excepted.
    pub large: Batch,
    /// The same on GPUs from [`HUGE_GPU`] on.
    pub huge: Batch,
}

/// Which models the second runner of vLLM runs unless it is told otherwise (`VllmConfig.use_v2_model_runner`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondRunner {
    /// None.
    Never,
    /// Those that are no mixture and have no states, unless a model of its own drafts. A few mixtures that are named
    /// there (`DEFAULT_V2_MODEL_RUNNER_ARCHITECTURES`) are run by it as well, and are not told apart.
    Dense,
    /// All.
    Always,
}

/// The largest step of a server.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Batch {
    /// `max_num_batched_tokens`.
    pub tokens: f64,
    /// `max_num_seqs`, each of which has a row in the sampler.
    pub sequences: f64,
}

/// A version of llama.cpp.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LlamaCppVersion {
    /// For what its graph has rows of logits reserved.
    pub output_rows: OutputRows,
    /// Whether the output projection comes to the GPU before any layer, or behind all of them.
    pub puts_output_first: bool,
    /// Whether its graph reserves room for the FP16 copies that flash attention makes of a cache in another format;
    /// before that they came from a pool while it ran.
    pub reserves_copies: bool,
    /// Whether a mask goes to each GPU in FP32 and is narrowed there for flash attention, or is made narrow.
    pub sends_wide_masks: bool,
}

/// For what rows of logits are reserved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputRows {
    /// One for each token of a micro-batch.
    EachToken,
    /// One for each sequence.
    EachSequence,
}

/// From how many GiB on vLLM takes a GPU other than an A100 for a large one (`EngineArgs.get_batch_defaults` in vLLM
/// 0.33, `vllm/engine/arg_utils.py`).
pub const LARGE_GPU: f64 = 70.0;
/// From how many GiB on it takes one for a huge one; same place.
pub const HUGE_GPU: f64 = 160.0;

/// From how many GiB on a Blackwell that is none of a data centre is taken for a GB10, whose system has 128: cards have
/// up to 96.
pub const GB10: f64 = 100.0;

/// vLLM 0.33: share and graphs since pull request 38284; steps by `EngineArgs.get_batch_defaults`; the share is held
/// against the difference of free memory since a snapshot in which the driver's context is there already, and an
/// estimate of CUDA graphs (`Worker.determine_available_memory` in `v1/worker/gpu_worker.py`); Marlin by the table of
/// supported hardware in its documentation (`features/quantization`).
pub const VLLM_TODAY: VllmVersion = VllmVersion {
    utilization: 0.92,
    share_holds_context: false,
    share_holds_graphs: true,
    graph_step_from_256: 16.0,
    largest_graph_of_data_centre: 1024.0,
    knows_gb10: true,
    has_drafters: true,
    has_integer_caches: true,
    divides_cache: [true; 2],
    schedules_ahead: true,
    keeps_states: true,
    writes_states_midway: true,
    has_groups: true,
    keeps_workspaces: true,
    second_runner: SecondRunner::Always,
    verifies_in_parts: true,
    marlin_from: Generation::Turing,
    usual: Batch { tokens: 2048.0, sequences: 256.0 },
    large: Batch { tokens: 8192.0, sequences: 1024.0 },
    huge: Batch { tokens: 16_384.0, sequences: 1024.0 },
};

/// vLLM 0.29 to 0.31: no state is written out in the midst of a prompt.
const VLLM_0_31: VllmVersion = VllmVersion { writes_states_midway: false, knows_gb10: false, ..VLLM_TODAY };

/// vLLM 0.26 to 0.28: the second runner is for dense models, and layers with states share out no cache
/// (`dcp_world_size_for_kv_cache_spec` is of 0.29).
const VLLM_0_28: VllmVersion =
    VllmVersion { divides_cache: [true, false], second_runner: SecondRunner::Dense, ..VLLM_0_31 };

/// vLLM 0.20 to 0.25: windows hold one step (`SlidingWindowSpec.max_admission_blocks_per_request` takes
/// `max_num_batched_tokens`, since 0.26 `max_in_flight_tokens`), hybrids keep no states for others, and huge GPUs are
/// large ones. Up to 0.24 the second runner had fewer dense models (0.21: none), which a choice does not tell.
const VLLM_0_25: VllmVersion = VllmVersion {
    schedules_ahead: false,
    keeps_states: false,
    verifies_in_parts: false,
    largest_graph_of_data_centre: 512.0,
    huge: VLLM_TODAY.large,
    ..VLLM_0_28
};

/// vLLM up to 0.19, before pull request 38284, which is in 0.20.0 already.
const VLLM_0_19: VllmVersion = VllmVersion {
    utilization: 0.9,
    share_holds_graphs: false,
    has_integer_caches: false,
    keeps_workspaces: false,
    second_runner: SecondRunner::Never,
    ..VLLM_0_25
};

/// vLLM up to 0.8: all that is taken outside PyTorch counts, the context too; Marlin runs from compute capability 8.0
/// on (`Fp8Config.get_min_capability`, `CompressedTensorsWNA16.get_min_capability`, both 80); graphs of every eighth
/// number up to the largest (`VllmConfig._set_cudagraph_sizes`, until 0.11).
const VLLM_0_8: VllmVersion = VllmVersion {
    share_holds_context: true,
    graph_step_from_256: 8.0,
    has_drafters: false,
    has_groups: false,
    marlin_from: Generation::Ampere,
    divides_cache: [false; 2],
    ..VLLM_0_19
};

/// llama.cpp of mid 2026: llama-server sets `n_outputs_max` to its sequences (pull request 23861).
const LLAMA_CPP_TODAY: LlamaCppVersion = LlamaCppVersion {
    output_rows: OutputRows::EachSequence,
    puts_output_first: true,
    reserves_copies: true,
    sends_wide_masks: false,
};

/// llama.cpp up to b9272, before pull request 23861.
const LLAMA_CPP_B9272: LlamaCppVersion =
    LlamaCppVersion { output_rows: OutputRows::EachToken, reserves_copies: false, ..LLAMA_CPP_TODAY };

/// llama.cpp up to the end of 2025, before pull request 18148 of 17 December (`i_gpu_start` in
/// `llama_model::load_tensors`). Its masks are read from one log over two GPUs (LostRuins/koboldcpp issue 1882), of
/// whose compute buffer this says 5 % too little.
const LLAMA_CPP_2025: LlamaCppVersion =
    LlamaCppVersion { puts_output_first: false, sends_wide_masks: true, ..LLAMA_CPP_B9272 };

impl VllmVersion {
    /// The one that a choice means; today's where the choice is another engine's.
    pub fn of(version: EngineVersion) -> Self {
        VersionRules::of(version).vllm.unwrap_or(VLLM_TODAY)
    }
}

impl EngineVersion {
    /// The choice that a version of vLLM is of (`0.8.4`, `0.11.0rc1`), which its second number tells: the first is 0 in
    /// all so far. `None` where the text begins as no version does.
    pub fn of_vllm(version: &str) -> Option<Self> {
        let mut number = None;
        for it in version.strip_prefix("0.")?.bytes().take_while(u8::is_ascii_digit) {
            // Longer ones are beyond the list as well.
            number = Some((number.unwrap_or(0) * 10 + u32::from(it - b'0')).min(1000));
        }
        Some(match number? {
            0..=8 => Self::Vllm08,
            9..=19 => Self::Vllm020,
            20..=25 => Self::Vllm025,
            26..=28 => Self::Vllm028,
            29..=31 => Self::Vllm031,
            _ => Self::Latest,
        })
    }
}

impl VersionRules {
    /// Those of a choice.
    pub const fn of(version: EngineVersion) -> Self {
        match version {
            EngineVersion::Latest => Self { vllm: Some(VLLM_TODAY), llama_cpp: Some(LLAMA_CPP_TODAY) },
            EngineVersion::Vllm031 => Self { vllm: Some(VLLM_0_31), llama_cpp: None },
            EngineVersion::Vllm028 => Self { vllm: Some(VLLM_0_28), llama_cpp: None },
            EngineVersion::Vllm025 => Self { vllm: Some(VLLM_0_25), llama_cpp: None },
            EngineVersion::Vllm020 => Self { vllm: Some(VLLM_0_19), llama_cpp: None },
            EngineVersion::Vllm08 => Self { vllm: Some(VLLM_0_8), llama_cpp: None },
            EngineVersion::LlamaCppB9272 => Self { vllm: None, llama_cpp: Some(LLAMA_CPP_B9272) },
            EngineVersion::LlamaCpp2025 => Self { vllm: None, llama_cpp: Some(LLAMA_CPP_2025) },
        }
    }

    /// Whether the version is one of the engine's. Of Transformers there is only today's.
    pub fn are_of(self, engine: Engine) -> bool {
        match engine {
            Engine::Transformers => self == Self::of(EngineVersion::Latest),
            Engine::Vllm => self.vllm.is_some(),
            Engine::LlamaCpp => self.llama_cpp.is_some(),
        }
    }
}
