//! The models whose names links may use, read once for all tests of a file. It judges nothing.

use std::sync::LazyLock;
use vram_estimator::estimator::Catalog;

/// The models that programs carry.
pub static CATALOG: LazyLock<Catalog> = LazyLock::new(Catalog::built_in);
