//! How the tensors of safetensors files are stored, by their types and by what stands beside the weights. A format
//! without a size that somebody has read is refused by the name of a tensor that has it.

use crate::estimator::ParameterId as Id;
use crate::import::imported::{Imported, NotTaken};
use crate::import::tensors::listed::{ListedTensor, TensorList};

/// States the type in which a run computes, and the format of quantized weights.
pub fn take_format(list: &TensorList, out: &mut Imported) {
    let bytes_of = |dtype: &str| -> u64 { list.tensors.iter().filter(|it| it.dtype == dtype).map(|it| it.bytes).sum() };
    let types = [("BF16", "BF16"), ("F16", "FP16"), ("F32", "FP32")];
    let most = types.iter().filter(|it| bytes_of(it.0) > 0).max_by_key(|it| bytes_of(it.0));
    if let Some((dtype, precision)) = most {
        out.take(Id::Precision, *precision, dtype);
    }
    let first = |end: &str| list.tensors.iter().find(|it| it.name.ends_with(end));
    let found: Option<(&ListedTensor, Option<&'static str>)> = if let Some(it) = first(".qweight") {
        Some((it, packed(it, list)))
    } else if let Some(it) = first(".weight_packed") {
        let is_scaled_twice = first(".weight_global_scale").is_some();
        Some((it, (it.dtype == "U8" && is_scaled_twice).then_some("nvfp4")))
    } else if let Some(it) = first(".weight_scale_2") {
        Some((it, Some("nvfp4")))
    } else if let Some(it) = first("_blocks").filter(|it| it.dtype == "U8") {
        Some((it, Some("mxfp4")))
    } else if let Some(it) = first(".weight.absmax") {
        let is_nf4 = first(".quant_state.bitsandbytes__nf4").is_some();
        let is_nested = first(".weight.nested_absmax").is_some();
        Some((it, is_nf4.then_some(if is_nested { "nf4-dq" } else { "nf4" })))
    } else if let Some(it) = first(".SCB") {
        Some((it, Some("llm-int8")))
    } else if bytes_of("F8_E4M3") > 0 {
        let it = list.tensors.iter().find(|it| it.dtype == "F8_E4M3");
        it.map(|it| (it, Some(if first(".weight_scale_inv").is_some() { "fp8-block128" } else { "fp8-per-tensor" })))
    } else {
        None
    };
    match found {
        Some((it, Some(format))) => out.take(Id::Quantization, format, &it.name),
        Some((it, None)) => out.leave(&it.name, &it.dtype, NotTaken::NoFormula),
        None => {}
    }
}

/// GPTQ's and AWQ's integers, eight of four bits in each word: GPTQ packs along what goes in, AWQ along what comes out.
fn packed(weights: &ListedTensor, list: &TensorList) -> Option<&'static str> {
    let front = weights.name.strip_suffix("qweight")?;
    let scales = list.tensors.iter().find(|it| it.name.strip_suffix("scales") == Some(front))?;
    let ([rows, columns], [groups, out]) = (&weights.shape[..], &scales.shape[..]) else { return None };
    let is_gptq = columns == out;
    let inward = if is_gptq { rows.checked_mul(8)? } else { *rows };
    if *groups == 0 || !is_gptq && columns.checked_mul(8)? != *out {
        return None;
    }
    match (is_gptq, inward / groups) {
        (true, 128) => Some("gptq-4bit-g128"),
        (true, 64) => Some("gptq-4bit-g64"),
        (true, 32) => Some("gptq-4bit-g32"),
        (false, 128) => Some("awq-4bit-g128"),
        (false, 64) => Some("awq-4bit-g64"),
        _ => None,
    }
}
