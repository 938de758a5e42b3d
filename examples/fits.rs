//! The GPUs that hold a configuration, the smallest first, with what is left on each.
//!
//!     cargo run --no-default-features --example fits -- 'model=llama-3.1-8b&precision=BF16&sequenceLength=32768'

use vram_estimator::estimator::plan::devices::judge_devices;
use vram_estimator::estimator::{Bytes, Catalog, DEFAULT_METHOD};
use vram_estimator::link::decode;

/// The list for a link; empty where none holds it.
pub fn list(link: &str) -> String {
    let (link, _problems) = decode(link, &Catalog::built_in());
    let judged = judge_devices(DEFAULT_METHOD, &link.inputs);
    let mut fitting: Vec<_> = judged.iter().filter(|it| it.fits()).collect();
    fitting.sort_by(|a, b| a.device.usable_gib().total_cmp(&b.device.usable_gib()));
    let mut res = String::new();
    for it in fitting {
        // With vLLM, which takes its share whatever is asked, spare is what its pool has left.
        let spare = it.verdict.and_then(|it| it.spare).unwrap_or(0.0) / Bytes::PER_GIB;
        res += &format!("{:<40} {:>6.1} GiB, {spare:>6.1} spare\n", it.device.name, it.device.usable_gib());
    }
    res
}

/// Prints the list for the link that is the first argument, or for one of its own.
pub fn main() {
    let link = std::env::args().nth(1);
    print!("{}", list(link.as_deref().unwrap_or("model=llama-3.1-8b&precision=BF16&sequenceLength=32768")));
}
