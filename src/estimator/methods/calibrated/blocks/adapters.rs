//! Low-rank adapters: where they sit, how many parameters they have, and what they keep for the backward pass (Hu et
//! al. 2021, arXiv 2106.09685; PEFT 0.21, `tuners/lora/layer.py`). It knows no moment.

use crate::estimator::architecture::{Fact, Layout, Norm, TensorSums};
use crate::estimator::expr::{Entry, Expr, LaterListing, Listing};
use crate::estimator::methods::calibrated::blocks::adapted::{Adapter, Among};
use crate::estimator::methods::calibrated::blocks::magnitudes::{Magnitudes, Scaling};
use crate::estimator::methods::calibrated::blocks::mixer::Mixer;
use crate::estimator::methods::calibrated::blocks::site::Site;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::model::storage;
use crate::estimator::methods::calibrated::model::widths::Widths;
use crate::estimator::methods::calibrated::run::formats::{Formats, Trained};
use crate::estimator::methods::calibrated::tensors::dtype::{BYTE, FP32};
use crate::estimator::methods::calibrated::tensors::list::{Tensor, Tensors};
use crate::estimator::methods::calibrated::tensors::width::Width;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::{FinetuneMethod, FrozenInputs, LoraTargets};
use crate::estimator::quantity::Quantity;
use crate::estimator::units::Count;

const PEFT: &str = "peft tuners/lora/layer.py, Linear.forward";
const DORA: &str = "peft tuners/lora/dora.py, DoraLinearLayer.forward";

/// The adapters of one layer.
#[derive(Clone, Debug, Default)]
pub struct Adapters {
    adapters: Vec<Adapter>,
    /// Bytes of an element of the adapter's input and of `A·x`.
    bytes: f64,
    /// Whether adapter and input differ in format, so that every adapter keeps a converted copy of its input.
    copies: bool,
    /// The same of attention's output, which a fused kernel makes in 16 bits under autocast, whatever its layer's input
    /// was.
    copies_output: bool,
    /// The same of what a norm puts out, which under autocast beside FP32 weights is FP32.
    copies_normed: bool,
    /// Whether dropout makes a tensor of its own of every adapter's input.
    drops: bool,
    /// Whether frozen layers keep what they read, which no gradient needs.
    frozen_keep: bool,
    /// What scales each output to a trained magnitude; `None` for plain adapters.
    magnitudes: Option<Magnitudes>,
    is_told: bool,
}

