//! Experts that read no residual stream but a narrower one, to which one projection of the layer leads, and another
//! back. It knows neither the experts' own weights nor the router.

use crate::estimator::architecture::{Fact, Part};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::parts::counter::{Counter, Linear};
use crate::estimator::methods::calibrated::run::serving::ServingRun;
use crate::estimator::methods::calibrated::tensors::list::Tensor;
use crate::estimator::methods::calibrated::tensors::width::Width;
use crate::estimator::units::Count;

const LATENT: &str = "modeling_nemotron_h.py, NemotronHMoE";

/// Width of what experts read and write.
pub fn width_read(counter: &Counter) -> Expr<Count> {
    let is_latent = counter.is(Fact::ExpertLatentSize);
    counter.leaf(if is_latent { Fact::ExpertLatentSize } else { Fact::HiddenSize })
}

/// Counts the two projections of `layers` layers, where there are any. Every token meets them.
pub fn weights(counter: &mut Counter, layers: &Expr<Count>) {
    if !counter.is(Fact::ExpertLatentSize) {
        return;
    }
    let (width, read) = (counter.leaf(Fact::HiddenSize), width_read(counter));
    let mut add = |name, from: &Expr<Count>, to: &Expr<Count>| {
        counter.linear(Part::SharedExperts, name, layers, Linear::new(from, to, false), LATENT);
    };
    add("fc1_latent_proj", &width, &read);
    add("fc2_latent_proj", &read, &width);
}

/// What a prompt's tokens are to the experts: the mixture's code in Transformers names it until they are through.
pub fn inside(run: &ServingRun) -> Tensor {
    run.tensor("fc1_latent_proj output", Width::ExpertLatent, LATENT).only_if(run.shape.is(Fact::ExpertLatentSize))
}
