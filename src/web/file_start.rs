//! The beginning of a file, as much as is wanted of it: a header, and never what is behind it. It knows nothing of what
//! it says.

use js_sys::Uint8Array;
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

/// The first bytes of a file. `wanted` says how many of them it wants, of which some are there; no more than these when
/// they are all. `None` where the browser does not read it.
pub async fn start_of(file: &File, wanted: fn(&[u8]) -> u64) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        let there = bytes.len() as f64;
        let end = (wanted(&bytes) as f64).min(file.size());
        if end <= there {
            return Some(bytes);
        }
        let part = file.slice_with_f64_and_f64(there, end).ok()?;
        let part = Uint8Array::new(&JsFuture::from(part.array_buffer()).await.ok()?).to_vec();
        if part.is_empty() {
            return None;
        }
        bytes.extend(part);
    }
}
