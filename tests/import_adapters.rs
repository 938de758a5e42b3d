//! What is brought and is no model: adapters of PEFT, files of other kinds, which were read as DeepSpeed's or as text,
//! and variables of a shell. It knows no formula.

use vram_estimator::estimator::Catalog;
use vram_estimator::import::{Imported, NotTaken, import};
use vram_estimator::link::Link;

fn read(bytes: &[u8]) -> Imported {
    import(bytes, &[], &Catalog::built_in()).expect("no launch")
}

fn link(res: &Imported) -> String {
    let inputs = res.inputs.clone().unwrap_or_else(|| panic!("{:?}", res.left_out));
    Link { inputs, ..Link::default() }.encode()
}

const ADAPTER: &str = r#"{"alpha_pattern": {}, "auto_mapping": null, "base_model_name_or_path": "Qwen/Qwen3-8B", "bias": "none",
    "inference_mode": true, "lora_alpha": 32, "lora_dropout": 0.05, "modules_to_save": ["lm_head", "embed_tokens"],
    "peft_type": "LORA", "r": 64, "target_modules": ["v_proj", "q_proj"], "task_type": "CAUSAL_LM", "use_dora": true,
    "use_rslora": false}"#;

#[test]
fn the_file_of_an_adapter_is_one_on_its_base() {
    let res = read(ADAPTER.as_bytes());
    assert_eq!(res.tool, "peft");
    assert_eq!(
        link(&res),
        "mode=finetune&model=qwen3-8b&loraRank=64&loraTargets=qv&loraVariant=dora&modulesToSave=both&loraDropout=0.05"
    );
    let unsaid: Vec<_> =
        res.left_out.iter().filter(|it| it.why.is_problem()).map(|it| (it.name.as_str(), it.why)).collect();
    assert_eq!(unsaid, [("per_device_train_batch_size", NotTaken::Unsaid), ("max_length", NotTaken::Unsaid)]);
}

/// What has no formula is refused, and no other adapter is taken for it.
#[test]
fn adapters_without_formulas_are_refused() {
    for (from, to, name) in [
        ("\"LORA\"", "\"IA3\"", "peft_type"),
        ("[\"v_proj\", \"q_proj\"]", "[\"c_attn\"]", "target_modules"),
        ("[\"lm_head\", \"embed_tokens\"]", "[\"score\"]", "modules_to_save"),
        ("\"Qwen/Qwen3-8B\"", "\"someone/unheard-of\"", "base_model_name_or_path"),
        ("\"base_model_name_or_path\": \"Qwen/Qwen3-8B\", ", "", "base_model_name_or_path"),
    ] {
        let text = ADAPTER.replace(from, to);
        assert_ne!(text, ADAPTER, "{from}");
        let res = read(text.as_bytes());
        assert_eq!(res.inputs, None, "{to}");
        assert!(res.left_out.iter().any(|it| it.name == name && it.why.is_refusal()), "{to}: {:?}", res.left_out);
    }
}

fn safetensors(header: &str) -> Vec<u8> {
    [&(header.len() as u64).to_le_bytes()[..], header.as_bytes()].concat()
}

#[test]
fn tensors_of_an_adapter_are_said_to_be() {
    let name = "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight";
    let res =
        read(&safetensors(&format!(r#"{{"{name}":{{"dtype":"F32","shape":[64,4096],"data_offsets":[0,1048576]}}}}"#)));
    assert_eq!(res.inputs, None);
    assert!(res.left_out.iter().any(|it| it.name == name && it.why == NotTaken::Adapter), "{:?}", res.left_out);
}

/// Any object was taken for a configuration of DeepSpeed, and answered with an estimate of the default model.
#[test]
fn files_of_other_kinds_are_refused() {
    let random: Vec<u8> = (0..512_u32).map(|it| (it * 167 % 251) as u8).collect();
    let kinds: [&[u8]; 4] = [
        br#"{"bos_token_id": 1, "do_sample": true, "eos_token_id": 2, "temperature": 0.6, "transformers_version": "4.51.0"}"#,
        br#"{"name": "page", "version": "1.0.0", "scripts": {"test": "jest"}, "dependencies": {}}"#,
        br#"{"version": "1.0", "truncation": null, "added_tokens": []}"#,
        &random,
    ];
    for bytes in kinds {
        let res = read(bytes);
        let why: Vec<_> = res.left_out.iter().map(|it| it.why).collect();
        assert_eq!((res.inputs, why), (None, vec![NotTaken::UnknownFile]), "{}", String::from_utf8_lossy(bytes));
    }
    let mut announced = (1_u64 << 40).to_le_bytes().to_vec();
    announced.extend(br#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#);
    assert!(read(&announced).left_out.iter().any(|it| it.why == NotTaken::TooLarge));
    let res =
        read(br#"{"zero_optimization": {"stage": 2}, "bf16": {"enabled": true}, "train_micro_batch_size_per_gpu": 2}"#);
    assert!(res.inputs.is_some(), "{:?}", res.left_out);
}

/// What was listed in place of the devices was how many they are.
#[test]
fn devices_that_a_shell_lists_are_told_as_they_stand() {
    let res = read(b"CUDA_VISIBLE_DEVICES=0,3 vllm serve Qwen/Qwen3-8B\n");
    let told: Vec<_> = res.left_out.iter().map(|it| (it.name.as_str(), it.value.as_str(), it.why)).collect();
    assert_eq!(told, [("CUDA_VISIBLE_DEVICES", "0,3", NotTaken::Unused)]);
}
