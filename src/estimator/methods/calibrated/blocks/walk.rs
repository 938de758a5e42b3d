//! A walk through the layers of a network, which adds up what each keeps for the backward pass and what weights it has.
//! It knows no network, no kind of layer, and not the way back.
//!
//! Amounts are bytes of one image, but for parameters and their copies.

use crate::estimator::architecture::{Part, TensorSums, Tower};
use crate::estimator::expr::{LaterListing, Listing};
use crate::estimator::methods::calibrated::blocks::walk_names::{Module, Names, Note, Noted};
use crate::estimator::methods::calibrated::parts::counter::Counter;
use crate::estimator::methods::calibrated::tensors::dtype::{FP32, INT64};
use std::ops::Range;
use std::sync::Arc;

/// What one operation keeps, and what lives while its gradient is computed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Operation {
    /// Kept for the backward pass, and freed by this operation's gradient; of one image.
    pub saved: f64,
    /// The same that does not grow with the batch: statistics of norms.
    pub constant: f64,
    /// Parameters whose gradients this operation's gradient makes.
    pub parameters: f64,
    /// Those of them that a matrix product or a convolution reads, of which autocast keeps a 16-bit copy.
    pub linear: f64,
    /// Gradient of the result; of one image.
    pub outer: f64,
    /// Gradient of the operand; of one image.
    pub inner: f64,
    /// Gradient of a parallel branch, which waits; of one image.
    pub waiting: f64,
}

/// Bytes of an element of the tensors of a walk.
#[derive(Clone, Copy, Debug)]
pub struct WalkBytes {
    /// What convolutions and matrix products read and write.
    pub compute: f64,
    /// What layer norms and residual sums read and write: FP32 under autocast.
    pub wide: f64,
    /// Gradients of parameters.
    pub gradient: f64,
    /// Whether FP32 weights are copied to 16 bits.
    pub is_autocast: bool,
}

impl WalkBytes {
    /// FP32 throughout, for whoever asks for weights alone.
    pub const FULL: Self = Self { compute: FP32, wide: FP32, gradient: FP32, is_autocast: false };

    /// Of a gradient of a parameter as the operation makes it, in the format of its operands.
    pub fn made(&self) -> f64 {
        if self.is_autocast { self.compute } else { self.gradient }
    }
}

/// What operations keep together.
#[derive(Clone, Copy, Debug, Default)]
pub struct Kept {
    /// Tensors of one image, in bytes.
    pub saved: f64,
    /// What does not grow with the batch, in bytes.
    pub constant: f64,
    /// Weights that autocast copies.
    pub linear: f64,
}

impl Kept {
    /// The same and what so many alike operations keep.
    fn and(self, n: f64, it: &Operation) -> Self {
        Self {
            saved: self.saved + n * it.saved,
            constant: self.constant + n * it.constant,
            linear: self.linear + n * it.linear,
        }
    }

    /// The same without what so many alike operations keep. Sums beyond 2^53 are rounded: what is left of one is never
    /// less than nothing.
    pub(super) fn without(self, n: f64, it: &Operation) -> Self {
        Self {
            saved: (self.saved - n * it.saved).max(0.0),
            constant: (self.constant - n * it.constant).max(0.0),
            linear: (self.linear - n * it.linear).max(0.0),
        }
    }
}

/// Blocks that are alike, of which one was walked.
#[derive(Clone, Copy, Debug)]
pub(super) struct AlikeBlocks {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) n_blocks: f64,
}

/// Operations for which room is made ahead.
const MOST_OPERATIONS: usize = 1024;

/// The operations of a network in the order of its forward pass.
pub struct Walk {
    /// Bytes of an element.
    pub formats: WalkBytes,
    /// Running statistics and counters, in bytes.
    pub buffers: f64,
    pub(super) operations: Vec<Operation>,
    pub(super) alike: Vec<AlikeBlocks>,
    kept: Kept,
    /// What was kept where each stage begins.
    stages: Vec<f64>,
    /// How many blocks the operations stand for that are added now.
    n_blocks: f64,
    /// Weights by what they do, one place for each part.
    parts: [f64; Part::ALL.len()],
    tensors: [TensorSums; Part::ALL.len()],
    /// What tensors and weights are called, where somebody will read it.
    names: Option<Arc<Names>>,
}

