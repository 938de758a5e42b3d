//! What driver, libraries and allocator add to the tensors: the component that traced cases are compared without. It
//! knows no tensor.

use crate::estimator::constants as c;
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::serving::engine::EngineTraits;
use crate::estimator::parameters::choices::{Engine, GpuFamily};
use crate::estimator::parameters::{ParameterId as Id, trains};
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{Count, Memory};

/// What was measured, or else the driver's context, the workspaces of cuBLAS and what the framework adds.
pub fn overhead(shape: &Shape) -> Expr<Memory> {
    let records = EngineTraits::of(engine(shape)).records_graphs;
    measured_or(shape, |shape| {
        let outside = estimated(shape);
        if records { outside + graphs(shape, shape.reader.leaf(Id::MaxSequences)) } else { outside }
    })
}

/// The same without CUDA graphs.
pub fn outside_graphs(shape: &Shape) -> Expr<Memory> {
    measured_or(shape, estimated)
}

fn measured_or(shape: &Shape, estimated: impl FnOnce(&Shape) -> Expr<Memory>) -> Expr<Memory> {
    let measured = shape.reader.leaf::<Memory>(Id::RuntimeOverhead);
    if measured.value() > 0.0 { measured } else { estimated(shape) }
}

/// What runs the model. Where the choice has no effect, as in training, it reads as PyTorch's own.
fn engine(shape: &Shape) -> Engine {
    shape.reader.choice(Id::Engine)
}

fn estimated(shape: &Shape) -> Expr<Memory> {
    let context = context(shape) + cublas(shape);
    match engine(shape) {
        Engine::LlamaCpp => context,
        Engine::Vllm => context + Expr::from(c::VLLM_OUTSIDE_TORCH),
        Engine::Transformers => context + Expr::from(c::ALLOCATOR_SLACK),
    }
}

/// The driver's context: its own structures, and the kernels that were loaded.
fn context(shape: &Shape) -> Expr<Memory> {
    shape.reader.constant(match shape.reader.choice::<GpuFamily>(Id::GpuFamily) {
        GpuFamily::Turing => c::CONTEXT_TURING,
        GpuFamily::Ampere => c::CONTEXT_AMPERE,
        GpuFamily::Ada => c::CONTEXT_ADA,
        GpuFamily::Hopper | GpuFamily::Blackwell => c::CONTEXT_HOPPER,
    })
}

/// The workspace that PyTorch gives to each handle of cuBLAS. The thread that runs the backward pass has a handle of its
/// own.
fn cublas(shape: &Shape) -> Expr<Memory> {
    let workspace: Expr<Memory> = shape.reader.constant(match shape.reader.choice::<GpuFamily>(Id::GpuFamily) {
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
    use crate::estimator::inputs::Inputs;
    use crate::estimator::mode::Mode;
    use crate::estimator::parameters::Value;
    use crate::estimator::parameters::choices::Task;
    use crate::estimator::reader::{Reader, Telling};

    /// A multimodal run that trains nothing paid for the handle of a backward pass: the mode was asked, not the task.
    #[test]
    fn who_trains_nothing_has_one_workspace() {
        let workspaces = |mode, task: Option<Task>| {
            let given = |id| task.filter(|_| id == Id::Task).map(|it| Value::Choice(it as usize));
            let inputs = Inputs::collect(mode, given);
            cublas(&Shape::new(Reader::new(&inputs, Telling::Values))).value() / c::CUBLAS_WORKSPACE.value()
        };
        assert_eq!(workspaces(Mode::Inference, None), 1.0);
        assert_eq!(workspaces(Mode::Multimodal, Some(Task::Inference)), 1.0);
        assert_eq!(workspaces(Mode::Multimodal, Some(Task::Training)), 2.0);
        assert_eq!(workspaces(Mode::Train, None), 2.0);
    }
}
