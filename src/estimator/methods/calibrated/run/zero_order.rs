//! The tensors of a dense decoder one by one, in the order of its modules, for whoever fills buckets with them or
//! fetches them ahead. It knows no rank.

use crate::estimator::architecture::{Fact, Part};
use crate::estimator::methods::calibrated::model::counts::Counts;
use crate::estimator::methods::calibrated::parts::count::count;
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::instant::InstantSide;

/// Elements of the tensors that a module holds itself: a matrix and a vector at most, 0 for one that is not there.
pub type OwnTensors = [f64; 2];

/// A module of a layer, and whether it is trained.
#[derive(Clone, Copy)]
pub struct OrderedModule {
    /// What it holds.
    pub own: OwnTensors,
    is_trained: bool,
}

/// A module that holds nothing itself, but others.
const CONTAINER: OwnTensors = [0.0, 0.0];

/// The modules of a decoder whose layers are alike.
pub struct OrderedTensors {
    /// The token embedding.
    pub embedding: OwnTensors,
    /// The modules of a layer, in the order in which they run.
    pub layer: Vec<OrderedModule>,
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
        let is_trained = run.formats.trains_everything();
        let own = |own| OrderedModule { own, is_trained };
        // PEFT puts a module around an adapted one, with a dropout and two linear layers beside it.
        let adapted = |part, of_feed_forward| {
            let mut pairs = run.adapters.pairs(&run.widths, of_feed_forward).into_iter();
            let mut res = Vec::new();
            for linear in modules(part) {
                let Some([inward, outward]) = pairs.next() else {
                    res.push(vec![own(linear)]);
                    continue;
                };
                let adapter = |elements| OrderedModule { own: [elements, 0.0], is_trained: true };
                res.push(vec![own(CONTAINER), own(linear), own(CONTAINER), adapter(inward), adapter(outward)]);
            }
            res
        };
        let mut layer = vec![own(CONTAINER)];
        layer.extend(norms.next().map(own));
        layer.push(own(CONTAINER));
        layer.extend(adapted(Part::Attention, false).concat());
        layer.extend((inner > 0.0).then(|| own([scale * inner / 2.0, scale * inner / 2.0])));
        layer.extend(norms.next().map(own));
        layer.push(own(CONTAINER));
        for (at, linear) in adapted(Part::FeedForward, true).into_iter().enumerate() {
            if at == 1 {
                // The activation function.
                layer.push(own(CONTAINER));
            }
            layer.extend(linear);
        }
        layer.extend(norms.map(own));
        let one = |part| modules(part).into_iter().next();
        Self {
            embedding: one(Part::Embedding).unwrap_or(CONTAINER),
            layer,
            n_layers: layers as usize,
            norm: vectors,
            head: one(Part::LmHead),
            trains_everything: run.formats.trains_everything(),
        }
    }

    /// At which instants the gradients of a layer's tensors arrive, the last tensor's first.
    pub fn arrivals(&self, has_gate_apart: bool) -> Vec<InstantSide> {
        let (mut res, mut n_matrices) = (Vec::new(), 0);
        for it in self.layer.iter().rev().map(|it| it.own) {
            let side = match n_matrices {
                0 => InstantSide::ArrivalOfDown,
                1 if has_gate_apart => InstantSide::ArrivalOfUp,
                _ => InstantSide::ArrivalOfOther,
            };
            res.extend(it.iter().filter(|it| **it > 0.0).map(|_| side));
            n_matrices += usize::from(it[0] > self.norm[0]);
        }
        res
    }

    /// Modules of a layer from its last on, up to its last matrix, beside which adapters may be.
    pub fn behind_last_matrix(&self) -> usize {
        let is_matrix = |it: &OrderedModule| it.own[0] > self.norm[0] && it.is_trained == self.trains_everything;
        let at = self.layer.iter().rev().position(is_matrix);
        at.map_or(0, |at| at + 1)
    }

    /// All tensors that are trained, or are not, with their places: 0 for the embedding, then the layers from 1 on, and
    /// what is behind.
    fn tensors(&self, are_trained: bool) -> impl Iterator<Item = (usize, f64)> {
        let end = |own: OwnTensors| OrderedModule { own, is_trained: self.trains_everything };
        let of_layers = (0..self.n_layers).flat_map(|at| self.layer.iter().map(move |it| (at + 1, *it)));
        let behind = std::iter::once(self.norm).chain(self.head).map(move |it| (self.n_layers + 1, end(it)));
        std::iter::once((0, end(self.embedding)))
            .chain(of_layers)
            .chain(behind)
            .filter(move |it| it.1.is_trained == are_trained)
            .flat_map(|(at, it)| it.own.map(|elements| (at, elements)))
            .filter(|it| it.1 > 0.0)
    }

    /// What is trained, from the embedding on: the place, which is 0 for the embedding and 1 for the first layer, and
    /// the elements.
    pub fn trained(&self) -> impl Iterator<Item = (usize, f64)> {
        self.tensors(true)
    }

    /// Elements of what is not.
    pub fn frozen(&self) -> impl Iterator<Item = f64> {
        self.tensors(false).map(|it| it.1)
    }
}
