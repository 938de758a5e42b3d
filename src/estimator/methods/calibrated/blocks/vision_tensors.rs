//! Lists of named tensors of a vision tower, which add up to one readable sum for each patch. It knows no layer.

use crate::estimator::architecture::Fact;
use crate::estimator::expr::{Entry, Expr, LaterListing, Listing};
use crate::estimator::methods::calibrated::blocks::vision_tower::VisionTower;
use crate::estimator::methods::calibrated::tensors::dtype::element;
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{Count, Memory};
use std::ops::Add;

/// How many elements a tensor has for each patch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum VisionWidth {
    /// Width of the tower: `D`.
    Tower,
    /// Width of its feed-forward blocks: `I_v`.
    Inner,
    /// One number per attention head: `a_v`.
    Heads,
    /// One number.
    One,
    /// One number per patch of the batch: a row of a mask.
    Patches,
}

impl VisionWidth {
    /// All, in reading order.
    const ALL: [Self; 5] = [Self::Tower, Self::Inner, Self::Heads, Self::One, Self::Patches];

    /// The fact that states it.
    pub const fn fact(self) -> Option<Fact> {
        match self {
            Self::Tower => Some(Fact::VisionHiddenSize),
            Self::Inner => Some(Fact::VisionIntermediateSize),
            Self::Heads => Some(Fact::VisionNumHeads),
            Self::One | Self::Patches => None,
        }
    }

    /// The width as a leaf of a formula; one number has none.
    fn leaf(self, tower: &VisionTower) -> Option<Expr<Count>> {
        match self {
            Self::Tower | Self::Inner | Self::Heads => self.fact().map(|it| tower.shape.leaf(it)),
            Self::Patches => Some(tower.patches.clone()),
            Self::One => None,
        }
    }
}

/// A tensor, or several alike, that has some elements for each patch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VisionTensor {
    /// What it is called in the code that makes it, or what it is.
    pub name: &'static str,
    /// How many elements it has for each patch.
    pub width: VisionWidth,
    /// Bytes of an element.
    pub bytes_of_element: f64,
    /// How many such tensors there are; negative for what has been let go by then.
    pub count: f64,
}

impl VisionTensor {
    /// One tensor.
    pub const fn new(name: &'static str, bytes_of_element: f64, width: VisionWidth) -> Self {
        Self { name, width, bytes_of_element, count: 1.0 }
    }

    /// Several alike.
    pub fn times(self, count: f64) -> Self {
        Self { count: self.count * count, ..self }
    }

    /// The same, or none.
    pub fn only_if(self, is_kept: bool) -> Self {
        if is_kept { self } else { self.times(0.0) }
    }
}

/// Tensors by width, in bytes for each element; with their names where formulas are told.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PerPatch {
    bytes: [f64; VisionWidth::ALL.len()],
    named: Vec<VisionTensor>,
}

impl PerPatch {
    /// A list of tensors, which keeps their names if it will be read.
    pub fn of(tensors: &[VisionTensor], is_told: bool) -> Self {
        let mut res = Self::default();
        res.add_all(tensors, is_told);
        res
    }

    /// Adds tensors.
    pub fn add_all(&mut self, tensors: &[VisionTensor], is_told: bool) {
        for it in tensors {
            self.bytes[it.width as usize] += it.count * it.bytes_of_element;
        }
        if is_told {
            self.named.extend(tensors.iter().filter(|it| it.count * it.bytes_of_element != 0.0));
        }
    }

    /// Bytes for each patch: `22·D + 24·I_v + …`.
    pub fn formula(&self, tower: &VisionTower) -> Expr<Memory> {
        let mut res: Option<Expr<Memory>> = None;
        for (width, &bytes) in VisionWidth::ALL.iter().zip(&self.bytes).filter(|(_, bytes)| **bytes != 0.0) {
            let term = match width.leaf(tower) {
                Some(leaf) => element(bytes) * leaf,
                None => Expr::number(bytes),
            };
            res = Some(match res {
                Some(sum) => sum + term,
                None => term,
            });
        }
        res.unwrap_or_else(|| Expr::number(0.0))
    }

    /// The same with a quantity, which opens to the list of tensors.
    pub fn listed(&self, quantity: Quantity, tower: &VisionTower) -> Expr<Memory> {
        self.formula(tower).listed_later(quantity, || later(self.in_layers(tower, &times_one())))
    }

    /// The tensors by name, as often as there are layers.
    pub fn in_layers(&self, tower: &VisionTower, layers: &Expr<Count>) -> Vec<InLayers> {
        let source = tower.source();
        let tensor = |it: &VisionTensor| InLayers {
            tensor: *it,
            width: it.width.leaf(tower).unwrap_or_else(times_one),
            layers: layers.clone(),
            source,
        };
        self.named.iter().map(tensor).collect()
    }
}

/// A tensor of some layers, with its width as a leaf.
pub struct InLayers {
    tensor: VisionTensor,
    width: Expr<Count>,
    layers: Expr<Count>,
    source: &'static str,
}

impl InLayers {
    fn entry(&self) -> Entry {
        let Self { tensor: it, width, layers, source } = self;
        let of = match layers.value() == 1.0 {
            true => width.clone(),
            false => layers.clone() * width.clone(),
        };
        let elements = of.several(it.count);
        let amount = layers.value() * it.count * it.bytes_of_element * width.value();
        Entry { name: it.name, stage: 0, elements, bytes_of_element: it.bytes_of_element, amount, source }
    }
}

/// A list of tensors that is made when somebody reads it.
pub fn later(tensors: Vec<InLayers>) -> LaterListing {
    LaterListing::new(move || Listing { entries: tensors.iter().map(InLayers::entry).collect() })
}

fn times_one() -> Expr<Count> {
    Expr::number(1.0)
}

impl Add for PerPatch {
    type Output = Self;
    fn add(mut self, other: Self) -> Self {
        for (bytes, more) in self.bytes.iter_mut().zip(other.bytes) {
            *bytes += more;
        }
        self.named.extend(other.named);
        self
    }
}
