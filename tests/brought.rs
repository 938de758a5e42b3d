//! What a text or a file that was brought means for the page: where it leads from today's run, what it changes, and its
//! rows. The command line's answer says the same. It knows no browser.

#[path = "brought/assumed.rs"]
mod assumed;
#[path = "brought/engines.rs"]
mod engines;
#[path = "brought/messages.rs"]
mod messages;

use serde_json::Value as Json;
use std::fs;
use vram_estimator::estimator::{
    Bytes, Catalog, Inputs, MemoryUnit, MethodId, ParameterId, capacity_values, values_of,
};
use vram_estimator::import::{Imported, import};
use vram_estimator::link::{Language, Link, decode};
use vram_estimator::locale::{ENGLISH, import_texts, texts};
use vram_estimator::present::answer::Asked;
use vram_estimator::present::brought::{BesideIt, Brought, brought, not_brought, proposed};
use vram_estimator::present::imported::answer_imported;
use vram_estimator::present::numbers;

const GIB: f64 = 1_073_741_824.0;
const TODAY: &str = "mode=train&model=llama-3.2-1b&batchSize=2&gpu=rtx-4090";

fn inputs(link: &str, catalog: &Catalog) -> Inputs {
    let (read, problems) = decode(link, catalog);
    assert_eq!(problems, [], "{link}");
    read.inputs
}

fn link(inputs: &Inputs) -> String {
    Link { inputs: inputs.clone(), ..Link::default() }.encode()
}

fn read(parts: &[&[u8]]) -> Imported {
    import(parts[0], &parts[1..], &Catalog::built_in()).expect("a text that is known")
}

fn show(imported: &Imported, today: &str) -> Brought {
    let catalog = Catalog::built_in();
    let today = inputs(today, &catalog);
    let leads = proposed(imported, &today, &catalog);
    let estimated = leads.inputs.as_ref().and_then(|it| values_of(MethodId::Calibrated, it));
    let room = leads.inputs.as_ref().and_then(capacity_values);
    let beside = BesideIt { estimated: estimated.as_ref(), room: room.as_ref(), unit: MemoryUnit::Gib };
    let words = (import_texts(Language::English), texts(Language::English));
    brought(imported, (leads, &today), beside, words, &catalog)
}

fn answer(imported: &Imported) -> Json {
    answer_imported(imported, Asked::default(), import_texts(Language::English), &Catalog::built_in())
}

fn fixture(name: &str) -> Vec<u8> {
    fs::read(format!("{}/tests/fixtures/{name}", env!("CARGO_MANIFEST_DIR"))).expect("a fixture")
}

const LAUNCH: &str = "vllm serve Qwen/Qwen3-8B \\\n --max-model-len 4096 --cpu-offload-gb 8 --port 1\n";

#[test]
fn a_launch_leads_to_the_command_lines_link() {
    let imported = read(&[LAUNCH.as_bytes()]);
    let shown = show(&imported, "mode=train");
    let led = link(shown.inputs.as_ref().expect("inputs"));
    assert_eq!(answer(&imported)["link"], led);
    assert_eq!(shown.said, "Read as vllm: 2 taken, 2 assumed, 1 ignored.");
    let taken: Vec<_> = shown.taken.iter().map(|it| (it.name, it.value.as_str(), it.why.as_str())).collect();
    assert_eq!(taken[0], ("Model", "Qwen3 8B", "model, line 1"));
    assert_eq!(taken[1], ("Sequence length", "4096 tokens", "max-model-len, line 2"));
    assert!(shown.assumed[0].why.contains("ModelConfig.dtype"), "{:?}", shown.assumed);
    assert_eq!(shown.ignored, ["Line 2: port (1) changes no byte."]);
    assert!(shown.problems[0].contains("cpu-offload-gb (8)"), "{:?}", shown.problems);
    assert_eq!(shown.notes, ["Opens in Inference."]);
    // The mode, and each key of the link behind it.
    assert_eq!(shown.n_changes, led.split('&').count() + 1, "{led}");
    assert_eq!(show(&imported, &led).n_changes, 0);
}

