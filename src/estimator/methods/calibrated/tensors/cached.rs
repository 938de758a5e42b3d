//! Tensors whose number of elements is a formula of its own, by name: what serving keeps from one step to the next, and
//! what does not grow with every token. It knows no engine and no layer.

use crate::estimator::expr::{Entry, Expr, LaterListing, Listing};
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{BytesPerElement, Count, Memory};

/// A tensor with a formula for its elements.
#[derive(Clone)]
pub struct Cached {
    name: &'static str,
    elements: Expr<Count>,
    element: Expr<BytesPerElement>,
    source: &'static str,
}

impl Cached {
    /// A tensor with so many elements of a format, for each token or sequence.
    pub const fn new(
        name: &'static str,
        elements: Expr<Count>,
        element: Expr<BytesPerElement>,
        source: &'static str,
    ) -> Self {
        Self { name, elements, element, source }
    }

    /// Bytes of it, of which nothing is told.
    pub fn value(&self) -> f64 {
        self.elements.value() * self.element.value()
    }

    fn bytes(&self) -> Expr<Memory> {
        self.elements.clone() * self.element.clone()
    }

    fn entry(&self) -> Entry {
        Entry {
            name: self.name,
            stage: 0,
            elements: self.elements.several(1.0),
            bytes_of_element: self.element.value(),
            amount: self.bytes().value(),
            source: self.source,
        }
    }
}

/// Their bytes under a quantity, which opens to the list of them.
pub fn sum_of(quantity: Quantity, tensors: &[Cached]) -> Expr<Memory> {
    if !tensors.iter().any(|it| it.elements.is_told() || it.element.is_told()) {
        return Expr::untold(tensors.iter().fold(0.0, |sum, it| sum + it.value()));
    }
    let sum = tensors.iter().map(Cached::bytes).reduce(|sum, it| sum + it);
    let sum = sum.unwrap_or_else(|| Expr::number(0.0));
    sum.listed_later(quantity, || {
        let tensors = tensors.to_vec();
        LaterListing::new(move || Listing { entries: tensors.iter().map(Cached::entry).collect() })
    })
}
