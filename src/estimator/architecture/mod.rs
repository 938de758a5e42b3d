//! What a model is made of, as data: its structure and its facts. It knows no model by name, no workload and no number
//! of bytes.

#[macro_use]
mod declare;

mod beside;
mod fact;
mod facts;
mod groups;
pub mod kinds;
mod lists;
mod own;
mod part;
mod pattern;
mod required;
mod whole;

pub use beside::{BESIDE, Beside};
pub use facts::Fact;
pub use groups::FactGroup;
pub use kinds::{
    Activation, Layout, Loss, MultiTokenPrediction, Norm, NormPlacement, Positions, ProjectorNorm, QkNorm, Residual,
    Router,
};
pub use lists::is_of_shape;
pub use own::own_architecture;
pub use part::{Part, PartCount, TensorSums, Tower};
pub use pattern::{Pattern, ends_in_full_layer, full_layers, layers_of_kind};
pub use required::{EITHER_OF_TEXT, ENTAILED, Entailed, Required, each_required};
pub use whole::{Architecture, Facts, List};
