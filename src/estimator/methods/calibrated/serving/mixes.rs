//! GGUF files by the names that `llama-quantize` gives them: which format each tensor has. It knows no number of
//! weights.
//!
//! The rules are those of `llama_tensor_get_type_impl` in llama.cpp's `llama-quant.cpp`, without an importance matrix.

use crate::estimator::architecture::Fact;
use crate::estimator::divide::divides_evenly;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::serving::engine::EngineTraits;
use crate::estimator::methods::calibrated::serving::gguf_types::Type;
use crate::estimator::methods::calibrated::serving::two_formats::{Split, Standing, eighths, n_more_bits};
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::{Precision, Quantization};

macro_rules! files {
    ($( $file:ident = $name:literal $(or $bare:literal)?, most in $base:ident; )*) => {
        /// A kind of file.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        pub enum File { $( $file ),* }

        impl File {
            /// The kind that the program makes of a name; `None` if it makes none.
            pub fn named(name: &str) -> Option<Self> {
                match name {
                    $( $name $(| $bare)? => Some(Self::$file), )*
                    _ => None,
                }
            }

            /// The format of most tensors.
            pub const fn base(self) -> Type {
                match self { $( Self::$file => Type::$base ),* }
            }
        }
    };
}

files! {
    F32 = "F32", most in F32;
    F16 = "F16", most in F16;
    BF16 = "BF16", most in BF16;
    Q8_0 = "Q8_0", most in Q8_0;
    Q6_K = "Q6_K", most in Q6_K;
    Q5_K_M = "Q5_K_M" or "Q5_K", most in Q5_K;
    Q5_K_S = "Q5_K_S", most in Q5_K;
    Q5_1 = "Q5_1", most in Q5_1;
    Q5_0 = "Q5_0", most in Q5_0;
    Q4_K_M = "Q4_K_M" or "Q4_K", most in Q4_K;
    Q4_K_S = "Q4_K_S", most in Q4_K;
    Q4_1 = "Q4_1", most in Q4_1;
    Q4_0 = "Q4_0", most in Q4_0;
    Q3_K_L = "Q3_K_L", most in Q3_K;
    Q3_K_M = "Q3_K_M" or "Q3_K", most in Q3_K;
    Q3_K_S = "Q3_K_S", most in Q3_K;
    Q2_K = "Q2_K", most in Q2_K;
    Q2_K_S = "Q2_K_S", most in Q2_K;
    IQ4_NL = "IQ4_NL", most in IQ4_NL;
    IQ4_XS = "IQ4_XS", most in IQ4_XS;
    IQ3_M = "IQ3_M", most in IQ3_S;
    IQ3_S = "IQ3_S", most in IQ3_S;
    IQ3_XS = "IQ3_XS", most in IQ3_S;
    IQ3_XXS = "IQ3_XXS", most in IQ3_XXS;
    IQ2_M = "IQ2_M", most in IQ2_S;
    IQ2_S = "IQ2_S", most in IQ2_XS;
    IQ2_XS = "IQ2_XS", most in IQ2_XS;
    IQ2_XXS = "IQ2_XXS", most in IQ2_XXS;
    IQ1_M = "IQ1_M", most in IQ1_M;
    IQ1_S = "IQ1_S", most in IQ1_S;
    TQ1_0 = "TQ1_0", most in TQ1_0;
    TQ2_0 = "TQ2_0", most in TQ2_0;
    // Experts in MXFP4, all else in Q8_0 (`MXFP4_MOE`).
    MXFP4 = "MXFP4", most in Q8_0;
    Q1_0 = "Q1_0", most in Q1_0;
}

/// Weights of a block of Q1_0, for whose rows the program has no second format.
const Q1_0_BLOCK: f64 = 128.0;

