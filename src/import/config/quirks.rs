//! What has to be computed from several keys of a configuration: windows, rotated shares, latent attention, linear
//! layers, and what one kind of model alone has. The rules are those of the classes in Transformers 5.24
//! (`models/*/configuration_*.py`, `__post_init__`). It knows no number of any model.

use crate::estimator::ParameterId as Id;
use crate::estimator::architecture::Layout;
use crate::import::config::config_part::ConfigPart;
use crate::import::config::experts::{read_experts, read_wide_experts, state_experts};
use crate::import::config::families::Quirk;
use crate::import::config::interleaved::read_interleaved;
use crate::import::config::mixers::{channels, counted, short_convs, single_mixers, state_heads};
use crate::import::config::sheet::Sheet;
use crate::import::config::sizes::context;
use crate::import::config::words::activation_of;
use crate::import::imported::NotTaken;

/// Computes one.
pub fn apply(quirk: Quirk, part: &ConfigPart, sheet: &mut Sheet) {
    match quirk {
        Quirk::WindowInAll => window_in_all(part, sheet),
        Quirk::WindowIfUsed => window_if_used(part, sheet),
        Quirk::WindowBut(group) => window_but(f64::from(group), false, part, sheet),
        Quirk::WindowButFirst(group) => window_but(f64::from(group), true, part, sheet),
        Quirk::LocalAttention => local_attention(part, sheet),
        Quirk::PartlyRotated(share) => partly_rotated(f64::from(share) / 100.0, part, sheet),
        Quirk::Experts => read_experts(part, sheet),
        Quirk::WideExperts => read_wide_experts(part, sheet),
        Quirk::Interleaved => read_interleaved(part, sheet),
        Quirk::Latent => latent(part, sheet),
        Quirk::SharedIndexers => shared_indexers(part, sheet),
        Quirk::Falcon => falcon(part, sheet),
        Quirk::LinearBut(group) => linear_but(f64::from(group), part, sheet),
        Quirk::StateSpace => state_space(part, sheet),
        Quirk::Channels => channels(part, sheet),
        Quirk::SideBySide => state_heads(part, sheet),
        Quirk::SingleMixers => single_mixers(part, sheet),
        Quirk::ShortConvs => short_convs(part, sheet),
        Quirk::TwoMorePositions => two_more_positions(part, sheet),
        Quirk::T5(own) => t5(own, part, sheet),
        Quirk::TwoHeadWidths => two_head_widths(part, sheet),
        Quirk::NoFormula(keys) => no_formula(keys, part, sheet),
        Quirk::TwoStacks => two_stacks(part, sheet),
        Quirk::Predicts(kind) => predicts(kind, part, sheet),
        Quirk::NormsIfUsed(kind) => {
            if part.is_on("use_qk_norm", false) {
                sheet.state(Id::QkNorm, kind, &part.place("use_qk_norm"));
            }
        }
        // Read with the sizes.
        Quirk::FourTimes | Quirk::PositionsBehindPadding => {}
    }
}

fn forget_window(sheet: &mut Sheet) {
    sheet.forget(Id::SlidingWindow);
    sheet.forget(Id::NumSlidingLayers);
}

fn window_in_all(part: &ConfigPart, sheet: &mut Sheet) {
    // As many tokens as the context or more are a window that no sequence leaves.
    if sheet.number(Id::SlidingWindow) >= context(part) {
        forget_window(sheet);
    }
    if sheet.is(Id::SlidingWindow) {
        sheet.follow(Id::NumSlidingLayers, sheet.number(Id::NumLayers), &part.place("sliding_window"));
    }
}

fn window_if_used(part: &ConfigPart, sheet: &mut Sheet) {
    let layers = sheet.number(Id::NumLayers);
    let begin = part.size(["max_window_layers"]);
    let begin = sheet.found(begin).map_or(0.0, |it| it.number);
    let listed = listed_layers(&["sliding_attention"], part, sheet);
    if !part.is_on("use_sliding_window", false) || !sheet.is(Id::SlidingWindow) {
        return forget_window(sheet);
    }
    let windowed = listed.unwrap_or((layers - begin).max(0.0));
    if windowed == 0.0 {
        forget_window(sheet)
    } else {
        sheet.follow(Id::NumSlidingLayers, windowed, "max_window_layers")
    }
}

/// How many entries of `layer_types` are of some kinds; nothing where there is no such list.
fn listed_layers(kinds: &[&str], part: &ConfigPart, sheet: &mut Sheet) -> Option<f64> {
    let key = if part.get("layer_types").is_some() { "layer_types" } else { "layers_block_type" };
    let entries = part.list(key)?;
    let known = [
        "sliding_attention",
        "chunked_attention",
        "full_attention",
        "attention",
        "linear_attention",
        "mamba",
        "mamba2",
    ];
    Some(counted(entries, kinds, &known, &part.place(key), sheet))
}

