//! How the weights of a configuration are stored: their type, and the formats of those who quantize them, as
//! `quantization` and `unquantized`. A format without a size that somebody has read is refused by its name. It knows no
//! model.

use crate::estimator::ParameterId as Id;
use crate::estimator::Value;
use crate::estimator::parameters::UnquantizedParts as Parts;
use crate::import::config::config_part::ConfigPart;
use crate::import::config::sheet::Sheet;
use crate::import::imported::{Imported, NotTaken};
use serde_json::{Map, Value as Json};
use std::collections::{BTreeMap, BTreeSet};

/// What a checkpoint says of the cache in which it is to run.
pub const CACHE_OF_MODELOPT: &str = "kv_cache_quant_algo";
/// The same as llm-compressor says it.
pub const CACHE_SCHEME: &str = "kv_cache_scheme";

/// The type in which a run computes.
pub fn read_dtype(whole: &ConfigPart, text: &ConfigPart, sheet: &mut Sheet) {
    let in_text = ["dtype", "torch_dtype"].iter().find_map(|key| Some((text.place(key), text.get(key)?)));
    let in_whole = ["dtype", "torch_dtype"].iter().find_map(|key| Some((whole.place(key), whole.get(key)?)));
    let Some((place, told)) = in_text.or(in_whole) else { return };
    match told.as_str().map(|it| it.trim_start_matches("torch.")) {
        Some("bfloat16") => sheet.state(Id::Precision, "BF16", &place),
        Some("float16") => sheet.state(Id::Precision, "FP16", &place),
        Some("float32") => sheet.state(Id::Precision, "FP32", &place),
        _ => sheet.out.leave(&place, &told.to_string(), NotTaken::NoFormula),
    }
}

/// What stands under `quantization_config` or `compression_config`, of the whole or of the text.
pub fn read_quantization(whole: &ConfigPart, text: &ConfigPart, sheet: &mut Sheet) {
    let keys = [("quantization_config", "quantization_config."), ("compression_config", "compression_config.")];
    for section in [whole, text] {
        for (key, path) in keys {
            match section.get(key) {
                Some(Json::Object(map)) => return read_format(&ConfigPart::new(map, path), sheet),
                Some(other) => return sheet.out.leave(&section.place(key), &other.to_string(), NotTaken::WrongType),
                None => {}
            }
        }
    }
}

/// ModelOpt's `hf_quant_config.json`. Nothing is concluded of it.
pub fn of_quantization_file(told: &Json) -> Imported {
    let mut sheet = Sheet::new(crate::estimator::architecture::Layout::Decoder, "");
    match told.get("quantization").and_then(Json::as_object) {
        Some(map) => read_modelopt(&ConfigPart::new(map, "quantization."), &mut sheet),
        None => sheet.out.leave("quantization", "", NotTaken::Missing),
    }
    sheet.out.tool = "hf_quant_config.json";
    sheet.write(|out, id, value, origin| {
        if let crate::import::config::sheet::Origin::Place(place) = origin {
            out.take(id, value, &place);
        }
    })
}

