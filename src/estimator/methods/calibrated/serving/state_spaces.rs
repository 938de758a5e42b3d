//! Hugging Face Transformers, of stacks whose layers are a state space and nothing else: the prompt's pass through the
//! last layer, its logits, and one decode step. It knows which blocks live at which moment; their tensors `blocks`
//! list.
//!
//! Moments follow `modeling_mamba.py`, `modeling_falcon_mamba.py` and `modeling_mamba2.py` of Transformers 5, without
//! gradients and without the libraries mamba-ssm and causal-conv1d, as traced.

use crate::estimator::architecture::Layout;
use crate::estimator::component::Component::{Inputs, Logits, Temporaries};
use crate::estimator::estimate::Moment;
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::{embedding, logits, mamba, mamba2, mamba2_prompt, stream};
use crate::estimator::methods::calibrated::run::serving::ServingRun;
use crate::estimator::methods::calibrated::serving::moment::Held;
use crate::estimator::methods::calibrated::tensors::alive::listed;
use crate::estimator::methods::calibrated::tensors::cached::{Cached, sum_of};
use crate::estimator::methods::calibrated::tensors::list::Tensor;
use crate::estimator::moment::MomentId;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::PromptLogits;
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{Count, Memory};

/// The moments of prompt and decode step.
pub fn moments(run: &ServingRun) -> Vec<Moment> {
    let held = Held::of(run);
    let (once, prompt, once_in_step, step) = match run.layout() {
        Layout::Mamba => (
            mamba::once(run).to_vec(),
            mamba::inside(run).to_vec(),
            mamba::once_in_step(run).to_vec(),
            mamba::inside_step(run).to_vec(),
        ),
        _ => (
            vec![mamba2::once(run)],
            mamba2_prompt::inside(run).to_vec(),
            vec![mamba2::once(run)],
            mamba2::inside_step(run).to_vec(),
        ),
    };
    let batch = || run.leaf(Id::BatchSize);
    let inside = |tokens: &Expr<Count>, once: &[Cached], block: &[Tensor]| -> Expr<Memory> {
        sum_of(Quantity::SharedInPass, once)
            + tokens.clone() * listed(&[&stream::around_state_space(run), block], Quantity::InsidePass, &run.widths)
    };
    let ids = || sum_of(Quantity::InputTensors, &[embedding::ids(run)]);
    let all = run.shape.reader.choice::<PromptLogits>(Id::Logits) == PromptLogits::All;
    let rows = if all { run.tokens.clone() } else { batch() };
    let output = run.tokens.clone() * listed(&[&[stream::LAST_OF_STATE_SPACE]], Quantity::ModelOutput, &run.widths);
    let of_prompt = vec![(Inputs, ids()), (Temporaries, inside(&run.tokens, &once, &prompt))];
    let of_logits = vec![(Inputs, ids()), (Logits, rows * logits::of_prompt(run)), (Temporaries, output)];
    // The prompt's ids are still there.
    let both = sum_of(Quantity::InputTensors, &[embedding::ids(run), embedding::ids_of_step(run)]);
    let of_step = vec![(Inputs, both), (Temporaries, inside(&batch(), &once_in_step, &step))];
    vec![
        held.moment(MomentId::PrefillStateSpace, of_prompt),
        held.moment(MomentId::PrefillLogits, of_logits),
        held.moment(MomentId::Decode, of_step),
    ]
}
