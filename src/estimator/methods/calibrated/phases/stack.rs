//! The layers of a decoder in training: which are alike, what each kind keeps, and which weights they have. It knows no
//! moment of the run.

use crate::estimator::architecture::{Fact, NormPlacement, Part, PartCount, Residual};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::experts::Experts;
use crate::estimator::methods::calibrated::blocks::frozen;
use crate::estimator::methods::calibrated::blocks::kernel::{is_cut, windowed_layers};
use crate::estimator::methods::calibrated::blocks::layer::Layer;
use crate::estimator::methods::calibrated::blocks::mixer::Mixer;
use crate::estimator::methods::calibrated::blocks::norm;
use crate::estimator::methods::calibrated::blocks::site::Site;
use crate::estimator::methods::calibrated::blocks::{attention, feed_forward, latent_attention};
use crate::estimator::methods::calibrated::model::counts::{Counts, is_expert, is_vision};
use crate::estimator::methods::calibrated::model::mesh::Mesh;
use crate::estimator::methods::calibrated::phases::sums::{Alike, Sums, Turn};
use crate::estimator::methods::calibrated::run::formats::Trained;
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::instant::{Instant, InstantSide};
use crate::estimator::methods::calibrated::tensors::list::{Tensor, Tensors};
use crate::estimator::methods::calibrated::tensors::width::Width;
use crate::estimator::parameters::spread::Trainer;
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{Count, Memory};

/// Kinds of layers that there may be: dense ones before others, and of those with and without a window.
const MOST_KINDS: usize = 3;

/// Layers kind by kind.
struct Layers {
    kinds: Vec<Alike>,
    instants: Vec<Vec<Instant>>,
    /// Elements of a layer's packed experts.
    expanded: Option<Expr<Count>>,
    /// The norms before the first of all.
    first_norm: Option<Tensors>,
}

/// What the layers of a kind are beside what one of them is.
struct Kind {
    symbol: Quantity,
    count: Expr<Count>,
    linear: Expr<Count>,
    is_leading: bool,
    turn: Option<Turn>,
}

impl Layers {
    fn add(&mut self, run: &TrainingRun, kind: Kind, layer: Layer) {
        let kept = layer.kept().listed(kind.symbol, &run.widths);
        let Kind { count, linear, is_leading, turn, .. } = kind;
        let has_experts = layer.has_experts();
        let expanded = self.expanded.clone().filter(|_| has_experts);
        self.kinds.push(Alike { count, kept, linear, expanded, is_leading, has_experts, turn });
        let mut instants = layer.backward(run);
        if has_arrivals(run) && !layer.has_experts() {
            instants.extend(layer.arrivals(run));
        }
        self.instants.push(instants);
        self.first_norm.get_or_insert(layer.of_input);
    }
}

/// Whether something waits for gradients of weights: DeepSpeed, which reduces them while the pass goes on.
fn has_arrivals(run: &TrainingRun) -> bool {
    run.formats.trains_everything() && Mesh::of(&run.shape.reader).trainer() == Trainer::DeepSpeed
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
        let Layers { kinds, instants, first_norm, .. } = layers(run, counts, &linear);
        let input = Tensor::new("input of a layer", run.formats.stream, Width::Hidden, "torch.utils.checkpoint");
        let input = run.tensors(&[input.times(run.share_of_stream())]).listed(Quantity::LayerInput, &run.widths);
        // The inputs of layers that need no gradient are checkpoints like others.
        let held = frozen::held(run).map(|it| it.listed(Quantity::HeldByFrozen, &run.widths));
        let kept = match &held {
            Some(held) => run.layers() * (input.clone() + held.clone()),
            None if run.is_checkpointed() => run.layers() * input.clone(),
            None => kept(run, &kinds, first_norm),
        };
        let converted = if kinds.iter().any(|it| it.has_experts) {
            counts.leaf(Quantity::ConvertedParameters, |it| is_linear(it) && !is_expert(it) && !is_vision(it))
        } else {
            linear
        };
        let passed = passed_by(run, &kinds);
        Self { sums: Sums { kinds, kept, input, held, converted, passed }, instants }
    }
}

impl Stack {
    /// Adds an instant at which all gradients of a layer's weights are there, inside the backward pass of its first
    /// norm.
    pub fn put_ends(&mut self, run: &TrainingRun) {
        let stream = run.formats.stream;
        let kept = norm::kept(run, "input of the layer's norm", stream) - norm::normalized(run, stream);
        for (kind, instants) in self.sums.kinds.iter().zip(&mut self.instants) {
            instants.push(Instant::new(kept.clone(), norm::in_backward(run), kind.linear.clone()));
        }
    }

