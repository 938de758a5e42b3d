//! The moments of a training step of a text and an image tower whose results are compared, every text with every image
//! of the batch (CLIP, arXiv 2103.00020). Layers are listed by `blocks`; its own are the projections into the common
//! space and the scores. It knows no optimizer.
//!
//! A text has one image. The image tower runs first, and the backward pass meets the text tower before it.

use crate::estimator::architecture::{Fact, Part};
use crate::estimator::component::Component;
use crate::estimator::estimate::{Lines, Moment, fuller, put_any};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::stack_layer::{Side, norm_kept};
use crate::estimator::methods::calibrated::blocks::vision_patches::pixels;
use crate::estimator::methods::calibrated::blocks::vision_tower::VisionTower;
use crate::estimator::methods::calibrated::model::counts::{Counts, is_vision};
use crate::estimator::methods::calibrated::model::images;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::phases::encoder_decoder::{stack, within_positions};
use crate::estimator::methods::calibrated::phases::layer_backward::{Differentiated, Inside, LayerBackward};
use crate::estimator::methods::calibrated::phases::multimodal::Parts;
use crate::estimator::methods::calibrated::phases::stack::Stack;
use crate::estimator::methods::calibrated::run::resident::Resident;
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::cached::{Cached, sum_of};
use crate::estimator::methods::calibrated::tensors::dtype::{FP32, INT64, element, times};
use crate::estimator::moment::MomentId;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{Count, Memory};

const CODE: &str = "modeling_clip.py, CLIPModel.forward";
const LOSS: &str = "modeling_clip.py, image_text_contrastive_loss";

/// What decides how many patches an image has.
const SEEN_FROM: &[Id] = &[Id::Model, Id::ImageResolution];

/// The moments of a step on the batch that the inputs describe.
pub fn moments(shape: &Shape) -> Vec<Moment> {
    let run = TrainingRun::with(shape, shape.reader.leaf(Id::BatchSize), within_positions(shape, Id::SequenceLength));
    let counts = Counts::of(shape);
    Pair::of(&run, &counts).moments()
}

/// A training step through both towers.
struct Pair<'a> {
    run: &'a TrainingRun<'a>,
    tower: VisionTower<'a>,
    /// Patches of the batch that come of pixels.
    of_pixels: Expr<Count>,
    resident: Resident,
    text: Stack,
    parts: Parts,
    /// Parameters of the text's projection.
    projection: Expr<Count>,
    /// Those of the image tower that come before its layers.
    front: Expr<Count>,
    /// Weights of the image tower that autocast converts.
    converted: Expr<Count>,
}

impl<'a> Pair<'a> {
    fn of(run: &'a TrainingRun<'a>, counts: &Counts) -> Self {
        let shape = run.shape;
        let seen = images::image(shape, shape.reader.number(Id::ImageResolution));
        let counted = |quantity, number| run.batch.clone() * shape.reader.counted::<Count>(quantity, number, SEEN_FROM);
        let patches = counted(Quantity::TowerPatchesOfImage, seen.patches).named(Quantity::TowerPatches);
        let of_pixels = counted(Quantity::PixelPatchesOfImage, seen.of_pixels).named(Quantity::PixelPatches);
        let switches = (false, run.is_checkpointed());
        let is_before = |part| matches!(part, Part::Convolutions | Part::Embedding);
        let is_converted = |part| matches!(part, Part::Attention | Part::FeedForward | Part::Convolutions | Part::Head);
        Self {
            run,
            tower: VisionTower::of(shape, run.formats, switches, (patches.clone(), patches)),
            of_pixels,
            resident: Resident::of(run, counts),
            text: stack(run, counts, Side::Encoder),
            parts: Parts::of(shape, counts),
            projection: counts.leaf(Quantity::TextProjection, |it| !is_vision(it) && it.part == Part::Head),
            front: counts.leaf(Quantity::TowerFront, |it| is_vision(it) && is_before(it.part)),
            converted: counts.leaf(Quantity::TowerLinearParameters, |it| is_vision(it) && is_converted(it.part)),
        }
    }

    fn moments(&self) -> Vec<Moment> {
        let run = self.run;
        let mut loss = self.all_kept(&self.at_loss());
        let output = run.stream("last_hidden_state of the text", CODE).listed(Quantity::ModelOutput, &run.widths);
        loss.push((Component::Temporaries, run.tokens() * output));
        let of_stack = Differentiated { before: self.projection.clone(), behind: self.parts.text.clone() };
        let layers = LayerBackward::among(run, &self.text, &self.resident, of_stack);
        let (last, first) = layers.fullest();
        vec![
            Moment::new(MomentId::Loss, loss),
            Moment::new(MomentId::BackwardStart, self.all_kept(&self.at_backward())),
            Moment::new(MomentId::BackwardLastLayer, self.inside_text(last)),
            Moment::new(MomentId::BackwardLayer, self.inside_text(first)),
            Moment::new(MomentId::BackwardVision, fuller(self.inside_tower(true), self.inside_tower(false))),
            Moment::new(MomentId::BackwardEnd, self.end()),
            Moment::new(MomentId::OptimizerStep, self.resident.at_step(self.base())),
        ]
    }

    /// What every moment has.
    fn base(&self) -> Lines {
        let run = self.run;
        let mut res = self.resident.lines_of_moment();
        let n_masks = if run.shape.reader.is_on(Id::Padding) { 2.0 } else { 1.0 };
        let ids = times(n_masks) * run.tokens() * element(INT64);
        res.push((Component::Inputs, ids + pixels(run.shape, self.of_pixels.clone())));
        res
    }

