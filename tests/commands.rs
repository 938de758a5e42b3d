//! Launches as the page shows them: every program stands there once, what it would need brings it to run, and the
//! sentence that says why it does not is the command line's. It knows no browser.

#[path = "common/draw.rs"]
#[expect(dead_code, reason = "what draws whole configurations serves other tests")]
mod draw;

use draw::Draw;
use std::sync::Arc;
use vram_estimator::estimator::parameters::ParameterGroup;
use vram_estimator::estimator::{Catalog, Inputs, Mode, Model, ParameterId, Value};
use vram_estimator::export::{ExportRefusal, TOOLS, export};
use vram_estimator::import::launch::repository_of;
use vram_estimator::link::{Language, Link, decode};
use vram_estimator::locale::{command_texts, texts};
use vram_estimator::present::commands::{Commands, commands, why_not_by_key};

fn inputs(link: &str, catalog: &Catalog) -> Inputs {
    let (read, problems) = decode(link, catalog);
    assert_eq!(problems, [], "{link}");
    read.inputs
}

fn shown(inputs: &Inputs, language: Language, catalog: &Catalog) -> Commands {
    commands(inputs, command_texts(language), texts(language), catalog)
}

const QLORA: &str = "mode=finetune&model=qwen2.5-7b&method=QLoRA&quantization=nf4-dq&gpu=rtx-4090";

#[test]
fn a_fine_tuning_run_is_told_to_the_programs_that_tune() {
    let catalog = Catalog::built_in();
    let of = inputs(QLORA, &catalog);
    let all = shown(&of, Language::English, &catalog);
    let names: Vec<_> = all.running.iter().map(|it| it.name).collect();
    assert_eq!(names, ["Accelerate", "TRL", "axolotl", "LLaMA-Factory"]);
    for it in &all.running {
        assert_eq!(it.text, export(it.tool, &of).expect("a launch").text);
    }
    let axolotl = &all.running[2];
    assert_eq!(axolotl.file_name, "vram-finetune-qwen2.5-7b.axolotl.yaml");
    assert_eq!(axolotl.run_by, "axolotl train vram-finetune-qwen2.5-7b.axolotl.yaml");
    assert_eq!(all.running[1].file_name, "vram-finetune-qwen2.5-7b.trl.sh");
    assert_eq!(all.running[1].run_by, "");
    // What a change would bring to it comes first.
    let deepspeed = &all.refused[0];
    assert_eq!(deepspeed.why, "DeepSpeed can do this only with Trainer: DeepSpeed.");
    let remedy = deepspeed.remedy.as_ref().expect("a change");
    assert_eq!(remedy.said, "Trainer: DeepSpeed");
    let link = Link { inputs: remedy.inputs.clone(), ..Link::default() }.encode();
    assert!(decode(&format!("{QLORA}&trainer=deepspeed"), &catalog).0.encode() == link, "{link}");
    let others: Vec<_> = all.refused[1..].iter().map(|it| it.why.as_str()).collect();
    assert_eq!(
        others,
        [
            "vLLM is not for the mode Fine-tuning.",
            "llama.cpp is not for the mode Fine-tuning.",
            "Megatron-LM is not for the mode Fine-tuning.",
        ]
    );
    let chinese = shown(&of, Language::Chinese, &catalog);
    assert_eq!(chinese.refused[0].why, "DeepSpeed 只有在并行训练方式：DeepSpeed 时才能这样运行。");
}

#[test]
fn what_is_lost_is_named_as_its_control_is() {
    let catalog = Catalog::built_in();
    let of = inputs("model=qwen3-8b&engine=vllm&batchSize=4", &catalog);
    let all = shown(&of, Language::English, &catalog);
    let lost: Vec<_> = all.running[0].lost.iter().map(|it| (it.name, it.value.as_str())).collect();
    assert_eq!(lost, [("Batch size", "4 seqs")]);
}

#[test]
fn the_command_line_says_the_same_by_key() {
    let check = |tool: &str, refusal: &ExportRefusal, expected: &str| {
        assert_eq!(why_not_by_key(tool, refusal, command_texts(Language::English)), expected);
    };
    let wants = ExportRefusal::Wants { id: ParameterId::Trainer, value: "none".to_owned() };
    check("trl", &wants, "trl can do this only with trainer=none.");
    check("vllm", &ExportRefusal::Mode(Mode::Cnn), "vllm is not for the mode cnn.");
    check("x", &ExportRefusal::NoTool(&["vllm", "trl"]), "There are no commands for x, only for vllm, trl.");
}

/// Whatever is shown, each program stands in one of the lists, and what is offered brings it into the first: never with
/// another model.
#[test]
fn what_is_offered_runs() {
    let catalog = Catalog::built_in();
    let published: Vec<Arc<Model>> =
        catalog.models().iter().filter(|it| repository_of(it).is_some() && it.is_known()).cloned().collect();
    let mut draw = Draw::new(11);
    let (mut n_offered, mut n_several) = (0, 0);
    for _ in 0..600 {
        let mode = *draw.any(&[Mode::Inference, Mode::Finetune, Mode::Train, Mode::Grpo, Mode::Cnn]);
        let mut given = vec![(ParameterId::Model, Value::Model(Some(draw.any(&published).clone())))];
        for &id in ParameterId::ALL {
            let is_drawn = !matches!(id.spec().group, ParameterGroup::Model | ParameterGroup::Shape);
            if is_drawn && draw.below(8) == 0 {
                given.push((id, draw.value(id, &published)));
            }
        }
        let of = Inputs::collect(mode, |id| given.iter().find(|it| it.0 == id).map(|it| it.1.clone()));
        let all = shown(&of, Language::English, &catalog);
        assert_eq!(all.running.len() + all.refused.len(), TOOLS.len());
        for it in &all.refused {
            assert!(export(it.tool, &of).is_err());
            let Some(remedy) = &it.remedy else { continue };
            assert!(export(it.tool, &remedy.inputs).is_ok(), "{}: {}", it.tool, remedy.said);
            assert_eq!(remedy.inputs.model().map(|it| &it.id), of.model().map(|it| &it.id));
            n_offered += 1;
            n_several += usize::from(remedy.said.contains(", "));
        }
    }
    assert!(n_offered > 100 && n_several > 10, "{n_offered} offered, {n_several} of several values");
}
