//! Launch lines and configurations as people write them, made by hand, each with the link that it means, and with the names of what was said
//! and is a problem.

/// Text, link, problems.
pub const FIXTURES: &[(&str, &str, &str)] = &[("vllm serve meta-llama/Llama-3.1-8B", "", "")];
