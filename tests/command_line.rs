//! The command line as a process: what it prints, and how it ends. It knows nothing of the library but what
//! the output shows.

use serde_json::Value as Json;
use std::io::Write;
use std::process::{Command, Output, Stdio};

fn run(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_estimate"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command line starts");
    let mut stdin = child.stdin.take().expect("standard input");
    let input = input.to_vec();
    // From another thread: a long input and a long output would wait for each other.
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().expect("the command line ends");
    // With links as arguments nobody reads standard input, and writing may fail.
    let _ = writer.join();
    output
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

/// Every line of standard output as JSON.
#[track_caller]
fn answers(output: &Output) -> Vec<Json> {
    text(&output.stdout).lines().map(|line| serde_json::from_str(line).expect("one JSON object a line")).collect()
}

/// Arguments and input; exit status, answered links in canonical form, whether anything is said on standard error.
#[track_caller]
fn check(arguments: &[&str], input: &[u8], status: i32, links: &[&str], complains: bool) {
    let output = run(arguments, input);
    assert_eq!(output.status.code(), Some(status), "{arguments:?}");
    let ours: Vec<_> = answers(&output).iter().map(|it| it["link"].as_str().unwrap_or("?").to_owned()).collect();
    assert_eq!(ours, links, "{arguments:?}");
    assert_eq!(!output.stderr.is_empty(), complains, "{arguments:?}: {}", text(&output.stderr));
}

#[test]
fn links_come_from_arguments_or_from_lines() {
    check(&["mode=nlp&batchSize=4"], b"mode=vlm\n", 0, &["mode=nlp&batchSize=4"], false);
    check(&["mode=nlp", "?mode=vlm"], b"", 0, &["mode=nlp", "mode=vlm"], false);
    check(&["https://example.org/?mode=cnn#chart"], b"", 0, &["mode=cnn"], false);
    check(&[], b"mode=nlp\n?mode=vlm\n", 0, &["mode=nlp", "mode=vlm"], false);
    check(&[], b"mode=nlp\r\nmode=moe", 0, &["mode=nlp", "mode=moe"], false);
    check(&[], b"", 0, &[], false);
    check(&[""], b"", 0, &[""], false);
    check(&["--", "mode=nlp"], b"", 0, &["mode=nlp"], false);
    check(&["--solve", "--advise", "mode=nlp"], b"mode=vlm\n", 0, &["mode=nlp"], false);
    check(&["--sweep", "batchSize=1..4", "--plan", "mode=nlp"], b"mode=vlm\n", 0, &["mode=nlp"], false);
    check(&["--", "--sweep"], b"", 0, &[""], false);
}

/// A line is a question, also an empty one and one that is no text: each gets its answer.
#[test]
fn every_line_is_answered() {
    check(&[], b"\n", 0, &[""], false);
    check(&[], b"mode=nlp\n\nmode=vlm\n", 0, &["mode=nlp", "", "mode=vlm"], false);
    check(&[], b"mode=nlp&batchSize=\xff\xfe\nmode=vlm\n", 0, &["mode=nlp", "mode=vlm"], false);
    check(&[], b"\x00\x01&mode=moe\n", 0, &["mode=moe"], false);
}

#[test]
fn strict_tells_problems_by_its_exit_status() {
    check(&["--strict", "mode=nlp"], b"", 0, &["mode=nlp"], false);
    check(&["--strict", "mode=nlp&batchSize=abc"], b"", 2, &["mode=nlp"], false);
    check(&["mode=nlp&batchSize=abc"], b"", 0, &["mode=nlp"], false);
    check(&["--strict", "mode=nlp&batchSize=abc", "mode=vlm"], b"", 2, &["mode=nlp", "mode=vlm"], false);
    check(&["mode=nlp", "--strict", "colour=red"], b"", 2, &["mode=nlp", ""], false);
    check(&["--strict"], b"mode=nlp\nmode=vlm\n", 0, &["mode=nlp", "mode=vlm"], false);
    check(&["--strict"], b"mode=nlp\nmode=x\n", 2, &["mode=nlp", ""], false);
    check(&["--strict"], b"mode=nlp&batchSize=\xff\n", 2, &["mode=nlp"], false);
}

