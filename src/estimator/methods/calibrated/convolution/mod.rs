//! Training of image classifiers: the network is walked forward, which gives what every layer keeps, and back, which
//! gives the operation at which most lives. It knows no layer: `networks` and `transformer` do.

mod networks;
mod transformer;
mod walk;

use super::counts::Counts;
use super::recipe::Resident;
use super::run::Run;
use super::shape::Shape;
use super::tensors::{element, times};
use super::training::Lines;
use crate::estimator::architecture::Layout;
use crate::estimator::component::Component;
use crate::estimator::constants as c;
use crate::estimator::estimate::Moment;
use crate::estimator::expr::Expr;
use crate::estimator::moment::MomentId;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::units::{Count, Memory};
use walk::{Formats, Fullest, Walk};

/// What decides a walk.
const WALKED_FROM: &[Id] = &[Id::Model, Id::InputImageSize, Id::Precision, Id::Recipe];

/// Symbols of the stages in their order; the last one also stands for whatever comes after it.
const STAGES: [&str; 10] = ["s_1", "s_2", "s_3", "s_4", "s_5", "s_6", "s_7", "s_8", "s_9", "s_10"];

/// The moments of a step on a batch of images.
pub fn moments(shape: &Shape) -> Vec<Moment> {
    let run = Run::of(shape);
    let counts = Counts::of(shape);
    let walk = walk(shape, &run);
    let resident = Resident::of(&run, &counts);
    let step = Step { run: &run, walk: &walk, resident: &resident, counts: &counts };
    vec![
        Moment::new(MomentId::Loss, step.forward()),
        Moment::new(MomentId::BackwardFullest, step.backward()),
        Moment::new(MomentId::OptimizerStep, step.optimizer()),
    ]
}

/// Walks through the shape's network; one of another kind is taken for the mode's own.
fn walk(shape: &Shape, run: &Run) -> Walk {
    let formats = &run.formats;
    let mut res = Walk::new(Formats {
        compute: formats.compute,
        wide: formats.stream,
        gradient: formats.gradient,
        is_autocast: formats.is_autocast,
    });
    let image = shape.inputs.value(Id::InputImageSize).number();
    let architecture = shape.architecture();
    match architecture.layout {
        Layout::Vgg => res.plain(architecture, image),
        Layout::DenseNet => res.dense(architecture, image),
        Layout::EfficientNet => res.inverted(architecture, image),
        Layout::ConvNext => res.pointwise(architecture, image),
        Layout::VisionTransformer => res.patches(shape, image),
        Layout::ResNet => res.residual(architecture, image),
        _ => res.residual(super::shape::own_network(), image),
    }
    res
}

struct Step<'a> {
    run: &'a Run<'a>,
    walk: &'a Walk,
    resident: &'a Resident,
    counts: &'a Counts,
}

impl Step<'_> {
    /// Weights and states, pixels and labels, running statistics.
    fn base(&self) -> Lines {
        let mut res = self.resident.lines.clone();
        let edge: Expr<Count> = self.run.shape.inputs.leaf(Id::InputImageSize);
        // Autocast converts FP32 images as it goes; another run gets them in its own format.
        let pixel = if self.run.formats.is_autocast { walk::FP32 } else { self.run.formats.compute };
        let pixels: Expr<Memory> = (edge.clone() * edge) * Expr::<Count>::from(c::COLOUR_CHANNELS) * element(pixel);
        let image = (pixels + Expr::number(walk::INT64)).named("s_image");
        let buffers: Expr<Memory> = Expr::counted("M_statistics", self.walk.buffers, &[Id::Model]);
        res.push((Component::Inputs, self.run.batch.clone() * image + buffers));
        res
    }

    /// What the first operations keep for the backward pass, stage by stage.
    fn kept(&self, n_left: usize) -> Expr<Memory> {
        let stage = |at: usize| {
            let symbol = STAGES[at.min(STAGES.len() - 1)];
            Expr::<Memory>::counted(symbol, self.walk.kept(at, n_left), WALKED_FROM)
        };
        let mut of_image = stage(0);
        for at in (1..self.walk.n_stages()).filter(|at| self.walk.kept(*at, n_left) > 0.0) {
            of_image = of_image + stage(at);
        }
        let norms: Expr<Memory> = Expr::counted("M_norms", self.walk.statistics(n_left), &[Id::Model]);
        self.run.batch.clone() * of_image + norms
    }

    /// Autocast's copies of the weights of the first operations.
    fn copies(&self, n_left: usize) -> Option<(Component, Expr<Memory>)> {
        let copied: Expr<Count> = Expr::counted("P_copied", self.scale() * self.walk.linear(n_left), WALKED_FROM);
        let copies: Expr<Memory> = times(2.0) * (copied * element(1.0));
        self.run.formats.is_autocast.then(|| (Component::AutocastCopies, copies.chosen_by(Id::Recipe)))
    }

    /// Parameters of the run for each that the walk has met.
    fn scale(&self) -> f64 {
        self.counts.scale()
    }

    fn forward(&self) -> Lines {
        let mut res = self.base();
        res.push((Component::FeatureMaps, self.kept(self.walk.len())));
        res.extend(self.copies(self.walk.len()));
        res
    }

    fn backward(&self) -> Lines {
        let Fullest { n_left, parameters, gradients, converted } =
            self.walk.fullest(self.run.batch.value(), self.scale());
        let mut res = self.base();
        res.push((Component::FeatureMaps, self.kept(n_left)));
        res.extend(self.copies(n_left));
        let done: Expr<Count> = Expr::counted("P_done", parameters, WALKED_FROM);
        res.push((Component::Gradients, done * self.resident.gradient.clone()));
        let of_image: Expr<Memory> = Expr::counted("s_gradients", gradients, WALKED_FROM);
        let made: Expr<Count> = Expr::counted("P_made", converted, WALKED_FROM);
        let made = made
            * element(if self.run.formats.is_autocast { self.run.formats.compute } else { self.run.formats.gradient });
        res.push((Component::Temporaries, self.run.batch.clone() * of_image + made));
        res
    }

    fn optimizer(&self) -> Lines {
        let mut res = self.base();
        res.push((Component::Gradients, self.resident.gradients()));
        res.extend(self.resident.step.clone().map(|it| (Component::Temporaries, it)));
        res
    }
}
