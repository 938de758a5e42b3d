//! Kinds of models that no table reads, that are read by a sibling's, and that are refused. It knows no tower.

use super::{check_refused, fixture, imported, typed};
use serde_json::{Value as Json, json};
use vram_estimator::estimator::{Catalog, Mode, ParameterId as Id, parts, support, total_parameters};
use vram_estimator::import::{NotTaken, import};

/// Kinds with code of their publishers are the presets whose figures they state, all of them; any other is refused.
#[test]
fn a_kind_without_a_table_is_the_preset_of_its_figures() {
    let file = |kind: &str, hidden: u32, vocabulary: u32| {
        json!({
            "model_type": kind, "hidden_size": hidden, "num_hidden_layers": 32, "num_attention_heads": 32,
            "num_key_value_heads": 8, "intermediate_size": 14336, "vocab_size": vocabulary, "torch_dtype": "bfloat16"
        })
    };
    for (kind, vocabulary, id) in [
        ("exaone", 102_400, "exaone-3.5-7.8b-instruct"),
        ("internlm2", 92_544, "internlm2-5-7b-chat"),
        ("phi3small", 100_352, "phi-3-small-8k-instruct"),
    ] {
        let res = imported(&file(kind, 4096, vocabulary));
        let model = res.taken.iter().find(|it| it.id == Id::Model).map(|it| it.value.as_str());
        assert_eq!(model, Some(id), "{kind}: {:?}", res.left_out);
        check_refused(&file(kind, 4096, vocabulary + 1), "model_type", NotTaken::NoFormula);
    }
    let chatglm = json!({
        "model_type": "chatglm", "hidden_size": 4096, "num_layers": 28, "num_attention_heads": 32,
        "multi_query_group_num": 2, "ffn_hidden_size": 13696, "padded_vocab_size": 65024
    });
    assert!(imported(&chatglm).taken.iter().any(|it| it.value == "chatglm3-6b"));
}

/// These were refused, though presets have them all.
#[test]
fn kinds_of_presets_are_found_by_their_figures() {
    let file = |kind: &str, figures: [u32; 6]| {
        let [hidden, layers, heads, key_heads, inner, vocabulary] = figures;
        json!({
            "model_type": kind, "hidden_size": hidden, "num_hidden_layers": layers, "num_attention_heads": heads,
            "num_key_value_heads": key_heads, "intermediate_size": inner, "vocab_size": vocabulary,
        })
    };
    for (kind, figures, id) in [
        ("baichuan", [4096, 32, 32, 32, 11008, 125_696], "baichuan2-7b-chat"),
        ("deepseek", [2048, 28, 16, 16, 10944, 102_400], "deepseek-moe-16b-base"),
        ("hunyuan_v1_moe", [4096, 32, 32, 8, 3072, 128_167], "hunyuan-a13b-instruct"),
        ("minimax", [6144, 80, 64, 8, 9216, 200_064], "minimax-text-01"),
    ] {
        let res = imported(&file(kind, figures));
        let model = res.taken.iter().find(|it| it.id == Id::Model).map(|it| it.value.as_str());
        assert_eq!(model, Some(id), "{kind}: {:?}", res.left_out);
        check_refused(&file(kind, figures.map(|it| it + 1)), "model_type", NotTaken::NoFormula);
    }
}

#[track_caller]
fn check_count(told: &Json, n_parameters: f64) {
    let res = typed(told).conclude(Mode::Inference, &Catalog::default());
    let counted = res.inputs.as_ref().map(|it| total_parameters(parts(it)));
    assert_eq!(counted, Some(n_parameters), "{:?}", res.left_out);
}

/// As many as the classes of Transformers 5.23 have when they are made of these files, with the buffers of routers,
/// which are no parameters there.
#[test]
fn kinds_that_were_refused_have_the_parameters_of_their_class() {
    let arcee = json!({
        "model_type": "arcee", "hidden_size": 2560, "intermediate_size": 18432, "num_hidden_layers": 36,
        "num_attention_heads": 20, "num_key_value_heads": 4, "head_dim": 128, "hidden_act": "relu2",
        "vocab_size": 128_004, "attention_bias": false, "mlp_bias": false, "max_position_embeddings": 65536,
    });
    check_count(&arcee, 4_619_184_640.0);
    let dots = json!({
        "model_type": "dots1", "hidden_size": 4096, "intermediate_size": 10944, "num_hidden_layers": 62,
        "num_attention_heads": 32, "num_key_value_heads": 32, "vocab_size": 152_064, "n_routed_experts": 128,
        "n_shared_experts": 2, "num_experts_per_tok": 6, "moe_intermediate_size": 1408, "first_k_dense_replace": 1,
        "moe_layer_freq": 1, "sliding_window": null,
    });
    check_count(&dots, 142_774_373_888.0 + 61.0 * 128.0);
    let bamba = json!({
        "model_type": "bamba", "hidden_size": 4096, "intermediate_size": 14336, "num_hidden_layers": 32,
        "num_attention_heads": 32, "num_key_value_heads": 8, "vocab_size": 128_256, "attn_layer_indices": [9, 18, 27],
        "mamba_d_conv": 4, "mamba_d_head": 64, "mamba_d_state": 128, "mamba_n_groups": 1, "mamba_n_heads": 128,
    });
    check_count(&bamba, 9_780_235_392.0);
    let rotated = typed(&bamba).pairs().find(|it| it.0 == Id::RotaryDim).map(|it| it.1.to_owned());
    assert_eq!(rotated.as_deref(), Some("64"));
}