/// A message names no run: nothing but the memory of the device changes.
#[test]
fn a_message_stands_beside_todays_run() {
    let imported = read(&[&fixture("logs/pytorch-2.9.txt")]);
    let shown = show(&imported, TODAY);
    assert_eq!(link(shown.inputs.as_ref().expect("inputs")), format!("{TODAY}&gpuMemory=23.64"));
    assert_eq!(shown.n_changes, 1);
    assert!(shown.notes[0].starts_with("It names no model"), "{:?}", shown.notes);
    let figure = |name: &str| shown.measured.iter().find(|it| it.name.starts_with(name)).expect("a figure");
    // What it had when it failed was not its peak: what it needed is held against the estimate, as the least.
    assert_eq!((figure("Allocated").measured.as_str(), figure("Allocated").estimated.as_str()), ("21.4 GiB", ""));
    let needed = figure("Needed");
    assert_eq!((needed.measured.as_str(), needed.difference.as_str()), ("≥ 23.8 GiB", "no less"), "{needed:?}");
    let of_today = values_of(MethodId::Calibrated, shown.inputs.as_ref().expect("inputs")).expect("an answer");
    assert!(!needed.like.is_empty() && of_today.total().count() / GIB > 23.8, "{needed:?}");
    // A run that needs less than what it had is another.
    let other = show(&imported, "mode=inference&model=llama-3.2-1b&gpu=rtx-4090");
    let needed = other.measured.iter().find(|it| it.name.starts_with("Needed")).expect("a figure");
    assert!(needed.difference.starts_with('+'), "{needed:?}");
    assert_eq!(answer(&imported)["estimates"], serde_json::json!([]), "of no model");
}

/// Broken before: a configuration of a trainer alone led to its defaults, and took model, method and mode of the run
/// away.
#[test]
fn a_trainers_file_alone_is_of_todays_run() {
    let file = br#"{"zero_optimization": {"stage": 3}, "bf16": {"enabled": true}}"#;
    let imported = read(&[file]);
    let today = "mode=finetune&model=qwen2.5-32b&batchSize=3&trainer=fsdp2&gpuCount=4&gpu=rtx-4090";
    let shown = show(&imported, today);
    let led = link(shown.inputs.as_ref().expect("inputs"));
    for kept in ["mode=finetune", "model=qwen2.5-32b", "batchSize=3", "gpuCount=4", "gpu=rtx-4090"] {
        assert!(led.split('&').any(|it| it == kept), "{kept} of {led}");
    }
    assert!(led.contains("trainer=deepspeed") && led.contains("zeroStage=3"), "{led}");
    assert!(!led.contains("method="), "adapters stay, by default: {led}");
    assert!(shown.notes[0].contains("all stays that it does not say"), "{:?}", shown.notes);
    assert_eq!(shown.problems, [""; 0], "what it does not say is no default");
    assert!(shown.assumed.iter().all(|it| it.name != "GPUs"), "{:?}", shown.assumed);
    // The command line knows no run of today.
    assert!(answer(&imported)["problems"].to_string().contains("model is not said"));
    // Where today's mode trains nothing, its model is trained.
    let served = show(&imported, "model=qwen3-8b&engine=vllm&gpu=rtx-4090");
    let led = link(served.inputs.as_ref().expect("inputs"));
    assert!(led.contains("mode=finetune") && led.contains("model=qwen3-8b") && led.contains("deepspeed"), "{led}");
    let of_accelerate = b"distributed_type: FSDP\nfsdp_config:\n  fsdp_version: 2\n  \
        fsdp_auto_wrap_policy: TRANSFORMER_BASED_WRAP\nmixed_precision: bf16\nnum_processes: 8\n";
    let shown = show(&read(&[of_accelerate]), today);
    let led = link(shown.inputs.as_ref().expect("inputs"));
    for kept in ["model=qwen2.5-32b", "trainer=fsdp2", "gpuCount=8"] {
        assert!(led.split('&').any(|it| it == kept), "{kept} of {led}");
    }
}

