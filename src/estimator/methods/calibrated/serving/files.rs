//! GGUF files: which format `llama-quantize` gives each tensor, and how much of a file goes to the GPU. It knows no
//! buffer of a run.
//!
//! The rules are those of `llama_tensor_get_type_impl` in llama.cpp's `llama-quant.cpp`, without an importance matrix.

use crate::estimator::architecture::{Fact, Layout};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::model::counts::{Counts, is_vision};
use crate::estimator::methods::calibrated::parts::counter::{Part, PartCount, Tower};
use crate::estimator::methods::calibrated::serving::run::ServingRun;
use crate::estimator::methods::calibrated::tensors::dtype::{FP32, HALF, element, times};
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::{Precision, Quantization};
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{BytesPerElement, Count, Memory};

macro_rules! types {
    ($( $type:ident = $id:literal, $bytes:literal / $weights:literal, or $fallback:ident; )*) => {
        /// The format of one tensor.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Type { $( $type ),* }

        impl Type {
            #[cfg(test)]
            const ALL: &[(Self, &str)] = &[ $( (Self::$type, $id) ),* ];

            /// Bytes of a weight: those of a block over its weights (`GGML_QUANT_SIZES`).
            const fn bytes(self) -> f64 {
                match self { $( Self::$type => $bytes as f64 / $weights as f64 ),* }
            }

            /// The format of a tensor whose rows are no multiple of 256.
            const fn fallback(self) -> Self {
                match self { $( Self::$type => Self::$fallback ),* }
            }
        }
    };
}

types! {
    F32 = "gguf-f32", 4 / 1, or F32;
    F16 = "gguf-f16", 2 / 1, or F16;
    BF16 = "gguf-bf16", 2 / 1, or BF16;
    Q8_0 = "gguf-q8_0", 34 / 32, or Q8_0;
    Q6_K = "gguf-q6_k", 210 / 256, or Q8_0;
    Q5_K = "gguf-q5_k", 176 / 256, or Q5_1;
    Q5_1 = "gguf-q5_1", 24 / 32, or Q5_1;
    Q5_0 = "gguf-q5_0", 22 / 32, or Q5_0;
    Q4_K = "gguf-q4_k", 144 / 256, or Q5_0;
    Q4_1 = "gguf-q4_1", 20 / 32, or Q4_1;
    Q4_0 = "gguf-q4_0", 18 / 32, or Q4_0;
    Q3_K = "gguf-q3_k", 110 / 256, or IQ4_NL;
    Q2_K = "gguf-q2_k", 84 / 256, or IQ4_NL;
    IQ4_NL = "gguf-iq4_nl", 18 / 32, or IQ4_NL;
    IQ4_XS = "gguf-iq4_xs", 136 / 256, or IQ4_NL;
    IQ3_S = "gguf-iq3_s", 110 / 256, or IQ4_NL;
    IQ3_XXS = "gguf-iq3_xxs", 98 / 256, or IQ4_NL;
    IQ2_S = "gguf-iq2_s", 82 / 256, or IQ4_NL;
    IQ2_XS = "gguf-iq2_xs", 74 / 256, or IQ4_NL;
    IQ2_XXS = "gguf-iq2_xxs", 66 / 256, or IQ4_NL;
    IQ1_M = "gguf-iq1_m", 56 / 256, or IQ4_NL;
    IQ1_S = "gguf-iq1_s", 50 / 256, or IQ4_NL;
    TQ1_0 = "gguf-tq1_0", 54 / 256, or Q4_0;
    TQ2_0 = "gguf-tq2_0", 66 / 256, or Q4_0;
    MXFP4 = "gguf-mxfp4", 17 / 32, or MXFP4;
}

use Type::{
    BF16, F16, F32, IQ1_M, IQ1_S, IQ2_S, IQ2_XS, IQ2_XXS, IQ3_S, IQ3_XXS, IQ4_NL, IQ4_XS, MXFP4, Q2_K, Q3_K, Q4_0,
    Q4_1, Q4_K, Q5_0, Q5_1, Q5_K, Q6_K, Q8_0, TQ1_0, TQ2_0,
};

/// What decides formats beside the mix: how many layers there are, whether heads share keys, and experts.
struct MixedModel {
    layers: f64,
    /// Four heads or more share keys and values.
    is_grouped: bool,
    experts: f64,
}

