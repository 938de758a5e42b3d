//! Which program a command starts, and what launches it. It knows commands by their first words, and scripts by their
//! names.

use crate::import::launch::field::{FlagMeaning, NamedFile, Tool};
use crate::import::launch::names::is_separator;
use crate::import::launch::shell::SpokenWord;
use crate::import::launch::tools::{
    axolotl, deepspeed, launchers, llama_cpp, llama_factory, ollama, sglang, transformers, trl, vllm,
};

/// A program with what launches it, and where its flags begin.
pub struct Started {
    /// The program first.
    pub tools: Vec<&'static Tool>,
    /// Words from which on flags are read.
    pub from: usize,
    /// What the first word that belongs to no flag is, by the name of the flag that says the same.
    pub front: Option<&'static str>,
    /// The name of a script that is taken for TRL's own by it.
    pub script: Option<String>,
}

impl Started {
    /// Whether it is told anything by which a run is known: a script alone may do anything.
    pub fn is_told(&self, words: &[SpokenWord]) -> bool {
        words.get(self.from..).is_some_and(|it| it.iter().any(|it| it.text.starts_with("--") || self.front.is_some()))
    }

    /// Whether it is told what it runs: a model, or a file that names one. A script without either prepares something.
    pub fn is_told_of_model(&self, words: &[SpokenWord]) -> bool {
        let names_one = |word: &SpokenWord| {
            let name = word.text.strip_prefix('-').map(|it| it.trim_start_matches('-'))?;
            let name = name.split_once('=').map_or(name, |it| it.0);
            self.tools.iter().find_map(|tool| tool.field(name)).map(|it| it.meaning)
        };
        let is_one = |it: FlagMeaning| matches!(it, FlagMeaning::Model | FlagMeaning::File(NamedFile::Arguments));
        let behind = words.get(self.from..).unwrap_or(&[]);
        let is_first = self.front.is_some() && behind.first().is_some_and(|it| !it.text.starts_with('-'));
        is_first || behind.iter().filter_map(names_one).any(is_one)
    }
}

/// Commands that only speak of a program.
const SPEAKING: &[&str] = &[
    "echo", "cat", "chmod", "cp", "mv", "rm", "pip", "pip3", "uv", "git", "vim", "nano", "which", "hf", "wget", "curl",
];

