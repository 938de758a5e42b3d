//! The tensors of a dense decoder one by one, in the order of its modules, for whoever fills buckets with them or fetches them ahead.
//! It knows no rank.

use crate::estimator::architecture::{Fact, Part};
use crate::estimator::methods::calibrated::model::counts::Counts;
use crate::estimator::methods::calibrated::parts::count::count;
use crate::estimator::methods::calibrated::run::training::TrainingRun;

/// Elements of the tensors that a module holds itself: a matrix and a vector at most, 0 for one that is not there.
pub type OwnTensors = [f64; 2];

/// A module that holds nothing itself, but others.
const CONTAINER: OwnTensors = [0.0, 0.0];

/// The modules of a decoder whose layers are alike.
pub struct OrderedTensors {
    /// The token embedding.
    pub embedding: OwnTensors,
    /// The modules of a layer, in the order in which they run.
    pub layer: Vec<OwnTensors>,
    /// Matrices of the adapters of a layer.
    pub adapters: Vec<f64>,
    /// Layers.
    pub n_layers: usize,
    /// The last norm.
    pub norm: OwnTensors,
    /// The output projection, if it is a tensor of its own.
    pub head: Option<OwnTensors>,
    /// Whether the model's own tensors are trained.
    pub trains_everything: bool,
}

impl OrderedTensors {
    /// Those of a run.
    pub fn of(run: &TrainingRun, counts: &Counts) -> Self {
        let counter = count(run.shape);
        let (scale, layers) = (counts.scale(), run.layers().value());
        let modules = |part: Part| {
            let mut res: Vec<OwnTensors> = Vec::new();
            for it in counter.rows.iter().filter(|it| it.part == part) {
                // What is added to a linear layer's output follows it.
                match res.last_mut().filter(|_| it.of_row == 1.0) {
                    Some(linear) => linear[1] = scale * it.rows,
                    None => res.push([scale * it.rows * it.of_row, 0.0]),
                }
            }
            res
        };
        let width = counter.n(Fact::HiddenSize);
        let n_vectors = counter.vectors_of_norm(Fact::Norm).max(1.0);
        let vectors = if n_vectors > 1.0 { [scale * width, scale * width] } else { [scale * width, 0.0] };
        let of_norms: f64 = counter.parts.iter().filter(|it| it.part == Part::Norms).map(|it| it.parameters).sum();
        let of_layer = ((of_norms - n_vectors * width) / layers).max(0.0);
        let n_norms = (of_layer / (n_vectors * width)).floor();
        let mut norms = std::iter::repeat_n(vectors, n_norms as usize);
        // Norms of queries and keys.
        let inner = of_layer - n_norms * n_vectors * width;
        let mut layer = vec![CONTAINER];
        layer.extend(norms.next());
        layer.push(CONTAINER);
        layer.extend(modules(Part::Attention));
        layer.extend((inner > 0.0).then_some([scale * inner / 2.0, scale * inner / 2.0]));
        layer.extend(norms.next());
        layer.push(CONTAINER);
        let mut feed_forward = modules(Part::FeedForward).into_iter();
        layer.extend(feed_forward.next());
        // The activation function.
        layer.push(CONTAINER);
        layer.extend(feed_forward);
        layer.extend(norms);
        let adapters = run.adapters.rows(&run.widths).into_iter().map(|[rows, of_row]| rows * of_row).collect();
        let one = |part| modules(part).into_iter().next();
        Self {
            embedding: one(Part::Embedding).unwrap_or(CONTAINER),
            layer,
            adapters,
            n_layers: layers as usize,
            norm: vectors,
            head: one(Part::LmHead),
            trains_everything: run.formats.trains_everything(),
        }
    }

    /// Tensors of the model's own.
    fn own(&self) -> impl Iterator<Item = (usize, f64)> {
        let of_layers = (0..self.n_layers).flat_map(|at| self.layer.iter().map(move |it| (at, it)));
        let ends = self.head.iter().map(|it| (self.n_layers, it));
        let all = std::iter::once((0, &self.embedding)).chain(of_layers);
        all.chain(std::iter::once((self.n_layers, &self.norm)))
            .chain(ends)
            .flat_map(|(at, it)| it.iter().map(move |elements| (at, *elements)))
            .filter(|it| it.1 > 0.0)
    }

    fn of_adapters(&self) -> impl Iterator<Item = (usize, f64)> {
        (0..self.n_layers).flat_map(|at| self.adapters.iter().map(move |elements| (at, *elements)))
    }

    /// What is trained, from the embedding on: the layer, as many as there are for what stands behind all, and the elements.
    pub fn trained(&self) -> impl Iterator<Item = (usize, f64)> {
        self.own().filter(|_| self.trains_everything).chain(self.of_adapters())
    }

    /// Elements of what is not.
    pub fn frozen(&self) -> impl Iterator<Item = f64> {
        self.own().filter(|_| !self.trains_everything).map(|it| it.1)
    }
}
