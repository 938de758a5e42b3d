//! Which program a command starts, and what launches it. It knows commands by their first words, and scripts by their names.

use crate::import::launch::field::Tool;
use crate::import::launch::names::is_separator;
use crate::import::launch::shell::SpokenWord;
use crate::import::launch::tools::{deepspeed, launchers, llama_cpp, transformers, trl, vllm};

/// A program with what launches it, and where its flags begin.
pub struct Started {
    /// The program first.
    pub tools: Vec<&'static Tool>,
    /// Words from which on flags are read.
    pub from: usize,
    /// Whether the first word that belongs to no flag names the model.
    pub has_model_in_front: bool,
}

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
    let known = |tools: Vec<&'static Tool>, from: usize, has_model_in_front: bool| {
        Some(Program::Known(Started { tools, from, has_model_in_front }))
    };
    let mut launcher: Option<(&'static Tool, usize)> = None;
    for (at, word) in words.iter().enumerate() {
        let whole = word.text.as_str();
        // An image of a container has its version behind it.
        let name = name_of(whole.split_once(':').map_or(whole, |it| it.0));
        let next = text(at + 1);
        match name {
            "vllm" if next == "serve" => return known(vec![&vllm::VLLM], at + 2, true),
            "vllm-openai" => return known(vec![&vllm::VLLM], at + 1, true),
            "vllm.entrypoints.openai.api_server" => return known(vec![&vllm::VLLM], at + 1, false),
            "sglang.launch_server" | "sglang" => return Some(Program::Uncovered("SGLang")),
            "tgi" | "text-generation-launcher" => return Some(Program::Uncovered("text-generation-inference")),
            "ollama" => return Some(Program::Uncovered("Ollama")),
            "llama-server" | "llama-cli" | "llama.cpp" => return known(vec![&llama_cpp::LLAMA_CPP], at + 1, false),
            "accelerate" if next == "launch" => launcher = Some((&launchers::ACCELERATE, at + 2)),
            "torchrun" | "torch.distributed.run" | "torch.distributed.launch" => {
                launcher = Some((&launchers::TORCHRUN, at + 1));
            }
            "deepspeed" if launcher.is_none() => launcher = Some((&deepspeed::LAUNCH, at + 1)),
            "trl" => {
                let program = trainer(next)?;
                return known(vec![program, &launchers::ACCELERATE], at + 2, false);
            }
            _ if name.starts_with("pretrain_") && name.ends_with(".py") => return Some(Program::Megatron(at + 1)),
            _ if name.ends_with(".py") || name.starts_with("trl.scripts.") => {
                let stem = name.trim_end_matches(".py").trim_start_matches("trl.scripts.");
                let is_from_config =
                    words.iter().any(|it| it.text.trim_start_matches('-').replace("-", "_").starts_with("config_name"));
                let plain = if is_from_config { &transformers::FROM_SCRATCH } else { &transformers::FINE_TUNING };
                let program = trainer(stem).unwrap_or(plain);
                let (mut tools, from) = match launcher {
                    Some((tool, from)) => (vec![program, tool], from),
                    None => (vec![program], at + 1),
                };
                if tools.len() == 1 {
                    tools.truncate(1);
                }
                return known(tools, from, false);
            }
            _ => {}
        }
    }
    None
}

fn trainer(name: &str) -> Option<&'static Tool> {
    match name {
        "sft" => Some(&trl::SFT),
        "dpo" => Some(&trl::PREFERENCE),
        "grpo" => Some(&trl::GROUPS),
        _ => None,
    }
}