    /// The instants on a side of experts that are a group of their own, of which so many elements of a layer are.
    /// Behind them they are no part of it.
    pub fn on(&self, side: InstantSide, experts: &Expr<Count>) -> Self {
        let mut sums = self.sums.clone();
        if side == InstantSide::Behind {
            for kind in &mut sums.kinds {
                kind.linear = kind.linear.clone() - experts.clone();
            }
        }
        Self { sums, ..self.only(|it| it == side) }
    }

    /// Instants on some sides alone.
    pub fn only(&self, is_kept: impl Fn(InstantSide) -> bool) -> Self {
        self.kept(&is_kept)
    }

    // Compiled once for all that ask.
    fn kept(&self, is_kept: &dyn Fn(InstantSide) -> bool) -> Self {
        let of_kind = |all: &Vec<Instant>| all.iter().filter(|it| is_kept(it.side)).cloned().collect();
        Self { sums: self.sums.clone(), instants: self.instants.iter().map(of_kind).collect() }
    }

    /// The same of a stage that has some of the layers, which are all alike.
    pub fn of_stage(mut self, run: &TrainingRun) -> Self {
        for kind in &mut self.sums.kinds {
            kind.count = run.layers();
            let of_layer = if run.is_checkpointed() { &self.sums.input } else { &kind.kept };
            self.sums.kept = run.layers() * of_layer.clone();
        }
        self
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

/// Layers with and without a window where sequences reach beyond it, else layers that are all alike; in a mixture,
/// layers without experts stand before the others.
fn layers(run: &TrainingRun, counts: &Counts, linear: &Expr<Count>) -> Layers {
    let layers = run.layers();
    let experts = Experts::of(run);
    // `support` lets no mixture pass without a layer that has experts.
    let n_dense = if experts.is_some() { run.shape.number(Fact::NumDenseLayers) } else { 0.0 };
    let mut res = Layers {
        kinds: Vec::with_capacity(MOST_KINDS),
        instants: Vec::with_capacity(MOST_KINDS),
        expanded: experts.and_then(|it| it.expanded(run)),
        first_norm: None,
    };
    if let Some(mixer) = Mixer::beside_attention(run.shape.layout()) {
        hybrid(run, counts, mixer, &mut res);
        return res;
    }
    let mut add = |symbol, count, layer: Layer, linear, is_leading| {
        res.add(run, Kind { symbol, count, linear, is_leading, turn: None }, layer);
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
            add(
                Quantity::KeptOfDenseLayer,
                dense,
                Layer::of(run, Mixer::Attention { is_windowed: false }, None),
                linear,
                true,
            );
        }
        of_layer =
            common + counts.leaf(Quantity::MixtureParameters, |it| is_of_mixture(it) && !is_vision(it)) / rest.clone();
    }
    let of_all = windowed_layers(run.shape, rest.value()) == rest.value();
    let mut add = |symbol, is_windowed, count| {
        let mixer = Mixer::Attention { is_windowed };
        add(symbol, count, Layer::of(run, mixer, experts), of_layer.clone(), false);
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

/// Layers of linear attention, and those of softmax attention, of which one ends each group; or layers of short
/// convolutions, of which one is the first and another the last (LFM2's `layer_types`). Where attention's own
/// projections alone have adapters, nothing before the first of these needs a gradient.
fn hybrid(run: &TrainingRun, counts: &Counts, mixer: Mixer, res: &mut Layers) {
    let layers = run.layers();
    let full: Expr<Count> = run.shape.leaf(Fact::NumFullAttentionLayers);
    let linear = layers.clone() - full.clone();
    let experts = Experts::of(run);
    let share = |quantity, count: &Expr<Count>, keep: fn(&PartCount) -> bool| {
        counts.leaf(quantity, |it| keep(it) && !is_vision(it)) / count.clone()
    };
    let blocks = match experts {
        Some(_) => share(Quantity::MixtureParameters, &layers, is_of_mixture),
        None => share(Quantity::DenseParameters, &layers, |it| it.part == Part::FeedForward),
    };
    let is_adapted = run.formats.trained != Trained::Adapters || run.adapters.is_at(Site::LinearProjections);
    if linear.value() > 0.0 {
        let of_layer = share(Quantity::LinearAttentionProjections, &linear, |it| it.part == Part::LinearAttention);
        let kind = Kind {
            symbol: Quantity::KeptOfLinearLayer,
            count: linear.clone(),
            linear: of_layer + blocks.clone(),
            is_leading: false,
            turn: Some(Turn::Begins),
        };
        res.add(run, kind, Layer::of(run, mixer, experts));
    }
    if full.value() > 0.0 {
        let of_layer = share(Quantity::AttentionProjections, &full, |it| it.part == Part::Attention);
        let n_before = linear / full.clone();
        let kind = Kind {
            symbol: Quantity::KeptOfLayer,
            count: full,
            linear: of_layer + blocks,
            is_leading: false,
            turn: Some(match mixer {
                Mixer::ShortConv => Turn::Inside { n_before: n_before.ceil() },
                // One stands in the midst of each group.
                Mixer::Mamba2 => Turn::Inside { n_before: (n_before / Expr::number(2.0)).ceil() },
                Mixer::GatedDelta | Mixer::Attention { .. } => Turn::Ends { n_before, is_first_trained: !is_adapted },
            }),
        };
        if !is_adapted {
            // The first norm that keeps nothing is then this kind's.
            res.first_norm = None;
        }
        res.add(run, kind, Layer::of(run, Mixer::Attention { is_windowed: false }, experts));
    }
}

/// Layers before the first adapter of a run, which keep nothing, and their kind.
fn idle_layers(kinds: &[Alike]) -> Option<(&Alike, Expr<Count>)> {
    kinds.iter().find_map(|it| match &it.turn {
        Some(Turn::Ends { n_before, is_first_trained: true }) => {
            kinds.iter().find(|it| matches!(it.turn, Some(Turn::Begins))).map(|it| (it, n_before.clone()))
        }
        Some(Turn::Ends { .. } | Turn::Begins | Turn::Inside { .. }) | None => None,
    })
}

/// What all layers together keep for each token without checkpoints.
fn kept(run: &TrainingRun, kinds: &[Alike], first_norm: Option<Tensors>) -> Expr<Memory> {
    let of_kinds = kinds.iter().map(|kind| kind.count.clone() * kind.kept.clone());
    let all = of_kinds.reduce(|sum, it| sum + it).unwrap_or_else(|| Expr::number(0.0));
    let all = match idle_layers(kinds) {
        Some((kind, idle)) => all - idle * kind.kept.clone(),
        None => all,
    };
    let has_identity = run.shape.is(Fact::FirstNormIsIdentity);
    if run.trains_embedding() && !has_identity {
        return all;
    }
    // Nothing before the first adapter needs a gradient, so the first layer's norms and dropout keep nothing, nor do
    // frozen layers beside it (`any(ctx.needs_input_grad[:2])` in `MatMul4Bit.forward`).
    let is_before = match run.kind(Fact::NormPlacement) {
        NormPlacement::Before | NormPlacement::Around => true,
        NormPlacement::After | NormPlacement::AfterSum => false,
    };
    let norm = first_norm.unwrap_or_default().only_if(is_before);
    let begins = kinds.iter().any(|it| matches!(it.turn, Some(Turn::Begins))) && idle_layers(kinds).is_none();
    let site = if begins { Site::LinearProjections } else { Site::Projections };
    let is_plain = site == Site::Projections && !run.shape.is(Fact::KvLoraRank);
    let input = attention::input_of_projections(run).only_if(is_plain && run.adapters.is_kept_by_frozen(site));
    let idle = norm + run.adapters.masks(site) + input;
    if idle.is_empty() { all } else { all - idle.listed(Quantity::IdleOfFirstLayer, &run.widths) }
}

/// Elements of the frozen weights that read the first layer's normed input, where nothing before the first adapter
/// needs a gradient.
fn passed_by(run: &TrainingRun, kinds: &[Alike]) -> Option<Expr<Count>> {
    if !run.formats.converts_frozen || run.is_checkpointed() || run.trains_embedding() {
        return None;
    }
    if let Some((kind, idle)) = idle_layers(kinds) {
        return Some(idle * kind.linear.clone() + attention::projected_elements(run));
    }
    if let Some(mixer) = Mixer::beside_attention(run.shape.layout()) {
        return mixer.projected(run);
    }
    let is_latent = run.shape.is(Fact::KvLoraRank);
    let of_attention = if is_latent { latent_attention::projected } else { attention::projected_elements }(run);
    Some(match run.kind(Fact::Residual) {
        Residual::Sequential => of_attention,
        Residual::Parallel | Residual::ParallelSharedNorm => of_attention + feed_forward::inward_elements(run),
    })
}
