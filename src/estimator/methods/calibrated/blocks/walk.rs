//! A walk through the layers of a network, which adds up what each keeps for the backward pass and what weights it has, and
//! a walk back, which finds the operation at which most lives. It knows no network and no kind of layer.
//!
//! Amounts are bytes of one image, but for parameters and their copies.

use crate::estimator::expr::LaterListing;
use crate::estimator::methods::calibrated::blocks::walk_names::Names;
use crate::estimator::methods::calibrated::parts::counter::{Counter, Part};
use crate::estimator::methods::calibrated::tensors::dtype::FP32;

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

    /// The same without what so many alike operations keep. Sums beyond 2^53 are rounded: what is left of one is never less
    /// than nothing.
    fn without(self, n: f64, it: &Operation) -> Self {
        Self {
            saved: (self.saved - n * it.saved).max(0.0),
            constant: (self.constant - n * it.constant).max(0.0),
            linear: (self.linear - n * it.linear).max(0.0),
        }
    }
}

/// Blocks that are alike, of which one was walked.
#[derive(Clone, Copy, Debug)]
struct Alike {
    start: usize,
    end: usize,
    n_blocks: f64,
}

/// Operations for which room is made ahead.
const MOST_OPERATIONS: usize = 1024;

/// The operations of a network in the order of its forward pass.
pub struct Walk {
    /// Bytes of an element.
    pub formats: WalkBytes,
    /// Running statistics and counters, in bytes.
    pub buffers: f64,
    operations: Vec<Operation>,
    alike: Vec<Alike>,
    /// How many blocks the operations stand for that are added now.
    n_blocks: f64,
    kept: Kept,
    /// What was kept where each stage begins.
    stages: Vec<f64>,
    /// Weights by what they do, one place for each part.
    parts: [f64; Part::ALL.len()],
    /// What tensors and weights are called, where somebody will read it.
    names: Option<Names>,
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
            names: source.map(Names::new),
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
            self.alike.push(Alike { start, end: self.operations.len(), n_blocks });
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
        if let Some(names) = &mut self.names {
            names.keep(self.stages.len(), name, bytes_of_element, [self.n_blocks, channels, places]);
        }
        bytes_of_element * channels * places
    }

    /// The elements of a weight of the next operation: `to·from·kernel²`.
    #[inline]
    pub fn weigh(&mut self, part: Part, name: &'static str, [to, from, kernel]: [f64; 3]) -> f64 {
        let elements = to * from * kernel * kernel;
        if let Some(names) = &mut self.names {
            names.weigh(self.stages.len(), part, name, [self.n_blocks, to, from, kernel]);
        }
        self.parts[part as usize] += self.n_blocks * elements;
        elements
    }

    /// Adds what a model of the walked layers has in running statistics and counters.
    pub fn buffer(&mut self, bytes: f64) {
        self.buffers += self.n_blocks * bytes;
    }

    /// How many stages there are.
    pub fn n_stages(&self) -> usize {
        self.stages.len()
    }

    /// Kept by the operations of a stage; of one image.
    pub fn kept(&self, stage: usize) -> f64 {
        let end = self.stages.get(stage + 1).copied().unwrap_or(self.kept.saved);
        end - self.stages.get(stage).copied().unwrap_or(end)
    }

    /// The tensors that the operations of a stage keep; of one image.
    pub fn listing(&self, stage: usize) -> Option<LaterListing> {
        self.names.as_ref().map(|it| it.listing(stage + 1))
    }

    /// What all operations keep.
    pub const fn all_kept(&self) -> Kept {
        self.kept
    }

    /// Adds the weights to a count.
    pub fn count_into(&self, counter: &mut Counter) {
        for (part, parameters) in Part::ALL.into_iter().zip(self.parts) {
            counter.add(part, parameters);
        }
        if let Some(names) = &self.names {
            counter.weights.extend(names.weights(counter.tower));
        }
    }

    /// Walks back with a batch of images, and finds where most lives. `scale` multiplies the parameters.
    pub fn fullest(&self, batch: f64, scale: f64) -> Fullest {
        let mut back = Back {
            formats: self.formats,
            batch,
            scale,
            left: self.kept,
            done: 0.0,
            most: -1.0,
            res: Fullest::default(),
        };
        let operations = |start, end| self.operations.get(start..end).unwrap_or_default();
        let mut end = self.operations.len();
        for it in self.alike.iter().rev() {
            back.through(operations(it.end, end));
            // From one block to the next as much is let go, and as many gradients are added, as from that to the one after:
            // no block between the last and the first can be the fullest.
            let block = operations(it.start, it.end);
            back.through(block);
            back.past(it.n_blocks - 2.0, block);
            back.through(block);
            end = it.start;
        }
        back.through(operations(0, end));
        back.res
    }
}

/// The operation at whose gradient most lives.
#[derive(Clone, Copy, Debug, Default)]
pub struct Fullest {
    /// What is still kept.
    pub left: Kept,
    /// Parameters that have their gradient.
    pub parameters: f64,
    /// Gradients of tensors; of one image.
    pub gradients: f64,
    /// Parameters whose gradients have just been made, in the format of the operation.
    pub made: f64,
}

/// The way back.
struct Back {
    formats: WalkBytes,
    batch: f64,
    scale: f64,
    left: Kept,
    done: f64,
    most: f64,
    res: Fullest,
}

impl Back {
    /// Meets operations from the last to the first.
    fn through(&mut self, operations: &[Operation]) {
        for it in operations.iter().rev() {
            let made = self.scale * it.parameters;
            self.consider(it.outer + it.inner + it.waiting, made);
            self.left = self.left.without(1.0, it);
            self.done += made;
            if self.formats.is_autocast {
                // The 16-bit gradients are converted to FP32 when what the operation had kept is gone.
                self.consider(it.inner + it.waiting, self.scale * it.linear);
            }
        }
    }

    /// Passes by blocks that are alike.
    fn past(&mut self, n_blocks: f64, block: &[Operation]) {
        for it in block {
            self.left = self.left.without(n_blocks, it);
            self.done += n_blocks * self.scale * it.parameters;
        }
    }

    fn consider(&mut self, gradients: f64, made: f64) {
        let copies = if self.formats.is_autocast { self.formats.made() * self.scale * self.left.linear } else { 0.0 };
        let lives = self.batch * (self.left.saved + gradients)
            + self.left.constant
            + copies
            + self.formats.gradient * self.done
            + self.formats.made() * made;
        if lives > self.most {
            self.most = lives;
            self.res = Fullest { left: self.left, parameters: self.done, gradients, made };
        }
    }
}
