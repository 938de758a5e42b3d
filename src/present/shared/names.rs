//! How a configuration is called where it is taken to: headings, files, and the line for another page.

use crate::estimator::{Inputs, named_device};
use crate::locale::Texts;
use crate::present::drawing::escaped;

/// Mode, model and device: what a report and a picture are about.
pub fn title(inputs: &Inputs, texts: &Texts) -> String {
    let mut res = (texts.mode)(inputs.mode()).label.to_owned();
    let (model, device) = (inputs.model(), named_device(inputs));
    for it in [model.map(|it| &*it.name), device.map(|it| it.name)].into_iter().flatten() {
        res = res + " · " + it;
    }
    res
}

/// The line that shows an address inside of another page.
pub fn frame_line(address: &str, title: &str) -> String {
    let (address, title) = (escaped(address), escaped(title));
    format!("<iframe src=\"{address}\" title=\"{title}\" width=\"100%\" height=\"640\" loading=\"lazy\"></iframe>")
}

/// What a file about some inputs is called, by their names in links: `vram-finetune-qwen2.5-32b.csv`.
pub fn file_name(inputs: &Inputs, ending: &str) -> String {
    let model = inputs.model().map_or("", |it| &*it.id);
    let joint = if model.is_empty() { "" } else { "-" };
    String::from("vram-") + inputs.mode().id() + joint + model + ending
}
