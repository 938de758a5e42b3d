//! Names of models in launch lines.

mod aliases;
mod formats;
mod ollama;
mod presets;

pub use formats::{FOUR_BITS, NamedFormat, file_format, is_file, nearest_formats};
pub use ollama::{is_of_library, of_ollama};
pub use presets::{
    NamedModel, checkpoint_of, file_of, is_separator, model_named, projector_of, published_names, repository_of,
};
