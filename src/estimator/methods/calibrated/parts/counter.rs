//! What counts parameters while it walks through a layout: parts by what they do and where they stand. It knows no
//! layout.

use crate::estimator::architecture::{Fact, Norm, Part, PartCount, TensorSums, Tower};
use crate::estimator::expr::{Entry, Expr};
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::units::Count;

/// Collects parts while it walks through a layout.
pub struct Counter<'a> {
    /// The model whose layout is walked.
    pub shape: &'a Shape<'a>,
    /// The stack that is walked now.
    pub tower: Tower,
    /// What was counted.
    pub parts: Vec<PartCount>,
    /// The weights by name, where somebody will read them.
    pub weights: Vec<Weights>,
    /// Linear layers and tables by their rows, along which they are shared out over GPUs.
    pub rows: Vec<Rows>,
}

/// Tensors that are alike, by their rows: the first dimension.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rows {
    /// The stack.
    pub tower: Tower,
    /// What they do.
    pub part: Part,
    /// How many tensors there are.
    pub number: f64,
    /// Rows of one.
    pub rows: f64,
    /// Elements of a row.
    pub of_row: f64,
    /// Whether they read what a block's inner tensors are made of, so that plans of tensor parallelism divide their
    /// columns.
    pub reads_divided: bool,
}

/// The sides of a linear layer, and whether it has a bias.
#[derive(Clone, Copy)]
pub struct Linear<'a> {
    /// Elements that it reads.
    pub from: &'a Expr<Count>,
    /// Elements that it makes.
    pub to: &'a Expr<Count>,
    /// Whether a vector is added to what it makes.
    pub has_bias: bool,
    /// Whether it reads what a block's inner tensors are made of, which plans of tensor parallelism divide.
    reads_divided: bool,
}

impl<'a> Linear<'a> {
    /// A linear layer from so many elements to so many.
    pub const fn new(from: &'a Expr<Count>, to: &'a Expr<Count>, has_bias: bool) -> Self {
        Self { from, to, has_bias, reads_divided: false }
    }

    /// The same where it reads what a block's inner tensors are made of.
    pub const fn outward(self) -> Self {
        Self { reads_divided: true, ..self }
    }

    /// Its weights.
    fn elements(self) -> Expr<Count> {
        let matrix = self.from.clone() * self.to.clone();
        if self.has_bias { matrix + self.to.clone() } else { matrix }
    }

    fn sides(self) -> [f64; 2] {
        [self.to.value(), self.from.value()]
    }

    /// The tensors of so many: their matrices, and the vectors that are added.
    fn tensors(self, number: f64, matrices: TensorSums) -> TensorSums {
        let added = if self.has_bias { number * self.to.value() } else { 0.0 };
        matrices.and(TensorSums::vectors(added))
    }
}

/// Weights of one name in all layers together.
#[derive(Clone, Debug)]
pub struct Weights {
    /// The stack.
    pub tower: Tower,
    /// What they do.
    pub part: Part,
    /// What they are called in the code that makes them.
    pub name: &'static str,
    /// The stage of a network in which they are, from 1; 0 where there are no stages.
    pub stage: usize,
    /// How many there are.
    pub elements: Expr<Count>,
    /// That code.
    pub source: &'static str,
}

impl Weights {
    /// The same without a name.
    pub fn part(&self) -> PartCount {
        let tensors = TensorSums::default();
        PartCount { tower: self.tower, part: self.part, parameters: self.elements.value(), tensors }
    }

    /// An entry of a list.
    pub fn entry(&self) -> Entry {
        Entry {
            name: self.name,
            stage: self.stage,
            elements: self.elements.several(1.0),
            bytes_of_element: 0.0,
            amount: self.elements.value(),
            source: self.source,
        }
    }
}

impl<'a> Counter<'a> {
    /// A counter that has counted nothing.
    pub fn new(shape: &'a Shape<'a>) -> Self {
        // As many as most models have parts.
        let (parts, rows) = (Vec::with_capacity(16), Vec::with_capacity(16));
        Self { shape, tower: Tower::Main, parts, weights: Vec::new(), rows }
    }

    /// A fact, or 0.
    pub fn n(&self, fact: Fact) -> f64 {
        self.shape.number(fact)
    }

    /// A fact as a leaf of a formula.
    pub fn leaf(&self, fact: Fact) -> Expr<Count> {
        self.shape.leaf(fact)
    }

    /// Whether a fact is known and not 0.
    pub fn is(&self, fact: Fact) -> bool {
        self.n(fact) != 0.0
    }

