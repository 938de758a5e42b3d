//! What a parameter is, and the one table that declares them all. It knows no formula, and no text of the
//! page: labels and help belong to `locale`, which is keyed by [`ParameterId`].

pub mod choice_ids;
pub mod choices;
mod dependence;
pub mod engine_formats;
pub mod engine_versions;
mod follows;
pub mod gpu;
pub mod gpu_kinds;
mod heads;
mod library_names;
mod lookup;
mod optimizers;
mod parse;
mod refusal;
mod rules;
mod scale;
mod spec;
pub mod spread;
mod table;
mod typed;
mod value;
mod words;

pub use follows::Follows;
pub use heads::{head_in, head_of};
pub use refusal::{Allowed, Refusal};
pub use rules::{Control, Controls, Only, trains};
pub use scale::{Scale, Slider};
pub use spec::{Impact, ParameterGroup, ParameterKind, ParameterSpec, ParameterUnit, ParameterUse};
pub use table::{MOST_DEVICES, PARAMETERS, ParameterId};
pub(crate) use table::{facts_only, facts_with_rows};
pub use typed::Suffixes;
pub use value::{TableValue, Value};
pub use words::UnquantizedParts;