impl Adapters {
    /// The adapters that the inputs ask for.
    pub fn of(shape: &Shape, formats: &Formats, tokens: f64) -> Self {
        if formats.trained != Trained::Adapters {
            return Self::default();
        }
        let is_quantized = shape.reader.choice::<FinetuneMethod>(Id::FinetuneMethod) == FinetuneMethod::Qlora;
        let keeps = shape.reader.choice::<FrozenInputs>(Id::FrozenInputs) == FrozenInputs::Kept;
        let targets = shape.reader.choice::<LoraTargets>(Id::LoraTargets);
        let mut adapters = Vec::new();
        let mut add = |name, site, input, outputs| adapters.push(Adapter { name, site, input, outputs });
        let is_all = targets == LoraTargets::AllLinear;
        if shape.is(Fact::KvLoraRank) {
            // Of the names that other targets list, latent attention has `q_proj`, where queries are not compressed,
            // and `o_proj`.
            if !shape.is(Fact::QLoraRank) {
                add("q_proj", Site::Projections, Width::Hidden, &[Width::Queries]);
            } else if is_all {
                add("q_a_proj", Site::Projections, Width::Hidden, &[Width::CompressedQueries]);
                add("q_b_proj", Site::Expansions, Width::CompressedQueries, &[Width::Queries]);
            }
            if is_all {
                let outputs = &[Width::CompressedKeys, Width::RotatedKey];
                add("kv_a_proj_with_mqa", Site::Projections, Width::Hidden, outputs);
                add("kv_b_proj", Site::Expansions, Width::CompressedKeys, &[Width::Decompressed]);
            }
        } else if shape.is(Fact::FusedQkv) {
            // The one matrix holds query, key and value; who names one of them gets all.
            add("qkv_proj", Site::Projections, Width::Hidden, &[Width::Queries, Width::Keys, Width::Keys]);
        } else {
            // Gated attention projects its gate together with the queries.
            let queries: &'static [Width] =
                if shape.is(Fact::AttentionGate) { &[Width::Queries, Width::Queries] } else { &[Width::Queries] };
            add("q_proj", Site::Projections, Width::Hidden, queries);
            add("v_proj", Site::Projections, Width::Hidden, &[Width::Keys]);
            if targets != LoraTargets::QueryValue {
                add("k_proj", Site::Projections, Width::Hidden, &[Width::Keys]);
            }
        }
        if targets != LoraTargets::QueryValue {
            let input = if shape.is(Fact::KvLoraRank) { Width::HeadValues } else { Width::Queries };
            add("o_proj", Site::Output, input, &[Width::Hidden]);
        }
        if is_all && shape.layout() == Layout::GatedDeltaHybrid {
            let site = Site::LinearProjections;
            if shape.is(Fact::LinearFusedProjections) {
                add("in_proj_qkvz", site, Width::Hidden, &[Width::Convolved, Width::LinearValues]);
                add("in_proj_ba", site, Width::Hidden, &[Width::LinearHeads, Width::LinearHeads]);
            } else {
                add("in_proj_qkv", site, Width::Hidden, &[Width::Convolved]);
                add("in_proj_z", site, Width::Hidden, &[Width::LinearValues]);
                add("in_proj_b", site, Width::Hidden, &[Width::LinearHeads]);
                add("in_proj_a", site, Width::Hidden, &[Width::LinearHeads]);
            }
            add("out_proj", Site::LinearOutput, Width::LinearValues, &[Width::Hidden]);
        }
        if is_all && shape.layout() == Layout::Mamba2Hybrid {
            let outputs = &[Width::LinearValues, Width::Convolved, Width::LinearHeads];
            add("in_proj", Site::LinearProjections, Width::Hidden, outputs);
            add("out_proj", Site::LinearOutput, Width::LinearValues, &[Width::Hidden]);
        }
        if is_all && shape.layout() == Layout::ShortConvHybrid {
            add("in_proj", Site::LinearProjections, Width::Hidden, &[Width::Hidden, Width::Hidden, Width::Hidden]);
            add("out_proj", Site::LinearOutput, Width::Hidden, &[Width::Hidden]);
        }
        // Where there are experts, `support` refuses what would reach them.
        if is_all && !shape.is(Fact::NumExperts) {
            if shape.is(Fact::FusedGateUp) {
                add("gate_up_proj", Site::FeedForward, Width::Hidden, &[Width::Intermediate, Width::Intermediate]);
            } else {
                add("up_proj", Site::FeedForward, Width::Hidden, &[Width::Intermediate]);
                if shape.is(Fact::GatedMlp) {
                    add("gate_proj", Site::FeedForward, Width::Hidden, &[Width::Intermediate]);
                }
            }
            add("down_proj", Site::Down, Width::Intermediate, &[Width::Hidden]);
        }
        let bytes = if formats.is_autocast { formats.compute } else { formats.adapter };
        // PEFT converts the input of an adapter beside a plain layer to the adapter's format, and autocast back to 16
        // bits, which makes a copy in any case; beside a layer of bitsandbytes it leaves that to autocast
        // (`tuners/lora/bnb.py`, `Linear4bit.forward`).
        let is_eight_bit = is_quantized && storage::is_eight_bit(shape);
        let is_packed = is_quantized && storage::is_expanded(shape) || is_eight_bit;
        let is_converted = |input: f64| formats.is_autocast && !is_packed && formats.adapter != input;
        let copies = |input: f64| is_converted(input) || bytes != input;
        let is_narrow = shape.kind::<Norm>(Fact::Norm) == Norm::LayerPlusOne;
        let is_wide = formats.converts_frozen && !is_narrow;
        Self {
            adapters,
            bytes,
            copies: copies(formats.inner),
            copies_normed: copies(if is_wide { FP32 } else { formats.inner }),
            // A gate makes it anew, in the format of what a projection made.
            copies_output: copies(if shape.is(Fact::AttentionGate) { formats.inner } else { formats.compute }),
            drops: shape.reader.number(Id::LoraDropout) > 0.0,
            // 8-bit layers keep what they read, to find outliers in it again (`MatMul8bitLt.forward`).
            frozen_keep: is_packed && keeps || is_eight_bit,
            magnitudes: Magnitudes::of(shape, formats, is_packed, tokens),
            is_told: shape.reader.is_telling(),
        }
    }

