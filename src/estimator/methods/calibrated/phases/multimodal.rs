//! The moments of runs whose sequences hold images, video frames and sound beside text. It knows the tensors of neither
//! text nor tower: `blocks` list them, and `step` those of a run on text alone.
//!
//! The order is that of a Transformers run: embedding, tower, projector, text; backwards the text's layers come first,
//! then the tower, and the token embedding last of all.

use crate::estimator::architecture::{Fact, Part};
use crate::estimator::component::Component;
use crate::estimator::constants as c;
use crate::estimator::estimate::{Lines, Moment};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::vision_patches::pixels;
use crate::estimator::methods::calibrated::blocks::vision_prompt as prompt;
use crate::estimator::methods::calibrated::blocks::vision_tower::VisionTower;
use crate::estimator::methods::calibrated::model::counts::{Counts, is_vision};
use crate::estimator::methods::calibrated::model::images::{self, Seen};
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::model::{storage, weights};
use crate::estimator::methods::calibrated::phases::step::{Losses, Step};
use crate::estimator::methods::calibrated::run::formats::Formats;
use crate::estimator::methods::calibrated::run::resident::Resident;
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::serving::sequences;
use crate::estimator::methods::calibrated::tensors::dtype::{element, times};
use crate::estimator::mode::Mode;
use crate::estimator::moment::MomentId;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::Task;
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{Count, Memory, Milliseconds};

/// What decides how many patches and tokens an image has.
const SEEN_FROM: &[Id] = &[Id::Model, Id::ImageResolution, Id::PatchSize];

/// The moments of a run on the images and texts that the inputs describe.
pub fn moments(shape: &Shape) -> Vec<Moment> {
    let sequence = Sequence::of(shape);
    let inputs = shape.reader;
    if inputs.mode() == Mode::Multimodal && inputs.choice::<Task>(Id::Task) == Task::Inference {
        return of_prompt(shape, &sequence);
    }
    let formats = Formats::of(&shape.reader);
    let switches = (shape.reader.is_on(Id::FreezeVision), shape.reader.is_on(Id::GradientCheckpointing));
    let tower = shape
        .is(Fact::VisionNumLayers)
        .then(|| VisionTower::of(shape, formats, switches, (sequence.patches.clone(), sequence.features.clone())));
    let mut run = TrainingRun::with(shape, shape.reader.leaf(Id::BatchSize), sequence.tokens.clone());
    run.has_images = true;
    let counts = Counts::of(shape);
    let training = Training::of(&run, &counts, tower, sequence);
    training.moments()
}

/// The moments of a prompt with images: those of the text's layers, and the tower before them.
fn of_prompt(shape: &Shape, sequence: &Sequence) -> Vec<Moment> {
    let mut res = sequences::of_sequences(shape, sequence.tokens.clone());
    if !shape.is(Fact::VisionNumLayers) {
        return res;
    }
    let element = storage::unquantized(shape);
    let pixels = || pixels(shape, sequence.of_pixels.clone());
    for moment in &mut res {
        moment.add(Component::Inputs, pixels());
        let (patches, packed) = (sequence.patches.clone(), sequence.packed.clone());
        let held = match moment.id() {
            MomentId::PrefillLogits => prompt::beside_logits(shape, &element, packed),
            MomentId::Decode => None,
            MomentId::PrefillAttention | MomentId::PrefillStateSpace | MomentId::Prefill => {
                Some(prompt::beside_text(shape, &element, patches, packed))
            }
            // No moments of a prompt.
            MomentId::Whole
            | MomentId::WeightSync
            | MomentId::Generation
            | MomentId::LogProbabilities
            | MomentId::ReferencePass
            | MomentId::Serving
            | MomentId::Sampling
            | MomentId::Encoder
            | MomentId::DecoderStart
            | MomentId::HeadOutput
            | MomentId::ForwardGather
            | MomentId::Loss
            | MomentId::BackwardStart
            | MomentId::BackwardHead
            | MomentId::BackwardLastLayer
            | MomentId::BackwardLayer
            | MomentId::BackwardFullest
            | MomentId::BackwardVision
            | MomentId::BackwardDecoderEnd
            | MomentId::BackwardEncoderLastLayer
            | MomentId::BackwardEncoderLayer
            | MomentId::BackwardEnd
            | MomentId::GradientsReduced
            | MomentId::OutputsJoined
            | MomentId::OptimizerStep => None,
        };
        if let Some(held) = held {
            moment.add(Component::VisionActivations, held);
        }
    }
    let embedded = shape.reader.leaf::<Count>(Id::BatchSize) * sequence.tokens.clone();
    let embedded = embedded * shape.leaf::<Count>(Fact::HiddenSize) * element.clone();
    let tower = vec![
        (Component::Weights, weights::stored(shape)),
        (Component::Inputs, pixels()),
        (Component::VisionActivations, prompt::inside_tower(shape, &element, sequence.patches.clone())),
        (Component::Temporaries, embedded),
    ];
    res.insert(0, Moment::new(MomentId::Encoder, tower));
    res
}

