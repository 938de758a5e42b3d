//! What is on its way from beside the page. It knows none of it.

use std::pin::Pin;

/// Something on its way; `None` if it could not be fetched.
pub type Fetched<T> = Pin<Box<dyn Future<Output = Option<T>>>>;
