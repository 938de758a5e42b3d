//! Lists of named tensors that add up to one readable sum: so many bytes for each element of each width. It knows no
//! layer.

use crate::estimator::expr::{Entry, Expr, LaterListing, Listing};
use crate::estimator::methods::calibrated::model::widths::Widths;
use crate::estimator::methods::calibrated::tensors::dtype::element;
use crate::estimator::methods::calibrated::tensors::width::{N_WIDTHS, Width};
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{Count, Memory};
use std::ops::{Add, Sub};

/// A tensor, or several alike, that has some elements for each token.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tensor {
    /// What it is called in the code that makes it, or what it is; a name, not a text.
    pub name: &'static str,
    /// How many elements it has for each token.
    pub width: Width,
    /// Bytes of an element.
    pub bytes_of_element: f64,
    /// How many such tensors there are; negative for what has been let go by then.
    pub count: f64,
    /// The code or paper that says so.
    pub source: &'static str,
}

impl Tensor {
    /// None, where other instants have one.
    pub const NONE: Self = Self::new("none", 0.0, Width::One, "none").times(0.0);

    /// One tensor.
    pub const fn new(name: &'static str, bytes_of_element: f64, width: Width, source: &'static str) -> Self {
        Self { name, width, bytes_of_element, count: 1.0, source }
    }

    /// Several alike.
    pub const fn times(self, count: f64) -> Self {
        Self { count, ..self }
    }

    /// The same, or none.
    pub const fn only_if(self, is_there: bool) -> Self {
        if is_there { self } else { self.times(0.0) }
    }

    /// Bytes for each token.
    pub fn bytes(&self, widths: &Widths) -> f64 {
        self.count * self.bytes_of_element * widths.value(self.width)
    }

    /// An entry of a list, for a tensor of a width.
    fn entry(&self, width: &Expr<Count>) -> Entry {
        Entry {
            name: self.name,
            stage: 0,
            elements: width.several(self.count),
            bytes_of_element: self.bytes_of_element,
            amount: self.count * self.bytes_of_element * width.value(),
            source: self.source,
        }
    }
}

/// Tensors by width, in bytes for each element; with their names where formulas are told.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tensors {
    bytes: [f64; N_WIDTHS],
    named: Vec<Tensor>,
}

impl Tensors {
    /// A list of tensors, which keeps their names if it will be read.
    pub fn of(tensors: &[Tensor], is_told: bool) -> Self {
        let mut res = Self::default();
        res.add_all(tensors, is_told);
        res
    }

    /// Adds tensors.
    pub fn add_all(&mut self, tensors: &[Tensor], is_told: bool) {
        for it in tensors {
            self.put(*it, is_told);
        }
    }

    /// Puts a tensor at the end of the list.
    pub fn put(&mut self, tensor: Tensor, is_told: bool) {
        let bytes = tensor.count * tensor.bytes_of_element;
        self.bytes[tensor.width as usize] += bytes;
        if is_told && bytes != 0.0 {
            self.named.push(tensor);
        }
    }

    /// The same, or nothing.
    #[cfg_attr(not(target_family = "wasm"), inline)]
    pub fn only_if(self, is_kept: bool) -> Self {
        if is_kept { self } else { Self::default() }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.bytes.iter().all(|it| *it == 0.0)
    }

    /// Bytes for each token: `16·H + 4·q + …`.
    pub fn per_token(&self, widths: &Widths) -> Expr<Memory> {
        if !widths.are_told() {
            return Expr::untold(self.value(widths));
        }
        let mut res: Option<Expr<Memory>> = None;
        for (width, bytes) in Width::ALL.into_iter().zip(self.bytes).filter(|(_, bytes)| *bytes != 0.0) {
            let term = match width {
                Width::One => Expr::number(bytes),
                _ => element(bytes) * widths.leaf(width),
            };
            res = Some(match res {
                Some(sum) => sum + term,
                None => term,
            });
        }
        res.unwrap_or_else(|| Expr::number(0.0))
    }

    /// The same sum, of which nobody wants to read more than the value.
    fn value(&self, widths: &Widths) -> f64 {
        Width::ALL.into_iter().zip(self.bytes).map(|(width, bytes)| bytes * widths.value(width)).sum()
    }

    /// The same with a quantity, which opens to the list of tensors.
    pub fn listed(&self, quantity: Quantity, widths: &Widths) -> Expr<Memory> {
        self.per_token(widths).listed_later(quantity, || {
            let named: Vec<_> = self.named.iter().map(|it| (*it, widths.leaf(it.width))).collect();
            LaterListing::new(move || Listing { entries: named.iter().map(|(it, width)| it.entry(width)).collect() })
        })
    }
}

impl Add<&Self> for Tensors {
    type Output = Self;
    #[cfg_attr(not(target_family = "wasm"), inline)]
    fn add(mut self, other: &Self) -> Self {
        if !other.named.is_empty() {
            self.named.extend_from_slice(&other.named);
        }
        Self { bytes: std::array::from_fn(|at| self.bytes[at] + other.bytes[at]), named: self.named }
    }
}

impl Add for Tensors {
    type Output = Self;
    #[cfg_attr(not(target_family = "wasm"), inline)]
    fn add(self, other: Self) -> Self {
        self + &other
    }
}

impl Sub<&Self> for Tensors {
    type Output = Self;
    #[cfg_attr(not(target_family = "wasm"), inline)]
    fn sub(mut self, other: &Self) -> Self {
        if !other.named.is_empty() {
            self.named.extend(other.named.iter().map(|it| it.times(-it.count)));
        }
        Self { bytes: std::array::from_fn(|at| self.bytes[at] - other.bytes[at]), named: self.named }
    }
}

impl Sub for Tensors {
    type Output = Self;
    #[cfg_attr(not(target_family = "wasm"), inline)]
    fn sub(self, other: Self) -> Self {
        self - &other
    }
}

impl<'a> std::iter::Sum<&'a Self> for Tensors {
    fn sum<I: Iterator<Item = &'a Self>>(it: I) -> Self {
        let mut res = Self::default();
        for tensors in it {
            for (bytes, more) in res.bytes.iter_mut().zip(&tensors.bytes) {
                *bytes += more;
            }
            if !tensors.named.is_empty() {
                res.named.extend_from_slice(&tensors.named);
            }
        }
        res
    }
}

impl std::iter::Sum for Tensors {
    fn sum<I: Iterator<Item = Self>>(it: I) -> Self {
        it.fold(Self::default(), Add::add)
    }
}
