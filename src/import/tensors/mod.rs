//! Tensors by name, as headers of files list them: what they weigh, how they are stored, and which model they are the
//! shape of. It reads no number of any tensor.

mod listed;
mod names;
mod safetensors;
mod scan;
mod shape;
mod stored;

pub use listed::{ListedTensor, TensorList};
pub use safetensors::{LONGEST_HEADER, add_header, add_index, files_of_index, header_length};
pub use shape::{is_whole, take_shape};
pub use stored::take_format;
