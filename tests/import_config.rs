//! Configurations of models: each fixture is the model of the catalogue whose name it has, whatever its keys are
//! called; what nobody read is refused with its place. It knows no formula.

#[path = "import_config/kinds.rs"]
mod kinds;
#[path = "import_config/towers.rs"]
mod towers;

use serde_json::{Value as Json, json};
use std::fs;
use std::path::PathBuf;
use vram_estimator::estimator::{
    Catalog, Inputs, MethodId, Mode, ParameterId as Id, Value, parts, total_parameters, values_of,
};
use vram_estimator::import::{Imported, NotTaken, import};
use vram_estimator::link::{Language, Link};
use vram_estimator::locale::import_texts;
use vram_estimator::present::answer::Asked;
use vram_estimator::present::imported::answer_imported;

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/config"))
}

fn fixtures() -> Vec<(String, Json)> {
    let mut res: Vec<_> = fs::read_dir(folder())
        .expect("fixtures")
        .map(|it| it.expect("a file").path())
        .map(|path| {
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            (name, serde_json::from_slice(&fs::read(&path).expect("a file")).expect("JSON"))
        })
        .collect();
    res.sort_by(|one, other| one.0.cmp(&other.0));
    res
}

fn imported(told: &Json) -> Imported {
    import(told.to_string().as_bytes(), &[], &Catalog::built_in()).expect("a configuration")
}

/// The model's own facts, typed: without the catalogue nothing can be chosen.
fn typed(told: &Json) -> Imported {
    import(told.to_string().as_bytes(), &[], &Catalog::default()).expect("a configuration")
}

