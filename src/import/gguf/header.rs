//! The header of a GGUF file: keys with values, and the list of tensors. Long lists (the words of a tokenizer) are
//! walked over and only counted. The format is that of ggml's `docs/gguf.md`, versions 2 and 3; the crate `ggus` reads
//! it in a quarter more than the page's readers take together, and wants the whole file in memory. It knows no key.

use crate::import::cut::cut;
use crate::import::gguf::cursor::{Cursor, EndsBefore};
use crate::import::gguf::types::type_of;
use crate::import::imported::{NotTaken, Omitted};
use crate::import::tensors::ListedTensor;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// Bytes of a header: the longest tokenizers take some 20,000,000.
pub const LONGEST_GGUF_HEADER: u64 = 64 * 1024 * 1024;

/// Keys of a header, tensors of a file, and sizes of a tensor.
const MOST: (u64, u64, u32) = (1_000_000, 2_000_000, 4);

/// Entries of a list that are kept: one for each layer.
const KEPT_ENTRIES: u64 = 4096;

/// Lists within lists.
const MOST_LEVELS: u32 = 4;

/// What a header says.
#[derive(Clone, Debug, Default)]
pub struct GgufHeader {
    /// Keys with values; of a list that is not kept, its length.
    pub keys: BTreeMap<String, Json>,
    /// The tensors.
    pub tensors: Vec<ListedTensor>,
}

/// Why a header cannot be read: it is not all there, or something is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GgufFault {
    /// More bytes are needed.
    Unfinished(usize),
    /// What is wrong, and where.
    Wrong(Omitted),
}

impl From<(EndsBefore, usize)> for GgufFault {
    fn from((_, at): (EndsBefore, usize)) -> Self {
        Self::Unfinished(at)
    }
}

/// A header of which all bytes may be there.
struct HeaderReader<'a> {
    cursor: Cursor<'a>,
}