/// What a sequence is made of.
pub struct Sequence {
    /// Tokens of one sequence, of whatever kind: `S_whole`.
    pub tokens: Expr<Count>,
    /// Patches of the whole batch: `n_v`.
    pub patches: Expr<Count>,
    /// Those that come of pixels: `n_px`.
    pub of_pixels: Expr<Count>,
    /// Features of the whole batch that the projector makes: `n_f`.
    pub features: Expr<Count>,
    /// Those that are packed for the text: `n_p`.
    pub packed: Expr<Count>,
}

impl Sequence {
    /// The sequences that the inputs describe.
    ///
    /// Images are square. A video's frames are seen like images that are not cut into tiles, so many at a time as a
    /// patch covers. Sound has one token for each 80 ms as in the document: models that read spectrograms are refused
    /// (`support`).
    pub fn of(shape: &Shape) -> Self {
        let inputs = shape.reader;
        let resolution = inputs.number(Id::ImageResolution);
        let image = images::image(shape, resolution);
        let frame = images::frame(shape, resolution);
        let has_video = inputs.is_used(Id::VideoFrames);
        let n_images = || inputs.leaf::<Count>(Id::NumImages);
        let at_once = shape.number(Fact::TemporalPatchSize).max(1.0);
        let n_frames = || (inputs.leaf::<Count>(Id::VideoFrames) / Expr::number(at_once)).ceil();
        let of = |of_each: [Quantity; 2], pick: fn(&Seen) -> f64| {
            let images = n_images() * inputs.counted::<Count>(of_each[0], pick(&image), SEEN_FROM);
            if has_video {
                images + n_frames() * inputs.counted::<Count>(of_each[1], pick(&frame), SEEN_FROM)
            } else {
                images
            }
        };
        let batch = || inputs.leaf::<Count>(Id::BatchSize);
        let text = inputs.leaf::<Count>(Id::SequenceLength);
        let seen = of([Quantity::TokensOfImage, Quantity::TokensOfFrames], |it| it.tokens);
        let tokens = if has_video { text + seen + sound(shape) } else { text + seen };
        Self {
            tokens: tokens.named(Quantity::WholeSequence),
            patches: (batch() * of([Quantity::TowerPatchesOfImage, Quantity::TowerPatchesOfFrames], |it| it.patches))
                .named(Quantity::TowerPatches),
            of_pixels: (batch()
                * of([Quantity::PixelPatchesOfImage, Quantity::PixelPatchesOfFrames], |it| it.of_pixels))
            .named(Quantity::PixelPatches),
            features: (batch() * of([Quantity::FeaturesOfImage, Quantity::FeaturesOfFrames], |it| it.features))
                .named(Quantity::Features),
            packed: (batch() * of([Quantity::PackedOfImage, Quantity::PackedOfFrames], |it| it.packed))
                .named(Quantity::Packed),
        }
    }
}

fn sound(shape: &Shape) -> Expr<Count> {
    shape.reader.leaf::<Milliseconds>(Id::AudioDuration) / Expr::from(c::AUDIO_TOKEN)
}

/// Parameters of the tower by what becomes of them.
pub struct Parts {
    /// Those of the text model.
    pub text: Expr<Count>,
    /// Those of the tower that get gradients.
    pub tower: Expr<Count>,
    /// Those of one of its layers.
    pub layer: Expr<Count>,
    /// Those of its linear layers, and the projector's.
    pub linear: Expr<Count>,
    /// Those of the projector.
    pub projector: Expr<Count>,
}