/// What a trainer's file denies, or does not say, is not what another trainer was told before.
#[test]
fn what_a_trainers_file_denies_does_not_stay() {
    let led = |file: &[u8], today: &str| link(show(&read(&[file]), today).inputs.as_ref().expect("inputs"));
    let today = "mode=finetune&model=qwen2.5-32b&trainer=fsdp2&wrapping=layers&reshard=none&gpuCount=4&gpu=rtx-4090";
    let alone = led(b"distributed_type: 'NO'\nmixed_precision: 'no'\nnum_processes: 1\n", today);
    assert!(
        alone.contains("model=qwen2.5-32b") && !alone.contains("trainer=") && !alone.contains("reshard="),
        "{alone}"
    );
    let offloaded = "mode=finetune&model=qwen2.5-32b&trainer=deepspeed&zeroStage=2&offloadOptimizer=cpu&gpuCount=4";
    let file = br#"{"zero_optimization": {"stage": 2}, "train_batch_size": 64, "bf16": {"enabled": true}}"#;
    let told = led(file, offloaded);
    assert!(told.contains("trainer=deepspeed") && !told.contains("offloadOptimizer"), "{told}");
    let problems = show(&read(&[file]), offloaded).problems;
    assert!(problems.iter().any(|it| it.contains("train_batch_size")), "{problems:?}");
}

/// What an engine has printed is of its mode: today's model is served.
#[test]
fn a_refusal_to_start_is_of_todays_model() {
    let imported = read(&[
        b"ValueError: The model's max seq len (65536) is larger than the maximum number of tokens that can be \
        stored in KV cache (21072).",
    ]);
    let shown = show(&imported, "mode=train&model=llama-3.2-1b&batchSize=2&gpu=rtx-4090&precision=FP32");
    let led = link(shown.inputs.as_ref().expect("inputs"));
    assert_eq!(led, "model=llama-3.2-1b&sequenceLength=65536&engine=vllm&gpu=rtx-4090");
    assert_eq!(shown.notes.len(), 2, "{:?}", shown.notes);
    let served = show(&imported, "model=qwen3-8b&engine=vllm&gpu=rtx-4090&maxSequences=8");
    let led = link(served.inputs.as_ref().expect("inputs"));
    assert_eq!(led, "model=qwen3-8b&sequenceLength=65536&engine=vllm&gpu=rtx-4090&maxSequences=8");
    let told = served.measured.iter().find(|it| it.name.starts_with("Tokens")).expect("a figure");
    assert!(!told.estimated.is_empty(), "{told:?}");
    // Files of a model beside it are of it.
    let both = read(&[
        b"ValueError: To serve at least one request with the model's max seq len (16384), 9 GiB KV cache is needed",
        &fixture("config/qwen3-8b.json"),
    ]);
    assert_eq!(
        link(both.inputs.as_ref().expect("inputs")),
        "model=qwen3-8b&sequenceLength=16384&precision=BF16&engine=vllm"
    );
}

#[test]
fn the_chosen_gpu_stays_where_none_is_named() {
    let launch = read(&[LAUNCH.as_bytes()]);
    let kept = show(&launch, TODAY);
    let without = show(&launch, "mode=train");
    let of = |it: &Brought| link(it.inputs.as_ref().expect("inputs"));
    assert!(of(&kept).contains("gpu=rtx-4090"), "{}", of(&kept));
    assert_eq!(of(&kept).replace("&gpu=rtx-4090", ""), of(&without));
    assert!(kept.notes.iter().any(|it| it.contains("RTX 4090")), "{:?}", kept.notes);
    let typed = show(&launch, "mode=train&gpuMemory=40");
    assert!(of(&typed).contains("gpuMemory=40"), "{}", of(&typed));
    assert!(typed.notes.iter().any(|it| it.contains("40 GiB")), "{:?}", typed.notes);
    // Else what says how much memory there is names a device.
    let named = show(&read(&[&fixture("logs/vllm-0.6.txt")]), "mode=train&model=llama-3.2-1b&gpu=rtx-5090");
    assert!(!of(&named).contains("5090") && named.notes.iter().all(|it| !it.contains("5090")), "{named:?}");
}

