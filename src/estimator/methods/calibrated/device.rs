//! What driver, libraries and allocator add to the tensors: the component that traced cases are compared without. It
//! knows no tensor.

use crate::estimator::architecture::Fact;
use crate::estimator::component::Component;
use crate::estimator::constants as c;
use crate::estimator::estimate::Lines;
use crate::estimator::expr::Expr;
use crate::estimator::inputs::Inputs;
use crate::estimator::methods::calibrated::model::mesh::Mesh;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::serving::draft_model;
use crate::estimator::methods::calibrated::serving::engine::EngineTraits;
use crate::estimator::methods::calibrated::serving::kinds::LayerKind;
use crate::estimator::methods::calibrated::serving::portions::Portion;
use crate::estimator::parameters::choices::{ChoiceValue, Engine, GpuFamily};
use crate::estimator::parameters::engine_versions::{VersionRules, VllmVersion};
use crate::estimator::parameters::spread::Trainer;
use crate::estimator::parameters::{ParameterId as Id, trains};
use crate::estimator::quantity::Quantity;
use crate::estimator::reader::{Reader, Telling};
use crate::estimator::units::{Count, Memory, Ratio};

/// What was measured, or else the driver's context, the workspaces of cuBLAS and what the framework adds; and what GPUs
/// need to exchange tensors, where there are several and nothing was measured.
pub fn lines(shape: &Shape) -> Lines {
    lines_on(shape, shape.reader.choice(Id::GpuFamily))
}

/// The same on a GPU of another family.
pub fn lines_on(shape: &Shape, family: GpuFamily) -> Lines {
    let records = records_graphs(shape);
    let runtime = measured_or(shape, |shape| {
        let outside = match attention_workspace(shape, family) {
            Some(workspace) => on(shape, family) + workspace,
            None => on(shape, family),
        };
        if records { outside + graphs(shape, shape.reader.leaf(Id::MaxSequences)) } else { outside }
    });
    let communicators = communicators(shape).filter(|_| !is_measured(shape));
    [Some((Component::Runtime, runtime)), communicators.map(|it| (Component::Communicators, it))]
        .into_iter()
        .flatten()
        .collect()
}

/// All of it, in bytes.
pub fn overhead(shape: &Shape) -> f64 {
    lines(shape).iter().map(|it| it.1.value()).sum()
}

/// What vLLM's share of the GPU has to hold of it, by what the profile run of its version counts.
pub fn in_share(shape: &Shape) -> Expr<Memory> {
    measured_or(shape, |shape| {
        let family = shape.reader.choice(Id::GpuFamily);
        let outside = cublas(shape, family) + outside_torch(shape);
        // `support` refuses a version of another engine before anybody asks.
        let version = VersionRules::of(shape.reader.choice(Id::EngineVersion)).vllm;
        let outside =
            if version.is_some_and(|it| it.share_holds_context) { context(shape, family) + outside } else { outside };
        if !holds_graphs(shape) {
            return outside;
        }
        // Attention first runs when graphs are recorded.
        let outside = match attention_workspace(shape, family) {
            Some(workspace) => outside + workspace,
            None => outside,
        };
        outside + graphs(shape, shape.reader.leaf(Id::MaxSequences))
    })
}

/// Whether CUDA graphs are recorded: by vLLM unless it is told not to (`VllmConfig.__post_init__` turns `enforce_eager`
/// into `CUDAGraphMode.NONE`).
fn records_graphs(shape: &Shape) -> bool {
    EngineTraits::of(engine(shape)).records_graphs && !shape.reader.is_on(Id::EnforceEager)
}

/// Whether vLLM's share of the GPU has to hold CUDA graphs in the version that was chosen.
pub fn holds_graphs(shape: &Shape) -> bool {
    records_graphs(shape)
        && VersionRules::of(shape.reader.choice(Id::EngineVersion)).vllm.is_some_and(|it| it.share_holds_graphs)
}

fn measured_or(shape: &Shape, estimated: impl FnOnce(&Shape) -> Expr<Memory>) -> Expr<Memory> {
    if is_measured(shape) { shape.reader.leaf(Id::RuntimeOverhead) } else { estimated(shape) }
}

fn is_measured(shape: &Shape) -> bool {
    shape.reader.number(Id::RuntimeOverhead) > 0.0
}

