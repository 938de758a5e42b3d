//! Llama 4's layers: some have experts beside one that all tokens visit, others a wider dense block; some attend to
//! their own chunk of tokens alone. The rules are those of `Llama4TextConfig.__post_init__` in Transformers 5.24.

use crate::estimator::ParameterId as Id;
use crate::import::config::config_part::ConfigPart;
use crate::import::config::experts::state_experts;
use crate::import::config::sheet::Sheet;

/// Reads both.
pub fn read_interleaved(part: &ConfigPart, sheet: &mut Sheet) {
    let layers = sheet.number(Id::NumLayers);
    state_experts(Id::IntermediateSize, part, sheet);
    let shared = sheet.number(Id::IntermediateSize);
    sheet.follow(Id::SharedIntermediateSize, shared, &part.place("intermediate_size"));
    let dense = part.size(["intermediate_size_mlp"]);
    let dense = sheet.found(dense).map_or(16384.0, |it| it.number);
    sheet.follow(Id::IntermediateSize, dense, &part.place("intermediate_size_mlp"));
    let step = part.size(["interleave_moe_layer_step"]);
    let step = sheet.found(step).map_or(1.0, |it| it.number);
    let (mixed, place) = match part.list("moe_layers") {
        Some(listed) => (listed.len() as f64, "moe_layers"),
        None => (if step >= 1.0 { (layers / step).floor() } else { 0.0 }, "interleave_moe_layer_step"),
    };
    sheet.follow(Id::NumDenseLayers, layers - mixed, &part.place(place));
    read_chunks(layers, part, sheet);
}

fn read_chunks(layers: f64, part: &ConfigPart, sheet: &mut Sheet) {
    let every = part.size(["no_rope_layer_interval"]);
    let every = sheet.found(every).map_or(4.0, |it| it.number).max(1.0);
    let is_chunked = |it: &&serde_json::Value| it.as_str() == Some("chunked_attention") || it.as_f64() == Some(1.0);
    let listed = ["layer_types", "no_rope_layers"].into_iter().find_map(|key| {
        let entries = part.list(key).filter(|it| !it.is_empty())?;
        Some((entries.iter().filter(is_chunked).count() as f64, key))
    });
    let (chunked, place) = listed.unwrap_or((layers - (layers / every).floor(), "no_rope_layer_interval"));
    if !sheet.is(Id::SlidingWindow) || chunked == 0.0 {
        return sheet.forget(Id::SlidingWindow);
    }
    sheet.follow(Id::NumSlidingLayers, chunked, &part.place(place));
    sheet.follow(Id::NumFullAttentionLayers, layers - chunked, &part.place(place));
}
