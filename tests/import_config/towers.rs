//! Configurations of models with a tower: which mode opens them, and that what nobody read of a tower is refused by its key.

use super::{check_refused, fixture, imported, typed};
use serde_json::{Value as Json, json};
use vram_estimator::estimator::{Mode, ParameterId as Id};
use vram_estimator::import::NotTaken;

/// A pair of towers is served in no mode that has formulas: it is opened where it is trained, and one of its towers alone is no model.
#[test]
fn a_pair_of_towers_is_opened_where_it_is_trained() {
    for (file, mode) in [("clip-vit-base-patch32.json", Mode::Vlm), ("siglip-base-patch16-224.json", Mode::Vlm)] {
        for res in [imported(&fixture(file, json!({}))), typed(&fixture(file, json!({})))] {
            assert_eq!(res.inputs.map(|it| it.mode()), Some(mode), "{file}");
        }
    }
    assert_eq!(imported(&fixture("llava-1.5-7b-hf.json", json!({}))).inputs.map(|it| it.mode()), Some(Mode::Inference));
    check_refused(&json!({ "model_type": "clip_text_model" }), "model_type", NotTaken::NoFormula);
    let differs = json!({ "text_config_dict": { "hidden_size": 640 } });
    check_refused(
        &fixture("clip-vit-base-patch32.json", differs),
        "text_config_dict.hidden_size",
        NotTaken::Contradicts,
    );
    let without_head = json!({ "vision_config": { "vision_use_head": false } });
    let place = "vision_config.vision_use_head";
    check_refused(&fixture("siglip-base-patch16-224.json", without_head), place, NotTaken::NoFormula);
}

/// What the towers' classes allow and nobody read is refused, each by its key.
#[test]
fn towers_that_nobody_read_are_refused_by_their_keys() {
    #[track_caller]
    fn check(file: &str, section: &str, key: &str, value: Json, why: NotTaken) {
        let mut told = fixture(file, json!({}));
        match value {
            Json::Null => drop(told[section].as_object_mut().expect("an object").remove(key)),
            _ => told[section][key] = value,
        }
        check_refused(&told, &format!("{section}.{key}"), why);
    }
    let (intern, scout) = ("internvl3-8b.json", "llama-4-scout-17b-16e-instruct.json");
    // Its class has no biases of queries, keys and values unless told.
    check(intern, "vision_config", "attention_bias", Json::Null, NotTaken::NoFormula);
    check(intern, "vision_config", "use_qk_norm", json!(true), NotTaken::NoFormula);
    check(intern, "vision_config", "use_mean_pooling", json!(false), NotTaken::NoFormula);
    // Matrices that do not fit each other: such a model does not start.
    check(scout, "vision_config", "vision_output_dim", Json::Null, NotTaken::Contradicts);
    check(scout, "vision_config", "intermediate_size", json!(4096), NotTaken::Contradicts);
    check(scout, "text_config", "attention_bias", json!(true), NotTaken::NoFormula);
    let cut = fixture("llava-v1.6-vicuna-13b-hf.json", json!({ "image_grid_pinpoints": [[336], "672"] }));
    check_refused(&cut, "image_grid_pinpoints", NotTaken::WrongType);
}

/// Which of Llama 4's layers have experts, and which attend to a chunk, stands in lists or follows from steps.
#[test]
fn the_layers_of_llama_4_are_read_from_lists_and_steps() {
    let of = |changed: Json, id: Id| {
        let mut told = fixture("llama-4-scout-17b-16e-instruct.json", json!({}));
        for (key, value) in changed.as_object().expect("an object") {
            told["text_config"][key] = value.clone();
        }
        let res = typed(&told);
        res.pairs().find(|it| it.0 == id).map(|it| it.1.to_owned())
    };
    let some = |it: &str| Some(it.to_owned());
    assert_eq!(of(json!({}), Id::NumSlidingLayers), some("36"));
    assert_eq!(of(json!({ "no_rope_layer_interval": 6 }), Id::NumSlidingLayers), some("40"));
    let listed: Vec<u8> = (0..48).map(|at| u8::from(at % 2 == 0)).collect();
    assert_eq!(of(json!({ "no_rope_layers": listed }), Id::NumSlidingLayers), some("24"));
    assert_eq!(of(json!({ "attention_chunk_size": null }), Id::NumSlidingLayers), None);
    assert_eq!(of(json!({ "moe_layers": [1, 3, 5] }), Id::NumDenseLayers), some("45"));
    assert_eq!(of(json!({ "interleave_moe_layer_step": 2 }), Id::NumDenseLayers), some("24"));
}