/// What runs the model. Where the choice has no effect, as in training, it reads as PyTorch's own.
fn engine(shape: &Shape) -> Engine {
    shape.reader.choice(Id::Engine)
}

/// The least and the most that driver and libraries take on one GPU or another, in bytes: of a context no more is known
/// than what single logs of each family say, and it follows the kernels that are loaded. What was measured has no
/// range.
pub fn overhead_range(inputs: &Inputs) -> [f64; 2] {
    let shape = Shape::new(Reader::new(inputs, Telling::Values));
    let own = overhead(&shape);
    if is_measured(&shape) {
        return [own; 2];
    }
    let others = GpuFamily::ALL.iter().map(|&family| own - estimated(&shape).value() + on(&shape, family).value());
    let [least, most] = others.fold([own; 2], |[least, most], it| [f64::min(least, it), f64::max(most, it)]);
    let [less, more] = range_of_communicators(&shape);
    [least - less, most + more]
}

fn estimated(shape: &Shape) -> Expr<Memory> {
    on(shape, shape.reader.choice(Id::GpuFamily))
}

fn on(shape: &Shape, family: GpuFamily) -> Expr<Memory> {
    // What Megatron's rank holds counts workspaces itself.
    let context = if Mesh::of(&shape.reader).trainer() == Trainer::Megatron {
        context(shape, family)
    } else {
        context(shape, family) + cublas(shape, family)
    };
    match engine(shape) {
        Engine::LlamaCpp => context,
        Engine::Vllm => context + Expr::from(c::VLLM_OUTSIDE_TORCH),
        Engine::Transformers => context + Expr::from(c::ALLOCATOR_SLACK),
    }
}

/// What vLLM finds outside PyTorch: more where ranks exchange tensors.
fn outside_torch(shape: &Shape) -> Expr<Memory> {
    let own: Expr<Memory> = shape.reader.constant(c::VLLM_OUTSIDE_TORCH);
    match communicators(shape) {
        Some(it) => own + it,
        None => own,
    }
}

/// Ranks of each group that has a communicator of its own; vLLM's exchange tensors among those that
/// divide layers, and parts of attention among those that share out a cache.
fn groups(shape: &Shape) -> Vec<f64> {
    let reader = &shape.reader;
    let all = if engine(shape) == Engine::Vllm {
        [Id::TensorParallel, Id::PipelineParallel, Id::DecodeContextParallel].map(|it| reader.number(it)).to_vec()
    } else if Mesh::of(reader).count() > 1 {
        let replicas = reader.number(Id::DataParallelReplicate).max(1.0);
        let degrees = [Id::TensorParallel, Id::PipelineParallel, Id::ContextParallel];
        let of_data = [reader.number(Id::DataParallel) / replicas, replicas, among_experts(shape)];
        of_data.into_iter().chain(degrees.map(|it| reader.number(it))).collect()
    } else {
        Vec::new()
    };
    all.into_iter().filter(|it| *it > 1.0).collect()
}

/// Ranks that exchange tokens of a mixture's experts.
fn among_experts(shape: &Shape) -> f64 {
    if shape.is(Fact::NumExperts) { shape.reader.number(Id::ExpertParallel) } else { 1.0 }
}

/// What ranks need to exchange tensors: NCCL's buffers for each group, and in vLLM those of its own all-reduce. It
/// depends on how GPUs are connected, and not on the model.
fn communicators(shape: &Shape) -> Option<Expr<Memory>> {
    // Stages send, and reduce nothing (`CudaCommunicator.__init__` asks for the group of tensor parallelism).
    let reduces = engine(shape) == Engine::Vllm && shape.reader.number(Id::TensorParallel) > 1.0;
    let own = reduces.then(|| shape.reader.constant(c::CUSTOM_ALL_REDUCE));
    let of_group = |ranks: f64| shape.reader.constant(if ranks > 2.0 { c::NCCL_OF_MORE } else { c::NCCL_OF_TWO });
    let nccl = groups(shape).into_iter().map(of_group).reduce(|sum, it| sum + it)?;
    Some(match own {
        Some(own) => nccl + own,
        None => nccl,
    })
}

