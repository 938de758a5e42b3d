//! Configurations of models with a tower: which mode opens them, and that what nobody read of a tower is refused by its
//! key.

use super::{check_refused, fixture, imported, typed};
use serde_json::{Value as Json, json};
use vram_estimator::estimator::{Catalog, Mode, ParameterId as Id, parts, total_parameters};
use vram_estimator::import::NotTaken;

/// A pair of towers is served in no mode that has formulas: it is opened where it is trained, and one of its towers
/// alone is no model.
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

/// The publisher's own class has another tower by default, and never ties what the text's object ties.
#[test]
fn the_publishers_own_class_of_internvl_counts_as_its_model() {
    let of_class: Json = json!({
        "architectures": ["InternVLChatModel"], "model_type": "internvl_chat", "downsample_ratio": 0.5,
        "dynamic_image_size": true, "force_image_size": 448, "max_dynamic_patch": 12, "min_dynamic_patch": 1,
        "ps_version": "v2", "select_layer": -1, "use_backbone_lora": 0, "use_llm_lora": 0, "use_thumbnail": true,
        "llm_config": {
            "architectures": ["Qwen2ForCausalLM"], "hidden_act": "silu", "hidden_size": 896, "intermediate_size": 4864,
            "model_type": "qwen2", "num_attention_heads": 14, "num_hidden_layers": 24, "num_key_value_heads": 2,
            "tie_word_embeddings": true, "vocab_size": 151_674,
        },
        "vision_config": {
            "hidden_act": "gelu", "hidden_size": 1024, "image_size": 448, "intermediate_size": 4096,
            "model_type": "intern_vit_6b", "norm_type": "layer_norm", "num_attention_heads": 16,
            "num_hidden_layers": 24, "patch_size": 14, "qk_normalization": false, "qkv_bias": true,
        },
    });
    let model = Catalog::built_in().model("internvl3-1b").expect("it is in the catalogue").total_parameters;
    let counted = imported(&of_class).inputs.map(|it| total_parameters(parts(&it)));
    assert_eq!(counted, Some(model));
    for (section, key) in
        [("vision_config", "norm_type"), ("vision_config", "qk_normalization"), ("vision_config", "qkv_bias")]
    {
        let mut told = of_class.clone();
        drop(told[section].as_object_mut().expect("an object").remove(key));
        check_refused(&told, &format!("{section}.{key}"), NotTaken::NoFormula);
    }
    let mut other = of_class.clone();
    other["llm_config"]["model_type"] = json!("internlm2");
    check_refused(&other, "llm_config.model_type", NotTaken::NoFormula);
    let mut other = of_class;
    other["use_thumbnail"] = json!(false);
    check_refused(&other, "use_thumbnail", NotTaken::NoFormula);
}