/// What a command starts.
pub enum Program {
    /// A program of the table.
    Known(Started),
    /// Megatron's training, whose arguments have a reader of their own; where they begin, behind its launcher.
    Megatron(usize),
    /// A program for which there are no formulas.
    Uncovered(&'static str),
}

fn name_of(word: &str) -> &str {
    let name = word.rsplit(is_separator).next().unwrap_or(word);
    name.strip_suffix(".exe").unwrap_or(name)
}

/// What some words start; `None` where no program of the table is among them.
pub fn program_of(words: &[SpokenWord]) -> Option<Program> {
    let text = |at: usize| words.get(at).map_or("", |it| it.text.as_str());
    let known = |tools: Vec<&'static Tool>, from: usize, front: Option<&'static str>| {
        Some(Program::Known(Started { tools, from, front, script: None }))
    };
    let is_pulled = text(0) == "docker" && text(1) == "pull";
    if is_pulled || SPEAKING.contains(&name_of(text(0))) && text(1) != "run" {
        return None;
    }
    let mut launcher: Option<(&'static Tool, usize)> = None;
    let mut uncovered = None;
    let mut serves_ollama = false;
    for (at, word) in words.iter().enumerate() {
        let whole = word.text.as_str();
        // An image of a container has its version behind it.
        let name = name_of(whole.split_once(':').map_or(whole, |it| it.0));
        let next = text(at + 1);
        match name {
            "vllm" if next == "serve" => return known(vec![&vllm::VLLM], at + 2, Some("model")),
            "vllm-openai" => return known(vec![&vllm::VLLM], at + 1, Some("model")),
            "vllm.entrypoints.openai.api_server" => return known(vec![&vllm::VLLM], at + 1, None),
            "sglang" if next == "serve" => return known(vec![&sglang::SGLANG], at + 2, Some("model-path")),
            "sglang.launch_server" => return known(vec![&sglang::SGLANG], at + 1, None),
            "launch_server.py" if whole.contains("sglang") => return known(vec![&sglang::SGLANG], at + 1, None),
            // The image, whose command says more.
            "sglang" => uncovered = Some("SGLang"),
            "tune" if next == "run" => return Some(Program::Uncovered("torchtune")),
            "swift" if ["sft", "pt", "rlhf", "infer", "deploy"].contains(&next) => {
                return Some(Program::Uncovered("ms-swift"));
            }
            "tgi" | "text-generation-launcher" => return Some(Program::Uncovered("text-generation-inference")),
            "ollama" if next == "run" => return known(vec![&ollama::OLLAMA], at + 2, Some("model")),
            // Its server, which is told by variables alone, or its image.
            "ollama" => serves_ollama = true,
            "llama-cli" => return known(vec![&llama_cpp::LLAMA_CLI], at + 1, None),
            "llama-server" | "llama.cpp" => return known(vec![&llama_cpp::LLAMA_CPP], at + 1, None),
            "axolotl" if next == "train" => return known(vec![&axolotl::AXOLOTL], at + 2, Some("config")),
            "axolotl.cli.train" => {
                let mut tools = vec![&axolotl::AXOLOTL];
                tools.extend(launcher.map(|it| it.0));
                return known(tools, launcher.map_or(at + 1, |it| it.1), Some("config"));
            }
            "llamafactory-cli" if next == "train" => {
                return known(vec![&llama_factory::LLAMA_FACTORY, &launchers::TORCHRUN], at + 2, Some("config"));
            }
            "accelerate" if next == "launch" => launcher = Some((&launchers::ACCELERATE, at + 2)),
            "torchrun" | "torch.distributed.run" | "torch.distributed.launch" => {
                launcher = Some((&launchers::TORCHRUN, at + 1));
            }
            "deepspeed" if launcher.is_none() => launcher = Some((&deepspeed::LAUNCH, at + 1)),
            "trl" => {
                if let Some(other) = other_training(next) {
                    return Some(Program::Uncovered(other));
                }
                let program = trainer(next)?;
                return known(vec![program, &launchers::ACCELERATE], at + 2, None);
            }
            _ if name.starts_with("pretrain_") && name.ends_with(".py") => return Some(Program::Megatron(at + 1)),
            _ if name.ends_with(".py") || name.starts_with("trl.scripts.") => {
                let stem = name.trim_end_matches(".py").trim_start_matches("trl.scripts.");
                let is_from_config =
                    words.iter().any(|it| it.text.trim_start_matches('-').replace("-", "_").starts_with("config_name"));
                // A script that is told of no model prepares something.
                let trains = words[at + 1..].iter().any(|it| it.text.starts_with("--model"));
                if let Some(other) = other_training(stem).filter(|_| trains) {
                    return Some(Program::Uncovered(other));
                }
                let plain = match (is_from_config, name == "run_clm.py") {
                    (true, true) => &transformers::FROM_SCRATCH,
                    (true, false) => &transformers::OWN_SCRIPT_FROM_SCRATCH,
                    (false, true) => &transformers::FINE_TUNING,
                    (false, false) => &transformers::OWN_SCRIPT,
                };
                // LLaMA-Factory's own scripts are told of its stages.
                let is_of_factory =
                    words.iter().any(|it| it.text.trim_start_matches('-').starts_with("finetuning_type"));
                let own = if is_of_factory { Some(&llama_factory::LLAMA_FACTORY) } else { trainer(stem) };
                let program = own.unwrap_or(plain);
                let (tools, from) = match launcher {
                    Some((tool, from)) => (vec![program, tool], from),
                    None => (vec![program], at + 1),
                };
                let script = own.filter(|_| name.ends_with(".py") && !is_of_factory).map(|_| name.to_owned());
                return Some(Program::Known(Started { tools, from, front: None, script }));
            }
            _ => {}
        }
    }
    if serves_ollama {
        return known(vec![&ollama::OLLAMA], words.len(), None);
    }
    uncovered.map(Program::Uncovered)
}

/// Words in names of scripts and commands that train otherwise than those that have formulas, and the trainer of TRL
/// that does so.
const OTHERS: &[(&str, &str)] = &[
    ("kto", "KTOTrainer"),
    ("reward", "RewardTrainer"),
    ("rloo", "RLOOTrainer"),
    ("ppo", "PPOTrainer"),
    ("orpo", "ORPOTrainer"),
    ("cpo", "CPOTrainer"),
    ("gkd", "GKDTrainer"),
    ("distillation", "DistillationTrainer"),
    ("online", "OnlineDPOTrainer"),
];

fn words_of(name: &str) -> impl Iterator<Item = &str> {
    name.split(['_', '-', '.'])
}

/// What a script or a command trains by its name, where there are no formulas for it.
fn other_training(name: &str) -> Option<&'static str> {
    words_of(name).find_map(|word| OTHERS.iter().find(|it| it.0.eq_ignore_ascii_case(word))).map(|it| it.1)
}

fn trainer(name: &str) -> Option<&'static Tool> {
    match name {
        // A script of another name is taken for TRL's own, whose arguments it is told.
        _ if words_of(name).any(|it| it.eq_ignore_ascii_case("dpo")) => Some(&trl::PREFERENCE),
        _ if words_of(name).any(|it| it.eq_ignore_ascii_case("grpo")) => Some(&trl::GROUPS),
        _ if words_of(name).any(|it| it.eq_ignore_ascii_case("sft")) => Some(&trl::SFT),
        _ => None,
    }
}
