//! Variables that say what a flag says, and the flag's name. It knows no value and no program but by its variables.

/// How llama.cpp's variables begin (`set_env` in `common/arg.cpp`).
pub const OF_LLAMA_CPP: &str = "LLAMA_ARG_";

/// How Ollama's begin (`envconfig/config.go`).
pub const OF_OLLAMA: &str = "OLLAMA_";

/// Those of them that are not called as their flags are.
const CALLED: &[(&str, &str)] = &[
    ("BATCH", "batch-size"),
    ("UBATCH", "ubatch-size"),
    ("N_PARALLEL", "parallel"),
    ("N_PREDICT", "predict"),
    ("ENDPOINT_METRICS", "metrics"),
    ("ENDPOINT_SLOTS", "slots"),
];

/// The flag that says what a variable says, without dashes in front; `None` for any other name.
pub fn flag_of(name: &str) -> Option<String> {
    let own = name.strip_prefix(OF_LLAMA_CPP)?;
    Some(CALLED.iter().find(|it| it.0 == own).map_or_else(|| own.to_ascii_lowercase(), |it| it.1.to_owned()))
}
