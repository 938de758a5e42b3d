//! What driver, libraries and allocator add to the tensors: the component that traced cases are compared without. It
//! knows no tensor.

use crate::estimator::constants as c;
use crate::estimator::expr::Expr;
use crate::estimator::inputs::Inputs;
use crate::estimator::methods::calibrated::model::mesh::Mesh;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::serving::engine::EngineTraits;
use crate::estimator::parameters::choices::{ChoiceValue, Engine, GpuFamily};
use crate::estimator::parameters::engine_versions::VersionRules;
use crate::estimator::parameters::spread::Trainer;
use crate::estimator::parameters::{ParameterId as Id, trains};
use crate::estimator::quantity::Quantity;
use crate::estimator::reader::{Reader, Telling};
use crate::estimator::units::{Count, Memory};

/// What was measured, or else the driver's context, the workspaces of cuBLAS and what the framework adds.
pub fn overhead(shape: &Shape) -> Expr<Memory> {
    let records = EngineTraits::of(engine(shape)).records_graphs;
    measured_or(shape, |shape| {
        let outside = estimated(shape);
        if records { outside + graphs(shape, shape.reader.leaf(Id::MaxSequences)) } else { outside }
    })
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
        if version.is_some_and(|it| it.share_holds_graphs) {
            outside + graphs(shape, shape.reader.leaf(Id::MaxSequences))
        } else {
            outside
        }
    })
}

fn measured_or(shape: &Shape, estimated: impl FnOnce(&Shape) -> Expr<Memory>) -> Expr<Memory> {
    let measured = shape.reader.leaf::<Memory>(Id::RuntimeOverhead);
    if measured.value() > 0.0 { measured } else { estimated(shape) }
}

/// What runs the model. Where the choice has no effect, as in training, it reads as PyTorch's own.
fn engine(shape: &Shape) -> Engine {
    shape.reader.choice(Id::Engine)
}

/// The least and the most that driver and libraries take on one GPU or another, in bytes: of a context no more is known than
/// what single logs of each family say, and it follows the kernels that are loaded. What was measured has no range.
pub fn overhead_range(inputs: &Inputs) -> [f64; 2] {
    let shape = Shape::new(Reader::new(inputs, Telling::Values));
    let own = overhead(&shape).value();
    if shape.reader.leaf::<Memory>(Id::RuntimeOverhead).value() > 0.0 {
        return [own; 2];
    }
    let others = GpuFamily::ALL.iter().map(|&family| own - estimated(&shape).value() + on(&shape, family).value());
    let [least, most] = others.fold([own; 2], |[least, most], it| [f64::min(least, it), f64::max(most, it)]);
    [least, most + more_of_communicators(&shape)]
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
        Engine::Vllm => context + outside_torch(shape),
        Engine::Transformers => context + Expr::from(c::ALLOCATOR_SLACK),
    }
}

/// What vLLM finds outside PyTorch: more where ranks exchange tensors.
fn outside_torch(shape: &Shape) -> Expr<Memory> {
    let own: Expr<Memory> = c::VLLM_OUTSIDE_TORCH.into();
    match communicators(shape) {
        Some(it) => own + it,
        None => own,
    }
}

/// What ranks of vLLM need to exchange tensors: NCCL's buffers, and those of its own all-reduce.
fn communicators(shape: &Shape) -> Option<Expr<Memory>> {
    let ranks = shape.reader.number(Id::TensorParallel);
    let nccl = if ranks > 2.0 { c::NCCL_OF_MORE } else { c::NCCL_OF_TWO };
    (ranks > 1.0).then(|| Expr::from(nccl) + Expr::from(c::CUSTOM_ALL_REDUCE))
}

/// What they may need beyond that by what was found on two GPUs, in bytes.
fn more_of_communicators(shape: &Shape) -> f64 {
    communicators(shape).map_or(0.0, |it| (c::OUTSIDE_TORCH_OF_TWO.value() - it.value()).max(0.0))
}

/// The driver's context: its own structures, and the kernels that were loaded.
pub fn context(shape: &Shape, family: GpuFamily) -> Expr<Memory> {
    shape.reader.constant(match family {
        GpuFamily::Turing => c::CONTEXT_TURING,
        GpuFamily::Ampere => c::CONTEXT_AMPERE,
        GpuFamily::Ada => c::CONTEXT_ADA,
        GpuFamily::Hopper | GpuFamily::Blackwell => c::CONTEXT_HOPPER,
    })
}

/// The workspace that PyTorch gives to each handle of cuBLAS. The thread that runs the backward pass has a handle of its
/// own.
fn cublas(shape: &Shape, family: GpuFamily) -> Expr<Memory> {
    let workspace: Expr<Memory> = shape.reader.constant(match family {
        GpuFamily::Turing | GpuFamily::Ampere | GpuFamily::Ada => c::CUBLAS_WORKSPACE,
        GpuFamily::Hopper | GpuFamily::Blackwell => c::CUBLAS_WORKSPACE_HOPPER,
    });
    if trains(shape.reader.mode(), shape.reader.choice(Id::Task)) {
        Expr::<Count>::number(2.0) * workspace
    } else {
        workspace
    }
}

/// CUDA graphs of vLLM: one for 1, 2 and 4 sequences and for every eighth up to the largest batch, 512 at most.
pub fn graphs(shape: &Shape, sequences: Expr<Count>) -> Expr<Memory> {
    let sizes = Expr::number(3.0) + sequences.min(Expr::number(512.0)) / Expr::number(8.0);
    shape.reader.leaf::<Count>(Id::NumLayers) * sizes.named(Quantity::Graphs) * Expr::<Memory>::from(c::GRAPH_OF_LAYER)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimator::mode::Mode;
    use crate::estimator::parameters::Value;
    use crate::estimator::parameters::choices::Task;

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
}
