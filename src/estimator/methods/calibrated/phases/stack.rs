//! The layers of a decoder in training: which are alike, what each kind keeps, and which weights they have. It knows no
//! moment of the run.

use crate::estimator::architecture::{Fact, NormPlacement, Part, PartCount};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::adapters::Site;
use crate::estimator::methods::calibrated::blocks::experts::Experts;
use crate::estimator::methods::calibrated::blocks::kernel::{is_cut, windowed_layers};
use crate::estimator::methods::calibrated::blocks::layer::Layer;
use crate::estimator::methods::calibrated::model::counts::{Counts, is_expert, is_vision};
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::instant::Instant;
use crate::estimator::methods::calibrated::tensors::list::Tensors;
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{Count, Memory};

/// Layers that are alike.
#[derive(Clone)]
pub struct Alike {
    /// How many there are.
    pub count: Expr<Count>,
    /// What one of them keeps for each token.
    pub kept: Expr<Memory>,
    /// Elements of its linear layers.
    pub linear: Expr<Count>,
    /// Whether layers of this kind stand before those of others only.
    pub is_leading: bool,
    /// Whether it has experts in the place of a feed-forward block of its own.
    pub has_experts: bool,
}

/// What layers come to.
#[derive(Clone)]
pub struct Sums {
    /// Layers that are alike together, in their order.
    pub kinds: Vec<Alike>,
    /// What all of them together keep for each token.
    pub kept: Expr<Memory>,
    /// What the input of one takes for each token: all that checkpoints keep of it.
    pub input: Expr<Memory>,
    /// Elements of the linear layers that autocast converts: grouped products of experts are none.
    pub converted: Expr<Count>,
}

impl Sums {
    /// The same by values alone.
    pub fn untold(&self) -> Self {
        let kind = |it: &Alike| Alike {
            count: it.count.without_tree(),
            kept: it.kept.without_tree(),
            linear: it.linear.without_tree(),
            ..*it
        };
        Self {
            kinds: self.kinds.iter().map(kind).collect(),
            kept: self.kept.without_tree(),
            input: self.input.without_tree(),
            converted: self.converted.without_tree(),
        }
    }
}

/// Kinds of layers that there may be: dense ones before others, and of those with and without a window.
const MOST_KINDS: usize = 3;

/// Layers kind by kind.
struct Layers {
    kinds: Vec<Alike>,
    instants: Vec<Vec<Instant>>,
    /// The norms before the first of all.
    first_norm: Option<Tensors>,
}

/// All layers.
pub struct Stack {
    /// What they come to.
    pub sums: Sums,
    /// The instants inside the backward pass of a layer of each kind.
    pub instants: Vec<Vec<Instant>>,
}

impl Stack {
    /// The layers of a run.
    pub fn of(run: &TrainingRun, counts: &Counts) -> Self {
        let linear = counts.leaf(Quantity::LinearParameters, |it| is_linear(it) && !is_vision(it));
        let Layers { kinds, instants, first_norm } = layers(run, counts, &linear);
        let input = run.stream("input of a layer", "torch.utils.checkpoint").listed(Quantity::LayerInput, &run.widths);
        let kept = if run.is_checkpointed() { run.layers() * input.clone() } else { kept(run, &kinds, first_norm) };
        let converted = if kinds.iter().any(|it| it.has_experts) {
            counts.leaf(Quantity::ConvertedParameters, |it| is_linear(it) && !is_expert(it) && !is_vision(it))
        } else {
            linear
        };
        Self { sums: Sums { kinds, kept, input, converted }, instants }
    }
}

fn is_linear(it: &PartCount) -> bool {
    is_of_attention(it) || it.part == Part::FeedForward || is_of_mixture(it)
}

fn is_of_attention(it: &PartCount) -> bool {
    matches!(it.part, Part::Attention | Part::CrossAttention | Part::LinearAttention)
}

fn is_of_mixture(it: &PartCount) -> bool {
    matches!(it.part, Part::Experts | Part::Router | Part::SharedExperts)
}

/// Layers with and without a window where sequences reach beyond it, else layers that are all alike; in a mixture, layers
/// without experts stand before the others.
fn layers(run: &TrainingRun, counts: &Counts, linear: &Expr<Count>) -> Layers {
    let layers = run.layers();
    let experts = Experts::of(run);
    // `support` lets no mixture pass without a layer that has experts.
    let n_dense = if experts.is_some() { run.shape.number(Fact::NumDenseLayers) } else { 0.0 };
    let mut res =
        Layers { kinds: Vec::with_capacity(MOST_KINDS), instants: Vec::with_capacity(MOST_KINDS), first_norm: None };
    let mut add = |symbol, count, layer: Layer, linear, is_leading| {
        let kept = layer.kept().listed(symbol, &run.widths);
        res.kinds.push(Alike { count, kept, linear, is_leading, has_experts: layer.has_experts() });
        res.instants.push(layer.backward(run));
        res.first_norm.get_or_insert(layer.of_input);
    };
    let (mut rest, mut of_layer) = (layers.clone(), linear.clone() / layers.clone());
    if experts.is_some() {
        let common =
            counts.leaf(Quantity::AttentionProjections, |it| is_of_attention(it) && !is_vision(it)) / layers.clone();
        if n_dense > 0.0 {
            let dense = run.shape.leaf::<Count>(Fact::NumDenseLayers);
            rest = layers - dense.clone();
            let blocks = counts.leaf(Quantity::DenseParameters, |it| it.part == Part::FeedForward && !is_vision(it));
            let linear = common.clone() + blocks / dense.clone();
            add(Quantity::KeptOfDenseLayer, dense, Layer::of(run, false, None), linear, true);
        }
        of_layer =
            common + counts.leaf(Quantity::MixtureParameters, |it| is_of_mixture(it) && !is_vision(it)) / rest.clone();
    }
    let of_all = windowed_layers(run.shape, rest.value()) == rest.value();
    let mut add = |symbol, is_windowed, count| {
        add(symbol, count, Layer::of(run, is_windowed, experts), of_layer.clone(), false);
    };
    match (is_cut(run.shape, run.sequence.value()), of_all) {
        (false, _) => add(Quantity::KeptOfLayer, false, rest),
        (true, true) => add(Quantity::KeptOfWindowedLayer, true, rest),
        (true, false) => {
            let windowed: Expr<Count> = run.shape.leaf(Fact::NumSlidingLayers);
            add(Quantity::KeptOfWindowedLayer, true, windowed.clone());
            add(Quantity::KeptOfLayer, false, rest - windowed);
        }
    }
    res
}

/// What all layers together keep for each token without checkpoints.
fn kept(run: &TrainingRun, kinds: &[Alike], first_norm: Option<Tensors>) -> Expr<Memory> {
    let of_kinds = kinds.iter().map(|kind| kind.count.clone() * kind.kept.clone());
    let all = of_kinds.reduce(|sum, it| sum + it).unwrap_or_else(|| Expr::number(0.0));
    let has_identity = run.shape.is(Fact::FirstNormIsIdentity);
    if run.formats.trains_everything() && !has_identity {
        return all;
    }
    // Nothing before the first adapter needs a gradient, so the first layer's norms and dropout keep nothing.
    let is_before = match run.kind(Fact::NormPlacement) {
        NormPlacement::Before | NormPlacement::Around => true,
        NormPlacement::After | NormPlacement::AfterSum => false,
    };
    let norm = first_norm.unwrap_or_default().only_if(is_before);
    let idle = norm + run.adapters.masks(Site::Projections);
    if idle.is_empty() { all } else { all - idle.listed(Quantity::IdleOfFirstLayer, &run.widths) }
}
