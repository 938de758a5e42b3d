//! Engines for which there are no formulas: what is kept of their launches, and that nothing is estimated of them.

use super::{TODAY, answer, link, read, show};

/// An engine without formulas was refused whole: what it is told of the model was lost. Its total is nobody else's.
#[test]
fn what_is_true_of_any_engine_is_kept_where_one_has_no_formulas() {
    const SGLANG: &str = "python -m sglang.launch_server --model-path Qwen/Qwen3-8B --tp 2 --context-length 32768";
    let imported = read(&[SGLANG.as_bytes()]);
    let told = answer(&imported);
    assert!(told["estimates"].as_array().is_some_and(Vec::is_empty) && told.get("link").is_none(), "{told}");
    assert!(told["problems"][0]["message"].as_str().is_some_and(|it| it.contains("sglang")), "{told}");
    let shown = show(&imported, TODAY);
    let led = link(shown.inputs.as_ref().expect("inputs"));
    assert_eq!(led, "model=qwen3-8b&sequenceLength=32768&tensorParallel=2&precision=BF16&gpu=rtx-4090");
    assert!(shown.notes[0].contains("its total is not that of sglang"), "{:?}", shown.notes);
    assert!(shown.assumed.iter().any(|it| it.name == "Engine" && it.value == "Transformers"), "{:?}", shown.assumed);
    assert!(shown.problems.iter().any(|it| it.contains("sglang")), "{:?}", shown.problems);
    // Nothing speaks of an estimate that there is not.
    let with_replicas = read(&[format!("{SGLANG} --dp 2 --mem-fraction-static 0.8").as_bytes()]);
    let told = show(&with_replicas, TODAY).problems;
    assert!(told.len() > 1 && told.iter().any(|it| it.contains("no estimate of it")), "{told:?}");
    assert!(told.iter().all(|it| !it.contains("the estimate is of")), "{told:?}");
    // Anything else that is wrong leaves nothing to apply.
    for refused in
        ["sglang serve someone/my-own --tp 2", "sglang serve Qwen/Qwen3-8B --is-embedding", "sglang serve --tp 2"]
    {
        assert!(show(&read(&[refused.as_bytes()]), TODAY).inputs.is_none(), "{refused}");
    }
}

/// A script is taken for TRL's own by its name: the page and the command line say so, and no parameter has a value that
/// it has not.
#[test]
fn a_script_that_is_taken_for_another_is_told() {
    let imported = read(&[b"python src/my_sft.py --model_name_or_path Qwen/Qwen3-8B"]);
    let shown = show(&imported, "mode=finetune");
    assert_eq!(shown.notes, ["my_sft.py is taken for TRL's script of SFT by its name."]);
    assert!(shown.assumed.iter().all(|it| it.name != "Algorithm"), "{:?}", shown.assumed);
    assert_eq!(answer(&imported)["imported"]["script"]["name"], "my_sft.py");
}

/// A notebook was of no kind that is known, though it holds what a script does.
#[test]
fn a_notebook_is_read_as_its_code() {
    let notebook = r##"{"cells": [
        {"cell_type": "markdown", "source": ["# LLM(model='gpt2')\n"]},
        {"cell_type": "code", "outputs": [], "source": ["%%capture\n", "!pip install vllm\n"]},
        {"cell_type": "code", "outputs": [], "source": ["from vllm import LLM\n", "name = 'Qwen/Qwen3-8B'"]},
        {"cell_type": "code", "outputs": [], "source": "llm = LLM(model=name, max_model_len=8192)"}
    ], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}"##;
    let told = answer(&read(&[notebook.as_bytes()]));
    assert_eq!(
        told["link"], "model=qwen3-8b&sequenceLength=8192&precision=BF16&engine=vllm&maxBatchedTokens=8192",
        "{told}"
    );
    let empty = r#"{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}"#;
    assert!(
        vram_estimator::import::import(empty.as_bytes(), &[], &vram_estimator::estimator::Catalog::built_in()).is_err()
    );
}