/// Bytes of a ring of 16 channels, 12 MiB each: 10 MiB to receive and 2 to send (`init.cc` of NCCL; both sizes in nccl
/// issue 1685).
const NCCL_OF_RING: f64 = 16.0 * 12.0 * 1024.0 * 1024.0;
/// Bytes of an exchange of all with all among eight H100, 32 channels for each pair (nccl issue 1685).
const NCCL_OF_ALL_TO_ALL: f64 = 4.34e9;

/// By how much less and more they may take, in bytes. vLLM's by what was found on two GPUs.
fn range_of_communicators(shape: &Shape) -> [f64; 2] {
    let Some(own) = communicators(shape) else { return [0.0; 2] };
    if engine(shape) == Engine::Vllm {
        return [0.0, (c::OUTSIDE_TORCH_OF_TWO.value() - own.value()).max(0.0)];
    }
    let exchanges = among_experts(shape) > 1.0;
    let least = NCCL_OF_RING * groups(shape).len() as f64;
    [own.value() - least, if exchanges { NCCL_OF_ALL_TO_ALL } else { 0.0 }]
}

/// The driver's context: its own structures, and the kernels that were loaded.
pub fn context(shape: &Shape, family: GpuFamily) -> Expr<Memory> {
    shape.reader.constant(match family {
        GpuFamily::Turing => c::CONTEXT_TURING,
        GpuFamily::Ampere => c::CONTEXT_AMPERE,
        GpuFamily::Ada => c::CONTEXT_ADA,
        GpuFamily::Hopper | GpuFamily::Blackwell | GpuFamily::BlackwellDataCentre => c::CONTEXT_HOPPER,
    })
}

/// The workspace that PyTorch gives to each handle of cuBLAS. The thread that runs the backward pass has a handle of
/// its own.
fn cublas(shape: &Shape, family: GpuFamily) -> Expr<Memory> {
    let of_handle = if family.is_since_hopper() { c::CUBLAS_WORKSPACE_HOPPER } else { c::CUBLAS_WORKSPACE };
    let workspace: Expr<Memory> = shape.reader.constant(of_handle);
    if trains(shape.reader.mode(), shape.reader.choice(Id::Task)) {
        Expr::<Count>::number(2.0) * workspace
    } else {
        workspace
    }
}

/// The workspace of the attention that vLLM prefers on Blackwell of data centres, FlashInfer's, from its first use on
/// (`_get_trtllm_workspace_buffer` in `v1/attention/backends/flashinfer.py`; `_get_backend_priorities` in
/// `platforms/cuda.py`). Compressed keys have other backends, whose workspaces were not read.
fn attention_workspace(shape: &Shape, family: GpuFamily) -> Option<Expr<Memory>> {
    let has_it = family == GpuFamily::BlackwellDataCentre && engine(shape) == Engine::Vllm;
    (has_it && !shape.is(Fact::KvLoraRank)).then(|| shape.reader.constant(c::FLASHINFER_WORKSPACE))
}

/// The CUDA graphs of layers that other stages have; nothing where all of it was measured.
pub fn graphs_elsewhere(shape: &Shape, portion: &Portion) -> Option<Expr<Memory>> {
    let layers = shape.reader.number(Id::NumLayers);
    let share = 1.0 - portion.layers(&shape.whole(), LayerKind::Any).value() / layers.max(1.0);
    let all = || graphs(shape, shape.reader.leaf(Id::MaxSequences));
    (records_graphs(shape) && !is_measured(shape)).then(|| Expr::<Ratio>::number(share) * all())
}

/// CUDA graphs of vLLM: those of decode steps, whose sizes are the ones that it lists up to the largest batch. What
/// steps with prompts record beside them is in the figure of one, which logs with 256 sequences say.
pub fn graphs(shape: &Shape, sequences: Expr<Count>) -> Expr<Memory> {
    let version = VllmVersion::of(shape.reader.choice(Id::EngineVersion));
    let sizes = graph_sizes(&sequences, version, shape.reader.choice(Id::GpuFamily));
    let own = shape.reader.leaf::<Count>(Id::NumLayers);
    // Those of what drafts are recorded too (`SpecDecodeBaseProposer.dummy_run`).
    let layers = match draft_model::layers(&shape.reader) {
        0.0 => own,
        more => own + Expr::number(more),
    };
    layers * sizes.named(Quantity::Graphs) * Expr::<Memory>::from(c::GRAPH_OF_LAYER)
}

