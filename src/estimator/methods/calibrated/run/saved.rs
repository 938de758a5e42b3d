//! Modules that are trained whole beside adapters (PEFT's `modules_to_save`): each is a copy of the frozen one, which
//! stays (PEFT 0.21, `utils/other.py`, `ModulesToSaveWrapper.update`). It knows no activation.

use crate::estimator::architecture::Fact;
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::model::storage;
use crate::estimator::methods::calibrated::model::widths::Widths;
use crate::estimator::methods::calibrated::run::formats::{Formats, Trained};
use crate::estimator::methods::calibrated::tensors::dtype::{FP32, element, times};
use crate::estimator::methods::calibrated::tensors::width::Width;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::{ModulesToSave, Recipe};
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{BytesPerElement, Count, Memory};

/// The modules of a run that are trained whole.
#[derive(Clone, Debug)]
pub struct Saved {
    /// Whether the token embedding is one.
    pub embedding: bool,
    /// Whether the output projection is one. A tied one becomes a matrix of its own.
    pub head: bool,
    /// Bytes of an element of a copy, which has the format of what it is a copy of: adapters alone are made FP32.
    pub bytes: f64,
    /// Whether an optimizer updates an FP32 copy in its place.
    has_master: bool,
    vocabulary: Expr<Count>,
    width: Expr<Count>,
}

impl Saved {
    /// Those that the inputs name; `None` where nothing is trained whole beside adapters.
    pub fn of(shape: &Shape, widths: &Widths, formats: &Formats, is_quantized: bool) -> Option<Self> {
        let (embedding, head) = match shape.reader.choice::<ModulesToSave>(Id::ModulesToSave) {
            ModulesToSave::None => return None,
            ModulesToSave::Embeddings => (true, false),
            ModulesToSave::Head => (false, true),
            ModulesToSave::Both => (true, true),
        };
        if formats.trained != Trained::Adapters {
            return None;
        }
        let bytes = if is_quantized {
            storage::beside_quantized(shape).value()
        } else {
            formats.parameter.max(formats.embedded)
        };
        let has_master = shape.reader.choice::<Recipe>(Id::Recipe) == Recipe::Master && bytes < FP32;
        let vocabulary = shape.leaf(Fact::VocabSize);
        Some(Self { embedding, head, bytes, has_master, vocabulary, width: widths.leaf(Width::Hidden) })
    }

    /// Matrices of the vocabulary that are copied.
    const fn n_copies(&self) -> f64 {
        if self.embedding && self.head { 2.0 } else { 1.0 }
    }

    /// Elements of all copies.
    pub fn elements(&self) -> Expr<Count> {
        let of_one = self.of_one();
        let all = if self.n_copies() == 1.0 { of_one } else { times(self.n_copies()) * of_one };
        all.named(Quantity::SavedParameters)
    }

    /// Elements of one.
    pub fn of_one(&self) -> Expr<Count> {
        self.vocabulary.clone() * self.width.clone()
    }

    /// Bytes of an element of a copy and of its gradient.
    pub fn element(&self, shape: &Shape) -> Expr<BytesPerElement> {
        shape.reader.counted(Quantity::BytesOfSaved, self.bytes, &[Id::Precision, Id::KbitPreparation])
    }

    /// The FP32 copies that the optimizer updates, where it does.
    pub fn master(&self) -> Option<Expr<Memory>> {
        self.has_master.then(|| self.elements() * element(FP32))
    }

    /// Bytes of an element of an unquantized state.
    pub fn of_state(&self, shape: &Shape) -> Expr<BytesPerElement> {
        if self.has_master { element(FP32) } else { self.element(shape) }
    }

    /// All gradients.
    pub fn gradients(&self, shape: &Shape) -> Expr<Memory> {
        self.elements() * self.element(shape)
    }

    /// The gradient of one copy.
    pub fn gradient_of_one(&self, shape: &Shape) -> Expr<Memory> {
        self.of_one() * self.element(shape)
    }

    /// Rows and columns of all copies.
    pub fn sides(&self) -> Expr<Count> {
        times(self.n_copies()) * (self.vocabulary.clone() + self.width.clone())
    }
}
