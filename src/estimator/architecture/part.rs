//! The parts that a model's parameters are told in: by what they do and where they stand. It knows no layout and counts
//! nothing.

/// The stack of layers to which parameters belong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tower {
    /// The text model, the encoder, or the only stack there is.
    Main,
    /// The decoder behind an encoder.
    Decoder,
    /// The vision tower, and what leads from it to the text.
    Vision,
    /// The block that predicts a further token, which plain inference and training do without.
    MultiTokenPrediction,
}

/// What parameters do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Vectors of tokens, positions and segments: tables that are looked up, not multiplied.
    Embedding,
    /// Convolutions: of patches, of a spectrogram, of an image.
    Convolutions,
    /// Projections of self-attention, with their biases.
    Attention,
    /// Projections of attention to another stack's output.
    CrossAttention,
    /// Projections, convolution and decay of linear attention.
    LinearAttention,
    /// Feed-forward blocks of layers without experts, with their biases.
    FeedForward,
    /// All experts.
    Experts,
    /// Routers.
    Router,
    /// Experts that every token visits, with their gate.
    SharedExperts,
    /// Scales, shifts and other vectors that no matrix product reads.
    Norms,
    /// What leads from one stack to another.
    Projector,
    /// Output projection to the vocabulary, if it has weights of its own.
    LmHead,
    /// Fully connected layers behind a network: a classifier, a pooler, projections to a common space.
    Head,
}

impl Part {
    /// All, in the order in which parts of networks are told.
    pub const ALL: [Self; 13] = [
        Self::Embedding,
        Self::Convolutions,
        Self::Attention,
        Self::CrossAttention,
        Self::LinearAttention,
        Self::FeedForward,
        Self::Experts,
        Self::Router,
        Self::SharedExperts,
        Self::Norms,
        Self::Projector,
        Self::LmHead,
        Self::Head,
    ];
}

/// Parameters that do the same in the same stack.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PartCount {
    /// The stack.
    pub tower: Tower,
    /// What they do.
    pub part: Part,
    /// How many there are.
    pub parameters: f64,
    /// What tensors they are in.
    pub tensors: TensorSums,
}

/// What tensors some parameters are in, for whoever asks for more than how many there are.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TensorSums {
    /// Elements of the largest tensor: layers have their own, experts of one layer are stacked in one.
    pub largest: f64,
    /// Rows of every matrix and its columns, added up, and every element of a vector.
    pub sides: f64,
    /// Elements of all tensors with two dimensions.
    pub in_matrices: f64,
    /// Longer and shorter side of the largest of those.
    pub matrix: [f64; 2],
    /// What is left of them where each is projected to a low rank.
    pub projected: Projected,
}

/// Rank to which an optimizer projects matrices (`optim_args` of Transformers, `rank`, of GaLore).
const RANK: f64 = 128.0;

/// Matrices that were projected along their shorter sides (`GaLoreProjector.project`, `std`), and what projects them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Projected {
    /// Elements of the projections: rank times the longer side.
    pub elements: f64,
    /// Elements of what projects: rank times the shorter side.
    pub projectors: f64,
    /// Elements of the square matrices of singular vectors of which these are the first rows or columns.
    pub squares: f64,
}

impl Projected {
    /// So many times this.
    pub const fn times(self, number: f64) -> Self {
        let Self { elements, projectors, squares } = self;
        Self { elements: number * elements, projectors: number * projectors, squares: number * squares }
    }

    const fn and(self, other: Self) -> Self {
        Self {
            elements: self.elements + other.elements,
            projectors: self.projectors + other.projectors,
            squares: self.squares + other.squares,
        }
    }
}

impl TensorSums {
    /// Vectors that have so many elements together.
    pub const fn vectors(elements: f64) -> Self {
        let projected = Projected { elements: 0.0, projectors: 0.0, squares: 0.0 };
        Self { largest: 0.0, sides: elements, in_matrices: 0.0, matrix: [0.0; 2], projected }
    }

    /// So many matrices with these sides.
    pub fn matrices(number: f64, sides: [f64; 2]) -> Self {
        if number <= 0.0 {
            return Self::default();
        }
        let [one, other] = sides;
        let largest = one * other;
        let [longer, shorter] = [one.max(other), one.min(other)];
        let rank = shorter.min(RANK);
        let projected = Projected { elements: rank * longer, projectors: rank * shorter, squares: shorter * shorter };
        Self {
            largest,
            sides: number * (one + other),
            in_matrices: number * largest,
            matrix: [longer, shorter],
            projected: projected.times(number),
        }
    }

    /// So many matrices with these sides of which one tensor has `stack`.
    pub fn stacks(number: f64, stack: f64, sides: [f64; 2]) -> Self {
        let all = Self::matrices(number, sides);
        let projected = Projected::default();
        Self { largest: stack * all.largest, in_matrices: 0.0, matrix: [0.0; 2], projected, ..all }
    }

    /// Both.
    pub fn and(self, other: Self) -> Self {
        let elements = |it: &Self| it.matrix[0] * it.matrix[1];
        Self {
            largest: self.largest.max(other.largest),
            sides: self.sides + other.sides,
            in_matrices: self.in_matrices + other.in_matrices,
            projected: self.projected.and(other.projected),
            matrix: if elements(&other) > elements(&self) { other.matrix } else { self.matrix },
        }
    }
}

impl PartCount {
    /// Whether plain inference and training run it.
    pub fn runs(&self) -> bool {
        self.tower != Tower::MultiTokenPrediction
    }
}