    /// Parameters of all adapters: `P_a = L·r·Σ(inputs + outputs)`, of each kind of layer apart.
    pub fn parameters(&self, shape: &Shape, widths: &Widths) -> Expr<Count> {
        let is_hybrid = Mixer::beside_attention(shape.layout()).is_some();
        let value = |width: &Width| widths.value(*width);
        let sides = |it: &Adapter| value(&it.input) + it.outputs.iter().map(value).sum::<f64>();
        let each = |among: Among| layers(shape, among) * widths.leaf(Width::Rank);
        let of_kind = |(among, quantity): (Among, Quantity)| {
            let adapters = self.adapters.iter().filter(|it| it.among(is_hybrid) == among);
            let all: f64 = adapters.map(sides).sum();
            let from = &[Id::Model, Id::HiddenSize, Id::LoraTargets];
            (all != 0.0).then(|| each(among) * shape.reader.counted::<Count>(quantity, all, from))
        };
        let of_magnitudes = self.magnitudes.is_some().then(|| {
            let outputs = |it: &Adapter| layers(shape, it.among(is_hybrid)).value() * self.outputs(it, widths);
            let all: f64 = self.adapters.iter().map(outputs).sum();
            shape.reader.counted::<Count>(Quantity::Magnitudes, all, &[Id::Model, Id::HiddenSize, Id::LoraTargets])
        });
        let kinds = [
            (Among::All, Quantity::AdaptedWidths),
            (Among::Full, Quantity::AdaptedWidthsOfFull),
            (Among::Linear, Quantity::AdaptedWidthsOfLinear),
        ];
        let all: Option<Expr<Count>> =
            kinds.into_iter().filter_map(of_kind).chain(of_magnitudes).reduce(|sum, it| sum + it);
        let all = all.unwrap_or_else(|| Expr::number(0.0));
        all.listed_later(Quantity::AdapterParameters, || {
            let sum = |it: &Adapter| it.outputs.iter().fold(widths.leaf(it.input), |sum, to| sum + widths.leaf(*to));
            let has_magnitudes = self.magnitudes.is_some();
            let of_adapter = |it: &Adapter| {
                let matrices = each(it.among(is_hybrid)) * sum(it);
                if !has_magnitudes {
                    return matrices;
                }
                let outputs = it.outputs.iter().map(|to| widths.leaf(*to)).reduce(|sum, it| sum + it);
                outputs.into_iter().fold(matrices, |sum, to| sum + layers(shape, it.among(is_hybrid)) * to)
            };
            let named: Vec<_> = self.adapters.iter().map(|it| (it.name, of_adapter(it))).collect();
            let entry = |(name, elements): &(&'static str, Expr<Count>)| Entry {
                name,
                stage: 0,
                elements: elements.several(1.0),
                bytes_of_element: 0.0,
                amount: elements.value(),
                source: PEFT,
            };
            LaterListing::new(move || Listing { entries: named.iter().map(entry).collect() })
        })
    }

    /// The tensors that they are in: `A` with the rank's rows, `B` with its columns, for each layer.
    pub fn matrices(&self, shape: &Shape, widths: &Widths) -> TensorSums {
        let is_hybrid = Mixer::beside_attention(shape.layout()).is_some();
        let rank = widths.value(Width::Rank);
        self.adapters.iter().fold(TensorSums::default(), |sum, it| {
            let n_layers = layers(shape, it.among(is_hybrid)).value();
            let matrices = |width: f64| TensorSums::matrices(n_layers, [width, rank]);
            let outputs = self.outputs(it, widths);
            let magnitudes = if self.magnitudes.is_some() { n_layers * outputs } else { 0.0 };
            sum.and(matrices(widths.value(it.input))).and(matrices(outputs)).and(TensorSums::vectors(magnitudes))
        })
    }