fn read_format(it: &ConfigPart, sheet: &mut Sheet) {
    let method = it.text("quant_method").or_else(|| it.text("quant_algo").map(|_| "modelopt"));
    let place = it.place("quant_method");
    let number = |key: &str| it.get(key).and_then(Json::as_f64);
    let refuse = |sheet: &mut Sheet, key: &str| {
        let value = it.get(key).map_or_else(String::new, Json::to_string);
        sheet.out.leave(&it.place(key), &value, NotTaken::NoFormula);
    };
    let format = match method {
        Some("awq") => match (number("bits").or(number("w_bit")), number("group_size").or(number("q_group_size"))) {
            (Some(4.0), Some(128.0)) => Some("awq-4bit-g128"),
            (Some(4.0), Some(64.0)) => Some("awq-4bit-g64"),
            _ => return refuse(sheet, "group_size"),
        },
        Some("gptq") => match (number("bits"), number("group_size")) {
            (Some(4.0), Some(128.0)) => Some("gptq-4bit-g128"),
            (Some(4.0), Some(64.0)) => Some("gptq-4bit-g64"),
            (Some(4.0), Some(32.0)) => Some("gptq-4bit-g32"),
            (Some(3.0), Some(128.0)) => Some("gptq-3bit-g128"),
            (Some(8.0), Some(128.0)) => Some("gptq-8bit-g128"),
            _ => return refuse(sheet, "bits"),
        },
        Some("bitsandbytes") if it.is_on("load_in_8bit", false) => Some("llm-int8"),
        Some("bitsandbytes") => {
            match (it.text("bnb_4bit_quant_type").unwrap_or("fp4"), it.is_on("bnb_4bit_use_double_quant", false)) {
                ("nf4", true) => Some("nf4-dq"),
                ("nf4", false) => Some("nf4"),
                ("fp4", false) => Some("fp4-bnb"),
                _ => return refuse(sheet, "bnb_4bit_quant_type"),
            }
        }
        Some("fp8" | "fbgemm_fp8") => match it.get("weight_block_size") {
            None => Some("fp8-per-tensor"),
            Some(block) if *block == serde_json::json!([128, 128]) => Some("fp8-block128"),
            Some(_) => return refuse(sheet, "weight_block_size"),
        },
        Some("mxfp4") => Some("mxfp4"),
        Some("compressed-tensors") => return read_compressed(it, sheet),
        Some("modelopt" | "modelopt_fp4") => return read_modelopt(it, sheet),
        Some("exl2") => match number("bits").map(|it| format!("exl2-{it:.1}")) {
            Some(id) if Id::Quantization.spec().parse(&id, &Default::default()).is_ok() => {
                sheet.state(Id::Quantization, &id, &it.place("bits"));
                None
            }
            _ => return refuse(sheet, "bits"),
        },
        Some(other) => return sheet.out.leave(&place, other, NotTaken::NoFormula),
        None => return sheet.out.leave(&place, "", NotTaken::Missing),
    };
    if let Some(id) = format {
        sheet.state(Id::Quantization, id, &place);
    }
    read_left(it, &["modules_to_not_convert", "llm_int8_skip_modules", "ignored_layers"], sheet);
}

/// llm-compressor's groups of layers with their formats: one group, of all that is linear.
fn read_compressed(it: &ConfigPart, sheet: &mut Sheet) {
    let groups = it.object("config_groups");
    let place = it.place("config_groups");
    let Some(groups) = groups else { return sheet.out.leave(&place, "", NotTaken::Missing) };
    let mut formats = groups.values().map(|group| group.get("weights").and_then(Json::as_object).map(compressed));
    let first = formats.next().flatten().flatten();
    let is_one = formats.all(|it| it.flatten() == first);
    match first.filter(|_| is_one) {
        Some(id) => sheet.state(Id::Quantization, id, &place),
        None => return sheet.out.leave(&place, &Json::Object(groups.clone()).to_string(), NotTaken::NoFormula),
    }
    // See `CACHE_OF_MODELOPT`.
    if let Some(scheme) = it.object(CACHE_SCHEME) {
        let is_fp8 = scheme.get("type").and_then(Json::as_str) == Some("float")
            && scheme.get("num_bits").and_then(Json::as_f64) == Some(8.0);
        let place = it.place(CACHE_SCHEME);
        if is_fp8 {
            sheet.out.leave(&place, "FP8", NotTaken::Unused);
        } else {
            sheet.out.leave(&place, &Json::Object(scheme.clone()).to_string(), NotTaken::Unread);
        }
    }
    read_left(it, &["ignore"], sheet);
}

/// The format of a group's weights. Integers of 4 bits with zero points have no size here.
fn compressed(weights: &Map<String, Json>) -> Option<&'static str> {
    let text = |key: &str| weights.get(key).and_then(Json::as_str);
    let bits = weights.get("num_bits").and_then(Json::as_f64)?;
    let group = weights.get("group_size").and_then(Json::as_f64);
    match (text("type")?, bits, text("strategy")) {
        ("float", 8.0, Some("tensor" | "channel")) => Some("fp8-per-tensor"),
        ("float", 8.0, Some("block")) if weights.get("block_structure") == Some(&serde_json::json!([128, 128])) => {
            Some("fp8-block128")
        }
        ("float", 4.0, Some("tensor_group")) if group == Some(16.0) => Some("nvfp4"),
        ("float", 4.0, Some("group")) if group == Some(32.0) => Some("mxfp4"),
        ("int", 4.0, Some("group")) if weights.get("symmetric") == Some(&Json::Bool(true)) => match group {
            Some(128.0) => Some("int4-g128"),
            Some(32.0) => Some("int4-g32"),
            _ => None,
        },
        ("int", 8.0, Some("tensor" | "channel")) => Some("int8-plain"),
        _ => None,
    }
}

