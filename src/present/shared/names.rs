//! How a configuration is called where it is taken to: headings, files, and the line for another page.

use crate::estimator::plan::fit::n_of;
use crate::estimator::{Inputs, ParameterId, Value, named_device};
use crate::locale::Texts;
use crate::present::drawing::escaped;
use crate::present::value_text::{gpus_by_name, so_many};

/// Mode, model and device: what a report and a picture are about.
pub fn title(inputs: &Inputs, texts: &Texts) -> String {
    let mut res = (texts.mode)(inputs.mode()).label.to_owned();
    let device = match inputs.value(ParameterId::Gpu) {
        Value::List(gpus) => Some(gpus_by_name(&gpus, texts)),
        _ => named_device(inputs).map(|it| so_many(n_of(inputs, it), it.name)),
    };
    for it in [inputs.model().map(|it| &*it.name), device.as_deref()].into_iter().flatten() {
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
