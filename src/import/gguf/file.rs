//! A GGUF file as values of parameters: its keys as the configuration that they were made of, its mix of types as the
//! format of its weights, and llama.cpp as what runs it. It reads no byte.

use crate::estimator::{Catalog, ParameterId as Id};
use crate::import::config::of_config;
use crate::import::gguf::header::GgufHeader;
use crate::import::gguf::keys::{KEYS, WITHOUT_BYTES, as_config};
use crate::import::gguf::types::{format_of_mix, nearest_format};
use crate::import::imported::{Imported, NotTaken, Whose};
use crate::import::own_source::{OwnDefault, OwnSource};
use crate::import::tensors::TensorList;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// What keys of all files begin with that say nothing of memory.
const OF_NO_MODEL: &[&str] = &["general.", "tokenizer.", "quantize.", "split."];

/// Files of which a model consists.
const MOST_PARTS: u64 = 1000;

/// How many files the model has.
fn n_parts(header: &GgufHeader) -> u64 {
    header.keys.get("split.count").and_then(Json::as_u64).unwrap_or(1).clamp(1, MOST_PARTS)
}

/// Names of a model's other files, by the name of one: `…-00001-of-00003.gguf`.
pub fn parts_beside(name: &str, header: &GgufHeader) -> Vec<String> {
    let n = n_parts(header);
    let end = format!("-of-{n:05}.gguf");
    let Some((front, own)) = name.strip_suffix(&end).and_then(|it| it.rsplit_once("-")) else { return vec![] };
    let others = (1..=n).map(|it| format!("{it:05}")).filter(|it| it != own);
    others.map(|it| format!("{front}-{it}{end}")).collect()
}

/// Adds the tensors of another file of the same model.
pub fn add_tensors(header: &mut GgufHeader, other: GgufHeader, n_read: &mut u64) {
    header.tensors.extend(other.tensors);
    for (key, value) in other.keys {
        header.keys.entry(key).or_insert(value);
    }
    *n_read += 1;
}

/// What a header says, together with those of the model's other files: as many as were read. Nothing is concluded of
/// it.
pub fn of_header(header: GgufHeader, n_read: u64, catalog: &Catalog) -> Imported {
    let mut res = Imported::of("gguf");
    let n = n_parts(&header);
    if n > n_read {
        res.leave("split.count", &format!("{n_read} / {n}"), NotTaken::Missing);
    }
    let told = header.keys.get("general.architecture").and_then(Json::as_str);
    let is_tied = !header.tensors.iter().any(|it| it.name == "output.weight");
    match as_config(&header, is_tied) {
        Some((config, arch)) => {
            let of_model = renamed(of_config(&config, catalog), arch);
            res.join(of_model);
            tell_others(&header, arch, &mut res);
        }
        None => {
            let why = if told.is_some() { NotTaken::NoFormula } else { NotTaken::Missing };
            res.leave("general.architecture", told.unwrap_or(""), why);
        }
    }
    let list = TensorList { tensors: header.tensors, ..TensorList::default() };
    take_mix(header.keys.get("general.file_type").and_then(Json::as_u64), &list, &mut res);
    res.assume(Id::Engine, "llamacpp", Whose::ProgramsOwn(OwnSource::of(OwnDefault::FormatOfLlamaCpp)));
    let context = told.and_then(|arch| header.keys.get(&format!("{arch}.context_length"))).and_then(Json::as_f64);
    if let Some(context) = context.filter(|it| *it >= 1.0) {
        let own = OwnSource::at("llama.cpp, common_params.n_ctx").doing(OwnDefault::ContextByZero);
        res.assume(Id::SequenceLength, context.to_string(), Whose::ProgramsOwn(own));
    }
    list.measure(n <= n_read, &mut res);
    res
}

/// What the keys of a file say whose tensors nobody listed: whether the output has a table of its own, only a model of
/// the catalogue tells. Nothing is concluded of it.
pub fn of_keys(keys: BTreeMap<String, Json>, catalog: &Catalog) -> Imported {
    let header = GgufHeader { keys, tensors: vec![] };
    let read = |is_tied: bool| {
        let (config, arch) = as_config(&header, is_tied)?;
        Some(renamed(of_config(&config, catalog), arch))
    };
    let is_preset = |it: &Imported| it.taken.iter().any(|it| it.id == Id::Model);
    let own = read(false);
    let mut res = match own {
        Some(own) if is_preset(&own) => own,
        Some(own) => read(true).filter(is_preset).unwrap_or(own),
        None => {
            let told = header.keys.get("general.architecture").and_then(Json::as_str).unwrap_or("");
            Imported::refused("gguf", "general.architecture", told, NotTaken::NoFormula)
        }
    };
    take_mix(header.keys.get("general.file_type").and_then(Json::as_u64), &TensorList::default(), &mut res);
    res
}

/// The format of the weights: the mix that the file names, or else the one that takes nearly as many bits.
fn take_mix(file_type: Option<u64>, list: &TensorList, res: &mut Imported) {
    match file_type.and_then(format_of_mix) {
        Some(format) => res.take(Id::Quantization, format, "general.file_type"),
        None => {
            let (bytes, weights) = list
                .tensors
                .iter()
                .fold((0.0, 0.0), |(bytes, weights), it| (bytes + it.bytes as f64, weights + it.elements()));
            if let Some(format) = nearest_format(8.0 * bytes / weights).filter(|_| weights > 0.0) {
                res.assume(Id::Quantization, format, Whose::ProgramsOwn(OwnSource::of(OwnDefault::TypesOfTensors)));
            }
        }
    }
}

/// What the configuration's reader says, under the names that the file has.
fn renamed(told: Imported, arch: &str) -> Imported {
    let own = |name: &str| match name {
        "model_type" => "general.architecture".to_owned(),
        "tie_word_embeddings" => "output.weight".to_owned(),
        _ => {
            // The longest first: the name of one key may stand in that of another.
            let mut keys: Vec<_> = KEYS.iter().filter(|it| name.contains(it.1)).collect();
            keys.sort_by_key(|it| std::cmp::Reverse(it.1.len()));
            keys.iter().fold(name.to_owned(), |name, (own, theirs)| name.replace(theirs, &format!("{arch}.{own}")))
        }
    };
    let mut res = told;
    res.taken.iter_mut().for_each(|it| it.name = own(&it.name));
    res.left_out.iter_mut().for_each(|it| it.name = own(&it.name));
    for it in &mut res.assumed {
        match &mut it.whose {
            Whose::FollowsFrom(name) => *name = own(name),
            Whose::DefaultOf(_) => it.whose = Whose::CodeOf(arch.to_owned()),
            Whose::CodeOf(_) | Whose::ProgramsOwn(_) => {}
        }
    }
    res
}

/// Tells keys that nobody looked at.
fn tell_others(header: &GgufHeader, arch: &str, res: &mut Imported) {
    let front = format!("{arch}.");
    for (key, value) in &header.keys {
        if OF_NO_MODEL.iter().any(|it| key.starts_with(it)) {
            continue;
        }
        let own = key.strip_prefix(&front);
        if own.is_some_and(|own| KEYS.iter().any(|it| it.0 == own) || own.ends_with("_mla") || own.ends_with("_length"))
        {
            continue;
        }
        let is_idle = own.is_some_and(|own| WITHOUT_BYTES.iter().any(|it| own.starts_with(it)));
        res.leave(key, &value.to_string(), if is_idle { NotTaken::Idle } else { NotTaken::Unlooked });
    }
    if let Some(name) = header.keys.get("general.name").and_then(Json::as_str) {
        res.leave("general.name", name, NotTaken::Idle);
    }
}