    /// Rows and elements of a row of each matrix of a layer: `A` has as many rows as the rank, `B` as many as the layer
    /// puts out.
    pub fn rows(&self, widths: &Widths) -> Vec<[f64; 2]> {
        self.adapters.iter().flat_map(|it| Self::rows_of(it, widths)).collect()
    }

    fn rows_of(it: &Adapter, widths: &Widths) -> [[f64; 2]; 2] {
        let rank = widths.value(Width::Rank);
        let outputs = it.outputs.iter().map(|width| widths.value(*width)).sum();
        [[rank, widths.value(it.input)], [outputs, rank]]
    }

    /// Elements of both matrices of each adapter of a layer's feed-forward block, or of what stands before it.
    pub fn pairs(&self, widths: &Widths, of_feed_forward: bool) -> Vec<[f64; 2]> {
        let stands_there = |it: &&Adapter| matches!(it.site, Site::FeedForward | Site::Down) == of_feed_forward;
        let elements = |it: &Adapter| Self::rows_of(it, widths).map(|[rows, of_row]| rows * of_row);
        self.adapters.iter().filter(stands_there).map(elements).collect()
    }

    /// Elements of the largest matrix that one of them is added to; nothing where none is.
    pub fn largest_base(&self, widths: &Widths) -> Option<Expr<Count>> {
        let elements = |it: &Adapter| {
            let outputs = it.outputs.iter().map(|width| widths.leaf(*width)).reduce(|sum, it| sum + it)?;
            Some(widths.leaf(it.input) * outputs)
        };
        self.adapters.iter().filter_map(elements).reduce(Expr::max)
    }

    /// Width of an adapted layer's output.
    fn outputs(&self, it: &Adapter, widths: &Widths) -> f64 {
        it.outputs.iter().map(|width| widths.value(*width)).sum()
    }

    /// The instants at which adapted outputs get their magnitudes; none of plain adapters.
    pub fn scalings(&self, formats: &Formats, widths: &Widths) -> Vec<Scaling> {
        let Some(magnitudes) = &self.magnitudes else { return Vec::new() };
        let rank = widths.value(Width::Rank);
        let of_adapter = |it: &Adapter| {
            let sides = [widths.value(it.input), self.outputs(it, widths)];
            let of_weight = magnitudes.of_weight(formats, self.bytes, rank, sides);
            let instant =
                |bytes, n_results| Scaling { site: it.site, input: it.input, outputs: it.outputs, bytes, n_results };
            // The base's result less itself and the adapter's, scaled twice, and their sum: three at once.
            [instant(of_weight.in_norm, 0.0), instant(of_weight.in_scaling, 3.0)]
        };
        self.adapters.iter().flat_map(of_adapter).collect()
    }

    /// What the adapters at a site keep: `A·x` for the gradient of B, and their own copy of the input for that of A.
    pub fn kept(&self, site: Site) -> Tensors {
        let mut res = Tensors::default();
        for it in self.at(site) {
            res.put(Tensor::new("lora_A(x)", self.bytes, Width::Rank, PEFT), self.is_told);
            if self.copies_at(site) || self.drops {
                res.put(Tensor::new("input of lora_A", self.bytes, it.input, PEFT), self.is_told);
            }
            if self.drops {
                res.put(mask_of(it), self.is_told);
            }
            if let Some(magnitudes) = &self.magnitudes {
                // Dropout makes the base's result anew, of what the adapter reads.
                let of_base = if self.drops { self.bytes } else { magnitudes.result };
                for width in it.outputs {
                    let kept = [
                        Tensor::new("base_result", of_base, *width, DORA),
                        Tensor::new("lora_result", self.bytes, *width, DORA),
                        // One number for each output, whatever the tokens.
                        Tensor::new("weight_norm, mag_norm_scale and it less one", magnitudes.bytes, *width, DORA)
                            .times(3.0 / magnitudes.tokens),
                    ];
                    kept.into_iter().for_each(|it| res.put(it, self.is_told));
                }
            }
        }
        res
    }

    /// Bytes of an element of what an adapter puts out, and of its gradient.
    pub const fn bytes(&self) -> f64 {
        self.bytes
    }

    /// Whether each output is scaled to a trained magnitude.
    pub const fn has_magnitudes(&self) -> bool {
        self.magnitudes.is_some()
    }