    fn all_kept(&self, scores: &[Cached]) -> Lines {
        let run = self.run;
        let mut res = self.base();
        let end = norm_kept(run, "input of the text's last norm").listed(Quantity::KeptOfHead, &run.widths);
        let text = run.tokens() * (self.text.sums.kept.clone() + end);
        res.push((Component::Activations, text + run.batch.clone() * self.of_pair()));
        res.push((Component::VisionActivations, self.tower.kept_alone()));
        let pairs = run.batch.clone() * run.batch.clone();
        res.push((Component::Contrastive, pairs * sum_of(Quantity::ScoreOfPair, scores)));
        if run.formats.is_autocast {
            let ends = self.front_converted() + self.projection.clone();
            let linear = self.text.sums.converted.clone() + self.converted.clone() + self.projection.clone();
            let copied = if run.is_checkpointed() { ends } else { linear };
            res.push((Component::AutocastCopies, copied * element(run.formats.compute)));
        }
        if run.accumulates() {
            res.push((Component::Gradients, self.resident.gradients()));
        }
        res
    }

    /// What poolings, projections and the length of vectors keep of a text and its image.
    fn of_pair(&self) -> Expr<Memory> {
        let (shape, bytes) = (self.run.shape, self.run.formats.compute);
        let common = || shape.leaf::<Count>(Fact::ProjectionDim);
        let mut tensors = vec![
            Cached::new("input of text_projection", shape.leaf(Fact::HiddenSize), element(bytes), CODE),
            Cached::new("input of visual_projection", shape.leaf(Fact::VisionHiddenSize), element(bytes), CODE),
            Cached::new("text_embeds, image_embeds", times(2.0) * common(), element(bytes), CODE),
            Cached::new("the same, divided by their length", times(2.0) * common(), element(bytes), CODE),
        ];
        if self.run.formats.is_autocast {
            tensors.push(Cached::new(
                "the same in FP32, for their squares",
                times(2.0) * common(),
                element(FP32),
                CODE,
            ));
        }
        sum_of(Quantity::KeptOfPair, &tensors)
    }

    /// Scores while the loss is computed: cross entropy over texts and over images, in the scores' format.
    fn at_loss(&self) -> Vec<Cached> {
        let bytes = self.run.formats.compute;
        let score = |name, number, bytes| Cached::new(name, times(number), element(bytes), LOSS);
        let mut res = vec![
            score("logits_per_text, before and after scaling", 2.0, bytes),
            score("log_softmax over texts and over images", 2.0, bytes),
        ];
        if self.run.formats.is_autocast {
            res.push(score("log_softmax in FP32", 2.0, FP32));
            res.push(score("logits_per_text and logits_per_image, returned in FP32", 2.0, FP32));
        }
        res
    }

    /// Scores when the backward pass begins.
    fn at_backward(&self) -> Vec<Cached> {
        let bytes = self.run.formats.compute;
        let score = |name, number, bytes| Cached::new(name, times(number), element(bytes), LOSS);
        let mut res = vec![
            score("logits_per_text before scaling", 1.0, bytes),
            score("log_softmax over texts and over images", 2.0, bytes),
            score("gradients of log_softmax and of logits", 2.0, bytes),
        ];
        if self.run.formats.is_autocast {
            res.push(score("log_softmax in FP32", 2.0, FP32));
        }
        res
    }

    /// Weights of the convolution, whose copy the graph holds to its end.
    fn front_converted(&self) -> Expr<Count> {
        self.converted.clone() - self.parts.linear.clone()
    }

    fn inside_text(&self, inside: Option<Inside>) -> Lines {
        let run = self.run;
        let mut res = self.base();
        let Some(inside) = inside else { return res };
        res.push((Component::Activations, inside.activations));
        res.push((Component::VisionActivations, self.tower.kept_alone()));
        res.push((Component::Temporaries, inside.temporaries));
        if let Some(copies) = inside.copies {
            let held = if run.is_checkpointed() { self.front_converted() } else { self.converted.clone() };
            res.push((Component::AutocastCopies, held * element(run.formats.compute) + copies));
        }
        put_any(&mut res, Component::Gradients, inside.gradients);
        res
    }

    /// Inside the feed-forward block of the image tower's last layer, or of its first.
    fn inside_tower(&self, is_last: bool) -> Lines {
        let (run, shape) = (self.run, self.run.shape);
        let mut res = self.base();
        res.push((Component::VisionActivations, self.tower.kept_inside(is_last)));
        res.push((Component::Temporaries, self.tower.gradients_inside()));
        let outward = shape.leaf::<Count>(Fact::VisionIntermediateSize) * shape.leaf::<Count>(Fact::VisionHiddenSize);
        // Never more than the layer has, which a stated size may have made small.
        let outward = outward.min(self.parts.layer.clone());
        let left = self.parts.layer.clone() - outward.clone();
        if run.formats.is_autocast {
            let is_of_all = is_last && !run.is_checkpointed();
            let copied = if is_of_all {
                self.converted.clone() - outward.clone()
            } else {
                left.clone() + self.front_converted()
            };
            res.push((Component::AutocastCopies, copied * element(run.formats.compute)));
        }
        let done = if is_last {
            self.parts.text.clone() + outward
        } else {
            self.parts.text.clone() + self.parts.tower.clone() - self.front.clone() - left
        };
        let done = done * self.resident.gradient.clone();
        res.push((Component::Gradients, if run.accumulates() { self.resident.gradients() } else { done }));
        res
    }

    /// The gradients of the convolution and of what is added to its result.
    fn end(&self) -> Lines {
        let mut res = self.base();
        let front = self.tower.patches.clone() * self.run.shape.leaf::<Count>(Fact::VisionHiddenSize);
        res.push((Component::Gradients, self.resident.gradients()));
        res.push((Component::Temporaries, times(2.0) * front * element(self.tower.stream)));
        res
    }
}
