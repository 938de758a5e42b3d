//! The trained magnitudes of adapted outputs (DoRA, Liu et al. 2024, arXiv 2402.09353; PEFT 0.21,
//! `tuners/lora/dora.py`): in which formats they are kept, and what the norm of an adapted weight takes, which is made
//! anew in each pass. It knows no place of an adapter but by name.

use crate::estimator::methods::calibrated::blocks::site::Site;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::run::formats::Formats;
use crate::estimator::methods::calibrated::tensors::width::Width;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::LoraVariant;

/// What scales the outputs of adapted layers.
#[derive(Clone, Copy, Debug)]
pub struct Magnitudes {
    /// Bytes of a magnitude, and of all that is made of it alone.
    pub bytes: f64,
    /// Bytes of an element of what the frozen layer makes.
    pub result: f64,
    /// Tokens of the run, none of which decides how many magnitudes there are.
    pub tokens: f64,
    /// Whether the frozen weight is expanded from 4 bits for the norm.
    is_packed: bool,
}

/// What lives beside a layer's tensors while an adapted output gets its magnitude.
#[derive(Clone, Copy, Debug)]
pub struct Scaling {
    /// Where its layer stands.
    pub site: Site,
    /// Width of that layer's input.
    pub input: Width,
    /// Widths of its output.
    pub outputs: &'static [Width],
    /// Bytes of what is as large as weights.
    pub bytes: f64,
    /// Tensors as wide as the output in the adapters' format.
    pub n_results: f64,
}

/// Bytes of what is as large as a weight, at both instants at which an adapted output takes most.
#[derive(Clone, Copy, Debug)]
pub struct OfWeight {
    /// While the norm of the adapted weight is made.
    pub in_norm: f64,
    /// While results are scaled.
    pub in_scaling: f64,
}

impl Magnitudes {
    /// Those of a run; `None` where adapters are plain.
    pub fn of(shape: &Shape, formats: &Formats, is_packed: bool, tokens: f64) -> Option<Self> {
        let variant = shape.reader.choice::<LoraVariant>(Id::LoraVariant);
        let has_magnitudes = match variant {
            LoraVariant::Lora | LoraVariant::Rslora => false,
            LoraVariant::Dora => true,
        };
        has_magnitudes.then_some(Self { bytes: formats.adapter, result: formats.compute, tokens, is_packed })
    }

    /// Bytes that one adapted weight of these sides takes (`DoraLinearLayer.forward`).
    ///
    /// `get_lora_weight` multiplies adapters with a unit matrix, which the graph of their product keeps, in autocast's
    /// format if that converts it, and the product with the first; `get_weight_norm` holds that product, the weight in
    /// the input's format, the product scaled, and their sum; while results are scaled product and weight have not
    /// gone.
    pub fn of_weight(&self, formats: &Formats, product: f64, rank: f64, sides: [f64; 2]) -> OfWeight {
        let [input, outputs] = sides;
        let (unit, weight) = (input * input, input * outputs);
        // Beside a 4-bit layer autocast is left to convert the input.
        let read = if self.is_packed && formats.is_autocast { formats.inner } else { formats.adapter };
        let is_copied = self.is_packed || read != formats.parameter;
        let in_scaling = product * (unit + input * rank) + read * weight * if is_copied { 2.0 } else { 1.0 };
        let is_converted = product != formats.adapter;
        let in_product = formats.adapter * unit + product * (weight + if is_converted { unit } else { 0.0 });
        let in_norm = (in_scaling + 2.0 * read * weight).max(in_product + product * input * rank);
        OfWeight { in_norm, in_scaling }
    }
}