/// The kind of file that a run of llama.cpp loads; `None` for another engine's run, and where llama.cpp makes no such
/// file. NVFP4 is a format that it reads from checkpoints alone: `llama_ftype_get_default_type` knows no file of it.
pub fn file(shape: &Shape) -> Option<File> {
    let inputs = shape.reader;
    if !EngineTraits::of(inputs.choice(Id::Engine)).loads_gguf {
        return None;
    }
    let res = match (inputs.choice::<Quantization>(Id::Quantization), inputs.choice::<Precision>(Id::Precision)) {
        (Quantization::Format(it), _) if !it.mix.is_empty() => File::named(it.mix)?,
        // Of other engines' formats llama.cpp has the widths that are not quantized.
        (Quantization::Format(it), _) if it.bits_per_weight >= 32.0 => File::F32,
        (Quantization::Format(it), _) if it.bits_per_weight >= 16.0 => File::F16,
        (Quantization::Format(_), _) => return None,
        (Quantization::Int4, _) | (Quantization::None, Precision::Int4) => File::Q4_K_M,
        (Quantization::None, Precision::Fp32) => File::F32,
        (Quantization::None, Precision::Fp16) => File::F16,
        (Quantization::None, Precision::Bf16) => File::BF16,
        (Quantization::Int8, _) | (Quantization::None, Precision::Fp8 | Precision::Int8) => File::Q8_0,
    };
    (res != File::Q1_0 || has_whole_blocks(shape)).then_some(res)
}

/// Whether all rows of the layers' matrices are whole blocks of Q1_0.
fn has_whole_blocks(shape: &Shape) -> bool {
    let inner = if shape.is(Fact::NumExperts) { Fact::MoeIntermediateSize } else { Fact::IntermediateSize };
    let attention = shape.number(Fact::NumAttentionHeads) * shape.number(Fact::HeadDim);
    [shape.number(Fact::HiddenSize), shape.number(inner), attention].iter().all(|row| divides_evenly(Q1_0_BLOCK, *row))
}

/// What decides formats beside the mix: how many layers there are, whether heads share keys, and experts.
pub struct MixedModel {
    /// Layers.
    pub layers: f64,
    /// Whether four heads or more share keys and values.
    pub is_grouped: bool,
    /// Experts of a layer.
    pub experts: f64,
}

impl MixedModel {
    /// llama.cpp takes every model of 80 layers for one of 70 billion parameters, and gives its values another format.
    fn has_80_layers(&self) -> bool {
        self.layers == 80.0
    }
}

/// The formats of tensors that may deserve another than most.
pub struct Mix {
    /// The output projection.
    pub output: Type,
    /// Values.
    pub value: Split,
    /// Keys.
    pub key: Type,
    /// Queries.
    pub query: Type,
    /// Queries, keys and values where they are one projection.
    pub fused: Type,
    /// Attention's output projection.
    pub attention_output: Type,
    /// Gate and up projection.
    pub inward: Split,
    /// Down projection.
    pub down: Split,
}