fn window_but(group: f64, is_first: bool, part: &ConfigPart, sheet: &mut Sheet) {
    let layers = sheet.number(Id::NumLayers);
    let listed = listed_layers(&["sliding_attention", "chunked_attention"], part, sheet);
    let keys = ["sliding_window_pattern", "_sliding_window_pattern", "global_attn_every_n_layers"];
    let group = match part.first(keys) {
        // "LLLG": three with a window, one without.
        Some((_, it)) if it.is_string() => it.as_str().map_or(group, |it| it.len() as f64),
        Some((_, it)) => it.as_f64().unwrap_or(group),
        None => group,
    };
    if !sheet.is(Id::SlidingWindow) {
        return forget_window(sheet);
    }
    let full = if group < 1.0 {
        0.0
    } else if is_first {
        (layers / group).ceil()
    } else {
        (layers / group).floor()
    };
    let place = if listed.is_some() { "layer_types" } else { "sliding_window_pattern" };
    match listed.unwrap_or(layers - full) {
        0.0 => forget_window(sheet),
        windowed => sheet.follow(Id::NumSlidingLayers, windowed, &part.place(place)),
    }
}

fn local_attention(part: &ConfigPart, sheet: &mut Sheet) {
    let stated = part.size(["local_attention", "sliding_window"]);
    match sheet.found(stated) {
        Some(found) => sheet.state(Id::SlidingWindow, &found.number.to_string(), &found.place),
        None => sheet.out.leave(&part.place("local_attention"), "", NotTaken::Missing),
    }
}

fn partly_rotated(default: f64, part: &ConfigPart, sheet: &mut Sheet) {
    let keys = [
        "partial_rotary_factor",
        "rotary_pct",
        "rope_parameters.partial_rotary_factor",
        "rope_scaling.partial_rotary_factor",
    ];
    let stated = part.size(keys);
    let (share, place) = sheet.found(stated).map_or_else(|| (default, part.place(keys[0])), |it| (it.number, it.place));
    let width = sheet.number(Id::HeadDim);
    let rotated = (width * share).floor();
    if rotated < width {
        sheet.forget(Id::RotaryJoined);
        sheet.follow(Id::RotaryDim, rotated, &place);
    }
}

fn latent(part: &ConfigPart, sheet: &mut Sheet) {
    let parts = [
        (Id::KvLoraRank, "kv_lora_rank", true),
        (Id::QkNopeHeadDim, "qk_nope_head_dim", true),
        (Id::QkRopeHeadDim, "qk_rope_head_dim", true),
        (Id::ValueHeadDim, "v_head_dim", true),
        (Id::QLoraRank, "q_lora_rank", false),
    ];
    for (id, key, is_needed) in parts {
        let stated = part.size([key]);
        match sheet.found(stated) {
            Some(found) => sheet.state(id, &found.number.to_string(), &found.place),
            None if is_needed => sheet.out.leave(&part.place(key), "", NotTaken::Missing),
            None => {}
        }
    }
    // `head_dim` is the rotated part alone in some of these files.
    let width = sheet.number(Id::QkNopeHeadDim) + sheet.number(Id::QkRopeHeadDim);
    sheet.follow(Id::HeadDim, width, "qk_nope_head_dim + qk_rope_head_dim");
}

/// Which layers have an indexer: `indexer_types`, or `F` and `S` in `index_topk_pattern`, or all up to an offset and
/// then one of so many (`GlmMoeDsaConfig.__post_init__`; `DeepseekV2MLAAttention` in vLLM's `deepseek_v2.py`).
fn shared_indexers(part: &ConfigPart, sheet: &mut Sheet) {
    let layers = sheet.number(Id::NumLayers);
    let stated = [part.size(["index_topk_freq"]), part.size(["index_skip_topk_offset"])];
    let [every, offset] = stated.map(|it| sheet.found(it).map(|it| it.number));
    let (every, offset) = (every.unwrap_or(1.0).max(1.0), offset.unwrap_or(2.0));
    let by_number = |layer: u32| (f64::from(layer) - offset + 1.0).max(0.0) % every == 0.0;
    let pattern = part.get("index_topk_pattern").and_then(|it| it.as_str().map(str::to_owned));
    let (key, own) = match (part.list("indexer_types"), pattern) {
        (Some(types), _) => {
            let place = part.place("indexer_types");
            ("indexer_types", counted(types, &["full"], &["full", "shared"], &place, sheet))
        }
        (None, Some(pattern)) => ("index_topk_pattern", pattern.chars().filter(|it| *it != 'S').count() as f64),
        (None, None) => ("index_topk_freq", (0..layers as u32).filter(|it| by_number(*it)).count() as f64),
    };
    if own < layers {
        sheet.follow(Id::NumIndexerLayers, own, &part.place(key));
    }
}

