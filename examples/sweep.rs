//! Memory over the length of sequences, as a table: what a link comes to at each, and the longest that fits its GPU.
//!
//!     cargo run --no-default-features --example sweep -- 'mode=finetune&method=LoRA&model=llama-3.1-8b&gpu=rtx-4090'

use vram_estimator::estimator::plan::solve::SolvedKind;
use vram_estimator::estimator::plan::sweep::sweep;
use vram_estimator::estimator::plan::sweep_request::SweepRequest;
use vram_estimator::estimator::{Catalog, DEFAULT_METHOD};
use vram_estimator::link::decode;

/// The table of a link; in its place what is wrong with the question, such as a mode that reads no sequences.
pub fn table(link: &str) -> String {
    let catalog = Catalog::built_in();
    // Whatever a link says is read as far as it can be; `_problems` tells what was not.
    let (link, _problems) = decode(link, &catalog);
    let swept = SweepRequest::parse("sequenceLength=512..128k:9", &catalog)
        .and_then(|it| sweep(DEFAULT_METHOD, &link.inputs, &it));
    let swept = match swept {
        Ok(it) => it,
        Err(refusal) => return format!("No sweep: {refusal:?}\n"),
    };
    let mut res = format!("{:>8}  {:>9}  {:<9}  largest component\n", "tokens", "GiB", "verdict");
    for point in &swept.points {
        let tokens = point.value.number();
        // A run without formulas has no number: not 0, and not that of another.
        res += &match &point.answer {
            Ok(it) => {
                let largest = it.components.iter().max_by(|a, b| a.1.count().total_cmp(&b.1.count()));
                let name = largest.map_or("", |it| it.0.id());
                format!("{tokens:>8}  {:>9.1}  {:<9}  {name}\n", it.total.gib(), it.verdict.id())
            }
            Err(reason) => format!("{tokens:>8}  no answer: {reason:?}\n"),
        };
    }
    match swept.crossing {
        Some(SolvedKind::Most(tokens)) => res += &format!("Fits up to {tokens} tokens; one more does not.\n"),
        Some(it) => res += &format!("Where it stops fitting: {}.\n", it.id()),
        None => {}
    }
    res
}

/// Prints the table of the link that is the first argument, or of one of its own.
pub fn main() {
    let link = std::env::args().nth(1);
    let own = "mode=finetune&method=LoRA&model=llama-3.1-8b&precision=BF16&batchSize=1&gpu=rtx-5090";
    print!("{}", table(link.as_deref().unwrap_or(own)));
}
