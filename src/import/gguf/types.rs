//! What GGUF's numbers mean: types of tensors with their blocks (`GGML_QUANT_SIZES` in gguf-py's `constants.py`), and
//! what a file calls the mix of types that it was made with (`enum llama_ftype` in `llama.h`). It knows no model.

use crate::estimator::catalog::formats::FORMATS;

/// Types of tensors: number, name, weights of a block, bytes of a block.
const TYPES: &[(u32, &str, u64, u64)] = &[
    (0, "F32", 1, 4),
    (1, "F16", 1, 2),
    (2, "Q4_0", 32, 18),
    (3, "Q4_1", 32, 20),
    (6, "Q5_0", 32, 22),
    (7, "Q5_1", 32, 24),
    (8, "Q8_0", 32, 34),
    (9, "Q8_1", 32, 36),
    (10, "Q2_K", 256, 84),
    (11, "Q3_K", 256, 110),
    (12, "Q4_K", 256, 144),
    (13, "Q5_K", 256, 176),
    (14, "Q6_K", 256, 210),
    (15, "Q8_K", 256, 292),
    (16, "IQ2_XXS", 256, 66),
    (17, "IQ2_XS", 256, 74),
    (18, "IQ3_XXS", 256, 98),
    (19, "IQ1_S", 256, 50),
    (20, "IQ4_NL", 32, 18),
    (21, "IQ3_S", 256, 110),
    (22, "IQ2_S", 256, 82),
    (23, "IQ4_XS", 256, 136),
    (24, "I8", 1, 1),
    (25, "I16", 1, 2),
    (26, "I32", 1, 4),
    (27, "I64", 1, 8),
    (28, "F64", 1, 8),
    (29, "IQ1_M", 256, 56),
    (30, "BF16", 1, 2),
    (34, "TQ1_0", 256, 54),
    (35, "TQ2_0", 256, 66),
    (39, "MXFP4", 32, 17),
];

/// What a file's number of its mix stands for.
const MIXES: &[(u64, &str)] = &[
    (0, "F32"),
    (1, "F16"),
    (2, "Q4_0"),
    (3, "Q4_1"),
    (7, "Q8_0"),
    (8, "Q5_0"),
    (9, "Q5_1"),
    (10, "Q2_K"),
    (11, "Q3_K_S"),
    (12, "Q3_K_M"),
    (13, "Q3_K_L"),
    (14, "Q4_K_S"),
    (15, "Q4_K_M"),
    (16, "Q5_K_S"),
    (17, "Q5_K_M"),
    (18, "Q6_K"),
    (19, "IQ2_XXS"),
    (20, "IQ2_XS"),
    (21, "Q2_K_S"),
    (22, "IQ3_XS"),
    (23, "IQ3_XXS"),
    (24, "IQ1_S"),
    (25, "IQ4_NL"),
    (26, "IQ3_S"),
    (27, "IQ3_M"),
    (28, "IQ2_S"),
    (29, "IQ2_M"),
    (30, "IQ4_XS"),
    (31, "IQ1_M"),
    (32, "BF16"),
    (36, "TQ1_0"),
    (37, "TQ2_0"),
    (38, "MXFP4"),
];

/// Set where whoever made the file guessed its mix.
const GUESSED: u64 = 1024;

/// The name of a type, and the bytes of so many weights in it.
pub fn type_of(number: u32, weights: u64) -> Option<(&'static str, Option<u64>)> {
    let (_, name, of_block, bytes) = TYPES.iter().find(|it| it.0 == number)?;
    let is_whole = weights.is_multiple_of(*of_block);
    Some((name, if is_whole { (weights / of_block).checked_mul(*bytes) } else { None }))
}

/// The format, in links, of the mix with a number; of files rather than of single types.
pub fn format_of_mix(number: u64) -> Option<&'static str> {
    let name = MIXES.iter().find(|it| it.0 == number % GUESSED)?.1;
    let named = || FORMATS.iter().filter(|it| it.mix == name);
    named().find(|it| it.id.starts_with("gguf-file-")).or_else(|| named().next()).map(|it| it.id)
}

/// The format of a file whose weights take nearly as many bits.
pub fn nearest_format(bits_per_weight: f64) -> Option<&'static str> {
    let all = FORMATS.iter().filter(|it| it.id.starts_with("gguf-file-"));
    let distance = |bits: f64| (bits - bits_per_weight).abs();
    let nearest = all.min_by(|one, other| distance(one.bits_per_weight).total_cmp(&distance(other.bits_per_weight)));
    nearest.map(|it| it.id)
}