#[test]
fn a_configuration_is_the_model_of_its_name() {
    let catalog = Catalog::built_in();
    let mut kinds = std::collections::BTreeSet::new();
    let mut wrong = Vec::new();
    for (name, told) in fixtures() {
        let res = imported(&told);
        let chosen = res.taken.iter().find(|it| it.id == Id::Model).map(|it| it.value.clone());
        let model = catalog.model(&name).unwrap_or_else(|| panic!("{name} is in the catalogue"));
        let counted = res.inputs.as_ref().map(|it| total_parameters(parts(it)));
        // Some presets have another's shape: which of them is chosen changes no byte.
        if chosen.is_none() || counted != Some(model.total_parameters) {
            let own = typed(&told);
            let pairs: Vec<_> = own.pairs().collect();
            wrong.push(format!("{name}: chosen {chosen:?}, {counted:?}, left out {:?}, pairs {pairs:?}", res.left_out));
        }
        kinds.insert(told["model_type"].as_str().expect("a kind").to_owned());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(kinds.len() >= 40, "{} kinds: {kinds:?}", kinds.len());
}

/// What is typed where no catalogue has the model runs as the model of the catalogue does.
#[test]
fn typed_facts_are_estimated_as_the_model_of_the_catalogue() {
    let catalog = Catalog::built_in();
    let mut n_compared = 0;
    for (name, told) in fixtures() {
        for mode in [Mode::Inference, Mode::Finetune, Mode::Train, Mode::Multimodal, Mode::Vlm] {
            let inputs = |it: Imported| it.conclude(mode, &catalog).inputs.expect("inputs");
            let (chosen, own) = (inputs(imported(&told)), inputs(typed(&told)));
            assert!(own.model().is_none() && own.states_shape(), "{name}");
            let bytes = |it: &Inputs| {
                let it = it.clone().with(Id::SequenceLength, Value::Number(256.0)).expect("a length");
                let of = values_of(MethodId::Calibrated, &it)?;
                Some(of.lines().iter().map(|it| it.formula.value()).collect::<Vec<_>>())
            };
            // A mode that the model of the catalogue does not run in is no place to compare.
            let Some(expected) = bytes(&chosen) else { continue };
            assert_eq!(bytes(&own), Some(expected), "{name} {mode:?}: {:?}", own.given(Id::Layout));
            n_compared += 1;
        }
    }
    assert!(n_compared > 100, "{n_compared} modes of all models");
}

/// A configuration of a Llama with some keys set otherwise; `null` takes one away.
fn llama(changed: Json) -> Json {
    fixture("llama-3.1-8b.json", changed)
}

/// A fixture with some keys set otherwise.
fn fixture(file: &str, changed: Json) -> Json {
    let mut res: Json = serde_json::from_slice(&fs::read(folder().join(file)).expect("a file")).expect("JSON");
    for (key, value) in changed.as_object().expect("an object") {
        match value {
            Json::Null => drop(res.as_object_mut().expect("an object").remove(key)),
            _ => res[key] = value.clone(),
        }
    }
    res
}

#[track_caller]
fn check_refused(told: &Json, name: &str, why: NotTaken) {
    let res = imported(told);
    assert!(res.inputs.is_none(), "{told}");
    let refusals: Vec<_> = res.left_out.iter().filter(|it| it.why.is_refusal()).collect();
    assert!(refusals.iter().any(|it| it.name == name && it.why == why), "{name} {why:?}: {refusals:?}");
}

#[test]
fn what_nobody_read_is_refused_with_its_place() {
    check_refused(&json!({ "model_type": "foo" }), "model_type", NotTaken::NoFormula);
    check_refused(
        &json!({ "model_type": "foo", "text_config": { "model_type": "llama" } }),
        "model_type",
        NotTaken::NoFormula,
    );
    check_refused(&json!({ "hidden_size": 4096 }), "model_type", NotTaken::Missing);
    check_refused(&llama(json!({ "num_hidden_layers": null })), "num_hidden_layers", NotTaken::Missing);
    check_refused(&llama(json!({ "num_hidden_layers": "32" })), "num_hidden_layers", NotTaken::WrongType);
    check_refused(&llama(json!({ "num_hidden_layers": -1 })), "num_hidden_layers", NotTaken::Refused);
    check_refused(&llama(json!({ "hidden_size": 1e300 })), "hidden_size", NotTaken::Refused);
    check_refused(&llama(json!({ "hidden_act": "mish" })), "hidden_act", NotTaken::NoFormula);
    check_refused(&llama(json!({ "intermediate_size": [8192, 4096] })), "intermediate_size", NotTaken::NoFormula);
    check_refused(&llama(json!({ "quantization_config": 4 })), "quantization_config", NotTaken::WrongType);
    let quantized = json!({ "quantization_config": { "quant_method": "hqq" } });
    check_refused(&llama(quantized), "quantization_config.quant_method", NotTaken::NoFormula);
}

/// Kinds without formulas were refused by their names alone. What their layers are is named, and what else is known of
/// them is kept; nothing is taken for another layout, whatever the class has by default.
#[test]
fn layers_without_formulas_are_named_and_the_rest_is_kept() {
    let sizes = json!({
        "num_hidden_layers": 48, "hidden_size": 4096, "num_attention_heads": 64, "vocab_size": 1000, "intermediate_size": 8192,
        "dtype": "bfloat16", "quantization_config": { "quant_method": "fp8", "weight_block_size": [128, 128] },
    });
    for (kind, key) in [
        ("minimax_m3", "sparse_attention_config"),
        ("mimo_v2_flash", "swa_num_key_value_heads"),
        ("step3p7", "num_sliding_attention_heads"),
        ("kimi_linear", "linear_attn_config"),
        ("step3_text", "share_q_dim"),
        ("mimo_v2", "swa_num_key_value_heads"),
        ("bart", "max_position_embeddings"),
    ] {
        let mut told = sizes.clone();
        told["model_type"] = json!(kind);
        check_refused(&told, key, NotTaken::NoFormula);
        told[key] = json!("M*E");
        check_refused(&told, key, NotTaken::NoFormula);
        let res = imported(&told);
        let has = |id, value: &str| res.pairs().any(|it| it == (id, value));
        assert!(has(Id::NumLayers, "48") && has(Id::Precision, "BF16"), "{kind}: {:?}", res.taken);
        assert!(has(Id::Quantization, "fp8-block128"), "{kind}: {:?}", res.taken);
        assert!(!res.pairs().any(|it| it.0 == Id::Layout && it.1 != "unknown"), "{kind}: {:?}", res.assumed);
        // Inside a kind that nobody knows, too.
        check_refused(
            &json!({ "model_type": "of_both", "text_config": told }),
            &format!("text_config.{key}"),
            NotTaken::NoFormula,
        );
    }
    // What another kind that nobody knows has inside is known by itself, and not by what is around it.
    check_refused(
        &json!({ "model_type": "of_both", "text_config": llama(json!({})) }),
        "model_type",
        NotTaken::NoFormula,
    );
}

/// The class of Gemma 4 has an embedding in each layer, and values of their own in wide layers, unless told otherwise.
#[test]
fn gemma_4_is_read_where_its_file_says_what_the_class_does_not() {
    for (key, value) in [
        ("hidden_size_per_layer_input", json!(256)),
        ("hidden_size_per_layer_input", Json::Null),
        ("attention_k_eq_v", Json::Null),
        ("num_kv_shared_layers", json!(18)),
    ] {
        let mut told = fixture("gemma-4-26b-a4b-it.json", json!({}));
        match value {
            Json::Null => drop(told["text_config"].as_object_mut().expect("an object").remove(key)),
            _ => told["text_config"][key] = value,
        }
        check_refused(&told, &format!("text_config.{key}"), NotTaken::NoFormula);
    }
    let heard = fixture("gemma-4-26b-a4b-it.json", json!({ "audio_config": { "model_type": "gemma4_audio" } }));
    check_refused(&heard, "audio_config", NotTaken::NoFormula);
}

/// Integers of 4 bits with a scale alone were refused: Kimi's experts, and what llm-compressor calls W4A16.
#[test]
fn integers_with_a_scale_for_each_group_are_a_format() {
    let kimi = imported(&fixture("kimi-k2.5.json", json!({})));
    let of = |res: &Imported, id| res.pairs().find(|it| it.0 == id).map(|it| it.1.to_owned());
    assert_eq!(of(&kimi, Id::Quantization).as_deref(), Some("int4-g32"));
    let whole = "embedding_head_attention_router_shared-experts_feed-forward_vision";
    assert_eq!(of(&kimi, Id::Unquantized).as_deref(), Some(whole));
    let llama_in = |group: u32, symmetric: bool| {
        let weights =
            json!({ "num_bits": 4, "type": "int", "strategy": "group", "group_size": group, "symmetric": symmetric });
        llama(json!({ "quantization_config": {
            "quant_method": "compressed-tensors", "format": "pack-quantized", "ignore": ["lm_head"],
            "config_groups": { "group_0": { "targets": ["Linear"], "weights": weights } },
        } }))
    };
    assert_eq!(of(&imported(&llama_in(128, true)), Id::Quantization).as_deref(), Some("int4-g128"));
    for told in [llama_in(64, true), llama_in(128, false)] {
        check_refused(&told, "quantization_config.config_groups", NotTaken::NoFormula);
    }
}

/// GLM-5.2 was taken for GLM-5, each of whose layers has an indexer of its own (Transformers, `GlmMoeDsaConfig`).
#[test]
fn layers_that_share_an_indexer_are_counted() {
    let own = |changed| {
        let import = typed(&fixture("glm-5.json", changed));
        import.inputs.unwrap_or_else(|| panic!("{:?}", import.left_out)).value(Id::NumIndexerLayers).number()
    };
    let types: Vec<_> = (0..78).map(|layer| if layer < 3 || layer % 4 == 2 { "full" } else { "shared" }).collect();
    assert_eq!(own(json!({ "indexer_types": types })), 21.0);
    assert_eq!(own(json!({ "index_topk_freq": 4, "index_skip_topk_offset": 3 })), 21.0);
    let pattern: String = types.iter().map(|it| if *it == "full" { 'F' } else { 'S' }).collect();
    assert_eq!(own(json!({ "index_topk_pattern": pattern })), 21.0);
    check_refused(
        &fixture("glm-5.json", json!({ "indexer_types": ["full", "shared"] })),
        "indexer_types",
        NotTaken::Contradicts,
    );
    assert_eq!(own(json!({ "index_topk_freq": 1 })), 0.0);
}

#[test]
fn what_is_no_configuration_is_refused_at_its_place() {
    let deep = format!("{{\"model_type\":{}", "[".repeat(100_000));
    let cases: [(&str, &str, NotTaken); 5] = [
        ("{\"model_type\": \"llama\",", "1:23", NotTaken::Truncated),
        ("{\"model_type\":\n llama}", "2:2", NotTaken::NotJson),
        (&deep, "1:141", NotTaken::TooDeep),
        ("[1]", "", NotTaken::UnknownFile),
        ("{}", "", NotTaken::UnknownFile),
    ];
    for (text, name, why) in cases {
        let res = import(text.as_bytes(), &[], &Catalog::default()).expect("a file");
        let [left] = &res.left_out[..] else { panic!("{:?}", res.left_out) };
        assert_eq!((left.name.as_str(), left.why), (name, why));
    }
}

/// ModelOpt keeps what it did in a file of its own.
#[test]
fn quantization_is_read_from_the_file_beside() {
    let beside = json!({
        "producer": { "name": "modelopt", "version": "0.23.0" },
        "quantization": { "quant_algo": "FP8", "kv_cache_quant_algo": null, "exclude_modules": ["lm_head"] },
    });
    let (own, beside) = (llama(json!({})).to_string(), beside.to_string());
    let catalog = Catalog::built_in();
    let link = |first: &str, second: &str| {
        let res = import(first.as_bytes(), &[second.as_bytes()], &catalog).expect("a configuration");
        Link { inputs: res.inputs.expect("inputs"), ..Link::default() }.encode()
    };
    let expected = "model=llama-3.1-8b&precision=BF16&quantization=fp8-per-tensor";
    assert_eq!((link(&own, &beside).as_str(), link(&beside, &own).as_str()), (expected, expected));
}

/// vLLM takes the cache for which the checkpoint was made; Transformers has none such.
#[test]
fn vllm_takes_the_cache_of_the_checkpoint() {
    let own = llama(json!({ "vocab_size": 128_000 })).to_string();
    let quantization = json!({ "quant_algo": "FP8", "kv_cache_quant_algo": "FP8" });
    let beside = json!({ "producer": { "name": "modelopt" }, "quantization": quantization }).to_string();
    let catalog = Catalog::built_in();
    let link = |launch: &str| {
        let res = import(launch.as_bytes(), &[own.as_bytes(), beside.as_bytes()], &catalog).expect("a launch");
        Link { inputs: res.inputs.expect("inputs"), ..Link::default() }.encode()
    };
    assert!(link("vllm serve ./mine --max-model-len 4096").contains("&kvPrecision=FP8"));
    let said = link("vllm serve ./mine --max-model-len 4096 --kv-cache-dtype float16");
    assert!(said.contains("&kvPrecision=FP16"), "{said}");
}

/// Checkpoints that leave their first or last layers whole list every linear layer of these. Where one is missing, or
/// the layers stand between others, nothing is taken.
#[test]
fn first_and_last_layers_that_stay_whole_are_read() {
    let read = |layers: &[u32], modules: &[&str]| {
        let names = layers.iter().flat_map(|layer| modules.iter().map(move |it| format!("model.layers.{layer}.{it}")));
        let ignored: Vec<String> = std::iter::once("lm_head".to_owned()).chain(names).collect();
        let told = llama(json!({
            "quantization_config": { "quant_method": "modelopt", "quant_algo": "NVFP4", "exclude_modules": ignored }
        }));
        let taken = imported(&told).taken;
        taken.into_iter().find(|it| it.id == Id::Unquantized).map(|it| it.value).unwrap_or_default()
    };
    let attention = ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj"];
    let all = [&attention[..], &["mlp.gate_proj", "mlp.up_proj", "mlp.down_proj"]].concat();
    let n_layers = llama(json!({}))["num_hidden_layers"].as_u64().expect("layers") as u32;
    assert_eq!(read(&[0, 1, n_layers - 1], &all), "embedding_head_router_vision_first-2_last-1");
    assert_eq!(read(&[0], &all), "embedding_head_router_vision_first-1");
    assert_eq!(read(&[0, 3], &all), "");
    assert_eq!(read(&[0], &attention), "");
    // Some of its projections were taken for the whole layer.
    assert_eq!(read(&[0], &["self_attn.q_proj", "self_attn.o_proj", "mlp.down_proj"]), "");
}

/// A whole layer's name said nothing, and a pattern of one projection or of routers kept the whole feed-forward block.
#[test]
fn what_stays_whole_is_read_from_names_of_layers_and_patterns() {
    let read = |ignored: Json| {
        let weights = json!({ "num_bits": 8, "type": "float", "strategy": "channel" });
        let groups = json!({ "group_0": { "weights": weights } });
        let told = json!({ "quant_method": "compressed-tensors", "config_groups": groups, "ignore": ignored });
        let res = imported(&llama(json!({ "quantization_config": told })));
        let of = |it: &vram_estimator::import::Taken| (it.id == Id::Unquantized).then(|| it.value.clone());
        let told = res.left_out.iter().filter(|it| it.why.is_problem()).count();
        (res.taken.iter().find_map(of).unwrap_or_default(), told)
    };
    let check = |ignored: Json, set: &str, n_told: usize| {
        assert_eq!(read(ignored.clone()), (set.to_owned(), n_told), "{ignored}");
    };
    check(json!(["model.layers.0", "lm_head"]), "embedding_head_router_vision_first-1", 0);
    check(json!(["re:.*layers\\.31\\..*"]), "embedding_head_router_vision_last-1", 0);
    check(json!(["re:.*mlp\\.gate$", "lm_head"]), "", 0);
    check(json!(["re:.*down_proj"]), "", 1);
    check(json!(["re:.*self_attn.*"]), "embedding_head_attention_router_vision", 0);
    check(json!(["re:.*gate_up_proj$", "re:.*down_proj$"]), "embedding_head_router_feed-forward_vision", 0);
    check(json!(["model.layers.3"]), "", 2);
    check(json!(["a.name"]), "", 1);
}

/// The head of a classifier was that of the pretrained model, which has a vocabulary.
#[test]
fn the_head_of_an_encoder_is_read() {
    let read = |class: &str, labels: Json, mode: Mode| {
        let mut told: Json =
            serde_json::from_slice(&fs::read(folder().join("bert-base-uncased.json")).expect("a file")).expect("JSON");
        told["architectures"] = json!([class]);
        told["id2label"] = labels;
        let res = imported(&told).conclude(mode, &Catalog::built_in());
        Link { inputs: res.inputs.expect("inputs"), ..Link::default() }.encode()
    };
    let labels = json!({ "0": "a", "1": "b", "2": "c" });
    let of_bert = |more: &str| format!("model=bert-base-uncased{more}");
    let served = Mode::Inference;
    assert_eq!(read("BertForSequenceClassification", labels, served), of_bert("&head=classifier&numLabels=3"));
    assert_eq!(read("BertForSequenceClassification", Json::Null, served), of_bert("&head=classifier"));
    assert_eq!(read("BertForMaskedLM", Json::Null, served), of_bert(""));
    assert_eq!(read("BertModel", Json::Null, Mode::Train), format!("mode=train&{}", of_bert("&head=none")));
}

/// The default was 2048 tokens, for which no position was learned.
#[test]
fn learned_positions_bound_the_length_that_nobody_says() {
    for (file, length) in [("bert-base-uncased.json", "512"), ("roberta-base.json", "512")] {
        let res = imported(&fixture(file, json!({ "intermediate_size": 3000 })));
        let own = res.assumed.iter().find(|it| it.id == Id::SequenceLength).map(|it| it.value.as_str());
        assert_eq!(own, Some(length), "{file}");
    }
}

/// What the code of a kind has, and a mode does not read, was told as a problem of keys that nobody wrote.
#[test]
fn what_nobody_wrote_is_no_problem() {
    let res = imported(&fixture("falcon-7b.json", json!({ "vocab_size": 65_000 })));
    let told = import_texts(Language::English);
    let answer = answer_imported(&res, Asked::default(), told, &Catalog::built_in());
    let problems = answer["problems"].as_array().expect("problems");
    let unsaid = |it: &&Json| !res.taken.iter().any(|taken| it["key"] == taken.id.spec().key);
    assert_eq!(problems.iter().filter(unsaid).collect::<Vec<_>>(), Vec::<&Json>::new());
}