fn falcon(part: &ConfigPart, sheet: &mut Sheet) {
    let is_new = part.is_on("new_decoder_architecture", false);
    let norms = part.size(["num_ln_in_parallel_attn"]);
    let norms = sheet.found(norms);
    if is_new {
        if norms.as_ref().is_some_and(|it| it.number != 2.0) {
            sheet.out.leave(&part.place("num_ln_in_parallel_attn"), "1", NotTaken::NoFormula);
        }
        part.see("multi_query");
        sheet.code(Id::Residual, "parallel");
        sheet.code(Id::ExpandedKeys, "true");
        sheet.code(Id::HeldAttentionInput, "true");
    } else if part.is_on("multi_query", true) {
        sheet.code(Id::Residual, "parallel_shared_norm");
        sheet.code(Id::BroadcastKeys, "true");
        sheet.state(Id::NumKeyValueHeads, "1", &part.place("multi_query"));
    } else {
        sheet.out.leave(&part.place("multi_query"), "false", NotTaken::NoFormula);
    }
}

fn linear_but(group: f64, part: &ConfigPart, sheet: &mut Sheet) {
    let stated = part.size(["full_attention_interval"]);
    let group = sheet.found(stated).map_or(group, |it| it.number).max(1.0);
    let full = listed_layers(&["full_attention", "attention"], part, sheet);
    let full = full.unwrap_or((sheet.number(Id::NumLayers) / group).floor());
    sheet.follow(Id::NumFullAttentionLayers, full, &part.place("layer_types"));
}

fn state_space(part: &ConfigPart, sheet: &mut Sheet) {
    // Bamba lists which layers attend, and always rotates them.
    let attending = part.list("attn_layer_indices").map(|it| it.len() as f64);
    let Some(full) = attending.or_else(|| listed_layers(&["attention", "full_attention"], part, sheet)) else {
        return sheet.out.leave(&part.place("layer_types"), "", NotTaken::Missing);
    };
    match part.text("position_embedding_type") {
        None if attending.is_some() => {}
        Some("rope") => {}
        None | Some("nope") => sheet.state(Id::Positions, "none", &part.place("position_embedding_type")),
        Some(other) => sheet.out.leave(&part.place("position_embedding_type"), other, NotTaken::NoFormula),
    }
    state_heads(part, sheet);
    sheet.follow(Id::NumFullAttentionLayers, full, &part.place("layer_types"));
    let shared = part.size(["shared_intermediate_size"]);
    let shared = sheet.found(shared);
    let n_experts = part.size(["num_local_experts", "num_experts"]);
    match (sheet.found(n_experts), shared) {
        (Some(_), shared) => {
            sheet.code(Id::Router, "narrow");
            state_experts(Id::IntermediateSize, part, sheet);
            sheet.forget(Id::IntermediateSize);
            if let Some(found) = shared {
                sheet.state(Id::SharedIntermediateSize, &found.number.to_string(), &found.place);
            }
        }
        (None, Some(found)) => {
            sheet.state(Id::IntermediateSize, &found.number.to_string(), &found.place);
            sheet.code(Id::FusedGateUp, "true");
        }
        (None, None) if attending.is_some() => {}
        (None, None) => sheet.out.leave(&part.place("shared_intermediate_size"), "", NotTaken::Missing),
    }
    if full == sheet.number(Id::NumLayers) {
        sheet.layout = Layout::Decoder;
        let of_states = [
            Id::LinearConvKernel,
            Id::LinearKeyHeadDim,
            Id::LinearValueHeadDim,
            Id::LinearNumKeyHeads,
            Id::LinearNumValueHeads,
            Id::NumFullAttentionLayers,
        ];
        of_states.into_iter().for_each(|id| sheet.forget(id));
    }
}

fn two_more_positions(part: &ConfigPart, sheet: &mut Sheet) {
    let stated = part.size(["max_position_embeddings"]);
    match sheet.found(stated) {
        // The first two are for padding (`OPTLearnedPositionalEmbedding.offset`).
        Some(found) => sheet.follow(Id::LearnedPositions, found.number + 2.0, &found.place),
        None => sheet.out.leave(&part.place("max_position_embeddings"), "", NotTaken::Missing),
    }
    let projected = part.size(["word_embed_proj_dim"]);
    if let Some(found) = sheet.found(projected).filter(|it| it.number != sheet.number(Id::HiddenSize)) {
        sheet.out.leave(&found.place, &found.number.to_string(), NotTaken::NoFormula);
    }
}