/// A head of Falcon-H1's state space is as wide as is stated, or what the width leaves it.
#[test]
fn state_spaces_beside_attention_say_how_wide_they_are() {
    let told =
        |ssm: Json, head: Json| fixture("falcon-h1-7b.json", json!({ "mamba_d_ssm": ssm, "mamba_d_head": head }));
    let width = |told: &Json| imported(told).inputs.expect("inputs").value(Id::LinearValueHeadDim).number();
    assert_eq!(width(&told(json!(3072), json!("auto"))), 128.0);
    assert_eq!(width(&told(json!(null), json!(256))), 256.0, "twice the width");
    check_refused(&told(json!(3072), json!(64)), "mamba_d_head", NotTaken::Contradicts);
    check_refused(
        &fixture("falcon-h1-7b.json", json!({ "mamba_chunk_size": 128 })),
        "mamba_chunk_size",
        NotTaken::NoFormula,
    );
}

/// Mamba has neither heads nor feed-forward blocks, and no file says so.
#[test]
fn state_spaces_are_asked_for_nothing_that_they_have_not() {
    let told = |kind: &str, key: &str, value: Json| {
        let mut told = json!({ "model_type": kind, "hidden_size": 4096, "num_hidden_layers": 4, "vocab_size": 50280 });
        told[key] = value;
        told
    };
    for (kind, rank) in [("mamba", 256.0), ("falcon_mamba", 256.0), ("mamba2", 0.0)] {
        let inputs = imported(&told(kind, "time_step_rank", json!("auto"))).inputs.expect(kind);
        assert_eq!((inputs.value(Id::TimeStepRank).number(), support(&inputs)), (rank, Ok(())), "{kind}");
    }
    check_refused(&told("mamba", "residual_in_fp32", json!(false)), "residual_in_fp32", NotTaken::NoFormula);
    check_refused(&told("mamba2", "chunk_size", json!(128)), "chunk_size", NotTaken::NoFormula);
    check_refused(&told("mamba2", "num_heads", json!(64)), "num_heads", NotTaken::Contradicts);
}

/// ERNIE's experts may end before the last layer, for which there is no parameter.
#[test]
fn layers_behind_the_experts_are_refused() {
    let ernie = |last: i32| fixture("ernie-4.5-21b-a3b-thinking.json", json!({ "moe_layer_end_index": last }));
    assert!(imported(&ernie(27)).inputs.is_some() && imported(&ernie(-1)).inputs.is_some());
    check_refused(&ernie(20), "moe_layer_end_index", NotTaken::NoFormula);
}

/// Of some a number of heads was asked, which no such model has, and of others the width of a block.
#[test]
fn kinds_without_formulas_are_asked_for_nothing_else() {
    for (kind, key) in [("longcat_flash", "zero_expert_num"), ("jamba", "attn_layer_period")] {
        let told =
            json!({ "model_type": kind, "hidden_size": 2560, "num_hidden_layers": 64, "vocab_size": 50280, key: 16 });
        let refusals: Vec<_> = imported(&told).left_out.into_iter().filter(|it| it.why.is_refusal()).collect();
        let [one] = &refusals[..] else { panic!("{kind}: {refusals:?}") };
        assert_eq!((one.name.as_str(), one.why), (key, NotTaken::NoFormula));
    }
}

/// Python writes a number that JSON has not, with which the whole file was no JSON.
#[test]
fn infinities_of_python_are_no_fault() {
    let plain = fixture("granite-4.0-h-micro.json", json!({ "own_name": "\\\" Infinity" })).to_string();
    let with = |number: &str| plain.replacen('{', &format!("{{\"time_step_limit\": [0.0, {number}],"), 1);
    for number in ["Infinity", "-Infinity", "NaN"] {
        let res = import(with(number).as_bytes(), &[], &Catalog::built_in()).expect("a configuration");
        assert!(res.inputs.is_some(), "{number}: {:?}", res.left_out);
        let kept = res.left_out.iter().find(|it| it.name == "own_name").map(|it| it.value.clone());
        assert_eq!(kept.as_deref(), Some(r#""\\\" Infinity""#));
    }
    let res = import(with("Infinite").as_bytes(), &[], &Catalog::built_in()).expect("a configuration");
    assert!(res.left_out.iter().any(|it| it.why == NotTaken::NotJson));
}

/// What a layer has is a letter of a pattern or a name of a list; the list says how many layers there are.
#[test]
fn layers_of_one_mixer_each_are_counted_and_an_unknown_one_is_refused() {
    let told = |more: Json| {
        let mut told = json!({
            "model_type": "nemotron_h", "hidden_size": 4096, "num_attention_heads": 32, "num_key_value_heads": 8,
            "vocab_size": 1000, "intermediate_size": 8192,
        });
        told.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        told
    };
    let check = |more: Json, expected: &[(Id, &str)]| {
        let res = typed(&told(more));
        for (id, value) in expected {
            assert!(res.pairs().any(|it| it == (*id, *value)), "{id:?}={value}: {:?} {:?}", res.taken, res.left_out);
        }
    };
    let counts = [(Id::NumLayers, "6"), (Id::NumFullAttentionLayers, "1"), (Id::NumFeedForwardLayers, "2")];
    check(json!({ "num_hidden_layers": 6, "hybrid_override_pattern": "M-M*M-" }), &counts);
    let names = json!(["mamba", "mlp", "linear_attention", "attention", "mamba", "mlp"]);
    check(json!({ "layers_block_type": names }), &counts);
    let key = "hybrid_override_pattern";
    check_refused(&told(json!({ key: "M-X" })), key, NotTaken::NoFormula);
    check_refused(&told(json!({ key: "M-M*", "num_hidden_layers": 5 })), key, NotTaken::Contradicts);
    check_refused(&told(json!({})), key, NotTaken::Missing);
    // Experts are read where a layer has some.
    check_refused(&told(json!({ key: "ME*" })), "num_experts", NotTaken::Missing);
}
