//! Training of image classifiers: the network is walked forward, which gives what every layer keeps, and back, which
//! gives the operation at which most lives. It knows no layer: `networks` does.

use crate::estimator::component::Component;
use crate::estimator::constants as c;
use crate::estimator::estimate::{Lines, Moment};
use crate::estimator::expr::{Expr, LaterListing};
use crate::estimator::inputs::Inputs;
use crate::estimator::methods::calibrated::blocks::networks;
use crate::estimator::methods::calibrated::blocks::walk::{Walk, WalkBytes};
use crate::estimator::methods::calibrated::blocks::walk_back::Fullest;
use crate::estimator::methods::calibrated::model::counts::Counts;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::parts::counter::Counter;
use crate::estimator::methods::calibrated::run::resident::Resident;
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::dtype::{FP32, INT64, element};
use crate::estimator::moment::MomentId;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::quantity::Quantity;
use crate::estimator::reader::{Reader, Telling};
use crate::estimator::units::{Bytes, Count, Memory, Unit};

/// What decides which operation is the fullest.
const FULLEST_FROM: &[Id] = &[Id::Model, Id::ModelSize, Id::InputImageSize, Id::BatchSize, Id::Precision, Id::Recipe];

/// What the stages keep, in their order; the last has those of all that come behind it.
const STAGES: [Quantity; 9] = [
    Quantity::Stage1,
    Quantity::Stage2,
    Quantity::Stage3,
    Quantity::Stage4,
    Quantity::Stage5,
    Quantity::Stage6,
    Quantity::Stage7,
    Quantity::Stage8,
    Quantity::Stage9,
];

/// The moments of a step on a batch of images.
pub fn moments(shape: &Shape) -> Vec<Moment> {
    let run = TrainingRun::of(shape);
    // One walk tells what layers keep and what they weigh.
    let walk = networks::walk(shape, formats(&run));
    let count = || {
        let mut res = Counter::new(shape);
        walk.count_into(&mut res);
        res
    };
    let weights = if shape.reader.is_telling() { count().weights } else { Vec::new() };
    let counts = Counts::with(shape, shape.reader.inputs().values().parts(|| count().parts), weights);
    let resident = Resident::of(&run, &counts);
    let kept = kept(shape, &walk);
    let step = NetworkStep { run: &run, walk: &walk, resident: &resident, counts: &counts, kept };
    vec![
        Moment::new(MomentId::Loss, step.forward()),
        Moment::new(MomentId::BackwardFullest, step.backward()),
        Moment::new(MomentId::OptimizerStep, step.resident.at_step(step.base())),
    ]
}

/// The largest feature map of a batch, in bytes.
pub fn largest_feature_map(inputs: &Inputs) -> Bytes {
    let shape = Shape::new(Reader::new(inputs, Telling::Values));
    let run = TrainingRun::of(&shape);
    Bytes::new(run.batch.value() * networks::walk(&shape, formats(&run)).largest())
}

/// Bytes of an element of what a run's network keeps and computes.
fn formats(run: &TrainingRun) -> WalkBytes {
    let it = &run.formats;
    WalkBytes { compute: it.compute, wide: it.stream, gradient: it.gradient, is_autocast: it.is_autocast }
}

/// What each stage keeps of one image for the backward pass.
fn kept(shape: &Shape, walk: &Walk) -> Expr<Memory> {
    let stage = |(at, quantity): (usize, &Quantity)| {
        let end = if at + 1 == STAGES.len() { walk.n_stages() } else { at + 1 };
        shape.reader.counted_from_list::<Memory>(*quantity, walk.kept(&(at..end)), || walk.listing(at..end))
    };
    let stages = STAGES.iter().enumerate().take(walk.n_stages()).map(stage);
    stages.reduce(|sum, it| sum + it).unwrap_or_else(|| shape.reader.bare(0.0))
}

struct NetworkStep<'a> {
    run: &'a TrainingRun<'a>,
    walk: &'a Walk,
    resident: &'a Resident,
    counts: &'a Counts<'a>,
    /// What all stages keep of one image for the backward pass.
    kept: Expr<Memory>,
}

impl NetworkStep<'_> {
    /// Weights and states, pixels and labels, running statistics.
    fn base(&self) -> Lines {
        let mut res = self.resident.lines_of_moment();
        let edge: Expr<Count> = self.run.shape.reader.leaf(Id::InputImageSize);
        // Autocast converts FP32 images as it goes; another run gets them in its own format.
        let pixel = if self.run.formats.is_autocast { FP32 } else { self.run.formats.compute };
        let pixels: Expr<Memory> = (edge.clone() * edge) * Expr::<Count>::from(c::COLOUR_CHANNELS) * element(pixel);
        let image = (pixels + Expr::number(INT64)).named(Quantity::ImageBytes);
        let buffers: Expr<Memory> = self.listed(Quantity::RunningStatistics, self.walk.buffers, Walk::buffer_listing);
        res.push((Component::Inputs, self.run.batch.clone() * image + buffers));
        res
    }

    /// Autocast's 16-bit copies of so many weights.
    fn copies(&self, copied: Expr<Count>) -> Option<(Component, Expr<Memory>)> {
        let copies: Expr<Memory> = copied * element(self.run.formats.compute);
        self.run.formats.is_autocast.then_some((Component::AutocastCopies, copies))
    }

    /// A number that the walk has counted, which opens to the list of what it is the sum of.
    fn listed<U: Unit>(
        &self,
        quantity: Quantity,
        value: f64,
        listing: impl FnOnce(&Walk) -> Option<LaterListing>,
    ) -> Expr<U> {
        self.run.shape.reader.counted_from_list(quantity, value, || listing(self.walk))
    }

    fn forward(&self) -> Lines {
        let all = self.walk.all_kept();
        let scale = self.counts.scale();
        let norms: Expr<Memory> = self.listed(Quantity::NormStatistics, all.constant, Walk::statistics);
        let copied = self.listed(Quantity::CopiedParameters, scale * all.linear, |it| it.matrices(scale));
        let mut res = self.base();
        res.push((Component::FeatureMaps, self.run.batch.clone() * self.kept.clone() + norms));
        res.extend(self.copies(copied));
        res
    }

    fn backward(&self) -> Lines {
        let scale = self.counts.scale();
        let fullest = self.walk.fullest(self.run.batch.value(), scale);
        let Fullest { at, left, parameters, gradients, made } = fullest;
        // Of what the formula has as kept, to the bit: the difference is never below nothing, however large the sums.
        let freed = self.kept.value() - left.saved;
        let freed: Expr<Memory> = self.listed(Quantity::FreedThen, freed, |it| it.freed(at));
        let norms: Expr<Memory> = self.listed(Quantity::NormStatisticsLeft, left.constant, |it| it.statistics_left(at));
        let copied = self.listed(Quantity::CopiedParametersLeft, scale * left.linear, |it| it.matrices_left(at, scale));
        let mut res = self.base();
        res.push((Component::FeatureMaps, self.run.batch.clone() * (self.kept.clone() - freed) + norms));
        res.extend(self.copies(copied));
        let done: Expr<Count> = self.listed(Quantity::ParametersDone, parameters, |it| it.done(at, scale));
        res.push((Component::Gradients, done * self.resident.gradient.clone()));
        let of_image: Expr<Memory> = self.run.shape.reader.counted(Quantity::FeatureGradients, gradients, FULLEST_FROM);
        let made: Expr<Count> = self.listed(Quantity::ParametersMade, made, |it| it.made(at, scale));
        let made = made * element(self.walk.formats.made());
        res.push((Component::Temporaries, self.run.batch.clone() * of_image + made));
        res
    }
}