    /// What the adapter of the up projection needs at once beside what it keeps: `B·A·x` and the same scaled; nothing
    /// if there is none.
    pub fn at_up(&self, is_fused: bool) -> Option<Tensors> {
        self.at(Site::Down).next()?;
        let result = Tensor::new("lora_B(lora_A(x)), and scaled", self.bytes, Width::Intermediate, PEFT);
        Some(self.tensors(&[result.times(if is_fused { 4.0 } else { 2.0 })]))
    }

    /// The same of the down projection's: its input, the copy of it that is kept, under autocast the FP32 copy in
    /// between, dropped or not, and the frozen layer's result; in a pass that is no recomputation, which ends there,
    /// also `B·A·x` and the same scaled.
    pub fn at_down(&self, formats: &Formats, is_recomputed: bool) -> Option<Tensors> {
        self.at(Site::Down).next()?;
        let is_between = formats.is_autocast && self.copies && formats.adapter != formats.inner;
        let between = if is_between { formats.adapter } else { 0.0 };
        let inner = |name, bytes| Tensor::new(name, bytes, Width::Intermediate, PEFT);
        let kept = if self.copies || self.drops { self.bytes } else { 0.0 };
        let dropped = if self.drops { 1.0 } else { 0.0 };
        Some(
            self.tensors(&[
                inner("input of down_proj", formats.compute),
                inner("input of lora_A", kept),
                inner("input in the adapter's format", between),
                inner("dropped input in the adapter's format", between).times(dropped),
                inner("mask of dropout", BYTE).times(dropped),
                Tensor::new("lora_A(x)", self.bytes, Width::Rank, PEFT),
                Tensor::new("base_layer(x)", formats.compute, Width::Hidden, PEFT),
                Tensor::new("lora_B(lora_A(x)), and scaled", self.bytes, Width::Hidden, PEFT)
                    .times(2.0)
                    .only_if(!is_recomputed),
            ]),
        )
    }

    /// Masks of dropout at a site: one byte for each element of each input.
    pub fn masks(&self, site: Site) -> Tensors {
        let mut res = Tensors::default();
        for it in self.at(site).filter(|_| self.drops) {
            res.put(mask_of(it), self.is_told);
        }
        res
    }

    /// Whether the very tensor that the frozen layers at a site read is kept, by them or by their adapters.
    pub fn keep_input(&self, site: Site) -> bool {
        self.frozen_keep || !self.copies_at(site) && !self.drops && self.at(site).next().is_some()
    }

    /// Whether frozen layers at a site keep it alone: they do so where it needs a gradient.
    pub fn is_kept_by_frozen(&self, site: Site) -> bool {
        self.frozen_keep && (self.copies_at(site) || self.drops || !self.is_at(site))
    }

    /// Whether an adapter at a site keeps a converted copy of its input.
    fn copies_at(&self, site: Site) -> bool {
        match site {
            Site::Output => self.copies_output,
            Site::Projections | Site::FeedForward | Site::LinearProjections | Site::Expansions => self.copies_normed,
            Site::Down | Site::LinearOutput => self.copies,
        }
    }

    /// Whether there are adapters at a site.
    pub fn is_at(&self, site: Site) -> bool {
        self.at(site).next().is_some()
    }

    fn at(&self, site: Site) -> impl Iterator<Item = &Adapter> {
        self.adapters.iter().filter(move |it| it.site == site)
    }

    fn tensors(&self, tensors: &[Tensor]) -> Tensors {
        Tensors::of(tensors, self.is_told)
    }
}

/// How many layers of a kind there are.
fn layers(shape: &Shape, among: Among) -> Expr<Count> {
    let full = || shape.leaf::<Count>(Fact::NumFullAttentionLayers);
    match among {
        Among::All => shape.leaf(Fact::NumLayers),
        Among::Full => full(),
        Among::Linear => shape.leaf::<Count>(Fact::NumLayers) - full(),
    }
}

/// The mask of the dropout before an adapter.
const fn mask_of(adapter: &Adapter) -> Tensor {
    Tensor::new("mask of lora_dropout", BYTE, adapter.input, "derivatives.yaml, native_dropout")
}