fn text_of(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

impl<'a> HeaderReader<'a> {
    fn get<T>(&mut self, read: impl FnOnce(&mut Cursor<'a>) -> Result<T, EndsBefore>) -> Result<T, GgufFault> {
        let at = self.cursor.at();
        read(&mut self.cursor).map_err(|it| (it, at).into())
    }

    fn wrong<T>(&self, name: &str, value: u64, why: NotTaken) -> Result<T, GgufFault> {
        let name = if name.is_empty() { self.cursor.at().to_string() } else { cut(name) };
        Err(GgufFault::Wrong(Omitted { value: value.to_string(), ..Omitted::whole(name, why) }))
    }

    /// A text that is kept.
    fn name(&mut self) -> Result<String, GgufFault> {
        let at = self.cursor.at();
        let length = self.get(Cursor::u64)?;
        if length > LONGEST_GGUF_HEADER {
            return self.wrong(&at.to_string(), length, NotTaken::TooLarge);
        }
        self.get(|it| it.take(length)).map(text_of)
    }

    fn value(&mut self, kind: u32, key: &str, level: u32) -> Result<Json, GgufFault> {
        Ok(match kind {
            0 => json!(self.get(|it| it.take(1))?[0]),
            1 => json!(self.get(|it| it.take(1))?[0] as i8),
            2 => json!(u16::from_le_bytes(self.pair()?)),
            3 => json!(i16::from_le_bytes(self.pair()?)),
            4 => json!(self.get(Cursor::u32)?),
            5 => json!(self.get(Cursor::u32)?.cast_signed()),
            6 => json!(f32::from_bits(self.get(Cursor::u32)?)),
            7 => json!(self.get(|it| it.take(1))?[0] != 0),
            8 => Json::String(cut(&self.name()?)),
            9 => return self.list(key, level),
            10 => json!(self.get(Cursor::u64)?),
            11 => json!(self.get(Cursor::u64)?.cast_signed()),
            12 => json!(f64::from_bits(self.get(Cursor::u64)?)),
            other => return self.wrong(key, u64::from(other), NotTaken::Malformed),
        })
    }

    fn pair(&mut self) -> Result<[u8; 2], GgufFault> {
        self.get(|it| it.take(2)).map(|it| [it[0], it[1]])
    }

    /// A list: its entries where they are few numbers, else how many there are.
    fn list(&mut self, key: &str, level: u32) -> Result<Json, GgufFault> {
        let kind = self.get(Cursor::u32)?;
        let n = self.get(Cursor::u64)?;
        let width = match kind {
            0 | 1 | 7 => 1,
            2 | 3 => 2,
            4..=6 => 4,
            10..=12 => 8,
            8 | 9 => 0,
            other => return self.wrong(key, u64::from(other), NotTaken::Malformed),
        };
        // Each entry takes a byte at least, so that more than these are never there.
        if n > LONGEST_GGUF_HEADER {
            return self.wrong(key, n, NotTaken::TooLarge);
        }
        if width > 0 && n <= KEPT_ENTRIES {
            return (0..n).map(|_| self.value(kind, key, level)).collect();
        }
        if level >= MOST_LEVELS {
            return self.wrong(key, n, NotTaken::TooDeep);
        }
        match kind {
            8 => (0..n).try_for_each(|_| self.get(Cursor::text).map(drop))?,
            9 => (0..n).try_for_each(|_| self.list(key, level + 1).map(drop))?,
            _ => drop(self.get(|it| it.take(n * width))?),
        }
        Ok(json!(n))
    }

    fn tensor(&mut self) -> Result<ListedTensor, GgufFault> {
        let name = self.name()?;
        let n_sizes = self.get(Cursor::u32)?;
        if n_sizes > MOST.2 {
            return self.wrong(&name, u64::from(n_sizes), NotTaken::Malformed);
        }
        // GGUF has the innermost first.
        let mut shape = (0..n_sizes).map(|_| self.get(Cursor::u64)).collect::<Result<Vec<_>, _>>()?;
        shape.reverse();
        let kind = self.get(Cursor::u32)?;
        self.get(Cursor::u64)?;
        let Some(weights) = shape.iter().try_fold(1_u64, |product, it| product.checked_mul(*it)) else {
            return self.wrong(&name, shape.iter().copied().max().unwrap_or(0), NotTaken::TooLarge);
        };
        match type_of(kind, weights) {
            Some((dtype, Some(bytes))) => Ok(ListedTensor { name, dtype: dtype.to_owned(), shape, bytes }),
            Some((_, None)) => self.wrong(&name, weights, NotTaken::Contradicts),
            None => self.wrong(&name, u64::from(kind), NotTaken::NoFormula),
        }
    }
}

/// Reads a header.
///
/// # Errors
/// Says that more bytes are needed, or what is wrong and where.
pub fn read_gguf(bytes: &[u8]) -> Result<GgufHeader, GgufFault> {
    let mut reader = HeaderReader { cursor: Cursor::new(bytes) };
    reader.get(|it| it.take(4))?;
    let version = reader.get(Cursor::u32)?;
    if !matches!(version, 2 | 3) {
        return reader.wrong("4", u64::from(version), NotTaken::NoFormula);
    }
    let (n_tensors, n_keys) = (reader.get(Cursor::u64)?, reader.get(Cursor::u64)?);
    if n_tensors > MOST.1 {
        return reader.wrong("8", n_tensors, NotTaken::TooLarge);
    }
    if n_keys > MOST.0 {
        return reader.wrong("16", n_keys, NotTaken::TooLarge);
    }
    let mut res = GgufHeader::default();
    for _ in 0..n_keys {
        let key = reader.name()?;
        let kind = reader.get(Cursor::u32)?;
        let value = reader.value(kind, &key, 0)?;
        res.keys.insert(key, value);
    }
    for _ in 0..n_tensors {
        res.tensors.push(reader.tensor()?);
    }
    Ok(res)
}