impl MixedModel {
    /// The first eighth of the layers, the last eighth, and every third between (`use_more_bits`).
    fn n_more_bits(&self) -> f64 {
        let (first, last) = ((self.layers / 8.0).floor(), (7.0 * self.layers / 8.0).floor());
        first + (self.layers - last) + ((last - first) / 3.0).floor()
    }

    fn eighth(&self) -> f64 {
        (self.layers / 8.0).floor()
    }

    /// llama.cpp takes every model of 80 layers for one of 70 billion parameters, and gives its values another format.
    fn has_80_layers(&self) -> bool {
        self.layers == 80.0
    }
}

/// Layers and the format of their tensors, in two groups.
#[derive(Clone, Copy)]
struct Split {
    n_special: f64,
    special: Type,
    rest: Type,
}

impl Split {
    const fn all(it: Type) -> Self {
        Self { n_special: 0.0, special: it, rest: it }
    }

    fn map(self, change: impl Fn(Type) -> Type) -> Self {
        Self { n_special: self.n_special, special: change(self.special), rest: change(self.rest) }
    }

    /// The average over the layers, for rows of a length.
    fn bytes(self, row: f64, layers: f64) -> f64 {
        let of = |it: Type| if row % 256.0 == 0.0 { it.bytes() } else { it.fallback().bytes() };
        let share = (self.n_special / layers.max(1.0)).min(1.0);
        share * of(self.special) + (1.0 - share) * of(self.rest)
    }
}

/// The formats of tensors that may deserve another than most.
struct Mix {
    output: Type,
    value: Split,
    key: Type,
    query: Type,
    attention_output: Type,
    inward: Split,
    down: Split,
}

impl Mix {
    fn new(base: Type, model: &MixedModel, name: &str) -> Self {
        let (n_more, eighth, wide) = (model.n_more_bits(), model.eighth(), model.is_grouped);
        let of = |n_special: f64, special, rest| Split { n_special, special, rest };
        let all = Split::all;
        let is_plain = matches!(base, F32 | F16 | BF16 | Q8_0);
        let output = if is_plain { base } else { Q6_K };
        let mut res = Self {
            output,
            value: all(base),
            key: base,
            query: base,
            attention_output: base,
            inward: all(base),
            down: all(base),
        };
        match name {
            "IQ1_S" | "IQ1_M" | "IQ2_XXS" | "IQ2_XS" | "IQ2_S" | "IQ2_M" => {
                let more = if matches!(name, "IQ2_S" | "IQ2_M") { IQ3_S } else { Q2_K };
                res.output = Q5_K;
                res.value = all(if wide || model.experts >= 4.0 { Q4_K } else { more });
                res.down = of(eighth, more, base);
                res.attention_output = match name {
                    "IQ1_S" | "IQ1_M" => IQ2_XXS,
                    "IQ2_S" | "IQ2_M" => IQ3_S,
                    _ => base,
                };
            }
            "IQ3_XXS" => {
                (res.output, res.attention_output) = (Q5_K, IQ3_S);
                (res.key, res.query) = (IQ2_S, IQ2_S);
                res.value = all(if wide { Q4_K } else { base });
            }
            "IQ3_XS" => {
                (res.key, res.query) = (IQ3_XXS, IQ3_XXS);
                res.value = all(if wide { Q4_K } else { base });
                res.inward = of((7.0 * model.layers / 8.0).floor() - eighth, IQ3_XXS, base);
            }
            "IQ3_S" => res.value = all(if wide { Q4_K } else { base }),
            "IQ3_M" => {
                (res.value, res.attention_output, res.down) = (all(Q4_K), Q4_K, of(eighth, Q4_K, base));
            }
            "IQ4_NL" | "IQ4_XS" => {
                res.value = all(if wide { Q5_K } else { base });
                res.down = of(eighth, Q5_K, base);
            }
            "Q2_K" => {
                (res.value, res.attention_output, res.down) = (all(if wide { Q4_K } else { Q3_K }), Q3_K, all(Q3_K))
            }
            "Q2_K_S" => {
                res.value = all(if wide { Q4_K } else { base });
                res.down = of(eighth, Q4_K, base);
            }
            "Q3_K_M" => {
                (res.value, res.attention_output) = (of(2.0, Q5_K, Q4_K), Q4_K);
                res.down = of((model.layers / 16.0).floor(), Q5_K, Q4_K);
            }
            "Q3_K_L" => (res.value, res.attention_output, res.down) = (all(Q5_K), Q5_K, all(Q5_K)),
            "Q4_K_S" => (res.value, res.down) = (of(4.0, Q5_K, base), of(eighth, Q5_K, base)),
            "Q4_K_M" | "Q5_K_M" => (res.value, res.down) = (of(n_more, Q6_K, base), of(n_more, Q6_K, base)),
            "MXFP4" => (res.inward, res.down) = (all(MXFP4), all(MXFP4)),
            _ => {}
        }
        if !is_plain {
            res.treat_large_models(model, name);
        }
        res
    }

