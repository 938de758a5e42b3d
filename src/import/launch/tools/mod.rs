//! The programs whose flags and fields are known, a file each. It knows no text.

pub mod axolotl;
pub mod deepspeed;
pub mod launchers;
pub mod llama_cpp;
pub mod llama_factory;
pub mod ollama;
pub mod peft;
pub mod scripts;
pub mod sglang;
pub mod transformers;
pub mod trl;
pub mod vllm;