#[test]
fn an_unknown_option_is_refused() {
    check(&["--strickt", "mode=nlp"], b"", 64, &[], true);
    check(&["--sweep"], b"", 64, &[], true);
    check(&["--sweep", "mode=nlp"], b"", 64, &[], true);
    check(&["--sweep", "batchSize=1..two", "mode=nlp"], b"", 64, &[], true);
    // After `--`, it is a link like any other.
    check(&["--strict", "--", "--help"], b"", 2, &[""], false);
}

#[test]
fn help_explains_links_output_and_options() {
    for flag in ["--help", "-h"] {
        let output = run(&[flag], b"");
        let help = text(&output.stdout);
        assert_eq!(output.status.code(), Some(0), "{flag}");
        for word in [
            "Usage",
            "LINK",
            "--strict",
            "--solve",
            "--advise",
            "--sweep",
            "--plan",
            "--devices",
            "--help",
            "problems",
            "estimates",
            "total_bytes",
            "standard",
        ] {
            assert!(help.contains(word), "{flag}: {word} in\n{help}");
        }
    }
}

#[track_caller]
fn check_keys(json: &Json, keys: &[&str]) {
    let ours: Vec<_> = json.as_object().expect("an object").keys().collect();
    assert_eq!(ours, keys, "{json}");
}

#[test]
fn an_answer_has_the_promised_shape() {
    let output = run(&["mode=nlp&batchSize=abc&modelSize=8.75&view=guide"], b"");
    let answer = &answers(&output)[0];
    check_keys(answer, &["link", "mode", "inputs", "followed", "problems", "estimates", "fits"]);
    assert_eq!(answer["link"], "mode=nlp&modelSize=8.75&view=guide");
    assert_eq!(answer["mode"], "nlp");
    assert_eq!(answer["inputs"]["modelSize"], 8.75);
    assert_eq!(answer["inputs"]["batchSize"], 16);
    assert_eq!(answer["inputs"]["precision"], "FP16");

    let problems = answer["problems"].as_array().expect("a list");
    assert_eq!(problems.len(), 1);
    check_keys(&problems[0], &["key", "value", "message"]);
    assert_eq!((&problems[0]["key"], &problems[0]["value"]), (&Json::from("batchSize"), &Json::from("abc")));
    let message = problems[0]["message"].as_str().expect("a sentence");
    assert!(["batchSize", "abc", "1 to"].iter().all(|it| message.contains(it)), "{message}");

    let estimates = answer["estimates"].as_array().expect("a list");
    let methods: Vec<_> = estimates.iter().map(|it| it["method"].as_str().expect("a name")).collect();
    assert_eq!(methods[..2], ["documented", "verified"]);
    for estimate in estimates {
        let always = ["method", "total_bytes", "low_bytes", "high_bytes", "evidence", "components", "ranks"];
        let held = ["reserved_bytes", "reserved_low_bytes", "reserved_high_bytes", "expandable_bytes", "least_bytes"];
        let is_own = estimate["method"] == "calibrated";
        check_keys(estimate, if is_own { [&always[..], &held].concat() } else { always.to_vec() }.as_slice());
        let bytes = |key: &str| estimate[key].as_f64().expect("a number");
        assert!(
            bytes("low_bytes") <= bytes("total_bytes") && bytes("total_bytes") <= bytes("high_bytes"),
            "{estimate}"
        );
        assert!(!is_own || bytes("total_bytes") < bytes("least_bytes"), "{estimate}");
        assert!(["traced", "measured", "rule"].iter().any(|it| estimate["evidence"] == *it), "{estimate}");
        let components = estimate["components"].as_array().expect("a list");
        components.iter().for_each(|it| check_keys(it, &["component", "bytes"]));
        let sum: f64 = components.iter().map(|it| it["bytes"].as_f64().expect("a number")).sum();
        let total = estimate["total_bytes"].as_f64().expect("a number");
        assert!((sum - total).abs() <= 1e-9 * total, "{sum} and {total}");
        let rank = &estimate["ranks"][0];
        check_keys(rank, &["rank", "count", "total_bytes", "components"]);
        assert_eq!((&rank["rank"], &rank["count"]), (&Json::from("rank 0"), &Json::from(1)));
        assert_eq!((&rank["total_bytes"], &rank["components"]), (&estimate["total_bytes"], &estimate["components"]));
    }
}

