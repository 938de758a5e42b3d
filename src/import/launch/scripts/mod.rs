//! Scripts of Python that call Transformers, PEFT, TRL, Unsloth or vLLM: what their calls are told, as settings. A
//! script is never run, and what it does besides is not known.

mod capability;
mod changes;
mod given;
mod kept;
mod known;
mod literals;
mod outline;
mod parsed;
mod reached;
mod runs;
mod said;
#[cfg(test)]
mod tests;
mod tokens;
mod uses;

pub use runs::{ScriptRefusal, calls_known, run_of_script};
