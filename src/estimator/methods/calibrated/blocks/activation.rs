//! What an activation function takes, declared once for each: what it keeps for the backward pass, how gradients meet
//! inside it, and what lives while a prompt runs through it, in feed-forward blocks, experts and vision towers. It
//! knows no width.
//!
//! A function of one operation keeps that operation's input. One that a library writes out in Python keeps what each of
//! its steps needs, and holds what the expression still refers to.

use crate::estimator::architecture::Activation;
use crate::estimator::methods::calibrated::run::formats::Formats;
use crate::estimator::methods::calibrated::tensors::dtype::FP32;
use crate::estimator::methods::calibrated::tensors::list::Tensor;
use crate::estimator::methods::calibrated::tensors::width::Width;

/// Where most functions that are written out stand.
pub const FUNCTIONS: &str = "transformers activations.py";

/// What one activation function takes.
#[derive(Clone, Copy, Debug)]
pub struct Function {
    /// What it keeps for the backward pass, its result apart.
    kept: [ActivationStep; 2],
    /// Whether it keeps its result, which the next linear layer reads.
    pub keeps_result: bool,
    /// Format of a gradient inside it.
    gradient: StepFormat,
    /// How many gradients of its steps meet where no gate follows; 0 for a function of one step.
    pub n_gradients: f64,
    /// What lives in a prompt beside its input and its result while the last of its steps runs: name and number.
    pub beside: (&'static str, f64),
    /// What experts keep of it beside gate, up and product: name and number.
    pub in_experts: (&'static str, f64),
    /// Whether the code of experts that use it was read: gated ones with a function of one operation, or clamped ones.
    pub is_known_in_experts: bool,
    /// Whether a vision tower's code multiplies its input by a sigmoid of its own, which is kept, and lives, beside it.
    pub has_sigmoid_in_tower: bool,
    /// Whether the code of towers that use it was read: one operation that keeps its input, or that sigmoid.
    pub is_known_in_towers: bool,
}

/// A tensor that a step of a function keeps.
#[derive(Clone, Copy, Debug)]
struct ActivationStep {
    name: &'static str,
    format: StepFormat,
    count: f64,
    source: &'static str,
}

/// The format of what a step keeps.
#[derive(Clone, Copy, Debug)]
enum StepFormat {
    /// That of what the block's projections make.
    Compute,
    /// The same, but FP32 under autocast, which runs powers and what follows from them so.
    Powers,
    /// A copy in FP32 that autocast alone makes.
    AutocastCopy,
}

const NOTHING: ActivationStep =
    ActivationStep { name: "nothing else", format: StepFormat::Compute, count: 0.0, source: FUNCTIONS };

impl ActivationStep {
    const fn one(name: &'static str, source: &'static str) -> Self {
        Self { name, format: StepFormat::Compute, count: 1.0, source }
    }
}

/// One operation with `name` as its input, whose code experts share.
const fn operation(name: &'static str, source: &'static str) -> Function {
    Function {
        kept: [ActivationStep::one(name, source), NOTHING],
        keeps_result: false,
        gradient: StepFormat::Compute,
        n_gradients: 0.0,
        beside: ("nothing else", 0.0),
        in_experts: ("act_fn(gate)", 1.0),
        is_known_in_experts: true,
        has_sigmoid_in_tower: false,
        is_known_in_towers: true,
    }
}

/// A function that no expert and no tower was seen to use.
const fn of_plain_blocks(kept: [ActivationStep; 2]) -> Function {
    Function { kept, is_known_in_experts: false, is_known_in_towers: false, ..operation("", FUNCTIONS) }
}

const SILU: Function = operation("input of silu", "derivatives.yaml, silu");

const GELU: Function = operation("input of gelu", "derivatives.yaml, gelu");

const GELU_CUSTOM: Function =
    of_plain_blocks([ActivationStep::one("input of GeLUFunction", "modeling_bloom.py, GeLUFunction"), NOTHING]);

/// `0.5·x·(1 + tanh(√(2/π)·(x + 0.044715·x³)))`: x, 0.5·x, the tangent, and one more than it are kept; 0.5·x and what
/// `tanh` reads wait while it runs.
const GELU_NEW: Function = Function {
    gradient: StepFormat::Powers,
    n_gradients: 3.0,
    beside: ("0.5·x, argument of tanh of NewGELUActivation", 2.0),
    ..of_plain_blocks([
        ActivationStep::one("input of NewGELUActivation", FUNCTIONS),
        ActivationStep {
            name: "0.5·x, tanh, 1 + tanh of NewGELUActivation",
            format: StepFormat::Powers,
            count: 3.0,
            source: FUNCTIONS,
        },
    ])
};

/// `0.5·x·(1 + tanh(0.798·x·(1 + 0.0447·x·x)))`: x, three multiples of it, the sum, the tangent, one more than it are
/// kept;
/// 0.5·x, 0.798·x and the sum wait while they are multiplied.
const GELU_FAST: Function = Function {
    n_gradients: 3.0,
    beside: ("0.5·x, 0.798·x, 1 + 0.0447·x² of FastGELUActivation", 3.0),
    ..of_plain_blocks([
        ActivationStep::one("input of FastGELUActivation", FUNCTIONS),
        ActivationStep {
            count: 6.0,
            ..ActivationStep::one("multiples, sum, tanh, 1 + tanh of FastGELUActivation", FUNCTIONS)
        },
    ])
};

/// `x·sigmoid(1.702·x)`: x and the sigmoid.
const QUICK_GELU: Function = Function {
    n_gradients: 3.0,
    beside: ("sigmoid of QuickGELUActivation", 1.0),
    has_sigmoid_in_tower: true,
    is_known_in_towers: true,
    ..of_plain_blocks([
        ActivationStep::one("input of QuickGELUActivation", FUNCTIONS),
        ActivationStep::one("sigmoid of QuickGELUActivation", FUNCTIONS),
    ])
};

/// Its result, which is the next layer's input.
const RELU: Function = Function { keeps_result: true, ..of_plain_blocks([NOTHING, NOTHING]) };

/// The rectified input, and under autocast its FP32 copy, which is squared. The gradient of a power is made of the
/// power one lower, the same doubled, and their product with the gradient that came.
const RELU_SQUARED: Function = Function {
    gradient: StepFormat::Powers,
    n_gradients: 4.0,
    beside: ("relu of ReLUSquaredActivation", 1.0),
    ..of_plain_blocks([
        ActivationStep::one("relu of ReLUSquaredActivation", FUNCTIONS),
        ActivationStep { format: StepFormat::AutocastCopy, ..ActivationStep::one("FP32 copy for square", FUNCTIONS) },
    ])
};

const CLAMPED: &str = "modeling_gpt_oss.py, GptOssExperts._apply_gate";

/// Without a gate there is nothing to clamp beside it. Experts keep both inputs clamped, the sigmoid, `u + 1` and its
/// factor.
const CLAMPED_SWIGLU: Function = Function {
    kept: [ActivationStep::one("clamped gate", CLAMPED), ActivationStep::one("sigmoid", CLAMPED)],
    in_experts: ("clamped gate and up, sigmoid, up + 1, glu", 4.0),
    is_known_in_towers: false,
    ..operation("", CLAMPED)
};

impl Function {
    /// What a function takes.
    pub const fn of(activation: Activation) -> &'static Self {
        match activation {
            Activation::Silu => &SILU,
            Activation::Gelu | Activation::GeluTanh => &GELU,
            Activation::GeluCustom => &GELU_CUSTOM,
            Activation::GeluNew => &GELU_NEW,
            Activation::GeluFast => &GELU_FAST,
            Activation::QuickGelu => &QUICK_GELU,
            Activation::Relu => &RELU,
            Activation::ReluSquared => &RELU_SQUARED,
            Activation::ClampedSwiglu => &CLAMPED_SWIGLU,
        }
    }

    /// What it keeps in a feed-forward block, in the formats of a run.
    pub fn kept(&self, formats: &Formats) -> [Tensor; 2] {
        self.kept
            .map(|it| Tensor::new(it.name, it.format.bytes(formats), Width::Intermediate, it.source).times(it.count))
    }

    /// Bytes of an element of a gradient inside it.
    pub fn gradient(&self, formats: &Formats) -> f64 {
        self.gradient.bytes(formats)
    }
}

impl StepFormat {
    fn bytes(self, formats: &Formats) -> f64 {
        match self {
            Self::Powers if formats.is_autocast => FP32,
            Self::Compute | Self::Powers => formats.inner,
            Self::AutocastCopy if formats.is_autocast => FP32,
            Self::AutocastCopy => 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimator::parameters::choices::ChoiceValue;

    /// What a function takes stood in six tables, and what a prompt needs of a written-out one was forgotten in one of
    /// them (GPT-NeoX's, 7.7 % of its prompt). A function of several steps keeps several, and holds some of them in a
    /// prompt.
    #[test]
    fn functions_of_several_steps_say_so_everywhere() {
        for &it in Activation::ALL {
            let function = Function::of(it);
            let n_kept: f64 = function.kept.iter().map(|it| it.count).sum();
            let is_written_out = function.beside.1 > 0.0;
            assert_eq!(is_written_out, n_kept > 1.0 && it != Activation::ClampedSwiglu, "{it:?}");
            assert!(!(is_written_out && function.is_known_in_experts), "{it:?}: experts were read with one operation");
            assert_eq!(function.keeps_result, n_kept == 0.0, "{it:?}");
        }
    }
}