    /// Attention's tensors are small beside the rest of a 70B and of eight experts, and so have more bits.
    fn treat_large_models(&mut self, model: &MixedModel, name: &str) {
        if model.has_80_layers() {
            self.value = self.value.map(|it| if matches!(it, Q3_K | Q4_K) { Q5_K } else { it });
        }
        if model.experts == 8.0 {
            (self.value, self.key) = (Split::all(Q8_0), Q8_0);
            if !matches!(name, "Q5_K_S" | "Q5_K_M" | "Q6_K" | "Q3_K_L" | "Q2_K_S") {
                self.attention_output = Q5_K;
            }
        }
    }
}

/// The name of the run's mix as `llama-quantize` writes it, and its base. Formats of other engines stand for the mix of
/// that width which is common.
fn chosen(run: &ServingRun) -> (&'static str, Type) {
    let inputs = run.shape.reader;
    let name = match (inputs.choice::<Quantization>(Id::Quantization), inputs.choice::<Precision>(Id::Precision)) {
        (Quantization::Format(it), _) if !it.mix.is_empty() => it.mix,
        // Formats of other engines: llama.cpp has the same widths unquantized, and something near for the rest.
        (Quantization::Format(it), _) if it.bits_per_weight >= 32.0 => "F32",
        (Quantization::Format(it), _) if it.bits_per_weight >= 16.0 => "F16",
        (Quantization::Format(it), _) if it.bits_per_weight < 8.0 => "Q4_K_M",
        (Quantization::Int4, _) | (Quantization::None, Precision::Int4) => "Q4_K_M",
        (Quantization::None, Precision::Fp32) => "F32",
        (Quantization::None, Precision::Fp16) => "F16",
        (Quantization::None, Precision::Bf16) => "BF16",
        _ => "Q8_0",
    };
    match name {
        "F32" => (name, F32),
        "F16" => (name, F16),
        "BF16" => (name, BF16),
        "Q2_K" | "Q2_K_S" => (name, Q2_K),
        "Q3_K_S" | "Q3_K_M" | "Q3_K_L" => (name, Q3_K),
        "Q4_K_S" | "Q4_K_M" => (name, Q4_K),
        "Q5_K_S" | "Q5_K_M" => (name, Q5_K),
        // What the program makes of a bare width.
        "Q3_K" => ("Q3_K_M", Q3_K),
        "Q4_K" => ("Q4_K_M", Q4_K),
        "Q5_K" => ("Q5_K_M", Q5_K),
        "Q6_K" => (name, Q6_K),
        "Q4_0" => (name, Q4_0),
        "Q4_1" => (name, Q4_1),
        "Q5_0" => (name, Q5_0),
        "Q5_1" => (name, Q5_1),
        "TQ1_0" => (name, TQ1_0),
        "TQ2_0" => (name, TQ2_0),
        "IQ4_NL" => (name, IQ4_NL),
        "IQ4_XS" => (name, IQ4_XS),
        "IQ3_XS" | "IQ3_S" | "IQ3_M" => (name, IQ3_S),
        "IQ3_XXS" => (name, IQ3_XXS),
        "IQ2_M" => (name, IQ2_S),
        "IQ2_S" | "IQ2_XS" => (name, IQ2_XS),
        "IQ2_XXS" => (name, IQ2_XXS),
        "IQ1_M" => (name, IQ1_M),
        "IQ1_S" => (name, IQ1_S),
        // Experts in MXFP4, all else in Q8_0.
        _ => (name, Q8_0),
    }
}