impl Parts {
    /// Counts them.
    pub fn of(shape: &Shape, counts: &Counts) -> Self {
        let in_layers = counts.number(|it| is_vision(it) && matches!(it.part, Part::Attention | Part::FeedForward));
        let n_layers = shape.number(Fact::VisionNumLayers) + shape.number(Fact::VisionGlobalLayers);
        let of_layer = if n_layers > 0.0 { in_layers / n_layers } else { 0.0 };
        let of_tower = counts.number(|it| is_vision(it) && it.part != Part::Projector);
        let of_projector = counts.number(|it| is_vision(it) && it.part == Part::Projector);
        let idle = of_layer * shape.number(Fact::VisionIdleLayers).min(n_layers);
        let counted =
            |symbol, number| shape.reader.counted(symbol, number, &[Id::Model, Id::ModelSize, Id::VisionFeatureDim]);
        Self {
            text: counts.leaf(Quantity::LanguageParameters, |it| !is_vision(it)),
            tower: counted(Quantity::TowerWithGradients, of_tower - idle),
            layer: counted(Quantity::TowerLayerParameters, of_layer),
            linear: counted(Quantity::TowerLinearParameters, in_layers + of_projector),
            projector: counted(Quantity::ProjectorParameters, of_projector),
        }
    }
}

/// A training step over text and what the tower sees.
struct Training<'a> {
    run: &'a TrainingRun<'a>,
    step: Step<'a>,
    tower: Option<VisionTower<'a>>,
    sequence: Sequence,
    parts: Parts,
}

impl<'a> Training<'a> {
    fn of(run: &'a TrainingRun<'a>, counts: &Counts, tower: Option<VisionTower<'a>>, sequence: Sequence) -> Self {
        let parts = Parts::of(run.shape, counts);
        let mut trained = parts.text.clone();
        if let Some(tower) = &tower {
            if tower.learning.projector {
                trained = trained + parts.projector.clone();
            }
            if tower.learning.tower {
                trained = trained + parts.tower.clone();
            }
        }
        let mut resident = Resident::training(run, counts, trained);
        if run.formats.trains_everything() {
            // Gradients inside the text's layers are those of the text; the tower's come after.
            resident.trained = parts.text.clone();
        }
        let step = Step::with(run, counts, resident);
        Self { run, step, tower, sequence, parts }
    }

    fn moments(&self) -> Vec<Moment> {
        let losses = Losses::of(self.run);
        let mut res = self.step.moments(losses);
        let Some(tower) = &self.tower else { return res };
        let (pixels, kept) = (pixels(tower.shape, self.sequence.of_pixels.clone()), tower.kept());
        for moment in &mut res {
            moment.add(Component::Inputs, pixels.clone());
            match moment.id() {
                MomentId::BackwardEnd => self.complete_end(tower, moment),
                MomentId::OptimizerStep => self.add_gradients(tower, moment),
                MomentId::Whole
                | MomentId::WeightSync
                | MomentId::Generation
                | MomentId::LogProbabilities
                | MomentId::ReferencePass
                | MomentId::PrefillAttention
                | MomentId::Prefill
                | MomentId::PrefillLogits
                | MomentId::PrefillStateSpace
                | MomentId::Decode
                | MomentId::Serving
                | MomentId::Sampling
                | MomentId::Encoder
                | MomentId::DecoderStart
                | MomentId::HeadOutput
                | MomentId::ForwardGather
                | MomentId::Loss
                | MomentId::BackwardStart
                | MomentId::BackwardHead
                | MomentId::BackwardLastLayer
                | MomentId::BackwardLayer
                | MomentId::BackwardFullest
                | MomentId::BackwardVision
                | MomentId::BackwardDecoderEnd
                | MomentId::BackwardEncoderLastLayer
                | MomentId::BackwardEncoderLayer
                | MomentId::GradientsReduced
                | MomentId::OutputsJoined => self.complete(tower, &kept, moment),
            }
        }
        if tower.learning.flows {
            let at = res.iter().position(|it| it.id() == MomentId::BackwardEnd).unwrap_or(res.len());
            res.insert(at, Moment::new(MomentId::BackwardVision, self.inside_tower(tower, &pixels)));
        }
        res
    }

