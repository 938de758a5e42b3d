//! Any file: finds out what it is, and hands it to whoever reads that kind. It never fails: what cannot be read is told.

use crate::estimator::Catalog;
use crate::import::config::{of_config, of_quantization_file};
use crate::import::imported::{ImportProblemKind as Problem, Imported};
use crate::import::kind::FileKind;
use crate::import::megatron::{ImportRefusal, arguments_of_megatron};
use serde_json::Value as Json;

/// What a file tells. Only its beginning need be there where its kind says how long that is: headers of tensors and of GGUF.
pub fn import(bytes: &[u8], catalog: &Catalog) -> Imported {
    match FileKind::of_bytes(bytes) {
        Some(FileKind::Gguf | FileKind::Safetensors | FileKind::Log) => Imported::refused("", "", Problem::UnknownFile),
        _ => match serde_json::from_slice::<Json>(bytes) {
            Ok(told) => of_json(&told, catalog),
            Err(error) => {
                let kind = if error.is_eof() { Problem::Truncated } else { Problem::NotJson };
                Imported::refused(&format!("{}:{}", error.line(), error.column()), "", kind)
            }
        },
    }
}

fn of_json(told: &Json, catalog: &Catalog) -> Imported {
    match FileKind::of_json(told) {
        Some(FileKind::Config) => of_config(told, catalog),
        Some(FileKind::QuantizationConfig) => of_quantization_file(told),
        Some(FileKind::Megatron) => of_arguments(told),
        _ => Imported::refused("", "", Problem::UnknownFile),
    }
}

/// Megatron's arguments: all of them, or the one that is refused.
fn of_arguments(told: &Json) -> Imported {
    match arguments_of_megatron(told) {
        Ok(res) => res,
        Err(ImportRefusal::Unread { key, value }) => Imported::refused(&key, &value, Problem::Unread),
        Err(ImportRefusal::Missing(key)) => Imported::refused(key, "", Problem::Missing),
        Err(ImportRefusal::NotArguments) => Imported::refused("", "", Problem::WrongType),
    }
}