    /// Adds weights by name to a part of the present stack: `elements` are those of all layers together.
    pub fn count(&mut self, part: Part, name: &'static str, elements: Expr<Count>, source: &'static str) {
        let tensors = if part == Part::Norms { TensorSums::vectors(elements.value()) } else { TensorSums::default() };
        self.count_tensors(part, name, elements, tensors, source);
    }

    /// The same of weights of which it is known in what tensors they are.
    pub fn count_tensors(
        &mut self,
        part: Part,
        name: &'static str,
        elements: Expr<Count>,
        tensors: TensorSums,
        source: &'static str,
    ) {
        let (tower, amount) = (self.tower, elements.value());
        if self.shape.reader.is_telling() && amount != 0.0 {
            self.weights.push(Weights { tower, part, name, stage: 0, elements, source });
        }
        self.add_tensors(part, amount, tensors);
    }

    /// Adds a linear layer by name, as many times as there are `layers`.
    pub fn linear(
        &mut self,
        part: Part,
        name: &'static str,
        layers: &Expr<Count>,
        linear: Linear,
        source: &'static str,
    ) {
        let tensors = linear.tensors(layers.value(), TensorSums::matrices(layers.value(), linear.sides()));
        self.put_rows(part, layers.value(), linear.sides());
        if let Some(it) = self.rows.last_mut() {
            it.reads_divided = linear.reads_divided;
        }
        if linear.has_bias {
            self.put_rows(part, layers.value(), [linear.to.value(), 1.0]);
        }
        self.count_tensors(part, name, layers.clone() * linear.elements(), tensors, source);
    }

    /// The same of layers of which `stack` are one tensor.
    pub fn stacked(
        &mut self,
        part: Part,
        name: &'static str,
        layers: &Expr<Count>,
        stack: f64,
        linear: Linear,
        source: &'static str,
    ) {
        let tensors = TensorSums::stacks(layers.value(), stack, linear.sides());
        // Their first dimension counts the experts.
        let [to, from] = linear.sides();
        let number = layers.value() / stack;
        self.put_rows(part, number, [stack, to * from]);
        if linear.has_bias {
            self.put_rows(part, number, [stack, to]);
        }
        let tensors = linear.tensors(layers.value(), tensors);
        self.count_tensors(part, name, layers.clone() * linear.elements(), tensors, source);
    }

    /// Notes the rows of so many tensors of a part of the present stack.
    pub fn put_rows(&mut self, part: Part, number: f64, [rows, of_row]: [f64; 2]) {
        self.rows.push(Rows { tower: self.tower, part, number, rows, of_row, reads_divided: false });
    }

    /// Adds to a part of the present stack.
    pub fn add(&mut self, part: Part, parameters: f64) {
        self.add_tensors(part, parameters, TensorSums::default());
    }

    /// The same of weights of which it is known in what tensors they are.
    pub fn add_tensors(&mut self, part: Part, parameters: f64, tensors: TensorSums) {
        let tower = self.tower;
        match self.parts.iter_mut().find(|it| it.tower == tower && it.part == part) {
            Some(known) => {
                known.parameters += parameters;
                known.tensors = known.tensors.and(tensors);
            }
            None if parameters != 0.0 => self.parts.push(PartCount { tower, part, parameters, tensors }),
            None => {}
        }
    }

    /// Weights of a norm over `width` elements.
    pub fn norm(&self, kind: Fact, width: f64) -> f64 {
        self.vectors_of_norm(kind) * width
    }

    /// Vectors that a norm of the kind that a fact says learns: scale and shift.
    pub fn vectors_of_norm(&self, kind: Fact) -> f64 {
        match Norm::of(self.n(kind)) {
            Norm::Layer | Norm::LayerPlusOne => 2.0,
            Norm::Rms | Norm::RmsScaledWide | Norm::RmsPlusOne | Norm::LayerWithoutBias | Norm::LayerWide => 1.0,
            Norm::LayerWithoutWeights => 0.0,
        }
    }
}

/// Weights of a linear layer.
pub fn linear(from: f64, to: f64, has_bias: bool) -> f64 {
    from * to + if has_bias { to } else { 0.0 }
}

/// Weights of a feed-forward block.
pub fn feed_forward(width: f64, inner: f64, is_gated: bool, has_bias: bool) -> f64 {
    let inward = if is_gated { 2.0 } else { 1.0 };
    inward * linear(width, inner, has_bias) + linear(inner, width, has_bias)
}