/// Page and command line say the same of every figure.
#[test]
fn figures_are_those_of_the_command_line() {
    let mut n_compared = 0;
    for name in ["vllm-0.6", "vllm-0.11", "llama-cpp"] {
        let imported = read(&[&fixture(&format!("logs/{name}.txt"))]);
        let shown = show(&imported, "mode=inference");
        let told = answer(&imported);
        let told = told["imported"]["measured"].as_array().expect("a list").clone();
        assert_eq!(told.len(), shown.measured.len());
        for (json, row) in told.iter().zip(&shown.measured) {
            let amount = |bytes: &str, number: &str| {
                let in_bytes = json[bytes].as_f64().map(|it| numbers::amount(Bytes::new(it), MemoryUnit::Gib));
                in_bytes.or(json[number].as_f64().map(numbers::count)).unwrap_or_default()
            };
            assert_eq!(amount("bytes", "number"), row.measured, "{row:?}");
            assert_eq!(amount("estimated_bytes", "estimated_number"), row.estimated, "{row:?}");
            assert_eq!(row.estimated.is_empty(), row.difference.is_empty(), "{row:?}");
            n_compared += usize::from(!row.estimated.is_empty());
        }
    }
    assert!(n_compared > 10, "{n_compared}");
}

/// The launch counts, wherever the message stands, in one text or in two.
#[test]
fn a_launch_is_read_beside_its_message() {
    let whole = String::from_utf8(fixture("logs/pytorch-beside-launch.txt")).expect("a text");
    let (launch, message) = whole.split_once("\n\n").expect("two parts");
    let behind = format!("{message}\n{launch}\n");
    let expected = format!("{}&gpuMemory=23.52", link(read(&[launch.as_bytes()]).inputs.as_ref().expect("inputs")));
    let all: [&[&[u8]]; 4] = [
        &[whole.as_bytes()],
        &[behind.as_bytes()],
        &[launch.as_bytes(), message.as_bytes()],
        &[message.as_bytes(), launch.as_bytes()],
    ];
    for parts in all {
        let imported = read(parts);
        assert_eq!(imported.tool, "axolotl");
        let catalog = Catalog::built_in();
        let led = link(imported.inputs.as_ref().expect("inputs"));
        assert_eq!(inputs(&led, &catalog), inputs(&expected, &catalog), "{led}");
        assert_eq!(imported.measured.len(), 7, "{:?}", imported.measured);
    }
    let model = |text: &str| read(&[text.as_bytes()]).taken.iter().find(|it| it.id == ParameterId::Model).unwrap().line;
    assert_eq!(model(&whole), Some(1));
    assert_eq!(model(&behind), Some(6), "lines keep their numbers");
    let command = format!("$ nothing\nvllm serve Qwen/Qwen3-8B --max-model-len 4096\n{message}");
    assert_eq!(read(&[command.as_bytes()]).tool, "vllm");
}

/// A message beside the files of a model tells of its memory, and a launch beside them counts.
#[test]
fn files_of_a_model_are_read_beside_texts() {
    let (config, message) = (fixture("config/qwen3-8b.json"), fixture("logs/pytorch-2.9.txt"));
    let alone = link(read(&[&config]).inputs.as_ref().expect("inputs"));
    for parts in [[&*message, &*config], [&*config, &*message]] {
        let both = read(&parts);
        assert_eq!(link(both.inputs.as_ref().expect("inputs")), format!("{alone}&gpuMemory=23.64"));
        assert_eq!(both.measured.len(), 7, "{:?}", both.measured);
    }
    let launch = read(&[LAUNCH.as_bytes(), &config]);
    assert_eq!(launch.tool, "vllm");
    let unused = launch.left_out.last().expect("the configuration");
    assert_eq!((unused.name.as_str(), unused.why.is_problem()), ("config.json", false));
}