impl Mix {
    /// The formats of a file of a model.
    pub fn of(file: File, model: &MixedModel) -> Self {
        use Type::{IQ2_S, IQ2_XXS, IQ3_S, IQ3_XXS, MXFP4, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K};
        let base = file.base();
        let (n_more, eighth, wide) = (n_more_bits(model.layers), eighths(model.layers)[0], model.is_grouped);
        let of = Split::of;
        let all = Split::all;
        let mut res = Self {
            output: if base.is_plain() { base } else { Q6_K },
            value: all(base),
            key: base,
            query: base,
            fused: base,
            attention_output: base,
            inward: all(base),
            down: all(base),
        };
        match file {
            File::IQ1_S | File::IQ1_M => return res.narrowest(model, Q2_K, IQ2_XXS),
            File::IQ2_XXS | File::IQ2_XS => return res.narrowest(model, Q2_K, base),
            File::IQ2_S | File::IQ2_M => return res.narrowest(model, IQ3_S, IQ3_S),
            File::IQ3_XXS => {
                (res.output, res.attention_output) = (Q5_K, IQ3_S);
                (res.key, res.query) = (IQ2_S, IQ2_S);
                res.value = all(if wide { Q4_K } else { base });
            }
            File::IQ3_XS => {
                (res.key, res.query) = (IQ3_XXS, IQ3_XXS);
                res.value = all(if wide { Q4_K } else { base });
                res.inward = of((7.0 * model.layers / 8.0).floor() - eighth, IQ3_XXS, base).standing(Standing::Middle);
            }
            File::IQ3_S => res.value = all(if wide { Q4_K } else { base }),
            File::IQ3_M => {
                (res.value, res.attention_output, res.down) = (all(Q4_K), Q4_K, of(eighth, Q4_K, base));
                res.fused = Q4_K;
            }
            File::IQ4_NL | File::IQ4_XS => {
                res.value = all(if wide { Q5_K } else { base });
                res.down = of(eighth, Q5_K, base);
            }
            File::Q2_K => {
                (res.value, res.attention_output, res.down) = (all(if wide { Q4_K } else { Q3_K }), Q3_K, all(Q3_K));
            }
            File::Q2_K_S => {
                res.value = all(if wide { Q4_K } else { base });
                res.down = of(eighth, Q4_K, base);
            }
            File::Q3_K_M => {
                (res.value, res.attention_output, res.fused) = (of(2.0, Q5_K, Q4_K), Q4_K, Q4_K);
                res.down = of((model.layers / 16.0).floor(), Q5_K, Q4_K);
            }
            File::Q3_K_L => {
                (res.value, res.attention_output, res.down) = (all(Q5_K), Q5_K, all(Q5_K));
                res.fused = Q4_K;
            }
            File::Q4_K_S => (res.value, res.down) = (of(4.0, Q5_K, base), of(eighth, Q5_K, base)),
            File::Q4_K_M | File::Q5_K_M => {
                let more = of(n_more, Q6_K, base).standing(Standing::MoreBits);
                (res.value, res.down) = (more, more);
                res.fused = if file == File::Q4_K_M { Q5_K } else { Q6_K };
            }
            File::MXFP4 => (res.inward, res.down) = (all(MXFP4), all(MXFP4)),
            File::F32
            | File::F16
            | File::BF16
            | File::Q8_0
            | File::Q6_K
            | File::Q5_K_S
            | File::Q5_1
            | File::Q5_0
            | File::Q4_1
            | File::Q4_0
            | File::Q3_K_S
            | File::TQ1_0
            | File::TQ2_0
            | File::Q1_0 => {}
        }
        if !base.is_plain() {
            res.treat_large_models(file, model);
        }
        res
    }

    /// The rules of the files below three bits, which no other rule for large models reaches.
    fn narrowest(mut self, model: &MixedModel, more: Type, attention_output: Type) -> Self {
        use Type::{Q4_K, Q5_K};
        let is_large = model.is_grouped || model.experts >= 4.0;
        self.output = Q5_K;
        self.value = Split::all(if is_large { Q4_K } else { more });
        let (n_special, rest) = (eighths(model.layers)[0], self.attention_output);
        self.down = Split::of(n_special, more, rest);
        self.attention_output = attention_output;
        if model.experts == 8.0 {
            (self.key, self.attention_output) = (Q4_K, Q5_K);
        }
        self
    }

