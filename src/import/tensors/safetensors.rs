//! Headers of safetensors files, and the index that says in which file a tensor stands. A header is eight bytes of
//! length and a JSON object; what lies behind it is never asked for. The crate of that name wants the whole file before
//! it tells of the header, and adds 15 KB to a page; this is the format's own description
//! (<https://github.com/huggingface/safetensors/blob/main/README.md#format>).

use crate::import::imported::NotTaken;
use crate::import::tensors::listed::{ListedTensor, MOST_TENSORS, TensorList};
use crate::import::tensors::scan::HeaderScan;
use serde_json::{Map, Value as Json};

/// Bytes of a header: the format allows 100,000,000; the longest published ones have some 10,000,000.
pub const LONGEST_HEADER: u64 = 32 * 1024 * 1024;

/// Files of one model that an index names.
const MOST_FILES: usize = 1000;

/// Types of the format, with bits of an element.
const TYPES: &[(&str, u64)] = &[
    ("BOOL", 8),
    ("F4", 4),
    ("F6_E2M3", 6),
    ("F6_E3M2", 6),
    ("U8", 8),
    ("I8", 8),
    ("F8_E5M2", 8),
    ("F8_E4M3", 8),
    ("F8_E8M0", 8),
    ("F8_E4M3FNUZ", 8),
    ("F8_E5M2FNUZ", 8),
    ("I16", 16),
    ("U16", 16),
    ("F16", 16),
    ("BF16", 16),
    ("I32", 32),
    ("U32", 32),
    ("F32", 32),
    ("C64", 64),
    ("F64", 64),
    ("I64", 64),
    ("U64", 64),
];

/// Bytes of the header that the first eight bytes announce.
pub fn header_length(bytes: &[u8]) -> Option<u64> {
    bytes.first_chunk::<8>().map(|it| u64::from_le_bytes(*it))
}

/// Adds the tensors of a file's header, behind its eight bytes; what is wrong with it is told.
pub fn add_header(bytes: &[u8], list: &mut TensorList) {
    let Some(length) = header_length(bytes) else { return list.leave("0", "", NotTaken::Truncated) };
    if length > LONGEST_HEADER {
        return list.leave("0", &length.to_string(), NotTaken::TooLarge);
    }
    let Some(header) = bytes.get(8..8 + length as usize) else {
        return list.leave("8", &length.to_string(), NotTaken::Truncated);
    };
    list.n_read_files += 1;
    let mut scan = HeaderScan::new(header);
    let mut spans = Vec::new();
    let read = scan.object(|scan, name| {
        // Texts of whoever wrote the file.
        if name == "__metadata__" {
            return Ok(scan.skip()?);
        }
        if list.tensors.len() >= MOST_TENSORS {
            return Err(EntryFault { name: Some(name.into_owned()), value: String::new(), why: NotTaken::TooLarge });
        }
        let (tensor, span) = tensor(&name, scan)?;
        spans.push(span);
        list.tensors.push(tensor);
        Ok(())
    });
    let read = read.and_then(|()| if scan.peek().is_none() { Ok(()) } else { Err(NotTaken::NotJson.into()) });
    if let Err(EntryFault { name, value, why }) = read {
        return list.leave(&name.unwrap_or_else(|| format!("8 + {}", scan.at())), &value, why);
    }
    // The format knows no gaps and no overlaps.
    spans.sort_unstable();
    if let Some(pair) = spans.windows(2).find(|it| it[0].1 != it[1].0) {
        list.leave("data_offsets", &format!("{}, {}", pair[0].1, pair[1].0), NotTaken::Malformed);
    }
}

/// What is wrong with an entry: in a place with a name, or where reading stands.
struct EntryFault {
    name: Option<String>,
    value: String,
    why: NotTaken,
}

impl From<NotTaken> for EntryFault {
    fn from(why: NotTaken) -> Self {
        Self { name: None, value: String::new(), why }
    }
}

/// An entry of a header, and where its bytes begin and end.
fn tensor(name: &str, scan: &mut HeaderScan) -> Result<(ListedTensor, (u64, u64)), EntryFault> {
    let fault = |key: &str, value: &dyn std::fmt::Debug, why: NotTaken| EntryFault {
        name: Some(format!("{name}.{key}")),
        value: format!("{value:?}"),
        why,
    };
    if scan.peek() != Some(b'{') {
        return Err(EntryFault { name: Some(name.to_owned()), value: String::new(), why: NotTaken::WrongType });
    }
    let (mut dtype, mut shape, mut span) = (None, None, None);
    scan.object(|scan, key| -> Result<(), EntryFault> {
        let of_key = |why: NotTaken| fault(&key, &"", why);
        match key.as_ref() {
            "dtype" if scan.peek() != Some(b'"') => return Err(of_key(NotTaken::WrongType)),
            "dtype" => dtype = Some(scan.text()?),
            "shape" => shape = Some(scan.numbers().map_err(of_key)?),
            "data_offsets" => span = Some(scan.numbers().map_err(of_key)?),
            _ => scan.skip()?,
        }
        Ok(())
    })?;
    let missing = |key: &str| fault(key, &"", NotTaken::Missing);
    let dtype = dtype.ok_or_else(|| missing("dtype"))?;
    let known = TYPES.iter().find(|it| it.0 == dtype);
    let bits = known.ok_or_else(|| fault("dtype", &dtype, NotTaken::NoFormula))?.1;
    let shape = shape.ok_or_else(|| missing("shape"))?;
    let elements = shape.iter().try_fold(1_u64, |product, it| product.checked_mul(*it));
    let all_bits = elements.and_then(|it| it.checked_mul(bits));
    let all_bits = all_bits.ok_or_else(|| fault("shape", &shape, NotTaken::TooLarge))?;
    let span = span.ok_or_else(|| missing("data_offsets"))?;
    let [begin, end] = span[..] else { return Err(fault("data_offsets", &span, NotTaken::Malformed)) };
    if begin.checked_add(all_bits.div_ceil(8)) != Some(end) {
        return Err(fault("data_offsets", &span, NotTaken::Contradicts));
    }
    let tensor = ListedTensor { name: name.to_owned(), dtype: dtype.into_owned(), shape, bytes: end - begin };
    Ok((tensor, (begin, end)))
}

/// Files that an index names, those that lie beside it alone.
pub fn files_of_index(told: &Json) -> Vec<String> {
    let names = told.get("weight_map").and_then(Json::as_object).into_iter().flat_map(Map::values);
    let mut res: Vec<String> = Vec::new();
    for name in names.filter_map(Json::as_str) {
        // Most tensors stand in the file of the one before.
        if res.last().is_some_and(|it| it == name) {
            continue;
        }
        let is_beside = name.ends_with(".safetensors") && !name.contains(['/', '\\', ':', '\0']);
        if is_beside && res.len() < MOST_FILES && !res.iter().any(|it| it == name) {
            res.push(name.to_owned());
        }
    }
    res
}

/// Adds what an index tells: bytes of all tensors, and how many files there are.
pub fn add_index(told: &Json, list: &mut TensorList) {
    match &told["metadata"]["total_size"] {
        Json::Null => {}
        size => match size.as_f64().filter(|it| *it >= 0.0) {
            Some(bytes) => list.told_bytes = Some(bytes),
            None => list.leave("metadata.total_size", &size.to_string(), NotTaken::WrongType),
        },
    }
    match told["weight_map"].as_object() {
        Some(map) if !map.is_empty() => list.n_told_files = files_of_index(told).len().max(1),
        _ => list.leave("weight_map", &told["weight_map"].to_string(), NotTaken::WrongType),
    }
}