/// What other choices moved is listed, with what moved it, and so is a method that does not answer, with why.
#[test]
fn an_answer_tells_what_followed_and_what_is_missing() {
    let output = run(&["mode=finetune&method=QLoRA", "mode=cnn&model=llama-3.2-1b"], b"");
    let answers = answers(&output);
    let expected: Json = serde_json::json!([{ "key": "recipe", "value": "autocast", "because": "method" }]);
    assert_eq!(answers[0]["followed"], expected);
    assert_eq!(answers[0]["inputs"]["recipe"], "autocast");

    let methods: Vec<_> = answers[1]["estimates"].as_array().expect("a list").iter().map(|it| &it["method"]).collect();
    assert_eq!(methods, ["documented", "verified"]);
    let problems = answers[1]["problems"].as_array().expect("a list");
    let (key, value) = (&Json::from("model"), &Json::from("llama-3.2-1b"));
    assert!(problems.iter().any(|it| (&it["key"], &it["value"]) == (key, value)), "{problems:?}");
}

/// A sweep and plans stand beside the answer only where they were asked for, one for each link.
#[test]
fn a_sweep_and_plans_are_told_on_request() {
    let output = run(&["--sweep", "batchSize=1..4", "--plan", "mode=nlp&gpuCount=2&gpu=h200", "mode=cnn"], b"");
    let told = answers(&output);
    let fields = ["parameter", "method", "values", "components", "total_bytes", "ranks", "moments", "verdicts"];
    for answer in &told {
        check_keys(&answer["sweep"], &[&fields[..], &["capacity_bytes", "refused", "edges", "crossing"]].concat());
        assert_eq!(answer["sweep"]["values"], serde_json::json!([1, 2, 3, 4]));
        let plan = &answer["plan"][0];
        let spread = ["set", "verdict", "total_bytes", "spare_bytes", "capacity_bytes", "rank", "traffic", "is_now"];
        check_keys(plan, &[&spread[..], &["link"]].concat());
        assert!(answer["not_planned"].is_array());
    }
    let refused = text(&run(&["--sweep", "batchSize=0..4", "mode=nlp"], b"").stderr);
    assert!(["batchSize", "0", "1 to"].iter().all(|it| refused.contains(it)), "{refused}");
    let chinese = text(&run(&["--sweep", "bachSize", "mode=nlp&lang=zh"], b"").stderr);
    assert!(["bachSize", "batchSize", "不是"].iter().all(|it| chinese.contains(it)), "{chinese}");
}

/// Every key of the mode with its effective value, and none of another mode's.
#[test]
fn inputs_are_the_mode_s_own() {
    let output = run(&["mode=cnn"], b"");
    check_keys(
        &answers(&output)[0]["inputs"],
        &[
            "model",
            "modelSize",
            "kernelSize",
            "batchSize",
            "inputImageSize",
            "trainer",
            "gpuCount",
            "expertParallel",
            "pipelineParallel",
            "tensorParallel",
            "expertTensorParallel",
            "tokenDispatcher",
            "groupedGemm",
            "tensorParallelPlan",
            "sequenceParallel",
            "lossParallel",
            "contextParallel",
            "distributedOptimizer",
            "recompute",
            "deterministic",
            "dataParallel",
            "gradientAsBucketView",
            "bucketCapMb",
            "reshard",
            "wrapping",
            "dataParallelReplicate",
            "reduceDtype",
            "outputDtype",
            "gradientSync",
            "schedule",
            "virtualStages",
            "microBatches",
            "returnOutputs",
            "offloadParameters",
            "offloadOptimizer",
            "zeroStage",
            "zeroReduceBucket",
            "zeroOverlap",
            "zeroPrefetchBucket",
            "zeroPersistence",
            "precision",
            "recipe",
            "optimizer",
            "optimizerKernel",
            "gpu",
            "gpuMemory",
            "gpuFamily",
            "runtimeOverhead",
            "weightDecay",
            "warmupSteps",
            "gradientClipping",
            "dropoutRate",
        ],
    );
}

#[test]
fn thousands_of_lines_are_answered_in_order() {
    let input: String = (1..=2000).map(|i| format!("mode=nlp&batchSize={i}\n")).collect();
    let output = run(&[], input.as_bytes());
    let answers = answers(&output);
    assert_eq!(answers.len(), 2000);
    for (answer, i) in answers.iter().zip(1..) {
        assert_eq!(answer["inputs"]["batchSize"], i);
    }
}