    /// Attention's tensors are small beside the rest of a 70B and of eight experts, and so have more bits.
    fn treat_large_models(&mut self, file: File, model: &MixedModel) {
        use Type::{Q3_K, Q4_K, Q5_K, Q8_0};
        if model.has_80_layers() {
            self.value = self.value.map(|it| if matches!(it, Q3_K | Q4_K) { Q5_K } else { it });
        }
        if model.experts != 8.0 {
            return;
        }
        (self.value, self.key) = (Split::all(Q8_0), Q8_0);
        match file {
            File::Q2_K
            | File::Q3_K_S
            | File::Q3_K_M
            | File::Q4_K_S
            | File::Q4_K_M
            | File::IQ3_XXS
            | File::IQ3_XS
            | File::IQ3_S
            | File::IQ3_M
            | File::IQ4_NL
            | File::IQ4_XS => self.attention_output = Q5_K,
            File::F32
            | File::F16
            | File::BF16
            | File::Q8_0
            | File::Q6_K
            | File::Q5_K_M
            | File::Q5_K_S
            | File::Q5_1
            | File::Q5_0
            | File::Q4_1
            | File::Q4_0
            | File::Q3_K_L
            | File::Q2_K_S
            | File::IQ2_M
            | File::IQ2_S
            | File::IQ2_XS
            | File::IQ2_XXS
            | File::IQ1_M
            | File::IQ1_S
            | File::TQ1_0
            | File::TQ2_0
            | File::MXFP4
            | File::Q1_0 => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{File, file};
    use crate::estimator::catalog::Catalog;
    use crate::estimator::catalog::formats::FORMATS;
    use crate::estimator::inputs::Inputs;
    use crate::estimator::methods::calibrated::model::shape::Shape;
    use crate::estimator::methods::calibrated::model::support::support;
    use crate::estimator::methods::calibrated::model::unsupported::Unsupported;
    use crate::estimator::mode::Mode;
    use crate::estimator::parameters::choices::{ChoiceValue, Engine, Quantization};
    use crate::estimator::parameters::{ParameterId, Value};
    use crate::estimator::reader::{Reader, Telling};

    fn inputs(model: &str, format: &str) -> Inputs {
        let at = Quantization::IDS.iter().position(|id| *id == format).expect("a format");
        let model = Catalog::built_in().model(model).cloned();
        let choices = [
            (ParameterId::Engine, Value::Choice(Engine::LlamaCpp as usize)),
            (ParameterId::Quantization, Value::Choice(at)),
        ];
        let begun = Inputs::defaults(Mode::Inference).with_model(model);
        choices.into_iter().fold(begun, |inputs, (id, value)| inputs.with(id, value).expect("it is offered"))
    }

    fn file_of(inputs: &Inputs) -> Option<File> {
        file(&Shape::new(Reader::new(inputs, Telling::Values)))
    }

    /// Files without rules fell through to Q8_0: of 1.125 bits a weight and of 4.5, Llama 2 7B took 7.02 GB alike.
    /// Every format of llama.cpp is a kind of file, or is refused.
    #[test]
    fn every_format_of_llama_cpp_is_a_kind_of_file_or_refused() {
        let mut n_files = 0;
        for format in FORMATS.iter().filter(|it| !it.mix.is_empty()) {
            let inputs = inputs("llama-2-7b-hf", format.id);
            let found = file_of(&inputs);
            assert_eq!(found, File::named(format.mix), "{}", format.id);
            let expected = if found.is_none() { Err(Unsupported::NoSuchFile) } else { Ok(()) };
            assert_eq!(support(&inputs), expected, "{}", format.id);
            n_files += usize::from(found.is_some());
            // A file is of its own name's width, and not of some other's.
            if let Some(found) = found {
                let bits = 8.0 * found.base().bytes();
                assert!(
                    (bits / format.bits_per_weight - 1.0).abs() < 0.25 || found == File::MXFP4,
                    "{}: {bits}",
                    format.id
                );
            }
        }
        assert!(n_files > 40, "{n_files}");
        assert_eq!(support(&inputs("llama-2-7b-hf", "gguf-nvfp4")), Err(Unsupported::NoSuchFile));
    }

    /// One block of Q1_0 has 128 weights, and there is no second format for rows that are no whole blocks.
    #[test]
    fn rows_of_q1_0_are_whole_blocks() {
        assert_eq!(file_of(&inputs("llama-2-7b-hf", "gguf-q1_0")), Some(File::Q1_0));
        assert_eq!(file_of(&inputs("smollm2-135m", "gguf-q1_0")), None);
    }
}