/// A value that is none of a flag's is told with those that are.
#[test]
fn values_that_are_known_are_told() {
    let shown = show(&read(&[b"vllm serve Qwen/Qwen3-8B --kv-cache-dtype fp7"]), TODAY);
    let told = shown.problems.iter().find(|it| it.contains("kv-cache-dtype (fp7)")).expect("a problem");
    assert!(told.contains("Known: ") && told.contains("fp8"), "{told}");
}

/// A number that a parameter does not take is told with the limits of those that it takes.
#[test]
fn limits_of_numbers_are_told() {
    let cases = [
        ("--max-model-len 0", "whole numbers from 1 to "),
        ("--gpu-memory-utilization 3", "numbers from 0.01 to 1"),
        ("--max-num-seqs many", "whole numbers from 1 to "),
    ];
    for (flag, limits) in cases {
        let shown = show(&read(&[format!("vllm serve Qwen/Qwen3-8B {flag}").as_bytes()]), TODAY);
        let (name, value) = flag.split_once(' ').expect("a value");
        let named = format!("{} ({value})", name.trim_start_matches('-'));
        let told = shown.problems.iter().find(|it| it.contains(&named)).expect("a problem");
        assert!(told.contains(&format!("Allowed: {limits}")), "{told}");
    }
}

#[test]
fn what_means_nothing_says_why() {
    let told = import_texts(Language::English);
    for (text, why) in [
        ("hello", "No program that is known here is started"),
        ("vllm serve 'Qwen", "a quote is opened and not closed"),
        ("base_model: &a x", "this part of YAML is not known here"),
    ] {
        let refusal = import(text.as_bytes(), &[], &Catalog::built_in()).expect_err(text);
        let shown = not_brought(&refusal, told, &ENGLISH);
        assert!(shown.said.contains(why), "{text}: {}", shown.said);
        assert_eq!((shown.inputs, shown.n_changes), (None, 0));
    }
    let shown = show(&read(&[br#"{"model_type": "llama", "hidden_size": 4096}"#]), TODAY);
    assert_eq!((shown.inputs, shown.n_changes), (None, 0));
    assert!(shown.problems.iter().any(|it| it.contains("num_hidden_layers")), "{:?}", shown.problems);
    assert_eq!(shown.notes, ["Nothing can be applied."]);
}

/// What was written is repeated as it was written: that it is no markup is the page's own business.
#[test]
fn scripts_stay_texts() {
    let payload = "<img src=x onerror=alert(1)>";
    let text = format!("vllm serve Qwen/Qwen3-8B --served-model-name '{payload}' --{payload}");
    let shown = show(&read(&[text.as_bytes()]), TODAY);
    let all = [shown.ignored, shown.problems].concat();
    assert!(all.iter().any(|it| it.contains(payload)), "{all:?}");
}

/// A name that no preset has is no estimate of another model: what else is said is listed, and the nearest names are.
#[test]
fn an_unknown_model_is_no_estimate() {
    let imported = read(&[b"vllm serve TheBloke/Mistral-7B-Instruct-v0.4-AWQ --max-model-len 4096 --port 1"]);
    let shown = show(&imported, TODAY);
    assert_eq!((&shown.inputs, shown.n_changes), (&None, 0));
    let told = &shown.problems[0];
    assert!(told.contains("Mistral-7B-Instruct-v0.4") && told.contains("Mistral-7B-Instruct-v0.3"), "{told}");
    assert!(shown.taken.iter().any(|it| it.value == "4096 tokens"), "{:?}", shown.taken);
    assert!(shown.assumed.iter().any(|it| it.value.contains("awq-4bit")), "{:?}", shown.assumed);
    assert_eq!(shown.notes, ["Nothing can be applied."]);
    assert_eq!(answer(&imported)["estimates"], serde_json::json!([]));
    // Its files say what the name does not.
    let files =
        read(&[b"vllm serve me/a-model-of-my-own --max-model-len 4096 --dtype half", &fixture("config/qwen3-8b.json")]);
    let led = link(files.inputs.as_ref().expect("inputs"));
    assert_eq!(led, "model=qwen3-8b&sequenceLength=4096&engine=vllm");
}

/// What a name ends with says how weights are stored, as what is usual by that name.
#[test]
fn a_usual_format_is_told_as_assumed() {
    let shown = show(&read(&[b"vllm serve TheBloke/Llama-2-13B-chat-AWQ --max-model-len 4096"]), TODAY);
    let format = shown.assumed.iter().find(|it| it.value.contains("awq-4bit")).expect("assumed");
    assert!(format.why.contains("config.json says"), "{format:?}");
    let model = shown.assumed.iter().find(|it| it.name == "Model").expect("assumed");
    assert!(model.why.contains("tuned from"), "{model:?}");
}

/// A file that decides bytes is wanted by its name; its text may stand in any of what is brought, in any order.
#[test]
fn files_that_a_launch_names_are_wanted() {
    let launch =
        b"deepspeed --num_gpus 4 train.py --deepspeed conf/ds.json --model_name_or_path Qwen/Qwen3-14B --bf16 true\n";
    let alone = read(&[launch]);
    let shown = show(&alone, TODAY);
    assert!(shown.inputs.is_none() && shown.problems[0].contains("deepspeed (conf/ds.json)"), "{:?}", shown.problems);
    assert_eq!(vram_estimator::import::beside("run.sh", launch), ["conf/ds.json"]);
    let file = br#"{"zero_optimization": {"stage": 3, "offload_optimizer": {"device": "cpu"}}}"#;
    for parts in [[&launch[..], &file[..]], [&file[..], &launch[..]]] {
        let both = read(&parts);
        let led = link(both.inputs.as_ref().expect("inputs"));
        assert!(
            led.contains("trainer=deepspeed") && led.contains("zeroStage=3") && led.contains("offloadOptimizer=cpu"),
            "{led}"
        );
    }
    let yaml = b"compute_environment: LOCAL_MACHINE\ndistributed_type: FSDP\nfsdp_config:\n  fsdp_version: 2\n  fsdp_auto_wrap_policy: TRANSFORMER_BASED_WRAP\nnum_processes: 8\n";
    let launch = b"accelerate launch --config_file fsdp.yaml sft.py --model_name_or_path Qwen/Qwen3-8B\n";
    for parts in [[&launch[..], &yaml[..]], [&yaml[..], &launch[..]]] {
        let led = link(read(&parts).inputs.as_ref().expect("inputs"));
        assert!(led.contains("trainer=fsdp2") && led.contains("gpuCount=8"), "{led}");
    }
    // None that a whole path names is looked for.
    for path in ["/etc/ds.json", "../ds.json", "~/ds.json"] {
        let text = format!("deepspeed train.py --deepspeed {path} --model_name_or_path Qwen/Qwen3-14B");
        assert_eq!(vram_estimator::import::beside("run.sh", text.as_bytes()), [""; 0], "{path}");
    }
}

/// What a published file says is assumed of one by its name, with where that was read.
#[test]
fn published_files_are_told_as_assumed() {
    let text = "base_model: Qwen/Qwen3-8B\nbf16: true\ndeepspeed: deepspeed_configs/zero3.json\n";
    let imported = read(&[text.as_bytes()]);
    let shown = show(&imported, TODAY);
    let stage = shown.assumed.iter().find(|it| it.name.contains("ZeRO stage")).expect("assumed");
    assert_eq!((stage.value.as_str(), stage.why.as_str()), ("3", "published in axolotl, deepspeed_configs/zero3.json"));
    assert!(shown.problems.iter().any(|it| it.contains("max_live_parameters")), "{:?}", shown.problems);
    assert!(shown.inputs.is_some());
}

/// A program's own default is told as nobody's words: it was said to stand on line 1.
#[test]
fn what_nobody_has_said_stands_on_no_line() {
    let imported = read(&[b"trl sft --model_name_or_path Qwen/Qwen3-8B --use_peft --load_in_8bit"]);
    let told = imported.left_out.iter().find(|it| it.name == "dtype").expect("the default");
    assert_eq!((told.line, told.why), (None, vram_estimator::import::NotTaken::UnreadDefault));
}