/// Messages speak the language that the link names, each its own; help and complaints that of the first link.
#[test]
fn messages_speak_the_language_of_the_link() {
    let output = run(&[], "mode=nlp&batchSize=abc\nlang=zh&mode=nlp&batchSize=abc\n".as_bytes());
    let message = |it: &Json| it["problems"][0]["message"].as_str().unwrap_or_default().to_owned();
    let messages: Vec<_> = answers(&output).iter().map(message).collect();
    let [english, chinese] = &messages[..] else { panic!("{messages:?}") };
    assert!(english.contains("is not a number"), "{english}");
    assert!(chinese.contains("不是数字") && chinese.contains("16"), "{chinese}");
    assert!(text(&run(&["--help"], b"").stdout).contains("Usage: estimate"));
    for arguments in [["--help", "lang=zh"], ["?mode=nlp&lang=zh", "--help"]] {
        assert!(text(&run(&arguments, b"").stdout).contains("用法：estimate"), "{arguments:?}");
    }
    assert!(text(&run(&["lang=zh", "--frob"], b"").stderr).contains("未知选项 --frob"));
}

/// A launch is answered to as its link is, with what it was read from; what has no formula is a problem, at its line.
#[test]
fn launches_are_imported() {
    let output =
        run(&["--import", "-"], b"vllm serve Qwen/Qwen3-8B \\\n --max-model-len 4096 --cpu-offload-gb 8 --port 1\n");
    let answers = answers(&output);
    let answer = &answers[0];
    assert_eq!(answer["link"], "model=qwen3-8b&sequenceLength=4096&precision=BF16&engine=vllm");
    let imported = &answer["imported"];
    assert_eq!(imported["tool"], "vllm");
    assert_eq!(
        imported["taken"][1],
        serde_json::json!({
            "key": "sequenceLength", "value": "4096", "name": "max-model-len", "line": 2,
        })
    );
    assert_eq!(imported["assumed"][0]["key"], "precision");
    assert_eq!(imported["ignored"][0]["name"], "port");
    assert_eq!(answer["problems"][0]["key"], "cpu-offload-gb");
    let status = |text: &[u8]| run(&["--strict", "--import", "-"], text).status.code();
    assert_eq!(status(b"sglang serve --model-path x"), Some(2));
    assert_eq!(status(b"vllm serve 'x"), Some(2));
    assert_eq!(status(b"vllm serve me/a-model-of-my-own"), Some(2));
}

/// A configuration is answered to as its model's link is, and a file that lies beside it tells how its weights are
/// stored.
#[test]
fn configurations_are_imported() {
    let folder = std::env::temp_dir().join(format!("vram-estimator-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let fixture = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/config/llama-3.1-8b.json");
    let (config, beside) = (folder.join("config.json"), folder.join("hf_quant_config.json"));
    std::fs::copy(fixture, &config).expect("a copy");
    let quantized = r#"{"producer": {"name": "modelopt"}, "quantization": {"quant_algo": "NVFP4"}}"#;
    std::fs::write(&beside, quantized).expect("a file");
    for file in [&config, &beside] {
        let output = run(&["--strict", "--import", file.to_str().expect("a path")], b"");
        let answer = &answers(&output)[0];
        assert_eq!(answer["link"], "model=llama-3.1-8b&precision=BF16&quantization=nvfp4");
        assert_eq!(answer["estimates"][1]["method"], "calibrated");
        assert_eq!(output.status.code(), Some(0), "{answer}");
    }
    std::fs::remove_dir_all(&folder).expect("it goes");
    let refused = run(&["--strict", "--import", "-"], br#"{"model_type": "llama", "hidden_size": 4096}"#);
    let answer = &answers(&refused)[0];
    assert_eq!(answer["problems"][0]["key"], "num_hidden_layers");
    assert_eq!((answer["estimates"].as_array().map(Vec::len), refused.status.code()), (Some(0), Some(2)));
}

/// An export is the launch and nothing else, and says why there is none.
#[test]
fn links_are_exported() {
    let output = run(&["--export", "vllm", "model=qwen3-8b&engine=vllm&batchSize=4"], b"");
    let told = text(&output.stdout);
    assert!(told.starts_with("# not carried: batchSize=4\nvllm serve"), "{told}");
    assert_eq!(output.status.code(), Some(0));
    let refused = run(&["--export", "vllm", "mode=train"], b"");
    assert_eq!((refused.status.code(), refused.stdout.is_empty(), refused.stderr.is_empty()), (Some(2), true, false));
    assert_eq!(run(&["--export"], b"").status.code(), Some(64));
}
