//! The formats of single tensors in GGUF files. It knows no file.

macro_rules! types {
    ($( $type:ident = $id:literal, $bytes:literal / $weights:literal, or $fallback:ident; )*) => {
        /// The format of one tensor.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        pub enum Type { $( $type ),* }

        impl Type {
            #[cfg(test)]
            const ALL: &[(Self, &str)] = &[ $( (Self::$type, $id) ),* ];

            /// Bytes of a weight: those of a block over its weights (`GGML_QUANT_SIZES`).
            pub const fn bytes(self) -> f64 {
                match self { $( Self::$type => $bytes as f64 / $weights as f64 ),* }
            }

            /// The format of a tensor whose rows are no multiple of 256.
            pub const fn fallback(self) -> Self {
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
    Q1_0 = "gguf-q1_0", 18 / 128, or Q1_0;
}

impl Type {
    /// Whether all tensors of a file in this format have it: unquantized ones, and Q8_0.
    pub const fn is_plain(self) -> bool {
        matches!(self, Self::F32 | Self::F16 | Self::BF16 | Self::Q8_0)
    }
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