    /// What tower and projector keep while the text runs.
    fn complete(&self, tower: &VisionTower, kept: &Expr<Memory>, moment: &mut Moment) {
        let id = moment.id();
        moment.add(Component::VisionActivations, kept.clone());
        if id == MomentId::Loss {
            let stream =
                self.run.format(Quantity::BytesOfStream, self.run.formats.stream, &[Id::Precision, Id::Recipe]);
            let held = prompt::beside_logits(self.run.shape, &stream, self.sequence.packed.clone());
            held.into_iter().for_each(|it| moment.add(Component::VisionActivations, it));
        }
        if self.has_leaf() {
            moment.add(Component::Activations, self.stream());
        }
        let formats = &self.run.formats;
        // Autocast's copies live through the forward pass, and with the tower's own graph until that is let go.
        let holds_copies = id == MomentId::Loss
            || matches!(id, MomentId::BackwardStart | MomentId::BackwardLastLayer)
                && tower.learning.tower
                && !self.run.is_checkpointed();
        let copied = if formats.converts_frozen {
            // The graph holds those of what is not computed again.
            tower.learning.flows.then(|| self.parts.projector.clone())
        } else {
            (holds_copies && formats.converts_weights()).then(|| self.parts.linear.clone())
        };
        copied.into_iter().for_each(|it| moment.add(Component::AutocastCopies, it * element(formats.compute)));
    }

    /// Inside the layer of the tower at which the backward pass needs most: the last, which it meets first, or the
    /// first.
    fn inside_tower(&self, tower: &VisionTower, pixels: &Expr<Memory>) -> Lines {
        // Which is the fullest is known before its tensors are told.
        let shape = Shape::new(tower.shape.reader.untold());
        let untold = tower.untold(&shape);
        let differing = |is_last| untold.kept_inside(is_last).value() + self.gradients_inside(tower, is_last).value();
        self.inside_layer(tower, pixels, differing(true) >= differing(false))
    }

    fn inside_layer(&self, tower: &VisionTower, pixels: &Expr<Memory>, is_last: bool) -> Lines {
        let mut res = self.step.resident.lines_of_moment();
        res.push((Component::Inputs, self.run.ids() + pixels.clone()));
        res.push((Component::VisionActivations, tower.kept_inside(is_last)));
        // The gradient of the merged stream waits for the embedding's.
        res.push((Component::Temporaries, tower.gradients_inside() + self.stream()));
        res.push((Component::Gradients, self.gradients_inside(tower, is_last)));
        res
    }

    fn gradients_inside(&self, tower: &VisionTower, is_last: bool) -> Expr<Memory> {
        let resident = &self.step.resident;
        if !self.run.formats.trains_everything() {
            return resident.gradients();
        }
        let all = resident.trained.clone();
        let is_tied = self.run.shape.is(Fact::TieWordEmbeddings);
        let mut done =
            if is_tied || all.value() < self.run.embedding().value() { all } else { all - self.run.embedding() };
        if tower.learning.projector {
            let n_deep = self.run.shape.number(Fact::DeepstackLayers);
            let has_others = is_last && n_deep > 0.0;
            let projector = self.parts.projector.clone();
            done = done + if has_others { projector / Expr::number(1.0 + n_deep) } else { projector };
        }
        if tower.learning.tower && !is_last && self.parts.layer.value() < self.parts.tower.value() {
            done = done + self.parts.tower.clone() - self.parts.layer.clone();
        }
        done * resident.gradient.clone()
    }

    /// At the end leaves have gradients of their own.
    fn complete_end(&self, tower: &VisionTower, moment: &mut Moment) {
        self.add_gradients(tower, moment);
        if let Some(leaf) = tower.leaf() {
            moment.add(Component::Temporaries, times(2.0) * leaf);
        }
        if self.has_leaf() {
            moment.add(Component::Temporaries, times(2.0) * self.stream());
        }
    }

    /// Gradients of tower and projector.
    fn add_gradients(&self, tower: &VisionTower, moment: &mut Moment) {
        let gradient = || self.step.resident.gradient.clone();
        if tower.learning.projector {
            moment.add(Component::Gradients, self.parts.projector.clone() * gradient());
        }
        if tower.learning.tower {
            moment.add(Component::Gradients, self.parts.tower.clone() * gradient());
        }
    }

    /// Whether the embedding's output is a leaf that asks for a gradient, beside the merged stream: adapters with
    /// checkpointing.
    fn has_leaf(&self) -> bool {
        self.run.is_checkpointed() && !self.run.formats.trains_everything()
    }

    /// One tensor of the width of the text's residual stream for all tokens.
    fn stream(&self) -> Expr<Memory> {
        let stream = self.run.stream("inputs_embeds", "modeling_llava.py, LlavaModel.forward");
        self.run.tokens() * stream.per_token(&self.run.widths)
    }
}