/// How many sizes vLLM lists up to a batch: 1, 2, 4, every eighth, and from 256 to 512 every so manieth by the version,
/// on Blackwell of data centres in some to 1,024 (`VllmConfig._set_cudagraph_sizes`). Beside a trainer it is today's.
fn graph_sizes(sequences: &Expr<Count>, version: VllmVersion, family: GpuFamily) -> Expr<Count> {
    let up_to = |most: f64| sequences.clone().min(Expr::number(most));
    let first = (up_to(4.0) / Expr::number(2.0)).floor() + Expr::number(1.0);
    let step = version.graph_step_from_256;
    if step == 8.0 {
        return first + (up_to(512.0) / Expr::number(8.0)).floor();
    }
    let is_wide = family == GpuFamily::BlackwellDataCentre;
    let most = if is_wide { version.largest_graph_of_data_centre } else { 512.0 };
    // 256 is the first of the others.
    let more = (up_to(most) - Expr::number(256.0 - step)).max(Expr::number(0.0));
    first + (up_to(255.0) / Expr::number(8.0)).floor() + (more / Expr::number(step)).floor()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimator::mode::Mode;
    use crate::estimator::parameters::Value;
    use crate::estimator::parameters::choices::Task;
    use crate::estimator::parameters::engine_versions::{EngineVersion, VLLM_TODAY};

    /// A multimodal run that trains nothing paid for the handle of a backward pass: the mode was asked, not the task.
    #[test]
    fn who_trains_nothing_has_one_workspace() {
        let workspaces = |mode, task: Option<Task>| {
            let given = |id| task.filter(|_| id == Id::Task).map(|it| Value::Choice(it as usize));
            let inputs = Inputs::collect(mode, given);
            let shape = Shape::new(Reader::new(&inputs, Telling::Values));
            cublas(&shape, GpuFamily::Ampere).value() / c::CUBLAS_WORKSPACE.value()
        };
        assert_eq!(workspaces(Mode::Inference, None), 1.0);
        assert_eq!(workspaces(Mode::Multimodal, Some(Task::Inference)), 1.0);
        assert_eq!(workspaces(Mode::Multimodal, Some(Task::Training)), 2.0);
        assert_eq!(workspaces(Mode::Train, None), 2.0);
    }

    /// Sizes were divided and not counted: one sequence had 3.125 graphs, and 1,024 of today's 67 where it lists 51.
    #[test]
    fn graphs_have_the_sizes_that_are_listed() {
        let sizes = |sequences: f64, version| graph_sizes(&Expr::number(sequences), version, GpuFamily::Hopper).value();
        // [1, 2, 4], range(8, 256, 8), range(256, 513, 16); up to 0.8 range(8, 513, 8).
        let listed = |sequences: f64, step: f64| {
            let eighths = (1..=32).map(|it| 8.0 * f64::from(it));
            let more = (1..=32).map(|it| 256.0 + step * f64::from(it)).filter(|it| *it <= 512.0);
            [1.0, 2.0, 4.0].into_iter().chain(eighths).chain(more).filter(|it| *it <= sequences).count() as f64
        };
        let [old, of_other] = [EngineVersion::Vllm08, EngineVersion::LlamaCpp2025].map(VllmVersion::of);
        for sequences in (1..=600).map(f64::from).chain([1024.0]) {
            assert_eq!(sizes(sequences, VLLM_TODAY), listed(sequences, 16.0), "{sequences}");
            assert_eq!(sizes(sequences, old), listed(sequences, 8.0), "{sequences}");
        }
        assert_eq!([1.0, 256.0, 1024.0].map(|it| sizes(it, of_other)), [1.0, 35.0, 51.0]);
        // On B200 up to 1,024 since 0.28: 32 more.
        let wide = |version| {
            let version = VllmVersion::of(version);
            graph_sizes(&Expr::number(1024.0), version, GpuFamily::BlackwellDataCentre).value()
        };
        let all = [EngineVersion::Vllm020, EngineVersion::Vllm025, EngineVersion::Vllm028, EngineVersion::Latest];
        assert_eq!(all.map(wide), [51.0, 51.0, 83.0, 83.0]);
    }
}