/// The weights that llama.cpp puts on the GPU with all layers: the token embedding stays on the CPU, and a tied one is
/// copied to serve as output projection.
pub fn weights(run: &ServingRun) -> Expr<Memory> {
    let shape = run.shape;
    let counts = Counts::of(shape);
    let layers = run.leaf(Id::NumLayers).value();
    let model = MixedModel {
        layers,
        is_grouped: run.query.value() >= 4.0 * run.key.value(),
        experts: shape.number(Fact::NumExperts),
    };
    let (name, base) = chosen(run);
    let mix = Mix::new(base, &model, name);
    let hidden = shape.number(Fact::HiddenSize);
    let bytes = |symbol, of: Split, row: f64| -> Expr<BytesPerElement> {
        shape.reader.counted(symbol, of.bytes(row, layers), &[Id::Quantization, Id::Precision, Id::NumLayers])
    };
    let b_file = bytes(Quantity::FileWeight, Split::all(base), hidden);
    let is_short = hidden % 256.0 != 0.0 && !matches!(base, F32 | F16 | BF16);
    let b_out = bytes(Quantity::OutputWeight, Split::all(if is_short { Q8_0 } else { mix.output }), 256.0);
    let own_head = |it: &PartCount| it.part == Part::LmHead;
    let table = |it: &PartCount| it.tower == Tower::Main && it.part == Part::Embedding;
    let is_tied = counts.number(own_head) == 0.0;
    let head = counts.leaf(Quantity::HeadParameters, |it| if is_tied { table(it) } else { own_head(it) });

    // Tensors with a format of their own; what they leave of the layers has the file's.
    let is_latent = shape.is(Fact::KvLoraRank);
    let is_fused = shape.is(Fact::FusedQkv);
    let attentive = match run.layout() {
        Layout::GatedDeltaHybrid | Layout::LightningHybrid => run.fact(Fact::NumFullAttentionLayers),
        _ => run.leaf(Id::NumLayers),
    };
    let projection = |width: &Expr<Count>| attentive.clone() * run.hidden.clone() * width.clone();
    let value = if is_fused { run.query.clone() + times(2.0) * run.key.clone() } else { run.key.clone() };
    let mut own = Vec::new();
    if !is_latent {
        own.push((projection(&value), bytes(Quantity::ValueWeight, mix.value, hidden)));
        own.push((
            projection(&run.query),
            bytes(Quantity::AttentionOutputWeight, Split::all(mix.attention_output), run.query.value()),
        ));
    }
    if !is_latent && !is_fused {
        own.push((projection(&run.key), bytes(Quantity::KeyWeight, Split::all(mix.key), hidden)));
        own.push((projection(&run.query), bytes(Quantity::QueryWeight, Split::all(mix.query), hidden)));
    }
    let inner = if shape.is(Fact::NumExperts) { Fact::MoeIntermediateSize } else { Fact::IntermediateSize };
    let is_block = |it: &PartCount| {
        it.tower == Tower::Main && matches!(it.part, Part::FeedForward | Part::Experts | Part::SharedExperts)
    };
    let block = counts.leaf(Quantity::FeedForwardParameters, is_block);
    let n_matrices = if shape.is(Fact::GatedMlp) { 3.0 } else { 2.0 };
    own.push((block.clone() / times(n_matrices), bytes(Quantity::DownWeight, mix.down, shape.number(inner))));
    own.push((block.clone() - block / times(n_matrices), bytes(Quantity::InwardWeight, mix.inward, hidden)));

    // Norms and routers stay in FP32; the vision tower is a file of its own (`mmproj`) in 16 bits.
    let wide = |it: &PartCount| it.tower == Tower::Main && matches!(it.part, Part::Norms | Part::Router);
    let rest = |it: &PartCount| !own_head(it) && !table(it) && !wide(it) && !is_vision(it);
    let mut rest = counts.leaf(Quantity::LayerParameters, rest);
    let mut packed = head * b_out;
    for (count, of_weight) in own {
        if of_weight.value() != b_file.value() {
            rest = rest - count.clone();
            packed = packed + count * of_weight;
        }
    }
    // A size below what the shape counts to leaves nothing to the file's own format.
    let mut res = packed + rest.max(times(0.0)) * b_file + counts.leaf(Quantity::WideParameters, wide) * element(FP32);
    if counts.number(is_vision) > 0.0 {
        res = res + counts.leaf(Quantity::TowerParameters, is_vision) * element(HALF);
    }
    res
}

#[cfg(test)]
mod tests {
    use super::Type;
    use crate::estimator::catalog::formats::format;

    #[test]
    fn formats_have_the_size_that_the_data_says() {
        for (it, id) in Type::ALL {
            let bits = format(id).expect("a format of data/quantization.json").bits_per_weight;
            assert_eq!(8.0 * it.bytes(), bits, "{id}");
        }
    }
}
