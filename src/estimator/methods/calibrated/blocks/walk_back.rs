//! The walk back through a network, which finds the operation at which most lives, and tells what is let go of and what
//! is made by then. It knows no network and no kind of layer.

use crate::estimator::expr::LaterListing;
use crate::estimator::methods::calibrated::blocks::walk::{AlikeBlocks, Kept, Operation, Walk, WalkBytes};
use crate::estimator::methods::calibrated::blocks::walk_names::Noted;

/// How far the walk back has come.
#[derive(Clone, Copy, Debug, Default)]
pub struct Place {
    /// The operation whose gradient is computed, or converted.
    operation: usize,
    /// Whether the operation has been passed, and its gradients of weights are converted.
    is_converting: bool,
    /// Among which blocks that are alike it is.
    within: Option<usize>,
    /// How many of them it has passed as a whole.
    n_blocks: f64,
}

impl Place {
    /// In how many blocks an operation has been passed.
    fn n_passed(self, alike: &[AlikeBlocks], operation: usize) -> f64 {
        let is_passed = operation > self.operation || self.is_converting && operation == self.operation;
        let own = alike.iter().position(|it| (it.start..it.end).contains(&operation));
        match own {
            Some(own) if self.within == Some(own) => self.n_blocks + f64::from(u8::from(is_passed)),
            Some(own) if is_passed => alike.get(own).map_or(1.0, |it| it.n_blocks),
            Some(_) => 0.0,
            None => f64::from(u8::from(is_passed)),
        }
    }
}

/// The operation at whose gradient most lives.
#[derive(Clone, Copy, Debug, Default)]
pub struct Fullest {
    /// How far the walk back has come by then.
    pub at: Place,
    /// What is still kept.
    pub left: Kept,
    /// Parameters that have their gradient.
    pub parameters: f64,
    /// Gradients of tensors; of one image.
    pub gradients: f64,
    /// Parameters whose gradients have just been made, in the format of the operation.
    pub made: f64,
}

impl Walk {
    /// Walks back with a batch of images, and finds where most lives. `scale` multiplies the parameters.
    pub fn fullest(&self, batch: f64, scale: f64) -> Fullest {
        let mut back = Back {
            formats: self.formats,
            batch,
            scale,
            left: self.all_kept(),
            done: 0.0,
            most: -1.0,
            at: Place::default(),
            res: Fullest::default(),
        };
        let operations = |start, end| self.operations.get(start..end).unwrap_or_default();
        let mut end = self.operations.len();
        for (block_at, it) in self.alike.iter().enumerate().rev() {
            back.at = Place::default();
            back.through(it.end, operations(it.end, end));
            // From one block to the next as much is let go, and as many gradients are added, as from that to the one
            // after: no block between the last and the first can be the fullest.
            let block = operations(it.start, it.end);
            back.at = Place { within: Some(block_at), ..Place::default() };
            back.through(it.start, block);
            back.past(it.n_blocks - 2.0, block);
            back.at.n_blocks = it.n_blocks - 1.0;
            back.through(it.start, block);
            end = it.start;
        }
        back.at = Place::default();
        back.through(0, operations(0, end));
        back.res
    }

    /// Tensors of one image that the walk back has let go of by a place.
    pub fn freed(&self, by: Place) -> Option<LaterListing> {
        let alike = self.alike.clone();
        self.tensors(move |it| if it.what == Noted::Kept { by.n_passed(&alike, it.operation) } else { 0.0 })
    }

    /// What it then still keeps of a batch as a whole.
    pub fn statistics_left(&self, by: Place) -> Option<LaterListing> {
        let alike = self.alike.clone();
        self.tensors(
            move |it| {
                if it.what == Noted::Statistics { it.n_blocks - by.n_passed(&alike, it.operation) } else { 0.0 }
            },
        )
    }

    /// The weights whose copies it then still keeps.
    pub fn matrices_left(&self, by: Place, scale: f64) -> Option<LaterListing> {
        let alike = self.alike.clone();
        self.weights(scale, move |it| {
            if matches!(it.what, Noted::Matrix(_)) { it.n_blocks - by.n_passed(&alike, it.operation) } else { 0.0 }
        })
    }

    /// The weights that then have their gradients.
    pub fn done(&self, by: Place, scale: f64) -> Option<LaterListing> {
        let alike = self.alike.clone();
        self.weights(scale, move |it| {
            if matches!(it.what, Noted::Vector(_) | Noted::Matrix(_)) { by.n_passed(&alike, it.operation) } else { 0.0 }
        })
    }

    /// The weights of one block whose gradients have just been made; of those that are converted the matrices.
    pub fn made(&self, by: Place, scale: f64) -> Option<LaterListing> {
        self.weights(scale, move |it| {
            let is_meant = match it.what {
                Noted::Matrix(_) => true,
                Noted::Vector(_) => !by.is_converting,
                Noted::Kept | Noted::Statistics | Noted::Buffer => false,
            };
            f64::from(u8::from(is_meant && it.operation == by.operation))
        })
    }
}

/// The way back.
struct Back {
    formats: WalkBytes,
    batch: f64,
    scale: f64,
    left: Kept,
    done: f64,
    most: f64,
    at: Place,
    res: Fullest,
}

impl Back {
    /// Meets operations from the last to the first.
    fn through(&mut self, start: usize, operations: &[Operation]) {
        for (at, it) in operations.iter().enumerate().rev() {
            let made = self.scale * it.parameters;
            self.at = Place { operation: start + at, is_converting: false, ..self.at };
            self.consider(it.outer + it.inner + it.waiting, made);
            self.left = self.left.without(1.0, it);
            self.done += made;
            self.at.is_converting = true;
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
            self.res = Fullest { at: self.at, left: self.left, parameters: self.done, gradients, made };
        }
    }
}
