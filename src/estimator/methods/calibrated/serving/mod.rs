//! How a model is served, engine by engine. It knows no gradient.

pub mod cache;
pub mod cache_formats;
mod cells;
pub mod device_map;
pub mod draft_model;
pub mod encoder;
pub mod encoder_decoder;
mod encoder_profile;
pub mod engine;
mod file_layers;
pub mod files;
pub mod gguf_types;
pub mod kinds;
pub mod llama_cpp;
pub mod mixes;
pub mod moment;
pub mod offload;
pub mod offloaded_cache;
mod paged;
pub mod pool;
pub mod portions;
pub mod sequences;
pub mod state_spaces;
pub mod transformers;
pub mod two_formats;
pub mod vllm;
