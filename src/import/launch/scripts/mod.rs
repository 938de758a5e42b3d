//! Scripts of Python that call Transformers, PEFT, TRL, Unsloth or vLLM: what their calls are told, as settings. A
//! script is never run, and what it does besides is not known.

mod capability;
mod changes;
mod given;
mod kept;
mod known;
mod literals;
mod outline;
mod runs;
#[cfg(test)]
mod tests;
mod tokens;

pub use runs::{ScriptRefusal, calls_known, run_of_script};