fn read_modelopt(it: &ConfigPart, sheet: &mut Sheet) {
    let place = it.place("quant_algo");
    let format = match it.text("quant_algo") {
        Some("FP8") => "fp8-per-tensor",
        Some("NVFP4") => "nvfp4",
        Some(other) => return sheet.out.leave(&place, other, NotTaken::NoFormula),
        None => return sheet.out.leave(&place, "", NotTaken::Missing),
    };
    sheet.state(Id::Quantization, format, &place);
    // Transformers has no such cache; vLLM takes it (`take_cache` of launches).
    if let Some(cache) = it.text(CACHE_OF_MODELOPT) {
        let why = if cache == "FP8" { NotTaken::Unused } else { NotTaken::NoFormula };
        sheet.out.leave(&it.place(CACHE_OF_MODELOPT), cache, why);
    }
    read_left(it, &["exclude_modules", "ignore"], sheet);
}

/// The part of a model in which a module stands, by its name.
fn part_of(name: &str) -> Option<usize> {
    const PIECES: &[(&[&str], usize)] = &[
        (&["visual", "vision", "multi_modal_projector", "mm_projector", "patch_embed"], Parts::VISION),
        (&["lm_head", "output_projection"], Parts::HEAD),
        // One row for each layer, which says how much of shared experts counts.
        (&["shared_expert_gate"], Parts::ROUTER),
        (&["embed"], Parts::EMBEDDING),
        (&["shared_expert"], Parts::SHARED_EXPERTS),
        (&["linear_attn", "mamba", "mixer"], Parts::LINEAR_ATTENTION),
        (&["attn", "attention", "q_proj", "k_proj", "v_proj", "o_proj"], Parts::ATTENTION),
        (&["router", "mlp.gate", "block_sparse_moe.gate"], Parts::ROUTER),
        (&["experts"], Parts::EXPERTS),
        (&["mlp", "feed_forward", "gate_proj", "up_proj", "down_proj"], Parts::FEED_FORWARD),
    ];
    // "gate_proj" is no router, though "mlp.gate" begins it.
    let plain = name.replace("gate_proj", "up_proj").replace("gate_up_proj", "up_proj");
    PIECES.iter().find(|(pieces, _)| pieces.iter().any(|piece| plain.contains(piece))).map(|it| it.1)
}

/// The number of the layer that a module's name names.
fn layer_of(name: &str) -> Option<u32> {
    name.split('.').find_map(|piece| piece.parse().ok())
}

/// What stays whole of a part, a bit for each of its projections: gate, up and down of a feed-forward block, and those
/// of queries, keys, values and output.
const BLOCK: u8 = 0b111;
const ATTENTION: u8 = 0b111_1000;
const EVERY: u8 = u8::MAX;

/// The projections that a name names alone; every one where it names the whole part.
fn projections_of(name: &str) -> u8 {
    const NAMES: &[(&str, u8)] = &[
        ("gate_up_proj", 0b11),
        ("gate_proj", 0b1),
        ("up_proj", 0b10),
        ("down_proj", 0b100),
        ("fc1", 0b10),
        ("fc2", 0b100),
        ("qkv_proj", 0b11_1000),
        ("q_proj", 0b1000),
        ("k_proj", 0b1_0000),
        ("v_proj", 0b10_0000),
        ("o_proj", 0b100_0000),
        ("out_proj", 0b100_0000),
    ];
    NAMES.iter().find(|it| name.contains(it.0)).map_or(EVERY, |it| it.1)
}

/// The projections that a part has.
fn all_of(part: usize, sheet: &Sheet) -> u8 {
    match part {
        Parts::FEED_FORWARD | Parts::EXPERTS | Parts::SHARED_EXPERTS if sheet.is(Id::GatedMlp) => BLOCK,
        Parts::FEED_FORWARD | Parts::EXPERTS | Parts::SHARED_EXPERTS => BLOCK & !1,
        // Latent attention has others.
        Parts::ATTENTION if !sheet.is(Id::KvLoraRank) => ATTENTION,
        _ => 0,
    }
}