impl Walk {
    /// A walk that has not begun. With a source it tells what tensors are called, and where to look them up.
    pub fn new(formats: WalkBytes, source: Option<&'static str>) -> Self {
        Self {
            formats,
            buffers: 0.0,
            operations: Vec::with_capacity(128),
            alike: Vec::new(),
            n_blocks: 1.0,
            kept: Kept::default(),
            stages: Vec::with_capacity(9),
            parts: [0.0; Part::ALL.len()],
            tensors: [TensorSums::default(); Part::ALL.len()],
            names: source.map(|it| Arc::new(Names::new(it))),
        }
    }

    /// Makes room for so many operations more; for no more than any known network has, whatever is asked.
    pub fn expect(&mut self, n_operations: f64) {
        self.operations.reserve((n_operations as usize).min(MOST_OPERATIONS));
    }

    /// What comes from here on belongs to the next stage.
    pub fn stage(&mut self) {
        self.stages.push(self.kept.saved);
    }

    /// Blocks that are alike: one is walked, and stands for all.
    pub fn alike(&mut self, n_blocks: f64, block: impl FnOnce(&mut Self)) {
        let n_blocks = n_blocks.floor();
        debug_assert!(self.n_blocks == 1.0, "blocks stand for blocks");
        if n_blocks < 1.0 {
            return;
        }
        let start = self.operations.len();
        self.n_blocks = n_blocks;
        block(self);
        self.n_blocks = 1.0;
        if n_blocks > 1.0 {
            self.alike.push(AlikeBlocks { start, end: self.operations.len(), n_blocks });
        }
    }

    /// Adds an operation.
    #[inline]
    pub fn add(&mut self, operation: Operation) {
        self.kept = self.kept.and(self.n_blocks, &operation);
        self.operations.push(operation);
    }

    /// The bytes of a tensor that the next operation keeps, of so many channels at each of so many places.
    #[inline]
    pub fn keep(&mut self, name: &'static str, bytes_of_element: f64, channels: f64, places: f64) -> f64 {
        self.note(Noted::Kept, name, bytes_of_element, [channels, places, 1.0]);
        bytes_of_element * channels * places
    }

    /// The bytes of what the next operation keeps of a batch as a whole: two FP32 numbers for each of so many channels.
    #[inline]
    pub fn keep_statistics(&mut self, name: &'static str, channels: f64) -> f64 {
        self.note(Noted::Statistics, name, FP32, [2.0 * channels, 1.0, 1.0]);
        2.0 * FP32 * channels
    }

    /// Notes a tensor or a weight of the next operation, where somebody will read its name.
    #[inline]
    fn note(&mut self, what: Noted, name: &'static str, bytes_of_element: f64, factors: [f64; 3]) {
        debug_assert!(!name.is_empty(), "a layer is named as one that has no {what:?}");
        // Nobody else holds the names while the walk goes on.
        let Some(names) = self.names.as_mut().and_then(Arc::get_mut) else { return };
        let (operation, stage) = (self.operations.len(), self.stages.len());
        names.note(Note { what, operation, stage, name, bytes_of_element, n_blocks: self.n_blocks, factors });
    }

    /// The elements of a weight of the next operation that no matrix product reads: `to·from·kernel²`.
    #[inline]
    pub fn weigh(&mut self, part: Part, name: &'static str, factors: [f64; 3]) -> f64 {
        self.weigh_as(Noted::Vector(part), part, name, factors)
    }

    /// The same of a weight that a matrix product or a convolution reads: the operation's `linear` ones.
    #[inline]
    pub fn weigh_matrix(&mut self, part: Part, name: &'static str, factors: [f64; 3]) -> f64 {
        self.weigh_as(Noted::Matrix(part), part, name, factors)
    }

