//! Names and lines that a reader pastes elsewhere.

use crate::estimator::Inputs;

/// The line that shows an address inside of another page.
pub fn frame_line(address: &str, title: &str) -> String {
    let [address, title] =
        [address, title].map(|it| it.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;"));
    format!("<iframe src=\"{address}\" title=\"{title}\" width=\"100%\" height=\"640\" loading=\"lazy\"></iframe>")
}

/// What a file about some inputs is called: `vram-finetune-qwen2.5-32b.csv`.
pub fn file_name(inputs: &Inputs, ending: &str) -> String {
    let model = inputs.model().map(|it| format!("-{}", it.id)).unwrap_or_default();
    // Names of models are those of their catalogue; a file system may read more into them.
    let is_plain = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '.' | '_');
    let plain = |it: char| if is_plain(it) { it } else { '-' };
    let name: String = format!("vram-{}{model}", inputs.mode().id()).chars().map(plain).collect();
    format!("{name}{ending}")
}