/// The name that a pattern matches, as llm-compressor (`re:` in front) and others write them.
fn plain(name: &str) -> String {
    let name = name.strip_prefix("re:").unwrap_or(name);
    let name: String = name.chars().filter(|it| !matches!(it, '\\' | '^' | '$')).collect();
    name.trim_end_matches(".*").trim_end_matches('.').to_owned()
}

/// The layers of which all that is linear in a part stays whole.
type WholeLayers = BTreeMap<usize, BTreeSet<u32>>;

/// How many of the first and of the last layers stay whole, where all that is linear does in the same layers and these
/// are nothing else.
fn ends_of(layers: &WholeLayers, sheet: &Sheet) -> Option<[usize; 2]> {
    let inner = inner_part(sheet);
    let whole = layers.get(&inner).filter(|it| layers.get(&Parts::ATTENTION) == Some(it))?;
    let n_layers = sheet.number(Id::NumLayers) as u32;
    let first = (0..n_layers).take_while(|it| whole.contains(it)).count();
    let last = (0..n_layers).rev().take_while(|it| whole.contains(it)).count();
    (first + last == whole.len()).then_some([first, last])
}

/// What stands behind attention in most layers.
fn inner_part(sheet: &Sheet) -> usize {
    if sheet.number(Id::NumExperts) > 0.0 { Parts::EXPERTS } else { Parts::FEED_FORWARD }
}

/// What stays in 16 bits: whole parts of the model, and the first and the last layers. Of a part that stays so in some
/// layers only, or of which some projections do, nothing is taken, and that is told.
fn read_left(it: &ConfigPart, keys: &[&str], sheet: &mut Sheet) {
    let Some((key, list)) = keys.iter().find_map(|key| Some((*key, it.list(key)?))) else { return };
    let place = it.place(key);
    let mut seen: BTreeMap<(usize, Option<u32>), u8> = BTreeMap::new();
    for name in list.iter().filter_map(Json::as_str) {
        let plain = plain(name);
        let layer = layer_of(&plain);
        let is_layer = layer.is_some() && plain.ends_with(|it: char| it.is_ascii_digit());
        let mut put = |part, of| *seen.entry((part, layer)).or_default() |= of;
        match part_of(&plain) {
            // Whatever is linear in it.
            _ if is_layer => [Parts::ATTENTION, inner_part(sheet)].into_iter().for_each(|part| put(part, EVERY)),
            Some(part) => put(part, projections_of(&plain)),
            None if plain.contains("norm") => sheet.out.leave(&place, name, NotTaken::Unlooked),
            None => sheet.out.leave(&place, name, NotTaken::Unknown),
        }
    }
    let mut set = Parts::USUAL;
    let mut layers = WholeLayers::new();
    let mut partly = BTreeSet::new();
    for ((part, layer), of) in seen {
        let all = all_of(part, sheet);
        match layer {
            _ if of & all != all => drop(partly.insert(part)),
            None => set |= part,
            Some(layer) => drop(layers.entry(part).or_default().insert(layer)),
        }
    }
    if let Some(ends) = ends_of(&layers, sheet) {
        set = Parts::with_ends(set, ends);
        layers.clear();
    }
    let n_layers = sheet.number(Id::NumLayers);
    for (part, of_part) in layers {
        if n_layers > 0.0 && of_part.len() as f64 >= n_layers {
            set |= part;
        } else if set & part == 0 {
            sheet.out.leave(&place, &format!("{} / {n_layers}", of_part.len()), NotTaken::Unread);
        }
    }
    for part in partly.into_iter().filter(|part| set & part == 0) {
        let word = Parts::WORDS.get(part.trailing_zeros() as usize).copied().unwrap_or_default();
        sheet.out.leave(&place, word, NotTaken::Unread);
    }
    if set != Parts::USUAL {
        let written = Id::Unquantized.spec().write(&Value::Choice(set));
        sheet.state(Id::Unquantized, &written, &place);
    }
}