    #[inline]
    fn weigh_as(&mut self, what: Noted, part: Part, name: &'static str, factors: [f64; 3]) -> f64 {
        let [to, from, kernel] = factors;
        let elements = to * from * kernel * kernel;
        self.note(what, name, 0.0, factors);
        self.parts[part as usize] += self.n_blocks * elements;
        let tensors = &mut self.tensors[part as usize];
        match what {
            // The sides of a convolution's tensor are its last two.
            Noted::Matrix(Part::Convolutions) => {
                tensors.sides += self.n_blocks * 2.0 * to * from * kernel;
                tensors.largest = tensors.largest.max(elements);
            }
            Noted::Matrix(_) => *tensors = tensors.and(TensorSums::matrices(self.n_blocks, [to, from])),
            Noted::Vector(_) | Noted::Kept | Noted::Statistics | Noted::Buffer => {
                tensors.sides += self.n_blocks * elements;
            }
        }
        elements
    }

    /// Adds what a norm of so many channels adds up over steps: means and variances in FP32, and a counter.
    pub fn buffer(&mut self, module: &Module, channels: f64) {
        self.hold(module.running, FP32, 2.0 * channels);
        self.hold(module.counter, INT64, 1.0);
    }

    /// Adds what a layer holds beside its weights.
    pub fn hold(&mut self, name: &'static str, bytes_of_element: f64, elements: f64) {
        self.note(Noted::Buffer, name, bytes_of_element, [elements, 1.0, 1.0]);
        self.buffers += self.n_blocks * bytes_of_element * elements;
    }

    /// The largest gradient of a feature map; of one image.
    pub fn largest(&self) -> f64 {
        self.operations.iter().map(|it| it.outer.max(it.inner)).fold(0.0, f64::max)
    }

    /// How many stages there are.
    pub fn n_stages(&self) -> usize {
        self.stages.len()
    }

    /// Kept by the operations of some stages; of one image.
    pub fn kept(&self, stages: &Range<usize>) -> f64 {
        let until = |stage: usize| self.stages.get(stage).copied().unwrap_or(self.kept.saved);
        until(stages.end) - until(stages.start)
    }

    /// The tensors that the operations of some stages keep; of one image.
    pub fn listing(&self, stages: Range<usize>) -> Option<LaterListing> {
        self.tensors(move |it| {
            // Notes count stages from 1.
            let is_meant = it.what == Noted::Kept && it.stage > stages.start && it.stage <= stages.end;
            if is_meant { it.n_blocks } else { 0.0 }
        })
    }

    /// What a batch as a whole leaves for the backward pass.
    pub fn statistics(&self) -> Option<LaterListing> {
        self.tensors(|it| if it.what == Noted::Statistics { it.n_blocks } else { 0.0 })
    }

    /// What norms add up over steps.
    pub fn buffer_listing(&self) -> Option<LaterListing> {
        self.tensors(|it| if it.what == Noted::Buffer { it.n_blocks } else { 0.0 })
    }

    /// The weights of which autocast makes copies, as they stand in a model of `scale` times the walked size.
    pub fn matrices(&self, scale: f64) -> Option<LaterListing> {
        self.weights(scale, |it| if matches!(it.what, Noted::Matrix(_)) { it.n_blocks } else { 0.0 })
    }

    /// The tensors for which `times` says in how many blocks they are meant.
    pub(super) fn tensors(&self, times: impl Fn(&Note) -> f64 + Send + Sync + 'static) -> Option<LaterListing> {
        let names = self.names.clone()?;
        Some(LaterListing::new(move || names.tensors(&times)))
    }

    /// The same of weights, in a model of `scale` times the walked size.
    pub(super) fn weights(
        &self,
        scale: f64,
        times: impl Fn(&Note) -> f64 + Send + Sync + 'static,
    ) -> Option<LaterListing> {
        let names = self.names.clone()?;
        Some(LaterListing::new(move || {
            let entries = names.weights(Tower::Main, &times).map(|it| it.entry()).collect();
            Listing { entries }.shared_out(scale)
        }))
    }

    /// What all operations keep.
    pub const fn all_kept(&self) -> Kept {
        self.kept
    }

    /// Adds the weights to a count.
    pub fn count_into(&self, counter: &mut Counter) {
        for ((part, parameters), tensors) in Part::ALL.into_iter().zip(self.parts).zip(self.tensors) {
            counter.add_tensors(part, parameters, tensors);
        }
        if let Some(names) = &self.names {
            counter.weights.extend(names.weights(counter.tower, |it| it.n_blocks));
        }
    }
}
