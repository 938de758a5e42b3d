//! Layers of experts: how many there are, how many a token visits, how wide they are, and which layers have none. It
//! knows no kind of model by name.

use crate::estimator::ParameterId as Id;
use crate::estimator::divide::divides_evenly;
use crate::import::config::config_part::ConfigPart;
use crate::import::config::sheet::Sheet;
use crate::import::imported::NotTaken;

/// Names of the number of experts, in the order of vLLM (`transformers_utils/config.py`).
const EXPERTS: &[&str] = &["num_experts", "moe_num_experts", "n_routed_experts", "num_local_experts"];

/// Names of the number of experts that a token visits.
const VISITED: &[&str] = &[
    "num_experts_per_tok",
    "num_experts_per_token",
    "experts_per_token",
    "top_k_experts",
    "moe_topk",
    "moe_top_k",
    "moe_k",
    "top_k",
];

/// Reads experts as wide as another parameter's value.
pub fn state_experts(width: Id, part: &ConfigPart, sheet: &mut Sheet) {
    for (id, keys) in [(Id::NumExperts, EXPERTS), (Id::NumActiveExperts, VISITED)] {
        let stated = part.size(keys.iter().copied());
        match sheet.found(stated) {
            Some(found) => sheet.state(id, &found.number.to_string(), &found.place),
            None => sheet.out.leave(&part.place(keys[0]), "", NotTaken::Missing),
        }
    }
    let (number, place) = (sheet.number(width), part.place("intermediate_size"));
    if width == Id::IntermediateSize {
        sheet.state(Id::MoeIntermediateSize, &number.to_string(), &place);
    }
}

/// Experts as wide as `intermediate_size`; there are no dense layers.
pub fn read_wide_experts(part: &ConfigPart, sheet: &mut Sheet) {
    if !sheet.is(Id::IntermediateSize) {
        return sheet.out.leave(&part.place("intermediate_size"), "", NotTaken::Missing);
    }
    state_experts(Id::IntermediateSize, part, sheet);
    sheet.forget(Id::IntermediateSize);
    let shared = part.size(["shared_intermediate_size"]);
    if let Some(found) = sheet.found(shared) {
        sheet.out.leave(&found.place, &found.number.to_string(), NotTaken::NoFormula);
    }
}

/// Experts of a width of their own, with shared ones beside them and dense layers before them.
pub fn read_experts(part: &ConfigPart, sheet: &mut Sheet) {
    state_experts(Id::MoeIntermediateSize, part, sheet);
    let width = part.size(["moe_intermediate_size"]);
    match sheet.found(width) {
        Some(found) => sheet.state(Id::MoeIntermediateSize, &found.number.to_string(), &found.place),
        None => sheet.out.leave(&part.place("moe_intermediate_size"), "", NotTaken::Missing),
    }
    let shared_width = part.size(["shared_expert_intermediate_size"]);
    let n_shared = part.size(["n_shared_experts", "moe_num_shared_experts", "num_shared_experts"]);
    match (sheet.found(shared_width), sheet.found(n_shared)) {
        (Some(found), _) => sheet.state(Id::SharedIntermediateSize, &found.number.to_string(), &found.place),
        (None, Some(found)) => {
            let all = found.number * sheet.number(Id::MoeIntermediateSize);
            sheet.follow(Id::SharedIntermediateSize, all, &format!("{} · moe_intermediate_size", found.place));
        }
        // Without shared experts nothing gates them.
        (None, None) => sheet.forget(Id::SharedExpertGate),
    }
    let every = part.size(["moe_layer_freq"]);
    if let Some(found) = sheet.found(every).filter(|it| it.number != 1.0) {
        sheet.out.leave(&found.place, &found.number.to_string(), NotTaken::NoFormula);
    }
    let dense = dense_layers(part, sheet);
    if let Some((number, place)) = dense {
        sheet.follow(Id::NumDenseLayers, number, &place);
    }
    if sheet.is(Id::NumDenseLayers) {
        if !sheet.is(Id::IntermediateSize) {
            sheet.out.leave(&part.place("intermediate_size"), "", NotTaken::Missing);
        }
    } else {
        sheet.forget(Id::NumDenseLayers);
        sheet.forget(Id::IntermediateSize);
    }
}

/// Layers without experts, where a list or a step says which, and the key that does.
fn dense_layers(part: &ConfigPart, sheet: &mut Sheet) -> Option<(f64, String)> {
    if let Some(kinds) = part.list("mlp_layer_types") {
        let dense = kinds.iter().filter(|it| it.as_str() == Some("dense")).count();
        return Some((dense as f64, part.place("mlp_layer_types")));
    }
    // ERNIE says up to which layer there are experts; behind it none of its models has others.
    let (last, n_layers) = (part.any_number(["moe_layer_end_index"]), sheet.number(Id::NumLayers));
    let is_last = |at: f64| at < 0.0 || at + 1.0 == n_layers;
    if let Some(found) = sheet.found(last).filter(|it| !is_last(it.number)) {
        sheet.out.leave(&found.place, &found.number.to_string(), NotTaken::NoFormula);
    }
    let step = part.size(["decoder_sparse_step"]);
    let step = sheet.found(step);
    let listed = part.list("mlp_only_layers");
    if step.is_none() && listed.is_none() {
        return None;
    }
    // No run has more layers than a parameter takes; a hostile file may say so.
    let (step, layers) = (step.map_or(1.0, |it| it.number), sheet.number(Id::NumLayers).min(1e6));
    let is_listed = |at: f64| listed.is_some_and(|it| it.iter().any(|entry| entry.as_f64() == Some(at)));
    let by_step = if step >= 1.0 { layers - (layers / step).floor() } else { 0.0 };
    let mut listed_too = 0.0;
    // Of the listed ones only those that the step does not leave out already.
    for entry in listed.unwrap_or_default() {
        let Some(at) = entry.as_f64().filter(|at| *at >= 0.0 && *at < layers) else { continue };
        if divides_evenly(step.max(1.0), at + 1.0) && is_listed(at) {
            listed_too += 1.0;
        }
    }
    Some((by_step + listed_too, part.place("decoder_sparse_step")))
}
