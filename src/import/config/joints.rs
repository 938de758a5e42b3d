//! What lies between a tower and a text where a configuration tells it in a way of its own: how many patches become one
//! vector, how an image is cut, how wide what leads there is. The rules are those of the classes in Transformers 5.24,
//! and of the publishers' own.

use crate::estimator::ParameterId as Id;
use crate::import::config::config_part::ConfigPart;
use crate::import::config::sheet::Sheet;
use crate::import::config::tiles::grid_of_pinpoints;
use crate::import::imported::NotTaken;
use serde_json::Value as Json;

/// How many patches become one vector, and how an image is cut.
pub fn read_joint(types: &str, patches: f64, tower: &ConfigPart, whole: &ConfigPart, sheet: &mut Sheet) {
    match types {
        "llava_next" => grid_of_pinpoints(sheet.number(Id::ImageResolution), whole, sheet),
        "internvl" => {
            merges(whole, sheet);
            // The output's has one all the same.
            if !sheet.is(Id::VisionAttentionBias) {
                sheet.out.leave(&tower.place("attention_bias"), "false", NotTaken::NoFormula);
            }
        }
        "internvl_chat" => internvl_chat(tower, whole, sheet),
        "llama4" => {
            let ratio = tower.size(["pixel_shuffle_ratio"]);
            let ratio = sheet.found(ratio).map_or(0.5, |it| it.number);
            let place = "vision_config.image_size / patch_size · pixel_shuffle_ratio";
            sheet.follow(Id::TokensPerImage, patches * ratio * ratio, place);
        }
        "siglip" => match whole.get("text_config.projection_size").and_then(Json::as_f64) {
            Some(width) => sheet.state(Id::ProjectionDim, &width.to_string(), "text_config.projection_size"),
            None => sheet.follow(Id::ProjectionDim, sheet.number(Id::HiddenSize), "text_config.hidden_size"),
        },
        "clip" => ["text_config", "vision_config"].iter().for_each(|part| agree(part, whole, sheet)),
        _ => {}
    }
}

/// Patches that become one are shuffled together.
fn merges(whole: &ConfigPart, sheet: &mut Sheet) {
    let ratio = whole.size(["downsample_ratio"]);
    let ratio = sheet.found(ratio).map_or(0.5, |it| it.number);
    sheet.follow(Id::SpatialMerge, (1.0 / ratio).floor(), "1 / downsample_ratio");
}

/// The publisher's own class of InternVL: its defaults are those of a larger tower with other norms
/// (`InternVisionConfig`).
fn internvl_chat(tower: &ConfigPart, whole: &ConfigPart, sheet: &mut Sheet) {
    merges(whole, sheet);
    // Whatever the text's object says (`InternVLChatConfig`).
    sheet.code(Id::TieWordEmbeddings, "false");
    for (key, known) in [("norm_type", "\"layer_norm\""), ("qk_normalization", "false"), ("qkv_bias", "true")] {
        let found = tower.get(key).map(ToString::to_string).unwrap_or_default();
        if found != known {
            sheet.out.leave(&tower.place(key), &found, NotTaken::NoFormula);
        }
    }
    let edge = whole.size(["force_image_size"]);
    if let Some(found) = sheet.found(edge).filter(|it| it.number != sheet.number(Id::ImageResolution)) {
        sheet.out.leave(&found.place, &found.number.to_string(), NotTaken::NoFormula);
    }
    if whole.is_on("dynamic_image_size", false) {
        let most = whole.size(["max_dynamic_patch"]);
        let most = sheet.found(most).map_or(6.0, |it| it.number);
        sheet.follow(Id::MaxTiles, most + 1.0, "max_dynamic_patch + use_thumbnail");
        if !whole.is_on("use_thumbnail", false) {
            sheet.out.leave("use_thumbnail", "false", NotTaken::NoFormula);
        }
    }
}

/// The widths of Llama 4's: the tower's own ones are told (`Llama4VisionMLP2`, `Llama4MultiModalProjector`).
pub fn shuffled(width: f64, tower: &ConfigPart, sheet: &mut Sheet) -> Vec<f64> {
    let mut stated = |key: &'static str, default: f64| {
        let found = tower.size([key]);
        sheet.found(found).map_or(default, |it| it.number)
    };
    let merged = width / stated("pixel_shuffle_ratio", 0.5).powi(2);
    let (inner, outer) = (stated("projector_input_dim", 4096.0), stated("projector_output_dim", 4096.0));
    for (key, number, expected) in [
        ("intermediate_size", stated("intermediate_size", 5632.0), merged),
        ("projector_output_dim", outer, inner),
        ("vision_output_dim", stated("vision_output_dim", 7680.0), outer),
    ] {
        if number != expected {
            sheet.out.leave(&tower.place(key), &number.to_string(), NotTaken::Contradicts);
        }
    }
    vec![merged, inner, outer, 0.0]
}

/// CLIP's class takes what stands in a second object before what stands in the first: no file is read in which they
/// differ.
fn agree(part: &str, whole: &ConfigPart, sheet: &mut Sheet) {
    let second = format!("{part}_dict");
    for (key, value) in whole.object(&second).into_iter().flatten() {
        let first = whole.get(&format!("{part}.{key}"));
        if !value.is_null() && key != "transformers_version" && first != Some(value) {
            sheet.out.leave(&format!("{second}.{key}"), &value.to_string(), NotTaken::Contradicts);
        }
    }
}