/// Gemma 4's larger models. The smaller ones have an embedding in each layer, which is the class' default, and layers
/// without keys of their own.
fn two_head_widths(part: &ConfigPart, sheet: &mut Sheet) {
    let stated = part.size(["num_global_key_value_heads"]);
    match sheet.found(stated) {
        Some(found) => sheet.state(Id::GlobalNumKeyValueHeads, &found.number.to_string(), &found.place),
        None => sheet.follow(Id::GlobalNumKeyValueHeads, sheet.number(Id::NumKeyValueHeads), "num_key_value_heads"),
    }
    if !part.is_on("attention_k_eq_v", false) {
        sheet.out.leave(&part.place("attention_k_eq_v"), "false", NotTaken::NoFormula);
    }
    let in_layers = part.get("hidden_size_per_layer_input").map_or_else(|| "256".to_owned(), ToString::to_string);
    if in_layers != "0" {
        sheet.out.leave(&part.place("hidden_size_per_layer_input"), &in_layers, NotTaken::NoFormula);
    }
    let full = sheet.number(Id::NumLayers) - sheet.number(Id::NumSlidingLayers);
    sheet.follow(Id::NumFullAttentionLayers, full, &part.place("layer_types"));
    if part.is_on("enable_moe_block", false) {
        state_experts(Id::MoeIntermediateSize, part, sheet);
        let width = part.size(["moe_intermediate_size"]);
        match sheet.found(width) {
            Some(found) => sheet.state(Id::MoeIntermediateSize, &found.number.to_string(), &found.place),
            None => sheet.out.leave(&part.place("moe_intermediate_size"), "", NotTaken::Missing),
        }
    }
}

fn no_formula(keys: &str, part: &ConfigPart, sheet: &mut Sheet) {
    let all = || keys.split_ascii_whitespace();
    let key = all().find(|key| part.has(key)).or_else(|| all().next()).unwrap_or_default();
    let value = part.get(key).map_or_else(String::new, ToString::to_string);
    sheet.out.leave(&part.place(key), &value, NotTaken::NoFormula);
}

fn t5(own: &str, part: &ConfigPart, sheet: &mut Sheet) {
    let stated = part.size(["num_decoder_layers"]);
    match sheet.found(stated) {
        Some(found) => sheet.state(Id::NumDecoderLayers, &found.number.to_string(), &found.place),
        None => sheet.follow(Id::NumDecoderLayers, sheet.number(Id::NumLayers), &part.place("num_layers")),
    }
    let place = part.place("feed_forward_proj");
    let told = part.text("feed_forward_proj").unwrap_or(own);
    let (is_gated, name) = told.strip_prefix("gated-").map_or((false, told), |name| (true, name));
    // `T5Config.__post_init__`: the gated GELU is the one written out.
    let name = if is_gated && name == "gelu" { "gelu_new" } else { name };
    sheet.state(Id::GatedMlp, if is_gated { "true" } else { "false" }, &place);
    match activation_of(name) {
        Some(id) => sheet.state(Id::Activation, id, &place),
        None => sheet.out.leave(&place, told, NotTaken::NoFormula),
    }
    part.see("is_gated_act");
    part.see("dense_act_fn");
}

fn two_stacks(part: &ConfigPart, sheet: &mut Sheet) {
    let stated = part.size(["decoder_layers"]);
    match sheet.found(stated) {
        Some(found) => sheet.state(Id::NumDecoderLayers, &found.number.to_string(), &found.place),
        None => sheet.out.leave(&part.place("decoder_layers"), "", NotTaken::Missing),
    }
    for (id, key) in [(Id::NumAttentionHeads, "decoder_attention_heads"), (Id::IntermediateSize, "decoder_ffn_dim")] {
        let stated = part.size([key]);
        if let Some(found) = sheet.found(stated).filter(|it| it.number != sheet.number(id)) {
            sheet.out.leave(&found.place, &found.number.to_string(), NotTaken::NoFormula);
        }
    }
}

fn predicts(kind: &str, part: &ConfigPart, sheet: &mut Sheet) {
    let stated = part.size(["num_nextn_predict_layers", "mtp_num_hidden_layers", "num_mtp_layers"]);
    match sheet.found(stated) {
        Some(found) if found.number == 1.0 => sheet.state(Id::MultiTokenPrediction, kind, &found.place),
        Some(found) => sheet.out.leave(&found.place, &found.number.to_string(), NotTaken::NoFormula),
        None => {}
    }
}
